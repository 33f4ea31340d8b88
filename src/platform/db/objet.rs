//! What an account may not get at, as PostgreSQL names it, and the order that lets it. Pure.

/// What an account may not get at.
pub(crate) struct Objet<'a> {
    genre: &'static str,
    /// What lets it; none where more than its name is needed.
    droit: Option<&'static str>,
    nom: &'a str,
}

impl Objet<'_> {
    pub(crate) fn refuse(&self) -> String {
        let phrase =
            format!("ce compte n'a pas le droit d'accéder à {} « {} »", self.genre, self.nom);
        phrase.replace("accéder à le ", "accéder au ")
    }

    /// What an administrator types, with the schema where the tool shows what it asked.
    pub(crate) fn accorder(&self, plaintes: &str, compte: &str) -> Option<String> {
        let complet = self.complet(plaintes);
        let toutes = match self.droit? {
            SELECT => format!(", ou, pour tout lire, GRANT pg_read_all_data TO \"{compte}\""),
            _ => String::new(),
        };
        Some(format!(
            " : un administrateur le donne par GRANT {} {complet} TO \"{compte}\"{toutes}",
            self.droit?
        ))
    }

    fn complet(&self, plaintes: &str) -> String {
        // It has a number, and stands in no schema.
        if self.droit == Some(GRAND_OBJET) {
            return self.nom.to_owned();
        }
        let mot = |c: char| c.is_alphanumeric() || c == '_';
        let cite = format!("\"{}\"", self.nom.replace('"', "\"\""));
        let ecrits = [format!(".{cite}"), format!(".{}", self.nom)];
        let trouve = ecrits.iter().find_map(|ecrit| {
            let mut lieux = plaintes.match_indices(ecrit.as_str());
            let (lieu, _) = lieux.find(|(n, e)| !plaintes[n + e.len()..].starts_with(mot))?;
            let avant = &plaintes[..lieu];
            let debut = match avant.strip_suffix('"') {
                Some(schema) => schema.rfind('"')?,
                None => avant.trim_end_matches(mot).len(),
            };
            Some(format!("{}{ecrit}", &avant[debut..]))
        });
        trouve.unwrap_or(cite)
    }
}

const SELECT: &str = "SELECT ON TABLE";
const GRAND_OBJET: &str = "SELECT ON LARGE OBJECT";

/// The object of a `permission denied for table x`.
pub(crate) fn objet(texte: &str) -> Option<Objet<'_>> {
    const GENRES: [(&str, &str, Option<&str>); 12] = [
        ("table", "la table", Some(SELECT)),
        ("sequence", "la séquence", Some("SELECT ON SEQUENCE")),
        ("séquence", "la séquence", Some("SELECT ON SEQUENCE")),
        ("materialized view", "la vue matérialisée", Some(SELECT)),
        ("view", "la vue", Some(SELECT)),
        ("vue", "la vue", Some(SELECT)),
        ("schema", "le schéma", Some("USAGE ON SCHEMA")),
        ("schéma", "le schéma", Some("USAGE ON SCHEMA")),
        ("function", "la fonction", None),
        ("database", "la base", Some("CONNECT ON DATABASE")),
        ("large object", "le grand objet", Some(GRAND_OBJET)),
        ("foreign server", "le serveur étranger", Some("USAGE ON FOREIGN SERVER")),
    ];
    let apres = ["permission denied for ", "droit refusé pour ", "must be owner of "];
    let reste = apres.iter().find_map(|m| texte.split_once(m))?.1.trim_start_matches("la ");
    let reste = reste.trim_start_matches("le ");
    let (genre, droit, nom) = GENRES.iter().find_map(|(mot, genre, droit)| {
        reste.strip_prefix(mot).filter(|r| r.starts_with(' ')).map(|r| (*genre, *droit, r))
    })?;
    // To own it is not a right that is given.
    let droit = droit.filter(|_| !texte.contains(apres[2]));
    Some(Objet { genre, droit, nom: nom.trim().trim_matches(['«', '»', '"', ' ', '\u{a0}']) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_names_the_object_with_its_schema_whatever_stands_beside_it() {
        for (nom, vu, dit) in [
            ("secrets", "public.a, coffre.secrets IN ACCESS", "coffre.secrets"),
            ("secrets", "coffre.secrets_2, \"Ma cave\".secrets IN", "\"Ma cave\".secrets"),
            ("Vins rouges", "c.v, \"Ma cave\".\"Vins rouges\" IN", "\"Ma cave\".\"Vins rouges\""),
            ("Vins rouges", "rien", "\"Vins rouges\""),
        ] {
            let plainte = format!("ERROR:  permission denied for table {nom}");
            let plaintes = format!("{plainte}\ndetail: Query was: LOCK TABLE {vu} SHARE MODE");
            let ordre = objet(&plainte).unwrap().accorder(&plaintes, "chef").unwrap();
            assert!(
                ordre.contains(&format!("GRANT SELECT ON TABLE {dit} TO \"chef\", ou")),
                "{ordre}"
            );
        }
        let sequence = "ERROR:  permission denied for sequence s";
        let ordre = objet(sequence).unwrap().accorder(sequence, "chef").unwrap();
        assert!(ordre.ends_with("GRANT SELECT ON SEQUENCE \"s\" TO \"chef\""), "{ordre}");
        let grand = "ERROR:  permission denied for large object 4242";
        let ordre = objet(grand).unwrap().accorder(grand, "chef").unwrap();
        assert!(ordre.ends_with("GRANT SELECT ON LARGE OBJECT 4242 TO \"chef\""), "{ordre}");
        assert!(objet("must be owner of table t").unwrap().accorder("", "chef").is_none());
    }
}
