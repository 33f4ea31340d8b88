//! Puts back the database that the last restore replaced, and drops those whose time is up.

use std::time::Duration;

use chrono::Utc;
use serde::Serialize;

use super::super::arret::Arret;
use super::super::cible::Cible;
use super::super::verrous::{Genre, Verrou};
use super::bascule::{Bascule, basculer};
use super::marque::{ANCIENNE, Marque, Remplacee, commentaire_propre, nom_libre};
use super::sql::{self, BaseConnue};
use super::{GARDE, copie, echec, guerir, occupants};
use crate::platform::issue::Echec;

#[derive(Debug, Serialize)]
pub(crate) struct Annulation {
    pub base: String,
    /// By which file it had been replaced.
    pub par: String,
    pub remplacee_le: chrono::DateTime<Utc>,
    /// Where the one that was live until now lies.
    pub gardee: Option<String>,
    pub jusqu_au: chrono::DateTime<Utc>,
    pub bascule_ms: u128,
}

pub(crate) async fn annuler(
    cible: &Cible,
    attente: Duration,
    arret: &Arret,
) -> Result<Annulation, Echec> {
    let mut verrou = Verrou::prendre(cible, Genre::Restauration, attente, arret).await?;
    let base = cible.base();
    let mut c = cible.administrer().await?;
    guerir::sous_verrou(&mut c, base).await?;
    let bases = sql::bases(&mut c).await?;
    let (nom, ancienne) = derniere(&bases, base).ok_or_else(|| {
        echec(format!(
            "Rien à annuler : aucune base remplacée par une restauration de « {base} » n'est gardée."
        ))
    })?;
    occupants::juger(&mut c, base).await?;
    arret.verifier()?;
    let le = Utc::now();
    let vivante = bases.iter().find(|b| b.nom == base);
    let marque = Remplacee {
        de: base.to_owned(),
        le,
        jusqu_au: le + GARDE,
        par: "restore annuler".to_owned(),
        commentaire: vivante.and_then(|v| commentaire_propre(v.commentaire.clone())),
    };
    let gardee = nom_libre(base, ANCIENNE, le, &bases);
    let jusqu_au = marque.jusqu_au;
    let bascule = Bascule { cible, base, entrante: nom, vivante, gardee: &gardee, marque };
    let duree = basculer(&bascule, verrou.connexion()?).await?;
    let annulation = Annulation {
        base: base.to_owned(),
        par: ancienne.par,
        remplacee_le: ancienne.le,
        gardee: vivante.map(|_| gardee.clone()),
        jusqu_au,
        bascule_ms: duree.as_millis(),
    };
    tracing::info!(event = "restore_annule", base, remise = %nom, gardee = %gardee);
    Ok(annulation)
}

/// The one that was replaced last.
fn derniere<'a>(bases: &'a [BaseConnue], base: &str) -> Option<(&'a str, Remplacee)> {
    remplacees(bases, base).max_by_key(|(_, r)| r.le)
}

fn remplacees<'a>(
    bases: &'a [BaseConnue],
    base: &str,
) -> impl Iterator<Item = (&'a str, Remplacee)> {
    bases.iter().filter_map(move |b| match Marque::lire(b.commentaire.as_deref()) {
        Some(Marque::Remplacee(r)) if r.de == base && b.nom != base => Some((b.nom.as_str(), r)),
        _ => None,
    })
}

/// Drops the replaced databases whose time is up; their names. Nothing while a restore is at work.
pub async fn purger(cible: &Cible) -> Result<Vec<String>, Echec> {
    let sans_attendre = Duration::ZERO;
    let arret = Arret::default();
    let verrou = Verrou::prendre(cible, Genre::Restauration, sans_attendre, &arret).await;
    let Ok(_verrou) = verrou else { return Ok(Vec::new()) };
    let mut c = cible.administrer().await?;
    let bases = sql::bases(&mut c).await?;
    let mut supprimees = Vec::new();
    for (nom, r) in remplacees(&bases, cible.base()) {
        if r.jusqu_au < Utc::now() {
            copie::supprimer(&mut c, nom).await?;
            supprimees.push(nom.to_owned());
        }
    }
    Ok(supprimees)
}
