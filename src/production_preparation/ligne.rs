//! One line of a day's plan, held for as long as it is declared.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use sqlx::PgConnection;
use uuid::Uuid;

use super::declaration::{Statut, TypeDeclaration};
use super::sql;
use crate::domaine::{Calendrier, Quantite, UniteBase};
use crate::plan;
use crate::platform::errors::{Erreur, ErreurCritiqueMetier};
use crate::platform::http::Lecteur;
use crate::referentiel::{PolitiqueStock, magasins};

#[derive(Debug, Clone, Copy, utoipa::ToSchema)]
pub(crate) struct LigneVisee {
    pub magasin_id: Uuid,
    pub date: NaiveDate,
    pub recette_id: Uuid,
}

impl LigneVisee {
    pub(crate) fn lire(l: &Lecteur<'_>) -> Self {
        Self {
            magasin_id: l.uuid("magasin_id"),
            date: l.jour("date"),
            recette_id: l.uuid("recette_id"),
        }
    }
}

/// As it is once held.
#[derive(Debug)]
pub(crate) struct LigneTenue {
    pub visee: LigneVisee,
    pub plan_id: Uuid,
    /// As the screen calls it.
    pub nom: String,
    pub unite: UniteBase,
    pub planifiee: Quantite,
    pub produite: Quantite,
    pub nb_declarations: i32,
    /// The last declaration not taken back, by its rank.
    pub derniere: Option<i32>,
    pub politique: PolitiqueStock,
    pub calendrier: Calendrier,
    pub version: (i32, DateTime<Utc>),
    /// The number of the lot to come.
    pub numero: i64,
}

impl LigneTenue {
    /// What an answer says of it once that total is reached.
    pub(crate) fn dire(
        &self,
        produite: Quantite,
        derniere: Option<TypeDeclaration>,
        peut_annuler: bool,
    ) -> LigneDeclaree {
        let statut = Statut::de(self.planifiee, produite, derniere);
        LigneDeclaree {
            id: self.visee.recette_id,
            produit_nom: self.nom.clone(),
            a_produire: self.planifiee,
            produit: produite,
            restant: statut.restant(self.planifiee, produite),
            unite: self.unite,
            statut,
            peut_annuler,
        }
    }
}

/// The line as it stands after what was said.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct LigneDeclaree {
    /// La recette de la ligne.
    pub id: Uuid,
    pub produit_nom: String,
    #[schema(value_type = f64)]
    pub a_produire: Quantite,
    #[schema(value_type = f64)]
    pub produit: Quantite,
    #[schema(value_type = f64)]
    pub restant: Quantite,
    pub unite: UniteBase,
    pub statut: Statut,
    pub peut_annuler: bool,
}

/// 404 `magasin_inconnu`, `plan_absent`, `recette_hors_plan`.
pub(crate) async fn tenir(tx: &mut PgConnection, visee: LigneVisee) -> Result<LigneTenue, Erreur> {
    match sql::tenir(tx, visee).await? {
        Some(ligne) if est_au_plan(&ligne) => Ok(ligne),
        _ => Err(pourquoi(tx, visee.magasin_id, visee.date).await),
    }
}

/// A line dropped from the plan keeps its row for its history.
pub(crate) fn est_au_plan(ligne: &LigneTenue) -> bool {
    ligne.planifiee.est_positive() || ligne.produite.est_positive()
}

/// Why there is no such line.
pub(crate) async fn pourquoi(tx: &mut PgConnection, magasin_id: Uuid, date: NaiveDate) -> Erreur {
    match plan::trouver(tx, magasin_id, date).await {
        Err(refus) => refus,
        Ok(_) => {
            let detail = "Cette recette n'est pas au plan de ce jour. Ajoutez-la au plan, ou \
                          vérifiez la date.";
            ErreurCritiqueMetier::introuvable("recette_hors_plan", detail).into()
        }
    }
}

/// 404 `magasin_inconnu`.
pub(crate) async fn magasin_connu(tx: &mut PgConnection, magasin_id: Uuid) -> Result<(), Erreur> {
    magasins::trouver(tx, magasin_id).await.map(|_| ())
}
