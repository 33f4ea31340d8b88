//! Lines to be mapped, and the forms that decide: they work without any script.

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Carte, compter};
use crate::domaine::Allergene;
use crate::livres::consulter::{self, Appris};
use crate::livres::http::{filtre, mots, tranche};
use crate::livres::relier::{self, AIgnorer, Lien, Vers};
use crate::platform::comptes::Personne;
use crate::platform::db::executer_transaction;
use crate::platform::db::operations::{self, Operation};
use crate::platform::errors::{Erreur, ErreurCritiqueMetier};
use crate::platform::http::pages::{self, ErreurPage, Page};
use crate::platform::http::{Champs, Chemin, Etat, Lecteur, Requete};
use crate::referentiel::articles;

#[derive(Template)]
#[template(path = "livres/modeles/a_relier.html")]
struct PageARelier {
    page: Page,
    cartes: Vec<Carte>,
    libelles: i64,
    lignes: String,
    livres: Vec<(String, String, bool)>,
    cherche: String,
    filtree: bool,
    suite: Option<String>,
    ingredients: Vec<(String, String)>,
    creation: Creation,
    liens: Vec<Appris>,
    ignores: Vec<Appris>,
}

const PAR_PAGE: i64 = 100;

pub(crate) async fn a_relier(
    State(etat): State<Etat>,
    Extension(personne): Extension<Personne>,
    requete: Requete,
) -> Result<Response, ErreurPage> {
    let ((_, apres), filtre, cherche) =
        requete.lire(|l| (tranche(l), filtre(l), mots(l).unwrap_or_default()))?;
    let mut c = etat.base.lire().await?;
    let lus = consulter::a_relier(&mut c, &filtre, (PAR_PAGE, apres)).await?;
    let retour = "/livres/a-relier";
    let suite = lus.liste.suivant.map(|apres| {
        let mut champs = form_urlencoded::Serializer::new(String::new());
        champs.append_pair("apres", &apres).append_pair("cherche", &cherche);
        let livre = filtre.livre.map(|id| id.to_string()).unwrap_or_default();
        format!("{retour}?{}", champs.append_pair("livre_id", &livre).finish())
    });
    let livres = consulter::livres(&mut c).await?.into_iter();
    let livre = |l: consulter::LivreEnVigueur| {
        let choisi = filtre.livre == Some(l.id);
        (l.id.to_string(), format!("{} ({} à relier)", l.titre, l.non_mappees), choisi)
    };
    Ok(pages::page(&PageARelier {
        page: Page::nouvelle("Lignes à relier", "livres").de(&personne),
        cartes: lus.liste.elements.into_iter().map(|g| Carte::de(g, retour)).collect(),
        libelles: lus.libelles,
        lignes: compter(lus.lignes, "ligne", "lignes"),
        livres: livres.filter(|l| l.non_mappees > 0).map(livre).collect(),
        filtree: filtre.livre.is_some() || !cherche.is_empty(),
        cherche,
        suite,
        ingredients: consulter::ingredients(&mut c).await?,
        creation: Creation::default(),
        liens: consulter::derniers_liens(&mut c).await?,
        ignores: consulter::derniers_ignores(&mut c).await?,
    }))
}

/// The form that makes an ingredient: the page's own, and what the script puts in a card.
#[derive(Default)]
pub(crate) struct Creation {
    pub libelle: String,
    pub nom: String,
    pub faute: String,
    pub retour: String,
}

impl Creation {
    pub(crate) fn allergenes() -> impl Iterator<Item = Allergene> {
        Allergene::tous()
    }
}

#[derive(Template)]
#[template(path = "livres/modeles/creer.html")]
struct PageCreer {
    page: Page,
    creation: Creation,
}

pub(crate) async fn creer(
    Extension(personne): Extension<Personne>,
    requete: Requete,
) -> Result<Response, ErreurPage> {
    let lire = |l: &Lecteur<'_>| {
        let retour = l.brut("retour").and_then(|v| v.as_str()).unwrap_or_default().to_owned();
        (l.texte("libelle", 200), retour)
    };
    let (libelle, retour) = requete.lire(lire)?;
    let creation = Creation { nom: nom_propose(&libelle), libelle, faute: String::new(), retour };
    Ok(page_creer(&personne, StatusCode::OK, creation))
}

fn page_creer(personne: &Personne, statut: StatusCode, creation: Creation) -> Response {
    let page = Page::nouvelle("Créer un ingrédient", "livres").de(personne);
    pages::page_statut(statut, &PageCreer { page, creation })
}

/// `BEURRE DOUX` is proposed as « Beurre doux ».
pub(crate) fn nom_propose(libelle: &str) -> String {
    let petit = libelle.to_lowercase();
    let mut lettres = petit.chars();
    let premiere = lettres.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    premiere + lettres.as_str()
}

/// Makes the ingredient and links the label to it: both, or neither.
pub(crate) async fn creer_et_relier(
    State(etat): State<Etat>,
    Extension(personne): Extension<Personne>,
    Champs(champs): Champs<Vec<(String, String)>>,
) -> Result<Response, ErreurPage> {
    let champ = |nom: &str| {
        let trouve = champs.iter().find(|(n, _)| n == nom);
        trouve.map(|(_, v)| v.trim().to_owned()).unwrap_or_default()
    };
    let dits: Vec<&str> =
        champs.iter().filter(|(n, _)| n == "allergene").map(|(_, v)| v.as_str()).collect();
    let connus: Vec<&&str> = dits.iter().filter(|a| **a != "aucun").collect();
    let corps = json!({
        "libelle": champ("libelle"),
        "nouvel_ingredient": {
            "nom": champ("nom"),
            "unite_base": champ("unite"),
            "allergenes": (!dits.is_empty()).then_some(connus),
        },
    });
    let acte = Acte { etat: &etat, personne: &personne, chemin: "POST /livres/a-relier/creer" };
    let fait = match lire_lien(&corps) {
        Ok(lien) => acte.faire(async |tx, op| relier::relier(tx, op, lien).await).await,
        Err(refus) => Err(refus.into()),
    };
    let retour = champ("retour");
    match fait {
        Ok(_) => Ok(Saisie { retour, ..Saisie::default() }.revenir()),
        Err(Erreur::Refus(refus)) if [400, 409].contains(&refus.statut) => {
            let (libelle, nom) = (champ("libelle"), champ("nom"));
            let creation = Creation { libelle, nom, faute: refus.detail.to_string(), retour };
            Ok(page_creer(&personne, StatusCode::BAD_REQUEST, creation))
        }
        Err(autre) => Err(autre.into()),
    }
}

fn lire_lien(corps: &serde_json::Value) -> Result<Lien, ErreurCritiqueMetier> {
    let l = Lecteur::nouveau(corps);
    let lien = Lien::lire(&l);
    l.terminer(lien)
}

#[derive(Deserialize, Default)]
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
    Champs(s): Champs<Saisie>,
) -> Result<Response, ErreurPage> {
    let libelle = s.libelle(200)?;
    let acte = Acte { etat: &etat, personne: &personne, chemin: "POST /livres/liens" };
    acte.faire(async |tx, op| {
        let ingredient_id = viser(tx, &s).await?;
        let vers = Vers::IngredientId(ingredient_id);
        relier::relier(tx, op, Lien { libelle, vers }).await
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
    Champs(s): Champs<Saisie>,
) -> Result<Response, ErreurPage> {
    let id = chemin.id()?;
    let acte = Acte { etat: &etat, personne: &personne, chemin: "POST /livres/liens/annuler" };
    acte.faire(async |tx, op| relier::oublier(tx, op, id).await).await?;
    Ok(s.revenir())
}

pub(crate) async fn ignorer(
    State(etat): State<Etat>,
    Extension(personne): Extension<Personne>,
    Champs(s): Champs<Saisie>,
) -> Result<Response, ErreurPage> {
    let demande = AIgnorer { libelle: s.libelle(2_000)?, sans_quantite: s.sans_quantite };
    let acte = Acte { etat: &etat, personne: &personne, chemin: "POST /livres/ignores" };
    acte.faire(async |tx, op| relier::ignorer(tx, op, demande).await).await?;
    Ok(s.revenir())
}

pub(crate) async fn ne_plus_ignorer(
    State(etat): State<Etat>,
    Extension(personne): Extension<Personne>,
    chemin: Chemin,
    Champs(s): Champs<Saisie>,
) -> Result<Response, ErreurPage> {
    let id = chemin.id()?;
    let acte = Acte { etat: &etat, personne: &personne, chemin: "POST /livres/ignores/annuler" };
    acte.faire(async |tx, op| relier::ne_plus_ignorer(tx, op, id).await).await?;
    Ok(s.revenir())
}

pub(crate) async fn reprendre(
    State(etat): State<Etat>,
    Extension(personne): Extension<Personne>,
    chemin: Chemin,
    Champs(s): Champs<Saisie>,
) -> Result<Response, ErreurPage> {
    let id = chemin.id()?;
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
            let op = operations::sans_cle(tx, Some(self.personne.id), self.chemin).await?;
            action(tx, op).await
        })
        .await
    }
}
