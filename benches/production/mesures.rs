//! Many times of the same thing, and what is kept of them.

use std::time::Duration;

use serde::Serialize;

/// In milliseconds.
#[derive(Clone, Copy, Serialize)]
pub struct Mesure {
    pub mediane: f64,
    pub min: f64,
    pub max: f64,
}

impl Mesure {
    /// The median of an even number of them is the mean of the two in the middle.
    pub fn de(durees: &[Duration]) -> Self {
        let mut ms: Vec<f64> = durees.iter().map(|d| d.as_secs_f64() * 1000.0).collect();
        ms.sort_by(f64::total_cmp);
        let a = |i: usize| ms.get(i).copied().unwrap_or(f64::NAN);
        let n = ms.len();
        let mediane = (a(n.saturating_sub(1) / 2) + a(n / 2)) / 2.0;
        Self { mediane, min: a(0), max: a(n.saturating_sub(1)) }
    }
}
