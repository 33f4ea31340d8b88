//! What an archive holds, reduced to what can be compared.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Empreintes {}

impl Empreintes {
    pub fn lignes(&self) -> u64 {
        0
    }
}
