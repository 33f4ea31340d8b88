//! Where in a line its quantity and its pieces may stand (pure).

use super::ensembles::Ensemble;
use super::exces::annonce_un_numero;
use super::nombres::{Atome, Chiffres, Fraction, se_lit_de_deux_facons, sont_des_kilos};
use crate::domaine::Decimal;

/// A word, what it is, and whether it stands under or over numbers of other lines.
pub(crate) struct Element<'a> {
    pub texte: &'a str,
    pub large: bool,
    pub aligne: bool,
    pub atome: Atome,
}

/// Why a quantity that was read may not be the one that is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hesitation {
    /// `10-15 g`.
    Fourchette,
    /// `1.250 g`: one and a quarter, or thousands.
    DeuxFacons,
    /// `2 cm`.
    Longueur,
    /// `60 g x 2`: of all, or of each.
    FoisApres,
    /// `1/2` alone: half of what, is not said.
    FractionNue,
    /// `0,120` alone: rather kilograms.
    DecimalesNues,
    /// `100 cc`: spoons, or cubic centimetres.
    Cuillers,
    /// `Sauce 60 150`: two numbers, or thousands.
    Milliers,
}

/// A number with its unit, from word `debut` on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Quantifie {
    pub debut: usize,
    /// None: from one number to another.
    pub nombre: Option<Decimal>,
    pub unite: Option<&'static str>,
    pub pieces: Option<Decimal>,
    pub cout: u32,
    pub hesitation: Option<Hesitation>,
}

/// All numbers with or without unit that end before word `fin`.
pub(crate) fn quantifies(elements: &[Element], fin: usize) -> Vec<Quantifie> {
    let Some(rang) = fin.checked_sub(1) else { return Vec::new() };
    let Some(dernier) = elements.get(rang) else { return Vec::new() };
    match &dernier.atome {
        Atome::Unite(unite) => {
            let mut trouves = sans_unite(elements, rang, Some(unite));
            trouves.iter_mut().for_each(|q| q.unite = q.unite.or(Some(unite)));
            trouves
        }
        Atome::Mesure(Chiffres::Nombre(n), u) => {
            let mut trouves = nombres(elements, fin, Some(n));
            trouves.iter_mut().for_each(|q| q.unite = Some(u));
            trouves
        }
        Atome::Mesure(Chiffres::Fraction(f), u) => fractions(elements, rang, *f, Some(u)),
        _ => sans_unite(elements, fin, None),
    }
}

/// `unite`: the one that stands after them.
fn sans_unite(elements: &[Element], fin: usize, unite: Option<&'static str>) -> Vec<Quantifie> {
    let Some(rang) = fin.checked_sub(1) else { return Vec::new() };
    match elements.get(rang).map(|e| &e.atome) {
        Some(Atome::Fraction(f)) => fractions(elements, rang, *f, unite),
        Some(Atome::Ensemble(ensemble)) => ensemble_seul(rang, ensemble).into_iter().collect(),
        _ => nombres(elements, fin, None),
    }
}

fn ensemble_seul(debut: usize, ensemble: &Ensemble) -> Option<Quantifie> {
    let rien = Quantifie { debut, ..Quantifie::de(debut, None) };
    match ensemble {
        Ensemble::Quantite(m) => {
            let hesitation = m.partagee.then_some(Hesitation::FoisApres);
            let (nombre, unite, pieces) = (Some(m.nombre), m.unite, m.pieces);
            Some(Quantifie { nombre, unite, pieces, hesitation, ..rien })
        }
        Ensemble::Fourchette => {
            Some(Quantifie { hesitation: Some(Hesitation::Fourchette), ..rien })
        }
        Ensemble::Unite(_) | Ensemble::Fois(_) => None,
    }
}

impl Quantifie {
    pub(crate) const fn de(debut: usize, nombre: Option<Decimal>) -> Self {
        Self { debut, nombre, unite: None, pieces: None, cout: 0, hesitation: None }
    }

    fn chiffres(debut: usize, texte: &str, cout: u32) -> Option<Self> {
        let nombre = Decimal::lire_json(texte).ok()?;
        let hesitation = if se_lit_de_deux_facons(texte) {
            Some(Hesitation::DeuxFacons)
        } else {
            sont_des_kilos(texte).then_some(Hesitation::DecimalesNues)
        };
        Some(Self { cout, hesitation, ..Self::de(debut, Some(nombre)) })
    }
}

fn fractions(
    elements: &[Element],
    rang: usize,
    fraction: Fraction,
    unite: Option<&'static str>,
) -> Vec<Quantifie> {
    let avec = |debut: usize, entier: &str, cout: u32| {
        let (nombre, unite) = fraction.valeur(entier, unite)?;
        let hesitation = unite.is_none().then_some(Hesitation::FractionNue);
        Some(Quantifie { unite, cout, hesitation, ..Quantifie::de(debut, Some(nombre)) })
    };
    let avant = rang.checked_sub(1).and_then(|r| Some((r, elements.get(r)?)));
    let mixte = match avant {
        Some((debut, Element { atome: Atome::Nombre(entier), .. })) => avec(debut, entier, 0),
        _ => None,
    };
    let seule = avec(rang, "", if mixte.is_some() { 20 } else { 0 });
    mixte.into_iter().chain(seule).collect()
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
    let mut trouves: Vec<Quantifie> = Quantifie::chiffres(debut, &texte, 0).into_iter().collect();
    while trois_chiffres(&texte) && elements.get(debut).is_some_and(|e| !e.large) {
        let Some(groupe) = debut.checked_sub(1).and_then(chiffres) else { break };
        if groupe.len() > 3 || groupe.contains('.') || groupe.starts_with('0') {
            break;
        }
        debut -= 1;
        texte.insert_str(0, groupe);
        // `250` beside `1`, without more than a space: rather 1 250, and 55 150 less so.
        trouves.iter_mut().for_each(|q| q.cout += 20);
        let cout = match debut.checked_sub(1).and_then(|r| elements.get(r)) {
            // `Farine T 55 150 g`.
            Some(avant) if annonce_un_numero(avant.texte) => 40,
            _ if groupe.len() == 1 => 0,
            _ => 10,
        };
        let serre = debut > 0 && groupe.len() > 1 && elements.get(debut).is_some_and(|e| !e.large);
        let milliers = serre.then_some(Hesitation::Milliers);
        let trouve = Quantifie::chiffres(debut, &texte, cout);
        trouves.extend(trouve.map(|q| Quantifie { hesitation: q.hesitation.or(milliers), ..q }));
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

fn trois_chiffres(texte: &str) -> bool {
    texte.split('.').next().is_some_and(|entiers| entiers.len() % 3 == 0)
}

/// `2 pièces`, `x2` before the quantity: where it begins, how many, and whether a sign says so.
pub(crate) fn pieces_avant(elements: &[Element], fin: usize) -> Option<(usize, Decimal, bool)> {
    let dernier = &elements.get(fin.checked_sub(1)?)?.atome;
    let signe = matches!(dernier, Atome::Fois(_));
    let dites = matches!(dernier, Atome::Unite("piece") | Atome::Mesure(_, "piece"));
    let (debut, compte, _) = pieces(elements, fin).filter(|_| signe || dites)?;
    Some((debut, compte, signe))
}

/// How many, after the quantity: where it begins, and how sure that is.
pub(crate) fn pieces(elements: &[Element], fin: usize) -> Option<(usize, Decimal, u32)> {
    let rang = fin.checked_sub(1)?;
    let entier = |rang: usize| match &elements.get(rang)?.atome {
        Atome::Nombre(n) if n.len() <= 4 && !n.contains('.') => Decimal::lire_json(n).ok(),
        Atome::Fraction(f) => Some(f.valeur("", None)?.0),
        _ => None,
    };
    match &elements.get(rang)?.atome {
        Atome::Fois(n) | Atome::EntreParentheses(n) => Some((rang, *n, 0)),
        Atome::Mesure(Chiffres::Nombre(n), "piece") => Some((rang, Decimal::lire_json(n).ok()?, 0)),
        Atome::Unite("piece") => {
            let debut = rang.checked_sub(1)?;
            Some((debut, entier(debut)?, 0))
        }
        Atome::Nombre(n) => Some((rang, entier(rang)?, if n.len() > 2 { 30 } else { 0 })),
        Atome::Fraction(_) => Some((rang, entier(rang)?, 0)),
        _ => None,
    }
}
