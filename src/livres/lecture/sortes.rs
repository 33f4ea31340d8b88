//! What one line of a recipe is, and where in the recipe one stands after it (pure).

use super::annonces::{est_pliee, titre_de_suite};
use super::champs::{champs, est_total};
use super::entetes;
use super::hors_liste::{self, HorsListe};
use super::mots_cles::est_entete;
use super::phrases;
use super::rangees::{Jeton, Rangee};
use super::reperes::Reperes;
use super::tetes;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Etat {
    Liste,
    Methode,
    /// Under the heading of a method, before its first step.
    Annoncee,
    /// A table of nutrition values.
    Valeurs,
    /// After a field.
    Fin,
}

/// What one line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sorte {
    Ligne,
    Champ,
    Total,
    Entete,
    Portions,
    Partie,
    Methode,
    Chapitre,
    /// Begins like a head, and opens nothing.
    TeteObscure,
    /// Reads like a line of the list, after it.
    ApresLaListe,
    /// `Variante : thon 60 g`.
    Choix,
    Obscure,
}

/// The height of the letters of the list: of its lines that bear a number.
pub(crate) fn corps(avant: &[Rangee]) -> i32 {
    let chiffre = |j: &Jeton| j.texte.bytes().any(|c| c.is_ascii_digit());
    let chiffrees = avant.iter().filter(|r| r.jetons.iter().any(chiffre));
    let mut hauteurs: Vec<i32> = chiffrees.map(|r| r.hauteur).collect();
    hauteurs.sort_unstable();
    hauteurs.get(hauteurs.len() / 2).copied().unwrap_or(0)
}

/// What the first of these lines is, and where one is after it.
pub(crate) fn sorte(reste: &[Rangee], etat: Etat, reperes: &Reperes, corps: i32) -> (Sorte, Etat) {
    let Some((rangee, apres)) = reste.split_first() else { return (Sorte::Obscure, etat) };
    // What it said is of the rows beside it.
    if rangee.jetons.is_empty() {
        return (Sorte::Partie, etat);
    }
    if !champs(&rangee.jetons).is_empty() {
        return (Sorte::Champ, Etat::Fin);
    }
    if est_total(&rangee.jetons) {
        return (Sorte::Total, etat);
    }
    if tetes::portions(rangee).is_some() {
        return (Sorte::Portions, etat);
    }
    if let Some(tete) = tetes::lire(rangee.cles().filter(|c| !c.is_empty())) {
        let colonnes = tete.comprise || entetes::lire(rangee, false).is_some();
        return (if colonnes { Sorte::Entete } else { Sorte::TeteObscure }, etat);
    }
    match hors_liste::lire(rangee) {
        Some(HorsListe::Connu) => return (Sorte::Methode, etat),
        Some(HorsListe::Nutriment) => return (Sorte::Methode, Etat::Valeurs),
        Some(HorsListe::Dit) => return (Sorte::Choix, etat),
        None => {}
    }
    let pliee = etat == Etat::Liste && est_pliee(rangee, apres, reperes);
    if let Some(suite) = titre_de_suite(rangee, apres, etat, reperes).filter(|_| !pliee) {
        let ligne = hors_liste::finit_comme_une_ligne(rangee, reperes, false);
        return if ligne { (Sorte::Choix, etat) } else { suite };
    }
    let formee = || phrases::a_la_forme(rangee, reperes);
    match etat {
        Etat::Liste if rangee.cles().all(est_entete) && !pliee => (Sorte::Entete, etat),
        Etat::Liste if phrases::est_une_etape(rangee) => {
            // `Napper de 10 g de sauce` among lines of the list: an ingredient may be in it.
            let numerotee = rangee
                .jetons
                .first()
                .is_some_and(|j| j.texte.starts_with(|c: char| c.is_ascii_digit()));
            let ligne = (!numerotee && hors_liste::pese(rangee))
                || hors_liste::finit_comme_une_ligne(rangee, reperes, true);
            (if ligne { Sorte::Choix } else { Sorte::Methode }, etat)
        }
        Etat::Liste => (Sorte::Ligne, etat),
        Etat::Valeurs if phrases::est_un_nutriment(rangee) => (Sorte::Methode, etat),
        _ if formee() => (Sorte::ApresLaListe, etat),
        Etat::Annoncee if nomme(rangee) => (Sorte::Obscure, etat),
        Etat::Methode | Etat::Annoncee => (Sorte::Methode, Etat::Methode),
        _ if phrases::est_une_note(rangee)
            || phrases::est_une_etape(rangee)
            || phrases::est_une_phrase(rangee) =>
        {
            (Sorte::Methode, etat)
        }
        // The title of a chapter stands over the next recipes.
        _ if rangee.hauteur.saturating_mul(100) > corps.saturating_mul(115)
            && corps > 0
            && !apres.iter().take(2).any(|r| phrases::a_la_forme(r, reperes)) =>
        {
            (Sorte::Chapitre, etat)
        }
        _ => (Sorte::Obscure, etat),
    }
}

/// `Moutarde de Dijon` where a step is awaited: a name, with no verb in it.
fn nomme(rangee: &Rangee) -> bool {
    let lettres = |j: &&Jeton| j.texte.contains(char::is_alphabetic);
    let nom = rangee.jetons.first().is_some_and(|j| j.texte.starts_with(char::is_uppercase));
    let sans_chiffre = !rangee.jetons.iter().any(|j| j.texte.bytes().any(|c| c.is_ascii_digit()));
    let court = rangee.jetons.iter().filter(lettres).count() <= 4;
    let dit = phrases::est_une_note(rangee) || phrases::est_une_phrase(rangee);
    nom && court && sans_chiffre && !dit && !rangee.cles().any(phrases::est_un_verbe)
}
