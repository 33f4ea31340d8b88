//! What every bench stands on: a PostgreSQL of its own, years of history, the program as a process.
//!
//! Compiled into each bench: what only one of them needs stays with that one.

pub mod grappe;
pub mod historique;
pub mod mesures;
pub mod processus;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use serde::Serialize;

// What every bench may be told. Not a doc comment: it would stand before each bench's own help.
#[derive(clap::Args)]
pub struct Issue {
    /// Only prints: no bound is judged
    #[arg(long)]
    sans_verdict: bool,
    /// Where the figures are written, as JSON; `bench-<name>.json` without it
    #[arg(long)]
    json: Option<PathBuf>,
    /// What cargo adds
    #[arg(long, hide = true)]
    bench: bool,
}

/// Prints, writes and judges what was measured.
pub fn conclure(
    texte: &str,
    resultats: &impl Serialize,
    ecarts: &[String],
    issue: Issue,
) -> Result<ExitCode> {
    let verdict = if ecarts.is_empty() { "every bound holds" } else { "bounds are broken" };
    println!("{texte}\nVerdict: {verdict}.");
    let ecrit = serde_json::to_string_pretty(resultats)? + "\n";
    let ici = || format!("bench-{}.json", env!("CARGO_CRATE_NAME").replace('_', "-")).into();
    let json = issue.json.unwrap_or_else(ici);
    std::fs::write(&json, ecrit).with_context(|| json.display().to_string())?;
    if issue.sans_verdict || ecarts.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    ecarts.iter().for_each(|e| eprintln!("out of bounds: {e}"));
    Ok(ExitCode::FAILURE)
}
