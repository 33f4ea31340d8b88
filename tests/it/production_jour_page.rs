//! The manager's pages, as a browser without JavaScript uses them: the day's plan and its
//! production, the shortage debts.

mod droits;
mod ecran;
mod ensemble;
mod manques;
mod plan;
mod production;

use crate::invariants::cuisine;
use crate::outils::chaine::{JOUR, jour};
use crate::outils::visiteur::{Champs, Visiteur};
use crate::outils::{Chaine, Serveur};

pub const PLAN: &str = "/production-du-jour/plan";
pub const PRODUIRE: &str = "/production-du-jour/produire";

/// A kitchen with a plan of 10 bowls (100 g of rice each) and 4 wraps (50 g), and enough rice for
/// `grammes`.
pub struct Cuisine {
    pub s: Serveur,
    pub c: Chaine,
    pub riz: String,
    pub bowl: String,
    pub wrap: String,
    pub lot: String,
}

impl Cuisine {
    pub async fn avec(grammes: f64) -> Self {
        let (s, c) = cuisine().await;
        let riz = c.ingredient("Riz").await;
        let (bowl, _) = c.recette("Bowl", &[(&riz, 100.0)]).await;
        let (wrap, _) = c.recette("Wrap", &[(&riz, 50.0)]).await;
        let lot = c.lot(&riz, grammes, Some(jour(9))).await;
        let cuisine = Self { s, c, riz, bowl, wrap, lot };
        cuisine.planifier(&[(&cuisine.bowl, 10.0), (&cuisine.wrap, 4.0)]).await;
        cuisine
    }

    pub async fn planifier(&self, lignes: &[(&str, f64)]) {
        let lignes: Vec<_> = lignes
            .iter()
            .map(|(r, q)| serde_json::json!({"recette_id": r, "quantite_planifiee": q}))
            .collect();
        let corps = serde_json::json!({"lignes": lignes});
        self.c.client.put(&self.chemin_du_plan(), &corps).await.attendue(200);
    }

    fn chemin_du_plan(&self) -> String {
        format!("/api/interne/plans/{}/{JOUR}", self.c.magasin)
    }

    /// The page of that day.
    pub fn ici(&self) -> String {
        format!("/production-du-jour?magasin_id={}&date={JOUR}", self.c.magasin)
    }

    /// Of that line: planned, produced.
    pub async fn ligne(&self, recette: &str) -> Option<(f64, f64)> {
        let plan = self.c.client.get(&self.chemin_du_plan()).await.attendue(200);
        let lignes = plan["lignes"].as_array().expect("lignes");
        let ligne = lignes.iter().find(|l| l["recette_id"] == recette)?;
        let nombre = |champ: &str| ligne[champ].as_f64().expect("nombre");
        Some((nombre("quantite_planifiee"), nombre("quantite_produite")))
    }

    /// The form as the page of that day shows it.
    pub async fn formulaire(&self, v: &Visiteur, action: &str) -> Champs {
        let page = v.lire(&self.ici()).await;
        assert_eq!(page.statut, 200, "{}", page.texte);
        Champs::du_formulaire(&page.texte, action)
    }

    /// The same, with another quantity typed into a line.
    pub async fn taper(&self, v: &Visiteur, recette: &str, quantite: &str) -> Champs {
        taper(self.formulaire(v, PLAN).await, recette, quantite)
    }
}

/// Types a quantity into the line of a recipe.
pub fn taper(mut champs: Champs, recette: &str, quantite: &str) -> Champs {
    let ligne = champs.0.iter().position(|(n, v)| n == "recette_id" && v == recette);
    let ligne = ligne.expect("ligne du plan");
    let champ = champs.0[ligne..].iter_mut().find(|(n, _)| n == "quantite").expect("quantité");
    quantite.clone_into(&mut champ.1);
    champs
}

/// What a person reads of a page, spaces in one.
pub fn lu(page: &str) -> String {
    let mut texte = String::new();
    for morceau in page.split('<') {
        texte.push_str(morceau.split_once('>').map_or("", |(_, t)| t));
        texte.push(' ');
    }
    let texte = texte.replace("&nbsp;", " ").replace("&#39;", "'");
    texte.split_whitespace().collect::<Vec<_>>().join(" ")
}
