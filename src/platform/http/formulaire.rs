//! A form posted by a page: its fields, and the way to do once what it asks for. The page gives it
//! a key (the field `cle`): a double click or a reload finds what was done, and does nothing more.
//! From a session opened by PIN it must name the session's magasin.

use std::ops::AsyncFnOnce;

use axum::extract::{FromRequest, Request};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use sqlx::PgConnection;

use super::demande::personne_et_chemin;
use super::ecriture::lire_cle;
use super::pages::ErreurPage;
use super::{Etat, champs};
use crate::platform::comptes::{self, Personne};
use crate::platform::db::Base;
use crate::platform::db::operations::{Commande, Operation};
use crate::platform::db::une_fois::{self, Une};
use crate::platform::errors::Erreur;

/// The field that holds the operation key.
const CLE: &str = "cle";
/// The kept answer says that it was done, whatever the page answers.
const FAIT: u16 = 200;

pub(crate) struct Formulaire {
    pub personne: Personne,
    pub base: Base,
    champs: Vec<(String, String)>,
    chemin: String,
}

impl Formulaire {
    /// The field, trimmed; empty when it is not there.
    pub(crate) fn champ(&self, nom: &'static str) -> &str {
        self.champs(nom).next().unwrap_or_default()
    }

    /// Every field of that name, in their order.
    pub(crate) fn champs(&self, nom: &'static str) -> impl Iterator<Item = &str> {
        self.champs.iter().filter(move |(n, _)| n == nom).map(|(_, v)| v.trim())
    }

    /// Does it in one transaction, once per key: what was done, now or before, and (now only) what
    /// to announce.
    pub(crate) async fn executer<B: Serialize + DeserializeOwned, S>(
        &self,
        action: impl AsyncFnOnce(&mut PgConnection, Operation) -> Result<(B, S), Erreur>,
    ) -> Result<(B, Option<S>), Erreur> {
        let cle = lire_cle(self.champ(CLE), &self.chemin, &json!(self.champs))?;
        let commande = Commande {
            auteur_id: Some(self.personne.id),
            role: self.personne.role,
            cle: Some(cle),
            chemin: self.chemin.clone(),
        };
        let (json, suite) = match une_fois::pas_a_pas(&self.base, &commande, FAIT, action).await? {
            Une::Faite(suite, json) => (json, Some(suite)),
            Une::Deja(reponse) => (reponse.json, None),
        };
        Ok((serde_json::from_str(&json).map_err(Erreur::interne)?, suite))
    }
}

impl FromRequest<Etat> for Formulaire {
    type Rejection = ErreurPage;

    async fn from_request(requete: Request, etat: &Etat) -> Result<Self, ErreurPage> {
        let (personne, chemin) = personne_et_chemin(&requete)?;
        let champs = champs::lire(requete, etat).await?;
        comptes::verifier_champs(&personne, &champs)?;
        Ok(Self { personne, base: etat.base.clone(), champs, chemin })
    }
}
