//! What a backup, or a database, holds of what people write: for each row the hash of its key and
//! that of its values. Live rows are judged by it: a row whose key is not there will be gone, one
//! whose values are others will be what it was.

use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::path::Path;

use sqlx::postgres::PgConnection;
use xxhash_rust::xxh3::xxh3_128;

use super::super::super::arret::Arret;
use super::super::super::cible::Cible;
use super::super::echec;
use super::sql;
use super::tables::{TABLES, Table};
use crate::platform::issue::{Echec, dire};

#[derive(Debug, Clone, Default)]
pub(crate) struct Repere(HashMap<&'static str, HashMap<u128, u128>>);

/// A row that is to go.
pub(crate) struct Perdue {
    /// The key as COPY writes it.
    pub cle: Vec<String>,
    /// It is not in the backup at all; else it was another then.
    pub nouvelle: bool,
}

pub(crate) type Perdues = HashMap<&'static str, Vec<Perdue>>;

/// How COPY writes that there is nothing.
const RIEN: &str = "\\N";

impl Repere {
    /// Of an archive, whose tables `pg_restore` writes as they are in it.
    pub(crate) async fn d_une_archive(
        cible: &Cible,
        archive: &Path,
        arret: &Arret,
    ) -> Result<Self, Echec> {
        let mut arguments =
            vec!["--data-only".to_owned(), "--file=-".to_owned(), "--schema=public".to_owned()];
        arguments.extend(TABLES.iter().map(|t| format!("--table={}", t.nom)));
        arguments.push(archive.to_string_lossy().into_owned());
        let mut enfant = cible.outils().lancer("pg_restore", arguments, &[])?;
        let arret = arret.clone();
        let lire = move || {
            let repere = Self::lire(BufReader::with_capacity(TAMPON, enfant.ecoute(&arret)?));
            arret.verifier()?;
            enfant.attendre(&arret)?;
            repere
        };
        tokio::task::spawn_blocking(lire).await.map_err(dire)?
    }

    fn lire(mut texte: impl BufRead) -> Result<Self, Echec> {
        let (mut repere, mut ligne, mut copie) = (Self::default(), Vec::new(), None);
        loop {
            ligne.clear();
            if texte.read_until(b'\n', &mut ligne).map_err(dire)? == 0 {
                return Ok(repere);
            }
            let lue = String::from_utf8_lossy(&ligne);
            let lue = lue.trim_end_matches('\n');
            match &copie {
                None if lue.starts_with("INSERT ") => {
                    return Err(echec("les lignes de cette archive sont écrites par INSERT"));
                }
                None => copie = EnTete::de(lue),
                Some(_) if lue == "\\." => copie = None,
                Some(entete) => repere.noter(entete.table, &entete.champs(lue)),
            }
        }
    }

    pub(crate) async fn d_une_base(c: &mut PgConnection) -> Result<Self, Echec> {
        let mut repere = Self::default();
        for table in &TABLES {
            lire_une_table(c, table, |champs| repere.noter(table, champs)).await?;
        }
        Ok(repere)
    }

    fn noter(&mut self, table: &Table, champs: &[&str]) {
        let (cle, valeurs) = sommes(table, champs);
        self.0.entry(table.nom).or_default().insert(cle, valeurs);
    }

    /// The rows of that database that are not so here.
    pub(crate) async fn comparer(&self, c: &mut PgConnection) -> Result<Perdues, Echec> {
        let (mut perdues, rien) = (Perdues::new(), HashMap::new());
        for table in &TABLES {
            let connues = self.0.get(table.nom).unwrap_or(&rien);
            let siennes = perdues.entry(table.nom).or_default();
            lire_une_table(c, table, |champs| {
                let (cle, valeurs) = sommes(table, champs);
                let connue = connues.get(&cle);
                if connue != Some(&valeurs) {
                    let cle = champs[..table.cle.len()].iter().map(|&t| t.to_owned()).collect();
                    siennes.push(Perdue { cle, nouvelle: connue.is_none() });
                }
            })
            .await?;
        }
        Ok(perdues)
    }
}

const TAMPON: usize = 256 * 1024;

fn sommes(table: &Table, champs: &[&str]) -> (u128, u128) {
    let (cle, valeurs) = champs.split_at(table.cle.len());
    let remplies = valeurs.len() - table.remplies.len();
    let valeurs: Vec<&str> = (valeurs.iter().enumerate())
        .map(|(n, v)| {
            if n < remplies {
                *v
            } else if *v == RIEN {
                "f"
            } else {
                "t"
            }
        })
        .collect();
    (xxh3_128(cle.join("\t").as_bytes()), xxh3_128(valeurs.join("\t").as_bytes()))
}

async fn lire_une_table(
    c: &mut PgConnection,
    table: &Table,
    mut a_chaque: impl FnMut(&[&str]),
) -> Result<(), Echec> {
    let mut reste: Vec<u8> = Vec::new();
    sql::copier(c, table, |octets| {
        reste.extend_from_slice(octets);
        let Some(fin) = memchr::memrchr(b'\n', &reste) else { return };
        for ligne in String::from_utf8_lossy(&reste[..fin]).split('\n') {
            a_chaque(&ligne.split('\t').collect::<Vec<_>>());
        }
        reste.drain(..=fin);
    })
    .await
}

/// `COPY public.operation (id, auteur_id) FROM stdin;`
struct EnTete {
    table: &'static Table,
    /// Where in a row the columns that are compared stand.
    places: Vec<Option<usize>>,
}

impl EnTete {
    fn de(ligne: &str) -> Option<Self> {
        let reste = ligne.strip_prefix("COPY public.")?.strip_suffix(") FROM stdin;")?;
        let (nom, colonnes) = reste.split_once(" (")?;
        let table = Table::de(nom)?;
        let colonnes: Vec<&str> = colonnes.split(", ").collect();
        let place = |nom| colonnes.iter().position(|c| *c == nom);
        Some(Self { table, places: table.colonnes().map(place).collect() })
    }

    fn champs<'a>(&self, ligne: &'a str) -> Vec<&'a str> {
        let champs: Vec<&str> = ligne.split('\t').collect();
        let champ = |place: &Option<usize>| place.and_then(|p| champs.get(p).copied());
        self.places.iter().map(|p| champ(p).unwrap_or(RIEN)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARCHIVE: &str = "--\nCOPY public.tablette (nom, id, revoquee_le, magasin_id) FROM stdin;\n\
                           Four\ta\t\\N\tm\nBar\\tb\tb\t2026\tm\n\\.\n\n\
                           COPY public.ailleurs (id) FROM stdin;\nz\n\\.\n";

    #[test]
    fn rows_are_known_by_their_names_of_columns_whatever_their_order() {
        let repere = Repere::lire(ARCHIVE.as_bytes()).unwrap();
        let table = Table::de("tablette").unwrap();
        let connues = &repere.0["tablette"];
        assert_eq!((repere.0.len(), connues.len()), (1, 2));
        for (champs, egale) in [
            (["a", "m", "Four", "\\N"], true),
            (["b", "m", "Bar\\tb", "2027"], true),
            (["b", "m", "Bar\\tb", "\\N"], false),
            (["a", "m", "Fours", "\\N"], false),
        ] {
            let (cle, valeurs) = sommes(table, &champs);
            assert_eq!(connues[&cle] == valeurs, egale, "{champs:?}");
        }
        assert!(Repere::lire(&b"INSERT INTO public.operation VALUES (1);\n"[..]).is_err());
    }
}
