//! `serve --tls-cert --tls-cle`, and the page for tablets.

use std::fs::Permissions;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use reqwest::{Certificate, Client, redirect};
use serde_json::json;

use super::fichiers::{certificat, dossier};
use crate::outils::Serveur;
use crate::outils::client::http;
use crate::outils::serveur::{EMAIL_ADMIN, MOT_DE_PASSE};

const NOM: &str = "cuisine.local";

struct Cuisine {
    s: Serveur,
    d: PathBuf,
    port: u16,
}

impl Cuisine {
    async fn ouvrir() -> Self {
        let d = dossier();
        assert!(certificat(&d, &[NOM, "127.0.0.1"]).status.success());
        let options = arguments(&d);
        let s = Serveur::avec_options(&options.each_ref().map(String::as_str)).await;
        let port = s.url().rsplit(':').next().unwrap().parse().unwrap();
        Self { s, d, port }
    }

    /// A tablet that knows the server by its name, and trusts what it was given.
    fn tablette(&self, racine: Option<&[u8]>) -> Client {
        let mut client = http().resolve(NOM, SocketAddr::from(([127, 0, 0, 1], self.port)));
        client = client.redirect(redirect::Policy::none()).cookie_store(true);
        if let Some(pem) = racine {
            client = client.add_root_certificate(Certificate::from_pem(pem).unwrap());
        }
        client.build().unwrap()
    }

    fn autorite(&self) -> Vec<u8> {
        std::fs::read(self.d.join("autorite.crt")).unwrap()
    }

    fn url(&self, chemin: &str) -> String {
        format!("https://{NOM}:{}{chemin}", self.port)
    }

    /// What the server shows right now, to a client that begins anew.
    async fn montre(&self) -> Vec<u8> {
        let client = http().tls_info(true).tls_danger_accept_invalid_certs(true).build().unwrap();
        let url = format!("https://127.0.0.1:{}/health", self.port);
        let reponse = client.get(url).send().await.unwrap();
        let vu = reponse.extensions().get::<reqwest::tls::TlsInfo>().unwrap();
        vu.peer_certificate().unwrap().to_vec()
    }
}

fn arguments(d: &Path) -> [String; 4] {
    let fichier = |nom: &str| d.join(nom).display().to_string();
    [
        "--tls-cert".to_owned(),
        fichier("serveur.crt"),
        "--tls-cle".to_owned(),
        fichier("serveur.cle"),
    ]
}

#[tokio::test]
async fn a_tablet_that_trusts_the_authority_is_served_and_another_is_not() {
    let mut c = Cuisine::ouvrir().await;
    let tablette = c.tablette(Some(&c.autorite()));
    let sante = tablette.get(c.url("/health")).send().await.unwrap();
    assert_eq!(sante.status().as_u16(), 200);
    assert_eq!(sante.version(), reqwest::Version::HTTP_2);
    assert!(!sante.headers().contains_key("strict-transport-security"));
    let par_adresse = format!("https://127.0.0.1:{}/health", c.port);
    assert_eq!(tablette.get(par_adresse).send().await.unwrap().status().as_u16(), 200);
    c.tablette(None).get(c.url("/health")).send().await.unwrap_err();
    // The cookie is for HTTPS alone.
    let formulaire = [("email", EMAIL_ADMIN), ("mot_de_passe", MOT_DE_PASSE), ("suite", "/")];
    let corps = form(&formulaire);
    let entree = tablette.post(c.url("/connexion")).header("content-type", FORM).body(corps);
    let entree = entree.send().await.unwrap();
    assert_eq!(entree.status().as_u16(), 303);
    let cookie = entree.headers()["set-cookie"].to_str().unwrap().to_owned();
    assert!(cookie.contains("; Secure") && cookie.contains("; HttpOnly"), "{cookie}");
    assert_eq!(tablette.get(c.url("/")).send().await.unwrap().status().as_u16(), 200);
    c.s.demander_l_arret();
    assert_eq!(c.s.attendre_la_fin().await, Some(0));
    c.s.attendre_evenement("serveur_arrete").await;
    assert!(c.s.evenements("serveur_arret_force").is_empty());
}

const FORM: &str = "application/x-www-form-urlencoded";

fn form(champs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(champs).finish()
}

#[tokio::test]
async fn an_address_typed_without_https_leads_there() {
    let c = Cuisine::ouvrir().await;
    let url = format!("http://{NOM}:{}/certificat?x=1", c.port);
    let renvoi = c.tablette(None).get(url).send().await.unwrap();
    assert_eq!(renvoi.status().as_u16(), 308);
    assert_eq!(renvoi.headers()["location"].to_str().unwrap(), c.url("/certificat?x=1"));
    // A program in clear gets no answer from the application.
    let api = c.tablette(None).post(format!("http://127.0.0.1:{}/auth/login", c.port));
    let corps = json!({"email": EMAIL_ADMIN, "mot_de_passe": MOT_DE_PASSE});
    assert_eq!(api.json(&corps).send().await.unwrap().status().as_u16(), 308);
}

#[tokio::test]
async fn the_page_gives_the_authority_without_a_session_and_never_its_key() {
    let c = Cuisine::ouvrir().await;
    let tablette = c.tablette(Some(&c.autorite()));
    let page = tablette.get(c.url("/certificat")).send().await.unwrap();
    assert_eq!(page.status().as_u16(), 200);
    let html = page.text().await.unwrap();
    for texte in ["Tablette Android", "iPad", "Windows", "Linux", "/certificat/autorite.crt"] {
        assert!(html.contains(texte), "{texte}");
    }
    let sortie = String::from_utf8(certificat(&c.d, &[]).stdout).unwrap();
    let empreinte = sortie.lines().find_map(|l| l.strip_prefix("Empreinte SHA-256 : ")).unwrap();
    assert!(html.contains(empreinte), "{empreinte}");
    let fichier = tablette.get(c.url("/certificat/autorite.crt")).send().await.unwrap();
    assert_eq!(fichier.headers()["content-type"], "application/x-x509-ca-cert");
    let pem = fichier.bytes().await.unwrap();
    assert_eq!(pem, c.autorite());
    // What was downloaded is all that another tablet needs.
    let autre = c.tablette(Some(&pem)).get(c.url("/health")).send().await.unwrap();
    assert_eq!(autre.status().as_u16(), 200);
    for chemin in ["/certificat/autorite.cle", "/certificat/serveur.cle"] {
        assert_eq!(tablette.get(c.url(chemin)).send().await.unwrap().status().as_u16(), 404);
    }
    let en_clair = Serveur::demarrer().await;
    en_clair.anonyme().get("/certificat/autorite.crt").await.refusee(404, "autorite_absente");
}

#[tokio::test]
async fn a_new_certificate_is_shown_without_a_restart_and_a_wrong_one_never() {
    let c = Cuisine::ouvrir().await;
    let tablette = c.tablette(Some(&c.autorite()));
    let premier = c.montre().await;
    std::fs::write(c.d.join("serveur.crt"), "abîmé").unwrap();
    c.s.attendre_evenement("certificat_refuse").await;
    assert_eq!(c.montre().await, premier);
    assert!(certificat(&c.d, &[NOM]).status.success());
    let fin = Instant::now() + Duration::from_secs(20);
    while c.montre().await == premier {
        assert!(Instant::now() < fin, "toujours l'ancien : {:#?}", c.s.journal());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    c.s.attendre_evenement("certificat_relu").await;
    assert_eq!(tablette.get(c.url("/health")).send().await.unwrap().status().as_u16(), 200);
    // SIGHUP reads again too, and ends nothing.
    let lus = c.s.evenements("certificat_relu").len();
    c.s.signaler(rustix::process::Signal::HUP);
    while c.s.evenements("certificat_relu").len() == lus {
        assert!(Instant::now() < fin, "SIGHUP : {:#?}", c.s.journal());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(tablette.get(c.url("/health")).send().await.unwrap().status().as_u16(), 200);
}

#[tokio::test]
async fn wrong_files_are_refused_before_the_start() {
    let (d, s) = (dossier(), Serveur::demarrer().await);
    assert!(certificat(&d, &[NOM]).status.success());
    let autre = dossier();
    assert!(certificat(&autre, &[NOM]).status.success());
    let essayer = |cert: PathBuf, cle: PathBuf, code: i32, dit: &str| {
        let (cert, cle) = (cert.display().to_string(), cle.display().to_string());
        let sortie = s.delicego(&[
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--tls-cert",
            &cert,
            "--tls-cle",
            &cle,
        ]);
        let texte = String::from_utf8(sortie.stderr).unwrap();
        assert_eq!(sortie.status.code(), Some(code), "{texte}");
        assert!(texte.contains(dit) && texte.trim().lines().count() == 1, "{texte}");
    };
    let (cert, cle) = (d.join("serveur.crt"), d.join("serveur.cle"));
    essayer(d.join("absent"), cle.clone(), 2, "--tls-cert : fichier absent");
    essayer(cert.clone(), d.join("absent"), 2, "--tls-cle : fichier absent");
    essayer(cle.clone(), cle.clone(), 2, "n'est pas un certificat PEM");
    essayer(cert.clone(), cert.clone(), 2, "n'est pas une clé privée PEM");
    essayer(cert.clone(), autre.join("serveur.cle"), 2, "n'est pas celle du certificat");
    std::fs::set_permissions(&cle, Permissions::from_mode(0o640)).unwrap();
    essayer(cert, cle, 5, "d'autres que vous peuvent lire ce fichier");
    let seul = s.delicego(&["serve", "--tls-cert", "x"]);
    assert_eq!(seul.status.code(), Some(2));
}
