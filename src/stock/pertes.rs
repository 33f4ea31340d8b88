//! Losses: something that was there and was thrown away.

use sqlx::PgConnection;
use uuid::Uuid;

use super::ajustements::{Correction, Sortie, article_vise, inscrire};
use super::mouvements::{Ecritures, TypeMouvement};
use super::reserver::{LotVise, lot_inconnu, lot_vise};
use crate::platform::db::operations::Operation;
use crate::platform::errors::Erreur;
use crate::platform::http::{Lecteur, QuantiteSaisie};
use crate::referentiel::articles::refus_unite;
use crate::referentiel::magasins;

pub(crate) struct Perte {
    pub magasin_id: Uuid,
    pub vise: LotVise,
    /// What was lost, more than 0.
    pub saisie: QuantiteSaisie,
    pub motif: String,
}

impl Perte {
    pub(crate) fn lire(l: &Lecteur<'_>) -> Self {
        Self {
            magasin_id: l.uuid("magasin_id"),
            vise: LotVise::lire(l),
            saisie: l.quantite_saisie(),
            motif: l.texte("motif", 500),
        }
    }
}

pub(crate) async fn perdre(
    tx: &mut PgConnection,
    op: Operation,
    p: &Perte,
) -> Result<Correction, Erreur> {
    magasins::trouver(tx, p.magasin_id).await?;
    let Some(lot) = lot_vise(tx, p.magasin_id, &p.vise).await? else {
        article_vise(tx, None, &p.vise).await?;
        return Err(lot_inconnu().into());
    };
    let article = article_vise(tx, Some(&lot), &p.vise).await?;
    let quantite = article.convertir(p.saisie).map_err(|e| refus_unite("", e))?;
    inscrire(
        tx,
        op,
        (p.magasin_id, lot.id, lot.solde),
        Ecritures::default(),
        Sortie {
            nature: TypeMouvement::Perte,
            quantite: -quantite,
            motif: &p.motif,
            article: &article,
        },
    )
    .await
}
