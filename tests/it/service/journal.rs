//! Logs and the id of each request.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};
use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::outils::brut::{Brute, brute};
use crate::outils::{Client, Serveur};

async fn avec_id(client: &Client, id: &str) -> Brute {
    brute(client.requete(Method::GET, "/health").header("x-request-id", id)).await
}

#[tokio::test]
async fn the_id_that_a_caller_gives_is_told_back_and_logged() {
    let s = Serveur::avec(&[("LOG_LEVEL", "DEBUG")]).await.oublier_les_sessions().await;
    let id = "caisse-12_A.7";
    let r = avec_id(&s.anonyme(), id).await;
    assert_eq!(r.entete("x-request-id"), id);
    s.attendre_journal(&format!("requete_id={id}")).await;
    let (a, b) =
        (avec_id(&s.anonyme(), "").await, brute(s.anonyme().requete(Method::GET, "/")).await);
    for reponse in [&a, &b] {
        let id: uuid::Uuid = reponse.entete("x-request-id").parse().expect("un uuid");
        s.attendre_journal(&format!("requete_id={id}")).await;
    }
    assert_ne!(a.entete("x-request-id"), b.entete("x-request-id"));
}

#[tokio::test]
async fn an_id_that_could_spoil_the_log_is_replaced() {
    let s = Serveur::avec(&[("LOG_LEVEL", "DEBUG")]).await.oublier_les_sessions().await;
    let longue = "x".repeat(65);
    for faux in ["a b", "a\" event=faux", "a=b", "é", "<b>", "a\tb", &longue, "../x", "a;b"] {
        let r = avec_id(&s.anonyme(), faux).await;
        let id: uuid::Uuid = r.entete("x-request-id").parse().expect("un uuid");
        let journal = s.attendre_journal(&id.to_string()).await;
        assert!(
            !journal.iter().any(|l| l.contains(faux)
                && l.contains("requete_id=")
                && l.contains(&format!("requete_id={faux}"))),
            "{faux}"
        );
    }
    assert!(s.evenements("faux").is_empty());
}

#[tokio::test]
async fn a_statement_that_takes_long_is_never_shown_to_the_person() {
    let s = Serveur::sans_session().await;
    let mut tenue = s.base().lire().await.expect("une connexion");
    sqlx::raw_sql("begin; lock table lot in access exclusive mode")
        .execute(&mut *tenue)
        .await
        .unwrap();
    let mut commande = s.programme();
    commande.arg("verifier").stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut verifier = commande.spawn().expect("verifier");
    // Longer than what sqlx calls slow.
    let attendu = "select exists (select from pg_locks where relation = 'lot'::regclass
                     and waitstart < clock_timestamp() - interval '1.2 s')";
    while !sqlx::query_scalar::<_, bool>(attendu).fetch_one(&mut *tenue).await.unwrap() {
        assert!(verifier.try_wait().expect("état").is_none(), "verifier n'a pas attendu");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    sqlx::raw_sql("rollback").execute(&mut *tenue).await.unwrap();
    let sortie = verifier.wait_with_output().expect("fin");
    let dit = [sortie.stdout, sortie.stderr].concat();
    let dit = String::from_utf8_lossy(&dit);
    assert!(sortie.status.success() && dit.contains("I1"), "{dit}");
    assert!(!dit.contains("select") && !dit.contains("slow"), "{dit}");
}

#[tokio::test]
async fn no_log_line_is_lost_between_two_queries() {
    let s = Serveur::avec(&[("LOG_LEVEL", "DEBUG")]).await.oublier_les_sessions().await;
    let admin = s.admin().await;
    for n in 0..60 {
        let requete = admin.requete(Method::GET, "/api/interne/magasins");
        let r = brute(requete.header("x-request-id", format!("lecture-{n}."))).await;
        assert_eq!(r.statut, 200);
    }
    let journal = s.attendre_journal("requete_id=lecture-59.").await;
    for n in 0..60 {
        let voulu = format!("requete_id=lecture-{n}.");
        let trouvee = journal.iter().find(|l| l.contains("event=requete ") && l.contains(&voulu));
        let ligne = trouvee.unwrap_or_else(|| panic!("{voulu} : {journal:#?}"));
        for champ in [
            "level=debug",
            "ts=2",
            "methode=GET",
            "chemin=/api/interne/magasins",
            "statut=200",
            "duree_ms=",
        ] {
            assert!(ligne.contains(champ), "{champ} : {ligne}");
        }
    }
}

#[tokio::test]
async fn every_line_says_when_how_grave_what_and_for_whom() {
    let s = Serveur::sans_session().await;
    let faux = json!({"email": "personne@essai.fr", "mot_de_passe": "mauvais"});
    s.anonyme().post("/auth/login", &faux).await.refusee(401, "identifiants_invalides");
    s.admin().await;
    s.attendre_evenement("connexion_refusee").await;
    s.attendre_evenement("connexion").await;
    for ligne in s.journal() {
        let utc = ligne.contains("Z ") || ligne.ends_with('Z');
        assert!(ligne.starts_with("level=") && ligne.contains(" ts=") && utc, "{ligne}");
        assert!(ligne.contains(" event="), "{ligne}");
        assert!(ligne.contains(" requete_id=") || ligne.contains(" commande_id="), "{ligne}");
    }
    assert!(s.evenements("connexion_refusee")[0].contains("level=warning"));
}

/// The server with JSON logs: its lines, read as they come.
struct Bavard {
    processus: Child,
    lignes: std::io::Lines<BufReader<std::process::ChildStdout>>,
}

impl Bavard {
    fn lancer(s: &Serveur) -> Self {
        let mut processus = s
            .programme()
            .args(["serve", "--listen", "127.0.0.1:0"])
            .envs([("LOG_FORMAT", "json"), ("LOG_LEVEL", "debug")])
            .stdout(Stdio::piped())
            .spawn()
            .expect("serve");
        let lignes = BufReader::new(processus.stdout.take().expect("stdout")).lines();
        Self { processus, lignes }
    }

    /// The lines up to that event, each of them JSON; the last one is the event.
    fn jusqu_a(&mut self, evenement: &str) -> Vec<Value> {
        let mut lues = Vec::new();
        for ligne in self.lignes.by_ref() {
            let ligne = ligne.expect("ligne");
            let valeur: Value =
                serde_json::from_str(&ligne).unwrap_or_else(|e| panic!("{e} : {ligne}"));
            let fini = valeur["event"] == evenement;
            lues.push(valeur);
            if fini {
                return lues;
            }
        }
        panic!("pas de {evenement} : {lues:#?}")
    }
}

impl Drop for Bavard {
    fn drop(&mut self) {
        let _deja_mort = self.processus.kill();
        let _deja_mort = self.processus.wait();
    }
}

#[tokio::test]
async fn json_logs_are_one_object_a_line_with_the_event_and_the_request() {
    let s = Serveur::sans_session().await;
    let mut bavard = Bavard::lancer(&s);
    let debut = bavard.jusqu_a("serveur_pret");
    let adresse = debut.last().expect("ligne")["adresse"].as_str().expect("adresse").to_owned();
    let client = s.admin().await.sur(&format!("http://{adresse}"));
    let faux = json!({"email": "a\"b\n@essai.fr", "mot_de_passe": "x"});
    client.post("/auth/login", &faux).await.refusee(400, "requete_invalide");
    let r = avec_id(&client, "json-1").await;
    assert_eq!(r.statut, 200);
    let lues = loop {
        let lues = bavard.jusqu_a("requete");
        if lues.last().expect("ligne").to_string().contains("json-1") {
            break lues;
        }
    };
    let derniere = lues.last().expect("ligne");
    assert_eq!((&derniere["statut"], &derniere["level"]), (&json!(200), &json!("debug")));
    assert!(derniere["duree_ms"].is_u64() && derniere["chemin"] == "/health", "{derniere}");
    assert_eq!(derniere["requete_id"], "json-1", "{derniere}");
    for ligne in debut.iter().chain(&lues) {
        assert!(ligne["event"].is_string(), "{ligne}");
        assert!(ligne["ts"].as_str().is_some_and(|t| t.ends_with('Z')), "{ligne}");
        let niveaux = ["debug", "info", "warning", "error"];
        assert!(niveaux.iter().any(|n| ligne["level"] == *n), "{ligne}");
        let porte = ligne["requete_id"].is_string() || ligne["commande_id"].is_string();
        assert!(porte, "{ligne}");
    }
}
