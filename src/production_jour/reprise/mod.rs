//! Takes back what was made of a line: the latest lot_production first.
//!
//! - Its ingredients go back to the very lots they came from, by reversing movements, in reverse
//!   FEFO order; shortage debts still open shrink first.
//! - Its output lot shrinks by as much. What was consumed, sent, sold or lost of it cannot be taken
//!   back: a refusal that lists it.

mod decider;
mod sql;

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use self::decider::{Coupe, Rendus, couper, rendre};
use self::sql::LotTenu;
use super::lot::Consigne;
use super::sql::{Consommations, ajouter_consommations};
use crate::domaine::{Quantite, UniteBase};
use crate::platform::db::Ecrits;
use crate::platform::db::evenements::{self, Evenement};
use crate::platform::db::operations::Operation;
use crate::platform::errors::{Erreur, ErreurCritiqueMetier};
use crate::stock::mouvements::{self, Ecritures, Mouvement, TypeMouvement};

/// Takes back so much of a line.
pub(crate) async fn reprendre(
    (tx, ecrits): (&mut PgConnection, &mut Ecrits),
    op: Operation,
    c: Consigne<'_>,
    (recette_id, quantite): (Uuid, Quantite),
) -> Result<(), Erreur> {
    let ou = (c.magasin_id, c.jour);
    rendre_au_stock((tx, ecrits), op, (ou, false), &[(recette_id, quantite)]).await?;
    let evenement = Evenement {
        magasin_id: Some(c.magasin_id),
        nom: c.evenement,
        operation_id: op.id,
        donnees: json!({"recette_id": recette_id, "date": c.jour, "repris": quantite}),
    };
    evenements::ajouter(ecrits, evenement);
    Ok(())
}

/// So much of each line. The lines are held by the caller, who also writes their totals. Rows are then
/// held in the order that everyone keeps: debts, lots by their ids. What changes is added to what the
/// caller has to write. `en_entier`: the operation takes back all that another one made. What one of them made and another one used goes back with it.
pub(crate) async fn rendre_au_stock(
    (tx, ecrits): (&mut PgConnection, &mut Ecrits),
    op: Operation,
    ((magasin_id, jour), en_entier): ((Uuid, NaiveDate), bool),
    lignes: &[(Uuid, Quantite)],
) -> Result<(), Erreur> {
    let recettes: Vec<Uuid> = lignes.iter().map(|(recette, _)| *recette).collect();
    let faites = sql::faites(tx, (magasin_id, jour), &recettes).await?;
    let mut coupes = Vec::new();
    for (recette, quantite) in lignes {
        let siennes = faites.iter().filter(|f| f.recette_id == *recette).cloned().collect();
        coupes.extend(couper(siennes, *quantite).ok_or_else(|| incoherent("total de la ligne"))?);
    }
    let productions: Vec<Uuid> = coupes.iter().map(|c| c.faite.id).collect();
    let sorties: Vec<Uuid> = coupes.iter().map(|c| c.faite.lot_id).collect();
    let manques = sql::verrouiller_manques(tx, magasin_id, &productions).await?;
    let lots = sql::verrouiller_lots(tx, magasin_id, (&productions, &sorties)).await?;
    let versions = sql::versions(tx, &coupes).await?;
    let consommes = sql::consommes(tx, magasin_id, &productions).await?;
    let rendus = rendre(&coupes, &versions, manques, consommes)
        .ok_or_else(|| incoherent("consommations d'un lot de production"))?;
    refuser_ce_qui_a_servi(tx, magasin_id, (&coupes, &lots, &rendus)).await?;
    let entrees = sql::mouvements_de_sortie(tx, magasin_id, &sorties).await?;
    let (ecritures, consommations) = rediger(&coupes, &rendus, &entrees)?;
    mouvements::ajouter(ecrits, magasin_id, op, &ecritures);
    let annulee_par = en_entier.then_some(op.id);
    sql::ajouter(ecrits, (magasin_id, annulee_par), (&coupes, &rendus));
    ajouter_consommations(ecrits, magasin_id, consommations);
    Ok(())
}

fn rediger(
    coupes: &[Coupe],
    rendus: &Rendus,
    entrees: &HashMap<Uuid, Uuid>,
) -> Result<(Ecritures, Consommations), Erreur> {
    let mut ecritures = Ecritures::default();
    let mut consommations = Consommations::default();
    for coupe in coupes {
        let lot_id = coupe.faite.lot_id;
        let entree = entrees.get(&lot_id).ok_or_else(|| incoherent("lot de sortie"))?;
        let m = Mouvement::nouveau(lot_id, TypeMouvement::Production, -coupe.reprise);
        ecritures.mouvements.push(m.annulant(*entree));
    }
    for r in &rendus.consommes {
        let m = Mouvement::nouveau(r.lot_id, TypeMouvement::Consommation, r.quantite);
        consommations.0.push(r.lot_production_id);
        consommations.1.push(r.lot_id);
        consommations.2.push(m.id);
        ecritures.mouvements.push(m.annulant(r.mouvement_id));
    }
    Ok((ecritures, consommations))
}

/// An output lot that no longer holds what is to be taken back, and where it went.
#[derive(Debug, Serialize)]
struct LotEntame {
    lot_id: Uuid,
    code_lot: Option<String>,
    /// What would have to go back out of it.
    a_reprendre: Quantite,
    solde: Quantite,
    unite: UniteBase,
    usages: Vec<Usage>,
}

#[derive(Debug, Clone, Serialize)]
struct Usage {
    r#type: String,
    quantite: Quantite,
    date_heure: DateTime<Utc>,
    motif: Option<String>,
    /// Of a CONSOMMATION: what was made of it.
    recette_nom: Option<String>,
}

async fn refuser_ce_qui_a_servi(
    tx: &mut PgConnection,
    magasin_id: Uuid,
    (coupes, lots, rendus): (&[Coupe], &HashMap<Uuid, LotTenu>, &Rendus),
) -> Result<(), Erreur> {
    let mut entames = Vec::new();
    for coupe in coupes {
        let lot_id = coupe.faite.lot_id;
        let lot = lots.get(&lot_id).ok_or_else(|| incoherent("lot de sortie"))?;
        let revenus = rendus.consommes.iter().filter(|c| c.lot_id == lot_id);
        let revenu: Quantite = revenus.map(|c| c.quantite).sum();
        if lot.solde + revenu < coupe.reprise {
            entames.push(LotEntame {
                lot_id,
                code_lot: lot.code_lot.clone(),
                a_reprendre: coupe.reprise,
                solde: lot.solde,
                unite: lot.unite,
                usages: Vec::new(),
            });
        }
    }
    if entames.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = entames.iter().map(|e| e.lot_id).collect();
    let mut usages = sql::usages(tx, magasin_id, &ids).await?;
    for entame in &mut entames {
        entame.usages = usages.remove(&entame.lot_id).unwrap_or_default();
    }
    Err(deja_utilise(&entames).into())
}

fn deja_utilise(entames: &[LotEntame]) -> ErreurCritiqueMetier {
    let dits: Vec<String> = entames.iter().take(3).map(decrire).collect();
    let suite = match entames.len().saturating_sub(3) {
        0 => String::new(),
        n => format!(" ; et {n} autres lots"),
    };
    let detail = format!(
        "Ce qui a été fait ne peut plus être repris : {}{suite}. Corrigez d'abord ces sorties, ou \
         déclarez une perte.",
        dits.join(" ; ")
    );
    ErreurCritiqueMetier::conflit("production_deja_utilisee", detail).avec("lots", json!(entames))
}

/// « lot 20261122-0004 : reste 3 pièces sur 5 à reprendre (perdu : 2 pièces) ».
fn decrire(e: &LotEntame) -> String {
    let usages: Vec<String> = e
        .usages
        .iter()
        .take(3)
        .map(|u| {
            let verbe = match (u.r#type.as_str(), &u.recette_nom) {
                ("CONSOMMATION", Some(recette)) => format!("utilisé dans « {recette} »"),
                ("CONSOMMATION", None) => "utilisé".to_owned(),
                ("TRANSFERT", _) => "envoyé".to_owned(),
                ("VENTE", _) => "vendu".to_owned(),
                ("PERTE", _) => "jeté".to_owned(),
                _ => "retiré du stock".to_owned(),
            };
            format!("{verbe} : {}", e.unite.francais(u.quantite))
        })
        .collect();
    format!(
        "le lot {} n'a plus que {} des {} à reprendre ({})",
        e.code_lot.as_deref().unwrap_or("sans code"),
        e.unite.francais(e.solde),
        e.unite.francais(e.a_reprendre),
        usages.join(", ")
    )
}

fn incoherent(quoi: &str) -> Erreur {
    Erreur::interne(format!("{quoi} : ce qui est écrit ne s'additionne pas"))
}
