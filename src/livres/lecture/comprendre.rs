//! From words with boxes to recipes: the steps, one after the other (pure).

use std::collections::{HashMap, HashSet};

use super::colonnes::{Colonne, colonnes, tete_de};
use super::composition::{self, Comprise};
use super::fiches::fiches;
use super::marges::{self, Feuille};
use super::mots::Pages;
use super::mots_cles::MotDeTete;
use super::rangees::segments;
use super::{LivreLu, Remarque};

/// All that these pages say. No recipe is no error here.
pub(crate) fn comprendre(livre: Pages) -> LivreLu {
    let mut lu = LivreLu { pages: compter(livre.pages.len()), ..LivreLu::default() };
    remarquer_les_vides(&mut lu, &livre);
    let colonnes = mettre_en_colonnes(livre);
    for fiche in colonnes.into_iter().flat_map(|(c, tete)| fiches(c, tete)) {
        let Comprise { recette, illisibles, remarques } = composition::comprendre(fiche);
        if recette.lignes.is_empty() && illisibles.is_empty() {
            let (page, titre) = (recette.page, recette.titre);
            lu.remarques.push(Remarque::SansLigne { page, titre });
            continue;
        }
        lu.recettes.push(recette);
        lu.lignes_illisibles.extend(illisibles);
        lu.remarques.extend(remarques);
    }
    nommer(&mut lu);
    lu
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

/// With the word that opens lists in this book; None: no such word.
fn mettre_en_colonnes(livre: Pages) -> Option<(Vec<Colonne>, MotDeTete)> {
    let feuille =
        |p: super::mots::PageLue| Feuille { hauteur: p.hauteur, segments: segments(p.mots) };
    let mut feuilles: Vec<Feuille> = livre.pages.into_iter().map(feuille).collect();
    let existe = |tete: &MotDeTete| {
        feuilles.iter().flat_map(|f| &f.segments).any(|s| tete_de(s, *tete).is_some())
    };
    let tete = [MotDeTete::Composition, MotDeTete::Ingredients].into_iter().find(existe)?;
    marges::oter(&mut feuilles);
    Some((colonnes(feuilles, tete), tete))
}

/// Every recipe gets a name, and no two the same.
fn nommer(lu: &mut LivreLu) {
    let mut pris: HashSet<String> = HashSet::new();
    let mut fois: HashMap<String, u32> = HashMap::new();
    for recette in &mut lu.recettes {
        let page = recette.page;
        if recette.titre.is_empty() {
            recette.titre = format!("Recette sans titre, page {page}");
            lu.remarques.push(Remarque::SansTitre { page, titre: recette.titre.clone() });
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
