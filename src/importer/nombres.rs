//! Numbers as people type them. `1.250` is a thousand or a bit more than one: what the rest of its
//! column shows decides, else nobody does.

use serde_json::Number;

use super::feuille::Forme;
use crate::domaine::Decimal;

/// Which signs stand before the decimals in a column, proved by a number that says so itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Usage {
    virgule: bool,
    point: bool,
    /// A French comma needs no proof.
    francais: bool,
}

impl Usage {
    pub(crate) fn de<'a>(textes: impl Iterator<Item = &'a str>) -> Self {
        let mut usage = Self::default();
        for ecrit in textes.filter_map(lire_signes).filter(|e| !e.est_ambigu()) {
            usage.virgule |= ecrit.signe == Some(',');
            usage.point |= ecrit.signe == Some('.');
        }
        usage
    }

    /// One for each column. A comma is French, but where commas part the cells, or where a column of
    /// the same file has the point, nobody knows.
    pub(crate) fn d_un_fichier(forme: Forme, colonnes: &mut [Self]) {
        let point = colonnes.iter().any(|u| u.point);
        let francais = forme != Forme::Texte { separateur: ',' } && !point;
        colonnes.iter_mut().for_each(|u| u.francais = francais);
    }

    pub(crate) const fn a_les_deux(self) -> bool {
        self.virgule && self.point
    }

    pub(crate) const fn a_des_decimales(self) -> bool {
        self.virgule || self.point
    }

    const fn prouve(self, signe: char) -> bool {
        match signe {
            ',' => (self.virgule || self.francais) && !self.point,
            _ => self.point && !self.virgule,
        }
    }
}

/// Sign, whole digits without what groups them, the sign of the decimals, decimals.
struct Ecrit {
    negatif: bool,
    entiers: String,
    groupes: bool,
    signe: Option<char>,
    decimales: String,
}

impl Ecrit {
    /// `1.250`: both readings are numbers.
    fn est_ambigu(&self) -> bool {
        let entiers = (1..=3).contains(&self.entiers.len()) && !self.entiers.starts_with('0');
        self.signe.is_some() && self.decimales.len() == 3 && entiers && !self.groupes
    }
}

pub(crate) fn lire(texte: &str, usage: Usage) -> Result<Number, String> {
    let faux = || format!("« {texte} » n'est pas un nombre");
    let ecrit = lire_signes(texte).ok_or_else(faux)?;
    let prouve = ecrit.signe.is_none_or(|signe| usage.prouve(signe));
    let (entiers, decimales) = (&ecrit.entiers, &ecrit.decimales);
    if ecrit.est_ambigu() && !prouve {
        return Err(format!(
            "« {texte} » se lit {entiers}{decimales} ou {entiers},{decimales} : écrivez l'un des deux"
        ));
    }
    let signe = if ecrit.negatif { "-" } else { "" };
    let point = if decimales.is_empty() { "" } else { "." };
    let nombre = Decimal::lire_json(&format!("{signe}{entiers}{point}{decimales}")).ok();
    nombre.and_then(|d| d.to_string().parse().ok()).ok_or_else(faux)
}

/// `1 250,75`, `-0.5`, `1'250`; None for anything else, `3 4` and `1.250,75` included.
fn lire_signes(texte: &str) -> Option<Ecrit> {
    let texte = texte.trim();
    let negatif = texte.starts_with(['-', '−']);
    let nu = texte.strip_prefix(['-', '−', '+']).unwrap_or(texte).trim_start();
    let (avant, signe, decimales) = match nu.find([',', '.']) {
        Some(rang) => (&nu[..rang], nu[rang..].chars().next(), &nu[rang + 1..]),
        None => (nu, None, ""),
    };
    let chiffres = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    if !chiffres(decimales) || (signe.is_some() && decimales.is_empty()) {
        return None;
    }
    let separe = |c: char| c.is_whitespace() || matches!(c, '\'' | '’');
    let mut morceaux = avant.split(separe);
    let premier = morceaux.next().unwrap_or_default();
    let suivants: Vec<&str> = morceaux.collect();
    let groupes = !suivants.is_empty();
    let bien_groupes = (1..=3).contains(&premier.len()) && suivants.iter().all(|m| m.len() == 3);
    if !chiffres(premier) || !suivants.iter().all(|m| chiffres(m)) || (groupes && !bien_groupes) {
        return None;
    }
    let entiers = format!("{premier}{}", suivants.concat());
    if entiers.is_empty() && decimales.is_empty() {
        return None;
    }
    let entiers = if entiers.is_empty() { "0".to_owned() } else { entiers };
    Some(Ecrit { negatif, entiers, groupes, signe, decimales: decimales.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    const POINT_VIRGULE: Forme = Forme::Texte { separateur: ';' };
    const VIRGULE: Forme = Forme::Texte { separateur: ',' };

    fn lu(texte: &str, forme: Forme, colonne: &[&str]) -> Option<String> {
        let mut usages = [Usage::de(colonne.iter().copied())];
        Usage::d_un_fichier(forme, &mut usages);
        lire(texte, usages[0]).ok().map(|n| n.to_string())
    }

    #[test]
    fn numbers_are_read_as_a_cook_writes_them() {
        for (texte, attendu) in [
            ("2,5", "2.5"),
            ("1 250,75", "1250.75"),
            ("1\u{202f}250", "1250"),
            ("1'250", "1250"),
            ("0.1", "0.1"),
            ("-3", "-3"),
            ("1,250", "1.25"),
            ("1250.750", "1250.75"),
            ("0.250", "0.25"),
            (",5", "0.5"),
        ] {
            assert_eq!(lu(texte, POINT_VIRGULE, &[]).as_deref(), Some(attendu), "{texte}");
        }
    }

    #[test]
    fn what_is_no_number_is_not_made_one() {
        for texte in
            ["2,5 kg", "1e9", "3 4", "12 50", "1.250,75", "1.2.3", "5.", "-", "deux", "1 2 500"]
        {
            assert_eq!(lu(texte, POINT_VIRGULE, &[]), None, "{texte}");
        }
    }

    #[test]
    fn a_thousand_or_a_bit_more_than_one_is_told_by_the_column_or_refused() {
        assert_eq!(lu("1.250", POINT_VIRGULE, &["1.250"]), None);
        assert_eq!(lu("1.250", POINT_VIRGULE, &["1.250", "0.5"]).as_deref(), Some("1.25"));
        assert_eq!(lu("1,250", VIRGULE, &["1,250"]), None);
        assert_eq!(lu("1,250", VIRGULE, &["1,250", "2,5"]).as_deref(), Some("1.25"));
        assert_eq!(lu("1,000", POINT_VIRGULE, &["2.50", "1,000"]), None, "an English thousand?");
        assert_eq!(lu("1.000", POINT_VIRGULE, &["2,50", "25.00"]), None, "both signs");
        assert_eq!(lu("1,000", POINT_VIRGULE, &["2,50", "25.00"]), None, "both signs");
        let mut deux = [Usage::de(["2.50"].into_iter()), Usage::de(["1,000"].into_iter())];
        Usage::d_un_fichier(POINT_VIRGULE, &mut deux);
        assert!(lire("1,000", deux[1]).is_err(), "another column of the file has the point");
        let refus = lire("1.250", Usage::default()).unwrap_err();
        assert!(refus.contains("1250 ou 1,250"), "{refus}");
    }
}
