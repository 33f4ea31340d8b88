//! « Recettes importées », for administrators: books in, lines mapped, recipes beside their page.

mod ingredient;
mod livre;
mod livres;
mod relier;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

use super::consulter::{ConversionManquante, Etat as EtatRecette, Groupe};
use super::rapprocher::Conversion;
use super::televerser::CORPS_ENTENDU;
use crate::platform::http::Etat;
use crate::platform::http::pages::Statut;

pub(crate) fn routes() -> Router<Etat> {
    Router::new()
        .route("/livres", get(livres::livres))
        .route("/livres/deposer", post(livres::deposer).layer(DefaultBodyLimit::max(CORPS_ENTENDU)))
        .route("/livres/suivi", get(livres::avancement))
        .route("/livres/a-relier", get(relier::a_relier))
        .route("/livres/liens", post(relier::relier))
        .route("/livres/liens/{id}/annuler", post(relier::oublier))
        .route("/livres/ignores", post(relier::ignorer))
        .route("/livres/ignores/{id}/annuler", post(relier::ne_plus_ignorer))
        .route("/livres/recettes/{id}/reprendre", post(relier::reprendre))
        .route("/livres/ingredients/{id}", get(ingredient::ingredient).post(ingredient::peser))
        .route("/livres/{id}", get(livre::livre))
        .route("/livres/{id}/recettes/{recette}", get(livre::recette))
        .route("/livres/{id}/pages/{page}", get(livre::image))
}

fn statut(etat: EtatRecette) -> Statut {
    let (genre, icone, texte) = match etat {
        EtatRecette::Complete => ("fait", "fait", "Complète"),
        EtatRecette::Incomplete => ("manque", "manque", "Incomplète"),
        EtatRecette::Protegee => ("ajuste", "ajuste", "Changée à la main"),
        EtatRecette::AutreSource => ("sans", "document", "Prise d’un autre livre"),
        EtatRecette::SansRecette => ("sans", "non-produit", "Sans recette"),
    };
    Statut { genre, icone, texte: texte.to_owned() }
}

fn statut_de_ligne(statut: &str) -> Statut {
    let (genre, icone, texte) = match statut {
        "mappee" => ("fait", "fait", "Reliée"),
        "ignoree" => ("sans", "non-produit", "Ignorée"),
        _ => ("manque", "manque", "À relier"),
    };
    Statut { genre, icone, texte: texte.to_owned() }
}

fn compter(n: i64, un: &str, plusieurs: &str) -> String {
    format!("{n} {}", if n > 1 { plusieurs } else { un })
}

/// A label to be mapped, as the pages show it.
struct Carte {
    groupe: Groupe,
    occurrences: String,
    recettes: String,
    suggestions: Vec<Choix>,
    /// Not where the ingredient is known and only its quantity is missing.
    peut_relier: bool,
    pesee: Option<Pesee>,
    /// Where to come back to.
    retour: String,
}

/// The number that is asked for of an ingredient.
struct Pesee {
    ingredient_id: String,
    champ: &'static str,
    texte: String,
}

struct Choix {
    id: String,
    nom: String,
    pourcent: String,
}

impl Carte {
    fn de(groupe: Groupe, retour: &str) -> Self {
        let choix = |s: &super::Suggestion| Choix {
            id: s.ingredient_id.to_string(),
            nom: s.ingredient_nom.clone(),
            pourcent: format!("{:.0} %", s.score * 100.0),
        };
        Self {
            occurrences: compter(groupe.occurrences, "ligne", "lignes"),
            recettes: groupe.recettes.join(", "),
            peut_relier: groupe.raison.is_empty() || !groupe.sans_quantite,
            suggestions: groupe.suggestions.iter().map(choix).collect(),
            pesee: groupe.conversion_manquante.as_ref().map(Pesee::de),
            groupe,
            retour: retour.to_owned(),
        }
    }
}

impl Pesee {
    fn de(manque: &ConversionManquante) -> Self {
        let nom = &manque.ingredient_nom;
        let (champ, texte) = match manque.conversion {
            Conversion::Densite => ("densite", format!("{nom} : densité (g par ml)")),
            Conversion::PoidsPiece => ("poids_piece", format!("{nom} : poids d’une pièce (g)")),
        };
        Self { ingredient_id: manque.ingredient_id.to_string(), champ, texte }
    }
}
