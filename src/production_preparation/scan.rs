//! A scan: one more of what bears that gencode.

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
use crate::domaine::Quantite;
use crate::domaine::{gencode, gs1};
use crate::platform::db::Ecrits;
use crate::platform::db::operations::Operation;
use crate::platform::errors::Erreur;
use crate::platform::http::{Lecteur, lire_code};

const UN: Quantite = Quantite::milliemes(1000);

pub(crate) struct Scan {
    pub magasin_id: Uuid,
    pub date: NaiveDate,
    pub gencode: String,
    pub dit: Dit,
}

/// Un code lu, et ce qui se dit à côté.
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
    let ligne = tenir(tx, scan).await?;
    let dit = &scan.dit;
    dit.exiger_le_jour(&ligne, op)?;
    let total = ligne.produite + UN;
    demander(tx, op, &ligne, (total, dit)).await?;
    let dite = Dite {
        r#type: TypeDeclaration::Scan,
        quantite: UN,
        total,
        motif: dit.motif.as_deref(),
        tape_le: dit.tape_le,
        annule: None,
        politique: ligne.politique,
        evenement: Action::Scan.evenement(),
    };
    let atteinte = atteindre((&mut *tx, ecrits), op, &ligne, &dite).await?;
    let fait = Fait::de(ligne.visee, UN).avec_manques(atteinte.nb_manques);
    let ligne = ligne.dire(total, Some(TypeDeclaration::Scan), true);
    Ok((Scannee { ligne, declaration_id: op.id, nb_manques: atteinte.nb_manques }, Some(fait)))
}

/// Only where the line was said otherwise than by scans.
async fn demander(
    tx: &mut PgConnection,
    op: Operation,
    ligne: &LigneTenue,
    (total, dit): (Quantite, &Dit),
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
    let voulue = (TypeDeclaration::Scan, UN, total);
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
