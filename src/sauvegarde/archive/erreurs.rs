use std::io;

use crate::platform::causes::du_systeme;

/// Why an archive is not taken.
#[derive(Debug, thiserror::Error)]
pub enum ErreurArchive {
    #[error(
        "Ce fichier n'est pas une archive de pg_dump au format « custom » (-Fc) ; vérifiez que \
         vous avez donné le bon fichier."
    )]
    PasUneArchive,
    #[error(
        "Version d'archive inconnue : {}.{}.{} (connues : 1.12 à 1.16) ; mettez DéliceGo à jour, \
         ou refaites l'archive avec un pg_dump de PostgreSQL 15 à 18.", .0.0, .0.1, .0.2
    )]
    VersionInconnue((u8, u8, u8)),
    #[error(
        "L'archive s'arrête avant sa fin : elle est tronquée et ne peut pas servir ; prenez une \
         autre sauvegarde."
    )]
    Tronquee,
    #[error("L'archive est abîmée ({0}) et ne peut pas servir ; prenez une autre sauvegarde.")]
    Corrompue(String),
    #[error("La lecture de l'archive s'est arrêtée : {}", du_systeme(.0))]
    Lecture(#[source] io::Error),
}

impl ErreurArchive {
    pub(super) fn corrompue(quoi: impl Into<String>) -> Self {
        Self::Corrompue(quoi.into())
    }

    /// What came through a decoder: our own error from under it, or its own complaint.
    pub(super) fn d_un_decodeur(erreur: io::Error) -> Self {
        match erreur.downcast::<Self>() {
            Ok(notre) => notre,
            Err(sienne) if sienne.raw_os_error().is_some() => Self::Lecture(sienne),
            // Its own words are no one's language here.
            Err(sienne) => {
                tracing::debug!(err = %sienne, "archive");
                Self::corrompue("données compressées illisibles")
            }
        }
    }
}

impl From<ErreurArchive> for io::Error {
    fn from(erreur: ErreurArchive) -> Self {
        Self::other(erreur)
    }
}
