//! What an import did, or would do.

use std::fmt;

use serde::Serialize;

use super::modeles::Modele;

#[derive(Debug, Default, Serialize)]
pub struct Rapport {
    /// Nothing was kept.
    pub essai: bool,
    pub tables: Vec<CompteTable>,
    pub avertissements: Vec<String>,
}

/// Lots for the receptions, days for the plans, else entries.
#[derive(Debug, Serialize)]
pub struct CompteTable {
    pub table: &'static str,
    pub crees: usize,
    pub remplaces: usize,
    pub inchanges: usize,
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
}

impl fmt::Display for Rapport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for avertissement in &self.avertissements {
            writeln!(f, "Attention : {avertissement}")?;
        }
        writeln!(f, "{:<14}{:>10}{:>12}{:>12}", "", "nouveaux", "remplacés", "inchangés")?;
        for t in &self.tables {
            let (table, crees) = (t.table, t.crees);
            writeln!(f, "{table:<14}{crees:>10}{:>12}{:>12}", t.remplaces, t.inchanges)?;
        }
        f.write_str(if self.essai {
            "Essai : tout est bon, rien n'a été écrit. Avec --apply, ce sera fait."
        } else {
            "Import fait."
        })
    }
}
