//! Rows that a restore wrote into the live database: their transactions do not say who changed them
//! before. The operations that go with them do, by what they name, else by the page they came from.

use std::collections::{BTreeSet, HashMap, HashSet};

use serde_json::Value;
use uuid::Uuid;

use super::fait::Fait;
use super::raconter::cadre;
use super::releve::{Ligne, Releve};
use super::tables::{PLAN, est_quelqu_un};

/// The operation that changed that row of a table last, by its own words. People leave events, which
/// tell more.
pub(crate) fn qui_la_nomma<'a>(
    r: &'a Releve,
    moments: &HashMap<&str, &'a Ligne>,
    (table, l): (&str, &Ligne),
) -> Option<&'a Ligne> {
    if !l.est_recopiee() || est_quelqu_un(table) {
        return None;
    }
    let id = l.texte("id");
    let repond = |o: &Ligne| {
        let reponse: Option<Value> = serde_json::from_str(o.texte("reponse")).ok();
        reponse.is_some_and(|r| r["id"] == id)
    };
    let nomme = |o: &&Ligne| o.texte("chemin").contains(id) || repond(o);
    let par_son_nom = || r.operations.iter().rev().find(nomme).filter(|_| !id.is_empty());
    qui_la_remplaca(r, moments, l).or_else(par_son_nom)
}

/// What it gave way to was made by the same operation.
fn qui_la_remplaca<'a>(
    r: &'a Releve,
    moments: &HashMap<&str, &'a Ligne>,
    l: &Ligne,
) -> Option<&'a Ligne> {
    let par = l.id("remplace_par")?;
    let neuve = r.rangees.iter().find(|n| n.ligne.id("id") == Some(par))?;
    moments.get(neuve.ligne.texte("cree_le")).copied()
}

const ETIQUETTES: &[&str] = &["/livres/liens", "/livres/ignores", "/livres/a-relier"];
/// Pages whose operations keep no trace of what they were about, by the table they change.
const PAGES: [(&str, &[&str]); 4] = [
    ("article", &["/livres/ingredients"]),
    ("ingredient_alias", ETIQUETTES),
    ("libelle_ignore", ETIQUETTES),
    (PLAN, &["/production-du-jour/"]),
];

/// Operations of such pages that nothing else tells of.
pub(crate) struct DesPages<'a> {
    r: &'a Releve,
    libres: Vec<&'a Ligne>,
    /// By table, what each in its turn was taken for.
    prises: HashMap<&'a str, Vec<String>>,
}

impl<'a> DesPages<'a> {
    pub(crate) fn sauf(r: &'a Releve, dites: &HashSet<Uuid>) -> Self {
        let libre = |o: &&Ligne| o.id("id").is_some_and(|id| !dites.contains(&id));
        Self { r, libres: r.operations.iter().filter(libre).collect(), prises: HashMap::new() }
    }

    /// Who changed `quoi`, a row or a plan, and when. Of several that may have, each is taken once:
    /// which of them it was is not known, and so not when.
    pub(crate) fn cadre(
        &mut self,
        (table, quoi): (&'a str, &str),
        magasin: &Ligne,
    ) -> Option<Fait> {
        let (_, portes) = PAGES.iter().find(|(t, _)| *t == table)?;
        let sienne = |o: &&&Ligne| portes.iter().any(|p| o.texte("chemin").contains(p));
        let siennes: Vec<&Ligne> = self.libres.iter().filter(sienne).copied().collect();
        if let [une] = siennes.as_slice() {
            return Some(cadre(self.r, une, magasin));
        }
        let prises = self.prises.entry(table).or_default();
        let rang = prises.iter().position(|p| p == quoi).unwrap_or_else(|| {
            prises.push(quoi.to_owned());
            prises.len() - 1
        });
        let une = cadre(self.r, siennes.get(rang)?, magasin);
        let auteurs = siennes.iter().map(|o| cadre(self.r, o, magasin).auteur);
        let auteurs: Vec<String> = auteurs.collect::<BTreeSet<_>>().into_iter().collect();
        Some(Fait { le: None, auteur: auteurs.join(" ou "), ..une })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn of_several_that_may_have_changed_a_row_each_is_told_once_and_its_hour_is_not_known() {
        let mut r = Releve::default();
        for (n, nom) in [(1, "Zoé"), (2, "Camille")] {
            let (id, qui) = (Uuid::from_u128(n), Uuid::from_u128(n + 10));
            let personne = Ligne(json!({"id": qui, "nom_affiche": nom}));
            r.noms.entry("utilisateur").or_default().insert(qui, personne);
            r.operations.push(Ligne(json!({"id": id, "auteur_id": qui,
                "chemin": "POST /livres/ingredients", "cree_le": "2026-11-22T08:00:00Z"})));
        }
        let magasin = Ligne::default();
        let mut des_pages = DesPages::sauf(&r, &HashSet::new());
        let mut dire = |quoi| des_pages.cadre(("article", quoi), &magasin);
        let (sel, poivre) = (dire("sel").unwrap(), dire("poivre").unwrap());
        assert_eq!((sel.auteur.as_str(), sel.le), ("Camille ou Zoé", None));
        assert_ne!(sel.operation, poivre.operation);
        assert_eq!(dire("sel").unwrap().operation, sel.operation, "la même ligne");
        assert!(dire("huile").is_none(), "personne n'est plus là pour elle");
        let dites = HashSet::from([Uuid::from_u128(2)]);
        let seule = DesPages::sauf(&r, &dites).cadre(("article", "sel"), &magasin).unwrap();
        assert!(seule.auteur == "Zoé" && seule.le.is_some(), "{seule:?}");
        let autre = DesPages::sauf(&r, &dites).cadre(("menu", "m"), &magasin);
        assert!(autre.is_none(), "aucune page ne change un menu");
    }
}
