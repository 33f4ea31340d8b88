//! The kitchen's day: what is declared, taken back, scanned, shown.

mod actions;
mod annuler;
mod carte;
mod codes;
mod comptes;
mod corrections;
mod depuis;
mod ecran;
mod ensemble;
mod hasard;
mod journal;
mod pannes;
mod refus;
mod reglees;
mod reprise;
mod scans;
mod suite;
mod tracabilite;
mod verifier;

use serde_json::{Value, json};

use crate::outils::chaine::{JOUR, jour};
use crate::outils::{Chaine, Client, Reponse, Serveur};

pub const PREPARATION: &str = "/api/interne/production-preparation";
pub const GENCODE: &str = "3760001000017";

/// A kitchen with a bowl of 150 g of rice at the plan of the day, 25 of them; declared by a cook.
pub struct Cuisine {
    pub s: Serveur,
    pub c: Chaine,
    pub cook: Client,
    pub riz: String,
    pub bowl: String,
}

impl Cuisine {
    pub async fn ouverte() -> Self {
        let s = Serveur::demarrer().await;
        let c = Chaine::nouvelle(s.admin().await).await;
        let cook = s.operateur().await;
        let riz = c.ingredient("Riz").await;
        let (bowl, _) = c.recette("Bowl", &[(&riz, 150.0)]).await;
        let corps = json!({"nom": "Bowl du chef", "recette_id": bowl, "magasin_id": c.magasin,
            "gencode": GENCODE});
        c.client.post("/api/interne/menus", &corps).await.attendue(201);
        let cuisine = Self { s, c, cook, riz, bowl };
        cuisine.planifier(&[(&cuisine.bowl, 25.0)]).await;
        cuisine
    }

    /// With enough rice for everything, in one lot; its id.
    pub async fn garnie() -> (Self, String) {
        let k = Self::ouverte().await;
        let lot = k.c.lot(&k.riz, 100_000.0, Some(jour(32))).await;
        (k, lot)
    }

    pub async fn planifier(&self, lignes: &[(&str, f64)]) {
        let lignes: Vec<_> =
            lignes.iter().map(|(r, q)| json!({"recette_id": r, "quantite_planifiee": q})).collect();
        let chemin = format!("/api/interne/plans/{}/{JOUR}", self.c.magasin);
        self.c.client.put(&chemin, &json!({"lignes": lignes})).await.attendue(200);
    }

    pub fn corps(&self, recette: &str) -> Value {
        json!({"magasin_id": self.c.magasin, "date": jour(0), "recette_id": recette})
    }

    pub async fn dire(&self, action: &str, corps: &Value) -> Reponse {
        self.cook.post(&format!("{PREPARATION}/{action}"), corps).await
    }

    pub async fn produit(&self) -> Reponse {
        self.dire("produit", &self.corps(&self.bowl)).await
    }

    pub async fn ajuste(&self, quantite: f64) -> Reponse {
        let mut corps = self.corps(&self.bowl);
        corps["quantite"] = json!(quantite);
        self.dire("ajuste", &corps).await
    }

    pub async fn non_produit(&self) -> Reponse {
        self.dire("non-produit", &self.corps(&self.bowl)).await
    }

    pub async fn annuler(&self) -> Reponse {
        self.dire("annuler", &self.corps(&self.bowl)).await
    }

    pub fn corps_scan(&self, gencode: &str) -> Value {
        json!({"magasin_id": self.c.magasin, "date": jour(0), "gencode": gencode})
    }

    pub async fn scanner(&self) -> Reponse {
        self.dire("scan", &self.corps_scan(GENCODE)).await
    }

    pub async fn ecran(&self) -> Value {
        let chemin = format!("{PREPARATION}?magasin_id={}&date={JOUR}", self.c.magasin);
        self.cook.get(&chemin).await.attendue(200)
    }

    /// The bowl's line as the screen shows it.
    pub async fn ligne(&self) -> Value {
        self.ligne_de(&self.bowl).await
    }

    pub async fn ligne_de(&self, recette: &str) -> Value {
        let ecran = self.ecran().await;
        let lignes = ecran["cuisine"].as_array().expect("cuisine");
        lignes.iter().find(|l| l["recette_id"] == recette).expect("ligne").clone()
    }

    /// (made, statut) of the bowl.
    pub async fn etat(&self) -> (f64, String) {
        let ligne = self.ligne().await;
        (ligne["quantite_produite"].as_f64().expect("total"), texte(&ligne["statut"]))
    }

    pub async fn trace(&self) -> Vec<Value> {
        let chemin = format!(
            "{PREPARATION}/traceabilite?magasin_id={}&date={JOUR}&recette_id={}",
            self.c.magasin, self.bowl
        );
        let mut lue = self.cook.get(&chemin).await.attendue(200);
        serde_json::from_value(lue["evenements"].take()).expect("événements")
    }

    /// What was declared: (type, quantity, total after).
    pub async fn dit(&self) -> Vec<(String, f64, f64)> {
        let lire = |e: &Value| {
            let nombre = |champ: &str| e[champ].as_f64().expect("nombre");
            (texte(&e["type"]), nombre("quantite"), nombre("total"))
        };
        self.trace().await.iter().map(lire).collect()
    }
}

pub fn texte(valeur: &Value) -> String {
    valeur.as_str().unwrap_or_else(|| panic!("un texte : {valeur}")).to_owned()
}

pub fn statut(statut: &str, total: f64) -> (f64, String) {
    (total, statut.to_owned())
}
