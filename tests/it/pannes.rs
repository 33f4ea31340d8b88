//! Everything that can be killed is killed, in the middle of productions: what was answered is
//! there once, what was not can be asked again, and all comes back by itself.

mod charge;
mod ecritures;

use std::time::Duration;

use reqwest::Method;
use reqwest::header::HeaderMap;
use rustix::process::{Pid, Signal};
use serde_json::json;

use self::charge::Charge;
use crate::outils::embarque::{signaler, vivant};
use crate::outils::serveur::{EMAIL_ADMIN, MOT_DE_PASSE};
use crate::outils::{Client, Embarque, Reponse, Serveur};

#[tokio::test]
async fn a_program_killed_in_the_middle_of_productions_has_done_each_once() {
    let mut s = Serveur::demarrer().await;
    let mut charge = Charge::lancer(s.admin().await).await;
    charge.au_milieu().await;
    s.tuer();
    let demandees = charge.demandees_interrompues().await;
    s.relancer();
    s.verifier();
    charge.prouver(&s.admin().await, &demandees).await;
    s.verifier();
}

#[tokio::test]
async fn a_program_killed_takes_its_postgresql_along_and_both_come_back() {
    let mut s = Embarque::demarrer();
    let mut charge = Charge::lancer(s.admin().await).await;
    charge.au_milieu().await;
    let pids: Vec<Pid> = s.pids_postgres().into_iter().chain(s.pid_gardien()).collect();
    s.tuer();
    let demandees = charge.demandees_interrompues().await;
    s.attendre_la_fin(&pids).await;
    s.relancer();
    s.verifier();
    charge.prouver(&s.admin().await, &demandees).await;
    s.verifier();
}

#[tokio::test]
async fn a_killed_postmaster_comes_back_by_itself_and_each_production_is_done_once() {
    perdre_postgres(|s| s.pid_postgres().into_iter().collect()).await;
}

#[tokio::test]
async fn a_postgresql_killed_with_all_its_processes_comes_back_by_itself() {
    perdre_postgres(Embarque::pids_postgres).await;
}

#[tokio::test]
async fn a_killed_guardian_is_replaced_and_each_production_is_done_once() {
    let s = perdre_postgres(|s| s.pid_gardien().into_iter().collect()).await;
    s.attendre("gardien_revenu", 1).await;
    assert_eq!(s.compter("gardien_perdu"), 1);
}

/// Kills some of the processes behind the server in the middle of productions.
async fn perdre_postgres(victimes: impl Fn(&Embarque) -> Vec<Pid>) -> Embarque {
    let s = Embarque::demarrer();
    let client = s.admin().await;
    let mut charge = Charge::lancer(client.clone()).await;
    charge.au_milieu().await;
    let avant = s.pid_postgres();
    let (victimes, gardien) = (victimes(&s), s.pid_gardien().expect("gardien"));
    // It would bring PostgreSQL back before the server has seen that it went.
    let fige = if victimes.contains(&gardien) { vec![] } else { vec![gardien] };
    signaler(&fige, Signal::STOP);
    signaler(&victimes, Signal::KILL);
    if fige.is_empty() {
        s.attendre("gardien_revenu", 1).await;
    } else {
        s.attendre("base_absente", 1).await;
        assert_eq!(s.compter("base_revenue"), 0);
        signaler(&fige, Signal::CONT);
        s.attendre("base_revenue", 1).await;
    }
    sante(&s, 200).await;
    let demandees = charge.demandees().await;
    assert_ne!(s.pid_postgres(), avant);
    s.verifier();
    charge.prouver(&client, &demandees).await;
    s.verifier();
    s
}

#[tokio::test]
async fn while_the_database_is_frozen_everything_says_so_and_thaws_with_it() {
    let s = Embarque::demarrer();
    let client = s.admin().await;
    let mut charge = Charge::lancer(client.clone()).await;
    let lecteur = tokio::spawn(lire_sans_cesse(client.clone()));
    charge.au_milieu().await;
    let pids = s.pids_postgres();
    signaler(&pids, Signal::STOP);
    // Those under way when it froze are answered too.
    let demandees = charge.demandees_interrompues().await;
    let lecture = tokio::time::timeout(Duration::from_secs(60), lecteur).await;
    lecture.expect("la lecture en cours a sa réponse").expect("lecteur");
    s.attendre("base_absente", 1).await;
    tout_est_absent(&s, &client).await;
    assert_eq!(s.compter("base_revenue"), 0);

    signaler(&pids, Signal::CONT);
    s.attendre("base_revenue", 1).await;
    sante(&s, 200).await;
    s.verifier();
    charge.prouver(&client, &demandees).await;
    s.verifier();
}

async fn lire_sans_cesse(client: Client) {
    loop {
        let requete = client.requete(Method::GET, "/api/interne/ingredients");
        let (reponse, entetes) = client.essayer_avec_entetes(requete).await.expect("réponse");
        if reponse.statut != 200 {
            exiger_absente(reponse, &entetes);
            return;
        }
    }
}

async fn tout_est_absent(s: &Embarque, client: &Client) {
    sante(s, 503).await;
    let corps = json!({"nom": "Poivre", "unite_base": "g"});
    let connexion = json!({"email": EMAIL_ADMIN, "mot_de_passe": MOT_DE_PASSE});
    for (methode, chemin, corps) in [
        (Method::GET, "/api/interne/magasins", json!(null)),
        (Method::GET, "/auth/me", json!(null)),
        (Method::POST, "/api/interne/ingredients", corps),
        (Method::POST, "/auth/login", connexion),
    ] {
        let requete = client.requete(methode, chemin).json(&corps);
        let (reponse, entetes) = client.essayer_avec_entetes(requete).await.expect("réponse");
        exiger_absente(reponse, &entetes);
    }
    let anonyme = s.anonyme();
    let page = anonyme.requete(Method::GET, "/");
    let page = page.header("Cookie", format!("delicego_session={}", client.jeton()));
    let page = anonyme.envoyer(page).await;
    assert_eq!((page.statut, page.nature.as_str()), (503, "text/html; charset=utf-8"));
    assert!(page.texte.contains("La base de données ne répond pas"), "{}", page.texte);
}

#[tokio::test]
async fn commands_beside_a_server_share_its_postgresql_and_the_last_to_leave_stops_it() {
    let mut premier = Embarque::demarrer();
    let postgres = premier.pid_postgres().expect("postgres");
    let tous: Vec<Pid> = [Some(postgres), premier.pid_gardien()].into_iter().flatten().collect();
    premier.verifier();
    let liste = premier.delicego(&["utilisateur", "lister"]);
    assert!(String::from_utf8_lossy(&liste.stdout).contains(EMAIL_ADMIN), "{liste:?}");
    assert_eq!(premier.pid_postgres(), Some(postgres));
    sante(&premier, 200).await;

    let mut second = premier.un_autre();
    premier.arreter();
    second.admin().await.get("/auth/me").await.attendue(200);
    assert!(vivant(postgres) && second.pid_postgres() == Some(postgres));
    second.arreter();
    second.attendre_la_fin(&tous).await;
    assert_eq!(second.pid_postgres(), None, "arrêt propre");
}

/// `/health` says so, at the latest a little later.
async fn sante(s: &Embarque, statut: u16) {
    let anonyme = s.anonyme();
    for _ in 0..100 {
        let reponse = anonyme.get("/health").await;
        if reponse.statut == statut {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("/health ne dit pas {statut}");
}

/// 503: the database is away.
fn exiger_absente(reponse: Reponse, entetes: &HeaderMap) {
    reponse.refusee(503, "base_absente");
    exiger_un_delai(entetes);
}

/// Come back in a moment.
fn exiger_un_delai(entetes: &HeaderMap) {
    let attente = entetes.get("retry-after").expect("Retry-After").to_str().expect("texte");
    assert!((1..=60).contains(&attente.parse::<u32>().expect("secondes")), "{attente}");
}
