//! A scan: one more of what bears that gencode; of what is kept by weight, the weight that the code
//! says, or a refusal: a package is not a gram.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use sqlx::PgConnection;
use uuid::Uuid;

use super::atteindre::{Dite, atteindre};
use super::declaration::TypeDeclaration;
use super::depuis;
use super::dit::Dit;
use super::journal::{Action, Fait};
use super::ligne::{self, LigneDeclaree, LigneTenue};
use super::{scan_codes, sql};
use crate::domaine::{Quantite, UniteBase, gencode, gs1};
use crate::platform::db::Ecrits;
use crate::platform::db::operations::Operation;
use crate::platform::errors::{Erreur, ErreurCritiqueMetier};
use crate::platform::http::{Lecteur, lire_code};

const UN: Quantite = Quantite::milliemes(1000);

pub(crate) struct Scan {
    pub magasin_id: Uuid,
    pub date: NaiveDate,
    pub gencode: String,
    pub dit: Dit,
}

/// Un code lu, et ce qui se dit à côté. Un produit qui se pèse (une ligne en g) compte le poids que
/// dit son code, 409 `code_sans_poids` s'il n'en dit aucun.
#[derive(utoipa::ToSchema)]
#[schema(as = Scan)]
#[expect(dead_code, reason = "describes the body; it is read by Scan and Dit")]
pub(crate) struct DemandeScan {
    magasin_id: Uuid,
    date: NaiveDate,
    gencode: String,
    /// Pourquoi, pour un jour passé.
    motif: Option<String>,
    /// L'heure du geste, quand il a attendu.
    tape_le: Option<DateTime<Utc>>,
    /// La dernière déclaration de la ligne que la tablette avait vue, null pour aucune. Un scan ne
    /// demande rien, sauf après un Non produit ou un Ajusté d'une autre personne.
    vue: Option<Uuid>,
    /// Une personne a répondu : compter quand même.
    confirme: Option<bool>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Scannee {
    pub ligne: LigneDeclaree,
    /// Ce que `annuler` peut nommer.
    pub declaration_id: Uuid,
    /// Ce qu'il a compté : 1, ou le poids que dit le code d'un produit qui se pèse.
    #[schema(value_type = f64)]
    pub quantite: Quantite,
    /// Ingrédients que le stock n'avait pas : des manques à régulariser.
    pub nb_manques: usize,
}

impl Scan {
    pub(crate) fn lire(l: &Lecteur<'_>) -> Self {
        let (magasin_id, date) = (l.uuid("magasin_id"), l.jour("date"));
        let gencode = lire_code(l, "gencode");
        // An element string may be longer.
        if gencode.len() > gs1::LONGUEUR_D_UN_GENCODE && gs1::lire(&gencode).is_err() {
            l.fauter("gencode", "dépasse 64 caractères");
        }
        Self { magasin_id, date, gencode, dit: Dit::lire(l) }
    }
}

/// The magasin's policy says what a shortage does: here alone it may let it through.
pub(crate) async fn scanner(
    (tx, ecrits): (&mut PgConnection, &mut Ecrits),
    op: Operation,
    scan: &Scan,
) -> Result<(Scannee, Option<Fait>), Erreur> {
    let lu = scan_codes::Lu::lire(tx, scan).await?;
    let ligne = tenir(tx, scan).await?;
    let dit = &scan.dit;
    dit.exiger_le_jour(&ligne, op)?;
    let quantite = combien(&ligne, &lu)?;
    let total = ligne.produite + quantite;
    demander(tx, op, &ligne, ((quantite, total), dit)).await?;
    let dite = Dite {
        r#type: TypeDeclaration::Scan,
        quantite,
        total,
        motif: dit.motif.as_deref(),
        tape_le: dit.tape_le,
        annule: None,
        politique: ligne.politique,
        evenement: Action::Scan.evenement(),
    };
    let atteinte = atteindre((&mut *tx, ecrits), op, &ligne, &dite).await?;
    let nb_manques = atteinte.nb_manques;
    let fait = Fait::de(ligne.visee, quantite).avec_manques(nb_manques);
    let ligne = ligne.dire(total, Some(TypeDeclaration::Scan), true);
    Ok((Scannee { ligne, declaration_id: op.id, quantite, nb_manques }, Some(fait)))
}

/// 409 `poids_nul`, `code_sans_poids`.
fn combien(ligne: &LigneTenue, lu: &scan_codes::Lu) -> Result<Quantite, ErreurCritiqueMetier> {
    if lu.pese && lu.poids.is_none_or(Quantite::est_nulle) {
        let detail = format!(
            "L'étiquette de « {} » dit un poids de 0 : rien n'est compté. Pesez de nouveau, ou dites \
             le total par Ajusté.",
            ligne.nom
        );
        return Err(ErreurCritiqueMetier::conflit("poids_nul", detail));
    }
    let (poids, mot) = match ligne.unite {
        UniteBase::Piece => return Ok(UN),
        UniteBase::G => (lu.poids.filter(|p| p.est_positive()), "kg"),
        UniteBase::Ml => (None, "l"),
    };
    poids.ok_or_else(|| {
        let detail = format!(
            "« {} » se compte en {mot}, et ce code ne dit pas combien : rien n'est compté. Dites le \
             total par Ajusté.",
            ligne.nom
        );
        ErreurCritiqueMetier::conflit("code_sans_poids", detail)
            .avec("recette_id", serde_json::json!(ligne.visee.recette_id))
    })
}

/// Only where the line was said otherwise than by scans.
async fn demander(
    tx: &mut PgConnection,
    op: Operation,
    ligne: &LigneTenue,
    ((quantite, total), dit): ((Quantite, Quantite), &Dit),
) -> Result<(), Erreur> {
    if dit.vue.is_none() || dit.confirme {
        return Ok(());
    }
    let Some(derniere) = sql::declaration(tx, ligne.visee, ligne.derniere).await? else {
        return Ok(());
    };
    if !matches!(derniere.r#type, TypeDeclaration::NonProduit | TypeDeclaration::Ajuste) {
        return Ok(());
    }
    let voulue = (TypeDeclaration::Scan, quantite, total);
    depuis::verifier(tx, op, (ligne, Some(&derniere)), (voulue, dit)).await
}

/// One question in the ordinary case; what is wrong is asked only when something is.
async fn tenir(tx: &mut PgConnection, scan: &Scan) -> Result<LigneTenue, Erreur> {
    let (ou, cle) = ((scan.magasin_id, scan.date), gencode::cle(&scan.gencode));
    match sql::tenir_par_gencode(tx, ou, &cle).await? {
        Some(ligne) if ligne::est_au_plan(&ligne) => return Ok(ligne),
        _ => ligne::magasin_connu(tx, scan.magasin_id).await?,
    }
    if !sql::gencode_connu(tx, scan.magasin_id, &cle).await? {
        let cle = scan_codes::retrouver(tx, scan).await?;
        let tenue = sql::tenir_par_gencode(tx, ou, &cle).await?;
        if let Some(ligne) = tenue.filter(ligne::est_au_plan) {
            return Ok(ligne);
        }
    }
    Err(ligne::pourquoi(tx, scan.magasin_id, scan.date).await)
}
