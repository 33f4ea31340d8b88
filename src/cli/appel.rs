//! What a command tells whoever watches from afar: that it begins, and how it ended.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use chrono::Utc;

use super::sortie::{Code, Issue};
use crate::exploitation::alerte::{Constat, Moment, Poste};
use crate::exploitation::checklist::{Point, Verdict};
use crate::platform::config::{Configuration, Quoi};
use crate::platform::terminal::avertir;

/// One command of the guard-rails, from its start to its end.
pub(crate) struct Appel {
    poste: Option<Poste>,
    quoi: Quoi,
    /// What was told already: each thing once.
    dites: Mutex<HashSet<String>>,
}

impl Appel {
    /// What waited goes first.
    pub(crate) async fn commencer(config: &Configuration, quoi: Quoi, dossier: &Path) -> Self {
        let dites = Mutex::default();
        let appel = Self { poste: poste(config, dossier), quoi, dites };
        appel.signaler(Moment::Debut, &[]).await;
        appel.envoyer().await;
        appel
    }

    /// `lignes` is what the command said, which is why it failed where it did.
    pub(crate) async fn finir(&self, issue: &Issue, mut lignes: Vec<String>) {
        lignes.extend(issue.as_ref().err().map(|echec| echec.phrase.clone()));
        let reussi = matches!(issue, Ok(Code::Fait));
        let (titre, conseil) = match self.quoi {
            Quoi::Drill => ("Exercice de restauration (delicego drill)", "delicego drill"),
            _ => ("Sauvegarde (delicego backup)", "delicego backup"),
        };
        let constat = Constat {
            code: self.quoi.nom().to_owned(),
            titre: titre.to_owned(),
            ko: !reussi,
            raison: if reussi { "réussi".to_owned() } else { fautes(&lignes, issue) },
            conseil: format!("Corrigez ce qui est dit, puis relancez {conseil}."),
        };
        self.conclure(reussi, &lignes, &[constat]).await;
    }

    pub(crate) async fn finir_la_liste(&self, issue: &Issue, points: &[Point]) {
        let constats = constats(points);
        let mut lignes: Vec<String> =
            constats.iter().filter(|c| c.ko).map(Constat::en_ligne).collect();
        lignes.extend(issue.as_ref().err().map(|echec| echec.phrase.clone()));
        self.conclure(matches!(issue, Ok(Code::Fait)), &lignes, &constats).await;
    }

    async fn conclure(&self, reussi: bool, lignes: &[String], constats: &[Constat]) {
        self.signaler(if reussi { Moment::Reussite } else { Moment::Echec }, lignes).await;
        let Some(poste) = &self.poste else { return };
        self.dire(poste.constater(constats, Utc::now()).await.fautes);
        self.envoyer().await;
    }

    async fn signaler(&self, moment: Moment, lignes: &[String]) {
        let Some(poste) = &self.poste else { return };
        self.dire(poste.signaler(self.quoi, (moment, lignes), Utc::now()).await);
    }

    async fn envoyer(&self) {
        let Some(poste) = &self.poste else { return };
        self.dire(poste.envoyer(Utc::now()).await);
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

/// Of what was said, what is wrong.
fn fautes(lignes: &[String], issue: &Issue) -> String {
    if let Err(echec) = issue {
        return echec.phrase.clone();
    }
    let mal = |l: &&str| ["KO ", "ATTENTION ", "SUSPECTE "].iter().any(|m| l.starts_with(m));
    lignes.iter().map(|l| l.trim()).filter(mal).collect::<Vec<_>>().join(" ")
}

/// What earlier commands could not send.
pub(crate) async fn envoyer_le_reste(config: &Configuration) {
    if let Some(poste) = poste(config, &config.sauvegardes.dossier) {
        poste.envoyer(Utc::now()).await.iter().for_each(avertir);
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

/// ATTENTION may wait for who looks.
pub(crate) fn constats(points: &[Point]) -> Vec<Constat> {
    let constat = |p: &Point| Constat {
        code: p.code.to_owned(),
        titre: p.titre.to_owned(),
        ko: p.verdict == Verdict::Ko,
        raison: match p.verdict {
            Verdict::Attention => format!("ATTENTION, {}", p.raison),
            _ => p.raison.clone(),
        },
        conseil: p.conseil.clone(),
    };
    points.iter().map(constat).collect()
}
