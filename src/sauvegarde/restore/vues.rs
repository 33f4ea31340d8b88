//! Materialized views, calculated once everything they read is there: as the role that restores,
//! in the archive's order.

use super::super::archive::Entree;
use super::super::cible::Role;
use super::deposer::{Depose, Depot};
use super::jugement::{self, Obstacle, objet};
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
    let mut c = depot.cible.connecter(depot.base, Role::Application).await?;
    if let Some(role) = depot.roles.a_prendre.as_deref().filter(|_| !depot.plan.administrateur) {
        sql::ordonner(&mut c, "set role %I", &[Some(role)]).await?;
    }
    jugement::sql::comme_pg_restore(&mut c).await?;
    for vue in vues.filter(|v| !depose.laisses.contains(&v.id)).collect::<Vec<_>>() {
        let schema = vue.schema.as_deref().unwrap_or_default();
        if let Some(plainte) = jugement::sql::rafraichir(&mut c, schema, &vue.nom).await? {
            depose.laisses.insert(vue.id);
            depose.a_refaire.push(Obstacle {
                objet: objet(vue),
                raison: format!("son calcul échoue, elle est vide : {plainte}"),
                remede: jugement::commandes(vue),
            });
        }
    }
    Ok(())
}
