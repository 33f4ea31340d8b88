//! `delicego backup`, then `delicego drill`, as a cook's computer runs them: on the embedded
//! database, in every packing.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use age::secrecy::ExposeSecret;
use serde_json::Value;

use super::forge::Sauvegardes;
use crate::outils::Embarque;

#[tokio::test]
async fn ce_que_backup_fait_drill_le_prouve_sur_la_base_embarquee() {
    let serveur = Embarque::demarrer();
    let sauvegardes = Sauvegardes::neuves();
    let dossier = sauvegardes.dossier.to_string_lossy().into_owned();
    let cle = age::x25519::Identity::generate();
    let chemin = sauvegardes.dossier.join("cle");
    fs::write(&chemin, cle.to_string().expose_secret()).expect("clé");
    fs::set_permissions(&chemin, fs::Permissions::from_mode(0o600)).expect("mode");
    let (pour, chemin) = (cle.to_public().to_string(), chemin.to_string_lossy().into_owned());
    for (faire, eprouver) in [
        (vec!["--format", "gz"], vec![]),
        (vec!["--format", "zst"], vec!["--cluster", "serveur"]),
        (vec!["--format", "fc"], vec![]),
        (vec!["--chiffrer", &pour], vec!["--cle-age", &chemin]),
    ] {
        let faite = serveur.delicego(&[&["backup", "--output-dir", &dossier], &*faire].concat());
        assert_eq!(faite.status.code(), Some(0), "{faire:?} {faite:?}");
        let arguments = [&["drill", "--json", "--output-dir", &dossier], &*eprouver].concat();
        let eprouvee = serveur.delicego(&arguments);
        assert_eq!(eprouvee.status.code(), Some(0), "{faire:?} {eprouvee:?}");
        let texte = String::from_utf8_lossy(&eprouvee.stdout).into_owned();
        let fin: Value = serde_json::from_str(texte.lines().last().expect("fin")).expect("JSON");
        assert_eq!(fin["resultat"], "prouvee", "{fin}");
        assert_eq!(fin["exercice"]["avis"].as_array().map(Vec::len), Some(0), "{fin}");
    }
    let liste = serveur.delicego(&["sauvegardes", "--json", "--output-dir", &dossier]);
    let liste: Value = serde_json::from_slice(&liste.stdout).expect("JSON");
    let elements = liste["elements"].as_array().expect("sauvegardes");
    assert_eq!(elements.len(), 4);
    for element in elements {
        assert_eq!(element["exercice"]["verdict"], "prouvee", "{element}");
        assert!(element["restauration_prevue_s"].as_f64().is_some_and(|p| p > 0.0), "{element}");
    }
    serveur.verifier();
}
