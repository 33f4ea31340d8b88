//! Words that say one quantity together: `2 x 60 g`, `10 cl + 5 cl`, `1 kg 200`, `c. à soupe`, `10 à 15 g`,
//! `1 c. à soupe (15 g)`. They become one word before lines are read (pure).

use super::lexemes::{Sorte, parties};
use super::mots_cles::{cle, unite};
use super::nombres::{Fraction, est_environ, milliemes, multiplier};
use crate::domaine::Decimal;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ensemble {
    Quantite(Mesure),
    /// From one number to another: which of them is not said.
    Fourchette,
    Unite(&'static str),
    /// `x 2`, after a quantity.
    Fois(Decimal),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mesure {
    pub nombre: Decimal,
    pub unite: Option<&'static str>,
    /// How many, where the book says both.
    pub pieces: Option<Decimal>,
    /// `2 sachets (8 g)`: whether of all or of each is not said.
    pub partagee: bool,
}

impl Mesure {
    const fn de(nombre: Decimal, unite: Option<&'static str>) -> Self {
        Self { nombre, unite, pieces: None, partagee: false }
    }
}

/// More words than these say no quantity together.
const MOTS_MAX: usize = 10;

/// All of this text, which is more than a number and its unit.
pub(crate) fn lire(texte: &str) -> Option<Ensemble> {
    let mut lecture = Lecture::de(texte.split(' '));
    let ensemble = lecture.ensemble()?;
    lecture.reste().is_empty().then_some(ensemble)
}

/// How many of these words, from the first on, belong together; None: each stands for itself.
pub(crate) fn longueur<'a>(mots: impl Iterator<Item = &'a str>) -> Option<usize> {
    let mut lecture = Lecture::de(mots.take(MOTS_MAX));
    lecture.ensemble()?;
    let lus = lecture.rang.checked_sub(1).and_then(|r| lecture.lexemes.get(r))?.mot;
    let entier = lecture.reste().first().is_none_or(|l| l.mot > lus);
    (entier && lus > 0).then_some(lus + 1)
}

/// A spoon, however it is written: `c. à soupe`, `càs`, `CS`, `cuil. à café`.
pub(crate) fn cuiller(texte: &str) -> Option<&'static str> {
    let nu: String = cle(texte).chars().filter(char::is_ascii_alphanumeric).collect();
    let noms = ["cuillerees", "cuilleree", "cuilleres", "cuillere", "cuillers", "cuiller"];
    let noms = noms.iter().chain(&["cuill", "cuil", "c"]);
    let quoi = noms.copied().find_map(|n| nu.strip_prefix(n))?;
    match quoi.strip_prefix('a').unwrap_or(quoi) {
        "soupe" | "s" => Some("c. à soupe"),
        "cafe" | "c" | "the" => Some("c. à café"),
        _ => None,
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Lexeme<'a> {
    sorte: Sorte<'a>,
    mot: usize,
}

struct Lecture<'a> {
    lexemes: Vec<Lexeme<'a>>,
    rang: usize,
    /// More than a number and its unit was read.
    compose: bool,
}

impl<'a> Lecture<'a> {
    fn de(mots: impl Iterator<Item = &'a str>) -> Self {
        let places = mots.enumerate();
        let lexemes =
            places.flat_map(|(mot, texte)| parties(texte).map(move |sorte| Lexeme { sorte, mot }));
        Self { lexemes: lexemes.collect(), rang: 0, compose: false }
    }

    fn reste(&self) -> &[Lexeme<'a>] {
        self.lexemes.get(self.rang..).unwrap_or_default()
    }

    fn suivant(&self) -> Option<&Sorte<'a>> {
        self.reste().first().map(|l| &l.sorte)
    }

    /// Reads it, or nothing is read.
    fn essayer<T>(&mut self, lire: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let (rang, compose) = (self.rang, self.compose);
        let lu = lire(self);
        if lu.is_none() {
            (self.rang, self.compose) = (rang, compose);
        }
        lu
    }

    fn signe(&mut self, signes: &[char]) -> Option<()> {
        let est = matches!(self.suivant(), Some(Sorte::Signe(s)) if signes.contains(s));
        self.rang += usize::from(est);
        est.then_some(())
    }

    fn mot(&mut self, mots: &[&str]) -> Option<()> {
        let est = matches!(self.suivant(), Some(Sorte::Mot(m))
            if mots.iter().any(|n| n.eq_ignore_ascii_case(m)));
        self.rang += usize::from(est);
        est.then_some(())
    }

    fn ensemble(&mut self) -> Option<Ensemble> {
        if let Some(unite) = self.essayer(Self::cuiller) {
            return Some(Ensemble::Unite(unite));
        }
        if let Some(n) = self.essayer(Self::fois) {
            return Some(Ensemble::Fois(n));
        }
        if self.essayer(Self::fourchette).is_some() {
            return Some(Ensemble::Fourchette);
        }
        let mesure = self.somme()?;
        self.compose |= self.environ();
        let mesure = match self.essayer(Self::parenthese) {
            Some(dedans) => {
                self.compose = true;
                accorder(mesure, dedans)?
            }
            None => mesure,
        };
        self.compose.then_some(Ensemble::Quantite(mesure))
    }

    fn environ(&mut self) -> bool {
        let est = matches!(self.suivant(), Some(Sorte::Mot(m)) if est_environ(m));
        self.rang += usize::from(est);
        est
    }

    /// `c.` `à` `soupe`: of several words, or with full stops.
    fn cuiller(&mut self) -> Option<&'static str> {
        let mots = self.reste().iter().map_while(|l| match l.sorte {
            Sorte::Mot(mot) => Some(mot),
            _ => None,
        });
        let mots: Vec<&str> = mots.take(4).collect();
        if !mots.first()?.starts_with(['c', 'C']) {
            return None;
        }
        let lu = |n: usize| Some((n, cuiller(&mots.get(..n)?.concat())?));
        let (n, unite) = (1..=mots.len()).rev().find_map(lu)?;
        self.rang += n;
        Some(unite)
    }

    /// `x 2`, and no unit: that would be another quantity.
    fn fois(&mut self) -> Option<Decimal> {
        self.signe(&['×', '*']).or_else(|| self.mot(&["x"]))?;
        let n = self.entier()?;
        self.unite().is_none().then_some(n)
    }

    /// `10-15 g`, `2 à 3`, `entre 10 et 15 g`.
    fn fourchette(&mut self) -> Option<()> {
        let entre = self.mot(&["entre"]).is_some();
        self.mesure(false)?;
        let lie = if entre {
            self.mot(&["et"])
        } else {
            self.signe(&['-', '–', '—']).or_else(|| self.mot(&["à", "a", "ou"]))
        };
        lie?;
        self.mesure(false)?;
        self.environ();
        Some(())
    }

    fn somme(&mut self) -> Option<Mesure> {
        let mut termes = vec![self.produit()?];
        while let Some(terme) = self.essayer(|l| {
            l.signe(&['+'])?;
            l.produit()
        }) {
            self.compose = true;
            termes.push(terme);
        }
        let [premier, reste @ ..] = termes.as_mut_slice() else { return None };
        // `100 + 50 g`: the unit is said once.
        let commune = reste.last().and_then(|t| t.unite);
        premier.unite = premier.unite.or(commune);
        let mut somme = *premier;
        for terme in reste {
            terme.unite = terme.unite.or(commune);
            somme = ajouter(somme, *terme)?;
        }
        Some(somme)
    }

    fn produit(&mut self) -> Option<Mesure> {
        let fois = self.essayer(|l| {
            let (n, signe) = l.facteur()?;
            let mesure = l.mesure(true)?;
            let pese = mesure.unite.is_some_and(|u| grandeur(u).is_some());
            // `3 de 60`, `(2) 50`, `60 x 2`: without a unit that is something else.
            let nombres = |a: Decimal, b: Decimal| a.en_milliemes().ok() < b.en_milliemes().ok();
            let nus = signe && mesure.unite.is_none() && nombres(n, mesure.nombre);
            let produit = Mesure { nombre: multiplier(n, mesure.nombre)?, ..mesure };
            (pese || nus).then_some(produit)
        });
        if fois.is_some() {
            self.compose = true;
            return fois;
        }
        self.mesure(true)
    }

    /// How many times, and whether a sign says so: `2 x`, `(2)`, `3 de`, `2 tranches de`.
    fn facteur(&mut self) -> Option<(Decimal, bool)> {
        if self.signe(&['(']).is_some() {
            let n = self.entier()?;
            self.signe(&[')'])?;
            return Some((n, false));
        }
        let n = self.entier()?;
        if self.signe(&['×', '*']).or_else(|| self.mot(&["x"])).is_some() {
            return Some((n, true));
        }
        let compte = self.unite();
        if compte.is_some_and(|u| grandeur(u).is_some()) {
            return None;
        }
        self.mot(&["de", "à"])?;
        Some((n, false))
    }

    fn entier(&mut self) -> Option<Decimal> {
        let Some(Sorte::Nombre(n)) = self.suivant() else { return None };
        let n = Some(n).filter(|n| n.len() <= 3 && !n.contains('.'))?;
        let entier = Decimal::lire_json(n).ok()?;
        self.rang += 1;
        Some(entier)
    }

    /// A number, and its unit where there is one; `milliers`: it may be `1 250`.
    fn mesure(&mut self, milliers: bool) -> Option<Mesure> {
        if let Some(Sorte::Fraction(f)) = self.suivant() {
            let f = *f;
            self.rang += 1;
            return self.fraction("", f);
        }
        let Some(Sorte::Nombre(n)) = self.suivant() else { return None };
        let mut chiffres = n.clone();
        self.rang += 1;
        if let Some(Sorte::Fraction(f)) = self.suivant() {
            let f = *f;
            self.rang += 1;
            return self.fraction(&chiffres, f);
        }
        let mut milliers = milliers && chiffres.len() <= 3 && !chiffres.contains('.');
        while let Some(Sorte::Nombre(groupe)) = self.suivant().filter(|_| milliers) {
            if groupe.split('.').next().is_none_or(|entiers| entiers.len() != 3) {
                break;
            }
            milliers = !groupe.contains('.');
            chiffres.push_str(groupe);
            self.rang += 1;
        }
        let unite = self.unite();
        let mesure = Mesure::de(Decimal::lire_json(&chiffres).ok()?, unite);
        match self.essayer(|l| l.complement(unite?)) {
            Some(complement) => {
                self.compose = true;
                ajouter(mesure, complement)
            }
            None => Some(mesure),
        }
    }

    /// The `200` of `1 kg 200`, the `50 cl` of `1 l 50 cl`, the `1/2` of `1 l 1/2`.
    fn complement(&mut self, unite: &'static str) -> Option<Mesure> {
        if let Some(Sorte::Fraction(f)) = self.suivant().filter(|_| matches!(unite, "kg" | "l")) {
            let (nombre, unite) = f.valeur("", Some(unite))?;
            self.rang += 1;
            return self.unite().is_none().then(|| Mesure::de(nombre, unite));
        }
        let Some(Sorte::Nombre(n)) = self.suivant() else { return None };
        let chiffres = n.clone();
        self.rang += 1;
        let petite = match (unite, self.unite(), chiffres.len()) {
            ("kg", None, 3) | ("kg", Some("g"), 1..=3) => "g",
            ("l", Some(petite @ ("ml" | "cl" | "dl")), 1..=3) => petite,
            _ => return None,
        };
        let nombre = Decimal::lire_json(&chiffres).ok()?;
        Some(Mesure::de(nombre, Some(petite)))
    }

    fn fraction(&mut self, entier: &str, fraction: Fraction) -> Option<Mesure> {
        let unite = self.unite();
        let (nombre, unite) = fraction.valeur(entier, unite)?;
        Some(Mesure::de(nombre, unite))
    }

    fn unite(&mut self) -> Option<&'static str> {
        if let Some(unite) = self.essayer(Self::cuiller) {
            return Some(unite);
        }
        let Some(Sorte::Mot(mot)) = self.suivant() else { return None };
        let unite = unite(mot)?;
        self.rang += 1;
        Some(unite)
    }

    /// `(15 g)`, `(soit 2 pièces)`.
    fn parenthese(&mut self) -> Option<Mesure> {
        self.signe(&['('])?;
        let _annonce = self.mot(&["soit"]).or_else(|| self.signe(&['=', '≈', '~']));
        let mesure = self.mesure(true).filter(|m| m.unite.is_some())?;
        self.signe(&[')'])?;
        Some(mesure)
    }
}

/// In what a unit is measured, and how much of it one is: mass in g, volume in ml.
fn grandeur(unite: &str) -> Option<(&'static str, i64)> {
    match unite {
        "g" => Some(("g", 1)),
        "kg" => Some(("g", 1000)),
        "ml" => Some(("ml", 1)),
        "cl" => Some(("ml", 10)),
        "dl" => Some(("ml", 100)),
        "l" => Some(("ml", 1000)),
        "c. à soupe" => Some(("ml", 15)),
        "c. à café" => Some(("ml", 5)),
        _ => None,
    }
}

/// The sum, in their unit or the base of both; None: they cannot be added.
fn ajouter(a: Mesure, b: Mesure) -> Option<Mesure> {
    let plus = |x: Decimal, y: Decimal| {
        milliemes(x.en_milliemes().ok()?.checked_add(y.en_milliemes().ok()?)?)
    };
    if a.unite == b.unite {
        return Some(Mesure { nombre: plus(a.nombre, b.nombre)?, ..a });
    }
    let ((base, fa), (autre, fb)) = (grandeur(a.unite?)?, grandeur(b.unite?)?);
    let en_base = |m: Mesure, f: i64| multiplier(Decimal::entier(f), m.nombre);
    let nombre = plus(en_base(a, fa)?, en_base(b, fb)?)?;
    (base == autre).then_some(Mesure::de(nombre, Some(base)))
}

/// A quantity, and the same between parentheses: the mass counts.
fn accorder(dehors: Mesure, dedans: Mesure) -> Option<Mesure> {
    let masse = |m: &Mesure| matches!(m.unite, Some("g" | "kg"));
    let pese = |m: &Mesure| m.unite.and_then(grandeur).is_some();
    match (masse(&dehors), masse(&dedans)) {
        (false, true) => {
            let compte = matches!(dehors.unite, None | Some("piece"));
            let mesuree = dehors.unite.and_then(grandeur).is_some();
            let partagee = !compte && !mesuree && dehors.nombre != Decimal::entier(1);
            Some(Mesure { pieces: compte.then_some(dehors.nombre), partagee, ..dedans })
        }
        _ if pese(&dehors) && dedans.unite == Some("piece") => {
            Some(Mesure { pieces: Some(dedans.nombre), ..dehors })
        }
        _ => None,
    }
}
