//! I4: a production is written whole, or not at all.

use serde_json::json;

use super::{
    comme_superutilisateur, cuisine, evenements_dits, la_base_refuse, lignes_par_table, nombre,
    texte,
};
use crate::outils::{Chaine, Serveur};

/// A production of two recipes, of which one uses the other, ready to be asked for.
async fn prete() -> (Serveur, Chaine, [(String, f64); 2]) {
    let (s, c) = cuisine().await;
    let huile = c.ingredient("Huile").await;
    let sauce = json!({"nom": "Sauce", "nature": "preparation",
        "rendement": {"quantite": 1, "unite": "kg"}});
    let (sauce, article) = c.recette_de(sauce, &[(&huile, 500.0)]).await;
    let (salade, _) = c.recette("Salade", &[(&article, 40.0)]).await;
    c.lot(&huile, 10_000.0, None).await;
    (s, c, [(salade, 5.0), (sauce, 1000.0)])
}

fn liste(demande: &[(String, f64); 2]) -> [(&str, f64); 2] {
    [(&demande[0].0, demande[0].1), (&demande[1].0, demande[1].1)]
}

#[tokio::test]
async fn i4_a_production_writes_each_of_its_parts_and_says_how_many() {
    let (s, c, demande) = prete().await;
    let avant = lignes_par_table(&s).await;
    let fait = c.produire(&liste(&demande)).await.attendue(201);
    let apres = lignes_par_table(&s).await;
    let neuves: Vec<(&str, i64)> =
        apres.iter().map(|(t, n)| (t.as_str(), n - avant[t])).filter(|(_, n)| *n != 0).collect();
    let attendues = [
        ("evenement", 1),
        ("ligne_consommation", 2),
        ("ligne_plan_production", 2),
        ("lot", 2),
        ("lot_production", 2),
        ("mouvement_stock", 4),
        ("operation", 1),
        ("plan_production", 1),
    ];
    assert_eq!(neuves, attendues);
    assert_eq!(
        (&fait["lots_crees"], &fait["consommations_creees"], &fait["mouvements_stock_crees"]),
        (&json!(2), &json!(2), &json!(4))
    );
    let une_operation = "select count(distinct operation_id) from (
        select operation_id from lot_production
        union all select operation_id from mouvement_stock where type <> 'RECEPTION'
        union all select operation_id from evenement where nom = 'production_jour') o";
    assert_eq!(nombre(&s, une_operation).await, 1);
    s.verifier();
}

#[tokio::test]
async fn i4_a_failure_in_the_middle_leaves_no_row_anywhere_and_a_retry_does_it_whole() {
    let (s, c, demande) = prete().await;
    let avant = lignes_par_table(&s).await;
    let corps = c.demande(&liste(&demande));
    let chemin = crate::outils::chaine::PRODUIRE;
    comme_superutilisateur(
        &s,
        "create function panne() returns trigger language plpgsql as $$
           begin raise exception 'select secret from interne'; end $$",
    )
    .await;
    let tables = ["mouvement_stock", "lot_production", "ligne_consommation", "evenement"];
    for (rang, table) in tables.into_iter().enumerate() {
        let poser = format!(
            "create trigger panne after insert on {table} for each row execute function panne()"
        );
        comme_superutilisateur(&s, &poser).await;
        let reponse = c.client.post_cle(chemin, &corps, "la-meme").await;
        assert_eq!(s.evenements("production_jour_lot_create").len(), 0);
        let refus = reponse.refusee(500, "erreur_interne");
        let reference = texte(&refus["reference"]);
        assert!(!reference.is_empty() && texte(&refus["detail"]).contains(reference), "{refus}");
        assert!(!refus.to_string().contains("secret"), "{refus}");
        assert_eq!(lignes_par_table(&s).await, avant, "panne sur {table}");
        comme_superutilisateur(&s, &format!("drop trigger panne on {table}")).await;

        let dites = evenements_dits(&s, "erreur_interne", rang + 1).await;
        assert!(dites[rang].contains(reference) && dites[rang].contains("secret"), "{dites:?}");
        let erreurs = evenements_dits(&s, "production_jour_erreur", rang + 1).await;
        assert!(erreurs[rang].contains("level=error"), "{erreurs:?}");
        assert!(erreurs[rang].contains(&c.magasin), "{erreurs:?}");
    }
    assert!(s.evenements("production_jour_lot_create").is_empty());
    s.verifier();
    c.client.post_cle(chemin, &corps, "la-meme").await.attendue(201);
    s.attendre_evenement("production_jour_lot_create").await;
    s.verifier();
}

#[tokio::test]
async fn i4_a_failure_when_the_answer_is_kept_undoes_the_fact() {
    let (s, c, demande) = prete().await;
    let avant = lignes_par_table(&s).await;
    comme_superutilisateur(
        &s,
        "create function panne() returns trigger language plpgsql as $$
           begin raise exception 'panne'; end $$;
         create trigger panne before insert or update on operation
           for each row when (new.reponse is not null) execute function panne()",
    )
    .await;
    let corps = c.demande(&liste(&demande));
    let reponse = c.client.post_cle(crate::outils::chaine::PRODUIRE, &corps, "cle").await;
    reponse.refusee(500, "erreur_interne");
    assert_eq!(lignes_par_table(&s).await, avant);
    s.attendre_evenement("production_jour_erreur").await;
    assert!(s.evenements("production_jour_lot_create").is_empty());
}

#[tokio::test]
async fn i4_the_database_refuses_parts_that_belong_to_nothing_or_to_another_magasin() {
    let (s, c, demande) = prete().await;
    c.produire(&liste(&demande)).await.attendue(201);
    let boutique = c.autre_magasin("Boutique").await;
    let huile = c.ingredient("Sel").await;
    let corps = json!({"magasin_id": boutique, "lignes": [
        {"ingredient_id": huile, "quantite": 5, "unite": "g"}]});
    let recue = super::creer(&c.client, super::RECEPTIONS, corps).await;
    let ailleurs = texte(&recue["lots"][0]["lot_id"]).to_owned();
    let cuisine = &c.magasin;
    let avant = lignes_par_table(&s).await;
    for sql in [
        format!(
            "insert into mouvement_stock (magasin_id, lot_id, id, type, quantite, operation_id)
             select '{cuisine}', '{ailleurs}', gen_random_uuid(), 'CONSOMMATION', -1, id
               from operation limit 1"
        ),
        format!(
            "insert into ligne_consommation
             select p.magasin_id, p.id, m.lot_id, m.id from lot_production p, mouvement_stock m
              where m.lot_id = '{ailleurs}'"
        ),
        format!(
            "insert into ligne_consommation
             select m.magasin_id, p.id, m.lot_id, m.id from lot_production p, mouvement_stock m
              where m.lot_id = '{ailleurs}'"
        ),
        format!(
            "insert into lot_production (magasin_id, id, date_jour, recette_id, version, quantite,
                                         cumul_avant, lot_id, operation_id)
             select magasin_id, gen_random_uuid(), date_jour, recette_id, version, 1, 0,
                    '{ailleurs}', operation_id from lot_production limit 1"
        ),
        "insert into lot_production (magasin_id, id, date_jour, recette_id, version, quantite,
                                     cumul_avant, lot_id, operation_id)
         select magasin_id, gen_random_uuid(), date_jour, recette_id, version + 1, 1, 0, lot_id,
                operation_id from lot_production limit 1"
            .to_owned(),
        "insert into manque (magasin_id, id, lot_production_id, article_id, quantite, restant)
         select magasin_id, gen_random_uuid(), gen_random_uuid(), article_id, 1, 1 from lot limit 1"
            .to_owned(),
        format!(
            "insert into lot_etat (magasin_id, id, lot_id, etat, motif, operation_id)
             select '{cuisine}', gen_random_uuid(), '{ailleurs}', 'libre', 'x', id
               from operation limit 1"
        ),
        "delete from lot_production".to_owned(),
        "delete from lot".to_owned(),
        "delete from operation".to_owned(),
    ] {
        la_base_refuse(&s, &sql, "foreign key").await;
    }
    assert_eq!(lignes_par_table(&s).await, avant);
    s.verifier();
}
