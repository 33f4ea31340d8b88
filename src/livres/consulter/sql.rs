//! The SQL that reads books.

use std::collections::HashMap;

use sqlx::PgConnection;
use uuid::Uuid;

use super::{Etat, Groupe, LigneDuLivre, LivreEnVigueur, RecetteDuLivre};
use crate::domaine::Quantite;
use crate::livres::releve::Releve;
use crate::platform::errors::Erreur;

/// All in force, the newest first; or one of them.
pub(crate) async fn livres(
    c: &mut PgConnection,
    id: Option<Uuid>,
) -> Result<Vec<LivreEnVigueur>, Erreur> {
    Ok(sqlx::query_as!(
        LivreEnVigueur,
        r#"select d.id, d.source, d.titre, d.nom_fichier, d.nb_pages, d.importe_le,
                  u.nom_affiche as "importe_par?", d.precedent_id,
                  n.recettes as "nb_recettes!", n.lignes as "nb_lignes!",
                  n.non_mappees as "non_mappees!",
                  (select count(*) from ligne_illisible i where i.document_id = d.id)
                      as "illisibles!"
             from document_importe d
             join operation o on o.id = d.operation_id
             left join utilisateur u on u.id = o.auteur_id
            cross join lateral (
                  select count(distinct r.id) as recettes, count(l.id) as lignes,
                         count(*) filter (where l.statut = 'non_mappee') as non_mappees
                    from recette_importee r
                    left join ligne_recette_importee l on l.recette_importee_id = r.id
                   where r.document_id = d.id) n
            where d.remplace_le is null and ($1::uuid is null or d.id = $1)
            order by d.importe_le desc, d.id"#,
        id
    )
    .fetch_all(c)
    .await?)
}

pub(crate) async fn lecture(c: &mut PgConnection, id: Uuid) -> Result<Option<Releve>, Erreur> {
    let lue = sqlx::query_scalar!("select lecture from document_importe where id = $1", id)
        .fetch_optional(c)
        .await?;
    lue.map(serde_json::from_value).transpose().map_err(Erreur::interne)
}

/// The file of a book in force.
pub(crate) async fn contenu(c: &mut PgConnection, id: Uuid) -> Result<Option<Vec<u8>>, Erreur> {
    let lu = sqlx::query_scalar!("select octets from document_contenu where document_id = $1", id);
    Ok(lu.fetch_optional(c).await?)
}

pub(crate) async fn recettes(
    c: &mut PgConnection,
    livre: Uuid,
) -> Result<Vec<RecetteDuLivre>, Erreur> {
    let lues = sqlx::query!(
        r#"select i.id, i.titre, i.page, i.emballage, i.duree_vie_jours, i.poids_net,
                  i.recette_id, l.source as "source?",
                  l.recette_importee_id = i.id as "d_ici?", l.version = r.version as "a_jour?"
             from recette_importee i
             left join recette r on r.id = i.recette_id
             left join recette_livre l on l.recette_id = i.recette_id
            where i.document_id = $1 order by i.rang"#,
        livre
    )
    .fetch_all(&mut *c)
    .await?;
    let mut lignes = lignes(c, livre).await?;
    Ok(lues
        .into_iter()
        .map(|r| {
            let lignes = lignes.remove(&r.id).unwrap_or_default();
            let incomplete = lignes.iter().any(|l| l.statut == "non_mappee");
            let etat = match (r.recette_id, r.d_ici, r.a_jour) {
                (None, ..) => Etat::SansRecette,
                (_, None, _) => Etat::Protegee,
                (_, Some(false), _) => Etat::AutreSource,
                (_, _, Some(false)) => Etat::Protegee,
                _ if incomplete => Etat::Incomplete,
                _ => Etat::Complete,
            };
            RecetteDuLivre {
                id: r.id,
                titre: r.titre,
                page: r.page,
                emballage: r.emballage,
                duree_vie_jours: r.duree_vie_jours,
                poids_net_g: r.poids_net.map(Quantite::milliemes),
                recette_id: r.recette_id,
                etat,
                autre_source: r.source.filter(|_| etat == Etat::AutreSource),
                lignes,
            }
        })
        .collect())
}

async fn lignes(
    c: &mut PgConnection,
    livre: Uuid,
) -> Result<HashMap<Uuid, Vec<LigneDuLivre>>, Erreur> {
    let lues = sqlx::query!(
        r#"select l.recette_importee_id, l.page, l.texte, l.libelle, l.quantite, l.unite, l.pieces,
                  l.statut, l.obstacle as raison, l.article_id as ingredient_id,
                  a.nom as "ingredient_nom?"
             from recette_importee i
             join ligne_recette_importee l on l.recette_importee_id = i.id
             left join article a on a.id = l.article_id
            where i.document_id = $1 order by l.recette_importee_id, l.rang"#,
        livre
    )
    .fetch_all(c)
    .await?;
    let mut par_recette: HashMap<Uuid, Vec<LigneDuLivre>> = HashMap::new();
    for l in lues {
        par_recette.entry(l.recette_importee_id).or_default().push(LigneDuLivre {
            page: l.page,
            texte: l.texte,
            libelle: l.libelle,
            quantite: l.quantite.and_then(|q| q.parse().ok()),
            unite: l.unite,
            pieces: l.pieces.and_then(|p| p.parse().ok()),
            statut: l.statut,
            ingredient_id: l.ingredient_id,
            ingredient_nom: l.ingredient_nom,
            raison: l.raison,
        });
    }
    Ok(par_recette)
}

/// One of the lines of a group: all of them have the same obstacle.
pub(crate) struct LigneType {
    pub quantite: Option<String>,
    pub unite: String,
}

/// Of one recipe of a book, or of all of them; what may be done about them is not said yet.
pub(crate) async fn groupes(
    c: &mut PgConnection,
    importee: Option<Uuid>,
    (limite, apres): (i64, i64),
) -> Result<Vec<(Groupe, LigneType)>, Erreur> {
    let lus = sqlx::query!(
        r#"select min(l.libelle) as "libelle!", l.quantite is null as "sans_quantite!",
                  l.obstacle as raison, min(l.quantite) as quantite, min(l.unite) as "unite!",
                  count(*) as "occurrences!",
                  (array_agg(distinct i.titre order by i.titre))[1:4] as "recettes!"
             from ligne_recette_importee l
             join recette_importee i on i.id = l.recette_importee_id
            where l.statut = 'non_mappee' and ($3::uuid is null or i.id = $3)
            group by l.cle, l.quantite is null, l.obstacle
            order by count(*) desc, l.cle, 2, l.obstacle
            limit $1 offset $2"#,
        limite,
        apres,
        importee
    )
    .fetch_all(c)
    .await?;
    Ok(lus
        .into_iter()
        .map(|g| {
            let groupe = Groupe {
                libelle: g.libelle,
                sans_quantite: g.sans_quantite,
                raison: g.raison,
                conversion_manquante: None,
                occurrences: g.occurrences,
                recettes: g.recettes,
                suggestions: Vec::new(),
            };
            (groupe, LigneType { quantite: g.quantite, unite: g.unite })
        })
        .collect())
}

/// Something decided of a label, to be undone.
pub(crate) struct Appris {
    pub id: Uuid,
    pub libelle: String,
    pub ingredient: String,
    pub lignes: i64,
}

pub(crate) async fn derniers_liens(c: &mut PgConnection) -> Result<Vec<Appris>, Erreur> {
    Ok(sqlx::query_as!(
        Appris,
        r#"select x.id, x.alias as libelle, a.nom as ingredient,
                  (select count(*) from ligne_recette_importee l where l.alias_id = x.id)
                      as "lignes!"
             from ingredient_alias x join article a on a.id = x.article_id
            where x.actif order by x.cree_le desc, x.id desc limit 12"#
    )
    .fetch_all(c)
    .await?)
}

pub(crate) async fn derniers_ignores(c: &mut PgConnection) -> Result<Vec<Appris>, Erreur> {
    Ok(sqlx::query_as!(
        Appris,
        r#"select x.id, x.libelle, case when x.sans_quantite then 'sans quantité' else '' end
                  as "ingredient!",
                  (select count(*) from ligne_recette_importee l
                    where l.cle = x.cle and l.statut = 'ignoree') as "lignes!"
             from libelle_ignore x where x.actif order by x.cree_le desc, x.id desc limit 12"#
    )
    .fetch_all(c)
    .await?)
}

/// A recipe that somebody should look at.
pub(crate) struct RecetteAVoir {
    pub recette: String,
    pub livre: Uuid,
    pub importee: Uuid,
    /// Lines not mapped.
    pub restantes: i64,
    pub protegee: bool,
}

/// Incomplete, or changed by hand since a book said them.
pub(crate) async fn a_voir(c: &mut PgConnection) -> Result<Vec<RecetteAVoir>, Erreur> {
    Ok(sqlx::query_as!(
        RecetteAVoir,
        r#"select r.nom as recette, i.document_id as livre, i.id as importee,
                  n.restantes as "restantes!", l.version <> r.version as "protegee!"
             from recette_livre l
             join recette r on r.id = l.recette_id
             join recette_importee i on i.id = l.recette_importee_id
            cross join lateral (
                  select count(*) as restantes from ligne_recette_importee x
                   where x.recette_importee_id = i.id and x.statut = 'non_mappee') n
            where n.restantes > 0 or l.version <> r.version
            order by l.version <> r.version, r.nom limit 500"#
    )
    .fetch_all(c)
    .await?)
}
