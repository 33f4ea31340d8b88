//! The lines of the last day that had a plan of which nobody said what became of them. They stand above
//! today's until somebody does.

use chrono::{NaiveDate, Utc};
use serde::Serialize;
use sqlx::PgConnection;
use uuid::Uuid;

use super::sql::{self, EnTete};
use crate::domaine::texte::cle_de_tri;
use crate::domaine::{Calendrier, Quantite, UniteBase, Verdict};
use crate::platform::errors::Erreur;

#[derive(Debug, Hash, Serialize, utoipa::ToSchema)]
pub(crate) struct Veille {
    pub date: NaiveDate,
    /// Dire ce qu'il en est demande une raison : la nuit est passée.
    pub motif_demande: bool,
    /// Dans l'ordre des noms.
    pub lignes: Vec<LigneInachevee>,
}

#[derive(Debug, Hash, Serialize, utoipa::ToSchema)]
pub(crate) struct LigneInachevee {
    pub recette_id: Uuid,
    pub recette_nom: String,
    #[schema(value_type = f64)]
    pub quantite_planifiee: Quantite,
    #[schema(value_type = f64)]
    pub quantite_produite: Quantite,
    #[schema(value_type = f64)]
    pub restant: Quantite,
    pub unite: UniteBase,
    /// La dernière déclaration qui n'est pas annulée, telle que `vue` la nomme.
    pub derniere: Option<DeclarationNommee>,
}

#[derive(Debug, Hash, Serialize, utoipa::ToSchema)]
pub(crate) struct DeclarationNommee {
    pub declaration_id: Uuid,
}

/// Of today's screen alone; none when everything was said.
pub(crate) async fn lire(
    c: &mut PgConnection,
    tete: &EnTete,
    (magasin_id, date): (Uuid, NaiveDate),
) -> Result<Option<Veille>, Erreur> {
    let calendrier = Calendrier { fuseau: tete.fuseau, jours_arriere: tete.jours_arriere };
    let maintenant = Utc::now();
    let Some(veille) = tete.veille.filter(|_| calendrier.jour_de(maintenant) == date) else {
        return Ok(None);
    };
    let mut lignes = sql::inachevees(c, magasin_id, veille).await?;
    lignes.sort_by_cached_key(|l| (cle_de_tri(&l.recette_nom), l.recette_id));
    let motif_demande = calendrier.juger(veille, maintenant, true) == Verdict::AvecMotif;
    let veille = Veille { date: veille, motif_demande, lignes };
    Ok(Some(veille).filter(|v| !v.lignes.is_empty()))
}
