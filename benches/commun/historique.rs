//! Years of movements, written by set-based SQL, and proved right.

use std::time::Instant;

use anyhow::{Result, ensure};
use delicego::platform::db::Base;
use delicego::verification::verifier;
use sqlx::Executor;
use sqlx::postgres::PgConnection;

/// What 6 magasins move in a day: see historique.sql.
const MOUVEMENTS_PAR_JOUR: u64 = 6 * 550;
/// A whole number of the four days that one delivery lasts.
const TRANCHE: i32 = 20;

/// Fills an empty database that has the newest schema.
pub async fn remplir(c: &mut PgConnection, mouvements: u64) -> Result<()> {
    let debut = Instant::now();
    c.execute(sqlx::raw_sql(include_str!("catalogue.sql"))).await?;
    c.execute(sqlx::raw_sql(include_str!("historique.sql"))).await?;
    let tranches = i32::try_from(mouvements.div_ceil(MOUVEMENTS_PAR_JOUR * TRANCHE as u64))?;
    for tranche in (1..=tranches).rev() {
        let du = -tranche * TRANCHE;
        sqlx::query("call banc.preparer($1, $2)")
            .bind(du)
            .bind(du + TRANCHE - 1)
            .execute(&mut *c)
            .await?;
        c.execute("call banc.inscrire()").await?;
        c.execute("call banc.mouvoir()").await?;
    }
    c.execute("call banc.garnir()").await?;
    c.execute("call banc.revalider()").await?;
    c.execute("truncate banc.production, banc.prelevement, banc.livraison").await?;
    if tranches > 0 {
        c.execute("vacuum analyze").await?;
    } else {
        // The other tables are empty still: what is planned on that would be kept.
        c.execute(
            "vacuum analyze magasin, article, recette, recette_version, ligne_recette, lot,
             mouvement_stock",
        )
        .await?;
    }
    c.execute("reset role").await?;
    c.execute("checkpoint").await?;
    c.execute("set role delicego").await?;
    eprintln!("{mouvements} movements: filled in {} s", debut.elapsed().as_secs());
    Ok(())
}

/// `verifier` finds nothing wrong.
pub async fn controler(base: &Base, mouvements: u64, quand: &str) -> Result<()> {
    let debut = Instant::now();
    for constat in verifier(base).await? {
        let (regle, faux, exemples) = (constat.regle, constat.fautes, &constat.exemples);
        ensure!(faux == 0, "{mouvements} movements: {regle}: {faux} {exemples:?}");
    }
    let secondes = debut.elapsed().as_secs();
    eprintln!("{mouvements} movements: {quand}, verifier holds ({secondes} s)");
    Ok(())
}
