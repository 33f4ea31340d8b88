//! One recipe out of its lines: ingredients, then the fields that end it (pure).
//!
//! A line without quantity is the rest of a name that wrapped, the heading of a part, or nothing we
//! can read: then it is listed.

use super::champs::{champs, est_total};
use super::fiches::Fiche;
use super::grammaire::{self, Contexte};
use super::liste::lire_la_liste;
use super::mots_cles::{est_entete, est_partie, est_suite};
use super::rangees::Rangee;
use super::remplir::remplir_les_champs;
use super::repliees;
use super::{RecetteLue, Remarque, TexteDePage};

/// What one recipe gives.
pub(crate) struct Comprise {
    pub recette: RecetteLue,
    pub illisibles: Vec<TexteDePage>,
    pub remarques: Vec<Remarque>,
}

pub(crate) fn comprendre(fiche: Fiche) -> Comprise {
    let ordre = pieces_dabord(&fiche.tete) || fiche.rangees.iter().take(2).any(pieces_dabord);
    let rangees = repliees::recoller_les_champs(fiche.rangees);
    let (liste, fin) = separer(&rangees);
    let mut comprise = Comprise {
        recette: RecetteLue {
            titre: fiche.titre,
            page: fiche.page,
            lignes: Vec::new(),
            poids_net_g: None,
            emballage: None,
            duree_vie_jours: None,
            rendement: None,
            doutes: Vec::new(),
        },
        illisibles: Vec::new(),
        remarques: Vec::new(),
    };
    let poids = remplir_les_champs(&mut comprise, &fin);
    let lignes = repliees::assembler(&liste);
    lire_la_liste(&mut comprise, lignes, (ordre, poids));
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

/// The lines of the list, and those from the first field on.
fn separer(rangees: &[Rangee]) -> (Vec<&Rangee>, Vec<&Rangee>) {
    let (mut liste, mut fin) = (Vec::new(), Vec::new());
    let mut dans_la_liste = true;
    for rangee in rangees {
        if !champs(&rangee.jetons).is_empty() {
            dans_la_liste = false;
        } else if dans_la_liste && finit_la_liste(rangee) {
            dans_la_liste = false;
            continue;
        }
        if !dans_la_liste {
            fin.push(rangee);
        } else if !rangee.cles().all(est_entete) {
            liste.push(rangee);
        }
    }
    (liste, fin)
}

/// `PRÉPARATION`, `Allergènes : lait`: what comes is no list.
fn finit_la_liste(rangee: &Rangee) -> bool {
    let premiere = rangee.premiere_cle();
    let annonce = rangee.jetons.first().is_some_and(|j| j.texte.ends_with(':'))
        || rangee.jetons.get(1).is_some_and(|j| j.texte.starts_with(':'));
    let partie = est_partie(premiere) && rangee.jetons.len() == 1;
    let sans_quantite = || grammaire::lire(&rangee.jetons, Contexte::default()).fin.is_empty();
    est_suite(premiere) && !partie && (annonce || sans_quantite())
}

/// A line that only adds up.
pub(crate) fn est_une_somme(rangee: &Rangee) -> bool {
    est_total(&rangee.jetons)
}
