//! A server of the operator's own, as others have set it: who owns the database and its schema,
//! what the account may do, and settings that would cut a session short.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::Value;

use super::atelier::Sortie;
use super::externe::{ADMINISTRATEUR, COMPTE, Externe};
use crate::outils::externe::Externe as Serveur;
use crate::outils::grappe::PROGRAMME;
use crate::outils::initdb;

const BASE: &str = "delicego";
const DECOR: &str = "create role caisse; create role chef; create role delicego login createdb";

/// With our schema, owned by `delicego`, in a database of that name.
struct Poste {
    s: Serveur,
    dossier: PathBuf,
}

impl Poste {
    async fn ouvrir(reglages: &str) -> Self {
        let s = Serveur::demarrer(reglages).await;
        let dossier = s.racine.join("sauvegardes");
        let poste = Self { s, dossier };
        std::fs::create_dir_all(poste.travail()).expect("dossier");
        poste.admin(DECOR).await;
        let modele = Externe::avec("select 1").await;
        let fichier = modele.sauvegarder(COMPTE);
        let sortie = poste.restaurer(COMPTE, &fichier);
        assert_eq!(sortie.code, Some(0), "{sortie:?}");
        poste
    }

    fn travail(&self) -> PathBuf {
        self.s.racine.with_extension("travail")
    }

    fn lancer(&self, compte: &str, arguments: &[&str]) -> Sortie {
        self.lancer_avec(compte, &[], arguments)
    }

    fn lancer_avec(&self, compte: &str, variables: &[(&str, &str)], arguments: &[&str]) -> Sortie {
        let mut commande = Command::new(PROGRAMME);
        commande.env_clear().env("PATH", std::env::var("PATH").expect("PATH"));
        commande.env("HOME", &self.s.racine).env("TMPDIR", self.travail());
        commande.env("DELICEGO_PG_BIN", initdb::binaires());
        commande.env("PGHOST", &self.s.racine).env("PGPORT", self.s.port.to_string());
        commande.env("PGUSER", compte).env("PGDATABASE", BASE);
        commande.env("PGOPTIONS", "-c search_path=ailleurs").args(arguments);
        commande.envs(variables.iter().copied());
        commande.stdin(Stdio::null()).output().expect("delicego").into()
    }

    fn sauvegarder(&self) -> String {
        let dossier = self.dossier.to_str().expect("chemin");
        let sortie = self.lancer(COMPTE, &["backup", "--output-dir", dossier, "--force-suspect"]);
        assert_eq!(sortie.code, Some(0), "{sortie:?}");
        assert!(!sortie.dit.contains("n'a pas le schéma"), "{sortie:?}");
        let dite = sortie.dit.lines().next().and_then(|l| l.split(" : ").nth(1));
        dite.expect("archive").to_owned()
    }

    fn exercer(&self, compte: &str, fichier: &str) -> (Option<i32>, Value) {
        self.exercer_avec(compte, &[], fichier)
    }

    fn exercer_avec(
        &self,
        compte: &str,
        variables: &[(&str, &str)],
        fichier: &str,
    ) -> (Option<i32>, Value) {
        let sortie = self.lancer_avec(compte, variables, &["drill", "--file", fichier, "--json"]);
        let derniere = sortie.dit.lines().last().expect("une ligne");
        let lu: Value = serde_json::from_str(derniere).expect("json");
        assert_eq!(lu["exercice"]["verdict"], "prouvee", "{sortie:?}");
        (sortie.code, lu["exercice"].clone())
    }

    fn restaurer(&self, compte: &str, fichier: &str) -> Sortie {
        self.lancer(compte, &["restore", "--file", fichier, "--drop-create", "--oui"])
    }

    async fn admin(&self, ordres: &str) {
        for ordre in ordres.split("; ") {
            self.s.sql("postgres", ordre).await;
        }
    }

    async fn est_vrai(&self, requete: &str) -> bool {
        let mut c = self.s.connexion(BASE).await;
        let requete = sqlx::AssertSqlSafe(requete.to_owned());
        sqlx::query_scalar(requete).fetch_one(&mut c).await.expect("une phrase")
    }
}

impl Drop for Poste {
    fn drop(&mut self) {
        let _deja_parti = std::fs::remove_dir_all(self.travail());
    }
}

#[tokio::test]
async fn aucun_reglage_d_un_serveur_ou_d_un_role_ne_coupe_ni_n_egare_le_travail() {
    let p = Poste::ouvrir("array_nulls = off\nidle_session_timeout = '900ms'").await;
    p.s.sql(
        BASE,
        "create table public.tas (n int, a int[]);
         insert into public.tas select n, array[null, n] from generate_series(1, 100000) n;
         create schema ailleurs;
         alter table public.tas owner to delicego; alter schema ailleurs owner to delicego",
    )
    .await;
    p.admin(
        "alter role delicego set statement_timeout = '1ms'; \
         alter role delicego set lock_timeout = '1ms'; \
         alter role delicego set idle_session_timeout = '20ms'; \
         alter role delicego set idle_in_transaction_session_timeout = '20ms'; \
         alter role delicego set search_path = 'ailleurs'; \
         alter role delicego set default_transaction_read_only = on",
    )
    .await;
    let fichier = p.sauvegarder();
    let (code, exercice) = p.exercer(COMPTE, &fichier);
    assert_eq!(code, Some(0), "{exercice}");
    assert_eq!(exercice["restaurable"], "oui", "{exercice}");
    assert_eq!(exercice["regles_verifiees"], true, "{exercice}");
    let sortie = p.restaurer(COMPTE, &fichier);
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
    assert!(
        p.est_vrai("select count(*) = 100000 and bool_and(a[1] is null) from public.tas").await
    );
}

#[tokio::test]
async fn ce_qui_empeche_de_prendre_la_place_est_nomme_d_avance_avec_sa_commande() {
    let p = Poste::ouvrir("").await;
    let fichier = p.sauvegarder();
    for (faire, objet, restaurable, remede) in [
        (
            "alter role delicego nocreatedb",
            "compte delicego",
            "avec_administrateur",
            "alter role delicego createdb;",
        ),
        (
            "alter role delicego connection limit 4",
            "compte delicego",
            "avec_administrateur",
            "alter role delicego connection limit ",
        ),
        (
            "alter database delicego connection limit 1",
            "base delicego",
            "avec_administrateur",
            "alter database delicego connection limit ",
        ),
        (
            "alter database delicego is_template true",
            "base delicego",
            "non",
            "alter database delicego is_template false;",
        ),
        (
            "alter database delicego owner to postgres; grant all on database delicego to delicego",
            "base delicego",
            "avec_administrateur",
            "alter database delicego owner to delicego;",
        ),
    ] {
        p.admin(faire).await;
        let (code, exercice) = p.exercer(COMPTE, &fichier);
        assert_eq!(code, Some(3), "{faire} : {exercice}");
        assert_eq!(exercice["restaurable"], restaurable, "{faire} : {exercice}");
        let obstacle = &exercice["obstacles"][0];
        assert_eq!(obstacle["objet"], objet, "{faire} : {exercice}");
        let commande = obstacle["remede"].as_str().expect("remède").to_owned();
        assert!(commande.starts_with(remede), "{faire} : {commande}");
        let sortie = p.restaurer(COMPTE, &fichier);
        assert_eq!(sortie.code, Some(5), "{faire} : {sortie:?}");
        assert!(sortie.journal.contains(&commande), "{faire} : {sortie:?}");
        // It is the command that puts it right.
        p.admin(commande.trim_end_matches(';')).await;
    }
    ce_qui_ferme_le_serveur_aux_outils_seuls(&p, &fichier);
    let sortie = p.restaurer(COMPTE, &fichier);
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
}

/// Our own connections do not apply these; the tools that restore do.
fn ce_qui_ferme_le_serveur_aux_outils_seuls(p: &Poste, fichier: &str) {
    let adresse = format!("postgres://delicego@127.0.0.1:{}/delicego", p.s.port);
    let adresse = format!("{adresse}?gssencmode=require");
    let tcp = ("PGHOST", "127.0.0.1");
    let ordre = ["restore", "--file", fichier, "--drop-create", "--oui", "--json"];
    for (variables, dits) in [
        (&[("PGGSSENCMODE", "require")][..], &["PGGSSENCMODE : ", "Kerberos"][..]),
        (&[("PGTARGETSESSIONATTRS", "standby")], &["PGTARGETSESSIONATTRS : ", "de secours"]),
        (&[("PGCHANNELBINDING", "require")], &["PGCHANNELBINDING : ", "scram-sha-256"]),
        (&[tcp, ("PGREQUIRESSL", "1")], &["PGREQUIRESSL : ", "TLS", "Enlevez PGREQUIRESSL de"]),
        (&[("DATABASE_URL", &adresse)], &["Enlevez gssencmode de DATABASE_URL"]),
        (
            &[("PGGSSENCMODE", "require"), ("PGTARGETSESSIONATTRS", "standby")],
            &["PGGSSENCMODE, PGTARGETSESSIONATTRS : ", "PGGSSENCMODE et PGTARGETSESSIONATTRS de"],
        ),
    ] {
        let sortie = p.lancer_avec(COMPTE, variables, &ordre);
        assert_eq!(sortie.code, Some(5), "{variables:?} : {sortie:?}");
        // Before anything of the archive is read, or anybody is told of a plan.
        assert_eq!(sortie.dit.lines().count(), 1, "{variables:?} : {sortie:?}");
        for dit in dits {
            assert!(sortie.dit.contains(dit), "{variables:?} : {dit} : {sortie:?}");
        }
    }
    let (code, exercice) = p.exercer_avec(COMPTE, &[("PGGSSENCMODE", "require")], fichier);
    assert_eq!((code, &exercice["restaurable"]), (Some(3), &"non".into()), "{exercice}");
    let raison = exercice["obstacles"][0]["raison"].as_str().expect("raison");
    assert!(raison.starts_with("PGGSSENCMODE : "), "{exercice}");
}

#[tokio::test]
async fn a_qui_que_soient_la_base_et_son_schema_public_la_copie_est_egale_ou_le_dit() {
    let p = Poste::ouvrir("").await;
    let a_qui = |nom: &str| format!("nspowner = '{nom}'::regrole from pg_namespace");
    let public = |nom: &str| format!("select {} where nspname = 'public'", a_qui(nom));

    // As in every database that comes from PostgreSQL 14.
    let quatorze = "alter schema public owner to postgres; \
                    grant all on schema public to public; grant all on schema public to delicego";
    for ordre in quatorze.split("; ") {
        p.s.sql(BASE, ordre).await;
    }
    let fichier = p.sauvegarder();
    let (code, exercice) = p.exercer(COMPTE, &fichier);
    assert_eq!((code, &exercice["restaurable"]), (Some(3), &"avec_administrateur".into()));
    let sortie = p.restaurer(COMPTE, &fichier);
    assert_eq!(sortie.code, Some(3), "{sortie:?}");
    assert!(sortie.dit.contains("alter schema public owner to postgres;"), "{sortie:?}");
    assert!(!p.est_vrai(&public("postgres")).await);
    let sortie = p.restaurer(ADMINISTRATEUR, &fichier);
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
    assert!(p.est_vrai(&public("postgres")).await);

    // The account's own, in a database that is not; then both a group's.
    p.s.sql(BASE, "alter schema public owner to delicego").await;
    p.admin(
        "alter database delicego owner to postgres; grant all on database delicego to delicego",
    )
    .await;
    let fichier = p.sauvegarder();
    let (code, exercice) = p.exercer(COMPTE, &fichier);
    assert_eq!((code, &exercice["restaurable"]), (Some(3), &"avec_administrateur".into()));
    assert_eq!(p.restaurer(COMPTE, &fichier).code, Some(5));
    let sortie = p.restaurer(ADMINISTRATEUR, &fichier);
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
    assert!(p.est_vrai(&public("delicego")).await);
    let a_postgres =
        "select datdba = 'postgres'::regrole from pg_database where datname = 'delicego'";
    assert!(p.est_vrai(a_postgres).await);

    p.admin("grant chef to delicego; alter database delicego owner to chef").await;
    let fichier = p.sauvegarder();
    let (code, exercice) = p.exercer(COMPTE, &fichier);
    assert_eq!((code, &exercice["restaurable"]), (Some(0), &"oui".into()), "{exercice}");
    for compte in [COMPTE, ADMINISTRATEUR] {
        let sortie = p.restaurer(compte, &fichier);
        assert_eq!(sortie.code, Some(0), "{compte} : {sortie:?}");
        assert!(p.est_vrai(&a_postgres.replace("postgres", "chef")).await);
    }
    p.sauvegarder();
}

/// Inactive, in use, with another plugin's name to be quoted: each follows the database that is
/// replaced, and none the new one.
#[tokio::test]
async fn la_replication_logique_est_dite_d_abord_et_reprend_par_la_commande() {
    let p = Poste::ouvrir("wal_level = logical").await;
    p.s.sql(BASE, "select pg_create_logical_replication_slot('entrepot', 'test_decoding')").await;
    let fichier = p.sauvegarder();
    let (code, exercice) = p.exercer(COMPTE, &fichier);
    assert_eq!(code, Some(3), "{exercice}");
    assert_eq!(exercice["restaurable"], "incomplete", "{exercice}");
    assert_eq!(exercice["obstacles"][0]["objet"], "réplication logique entrepot", "{exercice}");
    let sortie = p.restaurer(COMPTE, &fichier);
    assert_eq!(sortie.code, Some(3), "{sortie:?}");
    let (annonce, reste) = sortie.dit.split_once("est restaurée").expect("restaurée");
    assert!(annonce.contains("réplication logique entrepot"), "{sortie:?}");
    let suit = "select database = 'delicego' from pg_replication_slots";
    assert!(!p.est_vrai(suit).await);
    assert!(annonce.contains("arrêtée, elle part avec elle"), "{sortie:?}");
    let debut = reste.find("select pg_terminate_backend").expect("commandes");
    let gardee = &reste[reste.find("delicego_avant_").expect("gardée")..];
    let (gardee, _) = gardee.split_once(')').expect("gardée");
    let oubliee = p.lancer(COMPTE, &["restore", "oublier", "--base", gardee, "--oui"]);
    assert_eq!(oubliee.code, Some(0), "{oubliee:?}");
    assert!(oubliee.dit.contains("réplication logique entrepot"), "{oubliee:?}");
    let commandes = reste[debut..].split(';').take(3).map(|c| format!("{};", c.trim()));
    for commande in commandes.collect::<Vec<_>>() {
        p.s.sql(BASE, &commande).await;
    }
    assert!(p.est_vrai(suit).await);
    // Named too when the kept one goes by itself, its time up.
    let ordre = ["restore", "--file", &fichier, "--drop-create", "--oui", "--garder", "0h"];
    let sortie = p.lancer(COMPTE, &ordre);
    assert_eq!(sortie.code, Some(3), "{sortie:?}");
    let dossier = p.dossier.to_str().expect("chemin");
    let faite = p.lancer(COMPTE, &["backup", "--output-dir", dossier, "--force-suspect"]);
    let dite = "est retirée ; avec elle part ce qui la suit, réplication logique entrepot";
    assert!(faite.dit.contains(dite), "{faite:?}");
    assert!(!p.est_vrai("select count(*) > 0 from pg_replication_slots").await);
}
