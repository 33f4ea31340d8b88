//! `--cluster serveur`: the copy stands beside the live database for a while.

use sqlx::{AssertSqlSafe, Executor};

use super::ordres::Exercice;
use super::{demo, empreinte};
use crate::outils::grappe;

const MARQUE: &str = "Copie d'essai de DéliceGo (delicego drill)";

#[tokio::test]
async fn la_copie_est_creee_sur_le_serveur_prouvee_et_supprimee() {
    let (base, sauvegardes) = demo().await;
    let archive = sauvegardes.de(&base, 1);
    let avant = empreinte(&base).await;
    let exercice = Exercice::sur(&base, &sauvegardes);
    let sortie = exercice.lancer(&["--cluster", "serveur"]);
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
    let resultat = sauvegardes.exercice(&archive);
    assert_eq!((&resultat["verdict"], &resultat["lieu"]), (&"prouvee".into(), &"serveur".into()));
    assert!(!existe(&format!("{base}_restore_test")).await, "la copie est partie");
    assert_eq!(empreinte(&base).await, avant);
    exercice.rien_ne_reste();
}

#[tokio::test]
async fn une_base_de_ce_nom_qui_n_est_pas_de_nous_n_est_pas_touchee() {
    let (base, sauvegardes) = demo().await;
    sauvegardes.de(&base, 1);
    let copie = format!("{base}_restore_test");
    ordonner(&format!("create database {copie} owner delicego")).await;
    let mut c = grappe::superutilisateur(&copie).await;
    c.execute("create table precieuse (n int)").await.expect("table");
    let exercice = Exercice::sur(&base, &sauvegardes);
    for commentaire in ["null", "'la nôtre'"] {
        ordonner(&format!("comment on database {copie} is {commentaire}")).await;
        let sortie = exercice.lancer(&["--cluster", "serveur"]);
        assert_eq!(sortie.code, Some(5), "{sortie:?}");
        assert!(sortie.journal.contains(&copie), "{sortie:?}");
        c.execute("select n from precieuse").await.expect("la table est toujours là");
    }
}

#[tokio::test]
async fn une_copie_laissee_par_un_exercice_tue_est_remplacee() {
    let (base, sauvegardes) = demo().await;
    sauvegardes.de(&base, 1);
    let copie = format!("{base}_restore_test");
    ordonner(&format!("create database {copie} owner delicego")).await;
    ordonner(&format!("comment on database {copie} is $${MARQUE}$$")).await;
    let sortie = Exercice::sur(&base, &sauvegardes).lancer(&["--cluster", "serveur"]);
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
    assert!(!existe(&copie).await);
}

async fn ordonner(sql: &str) {
    let mut c = grappe::superutilisateur("postgres").await;
    c.execute(AssertSqlSafe(sql.to_owned())).await.expect("ordre");
}

async fn existe(base: &str) -> bool {
    let mut c = grappe::superutilisateur("postgres").await;
    sqlx::query_scalar("select exists (select from pg_database where datname = $1)")
        .bind(base)
        .fetch_one(&mut c)
        .await
        .expect("bases")
}
