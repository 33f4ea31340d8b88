//! `/tablette`: who is there? A tile each, then the keypad.

use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use uuid::Uuid;

use super::pin::{self, Entree};
use super::sql::{self, Operateur};
use super::{COOKIE, DUREE_COOKIE_S, Tablette, jeton, trouver};
use crate::platform::comptes::identifier::{COOKIE as COOKIE_SESSION, cookie};
use crate::platform::comptes::origine::Origine;
use crate::platform::comptes::pages::{avec_attente, chez_nous, fermer_la_session, poser};
use crate::platform::comptes::sessions::Nature;
use crate::platform::errors::{Erreur, ErreurCritiqueMetier};
use crate::platform::http::pages::{self, ErreurPage, Page};
use crate::platform::http::{Champs, Chemin, Etat};

/// Where a cook begins.
const ECRAN: &str = "/cuisine";

#[derive(Template)]
#[template(path = "platform/comptes/tablettes/modeles/tuiles.html")]
struct PageTuiles {
    page: Page,
    magasin: String,
    operateurs: Vec<Operateur>,
    suite: String,
}

#[derive(Template)]
#[template(path = "platform/comptes/tablettes/modeles/clavier.html")]
struct PageClavier {
    page: Page,
    magasin: String,
    operateur: Operateur,
    erreur: String,
    verrouille: bool,
    suite: String,
}

#[derive(Deserialize)]
pub(crate) struct Arrivee {
    #[serde(default)]
    suite: String,
}

/// The tiles; a browser that is no tablet goes to the password.
pub(crate) async fn tuiles(
    State(etat): State<Etat>,
    entetes: HeaderMap,
    arrivee: Result<Query<Arrivee>, QueryRejection>,
) -> Result<Response, ErreurPage> {
    let mut c = etat.base.lire().await?;
    let (Some(tablette), Some(jeton)) = (trouver(&mut c, &entetes).await?, jeton(&entetes)) else {
        let vers = Redirect::to("/connexion").into_response();
        return Ok(poser(vers, (COOKIE, "", 0), etat.tls.is_some()));
    };
    let mut operateurs = sql::operateurs(&mut c, None).await?;
    operateurs.retain(|o| o.a_un_pin);
    let page = pages::page(&PageTuiles {
        page: Page::nouvelle("Qui est là ?", "tablette"),
        magasin: tablette.magasin_nom,
        operateurs,
        suite: suite_de(arrivee),
    });
    Ok(poser(page, (COOKIE, jeton, DUREE_COOKIE_S), etat.tls.is_some()))
}

pub(crate) async fn clavier(
    State(etat): State<Etat>,
    entetes: HeaderMap,
    chemin: Chemin,
    arrivee: Result<Query<Arrivee>, QueryRejection>,
) -> Result<Response, ErreurPage> {
    let (tablette, operateur) = ici(&etat, &entetes, chemin.id()?).await?;
    Ok(pages::page(&modele(tablette, operateur, suite_de(arrivee))))
}

fn modele(tablette: Tablette, operateur: Operateur, suite: String) -> PageClavier {
    PageClavier {
        page: Page::nouvelle("Code PIN", "tablette"),
        magasin: tablette.magasin_nom,
        operateur,
        erreur: String::new(),
        verrouille: false,
        suite,
    }
}

#[derive(Deserialize)]
pub(crate) struct Saisie {
    pin: String,
    #[serde(default)]
    suite: String,
}

pub(crate) async fn entrer(
    State(etat): State<Etat>,
    entetes: HeaderMap,
    origine: Origine,
    chemin: Chemin,
    Champs(s): Champs<Saisie>,
) -> Result<Response, ErreurPage> {
    let (tablette, operateur) = ici(&etat, &entetes, chemin.id()?).await?;
    let entree = Entree {
        utilisateur_id: operateur.id,
        pin: s.pin.trim().to_owned(),
        adresse: origine.adresse,
        agent: origine.agent,
    };
    let suite = chez_nous(&s.suite);
    match pin::entrer((&etat.base, &etat.comptes), &tablette, entree).await {
        Ok(jeton) => {
            // Whoever was there before is gone.
            fermer_la_session(&etat, cookie(&entetes)).await?;
            let vers = Redirect::to(if suite == "/" { ECRAN } else { &suite });
            let duree = Nature::Web.duree().num_seconds();
            let pose = (COOKIE_SESSION, jeton.as_str(), duree);
            Ok(poser(vers.into_response(), pose, etat.tls.is_some()))
        }
        Err(Erreur::Refus(refus)) => {
            let statut = StatusCode::from_u16(refus.statut).unwrap_or(StatusCode::UNAUTHORIZED);
            let mut modele = modele(tablette, operateur, suite);
            modele.erreur = refus.detail.to_string();
            modele.verrouille = refus.statut == 429;
            Ok(avec_attente(pages::page_statut(statut, &modele), &refus))
        }
        Err(autre) => Err(autre.into()),
    }
}

/// This tablet, and the person whose tile was touched.
async fn ici(etat: &Etat, entetes: &HeaderMap, id: Uuid) -> Result<(Tablette, Operateur), Erreur> {
    let mut c = etat.base.lire().await?;
    let tablette = trouver(&mut c, entetes).await?.ok_or_else(|| {
        ErreurCritiqueMetier::interdit(
            "tablette_inconnue",
            "Cette tablette n'est pas enrôlée, ou ne l'est plus : demandez à un administrateur.",
        )
    })?;
    let trouves = sql::operateurs(&mut c, Some(id)).await?;
    let operateur = trouves.into_iter().find(|o| o.a_un_pin).ok_or_else(|| {
        let detail = "Cette personne n'a pas de code PIN : demandez à un administrateur.";
        ErreurCritiqueMetier::introuvable("operateur_inconnu", detail)
    })?;
    Ok((tablette, operateur))
}

fn suite_de(arrivee: Result<Query<Arrivee>, QueryRejection>) -> String {
    chez_nous(&arrivee.map_or_else(|_| String::new(), |Query(a)| a.suite))
}
