//! What is lost, counted.

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde::Serialize;

use super::fait::{Fait, Genre};

#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct Pertes {
    /// Lines of the file.
    pub ecritures: usize,
    pub operations: usize,
    pub productions: usize,
    pub receptions: usize,
    pub corrections: usize,
    pub plans: usize,
    pub recettes: usize,
    pub personnes: usize,
    pub autres: usize,
    #[serde(skip)]
    pub faits: Vec<Fait>,
}

/// What was lost.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct Bilan {
    /// None: it could not be read.
    pub pertes: Option<Pertes>,
    pub fichier: Option<PathBuf>,
    /// Written after what was told before the question.
    pub de_plus: usize,
    /// What went wrong, in a sentence.
    pub ennui: Option<String>,
    /// What was not compared, in a sentence.
    pub non_compare: Option<String>,
}

impl Pertes {
    pub(crate) fn de(faits: Vec<Fait>, operations: usize) -> Self {
        let compter = |genre| faits.iter().filter(|f| f.genre == genre).count();
        let distincts = |genre, cle: &dyn Fn(&Fait) -> String| {
            let siens = faits.iter().filter(|f| f.genre == genre).map(cle);
            siens.collect::<BTreeSet<_>>().len()
        };
        let de_l_operation = |f: &Fait| format!("{:?}", f.operation);
        Self {
            ecritures: faits.len(),
            operations,
            productions: compter(Genre::Production),
            receptions: distincts(Genre::Reception, &de_l_operation),
            corrections: compter(Genre::Correction),
            plans: distincts(Genre::Plan, &|f| format!("{} {}", f.magasin, f.jour)),
            recettes: compter(Genre::Recette),
            personnes: compter(Genre::Personne),
            autres: compter(Genre::Autre),
            faits,
        }
    }

    /// `2 productions, 1 réception, 1 plan`.
    pub(crate) fn comptes(&self) -> String {
        let comptes = [
            (self.productions, "production", "productions"),
            (self.receptions, "réception", "réceptions"),
            (self.corrections, "correction de stock", "corrections de stock"),
            (self.plans, "plan", "plans"),
            (self.recettes, "recette", "recettes"),
            (self.personnes, "personne ou tablette", "personnes ou tablettes"),
            (self.autres, "autre écriture", "autres écritures"),
        ];
        let dits = comptes.iter().filter(|(n, ..)| *n > 0);
        let dits = dits.map(|(n, un, des)| format!("{n} {}", if *n == 1 { un } else { des }));
        dits.collect::<Vec<_>>().join(", ")
    }
}

impl Bilan {
    /// What the person reads afterwards.
    pub(crate) fn phrases(&self) -> Vec<String> {
        let mut phrases = Vec::new();
        match &self.pertes {
            Some(pertes) if pertes.ecritures > 0 => {
                phrases.push(format!("Perdu, à refaire à la main : {}.", pertes.comptes()));
            }
            _ => {}
        }
        if self.de_plus > 0 {
            let (nombre, verbe) = match self.de_plus {
                1 => ("une écriture".to_owned(), "a été faite"),
                n => (format!("{n} écritures"), "ont été faites"),
            };
            phrases.push(format!(
                "ATTENTION : {nombre} de plus que ce qui était annoncé, {verbe} entre l'annonce et \
                 l'échange des bases."
            ));
        }
        let fichier = self.fichier.as_ref();
        phrases
            .extend(fichier.map(|f| format!("La liste, une ligne par écriture : {}", f.display())));
        phrases.extend(self.non_compare.clone());
        phrases.extend(self.ennui.iter().map(|e| format!("ATTENTION : {e}")));
        phrases
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_than_was_told_is_said() {
        let faits = vec![Fait::default(); 3];
        let bilan = Bilan { pertes: Some(Pertes::de(faits, 3)), de_plus: 2, ..Bilan::default() };
        let dites = bilan.phrases();
        assert_eq!(dites[0], "Perdu, à refaire à la main : 3 autres écritures.");
        assert!(dites[1].contains("2 écritures de plus"), "{dites:?}");
        assert_eq!(Bilan::default().phrases(), Vec::<String>::new());
    }
}
