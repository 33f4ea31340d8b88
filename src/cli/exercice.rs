//! `delicego drill`: is a backup good? It is restored for real, elsewhere, and proved.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use serde_json::json;

use super::appel::Appel;
use super::constats;
use super::sortie::{Code, Echec, Issue};
use crate::exploitation::automatiser::Depart;
use crate::platform::config::{self, Configuration, ErreurConfiguration, Sauvegardes};
use crate::platform::terminal::dire;
use crate::sauvegarde::drill::a_blanc::ABlanc;
use crate::sauvegarde::drill::{
    self, Bilan, Contexte, Demande, Exercice, Lieu, Provenance, Quoi, Restaurable, Verdict,
};
use crate::sauvegarde::restore::{Suivi, ligne};
use crate::sauvegarde::{Arret, chiffre, est_une_adresse};

#[derive(Args)]
pub(crate) struct Arguments {
    /// Sauvegarde à éprouver, ici ou ailleurs (s3://seau/dossier/fichier ; un dossier : la plus
    /// récente qui y soit vérifiée) ; sinon la plus récente vérifiée de celles d'ici
    #[arg(long, value_name = "FICHIER", conflicts_with = "alterner")]
    file: Option<PathBuf>,
    /// Une fois sur deux, éprouve la plus récente de la copie ailleurs (--vers)
    #[arg(long)]
    alterner: bool,
    /// Où sont les copies, pour --alterner (sinon DELICEGO_SAUVEGARDES_VERS)
    #[arg(long, value_name = "ADRESSE", requires = "alterner")]
    vers: Option<String>,
    /// Dossier des sauvegardes (sinon DELICEGO_SAUVEGARDES, sinon ./backups/postgres)
    #[arg(long, value_name = "DOSSIER")]
    pub(super) output_dir: Option<PathBuf>,
    /// Où la restaurer : un PostgreSQL privé (sous TMPDIR, sinon /var/tmp), jeté ensuite ; ou la
    /// base <base>_restore_test du serveur
    #[arg(long, default_value = "prive", value_name = "OU", value_parser = ["prive", "serveur"])]
    cluster: String,
    /// Fichier de la clé age d'une sauvegarde chiffrée (sinon DELICEGO_CLE_AGE_FICHIER)
    #[arg(long, value_name = "FICHIER")]
    cle_age: Option<PathBuf>,
    /// Combien de secondes attendre la fin d'un autre exercice
    #[arg(long, default_value_t = 60, value_name = "SECONDES")]
    attente: u64,
    /// Une ligne JSON par seconde, puis le résultat
    #[arg(long)]
    json: bool,
}

pub(crate) async fn executer(config: &Configuration, arguments: Arguments) -> Issue {
    let dossier = arguments.output_dir.as_ref().unwrap_or(&config.sauvegardes.dossier);
    let appel = Appel::commencer(config, config::Quoi::Drill, dossier).await;
    let json = arguments.json;
    let (issue, lignes, constat) = match exercer(config, arguments).await {
        Ok(bilan) => {
            let lignes = raconter(&bilan, json);
            let code = code(&bilan.exercice);
            let abimee = bilan.exercice.abimee.then_some(bilan.exercice.source);
            let constat = constats::de_l_exercice(code, &lignes, abimee);
            (Ok(code), lignes, constat)
        }
        Err(echec) => {
            if json {
                let (code, phrase) = (echec.code.nombre(), &echec.phrase);
                dire(json!({ "resultat": "echec", "code": code, "phrase": phrase }));
            }
            let constat = constats::d_une_tache(config::Quoi::Drill, Err(&echec.phrase));
            (Err(echec), Vec::new(), constat)
        }
    };
    appel.finir(&issue, (lignes, &[constat])).await;
    issue
}

impl Arguments {
    fn lieu(&self) -> Lieu {
        if self.cluster == "serveur" { Lieu::Serveur } else { Lieu::Prive }
    }

    /// Would it begin? Of what lies nobody knows where nothing is said.
    pub(super) fn a_blanc(self, depart: &Depart<'_>) -> Result<(), Echec> {
        let usage = |e: ErreurConfiguration| Echec::nouveau(Code::Usage, e.to_string());
        let reglages = config::sauvegardes_selon(depart.variable).map_err(usage)?;
        let visee = config::base_selon(depart.variable).map_err(usage)?;
        let lieu = self.lieu();
        let la = |dit: PathBuf| match est_une_adresse(&dit.to_string_lossy()) {
            true => Some(dit),
            false => depart.chemin(&dit),
        };
        let (dit, cle_dite) = (self.file, chiffre::cle_selon(self.cle_age, depart.variable));
        let (fichier, cle) = (dit.clone().and_then(la), cle_dite.clone().and_then(la));
        if fichier.is_some() != dit.is_some() || cle.is_some() != cle_dite.is_some() {
            return Ok(());
        }
        drill::a_blanc::refus(&ABlanc {
            visee: &visee,
            quoi: &quoi(&reglages, fichier, self.alterner.then_some(self.vers))?,
            dossier: depart.sauvegardes,
            lieu,
            cle: cle.as_deref(),
            chiffrees: depart.chiffrees,
            copie_dite: depart.copie_dite,
            variable: depart.variable,
        })
    }
}

async fn exercer(config: &Configuration, arguments: Arguments) -> Result<Bilan, Echec> {
    let demande = Demande {
        lieu: arguments.lieu(),
        quoi: quoi(
            &config.sauvegardes,
            arguments.file,
            arguments.alterner.then_some(arguments.vers),
        )?,
        dossier: arguments.output_dir.unwrap_or_else(|| config.sauvegardes.dossier.clone()),
        cle: chiffre::fichier_de_cle(arguments.cle_age),
        attente: Duration::from_secs(arguments.attente),
    };
    let contexte = Contexte { suivi: Suivi::nouveau(arguments.json), arret: Arret::ecouter()? };
    drill::exercer(&config.base, &demande, &contexte).await
}

/// Of a server that did not answer nothing is known: that is no success.
fn code(e: &Exercice) -> Code {
    let possible = e.restaurable == Some(Restaurable::Oui);
    if e.verdict == Verdict::Prouvee && possible { Code::Fait } else { Code::Anomalie }
}

/// What was said to a person, or would have been.
fn raconter(bilan: &Bilan, json: bool) -> Vec<String> {
    let Bilan { exercice, fichier } = bilan;
    let mut lignes = phrases(exercice);
    lignes.push(format!("Résultat écrit dans {}.", fichier.display()));
    if json {
        let (resultat, fichier) = (exercice.verdict, fichier.display().to_string());
        dire(json!({ "resultat": resultat, "fichier": fichier, "exercice": exercice }));
    } else {
        lignes.iter().for_each(dire);
    }
    lignes
}

fn quoi(
    reglages: &Sauvegardes,
    fichier: Option<PathBuf>,
    alterner: Option<Option<String>>,
) -> Result<Quoi, Echec> {
    match (fichier, alterner) {
        (Some(fichier), _) => Ok(Quoi::Fichier(fichier)),
        (None, None) => Ok(Quoi::Derniere),
        (None, Some(vers)) => match vers.or_else(|| reglages.vers.clone()) {
            Some(vers) => Ok(Quoi::Alterner(vers)),
            None => Err(Echec::nouveau(
                Code::Usage,
                "--alterner demande où sont les copies : --vers, ou DELICEGO_SAUVEGARDES_VERS",
            )),
        },
    }
}

fn phrases(e: &Exercice) -> Vec<String> {
    let mut phrases = de_la_copie(e);
    phrases.extend(du_serveur(e));
    phrases
}

fn de_la_copie(e: &Exercice) -> Vec<String> {
    if e.verdict == Verdict::Echouee {
        let mut phrases = vec![format!("{} : la restauration d'essai a échoué.", e.archive)];
        phrases.extend(des_fautes(e));
        return phrases;
    }
    let ou = e.postgres.as_deref().unwrap_or_default();
    let d_ou = match e.source {
        Provenance::Ici => "",
        Provenance::Ailleurs => ", prise dans la copie ailleurs",
    };
    let d = &e.durees;
    let mut phrases = vec![
        format!("{} : restaurée sur PostgreSQL {ou}, {} lignes{d_ou}.", e.archive, e.lignes),
        format!(
            "Dépaquetage {} · restauration {} · preuve {} · vérification {} · en tout {}",
            secondes(d.depaquetage_s),
            secondes(d.restauration_s),
            secondes(d.preuve_s),
            secondes(d.verification_s),
            secondes(d.total_s)
        ),
    ];
    phrases.extend(e.avis.iter().map(|avis| format!("À savoir : {avis}")));
    if !e.sans_lignes.is_empty() {
        phrases.push(format!(
            "Non éprouvé : le serveur d'essai ne peut pas faire {}. Leurs lignes sont dans \
             l'archive, comptées, et n'ont pas été restaurées.",
            e.sans_lignes.join(", ")
        ));
    }
    if e.verdict == Verdict::Prouvee {
        let sauf = if e.sans_lignes.is_empty() { "" } else { ", sauf ce qui n'est pas éprouvé" };
        let regles = if e.regles_verifiees { ", et toutes ses règles tiennent" } else { "" };
        phrases.push(format!("OK  La copie est égale à la base sauvegardée{sauf}{regles}."));
        return phrases;
    }
    phrases.extend(des_fautes(e));
    phrases
}

fn des_fautes(e: &Exercice) -> Vec<String> {
    let mut phrases: Vec<String> = e.fautes().map(|faute| format!("KO  {faute}")).collect();
    let pas_sure = match e.verdict {
        // A trial that did not come to its end proves nothing, of one side or the other.
        Verdict::Echouee => {
            "Rien n'est prouvé de cette sauvegarde : levez la cause, puis recommencez (delicego \
             drill). Si la cause est en elle, faites-en une autre (delicego backup)."
        }
        _ => {
            "Cette sauvegarde n'est pas sûre : faites-en une autre (delicego backup), éprouvez-la."
        }
    };
    phrases.push(e.doute.clone().unwrap_or_else(|| pas_sure.to_owned()));
    phrases
}

/// What `restore` would say first.
fn du_serveur(e: &Exercice) -> Vec<String> {
    let verdict = match e.restaurable {
        None => return Vec::new(),
        Some(Restaurable::Oui) => "Restaurable sur le serveur en service, avec ce compte : oui.",
        Some(Restaurable::AvecAdministrateur) => {
            "Restaurable sur le serveur en service : avec PGUSER=<administrateur>. Avec ce compte :"
        }
        Some(Restaurable::Incomplete) => {
            "Restaurable sur le serveur en service, avec ce compte, mais pas en entier :"
        }
        Some(Restaurable::Inconnu) => {
            "Restaurable sur le serveur en service : inconnu, il n'a pas pu être interrogé."
        }
        Some(Restaurable::Non) => "Restaurable sur le serveur en service : non.",
    };
    let passager = e.en_ce_moment.as_ref().map(|retenue| {
        format!(
            "En ce moment, une restauration à la place de la base en service serait refusée ; cela \
             passe, et ne change pas ce qui est dit plus haut. {}",
            retenue.phrase
        )
    });
    let obstacles = e.obstacles.iter().map(ligne);
    std::iter::once(verdict.to_owned()).chain(obstacles).chain(passager).collect()
}

fn secondes(duree: f64) -> String {
    format!("{duree:.1} s").replace('.', ",")
}
