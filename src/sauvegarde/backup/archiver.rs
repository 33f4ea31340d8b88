//! From the database to a file on the disk: pg_dump, parsed as it passes, packed, summed up.

use std::fs::File;
use std::io::{self, Write};

use age::stream::StreamWriter;
use chrono::{DateTime, Utc};

use super::partiel::Partiel;
use super::progres::{Etape, Progres, Suivi};
use super::{OptionsBackup, relire};
use crate::platform::issue::{Code, Echec};
use crate::sauvegarde::archive::{self, Contenu, ErreurArchive};
use crate::sauvegarde::flux::{Compresseur, Derivation, FormatFlux, Hacheur, Passage};
use crate::sauvegarde::manifeste::Fichier;
use crate::sauvegarde::{Arret, Enfant, Format, Outils, chiffre, disque};

/// All that a thread needs to do it.
pub(crate) struct Travail {
    pub outils: Outils,
    pub environnement: Vec<(String, String)>,
    pub base: String,
    pub options: OptionsBackup,
    /// Rows of partitions come back through their table, which places each anew.
    pub par_la_racine: bool,
    pub arret: Arret,
}

/// On the disk, read back, and still without a name.
pub(crate) struct Archivee {
    pub partiel: Partiel,
    pub contenu: Contenu,
    pub passage: Passage,
    pub fait_le: DateTime<Utc>,
    pub avis: Vec<String>,
}

pub(crate) enum Panne {
    /// Somebody keeps a table for himself: who, is asked at once.
    TableTenue,
    Echec(Echec),
}

impl From<Echec> for Panne {
    fn from(echec: Echec) -> Self {
        Self::Echec(echec)
    }
}

impl Archivee {
    pub(crate) fn fichier(&self, nom: String) -> Fichier {
        Fichier { nom, octets: self.passage.octets, sha256: self.passage.sha256.clone() }
    }
}

/// Blocks. The tool dies with the thread that started it: all of it happens on one.
pub(crate) fn archiver(t: &Travail, suivi: &Suivi) -> Result<Archivee, Panne> {
    let dossier = &t.options.dossier;
    let sur_le_disque = |e: io::Error| Panne::Echec(disque::dire(dossier, &e));
    let fait_le = Utc::now();
    let partiel = Partiel::creer(dossier, &t.base).map_err(sur_le_disque)?;
    let (contenu, passage) = ecrire(t, &partiel.fichier, suivi)?;
    partiel.fichier.sync_all().map_err(sur_le_disque)?;
    let archivee = Archivee { partiel, contenu, passage, fait_le, avis: Vec::new() };
    relire::verifier(t, &archivee, suivi)?;
    Ok(archivee)
}

fn ecrire(t: &Travail, fichier: &File, suivi: &Suivi) -> Result<(Contenu, Passage), Panne> {
    let sur_le_disque = |e: io::Error| Panne::Echec(disque::dire(&t.options.dossier, &e));
    let chaine = Chaine::nouvelle(&t.options, Hacheur::nouveau(fichier)).map_err(sur_le_disque)?;
    let mut enfant = t.outils.lancer("pg_dump", arguments(t), &t.environnement)?;
    let mut derivation = Derivation::nouvelle(enfant.ecoute(&t.arret)?, chaine);
    let lu = archive::lire(&mut derivation, |a| suivi(Progres::nouveau(Etape::Ecriture, a)));
    t.arret.verifier()?;
    let chaine = derivation.terminer().map_err(sur_le_disque)?;
    let contenu = conclure(lu, enfant, &t.arret)?;
    let (_, passage) = chaine.terminer().map_err(sur_le_disque)?.terminer();
    Ok((contenu, passage))
}

fn arguments(t: &Travail) -> Vec<String> {
    let attente = t.options.attente_table.as_secs().max(1);
    let mut arguments = vec![
        "--format=custom".to_owned(),
        "--no-password".to_owned(),
        format!("--lock-wait-timeout={attente}s"),
    ];
    if t.par_la_racine {
        arguments.push("--load-via-partition-root".to_owned());
    }
    // Packed by us, on all processors; or by pg_dump as it does by itself.
    if t.options.format != Format::Fc {
        arguments.push("--compress=0".to_owned());
    }
    arguments
}

/// What the tool complains of says more than the archive that it cut short.
fn conclure(
    lu: Result<Contenu, ErreurArchive>,
    enfant: Enfant,
    arret: &Arret,
) -> Result<Contenu, Panne> {
    let echec = |e: &ErreurArchive| {
        let phrase = format!("Ce que pg_dump a écrit ne se relit pas : {e}");
        Panne::Echec(Echec::nouveau(Code::Refuse, phrase))
    };
    if let Err(e @ (ErreurArchive::VersionInconnue(_) | ErreurArchive::Corrompue(_))) = &lu {
        return Err(echec(e));
    }
    match enfant.finir(arret)? {
        Ok(()) => lu.map_err(|e| echec(&e)),
        // A table that it may not read stops at the same statement.
        Err(fin) if fin.tenue() => Err(Panne::TableTenue),
        Err(fin) => Err(Panne::Echec(fin.echec)),
    }
}

/// Packs, then encrypts when asked to.
enum Chaine<E: Write> {
    Claire(Compresseur<E>),
    Chiffree(Compresseur<StreamWriter<E>>),
}

impl<E: Write> Chaine<E> {
    fn nouvelle(o: &OptionsBackup, ecriture: E) -> io::Result<Self> {
        let format = match o.format {
            Format::Gz => FormatFlux::Gz,
            Format::Zst => FormatFlux::Zst,
            Format::Fc => FormatFlux::Aucun,
        };
        if o.chiffrer.is_empty() {
            return Ok(Self::Claire(Compresseur::nouveau(format, ecriture)?));
        }
        let chiffree = chiffre::chiffrer(&o.chiffrer, ecriture)?;
        Ok(Self::Chiffree(Compresseur::nouveau(format, chiffree)?))
    }

    fn terminer(self) -> io::Result<E> {
        match self {
            Self::Claire(compresseur) => compresseur.terminer(),
            Self::Chiffree(compresseur) => compresseur.terminer()?.finish(),
        }
    }
}

impl<E: Write> Write for Chaine<E> {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        match self {
            Self::Claire(compresseur) => compresseur.write(octets),
            Self::Chiffree(compresseur) => compresseur.write(octets),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Claire(compresseur) => compresseur.flush(),
            Self::Chiffree(compresseur) => compresseur.flush(),
        }
    }
}
