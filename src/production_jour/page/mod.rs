//! `/production-du-jour` and `/manques`: the day of one magasin, for whoever answers for it.
//!
//! - What is short is shown before anybody clicks; what is left is made in one transaction, by the
//!   same functions as the route and the command.
//! - Each form carries an operation key: a double click or a reload does nothing twice.
//! - A refusal writes nothing, lists every shortage, and keeps what was typed.
//! - Three doors, so that who may is said by the path: `/production-du-jour/produire` makes what is
//!   left, `/production-du-jour/plan` changes the plan (and may make what is left of it),
//!   `/production-du-jour/annuler` takes a production back as a whole.

mod actes;
mod faites;
mod manques;
mod saisie;
mod sql;
mod tableau;
mod vue;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Extension, Router};
use chrono::NaiveDate;
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use self::actes::{Fait, agir};
use self::manques::{manques, regulariser_des_manques, revenir_aux_manques};
use self::saisie::Saisie;
use self::vue::{A, PageProduction, Retour};
use crate::domaine::texte::cle_de_tri;
use crate::platform::comptes::Personne;
use crate::platform::errors::{Erreur, ErreurCritiqueMetier};
use crate::platform::http::pages::{self, ErreurPage};
use crate::platform::http::{Etat, Formulaire, Lecteur, Page as Tranche, Requete};
use crate::referentiel::{Magasin, TypeMagasin, magasins};

/// More than a chain has; the list to choose from ends there.
const MAGASINS: Tranche = Tranche { limite: 1000, apres: None };

/// A question rather than a refusal.
const A_CONFIRMER: &str = "a_confirmer";

/// What the address asks for; blanks are nothing asked.
struct Visee {
    magasin_id: Option<Uuid>,
    date: Option<NaiveDate>,
    fait: String,
}

impl Visee {
    fn lire(l: &Lecteur<'_>) -> Self {
        let dit = |champ| l.brut(champ).and_then(Value::as_str).is_some_and(|t| !t.is_empty());
        Self {
            magasin_id: dit("magasin_id").then(|| l.uuid("magasin_id")),
            date: dit("date").then(|| l.jour("date")),
            fait: l.texte_option("fait", 40).unwrap_or_default(),
        }
    }
}

/// The pages of this slice; the router asks who may.
pub(crate) fn routes() -> Router<Etat> {
    Router::new()
        .route("/production-du-jour", get(production))
        .route("/production-du-jour/produire", get(revenir).post(produire))
        .route("/production-du-jour/plan", get(revenir).post(changer_le_plan))
        .route("/production-du-jour/annuler", get(revenir).post(annuler))
        .route("/manques", get(manques))
        .route("/manques/regulariser", get(revenir_aux_manques).post(regulariser_des_manques))
}

/// `GET /production-du-jour`.
async fn production(
    State(etat): State<Etat>,
    Extension(personne): Extension<Personne>,
    requete: Requete,
) -> Result<Response, ErreurPage> {
    let visee = requete.lire(Visee::lire)?;
    let mut c = etat.base.lire().await?;
    let Some(lieu) = Lieu::choisir(&mut c, &personne, visee.magasin_id).await? else {
        return Ok(pages::page(&vue::sans_magasin(&personne)));
    };
    let date = visee.date.unwrap_or_else(|| lieu.magasin.aujourdhui());
    let a = A { lieu, date, personne };
    let retour = Retour::Fait(Fait::lire(&visee.fait));
    Ok(pages::page(&vue::lire(&mut c, a, retour).await?))
}

/// `POST /production-du-jour/produire`: all that is left of the plan, as it stands.
async fn produire(
    State(etat): State<Etat>,
    formulaire: Formulaire,
) -> Result<Response, ErreurPage> {
    let mut saisie = Saisie::lire(&formulaire)?;
    // This door changes no plan, whatever the form says.
    saisie.lignes.clear();
    saisie.produire = true;
    repondre(&etat, &formulaire, saisie).await
}

/// `POST /production-du-jour/plan`: the plan as typed; then what is left of it, if asked.
async fn changer_le_plan(
    State(etat): State<Etat>,
    formulaire: Formulaire,
) -> Result<Response, ErreurPage> {
    let saisie = Saisie::lire(&formulaire)?;
    repondre(&etat, &formulaire, saisie).await
}

/// `POST /production-du-jour/annuler`: a production taken back as a whole, asked once.
async fn annuler(formulaire: Formulaire) -> Result<Response, ErreurPage> {
    let saisie = Saisie::lire(&formulaire)?;
    let operation_id = formulaire.champ("operation_id").parse();
    let operation_id =
        operation_id.map_err(|_| ErreurCritiqueMetier::champ("operation_id", "doit être un UUID"));
    let operation_id = operation_id?;
    if formulaire.champ("action") != "confirmer" {
        let retour = Retour::Reprendre(operation_id);
        let modele = revoir(&formulaire, (saisie.magasin_id, saisie.date), retour).await?;
        // What cannot be taken back is told as such, below.
        if modele.demande_la_reprise() {
            return Ok(pages::page(&modele));
        }
    }
    match actes::reprendre(&formulaire, operation_id).await {
        Ok((magasin, date)) => {
            let fait = Fait::Reprise;
            let ici = format!("/production-du-jour?magasin_id={magasin}&date={date}&fait={fait}");
            Ok(Redirect::to(&ici).into_response())
        }
        Err(Erreur::Refus(refus)) if refus.statut == 409 => {
            montrer_le_refus(&formulaire, saisie, *refus).await
        }
        Err(autre) => Err(autre.into()),
    }
}

/// After a refusal the address is a form's own: whoever asks for it anew begins again.
async fn revenir() -> Redirect {
    Redirect::to("/production-du-jour")
}

async fn repondre(etat: &Etat, f: &Formulaire, saisie: Saisie) -> Result<Response, ErreurPage> {
    match agir(etat, f, &saisie).await {
        Ok(fait) => {
            let (magasin, date) = (saisie.magasin_id, saisie.date);
            let ici = format!("/production-du-jour?magasin_id={magasin}&date={date}&fait={fait}");
            Ok(Redirect::to(&ici).into_response())
        }
        Err(Erreur::Refus(refus)) if [400, 409].contains(&refus.statut) || sans_plan(&refus) => {
            montrer_le_refus(f, saisie, *refus).await
        }
        Err(autre) => Err(autre.into()),
    }
}

fn sans_plan(refus: &ErreurCritiqueMetier) -> bool {
    refus.code == "plan_absent"
}

async fn montrer_le_refus(
    f: &Formulaire,
    saisie: Saisie,
    refus: ErreurCritiqueMetier,
) -> Result<Response, ErreurPage> {
    let statut = match refus.code {
        A_CONFIRMER => StatusCode::OK,
        _ => StatusCode::from_u16(refus.statut).unwrap_or(StatusCode::CONFLICT),
    };
    let jour = (saisie.magasin_id, saisie.date);
    let modele = revoir(f, jour, Retour::Refus(saisie, refus)).await?;
    Ok(pages::page_statut(statut, &modele))
}

/// The page again, as an answer to what was sent.
async fn revoir(
    f: &Formulaire,
    (magasin_id, date): (Uuid, NaiveDate),
    retour: Retour,
) -> Result<PageProduction, ErreurPage> {
    let mut c = f.base.lire().await?;
    let lieu = Lieu::choisir(&mut c, &f.personne, Some(magasin_id)).await?;
    let lieu = lieu.ok_or_else(magasins::inconnu)?;
    let a = A { lieu, date, personne: f.personne.clone() };
    Ok(vue::lire(&mut c, a, retour).await?)
}

/// The magasin that is looked at, among all that the person sees.
struct Lieu {
    magasin: Magasin,
    tous: Vec<Magasin>,
}

impl Lieu {
    /// The one asked for, or 404; else the kitchen. None when there is no magasin at all.
    async fn choisir(
        c: &mut PgConnection,
        personne: &Personne,
        vise: Option<Uuid>,
    ) -> Result<Option<Self>, Erreur> {
        let mut tous = magasins::lister(c, MAGASINS).await?.elements;
        tous.retain(|m| personne.voit(m.id));
        tous.sort_by_cached_key(|m| {
            (m.type_magasin != TypeMagasin::Production, cle_de_tri(&m.nom))
        });
        let magasin = match vise {
            Some(id) => Some(magasins::trouver(c, id).await?),
            None => tous.first().cloned(),
        };
        Ok(magasin.map(|magasin| Self { magasin, tous }))
    }

    fn choix(&self) -> Vec<Choix> {
        let choisi = self.magasin.id;
        let choix = self.tous.iter().map(|m| Choix::de(m.id, &m.nom, m.id == choisi));
        choix.collect()
    }
}

/// One entry of a list to choose from.
#[derive(Debug, Clone)]
struct Choix {
    valeur: String,
    texte: String,
    choisi: bool,
}

impl Choix {
    fn de(id: Uuid, texte: &str, choisi: bool) -> Self {
        Self { valeur: id.to_string(), texte: texte.to_owned(), choisi }
    }
}
