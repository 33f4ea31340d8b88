//! What the account may not read of the database it saves: PostgreSQL names one thing a run, and a
//! person would come back for each.

use super::sql::{self, Interdit};
use crate::platform::config::BaseVisee;
use crate::platform::issue::{Code, Echec};
use crate::sauvegarde::{Cible, Role};

/// A refusal for want of a right, with all that the account lacks; any other as it is.
pub(crate) async fn completer(cible: &Cible, echec: Echec) -> Echec {
    let d_un_droit = ["n'a pas le droit d'accéder", "ROW LEVEL SECURITY"];
    if echec.code != Code::Refuse || !d_un_droit.iter().any(|mots| echec.phrase.contains(mots)) {
        return echec;
    }
    let Ok(mut c) = cible.connecter(cible.base(), Role::Administrateur).await else { return echec };
    match sql::interdits(&mut c).await {
        Ok(interdits) if interdits.len() > 1 => {
            let (constat, remede) = phrases(cible.compte(), &interdits);
            Echec::nouveau(echec.code, format!("{constat} {remede}"))
        }
        _ => echec,
    }
}

/// What a backup of this base by this account would be refused for, before it is made, and what gives
/// it. None: nothing, or nobody can tell.
pub(crate) async fn manquants(base: &BaseVisee) -> Option<(String, String)> {
    let cible = Cible::ouvrir(base).await.ok()?;
    let mut c = cible.connecter(cible.base(), Role::Administrateur).await.ok()?;
    let interdits = sql::interdits(&mut c).await.ok()?;
    (!interdits.is_empty()).then(|| phrases(cible.compte(), &interdits))
}

/// What is lacking, and what gives it.
fn phrases(compte: &str, interdits: &[Interdit]) -> (String, String) {
    let compte = compte.replace('"', "\"\"");
    let cachees = |i: &&Interdit| i.droit.is_none();
    let noms = |choisis: &mut dyn Iterator<Item = &Interdit>| {
        choisis.map(|i| format!("{} « {} »", i.genre, i.nom)).collect::<Vec<_>>().join(", ")
    };
    let mut phrases = vec![format!("Le compte « {compte} » ne peut pas tout sauvegarder.")];
    let illisibles = noms(&mut interdits.iter().filter(|i| !cachees(i)));
    if !illisibles.is_empty() {
        phrases.push(format!("Il n'a pas le droit de lire : {illisibles}."));
    }
    let partielles = noms(&mut interdits.iter().filter(cachees));
    if !partielles.is_empty() {
        phrases.push(format!("Des lignes lui sont cachées (ROW LEVEL SECURITY) : {partielles}."));
    }
    let mut remede = format!("Un administrateur donne tout par : {}.", ordres(&compte, interdits));
    if interdits.iter().any(|i| i.droit.as_deref().is_some_and(|d| !d.ends_with("OBJECT"))) {
        remede.push_str(&format!(
            " Ou, pour tout lire des tables, séquences et schémas : GRANT pg_read_all_data TO \
             \"{compte}\"."
        ));
    }
    (phrases.join(" "), remede)
}

/// One for each kind of right.
fn ordres(compte: &str, interdits: &[Interdit]) -> String {
    let mut ordres: Vec<(&str, Vec<&str>)> = Vec::new();
    for i in interdits {
        let Some(droit) = i.droit.as_deref() else { continue };
        match ordres.iter_mut().find(|(d, _)| *d == droit) {
            Some((_, noms)) => noms.push(&i.nom),
            None => ordres.push((droit, vec![&i.nom])),
        }
    }
    let accorder = |(droit, noms): &(&str, Vec<&str>)| {
        format!("GRANT {droit} {} TO \"{compte}\"", noms.join(", "))
    };
    let mut ecrits: Vec<String> = ordres.iter().map(accorder).collect();
    if interdits.iter().any(|i| i.droit.is_none()) {
        ecrits.push(format!("ALTER ROLE \"{compte}\" BYPASSRLS"));
    }
    ecrits.join(" ; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_order_for_each_right_names_all_that_lack_it() {
        let un = |droit: Option<&str>, genre: &str, nom: &str| Interdit {
            droit: droit.map(str::to_owned),
            genre: genre.to_owned(),
            nom: nom.to_owned(),
        };
        let (constat, remede) = phrases(
            "chef",
            &[
                un(Some("USAGE ON SCHEMA"), "le schéma", "coffre"),
                un(Some("SELECT ON TABLE"), "la table", "coffre.a"),
                un(Some("SELECT ON TABLE"), "la table", "public.b"),
                un(None, "la table", "public.c"),
            ],
        );
        let dite = format!("{constat} {remede}");
        for dit in [
            "le schéma « coffre », la table « coffre.a », la table « public.b ».",
            "GRANT USAGE ON SCHEMA coffre TO \"chef\" ; GRANT SELECT ON TABLE coffre.a, public.b TO",
            "(ROW LEVEL SECURITY) : la table « public.c »",
            "ALTER ROLE \"chef\" BYPASSRLS",
            "GRANT pg_read_all_data TO \"chef\"",
        ] {
            assert!(dite.contains(dit), "{dit} : {dite}");
        }
    }
}
