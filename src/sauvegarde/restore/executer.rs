//! A restore from its first refusal to its swap.

use std::time::Instant;

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::super::arret::Arret;
use super::super::cible::{Cible, Role};
use super::super::verrous::Verrou;
use super::appret::{Appret, appreter};
use super::bascule::{Bascule, basculer};
use super::deposer::{Depot, deposer};
use super::droits::{self, EtatDeBase, Roles};
use super::marque::{ANCIENNE, COPIE, Remplacee, commentaire_propre, nom_libre};
use super::perdu::Perdu;
use super::preparer::{Pret, preparer};
use super::preuve::{Preuve, prouver_et};
use super::regles::Regles;
use super::sql;
use super::{Demande, Suivi, copie, echec};
use crate::platform::issue::{Code, Echec};

/// What works on a restore.
pub(crate) struct Atelier<'a> {
    /// The database to be replaced or made.
    pub cible: &'a Cible,
    /// The program's own database, where it is another one.
    pub modele: &'a str,
    pub suivi: &'a Suivi,
    pub arret: &'a Arret,
}

#[derive(Debug, Serialize)]
pub(crate) struct Resultat {
    pub base: String,
    pub fichier: String,
    pub sauvegarde_du: DateTime<Utc>,
    pub tables: usize,
    pub lignes: u64,
    pub productions_perdues: Option<usize>,
    /// Where the replaced database lies, and until when.
    pub ancienne: Option<String>,
    pub gardee_jusqu_au: Option<DateTime<Utc>>,
    /// What could not be proved, in sentences.
    pub non_prouve: Vec<String>,
    pub roles_manquants: Vec<String>,
    /// Copies that dead runs had left.
    pub balayees: Vec<String>,
    pub appret: Appret,
    pub durees_ms: Durees,
}

#[derive(Debug, Default, Clone, Serialize)]
pub(crate) struct Durees {
    pub lecture: u128,
    pub restauration: u128,
    pub preuve: u128,
    pub appret: u128,
    /// Of `preuve`, beside it: every rule of the stock, read on the copy; 0 when its schema had to
    /// be migrated first (then it is a part of `appret`).
    pub verification: u128,
    /// How long connections were refused.
    pub bascule: u128,
    pub total: u128,
}

/// `confirmer` asks the person, who knows by then what will be lost.
pub(crate) async fn restaurer(
    atelier: &Atelier<'_>,
    demande: &Demande,
    confirmer: impl AsyncFnOnce(&Perdu) -> Result<(), Echec>,
) -> Result<Resultat, Echec> {
    let (debut, base) = (Instant::now(), atelier.cible.base());
    let fichier = demande.fichier.to_string();
    tracing::info!(event = "restore_start", base, fichier);
    let issue = async {
        let (pret, mut verrou) = preparer(atelier, demande).await?;
        atelier.suivi.effacer();
        confirmer(&pret.perdu).await?;
        Box::pin(executer((atelier, demande), pret, &mut verrou, debut)).await
    };
    let issue = issue.await;
    atelier.suivi.effacer();
    match &issue {
        Ok(r) => tracing::info!(
            event = "restore_done",
            base,
            fichier,
            lignes = r.lignes,
            duree_ms = r.durees_ms.total,
            bascule_ms = r.durees_ms.bascule,
        ),
        Err(e) if e.code == Code::Refuse => {
            tracing::error!(event = "restore_erreur", base, fichier, err = e.phrase);
        }
        Err(e) => tracing::warn!(event = "restore_refus", base, fichier, err = e.phrase),
    }
    issue
}

async fn executer(
    (atelier, demande): (&Atelier<'_>, &Demande),
    pret: Pret,
    verrou: &mut Verrou,
    debut: Instant,
) -> Result<Resultat, Echec> {
    let cible = atelier.cible;
    let mut c = cible.administrer().await?;
    let etat = match (&pret.source.manifeste, &pret.vivante) {
        (Some(manifeste), _) => EtatDeBase::du_manifeste(manifeste),
        (None, Some(vivante)) => EtatDeBase::lire(&mut c, vivante).await?,
        (None, None) => EtatDeBase::default(),
    };
    let roles = Roles::recenser(cible, &pret.lue.contenu.entrees, &etat).await?;
    let qui = (cible.base(), roles.proprietaire.as_str());
    let bases = sql::bases(&mut c).await?;
    let copie = nom_libre(cible.base(), COPIE, Utc::now(), &bases);
    drop(c);
    copie::creer(verrou.connexion()?, &copie, qui, pret.modele.as_ref()).await?;
    let chantier = Chantier { atelier, demande, pret: &pret, etat: &etat, roles: &roles };
    match chantier.mener(&copie, verrou, debut).await {
        Ok(resultat) => Ok(resultat),
        Err(e) => Err(abandonner(cible, &copie, e).await),
    }
}

struct Chantier<'a> {
    atelier: &'a Atelier<'a>,
    demande: &'a Demande,
    pret: &'a Pret,
    etat: &'a EtatDeBase,
    roles: &'a Roles,
}

impl Chantier<'_> {
    async fn mener(
        &self,
        copie: &str,
        verrou: &mut Verrou,
        debut: Instant,
    ) -> Result<Resultat, Echec> {
        let Atelier { cible, suivi, arret, .. } = *self.atelier;
        let mut durees = Durees { lecture: self.pret.lecture.as_millis(), ..Durees::default() };
        let mut montre = Instant::now();
        let mut tour = || std::mem::replace(&mut montre, Instant::now()).elapsed().as_millis();
        self.doter(copie).await?;
        let depot = Depot {
            cible,
            base: copie,
            archive: &self.pret.lue.chemin,
            contenu: &self.pret.lue.contenu,
            roles: self.roles,
        };
        deposer(&depot, suivi, arret).await?;
        durees.restauration = tour();
        let (preuve, regles) = self.prouver(copie).await?;
        durees.preuve = tour();
        durees.verification = regles.as_ref().map_or(0, |r| r.duree.as_millis());
        suivi.etape("Préparation", 1);
        droits::accorder_la_base(cible, copie, self.etat, self.roles).await?;
        let ouvertes = self.sessions_ouvertes().await;
        let appret = appreter(cible, copie, self.roles, (&ouvertes, regles), arret).await?;
        droits::regler_la_base(cible, copie, self.etat, self.roles).await?;
        durees.appret = tour();
        arret.verifier()?;
        let (ancienne, jusqu_au) = self.basculer(copie, verrou, &mut durees).await?;
        durees.total = debut.elapsed().as_millis();
        Ok(self.resultat(preuve, appret, (ancienne, jusqu_au), durees))
    }

    async fn doter(&self, copie: &str) -> Result<(), Echec> {
        let modele = self.pret.modele.as_ref().filter(|m| m.ouverte).map(|m| m.nom.as_str());
        let entrees = &self.pret.lue.contenu.entrees;
        copie::doter(self.atelier.cible, copie, modele, entrees).await
    }

    async fn prouver(&self, copie: &str) -> Result<(Preuve, Option<Regles>), Echec> {
        let Atelier { cible, suivi, arret, .. } = *self.atelier;
        let attendu = (&self.pret.lue.contenu, &self.roles.manquants);
        let regles = arret.ou_interrompu(Regles::du_schema_a_jour(cible, copie, self.roles));
        let prouve = prouver_et((cible, copie), attendu, (suivi, arret), regles);
        let (mut preuve, regles) = prouve.await?;
        if !preuve.ecarts.is_empty() {
            return Err(echec(format!(
                "La copie restaurée n'est pas égale à la sauvegarde.\n  {}\n",
                preuve.ecarts.join("\n  ")
            )));
        }
        if self.pret.source.manifeste.is_none() {
            let phrase = "Sans manifeste, rien ne prouve que ce fichier contient toute la base \
                          d'origine ; la copie est égale au fichier.";
            preuve.non_prouve.push(phrase.to_owned());
        }
        Ok((preuve, regles))
    }

    async fn sessions_ouvertes(&self) -> Vec<Vec<u8>> {
        let Some(vivante) = self.pret.vivante.as_ref().filter(|v| v.ouverte) else {
            return Vec::new();
        };
        // A live database that cannot be asked keeps nobody logged in.
        match self.atelier.cible.connecter(&vivante.nom, Role::Administrateur).await {
            Ok(mut c) => sql::sessions_ouvertes(&mut c).await.unwrap_or_default(),
            Err(_) => Vec::new(),
        }
    }

    async fn basculer(
        &self,
        copie: &str,
        verrou: &mut Verrou,
        durees: &mut Durees,
    ) -> Result<(Option<String>, Option<DateTime<Utc>>), Echec> {
        let (cible, le) = (self.atelier.cible, Utc::now());
        let vivante = self.pret.vivante.as_ref();
        let marque = Remplacee {
            de: cible.base().to_owned(),
            le,
            jusqu_au: le + self.demande.garder,
            par: self.pret.source.noms.archive.clone(),
            commentaire: vivante.and_then(|v| commentaire_propre(v.commentaire.clone())),
        };
        let bases = sql::bases(&mut cible.administrer().await?).await?;
        let gardee = nom_libre(cible.base(), ANCIENNE, le, &bases);
        let jusqu_au = marque.jusqu_au;
        let base = cible.base();
        let b = Bascule { cible, base, entrante: copie, vivante, gardee: &gardee, marque };
        durees.bascule = basculer(&b, verrou.connexion()?).await?.as_millis();
        match vivante {
            None => Ok((None, None)),
            Some(_) if self.pret.vide => {
                copie::supprimer_malgre_tout(cible, &gardee).await;
                Ok((None, None))
            }
            Some(_) => Ok((Some(gardee), Some(jusqu_au))),
        }
    }

    fn resultat(
        &self,
        preuve: Preuve,
        appret: Appret,
        (ancienne, gardee_jusqu_au): (Option<String>, Option<DateTime<Utc>>),
        durees_ms: Durees,
    ) -> Resultat {
        Resultat {
            base: self.atelier.cible.base().to_owned(),
            fichier: self.pret.source.noms.archive.clone(),
            sauvegarde_du: self.pret.perdu.sauvegarde_du,
            tables: preuve.tables,
            lignes: preuve.lignes,
            productions_perdues: self.pret.perdu.productions.as_ref().map(Vec::len),
            ancienne,
            gardee_jusqu_au,
            non_prouve: preuve.non_prouve,
            roles_manquants: self.roles.manquants.iter().cloned().collect(),
            balayees: self.pret.balayees.clone(),
            appret,
            durees_ms,
        }
    }
}

/// The error, and what became of what was there already.
async fn abandonner(cible: &Cible, copie: &str, erreur: Echec) -> Echec {
    let sort = match copie::supprimer_malgre_tout(cible, copie).await {
        true => format!("la copie « {copie} » a été supprimée"),
        false => {
            format!("la copie « {copie} » reste, la prochaine restauration la supprimera")
        }
    };
    let base = cible.base();
    Echec {
        phrase: format!("{} La base « {base} » est inchangée ; {sort}.", erreur.phrase),
        ..erreur
    }
}
