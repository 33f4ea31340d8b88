//! What is not the same in two archives, in sentences.

use std::collections::BTreeMap;
use std::fmt;

use super::sommaire::{de_la_base, somme};
use super::{Empreinte, Empreintes, Entree, NomTable};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ecart {
    TableManquante(NomTable),
    TableEnTrop(NomTable),
    Lignes {
        table: NomTable,
        attendues: u64,
        trouvees: u64,
    },
    /// As many rows, but not the same ones.
    Contenu {
        table: NomTable,
        lignes: u64,
    },
    SequenceManquante(NomTable),
    SequenceEnTrop(NomTable),
    Sequence {
        nom: NomTable,
        attendue: String,
        trouvee: String,
    },
    GrandsObjets {
        attendus: u64,
        trouves: u64,
    },
    Schema {
        attendues: u64,
        trouvees: u64,
    },
    DefinitionManquante(String),
    DefinitionEnTrop(String),
    Definition(String),
}

/// None: the two are equal.
pub fn comparer(attendu: &Empreintes, trouve: &Empreintes) -> Vec<Ecart> {
    let mut ecarts = tables(&attendu.tables, &trouve.tables);
    ecarts.extend(sequences(&attendu.sequences, &trouve.sequences));
    let paire = |a: Empreinte, t: Empreinte| (a != t).then_some((a.lignes, t.lignes));
    let objets = paire(attendu.grands_objets, trouve.grands_objets);
    ecarts.extend(objets.map(|(attendus, trouves)| Ecart::GrandsObjets { attendus, trouves }));
    let schema = paire(attendu.schema, trouve.schema);
    ecarts.extend(schema.map(|(attendues, trouvees)| Ecart::Schema { attendues, trouvees }));
    ecarts
}

fn tables(
    attendues: &BTreeMap<NomTable, Empreinte>,
    trouvees: &BTreeMap<NomTable, Empreinte>,
) -> Vec<Ecart> {
    let mut ecarts = Vec::new();
    for (nom, attendue) in attendues {
        match trouvees.get(nom) {
            None => ecarts.push(Ecart::TableManquante(nom.clone())),
            Some(trouvee) if trouvee == attendue => {}
            Some(trouvee) => ecarts.push(ecart_de_table(nom.clone(), attendue, trouvee)),
        }
    }
    let en_trop = trouvees.keys().filter(|nom| !attendues.contains_key(nom));
    ecarts.extend(en_trop.cloned().map(Ecart::TableEnTrop));
    ecarts
}

fn ecart_de_table(table: NomTable, attendue: &Empreinte, trouvee: &Empreinte) -> Ecart {
    match attendue.lignes == trouvee.lignes {
        true => Ecart::Contenu { table, lignes: attendue.lignes },
        false => Ecart::Lignes { table, attendues: attendue.lignes, trouvees: trouvee.lignes },
    }
}

fn sequences(
    attendues: &BTreeMap<NomTable, String>,
    trouvees: &BTreeMap<NomTable, String>,
) -> Vec<Ecart> {
    let mut ecarts = Vec::new();
    for (nom, attendue) in attendues {
        match trouvees.get(nom) {
            None => ecarts.push(Ecart::SequenceManquante(nom.clone())),
            Some(trouvee) if trouvee == attendue => {}
            Some(trouvee) => ecarts.push(Ecart::Sequence {
                nom: nom.clone(),
                attendue: attendue.clone(),
                trouvee: trouvee.clone(),
            }),
        }
    }
    let en_trop = trouvees.keys().filter(|nom| !attendues.contains_key(nom));
    ecarts.extend(en_trop.cloned().map(Ecart::SequenceEnTrop));
    ecarts
}

/// Which definitions are behind an [`Ecart::Schema`]: needs both archives, a manifest is not enough.
pub fn comparer_definitions(attendues: &[Entree], trouvees: &[Entree]) -> Vec<Ecart> {
    let (attendues, trouvees) = (par_objet(attendues), par_objet(trouvees));
    let mut ecarts = Vec::new();
    for (objet, attendue) in &attendues {
        match trouvees.get(objet) {
            None => ecarts.push(Ecart::DefinitionManquante(objet.clone())),
            Some(trouvee) if trouvee == attendue => {}
            Some(_) => ecarts.push(Ecart::Definition(objet.clone())),
        }
    }
    let en_trop = trouvees.keys().filter(|objet| !attendues.contains_key(*objet));
    ecarts.extend(en_trop.cloned().map(Ecart::DefinitionEnTrop));
    ecarts
}

/// Several definitions may bear one name (the grants of one table): they are added up.
fn par_objet(entrees: &[Entree]) -> BTreeMap<String, Empreinte> {
    let mut objets = BTreeMap::<String, Empreinte>::new();
    for entree in entrees.iter().filter(|e| !de_la_base(e)) {
        let schema = entree.schema.as_deref().map(|s| format!("{s}.")).unwrap_or_default();
        let objet = format!("{} {schema}{}", entree.genre, entree.nom);
        objets.entry(objet).or_default().ajouter(0, somme(entree));
    }
    objets
}

impl fmt::Display for Ecart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TableManquante(nom) => write!(f, "La table {nom} manque."),
            Self::TableEnTrop(nom) => write!(f, "La table {nom} est en trop."),
            Self::Lignes { table, attendues, trouvees } => {
                write!(f, "Table {table} : {trouvees} lignes au lieu de {attendues}.")
            }
            Self::Contenu { table, lignes } => write!(
                f,
                "Table {table} : {lignes} lignes comme attendu, mais leur contenu a changé."
            ),
            Self::SequenceManquante(nom) => write!(f, "La séquence {nom} manque."),
            Self::SequenceEnTrop(nom) => write!(f, "La séquence {nom} est en trop."),
            Self::Sequence { nom, attendue, trouvee } => {
                write!(f, "Séquence {nom} : ({trouvee}) au lieu de ({attendue}).")
            }
            Self::GrandsObjets { attendus, trouves } if attendus == trouves => {
                write!(f, "Grands objets : {trouves} comme attendu, mais leur contenu a changé.")
            }
            Self::GrandsObjets { attendus, trouves } => {
                write!(f, "Grands objets : {trouves} au lieu de {attendus}.")
            }
            Self::Schema { attendues, trouvees } if attendues == trouvees => write!(
                f,
                "Schéma : {trouvees} définitions comme attendu, mais leur contenu a changé."
            ),
            Self::Schema { attendues, trouvees } => {
                write!(f, "Schéma : {trouvees} définitions au lieu de {attendues}.")
            }
            Self::DefinitionManquante(objet) => write!(f, "La définition de « {objet} » manque."),
            Self::DefinitionEnTrop(objet) => write!(f, "La définition de « {objet} » est en trop."),
            Self::Definition(objet) => write!(f, "La définition de « {objet} » a changé."),
        }
    }
}
