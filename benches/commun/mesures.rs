//! Many times of the same thing, and what is kept of them.

use serde::Serialize;

#[derive(Clone, Copy, Serialize)]
pub struct Mesure {
    pub mediane: f64,
    pub min: f64,
    pub max: f64,
}

impl Mesure {
    /// The median of an even number of them is the mean of the two in the middle.
    pub fn de(valeurs: impl IntoIterator<Item = f64>) -> Self {
        let mut valeurs: Vec<f64> = valeurs.into_iter().collect();
        valeurs.sort_by(f64::total_cmp);
        let a = |i: usize| valeurs.get(i).copied().unwrap_or(f64::NAN);
        let n = valeurs.len();
        let mediane = (a(n.saturating_sub(1) / 2) + a(n / 2)) / 2.0;
        Self { mediane, min: a(0), max: a(n.saturating_sub(1)) }
    }
}
