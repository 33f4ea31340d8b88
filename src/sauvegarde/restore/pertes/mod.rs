//! What a swap loses: everything that was written in the live database and that the one which takes
//! its place does not hold.
//!
//! 1. By ids, never by time: what committed after the dump's snapshot may carry an earlier one.
//! 2. Told before the question as it is known then, and after the swap as it is: by then the
//!    replaced database has no session and cannot change, and it is read without anybody waiting.
//! 3. Each fact with who, when, where and what, in a file that is there before the swap, so that a
//!    person can do it again.

mod autres;
mod comptes;
mod fait;
mod fichier;
mod personnes;
mod plans;
mod portes;
mod raconter;
mod rangees;
mod recopiees;
mod releve;
mod repere;
mod sql;
mod tables;

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::postgres::PgConnection;

use self::autres::Autres;
pub(crate) use self::autres::Noms;
pub(crate) use self::comptes::{Bilan, Pertes};
use self::fait::Fait;
use self::raconter::raconter;
use self::releve::Releve;
pub(crate) use self::repere::Repere;
use super::super::arret::Arret;
use super::super::cible::{Cible, Role};
use super::super::sql as sql_commun;
use super::sql::{self as sql_de_restauration, BaseConnue};
use crate::platform::causes::du_systeme;
use crate::platform::heure;
use crate::platform::issue::Echec;

/// What would be lost, as it is known before the question.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Perdu {
    pub base: String,
    /// When the content of what comes in was true.
    pub sauvegarde_du: DateTime<Utc>,
    /// Why the backup itself is not to be trusted; empty when nothing is wrong.
    pub suspect: Vec<String>,
    /// Is there a database to be replaced?
    pub remplace: bool,
    /// None: the live database could not be asked.
    pub pertes: Option<Pertes>,
    /// Why it could not.
    pub pourquoi: Option<String>,
    #[serde(flatten)]
    pub autres: Autres,
    /// Where the list is written when there is something in it.
    pub fichier: Option<PathBuf>,
    #[serde(skip)]
    repere: OnceLock<Repere>,
}

const MONTREES: usize = 10;
/// In seconds: nobody kept a table for himself a moment ago.
const TENUE: u64 = 30;

/// What is compared is what people write through this program, and the rows it changes in place.
const A_LA_MAIN: &str = "Un changement fait à la main dans PostgreSQL, hors du programme, peut ne \
                         pas être vu ; il serait perdu aussi.";

impl Perdu {
    /// `dossiers`: where the list may be written, the best first.
    pub(crate) async fn chercher(
        cible: &Cible,
        vivante: Option<&BaseConnue>,
        (sauvegarde_du, suspect): (DateTime<Utc>, Vec<String>),
        (repere, entrantes, dossiers): (Option<Repere>, Option<Noms>, &[PathBuf]),
    ) -> Result<Self, Echec> {
        let mut perdu = Self {
            base: cible.base().to_owned(),
            sauvegarde_du,
            suspect,
            remplace: vivante.is_some(),
            pertes: None,
            pourquoi: None,
            autres: Autres::default(),
            fichier: None,
            repere: repere.map_or_else(OnceLock::new, OnceLock::from),
        };
        let Some(vivante) = vivante else {
            perdu.pertes = Some(Pertes::default());
            return Ok(perdu);
        };
        perdu.fichier = Some(fichier::choisir(dossiers, Utc::now())?);
        if vivante.ouverte {
            match perdu.lire(cible, &vivante.nom, entrantes.as_ref()).await {
                Ok((pertes, autres)) => (perdu.pertes, perdu.autres) = (pertes, autres),
                Err(e) => perdu.pourquoi = Some(e.phrase),
            }
        }
        Ok(perdu)
    }

    /// Of the list.
    pub(crate) fn dossier(&self) -> Option<String> {
        Some(self.fichier.as_ref()?.parent()?.to_str()?.to_owned())
    }

    /// What the list does not tell.
    fn reste(&self) -> Option<&str> {
        self.autres.non_compare.as_deref()
    }

    async fn lire(
        &self,
        cible: &Cible,
        base: &str,
        entrantes: Option<&Noms>,
    ) -> Result<(Option<Pertes>, Autres), Echec> {
        let mut c = cible.connecter(base, Role::Administrateur).await?;
        sql_commun::borner_les_attentes(&mut c, TENUE).await?;
        let autres = Autres::lire(&mut c, entrantes).await?;
        let pertes = match self.repere.get() {
            Some(repere) => Some(relever(&mut c, repere).await?),
            None => None,
        };
        Ok((pertes, autres))
    }

    /// An archive whose rows could not be read is now a database that can be; and what is known so
    /// far lies on the disk before anything is swapped.
    pub(crate) async fn avant_la_bascule(
        &self,
        cible: &Cible,
        entrante: &str,
    ) -> Result<(), Echec> {
        if !self.remplace {
            return Ok(());
        }
        if self.repere.get().is_none() {
            // If it cannot be read, that is told afterwards.
            if let Ok(mut c) = cible.connecter(entrante, Role::Administrateur).await
                && let Ok(lu) = Repere::d_une_base(&mut c).await
            {
                self.repere.get_or_init(|| lu);
            }
        }
        match (&self.fichier, &self.pertes) {
            (Some(chemin), Some(pertes)) if !pertes.faits.is_empty() => {
                fichier::ecrire(chemin, &pertes.faits, self.reste())
                    .map_err(|e| pas_ecrite(chemin, &e))
            }
            _ => Ok(()),
        }
    }

    /// After the swap: the replaced database is read where it lies. Nothing of it can fail the
    /// restore, which is done.
    pub(crate) async fn constater(&self, cible: &Cible, gardee: &str) -> Bilan {
        if !self.remplace {
            return Bilan { pertes: Some(Pertes::default()), ..Bilan::default() };
        }
        let Some(repere) = self.repere.get() else {
            let ennui = Some(format!(
                "Ce qui a été perdu n'a pas pu être compté ; la base d'avant est « {gardee} »."
            ));
            return Bilan { ennui, ..Bilan::default() };
        };
        let lire = async |c: &mut PgConnection| relever(c, repere).await;
        let pertes = match ouverte_un_moment(cible, gardee, lire).await {
            Ok(pertes) => pertes,
            Err(e) => {
                let ennui = Some(format!(
                    "Ce qui a été perdu n'a pas pu être relu dans « {gardee} » : {}",
                    e.phrase
                ));
                return Bilan { ennui, ..Bilan::default() };
            }
        };
        let annoncees = self.pertes.as_ref().map_or(0, |p| p.ecritures);
        let mut bilan =
            Bilan { de_plus: pertes.ecritures.saturating_sub(annoncees), ..Bilan::default() };
        if let Some(chemin) = self.fichier.as_ref().filter(|_| pertes.ecritures > 0) {
            match fichier::ecrire(chemin, &pertes.faits, self.reste()) {
                Ok(()) => bilan.fichier = Some(chemin.clone()),
                Err(e) => bilan.ennui = Some(pas_ecrite(chemin, &e).phrase),
            }
        }
        Bilan { pertes: Some(pertes), non_compare: self.autres.non_compare.clone(), ..bilan }
    }

    /// What the person reads before deciding.
    pub(crate) fn phrases(&self, maintenant: DateTime<Utc>) -> Vec<String> {
        let mut phrases = vec![format!(
            "Cette sauvegarde date du {}, il y a {}.",
            heure::seconde(self.sauvegarde_du),
            age(maintenant.signed_duration_since(self.sauvegarde_du))
        )];
        let suspect = self.suspect.iter();
        phrases.extend(suspect.map(|s| format!("ATTENTION, cette sauvegarde est suspecte : {s}.")));
        phrases.extend(self.annonce());
        phrases
    }

    /// The same without a word of what comes in.
    pub(crate) fn annonce(&self) -> Vec<String> {
        if !self.remplace {
            return Vec::new();
        }
        let base = &self.base;
        let Some(pertes) = &self.pertes else {
            let pourquoi = self.pourquoi.iter().map(|p| format!(" {p}")).collect::<String>();
            return vec![format!(
                "La base « {base} » ne se lit pas : impossible de dire maintenant ce qui y a été \
                 écrit depuis.{pourquoi}"
            )];
        };
        let autres = self.autres.phrases();
        if pertes.ecritures == 0 {
            let rien = format!("Aucune écriture vue depuis dans « {base} ».");
            return [rien, A_LA_MAIN.to_owned()].into_iter().chain(autres).collect();
        }
        let mut phrases = vec![format!(
            "Écrit depuis dans « {base} », et qui sera perdu : {} :",
            pertes.comptes()
        )];
        let derniers = pertes.faits.iter().rev().take(MONTREES);
        phrases.extend(derniers.map(Fait::ligne));
        if pertes.ecritures > MONTREES {
            phrases.push(format!("  … et {} autres", pertes.ecritures - MONTREES));
        }
        if let Some(fichier) = &self.fichier {
            phrases.push(format!("La liste, pour tout refaire, sera dans {}.", fichier.display()));
        }
        phrases.push(A_LA_MAIN.to_owned());
        phrases.extend(autres);
        phrases
    }
}

async fn relever(c: &mut PgConnection, repere: &Repere) -> Result<Pertes, Echec> {
    let perdues = repere.comparer(c).await?;
    let mut releve = Releve::lire(c, &perdues).await?;
    releve.apres_une_restauration = repere.remplacee;
    releve.depuis = repere.depuis;
    Ok(Pertes::de(raconter(&releve), releve.operations.len()))
}

/// A replaced database lets nobody in: it is opened for us, under a name that nobody else knows,
/// and closed again.
async fn ouverte_un_moment<T>(
    cible: &Cible,
    base: &str,
    lire: impl AsyncFnOnce(&mut PgConnection) -> Result<T, Echec>,
) -> Result<T, Echec> {
    let mut administration = cible.administrer().await?;
    let ouvrir = "alter database %I allow_connections true";
    sql_de_restauration::ordonner(&mut administration, ouvrir, &[Some(base)]).await?;
    let lu = match cible.connecter(base, Role::Administrateur).await {
        Ok(mut c) => lire(&mut c).await,
        Err(e) => Err(e),
    };
    let fermer = "alter database %I allow_connections false";
    sql_de_restauration::ordonner(&mut administration, fermer, &[Some(base)]).await?;
    lu
}

/// What a database that lets nobody in holds, and its tables.
pub(crate) async fn repere_d_une_fermee(
    cible: &Cible,
    (base, depuis): (&str, Option<i64>),
) -> Result<(Repere, Noms), Echec> {
    let lire = async |c: &mut PgConnection| -> Result<(Repere, Noms), Echec> {
        Ok((Repere::d_une_base(c).await?, autres::noms(c).await?))
    };
    let (mut repere, noms) = ouverte_un_moment(cible, base, lire).await?;
    repere.remplacee = true;
    repere.depuis = depuis;
    Ok((repere, noms))
}

/// The repère of an archive, unless its rows cannot be read there.
pub(crate) async fn repere_de(cible: &Cible, archive: &Path, arret: &Arret) -> Option<Repere> {
    match Repere::d_une_archive(cible, archive, arret).await {
        Ok(repere) => Some(repere),
        Err(e) => {
            tracing::debug!(err = e.phrase, "les lignes de l'archive ne se lisent pas d'avance");
            None
        }
    }
}

fn pas_ecrite(chemin: &Path, erreur: &std::io::Error) -> Echec {
    super::echec(format!(
        "La liste de ce qui est perdu ne s'écrit pas dans {} : {}.",
        chemin.display(),
        du_systeme(erreur)
    ))
}

fn age(age: chrono::TimeDelta) -> String {
    let (jours, heures) = (age.num_days(), age.num_hours());
    match (jours, heures, age.num_minutes()) {
        (2.., ..) => format!("{jours} jours"),
        (_, 2.., _) => format!("{heures} heures"),
        (_, _, 2..) => format!("{} minutes", age.num_minutes()),
        _ => "moins de deux minutes".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::fait::Genre;
    use super::*;

    #[test]
    fn what_is_lost_is_told_in_plain_words() {
        let le = "2026-11-22T08:00:00Z".parse().unwrap();
        let production = Fait {
            genre: Genre::Production,
            le: Some(le),
            fuseau: chrono_tz::Tz::Europe__Paris,
            magasin: "Cuisine".to_owned(),
            auteur: "Camille".to_owned(),
            quoi: "production".to_owned(),
            nom: "Quiche".to_owned(),
            quantite: "12,5".to_owned(),
            unite: "piece".to_owned(),
            ..Fait::default()
        };
        let personne = Fait { genre: Genre::Personne, ..Fait::default() };
        let mut faits = vec![production; 12];
        faits.insert(0, personne);
        let mut perdu = Perdu {
            base: "delicego".to_owned(),
            sauvegarde_du: le,
            suspect: Vec::new(),
            remplace: true,
            pertes: Some(Pertes::de(faits, 12)),
            pourquoi: None,
            autres: Autres::default(),
            fichier: Some("/s/pertes-1.csv".into()),
            repere: OnceLock::new(),
        };
        let maintenant = "2026-11-22T11:30:00Z".parse().unwrap();
        let dites = perdu.phrases(maintenant);
        assert!(dites[0].ends_with(", il y a 3 heures."), "{dites:?}");
        assert!(
            dites[1].ends_with("perdu : 12 productions, 1 personne ou tablette :"),
            "{dites:?}"
        );
        let ligne = "production  Quiche  12,5 piece (Cuisine, Camille)";
        assert_eq!(dites[2], format!("  {}  {ligne}", heure::seconde(le)));
        assert_eq!(dites[12], "  … et 3 autres");
        assert!(dites[13].contains("/s/pertes-1.csv"), "{dites:?}");
        perdu.pertes = Some(Pertes::default());
        let dites = perdu.phrases(maintenant);
        assert!(dites[1].starts_with("Aucune écriture vue") && dites[2].contains("à la main"));
        perdu.autres.remplacees = (0..12).map(|n| format!("t{n}")).collect();
        perdu.autres.qui_partent.push("cave.vin".to_owned());
        let dites = perdu.phrases(maintenant);
        assert!(dites[3].ends_with("t8, t9 et 2 autres."), "{dites:?}");
        assert!(
            dites[4].ends_with("elles partent avec la base remplacée : cave.vin."),
            "{dites:?}"
        );
        perdu.pertes = None;
        assert!(perdu.phrases(maintenant)[1].contains("ne se lit pas"));
        perdu.suspect.push("il manque une table".to_owned());
        perdu.remplace = false;
        let dites = perdu.phrases(maintenant);
        assert_eq!(dites[1], "ATTENTION, cette sauvegarde est suspecte : il manque une table.");
        assert_eq!(dites.len(), 2);
    }
}
