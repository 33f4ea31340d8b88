//! Screens follow the others, through one database, whichever process wrote.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::outils::chaine::{JOUR, PRODUIRE, jour};
use crate::outils::{Chaine, Client, Serveur, grappe};

/// Generous: only what never comes is late.
const PATIENCE: Duration = Duration::from_secs(60);

/// A screen that listens.
struct Ecran {
    reponse: reqwest::Response,
    recu: String,
}

impl Ecran {
    async fn ouvrir(client: &Client, magasin: &str) -> Self {
        let chemin = format!("/api/interne/production-preparation/direct?magasin_id={magasin}");
        let reponse = client.requete(Method::GET, &chemin).send().await.expect("réponse");
        assert_eq!(reponse.status().as_u16(), 200);
        assert_eq!(reponse.headers()["content-type"], "text/event-stream");
        assert!(!reponse.headers().contains_key("content-encoding"));
        let mut ecran = Self { reponse, recu: String::new() };
        assert_eq!(ecran.suivant().await.as_deref(), Some(magasin));
        ecran
    }

    /// The next `change`; none once the stream has ended.
    async fn suivant(&mut self) -> Option<String> {
        loop {
            if let Some((bloc, reste)) = self.recu.split_once("\n\n") {
                let (bloc, reste) = (bloc.to_owned(), reste.to_owned());
                self.recu = reste;
                if bloc.contains("event: change") {
                    let donnees = bloc.lines().find_map(|l| l.strip_prefix("data: "));
                    return Some(donnees.expect("data").to_owned());
                }
                continue;
            }
            let attente = tokio::time::timeout(PATIENCE, self.reponse.chunk());
            match attente.await.expect("rien n'arrive") {
                Ok(Some(octets)) => self.recu.push_str(&String::from_utf8_lossy(&octets)),
                Ok(None) | Err(_) => return None,
            }
        }
    }

    /// How many more come before the server ends the stream: it loses none that was told.
    async fn jusqu_a_la_fin(&mut self) -> usize {
        let mut n = 0;
        while self.suivant().await.is_some() {
            n += 1;
        }
        n
    }
}

/// A write that is certain to be told.
async fn toucher(c: &Chaine, magasin: &str) {
    let chemin = format!("/api/interne/plans/{magasin}/{JOUR}");
    c.client.put(&chemin, &json!({"lignes": []})).await.attendue(200);
}

/// Once the process hears what is told, and nothing of before is still on its way: when it begins
/// to listen it wakes every screen, one time more than there were changes.
async fn ecoute_ouverte(c: &Chaine, client: &Client) {
    let temoin = c.autre_magasin("Témoin").await;
    let mut ecran = Ecran::ouvrir(client, &temoin).await;
    for _ in 0..2 {
        toucher(c, &temoin).await;
        assert!(ecran.suivant().await.is_some(), "l'écoute ne s'ouvre pas");
    }
}

/// Once what was written so far has been told, to whomever: changes are told in their order, and a
/// magasin that nobody knew before has none but its own.
async fn tout_est_dit(c: &Chaine) {
    let temoin = c.autre_magasin(&uuid::Uuid::now_v7().to_string()).await;
    let mut ecran = Ecran::ouvrir(&c.client, &temoin).await;
    toucher(c, &temoin).await;
    assert_eq!(ecran.suivant().await.as_deref(), Some(&*temoin));
}

#[tokio::test]
async fn every_write_that_changes_a_magasin_is_told_to_its_screens_and_to_no_others() {
    let s = Serveur::demarrer().await;
    let c = Chaine::nouvelle(s.admin().await).await;
    let riz = c.ingredient("Riz").await;
    let (bowl, _) = c.recette("Bowl", &[(&riz, 100.0)]).await;
    let boutique = c.autre_magasin("Boutique").await;
    ecoute_ouverte(&c, &c.client).await;
    let mut ecran = Ecran::ouvrir(&c.client, &c.magasin).await;
    let mut autre = Ecran::ouvrir(&c.client, &boutique).await;

    let lot = c.lot(&riz, 1000.0, None).await;
    assert_eq!(ecran.suivant().await.as_deref(), Some(&*c.magasin), "réception");
    let correction = |q: f64| {
        json!({"magasin_id": c.magasin, "lot_id": lot, "quantite": q, "unite": "g",
            "motif": "essai"})
    };
    let plan = json!({"lignes": [{"recette_id": bowl, "quantite_planifiee": 5}]});
    let ecritures: [(Method, String, Value); 5] = [
        (Method::POST, "/api/interne/ajustements".to_owned(), correction(-10.0)),
        (Method::POST, "/api/interne/pertes".to_owned(), correction(10.0)),
        (Method::PUT, format!("/api/interne/plans/{}/{JOUR}", c.magasin), plan),
        (Method::POST, PRODUIRE.to_owned(), c.demande(&[(&bowl, 2.0)])),
        (
            Method::POST,
            format!("/api/interne/lots/{lot}/etat"),
            json!({"etat": "bloque", "motif": "essai"}),
        ),
    ];
    for (methode, chemin, corps) in ecritures {
        let faite = c.client.envoyer(c.client.requete(methode, &chemin).json(&corps)).await;
        assert!(faite.statut < 300, "{chemin} {}", faite.texte);
        assert_eq!(ecran.suivant().await.as_deref(), Some(&*c.magasin), "{chemin}");
    }
    // Refused: nothing is told.
    c.produire(&[(&bowl, 1e6)]).await.refusee(409, "stock_insuffisant");
    tout_est_dit(&c).await;
    toucher(&c, &boutique).await;
    assert_eq!(autre.suivant().await.as_deref(), Some(&*boutique));
    tout_est_dit(&c).await;
    s.demander_l_arret();
    assert_eq!(ecran.jusqu_a_la_fin().await, 0, "un refus a été annoncé");
    assert_eq!(autre.jusqu_a_la_fin().await, 0, "les changements d'un autre ont été annoncés");
}

#[tokio::test]
async fn a_screen_follows_another_server_process_and_the_command_line() {
    let s = Serveur::demarrer().await;
    let second = s.jumeau();
    let c = Chaine::nouvelle(s.admin().await).await;
    let riz = c.ingredient("Riz").await;
    c.recette("Bowl", &[(&riz, 100.0)]).await;
    let client = c.client.sur(second.url());
    ecoute_ouverte(&c, &client).await;
    let mut ecran = Ecran::ouvrir(&client, &c.magasin).await;
    c.lot(&riz, 1000.0, None).await;
    assert!(ecran.suivant().await.is_some(), "l'autre serveur");
    let sortie = s.delicego(&[
        "production-du-jour",
        "--magasin",
        "Cuisine",
        "--date",
        jour(0),
        "--recette",
        "Bowl=2",
    ]);
    assert!(sortie.status.success(), "{sortie:?}");
    assert!(ecran.suivant().await.is_some(), "la ligne de commande");
}

#[tokio::test]
async fn many_changes_of_one_moment_are_told_together() {
    let s = Serveur::demarrer().await;
    let c = Chaine::nouvelle(s.admin().await).await;
    let riz = c.ingredient("Riz").await;
    ecoute_ouverte(&c, &c.client).await;
    let mut ecran = Ecran::ouvrir(&c.client, &c.magasin).await;
    let mut demandes = tokio::task::JoinSet::new();
    for _ in 0..40 {
        let (client, magasin, riz) = (c.client.clone(), c.magasin.clone(), riz.clone());
        demandes.spawn(async move {
            let corps = json!({"magasin_id": magasin,
                "lignes": [{"ingredient_id": riz, "quantite": 1, "unite": "g"}]});
            client.post("/api/interne/receptions", &corps).await.attendue(201);
        });
    }
    demandes.join_all().await;
    tout_est_dit(&c).await;
    s.demander_l_arret();
    let dits = ecran.jusqu_a_la_fin().await;
    assert!((1..40).contains(&dits), "{dits} événements pour 40 réceptions");
}

#[tokio::test]
async fn after_the_connection_was_cut_every_screen_is_told_and_follows_again() {
    let s = Serveur::demarrer().await;
    let c = Chaine::nouvelle(s.admin().await).await;
    let riz = c.ingredient("Riz").await;
    ecoute_ouverte(&c, &c.client).await;
    let mut ecran = Ecran::ouvrir(&c.client, &c.magasin).await;
    let mut maitre = grappe::superutilisateur(&s.nom_base).await;
    let coupees: i64 = sqlx::query_scalar(
        "select count(pg_terminate_backend(pid)) from pg_stat_activity
          where datname = current_database() and pid <> pg_backend_pid()
            and query ilike 'listen%'",
    )
    .fetch_one(&mut maitre)
    .await
    .expect("couper");
    assert_eq!(coupees, 1, "une écoute par serveur");
    assert!(ecran.suivant().await.is_some(), "au retour");
    c.lot(&riz, 1.0, None).await;
    assert!(ecran.suivant().await.is_some(), "ensuite");
    tout_est_dit(&c).await;
    s.demander_l_arret();
    assert_eq!(ecran.jusqu_a_la_fin().await, 0, "une fois chacun");
}

#[tokio::test]
async fn a_hundred_screens_hold_no_connection_and_do_not_delay_the_stop() {
    let mut s = Serveur::demarrer().await;
    let c = Chaine::nouvelle(s.admin().await).await;
    let mut ecrans = Vec::new();
    for _ in 0..100 {
        ecrans.push(Ecran::ouvrir(&c.client, &c.magasin).await);
    }
    // More than the pool has connections: another request is served all the same.
    c.client.get("/api/interne/magasins").await.attendue(200);
    s.demander_l_arret();
    for ecran in &mut ecrans {
        while ecran.suivant().await.is_some() {}
    }
    assert_eq!(s.attendre_la_fin().await, Some(0));
    s.attendre_evenement("serveur_arrete").await;
    assert!(s.evenements("serveur_arret_force").is_empty());
}

#[tokio::test]
async fn following_asks_for_a_session_and_a_known_magasin() {
    let s = Serveur::demarrer().await;
    let client = s.operateur().await;
    let route = "/api/interne/production-preparation/direct";
    s.anonyme().get(route).await.refusee(401, "non_connecte");
    client.get(route).await.refusee(400, "requete_invalide");
    let inconnu = format!("{route}?magasin_id={}", uuid::Uuid::nil());
    client.get(&inconnu).await.refusee(404, "magasin_inconnu");
}

#[tokio::test]
async fn a_closed_session_no_longer_follows() {
    let s = Serveur::demarrer().await;
    let c = Chaine::nouvelle(s.admin().await).await;
    let mut ecran = Ecran::ouvrir(&c.client, &c.magasin).await;
    c.client.post("/auth/logout", &json!({})).await.attendue(200);
    // Nothing changes meanwhile: the end comes by itself.
    while let Some(magasin) = ecran.suivant().await {
        assert_eq!(magasin, c.magasin);
    }
    let chemin = format!("/api/interne/production-preparation/direct?magasin_id={}", c.magasin);
    c.client.get(&chemin).await.refusee(401, "non_connecte");
}
