//! What a scheduled command would refuse by its own checks is told before its night.

use std::fs;

use age::secrecy::ExposeSecret;
use age::x25519::Identity;

use super::cuisine::Cuisine;
use crate::outils::externe::secret;

/// `entiere`: the table as it was installed, which is there again afterwards.
pub fn eprouver(c: &Cuisine, entiere: &str) {
    la_cle(c, entiere);
    les_mots(c, entiere);
}

/// Backups that are encrypted, and a drill that has no key of theirs.
fn la_cle(c: &Cuisine, entiere: &str) {
    let table = c.racine.join("table");
    let [bonne, autre] = ["bonne", "autre"].map(|nom| {
        let (cle, fichier) = (Identity::generate(), c.racine.join(nom));
        secret(&fichier, cle.to_string().expose_secret());
        (cle.to_public(), fichier.display().to_string())
    });
    let pour = format!("DELICEGO_CHIFFRER_POUR={}\n", bonne.0);
    let cle = |fichier: &str| format!("{pour}DELICEGO_CLE_AGE_FICHIER={fichier}\n{entiere}");
    let sur_la_ligne = format!("--keep 14 --chiffrer {}", bonne.0);
    for (texte, dit) in [
        (format!("{pour}{entiere}"), "il échouera : Les sauvegardes sont chiffrées"),
        (cle(&autre.1), "n'ouvre pas cette sauvegarde"),
        (entiere.replace("--keep 14", &sur_la_ligne), "il échouera : Les sauvegardes sont"),
        (cle(&bonne.1), ""),
    ] {
        fs::write(&table, texte).unwrap();
        let vu = c.controler(&[]);
        let (verdict, raison) = vu.point("automatisation");
        let voulu = if dit.is_empty() { "OK" } else { "KO" };
        assert!(verdict == voulu && raison.contains(dit), "{dit} : {verdict} {raison}");
    }
}

fn les_mots(c: &Cuisine, entiere: &str) {
    let table = c.racine.join("table");
    for (de, en, dit) in [
        ("--alterner", "--file /absente.dump.gz", "il échouera : /absente.dump.gz n'existe pas"),
        ("--alterner", "--file absente.dump.gz", "absente.dump.gz n'existe pas"),
        ("--alterner", "--file file:///absente.dump.gz", "/absente.dump.gz n'existe pas"),
        ("--alterner", "--file s3://seau/x.dump.gz", "AWS_ACCESS_KEY_ID et"),
        ("--alterner", "--alterner --vers file:///absente", "/absente : ce fichier ou ce dossier"),
        (" checklist ", " checklist --prometheus /nulle/part/x ", "/nulle/part/x ne s'écrit pas"),
        (" checklist ", " checklist --prometheus /proc ", "/proc ne s'écrit pas"),
    ] {
        assert!(entiere.contains(de), "{entiere}");
        fs::write(&table, entiere.replace(de, en)).unwrap();
        let vu = c.controler(&[]);
        let (verdict, raison) = vu.point("automatisation");
        assert!(verdict == "KO" && raison.contains(dit), "{en} : {verdict} {raison}");
    }
    fs::write(&table, entiere).unwrap();
}
