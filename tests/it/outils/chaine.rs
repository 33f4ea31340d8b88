//! A small chain, made through the API as a client would.

use std::sync::LazyLock;

use chrono::{NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use delicego::domaine::jour_de;
use serde_json::{Value, json};

use super::client::{Client, Reponse};

/// The day the tests began on, in Paris: what is made is made today. Over midnight it stays that one,
/// which is free to declare until four in the morning.
pub const JOUR: Jour = Jour;

#[derive(Debug, Clone, Copy)]
pub struct Jour;

impl std::fmt::Display for Jour {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(jour(0))
    }
}

impl serde::Serialize for Jour {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(jour(0))
    }
}

/// So many days after it, as the API writes days.
pub fn jour(apres: i64) -> &'static str {
    date(apres).to_string().leak()
}

/// The same, as pages write it.
pub fn jour_francais(apres: i64) -> String {
    date(apres).format("%d/%m/%Y").to_string()
}

pub fn date(apres: i64) -> NaiveDate {
    static PREMIER: LazyLock<NaiveDate> = LazyLock::new(|| jour_de(Utc::now(), Tz::Europe__Paris));
    *PREMIER + TimeDelta::days(apres)
}

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
        self.lot_recu(ingredient, grammes, (dlc, None)).await
    }

    /// The same long ago: it is stock of the days before too.
    pub async fn lot_ancien(&self, ingredient: &str, grammes: f64) -> String {
        self.lot_recu(ingredient, grammes, (None, Some("2026-01-01T12:00:00Z"))).await
    }

    async fn lot_recu(
        &self,
        ingredient: &str,
        grammes: f64,
        (dlc, recue_le): (Option<&str>, Option<&str>),
    ) -> String {
        let corps = json!({"magasin_id": self.magasin, "recue_le": recue_le, "lignes": [{
            "ingredient_id": ingredient, "quantite": grammes, "unite": "g", "date_dlc": dlc}]});
        let recue = self.client.post("/api/interne/receptions", &corps).await.attendue(201);
        id(&recue["lots"][0], "lot_id")
    }

    pub fn demande(&self, lignes: &[(&str, f64)]) -> Value {
        let lignes: Vec<_> = lignes
            .iter()
            .map(|(r, q)| json!({"recette_id": r, "quantite_a_produire": q}))
            .collect();
        json!({"magasin_id": self.magasin, "date_jour": jour(0), "lignes": lignes})
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
