//! Doors of the kitchen screen.

use axum::extract::State;
use axum::response::Response;
use chrono::{DateTime, NaiveDate, Utc};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::ecran::{self, Ecran, RecettesDuJour};
use super::scan::DemandeScan;
use super::{
    Action, Annulee, Declaration, Declaree, Dit, LigneVisee, Scan, Scannee, Tracabilite, annuler,
    declarer, journal, scanner, tracer,
};
use crate::domaine::Quantite;
use crate::platform::errors::Erreur;
use crate::platform::http::{Ecriture, Etat, Issue, Lecteur, Requete, json};

pub(crate) fn routes() -> OpenApiRouter<Etat> {
    OpenApiRouter::new()
        .routes(routes!(lire_ecran))
        .routes(routes!(lire_recettes))
        .routes(routes!(dire_produit))
        .routes(routes!(dire_ajuste))
        .routes(routes!(dire_non_produit))
        .routes(routes!(dire_scan))
        .routes(routes!(dire_annuler))
        .routes(routes!(lire_tracabilite))
}

/// La journée d'un magasin : ce qui reste à faire, ligne par ligne.
#[utoipa::path(get, path = "/api/interne/production-preparation", tag = "Cuisine",
    params(("magasin_id" = Uuid, Query), ("date" = NaiveDate, Query)),
    responses((status = 200, body = Ecran)))]
async fn lire_ecran(State(etat): State<Etat>, requete: Requete) -> Result<Response, Erreur> {
    let (magasin_id, date) = requete.lire(|l| (l.uuid("magasin_id"), l.jour("date")))?;
    let mut c = etat.base.tenir().await?;
    let ecran = ecran::lire(&mut c, magasin_id, date).await?;
    c.rendre();
    Ok(json(200, &ecran))
}

/// Les recettes d'une journée, pour ce qu'il en reste à faire : les quantités, les lots à prendre
/// d'abord, les gestes.
#[utoipa::path(get, path = "/api/interne/production-preparation/recettes", tag = "Cuisine",
    params(("magasin_id" = Uuid, Query), ("date" = NaiveDate, Query),
        ("recette_id" = Option<Uuid>, Query)),
    responses((status = 200, body = RecettesDuJour)))]
async fn lire_recettes(State(etat): State<Etat>, requete: Requete) -> Result<Response, Erreur> {
    let (jour, recette_id) =
        requete.lire(|l| ((l.uuid("magasin_id"), l.jour("date")), l.uuid_option("recette_id")))?;
    let mut c = etat.base.lire().await?;
    Ok(json(200, &ecran::recettes_du_jour(&mut c, jour, recette_id).await?))
}

/// Une ligne, et ce qui se dit à côté.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "describes the body; it is read by LigneVisee and Dit")]
struct DemandeDeclaration {
    magasin_id: Uuid,
    date: NaiveDate,
    recette_id: Uuid,
    /// Pourquoi ; obligatoire pour un jour passé.
    motif: Option<String>,
    /// L'heure du geste, quand il a attendu le réseau : elle dit de quel jour il était.
    tape_le: Option<DateTime<Utc>>,
    /// La dernière déclaration de la ligne que la tablette avait vue, null pour aucune : si une autre
    /// personne l'a déclarée depuis, 409 `ligne_declaree_depuis` dit les deux. Absente : rien n'est
    /// demandé.
    vue: Option<Uuid>,
    /// Le faire quand même, quoi qu'il y ait maintenant. Pour que ce qui viendrait encore soit
    /// demandé : pas de `confirme`, et dans `vue` le `derniere.declaration_id` du refus.
    confirme: Option<bool>,
}

fn lire_declaration(l: &Lecteur<'_>) -> (LigneVisee, Dit) {
    (LigneVisee::lire(l), Dit::lire(l))
}

/// La ligne est produite comme prévu : son total devient la quantité planifiée.
#[utoipa::path(post, path = "/api/interne/production-preparation/produit", tag = "Cuisine",
    request_body = DemandeDeclaration, responses((status = 200, body = Declaree)))]
async fn dire_produit(State(etat): State<Etat>, e: Ecriture) -> Result<Response, Erreur> {
    let demande = e.lire(lire_declaration)?;
    executer(&etat, e, demande, Declaration::Produit).await
}

#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "describes the body; it is read by LigneVisee and Dit")]
struct DemandeAjuste {
    magasin_id: Uuid,
    date: NaiveDate,
    recette_id: Uuid,
    /// Le total fait, plus grand que 0.
    #[schema(value_type = f64)]
    quantite: Quantite,
    /// Pourquoi ; obligatoire pour un jour passé.
    motif: Option<String>,
    /// L'heure du geste, quand il a attendu le réseau : elle dit de quel jour il était.
    tape_le: Option<DateTime<Utc>>,
    /// La dernière déclaration de la ligne que la tablette avait vue, null pour aucune : si une autre
    /// personne l'a déclarée depuis, 409 `ligne_declaree_depuis` dit les deux. Absente : rien n'est
    /// demandé.
    vue: Option<Uuid>,
    /// Le faire quand même, quoi qu'il y ait maintenant. Pour que ce qui viendrait encore soit
    /// demandé : pas de `confirme`, et dans `vue` le `derniere.declaration_id` du refus.
    confirme: Option<bool>,
}

/// Le total de la ligne devient la quantité dite.
#[utoipa::path(post, path = "/api/interne/production-preparation/ajuste", tag = "Cuisine",
    request_body = DemandeAjuste, responses((status = 200, body = Declaree)))]
async fn dire_ajuste(State(etat): State<Etat>, e: Ecriture) -> Result<Response, Erreur> {
    let (demande, quantite) = e.lire(|l| (lire_declaration(l), l.quantite_positive("quantite")))?;
    executer(&etat, e, demande, Declaration::Ajuste(quantite)).await
}

/// La ligne n'a pas été produite : son total devient 0.
#[utoipa::path(post, path = "/api/interne/production-preparation/non-produit", tag = "Cuisine",
    request_body = DemandeDeclaration, responses((status = 200, body = Declaree)))]
async fn dire_non_produit(State(etat): State<Etat>, e: Ecriture) -> Result<Response, Erreur> {
    let demande = e.lire(lire_declaration)?;
    executer(&etat, e, demande, Declaration::NonProduit).await
}

async fn executer(
    etat: &Etat,
    e: Ecriture,
    (visee, dit): (LigneVisee, Dit),
    declaration: Declaration,
) -> Result<Response, Erreur> {
    let issue = e
        .executer_d_un_trait(200, async |tx, op| {
            declarer(tx, op, visee, (&declaration, &dit)).await
        })
        .await;
    conclure(etat, declaration.action(), (visee.magasin_id, visee.date), issue).await
}

/// Un produit de plus, par son gencode.
#[utoipa::path(post, path = "/api/interne/production-preparation/scan", tag = "Cuisine",
    request_body = DemandeScan, responses((status = 200, body = Scannee)))]
async fn dire_scan(State(etat): State<Etat>, e: Ecriture) -> Result<Response, Erreur> {
    let scan = e.lire(Scan::lire)?;
    let issue = e.executer_d_un_trait(200, async |tx, op| scanner(tx, op, &scan).await).await;
    conclure(&etat, Action::Scan, (scan.magasin_id, scan.date), issue).await
}

#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "describes the body; it is read by LigneVisee and Dit")]
struct DemandeAnnuler {
    magasin_id: Uuid,
    date: NaiveDate,
    recette_id: Uuid,
    /// Celle qu'il faut annuler ; 409 `ligne_changee` si ce n'est plus la dernière.
    declaration_id: Option<Uuid>,
    /// L'heure du geste, quand il a attendu le réseau : elle dit de quel jour il était.
    tape_le: Option<DateTime<Utc>>,
    /// La dernière déclaration de la ligne que la tablette avait vue, null pour aucune : si une autre
    /// personne l'a déclarée depuis, 409 `ligne_declaree_depuis` dit les deux. Absente : rien n'est
    /// demandé.
    vue: Option<Uuid>,
    /// Le faire quand même, quoi qu'il y ait maintenant. Pour que ce qui viendrait encore soit
    /// demandé : pas de `confirme`, et dans `vue` le `derniere.declaration_id` du refus.
    confirme: Option<bool>,
}

/// Annule la dernière déclaration de la ligne.
#[utoipa::path(post, path = "/api/interne/production-preparation/annuler", tag = "Cuisine",
    request_body = DemandeAnnuler, responses((status = 200, body = Annulee)))]
async fn dire_annuler(State(etat): State<Etat>, e: Ecriture) -> Result<Response, Erreur> {
    let ((visee, dit), declaration_id) =
        e.lire(|l| (lire_declaration(l), l.uuid_option("declaration_id")))?;
    let issue = e
        .executer_d_un_trait(200, async |tx, op| {
            annuler(tx, op, (visee, declaration_id, &dit)).await
        })
        .await;
    conclure(&etat, Action::Annuler, (visee.magasin_id, visee.date), issue).await
}

/// Tells what was done, or why it was not.
async fn conclure(
    etat: &Etat,
    action: Action,
    ou: (Uuid, NaiveDate),
    issue: Result<Issue<Option<journal::Fait>>, Erreur>,
) -> Result<Response, Erreur> {
    match issue {
        Ok(issue) => Ok(issue.annoncer(|fait| {
            if let Some(fait) = fait {
                journal::annoncer(action, fait);
            }
        })),
        Err(erreur) => {
            journal::refuser(&etat.base, action, ou, &erreur).await;
            Err(erreur)
        }
    }
}

/// Tout ce qui a été déclaré d'une ligne, dans l'ordre.
#[utoipa::path(get, path = "/api/interne/production-preparation/traceabilite", tag = "Cuisine",
    params(("magasin_id" = Uuid, Query), ("date" = NaiveDate, Query),
        ("recette_id" = Uuid, Query)),
    responses((status = 200, body = Tracabilite)))]
async fn lire_tracabilite(State(etat): State<Etat>, requete: Requete) -> Result<Response, Erreur> {
    let visee = requete.lire(LigneVisee::lire)?;
    let mut c = etat.base.lire().await?;
    Ok(json(200, &tracer(&mut c, visee).await?))
}
