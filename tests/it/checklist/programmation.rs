//! Line 4: what could only fail tonight is KO now.

use std::fs;

use super::cuisine::Cuisine;

#[tokio::test]
async fn une_ligne_que_le_programme_refuserait_ou_sans_journal_est_ko_avant_la_nuit() {
    let c = Cuisine::sure().await;
    let table = c.racine.join("table");
    let entiere = fs::read_to_string(&table).unwrap();
    let changer = |de: &str, en: &str| fs::write(&table, entiere.replace(de, en)).unwrap();
    let dossier = c.dossier().display().to_string();
    let journal = format!("{dossier}/delicego-automatique.log");
    for (de, en, raison) in [
        ("--keep 14", "--keep 0", "« 0 » ne convient pas à --keep"),
        ("--keep 14", "--kep 14", "argument inconnu : --kep"),
        ("--keep 14", "--help", "n'affiche que de l'aide"),
        ("--keep 14", "--chiffrer agexyz", "« agexyz » ne convient pas à --chiffrer"),
        (&journal, "/nodir/x.log", "/nodir, n'existe pas"),
        // Root reads what nobody may: a folder is unreadable to all.
        (&journal, &dossier, "ne se lit pas"),
    ] {
        changer(de, en);
        c.seul("automatisation", "KO", raison);
    }
    fs::write(&table, &entiere).unwrap();
    let bon = fs::read_to_string(&journal).unwrap();
    let mal_ecrit = "delicego : « 0 » ne convient pas à --keep\nVoir delicego --help.\n";
    fs::write(&journal, format!("{bon}{mal_ecrit}")).unwrap();
    c.seul("automatisation", "KO", "« 0 » ne convient pas à --keep");
}
