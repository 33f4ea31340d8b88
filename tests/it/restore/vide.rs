//! An empty database is nobody's, and is taken without a word; one that holds anything of somebody is
//! never taken for it.

use serde_json::Value;

use super::externe::{COMPTE, Externe};

/// Made, undone, and how it is called. What can be undone was not replaced.
const A_QUELQU_UN: [(&str, &str, &str); 11] = [
    ("select lo_create(4242)", "select lo_unlink(4242)", "grands objets"),
    (
        "create function ged() returns int language sql as 'select 1'",
        "drop function ged()",
        "fonctions",
    ),
    ("create type couleur as enum ('rouge')", "drop type couleur", "types"),
    ("create domain code as text", "drop domain code", "types"),
    ("create schema ged", "drop schema ged", "schémas"),
    (
        "create cast (bigint as point) with inout",
        "drop cast (bigint as point)",
        "conversions de type",
    ),
    (
        "create operator === (function = int4eq, leftarg = int, rightarg = int)",
        "drop operator === (int, int)",
        "opérateurs",
    ),
    (
        "create text search configuration mots (copy = simple)",
        "drop text search configuration mots",
        "recherche de textes",
    ),
    ("create extension hstore", "drop extension hstore", "extensions"),
    ("create publication sorties", "drop publication sorties", "publications"),
    (
        "alter default privileges grant select on tables to public",
        "alter default privileges revoke select on tables from public",
        "droits par défaut",
    ),
];

const RESERVEE: &str = "
    comment on database {base}_ged is 'Réservée à la GED';;
    create role chef_{base};; grant connect on database {base}_ged to chef_{base};;
    revoke temporary on database {base}_ged from public;;
    alter database {base}_ged set work_mem = '7MB';;
    alter database {base}_ged set maintenance_work_mem = '44MB'";

#[tokio::test]
async fn une_base_qui_tient_quoi_que_ce_soit_n_est_pas_vide_et_une_vide_garde_ce_qu_elle_avait() {
    let e = Externe::avec("alter database {base} set maintenance_work_mem = '33MB'").await;
    let (fichier, ged) = (e.sauvegarder(COMPTE), format!("{}_ged", e.base));
    e.sql("postgres", "create database {base}_ged owner delicego").await;
    let ordre = ["restore", "--file", &fichier, "--target-db", &ged];
    for (faire, defaire, genre) in A_QUELQU_UN {
        e.sql(&ged, faire).await;
        for suite in [&[][..], &["--drop-create", "--oui"]] {
            let sortie = e.lancer(COMPTE, &[&ordre[..], suite].concat());
            assert_eq!(sortie.code, Some(5), "{faire} : {sortie:?}");
            let dit = format!("n'est pas vide ({genre}), et rien n'y dit qu'elle est de DéliceGo");
            assert!(sortie.journal.contains(&dit), "{faire} : {sortie:?}");
        }
        e.sql(&ged, defaire).await;
    }

    e.sql("postgres", RESERVEE).await;
    e.sql(&ged, "grant create, usage on schema public to chef_{base}").await;
    let sortie = e.lancer(COMPTE, &[&ordre[..], &["--json"]].concat());
    assert_eq!(sortie.code, Some(3), "{sortie:?}");
    let fin: Value = serde_json::from_str(sortie.dit.lines().last().unwrap()).expect("json");
    let a_refaire = fin["restauration"]["a_refaire"].as_array().expect("à refaire").clone();
    let dites: Vec<&str> = a_refaire.iter().map(|o| o["remede"].as_str().unwrap()).collect();
    let reglage = format!("alter database {ged} set maintenance_work_mem to '44MB';");
    let droit = format!("revoke temporary on database {ged} from public;");
    let schema = format!("grant create, usage on schema public to chef_{};", e.base);
    assert_eq!(dites, [reglage.as_str(), droit.as_str(), schema.as_str()]);
    let garde = "select 'work_mem=7MB' = any(s.setconfig)
                    and 'maintenance_work_mem=33MB' = any(s.setconfig)
                    and shobj_description(d.oid, 'pg_database') like '%Réservée à la GED%'
                    and has_database_privilege('chef_' || replace(d.datname, '_ged', ''),
                                               d.oid, 'connect')
                    and exists (select from aclexplode(d.datacl) a
                                 where a.grantee = ('chef_' || replace(d.datname, '_ged', ''))::regrole)
                   from pg_database d join pg_db_role_setting s on s.setdatabase = d.oid
                  where d.datname = '{base}' and s.setrole = 0";
    assert!(e.est_vrai(&ged, garde).await);
    for dite in dites {
        e.sql(&ged, dite).await;
    }
    e.nettoyer().await;
    e.sql("postgres", "drop role chef_{base}").await;
}

/// Nothing tells ours any more but its functions.
#[tokio::test]
async fn notre_base_dont_quelqu_un_a_supprime_toutes_les_tables_se_restaure_a_sa_place() {
    let e = Externe::avec("create table public.temoin (n int);; drop table public.temoin").await;
    let fichier = e.sauvegarder(COMPTE);
    let tout_supprimer = "do $$ declare t text; begin
        for t in select oid::regclass::text from pg_class
                  where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
        loop execute 'drop table if exists ' || t || ' cascade'; end loop; end $$";
    e.sql(e.base.nom(), tout_supprimer).await;
    let sortie = e.lancer(COMPTE, &["restore", "--file", &fichier, "--drop-create", "--oui"]);
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
    let revenue = "select to_regclass('public.mouvement_stock') is not null";
    assert!(e.est_vrai(e.base.nom(), revenue).await);
    e.nettoyer().await;
}
