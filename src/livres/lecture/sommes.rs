//! A line that only adds up, compared with what it adds up (pure).

use super::champs::PoidsImprime;
use super::grammaire::Lecture;
use super::mots_cles::{cle, est_partie, unite};
use super::nombres::{Atome, Chiffres, atome};
use super::poids::{Verdict, cibles, grammes, juger};
use super::rangees::{Jeton, Rangee};
use super::{CodeDeDoute, Doute};
use crate::domaine::{Conversion, Decimal, Unite, UniteBase};

/// The sums that none of their numbers lets fit. `incertaine`: this line's unit is not known.
pub(crate) fn comparer(
    totaux: &[Rangee],
    possibles: &[Vec<Lecture>],
    (rendement, incertaine): (Option<Decimal>, &dyn Fn(usize) -> bool),
) -> Vec<Doute> {
    let juste = |debut: usize, lignes: &[Vec<Lecture>], p: PoidsImprime| {
        let incertaine = |rang: usize| incertaine(debut + rang);
        let verdict = juger(lignes, &cibles(Some(p), rendement), incertaine);
        !matches!(verdict, Verdict::Aucun { .. })
    };
    let faux = |total: &&Rangee| {
        let poids = poids(&total.jetons);
        let tient = |p: &PoidsImprime| match est_d_une_partie(total, totaux.len()) {
            // Lines that follow one another: which of them is not printed.
            true => {
                let debuts = 0..possibles.len();
                debuts.flat_map(|d| (d + 1..=possibles.len()).map(move |f| (d, f))).any(
                    |(debut, fin)| possibles.get(debut..fin).is_some_and(|l| juste(debut, l, *p)),
                )
            }
            false => juste(0, possibles, *p),
        };
        !est_une_autre_pesee(total) && !poids.is_empty() && !poids.iter().any(tient)
    };
    let doute = |total: &Rangee| Doute {
        code: CodeDeDoute::Poids,
        page: total.page,
        texte: total.texte(),
        phrase: "Ce total n'est pas la somme des ingrédients.".to_owned(),
    };
    totaux.iter().filter(faux).map(doute).collect()
}

fn second(total: &Rangee) -> &str {
    total.cles().filter(|c| !c.is_empty()).nth(1).unwrap_or_default()
}

/// Of what is raw, cooked, done: none of what the list says.
pub(crate) fn est_une_autre_pesee(total: &Rangee) -> bool {
    matches!(second(total), "brut" | "cru" | "cuit" | "fini")
}

/// `Sous-total`, `Total garniture`, or one of several.
fn est_d_une_partie(total: &Rangee, totaux: usize) -> bool {
    let entiers = ["general", "recette", "poids", "net", "ingredients", "composition", "en", "de"];
    let second = second(total);
    let nomme = second.len() > 2 && second.chars().all(char::is_alphabetic);
    totaux > 1
        || total.premiere_cle().starts_with('s')
        || (total.premiere_cle() == "total"
            && nomme
            && unite(second).is_none()
            && !entiers.contains(&second))
}

/// The names of parts whose weight is that of the lines under them: `SAUCE 60 g`, then 40 and 20.
pub(crate) fn parties(possibles: &[Vec<Lecture>]) -> Vec<usize> {
    let lues: Vec<Option<&Lecture>> = possibles.iter().map(|l| l.first()).collect();
    let nomme = |l: &Lecture| {
        let mut mots = l.libelle.split(' ').map(cle);
        mots.next().is_some_and(|m| est_partie(&m)) && mots.next().is_none()
    };
    let repris = |rang: &usize| {
        let Some(lecture) = lues.get(*rang).copied().flatten().filter(|l| nomme(l)) else {
            return false;
        };
        let Some(poids) = grammes(lecture).filter(|p| *p > 0) else { return false };
        let mut somme = 0_i64;
        let suivantes = lues.iter().skip(rang + 1).map_while(|l| grammes((*l)?));
        suivantes.enumerate().any(|(n, g)| {
            somme = somme.saturating_add(g);
            n > 0 && somme == poids
        })
    };
    (0..lues.len()).filter(repris).collect()
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
