//! The list of what was lost, as a file that a spreadsheet opens: `;`, 0600.

use std::borrow::Cow;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

use super::fait::Fait;
use crate::platform::causes::du_systeme;
use crate::platform::issue::{Code, Echec};

const COLONNES: [&str; 14] = [
    "heure",
    "fuseau",
    "magasin",
    "auteur",
    "quoi",
    "nom",
    "jour",
    "lot",
    "dlc",
    "quantite",
    "unite",
    "motif",
    "precisions",
    "operation",
];

/// Where the list goes: the first of these folders in which a file can be made. Refused (5) when
/// there is none: what is lost must be told.
pub(crate) fn choisir(dossiers: &[PathBuf], le: DateTime<Utc>) -> Result<PathBuf, Echec> {
    let nom = format!("pertes-{}.csv", le.format("%Y%m%dT%H%M%SZ"));
    let mut refus = Vec::new();
    for dossier in dossiers {
        // Whoever reads it may stand elsewhere.
        let dossier = &std::path::absolute(dossier).unwrap_or_else(|_| dossier.clone());
        match essayer(dossier, &nom) {
            Ok(()) => return Ok(dossier.join(nom)),
            Err(e) => refus.push(format!("{} ({})", dossier.display(), du_systeme(&e))),
        }
    }
    Err(Echec::nouveau(
        Code::RefuseAvant,
        format!(
            "La liste de ce qui sera perdu n'a pas où s'écrire : {}. Donnez un dossier par --pertes.",
            refus.join(", ")
        ),
    ))
}

/// Leaves nothing: perhaps there will be nothing to tell.
fn essayer(dossier: &Path, nom: &str) -> io::Result<()> {
    let manquants: Vec<&Path> =
        (dossier.ancestors()).take_while(|a| !a.as_os_str().is_empty() && !a.exists()).collect();
    let essai = partiel(&dossier.join(nom));
    let issue = creer(&essai).and_then(|_| fs::remove_file(&essai));
    if issue.is_err() {
        let _jamais_cree = fs::remove_file(&essai);
    }
    for manquant in manquants {
        let _autrui_s_en_sert = fs::remove_dir(manquant);
    }
    issue
}

fn partiel(chemin: &Path) -> PathBuf {
    let nom = chemin.file_name().unwrap_or_default().to_string_lossy();
    chemin.with_file_name(format!(".partiel-{nom}"))
}

fn creer(chemin: &Path) -> io::Result<File> {
    if let Some(dossier) = chemin.parent().filter(|d| !d.exists()) {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(dossier)?;
    }
    match fs::remove_file(chemin) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
        _ => {}
    }
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(chemin)
}

/// Whole or not at all, in the place of an earlier one. `reste`: what the list does not tell, in a
/// sentence, at its end.
pub(crate) fn ecrire(chemin: &Path, faits: &[Fait], reste: Option<&str>) -> io::Result<()> {
    let essai = partiel(chemin);
    remplir(&essai, (faits, reste)).and_then(|()| fs::rename(&essai, chemin)).inspect_err(|_| {
        let _jamais_cree = fs::remove_file(&essai);
    })
}

fn remplir(essai: &Path, (faits, reste): (&[Fait], Option<&str>)) -> io::Result<()> {
    let mut fichier = creer(essai)?;
    // A spreadsheet takes it for UTF-8 by this alone.
    fichier.write_all("\u{feff}".as_bytes())?;
    let mut csv = csv::WriterBuilder::new().delimiter(b';').from_writer(fichier);
    csv.write_record(COLONNES)?;
    for f in faits {
        let operation = f.operation.map(|id| id.to_string()).unwrap_or_default();
        let champs = [
            &f.heure(),
            f.fuseau.name(),
            &f.magasin,
            &f.auteur,
            &f.quoi,
            &f.nom,
            &f.jour,
            &f.lot,
            &f.dlc,
            &f.quantite.replace('\u{202f}', ""),
            &f.unite,
            &f.motif,
            &f.precisions,
            &operation,
        ];
        csv.write_record(champs.map(|c| sans_formule(c).into_owned()))?;
    }
    if let Some(reste) = reste {
        let champ = |nom: &&str| match *nom {
            "quoi" => "non comparé",
            "precisions" => reste,
            _ => "",
        };
        csv.write_record(COLONNES.iter().map(champ))?;
    }
    csv.flush()?;
    csv.into_inner().map_err(|e| io::Error::other(e.to_string()))?.sync_all()
}

/// What a spreadsheet would compute is text here; a number with its sign stays one.
fn sans_formule(texte: &str) -> Cow<'_, str> {
    let nombre = |t: &str| t.chars().all(|c| c.is_ascii_digit() || c == ',');
    match texte.chars().next() {
        Some('-') if nombre(&texte[1..]) => Cow::Borrowed(texte),
        Some('=' | '+' | '-' | '@' | '\t' | '\r') => Cow::Owned(format!("'{texte}")),
        _ => Cow::Borrowed(texte),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_never_a_formula_and_a_quantity_stays_a_number() {
        for (texte, dit) in [("=1+1", "'=1+1"), ("-250,5", "-250,5"), ("-a", "'-a"), ("é", "é")] {
            assert_eq!(sans_formule(texte), dit);
        }
    }

    #[test]
    fn the_first_folder_that_takes_a_file_is_taken() {
        let ici = std::env::temp_dir().join(format!("delicego-pertes-{}", std::process::id()));
        let le = "2026-11-22T08:00:00Z".parse().unwrap();
        let impossible = PathBuf::from("/proc/pertes");
        let chemin = choisir(&[impossible.clone(), ici.clone()], le).unwrap();
        assert_eq!(chemin, ici.join("pertes-20261122T080000Z.csv"));
        assert!(!ici.exists(), "rien n'est fait d'avance");
        let quantite = crate::domaine::Quantite::milliemes(1_250_500).francais();
        let (nom, unite) = ("=x;y".to_owned(), "g".to_owned());
        let fait = Fait { nom, quantite, unite, ..Fait::default() };
        ecrire(&chemin, &[fait], Some("les vues")).unwrap();
        let texte = fs::read_to_string(&chemin).unwrap();
        assert!(texte.ends_with("\n;;;;non comparé;;;;;;;;les vues;\n"), "{texte}");
        assert!(texte.contains("\"'=x;y\";;;;1250,5;g"), "{texte}");
        assert!(texte.starts_with("\u{feff}heure;fuseau;"), "{texte}");
        let refus = choisir(&[impossible], le).unwrap_err().phrase;
        assert!(refus.contains("--pertes"), "{refus}");
        fs::remove_dir_all(ici).unwrap();
    }
}
