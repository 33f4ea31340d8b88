//! Is this file the next edition of a book that is already there? Its titles are for the most part
//! those of that book: then nothing is done until a person has said so, or has said that it is not.

use std::collections::HashSet;

use sqlx::PgConnection;
use uuid::Uuid;

use super::comparer::{Genre, comparer};
use super::deposer::{Livre, titre};
use super::lecture::SANS_TITRE;
use super::normaliser::cle;
use super::releve::Releve;
use super::sql;
use crate::platform::errors::Erreur;

/// A book in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LivreConnu {
    pub id: Uuid,
    pub source: String,
    pub titre: String,
    /// Its recipes' titles, as they are compared.
    pub titres: Vec<String>,
}

/// The book that a file is the next edition of, and what that would change.
#[derive(Debug, Clone)]
pub(crate) struct Parente {
    pub livre: LivreConnu,
    pub changees: usize,
    pub nouvelles: usize,
    /// The titles that it no longer has.
    pub retirees: Vec<String>,
    /// Neither the source nor the title says so: only what is in it.
    pub est_a_confirmer: bool,
}

/// The next edition of the book of its source and title; else, of a book that it is mostly made of.
pub(crate) async fn chercher(
    c: &mut PgConnection,
    livre: &Livre<'_>,
) -> Result<Option<Parente>, Erreur> {
    let titre = titre(livre.nom_fichier);
    let source = livre.source.unwrap_or(&titre);
    let connus = sql::livres_connus(c).await?;
    if sql::meme_contenu(c, &livre.sha256, livre.source).await?.is_some() {
        return Ok(None);
    }
    let nomme = connus.iter().find(|k| k.source == source && k.titre == titre);
    // A source that is said decides: that book's, or another one's.
    let est_a_confirmer = nomme.is_none() && livre.source.is_none();
    let trouve = nomme.or_else(|| {
        let candidats = connus.iter().filter(|k| est_a_confirmer || k.source == source);
        le_plus_semblable(&titres(livre.releve), candidats)
    });
    let Some(trouve) = trouve else { return Ok(None) };
    let avant = sql::lecture(c, trouve.id).await?.unwrap_or_default();
    let changements = comparer(&avant, livre.releve);
    let nombre = |genre| changements.iter().filter(|c| c.genre == genre).count();
    let retirees = changements.iter().filter(|c| c.genre == Genre::Retiree);
    Ok(Some(Parente {
        livre: trouve.clone(),
        changees: nombre(Genre::Changee),
        nouvelles: nombre(Genre::Nouvelle),
        retirees: retirees.map(|c| c.titre.clone()).collect(),
        est_a_confirmer,
    }))
}

/// The edition that a book replaces, whatever the name of its file: its source decides.
pub(crate) async fn precedente(
    c: &mut PgConnection,
    livre: &Livre<'_>,
) -> Result<Option<Uuid>, Erreur> {
    let trouve = chercher(c, livre).await?.filter(|p| !p.est_a_confirmer);
    Ok(trouve.map(|p| p.livre.id))
}

/// A recipe without a title is like no other.
fn titres(releve: &Releve) -> HashSet<String> {
    let titres = releve.recettes.iter().filter(|r| !r.titre.starts_with(SANS_TITRE));
    titres.map(|r| cle(&r.titre).stricte).collect()
}

/// More than half of its titles are that book's; of several such books, the one that has the most of
/// them. Pure.
fn le_plus_semblable<'a>(
    titres: &HashSet<String>,
    connus: impl Iterator<Item = &'a LivreConnu>,
) -> Option<&'a LivreConnu> {
    let communs = |k: &LivreConnu| k.titres.iter().filter(|t| titres.contains(*t)).count();
    let mut meilleurs: Vec<(usize, &LivreConnu)> =
        connus.map(|k| (communs(k), k)).filter(|(n, _)| n * 2 > titres.len()).collect();
    meilleurs.sort_by(|a, b| b.0.cmp(&a.0).then(b.1.id.cmp(&a.1.id)));
    meilleurs.first().map(|(_, k)| *k)
}

impl Parente {
    /// `C'est la nouvelle édition de « BOOK janvier » : 3 changées, 1 nouvelle.`
    pub(crate) fn phrase(&self) -> String {
        format!("C'est la nouvelle édition de « {} » : {}.", self.livre.titre, self.changements())
    }

    pub(crate) fn changements(&self) -> String {
        let dire = |n: usize, un: &str, des: &str| match n {
            0 => None,
            1 => Some(format!("1 {un}")),
            n => Some(format!("{n} {des}")),
        };
        let dits: Vec<String> = [
            dire(self.changees, "changée", "changées"),
            dire(self.nouvelles, "nouvelle", "nouvelles"),
            dire(self.retirees.len(), "retirée", "retirées"),
        ]
        .into_iter()
        .flatten()
        .collect();
        if dits.is_empty() { "rien ne change".to_owned() } else { dits.join(", ") }
    }

    /// What the new edition no longer says: nothing takes those recipes out of the kitchen.
    pub(crate) fn dire_les_retirees(&self) -> Option<String> {
        let titres: Vec<String> = self.retirees.iter().map(|t| format!("« {t} »")).collect();
        match titres.as_slice() {
            [] => None,
            [une] => {
                Some(format!("N'est plus dans le livre : {une}. Sa recette reste en cuisine."))
            }
            [..] => {
                let dits = titres.join(", ");
                Some(format!(
                    "Ne sont plus dans le livre : {dits}. Leurs recettes restent en cuisine."
                ))
            }
        }
    }

    /// What a program is asked: it answers by sending the file again.
    pub(crate) fn a_repondre(&self) -> String {
        format!(
            "Ses recettes sont pour la plupart celles de « {} » ({}). Si c'est sa nouvelle édition, \
             renvoyez le fichier avec la source « {} » ; si c'est un autre livre, avec une autre \
             source.",
            self.livre.titre,
            self.changements(),
            self.livre.source
        )
    }

    /// What a command says when nobody said which it is.
    pub(crate) fn deux_facons(&self) -> String {
        format!(
            "Ses recettes sont pour la plupart celles de « {} » ({}). Si c'est sa nouvelle édition : \
             --source \"{}\". Si c'est un autre livre : --source avec un autre nom.",
            self.livre.titre,
            self.changements(),
            self.livre.source
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn livre(n: u128, titres: &[&str]) -> LivreConnu {
        LivreConnu {
            id: Uuid::from_u128(n),
            source: format!("S{n}"),
            titre: format!("L{n}"),
            titres: titres.iter().map(|t| (*t).to_owned()).collect(),
        }
    }

    fn trouve(titres: &[&str], connus: &[LivreConnu]) -> Option<u128> {
        let titres = titres.iter().map(|t| (*t).to_owned()).collect();
        le_plus_semblable(&titres, connus.iter()).map(|k| k.id.as_u128())
    }

    #[test]
    fn more_than_half_of_the_titles_is_an_edition_and_half_is_not() {
        let connus = [livre(1, &["a", "b", "c"]), livre(2, &["a", "b", "c", "d"])];
        assert_eq!(trouve(&["a", "x"], &connus), None);
        assert_eq!(trouve(&["a", "b", "x"], &connus[..1]), Some(1));
        assert_eq!(trouve(&["a", "b", "c", "d"], &connus), Some(2));
        assert_eq!(trouve(&["a", "b"], &connus), Some(2), "the newest of two as near");
        assert_eq!(trouve(&["a"], &[]), None);
    }

    #[test]
    fn what_would_change_is_told_in_words() {
        let p = |changees, nouvelles, retirees| Parente {
            livre: livre(1, &[]),
            changees,
            nouvelles,
            retirees: vec!["SOUPE".to_owned(); retirees],
            est_a_confirmer: true,
        };
        assert_eq!(
            p(3, 1, 0).phrase(),
            "C'est la nouvelle édition de « L1 » : 3 changées, 1 nouvelle."
        );
        assert_eq!(p(0, 0, 0).changements(), "rien ne change");
        assert!(p(0, 0, 2).deux_facons().contains("--source \"S1\""));
        let question = p(0, 0, 2).a_repondre();
        assert!(question.contains("la source « S1 »") && !question.contains("--"), "{question}");
    }
}
