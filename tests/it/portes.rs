//! The doors: who comes slowly, who comes too often, and the room that is left for people at work.

use std::net::SocketAddr;
use std::process::{Child, Command};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use reqwest::Method;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

use crate::outils::chaine::{Chaine, JOUR};
use crate::outils::grappe::PROGRAMME;
use crate::outils::serveur::servir;
use crate::outils::{Client, Serveur};

/// Generous: only what never comes is late.
const PATIENCE: Duration = Duration::from_secs(120);

fn adresse(url: &str) -> SocketAddr {
    url.trim_start_matches("http://").parse().expect("adresse")
}

/// A connection from that address of this machine.
async fn venir(url: &str, de: [u8; 4]) -> TcpStream {
    let prise = TcpSocket::new_v4().expect("prise");
    prise.bind((de, 0).into()).expect("adresse");
    prise.connect(adresse(url)).await.expect("connexion")
}

async fn dire(flux: &mut TcpStream, texte: &str) {
    flux.write_all(texte.as_bytes()).await.expect("écrire");
}

/// All that comes until the server ends the connection.
async fn jusqu_a_la_fin(mut flux: TcpStream) -> String {
    let mut recu = Vec::new();
    let lecture = timeout(PATIENCE, flux.read_to_end(&mut recu)).await;
    let _coupee_sans_facon = lecture.expect("la connexion dure");
    String::from_utf8_lossy(&recu).into_owned()
}

#[tokio::test]
async fn who_does_not_finish_is_not_waited_for_and_who_listens_may_stay() {
    let s = Serveur::demarrer().await;
    let chaine = Chaine::nouvelle(s.admin().await).await;
    let direct =
        format!("/api/interne/production-preparation/direct?magasin_id={}", chaine.magasin);
    let ici = [127, 0, 0, 1];
    let mut ecran = chaine.client.requete(Method::GET, &direct).send().await.expect("flux");
    let muette = venir(s.url(), ici).await;
    let mut entete = venir(s.url(), ici).await;
    dire(&mut entete, "GET /health HTTP/1.1\r\nHost: a\r\nX-Suite: ").await;
    let mut programme = venir(s.url(), ici).await;
    let envoi = "POST /auth/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n";
    dire(&mut programme, &format!("{envoi}Content-Length: 500\r\n\r\n{{\"email\":")).await;
    let mut page = venir(s.url(), ici).await;
    let envoi = "POST /connexion HTTP/1.1\r\nHost: a\r\nAccept: text/html\r\nContent-Type: application/x-www-form-urlencoded\r\n";
    dire(&mut page, &format!("{envoi}Content-Length: 500\r\n\r\nemail=")).await;

    let (muette, entete, programme, page) = tokio::join!(
        jusqu_a_la_fin(muette),
        jusqu_a_la_fin(entete),
        jusqu_a_la_fin(programme),
        jusqu_a_la_fin(page)
    );
    assert_eq!((muette.as_str(), entete.as_str()), ("", ""));
    assert!(programme.starts_with("HTTP/1.1 408 "), "{programme}");
    assert!(programme.contains("application/problem+json"), "{programme}");
    assert!(programme.contains("\"code\":\"requete_trop_lente\""), "{programme}");
    assert!(page.starts_with("HTTP/1.1 408 ") && page.contains("Recommencez"), "{page}");
    // Longer than any of them, the screen was there: what it was told is read, then what comes now.
    while let Ok(morceau) = timeout(Duration::from_millis(300), ecran.chunk()).await {
        morceau.expect("le flux dure").expect("le flux dure");
    }
    let plan = format!("/api/interne/plans/{}/{JOUR}", chaine.magasin);
    chaine.client.put(&plan, &json!({"lignes": []})).await.attendue(200);
    let morceau = timeout(PATIENCE, ecran.chunk()).await.expect("rien n'arrive");
    morceau.expect("le flux dure").expect("le flux dure");
}

/// The program where so many files may be open (`ulimit -n`, or `-S -n`: at first).
fn servir_avec(s: &Serveur, limite: &str) -> (Child, String, Arc<Mutex<Vec<String>>>) {
    let programme = s.programme();
    let mut commande = Command::new("sh");
    commande.env_clear();
    for (nom, valeur) in programme.get_envs() {
        commande.env(nom, valeur.unwrap_or_default());
    }
    let ordre = format!("ulimit {limite} && exec \"$0\" serve --listen 127.0.0.1:0");
    servir({
        commande.args(["-c", &ordre, PROGRAMME]);
        commande
    })
}

struct Fin(Child);

impl Drop for Fin {
    fn drop(&mut self) {
        let _deja_mort = self.0.kill();
        let _deja_mort = self.0.wait();
    }
}

/// What a process holds of memory now, in MB.
fn memoire(pid: u32) -> f64 {
    let etat = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("état");
    let ligne = etat.lines().find_map(|l| l.strip_prefix("VmRSS:")).expect("VmRSS");
    let kio: f64 = ligne.trim().trim_end_matches(" kB").parse().expect("nombre");
    kio / 1024.0
}

#[tokio::test]
#[cfg(target_os = "linux")]
async fn strangers_who_say_nothing_keep_nobody_out_and_one_warning_tells_of_them() {
    let s = Serveur::demarrer().await;
    let (processus, url, journal) = servir_avec(&s, "-n 256");
    let processus = Fin(processus);
    let admin = s.admin().await.sur(&url);
    admin.get("/auth/me").await.attendue(200);
    let repos = memoire(processus.0.id());
    let mut lentes = Vec::new();
    for n in 0..260_u16 {
        let mut lente = venir(&url, [127, 0, 0, 2 + u8::try_from(n % 5).expect("petit")]).await;
        // A turned away one may be closed by now.
        let _fermee = lente.write_all(b"GET / HTTP/1.1\r\nHost: a\r\nX: ").await;
        lentes.push(lente);
    }
    println!(
        "260 connexions lentes de 5 adresses : {:.1} Mo au-dessus du repos ({repos:.1} Mo)",
        memoire(processus.0.id()) - repos
    );
    // Who never came before, from an address that was never seen, and who is at work.
    Client::anonyme(&url).get("/health").await.attendue(200);
    let mut neuve = venir(&url, [127, 0, 0, 9]).await;
    dire(&mut neuve, "GET /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await;
    assert!(jusqu_a_la_fin(neuve).await.starts_with("HTTP/1.1 200 "));
    for _ in 0..5 {
        s.admin().await.sur(&url).get("/auth/me").await.attendue(200);
    }
    let dits: Vec<String> = journal.lock().expect("journal").clone();
    let dits: Vec<_> = dits.iter().filter(|l| l.contains("connexions_ecartees")).collect();
    assert_eq!(dits.len(), 1, "{dits:?}");
    assert!(dits[0].contains("level=warning") && dits[0].contains("adresse=127.0.0."), "{dits:?}");
}

#[tokio::test]
#[cfg(target_os = "linux")]
async fn the_server_may_open_more_files_than_it_was_started_with() {
    let s = Serveur::demarrer().await;
    let (processus, url, _journal) = servir_avec(&s, "-S -n 300");
    let processus = Fin(processus);
    Client::anonyme(&url).get("/health").await.attendue(200);
    let limites = std::fs::read_to_string(format!("/proc/{}/limits", processus.0.id()));
    let limites = limites.expect("limites");
    let ligne = limites.lines().find(|l| l.starts_with("Max open files")).expect("fichiers");
    let permis: u64 = ligne.split_whitespace().nth(3).and_then(|n| n.parse().ok()).expect("nombre");
    assert!(permis > 300, "{ligne}");
}

/// 400 of them, by 20 who try at once, each e-mail and each address once.
const ESSAIS: u32 = 400;
const EN_MEME_TEMPS: u32 = 20;

#[tokio::test]
#[cfg(target_os = "linux")]
async fn wrong_passwords_take_little_memory_and_give_it_back() {
    let s = Serveur::avec(&[("PROXYS_DE_CONFIANCE", "127.0.0.1")]).await;
    let pid = s.pid();
    s.admin().await.get("/auth/me").await.attendue(200);
    let repos = memoire(pid);
    let essayer = |n: u32| {
        let corps = json!({"email": format!("personne{n}@essai.fr"), "mot_de_passe": "mauvais"});
        let client = s.anonyme();
        let requete = client.requete(Method::POST, "/auth/login").json(&corps);
        let requete = requete.header("x-forwarded-for", format!("10.0.{}.{}", n / 250, n % 250));
        async move { client.envoyer(requete).await.refusee(401, "identifiants_invalides") }
    };
    let un = |premier: u32| {
        let mes_essais: Vec<u32> = (0..ESSAIS).filter(|n| n % EN_MEME_TEMPS == premier).collect();
        async move {
            for n in mes_essais {
                essayer(n).await;
            }
        }
    };
    let tous = futures_util::future::join_all((0..EN_MEME_TEMPS).map(un));
    let mut tous = std::pin::pin!(tous);
    let mut sommet = repos;
    loop {
        sommet = sommet.max(memoire(pid));
        if timeout(Duration::from_millis(10), &mut tous).await.is_ok() {
            break;
        }
    }
    // At most a minute later.
    let mut apres = memoire(pid);
    for _ in 0..60 {
        if apres - repos <= 10.0 {
            break;
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
        apres = memoire(pid);
    }
    let (haut, reste) = (sommet - repos, apres - repos);
    println!(
        "{ESSAIS} connexions refusées : repos {repos:.1} Mo, +{haut:.1} au plus, +{reste:.1} après"
    );
    assert!(haut <= 60.0, "{haut:.1} Mo au-dessus du repos");
    assert!(reste <= 10.0, "{reste:.1} Mo gardés");
}

#[tokio::test]
async fn a_request_says_once_which_server_it_means() {
    let s = Serveur::demarrer().await;
    for (entetes, attendu) in [
        ("HTTP/1.1\r\n", "HTTP/1.1 400 "),
        ("HTTP/1.1\r\nHost: a\r\nHost: a\r\n", "HTTP/1.1 400 "),
        ("HTTP/1.1\r\nHost: a\r\n", "HTTP/1.1 200 "),
        ("HTTP/1.0\r\n", "HTTP/1.0 200 "),
    ] {
        let mut flux = venir(s.url(), [127, 0, 0, 1]).await;
        dire(&mut flux, &format!("GET /health {entetes}Connection: close\r\n\r\n")).await;
        let reponse = jusqu_a_la_fin(flux).await;
        assert!(reponse.starts_with(attendu), "{entetes:?} : {reponse}");
        assert_eq!(reponse.contains("\"code\":\"hote_invalide\""), attendu.contains("400"));
    }
}
