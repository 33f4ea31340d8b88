//! How PostgreSQL is reached, as libpq has it: DATABASE_URL, then the service it or PGSERVICE names,
//! then the PG* variables, then the files of `~/.postgresql`. Found once, and given alike to our own
//! connections and to the tools.

mod adresse;
mod milieu;
mod passe;
mod service;
mod valeurs;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use sqlx::postgres::{PgConnectOptions, PgSslMode};

use crate::platform::causes::du_systeme;
pub(crate) use milieu::{a_cacher, variable};
pub(crate) use passe::ignore as passe_ignore;

/// Where Debian and Fedora keep the authorities that everybody trusts.
const AUTORITES: [&str; 2] =
    ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt"];

/// Keyword of a connection string, and the variable that stands for it.
const MOTS: [(&str, &str); 21] = [
    ("host", "PGHOST"),
    ("hostaddr", "PGHOSTADDR"),
    ("port", "PGPORT"),
    ("user", "PGUSER"),
    ("password", "PGPASSWORD"),
    ("passfile", "PGPASSFILE"),
    ("dbname", "PGDATABASE"),
    ("sslmode", "PGSSLMODE"),
    ("sslrootcert", "PGSSLROOTCERT"),
    ("sslcert", "PGSSLCERT"),
    ("sslkey", "PGSSLKEY"),
    ("sslcrl", "PGSSLCRL"),
    ("ssl_min_protocol_version", "PGSSLMINPROTOCOLVERSION"),
    ("ssl_max_protocol_version", "PGSSLMAXPROTOCOLVERSION"),
    ("channel_binding", "PGCHANNELBINDING"),
    ("require_auth", "PGREQUIREAUTH"),
    ("gssencmode", "PGGSSENCMODE"),
    ("krbsrvname", "PGKRBSRVNAME"),
    ("target_session_attrs", "PGTARGETSESSIONATTRS"),
    ("application_name", "PGAPPNAME"),
    ("options", "PGOPTIONS"),
];

/// Any of these, or DATABASE_URL, names a server.
const NOMMENT_UN_SERVEUR: [&str; 8] = [
    "PGHOST",
    "PGHOSTADDR",
    "PGPORT",
    "PGUSER",
    "PGPASSWORD",
    "PGDATABASE",
    "PGPASSFILE",
    "PGSERVICE",
];

/// A variable, and what is wrong with it.
#[derive(Debug)]
pub(crate) struct Faute {
    pub variable: String,
    pub raison: String,
}

pub(crate) struct Parametres {
    valeurs: BTreeMap<String, String>,
    maison: Option<PathBuf>,
}

/// One of the servers that PGHOST names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hote {
    nom: Option<String>,
    adresse: Option<String>,
    port: Option<u16>,
}

impl Parametres {
    /// None: no server is named.
    pub(crate) fn lire() -> Result<Option<Self>, Faute> {
        Self::selon(variable, std::env::home_dir())
    }

    pub(crate) fn selon(
        variable: impl Fn(&str) -> Option<String>,
        maison: Option<PathBuf>,
    ) -> Result<Option<Self>, Faute> {
        let variable = |nom: &str| variable(nom).filter(|v| !v.is_empty());
        let url = variable("DATABASE_URL");
        if url.is_none() && !NOMMENT_UN_SERVEUR.iter().any(|v| variable(v).is_some()) {
            return Ok(None);
        }
        let mut valeurs = url.map_or_else(|| Ok(BTreeMap::new()), |u| adresse::lire(&u))?;
        let de_l_adresse: BTreeSet<String> = valeurs.keys().cloned().collect();
        if let Some(nom) = valeurs.remove("service").or_else(|| variable("PGSERVICE")) {
            for (cle, valeur) in service::lire(&nom, &variable, maison.as_deref())? {
                valeurs.entry(cle).or_insert(valeur);
            }
        }
        for (mot, nom) in MOTS {
            if let Some(valeur) = variable(nom) {
                valeurs.entry(mot.to_owned()).or_insert(valeur);
            }
        }
        let lus = Self { valeurs, maison };
        // Told of where it was written.
        lus.verifier().map_err(|f| {
            let dite =
                |(mot, nom): &&(&str, &str)| *nom == f.variable && de_l_adresse.contains(*mot);
            match MOTS.iter().find(dite) {
                Some((mot, _)) => faute("DATABASE_URL", &format!("{mot} : {}", f.raison)),
                None => f,
            }
        })?;
        Ok(Some(lus))
    }

    fn verifier(&self) -> Result<(), Faute> {
        self.hotes()?;
        self.mode()?;
        valeurs::verifier(|mot| self.valeur(mot))?;
        self.verifier_les_fichiers()
    }

    fn valeur(&self, mot: &str) -> Option<&str> {
        self.valeurs.get(mot).map(String::as_str).filter(|v| !v.is_empty())
    }

    /// Each is tried in its turn; at least one.
    pub(crate) fn hotes(&self) -> Result<Vec<Hote>, Faute> {
        let liste = |mot| self.valeur(mot).map(|v| v.split(',').map(str::trim).collect::<Vec<_>>());
        let (noms, adresses) = (liste("host"), liste("hostaddr"));
        let combien = noms.as_ref().or(adresses.as_ref()).map_or(1, Vec::len);
        if adresses.as_ref().is_some_and(|a| a.len() != combien) {
            return Err(faute(
                "PGHOSTADDR",
                "autant d'adresses que de noms dans PGHOST, ou aucune",
            ));
        }
        let ports = liste("port").unwrap_or_default();
        if ports.len() > 1 && ports.len() != combien {
            return Err(faute("PGPORT", "un port pour tous, ou un par serveur de PGHOST"));
        }
        let un = |n: usize| {
            let port = ports.get(n).or_else(|| ports.first()).filter(|p| !p.is_empty());
            let port = port.map(|p| {
                p.parse().map_err(|_| faute("PGPORT", &format!("« {p} » n'est pas un port")))
            });
            let de = |l: &Option<Vec<&str>>| {
                let vu = l.as_ref().and_then(|l| l.get(n)).filter(|v| !v.is_empty());
                vu.map(|v| (*v).to_owned())
            };
            Ok(Hote { nom: de(&noms), adresse: de(&adresses), port: port.transpose()? })
        };
        (0..combien).map(un).collect()
    }

    /// A server that is only read from will do: the person says so.
    pub(crate) fn peu_importe_lequel(&self) -> bool {
        let voulus = ["any", "standby", "read-only", "prefer-standby"];
        self.valeur("target_session_attrs").is_some_and(|v| voulus.contains(&v))
    }

    /// In the address, the service or the environment.
    pub(crate) fn mot_de_passe_ecrit(&self) -> Option<&str> {
        self.valeur("password")
    }

    /// By itself or in `~/.pgpass`, for any of the servers.
    pub(crate) fn donne_un_mot_de_passe(&self) -> bool {
        let pour = |hote: &Hote| {
            let options = self.options(hote).ok();
            options.is_some_and(|o| self.mot_de_passe(&o, hote).is_some())
        };
        self.hotes().is_ok_and(|hotes| hotes.iter().any(pour))
    }

    /// For our own connections.
    pub(crate) fn options(&self, hote: &Hote) -> Result<PgConnectOptions, Faute> {
        let mut o = PgConnectOptions::new_without_pgpass();
        let mode = self.mode()?;
        // With `verify-full` it is the name that the certificate must bear.
        let par_nom = matches!(mode, PgSslMode::VerifyFull) || hote.adresse.is_none();
        let ou = if par_nom {
            hote.nom.as_ref().or(hote.adresse.as_ref())
        } else {
            hote.adresse.as_ref()
        };
        if let Some(ou) = ou {
            o = o.host(ou);
        }
        // As libpq: nothing is encrypted within a machine.
        let mode = if o.get_host().starts_with('/') { PgSslMode::Disable } else { mode };
        o = o.port(hote.port.unwrap_or(5432)).ssl_mode(mode);
        if let Some(user) = self.valeur("user") {
            o = o.username(user);
        }
        if let Some(base) = self.valeur("dbname") {
            o = o.database(base);
        }
        if let Some(nom) = self.valeur("application_name") {
            o = o.application_name(nom);
        }
        if let Some(reglages) = self.valeur("options").and_then(reglages) {
            o = o.options(reglages);
        }
        if let Some(mot_de_passe) = self.mot_de_passe(&o, hote) {
            o = o.password(&mot_de_passe);
        }
        // As libpq: one that is not there is none, where nothing has to be looked at.
        if let Some(racine) = self.racine().filter(|r| r.exists()) {
            o = o.ssl_root_cert(racine);
        }
        if let (Some(certificat), Some(cle)) = self.certificat_du_client() {
            o = o.ssl_client_cert(certificat).ssl_client_key(cle);
        }
        Ok(o)
    }

    /// For the tools: no more and no less than for us.
    pub(crate) fn variables(&self, hote: &Hote) -> Vec<(String, String)> {
        let a_nous = ["host", "hostaddr", "port", "options", "application_name", "sslrootcert"];
        let connues = MOTS.iter().filter(|(mot, _)| !a_nous.contains(mot));
        let mut variables: Vec<(String, String)> = connues
            .filter_map(|(mot, nom)| Some(((*nom).to_owned(), self.valeur(mot)?.to_owned())))
            .collect();
        let mut dire = |nom: &str, valeur: Option<String>| {
            variables.push((nom.to_owned(), valeur.unwrap_or_default()));
        };
        dire("PGHOST", hote.nom.clone());
        dire("PGHOSTADDR", hote.adresse.clone());
        dire("PGPORT", hote.port.map(|p| p.to_string()));
        if let Some(racine) = self.racine() {
            dire("PGSSLROOTCERT", Some(racine.to_string_lossy().into_owned()));
        }
        if self.valeur("sslrootcert") == Some("system") && self.valeur("sslmode").is_none() {
            dire("PGSSLMODE", Some("verify-full".to_owned()));
        }
        variables
    }

    fn mot_de_passe(&self, o: &PgConnectOptions, hote: &Hote) -> Option<String> {
        if let Some(donne) = self.mot_de_passe_ecrit() {
            return Some(donne.to_owned());
        }
        let fichier = match self.valeur("passfile") {
            Some(fichier) => PathBuf::from(fichier),
            None => self.maison.as_ref()?.join(".pgpass"),
        };
        // As libpq: a socket is `localhost` there.
        let nom = hote.nom.as_deref().or(hote.adresse.as_deref());
        let nom = nom.filter(|n| !n.starts_with('/')).unwrap_or("localhost");
        let base = o.get_database().unwrap_or(o.get_username());
        passe::chercher(&fichier, [nom, &o.get_port().to_string(), base, o.get_username()])
    }

    /// With the authority at hand, `require` looks at the certificate too.
    fn mode(&self) -> Result<PgSslMode, Faute> {
        let Some(dit) = self.valeur("sslmode") else {
            let par_defaut = match self.valeur("sslrootcert") {
                Some("system") => PgSslMode::VerifyFull,
                _ => PgSslMode::Prefer,
            };
            return Ok(par_defaut);
        };
        let lu = PgSslMode::from_str(dit);
        let lu = lu.map_err(|_| faute("PGSSLMODE", &format!("« {dit} » n'est pas un mode TLS")))?;
        let montre = matches!(lu, PgSslMode::Require) && self.racine().is_some_and(|r| r.exists());
        Ok(if montre { PgSslMode::VerifyCa } else { lu })
    }

    fn racine(&self) -> Option<PathBuf> {
        match self.valeur("sslrootcert") {
            Some("system") => AUTORITES.iter().map(PathBuf::from).find(|c| c.exists()),
            Some(chemin) => Some(PathBuf::from(chemin)),
            None => self.chez_soi("root.crt"),
        }
    }

    /// As libpq: one that is named stands for that of the person's folder, there or not.
    fn certificat_du_client(&self) -> (Option<PathBuf>, Option<PathBuf>) {
        let un = |mot, nom| match self.valeur(mot) {
            Some(donne) => Some(PathBuf::from(donne)).filter(|c| c.exists()),
            None => self.chez_soi(nom),
        };
        (un("sslcert", "postgresql.crt"), un("sslkey", "postgresql.key"))
    }

    fn chez_soi(&self, nom: &str) -> Option<PathBuf> {
        let chemin = self.maison.as_ref()?.join(".postgresql").join(nom);
        chemin.exists().then_some(chemin)
    }

    /// As libpq, which goes on without a certificate that is not there, and not without its key.
    fn verifier_le_certificat_du_client(&self) -> Result<(), Faute> {
        if matches!(self.mode()?, PgSslMode::Disable | PgSslMode::Allow | PgSslMode::Prefer) {
            return Ok(());
        }
        match self.certificat_du_client() {
            (Some(certificat), None) => Err(faute(
                "PGSSLKEY",
                &format!("la clé du certificat {} n'existe pas", certificat.display()),
            )),
            (Some(certificat), Some(cle)) => {
                for (variable, chemin) in [("PGSSLCERT", certificat), ("PGSSLKEY", cle)] {
                    std::fs::File::open(&chemin).map_err(|e| {
                        let (ou, cause) = (chemin.display(), du_systeme(&e));
                        faute(variable, &format!("{ou} ne se lit pas : {cause}"))
                    })?;
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// A certificate that must be looked at needs its authority.
    fn verifier_les_fichiers(&self) -> Result<(), Faute> {
        self.verifier_le_certificat_du_client()?;
        let verifie = matches!(self.mode()?, PgSslMode::VerifyCa | PgSslMode::VerifyFull);
        let absent = |c: &Path| faute("PGSSLROOTCERT", &format!("{} n'existe pas", c.display()));
        let Some(chemin) = self.racine().filter(|_| verifie) else { return Ok(()) };
        if !chemin.exists() {
            return Err(absent(&chemin));
        }
        autorites(&chemin)
            .map_err(|raison| faute("PGSSLROOTCERT", &format!("{} : {raison}", chemin.display())))
    }
}

/// What an address or a service calls what that variable says.
pub(crate) fn mot(variable: &str) -> &str {
    MOTS.iter().find(|(_, nom)| *nom == variable).map_or(variable, |(mot, _)| mot)
}

/// PGOPTIONS as a server reads it: `-c name=value`, `--name=value`. None: no server takes it.
pub(crate) fn reglages(options: &str) -> Option<Vec<(String, String)>> {
    valeurs::reglages(options)
}

/// The certificate that was named to be shown and is not there, where a server asked for one.
pub(crate) fn certificat_absent() -> Option<PathBuf> {
    let lus = Parametres::lire().ok()??;
    lus.valeur("sslcert").map(PathBuf::from).filter(|c| !c.exists())
}

/// Are there authorities in that file, and nothing else that calls itself one?
fn autorites(chemin: &Path) -> Result<(), String> {
    let octets = std::fs::read(chemin).map_err(|e| du_systeme(&e))?;
    let lus: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&octets).collect();
    let lus = lus.map_err(|_| "un de ses certificats est abîmé".to_owned())?;
    if lus.is_empty() {
        return Err("ce fichier ne contient pas de certificat".to_owned());
    }
    let mut connues = RootCertStore::empty();
    let bon = |c| connues.add(c).is_ok();
    if lus.into_iter().all(bon) {
        Ok(())
    } else {
        Err("un de ses certificats est abîmé".to_owned())
    }
}

fn faute(variable: &str, raison: &str) -> Faute {
    Faute { variable: variable.to_owned(), raison: raison.to_owned() }
}

#[cfg(test)]
mod tests;
