//! The SQL of recipes.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::allergenes::Allergenes;
use super::ecrire::{NouvelleRecette, Version};
use super::lire::{LigneRecette, NomRecette, QuantiteUnite, Recette};
use super::place::{CreneauRecette, Place};
use super::productible::{DouteDeRecette, Ingredient, Productible};
use crate::domaine::{Quantite, UniteBase};
use crate::platform::db::operations::Operation;
use crate::platform::errors::{Erreur, ErreurCritiqueMetier, si_unique};
use crate::platform::http::Page;
use crate::referentiel::Nature;

/// Recipes are written one at a time: two at once could make a cycle that neither sees.
pub(crate) async fn verrouiller_graphe(c: &mut PgConnection) -> Result<(), Erreur> {
    sqlx::query!("select pg_advisory_xact_lock(hashtext('recette'))").execute(c).await?;
    Ok(())
}

/// The article it makes and its present version.
pub(crate) async fn verrouiller(
    c: &mut PgConnection,
    id: Uuid,
) -> Result<Option<(Uuid, i32)>, Erreur> {
    let ligne =
        sqlx::query!("select article_id, version from recette where id = $1 for no key update", id)
            .fetch_optional(c)
            .await?;
    Ok(ligne.map(|l| (l.article_id, l.version)))
}

fn nom_pris(erreur: sqlx::Error, nom: &str) -> Erreur {
    si_unique(erreur, "recette_nom", || {
        let detail = format!("Le nom « {nom} » est déjà pris par une autre recette.");
        ErreurCritiqueMetier::conflit("nom_deja_pris", detail)
    })
}

pub(crate) async fn inserer(
    c: &mut PgConnection,
    id: Uuid,
    nom: &str,
    article_id: Uuid,
) -> Result<(), Erreur> {
    sqlx::query!(
        "insert into recette (id, nom, article_id, version) values ($1, $2, $3, 1)",
        id,
        nom,
        article_id
    )
    .execute(c)
    .await
    .map_err(|e| nom_pris(e, nom))?;
    Ok(())
}

pub(crate) async fn changer(
    c: &mut PgConnection,
    id: Uuid,
    nom: &str,
    version: i32,
) -> Result<(), Erreur> {
    sqlx::query!("update recette set nom = $2, version = $3 where id = $1", id, nom, version)
        .execute(c)
        .await
        .map_err(|e| nom_pris(e, nom))?;
    Ok(())
}

/// What is not said stays.
pub(crate) async fn placer(
    c: &mut PgConnection,
    id: Uuid,
    n: &NouvelleRecette,
) -> Result<(), Erreur> {
    if n.poste.is_none() && n.creneau.is_none() && n.etapes.is_none() {
        return Ok(());
    }
    sqlx::query!(
        "update recette set poste = case when $2 then $3 else poste end,
                            creneau = case when $4 then $5 else creneau end,
                            etapes = coalesce($6, etapes)
          where id = $1",
        id,
        n.poste.is_some(),
        n.poste.clone().flatten(),
        n.creneau.is_some(),
        n.creneau.flatten().map(CreneauRecette::code),
        n.etapes.as_deref()
    )
    .execute(c)
    .await?;
    Ok(())
}

pub(crate) async fn places(
    c: &mut PgConnection,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, Place>, Erreur> {
    let lues =
        sqlx::query!("select id, poste, creneau, etapes from recette where id = any($1)", ids)
            .fetch_all(c)
            .await?;
    let place = |poste, creneau: Option<String>, etapes| Place {
        poste,
        creneau: creneau.as_deref().and_then(CreneauRecette::lire),
        etapes,
    };
    Ok(lues.into_iter().map(|l| (l.id, place(l.poste, l.creneau, l.etapes))).collect())
}

pub(crate) async fn inserer_version(
    c: &mut PgConnection,
    op: Operation,
    (recette_id, version): (Uuid, i32),
    v: &Version,
) -> Result<(), Erreur> {
    sqlx::query!(
        "insert into recette_version (recette_id, version, rendement, duree_vie_jours,
                                      operation_id)
         values ($1, $2, $3, $4, $5)",
        recette_id,
        version,
        v.rendement.en_milliemes(),
        v.duree_vie_jours,
        op.id
    )
    .execute(&mut *c)
    .await?;
    let articles: Vec<Uuid> = v.lignes.iter().map(|l| l.article_id).collect();
    let quantites: Vec<i64> = v.lignes.iter().map(|l| l.quantite.en_milliemes()).collect();
    let saisies: Vec<String> = v.lignes.iter().map(|l| l.saisie.nombre.to_string()).collect();
    let unites: Vec<String> = v.lignes.iter().map(|l| l.saisie.unite.code().to_owned()).collect();
    sqlx::query!(
        "insert into ligne_recette (recette_id, version, rang, article_id, quantite,
                                    quantite_saisie, unite_saisie)
         select $1, $2, l.rang - 1, l.article_id, l.quantite, l.saisie, l.unite
           from unnest($3::uuid[], $4::bigint[], $5::text[], $6::text[]) with ordinality
                as l(article_id, quantite, saisie, unite, rang)",
        recette_id,
        version,
        &articles,
        &quantites,
        &saisies,
        &unites
    )
    .execute(c)
    .await?;
    Ok(())
}

/// (article made, article used) of every recipe but `sauf`, where the article used is itself made;
/// and each recipe's first line whatever it is, so that one of bought things only is a level too.
pub(crate) async fn aretes(
    c: &mut PgConnection,
    sauf: Option<Uuid>,
) -> Result<Vec<(Uuid, Uuid)>, Erreur> {
    let lignes = sqlx::query!(
        r#"select r.article_id as fait,
                  coalesce(l.article_id, '00000000-0000-0000-0000-000000000000') as "utilise!"
             from recette r
             join ligne_recette l on l.recette_id = r.id and l.version = r.version
            where ($1::uuid is null or r.id <> $1)
              and (l.rang = 0 or l.article_id in (select article_id from recette))"#,
        sauf
    )
    .fetch_all(c)
    .await?;
    Ok(lignes.into_iter().map(|l| (l.fait, l.utilise)).collect())
}

/// One recipe, or a page of them, each with its lines.
pub(crate) async fn recettes(
    c: &mut PgConnection,
    id: Option<Uuid>,
    page: Page,
) -> Result<Vec<Recette>, Erreur> {
    let lues = sqlx::query!(
        "select r.id, r.nom, r.article_id, r.version, a.nature, a.unite_base, v.rendement,
                v.duree_vie_jours, r.poste, r.creneau, r.etapes
           from recette r
           join article a on a.id = r.article_id
           join recette_version v on v.recette_id = r.id and v.version = r.version
          where ($1::uuid is null or r.id = $1) and ($2::uuid is null or r.id > $2)
          order by r.id limit $3",
        id,
        page.apres,
        page.a_lire()
    )
    .fetch_all(&mut *c)
    .await?;
    let ids: Vec<Uuid> = lues.iter().map(|r| r.id).collect();
    let mut doutes = doutes(c, &ids).await?;
    let mut lignes = lignes(c, &ids).await?;
    Ok(lues
        .into_iter()
        .map(|r| {
            let lignes = lignes.remove(&r.id).unwrap_or_default();
            let doutes = doutes.remove(&r.id).unwrap_or_default();
            Recette {
                id: r.id,
                nom: r.nom,
                nature: Nature::lire(&r.nature).unwrap_or(Nature::Produit),
                article_id: r.article_id,
                version: r.version,
                rendement: QuantiteUnite {
                    quantite: Quantite::milliemes(r.rendement),
                    unite: UniteBase::lire(&r.unite_base).unwrap_or(UniteBase::Piece),
                },
                duree_vie_jours: r.duree_vie_jours,
                poste: r.poste,
                creneau: r.creneau.as_deref().and_then(CreneauRecette::lire),
                etapes: r.etapes,
                allergenes: Allergenes::default(),
                complete: doutes.is_empty() && lignes.iter().all(|l| l.ingredient_id.is_some()),
                lignes,
                doutes,
            }
        })
        .collect())
}

async fn lignes(
    c: &mut PgConnection,
    recettes: &[Uuid],
) -> Result<HashMap<Uuid, Vec<LigneRecette>>, Erreur> {
    let lues = sqlx::query!(
        r#"select l.recette_id, l.article_id as "article_id?", a.nom as "nom?", l.libelle,
                  l.quantite_saisie, l.unite_saisie
             from ligne_recette l
             join recette r on r.id = l.recette_id and r.version = l.version
             left join article a on a.id = l.article_id
            where l.recette_id = any($1) and l.doute is null and not l.ignoree
            order by l.recette_id, l.rang"#,
        recettes
    )
    .fetch_all(c)
    .await?;
    let mut par_recette: HashMap<Uuid, Vec<LigneRecette>> = HashMap::new();
    for l in lues {
        par_recette.entry(l.recette_id).or_default().push(LigneRecette {
            ingredient_id: l.article_id,
            ingredient_nom: l.nom,
            libelle: l.libelle,
            quantite: l.quantite_saisie.parse().unwrap_or_else(|_| 0.into()),
            unite: l.unite_saisie,
        });
    }
    Ok(par_recette)
}

async fn doutes(
    c: &mut PgConnection,
    recettes: &[Uuid],
) -> Result<HashMap<Uuid, Vec<DouteDeRecette>>, Erreur> {
    let lus = sqlx::query!(
        r#"select l.recette_id, l.doute as "code!", l.libelle
             from ligne_recette l
             join recette r on r.id = l.recette_id and r.version = l.version
            where l.recette_id = any($1) and l.doute is not null order by l.recette_id, l.rang"#,
        recettes
    )
    .fetch_all(c)
    .await?;
    let mut par_recette: HashMap<Uuid, Vec<DouteDeRecette>> = HashMap::new();
    for d in lus {
        let doute = DouteDeRecette { code: d.code, texte: d.libelle };
        par_recette.entry(d.recette_id).or_default().push(doute);
    }
    Ok(par_recette)
}

/// Which articles, of these or of all, a recipe makes.
pub(crate) async fn faits(
    c: &mut PgConnection,
    articles: Option<&[Uuid]>,
) -> Result<Vec<Uuid>, Erreur> {
    Ok(sqlx::query_scalar!(
        "select distinct article_id from recette
          where $1::uuid[] is null or article_id = any($1)",
        articles
    )
    .fetch_all(c)
    .await?)
}

pub(crate) async fn completes(c: &mut PgConnection) -> Result<Vec<NomRecette>, Erreur> {
    let lues = sqlx::query!(
        "select r.id, r.nom, a.unite_base
           from recette r join article a on a.id = r.article_id
          where not exists (select from ligne_recette l
                             where l.recette_id = r.id and l.version = r.version
                               and l.article_id is null and not l.ignoree)"
    )
    .fetch_all(c)
    .await?;
    Ok(lues
        .into_iter()
        .map(|r| NomRecette {
            id: r.id,
            nom: r.nom,
            unite: UniteBase::lire(&r.unite_base).unwrap_or(UniteBase::Piece),
        })
        .collect())
}

/// Which version each recipe is at. Its moment too: after a restore, or a rollback, a number can be
/// given again to other lines.
pub(crate) async fn versions(
    c: &mut PgConnection,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, (i32, DateTime<Utc>)>, Erreur> {
    let lues = sqlx::query!(
        "select r.id, v.version, v.cree_le
           from recette r
           join recette_version v on v.recette_id = r.id and v.version = r.version
          where r.id = any($1)",
        ids
    )
    .fetch_all(c)
    .await?;
    Ok(lues.into_iter().map(|v| (v.id, (v.version, v.cree_le))).collect())
}

pub(crate) async fn productibles(
    c: &mut PgConnection,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, Productible>, Erreur> {
    let lues = sqlx::query!(
        r#"select r.id, r.nom, r.version, v.cree_le, r.article_id, a.unite_base, v.rendement,
                  v.duree_vie_jours, l.article_id as "ingredient_id?", l.quantite, l.libelle,
                  l.doute, l.ignoree,
                  i.nom as "ingredient_nom?", i.unite_base as "ingredient_unite?"
             from recette r
             join article a on a.id = r.article_id
             join recette_version v on v.recette_id = r.id and v.version = r.version
             join ligne_recette l on l.recette_id = r.id and l.version = r.version
             left join article i on i.id = l.article_id
            where r.id = any($1) order by r.id, l.rang"#,
        ids
    )
    .fetch_all(c)
    .await?;
    let mut recettes: HashMap<Uuid, Productible> = HashMap::new();
    for l in lues {
        let recette = recettes.entry(l.id).or_insert_with(|| Productible {
            id: l.id,
            nom: l.nom,
            version: l.version,
            cree_le: l.cree_le,
            article_id: l.article_id,
            unite_base: UniteBase::lire(&l.unite_base).unwrap_or(UniteBase::Piece),
            rendement: Quantite::milliemes(l.rendement),
            duree_vie_jours: l.duree_vie_jours,
            lignes: Vec::new(),
            non_mappees: Vec::new(),
            doutes: Vec::new(),
        });
        let quantite = Quantite::milliemes(l.quantite);
        let (Some(article_id), Some(nom), Some(unite)) =
            (l.ingredient_id, l.ingredient_nom, l.ingredient_unite)
        else {
            match l.doute {
                Some(code) => recette.doutes.push(DouteDeRecette { code, texte: l.libelle }),
                None if l.ignoree => {}
                None => recette.non_mappees.push(l.libelle),
            }
            continue;
        };
        match recette.lignes.iter_mut().find(|i| i.article_id == article_id) {
            Some(deja) => deja.quantite += quantite,
            None => recette.lignes.push(Ingredient {
                article_id,
                nom,
                unite_base: UniteBase::lire(&unite).unwrap_or(UniteBase::Piece),
                quantite,
            }),
        }
    }
    Ok(recettes)
}

pub(crate) async fn id_par_nom(c: &mut PgConnection, nom: &str) -> Result<Option<Uuid>, Erreur> {
    let id = sqlx::query_scalar!("select id from recette where lower(nom) = lower($1)", nom);
    Ok(id.fetch_optional(c).await?)
}
