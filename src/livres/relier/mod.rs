//! What a person decides of a label, once and for everywhere it is printed; and undoes.

mod sql;

use serde::Serialize;
use sqlx::PgConnection;
use uuid::Uuid;

use super::normaliser::cle;
use super::reviser::{self, Bilan};
use super::sql as commun;
use crate::platform::db::operations::Operation;
use crate::platform::errors::{Erreur, ErreurCritiqueMetier};
use crate::platform::http::Lecteur;
use crate::recettes;
use crate::referentiel::alias::{self, Alias, NouvelAlias};
use crate::referentiel::articles::{self, NouvelIngredient};
use crate::referentiel::{Article, Nature};

pub(crate) struct Lien {
    /// As printed.
    pub libelle: String,
    pub vers: Vers,
}

pub(crate) enum Vers {
    IngredientId(Uuid),
    /// Made, then linked.
    NouvelIngredient(NouvelIngredient),
}

/// What a program says.
#[derive(utoipa::ToSchema)]
#[schema(as = Lien)]
#[expect(dead_code, reason = "describes the body in the OpenAPI document")]
pub(crate) struct LienDit {
    /// Le libellé, comme imprimé.
    libelle: String,
    /// Un ingrédient, ou un produit qu'une recette fait.
    ingredient_id: Option<Uuid>,
    /// À créer, quand il n'existe pas.
    nouvel_ingredient: Option<NouvelIngredient>,
}

impl Lien {
    pub(crate) fn lire(l: &Lecteur<'_>) -> Self {
        let libelle = l.texte("libelle", 200);
        let vers = match l.objet_option("nouvel_ingredient", NouvelIngredient::lire) {
            Some(nouveau) => Vers::NouvelIngredient(nouveau),
            None => Vers::IngredientId(l.uuid("ingredient_id")),
        };
        Self { libelle, vers }
    }
}

#[derive(utoipa::ToSchema)]
pub(crate) struct AIgnorer {
    /// Le libellé, comme imprimé.
    pub libelle: String,
    /// Vrai : seulement là où aucune quantité n'est imprimée (« QS »).
    #[schema(required = false)]
    pub sans_quantite: bool,
}

impl AIgnorer {
    pub(crate) fn lire(l: &Lecteur<'_>) -> Self {
        Self {
            libelle: l.texte("libelle", 2_000),
            sans_quantite: l.booleen_option("sans_quantite").unwrap_or(false),
        }
    }
}

/// What was decided, by the id that undoes it, and what came of it.
#[derive(Debug, Clone, Copy, Serialize, utoipa::ToSchema)]
pub(crate) struct Decision {
    /// L'alias appris, ou le libellé ignoré : à donner pour annuler.
    pub id: Uuid,
    /// L'ingrédient relié.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ingredient_id: Option<Uuid>,
    #[serde(flatten)]
    pub bilan: Bilan,
}

/// Learns that this label means that ingredient, and lets every such line be it.
pub(crate) async fn relier(
    tx: &mut PgConnection,
    op: Operation,
    lien: Lien,
) -> Result<Decision, Erreur> {
    commun::verrouiller(tx).await?;
    let article = match lien.vers {
        Vers::IngredientId(id) => articles::trouver(tx, id).await?,
        Vers::NouvelIngredient(nouveau) => articles::creer(tx, nouveau).await?,
    };
    let ingredient_id = Some(article.id);
    let (id, pliee) = apprendre(tx, lien.libelle, &article).await?;
    Ok(Decision { id, ingredient_id, bilan: juger(tx, op, pliee).await? })
}

/// Several labels at once: all of them, or none.
pub(crate) async fn relier_tous(
    tx: &mut PgConnection,
    op: Operation,
    liens: Vec<(String, Uuid)>,
) -> Result<Bilan, Erreur> {
    commun::verrouiller(tx).await?;
    let mut pliees = Vec::with_capacity(liens.len());
    for (libelle, ingredient_id) in liens {
        let article = articles::trouver(tx, ingredient_id).await?;
        pliees.push(apprendre(tx, libelle, &article).await?.1);
    }
    reviser::juger_de_nouveau(tx, op, &pliees).await
}

/// The alias, and the label as its lines are found by.
async fn apprendre(
    tx: &mut PgConnection,
    libelle: String,
    article: &Article,
) -> Result<(Uuid, String), Erreur> {
    if article.nature == Nature::Produit && !recettes::est_fait(tx, article.id).await? {
        let message = "désigne un produit vendu, qu'aucune recette ne fait";
        return Err(ErreurCritiqueMetier::champ("ingredient_id", message).into());
    }
    let voulue = cle(&libelle);
    let semblables = alias::actifs(tx).await?.into_iter();
    let (deja, contraires): (Vec<Alias>, Vec<Alias>) = semblables
        .filter(|a| cle(&a.alias).stricte == voulue.stricte)
        .partition(|a| a.ingredient_id == article.id);
    let contraires: Vec<Uuid> = contraires.iter().map(|a| a.id).collect();
    alias::desactiver(tx, &contraires).await?;
    let ignores = sql::ne_plus_ignorer(tx, &voulue.pliee).await?;
    let id = match deja.first() {
        Some(alias) => alias.id,
        None => {
            let nouveau = NouvelAlias { alias: libelle, ingredient_id: article.id };
            alias::creer(tx, nouveau).await?.id
        }
    };
    alias::remplacer(tx, &contraires, id).await?;
    sql::remplacer(tx, &ignores, id).await?;
    Ok((id, voulue.pliee))
}

/// Forgets an alias: what it put aside is back, and the lines that it explained are what they were
/// without it.
pub(crate) async fn oublier(
    tx: &mut PgConnection,
    op: Operation,
    id: Uuid,
) -> Result<Decision, Erreur> {
    commun::verrouiller(tx).await?;
    let Some(oublie) = alias::desactiver(tx, &[id]).await?.pop() else {
        let detail = "Cet alias n'existe pas, ou il est déjà oublié.";
        return Err(ErreurCritiqueMetier::introuvable("alias_inconnu", detail).into());
    };
    alias::retablir(tx, id).await?;
    sql::retablir(tx, id).await?;
    Ok(Decision { id, ingredient_id: None, bilan: juger(tx, op, cle(&oublie.alias).pliee).await? })
}

/// This label is no ingredient, or is not counted where no quantity is printed.
pub(crate) async fn ignorer(
    tx: &mut PgConnection,
    op: Operation,
    demande: AIgnorer,
) -> Result<Decision, Erreur> {
    commun::verrouiller(tx).await?;
    let pliee = cle(&demande.libelle).pliee;
    let id = sql::ignorer(tx, &demande, &pliee).await?;
    Ok(Decision { id, ingredient_id: None, bilan: juger(tx, op, pliee).await? })
}

pub(crate) async fn ne_plus_ignorer(
    tx: &mut PgConnection,
    op: Operation,
    id: Uuid,
) -> Result<Decision, Erreur> {
    commun::verrouiller(tx).await?;
    let Some(pliee) = sql::reprendre_en_compte(tx, id).await? else {
        let detail = "Ce libellé n'est pas, ou n'est plus, ignoré.";
        return Err(ErreurCritiqueMetier::introuvable("libelle_inconnu", detail).into());
    };
    Ok(Decision { id, ingredient_id: None, bilan: juger(tx, op, pliee).await? })
}

/// Lets a recipe be what the book says, although it was changed by hand or taken from another book.
pub(crate) async fn reprendre(
    tx: &mut PgConnection,
    op: Operation,
    id: Uuid,
) -> Result<Bilan, Erreur> {
    commun::verrouiller(tx).await?;
    reviser::reprendre(tx, op, id).await?.ok_or_else(|| {
        let detail = "Cette recette importée n'existe pas, ou elle n'a pas de ligne à reprendre.";
        ErreurCritiqueMetier::introuvable("recette_importee_inconnue", detail).into()
    })
}

async fn juger(tx: &mut PgConnection, op: Operation, pliee: String) -> Result<Bilan, Erreur> {
    reviser::juger_de_nouveau(tx, op, &[pliee]).await
}

/// What linking several at once came to, as it is kept for a form that is sent twice.
#[derive(Debug, Serialize, serde::Deserialize)]
pub(crate) struct Sur {
    pub liens: usize,
}
