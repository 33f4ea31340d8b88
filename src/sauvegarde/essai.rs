//! Would the tools of PostgreSQL be let in where these variables are set? They apply more of them than
//! our own connections do: one is started, and asks nothing. Of a schedule's variables, and of those
//! that a restore here would give them.

use std::collections::BTreeSet;

use super::arret::Arret;
use super::cible::{Cible, Role};
use super::pg_tools::{Fin, Outils};
use super::{sql, texte};
use crate::platform::db::causes;
use crate::platform::issue::{Echec, dire};
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

/// Why a tool is not let in.
pub(crate) struct Refus {
    /// The variables at fault, where that can be told.
    pub fautives: Vec<String>,
    pub cause: String,
}

/// Why it is not, by the variable at fault where that can be told. Blocks. None: it is let in, or
/// nothing of PostgreSQL's is named.
pub(crate) fn de_l_outil(outils: &Outils, dites: &[(String, String)]) -> Option<String> {
    let outils = outils.clone().a_part();
    let Refus { fautives, cause } = accuser(dites, |dites| refus(&outils, dites))?;
    Some(match fautives.as_slice() {
        [] => format!("pg_dump ne pourra pas se connecter avec eux : {cause}"),
        [nom] => format!("{nom} : pg_dump ne pourra pas se connecter avec elle : {cause}"),
        noms => {
            format!("{} : pg_dump ne pourra pas se connecter avec elles : {cause}", noms.join(", "))
        }
    })
}

/// The same of the server that is worked on, with exactly what its tools are given. Of our own server
/// nothing that is set here reaches them.
pub(crate) async fn de_la_cible(cible: &Cible) -> Result<Option<Refus>, Echec> {
    if cible.dossier_embarque().is_some() {
        return Ok(None);
    }
    // Where a new database is entered from: the live one may be away, or closed.
    let base = sql::base_courante(&mut cible.administrer().await?).await?;
    let d_ici = std::env::vars_os().filter_map(|(n, v)| Some((n.into_string().ok()?, v)));
    let d_ici = d_ici.filter(|(nom, _)| nom.starts_with("PG") && !RETENUES.contains(&&**nom));
    let mut dites: Variables =
        d_ici.filter_map(|(nom, valeur)| Some((nom, valeur.into_string().ok()?))).collect();
    dites.extend(cible.environnement(&base, Role::Administrateur));
    let outils = cible.outils().clone().a_part();
    let essai = move || accuser(&dites, |dites| refuse(&outils, dites));
    tokio::task::spawn_blocking(essai).await.map_err(dire)
}

/// One variable without which it is let in; else those that are refused each by itself.
fn accuser(
    dites: &[(String, String)],
    refus: impl Fn(&[(String, String)]) -> Option<String>,
) -> Option<Refus> {
    let cause = refus(dites)?;
    let sauf = |partie: &dyn Fn(&str) -> bool| -> Variables {
        dites.iter().filter(|(nom, _)| !partie(nom)).cloned().collect()
    };
    let noms = dites.iter().map(|(nom, _)| nom.as_str());
    let douteuses: BTreeSet<&str> = noms.filter(|nom| est_a_elle(nom)).collect();
    let suffit = |nom: &&str| refus(&sauf(&|autre| autre == *nom)).is_none();
    let mut fautives: Vec<&str> = douteuses.iter().copied().find(suffit).into_iter().collect();
    if fautives.is_empty() && refus(&sauf(&|autre| douteuses.contains(autre))).is_none() {
        let seule = |nom: &&str| {
            refus(&sauf(&|autre| autre != *nom && douteuses.contains(autre))).is_some()
        };
        fautives = douteuses.iter().copied().filter(seule).collect();
    }
    Some(Refus { fautives: fautives.into_iter().map(str::to_owned).collect(), cause })
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
    refuse(outils, &variables)
}

fn refuse(outils: &Outils, variables: &[(String, String)]) -> Option<String> {
    let arguments = ["--no-psqlrc", "--no-password", "--quiet", "--command", ""];
    let issue = outils.lancer("psql", arguments, variables);
    match issue.and_then(|enfant| enfant.finir(&Arret::default())) {
        Ok(Ok(())) => None,
        Ok(Err(fin)) => Some(cause(&fin)),
        Err(echec) => Some(echec.phrase.trim_end_matches('.').to_owned()),
    }
}

fn cause(fin: &Fin) -> String {
    causes::d_un_outil(&fin.plaintes, None).unwrap_or_else(|| {
        let dite = fin.plaintes.lines().find(|l| l.contains("error:") || l.contains("failed:"));
        match dite {
            Some(dite) => format!("PostgreSQL refuse, et dit « {} »", dite.trim()),
            None => "PostgreSQL refuse, sans cause connue".to_owned(),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_variable_that_shuts_a_tool_out_is_named_and_no_other() {
        let dites = |noms: &str| -> Variables {
            noms.split(' ').map(|nom| (nom.to_owned(), "x".to_owned())).collect()
        };
        let fautives = |noms: &str, fautes: &[&str]| {
            let refus = |dites: &[(String, String)]| {
                let la = |faute: &&str| dites.iter().any(|(nom, _)| nom == faute);
                fautes.iter().any(la).then(|| "cause".to_owned())
            };
            accuser(&dites(noms), refus).map(|refus| refus.fautives.join(" "))
        };
        for (noms, fautes, attendues) in [
            ("PGHOST PGGSSENCMODE PGSSLMODE", &["PGGSSENCMODE"][..], Some("PGGSSENCMODE")),
            (
                "PGSSLMODE PGGSSENCMODE PGTARGETSESSIONATTRS",
                &["PGSSLMODE", "PGGSSENCMODE"],
                Some("PGGSSENCMODE PGSSLMODE"),
            ),
            // Whoever it is and where it goes is told by the cause itself.
            ("PGHOST PGSSLMODE", &["PGHOST"], Some("")),
            ("PGHOST PGSSLMODE", &["PGGSSENCMODE"], None),
        ] {
            assert_eq!(fautives(noms, fautes).as_deref(), attendues, "{noms} {fautes:?}");
        }
    }
}
