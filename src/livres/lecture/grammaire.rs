//! One line of a list: ingredient, quantity, pieces (pure).
//!
//! The quantity stands at the end, in some books at the beginning. A number inside the name is part
//! of the name. Where a line can be read in several ways (`SAUCE 60 2`, `POULET 1 250`), all of
//! them are given, the likeliest first; the recipe's weight decides (see poids.rs).

use super::nombres::{Atome, Chiffres, atome, avec_fraction};
use super::rangees::Jeton;
use crate::domaine::Decimal;

/// One way to read a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lecture {
    pub libelle: String,
    pub quantite: Option<Decimal>,
    pub unite: Option<String>,
    pub pieces: Option<Decimal>,
    /// The lower the likelier, in tenths.
    pub cout: u32,
}

/// All ways to read a line.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Lectures {
    /// Quantity last, the likeliest first.
    pub fin: Vec<Lecture>,
    /// Quantity first.
    pub tete: Option<Lecture>,
}

/// A word, what it is, and whether it stands under or over numbers of other lines.
struct Element<'a> {
    texte: &'a str,
    large: bool,
    aligne: bool,
    atome: Atome,
}

/// A number with its unit, from word `debut` on.
struct Quantifie {
    debut: usize,
    nombre: Decimal,
    unite: Option<&'static str>,
    cout: u32,
}

/// What the other lines of the list say of this one.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Contexte<'a> {
    /// For each word, whether it stands in a column of numbers.
    pub alignes: &'a [bool],
    /// The pieces stand before the quantity.
    pub pieces_dabord: bool,
}

pub(crate) fn lire(jetons: &[Jeton], contexte: Contexte) -> Lectures {
    let mut elements: Vec<Element> = jetons
        .iter()
        .enumerate()
        .map(|(rang, j)| Element {
            texte: &j.texte,
            large: j.large,
            aligne: contexte.alignes.get(rang).copied().unwrap_or(false),
            atome: atome(&j.texte),
        })
        .collect();
    let puces = elements.iter().take_while(|e| est_puce(e.texte)).count();
    elements.drain(..puces);
    let tete = par_la_tete(&elements);
    retirer_les_parts(&mut elements);
    let mut fin = suffisant(&elements).into_iter().collect::<Vec<_>>();
    fin.extend(match contexte.pieces_dabord {
        true => pieces_puis_quantite(&elements),
        false => par_la_fin(&elements),
    });
    fin.sort_by_key(|l| l.cout);
    Lectures { fin, tete }
}

fn est_puce(texte: &str) -> bool {
    texte
        .chars()
        .all(|c| matches!(c, '•' | '-' | '–' | '—' | '*' | '▪' | '◦' | '‣' | '·' | '☐' | '●'))
}

/// A column of percentages or prices after the quantity.
fn retirer_les_parts(elements: &mut Vec<Element>) {
    while let Some(dernier) = elements.last() {
        let avant = elements.len().checked_sub(2).and_then(|n| elements.get(n));
        let chiffre =
            |e: &Element| matches!(e.atome, Atome::Nombre(_) | Atome::Mesure(..) | Atome::Unite(_));
        if dernier.atome != Atome::Part || !dernier.large || !avant.is_some_and(chiffre) {
            return;
        }
        elements.pop();
    }
}

fn suffisant(elements: &[Element]) -> Option<Lecture> {
    let dernier = elements.last().filter(|e| e.atome == Atome::Suffisant)?;
    let libelle = libelle(elements.get(..elements.len() - 1)?)?;
    let _mot = dernier.texte;
    Some(Lecture { libelle, quantite: None, unite: None, pieces: None, cout: 0 })
}

fn par_la_fin(elements: &[Element]) -> Vec<Lecture> {
    let n = elements.len();
    let mut lectures: Vec<Lecture> =
        quantifies(elements, n).into_iter().filter_map(|q| lecture(elements, q, None)).collect();
    if let Some((debut, pieces, cout)) = pieces(elements, n) {
        lectures.extend(quantifies(elements, debut).into_iter().filter_map(|mut q| {
            // `60 2`: a space between them is less sure than a column each.
            let serre = !elements.get(debut)?.large && q.unite.is_none();
            q.cout += cout + if serre { 10 } else { 0 };
            lecture(elements, q, Some(pieces))
        }));
    }
    lectures
}

/// `2 | 150`, where the book's columns stand so.
fn pieces_puis_quantite(elements: &[Element]) -> Vec<Lecture> {
    let quantites = quantifies(elements, elements.len()).into_iter();
    let lire = |mut q: Quantifie| {
        let avant = q.debut;
        let pieces =
            pieces(elements, avant).filter(|_| elements.get(avant).is_some_and(|e| e.large));
        if let Some((debut, _, cout)) = pieces {
            q.debut = debut;
            q.cout += cout;
        }
        lecture(elements, q, pieces.map(|p| p.1))
    };
    quantites.filter_map(lire).collect()
}

/// What is left of the words before the quantity is the name, if it is one.
fn lecture(elements: &[Element], q: Quantifie, pieces: Option<Decimal>) -> Option<Lecture> {
    let avant = elements.get(..q.debut)?;
    let (avant, unite) = match (q.unite, avant.last()) {
        // A column of units before the one of quantities.
        (None, Some(Element { atome: Atome::Unite(u), large: true, .. })) => {
            (avant.get(..avant.len() - 1)?, *u)
        }
        (unite, _) => (avant, unite.unwrap_or("g")),
    };
    let mut cout = q.cout;
    let chiffre = |e: &&Element| matches!(e.atome, Atome::Nombre(_) | Atome::Mesure(..));
    let large = elements.get(q.debut).is_some_and(|e| e.large);
    if avant.last().filter(chiffre).is_some() {
        cout += if large { 5 } else { 20 };
    }
    let queue = avant.iter().rev().take_while(|e| chiffre(e));
    cout += 30 * queue.filter(|e| e.aligne).fold(0, |n, _| n + 1);
    let libelle = libelle(avant)?;
    Some(Lecture { libelle, quantite: Some(q.nombre), unite: Some(unite.to_owned()), pieces, cout })
}

/// All numbers with or without unit that end before word `fin`.
fn quantifies(elements: &[Element], fin: usize) -> Vec<Quantifie> {
    let Some(rang) = fin.checked_sub(1) else { return Vec::new() };
    let Some(dernier) = elements.get(rang) else { return Vec::new() };
    match &dernier.atome {
        Atome::Unite(unite) => {
            let mut trouves = quantifies_sans_unite(elements, rang);
            trouves.iter_mut().for_each(|q| q.unite = Some(unite));
            trouves
        }
        Atome::Mesure(Chiffres::Nombre(n), u) => {
            let mut trouves = nombres(elements, fin, Some(n));
            trouves.iter_mut().for_each(|q| q.unite = Some(u));
            trouves
        }
        Atome::Mesure(Chiffres::Fraction(f), u) => fractions(elements, rang, *f, Some(u)),
        _ => quantifies_sans_unite(elements, fin),
    }
}

fn quantifies_sans_unite(elements: &[Element], fin: usize) -> Vec<Quantifie> {
    let dernier = fin.checked_sub(1).and_then(|rang| Some((rang, elements.get(rang)?)));
    match dernier {
        Some((rang, Element { atome: Atome::Fraction(f), .. })) => {
            fractions(elements, rang, *f, None)
        }
        _ => nombres(elements, fin, None),
    }
}

fn fractions(
    elements: &[Element],
    rang: usize,
    fraction: Decimal,
    unite: Option<&'static str>,
) -> Vec<Quantifie> {
    let mut trouves = vec![Quantifie { debut: rang, nombre: fraction, unite, cout: 0 }];
    let avant = rang.checked_sub(1).and_then(|r| Some((r, elements.get(r)?)));
    if let Some((debut, Element { atome: Atome::Nombre(entier), .. })) = avant
        && let Some(nombre) = avec_fraction(entier, fraction)
    {
        trouves.insert(0, Quantifie { debut, nombre, unite, cout: 0 });
        trouves[1].cout = 20;
    }
    trouves
}

/// The digits that end before word `fin`, alone and with groups of thousands before them.
/// `colle`: those of the last word, where a unit is stuck to them.
fn nombres(elements: &[Element], fin: usize, colle: Option<&str>) -> Vec<Quantifie> {
    let chiffres = |rang: usize| match &elements.get(rang)?.atome {
        Atome::Nombre(n) => Some(n.as_str()),
        _ => None,
    };
    let Some(mut debut) = fin.checked_sub(1) else { return Vec::new() };
    let Some(dernier) = colle.or_else(|| chiffres(debut)) else { return Vec::new() };
    let seul_hors_colonne = elements.get(debut).is_some_and(|e| !e.aligne);
    let mut texte = dernier.to_owned();
    let mut trouves: Vec<Quantifie> = quantifie(debut, &texte, 0).into_iter().collect();
    while trois_chiffres(&texte) && elements.get(debut).is_some_and(|e| !e.large) {
        let Some(groupe) = debut.checked_sub(1).and_then(chiffres) else { break };
        if groupe.len() > 3 || groupe.contains('.') || groupe.starts_with('0') {
            break;
        }
        debut -= 1;
        texte.insert_str(0, groupe);
        // `250` beside `1`, without more than a space: rather 1 250, and 55 150 less so.
        trouves.iter_mut().for_each(|q| q.cout += 20);
        let cout = if groupe.len() == 1 { 0 } else { 10 };
        trouves.extend(quantifie(debut, &texte, cout));
        if groupe.len() == 3 {
            continue;
        }
        break;
    }
    if seul_hors_colonne {
        trouves.iter_mut().for_each(|q| q.cout += 15);
    }
    trouves
}

fn quantifie(debut: usize, texte: &str, cout: u32) -> Option<Quantifie> {
    let nombre = Decimal::lire_json(texte).ok()?;
    Some(Quantifie { debut, nombre, unite: None, cout })
}

fn trois_chiffres(texte: &str) -> bool {
    texte.split('.').next().is_some_and(|entiers| entiers.len() % 3 == 0)
}

/// How many, after the quantity: where it begins, and how sure that is.
fn pieces(elements: &[Element], fin: usize) -> Option<(usize, Decimal, u32)> {
    let rang = fin.checked_sub(1)?;
    let entier = |rang: usize| match &elements.get(rang)?.atome {
        Atome::Nombre(n) if n.len() <= 4 && !n.contains('.') => Decimal::lire_json(n).ok(),
        Atome::Fraction(f) => Some(*f),
        _ => None,
    };
    match &elements.get(rang)?.atome {
        Atome::Fois(n) => Some((rang, *n, 0)),
        Atome::Mesure(Chiffres::Nombre(n), "piece") => Some((rang, Decimal::lire_json(n).ok()?, 0)),
        Atome::Unite("piece") => {
            let debut = rang.checked_sub(1)?;
            Some((debut, entier(debut)?, 0))
        }
        Atome::Nombre(n) => Some((rang, entier(rang)?, if n.len() > 2 { 30 } else { 0 })),
        Atome::Fraction(f) => Some((rang, *f, 0)),
        _ => None,
    }
}

/// `150 g de beurre`; `150 | beurre` where more than a space stands between them.
fn par_la_tete(elements: &[Element]) -> Option<Lecture> {
    let chiffre = |e: &&Element| matches!(e.atome, Atome::Nombre(_) | Atome::Fraction(_));
    let mut fin = elements.iter().take_while(chiffre).count();
    if matches!(elements.get(fin)?.atome, Atome::Mesure(..) | Atome::Unite(_)) {
        fin += 1;
    } else if !elements.get(fin)?.large {
        return None;
    }
    let q = quantifies(elements, fin).into_iter().find(|q| q.debut == 0)?;
    let mut reste = elements.get(fin..)?;
    if q.unite.is_some() && reste.first().is_some_and(|e| matches!(e.texte, "de" | "DE" | "De")) {
        reste = reste.get(1..)?;
    }
    let libelle = libelle(reste)?;
    let libelle = libelle.strip_prefix("d'").or(libelle.strip_prefix("d’")).unwrap_or(&libelle);
    let unite = Some(q.unite.unwrap_or("g").to_owned());
    let (libelle, quantite) = (libelle.to_owned(), Some(q.nombre));
    Some(Lecture { libelle, quantite, unite, pieces: None, cout: q.cout })
}

/// The words as printed, without what only led the eye to the number. None: no name.
fn libelle(elements: &[Element]) -> Option<String> {
    let vide = |e: &&Element| {
        est_puce(e.texte)
            || matches!(e.texte, ":" | "=" | "~" | "≈" | "|" | "/" | "env." | "environ")
    };
    let queue = elements.iter().rev().take_while(vide).count();
    let mots: Vec<&str> = elements.get(..elements.len() - queue)?.iter().map(|e| e.texte).collect();
    let texte = mots.join(" ");
    let texte = texte.trim_start_matches(['-', '•', '*']).trim_end_matches([':', '=', ' ']).trim();
    let lettres = texte.chars().filter(|c| c.is_alphabetic()).count();
    (lettres >= 2).then(|| texte.to_owned())
}
