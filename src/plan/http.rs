//! Doors of the plan.

use axum::extract::State;
use axum::response::Response;
use chrono::NaiveDate;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::{Besoins, NouveauPlan, Plan, besoins, remplacer, trouver};
use crate::platform::errors::Erreur;
use crate::platform::http::{Chemin, Ecriture, Etat, json};

pub(crate) fn routes() -> OpenApiRouter<Etat> {
    OpenApiRouter::new().routes(routes!(lire_plan, remplacer_plan)).routes(routes!(lire_besoins))
}

fn jour_vise(chemin: &Chemin) -> Result<(Uuid, NaiveDate), Erreur> {
    chemin.lire(|l| (l.uuid("magasin_id"), l.jour("date")))
}

/// Le plan d'un magasin pour un jour.
#[utoipa::path(get, path = "/api/interne/plans/{magasin_id}/{date}", tag = "Plan",
    params(("magasin_id" = Uuid, Path), ("date" = NaiveDate, Path)),
    responses((status = 200, body = Plan)))]
async fn lire_plan(State(etat): State<Etat>, chemin: Chemin) -> Result<Response, Erreur> {
    let (magasin_id, date) = jour_vise(&chemin)?;
    let mut c = etat.base.lire().await?;
    Ok(json(200, &trouver(&mut c, magasin_id, date).await?))
}

/// Remplace le plan ; une ligne déjà produite ne se retire pas (409).
#[utoipa::path(put, path = "/api/interne/plans/{magasin_id}/{date}", tag = "Plan",
    params(("magasin_id" = Uuid, Path), ("date" = NaiveDate, Path)),
    request_body = NouveauPlan, responses((status = 200, body = Plan)))]
async fn remplacer_plan(chemin: Chemin, e: Ecriture) -> Result<Response, Erreur> {
    let (magasin_id, date) = jour_vise(&chemin)?;
    let plan = e.lire(NouveauPlan::lire)?;
    e.faire(200, async |tx, _| remplacer(tx, magasin_id, date, &plan).await).await
}

/// Ce que le reste du plan demande, à côté du stock utilisable.
#[utoipa::path(get, path = "/api/interne/plans/{magasin_id}/{date}/besoins", tag = "Plan",
    params(("magasin_id" = Uuid, Path), ("date" = NaiveDate, Path)),
    responses((status = 200, body = Besoins)))]
async fn lire_besoins(State(etat): State<Etat>, chemin: Chemin) -> Result<Response, Erreur> {
    let (magasin_id, date) = jour_vise(&chemin)?;
    let mut c = etat.base.lire().await?;
    Ok(json(200, &besoins(&mut c, magasin_id, date).await?))
}
