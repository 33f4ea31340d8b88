//! `backup` and `drill` as whoever watches them from afar hears them.

use std::process::Command;

use serde_json::Value;

use crate::backup::atelier::{Atelier, code, textes};
use crate::outils::receveur::Receveur;
use crate::outils::smtp::Smtp;

/// With one address for the signals of all commands, and one for messages.
fn prevenir<'a>(commande: &'a mut Command, receveur: &Receveur) -> &'a mut Command {
    commande.env("DELICEGO_SIGNAL", receveur.url("/cle-secrete"));
    commande.env("DELICEGO_ALERTE", receveur.url("/crochet?jeton=secret"))
}

#[tokio::test]
async fn une_panne_se_dit_une_fois_son_retour_une_fois_et_chaque_passage_a_son_signal() {
    let (a, receveur) = (Atelier::neuf().await, Receveur::ouvrir());
    let passer = |panne: bool| {
        let mut commande = a.commande(&[]);
        if panne {
            commande.env("PGPORT", "1");
        }
        let sortie = prevenir(&mut commande, &receveur).output().unwrap();
        assert!(!textes(&sortie).contains("secret"), "{}", textes(&sortie));
        code(&sortie)
    };
    let codes = [passer(true), passer(true), passer(false), passer(false)];
    assert!(codes[0] != 0 && codes[0] == codes[1] && codes[2..] == [0, 0], "{codes:?}");
    let (debut, echec, reussite) = ("/cle-secrete/start", "/cle-secrete/fail", "/cle-secrete");
    let attendus = [debut, echec, debut, echec, debut, reussite, debut, reussite];
    assert_eq!(receveur.chemins_de("/cle-secrete"), attendus);
    let recus = receveur.recus_de("/cle-secrete");
    assert!(recus[1].corps.contains("PostgreSQL"), "{}", recus[1].corps);
    assert!(recus[5].corps.contains("faite et relue"), "{}", recus[5].corps);
    let messages: Vec<Value> = receveur
        .recus_de("/crochet?jeton=secret")
        .iter()
        .map(|r| serde_json::from_str(&r.corps).unwrap())
        .collect();
    let vus: Vec<_> = messages
        .iter()
        .map(|m| [&m["etat"], &m["base"], &m["points"][0]["code"]].map(|v| v.as_str().unwrap()))
        .collect();
    assert_eq!(vus, [["ko", &a.base, "backup"], ["retabli", &a.base, "backup"]]);
    assert!(messages[0]["machine"].as_str().is_some_and(|m| !m.is_empty()));
    assert!(messages[0]["text"].as_str().unwrap().contains("relancez delicego backup"));
}

#[tokio::test]
async fn une_copie_ailleurs_qui_echoue_est_l_echec_de_la_sauvegarde() {
    let (a, receveur) = (Atelier::neuf().await, Receveur::ouvrir());
    // Something else lies there under the name of what will be copied: it cannot be.
    let copies = a.racine.join("copies");
    std::fs::create_dir(&copies).unwrap();
    let vers = format!("file://{}", copies.display());
    a.bon_backup(&[]);
    let archive = a.derniere().manifeste.archive.nom.clone();
    std::fs::write(copies.join(&archive), "autre chose").unwrap();
    let mut commande = a.commande(&["--vers", &vers]);
    let sortie = prevenir(&mut commande, &receveur).output().unwrap();
    assert_eq!(code(&sortie), 3, "{}", textes(&sortie));
    let signaux = receveur.recus_de("/cle-secrete");
    let messages = receveur.recus_de("/crochet");
    assert_eq!(receveur.chemins_de("/cle-secrete"), ["/cle-secrete/start", "/cle-secrete/fail"]);
    assert_eq!(messages.len(), 1, "{messages:#?}");
    for recu in [&signaux[1], &messages[0]] {
        assert!(recu.corps.contains("n'a pas pu être copiée"), "{}", recu.corps);
    }
}

#[tokio::test]
async fn un_receveur_en_panne_ne_change_pas_la_fin_d_une_commande_et_la_suivante_le_previent() {
    let (a, receveur) = (Atelier::neuf().await, Receveur::ouvrir());
    receveur.repondre(500);
    let sortie = prevenir(&mut a.commande(&[]), &receveur).output().unwrap();
    assert_eq!(code(&sortie), 0, "{}", textes(&sortie));
    let dit = String::from_utf8(sortie.stderr).unwrap();
    assert!(dit.contains("delicego : 127.0.0.1") && dit.contains("a répondu 500"), "{dit}");
    assert!(dit.contains("event=alerte_non_envoyee") && !dit.contains("secret"), "{dit}");
    assert_eq!(dit.lines().filter(|l| l.starts_with("delicego : ")).count(), 1, "{dit}");
    receveur.repondre(200);
    // Any of our commands, even one that itself fails.
    let mut autre = a.programme(&["restore", "--file", "absent.dump.gz", "--target-db", "essai"]);
    autre.env("DELICEGO_SAUVEGARDES", &a.dossier);
    assert_ne!(code(&prevenir(&mut autre, &receveur).output().unwrap()), 0);
    assert_eq!(receveur.chemins(), ["/cle-secrete/start", "/cle-secrete"]);
}

#[tokio::test]
async fn un_muet_ne_change_pas_la_fin_d_une_commande_et_rien_n_est_perdu() {
    let (a, receveur) = (Atelier::neuf().await, Receveur::ouvrir());
    receveur.se_taire(true);
    let mut commande = a.commande(&[]);
    let sortie = prevenir(commande.env("PGPORT", "1"), &receveur).output().unwrap();
    assert_eq!(code(&sortie), 5, "{}", textes(&sortie));
    assert!(textes(&sortie).contains("n'a pas répondu à temps"), "{}", textes(&sortie));
    receveur.oublier();
    receveur.se_taire(false);
    assert_eq!(code(&prevenir(&mut a.commande(&[]), &receveur).output().unwrap()), 0);
    let signaux = ["/start", "/fail", "/start", ""].map(|suite| format!("/cle-secrete{suite}"));
    assert_eq!(receveur.chemins_de("/cle-secrete"), signaux);
    let etats: Vec<bool> =
        receveur.recus_de("/crochet").iter().map(|r| r.corps.contains("\"retabli\"")).collect();
    assert_eq!(etats, [false, true]);
}

#[tokio::test]
async fn un_exercice_qui_ne_peut_pas_se_faire_est_un_echec_a_son_adresse() {
    let (a, receveur) = (Atelier::neuf().await, Receveur::ouvrir());
    let mut commande = a.programme(&["drill", "--output-dir"]);
    commande.arg(&a.dossier).env("DELICEGO_SIGNAL", receveur.url("/{quoi}?a=1"));
    commande.env("DELICEGO_SIGNAL_DRILL", receveur.url("/exercice?b=2"));
    assert_eq!(code(&commande.output().unwrap()), 5);
    assert_eq!(receveur.chemins(), ["/exercice/start?b=2", "/exercice/fail?b=2"]);
    let corps = receveur.recus()[1].corps.clone();
    assert!(corps.contains("sauvegarde"), "{corps}");
}

#[tokio::test]
async fn une_adresse_mal_ecrite_ne_fait_taire_qu_elle_et_recoit_plus_tard_ce_qui_lui_est_du() {
    let (a, receveur, smtp) = (Atelier::neuf().await, Receveur::ouvrir(), Smtp::ouvrir());
    let passer = |ko: bool, alerte: &str, smtp: &str| {
        let mut commande = a.commande(&[]);
        if ko {
            commande.env("PGPORT", "1");
        }
        let sortie = commande.env("DELICEGO_ALERTE", alerte).env("SMTP_URL", smtp).output();
        textes(&sortie.unwrap())
    };
    let etats = |chemin: &str| -> Vec<bool> {
        receveur.recus_de(chemin).iter().map(|r| r.corps.contains("\"etat\":\"ko\"")).collect()
    };
    let bon = smtp.url("chef%40exemple.fr:mot-secret");
    let deux = format!("{} mailto:chef@exemple.fr", receveur.url("/a"));
    let dit = passer(true, &deux, "smtpx://h:1");
    assert!(dit.contains("chef@exemple.fr n'a pas été prévenu (alerte) : SMTP_URL"), "{dit}");
    assert_eq!((etats("/a"), smtp.recus().len()), (vec![true], 0));
    let dit = passer(true, &deux, "http://x");
    assert!(!dit.contains("abandonnés"), "{dit}");
    // A third one, misspelt: it is owed a failure that lasts, once it can be read.
    passer(true, &format!("{deux} htp://x"), &bon);
    assert_eq!((etats("/a"), smtp.recus().len()), (vec![true], 1));
    let trois = format!("{deux} {}", receveur.url("/b"));
    passer(true, &trois, &bon);
    assert_eq!((etats("/b"), etats("/a")), (vec![true], vec![true]));
    passer(false, &format!("{trois} {}", receveur.url("/c")), &bon);
    assert_eq!((etats("/a"), etats("/b")), (vec![true, false], vec![true, false]));
    assert_eq!((etats("/c"), smtp.recus().len()), (Vec::new(), 2), "nothing was told there");
}

/// It cannot even begin: who watches hears why, and that it is well again.
#[tokio::test]
async fn un_reglage_qui_empeche_de_commencer_est_un_echec_dit_a_qui_veille() {
    let (a, receveur) = (Atelier::neuf().await, Receveur::ouvrir());
    let reglages = a.racine.join("delicego.env");
    let ecrire = |texte: &str, mode: u32| {
        let adresses = format!(
            "DELICEGO_SIGNAL={}\nDELICEGO_ALERTE={}\n",
            receveur.url("/cle/{quoi}").replace("{quoi}", "'{quoi}'"),
            receveur.url("/crochet")
        );
        std::fs::write(&reglages, format!("{adresses}{texte}\n")).unwrap();
        let mode = std::os::unix::fs::PermissionsExt::from_mode(mode);
        std::fs::set_permissions(&reglages, mode).unwrap();
    };
    let lancer = |tache: &str| {
        let mut commande = a.programme(&["--env-file"]);
        commande.arg(&reglages).args([tache, "--output-dir"]).arg(&a.dossier);
        commande.output().unwrap()
    };
    for (texte, mode, dit) in [
        ("LOG_LEVEL=TRUC", 0o600, "LOG_LEVEL"),
        ("cette ligne n'en est pas une", 0o600, "ligne 3"),
        ("", 0o644, "chmod 600"),
    ] {
        ecrire(texte, mode);
        for tache in ["backup", "drill", "checklist"] {
            receveur.oublier();
            let sortie = lancer(tache);
            assert!([2, 5].contains(&code(&sortie)), "{}", textes(&sortie));
            assert_eq!(receveur.chemins_de("/cle"), [format!("/cle/{tache}/fail")]);
            let corps = receveur.recus_de("/cle")[0].corps.clone();
            assert!(corps.contains(dit), "{tache} {corps}");
        }
    }
    ecrire("", 0o600);
    receveur.oublier();
    assert_eq!(code(&lancer("backup")), 0);
    assert_eq!(receveur.chemins_de("/cle"), ["/cle/backup/start", "/cle/backup"]);
    let messages = receveur.recus_de("/crochet");
    assert!(messages.len() == 1 && messages[0].corps.contains("\"retabli\""), "{messages:?}");
}

#[tokio::test]
async fn un_reglage_faux_se_dit_en_une_ligne_sans_couter_la_sauvegarde_et_serve_le_refuse() {
    let a = Atelier::neuf().await;
    let faux = [
        ("DELICEGO_ALERTE", "mailto:chef@exemple.fr", "SMTP_URL"),
        ("DELICEGO_ALERTE", "secret", "mailto:"),
        ("DELICEGO_SIGNAL_BACKUP", "file:///secret", "https://"),
        ("DELICEGO_SIGNAL", "https://hc.exemple.fr/{truc}", "{quoi}"),
        ("SMTP_URL", "smtp://chef:secret@smtp.exemple.fr", "en clair"),
    ];
    for (nom, valeur, dit) in faux {
        let sortie = a.commande(&[]).env(nom, valeur).output().unwrap();
        let erreurs = String::from_utf8(sortie.stderr.clone()).unwrap();
        assert_eq!(code(&sortie), 3, "{erreurs}");
        assert!(textes(&sortie).contains("faite et relue"), "{erreurs}");
        assert!(erreurs.contains(&format!("delicego : {nom} : ")), "{erreurs}");
        assert!(erreurs.contains(dit) && !erreurs.contains("secret"), "{erreurs}");
        let sortie = a.programme(&["serve", "--listen", "127.0.0.1:0"]).env(nom, valeur).output();
        let sortie = sortie.unwrap();
        let erreurs = String::from_utf8(sortie.stderr.clone()).unwrap();
        assert_eq!(code(&sortie), 2, "{erreurs}");
        assert_eq!(erreurs.lines().count(), 1, "{erreurs}");
        assert!(erreurs.starts_with(&format!("delicego : {nom} : ")), "{erreurs}");
        assert!(erreurs.contains(dit) && !erreurs.contains("secret"), "{erreurs}");
    }
}
