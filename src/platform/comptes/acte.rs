//! The way of every write about people: an operation of whoever asks, at its time, and an event that
//! says what was done to whom.
//!
//! It takes no operation key: what is kept of a key is a hash of what was sent, and a password or a
//! PIN must not be guessed by it.

use std::ops::AsyncFnOnce;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::Personne;
use crate::platform::db::evenements::{self, Evenement};
use crate::platform::db::operations::{self, Operation};
use crate::platform::db::{Base, executer_transaction};
use crate::platform::errors::Erreur;
use crate::platform::http::{Etat, demande};

pub(crate) struct Acte {
    base: Base,
    /// `None`: the command line.
    par: Option<Personne>,
    chemin: String,
}

/// What was done to somebody. Names are stable: losses of a restore are told by them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Geste {
    Cree,
    Active,
    Desactive,
    MotDePasse,
    Pin,
    PinRetire,
}

impl Geste {
    pub(crate) const TOUS: [Self; 6] =
        [Self::Cree, Self::Active, Self::Desactive, Self::MotDePasse, Self::Pin, Self::PinRetire];

    /// In the journal.
    pub(crate) const fn evenement(self) -> &'static str {
        match self {
            Self::Cree => "utilisateur_cree",
            Self::Active => "utilisateur_active",
            Self::Desactive => "utilisateur_desactive",
            Self::MotDePasse => "mot_de_passe_change",
            Self::Pin => "pin_change",
            Self::PinRetire => "pin_retire",
        }
    }
}

impl Acte {
    pub(crate) fn en_ligne_de_commande(base: &Base, commande: &str) -> Self {
        Self { base: base.clone(), par: None, chemin: commande.to_owned() }
    }

    /// In one transaction.
    pub(crate) async fn faire<T>(
        &self,
        action: impl AsyncFnOnce(&mut PgConnection, Operation) -> Result<T, Erreur>,
    ) -> Result<T, Erreur> {
        executer_transaction(&self.base, async move |tx| {
            let auteur = self.par.as_ref().map(|p| p.id);
            let operation = operations::sans_cle(tx, auteur, &self.chemin).await?;
            action(tx, operation).await
        })
        .await
    }
}

impl FromRequestParts<Etat> for Acte {
    type Rejection = Erreur;

    async fn from_request_parts(parts: &mut Parts, etat: &Etat) -> Result<Self, Erreur> {
        let (par, chemin) = demande::de(&parts.extensions, (&parts.method, &parts.uri))?;
        Ok(Self { base: etat.base.clone(), par: Some(par), chemin })
    }
}

pub(crate) async fn inscrire(
    tx: &mut PgConnection,
    operation: Operation,
    (geste, utilisateur_id): (Geste, Uuid),
) -> Result<(), Erreur> {
    let evenement = Evenement {
        magasin_id: None,
        nom: geste.evenement(),
        operation_id: operation.id,
        donnees: json!({"utilisateur_id": utilisateur_id}),
    };
    evenements::inscrire(tx, evenement).await
}
