//! An address becomes a store; and what a store complained of becomes a sentence.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use object_store::aws::AmazonS3Builder;
use object_store::azure::MicrosoftAzureBuilder;
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::local::LocalFileSystem;
use object_store::{ClientOptions, Error, ObjectStore, RetryConfig};
use rustix::fs::{Access, access};
use url::Url;

use super::acces;
use crate::platform::causes;
use crate::platform::env;
use crate::platform::issue::{Code, Echec};

const CONNEXION: Duration = Duration::from_secs(10);
const REQUETE: Duration = Duration::from_secs(120);
const ADRESSE: &str = "adresse";
const REPRISES: Duration = Duration::from_secs(30);

/// Does it begin as an address, and not as a path?
pub(crate) fn est_une_adresse(texte: &str) -> bool {
    let schemas = ["s3://", "s3a://", "gs://", "az://", "azure://", "file://"];
    schemas.iter().any(|s| texte.get(..s.len()).is_some_and(|d| d.eq_ignore_ascii_case(s)))
}

pub(super) fn lire(adresse: &str) -> Result<Url, Echec> {
    let url = Url::parse(adresse).map_err(|_| {
        let exemple = match adresse.starts_with('/') {
            true => format!("file://{adresse}"),
            false => "s3://seau/dossier".to_owned(),
        };
        usage(format!("« {adresse} » n'est pas une adresse ({exemple})"))
    })?;
    if url.password().is_some() || !url.username().is_empty() {
        return Err(usage("pas de mot de passe dans l'adresse : donnez-le par l'environnement"));
    }
    Ok(url)
}

/// The folder that a `file:///` address names.
pub(super) fn dossier_local(url: &Url) -> Result<Option<PathBuf>, Echec> {
    if url.scheme() != "file" {
        return Ok(None);
    }
    let chemin = url.to_file_path().map_err(|()| usage("file:///dossier attendu"))?;
    Ok(Some(chemin.components().collect()))
}

/// Why this account cannot keep copies in the folder of this address (or read them, without
/// `pour_ecrire`), and what lets it. One that is not there yet is made by whoever copies.
pub(crate) fn ferme(adresse: &str, pour_ecrire: bool) -> Option<String> {
    let dossier = dossier_local(&lire(adresse).ok()?).ok()??;
    let la = dossier.ancestors().find(|d| d.symlink_metadata().is_ok())?;
    let (nom, ici) = (dossier.display(), la.display());
    if !la.is_dir() {
        return Some(format!("{ici} n'est pas un dossier : donnez-en un, ou ôtez ce qui est là."));
    }
    if pour_ecrire && est_du_noyau(la) {
        return Some(format!(
            "{nom} : {ici} est du système, qui n'y garde aucun fichier. Donnez un dossier sur un disque."
        ));
    }
    let voulu = if pour_ecrire { Access::WRITE_OK | Access::EXEC_OK } else { Access::EXEC_OK };
    if access(la, voulu).is_ok() {
        return None;
    }
    let compte = rustix::process::geteuid().as_raw();
    let cite = env::ecrire(&dossier.to_string_lossy());
    if la != dossier && access(la, Access::EXEC_OK).is_err() {
        return Some(format!(
            "{nom} : ce compte ne peut rien ouvrir dans {ici}. Donnez un dossier qu'il peut ouvrir et \
             écrire."
        ));
    }
    Some(match la == dossier {
        true => format!("{nom} est fermé à ce compte. Avec root : chown {compte} {cite}"),
        false => format!(
            "{nom} n'est pas là, et {ici} est fermé à ce compte, qui ne peut pas l'y faire. Avec \
             root : mkdir -p {cite} && chown {compte} {cite}"
        ),
    })
}

/// Of those that the kernel shows as folders (`/proc`, `/sys`), modes say that root may write there.
#[cfg(target_os = "linux")]
fn est_du_noyau(dossier: &std::path::Path) -> bool {
    // proc, sysfs, cgroup, cgroup2, devpts, debugfs, securityfs.
    const GENRES: [u64; 7] =
        [0x9fa0, 0x6265_6572, 0x0027_e0eb, 0x6367_7270, 0x1cd1, 0x6462_6720, 0x7363_6673];
    let genre = rustix::fs::statfs(dossier).ok().and_then(|s| u64::try_from(s.f_type).ok());
    genre.is_some_and(|genre| GENRES.contains(&genre))
}

#[cfg(not(target_os = "linux"))]
fn est_du_noyau(_dossier: &std::path::Path) -> bool {
    false
}

/// One that lies in a folder here must be there.
pub(super) fn construire(url: &Url) -> Result<Arc<dyn ObjectStore>, Echec> {
    let Some(dossier) = dossier_local(url)? else {
        acces::exiger(url, |nom| std::env::var(nom).ok())?;
        if url.host_str().is_none_or(str::is_empty) {
            return Err(usage("le nom du seau manque (s3://seau/dossier)"));
        }
        return construire_au_loin(url).map_err(|e| mal_regle(url, &e));
    };
    if let Err(e) = std::fs::read_dir(&dossier) {
        let (ou, cause) = (dossier.display(), causes::du_systeme(&e));
        return Err(Echec::nouveau(Code::RefuseAvant, format!("{ou} : {cause}.")));
    }
    let magasin = LocalFileSystem::new_with_prefix(dossier).map_err(|e| mal_regle(url, &e))?;
    Ok(Arc::new(magasin.with_fsync(true)))
}

fn construire_au_loin(url: &Url) -> Result<Arc<dyn ObjectStore>, Error> {
    // The one provider of cryptography of the program; a second call changes nothing.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let reprise = RetryConfig { max_retries: 5, retry_timeout: REPRISES, ..Default::default() };
    let client = ClientOptions::new()
        .with_connect_timeout(CONNEXION)
        .with_timeout(REQUETE)
        .with_allow_http(true);
    let adresse = url.as_str();
    Ok(match url.scheme() {
        "s3" | "s3a" => Arc::new(
            AmazonS3Builder::from_env()
                .with_url(adresse)
                .with_retry(reprise)
                .with_client_options(client)
                .build()?,
        ),
        "gs" => Arc::new(
            GoogleCloudStorageBuilder::from_env()
                .with_url(adresse)
                .with_retry(reprise)
                .with_client_options(client)
                .build()?,
        ),
        "az" | "azure" => Arc::new(
            MicrosoftAzureBuilder::from_env()
                .with_url(adresse)
                .with_retry(reprise)
                .with_client_options(client)
                .build()?,
        ),
        autre => {
            let source = format!("« {autre} » : s3://, gs://, az:// ou file:/// attendu").into();
            return Err(Error::Generic { store: ADRESSE, source });
        }
    })
}

/// The store was not asked yet: its address is one, and what it is reached with is here.
fn mal_regle(url: &Url, erreur: &Error) -> Echec {
    if let Error::Generic { store: ADRESSE, source } = erreur {
        return usage(source.to_string());
    }
    tracing::debug!(err = %erreur, "copie ailleurs");
    let debut = match url.scheme() {
        "s3" | "s3a" => "AWS_",
        "gs" => "GOOGLE_",
        _ => "AZURE_",
    };
    let noms = std::env::vars_os().filter_map(|(nom, _)| nom.into_string().ok());
    let mut noms: Vec<String> = noms.filter(|nom| nom.starts_with(debut)).collect();
    noms.sort_unstable();
    let noms = if noms.is_empty() { format!("{debut}…") } else { noms.join(", ") };
    let phrase =
        format!("{url} : cette adresse, ou ce que dit une de ces variables, ne va pas : {noms}.");
    Echec::nouveau(Code::RefuseAvant, phrase)
}

fn usage(raison: impl AsRef<str>) -> Echec {
    Echec::nouveau(Code::Usage, format!("copie ailleurs : {}", raison.as_ref()))
}

/// Why a store did not do what it was asked, in a sentence that names it.
pub(super) fn dire(adresse: &str, erreur: &Error) -> String {
    tracing::debug!(err = %erreur, "copie ailleurs");
    match erreur {
        Error::PermissionDenied { .. } | Error::Unauthenticated { .. } => {
            format!("{adresse} refuse l'accès : vérifiez les clés données par l'environnement.")
        }
        Error::NotFound { path, .. } => {
            format!("{adresse} : « {path} » n'y est plus.")
        }
        autre => match statut(autre) {
            Some(401 | 403) => {
                format!("{adresse} refuse l'accès : vérifiez les clés données par l'environnement.")
            }
            Some(404) => format!("{adresse} : ce seau ou ce dossier n'existe pas."),
            Some(statut) => format!("{adresse} a répondu par une erreur (HTTP {statut})."),
            None => match cause(autre) {
                Some(cause) => format!("{adresse} : {cause}."),
                None => format!("{adresse} n'a pas répondu comme il faut ({}).", en_anglais(autre)),
            },
        },
    }
}

/// This account may not do that there, or nobody may.
pub(super) fn interdit(erreur: &Error) -> bool {
    matches!(erreur, Error::PermissionDenied { .. } | Error::Unauthenticated { .. })
        || matches!(statut(erreur), Some(401 | 403 | 405))
}

/// The store does not know what it is asked.
pub(super) fn inconnu(erreur: &Error) -> bool {
    statut(erreur) == Some(501)
}

/// What a store answered to a list comes as a text only.
fn statut(erreur: &Error) -> Option<u16> {
    let texte = erreur.to_string();
    let (_, suite) = texte.split_once("non-2xx status code: ")?;
    suite.get(..3)?.parse().ok()
}

/// In French, if it is the network's, or a disk's.
fn cause(erreur: &Error) -> Option<String> {
    let toutes =
        std::iter::successors(Some(erreur as &(dyn std::error::Error + 'static)), |e| e.source());
    causes::du_reseau(erreur)
        .or_else(|| toutes.into_iter().find_map(|e| e.downcast_ref()).map(causes::du_systeme))
}

/// The last cause: the rest is the library's own story.
fn en_anglais(erreur: &Error) -> String {
    let mut cause: &(dyn std::error::Error + 'static) = erreur;
    while let Some(suivante) = cause.source() {
        cause = suivante;
    }
    cause.to_string().lines().next().unwrap_or_default().trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_store_answers_to_a_list_is_said_in_our_words() {
        for (statut, mots) in [
            ("403 Forbidden: <?xml", "refuse l'accès"),
            ("404 Not Found: <Error>", "n'existe pas"),
            ("500 Internal", "HTTP 500"),
        ] {
            let source = format!("Server returned non-2xx status code: {statut}").into();
            let dite = dire("s3://seau/nuit", &Error::Generic { store: "S3", source });
            assert!(dite.contains(mots) && !dite.contains("Server"), "{dite}");
        }
    }
}
