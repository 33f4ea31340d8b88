//! The data: blocks of pieces, one block per entry that announced data.

mod inflation;
mod morceaux;

use std::collections::{BTreeMap, HashMap};
use std::io::{BufRead, BufReader, Read};

use xxhash_rust::xxh3::Xxh3;

use self::inflation::Inflation;
use self::morceaux::Morceaux;
use super::lignes::Lignes;
use super::sommaire;
use super::source::Source;
use super::{Avancee, Compression, Empreinte, Entete, Entree, ErreurArchive, NomTable};

pub(crate) struct Donnees {
    pub tables: BTreeMap<NomTable, Empreinte>,
    pub grands_objets: Empreinte,
    pub lignes_comptees: bool,
    /// Where the block of each entry that has one begins.
    pub positions: HashMap<i32, u64>,
}

type Suivi<'a> = dyn FnMut(&Avancee) + 'a;

const BLOC_TABLE: u8 = 1;
const BLOC_GRANDS_OBJETS: u8 = 3;
const TAMPON: usize = 64 * 1024;
/// How often to say where we are, in bytes.
const RYTHME: u64 = 1024 * 1024;

pub(crate) fn lire<R: Read>(
    source: &mut Source<R>,
    entete: &Entete,
    entrees: &[Entree],
    suivi: &mut Suivi<'_>,
) -> Result<Donnees, ErreurArchive> {
    let mut attendus: HashMap<i32, &Entree> =
        entrees.iter().filter(|e| e.a_des_donnees).map(|e| (e.id, e)).collect();
    let mut lecture = Lecture { source, compression: entete.compression, suivi, lignes: 0 };
    let comptable = entete.compression != Compression::Lz4;
    let mut donnees = Donnees {
        tables: BTreeMap::new(),
        grands_objets: Empreinte::default(),
        lignes_comptees: comptable,
        positions: HashMap::new(),
    };
    while !lecture.a_la_fin(entete, entrees)? {
        let position = lecture.source.octets();
        let genre = lecture.source.octet()?;
        let id = lecture.source.entier()?;
        let entree = attendus.remove(&id);
        let entree = entree.ok_or_else(|| ErreurArchive::corrompue("bloc inattendu"))?;
        if entree.position.bloc.is_some_and(|p| p != position) {
            return Err(ErreurArchive::corrompue("bloc qui n'est pas à sa place"));
        }
        donnees.positions.insert(id, position);
        lecture.bloc(genre, entree, &mut donnees)?;
    }
    if !attendus.is_empty() {
        return Err(ErreurArchive::Tronquee);
    }
    Ok(donnees)
}

struct Lecture<'a, R> {
    source: &'a mut Source<R>,
    compression: Compression,
    suivi: &'a mut Suivi<'a>,
    lignes: u64,
}

impl<R: Read> Lecture<'_, R> {
    /// A `pg_dump` of version 16 or later whose output is sent to a file by the shell writes its
    /// table of contents once more at the end, with the positions, instead of over the first one.
    fn a_la_fin(&mut self, entete: &Entete, entrees: &[Entree]) -> Result<bool, ErreurArchive> {
        match self.source.remplir()?.first() {
            None => Ok(true),
            Some(&(BLOC_TABLE | BLOC_GRANDS_OBJETS)) => Ok(false),
            Some(_) => {
                sommaire::relire(self.source, entete, entrees)?;
                Ok(true)
            }
        }
    }

    fn bloc(
        &mut self,
        genre: u8,
        entree: &Entree,
        donnees: &mut Donnees,
    ) -> Result<(), ErreurArchive> {
        match (genre, entree.genre.as_str()) {
            (BLOC_GRANDS_OBJETS, "BLOBS") => self.grands_objets(&mut donnees.grands_objets),
            (BLOC_TABLE, "BLOBS") => Err(ErreurArchive::corrompue("bloc d'un autre genre")),
            (BLOC_TABLE, _) => {
                let nom = NomTable::de(entree);
                let empreinte = self.table(entree.copie.is_some())?;
                donnees.lignes_comptees &= entree.copie.is_some();
                match donnees.tables.insert(nom, empreinte) {
                    None => Ok(()),
                    Some(_) => Err(ErreurArchive::corrompue("table en double")),
                }
            }
            _ => Err(ErreurArchive::corrompue("bloc d'un genre inconnu")),
        }
    }

    fn table(&mut self, copie: bool) -> Result<Empreinte, ErreurArchive> {
        let (avant, depart) = (self.lignes, self.source.octets());
        let (mut lignes, mut lus, mut dits) = (Lignes::nouvelles(), 0, 0);
        self.dire(depart);
        let suivi = &mut *self.suivi;
        let compte = decoder(self.source, self.compression, |octets| {
            lus += octets.len() as u64;
            lignes.prendre(octets)?;
            if lus - dits >= RYTHME {
                dits = lus;
                let lignes = avant + lignes.nombre();
                suivi(&Avancee { octets: depart + lus, lignes });
            }
            Ok(())
        })?;
        let empreinte = match compte {
            Compte::Lu => lignes.terminer(copie)?,
            Compte::Passe => Empreinte::default(),
        };
        self.lignes = avant + empreinte.lignes;
        self.dire(self.source.octets());
        Ok(empreinte)
    }

    fn grands_objets(&mut self, empreinte: &mut Empreinte) -> Result<(), ErreurArchive> {
        loop {
            self.dire(self.source.octets());
            let oid = self.source.entier()?;
            if oid == 0 {
                return Ok(());
            }
            let mut hacheur = Xxh3::new();
            hacheur.update(&oid.to_le_bytes());
            let mut longueur = 0;
            decoder(self.source, self.compression, |octets| {
                longueur += octets.len() as u64;
                hacheur.update(octets);
                Ok(())
            })?;
            empreinte.ajouter(longueur, hacheur.digest128());
        }
    }

    fn dire(&mut self, octets: u64) {
        (self.suivi)(&Avancee { octets, lignes: self.lignes });
    }
}

enum Compte {
    Lu,
    /// The structure was read, what is inside was not.
    Passe,
}

/// Gives `a_chaque` the bytes of one list of pieces, unpacked.
fn decoder<R: Read>(
    source: &mut Source<R>,
    compression: Compression,
    a_chaque: impl FnMut(&[u8]) -> Result<(), ErreurArchive>,
) -> Result<Compte, ErreurArchive> {
    let mut morceaux = Morceaux::de(source);
    match compression {
        Compression::Aucune => morceaux.vider(a_chaque)?,
        Compression::Gzip { .. } => vider(tampon(Inflation::de(&mut morceaux)), a_chaque)?,
        Compression::Zstd => {
            let zstd = zstd::stream::read::Decoder::with_buffer(&mut morceaux);
            vider(tampon(zstd.map_err(ErreurArchive::d_un_decodeur)?), a_chaque)?;
        }
        Compression::Lz4 => {
            vider(&mut morceaux, |_| Ok(()))?;
            return Ok(Compte::Passe);
        }
    }
    match morceaux.fill_buf().map_err(ErreurArchive::d_un_decodeur)? {
        [] => Ok(Compte::Lu),
        _ => Err(ErreurArchive::corrompue("octets en trop après des données compressées")),
    }
}

fn tampon<L: Read>(lecteur: L) -> BufReader<L> {
    BufReader::with_capacity(TAMPON, lecteur)
}

fn vider(
    mut lecteur: impl BufRead,
    mut a_chaque: impl FnMut(&[u8]) -> Result<(), ErreurArchive>,
) -> Result<(), ErreurArchive> {
    loop {
        let octets = lecteur.fill_buf().map_err(ErreurArchive::d_un_decodeur)?;
        if octets.is_empty() {
            return Ok(());
        }
        a_chaque(octets)?;
        let lus = octets.len();
        lecteur.consume(lus);
    }
}
