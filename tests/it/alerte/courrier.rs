//! Mail and webhooks over TLS, by a server whose certificate is of an authority of its own.

use std::path::{Path, PathBuf};

use crate::backup::atelier::{Atelier, code, textes};
use crate::outils::receveur::Receveur;
use crate::outils::smtp::{self, Maniere, Smtp, Tls};

/// A folder with an authority and a certificate of that name.
fn autorite(a: &Atelier, nom: &str) -> PathBuf {
    let dossier = a.racine.join(nom);
    let mut commande = a.programme(&["certificat", "--nom", nom, "--dossier"]);
    assert_eq!(code(&commande.arg(&dossier).output().unwrap()), 0);
    dossier
}

/// A backup that fails and calls for help by that server; what it said of it.
fn appeler(a: &Atelier, (url, confiance): (&str, &Path)) -> String {
    let mut commande = a.commande(&[]);
    commande.env("PGPORT", "1").env("DELICEGO_ALERTE", "mailto:nuit@exemple.fr");
    commande.env("SMTP_URL", url).env("SSL_CERT_FILE", confiance.join("autorite.crt"));
    let sortie = commande.output().unwrap();
    assert_eq!(code(&sortie), 5, "{}", textes(&sortie));
    assert!(!textes(&sortie).contains("mot-secret"), "{}", textes(&sortie));
    let dit = String::from_utf8(sortie.stderr).unwrap();
    let lignes = dit.lines().filter(|l| l.starts_with("delicego : nuit@exemple.fr"));
    lignes.collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn un_mail_part_par_tls_et_chaque_desaccord_a_sa_phrase() {
    let (bon, autre) = ("localhost", "autre.exemple");
    let outils = Atelier::sur("sans_base".to_owned());
    let (sien, faux) = (autorite(&outils, bon), autorite(&outils, autre));
    let debut = |d: &Path| Tls::DesLeDebut(smtp::certificat(d));
    let offert = |d: &Path| Tls::Offert(smtp::certificat(d));
    let autre_nom = "son certificat est celui d'un autre nom";
    let inconnue = "autorité inconnue";
    // How the server is, whether it is written to by TLS from the start, whose authority is trusted,
    // and what is said; nothing: it went.
    let cas = [
        (debut(&sien), false, true, &sien, ""),
        (offert(&sien), false, false, &sien, ""),
        (debut(&faux), false, true, &faux, autre_nom),
        (offert(&faux), false, false, &faux, autre_nom),
        (debut(&sien), false, true, &faux, inconnue),
        (offert(&sien), false, false, &faux, inconnue),
        (debut(&sien), true, true, &sien, "refuse le compte de SMTP_URL (code 535)"),
        (offert(&sien), true, false, &sien, "refuse le compte de SMTP_URL (code 535)"),
        (Tls::Jamais, false, true, &sien, "ne parle pas TLS"),
        (Tls::Jamais, false, false, &sien, "n'offre pas STARTTLS"),
    ];
    for (place, (tls, refuse_l_acces, des_le_debut, confiance, dit)) in cas.into_iter().enumerate()
    {
        let serveur = Smtp::ouvrir_avec(Maniere { tls, refuse_l_acces });
        let (genre, suite) = if des_le_debut { ("smtps", "") } else { ("smtp", "?tls=required") };
        let compte = "chef%40exemple.fr:mot-secret";
        let url = format!("{genre}://{compte}@{bon}:{}{suite}", serveur.port());
        let a = Atelier::sur("sans_base".to_owned());
        let phrase = appeler(&a, (&url, confiance));
        if dit.is_empty() {
            assert_eq!(phrase, "", "cas {place}");
            let mails = serveur.recus();
            assert_eq!(mails.len(), 1, "cas {place}");
            assert!(mails[0].corps().contains("KO  Sauvegarde"), "{}", mails[0].corps());
        } else {
            assert!(phrase.contains(dit), "cas {place} : {phrase}");
            assert_eq!(phrase.lines().count(), 1, "cas {place} : {phrase}");
            assert!(serveur.recus().is_empty(), "cas {place}");
        }
    }
}

#[tokio::test]
async fn un_webhook_dont_l_autorite_est_a_soi_est_joint_par_ssl_cert_file() {
    let outils = Atelier::sur("sans_base".to_owned());
    let (sienne, autre) = (autorite(&outils, "localhost"), autorite(&outils, "autre.exemple"));
    let receveur = Receveur::ouvrir();
    let port = receveur.en_tls(smtp::certificat(&sienne));
    for (confiance, dit) in [(&autre, "autorité inconnue"), (&sienne, "")] {
        let a = Atelier::sur("sans_base".to_owned());
        let mut commande = a.commande(&[]);
        commande.env("PGPORT", "1").env("SSL_CERT_FILE", confiance.join("autorite.crt"));
        commande.env("DELICEGO_ALERTE", format!("https://localhost:{port}/crochet"));
        let sortie = commande.output().unwrap();
        assert_eq!(code(&sortie), 5, "{}", textes(&sortie));
        let sa_ligne = format!("delicego : localhost:{port}");
        let dite = textes(&sortie);
        let refus = dite.lines().find(|l| l.starts_with(&sa_ligne)).unwrap_or_default();
        assert!(refus.contains(dit) && refus.is_empty() == dit.is_empty(), "{dite}");
        assert_eq!(receveur.recus().len(), usize::from(dit.is_empty()), "{dite}");
    }
}
