//! Restores that are to be disturbed, each step of which is seen from outside, and what must be
//! true after each.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ExitStatus, Output};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use rand::SeedableRng;
use rand::rngs::StdRng;
use serde_json::Value;

use super::atelier::{Atelier, Ecrits, Sortie, sans_sessions};
use crate::outils::graine::graine;

/// In their order, as `--json` tells that they begin.
pub const ETAPES: [&str; 5] =
    ["Lecture du fichier", "annonce", "Restauration", "Preuve", "Préparation"];
/// After them, and too short to be met by chance: a connection that hears nothing holds it.
pub const BASCULE: &str = "Bascule";
/// The databases have changed names, and the command has not ended yet.
pub const APRES: &str = "Après la bascule";

pub struct Epreuve {
    pub a: Atelier,
    pub fichier: String,
    pub hasard: StdRng,
    ancienne: Ecrits,
    nouvelle: Ecrits,
    /// How often a judgement found the old database, and the new one.
    trouvees: Cell<(u32, u32)>,
}

/// A restore at work.
pub struct EnCours {
    pub enfant: Child,
    dites: Receiver<String>,
    etape: &'static str,
    dit: String,
}

impl Epreuve {
    pub async fn preparer(a: Atelier, nom: &str) -> Self {
        let hasard = StdRng::seed_from_u64(graine(nom));
        let fichier = a.sauvegarder();
        let nouvelle = sans_sessions(a.tout().await);
        a.produire().await;
        let ancienne = sans_sessions(a.tout().await);
        Self { a, fichier, hasard, ancienne, nouvelle, trouvees: Cell::default() }
    }

    fn ordre(&self) -> [&str; 5] {
        ["--file", &self.fichier, "--drop-create", "--oui", "--json"]
    }

    pub fn lancer(&self) -> EnCours {
        let mut enfant = self.a.lancer(&self.ordre());
        let lignes = BufReader::new(enfant.stdout.take().expect("stdout")).lines();
        let (dire, dites) = channel();
        std::thread::spawn(move || {
            lignes.map_while(Result::ok).try_for_each(|ligne| dire.send(ligne))
        });
        EnCours { enfant, dites, etape: "", dit: String::new() }
    }

    /// How long each step takes when nothing disturbs it.
    pub fn mesurer(&self) -> BTreeMap<&'static str, Duration> {
        let mut r = self.lancer();
        let debuts = ETAPES.map(|etape| {
            r.attendre(etape);
            Instant::now()
        });
        let (_, sortie) = r.fin();
        assert_eq!(sortie.code, Some(0), "{sortie:?}");
        let fins = debuts.into_iter().skip(1).chain([Instant::now()]);
        let durees = debuts.into_iter().zip(fins).map(|(debut, fin)| fin - debut);
        let annulee = self.a.restore(&["annuler"]);
        assert_eq!(annulee.code, Some(0), "{annulee:?}");
        ETAPES.into_iter().zip(durees).collect()
    }

    /// Which of the two it is now; then the old one again.
    pub async fn juger(&self, comment: &str) {
        self.a.attendre_le_service().await;
        self.a.serveur.verifier();
        let tout = sans_sessions(self.a.tout().await);
        let (ancienne, nouvelle) = self.trouvees.get();
        if tout == self.nouvelle {
            self.trouvees.set((ancienne, nouvelle + 1));
            let annulee = self.a.restore(&["annuler"]);
            assert_eq!(annulee.code, Some(0), "{comment} : {annulee:?}");
        } else {
            assert!(tout == self.ancienne, "{comment} : ni l'une ni l'autre : {tout:#?}");
            self.trouvees.set((ancienne + 1, nouvelle));
        }
        assert_eq!(sans_sessions(self.a.tout().await), self.ancienne, "{comment}");
    }

    /// Both ends were met, or one of them proves nothing.
    pub fn exiger_l_une_et_l_autre(&self) {
        let (ancienne, nouvelle) = self.trouvees.get();
        assert!(ancienne > 0 && nouvelle > 0, "{ancienne} fois l'ancienne, {nouvelle} la nouvelle");
    }

    /// In the end nothing is left, and a restore works.
    pub async fn finir(&self) {
        let sortie = self.a.restore(&self.ordre());
        assert_eq!(sortie.code, Some(0), "{sortie:?}");
        assert_eq!(self.a.copies().await, Vec::<String>::new());
        assert_eq!(sans_sessions(self.a.tout().await), self.nouvelle);
        self.a.serveur.verifier();
        let fichiers = std::fs::read_dir(self.a.dossier()).expect("dossier").flatten();
        let noms: Vec<_> = fichiers.map(|f| f.file_name().to_string_lossy().into_owned()).collect();
        assert!(noms.iter().any(|nom| self.fichier.ends_with(nom)), "{noms:?}");
        assert!(!noms.iter().any(|nom| nom.starts_with('.')), "{noms:?}");
    }
}

impl EnCours {
    /// Until it says that it begins this step.
    pub fn attendre(&mut self, etape: &str) {
        while self.etape != etape {
            let ligne = self.dites.recv();
            self.entendre(&ligne.unwrap_or_else(|_| panic!("finie avant « {etape} »")));
        }
    }

    /// The one that it is in.
    pub fn etape(&mut self) -> &'static str {
        while let Ok(ligne) = self.dites.try_recv() {
            self.entendre(&ligne);
        }
        self.etape
    }

    fn entendre(&mut self, ligne: &str) {
        let dite: Value = serde_json::from_str(ligne).unwrap_or_default();
        if let Some(etape) = ETAPES.iter().find(|e| dite["etape"] == **e) {
            self.etape = etape;
        }
        self.dit.push_str(ligne);
        self.dit.push('\n');
    }

    /// How it ends.
    pub fn fin(mut self) -> (ExitStatus, Sortie) {
        while let Ok(ligne) = self.dites.recv() {
            self.entendre(&ligne);
        }
        let mut journal = Vec::new();
        let mut erreurs = self.enfant.stderr.take().expect("stderr");
        erreurs.read_to_end(&mut journal).expect("journal");
        let status = self.enfant.wait().expect("fin");
        let sortie = Output { status, stdout: self.dit.into_bytes(), stderr: journal };
        (status, sortie.into())
    }
}
