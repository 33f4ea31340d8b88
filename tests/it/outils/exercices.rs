//! What a drill of a backup would have left beside it, without the time that a drill takes.

use std::fs;
use std::path::Path;

use chrono::Utc;
use delicego::sauvegarde::depot;
use delicego::sauvegarde::drill::{Durees, Exercice, Lieu, Provenance, Restaurable, Verdict};

/// A drill of just now that proved everything in three seconds, but for what `changer` changes.
pub fn forger(archive: &Path, changer: impl FnOnce(&mut Exercice)) {
    let s = depot::trouver(archive).expect("sauvegarde");
    let m = &s.manifeste;
    let mut exercice = Exercice {
        forme: 1,
        programme: m.programme.clone(),
        fait_le: Utc::now(),
        archive: s.noms.archive.clone(),
        sha256: m.archive.sha256.clone(),
        base: m.base.nom.clone(),
        systeme: m.base.systeme.clone(),
        lieu: Lieu::Serveur,
        source: Provenance::Ici,
        postgres: Some("15.18".to_owned()),
        lignes: m.lignes(),
        octets_depaquetes: m.octets_depaquetes,
        durees: Durees { restauration_s: 3.0, total_s: 3.0, ..Durees::default() },
        verdict: Verdict::Prouvee,
        differences: Vec::new(),
        regles: Vec::new(),
        regles_verifiees: true,
        sans_lignes: Vec::new(),
        avis: Vec::new(),
        cause: None,
        abimee: false,
        doute: None,
        restaurable: Some(Restaurable::Oui),
        en_ce_moment: None,
        obstacles: Vec::new(),
    };
    changer(&mut exercice);
    let texte = serde_json::to_string(&exercice).expect("JSON");
    fs::write(s.dossier.join(s.noms.exercice()), texte).expect("exercice");
}
