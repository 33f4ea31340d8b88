//! One recipe out of its lines: ingredients, then the fields that end it (pure).
//!
//! A line without quantity is the rest of a name that wrapped, the heading of a part, or nothing we
//! can read: then it is listed.

use super::champs::{self, Champ, Nom, champs, est_total};
use super::fiches::Fiche;
use super::grammaire::{Lecture, Lectures};
use super::mots_cles::est_entete;
use super::parcours::parcourir;
use super::poids::{departager, desaccord};
use super::rangees::Rangee;
use super::registre::Registre;
use super::repliees::{self, Ligne};
use super::{CodeDeDoute, Doute, LigneLue, RecetteLue, Remarque, TexteDePage};

/// What one recipe gives.
pub(crate) struct Comprise {
    pub recette: RecetteLue,
    pub illisibles: Vec<TexteDePage>,
    pub entetes_non_compris: Vec<TexteDePage>,
    pub remarques: Vec<Remarque>,
    pub registre: Registre,
}

pub(crate) fn comprendre(mut fiche: Fiche) -> Comprise {
    let dabord = pieces_dabord(&fiche.tete) || fiche.rangees.iter().take(2).any(pieces_dabord);
    let (titre, page) = (fiche.titre.clone(), fiche.page);
    fiche.rangees = repliees::recoller_les_champs(fiche.rangees);
    let parcours = parcourir(fiche);
    let mut comprise = Comprise {
        recette: RecetteLue {
            titre,
            page,
            lignes: Vec::new(),
            poids_net_g: None,
            emballage: None,
            duree_vie_jours: None,
            rendement: parcours.rendement,
            doutes: parcours.doutes,
        },
        illisibles: Vec::new(),
        entetes_non_compris: parcours.entetes_non_compris,
        remarques: Vec::new(),
        registre: parcours.registre,
    };
    for colonne in parcours.laissees {
        let titre = comprise.recette.titre.clone();
        comprise.remarques.push(Remarque::ColonneLaissee { page, titre, colonne });
    }
    let fin: Vec<&Rangee> = parcours.fin.iter().collect();
    remplir_les_champs(&mut comprise, &fin);
    let liste: Vec<&Rangee> = parcours.liste.iter().collect();
    lire_la_liste(&mut comprise, repliees::assembler(&liste), dabord && !parcours.tableau);
    comprise
}

/// The two columns of numbers stand the other way round: pieces, then grams.
fn pieces_dabord(rangee: &Rangee) -> bool {
    let place = |mots: &[&str]| rangee.cles().position(|c| mots.contains(&c));
    let pieces = place(&["piece", "pieces", "pce", "pces", "pcs", "nb", "nbre", "nombre"]);
    let grammes = place(&["g", "gr", "grammes", "gramme", "grammage", "poids", "quantite", "qte"]);
    let entete = rangee.cles().all(|c| est_entete(c) || c == "composition");
    entete && matches!((pieces, grammes), (Some(p), Some(g)) if p < g)
}

fn remplir_les_champs(comprise: &mut Comprise, fin: &[&Rangee]) {
    for (rang, rangee) in fin.iter().enumerate() {
        for champ in champs(&rangee.jetons) {
            let suivante = fin.get(rang + 1).filter(|r| champs(&r.jetons).is_empty());
            remplir(comprise, (rangee, &champ), suivante.copied());
        }
    }
}

/// The first word on a field counts.
fn remplir(comprise: &mut Comprise, (rangee, champ): (&Rangee, &Champ), suivante: Option<&Rangee>) {
    let recette = &mut comprise.recette;
    match champ.nom {
        Nom::Poids if recette.poids_net_g.is_none() => {
            recette.poids_net_g = champs::poids(champ.jetons);
        }
        Nom::Duree if recette.duree_vie_jours.is_none() => {
            recette.duree_vie_jours = champs::duree(champ.jetons);
            if recette.duree_vie_jours.is_none() && !champ.jetons.is_empty() {
                comprise
                    .remarques
                    .push(Remarque::DureeIllisible { page: rangee.page, texte: rangee.texte() });
            }
        }
        Nom::Emballage if recette.emballage.is_none() => {
            let texte = champs::texte(champ.jetons);
            recette.emballage =
                texte.or_else(|| suivante.filter(|s| s.page == rangee.page).map(Rangee::texte));
        }
        _ => {}
    }
}

fn lire_la_liste(comprise: &mut Comprise, lignes: Vec<Ligne>, pieces_dabord: bool) {
    let lectures = repliees::lectures(&lignes, pieces_dabord);
    let par_la_tete = commence_par_les_quantites(&lectures);
    let (mut gardees, mut possibles) = (Vec::new(), Vec::new());
    for (ligne, lectures) in lignes.into_iter().zip(lectures) {
        let choix = choisir(lectures, par_la_tete);
        if !choix.is_empty() {
            gardees.push(ligne);
            possibles.push(choix);
        } else if !ligne.est_un_intertitre() {
            comprise.recette.doutes.push(Doute {
                code: CodeDeDoute::LigneIllisible,
                page: ligne.page,
                texte: ligne.texte.clone(),
                phrase: "Cette ligne de la composition ne se lit pas.".to_owned(),
            });
            comprise.illisibles.push(TexteDePage { page: ligne.page, texte: ligne.texte });
        }
    }
    let poids = comprise.recette.poids_net_g;
    departager(&mut possibles, poids);
    if let Some(annonce) = poids
        && let Some(somme) = desaccord(&possibles, annonce)
    {
        let page = comprise.recette.page;
        let (annonce, somme) = (annonce.francais(), somme.francais());
        comprise.recette.doutes.push(Doute {
            code: CodeDeDoute::Poids,
            page,
            texte: format!("{annonce} g"),
            phrase: format!(
                "Le poids net imprimé est de {annonce} g, les ingrédients font {somme} g."
            ),
        });
    }
    for (ligne, possibles) in gardees.into_iter().zip(possibles) {
        comprise.recette.lignes.extend(possibles.into_iter().next().map(|l| lue(ligne, l)));
    }
}

/// More than half of the lines that can be read do so in this book.
fn commence_par_les_quantites(lectures: &[Lectures]) -> bool {
    let lisibles = lectures.iter().filter(|l| l.tete.is_some() || !l.fin.is_empty()).count();
    lectures.iter().filter(|l| l.tete.is_some()).count() * 2 > lisibles
}

fn choisir(lectures: Lectures, par_la_tete: bool) -> Vec<Lecture> {
    match lectures.tete {
        Some(tete) if par_la_tete || lectures.fin.is_empty() => vec![tete],
        _ => lectures.fin,
    }
}

fn lue(ligne: Ligne, lecture: Lecture) -> LigneLue {
    LigneLue {
        libelle: lecture.libelle,
        texte: ligne.texte,
        quantite: lecture.quantite,
        quantite_recette: lecture.quantite,
        unite: lecture.unite,
        pieces: lecture.pieces,
        page: ligne.page,
    }
}

/// A line that only adds up.
pub(crate) fn est_une_somme(rangee: &Rangee) -> bool {
    est_total(&rangee.jetons)
}
