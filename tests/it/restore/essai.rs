//! The drill of a good backup never says that it is not safe, whatever an administrator added.

use super::externe::{ADMINISTRATEUR, COMPTE, Externe};

/// What lies in the database, and what the drill says of a restore of it.
const BONNES: [(&str, &str); 4] = [
    // Grants on what is an extension's or the server's.
    (
        "create role caisse_{base};;
         create extension dblink;; revoke all on function dblink(text) from public;;
         create extension pg_stat_statements;;
         grant execute on function pg_stat_statements_reset(oid, oid, bigint) to caisse_{base};;
         create extension pgcrypto;; grant execute on function crypt(text, text) to caisse_{base};;
         grant usage on language plpgsql to caisse_{base};;
         grant select on pg_catalog.pg_authid to caisse_{base}",
        "avec_administrateur",
    ),
    // Kinds of objects that are not named by their names alone.
    (
        "create role chef_{base};; grant chef_{base} to delicego;;
         create function public.plus(int, int) returns int language sql as 'select $1 + $2';;
         alter function public.plus(int, int) owner to delicego;;
         create operator public.+= (leftarg = int, rightarg = int, function = public.plus);;
         alter operator public.+= (int, int) owner to chef_{base};;
         create conversion public.latin for 'UTF8' to 'LATIN1' from utf8_to_iso8859_1;;
         alter conversion public.latin owner to chef_{base}",
        "oui",
    ),
    // Rows that a server where nothing runs as administrator cannot hold.
    (
        "create function public.vite(text) returns text language internal immutable as 'upper';;
         create table public.crie (n int, v text default public.vite('a'));;
         insert into public.crie values (1, default);;
         alter table public.crie owner to delicego",
        "avec_administrateur",
    ),
    (
        "create extension postgres_fdw;;
         create server ailleurs foreign data wrapper postgres_fdw options (host 'ailleurs');;
         alter server ailleurs owner to delicego;;
         create user mapping for delicego server ailleurs options (user 'moi')",
        "avec_administrateur",
    ),
];

#[tokio::test]
async fn l_exercice_d_une_bonne_sauvegarde_ne_la_dit_jamais_douteuse() {
    for (decor, restaurable) in BONNES {
        let e = Externe::avec(decor).await;
        let fichier = e.sauvegarder(ADMINISTRATEUR);
        let (sortie, resultat) = e.exercer(&fichier, "prive");
        assert_eq!(resultat["verdict"], "prouvee", "{sortie:?}");
        assert_eq!(resultat["restaurable"], restaurable, "{resultat}");
        let (_, sortie) = e.restaurer(ADMINISTRATEUR, &fichier, &[]);
        assert_eq!(sortie.code, Some(0), "{sortie:?}");
        e.nettoyer().await;
    }
}

#[tokio::test]
async fn des_lignes_qui_ne_s_eprouvent_pas_sont_dites_et_le_reste_est_prouve() {
    let e = Externe::avec(BONNES[2].0).await;
    let fichier = e.sauvegarder(COMPTE);
    let sortie = e.lancer(ADMINISTRATEUR, &["drill", "--file", &fichier]);
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
    for phrase in [
        "Non éprouvé : le serveur d'essai ne peut pas faire public.crie",
        "sauf ce qui n'est pas éprouvé",
        "avec ce compte : oui",
    ] {
        assert!(sortie.dit.contains(phrase), "{phrase} : {sortie:?}");
    }
    assert!(!sortie.dit.contains("n'est pas sûre"), "{sortie:?}");
    e.nettoyer().await;
}

/// What stands in the way is told with what to do before a restore, and doing it is enough.
#[tokio::test]
async fn les_remedes_de_l_exercice_suffisent_avant_une_restauration() {
    let e = Externe::avec(
        "create role chef_{base};;
         create schema cave authorization chef_{base};;
         create table cave.vin (n int);; alter table cave.vin owner to chef_{base};;
         grant usage on schema cave to delicego;; grant select on cave.vin to delicego",
    )
    .await;
    let fichier = e.sauvegarder(ADMINISTRATEUR);
    let (_, resultat) = e.exercer(&fichier, "serveur");
    let obstacles = resultat["obstacles"].as_array().expect("obstacles").clone();
    assert!(!obstacles.is_empty(), "{resultat}");
    for obstacle in &obstacles {
        e.sql("postgres", obstacle["remede"].as_str().expect("remède")).await;
    }
    let (sortie, resultat) = e.exercer(&fichier, "serveur");
    assert_eq!(resultat["restaurable"], "oui", "{sortie:?}");
    let (_, sortie) = e.restaurer(COMPTE, &fichier, &[]);
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
    e.nettoyer().await;
}

/// Roles that a new server does not have, and a policy that names one.
#[tokio::test]
async fn un_role_absent_est_juge_et_annonce_d_abord_avec_la_politique_qui_le_nomme() {
    let e = Externe::avec(
        "create role caisse_{base};; create role \"le \"\"chef\"\" {base}\";;
         create table public.vin (n int);; insert into public.vin values (1);;
         alter table public.vin owner to delicego;;
         grant select on public.vin to caisse_{base};;
         alter table public.vin enable row level security;;
         create policy p on public.vin for select to caisse_{base}, \"le \"\"chef\"\" {base}\"
            using (n::text similar to '1 TO 2')",
    )
    .await;
    let fichier = e.sauvegarder(COMPTE);
    e.sql(
        e.base.nom(),
        "drop table public.vin;; drop role caisse_{base};; drop role \"le \"\"chef\"\" {base}\"",
    )
    .await;
    let (_, resultat) = e.exercer(&fichier, "prive");
    assert_eq!(resultat["verdict"], "prouvee", "{resultat}");
    assert_eq!(resultat["restaurable"], "non", "{resultat}");
    assert!(resultat.to_string().contains("politique de lignes public.vin p"), "{resultat}");
    let role = format!("caisse_{}", e.base);
    for compte in [COMPTE, ADMINISTRATEUR] {
        let (_, sortie) = e.restaurer(compte, &fichier, &[]);
        assert_eq!(sortie.code, Some(5), "{sortie:?}");
        for phrase in ["politique de lignes public.vin p", &format!("create role {role};")] {
            assert!(sortie.journal.contains(phrase), "{phrase} : {sortie:?}");
        }
    }
    assert_eq!(e.bases().await, Vec::<String>::new(), "rien n'a été créé");
    e.sql("postgres", "create role caisse_{base};; create role \"le \"\"chef\"\" {base}\"").await;
    let (_, sortie) = e.restaurer(COMPTE, &fichier, &[]);
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
    e.nettoyer().await;
}
