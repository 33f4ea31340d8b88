//! Which menu a code on a package means, and which article that is.

use sqlx::PgConnection;
use uuid::Uuid;

use super::sql;
use crate::domaine::Quantite;
use crate::domaine::gencode::{self, MotifPoids, Pese};
use crate::domaine::gs1::CodeLu;
use crate::platform::errors::{Erreur, ErreurCritiqueMetier};

/// What the recipe of that menu makes.
#[derive(Debug)]
pub(crate) struct ArticleDuCode {
    pub id: Uuid,
    pub nom: String,
    /// As a menu of the magasin bears it (`menu.gencode_cle`).
    pub cle: String,
    pub recette_id: Uuid,
    /// As that menu is called.
    pub menu: String,
}

/// The magasin's own menu comes before one that belongs to all; a number before what the pattern of
/// weights makes of it, unless that fits several: 409 `article_ambigu`.
pub(crate) async fn article(
    c: &mut PgConnection,
    magasin_id: Uuid,
    lu: &CodeLu,
) -> Result<Option<ArticleDuCode>, Erreur> {
    let Some(gencode) = &lu.gencode else { return Ok(None) };
    let pesee = pesee(c, magasin_id, gencode).await?;
    let cle = gencode::cle(gencode);
    let exact = sql::articles_du_code(c, magasin_id, (&[cle], "")).await?.into_iter().next();
    Ok(exact.or_else(|| pesee.and_then(|p| p.article)))
}

/// A package that the chain weighed itself.
pub(crate) struct Pesee {
    pub poids: Quantite,
    /// Whose menus bear its article's number, if any do.
    pub article: Option<ArticleDuCode>,
}

/// What the pattern of weights makes of that number. Menus of two recipes that bear its article:
/// nobody can tell which of them was weighed.
pub(crate) async fn pesee(
    c: &mut PgConnection,
    magasin_id: Uuid,
    gencode: &str,
) -> Result<Option<Pesee>, Erreur> {
    let Some(p) = pese(c, gencode).await? else { return Ok(None) };
    let cles = [gencode::cle(&p.article)];
    let articles = sql::articles_du_code(c, magasin_id, (&cles, &p.semblables)).await?;
    if articles.iter().any(|a| a.recette_id != articles[0].recette_id) {
        return Err(ambigu(&articles).into());
    }
    Ok(Some(Pesee { poids: p.poids, article: articles.into_iter().next() }))
}

fn ambigu(articles: &[ArticleDuCode]) -> ErreurCritiqueMetier {
    let noms: Vec<&str> = articles.iter().map(|a| a.menu.as_str()).collect();
    let detail = format!(
        "Ce code pesé est celui de plusieurs menus ({}) : rien n'est compté. Dites le total par \
         Ajusté, et signalez-le à un responsable.",
        noms.join(", ")
    );
    ErreurCritiqueMetier::conflit("article_ambigu", detail)
        .avec("candidats", serde_json::json!(noms))
}

/// What the chain's pattern of weights says of that number.
pub(crate) async fn pese(c: &mut PgConnection, gencode: &str) -> Result<Option<Pese>, Erreur> {
    if !gencode.starts_with("02") && !gencode.starts_with('2') {
        return Ok(None);
    }
    let motif = sql::motif_poids(c).await?;
    Ok(motif.as_deref().and_then(MotifPoids::lire).and_then(|m| m.reconnaitre(gencode)))
}
