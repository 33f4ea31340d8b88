//! Owners, grants and settings: what naive scripts lose.

use super::atelier::{Atelier, Ecrits};
use super::externe::{ADMINISTRATEUR, Externe};

/// Roles are the server's: names of their own for each test, which has a server of its own.
const DECOR: &str = r#"
    create role chef; create role lecteur; create role "Le ""Chef"" d'été";
    create schema cave authorization chef;
    create table cave.vin (n serial primary key, nom text); alter table cave.vin owner to chef;
    create function cave.goûter(n integer, "Été" text[]) returns int language sql as 'select 1';
    alter function cave.goûter(integer, text[]) owner to lecteur;
    create type cave.couleur as enum ('rouge'); alter type cave.couleur owner to chef;
    create view cave.liste as select nom from cave.vin; alter view cave.liste owner to lecteur;
    create extension pgcrypto;
    create extension pg_visibility;
    grant usage on schema cave to public;
    grant select on cave.vin to lecteur with grant option;
    grant select, update (nom) on cave.vin to "Le ""Chef"" d'été";
    grant select on all tables in schema public to lecteur;
    revoke execute on function cave.goûter(integer, text[]) from public;
    alter default privileges for role chef in schema cave grant select on tables to lecteur;
    alter default privileges for role chef revoke execute on functions from public;
    set role lecteur; grant select on cave.vin to "Le ""Chef"" d'été"; reset role;
    insert into cave.vin (nom) values ('Chinon');
    comment on schema cave is 'sous l''escalier';
"#;
const REGLAGES: &str = r#"
    comment on database delicego is 'La base de la cuisine';
    alter database delicego set search_path = cave, "$user", public;
    alter database delicego set "app.nom" = 'Le ''Chef''';
    alter database delicego set default_transaction_read_only = off;
    alter role lecteur in database delicego set work_mem = '5MB';
    alter database delicego connection limit 77;
    revoke connect, temporary on database delicego from public;
    grant connect on database delicego to lecteur with grant option;
"#;

/// What one must find again: all that is not in the rows.
async fn decor(a: &Atelier) -> Vec<(String, String)> {
    let mut c = a.administrateur("delicego").await;
    sqlx::query_as(
        "select 'objet ' || c.oid::regclass,
                pg_get_userbyid(relowner) || coalesce(relacl::text, '')
           from pg_class c where relnamespace::regnamespace::text in ('public', 'cave')
         union all
         select 'colonne ' || attrelid::regclass || attname, attacl::text
           from pg_attribute where attacl is not null
            and attrelid::regclass::text not like 'pg\\_%'
         union all
         select 'routine ' || oid::regprocedure, pg_get_userbyid(proowner) ||
                coalesce(proacl::text, '')
           from pg_proc where pronamespace::regnamespace::text = 'cave'
         union all
         select 'type ' || oid::regtype, pg_get_userbyid(typowner) from pg_type
          where typnamespace::regnamespace::text = 'cave'
         union all
         select 'schéma ' || nspname, pg_get_userbyid(nspowner) || coalesce(nspacl::text, '') ||
                coalesce(obj_description(oid, 'pg_namespace'), '')
           from pg_namespace where nspname in ('public', 'cave')
         union all
         select 'défaut ' || defaclrole::regrole || defaclobjtype::text, defaclacl::text
           from pg_default_acl
         union all
         select 'base', pg_get_userbyid(datdba) || datacl::text || datconnlimit || datcollate ||
                pg_encoding_to_char(encoding) || shobj_description(oid, 'pg_database')
           from pg_database where datname = 'delicego'
         union all
         select 'réglages ' || setrole, (select array_agg(r order by r) from unnest(setconfig) r)::text
           from pg_db_role_setting
           where setdatabase = (select oid from pg_database where datname = 'delicego')
         union all select 'extension', extname from pg_extension
         order by 1, 2",
    )
    .fetch_all(&mut c)
    .await
    .expect("décor")
}

async fn ecrits(a: &Atelier) -> Ecrits {
    super::sans_sessions(a.tout().await)
}

#[tokio::test]
async fn roles_proprietaires_droits_et_reglages_sont_la_apres_la_restauration() {
    let a = Atelier::embarque().await;
    a.sql("delicego", DECOR).await;
    a.sql("postgres", REGLAGES).await;
    let (avant, lignes) = (decor(&a).await, ecrits(&a).await);
    assert!(avant.len() > 60, "{avant:#?}");
    let fichier = a.sauvegarder();
    a.produire().await;
    let sortie = a.restore(&["--file", &fichier, "--drop-create", "--oui"]);
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
    assert!(!sortie.dit.contains("ATTENTION"), "{sortie:?}");
    let apres = decor(&a).await;
    for (avant, apres) in avant.iter().zip(&apres) {
        assert_eq!(avant, apres);
    }
    assert_eq!(avant.len(), apres.len());
    assert_eq!(ecrits(&a).await, lignes);
    // The one that was replaced is as it was too, once it is back.
    assert_eq!(a.restore(&["annuler"]).code, Some(0));
    assert_eq!(decor(&a).await, avant);
}

#[tokio::test]
async fn un_role_que_le_serveur_n_a_plus_est_dit_et_les_donnees_reviennent() {
    let a = Atelier::embarque().await;
    let ordres = "create role parti; grant select on lot to parti; create table sienne (n int);
        alter table sienne owner to parti; insert into sienne values (1);
        grant select on sienne to delicego";
    a.sql("delicego", ordres).await;
    let fichier = a.sauvegarder();
    a.sql("delicego", "drop owned by parti; drop role parti").await;
    let sortie = a.restore(&["--file", &fichier, "--drop-create", "--oui"]);
    assert_eq!(sortie.code, Some(3), "{sortie:?}");
    for phrase in ["parti", ".roles.sql", "Propriétaires et droits ne sont pas prouvés"] {
        assert!(sortie.dit.contains(phrase), "{phrase} : {sortie:?}");
    }
    let mut c = a.administrateur("delicego").await;
    let lu: (i32, String) = sqlx::query_as(
        "select n, (select tableowner from pg_tables where tablename = 'sienne')::text from sienne",
    )
    .fetch_one(&mut c)
    .await
    .expect("sienne");
    assert_eq!(lu, (1, "delicego".to_owned()));
}

/// The dump of a hostile hand: what it asks for is done by a role that may do little.
#[tokio::test]
async fn ce_qu_une_archive_fait_executer_ne_l_est_jamais_par_un_administrateur() {
    let a = Atelier::embarque().await;
    let ordres = "create table piege (n int); alter table piege owner to delicego;
        create function agir() returns int language plpgsql as $$ begin
            if (select rolsuper from pg_roles where rolname = current_user)
                or (select rolsuper from pg_roles where rolname = session_user)
            then raise exception 'administrateur'; end if;
            return 1; end $$;
        create materialized view acte as select public.agir() as n with no data;
        alter function agir() owner to delicego;
        alter materialized view acte owner to delicego;
        set session authorization delicego; refresh materialized view acte";
    a.sql("delicego", ordres).await;
    let fichier = a.sauvegarder();
    let sortie = a.restore(&["--file", &fichier, "--drop-create", "--oui"]);
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
}

/// A role may own what lies in a schema that it may not enter: an administrator gives it all back,
/// grants too, and nothing that was lent for it stays.
#[tokio::test]
async fn ce_qui_est_a_un_role_sans_droit_sur_son_schema_revient_avec_un_administrateur() {
    let e = Externe::avec(
        "create role chef_{base};; create role tiers_{base};; create role aide_{base};;
         create schema s1 authorization chef_{base};;
         create function s1.f() returns int language sql as 'select 1';;
         revoke all on function s1.f() from public;;
         grant execute on function s1.f() to aide_{base};;
         alter function s1.f() owner to tiers_{base};;
         create table s1.t (n int primary key, m int references s1.t default s1.f());;
         insert into s1.t values (1, 1);;
         alter table s1.t owner to tiers_{base};;
         grant select on s1.t to aide_{base} with grant option;;
         create materialized view s1.v as select n from s1.t;;
         alter materialized view s1.v owner to tiers_{base};;
         alter default privileges for role tiers_{base} in schema s1
            grant select on tables to aide_{base}",
    )
    .await;
    let fichier = e.sauvegarder(ADMINISTRATEUR);
    let (exercice, resultat) = e.exercer(&fichier, "prive");
    assert_eq!(exercice.code, Some(3), "{exercice:?}");
    assert_eq!(resultat["verdict"], "prouvee", "{resultat}");
    let (cote, sortie) = e.restaurer(ADMINISTRATEUR, &fichier, &[]);
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
    let a_lui = "select pg_get_userbyid(relowner) like 'tiers%'
                    and not has_schema_privilege(relowner, 's1', 'usage')
                   from pg_class where oid = 's1.t'::regclass";
    assert!(e.est_vrai(&cote, a_lui).await);
    e.nettoyer().await;
}
