//! Which lines of a column open a recipe (pure).
//!
//! COMPOSITION does. INGRÉDIENTS under it, or a line that names columns, names the columns of its
//! table; where no COMPOSITION stands over it, it opens a list itself, if a title stands there. With
//! words that are not understood a head opens a recipe only where a title and a list say so.

use super::champs::{champs, est_total};
use super::colonnes::Colonne;
use super::entetes;
use super::genres::{self, Genre};
use super::grammaire::{self, Contexte};
use super::mots_cles::{est_entete, est_partie, est_suite};
use super::phrases;
use super::rangees::Rangee;
use super::suites::est_ingredient;
use super::tetes::{self, MotDeTete, Tete};
use super::titres::{self, Titres};
use crate::domaine::Decimal;

/// One line that opens a recipe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ouverture {
    pub ligne: usize,
    pub rendement: Option<Decimal>,
    pub comprise: bool,
    /// The book has stronger heads.
    pub faible: bool,
    /// Nothing that is known announces the list: it begins on this line.
    pub sans_tete: bool,
    /// Another head under it may be that of another recipe.
    pub doute: Option<&'static str>,
}

const PARTIE: &str = "Le nom d'une partie, au-dessus d'un autre tableau : est-ce la même recette ?";

/// The strongest kind of head that this book has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Tetes {
    /// Only lines that name columns.
    Tableaux,
    Ingredients,
    Compositions,
}

/// What may open a list here.
#[derive(Debug, Clone, Copy)]
struct Possible {
    force: Tetes,
    rendement: Option<Decimal>,
    comprise: bool,
}

impl Tetes {
    pub(crate) fn du_livre(colonnes: &[Colonne]) -> Self {
        let rangees = colonnes.iter().filter(|c| !c.annexe).flat_map(|c| &c.rangees);
        let comprises = rangees.filter_map(possible).filter(|p| p.comprise);
        comprises.map(|p| p.force).max().unwrap_or(Self::Tableaux)
    }
}

pub(crate) fn trouver(rangees: &[Rangee], tetes: Tetes) -> Vec<Ouverture> {
    let mut ouvertures: Vec<Ouverture> = Vec::new();
    for (ligne, rangee) in rangees.iter().enumerate() {
        let Some(possible) = possible(rangee) else { continue };
        let (rendement, comprise) = (possible.rendement, possible.comprise);
        let derniere = ouvertures.last_mut();
        // Under another head without anything between: more of the same.
        if let Some(derniere) = derniere.filter(|o| se_touchent(rangees, o.ligne, ligne)) {
            if comprise {
                derniere.rendement = derniere.rendement.or(rendement);
            }
            continue;
        }
        if let Some(derniere) = ouvertures.last_mut()
            && let Some(sure) = partie_au_dessus(rangees, (derniere.ligne, ligne))
        {
            derniere.doute = derniere.doute.or((!sure).then_some(PARTIE));
            continue;
        }
        let debut = ouvertures.last().map_or(0, |o| o.ligne + 1);
        let ouvre = match (possible.force == tetes, comprise) {
            (true, true) => {
                tetes != Tetes::Tableaux || titre_au_dessus(rangees, debut, ligne, false)
            }
            _ => titre_au_dessus(rangees, debut, ligne, true) && liste_au_dessous(rangees, ligne),
        };
        if ouvre {
            let faible = possible.force < tetes;
            let sans_tete = false;
            let doute = None;
            ouvertures.push(Ouverture { ligne, rendement, comprise, faible, sans_tete, doute });
        }
    }
    ouvertures
}

/// `Pour la crème :`, `GARNITURE` over a second table of a list that nothing has ended: whether that
/// is sure.
fn partie_au_dessus(rangees: &[Rangee], (haut, bas): (usize, usize)) -> Option<bool> {
    let entre = rangees.get(haut + 1..bas)?;
    let (nom, liste) = entre.split_last()?;
    let finie = |r: &Rangee| !champs(&r.jetons).is_empty() || est_total(&r.jetons);
    if liste.is_empty() || liste.iter().any(finie) || est_ingredient(nom) {
        return None;
    }
    let premiere = nom.premiere_cle();
    let pour = premiere == "pour" && tetes::portions(nom).is_none();
    let annonce = nom.jetons.last().is_some_and(|j| j.texte.ends_with(':'));
    let partie = est_partie(premiere) && (nom.jetons.len() == 1 || annonce);
    (pour || partie).then_some(pour)
}

/// Lists under a title that no known head announces: after the end of a recipe, or at the top of a
/// column, in letters as high as those of the other titles, and at least two lines of a list under
/// it. `libre`: the first line that may be such a title.
pub(crate) fn sans_tete(
    rangees: &[Rangee],
    connues: &mut Vec<Ouverture>,
    (libre, titres): (usize, &Titres),
) {
    let mut trouvees: Vec<Ouverture> = Vec::new();
    for n in libre..rangees.len() {
        let Some(ligne) = liste_sous_le_titre(rangees, n, titres) else { continue };
        let libre = |o: &Ouverture| o.ligne <= n || o.ligne > ligne + 1;
        if connues.iter().chain(&trouvees).all(libre) {
            let (rendement, comprise, faible) = (None, true, false);
            let (sans_tete, doute) = (true, None);
            trouvees.push(Ouverture { ligne, rendement, comprise, faible, sans_tete, doute });
        }
    }
    connues.append(&mut trouvees);
    connues.sort_by_key(|o| o.ligne);
}

fn liste_sous_le_titre(rangees: &[Rangee], n: usize, connus: &Titres) -> Option<usize> {
    let titre = rangees.get(n)?;
    let fini = |r: &Rangee| {
        !champs(&r.jetons).is_empty()
            || est_total(&r.jetons)
            || phrases::est_une_etape(r)
            || phrases::est_une_phrase(r)
    };
    let possible = (titre.hauteur - connus.hauteur).abs() * 12 <= connus.hauteur
        && n.checked_sub(1).and_then(|a| rangees.get(a)).is_none_or(fini)
        && peut_etre_un_titre(titre)
        && !titres::est_un_detail(titre);
    if !possible {
        return None;
    }
    let saut = |haut: usize| match (rangees.get(haut), rangees.get(haut + 1)) {
        (Some(haut), Some(bas)) => bas.cadre.milieu() - haut.cadre.milieu(),
        _ => 0,
    };
    // In letters of the list's own size, a gap says where it begins.
    let loin = |ligne: usize| n > 0 && saut(n - 1) * 10 > saut(ligne) * 14;
    let de_la_liste = |n: usize| {
        let ligne = rangees.get(n).filter(|r| champs(&r.jetons).is_empty());
        ligne
            .is_some_and(|r| est_ingredient(r) && !connus.nomme(r) && !phrases::est_un_nutriment(r))
    };
    let grand = |n: usize| rangees.get(n).is_some_and(|r| titre.hauteur * 100 > r.hauteur * 108);
    let annonce = |r: &Rangee| tetes::portions(r).is_some();
    (n + 1..n + 4)
        .find(|m| de_la_liste(*m) && !rangees.get(*m).is_some_and(annonce))
        .filter(|m| de_la_liste(m + 1) && (grand(*m) || loin(*m)))
}

/// Only what tells how many pieces stands between these two heads.
fn se_touchent(rangees: &[Rangee], haut: usize, bas: usize) -> bool {
    let entre = rangees.get(haut + 1..bas).unwrap_or_default();
    entre.iter().all(|r| tetes::portions(r).is_some())
}

fn possible(rangee: &Rangee) -> Option<Possible> {
    let cellules = entetes::cellules(&rangee.jetons);
    let premiere = cellules.first()?;
    let cles = premiere.iter().map(|j| j.cle.as_str()).filter(|c| !c.is_empty());
    if let Some(Tete { mot, rendement, comprise }) = tetes::lire(cles) {
        let reste = cellules.get(1..).unwrap_or_default();
        let connue = |c: &&[super::rangees::Jeton]| {
            let cles = || c.iter().map(|j| j.cle.as_str());
            cles().all(|c| est_entete(c) || est_suite(c))
                || tetes::lire_les_portions(cles()).is_some()
        };
        let comprise =
            comprise && (reste.iter().all(connue) || entetes::lire(rangee, true).is_some());
        let force = match mot {
            MotDeTete::Composition => Tetes::Compositions,
            MotDeTete::Ingredients => Tetes::Ingredients,
        };
        return Some(Possible { force, rendement, comprise });
    }
    let entetes = entetes::lire(rangee, false)?;
    let complete = entetes.iter().any(|e| e.genre == Genre::Libelle)
        && entetes.iter().any(|e| genres::est_chiffre(e.genre));
    complete.then_some(Possible { force: Tetes::Tableaux, rendement: None, comprise: true })
}

/// A line over this one is a title: no ingredient, no part of the recipe above. `franc`: it says so
/// by its letters, or by what stands over it.
fn titre_au_dessus(rangees: &[Rangee], debut: usize, ligne: usize, franc: bool) -> bool {
    let au_dessus = rangees.get(debut..ligne).unwrap_or_default();
    let Some(rang) = au_dessus.iter().rposition(|r| !titres::est_un_detail(r)) else {
        return false;
    };
    let Some(titre) = au_dessus.get(rang) else { return false };
    if au_dessus.len() - rang > 4 || !peut_etre_un_titre(titre) {
        return false;
    }
    !franc || est_franc(rangees, (debut + rang, ligne), debut == 0)
}

/// A title by its letters, by what ends over it, or by the gap over it.
fn est_franc(rangees: &[Rangee], (rang, ligne): (usize, usize), premiere: bool) -> bool {
    let Some(titre) = rangees.get(rang) else { return false };
    let corps = rangees.get(ligne + 1).map_or(0, |r| r.hauteur);
    if titre.hauteur.saturating_mul(100) > corps.saturating_mul(108) {
        return true;
    }
    let Some(avant) = rang.checked_sub(1).and_then(|n| rangees.get(n)) else { return premiere };
    let saut = |haut: &Rangee, bas: &Rangee| bas.cadre.milieu() - haut.cadre.milieu();
    let pas = match (rangees.get(ligne + 1), rangees.get(ligne + 2)) {
        (Some(haut), Some(bas)) if saut(haut, bas) > 0 => saut(haut, bas),
        _ => titre.hauteur * 3 / 2,
    };
    let loin = saut(avant, titre) * 10 > pas * 14;
    let fini = !champs(&avant.jetons).is_empty()
        || est_total(&avant.jetons)
        || phrases::est_une_etape(avant)
        || phrases::est_une_phrase(avant);
    loin || fini
}

fn peut_etre_un_titre(rangee: &Rangee) -> bool {
    let premiere = rangee.premiere_cle();
    let partie = rangee.jetons.len() == 1 && est_partie(premiere);
    let lettres = rangee.jetons.iter().any(|j| j.texte.chars().any(char::is_alphabetic));
    let quantite = || {
        let chiffre = rangee.jetons.last().is_some_and(|j| j.large);
        chiffre && !grammaire::lire(&rangee.jetons, Contexte::default()).fin.is_empty()
    };
    lettres
        && !partie
        && champs(&rangee.jetons).is_empty()
        && !est_total(&rangee.jetons)
        && !est_suite(premiere)
        && !phrases::est_une_etape(rangee)
        && !quantite()
        && !titres::nomme_des_colonnes(rangee)
        && entetes::lire(rangee, false).is_none()
}

/// What follows is a table, or a line with a quantity, or stands on the next page.
fn liste_au_dessous(rangees: &[Rangee], ligne: usize) -> bool {
    if rangees.len() == ligne + 1 {
        return true;
    }
    let dessous = rangees.iter().skip(ligne + 1).take(3);
    let mut dessous = dessous.filter(|r| tetes::portions(r).is_none());
    dessous.any(|r| {
        let lectures = grammaire::lire(&r.jetons, Contexte::default());
        entetes::lire(r, false).is_some() || !lectures.fin.is_empty() || lectures.tete.is_some()
    })
}
