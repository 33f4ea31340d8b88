//! Tablets of the kitchen, and the PIN of those who share one.
//!
//! - An admin enrols a tablet once, for one magasin: it keeps a device token in a cookie, we keep
//!   its SHA-256. Enrolling ends the admin's own session on it.
//! - On an enrolled tablet a person touches their name and types a PIN of 4 to 6 digits. The session
//!   is then that of an operateur, on the tablet's magasin alone, whoever it is: an admin types the
//!   password to be one.
//! - Wrong PINs are counted per tablet and person, like wrong passwords: after 5 in a row they wait.
//! - A revoked tablet, a deactivated person, a changed PIN, 12 hours without use end the session.

pub(crate) mod http;
mod page_admin;
mod page_pin;
mod page_tuiles;
mod pin;
mod sql;

use axum::Router;
use axum::http::HeaderMap;
use axum::routing::{get, post};
use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::identifier::cookie_nomme;
use super::{Personne, sessions};
use crate::platform::db::evenements::{self, Evenement};
use crate::platform::db::operations::Operation;
use crate::platform::errors::{Erreur, ErreurCritiqueMetier, si_unique};
use crate::platform::http::{Etat, Lecteur};

pub(crate) const COOKIE: &str = "delicego_tablette";
/// Browsers keep no cookie for longer; each visit gives it anew.
const DUREE_COOKIE_S: i64 = 400 * 24 * 3600;
const NOM_MAX: usize = 120;

/// An enrolled tablet, as the list shows it.
#[derive(Debug, Clone, serde::Serialize, utoipa::ToSchema)]
pub(crate) struct Tablette {
    pub id: Uuid,
    pub nom: String,
    pub magasin_id: Uuid,
    pub magasin_nom: String,
    pub enrolee_le: DateTime<Utc>,
    pub vue_le: DateTime<Utc>,
}

pub(crate) struct NouvelleTablette {
    pub nom: String,
    pub magasin_id: Uuid,
}

impl NouvelleTablette {
    pub(crate) fn lire(l: &Lecteur<'_>) -> Self {
        Self { nom: l.texte("nom", NOM_MAX), magasin_id: l.uuid("magasin_id") }
    }
}

/// For admins: the list, and enrolling.
pub(crate) fn pages_admin() -> Router<Etat> {
    Router::new()
        .route("/tablettes", get(page_admin::page).post(page_admin::enroler))
        .route("/tablettes/{id}/revoquer", post(page_admin::revoquer))
        .route("/tablettes/pin", post(page_admin::poser_pin))
        .route("/pin", get(page_pin::page).post(page_pin::changer))
}

/// For whoever stands before the tablet.
pub(crate) fn pages_publiques() -> Router<Etat> {
    Router::new()
        .route("/tablette", get(page_tuiles::tuiles))
        .route("/tablette/{id}", get(page_tuiles::clavier).post(page_tuiles::entrer))
}

/// Makes this browser that magasin's tablet; its token, told once and never kept.
async fn enroler(
    tx: &mut PgConnection,
    operation: Operation,
    (par, n): (&Personne, &NouvelleTablette),
) -> Result<String, Erreur> {
    let (jeton, empreinte) = sessions::nouveau_jeton()?;
    let id = Uuid::now_v7();
    sql::inserer(tx, (id, n, par.id), &empreinte).await.map_err(|e| {
        si_unique(e, "tablette_magasin_id_fkey", || {
            ErreurCritiqueMetier::introuvable("magasin_inconnu", "Ce magasin n'existe pas.")
        })
    })?;
    sql::revoquer_session(tx, par.session_id).await?;
    inscrire(tx, operation, (ENROLEE, id)).await?;
    tracing::info!(event = "tablette_enrolee", magasin_id = %n.magasin_id, utilisateur_id = %par.id);
    Ok(jeton)
}

async fn revoquer(tx: &mut PgConnection, operation: Operation, id: Uuid) -> Result<(), Erreur> {
    if !sql::revoquer(tx, id).await? {
        let detail = "Cette tablette n'existe pas ou est déjà révoquée.";
        return Err(ErreurCritiqueMetier::introuvable("tablette_inconnue", detail).into());
    }
    inscrire(tx, operation, (REVOQUEE, id)).await?;
    tracing::info!(event = "tablette_revoquee", tablette_id = %id);
    Ok(())
}

/// In the journal.
pub(crate) const ENROLEE: &str = "tablette_enrolee";
pub(crate) const REVOQUEE: &str = "tablette_revoquee";

async fn inscrire(
    tx: &mut PgConnection,
    operation: Operation,
    (nom, tablette_id): (&str, Uuid),
) -> Result<(), Erreur> {
    let donnees = json!({"tablette_id": tablette_id});
    let evenement = Evenement { magasin_id: None, nom, operation_id: operation.id, donnees };
    evenements::inscrire(tx, evenement).await
}

/// Which tablet this is, if it is one.
async fn trouver(c: &mut PgConnection, entetes: &HeaderMap) -> Result<Option<Tablette>, Erreur> {
    match jeton(entetes) {
        Some(jeton) => sql::trouver(c, &sessions::empreinte(jeton)).await,
        None => Ok(None),
    }
}

/// A tablet's token, good or not: it says where a person begins, never what they may do.
pub(crate) fn jeton(entetes: &HeaderMap) -> Option<&str> {
    cookie_nomme(entetes, COOKIE).filter(|j| j.len() == sessions::LONGUEUR_JETON)
}
