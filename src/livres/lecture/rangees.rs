//! Words put in lines: what stands at one height, from left to right (pure).

use compact_str::CompactString;

use super::ensembles;
use super::mots::{Cadre, Mot};
use super::mots_cles::cle;
use crate::domaine::Decimal;

/// A gap of more than this much of the letters' height is no space between two words, in percent.
const ESPACE_MAX: i32 = 45;
/// Words whose middles differ by less than this much of their height share a line, in percent.
const ECART_MAX: i32 = 35;

/// One word of a line, ready to be understood.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Jeton {
    pub texte: CompactString,
    pub cle: CompactString,
    pub cadre: Cadre,
    /// More than a space stands before it: another cell of a table, perhaps.
    pub large: bool,
}

/// One line of one column.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Rangee {
    pub page: u32,
    pub cadre: Cadre,
    /// Of its tallest word: the size of the letters.
    pub hauteur: i32,
    pub jetons: Vec<Jeton>,
    /// The whole line, where `jetons` are no more all of it.
    pub imprime: Option<String>,
    /// What is left of the quantity once pared, where a table says so.
    pub net: Option<Decimal>,
    /// So many words of the page: each is accounted for in the end.
    pub mots: u32,
}

/// Words that follow one another on a line with a space between them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Segment {
    pub cadre: Cadre,
    pub mots: Vec<Mot>,
}

impl Rangee {
    /// As printed.
    pub(crate) fn texte(&self) -> String {
        if let Some(imprime) = &self.imprime {
            return imprime.clone();
        }
        let mots: Vec<&str> = self.jetons.iter().map(|j| j.texte.as_str()).collect();
        mots.join(" ")
    }

    pub(crate) fn cles(&self) -> impl Iterator<Item = &str> {
        self.jetons.iter().map(|j| j.cle.as_str())
    }

    /// The first word that is one.
    pub(crate) fn premiere_cle(&self) -> &str {
        self.cles().find(|c| !c.is_empty()).unwrap_or_default()
    }
}

/// The lines that these words make, from the top.
pub(crate) fn ranger(mots: Vec<Mot>, page: u32) -> Vec<Rangee> {
    let lignes = en_lignes(mots).into_iter().map(|ligne| {
        let nombre = ligne.iter().map(|m| m.nombre).sum();
        let mots = assembler_les_lettres(ligne);
        let cadre = Cadre::autour(mots.iter().map(|m| m.cadre));
        let hauteur = mots.iter().map(|m| m.cadre.hauteur()).max().unwrap_or(0);
        Rangee { page, cadre, hauteur, jetons: jetons(mots), mots: nombre, ..Rangee::default() }
    });
    // Leaders alone are no line: they go with the one before.
    lignes.fold(Vec::new(), |mut rangees: Vec<Rangee>, ligne| {
        match rangees.last_mut().filter(|_| ligne.jetons.is_empty()) {
            Some(derniere) => derniere.mots += ligne.mots,
            None => rangees.push(ligne),
        }
        rangees
    })
}

/// The same lines, cut where more than a space stands between two words.
pub(crate) fn segments(mots: Vec<Mot>) -> Vec<Segment> {
    let mut segments: Vec<Segment> = Vec::new();
    for ligne in en_lignes(mots) {
        let mut precedent: Option<(Cadre, i32)> = None;
        let ligne = assembler_les_lettres(ligne);
        let espace = plus_petit_espace(&ligne);
        for mot in ligne {
            let suit = precedent.is_some_and(|p| !large(p, &mot, espace));
            precedent = Some((mot.cadre, chasse(&mot)));
            match segments.last_mut().filter(|_| suit) {
                Some(segment) => {
                    segment.cadre = segment.cadre.avec(mot.cadre);
                    segment.mots.push(mot);
                }
                None => segments.push(Segment { cadre: mot.cadre, mots: vec![mot] }),
            }
        }
    }
    segments
}

/// `gauche`: a word, and how wide its letters are; `espace`: the smallest gap of the line.
fn large((gauche, lettre): (Cadre, i32), droite: &Mot, espace: i32) -> bool {
    let hauteur = gauche.hauteur().min(droite.cadre.hauteur());
    let ecart = droite.cadre.gauche - gauche.droite;
    let large = ecart.saturating_mul(100) > hauteur.saturating_mul(ESPACE_MAX);
    // Letters of one width: a space is as wide.
    let pareil = |a: i32, b: i32| (a - b).abs().saturating_mul(25) <= a;
    let fixe = || lettre > 0 && pareil(lettre, chasse(droite)) && pareil(lettre, ecart);
    large && !(espace * 10 >= lettre * 9 && fixe())
}

fn plus_petit_espace(ligne: &[Mot]) -> i32 {
    let ecarts = ligne.windows(2).map(|p| p[1].cadre.gauche - p[0].cadre.droite);
    ecarts.filter(|e| *e > 0).min().unwrap_or(0)
}

/// How wide one letter of this word is, on average.
fn chasse(mot: &Mot) -> i32 {
    let lettres = i32::try_from(mot.texte.chars().count()).unwrap_or(i32::MAX).max(1);
    mot.cadre.largeur() / lettres
}

fn en_lignes(mut mots: Vec<Mot>) -> Vec<Vec<Mot>> {
    mots.sort_by_key(|m| (m.cadre.milieu(), m.cadre.gauche));
    let mut lignes: Vec<Vec<Mot>> = Vec::new();
    for mot in mots {
        let meme = |autre: &Mot| {
            let ecart = mot.cadre.milieu().saturating_sub(autre.cadre.milieu());
            let hauteur = mot.cadre.hauteur().min(autre.cadre.hauteur());
            ecart.saturating_mul(100) <= hauteur.saturating_mul(ECART_MAX)
        };
        match lignes.last_mut().filter(|l| l.first().is_some_and(meme)) {
            Some(ligne) => ligne.push(mot),
            None => lignes.push(vec![mot]),
        }
    }
    for ligne in &mut lignes {
        ligne.sort_by_key(|m| m.cadre.gauche);
    }
    lignes
}

/// `S A L A D E` set with wide letters comes as six words: as one again, where it is so.
fn assembler_les_lettres(ligne: Vec<Mot>) -> Vec<Mot> {
    let lettre = |m: &&Mot| {
        m.texte.chars().nth(1).is_none() && !m.texte.starts_with(|c: char| c.is_ascii_digit())
    };
    let seules = ligne.iter().filter(lettre).count();
    if ligne.len() < 4 || seules * 10 < ligne.len() * 7 {
        return ligne;
    }
    let mut ecarts: Vec<i32> =
        ligne.windows(2).map(|p| p[1].cadre.gauche - p[0].cadre.droite).collect();
    ecarts.sort_unstable();
    let median = ecarts.get(ecarts.len() / 2).copied().unwrap_or(0);
    let mut mots: Vec<Mot> = Vec::new();
    for mot in ligne {
        let seuil = median + mot.cadre.hauteur() / 8;
        match mots.last_mut().filter(|p| mot.cadre.gauche - p.cadre.droite <= seuil) {
            Some(precedent) => {
                precedent.cadre = precedent.cadre.avec(mot.cadre);
                precedent.texte.push_str(&mot.texte);
                precedent.nombre += mot.nombre;
            }
            None => mots.push(mot),
        }
    }
    mots
}

pub(crate) fn jetons(mots: Vec<Mot>) -> Vec<Jeton> {
    let mut jetons = Vec::with_capacity(mots.len());
    let mut precedent: Option<(Cadre, i32)> = None;
    let espace = plus_petit_espace(&mots);
    for mot in mots {
        let mut ecarte = precedent.is_some_and(|p| large(p, &mot, espace));
        let suivant = (mot.cadre, chasse(&mot));
        // Dots that lead, or the first bytes of theirs: nearly no word has any, and is not copied.
        let entier = !mot.texte.bytes().any(|c| matches!(c, b'.' | b'_' | 0xc2 | 0xe2));
        if entier && !mot.texte.is_empty() {
            let (cle, cadre) = (cle(&mot.texte), mot.cadre);
            jetons.push(Jeton { texte: mot.texte, cle, cadre, large: ecarte });
            precedent = Some(suivant);
            continue;
        }
        for (rang, texte) in sans_points_de_conduite(&mot.texte).enumerate() {
            ecarte |= rang > 0;
            let cle = cle(texte);
            jetons.push(Jeton { texte: texte.into(), cle, cadre: mot.cadre, large: ecarte });
            ecarte = false;
            precedent = Some(suivant);
        }
    }
    reunir_les_ensembles(jetons)
}

/// `2` `x` `60` `g` within one cell is one word.
fn reunir_les_ensembles(mut jetons: Vec<Jeton>) -> Vec<Jeton> {
    let mut rang = 0;
    while let Some(suite) = jetons.get(rang..).filter(|s| !s.is_empty()) {
        let longueur = suite.first().filter(|j| peut_commencer(j) && a_une_suite(suite));
        let longueur = longueur.and_then(|_| {
            let cellule = suite.iter().enumerate().take_while(|(n, j)| *n == 0 || !j.large);
            ensembles::longueur(cellule.map(|(_, j)| j.texte.as_str()))
        });
        let fin = rang + longueur.unwrap_or(1);
        let autres: Vec<Jeton> = jetons.drain(rang + 1..fin).collect();
        if let Some(jeton) = jetons.get_mut(rang).filter(|_| !autres.is_empty()) {
            for autre in autres {
                jeton.texte.push(' ');
                jeton.texte.push_str(&autre.texte);
                jeton.cadre = jeton.cadre.avec(autre.cadre);
            }
            jeton.cle = cle(&jeton.texte);
        }
        rang += 1;
    }
    jetons
}

/// More in its cell than a number, or a number and its unit: most have no more.
fn a_une_suite(suite: &[Jeton]) -> bool {
    let unite = |j: &Jeton| matches!(j.cle.as_str(), "g" | "gr" | "kg" | "l" | "cl" | "ml" | "dl");
    match suite {
        [_, second, ..] if second.large => false,
        [_, second] => !unite(second),
        [_, second, troisieme, ..] => !(unite(second) && troisieme.large),
        _ => false,
    }
}

/// A number, a count between parentheses, a spoon.
fn peut_commencer(jeton: &Jeton) -> bool {
    jeton.texte.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '(' | '½' | '¼' | '¾'))
        || (jeton.cle.starts_with('c') && (jeton.cle.len() <= 3 || jeton.cle.starts_with("cuil")))
        || matches!(jeton.cle.as_str(), "entre" | "x")
        || jeton.texte == "×"
}

/// `FARINE.......150` is two words, and a word of dots alone is none.
pub(crate) fn sans_points_de_conduite(texte: &str) -> impl Iterator<Item = &str> {
    let conduite = texte.contains("...")
        || texte.contains("__")
        || texte.contains('…')
        || texte.contains("··");
    let coupe = move |c: char| conduite && matches!(c, '.' | '_' | '…' | '·');
    let seul = |t: &&str| !t.is_empty() && !t.chars().all(|c| matches!(c, '.' | '_' | '·'));
    texte.split(coupe).filter(seul)
}
