//! The fields that end a recipe, kept or told (pure).

use super::champs::{self, Champ, Duree, Nom, PoidsImprime, champs};
use super::composition::Comprise;
use super::rangees::{Jeton, Rangee};
use super::{CodeDeDoute, Doute, RecetteLue};

/// What the fields said so far.
#[derive(Default)]
struct Dit {
    poids: Option<PoidsImprime>,
    /// A life after opening: told where no other is said.
    secondaire: Option<Doute>,
    /// A life that is not understood.
    duree: Option<Doute>,
}

/// Gives back the weight, which the lines are compared with.
pub(crate) fn remplir_les_champs(comprise: &mut Comprise, fin: &[&Rangee]) -> Option<PoidsImprime> {
    let mut dit = Dit::default();
    for (rang, rangee) in fin.iter().enumerate() {
        for champ in champs(&rangee.jetons) {
            let suivante = fin.get(rang + 1).filter(|r| champs(&r.jetons).is_empty());
            let suivante = suivante.filter(|s| s.page == rangee.page).copied();
            remplir(&mut comprise.recette, &mut dit, (rangee, &champ, suivante));
        }
    }
    let recette = &mut comprise.recette;
    let secondaire = dit.secondaire.filter(|_| recette.duree_vie_jours.is_none());
    recette.doutes.extend(dit.duree.or(secondaire));
    dit.poids
}

/// The first word on a field counts; a second one that says otherwise is told.
fn remplir(
    recette: &mut RecetteLue,
    dit: &mut Dit,
    (rangee, champ, suivante): (&Rangee, &Champ, Option<&Rangee>),
) {
    // A name at the end of its line: what it names stands on the next.
    let champ = match suivante.filter(|_| champ.jetons.is_empty()) {
        Some(suivante) => &Champ { nom: champ.nom, jetons: &suivante.jetons },
        None => champ,
    };
    match champ.nom {
        Nom::Poids => peser(recette, dit, (rangee, champ)),
        Nom::Duree => dater(recette, dit, (rangee, champ)),
        Nom::Emballage if recette.emballage.is_none() => {
            recette.emballage = champs::texte(champ.jetons);
            if champ.jetons.windows(2).any(|p| est_etranger(&p[0], &p[1])) {
                let phrase = "Ces mots à côté de l'emballage en sont-ils ?";
                recette.doutes.push(doute(CodeDeDoute::Champ, rangee, phrase));
            }
        }
        Nom::Emballage => {}
    }
}

/// Stands apart, in other letters: a stamp that touches the line.
fn est_etranger(avant: &Jeton, jeton: &Jeton) -> bool {
    let (a, b) = (avant.cadre.hauteur(), jeton.cadre.hauteur());
    jeton.large && a.max(b) * 100 > a.min(b) * 115
}

fn peser(recette: &mut RecetteLue, dit: &mut Dit, (rangee, champ): (&Rangee, &Champ)) {
    let lu = champ.poids();
    match (lu, dit.poids) {
        (Some(poids), None) => {
            recette.poids_net_g = Some(poids.grammes);
            dit.poids = Some(poids);
        }
        (Some(poids), Some(premier)) if poids == premier || poids.par != premier.par => {}
        (Some(_), Some(_)) => {
            let phrase = "Le livre donne deux poids nets qui ne sont pas les mêmes.";
            recette.doutes.push(doute(CodeDeDoute::Champ, rangee, phrase));
        }
        (None, _) if champ.jetons.is_empty() => {}
        (None, _) => {
            let phrase = "Ce poids est dit avec des mots qui ne sont pas compris.";
            recette.doutes.push(doute(CodeDeDoute::Champ, rangee, phrase));
        }
    }
}

fn dater(recette: &mut RecetteLue, dit: &mut Dit, (rangee, champ): (&Rangee, &Champ)) {
    let phrase = match (champ.duree(), recette.duree_vie_jours) {
        (Duree::Jours(jours), None) => {
            recette.duree_vie_jours = Some(jours);
            return;
        }
        (Duree::Jours(jours), Some(premier)) if jours == premier => return,
        (Duree::Jours(_), Some(_)) => "Le livre donne deux durées de vie différentes.",
        (Duree::Secondaire, _) => {
            let phrase = "Cette durée vaut après ouverture ; celle de la recette n'est pas dite.";
            dit.secondaire = Some(doute(CodeDeDoute::DureeDeVie, rangee, phrase));
            return;
        }
        (Duree::Incomprise, _) => "Ces mots ne disent pas une durée de vie en jours.",
    };
    dit.duree.get_or_insert(doute(CodeDeDoute::DureeDeVie, rangee, phrase));
}

fn doute(code: CodeDeDoute, rangee: &Rangee, phrase: &str) -> Doute {
    Doute { code, page: rangee.page, texte: rangee.texte(), phrase: phrase.to_owned() }
}
