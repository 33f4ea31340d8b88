//! A change to a magasin is told to every screen of it, whichever server process made it.
//!
//! - Whoever writes what a screen shows calls `changer(magasin_id)` within its transaction: the ways
//!   all pass by (movements of stock, the plan, the journal) do it already. `executer_transaction`
//!   keeps the names and tells them after the commit: never what was rolled back, and never by the
//!   transaction itself, because a NOTIFY in it makes commits wait for one another.
//! - Changes of the same 50 ms are told by one NOTIFY, on a connection of its own: nobody waits for
//!   it, and when it fails it is tried again, never the write.
//! - One LISTEN per process hears what all of them told. After it was cut off, everybody is told,
//!   since something may have been missed.

mod dire;
mod entendre;

use std::cell::RefCell;
use std::collections::BTreeSet;

use uuid::Uuid;

pub(super) use dire::Annonceur;
pub(super) use entendre::Ecoute;

/// The name both sides know.
const CANAL: &str = "delicego_change";

tokio::task_local! {
    static CHANGES: RefCell<BTreeSet<Uuid>>;
}

/// This magasin is changed by the transaction under way.
pub(crate) fn changer(magasin_id: Uuid) {
    // Outside of one there is nobody to tell: the write itself would not compile there.
    let _hors_transaction = CHANGES.try_with(|c| c.borrow_mut().insert(magasin_id));
}

/// Runs `travail`, and says which magasins it changed.
pub(super) async fn recueillir<T, E>(
    travail: impl Future<Output = Result<T, E>>,
) -> Result<(T, BTreeSet<Uuid>), E> {
    let suivi = async {
        let valeur = travail.await?;
        Ok((valeur, CHANGES.with(RefCell::take)))
    };
    CHANGES.scope(RefCell::default(), suivi).await
}
