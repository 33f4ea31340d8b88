//! What an import did, or would do.

use std::fmt;

use serde::Serialize;

use super::erreurs::{Faute, Ou};
use super::modeles::Modele;

#[derive(Debug, Default, Serialize)]
pub struct Rapport {
    /// Nothing was kept.
    pub essai: bool,
    pub tables: Vec<CompteTable>,
    /// What is new or changed, one by one.
    pub faits: Vec<Fait>,
    /// What was read and should be looked at.
    pub doutes: Vec<Faute>,
}

/// Lots for the receptions, days for the plans, else entries.
#[derive(Debug, Serialize)]
pub struct CompteTable {
    pub table: &'static str,
    pub crees: usize,
    pub remplaces: usize,
    pub inchanges: usize,
}

#[derive(Debug, Serialize)]
pub struct Fait {
    pub table: &'static str,
    pub action: Action,
    pub fichier: String,
    pub ligne: u64,
    /// What it is, in words.
    pub objet: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    Cree,
    Remplace,
}

impl Rapport {
    pub(crate) fn compter(&mut self, modele: Modele) -> &mut CompteTable {
        let table = modele.nom();
        let place = self.tables.iter().position(|t| t.table == table).unwrap_or_else(|| {
            self.tables.push(CompteTable { table, crees: 0, remplaces: 0, inchanges: 0 });
            self.tables.len() - 1
        });
        &mut self.tables[place]
    }

    /// One thing done: counted, and kept by its words.
    pub(crate) fn raconter(&mut self, ou: &Ou<'_>, action: Action, objet: impl Into<String>) {
        let modele = ou.table.modele;
        let compte = self.compter(modele);
        match action {
            Action::Cree => compte.crees += 1,
            Action::Remplace => compte.remplaces += 1,
        }
        self.faits.push(Fait {
            table: modele.nom(),
            action,
            fichier: ou.table.fichier.clone(),
            ligne: ou.lignes.first().map_or(0, |l| l.numero),
            objet: objet.into(),
        });
    }
}

impl Action {
    pub(crate) const fn francais(self) -> &'static str {
        match self {
            Self::Cree => "nouveau",
            Self::Remplace => "remplacé",
        }
    }
}

/// A person reads a few; `--rapport` lists them all.
const FAITS_DITS: usize = 40;

impl fmt::Display for Rapport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for fait in self.faits.iter().take(FAITS_DITS) {
            writeln!(f, "{:<14}{:<10}{}", fait.table, fait.action.francais(), fait.objet)?;
        }
        match self.faits.len().saturating_sub(FAITS_DITS) {
            0 => {}
            autres => writeln!(f, "… et {autres} de plus : --rapport les liste tous")?,
        }
        writeln!(f, "{:<14}{:>10}{:>12}{:>12}", "", "nouveaux", "remplacés", "inchangés")?;
        for t in &self.tables {
            let (table, crees) = (t.table, t.crees);
            writeln!(f, "{table:<14}{crees:>10}{:>12}{:>12}", t.remplaces, t.inchanges)?;
        }
        Ok(())
    }
}
