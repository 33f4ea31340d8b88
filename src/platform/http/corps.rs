//! The body of a request: JSON, at most 1 MiB.

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use http_body_util::BodyExt;
use serde_json::Value;

use super::Lecteur;
use crate::platform::errors::{Erreur, ErreurCritiqueMetier};

pub(crate) struct Corps(Value);

impl Corps {
    pub(crate) fn valeur(&self) -> &Value {
        &self.0
    }

    /// Reads the body with `lire`; every faulty field is told.
    pub(crate) fn lire<T>(&self, lire: impl FnOnce(&Lecteur<'_>) -> T) -> Result<T, Erreur> {
        let lecteur = Lecteur::nouveau(&self.0);
        let valeur = lire(&lecteur);
        Ok(lecteur.terminer(valeur)?)
    }
}

impl<S: Send + Sync> FromRequest<S> for Corps {
    type Rejection = Erreur;

    async fn from_request(requete: Request, _: &S) -> Result<Self, Erreur> {
        let (parts, body) = requete.into_parts();
        verifier_nature(&parts.headers)?;
        let octets = lire_corps(body).await?;
        let valeur = serde_json::from_slice(&octets).ok().filter(|_| !dit_le_mot(&octets));
        let illisible = || ErreurCritiqueMetier::champ("", "le corps n'est pas du JSON valide");
        Ok(Self(valeur.ok_or_else(illisible)?))
    }
}

/// An object with this only key is how serde_json hands a number on: from outside it would be taken
/// for one.
const MOT: &str = "$serde_json::private::Number";

/// Is there such a text in valid JSON, however its letters are written?
fn dit_le_mot(json: &[u8]) -> bool {
    let ecrit = memchr::memmem::find(json, MOT.as_bytes()).is_some();
    if !ecrit && memchr::memmem::find(json, b"\\u").is_none() {
        return false;
    }
    let mut reste = json;
    while let Some(debut) = memchr::memchr(b'"', reste) {
        let Some(texte) = reste.get(debut..) else { return false };
        let fin = longueur(texte);
        let (texte, suite) = texte.split_at(fin);
        if serde_json::from_slice::<String>(texte).is_ok_and(|t| t == MOT) {
            return true;
        }
        reste = suite;
    }
    false
}

/// Of a text of JSON, with its quotation marks.
fn longueur(texte: &[u8]) -> usize {
    let mut echappe = false;
    for (n, octet) in texte.iter().enumerate().skip(1) {
        match octet {
            _ if echappe => echappe = false,
            b'\\' => echappe = true,
            b'"' => return n + 1,
            _ => {}
        }
    }
    texte.len()
}

/// 1 MiB.
const CORPS_MAX: usize = 1 << 20;
/// What is read and thrown away beyond that, so that the client hears the refusal.
const CORPS_JETE: usize = 32 << 20;

/// The body, or 413.
async fn lire_corps(body: Body) -> Result<Bytes, Erreur> {
    let mut body = body;
    let mut lus = Vec::new();
    let mut total = 0;
    while let Some(cadre) = body.frame().await {
        let cadre = cadre
            .map_err(|_| ErreurCritiqueMetier::champ("", "le corps n'est pas arrivé en entier"))?;
        let Ok(donnees) = cadre.into_data() else { continue };
        total += donnees.len();
        if total > CORPS_JETE {
            break;
        }
        if total <= CORPS_MAX {
            lus.extend_from_slice(&donnees);
        }
    }
    if total > CORPS_MAX {
        return Err(ErreurCritiqueMetier::nouveau(
            413,
            "corps_trop_grand",
            "Requête trop grande",
            "La requête dépasse 1 Mio.",
        )
        .into());
    }
    Ok(lus.into())
}

fn verifier_nature(entetes: &HeaderMap) -> Result<(), ErreurCritiqueMetier> {
    let nature = entetes.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or("");
    let nature = nature.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
    if nature == "application/json"
        || (nature.starts_with("application/") && nature.ends_with("+json"))
    {
        return Ok(());
    }
    Err(ErreurCritiqueMetier::nouveau(
        415,
        "type_de_contenu",
        "Type de contenu refusé",
        "Cette route attend du JSON (Content-Type: application/json).",
    ))
}

#[cfg(test)]
mod tests {
    use super::dit_le_mot;

    #[test]
    fn what_serde_json_keeps_for_itself_is_found_however_it_is_written() {
        assert!(dit_le_mot(br#"{"a":{"$serde_json::private::Number":"1"}}"#));
        assert!(dit_le_mot(br#"{"x\"":1,"\u0024serde_json::private::Number":"1"}"#));
        assert!(!dit_le_mot(br#"{"a":"\u00e9 le mot $serde_json::private::Number, en passant"}"#));
        assert!(!dit_le_mot(br#"{"a":"\\","b":[1,"c"]}"#));
    }
}
