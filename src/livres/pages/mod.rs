//! « Recettes importées », for administrators: books in, lines mapped, recipes beside their page.

mod livre;
mod livres;
mod relier;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

use super::consulter::{Etat as EtatRecette, Groupe};
use crate::platform::http::Etat;
use crate::platform::http::pages::Statut;

/// Room to hear a body that is too large to its end, and to say so.
const CORPS_ENTENDU: usize = 48 << 20;

pub fn routes() -> Router<Etat> {
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
    /// Where to come back to.
    retour: String,
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
            groupe,
            retour: retour.to_owned(),
        }
    }
}
