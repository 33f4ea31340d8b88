//! What of another application is not compared is said so: in the list, in its file, in the JSON.

use super::atelier::Atelier;
use super::pertes::liste;

const CAISSE: &str = "create schema caisse; create sequence caisse.tickets;
    create type caisse.mode as enum ('carte');
    create table caisse.vente (n int, m caisse.mode);
    create function caisse.taux() returns int language sql as 'select 20'";
const AVANT: &str = "De ce qui n'est pas de DéliceGo, seuls les noms des tables (hors partitions), vues, séquences, \
                     types, fonctions, procédures, extensions et grands objets sont comparés avec \
                     ce qui revient ; rien d'autre ne l'est, et tout autre changement fait depuis \
                     la sauvegarde est perdu sans être nommé. Il y a ici, entre autres : ";

/// None of them is compared, each alone is enough for that to be said.
#[tokio::test]
async fn un_objet_ou_un_reglage_rare_d_une_autre_application_suffit_a_le_dire() {
    let a = Atelier::embarque().await;
    let fichier = a.sauvegarder();
    let a_cote = |suite: &[&str]| {
        a.restore(&[&["--file", &fichier, "--target-db", "a_cote"][..], suite].concat())
    };
    let sortie = a_cote(&[]);
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
    for (fait, defait, genre) in [
        (
            "create aggregate total(int) (sfunc = int4pl, stype = int)",
            "drop aggregate total(int)",
            "le corps des fonctions (1)",
        ),
        ("create collation accents from \"C\"", "drop collation accents", "les autres objets ("),
        (
            "create text search configuration carte (copy = french)",
            "drop text search configuration carte",
            "les autres objets (",
        ),
        (
            "create publication caisse for table lot",
            "drop publication caisse",
            "les autres objets (",
        ),
        (
            "alter default privileges grant select on tables to public",
            "alter default privileges revoke select on tables from public",
            "les droits et les réglages (1)",
        ),
        (
            "grant select on lot to public",
            "revoke all on lot from public",
            "les droits et les réglages (1)",
        ),
        (
            "alter database a_cote set jit = off",
            "alter database a_cote reset jit",
            "les droits et les réglages (1)",
        ),
        (
            "create rule muette as on delete to fournisseur do also nothing",
            "drop rule muette on fournisseur",
            "les autres objets (",
        ),
        (
            "create policy libre on lot using (true)",
            "drop policy libre on lot",
            "les autres objets (",
        ),
    ] {
        a.sql("a_cote", fait).await;
        let sortie = a_cote(&["--drop-create"]);
        assert!(sortie.dit.contains(&format!("{AVANT}{genre}")), "{fait} : {sortie:?}");
        a.sql("a_cote", defait).await;
    }
    let sortie = a_cote(&["--drop-create"]);
    let dits = format!("{sortie:?}");
    assert!(
        dits.contains("demande --oui") && !dits.contains("n'est pas de DéliceGo"),
        "{sortie:?}"
    );
}

#[tokio::test]
async fn ce_qui_n_est_pas_compare_est_dit_partout_et_rien_quand_tout_est_a_nous() {
    let a = Atelier::embarque().await;
    let fichier = a.sauvegarder();
    a.produire().await;
    let en_place = |fichier: &str| a.restore(&["--file", fichier, "--drop-create", "--oui"]);
    let sortie = en_place(&fichier);
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
    assert!(!sortie.dit.contains("comparé") && liste(&sortie).len() == 1, "{sortie:?}");

    a.sql("delicego", CAISSE).await;
    let entier = a.sauvegarder();
    a.sql("delicego", "create sequence caisse.factures; create domain caisse.prix as int").await;
    a.sql("delicego", "alter type caisse.mode add value 'especes'").await;
    a.sql("delicego", "select nextval('caisse.tickets'), lo_create(42)").await;
    let taux = "create or replace function caisse.taux() returns int language sql as 'select 10'";
    a.sql("delicego", taux).await;
    a.produire().await;
    let dits = "la structure des tables (1), les valeurs des séquences (2), la définition des types \
                (et les valeurs des énumérations) (2), le corps des fonctions (1), le contenu des \
                grands objets (1), les autres objets (opérateurs, collations, publications, \
                règles…) (1).";
    let sortie = a.restore(&["--file", &entier, "--drop-create", "--oui", "--json"]);
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
    let champ = format!("\"non_compare\":\"{AVANT}{dits}\"");
    assert_eq!(sortie.dit.matches(&champ).count(), 2, "avant et après : {sortie:?}");
    let sortie = a.restore(&["annuler"]);
    assert_eq!(sortie.code, Some(0), "{sortie:?}");

    let sortie = en_place(&entier);
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
    assert_eq!(sortie.dit.matches(&format!("{AVANT}{dits}")).count(), 2, "{sortie:?}");
    let partent = ": grand objet 42, séquence caisse.factures, type caisse.prix.";
    assert!(sortie.dit.contains(partent), "{sortie:?}");
    let lignes = liste(&sortie);
    let derniere = lignes.last().expect("lignes");
    assert_eq!((lignes.len(), derniere[4].as_str()), (2, "non comparé"), "{lignes:?}");
    assert!(derniere.contains(&format!("{AVANT}{dits}")), "{derniere:?}");
}
