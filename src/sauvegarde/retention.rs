//! Which backups of one database may go. Pure.

use std::collections::BTreeSet;

use chrono::{DateTime, Datelike, Utc};

/// How many to keep: the newest ones, and for longer one a day, a week, a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Garder {
    pub dernieres: usize,
    pub jours: usize,
    pub semaines: usize,
    pub mois: usize,
}

impl Default for Garder {
    fn default() -> Self {
        Self { dernieres: 14, jours: 0, semaines: 0, mois: 0 }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Candidate {
    pub rang: u64,
    pub fait_le: DateTime<Utc>,
    /// There, verified, and not suspect.
    pub fiable: bool,
}

/// The places, in `toutes`, of those that may go. By rank: clocks go back. One that cannot be
/// trusted never counts as kept; it goes once enough newer ones can be.
pub(crate) fn en_trop(toutes: &[Candidate], garder: &Garder) -> Vec<usize> {
    let mut fiables: Vec<&Candidate> = toutes.iter().filter(|c| c.fiable).collect();
    fiables.sort_by_key(|c| std::cmp::Reverse((c.rang, c.fait_le)));
    let mut gardes: BTreeSet<u64> =
        fiables.iter().take(garder.dernieres.max(1)).map(|c| c.rang).collect();
    let Some(limite) = gardes.first().copied() else { return Vec::new() };
    let assez = fiables.len() >= garder.dernieres;
    let jour = |c: &Candidate| (c.fait_le.year(), c.fait_le.ordinal());
    let semaine = |c: &Candidate| (c.fait_le.iso_week().year(), c.fait_le.iso_week().week());
    let mois = |c: &Candidate| (c.fait_le.year(), c.fait_le.month());
    gardes.extend(une_par(&fiables, garder.jours, jour));
    gardes.extend(une_par(&fiables, garder.semaines, semaine));
    gardes.extend(une_par(&fiables, garder.mois, mois));
    let part = |c: &Candidate| match c.fiable {
        true => !gardes.contains(&c.rang),
        false => assez && c.rang < limite,
    };
    toutes.iter().enumerate().filter(|(_, c)| part(c)).map(|(n, _)| n).collect()
}

/// The newest of each of the last `nombre` periods that have any.
fn une_par(
    fiables: &[&Candidate],
    nombre: usize,
    periode: impl Fn(&Candidate) -> (i32, u32),
) -> Vec<u64> {
    let mut vues = BTreeSet::new();
    let neuve = fiables.iter().filter(|c| vues.insert(periode(c)));
    neuve.take(nombre).map(|c| c.rang).collect()
}

#[cfg(test)]
mod tests {
    use chrono::Duration;

    use super::*;

    /// One a day, the first on a Monday; `?` cannot be trusted.
    fn suite(fiables: &str) -> Vec<Candidate> {
        let debut: DateTime<Utc> = "2026-06-01T02:15:00Z".parse().unwrap();
        let une = |(n, c): (usize, char)| Candidate {
            rang: n as u64 + 1,
            fait_le: debut + Duration::days(n as i64),
            fiable: c != '?',
        };
        fiables.chars().enumerate().map(une).collect()
    }

    fn restent(toutes: &[Candidate], garder: Garder) -> Vec<u64> {
        let parties = en_trop(toutes, &garder);
        let reste = toutes.iter().enumerate().filter(|(n, _)| !parties.contains(n));
        reste.map(|(_, c)| c.rang).collect()
    }

    fn dernieres(dernieres: usize) -> Garder {
        Garder { dernieres, ..Garder::default() }
    }

    #[test]
    fn les_plus_recentes_restent() {
        assert_eq!(restent(&suite("....."), dernieres(2)), [4, 5]);
        assert_eq!(restent(&suite("..."), dernieres(14)), [1, 2, 3]);
        assert!(en_trop(&[], &dernieres(2)).is_empty());
    }

    #[test]
    fn une_suspecte_ne_compte_pas_et_part_quand_assez_de_bonnes_l_ont_suivie() {
        assert_eq!(restent(&suite("..?."), dernieres(2)), [2, 3, 4]);
        assert_eq!(restent(&suite("..?.."), dernieres(2)), [4, 5]);
        assert_eq!(restent(&suite("?????"), dernieres(2)), [1, 2, 3, 4, 5]);
        assert_eq!(restent(&suite("?."), dernieres(2)), [1, 2]);
    }

    #[test]
    fn la_derniere_bonne_ne_part_jamais() {
        assert_eq!(restent(&suite(".????"), dernieres(1)), [1, 2, 3, 4, 5]);
        assert_eq!(restent(&suite(".."), dernieres(0)), [2]);
    }

    #[test]
    fn une_horloge_qui_recule_ne_fait_pas_partir_la_derniere() {
        let mut toutes = suite("...");
        toutes[2].fait_le -= Duration::days(300);
        assert_eq!(restent(&toutes, dernieres(1)), [3]);
    }

    #[test]
    fn des_jours_des_semaines_et_des_mois_restent_plus_longtemps() {
        let mut toutes = suite(&".".repeat(70));
        let garder = Garder { dernieres: 2, jours: 4, semaines: 2, mois: 3 };
        // Last on Sunday 9 August; the week before ends on 2 August; June, July, August.
        assert_eq!(restent(&toutes, garder), [30, 61, 63, 67, 68, 69, 70]);
        toutes.retain(|c| c.rang != 63);
        assert_eq!(restent(&toutes, garder), [30, 61, 62, 67, 68, 69, 70]);
    }
}
