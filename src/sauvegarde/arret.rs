//! SIGTERM and Ctrl-C: what runs long asks here whether it should go on.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

use crate::platform::causes::du_systeme;
use crate::platform::issue::{Code, Echec};

/// Cloning is cheap; every clone sees the same signal.
#[derive(Debug, Clone, Default)]
pub struct Arret(Arc<AtomicBool>);

const REGARD: Duration = Duration::from_millis(50);

impl Arret {
    /// From now on these signals do not kill the program: whoever works must ask.
    pub(crate) fn ecouter() -> Result<Self, Echec> {
        let arret = Self::default();
        for signal in [SIGTERM, SIGINT, SIGHUP] {
            signal_hook::flag::register(signal, Arc::clone(&arret.0)).map_err(|e| {
                let quoi = du_systeme(&e);
                Echec::nouveau(Code::Refuse, format!("Les signaux ne s'écoutent pas : {quoi}."))
            })?;
        }
        Ok(arret)
    }

    pub(crate) fn est_demande(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// The refusal to go on, once asked to stop.
    pub(crate) fn verifier(&self) -> Result<(), Echec> {
        if self.est_demande() { Err(interrompu()) } else { Ok(()) }
    }

    /// Runs `travail` until it ends or somebody asks to stop.
    pub(crate) async fn ou_interrompu<T>(
        &self,
        travail: impl Future<Output = Result<T, Echec>>,
    ) -> Result<T, Echec> {
        let attendre = async {
            while !self.est_demande() {
                tokio::time::sleep(REGARD).await;
            }
        };
        tokio::select! {
            issue = travail => issue,
            () = attendre => Err(interrompu()),
        }
    }
}

fn interrompu() -> Echec {
    Echec::nouveau(Code::Refuse, "Interrompu : rien n'a été changé.")
}
