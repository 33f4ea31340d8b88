//! The swap of two databases by their names.
//!
//! 1. Who is connected and cannot be sent away is waited for before anything is closed
//!    (`occupants::Attente`). The one that comes in is emptied of people first: nobody notices.
//! 2. The live one is closed, and marked in the same commit: whoever finds it closed later knows
//!    that a swap died (see `guerir`).
//! 3. Both renames, the marks and the opening are one commit: there is no state in between.
//! 4. Whatever fails before that commit, the live one is opened again.

use std::time::{Duration, Instant};

use chrono::Utc;
use sqlx::postgres::PgConnection;

use super::super::cible::Cible;
use super::marque::{Marque, Remplacee, commentaire_propre};
use super::sql::{self, BaseConnue};
use super::{echec, guerir, occupants};
use crate::platform::issue::Echec;

pub(crate) struct Bascule<'a> {
    pub cible: &'a Cible,
    /// The name to take.
    pub base: &'a str,
    pub entrante: &'a str,
    /// What stands under that name now.
    pub vivante: Option<&'a BaseConnue>,
    /// The name under which it is kept, and until when.
    pub gardee: &'a str,
    pub marque: Remplacee,
    /// What to note on the one that comes in, beside the comment that stands there.
    pub essai: Option<String>,
}

/// Nobody is waiting for the one that comes in.
const CALME: Duration = Duration::from_secs(30);
/// Requests fail meanwhile: rather none of this than a long one of it.
const DEPART: Duration = Duration::from_secs(3);
const RETOUR: Duration = Duration::from_millis(500);
const RETOURS: u32 = 30;

/// How a swap went that did not fail.
pub(crate) enum Issue {
    /// And how long connections were refused.
    Faite(Duration),
    /// Somebody came in meanwhile whom this account may not send away, as a sentence. The live one
    /// is open and untouched, the one that was to come in is closed.
    Genee(String),
}

/// `c` holds the lock: nobody heals before it is at its end.
pub(crate) async fn basculer(b: &Bascule<'_>, c: &mut PgConnection) -> Result<Issue, Echec> {
    sql::ne_pas_attendre(c).await?;
    let fermer: &[Option<&str>] = &[Some(b.entrante)];
    sql::ordonner(c, "alter database %I allow_connections false", fermer).await?;
    if let Some(genants) = occupants::vider(c, b.entrante, CALME).await? {
        return Ok(Issue::Genee(genants));
    }
    let debut = Instant::now();
    let Some(vivante) = b.vivante else {
        prendre_le_nom(c, b, None).await?;
        return Ok(Issue::Faite(debut.elapsed()));
    };
    match echanger(c, b, vivante).await {
        Ok(None) => Ok(Issue::Faite(debut.elapsed())),
        Ok(Some(genants)) => revenir(b, vivante, debut, Ok(genants)).await,
        Err(erreur) => revenir(b, vivante, debut, Err(erreur)).await,
    }
}

async fn echanger(
    c: &mut PgConnection,
    b: &Bascule<'_>,
    vivante: &BaseConnue,
) -> Result<Option<String>, Echec> {
    let commentaire = commentaire_propre(vivante.commentaire.clone());
    let marque = Marque::Bascule { le: Utc::now(), commentaire: commentaire.clone() }.texte();
    let fermer: [(&str, &[Option<&str>]); 2] = [
        ("comment on database %I is %L", &[Some(b.base), Some(&marque)]),
        ("alter database %I allow_connections false", &[Some(b.base)]),
    ];
    sql::ordonner_ensemble(c, &fermer).await?;
    if let Some(genants) = occupants::vider(c, b.base, DEPART).await? {
        return Ok(Some(genants));
    }
    match prendre_le_nom(c, b, Some((vivante, commentaire))).await {
        Ok(()) => Ok(None),
        // What PostgreSQL saw in its way has a name.
        Err(erreur) => occupants::restants(c, b.base).await?.map_or(Err(erreur), |r| Ok(Some(r))),
    }
}

async fn prendre_le_nom(
    c: &mut PgConnection,
    b: &Bascule<'_>,
    vivante: Option<(&BaseConnue, Option<String>)>,
) -> Result<(), Echec> {
    let (base, entrante, gardee) = (Some(b.base), Some(b.entrante), Some(b.gardee));
    let (limite, commentaire) = vivante.as_ref().map_or((-1, None), |(v, c)| (v.limite, c.clone()));
    let commentaire = match &b.essai {
        None => commentaire,
        Some(par) => {
            let (le, par) = (b.marque.le, par.clone());
            Some(Marque::Essai { le, par, commentaire }.texte())
        }
    };
    let marque = Marque::Remplacee(b.marque.clone()).texte();
    let limiter = format!("alter database %I connection limit {limite}");
    let ecarter: [&[Option<&str>]; 2] = [&[base, gardee], &[gardee, Some(&marque)]];
    let prendre: [&[Option<&str>]; 3] =
        [&[entrante, base], &[base, commentaire.as_deref()], &[base]];
    let mut ordres = Vec::new();
    if vivante.is_some() {
        ordres.push(("alter database %I rename to %I", ecarter[0]));
        ordres.push(("comment on database %I is %L", ecarter[1]));
    }
    ordres.push(("alter database %I rename to %I", prendre[0]));
    ordres.push(("comment on database %I is %L", prendre[1]));
    ordres.push((limiter.as_str(), prendre[2]));
    ordres.push(("alter database %I allow_connections true", prendre[2]));
    sql::ordonner_ensemble(c, &ordres).await
}

/// The swap did not say that it was done. It may be done all the same, when the server was lost at
/// the very end; else the live database is opened again.
async fn revenir(
    b: &Bascule<'_>,
    vivante: &BaseConnue,
    debut: Instant,
    pourquoi: Result<String, Echec>,
) -> Result<Issue, Echec> {
    for _ in 0..RETOURS {
        if let Ok(fait) = constater(b, vivante).await {
            return if fait {
                Ok(Issue::Faite(debut.elapsed()))
            } else {
                pourquoi.map(Issue::Genee)
            };
        }
        tokio::time::sleep(RETOUR).await;
    }
    Err(echec(format!(
        "{} La base « {} » est encore fermée : le serveur la rouvrira de lui-même, ou la prochaine \
         commande delicego.",
        pourquoi.unwrap_or_else(|e| e.phrase),
        b.base
    )))
}

async fn constater(b: &Bascule<'_>, vivante: &BaseConnue) -> Result<bool, Echec> {
    let mut c = b.cible.administrer().await?;
    let bases = sql::bases(&mut c).await?;
    if !bases.iter().any(|x| x.nom == b.entrante) {
        return Ok(true);
    }
    // Refused before anything was closed: nothing is to be opened.
    let marquee = |x: &&BaseConnue| x.nom == b.base;
    if bases.iter().find(marquee).is_some_and(|x| x.ouverte) {
        return Ok(false);
    }
    guerir::rouvrir(&mut c, b.base, vivante.commentaire.as_deref()).await?;
    Ok(false)
}
