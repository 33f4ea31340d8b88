//! How long a restore would take, from how long drills took. Pure.

use std::time::Duration;

use super::super::manifeste::Manifeste;
use super::{Exercice, Lieu, Verdict};

/// A server that keeps what it is given restores that much more slowly than one to throw away
/// (76 s against 54 s, measured).
const DURABLE: f64 = 1.4;
/// A row costs its indexes and keys, beside its bytes.
const LIGNE: f64 = 64.0;
/// As many drills as are looked at: the machine may have changed since the others.
const RECENTS: usize = 5;

/// The median of what the last good drills foretell. A larger backup takes longer in proportion; a
/// smaller one is never promised to be faster than what was seen.
pub(crate) fn prevision(exercices: &[Exercice], manifeste: &Manifeste) -> Option<Duration> {
    let voulu = poids(manifeste.octets_depaquetes, manifeste.lignes());
    let mut bons: Vec<_> = exercices.iter().filter(|e| e.verdict == Verdict::Prouvee).collect();
    bons.sort_by_key(|e| std::cmp::Reverse(e.fait_le));
    let mut secondes: Vec<f64> =
        bons.into_iter().take(RECENTS).map(|e| mesuree(e) * croissance(e, voulu)).collect();
    secondes.sort_by(f64::total_cmp);
    let mediane = *secondes.get(secondes.len() / 2)?;
    Duration::try_from_secs_f64(mediane).ok()
}

/// What of a drill a restore in place does too.
fn mesuree(e: &Exercice) -> f64 {
    let facteur = if e.lieu == Lieu::Prive { DURABLE } else { 1.0 };
    let d = &e.durees;
    d.depaquetage_s + d.restauration_s * facteur + d.preuve_s + d.migration_s
}

fn croissance(e: &Exercice, voulu: f64) -> f64 {
    (voulu / poids(e.octets_depaquetes, e.lignes)).max(1.0)
}

fn poids(octets: u64, lignes: u64) -> f64 {
    (octets as f64 + lignes as f64 * LIGNE).max(1.0)
}

#[cfg(test)]
mod tests {
    use super::super::Durees;
    use super::*;

    fn manifeste(octets: u64, lignes: u64) -> Manifeste {
        let json = serde_json::json!({
            "forme": 1, "programme": "0", "rang": 1, "fait_le": "2026-11-22T02:15:07Z",
            "duree_s": 1.0, "format": "gz", "chiffre": false, "roles": null,
            "base": {"nom": "b", "systeme": null, "serveur": "15.18", "pg_dump": "15.18",
                     "schema": null, "octets": 1, "proprietaire": "p", "reglages": [], "droits": []},
            "archive": {"nom": "a", "octets": 1, "sha256": ""}, "octets_depaquetes": octets,
            "empreintes": {
                "tables": {"public.t": {"lignes": lignes, "octets": 1, "somme": "0".repeat(32)}},
                "sequences": {}, "grands_objets": {"lignes": 0, "octets": 0, "somme": "0".repeat(32)},
                "schema": {"lignes": 0, "octets": 0, "somme": "0".repeat(32)}},
            "verifie": true, "suspect": []
        });
        serde_json::from_value(json).unwrap()
    }

    fn exercice(octets: u64, secondes: f64) -> Exercice {
        Exercice {
            forme: 1,
            programme: String::new(),
            fait_le: "2026-11-22T02:15:07Z".parse().unwrap(),
            archive: String::new(),
            sha256: String::new(),
            base: String::new(),
            systeme: None,
            lieu: Lieu::Serveur,
            source: super::super::Provenance::Ici,
            postgres: None,
            lignes: 0,
            octets_depaquetes: octets,
            durees: Durees {
                restauration_s: secondes,
                verification_s: 1000.0,
                ..Durees::default()
            },
            verdict: Verdict::Prouvee,
            differences: Vec::new(),
            regles: Vec::new(),
            regles_verifiees: true,
            sans_lignes: Vec::new(),
            avis: Vec::new(),
            cause: None,
            abimee: false,
            doute: None,
            restaurable: None,
            obstacles: Vec::new(),
            en_ce_moment: None,
        }
    }

    fn prevue(exercices: &[Exercice], octets: u64, lignes: u64) -> Option<f64> {
        prevision(exercices, &manifeste(octets, lignes)).map(|d| d.as_secs_f64())
    }

    #[test]
    fn without_a_good_drill_nothing_is_promised() {
        let rate = Exercice { verdict: Verdict::Echouee, ..exercice(100, 1.0) };
        assert_eq!(prevue(&[], 100, 0), None);
        assert_eq!(prevue(&[rate], 100, 0), None);
    }

    #[test]
    fn a_larger_backup_takes_longer_and_a_smaller_one_no_less() {
        let vu = [exercice(1000, 10.0)];
        assert_eq!(prevue(&vu, 1000, 0), Some(10.0));
        assert_eq!(prevue(&vu, 3000, 0), Some(30.0));
        assert_eq!(prevue(&vu, 10, 0), Some(10.0));
    }

    #[test]
    fn rows_weigh_beside_bytes() {
        assert_eq!(prevue(&[exercice(6400, 10.0)], 6400, 100), Some(20.0));
    }

    #[test]
    fn a_server_to_throw_away_is_faster_than_one_that_keeps() {
        let prive = Exercice { lieu: Lieu::Prive, ..exercice(1000, 10.0) };
        assert_eq!(prevue(&[prive], 1000, 0), Some(14.0));
    }

    #[test]
    fn one_odd_drill_and_old_ones_do_not_count() {
        let date = |jour: u32, secondes| Exercice {
            fait_le: format!("2026-11-{jour:02}T00:00:00Z").parse().unwrap(),
            ..exercice(1000, secondes)
        };
        let mut vus = vec![date(1, 900.0), date(2, 900.0), date(3, 900.0)];
        vus.extend([date(11, 5.0), date(12, 500.0), date(13, 6.0), date(14, 7.0), date(15, 8.0)]);
        assert_eq!(prevue(&vus, 1000, 0), Some(7.0));
    }
}
