//! Hours and days, given rather than waited for.

use std::fs;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

use chrono::{DateTime, TimeDelta, Utc};
use delicego::exploitation::alerte::{Constat, Moment, Poste, Veille};
use delicego::platform::config::{Alertes, Quoi};
use serde_json::Value;

use crate::outils::receveur::Receveur;
use crate::outils::smtp::Smtp;

/// A folder of its own, removed at the end.
struct Dossier(PathBuf);

impl Dossier {
    fn neuf(nom: &str) -> Self {
        let nom = format!("delicego-alerte-{nom}-{}", std::process::id());
        let dossier = std::env::temp_dir().join(nom);
        fs::DirBuilder::new().mode(0o700).create(&dossier).unwrap();
        Self(dossier)
    }

    fn poste(&self, variables: &[(&str, String)]) -> Poste {
        self.poste_sinon(variables, None)
    }

    fn poste_sinon(&self, variables: &[(&str, String)], etat: Option<&Path>) -> Poste {
        let valeur =
            |nom: &str| variables.iter().find(|(n, _)| *n == nom).map(|(_, valeur)| valeur.clone());
        let alertes = Alertes::lire(valeur).expect("réglages");
        Poste::nouveau(&alertes, (&self.0, etat), "cuisine").expect("quelqu'un à prévenir")
    }
}

impl std::ops::Deref for Dossier {
    type Target = Path;

    fn deref(&self) -> &Path {
        &self.0
    }
}

impl Drop for Dossier {
    fn drop(&mut self) {
        let _deja_parti = fs::remove_dir_all(&self.0);
    }
}

fn constat(ko: bool) -> Constat {
    Constat {
        code: "copie".to_owned(),
        incident: "copie".to_owned(),
        titre: "Copie ailleurs, égale".to_owned(),
        ko,
        raison: if ko { "la dernière n'y est pas" } else { "elle y est" }.to_owned(),
        conseil: if ko { "Relancez delicego backup." } else { "" }.to_owned(),
    }
}

/// 21:14 in Paris, 20:14 in UTC.
fn le_soir() -> DateTime<Utc> {
    "2026-11-22T20:14:00Z".parse().unwrap()
}

fn etats(receveur: &Receveur) -> Vec<String> {
    let lus = receveur.recus();
    let etat = |r: &crate::outils::receveur::Recu| {
        let json: Value = serde_json::from_str(&r.corps).expect("JSON");
        json["etat"].as_str().expect("état").to_owned()
    };
    lus.iter().map(etat).collect()
}

#[tokio::test]
async fn un_receveur_absent_une_heure_ne_perd_rien_et_ne_recoit_rien_deux_fois() {
    let (dossier, receveur) = (Dossier::neuf("heure"), Receveur::ouvrir());
    let poste = dossier.poste(&[
        ("DELICEGO_SIGNAL", receveur.url("/{quoi}")),
        ("DELICEGO_ALERTE", receveur.url("/crochet")),
    ]);
    receveur.repondre(503);
    let debut = le_soir();
    for (minutes, moment) in [(0, Moment::Debut), (1, Moment::Echec), (30, Moment::Debut)] {
        let le = debut + TimeDelta::minutes(minutes);
        let lignes = [format!("dit à la minute {minutes}")];
        assert!(poste.signaler(Quoi::Backup, (moment, &lignes), le).await.is_empty());
        let fautes = poste.envoyer(le).await;
        assert!(fautes.iter().any(|f| f.contains("503")), "{fautes:?}");
    }
    poste.constater(&[constat(true)], debut + TimeDelta::minutes(31)).await;
    poste.constater(&[constat(false)], debut + TimeDelta::minutes(50)).await;
    assert!(receveur.recus().is_empty());
    receveur.repondre(200);
    let apres = debut + TimeDelta::minutes(60);
    // Another command meanwhile: the two share what waits.
    let autre = dossier.poste(&[
        ("DELICEGO_SIGNAL", receveur.url("/{quoi}")),
        ("DELICEGO_ALERTE", receveur.url("/crochet")),
    ]);
    let (a, b) = tokio::join!(poste.envoyer(apres), autre.envoyer(apres));
    assert!(a.is_empty() && b.is_empty(), "{a:?} {b:?}");
    let attendus = ["/backup/start", "/backup/fail", "/backup/start"];
    assert_eq!(receveur.chemins_de("/backup"), attendus);
    assert_eq!(receveur.recus_de("/backup")[1].corps, "dit à la minute 1");
    let messages = receveur.recus_de("/crochet");
    assert!(messages[0].corps.contains("\"ko\"") && messages[1].corps.contains("\"retabli\""));
    assert!(poste.envoyer(apres).await.is_empty());
    assert_eq!(receveur.recus().len(), 5);
}

#[tokio::test]
async fn le_premier_ko_compte_la_suite_se_tait_et_le_retour_se_dit_une_fois() {
    let (dossier, receveur) = (Dossier::neuf("veille"), Receveur::ouvrir());
    let reglages = [("DELICEGO_ALERTE", receveur.url("/crochet?jeton=secret"))];
    let mut veille = Veille::nouvelle(dossier.poste(&reglages));
    let mut regards = 0;
    for minute in 0..360 {
        let le = le_soir() + TimeDelta::minutes(minute);
        // KO from the first, well again after three hours.
        veille
            .minute(le, async || {
                regards += 1;
                vec![constat(minute < 180)]
            })
            .await;
        if minute == 70 {
            // The command, between two looks: it sees the same and says nothing more.
            let commande = dossier.poste(&reglages);
            commande.constater(&[constat(true)], le).await;
            commande.envoyer(le).await;
        }
    }
    assert_eq!(regards, 6, "une fois par heure");
    assert_eq!(etats(&receveur), ["ko", "retabli"]);
    let json: Value = serde_json::from_str(&receveur.recus()[1].corps).unwrap();
    let texte = json["text"].as_str().unwrap();
    for dit in ["Copie ailleurs, égale", "base « cuisine »", "KO depuis le 22/11/2026 à "] {
        assert!(texte.contains(dit), "{texte}");
    }
    // What lies beside the backups is its owner's alone, and holds no address.
    for fichier in fs::read_dir(&*dossier).unwrap().map(|f| f.unwrap().path()) {
        let mode = fs::metadata(&fichier).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{}", fichier.display());
        let lu = fs::read_to_string(&fichier).unwrap();
        assert!(!lu.contains("secret") && !lu.contains("127.0.0.1"), "{lu}");
    }
}

#[tokio::test]
async fn serve_relance_et_un_receveur_absent_une_heure_ne_repetent_ni_ne_perdent_rien() {
    let (dossier, receveur) = (Dossier::neuf("relance"), Receveur::ouvrir());
    let reglages = [
        ("DELICEGO_ALERTE", receveur.url("/crochet")),
        ("DELICEGO_SIGNAL_CHECKLIST", receveur.url("/liste")),
    ];
    let mut veille = Veille::nouvelle(dossier.poste(&reglages));
    let mut regards = 0;
    for minute in 0..480 {
        let le = le_soir() + TimeDelta::minutes(minute);
        // Away from just before it becomes KO, for an hour.
        receveur.repondre(if (118..178).contains(&minute) { 503 } else { 200 });
        if [30, 130, 250, 400].contains(&minute) {
            veille = Veille::nouvelle(dossier.poste(&reglages));
        }
        let ko = (120..300).contains(&minute);
        veille
            .minute(le, async || {
                regards += 1;
                vec![constat(ko)]
            })
            .await;
        let dits = receveur.chemins().len();
        assert!(minute >= 178 || dits == 0, "rien avant, et rien pendant l'absence");
    }
    assert!(regards >= 8, "au moins une fois par heure");
    let messages = receveur.recus_de("/crochet");
    let etats: Vec<bool> = messages.iter().map(|r| r.corps.contains("\"etat\":\"ko\"")).collect();
    assert_eq!(etats, [true, false], "{messages:#?}");
    assert!(messages[0].corps.contains(&*heure(120)), "l'heure où c'est arrivé : {messages:#?}");
    assert_eq!(receveur.chemins_de("/liste"), ["/liste/fail", "/liste"]);
}

/// That minute of the evening, as a message of this machine says it.
fn heure(minute: i64) -> String {
    let le = le_soir() + TimeDelta::minutes(minute);
    le.with_timezone(&chrono::Local).format("%d/%m/%Y à %H").to_string()
}

#[tokio::test]
async fn une_horloge_qui_recule_ne_suspend_pas_les_regards() {
    let (dossier, receveur) = (Dossier::neuf("horloge"), Receveur::ouvrir());
    let mut veille =
        Veille::nouvelle(dossier.poste(&[("DELICEGO_ALERTE", receveur.url("/crochet"))]));
    veille.minute(le_soir(), async || vec![constat(false)]).await;
    veille.minute(le_soir() - TimeDelta::days(300), async || vec![constat(true)]).await;
    assert_eq!(etats(&receveur), ["ko"]);
}

#[tokio::test]
async fn un_absent_ne_prive_pas_les_autres_et_un_jour_plus_tard_un_signal_ne_ment_plus() {
    let (dossier, receveur, absent) = (Dossier::neuf("absent"), Receveur::ouvrir(), libre());
    let smtp = Smtp::ouvrir();
    let alerte = format!("{} mailto:chef@exemple.fr,nuit@exemple.fr", receveur.url("/crochet"));
    let poste = dossier.poste(&[
        ("DELICEGO_SIGNAL", format!("http://{absent}/cle-secrete")),
        ("DELICEGO_ALERTE", alerte),
        ("SMTP_URL", smtp.url("chef%40exemple.fr:mot-secret")),
    ]);
    let le = le_soir();
    poste.signaler(Quoi::Backup, (Moment::Reussite, &[]), le).await;
    poste.constater(&[constat(true)], le).await;
    let fautes = poste.envoyer(le).await;
    assert_eq!(fautes.len(), 1, "{fautes:?}");
    let dite = format!("{absent} n'a pas été prévenu (backup) : n'est pas joignable");
    assert!(fautes[0].starts_with(&dite) && !fautes[0].contains("secret"), "{fautes:?}");
    assert_eq!(etats(&receveur), ["ko"]);
    let mails = smtp.recus();
    assert_eq!(
        mails.iter().map(|m| m.a.as_str()).collect::<Vec<_>>(),
        ["RCPT TO:<chef@exemple.fr>", "RCPT TO:<nuit@exemple.fr>"]
    );
    assert!(mails[0].de.starts_with("MAIL FROM:<chef@exemple.fr>"), "{}", mails[0].de);
    assert!(mails[0].acces.starts_with("AUTH PLAIN"), "{}", mails[0].acces);
    let corps = mails[0].corps();
    for dit in ["KO  Copie ailleurs, égale : la dernière n'y est pas", "→ Relancez", "qu'une fois"]
    {
        assert!(corps.contains(dit), "{corps}");
    }
    // "It ran just now", told a day later, would hide what did not run since.
    let fautes = poste.envoyer(le + TimeDelta::hours(25)).await;
    assert_eq!(fautes.len(), 1, "{fautes:?}");
    assert!(fautes[0].contains("abandonnés") && fautes[0].contains(": 1"), "{fautes:?}");
    assert!(poste.envoyer(le + TimeDelta::hours(26)).await.is_empty());
    assert_eq!((smtp.recus().len(), receveur.recus().len()), (2, 1));
}

#[tokio::test]
async fn un_muet_ne_prend_le_temps_de_personne() {
    let (dossier, receveur) = (Dossier::neuf("muet"), Receveur::ouvrir());
    // It takes the connection, and never answers.
    let muet = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let muette = format!("http://{}/muet", muet.local_addr().unwrap());
    let poste = dossier.poste(&[
        ("DELICEGO_SIGNAL", muette.clone()),
        ("DELICEGO_ALERTE", format!("{muette} {}", receveur.url("/crochet"))),
    ]);
    poste.signaler(Quoi::Backup, (Moment::Debut, &[]), le_soir()).await;
    poste.constater(&[constat(true)], le_soir()).await;
    let fautes = poste.envoyer(le_soir()).await;
    assert!(fautes.len() == 2 && fautes.iter().all(|f| f.contains("à temps")), "{fautes:?}");
    assert_eq!(etats(&receveur), ["ko"]);
}

#[tokio::test]
async fn ce_qui_n_a_pas_ete_confirme_repart_sous_la_meme_cle_et_le_reste_n_est_dit_qu_une_fois() {
    let (dossier, receveur) = (Dossier::neuf("cle"), Receveur::ouvrir());
    let poste = dossier.poste(&[
        ("DELICEGO_SIGNAL_BACKUP", receveur.url("/signal")),
        ("DELICEGO_ALERTE", receveur.url("/crochet")),
    ]);
    // It gets them, and cannot say so.
    receveur.se_taire(true);
    for moment in [Moment::Debut, Moment::Echec] {
        poste.signaler(Quoi::Backup, (moment, &[]), le_soir()).await;
    }
    poste.constater(&[constat(true)], le_soir()).await;
    poste.constater(&[constat(false)], le_soir()).await;
    assert_eq!(poste.envoyer(le_soir()).await.len(), 2, "une phrase par adresse");
    receveur.se_taire(false);
    assert!(poste.envoyer(le_soir()).await.is_empty());
    assert!(poste.envoyer(le_soir()).await.is_empty());
    let cles = |adresse: &str| -> Vec<String> {
        receveur.recus_de(adresse).into_iter().map(|r| r.cle).collect()
    };
    for adresse in ["/signal", "/crochet"] {
        let cles = cles(adresse);
        assert_eq!(cles.len(), 3, "{cles:?}");
        assert!(cles[0] == cles[1] && cles[1] != cles[2] && !cles[0].is_empty(), "{cles:?}");
    }
}

#[tokio::test]
async fn un_message_refuse_laisse_passer_les_suivants_et_reste() {
    let (dossier, receveur) = (Dossier::neuf("refus"), Receveur::ouvrir());
    let poste = dossier.poste(&[("DELICEGO_ALERTE", receveur.url("/crochet"))]);
    receveur.repondre(422);
    poste.constater(&[constat(true)], le_soir()).await;
    poste.constater(&[constat(false)], le_soir()).await;
    let fautes = poste.envoyer(le_soir()).await;
    assert_eq!(fautes.len(), 2, "chacun a été essayé : {fautes:?}");
    receveur.repondre(200);
    assert!(poste.envoyer(le_soir()).await.is_empty());
    assert_eq!(etats(&receveur), ["ko", "retabli"]);
}

#[tokio::test]
async fn sans_dossier_des_sauvegardes_c_est_note_ailleurs_et_y_revient() {
    let (dossier, etat) = (Dossier::neuf("sans"), Dossier::neuf("etat"));
    let receveur = Receveur::ouvrir();
    fs::remove_dir(&*dossier).unwrap();
    let dire = async |ko| {
        // A program of its own each time: what one knows the next one reads.
        let reglages = [("DELICEGO_ALERTE", receveur.url("/crochet"))];
        let poste = dossier.poste_sinon(&reglages, Some(&etat));
        assert!(poste.constater(&[constat(ko)], le_soir()).await.fautes.is_empty());
        assert!(poste.envoyer(le_soir()).await.is_empty());
    };
    dire(true).await;
    dire(true).await;
    assert!(!dossier.exists(), "le faire cacherait qu'il manque");
    fs::create_dir(&*dossier).unwrap();
    dire(true).await;
    assert!(dossier.join("alertes.json").exists());
    dire(false).await;
    assert_eq!(etats(&receveur), ["ko", "retabli"]);
}

#[tokio::test]
async fn ce_qui_ne_peut_etre_note_nulle_part_part_quand_meme_et_cela_se_dit() {
    let (dossier, receveur) = (Dossier::neuf("plein"), Receveur::ouvrir());
    // A file where the folder should be: as full or as forbidden a disk as can be.
    fs::remove_dir(&*dossier).unwrap();
    fs::write(&*dossier, "").unwrap();
    let poste = dossier.poste(&[("DELICEGO_ALERTE", receveur.url("/crochet"))]);
    for _ in 0..3 {
        poste.constater(&[constat(true)], le_soir()).await;
        let fautes = poste.envoyer(le_soir()).await;
        assert!(fautes.iter().all(|f| f.contains("ne peuvent pas être notées")), "{fautes:?}");
    }
    assert_eq!(etats(&receveur), ["ko"], "une seule fois, tant que le programme vit");
    fs::remove_file(&*dossier).unwrap();
    fs::create_dir(&*dossier).unwrap();
    poste.constater(&[constat(false)], le_soir()).await;
    poste.envoyer(le_soir()).await;
    assert_eq!(etats(&receveur), ["ko", "retabli"]);
    assert!(dossier.join("alertes.json").exists());
}

#[tokio::test]
async fn un_fichier_illisible_est_mis_de_cote_et_cela_se_dit() {
    let (dossier, receveur) = (Dossier::neuf("illisible"), Receveur::ouvrir());
    fs::write(dossier.join("alertes.json"), "{").unwrap();
    let poste = dossier.poste(&[("DELICEGO_SIGNAL", receveur.url("/{quoi}"))]);
    let debut = || poste.signaler(Quoi::Drill, (Moment::Debut, &[]), le_soir());
    let fautes = debut().await;
    assert!(fautes.len() == 1 && fautes[0].contains("mis de côté"), "{fautes:?}");
    assert!(dossier.join("alertes.json.illisible").exists());
    assert!(debut().await.is_empty());
    poste.envoyer(le_soir()).await;
    assert_eq!(receveur.chemins(), ["/drill/start", "/drill/start"]);
}

/// An address where nobody listens.
fn libre() -> String {
    let porte = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    porte.local_addr().unwrap().to_string()
}
