//! Puts back the database that the last restore replaced, or any one that is kept.

use std::path::PathBuf;
use std::time::Duration;

use chrono::Utc;
use serde::Serialize;

use super::super::arret::Arret;
use super::super::cible::Cible;
use super::super::verrous::{Genre, Verrou};
use super::bascule::{Bascule, Issue, basculer};
use super::gardees::{derniere, nommee_ainsi, sans_marque};
use super::marque::{ANCIENNE, PAR_ANNULATION, Remplacee, commentaire_propre, nom_libre};
use super::occupants::{self, Attente};
use super::pertes::{self, Bilan, Perdu};
use super::sql::{self, BaseConnue};
use super::{GARDE, Suivi, echec, guerir, tenues};
use crate::platform::heure;
use crate::platform::issue::Echec;

#[derive(Debug, Serialize)]
pub(crate) struct Annulation {
    pub base: String,
    /// By which file it had been replaced.
    pub par: String,
    pub remplacee_le: chrono::DateTime<Utc>,
    /// Where the one that was live until now lies.
    pub gardee: Option<String>,
    pub jusqu_au: chrono::DateTime<Utc>,
    pub bascule_ms: u128,
    /// A person said which one.
    #[serde(skip)]
    pub nommee: bool,
    /// What was written since the restore, and is in the kept one alone now.
    pub bilan: Bilan,
}

impl Annulation {
    /// What the database is again.
    pub(crate) fn retour(&self) -> String {
        let le = heure::seconde(self.remplacee_le);
        match self.par.as_str() {
            PAR_ANNULATION => format!("celle que « {PAR_ANNULATION} » avait remplacée le {le}"),
            par => format!("celle d'avant la restauration du {le} ({par})"),
        }
    }
}

/// How long to wait: for another restore, at the swap for whoever this account may not send away,
/// and for a table that somebody keeps for himself.
pub(crate) struct Attentes {
    pub verrou: Duration,
    pub depart: Duration,
    pub table: Duration,
}

const PRETE: &str = "La base d'avant est prête à revenir";

/// Where the list of what is lost may be written.
pub(crate) struct OuLaListe {
    /// By the person.
    pub nomme: Option<PathBuf>,
    /// Where nothing tells where the restore wrote its own.
    pub sauvegardes: PathBuf,
}

impl OuLaListe {
    fn dossiers(self, ancienne: &Remplacee) -> Vec<PathBuf> {
        if let Some(nomme) = self.nomme {
            return vec![nomme];
        }
        let la = ancienne.dossier.as_ref().map(PathBuf::from).filter(|d| d.is_dir());
        la.into_iter().chain([self.sauvegardes]).collect()
    }
}

/// The one that comes back.
struct Choisie<'a> {
    nom: &'a str,
    ancienne: Remplacee,
    /// It is what the last swap replaced: what is live came with that swap.
    derniere: bool,
}

impl<'a> Choisie<'a> {
    /// The one that was named, else the one that was replaced last.
    fn parmi(bases: &'a [BaseConnue], base: &str, nommee: Option<&str>) -> Result<Self, Echec> {
        let derniere = derniere(bases, base);
        let Some(nommee) = nommee else {
            let (nom, ancienne) = derniere.ok_or_else(|| rien(bases, base))?;
            return Ok(Self { nom, ancienne, derniere: true });
        };
        let (nom, ancienne) = nommee_ainsi(bases, nommee).ok_or_else(|| rien(bases, base))?;
        let derniere = derniere.is_some_and(|(la, _)| la == nom);
        Ok(Self { nom, ancienne, derniere })
    }

    /// The first transaction that may have written in what is live, where that tells what was written
    /// since: of what was there before a restore, and of what came by a later one, none does.
    fn depuis(&self) -> Option<i64> {
        self.ancienne.depuis.filter(|_| self.derniere && !self.ancienne.retour)
    }

    /// Of what is live, once this has taken its place.
    fn marque(
        &self,
        base: &str,
        commentaire: Option<String>,
        dossier: Option<String>,
    ) -> Remplacee {
        let le = Utc::now();
        Remplacee {
            de: base.to_owned(),
            le,
            jusqu_au: le + GARDE,
            par: PAR_ANNULATION.to_owned(),
            commentaire,
            depuis: self.ancienne.depuis.filter(|_| self.derniere),
            retour: !(self.derniere && self.ancienne.retour),
            dossier,
        }
    }
}

/// `nommee`: the kept one that a person named. `confirmer` asks the person, who knows by then what
/// that would be.
pub(crate) async fn annuler(
    (cible, nommee): (&Cible, Option<&str>),
    (attentes, ou): (&Attentes, OuLaListe),
    (suivi, arret): (&Suivi, &Arret),
    confirmer: impl AsyncFnOnce(&Perdu) -> Result<(), Echec>,
) -> Result<Annulation, Echec> {
    let mut verrou = Verrou::prendre(cible, Genre::Restauration, attentes.verrou, arret).await?;
    let base = cible.base();
    let mut c = cible.administrer().await?;
    guerir::sous_verrou(&mut c, base).await?;
    let bases = sql::bases(&mut c).await?;
    let choisie = Choisie::parmi(&bases, base, nommee)?;
    let (nom, ancienne) = (choisie.nom, &choisie.ancienne);
    occupants::juger(&mut c, base).await?;
    let vivante = bases.iter().find(|b| b.nom == base);
    let lue = pertes::repere_d_une_fermee(cible, (nom, choisie.depuis())).await.ok();
    let (repere, entrantes) = lue.unzip();
    let dossiers = ou.dossiers(ancienne);
    let (quand, avec) = ((ancienne.le, Vec::new()), (repere, entrantes, dossiers.as_slice()));
    if let Some(v) = vivante.filter(|v| v.ouverte) {
        tenues::attendre((cible, &v.nom), attentes.table, (suivi, arret)).await?;
    }
    let perdu = arret.ou_interrompu(Perdu::chercher(cible, vivante, quand, avec)).await?;
    confirmer(&perdu).await?;
    let mut attente = Attente::nouvelle((PRETE, attentes.depart), (suivi, arret));
    attente.du_depart(verrou.connexion()?, &[base]).await?;
    perdu.avant_la_bascule(cible, nom).await?;
    let commentaire = vivante.and_then(|v| commentaire_propre(v.commentaire.clone()));
    let marque = choisie.marque(base, commentaire, perdu.dossier());
    let gardee = nom_libre(base, ANCIENNE, marque.le, &bases);
    let jusqu_au = marque.jusqu_au;
    let bascule =
        Bascule { cible, base, entrante: nom, vivante, gardee: &gardee, marque, essai: None };
    let duree = loop {
        match basculer(&bascule, verrou.connexion()?).await? {
            Issue::Faite(duree) => break duree,
            Issue::Genee(phrase) => attente.encore(phrase)?,
        }
        attente.du_depart(verrou.connexion()?, &[base]).await?;
    };
    suivi.effacer();
    let bilan = perdu.constater(cible, &gardee).await;
    let annulation = Annulation {
        base: base.to_owned(),
        par: ancienne.par.clone(),
        remplacee_le: ancienne.le,
        nommee: nommee.is_some(),
        gardee: vivante.map(|_| gardee.clone()),
        jusqu_au,
        bascule_ms: duree.as_millis(),
        bilan,
    };
    tracing::info!(event = "restore_annule", base, remise = %nom, gardee = %gardee);
    Ok(annulation)
}

fn rien(bases: &[BaseConnue], base: &str) -> Echec {
    let rien = "Rien à annuler : aucune base remplacée par une restauration de";
    let semblables: Vec<String> = sans_marque(bases)
        .filter(|(_, de, _)| *de == base)
        .map(|(nom, ..)| format!("« {nom} »"))
        .collect();
    echec(match semblables.as_slice() {
        [] => format!("{rien} « {base} » n'est gardée."),
        noms => format!(
            "{rien} « {base} » n'est connue. Par son nom, {} pourrait l'être, mais son commentaire a \
             été changé : rien ne dit plus ce qu'elle est, et elle n'est pas remise.",
            noms.join(", ")
        ),
    })
}
