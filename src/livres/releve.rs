//! What a book says, as programs read it and as the database keeps it.

use serde::{Deserialize, Serialize};
use serde_json::Number;

use super::lecture::{LigneLue, LivreLu, RecetteLue};
use crate::domaine::{Decimal, Quantite};

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Releve {
    pub recettes: Vec<RecetteRelevee>,
    pub lignes_illisibles: Vec<LigneIllisible>,
    #[serde(default)]
    pub remarques: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RecetteRelevee {
    pub titre: String,
    pub page: u32,
    pub lignes: Vec<LigneRelevee>,
    #[schema(value_type = Option<f64>)]
    pub poids_net_g: Option<Number>,
    pub emballage: Option<String>,
    pub duree_vie_jours: Option<u16>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct LigneRelevee {
    pub libelle: String,
    /// Comme imprimée ; null pour « QS ».
    #[schema(value_type = Option<f64>)]
    pub quantite: Option<Number>,
    pub unite: Option<String>,
    #[schema(value_type = Option<f64>)]
    pub pieces: Option<Number>,
    pub page: u32,
    pub texte: String,
}

/// Ce qui se tient à la place d'un ingrédient et ne se lit pas.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct LigneIllisible {
    pub page: u32,
    pub texte: String,
}

impl LigneRelevee {
    pub(crate) fn nombre(&self) -> Option<Decimal> {
        Decimal::lire_json(self.quantite.as_ref()?.as_str()).ok()
    }
}

impl RecetteRelevee {
    pub(crate) fn poids_net(&self) -> Option<Quantite> {
        let nombre = Decimal::lire_json(self.poids_net_g.as_ref()?.as_str()).ok()?;
        Quantite::depuis(nombre).ok().filter(|q| q.est_positive())
    }

    pub(crate) fn duree_vie_jours(&self) -> Option<i32> {
        self.duree_vie_jours.map(i32::from).filter(|j| *j <= 3650)
    }
}

impl From<&LivreLu> for Releve {
    fn from(livre: &LivreLu) -> Self {
        let illisible = |l: &super::lecture::LigneIllisible| LigneIllisible {
            page: l.page,
            texte: propre(&l.texte),
        };
        Self {
            recettes: livre.recettes.iter().map(recette).collect(),
            lignes_illisibles: livre.lignes_illisibles.iter().map(illisible).collect(),
            remarques: livre.remarques.iter().map(ToString::to_string).collect(),
        }
    }
}

/// A recipe's name has at most 200 characters, here as everywhere.
const TITRE_MAX: usize = 200;

fn recette(r: &RecetteLue) -> RecetteRelevee {
    RecetteRelevee {
        titre: propre(&r.titre).chars().take(TITRE_MAX).collect::<String>().trim().to_owned(),
        page: r.page,
        lignes: r.lignes.iter().map(ligne).collect(),
        poids_net_g: r.poids_net_g.and_then(|q| q.to_string().parse().ok()),
        emballage: r.emballage.as_deref().map(propre),
        duree_vie_jours: r.duree_vie_jours,
    }
}

fn ligne(l: &LigneLue) -> LigneRelevee {
    let nombre = |d: Option<Decimal>| d.and_then(|d| d.to_string().parse().ok());
    LigneRelevee {
        libelle: propre(&l.libelle),
        quantite: nombre(l.quantite),
        unite: l.unite.clone(),
        pieces: nombre(l.pieces),
        page: l.page,
        texte: propre(&l.texte),
    }
}

/// PostgreSQL holds every character but this one.
fn propre(texte: &str) -> String {
    texte.replace('\0', "")
}
