//! (stub)
use crate::platform::db::Base;
pub enum Mode {
    DryRun,
    Apply,
}
pub async fn commande(_b: &Base, _d: &std::path::Path, _m: Mode, _j: bool) -> u8 {
    0
}
