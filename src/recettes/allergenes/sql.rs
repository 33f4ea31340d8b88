//! The SQL of what recipes are made of.

use std::collections::HashMap;

use sqlx::PgConnection;
use uuid::Uuid;

use super::{Composant, Composition};
use crate::domaine::Allergene;
use crate::platform::errors::Erreur;

/// What these recipes are made of, down to what is bought: one row per line, those that are ignored
/// or in doubt too, and one for what is said of the article that each recipe makes.
pub(crate) async fn composition(
    c: &mut PgConnection,
    recettes: &[Uuid],
) -> Result<Composition, Erreur> {
    let lues = sqlx::query!(
        r#"with recursive employee(recette_id) as (
             select unnest($1::uuid[])
             union
             select s.id from employee e
               join recette r on r.id = e.recette_id
               join ligne_recette l on l.recette_id = r.id and l.version = r.version
               join recette s on s.article_id = l.article_id
           ), composant(recette_id, article_id, libelle) as (
             select r.id, coalesce(l.article_id, ignore.id), l.libelle from employee e
               join recette r on r.id = e.recette_id
               join ligne_recette l on l.recette_id = r.id and l.version = r.version
               left join article ignore on l.ignoree and lower(ignore.nom) = lower(l.libelle)
              where coalesce(l.doute, '') not in ('poids', 'duree_de_vie')
             union all
             select r.id, r.article_id, '' from employee e join recette r on r.id = e.recette_id
           )
           select c.recette_id as "recette_id!", coalesce(a.nom, c.libelle) as "nom!",
                  a.allergenes as "allergenes?",
                  array(select s.id from recette s where s.article_id = c.article_id)
                    as "fait_par!"
             from composant c left join article a on a.id = c.article_id"#,
        recettes
    )
    .fetch_all(c)
    .await?;
    let mut composition = Composition::default();
    for l in lues {
        let lus = |codes: Vec<String>| codes.iter().filter_map(|c| Allergene::lire(c)).collect();
        composition.recettes.entry(l.recette_id).or_default().push(Composant {
            nom: l.nom,
            dits: l.allergenes.map(lus),
            fait_par: l.fait_par,
        });
    }
    Ok(composition)
}

/// Of these articles, those of which something is said, or that a recipe makes.
pub(crate) async fn composants(
    c: &mut PgConnection,
    articles: &[Uuid],
) -> Result<HashMap<Uuid, Composant>, Erreur> {
    let lus = sqlx::query!(
        r#"select a.id as "id!", a.nom as "nom!", a.allergenes as "allergenes?",
                  r.id as "recette_id?"
             from article a left join recette r on r.article_id = a.id
            where a.id = any($1) and (a.allergenes is not null or r.id is not null)"#,
        articles
    )
    .fetch_all(c)
    .await?;
    let lire = |codes: Vec<String>| codes.iter().filter_map(|c| Allergene::lire(c)).collect();
    let mut composants: HashMap<Uuid, Composant> = HashMap::new();
    for l in lus {
        let composant = composants.entry(l.id).or_insert_with(|| Composant {
            nom: l.nom,
            dits: l.allergenes.map(lire),
            fait_par: Vec::new(),
        });
        composant.fait_par.extend(l.recette_id);
    }
    Ok(composants)
}
