//! A stream read ahead on a thread of its own, so that unpacking and understanding take two cores.

use std::io::{self, Read};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

const BLOC: usize = 256 * 1024;
/// Blocks that wait at most: enough to even out the two sides.
const AVANCE: usize = 8;

/// Gives `lire` what `source` reads, one thread ahead of it. Whatever is not read when `lire` is
/// done is left in `source`, less what was read ahead.
pub(crate) fn relayer<T>(mut source: impl Read + Send, lire: impl FnOnce(&mut Relais) -> T) -> T {
    let (envoi, recu) = sync_channel(AVANCE);
    std::thread::scope(|fils| {
        fils.spawn(move || pomper(&mut source, &envoi));
        // Dropped before the scope waits for the thread, which then ends at its next block.
        let mut relais = Relais { recu, bloc: Vec::new(), lus: 0, fini: false };
        lire(&mut relais)
    })
}

/// The reading end.
pub(crate) struct Relais {
    recu: Receiver<io::Result<Vec<u8>>>,
    bloc: Vec<u8>,
    lus: usize,
    fini: bool,
}

/// An empty block says the end: without it the source was given up midway.
fn pomper(source: &mut impl Read, envoi: &SyncSender<io::Result<Vec<u8>>>) {
    loop {
        let mut bloc = Vec::with_capacity(BLOC);
        let lu = source.take(BLOC as u64).read_to_end(&mut bloc);
        let (vide, rompu) = (bloc.is_empty(), lu.is_err());
        // What was read before an error comes first.
        let bloc_recu = (vide && rompu) || envoi.send(Ok(bloc)).is_ok();
        let erreur_recue = lu.err().is_none_or(|e| envoi.send(Err(e)).is_ok());
        if vide || rompu || !bloc_recu || !erreur_recue {
            return;
        }
    }
}

impl Relais {
    fn suivant(&mut self) -> io::Result<()> {
        let perdu = || io::Error::other("la lecture s'est arrêtée en chemin");
        self.bloc = self.recu.recv().map_err(|_| perdu())??;
        self.lus = 0;
        self.fini = self.bloc.is_empty();
        Ok(())
    }
}

impl Read for Relais {
    fn read(&mut self, octets: &mut [u8]) -> io::Result<usize> {
        if self.lus == self.bloc.len() && !self.fini {
            self.suivant()?;
        }
        let lus = (&self.bloc[self.lus..]).read(octets)?;
        self.lus += lus;
        Ok(lus)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives its bytes in odd pieces, then its error.
    struct Goutte(Vec<u8>, Option<io::Error>);

    impl Read for Goutte {
        fn read(&mut self, octets: &mut [u8]) -> io::Result<usize> {
            let n = self.0.len().min(octets.len()).min(70_001);
            if n == 0 {
                return self.1.take().map_or(Ok(0), Err);
            }
            octets[..n].copy_from_slice(&self.0[..n]);
            self.0.drain(..n);
            Ok(n)
        }
    }

    fn octets(n: usize) -> Vec<u8> {
        (0..n).map(|i| (i % 251) as u8).collect()
    }

    #[test]
    fn ce_qui_est_lu_est_relaye_tel_quel() {
        for n in [0, 1, BLOC - 1, BLOC, BLOC + 1, 20 * BLOC + 7] {
            let relu = relayer(Goutte(octets(n), None), |relais| {
                let mut relu = Vec::new();
                relais.read_to_end(&mut relu).map(|_| relu)
            });
            assert!(relu.unwrap() == octets(n), "{n}");
        }
    }

    #[test]
    fn une_erreur_vient_apres_ce_qui_la_precede() {
        for n in [0, 5, BLOC, 3 * BLOC + 5] {
            let erreur = io::Error::from_raw_os_error(5);
            relayer(Goutte(octets(n), Some(erreur)), |relais| {
                let mut relu = Vec::new();
                let erreur = relais.read_to_end(&mut relu).unwrap_err();
                assert_eq!((relu.len(), erreur.raw_os_error()), (n, Some(5)));
            });
        }
    }

    #[test]
    fn abandonner_en_chemin_n_attend_pas_la_fin() {
        let debut = relayer(io::repeat(7), |relais| {
            let mut debut = [0; 10];
            relais.read_exact(&mut debut).map(|()| debut)
        });
        assert_eq!(debut.unwrap(), [7; 10]);
    }
}
