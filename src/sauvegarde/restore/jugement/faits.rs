//! What a server and an account can do, asked of the server itself. Whether a setting may be set is
//! tried, in a transaction that is taken back.

use std::collections::{BTreeMap, BTreeSet};

use super::super::super::archive::Entree;
use super::super::super::cible::Cible;
use super::super::super::manifeste::Reglage;
use super::{Affaire, regles, sql};
use crate::platform::issue::Echec;

#[derive(Debug, Clone, Default)]
pub(crate) struct Faits {
    /// Who sets owners, grants and settings.
    pub compte: String,
    /// May that account do anything?
    pub superutilisateur: bool,
    /// The person connects as it: its rights may be used for what the archive holds.
    pub nomme: bool,
    /// Row level security hides nothing from it.
    pub lit_tout: bool,
    /// The role that objects are made as.
    pub deposant_superutilisateur: bool,
    /// Extensions that the server has; true: an ordinary account may create it.
    pub extensions: BTreeMap<String, bool>,
    /// True: tables may be made there.
    pub tablespaces: BTreeMap<String, bool>,
    /// Settings of the database that were refused, and why.
    pub reglages_refuses: Vec<(Reglage, RefusDeReglage)>,
    /// Names that functions set, and that may not be set.
    pub noms_refuses: BTreeSet<String>,
    /// Entries of collations that the server does not have.
    pub collations_absentes: BTreeSet<i32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RefusDeReglage {
    Interdit,
    /// No account can: the server does not know it, or not that value.
    Inconnu,
}

impl Faits {
    pub(crate) async fn lire(cible: &Cible, affaire: &Affaire<'_>) -> Result<Self, Echec> {
        let mut c = cible.administrer().await?;
        let compte = sql::compte(&mut c).await?;
        let mut faits = Self {
            nomme: cible.dossier_embarque().is_none(),
            superutilisateur: compte.superutilisateur,
            lit_tout: compte.lit_tout,
            compte: compte.nom,
            deposant_superutilisateur: sql::est_superutilisateur(
                &mut c,
                &affaire.roles.proprietaire,
            )
            .await?,
            extensions: sql::extensions(&mut c).await?.into_iter().collect(),
            tablespaces: sql::tablespaces(&mut c, &affaire.roles.proprietaire)
                .await?
                .into_iter()
                .collect(),
            ..Self::default()
        };
        faits.essayer_les_reglages(&mut c, affaire).await?;
        for entree in affaire.entrees.iter().filter(|e| e.genre == "COLLATION") {
            if !existe(&mut c, entree).await? {
                faits.collations_absentes.insert(entree.id);
            }
        }
        Ok(faits)
    }

    async fn essayer_les_reglages(
        &mut self,
        c: &mut sqlx::PgConnection,
        affaire: &Affaire<'_>,
    ) -> Result<(), Echec> {
        let connus = |r: &&Reglage| r.role.as_ref().is_none_or(|r| affaire.roles.connait(r));
        for reglage in affaire.etat.reglages.iter().filter(connus) {
            let role = reglage.role.as_deref().unwrap_or(&self.compte);
            let essai =
                sql::essayer(c, (role, false), (&reglage.nom, Some(&reglage.valeur))).await?;
            if let Some(refus) = essai {
                self.reglages_refuses.push((reglage.clone(), refus));
            }
        }
        // A function is made by the role that restores, whatever its administrator may do.
        let qui = match self.superutilisateur {
            true => (affaire.roles.proprietaire.as_str(), true),
            false => (self.compte.as_str(), false),
        };
        let noms: BTreeSet<&str> =
            affaire.entrees.iter().flat_map(regles::noms_regles_par_une_fonction).collect();
        for nom in noms {
            if sql::essayer(c, qui, (nom, None)).await?.is_some() {
                self.noms_refuses.insert(nom.to_owned());
            }
        }
        Ok(())
    }

    /// Whoever connects as administrator may lend its rights to what needs them.
    pub(crate) fn peut_preter_ses_droits(&self) -> bool {
        self.nomme && self.superutilisateur
    }
}

/// What cannot be read is left to PostgreSQL, which will say so itself.
async fn existe(c: &mut sqlx::PgConnection, entree: &Entree) -> Result<bool, Echec> {
    match regles::options_de_collation(entree.definition.as_deref().unwrap_or_default()) {
        Some(options) => sql::collation_possible(c, &options).await,
        None => Ok(true),
    }
}
