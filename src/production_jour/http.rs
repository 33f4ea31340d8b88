//! Doors of production du jour.

use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::manques::{ARegulariser, RegularisationEnsemble, Regularise, RegularisesEnsemble};
use super::{
    DemandeProduction, ManqueOuvert, ProductionAnnulee, ProductionDuJour, Regularisation,
    a_regulariser, annuler_production, executer, executer_le_reste, journal, ouverts, regulariser,
    regulariser_ensemble,
};
use crate::platform::comptes::Personne;
use crate::platform::errors::Erreur;
use crate::platform::http::{Chemin, Ecriture, Etat, Liste, Page, Requete, json};

pub(crate) fn routes() -> OpenApiRouter<Etat> {
    OpenApiRouter::new()
        .routes(routes!(production_du_jour))
        .routes(routes!(reprendre_une_production))
        .routes(routes!(lister_manques))
        .routes(routes!(compter_ce_qui_reste_du))
        .routes(routes!(regulariser_manque))
        .routes(routes!(regulariser_des_manques))
}

/// Produit une liste de recettes en une fois : tout, ou rien et la liste de ce qui manque. Sans liste :
/// tout ce qui reste du plan.
#[utoipa::path(post, path = "/api/interne/operations/production-du-jour", tag = "Production",
    request_body = DemandeProduction, responses((status = 201, body = ProductionDuJour)))]
async fn production_du_jour(State(etat): State<Etat>, e: Ecriture) -> Result<Response, Erreur> {
    let mut demande = e.lire(DemandeProduction::lire)?;
    let tout_le_reste = demande.lignes.is_empty();
    journal::commencer(&demande);
    let issue = e.executer_d_un_trait(201, async |tx, op| {
        let (reponse, lots) = match tout_le_reste {
            true => executer_le_reste(tx, op, &mut demande).await?,
            false => executer(tx, op, &demande).await?,
        };
        let plan_id = reponse.plan_id;
        Ok((reponse, (plan_id, lots)))
    });
    match issue.await {
        Ok(issue) => Ok(issue.annoncer(|(plan_id, lots)| {
            journal::annoncer(demande.magasin_id, plan_id, &lots);
        })),
        Err(erreur) => {
            journal::refuser(&etat.base, &demande, &erreur).await;
            Err(erreur)
        }
    }
}

/// Rien : l'adresse dit tout. Une session ouverte par PIN nomme son magasin.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "describes the body")]
struct DemandeReprise {
    magasin_id: Option<uuid::Uuid>,
}

/// Reprend une production du jour en entier : un responsable n'importe laquelle, la cuisine la sienne.
/// Rien ne se reprend si l'une de ses lignes a changé depuis.
#[utoipa::path(post, path = "/api/interne/operations/{operation_id}/annuler", tag = "Production",
    params(("operation_id" = uuid::Uuid, Path)), request_body = DemandeReprise,
    responses((status = 200, body = ProductionAnnulee)))]
async fn reprendre_une_production(
    chemin: Chemin,
    Extension(personne): Extension<Personne>,
    e: Ecriture,
) -> Result<Response, Erreur> {
    let operation_id = chemin.lire(|l| l.uuid("operation_id"))?;
    let issue = e.executer_d_un_trait(200, async |tx, op| {
        let reponse = annuler_production(tx, op, (operation_id, &personne)).await?;
        let fait = journal::Reprise::de(&reponse);
        Ok((reponse, fait))
    });
    match issue.await {
        Ok(issue) => Ok(issue.annoncer(journal::annoncer_la_reprise)),
        Err(erreur) => {
            journal::refuser_la_reprise(operation_id, &erreur);
            Err(erreur)
        }
    }
}

/// Les manques à régulariser d'un magasin.
#[utoipa::path(get, path = "/api/interne/manques", tag = "Production",
    params(("magasin_id" = uuid::Uuid, Query), ("limite" = Option<u16>, Query),
        ("apres" = Option<String>, Query)),
    responses((status = 200, body = Liste<ManqueOuvert>)))]
async fn lister_manques(State(etat): State<Etat>, requete: Requete) -> Result<Response, Erreur> {
    let (magasin_id, page) = requete.lire(|l| (l.uuid("magasin_id"), Page::lire(l)))?;
    let mut c = etat.base.lire().await?;
    Ok(json(200, &ouverts(&mut c, magasin_id, page).await?))
}

/// Combien de manques sont à régulariser, par magasin.
#[utoipa::path(get, path = "/api/interne/manques/a-regulariser", tag = "Production",
    responses((status = 200, body = ARegulariser)))]
async fn compter_ce_qui_reste_du(
    State(etat): State<Etat>,
    Extension(personne): Extension<Personne>,
) -> Result<Response, Erreur> {
    let mut c = etat.base.lire().await?;
    Ok(json(200, &a_regulariser(&mut c, &personne).await?))
}

/// Les manques, et le stock qui a été retrouvé.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "describes the body; it is read by RegularisationEnsemble")]
struct DemandeEnsemble {
    magasin_id: uuid::Uuid,
    /// D'un même ingrédient.
    manques: Vec<ManqueVise>,
    lot_id: Option<uuid::Uuid>,
    code_lot: Option<String>,
    date_dlc: Option<chrono::NaiveDate>,
    /// « étiquette perdue » là où il n'y a ni lot ni DLC.
    motif: Option<String>,
}

#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "describes the body")]
struct ManqueVise {
    manque_id: uuid::Uuid,
}

/// Régularise ensemble plusieurs manques d'un même ingrédient, sur un seul lot.
#[utoipa::path(post, path = "/api/interne/manques/regulariser", tag = "Production",
    request_body = DemandeEnsemble,
    responses((status = 201, body = RegularisesEnsemble)))]
async fn regulariser_des_manques(e: Ecriture) -> Result<Response, Erreur> {
    let d = e.lire(RegularisationEnsemble::lire)?;
    let vises = (Some(d.magasin_id), &*d.manques);
    e.faire(201, async |tx, op| regulariser_ensemble(tx, op, vises, &d.trouve).await).await
}

/// Régularise un manque avec du stock retrouvé.
#[utoipa::path(post, path = "/api/interne/manques/{id}/regulariser", tag = "Production",
    params(("id" = uuid::Uuid, Path)), request_body = Regularisation,
    responses((status = 201, body = Regularise)))]
async fn regulariser_manque(chemin: Chemin, e: Ecriture) -> Result<Response, Erreur> {
    let id = chemin.id()?;
    let demande = e.lire(Regularisation::lire)?;
    e.faire(201, async |tx, op| regulariser(tx, op, id, &demande).await).await
}
