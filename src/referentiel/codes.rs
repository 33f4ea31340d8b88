//! Which menu a code on a package means, and which article that is.

use sqlx::PgConnection;
use uuid::Uuid;

use super::sql;
use crate::domaine::gencode::{self, MotifPoids, Pese};
use crate::domaine::gs1::CodeLu;
use crate::platform::errors::Erreur;

/// What the recipe of that menu makes.
#[derive(Debug)]
pub(crate) struct ArticleDuCode {
    pub id: Uuid,
    pub nom: String,
    /// As a menu of the magasin bears it (`menu.gencode_cle`).
    pub cle: String,
}

/// The magasin's own menu comes before one that belongs to all; a number before what the pattern of
/// weights makes of it.
pub(crate) async fn article(
    c: &mut PgConnection,
    magasin_id: Uuid,
    lu: &CodeLu,
) -> Result<Option<ArticleDuCode>, Erreur> {
    let Some(gencode) = &lu.gencode else { return Ok(None) };
    let cles = [gencode::cle(gencode)];
    if let Some(trouve) = sql::article_du_code(c, magasin_id, (&cles, "")).await? {
        return Ok(Some(trouve));
    }
    match pese(c, gencode).await? {
        Some(p) => sql::article_du_code(c, magasin_id, (&[p.article], &p.semblables)).await,
        None => Ok(None),
    }
}

/// What the chain's pattern of weights says of that number.
pub(crate) async fn pese(c: &mut PgConnection, gencode: &str) -> Result<Option<Pese>, Erreur> {
    if !gencode.starts_with("02") && !gencode.starts_with('2') {
        return Ok(None);
    }
    let motif = sql::motif_poids(c).await?;
    Ok(motif.as_deref().and_then(MotifPoids::lire).and_then(|m| m.reconnaitre(gencode)))
}
