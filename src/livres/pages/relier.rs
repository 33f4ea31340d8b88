//! Lines to be mapped, and the forms that decide: they work without any script.

use askama::Template;
use axum::Extension;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use sqlx::PgConnection;
use uuid::Uuid;

use super::Carte;
use crate::livres::consulter::{self, Appris};
use crate::livres::http::tranche;
use crate::livres::relier::{self, AIgnorer, Lien};
use crate::platform::comptes::Personne;
use crate::platform::db::executer_transaction;
use crate::platform::db::operations::{self, Commande, Operation, Reservation};
use crate::platform::errors::{Erreur, ErreurCritiqueMetier};
use crate::platform::http::pages::{self, ErreurPage, Page};
use crate::platform::http::{Chemin, Etat, Requete};
use crate::referentiel::articles;

#[derive(Template)]
#[template(path = "livres/modeles/a_relier.html")]
struct PageARelier {
    page: Page,
    cartes: Vec<Carte>,
    suite: Option<String>,
    ingredients: Vec<String>,
    liens: Vec<Appris>,
    ignores: Vec<Appris>,
}

const PAR_PAGE: i64 = 50;

pub(crate) async fn a_relier(
    State(etat): State<Etat>,
    Extension(personne): Extension<Personne>,
    requete: Requete,
) -> Result<Response, ErreurPage> {
    let (_, apres) = requete.lire(tranche)?;
    let mut c = etat.base.lire().await?;
    let groupes = consulter::a_relier(&mut c, PAR_PAGE, apres).await?;
    let retour = "/livres/a-relier";
    Ok(pages::page(&PageARelier {
        page: Page::nouvelle("Lignes à relier", "livres").de(&personne),
        cartes: groupes.elements.into_iter().map(|g| Carte::de(g, retour)).collect(),
        suite: groupes.suivant,
        ingredients: consulter::ingredients(&mut c).await?,
        liens: consulter::derniers_liens(&mut c).await?,
        ignores: consulter::derniers_ignores(&mut c).await?,
    }))
}

#[derive(Deserialize)]
pub(crate) struct Saisie {
    #[serde(default)]
    libelle: String,
    /// A suggestion's.
    ingredient_id: Option<Uuid>,
    /// Or a name that was typed.
    ingredient: Option<String>,
    #[serde(default)]
    sans_quantite: bool,
    #[serde(default)]
    retour: String,
}

type Formulaire = Result<Form<Saisie>, FormRejection>;

fn saisie(formulaire: Formulaire) -> Result<Saisie, ErreurCritiqueMetier> {
    let Form(saisie) = formulaire.map_err(|_| {
        ErreurCritiqueMetier::champ("", "ce formulaire est incomplet : revenez et recommencez")
    })?;
    Ok(saisie)
}

impl Saisie {
    fn libelle(&self, max: usize) -> Result<String, ErreurCritiqueMetier> {
        let libelle = self.libelle.trim();
        if libelle.is_empty() || libelle.chars().count() > max {
            let message = format!("doit avoir de 1 à {max} caractères");
            return Err(ErreurCritiqueMetier::champ("libelle", message));
        }
        Ok(libelle.to_owned())
    }

    fn revenir(&self) -> Response {
        let ici = chez_nous(&self.retour);
        Redirect::to(if ici { &self.retour } else { "/livres/a-relier" }).into_response()
    }
}

/// A page of ours, and of nobody else.
pub(crate) fn chez_nous(adresse: &str) -> bool {
    adresse.starts_with("/livres") && adresse.bytes().all(|b| b.is_ascii_graphic() && b != b'\\')
}

pub(crate) async fn relier(
    State(etat): State<Etat>,
    Extension(personne): Extension<Personne>,
    formulaire: Formulaire,
) -> Result<Response, ErreurPage> {
    let s = saisie(formulaire)?;
    let libelle = s.libelle(200)?;
    let acte = Acte { etat: &etat, personne: &personne, chemin: "POST /livres/liens" };
    acte.faire(async |tx, op| {
        let ingredient_id = viser(tx, &s).await?;
        relier::relier(tx, op, Lien { libelle, ingredient_id }).await
    })
    .await?;
    Ok(s.revenir())
}

async fn viser(tx: &mut PgConnection, s: &Saisie) -> Result<Uuid, Erreur> {
    if let Some(id) = s.ingredient_id {
        return Ok(id);
    }
    let nom = s.ingredient.as_deref().unwrap_or_default().trim().to_owned();
    let trouve = articles::par_noms(tx, std::slice::from_ref(&nom)).await?.pop();
    trouve.map(|a| a.id).ok_or_else(|| {
        let detail = format!(
            "Aucun ingrédient ne s'appelle « {nom} » : choisissez-en un dans la liste, ou \
             créez-le d'abord."
        );
        ErreurCritiqueMetier::introuvable("ingredient_inconnu", detail).into()
    })
}

pub(crate) async fn oublier(
    State(etat): State<Etat>,
    Extension(personne): Extension<Personne>,
    chemin: Chemin,
    formulaire: Formulaire,
) -> Result<Response, ErreurPage> {
    let (id, s) = (chemin.id()?, saisie(formulaire)?);
    let acte = Acte { etat: &etat, personne: &personne, chemin: "POST /livres/liens/annuler" };
    acte.faire(async |tx, op| relier::oublier(tx, op, id).await).await?;
    Ok(s.revenir())
}

pub(crate) async fn ignorer(
    State(etat): State<Etat>,
    Extension(personne): Extension<Personne>,
    formulaire: Formulaire,
) -> Result<Response, ErreurPage> {
    let s = saisie(formulaire)?;
    let demande = AIgnorer { libelle: s.libelle(2_000)?, sans_quantite: s.sans_quantite };
    let acte = Acte { etat: &etat, personne: &personne, chemin: "POST /livres/ignores" };
    acte.faire(async |tx, op| relier::ignorer(tx, op, demande).await).await?;
    Ok(s.revenir())
}

pub(crate) async fn ne_plus_ignorer(
    State(etat): State<Etat>,
    Extension(personne): Extension<Personne>,
    chemin: Chemin,
    formulaire: Formulaire,
) -> Result<Response, ErreurPage> {
    let (id, s) = (chemin.id()?, saisie(formulaire)?);
    let acte = Acte { etat: &etat, personne: &personne, chemin: "POST /livres/ignores/annuler" };
    acte.faire(async |tx, op| relier::ne_plus_ignorer(tx, op, id).await).await?;
    Ok(s.revenir())
}

pub(crate) async fn reprendre(
    State(etat): State<Etat>,
    Extension(personne): Extension<Personne>,
    chemin: Chemin,
    formulaire: Formulaire,
) -> Result<Response, ErreurPage> {
    let (id, s) = (chemin.id()?, saisie(formulaire)?);
    let acte = Acte { etat: &etat, personne: &personne, chemin: "POST /livres/recettes/reprendre" };
    acte.faire(async |tx, op| relier::reprendre(tx, op, id).await).await?;
    Ok(s.revenir())
}

/// What a form does, by whom: one transaction with its operation, without a key: the second of two
/// taps finds it done.
pub(crate) struct Acte<'a> {
    pub etat: &'a Etat,
    pub personne: &'a Personne,
    pub chemin: &'static str,
}

impl Acte<'_> {
    pub(crate) async fn faire<T>(
        &self,
        action: impl AsyncFnOnce(&mut PgConnection, Operation) -> Result<T, Erreur>,
    ) -> Result<T, Erreur> {
        executer_transaction(&self.etat.base, async move |tx| {
            let op = self.operation(tx).await?;
            action(tx, op).await
        })
        .await
    }

    async fn operation(&self, tx: &mut PgConnection) -> Result<Operation, Erreur> {
        let (auteur_id, chemin) = (Some(self.personne.id), self.chemin.to_owned());
        let commande = Commande { auteur_id, cle: None, chemin };
        match operations::reserver(tx, &commande).await? {
            Reservation::AFaire(op) => Ok(op),
            Reservation::DejaFaite { .. } => Err(Erreur::interne("opération sans clé déjà faite")),
        }
    }
}
