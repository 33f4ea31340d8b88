//! Codes that are read off a label: every sign counts, and spreadsheets like to change them.

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

/// `3,76E+12`.
fn est_scientifique(texte: &str) -> bool {
    let Some((nombre, exposant)) = texte.split_once(['E', 'e']) else { return false };
    let chiffres = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    let entier = nombre.split([',', '.']).all(chiffres);
    entier && exposant.strip_prefix(['+', '-']).is_some_and(chiffres)
}

const MOIS: [&str; 12] =
    ["janv", "févr", "mars", "avr", "mai", "juin", "juil", "août", "sept", "oct", "nov", "déc"];

/// `12-mai`, `mai-25`, `12/05/2026`: it may be a code, or what a spreadsheet made of `12-5`.
pub(crate) fn douter(texte: &str) -> Option<String> {
    (en_mois(texte) || en_chiffres(texte))
        .then(|| format!("« {texte} » : est-ce le code, ou une date que le tableur en a faite ?"))
}

fn en_mois(texte: &str) -> bool {
    let Some((avant, apres)) = texte.split_once('-') else { return false };
    let mois = |t: &str| MOIS.contains(&t.trim_end_matches('.').to_lowercase().as_str());
    let jour = |t: &str| (1..=2).contains(&t.len()) && t.bytes().all(|b| b.is_ascii_digit());
    (mois(avant) && jour(apres)) || (jour(avant) && mois(apres))
}

fn en_chiffres(texte: &str) -> bool {
    let longueurs: Vec<usize> = texte.split('/').map(str::len).collect();
    let chiffres = texte.bytes().all(|b| b.is_ascii_digit() || b == b'/');
    chiffres && matches!(longueurs.as_slice(), [1..=2, 1..=2, 4])
}

/// A gencode is printed in groups.
pub(crate) fn joindre(texte: &str) -> String {
    texte.chars().filter(|c| !c.is_whitespace()).collect()
}

pub(crate) fn douter_du_gencode(texte: &str) -> Option<String> {
    if !texte.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    match texte.len() {
        8 | 12 | 13 | 14 if !controle_juste(texte) => Some(format!(
            "« {texte} » : son dernier chiffre ne va pas avec les autres ; un chiffre mal tapé ?"
        )),
        12 => Some(format!("« {texte} » n'a que 12 chiffres : un zéro en tête perdu ?")),
        7 | 9..=11 | 15.. => {
            Some(format!("« {texte} » a {} chiffres : un gencode en a 8 ou 13", texte.len()))
        }
        _ => None,
    }
}

/// The last digit is what the others, times 3 and 1 from the right, lack to a multiple of ten.
fn controle_juste(chiffres: &str) -> bool {
    let poids = [1, 3].into_iter().cycle();
    let somme: u32 = chiffres.bytes().rev().zip(poids).map(|(c, p)| u32::from(c - b'0') * p).sum();
    somme.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_did_to_a_code_is_refused() {
        for texte in ["3,76E+12", "3.76E+12", "1E+10", "2,5e-03", "'0123"] {
            assert!(refuser(texte).is_err(), "{texte}");
        }
        for texte in ["1E10", "E-12", "LE+3", "12E", "3760123456789", "A'B"] {
            assert!(refuser(texte).is_ok(), "{texte}");
        }
        for texte in ["12-mai", "mai-25", "3-oct.", "Août-26", "12/05/2026"] {
            assert!(douter(texte).is_some(), "{texte}");
        }
        for texte in ["12-5", "L-mai", "2025-10-12", "mai", "12/5", "7/12/20"] {
            assert!(douter(texte).is_none(), "{texte}");
        }
    }

    #[test]
    fn a_gencode_is_joined_and_its_last_digit_is_checked() {
        assert_eq!(joindre("3 017620 422003"), "3017620422003");
        for juste in ["3017620422003", "2041100001076", "96385074", "0123", "MENU-1"] {
            assert_eq!(douter_du_gencode(juste), None, "{juste}");
        }
        for faux in ["3017620422004", "96385075", "301762042200", "036000291452", "30176204220"] {
            assert!(douter_du_gencode(faux).is_some(), "{faux}");
        }
    }
}
