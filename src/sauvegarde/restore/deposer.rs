//! Puts an archive into an empty database: the objects by `pg_restore`, as a plain role, on all
//! cores; then owners and grants.

use std::io::Write;
use std::path::Path;
use std::process::ChildStdin;
use std::time::Duration;

use super::super::archive::{Contenu, Entree};
use super::super::arret::Arret;
use super::super::cible::{Cible, Role};
use super::super::pg_tools::Enfant;
use super::droits::{self, Roles};
use super::{Suivi, sql};
use crate::platform::issue::{Echec, dire};

/// An archive on the disk, and the empty database that is to hold it.
pub struct Depot<'a> {
    pub cible: &'a Cible,
    pub base: &'a str,
    pub archive: &'a Path,
    pub contenu: &'a Contenu,
    pub roles: &'a Roles,
}

const REGARD: Duration = Duration::from_millis(500);
/// A copy need not survive a crash before the swap, whose own commit makes all of it durable. Every
/// core has its job already: an index built by several would only wait for the others' cores. A
/// foreign key is checked by one join of whole tables that nobody has counted yet: the planner,
/// guessing, sorts both or looks each row up, where a hash reads each table once (half the time on
/// millions of rows), and compiling a statement that runs once costs more than it saves.
const REGLAGES: &str = "-c synchronous_commit=off -c maintenance_work_mem=256MB \
                        -c max_parallel_maintenance_workers=0 -c jit=off \
                        -c enable_mergejoin=off -c enable_nestloop=off";

pub async fn deposer(depot: &Depot<'_>, suivi: &Suivi, arret: &Arret) -> Result<(), Echec> {
    let total = super::preuve::lignes(depot.contenu);
    suivi.etape("Restauration", total);
    let lance = lancer(depot)?;
    let fin = attendre(lance, liste(depot.contenu), arret.clone());
    let regarder = suivre(depot, suivi, total);
    tokio::select! {
        biased;
        issue = fin => issue?,
        () = regarder => {}
    }
    suivi.avancer(total);
    arret.verifier()?;
    droits::rejouer(depot.cible, depot.base, &depot.contenu.entrees, depot.roles).await
}

type Lance = (Enfant, Option<ChildStdin>);

fn lancer(depot: &Depot<'_>) -> Result<Lance, Echec> {
    let coeurs = std::thread::available_parallelism().map_or(1, usize::from);
    let mut arguments =
        ["--exit-on-error", "--no-owner", "--no-acl", "--no-password"].map(str::to_owned).to_vec();
    arguments.push(format!("--jobs={coeurs}"));
    arguments.push(format!("--dbname={}", conninfo(depot.base)));
    arguments.push("--use-list=/dev/stdin".to_owned());
    if let Some(role) = &depot.roles.a_prendre {
        arguments.push(format!("--role={role}"));
    }
    arguments.push(depot.archive.display().to_string());
    let mut environnement = depot.cible.environnement(depot.base, Role::Application);
    environnement.push(("PGOPTIONS".to_owned(), REGLAGES.to_owned()));
    depot.cible.outils().nourrir("pg_restore", arguments, &environnement)
}

/// A name with `=` in it would be read as more than a name.
fn conninfo(base: &str) -> String {
    format!("dbname='{}'", base.replace('\\', "\\\\").replace('\'', "\\'"))
}

async fn attendre((enfant, entree): Lance, liste: String, arret: Arret) -> Result<(), Echec> {
    let travail = move || {
        if let Some(mut entree) = entree {
            // One that is dead already says why itself.
            let _mort = entree.write_all(liste.as_bytes());
        }
        enfant.attendre(&arret)
    };
    tokio::task::spawn_blocking(travail).await.map_err(dire)?
}

/// Says how far it is for as long as it is asked; a server that is away is not its business.
async fn suivre(depot: &Depot<'_>, suivi: &Suivi, total: u64) {
    let mut connexion = depot.cible.connecter(depot.base, Role::Administrateur).await.ok();
    loop {
        tokio::time::sleep(REGARD).await;
        if let Some(c) = &mut connexion {
            match sql::lignes_deposees(c).await {
                Ok(lignes) => suivi.avancer(lignes.min(total)),
                Err(_) => connexion = None,
            }
        }
    }
}

/// Which entries to restore, one number a line.
fn liste(contenu: &Contenu) -> String {
    contenu.entrees.iter().filter(|e| est_restauree(e)).map(|e| format!("{};\n", e.id)).collect()
}

/// An extension brings its comment, which only its owner may change.
fn est_restauree(entree: &Entree) -> bool {
    !(entree.genre == "COMMENT" && entree.nom.starts_with("EXTENSION "))
}

#[cfg(test)]
mod tests {
    use super::conninfo;

    #[test]
    fn a_database_name_is_never_read_as_more_than_a_name() {
        assert_eq!(conninfo("delicego"), "dbname='delicego'");
        assert_eq!(conninfo("a=b c'd\\e"), "dbname='a=b c\\'d\\\\e'");
    }
}
