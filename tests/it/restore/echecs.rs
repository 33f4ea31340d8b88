//! What PostgreSQL refuses to put back though nothing foretold it: the drill finds it, with what to
//! do, and the restore says it first.

use super::externe::{COMPTE, Externe};

/// It names a table without its schema: as `pg_restore` works, that table is not found.
const TAUX: &str = "
    create table public.taux (k text, v int);; insert into public.taux values ('a', 1);;
    alter table public.taux owner to delicego;;
    create function public.tx(t text) returns int language plpgsql immutable
       as $$ begin return (select v from taux where k = t); end $$;;
    alter function public.tx(text) owner to delicego;;
    create table public.px (id int, c text);; insert into public.px values (1, 'a');;
    alter table public.px owner to delicego;;";
const REMEDE: &str = "alter function public.tx(text) set search_path = public, pg_catalog;";

#[tokio::test]
async fn un_index_que_l_exercice_n_a_pu_remettre_est_refuse_d_abord_ou_laisse_a_refaire() {
    let e = Externe::avec(&format!("{TAUX} create index px_i on public.px (public.tx(c))")).await;
    let fichier = e.sauvegarder(COMPTE);
    let (sortie, resultat) = e.exercer(&fichier, "prive");
    assert_eq!(sortie.code, Some(3), "{sortie:?}");
    assert_eq!(resultat["verdict"], "prouvee", "les lignes reviennent : {resultat}");
    assert_eq!(resultat["restaurable"], "non", "{resultat}");
    assert_eq!(resultat["obstacles"][0]["objet"], "index public.px_i", "{resultat}");
    let (_, sortie) = e.restaurer(COMPTE, &fichier, &[]);
    assert_eq!(sortie.code, Some(5), "{sortie:?}");
    for dit in ["index public.px_i", "à l'exercice du", "« taux » sans son schéma", REMEDE] {
        assert!(sortie.journal.contains(dit), "{dit} : {sortie:?}");
    }
    assert!(sortie.journal.contains("--tolerer"), "{sortie:?}");
    assert_eq!(e.bases().await, Vec::<String>::new(), "rien n'a été créé");

    let (cote, sortie) = e.restaurer(COMPTE, &fichier, &["--tolerer"]);
    assert_eq!(sortie.code, Some(3), "{sortie:?}");
    let (_, reste) = sortie.dit.split_once("À refaire par un administrateur").expect("à refaire");
    let commande = "CREATE INDEX px_i ON public.px USING btree (public.tx(c));";
    assert_eq!(reste.matches(commande).count(), 1, "{sortie:?}");
    e.sql(&cote, commande).await;

    // The remedy is one.
    e.sql(e.base.nom(), REMEDE).await;
    let fichier = e.sauvegarder(COMPTE);
    let (cote, sortie) = e.restaurer(COMPTE, &fichier, &[]);
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
    assert!(e.est_vrai(&cote, "select to_regclass('public.px_i') is not null").await);
    e.nettoyer().await;
}

/// No drill was made of it: what would be replaced tells.
#[tokio::test]
async fn sans_exercice_un_index_et_un_controle_sont_essayes_sur_la_base_a_remplacer() {
    for (objet, decor) in [
        ("index public.px_i", "create index px_i on public.px (public.tx(c))"),
        ("index public.px_p", "create index px_p on public.px (id) where public.tx(c) > 0"),
        ("lignes de la table public.px", "alter table public.px add check (public.tx(c) > 0)"),
    ] {
        let e = Externe::avec(&format!("{TAUX} {decor}")).await;
        let remplacer = |fichier: &str| {
            e.lancer(COMPTE, &["restore", "--file", fichier, "--drop-create", "--oui"])
        };
        let sortie = remplacer(&e.sauvegarder(COMPTE));
        assert_eq!(sortie.code, Some(5), "{sortie:?}");
        for dit in [objet, "essayé dans la base à remplacer", "« taux » sans son schéma", REMEDE]
        {
            assert!(sortie.journal.contains(dit), "{dit} : {sortie:?}");
        }
        assert_eq!(e.bases().await, Vec::<String>::new(), "rien n'a été créé");
        e.sql(e.base.nom(), REMEDE).await;
        let sortie = remplacer(&e.sauvegarder(COMPTE));
        assert_eq!(sortie.code, Some(0), "{sortie:?}");
        e.nettoyer().await;
    }
}

/// Rows are in question: no option goes on without them.
#[tokio::test]
async fn des_lignes_que_l_exercice_n_a_pu_remettre_sont_refusees_d_abord_meme_avec_tolerer() {
    let decor = format!("{TAUX} alter table public.px add check (public.tx(c) > 0)");
    let e = Externe::avec(&decor).await;
    let fichier = e.sauvegarder(COMPTE);
    let (sortie, resultat) = e.exercer(&fichier, "prive");
    assert_eq!(sortie.code, Some(3), "{sortie:?}");
    assert_eq!(resultat["restaurable"], "non", "{resultat}");
    assert_eq!(resultat["obstacles"][0]["objet"], "lignes de la table public.px", "{resultat}");
    let (_, sortie) = e.restaurer(COMPTE, &fichier, &["--tolerer"]);
    assert_eq!(sortie.code, Some(5), "{sortie:?}");
    for dit in ["lignes de la table public.px", "« taux » sans son schéma", REMEDE] {
        assert!(sortie.journal.contains(dit), "{dit} : {sortie:?}");
    }
    assert_eq!(e.bases().await, Vec::<String>::new(), "rien n'a été créé");
    e.nettoyer().await;
}

#[tokio::test]
async fn l_exercice_laisse_une_fonction_reservee_que_la_restauration_laisse_aussi() {
    let e = Externe::avec(
        "create function public.sf() returns int language sql
            set log_min_messages = 'error' as 'select 1';;
         alter function public.sf() owner to delicego",
    )
    .await;
    let fichier = e.sauvegarder(COMPTE);
    let (sortie, resultat) = e.exercer(&fichier, "prive");
    assert_eq!(resultat["verdict"], "prouvee", "{sortie:?}");
    assert_eq!(resultat["restaurable"], "avec_administrateur", "{resultat}");
    assert_eq!(resultat["obstacles"][0]["objet"], "fonction public.sf()", "{resultat}");
    assert_eq!(resultat["obstacles"].as_array().map(Vec::len), Some(1), "{resultat}");
    let (_, sortie) = e.restaurer(COMPTE, &fichier, &[]);
    assert_eq!(sortie.code, Some(3), "{sortie:?}");
    assert!(sortie.dit.contains("fonction public.sf()"), "{sortie:?}");
    e.nettoyer().await;
}
