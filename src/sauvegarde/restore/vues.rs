//! Materialized views, calculated once everything they read is there: as the role that restores,
//! in the archive's order.

use sqlx::PgConnection;

use super::super::archive::Entree;
use super::super::cible::{Cible, Role};
use super::super::sql as sql_commun;
use super::deposer::{Depose, Depot};
use super::droits::Roles;
use super::jugement::{self, Obstacle, Plan, objet};
use super::plaintes::{self, Plainte};
use super::sql;
use crate::platform::issue::Echec;

pub(crate) const DONNEES: &str = "MATERIALIZED VIEW DATA";

/// One that fails stays empty, and is told.
pub(crate) async fn rafraichir(depot: &Depot<'_>, depose: &mut Depose) -> Result<(), Echec> {
    let voulue = |e: &&Entree| e.genre == DONNEES && !depot.plan.laisses.contains(&e.id);
    let mut vues = depot.contenu.entrees.iter().filter(voulue).peekable();
    if vues.peek().is_none() {
        return Ok(());
    }
    let qui = (depot.roles, depot.plan);
    let mut c = entrer(depot.cible, depot.base, qui, depot.fuseau).await?;
    jugement::sql::comme_pg_restore(&mut c).await?;
    for vue in vues.filter(|v| !depose.laisses.contains(&v.id)).collect::<Vec<_>>() {
        let schema = vue.schema.as_deref().unwrap_or_default();
        if let Some(dite) = jugement::sql::rafraichir(&mut c, schema, &vue.nom).await? {
            depose.laisses.insert(vue.id);
            depose.vues_vides.push(vide(vue, dite, &depot.contenu.entrees));
        }
    }
    Ok(())
}

/// Where it is a function that fails, what it lacks comes before the calculation.
fn vide(vue: &Entree, (phrase, ou): jugement::sql::Dite, entrees: &[Entree]) -> Obstacle {
    let fonction = ou.and_then(|ou| plaintes::fonction(&ou, entrees));
    let plainte = Plainte { phrase, fonction };
    let corriger = jugement::correction(&plainte, entrees);
    let remede = corriger.into_iter().chain([jugement::commandes(vue)]);
    let raison = jugement::raison(&plainte, entrees);
    Obstacle {
        objet: objet(vue),
        raison: format!("son calcul échoue, elle est vide : {raison}"),
        remede: remede.collect::<Vec<_>>().join("\n"),
    }
}

/// A connection of the role that calculates them, in the zone in which they are calculated.
pub(crate) async fn entrer(
    cible: &Cible,
    base: &str,
    (roles, plan): (&Roles, &Plan),
    fuseau: Option<&str>,
) -> Result<PgConnection, Echec> {
    let mut c = cible.connecter(base, Role::Application).await?;
    if let Some(fuseau) = fuseau {
        sql_commun::poser_le_fuseau(&mut c, fuseau).await?;
    }
    if let Some(role) = roles.a_prendre.as_deref().filter(|_| !plan.administrateur) {
        sql::ordonner(&mut c, "set role %I", &[Some(role)]).await?;
    }
    Ok(c)
}
