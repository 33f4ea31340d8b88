//! What a recipe of a book comes to once people have looked at it: the lines as read, those that
//! were said, and which doubts are settled. Pure, and always from the reading on, so that undoing a
//! decision is calculating without it.

use std::collections::{HashMap, HashSet};

use serde_json::Number;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::Geste;
use super::poids::{Pesee, avec_le_poids, pesees, peser};
use crate::livres::lecture::CodeDeDoute;
use crate::livres::normaliser::cle;
use crate::livres::releve::{DouteReleve, LigneRelevee, RecetteRelevee};

/// What a person decided, as it is remembered.
#[derive(Debug, Clone)]
pub(crate) struct Reglement {
    pub id: Uuid,
    pub codes: Vec<String>,
    /// The words, as they are compared.
    pub cle: String,
    pub lu: Vec<u8>,
    pub geste: Geste,
    pub ligne: Option<LigneDite>,
    /// The words of the line that it takes the place of, where the doubt is on no single line.
    pub remplacee: Option<String>,
    pub duree_vie_jours: Option<u16>,
}

/// A line as a person said it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LigneDite {
    pub libelle: String,
    pub quantite: Number,
    pub unite: String,
    pub ingredient_id: Option<Uuid>,
}

/// A line of the recipe, and who made it what it is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Ligne {
    pub ligne: LigneRelevee,
    pub ajoutee_par: Option<Uuid>,
    pub ecartee_par: Option<Uuid>,
    /// The ingredient that the person named.
    pub article_dit: Option<Uuid>,
    /// The doubt, by its rank, that it bears no unit: nobody has settled it, and it is the only one
    /// on this line.
    pub nue: Option<usize>,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Reglee {
    /// Those that were read, in their order, then those that were said.
    pub lignes: Vec<Ligne>,
    /// Those that were read, then the one that the weight raises: as they are said now.
    pub dits: Vec<DouteReleve>,
    /// Of each of them, what settled it.
    pub doutes: Vec<Option<Uuid>>,
    /// The rank of the doubt on the weight, where that is right as the lines now are.
    pub levee: Option<usize>,
    pub duree_vie_jours: Option<u16>,
}

impl Reglee {
    pub(crate) fn est_a_verifier(&self) -> bool {
        let ouvert = |(rang, r): (usize, &Option<Uuid>)| r.is_none() && self.levee != Some(rang);
        self.doutes.iter().enumerate().any(ouvert)
    }
}

pub(crate) fn appliquer(recette: &RecetteRelevee, reglements: &[Reglement]) -> Reglee {
    let lus = recette.doutes.len();
    let recette = &avec_le_poids(recette);
    let mut reglee = Reglee {
        lignes: recette.lignes.iter().map(lue).collect(),
        dits: recette.doutes.clone(),
        doutes: Vec::with_capacity(recette.doutes.len()),
        levee: None,
        duree_vie_jours: recette.duree_vie_jours,
    };
    let cibles = cibles(recette);
    let mut faits = HashSet::new();
    for (doute, cible) in recette.doutes.iter().zip(&cibles) {
        let regle = reglements.iter().find(|r| r.porte_sur(recette, doute, *cible));
        reglee.doutes.push(regle.map(|r| r.id));
        let Some(regle) = regle else { continue };
        // Two doubts on one line, settled by one decision, are one correction.
        if cible.is_some() && !faits.insert((regle.id, *cible)) {
            continue;
        }
        let sans_doute = cibles.iter().flatten().copied().collect();
        // A weight may take several lines to be right.
        let avant = reglements.iter().skip_while(|r| r.id != regle.id).skip(1);
        let avant = avant
            .filter(|r| doute.code == CodeDeDoute::Poids && r.porte_sur(recette, doute, *cible));
        let mut tous: Vec<&Reglement> = vec![regle];
        for r in avant {
            let neuve = r.remplacee.is_none() || tous.iter().all(|t| t.remplacee != r.remplacee);
            tous.extend(neuve.then_some(r));
        }
        for r in tous.into_iter().rev() {
            reglee.suivre(r, (doute, *cible), &sans_doute);
        }
    }
    reglee.juger_le_poids((recette, lus), (reglements, &cibles));
    reglee.dire_les_nues(recette, &cibles);
    reglee
}

/// The last decision that bears on this doubt of the recipe, though the doubt be open still.
pub(crate) fn derniere_parole<'a>(
    recette: &RecetteRelevee,
    rang: usize,
    reglements: &'a [Reglement],
) -> Option<&'a Reglement> {
    let recette = &avec_le_poids(recette);
    let (doute, cible) = (recette.doutes.get(rang)?, *cibles(recette).get(rang)?);
    reglements.iter().find(|r| r.porte_sur(recette, doute, cible))
}

fn lue(ligne: &LigneRelevee) -> Ligne {
    let (ajoutee_par, ecartee_par, article_dit, nue) = (None, None, None, None);
    Ligne { ligne: ligne.clone(), ajoutee_par, ecartee_par, article_dit, nue }
}

impl Reglement {
    fn porte_sur(
        &self,
        recette: &RecetteRelevee,
        doute: &DouteReleve,
        cible: Option<usize>,
    ) -> bool {
        // « It is right » of a weight is right of the lines as they now are: that is asked last.
        !self.est_juste_de(doute)
            && self.parle_de(doute)
            && self.lu == lu(recette, doute, cible)
            && self.remplacee.as_ref().is_none_or(|r| ligne_de_mots(recette, r).is_some())
    }

    fn parle_de(&self, doute: &DouteReleve) -> bool {
        self.codes.iter().any(|c| c == doute.code.mot()) && self.cle == cle(&doute.texte).stricte
    }

    fn est_juste_de(&self, doute: &DouteReleve) -> bool {
        doute.code == CodeDeDoute::Poids && self.geste == Geste::Juste
    }
}

impl Reglee {
    fn suivre(
        &mut self,
        regle: &Reglement,
        (doute, cible): (&DouteReleve, Option<usize>),
        en_cause: &HashSet<usize>,
    ) {
        let remplacee = regle.remplacee.as_ref();
        let place = remplacee.and_then(|mots| self.place(mots)).or(cible);
        match regle.geste {
            Geste::Juste => self.admettre(doute.code, cible, en_cause),
            Geste::PasUnIngredient => self.ecarter(cible, regle.id),
            Geste::Corriger => {
                if regle.duree_vie_jours.is_some() {
                    self.duree_vie_jours = regle.duree_vie_jours;
                } else {
                    self.ecarter(place, regle.id);
                }
            }
            Geste::Ajouter => {}
        }
        if let Some(dite) = &regle.ligne {
            self.lignes.push(dire(dite, doute, regle.id));
        }
    }

    /// `lus`: so many doubts were read; what is after them is raised only where the weight is wrong.
    fn juger_le_poids(
        &mut self,
        (recette, lus): (&RecetteRelevee, usize),
        (reglements, cibles): (&[Reglement], &[Option<usize>]),
    ) {
        let place = recette.doutes.iter().position(|d| d.code == CodeDeDoute::Poids);
        let Some((rang, doute)) = place.and_then(|r| Some((r, recette.doutes.get(r)?))) else {
            return;
        };
        // A correction of a line is the last word only where the sum then fits.
        let corrige = self.doutes[rang].take();
        let lu = lu_du_poids(recette, &self.lignes);
        let juste = |r: &&Reglement| r.est_juste_de(doute) && r.parle_de(doute) && r.lu == lu;
        if let Some(regle) = reglements.iter().find(juste) {
            self.doutes[rang] = Some(regle.id);
            self.admettre(doute.code, None, &cibles.iter().flatten().copied().collect());
            return;
        }
        let ouverts = cibles.iter().zip(&self.doutes).filter(|(_, regle)| regle.is_none());
        let ouverts: HashSet<usize> = ouverts.filter_map(|(cible, _)| *cible).collect();
        let sans_doute = |(n, l): (usize, &Ligne)| {
            l.ecartee_par.is_some() || !l.ligne.est_en_doute() || cibles.contains(&Some(n))
        };
        match peser(recette, &self.lignes, &ouverts) {
            Pesee::Fausse(phrase) => self.dits[rang].phrase = phrase,
            _ if corrige.is_some() => self.doutes[rang] = corrige,
            // A line whose grams may be those of each piece still waits for its weight.
            Pesee::Juste if self.lignes.iter().enumerate().all(sans_doute) => {
                self.levee = Some(rang);
            }
            Pesee::Juste | Pesee::CommeLue => self.levee = (rang >= lus).then_some(rang),
        }
    }

    fn dire_les_nues(&mut self, recette: &RecetteRelevee, cibles: &[Option<usize>]) {
        let doutes = recette.doutes.iter().zip(cibles).enumerate();
        let ouverts: Vec<(usize, &DouteReleve, usize)> = doutes
            .filter(|(rang, _)| self.doutes[*rang].is_none())
            .filter_map(|(rang, (doute, cible))| Some((rang, doute, (*cible)?)))
            .collect();
        for (rang, doute, cible) in &ouverts {
            let seul = ouverts.iter().filter(|o| o.2 == *cible).count() == 1;
            let Some(l) = self.lignes.get_mut(*cible).filter(|l| l.ligne.texte == doute.texte)
            else {
                continue;
            };
            let nue = seul && doute.code == CodeDeDoute::SansUnite && l.ligne.est_en_doute();
            l.nue = nue.then_some(*rang);
        }
    }

    fn place(&self, mots: &str) -> Option<usize> {
        self.lignes.iter().position(|l| l.ajoutee_par.is_none() && l.ligne.texte == mots)
    }

    /// What was read is what goes in. A doubt on no single line is on all those that are in doubt
    /// without one of their own.
    fn admettre(&mut self, code: CodeDeDoute, cible: Option<usize>, en_cause: &HashSet<usize>) {
        for (rang, l) in self.lignes.iter_mut().enumerate() {
            let concernee = match cible {
                Some(c) => c == rang,
                None => code != CodeDeDoute::DureeDeVie && !en_cause.contains(&rang),
            };
            if concernee && l.ligne.quantite_recette.is_none() {
                l.ligne.quantite_recette.clone_from(&l.ligne.quantite);
            }
        }
    }

    fn ecarter(&mut self, cible: Option<usize>, par: Uuid) {
        if let Some(l) = cible.and_then(|c| self.lignes.get_mut(c)) {
            l.ecartee_par.get_or_insert(par);
        }
    }
}

fn dire(dite: &LigneDite, doute: &DouteReleve, par: Uuid) -> Ligne {
    let ligne = LigneRelevee {
        libelle: dite.libelle.clone(),
        quantite: Some(dite.quantite.clone()),
        unite: Some(dite.unite.clone()),
        pieces: None,
        page: doute.page,
        texte: doute.texte.clone(),
        quantite_recette: Some(dite.quantite.clone()),
        quantite_nette: None,
        recette: None,
    };
    let (ajoutee_par, article_dit) = (Some(par), dite.ingredient_id);
    Ligne { ligne, ajoutee_par, ecartee_par: None, article_dit, nue: None }
}

/// The line that each doubt is on: the one printed with its words; of several printed alike, each
/// doubt of one kind has its own.
pub(crate) fn cibles(recette: &RecetteRelevee) -> Vec<Option<usize>> {
    let mut vues: HashMap<(&str, String), usize> = HashMap::new();
    let cible = |doute: &DouteReleve| {
        if matches!(doute.code, CodeDeDoute::Poids | CodeDeDoute::DureeDeVie) {
            return None;
        }
        let mots = cle(&doute.texte).stricte;
        let place = vues.entry((doute.code.mot(), mots.clone())).or_default();
        let rang = *place;
        *place += 1;
        la_n_ieme(recette, (doute.page, &mots), rang)
    };
    recette.doutes.iter().map(cible).collect()
}

fn la_n_ieme(recette: &RecetteRelevee, (page, mots): (u32, &str), rang: usize) -> Option<usize> {
    if mots.is_empty() {
        return None;
    }
    let qui = |dit: &dyn Fn(&LigneRelevee) -> bool| -> Vec<usize> {
        let lignes = recette.lignes.iter().enumerate();
        lignes.filter(|(_, l)| l.page == page && dit(l)).map(|(i, _)| i).collect()
    };
    let memes_mots = qui(&|l| cle(&l.texte).stricte == mots);
    if !memes_mots.is_empty() {
        return memes_mots.get(rang).copied();
    }
    let meme_libelle = qui(&|l| cle(&l.libelle).stricte == mots);
    if !meme_libelle.is_empty() {
        return meme_libelle.get(rang).copied();
    }
    // A part of a line, where it is of one only.
    let dedans = format!(" {mots} ");
    match qui(&|l| format!(" {} ", cle(&l.texte).stricte).contains(&dedans)).as_slice() {
        [seule] => Some(*seule),
        _ => None,
    }
}

pub(crate) fn ligne_de_mots(recette: &RecetteRelevee, mots: &str) -> Option<usize> {
    recette.lignes.iter().position(|l| l.texte == mots)
}

/// What was read of what the doubt is on: its line; for a weight, all that is weighed. Read
/// otherwise, the same words are another doubt.
pub(crate) fn lu(recette: &RecetteRelevee, doute: &DouteReleve, cible: Option<usize>) -> Vec<u8> {
    match (doute.code, cible.and_then(|c| recette.lignes.get(c))) {
        (CodeDeDoute::Poids, _) => pese(recette, recette.lignes.iter()),
        (_, Some(ligne)) => empreinte(&mots_et_quantites(ligne)),
        (_, None) => empreinte(""),
    }
}

/// What is weighed now, of what was read and of what people said.
pub(crate) fn lu_du_poids(recette: &RecetteRelevee, lignes: &[Ligne]) -> Vec<u8> {
    pese(recette, pesees(recette, lignes))
}

fn pese<'a>(recette: &RecetteRelevee, lignes: impl Iterator<Item = &'a LigneRelevee>) -> Vec<u8> {
    let lignes: String = lignes.map(mots_et_quantites).collect();
    empreinte(&format!("{lignes}{:?}|{}", recette.poids_net_g, recette.rendement.quantite))
}

fn mots_et_quantites(l: &LigneRelevee) -> String {
    let quantites = (&l.quantite, &l.quantite_recette, &l.pieces);
    format!("{}|{quantites:?}|{:?}\n", cle(&l.libelle).stricte, l.unite)
}

fn empreinte(texte: &str) -> Vec<u8> {
    Sha256::digest(texte.as_bytes()).to_vec()
}

#[cfg(test)]
mod tests;
