//! Shortage debts: under `compte` a production is written whole, and what the stock did not have
//! stays owed until somebody finds it (I5, I6, I9).

use delicego::domaine::Quantite;
use delicego::platform::comptes::Role;
use delicego::platform::db::evenements::{self, Evenement};
use delicego::platform::db::operations::{self, Commande, Reservation};
use delicego::platform::db::{Ecrits, executer_transaction};
use delicego::platform::errors::Erreur;
use delicego::production_jour::{Consigne, Production, produire};
use delicego::recettes;
use delicego::referentiel::PolitiqueStock;
use serde_json::{Value, json};

use super::{
    cuisine, la_base_refuse, lignes_par_table, mettre_en_etat, mouvements_de, nombre, texte,
};
use crate::outils::chaine::jour;
use crate::outils::{Chaine, Reponse, Serveur};

/// Produces as a scan under `politique_stock = compte` does.
pub async fn produire_a_compte(
    s: &Serveur,
    c: &Chaine,
    recette: &str,
    quantite: i64,
) -> Result<Production, Erreur> {
    let recette = recette.parse().expect("id");
    let magasin_id = c.magasin.parse().expect("id");
    let jour = jour(0).parse().expect("jour");
    executer_transaction(s.base(), async |tx| {
        let commande =
            Commande { auteur_id: None, role: Role::Admin, cle: None, chemin: "essai".to_owned() };
        let Reservation::AFaire(op) = operations::reserver(tx, &commande).await? else {
            return Err(Erreur::interne("déjà faite"));
        };
        let recettes = recettes::charger(tx, &[recette]).await?;
        let liste = [(recettes[&recette].clone(), Quantite::milliemes(quantite * 1000))];
        let politique = PolitiqueStock::Compte;
        let consigne = Consigne {
            magasin_id,
            jour,
            moment: chrono::Utc::now(),
            motif: None,
            politique,
            evenement: "production_jour",
        };
        let mut ecrits = Ecrits::default();
        let production = produire((&mut *tx, &mut ecrits), op, consigne, &liste).await?;
        ecrits.envoyer(tx).await?;
        let (nom, donnees) = ("essai", json!({}));
        let evenement =
            Evenement { magasin_id: Some(magasin_id), nom, operation_id: op.id, donnees };
        evenements::inscrire(tx, evenement).await?;
        Ok(production)
    })
    .await
}

/// A debt of 60 g of an ingredient of which 40 g were there; its id.
pub async fn un_manque(s: &Serveur, c: &Chaine) -> String {
    let thon = c.ingredient("Thon").await;
    let (nicoise, _) = c.recette("Niçoise", &[(&thon, 50.0)]).await;
    c.lot(&thon, 40.0, Some(jour(0))).await;
    let production = produire_a_compte(s, c, &nicoise, 2).await.expect("à compte");
    assert_eq!((production.nb_manques, production.nb_consommations), (1, 1));
    texte(&ouverts(c).await[0]["id"]).to_owned()
}

async fn ouverts(c: &Chaine) -> Vec<Value> {
    let chemin = format!("/api/interne/manques?magasin_id={}", c.magasin);
    let mut liste = c.client.get(&chemin).await.attendue(200);
    assert_eq!(liste["suivant"], json!(null));
    serde_json::from_value(liste["elements"].take()).expect("manques")
}

async fn regulariser(c: &Chaine, manque: &str, corps: Value) -> Reponse {
    c.client.post(&format!("/api/interne/manques/{manque}/regulariser"), &corps).await
}

#[tokio::test]
async fn i5_what_is_consumed_and_what_is_owed_add_up_to_the_need() {
    let (s, c) = cuisine().await;
    let manque = un_manque(&s, &c).await;
    let lus = ouverts(&c).await;
    assert_eq!(lus.len(), 1);
    assert_eq!((&lus[0]["quantite"], &lus[0]["unite"]), (&json!(60), &json!("g")));
    assert_eq!((&lus[0]["ingredient_nom"], &lus[0]["date"]), (&json!("Thon"), &json!(jour(0))));
    assert_eq!(lus[0]["recette_nom"], "Niçoise");
    let thon = texte(&lus[0]["ingredient_id"]).to_owned();
    s.verifier();
    // A production du jour stays strict all the same.
    let strict = c.produire(&[(texte(&lus[0]["recette_id"]), 1.0)]).await;
    strict.refusee(409, "stock_insuffisant");

    let fait = regulariser(&c, &manque, json!({"code_lot": "L-7", "date_dlc": jour(0)})).await;
    let fait = fait.attendue(201);
    assert_eq!((&fait["manque_id"], &fait["quantite"]), (&json!(manque), &json!(60)));
    let lots = c.lots().await;
    let lot = lots.iter().find(|l| l["lot_id"] == fait["lot_id"]).expect("lot retrouvé");
    assert_eq!((&lot["code_lot"], &lot["solde"]), (&json!("L-7"), &json!(0)));
    assert_eq!((&lot["ingredient_id"], &lot["date_dlc"]), (&json!(thon), &json!(jour(0))));
    let attendus = [("AJUSTEMENT", 60.0), ("CONSOMMATION", -60.0)];
    assert_eq!(
        mouvements_de(&c, texte(&fait["lot_id"])).await,
        attendus.map(|(t, q)| (t.to_owned(), q))
    );
    assert!(ouverts(&c).await.is_empty());
    s.verifier();
}

#[tokio::test]
async fn a_debt_is_paid_once_by_a_lot_already_known_whose_balance_stays() {
    let (s, c) = cuisine().await;
    let manque = un_manque(&s, &c).await;
    let thon = texte(&ouverts(&c).await[0]["ingredient_id"]).to_owned();
    let lot = c.lot(&thon, 500.0, Some(jour(9))).await;
    let fait = regulariser(&c, &manque, json!({"lot_id": lot})).await.attendue(201);
    assert_eq!(fait["lot_id"], json!(lot));
    assert_eq!(c.solde(&lot).await, 500.0);
    let avant = lignes_par_table(&s).await;
    regulariser(&c, &manque, json!({"lot_id": lot})).await.refusee(409, "manque_deja_regularise");
    regulariser(&c, &manque, json!({"code_lot": "x"})).await.refusee(409, "manque_deja_regularise");
    let inconnu = "00000000-0000-7000-8000-000000000000";
    regulariser(&c, inconnu, json!({"code_lot": "x"})).await.refusee(404, "manque_inconnu");
    assert_eq!(lignes_par_table(&s).await, avant);
    s.verifier();
}

#[tokio::test]
async fn i6_a_debt_is_not_paid_by_a_lot_that_could_not_have_been_consumed() {
    let (s, c) = cuisine().await;
    let manque = un_manque(&s, &c).await;
    let thon = texte(&ouverts(&c).await[0]["ingredient_id"]).to_owned();
    let sel = c.ingredient("Sel").await;
    let perime = c.lot(&thon, 500.0, Some(jour(-1))).await;
    let (bloque, rappele) = (c.lot(&thon, 5.0, None).await, c.lot(&thon, 5.0, None).await);
    mettre_en_etat(&c, &bloque, "bloque").await.attendue(201);
    mettre_en_etat(&c, &rappele, "rappele").await.attendue(201);
    let autre = c.lot(&sel, 500.0, None).await;
    let boutique = c.autre_magasin("Boutique").await;
    let recue = json!({"magasin_id": boutique, "lignes": [
        {"ingredient_id": thon, "quantite": 500, "unite": "g"}]});
    let recue = super::creer(&c.client, super::RECEPTIONS, recue).await;
    let avant = lignes_par_table(&s).await;
    for lot in [&perime, &bloque, &rappele] {
        let refus = regulariser(&c, &manque, json!({"lot_id": lot})).await;
        refus.refusee(409, "lot_inutilisable");
    }
    let etiquette = regulariser(&c, &manque, json!({"date_dlc": jour(-1)})).await;
    etiquette.refusee(409, "lot_inutilisable");
    let neuve = json!({"code_lot": "jamais vu", "date_dlc": jour(-2)});
    regulariser(&c, &manque, neuve).await.refusee(409, "lot_inutilisable");
    let refus = regulariser(&c, &manque, json!({"lot_id": autre})).await;
    let refus = refus.refusee(400, "requete_invalide");
    assert_eq!(super::champs_fautifs(&refus), ["lot_id"]);
    let ailleurs = json!({"lot_id": recue["lots"][0]["lot_id"]});
    regulariser(&c, &manque, ailleurs).await.refusee(404, "lot_inconnu");
    assert_eq!(lignes_par_table(&s).await, avant);
    assert_eq!(ouverts(&c).await.len(), 1);
}

#[tokio::test]
async fn i9_two_people_pay_a_debt_at_once_and_one_of_them_does() {
    let (s, c) = cuisine().await;
    let manque = un_manque(&s, &c).await;
    let (une, deux) = tokio::join!(
        regulariser(&c, &manque, json!({"code_lot": "a"})),
        regulariser(&c, &manque, json!({"code_lot": "b"}))
    );
    let (faite, refusee) = if une.statut == 201 { (une, deux) } else { (deux, une) };
    faite.attendue(201);
    refusee.refusee(409, "manque_deja_regularise");
    let retrouve = "select count(*) from mouvement_stock where type = 'AJUSTEMENT'";
    assert_eq!(nombre(&s, retrouve).await, 1);
    s.verifier();
}

#[tokio::test]
async fn debts_of_one_ingredient_are_paid_together_and_of_what_was_found_something_is_said() {
    let (s, c) = cuisine().await;
    un_manque(&s, &c).await;
    let du = ouverts(&c).await.remove(0);
    let (thon, sel) = (texte(&du["ingredient_id"]).to_owned(), c.ingredient("Sel").await);
    let (salade, _) = c.recette("Salade", &[(&thon, 30.0), (&sel, 1.0)]).await;
    produire_a_compte(&s, &c, &salade, 1).await.expect("à compte");
    let (thons, autres): (Vec<Value>, Vec<Value>) =
        ouverts(&c).await.into_iter().partition(|m| m["ingredient_id"] == thon.as_str());
    assert_eq!((thons.len(), autres.len()), (2, 1));
    let compte = c.client.get("/api/interne/manques/a-regulariser").await.attendue(200);
    let ici = json!([{"magasin_id": c.magasin, "magasin_nom": "Cuisine", "nombre": 3}]);
    assert_eq!((&compte["nombre"], &compte["magasins"]), (&json!(3), &ici));

    let vises = |manques: &[&Value], plus: Value| {
        let manques: Vec<Value> = manques.iter().map(|m| json!({"manque_id": m["id"]})).collect();
        let mut corps = json!({"magasin_id": c.magasin, "manques": manques});
        corps.as_object_mut().expect("objet").extend(plus.as_object().expect("objet").clone());
        corps
    };
    let ensemble = "/api/interne/manques/regulariser";
    let avant = lignes_par_table(&s).await;
    for (corps, champ) in [
        (vises(&[&thons[0], &thons[1]], json!({})), "code_lot"),
        (vises(&[&thons[0], &thons[1]], json!({"motif": "trouvé"})), "code_lot"),
        (vises(&[&thons[0], &autres[0]], json!({"code_lot": "L-9"})), "manques"),
        (vises(&[], json!({"code_lot": "L-9"})), "manques"),
    ] {
        let refus = c.client.post(ensemble, &corps).await.refusee(400, "requete_invalide");
        assert_eq!(super::champs_fautifs(&refus), [champ], "{corps}");
    }
    let seul = regulariser(&c, texte(&thons[0]["id"]), json!({})).await;
    assert_eq!(super::champs_fautifs(&seul.refusee(400, "requete_invalide")), ["code_lot"]);
    let boutique = c.autre_magasin("Boutique").await;
    let ailleurs = vises(&[&thons[0]], json!({"code_lot": "x", "magasin_id": boutique}));
    c.client.post(ensemble, &ailleurs).await.refusee(404, "manque_inconnu");
    assert_eq!(lignes_par_table(&s).await["mouvement_stock"], avant["mouvement_stock"]);

    let perdue = json!({"motif": "Étiquette perdue"});
    let corps = vises(&[&thons[0], &thons[1]], perdue);
    let fait = c.client.post(ensemble, &corps).await.attendue(201);
    assert_eq!(
        (&fait["quantite"], fait["manques"].as_array().map(Vec::len)),
        (&json!(90), Some(2))
    );
    assert_eq!(c.solde(texte(&fait["lot_id"])).await, 0.0);
    c.client.post(ensemble, &corps).await.refusee(409, "manque_deja_regularise");
    assert_eq!(ouverts(&c).await, autres);
    s.verifier();
}

#[tokio::test]
async fn i9_productions_on_account_at_once_owe_exactly_what_the_stock_did_not_have() {
    let (s, c) = cuisine().await;
    let riz = c.ingredient("Riz").await;
    let (bowl, _) = c.recette("Bowl", &[(&riz, 100.0)]).await;
    let lot = c.lot(&riz, 350.0, None).await;
    let une = || produire_a_compte(&s, &c, &bowl, 1);
    let (a, b, d, e, f, g) = tokio::join!(une(), une(), une(), une(), une(), une());
    for production in [a, b, d, e, f, g] {
        production.expect("à compte");
    }
    assert_eq!(c.solde(&lot).await, 0.0);
    let dus: f64 = ouverts(&c).await.iter().map(|m| m["quantite"].as_f64().expect("dû")).sum();
    assert_eq!(dus, 250.0);
    s.verifier();
}

#[tokio::test]
async fn the_database_refuses_a_debt_below_nothing_or_above_what_was_owed() {
    let (s, c) = cuisine().await;
    un_manque(&s, &c).await;
    la_base_refuse(&s, "update manque set restant = -1", "manque_check").await;
    la_base_refuse(&s, "update manque set restant = quantite + 1", "manque_check").await;
    la_base_refuse(&s, "update manque set quantite = 0, restant = 0", "quantite_check").await;
}
