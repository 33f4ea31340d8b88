//! The SQL that every use of books shares.

use sqlx::PgConnection;
use uuid::Uuid;

use super::rapprocher::{AliasActif, Dictionnaire, LibelleIgnore, Verdict};
use crate::platform::errors::Erreur;
use crate::referentiel::{alias, articles};

/// Books are kept, and their lines judged, one after the other: each sees what the other learnt.
pub(crate) async fn verrouiller(c: &mut PgConnection) -> Result<(), Erreur> {
    sqlx::query!("select pg_advisory_xact_lock(hashtext('livres'))").execute(c).await?;
    Ok(())
}

pub(crate) async fn dictionnaire(c: &mut PgConnection) -> Result<Dictionnaire, Erreur> {
    let articles = articles::tous(c).await?;
    let alias = alias::actifs(c).await?.into_iter().map(|a| AliasActif {
        id: a.id,
        alias: a.alias,
        article_id: a.ingredient_id,
    });
    let ignores =
        sqlx::query_as!(LibelleIgnore, "select cle, sans_quantite from libelle_ignore where actif")
            .fetch_all(c)
            .await?;
    Ok(Dictionnaire::nouveau(articles, alias.collect(), ignores))
}

/// Verdicts as columns.
#[derive(Default)]
pub(crate) struct Verdicts {
    pub statuts: Vec<String>,
    pub articles: Vec<Option<Uuid>>,
    pub quantites: Vec<Option<i64>>,
    pub alias: Vec<Option<Uuid>>,
    pub raisons: Vec<String>,
}

impl Verdicts {
    pub(crate) fn ajouter(&mut self, verdict: &Verdict) {
        let (article, quantite, alias) = match verdict {
            Verdict::Mappee { article_id, alias_id, quantite } => {
                (Some(*article_id), Some(quantite.en_milliemes()), *alias_id)
            }
            _ => (None, None, None),
        };
        self.statuts.push(verdict.statut().to_owned());
        self.articles.push(article);
        self.quantites.push(quantite);
        self.alias.push(alias);
        self.raisons.push(verdict.raison().to_owned());
    }
}

/// How many lines are not mapped.
pub(crate) async fn candidats(c: &mut PgConnection) -> Result<i64, Erreur> {
    let nombre = sqlx::query_scalar!(
        r#"select count(*) as "n!" from ligne_recette_importee where statut = 'non_mappee'"#
    );
    Ok(nombre.fetch_one(c).await?)
}
