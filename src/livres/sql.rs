//! The SQL that every use of books shares.

use std::collections::HashMap;

use sqlx::PgConnection;
use uuid::Uuid;

use super::editions::LivreConnu;
use super::juger::Jugee;
use super::normaliser::cle;
use super::rapprocher::{AliasActif, Dictionnaire, LibelleIgnore, Verdict};
use super::releve::Releve;
use super::sous_recettes::{Fiche, Nommables, Poids};
use crate::domaine::Quantite;
use crate::platform::errors::Erreur;
use crate::recettes;
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
    let faits = recettes::tous_les_faits(c).await?.into_iter().collect();
    let ignores =
        sqlx::query_as!(LibelleIgnore, "select cle, sans_quantite from libelle_ignore where actif")
            .fetch_all(c)
            .await?;
    Ok(Dictionnaire::nouveau(articles, &faits, alias.collect(), ignores))
}

/// The rows of each, in their order.
pub(crate) fn grouper<T>(lues: impl Iterator<Item = (Uuid, T)>) -> HashMap<Uuid, Vec<T>> {
    let mut groupes: HashMap<Uuid, Vec<T>> = HashMap::new();
    for (qui, lue) in lues {
        groupes.entry(qui).or_default().push(lue);
    }
    groupes
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

/// The recipes that lines of these books in force, or of all, may name: those of each book, with the
/// weight of what is really used, wherever it is taken from.
pub(crate) async fn nommables(
    c: &mut PgConnection,
    livres: Option<&[Uuid]>,
) -> Result<HashMap<Uuid, Nommables>, Erreur> {
    let lues = sqlx::query!(
        "select i.document_id, i.cle, i.titre, r.id, r.article_id
           from recette_importee i join recette r on r.id = i.recette_id
          where $1::uuid[] is null or i.document_id = any($1)
          order by i.document_id, i.rang",
        livres
    )
    .fetch_all(&mut *c)
    .await?;
    let recettes: Vec<Uuid> = lues.iter().map(|l| l.id).collect();
    let poids = poids_des_recettes(c, &recettes).await?;
    let mut par_livre: HashMap<Uuid, Nommables> = HashMap::new();
    for l in lues {
        let poids = poids.get(&l.id).copied().unwrap_or_default();
        let fiche = Fiche { titre: l.titre, article_id: l.article_id, poids };
        par_livre.entry(l.document_id).or_default().ajouter(l.cle, fiche);
    }
    Ok(par_livre)
}

/// What recipes weigh, as it is printed where they are taken from: nothing of those that a hand has
/// written or changed since.
pub(crate) async fn poids_des_recettes(
    c: &mut PgConnection,
    recettes: &[Uuid],
) -> Result<HashMap<Uuid, Poids>, Erreur> {
    let lus = sqlx::query!(
        r#"select x.recette_id, p.poids_net, p.poids_de,
                  exists (select from doute_importe q
                           where q.recette_importee_id = p.id and q.reglement_id is null
                             and (q.code = 'poids' or p.poids_de is null)) as "en_doute!"
             from recette_livre x
             join recette r on r.id = x.recette_id and r.version = x.version
             join recette_importee p on p.id = x.recette_importee_id
            where x.recette_id = any($1)"#,
        recettes
    )
    .fetch_all(c)
    .await?;
    let q = |n: Option<i64>| n.map(Quantite::milliemes);
    let poids = lus
        .into_iter()
        .map(|l| (l.recette_id, Poids::de(q(l.poids_net), q(l.poids_de), l.en_doute)));
    Ok(poids.collect())
}

/// The lines of these recipes, each with what it was judged to be.
pub(crate) async fn inserer_lignes(
    c: &mut PgConnection,
    recettes: &[(Uuid, &[Jugee])],
) -> Result<(), Erreur> {
    let mut l = Lignes::default();
    for (recette, lignes) in recettes {
        for (rang, jugee) in (0_i32..).zip(*lignes) {
            l.ajouter(*recette, rang, jugee);
        }
    }
    let ids: Vec<Uuid> = l.recettes.iter().map(|_| Uuid::now_v7()).collect();
    sqlx::query!(
        "insert into ligne_recette_importee (id, recette_importee_id, rang, page, texte, libelle,
             cle, quantite, unite, pieces, statut, article_id, quantite_base, alias_id, obstacle,
             quantite_recette, ajoutee_par, ecartee_par, article_dit)
         select * from unnest($1::uuid[], $2::uuid[], $3::int[], $4::int[], $5::text[],
             $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[],
             $12::uuid[], $13::bigint[], $14::uuid[], $15::text[], $16::text[], $17::uuid[],
             $18::uuid[], $19::uuid[])",
        &ids,
        &l.recettes,
        &l.rangs,
        &l.pages,
        &l.textes,
        &l.libelles,
        &l.cles,
        &l.quantites as &[Option<String>],
        &l.unites,
        &l.pieces as &[Option<String>],
        &l.verdicts.statuts,
        &l.verdicts.articles as &[Option<Uuid>],
        &l.verdicts.quantites as &[Option<i64>],
        &l.verdicts.alias as &[Option<Uuid>],
        &l.verdicts.raisons,
        &l.de_recette as &[Option<String>],
        &l.ajoutees as &[Option<Uuid>],
        &l.ecartees as &[Option<Uuid>],
        &l.dits as &[Option<Uuid>]
    )
    .execute(c)
    .await?;
    Ok(())
}

#[derive(Default)]
struct Lignes {
    recettes: Vec<Uuid>,
    rangs: Vec<i32>,
    pages: Vec<i32>,
    textes: Vec<String>,
    libelles: Vec<String>,
    cles: Vec<String>,
    quantites: Vec<Option<String>>,
    unites: Vec<String>,
    pieces: Vec<Option<String>>,
    verdicts: Verdicts,
    de_recette: Vec<Option<String>>,
    ajoutees: Vec<Option<Uuid>>,
    ecartees: Vec<Option<Uuid>>,
    dits: Vec<Option<Uuid>>,
}

impl Lignes {
    fn ajouter(&mut self, recette: Uuid, rang: i32, jugee: &Jugee) {
        let l = &jugee.ligne.ligne;
        let nombre = |n: &Option<serde_json::Number>| n.as_ref().map(ToString::to_string);
        self.recettes.push(recette);
        self.rangs.push(rang);
        self.pages.push(page(l.page));
        self.textes.push(l.texte.clone());
        self.libelles.push(l.libelle.clone());
        self.cles.push(cle(&l.libelle).pliee);
        self.quantites.push(nombre(&l.quantite));
        self.unites.push(l.unite.clone().unwrap_or_default());
        self.pieces.push(nombre(&l.pieces));
        self.verdicts.ajouter(&jugee.verdict);
        self.de_recette.push(nombre(&l.quantite_recette));
        self.ajoutees.push(jugee.ligne.ajoutee_par);
        self.ecartees.push(jugee.ligne.ecartee_par);
        self.dits.push(jugee.ligne.article_dit);
    }
}

pub(crate) fn page(n: u32) -> i32 {
    i32::try_from(n).unwrap_or(i32::MAX)
}

/// The books in force, with the titles of their recipes.
pub(crate) async fn livres_connus(c: &mut PgConnection) -> Result<Vec<LivreConnu>, Erreur> {
    Ok(sqlx::query_as!(
        LivreConnu,
        r#"select d.id, d.source, d.titre,
                  array(select i.cle from recette_importee i where i.document_id = d.id)
                      as "titres!"
             from document_importe d where d.remplace_le is null"#
    )
    .fetch_all(c)
    .await?)
}

/// The very file, from that source if one is said: which book it is, and of which source.
pub(crate) async fn meme_contenu(
    c: &mut PgConnection,
    sha256: &[u8; 32],
    source: Option<&str>,
) -> Result<Option<(Uuid, String)>, Erreur> {
    let lu = sqlx::query!(
        "select id, source from document_importe
          where sha256 = $1 and remplace_le is null and ($2::text is null or source = $2)
          order by importe_le limit 1",
        &sha256[..],
        source
    );
    Ok(lu.fetch_optional(c).await?.map(|l| (l.id, l.source)))
}

/// All that a book says, as it was read.
pub(crate) async fn lecture(c: &mut PgConnection, id: Uuid) -> Result<Option<Releve>, Erreur> {
    let lue = sqlx::query_scalar!("select lecture from document_importe where id = $1", id)
        .fetch_optional(c)
        .await?;
    lue.map(serde_json::from_value).transpose().map_err(Erreur::interne)
}
