//! The SQL of labels that are ignored.

use sqlx::PgConnection;
use uuid::Uuid;

use super::AIgnorer;
use crate::platform::errors::Erreur;

/// The id of what ignores it, from now on or already.
pub(crate) async fn ignorer(c: &mut PgConnection, a: &AIgnorer, cle: &str) -> Result<Uuid, Erreur> {
    Ok(sqlx::query_scalar!(
        "insert into libelle_ignore (id, libelle, cle, sans_quantite) values ($1, $2, $3, $4)
         on conflict (cle, sans_quantite) where actif do update set libelle = excluded.libelle
         returning id",
        Uuid::now_v7(),
        a.libelle,
        cle,
        a.sans_quantite
    )
    .fetch_one(c)
    .await?)
}

/// Its label's key; none when it was not ignored.
pub(crate) async fn reprendre_en_compte(
    c: &mut PgConnection,
    id: Uuid,
) -> Result<Option<String>, Erreur> {
    Ok(sqlx::query_scalar!(
        "update libelle_ignore set actif = false where id = $1 and actif returning cle",
        id
    )
    .fetch_optional(c)
    .await?)
}

/// What ignored it until now.
pub(crate) async fn ne_plus_ignorer(c: &mut PgConnection, cle: &str) -> Result<Vec<Uuid>, Erreur> {
    Ok(sqlx::query_scalar!(
        "update libelle_ignore set actif = false where cle = $1 and actif returning id",
        cle
    )
    .fetch_all(c)
    .await?)
}

/// Notes that these gave way to that alias.
pub(crate) async fn remplacer(c: &mut PgConnection, ids: &[Uuid], par: Uuid) -> Result<(), Erreur> {
    if ids.is_empty() {
        return Ok(());
    }
    sqlx::query!("update libelle_ignore set remplace_par = $2 where id = any($1)", ids, par)
        .execute(c)
        .await?;
    Ok(())
}

/// What gave way to that alias ignores again, unless something does already.
pub(crate) async fn retablir(c: &mut PgConnection, par: Uuid) -> Result<(), Erreur> {
    sqlx::query!(
        "update libelle_ignore set actif = true, remplace_par = null
          where id in (
                select distinct on (r.cle, r.sans_quantite) r.id from libelle_ignore r
                 where r.remplace_par = $1 and not r.actif
                   and not exists (select from libelle_ignore i
                                    where i.actif and i.cle = r.cle
                                      and i.sans_quantite = r.sans_quantite)
                 order by r.cle, r.sans_quantite, r.cree_le desc, r.id desc)",
        par
    )
    .execute(c)
    .await?;
    Ok(())
}
