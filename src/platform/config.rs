//! Configuration: read from the environment and checked once, at start. A wrong value is one clear
//! line, and exit code 2.

mod alertes;

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use ipnet::IpNet;
use sqlx::postgres::{PgConnectOptions, PgSslMode};

pub(crate) use self::alertes::Destination;
pub use self::alertes::{Alertes, Quoi};
use super::cluster;

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

const VARIABLES_PG: [&str; 6] =
    ["PGHOST", "PGPORT", "PGUSER", "PGPASSWORD", "PGDATABASE", "PGPASSFILE"];

impl Configuration {
    pub(crate) fn lire() -> Result<Self, ErreurConfiguration> {
        Ok(Self {
            base: lire_base()?,
            log_level: lire_niveau()?,
            log_format: lire_format()?,
            cle_interne: variable("CLE_INTERNE"),
            metrics_token: variable("METRICS_TOKEN"),
            proxys_de_confiance: lire_proxys()?,
            sauvegardes: lire_sauvegardes()?,
            alertes: Alertes::lire(variable)?,
        })
    }
}

fn variable(nom: &str) -> Option<String> {
    std::env::var(nom).ok().filter(|v| !v.is_empty())
}

fn erreur(nom: &str, raison: impl Into<String>) -> ErreurConfiguration {
    ErreurConfiguration::Variable { variable: nom.to_owned(), raison: raison.into() }
}

fn lire_base() -> Result<BaseVisee, ErreurConfiguration> {
    if let Some(url) = variable("DATABASE_URL") {
        let de_postgres = ["postgres://", "postgresql://"].iter().any(|s| url.starts_with(s));
        let options = PgConnectOptions::from_str(&url)
            .ok()
            .filter(|_| de_postgres)
            .ok_or_else(|| erreur("DATABASE_URL", "adresse illisible (postgres://hote/base)"))?;
        return Ok(BaseVisee::Serveur(Box::new(options)));
    }
    if VARIABLES_PG.iter().any(|v| variable(v).is_some()) {
        return lire_variables_pg().map(|o| BaseVisee::Serveur(Box::new(o)));
    }
    let dossier = variable("DELICEGO_DATA").unwrap_or_else(|| "./.delicego".to_owned());
    Ok(BaseVisee::Embarquee(PathBuf::from(dossier)))
}

/// The variables by which a tool of PostgreSQL reaches the same server. It inherits the PG* ones;
/// DATABASE_URL holds a password, which must not stand on a command line.
pub(crate) fn variables_libpq() -> Result<Vec<(String, String)>, ErreurConfiguration> {
    let Some(texte) = variable("DATABASE_URL") else { return Ok(Vec::new()) };
    let illisible = || erreur("DATABASE_URL", "adresse illisible (postgres://hote/base)");
    let url = url::Url::parse(&texte).map_err(|_| illisible())?;
    let clair = |t: &str| percent_encoding::percent_decode_str(t).decode_utf8_lossy().into_owned();
    let mut variables = Vec::new();
    let mut noter = |nom: &str, valeur: String| variables.push((nom.to_owned(), valeur));
    if let Some(hote) = url.host_str() {
        noter("PGHOST", clair(hote).trim_matches(['[', ']']).to_owned());
    }
    if let Some(port) = url.port() {
        noter("PGPORT", port.to_string());
    }
    if !url.username().is_empty() {
        noter("PGUSER", clair(url.username()));
    }
    if let Some(mot_de_passe) = url.password() {
        noter("PGPASSWORD", clair(mot_de_passe));
    }
    for (cle, valeur) in url.query_pairs() {
        if let Some((_, nom)) = PARAMETRES_URL.iter().find(|(c, _)| *c == cle) {
            noter(nom, valeur.into_owned());
        }
    }
    Ok(variables)
}

const PARAMETRES_URL: [(&str, &str); 12] = [
    ("host", "PGHOST"),
    ("hostaddr", "PGHOSTADDR"),
    ("port", "PGPORT"),
    ("user", "PGUSER"),
    ("password", "PGPASSWORD"),
    ("sslmode", "PGSSLMODE"),
    ("ssl-mode", "PGSSLMODE"),
    ("sslrootcert", "PGSSLROOTCERT"),
    ("ssl-root-cert", "PGSSLROOTCERT"),
    ("ssl-ca", "PGSSLROOTCERT"),
    ("sslcert", "PGSSLCERT"),
    ("sslkey", "PGSSLKEY"),
];

/// sqlx reads the PG* variables itself but passes over wrong ones in silence: check them first.
fn lire_variables_pg() -> Result<PgConnectOptions, ErreurConfiguration> {
    if let Some(port) = variable("PGPORT") {
        port.parse::<u16>()
            .map_err(|_| erreur("PGPORT", format!("« {port} » n'est pas un port")))?;
    }
    if let Some(mode) = variable("PGSSLMODE") {
        PgSslMode::from_str(&mode)
            .map_err(|_| erreur("PGSSLMODE", format!("« {mode} » n'est pas un mode TLS")))?;
    }
    Ok(PgConnectOptions::new())
}

fn lire_niveau() -> Result<tracing::Level, ErreurConfiguration> {
    let texte = variable("LOG_LEVEL").unwrap_or_else(|| "INFO".to_owned());
    match texte.to_uppercase().as_str() {
        "DEBUG" => Ok(tracing::Level::DEBUG),
        "INFO" => Ok(tracing::Level::INFO),
        "WARN" | "WARNING" => Ok(tracing::Level::WARN),
        "ERROR" => Ok(tracing::Level::ERROR),
        _ => Err(erreur("LOG_LEVEL", format!("« {texte} » : DEBUG, INFO, WARNING ou ERROR"))),
    }
}

fn lire_format() -> Result<FormatLog, ErreurConfiguration> {
    match variable("LOG_FORMAT").as_deref() {
        None | Some("logfmt") => Ok(FormatLog::Logfmt),
        Some("json") => Ok(FormatLog::Json),
        Some(autre) => Err(erreur("LOG_FORMAT", format!("« {autre} » : logfmt ou json"))),
    }
}

fn lire_sauvegardes() -> Result<Sauvegardes, ErreurConfiguration> {
    let dossier = variable("DELICEGO_SAUVEGARDES").unwrap_or_else(|| DOSSIER.to_owned());
    let objectif = variable(OBJECTIF).map(|texte| {
        let minutes = texte.parse::<u32>().ok().filter(|m| *m > 0);
        let minutes = minutes.ok_or_else(|| erreur(OBJECTIF, "nombre de minutes attendu"))?;
        Ok(Duration::from_secs(u64::from(minutes) * 60))
    });
    Ok(Sauvegardes {
        dossier: PathBuf::from(dossier),
        vers: variable("DELICEGO_SAUVEGARDES_VERS"),
        chiffrer: variable("DELICEGO_CHIFFRER_POUR"),
        objectif_restauration: objectif.transpose()?,
    })
}

const DOSSIER: &str = "./backups/postgres";
const OBJECTIF: &str = "DELICEGO_OBJECTIF_RESTAURATION";

fn lire_proxys() -> Result<Vec<IpNet>, ErreurConfiguration> {
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

/// The variables of an env file: `NAME=value` or `export NAME='value'`. Refused when others than
/// its owner can read it.
pub(crate) fn lire_env_file(fichier: &Path) -> Result<Vec<(String, String)>, ErreurConfiguration> {
    use std::os::unix::fs::PermissionsExt;
    let illisible = |_| ErreurConfiguration::EnvFile("fichier absent ou illisible".to_owned());
    let mode = std::fs::metadata(fichier).map_err(illisible)?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(ErreurConfiguration::EnvFileLisible);
    }
    let texte = std::fs::read_to_string(fichier).map_err(illisible)?;
    texte
        .lines()
        .enumerate()
        .filter(|(_, l)| !l.trim().is_empty() && !l.trim_start().starts_with('#'))
        .map(|(n, l)| {
            lire_ligne_env(l).ok_or_else(|| {
                ErreurConfiguration::EnvFile(format!("ligne {} : NOM=valeur attendu", n + 1))
            })
        })
        .collect()
}

fn lire_ligne_env(ligne: &str) -> Option<(String, String)> {
    let ligne = ligne.trim();
    let (nom, valeur) = ligne.strip_prefix("export ").unwrap_or(ligne).split_once('=')?;
    let nom = nom.trim();
    let correct = !nom.is_empty() && nom.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let nue = ['\'', '"'].iter().find_map(|g| valeur.strip_prefix(*g)?.strip_suffix(*g));
    correct.then(|| (nom.to_owned(), nue.unwrap_or(valeur).to_owned()))
}

#[cfg(test)]
mod tests {
    use super::lire_ligne_env;

    #[test]
    fn env_lines_are_read_as_a_shell_would() {
        let lue = |t| lire_ligne_env(t).map(|(n, v)| format!("{n}|{v}"));
        assert_eq!(lue("PGUSER=cuisine").as_deref(), Some("PGUSER|cuisine"));
        assert_eq!(lue("export PGPASSWORD='a=b c'").as_deref(), Some("PGPASSWORD|a=b c"));
        assert_eq!(lue("sans egal"), None);
        assert_eq!(lue("A B=1"), None);
    }
}
