//! Would the tools of PostgreSQL be let in where these variables are set? They apply more of them than
//! our own connections do: one is started, and asks nothing.

use super::arret::Arret;
use super::pg_tools::{Fin, Outils};
use super::texte;
use crate::platform::db::causes;
use crate::platform::libpq::{Hote, Parametres};

type Variables = Vec<(String, String)>;

/// Who, where, and what they go by: another one than these makes a tool refuse what ours takes.
const DU_CHEMIN: [&str; 9] = [
    "PGHOST",
    "PGHOSTADDR",
    "PGPORT",
    "PGUSER",
    "PGPASSWORD",
    "PGPASSFILE",
    "PGDATABASE",
    "PGSERVICE",
    "PGAPPNAME",
];
/// As `Outils` does: these never reach a tool.
const RETENUES: [&str; 3] = ["PGOPTIONS", "PGSERVICE", "PGTZ"];

/// Why it is not, by the variable at fault where one alone is. Blocks. None: it is let in, or nothing
/// of PostgreSQL's is named.
pub(crate) fn de_l_outil(outils: &Outils, dites: &[(String, String)]) -> Option<String> {
    let outils = outils.clone().a_part();
    let cause = refus(&outils, dites)?;
    let sans =
        |nom: &str| -> Variables { dites.iter().filter(|(n, _)| n != nom).cloned().collect() };
    let mut douteuses = dites.iter().map(|(nom, _)| nom.as_str());
    let fautive = douteuses.find(|nom| est_a_elle(nom) && refus(&outils, &sans(nom)).is_none());
    Some(match fautive {
        Some(nom) => format!("{nom} : pg_dump ne pourra pas se connecter avec elle : {cause}"),
        None => format!("pg_dump ne pourra pas se connecter avec eux : {cause}"),
    })
}

/// Of libpq, and not what says where and as whom.
pub(crate) fn est_a_elle(nom: &str) -> bool {
    nom.starts_with("PG") && !DU_CHEMIN.contains(&nom) && !RETENUES.contains(&nom)
}

/// Of several servers one that lets it in will do.
fn refus(outils: &Outils, dites: &[(String, String)]) -> Option<String> {
    let valeur =
        |nom: &str| dites.iter().rfind(|(n, _)| n == nom).map(|(_, valeur)| valeur.clone());
    let maison = valeur("HOME").map(Into::into).or_else(std::env::home_dir);
    let lus = match Parametres::selon(valeur, maison) {
        Ok(lus) => lus?,
        Err(faute) => return Some(faute.raison),
    };
    let hotes = match lus.hotes() {
        Ok(hotes) => hotes,
        Err(faute) => return Some(faute.raison),
    };
    let mut causes = Vec::new();
    for hote in &hotes {
        match un_seul(outils, dites, (&lus, hote)) {
            None => return None,
            Some(cause) => causes.push(cause),
        }
    }
    causes.pop()
}

fn un_seul(
    outils: &Outils,
    dites: &[(String, String)],
    (lus, hote): (&Parametres, &Hote),
) -> Option<String> {
    let a_lui = |nom: &str| nom == "HOME" || nom.starts_with("PG") && !RETENUES.contains(&nom);
    let mut variables: Variables = dites.iter().filter(|(n, _)| a_lui(n)).cloned().collect();
    variables.extend(lus.variables(hote));
    variables.push(("PGCONNECT_TIMEOUT".to_owned(), "10".to_owned()));
    texte::fixer(&mut variables);
    let arguments = ["--no-psqlrc", "--no-password", "--quiet", "--command", ""];
    let issue = outils.lancer("psql", arguments, &variables);
    match issue.and_then(|enfant| enfant.finir(&Arret::default())) {
        Ok(Ok(())) => None,
        Ok(Err(fin)) => Some(cause(&fin)),
        Err(echec) => Some(echec.phrase.trim_end_matches('.').to_owned()),
    }
}

fn cause(fin: &Fin) -> String {
    causes::d_un_outil(&fin.plaintes, None)
        .unwrap_or_else(|| "PostgreSQL refuse, sans cause connue".to_owned())
}
