//! The copy elsewhere: an object store, or another folder.
//!
//! 1. Objects are created, and none is deleted (the store's own life-cycle rules do that, with rights
//!    that this program need not have). Written over is only what lies beside a manifest of ours and,
//!    read once more, is not what that manifest tells of. A folder is rotated like the one here.
//! 2. The manifest goes last: a copy without it does not exist yet, and is taken up again by the
//!    next run. So is one of which an object has gone since, or was damaged. What is damaged here is
//!    seen as it is sent, before it has its name there.
//! 3. Accesses come from the environment, as each store's own tools read them.
//! 4. Files in a folder are 0600, folders that we make 0700.

mod acces;
mod adresse;
mod constat;
mod etat;
mod lecture;
mod liste;
mod reparer;
mod restees;

use std::fs::DirBuilder;
use std::io::{self, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use object_store::path::Path as Cle;
use object_store::{
    Attribute, Attributes, Error, ObjectStore, ObjectStoreExt, PutMode, PutMultipartOptions,
    PutPayload, WriteMultipart,
};
use tokio::io::AsyncReadExt;

pub(crate) use self::adresse::est_une_adresse;
pub(crate) use self::constat::{La, Lue, noter_une_lecture};
pub(crate) use self::etat::{EtatCopie, Proximite};
pub(crate) use self::lecture::Objet;
pub(crate) use self::liste::{Copie, Inventaire};
use super::flux::Hacheur;
use super::manifeste::{Fichier, Manifeste};
use super::noms::Noms;
use super::{depot, disque};
use crate::platform::issue::{Code, Echec};
use crate::platform::{causes, env};

const PAQUET: usize = 8 * 1024 * 1024;
const PAQUETS_EN_VOL: usize = 4;
/// What an object says of itself: the SHA-256 of what was sent.
const SOMME: &str = "sha256";
const DOSSIER_REFUSE: &str = "ce nom de dossier n'est pas accepté par un stockage (ni « // », ni \
                              « . » ou « .. », ni signe invisible)";
/// Of a name in an address.
const PAS_EN_CLAIR: &percent_encoding::AsciiSet =
    &percent_encoding::NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.');

#[derive(Clone)]
pub(crate) struct Ailleurs {
    magasin: Arc<dyn ObjectStore>,
    dossier: Cle,
    adresse: String,
    /// Of a `file:///` address.
    local: Option<PathBuf>,
}

/// What copying a backup came to.
pub(crate) enum Copiee {
    Deja,
    Faite,
    /// This file of it had gone from there.
    Reprise(String),
    /// This file of it was damaged there.
    Refaite(String),
}

/// Why one was not copied.
pub(crate) enum Manquee {
    /// For a reason of its own: others can be.
    Elle(Echec),
    /// It is damaged here: its archive, which is then no backup any more, or a file beside it.
    AbimeeIci { echec: Echec, archive: bool },
    /// The place itself.
    Tout(Echec),
}

impl From<Echec> for Manquee {
    fn from(echec: Echec) -> Self {
        Self::Tout(echec)
    }
}

impl Ailleurs {
    /// `s3://bucket/folder`, `gs://`, `az://container/folder`, `file:///folder`; code 2 otherwise.
    pub(crate) fn ouvrir(adresse: &str) -> Result<Self, Echec> {
        let url = adresse::lire(adresse)?;
        let magasin = adresse::construire(&url)?;
        let dossier = match url.scheme() {
            "file" => Cle::default(),
            _ => Cle::from_url_path(url.path()).map_err(|_| {
                Echec::nouveau(Code::Usage, format!("{adresse} : {DOSSIER_REFUSE}"))
            })?,
        };
        let local = adresse::dossier_local(&url)?;
        let adresse = adresse.trim_end_matches('/').to_owned();
        Ok(Self { magasin, dossier, adresse, local })
    }

    /// The same, to write there: a folder that is not there is made.
    pub(crate) fn ouvrir_pour_copier(adresse: &str) -> Result<Self, Echec> {
        if let Some(dossier) = adresse::dossier_local(&adresse::lire(adresse)?)? {
            // The store's files are made with the modes that this leaves: 0600, 0700.
            rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
            DirBuilder::new().recursive(true).mode(0o700).create(&dossier).map_err(|e| {
                let phrase = disque::dire(&dossier, &e).phrase;
                Echec::nouveau(Code::RefuseAvant, format!("Copie ailleurs : {phrase}"))
            })?;
        }
        Self::ouvrir(adresse)
    }

    /// Would it do for a command that finds these variables? Refused by what is missing (code 5) or
    /// badly written (code 2); nothing is asked of the store.
    pub(crate) fn controler(
        adresse: &str,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<(), Echec> {
        let url = adresse::lire(adresse)?;
        match url.scheme() {
            "s3" | "s3a" | "gs" | "az" | "azure" => acces::exiger(&url, variable),
            _ => Self::ouvrir(adresse).map(drop),
        }
    }

    pub(crate) fn ferme(adresse: &str, pour_ecrire: bool) -> Option<String> {
        adresse::ferme(adresse, pour_ecrire)
    }

    /// For people: no secret stands in it.
    pub(crate) fn adresse(&self) -> &str {
        &self.adresse
    }

    /// Of one object, as `--file` takes it.
    pub(crate) fn adresse_de(&self, nom: &str) -> String {
        let nom = percent_encoding::utf8_percent_encode(nom, PAS_EN_CLAIR);
        format!("{}/{nom}", self.adresse)
    }

    /// Where it is, when it is a folder of this machine.
    pub(crate) fn dossier_local(&self) -> Option<&Path> {
        self.local.as_deref()
    }

    /// Copies one backup and reads back what is there. A copy that is good there stays as it is.
    pub(crate) async fn copier(
        &self,
        dossier: &Path,
        noms: &Noms,
        m: &Manifeste,
    ) -> Result<Copiee, Manquee> {
        let issue = match self.etat(dossier, noms, m).await? {
            EtatCopie::Egale => return Ok(Copiee::Deja),
            EtatCopie::Differente(nom) => return Err(self.deja_la(&nom)),
            EtatCopie::FauteIci(fichier) => return Err(faute_ici(&fichier)),
            EtatCopie::Absente => Copiee::Faite,
            EtatCopie::Incomplete(nom) => Copiee::Reprise(nom),
            EtatCopie::Abimee(nom) => Copiee::Refaite(nom),
        };
        if let Copiee::Refaite(_) = &issue {
            if !self.reparer(dossier, noms, m).await? {
                return Ok(Copiee::Deja);
            }
        } else {
            roles_bons(dossier, m).await?;
            for fichier in std::iter::once(&m.archive).chain(&m.roles) {
                self.deposer(dossier, fichier).await?;
            }
            for nom in [noms.somme(), noms.manifeste()] {
                let octets = tokio::fs::read(dossier.join(&nom)).await.map_err(local)?;
                self.creer(&nom, octets.into()).await?;
            }
        }
        match self.etat(dossier, noms, m).await? {
            EtatCopie::Egale => Ok(issue),
            EtatCopie::Differente(nom) | EtatCopie::Incomplete(nom) | EtatCopie::Abimee(nom) => {
                Err(self.deja_la(&nom))
            }
            EtatCopie::FauteIci(fichier) => Err(faute_ici(&fichier)),
            EtatCopie::Absente => Err(self.deja_la(&noms.manifeste())),
        }
    }

    /// Left over from a run that died, the whole object may be there already.
    async fn deposer(&self, dossier: &Path, fichier: &Fichier) -> Result<(), Manquee> {
        match self.vu(&fichier.nom).await? {
            Some(objet) if objet.octets == fichier.octets => Ok(()),
            Some(_) => Err(self.deja_la(&fichier.nom)),
            None => self.envoyer(dossier, fichier).await,
        }
    }

    async fn envoyer(&self, dossier: &Path, fichier: &Fichier) -> Result<(), Manquee> {
        self.emettre(dossier, fichier, |e| Manquee::Tout(self.echec(e))).await
    }

    /// In parts, none of which is visible before the last. `refus`: what the store's own come to.
    async fn emettre(
        &self,
        dossier: &Path,
        fichier: &Fichier,
        refus: impl Fn(&Error) -> Manquee,
    ) -> Result<(), Manquee> {
        let chemin = dossier.join(&fichier.nom);
        let mut source = tokio::fs::File::open(&chemin).await.map_err(local)?;
        let options =
            PutMultipartOptions { attributes: self.dit_de(fichier), ..Default::default() };
        let depot = self.magasin.put_multipart_opts(&self.cle(&fichier.nom)?, options).await;
        let depot = depot.map_err(|e| refus(&e))?;
        let mut depot = WriteMultipart::new_with_chunk_size(depot, PAQUET);
        let issue = match transmettre(&mut source, &mut depot).await {
            Ok(somme) if somme == fichier.sha256 => {
                return depot.finish().await.map(drop).map_err(|e| refus(&e));
            }
            Ok(_) => abimee_ici(&chemin, depot::est_une_archive(&fichier.nom)),
            Err(Panne::Ici(e)) => local(e),
            Err(Panne::LaBas(e)) => refus(&e),
        };
        // What was sent so far must not stay there unseen, and paid for.
        let _ = depot.abort().await;
        Err(issue)
    }

    /// A folder keeps nothing beside a file: there it is read again.
    fn dit_de(&self, fichier: &Fichier) -> Attributes {
        let mut attributs = Attributes::new();
        if self.local.is_none() {
            attributs.insert(Attribute::Metadata(SOMME.into()), fichier.sha256.clone().into());
        }
        attributs
    }

    async fn creer(&self, nom: &str, contenu: PutPayload) -> Result<(), Manquee> {
        let cle = self.cle(nom)?;
        match self.magasin.put_opts(&cle, contenu.clone(), PutMode::Create.into()).await {
            Ok(_) => Ok(()),
            // One that keeps what it has may say so before it looks at any condition.
            Err(e) if matches!(e, Error::AlreadyExists { .. }) || adresse::interdit(&e) => {
                let Some(la) = self.lire(nom).await? else {
                    return Err(Manquee::Tout(self.echec(&e)));
                };
                let notre: Vec<u8> = contenu.iter().flat_map(|o| o.to_vec()).collect();
                if la == notre { Ok(()) } else { Err(self.deja_la(nom)) }
            }
            // A store without conditional writes: looked at just before, then written.
            Err(e) if matches!(e, Error::NotImplemented { .. }) || adresse::inconnu(&e) => {
                if self.vu(nom).await?.is_some() {
                    return Err(self.deja_la(nom));
                }
                Ok(self.dit(self.magasin.put(&cle, contenu).await).map(drop)?)
            }
            Err(e) => Err(Manquee::Tout(self.echec(&e))),
        }
    }

    /// As the file here is called.
    fn cle(&self, nom: &str) -> Result<Cle, Echec> {
        let chemin = match self.dossier.as_ref() {
            "" => nom.to_owned(),
            dossier => format!("{dossier}/{nom}"),
        };
        let cle = Cle::parse(&chemin);
        let refus = |_| {
            let phrase = format!("{} : un stockage n'accepte pas le nom « {nom} ».", self.adresse);
            Echec::nouveau(Code::Anomalie, phrase)
        };
        cle.map_err(refus)
    }

    fn dit<T>(&self, issue: Result<T, Error>) -> Result<T, Echec> {
        issue.map_err(|e| self.echec(&e))
    }

    fn echec(&self, erreur: &Error) -> Echec {
        Echec::nouveau(Code::Anomalie, adresse::dire(&self.adresse, erreur))
    }

    fn deja_la(&self, nom: &str) -> Manquee {
        let phrase = format!(
            "{} contient déjà un autre {nom} : il n'a pas été touché. Choisissez un autre dossier.",
            self.adresse
        );
        Manquee::Elle(Echec::nouveau(Code::Anomalie, phrase))
    }
}

enum Panne {
    Ici(io::Error),
    LaBas(Error),
}

/// The sum of what was sent.
async fn transmettre(
    source: &mut tokio::fs::File,
    depot: &mut WriteMultipart,
) -> Result<String, Panne> {
    let (mut tampon, mut somme) = (vec![0; PAQUET], Hacheur::nouveau(io::sink()));
    loop {
        let lus = source.read(&mut tampon).await.map_err(Panne::Ici)?;
        if lus == 0 {
            return Ok(somme.terminer().1.sha256);
        }
        somme.write_all(&tampon[..lus]).map_err(Panne::Ici)?;
        depot.write(&tampon[..lus]);
        depot.wait_for_capacity(PAQUETS_EN_VOL).await.map_err(Panne::LaBas)?;
    }
}

/// Looked at before anything is sent: an archive would stay there without its manifest.
async fn roles_bons(dossier: &Path, m: &Manifeste) -> Result<(), Manquee> {
    let Some(roles) = &m.roles else { return Ok(()) };
    let chemin = dossier.join(&roles.nom);
    let mut somme = Hacheur::nouveau(io::sink());
    let octets = tokio::fs::read(&chemin).await.map_err(local)?;
    somme.write_all(&octets).map_err(local)?;
    match somme.terminer().1.sha256 == roles.sha256 {
        true => Ok(()),
        false => Err(abimee_ici(&chemin, false)),
    }
}

fn faute_ici(fichier: &Path) -> Manquee {
    let phrase = format!(
        "{} manque ou n'est pas celui de cette sauvegarde. Si l'archive est bonne (delicego \
         sauvegardes), refaites-le avec sha256sum.",
        fichier.display()
    );
    Manquee::Elle(Echec::nouveau(Code::Anomalie, phrase))
}

fn abimee_ici(fichier: &Path, archive: bool) -> Manquee {
    let fin = match archive {
        true => format!(
            "cette sauvegarde ne se restaurera plus, supprimez-la (rm {}) ; gardez les autres, et \
             faites contrôler le disque.",
            env::ecrire(&fichier.to_string_lossy())
        ),
        false => "l'archive elle-même reste bonne et se restaure d'ici ; la prochaine sauvegarde aura un \
                  fichier de comptes entier. Faites contrôler le disque."
            .to_owned(),
    };
    let phrase = format!(
        "{} est abîmé ici : sa somme n'est pas celle de son manifeste. Rien n'en a été mis ailleurs ; \
         {fin}",
        fichier.display()
    );
    Manquee::AbimeeIci { echec: Echec::nouveau(Code::Anomalie, phrase), archive }
}

fn local(erreur: io::Error) -> Manquee {
    Manquee::Elle(illisible(&erreur))
}

fn illisible(erreur: &io::Error) -> Echec {
    let cause = causes::du_systeme(erreur);
    Echec::nouveau(Code::Refuse, format!("La sauvegarde ne se lit pas : {cause}."))
}
