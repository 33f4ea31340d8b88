//! One line of a list: ingredient, quantity, pieces (pure).
//!
//! The quantity stands at the end, in some books at the beginning. A number inside the name is part
//! of the name. Where a line can be read in several ways (`SAUCE 60 2`, `POULET 1 250`), all of
//! them are given, the likeliest first; the recipe's weight decides (see poids.rs).

use super::mots_cles::{cle, unite};
use super::nombres::{Atome, atome, est_environ, milliemes, multiplier};
use super::parties;
use super::quantites::{Element, Hesitation, Quantifie, pieces, pieces_avant, quantifies};
use super::rangees::Jeton;
use crate::domaine::Decimal;

/// One way to read a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lecture {
    pub libelle: String,
    pub quantite: Option<Decimal>,
    pub unite: Option<String>,
    /// No unit is printed: `unite` is what the list is in.
    pub nue: bool,
    pub pieces: Option<Decimal>,
    /// What is left when it is cleaned, where the book says both.
    pub net: Option<Decimal>,
    pub hesitation: Option<Hesitation>,
    /// The lower the likelier, in tenths.
    pub cout: u32,
}

impl Lecture {
    /// A head over the list says what its bare numbers are.
    pub(crate) fn compter_en(&mut self, unite: Option<&str>) {
        let Some(unite) = unite.filter(|_| self.nue) else { return };
        if unite == "g" {
            // `0,120` is what nobody weighs, whatever the head says.
            let peu = self.quantite.and_then(|q| q.en_milliemes().ok()).is_none_or(|q| q < 1_000);
            let kilos = |h: &Hesitation| *h != Hesitation::DecimalesNues || peu;
            self.hesitation = self.hesitation.filter(kilos);
            return;
        }
        (self.unite, self.nue) = (Some(unite.to_owned()), false);
        let decimales =
            matches!(self.hesitation, Some(Hesitation::DecimalesNues | Hesitation::DeuxFacons));
        if decimales && matches!(unite, "kg" | "l") {
            self.hesitation = None;
        }
    }
}

/// All ways to read a line.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Lectures {
    /// Quantity last, the likeliest first.
    pub fin: Vec<Lecture>,
    /// Quantity first.
    pub tete: Option<Lecture>,
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
    oter_les_parentheses(&mut elements);
    let puces = elements.iter().take_while(|e| est_puce(e.texte)).count();
    elements.drain(..puces);
    let partie = parties::prefixe(elements.iter().map(|e| e.texte));
    elements.drain(..partie.min(elements.len().saturating_sub(2)));
    if let Some(lecture) = de_chacune(&elements) {
        return Lectures { fin: vec![lecture.clone()], tete: Some(lecture) };
    }
    let tete = par_la_tete(&elements);
    retirer_les_parts(&mut elements);
    let mut fin = suffisant(&elements).into_iter().collect::<Vec<_>>();
    fin.extend(match contexte.pieces_dabord {
        true => pieces_puis_quantite(&elements),
        false => par_la_fin(&elements),
    });
    let milliers: Vec<Lecture> = fin.iter().filter_map(en_milliers).collect();
    fin.extend(milliers);
    fin.sort_by_key(|l| l.cout);
    Lectures { fin, tete }
}

/// `Carotte (120 g)`, to the end of its line.
fn oter_les_parentheses(elements: &mut [Element]) {
    let [.., nombre, unite] = elements else { return };
    let dedans = nombre.texte.strip_prefix('(').zip(unite.texte.strip_suffix(')'));
    let lus = dedans.map(|(n, u)| (n, u, atome(n), atome(u)));
    if let Some((
        n,
        u,
        chiffres @ Atome::Nombre(_),
        mesure @ Atome::Unite("g" | "kg" | "ml" | "cl"),
    )) = lus
    {
        (nombre.texte, nombre.atome) = (n, chiffres);
        (unite.texte, unite.atome) = (u, mesure);
    }
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
        let chiffre = |e: &Element| est_chiffre(e) || matches!(e.atome, Atome::Unite(_));
        if dernier.atome != Atome::Part || !dernier.large || !avant.is_some_and(chiffre) {
            return;
        }
        elements.pop();
    }
}

fn est_chiffre(element: &Element) -> bool {
    matches!(element.atome, Atome::Nombre(_) | Atome::Mesure(..) | Atome::Ensemble(_))
}

/// `QS`, `à volonté`, `selon votre goût`, at the end of the line.
fn suffisant(elements: &[Element]) -> Option<Lecture> {
    let (dernier, avant) = elements.split_last()?;
    if dernier.atome == Atome::Suffisant {
        return sans_quantite(avant);
    }
    let fin = est_un_souhait(&cle(dernier.texte)).then_some(elements.len())?;
    let dit = |debut: &usize| {
        let mots = elements.get(*debut..).unwrap_or_default();
        let cles: Vec<_> = mots.iter().map(|e| cle(e.texte)).collect();
        SUFFISANTS.contains(&cles.join(" ").as_str())
    };
    let debut = (fin.saturating_sub(3)..fin).find(dit)?;
    sans_quantite(elements.get(..debut)?)
}

/// Nobody counts so many coffee spoons, in thousandths.
const CUILLERS_MAX: i64 = 20_000;

/// As much as the cook likes.
const SUFFISANTS: [&str; 21] = [
    "a convenance",
    "a votre convenance",
    "selon convenance",
    "a volonte",
    "a discretion",
    "au gout",
    "a gout",
    "a votre gout",
    "selon gout",
    "selon gouts",
    "selon le gout",
    "selon les gouts",
    "selon votre gout",
    "selon vos gouts",
    "suivant gout",
    "selon besoin",
    "selon besoins",
    "au besoin",
    "si besoin",
    "quantite suffisante",
    "en quantite suffisante",
];

/// The last word of each of them: most names end otherwise.
fn est_un_souhait(cle: &str) -> bool {
    matches!(
        cle,
        "convenance"
            | "volonte"
            | "discretion"
            | "gout"
            | "gouts"
            | "besoin"
            | "besoins"
            | "suffisante"
    )
}

fn sans_quantite(elements: &[Element]) -> Option<Lecture> {
    Some(Lecture {
        libelle: libelle(elements)?,
        quantite: None,
        unite: None,
        nue: false,
        pieces: None,
        net: None,
        hesitation: None,
        cout: 0,
    })
}

fn par_la_fin(elements: &[Element]) -> Vec<Lecture> {
    let n = elements.len();
    let mut lectures: Vec<Lecture> =
        quantifies(elements, n).into_iter().filter_map(|q| lecture(elements, q)).collect();
    if let Some((debut, compte, cout)) = pieces(elements, n) {
        let signe = matches!(elements.get(debut).map(|e| &e.atome), Some(Atome::Fois(_)));
        lectures.extend(quantifies(elements, debut).into_iter().filter_map(|mut q| {
            // `60 2`: a space between them is less sure than a column each.
            let serre = !elements.get(debut)?.large && q.unite.is_none();
            q.cout += cout + if serre { 10 } else { 0 };
            q.pieces = Some(compte);
            q.hesitation = q.hesitation.or(signe.then_some(Hesitation::FoisApres));
            lecture(elements, q)
        }));
        if signe && lectures.is_empty() {
            // `Œuf x3`.
            let nombre = Quantifie { unite: Some("piece"), ..Quantifie::de(debut, Some(compte)) };
            lectures.extend(lecture(elements, nombre));
        }
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
        if let Some((debut, compte, cout)) = pieces {
            q.debut = debut;
            q.cout += cout;
            q.pieces = Some(compte);
        }
        lecture(elements, q)
    };
    quantites.filter_map(lire).collect()
}

/// What is left of the words before the quantity is the name, if it is one.
fn lecture(elements: &[Element], mut q: Quantifie) -> Option<Lecture> {
    let mut avant = elements.get(..q.debut)?;
    // `< 100 g`.
    if avant.last().is_some_and(|e| matches!(e.texte, "<" | ">" | "≤" | "≥" | "<=" | ">=")) {
        avant = avant.get(..avant.len() - 1)?;
        q.hesitation = Some(Hesitation::Fourchette);
    }
    // A column of units before the one of quantities.
    if let (None, Some(Element { atome: Atome::Unite(u), large: true, .. })) =
        (q.unite, avant.last())
    {
        avant = avant.get(..avant.len() - 1)?;
        q.unite = Some(u);
    }
    // `Crème (cl) | 12`.
    if let (None, Some((mots, unite))) = (q.unite, unite_du_nom(avant)) {
        avant = avant.get(..avant.len() - mots)?;
        q.unite = Some(unite);
    }
    if q.pieces.is_none()
        && q.unite != Some("piece")
        && let Some((debut, compte, signe)) = pieces_avant(elements, avant.len())
    {
        avant = avant.get(..debut)?;
        q.pieces = Some(compte);
        q.hesitation = q.hesitation.or(signe.then_some(Hesitation::FoisApres));
    }
    let chiffre = |e: &&Element| matches!(e.atome, Atome::Nombre(_) | Atome::Mesure(..));
    let large = elements.get(q.debut).is_some_and(|e| e.large);
    let mesure =
        |p: &[Element]| matches!(p, [n, u] if chiffre(&n) && matches!(u.atome, Atome::Unite(_)));
    let finit_par = avant.get(avant.len().saturating_sub(2)..).is_some_and(mesure);
    if finit_par || avant.last().filter(chiffre).is_some() {
        q.cout += if large { 5 } else { 20 };
    }
    let queue = avant.iter().rev().take_while(|e| chiffre(e));
    q.cout += 30 * queue.filter(|e| e.aligne).fold(0, |n, _| n + 1);
    Some(quantifiee(sans_quantite(avant)?, q))
}

/// `(cl)`, `en kg` at the end of a name: of how many words, and which.
fn unite_du_nom(avant: &[Element]) -> Option<(usize, &'static str)> {
    let dernier = avant.last()?.texte;
    let entre = dernier.strip_prefix('(').and_then(|t| t.strip_suffix(')'));
    let en = avant.len().checked_sub(2).and_then(|n| avant.get(n)).map_or("", |e| e.texte);
    let (mots, unite) = match entre {
        Some(dedans) => (1, unite(dedans)?),
        None if en.eq_ignore_ascii_case("en") => (2, unite(dernier)?),
        None => return None,
    };
    let mesure = matches!(unite, "g" | "kg" | "mg" | "ml" | "cl" | "dl" | "l");
    (mesure && avant.len() > mots).then_some((mots, unite))
}

/// With this quantity, in units that are measured: spoons are millilitres, a pinch is what it takes.
fn quantifiee(nommee: Lecture, q: Quantifie) -> Lecture {
    let cuiller = |ml: i64| q.nombre.and_then(|n| multiplier(Decimal::entier(ml), n));
    let (quantite, unite) = match q.unite {
        Some("c. à soupe") => (cuiller(15), Some("ml")),
        Some("c. à café") => (cuiller(5), Some("ml")),
        Some("pincée") => (None, None),
        unite => (q.nombre, unite.or(Some("g"))),
    };
    let longueur = matches!(unite, Some("cm" | "mm")).then_some(Hesitation::Longueur);
    let trop = |n: Decimal| n.en_milliemes().is_ok_and(|n| n >= CUILLERS_MAX);
    let cafe = q.unite == Some("c. à café") && q.nombre.is_some_and(trop);
    let longueur = longueur.or(cafe.then_some(Hesitation::Cuillers));
    let hesitation = q.hesitation.filter(|h| match h {
        // `1.250 kg` is said in one way only.
        Hesitation::DeuxFacons => matches!(unite, Some("g" | "mg" | "ml")),
        Hesitation::FractionNue | Hesitation::DecimalesNues => q.unite.is_none(),
        _ => true,
    });
    let hesitation = hesitation.or(longueur);
    let unite = unite.filter(|_| quantite.is_some()).map(str::to_owned);
    let nue = q.unite.is_none() && quantite.is_some();
    Lecture { quantite, unite, nue, pieces: q.pieces, hesitation, cout: q.cout, ..nommee }
}

/// `1.250 g`, read as thousands; `0,120`, as kilograms.
fn en_milliers(lecture: &Lecture) -> Option<Lecture> {
    let deux =
        matches!(lecture.hesitation, Some(Hesitation::DeuxFacons | Hesitation::DecimalesNues));
    let mille = lecture.quantite.filter(|_| deux)?.en_milliemes().ok()?.checked_mul(1000)?;
    Some(Lecture { quantite: milliemes(mille), cout: lecture.cout + 1, ..lecture.clone() })
}

/// `3 tortillas de 60 g`: so many, of so much each.
fn de_chacune(elements: &[Element]) -> Option<Lecture> {
    let [Element { atome: Atome::Nombre(n), .. }, reste @ ..] = elements else { return None };
    let compte = Decimal::lire_json(n).ok().filter(|_| n.len() <= 2 && !n.starts_with('0'))?;
    let q = quantifies(reste, reste.len()).into_iter().find(|q| {
        let avant = q.debut.checked_sub(1).and_then(|r| reste.get(r));
        let pese = matches!(q.unite, Some("g" | "kg" | "ml" | "cl" | "l"));
        pese && q.pieces.is_none() && avant.is_some_and(|e| est_de(e.texte))
    })?;
    let nommee = sans_quantite(reste.get(..q.debut - 1)?)?;
    let nombre = multiplier(compte, q.nombre?)?;
    Some(quantifiee(nommee, Quantifie { nombre: Some(nombre), cout: 0, ..q }))
}

fn est_de(mot: &str) -> bool {
    mot.eq_ignore_ascii_case("de")
}

/// `150 g de beurre`; `150 | beurre` where more than a space stands between them.
fn par_la_tete(elements: &[Element]) -> Option<Lecture> {
    let chiffre = |e: &&Element| matches!(e.atome, Atome::Nombre(_) | Atome::Fraction(_));
    let mut fin = elements.iter().take_while(chiffre).count();
    let suivant = elements.get(fin)?;
    let mesure = matches!(suivant.atome, Atome::Mesure(..) | Atome::Unite(_) | Atome::Ensemble(_));
    if mesure && (fin > 0 || est_chiffre(suivant)) {
        fin += 1;
    } else if !suivant.large {
        return None;
    }
    let q = quantifies(elements, fin).into_iter().find(|q| q.debut == 0)?;
    let mut reste = elements.get(fin..)?;
    if q.unite.is_some() && reste.first().is_some_and(|e| est_de(e.texte)) {
        reste = reste.get(1..)?;
    }
    let mut nommee = sans_quantite(reste)?;
    for lien in ["d'", "d’"] {
        nommee.libelle = nommee.libelle.strip_prefix(lien).unwrap_or(&nommee.libelle).to_owned();
    }
    Some(quantifiee(nommee, q))
}

/// The words as printed, without what only led the eye to the number. None: no name.
fn libelle(elements: &[Element]) -> Option<String> {
    let vide = |e: &&Element| {
        est_puce(e.texte) || est_environ(e.texte) || matches!(e.texte, ":" | "=" | "|" | "/")
    };
    let queue = elements.iter().rev().take_while(vide).count();
    let mots: Vec<&str> = elements.get(..elements.len() - queue)?.iter().map(|e| e.texte).collect();
    let texte = mots.join(" ");
    let texte = texte.trim_start_matches(['-', '•', '*']).trim_end_matches([':', '=', ' ']).trim();
    let lettres = texte.chars().filter(|c| c.is_alphabetic()).count();
    (lettres >= 2).then(|| texte.to_owned())
}
