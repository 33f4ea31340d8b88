//! The SQL of other names.

use sqlx::PgConnection;
use uuid::Uuid;

use super::Alias;
use crate::platform::errors::Erreur;
use crate::platform::http::Page;
use crate::referentiel::sql::nom_pris;

pub(crate) async fn inserer(c: &mut PgConnection, a: &Alias) -> Result<(), Erreur> {
    sqlx::query!(
        "insert into ingredient_alias (id, alias, article_id) values ($1, $2, $3)",
        a.id,
        a.alias,
        a.ingredient_id
    )
    .execute(c)
    .await
    .map_err(|e| nom_pris(e, "ingredient_alias_alias", "un autre alias", &a.alias))?;
    Ok(())
}

pub(crate) async fn lister(c: &mut PgConnection, page: Page) -> Result<Vec<Alias>, Erreur> {
    Ok(sqlx::query_as!(
        Alias,
        "select id, alias, article_id as ingredient_id from ingredient_alias
          where actif and ($1::uuid is null or id > $1) order by id limit $2",
        page.apres,
        page.a_lire()
    )
    .fetch_all(c)
    .await?)
}

pub(crate) async fn actifs(c: &mut PgConnection) -> Result<Vec<Alias>, Erreur> {
    Ok(sqlx::query_as!(
        Alias,
        "select id, alias, article_id as ingredient_id from ingredient_alias where actif"
    )
    .fetch_all(c)
    .await?)
}

pub(crate) async fn desactiver(c: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<Alias>, Erreur> {
    Ok(sqlx::query_as!(
        Alias,
        "update ingredient_alias set actif = false where id = any($1) and actif
         returning id, alias, article_id as ingredient_id",
        ids
    )
    .fetch_all(c)
    .await?)
}

pub(crate) async fn remplacer(c: &mut PgConnection, ids: &[Uuid], par: Uuid) -> Result<(), Erreur> {
    sqlx::query!("update ingredient_alias set remplace_par = $2 where id = any($1)", ids, par)
        .execute(c)
        .await?;
    Ok(())
}

/// Of two with one name, the newer.
pub(crate) async fn retablir(c: &mut PgConnection, par: Uuid) -> Result<(), Erreur> {
    sqlx::query!(
        "update ingredient_alias set actif = true, remplace_par = null
          where id in (
                select distinct on (lower(r.alias)) r.id from ingredient_alias r
                 where r.remplace_par = $1 and not r.actif
                   and not exists (select from ingredient_alias a
                                    where a.actif and lower(a.alias) = lower(r.alias))
                 order by lower(r.alias), r.cree_le desc, r.id desc)",
        par
    )
    .execute(c)
    .await?;
    Ok(())
}
