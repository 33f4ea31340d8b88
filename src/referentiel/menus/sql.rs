//! The SQL of menus.

use sqlx::PgConnection;
use uuid::Uuid;

use super::{Double, Menu, Prix};
use crate::platform::errors::{Erreur, ErreurCritiqueMetier, si_unique};
use crate::platform::http::Page;

pub(crate) async fn inserer_menu(c: &mut PgConnection, m: &Menu) -> Result<(), Erreur> {
    sqlx::query!(
        "insert into menu (id, nom, recette_id, magasin_id, gencode, prix)
         values ($1, $2, $3, $4, $5, $6::bigint::numeric / 100)",
        m.id,
        m.nom,
        m.recette_id,
        m.magasin_id,
        m.gencode,
        m.prix.map(|p| p.0)
    )
    .execute(c)
    .await
    .map_err(gencode_pris)?;
    Ok(())
}

fn gencode_pris(e: sqlx::Error) -> Erreur {
    si_unique(e, "menu_gencode", || {
        let detail = "Ce gencode est déjà pris par un autre menu du même magasin, peut-être \
                      écrit avec plus ou moins de zéros devant.";
        ErreurCritiqueMetier::conflit("gencode_deja_pris", detail)
    })
}

/// Locks the menu; None: there is no such one. Does it bear the same number as before, perhaps
/// written otherwise?
pub(crate) async fn donner_un_gencode(
    c: &mut PgConnection,
    id: Uuid,
    gencode: Option<&str>,
) -> Result<Option<bool>, Erreur> {
    let lu = sqlx::query_scalar!("select gencode_cle from menu where id = $1 for update", id);
    let Some(avant) = lu.fetch_optional(&mut *c).await? else { return Ok(None) };
    let apres = sqlx::query_scalar!(
        "update menu set gencode = $2, gencode_double_de = null where id = $1 returning gencode_cle",
        id,
        gencode
    )
    .fetch_one(c)
    .await
    .map_err(gencode_pris)?;
    Ok(Some(avant == apres))
}

/// Of those whose number was this menu's, the oldest is the one that a scan finds now.
pub(crate) async fn relever_les_doubles(c: &mut PgConnection, id: Uuid) -> Result<(), Erreur> {
    let premier = sqlx::query_scalar!(
        "update menu set gencode_double_de = null
          where id = (select id from menu where gencode_double_de = $1
                       order by cree_le, id limit 1) returning id",
        id
    )
    .fetch_optional(&mut *c)
    .await?;
    sqlx::query!(
        "update menu set gencode_double_de = $2 where gencode_double_de = $1",
        id,
        premier
    )
    .execute(c)
    .await?;
    Ok(())
}

pub(crate) async fn menu(c: &mut PgConnection, id: Uuid) -> Result<Option<Menu>, Erreur> {
    let lu = sqlx::query!(
        "select id, nom, recette_id, magasin_id, gencode, gencode_double_de,
                (prix * 100)::bigint as centimes from menu where id = $1",
        id
    )
    .fetch_optional(c)
    .await?;
    Ok(lu.map(|l| Menu {
        id: l.id,
        nom: l.nom,
        recette_id: l.recette_id,
        magasin_id: l.magasin_id,
        gencode: l.gencode,
        gencode_double_de: l.gencode_double_de,
        prix: l.centimes.map(Prix),
    }))
}

pub(crate) async fn menus(
    c: &mut PgConnection,
    magasin_id: Option<Uuid>,
    page: Page,
) -> Result<Vec<Menu>, Erreur> {
    let lignes = sqlx::query!(
        r#"select id, nom, recette_id, magasin_id, gencode, gencode_double_de,
                  (prix * 100)::bigint as centimes
             from menu
            where ($1::uuid is null or id > $1)
              and ($3::uuid is null or magasin_id is null or magasin_id = $3)
            order by id limit $2"#,
        page.apres,
        page.a_lire(),
        magasin_id
    )
    .fetch_all(c)
    .await?;
    Ok(lignes
        .into_iter()
        .map(|l| Menu {
            id: l.id,
            nom: l.nom,
            recette_id: l.recette_id,
            magasin_id: l.magasin_id,
            gencode: l.gencode,
            gencode_double_de: l.gencode_double_de,
            prix: l.centimes.map(Prix),
        })
        .collect())
}

pub(crate) async fn gencodes_doubles(c: &mut PgConnection) -> Result<Vec<Double>, Erreur> {
    Ok(sqlx::query_as!(
        Double,
        r#"select m.nom, m.gencode as "gencode!", a.nom as autre, a.gencode as "autre_gencode!"
             from menu m join menu a on a.id = m.gencode_double_de order by m.id"#
    )
    .fetch_all(c)
    .await?)
}
