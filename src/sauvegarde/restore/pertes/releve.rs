//! Reads what is to go, with what it takes to tell it: names of people, articles, recipes, lots.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde_json::{Value, json};
use sqlx::postgres::PgConnection;
use uuid::Uuid;

use super::repere::{Perdue, Perdues, Sort};
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
    /// Rows of tables that are compared one by one.
    pub rangees: Vec<Rangee>,
    pub plans: Vec<Ligne>,
    /// Lines taken out of plans, which come back: magasin, day, recipe.
    pub retirees: Vec<Ligne>,
    /// Operations by the transaction that wrote them; none where it wrote several, as a restore
    /// does.
    pub par_xmin: HashMap<String, Option<usize>>,
    /// By table and id.
    pub noms: HashMap<&'static str, HashMap<Uuid, Ligne>>,
    /// Rows that differ may do so by the restore: only those that were written since are told.
    pub apres_une_restauration: bool,
    /// The first transaction after that restore, where it is known.
    pub depuis: Option<i64>,
    pub composants: HashMap<(Uuid, i64), Vec<Ligne>>,
    /// All versions of the recipes that are told.
    pub versions: HashMap<(Uuid, i64), Ligne>,
}

pub(crate) struct Rangee {
    pub table: &'static str,
    pub sort: Sort,
    /// As the backup has it, when that is known.
    pub avant: Option<Ligne>,
    pub changees: Vec<&'static str>,
    pub ligne: Ligne,
}

/// What names are looked up in, whole.
const ANNUAIRES: [&str; 7] =
    ["magasin", "utilisateur", "tablette", "article", "recette", "fournisseur", "menu"];

impl Releve {
    pub(crate) async fn lire(c: &mut PgConnection, perdues: &Perdues) -> Result<Self, Echec> {
        let mut r = Self::default();
        r.lire_les_operations(c, &ids(perdues.get(OPERATION))).await?;
        for table in TABLES.iter().filter(|t| ![OPERATION, PLAN].contains(&t.nom)) {
            r.lire_les_rangees(c, table.nom, perdues.get(table.nom)).await?;
        }
        r.lire_les_plans(c, perdues.get(PLAN)).await?;
        if perdues.values().all(Vec::is_empty) {
            return Ok(r);
        }
        for table in ANNUAIRES {
            r.connaitre(table, sql::toutes(c, table).await?);
        }
        r.lire_les_lots(c).await?;
        r.lire_les_composants(c).await?;
        Ok(r)
    }

    async fn lire_les_rangees(
        &mut self,
        c: &mut PgConnection,
        table: &'static str,
        perdues: Option<&Vec<Perdue>>,
    ) -> Result<(), Echec> {
        let mut connues: HashMap<&str, &Perdue> = perdues
            .into_iter()
            .flatten()
            .filter_map(|p| Some((p.cle.first()?.as_str(), p)))
            .collect();
        for ligne in sql::lignes(c, (table, "id"), &ids(perdues)).await? {
            let ligne = Ligne(ligne);
            let Some(perdue) = connues.remove(ligne.texte("id")) else { continue };
            let avant = perdue.avant.clone().map(Ligne);
            self.rangees.push(Rangee {
                table,
                sort: perdue.sort,
                avant,
                changees: perdue.changees.clone(),
                ligne,
            });
        }
        for perdue in perdues.into_iter().flatten().filter(|p| p.sort == Sort::Retiree) {
            let Some(ligne) = perdue.avant.clone().map(Ligne) else { continue };
            self.rangees.push(Rangee {
                table,
                sort: Sort::Retiree,
                avant: None,
                changees: Vec::new(),
                ligne,
            });
        }
        Ok(())
    }

    async fn lire_les_operations(
        &mut self,
        c: &mut PgConnection,
        ids: &[Uuid],
    ) -> Result<(), Echec> {
        let lues = sql::lignes(c, (OPERATION, "id"), ids).await?;
        self.operations = lues.into_iter().map(Ligne).collect();
        self.operations.sort_by_key(|o| (o.moment("cree_le"), o.id("id")));
        for (n, operation) in self.operations.iter().enumerate() {
            let sienne = self.par_xmin.entry(operation.texte("xmin").to_owned());
            sienne.and_modify(|o| *o = None).or_insert(Some(n));
        }
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
            if perdue.sort == Sort::Retiree {
                let cle = json!({"magasin_id": magasin, "date_jour": jour, "recette_id": recette});
                let lue = sql::plan_de(c, (magasin, jour, recette)).await?;
                self.retirees.push(Ligne(lue.unwrap_or(cle)));
                continue;
            }
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
        for ligne in sql::lignes(c, ("recette_version", "recette_id"), &recettes).await? {
            let ligne = Ligne(ligne);
            let Some(recette) = ligne.id("recette_id") else { continue };
            self.versions.insert((recette, ligne.nombre("version")), ligne);
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

    /// The operation whose transaction wrote that row last. None where something else did: a
    /// person who asked PostgreSQL, a migration.
    pub(crate) fn qui_ecrivit(&self, ligne: &Ligne) -> Option<&Ligne> {
        let numero = self.par_xmin.get(ligne.texte("xmin")).copied().flatten()?;
        self.operations.get(numero)
    }

    /// Did a transaction write that row that began after the restore? None: nothing tells.
    pub(crate) fn est_ecrite_depuis(&self, ligne: &Ligne) -> Option<bool> {
        const PREMIERE: u32 = 3;
        let (depuis, xmin) = (self.depuis?, ligne.texte("xmin").parse::<u32>().ok()?);
        // Numbers of 32 bits go round, as PostgreSQL compares them; the first ones are of no time.
        let ecart = xmin.wrapping_sub((depuis & i64::from(u32::MAX)) as u32).cast_signed();
        Some(xmin >= PREMIERE && ecart >= 0)
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

    /// Did a restore write it? Then its transaction does not say who did.
    pub(crate) fn est_recopiee(&self) -> bool {
        self.0["recopiee"] == true
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
