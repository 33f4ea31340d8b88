//! What the requests of the table can be wrong about: two magasins with things of their own.

use serde_json::{Value, json};

use super::cas::{Cas, Qui};
use crate::outils::brut::{Brute, brute};
use crate::outils::chaine::{JOUR, PRODUIRE, jour};
use crate::outils::{Chaine, Client, Serveur};

pub struct Monde {
    pub chaine: Chaine,
    pub autre: String,
    pub riz: String,
    /// Counted in pieces, without a piece weight.
    pub oeuf: String,
    pub fournisseur: String,
    pub recette: String,
    /// Sold in this magasin, under the gencode `3012345678900`.
    pub menu: String,
    pub menu_autre: String,
    pub lot: String,
    pub lot_autre: String,
    pub preparation: String,
    pub article_preparation: String,
    /// A preparation that no recipe makes yet, and the article of one that is made of it.
    pub pate: (String, String),
    /// Two recipes that take all one line may say of the same ingredient.
    pub geantes: [String; 2],
    operateur: Client,
    anonyme: Client,
}

/// An id that is nobody's.
pub const INCONNU: &str = "0197ffff-ffff-7fff-8fff-ffffffffffff";
/// A day planned beyond what a quantity can hold.
pub const JOUR_DEMESURE: &str = "2031-06-06";
pub const GENCODE: &str = "3012345678900";

impl Monde {
    pub async fn nouveau(s: &Serveur) -> Self {
        let chaine = Chaine::nouvelle(s.admin().await).await;
        let autre = chaine.autre_magasin("Boutique").await;
        let riz = chaine.ingredient("Riz").await;
        let c = chaine.client.clone();
        let cree = async |chemin: &str, corps: Value| {
            let cree = c.post(&format!("/api/interne/{chemin}"), &corps).await.attendue(201);
            cree["id"].as_str().expect("id").to_owned()
        };
        let oeuf = cree("ingredients", json!({"nom": "Œuf", "unite_base": "piece"})).await;
        let fournisseur = cree("fournisseurs", json!({"nom": "Crèmerie Été"})).await;
        let (recette, _) = chaine.recette("Bowl", &[(&riz, 100.0)]).await;
        let sauce = json!({"nom": "Sauce", "nature": "preparation",
            "rendement": {"quantite": 1, "unite": "kg"}});
        let (preparation, article_preparation) = chaine.recette_de(sauce, &[(&riz, 10.0)]).await;
        let pate = json!({"nom": "Pâte", "nature": "preparation", "unite_base": "g"});
        let pate = cree("ingredients", pate).await;
        let fond = json!({"nom": "Fond de tarte", "nature": "preparation"});
        let (_, fond) = chaine.recette_de(fond, &[(&pate, 10.0)]).await;
        let geante = async |nom| chaine.recette(nom, &[(&riz, 1e9)]).await.0;
        let geantes = [geante("Géante").await, geante("Énorme").await];
        let menu = json!({"nom": "Bowl", "recette_id": recette, "magasin_id": chaine.magasin,
            "gencode": GENCODE, "prix": 9.5});
        let menu = cree("menus", menu).await;
        let menu_autre = json!({"nom": "Bowl", "recette_id": recette, "magasin_id": autre});
        let menu_autre = cree("menus", menu_autre).await;
        let lot = chaine.lot(&riz, 5000.0, Some(jour(40))).await;
        let lot_autre = lot_de(&c, &autre, &riz).await;
        let plan = json!({"lignes": [{"recette_id": recette, "quantite_planifiee": 10}]});
        let adresse = format!("/api/interne/plans/{}/{JOUR}", chaine.magasin);
        c.put(&adresse, &plan).await.attendue(200);
        let ligne = |r: &String| json!({"recette_id": r, "quantite_planifiee": 9_000_000});
        let plan = json!({"lignes": geantes.iter().map(ligne).collect::<Vec<_>>()});
        let demesure = format!("/api/interne/plans/{}/{JOUR_DEMESURE}", chaine.magasin);
        c.put(&demesure, &plan).await.attendue(200);
        chaine.produire(&[(&recette, 2.0)]).await.attendue(201);
        let (operateur, anonyme) = (s.operateur().await, s.anonyme());
        Self {
            chaine,
            autre,
            riz,
            oeuf,
            fournisseur,
            recette,
            menu,
            menu_autre,
            lot,
            lot_autre,
            preparation,
            article_preparation,
            pate: (pate, fond),
            geantes,
            operateur,
            anonyme,
        }
    }

    pub fn magasin(&self) -> &str {
        &self.chaine.magasin
    }

    pub fn plan(&self) -> String {
        format!("/api/interne/plans/{}/{JOUR}", self.magasin())
    }

    pub async fn envoyer(&self, cas: &Cas) -> Brute {
        let client = match cas.qui {
            Qui::Admin => &self.chaine.client,
            Qui::Operateur => &self.operateur,
            Qui::Personne | Qui::JetonFaux => &self.anonyme,
        };
        let mut requete = client.requete(cas.methode.clone(), &cas.chemin);
        for (nom, valeur) in &cas.entetes {
            requete = requete.header(*nom, valeur);
        }
        if cas.qui == Qui::JetonFaux {
            requete = requete.bearer_auth("A".repeat(43));
        }
        brute(requete.body(cas.corps.clone())).await
    }
}

async fn lot_de(c: &Client, magasin: &str, ingredient: &str) -> String {
    let ligne = json!({"ingredient_id": ingredient, "quantite": 1000, "unite": "g"});
    let corps = json!({"magasin_id": magasin, "lignes": [ligne]});
    let recue = c.post("/api/interne/receptions", &corps).await.attendue(201);
    recue["lots"][0]["lot_id"].as_str().expect("lot").to_owned()
}

/// Good bodies, for a case to spoil one field of.
impl Monde {
    pub fn production(&self) -> (&'static str, Value) {
        (PRODUIRE, self.chaine.demande(&[(&self.recette, 1.0)]))
    }

    pub fn reception(&self) -> (&'static str, Value) {
        let ligne = json!({"ingredient_id": self.riz, "quantite": 5, "unite": "g",
            "code_lot": "L1", "date_dlc": jour(72)});
        let corps = json!({"magasin_id": self.magasin(), "fournisseur_id": self.fournisseur,
            "recue_le": "2026-11-22T08:00:00+01:00", "lignes": [ligne]});
        ("/api/interne/receptions", corps)
    }

    pub fn recette(&self) -> (&'static str, Value) {
        let ligne = json!({"ingredient_id": self.riz, "quantite": 5, "unite": "g"});
        let corps = json!({"nom": "Nouvelle", "rendement": {"quantite": 2, "unite": "piece"},
            "duree_vie_jours": 3, "lignes": [ligne]});
        ("/api/interne/recettes", corps)
    }

    pub fn ajustement(&self) -> (&'static str, Value) {
        let corps = json!({"magasin_id": self.magasin(), "lot_id": self.lot, "quantite": -5,
            "unite": "g", "motif": "compté"});
        ("/api/interne/ajustements", corps)
    }

    pub fn perte(&self) -> (&'static str, Value) {
        let corps = json!({"magasin_id": self.magasin(), "lot_id": self.lot, "quantite": 5,
            "unite": "g", "motif": "tombé"});
        ("/api/interne/pertes", corps)
    }

    pub fn menu(&self) -> (&'static str, Value) {
        let corps = json!({"nom": "Menu", "recette_id": self.recette,
            "magasin_id": self.magasin(), "gencode": "123", "prix": 9.5});
        ("/api/interne/menus", corps)
    }

    pub fn ingredient(&self) -> (&'static str, Value) {
        let corps = json!({"nom": "Lait", "unite_base": "ml", "densite": 1.03, "poids_piece": 5});
        ("/api/interne/ingredients", corps)
    }

    pub fn nouveau_plan(&self) -> Value {
        json!({"lignes": [{"recette_id": self.recette, "quantite_planifiee": 12}]})
    }
}
