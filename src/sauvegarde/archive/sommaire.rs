//! The table of contents: one entry per object of the database, and per table's data.

use std::collections::{BTreeMap, HashSet};
use std::io::Read;

use xxhash_rust::xxh3::Xxh3;

use super::source::Source;
use super::{Empreinte, Entete, ErreurArchive, NomTable};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entree {
    pub id: i32,
    /// The catalogue and the oid in it; zeros when there is none.
    pub catalogue: (u32, u32),
    /// `TABLE`, `TABLE DATA`, `INDEX`, `ACL`, ..
    pub genre: String,
    pub schema: Option<String>,
    /// PostgreSQL's "tag": `lot`, `lot lot_pkey`, `TABLE lot`, ..
    pub nom: String,
    pub proprietaire: Option<String>,
    pub section: Section,
    pub definition: Option<String>,
    pub suppression: Option<String>,
    /// The COPY statement of a table's data.
    pub copie: Option<String>,
    pub tablespace: Option<String>,
    pub methode: Option<String>,
    /// Since 1.16.
    pub relkind: Option<i32>,
    pub avec_oids: bool,
    pub dependances: Vec<i32>,
    /// A block of data follows in the archive.
    pub a_des_donnees: bool,
    pub position: Position,
}

/// Where an entry's block of data stands in the archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Position {
    /// Its first byte; unknown, until it was reached, in an archive that was written into a pipe.
    pub bloc: Option<u64>,
    /// Where the table of contents tells it: a byte for what is known, then the number.
    pub dite: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    Aucune,
    Avant,
    Donnees,
    Apres,
}

/// What an entry takes in memory beside its texts.
const ENTREE: usize = 2 * size_of::<Entree>();

pub(crate) fn lire<R: Read>(
    source: &mut Source<R>,
    entete: &Entete,
) -> Result<Vec<Entree>, ErreurArchive> {
    let (mut entrees, mut ids) = (Vec::new(), HashSet::new());
    for _ in 0..nombre(source)? {
        source.tenir(ENTREE)?;
        let entree = entree(source, entete, None)?;
        if entree.id <= 0 || !ids.insert(entree.id) {
            return Err(ErreurArchive::corrompue(format!("entrée {} en double", entree.id)));
        }
        entrees.push(entree);
    }
    Ok(entrees)
}

/// The same table of contents once more, at the end of the file; only positions may differ.
pub(crate) fn relire<R: Read>(
    source: &mut Source<R>,
    entete: &Entete,
    entrees: &[Entree],
) -> Result<(), ErreurArchive> {
    let en_trop = || ErreurArchive::corrompue("octets en trop à la fin");
    if usize::try_from(nombre(source)?) != Ok(entrees.len()) {
        return Err(en_trop());
    }
    for attendue in entrees {
        let relue =
            Entree { position: attendue.position, ..entree(source, entete, Some(attendue))? };
        if relue != *attendue {
            return Err(en_trop());
        }
    }
    match source.octet_ou_fin()? {
        None => Ok(()),
        Some(_) => Err(en_trop()),
    }
}

fn nombre<R: Read>(source: &mut Source<R>) -> Result<i32, ErreurArchive> {
    let nombre = source.entier()?;
    match nombre {
        0.. => Ok(nombre),
        _ => Err(ErreurArchive::corrompue("table des matières de longueur négative")),
    }
}

/// `premiere`: the same entry as it stood in the first table of contents. The second one leaves out
/// what `pg_dump` calculates while it writes, the definition of statistics.
fn entree<R: Read>(
    source: &mut Source<R>,
    entete: &Entete,
    premiere: Option<&Entree>,
) -> Result<Entree, ErreurArchive> {
    let omise = premiere.filter(|p| p.genre == STATISTIQUES).map(|p| p.definition.clone());
    let mineure = entete.version.1;
    let id = source.entier()?;
    let a_des_donnees = match source.entier()? {
        0 => false,
        1 => true,
        autre => return Err(ErreurArchive::corrompue(format!("marque de données {autre}"))),
    };
    let mut entree = Entree {
        id,
        catalogue: (oid(source)?, oid(source)?),
        nom: obligatoire(source)?,
        genre: obligatoire(source)?,
        section: section(source)?,
        definition: omise.map_or_else(|| source.texte(), Ok)?,
        suppression: source.texte()?,
        copie: source.texte()?,
        schema: source.texte()?.filter(|s| !s.is_empty()),
        tablespace: source.texte()?,
        methode: if mineure >= 14 { source.texte()? } else { None },
        relkind: if mineure >= 16 { Some(source.entier()?) } else { None },
        proprietaire: source.texte()?.filter(|p| !p.is_empty()),
        avec_oids: booleen(source)?,
        dependances: dependances(source)?,
        a_des_donnees,
        position: Position::default(),
    };
    entree.position = position(source, entete.taille_position, a_des_donnees)?;
    Ok(entree)
}

fn obligatoire<R: Read>(source: &mut Source<R>) -> Result<String, ErreurArchive> {
    source.texte()?.ok_or_else(|| ErreurArchive::corrompue("entrée sans nom"))
}

/// Written as a text, for historical reasons.
fn oid<R: Read>(source: &mut Source<R>) -> Result<u32, ErreurArchive> {
    let texte = obligatoire(source)?;
    texte.parse().map_err(|_| ErreurArchive::corrompue("identifiant qui n'est pas un nombre"))
}

fn section<R: Read>(source: &mut Source<R>) -> Result<Section, ErreurArchive> {
    match source.entier()? {
        1 => Ok(Section::Aucune),
        2 => Ok(Section::Avant),
        3 => Ok(Section::Donnees),
        4 => Ok(Section::Apres),
        autre => Err(ErreurArchive::corrompue(format!("section {autre} inconnue"))),
    }
}

fn booleen<R: Read>(source: &mut Source<R>) -> Result<bool, ErreurArchive> {
    match source.texte()?.as_deref() {
        Some("true") => Ok(true),
        Some("false") => Ok(false),
        _ => Err(ErreurArchive::corrompue("marque « with oids » illisible")),
    }
}

fn dependances<R: Read>(source: &mut Source<R>) -> Result<Vec<i32>, ErreurArchive> {
    let mut dependances = Vec::new();
    while let Some(texte) = source.texte()? {
        source.tenir(2 * size_of::<i32>())?;
        let id = texte.parse().map_err(|_| ErreurArchive::corrompue("dépendance illisible"))?;
        dependances.push(id);
    }
    Ok(dependances)
}

/// `pg_restore` skips an entry that says "no data": it must agree with what was announced.
fn position<R: Read>(
    source: &mut Source<R>,
    taille: u8,
    a_des_donnees: bool,
) -> Result<Position, ErreurArchive> {
    const INCONNUE: u8 = 1;
    const SANS_DONNEES: u8 = 3;
    let dite = source.octets();
    let etat = source.octet()?;
    let mut position = 0;
    for rang in 0..taille {
        position |= u64::from(source.octet()?) << (8 * u32::from(rang));
    }
    match (etat, a_des_donnees) {
        (CONNUE, true) => Ok(Position { bloc: Some(position), dite }),
        (INCONNUE, true) | (SANS_DONNEES, false) => Ok(Position { bloc: None, dite }),
        _ => Err(ErreurArchive::corrompue("position de données impossible")),
    }
}

const CONNUE: u8 = 2;

/// The words that tell that position, in numbers so wide.
pub(crate) fn ecrire_position(bloc: u64, taille: u8) -> Vec<u8> {
    let nombre = bloc.to_le_bytes().into_iter().take(usize::from(taille));
    std::iter::once(CONNUE).chain(nombre).collect()
}

/// The value of each sequence, as `setval` takes it: `42, true`.
pub(crate) fn sequences(entrees: &[Entree]) -> Result<BTreeMap<NomTable, String>, ErreurArchive> {
    let mut sequences = BTreeMap::new();
    for entree in entrees.iter().filter(|e| e.genre == SEQUENCE) {
        let (_, valeur) = couper_setval(entree.definition.as_deref().unwrap_or_default());
        if sequences.insert(NomTable::de(entree), valeur.to_owned()).is_some() {
            return Err(ErreurArchive::corrompue(format!("séquence {} en double", entree.nom)));
        }
    }
    Ok(sequences)
}

const STATISTIQUES: &str = "STATISTICS DATA";
const SEQUENCE: &str = "SEQUENCE SET";

/// `SELECT pg_catalog.setval('public.s', 42, true);` -> all that is not its value, and its value.
fn couper_setval(definition: &str) -> (&str, &str) {
    let debut = definition.rfind("', ").map_or(0, |n| n + "', ".len());
    let (appel, valeur) = definition.split_at(debut);
    (appel, valeur.rfind(')').map_or(valeur, |fin| &valeur[..fin]))
}

/// How many definitions, and a sum of them that does not depend on their order.
pub(crate) fn schema(entrees: &[Entree]) -> Empreinte {
    let mut empreinte = Empreinte::default();
    for entree in entrees.iter().filter(|e| !de_la_base(e)) {
        let octets = definition(entree).map_or(0, |d| d.len() as u64);
        empreinte.ajouter(octets, somme(entree));
    }
    empreinte
}

/// Of all that defines the object: not of its place in the archive, nor of oids.
pub(crate) fn somme(entree: &Entree) -> u128 {
    let mut somme = Xxh3::new();
    let textes = [
        Some(entree.genre.as_str()),
        entree.schema.as_deref(),
        Some(&entree.nom),
        definition(entree),
        entree.proprietaire.as_deref(),
        entree.suppression.as_deref(),
        entree.copie.as_deref(),
        entree.tablespace.as_deref(),
        entree.methode.as_deref(),
    ];
    for texte in textes {
        // The length first: otherwise a letter could move from one field to the next unseen.
        somme.update(&texte.map_or(u64::MAX, |t| t.len() as u64).to_le_bytes());
        somme.update(texte.unwrap_or_default().as_bytes());
    }
    somme.update(&[entree.section as u8]);
    somme.update(&entree.relkind.unwrap_or_default().to_le_bytes());
    somme.digest128()
}

/// A sequence's value is not of its definition.
fn definition(entree: &Entree) -> Option<&str> {
    let definition = entree.definition.as_deref()?;
    Some(if entree.genre == SEQUENCE { couper_setval(definition).0 } else { definition })
}

/// What names the database or its settings, and is different in a copy beside; and the planner's
/// statistics, which are different every time.
pub(crate) fn de_la_base(entree: &Entree) -> bool {
    const GENRES: [&str; 6] =
        ["DATABASE", "DATABASE PROPERTIES", "ENCODING", "STDSTRINGS", "SEARCHPATH", STATISTIQUES];
    let sur_la_base = matches!(entree.genre.as_str(), "ACL" | "COMMENT" | "SECURITY LABEL")
        && entree.schema.is_none()
        && entree.nom.starts_with("DATABASE ");
    GENRES.contains(&entree.genre.as_str()) || sur_la_base
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn la_valeur_d_une_sequence_se_lit_quel_que_soit_son_nom() {
        let (_, valeur) = couper_setval("SELECT pg_catalog.setval('public.s', 42, true);\n");
        assert_eq!(valeur, "42, true");
        let etrange = "SELECT pg_catalog.setval('public.\"a'', 1) b\"', 7, false);\n";
        assert_eq!(couper_setval(etrange).1, "7, false");
        assert_eq!(couper_setval("abc"), ("", "abc"));
    }
}
