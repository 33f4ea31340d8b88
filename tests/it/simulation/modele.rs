//! What should be there: the simplest thing that can be right, in whole thousandths, written
//! without a look at the program. The database and the network play no part in it.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate, Utc};
use chrono_tz::Tz;
use delicego::domaine::jour_de;

use super::declarations::{Dite, Faite};

/// Thousandths of a base unit.
pub type Milli = i64;

pub struct Article {
    pub id: String,
    pub nom: &'static str,
    pub unite: &'static str,
}

#[derive(Debug, Clone)]
pub struct Recette {
    pub id: String,
    /// What it makes.
    pub article: usize,
    pub rendement: Milli,
    pub duree: Option<u64>,
    /// Lines of one ingredient are summed.
    pub lignes: BTreeMap<usize, Milli>,
}

impl Recette {
    /// What going from `avant` to `apres` takes of each ingredient.
    pub fn besoins(&self, avant: Milli, apres: Milli) -> impl Iterator<Item = (usize, Milli)> {
        let arrondi = move |total: Milli, ligne: Milli| {
            let produit = i128::from(total) * i128::from(ligne);
            let (entier, reste) =
                (produit / i128::from(self.rendement), produit % i128::from(self.rendement));
            let haut = 2 * reste >= i128::from(self.rendement);
            i64::try_from(entier).expect("besoin") + i64::from(haut)
        };
        self.lignes.iter().map(move |(a, l)| (*a, arrondi(apres, *l) - arrondi(avant, *l)))
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Code {
    Donne(Option<String>),
    /// Made by a production: the day, then a number.
    DuJour(String),
}

impl Code {
    pub fn convient(&self, lu: Option<&str>) -> bool {
        match self {
            Self::Donne(code) => code.as_deref() == lu,
            Self::DuJour(jour) => lu.is_some_and(|lu| lu.starts_with(jour)),
        }
    }
}

#[derive(Debug, Clone)]
pub struct Lot {
    pub article: usize,
    pub code: Code,
    pub dlc: Option<NaiveDate>,
    pub etat: &'static str,
    pub solde: Milli,
    /// Of a lot to come: only if the request says it.
    pub recu_le: Option<DateTime<Utc>>,
}

impl Lot {
    fn utilisable(&self, jour: NaiveDate) -> bool {
        self.solde > 0
            && self.etat == "libre"
            && self.dlc.is_none_or(|dlc| dlc >= jour)
            && !self.a_venir(jour)
    }

    /// Received after that day.
    fn a_venir(&self, jour: NaiveDate) -> bool {
        self.recu_le.is_some_and(|r| jour_de(r, Tz::Europe__Paris) > jour)
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ligne {
    pub planifiee: Milli,
    pub produite: Milli,
}

impl Ligne {
    /// Taken off the plan, and nothing made of it: its history is kept, it is not shown.
    pub fn est_montree(&self) -> bool {
        self.planifiee > 0 || self.produite > 0
    }
}

pub type Plan = BTreeMap<usize, Ligne>;

#[derive(Default)]
pub struct Magasin {
    pub id: String,
    pub lots: BTreeMap<String, Lot>,
    pub plans: BTreeMap<NaiveDate, Plan>,
    /// Of each line: what was said and is not taken back, what was made and is still there.
    pub dites: BTreeMap<(NaiveDate, usize), Vec<Dite>>,
    pub faites: BTreeMap<(NaiveDate, usize), Vec<Faite>>,
    /// A scan passes whatever the stock, and what is missing is owed.
    pub a_compte: bool,
    /// Debts that were paid.
    pub soldees: Vec<String>,
}

impl Magasin {
    pub fn total(&self, article: usize) -> Milli {
        self.lots.values().filter(|l| l.article == article).map(|l| l.solde).sum()
    }

    /// (usable, expired, blocked or recalled)
    pub fn bilan(&self, article: usize, jour: NaiveDate) -> (Milli, Milli, Milli) {
        let mut bilan = (0, 0, 0);
        for lot in self.lots.values().filter(|l| l.article == article) {
            match lot {
                l if l.utilisable(jour) => bilan.0 += l.solde,
                l if l.a_venir(jour) => {}
                l if l.etat == "libre" => bilan.1 += l.solde,
                l => bilan.2 += l.solde,
            }
        }
        bilan
    }

    pub fn produit(&self, jour: NaiveDate, recette: usize) -> Milli {
        self.plans.get(&jour).and_then(|p| p.get(&recette)).map_or(0, |l| l.produite)
    }

    /// All that is left of a plan: what was settled is passed over.
    pub fn reste(&self, jour: NaiveDate) -> BTreeMap<usize, Milli> {
        let lignes = self.plans.get(&jour).into_iter().flatten();
        let a_faire = lignes.filter_map(|(recette, l)| {
            let reglee = self.derniere((jour, *recette)).is_some_and(|d| d.regle(*l));
            let reste = l.planifiee - l.produite;
            (!reglee && reste > 0).then_some((*recette, reste))
        });
        a_faire.collect()
    }

    pub fn derniere(&self, ligne: (NaiveDate, usize)) -> Option<Dite> {
        self.dites.get(&ligne).and_then(|d| d.last()).copied()
    }

    /// Adds to the day's lines, as a production does.
    pub fn compter(&mut self, jour: NaiveDate, liste: &BTreeMap<usize, Milli>) {
        for (recette, quantite) in liste {
            let ligne = self.plans.entry(jour).or_default().entry(*recette).or_default();
            ligne.produite += quantite;
            ligne.planifiee = ligne.planifiee.max(ligne.produite);
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Manque {
    pub besoin: Milli,
    pub disponible: Milli,
    pub manque: Milli,
    pub perime: Milli,
    pub bloque: Milli,
}

/// What a production does.
pub struct Effet {
    pub besoins: BTreeMap<usize, Milli>,
    /// New balances of the lots it takes from.
    pub soldes: BTreeMap<String, Milli>,
    /// Per recipe, the lot that comes out, less what the same list takes of it.
    pub sorties: Vec<Lot>,
}

#[derive(Default)]
pub struct Modele {
    pub articles: Vec<Article>,
    pub recettes: Vec<Recette>,
    pub magasins: Vec<Magasin>,
}

impl Modele {
    /// Needs of the whole list, whatever the order it is made in.
    pub fn besoins(
        &self,
        (magasin, jour): (usize, NaiveDate),
        liste: &BTreeMap<usize, Milli>,
    ) -> BTreeMap<usize, Milli> {
        let mut besoins = BTreeMap::new();
        for (recette, quantite) in liste {
            let avant = self.magasins[magasin].produit(jour, *recette);
            for (article, besoin) in self.recettes[*recette].besoins(avant, avant + quantite) {
                *besoins.entry(article).or_insert(0) += besoin;
            }
        }
        besoins
    }

    /// All of the list, or every shortage.
    pub fn produire(
        &self,
        ou: (usize, NaiveDate),
        liste: &BTreeMap<usize, Milli>,
    ) -> Result<Effet, BTreeMap<usize, Manque>> {
        let (effet, manques) = self.repartir(ou, liste);
        if manques.is_empty() { Ok(effet) } else { Err(manques) }
    }

    /// First expired first out over the whole list, and what is then missing.
    pub fn repartir(
        &self,
        (magasin, jour): (usize, NaiveDate),
        liste: &BTreeMap<usize, Milli>,
    ) -> (Effet, BTreeMap<usize, Manque>) {
        let besoins = self.besoins((magasin, jour), liste);
        let mut sorties: Vec<Lot> =
            liste.iter().map(|(r, q)| self.sortie(&self.recettes[*r], jour, *q)).collect();
        let (mut soldes, mut manques) = (BTreeMap::new(), BTreeMap::new());
        for (article, besoin) in &besoins {
            let mut reste = *besoin;
            let neuve = sorties.iter().find(|l| l.article == *article);
            for (id, solde) in self.file(magasin, jour, (*article, neuve)) {
                let pris = reste.min(solde);
                reste -= pris;
                match id {
                    Some(id) if pris > 0 => drop(soldes.insert(id, solde - pris)),
                    Some(_) => {}
                    None => {
                        let neuve = sorties.iter_mut().find(|l| l.article == *article);
                        neuve.expect("lot fait").solde -= pris;
                    }
                }
            }
            if reste > 0 {
                let (_, perime, bloque) = self.magasins[magasin].bilan(*article, jour);
                let disponible = besoin - reste;
                let manque = Manque { besoin: *besoin, disponible, manque: reste, perime, bloque };
                manques.insert(*article, manque);
            }
        }
        (Effet { besoins, soldes, sorties }, manques)
    }

    pub fn sortie(&self, recette: &Recette, jour: NaiveDate, quantite: Milli) -> Lot {
        Lot {
            article: recette.article,
            code: Code::DuJour(jour.format("%Y%m%d-").to_string()),
            dlc: recette.duree.map(|d| jour + Days::new(d)),
            etat: "libre",
            solde: quantite,
            recu_le: None,
        }
    }

    /// The usable balances of an article, next to go first; what the list itself makes is the last
    /// of its DLC, and has no id yet.
    fn file(
        &self,
        magasin: usize,
        jour: NaiveDate,
        (article, neuve): (usize, Option<&Lot>),
    ) -> Vec<(Option<String>, Milli)> {
        let rang = |l: &Lot| (l.dlc.unwrap_or(NaiveDate::MAX), l.recu_le.is_none(), l.recu_le);
        let lots = &self.magasins[magasin].lots;
        let anciens = lots.iter().filter(|(_, l)| l.article == article && l.utilisable(jour));
        let mut file: Vec<_> = anciens
            .map(|(id, l)| (rang(l), Some(id.clone()), l.solde))
            .chain(neuve.map(|l| (rang(l), None, l.solde)))
            .collect();
        file.sort();
        file.into_iter().map(|(_, id, solde)| (id, solde)).collect()
    }

    /// Per ingredient of what is left to make: need, usable, made by the rest of the plan.
    pub fn reste(&self, magasin: usize, jour: NaiveDate) -> BTreeMap<usize, (Milli, Milli)> {
        let a_faire = self.magasins[magasin].reste(jour);
        let mut reste = BTreeMap::new();
        for (recette, quantite) in &a_faire {
            let r = &self.recettes[*recette];
            let fait = self.magasins[magasin].produit(jour, *recette);
            for (article, besoin) in r.besoins(fait, fait + quantite) {
                reste.entry(article).or_insert((0, 0)).0 += besoin;
            }
        }
        for (recette, quantite) in &a_faire {
            if let Some(r) = reste.get_mut(&self.recettes[*recette].article) {
                r.1 += quantite;
            }
        }
        reste
    }
}
