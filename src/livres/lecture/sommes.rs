//! A line that only adds up, compared with what it adds up (pure).

use super::champs::PoidsImprime;
use super::grammaire::Lecture;
use super::nombres::{Atome, Chiffres, atome};
use super::poids::{Verdict, cibles, juger};
use super::rangees::{Jeton, Rangee};
use super::{CodeDeDoute, Doute};
use crate::domaine::{Conversion, Decimal, Unite, UniteBase};

/// The first sum that none of its numbers lets fit. `incertaine`: this line's unit is not known.
pub(crate) fn comparer(
    totaux: &[Rangee],
    possibles: &[Vec<Lecture>],
    (rendement, incertaine): (Option<Decimal>, &dyn Fn(usize) -> bool),
) -> Option<Doute> {
    // As many sums as parts: each is that of its part.
    let [total] = totaux else { return None };
    let premiere = total.premiere_cle();
    let second = total.cles().filter(|c| !c.is_empty()).nth(1).unwrap_or_default();
    let partiel =
        premiere.starts_with("sous") || matches!(second, "brut" | "cru" | "cuit" | "fini");
    let poids = poids(&total.jetons);
    if partiel || poids.is_empty() {
        return None;
    }
    let faux = |p: &PoidsImprime| {
        matches!(juger(possibles, &cibles(Some(*p), rendement), incertaine), Verdict::Aucun { .. })
    };
    poids.iter().all(faux).then(|| Doute {
        code: CodeDeDoute::Poids,
        page: total.page,
        texte: total.texte(),
        phrase: "Ce total n'est pas la somme des ingrédients.".to_owned(),
    })
}

/// All that its numbers may weigh; prices and shares weigh nothing.
fn poids(jetons: &[Jeton]) -> Vec<PoidsImprime> {
    let mut poids = Vec::new();
    for (rang, jeton) in jetons.iter().enumerate() {
        let apres = jetons.get(rang + 1).map(|j| atome(&j.texte));
        let (chiffres, unite) = match atome(&jeton.texte) {
            Atome::Nombre(n) if apres != Some(Atome::Part) => match apres {
                Some(Atome::Unite(u)) => (n, u),
                _ => (n, "g"),
            },
            Atome::Mesure(Chiffres::Nombre(n), u) => (n, u),
            _ => continue,
        };
        // `1 250`, of which `250` is no weight.
        let groupe = |j: &&Jeton| j.texte.len() <= 3 && j.texte.bytes().all(|c| c.is_ascii_digit());
        let avant = rang.checked_sub(1).and_then(|r| jetons.get(r)).filter(groupe);
        let milliers = avant
            .filter(|_| !jeton.large && chiffres.split('.').next().is_some_and(|e| e.len() == 3));
        if milliers.is_some() {
            poids.pop();
        }
        let chiffres = format!("{}{chiffres}", milliers.map_or("", |j| j.texte.as_str()));
        let grammes = Decimal::lire_json(&chiffres)
            .ok()
            .zip(Unite::lire(unite))
            .and_then(|(n, u)| u.convertir(n, UniteBase::G, Conversion::default()).ok());
        poids.extend(grammes.map(|grammes| PoidsImprime { grammes, par: None }));
    }
    poids
}
