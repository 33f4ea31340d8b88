//! Backups that look wrong: kept, told, and never in the place of a good one.

use sqlx::{AssertSqlSafe, Executor};

use super::{Atelier, code, textes};
use crate::outils::grappe;

#[tokio::test]
async fn une_base_vide_est_suspecte_et_ne_remplace_rien() {
    let mut c = grappe::superutilisateur("postgres").await;
    let base = format!("vide_{}", std::process::id());
    let creer = format!("create database {base} owner delicego template template0");
    c.execute(AssertSqlSafe(creer)).await.unwrap();
    let a = Atelier::sur(base);
    let sortie = a.backup(&["--keep", "1"]);
    let texte = textes(&sortie);
    assert_eq!(code(&sortie), 3, "{texte}");
    assert!(texte.contains("aucune table") && texte.contains("event=backup_suspect"), "{texte}");
    assert!(!a.derniere().fiable() && !a.derniere().manifeste.suspect.is_empty());
}

#[tokio::test]
async fn une_table_perdue_est_suspecte_et_la_bonne_sauvegarde_reste() {
    let a = Atelier::neuf().await;
    let bonne = a.bon_backup(&["--keep", "1"]);
    a.sql("drop table ligne_consommation cascade").await;
    for _ in 0..2 {
        let sortie = a.backup(&["--keep", "1"]);
        assert_eq!(code(&sortie), 3, "{}", textes(&sortie));
        assert!(textes(&sortie).contains("public.ligne_consommation"), "{}", textes(&sortie));
    }
    assert!(bonne.exists());
    assert_eq!(a.liste().iter().filter(|s| s.fiable()).count(), 1);
}

#[tokio::test]
async fn plus_de_trente_pour_cent_de_lignes_en_moins_se_dit_et_s_accepte() {
    let a = Atelier::neuf().await;
    let bonne = a.bon_backup(&["--keep", "1"]);
    a.sql("truncate recette, article, lot cascade").await;
    let sortie = a.backup(&["--keep", "1"]);
    assert_eq!(code(&sortie), 3, "{}", textes(&sortie));
    assert!(textes(&sortie).contains("lignes métier au lieu de"), "{}", textes(&sortie));
    assert!(bonne.exists());

    let acceptee = a.bon_backup(&["--keep", "1", "--force-suspect"]);
    assert!(!bonne.exists() && acceptee.exists());
    assert_eq!(a.liste().len(), 1, "la suspecte est partie avec l'ancienne");
    assert!(a.derniere().manifeste.avis[0].contains("--force-suspect"));
    a.bon_backup(&["--keep", "1"]);
}

#[tokio::test]
async fn apres_une_migration_ce_qui_a_disparu_se_dit_sans_etre_suspect() {
    let a = Atelier::neuf().await;
    a.bon_backup(&[]);
    let migration = "drop table ligne_consommation cascade;
        insert into _sqlx_migrations
               (version, description, installed_on, success, checksum, execution_time)
        select version + 1, 'essai', now(), true, checksum, 0
          from _sqlx_migrations order by version desc limit 1";
    a.sql(migration).await;
    a.bon_backup(&[]);
    let avis = a.derniere().manifeste.avis;
    assert!(avis.iter().any(|m| m.contains("schéma")), "{avis:?}");
    assert!(avis.iter().any(|m| m.contains("ligne_consommation")), "{avis:?}");
}
