//! Who may stay at the door. Whoever showed a session has a place of their own; strangers share half
//! of the places, an address a part of that, and when they are too many the one that keeps the server
//! waiting longest goes. An address from which somebody was logged in lately finds the other half.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ipnet::IpNet;
use tokio::sync::Notify;
use tokio::time::Instant;

use super::rythme::Rythme;

/// How many connections at once.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bornes {
    total: usize,
    inconnus: usize,
    par_adresse: usize,
}

/// Files that are not connections of ours: the database's, books, logs.
const AUTRES_FICHIERS: u64 = 128;
const TOTAL_MAX: u64 = 2048;
const PAR_ADRESSE: usize = 100;
/// How long an address is known after somebody logged in there asked for something.
const MEMOIRE: Duration = Duration::from_secs(12 * 3600);
const ADRESSES_MAX: usize = 4096;
/// Between two warnings.
const SILENCE: Duration = Duration::from_secs(60);

impl Bornes {
    /// For a process that may open so many files.
    pub(super) fn pour(fichiers: u64) -> Self {
        let total = fichiers.saturating_sub(AUTRES_FICHIERS).clamp(16, TOTAL_MAX);
        let total = usize::try_from(total).unwrap_or(16);
        let inconnus = total / 2;
        Self { total, inconnus, par_adresse: PAR_ADRESSE.min(inconnus / 2) }
    }
}

pub(super) struct Places {
    table: Mutex<Table>,
    bornes: Bornes,
    /// Many people come through each of these.
    proxys: Vec<IpNet>,
}

#[derive(Default)]
struct Table {
    suivante: u64,
    /// Oldest first.
    connexions: BTreeMap<u64, Occupant>,
    connues: HashMap<IpAddr, Instant>,
    dit: Option<Instant>,
    ecartees: u64,
}

struct Occupant {
    adresse: IpAddr,
    reconnu: bool,
    /// Its address is known, or a proxy's.
    de_chez_nous: bool,
    rythme: Arc<Rythme>,
    ecart: Arc<Notify>,
}

/// One connection's place, until it is dropped.
pub(super) struct Place {
    places: Arc<Places>,
    numero: u64,
    adresse: IpAddr,
    reconnue: AtomicBool,
    pub rythme: Arc<Rythme>,
    ecart: Arc<Notify>,
}

impl Places {
    pub(super) fn nouvelles(bornes: Bornes, proxys: Vec<IpNet>) -> Arc<Self> {
        Arc::new(Self { table: Mutex::default(), bornes, proxys })
    }

    /// A place for who comes from there; none when all are taken by requests under way.
    pub(super) fn entrer(self: &Arc<Self>, adresse: IpAddr, maintenant: Instant) -> Option<Place> {
        let mut table = self.table.lock().unwrap_or_else(PoisonError::into_inner);
        let proxy = self.proxys.iter().any(|r| r.contains(&adresse));
        let recente = |vue: &Instant| maintenant.saturating_duration_since(*vue) < MEMOIRE;
        let de_chez_nous = proxy || table.connues.get(&adresse).is_some_and(recente);
        let Bornes { total, inconnus, par_adresse } = self.bornes;
        let mut entre = true;
        if !proxy {
            let d_ici = |o: &Occupant| !o.reconnu && o.adresse == adresse;
            entre &= table.faire_place(par_adresse, d_ici);
        }
        if !de_chez_nous {
            entre &= table.faire_place(inconnus, |o| !o.reconnu && !o.de_chez_nous);
        }
        if table.connexions.len() >= total {
            entre &= table.ecarter(|o| !o.reconnu);
        }
        table.prevenir(adresse, maintenant, entre);
        if !entre {
            return None;
        }
        let (rythme, ecart) = (Arc::new(Rythme::nouveau(maintenant)), Arc::new(Notify::new()));
        table.suivante += 1;
        let numero = table.suivante;
        let (r, e) = (Arc::clone(&rythme), Arc::clone(&ecart));
        let occupant = Occupant { adresse, reconnu: false, de_chez_nous, rythme: r, ecart: e };
        table.connexions.insert(numero, occupant);
        let (places, reconnue) = (Arc::clone(self), AtomicBool::new(false));
        Some(Place { places, numero, adresse, reconnue, rythme, ecart })
    }
}

impl Table {
    /// Is there a place among so many of these, now?
    fn faire_place(&mut self, au_plus: usize, de: impl Fn(&Occupant) -> bool) -> bool {
        self.connexions.values().filter(|o| de(o)).count() < au_plus || self.ecarter(de)
    }

    /// The oldest of these that the server waits for goes.
    fn ecarter(&mut self, de: impl Fn(&Occupant) -> bool) -> bool {
        let plus_ancien = self.connexions.iter().find(|(_, o)| de(o) && o.rythme.attend());
        let Some(numero) = plus_ancien.map(|(n, _)| *n) else { return false };
        if let Some(o) = self.connexions.remove(&numero) {
            o.ecart.notify_one();
            self.ecartees += 1;
        }
        true
    }

    /// One line, and at most one a minute, whoever comes.
    fn prevenir(&mut self, adresse: IpAddr, maintenant: Instant, entre: bool) {
        self.ecartees += u64::from(!entre);
        let muet = self.dit.is_some_and(|d| maintenant.saturating_duration_since(d) < SILENCE);
        if self.ecartees == 0 || muet {
            return;
        }
        let nombre = std::mem::take(&mut self.ecartees);
        self.dit = Some(maintenant);
        tracing::warn!(event = "connexions_ecartees", %adresse, nombre);
    }
}

impl Place {
    /// Somebody logged in asked for something here.
    pub(super) fn reconnaitre(&self) {
        if self.reconnue.swap(true, Ordering::Relaxed) {
            return;
        }
        let mut table = self.places.table.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(o) = table.connexions.get_mut(&self.numero) {
            o.reconnu = true;
        }
        let maintenant = Instant::now();
        if table.connues.len() >= ADRESSES_MAX {
            table.connues.retain(|_, vue| maintenant.saturating_duration_since(*vue) < MEMOIRE);
        }
        if table.connues.len() < ADRESSES_MAX {
            table.connues.insert(self.adresse, maintenant);
        }
    }

    /// Returns once another needs this place.
    pub(super) async fn ecartee(&self) {
        self.ecart.notified().await;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut table = self.places.table.lock().unwrap_or_else(PoisonError::into_inner);
        table.connexions.remove(&self.numero);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PETITES: Bornes = Bornes { total: 8, inconnus: 4, par_adresse: 2 };

    fn ip(n: u8) -> IpAddr {
        IpAddr::from([10, 0, 0, n])
    }

    #[test]
    fn an_address_that_comes_too_often_loses_the_one_that_waits_longest() {
        let (places, t) = (Places::nouvelles(PETITES, vec![]), Instant::now());
        let venues: Vec<_> = (0..3).map(|_| places.entrer(ip(1), t).unwrap()).collect();
        let table = places.table.lock().unwrap();
        let restent: Vec<u64> = table.connexions.keys().copied().collect();
        assert_eq!(restent, [venues[1].numero, venues[2].numero]);
        drop(table);
    }

    #[test]
    fn a_request_under_way_is_not_ended_for_another() {
        let (places, t) = (Places::nouvelles(PETITES, vec![]), Instant::now());
        let deux = [(); 2].map(|()| places.entrer(ip(1), t).unwrap());
        for place in &deux {
            place.rythme.commencer(false);
        }
        assert!(places.entrer(ip(1), t).is_none());
        deux[0].rythme.attendre_le_corps(true);
        assert!(places.entrer(ip(1), t).is_some());
    }

    #[test]
    fn strangers_leave_the_other_half_to_the_addresses_of_people_logged_in() {
        let (places, t) = (Places::nouvelles(PETITES, vec![]), Instant::now());
        let chez_nous = places.entrer(ip(9), t).unwrap();
        chez_nous.reconnaitre();
        let inconnus: Vec<_> = (1..=2).flat_map(|n| [ip(n); 2]).collect();
        let inconnus: Vec<_> = inconnus.iter().map(|a| places.entrer(*a, t).unwrap()).collect();
        for place in &inconnus {
            place.rythme.commencer(false);
        }
        assert!(places.entrer(ip(3), t).is_none());
        assert!(places.entrer(ip(9), t).is_some());
    }

    #[test]
    fn a_proxy_brings_as_many_as_there_are_places() {
        let proxys = vec!["10.0.0.7/32".parse().unwrap()];
        let (places, t) = (Places::nouvelles(PETITES, proxys), Instant::now());
        let venues: Vec<_> = (0..8).map(|_| places.entrer(ip(7), t)).collect();
        assert!(venues.iter().all(Option::is_some));
        assert_eq!(places.table.lock().unwrap().connexions.len(), 8);
    }

    #[test]
    fn the_places_are_those_of_the_files_that_may_be_open() {
        let b = Bornes::pour(256);
        assert_eq!((b.total, b.inconnus, b.par_adresse), (128, 64, 32));
        let b = Bornes::pour(1 << 20);
        assert_eq!((b.total, b.inconnus, b.par_adresse), (2048, 1024, 100));
    }
}
