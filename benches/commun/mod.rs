//! What every bench stands on: a PostgreSQL of its own, years of history, the program as a process.
//!
//! Compiled into each bench: what only one of them needs stays with that one.

pub mod grappe;
pub mod historique;
pub mod mesures;
pub mod processus;

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result};
use serde::Serialize;

/// Prints, writes and judges what was measured.
pub fn conclure(
    (texte, json): (&str, &Path),
    resultats: &impl Serialize,
    ecarts: &[String],
    sans_verdict: bool,
) -> Result<ExitCode> {
    let verdict = if ecarts.is_empty() { "every bound holds" } else { "bounds are broken" };
    println!("{texte}\nVerdict: {verdict}.");
    let ecrit = serde_json::to_string_pretty(resultats)? + "\n";
    std::fs::write(json, ecrit).with_context(|| json.display().to_string())?;
    if sans_verdict || ecarts.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    ecarts.iter().for_each(|e| eprintln!("out of bounds: {e}"));
    Ok(ExitCode::FAILURE)
}
