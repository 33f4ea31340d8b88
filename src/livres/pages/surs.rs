//! « Tout ce qui est sûr »: the labels that say an ingredient's very words, shown before they are
//! linked in one go.

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use uuid::Uuid;

use super::{Choix, compter};
use crate::livres::consulter::{self, Filtre, Groupe};
use crate::livres::relier::{self, Sur};
use crate::platform::comptes::Personne;
use crate::platform::errors::ErreurCritiqueMetier;
use crate::platform::http::pages::{self, ErreurPage, Page};
use crate::platform::http::{Etat, Formulaire};

#[derive(Template)]
#[template(path = "livres/modeles/surs.html")]
struct PageSurs {
    page: Page,
    cle: Uuid,
    surs: Vec<LienSur>,
}

struct LienSur {
    valeur: String,
    libelle: String,
    lignes: String,
    choix: Choix,
}

/// More than any season's books.
const LABELS: i64 = 1_000;

pub(crate) async fn surs(
    State(etat): State<Etat>,
    Extension(personne): Extension<Personne>,
) -> Result<Response, ErreurPage> {
    let mut c = etat.base.lire().await?;
    let lus = consulter::a_relier(&mut c, &Filtre::default(), (LABELS, 0)).await?;
    let page = Page::nouvelle("Ce qui est sûr", "livres").de(&personne);
    let surs = lus.liste.elements.iter().filter_map(sur).collect();
    Ok(pages::page(&PageSurs { page, cle: Uuid::now_v7(), surs }))
}

fn sur(groupe: &Groupe) -> Option<LienSur> {
    let premiere = groupe.suggestions.first().filter(|s| s.sure)?;
    Some(LienSur {
        valeur: format!("{} {}", premiere.ingredient_id, groupe.libelle),
        libelle: groupe.libelle.clone(),
        lignes: compter(groupe.occurrences, "ligne", "lignes"),
        choix: Choix::de(premiere),
    })
}

pub(crate) async fn relier(f: Formulaire) -> Result<Response, ErreurPage> {
    let lire = |valeur: &str| {
        let (id, libelle) = valeur.split_once(' ')?;
        Some((libelle.to_owned(), id.parse().ok()?))
    };
    let liens: Option<Vec<(String, Uuid)>> = f.champs("lien").map(lire).collect();
    let liens = liens.ok_or_else(|| {
        ErreurCritiqueMetier::champ("lien", "ce formulaire est incomplet : revenez et recommencez")
    })?;
    f.executer(async move |tx, op| {
        Ok((Sur { liens: relier::relier_tous(tx, op, liens).await?.remappees }, ()))
    })
    .await?;
    Ok(Redirect::to("/livres/a-relier").into_response())
}
