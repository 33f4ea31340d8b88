//! `/pin`: one's own PIN. It asks for the password: an open session is not enough.

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::page_admin::premiere_faute;
use super::pin;
use crate::platform::comptes::connexion::verifier_mot_de_passe;
use crate::platform::comptes::pages::avec_attente;
use crate::platform::comptes::{Acte, Personne, utilisateurs};
use crate::platform::errors::{Erreur, ErreurCritiqueMetier};
use crate::platform::http::pages::{self, ErreurPage, Page};
use crate::platform::http::{Champs, Etat};

#[derive(Template)]
#[template(path = "platform/comptes/tablettes/modeles/pin.html")]
struct PagePin {
    page: Page,
    erreur: String,
    fait: bool,
}

pub(crate) async fn page(Extension(p): Extension<Personne>) -> Response {
    pages::page(&modele(&p, String::new(), false))
}

fn modele(p: &Personne, erreur: String, fait: bool) -> PagePin {
    PagePin { page: Page::nouvelle("Mon code PIN", "pin").de(p), erreur, fait }
}

#[derive(Deserialize)]
pub(crate) struct Saisie {
    mot_de_passe: String,
    pin: String,
    encore: String,
}

pub(crate) async fn changer(
    State(etat): State<Etat>,
    Extension(p): Extension<Personne>,
    acte: Acte,
    Champs(s): Champs<Saisie>,
) -> Result<Response, ErreurPage> {
    match essayer(&etat, (&acte, &p), &s).await {
        Ok(()) => Ok(pages::page(&modele(&p, String::new(), true))),
        Err(Erreur::Refus(refus)) => {
            let statut = StatusCode::from_u16(refus.statut).unwrap_or(StatusCode::BAD_REQUEST);
            let page = pages::page_statut(statut, &modele(&p, premiere_faute(&refus), false));
            Ok(avec_attente(page, &refus))
        }
        Err(autre) => Err(autre.into()),
    }
}

async fn essayer(etat: &Etat, (acte, p): (&Acte, &Personne), s: &Saisie) -> Result<(), Erreur> {
    if s.pin != s.encore {
        return Err(ErreurCritiqueMetier::champ("encore", "n'est pas le même les deux fois").into());
    }
    if !verifier_mot_de_passe(&etat.base, &p.email, &s.mot_de_passe).await? {
        return Err(utilisateurs::mot_de_passe_faux().into());
    }
    let (id, code) = (p.id, s.pin.as_str());
    acte.faire(async |tx, op| pin::poser(tx, op, (id, Some(code))).await).await
}
