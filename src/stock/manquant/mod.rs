//! What a shortage answer tells: needed, usable, missing, and what exists but must not be used.

mod sql;

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use serde::Serialize;
use sqlx::PgConnection;
use uuid::Uuid;

use super::fefo::{Ecart, Rang, ecart};
use super::sql as sql_du_stock;
use crate::domaine::texte::cle_de_tri;
use crate::domaine::{ParId, Quantite, UniteBase};
use crate::platform::errors::Erreur;
use crate::referentiel::articles;

#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub(crate) struct Manquant {
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
pub(crate) struct Bilan {
    pub disponible: Quantite,
    pub perime: Quantite,
    pub bloque: Quantite,
}

pub(crate) async fn bilans(
    c: &mut PgConnection,
    magasin_id: Uuid,
    jour: NaiveDate,
    articles: &[Uuid],
) -> Result<HashMap<Uuid, Bilan>, Erreur> {
    let mut bilans: HashMap<Uuid, Bilan> = HashMap::new();
    for lot in sql_du_stock::lots_en_stock(c, magasin_id, jour, articles).await? {
        let bilan = bilans.entry(lot.article_id).or_default();
        match ecart(&lot, jour) {
            None => bilan.disponible += lot.solde,
            Some(Ecart::Perime) => bilan.perime += lot.solde,
            Some(Ecart::Bloque | Ecart::Rappele) => bilan.bloque += lot.solde,
            Some(Ecart::Vide | Ecart::AVenir) => {}
        }
    }
    Ok(bilans)
}

/// Of one article on one day: how much of it is usable, and the lot that goes first.
#[derive(Debug, Clone)]
pub(crate) struct LotUtilisable {
    pub disponible: Quantite,
    pub code_lot: Option<String>,
    pub date_dlc: Option<NaiveDate>,
}

/// Articles of which nothing is usable are not there.
pub(crate) async fn premiers_lots(
    c: &mut PgConnection,
    magasin_id: Uuid,
    jour: NaiveDate,
    articles: &[Uuid],
) -> Result<ParId<LotUtilisable>, Erreur> {
    Ok(premiers(sql::lots_utilisables(c, magasin_id, jour, articles).await?))
}

/// Every usable lot of each, next to go first.
pub(crate) async fn lots_dans_l_ordre(
    c: &mut PgConnection,
    magasin_id: Uuid,
    jour: NaiveDate,
    articles: &[Uuid],
) -> Result<HashMap<Uuid, Vec<LotUtilisable>>, Erreur> {
    let mut lots: Vec<_> = sql::lots_utilisables(c, magasin_id, jour, articles).await?.collect();
    lots.sort_unstable_by_key(|(_, rang, _)| *rang);
    let mut par_article: HashMap<Uuid, Vec<LotUtilisable>> = HashMap::new();
    for (article_id, _, lot) in lots {
        par_article.entry(article_id).or_default().push(lot);
    }
    Ok(par_article)
}

/// In whatever order they come.
fn premiers(lots: impl Iterator<Item = (Uuid, Rang, LotUtilisable)>) -> ParId<LotUtilisable> {
    let mut premiers: ParId<(Rang, LotUtilisable)> = ParId::default();
    for (article_id, rang, lot) in lots {
        let Some((premier, connu)) = premiers.get_mut(&article_id) else {
            premiers.insert(article_id, (rang, lot));
            continue;
        };
        let disponible = connu.disponible + lot.disponible;
        if rang < *premier {
            (*premier, *connu) = (rang, lot);
        }
        connu.disponible = disponible;
    }
    premiers.into_iter().map(|(article_id, (_, lot))| (article_id, lot)).collect()
}

/// `courts`: per article, what was needed and what was missing; ordered by name.
pub(crate) async fn compter_les_manquants(
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

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::super::fefo::rang_de;
    use super::*;

    #[test]
    fn the_lot_that_goes_first_is_told_whatever_the_order_they_come_in() {
        let article_id = Uuid::from_u128(7);
        let jour = |j| NaiveDate::from_ymd_opt(2026, 3, j);
        let lots = [(1, jour(9), 5), (2, jour(4), 9), (3, jour(4), 6), (4, None, 1)];
        let lot = |(id, date_dlc, heure): (u128, Option<NaiveDate>, i64)| {
            let recu_le = DateTime::from_timestamp(heure * 3600, 0).unwrap();
            let (disponible, code_lot) = (Quantite::milliemes(1000), Some(id.to_string()));
            let lot = LotUtilisable { disponible, code_lot, date_dlc };
            (article_id, rang_de(date_dlc, recu_le, Uuid::from_u128(id)), lot)
        };
        for tour in 0..lots.len() {
            let ordre = lots.iter().cycle().skip(tour).take(lots.len());
            let dit = premiers(ordre.map(|l| lot(*l)));
            assert_eq!(dit[&article_id].code_lot.as_deref(), Some("3"), "{tour}");
            assert_eq!(dit[&article_id].date_dlc, jour(4));
            assert_eq!(dit[&article_id].disponible, Quantite::milliemes(4000));
        }
    }
}
