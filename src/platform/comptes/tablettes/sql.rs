//! The SQL of tablets and PINs.

use sqlx::PgConnection;
use uuid::Uuid;

use super::{NouvelleTablette, Tablette};
use crate::platform::comptes::Role;
use crate::platform::errors::Erreur;

pub(crate) async fn inserer(
    c: &mut PgConnection,
    (id, n, par): (Uuid, &NouvelleTablette, Uuid),
    empreinte: &[u8],
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into tablette (id, magasin_id, nom, jeton_sha256, enrolee_par)
         values ($1, $2, $3, $4, $5)",
        id,
        n.magasin_id,
        n.nom,
        empreinte,
        par
    )
    .execute(c)
    .await?;
    Ok(())
}

pub(crate) async fn revoquer_session(c: &mut PgConnection, id: Uuid) -> Result<(), Erreur> {
    sqlx::query!("update session set revoquee_le = now() where id = $1", id).execute(c).await?;
    Ok(())
}

pub(crate) async fn revoquer(c: &mut PgConnection, id: Uuid) -> Result<bool, Erreur> {
    let faite = sqlx::query!(
        "update tablette set revoquee_le = now() where id = $1 and revoquee_le is null",
        id
    )
    .execute(c)
    .await?;
    Ok(faite.rows_affected() == 1)
}

/// Also notes that it was seen, now and then.
pub(crate) async fn trouver(
    c: &mut PgConnection,
    empreinte: &[u8],
) -> Result<Option<Tablette>, Erreur> {
    let trouvee = sqlx::query_as!(
        Tablette,
        "select t.id, t.nom, t.magasin_id, m.nom as magasin_nom, t.enrolee_le, t.vue_le
           from tablette t join magasin m on m.id = t.magasin_id
          where t.jeton_sha256 = $1 and t.revoquee_le is null",
        empreinte
    )
    .fetch_optional(&mut *c)
    .await?;
    if let Some(t) = &trouvee {
        sqlx::query!(
            "update tablette set vue_le = now()
              where id = $1 and vue_le < now() - interval '5 minutes'",
            t.id
        )
        .execute(c)
        .await?;
    }
    Ok(trouvee)
}

pub(crate) async fn tablettes(c: &mut PgConnection) -> Result<Vec<Tablette>, Erreur> {
    Ok(sqlx::query_as!(
        Tablette,
        "select t.id, t.nom, t.magasin_id, m.nom as magasin_nom, t.enrolee_le, t.vue_le
           from tablette t join magasin m on m.id = t.magasin_id
          where t.revoquee_le is null order by m.nom, t.nom, t.id limit 1000"
    )
    .fetch_all(c)
    .await?)
}

/// The magasins a tablet may be enrolled for.
pub(crate) async fn magasins(c: &mut PgConnection) -> Result<Vec<(Uuid, String)>, Erreur> {
    let lus = sqlx::query!("select id, nom from magasin order by nom, id limit 1000");
    Ok(lus.fetch_all(c).await?.into_iter().map(|m| (m.id, m.nom)).collect())
}

/// Somebody who may stand before a tablet.
pub(crate) struct Operateur {
    pub id: Uuid,
    pub nom: String,
    pub email: String,
    pub role: Role,
    pub a_un_pin: bool,
}

/// Active people, by name; `seul` is one of them.
pub(crate) async fn operateurs(
    c: &mut PgConnection,
    seul: Option<Uuid>,
) -> Result<Vec<Operateur>, Erreur> {
    let lus = sqlx::query!(
        r#"select id, nom_affiche, email, role, pin is not null as "a_un_pin!"
             from utilisateur where actif and ($1::uuid is null or id = $1)
            order by lower(nom_affiche), id limit 1000"#,
        seul
    );
    let lus = lus.fetch_all(c).await?.into_iter();
    Ok(lus
        .filter_map(|u| {
            let role = Role::lire(&u.role)?;
            Some(Operateur {
                id: u.id,
                nom: u.nom_affiche,
                email: u.email,
                role,
                a_un_pin: u.a_un_pin,
            })
        })
        .collect())
}

pub(crate) async fn pin(c: &mut PgConnection, utilisateur: Uuid) -> Result<Option<String>, Erreur> {
    let lu =
        sqlx::query_scalar!("select pin from utilisateur where id = $1 and actif", utilisateur);
    Ok(lu.fetch_optional(c).await?.flatten())
}

pub(crate) async fn changer_pin(
    c: &mut PgConnection,
    utilisateur: Uuid,
    hache: Option<&str>,
) -> Result<bool, Erreur> {
    let faite = sqlx::query!("update utilisateur set pin = $2 where id = $1", utilisateur, hache)
        .execute(c)
        .await?;
    Ok(faite.rows_affected() == 1)
}

pub(crate) async fn fermer_sessions_de_tablette(
    c: &mut PgConnection,
    utilisateur: Uuid,
) -> Result<(), Erreur> {
    sqlx::query!(
        "update session set revoquee_le = now()
          where utilisateur_id = $1 and tablette_id is not null and revoquee_le is null",
        utilisateur
    )
    .execute(c)
    .await?;
    Ok(())
}
