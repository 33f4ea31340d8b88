//! « Recettes importées », for administrators: books in, lines mapped, recipes beside their page.

mod doute;
mod ingredient;
mod livre;
mod livres;
mod relier;
mod repertoire;
mod surs;
mod verifier;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

use super::consulter::{ConversionManquante, Etat as EtatRecette, Groupe};
use super::rapprocher::Conversion;
use super::televerser::CORPS_ENTENDU;
use crate::domaine::{Allergene, Unite};
use crate::platform::http::Etat;
use crate::platform::http::pages::Statut;

pub(crate) fn routes() -> Router<Etat> {
    Router::new()
        .route("/livres", get(livres::livres))
        .route("/livres/deposer", post(livres::deposer).layer(DefaultBodyLimit::max(CORPS_ENTENDU)))
        .route("/livres/suivi", get(livres::avancement))
        .route("/livres/a-relier", get(relier::a_relier))
        .route("/livres/a-relier/creer", get(relier::creer).post(relier::creer_et_relier))
        .route("/livres/a-relier/surs", get(surs::surs).post(surs::relier))
        .route("/livres/a-verifier", get(verifier::a_verifier))
        .route("/livres/doutes/{id}", post(verifier::regler))
        .route("/livres/doutes/{id}/annuler", post(verifier::annuler))
        .route("/livres/questions/{id}", post(livres::repondre))
        .route("/livres/liens", post(relier::relier))
        .route("/livres/liens/{id}/annuler", post(relier::oublier))
        .route("/livres/ignores", post(relier::ignorer))
        .route("/livres/ignores/{id}/annuler", post(relier::ne_plus_ignorer))
        .route("/livres/recettes/{id}/reprendre", post(relier::reprendre))
        .route("/livres/ingredients/{id}", get(ingredient::ingredient).post(ingredient::peser))
        .route("/livres/{id}", get(livre::livre))
        .route("/livres/{id}/recettes/{recette}", get(livre::recette))
        .route("/livres/{id}/pages/{page}", get(livre::image))
        .route("/livres/{id}/pages/{page}/lieu", get(livre::lieu))
}

fn statut(etat: EtatRecette) -> Statut {
    let (genre, icone, texte) = match etat {
        EtatRecette::Complete => ("fait", "fait", "Complète"),
        EtatRecette::ARelier => ("manque", "manque", "À relier"),
        EtatRecette::AVerifier => ("aujourdhui", "information", "À vérifier"),
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
    /// Recipe and quantity, a few of them.
    exemples: String,
    suggestions: Vec<Choix>,
    /// Not where the ingredient is known and only its quantity is missing.
    peut_relier: bool,
    pesee: Option<Pesee>,
    /// What a new ingredient would be called, and counted in.
    nom: String,
    unite: &'static str,
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
    /// How near, or that it is a recipe; what it contains.
    detail: String,
}

impl Carte {
    fn de(groupe: Groupe, retour: &str) -> Self {
        let exemples = groupe.exemples.iter().map(|e| format!("{} {}", e.recette, e.quantite));
        let mut exemples = exemples.collect::<Vec<_>>().join(" · ");
        if groupe.occurrences > 4 {
            exemples.push_str(" · …");
        }
        let quantites = groupe.exemples.iter().map(|e| e.quantite.as_str());
        let unite = quantites.filter_map(|q| q.rsplit(' ').next()).find_map(unite_de);
        Self {
            occurrences: compter(groupe.occurrences, "ligne", "lignes"),
            exemples,
            peut_relier: groupe.raison.is_empty() || !groupe.sans_quantite,
            suggestions: groupe.suggestions.iter().map(Choix::de).collect(),
            pesee: groupe.conversion_manquante.as_ref().map(Pesee::de),
            nom: relier::nom_propose(&groupe.libelle),
            unite: unite.unwrap_or("g"),
            groupe,
            retour: retour.to_owned(),
        }
    }
}

/// The base unit of what is printed.
fn unite_de(unite: &str) -> Option<&'static str> {
    Some(Unite::lire(unite)?.en_base().0.code())
}

impl Choix {
    fn de(s: &super::Suggestion) -> Self {
        let proche = match s.recette {
            true => "recette du livre".to_owned(),
            false => format!("{:.0} %", s.score * 100.0),
        };
        let detail = [Some(proche), contient(s.allergenes.as_deref())];
        Self {
            id: s.ingredient_id.to_string(),
            nom: s.ingredient_nom.clone(),
            detail: detail.into_iter().flatten().collect::<Vec<_>>().join(" · "),
        }
    }
}

/// What choosing it says of allergens; nothing to say when it contains none.
fn contient(allergenes: Option<&[Allergene]>) -> Option<String> {
    match allergenes {
        None => Some("allergènes non dits".to_owned()),
        Some([]) => None,
        Some(dits) => {
            let noms: Vec<&str> = dits.iter().map(|a| a.libelle()).collect();
            Some(format!("contient {}", noms.join(", ").to_lowercase()))
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
