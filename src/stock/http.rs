//! Doors of the stock.

use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::ajustements::Correction;
use super::{
    Ajustement, ChangementEtat, CodeConnu, LotEnStock, MouvementLu, NouvelleReception, Perte,
    Reception, RechercheCode, RechercheStock, ajuster, changer_etat, lots, mouvements_du_lot,
    perdre, recevoir, reconnaitre,
};
use crate::domaine::Unite;
use crate::platform::comptes::Personne;
use crate::platform::errors::Erreur;
use crate::platform::http::{Chemin, Ecriture, Etat, Liste, Page, Requete, json};

pub(crate) fn routes() -> OpenApiRouter<Etat> {
    OpenApiRouter::new()
        .routes(routes!(creer_reception))
        .routes(routes!(lire_stock))
        .routes(routes!(creer_ajustement))
        .routes(routes!(creer_perte))
        .routes(routes!(changer_etat_lot))
        .routes(routes!(lire_mouvements))
        .routes(routes!(lire_code))
}

/// Reçoit une livraison : un lot par ligne.
#[utoipa::path(post, path = "/api/interne/receptions", tag = "Stock",
    request_body = NouvelleReception, responses((status = 201, body = Reception)))]
async fn creer_reception(e: Ecriture) -> Result<Response, Erreur> {
    let nouvelle = e.lire(NouvelleReception::lire)?;
    e.faire(201, async |tx, op| recevoir(tx, op, nouvelle).await).await
}

/// Le stock d'un magasin, lot par lot, premier périmé d'abord.
#[utoipa::path(get, path = "/api/interne/stock", tag = "Stock",
    params(("magasin_id" = uuid::Uuid, Query), ("ingredient_id" = Option<uuid::Uuid>, Query),
        ("vides" = Option<bool>, Query, description = "les lots vides aussi"),
        ("limite" = Option<u16>, Query), ("apres" = Option<String>, Query)),
    responses((status = 200, body = Liste<LotEnStock>)))]
async fn lire_stock(State(etat): State<Etat>, requete: Requete) -> Result<Response, Erreur> {
    let recherche = requete.lire(RechercheStock::lire)?;
    let mut c = etat.base.lire().await?;
    Ok(json(200, &lots(&mut c, &recherche).await?))
}

/// The lot by its id, or by its label.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "describes the request in the OpenAPI document")]
struct CorrectionDemandee {
    magasin_id: uuid::Uuid,
    /// Ou bien `ingredient_id` avec `code_lot` et `date_dlc`.
    lot_id: Option<uuid::Uuid>,
    ingredient_id: Option<uuid::Uuid>,
    code_lot: Option<String>,
    date_dlc: Option<chrono::NaiveDate>,
    /// Signée pour un ajustement, plus grande que 0 pour une perte.
    quantite: f64,
    unite: Unite,
    motif: String,
}

/// Corrige le solde d'un lot (quantité signée) ; une étiquette inconnue ouvre un lot.
#[utoipa::path(post, path = "/api/interne/ajustements", tag = "Stock",
    request_body = CorrectionDemandee, responses((status = 201, body = Correction)))]
async fn creer_ajustement(e: Ecriture) -> Result<Response, Erreur> {
    let ajustement = e.lire(Ajustement::lire)?;
    e.faire(201, async |tx, op| ajuster(tx, op, &ajustement).await).await
}

/// Déclare une perte : ce qui était là et a été jeté.
#[utoipa::path(post, path = "/api/interne/pertes", tag = "Stock",
    request_body = CorrectionDemandee, responses((status = 201, body = Correction)))]
async fn creer_perte(e: Ecriture) -> Result<Response, Erreur> {
    let perte = e.lire(Perte::lire)?;
    e.faire(201, async |tx, op| perdre(tx, op, &perte).await).await
}

/// Libère, bloque ou rappelle un lot.
#[utoipa::path(post, path = "/api/interne/lots/{id}/etat", tag = "Stock",
    params(("id" = uuid::Uuid, Path)), request_body = ChangementEtat,
    responses((status = 201, body = ChangementEtat)))]
async fn changer_etat_lot(chemin: Chemin, e: Ecriture) -> Result<Response, Erreur> {
    let id = chemin.id()?;
    let changement = e.lire(ChangementEtat::lire)?;
    e.faire(201, async |tx, op| {
        changer_etat(tx, op, id, &changement).await?;
        Ok(changement)
    })
    .await
}

/// Tous les mouvements d'un lot, du plus ancien au plus récent.
#[utoipa::path(get, path = "/api/interne/lots/{id}/mouvements", tag = "Stock",
    params(("id" = uuid::Uuid, Path), ("limite" = Option<u16>, Query),
        ("apres" = Option<String>, Query)),
    responses((status = 200, body = Liste<MouvementLu>)))]
async fn lire_mouvements(
    State(etat): State<Etat>,
    Extension(p): Extension<Personne>,
    chemin: Chemin,
    requete: Requete,
) -> Result<Response, Erreur> {
    let page = requete.lire(Page::lire)?;
    let mut c = etat.base.lire().await?;
    Ok(json(200, &mouvements_du_lot(&mut c, &p, (chemin.id()?, page)).await?))
}

/// Ce que dit un code-barres (EAN, GS1-128, étiquette d'un lot), et ce que ce magasin en connaît.
#[utoipa::path(get, path = "/api/interne/gs1", tag = "Stock",
    params(("magasin_id" = uuid::Uuid, Query), ("code" = String, Query)),
    responses((status = 200, body = CodeConnu)))]
async fn lire_code(State(etat): State<Etat>, requete: Requete) -> Result<Response, Erreur> {
    let recherche = requete.lire(RechercheCode::lire)?;
    let mut c = etat.base.lire().await?;
    Ok(json(200, &reconnaitre(&mut c, &recherche).await?))
}
