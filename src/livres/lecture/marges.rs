//! What stands at the top and the bottom of pages and belongs to no recipe: page numbers, names of
//! the book (pure).

use std::collections::{HashMap, HashSet};

use compact_str::CompactString;

use super::mots::Mot;
use super::mots_cles::{cle, est_entete};
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
    let pieds = pieds(feuilles);
    let titres = titres(feuilles);
    for (rang, feuille) in feuilles.iter_mut().enumerate() {
        let en_marge = |s: &Segment, voisins: usize, isole: bool| {
            let empreinte = empreinte(s, rang);
            let places = repetes.get(&empreinte).filter(|_| !titres.contains(&empreinte));
            places.is_some_and(|p| revient(p, s, (pages, isole)))
                || est_numero(s, feuille.hauteur, voisins)
        };
        let mut lignes = par_ligne(&feuille.segments);
        let mut ote = vec![false; feuille.segments.len()];
        let numero = finit_par(feuille, rang + 1).filter(|_| numerotees);
        let pied = pieds.get(rang).copied().flatten();
        for n in numero.into_iter().chain(pied) {
            if let Some(ote) = ote.get_mut(n) {
                *ote = true;
            }
        }
        for _ in 0..2 {
            for (n, ligne) in lignes.iter().enumerate() {
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

fn texte_de_tete(segment: &Segment) -> String {
    cle(&texte(segment)).into_string()
}

fn texte(segment: &Segment) -> String {
    segment.mots.iter().map(|m| m.texte.as_str()).collect::<Vec<_>>().join(" ")
}

/// The last line of a page, apart from the others and in one piece.
fn derniere(feuille: &Feuille) -> Option<(usize, &Segment)> {
    let lignes = par_ligne(&feuille.segments);
    let [.., avant, derniere] = lignes.as_slice() else { return None };
    let [seul] = derniere.as_slice() else { return None };
    let loin = est_isolee(&feuille.segments, derniere, Some(avant));
    Some((*seul, feuille.segments.get(*seul)?)).filter(|_| loin)
}

/// It is nothing but the page's number.
fn finit_par(feuille: &Feuille, numero: usize) -> Option<usize> {
    let (seul, segment) = derniere(feuille)?;
    let [mot] = segment.mots.as_slice() else { return None };
    (mot.texte == numero.to_string()).then_some(seul)
}

/// `Page 1 / 4 — Document v2.1` at the foot of each page, however high that stands: the same height
/// and the same words but for the page's own number, on three pages in five.
fn pieds(feuilles: &[Feuille]) -> Vec<Option<usize>> {
    let derniers: Vec<_> = feuilles.iter().map(derniere).collect();
    let numerote = |rang: usize, s: &Segment| s.mots.iter().any(|m| porte(&m.texte, rang + 1));
    let meme = |(a, s): (usize, &Segment), (b, t): (usize, &Segment)| {
        let mots = || s.mots.iter().zip(&t.mots);
        let propre = |m: &str, n: &str| porte(m, a + 1) && porte(n, b + 1);
        s.mots.len() == t.mots.len()
            && (s.cadre.haut - t.cadre.haut).abs() <= 3 * JEU
            && mots().all(|(m, n)| m.texte == n.texte || propre(&m.texte, &n.texte))
    };
    let pied = |(rang, dernier): (usize, &Option<(usize, &Segment)>)| {
        let (seul, segment) = (*dernier)?;
        let autres = derniers.iter().enumerate().filter_map(|(n, d)| Some((n, (*d)?.1)));
        let fois =
            autres.filter(|(n, s)| numerote(*n, s) && meme((rang, segment), (*n, s))).count();
        let structure = segment.mots.first().is_some_and(|m| STRUCTURE.contains(&&*cle(&m.texte)));
        let pied = numerote(rang, segment) && !structure && segment.mots.len() > 1;
        let partout = fois >= 3 && fois * 5 >= feuilles.len() * 3;
        (pied && (partout || se_dit_page(segment, rang + 1))).then_some(seul)
    };
    derniers.iter().enumerate().map(pied).collect()
}

/// `édition de janvier — page 3/12` on page 3: what it is, it says.
fn se_dit_page(segment: &Segment, numero: usize) -> bool {
    let paires = segment.mots.windows(2);
    let mut paires = paires.filter(|p| cle(&p[0].texte) == "page" && porte(&p[1].texte, numero));
    paires.next().is_some()
}

/// `3`, `3/12` on page 3.
fn porte(mot: &str, numero: usize) -> bool {
    let nu = mot.trim_matches(|c: char| !c.is_alphanumeric());
    nu.split_once('/').map_or(nu, |(page, _)| page) == numero.to_string()
}

/// What is the same on all pages but for their numbers, and is a title all the same (`MENU 1`,
/// `MENU 2`): on most pages no other one stands between it and the head of a list.
fn titres(feuilles: &[Feuille]) -> HashSet<String> {
    let mut vus: HashMap<String, (usize, usize)> = HashMap::new();
    for (rang, feuille) in feuilles.iter().enumerate() {
        let lignes = par_ligne(&feuille.segments);
        for (n, ligne) in lignes.iter().enumerate() {
            let [seul] = ligne.as_slice() else { continue };
            let Some(segment) = feuille.segments.get(*seul) else { continue };
            if !dans_la_zone(segment, feuille.hauteur, ZONE) {
                break;
            }
            let lettres = segment.mots.iter().any(|m| m.texte.contains(char::is_alphabetic));
            let numerote = segment.mots.iter().any(|m| porte(&m.texte, rang + 1));
            if lettres && numerote {
                let (pages, tetes) = vus.entry(empreinte(segment, rang)).or_default();
                *pages += 1;
                let suite = lignes.get(n + 1..).unwrap_or_default();
                *tetes += usize::from(mene_a_une_tete(feuille, segment, suite));
            }
        }
    }
    let titre = |(_, (pages, tetes)): &(String, (usize, usize))| tetes * 2 > *pages;
    vus.into_iter().filter(titre).map(|(texte, _)| texte).collect()
}

/// A head follows, and over it nothing that may be a title: letters as large, or words without a
/// number or a colon.
fn mene_a_une_tete(feuille: &Feuille, haut: &Segment, suite: &[Vec<usize>]) -> bool {
    for ligne in suite {
        let segments = || ligne.iter().filter_map(|n| feuille.segments.get(*n));
        let mots: Vec<&Mot> = segments().flat_map(|s| &s.mots).collect();
        let cles: Vec<CompactString> = mots.iter().map(|m| cle(&m.texte)).collect();
        let dites = || cles.iter().map(CompactString::as_str).filter(|c| !c.is_empty());
        if tetes::lire(dites()).is_some() || dites().all(est_entete) {
            return true;
        }
        let nombre = |m: &&Mot| m.texte.contains(|c: char| c.is_ascii_digit() || c == ':');
        let grande = segments().any(|s| s.cadre.hauteur() * 100 > haut.cadre.hauteur() * 92);
        let structure = dites().next().is_some_and(|c| STRUCTURE.contains(&c));
        if !structure && (grande || !mots.iter().any(nombre)) {
            return false;
        }
    }
    false
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
    let mots =
        segment.mots.iter().map(|m| if porte(&m.texte, rang + 1) { "#" } else { m.texte.as_str() });
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
