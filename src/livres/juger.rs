//! The lines of a recipe of a book, as people left them, and what each of them is. Pure.

use std::collections::HashSet;

use serde_json::Number;
use uuid::Uuid;

use super::rapprocher::{Dictionnaire, Imprimee, Verdict};
use super::regler::{Ligne, Reglee};
use super::sous_recettes::Ici;
use crate::domaine::{Quantite, UniteBase};
use crate::recettes::DouteDeRecette;
use crate::recettes::importees::{Contenu, LigneImportee};

/// A line, and what it is.
#[derive(Debug, Clone)]
pub(crate) struct Jugee {
    pub ligne: Ligne,
    pub verdict: Verdict,
    /// The recipe of its book that it is, and how many pieces of it go in, where that is known.
    recette: Option<(String, Option<Quantite>)>,
}

impl Jugee {
    /// Read and not put aside by a person.
    pub(crate) const fn compte(&self) -> bool {
        self.ligne.ecartee_par.is_none()
    }

    /// What goes in, in the line's unit: a number without unit is pieces as soon as it is mapped.
    fn quantite(&self) -> Option<&Number> {
        let l = &self.ligne.ligne;
        let imprimee = || l.quantite.as_ref().filter(|_| self.est_mappee());
        l.quantite_recette.as_ref().or_else(imprimee)
    }

    /// The recipe of its book that it names, and how many pieces of it go in as long as it does.
    pub(crate) fn recette(&self) -> Option<(String, Option<Quantite>)> {
        let (titre, pieces) = self.recette.clone()?;
        Some((titre, pieces.filter(|_| self.est_mappee())))
    }

    const fn est_mappee(&self) -> bool {
        matches!(self.verdict, Verdict::Mappee { .. })
    }
}

/// What became of a doubt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Suite {
    /// It holds the recipe.
    Attend,
    /// A person said what it is.
    Reglee(Uuid),
    /// It is none as things are: its number without unit is pieces, for its ingredient is counted in
    /// them; or what was said of other lines makes the weight right.
    Aucun,
}

impl Suite {
    pub(crate) fn attend(&self) -> bool {
        *self == Self::Attend
    }
}

/// Of each doubt of a recipe, in their order.
pub(crate) fn suites(reglee: &Reglee, lignes: &[Jugee]) -> Vec<Suite> {
    let mappees = lignes.iter().filter(|j| j.est_mappee());
    let en_pieces: HashSet<usize> = mappees.filter_map(|j| j.ligne.nue).collect();
    let suite = |(rang, reglement): (usize, &Option<Uuid>)| match reglement {
        Some(id) => Suite::Reglee(*id),
        None if en_pieces.contains(&rang) || reglee.levee == Some(rang) => Suite::Aucun,
        None => Suite::Attend,
    };
    reglee.doutes.iter().enumerate().map(suite).collect()
}

pub(crate) fn juger(d: &Dictionnaire, ici: Ici<'_>, reglee: &Reglee) -> Vec<Jugee> {
    let juger = |ligne: &Ligne| {
        let verdict = match ligne.ecartee_par {
            Some(_) => Verdict::Ignoree,
            None => d.juger(imprimee(ligne), ici),
        };
        let recette = nommee(d, ici, &ligne.ligne.libelle, &verdict);
        Jugee { ligne: ligne.clone(), verdict, recette }
    };
    reglee.lignes.iter().map(juger).collect()
}

fn nommee(
    d: &Dictionnaire,
    ici: Ici<'_>,
    libelle: &str,
    verdict: &Verdict,
) -> Option<(String, Option<Quantite>)> {
    match verdict {
        Verdict::Mappee { article_id, quantite, .. } => {
            let article = d.ingredient(*article_id)?;
            let pieces = (article.unite_base == UniteBase::Piece).then_some(*quantite);
            Some((ici.livre.qui_fait(*article_id)?.titre.clone(), pieces))
        }
        Verdict::NonMappee { .. } => Some((d.recette_nommee(libelle, ici)?.titre.clone(), None)),
        Verdict::Ignoree => None,
    }
}

fn imprimee(l: &Ligne) -> Imprimee<'_> {
    Imprimee {
        libelle: &l.ligne.libelle,
        quantite: l.ligne.nombre_de_recette().or_else(|| l.ligne.nombre_imprime()),
        unite: l.ligne.unite.as_deref().unwrap_or_default(),
        en_doute: l.ligne.est_en_doute(),
        nue: l.nue.is_some(),
        dit: l.article_dit,
    }
}

/// The lines of a version: those that count, mapped or not yet, and the labels that are ignored.
pub(crate) fn contenu(
    rendement: Option<Quantite>,
    reglee: &Reglee,
    lignes: &[Jugee],
    doutes: Vec<DouteDeRecette>,
) -> Contenu {
    let duree_vie_jours = reglee.duree_vie_jours.map(i32::from);
    let lignes = lignes.iter().filter(|j| j.compte()).map(ligne_de_version).collect();
    Contenu { rendement, duree_vie_jours, lignes, doutes }
}

fn ligne_de_version(j: &Jugee) -> LigneImportee {
    let l = &j.ligne.ligne;
    let (article_id, quantite) = match &j.verdict {
        Verdict::Mappee { article_id, quantite, .. } => (Some(*article_id), *quantite),
        Verdict::NonMappee { .. } | Verdict::Ignoree => (None, Quantite::ZERO),
    };
    LigneImportee {
        article_id,
        ignoree: j.verdict == Verdict::Ignoree,
        libelle: l.libelle.clone(),
        quantite,
        saisie: j.quantite().map(ToString::to_string).unwrap_or_default(),
        unite: l.unite.clone().unwrap_or_default(),
    }
}
