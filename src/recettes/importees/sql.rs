//! The SQL of recipes from books: each statement takes all of them.

use std::collections::HashMap;

use sqlx::PgConnection;
use uuid::Uuid;

use super::super::DouteDeRecette;
use super::{Contenu, LigneImportee, Repere, VersionImportee};
use crate::domaine::Quantite;
use crate::platform::db::operations::Operation;
use crate::platform::errors::{Erreur, ErreurCritiqueMetier, si_unique};

pub(crate) async fn reperes(c: &mut PgConnection) -> Result<Vec<Repere>, Erreur> {
    let lus = sqlx::query_as!(
        Repere,
        r#"select r.id, r.nom, r.article_id, r.version, a.unite_base = 'piece' as "en_pieces!"
             from recette r join article a on a.id = r.article_id"#
    );
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
                  l.unite_saisie as "unite?", l.ignoree as "ignoree?", l.doute,
                  case when a.unite_base = 'piece' then v.rendement end as rendement
             from recette r
             join article a on a.id = r.article_id
             join recette_version v on v.recette_id = r.id and v.version = r.version
             left join ligne_recette l on l.recette_id = r.id and l.version = r.version
            where r.id = any($1) order by r.id, l.rang"#,
        ids
    )
    .fetch_all(c)
    .await?;
    let mut contenus: HashMap<Uuid, Contenu> = HashMap::new();
    for l in lues {
        let contenu = contenus.entry(l.id).or_insert_with(|| Contenu {
            rendement: l.rendement.map(Quantite::milliemes),
            duree_vie_jours: l.duree_vie_jours,
            lignes: Vec::new(),
            doutes: Vec::new(),
        });
        let (Some(libelle), Some(quantite)) = (l.libelle, l.quantite) else { continue };
        if let Some(code) = l.doute {
            contenu.doutes.push(DouteDeRecette { code, texte: libelle });
            continue;
        }
        contenu.lignes.push(LigneImportee {
            article_id: l.article_id,
            ignoree: l.ignoree.unwrap_or_default(),
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
/// because a remap writes thousands of them one by one. A yield that is not said is the one before,
/// or one piece.
/// Answers how many recipes went on.
pub(crate) async fn inserer_versions(
    c: &mut PgConnection,
    op: Operation,
    versions: &[VersionImportee],
) -> Result<usize, Erreur> {
    let v = Colonnes::de(versions);
    let faites = sqlx::query_scalar!(
        r#"with v as (
               select * from unnest($1::uuid[], $2::int[], $3::int[], $13::bigint[])
                        as v(recette_id, version, duree, rendement)),
           versions as (
               insert into recette_version (recette_id, version, rendement, duree_vie_jours,
                                            operation_id)
               select v.recette_id, v.version, coalesce(v.rendement, avant.rendement, 1000),
                      v.duree, $4
                 from v left join recette_version avant
                        on avant.recette_id = v.recette_id and avant.version = v.version - 1),
           lignes as (
               insert into ligne_recette (recette_id, version, rang, article_id, libelle,
                                          quantite, quantite_saisie, unite_saisie, doute,
                                          ignoree)
               select * from unnest($5::uuid[], $6::int[], $7::int[], $8::uuid[], $9::text[],
                                    $10::bigint[], $11::text[], $12::text[], $14::text[],
                                    $15::boolean[])),
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
        &v.lignes.unites,
        &v.rendements as &[Option<i64>],
        &v.lignes.doutes as &[Option<String>],
        &v.lignes.ignorees
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
    rendements: Vec<Option<i64>>,
    lignes: Lignes,
}

impl Colonnes {
    fn de(versions: &[VersionImportee]) -> Self {
        let mut c = Self::default();
        for v in versions {
            c.recettes.push(v.recette_id);
            c.versions.push(v.version);
            c.durees.push(v.contenu.duree_vie_jours);
            c.rendements.push(v.contenu.rendement.map(Quantite::en_milliemes));
            for ligne in &v.contenu.lignes {
                c.lignes.ajouter(v, ligne, None);
            }
            for doute in &v.contenu.doutes {
                let ligne = LigneImportee {
                    article_id: None,
                    ignoree: false,
                    libelle: doute.texte.clone(),
                    quantite: Quantite::ZERO,
                    saisie: String::new(),
                    unite: String::new(),
                };
                c.lignes.ajouter(v, &ligne, Some(&doute.code));
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
    doutes: Vec<Option<String>>,
    ignorees: Vec<bool>,
}

impl Lignes {
    /// In the order in which they come, from 0 on for each version.
    fn ajouter(&mut self, v: &VersionImportee, ligne: &LigneImportee, doute: Option<&String>) {
        let suite = self.recettes.last() == Some(&v.recette_id);
        let rang = if suite { self.rangs.last().map_or(0, |r| r + 1) } else { 0 };
        self.recettes.push(v.recette_id);
        self.versions.push(v.version);
        self.rangs.push(rang);
        self.articles.push(ligne.article_id);
        self.libelles.push(ligne.libelle.clone());
        self.quantites.push(ligne.quantite.en_milliemes());
        self.saisies.push(ligne.saisie.clone());
        self.unites.push(ligne.unite.clone());
        self.doutes.push(doute.cloned());
        self.ignorees.push(ligne.ignoree);
    }
}
