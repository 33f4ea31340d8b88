//! `make bench`: recipe books, the reading half. A book of 200 recipes read and understood by the
//! program (its limited pdftotext included), beside pdftotext alone on the same file, and beside
//! pdfplumber, which only takes its words out.

#![allow(clippy::disallowed_methods, reason = "a bench starts real processes")]
#![allow(unreachable_pub, reason = "nobody is outside: what is dead is found all the same")]

#[path = "../commun/mod.rs"]
#[expect(dead_code, reason = "other benches use the rest of it")]
mod commun;
mod livre;
mod plumber;

use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

use anyhow::{Result, ensure};
use clap::Parser;
use delicego::domaine::Quantite;
use delicego::livres::lecture::{self, LivreLu};
use serde::Serialize;

use commun::grappe::Dossier;
use commun::mesures::Mesure;
use commun::processus;
use livre::{LIGNES, RECETTES, Recette};
use plumber::Plumber;

#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    issue: commun::Issue,
}

const TOURS: usize = 3;
/// The system counts processor time in hundredths of a second.
const LECTURES: u32 = 10;
/// Times pdftotext's own processor time.
const BORNE_PROCESSEUR: f64 = 2.0;
/// Times as fast as pdfplumber, by the clock: told, not judged, for pdftotext alone sets the pace.
const BUT_PLUMBER: f64 = 30.0;

#[derive(Serialize)]
struct Resultats {
    recettes: usize,
    pages: u32,
    octets: usize,
    programme: Cout,
    pdftotext: Cout,
    /// Seconds by the clock; none where it could not be installed.
    pdfplumber: Option<Mesure>,
    version_pdfplumber: String,
    /// Processor, program against pdftotext.
    rapport: f64,
    recettes_par_seconde: f64,
}

/// Seconds of one reading.
#[derive(Serialize)]
struct Cout {
    processeur: Mesure,
    montre: Mesure,
}

impl Cout {
    fn de(fois: &[(f64, f64)]) -> Self {
        Self {
            processeur: Mesure::de(fois.iter().map(|f| f.0)),
            montre: Mesure::de(fois.iter().map(|f| f.1)),
        }
    }
}

fn main() -> Result<ExitCode> {
    let arguments = Arguments::parse();
    let resultats = mesurer()?;
    let mut ecarts = Vec::new();
    if resultats.rapport > BORNE_PROCESSEUR {
        let rapport = resultats.rapport;
        ecarts.push(format!("{rapport:.2} x the processor of pdftotext, not {BORNE_PROCESSEUR}"));
    }
    let texte = texte(&resultats);
    commun::conclure(&texte, &resultats, &ecarts, arguments.issue)
}

impl Resultats {
    fn fois_plumber(&self) -> Option<f64> {
        Some(self.pdfplumber?.mediane / self.programme.montre.mediane)
    }
}

fn texte(r: &Resultats) -> String {
    let ligne = |quoi: &str, processeur: Option<f64>, montre: f64, suite: String| {
        let processeur = processeur.map_or_else(String::new, |p| format!("{p:.3}"));
        format!(
            "{quoi:<38} {processeur:>9} {montre:>8.3} {:>10.0}   {suite}",
            RECETTES as f64 / montre
        )
    };
    let programme = ligne(
        "read and understood by the program",
        Some(r.programme.processeur.mediane),
        r.programme.montre.mediane,
        format!("x {:.2} its processor, at most {BORNE_PROCESSEUR}", r.rapport),
    );
    let pdftotext = ligne(
        "pdftotext alone, the same options",
        Some(r.pdftotext.processeur.mediane),
        r.pdftotext.montre.mediane,
        String::new(),
    );
    let plumber = match (r.pdfplumber, r.fois_plumber()) {
        (Some(m), Some(fois)) => ligne(
            &format!("pdfplumber {}, words alone", r.version_pdfplumber),
            None,
            m.mediane,
            format!("the program is x {fois:.0} as fast, the aim is {BUT_PLUMBER}"),
        ),
        _ => "pdfplumber: PyPI is out of reach, not compared".to_owned(),
    };
    format!(
        "\nRecipe books, the reading: {RECETTES} recipes, {} lines, {} pages, {} KB. Seconds of \
         one reading, median of {TOURS} rounds.\n\n{:<38} {:>9} {:>8} {:>10}\n{pdftotext}\n\
         {programme}\n{plumber}",
        RECETTES * LIGNES,
        r.pages,
        r.octets / 1000,
        "",
        "processor",
        "clock",
        "recipes/s"
    )
}

fn mesurer() -> Result<Resultats> {
    let dossier = Dossier::nouveau("livre");
    std::fs::create_dir_all(dossier.chemin())?;
    let chemin = dossier.chemin().join("livre.pdf");
    let recettes = livre::recettes();
    let pdf = livre::pdf(&recettes)?;
    std::fs::write(&chemin, &pdf)?;
    let execution = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let lire = || Ok(execution.block_on(lecture::lire(&pdf, &mut |_| ()))?);
    let lu = lire()?;
    verifier(&lu, &recettes)?;
    let plumber = Plumber::installer(&chemin);
    let (mut nous, mut eux, mut leurs) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..TOURS {
        eux.push(une_lecture(|| pdftotext(&chemin), Part::Enfants)?);
        nous.push(une_lecture(|| lire().map(drop), Part::Tous)?);
        if let Some(plumber) = &plumber {
            leurs.push(plumber.lire(&chemin)?);
        }
    }
    let (programme, pdftotext) = (Cout::de(&nous), Cout::de(&eux));
    Ok(Resultats {
        recettes: RECETTES,
        pages: lu.pages,
        octets: pdf.len(),
        rapport: programme.processeur.mediane / pdftotext.processeur.mediane,
        recettes_par_seconde: RECETTES as f64 / programme.montre.mediane,
        pdfplumber: (!leurs.is_empty()).then(|| Mesure::de(leurs)),
        version_pdfplumber: plumber.map(|p| p.version).unwrap_or_default(),
        programme,
        pdftotext,
    })
}

/// Speed without truth is worth nothing.
fn verifier(lu: &LivreLu, recettes: &[Recette]) -> Result<()> {
    ensure!(lu.recettes.len() == recettes.len(), "{} recipes", lu.recettes.len());
    ensure!(lu.lignes_illisibles.is_empty(), "{:?}", lu.lignes_illisibles);
    for (lue, dite) in lu.recettes.iter().zip(recettes) {
        ensure!(lue.titre == dite.titre, "{} is not {}", lue.titre, dite.titre);
        let poids = Quantite::milliemes(1000 * i64::try_from(dite.poids())?);
        ensure!(lue.poids_net_g == Some(poids), "{}: {:?}", lue.titre, lue.poids_net_g);
        let lignes = lue.lignes.iter().map(|l| {
            let nombre = |d: Option<delicego::domaine::Decimal>| d.map(|d| d.to_string());
            (l.libelle.clone(), nombre(l.quantite), nombre(l.pieces))
        });
        let dites = dite.lignes.iter().map(|(nom, grammes, pieces)| {
            (nom.clone(), Some(grammes.to_string()), pieces.map(|p| p.to_string()))
        });
        ensure!(lignes.eq(dites), "{}: {:?}", lue.titre, lue.lignes);
    }
    Ok(())
}

/// Whose processor time counts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Enfants,
    Tous,
}

/// Of one reading: processor and clock.
fn une_lecture(lire: impl Fn() -> Result<()>, part: Part) -> Result<(f64, f64)> {
    let moi = std::process::id();
    let processeur = || -> Result<f64> {
        let tous = processus::processeur_famille(moi)?;
        Ok(if part == Part::Tous { tous } else { tous - processus::processeur(moi)? })
    };
    let (debut, avant) = (Instant::now(), processeur()?);
    for _ in 0..LECTURES {
        lire()?;
    }
    let fois = f64::from(LECTURES);
    Ok(((processeur()? - avant) / fois, debut.elapsed().as_secs_f64() / fois))
}

/// With the options that the program gives it, and nobody to listen.
fn pdftotext(livre: &Path) -> Result<()> {
    let fin = Command::new("pdftotext")
        .args(["-tsv", "-nodiag", "-l", "301"])
        .arg(livre)
        .arg("-")
        .stdout(Stdio::null())
        .status()?;
    ensure!(fin.success(), "pdftotext: {fin}");
    Ok(())
}
