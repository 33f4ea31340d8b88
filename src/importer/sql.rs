//! How PostgreSQL runs an import.

use sqlx::PgConnection;

use crate::platform::errors::Erreur;

/// A large file fills tables that nobody has counted yet: a plan made while they were empty is kept
/// while they grow, and must not be one that reads all of them for each row. What takes long is not
/// stuck: waiting for others has its own limit.
pub(crate) async fn preparer(c: &mut PgConnection) -> Result<(), Erreur> {
    sqlx::query!("set local enable_seqscan = off").execute(&mut *c).await?;
    sqlx::query!("set local statement_timeout = 0").execute(c).await?;
    Ok(())
}
