//! Is a database nobody's yet? Then what is restored takes its place without a word, and what it was
//! reserved with stays: its settings and grants come back beside those of the backup, and where the
//! backup says otherwise of one, that is told.

mod sql;

use sqlx::postgres::PgConnection;

use super::super::archive::Entree;
use super::super::manifeste::{Droit, Reglage};
use super::etat::EtatDeBase;
use super::jugement::{Constat, Obstacle, Sort, cite, dire_un_reglage};
use super::sql::BaseConnue;
use crate::platform::issue::Echec;

pub(crate) use sql::contenu;

/// Adds to what the backup says of its database what this empty one was given; what it contradicts,
/// as constats.
pub(crate) async fn garder(
    c: &mut PgConnection,
    vide: &BaseConnue,
    etat: &mut EtatDeBase,
) -> Result<Vec<Constat>, Echec> {
    let donne = EtatDeBase::lire(c, vide).await?;
    let mut constats = reglages(&vide.nom, donne.reglages, &mut etat.reglages);
    if sql::a_des_droits(c, &vide.nom).await? {
        constats.extend(droits(vide, donne.droits, &mut etat.droits));
    }
    Ok(constats)
}

fn reglages(base: &str, siens: Vec<Reglage>, voulus: &mut Vec<Reglage>) -> Vec<Constat> {
    let mut constats = Vec::new();
    for sien in siens {
        match voulus.iter().find(|v| v.role == sien.role && v.nom == sien.nom) {
            None => voulus.push(sien),
            Some(v) if v.valeur == sien.valeur => {}
            Some(v) => {
                let (objet, commande) = dire_un_reglage(base, &sien);
                let raison = format!(
                    "la base vide qui est remplacée avait « {} », la sauvegarde a « {} », qui vaut \
                     désormais",
                    sien.valeur, v.valeur
                );
                constats.push(constat(objet, raison, commande));
            }
        }
    }
    constats
}

/// What is everybody's by itself is nobody's decision: only its withdrawal is.
fn droits(vide: &BaseConnue, siens: Vec<Droit>, voulus: &mut Vec<Droit>) -> Option<Constat> {
    // Nothing is known of the other's.
    if voulus.is_empty() {
        *voulus = siens;
        return None;
    }
    let de_tous = |droits: &[Droit], privilege: &str| {
        droits.iter().any(|d| d.role.is_none() && d.privilege == privilege)
    };
    let rendus: Vec<&str> = [("CONNECT", "connect"), ("TEMPORARY", "temporary")]
        .into_iter()
        .filter(|(p, _)| de_tous(voulus, p) && !de_tous(&siens, p))
        .map(|(_, mot)| mot)
        .collect();
    let autres = |d: &Droit| d.role.as_ref().is_some_and(|r| *r != vide.proprietaire);
    for sien in siens.into_iter().filter(autres) {
        match voulus.iter_mut().find(|v| v.role == sien.role && v.privilege == sien.privilege) {
            Some(v) => v.transmissible |= sien.transmissible,
            None => voulus.push(sien),
        }
    }
    (!rendus.is_empty()).then(|| {
        let rendus = rendus.join(", ");
        let raison = format!(
            "la base vide qui est remplacée ne les donnait pas à tous ({rendus}), la sauvegarde les \
             donne"
        );
        let commande = format!("revoke {rendus} on database {} from public;", cite(&vide.nom));
        constat("droits de tous (public) sur la base".to_owned(), raison, commande)
    })
}

/// What this empty one's schema `public` lets whom do is not in the backup, and goes with it, but for
/// what the backup gives to the same role.
pub(crate) async fn schema_public(
    c: &mut PgConnection,
    entrees: &[Entree],
) -> Result<Option<Constat>, Echec> {
    let siens = entrees.iter().filter(|e| e.genre == "ACL" && e.nom == "SCHEMA public");
    let dits: String = siens.filter_map(|e| e.definition.as_deref()).collect();
    let perdus: Vec<String> = (sql::droits_de_public(c).await?.into_iter())
        .filter(|(role, _)| !dits.contains(&format!(" ON SCHEMA public TO {role};")))
        .filter(|(role, _)| role != "PUBLIC" || !dits.contains(" ON SCHEMA public FROM PUBLIC;"))
        .map(|(_, commande)| commande)
        .collect();
    Ok((!perdus.is_empty()).then(|| {
        let raison = "la base vide qui est remplacée les avait, la sauvegarde ne les a pas";
        constat("droits sur le schéma public".to_owned(), raison.to_owned(), perdus.join("\n"))
    }))
}

fn constat(objet: String, raison: String, commande: String) -> Constat {
    let obstacle = Obstacle { objet, raison, remede: String::new() };
    Constat { obstacle, sort: Sort::ARefaire, administrateur: false, commande }
}
