//! One run at a time: a lock file for this host, an advisory lock for the others.
//!
//! Backups, restores and drills each have a lock of their own: a drill never stops the nightly
//! backup. Both are freed by the kernel and by the server, however their holder ends.

use std::fs::{DirBuilder, File, OpenOptions};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::fs::{FlockOperation, OFlags, flock};
use sqlx::postgres::PgConnection;

use super::arret::Arret;
use super::cible::Cible;
use super::noms::simple;
use super::sql;
use crate::platform::causes::du_systeme;
use crate::platform::issue::{Code, Echec};

/// How long to wait for another run, unless told otherwise.
pub(crate) const ATTENTE: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(250);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Genre {
    Sauvegarde,
    /// Restores, swaps and their undoing.
    Restauration,
    Exercice,
}

impl Genre {
    const fn nom(self) -> &'static str {
        match self {
            Self::Sauvegarde => "sauvegarde",
            Self::Restauration => "restauration",
            Self::Exercice => "exercice",
        }
    }
}

/// Held until dropped.
pub(crate) struct Verrou {
    _fichier: File,
    connexion: Option<PgConnection>,
}

impl Verrou {
    /// Waits at most `attente`, then code 4.
    pub(crate) async fn prendre(
        cible: &Cible,
        genre: Genre,
        attente: Duration,
        arret: &Arret,
    ) -> Result<Self, Echec> {
        let limite = Instant::now() + attente;
        let ici = (cible.dossier_embarque(), cible.base());
        let fichier = ouvrir(ici, genre)?;
        let mut connexion = cible.administrer().await?;
        let cle = cle(cible.base(), genre);
        loop {
            arret.verifier()?;
            if flock(&fichier, FlockOperation::NonBlockingLockExclusive).is_ok() {
                if sql::prendre_verrou(&mut connexion, &cle).await? {
                    return Ok(Self { _fichier: fichier, connexion: Some(connexion) });
                }
                // Another host has it: who waits here must not keep this host's from its own.
                let _ = flock(&fichier, FlockOperation::Unlock);
            }
            if Instant::now() > limite {
                return Err(occupe(cible.base(), genre));
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// The connection that holds it. What is done through it is over before anybody else gets the
    /// lock, even when we die in the middle and the server goes on.
    pub(crate) fn connexion(&mut self) -> Result<&mut PgConnection, Echec> {
        let absente = || Echec::nouveau(Code::Refuse, "Le verrou n'est pas tenu sur le serveur.");
        self.connexion.as_mut().ok_or_else(absente)
    }

    /// On this host alone, for a database (and its embedded data folder, if it has one) whose
    /// server is not asked.
    pub(crate) async fn prendre_ici(
        ici: (Option<&Path>, &str),
        genre: Genre,
        attente: Duration,
        arret: &Arret,
    ) -> Result<Self, Echec> {
        let limite = Instant::now() + attente;
        let fichier = ouvrir(ici, genre)?;
        while flock(&fichier, FlockOperation::NonBlockingLockExclusive).is_err() {
            arret.verifier()?;
            if Instant::now() > limite {
                return Err(occupe(ici.1, genre));
            }
            tokio::time::sleep(PAUSE).await;
        }
        Ok(Self { _fichier: fichier, connexion: None })
    }
}

/// Does nobody hold it? Asked by who would heal what a dead run left.
pub(crate) async fn est_libre(
    c: &mut PgConnection,
    base: &str,
    genre: Genre,
) -> Result<bool, Echec> {
    let cle = cle(base, genre);
    let libre = sql::prendre_verrou(c, &cle).await?;
    if libre {
        sql::rendre_verrou(c, &cle).await?;
    }
    Ok(libre)
}

/// Takes it at once, on this connection and on this server alone, or not: for a database beside the
/// one that is worked on.
pub(crate) async fn essayer(c: &mut PgConnection, base: &str, genre: Genre) -> Result<bool, Echec> {
    sql::prendre_verrou(c, &cle(base, genre)).await
}

pub(crate) async fn rendre(c: &mut PgConnection, base: &str, genre: Genre) -> Result<(), Echec> {
    sql::rendre_verrou(c, &cle(base, genre)).await
}

fn cle(base: &str, genre: Genre) -> String {
    format!("delicego:{}:{base}", genre.nom())
}

fn occupe(base: &str, genre: Genre) -> Echec {
    let phrase = format!(
        "Une autre {} de la base « {base} » est en cours : attendez sa fin, puis recommencez.",
        genre.nom()
    );
    let phrase = phrase.replace("Une autre exercice", "Un autre exercice");
    Echec::nouveau(Code::Verrou, phrase)
}

fn ouvrir((embarque, base): (Option<&Path>, &str), genre: Genre) -> Result<File, Echec> {
    let dossier = dossier_des_verrous(embarque);
    let refus = |e: std::io::Error| {
        Echec::nouveau(
            Code::RefuseAvant,
            format!(
                "Le verrou de cette commande ne s'écrit pas dans {} : {}. Donnez à ce compte un \
                 dossier à lui (HOME, ou XDG_STATE_HOME).",
                dossier.display(),
                du_systeme(&e)
            ),
        )
    };
    DirBuilder::new().recursive(true).mode(0o700).create(&dossier).map_err(refus)?;
    let nom = format!("verrou-{}-{}", genre.nom(), simple(base));
    OpenOptions::new()
        .create(true)
        .append(true)
        .mode(0o600)
        .custom_flags(OFlags::NOFOLLOW.bits().cast_signed())
        .open(dossier.join(nom))
        .map_err(refus)
}

/// Beside the data where the server is embedded, else where the account keeps its state.
fn dossier_des_verrous(embarque: Option<&Path>) -> PathBuf {
    if let Some(dossier) = embarque {
        return dossier.to_owned();
    }
    let etat = std::env::var_os("XDG_STATE_HOME").map(PathBuf::from);
    let etat = etat.filter(|d| d.is_absolute()).or_else(|| {
        std::env::var_os("HOME").map(|maison| PathBuf::from(maison).join(".local/state"))
    });
    etat.unwrap_or_else(std::env::temp_dir).join("delicego")
}
