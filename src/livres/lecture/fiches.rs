//! Which lines belong to which recipe, over columns and pages (pure).
//!
//! A recipe is its title, its head, and what follows in its column. What stands at the top of a
//! column before any title continues a recipe that has not ended: the one left open in the same
//! column of the page before, else the last one open in the order of reading. A packaging that the
//! end of a column cut in two goes on at the top of the next.

use super::champs::{champs, est_total};
use super::colonnes::Colonne;
use super::grammaire::{self, Contexte};
use super::mots_cles::MotDeTete;
use super::rangees::Rangee;
use super::repliees::recoller_l_emballage;
use super::titres::{self, Titre};

/// A recipe, its lines not yet understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fiche {
    pub titre: String,
    pub page: u32,
    /// What stands after COMPOSITION on its line: names of columns, perhaps.
    pub tete: Rangee,
    pub rangees: Vec<Rangee>,
    rang: usize,
    haut: i32,
    bas: i32,
}

pub(crate) fn fiches(colonnes: Vec<Colonne>, tete: MotDeTete) -> Vec<Fiche> {
    let mut fiches: Vec<Fiche> = Vec::new();
    for colonne in colonnes {
        if colonne.annexe {
            joindre_l_annexe(&mut fiches, &colonne);
        } else {
            lire_la_colonne(&mut fiches, colonne, tete);
        }
    }
    ordonner(&mut fiches);
    reunir_les_suites(fiches)
}

fn lire_la_colonne(fiches: &mut Vec<Fiche>, colonne: Colonne, tete: MotDeTete) {
    let tetes: Vec<usize> = (0..colonne.rangees.len())
        .filter(|n| colonne.rangees.get(*n).is_some_and(|r| tete.ouvre(pleines(r))))
        .collect();
    let titres: Vec<Titre> = titres::trouver(&colonne.rangees, &tetes);
    let debut = titres.first().map_or(colonne.rangees.len(), |t| t.debut);
    let mut rangees = colonne.rangees.into_iter();
    let suite: Vec<Rangee> = rangees.by_ref().take(debut).collect();
    let titre_manque = titres.first().is_some_and(|t| t.texte.is_empty());
    let reste = continuer(fiches, suite, (colonne.page, colonne.rang), titre_manque);
    let mut orphelin = Some(reste).filter(|_| titre_manque);
    let mut titres = titres.into_iter().peekable();
    while let Some(titre) = titres.next() {
        let fin = titres.peek().map_or(usize::MAX, |t| t.debut);
        let mut siennes = rangees.by_ref().take(fin - titre.debut);
        let au_dessus: Vec<Rangee> = siennes.by_ref().take(titre.tete - titre.debut).collect();
        let Some(tete) = siennes.next() else { continue };
        let haut = au_dessus.first().map_or(tete.cadre.haut, |r| r.cadre.haut);
        let mut rangees: Vec<Rangee> = siennes.collect();
        let bas = rangees.last().map_or(tete.cadre.milieu(), |r| r.cadre.milieu());
        rangees.extend(titre.champs.iter().filter_map(|n| au_dessus.get(*n)).cloned());
        let texte = match orphelin.take().filter(|_| titre.texte.is_empty()) {
            Some(precedent) => precedent.unwrap_or_default(),
            None => titre.texte,
        };
        let (page, rang) = (colonne.page, colonne.rang);
        fiches.push(Fiche { titre: texte, page, tete, rangees, rang, haut, bas });
    }
}

fn pleines(rangee: &Rangee) -> impl Iterator<Item = &str> {
    rangee.cles().filter(|c| !c.is_empty())
}

/// Gives the top of a column to the recipe it continues. `titre_manque`: the list below has no
/// title here, it was the last line of the page before; it comes back.
fn continuer(
    fiches: &mut [Fiche],
    mut suite: Vec<Rangee>,
    (page, rang): (u32, usize),
    titre_manque: bool,
) -> Option<String> {
    suite.retain(|r| !r.cles().any(|c| c == "suite"));
    if finir_l_emballage(fiches, &mut suite, (page, rang)) {
        return None;
    }
    if !suite.is_empty() && suite.iter().any(parle_de_recette) {
        let complete = |f: &Fiche| suite.first().is_some_and(|r| manque(f, r));
        let meme = fiches.iter().rposition(|f| f.page + 1 == page && f.rang == rang);
        let candidats: Vec<usize> =
            meme.into_iter().chain((0..fiches.len()).rev().take(4)).collect();
        let ouverte = candidats.iter().find(|n| fiches.get(**n).is_some_and(est_ouverte));
        let choisie = ouverte.or(candidats.iter().find(|n| fiches.get(**n).is_some_and(complete)));
        if let Some(fiche) = choisie.copied().and_then(|n| fiches.get_mut(n)) {
            fiche.rangees.append(&mut suite);
            return None;
        }
    }
    let fiche = fiches.last_mut().filter(|_| titre_manque && suite.is_empty())?;
    let sans_quantite = |r: &Rangee| champs(&r.jetons).is_empty() && !est_ingredient(r);
    let titre = fiche.rangees.pop_if(|r| sans_quantite(r))?;
    Some(titre.texte())
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

fn est_ingredient(rangee: &Rangee) -> bool {
    let lectures = grammaire::lire(&rangee.jetons, Contexte::default());
    lectures.tete.is_some() || !lectures.fin.is_empty()
}

/// Nothing has ended its list yet.
fn est_ouverte(fiche: &Fiche) -> bool {
    !fiche.rangees.iter().any(|r| !champs(&r.jetons).is_empty())
}

/// The line is a field that this recipe has not got.
fn manque(fiche: &Fiche, rangee: &Rangee) -> bool {
    let noms = |r: &Rangee| champs(&r.jetons).iter().map(|c| c.nom).collect::<Vec<_>>();
    let siens: Vec<_> = fiche.rangees.iter().flat_map(noms).collect();
    noms(rangee).first().is_some_and(|nom| !siens.contains(nom))
}

/// Text beside lists: more of the list where most of it reads so, else only its fields count.
fn joindre_l_annexe(fiches: &mut [Fiche], colonne: &Colonne) {
    let siennes = |f: &Fiche| f.page == colonne.page && f.rang == colonne.rang;
    let mut suivant = i32::MAX;
    for fiche in fiches.iter_mut().rev().filter(|f| siennes(f)) {
        let entre = |r: &&Rangee| (fiche.haut..suivant).contains(&r.cadre.milieu());
        let rangees: Vec<&Rangee> = colonne.rangees.iter().filter(entre).collect();
        suivant = fiche.haut;
        let lisibles = rangees.iter().filter(|r| est_ingredient(r)).count();
        if lisibles * 2 > rangees.len() {
            let fin = fiche.rangees.iter().position(|r| !champs(&r.jetons).is_empty());
            let fin = fin.unwrap_or(fiche.rangees.len());
            fiche.rangees.splice(fin..fin, rangees.into_iter().cloned());
        } else {
            let champs = rangees.into_iter().filter(|r| !champs(&r.jetons).is_empty());
            fiche.rangees.extend(champs.cloned());
        }
    }
}

/// Recipes that stand in rows are read row by row. Where on any page they do not, all of the book
/// is read column by column.
fn ordonner(fiches: &mut [Fiche]) {
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
fn reunir_les_suites(fiches: Vec<Fiche>) -> Vec<Fiche> {
    let mut reunies: Vec<Fiche> = Vec::with_capacity(fiches.len());
    for fiche in fiches {
        let suite = fiche.tete.cles().any(|c| c == "suite") || sans_suite(&fiche.titre).is_some();
        let base = sans_suite(&fiche.titre).unwrap_or(&fiche.titre);
        let meme = |f: &&mut Fiche| base.is_empty() || f.titre.eq_ignore_ascii_case(base);
        match reunies.iter_mut().rev().take(4).find(meme).filter(|_| suite) {
            Some(debut) => debut.rangees.extend(fiche.rangees),
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
