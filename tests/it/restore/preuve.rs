//! The proof of equality is itself proved: what is not equal is found, and named.

use delicego::sauvegarde::restore::{
    Attendu, Depose, Depot, EtatDeBase, Ou, Plan, Roles, Suivi, deballer, deposer, prouver,
};
use delicego::sauvegarde::texte::Texte;
use delicego::sauvegarde::{Arret, Entree};

use super::atelier::Atelier;

/// Restores a backup into `copie`, lets `changer` have its way with it, and gives what is found.
async fn ecarts(a: &Atelier, fichier: &str, changer: &str) -> Vec<String> {
    let (cible, suivi, arret) = (a.cible().await, Suivi::muet(), Arret::default());
    a.sql("postgres", "drop database if exists copie").await;
    a.sql("postgres", "create database copie owner delicego").await;
    let ou = Ou { vers: a.dossier().join("deballee"), cle: None };
    let lue = deballer(&Entree::fichier(fichier), &ou, &suivi, &arret).expect("archive");
    let roles =
        Roles::recenser(&cible, &lue.contenu.entrees, &EtatDeBase::default()).await.expect("rôles");
    let plan = Plan::default();
    let depot = Depot {
        cible: &cible,
        base: "copie",
        archive: &lue.chemin,
        contenu: &lue.contenu,
        roles: &roles,
        plan: &plan,
        fuseau: None,
    };
    deposer(&depot, (&suivi, &arret), &mut Depose::default()).await.expect("dépôt");
    // As a faulty disk would: no trigger, no key looks.
    a.sql("copie", &format!("set session_replication_role = replica; {changer}")).await;
    let texte = Texte::Fixe;
    let attendu = Attendu { contenu: &lue.contenu, roles: &roles, plan: &plan, texte };
    prouver(&cible, "copie", &attendu, &suivi, &arret).await.expect("preuve").ecarts
}

#[tokio::test]
async fn une_ligne_changee_perdue_ou_doublee_est_trouvee_et_sa_table_nommee() {
    let a = Atelier::embarque().await;
    a.produire().await;
    a.sql("delicego", "create table double (n int); insert into double values (1), (2)").await;
    a.sql("delicego", "alter table double owner to delicego; create sequence compteur").await;
    a.sql("delicego", "select lo_from_bytea(4242, 'un plan'); select nextval('compteur')").await;
    a.sql("delicego", "alter sequence compteur owner to delicego").await;
    a.sql("delicego", "alter large object 4242 owner to delicego").await;
    let fichier = a.sauvegarder();
    assert_eq!(ecarts(&a, &fichier, "").await, Vec::<String>::new());
    for (changer, table, quoi) in [
        ("update lot set solde = solde + 1", "public.lot ", "contenu a changé"),
        ("delete from mouvement_stock", "public.mouvement_stock ", "au lieu de"),
        ("insert into double values (2)", "public.double ", "3 lignes au lieu de 2"),
        ("update double set n = 2", "public.double ", "contenu a changé"),
        ("drop table double", "public.double", "manque"),
        ("create table intruse ()", "public.intruse", "en trop"),
        ("select setval('compteur', 7)", "public.compteur", "au lieu de"),
        ("select lo_put(4242, 0, 'X')", "Grands objets", "contenu a changé"),
        ("drop index lot_production_lot", "lot_production_lot", "manque"),
        ("alter table double owner to postgres", "double", "a changé"),
        ("grant select on double to public", "double", "en trop"),
    ] {
        let trouves = ecarts(&a, &fichier, changer).await;
        let nomme = trouves.iter().any(|e| e.contains(table) && e.contains(quoi));
        assert!(nomme, "{changer} : {trouves:?}");
    }
}

/// The archive itself deletes a row once its tables are loaded: the copy cannot be equal.
#[tokio::test]
async fn une_copie_inegale_est_jetee_et_la_base_vivante_reste() {
    let a = Atelier::embarque().await;
    let ordres = "create table fragile (n int); alter table fragile owner to delicego;
        create function gater() returns int language plpgsql as
          $$ begin delete from public.fragile where n = 1; return 1; end $$;
        create materialized view gate as select public.gater() as n;
        alter function gater() owner to delicego;
        alter materialized view gate owner to delicego;
        insert into fragile values (1), (2)";
    a.sql("delicego", ordres).await;
    let fichier = a.sauvegarder();
    a.produire().await;
    let avant = a.tout().await;
    let sortie = a.restore(&["--file", &fichier, "--drop-create", "--oui"]);
    assert_eq!(sortie.code, Some(1), "{sortie:?}");
    assert!(sortie.journal.contains("public.fragile : 1 lignes au lieu de 2"), "{sortie:?}");
    assert!(sortie.journal.contains("est inchangée"), "{sortie:?}");
    assert!(sortie.journal.contains("event=restore_erreur"), "{sortie:?}");
    assert_eq!(a.tout().await, avant);
    assert_eq!(a.copies().await, Vec::<String>::new());
    assert_eq!(a.gardees().await, Vec::<String>::new());
}
