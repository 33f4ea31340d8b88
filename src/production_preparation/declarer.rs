//! Produit, Ajusté, Non produit: the kitchen says what a line's total is.

use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::PgConnection;
use uuid::Uuid;

use super::atteindre::{Dite, atteindre};
use super::declaration::TypeDeclaration;
use super::depuis;
use super::dit::Dit;
use super::journal::{Action, Fait};
use super::ligne::{self, LigneDeclaree, LigneTenue, LigneVisee};
use super::sql::{self, DeclarationLue};
use crate::domaine::Quantite;
use crate::platform::db::Ecrits;
use crate::platform::db::operations::Operation;
use crate::platform::errors::Erreur;
use crate::referentiel::PolitiqueStock;

#[derive(Debug, Clone)]
pub(crate) enum Declaration {
    Produit,
    Ajuste(Quantite),
    NonProduit,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Declaree {
    /// `ok`
    pub status: &'static str,
    /// null quand rien de plus n'a été produit.
    pub lot_production_id: Option<Uuid>,
    /// Ce que `annuler` peut nommer.
    pub declaration_id: Uuid,
    /// Une autre personne l'avait dit, et `declaration_id` est la sienne : rien n'est déclaré de plus.
    /// null quand c'est la personne elle-même, maintenant ou déjà avant.
    pub deja_dite: Option<DejaDite>,
    pub ligne: LigneDeclaree,
}

/// De qui est `declaration_id`, et de quand.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct DejaDite {
    /// null : la ligne de commande.
    pub auteur: Option<String>,
    pub date_heure: DateTime<Utc>,
    pub tape_le: Option<DateTime<Utc>>,
}

impl DejaDite {
    fn de(d: &DeclarationLue, op: Operation) -> Option<Self> {
        (d.auteur_id != op.auteur_id).then(|| Self {
            auteur: d.auteur.clone(),
            date_heure: d.declaree_le,
            tape_le: d.tape_le,
        })
    }
}

impl Declaration {
    pub(crate) const fn action(&self) -> Action {
        match self {
            Self::Produit => Action::Produit,
            Self::Ajuste(_) => Action::Ajuste,
            Self::NonProduit => Action::NonProduit,
        }
    }

    fn total(&self, ligne: &LigneTenue) -> Quantite {
        match self {
            Self::Produit => ligne.planifiee,
            Self::Ajuste(q) => *q,
            Self::NonProduit => Quantite::ZERO,
        }
    }

    const fn r#type(&self) -> TypeDeclaration {
        match self {
            Self::Produit => TypeDeclaration::Produit,
            Self::Ajuste(_) => TypeDeclaration::Ajuste,
            Self::NonProduit => TypeDeclaration::NonProduit,
        }
    }

    /// A second identical tap: that was the last thing said, and it is still so.
    fn deja_dite(
        &self,
        motif: &Option<String>,
        ligne: &LigneTenue,
        derniere: &DeclarationLue,
    ) -> bool {
        let autre_raison = matches!(self, Self::NonProduit) && derniere.motif != *motif;
        derniere.r#type == self.r#type()
            && !autre_raison
            && derniere.apres == ligne.produite
            && ligne.produite == self.total(ligne)
    }
}

/// What was done, for the caller to announce after the commit; nothing for a second identical tap.
pub(crate) async fn declarer(
    (tx, ecrits): (&mut PgConnection, &mut Ecrits),
    op: Operation,
    visee: LigneVisee,
    (declaration, dit): (&Declaration, &Dit),
) -> Result<(Declaree, Option<Fait>), Erreur> {
    let ligne = ligne::tenir(tx, visee).await?;
    dit.exiger_le_jour(&ligne, op)?;
    let total = declaration.total(&ligne);
    let dire = |(lot_production_id, declaration_id), deja_dite| Declaree {
        status: "ok",
        lot_production_id,
        declaration_id,
        deja_dite,
        ligne: ligne.dire(total, Some(declaration.r#type()), true),
    };
    let derniere = sql::declaration(tx, visee, ligne.derniere).await?;
    let deja = derniere.as_ref().filter(|d| declaration.deja_dite(&dit.motif, &ligne, d));
    if let Some(derniere) = deja {
        let deja_dite = DejaDite::de(derniere, op);
        return Ok((dire((derniere.lot_production_id, derniere.id), deja_dite), None));
    }
    let voulue = (declaration.r#type(), total, total);
    depuis::verifier(tx, op, (&ligne, derniere.as_ref()), (voulue, dit)).await?;
    let dite = Dite {
        r#type: declaration.r#type(),
        quantite: total,
        total,
        motif: dit.motif.as_deref(),
        tape_le: dit.tape_le,
        annule: None,
        politique: PolitiqueStock::Strict,
        evenement: declaration.action().evenement(),
    };
    let atteinte = atteindre((&mut *tx, ecrits), op, &ligne, &dite).await?;
    Ok((dire((atteinte.lot_production_id, op.id), None), Some(Fait::de(visee, total))))
}
