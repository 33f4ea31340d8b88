//! Objects of an archive as people call them, and the commands that put them back.

use super::super::super::archive::Entree;

const MOTS: [(&str, &str); 59] = [
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
    ("POLICY", "politique de lignes"),
    ("PROCEDURAL LANGUAGE", "langage"),
    ("PROCEDURE", "procédure"),
    ("PUBLICATION", "publication"),
    ("PUBLICATION TABLE", "table dans la publication"),
    ("PUBLICATION TABLES IN SCHEMA", "tables d'un schéma dans la publication"),
    ("ROW SECURITY", "protection des lignes de"),
    ("RULE", "règle"),
    ("SCHEMA", "schéma"),
    ("SECURITY LABEL", "étiquette de sécurité de"),
    ("SEQUENCE OWNED BY", "appartenance de la séquence"),
    ("SEQUENCE SET", "valeur de la séquence"),
    ("SHELL TYPE", "type"),
    ("STATISTICS", "statistiques"),
    ("TABLE ATTACH", "partition"),
    ("INDEX ATTACH", "index de la partition"),
    ("COLUMN", "colonne"),
    ("COMMENT", "commentaire de"),
    ("FOREIGN SERVER", "serveur étranger"),
    ("LANGUAGE", "langage"),
    ("LARGE OBJECT", "grand objet"),
    ("CONVERSION", "conversion d'encodage"),
    ("TEXT SEARCH CONFIGURATION", "configuration de recherche"),
    ("TEXT SEARCH DICTIONARY", "dictionnaire de recherche"),
    ("TEXT SEARCH PARSER", "analyseur de recherche"),
    ("TEXT SEARCH TEMPLATE", "modèle de recherche"),
    ("TRANSFORM", "transformation"),
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
    let (genre, schema) = (entree.genre.as_str(), entree.schema.as_deref());
    let debut = schema.map(|s| format!("{s}.")).unwrap_or_default();
    let dit = match (genre, entree.nom.split_once(' ')) {
        ("PUBLICATION TABLE", Some((publication, table))) => {
            format!("table {debut}{table} dans la publication {publication}")
        }
        ("PUBLICATION TABLES IN SCHEMA", Some((publication, schema))) => {
            format!("schéma {schema} dans la publication {publication}")
        }
        ("ACL" | "COMMENT" | "SECURITY LABEL", _) => {
            // Their names begin with the kind of what they are about.
            let (quoi, nom) = genre_en_tete(&entree.nom);
            format!("{} « {quoi}{debut}{nom} »", mot(genre))
        }
        _ => {
            let nom = entree.nom.strip_prefix(&format!("{genre} ")).unwrap_or(&entree.nom);
            format!("{} {debut}{nom}", mot(genre))
        }
    };
    propre(&dit)
}

fn mot(genre: &str) -> String {
    let connu = MOTS.iter().find(|(g, _)| *g == genre);
    connu.map_or_else(|| genre.to_lowercase(), |(_, mot)| (*mot).to_owned())
}

/// `LARGE OBJECT 42` is `grand objet ` and `42`.
fn genre_en_tete(nom: &str) -> (String, &str) {
    let suites = MOTS.iter().filter_map(|(g, mot)| {
        let suite = nom.strip_prefix(g)?.strip_prefix(' ')?;
        Some((format!("{mot} "), suite))
    });
    suites.min_by_key(|(_, suite)| suite.len()).unwrap_or((String::new(), nom))
}

/// What the archive itself would do, without what is secret in it.
pub(crate) fn commandes(entree: &Entree) -> String {
    let definition = entree.definition.as_deref().unwrap_or_default().trim();
    let texte = match entree.genre.as_str() {
        "USER MAPPING" => a_completer(sans_textes(definition)),
        "SUBSCRIPTION" => sans_adresse(definition),
        // Names in a body are found when it runs, as they were.
        "FUNCTION" | "PROCEDURE" if !definition.is_empty() => {
            format!("set check_function_bodies = off;\n{definition}")
        }
        _ => definition.to_owned(),
    };
    // A body keeps its own empty lines and remarks.
    let mut reste = texte.as_str();
    while let Some((ligne, suite)) = reste.split_once('\n')
        && (ligne.trim().is_empty() || ligne.starts_with("--"))
    {
        reste = suite;
    }
    if reste.starts_with("--") { String::new() } else { propre(reste) }
}

/// Whoever types it reads there what is missing.
fn a_completer(commande: String) -> String {
    match commande.contains("'…'") {
        true => format!("{commande}\n-- « … » : ce qu'il a de secret n'est pas montré, écrivez-le"),
        false => commande,
    }
}

/// What PostgreSQL reads as an address, to be completed.
pub(crate) const ADRESSE: &str = "'host=… dbname=… user=… password=…'";

/// `CREATE SUBSCRIPTION s CONNECTION '..' PUBLICATION ..`
fn sans_adresse(definition: &str) -> String {
    let coupe = definition.split_once(" CONNECTION ").and_then(|(debut, suite)| {
        let (_, texte) = suite.split_once('\'')?;
        Some(format!("{debut} CONNECTION {ADRESSE}{}", apres_le_texte(texte)))
    });
    coupe.unwrap_or_else(|| sans_textes(definition))
}

/// Addresses and passwords stand between quotes. What is shown is the same whatever they are: a
/// quote or a backslash in one is not seen either.
fn sans_textes(definition: &str) -> String {
    let (mut dite, mut reste) = (String::new(), definition);
    while let Some((avant, texte)) = reste.split_once('\'') {
        dite.push_str(avant.strip_suffix('E').unwrap_or(avant));
        let suite = apres_le_texte(texte);
        // Whether one is asked for is no secret, and nobody could guess it.
        let entier = texte.len() - suite.len();
        let clair = OUI_NON.iter().find(|mot| entier == mot.len() + 1 && texte.starts_with(*mot));
        match clair.filter(|_| avant.ends_with(" password_required ")) {
            Some(mot) => dite.push_str(&format!("'{mot}'")),
            None => dite.push_str("'…'"),
        }
        reste = suite;
    }
    dite + reste
}

const OUI_NON: [&str; 2] = ["true", "false"];

/// What follows the text whose first quote was read. Two quotes are one within it.
fn apres_le_texte(texte: &str) -> &str {
    let mut reste = texte;
    while let Some((_, suite)) = reste.split_once('\'') {
        match suite.strip_prefix('\'') {
            Some(suite) => reste = suite,
            None => return suite,
        }
    }
    ""
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_not_seen_whatever_stands_in_it() {
        let montree = "OPTIONS (user '…', password '…');";
        for secret in ["'simple'", "'d''été'", "''''", "''", "E'a\\\\b'", "'x PUBLICATION y'"] {
            let definition = format!("OPTIONS (user 'chef', password {secret});");
            assert_eq!(sans_textes(&definition), montree, "{secret}");
            let definition = format!("CREATE SUBSCRIPTION s CONNECTION {secret} PUBLICATION p;");
            let montree = format!("CREATE SUBSCRIPTION s CONNECTION {ADRESSE} PUBLICATION p;");
            assert_eq!(sans_adresse(&definition), montree, "{secret}");
        }
        assert_eq!(sans_textes("password 'sans fin"), "password '…'");
        let dite = "OPTIONS (password '…', password_required 'false', user '…');";
        let ecrite = "OPTIONS (password 'false', password_required 'false', user 'true');";
        assert_eq!(sans_textes(ecrite), dite);
        let rusee = "OPTIONS (x ' password_required ''false', password_required 'false''x');";
        assert_eq!(sans_textes(rusee), "OPTIONS (x '…', password_required '…');");
    }
}
