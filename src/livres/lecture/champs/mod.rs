//! What ends a recipe: net weight, packaging, shelf life; on a line each, or several on one (pure).
//!
//! A name that only such a field has (DLC, POIDS NET) is one wherever it stands; one that ordinary
//! sentences use too (« conservation », « portion ») is one at the beginning of a line or after a
//! stroke, and only where what follows it is a length of life, or a weight.

mod duree;
mod poids;

use super::nombres::{Atome, atome};
use super::rangees::Jeton;
pub(crate) use duree::{Duree, parle_de_garde};
pub(crate) use poids::{Par, PoidsImprime};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Nom {
    Poids,
    Emballage,
    Duree,
}

/// One field, and the words after its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Champ<'a> {
    pub nom: Nom,
    pub jetons: &'a [Jeton],
}

impl Champ<'_> {
    /// None: in words that are not understood.
    pub(crate) fn poids(&self) -> Option<PoidsImprime> {
        poids::lire(&mots(self.jetons))
    }

    pub(crate) fn duree(&self) -> Duree {
        duree::lire(&mots(self.jetons))
    }

    /// More than its name, which a column may bear as well.
    pub(crate) fn dit_quelque_chose(&self) -> bool {
        match self.nom {
            Nom::Poids => self.poids().is_some(),
            Nom::Duree => matches!(self.duree(), Duree::Jours(_)),
            Nom::Emballage => !self.jetons.is_empty(),
        }
    }
}

/// The fields of a line that begins with one of their names; none: it is another kind of line.
pub(crate) fn champs(jetons: &[Jeton]) -> Vec<Champ<'_>> {
    let premier = jetons.iter().position(|j| !j.cle.is_empty()).unwrap_or(0);
    // `Poids brut 180 g / Poids net 150 g`.
    let brut = est_total(jetons);
    let mut trouves: Vec<(usize, usize, Nom)> = Vec::new();
    let mut rang = premier;
    while rang < jetons.len() {
        let reste = jetons.get(rang..).unwrap_or_default();
        let detache =
            rang == premier || rang.checked_sub(1).and_then(|r| jetons.get(r)).is_some_and(coupe);
        match nom(reste).or_else(|| detache.then(|| nom_ordinaire(reste))?) {
            Some((nom, mots)) => {
                trouves.push((rang, rang + mots, nom));
                rang += mots.max(1);
            }
            None if trouves.is_empty() && !brut => return Vec::new(),
            None => rang += 1,
        }
    }
    let fins = trouves.iter().skip(1).map(|t| t.0).chain([jetons.len()]);
    let champ = |((_, debut, nom), fin): (&(usize, usize, Nom), usize)| {
        let jetons = jetons.get(*debut..fin).unwrap_or_default();
        Champ { nom: *nom, jetons: sans_separateurs(jetons) }
    };
    trouves.iter().zip(fins).map(champ).collect()
}

/// A line that only adds up what stands above it.
pub(crate) fn est_total(jetons: &[Jeton]) -> bool {
    let mut cles = jetons.iter().map(|j| j.cle.as_str()).filter(|c| !c.is_empty());
    let (premier, second) = (cles.next().unwrap_or_default(), cles.next().unwrap_or_default());
    match premier {
        "somme" | "ensemble" if reste_des_nombres(jetons) => true,
        "total" | "totaux" | "sous-total" | "soustotal" | "sous-totaux" | "s/total" => true,
        "sous" => second == "total",
        "poids" => matches!(second, "total" | "brut" | "fini" | "cru" | "cuit"),
        _ => false,
    }
}

/// `Somme 100 g`, and no `Ensemble garni 100 g`.
fn reste_des_nombres(jetons: &[Jeton]) -> bool {
    let mut mots = jetons.iter().filter(|j| !j.cle.is_empty()).skip(1).peekable();
    mots.peek().is_some() && mots.all(|j| !matches!(atome(&j.texte), Atome::Autre))
}

/// A name that says by itself what follows, and of how many words it is. The words that qualify it
/// (« portion », « secondaire ») are left to what reads the field.
fn nom(jetons: &[Jeton]) -> Option<(Nom, usize)> {
    let cle = |rang: usize| jetons.get(rang).map_or("", |j| j.cle.as_str());
    let nombre = |rang: usize| {
        jetons.get(rang).is_some_and(|j| j.texte.starts_with(|c: char| c.is_ascii_digit()))
    };
    let chiffre = || nombre(1) || (cle(1).is_empty() && nombre(2));
    match cle(0) {
        "poids" | "pds" if cle(1) == "net" => Some((Nom::Poids, 2)),
        "poids" | "pds" if cle(1).starts_with("net:") => Some((Nom::Poids, 1)),
        "poids" if chiffre() => Some((Nom::Poids, 1)),
        "poids" if matches!(cle(1), "portion" | "unitaire" | "piece" | "par") => {
            Some((Nom::Poids, 1))
        }
        "poids" if matches!(cle(1), "de" | "d'une" | "d’une") && est_une_part(cle(2), cle(3)) => {
            Some((Nom::Poids, 1))
        }
        "pn" | "p.n" if chiffre() || jetons.iter().skip(1).all(|j| j.cle.is_empty()) => {
            Some((Nom::Poids, 1))
        }
        "emballage" | "emballages" => Some((Nom::Emballage, 1)),
        "dlc" | "d.l.c" | "d.l.c." | "dluo" | "d.l.u.o" | "ddm" | "d.d.m" => Some((Nom::Duree, 1)),
        // `DLC:J+3` in one word: read with its name.
        cle if ["dlc:", "dlc+", "dlc=", "dluo:", "ddm:"].iter().any(|n| cle.starts_with(n)) => {
            Some((Nom::Duree, 0))
        }
        "duree" if cle(1) == "de" && matches!(cle(2), "vie" | "conservation") => {
            Some((Nom::Duree, 3))
        }
        _ => None,
    }
}

fn est_une_part(cle: &str, suivante: &str) -> bool {
    let part = |c: &str| matches!(c, "portion" | "piece" | "barquette" | "bol" | "part");
    part(cle) || (cle == "la" && part(suivante))
}

/// Words that a sentence may begin with as well, before what can only be this field.
fn nom_ordinaire(jetons: &[Jeton]) -> Option<(Nom, usize)> {
    let cle = |rang: usize| jetons.get(rang).map_or("", |j| j.cle.as_str());
    let apres = |n: usize| mots(jetons.get(n..).unwrap_or_default());
    let vie = |n: usize| duree::parle(&apres(n)).then_some((Nom::Duree, n));
    let poids = |n: usize| poids::lire(&apres(n)).map(|_| (Nom::Poids, n));
    match cle(0) {
        "a" if matches!(cle(1), "consommer" | "conserver") => vie(2),
        "consommer" if matches!(cle(1), "sous" | "dans" | "avant") => vie(1),
        "se" if matches!(cle(1), "conserve" | "garde" | "consomme") => vie(2),
        "vie" | "dvm" => vie(1),
        "date" if cle(1) == "limite" => vie(2),
        "conservation" | "peremption" | "validite" => vie(1),
        "poids" | "pds" if cle(1) == "total" => poids(1),
        "grammage" | "portion" | "net" | "masse" => poids(1),
        // `1 portion = 130 g`, `130 g net`.
        // Asked of every line: a look at the first letter is enough for most.
        _ if jetons.first()?.texte.starts_with(|c: char| c.is_ascii_digit())
            && matches!(atome(&jetons.first()?.texte), Atome::Nombre(_) | Atome::Mesure(..)) =>
        {
            let portion = cle(0) == "1" && est_une_part(cle(1), "");
            let net = jetons.len() <= 3 && jetons.last().is_some_and(|j| j.cle == "net");
            if portion || net { poids(0) } else { None }
        }
        _ => None,
    }
}

/// What stands between two fields; a colon stands within one.
fn coupe(jeton: &Jeton) -> bool {
    separe(jeton) && !jeton.texte.contains([':', '='])
}

fn separe(jeton: &Jeton) -> bool {
    jeton.texte.chars().all(|c| matches!(c, ':' | '/' | '|' | '-' | '–' | '—' | ';' | '•' | '='))
}

/// Without what separates fields, nor the colon after a name.
fn sans_separateurs(mut jetons: &[Jeton]) -> &[Jeton] {
    while let [premier, reste @ ..] = jetons
        && separe(premier)
    {
        jetons = reste;
    }
    while let [reste @ .., dernier] = jetons
        && separe(dernier)
    {
        jetons = reste;
    }
    jetons
}

fn mots(jetons: &[Jeton]) -> String {
    let mots: Vec<&str> = jetons.iter().map(|j| j.texte.as_str()).collect();
    mots.join(" ")
}

pub(crate) fn texte(jetons: &[Jeton]) -> Option<String> {
    let texte = mots(jetons);
    let texte = texte.trim_start_matches([':', ' ']).trim();
    (!texte.is_empty()).then(|| texte.to_owned())
}
