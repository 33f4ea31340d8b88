//! The cards of the first page: one magasin each, in a few numbers. Pure.

use uuid::Uuid;

use crate::domaine::Quantite;
use crate::plan::Besoins;
use crate::plan::montrer::courts;
use crate::platform::http::mots::{compte, s, statut};
use crate::platform::http::pages::Statut;
use crate::referentiel::{Magasin, TypeMagasin};

/// A magasin's day in a few numbers.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Resume {
    /// Lines of the plan, and those that are made.
    pub lignes: i64,
    pub faites: i64,
    /// Every line counts in pieces: then the totals mean something.
    pub en_pieces: bool,
    pub planifiee: Quantite,
    pub produite: Quantite,
    /// Lots past their last day, and those that live it today.
    pub perimes: i64,
    pub derniers: i64,
    pub bloques: i64,
    pub rappeles: i64,
}

#[derive(Debug, Clone)]
pub(crate) struct CarteMagasin {
    pub nom: String,
    pub lien: String,
    pub choisi: bool,
    pub est_cuisine: bool,
    pub type_texte: &'static str,
    pub avancement: Option<Avancement>,
    pub signaux: Vec<Statut>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Avancement {
    pub fait: String,
    pub suite: String,
    pub pourcent: i64,
}

#[derive(Debug, Clone)]
pub(crate) struct ChoixMagasin {
    pub id: String,
    pub nom: String,
}

pub(crate) fn lien(magasin_id: Uuid) -> String {
    format!("/?magasin_id={magasin_id}")
}

pub(crate) fn carte(
    m: &Magasin,
    choisi: bool,
    resume: &Resume,
    besoins: Option<&Besoins>,
) -> CarteMagasin {
    let est_cuisine = m.type_magasin == TypeMagasin::Production;
    CarteMagasin {
        nom: m.nom.clone(),
        lien: lien(m.id),
        choisi,
        est_cuisine,
        type_texte: if est_cuisine { "Cuisine" } else { "Boutique" },
        avancement: avancement(resume),
        signaux: signaux(resume, besoins),
    }
}

fn avancement(r: &Resume) -> Option<Avancement> {
    if r.lignes == 0 {
        return None;
    }
    let unites = r.en_pieces && r.planifiee.est_positive();
    let (fait, total) = if unites {
        (r.produite.en_milliemes(), r.planifiee.en_milliemes())
    } else {
        (r.faites, r.lignes)
    };
    let pourcent = (i128::from(fait) * 100 / i128::from(total.max(1))).clamp(0, 100);
    let (fait, suite) = if unites {
        let (pf, pt) = (s(fait / 1000), s(total / 1000));
        (r.produite.francais(), format!("fait{pf} sur {} prévu{pt}", r.planifiee.francais()))
    } else {
        let recettes = compte(r.lignes, "recette");
        (r.faites.to_string(), format!("faite{} sur {recettes}", s(r.faites)))
    };
    Some(Avancement { fait, suite, pourcent: i64::try_from(pourcent).unwrap_or(100) })
}

fn signaux(r: &Resume, besoins: Option<&Besoins>) -> Vec<Statut> {
    let nombre = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let manques = besoins.map_or(0, |b| nombre(courts(b).count()));
    let incompletes = besoins.map_or(0, |b| nombre(b.recettes_incompletes.len()));
    let mut signaux: Vec<Statut> = [
        (manques, "manque", "manque", compte(manques, "manque")),
        (
            incompletes,
            "manque",
            "manque",
            format!("{} incomplète{}", compte(incompletes, "recette"), s(incompletes)),
        ),
        (r.rappeles, "rappele", "rappele", compte(r.rappeles, "rappelé")),
        (r.perimes, "perime", "perime", compte(r.perimes, "périmé")),
        (r.bloques, "bloque", "bloque", compte(r.bloques, "bloqué")),
        (r.derniers, "aujourdhui", "horloge", format!("{} DLC du jour", r.derniers)),
    ]
    .into_iter()
    .filter(|(n, ..)| *n > 0)
    .map(|(_, genre, icone, texte)| statut(genre, icone, texte))
    .collect();
    if signaux.is_empty() {
        signaux.push(statut("libre", "libre", "Rien à signaler"));
    }
    signaux
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::montrer::tests::{q, saumon};

    #[test]
    fn pieces_are_added_up_and_other_units_only_counted() {
        let base = Resume {
            lignes: 20,
            faites: 3,
            planifiee: q(1640),
            produite: q(287),
            ..Resume::default()
        };
        let pieces = avancement(&Resume { en_pieces: true, ..base }).unwrap();
        assert_eq!(pieces.suite, "faits sur 1\u{202f}640 prévus");
        assert_eq!((pieces.fait.as_str(), pieces.pourcent), ("287", 17));
        let melange = avancement(&base).unwrap();
        assert_eq!((melange.fait.as_str(), melange.pourcent), ("3", 15));
        assert_eq!(melange.suite, "faites sur 20 recettes");
        assert_eq!(avancement(&Resume { lignes: 0, ..base }), None);
        let une = avancement(&Resume { lignes: 1, faites: 0, ..base }).unwrap();
        assert_eq!(une.suite, "faite sur 1 recette");
    }

    #[test]
    fn a_card_says_what_to_look_at_or_that_there_is_nothing() {
        let textes = |r: &Resume, b: Option<&Besoins>| {
            signaux(r, b).into_iter().map(|s| s.texte).collect::<Vec<_>>()
        };
        let r = Resume { perimes: 2, derniers: 7, bloques: 1, ..Resume::default() };
        let attendu = ["1 manque", "2 périmés", "1 bloqué", "7 DLC du jour"];
        assert_eq!(textes(&r, Some(&saumon(1210))), attendu);
        assert_eq!(textes(&Resume::default(), Some(&saumon(0))), ["Rien à signaler"]);
    }
}
