//! What stands under an id of ours.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use uuid::Uuid;

/// Ids are drawn by this program, and nobody outside chooses them: what is drawn in them is spread
/// already, and what a general hash costs is much of a screen's day.
pub(crate) type ParId<V> = HashMap<Uuid, V, BuildHasherDefault<Tirage>>;

#[derive(Default)]
pub(crate) struct Tirage(u64);

impl Hasher for Tirage {
    fn write(&mut self, octets: &[u8]) {
        for morceau in octets.chunks(8) {
            let mut huit = [0; 8];
            huit[..morceau.len()].copy_from_slice(morceau);
            self.0 = self.0.rotate_left(5) ^ u64::from_le_bytes(huit);
        }
    }

    fn finish(&self) -> u64 {
        self.0.wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }
}
