//! Where it lies what people write: which rows are compared, and by which columns.
//!
//! Almost everything is an operation, and what belongs to one is told with it. What is changed in
//! place, or is written without an operation, is compared row by row besides.

pub(crate) struct Table {
    pub nom: &'static str,
    pub cle: &'static [&'static str],
    /// What a person wrote in it.
    pub valeurs: &'static [&'static str],
    /// Columns of which only whether they are filled is compared.
    pub remplies: &'static [&'static str],
}

const fn table(
    nom: &'static str,
    cle: &'static [&'static str],
    valeurs: &'static [&'static str],
) -> Table {
    Table { nom, cle, valeurs, remplies: &[] }
}

const ID: &[&str] = &["id"];

pub(crate) const OPERATION: &str = "operation";
pub(crate) const PLAN: &str = "ligne_plan_production";
pub(crate) const LOT: &str = "lot";

pub(crate) const TABLES: [Table; 12] = [
    table(OPERATION, ID, &[]),
    table("utilisateur", ID, &["email", "nom_affiche", "role", "mot_de_passe", "actif", "pin"]),
    Table { remplies: &["revoquee_le"], ..table("tablette", ID, &["magasin_id", "nom"]) },
    table("magasin", ID, &["nom", "type_magasin", "fuseau", "politique_stock"]),
    table("fournisseur", ID, &["nom"]),
    table(
        "article",
        ID,
        &[
            "nom",
            "nature",
            "unite_base",
            "densite_milliemes",
            "poids_piece_milliemes",
            "allergenes",
        ],
    ),
    table("ingredient_alias", ID, &["alias", "article_id", "actif"]),
    table("libelle_ignore", ID, &["libelle", "sans_quantite", "actif"]),
    table("menu", ID, &["nom", "recette_id", "magasin_id", "gencode", "prix"]),
    table("recette", ID, &["nom", "article_id", "version"]),
    table(PLAN, &["magasin_id", "date_jour", "recette_id"], &["menu_id", "quantite_planifiee"]),
    // What no operation ever changes: its balance and its state are told with theirs.
    table(LOT, ID, &["magasin_id", "article_id", "code_lot", "date_dlc"]),
];

/// Rows that name the operation they belong to.
pub(crate) const D_UNE_OPERATION: [&str; 9] = [
    "reception",
    "mouvement_stock",
    "lot_etat",
    "lot_production",
    "declaration",
    "recette_version",
    "document_importe",
    "reglement_doute",
    "evenement",
];

/// The rest of the schema: told with the operation it was written by, computed from the others, or
/// nothing that a person wrote.
pub(crate) const AVEC: [&str; 18] = [
    "_sqlx_migrations",
    "chaine",
    "changement_recette",
    "document_contenu",
    "doute_importe",
    "ligne_consommation",
    "ligne_illisible",
    "ligne_recette",
    "ligne_recette_importee",
    "livre_en_question",
    "manque",
    "panne",
    "plan_production",
    "recette_importee",
    "recette_livre",
    "session",
    "tentative_connexion",
    "vente_creneau",
];

/// What else of the schema is ours: views, sequences, functions.
const HORS_TABLES: [&str; 2] = ["etat_recette_importee", "numero_lot_production"];
pub(crate) const FONCTIONS: [&str; 7] = [
    "compter_vente",
    "ligne_reglee",
    "lots_utilisables",
    "nom_de_ligne",
    "noter_changement",
    "refuser_changement",
    "verifier_annulation",
];

/// Tables, views and sequences of ours, all in `public`.
pub(crate) fn les_notres() -> Vec<&'static str> {
    let tables = TABLES.iter().map(|t| t.nom);
    tables.chain(D_UNE_OPERATION).chain(AVEC).chain(HORS_TABLES).collect()
}

/// People and tablets: the program takes none away, and once wrote them without an operation.
pub(crate) fn est_quelqu_un(nom: &str) -> bool {
    nom == "utilisateur" || nom == "tablette"
}

/// Is it a table of this program's?
pub(crate) fn est_a_nous(nom: &str) -> bool {
    Table::de(nom).is_some() || D_UNE_OPERATION.contains(&nom) || AVEC.contains(&nom)
}

impl Table {
    pub(crate) fn de(nom: &str) -> Option<&'static Self> {
        TABLES.iter().find(|t| t.nom == nom)
    }

    /// Are its rows few? Then those that are no more are known by their names.
    pub(crate) fn est_petite(&self) -> bool {
        ![OPERATION, PLAN, LOT].contains(&self.nom)
    }

    /// In the order in which rows are read.
    pub(crate) fn colonnes(&self) -> impl Iterator<Item = &'static str> {
        self.cle.iter().chain(self.valeurs).chain(self.remplies).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whoever adds a table says here how its rows are told when they are lost.
    #[test]
    fn every_table_of_the_schema_is_thought_of() {
        let dossier = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations");
        let fichiers = std::fs::read_dir(dossier).unwrap().map(|f| f.unwrap().path());
        let textes: String = fichiers.map(|f| std::fs::read_to_string(f).unwrap()).collect();
        let creations = textes.lines().filter_map(|l| l.strip_prefix("create table "));
        let noms: Vec<&str> = creations.filter_map(|l| l.split([' ', '(']).next()).collect();
        assert!(noms.len() > 25, "{noms:?}");
        let oubliees: Vec<_> = noms.iter().filter(|n| !est_a_nous(n)).collect();
        assert!(oubliees.is_empty(), "{oubliees:?}");
        for (debut, connus) in [
            ("create function ", &FONCTIONS[..]),
            ("create view ", &HORS_TABLES[..]),
            ("create sequence ", &HORS_TABLES[..]),
        ] {
            let noms =
                textes.lines().filter_map(|l| l.strip_prefix(debut)?.split(['(', ' ', ';']).next());
            let oublies: Vec<_> = noms.filter(|n| !connus.contains(n)).collect();
            assert!(oublies.is_empty(), "{debut}{oublies:?}");
        }
        let fantomes = AVEC.iter().filter(|n| !n.starts_with('_') && !noms.contains(n));
        assert_eq!(fantomes.count(), 0);
    }
}
