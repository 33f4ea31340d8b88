//! The demonstration: a small invented chain, loaded where nothing is yet.
//!
//! - Only an empty database is loaded, and only what the demonstration made is looked after: on
//!   anything else it does nothing and gives no account.
//! - Passwords are random, made once; they stay readable beside the data, for its owner alone.
//! - When its last plan is behind, the week begins anew with fresh deliveries.

mod comptes;
mod semaine;

use std::path::Path;

use rust_embed::RustEmbed;
use sqlx::PgConnection;

pub(crate) use comptes::{CompteDemo, ecrire_comptes, lire_comptes};

use crate::importer::{self, EchecImport, FichierSource, Options, Source};
use crate::platform::comptes::{self as comptes_platform, Utilisateur};
use crate::platform::db::{Base, executer_transaction};
use crate::platform::errors::Erreur;
use crate::platform::http::Page;
use crate::referentiel::magasins;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/src/demo/chaine"]
struct Chaine;

/// Loads or freshens the demonstration and gives its accounts, kept in `donnees`; none of them on a
/// database that is not the demonstration's.
pub async fn preparer(base: &Base, donnees: &Path) -> Result<Vec<CompteDemo>, Erreur> {
    if let Some(comptes) = charger(base).await? {
        ecrire_comptes(donnees, &comptes).map_err(Erreur::interne)?;
        return Ok(comptes);
    }
    if !est_la_demo(base).await? {
        return Ok(Vec::new());
    }
    if let Err(echec) = semaine::rafraichir(base).await {
        tracing::warn!(event = "demo_non_rafraichie", err = %echec);
    }
    match lire_comptes(donnees) {
        Some(comptes) => Ok(comptes),
        // The file was lost, or the program died before writing it.
        None => {
            let comptes = comptes::renouveler(base).await?;
            ecrire_comptes(donnees, &comptes).map_err(Erreur::interne)?;
            Ok(comptes)
        }
    }
}

/// The chain and its accounts, in one transaction; none when a magasin is there already.
pub(crate) async fn charger(base: &Base) -> Result<Option<Vec<CompteDemo>>, Erreur> {
    executer_transaction(base, async |tx| {
        if !magasins::lister(tx, Page::TOUT).await?.elements.is_empty() {
            return Ok(None);
        }
        let source = Source::Memoire(fichiers());
        importer::importer_dans(tx, &source, Options::default()).await.map_err(panne)?;
        comptes::creer(tx).await.map(Some)
    })
    .await
}

/// The chain as it is shipped is right: what refuses it is a fault of the program.
fn panne(echec: EchecImport) -> Erreur {
    match echec {
        EchecImport::Panne(erreur) => erreur,
        refuse @ EchecImport::Refuse { .. } => Erreur::interne(refuse),
    }
}

fn fichiers() -> Vec<FichierSource> {
    Chaine::iter()
        .filter(|nom| nom.ends_with(".csv"))
        .filter_map(|nom| {
            let octets = Chaine::get(&nom)?.data.into_owned();
            Some(FichierSource { nom: nom.into_owned(), octets })
        })
        .collect()
}

async fn est_la_demo(base: &Base) -> Result<bool, Erreur> {
    let mut c = base.lire().await?;
    let connus = utilisateurs(&mut c).await?;
    Ok(comptes::PERSONNES.iter().all(|p| connus.iter().any(|u| u.email == p.email)))
}

async fn utilisateurs(c: &mut PgConnection) -> Result<Vec<Utilisateur>, Erreur> {
    Ok(comptes_platform::lister(c, Page::TOUT).await?.elements)
}
