//! What a shortage answer tells: needed, usable, missing, and what exists but must not be used.

mod sql;

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use serde::Serialize;
use sqlx::PgConnection;
use uuid::Uuid;

use super::fefo::{Ecart, ecart};
use super::sql as sql_du_stock;
use crate::domaine::texte::cle_de_tri;
use crate::domaine::{Quantite, UniteBase};
use crate::platform::errors::Erreur;
use crate::referentiel::articles;

#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Manquant {
    pub ingredient_id: Uuid,
    pub ingredient_nom: String,
    pub unite: UniteBase,
    #[schema(value_type = f64)]
    pub besoin: Quantite,
    #[schema(value_type = f64)]
    pub disponible: Quantite,
    #[schema(value_type = f64)]
    pub manque: Quantite,
    /// DLC dépassée, mais encore en stock.
    #[schema(value_type = f64)]
    pub perime: Quantite,
    /// Bloqué ou rappelé.
    #[schema(value_type = f64)]
    pub bloque: Quantite,
}

/// What a magasin has of an article on a day.
#[derive(Debug, Clone, Copy, Default)]
pub struct Bilan {
    pub disponible: Quantite,
    pub perime: Quantite,
    pub bloque: Quantite,
}

pub async fn bilans(
    c: &mut PgConnection,
    magasin_id: Uuid,
    jour: NaiveDate,
    articles: &[Uuid],
) -> Result<HashMap<Uuid, Bilan>, Erreur> {
    let mut bilans: HashMap<Uuid, Bilan> = HashMap::new();
    for lot in sql_du_stock::lots_en_stock(c, magasin_id, articles).await? {
        let bilan = bilans.entry(lot.article_id).or_default();
        match ecart(&lot, jour) {
            None => bilan.disponible += lot.solde,
            Some(Ecart::Perime) => bilan.perime += lot.solde,
            Some(Ecart::Bloque | Ecart::Rappele) => bilan.bloque += lot.solde,
            Some(Ecart::Vide) => {}
        }
    }
    Ok(bilans)
}

/// Of one article on one day: how much of it is usable, and the lot that goes first.
#[derive(Debug, Clone)]
pub struct LotUtilisable {
    pub disponible: Quantite,
    pub code_lot: Option<String>,
    pub date_dlc: Option<NaiveDate>,
}

/// Articles of which nothing is usable are not there.
pub async fn premiers_lots(
    c: &mut PgConnection,
    magasin_id: Uuid,
    jour: NaiveDate,
    articles: &[Uuid],
) -> Result<HashMap<Uuid, LotUtilisable>, Erreur> {
    sql::premiers_lots(c, magasin_id, jour, articles).await
}

/// `courts`: per article, what was needed and what was missing; ordered by name.
pub async fn compter_les_manquants(
    c: &mut PgConnection,
    magasin_id: Uuid,
    jour: NaiveDate,
    courts: &BTreeMap<Uuid, (Quantite, Quantite)>,
) -> Result<Vec<Manquant>, Erreur> {
    let ids: Vec<Uuid> = courts.keys().copied().collect();
    let articles = articles::par_ids(c, &ids).await?;
    let bilans = bilans(c, magasin_id, jour, &ids).await?;
    let mut manquants: Vec<Manquant> = courts
        .iter()
        .map(|(id, (besoin, manque))| {
            let bilan = bilans.get(id).copied().unwrap_or_default();
            Manquant {
                ingredient_id: *id,
                ingredient_nom: articles[id].nom.clone(),
                unite: articles[id].unite_base,
                besoin: *besoin,
                disponible: *besoin - *manque,
                manque: *manque,
                perime: bilan.perime,
                bloque: bilan.bloque,
            }
        })
        .collect();
    manquants.sort_by_cached_key(|m| cle_de_tri(&m.ingredient_nom));
    Ok(manquants)
}
