//! The SQL of the stock.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::consulter::{LotEnStock, MouvementLu, RechercheStock};
use super::etats::{ChangementEtat, EtatLot};
use super::fefo::Lot;
use super::receptions::NouvelleReception;
use crate::domaine::{Quantite, UniteBase};
use crate::platform::db::operations::Operation;
use crate::platform::errors::Erreur;
use crate::platform::http::Page;

/// Usable lots, locked in the order of their ids, as they are once locked; and the ids of the
/// usable lots as a second look shows them then, with a snapshot of its own: a volatile function
/// takes one, and is called when every lot is held.
pub(crate) async fn verrouiller_et_revoir(
    c: &mut PgConnection,
    magasin_id: Uuid,
    jour: NaiveDate,
    articles: &[Uuid],
) -> Result<(Vec<Lot>, Vec<Uuid>), Erreur> {
    let lus = sqlx::query!(
        r#"select array_agg(l.id) as ids, array_agg(l.article_id) as articles,
                  array_agg(l.solde) as soldes,
                  array_agg(l.date_dlc) as "dlcs: Vec<Option<NaiveDate>>",
                  array_agg(l.recu_le) as recus, lots_utilisables($1, $2, $3) as "revus!"
             from (select id, article_id, solde, date_dlc, recu_le from lot
                    where magasin_id = $1 and article_id = any($2) and disponible
                      and etat = 'libre' and coalesce(date_dlc, 'infinity') >= $3
                      and recu_le < (select ($3::date + 1)::timestamp at time zone m.fuseau
                                       from magasin m where m.id = $1)
                    order by id for no key update) l"#,
        magasin_id,
        articles,
        jour
    )
    .fetch_one(c)
    .await?;
    let de_chaque = lus.ids.into_iter().flatten().zip(lus.articles.into_iter().flatten());
    let de_chaque = de_chaque.zip(lus.soldes.into_iter().flatten());
    let dates = lus.dlcs.into_iter().flatten().zip(lus.recus.into_iter().flatten());
    let lots = de_chaque.zip(dates).map(|(((id, article_id), solde), (date_dlc, recu_le))| Lot {
        id,
        article_id,
        solde: Quantite::milliemes(solde),
        date_dlc,
        etat: EtatLot::Libre,
        recu_le,
        a_venir: false,
    });
    Ok((lots.collect(), lus.revus))
}

/// Usable lots after that id, locked in the order of their ids; as they are once locked.
pub(crate) async fn verrouiller_lots(
    c: &mut PgConnection,
    magasin_id: Uuid,
    jour: NaiveDate,
    articles: &[Uuid],
    apres: Uuid,
) -> Result<Vec<Lot>, Erreur> {
    let lignes = sqlx::query_as!(
        LigneLot,
        "select id, article_id, solde, date_dlc, etat, recu_le from lot
          where magasin_id = $1 and article_id = any($2) and disponible and etat = 'libre'
            and coalesce(date_dlc, 'infinity') >= $3 and id > $4
            and recu_le < (select ($3::date + 1)::timestamp at time zone m.fuseau
                             from magasin m where m.id = $1)
          order by id for no key update",
        magasin_id,
        articles,
        jour,
        apres
    )
    .fetch_all(c)
    .await?;
    Ok(lignes.into_iter().map(Lot::from).collect())
}

/// Those of these lots that nobody holds, locked.
pub(crate) async fn verrouiller_lots_sans_attendre(
    c: &mut PgConnection,
    magasin_id: Uuid,
    ids: &[Uuid],
) -> Result<Vec<Lot>, Erreur> {
    let lignes = sqlx::query_as!(
        LigneLot,
        "select id, article_id, solde, date_dlc, etat, recu_le from lot
          where magasin_id = $1 and id = any($2) for no key update skip locked",
        magasin_id,
        ids
    )
    .fetch_all(c)
    .await?;
    Ok(lignes.into_iter().map(Lot::from).collect())
}

struct LigneLot {
    id: Uuid,
    article_id: Uuid,
    solde: i64,
    date_dlc: Option<NaiveDate>,
    etat: String,
    recu_le: DateTime<Utc>,
}

impl From<LigneLot> for Lot {
    fn from(l: LigneLot) -> Self {
        Self {
            id: l.id,
            article_id: l.article_id,
            solde: Quantite::milliemes(l.solde),
            date_dlc: l.date_dlc,
            // An unknown state is not a free one.
            etat: EtatLot::lire(&l.etat).unwrap_or(EtatLot::Bloque),
            recu_le: l.recu_le,
            a_venir: false,
        }
    }
}

/// The ids of the usable lots, as this moment sees them.
pub(crate) async fn lots_utilisables(
    c: &mut PgConnection,
    magasin_id: Uuid,
    jour: NaiveDate,
    articles: &[Uuid],
) -> Result<Vec<Uuid>, Erreur> {
    let ids = sqlx::query_scalar!(
        r#"select lots_utilisables($1, $2, $3) as "ids!""#,
        magasin_id,
        articles,
        jour
    );
    Ok(ids.fetch_one(c).await?)
}

/// All lots of these articles with something in them, usable on that day or not.
pub(crate) async fn lots_en_stock(
    c: &mut PgConnection,
    magasin_id: Uuid,
    jour: NaiveDate,
    articles: &[Uuid],
) -> Result<Vec<Lot>, Erreur> {
    let lignes = sqlx::query!(
        r#"select id, article_id, solde, date_dlc, etat, recu_le,
                  recu_le >= (select ($3::date + 1)::timestamp at time zone m.fuseau
                                from magasin m where m.id = $1) as "a_venir!"
             from lot
            where magasin_id = $1 and article_id = any($2) and disponible"#,
        magasin_id,
        articles,
        jour
    )
    .fetch_all(c)
    .await?;
    let lot = lignes.into_iter().map(|l| {
        let a_venir = l.a_venir;
        let (id, article_id, solde) = (l.id, l.article_id, l.solde);
        let (date_dlc, etat, recu_le) = (l.date_dlc, l.etat, l.recu_le);
        let lot = LigneLot { id, article_id, solde, date_dlc, etat, recu_le };
        Lot { a_venir, ..Lot::from(lot) }
    });
    Ok(lot.collect())
}

pub(crate) async fn verrouiller_lot(
    c: &mut PgConnection,
    magasin_id: Uuid,
    id: Uuid,
) -> Result<Option<Lot>, Erreur> {
    let ligne = sqlx::query_as!(
        LigneLot,
        "select id, article_id, solde, date_dlc, etat, recu_le from lot
          where magasin_id = $1 and id = $2 for no key update",
        magasin_id,
        id
    )
    .fetch_optional(c)
    .await?;
    Ok(ligne.map(Lot::from))
}

/// The newest lot with that label.
pub(crate) async fn verrouiller_lot_etiquete(
    c: &mut PgConnection,
    magasin_id: Uuid,
    article_id: Uuid,
    (code_lot, date_dlc): (Option<&str>, Option<NaiveDate>),
) -> Result<Option<Lot>, Erreur> {
    let ligne = sqlx::query_as!(
        LigneLot,
        "select id, article_id, solde, date_dlc, etat, recu_le from lot
          where magasin_id = $1 and article_id = $2 and code_lot is not distinct from $3
            and date_dlc is not distinct from $4
          order by id desc limit 1 for no key update",
        magasin_id,
        article_id,
        code_lot,
        date_dlc
    )
    .fetch_optional(c)
    .await?;
    Ok(ligne.map(Lot::from))
}

pub(crate) async fn inserer_reception(
    c: &mut PgConnection,
    n: &NouvelleReception,
    (id, recue_le): (Uuid, DateTime<Utc>),
    op: Operation,
) -> Result<(), Erreur> {
    sqlx::query!(
        "insert into reception (magasin_id, id, fournisseur_id, recue_le, operation_id)
         values ($1, $2, $3, $4, $5)",
        n.magasin_id,
        id,
        n.fournisseur_id,
        recue_le,
        op.id
    )
    .execute(c)
    .await?;
    Ok(())
}

/// The magasin of the lot, if there is such a lot.
pub(crate) async fn changer_etat(
    c: &mut PgConnection,
    lot_id: Uuid,
    etat: EtatLot,
) -> Result<Option<Uuid>, Erreur> {
    let Some(magasin_id) = magasin_du_lot(c, lot_id).await? else { return Ok(None) };
    sqlx::query!(
        "update lot set etat = $3 where magasin_id = $1 and id = $2",
        magasin_id,
        lot_id,
        etat.code()
    )
    .execute(c)
    .await?;
    Ok(Some(magasin_id))
}

pub(crate) async fn noter_etat(
    c: &mut PgConnection,
    op: Operation,
    (magasin_id, lot_id): (Uuid, Uuid),
    changement: &ChangementEtat,
) -> Result<(), Erreur> {
    sqlx::query!(
        "insert into lot_etat (magasin_id, id, lot_id, etat, motif, operation_id)
         values ($1, $2, $3, $4, $5, $6)",
        magasin_id,
        Uuid::now_v7(),
        lot_id,
        changement.etat.code(),
        changement.motif,
        op.id
    )
    .execute(c)
    .await?;
    Ok(())
}

/// Which magasin has this lot: asked where the address has only the lot.
pub(crate) async fn magasin_du_lot(
    c: &mut PgConnection,
    lot_id: Uuid,
) -> Result<Option<Uuid>, Erreur> {
    let magasin = sqlx::query_scalar!(
        "select m.id from magasin m
          where exists (select from lot l where l.magasin_id = m.id and l.id = $1)",
        lot_id
    );
    Ok(magasin.fetch_optional(c).await?)
}

pub(crate) async fn stock(
    c: &mut PgConnection,
    r: &RechercheStock,
) -> Result<Vec<LotEnStock>, Erreur> {
    let apres = r.apres;
    let lignes = sqlx::query_as!(
        LigneStock,
        "select l.id, l.article_id, a.nom, l.code_lot, l.date_dlc, l.etat, l.solde, a.unite_base,
                l.recu_le
           from lot l join article a on a.id = l.article_id
          where l.magasin_id = $1 and ($2::uuid is null or l.article_id = $2)
            and (l.disponible or $3)
            and ($4::uuid is null
                 or (coalesce(l.date_dlc, 'infinity'), l.recu_le, l.id)
                    > (coalesce($5::date, 'infinity'), $6::timestamptz, $4))
          order by coalesce(l.date_dlc, 'infinity'), l.recu_le, l.id limit $7",
        r.magasin_id,
        r.ingredient_id,
        r.vides,
        apres.map(|a| a.lot_id),
        apres.and_then(|a| a.date_dlc),
        apres.map(|a| a.recu_le),
        r.limite + 1
    )
    .fetch_all(c)
    .await?;
    Ok(lignes.into_iter().map(LotEnStock::from).collect())
}

/// One of the magasin's, whatever its state.
pub(crate) async fn lot(
    c: &mut PgConnection,
    magasin_id: Uuid,
    lot_id: Uuid,
) -> Result<Option<LotEnStock>, Erreur> {
    let ligne = sqlx::query_as!(
        LigneStock,
        "select l.id, l.article_id, a.nom, l.code_lot, l.date_dlc, l.etat, l.solde, a.unite_base,
                l.recu_le
           from lot l join article a on a.id = l.article_id
          where l.magasin_id = $1 and l.id = $2",
        magasin_id,
        lot_id
    )
    .fetch_optional(c)
    .await?;
    Ok(ligne.map(LotEnStock::from))
}

struct LigneStock {
    id: Uuid,
    article_id: Uuid,
    nom: String,
    code_lot: Option<String>,
    date_dlc: Option<NaiveDate>,
    etat: String,
    solde: i64,
    unite_base: String,
    recu_le: DateTime<Utc>,
}

impl From<LigneStock> for LotEnStock {
    fn from(l: LigneStock) -> Self {
        Self {
            lot_id: l.id,
            ingredient_id: l.article_id,
            ingredient_nom: l.nom,
            code_lot: l.code_lot,
            date_dlc: l.date_dlc,
            etat: EtatLot::lire(&l.etat).unwrap_or(EtatLot::Bloque),
            solde: Quantite::milliemes(l.solde),
            unite: UniteBase::lire(&l.unite_base).unwrap_or(UniteBase::Piece),
            recu_le: l.recu_le,
        }
    }
}

pub(crate) async fn mouvements(
    c: &mut PgConnection,
    (magasin_id, lot_id): (Uuid, Uuid),
    page: Page,
) -> Result<Vec<MouvementLu>, Erreur> {
    let lignes = sqlx::query!(
        r#"select m.id, m.type as nature, m.quantite, a.unite_base, m.motif, m.annule_id,
                  m.operation_id, u.nom_affiche as "auteur?", m.cree_le
             from mouvement_stock m
             join lot l on l.magasin_id = m.magasin_id and l.id = m.lot_id
             join article a on a.id = l.article_id
             left join operation o on o.id = m.operation_id
             left join utilisateur u on u.id = o.auteur_id
            where m.magasin_id = $1 and m.lot_id = $2 and ($3::uuid is null or m.id > $3)
            order by m.id limit $4"#,
        magasin_id,
        lot_id,
        page.apres,
        page.a_lire()
    )
    .fetch_all(c)
    .await?;
    Ok(lignes
        .into_iter()
        .map(|m| MouvementLu {
            id: m.id,
            r#type: m.nature,
            quantite: Quantite::milliemes(m.quantite),
            unite: UniteBase::lire(&m.unite_base).unwrap_or(UniteBase::Piece),
            motif: m.motif,
            annule_id: m.annule_id,
            operation_id: m.operation_id,
            auteur: m.auteur,
            date_heure: m.cree_le,
        })
        .collect())
}
