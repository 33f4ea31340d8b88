//! What lies there is read: small files whole, an archive piece by piece, each piece of the object
//! that was seen at first.

use std::io::{self, Read, Write};

use futures_util::{Stream, StreamExt, stream};
use object_store::path::Path as Cle;
use object_store::{Attribute, Error, GetOptions, GetRange, ObjectStore};
use tokio::sync::mpsc::{Receiver, channel};

use super::super::flux::Hacheur;
use super::{Ailleurs, PAQUET, PAQUETS_EN_VOL, SOMME, illisible};
use crate::platform::issue::Echec;

/// An object as it was seen.
#[derive(Debug, Clone)]
pub(crate) struct Objet {
    pub nom: String,
    pub octets: u64,
    cle: Cle,
    /// The store's mark of it, which changes with it.
    pub(super) etag: Option<String>,
    /// What was put with it.
    pub(super) sha256: Option<String>,
}

impl Ailleurs {
    /// None: there is no such object.
    pub(crate) async fn vu(&self, nom: &str) -> Result<Option<Objet>, Echec> {
        let options = GetOptions { head: true, ..GetOptions::default() };
        let cle = self.cle(nom)?;
        let vu = match self.magasin.get_opts(&cle, options).await {
            Ok(vu) => vu,
            Err(Error::NotFound { .. }) => return Ok(None),
            Err(e) => return Err(self.echec(&e)),
        };
        let sha256 = vu.attributes.get(&Attribute::Metadata(SOMME.into()));
        Ok(Some(Objet {
            nom: nom.to_owned(),
            octets: vu.meta.size,
            cle,
            etag: vu.meta.e_tag,
            sha256: sha256.map(|s| s.as_ref().to_owned()),
        }))
    }

    /// A small file, whole.
    pub(crate) async fn lire(&self, nom: &str) -> Result<Option<Vec<u8>>, Echec> {
        let lu = match self.magasin.get_opts(&self.cle(nom)?, GetOptions::default()).await {
            Ok(objet) => objet.bytes().await,
            Err(e) => Err(e),
        };
        match lu {
            Ok(octets) => Ok(Some(octets.to_vec())),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(e) => Err(self.echec(&e)),
        }
    }

    /// Of all that it holds.
    pub(super) async fn somme(&self, objet: &Objet) -> Result<String, Echec> {
        let (mut somme, mut morceaux) =
            (Hacheur::nouveau(io::sink()), Box::pin(self.morceaux(objet)));
        while let Some(morceau) = morceaux.next().await {
            somme.write_all(&self.dit(morceau)?).map_err(|e| illisible(&e))?;
        }
        Ok(somme.terminer().1.sha256)
    }

    /// For a thread that may wait: what it reads is fetched meanwhile.
    pub(crate) fn flux(&self, objet: &Objet) -> Flux {
        let (envoyer, recevoir) = channel(1);
        let (ailleurs, objet) = (self.clone(), objet.clone());
        tokio::spawn(async move {
            let mut morceaux = Box::pin(ailleurs.morceaux(&objet));
            while let Some(morceau) = morceaux.next().await {
                let morceau = morceau.map_err(|e| ailleurs.panne(&objet, &e));
                let echoue = morceau.is_err();
                if envoyer.send(morceau).await.is_err() || echoue {
                    return;
                }
            }
        });
        Flux { recevoir, morceau: Vec::new(), lus: 0 }
    }

    /// Each is asked for anew when its answer dies on the way, and refused when the object is no
    /// longer the one that was seen.
    fn morceaux(&self, objet: &Objet) -> impl Stream<Item = Result<Vec<u8>, Error>> + Send + use<> {
        let (magasin, objet, paquet) = (self.magasin.clone(), objet.clone(), PAQUET as u64);
        let debuts = (0..objet.octets.div_ceil(paquet)).map(move |n| n * paquet);
        let un = move |debut: u64| {
            let (magasin, cle) = (magasin.clone(), objet.cle.clone());
            let fin = objet.octets.min(debut + paquet);
            let options = GetOptions {
                range: Some(GetRange::Bounded(debut..fin)),
                if_match: objet.etag.clone(),
                ..GetOptions::default()
            };
            async move { Ok(magasin.get_opts(&cle, options).await?.bytes().await?.to_vec()) }
        };
        stream::iter(debuts).map(un).buffered(PAQUETS_EN_VOL)
    }

    fn panne(&self, objet: &Objet, erreur: &Error) -> io::Error {
        let (ou, nom) = (&self.adresse, &objet.nom);
        io::Error::other(match erreur {
            Error::Precondition { .. } => {
                format!("{ou} : {nom} a changé pendant la lecture ; recommencez")
            }
            Error::NotFound { .. } => format!("{ou} : {nom} vient d'en disparaître"),
            autre => {
                let cause = self.echec(autre).phrase;
                format!("la lecture s'est interrompue ({})", cause.trim_end_matches('.'))
            }
        })
    }
}

/// An object as it comes.
pub(crate) struct Flux {
    recevoir: Receiver<io::Result<Vec<u8>>>,
    morceau: Vec<u8>,
    lus: usize,
}

impl Read for Flux {
    fn read(&mut self, tampon: &mut [u8]) -> io::Result<usize> {
        while self.lus == self.morceau.len() {
            match self.recevoir.blocking_recv() {
                None => return Ok(0),
                Some(morceau) => (self.morceau, self.lus) = (morceau?, 0),
            }
        }
        let lus = tampon.len().min(self.morceau.len() - self.lus);
        tampon[..lus].copy_from_slice(&self.morceau[self.lus..self.lus + lus]);
        self.lus += lus;
        Ok(lus)
    }
}
