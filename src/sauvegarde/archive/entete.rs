//! The first bytes: which version wrote it, when, from where.

use std::io::Read;

use chrono::{NaiveDate, NaiveDateTime};

use super::ErreurArchive;
use super::source::Source;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entete {
    pub version: (u8, u8, u8),
    pub compression: Compression,
    /// As the archive says it: local time of the machine that ran `pg_dump`.
    pub cree_le: NaiveDateTime,
    /// How wide the archive's offsets are.
    pub taille_position: u8,
    pub base: String,
    /// `15.14 (Debian 15.14-0+deb12u1)`.
    pub serveur: String,
    pub pg_dump: String,
}

/// Of the data inside the archive. A level is known of archives up to 1.14 only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compression {
    Aucune,
    Gzip { niveau: Option<i32> },
    Lz4,
    Zstd,
}

const MARQUE: [u8; 5] = *b"PGDMP";
const FORMAT_CUSTOM: u8 = 1;

pub(crate) fn lire<R: Read>(source: &mut Source<R>) -> Result<Entete, ErreurArchive> {
    marque(source)?;
    let [majeure, mineure, revision] = source.octets_fixes()?;
    let version = (majeure, mineure, revision);
    if majeure != 1 || !(12..=16).contains(&mineure) {
        return Err(ErreurArchive::VersionInconnue(version));
    }
    let taille_position = tailles(source)?;
    let compression = compression(source, mineure)?;
    let cree_le = date(source)?;
    let base = texte(source)?;
    let serveur = texte(source)?;
    let pg_dump = texte(source)?;
    Ok(Entete { version, compression, cree_le, taille_position, base, serveur, pg_dump })
}

fn marque<R: Read>(source: &mut Source<R>) -> Result<(), ErreurArchive> {
    for attendu in MARQUE {
        match source.octet_ou_fin()? {
            Some(octet) if octet == attendu => {}
            _ => return Err(ErreurArchive::PasUneArchive),
        }
    }
    Ok(())
}

fn tailles<R: Read>(source: &mut Source<R>) -> Result<u8, ErreurArchive> {
    let [entier, position, format] = source.octets_fixes()?;
    if entier != 4 || !matches!(position, 4 | 8) {
        return Err(ErreurArchive::corrompue("taille de nombre impossible dans l'en-tête"));
    }
    if format != FORMAT_CUSTOM {
        return Err(ErreurArchive::PasUneArchive);
    }
    Ok(position)
}

fn compression<R: Read>(source: &mut Source<R>, mineure: u8) -> Result<Compression, ErreurArchive> {
    if mineure < 15 {
        return match source.entier()? {
            0 => Ok(Compression::Aucune),
            niveau @ (-1 | 1..=9) => Ok(Compression::Gzip { niveau: Some(niveau) }),
            autre => Err(ErreurArchive::corrompue(format!("niveau de compression {autre}"))),
        };
    }
    match source.octet()? {
        0 => Ok(Compression::Aucune),
        1 => Ok(Compression::Gzip { niveau: None }),
        2 => Ok(Compression::Lz4),
        3 => Ok(Compression::Zstd),
        autre => Err(ErreurArchive::corrompue(format!("compression {autre} inconnue"))),
    }
}

/// A `struct tm` of C: months from 0, years from 1900, and a flag for summer time.
fn date<R: Read>(source: &mut Source<R>) -> Result<NaiveDateTime, ErreurArchive> {
    let mut champs = [0; 7];
    for champ in &mut champs {
        *champ = source.entier()?;
    }
    let [seconde, minute, heure, jour, mois, annee, ete] = champs;
    let date = || {
        let petit = |n: i32| u32::try_from(n).ok();
        let jour = NaiveDate::from_ymd_opt(
            annee.checked_add(1900)?,
            petit(mois.checked_add(1)?)?,
            petit(jour)?,
        )?;
        jour.and_hms_opt(petit(heure)?, petit(minute)?, petit(seconde.min(59))?)
    };
    let date = date().filter(|_| (-1..=1).contains(&ete));
    date.ok_or_else(|| ErreurArchive::corrompue("date impossible dans l'en-tête"))
}

fn texte<R: Read>(source: &mut Source<R>) -> Result<String, ErreurArchive> {
    source.texte()?.ok_or_else(|| ErreurArchive::corrompue("en-tête incomplet"))
}
