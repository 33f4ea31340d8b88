//! What stands at the top and the bottom of pages and belongs to no recipe: page numbers, names of
//! the book (pure).

use std::collections::{HashMap, HashSet};

use compact_str::CompactString;

use super::mots::Mot;
use super::mots_cles::cle;
use super::rangees::Segment;
use super::recueil;
use super::tetes;

/// Share of the page's height where margins may be, in percent.
const ZONE: i32 = 12;
/// The same for page numbers on their own.
const ZONE_NUMEROS: i32 = 9;
/// What repeats stands at the same height, give or take 4 pt.
const JEU: i32 = 400;
/// And at exactly the same within half a point.
const EXACT: i32 = 50;
/// What is never a margin, even where it repeats.
const STRUCTURE: [&str; 7] =
    ["composition", "ingredients", "poids", "emballage", "dlc", "total", "sous-total"];

/// One page: its height and its segments.
pub(crate) struct Feuille {
    pub hauteur: i32,
    pub segments: Vec<Segment>,
}

/// What was taken away: so many words, and which.
#[derive(Default)]
pub(crate) struct Marges {
    pub mots: u32,
    pub textes: HashSet<String>,
}

/// Takes margins away: from the edges inward, as long as all that stands at one height is margin.
pub(crate) fn oter(feuilles: &mut [Feuille]) -> Marges {
    let mut marges = Marges::default();
    let repetes = repetitions(feuilles);
    let pages = feuilles.len();
    let numerotees = feuilles.iter().zip(1..).filter(|(f, n)| finit_par(f, *n).is_some()).count();
    let numerotees = numerotees >= 2 && numerotees * 5 >= pages * 3;
    for (rang, feuille) in feuilles.iter_mut().enumerate() {
        let en_marge = |s: &Segment, voisins: usize, isole: bool| {
            let places = repetes.get(&empreinte(s, rang));
            places.is_some_and(|p| revient(p, s, (pages, isole)))
                || est_numero(s, feuille.hauteur, voisins)
        };
        let mut lignes = par_ligne(&feuille.segments);
        let mut ote = vec![false; feuille.segments.len()];
        let numero = finit_par(feuille, rang + 1).filter(|_| numerotees);
        if let Some(ote) = numero.and_then(|n| ote.get_mut(n)) {
            *ote = true;
        }
        for _ in 0..2 {
            for (n, ligne) in lignes.iter().enumerate() {
                if est_un_titre_numerote(&feuille.segments, (ligne, lignes.get(n + 1)), rang) {
                    break;
                }
                let isole = est_isolee(&feuille.segments, ligne, lignes.get(n + 1));
                let segments = ligne.iter().filter_map(|s| feuille.segments.get(*s));
                if recueil::est_une_tete(&segments.clone().map(texte_de_tete).collect::<Vec<_>>()) {
                    break;
                }
                if !segments.clone().all(|s| {
                    dans_la_zone(s, feuille.hauteur, ZONE) && en_marge(s, ligne.len(), isole)
                }) {
                    break;
                }
                for s in ligne {
                    if let Some(ote) = ote.get_mut(*s) {
                        *ote = true;
                    }
                }
            }
            lignes.reverse();
        }
        let mut ote = ote.into_iter();
        feuille.segments.retain(|s| {
            let ote = ote.next().unwrap_or(false);
            if ote {
                marges.mots += s.mots.iter().map(|m| m.nombre).sum::<u32>();
                marges.textes.insert(texte(s));
            }
            !ote
        });
    }
    marges
}

/// `MENU 1`, `MENU 2`, one to a page, right above their lists: the recipe's number is the page's, and
/// nothing else is its title.
fn est_un_titre_numerote(
    segments: &[Segment],
    (ligne, suivante): (&[usize], Option<&Vec<usize>>),
    rang: usize,
) -> bool {
    let [seul] = ligne else { return false };
    let Some(titre) = segments.get(*seul) else { return false };
    let pagine = |m: &Mot| matches!(cle(&m.texte).as_str(), "page" | "p");
    if !empreinte(titre, rang).ends_with(" #") || titre.mots.iter().any(pagine) {
        return false;
    }
    let suivante = suivante.into_iter().flatten().filter_map(|n| segments.get(*n));
    let cles: Vec<CompactString> =
        suivante.flat_map(|s| &s.mots).map(|m| cle(&m.texte)).filter(|c| !c.is_empty()).collect();
    tetes::lire(cles.iter().map(CompactString::as_str)).is_some()
}

fn texte_de_tete(segment: &Segment) -> String {
    cle(&texte(segment)).into_string()
}

fn texte(segment: &Segment) -> String {
    segment.mots.iter().map(|m| m.texte.as_str()).collect::<Vec<_>>().join(" ")
}

/// The last line of a page, apart from the others: nothing but the page's number.
fn finit_par(feuille: &Feuille, numero: usize) -> Option<usize> {
    let lignes = par_ligne(&feuille.segments);
    let [.., avant, derniere] = lignes.as_slice() else { return None };
    let [seul] = derniere.as_slice() else { return None };
    let segment = feuille.segments.get(*seul)?;
    let loin = est_isolee(&feuille.segments, derniere, Some(avant));
    let [mot] = segment.mots.as_slice() else { return None };
    (loin && mot.texte == numero.to_string()).then_some(*seul)
}

/// Which segments stand at one height, from the top.
fn par_ligne(segments: &[Segment]) -> Vec<Vec<usize>> {
    let milieu = |n: &usize| segments.get(*n).map_or(0, |s| s.cadre.milieu());
    let mut ordre: Vec<usize> = (0..segments.len()).collect();
    ordre.sort_by_key(milieu);
    let mut lignes: Vec<Vec<usize>> = Vec::new();
    for n in ordre {
        let demi = segments.get(n).map_or(0, |s| s.cadre.hauteur() / 2);
        let meme = |l: &&mut Vec<usize>| l.first().is_some_and(|p| milieu(&n) - milieu(p) < demi);
        match lignes.last_mut().filter(meme) {
            Some(ligne) => ligne.push(n),
            None => lignes.push(vec![n]),
        }
    }
    lignes
}

/// The next line stands farther away than lines of one text do.
fn est_isolee(segments: &[Segment], ligne: &[usize], suivante: Option<&Vec<usize>>) -> bool {
    let premier = |l: &[usize]| l.first().and_then(|n| segments.get(*n)).map(|s| s.cadre);
    match (premier(ligne), suivante.and_then(|l| premier(l))) {
        (Some(ici), Some(la)) => (la.milieu() - ici.milieu()).abs() * 10 > ici.hauteur() * 22,
        _ => true,
    }
}

/// The heights at which each text stands in the margins of all pages, and whether nothing stands near
/// it there.
fn repetitions(feuilles: &[Feuille]) -> HashMap<String, Vec<(i32, bool)>> {
    let mut repetes: HashMap<String, Vec<(i32, bool)>> = HashMap::new();
    for (rang, feuille) in feuilles.iter().enumerate() {
        let lignes = par_ligne(&feuille.segments);
        for (n, ligne) in lignes.iter().enumerate() {
            let segments = ligne.iter().filter_map(|s| feuille.segments.get(*s));
            for segment in segments.filter(|s| dans_la_zone(s, feuille.hauteur, ZONE)) {
                let debut = segment.mots.first().map(|m| cle(&m.texte)).unwrap_or_default();
                if !STRUCTURE.contains(&debut.as_str()) {
                    let isole = est_isolee(&feuille.segments, ligne, lignes.get(n + 1));
                    let places = repetes.entry(empreinte(segment, rang)).or_default();
                    places.push((segment.cadre.haut, isole));
                }
            }
        }
    }
    repetes
}

/// On two pages in five where nothing stands near, on three in five otherwise. What stands at exactly
/// the same height elsewhere, with nothing near, is what it is there.
fn revient(places: &[(i32, bool)], segment: &Segment, (pages, isole): (usize, bool)) -> bool {
    let ecart = |p: &(i32, bool)| (p.0 - segment.cadre.haut).abs();
    let fois = places.iter().filter(|p| ecart(p) <= JEU).count();
    let isole = isole || places.iter().any(|p| p.1 && ecart(p) <= EXACT);
    let (assez, part) = if isole { (2, 2) } else { (3, 3) };
    fois >= assez && fois * 5 >= pages * part
}

/// The text, with the page's own number left open.
fn empreinte(segment: &Segment, rang: usize) -> String {
    let numero = (rang + 1).to_string();
    let mots = segment.mots.iter().map(|m| {
        let nu = m.texte.trim_matches(|c: char| !c.is_alphanumeric());
        let sur = nu.split_once('/').map_or(nu, |(page, _)| page);
        if sur == numero { "#" } else { m.texte.as_str() }
    });
    mots.collect::<Vec<_>>().join(" ")
}

fn dans_la_zone(segment: &Segment, hauteur: i32, pourcent: i32) -> bool {
    let zone = (i64::from(hauteur) * i64::from(pourcent) / 100) as i32;
    segment.cadre.bas <= zone || segment.cadre.haut >= hauteur - zone
}

/// `12`, `- 12 -`, `Page 3 / 12`, with nothing beside it but other margins.
fn est_numero(segment: &Segment, hauteur: i32, voisins: usize) -> bool {
    let mots: Vec<_> = segment.mots.iter().map(|m| cle(&m.texte)).collect();
    let chiffres =
        |m: &CompactString| m.len() <= 7 && m.bytes().all(|c| c.is_ascii_digit() || c == b'/');
    let pagine = mots.iter().any(|m| matches!(m.as_str(), "page" | "p"));
    let nombres = mots.iter().filter(|m| !m.is_empty() && chiffres(m)).count();
    let seuls = mots
        .iter()
        .all(|m| chiffres(m) || matches!(m.as_str(), "page" | "p" | "sur" | "de" | "/" | ""));
    let zone = dans_la_zone(segment, hauteur, ZONE_NUMEROS);
    seuls && zone && (1..=2).contains(&nombres) && (pagine || voisins == 1)
}
