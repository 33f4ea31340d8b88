//! Ajustements and pertes: what was counted, found or thrown away.

use serde_json::{Value, json};

use super::{
    AJUSTEMENTS, PERTES, champs_fautifs, creer, cuisine, lignes_par_table, mettre_en_etat,
    mouvements_de, texte,
};
use crate::outils::Chaine;
use crate::outils::chaine::jour;

/// A correction of what that label or lot is.
fn corps(c: &Chaine, vise: &Value, quantite: f64, unite: &str) -> Value {
    let mut corps =
        json!({"magasin_id": c.magasin, "quantite": quantite, "unite": unite, "motif": "compté"});
    for (champ, valeur) in vise.as_object().expect("objet") {
        corps[champ] = valeur.clone();
    }
    corps
}

#[tokio::test]
async fn an_adjustment_is_signed_and_says_what_the_lot_holds_now() {
    let (s, c) = cuisine().await;
    let riz = c.ingredient("Riz").await;
    let lot = c.lot(&riz, 100.0, None).await;
    let vise = json!({"lot_id": lot});
    let fait = creer(&c.client, AJUSTEMENTS, corps(&c, &vise, 1.5, "kg")).await;
    assert_eq!((&fait["lot_id"], &fait["solde"]), (&json!(lot), &json!(1600)));
    let fait = creer(&c.client, AJUSTEMENTS, corps(&c, &vise, -600.001, "g")).await;
    assert_eq!(fait["solde"], json!(999.999));
    let chemin = format!("/api/interne/lots/{lot}/mouvements");
    let lus = c.client.get(&chemin).await.attendue(200);
    let dernier = &lus["elements"][2];
    assert_eq!(dernier["id"], fait["mouvement_id"]);
    assert_eq!((&dernier["motif"], &dernier["unite"]), (&json!("compté"), &json!("g")));
    assert_eq!((&dernier["auteur"], &dernier["annule_id"]), (&json!("admin"), &Value::Null));
    s.verifier();
}

#[tokio::test]
async fn stock_found_under_an_unknown_label_opens_its_lot_and_under_a_known_one_joins_it() {
    let (s, c) = cuisine().await;
    let riz = c.ingredient("Riz").await;
    let dlc = jour(9);
    let etiquette = json!({"ingredient_id": riz, "code_lot": "L-1", "date_dlc": dlc});
    let ouvert = creer(&c.client, AJUSTEMENTS, corps(&c, &etiquette, 250.0, "g")).await;
    let joint = creer(&c.client, AJUSTEMENTS, corps(&c, &etiquette, -50.0, "g")).await;
    assert_eq!(ouvert["lot_id"], joint["lot_id"]);
    assert_eq!((&ouvert["solde"], &joint["solde"]), (&json!(250), &json!(200)));
    for autre in [
        json!({"ingredient_id": riz, "code_lot": "L-2", "date_dlc": dlc}),
        json!({"ingredient_id": riz, "code_lot": "L-1"}),
        json!({"ingredient_id": riz, "date_dlc": dlc}),
        json!({"ingredient_id": riz}),
    ] {
        let mut trouve = corps(&c, &autre, 1.0, "g");
        if autre["code_lot"].is_null() && autre["date_dlc"].is_null() {
            // Nothing says which lot it is: somebody has to say why.
            let refus = c.client.post(AJUSTEMENTS, &trouve).await.refusee(400, "requete_invalide");
            assert_eq!(champs_fautifs(&refus), ["code_lot"]);
            trouve["motif"] = json!("Étiquette perdue");
        }
        let neuf = creer(&c.client, AJUSTEMENTS, trouve).await;
        assert_ne!(neuf["lot_id"], ouvert["lot_id"], "{autre}");
        assert_eq!(neuf["solde"], 1);
        // There is no such lot to lose from, but this one.
        let encore = creer(&c.client, PERTES, corps(&c, &autre, 1.0, "g")).await;
        assert_eq!((&encore["lot_id"], &encore["solde"]), (&neuf["lot_id"], &json!(0)));
    }
    assert_eq!(c.lots().await.len(), 5);
    s.verifier();
}

#[tokio::test]
async fn a_label_worn_by_several_lots_means_the_newest() {
    let (_s, c) = cuisine().await;
    let riz = c.ingredient("Riz").await;
    let ancien = c.lot(&riz, 100.0, Some(jour(9))).await;
    let recent = c.lot(&riz, 100.0, Some(jour(9))).await;
    let etiquette = json!({"ingredient_id": riz, "date_dlc": jour(9)});
    let fait = creer(&c.client, PERTES, corps(&c, &etiquette, 10.0, "g")).await;
    assert_eq!(fait["lot_id"], json!(recent));
    assert_eq!((c.solde(&ancien).await, c.solde(&recent).await), (100.0, 90.0));
}

#[tokio::test]
async fn a_loss_takes_from_any_lot_even_expired_or_blocked_but_never_more_than_it_holds() {
    let (s, c) = cuisine().await;
    let riz = c.ingredient("Riz").await;
    let perime = c.lot(&riz, 100.0, Some("2020-01-01")).await;
    let bloque = c.lot(&riz, 100.0, None).await;
    mettre_en_etat(&c, &bloque, "rappele").await.attendue(201);
    for lot in [&perime, &bloque] {
        let vise = json!({"lot_id": lot});
        let fait = creer(&c.client, PERTES, corps(&c, &vise, 0.1, "kg")).await;
        assert_eq!(fait["solde"], 0);
        let dernier = mouvements_de(&c, lot).await.pop();
        assert_eq!(dernier, Some(("PERTE".to_owned(), -100.0)));
        let refus = c.client.post(PERTES, &corps(&c, &vise, 0.001, "g")).await;
        let refus = refus.refusee(409, "solde_insuffisant");
        assert!(texte(&refus["detail"]).contains("Riz"), "{refus}");
    }
    s.verifier();
}

#[tokio::test]
async fn corrections_that_name_nothing_that_is_here_are_refused_and_write_nothing() {
    let (s, c) = cuisine().await;
    let riz = c.ingredient("Riz").await;
    let lot = c.lot(&riz, 100.0, None).await;
    let boutique = c.autre_magasin("Boutique").await;
    let inconnu = "00000000-0000-7000-8000-000000000000";
    let avant = lignes_par_table(&s).await;
    for chemin in [AJUSTEMENTS, PERTES] {
        let mut ailleurs = corps(&c, &json!({"lot_id": lot}), 1.0, "g");
        ailleurs["magasin_id"] = json!(boutique);
        c.client.post(chemin, &ailleurs).await.refusee(404, "lot_inconnu");
        ailleurs["magasin_id"] = json!(inconnu);
        c.client.post(chemin, &ailleurs).await.refusee(404, "magasin_inconnu");
        let absent = corps(&c, &json!({"lot_id": inconnu}), 1.0, "g");
        c.client.post(chemin, &absent).await.refusee(404, "lot_inconnu");
        let absent = corps(&c, &json!({"ingredient_id": inconnu, "code_lot": "L"}), 1.0, "g");
        c.client.post(chemin, &absent).await.refusee(404, "ingredient_inconnu");
        let personne = c.client.post(chemin, &corps(&c, &json!({}), 1.0, "g")).await;
        assert_eq!(champs_fautifs(&personne.refusee(400, "requete_invalide")), ["lot_id"]);
        for (quantite, unite, champ) in
            [(0.0, "g", "quantite"), (0.0001, "g", "quantite"), (1.0, "l", "unite")]
        {
            let faux = corps(&c, &json!({"lot_id": lot}), quantite, unite);
            let refus = c.client.post(chemin, &faux).await.refusee(400, "requete_invalide");
            assert_eq!(champs_fautifs(&refus), [champ], "{chemin} {quantite} {unite}");
        }
        let mut muet = corps(&c, &json!({"lot_id": lot}), 1.0, "g");
        muet["motif"] = json!("  ");
        let refus = c.client.post(chemin, &muet).await.refusee(400, "requete_invalide");
        assert_eq!(champs_fautifs(&refus), ["motif"]);
    }
    let jamais_vu = json!({"ingredient_id": riz, "code_lot": "jamais vu"});
    c.client.post(PERTES, &corps(&c, &jamais_vu, 1.0, "g")).await.refusee(404, "lot_inconnu");
    let negative = corps(&c, &json!({"lot_id": lot}), -1.0, "g");
    c.client.post(PERTES, &negative).await.refusee(400, "requete_invalide");
    let creux = corps(&c, &jamais_vu, -1.0, "g");
    c.client.post(AJUSTEMENTS, &creux).await.refusee(409, "solde_insuffisant");
    assert_eq!(lignes_par_table(&s).await, avant);
}

#[tokio::test]
async fn i9_corrections_and_productions_of_one_lot_at_once_never_take_it_below_nothing() {
    let (s, c) = cuisine().await;
    let riz = c.ingredient("Riz").await;
    let (bowl, _) = c.recette("Bowl", &[(&riz, 10.0)]).await;
    let lot = c.lot(&riz, 100.0, None).await;
    let mut taches = tokio::task::JoinSet::new();
    for i in 0..30 {
        let (client, vise) = (c.client.clone(), json!({"lot_id": lot}));
        let (chemin, demande) = match i % 3 {
            0 => (crate::outils::chaine::PRODUIRE, c.demande(&[(&bowl, 1.0)])),
            1 => (PERTES, corps(&c, &vise, 10.0, "g")),
            _ => (AJUSTEMENTS, corps(&c, &vise, -10.0, "g")),
        };
        taches.spawn(async move { client.post(chemin, &demande).await });
    }
    let reponses = taches.join_all().await;
    let faites = reponses.iter().filter(|r| r.statut == 201).count();
    assert_eq!(faites, 10);
    assert!(reponses.iter().all(|r| [201, 409].contains(&r.statut)));
    assert_eq!(c.solde(&lot).await, 0.0);
    s.verifier();
}
