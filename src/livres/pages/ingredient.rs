//! An ingredient as books need it: what a volume and a piece of it weigh. A refusal shows the page
//! again with what was typed.

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::compter;
use super::relier::{Acte, chez_nous};
use crate::domaine::{Decimal, Quantite};
use crate::livres::peser;
use crate::platform::comptes::Personne;
use crate::platform::errors::{Erreur, ErreurCritiqueMetier};
use crate::platform::http::pages::{self, ErreurPage, Page};
use crate::platform::http::{Champs, Chemin, Etat, Lecteur, Requete};
use crate::recettes;
use crate::referentiel::articles::{self, ConversionsDites};
use crate::referentiel::{Article, Nature};

#[derive(Template)]
#[template(path = "livres/modeles/ingredient.html")]
struct PageIngredient {
    page: Page,
    id: Uuid,
    densite: Champ,
    poids_piece: Champ,
    /// What was just done.
    fait: String,
    retour: String,
}

#[derive(Default)]
struct Champ {
    texte: String,
    faute: String,
}

/// A field that is not there leaves what is known; an empty one takes it away.
#[derive(Deserialize)]
pub(crate) struct Saisie {
    densite: Option<String>,
    poids_piece: Option<String>,
    #[serde(default)]
    retour: String,
}

pub(crate) async fn ingredient(
    State(etat): State<Etat>,
    Extension(personne): Extension<Personne>,
    chemin: Chemin,
    requete: Requete,
) -> Result<Response, ErreurPage> {
    let fait = requete.lire(|l| l.entier_ecrit_option("lignes", 0..=1_000_000_000))?;
    let article = trouver(&etat, chemin.id()?).await?;
    let dire = |q: Option<Quantite>| Champ {
        texte: q.map(Quantite::francais).unwrap_or_default(),
        faute: String::new(),
    };
    Ok(pages::page(&PageIngredient {
        page: Page::nouvelle(article.nom, "livres").de(&personne),
        id: article.id,
        densite: dire(article.densite),
        poids_piece: dire(article.poids_piece),
        fait: fait.map(raconter).unwrap_or_default(),
        retour: String::new(),
    }))
}

fn raconter(lignes: i64) -> String {
    match lignes {
        0 => "Enregistré. Aucune ligne des livres n’en dépend pour l’instant.".to_owned(),
        n => {
            let lignes = compter(n, "ligne des livres jugée", "lignes des livres jugées");
            format!("Enregistré : {lignes} de nouveau.")
        }
    }
}

pub(crate) async fn peser(
    State(etat): State<Etat>,
    Extension(personne): Extension<Personne>,
    chemin: Chemin,
    Champs(saisie): Champs<Saisie>,
) -> Result<Response, ErreurPage> {
    let id = chemin.id()?;
    let acte = Acte { etat: &etat, personne: &personne, chemin: "POST /livres/ingredients" };
    let fait = acte.faire(async |tx, op| {
        let dites = saisie.lire(&articles::trouver(tx, id).await?)?;
        peser::peser(tx, op, id, &dites).await
    });
    let fait = fait.await;
    match fait {
        Ok(_) if chez_nous(&saisie.retour) => Ok(Redirect::to(&saisie.retour).into_response()),
        Ok(fait) => {
            let ici = format!("/livres/ingredients/{id}?lignes={}", fait.bilan.lignes);
            Ok(Redirect::to(&ici).into_response())
        }
        Err(Erreur::Refus(refus)) if refus.statut == 400 => {
            let article = trouver(&etat, id).await?;
            let modele = saisie.montrer(&article, &refus, &personne);
            Ok(pages::page_statut(StatusCode::BAD_REQUEST, &modele))
        }
        Err(autre) => Err(autre.into()),
    }
}

async fn trouver(etat: &Etat, id: Uuid) -> Result<Article, Erreur> {
    let mut c = etat.base.lire().await?;
    let article = articles::trouver(&mut c, id).await?;
    if article.nature == Nature::Produit && !recettes::est_fait(&mut c, id).await? {
        let detail = "C'est un produit vendu, qu'aucune recette ne fait.";
        return Err(ErreurCritiqueMetier::introuvable("ingredient_inconnu", detail).into());
    }
    Ok(article)
}

impl Saisie {
    fn lire(&self, article: &Article) -> Result<ConversionsDites, ErreurCritiqueMetier> {
        let corps = json!({
            "densite": valeur(self.densite.as_deref(), article.densite),
            "poids_piece": valeur(self.poids_piece.as_deref(), article.poids_piece),
        });
        let l = Lecteur::nouveau(&corps);
        let dites = ConversionsDites::lire(&l);
        l.terminer(dites)
    }

    fn montrer(
        self,
        article: &Article,
        refus: &ErreurCritiqueMetier,
        personne: &Personne,
    ) -> PageIngredient {
        let champ = |nom: &str, dit: Option<String>, connu: Option<Quantite>| Champ {
            texte: dit.or_else(|| Some(connu?.francais())).unwrap_or_default(),
            faute: faute(refus, nom),
        };
        PageIngredient {
            page: Page::nouvelle(article.nom.clone(), "livres").de(personne),
            id: article.id,
            densite: champ("densite", self.densite, article.densite),
            poids_piece: champ("poids_piece", self.poids_piece, article.poids_piece),
            fait: String::new(),
            retour: self.retour,
        }
    }
}

/// As a program would have said it; what is no number stays a text, which is then refused.
fn valeur(dit: Option<&str>, connu: Option<Quantite>) -> Value {
    match dit.map(str::trim) {
        None => json!(connu),
        Some("") => Value::Null,
        Some(texte) => {
            let nombre = Decimal::lire_saisie(texte).ok();
            let nombre = nombre.and_then(|n| n.to_string().parse().ok());
            nombre.map_or_else(|| json!(texte), Value::Number)
        }
    }
}

/// What is wrong with that field; empty when nothing is.
fn faute(refus: &ErreurCritiqueMetier, champ: &str) -> String {
    let fautes = refus.champs.get("erreurs").and_then(Value::as_array).into_iter().flatten();
    let sienne = fautes.filter(|f| f["champ"] == champ).find_map(|f| f["message"].as_str());
    sienne.map(|m| format!("Ce champ {m}.")).unwrap_or_default()
}
