//! What the live database has and no archive holds: it goes with the database that is replaced.

use sqlx::PgConnection;

use super::super::super::manifeste::Membre;
use super::super::super::sql as sql_commun;
use super::objets::{ADRESSE, cite, propre};
use super::{Affaire, Constat, Jugement, Obstacle, Sort, lacunes, sql};
use crate::platform::issue::Echec;

/// Asked of the database that a restore would replace.
pub(crate) async fn comparer(
    c: &mut PgConnection,
    affaire: &Affaire<'_>,
    jugement: &mut Jugement,
) -> Result<(), Echec> {
    for (genre, nom, suite) in sql::hors_archive(c).await? {
        let dans_l_archive =
            affaire.entrees.iter().any(|e| e.genre == "SUBSCRIPTION" && e.nom == nom);
        if genre == "abonnement" && dans_l_archive {
            continue;
        }
        jugement.constats.push(constat((&genre, &nom, &suite), affaire.base));
    }
    let membres = sql_commun::membres(c).await?.into_iter().map(Membre::from);
    lacunes::peser_la_vivante(affaire, membres, jugement);
    Ok(())
}

fn constat((genre, nom, suite): (&str, &str, &str), base: &str) -> Constat {
    let (quoi, litteral) = (cite(nom), nom.replace('\'', "''"));
    let (objet, raison, commande) = match genre {
        "abonnement" => (
            format!("abonnement {nom}"),
            "la sauvegarde ne l'a pas (seul un administrateur le lit) ; il reste à la base remplacée",
            format!(
                "create subscription {quoi} connection {ADRESSE} publication {suite}\n\
                 \x20   with (connect = false);\n\
                 -- puis, l'adresse écrite : alter subscription {quoi} enable; et \
                 alter subscription {quoi} refresh publication;"
            ),
        ),
        "espace" => (
            format!("espace de stockage « {nom} » de la base"),
            "la base restaurée est faite dans l'espace ordinaire du serveur",
            deplacer(base, &quoi),
        ),
        _ => (
            format!("réplication logique {nom}"),
            "elle suit la base remplacée, et non la nouvelle ; en service, elle l'empêche de partir ; \
             arrêtée, elle part avec elle",
            format!(
                "select pg_terminate_backend(active_pid) from pg_replication_slots \
                 where slot_name = '{litteral}';\n\
                 select pg_drop_replication_slot(slot_name) from pg_replication_slots \
                 where slot_name = '{litteral}';\n\
                 select pg_create_logical_replication_slot('{litteral}', '{suite}');"
            ),
        ),
    };
    let remede = String::new();
    let obstacle = Obstacle { objet: propre(&objet), raison: raison.to_owned(), remede };
    let commande = propre(&commande);
    Constat { obstacle, sort: Sort::ARefaire, administrateur: false, commande }
}

/// Nobody may be in a database that moves, who types this neither.
fn deplacer(base: &str, espace: &str) -> String {
    let (nom, litteral) = (cite(base), base.replace('\'', "''"));
    format!(
        "\\connect postgres\nalter database {nom} allow_connections false;\n\
         select pg_terminate_backend(pid) from pg_stat_activity where datname = '{litteral}';\n\
         alter database {nom} set tablespace {espace};\n\
         alter database {nom} allow_connections true;\n\\connect {nom}"
    )
}
