//! `.roles.sql`: every role that the archive names, however it names it, and no power to give away.

use std::fs;

use super::de_chaque::outil;
use super::externe::{ADMINISTRATEUR, Externe};

#[tokio::test]
async fn le_fichier_des_roles_a_tous_ceux_que_l_archive_nomme_et_aucun_superutilisateur() {
    let e = Externe::avec(
        "create role \"De la politique_{base}\" noinherit;;
         create role par_defaut_{base};; create role donneur_{base};;
         create role colonne_{base};; create role relais_{base};; create role grand_objet_{base};;
         create role etranger_{base};; create role membre_{base} login;; create role seul_{base};;
         create role tout_puissant_{base} superuser login password 'secret';;
         grant relais_{base} to membre_{base};;
         create table public.notes (n int, texte text);;
         alter table public.notes enable row level security;;
         create policy lire on public.notes for select
            to \"De la politique_{base}\", tout_puissant_{base} using (n > 0);;
         alter default privileges for role donneur_{base} in schema public
            grant select on tables to par_defaut_{base};;
         alter default privileges for role tout_puissant_{base}
            grant execute on functions to par_defaut_{base};;
         grant update (texte) on public.notes to colonne_{base};;
         grant select on public.notes to relais_{base} with grant option;;
         select lo_create(77);; grant select on large object 77 to grand_objet_{base};;
         create extension postgres_fdw;;
         create server ailleurs foreign data wrapper postgres_fdw;;
         create user mapping for etranger_{base} server ailleurs",
    )
    .await;
    let fichier = e.sauvegarder(ADMINISTRATEUR);
    let roles = format!("{fichier}.roles.sql");
    let texte = fs::read_to_string(&roles).expect("rôles");
    for role in [
        "De la politique",
        "par_defaut",
        "donneur",
        "colonne",
        "relais",
        "grand_objet",
        "etranger",
        "membre",
    ] {
        assert!(texte.contains(&format!("create role \"{role}_{}\" ", e.base)), "{role} : {texte}");
    }
    for absent in ["tout_puissant", "seul_", "superuser", "secret"] {
        assert!(!texte.contains(absent), "{absent} : {texte}");
    }
    // An administrator loads it as often as it likes.
    for _fois in 0..2 {
        let mut psql = outil("psql", "postgres");
        psql.args(["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--file", &roles]);
        let sortie = psql.output().expect("psql");
        assert!(sortie.status.success(), "{sortie:?}");
    }
    e.nettoyer().await;
}
