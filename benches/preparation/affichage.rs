//! The screen as a cook sees it come: a real browser, its processor slowed down, nothing kept from
//! an earlier visit; then how soon it answers a tap while others keep every core busy.

use std::process::Child;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde::Serialize;
use serde_json::{Value, json};

use crate::chromedriver;
use crate::commun::grappe::Dossier;
use crate::commun::mesures::Mesure;
use crate::commun::processus::client;
use crate::terrain::{EMAIL, MOT_DE_PASSE, Terrain};

/// How many times slower than this machine.
pub const RALENTI: u32 = 4;
const PATIENCE: Duration = Duration::from_secs(60);
/// Taps on lines of their own, and how long the hand takes from one to the next.
pub const TAPS: usize = 40;
const MAIN: Duration = Duration::from_millis(1200);

/// Milliseconds from the beginning of the navigation.
#[derive(Serialize)]
pub struct Affichage {
    pub premiere_peinture: Mesure,
    /// The first line of the plan can be read.
    pub premiere_carte: Mesure,
    /// From a tap on Produit until the screen says that it is done; this machine's own speed, as
    /// many others at work as it has cores.
    pub reponse: Mesure,
}

/// Notes when the first card is on the screen.
const GUET: &str = "
    const guet = new MutationObserver(() => {
      if (!document.querySelector('.c-carte .c-nom:not(:empty)')) return;
      guet.disconnect();
      requestAnimationFrame(() => requestAnimationFrame(() => {
        window.premiereCarte = performance.now();
      }));
    });
    guet.observe(document, { childList: true, subtree: true });";
const LIRE: &str = "
    const peinture = performance.getEntriesByName('first-contentful-paint')[0];
    return peinture && window.premiereCarte ? [peinture.startTime, window.premiereCarte] : null;";
/// Milliseconds from Produit of the next line to the frame that shows the answer.
const TAPER: &str = "
    const fini = arguments[arguments.length - 1];
    window.faites ??= new Set();
    const carte = [...document.querySelectorAll('.c-carte:not(.c-pliee)')].find((c) =>
      !faites.has(c.dataset.ligne) && c.querySelector('[data-action=produit]')?.offsetParent);
    const nom = carte?.querySelector('.c-nom').textContent;
    if (!nom) return fini(null);
    faites.add(carte.dataset.ligne);
    const debut = performance.now();
    const dit = document.getElementById('annonce');
    const guet = new MutationObserver(() => {
      if (dit.hidden || !dit.textContent.includes(nom)) return;
      guet.disconnect();
      requestAnimationFrame(() => fini(performance.now() - debut));
    });
    guet.observe(dit, { attributes: true, characterData: true, childList: true, subtree: true });
    carte.querySelector('[data-action=produit]').click();";
const ENTRER: &str = "
    const [email, mot_de_passe] = arguments;
    return fetch('/connexion', { method: 'POST', redirect: 'manual',
      body: new URLSearchParams({ email, mot_de_passe, suite: '/cuisine' }) }).then((r) => r.type);";

pub async fn mesurer(terrain: &Terrain, chargements: usize) -> Result<Affichage> {
    let n = Navigateur::ouvrir().await?;
    let url = format!("http://{}", terrain.adresse);
    n.aller(&format!("{url}/connexion")).await?;
    let entree = n.evaluer(ENTRER, &json!([EMAIL, MOT_DE_PASSE])).await?;
    ensure!(entree == "opaqueredirect", "no login: {entree}");
    let taille = json!({"width": 1024, "height": 768, "deviceScaleFactor": 1, "mobile": false});
    for (commande, parametres) in [
        ("Emulation.setDeviceMetricsOverride", taille),
        ("Network.enable", json!({})),
        ("Network.setCacheDisabled", json!({"cacheDisabled": true})),
        ("Network.setBypassServiceWorker", json!({"bypass": true})),
        ("Page.addScriptToEvaluateOnNewDocument", json!({"source": GUET})),
        ("Emulation.setCPUThrottlingRate", json!({"rate": RALENTI})),
    ] {
        n.cdp(commande, &parametres).await?;
    }
    let page = format!("{url}/cuisine?magasin_id={}", terrain.boutiques[0]);
    n.charger(&page).await?;
    let (mut peintures, mut cartes) = (Vec::new(), Vec::new());
    for _ in 0..chargements {
        let (peinture, carte) = n.charger(&page).await?;
        peintures.push(peinture);
        cartes.push(carte);
    }
    eprintln!("{chargements} loads of the screen: done");
    n.cdp("Emulation.setCPUThrottlingRate", &json!({"rate": 1})).await?;
    n.charger(&page).await?;
    let reponses = repondre(&n).await?;
    n.fermer().await?;
    eprintln!("{TAPS} taps: done");
    Ok(Affichage {
        premiere_peinture: Mesure::de(peintures),
        premiere_carte: Mesure::de(cartes),
        reponse: Mesure::de(reponses),
    })
}

async fn repondre(n: &Navigateur) -> Result<Vec<f64>> {
    let autres = Autres::au_travail();
    let mut reponses = Vec::new();
    for _ in 0..TAPS {
        tokio::time::sleep(MAIN).await;
        let ms = n.evaluer_plus_tard(TAPER).await?;
        reponses.push(ms.as_f64().context("no line is left to tap")?);
    }
    drop(autres);
    Ok(reponses)
}

/// One for each core, who never wait.
struct Autres(Arc<AtomicBool>);

impl Autres {
    fn au_travail() -> Self {
        let fini = Arc::new(AtomicBool::new(false));
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            let fini = Arc::clone(&fini);
            std::thread::spawn(move || while !fini.load(Ordering::Relaxed) {});
        }
        Self(fini)
    }
}

impl Drop for Autres {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// A chromedriver and the window it drives; both die with it.
struct Navigateur {
    chromedriver: Child,
    session: String,
    http: reqwest::Client,
    _profil: Dossier,
}

impl Navigateur {
    async fn ouvrir() -> Result<Self> {
        let (chromedriver, adresse) = chromedriver::lancer(|_| {})?;
        let profil = Dossier::nouveau("chromium");
        let donnees = format!("--user-data-dir={}", profil.chemin().display());
        // Of a bench run as root: chromium has its sandbox from others only.
        let options = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--remote-debugging-pipe",
            &donnees,
        ];
        let souhaits = json!({"capabilities": {"alwaysMatch":
            {"browserName": "chrome", "goog:chromeOptions": {"args": options}}}});
        let http = client(PATIENCE)?;
        let mut n = Self { chromedriver, session: String::new(), http, _profil: profil };
        let ouverte = n.demander(&format!("{adresse}/session"), &souhaits).await?;
        let id = ouverte["sessionId"].as_str().context("chromium does not start")?;
        n.session = format!("{adresse}/session/{id}");
        Ok(n)
    }

    async fn aller(&self, url: &str) -> Result<()> {
        self.demander(&format!("{}/url", self.session), &json!({"url": url})).await.map(drop)
    }

    /// Milliseconds to its first paint, and to its first card.
    async fn charger(&self, url: &str) -> Result<(f64, f64)> {
        self.aller(url).await?;
        let fin = Instant::now() + PATIENCE;
        loop {
            let lu = self.evaluer(LIRE, &json!([])).await?;
            if let (Some(peinture), Some(carte)) = (lu[0].as_f64(), lu[1].as_f64()) {
                return Ok((peinture, carte));
            }
            ensure!(Instant::now() < fin, "the screen shows nothing");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    async fn evaluer(&self, script: &str, arguments: &Value) -> Result<Value> {
        let demande = json!({"script": script, "args": arguments});
        self.demander(&format!("{}/execute/sync", self.session), &demande).await
    }

    /// What the script gives to the function that it is called with last.
    async fn evaluer_plus_tard(&self, script: &str) -> Result<Value> {
        let demande = json!({"script": script, "args": []});
        self.demander(&format!("{}/execute/async", self.session), &demande).await
    }

    async fn cdp(&self, commande: &str, parametres: &Value) -> Result<()> {
        let demande = json!({"cmd": commande, "params": parametres});
        let url = format!("{}/goog/cdp/execute", self.session);
        self.demander(&url, &demande).await.map(drop)
    }

    async fn demander(&self, url: &str, corps: &Value) -> Result<Value> {
        let reponse = self.http.post(url).json(corps).send().await?;
        let mut reponse: Value = reponse.json().await?;
        ensure!(reponse["value"]["error"].is_null(), "chromium: {reponse}");
        Ok(reponse["value"].take())
    }

    async fn fermer(self) -> Result<()> {
        self.http.delete(&self.session).send().await?;
        Ok(())
    }
}

impl Drop for Navigateur {
    fn drop(&mut self) {
        let _deja_mort = self.chromedriver.kill();
        let _deja_mort = self.chromedriver.wait();
    }
}
