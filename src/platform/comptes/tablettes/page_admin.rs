//! `/tablettes`: enrol, revoke, give PINs.

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use serde_json::{Value, json};
use sqlx::PgConnection;
use uuid::Uuid;

use super::sql::{self, Operateur};
use super::{COOKIE, DUREE_COOKIE_S, NouvelleTablette, Tablette, pin, trouver};
use crate::platform::comptes::identifier::COOKIE as COOKIE_SESSION;
use crate::platform::comptes::pages::poser;
use crate::platform::comptes::{Acte, Personne};
use crate::platform::errors::{Erreur, ErreurCritiqueMetier};
use crate::platform::http::pages::{self, ErreurPage, Page};
use crate::platform::http::{Champs, Chemin, Etat, Lecteur};

#[derive(Template)]
#[template(path = "platform/comptes/tablettes/modeles/tablettes.html")]
struct PageTablettes {
    page: Page,
    tablettes: Vec<Tablette>,
    /// This browser, if it is one of them.
    celle_ci: Option<Tablette>,
    magasins: Vec<(Uuid, String)>,
    operateurs: Vec<Operateur>,
    /// What was refused, and for whom.
    erreur: String,
    fautif: Option<Uuid>,
}

impl PageTablettes {
    fn est_celle_ci(&self, t: &Tablette) -> bool {
        self.celle_ci.as_ref().is_some_and(|c| c.id == t.id)
    }

    fn est_fautif(&self, o: &Operateur) -> bool {
        self.fautif == Some(o.id)
    }
}

pub(crate) async fn page(
    State(etat): State<Etat>,
    Extension(p): Extension<Personne>,
    entetes: HeaderMap,
) -> Result<Response, ErreurPage> {
    Ok(pages::page(&modele(&etat, &p, &entetes).await?))
}

async fn modele(etat: &Etat, p: &Personne, entetes: &HeaderMap) -> Result<PageTablettes, Erreur> {
    let mut c = etat.base.lire().await?;
    Ok(PageTablettes {
        page: Page::nouvelle("Tablettes", "tablettes").de(p),
        tablettes: sql::tablettes(&mut c).await?,
        celle_ci: trouver(&mut c, entetes).await?,
        magasins: sql::magasins(&mut c).await?,
        operateurs: sql::operateurs(&mut c, None).await?,
        erreur: String::new(),
        fautif: None,
    })
}

#[derive(Deserialize)]
pub(crate) struct Enrolement {
    nom: String,
    magasin_id: String,
}

/// This browser is that magasin's tablet from now on; whoever enrolled it is no longer logged in.
pub(crate) async fn enroler(
    State(etat): State<Etat>,
    (Extension(p), acte): (Extension<Personne>, Acte),
    entetes: HeaderMap,
    Champs(e): Champs<Enrolement>,
) -> Result<Response, ErreurPage> {
    let lu = json!({"nom": e.nom, "magasin_id": e.magasin_id});
    let nouvelle = lire(&lu, NouvelleTablette::lire)?;
    let enroler = async |tx: &mut PgConnection, op| {
        // It becomes another one.
        if let Some(ancienne) = trouver(tx, &entetes).await? {
            super::revoquer(tx, op, ancienne.id).await?;
        }
        super::enroler(tx, op, (&p, &nouvelle)).await
    };
    let jeton = acte.faire(enroler).await?;
    let https = etat.tls.is_some();
    let vers = Redirect::to("/tablette").into_response();
    let vers = poser(vers, (COOKIE_SESSION, "", 0), https);
    Ok(poser(vers, (COOKIE, &jeton, DUREE_COOKIE_S), https))
}

pub(crate) async fn revoquer(acte: Acte, chemin: Chemin) -> Result<Response, ErreurPage> {
    let id = chemin.id()?;
    acte.faire(async |tx, op| super::revoquer(tx, op, id).await).await?;
    Ok(Redirect::to("/tablettes").into_response())
}

#[derive(Deserialize)]
pub(crate) struct SaisiePin {
    utilisateur_id: String,
    /// Empty takes it away.
    #[serde(default)]
    pin: String,
}

pub(crate) async fn poser_pin(
    State(etat): State<Etat>,
    (Extension(p), acte): (Extension<Personne>, Acte),
    entetes: HeaderMap,
    Champs(s): Champs<SaisiePin>,
) -> Result<Response, ErreurPage> {
    let lu = json!({"utilisateur_id": s.utilisateur_id});
    let id = lire(&lu, |l| l.uuid("utilisateur_id"))?;
    let code = Some(s.pin.trim()).filter(|c| !c.is_empty());
    let fait = acte.faire(async |tx, op| pin::poser(tx, op, (id, code)).await).await;
    match fait {
        Ok(()) => Ok(Redirect::to("/tablettes#pin").into_response()),
        Err(Erreur::Refus(refus)) if refus.statut == 400 => {
            let mut modele = modele(&etat, &p, &entetes).await?;
            modele.erreur = premiere_faute(&refus);
            modele.fautif = Some(id);
            Ok(pages::page_statut(StatusCode::BAD_REQUEST, &modele))
        }
        Err(autre) => Err(autre.into()),
    }
}

pub(crate) fn premiere_faute(refus: &ErreurCritiqueMetier) -> String {
    let message = refus.champs.get("erreurs").and_then(|e| e[0]["message"].as_str());
    message.map_or_else(|| refus.detail.to_string(), |m| format!("Ce code PIN {m}."))
}

fn lire<T>(
    valeur: &Value,
    lire: impl FnOnce(&Lecteur<'_>) -> T,
) -> Result<T, ErreurCritiqueMetier> {
    let lecteur = Lecteur::nouveau(valeur);
    let lu = lire(&lecteur);
    lecteur.terminer(lu)
}
