//! What a command tells whoever watches from afar: that it begins, and how it ended.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use chrono::Utc;
use tokio::task::JoinHandle;
use tracing::Instrument;

use super::constats;
use super::sortie::{Code, Issue};
use crate::exploitation::alerte::{Constat, Moment, Poste};
use crate::exploitation::checklist::{Point, REGLAGES};
use crate::platform::cluster;
use crate::platform::config::{self, Alertes, Configuration, Quoi};
use crate::platform::terminal::avertir;

/// One command of the guard-rails, from its start to its end.
pub(crate) struct Appel {
    poste: Option<Arc<Poste>>,
    quoi: Quoi,
    /// What was told already: each thing once.
    dites: Mutex<HashSet<String>>,
    /// What waited is sent while the command works, which keeps nobody waiting.
    pendant: Option<JoinHandle<()>>,
}

impl Appel {
    /// What waited goes first.
    pub(crate) async fn commencer(config: &Configuration, quoi: Quoi, dossier: &Path) -> Self {
        let poste = poste(config, dossier).map(Arc::new);
        let mut appel = Self { poste, quoi, dites: Mutex::default(), pendant: None };
        appel.signaler(Moment::Debut, &[]).await;
        if let Some(poste) = &appel.poste {
            appel.dire(poste.abandonner(Utc::now()).await);
            appel.pendant = Some(envoyer_pendant(poste));
        }
        appel
    }

    /// `lignes` is what the command said, which is why it failed where it did.
    pub(crate) async fn finir(
        &self,
        issue: &Issue,
        (mut lignes, constats): (Vec<String>, &[Constat]),
    ) {
        lignes.extend(issue.as_ref().err().map(|echec| echec.phrase.clone()));
        self.conclure(matches!(issue, Ok(Code::Fait)), &lignes, constats).await;
    }

    pub(crate) async fn finir_la_liste(&self, issue: &Issue, points: &[Point]) {
        let mut constats = constats::des_lignes(points);
        if !points.iter().any(|p| p.code == REGLAGES) {
            constats.push(constats::des_reglages(Ok(())));
        }
        let mut lignes: Vec<String> =
            constats.iter().filter(|c| c.ko).map(Constat::en_ligne).collect();
        lignes.extend(issue.as_ref().err().map(|echec| echec.phrase.clone()));
        self.conclure(matches!(issue, Ok(Code::Fait)), &lignes, &constats).await;
    }

    async fn conclure(&self, reussi: bool, lignes: &[String], constats: &[Constat]) {
        self.signaler(if reussi { Moment::Reussite } else { Moment::Echec }, lignes).await;
        let Some(poste) = &self.poste else { return };
        self.dire(poste.constater(constats, Utc::now()).await.fautes);
        self.dire(poste.envoyer(Utc::now()).await);
        // Who did not answer all this time is not waited for: it stays noted.
        self.pendant.as_ref().inspect(|p| p.abort());
    }

    async fn signaler(&self, moment: Moment, lignes: &[String]) {
        let Some(poste) = &self.poste else { return };
        self.dire(poste.signaler(self.quoi, (moment, lignes), Utc::now()).await);
    }

    fn dire(&self, fautes: Vec<String>) {
        let Ok(mut dites) = self.dites.lock() else { return };
        for faute in fautes {
            if !dites.contains(&faute) {
                avertir(&faute);
                dites.insert(faute);
            }
        }
    }
}

/// What cannot go is told at the end, when it is tried again.
fn envoyer_pendant(poste: &Arc<Poste>) -> JoinHandle<()> {
    let poste = Arc::clone(poste);
    let envoi = async move {
        let _dites_a_la_fin = poste.envoyer_sans_hate(Utc::now()).await;
    };
    tokio::spawn(envoi.in_current_span())
}

/// What earlier commands could not send.
pub(crate) async fn envoyer_le_reste(config: &Configuration) {
    if let Some(poste) = poste(config, &config.sauvegardes.dossier) {
        poste.envoyer(Utc::now()).await.iter().for_each(avertir);
    }
}

/// It cannot even begin, for a setting that is wrong: whoever watches hears of it all the same, as far
/// as their address can be read. `ou`: the env file, and the folder of backups that the line names.
pub(crate) fn refuse_au_depart(quoi: Quoi, ou: (Option<&Path>, Option<&Path>), phrase: &str) {
    let variable = config::variables_lisibles(ou.0);
    let (alertes, _) = Alertes::lire_le_bon(&variable);
    let dossier = ou.1.map(Path::to_owned);
    let dossier = dossier.unwrap_or_else(|| config::dossier_des_sauvegardes(&variable));
    let base = config::base_selon(&variable).map_or_else(
        |_| variable("PGDATABASE").unwrap_or_else(|| cluster::BASE.to_owned()),
        |base| base.nom().to_owned(),
    );
    let etat = etat_du_compte();
    let Some(poste) = Poste::nouveau(&alertes, (&dossier, etat.as_deref()), &base) else { return };
    let constat = match quoi {
        Quoi::Checklist => constats::des_reglages(Err(phrase)),
        tache => constats::d_une_tache(tache, Err(phrase)),
    };
    let prevenir = async {
        let mut fautes =
            poste.signaler(quoi, (Moment::Echec, &[phrase.to_owned()]), Utc::now()).await;
        fautes.extend(poste.constater(&[constat], Utc::now()).await.fautes);
        fautes.extend(poste.envoyer(Utc::now()).await);
        fautes.iter().for_each(avertir);
    };
    if let Ok(execution) = tokio::runtime::Builder::new_current_thread().enable_all().build() {
        execution.block_on(prevenir);
    }
}

pub(crate) fn poste(config: &Configuration, dossier: &Path) -> Option<Poste> {
    let etat = etat_du_compte();
    Poste::nouveau(&config.alertes, (dossier, etat.as_deref()), config.base.nom())
}

fn etat_du_compte() -> Option<PathBuf> {
    let dossier = |nom| std::env::var_os(nom).map(PathBuf::from).filter(|d| d.is_absolute());
    let etat = dossier("XDG_STATE_HOME").or_else(|| Some(dossier("HOME")?.join(".local/state")));
    etat.map(|d| d.join("delicego"))
}
