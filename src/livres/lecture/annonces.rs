//! Lines that announce something else than the list: `PRÉPARATION`, `Note : ne pas saler` (pure).

use super::cesures::{commence_en_minuscule, finit_en_suspens};
use super::champs::champs;
use super::mots_cles::{est_partie, est_suite};
use super::parties;
use super::phrases;
use super::rangees::Rangee;
use super::reperes::Reperes;
use super::sortes::{Etat, Sorte};

/// `Produit de la` over `mer 120`, `Note de tête` over `persillée 40 g`: a name goes on below.
pub(super) fn est_pliee(rangee: &Rangee, apres: &[Rangee], reperes: &Reperes) -> bool {
    let suite = apres.first().is_some_and(|r| {
        let saut = r.cadre.milieu() - rangee.cadre.milieu();
        let pres = r.page == rangee.page && (0..=rangee.hauteur * 3 / 2).contains(&saut);
        pres && commence_en_minuscule(r) && phrases::a_la_forme(r, reperes)
    });
    let annonce = rangee.jetons.iter().any(|j| j.texte.ends_with(':'));
    // The name of an ingredient, whatever its quantity stands beside.
    let note_de =
        matches!(&rangee.jetons[..], [note, de, ..] if note.cle == "note" && de.cle == "de");
    let mot = rangee.jetons.last().is_some_and(|j| j.texte.contains(char::is_alphabetic));
    (mot && finit_en_suspens(rangee))
        || (!annonce && (note_de || (suite && rangee.jetons.len() > 1)))
}

/// `PRÉPARATION`, `CUISSON`, `Note : ne pas saler`: a part where lines of the list follow, a method
/// where sentences do, a note where all of it stands on its line.
pub(super) fn titre_de_suite(
    rangee: &Rangee,
    apres: &[Rangee],
    etat: Etat,
    reperes: &Reperes,
) -> Option<(Sorte, Etat)> {
    let premiere = rangee.premiere_cle();
    let annonce =
        rangee.jetons.iter().take(3).any(|j| j.texte.ends_with(':') || j.texte.starts_with(':'));
    let connue = est_suite(premiere) || (annonce && phrases::est_une_note(rangee));
    let partie = est_partie(premiere) && rangee.jetons.len() == 1;
    // `Dressage : huile 5 g`.
    if parties::prefixe(rangee.jetons.iter().map(|j| j.texte.as_str())) > 0
        && phrases::a_la_forme(rangee, reperes)
    {
        return None;
    }
    // A quantity in the column of quantities: `Note de tête 12 g` is a line.
    let ligne = etat == Etat::Liste && !annonce && phrases::a_la_forme(rangee, reperes);
    if !connue || (partie && !est_suite(premiere)) || ligne {
        return None;
    }
    if premiere == "valeurs" {
        return Some((Sorte::Methode, Etat::Valeurs));
    }
    if phrases::est_une_note(rangee) {
        return Some((Sorte::Methode, etat));
    }
    let suite =
        apres.iter().take_while(|r| champs(&r.jetons).is_empty() && !est_suite(r.premiere_cle()));
    let (mut formees, mut autres) = (0_usize, 0_usize);
    for suivante in suite {
        match phrases::a_la_forme(suivante, reperes) {
            true => formees += 1,
            false => autres += 1,
        }
    }
    if etat != Etat::Fin && formees > autres {
        return Some((Sorte::Partie, Etat::Liste));
    }
    let etat = if rangee.jetons.len() == 1 { Etat::Annoncee } else { Etat::Methode };
    Some((Sorte::Methode, etat))
}
