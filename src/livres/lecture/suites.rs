//! What stands at the top of a column or of a page before any title: more of a recipe that began
//! before, or its head printed again, or the rest of its packaging; and what the end of one keeps of
//! the next, its title (pure).

use super::champs::{champs, est_total};
use super::colonnes::Colonne;
use super::fiches::Fiche;
use super::lisible::se_lit;
use super::mentions;
use super::rangees::Rangee;
use super::repliees::recoller_l_emballage;
use super::titres;

/// What may stand between a title and its head.
pub(crate) fn est_un_chapeau(rangee: &Rangee) -> bool {
    !champs(&rangee.jetons).is_empty()
        || titres::est_un_detail(rangee)
        || mentions::est_connue(rangee)
}

/// Where the title of the next recipe begins, among the last lines of this one: no quantity, and no
/// more than fields under it.
pub(crate) fn titre_laisse(fiche: &Fiche) -> Option<usize> {
    let lignes = &fiche.rangees;
    let fin = lignes.iter().rposition(|r| !est_un_chapeau(r))?;
    let titre = lignes.get(fin)?;
    let corps = |n: usize| lignes.get(n).filter(|r| !est_un_chapeau(r)).map(|r| r.hauteur);
    let grand = |r: &Rangee, n: usize| {
        corps(n).is_some_and(|c| r.hauteur.saturating_mul(100) > c.saturating_mul(108))
    };
    let dernier = fin + 1 == lignes.len();
    let franc = dernier || fin.checked_sub(1).is_some_and(|n| grand(titre, n)) || grand(titre, 0);
    let possible = |r: &Rangee| titres::peut_etre_titre(r) && !est_ingredient(r);
    let mut debut = fin;
    while let Some(avant) = debut.checked_sub(1).filter(|_| grand(titre, 0)) {
        let meme =
            |r: &&Rangee| possible(r) && (r.hauteur - titre.hauteur).abs() * 12 < titre.hauteur;
        match lignes.get(avant).filter(meme) {
            Some(_) => debut = avant,
            None => break,
        }
    }
    (possible(titre) && franc).then_some(debut)
}

pub(crate) fn oter_le_titre_laisse(fiche: &mut Fiche) -> Vec<Rangee> {
    match titre_laisse(fiche) {
        Some(debut) => fiche.rangees.split_off(debut),
        None => Vec::new(),
    }
}

/// The head of a table printed again at the top of a page or of a column, over the rest of its list:
/// no title stands over it, and none was left at the end of the page before.
pub(crate) fn reprend(fiches: &[Fiche], colonne: &Colonne, ligne: usize) -> bool {
    let (haut, reste) = colonne.rangees.split_at(ligne.min(colonne.rangees.len()));
    let Some(tete) = reste.first() else { return false };
    let candidats = candidats(fiches, (colonne.page, colonne.rang));
    let mut probables = candidats.iter().take(2).filter_map(|n| fiches.get(*n));
    let Some(ouverte) = probables.find(|f| est_ouverte(f)) else { return false };
    let sans_titre = haut
        .iter()
        .all(|r| titres::nomme_des_colonnes(r) || est_un_report(r) || rappelle(ouverte, r));
    let dite = |r: &Rangee| r.cles().eq(tete.cles());
    let sienne = dite(&ouverte.tete) || ouverte.rangees.iter().any(dite);
    let laisse = fiches.last().is_some_and(|f| titre_laisse(f).is_some());
    sans_titre && !laisse && sienne
}

/// The title of this recipe, over the rest of it.
fn rappelle(fiche: &Fiche, rangee: &Rangee) -> bool {
    !fiche.titre.is_empty() && fiche.titre.to_lowercase() == rangee.texte().to_lowercase()
}

/// `Report 1 200`, `Sous-total`: what a page adds up for the next.
fn est_un_report(rangee: &Rangee) -> bool {
    est_total(&rangee.jetons) || matches!(rangee.premiere_cle(), "report" | "reports" | "suite")
}

/// Which recipes the top of this column may go on with, the likeliest first.
fn candidats(fiches: &[Fiche], (page, rang): (u32, usize)) -> Vec<usize> {
    let meme = fiches.iter().rposition(|f| f.page + 1 == page && f.rang == rang);
    let meme = meme.filter(|n| fiches.get(*n).is_some_and(|f| !f.continuee));
    meme.into_iter().chain((0..fiches.len()).rev().take(4)).collect()
}

/// Gives the top of a column to the recipe it continues; what continues none is `dehors`.
pub(crate) fn continuer(
    fiches: &mut [Fiche],
    suite: Vec<Rangee>,
    (page, rang): (u32, usize),
    dehors: &mut Vec<Rangee>,
) {
    let (rappels, mut suite): (Vec<Rangee>, Vec<Rangee>) = suite.into_iter().partition(|r| {
        let titre = fiches.iter().rev().take(4).any(|f| est_ouverte(f) && rappelle(f, r));
        titre || r.cles().any(|c| c == "suite")
    });
    if let Some(derniere) = fiches.last_mut() {
        derniere.mots_du_titre += rappels.iter().map(|r| r.mots).sum::<u32>();
    } else {
        dehors.extend(rappels);
    }
    if finir_l_emballage(fiches, &mut suite, (page, rang)) {
        return;
    }
    if !suite.is_empty() && suite.iter().any(parle_de_recette) {
        let complete = |f: &Fiche| suite.first().is_some_and(|r| manque(f, r));
        let candidats = candidats(fiches, (page, rang));
        let ouverte = candidats.iter().find(|n| fiches.get(**n).is_some_and(est_ouverte));
        let choisie = ouverte.or(candidats.iter().find(|n| fiches.get(**n).is_some_and(complete)));
        if let Some(fiche) = choisie.copied().and_then(|n| fiches.get_mut(n)) {
            fiche.continuee = true;
            fiche.rangees.append(&mut suite);
            return;
        }
    }
    let (egarees, autres): (Vec<Rangee>, Vec<Rangee>) =
        suite.into_iter().partition(|r| est_ingredient(r) && r.jetons.iter().any(|j| j.large));
    match fiches.last_mut() {
        Some(fiche) => fiche.egarees.extend(egarees),
        None => dehors.extend(egarees),
    }
    dehors.extend(autres);
}

/// The first of these lines is the rest of a packaging, and the others follow it.
fn finir_l_emballage(
    fiches: &mut [Fiche],
    suite: &mut Vec<Rangee>,
    (page, rang): (u32, usize),
) -> bool {
    if suite.is_empty() {
        return false;
    }
    let meme = fiches.iter().rposition(|f| f.page + 1 == page && f.rang == rang);
    let mut bas = suite.remove(0);
    for n in meme.into_iter().chain(fiches.len().checked_sub(1)) {
        let Some(fiche) = fiches.get_mut(n) else { continue };
        match recoller_l_emballage(&mut fiche.rangees, bas) {
            None => {
                fiche.rangees.append(suite);
                return true;
            }
            Some(rendu) => bas = rendu,
        }
    }
    suite.insert(0, bas);
    false
}

fn parle_de_recette(rangee: &Rangee) -> bool {
    !champs(&rangee.jetons).is_empty() || est_total(&rangee.jetons) || est_ingredient(rangee)
}

pub(crate) fn est_ingredient(rangee: &Rangee) -> bool {
    se_lit(&rangee.jetons)
}

/// Nothing has ended its list yet.
pub(crate) fn est_ouverte(fiche: &Fiche) -> bool {
    !fiche.recueil && !fiche.rangees.iter().any(|r| !champs(&r.jetons).is_empty())
}

/// The line is a field that this recipe has not got.
pub(crate) fn manque(fiche: &Fiche, rangee: &Rangee) -> bool {
    let noms = |r: &Rangee| champs(&r.jetons).iter().map(|c| c.nom).collect::<Vec<_>>();
    let siens: Vec<_> = fiche.rangees.iter().chain(&fiche.avant).flat_map(noms).collect();
    noms(rangee).first().is_some_and(|nom| !siens.contains(nom))
}
