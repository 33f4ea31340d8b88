//! Reads what is to go, with what it takes to tell it: names of people, articles, recipes, lots.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde_json::Value;
use sqlx::postgres::PgConnection;
use uuid::Uuid;

use super::repere::{Perdue, Perdues};
use super::sql;
use super::tables::{D_UNE_OPERATION, OPERATION, PLAN, TABLES};
use crate::domaine::{Quantite, lire_fuseau};
use crate::platform::heure;
use crate::platform::issue::Echec;

/// A row, as JSON.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ligne(pub Value);

#[derive(Default)]
pub(crate) struct Releve {
    /// The oldest first.
    pub operations: Vec<Ligne>,
    /// What belongs to an operation, with the table it lies in.
    pub de_l_operation: HashMap<Uuid, Vec<(&'static str, Ligne)>>,
    /// Rows of tables that are compared one by one: table, not in the backup at all, row.
    pub rangees: Vec<(&'static str, bool, Ligne)>,
    pub plans: Vec<Ligne>,
    /// By table and id.
    pub noms: HashMap<&'static str, HashMap<Uuid, Ligne>>,
    pub composants: HashMap<(Uuid, i64), Vec<Ligne>>,
}

/// What names are looked up in, whole.
const ANNUAIRES: [&str; 6] =
    ["magasin", "utilisateur", "article", "recette", "fournisseur", "menu"];

impl Releve {
    pub(crate) async fn lire(c: &mut PgConnection, perdues: &Perdues) -> Result<Self, Echec> {
        let mut r = Self::default();
        r.lire_les_operations(c, &ids(perdues.get(OPERATION))).await?;
        for table in TABLES.iter().filter(|t| ![OPERATION, PLAN].contains(&t.nom)) {
            let siennes = perdues.get(table.nom);
            let nouvelles: BTreeSet<Uuid> = ids_de(siennes, |p| p.nouvelle).into_iter().collect();
            for ligne in sql::lignes(c, (table.nom, "id"), &ids(siennes)).await? {
                let ligne = Ligne(ligne);
                let nouvelle = ligne.id("id").is_some_and(|id| nouvelles.contains(&id));
                r.rangees.push((table.nom, nouvelle, ligne));
            }
        }
        r.lire_les_plans(c, perdues.get(PLAN)).await?;
        if r.operations.is_empty() && r.rangees.is_empty() && r.plans.is_empty() {
            return Ok(r);
        }
        for table in ANNUAIRES {
            r.connaitre(table, sql::toutes(c, table).await?);
        }
        r.lire_les_lots(c).await?;
        r.lire_les_composants(c).await?;
        Ok(r)
    }

    async fn lire_les_operations(
        &mut self,
        c: &mut PgConnection,
        ids: &[Uuid],
    ) -> Result<(), Echec> {
        let lues = sql::lignes(c, (OPERATION, "id"), ids).await?;
        self.operations = lues.into_iter().map(Ligne).collect();
        self.operations.sort_by_key(|o| (o.moment("cree_le"), o.id("id")));
        for table in D_UNE_OPERATION {
            for ligne in sql::lignes(c, (table, "operation_id"), ids).await? {
                let ligne = Ligne(ligne);
                let Some(operation) = ligne.id("operation_id") else { continue };
                self.de_l_operation.entry(operation).or_default().push((table, ligne));
            }
        }
        Ok(())
    }

    async fn lire_les_plans(
        &mut self,
        c: &mut PgConnection,
        perdues: Option<&Vec<Perdue>>,
    ) -> Result<(), Echec> {
        let (mut magasins, mut jours, mut recettes) = (Vec::new(), Vec::new(), Vec::new());
        for perdue in perdues.into_iter().flatten() {
            let [magasin, jour, recette] = perdue.cle.as_slice() else { continue };
            let (Ok(magasin), Ok(recette)) = (magasin.parse(), recette.parse()) else { continue };
            magasins.push(magasin);
            jours.push(jour.clone());
            recettes.push(recette);
        }
        if !magasins.is_empty() {
            let lues = sql::lignes_de_plan(c, (&magasins, &jours, &recettes)).await?;
            self.plans = lues.into_iter().map(Ligne).collect();
            self.plans.sort_by_key(|l| (l.texte("date_jour").to_owned(), l.id("magasin_id")));
        }
        Ok(())
    }

    async fn lire_les_lots(&mut self, c: &mut PgConnection) -> Result<(), Echec> {
        let tous = self.de_l_operation.values().flatten();
        let lots: BTreeSet<Uuid> = tous.filter_map(|(_, l)| l.id("lot_id")).collect();
        let lots: Vec<Uuid> = lots.into_iter().collect();
        self.connaitre("lot", sql::lignes(c, ("lot", "id"), &lots).await?);
        Ok(())
    }

    async fn lire_les_composants(&mut self, c: &mut PgConnection) -> Result<(), Echec> {
        let tous = self.de_l_operation.values().flatten();
        let versions = tous.filter(|(table, _)| *table == "recette_version");
        let recettes: BTreeSet<Uuid> = versions.filter_map(|(_, l)| l.id("recette_id")).collect();
        let recettes: Vec<Uuid> = recettes.into_iter().collect();
        for ligne in sql::lignes(c, ("ligne_recette", "recette_id"), &recettes).await? {
            let ligne = Ligne(ligne);
            let Some(recette) = ligne.id("recette_id") else { continue };
            self.composants.entry((recette, ligne.nombre("version"))).or_default().push(ligne);
        }
        for lignes in self.composants.values_mut() {
            lignes.sort_by_key(|l| l.nombre("rang"));
        }
        Ok(())
    }

    fn connaitre(&mut self, table: &'static str, lignes: Vec<Value>) {
        let lignes = lignes.into_iter().map(Ligne);
        let par_id = lignes.filter_map(|l| Some((l.id("id")?, l)));
        self.noms.entry(table).or_default().extend(par_id);
    }

    /// The row that a column names; an empty one when there is none.
    pub(crate) fn suivre(&self, ligne: &Ligne, colonne: &str, table: &str) -> Ligne {
        let id = ligne.id(colonne);
        let trouvee = id.and_then(|id| self.noms.get(table)?.get(&id));
        trouvee.cloned().unwrap_or_default()
    }

    /// Of a row of a magasin; of whoever reads, where there is none.
    pub(crate) fn fuseau(magasin: &Ligne) -> Tz {
        lire_fuseau(magasin.texte("fuseau")).unwrap_or_else(heure::fuseau)
    }
}

fn ids(perdues: Option<&Vec<Perdue>>) -> Vec<Uuid> {
    ids_de(perdues, |_| true)
}

fn ids_de(perdues: Option<&Vec<Perdue>>, garder: impl Fn(&Perdue) -> bool) -> Vec<Uuid> {
    let gardees = perdues.into_iter().flatten().filter(|p| garder(p));
    gardees.filter_map(|p| p.cle.first()?.parse().ok()).collect()
}

impl Ligne {
    pub(crate) fn texte(&self, colonne: &str) -> &str {
        self.0[colonne].as_str().unwrap_or_default()
    }

    pub(crate) fn id(&self, colonne: &str) -> Option<Uuid> {
        self.0[colonne].as_str()?.parse().ok()
    }

    pub(crate) fn nombre(&self, colonne: &str) -> i64 {
        self.0[colonne].as_i64().unwrap_or_default()
    }

    pub(crate) fn quantite(&self, colonne: &str) -> String {
        Quantite::milliemes(self.nombre(colonne)).francais()
    }

    pub(crate) fn moment(&self, colonne: &str) -> Option<DateTime<Utc>> {
        let lu = DateTime::parse_from_rfc3339(self.0[colonne].as_str()?).ok()?;
        Some(lu.with_timezone(&Utc))
    }

    /// `2026-11-22` as people write it; empty when there is none.
    pub(crate) fn jour(&self, colonne: &str) -> String {
        let lu = self.texte(colonne).parse::<chrono::NaiveDate>();
        lu.map(|j| j.format("%d/%m/%Y").to_string()).unwrap_or_default()
    }
}
