//! The drill: a backup is restored for real, and what is wrong with it is found and named.
#![expect(clippy::disallowed_methods, reason = "these tests start and look at processes")]

mod ensemble;
mod forge;
mod ordres;
mod pannes;
mod serveur;

use std::fs;
use std::os::unix::fs::PermissionsExt;

use delicego::platform::config::BaseVisee;
use delicego::platform::db::Base;
use serde_json::json;
use sqlx::Executor;

use self::forge::{Sauvegardes, archiver};
use self::ordres::Exercice;
use crate::outils::ecrits;
use crate::outils::grappe::{self, BaseEssai};

#[tokio::test]
async fn une_bonne_sauvegarde_est_prouvee_et_le_resultat_est_ecrit() {
    let (base, sauvegardes) = demo().await;
    let archive = sauvegardes.de(&base, 1);
    let avant = empreinte(&base).await;
    let exercice = Exercice::sur(&base, &sauvegardes);
    let sortie = exercice.lancer(&[]);
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
    assert!(
        sortie.dit.contains("OK  La copie est égale à la base sauvegardée, et toutes ses règles"),
        "{sortie:?}"
    );
    assert!(sortie.journal.contains("event=drill_start"), "{sortie:?}");
    assert!(sortie.journal.contains("event=drill_done"), "{sortie:?}");

    let resultat = sauvegardes.exercice(&archive);
    assert_eq!(resultat["verdict"], "prouvee", "{resultat}");
    assert_eq!(resultat["sha256"], sauvegardes.manifeste(&archive)["archive"]["sha256"]);
    assert_eq!((&resultat["differences"], &resultat["regles"]), (&json!([]), &json!([])));
    assert!(resultat["lignes"].as_u64().is_some_and(|n| n > 100), "{resultat}");
    for etape in ["depaquetage_s", "restauration_s", "preuve_s", "verification_s", "total_s"] {
        assert!(resultat["durees"][etape].as_f64().is_some_and(|d| d > 0.0), "{resultat}");
    }
    let fichier = sauvegardes.a_cote(&archive, "exercice.json");
    let mode = fs::metadata(fichier).expect("résultat").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let histoire = fs::read_to_string(archive.with_file_name("drills.jsonl")).expect("histoire");
    let derniere: serde_json::Value =
        serde_json::from_str(histoire.lines().last().expect("ligne")).expect("JSON");
    assert_eq!(derniere, resultat);
    assert_eq!(empreinte(&base).await, avant, "la base vivante n'a pas changé");
    exercice.rien_ne_reste();
}

#[tokio::test]
async fn la_plus_recente_des_sauvegardes_verifiees_de_cette_base_est_prise() {
    let (base, sauvegardes) = demo().await;
    let archive = archiver(&base);
    let poser = |rang| sauvegardes.poser(&base, rang, (&archive, &archive));
    let (ancienne, voulue, douteuse, non_relue) = (poser(1), poser(2), poser(3), poser(4));
    let autre = sauvegardes.poser("autre", 9, (&archive, &archive));
    let changer = |chemin, champ: &str, valeur| {
        let mut manifeste = sauvegardes.manifeste(chemin);
        manifeste[champ] = valeur;
        sauvegardes.ecrire_le_manifeste(chemin, &manifeste);
    };
    changer(&douteuse, "suspect", json!(["une table a disparu"]));
    changer(&non_relue, "verifie", json!(false));
    let sortie = Exercice::sur(&base, &sauvegardes).lancer(&[]);
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
    for (chemin, eprouvee) in
        [(ancienne, false), (voulue, true), (douteuse, false), (non_relue, false), (autre, false)]
    {
        assert_eq!(sauvegardes.a_un_exercice(&chemin), eprouvee, "{}", chemin.display());
    }
}

#[tokio::test]
async fn une_ligne_changee_apres_le_manifeste_est_trouvee_dans_sa_table() {
    let (base, sauvegardes) = demo().await;
    let dite = archiver(&base);
    let mut c = grappe::superutilisateur(&base).await;
    c.execute("update fournisseur set nom = nom || ' et fils' where id = (select min(id::text)::uuid from fournisseur)")
        .await
        .expect("une ligne");
    let archive = sauvegardes.poser(&base, 1, (&dite, &archiver(&base)));
    let sortie = Exercice::sur(&base, &sauvegardes).lancer(&[]);
    assert_eq!(sortie.code, Some(3), "{sortie:?}");
    assert!(sortie.dit.contains("KO  Table public.fournisseur"), "{sortie:?}");
    assert!(sortie.journal.contains("event=drill_erreur"), "{sortie:?}");
    let resultat = sauvegardes.exercice(&archive);
    assert_eq!(resultat["verdict"], "differente");
    assert_eq!(resultat["differences"].as_array().map(Vec::len), Some(1), "{resultat}");
    assert_eq!(resultat["differences"][0]["table"], "public.fournisseur");
}

#[tokio::test]
async fn une_ligne_perdue_et_une_ligne_doublee_sont_comptees() {
    for (sql, trouvees) in [
        ("delete from ingredient_alias where ctid = (select min(ctid) from ingredient_alias)", -1_i64),
        ("insert into fournisseur (id, nom) select gen_random_uuid(), nom || ' bis' from fournisseur
          limit 1", 1),
    ] {
        let (base, sauvegardes) = demo().await;
        let dite = archiver(&base);
        let mut c = grappe::superutilisateur(&base).await;
        c.execute(sql).await.expect("une ligne");
        let archive = sauvegardes.poser(&base, 1, (&dite, &archiver(&base)));
        let sortie = Exercice::sur(&base, &sauvegardes).lancer(&[]);
        assert_eq!(sortie.code, Some(3), "{sortie:?}");
        let resultat = sauvegardes.exercice(&archive);
        let constat = resultat["differences"][0]["constat"].as_str().expect("constat").to_owned();
        let nombres: Vec<i64> = constat
            .split(|c: char| !c.is_ascii_digit())
            .filter_map(|mot| mot.parse().ok())
            .collect();
        assert_eq!(nombres[0] - nombres[1], trouvees, "{constat}");
    }
}

#[tokio::test]
async fn une_copie_qui_enfreint_une_regle_est_signalee_par_sa_regle() {
    let (base, sauvegardes) = demo().await;
    let mut c = grappe::superutilisateur(&base).await;
    c.execute("set session_replication_role = replica").await.expect("sans déclencheurs");
    c.execute("update lot set solde = solde + 1 where ctid = (select min(ctid) from lot)")
        .await
        .expect("un solde faux");
    let archive = sauvegardes.de(&base, 1);
    let sortie = Exercice::sur(&base, &sauvegardes).lancer(&[]);
    assert_eq!(sortie.code, Some(3), "{sortie:?}");
    assert!(sortie.dit.contains("KO  I1"), "{sortie:?}");
    let resultat = sauvegardes.exercice(&archive);
    assert_eq!(
        (&resultat["verdict"], &resultat["differences"]),
        (&json!("differente"), &json!([]))
    );
    assert_eq!(resultat["regles"][0]["regle"], "I1");
}

#[tokio::test]
async fn proprietaires_et_droits_que_le_serveur_prive_ignore_sont_prouves_aussi() {
    let (base, sauvegardes) = demo().await;
    let mut c = grappe::superutilisateur(&base).await;
    // Roles are of the whole server: made once, whatever other tests do.
    c.execute(
        "do $$ begin
           create role \"Chef d'essai\" nologin; create role lecteur_d_essai nologin;
         exception when duplicate_object then null; end $$",
    )
    .await
    .expect("rôles");
    c.execute("grant \"Chef d'essai\" to delicego").await.expect("membre");
    c.execute("create view vue_du_chef as select 1 as n").await.expect("vue");
    c.execute("alter view vue_du_chef owner to \"Chef d'essai\"").await.expect("propriétaire");
    c.execute("grant select on fournisseur to lecteur_d_essai").await.expect("droit");
    let archive = sauvegardes.de(&base, 1);
    let sortie = Exercice::sur(&base, &sauvegardes).lancer(&[]);
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
    let resultat = sauvegardes.exercice(&archive);
    assert_eq!((&resultat["differences"], &resultat["avis"]), (&json!([]), &json!([])));
}

#[tokio::test]
async fn une_sauvegarde_que_postgresql_ne_peut_pas_restaurer_est_ratee_et_le_dit() {
    let (base, sauvegardes) = demo().await;
    let mut c = grappe::superutilisateur(&base).await;
    c.execute(
        "create function ailleurs() returns bool language sql
            return current_database() not like '%restore_test'",
    )
    .await
    .expect("fonction");
    c.execute("create table capricieuse (n int check (ailleurs()))").await.expect("table");
    c.execute("insert into capricieuse values (1)").await.expect("ligne");
    c.execute("alter table capricieuse owner to delicego").await.expect("propriétaire");
    let archive = sauvegardes.de(&base, 1);
    let exercice = Exercice::sur(&base, &sauvegardes);
    for lieu in ["prive", "serveur"] {
        let sortie = exercice.lancer(&["--cluster", lieu]);
        assert_eq!(sortie.code, Some(3), "{sortie:?}");
        assert!(sortie.journal.contains("event=drill_erreur"), "{sortie:?}");
        let resultat = sauvegardes.exercice(&archive);
        assert_eq!((&resultat["verdict"], &resultat["lieu"]), (&json!("echouee"), &json!(lieu)));
        assert!(
            resultat["cause"].as_str().is_some_and(|c| c.contains("capricieuse")),
            "{resultat}"
        );
        exercice.rien_ne_reste();
    }
    let copies: i64 = sqlx::query_scalar("select count(*) from pg_database where datname = $1")
        .bind(format!("{base}_restore_test"))
        .fetch_one(&mut c)
        .await
        .expect("bases");
    assert_eq!(copies, 0, "la copie est partie");
}

#[tokio::test]
async fn une_sauvegarde_d_un_schema_plus_ancien_est_mise_a_jour_dans_la_copie() {
    let (base, sauvegardes) =
        (grappe::base_d_avant_la_derniere_migration().await, Sauvegardes::neuves());
    let archive = sauvegardes.de(&base, 1);
    let sortie = Exercice::sur(&base, &sauvegardes).lancer(&[]);
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
    let resultat = sauvegardes.exercice(&archive);
    assert!(resultat["avis"][0].as_str().is_some_and(|a| a.contains("plus ancien")), "{resultat}");
    assert!(resultat["durees"]["migration_s"].as_f64().is_some_and(|d| d > 0.0), "{resultat}");
}

#[tokio::test]
async fn un_programme_lit_le_resultat_sur_la_derniere_ligne() {
    let (base, sauvegardes) = demo().await;
    sauvegardes.de(&base, 1);
    let sortie = Exercice::sur(&base, &sauvegardes).lancer(&["--json"]);
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
    let lignes: Vec<serde_json::Value> =
        sortie.dit.lines().map(|l| serde_json::from_str(l).expect("du JSON")).collect();
    let (derniere, avancees) = lignes.split_last().expect("des lignes");
    assert_eq!(derniere["exercice"]["verdict"], "prouvee");
    let etapes: Vec<_> = avancees.iter().map(|l| l["etape"].as_str().expect("étape")).collect();
    assert!(etapes.contains(&"Restauration") && etapes.contains(&"Preuve"), "{etapes:?}");
}

/// A database with something in it, and a folder for its backups.
async fn demo() -> (BaseEssai, Sauvegardes) {
    (grappe::nouvelle_base_demo().await, Sauvegardes::neuves())
}

/// Of all that the database holds.
async fn empreinte(base: &str) -> impl PartialEq + std::fmt::Debug + use<> {
    let visee = BaseVisee::Serveur(Box::new(grappe::options(base)));
    let base = Base::ouvrir(&visee).await.expect("base");
    let tout = ecrits::tout_ce_qui_est_ecrit(&base).await;
    base.fermer().await;
    tout
}

#[tokio::test]
async fn une_base_qui_n_a_pas_nos_regles_est_prouvee_sans_qu_on_les_dise_tenues() {
    let (base, sauvegardes) = (grappe::nouvelle_base_vide().await, Sauvegardes::neuves());
    let mut c = grappe::superutilisateur(&base).await;
    c.execute("create table t as select generate_series(1, 10) as n").await.expect("table");
    c.execute("alter table t owner to delicego").await.expect("propriétaire");
    let ordre = format!("alter database \"{base}\" owner to delicego");
    c.execute(sqlx::AssertSqlSafe(ordre)).await.expect("propriétaire");
    let archive = sauvegardes.de(&base, 1);
    let mut manifeste = sauvegardes.manifeste(&archive);
    manifeste["base"]["schema"] = serde_json::Value::Null;
    sauvegardes.ecrire_le_manifeste(&archive, &manifeste);
    let sortie = Exercice::sur(&base, &sauvegardes).lancer(&[]);
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
    assert!(sortie.dit.contains("OK  La copie est égale"), "{sortie:?}");
    assert!(!sortie.dit.contains("règles tiennent"), "{sortie:?}");
    assert_eq!(sauvegardes.exercice(&archive)["regles_verifiees"], false);
}

/// Its sums are those of its server's zone, which nobody knows any more.
#[tokio::test]
async fn une_sauvegarde_dont_les_sommes_tiennent_aux_reglages_du_serveur_le_dit() {
    let (base, sauvegardes) = demo().await;
    let archive = forge::archiver_avec(&base, &[("PGTZ", "Europe/Paris")]);
    let archive = sauvegardes.poser(&base, 1, (&archive, &archive));
    let sortie = Exercice::sur(&base, &sauvegardes).lancer(&[]);
    assert_eq!(sortie.code, Some(3), "{sortie:?}");
    assert!(sortie.dit.contains("fuseau horaire"), "{sortie:?}");
    assert!(!sortie.dit.contains("n'est pas sûre"), "{sortie:?}");
    assert!(sauvegardes.exercice(&archive)["doute"].is_string());
}
