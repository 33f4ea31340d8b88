//! The database worked on, and how to reach it: as the application, or as whoever may create and
//! rename databases.

use std::path::PathBuf;
use std::time::Duration;

use sqlx::ConnectOptions;
use sqlx::postgres::{PgConnectOptions, PgConnection};

use super::pg_tools::Outils;
use super::{restore, sql};
use crate::platform::cluster::{self, Bail, OptionsCluster, Usage};
use crate::platform::config::{self, BaseVisee};
use crate::platform::issue::{Code, Echec};

const CONNEXION: Duration = Duration::from_secs(10);
/// Where one stands to create, rename and drop the others.
pub(super) const ENTRETIEN: &str = "postgres";

/// As whom to connect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// The program's own role: owner of its database, no superuser where the server is embedded.
    Application,
    /// Who may create and rename databases: `postgres` where the server is embedded, else the role
    /// that the configuration names.
    Administrateur,
}

/// Holds the embedded server up for as long as it lives.
pub struct Cible {
    base: String,
    options: PgConnectOptions,
    administrateur: Option<String>,
    libpq: Vec<(String, String)>,
    outils: Outils,
    majeure: u32,
    dossier: Option<PathBuf>,
    _bail: Option<Bail>,
}

impl Cible {
    /// Reaches the server (which tells its version), opens again what a dead swap left closed, and
    /// finds the tools for it. Code 5 when it does
    /// not answer, refuses the password, or when the tools are missing or too old.
    pub async fn ouvrir(visee: &BaseVisee) -> Result<Self, Echec> {
        let cible = match visee {
            BaseVisee::Embarquee(dossier) => Self::privee(dossier.clone(), Usage::Durable).await?,
            BaseVisee::Serveur(options) => Self::serveur(options)?,
        };
        cible.reconnaitre().await
    }

    /// A private server of that major version (or the newest above it), made for this and thrown
    /// away with its folder when this is dropped, however we end. The live one is not touched.
    pub(crate) async fn jetable(dossier: PathBuf, majeure: u32) -> Result<Self, Echec> {
        Self::privee(dossier, Usage::Jetable { majeure }).await?.reconnaitre().await
    }

    /// Asks the server for its version, and finds the tools for it.
    async fn reconnaitre(self) -> Result<Self, Echec> {
        let majeure = self.version_du_serveur().await? / 10_000;
        let outils = Outils::choisir(majeure, &self.outils)?;
        Ok(Self { majeure, outils, ..self })
    }

    async fn privee(dossier: PathBuf, usage: Usage) -> Result<Self, Echec> {
        let gardien = std::env::current_exe().map_err(crate::platform::issue::dire)?;
        let options = OptionsCluster { dossier: dossier.clone(), gardien, usage };
        let bail = tokio::task::spawn_blocking(move || cluster::ouvrir(&options))
            .await
            .map_err(crate::platform::issue::dire)?
            .map_err(|e| Echec::nouveau(Code::RefuseAvant, e.to_string()))?;
        let hote = bail.socket_dir().to_string_lossy().into_owned();
        Ok(Self {
            base: bail.base().to_owned(),
            options: PgConnectOptions::new_without_pgpass()
                .host(&hote)
                .port(bail.port())
                .username(bail.utilisateur())
                .database(bail.base()),
            administrateur: Some(bail.superutilisateur().to_owned()),
            libpq: vec![
                ("PGHOST".to_owned(), hote),
                ("PGPORT".to_owned(), bail.port().to_string()),
                ("PGUSER".to_owned(), bail.utilisateur().to_owned()),
            ],
            outils: Outils::dans(bail.binaires()),
            majeure: 0,
            dossier: Some(dossier),
            _bail: Some(bail),
        })
    }

    fn serveur(options: &PgConnectOptions) -> Result<Self, Echec> {
        let base = options.get_database().unwrap_or(options.get_username()).to_owned();
        Ok(Self {
            options: options.clone().database(&base),
            base,
            administrateur: None,
            libpq: config::variables_libpq()
                .map_err(|e| Echec::nouveau(Code::Usage, e.to_string()))?,
            outils: Outils::default(),
            majeure: 0,
            dossier: None,
            _bail: None,
        })
    }

    async fn version_du_serveur(&self) -> Result<u32, Echec> {
        let mut c = match self.joindre(&self.base, Role::Application).await {
            Ok(c) => c,
            // It may be away, in the middle of a swap that died.
            Err(Some(sqlx::Error::Database(e))) if absente(&*e) => {
                let refus = refus(&self.base, &sqlx::Error::Database(e));
                let mut c =
                    self.connecter(ENTRETIEN, Role::Administrateur).await.map_err(|_| refus)?;
                restore::si_libre(&mut c, &self.base).await?;
                c
            }
            Err(cause) => return Err(dire(&self.base, cause)),
        };
        sql::version_du_serveur(&mut c).await
    }

    /// The server's own number, which no other server has; none where it may not be read.
    pub(crate) async fn systeme(&self) -> Option<String> {
        let mut c = self.administrer().await.ok()?;
        sql::systeme(&mut c).await
    }

    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    /// The same server, another database.
    pub(crate) fn vers(self, base: &str) -> Self {
        let options = self.options.clone().database(base);
        Self { base: base.to_owned(), options, ..self }
    }

    /// Whom it connects as, as the application.
    pub(crate) fn compte(&self) -> &str {
        self.options.get_username()
    }

    pub(crate) fn outils(&self) -> &Outils {
        &self.outils
    }

    /// The server's major version.
    pub(crate) fn majeure(&self) -> u32 {
        self.majeure
    }

    /// The data folder of the embedded server.
    pub(crate) fn dossier_embarque(&self) -> Option<&std::path::Path> {
        self.dossier.as_deref()
    }

    /// On this machine, so that what it says of its files is about files of here.
    pub(crate) fn par_une_prise_locale(&self) -> bool {
        self.options.get_socket().is_some() || self.options.get_host().starts_with('/')
    }

    /// For a pool of our own on another database of this server.
    pub(crate) fn options(&self, base: &str, role: Role) -> PgConnectOptions {
        let options = self.options.clone().database(base).application_name("delicego-sauvegarde");
        match (&self.administrateur, role) {
            (Some(nom), Role::Administrateur) => options.username(nom),
            _ => options,
        }
    }

    /// One connection; never waits for a password. Code 5 when there is none to have.
    pub(crate) async fn connecter(&self, base: &str, role: Role) -> Result<PgConnection, Echec> {
        self.joindre(base, role).await.map_err(|cause| dire(base, cause))
    }

    /// No cause: no answer in time.
    async fn joindre(&self, base: &str, role: Role) -> Result<PgConnection, Option<sqlx::Error>> {
        let options = self.options(base, role);
        match tokio::time::timeout(connexion(), options.connect()).await {
            Ok(issue) => issue.map_err(Some),
            Err(_) => Err(None),
        }
    }

    /// Where databases are created, renamed and dropped.
    pub(crate) async fn administrer(&self) -> Result<PgConnection, Echec> {
        self.connecter(ENTRETIEN, Role::Administrateur).await
    }

    /// How a tool of PostgreSQL reaches that database.
    pub(crate) fn environnement(&self, base: &str, role: Role) -> Vec<(String, String)> {
        let mut variables = self.libpq.clone();
        variables.push(("PGDATABASE".to_owned(), base.to_owned()));
        variables.push(("PGCONNECT_TIMEOUT".to_owned(), connexion().as_secs().to_string()));
        variables.push(("PGAPPNAME".to_owned(), "delicego-sauvegarde".to_owned()));
        if let (Some(nom), Role::Administrateur) = (&self.administrateur, role) {
            variables.push(("PGUSER".to_owned(), nom.clone()));
        }
        variables
    }
}

/// As libpq: `PGCONNECT_TIMEOUT`, in seconds, not under 2.
fn connexion() -> Duration {
    let voulue = std::env::var("PGCONNECT_TIMEOUT").ok().and_then(|v| v.trim().parse().ok());
    voulue.filter(|s| *s > 0).map_or(CONNEXION, |s: u64| Duration::from_secs(s.max(2)))
}

fn absente(erreur: &dyn sqlx::error::DatabaseError) -> bool {
    matches!(erreur.code().as_deref(), Some("3D000" | "55000"))
}

fn dire(base: &str, cause: Option<sqlx::Error>) -> Echec {
    cause.map_or_else(sans_reponse, |erreur| refus(base, &erreur))
}

fn refus(base: &str, erreur: &sqlx::Error) -> Echec {
    tracing::debug!(err = %erreur, "connexion refusée");
    let phrase = match erreur {
        sqlx::Error::Database(e) => match e.code().as_deref() {
            Some("28P01" | "28000") => {
                "PostgreSQL refuse le compte ou le mot de passe : vérifiez PGUSER et PGPASSWORD \
                 (ou DATABASE_URL)."
                    .to_owned()
            }
            Some("3D000") => format!("La base « {base} » n'existe pas sur ce serveur."),
            Some("55000") => format!("La base « {base} » n'accepte pas de connexion."),
            _ => return sans_reponse(),
        },
        _ => return sans_reponse(),
    };
    Echec::nouveau(Code::RefuseAvant, phrase)
}

fn sans_reponse() -> Echec {
    let phrase = "PostgreSQL ne répond pas : vérifiez qu'il tourne, et PGHOST et PGPORT.";
    Echec::nouveau(Code::RefuseAvant, phrase)
}
