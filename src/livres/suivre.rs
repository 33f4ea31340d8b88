//! How far an import is, as programs read it.

use serde::Serialize;
use uuid::Uuid;

use super::deposer::Compte;
use super::imports::{EtatFichier, FichierSuivi, Import};

/// L'import commence ; l'adresse dit où il en est.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ImportLance {
    pub id: Uuid,
    pub suivi: String,
}

impl ImportLance {
    pub(crate) fn de(id: Uuid) -> Self {
        Self { id, suivi: format!("/api/interne/livres/imports/{id}") }
    }
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ImportSuivi {
    pub id: Uuid,
    pub fini: bool,
    /// Ce qui l'a arrêté, quand ce n'est la faute d'aucun fichier.
    pub panne: Option<String>,
    pub fichiers: Vec<FichierDit>,
}

#[derive(Debug, Default, Serialize, utoipa::ToSchema)]
pub(crate) struct FichierDit {
    pub fichier: String,
    /// attente, lecture, ecriture, lu, refuse ou question.
    pub etat: &'static str,
    /// Pages lues jusqu'ici, pendant la lecture.
    pub pages: Option<u32>,
    /// Pourquoi il est refusé.
    pub erreur: Option<String>,
    pub code: Option<&'static str>,
    /// Ce fichier était déjà importé : rien n'a changé.
    pub deja_importe: bool,
    /// Le livre dont il paraît être la nouvelle édition : à renvoyer avec sa source, ou une autre.
    pub edition_de: Option<String>,
    pub resume: Option<Compte>,
    pub remarques: Vec<String>,
}

pub(crate) fn dire(import: Import) -> ImportSuivi {
    ImportSuivi {
        id: import.id,
        fini: import.fini,
        panne: import.panne,
        fichiers: import.fichiers.into_iter().map(dire_fichier).collect(),
    }
}

fn dire_fichier(f: FichierSuivi) -> FichierDit {
    let (fichier, rien) = (f.nom, FichierDit::default());
    match f.etat {
        EtatFichier::Attente => FichierDit { fichier, etat: "attente", ..rien },
        EtatFichier::Lecture { pages } => {
            FichierDit { fichier, etat: "lecture", pages: Some(pages), ..rien }
        }
        EtatFichier::Ecriture => FichierDit { fichier, etat: "ecriture", ..rien },
        EtatFichier::Lu { compte, deja_la, remarques } => {
            let resume = Some(compte);
            FichierDit { fichier, etat: "lu", deja_importe: deja_la, resume, remarques, ..rien }
        }
        EtatFichier::Question(question) => FichierDit {
            fichier,
            etat: "question",
            erreur: Some(question.parente.a_repondre()),
            code: Some("edition_a_confirmer"),
            edition_de: Some(question.parente.livre.titre),
            ..rien
        },
        EtatFichier::Refuse { code, raison } => {
            let (erreur, code) = (Some(raison), Some(code));
            FichierDit { fichier, etat: "refuse", erreur, code, ..rien }
        }
    }
}
