//! How PostgreSQL runs an import.

use sqlx::PgConnection;

use crate::platform::errors::Erreur;

/// A large file fills tables that were empty: a plan made then would be kept while they grow, so each
/// statement is planned anew. What takes long is not stuck: waiting for others has its own limit.
pub(crate) async fn preparer(c: &mut PgConnection) -> Result<(), Erreur> {
    sqlx::query!("set local plan_cache_mode = force_custom_plan").execute(&mut *c).await?;
    sqlx::query!("set local statement_timeout = 0").execute(c).await?;
    Ok(())
}
