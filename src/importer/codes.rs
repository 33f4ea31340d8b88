//! Codes that are read off a label: every sign counts, and spreadsheets like to change them.

use crate::domaine::gencode::{controle_juste, est_en_chiffres, est_gtin};

/// What a spreadsheet made of a code, or a sign by which it was told to leave it alone.
pub(crate) fn refuser(texte: &str) -> Result<(), String> {
    if texte.starts_with('\'') {
        return Err(format!("« {texte} » commence par une apostrophe : retirez-la"));
    }
    if est_scientifique(texte) {
        return Err(format!(
            "« {texte} » est un nombre que le tableur a abrégé : ses chiffres sont perdus ; donnez à la \
             cellule le format Texte et retapez-la"
        ));
    }
    Ok(())
}

/// `3,76E+12`, `1,23E12`; `1E10` may be a code.
pub(crate) fn est_scientifique(texte: &str) -> bool {
    let Some((nombre, exposant)) = texte.split_once(['E', 'e']) else { return false };
    let entier = nombre.split([',', '.']).all(est_en_chiffres);
    let signe = exposant.strip_prefix(['+', '-']);
    let abrege = signe.is_some() || nombre.contains([',', '.']);
    entier && abrege && est_en_chiffres(signe.unwrap_or(exposant))
}

/// What people and programs write where there is no code.
const ABSENCES: [&str; 15] = [
    "n/a", "na", "nan", "nc", "null", "none", "nil", "aucun", "néant", "neant", "sans", "vrai",
    "faux", "true", "false",
];

pub(crate) fn refuser_l_absence(texte: &str) -> Result<(), String> {
    let dit = texte.to_lowercase();
    if ABSENCES.contains(&dit.as_str()) || !texte.chars().any(char::is_alphanumeric) {
        return Err(format!(
            "« {texte} » n'est pas un code de lot : laissez la cellule vide s'il n'y en a pas"
        ));
    }
    Ok(())
}

const MOIS: [&str; 12] =
    ["janv", "févr", "mars", "avr", "mai", "juin", "juil", "août", "sept", "oct", "nov", "déc"];

/// `12-mai`, `12/05/2026`, `0,5`: it may be a code, or what a spreadsheet made of `12-5`.
pub(crate) fn douter(texte: &str) -> Option<String> {
    let quoi = if en_mois(texte) || est_une_date(texte) || est_une_heure(texte) {
        "une date ou une heure que le tableur en a faite"
    } else if texte
        .split_once([',', '.'])
        .is_some_and(|(e, d)| est_en_chiffres(e) && est_en_chiffres(d))
    {
        "un nombre que le tableur en a fait"
    } else if perd_ses_chiffres(texte) {
        "un nombre dont le tableur n'a gardé que 15 chiffres"
    } else {
        return None;
    };
    Some(format!("« {texte} » : est-ce le code, ou {quoi} ?"))
}

fn perd_ses_chiffres(texte: &str) -> bool {
    est_en_chiffres(texte)
        && texte.get(15..).is_some_and(|r| !r.is_empty() && r.bytes().all(|b| b == b'0'))
}

fn en_mois(texte: &str) -> bool {
    let Some((avant, apres)) = texte.split_once('-') else { return false };
    let mois = |t: &str| MOIS.contains(&t.trim_end_matches('.').to_lowercase().as_str());
    let jour = |t: &str| (1..=2).contains(&t.len()) && est_en_chiffres(t);
    (mois(avant) && jour(apres)) || (jour(avant) && mois(apres))
}

/// `12/05/2026`, `12-05-26`, `2026-05-12`, with or without an hour.
fn est_une_date(texte: &str) -> bool {
    let (jour, heure) = texte.split_once([' ', 'T']).unwrap_or((texte, ""));
    let parties: Vec<&str> = jour.split(['/', '-', '.']).collect();
    let nombre = |t: &str| t.parse::<u8>().unwrap_or(0);
    let jour_et_mois = |a: &str, b: &str| {
        let (a, b) = (nombre(a), nombre(b));
        (1..=31).contains(&a.max(b)) && (1..=12).contains(&a.min(b))
    };
    let longueurs: Vec<usize> = parties.iter().map(|p| p.len()).collect();
    parties.iter().all(|p| est_en_chiffres(p))
        && (heure.is_empty() || est_une_heure(heure))
        && match longueurs.as_slice() {
            [1..=2, 1..=2, 2 | 4] => jour_et_mois(parties[0], parties[1]),
            [4, 1..=2, 1..=2] => jour_et_mois(parties[1], parties[2]),
            _ => false,
        }
}

fn est_une_heure(texte: &str) -> bool {
    let parties: Vec<&str> = texte.split(':').collect();
    (2..=3).contains(&parties.len()) && parties.iter().all(|p| p.len() <= 2 && est_en_chiffres(p))
}

/// A gencode is printed in groups.
pub(crate) fn joindre(texte: &str) -> String {
    texte.chars().filter(|c| !c.is_whitespace()).collect()
}

/// What a scanner cannot send, nobody will ever scan.
pub(crate) fn refuser_le_gencode(texte: &str) -> Result<(), String> {
    if est_gtin(texte) {
        return Ok(());
    }
    let dit = if est_en_chiffres(texte) {
        format!("a {} chiffres", texte.len())
    } else {
        "n'est pas fait que de chiffres".to_owned()
    };
    Err(format!(
        "« {texte} » {dit} : un gencode en a 13, ou 8, 12 ou 14 ; laissez vide s'il n'y en a pas"
    ))
}

/// Of digits, in the right number.
pub(crate) fn douter_du_gencode(texte: &str) -> Option<String> {
    if !controle_juste(texte) {
        return Some(format!(
            "« {texte} » : son dernier chiffre ne va pas avec les autres ; un chiffre mal tapé ?"
        ));
    }
    (texte.len() == 12)
        .then(|| format!("« {texte} » n'a que 12 chiffres : un zéro en tête perdu ?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_did_to_a_code_is_refused() {
        for texte in ["3,76E+12", "3.76E+12", "1E+10", "2,5e-03", "1,23E12", "'0123"] {
            assert!(refuser(texte).is_err(), "{texte}");
        }
        for texte in ["1E10", "E-12", "LE+3", "12E", "3760123456789", "A'B"] {
            assert!(refuser(texte).is_ok(), "{texte}");
        }
        for texte in ["n/a", "NULL", "-", "--", "None", "VRAI", "?"] {
            assert!(refuser_l_absence(texte).is_err(), "{texte}");
        }
        for texte in ["N/A-12", "A", "0", "SANS-12"] {
            assert!(refuser_l_absence(texte).is_ok(), "{texte}");
        }
    }

    #[test]
    fn a_code_that_may_be_a_date_or_a_number_is_doubted() {
        for texte in [
            "12-mai",
            "mai-25",
            "3-oct.",
            "Août-26",
            "12/05/2026",
            "2027-02-01",
            "2027-02-01 00:00:00",
            "01/02/2027 00:00",
            "12/05/26",
            "0:00",
            "0,5",
            "123456789012345000",
        ] {
            assert!(douter(texte).is_some(), "{texte}");
        }
        for texte in
            ["12-5", "L-mai", "mai", "12/5", "45-99-12", "123456789012345678", "L2027-02-01"]
        {
            assert!(douter(texte).is_none(), "{texte}");
        }
    }

    #[test]
    fn a_gencode_is_joined_and_its_last_digit_is_checked() {
        assert_eq!(joindre("3 017620 422003"), "3017620422003");
        for juste in ["3017620422003", "2041100001076", "96385074"] {
            assert_eq!(refuser_le_gencode(juste), Ok(()), "{juste}");
            assert_eq!(douter_du_gencode(juste), None, "{juste}");
        }
        for douteux in ["3017620422004", "96385075", "301762042200", "036000291452"] {
            assert_eq!(refuser_le_gencode(douteux), Ok(()), "{douteux}");
            assert!(douter_du_gencode(douteux).is_some(), "{douteux}");
        }
        for faux in [
            "0123",
            "MENU-1",
            "30176204220",
            "3760000000024.0",
            "376000000OO31",
            "37600000-00017",
            "３７６００００００００１７",
            "0",
            "-",
            "123456789012345",
        ] {
            assert!(refuser_le_gencode(faux).is_err(), "{faux}");
        }
    }
}
