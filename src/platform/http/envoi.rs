//! Files sent by a program, as `multipart/form-data`: the way of a route that takes them, once per
//! key like every other that writes.

use std::ops::AsyncFnOnce;

use axum::extract::{FromRequest, Multipart, Request};
use axum::http::HeaderValue;
use serde::Serialize;
use serde_json::Value;
use sqlx::PgConnection;

use super::Etat;
use super::demande::personne_et_chemin;
use super::ecriture::{Issue, executer_une_fois, lire_cle};
use crate::platform::comptes::{Personne, Role};
use crate::platform::db::Base;
use crate::platform::db::operations::{Commande, Operation};
use crate::platform::errors::{Erreur, ErreurCritiqueMetier};

/// One request; what it sends is read by whoever takes it.
pub(crate) struct Envoi {
    pub personne: Personne,
    pub base: Base,
    pub formulaire: Multipart,
    pub suite: Suite,
}

/// What is left to do once the files were read.
pub(crate) struct Suite {
    base: Base,
    auteur: (uuid::Uuid, Role),
    cle: Option<HeaderValue>,
    chemin: String,
}

impl Suite {
    /// Does it in one transaction, once per key. `envoye` says what was sent, so that another
    /// request under the same key is refused.
    pub(crate) async fn executer<B: Serialize, S>(
        self,
        (statut, envoye): (u16, &Value),
        action: impl AsyncFnOnce(&mut PgConnection, Operation) -> Result<(B, S), Erreur>,
    ) -> Result<Issue<S>, Erreur> {
        let brute = self.cle.as_ref().map(|c| c.to_str().unwrap_or_default());
        let cle = brute.map(|b| lire_cle(b, &self.chemin, envoye)).transpose()?;
        let (auteur, role) = self.auteur;
        let commande = Commande { auteur_id: Some(auteur), role, cle, chemin: self.chemin };
        executer_une_fois((&self.base, &commande), statut, action).await
    }
}

impl FromRequest<Etat> for Envoi {
    type Rejection = Erreur;

    async fn from_request(requete: Request, etat: &Etat) -> Result<Self, Erreur> {
        let (personne, chemin) = personne_et_chemin(&requete)?;
        let cle = requete.headers().get("idempotency-key").cloned();
        let (base, auteur) = (etat.base.clone(), (personne.id, personne.role));
        let formulaire = Multipart::from_request(requete, etat).await.map_err(|_| {
            ErreurCritiqueMetier::nouveau(
                415,
                "type_de_contenu",
                "Type de contenu refusé",
                "Cette route attend des fichiers (Content-Type: multipart/form-data).",
            )
        })?;
        let suite = Suite { base: base.clone(), auteur, cle, chemin };
        Ok(Self { personne, base, formulaire, suite })
    }
}
