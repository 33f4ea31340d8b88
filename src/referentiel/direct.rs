//! The changes of a magasin, live: server-sent events, for screens that show its day.
//!
//! - One event at once, then one after every change, those of one moment as one. It says that
//!   something changed, not what: the screen reads anew.
//! - It holds no connection of the pool, and ends with the server, or with the session, which is
//!   looked at again now and then.

use std::convert::Infallible;
use std::time::Duration;

use axum::Extension;
use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use tokio::sync::watch;
use tokio::time::{Instant, Interval, interval_at};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::magasins;
use crate::platform::comptes::{self, Personne};
use crate::platform::db::Base;
use crate::platform::errors::Erreur;
use crate::platform::http::{Etat, Requete};

/// A silent connection is taken for a dead one by some proxies.
const SIGNE_DE_VIE: Duration = Duration::from_secs(15);
const REVUE: Duration = Duration::from_secs(20);
/// How soon a browser tries again after the end.
const RETOUR: Duration = Duration::from_secs(1);

pub(crate) fn routes() -> OpenApiRouter<Etat> {
    OpenApiRouter::new().routes(routes!(suivre))
}

/// Les changements d'un magasin, en direct.
///
/// Un événement `change` tout de suite, puis un à chaque changement : l'écran relit alors ce
/// qu'il montre.
#[utoipa::path(get, path = "/api/interne/production-preparation/direct", tag = "Production",
    params(("magasin_id" = Uuid, Query)),
    responses((status = 200, content_type = "text/event-stream", body = String)))]
async fn suivre(
    State(etat): State<Etat>,
    Extension(p): Extension<Personne>,
    requete: Requete,
) -> Result<Response, Erreur> {
    let magasin_id = requete.lire(|l| l.uuid("magasin_id"))?;
    let mut c = etat.base.lire().await?;
    magasins::trouver(&mut c, magasin_id).await?;
    drop(c);
    let suivi = Suivi {
        magasin_id,
        changes: etat.base.suivre(magasin_id),
        revue: interval_at(Instant::now() + REVUE, REVUE),
        session_id: p.session_id,
        base: etat.base,
        commence: false,
    };
    let evenements = stream::unfold(suivi, suivant);
    let signes = KeepAlive::new().interval(SIGNE_DE_VIE);
    Ok(Sse::new(evenements).keep_alive(signes).into_response())
}

struct Suivi {
    magasin_id: Uuid,
    changes: watch::Receiver<()>,
    revue: Interval,
    session_id: Uuid,
    base: Base,
    commence: bool,
}

async fn suivant(mut s: Suivi) -> Option<(Result<Event, Infallible>, Suivi)> {
    let evenement = Event::default().event("change").data(s.magasin_id.to_string());
    if !s.commence {
        s.commence = true;
        return Some((Ok(evenement.retry(RETOUR)), s));
    }
    loop {
        tokio::select! {
            change = s.changes.changed() => {
                change.ok()?;
                return Some((Ok(evenement), s));
            }
            _ = s.revue.tick() => {
                // While the database is away nobody is sent off.
                if !comptes::session_ouverte(&s.base, s.session_id).await.unwrap_or(true) {
                    return None;
                }
            }
        }
    }
}
