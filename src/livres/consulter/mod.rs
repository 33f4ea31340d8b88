//! Books, their recipes and their lines, as they stand.

mod sql;

use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::PgConnection;
use uuid::Uuid;

use super::comparer::{Changement, comparer};
use super::proches::{Proches, Suggestion};
use super::rapprocher::{Conversion, Imprimee};
use super::releve::TexteDePage;
use super::sql as commun;
use crate::domaine::Decimal;
use crate::domaine::texte::cle_de_tri;
use crate::platform::errors::{Erreur, ErreurCritiqueMetier};
use crate::platform::http::Liste;
use crate::referentiel::{Nature, articles};

use sql::LigneType;
pub(crate) use sql::{Appris, RecetteAVoir, a_voir, contenu, derniers_ignores, derniers_liens};

/// Un livre, dans son édition du moment.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub(crate) struct LivreEnVigueur {
    pub id: Uuid,
    pub source: String,
    pub titre: String,
    pub nom_fichier: String,
    pub nb_pages: i32,
    pub importe_le: DateTime<Utc>,
    /// null : depuis la ligne de commande.
    pub importe_par: Option<String>,
    /// null : la première édition.
    pub precedent_id: Option<Uuid>,
    pub nb_recettes: i64,
    pub nb_lignes: i64,
    pub non_mappees: i64,
    pub illisibles: i64,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct LivreDetaille {
    #[serde(flatten)]
    pub livre: LivreEnVigueur,
    pub recettes: Vec<RecetteDuLivre>,
    pub lignes_illisibles: Vec<TexteDePage>,
    pub remarques: Vec<String>,
    /// Depuis l'édition d'avant.
    pub changements: Vec<Changement>,
}

#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub(crate) struct RecetteDuLivre {
    pub id: Uuid,
    pub titre: String,
    pub page: i32,
    pub emballage: Option<String>,
    pub duree_vie_jours: Option<i32>,
    #[schema(value_type = Option<f64>)]
    pub poids_net_g: Option<crate::domaine::Quantite>,
    pub recette_id: Option<Uuid>,
    pub etat: Etat,
    /// Le livre d'où la recette est prise, si c'est un autre.
    pub autre_source: Option<String>,
    pub lignes: Vec<LigneDuLivre>,
}

/// What the recipe of that title is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Etat {
    /// Se produit.
    Complete,
    /// Ne se produit pas : il reste des lignes à relier.
    Incomplete,
    /// Écrite ou changée à la main.
    Protegee,
    /// Prise d'un autre livre.
    AutreSource,
    /// Aucune ligne à en faire.
    SansRecette,
}

#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub(crate) struct LigneDuLivre {
    pub page: i32,
    pub texte: String,
    pub libelle: String,
    /// Comme imprimée ; null : « QS ».
    #[schema(value_type = Option<f64>)]
    pub quantite: Option<serde_json::Number>,
    pub unite: String,
    #[schema(value_type = Option<f64>)]
    pub pieces: Option<serde_json::Number>,
    /// mappee, non_mappee ou ignoree.
    pub statut: String,
    pub ingredient_id: Option<Uuid>,
    pub ingredient_nom: Option<String>,
    pub raison: String,
}

/// Des lignes imprimées de même qui ne mènent à aucun ingrédient.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub(crate) struct Groupe {
    pub libelle: String,
    /// Aucune quantité n'est imprimée (« QS »).
    pub sans_quantite: bool,
    /// Pourquoi, quand l'ingrédient est connu ; sinon vide.
    pub raison: String,
    /// Ce qu'il faut dire de l'ingrédient pour que ces lignes se pèsent.
    pub conversion_manquante: Option<ConversionManquante>,
    pub occurrences: i64,
    /// Quelques recettes où il se trouve.
    pub recettes: Vec<String>,
    pub suggestions: Vec<Suggestion>,
}

#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub(crate) struct ConversionManquante {
    pub ingredient_id: Uuid,
    pub ingredient_nom: String,
    pub conversion: Conversion,
}

pub(crate) async fn livres(c: &mut PgConnection) -> Result<Vec<LivreEnVigueur>, Erreur> {
    sql::livres(c, None).await
}

/// 404 `livre_inconnu`, also for an edition that was replaced.
pub(crate) async fn livre(c: &mut PgConnection, id: Uuid) -> Result<LivreDetaille, Erreur> {
    let livre = sql::livres(c, Some(id)).await?.pop().ok_or_else(inconnu)?;
    let releve = sql::lecture(c, id).await?.ok_or_else(inconnu)?;
    let changements = match livre.precedent_id {
        None => Vec::new(),
        Some(precedent) => match sql::lecture(c, precedent).await? {
            Some(avant) => comparer(&avant, &releve),
            None => Vec::new(),
        },
    };
    Ok(LivreDetaille {
        recettes: sql::recettes(c, id).await?,
        livre,
        lignes_illisibles: releve.lignes_illisibles,
        remarques: releve.remarques,
        changements,
    })
}

pub(crate) fn inconnu() -> ErreurCritiqueMetier {
    let detail = "Ce livre n'existe pas, ou une nouvelle édition l'a remplacé.";
    ErreurCritiqueMetier::introuvable("livre_inconnu", detail)
}

/// The most frequent first.
pub(crate) async fn a_relier(
    c: &mut PgConnection,
    limite: i64,
    apres: i64,
) -> Result<Liste<Groupe>, Erreur> {
    let lus = sql::groupes(c, None, (limite + 1, apres)).await?;
    let groupes = proposer(c, lus).await?;
    Ok(Liste::couper(groupes, limite, |_| (apres + limite).to_string()))
}

/// Those of one recipe of a book.
pub(crate) async fn groupes_de(
    c: &mut PgConnection,
    importee: Uuid,
) -> Result<Vec<Groupe>, Erreur> {
    let lus = sql::groupes(c, Some(importee), (1_000, 0)).await?;
    proposer(c, lus).await
}

/// What a person may do about each of them.
async fn proposer(
    c: &mut PgConnection,
    lus: Vec<(Groupe, LigneType)>,
) -> Result<Vec<Groupe>, Erreur> {
    if lus.is_empty() {
        return Ok(Vec::new());
    }
    let dictionnaire = commun::dictionnaire(c).await?;
    let proches = Proches::de(&dictionnaire);
    let proposer = |(groupe, ligne): (Groupe, LigneType)| {
        let quantite = ligne.quantite.as_deref().and_then(|q| Decimal::lire_json(q).ok());
        let imprimee = Imprimee { libelle: &groupe.libelle, quantite, unite: &ligne.unite };
        let manque = dictionnaire.conversion_manquante(imprimee);
        let conversion_manquante = manque.map(|(article, conversion)| ConversionManquante {
            ingredient_id: article.id,
            ingredient_nom: article.nom.clone(),
            conversion,
        });
        // Known already: what is missing is its conversion.
        let connu = manque.map(|(article, _)| article.id);
        let mut suggestions = proches.de_libelle(&groupe.libelle);
        suggestions.retain(|s| Some(s.ingredient_id) != connu);
        Groupe { conversion_manquante, suggestions, ..groupe }
    };
    Ok(lus.into_iter().map(proposer).collect())
}

/// The names of all of them, in the order of the alphabet.
pub(crate) async fn ingredients(c: &mut PgConnection) -> Result<Vec<String>, Erreur> {
    let mut articles = articles::tous(c).await?;
    articles.retain(|a| a.nature != Nature::Produit);
    articles.sort_by_cached_key(|a| cle_de_tri(&a.nom));
    Ok(articles.into_iter().map(|a| a.nom).collect())
}
