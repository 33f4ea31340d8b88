//! Annuler: the line goes back to what it was before the last declaration not yet taken back, by
//! that declaration's own difference; again and again, as long as there is one. Who names the
//! declaration meant takes back that one and no other.

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
use crate::platform::errors::{Erreur, ErreurCritiqueMetier};
use crate::referentiel::PolitiqueStock;

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Annulee {
    /// `ok`
    pub status: &'static str,
    /// Ce qui vient d'être annulé.
    pub annulee: TypeDeclaration,
    #[schema(value_type = f64)]
    pub quantite: Quantite,
    /// null quand rien n'a été produit de nouveau.
    pub lot_production_id: Option<Uuid>,
    /// L'annulation elle-même : ce que `vue` peut nommer ensuite.
    pub declaration_id: Uuid,
    pub ligne: LigneDeclaree,
}

pub(crate) async fn annuler(
    (tx, ecrits): (&mut PgConnection, &mut Ecrits),
    op: Operation,
    (visee, declaration_id, dit): (LigneVisee, Option<Uuid>, &Dit),
) -> Result<(Annulee, Option<Fait>), Erreur> {
    let Some(ligne) = sql::tenir(tx, visee).await? else {
        ligne::magasin_connu(tx, visee.magasin_id).await?;
        return Err(rien().into());
    };
    dit.exiger_la_fenetre(&ligne, op)?;
    let derniere = sql::declaration(tx, visee, ligne.derniere).await?;
    let derniere = match derniere {
        Some(d) if declaration_id.is_none_or(|voulue| voulue == d.id) => d,
        autre if declaration_id.is_some() => {
            let recente = sql::declaration(tx, visee, Some(ligne.nb_declarations)).await?;
            return Err(depassee(&ligne, autre.as_ref(), recente.as_ref()).into());
        }
        _ => return Err(rien().into()),
    };
    if derniere.apres != ligne.produite {
        return Err(changee(&ligne, &derniere).into());
    }
    let total = derniere.avant;
    // Who names the declaration has said which one they mean.
    if declaration_id.is_none() {
        let voulue = (TypeDeclaration::Annulation, derniere.quantite, total);
        depuis::verifier(tx, op, (&ligne, Some(&derniere)), (voulue, dit)).await?;
    }
    let dite = Dite {
        r#type: TypeDeclaration::Annulation,
        quantite: derniere.quantite,
        total,
        motif: dit.motif.as_deref(),
        tape_le: dit.tape_le,
        annule: Some((derniere.rang, derniere.precedente)),
        politique: PolitiqueStock::Strict,
        evenement: Action::Annuler.evenement(),
    };
    let atteinte = atteindre((&mut *tx, ecrits), op, &ligne, &dite).await?;
    let avant = sql::declaration(tx, visee, derniere.precedente).await?;
    let peut_annuler = avant.as_ref().is_some_and(|d| d.apres == total);
    let annulee = Annulee {
        status: "ok",
        annulee: derniere.r#type,
        quantite: derniere.quantite,
        lot_production_id: atteinte.lot_production_id,
        declaration_id: op.id,
        ligne: ligne.dire(total, avant.map(|d| d.r#type), peut_annuler),
    };
    Ok((annulee, Some(Fait::de(visee, derniere.quantite))))
}

fn rien() -> ErreurCritiqueMetier {
    let detail = "Il n'y a rien à annuler sur cette ligne.";
    ErreurCritiqueMetier::conflit("rien_a_annuler", detail)
}

/// The one that was meant is taken back already, or another one is the last by now: by whom, and
/// when. `recente` is what was written last of the line.
fn depassee(
    ligne: &LigneTenue,
    derniere: Option<&DeclarationLue>,
    recente: Option<&DeclarationLue>,
) -> ErreurCritiqueMetier {
    let depuis = recente.map(|d| format!(", {}", depuis::fait_par(ligne, d))).unwrap_or_default();
    let avec_elle = |refus: ErreurCritiqueMetier| match recente {
        Some(d) => refus
            .avec("derniere", depuis::derniere(ligne, d))
            .avec("unite", serde_json::json!(ligne.unite)),
        None => refus,
    };
    let Some(derniere) = derniere else {
        let detail = format!("« {} » n'a plus rien à annuler{depuis}.", ligne.nom);
        return avec_elle(ErreurCritiqueMetier::conflit("rien_a_annuler", detail));
    };
    let detail = format!(
        "« {} » a changé depuis{depuis} : rien n'est annulé. Regardez la ligne, et annulez-y sa \
         dernière action si c'est ce que vous voulez.",
        ligne.nom
    );
    avec_elle(ErreurCritiqueMetier::conflit("ligne_changee", detail))
        .avec("declaration_id", serde_json::json!(derniere.id))
        .avec("produit", serde_json::json!(ligne.produite))
}

/// A total that is not what the declaration left: a production du jour came after it. It only adds,
/// and nobody else does, so that equal totals mean that nothing came.
fn changee(ligne: &LigneTenue, derniere: &DeclarationLue) -> ErreurCritiqueMetier {
    let detail = format!(
        "« {} » a été produit par une production du jour depuis la dernière déclaration, qui ne \
         s'annule donc plus. Pour corriger le total, utilisez Ajusté.",
        ligne.nom
    );
    ErreurCritiqueMetier::conflit("ligne_changee", detail)
        .avec("produit", serde_json::json!(ligne.produite))
        .avec("declare", serde_json::json!(derniere.apres))
}
