//! The SQL of declarations.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use sqlx::PgConnection;
use uuid::Uuid;

use super::atteindre::Dite;
use super::declaration::TypeDeclaration;
use super::ligne::{LigneTenue, LigneVisee};
use super::tracabilite::EvenementTrace;
use crate::domaine::{Calendrier, Quantite, UniteBase, lire_fuseau};
use crate::platform::db::Ecrits;
use crate::platform::db::operations::Operation;
use crate::platform::errors::Erreur;
use crate::referentiel::PolitiqueStock;

/// Holds the line until the commit, and reads it as it then is. What may have changed while it was
/// waited for is read from the line itself: a joined row would still be that of before.
pub(crate) async fn tenir(
    c: &mut PgConnection,
    v: LigneVisee,
) -> Result<Option<LigneTenue>, Erreur> {
    let lue = sqlx::query_as!(
        LigneLue,
        r#"select l.recette_id, p.id as plan_id, l.quantite_planifiee, l.quantite_produite,
                  l.nb_declarations, l.derniere_declaration, s.politique_stock, s.fuseau,
                  s.jours_arriere, a.unite_base,
                  r.version, v.cree_le, nextval('numero_lot_production') as "numero!",
                  n.nom as "nom!"
             from ligne_plan_production l
             join plan_production p on p.magasin_id = l.magasin_id and p.date_jour = l.date_jour
             join magasin s on s.id = l.magasin_id
             join recette r on r.id = l.recette_id
             join recette_version v on v.recette_id = r.id and v.version = r.version
             join article a on a.id = r.article_id
            cross join nom_de_ligne(l.magasin_id, l.menu_id, l.recette_id) n
            where l.magasin_id = $1 and l.date_jour = $2 and l.recette_id = $3
              for no key update of l"#,
        v.magasin_id,
        v.date,
        v.recette_id
    )
    .fetch_optional(c)
    .await?;
    Ok(lue.map(|l| l.tenue(v.magasin_id, v.date)))
}

/// The same for the menu that bears this gencode: the magasin's own before one that belongs to all.
pub(crate) async fn tenir_par_gencode(
    c: &mut PgConnection,
    (magasin_id, date): (Uuid, NaiveDate),
    cle: &str,
) -> Result<Option<LigneTenue>, Erreur> {
    let lue = sqlx::query_as!(
        LigneLue,
        r#"select l.recette_id, p.id as plan_id, l.quantite_planifiee, l.quantite_produite,
                  l.nb_declarations, l.derniere_declaration, s.politique_stock, s.fuseau,
                  s.jours_arriere, a.unite_base,
                  r.version, v.cree_le, nextval('numero_lot_production') as "numero!",
                  n.nom as "nom!"
             from (select recette_id from menu
                    where gencode_cle = $3 and gencode_double_de is null
                      and (magasin_id = $1 or magasin_id is null)
                    order by magasin_id is null limit 1) scanne
             join ligne_plan_production l on l.magasin_id = $1 and l.date_jour = $2
                                         and l.recette_id = scanne.recette_id
             join plan_production p on p.magasin_id = l.magasin_id and p.date_jour = l.date_jour
             join magasin s on s.id = l.magasin_id
             join recette r on r.id = l.recette_id
             join recette_version v on v.recette_id = r.id and v.version = r.version
             join article a on a.id = r.article_id
            cross join nom_de_ligne(l.magasin_id, l.menu_id, l.recette_id) n
              for no key update of l"#,
        magasin_id,
        date,
        cle
    )
    .fetch_optional(c)
    .await?;
    Ok(lue.map(|l| l.tenue(magasin_id, date)))
}

struct LigneLue {
    recette_id: Uuid,
    plan_id: Uuid,
    quantite_planifiee: i64,
    quantite_produite: i64,
    nb_declarations: i32,
    derniere_declaration: Option<i32>,
    politique_stock: String,
    fuseau: String,
    jours_arriere: i32,
    unite_base: String,
    version: i32,
    cree_le: DateTime<Utc>,
    numero: i64,
    nom: String,
}

impl LigneLue {
    fn tenue(self, magasin_id: Uuid, date: NaiveDate) -> LigneTenue {
        let compte = self.politique_stock == PolitiqueStock::Compte.code();
        LigneTenue {
            visee: LigneVisee { magasin_id, date, recette_id: self.recette_id },
            plan_id: self.plan_id,
            nom: self.nom,
            unite: UniteBase::lire(&self.unite_base).unwrap_or(UniteBase::Piece),
            planifiee: Quantite::milliemes(self.quantite_planifiee),
            produite: Quantite::milliemes(self.quantite_produite),
            nb_declarations: self.nb_declarations,
            derniere: self.derniere_declaration,
            politique: if compte { PolitiqueStock::Compte } else { PolitiqueStock::Strict },
            calendrier: Calendrier {
                fuseau: lire_fuseau(&self.fuseau).unwrap_or(Tz::Europe__Paris),
                jours_arriere: self.jours_arriere.unsigned_abs(),
            },
            version: (self.version, self.cree_le),
            numero: self.numero,
        }
    }
}

/// Does the magasin have a menu with it, of its own or one that belongs to all?
pub(crate) async fn gencode_connu(
    c: &mut PgConnection,
    magasin_id: Uuid,
    cle: &str,
) -> Result<bool, Erreur> {
    let connu = sqlx::query_scalar!(
        r#"select exists(select from menu where gencode_cle = $2
                          and gencode_double_de is null
                          and (magasin_id = $1 or magasin_id is null)) as "connu!""#,
        magasin_id,
        cle
    );
    Ok(connu.fetch_one(c).await?)
}

#[derive(Debug)]
pub(crate) struct DeclarationLue {
    /// The operation that wrote it, which is how programs call it.
    pub id: Uuid,
    pub rang: i32,
    pub r#type: TypeDeclaration,
    pub quantite: Quantite,
    pub avant: Quantite,
    pub apres: Quantite,
    pub motif: Option<String>,
    pub lot_production_id: Option<Uuid>,
    pub precedente: Option<i32>,
    pub declaree_le: DateTime<Utc>,
    pub tape_le: Option<DateTime<Utc>>,
    /// None: the command line.
    pub auteur_id: Option<Uuid>,
    pub auteur: Option<String>,
}

/// The declaration of that rank, of a line that is held.
pub(crate) async fn declaration(
    c: &mut PgConnection,
    v: LigneVisee,
    rang: Option<i32>,
) -> Result<Option<DeclarationLue>, Erreur> {
    let Some(rang) = rang else { return Ok(None) };
    let lue = sqlx::query!(
        r#"select d.type as nature, d.quantite, d.avant, d.apres, d.motif, d.lot_production_id,
                  d.precedente, d.operation_id, d.declaree_le, d.tape_le,
                  o.auteur_id as "auteur_id?", u.nom_affiche as "auteur?"
             from declaration d
             join operation o on o.id = d.operation_id
             left join utilisateur u on u.id = o.auteur_id
            where d.magasin_id = $1 and d.date_jour = $2 and d.recette_id = $3 and d.rang = $4"#,
        v.magasin_id,
        v.date,
        v.recette_id,
        rang
    )
    .fetch_optional(c)
    .await?;
    Ok(lue.map(|d| DeclarationLue {
        id: d.operation_id,
        rang,
        r#type: TypeDeclaration::lire(&d.nature),
        quantite: Quantite::milliemes(d.quantite),
        avant: Quantite::milliemes(d.avant),
        apres: Quantite::milliemes(d.apres),
        motif: d.motif,
        lot_production_id: d.lot_production_id,
        precedente: d.precedente,
        declaree_le: d.declaree_le,
        tape_le: d.tape_le,
        auteur_id: d.auteur_id,
        auteur: d.auteur,
    }))
}

/// Keeps the declaration, and brings the held line to its total.
pub(crate) fn declarer(
    e: &mut Ecrits,
    op: Operation,
    ligne: &LigneTenue,
    (dite, lot_production_id): (&Dite<'_>, Option<Uuid>),
) {
    let LigneVisee { magasin_id, date, recette_id } = ligne.visee;
    let rang = ligne.nb_declarations + 1;
    let derniere = match dite.annule {
        Some((_, precedente)) => precedente,
        None => Some(rang),
    };
    let sql = "update ligne_plan_production
                  set quantite_produite = $4, nb_declarations = $5, derniere_declaration = $6
                where magasin_id = $1 and date_jour = $2 and recette_id = $3 returning 1";
    e.ajouter_comptees(sql, (1, "la ligne déclarée n'existe pas"))
        .lier(magasin_id)
        .lier(date)
        .lier(recette_id)
        .lier(dite.total.en_milliemes())
        .lier(rang)
        .lier(derniere);
    let sql = "insert into declaration (magasin_id, date_jour, recette_id, rang, type, quantite,
                                        avant, apres, motif, precedente, annule,
                                        lot_production_id, operation_id, planifiee, tape_le)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";
    e.ajouter(sql)
        .lier(magasin_id)
        .lier(date)
        .lier(recette_id)
        .lier(rang)
        .lier(dite.r#type.code())
        .lier(dite.quantite.en_milliemes())
        .lier(ligne.produite.en_milliemes())
        .lier(dite.total.en_milliemes())
        .lier(dite.motif)
        .lier(ligne.derniere)
        .lier(dite.annule.map(|(rang, _)| rang))
        .lier(lot_production_id)
        .lier(op.id)
        .lier(ligne.planifiee.en_milliemes())
        .lier(dite.tape_le);
}

/// The unit that a recipe is counted in, if there is such a recipe.
pub(crate) async fn unite(
    c: &mut PgConnection,
    recette_id: Uuid,
) -> Result<Option<UniteBase>, Erreur> {
    let unite = sqlx::query_scalar!(
        "select a.unite_base from recette r join article a on a.id = r.article_id where r.id = $1",
        recette_id
    )
    .fetch_optional(c)
    .await?;
    Ok(unite.map(|u| UniteBase::lire(&u).unwrap_or(UniteBase::Piece)))
}

/// Declarations, and productions that none of them made, in the order in which they were written:
/// each of them held the line.
pub(crate) async fn tracer(
    c: &mut PgConnection,
    v: LigneVisee,
    unite: UniteBase,
) -> Result<Vec<EvenementTrace>, Erreur> {
    let lus = sqlx::query!(
        r#"select t.nature as "nature!", t.quand as "quand!", t.quantite as "quantite!",
                  t.apres as "apres!", t.motif, t.tape_le, t.lot_production_id, t.annule as "annule!",
                  t.du_jour as "du_jour!", u.nom_affiche as "auteur?"
             from (select d.type as nature, d.declaree_le as quand, d.quantite, d.apres, d.motif,
                          d.tape_le, d.lot_production_id, d.operation_id, false as du_jour,
                          exists(select from declaration a
                                  where a.magasin_id = d.magasin_id and a.date_jour = d.date_jour
                                    and a.recette_id = d.recette_id and a.annule = d.rang) as annule
                     from declaration d
                    where d.magasin_id = $1 and d.date_jour = $2 and d.recette_id = $3
                   union all
                   select 'PRODUIT', p.produit_le, m.quantite, p.cumul_avant + m.quantite,
                          p.motif, null, p.id, p.operation_id, true, false
                     from lot_production p
                     join mouvement_stock m on m.magasin_id = p.magasin_id and m.lot_id = p.lot_id
                                           and m.type = 'PRODUCTION' and m.annule_id is null
                    where p.magasin_id = $1 and p.date_jour = $2 and p.recette_id = $3
                      and not exists (select from declaration d
                                       where d.magasin_id = $1 and d.date_jour = $2
                                         and d.recette_id = $3 and d.lot_production_id = p.id)) t
             left join operation o on o.id = t.operation_id
             left join utilisateur u on u.id = o.auteur_id
            order by t.quand, t.apres"#,
        v.magasin_id,
        v.date,
        v.recette_id
    )
    .fetch_all(c)
    .await?;
    Ok(lus
        .into_iter()
        .map(|t| EvenementTrace {
            r#type: TypeDeclaration::lire(&t.nature),
            date_heure: t.quand,
            tape_le: t.tape_le,
            quantite: Quantite::milliemes(t.quantite),
            unite,
            lot_production_id: t.lot_production_id,
            auteur: t.auteur,
            motif: t.motif,
            total: Quantite::milliemes(t.apres),
            annule: t.annule,
            production_du_jour: t.du_jour,
        })
        .collect())
}
