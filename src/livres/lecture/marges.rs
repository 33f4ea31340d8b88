//! What stands at the top and the bottom of pages and belongs to no recipe: page numbers, names of
//! the book (pure).

use std::collections::HashMap;

use super::mots_cles::cle;
use super::rangees::Segment;

/// Share of the page's height where margins may be, in percent.
const ZONE: i32 = 12;
/// The same for page numbers on their own.
const ZONE_NUMEROS: i32 = 9;
/// What repeats stands at the same height, give or take 4 pt.
const JEU: i32 = 400;
/// What is never a margin, even where it repeats.
const STRUCTURE: [&str; 7] =
    ["composition", "ingredients", "poids", "emballage", "dlc", "total", "sous-total"];

/// One page: its height and its segments.
pub struct Feuille {
    pub hauteur: i32,
    pub segments: Vec<Segment>,
}

/// Takes margins away.
pub fn oter(feuilles: &mut [Feuille]) {
    let repetes = repetitions(feuilles);
    let pages = feuilles.len();
    for (rang, feuille) in feuilles.iter_mut().enumerate() {
        let en_marge: Vec<bool> = feuille
            .segments
            .iter()
            .map(|s| {
                dans_la_zone(s, feuille.hauteur, ZONE)
                    && (repetes.get(&empreinte(s, rang)).is_some_and(|h| revient(h, s, pages))
                        || est_numero(s, feuille))
            })
            .collect();
        let mut garder = en_marge.into_iter().map(|m| !m);
        feuille.segments.retain(|_| garder.next().unwrap_or(true));
    }
}

/// The heights at which each text stands in the margins of all pages.
fn repetitions(feuilles: &[Feuille]) -> HashMap<String, Vec<i32>> {
    let mut repetes: HashMap<String, Vec<i32>> = HashMap::new();
    for (rang, feuille) in feuilles.iter().enumerate() {
        for segment in feuille.segments.iter().filter(|s| dans_la_zone(s, feuille.hauteur, ZONE)) {
            let debut = segment.mots.first().map(|m| cle(&m.texte)).unwrap_or_default();
            if !STRUCTURE.contains(&debut.as_str()) {
                let hauteurs = repetes.entry(empreinte(segment, rang)).or_default();
                hauteurs.push(segment.cadre.haut);
            }
        }
    }
    for hauteurs in repetes.values_mut() {
        hauteurs.sort_unstable();
    }
    repetes
}

/// On two pages of two to four, on two in five of more.
fn revient(hauteurs: &[i32], segment: &Segment, pages: usize) -> bool {
    let (bas, haut) = (segment.cadre.haut - JEU, segment.cadre.haut + JEU);
    let debut = hauteurs.partition_point(|h| *h < bas);
    let fois = hauteurs.partition_point(|h| *h <= haut).saturating_sub(debut);
    let chiffre = segment.mots.last().is_some_and(|m| m.texte.ends_with(|c: char| c.is_numeric()));
    // On two pages, `SEL FIN 5` at the same height may be chance.
    let assez = if pages <= 3 && chiffre { 3 } else { 2 };
    fois >= assez && fois * 5 >= pages * 2
}

/// The text, with the page's own number left open.
fn empreinte(segment: &Segment, rang: usize) -> String {
    let numero = (rang + 1).to_string();
    let mots = segment.mots.iter().map(|m| {
        let nu = m.texte.trim_matches(|c: char| !c.is_alphanumeric());
        if nu == numero { "#" } else { m.texte.as_str() }
    });
    mots.collect::<Vec<_>>().join(" ")
}

fn dans_la_zone(segment: &Segment, hauteur: i32, pourcent: i32) -> bool {
    let zone = (i64::from(hauteur) * i64::from(pourcent) / 100) as i32;
    segment.cadre.bas <= zone || segment.cadre.haut >= hauteur - zone
}

/// `12`, `- 12 -`, `Page 3 / 12`, with nothing beside it but other margins.
fn est_numero(segment: &Segment, feuille: &Feuille) -> bool {
    let mots: Vec<String> = segment.mots.iter().map(|m| cle(&m.texte)).collect();
    let chiffres = |m: &String| m.len() <= 4 && m.bytes().all(|c| c.is_ascii_digit() || c == b'/');
    let pagine = mots.iter().any(|m| matches!(m.as_str(), "page" | "p"));
    let nombres = mots.iter().filter(|m| !m.is_empty() && chiffres(m)).count();
    let seuls = mots
        .iter()
        .all(|m| chiffres(m) || matches!(m.as_str(), "page" | "p" | "sur" | "de" | "/" | ""));
    let voisins = || {
        let milieu = segment.cadre.milieu();
        let meme = |s: &&Segment| (s.cadre.milieu() - milieu).abs() < segment.cadre.hauteur() / 2;
        feuille.segments.iter().filter(meme).count() > 1
    };
    let zone = dans_la_zone(segment, feuille.hauteur, ZONE_NUMEROS);
    seuls && zone && (1..=2).contains(&nombres) && (pagine || !voisins())
}
