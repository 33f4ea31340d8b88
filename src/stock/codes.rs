//! What a code on a package says, and what this magasin knows of it.

use chrono::NaiveDate;
use serde::Serialize;
use sqlx::PgConnection;
use uuid::Uuid;

use super::consulter::LotEnStock;
use super::sql;
use crate::domaine::Quantite;
use crate::domaine::gs1::{self, CodeLu, Faute};
use crate::platform::errors::{Erreur, ErreurCritiqueMetier};
use crate::platform::http::{Lecteur, lire_code};
use crate::referentiel::{codes, magasins};

pub(crate) struct RechercheCode {
    magasin_id: Uuid,
    code: String,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct CodeConnu {
    /// null quand le code ne dit pas le produit : une palette, l'étiquette d'un lot.
    pub gencode: Option<String>,
    /// L'article que ce code désigne ; null : produit inconnu de ce magasin.
    pub ingredient_id: Option<Uuid>,
    pub ingredient_nom: Option<String>,
    pub code_lot: Option<String>,
    pub date_dlc: Option<NaiveDate>,
    /// Poids net, en grammes.
    #[schema(value_type = Option<f64>)]
    pub poids: Option<Quantite>,
    /// Le lot dont c'est l'étiquette : ce code ne compte jamais.
    pub lot: Option<LotEnStock>,
}

impl RechercheCode {
    pub(crate) fn lire(l: &Lecteur<'_>) -> Self {
        Self { magasin_id: l.uuid("magasin_id"), code: lire_code(l, "code") }
    }
}

/// 400 on `code` where it cannot be read, or was read wrongly.
pub(crate) async fn reconnaitre(
    c: &mut PgConnection,
    r: &RechercheCode,
) -> Result<CodeConnu, Erreur> {
    magasins::trouver(c, r.magasin_id).await?;
    let lu = gs1::lire(&r.code).map_err(|f| ErreurCritiqueMetier::champ("code", phrase(&f)))?;
    let article = codes::article(c, r.magasin_id, &lu).await?;
    let pese = match &lu.gencode {
        Some(gencode) => codes::pese(c, gencode).await?,
        None => None,
    };
    let lot = match lu.lot_id {
        Some(id) => sql::lot(c, r.magasin_id, id).await?,
        None => None,
    };
    let (ingredient_id, ingredient_nom) = article.map(|a| (a.id, a.nom)).unzip();
    let CodeLu { gencode, lot: code_lot, dlc: date_dlc, poids, .. } = lu;
    let poids = pese.map(|p| p.poids).or(poids);
    Ok(CodeConnu { gencode, ingredient_id, ingredient_nom, code_lot, date_dlc, poids, lot })
}

/// Is it a lot of this magasin?
pub(crate) async fn est_un_lot(
    c: &mut PgConnection,
    magasin_id: Uuid,
    lot_id: Uuid,
) -> Result<bool, Erreur> {
    Ok(sql::lot(c, magasin_id, lot_id).await?.is_some())
}

/// Why a code is refused.
pub(crate) const fn phrase(faute: &Faute) -> &'static str {
    match faute {
        Faute::Controle => {
            "a été mal lu : son chiffre de contrôle est faux ; scannez-le de nouveau"
        }
        Faute::Illisible => {
            "ne se lit pas comme un code-barres ; scannez-le de nouveau, ou tapez ses chiffres"
        }
    }
}
