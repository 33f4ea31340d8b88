//! `delicego automatiser ..`: backup, drill and checklist by themselves, and what is really installed.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};

use super::sortie::{self, Code, Echec, Issue};
use crate::exploitation::automatiser::{
    self, Chemin, Demande, ErreurAutomatiser, Horaire, Installe, Lieux, Programmation, Reglages,
    Tache,
};
use crate::exploitation::checklist::{AGE_HEBDOMADAIRE, AGE_SAUVEGARDE};
use crate::platform::config::{Configuration, lire_env_file};
use crate::platform::heure;
use crate::platform::terminal::dire;
use crate::sauvegarde::Ailleurs;
use crate::sauvegarde::chiffre::Destinataire;

const JOURNAL: &str = "delicego-automatique.log";

#[derive(Subcommand)]
pub(crate) enum Action {
    /// Programme la sauvegarde, l'essai de restauration et la liste de contrôle ; refaire remplace
    Installer(Box<Installer>),
    /// Montre ce qui est vraiment installé
    Montrer {
        /// Seulement celui-ci
        #[arg(long, value_name = "OUTIL")]
        avec: Option<Avec>,
        /// Résultat en JSON
        #[arg(long)]
        json: bool,
    },
    /// Enlève ce que DéliceGo a installé, et rien d'autre
    Retirer {
        /// Seulement celui-ci
        #[arg(long, value_name = "OUTIL")]
        avec: Option<Avec>,
    },
}

#[derive(Args)]
pub(crate) struct Installer {
    /// Ce qui lance à l'heure : cron, systemd ou launchd (macOS)
    #[arg(long, value_name = "OUTIL")]
    avec: Avec,
    /// Quand sauvegarder : minute, heure, jour du mois, mois, jour de la semaine
    #[arg(long, default_value = Tache::Backup.horaire_habituel(), value_name = "HORAIRE")]
    backup: String,
    /// Quand essayer une restauration, de la même façon
    #[arg(long, default_value = Tache::Drill.horaire_habituel(), value_name = "HORAIRE")]
    drill: String,
    /// Quand relire la liste de contrôle, de la même façon
    #[arg(long, default_value = Tache::Checklist.horaire_habituel(), value_name = "HORAIRE")]
    checklist: String,
    /// Dossier des sauvegardes (sinon DELICEGO_SAUVEGARDES, sinon ./backups/postgres)
    #[arg(long, value_name = "DOSSIER")]
    output_dir: Option<PathBuf>,
    /// Nombre de sauvegardes gardées
    #[arg(long, default_value_t = 14, value_parser = clap::value_parser!(u32).range(1..), value_name = "N")]
    keep: u32,
    /// Garde aussi la dernière de chacun des N derniers jours
    #[arg(long, default_value_t = 0, value_name = "N")]
    keep_daily: u32,
    /// Garde aussi la dernière de chacune des N dernières semaines
    #[arg(long, default_value_t = 0, value_name = "N")]
    keep_weekly: u32,
    /// Garde aussi la dernière de chacun des N derniers mois
    #[arg(long, default_value_t = 0, value_name = "N")]
    keep_monthly: u32,
    /// gz, fc ou zst
    #[arg(long, value_name = "FORMAT", value_parser = ["gz", "fc", "zst"])]
    format: Option<String>,
    /// Copie aussi ailleurs (s3://, gs://, az://, file:///) ; sinon ce que dit le fichier de réglages
    #[arg(long, value_name = "ADRESSE")]
    vers: Option<String>,
    /// Chiffre pour cette clé publique age ; peut être répétée
    #[arg(long, value_name = "CLE")]
    chiffrer: Vec<String>,
    /// Journal des exécutions ; par défaut delicego-automatique.log dans le dossier des sauvegardes
    #[arg(long, value_name = "FICHIER")]
    journal: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Avec {
    Cron,
    Systemd,
    Launchd,
}

pub(crate) fn executer(action: Action, config: &Configuration, env_file: Option<PathBuf>) -> Issue {
    let lieux = Lieux::du_compte()?;
    match action {
        Action::Installer(mut i) => {
            i.output_dir.get_or_insert_with(|| config.sauvegardes.dossier.clone());
            installer(&i, config, env_file, &lieux)
        }
        Action::Montrer { avec, json } => montrer(&lieux, avec.map(Avec::nomme), json),
        Action::Retirer { avec } => {
            let retires = automatiser::retirer(&lieux, avec.map(Avec::nomme))?;
            if retires.is_empty() {
                dire("Rien à enlever : DéliceGo n'a rien installé ici.");
            }
            retires.iter().for_each(dire);
            Ok(Code::Fait)
        }
    }
}

/// What the scheduled commands will find set: the env file, which is written from here where there is
/// none.
enum Variables<'a> {
    DuFichier(PathBuf, Vec<(String, String)>),
    DIci(&'a Configuration),
}

impl<'a> Variables<'a> {
    /// A file that cannot be read is refused by who installs.
    fn lire(fichier: &Path, config: &'a Configuration) -> Self {
        match lire_env_file(fichier) {
            Ok(lues) => Self::DuFichier(fichier.to_owned(), lues),
            Err(_) => Self::DIci(config),
        }
    }

    /// Will they copy elsewhere? What every copy would be refused for is refused now.
    fn copie(&self, vers: Option<&str>) -> Result<bool, Echec> {
        let Some(adresse) = vers.map(str::to_owned).or_else(|| self.vers()) else {
            return Ok(false);
        };
        // A folder that is set, and not there yet, is made by the first copy.
        if vers.is_none() && adresse.starts_with("file:") {
            return Ok(true);
        }
        let controle = Ailleurs::controler(&adresse, |nom| self.valeur(nom));
        controle.map(|()| true).map_err(|e| match self {
            Self::DuFichier(fichier, _) if e.code == Code::RefuseAvant => {
                let (phrase, nom) = (e.phrase, fichier.display());
                let phrase = format!("{phrase} Les commandes programmées liront {nom}.");
                Echec::nouveau(Code::RefuseAvant, phrase)
            }
            _ => e,
        })
    }

    fn vers(&self) -> Option<String> {
        match self {
            Self::DIci(config) => config.sauvegardes.vers.clone(),
            Self::DuFichier(..) => {
                self.valeur("DELICEGO_SAUVEGARDES_VERS").filter(|v| !v.is_empty())
            }
        }
    }

    fn valeur(&self, nom: &str) -> Option<String> {
        match self {
            Self::DuFichier(_, lues) if nom != "HOME" => {
                lues.iter().rfind(|(n, _)| n == nom).map(|(_, v)| v.clone())
            }
            _ => std::env::var(nom).ok(),
        }
    }
}

fn installer(
    i: &Installer,
    config: &Configuration,
    env_file: Option<PathBuf>,
    lieux: &Lieux,
) -> Issue {
    let avec = i.avec.nomme();
    let programmees = Variables::lire(env_file.as_deref().unwrap_or(&lieux.env_file), config);
    let mut demande = demande(i, env_file, lieux)?;
    demande.reglages.copie_ailleurs = programmees.copie(i.vers.as_deref())?;
    for phrase in automatiser::installer(avec, &demande, lieux)? {
        dire(phrase);
    }
    trop_rares(&demande).for_each(dire);
    let vu = automatiser::installe(lieux, Some(avec));
    afficher(&vu);
    let notres = || vu.programmations.iter().filter(|p| p.a_nous);
    let toutes = Tache::TOUTES.iter().all(|t| notres().any(|p| p.tache == *t));
    Ok(if toutes && vu.illisibles.is_empty() { Code::Fait } else { Code::Refuse })
}

fn demande(i: &Installer, env_file: Option<PathBuf>, lieux: &Lieux) -> Result<Demande, Echec> {
    let horaire = |nom: &str, texte: &str| {
        let usage = |phrase| Echec::nouveau(Code::Usage, format!("{nom} {phrase}"));
        Horaire::lire(texte).map_err(usage)
    };
    let programme = std::env::current_exe().map_err(sortie::systeme)?;
    let dossier = i.output_dir.clone().unwrap_or_default();
    let journal = i.journal.clone().unwrap_or_else(|| dossier.join(JOURNAL));
    // `./` says nothing once the path is absolute.
    let chemin = |p: &Path| Chemin::lire(&p.components().collect::<PathBuf>());
    Ok(Demande {
        backup: horaire("--backup", &i.backup)?,
        drill: horaire("--drill", &i.drill)?,
        checklist: horaire("--checklist", &i.checklist)?,
        programme: chemin(&programme)?,
        env_file: chemin(&env_file.unwrap_or_else(|| lieux.env_file.clone()))?,
        output_dir: chemin(&dossier)?,
        journal: chemin(&journal)?,
        reglages: reglages(i)?,
    })
}

/// It is the person's to choose; that the checklist will not be content is said now.
fn trop_rares(d: &Demande) -> impl Iterator<Item = String> {
    let maintenant = chrono::Local::now().naive_local();
    let voulues = [
        ("la sauvegarde", &d.backup, AGE_SAUVEGARDE),
        ("l'essai de restauration", &d.drill, AGE_HEBDOMADAIRE),
        ("la liste de contrôle", &d.checklist, AGE_SAUVEGARDE),
    ];
    let rares = voulues.map(|(quoi, horaire, limite)| {
        (horaire.plus_longue_attente(maintenant) > limite).then(|| {
            let heures = limite.num_hours();
            format!(
                "ATTENTION : {quoi} reste parfois plus de {heures} heures sans passer ; la liste de \
                 contrôle ne sera pas OK ces jours-là."
            )
        })
    });
    rares.into_iter().flatten()
}

/// What the backup would refuse every night is refused now.
fn reglages(i: &Installer) -> Result<Reglages, Echec> {
    let usage = |phrase: String| Echec::nouveau(Code::Usage, phrase);
    for cle in &i.chiffrer {
        cle.parse::<Destinataire>().map_err(|raison| usage(format!("--chiffrer : {raison}")))?;
    }
    if let Some(vers) = &i.vers {
        let etrange = |c: char| c.is_control() || c.is_whitespace() || c == '\\';
        if vers.contains(etrange) {
            return Err(usage("--vers : espace, signe invisible ou « \\ » dans l'adresse".into()));
        }
    }
    Ok(Reglages {
        keep: i.keep,
        keep_daily: i.keep_daily,
        keep_weekly: i.keep_weekly,
        keep_monthly: i.keep_monthly,
        format: i.format.clone(),
        vers: i.vers.clone(),
        chiffrer: i.chiffrer.clone(),
        copie_ailleurs: false,
    })
}

fn montrer(lieux: &Lieux, avec: Option<automatiser::Avec>, json: bool) -> Issue {
    let vu = automatiser::installe(lieux, avec);
    if json {
        dire(serde_json::to_string(&vu).map_err(sortie::dire)?);
    } else {
        if vu.programmations.is_empty() && vu.illisibles.is_empty() {
            dire(
                "Rien n'est programmé. Pour commencer : delicego automatiser installer --avec cron",
            );
        }
        afficher(&vu);
    }
    Ok(if vu.illisibles.is_empty() { Code::Fait } else { Code::Anomalie })
}

fn afficher(vu: &Installe) {
    vu.programmations.iter().for_each(afficher_une);
    vu.remarques.iter().for_each(dire);
    vu.illisibles.iter().for_each(|i| dire(format!("Illisible : {i}")));
}

fn afficher_une(p: &Programmation) {
    let etat = match p.active {
        Some(true) => "",
        Some(false) => " (pas en marche)",
        None => " (on ne sait pas si un service le lance)",
    };
    dire(format!("{} : {}, avec {}{etat}", p.tache.titre(), p.en_clair, p.avec.nom()));
    dire(format!("    dans {}", p.fichier));
    if let Some(obstacle) = &p.obstacle {
        dire(format!("    KO : {obstacle}"));
        dire(format!("    → {}", p.remede()));
    } else if let Some(reserve) = &p.reserve {
        dire(format!("    ATTENTION : {reserve}"));
    }
    if let Some(journal) = &p.journal {
        dire(format!("    journal {}", journal.display()));
    }
    match (&p.derniere, &p.fin_du_journal) {
        (Some(d), _) => dire(format!("    dernière exécution : {}", d.ligne)),
        (None, Some(fin)) => {
            let heure = fin.heure.as_deref().unwrap_or_default();
            dire(format!(
                "    aucune exécution au journal, qui finit ({heure}) par : {}",
                fin.ligne
            ));
        }
        (None, None) => dire("    dernière exécution : aucune n'est au journal"),
    }
    if let Some(prochaine) = p.prochaine {
        dire(format!("    prochaine : le {}", heure::minute(prochaine)));
    }
    if let Some(obstacle) = &p.obstacle {
        dire(format!("    ne partira pas : {obstacle}"));
    }
    if let Some(reserve) = &p.reserve {
        dire(format!("    à regarder : {reserve}"));
    }
}

impl Avec {
    const fn nomme(self) -> automatiser::Avec {
        match self {
            Self::Cron => automatiser::Avec::Cron,
            Self::Systemd => automatiser::Avec::Systemd,
            Self::Launchd => automatiser::Avec::Launchd,
        }
    }
}

impl From<ErreurAutomatiser> for Echec {
    fn from(erreur: ErreurAutomatiser) -> Self {
        let code = match &erreur {
            ErreurAutomatiser::Usage(_) => Code::Usage,
            ErreurAutomatiser::RefuseAvant(_) => Code::RefuseAvant,
            ErreurAutomatiser::Echec(_) => Code::Refuse,
        };
        Self::nouveau(code, erreur.to_string())
    }
}
