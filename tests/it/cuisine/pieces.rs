//! What the tests of the kitchen screen share.

use std::time::{Duration, Instant};

use chrono::Utc;
use serde_json::{Value, json};

use crate::outils::client::http;
use crate::outils::coupure::Coupure;
use crate::outils::navigateur::Navigateur;
use crate::outils::serveur::{EMAIL_OPERATEUR, MOT_DE_PASSE};
use crate::outils::{Chaine, Serveur};

pub struct Fenetre {
    pub taille: (u32, u32),
}

/// A 10" tablet lying down.
pub const ECRAN: Fenetre = Fenetre { taille: (1024, 768) };

impl Fenetre {
    /// A browser of its own at that page of `url`, a cook logged in.
    pub async fn ouvrir(&self, url: &str, chemin: &str) -> Navigateur {
        self.ouvrir_avec(url, chemin, &[]).await
    }

    /// The same with further options of chromium.
    pub async fn ouvrir_avec(&self, url: &str, chemin: &str, plus: &[String]) -> Navigateur {
        let n = Navigateur::avec(plus).await;
        n.regler(self.taille, false).await;
        n.aller(&format!("{url}{chemin}")).await;
        se_connecter(&n, EMAIL_OPERATEUR).await;
        n.arriver(chemin).await;
        n
    }
}

pub async fn se_connecter(n: &Navigateur, email: &str) {
    n.saisir("#email", email).await;
    n.saisir("#mot_de_passe", MOT_DE_PASSE).await;
    n.cliquer("button[type=submit]").await;
}

/// A cook's session, for a program that asks for pages.
pub async fn cookie_de(url: &str) -> String {
    let sans_suite = http().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let corps: String = form_urlencoded::Serializer::new(String::new())
        .append_pair("email", EMAIL_OPERATEUR)
        .append_pair("mot_de_passe", MOT_DE_PASSE)
        .finish();
    let demande = sans_suite.post(format!("{url}/connexion")).body(corps);
    let demande = demande.header("content-type", "application/x-www-form-urlencoded");
    let reponse = demande.send().await.unwrap();
    let cookie = reponse.headers()["set-cookie"].to_str().unwrap().to_owned();
    cookie.split(';').next().unwrap().to_owned()
}

/// Today, as the magasins of Paris say it.
pub fn aujourdhui() -> String {
    Utc::now().with_timezone(&chrono_tz::Europe::Paris).date_naive().to_string()
}

pub const GENCODE_BAGEL: &str = "3017620422003";
pub const GENCODE_CAKE: &str = "4006381333931";

/// One kitchen and its day: 10 bagels, 8 cakes, and 4 quiches for which there is no cream.
pub struct Cuisine {
    pub chaine: Chaine,
    pub jour: String,
    pub bagel: String,
    pub cake: String,
    pub quiche: String,
}

impl Cuisine {
    pub async fn de(s: &Serveur) -> Self {
        let chaine = Chaine::nouvelle(s.admin().await).await;
        let (fromage, creme) =
            (chaine.ingredient("Fromage").await, chaine.ingredient("Crème").await);
        chaine.lot(&fromage, 5000.0, Some("2100-01-01")).await;
        chaine.lot(&creme, 100.0, None).await;
        let mut recettes = Vec::new();
        for (nom, ingredient, gencode) in [
            ("Bagel", &fromage, Some(GENCODE_BAGEL)),
            ("Cake", &fromage, Some(GENCODE_CAKE)),
            ("Quiche", &creme, None),
        ] {
            let (recette, _) = chaine.recette(nom, &[(ingredient, 50.0)]).await;
            let menu = json!({"nom": nom, "recette_id": recette, "gencode": gencode});
            chaine.client.post("/api/interne/menus", &menu).await.attendue(201);
            recettes.push(recette);
        }
        let jour = aujourdhui();
        let quantites = [10, 8, 4];
        let lignes: Vec<Value> = recettes
            .iter()
            .zip(quantites)
            .map(|(r, q)| json!({"recette_id": r, "quantite_planifiee": q}))
            .collect();
        let chemin = format!("/api/interne/plans/{}/{jour}", chaine.magasin);
        chaine.client.put(&chemin, &json!({"lignes": lignes})).await.attendue(200);
        let [bagel, cake, quiche] = recettes.try_into().expect("trois");
        Self { chaine, jour, bagel, cake, quiche }
    }

    /// The same, asked by a cable that stays when the server goes.
    pub async fn au_bout_d_un_cable(s: &Serveur) -> (Coupure, Self) {
        let (cable, mut cuisine) = (Coupure::devant(s).await, Self::de(s).await);
        cuisine.chaine.client = cuisine.chaine.client.sur(&cable.url());
        (cable, cuisine)
    }

    /// The types of that line's declarations, in their order, with their authors.
    pub async fn declarations(&self, recette: &str) -> Vec<String> {
        let chemin = format!(
            "/api/interne/production-preparation/traceabilite?magasin_id={}&date={}&recette_id={recette}",
            self.chaine.magasin, self.jour
        );
        let dites = self.chaine.client.get(&chemin).await.attendue(200);
        let dites = dites["evenements"].as_array().expect("liste").clone();
        dites.iter().map(|d| d["type"].as_str().expect("type").to_owned()).collect()
    }

    /// Waits until that line has as many declarations, which are then these. A page that has just
    /// come back shows what waits as if it were sent: only the server tells.
    pub async fn attendre_declarations(&self, recette: &str, attendues: &[&str]) {
        let limite = Instant::now() + Duration::from_secs(60);
        loop {
            let dites = self.declarations(recette).await;
            if dites.len() >= attendues.len() || Instant::now() > limite {
                assert_eq!(dites, attendues);
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// That line's produced total, as the server counts it.
    pub async fn produit(&self, recette: &str) -> f64 {
        let chemin = format!(
            "/api/interne/production-preparation?magasin_id={}&date={}",
            self.chaine.magasin, self.jour
        );
        let ecran = self.chaine.client.get(&chemin).await.attendue(200);
        let lignes = ecran["cuisine"].as_array().expect("lignes").clone();
        let ligne = lignes.iter().find(|l| l["recette_id"] == recette).expect("ligne");
        ligne["quantite_produite"].as_f64().expect("nombre")
    }
}

pub fn place(recette: &str, css: &str) -> String {
    format!("[data-ligne=\"{recette}\"] {css}")
}

/// The row of that line, in the tab that it stands in.
pub async fn venir(n: &Navigateur, recette: &str) {
    let script = format!(
        "if (document.querySelector({})) return true;
         document.querySelector('#onglets:not([hidden]) [aria-pressed=false][data-onglet]')?.click();
         return false;",
        json!(format!("[data-ligne=\"{recette}\"]"))
    );
    let limite = Instant::now() + Duration::from_secs(30);
    while n.evaluer(&script).await != json!(true) {
        assert!(Instant::now() < limite, "{recette} n'est dans aucun onglet");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Its row is opened first, where the button stands within.
pub async fn toucher(n: &Navigateur, recette: &str, action: &str) {
    let ouvrir = format!(
        "const li = document.querySelector({});
         // Drawn anew since it was seen.
         if (!li) return false;
         // Among what is done, Produit is not offered.
         const plie = '{action}' === 'produit' && li.classList.contains('c-pliee');
         if (plie) document.querySelector('[data-onglet=reste]').click();
         const dedans = li.querySelector('.c-detail [data-action=\"{action}\"]');
         if (dedans && !li.classList.contains('c-ouverte')) li.querySelector('.c-ouvrir').click();
         return true;",
        json!(format!("[data-ligne=\"{recette}\"]"))
    );
    loop {
        venir(n, recette).await;
        if n.evaluer(&ouvrir).await == json!(true) {
            break;
        }
    }
    cliquer_au_milieu(n, &place(recette, &format!("[data-action=\"{action}\"]"))).await;
}

/// Away from what stays at the edges of the window, as a person would scroll.
pub async fn cliquer_au_milieu(n: &Navigateur, css: &str) {
    let montrer =
        format!("document.querySelector({}).scrollIntoView({{block: 'center'}})", json!(css));
    n.evaluer(&montrer).await;
    n.cliquer(css).await;
}

/// Waits until the row says that so much is left, whichever tab it stands in.
pub async fn reste(n: &Navigateur, recette: &str, nombre: &str) {
    let lire = format!(
        "return document.querySelector({})?.textContent",
        json!(place(recette, ".c-reste strong"))
    );
    let limite = Instant::now() + Duration::from_secs(30);
    loop {
        venir(n, recette).await;
        let lu = n.evaluer(&lire).await;
        if lu == json!(nombre) {
            return;
        }
        assert!(Instant::now() < limite, "{lu} au lieu de {nombre}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Waits until that place says so, among other words.
pub async fn attendre_mots(n: &Navigateur, css: &str, mots: &str) {
    let limite = Instant::now() + Duration::from_secs(30);
    loop {
        let lus = n.textes(css).await;
        if lus.iter().any(|t| t.contains(mots)) {
            return;
        }
        assert!(Instant::now() < limite, "{lus:?} au lieu de {mots}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// On the open keypad.
pub async fn taper(n: &Navigateur, touches: &str) {
    for touche in touches.chars() {
        n.cliquer(&format!("[data-touche=\"{touche}\"]")).await;
    }
    n.cliquer("[data-action=valider]").await;
}

/// Waits until the page can be opened without the server.
pub async fn gardee(n: &Navigateur) {
    let script = "const fini = arguments[0];
        navigator.serviceWorker.ready.then(async () => {
          while (!navigator.serviceWorker.controller || !(await caches.match('/cuisine'))) {
            await new Promise((suite) => setTimeout(suite, 50));
          }
          fini(true);
        });";
    assert_eq!(n.evaluer_plus_tard(script).await, true);
}

/// Waits until everything that was tapped has left.
pub async fn tout_parti(n: &Navigateur) {
    n.attendre_absence("#attentes:not([hidden])").await;
}
