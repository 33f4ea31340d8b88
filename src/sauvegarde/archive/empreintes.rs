//! What two archives are compared by. The manifest of a backup keeps it.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::Entree;

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Empreintes {
    pub tables: BTreeMap<NomTable, Empreinte>,
    /// The value as `setval` takes it: `42, true`.
    pub sequences: BTreeMap<NomTable, String>,
    /// `lignes` counts the objects.
    pub grands_objets: Empreinte,
    /// `lignes` counts the definitions.
    pub schema: Empreinte,
}

/// Tables whose rows come back through another one, which finds a place for each anew.
pub(crate) type Racines = BTreeMap<NomTable, NomTable>;

impl Empreintes {
    /// Of such tables together: which of them has a row is not kept by an archive.
    pub(crate) fn rassembler(&mut self, racines: &Racines) {
        for (partition, racine) in racines {
            let Some(sienne) = self.tables.remove(partition) else { continue };
            self.tables.entry(racine.clone()).or_default().reunir(sienne);
        }
    }
}

/// So many rows, so many bytes, and the sum of their hashes: 32 hexadecimal digits in a manifest.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Empreinte {
    pub lignes: u64,
    pub octets: u64,
    #[serde(with = "hexadecimal")]
    pub somme: u128,
}

impl Empreinte {
    pub(super) fn ajouter(&mut self, octets: u64, somme: u128) {
        self.lignes += 1;
        self.octets += octets;
        self.somme = self.somme.wrapping_add(somme);
    }

    fn reunir(&mut self, autre: Self) {
        self.lignes += autre.lignes;
        self.octets += autre.octets;
        self.somme = self.somme.wrapping_add(autre.somme);
    }
}

/// Of a table or sequence. Written as SQL would: `public.lot`, `public."Été 2024"`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct NomTable {
    pub schema: String,
    pub nom: String,
}

impl NomTable {
    pub fn nouveau(schema: impl Into<String>, nom: impl Into<String>) -> Self {
        Self { schema: schema.into(), nom: nom.into() }
    }

    pub(super) fn de(entree: &Entree) -> Self {
        Self::nouveau(entree.schema.as_deref().unwrap_or_default(), &entree.nom)
    }

    /// `COPY public.lot (id, nom) FROM stdin;`
    fn d_un_copy(copie: &str) -> Option<Self> {
        let (schema, reste) = identifiant(copie.strip_prefix("COPY ")?)?;
        let reste = reste.strip_prefix('.')?;
        // What follows a name that stands without quotes.
        let fin = if reste.starts_with('"') { reste.len() } else { reste.find(' ')? };
        Some(Self { schema, nom: identifiant(&reste[..fin])?.0 })
    }
}

/// Those of an archive whose rows it puts elsewhere than into the table that had them.
pub(crate) fn racines(entrees: &[Entree]) -> Racines {
    let copies = entrees.iter().filter_map(|e| {
        let ou = NomTable::d_un_copy(e.copie.as_deref()?)?;
        Some((NomTable::de(e), ou))
    });
    copies.filter(|(table, ou)| table != ou).collect()
}

impl fmt::Display for NomTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", entre_guillemets(&self.schema), entre_guillemets(&self.nom))
    }
}

impl From<NomTable> for String {
    fn from(nom: NomTable) -> Self {
        nom.to_string()
    }
}

impl TryFrom<String> for NomTable {
    type Error = String;

    fn try_from(texte: String) -> Result<Self, String> {
        let refus = || format!("« {texte} » n'est pas un nom de table");
        let (schema, reste) = identifiant(&texte).ok_or_else(refus)?;
        let nom = reste.strip_prefix('.').and_then(identifiant);
        let (nom, _) = nom.filter(|(_, reste)| reste.is_empty()).ok_or_else(refus)?;
        Ok(Self { schema, nom })
    }
}

fn entre_guillemets(nom: &str) -> String {
    let simple = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if !nom.is_empty() && nom.chars().all(simple) {
        return nom.to_owned();
    }
    format!("\"{}\"", nom.replace('"', "\"\""))
}

/// The first identifier of a text, and what follows it.
fn identifiant(texte: &str) -> Option<(String, &str)> {
    let Some(dedans) = texte.strip_prefix('"') else {
        let fin = texte.find('.').unwrap_or(texte.len());
        let (nom, reste) = texte.split_at(fin);
        return (!nom.is_empty() && entre_guillemets(nom) == nom).then(|| (nom.to_owned(), reste));
    };
    let mut nom = String::new();
    let mut reste = dedans;
    loop {
        let fin = reste.find('"')?;
        nom.push_str(&reste[..fin]);
        reste = &reste[fin + 1..];
        match reste.strip_prefix('"') {
            Some(suite) => {
                nom.push('"');
                reste = suite;
            }
            None => return Some((nom, reste)),
        }
    }
}

mod hexadecimal {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(crate) fn serialize<S: Serializer>(somme: &u128, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&format!("{somme:032x}"))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<u128, D::Error> {
        let texte = String::deserialize(d)?;
        let chiffres = texte.len() == 32 && texte.bytes().all(|c| c.is_ascii_hexdigit());
        let somme = chiffres.then(|| u128::from_str_radix(&texte, 16).ok()).flatten();
        somme.ok_or_else(|| D::Error::custom("une somme a 32 chiffres hexadécimaux"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn un_nom_etrange_se_relit_tel_quel() {
        for (schema, nom) in
            [("public", "lot"), ("a.b", "c\"d\n"), ("Été", ""), ("", "\""), ("x", "\".\"")]
        {
            let nom = NomTable::nouveau(schema, nom);
            assert_eq!(NomTable::try_from(nom.to_string()), Ok(nom));
        }
        for faux in ["", "lot", "public.", "a.b.c", "\"a.b", "Public.lot", "\"a\"b.c"] {
            assert!(NomTable::try_from(faux.to_owned()).is_err(), "{faux}");
        }
    }

    #[test]
    fn des_lignes_que_leur_table_mere_replace_se_comptent_ensemble() {
        for (copie, nom) in [
            ("COPY public.lot (id) FROM stdin;", "public.lot"),
            ("COPY \"a.b\".\"Ma \"\"(x)\" (\"un (\") FROM stdin;\n", "\"a.b\".\"Ma \"\"(x)\""),
        ] {
            assert_eq!(NomTable::d_un_copy(copie).unwrap().to_string(), nom);
        }
        let un = |nom: &str| NomTable::nouveau("public", nom);
        let lignes = |somme| Empreinte { lignes: 1, octets: 2, somme };
        let racines: Racines = [(un("p1"), un("p")), (un("p2"), un("p"))].into();
        let de = |tables: &[(&str, Empreinte)]| Empreintes {
            tables: tables.iter().map(|(nom, e)| (un(nom), *e)).collect(),
            ..Empreintes::default()
        };
        let deux = Empreinte { lignes: 2, octets: 4, somme: 16 };
        let mut avant = de(&[("p1", lignes(7)), ("p2", lignes(9)), ("q", lignes(1))]);
        let mut apres = de(&[("p1", deux), ("q", lignes(1))]);
        assert_ne!(avant, apres);
        avant.rassembler(&racines);
        apres.rassembler(&racines);
        assert_eq!(avant, apres);
        assert_eq!(avant.tables[&un("p")], deux);
    }

    #[test]
    fn un_manifeste_garde_les_empreintes_entieres() {
        let empreinte = Empreinte { lignes: 3, octets: 12, somme: 255 };
        let empreintes = Empreintes {
            tables: [(NomTable::nouveau("public", "Œuf.s"), empreinte)].into(),
            sequences: [(NomTable::nouveau("public", "n"), "4, true".into())].into(),
            grands_objets: Empreinte { somme: u128::MAX, ..empreinte },
            schema: Empreinte::default(),
        };
        let json = serde_json::to_string(&empreintes).unwrap();
        assert!(json.contains(r#""public.\"Œuf.s\"":{"lignes":3,"octets":12,"somme":"0000"#));
        assert_eq!(serde_json::from_str::<Empreintes>(&json).unwrap(), empreintes);
        let courte = r#"{"lignes":1,"octets":1,"somme":"ff"}"#;
        assert!(serde_json::from_str::<Empreinte>(courte).is_err());
    }
}
