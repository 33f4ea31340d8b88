//! What is damaged in a copy of ours is written anew, where the store lets it.

use std::path::Path;

use object_store::{Error, ObjectStoreExt};

use super::constat::{Constats, Marque};
use super::{Ailleurs, Manquee, adresse, local};
use crate::platform::issue::{Code, Echec};
use crate::sauvegarde::manifeste::Manifeste;
use crate::sauvegarde::noms::Noms;

impl Ailleurs {
    /// Of a copy of ours, whose manifest is good. What was found damaged is read once more before it
    /// is written over: it may have been the way to it. Was anything written?
    pub(super) async fn reparer(
        &self,
        dossier: &Path,
        noms: &Noms,
        m: &Manifeste,
    ) -> Result<bool, Manquee> {
        let (mut ecrit, mut constats) = (false, Constats::lire(dossier, noms));
        for fichier in std::iter::once(&m.archive).chain(&m.roles) {
            let la = self.vu(&fichier.nom).await?;
            let present = la.is_some();
            let la = la.filter(|objet| objet.octets == fichier.octets);
            let bon = match &la {
                Some(objet) => self.somme(objet).await? == fichier.sha256,
                None => false,
            };
            if !bon {
                let refus = |e: &Error| self.pas_remplace(&fichier.nom, (e, present));
                self.emettre(dossier, fichier, refus).await?;
                ecrit = true;
            } else if let Some(etag) = la.and_then(|objet| objet.etag) {
                let marque = Marque::nouvelle(&fichier.sha256, etag);
                constats.noter(self.adresse(), &fichier.nom, marque);
            }
        }
        constats.ecrire(dossier, noms).map_err(local)?;
        let (somme, nom) = (m.texte_de_somme(), noms.somme());
        let la = self.lire(&nom).await?;
        if la.as_deref() != Some(somme.as_bytes()) {
            let mis = self.magasin.put(&self.cle(&nom)?, somme.into()).await;
            mis.map_err(|e| self.pas_remplace(&nom, (&e, la.is_some())))?;
            ecrit = true;
        }
        Ok(ecrit)
    }

    /// It was read with the same keys a moment ago: what is refused is to write over it, and to others
    /// nothing of the kind may happen.
    fn pas_remplace(&self, nom: &str, (erreur, present): (&Error, bool)) -> Manquee {
        let gardee = matches!(erreur, Error::AlreadyExists { .. } | Error::Precondition { .. });
        if !present || !(gardee || adresse::interdit(erreur)) {
            return Manquee::Tout(self.echec(erreur));
        }
        let phrase = format!(
            "{nom} est abîmé dans {}, et n'a pas pu y être remplacé : ce stockage, ou ces clés, \
             interdisent d'écrire par-dessus. Supprimez-le de là-bas avec un compte qui le peut : la \
             sauvegarde suivante le copiera de nouveau ; si personne ne le peut, donnez un autre \
             dossier (--vers).",
            self.adresse()
        );
        Manquee::Elle(Echec::nouveau(Code::Anomalie, phrase))
    }
}
