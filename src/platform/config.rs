//! Configuration: read from the environment and checked once, at start. A wrong value is one clear
//! line, and exit code 2.

mod alertes;

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use ipnet::IpNet;
use sqlx::postgres::PgConnectOptions;

pub(crate) use self::alertes::Destination;
pub use self::alertes::{Alertes, Quoi};
use super::libpq::{self, Faute, Parametres};
use super::{causes, cluster, env};

/// Where the database is.
#[derive(Debug, Clone)]
pub enum BaseVisee {
    /// Our own private PostgreSQL in this folder.
    Embarquee(PathBuf),
    /// A server given by DATABASE_URL or the PG* variables.
    Serveur(Box<PgConnectOptions>),
}

impl BaseVisee {
    /// The database's name, without asking any server.
    pub(crate) fn nom(&self) -> &str {
        match self {
            Self::Embarquee(_) => cluster::BASE,
            Self::Serveur(o) => o.get_database().unwrap_or(o.get_username()),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FormatLog {
    Logfmt,
    Json,
}

#[derive(Clone)]
pub(crate) struct Configuration {
    pub base: BaseVisee,
    pub log_level: tracing::Level,
    pub log_format: FormatLog,
    /// What `X-CLE-INTERNE` must equal for programs; none: the header is not looked at.
    pub cle_interne: Option<String>,
    pub metrics_token: Option<String>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub proxys_de_confiance: Vec<IpNet>,
    pub sauvegardes: Sauvegardes,
    pub alertes: Alertes,
    /// What is wrong in the settings of alerts, one sentence each.
    pub alertes_fausses: Vec<String>,
}

/// What the guard-rails are set to, unless a flag says otherwise.
#[derive(Debug, Clone)]
pub(crate) struct Sauvegardes {
    pub dossier: PathBuf,
    /// The object store of the copies elsewhere.
    pub vers: Option<String>,
    /// The public key that backups are encrypted for.
    pub chiffrer: Option<String>,
    /// How long a restore may take.
    pub objectif_restauration: Option<Duration>,
}

#[derive(Debug, thiserror::Error)]
pub enum ErreurConfiguration {
    #[error("{variable} : {raison}")]
    Variable { variable: String, raison: String },
    #[error("--env-file : {0}")]
    EnvFile(String),
    #[error("--env-file : d'autres que vous peuvent lire ce fichier ; faites chmod 600")]
    EnvFileLisible,
}

impl From<Faute> for ErreurConfiguration {
    fn from(faute: Faute) -> Self {
        Self::Variable { variable: faute.variable, raison: faute.raison }
    }
}

impl Configuration {
    pub(crate) fn lire() -> Result<Self, ErreurConfiguration> {
        let (alertes, alertes_fausses) = Alertes::lire_le_bon(variable);
        let alertes_fausses = alertes_fausses.iter().map(ToString::to_string).collect();
        Ok(Self {
            base: lire_base()?,
            log_level: lire_niveau(&variable)?,
            log_format: lire_format(&variable)?,
            cle_interne: variable("CLE_INTERNE"),
            metrics_token: variable("METRICS_TOKEN"),
            proxys_de_confiance: lire_proxys(&variable)?,
            sauvegardes: lire_sauvegardes(&variable)?,
            alertes,
            alertes_fausses,
        })
    }
}

/// What can be read of a file of settings, one of which may be wrong, before the environment's own:
/// it is used for nothing but to tell so.
pub(crate) fn variables_lisibles(fichier: Option<&Path>) -> impl Fn(&str) -> Option<String> {
    let texte = fichier.and_then(|f| std::fs::read_to_string(f).ok()).unwrap_or_default();
    let lues: Vec<(String, String)> =
        texte.lines().filter_map(|l| env::lire_ligne(l).ok().flatten()).collect();
    move |nom| {
        let du_fichier = lues.iter().rfind(|(n, _)| n == nom).map(|(_, v)| v.clone());
        du_fichier.map_or_else(|| variable(nom), |v| Some(v).filter(|v| !v.is_empty()))
    }
}

pub(crate) fn dossier_des_sauvegardes(variable: Variable<'_>) -> PathBuf {
    PathBuf::from(variable("DELICEGO_SAUVEGARDES").unwrap_or_else(|| DOSSIER.to_owned()))
}

fn variable(nom: &str) -> Option<String> {
    libpq::variable(nom).filter(|v| !v.is_empty())
}

fn erreur(nom: &str, raison: impl Into<String>) -> ErreurConfiguration {
    ErreurConfiguration::Variable { variable: nom.to_owned(), raison: raison.into() }
}

/// The first of the servers that are named: who can do with another asks `libpq` itself.
fn lire_base() -> Result<BaseVisee, ErreurConfiguration> {
    base_selon(variable)
}

/// The same, where these variables are set.
pub(crate) fn base_selon(
    variable: impl Fn(&str) -> Option<String>,
) -> Result<BaseVisee, ErreurConfiguration> {
    if let Some(parametres) = Parametres::selon(&variable, std::env::home_dir())? {
        let hotes = parametres.hotes()?;
        let premier = hotes.first().ok_or_else(|| erreur("PGHOST", "aucun serveur"))?;
        return Ok(BaseVisee::Serveur(Box::new(parametres.options(premier)?)));
    }
    let dossier = variable("DELICEGO_DATA").unwrap_or_else(|| "./.delicego".to_owned());
    Ok(BaseVisee::Embarquee(PathBuf::from(dossier)))
}

/// What a name is set to; nothing, or an empty text: None.
type Variable<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Why the program would not begin where these variables are set, the database apart (`base_selon`).
pub(crate) fn refus_selon(variable: Variable<'_>) -> Option<ErreurConfiguration> {
    let niveau_et_format = lire_niveau(variable).and(lire_format(variable).map(drop));
    let reste = lire_proxys(variable).and(lire_sauvegardes(variable).map(drop));
    niveau_et_format.and(reste).err()
}

/// What the guard-rails would be set to there.
pub(crate) fn sauvegardes_selon(
    variable: Variable<'_>,
) -> Result<Sauvegardes, ErreurConfiguration> {
    lire_sauvegardes(variable)
}

fn lire_niveau(variable: Variable<'_>) -> Result<tracing::Level, ErreurConfiguration> {
    let texte = variable("LOG_LEVEL").unwrap_or_else(|| "INFO".to_owned());
    match texte.to_uppercase().as_str() {
        "DEBUG" => Ok(tracing::Level::DEBUG),
        "INFO" => Ok(tracing::Level::INFO),
        "WARN" | "WARNING" => Ok(tracing::Level::WARN),
        "ERROR" => Ok(tracing::Level::ERROR),
        _ => Err(erreur("LOG_LEVEL", format!("« {texte} » : DEBUG, INFO, WARNING ou ERROR"))),
    }
}

fn lire_format(variable: Variable<'_>) -> Result<FormatLog, ErreurConfiguration> {
    match variable("LOG_FORMAT").as_deref() {
        None | Some("logfmt") => Ok(FormatLog::Logfmt),
        Some("json") => Ok(FormatLog::Json),
        Some(autre) => Err(erreur("LOG_FORMAT", format!("« {autre} » : logfmt ou json"))),
    }
}

fn lire_sauvegardes(variable: Variable<'_>) -> Result<Sauvegardes, ErreurConfiguration> {
    let objectif = variable(OBJECTIF).map(|texte| -> Result<Duration, ErreurConfiguration> {
        let minutes = texte.parse::<u32>().ok().filter(|m| *m > 0);
        let minutes = minutes.ok_or_else(|| erreur(OBJECTIF, "nombre de minutes attendu"))?;
        Ok(Duration::from_secs(u64::from(minutes) * 60))
    });
    Ok(Sauvegardes {
        dossier: dossier_des_sauvegardes(variable),
        vers: variable("DELICEGO_SAUVEGARDES_VERS"),
        chiffrer: variable("DELICEGO_CHIFFRER_POUR"),
        objectif_restauration: objectif.transpose()?,
    })
}

const DOSSIER: &str = "./backups/postgres";
const OBJECTIF: &str = "DELICEGO_OBJECTIF_RESTAURATION";

fn lire_proxys(variable: Variable<'_>) -> Result<Vec<IpNet>, ErreurConfiguration> {
    let Some(texte) = variable("PROXYS_DE_CONFIANCE") else { return Ok(Vec::new()) };
    texte
        .split(',')
        .map(str::trim)
        .filter(|m| !m.is_empty())
        .map(|m| {
            IpNet::from_str(m).or_else(|_| IpAddr::from_str(m).map(IpNet::from)).map_err(|_| {
                erreur("PROXYS_DE_CONFIANCE", format!("« {m} » n'est pas une adresse ou un réseau"))
            })
        })
        .collect()
}

/// The variables of an env file, as a shell reads it: `NAME=value`, `export NAME='value'`. Refused
/// when others than its owner can read it, and where a shell would do more than read.
pub(crate) fn lire_env_file(fichier: &Path) -> Result<Vec<(String, String)>, ErreurConfiguration> {
    use std::os::unix::fs::PermissionsExt;
    let illisible = |e: std::io::Error| {
        let cause = causes::du_systeme(&e);
        ErreurConfiguration::EnvFile(format!("fichier absent ou illisible : {cause}"))
    };
    let mode = std::fs::metadata(fichier).map_err(illisible)?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(ErreurConfiguration::EnvFileLisible);
    }
    let texte = std::fs::read_to_string(fichier).map_err(illisible)?;
    let lignes =
        texte.lines().enumerate().filter_map(|(n, ligne)| {
            let lue = env::lire_ligne(ligne).transpose()?;
            Some(lue.map_err(|raison| {
                ErreurConfiguration::EnvFile(format!("ligne {} : {raison}", n + 1))
            }))
        });
    lignes.collect()
}
