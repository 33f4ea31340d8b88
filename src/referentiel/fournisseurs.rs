//! Suppliers.

use serde::Serialize;
use sqlx::PgConnection;
use uuid::Uuid;

use super::sql;
use crate::platform::errors::{Erreur, ErreurCritiqueMetier};
use crate::platform::http::{Lecteur, Liste, Page};

#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub(crate) struct Fournisseur {
    pub id: Uuid,
    pub nom: String,
}

#[derive(utoipa::ToSchema)]
pub(crate) struct NouveauFournisseur {
    pub nom: String,
}

impl NouveauFournisseur {
    pub(crate) fn lire(l: &Lecteur<'_>) -> Self {
        Self { nom: l.texte("nom", 200) }
    }
}

pub(crate) async fn creer(
    tx: &mut PgConnection,
    n: NouveauFournisseur,
) -> Result<Fournisseur, Erreur> {
    let fournisseur = Fournisseur { id: Uuid::now_v7(), nom: n.nom };
    sql::inserer_fournisseur(tx, &fournisseur).await?;
    Ok(fournisseur)
}

pub(crate) async fn lister(c: &mut PgConnection, page: Page) -> Result<Liste<Fournisseur>, Erreur> {
    let lus = sql::fournisseurs(c, page).await?;
    Ok(Liste::couper(lus, page.limite, |f| f.id.to_string()))
}

/// 404 `fournisseur_inconnu`.
pub(crate) async fn verifier(c: &mut PgConnection, id: Uuid) -> Result<(), Erreur> {
    if sql::fournisseur_existe(c, id).await? {
        return Ok(());
    }
    let detail = "Ce fournisseur n'existe pas.";
    Err(ErreurCritiqueMetier::introuvable("fournisseur_inconnu", detail).into())
}
