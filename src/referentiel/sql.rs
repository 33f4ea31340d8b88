//! The SQL of the reference data.

use sqlx::PgConnection;
use uuid::Uuid;

use super::articles::{Article, ConversionsDites, Nature};
use super::codes::ArticleDuCode;
use super::fournisseurs::Fournisseur;
use super::magasins::{Magasin, PolitiqueStock, TypeMagasin};
use crate::domaine::{Allergene, Quantite, UniteBase};
use crate::platform::errors::{Erreur, ErreurCritiqueMetier, si_unique};
use crate::platform::http::Page;

pub(crate) fn nom_pris(erreur: sqlx::Error, index: &str, quoi: &str, nom: &str) -> Erreur {
    si_unique(erreur, index, || {
        let detail = format!("Le nom « {nom} » est déjà pris par {quoi}.");
        ErreurCritiqueMetier::conflit("nom_deja_pris", detail)
    })
}

pub(crate) async fn inserer_magasin(c: &mut PgConnection, m: &Magasin) -> Result<(), Erreur> {
    sqlx::query!(
        "insert into magasin (id, nom, type_magasin, fuseau, politique_stock, jours_arriere)
         values ($1, $2, $3, $4, $5, $6)",
        m.id,
        m.nom,
        m.type_magasin.code(),
        m.fuseau,
        m.politique_stock.code(),
        m.jours_arriere.cast_signed()
    )
    .execute(c)
    .await
    .map_err(|e| nom_pris(e, "magasin_nom", "un autre magasin", &m.nom))?;
    Ok(())
}

struct LigneMagasin {
    id: Uuid,
    nom: String,
    type_magasin: String,
    fuseau: String,
    politique_stock: String,
    jours_arriere: i32,
}

impl From<LigneMagasin> for Magasin {
    fn from(l: LigneMagasin) -> Self {
        let vente = l.type_magasin == TypeMagasin::Vente.code();
        let compte = l.politique_stock == PolitiqueStock::Compte.code();
        Self {
            id: l.id,
            nom: l.nom,
            type_magasin: if vente { TypeMagasin::Vente } else { TypeMagasin::Production },
            fuseau: l.fuseau,
            politique_stock: if compte { PolitiqueStock::Compte } else { PolitiqueStock::Strict },
            jours_arriere: l.jours_arriere.unsigned_abs(),
        }
    }
}

pub(crate) async fn magasins(c: &mut PgConnection, page: Page) -> Result<Vec<Magasin>, Erreur> {
    let lignes = sqlx::query_as!(
        LigneMagasin,
        "select id, nom, type_magasin, fuseau, politique_stock, jours_arriere from magasin
          where ($1::uuid is null or id > $1) order by id limit $2",
        page.apres,
        page.a_lire()
    )
    .fetch_all(c)
    .await?;
    Ok(lignes.into_iter().map(Magasin::from).collect())
}

pub(crate) async fn magasin(c: &mut PgConnection, id: Uuid) -> Result<Option<Magasin>, Erreur> {
    let ligne = sqlx::query_as!(
        LigneMagasin,
        "select id, nom, type_magasin, fuseau, politique_stock, jours_arriere from magasin where id = $1",
        id
    )
    .fetch_optional(c)
    .await?;
    Ok(ligne.map(Magasin::from))
}

pub(crate) async fn magasin_par_nom(
    c: &mut PgConnection,
    nom: &str,
) -> Result<Option<Magasin>, Erreur> {
    let ligne = sqlx::query_as!(
        LigneMagasin,
        "select id, nom, type_magasin, fuseau, politique_stock, jours_arriere from magasin
          where lower(nom) = lower($1)",
        nom
    )
    .fetch_optional(c)
    .await?;
    Ok(ligne.map(Magasin::from))
}

pub(crate) async fn inserer_fournisseur(
    c: &mut PgConnection,
    f: &Fournisseur,
) -> Result<(), Erreur> {
    sqlx::query!("insert into fournisseur (id, nom) values ($1, $2)", f.id, f.nom)
        .execute(c)
        .await
        .map_err(|e| nom_pris(e, "fournisseur_nom", "un autre fournisseur", &f.nom))?;
    Ok(())
}

pub(crate) async fn fournisseurs(
    c: &mut PgConnection,
    page: Page,
) -> Result<Vec<Fournisseur>, Erreur> {
    Ok(sqlx::query_as!(
        Fournisseur,
        "select id, nom from fournisseur
          where ($1::uuid is null or id > $1) order by id limit $2",
        page.apres,
        page.a_lire()
    )
    .fetch_all(c)
    .await?)
}

pub(crate) async fn fournisseur_existe(c: &mut PgConnection, id: Uuid) -> Result<bool, Erreur> {
    let existe = sqlx::query_scalar!(
        r#"select exists(select from fournisseur where id = $1) as "existe!""#,
        id
    );
    Ok(existe.fetch_one(c).await?)
}

pub(crate) async fn inserer_article(c: &mut PgConnection, a: &Article) -> Result<(), Erreur> {
    let allergenes = a.allergenes.as_deref().map(codes);
    sqlx::query!(
        "insert into article (id, nom, nature, unite_base, densite_milliemes,
                              poids_piece_milliemes, allergenes)
         values ($1, $2, $3, $4, $5, $6, $7)",
        a.id,
        a.nom,
        a.nature.code(),
        a.unite_base.code(),
        a.densite.map(Quantite::en_milliemes),
        a.poids_piece.map(Quantite::en_milliemes),
        allergenes.as_deref()
    )
    .execute(c)
    .await
    .map_err(|e| nom_pris(e, "article_nom", "un autre article", &a.nom))?;
    Ok(())
}

/// Of articles that books name: neither density nor piece weight is known.
pub(crate) async fn inserer_articles(
    c: &mut PgConnection,
    articles: &[Article],
) -> Result<(), Erreur> {
    let ids: Vec<Uuid> = articles.iter().map(|a| a.id).collect();
    let noms: Vec<String> = articles.iter().map(|a| a.nom.clone()).collect();
    let natures: Vec<String> = articles.iter().map(|a| a.nature.code().to_owned()).collect();
    let unites: Vec<String> = articles.iter().map(|a| a.unite_base.code().to_owned()).collect();
    sqlx::query!(
        "insert into article (id, nom, nature, unite_base)
         select * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[])",
        &ids,
        &noms,
        &natures,
        &unites
    )
    .execute(c)
    .await
    .map_err(|e| nom_pris(e, "article_nom", "un autre article", "d'une recette du livre"))?;
    Ok(())
}

struct LigneArticle {
    id: Uuid,
    nom: String,
    nature: String,
    unite_base: String,
    densite_milliemes: Option<i64>,
    poids_piece_milliemes: Option<i64>,
    allergenes: Option<Vec<String>>,
}

impl From<LigneArticle> for Article {
    fn from(l: LigneArticle) -> Self {
        Self {
            id: l.id,
            nom: l.nom,
            // The database's checks allow no other word.
            unite_base: UniteBase::lire(&l.unite_base).unwrap_or(UniteBase::Piece),
            nature: Nature::lire(&l.nature).unwrap_or(Nature::Matiere),
            densite: l.densite_milliemes.map(Quantite::milliemes),
            poids_piece: l.poids_piece_milliemes.map(Quantite::milliemes),
            allergenes: l.allergenes.map(|codes| allergenes(&codes)),
        }
    }
}

fn codes(allergenes: &[Allergene]) -> Vec<String> {
    allergenes.iter().map(|a| a.code().to_owned()).collect()
}

fn allergenes(codes: &[String]) -> Vec<Allergene> {
    codes.iter().filter_map(|c| Allergene::lire(c)).collect()
}

pub(crate) async fn dire_allergenes(
    c: &mut PgConnection,
    id: Uuid,
    dits: &[Allergene],
) -> Result<(), Erreur> {
    sqlx::query!("update article set allergenes = $2 where id = $1", id, &codes(dits))
        .execute(c)
        .await?;
    Ok(())
}

pub(crate) async fn dire_conversions(
    c: &mut PgConnection,
    id: Uuid,
    dites: &ConversionsDites,
) -> Result<(), Erreur> {
    sqlx::query!(
        "update article set densite_milliemes = $2, poids_piece_milliemes = $3 where id = $1",
        id,
        dites.densite.map(Quantite::en_milliemes),
        dites.poids_piece.map(Quantite::en_milliemes)
    )
    .execute(c)
    .await?;
    Ok(())
}

pub(crate) async fn ingredients(c: &mut PgConnection, page: Page) -> Result<Vec<Article>, Erreur> {
    let lignes = sqlx::query_as!(
        LigneArticle,
        "select id, nom, nature, unite_base, densite_milliemes, poids_piece_milliemes, allergenes
           from article
          where nature <> 'produit' and ($1::uuid is null or id > $1) order by id limit $2",
        page.apres,
        page.a_lire()
    )
    .fetch_all(c)
    .await?;
    Ok(lignes.into_iter().map(Article::from).collect())
}

pub(crate) async fn articles(c: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<Article>, Erreur> {
    let lignes = sqlx::query_as!(
        LigneArticle,
        "select id, nom, nature, unite_base, densite_milliemes, poids_piece_milliemes, allergenes
           from article where id = any($1)",
        ids
    )
    .fetch_all(c)
    .await?;
    Ok(lignes.into_iter().map(Article::from).collect())
}

pub(crate) async fn tous_les_articles(c: &mut PgConnection) -> Result<Vec<Article>, Erreur> {
    let lignes = sqlx::query_as!(
        LigneArticle,
        "select id, nom, nature, unite_base, densite_milliemes, poids_piece_milliemes, allergenes
           from article order by id"
    )
    .fetch_all(c)
    .await?;
    Ok(lignes.into_iter().map(Article::from).collect())
}

pub(crate) async fn articles_par_noms(
    c: &mut PgConnection,
    noms: &[String],
) -> Result<Vec<Article>, Erreur> {
    let lignes = sqlx::query_as!(
        LigneArticle,
        "select id, nom, nature, unite_base, densite_milliemes, poids_piece_milliemes, allergenes
           from article where lower(nom) in (select lower(n) from unnest($1::text[]) n)",
        noms
    )
    .fetch_all(c)
    .await?;
    Ok(lignes.into_iter().map(Article::from).collect())
}

pub(crate) async fn recette_existe(c: &mut PgConnection, id: Uuid) -> Result<bool, Erreur> {
    let existe =
        sqlx::query_scalar!(r#"select exists(select from recette where id = $1) as "existe!""#, id);
    Ok(existe.fetch_one(c).await?)
}

/// How far back the magasin declares from now on.
pub(crate) async fn regler_jours_arriere(
    c: &mut PgConnection,
    id: Uuid,
    jours: u32,
) -> Result<(), Erreur> {
    sqlx::query!("update magasin set jours_arriere = $2 where id = $1", id, jours.cast_signed())
        .execute(c)
        .await?;
    Ok(())
}

/// What a menu with one of these keys, or one that is like `semblables`, sells in the magasin.
pub(crate) async fn articles_du_code(
    c: &mut PgConnection,
    magasin_id: Uuid,
    (cles, semblables): (&[String], &str),
) -> Result<Vec<ArticleDuCode>, Erreur> {
    Ok(sqlx::query_as!(
        ArticleDuCode,
        r#"select distinct on (m.gencode_cle)
                  a.id, a.nom, m.gencode_cle as "cle!", m.recette_id, m.nom as menu
             from menu m
             join recette r on r.id = m.recette_id
             join article a on a.id = r.article_id
            where (m.gencode_cle = any($2) or m.gencode_cle like $3)
              and m.gencode_double_de is null and (m.magasin_id = $1 or m.magasin_id is null)
            order by m.gencode_cle, m.magasin_id is null"#,
        magasin_id,
        cles,
        semblables
    )
    .fetch_all(c)
    .await?)
}

pub(crate) async fn motif_poids(c: &mut PgConnection) -> Result<Option<String>, Erreur> {
    let motif = sqlx::query_scalar!("select motif_poids from chaine").fetch_optional(c).await?;
    Ok(motif.flatten())
}

pub(crate) async fn regler_chaine(
    c: &mut PgConnection,
    motif_poids: Option<&str>,
) -> Result<(), Erreur> {
    sqlx::query!("update chaine set motif_poids = $1", motif_poids).execute(c).await?;
    Ok(())
}
