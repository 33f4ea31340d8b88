//! `delicego checklist`: is production safe?

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use rustix::fs::{Access, access};

use super::appel::Appel;
use super::sortie::{self, Code, Echec, Issue};
use crate::exploitation::automatiser::Depart;
use crate::exploitation::checklist::{self, Point, Source, Verdict};
use crate::platform::causes::du_systeme;
use crate::platform::config::{Configuration, Quoi};
use crate::platform::db::Base;
use crate::platform::terminal::{avertir, dire};
use crate::sauvegarde::Cible;
use crate::sauvegarde::restore::{self, Purge};

#[derive(Args)]
pub(crate) struct Arguments {
    /// Dossier des sauvegardes (sinon DELICEGO_SAUVEGARDES, sinon ./backups/postgres)
    #[arg(long, value_name = "DOSSIER")]
    pub(super) output_dir: Option<PathBuf>,
    /// Où une copie de chaque sauvegarde doit se trouver (s3://, gs://, az://, file:///) ; sinon
    /// DELICEGO_SAUVEGARDES_VERS
    #[arg(long, value_name = "ADRESSE")]
    vers: Option<String>,
    /// Relit toutes les données (I1 à I5) au lieu de croire la dernière relecture ; long sur une
    /// grande base
    #[arg(long)]
    complet: bool,
    /// Résultat en JSON
    #[arg(long)]
    json: bool,
    /// Écrit aussi le résultat dans ce fichier, pour Prometheus
    #[arg(long, value_name = "FICHIER")]
    prometheus: Option<PathBuf>,
}

impl Arguments {
    /// Could it write what it is to write?
    pub(super) fn a_blanc(self, depart: &Depart<'_>) -> Result<(), Echec> {
        let Some(fichier) = self.prometheus.and_then(|f| depart.chemin(&f)) else { return Ok(()) };
        let dossier = fichier.parent().unwrap_or(Path::new("/"));
        let ouvert = access(dossier, Access::WRITE_OK | Access::EXEC_OK);
        match dossier.metadata().map(|la| la.is_dir()) {
            Ok(true) if !fichier.is_dir() => ouvert.map_err(|e| pas_ecrit(&fichier, &e.into())),
            Ok(_) => Err(pas_ecrit(&fichier, &std::io::ErrorKind::NotADirectory.into())),
            Err(e) => Err(pas_ecrit(&fichier, &e)),
        }
    }
}

fn pas_ecrit(fichier: &Path, erreur: &std::io::Error) -> Echec {
    let phrase = format!("{} ne s'écrit pas : {}.", fichier.display(), du_systeme(erreur));
    Echec::nouveau(Code::Refuse, phrase)
}

pub(crate) async fn executer(
    mut config: Configuration,
    env_file: Option<PathBuf>,
    a: Arguments,
) -> Issue {
    let s = &mut config.sauvegardes;
    s.dossier = a.output_dir.clone().unwrap_or_else(|| s.dossier.clone());
    s.vers = a.vers.clone().or(s.vers.take());
    let appel = Appel::commencer(&config, Quoi::Checklist, &config.sauvegardes.dossier).await;
    let base = ouvrir(&config).await;
    let retirees = purger(&config).await;
    let source = Source { config: &config, base: &base, env_file, complet: a.complet };
    let points = checklist::juger(&checklist::relever(&source).await);
    let issue = montrer(&points, &retirees, &a);
    appel.finir_la_liste(&issue, &points).await;
    issue
}

fn montrer(points: &[Point], retirees: &Purge, a: &Arguments) -> Issue {
    if let Some(fichier) = &a.prometheus {
        ecrire(fichier, &checklist::prometheus(points)).map_err(|e| pas_ecrit(fichier, &e))?;
    }
    let verdict = checklist::verdict(points);
    let ko = points.iter().filter(|p| p.verdict == Verdict::Ko).count();
    tracing::info!(event = "checklist_done", verdict = verdict.mot(), ko);
    if a.json {
        let retenues = &retirees.retenues;
        let retirees: Vec<_> = retirees.supprimees.iter().chain(&retirees.abandonnees).collect();
        let json = serde_json::json!({"verdict": verdict, "points": points, "retirees": retirees,
            "retenues": retenues});
        dire(json);
    } else {
        for base in &retirees.abandonnees {
            dire(format!("Copie laissée par une restauration interrompue : {base} est retirée."));
        }
        for base in &retirees.supprimees {
            dire(format!(
                "Base remplacée par une restauration, gardée assez longtemps : {base} est retirée."
            ));
        }
        afficher(points, verdict);
    }
    Ok(if verdict == Verdict::Ko { Code::Anomalie } else { Code::Fait })
}

/// What a restore kept beyond its time; what cannot go now is told, and goes another day.
async fn purger(config: &Configuration) -> Purge {
    if !checklist::configuree(&config.base) {
        return Purge::default();
    }
    let Ok(cible) = Cible::ouvrir(&config.base).await else { return Purge::default() };
    match restore::purger(&cible, &config.sauvegardes.dossier).await {
        Ok(purge) => {
            let dites = purge.avec_elles.iter().chain(&purge.restees).chain(&purge.retenues);
            dites.for_each(avertir);
            purge
        }
        Err(e) => {
            avertir(format!("les bases gardées n'ont pas été relues : {}", e.phrase));
            Purge::default()
        }
    }
}

/// An embedded server that does not start is a database that does not answer: the other lines are
/// still worth reading.
async fn ouvrir(config: &Configuration) -> Base {
    if !checklist::configuree(&config.base) {
        eprintln!(
            "delicego : aucune base n'est configurée ici (ni DATABASE_URL, ni PGHOST, ni une base \
             dans DELICEGO_DATA) ; rien n'est créé."
        );
        return Base::absente();
    }
    sortie::ouvrir(&config.base).await.unwrap_or_else(|refus| {
        eprintln!("delicego : {}", refus.phrase);
        Base::absente()
    })
}

fn afficher(points: &[Point], verdict: Verdict) {
    for p in points {
        dire(format!("{:<9} {:>2}  {} : {}", p.verdict.mot(), p.numero, p.titre, p.raison));
        if !p.conseil.is_empty() {
            dire(format!("              → {}", p.conseil));
        }
    }
    dire(match verdict {
        Verdict::Ok => "\nLa production est sûre.",
        Verdict::Attention => "\nLa production est sûre ; regardez les lignes ATTENTION.",
        Verdict::Ko => "\nLa production n'est PAS sûre : corrigez les lignes KO.",
    });
}

/// Whole or not at all: a node exporter may read at any moment.
fn ecrire(fichier: &Path, texte: &str) -> std::io::Result<()> {
    let nouveau = fichier.with_extension("nouveau");
    let mut f = std::fs::File::create(&nouveau)?;
    f.write_all(texte.as_bytes())?;
    f.sync_all()?;
    std::fs::rename(nouveau, fichier)
}
