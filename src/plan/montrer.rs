//! What a page shows of a plan: its lines with what is left, and what is short. Pure.

use uuid::Uuid;

use super::{Besoin, Besoins, LignePlan};
use crate::platform::http::mots::{compte, de, quantite, quantite_et_mot, statut};
use crate::platform::http::pages::Statut;

#[derive(Debug, Clone)]
pub(crate) struct LigneDuPlan {
    pub recette_id: Uuid,
    pub recette: String,
    pub ingredients_courts: String,
    pub prevu: String,
    pub fait: String,
    pub reste: String,
    pub finie: bool,
    pub statut: Statut,
}

#[derive(Debug, Clone)]
pub(crate) struct Manque {
    pub quantite: String,
    pub ingredient: String,
    pub dont: String,
    pub detail: String,
}

/// The ingredients that are short.
pub(crate) fn courts(besoins: &Besoins) -> impl Iterator<Item = &Besoin> {
    besoins.besoins.iter().filter(|b| b.manque.est_positive())
}

/// A line that was taken off the plan after its production was taken back is not shown.
pub(crate) fn lignes(lignes: &[LignePlan], besoins: Option<&Besoins>) -> Vec<LigneDuPlan> {
    let prevue =
        |l: &&LignePlan| l.quantite_planifiee.est_positive() || l.quantite_produite.est_positive();
    lignes.iter().filter(prevue).map(|l| ligne(l, besoins)).collect()
}

/// One line of it.
pub(crate) fn ligne(l: &LignePlan, besoins: Option<&Besoins>) -> LigneDuPlan {
    let finie = l.quantite_produite >= l.quantite_planifiee;
    let manquants: Vec<&str> = besoins
        .into_iter()
        .flat_map(courts)
        .filter(|b| !finie && !l.reglee && b.recettes.contains(&l.recette_id))
        .map(|b| b.ingredient_nom.as_str())
        .collect();
    let incomplete =
        besoins.is_some_and(|b| b.recettes_incompletes.contains(&l.recette_nom)) && !finie;
    let statut = match () {
        () if finie => statut("fait", "fait", "Fait"),
        () if l.dite_autrement() => match l.declaration.as_ref().map(|d| &*d.r#type) {
            Some("NON_PRODUIT") => statut("ajuste", "non-produit", "Non produit"),
            _ => statut("ajuste", "ajuste", "Ajusté"),
        },
        () if incomplete => statut("manque", "manque", "Recette incomplète"),
        () if !manquants.is_empty() => statut("manque", "manque", "Manque"),
        () if l.quantite_produite.est_positive() => statut("en-cours", "en-cours", "En cours"),
        () => statut("a-produire", "a-produire", "À produire"),
    };
    LigneDuPlan {
        recette_id: l.recette_id,
        recette: l.recette_nom.clone(),
        ingredients_courts: manquants.join(", "),
        prevu: quantite(l.quantite_planifiee, l.unite),
        fait: quantite(l.quantite_produite, l.unite),
        reste: quantite(l.a_faire(), l.unite),
        finie,
        statut,
    }
}

/// `12 recettes · 3 faites`; nothing when there is no plan.
pub(crate) fn resume(plan: &[LigneDuPlan]) -> String {
    let nombre = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let faites = nombre(plan.iter().filter(|l| l.finie).count());
    match nombre(plan.len()) {
        0 => String::new(),
        n => format!("{} · {}", compte(n, "recette"), compte(faites, "faite")),
    }
}

pub(crate) fn manques(besoins: &Besoins) -> Vec<Manque> {
    courts(besoins).map(manque).collect()
}

fn manque(b: &Besoin) -> Manque {
    let ecartes: Vec<String> = [(b.perime, "périmé"), (b.bloque, "bloqué")]
        .into_iter()
        .filter(|(q, _)| q.est_positive())
        .map(|(q, mot)| quantite_et_mot(q, b.unite, mot))
        .collect();
    let mut detail = format!(
        "Besoin {} · utilisable {}",
        b.unite.lisible(b.besoin),
        b.unite.lisible(b.disponible)
    );
    if b.prevu_au_plan.est_positive() {
        detail.push_str(&format!(" · prévu au plan {}", b.unite.lisible(b.prevu_au_plan)));
    }
    Manque {
        quantite: b.unite.assez(b.manque),
        ingredient: de(&b.ingredient_nom),
        // Beside the shortage, not part of it: there may be more of it than is short.
        dont: if ecartes.is_empty() {
            String::new()
        } else {
            format!("en stock\u{a0}: {}", ecartes.join(", "))
        },
        detail,
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::domaine::{Quantite, UniteBase};

    const BAGEL: Uuid = Uuid::from_u128(1);

    pub(crate) fn q(n: i64) -> Quantite {
        Quantite::milliemes(n * 1000)
    }

    fn au_plan(planifiee: i64, produite: i64) -> LignePlan {
        LignePlan {
            recette_id: BAGEL,
            recette_nom: "Bagel".to_owned(),
            menu_id: None,
            quantite_planifiee: q(planifiee),
            quantite_produite: q(produite),
            unite: UniteBase::Piece,
            reglee: false,
            declaration: None,
        }
    }

    pub(crate) fn saumon(manque: i64) -> Besoins {
        let besoin = Besoin {
            ingredient_id: Uuid::from_u128(2),
            ingredient_nom: "Saumon fumé".to_owned(),
            unite: UniteBase::G,
            besoin: q(1410),
            disponible: q(1410 - manque),
            prevu_au_plan: Quantite::ZERO,
            manque: q(manque),
            perime: q(400),
            bloque: q(2000),
            recettes: vec![BAGEL],
        };
        Besoins { plan_id: Uuid::nil(), besoins: vec![besoin], recettes_incompletes: vec![] }
    }

    #[test]
    fn a_line_is_done_short_begun_or_to_do() {
        for (planifiee, produite, court, attendu) in [
            (18, 18, 1210, "Fait"),
            (18, 20, 0, "Fait"),
            (18, 5, 1210, "Manque"),
            (18, 5, 0, "En cours"),
            (18, 0, 0, "À produire"),
        ] {
            let vues = lignes(&[au_plan(planifiee, produite)], Some(&saumon(court)));
            assert_eq!(vues[0].statut.texte, attendu, "{produite}/{planifiee}, {court}");
            assert_eq!(vues[0].ingredients_courts.is_empty(), attendu != "Manque");
        }
        let incomplete = Besoins { recettes_incompletes: vec!["Bagel".to_owned()], ..saumon(0) };
        let vues = lignes(&[au_plan(18, 0)], Some(&incomplete));
        assert_eq!(vues[0].statut.texte, "Recette incomplète");
    }

    #[test]
    fn a_line_of_nothing_is_not_shown_and_the_rest_is_counted() {
        let vues = lignes(&[au_plan(0, 0), au_plan(18, 20), au_plan(4, 1)], None);
        assert_eq!(resume(&vues), "2 recettes · 1 faite");
        assert_eq!(vues[0].reste, "0");
        assert_eq!(vues[1].reste, "3");
        assert_eq!(resume(&[]), "");
    }

    #[test]
    fn a_shortage_tells_what_is_there_and_must_not_be_used() {
        let manques = manques(&saumon(1210));
        assert_eq!(manques.len(), 1);
        assert_eq!(manques[0].quantite, "1,21 kg");
        assert_eq!(manques[0].ingredient, "de Saumon fumé");
        assert_eq!(manques[0].dont, "en stock\u{a0}: 400 g périmés, 2 kg bloqués");
        assert_eq!(manques[0].detail, "Besoin 1,4 kg · utilisable 200 g");
        assert!(super::manques(&saumon(0)).is_empty());
    }
}
