//! Everything that is stocked. Seen from a recipe line, a `matiere` or a `preparation` is an
//! ingredient.

use std::collections::HashMap;

use serde::Serialize;
use sqlx::PgConnection;
use uuid::Uuid;

use super::sql;
use crate::domaine::{Allergene, Conversion, ErreurUnite, Quantite, UniteBase};
use crate::platform::errors::{Erreur, ErreurCritiqueMetier};
use crate::platform::http::{Lecteur, Liste, Page, QuantiteSaisie};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Nature {
    /// Achetée.
    Matiere,
    /// Faite ici, employée dans des recettes.
    Preparation,
    /// Fait ici, vendu.
    Produit,
}

impl Nature {
    pub(crate) const MOTS: [(&'static str, Self); 3] = [
        ("matiere", Self::Matiere),
        ("preparation", Self::Preparation),
        ("produit", Self::Produit),
    ];

    pub(crate) fn lire(mot: &str) -> Option<Self> {
        Self::MOTS.iter().find(|(m, _)| *m == mot).map(|(_, n)| *n)
    }

    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Matiere => "matiere",
            Self::Preparation => "preparation",
            Self::Produit => "produit",
        }
    }
}

#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub(crate) struct Article {
    pub id: Uuid,
    pub nom: String,
    pub unite_base: UniteBase,
    pub nature: Nature,
    /// g par ml.
    #[schema(value_type = Option<f64>)]
    pub densite: Option<Quantite>,
    /// g par pièce.
    #[schema(value_type = Option<f64>)]
    pub poids_piece: Option<Quantite>,
    /// null : personne ne les a dits ; vide : aucun.
    pub allergenes: Option<Vec<Allergene>>,
}

impl Article {
    fn conversion(&self) -> Conversion {
        Conversion {
            densite_milliemes: self.densite.map(Quantite::en_milliemes),
            poids_piece_milliemes: self.poids_piece.map(Quantite::en_milliemes),
        }
    }

    /// What was typed, in this article's base unit.
    pub(crate) fn convertir(&self, saisie: QuantiteSaisie) -> Result<Quantite, ErreurUnite> {
        saisie.unite.convertir(saisie.nombre, self.unite_base, self.conversion())
    }
}

/// A conversion refused, as the faulty field of line `prefixe` ("lignes[3]." or "").
pub(crate) fn refus_unite(prefixe: &str, erreur: ErreurUnite) -> ErreurCritiqueMetier {
    let champ = match erreur {
        ErreurUnite::DensiteManquante(..) | ErreurUnite::PoidsPieceManquant(..) => "unite",
        _ => "quantite",
    };
    ErreurCritiqueMetier::champ(format!("{prefixe}{champ}"), erreur.to_string())
}

#[derive(utoipa::ToSchema)]
pub(crate) struct NouvelIngredient {
    pub nom: String,
    pub unite_base: UniteBase,
    pub nature: Option<Nature>,
    /// g par ml, au plus 3 décimales.
    #[schema(value_type = Option<f64>)]
    pub densite: Option<Quantite>,
    /// g par pièce, au plus 3 décimales.
    #[schema(value_type = Option<f64>)]
    pub poids_piece: Option<Quantite>,
    /// Ce qu'il contient des 14 à déclarer ; vide : aucun ; absent : à dire plus tard.
    pub allergenes: Option<Vec<Allergene>>,
}

/// What an ingredient contains, said anew.
#[derive(utoipa::ToSchema)]
pub(crate) struct AllergenesDits {
    /// Vide : aucun des 14.
    pub allergenes: Vec<Allergene>,
}

impl AllergenesDits {
    pub(crate) fn lire(l: &Lecteur<'_>) -> Self {
        let dits = lire_allergenes(l);
        if l.brut("allergenes").is_none() {
            l.fauter("allergenes", "est obligatoire : une liste vide veut dire aucun");
        }
        Self { allergenes: dits.unwrap_or_default() }
    }
}

/// What a volume and a piece of an ingredient weigh, said anew.
#[derive(Debug, utoipa::ToSchema)]
pub(crate) struct ConversionsDites {
    /// g par ml, au plus 3 décimales ; absente : inconnue.
    #[schema(value_type = Option<f64>)]
    pub densite: Option<Quantite>,
    /// g par pièce, au plus 3 décimales ; absent : inconnu.
    #[schema(value_type = Option<f64>)]
    pub poids_piece: Option<Quantite>,
}

/// Nothing in a kitchen weighs more: more is grams in a litre.
const DENSITE_MAX: i64 = 25_000;

impl ConversionsDites {
    pub(crate) fn lire(l: &Lecteur<'_>) -> Self {
        let densite = l.milliemes_option("densite");
        if densite.is_some_and(|d| d > DENSITE_MAX) {
            l.fauter("densite", "dépasse 25 g par ml : l'eau fait 1, l'huile 0,92");
        }
        Self {
            densite: densite.map(Quantite::milliemes),
            poids_piece: l.milliemes_option("poids_piece").map(Quantite::milliemes),
        }
    }
}

/// Each at most once, in the order of the regulation.
fn lire_allergenes(l: &Lecteur<'_>) -> Option<Vec<Allergene>> {
    let Some(mots) = l.brut("allergenes")?.as_array() else {
        l.fauter("allergenes", "doit être une liste");
        return None;
    };
    let mut lus = Vec::new();
    for mot in mots {
        match mot.as_str().and_then(Allergene::lire) {
            Some(allergene) => lus.push(allergene),
            None => {
                let dit = mot.as_str().map_or_else(|| mot.to_string(), str::to_owned);
                let connus: Vec<&str> = Allergene::tous().map(Allergene::code).collect();
                let connus = connus.join(", ");
                l.fauter("allergenes", format!("contient « {dit} » : les mots sont {connus}"));
            }
        }
    }
    lus.sort_unstable();
    lus.dedup();
    Some(lus)
}

const UNITES: [(&str, UniteBase); 3] =
    [("g", UniteBase::G), ("ml", UniteBase::Ml), ("piece", UniteBase::Piece)];

impl NouvelIngredient {
    pub(crate) fn lire(l: &Lecteur<'_>) -> Self {
        Self {
            nom: l.texte("nom", 200),
            unite_base: l.choix("unite_base", &UNITES),
            nature: l.choix_option("nature", &Nature::MOTS[..2]),
            densite: l.milliemes_option("densite").map(Quantite::milliemes),
            poids_piece: l.milliemes_option("poids_piece").map(Quantite::milliemes),
            allergenes: lire_allergenes(l),
        }
    }
}

pub(crate) async fn creer(tx: &mut PgConnection, n: NouvelIngredient) -> Result<Article, Erreur> {
    let article = Article {
        id: Uuid::now_v7(),
        nom: n.nom,
        unite_base: n.unite_base,
        nature: n.nature.unwrap_or(Nature::Matiere),
        densite: n.densite,
        poids_piece: n.poids_piece,
        allergenes: n.allergenes,
    };
    inserer(tx, &article).await?;
    Ok(article)
}

/// 404 `ingredient_inconnu`.
pub(crate) async fn dire_allergenes(
    tx: &mut PgConnection,
    id: Uuid,
    dits: &AllergenesDits,
) -> Result<Article, Erreur> {
    sql::dire_allergenes(tx, id, &dits.allergenes).await?;
    trouver(tx, id).await
}

/// 404 `ingredient_inconnu`. Quantities written before stay what they are.
pub(crate) async fn dire_conversions(
    tx: &mut PgConnection,
    id: Uuid,
    dites: &ConversionsDites,
) -> Result<Article, Erreur> {
    sql::dire_conversions(tx, id, dites).await?;
    trouver(tx, id).await
}

/// 409 `nom_deja_pris`.
pub(crate) async fn inserer(tx: &mut PgConnection, article: &Article) -> Result<(), Erreur> {
    sql::inserer_article(tx, article).await
}

/// Many at once; 409 `nom_deja_pris`.
pub(crate) async fn inserer_tous(
    tx: &mut PgConnection,
    articles: &[Article],
) -> Result<(), Erreur> {
    sql::inserer_articles(tx, articles).await
}

/// Articles that a recipe line may name.
pub(crate) async fn lister_ingredients(
    c: &mut PgConnection,
    page: Page,
) -> Result<Liste<Article>, Erreur> {
    let lus = sql::ingredients(c, page).await?;
    Ok(Liste::couper(lus, page.limite, |a| a.id.to_string()))
}

/// Every article, products included.
pub(crate) async fn tous(c: &mut PgConnection) -> Result<Vec<Article>, Erreur> {
    sql::tous_les_articles(c).await
}

/// 404 `ingredient_inconnu`.
pub(crate) async fn trouver(c: &mut PgConnection, id: Uuid) -> Result<Article, Erreur> {
    par_ids(c, &[id]).await?.remove(&id).ok_or_else(|| inconnu(id).into())
}

/// All of them, or 404 naming the first that is not there.
pub(crate) async fn par_ids(
    c: &mut PgConnection,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, Article>, Erreur> {
    let lus: HashMap<_, _> = sql::articles(c, ids).await?.into_iter().map(|a| (a.id, a)).collect();
    match ids.iter().find(|id| !lus.contains_key(id)) {
        Some(absent) => Err(inconnu(*absent).into()),
        None => Ok(lus),
    }
}

/// By name, whatever the case.
pub(crate) async fn par_noms(
    c: &mut PgConnection,
    noms: &[String],
) -> Result<Vec<Article>, Erreur> {
    sql::articles_par_noms(c, noms).await
}

fn inconnu(id: Uuid) -> ErreurCritiqueMetier {
    ErreurCritiqueMetier::introuvable("ingredient_inconnu", "Cet ingrédient n'existe pas.")
        .avec("ingredient_id", serde_json::json!(id))
}
