//! A file as rows of typed cells, found by the names of their columns; what stands there and is no
//! row of the table is told.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::cellules::{self, Cellule, Jour};
use super::entete::{Entete, Place};
use super::erreurs::Suivi;
use super::feuille::{Case, Contenu, Feuille, Forme, Rangee, adresse};
use super::modeles::Modele;
use super::nombres::Usage;
use crate::domaine::Unite;

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

    /// What a cell was read as, in words; a day is told by whoever knows its magasin.
    pub(crate) fn dite(&self, colonne: &str) -> Option<String> {
        match self.cellules.get(colonne)? {
            Cellule::Texte(texte) => Some(texte.clone()),
            Cellule::Nombre(nombre) => Some(nombre.to_string().replace('.', ",")),
            Cellule::Jour(_) => None,
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

/// Types the rows of a file; what is wrong, lost or doubtful goes into `suivi`.
pub(crate) fn typer(
    modele: Modele,
    fichier: String,
    feuille: &Feuille,
    suivi: &mut Suivi,
) -> Table {
    if feuille.est_vide() {
        suivi.du_fichier(&fichier, "est vide : sa première ligne nomme les colonnes");
        return Table::illisible(modele, fichier);
    }
    let Some(entete) = Entete::chercher(modele, &fichier, feuille, suivi) else {
        return Table::illisible(modele, fichier);
    };
    let lecture = Lecture { modele, fichier: &fichier, feuille, entete: &entete };
    lecture.regarder_la_feuille(suivi);
    let usages = lecture.usages(suivi);
    let lignes: Vec<Ligne> =
        lecture.rangees().filter_map(|r| lecture.ligne(r, &usages, suivi)).collect();
    if lignes.is_empty() {
        suivi.douter_du_fichier(&fichier, "n'a aucune ligne sous son en-tête");
    }
    Table { modele, fichier, lisible: true, lignes }
}

/// A sheet whose head is known.
pub(super) struct Lecture<'a> {
    pub modele: Modele,
    pub fichier: &'a str,
    pub feuille: &'a Feuille,
    pub entete: &'a Entete,
}

impl<'a> Lecture<'a> {
    /// The filled rows under the head.
    pub(super) fn rangees(&self) -> impl Iterator<Item = &'a Rangee> + use<'a> {
        let tete = self.entete.numero;
        self.feuille.rangees.iter().filter(move |r| r.numero > tete && !r.cases.is_empty())
    }

    /// How the numbers of each column are written, in the order of the head.
    fn usages(&self, suivi: &mut Suivi) -> Vec<Usage> {
        let textes = |place: &Place| {
            let nombre = place.colonne.genre.est_un_nombre();
            let rang = place.rang;
            self.rangees().filter_map(move |r| match &r.case(rang)?.contenu {
                Contenu::Texte(texte) if nombre => Some(texte.as_str()),
                _ => None,
            })
        };
        let places = &self.entete.places;
        let mut usages: Vec<Usage> = places.iter().map(|p| Usage::de(textes(p))).collect();
        for (place, _) in places.iter().zip(&usages).filter(|(_, u)| u.a_les_deux()) {
            let message = "a des nombres à virgule et des nombres à point : les deux sont lus comme des \
                           décimales";
            suivi.douter(self.fichier, self.entete.numero, Some(place.colonne.nom), message);
        }
        Usage::d_un_fichier(self.feuille.forme, &mut usages);
        usages
    }

    /// `2,50` between commas, and nobody put quotation marks: two cells, or one that was cut?
    fn refuser_un_nombre_coupe(&self, r: &Rangee, usages: &[Usage], suivi: &mut Suivi) {
        let entre_virgules = self.feuille.forme == Forme::Texte { separateur: ',' };
        if !entre_virgules || usages.iter().any(|u| u.a_des_decimales()) {
            return;
        }
        let chiffres = |rang: u32| {
            let texte = r.case(rang)?.contenu.dit();
            texte.bytes().all(|b| b.is_ascii_digit()).then_some(texte)
        };
        for place in self.entete.places.iter().filter(|p| p.colonne.genre.est_un_nombre()) {
            let deux = chiffres(place.rang).zip(chiffres(place.rang + 1));
            if let Some((avant, apres)) = deux.filter(|(_, apres)| apres.len() <= 3) {
                let message = format!(
                    "« {avant},{apres} » : un nombre à virgule, ou deux cellules ? mettez des guillemets \
                     autour des nombres à virgule, ou écrivez {avant}.0"
                );
                suivi.noter(self.fichier, r.numero, Some(place.colonne.nom), message);
            }
        }
    }

    /// None when nothing stands in the columns of the table: what does stand there is told.
    fn ligne(&self, r: &Rangee, usages: &[Usage], suivi: &mut Suivi) -> Option<Ligne> {
        self.hors_du_tableau(r, suivi);
        if self.entete.places.iter().all(|p| r.case(p.rang).is_none()) {
            return None;
        }
        self.refuser_ce_qui_n_est_pas_une_ligne(r, suivi);
        self.refuser_un_nombre_coupe(r, usages, suivi);
        let mut lues = HashMap::new();
        for (place, usage) in self.entete.places.iter().zip(usages) {
            let Some(case) = r.case(place.rang) else { continue };
            let nom = place.colonne.nom;
            if case.barree {
                let message = "est barrée, au moins en partie : gardez-y ce qui compte, sans rature, ou \
                               retirez la ligne";
                suivi.noter(self.fichier, r.numero, Some(nom), message);
            }
            match cellules::lire(&case.contenu, place.colonne.genre, *usage) {
                Ok(Some((cellule, doute))) => {
                    lues.insert(nom, cellule);
                    if let Some(doute) = doute {
                        suivi.douter(self.fichier, r.numero, Some(nom), doute);
                    }
                }
                Ok(None) => {}
                Err(message) => suivi.noter(self.fichier, r.numero, Some(nom), message),
            }
        }
        let ligne = Ligne { numero: r.numero, cellules: lues };
        self.refuser_une_autre_unite(r, &ligne, suivi);
        Some(ligne)
    }

    /// A cell that shows « 2,5 kg » beside one that says « g »: one of the two is wrong.
    fn refuser_une_autre_unite(&self, r: &Rangee, ligne: &Ligne, suivi: &mut Suivi) {
        for place in self.entete.places.iter().filter(|p| p.colonne.genre.est_un_nombre()) {
            let Some(Contenu::Nombre(n)) = r.case(place.rang).map(|c| &c.contenu) else { continue };
            let montree = Unite::lire(&n.autour);
            let dite = ["unite", "unite_rendement"].map(|c| ligne.texte(c).and_then(Unite::lire));
            if let Some(montree) = montree
                && !dite.contains(&Some(montree))
            {
                let message = format!(
                    "le tableur y montre « {} », et la colonne de l'unité dit autre chose : gardez l'une \
                     des deux",
                    n.autour
                );
                suivi.noter(self.fichier, r.numero, Some(place.colonne.nom), message);
            }
        }
    }

    /// What is filled where no head says what it is.
    fn hors_du_tableau(&self, r: &Rangee, suivi: &mut Suivi) {
        let sans_tete = |c: &&Case| !self.entete.nomme(c.colonne);
        let Some(premiere) = r.cases.iter().find(sans_tete) else { return };
        let colonnes = self.entete.largeur();
        let derniere = r.cases.last().map_or(0, |c| c.colonne as usize + 1);
        if self.feuille.forme != Forme::Tableur && derniere > colonnes {
            let message = format!(
                "{derniere} cellules pour {colonnes} colonnes : un séparateur en trop, ou une virgule \
                 sans guillemets"
            );
            return suivi.noter(self.fichier, r.numero, None, message);
        }
        let message = format!(
            "la cellule {} (« {} ») n'a pas de colonne qui la nomme, et n'est pas lue",
            adresse(r.numero, premiere.colonne),
            premiere.contenu.dit()
        );
        suivi.perdre(self.fichier, Some(r.numero), None, message);
    }

    /// A total, or the head once more.
    fn refuser_ce_qui_n_est_pas_une_ligne(&self, r: &Rangee, suivi: &mut Suivi) {
        let dit = |place: &Place| r.case(place.rang).map(|c| c.contenu.dit());
        let tetes = self.entete.places.iter();
        let pareilles = tetes.clone().filter(|p| {
            dit(p).is_some_and(|d| self.modele.colonne(&d).is_some_and(|c| c.nom == p.colonne.nom))
        });
        if pareilles.count() == self.entete.places.len() {
            let message = "répète l'en-tête : retirez cette ligne, ou séparez les deux tableaux";
            return suivi.noter(self.fichier, r.numero, None, message);
        }
        let requises: Vec<&Place> = tetes.filter(|p| p.colonne.requise).collect();
        let incomplete = requises.len() == 1 || requises.iter().any(|p| dit(p).is_none());
        if incomplete && r.cases.iter().any(|c| est_un_total(&c.contenu.dit())) {
            let message = "ressemble à une ligne de total : retirez-la";
            suivi.noter(self.fichier, r.numero, None, message);
        }
    }
}

fn est_un_total(texte: &str) -> bool {
    let minuscules = texte.to_lowercase();
    let mut mots = minuscules.split(|c: char| !c.is_alphabetic()).filter(|m| !m.is_empty());
    let premier = mots.next().filter(|m| *m != "sous" && *m != "grand").or_else(|| mots.next());
    matches!(premier, Some("total" | "totaux"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::importer::Options;
    use crate::importer::lire::texte;

    /// The table, its faults as they are printed, the doubts.
    fn lue(modele: Modele, csv: &str, laisser: bool) -> (Table, Vec<String>, Vec<String>) {
        let mut suivi = Suivi::nouveau(Options { laisser, ..Options::default() });
        let feuille = texte::lire(csv, modele).unwrap();
        let table = typer(modele, format!("{}.csv", modele.nom()), &feuille, &mut suivi);
        let (fautes, doutes) = suivi.triees();
        let dire = |f: Vec<crate::importer::erreurs::Faute>| {
            f.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        (table, dire(fautes), dire(doutes))
    }

    #[test]
    fn columns_are_found_by_name_whatever_their_order_and_writing() {
        let (table, fautes, doutes) =
            lue(Modele::Menus, "Prix;nom;RECETTE\n10,90;Wok;Wok poulet\n;;\n", false);
        assert!(fautes.is_empty() && doutes.is_empty(), "{fautes:?} {doutes:?}");
        assert_eq!(table.lignes.len(), 1);
        let ligne = &table.lignes[0];
        assert_eq!((ligne.numero, ligne.texte("recette")), (2, Some("Wok poulet")));
        assert_eq!(ligne.valeur("prix").to_string(), "10.9");
        assert_eq!(ligne.valeur("magasin"), Value::Null);
        let csv = "Magasin;Ingrédient;Quantité;Unité;Code-lot;Date DLC\nPantin;Sel;1;kg;A;J\n";
        let (table, fautes, _) = lue(Modele::Receptions, csv, false);
        assert!(fautes.is_empty(), "{fautes:?}");
        assert!(table.lignes[0].jour("date_dlc").is_some());
    }

    #[test]
    fn every_faulty_cell_is_named_by_line_and_column() {
        let csv = "magasin;date;recette;quantite_planifiee\nPantin;demain;Wok;douze\n\
                   Pantin;J;Wok;12;6\n";
        let (_, fautes, _) = lue(Modele::Plans, csv, false);
        assert_eq!(fautes.len(), 3, "{fautes:?}");
        assert!(fautes[0].starts_with("plans.csv:2:date : « demain »"), "{}", fautes[0]);
        assert!(fautes[1].starts_with("plans.csv:2:quantite_planifiee : « douze »"));
        assert!(fautes[2].starts_with("plans.csv:3 : 5 cellules pour 4 colonnes"), "{}", fautes[2]);
    }

    #[test]
    fn missing_double_and_unknown_columns_hold_the_import() {
        let csv = "nom;nature;nature;couleur\nCarotte;matiere;;orange\n";
        let (table, fautes, _) = lue(Modele::Ingredients, csv, false);
        assert!(!table.lisible);
        assert_eq!(
            fautes[..2],
            [
                "ingredients.csv:1:unite_base : la colonne « unite_base » manque",
                "ingredients.csv:1:nature : la colonne « nature » est là deux fois",
            ]
        );
        assert!(fautes[2].contains("« couleur »"), "{}", fautes[2]);
        let csv = "nom;unite_base;couleur\nCarotte;g;orange\n";
        let (table, fautes, doutes) = lue(Modele::Ingredients, csv, true);
        assert!(table.lisible && fautes.is_empty());
        assert!(doutes[0].contains("« couleur »") && doutes[0].ends_with("laissé de côté"));
        let (_, fautes, doutes) = lue(Modele::Ingredients, "nom;unite_base;x\nSel;g;\n", false);
        assert!(fautes.is_empty() && doutes[0].contains("« x »"), "an empty one loses nothing");
    }

    #[test]
    fn what_is_no_row_of_the_table_is_told() {
        let dits = |csv: &str| {
            let (_, fautes, doutes) = lue(Modele::Fournisseurs, csv, false);
            [fautes, doutes].concat()
        };
        for (csv, attendu) in [
            ("Nos fournisseurs\nnom\nCrèmerie\n", "fournisseurs.csv:1 : « Nos fournisseurs »"),
            ("nom\nCrèmerie\n\nFin de liste\n", "fournisseurs.csv:4 : vient après"),
            ("nom\nCrèmerie\nTotal : 1\n", "fournisseurs.csv:3 : ressemble"),
            ("nom\nCrèmerie\nNom\n", "fournisseurs.csv:3 : répète l'en-tête"),
            ("nom;;\nCrèmerie;;vu\n", "fournisseurs.csv:2 : 3 cellules"),
            (";nom\nx;Crèmerie\n", "fournisseurs.csv:2 : la cellule A2 (« x »)"),
        ] {
            let dits = dits(csv);
            assert!(dits.len() == 1 && dits[0].starts_with(attendu), "{attendu} {dits:?}");
        }
        let csv = "nom,recette,magasin,prix,gencode\nCC,Crêpe,Boutique,2,50\n";
        let (_, fautes, _) = lue(Modele::Menus, csv, false);
        assert!(fautes[0].contains("« 2,50 » : un nombre à virgule"), "{fautes:?}");
        let (_, fautes, _) = lue(Modele::Menus, "nom,recette,prix\nWok,Wok\n", false);
        assert!(fautes[0].starts_with("menus.csv:2 : 2 cellules pour 3 colonnes"), "{fautes:?}");
        let (_, _, doutes) = lue(Modele::Menus, "nom;recette;prix\nWok;Wok\n", false);
        assert!(doutes[0].starts_with("menus.csv:2 : 2 cellules pour 3 colonnes"), "{doutes:?}");
    }

    #[test]
    fn an_empty_file_is_a_fault() {
        let (_, fautes, _) = lue(Modele::Alias, "\n;;\n", false);
        assert_eq!(fautes, ["alias.csv : est vide : sa première ligne nomme les colonnes"]);
    }
}
