//! A scan: one more of what bears that gencode.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use sqlx::PgConnection;
use uuid::Uuid;

use super::atteindre::{Dite, atteindre};
use super::declaration::TypeDeclaration;
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

#[derive(utoipa::ToSchema)]
pub(crate) struct Scan {
    pub magasin_id: Uuid,
    pub date: NaiveDate,
    pub gencode: String,
    /// Pourquoi, pour un jour passé.
    pub motif: Option<String>,
    /// L'heure du geste, quand il a attendu.
    pub tape_le: Option<DateTime<Utc>>,
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
        let Dit { motif, tape_le } = Dit::lire(l);
        Self { magasin_id, date, gencode, motif, tape_le }
    }
}

/// The magasin's policy says what a shortage does: here alone it may let it through.
pub(crate) async fn scanner(
    (tx, ecrits): (&mut PgConnection, &mut Ecrits),
    op: Operation,
    scan: &Scan,
) -> Result<(Scannee, Option<Fait>), Erreur> {
    let ligne = tenir(tx, scan).await?;
    let dit = Dit { motif: scan.motif.clone(), tape_le: scan.tape_le };
    dit.exiger_le_jour(&ligne, op)?;
    let total = ligne.produite + UN;
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
