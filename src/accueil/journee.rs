//! The day of one magasin: its plan, what is short, its newest lots. Pure.

use chrono::NaiveDate;

use super::mots::{compte, date, de, delai, quantite, quantite_et_mot, statut};
use crate::domaine::{Quantite, UniteBase};
use crate::plan::{Besoin, Besoins, LignePlan};
use crate::platform::http::pages::Statut;
use crate::stock::EtatLot;

#[derive(Debug, Clone)]
pub struct Journee {
    pub magasin: String,
    pub resume: String,
    pub plan: Vec<LigneDuPlan>,
    pub manques: Vec<Manque>,
    pub lots: Vec<DernierLot>,
}

#[derive(Debug, Clone)]
pub struct LigneDuPlan {
    pub recette: String,
    pub ingredients_courts: String,
    pub prevu: String,
    pub fait: String,
    pub reste: String,
    pub finie: bool,
    pub statut: Statut,
}

#[derive(Debug, Clone)]
pub struct Manque {
    pub quantite: String,
    pub ingredient: String,
    pub dont: String,
    pub detail: String,
}

#[derive(Debug, Clone)]
pub struct DernierLot {
    pub article: String,
    pub code: String,
    pub quantite: String,
    pub dlc: String,
    pub delai: Statut,
    pub etat: Statut,
}

#[derive(Debug, Clone)]
pub struct LotLu {
    pub article: String,
    pub code_lot: Option<String>,
    pub solde: Quantite,
    pub unite: UniteBase,
    pub date_dlc: Option<NaiveDate>,
    pub etat: EtatLot,
}

/// The ingredients that are short.
pub fn courts(besoins: &Besoins) -> impl Iterator<Item = &Besoin> {
    besoins.besoins.iter().filter(|b| b.manque.est_positive())
}

/// A line that was taken off the plan after its production was taken back is not shown.
pub fn plan(lignes: &[LignePlan], besoins: Option<&Besoins>) -> Vec<LigneDuPlan> {
    let prevue =
        |l: &&LignePlan| l.quantite_planifiee.est_positive() || l.quantite_produite.est_positive();
    lignes.iter().filter(prevue).map(|l| ligne(l, besoins)).collect()
}

fn ligne(l: &LignePlan, besoins: Option<&Besoins>) -> LigneDuPlan {
    let finie = l.quantite_produite >= l.quantite_planifiee;
    let manquants: Vec<&str> = besoins
        .into_iter()
        .flat_map(courts)
        .filter(|b| !finie && b.recettes.contains(&l.recette_id))
        .map(|b| b.ingredient_nom.as_str())
        .collect();
    let incomplete =
        besoins.is_some_and(|b| b.recettes_incompletes.contains(&l.recette_nom)) && !finie;
    let statut = match () {
        () if finie => statut("fait", "fait", "Fait"),
        () if incomplete => statut("manque", "manque", "Recette incomplète"),
        () if !manquants.is_empty() => statut("manque", "manque", "Manque"),
        () if l.quantite_produite.est_positive() => statut("en-cours", "en-cours", "En cours"),
        () => statut("a-produire", "a-produire", "À produire"),
    };
    LigneDuPlan {
        recette: l.recette_nom.clone(),
        ingredients_courts: manquants.join(", "),
        prevu: quantite(l.quantite_planifiee, l.unite),
        fait: quantite(l.quantite_produite, l.unite),
        reste: quantite(l.reste(), l.unite),
        finie,
        statut,
    }
}

/// `12 recettes · 3 faites`; nothing when there is no plan.
pub fn resume(plan: &[LigneDuPlan]) -> String {
    let nombre = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let faites = nombre(plan.iter().filter(|l| l.finie).count());
    match nombre(plan.len()) {
        0 => String::new(),
        n => format!("{} · {}", compte(n, "recette"), compte(faites, "faite")),
    }
}

pub fn manques(besoins: &Besoins) -> Vec<Manque> {
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
        b.unite.francais(b.besoin),
        b.unite.francais(b.disponible)
    );
    if b.prevu_au_plan.est_positive() {
        detail.push_str(&format!(" · prévu au plan {}", b.unite.francais(b.prevu_au_plan)));
    }
    Manque {
        quantite: b.unite.francais(b.manque),
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

pub fn lot(l: &LotLu, jour: NaiveDate) -> DernierLot {
    let delai = delai(l.date_dlc, jour);
    let vide = !l.solde.est_positive();
    DernierLot {
        article: l.article.clone(),
        code: l.code_lot.clone().unwrap_or_else(|| "sans code".to_owned()),
        quantite: quantite(l.solde, l.unite),
        dlc: l.date_dlc.map(date).unwrap_or_default(),
        // Nothing is left that could expire: no alarm.
        delai: if vide { Statut { genre: "loin", icone: "horloge", ..delai } } else { delai },
        etat: match l.etat {
            EtatLot::Bloque => statut("bloque", "bloque", "Bloqué"),
            EtatLot::Rappele => statut("rappele", "rappele", "Rappelé"),
            EtatLot::Libre if vide => statut("libre", "carton", "Vide"),
            EtatLot::Libre => statut("libre", "libre", "Libre"),
        },
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use uuid::Uuid;

    const BAGEL: Uuid = Uuid::from_u128(1);

    pub fn q(n: i64) -> Quantite {
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
        }
    }

    pub fn saumon(manque: i64) -> Besoins {
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
            let lignes = plan(&[au_plan(planifiee, produite)], Some(&saumon(court)));
            assert_eq!(lignes[0].statut.texte, attendu, "{produite}/{planifiee}, {court}");
            assert_eq!(lignes[0].ingredients_courts.is_empty(), attendu != "Manque");
        }
        let incomplete = Besoins { recettes_incompletes: vec!["Bagel".to_owned()], ..saumon(0) };
        let lignes = plan(&[au_plan(18, 0)], Some(&incomplete));
        assert_eq!(lignes[0].statut.texte, "Recette incomplète");
    }

    #[test]
    fn a_line_of_nothing_is_not_shown_and_the_rest_is_counted() {
        let lignes = plan(&[au_plan(0, 0), au_plan(18, 20), au_plan(4, 1)], None);
        assert_eq!(resume(&lignes), "2 recettes · 1 faite");
        assert_eq!(lignes[0].reste, "0");
        assert_eq!(lignes[1].reste, "3");
        assert_eq!(resume(&[]), "");
    }

    #[test]
    fn a_shortage_tells_what_is_there_and_must_not_be_used() {
        let manques = manques(&saumon(1210));
        assert_eq!(manques.len(), 1);
        assert_eq!(manques[0].quantite, "1,21 kg");
        assert_eq!(manques[0].ingredient, "de Saumon fumé");
        assert_eq!(manques[0].dont, "en stock\u{a0}: 400 g périmés, 2 kg bloqués");
        assert_eq!(manques[0].detail, "Besoin 1,41 kg · utilisable 200 g");
        assert!(super::manques(&saumon(0)).is_empty());
    }

    #[test]
    fn a_lot_shows_its_label_its_delay_and_its_state() {
        let jour: NaiveDate = "2026-11-22".parse().unwrap();
        let lu = LotLu {
            article: "Saumon fumé".to_owned(),
            code_lot: None,
            solde: q(400),
            unite: UniteBase::G,
            date_dlc: Some("2026-11-21".parse().unwrap()),
            etat: EtatLot::Bloque,
        };
        let vu = lot(&lu, jour);
        assert_eq!((vu.code.as_str(), vu.quantite.as_str()), ("sans code", "400 g"));
        assert_eq!((vu.dlc.as_str(), vu.delai.genre), ("21/11/2026", "perime"));
        assert_eq!(vu.etat.texte, "Bloqué");
        let vide = lot(&LotLu { solde: Quantite::ZERO, etat: EtatLot::Libre, ..lu }, jour);
        assert_eq!((vide.delai.genre, vide.etat.texte.as_str()), ("loin", "Vide"));
    }
}
