//! Writes a recipe: a new one, or the next version of one.

use std::collections::HashMap;

use sqlx::PgConnection;
use uuid::Uuid;

use super::graphe::{self, Faute};
use super::lire::{Recette, trouver};
use super::place::PlaceDite;
use super::{CreneauRecette, inconnue, sql};
use crate::domaine::{Decimal, Quantite, Unite};
use crate::platform::db::operations::Operation;
use crate::platform::errors::{Erreur, ErreurCritiqueMetier};
use crate::platform::http::{Lecteur, QuantiteSaisie};
use crate::referentiel::articles::{self, refus_unite};
use crate::referentiel::{Article, Nature};

#[derive(utoipa::ToSchema)]
pub(crate) struct NouvelleRecette {
    pub nom: String,
    pub nature: Option<Nature>,
    /// L'article qu'elle fait ; sans lui, un article du même nom est créé.
    pub article_id: Option<Uuid>,
    /// Ce qu'elle donne ; une pièce si rien n'est dit.
    #[schema(required = false)]
    pub rendement: QuantiteSaisie,
    pub duree_vie_jours: Option<i32>,
    /// Où elle se fait en cuisine. Absent : reste ce qu'il était ; null : aucun.
    #[schema(value_type = Option<String>, example = "chaud")]
    pub poste: Option<Option<String>>,
    /// `matin`, `midi` ou `soir`. Absent : reste ce qu'il était ; null : aucun.
    #[schema(value_type = Option<CreneauRecette>)]
    pub creneau: Option<Option<CreneauRecette>>,
    /// Comment elle se fait, geste après geste. Absent : reste ce qui était dit ; null : rien.
    pub etapes: Option<Vec<String>>,
    pub lignes: Vec<NouvelleLigne>,
}

#[derive(utoipa::ToSchema)]
pub(crate) struct NouvelleLigne {
    pub ingredient_id: Uuid,
    #[schema(value_type = f64)]
    pub quantite: Decimal,
    pub unite: Unite,
}

impl NouvelleLigne {
    pub(crate) fn saisie(&self) -> QuantiteSaisie {
        QuantiteSaisie { nombre: self.quantite, unite: self.unite }
    }
}

impl NouvelleRecette {
    pub(crate) fn lire(l: &Lecteur<'_>) -> Self {
        let PlaceDite { poste, creneau, etapes } = PlaceDite::lire(l);
        let une_piece = QuantiteSaisie { nombre: Decimal::entier(1), unite: Unite::Piece };
        Self {
            nom: l.texte("nom", 200),
            nature: l.choix_option("nature", &Nature::MOTS[1..]),
            article_id: l.uuid_option("article_id"),
            rendement: l.objet_option("rendement", Lecteur::quantite_saisie).unwrap_or(une_piece),
            duree_vie_jours: l
                .entier_option("duree_vie_jours", 0..=3650)
                .and_then(|j| i32::try_from(j).ok()),
            poste,
            creneau,
            etapes,
            lignes: l.liste("lignes", |l| {
                let QuantiteSaisie { nombre: quantite, unite } = l.quantite_saisie();
                NouvelleLigne { ingredient_id: l.uuid("ingredient_id"), quantite, unite }
            }),
        }
    }
}

/// A version as it is stored.
pub(super) struct Version {
    pub rendement: Quantite,
    pub duree_vie_jours: Option<i32>,
    pub lignes: Vec<LigneEcrite>,
}

pub(super) struct LigneEcrite {
    pub article_id: Uuid,
    pub quantite: Quantite,
    pub saisie: QuantiteSaisie,
}

pub(crate) async fn creer(
    tx: &mut PgConnection,
    op: Operation,
    n: NouvelleRecette,
) -> Result<Recette, Erreur> {
    sql::verrouiller_graphe(tx).await?;
    let article = article_fait(tx, &n).await?;
    let id = Uuid::now_v7();
    // First, so that the graph shows what already uses this article: it is made from now on.
    sql::inserer(tx, id, &n.nom, article.id).await?;
    sql::placer(tx, id, &n).await?;
    let version = preparer(tx, &n, &article, None).await?;
    sql::inserer_version(tx, op, (id, 1), &version).await?;
    trouver(tx, id).await
}

pub(crate) async fn remplacer(
    tx: &mut PgConnection,
    op: Operation,
    id: Uuid,
    n: NouvelleRecette,
) -> Result<Recette, Erreur> {
    sql::verrouiller_graphe(tx).await?;
    let Some((article_id, version_avant)) = sql::verrouiller(tx, id).await? else {
        return Err(inconnue(id).into());
    };
    if n.article_id.is_some_and(|a| a != article_id) {
        let message = "ne se change pas : une recette fait toujours le même article";
        return Err(ErreurCritiqueMetier::champ("article_id", message).into());
    }
    let article = articles::trouver(tx, article_id).await?;
    verifier_nature(&n, &article)?;
    let version = preparer(tx, &n, &article, Some(id)).await?;
    sql::changer(tx, id, &n.nom, version_avant + 1).await?;
    sql::placer(tx, id, &n).await?;
    sql::inserer_version(tx, op, (id, version_avant + 1), &version).await?;
    trouver(tx, id).await
}

/// The article given, or one made for this recipe.
async fn article_fait(tx: &mut PgConnection, n: &NouvelleRecette) -> Result<Article, Erreur> {
    if let Some(id) = n.article_id {
        let article = articles::trouver(tx, id).await?;
        verifier_nature(n, &article)?;
        return Ok(article);
    }
    let article = Article {
        id: Uuid::now_v7(),
        nom: n.nom.clone(),
        unite_base: n.rendement.unite.en_base().0,
        nature: n.nature.unwrap_or(Nature::Produit),
        densite: None,
        poids_piece: None,
        allergenes: None,
    };
    articles::inserer(tx, &article).await?;
    Ok(article)
}

fn verifier_nature(n: &NouvelleRecette, article: &Article) -> Result<(), ErreurCritiqueMetier> {
    if article.nature == Nature::Matiere {
        let message =
            "désigne une matière achetée : une recette fait une préparation ou un produit";
        return Err(ErreurCritiqueMetier::champ("article_id", message));
    }
    if n.nature.is_some_and(|nature| nature != article.nature) {
        let message =
            format!("ne correspond pas à l'article, qui est « {} »", article.nature.code());
        return Err(ErreurCritiqueMetier::champ("nature", message));
    }
    Ok(())
}

/// Converts every line, and looks at the whole graph with this recipe in it.
async fn preparer(
    tx: &mut PgConnection,
    n: &NouvelleRecette,
    article: &Article,
    remplacee: Option<Uuid>,
) -> Result<Version, Erreur> {
    let rendement = article.convertir(n.rendement).map_err(|e| refus_unite("rendement.", e))?;
    let mut ids: Vec<Uuid> = n.lignes.iter().map(|l| l.ingredient_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let connus = articles::par_ids(tx, &ids).await?;
    let faits = sql::faits(tx, Some(&ids)).await?;
    let lignes = convertir(&n.lignes, &connus, &faits)?;
    let mut aretes = sql::aretes(tx, remplacee).await?;
    aretes.extend(ids.iter().map(|i| (article.id, *i)));
    graphe::verifier(&aretes).map_err(refus_graphe)?;
    Ok(Version { rendement, duree_vie_jours: n.duree_vie_jours, lignes })
}

/// Every line that does not convert is told at once.
fn convertir(
    lignes: &[NouvelleLigne],
    connus: &HashMap<Uuid, Article>,
    faits: &[Uuid],
) -> Result<Vec<LigneEcrite>, ErreurCritiqueMetier> {
    let mut ecrites = Vec::with_capacity(lignes.len());
    let mut erreurs = Vec::new();
    for (i, ligne) in lignes.iter().enumerate() {
        let article = &connus[&ligne.ingredient_id];
        if article.nature == Nature::Produit && !faits.contains(&article.id) {
            let message = "désigne un produit vendu, qu'aucune recette ne fait";
            erreurs.push(champ(i, "ingredient_id", message));
            continue;
        }
        match article.convertir(ligne.saisie()) {
            Ok(quantite) => ecrites.push(LigneEcrite {
                article_id: article.id,
                quantite,
                saisie: ligne.saisie(),
            }),
            Err(e) => {
                let refus = refus_unite("", e);
                let nom = if refus.champs["erreurs"][0]["champ"] == "unite" {
                    "unite"
                } else {
                    "quantite"
                };
                erreurs.push(champ(i, nom, &e.to_string()));
            }
        }
    }
    if erreurs.is_empty() { Ok(ecrites) } else { Err(ErreurCritiqueMetier::validation(&erreurs)) }
}

fn champ(rang: usize, nom: &str, message: &str) -> crate::platform::errors::ErreurChamp {
    crate::platform::errors::ErreurChamp {
        champ: format!("lignes[{rang}].{nom}"),
        message: message.to_owned(),
    }
}

fn refus_graphe(faute: Faute) -> ErreurCritiqueMetier {
    let message = match faute {
        Faute::Cycle => "forment un cycle : une préparation ne peut pas se contenir elle-même",
        Faute::TropProfond => "s'emboîtent sur plus de 8 niveaux",
    };
    ErreurCritiqueMetier::champ("lignes", message)
}
