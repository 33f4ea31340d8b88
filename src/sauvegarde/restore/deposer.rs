//! Puts an archive into an empty database: the objects by `pg_restore`, as a plain role, on all
//! cores; then owners and grants.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;
use std::process::ChildStdin;
use std::time::Duration;

use super::super::archive::{Contenu, Entree};
use super::super::arret::Arret;
use super::super::cible::{Cible, Role};
use super::super::pg_tools::{Enfant, Fin};
use super::super::{fuseau, texte};
use super::droits::{self, Roles};
use super::jugement::{Obstacle, Plan};
use super::{Suivi, plaintes, sql, vues};
use crate::platform::issue::{Echec, dire};

/// An archive on the disk, and the empty database that is to hold it.
pub struct Depot<'a> {
    pub cible: &'a Cible,
    pub base: &'a str,
    pub archive: &'a Path,
    pub contenu: &'a Contenu,
    pub roles: &'a Roles,
    pub plan: &'a Plan,
    /// In which is worked out what is not in the archive.
    pub fuseau: Option<&'a str>,
}

const REGARD: Duration = Duration::from_millis(500);
/// A copy need not survive a crash before the swap, whose own commit makes all of it durable. Every
/// core has its job already: an index built by several would only wait for the others' cores. A
/// foreign key is checked by one join of whole tables that nobody has counted yet: the planner,
/// guessing, sorts both or looks each row up, where a hash reads each table once (half the time on
/// millions of rows), and compiling a statement that runs once costs more than it saves.
const REGLAGES: &str = "-c synchronous_commit=off -c max_parallel_maintenance_workers=0 -c jit=off \
                        -c enable_mergejoin=off -c enable_nestloop=off";
/// Of an index, on a server that has other work too.
const MEMOIRE: &str = "-c maintenance_work_mem=256MB";

/// What did not come back, though it was tried.
#[derive(Debug, Default)]
pub struct Depose {
    /// Entries of the archive.
    pub laisses: BTreeSet<i32>,
    pub a_refaire: Vec<Obstacle>,
    /// All that PostgreSQL refused, whether one may go on without it or not, each with what to do
    /// before the next restore.
    pub refuses: Vec<Obstacle>,
    /// Materialized views that stay empty.
    pub vues_vides: Vec<Obstacle>,
}

/// Notes what did not come back as it goes, so that it is known after a failure too.
pub async fn deposer(
    depot: &Depot<'_>,
    (suivi, arret): (&Suivi, &Arret),
    depose: &mut Depose,
) -> Result<(), Echec> {
    let total = super::preuve::lignes(depot.contenu);
    suivi.etape("Restauration", total);
    let lance = lancer(depot)?;
    let fin = attendre(lance, liste(depot), arret.clone());
    let regarder = suivre(depot, suivi, total);
    let issue = tokio::select! {
        biased;
        issue = fin => issue?,
        () = regarder => Ok(()),
    };
    if let Err(fin) = issue {
        plaintes::admettre(depot, fin, depose)?;
    }
    suivi.avancer(total);
    arret.verifier()?;
    vues::rafraichir(depot, depose).await?;
    let plan = depot.plan.sans(&depose.laisses);
    let restaure = (depot.contenu.entrees.as_slice(), depot.roles, &plan);
    droits::rejouer(depot.cible, depot.base, restaure).await
}

type Lance = (Enfant, Option<ChildStdin>);

fn lancer(depot: &Depot<'_>) -> Result<Lance, Echec> {
    let coeurs = std::thread::available_parallelism().map_or(1, usize::from);
    let (plan, mut arguments) = (depot.plan, Vec::new());
    for (voulu, option) in [
        (!plan.tolerer, "--exit-on-error"),
        (plan.sans_tablespaces, "--no-tablespaces"),
        // An administrator gives each object to its owner as it goes, of whatever kind.
        (!plan.administrateur || !depot.roles.manquants.is_empty(), "--no-owner"),
    ] {
        if voulu {
            arguments.push(option.to_owned());
        }
    }
    arguments.extend(["--no-acl", "--no-password", "--use-list=/dev/stdin"].map(str::to_owned));
    arguments.push(format!("--jobs={coeurs}"));
    arguments.push(format!("--dbname={}", conninfo(depot.base)));
    if let Some(role) = depot.roles.a_prendre.as_ref().filter(|_| !plan.administrateur) {
        arguments.push(format!("--role={role}"));
    }
    arguments.push(depot.archive.display().to_string());
    let mut environnement = depot.cible.environnement(depot.base, Role::Application);
    texte::ajouter(&mut environnement, REGLAGES);
    if !depot.cible.est_jetable() {
        texte::ajouter(&mut environnement, MEMOIRE);
    }
    fuseau::regler(&mut environnement, depot.fuseau);
    depot.cible.outils().nourrir("pg_restore", arguments, &environnement)
}

/// A name with `=` in it would be read as more than a name.
fn conninfo(base: &str) -> String {
    format!("dbname='{}'", base.replace('\\', "\\\\").replace('\'', "\\'"))
}

async fn attendre(
    (enfant, entree): Lance,
    liste: String,
    arret: Arret,
) -> Result<Result<(), Fin>, Echec> {
    let travail = move || {
        if let Some(mut entree) = entree {
            // One that is dead already says why itself.
            let _mort = entree.write_all(liste.as_bytes());
        }
        enfant.finir(&arret)
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
fn liste(depot: &Depot<'_>) -> String {
    let Plan { laisses, deja, .. } = depot.plan;
    let voulue =
        |e: &&Entree| est_restauree(e) && !laisses.contains(&e.id) && !deja.contains(&e.id);
    depot.contenu.entrees.iter().filter(voulue).map(|e| format!("{};\n", e.id)).collect()
}

/// An extension brings its comment, which only its owner may change. Materialized views are
/// calculated by us, one by one: one that fails is no reason to lose the rest.
fn est_restauree(entree: &Entree) -> bool {
    entree.genre != vues::DONNEES
        && !(entree.genre == "COMMENT" && entree.nom.starts_with("EXTENSION "))
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
