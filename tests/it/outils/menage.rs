//! Databases are dropped behind the tests' backs: one at a time, on one connection.

use std::sync::OnceLock;
use std::sync::mpsc::{Receiver, Sender, channel};

use sqlx::{AssertSqlSafe, Executor, PgConnection};

use super::grappe;

static A_FAIRE: OnceLock<Sender<String>> = OnceLock::new();

/// Drops that database soon, whoever is still connected to it.
pub fn supprimer(base: String) {
    let a_faire = A_FAIRE.get_or_init(|| {
        let (demander, demandes) = channel();
        std::thread::spawn(move || travailler(&demandes));
        demander
    });
    a_faire.send(base).expect("le ménage est mort");
}

fn travailler(demandes: &Receiver<String>) {
    let execution = tokio::runtime::Builder::new_current_thread().enable_all().build();
    execution.expect("runtime").block_on(async {
        let mut c = grappe::superutilisateur("postgres").await;
        while let Ok(base) = demandes.recv() {
            if let Err(echec) = effacer(&mut c, &base).await {
                eprintln!("{base} n'est pas effacée : {echec}");
                c = grappe::superutilisateur("postgres").await;
            }
        }
    });
}

async fn effacer(c: &mut PgConnection, base: &str) -> Result<(), sqlx::Error> {
    let sql = format!("drop database if exists \"{base}\" with (force)");
    c.execute(AssertSqlSafe(sql)).await.map(drop)
}

#[tokio::test]
async fn a_database_of_the_tests_goes_with_its_test_whoever_is_connected() {
    let essai = grappe::nouvelle_base().await;
    let nom = essai.nom().to_owned();
    let _connecte = grappe::superutilisateur(&nom).await;
    drop(essai);
    let mut c = grappe::superutilisateur("postgres").await;
    let requete = "select exists (select from pg_database where datname = $1)";
    let limite = std::time::Instant::now() + std::time::Duration::from_secs(60);
    while sqlx::query_scalar::<_, bool>(requete).bind(&nom).fetch_one(&mut c).await.expect("bases")
    {
        assert!(std::time::Instant::now() < limite, "{nom} est encore là");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}
