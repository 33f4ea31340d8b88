//! What `pg_restore` complained of: of which object, and whether one may go on without it.

use super::super::archive::Entree;
use super::super::pg_tools::Fin;
use super::deposer::{Depose, Depot};
use super::jugement::{self, objet};
use crate::platform::issue::Echec;

/// What PostgreSQL said of one object.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Plainte {
    pub phrase: String,
    /// The function that it was in, as PostgreSQL writes it: `public.tx(text)`.
    pub fonction: Option<String>,
}

/// Without `--tolerer` the first complaint is the failure. With it, each must be of something that
/// holds no rows and is somebody else's.
pub(crate) fn admettre(depot: &Depot<'_>, fin: Fin, depose: &mut Depose) -> Result<(), Echec> {
    let entrees = depot.contenu.entrees.as_slice();
    let plaintes = lire(&fin.plaintes, entrees).unwrap_or_default();
    let Some((premiere, plainte)) = plaintes.first() else { return Err(fin.echec) };
    let refuses = plaintes.iter().map(|(e, p)| jugement::refuse(e, p, entrees));
    depose.refuses.extend(refuses);
    if !depot.plan.tolerer {
        return Err(refuser(premiere, plainte, depot));
    }
    for (entree, plainte) in &plaintes {
        let a_nous = entree.proprietaire.as_ref() == Some(&depot.roles.proprietaire);
        if !jugement::se_tolere(entree, a_nous) {
            return Err(refuser(entree, plainte, depot));
        }
        if depose.laisses.insert(entree.id) {
            depose.a_refaire.push(jugement::echoue(entree, plainte, entrees));
        }
    }
    // What goes with an object goes without a word: its comment, its grants.
    let suivent = |e: &&Entree| e.dependances.iter().any(|d| depose.laisses.contains(d));
    let suivants: Vec<i32> = depot.contenu.entrees.iter().filter(suivent).map(|e| e.id).collect();
    let accessoires = depot.contenu.entrees.iter().filter(|e| {
        suivants.contains(&e.id) && matches!(e.genre.as_str(), "COMMENT" | "ACL" | "SECURITY LABEL")
    });
    depose.laisses.extend(accessoires.map(|e| e.id).collect::<Vec<_>>());
    Ok(())
}

fn refuser(entree: &Entree, plainte: &Plainte, depot: &Depot<'_>) -> Echec {
    let a_nous = entree.proprietaire.as_ref() == Some(&depot.roles.proprietaire);
    let suite = match !depot.plan.tolerer && jugement::se_tolere(entree, a_nous) {
        true => " Ajoutez --tolerer pour continuer sans cet objet, qui sera à refaire.",
        false => "",
    };
    let (objet, entrees) = (objet(entree), depot.contenu.entrees.as_slice());
    let raison = jugement::raison(plainte, entrees);
    let remede = jugement::remede_d_un_echec(plainte, entrees).replace('\n', " ");
    super::echec(format!(
        "PostgreSQL ne remet pas : {objet} ({raison}). Ce qu'il faut : {}.{suite}",
        remede.trim_end_matches(';')
    ))
}

/// Each complaint with the object it is of; none when one of them is of nothing we know.
fn lire<'a>(plaintes: &str, entrees: &'a [Entree]) -> Option<Vec<(&'a Entree, Plainte)>> {
    let mut lues = Vec::new();
    for bloc in plaintes.split("pg_restore: error: ").skip(1) {
        // Its own complaint was there before.
        if bloc.starts_with("a worker process died") {
            continue;
        }
        let phrase = bloc.split("ERROR:").nth(1)?.lines().next()?.trim();
        let entree = entrees.iter().find(|e| parle_de(bloc, e))?;
        let contexte = bloc.split_once("CONTEXT:  ").map(|(_, c)| c);
        let fonction = contexte.and_then(|c| fonction(c, entrees));
        lues.push((entree, Plainte { phrase: phrase.to_owned(), fonction }));
    }
    Some(lues)
}

/// `PL/pgSQL function public.tx(text) line 1 at RETURN`, `SQL function "tx" statement 1`: the one that
/// failed stands first.
pub(crate) fn fonction(contexte: &str, entrees: &[Entree]) -> Option<String> {
    let ligne = contexte.lines().next()?;
    if let Some(suite) = ligne.strip_prefix("PL/pgSQL function ") {
        return Some(suite[..suite.find(") ").map(|fin| fin + 1)?].to_owned());
    }
    let nom = ligne.strip_prefix("SQL function \"")?.split('"').next()?;
    let mut siennes = entrees.iter().filter(|e| {
        e.genre == "FUNCTION" && e.nom.split('(').next().is_some_and(|n| n.trim_matches('"') == nom)
    });
    let (une, autre) = (siennes.next()?, siennes.next());
    let schema = une.schema.as_deref().map(|s| format!("{}.", jugement::cite(s)));
    autre.is_none().then(|| format!("{}{}", schema.unwrap_or_default(), une.nom))
}

/// `could not execute query: .. Command was: CREATE INDEX ..`, `COPY failed for table "lot": ..`
fn parle_de(bloc: &str, entree: &Entree) -> bool {
    if let Some((_, suite)) = bloc.split_once("COPY failed for table \"") {
        return entree.genre == "TABLE DATA" && suite.starts_with(&format!("{}\"", entree.nom));
    }
    let commande = bloc.split_once("\nCommand was: ").map(|(_, c)| c.trim());
    let premiere = commande.and_then(|c| c.lines().next()).filter(|l| !l.is_empty());
    let definition = entree.definition.as_deref().unwrap_or_default();
    premiere.is_some_and(|ligne| definition.lines().any(|l| l.trim() == ligne.trim()))
}

#[cfg(test)]
mod tests {
    use super::super::super::archive::{Position, Section};
    use super::*;

    fn entree(genre: &str, nom: &str, definition: &str) -> Entree {
        Entree {
            id: 7,
            catalogue: (0, 0),
            genre: genre.to_owned(),
            schema: None,
            nom: nom.to_owned(),
            proprietaire: None,
            section: Section::Apres,
            definition: Some(definition.to_owned()),
            suppression: None,
            copie: None,
            tablespace: None,
            methode: None,
            relkind: None,
            avec_oids: false,
            dependances: Vec::new(),
            a_des_donnees: false,
            position: Position::default(),
        }
    }

    #[test]
    fn a_complaint_names_its_object_and_one_that_names_none_is_not_passed_over() {
        let entrees = [
            entree("TABLE DATA", "lot", ""),
            entree("INDEX", "i", "CREATE INDEX i ON public.t USING btree (n);\n"),
        ];
        let index = "pg_restore: error: could not execute query: ERROR:  pas ici\nCONTEXT: x\n\
                     Command was: CREATE INDEX i ON public.t USING btree (n);\n\n\
                     pg_restore: error: a worker process died unexpectedly\n";
        let copie = "pg_restore: error: COPY failed for table \"lot\": ERROR:  trop long\n";
        let lues = lire(&format!("{index}{copie}"), &entrees).unwrap();
        let dites: Vec<_> =
            lues.iter().map(|(e, p)| (e.genre.as_str(), p.phrase.as_str())).collect();
        assert_eq!(dites, [("INDEX", "pas ici"), ("TABLE DATA", "trop long")]);
        let autre = "pg_restore: error: could not execute query: ERROR:  x\nCommand was: DROP y;\n";
        assert!(lire(&format!("{index}{autre}"), &entrees).is_none());
        assert!(lire("pg_restore: error: connection lost\n", &entrees).is_none());
    }
}
