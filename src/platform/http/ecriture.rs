//! The way of every route that writes: read the body, begin, take the key, do, keep the answer,
//! commit. A handler says only what to do.

use std::ops::AsyncFnOnce;

use axum::extract::{FromRequest, Request};
use axum::http::HeaderValue;
use axum::response::Response;
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use sqlx::PgConnection;

use super::demande::personne_et_chemin;
use super::{Corps, Etat, Lecteur, reponse_json};
use crate::domaine::Decimal;
use crate::platform::comptes::{self};
use crate::platform::db::operations::{Cle, Commande, Operation, Reponse};
use crate::platform::db::une_fois::{self, Une};
use crate::platform::db::{Base, Ecrits};
use crate::platform::errors::{Erreur, ErreurCritiqueMetier};

/// One writing request, its body read as JSON.
pub(crate) struct Ecriture {
    corps: Corps,
    base: Base,
    commande: Commande,
}

/// What became of it: done now (with what the caller wants to announce), or done before.
pub(crate) enum Issue<S> {
    Faite(S, Response),
    Rejouee(Response),
}

impl<S> Issue<S> {
    /// Announces what was just done, never what was only answered again.
    pub(crate) fn annoncer(self, dire: impl FnOnce(S)) -> Response {
        match self {
            Self::Faite(suite, reponse) => {
                dire(suite);
                reponse
            }
            Self::Rejouee(reponse) => reponse,
        }
    }
}

impl Ecriture {
    /// Reads the body with `lire`; every faulty field is told.
    pub(crate) fn lire<T>(&self, lire: impl FnOnce(&Lecteur<'_>) -> T) -> Result<T, Erreur> {
        self.corps.lire(lire)
    }

    /// Does it in one transaction, once per key. `action` gives the answer's body and what to
    /// announce after the commit.
    pub(crate) async fn executer<B: Serialize, S>(
        self,
        statut: u16,
        action: impl AsyncFnOnce(&mut PgConnection, Operation) -> Result<(B, S), Erreur>,
    ) -> Result<Issue<S>, Erreur> {
        executer_une_fois((&self.base, &self.commande), statut, action).await
    }

    /// `executer` for an action that leaves all its rows to be written at the end: with the
    /// operation and its answer, in one statement.
    pub(crate) async fn executer_d_un_trait<B: Serialize, S>(
        self,
        statut: u16,
        action: impl AsyncFnOnce((&mut PgConnection, &mut Ecrits), Operation) -> Result<(B, S), Erreur>,
    ) -> Result<Issue<S>, Erreur> {
        let une = une_fois::d_un_trait(&self.base, &self.commande, statut, action).await?;
        Ok(en_json(une, statut))
    }

    /// `executer` for what has nothing to announce.
    pub(crate) async fn faire<B: Serialize>(
        self,
        statut: u16,
        action: impl AsyncFnOnce(&mut PgConnection, Operation) -> Result<B, Erreur>,
    ) -> Result<Response, Erreur> {
        let issue =
            self.executer(statut, async move |tx, op| Ok((action(tx, op).await?, ()))).await?;
        Ok(issue.annoncer(|()| ()))
    }
}

/// Does it once, and answers as JSON.
pub(super) async fn executer_une_fois<B: Serialize, S>(
    (base, commande): (&Base, &Commande),
    statut: u16,
    action: impl AsyncFnOnce(&mut PgConnection, Operation) -> Result<(B, S), Erreur>,
) -> Result<Issue<S>, Erreur> {
    Ok(en_json(une_fois::pas_a_pas(base, commande, statut, action).await?, statut))
}

fn en_json<S>(une: Une<S>, statut: u16) -> Issue<S> {
    match une {
        Une::Faite(suite, json) => Issue::Faite(suite, reponse_json(statut, json)),
        Une::Deja(reponse) => Issue::Rejouee(rejouer(reponse)),
    }
}

fn rejouer(Reponse { statut, json }: Reponse) -> Response {
    let mut reponse = reponse_json(statut, json);
    reponse.headers_mut().insert("Idempotency-Replayed", HeaderValue::from_static("true"));
    reponse
}

impl FromRequest<Etat> for Ecriture {
    type Rejection = Erreur;

    async fn from_request(requete: Request, etat: &Etat) -> Result<Self, Erreur> {
        let (personne, chemin) = personne_et_chemin(&requete)?;
        let brute = requete.headers().get("idempotency-key").cloned();
        let corps = Corps::from_request(requete, etat).await?;
        comptes::verifier_corps(&personne, corps.valeur())?;
        let cle = brute
            .map(|b| lire_cle(b.to_str().unwrap_or_default(), &chemin, corps.valeur()))
            .transpose()?;
        let commande = Commande { auteur_id: Some(personne.id), role: personne.role, cle, chemin };
        Ok(Self { corps, base: etat.base.clone(), commande })
    }
}

pub(super) fn lire_cle(
    brute: &str,
    chemin: &str,
    corps: &Value,
) -> Result<Cle, ErreurCritiqueMetier> {
    let valeur = Some(brute)
        .filter(|v| (1..=64).contains(&v.len()) && v.bytes().all(|b| b.is_ascii_graphic()))
        .ok_or_else(|| {
            ErreurCritiqueMetier::champ(
                "Idempotency-Key",
                "doit être un UUID ou 1 à 64 caractères ASCII visibles",
            )
        })?;
    Ok(Cle { valeur: valeur.to_owned(), empreinte: empreinte(chemin, corps) })
}

/// SHA-256 of method, path and JSON value: the same whatever the spelling of the JSON.
fn empreinte(chemin: &str, corps: &Value) -> [u8; 32] {
    let mut hache = Sha256::new();
    hache.update(chemin.as_bytes());
    hache.update([0]);
    hacher(corps, &mut hache);
    hache.finalize().into()
}

fn hacher(valeur: &Value, hache: &mut Sha256) {
    match valeur {
        Value::Object(objet) => {
            let mut champs: Vec<_> = objet.iter().collect();
            champs.sort_by_key(|(nom, _)| *nom);
            hache.update(format!("{{{}", champs.len()));
            for (nom, v) in champs {
                hache.update(format!("{}:{nom}", nom.len()));
                hacher(v, hache);
            }
        }
        Value::Array(elements) => {
            hache.update(format!("[{}", elements.len()));
            elements.iter().for_each(|v| hacher(v, hache));
        }
        Value::String(s) => hache.update(format!("\"{}:{s}", s.len())),
        Value::Number(n) => {
            let canonique = Decimal::lire_json(n.as_str()).map(Decimal::canonique);
            hache.update(format!("#{}", canonique.unwrap_or_else(|_| n.to_string())));
        }
        Value::Bool(b) => hache.update(if *b { "t" } else { "f" }),
        Value::Null => hache.update("n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn de(texte: &str) -> [u8; 32] {
        empreinte("POST /x", &serde_json::from_str(texte).unwrap())
    }

    #[test]
    fn the_same_json_value_is_the_same_request_however_it_is_spelled() {
        assert_eq!(de(r#"{"a":1.0,"b":[1,2]}"#), de(r#"{ "b": [1, 20e-1], "a": 1 }"#));
        assert_ne!(de(r#"{"a":"1"}"#), de(r#"{"a":1}"#));
        assert_ne!(de(r#"{"a":[1],"b":2}"#), de(r#"{"a":[1,2]}"#));
    }
}
