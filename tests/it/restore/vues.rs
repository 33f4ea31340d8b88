//! A materialized view that does not calculate where it comes back: said first, as far as anything
//! can tell; empty and to be done again when that is tolerated. Rows are never in question.

use super::atelier::Sortie;
use super::externe::{ADMINISTRATEUR, COMPTE, Externe};

/// It names a table without its schema: as `pg_restore` calculates it, that table is not found.
const FRAGILE: &str = "
    create table public.denrees (n int);; insert into public.denrees values (1), (2);;
    alter table public.denrees owner to delicego;;
    create function public.combien() returns bigint language plpgsql
       as $$ begin return (select count(*) from denrees); end $$;;
    alter function public.combien() owner to delicego;;
    create materialized view public.fragile as select public.combien() as n;;
    alter materialized view public.fragile owner to delicego";
const BONNE: &str = "
    create materialized view public.bonne as select 1 as n;;
    alter materialized view public.bonne owner to delicego";
const VUE: &str = "contenu de la vue matérialisée public.fragile";
const CORRIGER: &str = "alter function public.combien() set search_path = public, pg_catalog;";
const COMMANDE: &str = "REFRESH MATERIALIZED VIEW public.fragile;";

fn sur_place(e: &Externe, fichier: &str, suite: &[&str]) -> Sortie {
    let ordre = ["restore", "--file", fichier, "--drop-create", "--oui"];
    e.lancer(COMPTE, &[&ordre[..], suite].concat())
}

/// It went on: the view is empty, and its command, as it was told, fills it.
async fn vide_puis_refaite(e: &Externe, base: &str, sortie: &Sortie) {
    assert_eq!(sortie.code, Some(3), "{sortie:?}");
    let (_, reste) = sortie.dit.split_once("À refaire par un administrateur").expect("à refaire");
    assert_eq!(reste.matches(VUE).count(), 1, "{sortie:?}");
    assert!(reste.contains("denrees") && reste.contains(COMMANDE), "{sortie:?}");
    assert!(reste.contains(CORRIGER), "{sortie:?}");
    let remplie = "select ispopulated from pg_matviews where matviewname = 'fragile'";
    assert!(!e.est_vrai(base, remplie).await);
    assert!(e.est_vrai(base, "select count(*) = 2 from public.denrees").await);
    e.sql(base, CORRIGER).await;
    e.sql(base, COMMANDE).await;
    assert!(e.est_vrai(base, "select n = 2 from public.fragile").await);
}

#[tokio::test]
async fn ce_que_l_exercice_a_trouve_d_une_vue_est_refuse_d_abord() {
    let e = Externe::avec(&format!("{FRAGILE};;{BONNE}")).await;
    let fichier = e.sauvegarder(COMPTE);
    let (exercice, resultat) = e.exercer(&fichier, "prive");
    assert_eq!(exercice.code, Some(3), "{exercice:?}");
    assert_eq!(resultat["restaurable"], "non", "{resultat}");
    assert_eq!(resultat["obstacles"][0]["objet"], VUE, "{resultat}");
    for compte in [COMPTE, ADMINISTRATEUR] {
        let (_, sortie) = e.restaurer(compte, &fichier, &[]);
        assert_eq!(sortie.code, Some(5), "{sortie:?}");
        for dit in [VUE, "à l'exercice du", "denrees", CORRIGER, COMMANDE, "--tolerer"] {
            assert!(sortie.journal.contains(dit), "{dit} : {sortie:?}");
        }
        assert!(sortie.journal.contains("quel que soit le compte"), "{sortie:?}");
        assert!(!sortie.journal.contains("bonne"), "{sortie:?}");
        assert_eq!(e.bases().await, Vec::<String>::new(), "rien n'a été créé");
    }
    let (cote, sortie) = e.restaurer(COMPTE, &fichier, &["--tolerer"]);
    vide_puis_refaite(&e, &cote, &sortie).await;
    e.nettoyer().await;
}

#[tokio::test]
async fn une_vue_de_la_base_a_remplacer_est_essayee_d_abord() {
    let e = Externe::avec(&format!("{FRAGILE};;{BONNE}")).await;
    let fichier = e.sauvegarder(COMPTE);
    let sortie = sur_place(&e, &fichier, &[]);
    assert_eq!(sortie.code, Some(5), "{sortie:?}");
    for dit in [VUE, "comme une restauration le fait", "denrees", CORRIGER, COMMANDE, "--tolerer"] {
        assert!(sortie.journal.contains(dit), "{dit} : {sortie:?}");
    }
    assert!(!sortie.journal.contains("bonne"), "{sortie:?}");
    assert_eq!(e.bases().await, Vec::<String>::new(), "rien n'a été créé");
    assert!(e.est_vrai(e.base.nom(), "select n = 2 from public.fragile").await, "rien n'a changé");
    let sortie = sur_place(&e, &fichier, &["--tolerer"]);
    let (annonce, _) = sortie.dit.split_once("est restaurée").expect("restaurée");
    assert!(annonce.contains(VUE), "{sortie:?}");
    vide_puis_refaite(&e, e.base.nom(), &sortie).await;
    e.nettoyer().await;
}

/// Today's view is another one than the archive's.
#[tokio::test]
async fn une_vue_qui_a_change_depuis_n_est_pas_essayee_a_sa_place() {
    let e = Externe::avec(BONNE).await;
    let fichier = e.sauvegarder(COMPTE);
    e.sql(
        e.base.nom(),
        "drop materialized view public.bonne;;
         create materialized view public.bonne as select 1 / 0 as n with no data;;
         alter materialized view public.bonne owner to delicego",
    )
    .await;
    let sortie = sur_place(&e, &fichier, &["--json"]);
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
    let annonce = sortie.dit.lines().find(|l| l.contains("\"non_connu\"")).expect("annonce");
    assert!(annonce.contains("contenu de la vue matérialisée public.bonne"), "{annonce}");
    assert!(e.est_vrai(e.base.nom(), "select n = 1 from public.bonne").await, "{sortie:?}");
    e.nettoyer().await;
}

#[tokio::test]
async fn une_vue_dont_rien_ne_dit_rien_est_annoncee_puis_nommee_a_la_fin() {
    let e = Externe::avec(FRAGILE).await;
    let fichier = e.sauvegarder(COMPTE);
    let (cote, sortie) = e.restaurer(COMPTE, &fichier, &[]);
    let (annonce, _) = sortie.dit.split_once("est restaurée").expect("restaurée");
    for dit in ["Ne se saura qu'à la fin", VUE, "aucune ligne n'est perdue"] {
        assert!(annonce.contains(dit), "{dit} : {sortie:?}");
    }
    vide_puis_refaite(&e, &cote, &sortie).await;
    e.nettoyer().await;
}

/// Rows that their own policy hides from their owner, and a view over them of the same owner.
const CACHEES: &str = "
    create role chef_{base};;
    create table public.reserve (n int);; insert into public.reserve values (1), (2);;
    create materialized view public.resume as select count(*) as n from public.reserve;;
    alter table public.reserve owner to chef_{base};;
    alter materialized view public.resume owner to chef_{base};;
    alter table public.reserve enable row level security;;
    alter table public.reserve force row level security;;
    create policy p on public.reserve using (n > 0)";
const RESUME: &str = "contenu de la vue matérialisée public.resume";

#[tokio::test]
async fn une_vue_sur_des_lignes_cachees_a_d_autres_s_exerce_comme_le_compte_la_restaure() {
    let decor = "create role compte_{base} login createdb;;
        grant delicego to compte_{base};; grant chef_{base} to compte_{base};;
        alter database {base} owner to compte_{base}";
    let e = Externe::avec(&format!("{CACHEES};;{decor}")).await;
    let compte = format!("compte_{}", e.base);
    let fichier = e.sauvegarder(ADMINISTRATEUR);
    let sortie = e.lancer(&compte, &["drill", "--file", &fichier]);
    assert_eq!(sortie.code, Some(3), "{sortie:?}");
    let remede = format!("alter role {compte} bypassrls;");
    for dit in ["avec PGUSER=<administrateur>", "table public.reserve", &remede] {
        assert!(sortie.dit.contains(dit), "{dit} : {sortie:?}");
    }
    assert!(!sortie.dit.contains(RESUME), "{sortie:?}");
    e.sql("postgres", &remede).await;
    let fichier = e.sauvegarder(&compte);
    let sortie = e.lancer(&compte, &["drill", "--file", &fichier]);
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
    assert!(sortie.dit.contains("avec ce compte : oui."), "{sortie:?}");
    let (cote, sortie) = e.restaurer(&compte, &fichier, &[]);
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
    assert!(e.est_vrai(&cote, "select n = 2 from public.resume").await);
    e.nettoyer().await;
}

/// An administrator gives each object to its owner as it goes: the view is calculated as that owner.
#[tokio::test]
async fn une_vue_que_son_proprietaire_ne_calcule_pas_est_dite_d_abord_a_l_administrateur() {
    let reserve = "create function public.vite(text) returns text language internal as 'upper';;
        alter function public.vite(text) owner to delicego";
    let e = Externe::avec(&format!("{CACHEES};;{reserve}")).await;
    let fichier = e.sauvegarder(ADMINISTRATEUR);
    let ordre = ["restore", "--file", &fichier, "--drop-create", "--oui"];
    let sortie = e.lancer(ADMINISTRATEUR, &ordre);
    assert_eq!(sortie.code, Some(5), "{sortie:?}");
    let commande = "set row_security = off; REFRESH MATERIALIZED VIEW public.resume;";
    for dit in [RESUME, commande] {
        assert!(sortie.journal.contains(dit), "{dit} : {sortie:?}");
    }
    assert_eq!(e.bases().await, Vec::<String>::new(), "rien n'a été créé");
    e.sql("postgres", "alter role chef_{base} bypassrls").await;
    let sortie = e.lancer(ADMINISTRATEUR, &ordre);
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
    assert!(e.est_vrai(e.base.nom(), "select n = 2 from public.resume").await);
    e.nettoyer().await;
}
