//! Who asks, and for what: the same two things of every request that writes.

use axum::extract::Request;
use axum::http::{Extensions, Method, Uri};

use crate::platform::comptes::Personne;
use crate::platform::errors::Erreur;

/// The person, whom `identifier` let in, and the operation's path (`POST /api/..`).
pub(super) fn personne_et_chemin(requete: &Request) -> Result<(Personne, String), Erreur> {
    de(requete.extensions(), (requete.method(), requete.uri()))
}

/// The same before the body is read.
pub(crate) fn de(
    extensions: &Extensions,
    (methode, adresse): (&Method, &Uri),
) -> Result<(Personne, String), Erreur> {
    let personne = extensions.get::<Personne>().cloned();
    let personne = personne.ok_or_else(|| Erreur::interne("écriture sans personne"))?;
    Ok((personne, format!("{methode} {}", adresse.path())))
}
