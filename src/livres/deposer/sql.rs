//! The SQL of a book that is kept.

use std::collections::{HashMap, HashSet};

use sqlx::PgConnection;
use uuid::Uuid;

use super::super::releve::Releve;
use super::super::sous_recettes::poids_de;
use super::super::sql::page;
use super::{Compte, Fiches};
use crate::domaine::Quantite;
use crate::platform::db::operations::Operation;
use crate::platform::errors::Erreur;

pub(crate) struct Document<'a> {
    pub id: Uuid,
    pub source: &'a str,
    pub titre: &'a str,
    pub nom_fichier: &'a str,
    pub sha256: &'a [u8; 32],
    pub octets: &'a [u8],
    pub pages: u32,
    pub releve: &'a Releve,
    /// The edition it replaces.
    pub precedent_id: Option<Uuid>,
}

/// Where a recipe was last taken from.
pub(crate) struct Lien {
    pub recette_importee_id: Option<Uuid>,
    pub source: String,
    pub version: i32,
}

impl Lien {
    pub(crate) fn ailleurs(&self, source: &str) -> bool {
        self.recette_importee_id.is_some() && self.source != source
    }
}

/// How the lines of a book stand.
pub(crate) async fn compte(c: &mut PgConnection, document_id: Uuid) -> Result<Compte, Erreur> {
    let lu = sqlx::query!(
        r#"select count(distinct r.id) as "recettes!", count(l.id) as "lignes!",
                  count(*) filter (where l.statut = 'mappee') as "mappees!",
                  count(*) filter (where l.statut = 'non_mappee') as "non_mappees!",
                  count(*) filter (where l.statut = 'ignoree') as "ignorees!",
                  (select count(*) from recette_importee i
                     join doute_importe q on q.recette_importee_id = i.id
                    where i.document_id = $1 and q.reglement_id is null) as "doutes!",
                  (select count(distinct i.id) from recette_importee i
                     join doute_importe q on q.recette_importee_id = i.id
                    where i.document_id = $1 and q.reglement_id is null) as "a_verifier!"
             from recette_importee r
             left join ligne_recette_importee l on l.recette_importee_id = r.id
            where r.document_id = $1"#,
        document_id
    )
    .fetch_one(c)
    .await?;
    let nombre = |n: i64| usize::try_from(n).unwrap_or_default();
    Ok(Compte {
        recettes: nombre(lu.recettes),
        lignes: nombre(lu.lignes),
        mappees: nombre(lu.mappees),
        non_mappees: nombre(lu.non_mappees),
        ignorees: nombre(lu.ignorees),
        doutes: nombre(lu.doutes),
        a_verifier: nombre(lu.a_verifier),
        ..Compte::default()
    })
}

/// The doubts of a book that hold, by the rank of their recipe and their own.
pub(crate) async fn doutes_en_attente(
    c: &mut PgConnection,
    document_id: Uuid,
) -> Result<HashSet<(usize, usize)>, Erreur> {
    let lus = sqlx::query!(
        "select i.rang as recette, q.rang from doute_importe q
           join recette_importee i on i.id = q.recette_importee_id
          where i.document_id = $1 and q.reglement_id is null",
        document_id
    )
    .fetch_all(c)
    .await?;
    let rang = |n: i32| usize::try_from(n).unwrap_or_default();
    Ok(lus.into_iter().map(|l| (rang(l.recette), rang(l.rang))).collect())
}

/// Which recipe each title of this source meant so far: it may have been renamed since.
pub(crate) async fn deja_nommees(
    c: &mut PgConnection,
    source: &str,
    cles: &[String],
) -> Result<HashMap<String, Uuid>, Erreur> {
    let lues = sqlx::query!(
        r#"select i.cle, l.recette_id
             from recette_importee i
             join document_importe d on d.id = i.document_id
             join recette_livre l on l.recette_importee_id = i.id
            where d.source = $1 and i.cle = any($2)"#,
        source,
        cles
    )
    .fetch_all(c)
    .await?;
    Ok(lues.into_iter().map(|l| (l.cle, l.recette_id)).collect())
}

/// Takes away the lines of the edition before, whole; and of the source's other books the recipes
/// that this one says anew.
pub(crate) async fn remplacer_edition(
    c: &mut PgConnection,
    document: &Document<'_>,
    cles: &[String],
) -> Result<(), Erreur> {
    sqlx::query!(
        "delete from recette_importee r using document_importe d
          where d.id = r.document_id and d.source = $1 and (d.id = $2 or r.cle = any($3))",
        document.source,
        document.precedent_id,
        cles
    )
    .execute(&mut *c)
    .await?;
    let Some(precedent) = document.precedent_id else { return Ok(()) };
    sqlx::query!("delete from document_contenu where document_id = $1", precedent)
        .execute(&mut *c)
        .await?;
    sqlx::query!("delete from ligne_illisible where document_id = $1", precedent)
        .execute(&mut *c)
        .await?;
    sqlx::query!("update document_importe set remplace_le = now() where id = $1", precedent)
        .execute(c)
        .await?;
    Ok(())
}

pub(crate) async fn inserer_document(
    c: &mut PgConnection,
    op: Operation,
    d: &Document<'_>,
) -> Result<(), Erreur> {
    let lecture = serde_json::to_value(d.releve).map_err(Erreur::interne)?;
    sqlx::query!(
        "insert into document_importe (id, source, titre, nom_fichier, sha256, nb_pages, lecture,
                                       precedent_id, operation_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        d.id,
        d.source,
        d.titre,
        d.nom_fichier,
        &d.sha256[..],
        i32::try_from(d.pages).unwrap_or(i32::MAX),
        lecture,
        d.precedent_id,
        op.id
    )
    .execute(&mut *c)
    .await?;
    sqlx::query!(
        "insert into document_contenu (document_id, octets) values ($1, $2)",
        d.id,
        d.octets
    )
    .execute(&mut *c)
    .await?;
    let pages: Vec<i32> = d.releve.lignes_illisibles.iter().map(|l| page(l.page)).collect();
    let textes: Vec<String> = d.releve.lignes_illisibles.iter().map(|l| l.texte.clone()).collect();
    sqlx::query!(
        "insert into ligne_illisible (document_id, rang, page, texte)
         select $1, l.rang - 1, l.page, l.texte
           from unnest($2::int[], $3::text[]) with ordinality as l(page, texte, rang)",
        d.id,
        &pages,
        &textes
    )
    .execute(c)
    .await?;
    Ok(())
}

pub(crate) async fn liens(
    c: &mut PgConnection,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, Lien>, Erreur> {
    let lus = sqlx::query!(
        "select recette_id, recette_importee_id, source, version from recette_livre
          where recette_id = any($1)",
        ids
    )
    .fetch_all(c)
    .await?;
    let lien = |recette_importee_id, source, version| Lien { recette_importee_id, source, version };
    Ok(lus
        .into_iter()
        .map(|l| (l.recette_id, lien(l.recette_importee_id, l.source, l.version)))
        .collect())
}

/// Names of articles in lower case; with the article where it is none of a recipe's yet and may
/// become one's: counted in pieces, as what a book yields is.
pub(crate) async fn noms_d_articles(
    c: &mut PgConnection,
) -> Result<HashMap<String, Option<Uuid>>, Erreur> {
    let lus = sqlx::query!(
        r#"select nom, case when nature <> 'matiere' and unite_base = 'piece' and not exists
                            (select from recette r where r.article_id = a.id)
                            then id end as libre
             from article a"#
    )
    .fetch_all(c)
    .await?;
    Ok(lus.into_iter().map(|l| (l.nom.to_lowercase(), l.libre)).collect())
}

/// The recipes of a book as read; their ids.
pub(crate) async fn inserer_recettes(
    c: &mut PgConnection,
    d: &Document<'_>,
    fiches: &Fiches,
    recettes: &[Option<Uuid>],
) -> Result<Vec<Uuid>, Erreur> {
    let lues = &d.releve.recettes;
    let ids: Vec<Uuid> = lues.iter().map(|_| Uuid::now_v7()).collect();
    let pages: Vec<i32> = lues.iter().map(|r| page(r.page)).collect();
    let titres: Vec<String> = lues.iter().map(|r| r.titre.clone()).collect();
    let poids: Vec<Option<i64>> =
        lues.iter().map(|r| r.poids_net().map(Quantite::en_milliemes)).collect();
    let emballages: Vec<Option<String>> = lues.iter().map(|r| r.emballage.clone()).collect();
    let poids_de: Vec<Option<i64>> = lues
        .iter()
        .zip(&fiches.reglees)
        .map(|(r, dite)| poids_de(r, dite).map(Quantite::en_milliemes))
        .collect();
    let rendements: Vec<i64> = lues.iter().map(|r| r.rendement().en_milliemes()).collect();
    let durees: Vec<Option<i32>> =
        fiches.reglees.iter().map(|r| r.duree_vie_jours.map(i32::from)).collect();
    sqlx::query!(
        "insert into recette_importee (id, document_id, rang, page, titre, cle, poids_net,
                                       poids_de, rendement, emballage, duree_vie_jours,
                                       recette_id)
         select r.id, $1, r.rang - 1, r.page, r.titre, r.cle, r.poids, r.poids_de, r.rendement,
                r.emballage, r.duree, r.recette_id
           from unnest($2::uuid[], $3::int[], $4::text[], $5::text[], $6::bigint[], $7::text[],
                       $8::int[], $9::uuid[], $10::bigint[], $11::bigint[]) with ordinality
                as r(id, page, titre, cle, poids, emballage, duree, recette_id, poids_de,
                     rendement, rang)",
        d.id,
        &ids,
        &pages,
        &titres,
        &fiches.cles,
        &poids as &[Option<i64>],
        &emballages as &[Option<String>],
        &durees as &[Option<i32>],
        recettes as &[Option<Uuid>],
        &poids_de as &[Option<i64>],
        &rendements
    )
    .execute(c)
    .await?;
    Ok(ids)
}

/// From now on these recipes are taken from these, at these versions.
pub(crate) async fn lier(
    c: &mut PgConnection,
    source: &str,
    liens: &[(Uuid, Uuid, i32)],
) -> Result<(), Erreur> {
    let recettes: Vec<Uuid> = liens.iter().map(|l| l.0).collect();
    let importees: Vec<Uuid> = liens.iter().map(|l| l.1).collect();
    let versions: Vec<i32> = liens.iter().map(|l| l.2).collect();
    sqlx::query!(
        "insert into recette_livre (recette_id, recette_importee_id, source, version)
         select l.recette, l.importee, $1, l.version
           from unnest($2::uuid[], $3::uuid[], $4::int[]) as l(recette, importee, version)
         on conflict (recette_id) do update set recette_importee_id = excluded.recette_importee_id,
             source = excluded.source, version = excluded.version",
        source,
        &recettes,
        &importees,
        &versions
    )
    .execute(c)
    .await?;
    Ok(())
}
