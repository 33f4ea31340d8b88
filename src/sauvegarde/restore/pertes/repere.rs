//! What a backup, or a database, holds of what people write: for each row the hash of its key and
//! that of its values. Live rows are judged by it: a row whose key is not there will be gone, one
//! whose values are others will be what it was.

use std::collections::{HashMap, HashSet};
use std::io::{BufRead, BufReader};
use std::path::Path;

use chrono::NaiveDate;
use serde_json::{Map, Value};
use sqlx::postgres::PgConnection;
use uuid::Uuid;
use xxhash_rust::xxh3::xxh3_128;

use super::super::super::arret::Arret;
use super::super::super::cible::Cible;
use super::super::echec;
use super::sql;
use super::tables::{LOT, OPERATION, PLAN, TABLES, Table, est_quelqu_un};
use crate::platform::issue::{Echec, dire};

#[derive(Debug, Clone, Default)]
pub(crate) struct Repere {
    tables: HashMap<&'static str, HashMap<u128, u128>>,
    /// It is what a restore had replaced: the live database may differ from it by the restore itself.
    pub remplacee: bool,
    /// Then, the first transaction after that restore, where it is known.
    pub depuis: Option<i64>,
    /// Lines of plans may be taken out: their keys themselves.
    plans: HashMap<u128, ClePlan>,
    /// Of tables that are small, the rows themselves.
    petites: HashMap<&'static str, HashMap<u128, Value>>,
}

/// Magasin, day, recipe. A chain of ten years has a million of them.
type ClePlan = (Uuid, NaiveDate, Uuid);

/// A row that is to go.
pub(crate) struct Perdue {
    /// The key as COPY writes it.
    pub cle: Vec<String>,
    pub sort: Sort,
    /// Of a small table, as the backup has it.
    pub avant: Option<Value>,
    /// And in which columns it is another now.
    pub changees: Vec<&'static str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sort {
    /// It is not in the backup at all.
    Nouvelle,
    /// It was another then.
    Changee,
    /// It was there then, and is no more: it comes back.
    Retiree,
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
        self.tables.entry(table.nom).or_default().insert(cle, valeurs);
        if table.est_petite() {
            let siennes = self.petites.entry(table.nom).or_default();
            siennes.insert(cle, en_json(table, champs));
        }
        if table.nom == PLAN
            && let [magasin, jour, recette, ..] = champs
            && let (Ok(m), Ok(j), Ok(r)) = (magasin.parse(), jour.parse(), recette.parse())
        {
            self.plans.insert(cle, (m, j, r));
        }
    }

    /// The rows of that database that are not so here.
    pub(crate) async fn comparer(&self, c: &mut PgConnection) -> Result<Perdues, Echec> {
        let mut perdues = Perdues::new();
        // Operations are never taken away: a database that lacks one is not what became of this.
        let mut suite = true;
        for table in &TABLES {
            let vues = self.comparer_une(c, table, perdues.entry(table.nom).or_default()).await?;
            if table.nom == OPERATION {
                suite = self.tables.get(OPERATION).is_none_or(|o| o.len() == vues.len());
            }
            let siennes = perdues.entry(table.nom).or_default();
            match table.nom {
                PLAN if suite || self.remplacee => siennes.extend(self.plans_retires(&vues)),
                // Nobody is ever taken away by the program: who is not there was taken by the
                // restore, and comes back.
                nom if self.remplacee && est_quelqu_un(nom) => {}
                nom if suite => siennes.extend(self.petites_retirees(nom, &vues)),
                _ => {}
            }
        }
        Ok(perdues)
    }

    /// Known keys that are there still.
    async fn comparer_une(
        &self,
        c: &mut PgConnection,
        table: &Table,
        perdues: &mut Vec<Perdue>,
    ) -> Result<HashSet<u128>, Echec> {
        let (rien, mut vues) = (HashMap::new(), HashSet::new());
        let connues = self.tables.get(table.nom).unwrap_or(&rien);
        lire_une_table(c, table, |champs| {
            let (cle, valeurs) = sommes(table, champs);
            let sort = match connues.get(&cle) {
                Some(connues) => {
                    vues.insert(cle);
                    if *connues == valeurs {
                        return;
                    }
                    Sort::Changee
                }
                // It is told with the operation that made it.
                None if table.nom == LOT => return,
                None => Sort::Nouvelle,
            };
            let avant = self.petites.get(table.nom).and_then(|p| p.get(&cle)).cloned();
            let maintenant = en_json(table, champs);
            let differe = |c: &&str| avant.as_ref().is_some_and(|a| a[*c] != maintenant[*c]);
            let changees = table.colonnes().filter(differe).collect();
            let cle = champs[..table.cle.len()].iter().map(|&t| t.to_owned()).collect();
            perdues.push(Perdue { cle, sort, avant, changees });
        })
        .await?;
        Ok(vues)
    }

    fn plans_retires(&self, vues: &HashSet<u128>) -> impl Iterator<Item = Perdue> {
        let retires = self.plans.iter().filter(|(cle, _)| !vues.contains(cle)).map(|(_, p)| p);
        retires.map(|(magasin, jour, recette)| Perdue {
            cle: vec![magasin.to_string(), jour.to_string(), recette.to_string()],
            sort: Sort::Retiree,
            avant: None,
            changees: Vec::new(),
        })
    }

    fn petites_retirees(&self, table: &str, vues: &HashSet<u128>) -> impl Iterator<Item = Perdue> {
        let toutes = self.petites.get(table).into_iter().flatten();
        let retirees = toutes.filter(|(cle, _)| !vues.contains(cle));
        let perdue = |(_, ligne): (&u128, &Value)| Perdue {
            cle: vec![ligne["id"].as_str().unwrap_or_default().to_owned()],
            sort: Sort::Retiree,
            avant: Some(ligne.clone()),
            changees: Vec::new(),
        };
        retirees.map(perdue)
    }
}

/// A row as COPY writes it, each value as its text; nothing secret.
fn en_json(table: &Table, champs: &[&str]) -> Value {
    let dits = table.colonnes().zip(champs).filter(|(nom, _)| !SECRETS.contains(nom));
    let valeur = |champ: &str| match champ {
        RIEN => Value::Null,
        texte => Value::from(texte.replace("\\t", " ").replace("\\n", " ").replace("\\\\", "\\")),
    };
    Value::Object(dits.map(|(nom, champ)| (nom.to_owned(), valeur(champ))).collect::<Map<_, _>>())
}

const SECRETS: [&str; 2] = ["mot_de_passe", "pin"];

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
        let connues = &repere.tables["tablette"];
        assert_eq!((repere.tables.len(), connues.len()), (1, 2));
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
