//! What a book says, as programs read it and as the database keeps it.

use serde::{Deserialize, Serialize};
use serde_json::Number;

use super::lecture::{CodeDeDoute, Doute, LigneLue, LivreLu, RecetteLue};
use crate::domaine::{Decimal, Quantite};

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Releve {
    pub recettes: Vec<RecetteRelevee>,
    pub lignes_illisibles: Vec<TexteDePage>,
    /// Ce qui ouvre une liste dans d'autres livres, suivi de mots qui ne sont pas compris.
    #[serde(default)]
    pub entetes_non_compris: Vec<TexteDePage>,
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
    #[serde(default)]
    pub rendement: Rendement,
    /// Vide : rien à regarder.
    #[serde(default)]
    pub doutes: Vec<DouteReleve>,
}

/// Ce que fait la recette entière.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Rendement {
    #[schema(value_type = f64)]
    pub quantite: Number,
    pub unite: String,
}

impl Default for Rendement {
    fn default() -> Self {
        Self { quantite: Number::from(1), unite: "piece".to_owned() }
    }
}

/// Ce qu'une personne doit regarder avant que la recette soit produite.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct DouteReleve {
    pub code: CodeDeDoute,
    pub page: u32,
    /// Les mots du livre.
    pub texte: String,
    /// Ce qui n'est pas su.
    #[serde(default)]
    pub phrase: String,
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
    /// Ce qui entre dans la recette, dans l'unité de la ligne, ou en pièces quand `recette` est
    /// dite ; null pour « QS », ou dans le doute.
    #[serde(default)]
    #[schema(value_type = Option<f64>)]
    pub quantite_recette: Option<Number>,
    /// Ce qui en reste une fois paré, dans l'unité de la ligne, quand le livre imprime les deux.
    #[serde(default)]
    #[schema(value_type = Option<f64>)]
    pub quantite_nette: Option<Number>,
    /// La recette du livre que cette ligne nomme.
    #[serde(default)]
    pub recette: Option<String>,
}

/// Des mots du livre, et leur page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct TexteDePage {
    pub page: u32,
    pub texte: String,
}

impl LigneRelevee {
    /// What goes into the recipe.
    pub(crate) fn nombre_de_recette(&self) -> Option<Decimal> {
        Decimal::lire_json(self.quantite_recette.as_ref()?.as_str()).ok()
    }

    /// What is weighed of it, where the book says it.
    pub(crate) fn nombre_net(&self) -> Option<Decimal> {
        Decimal::lire_json(self.quantite_nette.as_ref()?.as_str()).ok()
    }

    pub(crate) fn nombre_imprime(&self) -> Option<Decimal> {
        Decimal::lire_json(self.quantite.as_ref()?.as_str()).ok()
    }

    /// A number is printed, and what goes into the recipe is not known.
    pub(crate) const fn est_en_doute(&self) -> bool {
        self.quantite.is_some() && self.quantite_recette.is_none()
    }
}

impl RecetteRelevee {
    pub(crate) fn poids_net(&self) -> Option<Quantite> {
        let nombre = Decimal::lire_json(self.poids_net_g.as_ref()?.as_str()).ok()?;
        Quantite::depuis(nombre).ok().filter(|q| q.est_positive())
    }

    /// Pieces; one where the number is none.
    pub(crate) fn rendement(&self) -> Quantite {
        let nombre = Decimal::lire_json(self.rendement.quantite.as_str()).ok();
        let pieces = nombre.and_then(|n| Quantite::depuis(n).ok()).filter(|q| q.est_positive());
        pieces.unwrap_or(Quantite::milliemes(1_000))
    }
}

impl From<&LivreLu> for Releve {
    fn from(livre: &LivreLu) -> Self {
        let texte =
            |l: &super::lecture::TexteDePage| TexteDePage { page: l.page, texte: propre(&l.texte) };
        Self {
            recettes: livre.recettes.iter().map(recette).collect(),
            lignes_illisibles: livre.lignes_illisibles.iter().map(texte).collect(),
            entetes_non_compris: livre.entetes_non_compris.iter().map(texte).collect(),
            remarques: livre.remarques.iter().map(ToString::to_string).collect(),
        }
    }
}

/// Ten years.
pub(crate) const DUREE_MAX: u16 = 3_650;
/// A recipe's name has at most 200 characters, here as everywhere.
const TITRE_MAX: usize = 200;

fn recette(r: &RecetteLue) -> RecetteRelevee {
    RecetteRelevee {
        titre: propre(&r.titre).chars().take(TITRE_MAX).collect::<String>().trim().to_owned(),
        page: r.page,
        lignes: r.lignes.iter().map(ligne).collect(),
        poids_net_g: r.poids_net_g.and_then(|q| q.to_string().parse().ok()),
        emballage: r.emballage.as_deref().map(propre),
        duree_vie_jours: r.duree_vie_jours.filter(|j| *j <= DUREE_MAX),
        rendement: r.rendement.and_then(rendement).unwrap_or_default(),
        doutes: r.doutes.iter().map(doute).collect(),
    }
}

fn rendement(pieces: Decimal) -> Option<Rendement> {
    Some(Rendement { quantite: pieces.to_string().parse().ok()?, ..Rendement::default() })
}

fn doute(d: &Doute) -> DouteReleve {
    let (texte, phrase) = (propre(&d.texte), propre(&d.phrase));
    DouteReleve { code: d.code, page: d.page, texte, phrase }
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
        quantite_recette: nombre(l.quantite_recette),
        quantite_nette: nombre(l.quantite_nette),
        recette: None,
    }
}

/// PostgreSQL holds every character but this one.
fn propre(texte: &str) -> String {
    texte.replace('\0', "")
}
