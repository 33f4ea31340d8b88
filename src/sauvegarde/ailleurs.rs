//! The copy elsewhere: an object store, or another folder.
//!
//! 1. Objects are only ever created: what lies there is never written over, nor deleted (the store's
//!    own life-cycle rules do that, with rights that this program need not have).
//! 2. The manifest goes last: a copy without it does not exist yet, and is taken up again by the
//!    next run.
//! 3. Accesses come from the environment, as each store's own tools read them.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use object_store::aws::AmazonS3Builder;
use object_store::azure::MicrosoftAzureBuilder;
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::local::LocalFileSystem;
use object_store::path::Path as Cle;
use object_store::{
    ClientOptions, Error, ObjectStore, ObjectStoreExt, PutMode, PutPayload, RetryConfig,
    WriteMultipart,
};
use tokio::io::AsyncReadExt;
use url::Url;

use super::manifeste::{Fichier, Manifeste};
use super::noms::Noms;
use crate::platform::issue::{Code, Echec};

const PAQUET: usize = 8 * 1024 * 1024;
const PAQUETS_EN_VOL: usize = 4;
const CONNEXION: Duration = Duration::from_secs(10);
const REQUETE: Duration = Duration::from_secs(120);
const REPRISES: Duration = Duration::from_secs(30);

pub(crate) struct Ailleurs {
    magasin: Arc<dyn ObjectStore>,
    dossier: Cle,
    adresse: String,
}

/// What lies elsewhere for one backup.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EtatCopie {
    Absente,
    /// Same manifest, same sizes.
    Egale,
    Differente,
}

impl Ailleurs {
    /// `s3://bucket/folder`, `gs://`, `az://container/folder`, `file:///folder`; code 2 otherwise.
    pub(crate) fn ouvrir(adresse: &str) -> Result<Self, Echec> {
        let usage = |raison: String| Echec::nouveau(Code::Usage, format!("--vers : {raison}"));
        let url = Url::parse(adresse).map_err(|_| {
            usage(format!("« {adresse} » n'est pas une adresse (s3://seau/dossier)"))
        })?;
        if url.password().is_some() || !url.username().is_empty() {
            return Err(usage(
                "pas de mot de passe dans l'adresse : donnez-le par l'environnement".into(),
            ));
        }
        let magasin = construire(&url).map_err(|e| usage(court(&e)))?;
        let dossier = match url.scheme() {
            "file" => Cle::default(),
            _ => Cle::from_url_path(url.path()).map_err(|e| usage(e.to_string()))?,
        };
        Ok(Self { magasin, dossier, adresse: adresse.to_owned() })
    }

    /// For people: no secret stands in it.
    pub(crate) fn adresse(&self) -> &str {
        &self.adresse
    }

    /// Copies one backup and reads back what is there. A copy that is there already stays as it is.
    pub(crate) async fn copier(
        &self,
        dossier: &Path,
        noms: &Noms,
        m: &Manifeste,
    ) -> Result<(), Echec> {
        match self.etat(dossier, noms, m).await? {
            EtatCopie::Egale => return Ok(()),
            EtatCopie::Differente => return Err(self.autre_chose(noms)),
            EtatCopie::Absente => {}
        }
        for fichier in std::iter::once(&m.archive).chain(&m.roles) {
            self.deposer(dossier, fichier).await?;
        }
        let petits = [noms.somme(), noms.manifeste()];
        for nom in petits {
            let octets = tokio::fs::read(dossier.join(&nom)).await.map_err(local)?;
            self.creer(&nom, octets.into()).await?;
        }
        match self.etat(dossier, noms, m).await? {
            EtatCopie::Egale => Ok(()),
            _ => Err(self.autre_chose(noms)),
        }
    }

    /// Compares what lies there with what lies here.
    pub(crate) async fn etat(
        &self,
        dossier: &Path,
        noms: &Noms,
        m: &Manifeste,
    ) -> Result<EtatCopie, Echec> {
        let Some(manifeste) = self.lire(&noms.manifeste()).await? else {
            return Ok(EtatCopie::Absente);
        };
        let notre = tokio::fs::read(dossier.join(noms.manifeste())).await.map_err(local)?;
        if manifeste != notre {
            return Ok(EtatCopie::Differente);
        }
        for fichier in std::iter::once(&m.archive).chain(&m.roles) {
            if self.grosseur(&fichier.nom).await? != Some(fichier.octets) {
                return Ok(EtatCopie::Differente);
            }
        }
        Ok(EtatCopie::Egale)
    }

    /// In parts, none of which is visible before the last; left over from a run that died, the
    /// whole object may be there already.
    async fn deposer(&self, dossier: &Path, fichier: &Fichier) -> Result<(), Echec> {
        match self.grosseur(&fichier.nom).await? {
            Some(octets) if octets == fichier.octets => return Ok(()),
            Some(_) => return Err(self.deja_la(&fichier.nom)),
            None => {}
        }
        let mut source = tokio::fs::File::open(dossier.join(&fichier.nom)).await.map_err(local)?;
        let depot = self.magasin.put_multipart(&self.cle(&fichier.nom)).await;
        let mut depot = WriteMultipart::new_with_chunk_size(self.dit(depot)?, PAQUET);
        if let Err(e) = transmettre(&mut source, &mut depot).await {
            // What was sent so far must not stay there unseen, and paid for.
            let _ = depot.abort().await;
            return Err(match e {
                Panne::Ici(e) => local(e),
                Panne::LaBas(e) => self.echec(&e),
            });
        }
        self.dit(depot.finish().await).map(drop)
    }

    async fn creer(&self, nom: &str, contenu: PutPayload) -> Result<(), Echec> {
        let cle = self.cle(nom);
        match self.magasin.put_opts(&cle, contenu.clone(), PutMode::Create.into()).await {
            Ok(_) => Ok(()),
            Err(Error::AlreadyExists { .. }) => {
                let la = self.lire(nom).await?.unwrap_or_default();
                let notre: Vec<u8> = contenu.iter().flat_map(|o| o.to_vec()).collect();
                if la == notre { Ok(()) } else { Err(self.deja_la(nom)) }
            }
            // A store without conditional writes: looked at just before, then written.
            Err(Error::NotImplemented { .. }) => {
                if self.grosseur(nom).await?.is_some() {
                    return Err(self.deja_la(nom));
                }
                self.dit(self.magasin.put(&cle, contenu).await).map(drop)
            }
            Err(e) => Err(self.echec(&e)),
        }
    }

    async fn lire(&self, nom: &str) -> Result<Option<Vec<u8>>, Echec> {
        let lu = match self.magasin.get(&self.cle(nom)).await {
            Ok(objet) => objet.bytes().await,
            Err(e) => Err(e),
        };
        match lu {
            Ok(octets) => Ok(Some(octets.to_vec())),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(e) => Err(self.echec(&e)),
        }
    }

    async fn grosseur(&self, nom: &str) -> Result<Option<u64>, Echec> {
        match self.magasin.head(&self.cle(nom)).await {
            Ok(objet) => Ok(Some(objet.size)),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(e) => Err(self.echec(&e)),
        }
    }

    fn cle(&self, nom: &str) -> Cle {
        self.dossier.clone().join(nom)
    }

    fn dit<T>(&self, issue: Result<T, Error>) -> Result<T, Echec> {
        issue.map_err(|e| self.echec(&e))
    }

    fn echec(&self, erreur: &Error) -> Echec {
        tracing::debug!(err = %erreur, "copie ailleurs");
        let phrase = match erreur {
            Error::PermissionDenied { .. } | Error::Unauthenticated { .. } => format!(
                "{} refuse l'accès : vérifiez les clés données par l'environnement.",
                self.adresse
            ),
            autre => format!("{} : {}", self.adresse, court(autre)),
        };
        Echec::nouveau(Code::Anomalie, phrase)
    }

    fn deja_la(&self, nom: &str) -> Echec {
        let phrase = format!(
            "{} contient déjà un autre {nom} : il n'a pas été touché. Choisissez un autre dossier.",
            self.adresse
        );
        Echec::nouveau(Code::Anomalie, phrase)
    }

    fn autre_chose(&self, noms: &Noms) -> Echec {
        self.deja_la(&noms.archive)
    }
}

enum Panne {
    Ici(io::Error),
    LaBas(Error),
}

async fn transmettre(
    source: &mut tokio::fs::File,
    depot: &mut WriteMultipart,
) -> Result<(), Panne> {
    let mut tampon = vec![0; PAQUET];
    loop {
        let lus = source.read(&mut tampon).await.map_err(Panne::Ici)?;
        if lus == 0 {
            return Ok(());
        }
        depot.write(&tampon[..lus]);
        depot.wait_for_capacity(PAQUETS_EN_VOL).await.map_err(Panne::LaBas)?;
    }
}

fn construire(url: &Url) -> Result<Arc<dyn ObjectStore>, Error> {
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
        "file" => {
            let dossier = url.to_file_path().map_err(|()| inconnu("file:///dossier"))?;
            std::fs::create_dir_all(&dossier)
                .map_err(|e| Error::Generic { store: "file", source: Box::new(e) })?;
            Arc::new(LocalFileSystem::new_with_prefix(dossier)?.with_fsync(true))
        }
        autre => return Err(inconnu(autre)),
    })
}

fn inconnu(genre: &str) -> Error {
    let source = format!("« {genre} » : s3://, gs://, az:// ou file:/// attendu").into();
    Error::Generic { store: "adresse", source }
}

/// The last cause: the rest is the library's own story.
fn court(erreur: &Error) -> String {
    let mut cause: &dyn std::error::Error = erreur;
    while let Some(suivante) = cause.source() {
        cause = suivante;
    }
    cause.to_string().lines().next().unwrap_or_default().to_owned()
}

fn local(erreur: io::Error) -> Echec {
    Echec::nouveau(Code::Refuse, format!("La sauvegarde ne se lit pas : {erreur}."))
}
