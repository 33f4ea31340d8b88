//! What few databases have: the drill says of it what a restore says first, and what is left to be
//! done again is done by its command.

use serde_json::Value;

use super::atelier::Sortie;
use super::de_chaque::taper;
use super::externe::{ADMINISTRATEUR, COMPTE, Externe};

fn sur_place(e: &Externe, compte: &str, fichier: &str) -> Sortie {
    e.lancer(compte, &["restore", "--file", fichier, "--drop-create", "--oui", "--json"])
}

/// What a restore says before any work, then at its end.
fn dits(sortie: &Sortie) -> (Vec<Value>, Vec<Value>) {
    let lues: Vec<Value> =
        sortie.dit.lines().map(|l| serde_json::from_str(l).expect("json")).collect();
    let liste = |v: &Value| v.as_array().cloned().unwrap_or_default();
    let avant = lues.iter().find(|l| l["etape"] == "jugement").map(|l| liste(&l["a_refaire"]));
    let fin = lues.last().map(|l| liste(&l["restauration"]["a_refaire"]));
    (avant.unwrap_or_default(), fin.unwrap_or_default())
}

fn nommes(liste: &[Value]) -> Vec<&str> {
    liste.iter().map(|o| o["objet"].as_str().expect("objet")).collect()
}

fn commandes(liste: &[Value]) -> String {
    let remedes = liste.iter().map(|o| o["remede"].as_str().expect("commande"));
    remedes.collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn une_base_dans_un_espace_a_elle_y_retourne_par_la_commande_dite() {
    let e = Externe::avec(
        "set allow_in_place_tablespaces = on;; create tablespace loin_{base} location ''",
    )
    .await;
    e.sql("postgres", "alter database {base} set tablespace loin_{base}").await;
    let la = "select t.spcname like 'loin_%' from pg_database d
                join pg_tablespace t on t.oid = d.dattablespace
               where d.datname = current_database()";
    assert!(e.est_vrai(e.base.nom(), la).await);
    let fichier = e.sauvegarder(COMPTE);
    let (exercice, resultat) = e.exercer(&fichier, "prive");
    assert_eq!(exercice.code, Some(3), "{exercice:?}");
    assert_eq!(resultat["restaurable"], "incomplete", "{resultat}");
    let objet = format!("espace de stockage « loin_{} » de la base", e.base);
    assert_eq!(resultat["obstacles"][0]["objet"], objet, "{resultat}");
    let sortie = sur_place(&e, COMPTE, &fichier);
    assert_eq!(sortie.code, Some(3), "{sortie:?}");
    let (avant, fin) = dits(&sortie);
    assert_eq!((nommes(&avant), nommes(&fin)), (vec![objet.as_str()], vec![objet.as_str()]));
    assert!(!e.est_vrai(e.base.nom(), la).await);
    taper(e.base.nom(), &commandes(&fin));
    assert!(e.est_vrai(e.base.nom(), la).await);
    e.nettoyer().await;
}

#[tokio::test]
async fn un_compte_membre_sans_heritage_est_refuse_avec_la_commande_qui_le_permet() {
    let e = Externe::avec(
        "create role compte_{base} login createdb noinherit;;
         grant delicego to compte_{base};; create role chef_{base};;
         grant chef_{base} to compte_{base};;
         create schema cave authorization chef_{base};;
         create table cave.vin (n int);; insert into cave.vin values (1);;
         alter table cave.vin owner to chef_{base}",
    )
    .await;
    let compte = format!("compte_{}", e.base);
    let fichier = e.sauvegarder(ADMINISTRATEUR);
    let exercer = || {
        let sortie = e.lancer(&compte, &["drill", "--file", &fichier, "--json"]);
        let derniere = sortie.dit.lines().last().expect("une ligne");
        let lu: Value = serde_json::from_str(derniere).expect("json");
        (sortie.code, lu["exercice"].clone())
    };
    let (code, resultat) = exercer();
    assert_eq!(code, Some(3), "{resultat}");
    assert_eq!(resultat["verdict"], "prouvee", "{resultat}");
    assert_eq!(resultat["restaurable"], "avec_administrateur", "{resultat}");
    let remede = format!("alter role {compte} inherit;");
    let obstacles = resultat["obstacles"].as_array().expect("obstacles");
    let vin = obstacles.iter().find(|o| o["objet"] == "table cave.vin").expect("table cave.vin");
    assert!(vin["raison"].as_str().is_some_and(|r| r.contains("NOINHERIT")), "{vin}");
    assert_eq!(vin["remede"], remede, "{vin}");

    let (_, sortie) = e.restaurer(&compte, &fichier, &[]);
    assert_eq!(sortie.code, Some(5), "{sortie:?}");
    for dit in ["NOINHERIT", &remede] {
        assert!(sortie.journal.contains(dit), "{dit} : {sortie:?}");
    }
    assert_eq!(e.bases().await, Vec::<String>::new(), "rien n'a été créé");

    taper("postgres", &remede);
    let (code, resultat) = exercer();
    assert_eq!((code, &resultat["restaurable"]), (Some(0), &"oui".into()), "{resultat}");
    let (cote, sortie) = e.restaurer(&compte, &fichier, &[]);
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
    let a_lui = "select relowner = 'chef_{base}'::regrole from pg_class
                  where oid = 'cave.vin'::regclass";
    assert!(e.est_vrai(&cote, &a_lui.replace("{base}", e.base.nom())).await);
    e.nettoyer().await;
}

/// An enumeration has other numbers in a database that is made anew, and so other hashes.
#[tokio::test]
async fn des_lignes_qu_un_hachage_place_ailleurs_sont_toutes_revenues() {
    let e = Externe::avec(
        "create type public.couleur as enum ('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j');;
         create table public.une (c public.couleur, n int) partition by hash (c);;
         create table public.une_0 partition of public.une for values with (modulus 2, remainder 0);;
         create table public.une_1 partition of public.une for values with (modulus 2, remainder 1);;
         create table public.des (c public.couleur[], n int) partition by hash (c);;
         create table public.des_0 partition of public.des for values with (modulus 2, remainder 0);;
         create table public.des_1 partition of public.des for values with (modulus 2, remainder 1);;
         insert into public.une select c, n from unnest(enum_range(null::public.couleur)) c,
                                                 generate_series(1, 3) n;;
         insert into public.des select array[c, 'a'], n from public.une;;
         do $$ declare t text; begin
            foreach t in array '{une,une_0,une_1,des,des_0,des_1}'::text[] loop
               execute format('alter table public.%I owner to delicego', t); end loop;
            alter type public.couleur owner to delicego; end $$",
    )
    .await;
    let fichier = e.sauvegarder(COMPTE);
    let (exercice, resultat) = e.exercer(&fichier, "prive");
    assert_eq!(exercice.code, Some(0), "{resultat}");
    let (cote, sortie) = e.restaurer(COMPTE, &fichier, &[]);
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
    let toutes = "select (select count(*) from public.une) = 30
                     and (select count(*) from public.des) = 30";
    assert!(e.est_vrai(&cote, toutes).await);
    e.nettoyer().await;
}

/// An order that only an administrator makes: without it the rows are all there.
#[tokio::test]
async fn un_index_dans_un_ordre_reserve_se_laisse_et_se_refait_par_sa_commande() {
    let e = Externe::avec(
        "create operator class public.rangs for type int4 using btree as operator 1 <,
            operator 2 <=, operator 3 =, operator 4 >=, operator 5 >,
            function 1 btint4cmp(int4, int4);;
         create table public.rayons (n int);; insert into public.rayons values (1), (2);;
         create index rayons_n on public.rayons (n public.rangs);;
         alter table public.rayons owner to delicego",
    )
    .await;
    let fichier = e.sauvegarder(ADMINISTRATEUR);
    let (_, sortie) = e.restaurer(COMPTE, &fichier, &[]);
    assert_eq!(sortie.code, Some(5), "{sortie:?}");
    assert!(sortie.journal.contains("Ou ajoutez --tolerer"), "{sortie:?}");
    let (cote, sortie) = e.restaurer(COMPTE, &fichier, &["--tolerer", "--json"]);
    assert_eq!(sortie.code, Some(3), "{sortie:?}");
    let (la, index) = (
        "select count(*) = 2 from public.rayons",
        "select to_regclass('public.rayons_n') is not null",
    );
    assert!(e.est_vrai(&cote, la).await && !e.est_vrai(&cote, index).await);
    taper(&cote, &commandes(&dits(&sortie).1));
    assert!(e.est_vrai(&cote, index).await);
    e.nettoyer().await;
}

/// Without a slot, with one of another name, disabled, with names to be quoted.
#[tokio::test]
async fn des_abonnements_de_toutes_formes_sont_dits_d_abord_puis_refaits() {
    let formes = "
        create subscription simple_{base} connection 'host=ailleurs dbname=d password=tres_secret'
           publication tout with (connect = false, slot_name = none);;
        create subscription \"Le Midi_{base}\" connection 'dbname=d'
           publication \"Tout, le jour\", autre
           with (connect = false, slot_name = 'midi_{base}', binary = true, streaming = true)";
    let e = Externe::avec(formes).await;
    let (b, mut ecarts) = (e.base.nom(), Vec::new());
    let noms = [format!("Le Midi_{b}"), format!("simple_{b}")];
    let objets: Vec<String> = noms.iter().map(|n| format!("abonnement {n}")).collect();
    // An administrator's backup holds them, a plain account's does not.
    for compte in [ADMINISTRATEUR, COMPTE] {
        let fichier = e.sauvegarder(compte);
        let (exercice, resultat) = e.exercer(&fichier, "prive");
        let liste = resultat["obstacles"].as_array().cloned().unwrap_or_default();
        ecarts.push((exercice.code, resultat["restaurable"].clone(), liste));
        let sortie = sur_place(&e, COMPTE, &fichier);
        let (avant, fin) = dits(&sortie);
        ecarts.push((sortie.code, "incomplete".into(), avant));
        // What was replaced keeps its own, and would keep itself by them.
        for base in e.bases().await.iter().map(String::as_str) {
            e.sql("postgres", &format!("alter database \"{base}\" allow_connections true")).await;
            retirer(&e, base).await;
        }
        e.nettoyer().await;
        ecarts.push((sortie.code, "incomplete".into(), fin.clone()));
        taper(b, &commandes(&fin));
        let tous = "select count(*) = 2 from pg_subscription s join pg_database d
                      on d.oid = s.subdbid where d.datname = current_database()";
        assert!(e.est_vrai(b, tous).await, "{fin:?}");
        assert!(!format!("{fin:?}").contains("tres_secret"), "{fin:?}");
    }
    retirer(&e, b).await;
    for (code, restaurable, liste) in &ecarts {
        let mut dits = nommes(liste);
        dits.sort_unstable();
        assert_eq!(dits, objets, "{ecarts:?}");
        assert_eq!((*code, restaurable), (Some(3), &"incomplete".into()), "{ecarts:?}");
    }
    e.nettoyer().await;
}

async fn retirer(e: &Externe, base: &str) {
    for nom in ["simple_{base}", "\"Le Midi_{base}\""] {
        let ordres =
            format!("alter subscription {nom} set (slot_name = none);; drop subscription {nom}");
        e.sql(base, &ordres).await;
    }
}
