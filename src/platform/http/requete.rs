//! What stands in the address: query parameters and path segments, read like a body.

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use serde_json::{Map, Value};

use super::Lecteur;
use crate::platform::errors::{Erreur, ErreurCritiqueMetier};

/// The query string as an object of texts; a `Lecteur` reads it.
pub(crate) struct Requete(Value);

impl Requete {
    pub(crate) fn lecteur(&self) -> Lecteur<'_> {
        Lecteur::nouveau(&self.0)
    }

    pub(crate) fn lire<T>(&self, lire: impl FnOnce(&Lecteur<'_>) -> T) -> Result<T, Erreur> {
        let lecteur = self.lecteur();
        let valeur = lire(&lecteur);
        Ok(lecteur.terminer(valeur)?)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Requete {
    type Rejection = Erreur;

    async fn from_request_parts(parts: &mut Parts, etat: &S) -> Result<Self, Erreur> {
        let axum::extract::Query(paires) =
            axum::extract::Query::<Vec<(String, String)>>::from_request_parts(parts, etat)
                .await
                .map_err(|_| ErreurCritiqueMetier::champ("", "l'adresse est mal formée"))?;
        let mut objet = Map::new();
        for (nom, valeur) in paires {
            // Which of the two was meant? Not ours to guess.
            if objet.insert(nom.clone(), Value::String(valeur)).is_some() {
                return Err(ErreurCritiqueMetier::champ(nom, "est donné deux fois").into());
            }
        }
        Ok(Self(Value::Object(objet)))
    }
}

/// The path's segments as an object of texts.
pub(crate) struct Chemin(Value);

impl Chemin {
    pub(crate) fn lire<T>(&self, lire: impl FnOnce(&Lecteur<'_>) -> T) -> Result<T, Erreur> {
        let lecteur = Lecteur::nouveau(&self.0);
        let valeur = lire(&lecteur);
        Ok(lecteur.terminer(valeur)?)
    }

    /// The only segment, an id.
    pub(crate) fn id(&self) -> Result<uuid::Uuid, Erreur> {
        self.lire(|l| l.uuid("id"))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Chemin {
    type Rejection = Erreur;

    async fn from_request_parts(parts: &mut Parts, etat: &S) -> Result<Self, Erreur> {
        let segments = RawPathParams::from_request_parts(parts, etat)
            .await
            .map_err(|_| ErreurCritiqueMetier::champ("", "l'adresse est mal formée"))?;
        let objet: Map<String, Value> =
            segments.iter().map(|(n, v)| (n.to_owned(), Value::String(v.to_owned()))).collect();
        Ok(Self(Value::Object(objet)))
    }
}
