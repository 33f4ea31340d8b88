//! Lines of a list put together again where a name wrapped onto a second line (pure).

use std::cmp::Ordering;

use super::cesures::{self, commence_en_minuscule, finit_en_suspens};
use super::champs::{Nom, champs};
use super::composition::est_une_somme;
use super::grammaire::{self, Contexte, Lectures};
use super::lisible::se_lit;
use super::mots::Cadre;
use super::mots_cles::est_suite;
use super::nombres::{Atome, atome};
use super::parties::{est_un_titre_de_partie, nomme_une_partie};
use super::rangees::{Jeton, Rangee};
use super::reperes::Reperes;
use crate::domaine::Decimal;

/// One line of the list, of one row of words or several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ligne {
    pub page: u32,
    pub texte: String,
    pub jetons: Vec<Jeton>,
    /// What is left once pared, where a table says so.
    pub net: Option<Decimal>,
    /// Its letters beside those of the lines around it.
    lettres: Ordering,
}

/// What a row is before it is joined to another.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sorte {
    /// Has a name and a quantity.
    Entiere,
    /// Has a name only.
    Nom,
    /// Has a quantity only.
    Nombre,
}

impl Ligne {
    fn de(rangee: &Rangee, lettres: Ordering) -> Self {
        let (page, texte) = (rangee.page, rangee.texte());
        Self { page, texte, jetons: rangee.jetons.clone(), net: rangee.net, lettres }
    }

    /// In smaller letters than the list: a note, a footer.
    pub(crate) fn est_petite(&self) -> bool {
        self.lettres == Ordering::Less
    }

    /// It has words.
    pub(crate) fn nomme(&self) -> bool {
        self.jetons.iter().any(|j| !j.cle.is_empty())
    }

    pub(crate) fn est_un_intertitre(&self) -> bool {
        let cle = self.jetons.iter().map(|j| j.cle.as_str()).find(|c| !c.is_empty());
        self.lettres == Ordering::Greater
            || (self.texte.ends_with(':') && !self.texte.contains(|c: char| c.is_ascii_digit()))
            || cle.is_none()
            || cle == Some("pour")
            || nomme_une_partie(&self.jetons)
    }
}

/// The lines of a list; sums are left out.
pub(crate) fn assembler(rangees: &[&Rangee]) -> Vec<Ligne> {
    let rangees: Vec<&Rangee> = rangees.iter().copied().filter(|r| !est_une_somme(r)).collect();
    let sortes = sortes(&rangees);
    let corps = hauteur_du_corps(&rangees, &sortes);
    let liees = Plis::nouveau(&rangees, &sortes).liees();
    let mut lignes: Vec<Ligne> = Vec::with_capacity(rangees.len());
    let mut debut = 0;
    for fin in 1..=rangees.len() {
        if liees.get(fin - 1).copied().unwrap_or(false) {
            continue;
        }
        lignes.push(match rangees.get(debut..fin).unwrap_or_default() {
            [seule] => Ligne::de(seule, lettres(seule.hauteur, corps)),
            ensemble => reunir(ensemble, sortes.get(debut..fin).unwrap_or_default()),
        });
        debut = fin;
    }
    lignes
}

/// Reads each line, knowing which of its numbers stand in a column with those of others.
pub(crate) fn lectures(lignes: &[Ligne], pieces_dabord: bool) -> Vec<Lectures> {
    let reperes = Reperes::de(lignes.iter().map(|l| l.jetons.as_slice()));
    let lire = |l: &Ligne| {
        let alignes = reperes.alignes(&l.jetons);
        grammaire::lire(&l.jetons, Contexte { alignes: &alignes, pieces_dabord })
    };
    lignes.iter().map(lire).collect()
}

/// Fields that wrapped: `POIDS NET 792 / EMBALLAGE FILM +`, `ÉTIQUETTE / DLC J+2`.
pub(crate) fn recoller_les_champs(rangees: Vec<Rangee>) -> Vec<Rangee> {
    let largeurs = largeurs(&rangees);
    let mut recollees: Vec<Rangee> = Vec::with_capacity(rangees.len());
    for (rangee, largeur) in rangees.into_iter().zip(largeurs) {
        match recollees.last_mut().filter(|haut| champ_replie(haut, &rangee, largeur)) {
            Some(haut) => {
                haut.cadre = Cadre { haut: rangee.cadre.haut, ..haut.cadre.avec(rangee.cadre) };
                haut.mots += rangee.mots;
                haut.jetons.extend(rangee.jetons);
            }
            None => recollees.push(rangee),
        }
    }
    recollees
}

/// A packaging that the end of a column or of a page cut in two: `bas` is the first line after it,
/// and becomes the rest of the last of these. Given back where it is not so.
pub(crate) fn recoller_l_emballage(rangees: &mut [Rangee], bas: Rangee) -> Option<Rangee> {
    let largeur = largeurs(rangees).pop().unwrap_or(0);
    match rangees.last_mut().filter(|haut| emballage_coupe(haut, &bas, largeur)) {
        Some(haut) => {
            // What comes after it stands in the new column.
            (haut.page, haut.cadre) = (bas.page, bas.cadre);
            haut.mots += bas.mots;
            haut.jetons.extend(bas.jetons);
            None
        }
        None => Some(bas),
    }
}

fn emballage_coupe(haut: &Rangee, bas: &Rangee, largeur: i32) -> bool {
    let siens = champs(&haut.jetons);
    let Some(dernier) = siens.last().filter(|c| c.nom == Nom::Emballage) else { return false };
    let vide = dernier.jetons.is_empty() && champs(&bas.jetons).is_empty();
    let nom = sorte(bas) == Sorte::Nom;
    (vide && nom) || (champ_continue(haut, bas, largeur) && (nom || est_suspendu(haut)))
}

/// For each line, how far those of its column reach to the right.
fn largeurs(rangees: &[Rangee]) -> Vec<i32> {
    let dessous = |haut: &Rangee, bas: &Rangee| {
        haut.page == bas.page && haut.cadre.milieu() <= bas.cadre.milieu()
    };
    let largeur = |colonne: &[Rangee]| {
        let largeur = colonne.iter().map(|r| r.cadre.droite).max().unwrap_or(0);
        std::iter::repeat_n(largeur, colonne.len())
    };
    rangees.chunk_by(dessous).flat_map(largeur).collect()
}

fn champ_replie(haut: &Rangee, bas: &Rangee, largeur: i32) -> bool {
    let saut = bas.cadre.milieu() - haut.cadre.milieu();
    let pres = haut.page == bas.page && saut > 0 && saut * 10 <= haut.hauteur * 15;
    pres && champ_continue(haut, bas, largeur)
}

/// The line below is no field, and the one above is not whole without it.
fn champ_continue(haut: &Rangee, bas: &Rangee, largeur: i32) -> bool {
    let egales = (haut.hauteur - bas.hauteur).abs() * 20 <= haut.hauteur;
    let autre = champs(&haut.jetons).is_empty() || !champs(&bas.jetons).is_empty();
    if !egales || autre || (!est_suspendu(haut) && cesures::est_un_ingredient(bas)) {
        return false;
    }
    let champ_plus_loin = (1..bas.jetons.len()).any(|n| {
        bas.jetons.get(n - 1).is_some_and(separe)
            && bas.jetons.get(n..).is_some_and(|j| !champs(j).is_empty())
    });
    let mot = bas.jetons.first().map_or(0, |j| j.cadre.largeur());
    let deborde = haut.cadre.droite + haut.hauteur / 5 + mot > largeur;
    champ_plus_loin || est_suspendu(haut) || (deborde && !est_suite(bas.premiere_cle()))
}

fn est_suspendu(rangee: &Rangee) -> bool {
    rangee.jetons.last().is_some_and(|j| separe(j) || j.texte.ends_with(['+', ',']))
}

fn separe(jeton: &Jeton) -> bool {
    matches!(jeton.texte.as_str(), "/" | "|" | "-" | "–" | "—" | "•")
}

/// Decides which rows belong to one name.
///
/// Between two quantities, the rows of names alone go with the upper or the lower one. The widest
/// gap parts them: in a table, lines of one cell stand nearer than those of two.
struct Plis<'a> {
    rangees: &'a [&'a Rangee],
    sortes: &'a [Sorte],
    /// How far names reach to the right.
    largeur: i32,
    /// From one row to the next, where both are whole.
    pas: Option<i32>,
}

impl<'a> Plis<'a> {
    fn nouveau(rangees: &'a [&'a Rangee], sortes: &'a [Sorte]) -> Self {
        let largeur = rangees.iter().map(|r| fin_du_nom(r)).max().unwrap_or(0);
        let mut plis = Self { rangees, sortes, largeur, pas: None };
        let entieres = (1..rangees.len()).filter(|n| {
            sortes.get(n - 1..=*n).is_some_and(|s| s.iter().all(|s| *s == Sorte::Entiere))
        });
        let mut pas: Vec<i32> = entieres.filter_map(|n| plis.saut(n - 1)).collect();
        pas.sort_unstable();
        plis.pas = pas.get(pas.len() / 2).copied();
        plis
    }

    /// For each row, whether it goes on with the next.
    fn liees(&self) -> Vec<bool> {
        let mut liees = vec![false; self.rangees.len()];
        let mut avant: Option<usize> = None;
        let mut rang = 0;
        while rang < self.rangees.len() {
            let noms = self.sortes.iter().skip(rang).take_while(|s| **s == Sorte::Nom).count();
            let apres = Some(rang + noms).filter(|n| *n < self.rangees.len());
            let (du_haut, du_bas) = self.partager((avant, apres), rang, noms);
            for n in 0..du_haut {
                if let Some(lien) = (rang + n).checked_sub(1).and_then(|n| liees.get_mut(n)) {
                    *lien = true;
                }
            }
            for n in rang + noms - du_bas..rang + noms {
                if let Some(lien) = liees.get_mut(n) {
                    *lien = true;
                }
            }
            avant = apres;
            rang += noms + 1;
        }
        liees
    }

    /// How many of these names go with the quantity above, and how many with the one below.
    fn partager(
        &self,
        (avant, apres): (Option<usize>, Option<usize>),
        debut: usize,
        noms: usize,
    ) -> (usize, usize) {
        let du_haut = match avant {
            Some(_) => (0..noms).take_while(|n| self.se_suivent(debut + n - 1)).count(),
            None => 0,
        };
        let du_bas = match apres {
            Some(_) => (0..noms).rev().take_while(|n| self.se_suivent(debut + n)).count(),
            None => 0,
        };
        if du_haut + du_bas <= noms {
            return (du_haut, du_bas);
        }
        // Row `debut + k` would be the first that goes with the quantity below.
        let saut = |k: &usize| (debut + k).checked_sub(1).and_then(|n| self.saut(n)).unwrap_or(0);
        let coupes = noms - du_bas..=du_haut;
        let large = coupes.clone().map(|k| saut(&k)).max().unwrap_or(0);
        let mut larges = coupes.filter(|k| saut(k) * 103 >= large * 100);
        let en_ligne = apres.and_then(|n| self.rangees.get(n)).is_some_and(|r| !a_une_cellule(r));
        let coupe = if en_ligne { larges.next() } else { larges.next_back() };
        coupe.map_or((du_haut, noms - du_haut), |k| (k, noms - k))
    }

    fn saut(&self, rang: usize) -> Option<i32> {
        let (haut, bas) = (self.rangees.get(rang)?, self.rangees.get(rang + 1)?);
        let saut = bas.cadre.milieu() - haut.cadre.milieu();
        (haut.page == bas.page && saut > 0).then_some(saut)
    }

    /// The row below goes on with this one's name.
    fn se_suivent(&self, rang: usize) -> bool {
        let (Some(haut), Some(bas)) = (self.rangees.get(rang), self.rangees.get(rang + 1)) else {
            return false;
        };
        let Some(saut) = self.saut(rang) else { return false };
        if self.sortes.get(rang) == Some(&Sorte::Nom) && est_un_titre_de_partie(haut, bas) {
            return false;
        }
        let egales = (haut.hauteur - bas.hauteur).abs() * 20 <= haut.hauteur;
        let coupe = cesures::coupe_un_mot(haut, debut_des_nombres(haut), bas);
        if !egales || saut * 10 > haut.hauteur * if coupe { 25 } else { 15 } {
            return false;
        }
        let nombre = |n: usize| self.sortes.get(n) == Some(&Sorte::Nombre);
        let serrees = self.pas.is_some_and(|pas| saut * 100 < pas * 95);
        let tres_serrees = self.pas.is_some_and(|pas| saut * 100 < pas * 80);
        coupe
            || nombre(rang)
            || nombre(rang + 1)
            || tres_serrees
            || commence_en_minuscule(bas)
            || finit_en_suspens(haut)
            || (self.deborde(haut, bas) && (serrees || !commence_un_nom(haut, bas)))
    }

    /// The first word below would not have fitted at the end of the name above.
    fn deborde(&self, haut: &Rangee, bas: &Rangee) -> bool {
        let mot = bas.jetons.first().map_or(0, |j| j.cadre.largeur());
        fin_du_nom(haut) + haut.hauteur / 5 + mot > self.largeur
    }
}

/// Its quantity stands apart from its name.
fn a_une_cellule(rangee: &Rangee) -> bool {
    rangee.jetons.iter().skip(1).any(|j| j.large)
}

/// The book writes `Poulet rôti`: another capital begins another name.
fn commence_un_nom(haut: &Rangee, bas: &Rangee) -> bool {
    let mut nom = haut.jetons.iter().take(debut_des_nombres(haut));
    let minuscules = nom.any(|j| j.texte.chars().any(char::is_lowercase));
    let majuscule = bas.jetons.first().is_some_and(|j| j.texte.starts_with(char::is_uppercase));
    minuscules && majuscule
}

/// In a list with a column of numbers, one that stands in no column is part of a name.
fn sortes(rangees: &[&Rangee]) -> Vec<Sorte> {
    let reperes = Reperes::de(rangees.iter().map(|r| r.jetons.as_slice()));
    let mut sortes: Vec<Sorte> = rangees.iter().map(|r| sorte(r)).collect();
    let en_colonne = |r: &Rangee| reperes.alignes(&r.jetons).contains(&true);
    let entieres = sortes.iter().filter(|s| **s == Sorte::Entiere).count();
    let alignees = rangees.iter().zip(&sortes);
    let alignees = alignees.filter(|(r, s)| **s == Sorte::Entiere && en_colonne(r)).count();
    let a_part = rangees.iter().zip(&sortes);
    let a_part = a_part.filter(|(r, s)| **s == Sorte::Entiere && a_une_cellule(r)).count();
    // Where numbers follow names with a space, some stand under each other by chance.
    if alignees * 3 >= entieres * 2 && a_part * 2 >= entieres {
        for (rangee, sorte) in rangees.iter().zip(&mut sortes) {
            let nombres = rangee.jetons.get(debut_des_nombres(rangee)..).unwrap_or_default();
            let a_part = nombres.iter().any(|j| j.large)
                || nombres.last().is_some_and(|j| atome(&j.texte) == Atome::Suffisant);
            if *sorte == Sorte::Entiere && !a_part && !en_colonne(rangee) {
                *sorte = Sorte::Nom;
            }
        }
    }
    sortes
}

fn sorte(rangee: &Rangee) -> Sorte {
    let nombre = |j: &Jeton| !matches!(atome(&j.texte), Atome::Autre);
    let part = |j: &Jeton| atome(&j.texte) == Atome::Part;
    if rangee.jetons.iter().all(nombre) && !rangee.jetons.iter().all(part) {
        return Sorte::Nombre;
    }
    if se_lit(&rangee.jetons) { Sorte::Entiere } else { Sorte::Nom }
}

/// Where the name ends: before the first number that stands apart.
fn fin_du_nom(rangee: &Rangee) -> i32 {
    let jetons = rangee.jetons.iter().enumerate();
    let mut apart = jetons.filter(|(n, j)| *n > 0 && j.large);
    let fin = apart.next().map_or(rangee.jetons.len(), |(n, _)| n);
    rangee.jetons.get(..fin).and_then(|j| j.last()).map_or(0, |j| j.cadre.droite)
}

fn hauteur_du_corps(rangees: &[&Rangee], sortes: &[Sorte]) -> i32 {
    let entieres = rangees.iter().zip(sortes).filter(|(_, s)| **s == Sorte::Entiere);
    let mut hauteurs: Vec<i32> = entieres.map(|(r, _)| r.hauteur).collect();
    hauteurs.sort_unstable();
    hauteurs.get(hauteurs.len() / 2).copied().unwrap_or(0)
}

fn lettres(hauteur: i32, corps: i32) -> Ordering {
    match corps > 0 && (hauteur - corps).abs() * 20 > corps {
        true => hauteur.cmp(&corps),
        false => Ordering::Equal,
    }
}

/// The names in the order of reading, then the quantity.
fn reunir(rangees: &[&Rangee], sortes: &[Sorte]) -> Ligne {
    let mut noms: Vec<Jeton> = Vec::new();
    let mut nombres: Vec<Jeton> = Vec::new();
    for (rangee, sorte) in rangees.iter().zip(sortes) {
        let coupe = match sorte {
            Sorte::Nom => rangee.jetons.len(),
            Sorte::Nombre => 0,
            Sorte::Entiere => debut_des_nombres(rangee),
        };
        cesures::ajouter(&mut noms, rangee.jetons.iter().take(coupe).cloned());
        nombres.extend(rangee.jetons.iter().skip(coupe).cloned());
    }
    if let Some(premier) = nombres.first_mut() {
        premier.large = true;
    }
    // A second line of the name begins beside nothing.
    noms.iter_mut().for_each(|j| j.large = false);
    noms.append(&mut nombres);
    let textes: Vec<&str> = noms.iter().map(|j| j.texte.as_str()).collect();
    let imprimes: Vec<String> = rangees.iter().map(|r| r.texte()).collect();
    let reecrite = rangees.iter().any(|r| r.imprime.is_some());
    let texte = if reecrite { imprimes.join(" ") } else { textes.join(" ") };
    let page = rangees.first().map_or(0, |r| r.page);
    let net = rangees.iter().find_map(|r| r.net);
    Ligne { page, texte, jetons: noms, net, lettres: Ordering::Equal }
}

/// The first word of the numbers at the end.
fn debut_des_nombres(rangee: &Rangee) -> usize {
    let nombre = |j: &&Jeton| !matches!(atome(&j.texte), Atome::Autre);
    let large = rangee.jetons.iter().enumerate().rev().take_while(|(_, j)| nombre(j));
    large.last().map_or(rangee.jetons.len(), |(n, _)| n)
}
