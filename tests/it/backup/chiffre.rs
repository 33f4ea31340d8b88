//! Encrypted backups: whoever makes them cannot read them.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use age::secrecy::ExposeSecret;
use age::x25519::Identity;
use delicego::platform::issue::Code;
use delicego::sauvegarde::{archive, depot};

use super::Atelier;

#[tokio::test]
async fn une_sauvegarde_chiffree_ne_s_ouvre_qu_avec_sa_cle() {
    let a = Atelier::neuf().await;
    let cle = Identity::generate();
    let chemin = a.racine.join("cle.txt");
    fs::write(&chemin, cle.to_string().expose_secret()).unwrap();
    fs::set_permissions(&chemin, Permissions::from_mode(0o600)).unwrap();
    for format in ["gz", "fc", "zst"] {
        let pour = cle.to_public().to_string();
        let fichier = a.bon_backup(&["--format", format, "--chiffrer", &pour]);
        assert!(fichier.to_str().unwrap().ends_with(".age"), "{}", fichier.display());
        let s = a.derniere();
        assert!(s.manifeste.chiffre && s.fiable());
        assert!(fs::read(&fichier).unwrap().starts_with(b"age-encryption.org/v1"));
        let lu = archive::lire(depot::ouvrir(&fichier, Some(&chemin)).unwrap(), |_| {}).unwrap();
        assert_eq!(lu.empreintes, s.manifeste.empreintes, "{format}");
        let refus = depot::ouvrir(&fichier, None).err().unwrap();
        assert_eq!(refus.code, Code::RefuseAvant);
    }
}

#[tokio::test]
async fn plusieurs_cles_ouvrent_chacune_la_meme_sauvegarde() {
    let a = Atelier::neuf().await;
    let cles = [Identity::generate(), Identity::generate()];
    let pour = cles.each_ref().map(|c| c.to_public().to_string());
    let [une, autre] = pour.each_ref().map(String::as_str);
    let par_la_variable = a.commande(&[]).env("DELICEGO_CHIFFRER_POUR", pour.join(", ")).output();
    assert!(par_la_variable.unwrap().status.success());
    let par_les_options = a.bon_backup(&["--chiffrer", une, "--chiffrer", autre]);
    for fichier in [a.liste()[0].archive(), par_les_options] {
        for (n, cle) in cles.iter().enumerate() {
            let chemin = a.racine.join(format!("cle-{n}"));
            fs::write(&chemin, cle.to_string().expose_secret()).unwrap();
            fs::set_permissions(&chemin, Permissions::from_mode(0o600)).unwrap();
            let lu =
                archive::lire(depot::ouvrir(&fichier, Some(&chemin)).unwrap(), |_| {}).unwrap();
            assert!(!lu.empreintes.tables.is_empty());
        }
    }
}
