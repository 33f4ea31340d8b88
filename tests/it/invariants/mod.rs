//! The invariants I1 to I11 of the domain, each by name, from both sides: what the program does,
//! and what the database refuses whoever asks.

mod annonces;
mod arrondis;
mod atomique;
mod cles;
mod cles_des_routes;
mod completes;
mod corrections;
mod ensemble;
mod fenetre;
mod jours;
pub mod manques;
mod mouvements;
mod plans;
mod receptions;
mod soldes;
mod utilisables;
mod verifier;

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection, Executor};

use crate::outils::{Chaine, Client, Reponse, Serveur, grappe};

pub const RECEPTIONS: &str = "/api/interne/receptions";
pub const AJUSTEMENTS: &str = "/api/interne/ajustements";
pub const PERTES: &str = "/api/interne/pertes";
pub const RECETTES: &str = "/api/interne/recettes";

/// A server and its chain, by the admin.
pub async fn cuisine() -> (Serveur, Chaine) {
    let s = Serveur::demarrer().await;
    let c = Chaine::nouvelle(s.admin().await).await;
    (s, c)
}

pub fn texte(valeur: &Value) -> &str {
    valeur.as_str().unwrap_or_else(|| panic!("un texte : {valeur}"))
}

/// What every table of the database holds, in rows.
pub async fn lignes_par_table(s: &Serveur) -> BTreeMap<String, i64> {
    let mut c = s.base().lire().await.expect("connexion");
    let tables: Vec<String> =
        // Failures have a table of their own, written after the fact was undone.
        sqlx::query_scalar(
            "select tablename::text from pg_tables
              where schemaname = 'public' and tablename <> 'panne'",
        )
            .fetch_all(&mut *c)
            .await
            .expect("tables");
    assert!(tables.iter().any(|t| t == "mouvement_stock"), "{tables:?}");
    let mut comptes = BTreeMap::new();
    for table in tables {
        let sql = AssertSqlSafe(format!("select count(*) from {table}"));
        let n = sqlx::query_scalar(sql).fetch_one(&mut *c).await.expect("compte");
        comptes.insert(table, n);
    }
    comptes
}

/// One number, read without the program.
pub async fn nombre(s: &Serveur, sql: &str) -> i64 {
    let mut c = s.base().lire().await.expect("connexion");
    sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_one(&mut *c).await.expect(sql)
}

/// Runs SQL as the owner of the database, who is the program; the number of rows it changed.
pub async fn ecrire(s: &Serveur, sql: &str) -> Result<u64, sqlx::Error> {
    let mut c = s.base().lire().await.expect("connexion");
    Ok(c.execute(AssertSqlSafe(sql.to_owned())).await?.rows_affected())
}

/// The database itself refuses this, for the reason that stands in its message.
pub async fn la_base_refuse(s: &Serveur, sql: &str, raison: &str) {
    let erreur = ecrire(s, sql).await.expect_err(sql).to_string();
    assert!(erreur.contains(raison), "{sql}\n{erreur}");
}

/// Makes a fault that nothing in the program can make: no trigger, no foreign key.
pub async fn planter(s: &Serveur, sql: &str) {
    let mut c = grappe::superutilisateur(&s.nom_base).await;
    c.execute("set session_replication_role = replica").await.expect("replica");
    let faites = c.execute(AssertSqlSafe(sql.to_owned())).await.expect(sql).rows_affected();
    assert!(faites > 0, "rien n'a été changé : {sql}");
    c.close().await.expect("fermeture");
}

/// Something that the schema allows, done as superuser.
pub async fn comme_superutilisateur(s: &Serveur, sql: &str) {
    let mut c = grappe::superutilisateur(&s.nom_base).await;
    c.execute(AssertSqlSafe(sql.to_owned())).await.expect(sql);
    c.close().await.expect("fermeture");
}

/// A POST that must be accepted.
pub async fn creer(c: &Client, chemin: &str, corps: Value) -> Value {
    c.post(chemin, &corps).await.attendue(201)
}

/// Puts a lot in a state.
pub async fn mettre_en_etat(c: &Chaine, lot: &str, etat: &str) -> Reponse {
    let corps = json!({"etat": etat, "motif": "essai"});
    c.client.post(&format!("/api/interne/lots/{lot}/etat"), &corps).await
}

/// The movements of a lot, oldest first: (type, signed quantity).
pub async fn mouvements_de(c: &Chaine, lot: &str) -> Vec<(String, f64)> {
    let liste = c.client.get(&format!("/api/interne/lots/{lot}/mouvements")).await.attendue(200);
    let elements = liste["elements"].as_array().expect("mouvements");
    elements
        .iter()
        .map(|m| (texte(&m["type"]).to_owned(), m["quantite"].as_f64().expect("quantité")))
        .collect()
}

/// The faulty fields of a 400.
pub fn champs_fautifs(refus: &Value) -> Vec<&str> {
    refus["erreurs"].as_array().expect("erreurs").iter().map(|e| texte(&e["champ"])).collect()
}

/// Waits (bounded) until `n` of the program's connections wait for a lock.
pub async fn en_attente(s: &Serveur, n: i64) {
    let sql = "select count(*) from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'";
    let fin = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while nombre(s, sql).await < n {
        assert!(std::time::Instant::now() < fin, "{n} n'attendent jamais");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

/// Waits (bounded) for the `n`th line of that event; all of them, exactly `n`.
pub async fn evenements_dits(s: &Serveur, nom: &str, n: usize) -> Vec<String> {
    let fin = std::time::Instant::now() + std::time::Duration::from_secs(20);
    loop {
        let dits = s.evenements(nom);
        if dits.len() >= n {
            assert_eq!(dits.len(), n, "{dits:#?}");
            return dits;
        }
        assert!(std::time::Instant::now() < fin, "{nom}, {n} fois : {:#?}", s.journal());
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}
