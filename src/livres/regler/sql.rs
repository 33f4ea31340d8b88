//! The SQL of doubts and of what settles them.

use std::collections::HashMap;

use sqlx::PgConnection;
use uuid::Uuid;

use super::appliquer::{LigneDite, Reglement};
use super::{Geste, Situation};
use crate::domaine::Quantite;
use crate::livres::juger::Suite;
use crate::livres::releve::{DouteReleve, RecetteRelevee};
use crate::livres::sql::page;
use crate::platform::db::operations::Operation;
use crate::platform::errors::Erreur;

/// What was decided of recipes of these titles, in any edition of that source; the last word first.
pub(crate) async fn reglements(
    c: &mut PgConnection,
    source: &str,
    titres: &[String],
) -> Result<HashMap<String, Vec<Reglement>>, Erreur> {
    let lus = sqlx::query!(
        "select id, cle_titre, codes, cle, lu, geste, libelle, quantite, unite, article_id,
                remplacee, duree_vie_jours
           from reglement_doute
          where source = $1 and cle_titre = any($2) and annule_par is null
          order by cree_le desc, id desc",
        source,
        titres
    )
    .fetch_all(c)
    .await?;
    let mut par_titre: HashMap<String, Vec<Reglement>> = HashMap::new();
    for l in lus {
        let quantite = l.quantite.and_then(|q| q.parse().ok());
        let ligne = l.libelle.zip(quantite).map(|(libelle, quantite)| LigneDite {
            libelle,
            quantite,
            unite: l.unite.unwrap_or_default(),
            ingredient_id: l.article_id,
        });
        // The database's check allows no other word.
        let Some(geste) = Geste::lire(&l.geste) else { continue };
        par_titre.entry(l.cle_titre).or_default().push(Reglement {
            id: l.id,
            codes: l.codes,
            cle: l.cle,
            lu: l.lu,
            geste,
            ligne,
            remplacee: l.remplacee,
            duree_vie_jours: l.duree_vie_jours.and_then(|j| u16::try_from(j).ok()),
        });
    }
    Ok(par_titre)
}

/// A recipe of a book, its doubts, and what became of each of them.
pub(crate) type DoutesDe<'a> = (Uuid, &'a [DouteReleve], &'a [Suite]);

/// The doubts of recipes of a book, each with what settles it, now or as it was already kept. One
/// that is none for now comes back from the reading.
pub(crate) async fn inserer_doutes(
    c: &mut PgConnection,
    recettes: &[DoutesDe<'_>],
) -> Result<(), Erreur> {
    let (mut ids, mut siennes, mut rangs) = (Vec::new(), Vec::new(), Vec::new());
    let (mut codes, mut pages, mut textes) = (Vec::new(), Vec::new(), Vec::new());
    let (mut phrases, mut regles) = (Vec::new(), Vec::new());
    for (recette, doutes, suites) in recettes {
        for ((rang, d), suite) in (0_i32..).zip(*doutes).zip(*suites) {
            let reglement = match suite {
                Suite::Attend => None,
                Suite::Reglee(id) => Some(*id),
                Suite::Aucun => continue,
            };
            ids.push(Uuid::now_v7());
            siennes.push(*recette);
            rangs.push(rang);
            codes.push(d.code.mot().to_owned());
            pages.push(page(d.page));
            textes.push(d.texte.clone());
            phrases.push(d.phrase.clone());
            regles.push(reglement);
        }
    }
    if ids.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "insert into doute_importe (id, recette_importee_id, rang, code, page, texte, phrase,
                                    reglement_id)
         select * from unnest($1::uuid[], $2::uuid[], $3::int[], $4::text[], $5::int[],
                              $6::text[], $7::text[], $8::uuid[])
         on conflict (recette_importee_id, rang) do update
            set reglement_id = excluded.reglement_id, phrase = excluded.phrase",
        &ids,
        &siennes,
        &rangs,
        &codes,
        &pages,
        &textes,
        &phrases,
        &regles as &[Option<Uuid>]
    )
    .execute(c)
    .await?;
    Ok(())
}

/// A doubt of a book in force, and where it stands.
pub(crate) async fn situer(c: &mut PgConnection, doute: Uuid) -> Result<Option<Situation>, Erreur> {
    let lu = sqlx::query!(
        r#"select q.rang, q.reglement_id, i.cle, d.source, d.id as livre,
                  d.lecture -> 'recettes' -> i.rang as "lecture!"
             from doute_importe q
             join recette_importee i on i.id = q.recette_importee_id
             join document_importe d on d.id = i.document_id
            where q.id = $1"#,
        doute
    )
    .fetch_optional(c)
    .await?;
    let Some(lu) = lu else { return Ok(None) };
    let recette: RecetteRelevee = serde_json::from_value(lu.lecture).map_err(Erreur::interne)?;
    Ok(Some(Situation {
        rang: usize::try_from(lu.rang).unwrap_or_default(),
        reglement_id: lu.reglement_id,
        titre: lu.cle,
        source: lu.source,
        livre: lu.livre,
        recette,
    }))
}

pub(crate) async fn inserer(
    c: &mut PgConnection,
    op: Operation,
    s: &Situation,
    r: &Reglement,
) -> Result<(), Erreur> {
    let ligne = r.ligne.as_ref();
    sqlx::query!(
        "insert into reglement_doute (id, source, cle_titre, codes, cle, lu, geste, libelle,
             quantite, unite, article_id, remplacee, duree_vie_jours, operation_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        r.id,
        s.source,
        s.titre,
        &r.codes,
        r.cle,
        &r.lu,
        r.geste.mot(),
        ligne.map(|l| l.libelle.as_str()),
        ligne.map(|l| l.quantite.to_string()),
        ligne.map(|l| l.unite.as_str()),
        ligne.and_then(|l| l.ingredient_id),
        r.remplacee,
        r.duree_vie_jours.map(i32::from),
        op.id
    )
    .execute(c)
    .await?;
    Ok(())
}

/// What was decided in one go with that is forgotten: of which source, of which title.
pub(crate) async fn annuler(
    c: &mut PgConnection,
    op: Operation,
    reglement: Uuid,
) -> Result<Vec<(String, String)>, Erreur> {
    let oublies = sqlx::query!(
        "update reglement_doute set annule_par = $2
          where annule_par is null and operation_id = (select operation_id from reglement_doute
                                                        where id = $1)
         returning source, cle_titre",
        reglement,
        op.id
    );
    let oublies = oublies.fetch_all(c).await?;
    Ok(oublies.into_iter().map(|o| (o.source, o.cle_titre)).collect())
}

/// A recipe of a book that a settlement is about, and its reading.
pub(crate) struct Concernee {
    pub importee: Uuid,
    pub livre: Uuid,
    pub recette: RecetteRelevee,
}

/// The recipes of that title of that source, in the books in force.
pub(crate) async fn concernees(
    c: &mut PgConnection,
    source: &str,
    titre: &str,
) -> Result<Vec<Concernee>, Erreur> {
    let lues = sqlx::query!(
        r#"select i.id, i.document_id, d.lecture -> 'recettes' -> i.rang as "lecture!"
             from recette_importee i join document_importe d on d.id = i.document_id
            where d.source = $1 and i.cle = $2
              and exists (select from doute_importe q where q.recette_importee_id = i.id)"#,
        source,
        titre
    )
    .fetch_all(c)
    .await?;
    let concernee = |l: (Uuid, Uuid, serde_json::Value)| {
        let recette = serde_json::from_value(l.2).map_err(Erreur::interne)?;
        Ok(Concernee { importee: l.0, livre: l.1, recette })
    };
    lues.into_iter().map(|l| concernee((l.id, l.document_id, l.lecture))).collect()
}

/// What this recipe was is taken away, to be written anew; so are the doubts that are none for now.
pub(crate) async fn oublier_les_lignes(
    c: &mut PgConnection,
    importee: Uuid,
    suites: &[Suite],
    (duree_vie_jours, poids_de): (Option<i32>, Option<Quantite>),
) -> Result<(), Erreur> {
    sqlx::query!("delete from ligne_recette_importee where recette_importee_id = $1", importee)
        .execute(&mut *c)
        .await?;
    let aucuns = (0_i32..).zip(suites).filter(|(_, s)| **s == Suite::Aucun);
    let rangs: Vec<i32> = aucuns.map(|(rang, _)| rang).collect();
    sqlx::query!(
        "delete from doute_importe where recette_importee_id = $1 and rang = any($2)",
        importee,
        &rangs
    )
    .execute(&mut *c)
    .await?;
    sqlx::query!(
        "update recette_importee set duree_vie_jours = $2, poids_de = $3 where id = $1",
        importee,
        duree_vie_jours,
        poids_de.map(Quantite::en_milliemes)
    )
    .execute(c)
    .await?;
    Ok(())
}
