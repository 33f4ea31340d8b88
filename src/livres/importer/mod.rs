//! Reads PDF files one after the other and keeps each in a transaction of its own: a file that is
//! refused keeps no other from being imported.

mod rapport;
mod resultat;

use std::collections::HashMap;
use std::path::PathBuf;

use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::deposer::{Compte, Depot, Livre, deposer, titre};
use super::editions::{self, Parente};
use super::lecture::{self, ErreurDeLivre};
use super::questions;
use super::releve::Releve;
use super::sql as commun;
use crate::platform::db::operations;
use crate::platform::db::{Base, executer_transaction};
use crate::platform::errors::Erreur;

pub(crate) use rapport::ecrire as ecrire_rapport;
pub(crate) use resultat::{Lu, Question, Refus};

/// What the journal of operations calls it.
const CHEMIN: &str = "import-recettes";

pub(crate) struct Demande {
    /// Who the books come from; without it each book is a source of its own.
    pub source: Option<String>,
    /// What becomes of a book that looks like the next edition of another, when no source is said.
    pub sans_source: SansSource,
    pub fichiers: Vec<Fichier>,
    /// Reads and judges all of it, writes nothing.
    pub essai: bool,
    pub auteur_id: Option<Uuid>,
}

/// A book is not taken for the next edition of another, nor for a book of its own, by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SansSource {
    /// Refused, with both ways to say it.
    Refuser,
    /// The file is kept until a person has answered.
    Demander,
}

pub(crate) struct Fichier {
    pub nom: String,
    pub contenu: Contenu,
}

pub(crate) enum Contenu {
    /// Read when its turn comes.
    Chemin(PathBuf),
    Octets(Vec<u8>),
}

#[derive(Debug, Default)]
pub(crate) struct Resultat {
    pub fichiers: Vec<FichierImporte>,
    pub compte: Compte,
}

#[derive(Debug)]
pub(crate) struct FichierImporte {
    pub nom: String,
    pub issue: Result<Lu, Refus>,
}

/// How far the file of that rank is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Etape {
    Lecture { pages: u32 },
    Ecriture,
    Finie,
}

/// Told each step of each file.
pub(crate) type Suivi<'a> = &'a mut (dyn FnMut(usize, Etape, Option<&FichierImporte>) + Send);

/// 20 MB: what a page of the web lets in, too.
pub(crate) const TAILLE_MAX: u64 = 20 << 20;

pub(crate) async fn importer(
    base: &Base,
    demande: Demande,
    suivi: Suivi<'_>,
) -> Result<Resultat, Erreur> {
    let (nb_pdfs, dry_run) = (demande.fichiers.len(), demande.essai);
    tracing::info!(event = "import_recettes_from_pdfs_start", nb_pdfs, dry_run);
    let (auteur_id, sans_source, source) = (demande.auteur_id, demande.sans_source, demande.source);
    let mut noms = Sources { source, deja: HashMap::new() };
    let mut fichiers = Vec::new();
    let mut a_essayer = Vec::new();
    for (rang, fichier) in demande.fichiers.into_iter().enumerate() {
        let nom = fichier.nom.clone();
        let lu = lire(fichier, &mut |pages| suivi(rang, Etape::Lecture { pages }, None)).await;
        let issue = match lu {
            Err(erreur) => Err(refuser(erreur)),
            Ok(lu) => {
                let source = noms.source(&nom, lu.sha256);
                let lu = ALivrer { nom: nom.clone(), source, ..lu };
                if dry_run {
                    a_essayer.push((rang, lu.sans_octets()));
                    Err(Refus { code: "", raison: String::new(), question: None })
                } else {
                    suivi(rang, Etape::Ecriture, None);
                    garder(base, (auteur_id, sans_source), lu).await?
                }
            }
        };
        let importe = FichierImporte { nom, issue };
        suivi(rang, Etape::Finie, Some(&importe));
        fichiers.push(importe);
    }
    essayer(base, a_essayer, &mut fichiers).await?;
    Ok(conclure(fichiers))
}

fn conclure(fichiers: Vec<FichierImporte>) -> Resultat {
    let mut compte = Compte::default();
    for lu in fichiers.iter().filter_map(|f| f.issue.as_ref().ok()) {
        compte += lu.depot.compte;
    }
    let Compte { recettes, lignes, mappees, non_mappees, .. } = compte;
    tracing::info!(
        event = "import_recettes_from_pdfs_done",
        recettes,
        lignes,
        mappees,
        non_mappees
    );
    Resultat { fichiers, compte }
}

/// A book that was read, to be kept.
#[derive(Default)]
struct ALivrer {
    nom: String,
    source: Option<String>,
    sha256: [u8; 32],
    octets: Vec<u8>,
    pages: u32,
    releve: Releve,
}

impl ALivrer {
    fn sans_octets(self) -> Self {
        Self { octets: Vec::new(), ..self }
    }

    fn livre(&self) -> Livre<'_> {
        Livre {
            source: self.source.as_deref(),
            nom_fichier: &self.nom,
            sha256: self.sha256,
            octets: &self.octets,
            pages: self.pages,
            releve: &self.releve,
        }
    }
}

/// Two different books of one title in one call are two sources: the second is not the next edition
/// of the first.
struct Sources {
    source: Option<String>,
    deja: HashMap<String, Vec<[u8; 32]>>,
}

impl Sources {
    fn source(&mut self, nom: &str, sha256: [u8; 32]) -> Option<String> {
        let titre = titre(nom);
        let vus = self.deja.entry(titre.to_lowercase()).or_default();
        let place = vus.iter().position(|v| *v == sha256).unwrap_or_else(|| {
            vus.push(sha256);
            vus.len() - 1
        });
        match (place, &self.source) {
            (0, source) => source.clone(),
            (n, Some(source)) => Some(format!("{source} ({})", n + 1)),
            (n, None) => Some(format!("{titre} ({})", n + 1)),
        }
    }
}

enum Illisible {
    Livre(ErreurDeLivre),
    Fichier(&'static str),
}

fn refuser(erreur: Illisible) -> Refus {
    match erreur {
        Illisible::Livre(e) => Refus { code: e.code(), raison: e.to_string(), question: None },
        Illisible::Fichier(raison) => {
            let (code, raison) = ("livre_fichier_illisible", raison.to_owned());
            Refus { code, raison, question: None }
        }
    }
}

async fn lire(
    fichier: Fichier,
    progres: &mut (dyn FnMut(u32) + Send),
) -> Result<ALivrer, Illisible> {
    let octets = match fichier.contenu {
        Contenu::Octets(octets) => octets,
        Contenu::Chemin(chemin) => ouvrir(chemin).await?,
    };
    if octets.len() as u64 > TAILLE_MAX {
        return Err(Illisible::Livre(ErreurDeLivre::TropGros));
    }
    let livre = lecture::lire(&octets, progres).await.map_err(Illisible::Livre)?;
    Ok(ALivrer {
        sha256: Sha256::digest(&octets).into(),
        octets,
        pages: livre.pages,
        releve: Releve::from(&livre),
        ..ALivrer::default()
    })
}

async fn ouvrir(chemin: PathBuf) -> Result<Vec<u8>, Illisible> {
    let absent = |_| Illisible::Fichier("Ce fichier n'existe pas, ou il ne peut pas être lu.");
    let nature = tokio::fs::metadata(&chemin).await.map_err(absent)?;
    if !nature.is_file() {
        return Err(Illisible::Livre(ErreurDeLivre::PasUnPdf));
    }
    if nature.len() > TAILLE_MAX {
        return Err(Illisible::Livre(ErreurDeLivre::TropGros));
    }
    tokio::fs::read(&chemin).await.map_err(absent)
}

async fn garder(
    base: &Base,
    (auteur_id, sans_source): (Option<Uuid>, SansSource),
    lu: ALivrer,
) -> Result<Result<Lu, Refus>, Erreur> {
    let faite = executer_transaction(base, async |tx| {
        let op = operations::sans_cle(tx, auteur_id, CHEMIN).await?;
        commun::verrouiller(tx).await?;
        let parente = editions::chercher(tx, &lu.livre()).await?;
        if let Some(parente) = parente.as_ref().filter(|p| p.est_a_confirmer) {
            return Err(Fin::AConfirmer(Box::new(parente.clone())));
        }
        let mut depot = deposer(tx, op, &lu.livre()).await?;
        // Nothing changed: not even the operation stays.
        if depot.deja_la {
            return Err(Fin::DejaLa(Box::new(depot)));
        }
        depot.remarques.extend(parente.as_ref().and_then(Parente::dire_les_retirees));
        Ok((depot, parente.map(|p| p.livre.titre)))
    })
    .await;
    let garde = |depot, edition_de| Ok(Ok(Lu { releve: lu.releve.clone(), depot, edition_de }));
    match faite {
        Ok((depot, edition_de)) => garde(depot, edition_de),
        Err(Fin::DejaLa(depot)) => garde(*depot, None),
        Err(Fin::AConfirmer(parente)) => match sans_source {
            SansSource::Refuser => Ok(Err(demander(*parente, None))),
            SansSource::Demander => {
                let fichier = (lu.nom.as_str(), lu.octets.as_slice());
                let gardee = questions::garder(base, auteur_id, fichier, &parente).await?;
                Ok(Err(demander(*parente, Some(gardee))))
            }
        },
        Err(Fin::Erreur(Erreur::Refus(refus))) => {
            let (code, raison) = (refus.code, refus.detail.to_string());
            Ok(Err(Refus { code, raison, question: None }))
        }
        Err(Fin::Erreur(autre)) => Err(autre),
        Err(Fin::Essai(_)) => Err(Erreur::interne("essai sans essai")),
    }
}

fn demander(parente: Parente, gardee: Option<Uuid>) -> Refus {
    let raison = match gardee {
        Some(_) => parente.phrase(),
        None => parente.deux_facons(),
    };
    let question = Some(Question { parente, gardee });
    Refus { code: "edition_a_confirmer", raison, question }
}

/// Why a transaction ends without being kept.
enum Fin {
    DejaLa(Box<Depot>),
    AConfirmer(Box<Parente>),
    Essai(Vec<(usize, Lu)>),
    Erreur(Erreur),
}

impl From<Erreur> for Fin {
    fn from(erreur: Erreur) -> Self {
        Self::Erreur(erreur)
    }
}

/// Does it all in one transaction, sees what came of it, and gives it up.
async fn essayer(
    base: &Base,
    livres: Vec<(usize, ALivrer)>,
    fichiers: &mut [FichierImporte],
) -> Result<(), Erreur> {
    if livres.is_empty() {
        return Ok(());
    }
    let essai: Result<(), Fin> = executer_transaction(base, async |tx| {
        let op = operations::sans_cle(tx, None, CHEMIN).await?;
        let mut lus = Vec::new();
        for (rang, livre) in livres {
            commun::verrouiller(tx).await?;
            let parente = editions::chercher(tx, &livre.livre()).await?;
            let mut depot = deposer(tx, op, &livre.livre()).await?;
            if let Some(parente) = parente.as_ref().filter(|p| p.est_a_confirmer) {
                depot.remarques.push(parente.deux_facons());
            }
            depot.remarques.extend(parente.as_ref().and_then(Parente::dire_les_retirees));
            let edition_de = parente.map(|p| p.livre.titre);
            lus.push((rang, Lu { releve: livre.releve, depot, edition_de }));
        }
        Err(Fin::Essai(lus))
    })
    .await;
    match essai {
        Err(Fin::Essai(lus)) => {
            for (rang, lu) in lus {
                fichiers[rang].issue = Ok(lu);
            }
            Ok(())
        }
        Err(Fin::Erreur(erreur)) => Err(erreur),
        Ok(()) | Err(Fin::DejaLa(_) | Fin::AConfirmer(_)) => Ok(()),
    }
}
