//! Can this account take the place of that database? Of the server, whatever the archive holds.

use sqlx::postgres::PgConnection;

use super::super::plan::refus;
use super::objets::cite;
use super::{Constat, Obstacle, Sort, ligne, sql};
use crate::platform::issue::Echec;

/// Held at once while the copy is proved: the lock, a dump, statistics, and what reads the rules.
const PREUVE: usize = 8;
/// .. and while it is filled, beside one for each core.
const RESTAURATION: usize = 4;

/// .. on the database to be replaced: a view tried beside what is compared, and those just left.
const VIVANTE: usize = 4;
/// New databases are made from two of them, and whoever administers enters by the third.
const DU_SERVEUR: [&str; 3] = ["postgres", "template0", "template1"];

/// What is PostgreSQL's own takes nobody's backup, whoever asks.
pub(crate) fn refuser_du_serveur(base: &str) -> Result<(), Echec> {
    match DU_SERVEUR.contains(&base) {
        false => Ok(()),
        true => Err(refus(format!(
            "Restauration refusée : la base « {base} » est à PostgreSQL lui-même et n'est jamais \
             remplacée ; donnez le nom d'une autre (--target-db, ou PGDATABASE)."
        ))),
    }
}

/// Named here, before anything is read: each with the command that puts it right.
pub(crate) async fn refuser(c: &mut PgConnection, base: &str) -> Result<(), Echec> {
    let constats = constats(c, base).await?;
    if constats.is_empty() {
        return Ok(());
    }
    let compte = sql::compte(c).await?.nom;
    let mut lignes = vec![format!(
        "Restauration refusée : le compte « {compte} » ne peut pas mettre une autre base à la \
         place de « {base} »."
    )];
    lignes.extend(constats.iter().map(|c| ligne(&c.obstacle)));
    lignes.push(match constats.iter().all(|c| c.administrateur) {
        true => "Passez d'abord ces commandes, ou restaurez avec un administrateur \
                 (PGUSER=<administrateur>)."
            .to_owned(),
        false => "Passez d'abord ces commandes.".to_owned(),
    });
    Err(refus(lignes.join("\n")))
}

pub(crate) async fn constats(c: &mut PgConnection, base: &str) -> Result<Vec<Constat>, Echec> {
    if DU_SERVEUR.contains(&base) {
        let raison = "elle est à PostgreSQL lui-même : elle n'est jamais remplacée".to_owned();
        let constat = constat(&format!("base {base}"), raison, String::new());
        return Ok(vec![Constat { administrateur: false, ..constat }]);
    }
    let compte = sql::place_du_compte(c).await?;
    let mut constats = Vec::new();
    let qui = format!("compte {}", compte.nom);
    constats.extend(sans_creer(&compte));
    let voulues = voulues() + usize::try_from(compte.prises).unwrap_or_default();
    if usize::try_from(compte.limite).is_ok_and(|limite| limite < voulues) {
        let raison = format!(
            "il n'a droit qu'à {} connexions à la fois, et une restauration peut en demander \
             {voulues}, avec celles qui sont ouvertes",
            compte.limite
        );
        let remede = format!("alter role {} connection limit {voulues};", cite(&compte.nom));
        constats.push(constat(&qui, raison, remede));
    }
    let Some(place) = sql::place_de_la_base(c, base).await? else { return Ok(constats) };
    let quoi = format!("base {base}");
    if !place.a_lui {
        let raison = format!(
            "appartient à « {} », dont « {} » n'est pas membre : seul son propriétaire la \
             remplace",
            place.proprietaire, compte.nom
        );
        let remede = format!("alter database {} owner to {};", cite(base), cite(&compte.nom));
        constats.push(constat(&quoi, raison, remede));
    }
    let voulues = VIVANTE + usize::try_from(place.prises).unwrap_or_default();
    if usize::try_from(place.limite).is_ok_and(|limite| limite < voulues) {
        let raison = format!(
            "elle n'admet que {} connexions à la fois (connection limit), et une restauration peut \
             en demander {voulues}, avec celles qui sont ouvertes",
            place.limite
        );
        let remede = format!("alter database {} connection limit {voulues};", cite(base));
        constats.push(constat(&quoi, raison, remede));
    }
    if place.modele {
        let raison = "c'est un modèle de bases (is_template) : elle ne se remplace pas".to_owned();
        let remede = format!("alter database {} is_template false;", cite(base));
        let mut constat = constat(&quoi, raison, remede);
        constat.administrateur = false;
        constats.push(constat);
    }
    Ok(constats)
}

/// What keeps this account from making any database, a copy to be put in place among them.
pub(crate) async fn creation(c: &mut PgConnection) -> Result<Option<Obstacle>, Echec> {
    let compte = sql::place_du_compte(c).await?;
    Ok(sans_creer(&compte).map(|c| c.obstacle))
}

fn sans_creer(compte: &sql::PlaceDuCompte) -> Option<Constat> {
    let remede = format!("alter role {} createdb;", cite(&compte.nom));
    let raison = "il ne peut pas créer de base".to_owned();
    (!compte.cree_des_bases).then(|| constat(&format!("compte {}", compte.nom), raison, remede))
}

fn constat(objet: &str, raison: String, remede: String) -> Constat {
    // The copy to try takes nobody's place.
    let sort = Sort::Refus { tolerable: false, essai: true };
    let obstacle = Obstacle { objet: objet.to_owned(), raison, remede };
    Constat { obstacle, sort, administrateur: true, commande: String::new() }
}

fn voulues() -> usize {
    let coeurs = std::thread::available_parallelism().map_or(1, usize::from);
    PREUVE.max(coeurs + RESTAURATION)
}
