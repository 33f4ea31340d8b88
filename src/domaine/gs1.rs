//! What a scanner read: an EAN, a code of one's own, or a GS1 element string, as it is sent or as it
//! is printed under the bars. Pure. `web/cuisine/codes.js` reads the same codes the same way: one
//! table of examples tests both.

use chrono::{Datelike, Months, NaiveDate};
use uuid::Uuid;

use super::Quantite;
use super::gencode::{controle_juste, est_en_chiffres, est_gtin};

#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct CodeLu {
    /// None where the code names no product: a pallet, or a label of a lot alone.
    pub gencode: Option<String>,
    pub lot: Option<String>,
    pub dlc: Option<NaiveDate>,
    /// Net, of (310n).
    pub poids: Option<Quantite>,
    /// A lot's id, as our labels bear it.
    pub lot_id: Option<Uuid>,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Faute {
    /// The last digit does not go with the others.
    Controle,
    Illisible,
}

/// FNC1 between elements.
pub(crate) const SEPARATEUR: char = '\u{1d}';
pub(crate) const LONGUEUR_MAX: usize = 200;
/// Of a code that is no element string.
pub(crate) const LONGUEUR_D_UN_GENCODE: usize = 64;
/// AIM identifiers of symbols that hold an element string.
const GS1: [&str; 5] = ["]C1", "]e0", "]d2", "]Q3", "]J1"];

pub(crate) fn lire(brut: &str) -> Result<CodeLu, Faute> {
    let (prefixe, texte) = sans_prefixe(brut.trim());
    let trop_long = texte.len() > LONGUEUR_MAX;
    let ecrit = texte.chars().all(|c| c.is_ascii_graphic() || c == SEPARATEUR);
    if texte.is_empty() || trop_long || !ecrit {
        return Err(Faute::Illisible);
    }
    if est_gs1(prefixe, texte) {
        return lire_elements(texte);
    }
    if texte.len() > LONGUEUR_D_UN_GENCODE {
        return Err(Faute::Illisible);
    }
    if est_gtin(texte) && !controle_juste(texte) {
        return Err(Faute::Controle);
    }
    Ok(CodeLu { gencode: Some(texte.to_owned()), ..CodeLu::default() })
}

/// Some scanners send first what kind of bars they read: `]E0`, `]C1`.
fn sans_prefixe(texte: &str) -> (&str, &str) {
    let aim = matches!(texte.as_bytes(), [b']', l, c, ..]
        if l.is_ascii_alphabetic() && c.is_ascii_digit());
    if aim { texte.split_at(3) } else { ("", texte) }
}

fn est_gs1(prefixe: &str, texte: &str) -> bool {
    let ouvert = texte.strip_prefix('(').and_then(|t| t.split_once(')'));
    GS1.contains(&prefixe)
        || texte.contains(SEPARATEUR)
        || ouvert.is_some_and(|(ai, _)| est_identifiant(ai))
        || prefixe.is_empty() && est_gs1_sans_prefixe(texte)
}

/// Of a product, or of a lot of ours.
fn est_gs1_sans_prefixe(texte: &str) -> bool {
    let gtin = texte.strip_prefix("01").or_else(|| texte.strip_prefix("02"));
    gtin.and_then(|t| t.get(..14)).is_some_and(est_en_chiffres)
        || texte.len() == 28 && texte.strip_prefix("91").is_some_and(|t| lot_id(t).is_some())
}

fn est_identifiant(ai: &str) -> bool {
    (2..=4).contains(&ai.len()) && est_en_chiffres(ai)
}

fn lire_elements(texte: &str) -> Result<CodeLu, Faute> {
    let elements = if texte.starts_with('(') { decouper_ecrit(texte) } else { decouper(texte) };
    let elements = elements.ok_or(Faute::Illisible)?;
    let valeur = |ai: &str| elements.iter().find(|(a, _)| *a == ai).map(|(_, v)| *v);
    let date = |ai: &str| valeur(ai).map(|v| jour(v).ok_or(Faute::Illisible)).transpose();
    let gencode = valeur("01").or_else(|| valeur("02")).map(produit).transpose()?;
    let (dlc, ddm) = (date("17")?, date("15")?);
    let poids = elements.iter().find_map(|(ai, v)| net(ai, v));
    Ok(CodeLu {
        gencode,
        lot: valeur("10").map(str::to_owned),
        dlc: dlc.or(ddm),
        poids,
        lot_id: valeur("91").and_then(lot_id),
    })
}

/// A consumer unit's GTIN-14 is its EAN-13 after a zero: that is what menus bear.
fn produit(gtin: &str) -> Result<String, Faute> {
    if gtin.len() != 14 || !est_en_chiffres(gtin) {
        return Err(Faute::Illisible);
    }
    if !controle_juste(gtin) {
        return Err(Faute::Controle);
    }
    Ok(gtin.strip_prefix('0').unwrap_or(gtin).to_owned())
}

type Elements<'a> = Vec<(&'a str, &'a str)>;

/// As it is printed under the bars: `(01)0..(10)AB`.
fn decouper_ecrit(texte: &str) -> Option<Elements<'_>> {
    let mut elements = Vec::new();
    for morceau in texte.split('(').skip(1) {
        let (ai, valeur) = morceau.split_once(')')?;
        let valeur = valeur.trim_end_matches(SEPARATEUR);
        if !est_identifiant(ai) || valeur.is_empty() || valeur.contains(SEPARATEUR) {
            return None;
        }
        elements.push((ai, valeur));
    }
    Some(elements)
}

/// Those that we do not use are passed over, by their length where it is given in advance, else to
/// the next separator.
fn decouper(texte: &str) -> Option<Elements<'_>> {
    let mut elements = Vec::new();
    let mut reste = texte.strip_prefix(SEPARATEUR).unwrap_or(texte);
    while !reste.is_empty() {
        let deux = reste.get(..2).filter(|d| est_en_chiffres(d))?;
        let (ai, fin) = match predefini(deux) {
            Some((ai, valeur)) => (ai, ai + valeur),
            None => (2, reste.find(SEPARATEUR).unwrap_or(reste.len())),
        };
        let (element, suite) = reste.split_at_checked(fin)?;
        let (ai, valeur) = element.split_at_checked(ai)?;
        let numerique = predefini(deux).is_none() || est_en_chiffres(element);
        let trop = ai == "10" && valeur.len() > 20;
        if valeur.is_empty() || !numerique || trop {
            return None;
        }
        elements.push((ai, valeur));
        reste = suite.strip_prefix(SEPARATEUR).unwrap_or(suite);
    }
    Some(elements)
}

/// The lengths of an identifier and of its value where they are given in advance, by the first two
/// digits.
fn predefini(deux: &str) -> Option<(usize, usize)> {
    Some(match deux {
        "00" => (2, 18),
        "01" | "02" | "03" => (2, 14),
        "04" => (2, 16),
        "11" | "12" | "13" | "14" | "15" | "16" | "17" | "18" | "19" => (2, 6),
        "20" => (2, 2),
        "31" | "32" | "33" | "34" | "35" | "36" => (4, 6),
        "41" => (3, 13),
        _ => return None,
    })
}

/// (310n): kilograms with n decimals.
fn net(ai: &str, valeur: &str) -> Option<Quantite> {
    let decimales: u32 = ai.strip_prefix("310")?.parse().ok().filter(|n| *n <= 5)?;
    let nombre: i64 = valeur.parse().ok().filter(|_| valeur.len() == 6)?;
    Some(Quantite::milliemes(nombre * 10_i64.pow(6 - decimales)))
}

/// YYMMDD, of this century: no food is older. The day 00 is the last of the month.
fn jour(aammjj: &str) -> Option<NaiveDate> {
    if aammjj.len() != 6 || !est_en_chiffres(aammjj) {
        return None;
    }
    let nombre = |ou| aammjj.get(ou).and_then(|t: &str| t.parse::<u32>().ok());
    let (aa, mm, jj) = (nombre(0..2)?, nombre(2..4)?, nombre(4..6)?);
    let annee = 2000 + i32::try_from(aa).ok()?;
    let premier = NaiveDate::from_ymd_opt(annee, mm, 1)?;
    match jj {
        0 => (premier + Months::new(1)).pred_opt(),
        _ => premier.with_day(jj),
    }
}

/// A UUID of version 7 in 26 characters of Crockford's base 32, as our labels bear it under (91).
fn lot_id(texte: &str) -> Option<Uuid> {
    const LETTRES: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    if texte.len() != 26 || texte.as_bytes()[0] > b'7' {
        return None;
    }
    let chiffre = |c: u8| LETTRES.iter().position(|l| *l == c.to_ascii_uppercase());
    let n = texte.bytes().try_fold(0_u128, |n, c| Some((n << 5) | chiffre(c)? as u128))?;
    Some(Uuid::from_u128(n)).filter(|id| id.get_version_num() == 7)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::domaine::gencode::MotifPoids;

    /// As the table says it.
    fn dire(code: &str, motif: Option<&str>) -> Value {
        let lu = match lire(code) {
            Err(Faute::Controle) => return json!({"genre": "faux"}),
            Err(Faute::Illisible) => return json!({"genre": "illisible"}),
            Ok(lu) => lu,
        };
        let genre = if lu.gencode.is_some() { "gencode" } else { "etiquette" };
        let mut dit = json!({"genre": genre});
        let pese = motif.and_then(MotifPoids::lire).zip(lu.gencode.as_deref());
        let pese = pese.and_then(|(m, g)| m.reconnaitre(g));
        let poids = pese.as_ref().map(|p| p.poids).or(lu.poids);
        let champs = [
            ("gencode", lu.gencode.map(Value::from)),
            ("article", pese.map(|p| p.article.into())),
            ("lot", lu.lot.map(Value::from)),
            ("dlc", lu.dlc.map(|d| d.to_string().into())),
            ("poids_g", poids.map(|p| json!(p))),
            ("lot_id", lu.lot_id.map(|id| id.to_string().into())),
        ];
        for (champ, valeur) in champs {
            if let Some(valeur) = valeur {
                dit[champ] = valeur;
            }
        }
        dit
    }

    #[test]
    fn codes_are_read_as_the_table_of_examples_says() {
        let table = include_str!("../../tests/it/corpus/codes.json");
        let table: Vec<Value> = serde_json::from_str(table).unwrap();
        assert!(table.len() > 40);
        for e in table.iter().filter(|e| e["connus"].is_null()) {
            let lu = dire(e["code"].as_str().unwrap(), e["motif"].as_str());
            assert_eq!(lu, e["lu"], "{} : {}", e["dit"], e["code"]);
        }
    }
}
