//! Recipes beside one another (pure): in which order they are read, and which of them are one: the
//! second half of a list whose head is printed twice side by side, and what goes on elsewhere.

use super::champs::champs;
use super::fiches::Fiche;
use super::mots_cles::{cle, est_partie};
use super::rangees::Rangee;

const PARTIE: &str =
    "Ce titre est le nom d'une partie, comme celui d'à côté : est-ce une recette ?";

/// A list without a title, whose head stands beside that of a recipe and says the same, goes on with
/// it.
pub(crate) fn reunir_les_moities(fiches: &mut Vec<Fiche>) {
    let mut n = 0;
    while let Some(fiche) = fiches.get(n) {
        let a_gauche = |(m, f): &(usize, &Fiche)| {
            *m != n
                && !f.titre.is_empty()
                && f.tete.cles().eq(fiche.tete.cles())
                && sont_en_ligne(f, fiche)
        };
        let gauche = |f: &Fiche| f.tete.cadre.gauche;
        let voisines = fiches.iter().enumerate().filter(a_gauche);
        let voisine = voisines
            .filter(|(_, f)| fiche.titre.is_empty() && gauche(f) < gauche(fiche))
            .max_by_key(|(_, f)| gauche(f))
            .map(|(m, _)| m);
        let Some(m) = voisine else {
            n += 1;
            continue;
        };
        let moitie = fiches.remove(n);
        if let Some(entiere) = fiches.get_mut(if m > n { m - 1 } else { m }) {
            joindre(entiere, moitie);
        }
    }
}

fn sont_en_ligne(a: &Fiche, b: &Fiche) -> bool {
    let saut = (a.tete.cadre.milieu() - b.tete.cadre.milieu()).abs();
    a.page == b.page && saut * 2 < a.tete.hauteur
}

/// Its head and its lines come after those of the list, before the fields that end it.
fn joindre(entiere: &mut Fiche, mut moitie: Fiche) {
    let fin = |f: &Fiche| {
        let fin = f.rangees.iter().position(|r| !champs(&r.jetons).is_empty());
        fin.unwrap_or(f.rangees.len())
    };
    let apres = moitie.rangees.split_off(fin(&moitie));
    let place = fin(entiere);
    let lignes = std::iter::once(moitie.tete).chain(moitie.rangees);
    entiere.rangees.splice(place..place, lignes);
    entiere.rangees.extend(apres);
    entiere.avant.append(&mut moitie.avant);
    entiere.a_cote.append(&mut moitie.a_cote);
    entiere.details.append(&mut moitie.details);
    entiere.egarees.append(&mut moitie.egarees);
    entiere.tampons.append(&mut moitie.tampons);
    entiere.doutes.append(&mut moitie.doutes);
    entiere.mots_du_titre += moitie.mots_du_titre;
}

/// `Pâte` and `Appareil`, side by side: parts, and the recipe's own title stands over both.
pub(crate) fn douter_des_parties(fiches: &mut [Fiche]) {
    let sous_le_titre = |r: &Rangee| r.jetons.len() == 1 && est_partie(r.premiere_cle());
    let partie = |f: &Fiche| est_partie(&cle(&f.titre)) || f.details.iter().any(sous_le_titre);
    let douteuses: Vec<usize> = (0..fiches.len())
        .filter(|n| {
            let mut autres = fiches.iter().enumerate().filter(|(m, _)| m != n);
            let celle_ci = fiches.get(*n).filter(|f| partie(f));
            celle_ci.is_some_and(|f| autres.any(|(_, a)| partie(a) && sont_en_ligne(f, a)))
        })
        .collect();
    for n in douteuses {
        if let Some(fiche) = fiches.get_mut(n) {
            fiche.doutes.push(PARTIE);
        }
    }
}

/// Recipes that stand in rows are read row by row. Where on any page they do not, all of the book
/// is read column by column.
pub(crate) fn ordonner(fiches: &mut [Fiche]) {
    fiches.sort_by_key(|f| (f.page, f.haut));
    let mut bandes: Vec<usize> = Vec::with_capacity(fiches.len());
    let (mut bande, mut bas, mut page) = (0, i32::MIN, 0);
    for fiche in fiches.iter() {
        bande += usize::from(fiche.page != page || fiche.haut > bas);
        bas = if fiche.page == page { bas.max(fiche.bas) } else { fiche.bas };
        page = fiche.page;
        bandes.push(bande);
    }
    let mut places: Vec<_> = bandes.iter().zip(fiches.iter().map(|f| f.rang)).collect();
    places.sort_unstable();
    if places.windows(2).any(|p| p[0] == p[1]) {
        fiches.sort_by_key(|f| (f.page, f.rang, f.haut));
    } else {
        let mut bandes = bandes.into_iter();
        fiches.sort_by_cached_key(|f| (bandes.next(), f.rang));
    }
}

/// `SALADE (suite)` is more of SALADE.
pub(crate) fn reunir_les_suites(fiches: Vec<Fiche>) -> Vec<Fiche> {
    let mut reunies: Vec<Fiche> = Vec::with_capacity(fiches.len());
    for fiche in fiches {
        let suite = fiche.tete.cles().any(|c| c == "suite") || sans_suite(&fiche.titre).is_some();
        let base = sans_suite(&fiche.titre).unwrap_or(&fiche.titre);
        let meme = |f: &&mut Fiche| base.is_empty() || f.titre.eq_ignore_ascii_case(base);
        match reunies.iter_mut().rev().take(4).find(meme).filter(|_| suite) {
            Some(debut) => {
                debut.mots_du_titre += fiche.mots_du_titre + fiche.tete.mots;
                debut.details.extend(fiche.details);
                debut.avant.extend(fiche.avant);
                debut.egarees.extend(fiche.egarees);
                debut.tampons.extend(fiche.tampons);
                debut.doutes.extend(fiche.doutes);
                debut.a_cote.extend(fiche.a_cote);
                debut.rangees.extend(fiche.rangees);
            }
            None => reunies.push(fiche),
        }
    }
    reunies
}

fn sans_suite(titre: &str) -> Option<&str> {
    let (debut, fin) = titre.rsplit_once(' ').unwrap_or(("", titre));
    let fin = fin.trim_matches(|c: char| !c.is_alphanumeric());
    fin.eq_ignore_ascii_case("suite").then(|| debut.trim_end_matches([' ', '-', '–', ',']))
}
