//! Contents page 1: each command and the function it calls.
//!
//! Exit codes: 0 done · 1 failed or refused, nothing half done · 2 wrong usage or configuration ·
//! 3 done but something is wrong · 4 another run holds the lock · 5 refused before the start.

mod a_refaire;
mod aide;
mod appel;
mod automatiser;
mod certificat;
mod checklist;
mod comptes;
mod constats;
mod exercice;
mod livres;
mod production;
mod restauration;
mod sauvegarde;
mod service;
mod sortie;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use self::service::Options;
use self::sortie::{Code, Echec, Issue};
use crate::exploitation;
use crate::exploitation::automatiser::{Depart, Juge};
use crate::importer;
use crate::platform::causes::du_systeme;
use crate::platform::cluster::{self, Usage};
use crate::platform::config::{self, BaseVisee, Configuration, ErreurConfiguration};
use crate::platform::db::{Base, migrations};
use crate::platform::http::suivi;
use crate::platform::libpq;
use crate::platform::logs::{self, SortieLog};
use crate::platform::terminal::{avertir, dire};
use crate::sauvegarde::verifications::Verification;
use crate::verification;

#[derive(Parser)]
#[command(
    name = "delicego",
    version,
    about = "DéliceGo : la production d'une petite chaîne de cuisines, sur un stock tracé.",
    after_help = "Codes de fin : 0 fait · 1 échoué ou refusé, rien à moitié fait · 2 mal écrit · 3 fait, \
                  mais quelque chose ne va pas · 4 une autre exécution est en cours · 5 refusé avant \
                  de commencer."
)]
struct Programme {
    /// Lit des variables d'environnement dans ce fichier (NOM=valeur ; mode 600)
    #[arg(long, global = true, value_name = "FICHIER")]
    env_file: Option<PathBuf>,
    #[command(subcommand)]
    commande: Commande,
}

#[derive(Subcommand)]
enum Commande {
    /// Démarre une démonstration complète sur une base privée
    Demo {
        /// Adresse d'écoute, sur cette machine seulement
        #[arg(long, default_value = "127.0.0.1:8001", value_name = "ADRESSE")]
        listen: SocketAddr,
    },
    /// Démarre le serveur
    Serve {
        /// Adresse d'écoute
        #[arg(long, default_value = "127.0.0.1:8001", value_name = "ADRESSE")]
        listen: SocketAddr,
        /// Met le schéma de la base à jour avant de servir
        #[arg(long)]
        migrer: bool,
        /// Sert en HTTPS avec ce certificat (PEM)
        #[arg(long, value_name = "FICHIER", requires = "tls_cle")]
        tls_cert: Option<PathBuf>,
        /// La clé privée de ce certificat (PEM ; mode 600)
        #[arg(long, value_name = "FICHIER", requires = "tls_cert")]
        tls_cle: Option<PathBuf>,
    },
    /// Met le schéma de la base à jour
    Migrate,
    /// Prouve que tout ce qui est écrit est juste (I1 à I5) ; code 3 sinon
    Verifier {
        /// Résultat en JSON
        #[arg(long)]
        json: bool,
    },
    /// Gère les utilisateurs
    Utilisateur {
        #[command(subcommand)]
        action: comptes::Action,
    },
    /// Importe un dossier de fichiers CSV, XLSX ou ODS : tout, ou rien
    Importer(Importer),
    /// Lit des livres de recettes au format PDF ; code 1 si un fichier est refusé
    ImportRecettes(livres::ImportRecettes),
    /// Essaie de nouveau de relier les lignes de livres qui ne mènent à aucun ingrédient
    Remap(livres::Remap),
    /// Produit une liste de recettes, ou tout le reste du plan du jour
    ProductionDuJour(production::Arguments),
    /// Programme la sauvegarde, l'essai de restauration et la liste de contrôle (cron, systemd,
    /// launchd)
    Automatiser {
        #[command(subcommand)]
        action: automatiser::Action,
    },
    /// Sauvegarde la base, prouve le fichier, et retire les sauvegardes de trop ; code 3 si elle
    /// semble suspecte, ou si une copie ailleurs ou un retrait a manqué
    Backup(sauvegarde::Backup),
    /// Liste les sauvegardes d'un dossier, ou d'une copie ailleurs
    Sauvegardes(sauvegarde::Liste),
    /// Restaure une sauvegarde : à côté, prouvée égale, puis mise à la place
    Restore(restauration::Arguments),
    /// Éprouve une sauvegarde : la restaure à part et prouve qu'elle est complète ; code 3 si elle ne
    /// l'est pas, ou si ce serveur ne la reprendrait pas en entier avec ce compte
    Drill(exercice::Arguments),
    /// Dit si la production est sûre : onze points, code 3 si l'un est KO ; retire aussi les bases
    /// qu'une restauration a gardées, une fois leur temps passé
    Checklist(checklist::Arguments),
    /// Fait un certificat HTTPS pour ce serveur, avec une autorité à soi
    Certificat(certificat::Arguments),
    /// Affiche la description de l'API (OpenAPI 3.1)
    Openapi,
    #[command(hide = true)]
    Gardien {
        #[arg(long)]
        dossier: PathBuf,
        /// Major version of a server to throw away
        #[arg(long)]
        jetable: Option<u32>,
    },
}

#[derive(Args)]
struct Importer {
    /// Dossier des fichiers magasins, fournisseurs, ingredients, alias, recettes, menus,
    /// receptions, etats_lots, plans (.csv, .txt, .xlsx ou .ods)
    #[arg(long, value_name = "DOSSIER")]
    dossier: PathBuf,
    /// Vérifie tout et n'écrit rien
    #[arg(long, conflicts_with = "apply", required_unless_present = "apply")]
    dry_run: bool,
    /// Écrit
    #[arg(long)]
    apply: bool,
    /// Reçoit une fois de plus une livraison déjà reçue
    #[arg(long)]
    encore: bool,
    /// Importe sans les fichiers, feuilles, colonnes et lignes inconnus, qui sont dits ; sans elle,
    /// ils arrêtent l'import
    #[arg(long)]
    laisser_le_reste: bool,
    /// Écrit dans ce dossier la liste de ce qui est créé, changé, refusé ou douteux (import.csv)
    #[arg(long, value_name = "DOSSIER")]
    rapport: Option<PathBuf>,
    /// Résultat en JSON
    #[arg(long)]
    json: bool,
}

/// Runs the command line; every way out of the program passes here.
pub fn executer() -> ExitCode {
    let mots = |mots: &[String]| aide::juger::<Programme>(mots).map(drop);
    exploitation::automatiser::juger_par(Juge { mots, depart: juger_le_depart });
    let programme = match aide::lire::<Programme>() {
        Ok(programme) => programme,
        Err(code) => return code,
    };
    let chargee = charger_env_file(&programme);
    cacher_a_sqlx();
    let config = match chargee.and_then(|()| Configuration::lire()) {
        Ok(config) => config,
        Err(erreur) => {
            if let Some((quoi, dossier)) = garde_fou(&programme.commande) {
                let ou = (programme.env_file.as_deref(), dossier);
                appel::refuse_au_depart(quoi, ou, &erreur.to_string());
            }
            return sortie::refuser_configuration(&erreur);
        }
    };
    let service = matches!(programme.commande, Commande::Serve { .. } | Commande::Demo { .. });
    let sortie = match service {
        true => SortieLog::Stdout,
        false => SortieLog::de_commande(&config, std::env::args_os().any(|a| a == "--json")),
    };
    logs::initialiser(&config, sortie);
    if let (Some(faute), true) = (config.alertes_fausses.first(), s_installe(&programme.commande)) {
        // There is somebody to put it right, and nothing that would not be done meanwhile.
        return sortie::conclure(Err(Echec::nouveau(Code::Usage, faute.clone())));
    }
    if let Commande::Gardien { dossier, jetable } = &programme.commande {
        let usage = jetable.map_or(Usage::Durable, |majeure| Usage::Jetable { majeure });
        // On the main thread, outside any runtime: PostgreSQL dies with the thread that started it.
        return sortie::conclure(
            cluster::gardien::executer(dossier, usage).map(|()| Code::Fait).map_err(sortie::dire),
        );
    }
    if let Commande::Automatiser { action } = programme.commande {
        // No base, no runtime: it only waits for short programs.
        return sortie::conclure(automatiser::executer(action, &config, programme.env_file));
    }
    let execution = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(execution) => execution,
        Err(erreur) => return sortie::conclure(Err(sortie::systeme(erreur))),
    };
    // The checklist has a line for it.
    if !matches!(programme.commande, Commande::Checklist(_)) {
        config.alertes_fausses.iter().for_each(avertir);
    }
    let mal_reglee = !config.alertes_fausses.is_empty() && garde_fou(&programme.commande).is_some();
    let issue = execution.block_on(suivi::sous_reference(lancer(
        programme.commande,
        config,
        programme.env_file,
    )));
    execution.shutdown_timeout(std::time::Duration::from_secs(2));
    // Done, but the next failure would reach nobody.
    sortie::conclure(issue.map(|code| match (code, mal_reglee) {
        (Code::Fait, true) => Code::Anomalie,
        (code, _) => code,
    }))
}

/// Of a scheduled command, by its own checks.
fn juger_le_depart(depart: &Depart<'_>) -> Result<(), String> {
    // What it does not take is told by itself.
    let Ok(programme) = aide::juger::<Programme>(depart.mots) else { return Ok(()) };
    let juge = match programme.commande {
        Commande::Backup(a) => a.a_blanc(depart),
        Commande::Drill(a) => a.a_blanc(depart),
        Commande::Checklist(a) => a.a_blanc(depart),
        _ => Ok(()),
    };
    juge.map_err(|e| e.phrase)
}

fn s_installe(commande: &Commande) -> bool {
    matches!(
        commande,
        Commande::Serve { .. } | Commande::Demo { .. } | Commande::Automatiser { .. }
    )
}

/// Those that are watched from afar, and the folder of backups that their line names.
fn garde_fou(commande: &Commande) -> Option<(config::Quoi, Option<&Path>)> {
    match commande {
        Commande::Backup(a) => Some((config::Quoi::Backup, a.output_dir.as_deref())),
        Commande::Drill(a) => Some((config::Quoi::Drill, a.output_dir.as_deref())),
        Commande::Checklist(a) => Some((config::Quoi::Checklist, a.output_dir.as_deref())),
        _ => None,
    }
}

async fn lancer(commande: Commande, config: Configuration, env_file: Option<PathBuf>) -> Issue {
    if !previent_elle_meme(&commande) {
        appel::envoyer_le_reste(&config).await;
    }
    match commande {
        Commande::Serve { listen, migrer, tls_cert, tls_cle } => {
            let fichiers = tls_cert.zip(tls_cle);
            service::serve(config, Options { listen, migrer, fichiers }).await
        }
        Commande::Certificat(arguments) => certificat::executer(&arguments),
        Commande::Demo { listen } => service::demo(config, listen).await,
        Commande::Openapi => {
            dire(crate::router::openapi().to_pretty_json().map_err(sortie::dire)?);
            Ok(Code::Fait)
        }
        Commande::Gardien { .. } | Commande::Automatiser { .. } => Ok(Code::Fait),
        Commande::Backup(arguments) => sauvegarde::sauvegarder(&config, arguments).await,
        Commande::Sauvegardes(arguments) => sauvegarde::lister(&config, &arguments).await,
        Commande::Restore(arguments) => restauration::executer(&config, arguments).await,
        Commande::Drill(arguments) => exercice::executer(&config, arguments).await,
        Commande::Checklist(a) => checklist::executer(config, env_file, a).await,
        Commande::Migrate => {
            let base = sortie::ouvrir(&config.base).await?;
            sortie::migrer(&base).await?;
            dire(format!("Le schéma de la base est à jour (version {}).", migrations::version()));
            let doubles = sortie::dire_ce_qui_attend(&base).await?;
            if doubles > 0 {
                dire(format!(
                    "Menus dont le gencode est déjà celui d'un autre : {doubles} (journal)."
                ));
            }
            Ok(Code::Fait)
        }
        autre => {
            let base = sortie::ouvrir(&config.base).await?;
            sortie::exiger_schema(&base).await?;
            let issue = avec_la_base(autre, &base, &config).await;
            base.fermer().await;
            issue
        }
    }
}

/// Who sends what waits by itself, or has nothing to do with any of it.
fn previent_elle_meme(commande: &Commande) -> bool {
    use Commande::{Backup, Checklist, Demo, Drill, Gardien, Openapi, Serve};
    matches!(
        commande,
        Backup(_) | Drill(_) | Checklist(_) | Serve { .. } | Demo { .. } | Gardien { .. } | Openapi
    )
}

/// Commands on a database whose schema is the newest.
async fn avec_la_base(commande: Commande, base: &Base, config: &Configuration) -> Issue {
    match commande {
        Commande::Verifier { json } => verifier(base, config, json).await,
        Commande::Utilisateur { action } => comptes::executer(base, action).await,
        Commande::ProductionDuJour(arguments) => production::executer(base, arguments).await,
        Commande::ImportRecettes(arguments) => livres::importer(base, arguments).await,
        Commande::Remap(arguments) => livres::remap(base, arguments).await,
        Commande::Importer(i) => {
            let mode = if i.apply { importer::Mode::Apply } else { importer::Mode::DryRun };
            let options = importer::Options { mode, encore: i.encore, laisser: i.laisser_le_reste };
            let demande =
                importer::Demande { dossier: i.dossier, options, json: i.json, rapport: i.rapport };
            Ok(Code::de(importer::commande(base, demande).await))
        }
        _ => Ok(Code::Fait),
    }
}

async fn verifier(base: &Base, config: &Configuration, json: bool) -> Issue {
    let constats = verification::verifier(base).await?;
    let faite = Verification::nouvelle(config.base.nom(), "verifier", &constats);
    if let Err(e) = faite.noter(&config.sauvegardes.dossier) {
        let dossier = config.sauvegardes.dossier.display();
        eprintln!(
            "delicego : cette relecture n'est pas notée dans {dossier} : {}.",
            du_systeme(&e)
        );
    }
    if json {
        dire(serde_json::to_string(&constats).map_err(sortie::dire)?);
    } else {
        for c in &constats {
            let verdict = if c.fautes == 0 { "OK" } else { "KO" };
            dire(format!("{verdict}  {}  {}", c.regle, c.enonce));
            if c.fautes > 0 {
                dire(format!("      {} en faute, par exemple {}", c.fautes, c.exemples.join(", ")));
            }
        }
    }
    let tout_tient = constats.iter().all(|c| c.fautes == 0);
    Ok(if tout_tient { Code::Fait } else { Code::Anomalie })
}

/// Before any thread is there: the only moment when a program may change its environment.
fn charger_env_file(programme: &Programme) -> Result<(), ErreurConfiguration> {
    let Some(fichier) = &programme.env_file else { return Ok(()) };
    if matches!(programme.commande, Commande::Automatiser { .. }) && !fichier.exists() {
        // It is this command that writes it.
        return Ok(());
    }
    for (nom, valeur) in config::lire_env_file(fichier)? {
        // SAFETY: the program has a single thread until the runtime is built, below.
        unsafe { std::env::set_var(nom, valeur) };
    }
    Ok(())
}

/// At the same moment.
fn cacher_a_sqlx() {
    for nom in libpq::a_cacher() {
        // SAFETY: as above.
        unsafe { std::env::remove_var(nom) };
    }
}

/// Where the embedded server's files are, if it is embedded.
fn dossier_de_donnees(config: &Configuration) -> Option<PathBuf> {
    match &config.base {
        BaseVisee::Embarquee(dossier) => Some(dossier.clone()),
        BaseVisee::Serveur(_) => None,
    }
}
