//! Somebody else declared the line since the tablet saw it: what was meant is asked before it is done.
//!
//! - `vue` is the line's last declaration that the tablet had seen, null for none; who does not say it
//!   is not asked.
//! - A scan only adds: it is asked about only after a Non produit or an Ajusté.
//! - What was said twice by one person follows itself, whatever their tablet had seen.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use sqlx::PgConnection;
use uuid::Uuid;

use super::declaration::TypeDeclaration;
use super::dit::Dit;
use super::ligne::LigneTenue;
use super::sql::{self, DeclarationLue};
use crate::domaine::{Quantite, UniteBase};
use crate::platform::db::operations::Operation;
use crate::platform::errors::{Erreur, ErreurCritiqueMetier};
use crate::platform::http::Lecteur;

/// What the tablet had seen as the line's last declaration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Vue {
    Aucune,
    Celle(Uuid),
}

impl Vue {
    /// None: nothing is said of it, as programs did that know nothing of others.
    pub(crate) fn lire(l: &Lecteur<'_>) -> Option<Self> {
        match l.uuid_option("vue") {
            Some(id) => Some(Self::Celle(id)),
            None => (l.est_la("vue") && l.brut("vue").is_none()).then_some(Self::Aucune),
        }
    }

    fn est(self, declaration: &DeclarationLue) -> bool {
        self == Self::Celle(declaration.id)
    }
}

/// What would be declared now: its kind, what is said, the line's total after it.
pub(crate) type Voulue = (TypeDeclaration, Quantite, Quantite);

/// 409 `ligne_declaree_depuis`, with both. `derniere`: the line's last declaration not taken back.
pub(crate) async fn verifier(
    tx: &mut PgConnection,
    op: Operation,
    (ligne, derniere): (&LigneTenue, Option<&DeclarationLue>),
    (voulue, dit): (Voulue, &Dit),
) -> Result<(), Erreur> {
    let Some(vue) = dit.vue.filter(|_| !dit.confirme) else { return Ok(()) };
    if derniere.map_or(vue == Vue::Aucune, |d| vue.est(d)) {
        return Ok(());
    }
    let recente = match derniere {
        Some(d) if d.rang == ligne.nb_declarations => None,
        _ => sql::declaration(tx, ligne.visee, Some(ligne.nb_declarations)).await?,
    };
    match recente.as_ref().or(derniere) {
        Some(autre) if est_a_demander(vue, op, (autre, derniere.is_some())) => {
            Err(refus(ligne, autre, (voulue, dit)).into())
        }
        _ => Ok(()),
    }
}

/// `autre` is what was written last of the line. Without any that stands, only an annulation has
/// changed it: what was said before a line was taken off the plan is history.
fn est_a_demander(vue: Vue, op: Operation, (autre, debout): (&DeclarationLue, bool)) -> bool {
    let annule = autre.r#type == TypeDeclaration::Annulation;
    autre.auteur_id != op.auteur_id && !vue.est(autre) && (debout || annule)
}

fn refus(
    ligne: &LigneTenue,
    autre: &DeclarationLue,
    ((nature, quantite, total), dit): (Voulue, &Dit),
) -> ErreurCritiqueMetier {
    let heure = |t| heure(ligne, t);
    // A scan says what it adds, the others the total they mean.
    let dite = if nature == TypeDeclaration::Scan { quantite } else { total };
    let quoi = match (nature, ligne.unite) {
        (TypeDeclaration::Scan, UniteBase::Piece) => "un".to_owned(),
        _ => ligne.unite.lisible(dite),
    };
    let detail = format!(
        "« {} » : {} ; {}.",
        ligne.nom,
        fait_par(ligne, autre),
        vous((nature, &quoi), dit.tape_le.map(heure)),
    );
    ErreurCritiqueMetier::conflit("ligne_declaree_depuis", detail)
        .avec("produit", json!(ligne.produite))
        .avec("unite", json!(ligne.unite))
        .avec("derniere", derniere(ligne, autre))
        .avec(
            "votre",
            json!({"type": nature, "quantite": quantite, "total": total, "tape_le": dit.tape_le}),
        )
}

fn heure(ligne: &LigneTenue, t: DateTime<Utc>) -> String {
    t.with_timezone(&ligne.calendrier.fuseau).format("%-H h %M").to_string()
}

/// `fait par Camille à 19 h 58 (7 pièces)`.
pub(super) fn fait_par(ligne: &LigneTenue, autre: &DeclarationLue) -> String {
    format!(
        "{} par {} à {} ({})",
        participe(autre.r#type),
        autre.auteur.as_deref().unwrap_or("la ligne de commande"),
        heure(ligne, autre.tape_le.unwrap_or(autre.declaree_le)),
        ligne.unite.lisible(ligne.produite),
    )
}

/// For programs.
pub(super) fn derniere(ligne: &LigneTenue, autre: &DeclarationLue) -> Value {
    json!({
        "declaration_id": autre.id, "type": autre.r#type, "auteur": autre.auteur,
        "date_heure": autre.declaree_le, "tape_le": autre.tape_le, "motif": autre.motif,
        "quantite": autre.quantite, "total": ligne.produite,
    })
}

const fn participe(nature: TypeDeclaration) -> &'static str {
    match nature {
        TypeDeclaration::NonProduit => "dit non produit",
        TypeDeclaration::Annulation => "annulé",
        TypeDeclaration::Produit | TypeDeclaration::Ajuste | TypeDeclaration::Scan => "fait",
    }
}

/// `vous aviez dit 3 à 19 h 41`.
fn vous((nature, total): (TypeDeclaration, &str), quand: Option<String>) -> String {
    let dit = match nature {
        TypeDeclaration::Produit | TypeDeclaration::Ajuste => format!("dit {total}"),
        TypeDeclaration::NonProduit => "dit non produit".to_owned(),
        TypeDeclaration::Scan => format!("compté {total} de plus"),
        TypeDeclaration::Annulation => "annulé".to_owned(),
    };
    let quand = quand.map(|h| format!(" à {h}")).unwrap_or_default();
    format!("vous aviez {dit}{quand}")
}
