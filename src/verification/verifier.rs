//! Proves I1 to I5 on the whole database. The constraints of the schema hold most of them at every
//! write; this reads everything once more and counts what is false.

use serde::Serialize;
use sqlx::PgConnection;

use super::sql;
use crate::platform::db::Base;
use crate::platform::errors::Erreur;

/// One rule, and how many rows break it.
#[derive(Debug, Serialize)]
pub struct Constat {
    pub regle: &'static str,
    pub enonce: &'static str,
    /// How many rows break it.
    pub fautes: i64,
    /// A few of them, by id.
    pub exemples: Vec<String>,
}

/// Every rule, looked at in one snapshot, so that work going on meanwhile is no fault.
pub async fn verifier(base: &Base) -> Result<Vec<Constat>, Erreur> {
    crate::platform::db::executer_transaction(base, async |tx| {
        sql::un_seul_instant(tx).await?;
        constater(tx).await
    })
    .await
}

async fn constater(tx: &mut PgConnection) -> Result<Vec<Constat>, Erreur> {
    let mut constats = Vec::new();
    let mut noter = |regle, enonce, (fautes, exemples)| {
        constats.push(Constat { regle, enonce, fautes, exemples });
    };
    noter(
        "I1",
        "solde de chaque lot = somme de ses mouvements, jamais négatif",
        sql::soldes_faux(tx).await?,
    );
    noter(
        "I2",
        "les annulations d'un mouvement ne le dépassent pas et ne s'annulent pas",
        sql::annulations_fausses(tx).await?,
    );
    noter(
        "I2",
        "ce qui est rendu l'est au lot de production qui l'avait pris",
        sql::reprises_fausses(tx).await?,
    );
    noter(
        "I3",
        "total produit de chaque ligne du plan = ses lots de production",
        sql::totaux_faux(tx).await?,
    );
    noter(
        "I3",
        "déclarations de chaque ligne : toutes comptées, chacune annulée une fois au plus",
        sql::declarations_fausses(tx).await?,
    );
    noter(
        "I4",
        "chaque lot de production a son lot de sortie, ses mouvements et son opération",
        sql::productions_incompletes(tx).await?,
    );
    noter(
        "I4",
        "chaque consommation et chaque sortie appartient à un lot de production",
        sql::mouvements_orphelins(tx).await?,
    );
    noter(
        "I5",
        "consommé + manques ouverts = besoin arrondi, par lot de production et ingrédient",
        sql::besoins_faux(tx).await?,
    );
    Ok(constats)
}
