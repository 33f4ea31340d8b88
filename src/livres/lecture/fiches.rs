//! Which lines belong to which recipe, over columns and pages (pure).
//!
//! A recipe is its title, its head, and what follows in its column. What stands at the top of a
//! column before any title continues a recipe that has not ended: the one left open in the same
//! column of the page before, else the last one open in the order of reading. A packaging that the
//! end of a column cut in two goes on at the top of the next.

use super::champs::{champs, est_total};
use super::colonnes::Colonne;
use super::grammaire::{self, Contexte};
use super::ouvertures::{self, Ouverture};
use super::rangees::Rangee;
use super::repliees::recoller_l_emballage;
use super::titres::{self, Titre};
use crate::domaine::Decimal;

/// A recipe, its lines not yet understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fiche {
    pub titre: String,
    pub page: u32,
    /// The line of the word COMPOSITION: names of columns, too, perhaps.
    pub tete: Rangee,
    /// Its head says for how many pieces it is.
    pub rendement: Option<Decimal>,
    /// Words of its head are not understood.
    pub tete_douteuse: bool,
    /// What stands between title and head, and is no field.
    pub details: Vec<Rangee>,
    /// Fields between title and head: they end no list.
    pub avant: Vec<Rangee>,
    pub rangees: Vec<Rangee>,
    /// Text beside its list.
    pub a_cote: Vec<Rangee>,
    /// So many words of its title.
    pub mots_du_titre: u32,
    rang: usize,
    haut: i32,
    bas: i32,
}

/// The recipes, and the lines that stand in none.
pub(crate) fn fiches(colonnes: Vec<Colonne>) -> (Vec<Fiche>, Vec<Rangee>) {
    let tetes = ouvertures::Tetes::du_livre(&colonnes);
    let (mut fiches, mut dehors): (Vec<Fiche>, Vec<Rangee>) = (Vec::new(), Vec::new());
    for colonne in colonnes {
        if colonne.annexe {
            dehors.extend(joindre_l_annexe(&mut fiches, colonne));
        } else {
            lire_la_colonne(&mut fiches, colonne, tetes, &mut dehors);
        }
    }
    ordonner(&mut fiches);
    (reunir_les_suites(fiches), dehors)
}

fn lire_la_colonne(
    fiches: &mut Vec<Fiche>,
    colonne: Colonne,
    tetes: ouvertures::Tetes,
    dehors: &mut Vec<Rangee>,
) {
    let ouvertures = ouvertures::trouver(&colonne.rangees, tetes);
    let lignes: Vec<usize> = ouvertures.iter().map(|o| o.ligne).collect();
    let titres: Vec<Titre> = titres::trouver(&colonne.rangees, &lignes);
    let debut = titres.first().map_or(colonne.rangees.len(), |t| t.debut);
    let mut rangees = colonne.rangees.into_iter();
    let suite: Vec<Rangee> = rangees.by_ref().take(debut).collect();
    let titre_manque = titres.first().is_some_and(|t| t.texte.is_empty());
    let reste = continuer(fiches, suite, (colonne.page, colonne.rang), titre_manque, dehors);
    let mut orphelin = Some(reste).filter(|_| titre_manque);
    let mut suivants = titres.iter().skip(1).map(|t| t.debut);
    for (titre, ouverture) in titres.iter().zip(ouvertures) {
        let fin = suivants.next().unwrap_or(usize::MAX);
        let siennes: Vec<Rangee> = rangees.by_ref().take(fin - titre.debut).collect();
        let (page, rang) = (colonne.page, colonne.rang);
        let Some(mut fiche) = Fiche::ouvrir(titre, ouverture, siennes) else { continue };
        (fiche.page, fiche.rang) = (page, rang);
        if let Some(precedent) = orphelin.take().flatten().filter(|_| fiche.titre.is_empty()) {
            fiche.mots_du_titre += precedent.mots;
            fiche.titre = precedent.texte();
        }
        fiches.push(fiche);
    }
}

impl Fiche {
    /// `siennes`: from its title to the next.
    fn ouvrir(titre: &Titre, ouverture: Ouverture, siennes: Vec<Rangee>) -> Option<Self> {
        let mut siennes = siennes.into_iter();
        let mut au_dessus: Vec<Rangee> = siennes.by_ref().take(titre.tete - titre.debut).collect();
        let tete = siennes.next()?;
        let haut = au_dessus.first().map_or(tete.cadre.haut, |r| r.cadre.haut);
        let rangees: Vec<Rangee> = siennes.collect();
        let bas = rangees.last().map_or(tete.cadre.milieu(), |r| r.cadre.milieu());
        let dessous = au_dessus.split_off(titre.lignes.min(au_dessus.len()));
        let mots_du_titre = au_dessus.iter().map(|r| r.mots).sum();
        let (avant, details): (Vec<Rangee>, Vec<Rangee>) =
            dessous.into_iter().partition(|r| !champs(&r.jetons).is_empty());
        Some(Self {
            titre: titre.texte.clone(),
            page: tete.page,
            tete,
            rendement: ouverture.rendement,
            tete_douteuse: !ouverture.comprise,
            details,
            avant,
            rangees,
            a_cote: Vec::new(),
            mots_du_titre,
            rang: 0,
            haut,
            bas,
        })
    }
}

/// Gives the top of a column to the recipe it continues; what continues none is `dehors`.
/// `titre_manque`: the list below has no title here, it was the last line of the page before; it
/// comes back.
fn continuer(
    fiches: &mut [Fiche],
    suite: Vec<Rangee>,
    (page, rang): (u32, usize),
    titre_manque: bool,
    dehors: &mut Vec<Rangee>,
) -> Option<Rangee> {
    let (rappels, mut suite): (Vec<Rangee>, Vec<Rangee>) =
        suite.into_iter().partition(|r| r.cles().any(|c| c == "suite"));
    if let Some(derniere) = fiches.last_mut() {
        derniere.mots_du_titre += rappels.iter().map(|r| r.mots).sum::<u32>();
    } else {
        dehors.extend(rappels);
    }
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
    let seule = titre_manque && suite.is_empty();
    dehors.append(&mut suite);
    let fiche = fiches.last_mut().filter(|_| seule)?;
    let sans_quantite = |r: &Rangee| champs(&r.jetons).is_empty() && !est_ingredient(r);
    fiche.rangees.pop_if(|r| sans_quantite(r))
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
    let siens: Vec<_> = fiche.rangees.iter().chain(&fiche.avant).flat_map(noms).collect();
    noms(rangee).first().is_some_and(|nom| !siens.contains(nom))
}

/// Text beside lists: more of the list where most of it reads so, else only its fields count. What
/// stands beside none comes back.
fn joindre_l_annexe(fiches: &mut [Fiche], colonne: Colonne) -> Vec<Rangee> {
    let siennes = |f: &Fiche| f.page == colonne.page && f.rang == colonne.rang;
    let mut reste = colonne.rangees;
    for fiche in fiches.iter_mut().rev().filter(|f| siennes(f)) {
        let (rangees, avant): (Vec<Rangee>, Vec<Rangee>) =
            reste.into_iter().partition(|r| r.cadre.milieu() >= fiche.haut);
        reste = avant;
        let lisibles = rangees.iter().filter(|r| est_ingredient(r)).count();
        if lisibles * 2 > rangees.len() {
            let fin = fiche.rangees.iter().position(|r| !champs(&r.jetons).is_empty());
            let fin = fin.unwrap_or(fiche.rangees.len());
            fiche.rangees.splice(fin..fin, rangees);
        } else {
            let (champs, texte): (Vec<Rangee>, Vec<Rangee>) =
                rangees.into_iter().partition(|r| !champs(&r.jetons).is_empty());
            fiche.rangees.extend(champs);
            fiche.a_cote.extend(texte);
        }
    }
    reste
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
            Some(debut) => {
                debut.mots_du_titre += fiche.mots_du_titre + fiche.tete.mots;
                debut.details.extend(fiche.details);
                debut.avant.extend(fiche.avant);
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
