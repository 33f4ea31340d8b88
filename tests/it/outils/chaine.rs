//! A small chain, made through the API as a client would.

use serde_json::{Value, json};

use super::client::{Client, Reponse};

pub const JOUR: &str = "2026-11-22";
pub const PRODUIRE: &str = "/api/interne/operations/production-du-jour";

/// One kitchen, and an admin's client to fill it with.
pub struct Chaine {
    pub client: Client,
    pub magasin: String,
}

fn id(valeur: &Value, champ: &str) -> String {
    valeur[champ].as_str().unwrap_or_else(|| panic!("{champ} dans {valeur}")).to_owned()
}

impl Chaine {
    pub async fn nouvelle(client: Client) -> Self {
        let corps = json!({"nom": "Cuisine", "type_magasin": "PRODUCTION"});
        let magasin = client.post("/api/interne/magasins", &corps).await.attendue(201);
        Self { client, magasin: id(&magasin, "id") }
    }

    pub async fn autre_magasin(&self, nom: &str) -> String {
        let corps = json!({"nom": nom, "type_magasin": "VENTE"});
        id(&self.client.post("/api/interne/magasins", &corps).await.attendue(201), "id")
    }

    /// A bought ingredient counted in grams.
    pub async fn ingredient(&self, nom: &str) -> String {
        let corps = json!({"nom": nom, "unite_base": "g"});
        id(&self.client.post("/api/interne/ingredients", &corps).await.attendue(201), "id")
    }

    /// A recipe of one piece: (recette id, article id).
    pub async fn recette(&self, nom: &str, lignes: &[(&str, f64)]) -> (String, String) {
        self.recette_de(json!({"nom": nom}), lignes).await
    }

    /// The same with more fields of its own; lines in grams.
    pub async fn recette_de(&self, mut corps: Value, lignes: &[(&str, f64)]) -> (String, String) {
        corps["lignes"] = lignes
            .iter()
            .map(|(i, q)| json!({"ingredient_id": i, "quantite": q, "unite": "g"}))
            .collect();
        let cree = self.client.post("/api/interne/recettes", &corps).await.attendue(201);
        (id(&cree, "id"), id(&cree, "article_id"))
    }

    /// Receives one lot in grams; its id.
    pub async fn lot(&self, ingredient: &str, grammes: f64, dlc: Option<&str>) -> String {
        let corps = json!({"magasin_id": self.magasin, "lignes": [{
            "ingredient_id": ingredient, "quantite": grammes, "unite": "g", "date_dlc": dlc}]});
        let recue = self.client.post("/api/interne/receptions", &corps).await.attendue(201);
        id(&recue["lots"][0], "lot_id")
    }

    pub fn demande(&self, lignes: &[(&str, f64)]) -> Value {
        let lignes: Vec<_> = lignes
            .iter()
            .map(|(r, q)| json!({"recette_id": r, "quantite_a_produire": q}))
            .collect();
        json!({"magasin_id": self.magasin, "date_jour": JOUR, "lignes": lignes})
    }

    pub async fn produire(&self, lignes: &[(&str, f64)]) -> Reponse {
        self.client.post(PRODUIRE, &self.demande(lignes)).await
    }

    /// Every lot, empty ones too, as the API shows them.
    pub async fn lots(&self) -> Vec<Value> {
        let chemin =
            format!("/api/interne/stock?magasin_id={}&vides=true&limite=1000", self.magasin);
        let mut liste = self.client.get(&chemin).await.attendue(200);
        serde_json::from_value(liste["elements"].take()).expect("lots")
    }

    /// What a lot holds now.
    pub async fn solde(&self, lot: &str) -> f64 {
        let lots = self.lots().await;
        let trouve = lots.iter().find(|l| l["lot_id"] == lot).expect("lot");
        trouve["solde"].as_f64().expect("solde")
    }
}
