//! What a person reads on a terminal: answers, in French, each thing once.

use std::process::Command;

use crate::backup::atelier::{Atelier, code, textes};
use crate::outils::terminal::au_terminal;

#[track_caller]
fn une_fois(texte: &str, phrase: &str) {
    assert_eq!(texte.matches(phrase).count(), 1, "« {phrase} » : {texte}");
}

#[tokio::test]
async fn sur_un_terminal_pas_de_lignes_de_journal_et_chaque_erreur_une_fois() {
    let a = Atelier::neuf().await;
    let (code, vu) = au_terminal(&mut a.commande(&[]));
    assert_eq!(code, 0, "{vu}");
    une_fois(&vu, "faite et relue");
    assert!(!vu.contains("level=") && !vu.contains("event="), "{vu}");
    let absent = ["restore", "--file", "absente.dump.gz", "--target-db", "essai"];
    let mut sans_base = a.commande(&[]);
    sans_base.env("PGPORT", "1");
    for commande in [&mut sans_base, &mut a.programme(&absent)] {
        let (code, vu) = au_terminal(commande);
        assert_ne!(code, 0, "{vu}");
        une_fois(&vu, "delicego : ");
        assert!(!vu.contains("level="), "{vu}");
    }
    // The drill draws its bar, and takes it away.
    let mut drill = a.programme(&["drill", "--cluster", "serveur", "--output-dir"]);
    let (code, vu) = au_terminal(drill.arg(&a.dossier));
    assert_eq!(code, 0, "{vu}");
    assert!(vu.contains("Lecture du fichier") && vu.contains(" % ") && vu.contains("["), "{vu}");
    une_fois(&vu, "OK  La copie est égale");
    assert!(!vu.contains("level="), "{vu}");
    // The same bar for books.
    let absent = ["import-recettes", "--pdf", "absent.pdf", "--dry-run"];
    let (code, vu) = au_terminal(&mut a.programme(&absent));
    assert_eq!(code, 1, "{vu}");
    assert!(vu.contains("Lecture des livres") && vu.contains(" % "), "{vu}");
    assert!(vu.contains("absent.pdf") && !vu.contains("level="), "{vu}");
}

#[tokio::test]
async fn un_programme_et_qui_demande_les_details_ont_le_journal() {
    let a = Atelier::neuf().await;
    let (fin, vu) = au_terminal(&mut a.commande(&["--json"]));
    assert!(fin == 0 && vu.contains("event=backup_done"), "{vu}");
    let (fin, vu) = au_terminal(a.commande(&[]).env("LOG_LEVEL", "DEBUG"));
    assert!(fin == 0 && vu.contains("event=backup_done"), "{vu}");
    let (fin, vu) = au_terminal(a.commande(&[]).env("LOG_LEVEL", "INFO"));
    assert!(fin == 0 && !vu.contains("event="), "le fichier de réglages le dit aussi : {vu}");
    let sortie = a.backup(&[]);
    assert_eq!(code(&sortie), 0);
    let journal = String::from_utf8(sortie.stderr).unwrap();
    assert!(journal.contains("event=backup_done"), "{journal}");
}

#[tokio::test]
async fn ce_que_le_systeme_refuse_se_dit_en_francais() {
    let a = Atelier::neuf().await;
    a.bon_backup(&[]);
    let dossier = a.dossier.to_str().unwrap();
    let archive = a.derniere().archive();
    let archive = archive.to_str().unwrap();
    // Nobody, root included, writes there.
    let interdits = ["/proc/delicego", "/dev/null/delicego"];
    for interdit in interdits {
        let commandes: [&[&str]; 9] = [
            &["backup", "--output-dir", interdit],
            &["sauvegardes", "--output-dir", interdit],
            &["drill", "--output-dir", interdit],
            &["drill", "--output-dir", dossier, "--cle-age", interdit, "--file", interdit],
            &["restore", "--file", interdit, "--target-db", "essai"],
            &["checklist", "--output-dir", dossier, "--prometheus", interdit],
            &["importer", "--dossier", interdit, "--dry-run"],
            &["import-recettes", "--pdf", interdit, "--dry-run"],
            &["certificat", "--nom", "cuisine.local", "--dossier", interdit],
        ];
        for commande in commandes {
            du_systeme(&mut a.programme(commande));
        }
        for variable in ["DELICEGO_DATA", "XDG_STATE_HOME"] {
            let mut commande = a.programme(&["backup", "--output-dir", dossier]);
            if variable == "DELICEGO_DATA" {
                for nom in ["PGHOST", "PGPORT", "PGUSER", "PGDATABASE"] {
                    commande.env_remove(nom);
                }
            }
            du_systeme(commande.env(variable, interdit));
        }
        let mut drill = a.programme(&["drill", "--file", archive, "--output-dir", dossier]);
        du_systeme(drill.env("TMPDIR", interdit));
    }
}

/// Whether it could do without or not.
#[track_caller]
fn du_systeme(commande: &mut Command) {
    let sortie = commande.output().unwrap();
    let textes = textes(&sortie);
    for anglais in ["os error", "No such file", "denied", "Not a directory", "File exists"] {
        assert!(!textes.contains(anglais), "{commande:?} : {textes}");
    }
    assert!(!textes.trim().is_empty(), "{commande:?}");
}
