//! The database worked on, and how to reach it: as the application, or as whoever may create and
//! rename databases.

use std::path::PathBuf;
use std::time::Duration;

use sqlx::ConnectOptions;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgSslMode};

use super::pg_tools::Outils;
use super::{restore, sql, texte};
use crate::platform::cluster::{self, Bail, OptionsCluster, Usage};
use crate::platform::config::BaseVisee;
use crate::platform::db::causes::{self, Ou};
use crate::platform::issue::{Code, Echec};
use crate::platform::libpq::{self, Parametres};

const CONNEXION: Duration = Duration::from_secs(10);
/// Where one stands to create, rename and drop the others.
pub(super) const ENTRETIEN: &str = "postgres";
pub(super) const ENTRETIEN_SINON: &str = "template1";

/// Of our sessions and of those of the tools.
pub(crate) const NOM: &str = "delicego-sauvegarde";

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
    /// The other servers that PGHOST names, with how the tools reach them.
    autres: Vec<(PgConnectOptions, Vec<(String, String)>)>,
    /// Any of them will do, one that is only read from too.
    tous_egaux: bool,
    mot_de_passe_donne: bool,
    outils: Outils,
    majeure: u32,
    dossier: Option<PathBuf>,
    /// Nobody will miss what is in it.
    jetable: bool,
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
        let cible = self.choisir_l_hote().await?;
        let majeure = cible.version_du_serveur().await? / 10_000;
        let outils = Outils::choisir(majeure, &cible.outils)?;
        Ok(Self { majeure, outils, ..cible })
    }

    async fn privee(dossier: PathBuf, usage: Usage) -> Result<Self, Echec> {
        let gardien = std::env::current_exe().map_err(crate::platform::issue::dire)?;
        let options = OptionsCluster { dossier: dossier.clone(), gardien, usage };
        let jetable = usage.est_jetable();
        let bail = tokio::task::spawn_blocking(move || cluster::ouvrir(&options))
            .await
            .map_err(crate::platform::issue::dire)?
            .map_err(|e| Echec::nouveau(Code::RefuseAvant, e.to_string()))?;
        let hote = bail.socket_dir().to_string_lossy().into_owned();
        Ok(Self {
            base: bail.base().to_owned(),
            options: PgConnectOptions::new_without_pgpass()
                .host(&hote)
                .ssl_mode(PgSslMode::Disable)
                .port(bail.port())
                .username(bail.utilisateur())
                .database(bail.base()),
            administrateur: Some(bail.superutilisateur().to_owned()),
            libpq: vec![
                ("PGHOST".to_owned(), hote),
                ("PGPORT".to_owned(), bail.port().to_string()),
                ("PGUSER".to_owned(), bail.utilisateur().to_owned()),
            ],
            autres: Vec::new(),
            tous_egaux: true,
            mot_de_passe_donne: false,
            outils: Outils::prives(bail.binaires()),
            majeure: 0,
            dossier: Some(dossier),
            jetable,
            _bail: Some(bail),
        })
    }

    fn serveur(options: &PgConnectOptions) -> Result<Self, Echec> {
        let usage =
            |f: libpq::Faute| Echec::nouveau(Code::Usage, format!("{} : {}", f.variable, f.raison));
        let base = options.get_database().unwrap_or(options.get_username()).to_owned();
        let mut autres = Vec::new();
        let lus = Parametres::lire().map_err(usage)?;
        let mut variables = Vec::new();
        if let Some(lus) = &lus {
            let hotes = lus.hotes().map_err(usage)?;
            for hote in hotes.iter().skip(1) {
                let siennes = lus.options(hote).map_err(usage)?.database(&base);
                autres.push((siennes, lus.variables(hote)));
            }
            variables = hotes.first().map(|h| lus.variables(h)).unwrap_or_default();
        }
        Ok(Self {
            options: options.clone().database(&base),
            base,
            administrateur: None,
            libpq: variables,
            autres,
            tous_egaux: lus.as_ref().is_some_and(Parametres::peu_importe_lequel),
            mot_de_passe_donne: lus.is_none_or(|l| l.donne_un_mot_de_passe()),
            outils: Outils::default(),
            majeure: 0,
            dossier: None,
            jetable: false,
            _bail: None,
        })
    }

    /// Of several servers the first that may be written to, else the first that answers.
    async fn choisir_l_hote(mut self) -> Result<Self, Echec> {
        if self.autres.is_empty() {
            return Ok(self);
        }
        let premier = (self.options.clone(), self.libpq.clone());
        let tous: Vec<_> =
            std::iter::once(premier).chain(std::mem::take(&mut self.autres)).collect();
        let (mut refus, mut de_secours) = (Vec::new(), None);
        for (options, libpq) in tous {
            (self.options, self.libpq) = (options, libpq);
            let ecrit = match self.joindre(&self.base, Role::Application).await {
                Ok(mut c) => self.tous_egaux || sql::est_principal(&mut c).await?,
                // It is there, and the database may be closed by a swap.
                Err(Some(sqlx::Error::Database(e))) if absente(&*e) => true,
                Err(cause) => {
                    refus.push(self.dire(&self.base, cause).phrase);
                    continue;
                }
            };
            if ecrit {
                return Ok(self);
            }
            de_secours.get_or_insert((self.options.clone(), self.libpq.clone()));
        }
        match de_secours {
            Some((options, libpq)) => Ok(Self { options, libpq, ..self }),
            None => Err(Echec::nouveau(Code::RefuseAvant, refus.join(" "))),
        }
    }

    async fn version_du_serveur(&self) -> Result<u32, Echec> {
        let mut c = match self.joindre(&self.base, Role::Application).await {
            Ok(c) => c,
            // It may be away, in the middle of a swap that died.
            Err(Some(sqlx::Error::Database(e))) if absente(&*e) => {
                let refus = self.dire(&self.base, Some(sqlx::Error::Database(e)));
                let mut c = self.administrer().await.map_err(|_| refus)?;
                restore::si_libre(&mut c, &self.base).await?;
                c
            }
            Err(cause) => return Err(self.dire(&self.base, cause)),
        };
        self.exiger_une_session(&mut c).await?;
        sql::version_du_serveur(&mut c).await
    }

    /// Behind a pooler two connections may be one session of the server, and one connection several:
    /// locks and settings go astray.
    async fn exiger_une_session(&self, c: &mut PgConnection) -> Result<(), Echec> {
        if self._bail.is_some() {
            return Ok(());
        }
        let autre = self.joindre(&self.base, Role::Application).await;
        if sql::garde_sa_session(c, autre.ok().as_mut()).await {
            return Ok(());
        }
        let serveur = self.ou(&self.options).serveur;
        Err(Echec::nouveau(Code::RefuseAvant, causes::par_un_pooler(&serveur)))
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

    /// Its server was made for this alone, with all the memory that there is.
    pub(crate) fn est_jetable(&self) -> bool {
        self.jetable
    }

    /// On this machine, so that what it says of its files is about files of here.
    pub(crate) fn par_une_prise_locale(&self) -> bool {
        self.options.get_socket().is_some() || self.options.get_host().starts_with('/')
    }

    /// For a pool of our own on another database of this server.
    pub(crate) fn options(&self, base: &str, role: Role) -> PgConnectOptions {
        let options = self.options.clone().database(base).application_name(NOM);
        // The tools are who logs in, whatever PGOPTIONS has us become: it never reaches them.
        let options = match prend_un_role(&options) {
            true => options.options([("role", "none")]),
            false => options,
        };
        let options = options.options(texte::SESSION);
        // An older server would not know it.
        let options = match self.majeure >= 17 {
            true => options.options([("transaction_timeout", "0")]),
            false => options,
        };
        match (&self.administrateur, role) {
            (Some(nom), Role::Administrateur) => options.username(nom),
            _ => options,
        }
    }

    /// One connection; never waits for a password. Code 5 when there is none to have.
    pub(crate) async fn connecter(&self, base: &str, role: Role) -> Result<PgConnection, Echec> {
        self.joindre(base, role).await.map_err(|cause| self.dire(base, cause))
    }

    /// No cause: no answer in time.
    async fn joindre(&self, base: &str, role: Role) -> Result<PgConnection, Option<sqlx::Error>> {
        let options = self.options(base, role);
        match tokio::time::timeout(connexion(), options.connect()).await {
            Ok(issue) => issue.map_err(Some),
            Err(_) => Err(None),
        }
    }

    /// Where databases are created, renamed and dropped: in `postgres`, or in `template1` where the
    /// account may not enter the first.
    pub(crate) async fn administrer(&self) -> Result<PgConnection, Echec> {
        self.entrer(Role::Administrateur).await
    }

    /// Beside the databases that are worked on.
    pub(crate) async fn entrer(&self, role: Role) -> Result<PgConnection, Echec> {
        match self.joindre(ENTRETIEN, role).await {
            Ok(c) => Ok(c),
            Err(Some(sqlx::Error::Database(e))) if interdite(&*e) => {
                let refus = self.dire(ENTRETIEN, Some(sqlx::Error::Database(e)));
                self.joindre(ENTRETIEN_SINON, role).await.map_err(|_| refus)
            }
            Err(cause) => Err(self.dire(ENTRETIEN, cause)),
        }
    }

    fn ou<'a>(&self, options: &'a PgConnectOptions) -> Ou<'a> {
        Ou::de(options, self.mot_de_passe_donne)
    }

    fn dire(&self, base: &str, cause: Option<sqlx::Error>) -> Echec {
        let options = self.options.clone().database(base);
        let ou = self.ou(&options);
        let phrase = match &cause {
            None => causes::sans_reponse(&ou),
            Some(erreur) => {
                tracing::debug!(err = %erreur, "connexion refusée");
                causes::d_une_connexion(erreur, &ou)
            }
        };
        Echec::nouveau(Code::RefuseAvant, phrase)
    }

    /// How a tool of PostgreSQL reaches that database.
    pub(crate) fn environnement(&self, base: &str, role: Role) -> Vec<(String, String)> {
        let mut variables = self.libpq.clone();
        variables.push(("PGDATABASE".to_owned(), base.to_owned()));
        variables.push(("PGCONNECT_TIMEOUT".to_owned(), connexion().as_secs().to_string()));
        variables.push(("PGAPPNAME".to_owned(), NOM.to_owned()));
        texte::fixer(&mut variables);
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

fn prend_un_role(options: &PgConnectOptions) -> bool {
    let dites = options.get_options().and_then(libpq::reglages);
    dites.is_some_and(|lus| lus.iter().any(|(nom, _)| nom.eq_ignore_ascii_case("role")))
}

/// The account may not enter it, or it is not there.
fn interdite(erreur: &dyn sqlx::error::DatabaseError) -> bool {
    matches!(erreur.code().as_deref(), Some("42501" | "3D000" | "28000" | "55000"))
}

fn absente(erreur: &dyn sqlx::error::DatabaseError) -> bool {
    matches!(erreur.code().as_deref(), Some("3D000" | "55000"))
}
