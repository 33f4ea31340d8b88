//! The SQL of books that wait for an answer.

use sqlx::PgConnection;
use uuid::Uuid;

use super::{EnQuestion, Repondue};
use crate::platform::errors::Erreur;

pub(crate) async fn inserer(
    c: &mut PgConnection,
    (id, par): (Uuid, Option<Uuid>),
    (nom, octets): (&str, &[u8]),
    (source, phrase): (&str, &str),
) -> Result<(), Erreur> {
    sqlx::query!(
        "insert into livre_en_question (id, nom_fichier, octets, source, phrase, par)
         values ($1, $2, $3, $4, $5, $6)",
        id,
        nom,
        octets,
        source,
        phrase,
        par
    )
    .execute(c)
    .await?;
    Ok(())
}

/// The newest twenty of the last thirty days, and a hundred megabytes.
pub(crate) async fn oublier_les_anciennes(c: &mut PgConnection) -> Result<(), Erreur> {
    sqlx::query!(
        "delete from livre_en_question where id in (
             select id from (
                 select id, cree_le, row_number() over w as rang,
                        sum(length(octets)) over w as somme
                   from livre_en_question window w as (order by cree_le desc, id desc)) q
              where rang > 20 or somme > 100 * 1024 * 1024
                 or cree_le < now() - interval '30 days')"
    )
    .execute(c)
    .await?;
    Ok(())
}

/// Those without an answer, the newest first.
pub(crate) async fn toutes(c: &mut PgConnection) -> Result<Vec<EnQuestion>, Erreur> {
    Ok(sqlx::query_as!(
        EnQuestion,
        r#"select q.id, q.nom_fichier as nom, q.phrase,
                  coalesce(u.nom_affiche, 'le système') as "par!"
             from livre_en_question q left join utilisateur u on u.id = q.par
            where (q.repondu_le is null or q.repondu_le < now() - interval '10 minutes')
              and q.cree_le > now() - interval '30 days'
            order by q.cree_le desc, q.id desc"#
    )
    .fetch_all(c)
    .await?)
}

pub(crate) async fn prendre(c: &mut PgConnection, id: Uuid) -> Result<Option<Repondue>, Erreur> {
    Ok(sqlx::query_as!(
        Repondue,
        "update livre_en_question set repondu_le = now()
          where id = $1 and (repondu_le is null or repondu_le < now() - interval '10 minutes')
        returning nom_fichier as nom, octets, source",
        id
    )
    .fetch_optional(c)
    .await?)
}

/// It was imported, or refused: there is nothing left to ask.
pub(crate) async fn finir(c: &mut PgConnection, id: Uuid) -> Result<(), Erreur> {
    sqlx::query!("delete from livre_en_question where id = $1", id).execute(c).await?;
    Ok(())
}

/// The import stopped, and not by a fault of the file: it is asked again.
pub(crate) async fn reposer(c: &mut PgConnection, id: Uuid) -> Result<(), Erreur> {
    sqlx::query!("update livre_en_question set repondu_le = null where id = $1", id)
        .execute(c)
        .await?;
    Ok(())
}
