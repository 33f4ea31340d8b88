//! « À refaire » is enough: once its commands have run, all is as it was.

use sqlx::AssertSqlSafe;

use super::externe::{COMPTE, Externe};
use crate::outils::grappe::superutilisateur;

/// Whose everything is, and who may do what with it.
const TOUT: &str = "
    select 'relation ' || c.oid::regclass, pg_get_userbyid(relowner) ||
           coalesce(array(select a::text from unnest(relacl) a order by 1)::text, '')
      from pg_class c where relkind in ('r', 'v', 'S', 'm')
       and relnamespace::regnamespace::text in ('public', 'cave')
    union all select 'colonne ' || attrelid::regclass || attname,
           array(select a::text from unnest(attacl) a order by 1)::text
      from pg_attribute where attacl is not null and attrelid::regclass::text like 'cave.%'
    union all select 'routine ' || oid::regprocedure, pg_get_userbyid(proowner) ||
           coalesce(array(select a::text from unnest(proacl) a order by 1)::text, '') ||
           coalesce(obj_description(oid, 'pg_proc'), '')
      from pg_proc where pronamespace::regnamespace::text in ('public', 'cave')
    union all select 'type ' || oid::regtype, pg_get_userbyid(typowner) ||
           coalesce(array(select a::text from unnest(typacl) a order by 1)::text, '')
      from pg_type where typtype = 'e' and typnamespace::regnamespace::text = 'cave'
    union all select 'schéma ' || nspname, pg_get_userbyid(nspowner) ||
           coalesce(array(select a::text from unnest(nspacl) a order by 1)::text, '')
      from pg_namespace where nspname = 'cave'
    union all select 'grand objet ' || oid, pg_get_userbyid(lomowner) ||
           coalesce(array(select a::text from unnest(lomacl) a order by 1)::text, '')
      from pg_largeobject_metadata
    union all select 'serveur ' || srvname, pg_get_userbyid(srvowner) ||
           coalesce(array(select a::text from unnest(srvacl) a order by 1)::text, '')
      from pg_foreign_server
    union all select 'compte ' || srvname, usename from pg_user_mappings
    order by 1, 2";

async fn tout(base: &str) -> Vec<(String, String)> {
    let mut c = superutilisateur(base).await;
    sqlx::query_as(AssertSqlSafe(TOUT)).fetch_all(&mut c).await.expect("tout")
}

/// The commands that a restore left, run as they were told.
async fn refaire(e: &Externe, base: &str, dit: &str) -> serde_json::Value {
    let lu: serde_json::Value =
        serde_json::from_str(dit.lines().last().expect("json")).expect("json");
    let a_refaire = lu["restauration"]["a_refaire"].clone();
    for obstacle in a_refaire.as_array().expect("à refaire") {
        e.sql(base, obstacle["remede"].as_str().expect("commande")).await;
    }
    a_refaire
}

async fn eprouver(decor: &str, suite: &[&str]) {
    let e = Externe::avec(decor).await;
    let avant = tout(e.base.nom()).await;
    let fichier = e.sauvegarder(COMPTE);
    let suite = [suite, &["--json"]].concat();
    let (cote, sortie) = e.restaurer(COMPTE, &fichier, &suite);
    assert_eq!(sortie.code, Some(3), "{sortie:?}");
    let a_refaire = refaire(&e, &cote, &sortie.dit).await;
    assert_eq!(tout(&cote).await, avant, "{a_refaire}");
    let sortie = e.sauvegarder_base(&cote);
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
    e.nettoyer().await;
}

#[tokio::test]
async fn les_droits_de_delicego_sur_ce_qui_est_a_d_autres_sont_dans_les_commandes() {
    let d_un_autre = "
        create role chef_{base};; create role second_{base};;
        create schema cave authorization chef_{base};; grant usage on schema cave to delicego;;
        create table cave.vin (n serial primary key, nom text);;
        alter table cave.vin owner to chef_{base};;
        grant select on cave.vin to delicego with grant option;;
        set role delicego;; grant select on cave.vin to second_{base};; reset role;;
        grant update (nom) on cave.vin to delicego;;
        grant select on sequence cave.vin_n_seq to delicego;;
        create sequence cave.seule;; alter sequence cave.seule owner to chef_{base};;
        grant select on sequence cave.seule to delicego;;
        create table cave.sobre (n int);; alter table cave.sobre owner to chef_{base};;
        revoke all on cave.sobre from chef_{base};; grant select on cave.sobre to delicego;;
        create view cave.liste as select nom from cave.vin;;
        alter view cave.liste owner to chef_{base};; grant select on cave.liste to delicego;;
        select lo_create(4242);; alter large object 4242 owner to chef_{base};;
        grant select on large object 4242 to delicego";
    eprouver(d_un_autre, &["--tolerer"]).await;
    let sans_ligne = "
        create role chef_{base};; create schema cave authorization chef_{base};;
        grant usage on schema cave to delicego with grant option;;
        create type cave.couleur as enum ('rouge');; alter type cave.couleur owner to chef_{base};;
        revoke all on type cave.couleur from public;;
        grant usage on type cave.couleur to delicego;;
        create function cave.un() returns int language sql as 'select 1';;
        alter function cave.un() owner to chef_{base};;
        revoke all on function cave.un() from public;; grant all on function cave.un() to delicego";
    eprouver(sans_ligne, &[]).await;
}

/// An object that only an administrator makes: with its owner, its grants, what is said of it.
#[tokio::test]
async fn ce_qui_est_laisse_se_refait_avec_son_proprietaire_ses_droits_et_ses_mots() {
    let laisses = "
        create role chef_{base};;
        create function public.vite(text) returns text language internal as 'upper';;
        alter function public.vite(text) owner to delicego;;
        revoke all on function public.vite(text) from public;;
        grant all on function public.vite(text) to chef_{base};;
        comment on function public.vite(text) is 'en capitales';;
        create view public.crie as select public.vite('a') as a;;
        alter view public.crie owner to delicego;; grant select on public.crie to chef_{base};;
        create extension postgres_fdw;;
        create server ailleurs foreign data wrapper postgres_fdw options (host 'ailleurs');;
        alter server ailleurs owner to delicego;;
        grant usage on foreign server ailleurs to chef_{base};;
        create user mapping for delicego server ailleurs options (user 'moi', password 'secret')";
    eprouver(laisses, &[]).await;
}

/// What a plain account's backup cannot hold: said by the backup, and by the drill of a restore.
#[tokio::test]
async fn un_abonnement_que_la_sauvegarde_n_a_pas_est_dit() {
    let e = Externe::avec(
        "create subscription abo_{base} connection 'dbname=ailleurs' publication tout
            with (connect = false)",
    )
    .await;
    let fichier = e.sauvegarder(COMPTE);
    let (sortie, resultat) = e.exercer(&fichier, "prive");
    e.sql(
        e.base.nom(),
        "alter subscription abo_{base} set (slot_name = none);; drop subscription abo_{base}",
    )
    .await;
    let manifeste = std::fs::read_to_string(format!("{fichier}.json")).expect("manifeste");
    let abonnement = format!("l'abonnement « abo_{} » n'est pas dans la sauvegarde", e.base);
    assert!(manifeste.contains(&abonnement), "{manifeste}");
    assert_eq!(sortie.code, Some(3), "{sortie:?}");
    assert_eq!(resultat["verdict"], "prouvee", "{resultat}");
    assert_eq!(resultat["restaurable"], "incomplete", "{resultat}");
    let objet = format!("abonnement abo_{}", e.base);
    assert_eq!(resultat["obstacles"][0]["objet"], objet, "{resultat}");
    e.nettoyer().await;
}

/// Typed one after the other in one session, as a person does.
async fn taper(base: &str, ordres: &[String]) {
    let mut c = superutilisateur(base).await;
    for ordre in ordres.iter().flat_map(|o| o.lines()) {
        sqlx::query(AssertSqlSafe(ordre.to_owned())).execute(&mut c).await.expect(ordre);
    }
}

fn commandes(dit: &str) -> Vec<String> {
    let lu: serde_json::Value =
        serde_json::from_str(dit.lines().last().expect("json")).expect("json");
    let a_refaire = lu["restauration"]["a_refaire"].as_array().expect("à refaire").clone();
    a_refaire.iter().map(|o| o["remede"].as_str().expect("commande").to_owned()).collect()
}

#[tokio::test]
async fn dans_une_base_en_lecture_seule_chaque_commande_se_tape_telle_quelle() {
    let e = Externe::avec(
        "alter database {base} set log_min_duration_statement = '5s';;
         alter database {base} set default_transaction_read_only = on",
    )
    .await;
    let fichier = e.sauvegarder(COMPTE);
    let (cote, sortie) = e.restaurer(COMPTE, &fichier, &["--json"]);
    assert_eq!(sortie.code, Some(3), "{sortie:?}");
    taper(&cote, &commandes(&sortie.dit)).await;
    let remis = "select exists (select from pg_db_role_setting s join pg_database d
                   on d.oid = s.setdatabase where d.datname = '{base}' and setrole = 0
                    and 'log_min_duration_statement=5s' = any(setconfig))";
    assert!(e.est_vrai(&cote, remis).await, "{sortie:?}");
    e.nettoyer().await;
}

#[tokio::test]
async fn un_espace_de_stockage_absent_se_cree_une_fois_avant_ce_qui_y_retourne() {
    let e = Externe::avec(
        "set allow_in_place_tablespaces = on;; create tablespace lent_{base} location '';;
         create table public.tt (n int) tablespace lent_{base};;
         create table public.uu (n int) tablespace lent_{base};;
         alter table public.tt owner to delicego;; alter table public.uu owner to delicego",
    )
    .await;
    let fichier = e.sauvegarder(COMPTE);
    e.sql(
        e.base.nom(),
        "drop table public.tt;; drop table public.uu;; drop tablespace lent_{base}",
    )
    .await;
    let (cote, sortie) = e.restaurer(COMPTE, &fichier, &["--json"]);
    assert_eq!(sortie.code, Some(3), "{sortie:?}");
    // The place on the disk is the administrator's to say.
    let complets = commandes(&sortie.dit).iter().map(|c| c.replace('…', "")).collect::<Vec<_>>();
    let ordres = [vec!["set allow_in_place_tablespaces = on".to_owned()], complets].concat();
    taper(&cote, &ordres).await;
    let remis = "select count(*) = 2 from pg_class where relname in ('tt', 'uu')
                    and reltablespace <> 0";
    assert!(e.est_vrai(&cote, remis).await, "{sortie:?}");
    e.nettoyer().await;
    e.sql("postgres", "drop tablespace if exists lent_{base}").await;
}
