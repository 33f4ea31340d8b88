//! « Produire tout ce qui reste »: what that is, and what the kitchen settled otherwise.

use std::fmt::Write;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::executer::LigneDemandee;
use crate::domaine::{Quantite, UniteBase};
use crate::plan::{self, LignePlan};
use crate::platform::errors::{Erreur, ErreurCritiqueMetier};

#[derive(Debug)]
pub struct Reste {
    pub(crate) plan_id: Uuid,
    /// Empty when all is made or settled.
    pub lignes: Vec<LigneDemandee>,
    pub(crate) reglees: Vec<LigneReglee>,
    noms: Vec<(String, Quantite, UniteBase)>,
}

/// A line that stays as the kitchen declared it: made only when it is named.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct LigneReglee {
    pub recette_id: Uuid,
    pub recette_nom: String,
    /// NON_PRODUIT ou AJUSTE.
    pub r#type: String,
    #[schema(value_type = f64)]
    pub quantite_planifiee: Quantite,
    #[schema(value_type = f64)]
    pub quantite_produite: Quantite,
    pub unite: UniteBase,
    pub motif: Option<String>,
    pub auteur: Option<String>,
    pub date_heure: DateTime<Utc>,
}

/// The lines are held from here on: two people who ask for it at once do not make it twice.
pub async fn reste_du_plan(
    tx: &mut PgConnection,
    magasin_id: Uuid,
    date: NaiveDate,
) -> Result<Reste, Erreur> {
    plan::verrouiller(tx, magasin_id, date).await?;
    let plan = plan::trouver(tx, magasin_id, date).await?;
    let a_faire = plan.lignes.iter().filter(|l| l.a_faire().est_positive());
    Ok(Reste {
        plan_id: plan.plan_id,
        noms: a_faire.clone().map(|l| (l.recette_nom.clone(), l.a_faire(), l.unite)).collect(),
        lignes: a_faire
            .map(|l| LigneDemandee { recette_id: l.recette_id, quantite_a_produire: l.a_faire() })
            .collect(),
        reglees: plan.lignes.iter().filter_map(reglee).collect(),
    })
}

fn reglee(l: &LignePlan) -> Option<LigneReglee> {
    let declaration = l.declaration.clone().filter(|_| l.dite_autrement())?;
    Some(LigneReglee {
        recette_id: l.recette_id,
        recette_nom: l.recette_nom.clone(),
        r#type: declaration.r#type,
        quantite_planifiee: l.quantite_planifiee,
        quantite_produite: l.quantite_produite,
        unite: l.unite,
        motif: declaration.motif,
        auteur: declaration.auteur,
        date_heure: declaration.date_heure,
    })
}

impl Reste {
    /// What a person saw of it when they were asked: another list is asked about again.
    pub(crate) fn empreinte(&self) -> String {
        let mut texte = String::new();
        for l in &self.lignes {
            // Writing to a text does not fail.
            let _ecrit = write!(texte, "{} {};", l.recette_id, l.quantite_a_produire);
        }
        format!("{:016x}", xxhash_rust::xxh3::xxh3_64(texte.as_bytes()))
    }

    /// 409 `a_confirmer`: nothing is written, what would be made is told.
    pub(crate) fn a_confirmer(&self) -> ErreurCritiqueMetier {
        let lignes = self.noms.iter();
        let a_produire: Vec<String> =
            lignes.map(|(nom, q, unite)| format!("{nom} : {}", unite.lisible(*q))).collect();
        let detail = "Vérifiez ce qui va être produit, puis confirmez.";
        ErreurCritiqueMetier::conflit("a_confirmer", detail)
            .avec("a_produire", json!(a_produire))
            .avec("empreinte", json!(self.empreinte()))
    }
}
