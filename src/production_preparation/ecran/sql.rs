//! The SQL of the kitchen's day: keys and stored totals only, never a sum over history.

use std::collections::HashMap;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use chrono_tz::Tz;
use sqlx::PgConnection;
use uuid::Uuid;

use super::LotFait;
use super::carte::{Jeton, Menu};
use super::veille::{DeclarationNommee, LigneInachevee};
use crate::domaine::{Quantite, UniteBase, lire_fuseau};
use crate::platform::errors::Erreur;
use crate::production_preparation::declaration::{Statut, TypeDeclaration};

/// What the day has beside its lines.
pub(crate) struct EnTete {
    pub magasin_nom: String,
    pub fuseau: Tz,
    pub plan_id: Option<Uuid>,
    /// The last day before it that had a plan, as far back as the magasin declares; if less was made
    /// of it than was planned.
    pub veille: Option<NaiveDate>,
    pub jours_arriere: u32,
    /// What was sold in each slot of the last such weekdays that had sales.
    pub ventes: [i64; 3],
    /// What this reading sees of the carte, and that the one it was given saw all of it.
    pub jeton: Jeton,
    pub deja_vu: bool,
}

/// None: there is no such magasin. A change that `connu` saw may also have been under way then:
/// it is in its picture, whatever its number. A number that nobody has had yet came with a restore
/// from another server.
pub(crate) async fn en_tete(
    c: &mut PgConnection,
    (magasin_id, date): (Uuid, NaiveDate),
    connu: Option<&Jeton>,
) -> Result<Option<EnTete>, Erreur> {
    let jour_semaine = i16::try_from(date.weekday().num_days_from_sunday()).unwrap_or_default();
    let lu = sqlx::query!(
        r#"select m.nom, m.fuseau, m.jours_arriere, p.id as "plan_id?",
                  (select v.date_jour
                     from (select date_jour from plan_production p
                            where p.magasin_id = m.id and p.date_jour < $2
                              and p.date_jour >= $2 - m.jours_arriere
                              and exists (select from ligne_plan_production l
                                           where l.magasin_id = m.id
                                             and l.date_jour = p.date_jour
                                             and l.quantite_planifiee > 0)
                            order by p.date_jour desc limit 1) v
                    where exists (select from ligne_plan_production l
                                   where l.magasin_id = m.id and l.date_jour = v.date_jour
                                     and l.quantite_produite < l.quantite_planifiee)
                  ) as veille,
                  (select array[coalesce(sum(quantite) filter (where creneau = 0), 0)::bigint,
                                coalesce(sum(quantite) filter (where creneau = 1), 0)::bigint,
                                coalesce(sum(quantite) filter (where creneau = 2), 0)::bigint]
                     from (select creneau, quantite from vente_creneau
                            where magasin_id = $1 and jour_semaine = $3 and date_jour < $2
                            order by date_jour desc limit 24) v) as "ventes!",
                  pg_current_snapshot()::text as "photo!",
                  (select oid::text from pg_database where datname = current_database())
                      || ' ' || pg_postmaster_start_time()::text as "lieu!",
                  not exists (select from changement_recette
                               where xid >= pg_snapshot_xmin($4::text::pg_snapshot)
                                 and xid < pg_snapshot_xmax(pg_current_snapshot())
                                 and not pg_visible_in_snapshot(xid, $4::text::pg_snapshot))
                      as "deja_vu!"
             from magasin m
             left join plan_production p on p.magasin_id = m.id and p.date_jour = $2
            where m.id = $1"#,
        magasin_id,
        date,
        jour_semaine,
        connu.map(|j| j.photo.as_str())
    )
    .fetch_optional(c)
    .await?;
    Ok(lu.map(|l| EnTete {
        magasin_nom: l.nom,
        fuseau: lire_fuseau(&l.fuseau).unwrap_or(Tz::Europe__Paris),
        plan_id: l.plan_id,
        veille: l.veille,
        jours_arriere: l.jours_arriere.unsigned_abs(),
        ventes: l.ventes.try_into().unwrap_or_default(),
        deja_vu: l.deja_vu && connu.is_some_and(|j| j.lieu == l.lieu),
        jeton: Jeton { lieu: l.lieu, photo: l.photo },
    }))
}

pub(crate) struct LigneLue {
    pub recette_id: Uuid,
    pub menu_id: Option<Uuid>,
    pub planifiee: Quantite,
    pub produite: Quantite,
    pub derniere: Option<Derniere>,
    /// The kitchen said how it stands, and the plan was not raised since.
    pub reglee: bool,
    pub lot_fait: Option<LotFait>,
}

/// The last declaration not taken back.
pub(crate) struct Derniere {
    pub id: Uuid,
    pub r#type: TypeDeclaration,
    pub quantite: Quantite,
    pub avant: Quantite,
    pub apres: Quantite,
    /// The one that is the last again once this one is taken back.
    pub precedente: Option<TypeDeclaration>,
    pub declaree_le: DateTime<Utc>,
    pub motif: Option<String>,
    pub auteur: Option<String>,
}

impl LigneLue {
    pub(crate) fn statut(&self) -> Statut {
        Statut::de(self.planifiee, self.produite, self.derniere.as_ref().map(|d| d.r#type))
    }

    /// Once its last declaration is taken back.
    pub(crate) fn statut_avant(&self, d: &Derniere) -> Statut {
        Statut::de(self.planifiee, d.avant, d.precedente)
    }
}

pub(crate) async fn lignes(
    c: &mut PgConnection,
    magasin_id: Uuid,
    date: NaiveDate,
) -> Result<Vec<LigneLue>, Erreur> {
    let lues = sqlx::query!(
        r#"select l.recette_id, l.menu_id, l.quantite_planifiee, l.quantite_produite,
                  d.type as "nature?", d.quantite as "quantite?", d.avant as "avant?",
                  d.apres as "apres?", d.declaree_le as "declaree_le?", d.motif as "motif?",
                  d.operation_id as "operation_id?",
                  ligne_reglee(d.type, d.quantite, d.planifiee, l.quantite_planifiee) as "reglee!",
                  avant.type as "nature_avant?", u.nom_affiche as "auteur?",
                  f.lot_id as "lot_fait?", f.code_lot as "code_fait?", f.date_dlc as "dlc_faite?"
             from ligne_plan_production l
             left join declaration d on d.magasin_id = l.magasin_id and d.date_jour = l.date_jour
                                    and d.recette_id = l.recette_id
                                    and d.rang = l.derniere_declaration
             left join declaration avant on avant.magasin_id = l.magasin_id
                                        and avant.date_jour = l.date_jour
                                        and avant.recette_id = l.recette_id
                                        and avant.rang = d.precedente
             left join operation o on o.id = d.operation_id
             left join utilisateur u on u.id = o.auteur_id
             left join lateral (
                  select p.lot_id, t.code_lot, t.date_dlc
                    from lot_production p
                    join lot t on t.magasin_id = p.magasin_id and t.id = p.lot_id
                   where p.magasin_id = l.magasin_id and p.date_jour = l.date_jour
                     and p.recette_id = l.recette_id and p.quantite > 0 and l.quantite_produite > 0
                   order by p.id desc limit 1) f on true
            where l.magasin_id = $1 and l.date_jour = $2
              and (l.quantite_planifiee > 0 or l.quantite_produite > 0)"#,
        magasin_id,
        date
    )
    .fetch_all(c)
    .await?;
    Ok(lues
        .into_iter()
        .map(|l| LigneLue {
            recette_id: l.recette_id,
            menu_id: l.menu_id,
            planifiee: Quantite::milliemes(l.quantite_planifiee),
            produite: Quantite::milliemes(l.quantite_produite),
            reglee: l.reglee,
            lot_fait: l.lot_fait.map(|lot_id| LotFait {
                lot_id,
                code_lot: l.code_fait,
                date_dlc: l.dlc_faite,
            }),
            derniere: match (
                l.nature.zip(l.operation_id),
                l.quantite,
                l.avant.zip(l.apres),
                l.declaree_le,
            ) {
                (Some((nature, id)), Some(quantite), Some((avant, apres)), Some(declaree_le)) => {
                    Some(Derniere {
                        id,
                        r#type: TypeDeclaration::lire(&nature),
                        quantite: Quantite::milliemes(quantite),
                        avant: Quantite::milliemes(avant),
                        apres: Quantite::milliemes(apres),
                        precedente: l.nature_avant.as_deref().map(TypeDeclaration::lire),
                        declaree_le,
                        motif: l.motif,
                        auteur: l.auteur,
                    })
                }
                _ => None,
            },
        })
        .collect())
}

/// Lines of a day before of which nobody said what became of them: less was made than was planned.
pub(crate) async fn inachevees(
    c: &mut PgConnection,
    magasin_id: Uuid,
    date: NaiveDate,
) -> Result<Vec<LigneInachevee>, Erreur> {
    let lues = sqlx::query!(
        r#"select l.recette_id, l.quantite_planifiee, l.quantite_produite, a.unite_base,
                  d.operation_id as "declaration_id?",
                  n.nom as "nom!"
             from ligne_plan_production l
             join recette r on r.id = l.recette_id
             join article a on a.id = r.article_id
            cross join nom_de_ligne(l.magasin_id, l.menu_id, l.recette_id) n
             left join declaration d on d.magasin_id = l.magasin_id and d.date_jour = l.date_jour
                                    and d.recette_id = l.recette_id
                                    and d.rang = l.derniere_declaration
            where l.magasin_id = $1 and l.date_jour = $2
              and l.quantite_produite < l.quantite_planifiee
              and not ligne_reglee(d.type, d.quantite, d.planifiee, l.quantite_planifiee)"#,
        magasin_id,
        date
    )
    .fetch_all(c)
    .await?;
    let ligne = lues.into_iter().map(|l| LigneInachevee {
        recette_id: l.recette_id,
        recette_nom: l.nom,
        quantite_planifiee: Quantite::milliemes(l.quantite_planifiee),
        quantite_produite: Quantite::milliemes(l.quantite_produite),
        restant: Quantite::milliemes(l.quantite_planifiee - l.quantite_produite),
        unite: UniteBase::lire(&l.unite_base).unwrap_or(UniteBase::Piece),
        derniere: l.declaration_id.map(|declaration_id| DeclarationNommee { declaration_id }),
    });
    Ok(ligne.collect())
}

/// Those of the magasin before everyone's, then by name.
pub(crate) async fn menus(
    c: &mut PgConnection,
    magasin_id: Uuid,
    recettes: &[Uuid],
) -> Result<HashMap<Uuid, Vec<Menu>>, Erreur> {
    let lus = sqlx::query!(
        "select id, recette_id, nom,
                case when gencode_double_de is null then gencode end as gencode
           from menu
          where recette_id = any($2) and (magasin_id = $1 or magasin_id is null)
          order by magasin_id is null, nom",
        magasin_id,
        recettes
    )
    .fetch_all(c)
    .await?;
    let mut menus: HashMap<Uuid, Vec<Menu>> = HashMap::new();
    for m in lus {
        let menu = Menu { id: m.id, nom: m.nom, gencode: m.gencode };
        menus.entry(m.recette_id).or_default().push(menu);
    }
    Ok(menus)
}

/// Forgets changes that are newer than nothing that is kept.
pub(crate) async fn oublier_les_changements(c: &mut PgConnection) -> Result<u64, Erreur> {
    let requete = "delete from changement_recette where cree_le < now() - interval '1 day'";
    Ok(sqlx::query(requete).execute(c).await?.rows_affected())
}
