//! What the drill says is what `restore` says first, and what happens: on a server of the
//! operator's own, with an account that may create databases and is no administrator.

use super::externe::{ADMINISTRATEUR, COMPTE, Externe};

/// One thing that an administrator added to the database.
struct Cas {
    decor: &'static str,
    /// As the drill names it.
    objet: &'static str,
    /// 3: left out and told. 5: refused.
    code: i32,
    /// Found in what is to be done again.
    commande: &'static str,
    /// True in the database, and once an administrator has restored it.
    preuve: &'static str,
    cluster: &'static str,
}

/// Judged together, each is told of by its own name with its own command, and looked for by itself.
async fn eprouver(ensemble: &[&Cas]) {
    let decors: Vec<_> = ensemble.iter().map(|c| c.decor).collect();
    let e = Externe::avec(&decors.join(";;")).await;
    let noms: Vec<_> = ensemble.iter().map(|c| c.objet.replace("{base}", e.base.nom())).collect();
    for (cas, quoi) in ensemble.iter().zip(&noms) {
        assert!(e.est_vrai(e.base.nom(), cas.preuve).await, "{quoi} : le décor");
    }
    let fichier = e.sauvegarder(ADMINISTRATEUR);
    let (exercice, resultat) = e.exercer(&fichier, ensemble[0].cluster);
    assert_eq!(exercice.code, Some(3), "{noms:?} : {exercice:?}");
    assert_eq!(resultat["restaurable"], "avec_administrateur", "{noms:?} : {resultat}");
    assert_eq!(resultat["verdict"], "prouvee", "{noms:?} : {resultat}");
    let objets = resultat["obstacles"].as_array().expect("obstacles");
    for quoi in &noms {
        assert!(objets.iter().any(|o| o["objet"] == *quoi), "{quoi} : {resultat}");
    }

    let (cote, sortie) = e.restaurer(COMPTE, &fichier, &[]);
    // Both name the same things, those that stop nothing too.
    for objet in objets.iter().map(|o| o["objet"].as_str().expect("objet")) {
        let dit = if ensemble[0].code == 5 { &sortie.journal } else { &sortie.dit };
        assert!(dit.contains(objet), "{noms:?} : {objet} : {sortie:?}");
    }
    for (cas, quoi) in ensemble.iter().zip(&noms) {
        assert_eq!(sortie.code, Some(cas.code), "{quoi} : {sortie:?}");
        if cas.code == 5 {
            assert!(sortie.journal.contains(quoi), "{quoi} : {sortie:?}");
            assert_eq!(e.bases().await, Vec::<String>::new(), "rien n'a été créé");
        } else {
            assert!(sortie.dit.contains("À refaire par un administrateur"), "{quoi} : {sortie:?}");
            assert!(sortie.dit.contains(quoi), "{quoi} : {sortie:?}");
            assert!(sortie.dit.contains(cas.commande), "{quoi} : {sortie:?}");
            let revenu = e.est_vrai(&cote, cas.preuve).await;
            assert!(!revenu, "{quoi} n'est pas revenu, comme il est dit");
        }
    }

    let (cote, sortie) = e.restaurer(ADMINISTRATEUR, &fichier, &[]);
    assert_eq!(sortie.code, Some(0), "{noms:?} : {sortie:?}");
    for (cas, quoi) in ensemble.iter().zip(&noms) {
        assert!(e.est_vrai(&cote, cas.preuve).await, "{quoi} est revenu avec l'administrateur");
    }
    e.nettoyer().await;
}

/// Those that stop nothing are of one database, for each place where a drill may restore; what stops
/// a restore is alone in its own.
async fn eprouver_tous(cas: &[Cas]) {
    for cluster in ["serveur", "prive"] {
        let (seuls, ensemble): (Vec<_>, Vec<_>) =
            cas.iter().filter(|c| c.cluster == cluster).partition(|c| c.code == 5);
        for un in seuls {
            eprouver(&[un]).await;
        }
        if !ensemble.is_empty() {
            eprouver(&ensemble).await;
        }
    }
}

#[tokio::test]
async fn un_reglage_que_le_compte_ne_peut_pas_poser_est_laisse_et_dit() {
    eprouver_tous(&[
        Cas {
            decor: "alter database {base} set log_min_duration_statement = '2s'",
            objet: "réglage log_min_duration_statement de la base",
            code: 3,
            commande: "set log_min_duration_statement to '2s';",
            preuve: "select exists (select from pg_db_role_setting s join pg_database d
                       on d.oid = s.setdatabase where datname = '{base}'
                       and 'log_min_duration_statement=2s' = any(setconfig))",
            cluster: "serveur",
        },
        Cas {
            decor: "alter database {base} set app.nom = 'Le Chef'",
            objet: "réglage app.nom de la base",
            code: 3,
            commande: "set app.nom to 'Le Chef';",
            preuve: "select exists (select from pg_db_role_setting s join pg_database d
                       on d.oid = s.setdatabase where datname = '{base}'
                       and 'app.nom=Le Chef' = any(setconfig))",
            cluster: "serveur",
        },
        Cas {
            decor: "create role chef_{base};;
                    alter role chef_{base} in database {base} set work_mem = '5MB'",
            objet: "réglage work_mem de « chef_{base} » dans la base",
            code: 3,
            commande: "set work_mem to '5MB';",
            preuve: "select exists (select from pg_db_role_setting s join pg_database d
                       on d.oid = s.setdatabase where datname = '{base}' and setrole <> 0)",
            cluster: "serveur",
        },
    ])
    .await;
}

#[tokio::test]
async fn ce_qui_n_est_que_d_un_administrateur_est_laisse_et_dit() {
    eprouver_tous(&[
        Cas {
            decor: "create cast (integer as date) without function",
            objet: "conversion de type (integer AS date)",
            code: 3,
            commande: "CREATE CAST (integer AS date) WITHOUT FUNCTION",
            preuve: "select exists (select from pg_cast where castsource = 'integer'::regtype
                        and casttarget = 'date'::regtype)",
            cluster: "serveur",
        },
        Cas {
            decor: "create function public.vite(text) returns text language internal as 'upper';;
                    alter function public.vite(text) owner to delicego",
            objet: "fonction public.vite(text)",
            code: 3,
            commande: "LANGUAGE internal",
            preuve: "select to_regprocedure('public.vite(text)') is not null
                        and (select pg_get_userbyid(proowner) = 'delicego' from pg_proc
                              where proname = 'vite')",
            cluster: "serveur",
        },
        Cas {
            decor: "create extension pg_stat_statements",
            objet: "extension pg_stat_statements",
            code: 3,
            commande: "CREATE EXTENSION IF NOT EXISTS pg_stat_statements",
            preuve: "select exists (select from pg_extension where extname = 'pg_stat_statements')",
            cluster: "serveur",
        },
        Cas {
            decor: "create function public.guetter() returns event_trigger language plpgsql
                       as $$ begin null; end $$;;
                    create event trigger guet on ddl_command_start
                       execute function public.guetter()",
            objet: "déclencheur d'événement guet",
            code: 3,
            commande: "CREATE EVENT TRIGGER guet",
            preuve: "select exists (select from pg_event_trigger where evtname = 'guet')",
            cluster: "serveur",
        },
        Cas {
            decor: "create publication partout for all tables",
            objet: "publication partout",
            code: 3,
            commande: "FOR ALL TABLES",
            preuve: "select exists (select from pg_publication where puballtables)",
            cluster: "serveur",
        },
        Cas {
            decor: "create extension postgres_fdw;;
                    create server ailleurs foreign data wrapper postgres_fdw
                       options (host 'ailleurs');;
                    create user mapping for postgres server ailleurs
                       options (user 'moi', password 'très secret')",
            objet: "serveur étranger ailleurs",
            code: 3,
            commande: "CREATE SERVER ailleurs",
            preuve: "select exists (select from pg_user_mappings where srvname = 'ailleurs')",
            cluster: "serveur",
        },
    ])
    .await;
}

/// Rows, or a table of ours that would no longer be what it was.
#[tokio::test]
async fn ce_dont_une_table_a_besoin_ne_se_laisse_pas() {
    eprouver_tous(&[
        Cas {
            decor: "create function public.vite(text) returns text language internal immutable
                       as 'upper';;
                    create table public.notes (n text);;
                    create index notes_vite on public.notes (public.vite(n));;
                    insert into public.notes values ('a');;
                    alter table public.notes owner to delicego",
            objet: "index public.notes_vite",
            code: 5,
            commande: "",
            preuve: "select to_regclass('public.notes_vite') is not null
                        and exists (select from public.notes)",
            cluster: "serveur",
        },
        Cas {
            decor: "create table public.secrets (n int);;
                    insert into public.secrets values (1);;
                    alter table public.secrets enable row level security;;
                    alter table public.secrets force row level security;;
                    alter table public.secrets owner to delicego",
            objet: "table public.secrets",
            code: 5,
            commande: "",
            preuve: "select relforcerowsecurity and exists (select from public.secrets)
                       from pg_class where oid = 'public.secrets'::regclass",
            cluster: "prive",
        },
    ])
    .await;
}

/// Its owner's alone: the account is no member of that role.
const CAVE: &str = "
    create role chef_{base};;
    create schema cave authorization chef_{base};;
    create table cave.vin (n serial primary key, nom text);;
    alter table cave.vin owner to chef_{base};;
    insert into cave.vin (nom) values ('Chinon'), ('Bandol');;
    grant usage on schema cave to public;;
    grant select on cave.vin to delicego";
const SES_LIGNES: &str = "select count(*) = 2 and pg_get_userbyid((select relowner from pg_class
    where oid = 'cave.vin'::regclass)) like 'chef%' from cave.vin";

#[tokio::test]
async fn une_table_d_un_autre_est_refusee_ou_revient_avec_ses_lignes_si_on_le_tolere() {
    let e = Externe::avec(CAVE).await;
    let fichier = e.sauvegarder(ADMINISTRATEUR);
    let (exercice, resultat) = e.exercer(&fichier, "prive");
    assert_eq!(exercice.code, Some(3), "{exercice:?}");
    assert_eq!(resultat["verdict"], "prouvee", "{resultat}");
    assert_eq!(resultat["restaurable"], "avec_administrateur", "{resultat}");
    let objets: Vec<&str> = resultat["obstacles"]
        .as_array()
        .expect("obstacles")
        .iter()
        .map(|o| o["objet"].as_str().expect("objet"))
        .collect();
    assert_eq!(objets, ["schéma cave", "table cave.vin"]);

    let (_, refusee) = e.restaurer(COMPTE, &fichier, &[]);
    assert_eq!(refusee.code, Some(5), "{refusee:?}");
    for phrase in ["table cave.vin", "PGUSER=<administrateur>", "--tolerer", "n'est pas membre"] {
        assert!(refusee.journal.contains(phrase), "{phrase} : {refusee:?}");
    }
    assert_eq!(e.bases().await, Vec::<String>::new());

    let (cote, toleree) = e.restaurer(COMPTE, &fichier, &["--tolerer", "--json"]);
    assert_eq!(toleree.code, Some(3), "{toleree:?}");
    assert!(!e.est_vrai(&cote, SES_LIGNES).await);
    assert!(e.est_vrai(&cote, "select count(*) = 2 from cave.vin").await, "aucune ligne ne manque");
    // The commands are the ones that put it right.
    let lu: serde_json::Value =
        serde_json::from_str(toleree.dit.lines().last().expect("json")).expect("json");
    for obstacle in lu["restauration"]["a_refaire"].as_array().expect("à refaire") {
        e.sql(&cote, obstacle["remede"].as_str().expect("commande")).await;
    }
    assert!(e.est_vrai(&cote, SES_LIGNES).await, "{lu}");

    let (cote, sortie) = e.restaurer(ADMINISTRATEUR, &fichier, &[]);
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
    assert!(e.est_vrai(&cote, SES_LIGNES).await);
    e.nettoyer().await;
}

/// A member may give everything back, though the schema lets nobody else make tables in it.
#[tokio::test]
async fn une_table_d_un_role_dont_le_compte_est_membre_lui_revient() {
    let e = Externe::avec(CAVE).await;
    e.sql(
        "postgres",
        "grant chef_{base} to delicego;; create role aide_{base};; grant aide_{base} to delicego",
    )
    .await;
    e.sql(
        e.base.nom(),
        "create table public.prêt (n int);; insert into public.prêt values (1);;
         alter table public.prêt owner to aide_{base}",
    )
    .await;
    let fichier = e.sauvegarder(COMPTE);
    let (exercice, resultat) = e.exercer(&fichier, "prive");
    assert_eq!(exercice.code, Some(0), "{exercice:?}");
    assert_eq!(resultat["restaurable"], "oui", "{resultat}");
    let (cote, sortie) = e.restaurer(COMPTE, &fichier, &[]);
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
    assert!(e.est_vrai(&cote, SES_LIGNES).await);
    let a_lui = "select tableowner like 'aide%' from pg_tables where tablename = 'prêt'";
    assert!(e.est_vrai(&cote, a_lui).await);
    e.nettoyer().await;
}

#[tokio::test]
async fn un_schema_d_un_autre_et_un_espace_de_stockage_reviennent_et_le_reste_est_dit() {
    eprouver_tous(&[
        Cas {
            decor: "create role chef_{base};; create schema cave authorization chef_{base};;
                    create function cave.un() returns int language sql as 'select 1'",
            objet: "schéma cave",
            code: 3,
            commande: "alter schema cave owner to chef_",
            preuve: "select pg_get_userbyid(nspowner) like 'chef%' from pg_namespace
                      where nspname = 'cave'",
            cluster: "serveur",
        },
        Cas {
            decor: "set allow_in_place_tablespaces = on;;
                    create tablespace loin_{base} location '';;
                    create table public.loin (n int) tablespace loin_{base};;
                    insert into public.loin values (1);;
                    alter table public.loin owner to delicego",
            objet: "espace de stockage de « table public.loin »",
            code: 3,
            commande: "alter table public.loin set tablespace loin_",
            preuve: "select reltablespace <> 0 from pg_class where relname = 'loin'",
            cluster: "prive",
        },
    ])
    .await;
}

/// What nobody could foresee: an index whose function fails in any other database.
#[tokio::test]
async fn un_objet_d_un_autre_qui_echoue_n_arrete_pas_une_restauration_qui_tolere() {
    let e = Externe::avec(&format!(
        "{CAVE};;
         create function cave.ici(int) returns int language plpgsql immutable as $$ begin
            if current_database() <> '{{base}}' then raise exception 'pas ici'; end if;
            return $1; end $$;;
         alter function cave.ici(int) owner to chef_{{base}};;
         create index vin_ici on cave.vin (cave.ici(n))"
    ))
    .await;
    let fichier = e.sauvegarder(ADMINISTRATEUR);
    let (_, sortie) = e.restaurer(ADMINISTRATEUR, &fichier, &[]);
    assert_eq!(sortie.code, Some(1), "{sortie:?}");
    assert!(sortie.journal.contains("PostgreSQL ne remet pas : index cave.vin_ici"), "{sortie:?}");
    assert!(sortie.journal.contains("--tolerer"), "{sortie:?}");
    let (cote, sortie) = e.restaurer(ADMINISTRATEUR, &fichier, &["--tolerer"]);
    assert_eq!(sortie.code, Some(3), "{sortie:?}");
    assert!(sortie.dit.contains("CREATE INDEX vin_ici"), "{sortie:?}");
    assert!(e.est_vrai(&cote, SES_LIGNES).await, "les lignes sont là, à qui elles étaient");
    e.nettoyer().await;
}

/// In the private server too, where only what the archive may do as an ordinary account is done.
#[tokio::test]
async fn un_exercice_prive_prouve_les_lignes_d_une_base_ou_un_administrateur_a_tout_ajoute() {
    let e = Externe::avec(
        "create cast (integer as date) without function;;
         create function public.vite(text) returns text language internal as 'upper';;
         create schema outils;;
         create extension hstore schema outils;;
         create extension pg_stat_statements;;
         create extension postgres_fdw;;
         create server ailleurs foreign data wrapper postgres_fdw;;
         create user mapping for public server ailleurs options (password 'très secret');;
         create publication partout for all tables;;
         create function public.guetter() returns event_trigger language plpgsql
            as $$ begin null; end $$;;
         create event trigger guet on ddl_command_start execute function public.guetter();;
         create table public.sacs (h outils.hstore);;
         insert into public.sacs values ('a=>1');;
         alter schema outils owner to delicego;;
         alter table public.sacs owner to delicego",
    )
    .await;
    let fichier = e.sauvegarder(ADMINISTRATEUR);
    let (sortie, resultat) = e.exercer(&fichier, "prive");
    assert_eq!(sortie.code, Some(3), "{sortie:?}");
    assert_eq!(resultat["verdict"], "prouvee", "{resultat}");
    assert_eq!(resultat["restaurable"], "avec_administrateur", "{resultat}");
    assert!(!resultat.to_string().contains("très secret"), "{resultat}");
    let (cote, sortie) = e.restaurer(COMPTE, &fichier, &[]);
    assert_eq!(sortie.code, Some(3), "{sortie:?}");
    assert!(e.est_vrai(&cote, "select exists (select from public.sacs)").await);
    let (_, sortie) = e.restaurer(ADMINISTRATEUR, &fichier, &[]);
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
    assert!(sortie.dit.contains("avec les droits de l'administrateur"), "{sortie:?}");
    e.nettoyer().await;
}
