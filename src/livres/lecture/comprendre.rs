//! From words with boxes to recipes: the steps, one after the other (pure).

use std::collections::{HashMap, HashSet};

use super::colonnes::colonnes;
use super::composition::{self, Comprise};
use super::entetes;
use super::fiches::{Fiche, fiches};
use super::hors_liste;
use super::marges::{self, Feuille};
use super::mots::{PageLue, Pages};
use super::rangees::{Rangee, segments};
use super::registre::Registre;
use super::tetes;
use super::travers::{self, Travers};
use super::{CodeDeDoute, Doute, LivreLu, RecetteLue, Remarque, TexteDePage};

/// All that these pages say. No recipe is no error here.
pub(crate) fn comprendre(livre: Pages) -> LivreLu {
    let mots = livre.pages.iter().flat_map(|p| &p.mots).map(|m| m.nombre).sum::<u32>();
    let (mut lu, registre) = lire(livre);
    let ranges = registre.total();
    // A fault of ours, which tests look for; a person is told all the same.
    #[cfg(test)]
    assert_eq!(ranges, mots, "{registre:?}");
    if ranges != mots {
        let texte = format!("{ranges} mots rangés sur {mots} : comparez avec le livre");
        lu.entetes_non_compris.push(TexteDePage { page: 1, texte });
    }
    lu
}

fn lire(mut livre: Pages) -> (LivreLu, Registre) {
    let mut lu = LivreLu { pages: compter(livre.pages.len()), ..LivreLu::default() };
    let mut registre = Registre::default();
    remarquer_les_vides(&mut lu, &livre);
    let travers = travers::oter(&mut livre.pages);
    registre.dit += travers.iter().map(|t| t.mots).sum::<u32>();
    let mut feuilles: Vec<Feuille> = livre.pages.into_iter().map(feuille).collect();
    let marges = marges::oter(&mut feuilles);
    registre.marge += marges.mots;
    let (mut fiches, dehors) = fiches(colonnes(feuilles));
    dire_les_travers(&mut lu, &mut fiches, travers);
    for fiche in fiches {
        let comprise = composition::comprendre(fiche);
        registre += comprise.registre;
        garder(&mut lu, comprise);
    }
    for rangee in dehors {
        registre.dit += rangee.mots;
        dire_ce_qui_est_dehors(&mut lu, &rangee);
    }
    douter_des_titres(&mut lu.recettes);
    nommer(&mut lu, &marges.textes);
    (lu, registre)
}

fn garder(lu: &mut LivreLu, comprise: Comprise) {
    let Comprise { recette, illisibles, entetes_non_compris, remarques, .. } = comprise;
    lu.entetes_non_compris.extend(entetes_non_compris);
    if recette.lignes.is_empty() && illisibles.is_empty() {
        let (page, titre) = (recette.page, recette.titre);
        let texte = format!("{titre} : aucun ingrédient lisible");
        lu.entetes_non_compris.push(TexteDePage { page, texte });
        lu.remarques.push(Remarque::SansLigne { page, titre });
        return;
    }
    lu.recettes.push(recette);
    lu.lignes_illisibles.extend(illisibles);
    for remarque in remarques {
        // Said once for the whole book.
        let du_livre = matches!(remarque, Remarque::GrammesDeLaLigne | Remarque::NetSeul);
        if !du_livre || !lu.remarques.contains(&remarque) {
            lu.remarques.push(remarque);
        }
    }
}

/// A stamp on one recipe is looked at; what most pages bear, or a margin, is told.
fn dire_les_travers(lu: &mut LivreLu, fiches: &mut [Fiche], travers: Vec<Travers>) {
    let mut dits: HashSet<String> = HashSet::new();
    for t in &travers {
        let fois = travers.iter().filter(|a| a.texte == t.texte).count();
        let seul = fois == 1 || fois * 2 <= lu.pages as usize;
        let fiche = fiches.iter_mut().filter(|f| f.commence_avant(t.page, t.cadre));
        match fiche.max_by_key(|f| f.place()).filter(|_| t.dessus && seul) {
            Some(fiche) => fiche.tampons.push((t.page, t.texte.clone())),
            None if dits.insert(t.texte.clone()) => {
                let (page, texte) = (t.page, t.texte.clone());
                lu.remarques.push(Remarque::HorsRecette { page, texte });
            }
            None => {}
        }
    }
}

/// A head that opened nothing counts among the heads; words of a chapter are told.
fn dire_ce_qui_est_dehors(lu: &mut LivreLu, rangee: &Rangee) {
    let (page, texte) = (rangee.page, rangee.texte());
    let tete = tetes::lire(rangee.cles().filter(|c| !c.is_empty())).is_some();
    if tete || entetes::lire(rangee, false).is_some() {
        lu.entetes_non_compris.push(TexteDePage { page, texte });
    } else if !texte.is_empty() {
        lu.remarques.push(Remarque::HorsRecette { page, texte });
    }
}

fn compter(pages: usize) -> u32 {
    u32::try_from(pages).unwrap_or(u32::MAX)
}

fn remarquer_les_vides(lu: &mut LivreLu, livre: &Pages) {
    if livre.plaintes {
        lu.remarques.push(Remarque::AbimeEnPartie);
    }
    let vides = livre.pages.iter().zip(1_u32..).filter(|(page, _)| page.mots.is_empty());
    lu.remarques.extend(vides.map(|(_, page)| Remarque::PageSansTexte { page }));
}

fn feuille(page: PageLue) -> Feuille {
    Feuille { hauteur: page.hauteur, segments: segments(page.mots) }
}

fn douter_du_titre(page: u32, titre: &str, phrase: &str) -> Doute {
    let (texte, phrase) = (titre.to_owned(), phrase.to_owned());
    Doute { code: CodeDeDoute::Texte, page, texte, phrase }
}

/// `Saumon 60 g` over a head, after a recipe that says nothing but its list: its last ingredient, or a
/// title; `Riz 60 g Nori 5 g` are ingredients.
fn douter_des_titres(recettes: &mut [RecetteLue]) {
    let mut avant: Option<&mut RecetteLue> = None;
    for recette in recettes {
        let phrase =
            "Ces mots sont-ils le titre d'une recette, ou ce qui reste de la liste d'avant ?";
        let doute = douter_du_titre(recette.page, &recette.titre, phrase);
        let poids = hors_liste::poids_dits(&recette.titre);
        let nue = avant.filter(|a| {
            a.poids_net_g.is_none() && a.emballage.is_none() && a.duree_vie_jours.is_none()
        });
        match nue {
            Some(nue) if poids > 0 => {
                nue.doutes.push(doute.clone());
                recette.doutes.push(doute);
            }
            _ if poids > 1 => recette.doutes.push(doute),
            _ => {}
        }
        avant = Some(recette);
    }
}

/// How a recipe is called whose title was not found.
pub(crate) const SANS_TITRE: &str = "Recette sans titre";

/// A page is no identity: another list there, in another book or in the next edition, is another
/// recipe. What it is made of is one, and says more to a person.
fn titre_de_ce_qu_elle_dit(recette: &RecetteLue) -> String {
    let dits: Vec<&str> = recette.lignes.iter().map(|l| l.texte.as_str()).collect();
    let reste = (recette.poids_net_g, recette.duree_vie_jours, &recette.emballage);
    let empreinte = xxhash_rust::xxh3::xxh3_64(format!("{dits:?} {reste:?}").as_bytes());
    let premiers: Vec<String> =
        recette.lignes.iter().take(2).map(|l| l.libelle.chars().take(40).collect()).collect();
    let suite = if recette.lignes.len() > 2 { "…" } else { "" };
    let (page, premiers) = (recette.page, premiers.join(", "));
    format!("{SANS_TITRE}, page {page} ({premiers}{suite}, n° {:06x})", empreinte >> 40)
}

/// Every recipe gets a name, and no two the same.
fn nommer(lu: &mut LivreLu, marges: &HashSet<String>) {
    let mut pris: HashSet<String> = HashSet::new();
    let mut fois: HashMap<String, u32> = HashMap::new();
    for recette in &mut lu.recettes {
        let page = recette.page;
        if recette.titre.is_empty() {
            recette.titre = titre_de_ce_qu_elle_dit(recette);
            let titre = recette.titre.clone();
            recette.doutes.push(douter_du_titre(
                page,
                &titre,
                "Cette recette n'a pas de titre lisible.",
            ));
            lu.remarques.push(Remarque::SansTitre { page, titre });
        } else if marges.contains(&recette.titre) {
            let phrase = "Ces mots sont aussi l'en-tête d'autres pages : est-ce un titre ?";
            recette.doutes.push(douter_du_titre(page, &recette.titre, phrase));
        }
        let titre = recette.titre.clone();
        while !pris.insert(recette.titre.clone()) {
            let n = fois.entry(titre.clone()).or_insert(1);
            *n = n.saturating_add(1);
            recette.titre = format!("{titre} ({n})");
        }
        if recette.titre != titre {
            let nom = recette.titre.clone();
            lu.remarques.push(Remarque::TitreEnDouble { page, titre, nom });
        }
    }
}
