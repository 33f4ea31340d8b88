//! Files judged by the importer without being written down: what it says of them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use delicego::importer::{EchecImport, FichierSource, Mode, Options, Rapport, Source, importer};

use serde_json::Value;
use uuid::Uuid;

use super::petite_chaine;
use crate::outils::Serveur;

#[derive(Debug)]
pub struct Jugement {
    pub fautes: Vec<String>,
    pub doutes: Vec<String>,
    /// What would be new or changed.
    pub faits: Vec<String>,
}

/// A server that knows the small chain, without its receptions.
pub async fn avec_la_chaine() -> Serveur {
    let s = Serveur::demarrer().await;
    let d: Dossier = petite_chaine();
    for nom in ["receptions.csv", "etats_lots.csv", "plans.csv"] {
        std::fs::remove_file(d.chemin.join(nom)).unwrap();
    }
    let source = Source::Dossier(d.chemin.clone());
    importer(s.base(), &source, Mode::Apply).await.unwrap();
    s
}

pub async fn juger(s: &Serveur, fichiers: &[(&str, &[u8])]) -> Jugement {
    juger_avec(s, fichiers, Options::default()).await
}

pub async fn juger_avec(s: &Serveur, fichiers: &[(&str, &[u8])], options: Options) -> Jugement {
    let fichiers = fichiers
        .iter()
        .map(|(nom, octets)| FichierSource { nom: (*nom).to_owned(), octets: octets.to_vec() });
    let source = Source::Memoire(fichiers.collect());
    let dire = |fautes: Vec<String>, r: &Rapport| Jugement {
        fautes,
        doutes: r.doutes.iter().map(ToString::to_string).collect(),
        faits: r.faits.iter().map(|f| f.objet.clone()).collect(),
    };
    match importer(s.base(), &source, options).await {
        Ok(rapport) => dire(Vec::new(), &rapport),
        Err(EchecImport::Refuse { fautes, rapport }) => {
            dire(fautes.iter().map(ToString::to_string).collect(), &rapport)
        }
        Err(panne) => panic!("{panne}"),
    }
}

pub fn lancer(s: &Serveur, dossier: &Dossier, options: &[&str]) -> Output {
    let chemin = dossier.chemin.to_str().unwrap();
    let arguments: Vec<&str> =
        ["importer", "--dossier", chemin].into_iter().chain(options.iter().copied()).collect();
    s.delicego(&arguments)
}

/// What was said on stdout, if the exit code is that one.
pub fn lu(sortie: &Output, code: i32) -> String {
    let dit = String::from_utf8(sortie.stdout.clone()).unwrap();
    let erreurs = String::from_utf8_lossy(&sortie.stderr);
    assert_eq!(sortie.status.code(), Some(code), "{dit}\n{erreurs}");
    dit
}

pub fn json(sortie: &Output, code: i32) -> Value {
    serde_json::from_str(&lu(sortie, code)).unwrap()
}

pub fn corpus(nom: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/corpus/importer").join(nom)
}

/// A folder that goes away with the test.
pub struct Dossier {
    pub chemin: PathBuf,
}

impl Dossier {
    pub fn neuf() -> Self {
        let chemin = std::env::temp_dir().join(format!("delicego-import-{}", Uuid::now_v7()));
        fs::create_dir(&chemin).unwrap();
        Self { chemin }
    }

    pub fn ecrire(&self, nom: &str, texte: &str) {
        self.ecrire_octets(nom, texte.as_bytes());
    }

    pub fn ecrire_octets(&self, nom: &str, octets: &[u8]) {
        fs::write(self.chemin.join(nom), octets).unwrap();
    }

    pub fn ajouter(&self, nom: &str, lignes: &str) {
        let texte = fs::read_to_string(self.chemin.join(nom)).unwrap();
        self.ecrire(nom, &(texte + lignes));
    }
}

impl Drop for Dossier {
    fn drop(&mut self) {
        // A folder left behind in the temporary one harms nobody.
        drop(fs::remove_dir_all(&self.chemin));
    }
}
