//! I10: the days we accept, the magasin's civil day, and DLCs usable through the end of theirs.

use chrono::{Days, NaiveDate, Utc};
use delicego::domaine::{jour_de, lire_fuseau};
use serde_json::{Value, json};

use super::fenetre::cuisine_a;
use super::{RECEPTIONS, champs_fautifs, creer, cuisine, la_base_refuse, lignes_par_table, texte};
use crate::outils::Chaine;
use crate::outils::chaine::PRODUIRE;

const DEHORS: [&str; 12] = [
    "1970-01-01",
    "1999-12-31",
    "2101-01-01",
    "9999-12-31",
    "0000-01-01",
    "2026-02-29",
    "2026-13-01",
    "2026-11-31",
    "22/11/2026",
    "2026-1-2",
    "20261122",
    "2026-11-22T00:00:00Z",
];

#[tokio::test]
async fn i10_days_outside_the_accepted_ones_are_refused_everywhere_and_write_nothing() {
    let (s, c) = cuisine().await;
    let riz = c.ingredient("Riz").await;
    let (bowl, _) = c.recette("Bowl", &[(&riz, 1.0)]).await;
    c.lot(&riz, 100.0, None).await;
    let avant = lignes_par_table(&s).await;
    let plan = json!({"lignes": [{"recette_id": bowl, "quantite_planifiee": 1}]});
    for jour in DEHORS {
        let mut demande = c.demande(&[(&bowl, 1.0)]);
        demande["date_jour"] = json!(jour);
        let refus = c.client.post(PRODUIRE, &demande).await.refusee(400, "requete_invalide");
        assert_eq!(champs_fautifs(&refus), ["date_jour"], "{jour}");

        let reception = json!({"magasin_id": c.magasin, "lignes": [
            {"ingredient_id": riz, "quantite": 1, "unite": "g", "date_dlc": jour}]});
        let refus = c.client.post(RECEPTIONS, &reception).await.refusee(400, "requete_invalide");
        assert_eq!(champs_fautifs(&refus), ["lignes[0].date_dlc"], "{jour}");

        if !jour.contains('/') {
            let chemin = format!("/api/interne/plans/{}/{jour}", c.magasin);
            c.client.put(&chemin, &plan).await.refusee(400, "requete_invalide");
            c.client.get(&chemin).await.refusee(400, "requete_invalide");
            let besoins = format!("{chemin}/besoins");
            c.client.get(&besoins).await.refusee(400, "requete_invalide");
        }
    }
    for recue_le in ["1999-12-31T23:59:59Z", "2101-01-01T00:00:00Z", "hier", "2026-11-22T10:00:00"]
    {
        let reception = json!({"magasin_id": c.magasin, "recue_le": recue_le, "lignes": [
            {"ingredient_id": riz, "quantite": 1, "unite": "g"}]});
        let refus = c.client.post(RECEPTIONS, &reception).await.refusee(400, "requete_invalide");
        assert_eq!(champs_fautifs(&refus), ["recue_le"], "{recue_le}");
    }
    assert_eq!(lignes_par_table(&s).await, avant);
}

#[tokio::test]
async fn i10_the_first_and_the_last_accepted_day_have_plans_like_others() {
    let (s, c) = cuisine().await;
    let riz = c.ingredient("Riz").await;
    let (conserve, _) = c.recette("Conserve", &[(&riz, 1.0)]).await;
    let plan = json!({"lignes": [{"recette_id": conserve, "quantite_planifiee": 1}]});
    for jour in ["2000-01-01", "2100-12-31"] {
        let chemin = format!("/api/interne/plans/{}/{jour}", c.magasin);
        c.client.put(&chemin, &plan).await.attendue(200);
        let lu = c.client.get(&chemin).await.attendue(200);
        assert_eq!(lu["lignes"][0]["quantite_planifiee"], 1);
    }
    s.verifier();
}

/// Makes one on that day; the DLC of what came out.
async fn dlc_produite(c: &Chaine, recette: &str, jour: &str) -> Value {
    let avant: Vec<Value> = c.lots().await;
    let mut demande = c.demande(&[(recette, 1.0)]);
    demande["date_jour"] = json!(jour);
    c.client.post(PRODUIRE, &demande).await.attendue(201);
    let connus: Vec<&Value> = avant.iter().map(|l| &l["lot_id"]).collect();
    let lots = c.lots().await;
    let neufs: Vec<&Value> = lots.iter().filter(|l| !connus.contains(&&l["lot_id"])).collect();
    assert_eq!(neufs.len(), 1);
    neufs[0]["date_dlc"].clone()
}

#[tokio::test]
async fn i10_what_is_made_lasts_the_days_of_its_recipe_its_day_included() {
    let (_s, c, horloge) = cuisine_a("2026-01-02T09:00:00Z").await;
    let riz = c.ingredient("Riz").await;
    c.lot(&riz, 100.0, None).await;
    for (nom, duree, jour, dlc) in [
        ("Le jour même", json!(0), "2026-11-22", json!("2026-11-22")),
        ("Deux jours", json!(2), "2026-12-30", json!("2027-01-01")),
        ("Bissextile", json!(1), "2028-02-28", json!("2028-02-29")),
        ("Changement d'heure", json!(1), "2026-10-24", json!("2026-10-25")),
        ("Sans fin", Value::Null, "2026-11-22", Value::Null),
    ] {
        horloge.regler(&format!("{jour}T09:00:00Z"));
        let corps = json!({"nom": nom, "duree_vie_jours": duree});
        let (recette, _) = c.recette_de(corps, &[(&riz, 1.0)]).await;
        assert_eq!(dlc_produite(&c, &recette, jour).await, dlc, "{nom}");
    }
}

#[tokio::test]
async fn i10_a_dlc_is_usable_through_the_end_of_its_day_and_not_after() {
    let (_s, c, horloge) = cuisine_a("2026-11-20T09:00:00Z").await;
    let riz = c.ingredient("Riz").await;
    let (bowl, _) = c.recette("Bowl", &[(&riz, 1.0)]).await;
    let lot = c.lot(&riz, 100.0, Some("2026-11-22")).await;
    for (instant, jour, statut) in [
        ("2026-11-21T09:00:00Z", "2026-11-21", 201),
        ("2026-11-22T22:59:59Z", "2026-11-22", 201),
        ("2026-11-22T23:00:00Z", "2026-11-23", 409),
        ("2027-01-01T09:00:00Z", "2027-01-01", 409),
    ] {
        horloge.regler(instant);
        let mut demande = c.demande(&[(&bowl, 1.0)]);
        demande["date_jour"] = json!(jour);
        let reponse = c.client.post(PRODUIRE, &demande).await.attendue(statut);
        if statut == 409 {
            assert_eq!(reponse["manques"][0]["perime"], 98, "{jour}");
        }
    }
    assert_eq!(c.solde(&lot).await, 98.0);
}

/// The warnings of a reception with that DLC, in a magasin of that time zone.
async fn avertissements(c: &Chaine, fuseau: &str, ingredient: &str, dlc: NaiveDate) -> Vec<Value> {
    let nom = format!("{fuseau} {dlc} {}", uuid::Uuid::now_v7());
    let magasin = json!({"nom": nom, "type_magasin": "VENTE", "fuseau": fuseau});
    let magasin = creer(&c.client, "/api/interne/magasins", magasin).await;
    assert_eq!(magasin["fuseau"], fuseau);
    let corps = json!({"magasin_id": magasin["id"], "lignes": [
        {"ingredient_id": ingredient, "quantite": 1, "unite": "g", "date_dlc": dlc}]});
    let recue = creer(&c.client, RECEPTIONS, corps).await;
    recue["warnings"].as_array().expect("warnings").clone()
}

fn aujourdhui(fuseau: &str) -> NaiveDate {
    jour_de(Utc::now(), lire_fuseau(fuseau).expect("fuseau"))
}

#[tokio::test]
async fn i10_a_day_is_the_civil_day_where_the_magasin_stands() {
    let (_s, c) = cuisine().await;
    let riz = c.ingredient("Riz").await;
    // 26 hours lie between these two: what was yesterday in one is never over in the other.
    let hier = aujourdhui("Pacific/Kiritimati") - Days::new(1);
    let la_bas = avertissements(&c, "Pacific/Kiritimati", &riz, hier).await;
    let dlc = hier.format("%d/%m/%Y");
    assert_eq!(la_bas, [json!(format!("Riz : la DLC du {dlc} est déjà passée."))]);
    assert!(avertissements(&c, "Etc/GMT+12", &riz, hier).await.is_empty());

    // In Paris, whatever the hour of this run; asked anew if midnight passed meanwhile.
    loop {
        let jour = aujourdhui("Europe/Paris");
        let ce_jour = avertissements(&c, "Europe/Paris", &riz, jour).await;
        let la_veille = avertissements(&c, "Europe/Paris", &riz, jour - Days::new(1)).await;
        if jour == aujourdhui("Europe/Paris") {
            assert_eq!((ce_jour.len(), la_veille.len()), (0, 1));
            break;
        }
    }
    let magasin = json!({"nom": "Sans fuseau", "type_magasin": "VENTE"});
    let magasin = creer(&c.client, "/api/interne/magasins", magasin).await;
    assert_eq!(magasin["fuseau"], "Europe/Paris");
    let magasin = json!({"nom": "Perdu", "type_magasin": "VENTE", "fuseau": "Europe/Lutece"});
    let refus = c.client.post("/api/interne/magasins", &magasin).await;
    assert_eq!(champs_fautifs(&refus.refusee(400, "requete_invalide")), ["fuseau"]);
}

#[tokio::test]
async fn i10_times_are_told_in_utc_whatever_the_offset_they_were_given_in() {
    let (s, c) = cuisine().await;
    let riz = c.ingredient("Riz").await;
    let corps = json!({"magasin_id": c.magasin, "recue_le": "2026-11-22T00:30:00+01:00",
        "lignes": [{"ingredient_id": riz, "quantite": 1, "unite": "g"}]});
    creer(&c.client, RECEPTIONS, corps).await;
    assert_eq!(texte(&c.lots().await[0]["recu_le"]), "2026-11-21T23:30:00Z");
    let a_utc = "select count(*) from reception where recue_le = '2026-11-21 23:30:00+00'";
    assert_eq!(super::nombre(&s, a_utc).await, 1);
}

#[tokio::test]
async fn i10_the_database_refuses_days_outside_the_accepted_ones() {
    let (s, c) = cuisine().await;
    let riz = c.ingredient("Riz").await;
    c.lot(&riz, 1.0, None).await;
    for jour in ["1999-12-31", "2101-01-01"] {
        let sql = format!(
            "insert into plan_production (magasin_id, date_jour, id)
             values ('{}', '{jour}', gen_random_uuid())",
            c.magasin
        );
        la_base_refuse(&s, &sql, "date_jour_check").await;
    }
    la_base_refuse(&s, "update lot set date_dlc = '1999-12-31'", "date_dlc_check").await;
    la_base_refuse(&s, "update lot set date_dlc = '2121-01-01'", "date_dlc_check").await;
}
