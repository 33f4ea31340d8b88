//! The SQL of lines that are judged again.

use std::collections::HashMap;

use sqlx::PgConnection;
use uuid::Uuid;

use super::super::normaliser::cle;
use super::super::rapprocher::Verdict;
use super::super::sql::{Verdicts, grouper};
use super::{LigneGardee, Revision};
use crate::domaine::Quantite;
use crate::platform::errors::Erreur;
use crate::recettes::DouteDeRecette;
use crate::recettes::importees::{Contenu, LigneImportee, VersionImportee};

struct Ligne {
    id: Uuid,
    recette_importee_id: Uuid,
    livre: Uuid,
    titre: String,
    libelle: String,
    quantite: Option<String>,
    en_doute: bool,
    nue: bool,
    unite: String,
    article_dit: Option<Uuid>,
    statut: String,
    article_id: Option<Uuid>,
    quantite_base: Option<i64>,
    alias_id: Option<Uuid>,
    raison: String,
    retenue: bool,
}

impl From<Ligne> for LigneGardee {
    fn from(l: Ligne) -> Self {
        let avant = match (l.article_id, l.quantite_base) {
            (Some(article_id), Some(quantite)) => Verdict::Mappee {
                article_id,
                alias_id: l.alias_id,
                quantite: Quantite::milliemes(quantite),
            },
            _ if l.statut == Verdict::Ignoree.statut() => Verdict::Ignoree,
            _ => Verdict::NonMappee { raison: l.raison },
        };
        Self {
            id: l.id,
            recette_importee_id: l.recette_importee_id,
            livre: l.livre,
            titre: l.titre,
            libelle: l.libelle,
            quantite: l.quantite,
            en_doute: l.en_doute,
            nue: l.nue,
            unite: l.unite,
            article_dit: l.article_dit,
            retenue: l.retenue,
            avant,
        }
    }
}

/// Every line printed like one of these, whatever became of it, but those that a person put aside.
pub(crate) async fn lignes_de_cles(
    c: &mut PgConnection,
    cles: &[String],
) -> Result<Vec<LigneGardee>, Erreur> {
    let recettes = sqlx::query_scalar!(
        "select l.id from ligne_recette_importee l where l.cle = any($1) and l.ecartee_par is null",
        cles
    );
    let ids = recettes.fetch_all(&mut *c).await?;
    lignes(c, &ids).await
}

/// What lines that lead to these articles are printed like: titles, aliases, labels.
pub(crate) async fn cles_qui_nomment(
    c: &mut PgConnection,
    articles: &[Uuid],
) -> Result<Vec<String>, Erreur> {
    let dites = sqlx::query_scalar!(
        r#"select i.titre as "dite!" from recette_importee i join recette r on r.id = i.recette_id
            where r.article_id = any($1)
            union
           select alias from ingredient_alias where actif and article_id = any($1)
            union
           select libelle from ligne_recette_importee
            where article_id = any($1) or article_dit = any($1)"#,
        articles
    );
    Ok(dites.fetch_all(c).await?.iter().map(|dite| cle(dite).pliee).collect())
}

/// The lines not mapped of the next recipes after `apres`, in the order of their ids, so that every
/// one has its turn.
pub(crate) async fn a_relier(
    c: &mut PgConnection,
    apres: Uuid,
    recettes: i64,
) -> Result<Vec<LigneGardee>, Erreur> {
    let ids = sqlx::query_scalar!(
        "select l.id from ligne_recette_importee l
          where l.statut = 'non_mappee' and l.recette_importee_id in (
                select distinct recette_importee_id from ligne_recette_importee
                 where statut = 'non_mappee' and recette_importee_id > $1
                 order by 1 limit $2)",
        apres,
        recettes
    );
    let ids = ids.fetch_all(&mut *c).await?;
    lignes(c, &ids).await
}

async fn lignes(c: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<LigneGardee>, Erreur> {
    let lues = sqlx::query_as!(
        Ligne,
        r#"select l.id, l.recette_importee_id, i.document_id as livre, i.cle as titre, l.libelle,
                  coalesce(l.quantite_recette, l.quantite) as quantite, l.unite, l.article_dit,
                  l.quantite is not null and l.quantite_recette is null as "en_doute!",
                  l.quantite_recette is null and (l.statut = 'mappee' or coalesce((
                      select bool_and(q.code = 'sans_unite') from doute_importe q
                       where q.recette_importee_id = i.id and q.page = l.page
                         and q.texte = l.texte and q.reglement_id is null), false)) as "nue!",
                  l.statut, l.article_id, l.quantite_base, l.alias_id, l.obstacle as raison,
                  r.id is not null and not exists (
                      select from doute_importe q
                       where q.recette_importee_id = i.id and q.reglement_id is null
                         and not (q.code = 'sans_unite' and exists (
                             select from ligne_recette_importee n
                              where n.recette_importee_id = i.id and n.page = q.page
                                and n.texte = q.texte and n.statut = 'non_mappee')))
                      as "retenue!"
             from ligne_recette_importee l
             join recette_importee i on i.id = l.recette_importee_id
             left join recette_livre x on x.recette_importee_id = l.recette_importee_id
             left join recette r on r.id = x.recette_id and r.version = x.version
            where l.id = any($1)
            order by l.recette_importee_id"#,
        ids
    )
    .fetch_all(c)
    .await?;
    Ok(lues.into_iter().map(LigneGardee::from).collect())
}

pub(crate) async fn changer(c: &mut PgConnection, revisions: &[Revision]) -> Result<(), Erreur> {
    let ids: Vec<Uuid> = revisions.iter().map(|r| r.ligne.id).collect();
    let mut v = Verdicts::default();
    revisions.iter().for_each(|r| v.ajouter(&r.verdict));
    sqlx::query!(
        "update ligne_recette_importee l
            set statut = v.statut, article_id = v.article, quantite_base = v.quantite,
                alias_id = v.alias, obstacle = v.raison
           from unnest($1::uuid[], $2::text[], $3::uuid[], $4::bigint[], $5::uuid[], $6::text[])
                as v(id, statut, article, quantite, alias, raison)
          where l.id = v.id",
        &ids,
        &v.statuts,
        &v.articles as &[Option<Uuid>],
        &v.quantites as &[Option<i64>],
        &v.alias as &[Option<Uuid>],
        &v.raisons
    )
    .execute(c)
    .await?;
    Ok(())
}

/// The doubt on a number without unit goes once its line is mapped: that is pieces. It is back, as it
/// was read, when the line no longer is.
pub(crate) async fn suivre_les_nues(
    c: &mut PgConnection,
    revisions: &[Revision],
) -> Result<(), Erreur> {
    let mappee = |v: &Verdict| matches!(v, Verdict::Mappee { .. });
    let nues = revisions.iter().filter(|r| r.ligne.nue);
    let (reglees, autres): (Vec<_>, Vec<_>) = nues.partition(|r| mappee(&r.verdict));
    let reglees: Vec<Uuid> = reglees.iter().map(|r| r.ligne.id).collect();
    let revenues = autres.iter().filter(|r| mappee(&r.ligne.avant));
    let revenues: Vec<Uuid> = revenues.map(|r| r.ligne.id).collect();
    if !reglees.is_empty() {
        sqlx::query!(
            "delete from doute_importe q using ligne_recette_importee l
              where l.id = any($1) and q.recette_importee_id = l.recette_importee_id
                and q.page = l.page and q.texte = l.texte and q.code = 'sans_unite'
                and q.reglement_id is null",
            &reglees
        )
        .execute(&mut *c)
        .await?;
    }
    if !revenues.is_empty() {
        remettre_les_doutes(c, &revenues).await?;
    }
    Ok(())
}

async fn remettre_les_doutes(c: &mut PgConnection, lignes: &[Uuid]) -> Result<(), Erreur> {
    let lus = sqlx::query!(
        r#"with lue as (
               select i.id, (n.rang - 1)::int as rang, n.doute ->> 'code' as code,
                      (n.doute ->> 'page')::int as page, n.doute ->> 'texte' as texte,
                      coalesce(n.doute ->> 'phrase', '') as phrase
                 from recette_importee i
                 join document_importe d on d.id = i.document_id
                cross join jsonb_array_elements(d.lecture -> 'recettes' -> i.rang -> 'doutes')
                      with ordinality as n(doute, rang)
                where i.id in (select recette_importee_id from ligne_recette_importee
                                where id = any($1)))
           select lue.id as "importee!", lue.rang as "rang!", lue.code as "code!",
                  lue.page as "page!", lue.texte as "texte!", lue.phrase as "phrase!"
             from lue
            where lue.code = 'sans_unite'
              and exists (select from ligne_recette_importee l
                           where l.id = any($1) and l.recette_importee_id = lue.id
                             and l.page = lue.page and l.texte = lue.texte)
            order by lue.id, lue.rang"#,
        lignes
    )
    .fetch_all(&mut *c)
    .await?;
    let ids: Vec<Uuid> = lus.iter().map(|_| Uuid::now_v7()).collect();
    let recettes: Vec<Uuid> = lus.iter().map(|l| l.importee).collect();
    let (rangs, pages): (Vec<i32>, Vec<i32>) = lus.iter().map(|l| (l.rang, l.page)).unzip();
    let codes: Vec<String> = lus.iter().map(|l| l.code.clone()).collect();
    let (textes, phrases): (Vec<String>, Vec<String>) =
        lus.into_iter().map(|l| (l.texte, l.phrase)).unzip();
    // Of lines printed alike, one may have been settled by a person: that one stays so.
    sqlx::query!(
        "insert into doute_importe (id, recette_importee_id, rang, code, page, texte, phrase)
         select * from unnest($1::uuid[], $2::uuid[], $3::int[], $4::text[], $5::int[], $6::text[],
                              $7::text[])
         on conflict (recette_importee_id, rang) do nothing",
        &ids,
        &recettes,
        &rangs,
        &codes,
        &pages,
        &textes,
        &phrases
    )
    .execute(c)
    .await?;
    Ok(())
}

pub(crate) async fn articles_faits(
    c: &mut PgConnection,
    importees: &[Uuid],
) -> Result<HashMap<Uuid, Uuid>, Erreur> {
    let lus = sqlx::query!(
        "select i.id, r.article_id from recette_importee i join recette r on r.id = i.recette_id
          where i.id = any($1)",
        importees
    )
    .fetch_all(c)
    .await?;
    Ok(lus.into_iter().map(|l| (l.id, l.article_id)).collect())
}

/// The next versions of the recipes that are taken from these and stand where an import left them,
/// kept still: the lines that count, in their order, and the doubts. Those that would say nothing are
/// left as they are.
pub(crate) async fn a_ecrire(
    c: &mut PgConnection,
    importees: &[Uuid],
) -> Result<Vec<VersionImportee>, Erreur> {
    let tenues = sqlx::query!(
        r#"select r.id, r.version, i.id as importee, i.duree_vie_jours,
                  case when a.unite_base = 'piece' then i.rendement end as rendement
             from recette_livre x
             join recette r on r.id = x.recette_id and r.version = x.version
             join article a on a.id = r.article_id
             join recette_importee i on i.id = x.recette_importee_id
            where i.id = any($1) order by r.id for no key update of r"#,
        importees
    )
    .fetch_all(&mut *c)
    .await?;
    let mut lignes = lignes_qui_comptent(c, importees).await?;
    let mut doutes = doutes(c, importees).await?;
    let version = |t: (Uuid, i32, Uuid, Option<i32>, Option<i64>)| VersionImportee {
        recette_id: t.0,
        version: t.1 + 1,
        contenu: Contenu {
            rendement: t.4.map(Quantite::milliemes),
            duree_vie_jours: t.3,
            lignes: lignes.remove(&t.2).unwrap_or_default(),
            doutes: doutes.remove(&t.2).unwrap_or_default(),
        },
    };
    let tenues =
        tenues.into_iter().map(|t| (t.id, t.version, t.importee, t.duree_vie_jours, t.rendement));
    Ok(tenues.map(version).filter(|v| v.contenu.dit_quelque_chose()).collect())
}

async fn lignes_qui_comptent(
    c: &mut PgConnection,
    importees: &[Uuid],
) -> Result<HashMap<Uuid, Vec<LigneImportee>>, Erreur> {
    let lues = sqlx::query!(
        r#"select l.recette_importee_id, l.libelle, l.article_id, l.quantite_base,
                  coalesce(l.quantite_recette, case when l.statut = 'mappee' then l.quantite end)
                      as quantite_recette,
                  l.unite, l.statut = 'ignoree' as "ignoree!"
             from ligne_recette_importee l
            where l.recette_importee_id = any($1) and l.ecartee_par is null
            order by l.recette_importee_id, l.rang"#,
        importees
    )
    .fetch_all(c)
    .await?;
    Ok(grouper(lues.into_iter().map(|l| {
        let ligne = LigneImportee {
            article_id: l.article_id,
            ignoree: l.ignoree,
            libelle: l.libelle,
            quantite: Quantite::milliemes(l.quantite_base.unwrap_or_default()),
            saisie: l.quantite_recette.unwrap_or_default(),
            unite: l.unite,
        };
        (l.recette_importee_id, ligne)
    })))
}

async fn doutes(
    c: &mut PgConnection,
    importees: &[Uuid],
) -> Result<HashMap<Uuid, Vec<DouteDeRecette>>, Erreur> {
    let lus = sqlx::query!(
        "select recette_importee_id, code, case when texte = '' then phrase else texte end
                as \"texte!\"
           from doute_importe
          where recette_importee_id = any($1) and reglement_id is null
          order by recette_importee_id, rang",
        importees
    )
    .fetch_all(c)
    .await?;
    let doute = |code, texte| DouteDeRecette { code, texte };
    Ok(grouper(lus.into_iter().map(|d| (d.recette_importee_id, doute(d.code, d.texte)))))
}

/// Notes the versions that were just written: they are not changes by hand.
pub(crate) async fn suivre(c: &mut PgConnection, versions: &[(Uuid, i32)]) -> Result<(), Erreur> {
    let (recettes, numeros): (Vec<Uuid>, Vec<i32>) = versions.iter().copied().unzip();
    sqlx::query!(
        "update recette_livre l set version = v.version
           from unnest($1::uuid[], $2::int[]) as v(recette_id, version)
          where l.recette_id = v.recette_id",
        &recettes,
        &numeros
    )
    .execute(c)
    .await?;
    Ok(())
}

/// Takes the recipe of that title from there, at the version it stands at. False: there is none.
pub(crate) async fn prendre(c: &mut PgConnection, importee: Uuid) -> Result<bool, Erreur> {
    let prise = sqlx::query!(
        "insert into recette_livre (recette_id, recette_importee_id, source, version)
         select r.id, i.id, d.source, r.version
           from recette_importee i
           join document_importe d on d.id = i.document_id
           join recette r on r.id = i.recette_id
          where i.id = $1
         on conflict (recette_id) do update set recette_importee_id = excluded.recette_importee_id,
             source = excluded.source, version = excluded.version",
        importee
    )
    .execute(c)
    .await?;
    Ok(prise.rows_affected() > 0)
}
