//! One object of each kind that an ordinary account leaves out: what « à refaire » prints, typed as
//! printed by an administrator in psql, makes the database what it was.

use std::io::Write;
use std::process::{Command, Output, Stdio};

use sqlx::postgres::PgConnectOptions;

use super::externe::{ADMINISTRATEUR, COMPTE, Externe};
use crate::outils::grappe;

const DECOR: &str = "
    create role chef_{base};;
    create trusted language parler handler plpgsql_call_handler inline plpgsql_inline_handler
       validator plpgsql_validator;;
    alter language parler owner to chef_{base};; comment on language parler is 'le parler';;
    create function public.dire() returns int language parler
       as $$ begin

-- rien à dire

return 1; end $$;;
    create function public.avant_sa_table() returns bigint language sql leakproof
       as 'select 1::bigint';;
    create procedure public.mesurer() language plpgsql set log_statement = 'all'
       as $$ begin null; end $$;;
    create function public.\"Vite\"(\"Le Texte\" text) returns text language internal immutable
       as 'upper';;
    alter function public.\"Vite\"(text) owner to chef_{base};;
    create view public.crie as select public.\"Vite\"('a') as a;;
    create materialized view public.crie_fort as select public.\"Vite\"('a') as a;;
    create index crie_fort_a on public.crie_fort (a);;
    comment on materialized view public.crie_fort is 'en capitales';;
    create type public.coquille;;
    create type public.poids;;
    create function public.poids_in(cstring) returns public.poids language internal immutable strict
       as 'int4in';;
    create function public.poids_out(public.poids) returns cstring
       language internal immutable strict as 'int4out';;
    create type public.poids (input = public.poids_in, output = public.poids_out, like = integer);;
    create domain public.poids_net as public.poids;;
    create function public.plus_lourd(public.poids, public.poids) returns boolean
       language internal immutable as 'int4gt';;
    create operator public.>>> (leftarg = public.poids, rightarg = public.poids,
       function = public.plus_lourd);;
    create cast (public.poids as integer) without function as assignment;;
    create function public.moyenne(internal, integer) returns internal language internal
       as 'int8_avg_accum';;
    create access method arbre type index handler bthandler;;
    create function public.comparer(int, int) returns int language internal immutable
       as 'btint4cmp';;
    create operator family public.ordres using btree;;
    create operator class public.ordre for type int using btree family public.ordres as
       operator 1 <, operator 2 <=, operator 3 =, operator 4 >=, operator 5 >,
       function 1 public.comparer(int, int);;
    create text search parser public.coupe (start = prsd_start, gettoken = prsd_nexttoken,
       end = prsd_end, lextypes = prsd_lextype);;
    create text search template public.moule (init = dsimple_init, lexize = dsimple_lexize);;
    create text search dictionary public.mots (template = public.moule);;
    create text search configuration public.recherche (parser = public.coupe);;
    alter text search configuration public.recherche add mapping for word with public.mots;;
    alter text search configuration public.recherche owner to chef_{base};;
    create function public.vers(internal) returns internal language internal immutable
       as 'int4recv';;
    create transform for int language plpgsql (from sql with function public.vers(internal));;
    create schema cave;;
    create publication partout for all tables;;
    create publication de_la_cave for tables in schema cave;;
    create extension postgres_fdw;;
    create foreign data wrapper enveloppe;;
    create server ailleurs foreign data wrapper postgres_fdw options (host 'ailleurs');;
    alter server ailleurs owner to chef_{base};;
    grant usage on foreign server ailleurs to delicego;;
    create user mapping for delicego server ailleurs options (user 'moi', password 'tres_secret');;
    create foreign table public.loin (n int options (column_name 'm')) server ailleurs;;
    create function public.guetter() returns event_trigger language plpgsql
       as $$ begin null; end $$;;
    create event trigger guet on ddl_command_start when tag in ('DROP AGGREGATE')
       execute function public.guetter();;
    alter event trigger guet disable;;
    create subscription abo_{base} connection 'host=ailleurs password=tres_secret'
       publication tout, autre with (connect = false, slot_name = 'abo_{base}');;
    alter database {base} set log_min_duration_statement = '2s';;
    alter role chef_{base} in database {base} set work_mem = '5MB'";

pub fn outil(nom: &str, base: &str) -> Command {
    let options: PgConnectOptions = grappe::options(base);
    let mut commande = Command::new(grappe::binaires().join(nom));
    commande.env("PGHOST", options.get_host()).env("PGUSER", ADMINISTRATEUR);
    commande.env("PGPORT", options.get_port().to_string()).env("PGDATABASE", base);
    commande
}

fn frapper(base: &str, commandes: &str) -> Output {
    let mut psql = outil("psql", base)
        .args(["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--file=-"])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("psql");
    let mut clavier = psql.stdin.take().expect("clavier");
    clavier.write_all(commandes.as_bytes()).expect("frappe");
    drop(clavier);
    psql.wait_with_output().expect("psql")
}

/// As an administrator does who reads them.
pub fn taper(base: &str, commandes: &str) {
    let tape = frapper(base, commandes);
    assert!(tape.status.success(), "{}\n{commandes}", String::from_utf8_lossy(&tape.stderr));
}

/// Everything that is defined there, but for secrets and addresses.
fn defini(base: &str) -> Vec<String> {
    let sortie = outil("pg_dump", base).args(["--schema-only", "--create"]).output().expect("dump");
    assert!(sortie.status.success(), "{sortie:?}");
    let texte = String::from_utf8(sortie.stdout).expect("texte");
    let garde = |l: &&str| {
        !l.starts_with("\\") && !l.starts_with("--") && !l.contains("DATABASE") && !l.is_empty()
    };
    let lignes = texte.lines().filter(garde).map(|l| {
        let cache = ["CREATE SUBSCRIPTION", "    \"user\" '", "    password '"];
        cache.into_iter().find(|c| l.starts_with(c)).unwrap_or(l).replace("_cote", "")
    });
    lignes.collect()
}

#[tokio::test]
async fn tout_ce_qui_est_a_refaire_se_tape_tel_quel_dans_psql() {
    let e = Externe::avec(DECOR).await;
    let avant = defini(e.base.nom());
    let fichier = e.sauvegarder(ADMINISTRATEUR);
    let (cote, sortie) = e.restaurer(COMPTE, &fichier, &["--tolerer", "--json"]);
    assert_eq!(sortie.code, Some(3), "{sortie:?}");
    let derniere = sortie.dit.lines().last().expect("json");
    assert!(!derniere.contains("tres_secret"), "{derniere}");
    let lu: serde_json::Value = serde_json::from_str(derniere).expect("json");
    let a_refaire = lu["restauration"]["a_refaire"].as_array().expect("à refaire");
    let commandes: Vec<&str> =
        a_refaire.iter().map(|o| o["remede"].as_str().expect("commande")).collect();
    let tape = frapper(&cote, &commandes.join("\n"));
    let apres = defini(&cote);
    for base in [e.base.nom(), &cote] {
        let retirer = "alter subscription abo_{base} set (slot_name = none);;
                       drop subscription abo_{base}";
        e.sql(base, retirer).await;
    }
    let dit = String::from_utf8_lossy(&tape.stderr);
    assert!(tape.status.success(), "{dit}\n{}", commandes.join("\n"));
    for (a, b) in avant.iter().zip(&apres) {
        assert_eq!(a, b, "{}", commandes.join("\n"));
    }
    assert_eq!(avant.len(), apres.len());
    for reglage in ["log_min_duration_statement=2s", "work_mem=5MB"] {
        let pose = format!(
            "select exists (select from pg_db_role_setting s join pg_database d
               on d.oid = s.setdatabase where datname = '{{base}}' and '{reglage}' = any(setconfig))"
        );
        assert!(e.est_vrai(&cote, &pose).await, "{reglage}");
    }
    e.nettoyer().await;
}
