//! Tries every line that is not mapped again, some recipes in one transaction; where those cannot be
//! written together, each in one of its own: one that cannot be keeps no other from its turn.

use std::collections::HashMap;

use serde::Serialize;
use uuid::Uuid;

use super::rapprocher::Dictionnaire;
use super::reviser::{self, Bilan, LigneGardee, Revision};
use super::sql;
use crate::platform::db::operations::{self, Operation};
use crate::platform::db::{Base, executer_transaction};
use crate::platform::errors::Erreur;

/// Recipes read at once: what is held in memory, nothing else.
const RECETTES_LUES: i64 = 1_000;
/// Recipes written in one transaction: others wait for it.
const RECETTES_ECRITES: usize = 100;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Remap {
    /// Lines that were looked at.
    pub candidats: usize,
    pub remappes: usize,
    /// Recipes with at least one of those.
    pub nb_recettes: usize,
    pub recettes_completees: usize,
}

/// `essai`: counts what would be done, and writes nothing.
pub async fn remap(base: &Base, essai: bool) -> Result<Remap, Erreur> {
    let candidats = sql::candidats(&mut *base.lire().await?).await?;
    tracing::info!(event = "remap_start", candidats);
    let dictionnaire = sql::dictionnaire(&mut *base.lire().await?).await?;
    let mut travail =
        Travail { base, dictionnaire, essai, operation: None, fait: Remap::default() };
    let mut apres = Uuid::nil();
    loop {
        let lignes = {
            let mut c = base.lire().await?;
            reviser::a_relier(&mut c, apres, RECETTES_LUES).await?
        };
        let Some(derniere) = lignes.last() else { break };
        apres = derniere.recette_importee_id;
        travail.fait.candidats += lignes.len();
        travail.revoir(lignes).await?;
    }
    let Remap { candidats, remappes, nb_recettes, .. } = travail.fait;
    tracing::info!(event = "remap_done", candidats, remappes, nb_recettes);
    Ok(travail.fait)
}

fn par_recette(lignes: Vec<LigneGardee>) -> Vec<Vec<LigneGardee>> {
    let mut recettes: Vec<Vec<LigneGardee>> = Vec::new();
    for ligne in lignes {
        match recettes.last_mut() {
            Some(r) if r[0].recette_importee_id == ligne.recette_importee_id => r.push(ligne),
            _ => recettes.push(vec![ligne]),
        }
    }
    recettes
}

struct Travail<'a> {
    base: &'a Base,
    dictionnaire: Dictionnaire,
    essai: bool,
    operation: Option<Operation>,
    fait: Remap,
}

impl Travail<'_> {
    async fn revoir(&mut self, lignes: Vec<LigneGardee>) -> Result<(), Erreur> {
        let nommables = reviser::nommables_de(&mut *self.base.lire().await?, &lignes).await?;
        let mut revues = Vec::new();
        for lignes in par_recette(lignes) {
            let combien = lignes.len();
            let revisions = reviser::revoir(&self.dictionnaire, &nommables, lignes);
            if self.essai {
                self.compter(prevoir(combien, &revisions));
            } else if !revisions.is_empty() {
                revues.push(revisions);
            }
        }
        for ensemble in revues.chunks(RECETTES_ECRITES) {
            self.ecrire_ensemble(ensemble).await?;
        }
        Ok(())
    }

    async fn ecrire_ensemble(&mut self, recettes: &[Vec<Revision>]) -> Result<(), Erreur> {
        match self.ecrire(recettes.concat()).await {
            Ok(bilan) => self.compter(bilan),
            Err(Erreur::Refus(_)) if recettes.len() > 1 => {
                for une in recettes {
                    Box::pin(self.ecrire_ensemble(std::slice::from_ref(une))).await?;
                }
            }
            // Somebody is changing that recipe: the next remap will find it again.
            Err(Erreur::Refus(_)) => {}
            Err(autre) => return Err(autre),
        }
        Ok(())
    }

    fn compter(&mut self, bilan: Bilan) {
        self.fait.remappes += bilan.remappees;
        self.fait.nb_recettes += bilan.recettes_remappees;
        self.fait.recettes_completees += bilan.completees;
    }

    async fn ecrire(&mut self, revisions: Vec<Revision>) -> Result<Bilan, Erreur> {
        let op = match self.operation {
            Some(op) => op,
            None => {
                let op = executer_transaction(self.base, async |tx| {
                    operations::sans_cle(tx, None, "remap").await
                });
                *self.operation.insert(op.await?)
            }
        };
        let dictionnaire = &self.dictionnaire;
        executer_transaction(self.base, async |tx| {
            sql::verrouiller(tx).await?;
            reviser::appliquer(tx, op, dictionnaire, revisions).await
        })
        .await
    }
}

fn prevoir(combien: usize, revisions: &[Revision]) -> Bilan {
    let statuts: HashMap<&str, usize> = revisions.iter().fold(HashMap::new(), |mut statuts, r| {
        *statuts.entry(r.verdict.statut()).or_default() += 1;
        statuts
    });
    let nombre = |statut| statuts.get(statut).copied().unwrap_or_default();
    let reglees = nombre("mappee") + nombre("ignoree");
    Bilan {
        lignes: revisions.len(),
        remappees: nombre("mappee"),
        recettes_remappees: usize::from(nombre("mappee") > 0),
        recettes: usize::from(reglees > 0),
        completees: usize::from(
            reglees > 0 && reglees == combien && revisions.iter().all(|r| r.ligne.retenue),
        ),
    }
}
