//! What backups lie elsewhere: as in a folder, only what a manifest of ours tells is one.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::{StreamExt, TryStreamExt, stream};
use object_store::ObjectStore;

use super::super::depot::{self, Sauvegarde};
use super::super::manifeste::Manifeste;
use super::super::noms::Noms;
use super::Ailleurs;
use crate::platform::issue::{Code, Echec};

/// Manifests asked for at once.
const ENSEMBLE: usize = 8;

/// A backup that lies elsewhere.
#[derive(Debug, Clone)]
pub(crate) struct Copie {
    pub noms: Noms,
    pub manifeste: Manifeste,
    /// Its archive lies there, as long as it should be.
    pub presente: bool,
    /// The store's mark of its archive, where it shows one.
    pub etag: Option<String>,
    /// Another file of it that is not there, or not as long as it should be.
    pub manque: Option<String>,
}

/// Its size and its mark.
type Vu = (u64, Option<String>);

/// All that lies elsewhere, by its names and sizes.
pub(crate) struct Inventaire {
    /// The oldest first.
    pub copies: Vec<Copie>,
    /// Archives of which no manifest can be read.
    pub orphelines: Vec<String>,
    /// What a run that died left of an archive, under a name of its own.
    pub inachevees: Vec<String>,
}

/// One that is younger may be on its way.
const EN_ROUTE: TimeDelta = TimeDelta::hours(1);

impl Ailleurs {
    pub(crate) async fn inventaire(&self) -> Result<Inventaire, Echec> {
        let objets = self.objets().await?;
        let archives = objets.keys().filter_map(|nom| {
            let archive = nom.strip_suffix(".json")?;
            archive.starts_with("delicego_").then(|| Noms { archive: archive.to_owned() })
        });
        let lues = stream::iter(archives.collect::<Vec<_>>())
            .map(|noms| self.copie(noms, &objets))
            .buffered(ENSEMBLE);
        let lues: Vec<Option<Copie>> = lues.try_collect().await?;
        let mut copies: Vec<Copie> = lues.into_iter().flatten().collect();
        copies.sort_by_key(|c| depot::age_d_une_copie(&c.manifeste));
        let connue = |nom: &&String| copies.iter().any(|c| c.noms.archive == **nom);
        let archives = objets.keys().filter(|nom| depot::est_une_archive(nom));
        let orphelines = archives.filter(|nom| !connue(nom)).cloned().collect();
        Ok(Inventaire { copies, orphelines, inachevees: self.inachevees() })
    }

    /// Archives of that database of which no manifest lies there: their copy was cut. One that is here
    /// too may be on its way.
    pub(crate) async fn coupees(
        &self,
        base: &str,
        ici: &[Sauvegarde],
    ) -> Result<Vec<String>, Echec> {
        let dossier = Some(&self.dossier).filter(|d| !d.as_ref().is_empty());
        let liste = self.dit(self.magasin.list_with_delimiter(dossier).await)?.objects;
        let la: BTreeMap<&str, _> =
            liste.iter().filter_map(|o| Some((o.location.filename()?, o.last_modified))).collect();
        let limite = Utc::now() - EN_ROUTE;
        let en_route = |archive: &str, le: DateTime<Utc>| {
            le > limite && ici.iter().any(|s| s.noms.archive == archive)
        };
        let seules = la.iter().filter(|(nom, le)| {
            let manifeste = format!("{nom}.json");
            depot::est_une_archive(nom)
                && !la.contains_key(manifeste.as_str())
                && !en_route(nom, **le)
        });
        let seules = seules.map(|(nom, _)| (*nom).to_owned());
        let inachevees = self.inachevees_depuis().into_iter();
        let inachevees = inachevees
            .filter(|(nom, le)| !en_route(nom.split('#').next().unwrap_or(nom), *le))
            .map(|(nom, _)| nom);
        Ok(seules.chain(inachevees).filter(|nom| depot::porte_le_nom(nom, base)).collect())
    }

    fn inachevees(&self) -> Vec<String> {
        self.inachevees_depuis().into_iter().map(|(nom, _)| nom).collect()
    }

    /// A folder's, and since when: there a copy that is being written bears a number behind its name.
    fn inachevees_depuis(&self) -> Vec<(String, DateTime<Utc>)> {
        let entrees = self.local.as_ref().and_then(|dossier| std::fs::read_dir(dossier).ok());
        let mut inachevees: Vec<_> = entrees
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|e| {
                let nom = e.file_name().into_string().ok()?;
                let (archive, numero) = nom.rsplit_once('#')?;
                numero.parse::<u32>().ok().filter(|_| depot::est_une_archive(archive))?;
                let le = e.metadata().ok()?.modified().ok()?;
                Some((nom, DateTime::from(le)))
            })
            .collect();
        inachevees.sort_unstable();
        inachevees
    }

    /// The newest verified one of that database, one that is not whole included: an older one must
    /// not hide it. Refused when several servers copy there: a person has to choose.
    pub(crate) async fn la_plus_recente(
        &self,
        base: &str,
        systeme: Option<&str>,
    ) -> Result<Copie, Echec> {
        let Inventaire { copies: toutes, orphelines, .. } = self.inventaire().await?;
        let bonne = |c: &&Copie| {
            let m = &c.manifeste;
            m.est_de(base, systeme) && m.verifie && m.suspect.is_empty()
        };
        let bonnes: Vec<&Copie> = toutes.iter().filter(bonne).collect();
        let Some(derniere) = bonnes.last() else {
            return Err(self.aucune(base, &toutes));
        };
        let connues = bonnes.iter().map(|c| (&c.manifeste, &c.noms));
        depot::un_seul_serveur(&self.adresse, base, connues)?;
        let seules = orphelines.into_iter().filter(|nom| depot::porte_le_nom(nom, base));
        let derniere = (*derniere).clone();
        let connue = (&derniere.manifeste, &derniere.noms);
        depot::rien_de_plus_recent(&self.adresse, connue, &seules.collect::<Vec<_>>())?;
        Ok(derniere)
    }

    fn aucune(&self, base: &str, toutes: &[Copie]) -> Echec {
        let mut autres: Vec<&str> =
            toutes.iter().map(|c| c.manifeste.base.nom.as_str()).filter(|n| *n != base).collect();
        autres.sort_unstable();
        autres.dedup();
        let autres = match autres.as_slice() {
            [] => String::new(),
            noms => format!(" Il y en a de : {} ; donnez l'adresse d'un fichier.", noms.join(", ")),
        };
        refus(format!("{} : aucune sauvegarde vérifiée de « {base} ».{autres}", self.adresse))
    }

    /// Name, size and mark of all that lies in that very folder.
    async fn objets(&self) -> Result<BTreeMap<String, Vu>, Echec> {
        let dossier = Some(&self.dossier).filter(|d| !d.as_ref().is_empty());
        let liste = self.magasin.list_with_delimiter(dossier).await;
        let liste = self.dit(liste)?.objects.into_iter();
        Ok(liste
            .filter_map(|o| Some((o.location.filename()?.to_owned(), (o.size, o.e_tag))))
            .collect())
    }

    async fn copie(
        &self,
        noms: Noms,
        objets: &BTreeMap<String, Vu>,
    ) -> Result<Option<Copie>, Echec> {
        let Some(octets) = self.lire(&noms.manifeste()).await? else { return Ok(None) };
        let lu = Manifeste::de_texte(&String::from_utf8_lossy(&octets));
        let manifeste = match lu.and_then(|m| m.parle_de(&noms).map(|()| m)) {
            Ok(manifeste) => manifeste,
            Err(cause) => {
                tracing::debug!(archive = noms.archive, %cause, "manifeste laissé de côté");
                return Ok(None);
            }
        };
        let archive = objets.get(&noms.archive);
        let presente = archive.is_some_and(|(octets, _)| *octets == manifeste.archive.octets);
        let etag = archive.and_then(|(_, etag)| etag.clone());
        let roles = manifeste.roles.as_ref().map(|r| (r.nom.clone(), Some(r.octets)));
        let mut autres = std::iter::once((noms.somme(), None)).chain(roles);
        let manque = autres.find_map(|(nom, octets)| {
            let la = objets.get(&nom);
            let entier = la.is_some_and(|(n, _)| octets.is_none_or(|o| o == *n));
            (!entier).then_some(nom)
        });
        Ok(Some(Copie { noms, manifeste, presente, etag, manque }))
    }
}

fn refus(phrase: String) -> Echec {
    Echec::nouveau(Code::RefuseAvant, phrase)
}
