//! What should be true of a line that the kitchen declares: a pile of what was said, a pile of what
//! was made. In whole thousandths, written without a look at the program.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::modele::{Ligne, Milli, Modele, Recette};
use super::partie::PATRONS;

/// A magasin, a day, a recipe.
pub type Visee = (usize, NaiveDate, usize);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dire {
    Produit,
    Ajuste(Milli),
    NonProduit(Option<&'static str>),
    Scan,
    Annuler,
}

impl Dire {
    pub const fn route(self) -> &'static str {
        match self {
            Self::Produit => "produit",
            Self::Ajuste(_) => "ajuste",
            Self::NonProduit(_) => "non-produit",
            Self::Scan => "scan",
            Self::Annuler => "annuler",
        }
    }

    /// The same word again, whatever the quantity.
    fn repete(self, avant: Self) -> bool {
        match (self, avant) {
            (Self::Produit, Self::Produit) | (Self::Ajuste(_), Self::Ajuste(_)) => true,
            (Self::NonProduit(motif), Self::NonProduit(avant)) => motif == avant,
            _ => false,
        }
    }
}

/// What was said and is not taken back, with the line's total before and after.
#[derive(Debug, Clone, Copy)]
pub struct Dite {
    pub dire: Dire,
    pub avant: Milli,
    pub apres: Milli,
    /// What the plan said then.
    pub planifiee: Milli,
}

/// What is left of one production.
#[derive(Debug, Clone)]
pub struct Faite {
    pub lot: String,
    pub cumul: Milli,
    pub quantite: Milli,
    /// As it then was.
    pub recette: Recette,
    /// What it still takes, by lot.
    pub pris: BTreeMap<String, Milli>,
    /// What it still owes, by article, with the debt's id.
    pub dus: BTreeMap<usize, (String, Milli)>,
}

impl Modele {
    /// The total that the line is to have; none when that was the last thing said already. Or the
    /// refusal.
    pub fn viser(
        &self,
        (magasin, jour, recette): Visee,
        dire: Dire,
    ) -> Result<Option<Milli>, (u16, &'static str)> {
        let m = &self.magasins[magasin];
        let ligne = m.plans.get(&jour).map(|p| p.get(&recette).copied().unwrap_or_default());
        let derniere = m.derniere((jour, recette));
        let produite = ligne.unwrap_or_default().produite;
        if dire == Dire::Annuler {
            return match derniere {
                None => Err((409, "rien_a_annuler")),
                Some(d) if d.apres != produite => Err((409, "ligne_changee")),
                Some(d) => Ok(Some(d.avant)),
            };
        }
        let Ligne { planifiee, .. } = match ligne {
            None => return Err((404, "plan_absent")),
            Some(Ligne { planifiee: 0, produite: 0 }) => return Err((404, "recette_hors_plan")),
            Some(ligne) => ligne,
        };
        // A package is no gram: its code says no weight.
        if dire == Dire::Scan && PATRONS[recette].1 != "piece" {
            return Err((409, "code_sans_poids"));
        }
        let total = match dire {
            Dire::Produit => planifiee,
            Dire::Ajuste(q) => q,
            Dire::Scan => produite + 1000,
            Dire::NonProduit(_) | Dire::Annuler => 0,
        };
        let deja = derniere.is_some_and(|d| dire.repete(d.dire) && d.apres == produite);
        Ok((!deja || total != produite).then_some(total))
    }

    /// It was said, and the line has that total.
    pub fn noter(&mut self, (magasin, jour, recette): Visee, dire: Dire, total: Milli) {
        let m = &mut self.magasins[magasin];
        let ligne = m.plans.entry(jour).or_default().entry(recette).or_default();
        let (avant, planifiee) = (std::mem::replace(&mut ligne.produite, total), ligne.planifiee);
        let dites = m.dites.entry((jour, recette)).or_default();
        if dire == Dire::Annuler {
            dites.pop();
        } else {
            dites.push(Dite { dire, avant, apres: total, planifiee });
        }
    }

    /// Takes back so much, the latest first: of each ingredient what is owed is owed no more, the
    /// rest goes to the lots it came from, last taken first; false, and nothing changes, when some of it is no longer there.
    pub fn reprendre(&mut self, (magasin, jour, recette): Visee, trop: Milli) -> bool {
        let articles: Vec<usize> = (0..self.articles.len()).collect();
        let m = &mut self.magasins[magasin];
        let faites = m.faites.entry((jour, recette)).or_default();
        let mut reste = trop;
        let mut coupes = Vec::new();
        for (rang, faite) in faites.iter().enumerate().rev() {
            let part = reste.min(faite.quantite);
            if part > 0 {
                coupes.push((rang, part));
            }
            reste -= part;
        }
        assert_eq!(reste, 0, "plus repris que fait");
        if coupes.iter().any(|(rang, part)| m.lots[&faites[*rang].lot].solde < *part) {
            return false;
        }
        for (rang, part) in coupes {
            let faite = &mut faites[rang];
            m.lots.get_mut(&faite.lot).expect("lot").solde -= part;
            let (avant, apres) =
                (faite.cumul + faite.quantite, faite.cumul + faite.quantite - part);
            let rendus: BTreeMap<usize, Milli> = faite.recette.besoins(apres, avant).collect();
            for article in &articles {
                let mut reste = rendus.get(article).copied().unwrap_or(0);
                if let Some((_, du)) = faite.dus.get_mut(article) {
                    let part = reste.min(*du);
                    (reste, *du) = (reste - part, *du - part);
                }
                let mut lots: Vec<&String> =
                    faite.pris.keys().filter(|id| m.lots[*id].article == *article).collect();
                let rang =
                    |id: &String| (m.lots[id].dlc.unwrap_or(NaiveDate::MAX), m.lots[id].recu_le);
                lots.sort_by(|a, b| (rang(b), b).cmp(&(rang(a), a)));
                for id in lots.into_iter().cloned().collect::<Vec<_>>() {
                    let part = reste.min(faite.pris[&id]);
                    reste -= part;
                    *faite.pris.get_mut(&id).expect("pris") -= part;
                    m.lots.get_mut(&id).expect("lot").solde += part;
                }
                assert_eq!(reste, 0, "plus rendu que pris");
            }
            faite.pris.retain(|_, q| *q > 0);
            faite.dus.retain(|_, (_, q)| *q > 0);
            faite.quantite -= part;
        }
        faites.retain(|f| f.quantite > 0);
        true
    }
}

impl Dite {
    /// It says how the line stands, whose plan was not raised since.
    pub fn regle(&self, ligne: Ligne) -> bool {
        !matches!(self.dire, Dire::Scan | Dire::Annuler) && ligne.planifiee <= self.planifiee
    }
}

/// As the screen says it.
pub fn statut(ligne: Ligne, derniere: Option<Dire>) -> &'static str {
    match derniere {
        Some(Dire::NonProduit(_)) if ligne.produite == 0 => "NON_PRODUIT",
        _ if ligne.produite > 0 && ligne.produite >= ligne.planifiee => "PRODUIT",
        Some(Dire::Ajuste(_)) => "AJUSTE",
        _ => "A_PRODUIRE",
    }
}
