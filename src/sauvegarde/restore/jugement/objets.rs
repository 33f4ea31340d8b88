//! Objects of an archive as people call them, and the commands that put them back.

use super::super::super::archive::Entree;

const MOTS: [(&str, &str); 36] = [
    ("ACCESS METHOD", "méthode d'accès"),
    ("ACL", "droits de"),
    ("AGGREGATE", "agrégat"),
    ("BLOB", "grand objet"),
    ("CAST", "conversion de type"),
    ("CHECK CONSTRAINT", "contrainte"),
    ("COLLATION", "collation"),
    ("CONSTRAINT", "contrainte"),
    ("DEFAULT", "valeur par défaut"),
    ("DEFAULT ACL", "droits par défaut"),
    ("DOMAIN", "domaine"),
    ("EVENT TRIGGER", "déclencheur d'événement"),
    ("EXTENSION", "extension"),
    ("FK CONSTRAINT", "clé étrangère"),
    ("FOREIGN DATA WRAPPER", "accès à des données étrangères"),
    ("FOREIGN TABLE", "table étrangère"),
    ("FUNCTION", "fonction"),
    ("INDEX", "index"),
    ("MATERIALIZED VIEW", "vue matérialisée"),
    ("MATERIALIZED VIEW DATA", "contenu de la vue matérialisée"),
    ("OPERATOR", "opérateur"),
    ("OPERATOR CLASS", "classe d'opérateurs"),
    ("OPERATOR FAMILY", "famille d'opérateurs"),
    ("PROCEDURAL LANGUAGE", "langage"),
    ("PROCEDURE", "procédure"),
    ("PUBLICATION", "publication"),
    ("SCHEMA", "schéma"),
    ("SEQUENCE", "séquence"),
    ("SERVER", "serveur étranger"),
    ("SUBSCRIPTION", "abonnement"),
    ("TABLE", "table"),
    ("TABLE DATA", "lignes de la table"),
    ("TRIGGER", "déclencheur"),
    ("TYPE", "type"),
    ("USER MAPPING", "compte sur un serveur étranger"),
    ("VIEW", "vue"),
];

/// `table cave.vin`, `conversion de type (public.couleur AS text)`.
pub(crate) fn objet(entree: &Entree) -> String {
    let mot = MOTS.iter().find(|(genre, _)| *genre == entree.genre).map(|(_, mot)| *mot);
    let mot = mot.map_or_else(|| entree.genre.to_lowercase(), str::to_owned);
    let schema = entree.schema.as_deref().map(|s| format!("{s}.")).unwrap_or_default();
    let debut = format!("{} ", entree.genre);
    let nom = entree.nom.strip_prefix(&debut).unwrap_or(&entree.nom);
    propre(&format!("{mot} {schema}{nom}"))
}

/// What the archive itself would do, without what is secret in it.
pub(crate) fn commandes(entree: &Entree) -> String {
    let definition = entree.definition.as_deref().unwrap_or_default().trim();
    let secret = matches!(entree.genre.as_str(), "USER MAPPING" | "SUBSCRIPTION");
    let texte = if secret { sans_textes(definition) } else { definition.to_owned() };
    let utiles = texte.lines().filter(|l| !l.trim().is_empty() && !l.starts_with("--"));
    propre(&utiles.collect::<Vec<_>>().join("\n"))
}

/// Addresses and passwords stand between quotes.
fn sans_textes(definition: &str) -> String {
    let morceaux = definition.split('\'').enumerate();
    let caches = morceaux.map(|(rang, m)| if rang % 2 == 1 { "…" } else { m });
    caches.collect::<Vec<_>>().join("'")
}

/// An archive is not to move a terminal's cursor.
pub(crate) fn propre(texte: &str) -> String {
    let permis = |c: &char| !c.is_control() || matches!(c, '\n' | '\t');
    texte.chars().filter(permis).collect()
}

/// As PostgreSQL reads it.
pub(crate) fn cite(nom: &str) -> String {
    let simple = nom.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
        && nom.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if simple { nom.to_owned() } else { format!("\"{}\"", nom.replace('"', "\"\"")) }
}

/// With its schema.
pub(crate) fn nom_complet(entree: &Entree) -> String {
    match &entree.schema {
        Some(schema) => format!("{}.{}", cite(schema), cite(&entree.nom)),
        None => cite(&entree.nom),
    }
}
