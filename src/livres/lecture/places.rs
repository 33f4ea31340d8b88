//! Under which head of a table each cell of a row stands (pure).

use super::entetes::{Entete, cellules};
use super::genres::{Genre, est_chiffre};
use super::nombres::{Atome, atome};
use super::rangees::{Jeton, Rangee};

/// Where the cells of each column stand: what its head and its full rows take.
pub(crate) struct Places(Vec<(i32, i32)>);

impl Places {
    pub(crate) fn apprendre(entetes: &[Entete], rangees: &[Rangee]) -> Self {
        let mut places: Vec<(i32, i32)> = entetes.iter().map(|e| (e.gauche, e.droite)).collect();
        for rangee in rangees {
            let cellules = sous(entetes, &rangee.jetons);
            if cellules.len() != entetes.len() || !conviennent(entetes, &cellules) {
                continue;
            }
            for (place, cellule) in places.iter_mut().zip(&cellules) {
                let (gauche, droite) = bords(cellule);
                *place = (place.0.min(gauche), place.1.max(droite));
            }
        }
        Self(places)
    }

    /// The column of each cell, from the left; none where a cell has no place.
    pub(crate) fn ranger(&self, entetes: &[Entete], rangee: &Rangee) -> Option<Vec<usize>> {
        let cellules = sous(entetes, &rangee.jetons);
        if cellules.len() < 2 {
            return None;
        }
        if cellules.len() == entetes.len() && conviennent(entetes, &cellules) {
            return Some((0..entetes.len()).collect());
        }
        let mut rangs: Vec<usize> = Vec::with_capacity(cellules.len());
        for cellule in &cellules {
            let apres = rangs.last().map_or(0, |r| r + 1);
            let admis = (apres..entetes.len())
                .filter(|n| entetes.get(*n).is_some_and(|e| convient(e.genre, cellule)));
            rangs.push(admis.min_by_key(|n| self.ecart(*n, cellule))?);
        }
        let proches = cellules.iter().zip(&rangs).all(|(c, n)| self.ecart(*n, c) <= ECART_MAX);
        proches.then_some(rangs)
    }

    /// Words of a merged cell, between the rows that it goes with: under a head that says no
    /// ingredient, and beside that which does.
    pub(crate) fn est_ailleurs(&self, entetes: &[Entete], rangee: &Rangee) -> bool {
        let cellules = cellules(&rangee.jetons);
        let ([cellule], true) = (&cellules[..], entetes.len() > 2) else { return false };
        if cellule.iter().any(est_nombre) {
            return false;
        }
        let sous = |voulu: fn(Genre) -> bool| {
            let mut places = entetes.iter().enumerate().filter(|(_, e)| voulu(e.genre));
            places.any(|(n, _)| self.ecart(n, cellule) == 0)
        };
        sous(|g| g == Genre::Texte) && !sous(|g| g != Genre::Texte)
    }

    /// How far the cell stands from the column.
    fn ecart(&self, rang: usize, cellule: &[Jeton]) -> i32 {
        let (gauche, droite) = bords(cellule);
        let (g, d) = self.0.get(rang).copied().unwrap_or_default();
        (g - droite).max(gauche - d).max(0)
    }
}

/// A cell farther than an inch from its column is of none.
const ECART_MAX: i32 = 7_200;

fn bords(cellule: &[Jeton]) -> (i32, i32) {
    let gauche = cellule.first().map_or(0, |j| j.cadre.gauche);
    (gauche, cellule.last().map_or(gauche, |j| j.cadre.droite))
}

fn conviennent(entetes: &[Entete], cellules: &[&[Jeton]]) -> bool {
    entetes.iter().zip(cellules).all(|(e, c)| convient(e.genre, c))
}

/// Such a cell may stand in such a column.
fn convient(genre: Genre, cellule: &[Jeton]) -> bool {
    let chiffre = cellule.first().is_some_and(|j| {
        !matches!(atome(&j.texte), Atome::Autre | Atome::Unite(_))
            || j.texte.starts_with(|c: char| c.is_ascii_digit() || c == '~')
    });
    let lettres = cellule.iter().any(|j| j.texte.chars().filter(|c| c.is_alphabetic()).count() > 1);
    match genre {
        Genre::Libelle => lettres && !(chiffre && cellule.len() == 1),
        Genre::Unite => !chiffre,
        // `4, 7`: the numbers of allergens.
        Genre::Texte => !est_une_mesure(cellule),
        Genre::Autre | Genre::Inconnu => true,
        genre if est_chiffre(genre) => chiffre || !lettres || est_en_mots(cellule),
        _ => chiffre || !lettres,
    }
}

/// `60 g`.
fn est_une_mesure(cellule: &[Jeton]) -> bool {
    let unite = |j: &Jeton| matches!(atome(&j.texte), Atome::Unite(_) | Atome::Mesure(..));
    let nombre = cellule.first().is_some_and(est_nombre) && cellule.iter().any(unite);
    nombre && cellule.iter().all(|j| atome(&j.texte) != Atome::Autre)
}

/// `à convenance`, `une poignée`, `c. à soupe`: a quantity in words.
fn est_en_mots(cellule: &[Jeton]) -> bool {
    let mots = ["une", "un", "a", "selon", "deux", "trois", "demi", "quelques", "c", "pm"];
    cellule.first().is_some_and(|j| mots.contains(&j.cle.as_str()))
}

/// The cells of a row under these heads: a code set to the right touches the name after it.
pub(crate) fn sous<'a>(entetes: &[Entete], jetons: &'a [Jeton]) -> Vec<&'a [Jeton]> {
    let mut cellules = cellules(jetons);
    let code_puis_nom = matches!(entetes, [code, nom, ..]
        if code.genre == Genre::Autre && nom.genre == Genre::Libelle);
    if let Some([code, _, ..]) = cellules.first()
        && code_puis_nom
        && code.texte.len() > 2
        && code.texte.bytes().all(|c| c.is_ascii_digit())
    {
        let premiere = cellules.remove(0);
        cellules.splice(0..0, [&premiere[..1], &premiere[1..]]);
    }
    if entetes.iter().any(|e| e.genre == Genre::Texte) {
        // `7 épices` is a name.
        let suite = cellules.split_off(1.min(cellules.len()));
        return cellules.into_iter().chain(suite.into_iter().flat_map(nombre_puis_texte)).collect();
    }
    cellules
}

/// `2 500 Metro`: a quantity, and what touches it.
fn nombre_puis_texte(cellule: &[Jeton]) -> Vec<&[Jeton]> {
    let chiffre = cellule.first().is_some_and(est_nombre);
    let mot = |j: &Jeton| j.texte.contains(char::is_alphabetic) && atome(&j.texte) == Atome::Autre;
    let texte = cellule.iter().position(mot);
    match texte.filter(|_| chiffre).and_then(|n| cellule.split_at_checked(n)) {
        Some((nombre, texte)) => vec![nombre, texte],
        None => vec![cellule],
    }
}

pub(crate) fn est_nombre(jeton: &Jeton) -> bool {
    matches!(atome(&jeton.texte), Atome::Nombre(_) | Atome::Fraction(_) | Atome::Mesure(..))
}
