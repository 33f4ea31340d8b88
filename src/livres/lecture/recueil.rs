//! One table for several recipes, as a workbook prints it: its first column names the recipe, in one
//! cell merged over all lines of it, at their top, their middle or their foot (pure).

use super::entetes::{self, cellules};
use super::genres::{Genre, est_chiffre};
use super::mots::Cadre;
use super::rangees::{Jeton, Rangee};

/// What may stand over the names.
const NOMS: [&str; 7] = ["recette", "recettes", "plat", "plats", "fiche", "fiches", "menu"];

/// A table, and the recipes in it.
#[derive(Debug, Default)]
pub(crate) struct Recueil {
    /// Lines over the table.
    pub avant: Vec<Rangee>,
    /// Its head, without the column of the names.
    pub tete: Rangee,
    /// Lines at its top whose name stands on the page before.
    pub suite: Vec<Rangee>,
    pub blocs: Vec<Bloc>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Bloc {
    pub nom: Rangee,
    pub lignes: Vec<Rangee>,
    /// Which lines are its own can be said in several ways.
    pub doute: bool,
}

/// The table of these lines, if it is one and its lines can be given to their names. `suite`: another
/// page of it stands before.
pub(crate) fn lire(rangees: &[Rangee], suite: bool) -> Option<Recueil> {
    let place = rangees.iter().position(|r| tete(r).is_some())?;
    let ligne = rangees.get(place)?;
    let (nom, tete) = tete(ligne)?;
    let corps = rangees.get(place + 1..)?;
    let coupe = coupe(corps, (nom.cadre.gauche, tete.jetons.first()?.cadre.droite))?;
    let (mut noms, mut lignes): (Vec<Rangee>, Vec<Rangee>) = (Vec::new(), Vec::new());
    for rangee in corps {
        let (gauche, droite) = separer(rangee, coupe);
        noms.extend(gauche);
        lignes.extend(droite);
    }
    let (debuts, doute) = debuts(&noms, &lignes, suite)?;
    // Its first lines may stand on the page before, where no name says so.
    let coupe = suite && en_haut(&noms, &lignes, suite).is_none();
    let mut blocs = Vec::with_capacity(noms.len());
    let fins = debuts.iter().skip(1).copied().chain([lignes.len()]);
    for ((nom, debut), fin) in noms.into_iter().zip(&debuts).zip(fins) {
        let doute = doute || (coupe && blocs.is_empty());
        blocs.push(Bloc { nom, lignes: lignes.get(*debut..fin)?.to_vec(), doute });
    }
    let suite = lignes.get(..*debuts.first()?)?.to_vec();
    Some(Recueil { avant: rangees.get(..place)?.to_vec(), tete, suite, blocs: reunir(blocs) })
}

/// This line names the columns of such a table, and is no running head.
pub(crate) fn est_une_tete(cles: &[String]) -> bool {
    cles.len() > 2 && cles.first().is_some_and(|c| NOMS.contains(&c.as_str()))
}

/// There is one here, read or not.
pub(crate) fn est_la(rangees: &[Rangee]) -> bool {
    rangees.iter().any(|r| tete(r).is_some())
}

/// The cell over the names, and the head of the table beside it.
fn tete(rangee: &Rangee) -> Option<(Rangee, Rangee)> {
    let premiere = cellules(&rangee.jetons).first()?.len();
    let (nom, reste) = rangee.jetons.split_at_checked(premiere)?;
    nom.iter().any(|j| NOMS.contains(&j.cle.as_str())).then_some(())?;
    let mots = compter(nom);
    let tete = partie(rangee, reste, rangee.mots.saturating_sub(mots));
    let entetes = entetes::lire(&tete, false)?;
    let complets = entetes.first().is_some_and(|e| e.genre == Genre::Libelle)
        && entetes.iter().any(|e| est_chiffre(e.genre));
    // The word over the names is of the head too.
    let mots_de_la_tete = rangee.mots;
    complets.then(|| (partie(rangee, nom, mots), Rangee { mots: mots_de_la_tete, ..tete }))
}

fn partie(rangee: &Rangee, jetons: &[Jeton], mots: u32) -> Rangee {
    let mut jetons = jetons.to_vec();
    if let Some(premier) = jetons.first_mut() {
        premier.large = false;
    }
    let cadre = Cadre::autour(jetons.iter().map(|j| j.cadre));
    Rangee { cadre, jetons, mots, ..rangee.clone() }
}

fn compter(jetons: &[Jeton]) -> u32 {
    u32::try_from(jetons.len()).unwrap_or(u32::MAX)
}

/// The middle of the widest strip between names and labels.
fn coupe(corps: &[Rangee], (gauche, droite): (i32, i32)) -> Option<i32> {
    let mut cadres: Vec<Cadre> = corps.iter().flat_map(|r| &r.jetons).map(|j| j.cadre).collect();
    cadres.sort_by_key(|c| c.gauche);
    let (mut bout, mut large, mut milieu) = (gauche, 0, None);
    for cadre in cadres.iter().filter(|c| c.gauche <= droite) {
        let vide = cadre.gauche - bout;
        if vide > large && bout > gauche {
            (large, milieu) = (vide, Some(bout + vide / 2));
        }
        bout = bout.max(cadre.droite);
    }
    milieu
}

/// What stands on each side; none where nothing does.
fn separer(rangee: &Rangee, coupe: i32) -> (Option<Rangee>, Option<Rangee>) {
    let (gauche, droite): (Vec<Jeton>, Vec<Jeton>) =
        rangee.jetons.iter().cloned().partition(|j| j.cadre.centre() < coupe);
    let mots = if droite.is_empty() { rangee.mots } else { compter(&gauche).min(rangee.mots) };
    let reste = rangee.mots - mots;
    let cote =
        |jetons: Vec<Jeton>, mots| (!jetons.is_empty()).then(|| partie(rangee, &jetons, mots));
    (cote(gauche, mots), cote(droite, reste))
}

/// At which line each name begins, and whether there is another way to say it.
fn debuts(noms: &[Rangee], lignes: &[Rangee], suite: bool) -> Option<(Vec<usize>, bool)> {
    let haut = en_haut(noms, lignes, suite);
    if let Some(debuts) = haut.clone().filter(|d| d.len() == lignes.len()) {
        // The name is printed on each line.
        return Some((debuts, false));
    }
    let facons = [haut, en_bas(noms, lignes), au_milieu(noms, lignes)];
    let mut facons = facons.into_iter().flatten();
    let premiere = facons.next()?;
    let doute = facons.any(|autre| autre != premiere);
    // A name of two lines, or two recipes?
    let fins = premiere.iter().skip(1).copied().chain([lignes.len()]);
    let seule = premiere.iter().zip(fins).any(|(debut, fin)| fin < debut + 2);
    Some((premiere, doute || seule))
}

fn sur(nom: &Rangee, lignes: &[Rangee]) -> Option<usize> {
    let pres = |l: &Rangee| (l.cadre.milieu() - nom.cadre.milieu()).abs() * 4 < nom.hauteur;
    lignes.iter().position(pres)
}

fn en_haut(noms: &[Rangee], lignes: &[Rangee], suite: bool) -> Option<Vec<usize>> {
    let debuts: Vec<usize> = noms.iter().map(|n| sur(n, lignes)).collect::<Option<_>>()?;
    (suite || debuts.first() == Some(&0)).then_some(debuts)
}

fn en_bas(noms: &[Rangee], lignes: &[Rangee]) -> Option<Vec<usize>> {
    let fins: Vec<usize> = noms.iter().map(|n| sur(n, lignes)).collect::<Option<_>>()?;
    (fins.last().map(|f| f + 1) == Some(lignes.len())).then(|| {
        let suivants = fins.iter().map(|f| f + 1);
        std::iter::once(0).chain(suivants).take(fins.len()).collect()
    })
}

/// Each name in the middle of its lines, from the first line to the last.
fn au_milieu(noms: &[Rangee], lignes: &[Rangee]) -> Option<Vec<usize>> {
    let (mut debuts, mut debut) = (Vec::with_capacity(noms.len()), 0);
    for nom in noms {
        let premiere = lignes.get(debut)?.cadre.milieu();
        let milieu = |l: &Rangee| (l.cadre.milieu() + premiere) / 2;
        let ecart = |l: &Rangee| (milieu(l) - nom.cadre.milieu()).abs();
        let reste = lignes.get(debut..)?;
        let derniere = reste.iter().enumerate().min_by_key(|(_, l)| ecart(l))?;
        if ecart(derniere.1) * 4 > nom.hauteur {
            return None;
        }
        debuts.push(debut);
        debut += derniere.0 + 1;
    }
    (debut == lignes.len()).then_some(debuts)
}

/// Where the name is printed on each line: one recipe.
fn reunir(blocs: Vec<Bloc>) -> Vec<Bloc> {
    let mut reunis: Vec<Bloc> = Vec::with_capacity(blocs.len());
    for bloc in blocs {
        match reunis.last_mut().filter(|b| b.nom.texte() == bloc.nom.texte()) {
            Some(dernier) => {
                dernier.nom.mots += bloc.nom.mots;
                dernier.lignes.extend(bloc.lignes);
            }
            None => reunis.push(bloc),
        }
    }
    reunis
}
