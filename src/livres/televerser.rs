//! What a page or a program uploads: PDF files in one form, and who the books come from.

use axum::extract::Multipart;
use axum::extract::multipart::MultipartError;
use axum::http::StatusCode;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::platform::errors::ErreurCritiqueMetier;

/// Room to hear a body that is too large to its end, and to say so.
pub(crate) const CORPS_ENTENDU: usize = 48 << 20;
/// 20 MiB of files in one go.
const TOTAL_MAX: usize = 20 << 20;
const FICHIERS_MAX: usize = 20;

/// At least one file.
pub(crate) struct Envoye {
    pub source: Option<String>,
    pub fichiers: Vec<(String, Vec<u8>)>,
}

impl Envoye {
    /// The same for the same files in the same order, from the same source.
    pub(crate) fn empreinte(&self) -> Value {
        let un = |(nom, octets): &(String, Vec<u8>)| json!([nom, Sha256::digest(octets).to_vec()]);
        let fichiers: Vec<Value> = self.fichiers.iter().map(un).collect();
        json!({"source": self.source, "fichiers": fichiers})
    }
}

pub(crate) async fn recevoir(mut formulaire: Multipart) -> Result<Envoye, ErreurCritiqueMetier> {
    let (mut source, mut fichiers, mut total) = (None, Vec::new(), 0);
    while let Some(mut champ) = formulaire.next_field().await.map_err(refuser)? {
        let nom = champ.file_name().map(str::to_owned);
        let est_source = champ.name() == Some("source");
        let mut octets = Vec::new();
        while let Some(morceau) = champ.chunk().await.map_err(refuser)? {
            total += morceau.len();
            // Heard to its end, so that the sender reads the answer; kept no longer.
            if total <= TOTAL_MAX {
                octets.extend_from_slice(&morceau);
            }
        }
        match nom {
            Some(nom) if !octets.is_empty() || !nom.is_empty() => fichiers.push((nom, octets)),
            _ if est_source => source = lire_source(&octets)?,
            _ => {}
        }
    }
    if total > TOTAL_MAX || fichiers.len() > FICHIERS_MAX {
        return Err(trop_grand());
    }
    if fichiers.is_empty() {
        return Err(aucun());
    }
    Ok(Envoye { source, fichiers })
}

fn lire_source(octets: &[u8]) -> Result<Option<String>, ErreurCritiqueMetier> {
    let texte = String::from_utf8_lossy(octets).trim().to_owned();
    if texte.chars().count() > 150 || texte.chars().any(char::is_control) {
        let message = "doit être un nom de 150 caractères au plus";
        return Err(ErreurCritiqueMetier::champ("source", message));
    }
    Ok(Some(texte).filter(|t| !t.is_empty()))
}

fn refuser(erreur: MultipartError) -> ErreurCritiqueMetier {
    if erreur.status() == StatusCode::PAYLOAD_TOO_LARGE { trop_grand() } else { illisible() }
}

fn trop_grand() -> ErreurCritiqueMetier {
    let detail = "Un envoi porte au plus 20 fichiers et 20 Mio : envoyez-les en plusieurs fois.";
    ErreurCritiqueMetier::nouveau(413, "corps_trop_grand", "Envoi trop grand", detail)
}

fn aucun() -> ErreurCritiqueMetier {
    let champ = ErreurCritiqueMetier::champ("pdf", "doit être au moins un fichier PDF");
    dire(champ, "Choisissez au moins un fichier PDF.")
}

pub(crate) fn illisible() -> ErreurCritiqueMetier {
    let champ = ErreurCritiqueMetier::champ("", "l'envoi n'est pas arrivé en entier");
    dire(champ, "L'envoi n'est pas arrivé en entier : recommencez.")
}

/// The field stays named for programs; a person reads what to do.
fn dire(refus: ErreurCritiqueMetier, phrase: &'static str) -> ErreurCritiqueMetier {
    ErreurCritiqueMetier { detail: phrase.into(), ..refus }
}
