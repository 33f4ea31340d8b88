//! How values are written as text: the same on every server, whatever its settings; and sessions
//! that no setting of a server, a database or a role cuts short or leads elsewhere.
//!
//! What `pg_dump` writes depends on the time zone, on `bytea_output` and on others, which a server,
//! a database or a role may set; what the start of a connection says wins over all of them. The
//! tools always run this way, so that two dumps of the same rows are the same bytes.

use super::manifeste::{Manifeste, Reglage};

/// What a manifest says of sums that were made this way.
pub(crate) const MARQUE: &str = "utc-hex-1";

const OPTIONS: &str = "PGOPTIONS";
const VARIABLES: [(&str, &str); 4] = [
    ("PGTZ", "UTC"),
    ("PGDATESTYLE", "ISO"),
    ("PGCLIENTENCODING", "UTF8"),
    (
        OPTIONS,
        "-c bytea_output=hex -c extra_float_digits=3 -c IntervalStyle=postgres \
         -c quote_all_identifiers=off",
    ),
];
/// Of our own sessions and of those of the tools. What a long work waits for, it bounds itself.
pub(crate) const SESSION: [(&str, &str); 7] = [
    ("statement_timeout", "0"),
    ("lock_timeout", "0"),
    ("idle_session_timeout", "0"),
    ("idle_in_transaction_session_timeout", "0"),
    ("default_transaction_read_only", "off"),
    ("array_nulls", "on"),
    ("search_path", "\"$user\",public"),
];
/// Of a database: what changes the text of its rows.
const DU_TEXTE: [&str; 3] = ["timezone", "bytea_output", "intervalstyle"];

/// As the sums of a backup were made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Texte {
    #[default]
    Fixe,
    /// By the settings of its server, as before: those of its database are known.
    DAlors(Vec<(String, String)>),
    /// Nothing says it: another program made it, or its manifest is lost.
    Inconnu,
}

pub(crate) type Environnement = Vec<(String, String)>;

pub(crate) fn fixer(variables: &mut Environnement) {
    variables.retain(|(nom, _)| VARIABLES.iter().all(|(fixe, _)| fixe != nom));
    variables.extend(VARIABLES.map(|(n, v)| (n.to_owned(), v.to_owned())));
    ajouter(variables, &session());
}

fn session() -> String {
    SESSION.map(|(nom, valeur)| format!("-c {nom}={valeur}")).join(" ")
}

/// More options for the start of each connection.
pub(crate) fn ajouter(variables: &mut Environnement, options: &str) {
    match variables.iter_mut().find(|(nom, _)| nom == OPTIONS) {
        Some((_, dites)) => *dites = format!("{dites} {options}"),
        None => variables.push((OPTIONS.to_owned(), options.to_owned())),
    }
}

impl Texte {
    pub(crate) fn de(manifeste: Option<&Manifeste>) -> Self {
        match manifeste {
            Some(m) if m.texte.as_deref() == Some(MARQUE) => Self::Fixe,
            Some(m) => Self::DAlors(m.base.reglages.iter().filter_map(du_texte).collect()),
            None => Self::Inconnu,
        }
    }

    /// How else rows may have been written of which nothing says it: by the settings of this
    /// server, by those that people choose. What two of them write differently depends on them.
    pub(crate) fn possibles() -> impl Iterator<Item = Self> {
        let regler = |reglages: &[(&str, &str)]| {
            Self::DAlors(reglages.iter().map(|(n, v)| ((*n).into(), (*v).into())).collect())
        };
        let (fuseau, octets) = ("timezone", "bytea_output");
        [
            regler(&[]),
            regler(&[(octets, "escape")]),
            regler(&[(fuseau, "UTC"), (octets, "escape")]),
            regler(&[(fuseau, "Europe/Paris"), (octets, "hex")]),
            regler(&[(fuseau, "Europe/Paris"), (octets, "escape")]),
        ]
        .into_iter()
    }

    pub(crate) fn regler(&self, variables: &mut Environnement) {
        let Self::DAlors(reglages) = self else { return };
        variables.retain(|(nom, _)| VARIABLES.iter().all(|(fixe, _)| fixe != nom));
        ajouter(variables, &session());
        for (nom, valeur) in reglages {
            ajouter(variables, &format!("-c {nom}={}", valeur.replace(' ', "\\ ")));
        }
    }

    /// What to say when rows are as many and not the same; none when the settings cannot be why.
    pub(crate) fn doute(&self) -> Option<&'static str> {
        const PHRASE: &str = "Cette sauvegarde a été faite par un programme dont les sommes \
             dépendent des réglages de son serveur (fuseau horaire, bytea_output) : la différence \
             peut venir de là, et non des données. Restaurez-la sur un serveur réglé comme le \
             sien, ou prenez une sauvegarde plus récente.";
        matches!(self, Self::DAlors(_)).then_some(PHRASE)
    }
}

fn du_texte(reglage: &Reglage) -> Option<(String, String)> {
    let nom = reglage.nom.to_ascii_lowercase();
    let simple = !reglage.valeur.contains(['\\', '\'', '"']);
    let compte = reglage.role.is_none() && simple && DU_TEXTE.contains(&nom.as_str());
    compte.then(|| (nom, reglage.valeur.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn valeur<'a>(variables: &'a Environnement, nom: &str) -> Option<&'a str> {
        variables.iter().find(|(n, _)| n == nom).map(|(_, v)| v.as_str())
    }

    #[test]
    fn what_a_person_set_never_wins_and_options_are_added_up() {
        let mut variables = vec![
            ("PGTZ".to_owned(), "Europe/Paris".to_owned()),
            ("PGOPTIONS".to_owned(), "-c bytea_output=escape".to_owned()),
        ];
        fixer(&mut variables);
        ajouter(&mut variables, "-c jit=off");
        assert_eq!(valeur(&variables, "PGTZ"), Some("UTC"));
        let options = valeur(&variables, "PGOPTIONS").unwrap();
        assert!(options.starts_with("-c bytea_output=hex") && options.ends_with(" -c jit=off"));
        assert_eq!(variables.len(), VARIABLES.len());
    }

    #[test]
    fn an_old_file_is_read_by_the_settings_of_its_database() {
        let mut variables = Vec::new();
        fixer(&mut variables);
        let reglages = vec![("timezone".to_owned(), "Europe/Paris".to_owned())];
        Texte::DAlors(reglages).regler(&mut variables);
        let options = format!("{} -c timezone=Europe/Paris", session());
        assert_eq!(valeur(&variables, "PGOPTIONS"), Some(options.as_str()));
        assert_eq!(valeur(&variables, "PGTZ"), None);
        assert!(Texte::DAlors(Vec::new()).doute().is_some() && Texte::Fixe.doute().is_none());
    }
}
