//! The databases that restores replaced, for as long as they are kept: counted, forgotten, and
//! dropped when their time is up, whichever database of this server they were. One whose comment
//! somebody changed is known by its name alone: it is listed, and goes when a person says so.

use std::path::Path;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::postgres::PgConnection;

use super::super::arret::Arret;
use super::super::cible::Cible;
use super::super::entree;
use super::super::verrous::{self, Genre, Verrou};
use super::horloge::Horloge;
use super::marque::{Marque, PAR_ANNULATION, Remplacee, nom_d_une_ancienne};
use super::plan::refus;
use super::sql::{self, BaseConnue};
use super::{copie, echec};
use crate::platform::heure;
use crate::platform::issue::Echec;

#[derive(Debug, Clone, Serialize)]
pub(crate) struct Gardee {
    pub nom: String,
    /// Which database it was.
    pub de: String,
    pub remplacee_le: DateTime<Utc>,
    /// None, as what took its place: its comment no longer says so.
    pub jusqu_au: Option<DateTime<Utc>>,
    /// What took its place.
    pub par: Option<String>,
    /// Unknown where the account may not ask.
    pub octets: Option<u64>,
    /// Logical slots that follow it still, and go with it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub replications: Vec<String>,
}

impl Gardee {
    /// What goes with it, where something does.
    pub(crate) fn avec_elle(&self) -> Option<String> {
        avec_elle(&self.replications)
    }

    /// Which one it is.
    pub(crate) fn origine(&self) -> String {
        let (de, le) = (&self.de, heure::minute(self.remplacee_le));
        match self.par.as_deref() {
            Some(PAR_ANNULATION) => {
                format!("celle de « {de} » que « {PAR_ANNULATION} » a remplacée le {le}")
            }
            Some(_) => format!("celle d'avant la restauration de « {de} » du {le}"),
            None => format!(
                "par son nom, celle de « {de} » qui a été remplacée le {le} ; son commentaire a été \
                 changé, et ne dit plus par quoi ni jusqu'à quand elle est gardée"
            ),
        }
    }
}

fn avec_elle(replications: &[String]) -> Option<String> {
    (!replications.is_empty()).then(|| {
        format!("avec elle part ce qui la suit, réplication logique {}", replications.join(", "))
    })
}

/// All of this server, the oldest first.
pub(crate) async fn gardees(c: &mut PgConnection) -> Result<Vec<Gardee>, Echec> {
    let bases = sql::bases(c).await?;
    let mut gardees = Vec::new();
    let marquees = toutes(&bases).map(|(nom, r)| (nom, r.de, r.le, Some((r.jusqu_au, r.par))));
    let autres = sans_marque(&bases).map(|(nom, de, le)| (nom, de.to_owned(), le, None));
    for (nom, de, remplacee_le, marque) in marquees.chain(autres) {
        // One that goes at this very moment has no size.
        let octets = sql::taille(c, nom).await.unwrap_or_default().map(i64::unsigned_abs);
        let replications = sql::replications_de(c, nom).await?;
        let (nom, (jusqu_au, par)) = (nom.to_owned(), marque.unzip());
        gardees.push(Gardee { nom, de, remplacee_le, jusqu_au, par, octets, replications });
    }
    gardees.sort_by_key(|g| g.remplacee_le);
    Ok(gardees)
}

fn toutes(bases: &[BaseConnue]) -> impl Iterator<Item = (&str, Remplacee)> {
    bases.iter().filter_map(|b| match Marque::lire(b.commentaire.as_deref()) {
        Some(Marque::Remplacee(r)) if b.nom != r.de => Some((b.nom.as_str(), r)),
        _ => None,
    })
}

/// Named as we name what is kept, without our mark: name, which database it was, and when it was
/// replaced.
pub(super) fn sans_marque(
    bases: &[BaseConnue],
) -> impl Iterator<Item = (&str, &str, DateTime<Utc>)> {
    let inconnues = bases.iter().filter(|b| Marque::lire(b.commentaire.as_deref()).is_none());
    inconnues.filter_map(|b| nom_d_une_ancienne(&b.nom).map(|(de, le)| (b.nom.as_str(), de, le)))
}

/// The one that was replaced last.
pub(super) fn derniere<'a>(bases: &'a [BaseConnue], base: &str) -> Option<(&'a str, Remplacee)> {
    toutes(bases).filter(|(_, r)| r.de == base).max_by_key(|(_, r)| r.le)
}

/// The kept one of that very name. Of one whose comment was changed its name alone tells.
pub(super) fn nommee_ainsi<'a>(
    bases: &'a [BaseConnue],
    voulue: &str,
) -> Option<(&'a str, Remplacee)> {
    let sans = sans_marque(bases).map(|(nom, de, le)| (nom, Remplacee::sans_marque(de, le)));
    toutes(bases).chain(sans).find(|(nom, _)| *nom == voulue)
}

/// Which database is to be replaced, and by which kept one, when `nom` is that of a kept one; else
/// `nom` is the database itself.
pub(crate) async fn a_remettre(
    cible: &Cible,
    nom: String,
) -> Result<(String, Option<String>), Echec> {
    let bases = sql::bases(&mut cible.administrer().await?).await?;
    Ok(match nommee_ainsi(&bases, &nom) {
        Some((_, r)) => (r.de, Some(nom)),
        None => (nom, None),
    })
}

/// What `purger` did.
#[derive(Debug, Default)]
pub struct Purge {
    pub supprimees: Vec<String>,
    /// What went with them, in sentences.
    pub avec_elles: Vec<String>,
    /// Copies that dead restores had left, of whatever database.
    pub abandonnees: Vec<String>,
    /// Their time is up and they could not go: why, in sentences.
    pub restees: Vec<String>,
    /// Their time is up by a clock that may be wrong: why, in sentences.
    pub retenues: Vec<String>,
}

/// Drops those whose time is up. Of a database on which a restore is at work, none. `dossier`: where
/// backups lie, whose dates tell whether time has passed.
pub async fn purger(cible: &Cible, dossier: &Path) -> Result<Purge, Echec> {
    let mut c = cible.administrer().await?;
    let bases = sql::bases(&mut c).await?;
    let mut purge = Purge::default();
    let horloge = match toutes(&bases).next() {
        Some(_) => Some(Horloge::lire(&mut c, (cible, dossier)).await?),
        None => None,
    };
    let au_terme = |r: &Remplacee| horloge.as_ref().filter(|h| h.est_au_terme(r));
    for (nom, r) in toutes(&bases) {
        let Some(horloge) = au_terme(&r) else { continue };
        if let Some(doute) = horloge.doute(nom, &r) {
            purge.retenues.push(doute);
            continue;
        }
        if !verrous::essayer(&mut c, &r.de, Genre::Restauration).await? {
            continue;
        }
        let replications = sql::replications_de(&mut c, nom).await.unwrap_or_default();
        let issue = copie::supprimer(&mut c, nom).await;
        verrous::rendre(&mut c, &r.de, Genre::Restauration).await?;
        match issue {
            Ok(()) => {
                let avec_elle = avec_elle(&replications);
                purge.avec_elles.extend(avec_elle.map(|a| format!("« {nom} » est retirée ; {a}")));
                purge.supprimees.push(nom.to_owned());
            }
            Err(e) => purge.restees.push(pas_supprimee(&mut c, nom, &e).await),
        }
    }
    purge.abandonnees = copie::balayer_toutes(&mut c, &bases).await?;
    entree::balayer();
    Ok(purge)
}

/// Drops one before its time, once the person has agreed. Refused (5) is what is no kept copy.
pub(crate) async fn oublier(
    cible: Cible,
    nom: &str,
    (attente, arret): (Duration, &Arret),
    confirmer: impl AsyncFnOnce(&Gardee) -> Result<(), Echec>,
) -> Result<Gardee, Echec> {
    let mut c = cible.administrer().await?;
    let gardee = trouver(&mut c, nom).await?;
    confirmer(&gardee).await?;
    let cible = cible.vers(&gardee.de);
    let _verrou = Verrou::prendre(&cible, Genre::Restauration, attente, arret).await?;
    // It may have come back into service meanwhile.
    let gardee = trouver(&mut c, nom).await?;
    if let Err(e) = copie::supprimer(&mut c, nom).await {
        return Err(echec(pas_supprimee(&mut c, nom, &e).await));
    }
    tracing::info!(event = "restore_oubliee", base = gardee.de, gardee = nom);
    Ok(gardee)
}

/// A subscription, which went with the replaced database, keeps it.
async fn pas_supprimee(c: &mut PgConnection, nom: &str, erreur: &Echec) -> String {
    let tenants = sql::abonnements_de(c, nom).await.unwrap_or_default();
    if tenants.is_empty() {
        return format!("« {nom} » n'a pas pu être supprimée. {}", erreur.phrase);
    }
    let retirer = tenants.iter().map(|a| {
        format!(
            "alter subscription {a} disable; alter subscription {a} set (slot_name = none); drop \
             subscription {a};"
        )
    });
    format!(
        "« {nom} » n'a pas pu être supprimée : un abonnement y tient ({}). Un administrateur le \
         retire dans psql :\nalter database \"{nom}\" allow_connections true;\n\\connect \
         \"{nom}\"\n{}",
        tenants.join(", "),
        retirer.collect::<Vec<_>>().join("\n")
    )
}

async fn trouver(c: &mut PgConnection, nom: &str) -> Result<Gardee, Echec> {
    let gardees = gardees(c).await?;
    let noms: Vec<String> = gardees.iter().map(|g| g.nom.clone()).collect();
    gardees.into_iter().find(|g| g.nom == nom).ok_or_else(|| {
        refus(format!(
            "« {nom} » n'est pas une base gardée par une restauration, et rien d'autre n'est \
             supprimé ici. {}",
            match noms.as_slice() {
                [] => "Ce serveur n'en garde aucune.".to_owned(),
                noms => format!("Sont gardées : {}.", noms.join(", ")),
            }
        ))
    })
}
