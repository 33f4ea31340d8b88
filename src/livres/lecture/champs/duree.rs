//! How long a recipe keeps, in days (pure). Every word is known, or nothing is read.

use crate::domaine::texte::cle_de_tri;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Duree {
    Jours(u16),
    /// Only after it was opened, thawed: not how long it keeps as it was made.
    Secondaire,
    /// Words or numbers that say no whole number of days for certain.
    Incomprise,
}

/// Ten years: more is a mistake.
const JOURS_MAX: u32 = 3650;

/// Words that change nothing.
const SANS_EFFET: [&str; 57] = [
    "a",
    "au",
    "aux",
    "de",
    "d",
    "des",
    "du",
    "la",
    "le",
    "les",
    "l",
    "dans",
    "sous",
    "pour",
    "max",
    "maxi",
    "maximum",
    "plus",
    "jusqu",
    "froid",
    "froide",
    "frais",
    "refrigere",
    "refrigerateur",
    "frigo",
    "frigorifique",
    "positif",
    "positive",
    "enceinte",
    "chambre",
    "consommer",
    "conserver",
    "conserve",
    "se",
    "conservation",
    "duree",
    "vie",
    "limite",
    "date",
    "totale",
    "primaire",
    "produit",
    "temperature",
    "est",
    "soit",
    "dlc",
    "dluo",
    "ddm",
    "dd",
    "partir",
    "compter",
    "preference",
    "consommation",
    "pendant",
    "durant",
    "midi",
    "garde",
];
/// The day from which it counts.
const ORIGINES: [&str; 9] = [
    "j",
    "jour",
    "fabrication",
    "production",
    "fab",
    "conditionnement",
    "emballage",
    "preparation",
    "cuisson",
];
const SECONDAIRES: [&str; 11] = [
    "secondaire",
    "secondaires",
    "ouverture",
    "ouvert",
    "ouverte",
    "entame",
    "entamee",
    "apres",
    "decongelation",
    "decongele",
    "deconditionnement",
];
/// How words on keeping begin.
const GARDE: [&str; 6] = ["conserv", "consomm", "stock", "expir", "perem", "perim"];
const NOMBRES: [&str; 11] =
    ["", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mot<'a> {
    Nombre(u32),
    Lettres(&'a str),
    Signe(char),
}

pub(crate) fn lire(texte: &str) -> Duree {
    let cle = cle_de_tri(texte);
    let Some(mut mots) = decouper(&cle) else { return Duree::Incomprise };
    if mots == [Mot::Lettres("j")] {
        return Duree::Jours(0);
    }
    oter_les_temperatures(&mut mots);
    nommer_le_jour(&mut mots);
    let separe = |m: &Mot| matches!(m, Mot::Signe('(' | ')' | ';' | '/' | ',' | '|' | '.'));
    let (mut jours, mut secondaire) = (None, false);
    for partie in mots.split(separe) {
        if partie.iter().any(|m| matches!(m, Mot::Lettres(l) if SECONDAIRES.contains(l))) {
            secondaire = true;
            continue;
        }
        match partie_en_jours(partie) {
            Ok(None) => {}
            Ok(Some(n)) if jours.is_none_or(|j| j == n) => jours = Some(n),
            _ => return Duree::Incomprise,
        }
    }
    match jours.and_then(|j| u16::try_from(j).ok()) {
        Some(jours) => Duree::Jours(jours),
        None if secondaire => Duree::Secondaire,
        None => Duree::Incomprise,
    }
}

/// A number of days, hours, weeks stands in it.
pub(crate) fn parle(texte: &str) -> bool {
    let cle = cle_de_tri(texte);
    let Some(mots) = decouper(&cle) else { return false };
    mots.windows(2).any(|paire| match paire {
        [Mot::Nombre(_), Mot::Lettres(unite)] => en_heures(unite).is_some(),
        [Mot::Lettres("j" | "jour"), Mot::Signe('+') | Mot::Nombre(_)] => true,
        [Mot::Lettres(nombre), Mot::Lettres(unite)] => {
            NOMBRES.contains(nombre) && en_heures(unite).is_some()
        }
        _ => false,
    })
}

/// It speaks of keeping, and of until when: no temperature.
pub(crate) fn parle_de_garde(texte: &str) -> bool {
    let cle = cle_de_tri(texte);
    let Some(mut mots) = decouper(&cle) else { return false };
    oter_les_temperatures(&mut mots);
    let garde = |l: &str| {
        GARDE.iter().any(|g| l.starts_with(g)) || matches!(l, "garder" | "garde" | "limite")
    };
    let terme = |m: &Mot| match m {
        Mot::Nombre(_) => true,
        Mot::Lettres(l) => matches!(*l, "jour" | "jours" | "lendemain" | "semaine" | "semaines"),
        Mot::Signe(_) => false,
    };
    mots.iter().any(|m| matches!(m, Mot::Lettres(l) if garde(l))) && mots.iter().any(terme)
}

/// None: a number with decimals, or too long.
fn decouper(cle: &str) -> Option<Vec<Mot<'_>>> {
    let mut mots = Vec::new();
    let mut reste = cle;
    while let Some(premier) = reste.chars().next() {
        let fin = if premier.is_ascii_digit() {
            reste.find(|c: char| !c.is_ascii_digit())
        } else if premier.is_alphabetic() {
            reste.find(|c: char| !c.is_alphabetic())
        } else {
            Some(premier.len_utf8())
        };
        let (tete, suite) = reste.split_at(fin.unwrap_or(reste.len()));
        if premier.is_ascii_digit() {
            mots.push(Mot::Nombre(tete.parse().ok()?));
            let decimal = suite.starts_with(['.', ',']);
            if decimal
                && suite.get(1..).is_some_and(|s| s.starts_with(|c: char| c.is_ascii_digit()))
            {
                return None;
            }
        } else if premier.is_alphabetic() {
            mots.push(Mot::Lettres(tete));
        } else if !matches!(premier, ' ' | ':' | '=' | '\'' | '’' | '"') && !premier.is_whitespace()
        {
            mots.push(Mot::Signe(premier));
        }
        reste = suite;
    }
    Some(mots)
}

/// `à +4 °C`, `entre 0 et 4°C`, `0/+4 °C`.
fn oter_les_temperatures(mots: &mut Vec<Mot>) {
    let degre = |m: &Mot| matches!(m, Mot::Signe('°' | 'º') | Mot::Lettres("degres" | "degre"));
    while let Some(rang) = mots.iter().position(degre) {
        let celsius = matches!(mots.get(rang + 1), Some(Mot::Lettres("c" | "celsius")));
        let debut = debut_de_temperature(mots.get(..rang).unwrap_or_default());
        mots.drain(debut..=rang + usize::from(celsius));
    }
}

/// Where the words begin that lead to a degree sign at their end.
fn debut_de_temperature(mots: &[Mot]) -> usize {
    let mut avant = mots;
    // Where nothing is a temperature, only the sign itself goes.
    let [.., Mot::Nombre(_)] = avant else { return mots.len() };
    avant = sans_nombre(avant);
    if let [debut @ .., Mot::Nombre(_), Mot::Signe('/' | '-' | '–') | Mot::Lettres("a" | "et")] =
        avant
        && !matches!(debut, [.., Mot::Lettres("j") | Mot::Nombre(0), Mot::Signe('+')])
        && !matches!(debut, [.., Mot::Lettres("j")])
    {
        avant = sans_nombre(avant.get(..avant.len() - 1).unwrap_or_default());
    }
    let mene = ["a", "entre", "de", "max", "maxi", "maximum", "moins", "temperature", "inferieure"];
    while let [debut @ .., Mot::Lettres(mot)] = avant
        && mene.contains(mot)
    {
        avant = debut;
    }
    avant.len()
}

/// Without the number at the end, and its sign.
fn sans_nombre<'a, 'b>(mots: &'a [Mot<'b>]) -> &'a [Mot<'b>] {
    let avant = mots.get(..mots.len().saturating_sub(1)).unwrap_or_default();
    match avant {
        [debut @ .., Mot::Signe('+' | '-' | '<' | '≤' | '±' | '–')] => debut,
        _ => avant,
    }
}

/// `(J)` is `J`; `avant ouverture` is what every shelf life is.
fn nommer_le_jour(mots: &mut Vec<Mot>) {
    while let Some(rang) = mots
        .windows(3)
        .position(|m| matches!(m, [Mot::Signe('('), Mot::Lettres("j" | "jour"), Mot::Signe(')')]))
    {
        mots.remove(rang + 2);
        mots.remove(rang);
    }
    while let Some(rang) = mots.windows(2).position(|m| {
        matches!(m, [Mot::Lettres("avant"), Mot::Lettres("ouverture" | "consommation")])
            || matches!(m, [Mot::Lettres("apres"), Mot::Lettres(o)] if ORIGINES.contains(o))
    }) {
        let garde = mots
            .get(rang + 1)
            .is_some_and(|m| matches!(m, Mot::Lettres(o) if ORIGINES.contains(o)));
        mots.drain(rang..rang + if garde { 1 } else { 2 });
    }
}

/// The days that these words say; Ok(None): they say nothing. Err: they are not understood.
fn partie_en_jours(mots: &[Mot]) -> Result<Option<u32>, ()> {
    let mut jours: Option<u32> = None;
    let mut origine = false;
    let mut rang = 0;
    while let Some(mot) = mots.get(rang) {
        let reste = mots.get(rang..).unwrap_or_default();
        let (lus, n) = match (mot, duree_en_tete(reste, origine)) {
            (_, Some(lue)) => lue,
            (Mot::Lettres(l), None) if ORIGINES.contains(l) => {
                origine = true;
                rang += 1;
                continue;
            }
            (Mot::Lettres(l), None) if SANS_EFFET.contains(l) => {
                rang += 1;
                continue;
            }
            // `avant 10 jours`.
            (Mot::Lettres("avant"), None) if matches!(reste.get(1), Some(Mot::Nombre(_))) => {
                rang += 1;
                continue;
            }
            // A dash between two things, not between two numbers.
            (Mot::Signe('-' | '–' | '—' | '•'), None) if rang == 0 || rang + 1 == mots.len() =>
            {
                rang += 1;
                continue;
            }
            _ => return Err(()),
        };
        if jours.is_some_and(|j| j != n) || n > JOURS_MAX {
            return Err(());
        }
        jours = Some(n);
        rang += lus;
    }
    Ok(jours)
}

/// `J+3`, `J0 + 3 jours`, `+ 3 jours`, `3 jours`, `72 h`, `une semaine`: how many words, and days.
fn duree_en_tete(mots: &[Mot], origine: bool) -> Option<(usize, u32)> {
    let unite = |rang: usize| match mots.get(rang) {
        Some(Mot::Lettres(l)) => en_heures(l),
        _ => None,
    };
    let mesure = |rang: usize, sans_unite: bool| {
        let n = match mots.get(rang)? {
            Mot::Nombre(n) => *n,
            Mot::Lettres(l) => NOMBRES
                .iter()
                .skip(1)
                .position(|m| m == l || (*l == "une" && *m == "un"))?
                .try_into()
                .ok()
                .map(|n: u32| n + 1)?,
            Mot::Signe(_) => return None,
        };
        match unite(rang + 1) {
            Some(heures) => {
                let heures = n.checked_mul(heures)?;
                (heures > 0 || n == 0).then_some(())?;
                heures.is_multiple_of(24).then_some((rang + 2, heures / 24))
            }
            None => sans_unite.then_some((rang + 1, n)),
        }
    };
    match mots {
        [Mot::Lettres("j"), Mot::Nombre(0), Mot::Signe('+'), ..] => mesure(3, true),
        [Mot::Lettres("jour" | "journee"), Mot::Lettres("meme"), ..] => Some((2, 0)),
        [Mot::Lettres("j" | "jour"), Mot::Signe('+'), ..] => mesure(2, true),
        [Mot::Signe('+'), ..] => mesure(1, origine),
        _ => mesure(0, false),
    }
}

/// Zero: no whole number of days (months, years).
fn en_heures(unite: &str) -> Option<u32> {
    match unite {
        "j" | "jr" | "jrs" | "jour" | "jours" => Some(24),
        "h" | "hr" | "hrs" | "heure" | "heures" => Some(1),
        "sem" | "semaine" | "semaines" => Some(7 * 24),
        "mois" | "an" | "ans" | "annee" | "annees" => Some(0),
        _ => None,
    }
}
