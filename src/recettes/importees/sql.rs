//! The SQL of recipes from books: each statement takes all of them.

use std::collections::HashMap;

use sqlx::PgConnection;
use uuid::Uuid;

use super::{Contenu, LigneImportee, Repere, VersionImportee};
use crate::domaine::Quantite;
use crate::platform::db::operations::Operation;
use crate::platform::errors::{Erreur, ErreurCritiqueMetier, si_unique};

pub(crate) async fn reperes(c: &mut PgConnection) -> Result<Vec<Repere>, Erreur> {
    let lus = sqlx::query_as!(Repere, "select id, nom, article_id, version from recette");
    Ok(lus.fetch_all(c).await?)
}

pub(crate) async fn verrouiller(
    c: &mut PgConnection,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, i32>, Erreur> {
    let lues = sqlx::query!(
        "select id, version from recette where id = any($1) order by id for no key update",
        ids
    )
    .fetch_all(c)
    .await?;
    Ok(lues.into_iter().map(|l| (l.id, l.version)).collect())
}

pub(crate) async fn contenus(
    c: &mut PgConnection,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, Contenu>, Erreur> {
    let lues = sqlx::query!(
        r#"select r.id, v.duree_vie_jours, l.article_id as "article_id?", l.libelle as "libelle?",
                  l.quantite as "quantite?", l.quantite_saisie as "saisie?",
                  l.unite_saisie as "unite?"
             from recette r
             join recette_version v on v.recette_id = r.id and v.version = r.version
             left join ligne_recette l on l.recette_id = r.id and l.version = r.version
            where r.id = any($1) order by r.id, l.rang"#,
        ids
    )
    .fetch_all(c)
    .await?;
    let mut contenus: HashMap<Uuid, Contenu> = HashMap::new();
    for l in lues {
        let contenu = contenus
            .entry(l.id)
            .or_insert_with(|| Contenu { duree_vie_jours: l.duree_vie_jours, lignes: Vec::new() });
        let (Some(libelle), Some(quantite)) = (l.libelle, l.quantite) else { continue };
        contenu.lignes.push(LigneImportee {
            article_id: l.article_id,
            libelle,
            quantite: Quantite::milliemes(quantite),
            saisie: l.saisie.unwrap_or_default(),
            unite: l.unite.unwrap_or_default(),
        });
    }
    Ok(contenus)
}

pub(crate) async fn creer(c: &mut PgConnection, nouvelles: &[Repere]) -> Result<(), Erreur> {
    let ids: Vec<Uuid> = nouvelles.iter().map(|n| n.id).collect();
    let noms: Vec<String> = nouvelles.iter().map(|n| n.nom.clone()).collect();
    let articles: Vec<Uuid> = nouvelles.iter().map(|n| n.article_id).collect();
    sqlx::query!(
        "insert into recette (id, nom, article_id, version)
         select id, nom, article_id, 1
           from unnest($1::uuid[], $2::text[], $3::uuid[]) as n(id, nom, article_id)",
        &ids,
        &noms,
        &articles
    )
    .execute(c)
    .await
    .map_err(|e| {
        si_unique(e, "recette_nom", || {
            let detail = "Une recette de ce nom vient d'être créée : recommencez.";
            ErreurCritiqueMetier::conflit("nom_deja_pris", detail)
        })
    })?;
    Ok(())
}

/// Versions, their lines, and the recipes that stood at the one before put there: in one statement,
/// because a remap writes thousands of them one by one. The yield is the one before, or one piece.
/// Answers how many recipes went on.
pub(crate) async fn inserer_versions(
    c: &mut PgConnection,
    op: Operation,
    versions: &[VersionImportee],
) -> Result<usize, Erreur> {
    let v = Colonnes::de(versions);
    let faites = sqlx::query_scalar!(
        r#"with v as (
               select * from unnest($1::uuid[], $2::int[], $3::int[])
                        as v(recette_id, version, duree)),
           versions as (
               insert into recette_version (recette_id, version, rendement, duree_vie_jours,
                                            operation_id)
               select v.recette_id, v.version, coalesce(avant.rendement, 1000), v.duree, $4
                 from v left join recette_version avant
                        on avant.recette_id = v.recette_id and avant.version = v.version - 1),
           lignes as (
               insert into ligne_recette (recette_id, version, rang, article_id, libelle,
                                          quantite, quantite_saisie, unite_saisie)
               select * from unnest($5::uuid[], $6::int[], $7::int[], $8::uuid[], $9::text[],
                                    $10::bigint[], $11::text[], $12::text[])),
           faites as (
               update recette r set version = v.version from v
                where r.id = v.recette_id and r.version = v.version - 1
               returning r.id)
           select count(*) as "n!" from faites"#,
        &v.recettes,
        &v.versions,
        &v.durees as &[Option<i32>],
        op.id,
        &v.lignes.recettes,
        &v.lignes.versions,
        &v.lignes.rangs,
        &v.lignes.articles as &[Option<Uuid>],
        &v.lignes.libelles,
        &v.lignes.quantites,
        &v.lignes.saisies,
        &v.lignes.unites
    )
    .fetch_one(c)
    .await?;
    Ok(usize::try_from(faites).unwrap_or_default())
}

#[derive(Default)]
struct Colonnes {
    recettes: Vec<Uuid>,
    versions: Vec<i32>,
    durees: Vec<Option<i32>>,
    lignes: Lignes,
}

impl Colonnes {
    fn de(versions: &[VersionImportee]) -> Self {
        let mut c = Self::default();
        for v in versions {
            c.recettes.push(v.recette_id);
            c.versions.push(v.version);
            c.durees.push(v.contenu.duree_vie_jours);
            for (rang, ligne) in (0_i32..).zip(&v.contenu.lignes) {
                c.lignes.recettes.push(v.recette_id);
                c.lignes.versions.push(v.version);
                c.lignes.rangs.push(rang);
                c.lignes.articles.push(ligne.article_id);
                c.lignes.libelles.push(ligne.libelle.clone());
                c.lignes.quantites.push(ligne.quantite.en_milliemes());
                c.lignes.saisies.push(ligne.saisie.clone());
                c.lignes.unites.push(ligne.unite.clone());
            }
        }
        c
    }
}

#[derive(Default)]
struct Lignes {
    recettes: Vec<Uuid>,
    versions: Vec<i32>,
    rangs: Vec<i32>,
    articles: Vec<Option<Uuid>>,
    libelles: Vec<String>,
    quantites: Vec<i64>,
    saisies: Vec<String>,
    unites: Vec<String>,
}
