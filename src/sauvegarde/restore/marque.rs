//! What we note on a database, as its comment: it says which ones are ours, and what they are for.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::sql::BaseConnue;

/// A comment that does not read as one of these is somebody else's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "delicego", rename_all = "snake_case")]
pub(crate) enum Marque {
    /// Being restored: nobody's yet.
    Copie {
        de: String,
        le: DateTime<Utc>,
    },
    /// Closed for the swap; and what its comment was.
    Bascule {
        le: DateTime<Utc>,
        commentaire: Option<String>,
    },
    Remplacee(Remplacee),
    /// Restored beside the program's own database, to look at: a drill may take its place.
    Essai {
        le: DateTime<Utc>,
        par: String,
        commentaire: Option<String>,
    },
}

/// Replaced by a restore, and kept for a while.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Remplacee {
    pub de: String,
    pub le: DateTime<Utc>,
    pub jusqu_au: DateTime<Utc>,
    /// What it was replaced with: a file, or the undoing.
    pub par: String,
    pub commentaire: Option<String>,
    /// The first transaction that may have written in what was restored: rows of earlier ones came
    /// with the restore itself. None: an older program did not note it.
    #[serde(default)]
    pub depuis: Option<i64>,
    /// It is what had been restored, and what took its place is what was there before.
    #[serde(default)]
    pub retour: bool,
    /// Where the list of what it lost was to lie: that of its undoing goes there too.
    #[serde(default)]
    pub dossier: Option<String>,
}

impl Remplacee {
    /// Of one whose comment says nothing any more.
    pub(crate) fn sans_marque(de: &str, le: DateTime<Utc>) -> Self {
        Self {
            de: de.to_owned(),
            le,
            jusqu_au: le,
            par: "un fichier que rien ne nomme plus".to_owned(),
            commentaire: None,
            depuis: None,
            retour: false,
            dossier: None,
        }
    }
}

impl Marque {
    pub(crate) fn lire(commentaire: Option<&str>) -> Option<Self> {
        serde_json::from_str(commentaire?).ok()
    }

    pub(crate) fn texte(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// Was a database with that comment made by a restore beside the live one?
pub(crate) fn est_un_essai(commentaire: &str) -> bool {
    matches!(Marque::lire(Some(commentaire)), Some(Marque::Essai { .. }))
}

/// The comment that a person wrote, from under ours if there is one.
pub(crate) fn commentaire_propre(commentaire: Option<String>) -> Option<String> {
    match Marque::lire(commentaire.as_deref()) {
        None => commentaire,
        Some(Marque::Copie { .. }) => None,
        Some(Marque::Bascule { commentaire, .. } | Marque::Essai { commentaire, .. }) => {
            commentaire
        }
        Some(Marque::Remplacee(r)) => r.commentaire,
    }
}

/// `<base>_restauration_<time>`, `<base>_avant_<time>`: PostgreSQL keeps 63 bytes of a name.
pub(crate) fn nom_date(base: &str, quoi: &str, le: DateTime<Utc>) -> String {
    let fin = format!("_{quoi}_{}", le.format("%Y%m%dT%H%M%SZ"));
    let place = NOM_MAX.saturating_sub(fin.len());
    format!("{}{fin}", &base[..base.floor_char_boundary(place)])
}

/// The same, a second later for as long as somebody has that name.
pub(crate) fn nom_libre(base: &str, quoi: &str, le: DateTime<Utc>, bases: &[BaseConnue]) -> String {
    let mut le = le;
    loop {
        let nom = nom_date(base, quoi, le);
        if !bases.iter().any(|b| b.nom == nom) {
            return nom;
        }
        le += chrono::TimeDelta::seconds(1);
    }
}

/// A copy is born closed and gets its mark as it opens: one without a mark, still closed, under
/// such a name, died at birth.
pub(crate) fn est_mort_ne(nom: &str, base: &str) -> bool {
    let Some(le) = nom.rsplit('_').next() else { return false };
    let le = chrono::NaiveDateTime::parse_from_str(le, "%Y%m%dT%H%M%SZ");
    le.is_ok_and(|le| nom_date(base, COPIE, le.and_utc()) == nom)
}

/// `<base>_avant_<time>`: which database it was, and when.
pub(crate) fn nom_d_une_ancienne(nom: &str) -> Option<(&str, DateTime<Utc>)> {
    let (debut, le) = nom.rsplit_once('_')?;
    let de = debut.strip_suffix(ANCIENNE)?.strip_suffix('_')?;
    let le = chrono::NaiveDateTime::parse_from_str(le, "%Y%m%dT%H%M%SZ").ok()?.and_utc();
    (!de.is_empty() && nom_date(de, ANCIENNE, le) == nom).then_some((de, le))
}

/// What took the place of a database by the undoing of a restore.
pub(crate) const PAR_ANNULATION: &str = "restore annuler";
pub(crate) const COPIE: &str = "restauration";
pub(crate) const ANCIENNE: &str = "avant";
const NOM_MAX: usize = 63;

#[cfg(test)]
mod tests {
    use super::*;

    fn le() -> DateTime<Utc> {
        "2026-11-22T02:15:07Z".parse().unwrap()
    }

    #[test]
    fn a_comment_of_somebody_else_is_not_ours() {
        for texte in ["", "Base de la cuisine", "{}", r#"{"delicego":"autre"}"#] {
            assert_eq!(Marque::lire(Some(texte)), None);
            assert_eq!(commentaire_propre(Some(texte.to_owned())).as_deref(), Some(texte));
        }
        assert_eq!(Marque::lire(None), None);
    }

    #[test]
    fn a_mark_is_read_back_with_the_comment_it_hides() {
        let commentaire = Some("l'été \"ici\"".to_owned());
        let marque = Marque::Remplacee(Remplacee {
            de: "delicego".to_owned(),
            le: le(),
            jusqu_au: le(),
            par: "f.dump.gz".to_owned(),
            commentaire: commentaire.clone(),
            depuis: Some(7),
            retour: false,
            dossier: Some("/srv/sauvegardes".to_owned()),
        });
        assert!(marque.texte().starts_with(r#"{"delicego":"remplacee","de":"delicego""#));
        assert_eq!(Marque::lire(Some(&marque.texte())), Some(marque.clone()));
        assert_eq!(commentaire_propre(Some(marque.texte())), commentaire);
    }

    #[test]
    fn a_name_is_never_too_long_and_tells_a_stillborn_copy() {
        assert_eq!(nom_date("delicego", COPIE, le()), "delicego_restauration_20261122T021507Z");
        let long = "é".repeat(31);
        assert!(nom_date(&long, COPIE, le()).len() <= 63);
        assert!(est_mort_ne(&nom_date(&long, COPIE, le()), &long));
        assert!(est_mort_ne("delicego_restauration_20261122T021507Z", "delicego"));
        assert_eq!(nom_d_une_ancienne("d_avant_20261122T021507Z"), Some(("d", le())));
        for autre in ["d_avant_hier", "_avant_20261122T021507Z", "d_restauration_20261122T021507Z"]
        {
            assert_eq!(nom_d_une_ancienne(autre), None, "{autre}");
        }
        for autre in ["delicego", "delicego_restauration_hier", "b_restauration_20261122T021507Z"] {
            assert!(!est_mort_ne(autre, "delicego"), "{autre}");
        }
    }
}
