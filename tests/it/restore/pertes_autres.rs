//! What of another application is not compared is said so: in the list, in its file, in the JSON.

use super::atelier::Atelier;
use super::pertes::liste;

const CAISSE: &str = "create schema caisse; create sequence caisse.tickets;
    create type caisse.mode as enum ('carte');
    create table caisse.vente (n int, m caisse.mode);
    create function caisse.taux() returns int language sql as 'select 20'";
const AVANT: &str = "Ceci n'est pas de DéliceGo et n'est pas comparé avec ce qui revient ; un \
                     changement fait depuis serait perdu : ";

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
                grands objets (1).";
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
