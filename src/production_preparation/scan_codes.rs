//! What a scanned code is when it is not, as it stands, a gencode of the magasin.

use sqlx::PgConnection;

use super::Scan;
use crate::domaine::Quantite;
use crate::domaine::gs1::{self, Faute};
use crate::platform::errors::{Erreur, ErreurCritiqueMetier};
use crate::referentiel::codes;
use crate::stock;

/// How much the package says that it holds.
pub(super) struct Lu {
    /// By the chain's pattern of weights.
    pub pese: bool,
    pub poids: Option<Quantite>,
}

impl Lu {
    /// 409 `article_ambigu`.
    pub(super) async fn lire(tx: &mut PgConnection, scan: &Scan) -> Result<Self, Erreur> {
        let lu = gs1::lire(&scan.gencode).unwrap_or_default();
        let pesee = match &lu.gencode {
            Some(gencode) => codes::pesee(tx, scan.magasin_id, gencode).await?,
            None => None,
        };
        Ok(Self { pese: pesee.is_some(), poids: pesee.map(|p| p.poids).or(lu.poids) })
    }
}

/// The key of the menu that it means. 404 `gencode_inconnu` says why in `raison`; 409
/// `etiquette_de_lot`.
pub(crate) async fn retrouver(tx: &mut PgConnection, scan: &Scan) -> Result<String, Erreur> {
    let lu = gs1::lire(&scan.gencode).map_err(|f| illisible(&f))?;
    if let Some(lot) = lu.lot_id
        && stock::est_un_lot(tx, scan.magasin_id, lot).await?
    {
        let detail = "C'est l'étiquette d'un lot : elle ne compte pas. Scannez le code du produit.";
        let refus = ErreurCritiqueMetier::conflit("etiquette_de_lot", detail);
        return Err(refus.avec("lot_id", serde_json::json!(lot)).into());
    }
    let article = codes::article(tx, scan.magasin_id, &lu).await?;
    article.map(|a| a.cle).ok_or_else(|| match lu.gencode {
        Some(_) => inconnu("Ce gencode n'est celui d'aucun menu de ce magasin.", "inconnu"),
        None => inconnu(
            "Ce code ne dit pas le produit : il ne compte pas. Scannez celui du produit.",
            "sans_produit",
        ),
    })
}

fn illisible(faute: &Faute) -> Erreur {
    let raison = match faute {
        Faute::Controle => "chiffre_de_controle",
        Faute::Illisible => "illisible",
    };
    inconnu(format!("Ce code {}.", stock::phrase_du_code(faute)), raison)
}

fn inconnu(detail: impl Into<std::borrow::Cow<'static, str>>, raison: &str) -> Erreur {
    let refus = ErreurCritiqueMetier::introuvable("gencode_inconnu", detail);
    refus.avec("raison", serde_json::json!(raison)).into()
}
