//! What a form's fields may hold, whichever page they come from: the text rules of the API. Nobody
//! types a control character, nor thousands of letters into one field.

use axum::body::Body;
use axum::extract::{Form, FromRequest, Request};
use axum::http::StatusCode;
use serde::de::DeserializeOwned;

use super::Etat;
use super::pages::ErreurPage;
use crate::platform::errors::{ErreurChamp, ErreurCritiqueMetier};

/// Longer than the longest address that a page sends back, and than any name.
const LONGUEUR_MAX: usize = 4_000;
/// Judged where they are used: a secret is taken as it is, and where to go next is only a wish.
const A_PART: [&str; 3] = ["mot_de_passe", "suite", "retour"];

/// A form whose fields are those of `T`.
pub(crate) struct Champs<T>(pub T);

impl<T: DeserializeOwned> FromRequest<Etat> for Champs<T> {
    type Rejection = ErreurPage;

    async fn from_request(requete: Request, etat: &Etat) -> Result<Self, ErreurPage> {
        let (parts, corps) = requete.into_parts();
        let a_lire = Request::from_parts(parts.clone(), corps);
        let champs = lire(a_lire, etat).await?;
        let memes = form_urlencoded::Serializer::new(String::new()).extend_pairs(champs).finish();
        let Form(lus) = Form::from_request(Request::from_parts(parts, Body::from(memes)), etat)
            .await
            .map_err(|refus: axum::extract::rejection::FormRejection| illisible(refus.status()))?;
        Ok(Self(lus))
    }
}

/// All fields, in their order; the first that breaks a rule is named.
pub(super) async fn lire(
    requete: Request,
    etat: &Etat,
) -> Result<Vec<(String, String)>, ErreurCritiqueMetier> {
    let Form(champs) = Form::<Vec<(String, String)>>::from_request(requete, etat)
        .await
        .map_err(|refus| illisible(refus.status()))?;
    let fautes: Vec<_> = champs.iter().filter_map(|(nom, valeur)| faute(nom, valeur)).collect();
    if fautes.is_empty() { Ok(champs) } else { Err(ErreurCritiqueMetier::validation(&fautes)) }
}

fn faute(nom: &str, valeur: &str) -> Option<ErreurChamp> {
    if A_PART.contains(&nom) {
        return None;
    }
    let message = if valeur.chars().count() > LONGUEUR_MAX {
        format!("dépasse {LONGUEUR_MAX} caractères")
    } else if nom.chars().chain(valeur.chars()).any(char::is_control) {
        "contient un caractère interdit".to_owned()
    } else {
        return None;
    };
    let champ = nom.chars().filter(|c| !c.is_control()).take(60).collect();
    Some(ErreurChamp { champ, message })
}

/// What axum says of a form in English, as a page of ours.
fn illisible(statut: StatusCode) -> ErreurCritiqueMetier {
    let (statut, code, titre, detail) = match statut {
        StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            (415, "type_de_contenu", "Type de contenu refusé", "Cette page attend son formulaire.")
        }
        StatusCode::PAYLOAD_TOO_LARGE => {
            (413, "corps_trop_grand", "Requête trop grande", "Ce formulaire est trop grand.")
        }
        _ => {
            let detail = "Ce formulaire est incomplet : revenez et recommencez.";
            (400, "requete_invalide", "Requête invalide", detail)
        }
    };
    ErreurCritiqueMetier::nouveau(statut, code, titre, detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_has_no_control_character_and_an_end_but_a_password_is_taken_as_it_is() {
        for (nom, valeur) in [("email", "a\0b"), ("email", "a\u{7f}"), ("a\nb", "x")] {
            assert!(faute(nom, valeur).is_some(), "{nom} {valeur:?}");
        }
        assert!(faute("nom", &"é".repeat(LONGUEUR_MAX)).is_none());
        assert!(faute("nom", &"é".repeat(LONGUEUR_MAX + 1)).is_some());
        assert!(faute("mot_de_passe", "a\tb").is_none());
    }
}
