//! A file as rows of typed cells, found by the names of their columns.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::cellules::{self, Cellule, Jour};
use super::erreurs::Fautes;
use super::modeles::{Colonne, Modele};

/// A row as it stands in the file.
#[derive(Debug)]
pub(crate) struct Rangee {
    /// As an editor or a spreadsheet numbers it: from 1.
    pub numero: u64,
    pub cellules: Vec<String>,
}

#[derive(Debug)]
pub(crate) struct Table {
    pub modele: Modele,
    pub fichier: String,
    /// False when the file as a whole could not be read: what it would have brought is unknown.
    pub lisible: bool,
    pub lignes: Vec<Ligne>,
}

#[derive(Debug)]
pub(crate) struct Ligne {
    pub numero: u64,
    cellules: HashMap<&'static str, Cellule>,
}

impl Table {
    pub(crate) const fn illisible(modele: Modele, fichier: String) -> Self {
        Self { modele, fichier, lisible: false, lignes: Vec::new() }
    }
}

impl Ligne {
    pub(crate) fn texte(&self, colonne: &str) -> Option<&str> {
        self.cellules.get(colonne)?.texte()
    }

    pub(crate) fn jour(&self, colonne: &str) -> Option<Jour> {
        match self.cellules.get(colonne)? {
            Cellule::Jour(jour) => Some(*jour),
            _ => None,
        }
    }

    pub(crate) fn est_vide(&self, colonne: &str) -> bool {
        !self.cellules.contains_key(colonne)
    }

    pub(crate) fn valeur(&self, colonne: &str) -> Value {
        self.cellules.get(colonne).map_or(Value::Null, Cellule::valeur)
    }

    /// Those columns as the fields of a request.
    pub(crate) fn objet(&self, colonnes: &[&str]) -> Map<String, Value> {
        colonnes.iter().map(|c| ((*c).to_owned(), self.valeur(c))).collect()
    }
}

/// Types the rows of a file; what is wrong goes into `fautes`, what is passed over is told.
pub(crate) fn typer(
    modele: Modele,
    fichier: String,
    rangees: Vec<Rangee>,
    (fautes, avertissements): (&mut Fautes, &mut Vec<String>),
) -> Table {
    let mut rangees = rangees.into_iter().filter(|r| !est_vide(&r.cellules));
    let Some(entete) = rangees.next() else {
        fautes.du_systeme(&fichier, "est vide : sa première ligne nomme les colonnes");
        return Table::illisible(modele, fichier);
    };
    let lecture = Lecture { modele, fichier: &fichier };
    let Some(colonnes) = lecture.entete(&entete, (fautes, avertissements)) else {
        return Table::illisible(modele, fichier);
    };
    let lignes = rangees.map(|r| lecture.ligne(&r, &colonnes, fautes)).collect();
    Table { modele, fichier, lisible: true, lignes }
}

fn est_vide(cellules: &[String]) -> bool {
    cellules.iter().all(|c| c.trim().is_empty())
}

struct Lecture<'a> {
    modele: Modele,
    fichier: &'a str,
}

impl Lecture<'_> {
    /// Which column stands where; none when one is missing or there twice.
    fn entete(
        &self,
        r: &Rangee,
        (fautes, avertissements): (&mut Fautes, &mut Vec<String>),
    ) -> Option<Vec<Option<&'static Colonne>>> {
        let noms: Vec<String> =
            r.cellules.iter().map(|c| cellules::nettoyer(c).to_lowercase()).collect();
        let connues = self.modele.colonnes();
        let mut complete = true;
        for colonne in connues {
            let combien = noms.iter().filter(|n| *n == colonne.nom).count();
            if combien > 1 || (combien == 0 && colonne.requise) {
                let raison = if combien == 0 { "manque" } else { "est là deux fois" };
                let message = format!("la colonne « {} » {raison}", colonne.nom);
                fautes.noter(self.fichier, r.numero, Some(colonne.nom), message);
                complete = false;
            }
        }
        for (nom, _) in noms.iter().zip(&r.cellules).filter(|(n, _)| !n.is_empty()) {
            if !connues.iter().any(|c| c.nom == nom) {
                let fichier = self.fichier;
                avertissements.push(format!("{fichier} : colonne « {nom} » inconnue, ignorée"));
            }
        }
        let fin = noms.iter().rposition(|n| !n.is_empty()).map_or(0, |i| i + 1);
        let places = noms[..fin].iter().map(|n| connues.iter().find(|c| c.nom == n));
        complete.then(|| places.collect())
    }

    fn ligne(
        &self,
        r: &Rangee,
        colonnes: &[Option<&'static Colonne>],
        fautes: &mut Fautes,
    ) -> Ligne {
        if !est_vide(r.cellules.get(colonnes.len()..).unwrap_or_default()) {
            let message = format!(
                "{} cellules pour {} colonnes : un séparateur en trop, ou une virgule sans \
                 guillemets",
                r.cellules.len(),
                colonnes.len()
            );
            fautes.noter(self.fichier, r.numero, None, message);
        }
        let mut lues = HashMap::new();
        for (brut, colonne) in r.cellules.iter().zip(colonnes) {
            let Some(colonne) = colonne else { continue };
            match cellules::lire(brut, colonne.genre) {
                Ok(Some(cellule)) => drop(lues.insert(colonne.nom, cellule)),
                Ok(None) => {}
                Err(message) => {
                    fautes.noter(self.fichier, r.numero, Some(colonne.nom), message);
                }
            }
        }
        Ligne { numero: r.numero, cellules: lues }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::importer::texte;

    /// The table, its faults as they are printed, the warnings.
    fn lue(modele: Modele, csv: &str) -> (Table, Vec<String>, Vec<String>) {
        let (mut fautes, mut avertissements) = (Fautes::default(), Vec::new());
        let rangees = texte::lire(csv.as_bytes()).unwrap();
        let fichier = format!("{}.csv", modele.nom());
        let table = typer(modele, fichier, rangees, (&mut fautes, &mut avertissements));
        (table, fautes.triees().iter().map(ToString::to_string).collect(), avertissements)
    }

    #[test]
    fn columns_are_found_by_name_whatever_their_order() {
        let (table, fautes, avertissements) =
            lue(Modele::Menus, "Prix;nom;RECETTE\n10,90;Wok;Wok poulet\n;;\n");
        assert!(fautes.is_empty() && avertissements.is_empty());
        assert_eq!(table.lignes.len(), 1);
        let ligne = &table.lignes[0];
        assert_eq!((ligne.numero, ligne.texte("recette")), (2, Some("Wok poulet")));
        assert_eq!(ligne.valeur("prix").to_string(), "10.9");
        assert_eq!(ligne.valeur("magasin"), Value::Null);
    }

    #[test]
    fn every_faulty_cell_is_named_by_line_and_column() {
        let csv = "magasin;date;recette;quantite_planifiee\nPantin;demain;Wok;douze\n\
                   Pantin;J;Wok;12;6\n";
        let (_, fautes, _) = lue(Modele::Plans, csv);
        assert_eq!(fautes.len(), 3, "{fautes:?}");
        assert!(fautes[0].starts_with("plans.csv:2:date : « demain »"), "{}", fautes[0]);
        assert!(fautes[1].starts_with("plans.csv:2:quantite_planifiee : « douze »"));
        assert!(fautes[2].starts_with("plans.csv:3 : 5 cellules pour 4 colonnes"), "{}", fautes[2]);
    }

    #[test]
    fn missing_and_double_columns_are_faults_unknown_ones_are_told() {
        let (table, fautes, avertissements) =
            lue(Modele::Ingredients, "nom;nature;nature;couleur\nCarotte;matiere;;orange\n");
        assert!(!table.lisible);
        assert_eq!(
            fautes,
            [
                "ingredients.csv:1:unite_base : la colonne « unite_base » manque",
                "ingredients.csv:1:nature : la colonne « nature » est là deux fois",
            ]
        );
        assert_eq!(avertissements, ["ingredients.csv : colonne « couleur » inconnue, ignorée"]);
    }

    #[test]
    fn an_empty_file_is_a_fault() {
        let (_, fautes, _) = lue(Modele::Alias, "\n;;\n");
        assert_eq!(fautes, ["alias.csv : est vide : sa première ligne nomme les colonnes"]);
    }
}
