//! Brings a line's produced total to what was declared, and keeps the declaration.

use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::declaration::TypeDeclaration;
use super::ligne::LigneTenue;
use super::sql;
use crate::domaine::Quantite;
use crate::platform::db::Ecrits;
use crate::platform::db::evenements::{self, Evenement};
use crate::platform::db::operations::Operation;
use crate::platform::errors::Erreur;
use crate::production_jour::{AProduire, Consigne, fabriquer, reprendre};
use crate::recettes;
use crate::referentiel::PolitiqueStock;

/// What was said of a line.
pub(crate) struct Dite<'a> {
    pub r#type: TypeDeclaration,
    /// What the person said: the total meant, 1 for a scan, what an annulation takes back.
    pub quantite: Quantite,
    /// The line's total from now on.
    pub total: Quantite,
    pub motif: Option<&'a str>,
    /// The hour of the tap, kept for the record.
    pub tape_le: Option<DateTime<Utc>>,
    /// Of an annulation: which one it takes back, and which one is then the last.
    pub annule: Option<(i32, Option<i32>)>,
    pub politique: PolitiqueStock,
    pub evenement: &'static str,
}

pub(crate) struct Atteinte {
    /// None where nothing more was made.
    pub lot_production_id: Option<Uuid>,
    pub nb_manques: usize,
}

/// The rows are added to what the caller has to write.
pub(crate) async fn atteindre(
    (tx, ecrits): (&mut PgConnection, &mut Ecrits),
    op: Operation,
    ligne: &LigneTenue,
    dite: &Dite<'_>,
) -> Result<Atteinte, Erreur> {
    let atteinte = produire_ou_reprendre((tx, &mut *ecrits), op, ligne, dite).await?;
    sql::declarer(ecrits, op, ligne, (dite, atteinte.lot_production_id));
    Ok(atteinte)
}

async fn produire_ou_reprendre(
    (tx, ecrits): (&mut PgConnection, &mut Ecrits),
    op: Operation,
    ligne: &LigneTenue,
    dite: &Dite<'_>,
) -> Result<Atteinte, Erreur> {
    let visee = ligne.visee;
    let consigne = Consigne {
        magasin_id: visee.magasin_id,
        jour: visee.date,
        moment: ligne.calendrier.moment(visee.date, Utc::now()),
        // A declaration keeps its own.
        motif: None,
        politique: dite.politique,
        evenement: dite.evenement,
    };
    let mut atteinte = Atteinte { lot_production_id: None, nb_manques: 0 };
    if dite.total > ligne.produite {
        let recette = recettes::charger_version(tx, visee.recette_id, ligne.version).await?;
        let quantite = dite.total - ligne.produite;
        let (avant, numero) = (ligne.produite, ligne.numero);
        let a = AProduire { recette, quantite, avant, numero, planifiee_avant: None };
        let production = fabriquer((tx, ecrits), op, consigne, (ligne.plan_id, vec![a])).await?;
        atteinte.lot_production_id = production.lots.first().map(|l| l.lot_production_id);
        atteinte.nb_manques = production.nb_manques;
    } else if dite.total < ligne.produite {
        let trop = ligne.produite - dite.total;
        reprendre((tx, ecrits), op, consigne, (visee.recette_id, trop)).await?;
    } else {
        let evenement = Evenement {
            magasin_id: Some(visee.magasin_id),
            nom: dite.evenement,
            operation_id: op.id,
            donnees: json!({"recette_id": visee.recette_id, "date": visee.date}),
        };
        evenements::ajouter(ecrits, evenement);
    }
    Ok(atteinte)
}
