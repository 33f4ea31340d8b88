//! The SQL that reads books.

use std::collections::HashMap;

use sqlx::PgConnection;
use uuid::Uuid;

use super::doutes::DouteDit;
use super::{
    Choix, DouteDuLivre, DouteEnAttente, DouteVu, Etat, Exemple, Filtre, Groupe, LigneDuLivre,
    LivreEnVigueur, RecetteDeListe, RecetteDuLivre,
};
use crate::domaine::Quantite;
use crate::livres::rapprocher::EN_DOUTE;
use crate::livres::sql::grouper;
use crate::platform::errors::Erreur;
use crate::platform::http::Page;

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
                      as "illisibles!",
                  q.recettes as "a_verifier!", q.doutes as "doutes!"
             from document_importe d
             join operation o on o.id = d.operation_id
             left join utilisateur u on u.id = o.auteur_id
            cross join lateral (
                  select count(distinct r.id) as recettes, count(l.id) as lignes,
                         count(*) filter (where l.statut = 'non_mappee') as non_mappees
                    from recette_importee r
                    left join ligne_recette_importee l on l.recette_importee_id = r.id
                   where r.document_id = d.id) n
            cross join lateral (
                  select count(distinct r.id) as recettes, count(q.id) as doutes
                    from recette_importee r
                    join doute_importe q on q.recette_importee_id = r.id
                   where r.document_id = d.id and q.reglement_id is null) q
            where d.remplace_le is null and ($1::uuid is null or d.id = $1)
            order by d.importe_le desc, d.id"#,
        id
    )
    .fetch_all(c)
    .await?)
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
                  i.rendement, i.recette_id, l.source as "source?",
                  e.etat as "etat!"
             from recette_importee i
             join etat_recette_importee e on e.id = i.id
             left join recette_livre l on l.recette_id = i.recette_id
            where i.document_id = $1 order by i.rang"#,
        livre
    )
    .fetch_all(&mut *c)
    .await?;
    let mut lignes = lignes(c, livre).await?;
    let mut doutes = doutes_de(c, livre).await?;
    Ok(lues
        .into_iter()
        .map(|r| {
            let lignes = lignes.remove(&r.id).unwrap_or_default();
            let doutes = doutes.remove(&r.id).unwrap_or_default();
            // The view gives no other word.
            let etat = Etat::lire(&r.etat).unwrap_or(Etat::SansRecette);
            RecetteDuLivre {
                id: r.id,
                titre: r.titre,
                page: r.page,
                emballage: r.emballage,
                duree_vie_jours: r.duree_vie_jours,
                poids_net_g: r.poids_net.map(Quantite::milliemes),
                rendement: Quantite::milliemes(r.rendement),
                recette_id: r.recette_id,
                etat,
                autre_source: r.source.filter(|_| etat == Etat::AutreSource),
                lignes,
                doutes,
            }
        })
        .collect())
}

pub(crate) async fn lignes(
    c: &mut PgConnection,
    livre: Uuid,
) -> Result<HashMap<Uuid, Vec<LigneDuLivre>>, Erreur> {
    let lues = sqlx::query!(
        r#"select l.recette_importee_id, l.page, l.texte, l.libelle, l.quantite, l.unite, l.pieces,
                  l.statut, l.obstacle as raison, l.article_id as ingredient_id,
                  a.nom as "ingredient_nom?", l.quantite_base,
                  coalesce(l.quantite_recette, case when l.statut = 'mappee' then l.quantite end)
                      as quantite_recette,
                  l.ajoutee_par is not null as "ajoutee!",
                  l.ecartee_par is not null as "ecartee!",
                  (select n.titre from recette_importee n join recette r on r.id = n.recette_id
                    where n.document_id = i.document_id and r.article_id = l.article_id
                    order by n.rang limit 1) as "recette?"
             from recette_importee i
             join ligne_recette_importee l on l.recette_importee_id = i.id
             left join article a on a.id = l.article_id
            where i.document_id = $1 order by l.recette_importee_id, l.rang"#,
        livre
    )
    .fetch_all(c)
    .await?;
    Ok(grouper(lues.into_iter().map(|l| {
        let pieces = l.quantite_base.filter(|_| l.recette.is_some()).map(Quantite::milliemes);
        let de_recette = pieces.map(|q| q.to_string()).or(l.quantite_recette);
        let ligne = LigneDuLivre {
            quantite_recette: de_recette.and_then(|q| q.parse().ok()),
            recette: l.recette,
            ajoutee: l.ajoutee,
            ecartee: l.ecartee,
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
        };
        (l.recette_importee_id, ligne)
    })))
}

/// One of the lines of a group: all of them have the same obstacle.
pub(crate) struct LigneType {
    pub quantite: Option<String>,
    pub unite: String,
}

/// Of one recipe of a book, or of all that are asked for; what may be done about them is not said
/// yet. With them how many labels there are, and how many lines.
pub(crate) async fn groupes(
    c: &mut PgConnection,
    importee: Option<Uuid>,
    filtre: &Filtre,
    (limite, apres): (i64, i64),
) -> Result<(Vec<(Groupe, LigneType)>, i64, i64), Erreur> {
    let lus = sqlx::query!(
        r#"select min(l.libelle) as "libelle!", l.quantite is null as "sans_quantite!",
                  l.obstacle as raison, min(l.quantite_recette) as quantite,
                  min(l.unite) as "unite!", count(*) as "occurrences!",
                  (array_agg(distinct i.titre order by i.titre))[1:4] as "recettes!",
                  (array_agg(i.titre order by i.id, l.rang))[1:4] as "titres!",
                  (array_agg(coalesce(replace(l.quantite, '.', ',') || ' ' || l.unite, 'QS')
                             order by i.id, l.rang))[1:4] as "quantites!",
                  count(*) over () as "libelles!",
                  (sum(count(*)) over ())::bigint as "lignes!"
             from ligne_recette_importee l
             join recette_importee i on i.id = l.recette_importee_id
            where l.statut = 'non_mappee' and ($3::uuid is null or i.id = $3)
              and ($4::uuid is null or i.document_id = $4)
              and ($5::text is null or strpos(l.cle, $5) > 0)
              and l.obstacle <> $6
            group by l.cle, l.quantite is null, l.obstacle
            order by count(*) desc, l.cle, 2, l.obstacle
            limit $1 offset $2"#,
        limite,
        apres,
        importee,
        filtre.livre,
        filtre.cherche,
        EN_DOUTE
    )
    .fetch_all(c)
    .await?;
    let (libelles, lignes) = lus.first().map_or((0, 0), |g| (g.libelles, g.lignes));
    let groupes = lus.into_iter().map(|g| {
        let exemples = g.titres.into_iter().zip(g.quantites);
        let exemple = |(recette, quantite)| Exemple { recette, quantite };
        let groupe = Groupe {
            libelle: g.libelle,
            sans_quantite: g.sans_quantite,
            raison: g.raison,
            conversion_manquante: None,
            occurrences: g.occurrences,
            recettes: g.recettes,
            exemples: exemples.map(exemple).collect(),
            suggestions: Vec::new(),
        };
        (groupe, LigneType { quantite: g.quantite, unite: g.unite })
    });
    Ok((groupes.collect(), libelles, lignes))
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

/// Those that nobody has looked at, of one book or of all.
pub(crate) async fn doutes_en_attente(
    c: &mut PgConnection,
    livre: Option<Uuid>,
    page: Page,
) -> Result<Vec<DouteEnAttente>, Erreur> {
    Ok(sqlx::query_as!(
        DouteEnAttente,
        r#"select q.id, i.document_id as livre_id, d.titre as livre_titre, i.id as recette_id,
                  i.titre, q.code, q.page, q.texte, q.phrase,
                  coalesce(case when q.code = 'poids' then q.id::text end,
                      (select min(l.cle) from ligne_recette_importee l
                        where l.recette_importee_id = i.id and l.page = q.page
                          and l.texte = q.texte), lower(q.texte)) as "mots!"
             from doute_importe q
             join recette_importee i on i.id = q.recette_importee_id
             join document_importe d on d.id = i.document_id
            where q.reglement_id is null and ($1::uuid is null or i.document_id = $1)
              and ($2::uuid is null or q.id > $2)
            order by q.id limit $3"#,
        livre,
        page.apres,
        page.a_lire()
    )
    .fetch_all(c)
    .await?)
}

pub(crate) async fn doutes_regles(c: &mut PgConnection) -> Result<Vec<DouteVu>, Erreur> {
    Ok(sqlx::query_as!(
        DouteVu,
        r#"select distinct on (r.cree_le, r.operation_id) q.id, i.titre, q.texte, r.geste,
                  r.libelle || ' ' || replace(r.quantite, '.', ',') || ' ' || r.unite as ligne,
                  count(*) over (partition by r.operation_id) as "combien!"
             from doute_importe q
             join recette_importee i on i.id = q.recette_importee_id
             join reglement_doute r on r.id = q.reglement_id
            order by r.cree_le desc, r.operation_id, q.id limit 12"#
    )
    .fetch_all(c)
    .await?)
}

pub(crate) async fn doutes_de(
    c: &mut PgConnection,
    livre: Uuid,
) -> Result<HashMap<Uuid, Vec<DouteDuLivre>>, Erreur> {
    let lus = sqlx::query!(
        r#"select q.recette_importee_id, q.id, q.code, q.page, q.texte, q.phrase,
                  r.geste as "geste?", r.cree_le as "le?", u.nom_affiche as "par?",
                  r.libelle || ' ' || replace(r.quantite, '.', ',') || ' ' || r.unite as ligne
             from doute_importe q
             join recette_importee i on i.id = q.recette_importee_id
             left join reglement_doute r on r.id = q.reglement_id
             left join operation o on o.id = r.operation_id
             left join utilisateur u on u.id = o.auteur_id
            where i.document_id = $1 order by q.recette_importee_id, q.rang"#,
        livre
    )
    .fetch_all(c)
    .await?;
    Ok(grouper(lus.into_iter().map(|l| {
        let dit = l.geste.zip(l.le);
        let (par, ligne) = (l.par, l.ligne);
        let doute = DouteDuLivre {
            id: l.id,
            code: l.code,
            page: l.page,
            texte: l.texte,
            phrase: l.phrase,
            regle: dit.map(|(geste, le)| DouteDit { geste, ligne, par, le }),
        };
        (l.recette_importee_id, doute)
    })))
}

/// How many recipes of the books there are of each state.
pub(crate) async fn comptes(
    c: &mut PgConnection,
    choix: &Choix,
) -> Result<HashMap<String, i64>, Erreur> {
    let lus = sqlx::query!(
        r#"select e.etat as "etat!", count(*) as "n!"
             from etat_recette_importee e join recette_importee i on i.id = e.id
            where ($1::uuid is null or i.document_id = $1)
              and ($2::text is null or strpos(i.cle, $2) > 0)
            group by e.etat"#,
        choix.livre,
        choix.cherche
    )
    .fetch_all(c)
    .await?;
    Ok(lus.into_iter().map(|l| (l.etat, l.n)).collect())
}

pub(crate) async fn repertoire(
    c: &mut PgConnection,
    choix: &Choix,
    limite: i64,
) -> Result<Vec<RecetteDeListe>, Erreur> {
    Ok(sqlx::query_as!(
        RecetteDeListe,
        r#"select i.id, i.titre, i.page, i.document_id as livre, d.titre as livre_titre,
                  e.etat as "etat!", e.doutes as "doutes!", e.restantes as "restantes!",
                  case when e.etat = 'autre_source' then x.source end as source
             from etat_recette_importee e
             join recette_importee i on i.id = e.id
             join document_importe d on d.id = i.document_id
             left join recette_livre x on x.recette_id = i.recette_id
            where ($1::uuid is null or i.document_id = $1)
              and ($2::text is null or strpos(i.cle, $2) > 0)
              and ($3::text is null or e.etat = $3)
            order by d.importe_le desc, d.id, i.rang
            limit $4 offset $5"#,
        choix.livre,
        choix.cherche,
        choix.etat,
        limite,
        choix.apres
    )
    .fetch_all(c)
    .await?)
}
