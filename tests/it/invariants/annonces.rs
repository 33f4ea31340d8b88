//! I11: nothing is announced that the database did not keep; a refusal says refusal.

use serde_json::{Value, json};

use super::{comme_superutilisateur, cuisine, evenements_dits, lignes_par_table, nombre, texte};
use crate::outils::chaine::{PRODUIRE, jour};
use crate::outils::{Chaine, Serveur};

async fn bowl(c: &Chaine) -> (String, String) {
    let riz = c.ingredient("Riz").await;
    let (bowl, _) = c.recette("Bowl", &[(&riz, 100.0)]).await;
    (riz, bowl)
}

/// What the business journal has under that name.
async fn inscrits(s: &Serveur, nom: &str) -> Vec<Value> {
    let mut c = s.base().lire().await.expect("connexion");
    sqlx::query_scalar("select donnees from evenement where nom = $1 order by id")
        .bind(nom)
        .fetch_all(&mut *c)
        .await
        .expect("événements")
}

#[tokio::test]
async fn i11_a_production_announces_each_lot_once_it_is_kept_and_a_replay_none() {
    let (s, c) = cuisine().await;
    let (riz, bowl) = bowl(&c).await;
    let (wok, _) = c.recette("Wok", &[(&riz, 50.0)]).await;
    c.lot(&riz, 1000.0, None).await;
    let demande = c.demande(&[(&bowl, 2.0), (&wok, 1.5)]);
    let fait = c.client.post_cle(PRODUIRE, &demande, "k").await.attendue(201);
    let dits = evenements_dits(&s, "production_jour_lot_create", 2).await;
    for (recette, quantite) in [(&bowl, "quantite=2 "), (&wok, "quantite=1.5 ")] {
        let dit = dits.iter().find(|l| l.contains(recette.as_str())).expect("annonce");
        for attendu in ["level=info", quantite, "unite=piece", &c.magasin] {
            assert!(dit.contains(attendu), "{attendu} : {dit}");
        }
        assert!(dit.contains(texte(&fait["plan_id"])), "{dit}");
    }
    // Each announced lot is there.
    for dit in &dits {
        let id = dit.split("lot_production_id=").nth(1).and_then(|r| r.split(' ').next());
        let id = id.expect("id").trim_matches('"');
        let sql = format!("select count(*) from lot_production where id = '{id}'");
        assert_eq!(nombre(&s, &sql).await, 1);
    }
    let attendu = json!({"plan_id": fait["plan_id"], "date": jour(0), "nb_lots": 2});
    assert_eq!(inscrits(&s, "production_jour").await, [attendu]);

    assert!(c.client.post_cle(PRODUIRE, &demande, "k").await.rejouee);
    // The next production's announcement comes after whatever the replay would have said.
    c.produire(&[(&bowl, 1.0)]).await.attendue(201);
    evenements_dits(&s, "production_jour_lot_create", 3).await;
    assert_eq!(inscrits(&s, "production_jour").await.len(), 2);
}

#[tokio::test]
async fn i11_a_refused_production_announces_its_refusal_and_no_lot() {
    let (s, c) = cuisine().await;
    let (riz, bowl) = bowl(&c).await;
    c.lot(&riz, 50.0, None).await;
    let avant = lignes_par_table(&s).await;
    c.produire(&[(&bowl, 1.0)]).await.refusee(409, "stock_insuffisant");
    let dit = evenements_dits(&s, "production_jour_stock_insuffisant", 1).await.remove(0);
    for attendu in ["level=warning", &c.magasin, jour(0), "nb_manques=1", "err="] {
        assert!(dit.contains(attendu), "{attendu} : {dit}");
    }
    let inconnue = "00000000-0000-7000-8000-000000000000";
    c.produire(&[(inconnue, 1.0)]).await.refusee(404, "recette_inconnue");
    evenements_dits(&s, "production_jour_start", 2).await;
    assert!(s.evenements("production_jour_lot_create").is_empty());
    assert!(s.evenements("production_jour_erreur").is_empty());
    assert!(inscrits(&s, "production_jour").await.is_empty());
    assert_eq!(lignes_par_table(&s).await, avant);
}

#[tokio::test]
async fn i11_a_commit_that_fails_announces_an_error_and_no_lot() {
    let (s, c) = cuisine().await;
    let (riz, bowl) = bowl(&c).await;
    c.lot(&riz, 500.0, None).await;
    let avant = lignes_par_table(&s).await;
    comme_superutilisateur(
        &s,
        "create function panne() returns trigger language plpgsql as $$
           begin raise exception 'panne a la fin'; end $$;
         create constraint trigger panne after insert on lot_production
           deferrable initially deferred for each row execute function panne()",
    )
    .await;
    c.produire(&[(&bowl, 1.0)]).await.refusee(500, "erreur_interne");
    let dit = evenements_dits(&s, "production_jour_erreur", 1).await.remove(0);
    assert!(dit.contains("level=error") && dit.contains("panne a la fin"), "{dit}");
    assert!(s.evenements("production_jour_lot_create").is_empty());
    assert_eq!(lignes_par_table(&s).await, avant);
    s.verifier();
}

#[tokio::test]
async fn i11_every_write_to_the_stock_stands_in_the_journal_with_its_operation() {
    let (s, c) = cuisine().await;
    let (riz, _) = bowl(&c).await;
    let lot = c.lot(&riz, 500.0, None).await;
    let corps = json!({"magasin_id": c.magasin, "lot_id": lot, "quantite": 5.5, "unite": "g",
        "motif": "compté"});
    super::creer(&c.client, super::AJUSTEMENTS, corps.clone()).await;
    super::creer(&c.client, super::PERTES, corps).await;
    super::mettre_en_etat(&c, &lot, "bloque").await.attendue(201);
    for (nom, attendu) in [
        ("ajustement", json!({"lot_id": lot, "quantite": 5.5, "motif": "compté"})),
        ("perte", json!({"lot_id": lot, "quantite": -5.5, "motif": "compté"})),
        ("lot_etat", json!({"lot_id": lot, "etat": "bloque", "motif": "essai"})),
    ] {
        assert_eq!(inscrits(&s, nom).await, [attendu], "{nom}");
    }
    assert_eq!(inscrits(&s, "reception").await[0]["nb_lots"], 1);
    let sans_operation = "select count(*) from evenement e
        where not exists (select from operation o where o.id = e.operation_id)";
    assert_eq!(nombre(&s, sans_operation).await, 0);
}
