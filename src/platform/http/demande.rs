//! Who asks, and for what: the same two things of every request that writes.

use axum::extract::Request;

use crate::platform::comptes::Personne;
use crate::platform::errors::Erreur;

/// The person, whom `identifier` let in, and the operation's path (`POST /api/..`).
pub(super) fn personne_et_chemin(requete: &Request) -> Result<(Personne, String), Erreur> {
    let personne = requete.extensions().get::<Personne>().cloned();
    let personne = personne.ok_or_else(|| Erreur::interne("écriture sans personne"))?;
    Ok((personne, format!("{} {}", requete.method(), requete.uri().path())))
}
