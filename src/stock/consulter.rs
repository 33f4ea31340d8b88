//! The stock as it stands, and the story of a lot.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde::Serialize;
use sqlx::PgConnection;
use uuid::Uuid;

use super::EtatLot;
use super::reserver::lot_inconnu;
use super::sql;
use crate::domaine::{Quantite, UniteBase};
use crate::platform::comptes::Personne;
use crate::platform::errors::Erreur;
use crate::platform::http::{Lecteur, Liste, Page};
use crate::referentiel::{articles, magasins};

#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct LotEnStock {
    pub lot_id: Uuid,
    pub ingredient_id: Uuid,
    pub ingredient_nom: String,
    pub code_lot: Option<String>,
    pub date_dlc: Option<NaiveDate>,
    pub etat: EtatLot,
    #[schema(value_type = f64)]
    pub solde: Quantite,
    pub unite: UniteBase,
    pub recu_le: DateTime<Utc>,
}

#[derive(Debug)]
pub struct RechercheStock {
    pub magasin_id: Uuid,
    pub ingredient_id: Option<Uuid>,
    pub vides: bool,
    pub limite: i64,
    pub apres: Option<Curseur>,
}

/// Where the last page ended, in FEFO order.
#[derive(Debug, Clone, Copy)]
pub struct Curseur {
    pub date_dlc: Option<NaiveDate>,
    pub recu_le: DateTime<Utc>,
    pub lot_id: Uuid,
}

impl RechercheStock {
    pub(crate) fn lire(l: &Lecteur<'_>) -> Self {
        let apres = l.texte_option("apres", 200).map(|t| Curseur::lire(&t));
        if apres.is_some_and(|c| c.is_none()) {
            l.fauter("apres", "n'est pas un curseur donné par une liste");
        }
        Self {
            magasin_id: l.uuid("magasin_id"),
            ingredient_id: l.uuid_option("ingredient_id"),
            vides: l.booleen_option("vides").unwrap_or(false),
            limite: Page::limite(l),
            apres: apres.flatten(),
        }
    }
}

impl Curseur {
    fn lire(texte: &str) -> Option<Self> {
        let octets = URL_SAFE_NO_PAD.decode(texte).ok()?;
        let clair = String::from_utf8(octets).ok()?;
        let mut parts = clair.split('|');
        let (dlc, recu, id) = (parts.next()?, parts.next()?, parts.next()?);
        let date_dlc: Option<NaiveDate> =
            if dlc.is_empty() { None } else { Some(dlc.parse().ok()?) };
        let recu_le = DateTime::from_timestamp_micros(recu.parse().ok()?)?;
        // PostgreSQL does not know every day that chrono knows: one made by hand stops here.
        let plausible = |jour: NaiveDate| (1970..=2200).contains(&jour.year());
        let ecrit_par_nous = parts.next().is_none()
            && plausible(recu_le.date_naive())
            && date_dlc.is_none_or(plausible);
        ecrit_par_nous.then_some(Self { date_dlc, recu_le, lot_id: id.parse().ok()? })
    }

    fn ecrire(lot: &LotEnStock) -> String {
        let dlc = lot.date_dlc.map(|d| d.to_string()).unwrap_or_default();
        URL_SAFE_NO_PAD.encode(format!("{dlc}|{}|{}", lot.recu_le.timestamp_micros(), lot.lot_id))
    }
}

/// Lots in FEFO order, expired, blocked and produced ones included.
pub async fn lots(c: &mut PgConnection, r: &RechercheStock) -> Result<Liste<LotEnStock>, Erreur> {
    magasins::trouver(c, r.magasin_id).await?;
    if let Some(ingredient) = r.ingredient_id {
        articles::trouver(c, ingredient).await?;
    }
    Ok(Liste::couper(sql::stock(c, r).await?, r.limite, Curseur::ecrire))
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct MouvementLu {
    pub id: Uuid,
    #[schema(example = "CONSOMMATION")]
    pub r#type: String,
    /// Signée.
    #[schema(value_type = f64)]
    pub quantite: Quantite,
    pub unite: UniteBase,
    pub motif: Option<String>,
    /// Le mouvement que celui-ci annule.
    pub annule_id: Option<Uuid>,
    pub operation_id: Uuid,
    /// Qui ; null pour la ligne de commande.
    pub auteur: Option<String>,
    pub date_heure: DateTime<Utc>,
}

/// Every movement of a lot, oldest first; 403 to whoever does not see its magasin.
pub(crate) async fn mouvements_du_lot(
    c: &mut PgConnection,
    personne: &Personne,
    (lot_id, page): (Uuid, Page),
) -> Result<Liste<MouvementLu>, Erreur> {
    let Some(magasin_id) = sql::magasin_du_lot(c, lot_id).await? else {
        return Err(lot_inconnu().into());
    };
    personne.exiger(magasin_id)?;
    let lus = sql::mouvements(c, (magasin_id, lot_id), page).await?;
    Ok(Liste::couper(lus, page.limite, |m| m.id.to_string()))
}
