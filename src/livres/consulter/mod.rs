//! Books, their recipes and their lines, as they stand.

mod doutes;
mod proposer;
mod repertoire;
mod sql;

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::PgConnection;
use uuid::Uuid;

use self::proposer::proposer;
use super::comparer::{Changement, comparer};
use super::normaliser::cle;
use super::proches::Suggestion;
use super::rapprocher::Conversion;
use super::releve::TexteDePage;
use super::sous_recettes::Ici;
use super::sql as commun;
use crate::domaine::texte::cle_de_tri;
use crate::platform::errors::{Erreur, ErreurCritiqueMetier};
use crate::platform::http::Liste;
use crate::recettes;
use crate::referentiel::{Nature, articles};

pub(crate) use doutes::{
    DouteDit, DouteDuLivre, DouteEnAttente, DouteVu, Semblables, doutes, doutes_regles,
    doutes_semblables, lignes_en_doute, semblables,
};
pub(crate) use repertoire::{Choix, ETATS, RecetteDeListe, Repertoire, repertoire};
pub(crate) use sql::{Appris, contenu, derniers_ignores, derniers_liens};

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
    /// Recettes où un doute attend que quelqu'un regarde.
    pub a_verifier: i64,
    /// Ces doutes.
    pub doutes: i64,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct LivreDetaille {
    #[serde(flatten)]
    pub livre: LivreEnVigueur,
    pub recettes: Vec<RecetteDuLivre>,
    pub lignes_illisibles: Vec<TexteDePage>,
    /// Peut-être des recettes.
    pub entetes_non_compris: Vec<TexteDePage>,
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
    /// Pièces que fait la recette entière.
    #[schema(value_type = f64)]
    pub rendement: crate::domaine::Quantite,
    pub recette_id: Option<Uuid>,
    pub etat: Etat,
    /// Le livre d'où la recette est prise, si c'est un autre.
    pub autre_source: Option<String>,
    pub lignes: Vec<LigneDuLivre>,
    /// Réglés ou non ; un nombre sans unité qui se compte en pièces n'en est pas un.
    pub doutes: Vec<DouteDuLivre>,
}

/// What the recipe of that title is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Etat {
    /// Se produit.
    Complete,
    /// Ne se produit pas : un libellé attend son ingrédient.
    ARelier,
    /// Ne se produit pas : un doute attend que quelqu'un regarde.
    AVerifier,
    /// Écrite ou changée à la main.
    Protegee,
    /// Prise d'un autre livre.
    AutreSource,
    /// Aucune ligne à en faire.
    SansRecette,
}

impl Etat {
    pub(crate) fn lire(mot: &str) -> Option<Self> {
        Some(match mot {
            "complete" => Self::Complete,
            "a_relier" => Self::ARelier,
            "a_verifier" => Self::AVerifier,
            "protegee" => Self::Protegee,
            "autre_source" => Self::AutreSource,
            "sans_recette" => Self::SansRecette,
            _ => return None,
        })
    }
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
    /// Ce qui entre dans la recette ; null pour « QS », ou dans le doute. En pièces quand
    /// `recette` est dite.
    #[schema(value_type = Option<f64>)]
    pub quantite_recette: Option<serde_json::Number>,
    /// La recette du livre que cette ligne nomme.
    pub recette: Option<String>,
    /// Dite par une personne, qui réglait un doute.
    pub ajoutee: bool,
    /// Mise de côté par une personne.
    pub ecartee: bool,
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
    /// Les mêmes, avec la quantité imprimée.
    pub exemples: Vec<Exemple>,
    pub suggestions: Vec<Suggestion>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub(crate) struct Exemple {
    pub recette: String,
    pub quantite: String,
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
    let releve = commun::lecture(c, id).await?.ok_or_else(inconnu)?;
    let changements = match livre.precedent_id {
        None => Vec::new(),
        Some(precedent) => match commun::lecture(c, precedent).await? {
            Some(avant) => comparer(&avant, &releve),
            None => Vec::new(),
        },
    };
    let mut recettes = sql::recettes(c, id).await?;
    nommer(c, id, &mut recettes).await?;
    Ok(LivreDetaille {
        recettes,
        livre,
        lignes_illisibles: releve.lignes_illisibles,
        entetes_non_compris: releve.entetes_non_compris,
        remarques: releve.remarques,
        changements,
    })
}

/// The recipes of the book that lines name which are not mapped: of them nothing goes in yet.
async fn nommer(
    c: &mut PgConnection,
    livre: Uuid,
    recettes: &mut [RecetteDuLivre],
) -> Result<(), Erreur> {
    let en_attente = |l: &LigneDuLivre| l.statut == "non_mappee";
    if !recettes.iter().any(|r| r.lignes.iter().any(en_attente)) {
        return Ok(());
    }
    let dictionnaire = commun::dictionnaire(c).await?;
    let nommables = commun::nommables(c, Some(&[livre])).await?.remove(&livre).unwrap_or_default();
    for r in recettes {
        let titre = cle(&r.titre).stricte;
        let ici = Ici { livre: &nommables, titre: &titre };
        for l in r.lignes.iter_mut().filter(|l| en_attente(l)) {
            if let Some(nommee) = dictionnaire.recette_nommee(&l.libelle, ici) {
                (l.recette, l.quantite_recette) = (Some(nommee.titre.clone()), None);
            }
        }
    }
    Ok(())
}

pub(crate) fn inconnu() -> ErreurCritiqueMetier {
    let detail = "Ce livre n'existe pas, ou une nouvelle édition l'a remplacé.";
    ErreurCritiqueMetier::introuvable("livre_inconnu", detail)
}

/// Which labels are asked for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Filtre {
    pub livre: Option<Uuid>,
    /// Words of the label, as they are compared.
    pub cherche: Option<String>,
}

/// A page of labels, and how many there are in all.
pub(crate) struct Groupes {
    pub liste: Liste<Groupe>,
    pub libelles: i64,
    pub lignes: i64,
}

/// The most frequent first.
pub(crate) async fn a_relier(
    c: &mut PgConnection,
    filtre: &Filtre,
    (limite, apres): (i64, i64),
) -> Result<Groupes, Erreur> {
    let (lus, libelles, lignes) = sql::groupes(c, None, filtre, (limite + 1, apres)).await?;
    let groupes = proposer(c, lus).await?;
    let liste = Liste::couper(groupes, limite, |_| (apres + limite).to_string());
    Ok(Groupes { liste, libelles, lignes })
}

/// Those of one recipe of a book.
pub(crate) async fn groupes_de(
    c: &mut PgConnection,
    importee: Uuid,
) -> Result<Vec<Groupe>, Erreur> {
    let (lus, ..) = sql::groupes(c, Some(importee), &Filtre::default(), (1_000, 0)).await?;
    proposer(c, lus).await
}

/// What a label may be linked to, in the order of the alphabet: names and ids.
pub(crate) async fn ingredients(c: &mut PgConnection) -> Result<Vec<(String, String)>, Erreur> {
    let faits: HashSet<Uuid> = recettes::tous_les_faits(c).await?.into_iter().collect();
    let mut articles = articles::tous(c).await?;
    articles.retain(|a| a.nature != Nature::Produit || faits.contains(&a.id));
    articles.sort_by_cached_key(|a| cle_de_tri(&a.nom));
    Ok(articles.into_iter().map(|a| (a.nom, a.id.to_string())).collect())
}
