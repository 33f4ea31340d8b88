//! Heals a swap that died between closing the live database and renaming it.
//!
//! Only what a swap of ours has closed is opened: its mark says so. A database that somebody
//! closed on purpose stays closed.

use std::time::Duration;

use sqlx::ConnectOptions;
use sqlx::postgres::{PgConnectOptions, PgConnection};

use super::super::cible::{ENTRETIEN, ENTRETIEN_SINON};
use super::super::verrous::{Genre, est_libre};
use super::marque::{Marque, commentaire_propre};
use super::sql::{self, BaseConnue};
use crate::platform::cluster;
use crate::platform::config::BaseVisee;
use crate::platform::db::Base;
use crate::platform::issue::Echec;

const PERIODE: Duration = Duration::from_millis(500);
const CONNEXION: Duration = Duration::from_secs(5);
/// Of half a second each.
const ESSAIS: u32 = 10;
/// Not open to anybody.
const FERMEE: &str = "55000";

/// For who holds the lock.
pub(crate) async fn sous_verrou(c: &mut PgConnection, base: &str) -> Result<bool, Echec> {
    let trouvee = interrompue(c, base).await?;
    achever(c, base, trouvee).await
}

/// While a restore is at work it may be just there.
pub(crate) async fn si_libre(c: &mut PgConnection, base: &str) -> Result<bool, Echec> {
    match interrompue(c, base).await? {
        Some(_) if !est_libre(c, base, Genre::Restauration).await? => Ok(false),
        trouvee => achever(c, base, trouvee).await,
    }
}

/// For a server: opens its database again as often as a dead swap left it closed.
pub(crate) async fn veiller(base: Base, visee: BaseVisee) {
    loop {
        if !base.repond() {
            tenter(&base, &visee).await;
        }
        tokio::time::sleep(PERIODE).await;
    }
}

/// The same for any command, before its first question is asked. A swap that is alive is soon over.
pub(crate) async fn au_demarrage(base: &Base, visee: &BaseVisee) {
    for _ in 0..ESSAIS {
        match tenter(base, visee).await {
            Some(true) => {}
            Some(false) if base.repond() => return,
            // Open again, and not yet known to be.
            Some(false) => {}
            None => return,
        }
        tokio::time::sleep(PERIODE).await;
    }
}

/// Is the database closed by a swap, or was it until now? None when nobody can say.
async fn tenter(base: &Base, visee: &BaseVisee) -> Option<bool> {
    let issue = tokio::time::timeout(CONNEXION, regarder(base.options(), visee)).await;
    match issue.ok()? {
        Ok(fermee) => Some(fermee),
        Err(echec) => {
            tracing::debug!(err = echec.phrase, "pas de guérison");
            None
        }
    }
}

async fn regarder(options: &PgConnectOptions, visee: &BaseVisee) -> Result<bool, Echec> {
    match options.connect().await {
        Ok(_) => return Ok(false),
        Err(sqlx::Error::Database(e)) if e.code().as_deref() == Some(FERMEE) => {}
        Err(e) => return Err(super::super::sql::echec(e)),
    }
    let nom = options.get_database().unwrap_or(options.get_username()).to_owned();
    let administrateur = match visee {
        BaseVisee::Embarquee(_) => options.clone().username(cluster::SUPERUTILISATEUR),
        BaseVisee::Serveur(_) => options.clone(),
    };
    let mut c = match administrateur.clone().database(ENTRETIEN).connect().await {
        Ok(c) => c,
        Err(refus) => {
            let sinon = administrateur.database(ENTRETIEN_SINON).connect().await;
            sinon.map_err(|_| super::super::sql::echec(refus))?
        }
    };
    if interrompue(&mut c, &nom).await?.is_none() {
        return Err(super::echec("fermée par quelqu'un d'autre"));
    }
    si_libre(&mut c, &nom).await.map(|_| true)
}

/// The database, if a swap closed it and it is closed still.
async fn interrompue(c: &mut PgConnection, base: &str) -> Result<Option<BaseConnue>, Echec> {
    let bases = sql::bases(c).await?;
    Ok(bases.into_iter().find(|b| {
        let marque = Marque::lire(b.commentaire.as_deref());
        b.nom == base && !b.ouverte && matches!(marque, Some(Marque::Bascule { .. }))
    }))
}

async fn achever(
    c: &mut PgConnection,
    base: &str,
    trouvee: Option<BaseConnue>,
) -> Result<bool, Echec> {
    let Some(morte) = trouvee else { return Ok(false) };
    rouvrir(c, base, morte.commentaire.as_deref()).await?;
    let dit =
        "Une restauration interrompue avait laissé la base fermée : elle est rouverte, inchangée.";
    tracing::warn!(event = "restore_guerie", base, "{dit}");
    Ok(true)
}

pub(crate) async fn rouvrir(
    c: &mut PgConnection,
    base: &str,
    commentaire: Option<&str>,
) -> Result<(), Echec> {
    let commentaire = commentaire_propre(commentaire.map(str::to_owned));
    let ordres: [(&str, &[Option<&str>]); 2] = [
        ("comment on database %I is %L", &[Some(base), commentaire.as_deref()]),
        ("alter database %I allow_connections true", &[Some(base)]),
    ];
    sql::ordonner_ensemble(c, &ordres).await
}
