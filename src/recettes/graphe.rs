//! Recipes within recipes: no cycle, at most 8 levels. Pure.

use std::collections::HashMap;

use uuid::Uuid;

pub(crate) const NIVEAUX_MAX: usize = 8;

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Faute {
    Cycle,
    TropProfond,
}

/// `aretes`: (article made, article used), of every recipe as it would stand.
pub(crate) fn verifier(aretes: &[(Uuid, Uuid)]) -> Result<(), Faute> {
    let mut enfants: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
    for (fait, utilise) in aretes {
        enfants.entry(*fait).or_default().push(*utilise);
    }
    let mut connus = HashMap::new();
    for fait in enfants.keys() {
        niveaux(*fait, &enfants, &mut connus)?;
    }
    if connus.values().flatten().any(|n| *n > NIVEAUX_MAX) {
        Err(Faute::TropProfond)
    } else {
        Ok(())
    }
}

/// Levels of recipes under an article; `None` in `connus` marks the ones on the way down.
fn niveaux(
    article: Uuid,
    enfants: &HashMap<Uuid, Vec<Uuid>>,
    connus: &mut HashMap<Uuid, Option<usize>>,
) -> Result<usize, Faute> {
    match connus.get(&article) {
        Some(Some(n)) => return Ok(*n),
        Some(None) => return Err(Faute::Cycle),
        None => {}
    }
    let Some(utilises) = enfants.get(&article) else { return Ok(0) };
    connus.insert(article, None);
    let mut plus_profond = 0;
    for utilise in utilises {
        plus_profond = plus_profond.max(niveaux(*utilise, enfants, connus)?);
    }
    connus.insert(article, Some(plus_profond + 1));
    Ok(plus_profond + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chaine(n: u128) -> Vec<(Uuid, Uuid)> {
        (0..n).map(|i| (Uuid::from_u128(i), Uuid::from_u128(i + 1))).collect()
    }

    #[test]
    fn eight_levels_pass_nine_do_not() {
        assert_eq!(verifier(&chaine(8)), Ok(()));
        assert_eq!(verifier(&chaine(9)), Err(Faute::TropProfond));
    }

    #[test]
    fn a_recipe_that_needs_itself_is_a_cycle_however_long() {
        let mut aretes = chaine(4);
        aretes.push((Uuid::from_u128(4), Uuid::from_u128(1)));
        assert_eq!(verifier(&aretes), Err(Faute::Cycle));
        let soi = Uuid::from_u128(9);
        assert_eq!(verifier(&[(soi, soi)]), Err(Faute::Cycle));
    }

    #[test]
    fn one_preparation_used_twice_is_no_cycle() {
        let u = Uuid::from_u128;
        assert_eq!(verifier(&[(u(1), u(2)), (u(1), u(3)), (u(2), u(4)), (u(3), u(4))]), Ok(()));
    }
}
