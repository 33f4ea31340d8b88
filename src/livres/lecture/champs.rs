//! What ends a recipe: POIDS NET, EMBALLAGE, DLC; on a line each, or several on one (pure).

use super::nombres::{Atome, atome};
use super::rangees::Jeton;
use crate::domaine::{Conversion, Decimal, Quantite, Unite, UniteBase};

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

/// The fields of a line that begins with one of their names; none: it is another kind of line.
pub(crate) fn champs(jetons: &[Jeton]) -> Vec<Champ<'_>> {
    let premier = jetons.iter().position(|j| !j.cle.is_empty()).unwrap_or(0);
    let mut trouves: Vec<(usize, usize, Nom)> = Vec::new();
    let mut rang = premier;
    while rang < jetons.len() {
        match nom(jetons.get(rang..).unwrap_or_default()) {
            Some((nom, mots)) => {
                trouves.push((rang, rang + mots, nom));
                rang += mots;
            }
            None if trouves.is_empty() => return Vec::new(),
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
        "total" | "totaux" | "sous-total" | "soustotal" | "sous-totaux" | "s/total" => true,
        "sous" => second == "total",
        "poids" => matches!(second, "total" | "brut" | "fini" | "cru" | "cuit"),
        _ => false,
    }
}

fn nom(jetons: &[Jeton]) -> Option<(Nom, usize)> {
    let cle = |rang: usize| jetons.get(rang).map_or("", |j| j.cle.as_str());
    let nombre = |rang: usize| {
        jetons.get(rang).is_some_and(|j| j.texte.starts_with(|c: char| c.is_ascii_digit()))
    };
    match cle(0) {
        "poids" if cle(1) == "net" => Some((Nom::Poids, 2)),
        "poids" if nombre(1) || (cle(1).is_empty() && nombre(2)) => Some((Nom::Poids, 1)),
        "pds" if cle(1) == "net" => Some((Nom::Poids, 2)),
        "emballage" | "emballages" => Some((Nom::Emballage, 1)),
        "dlc" | "d.l.c" | "d.l.c." => Some((Nom::Duree, 1)),
        "duree" if cle(1) == "de" && matches!(cle(2), "vie" | "conservation") => {
            Some((Nom::Duree, 3))
        }
        _ => None,
    }
}

/// Without what separates fields, nor the colon after a name.
fn sans_separateurs(mut jetons: &[Jeton]) -> &[Jeton] {
    let separe = |j: &Jeton| {
        j.texte.chars().all(|c| matches!(c, ':' | '/' | '|' | '-' | '–' | '—' | ';' | '•' | '='))
    };
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

pub(crate) fn texte(jetons: &[Jeton]) -> Option<String> {
    let mots: Vec<&str> = jetons.iter().map(|j| j.texte.as_str()).collect();
    let texte = mots.join(" ");
    let texte = texte.trim_start_matches([':', ' ']).trim();
    (!texte.is_empty()).then(|| texte.to_owned())
}

/// `131`, `1 250 g`, `1,2 kg`, in grams.
pub(crate) fn poids(jetons: &[Jeton]) -> Option<Quantite> {
    let mut chiffres = String::new();
    let mut unite = Unite::G;
    for jeton in jetons {
        match atome(jeton.texte.trim_matches([':', '(', ')'])) {
            Atome::Nombre(n) if chiffres.is_empty() => chiffres = n,
            Atome::Nombre(n) if !chiffres.contains('.') && n.split('.').next()?.len() == 3 => {
                chiffres.push_str(&n);
            }
            Atome::Mesure(super::nombres::Chiffres::Nombre(n), u) => {
                chiffres.push_str(&n);
                unite = Unite::lire(u)?;
                break;
            }
            Atome::Unite(u) if !chiffres.is_empty() => {
                unite = Unite::lire(u)?;
                break;
            }
            _ if chiffres.is_empty() => {}
            _ => break,
        }
    }
    let nombre = Decimal::lire_json(&chiffres).ok()?;
    unite.convertir(nombre, UniteBase::G, Conversion::default()).ok()
}

/// `J+3`, `J + 3`, `3 jours`.
pub(crate) fn duree(jetons: &[Jeton]) -> Option<u16> {
    let colle: String = jetons.iter().map(|j| j.texte.to_lowercase()).collect();
    let chiffres = |t: &str| -> Option<u16> {
        let t = t.trim_start_matches(['+', ' ']);
        let fin = t.find(|c: char| !c.is_ascii_digit()).unwrap_or(t.len());
        t.get(..fin)?.parse().ok()
    };
    let apres_j = colle.find('j').and_then(|rang| chiffres(colle.get(rang + 1..)?));
    let avant_j = || {
        let debut = colle.find(|c: char| c.is_ascii_digit())?;
        let nombre = chiffres(colle.get(debut..)?)?;
        let reste = colle.get(debut..)?.trim_start_matches(|c: char| c.is_ascii_digit());
        (reste.is_empty() || reste.starts_with('j')).then_some(nombre)
    };
    apres_j.or_else(avant_j).filter(|n| *n <= 3650)
}
