//! A real browser: chromium, driven through chromedriver.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use fantoccini::wd::{Capabilities, WindowHandle};
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

use super::chromium::Chromium;
use super::onglet::Onglet;
use super::scanneur::Clavier;

const ATTENTE: Duration = Duration::from_secs(30);
/// One question for all: the driver's own, one for each place, is a program of fifty kilobytes.
const TEXTES: &str = "
    const vu = {opacityProperty: true, visibilityProperty: true};
    return [...document.querySelectorAll(arguments[0])].map((e) => {
        const choix = e.closest('option');
        return !(choix?.parentElement ?? e).checkVisibility(vu) ? ''
            : choix ? e.textContent : e.innerText ?? e.textContent;
    });";
/// A window that comes or goes while chromedriver looks at all of them would confuse it.
static PORTE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

/// A window of a browser, alone in its context.
pub struct Navigateur {
    client: Client,
    session: String,
    /// Of chromedriver.
    adresse: String,
    onglet: Mutex<Onglet>,
    /// The clock of the scanner's last key: its time only goes forward.
    touche: Mutex<f64>,
    /// Gone last: a browser of this window alone.
    _apart: Option<Chromium>,
}

impl Navigateur {
    pub async fn ouvrir() -> Self {
        let c = Chromium::commun();
        Self::dans((&c.adresse, &c.devtools, c.porte()), None).await
    }

    /// In a browser apart, with further options of chromium.
    pub async fn avec(plus: &[String]) -> Self {
        if plus.is_empty() {
            return Self::ouvrir().await;
        }
        let apart = Chromium::lancer(plus);
        let (adresse, devtools) = (apart.adresse.clone(), apart.devtools.clone());
        let porte = apart.porte().to_owned();
        Self::dans((&adresse, &devtools, &porte), Some(apart)).await
    }

    async fn dans((adresse, devtools, porte): (&str, &str, &str), apart: Option<Chromium>) -> Self {
        let _seul = PORTE.lock().await;
        let onglet = Onglet::ouvrir(devtools);
        let mut souhaits = Capabilities::new();
        souhaits.insert("goog:chromeOptions".to_owned(), json!({"debuggerAddress": porte}));
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(souhaits)
            .connect(adresse)
            .await
            .expect("chromium");
        let fenetre = WindowHandle::try_from(onglet.cible.clone()).expect("fenêtre");
        client.switch_to_window(fenetre).await.expect("fenêtre");
        let session = client.session_id().await.expect("session").expect("session");
        let adresse = adresse.to_owned();
        let (onglet, touche) = (Mutex::new(onglet), Mutex::new(0.0));
        Self { client, session, adresse, onglet, touche, _apart: apart }
    }

    /// The page as a window of that size shows it, in the light or in the dark.
    pub async fn regler(&self, (largeur, hauteur): (u32, u32), sombre: bool) {
        // A window has a least width; a device has not.
        let taille = json!({"width": largeur, "height": hauteur, "deviceScaleFactor": 1,
            "mobile": false});
        self.cdp("Emulation.setDeviceMetricsOverride", taille).await;
        // As on a phone; and beside a scroll bar the picture of the page would be cut.
        self.cdp("Emulation.setScrollbarsHidden", json!({"hidden": true})).await;
        let theme = if sombre { "dark" } else { "light" };
        let medias = json!({"features": [{"name": "prefers-color-scheme", "value": theme}]});
        self.cdp("Emulation.setEmulatedMedia", medias).await;
    }

    /// The page as paper shows it, on the screen.
    pub async fn passer_au_papier(&self) {
        self.cdp("Emulation.setEmulatedMedia", json!({"media": "print"})).await;
    }

    pub async fn aller(&self, url: &str) {
        self.client.goto(url).await.expect("page");
    }

    pub async fn recharger(&self) {
        self.client.refresh().await.expect("page");
    }

    pub async fn reculer(&self) {
        self.client.back().await.expect("page d'avant");
    }

    /// Path and query of where the window is.
    pub async fn chemin(&self) -> String {
        let url = self.client.current_url().await.expect("adresse");
        url.query().map_or_else(|| url.path().to_owned(), |q| format!("{}?{q}", url.path()))
    }

    /// Waits (bounded) until the window is there: a click only begins the way.
    pub async fn arriver(&self, chemin: &str) {
        let mut patience = Patience::neuve();
        while self.chemin().await != chemin {
            assert!(patience.encore().await, "{} au lieu de {chemin}", self.chemin().await);
        }
    }

    /// Waits (bounded) for such a place; its text.
    pub async fn attendre(&self, css: &str) -> String {
        let mut patience = Patience::neuve();
        loop {
            match self.textes(css).await.into_iter().next() {
                Some(texte) => return texte,
                None => assert!(patience.encore().await, "{css} n'est pas là"),
            }
        }
    }

    pub async fn attendre_texte(&self, css: &str, texte: &str) {
        let mut patience = Patience::neuve();
        while self.textes(css).await != [texte] {
            assert!(patience.encore().await, "{:?} au lieu de {texte}", self.textes(css).await);
        }
    }

    /// Waits (bounded) until there is no such place.
    pub async fn attendre_absence(&self, css: &str) {
        let mut patience = Patience::neuve();
        while !self.textes(css).await.is_empty() {
            assert!(patience.encore().await, "{css} : {:?}", self.textes(css).await);
        }
    }

    /// What a person reads at that place.
    pub async fn texte(&self, css: &str) -> String {
        let premier = self.textes(css).await.into_iter().next();
        premier.unwrap_or_else(|| panic!("{css} n'est pas là"))
    }

    /// The same of each such place, in their order, all at one moment; nothing where one is not seen.
    pub async fn textes(&self, css: &str) -> Vec<String> {
        let lus = self.client.execute(TEXTES, vec![json!(css)]).await;
        let Value::Array(lus) = lus.unwrap_or_else(|e| panic!("{css} : {e}")) else {
            panic!("{css} : rien de lisible");
        };
        lus.iter().map(|t| espaces(t.as_str().expect("texte"))).collect()
    }

    /// What is drawn anew between the look and the touch is looked for again, and what is about to be
    /// shown is waited for (bounded).
    pub async fn cliquer(&self, css: &str) {
        let fin = Instant::now() + ATTENTE;
        loop {
            let element = self.client.find(Locator::Css(css)).await;
            match element.unwrap_or_else(|e| panic!("{css} : {e}")).click().await {
                Err(e)
                    if (e.is_stale_element_reference() || e.is_element_not_interactable())
                        && Instant::now() < fin =>
                {
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
                fait => return fait.expect("clic"),
            }
        }
    }

    pub async fn cliquer_lien(&self, texte: &str) {
        let lien = self.client.find(Locator::LinkText(texte)).await;
        lien.unwrap_or_else(|e| panic!("{texte} : {e}")).click().await.expect("clic");
    }

    /// A few keys at a time: more of them at once are a scanner's.
    pub async fn saisir(&self, css: &str, texte: &str) {
        let champ = self.client.find(Locator::Css(css)).await.expect("champ");
        champ.clear().await.expect("vider");
        let touches: Vec<char> = texte.chars().collect();
        for (rang, quelques) in touches.chunks(5).enumerate() {
            if rang > 0 {
                tokio::time::sleep(Duration::from_millis(130)).await;
            }
            champ.send_keys(&String::from_iter(quelques)).await.expect("saisie");
        }
    }

    /// Chooses files, one path a line.
    pub async fn deposer(&self, css: &str, chemins: &str) {
        let champ = self.client.find(Locator::Css(css)).await.expect("champ");
        champ.send_keys(chemins).await.expect("fichiers");
    }

    pub async fn valeur(&self, css: &str) -> String {
        let champ = self.client.find(Locator::Css(css)).await.expect("champ");
        champ.prop("value").await.expect("valeur").unwrap_or_default()
    }

    /// A cookie of this page's site.
    pub async fn cookie(&self, nom: &str) -> String {
        let cookie = self.client.get_named_cookie(nom).await.expect("cookie");
        cookie.value().to_owned()
    }

    pub async fn evaluer(&self, script: &str) -> Value {
        self.client.execute(script, Vec::new()).await.expect("script")
    }

    /// The value that a script gives to its callback.
    pub async fn evaluer_plus_tard(&self, script: &str) -> Value {
        self.client.execute_async(script, Vec::new()).await.expect("script")
    }

    /// What a hardware scanner set to the American layout types: each code and Enter.
    pub async fn scanner(&self, codes: &[&str]) {
        for code in codes {
            self.scanner_sur(Clavier::Americain, code, 0.04).await;
        }
    }

    /// Keys of the keyboard, one after the other, to whatever has it: `Enter`, `ArrowDown`, letters.
    pub async fn taper(&self, touches: &[&str]) {
        for touche in touches {
            let (numero, texte) = match *touche {
                "Enter" => (13, "\r"),
                "Tab" => (9, ""),
                "Escape" => (27, ""),
                "ArrowUp" => (38, ""),
                "ArrowDown" => (40, ""),
                autre => (autre.to_uppercase().chars().next().map_or(0, |c| c as u32), autre),
            };
            let appui = if texte.is_empty() { "rawKeyDown" } else { "keyDown" };
            for nature in [appui, "keyUp"] {
                let mut touche = json!({"type": nature, "key": touche,
                    "windowsVirtualKeyCode": numero});
                if nature == "keyDown" {
                    touche["text"] = json!(texte);
                }
                self.cdp("Input.dispatchKeyEvent", touche).await;
            }
        }
    }

    /// How far the page stands out on the right, in pixels.
    pub async fn debordement(&self) -> i64 {
        let script = "const racine = document.documentElement;
            return racine.scrollWidth - racine.clientWidth";
        self.evaluer(script).await.as_i64().expect("nombre")
    }

    /// What the window complained about since it was last asked: refused styles, missing files.
    pub async fn plaintes(&self) -> Vec<String> {
        self.onglet().plaintes()
    }

    /// The whole page, as `captures/NOM.png`, when DELICEGO_CAPTURES asks for it: it is for eyes.
    pub async fn photographier(&self, nom: &str) {
        if std::env::var_os("DELICEGO_CAPTURES").is_none() {
            return;
        }
        let demande = json!({"format": "png", "captureBeyondViewport": true,
            "optimizeForSpeed": true});
        let image = self.cdp("Page.captureScreenshot", demande).await;
        let octets = STANDARD.decode(image["data"].as_str().expect("image")).expect("base64");
        let dossier = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("captures");
        std::fs::create_dir_all(&dossier).expect("dossier");
        std::fs::write(dossier.join(format!("{nom}.png")), octets).expect("écriture");
    }

    /// The page on paper, as a PDF.
    pub async fn imprimer(&self) -> Vec<u8> {
        let demande = json!({"preferCSSPageSize": true, "printBackground": true});
        let papier = self.cdp("Page.printToPDF", demande).await;
        STANDARD.decode(papier["data"].as_str().expect("papier")).expect("base64")
    }

    /// Of the scanner's keys: at `maintenant` or later, and so much after the last one.
    pub(super) fn apres(&self, maintenant: f64, ecart: f64) -> f64 {
        let mut touche = self.touche.lock().unwrap_or_else(PoisonError::into_inner);
        *touche = maintenant.max(*touche + ecart);
        *touche
    }

    pub(super) async fn cdp_d_un_trait(&self, commande: &str, parametres: &[Value]) {
        self.onglet().demander_d_un_trait(commande, parametres);
    }

    async fn cdp(&self, commande: &str, parametres: Value) -> Value {
        self.onglet().demander(commande, &parametres)
    }

    fn onglet(&self) -> std::sync::MutexGuard<'_, Onglet> {
        self.onglet.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Navigateur {
    fn drop(&mut self) {
        let limite = Instant::now() + ATTENTE;
        let _seul = loop {
            match PORTE.try_lock() {
                Ok(porte) => break Some(porte),
                Err(_) if Instant::now() > limite => break None,
                Err(_) => std::thread::sleep(Duration::from_millis(5)),
            }
        };
        // chromedriver forgets the window before it goes.
        if let Ok(mut flux) = TcpStream::connect(&self.adresse["http://".len()..]) {
            let adieu =
                format!("DELETE /session/{} HTTP/1.1\r\nHost: localhost\r\n\r\n", self.session);
            let _deja_mort = flux.set_read_timeout(Some(ATTENTE));
            let _deja_mort = flux.write_all(adieu.as_bytes());
            // Its first bytes: it answers when it is done, and keeps the connection.
            let _deja_mort = flux.read(&mut [0; 512]);
        }
        self.onglet().fermer();
    }
}

/// Between two looks, longer each time: each of them takes time from the page that is looked at.
struct Patience {
    fin: Instant,
    pause: Duration,
}

impl Patience {
    fn neuve() -> Self {
        Self { fin: Instant::now() + ATTENTE, pause: Duration::from_millis(15) }
    }

    /// No more once its time is over.
    async fn encore(&mut self) -> bool {
        tokio::time::sleep(self.pause).await;
        self.pause = (self.pause * 3 / 2).min(Duration::from_millis(120));
        Instant::now() < self.fin
    }
}

/// One space where the page has a line end or a space that does not break.
fn espaces(texte: &str) -> String {
    texte.split_whitespace().collect::<Vec<_>>().join(" ")
}
