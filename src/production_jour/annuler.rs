//! A production du jour taken back as a whole: everything that it made, and what it had changed of the
//! plan; or nothing, when something came after on one of its lines.

use chrono::NaiveDate;
use serde::Serialize;
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::reprise::rendre_au_stock;
use super::sql;
use crate::domaine::{Quantite, UniteBase};
use crate::platform::comptes::{Personne, Role};
use crate::platform::db::Ecrits;
use crate::platform::db::evenements::{self, Evenement};
use crate::platform::db::operations::Operation;
use crate::platform::errors::{Erreur, ErreurCritiqueMetier};

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ProductionAnnulee {
    /// `ok`
    pub status: &'static str,
    /// La production reprise.
    pub operation_id: Uuid,
    pub magasin_id: Uuid,
    pub date: NaiveDate,
    pub lignes: Vec<LigneReprise>,
}

/// A line as it stands once it is taken back.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct LigneReprise {
    pub recette_id: Uuid,
    pub recette_nom: String,
    #[schema(value_type = f64)]
    pub quantite_reprise: Quantite,
    #[schema(value_type = f64)]
    pub quantite_planifiee: Quantite,
    #[schema(value_type = f64)]
    pub quantite_produite: Quantite,
    pub unite: UniteBase,
}

/// Where, when and by whom it was made, and of which recipes.
pub(crate) struct ProductionFaite {
    pub magasin_id: Uuid,
    pub jour: NaiveDate,
    pub auteur_id: Option<Uuid>,
    pub recettes: Vec<Uuid>,
}

/// One of its lines, held, as it now is.
pub(crate) struct LigneFaite {
    pub recette_id: Uuid,
    pub nom: String,
    pub unite: UniteBase,
    pub quantite: Quantite,
    /// What it made then.
    pub faite: Quantite,
    pub cumul_avant: Quantite,
    pub planifiee_avant: Quantite,
    pub planifiee: Quantite,
    pub produite: Quantite,
    pub annulee: bool,
    /// Something was declared of it since.
    pub declaree: bool,
}

/// An admin any, a cook their own. 404 `operation_inconnue`; 403 `production_d_un_autre`; 409
/// `production_deja_annulee`, `ligne_changee`, `production_deja_utilisee`.
pub(crate) async fn annuler_production(
    (tx, ecrits): (&mut PgConnection, &mut Ecrits),
    op: Operation,
    (operation_id, personne): (Uuid, &Personne),
) -> Result<ProductionAnnulee, Erreur> {
    let faite = sql::production_faite(tx, operation_id).await?.ok_or_else(inconnue)?;
    personne.exiger(faite.magasin_id)?;
    if op.role != Role::Admin && (faite.auteur_id.is_none() || faite.auteur_id != op.auteur_id) {
        return Err(d_un_autre().into());
    }
    let ou = (faite.magasin_id, faite.jour);
    sql::tenir_les_lignes(tx, ou, &faite.recettes).await?;
    let lignes = sql::lignes_faites(tx, operation_id).await?;
    refuser(&lignes)?;
    let reprises: Vec<(Uuid, Quantite)> =
        lignes.iter().map(|l| (l.recette_id, l.quantite)).collect();
    rendre_au_stock((tx, &mut *ecrits), op, (ou, true), &reprises).await?;
    let lignes: Vec<LigneReprise> = lignes.iter().map(LigneFaite::reprendre).collect();
    sql::remettre(ecrits, ou, &lignes);
    let evenement = Evenement {
        magasin_id: Some(faite.magasin_id),
        nom: "production_jour_annulee",
        operation_id: op.id,
        donnees: json!({"annulee": operation_id, "date": faite.jour, "nb_lots": lignes.len()}),
    };
    evenements::ajouter(ecrits, evenement);
    let (magasin_id, date) = ou;
    Ok(ProductionAnnulee { status: "ok", operation_id, magasin_id, date, lignes })
}

impl LigneFaite {
    fn a_change(&self) -> bool {
        self.declaree
            || self.quantite != self.faite
            || self.produite != self.cumul_avant + self.quantite
    }

    /// The plan goes back to what it was where the production itself had raised it.
    fn reprendre(&self) -> LigneReprise {
        let releve = self.planifiee == self.planifiee_avant.max(self.produite);
        let avant = self.planifiee_avant.max(self.cumul_avant);
        LigneReprise {
            recette_id: self.recette_id,
            recette_nom: self.nom.clone(),
            quantite_reprise: self.quantite,
            quantite_planifiee: if releve { avant } else { self.planifiee },
            quantite_produite: self.cumul_avant,
            unite: self.unite,
        }
    }
}

fn refuser(lignes: &[LigneFaite]) -> Result<(), ErreurCritiqueMetier> {
    if lignes.iter().any(|l| l.annulee) {
        let detail = "Cette production a déjà été reprise.";
        return Err(ErreurCritiqueMetier::conflit("production_deja_annulee", detail));
    }
    let changees: Vec<&LigneFaite> = lignes.iter().filter(|l| l.a_change()).collect();
    let Some(premiere) = changees.first() else { return Ok(()) };
    let detail = format!(
        "« {} » a changé depuis cette production, qui ne se reprend donc plus en entier. Corrigez \
         ligne par ligne, avec Ajusté.",
        premiere.nom
    );
    let recettes: Vec<Uuid> = changees.iter().map(|l| l.recette_id).collect();
    Err(ErreurCritiqueMetier::conflit("ligne_changee", detail).avec("recettes", json!(recettes)))
}

fn inconnue() -> ErreurCritiqueMetier {
    let detail = "Cette opération n'est pas une production du jour qui se reprend.";
    ErreurCritiqueMetier::introuvable("operation_inconnue", detail)
}

fn d_un_autre() -> ErreurCritiqueMetier {
    let detail = "Cette production a été faite par quelqu'un d'autre : demandez à un responsable de \
                  la reprendre.";
    ErreurCritiqueMetier::interdit("production_d_un_autre", detail)
}
