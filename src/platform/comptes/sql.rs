//! The SQL of people and sessions.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::utilisateurs::Utilisateur;
use super::{Personne, Role};
use crate::platform::errors::Erreur;

pub(crate) struct Identifiants {
    pub id: Uuid,
    pub mot_de_passe: String,
    pub actif: bool,
}

pub(crate) async fn identifiants(
    c: &mut PgConnection,
    email: &str,
) -> Result<Option<Identifiants>, Erreur> {
    Ok(sqlx::query_as!(
        Identifiants,
        "select id, mot_de_passe, actif from utilisateur where email = $1",
        email
    )
    .fetch_optional(c)
    .await?)
}

/// Counts a try as failed before it is judged, so that many at once do not all pass; false while
/// the e-mail is locked.
pub(crate) async fn compter_tentative(c: &mut PgConnection, cle: &str) -> Result<bool, Erreur> {
    let comptee = sqlx::query!(
        "insert into tentative_connexion as t (cle, echecs) values ($1, 1)
         on conflict (cle) do update set
           echecs = case when t.vue_le < now() - interval '1 day' then 1 else t.echecs + 1 end,
           bloque_jusqua = case when t.echecs >= 4 and t.vue_le >= now() - interval '1 day'
             then now() + least(3600, 30 * 2 ^ least(t.echecs - 4, 10)) * interval '1 second' end,
           vue_le = now()
         where t.bloque_jusqua is null or t.bloque_jusqua <= now()",
        cle
    )
    .execute(c)
    .await?;
    Ok(comptee.rows_affected() == 1)
}

/// Seconds until the next try is looked at.
pub(crate) async fn attente(c: &mut PgConnection, cle: &str) -> Result<i64, Erreur> {
    let secondes = sqlx::query_scalar!(
        r#"select greatest(1, ceil(extract(epoch from bloque_jusqua - now())))::bigint as "s!"
             from tentative_connexion where cle = $1"#,
        cle
    )
    .fetch_optional(c)
    .await?;
    Ok(secondes.unwrap_or(1))
}

pub(crate) async fn oublier_tentatives(c: &mut PgConnection, cle: &str) -> Result<(), Erreur> {
    sqlx::query!("delete from tentative_connexion where cle = $1", cle).execute(c).await?;
    Ok(())
}

/// Forgets e-mails nobody tried for a day.
pub(crate) async fn purger_tentatives(c: &mut PgConnection) -> Result<(), Erreur> {
    sqlx::query!("delete from tentative_connexion where vue_le < now() - interval '1 day'")
        .execute(c)
        .await?;
    Ok(())
}

pub(crate) struct NouvelleSession<'a> {
    pub jeton_sha256: &'a [u8],
    pub utilisateur_id: Uuid,
    pub nature: &'a str,
    pub agent: &'a str,
    pub expire_le: DateTime<Utc>,
    pub tablette_id: Option<Uuid>,
}

pub(crate) async fn ouvrir_session(
    c: &mut PgConnection,
    s: NouvelleSession<'_>,
) -> Result<(), Erreur> {
    sqlx::query!(
        "insert into session
           (id, jeton_sha256, utilisateur_id, nature, agent, expire_le, tablette_id)
         values ($1, $2, $3, $4, $5, $6, $7)",
        Uuid::now_v7(),
        s.jeton_sha256,
        s.utilisateur_id,
        s.nature,
        s.agent,
        s.expire_le,
        s.tablette_id
    )
    .execute(c)
    .await?;
    Ok(())
}

pub(crate) struct SessionLue {
    pub personne: Personne,
    /// `api` or `web`.
    pub nature: String,
    /// Not seen for over five minutes: worth a write.
    pub a_noter: bool,
}

pub(crate) async fn session(
    c: &mut PgConnection,
    sha: &[u8],
) -> Result<Option<SessionLue>, Erreur> {
    let ligne = sqlx::query!(
        r#"select s.id as session_id, s.nature, u.id, u.email, u.nom_affiche, u.role,
                  s.vue_le < now() - interval '5 minutes' as "a_noter!",
                  t.magasin_id as "magasin_id?"
             from session s join utilisateur u on u.id = s.utilisateur_id
                  left join tablette t on t.id = s.tablette_id
            where s.jeton_sha256 = $1 and s.revoquee_le is null and s.expire_le > now()
              and u.actif
              and (s.tablette_id is null
                   or (t.revoquee_le is null and s.vue_le > now() - interval '12 hours'))"#,
        sha
    )
    .fetch_optional(c)
    .await?;
    Ok(ligne.and_then(|l| {
        // By PIN everybody is an operateur.
        let role = if l.magasin_id.is_some() { Role::Operateur } else { Role::lire(&l.role)? };
        let personne = Personne {
            id: l.id,
            email: l.email,
            nom_affiche: l.nom_affiche,
            role,
            session_id: l.session_id,
            magasin_id: l.magasin_id,
        };
        Some(SessionLue { personne, nature: l.nature, a_noter: l.a_noter })
    }))
}

pub(crate) async fn session_ouverte(c: &mut PgConnection, id: Uuid) -> Result<bool, Erreur> {
    Ok(sqlx::query_scalar!(
        r#"select exists (
             select from session s join utilisateur u on u.id = s.utilisateur_id
                    left join tablette t on t.id = s.tablette_id
              where s.id = $1 and s.revoquee_le is null and s.expire_le > now() and u.actif
                and (s.tablette_id is null
                     or (t.revoquee_le is null and s.vue_le > now() - interval '12 hours'))
           ) as "ouverte!""#,
        id
    )
    .fetch_one(c)
    .await?)
}

pub(crate) async fn noter_session(c: &mut PgConnection, id: Uuid) -> Result<(), Erreur> {
    sqlx::query!("update session set vue_le = now() where id = $1", id).execute(c).await?;
    Ok(())
}

/// An open session as its owner sees it; the token itself is nowhere kept.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub(crate) struct SessionOuverte {
    pub id: Uuid,
    /// `api` ou `web`.
    pub nature: String,
    /// Le programme ou le navigateur qui l'a ouverte, comme il se nomme.
    pub agent: String,
    pub cree_le: DateTime<Utc>,
    pub vue_le: DateTime<Utc>,
    pub expire_le: DateTime<Utc>,
}

pub(crate) async fn sessions_de(
    c: &mut PgConnection,
    utilisateur: Uuid,
) -> Result<Vec<SessionOuverte>, Erreur> {
    Ok(sqlx::query_as!(
        SessionOuverte,
        "select id, nature, agent, cree_le, vue_le, expire_le from session
          where utilisateur_id = $1 and revoquee_le is null and expire_le > now()
          order by cree_le desc limit 1000",
        utilisateur
    )
    .fetch_all(c)
    .await?)
}

/// Revokes one session of a person, or all of them; says how many.
pub(crate) async fn revoquer(
    c: &mut PgConnection,
    utilisateur: Uuid,
    session: Option<Uuid>,
) -> Result<u64, Erreur> {
    let faites = sqlx::query!(
        "update session set revoquee_le = now()
          where utilisateur_id = $1 and ($2::uuid is null or id = $2) and revoquee_le is null",
        utilisateur,
        session
    )
    .execute(c)
    .await?;
    Ok(faites.rows_affected())
}

pub(crate) struct LigneUtilisateur<'a> {
    pub id: Uuid,
    pub email: &'a str,
    pub nom_affiche: &'a str,
    pub role: Role,
    pub mot_de_passe: &'a str,
    pub demo: bool,
}

pub(crate) async fn inserer_utilisateur(
    c: &mut PgConnection,
    u: LigneUtilisateur<'_>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into utilisateur (id, email, nom_affiche, role, mot_de_passe, demo)
         values ($1, $2, $3, $4, $5, $6)",
        u.id,
        u.email,
        u.nom_affiche,
        u.role.code(),
        u.mot_de_passe,
        u.demo
    )
    .execute(c)
    .await?;
    Ok(())
}

pub(crate) async fn utilisateurs(
    c: &mut PgConnection,
    apres: Option<Uuid>,
    combien: i64,
) -> Result<Vec<Utilisateur>, Erreur> {
    let lignes = sqlx::query!(
        "select id, email, nom_affiche, role, actif from utilisateur
          where ($1::uuid is null or id > $1) order by id limit $2",
        apres,
        combien
    )
    .fetch_all(c)
    .await?;
    Ok(lignes
        .into_iter()
        .map(|l| Utilisateur {
            id: l.id,
            email: l.email,
            nom_affiche: l.nom_affiche,
            actif: l.actif,
            roles: Role::lire(&l.role).into_iter().collect(),
        })
        .collect())
}

pub(crate) async fn changer_mot_de_passe(
    c: &mut PgConnection,
    email: &str,
    hache: &str,
) -> Result<Option<(Uuid, bool)>, Erreur> {
    let change = sqlx::query!(
        "update utilisateur set mot_de_passe = $2 where email = $1 returning id, actif",
        email,
        hache
    )
    .fetch_optional(c)
    .await?;
    Ok(change.map(|u| (u.id, u.actif)))
}

/// The active admins, whom nobody else changes meanwhile.
pub(crate) async fn admins_tenus(c: &mut PgConnection) -> Result<Vec<Uuid>, Erreur> {
    Ok(sqlx::query_scalar!(
        "select id from utilisateur where role = 'admin' and actif order by id for update"
    )
    .fetch_all(c)
    .await?)
}

pub(crate) async fn activer(c: &mut PgConnection, id: Uuid, actif: bool) -> Result<bool, Erreur> {
    let faite = sqlx::query!("update utilisateur set actif = $2 where id = $1", id, actif)
        .execute(c)
        .await?;
    Ok(faite.rows_affected() == 1)
}
