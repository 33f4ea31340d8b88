//! Signature Version 4 of AWS, as headers carry it: made anew from the secret, and compared.

use axum::http::StatusCode;
use axum::http::request::Parts;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use ring::hmac::{HMAC_SHA256, Key, sign};
use sha2::{Digest, Sha256};

use super::objets::Refus;

pub const CLE: &str = "cle-d-essai";
pub const SECRET: &str = "secret-d-essai";
pub const REGION: &str = "eu-west-3";

/// All but these is written `%XX`.
const A_CODER: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Refuses what the secret did not sign: the request first, then the content that it tells of.
pub fn verifier(tete: &Parts, corps: &[u8]) -> Result<(), Refus> {
    let interdit = |code| Refus(StatusCode::FORBIDDEN, code);
    let autorisation = entete(tete, "authorization");
    let champ = |nom: &str| {
        let (_, suite) = autorisation.split_once(nom)?;
        suite.split(',').next()
    };
    let champs = (champ("Credential="), champ("SignedHeaders="), champ("Signature="));
    let (Some(titre), Some(signes), Some(signature)) = champs else {
        return Err(interdit("AccessDenied"));
    };
    let Some((cle, portee)) = titre.split_once('/') else { return Err(interdit("AccessDenied")) };
    if cle != CLE {
        return Err(interdit("InvalidAccessKeyId"));
    }
    let date = entete(tete, "x-amz-date");
    let jour = date.split('T').next().unwrap_or_default().to_owned();
    if portee != format!("{jour}/{REGION}/s3/aws4_request") || !couvre(signes, tete) {
        return Err(interdit("AccessDenied"));
    }
    let demande = hexa(&Sha256::digest(canonique(tete, signes)));
    let a_signer = format!("AWS4-HMAC-SHA256\n{date}\n{portee}\n{demande}");
    let mut cle = format!("AWS4{SECRET}").into_bytes();
    for etape in [jour.as_str(), REGION, "s3", "aws4_request", &a_signer] {
        cle = sign(&Key::new(HMAC_SHA256, &cle), etape.as_bytes()).as_ref().to_vec();
    }
    if hexa(&cle) != signature {
        return Err(interdit("SignatureDoesNotMatch"));
    }
    if entete(tete, "x-amz-content-sha256") != hexa(&Sha256::digest(corps)) {
        return Err(Refus(StatusCode::BAD_REQUEST, "XAmzContentSHA256Mismatch"));
    }
    Ok(())
}

/// What S3 wants signed.
fn couvre(signes: &str, tete: &Parts) -> bool {
    let signe = |nom: &str| signes.split(';').any(|s| s == nom);
    let siens = tete.headers.keys().filter(|nom| nom.as_str().starts_with("x-amz-"));
    signe("host") && siens.into_iter().all(|nom| signe(nom.as_str()))
}

fn canonique(tete: &Parts, signes: &str) -> String {
    let code = |texte: &str| utf8_percent_encode(texte, A_CODER).to_string();
    let question = tete.uri.query().unwrap_or_default();
    let mut question: Vec<String> = form_urlencoded::parse(question.as_bytes())
        .map(|(nom, valeur)| format!("{}={}", code(&nom), code(&valeur)))
        .collect();
    question.sort();
    let entetes: String =
        signes.split(';').map(|nom| format!("{nom}:{}\n", entete(tete, nom))).collect();
    format!(
        "{}\n{}\n{}\n{entetes}\n{signes}\n{}",
        tete.method,
        tete.uri.path(),
        question.join("&"),
        entete(tete, "x-amz-content-sha256")
    )
}

/// Its values, the spaces in them made one.
fn entete(tete: &Parts, nom: &str) -> String {
    let valeurs = tete.headers.get_all(nom).into_iter().filter_map(|v| v.to_str().ok());
    let unis = valeurs.map(|v| v.split_whitespace().collect::<Vec<_>>().join(" "));
    unis.collect::<Vec<_>>().join(",")
}

pub fn hexa(octets: &[u8]) -> String {
    octets.iter().map(|o| format!("{o:02x}")).collect()
}
