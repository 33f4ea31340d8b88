//! One button makes all that is left, once.

use serde_json::json;

use super::{Cuisine, PLAN, PRODUIRE, lu, taper};
use crate::invariants::{evenements_dits, lignes_par_table, mettre_en_etat, nombre};
use crate::outils::chaine::{date, jour, jour_francais};
use crate::outils::visiteur::Visiteur;

#[tokio::test]
async fn all_that_is_left_is_made_at_once_and_each_lot_is_told() {
    let k = Cuisine::avec(2000.0).await;
    k.c.produire(&[(&k.bowl, 3.0)]).await.attendue(201);
    let v = Visiteur::operateur(&k.s).await;
    let page = v.lire(&k.ici()).await;
    let texte = lu(&page.texte);
    assert!(texte.contains("Bowl 10 3 7 En cours"), "{texte}");
    assert!(texte.contains("Riz Suffisant Besoin 900 g Utilisable 1,7 kg"), "{texte}");

    let champs = k.formulaire(&v, PRODUIRE).await.avec("action", "confirmer");
    let fait = v.envoyer(PRODUIRE, &champs).await;
    let page = lu(&v.suivre(&fait).await.texte);
    assert!(
        page.contains("C’est produit : 2 lots fabriqués, 2 consommations de lots d’ingrédients.")
    );
    assert!(page.contains("Ce qui vient d’être produit"), "{page}");
    assert!(page.contains(&format!("Bowl 7 pièces Lot {}-", jour(0).replace('-', ""))), "{page}");
    let lot = format!("Riz lot sans code DLC {}", jour_francais(9));
    assert!(page.contains(&format!("{lot} 700 g")), "{page}");
    assert!(page.contains(&format!("{lot} 200 g")), "{page}");
    assert_eq!(k.ligne(&k.bowl).await, Some((10.0, 10.0)));
    assert_eq!(k.ligne(&k.wrap).await, Some((4.0, 4.0)));
    assert_eq!(k.c.solde(&k.lot).await, 800.0);
    evenements_dits(&k.s, "production_jour_lot_create", 3).await;

    // Later, the whole day can be read back, by whom and when.
    let jour = lu(&v.lire(&k.ici()).await.texte);
    assert!(jour.contains("Produit ce jour-là") && jour.contains("Bowl 10 pièces"), "{jour}");
    assert!(jour.contains(&format!("{lot} 1 kg")), "{jour}");
    assert!(jour.contains(", operateur") && jour.contains(", admin"), "{jour}");
    k.s.verifier();
}

#[tokio::test]
async fn a_double_click_a_reload_and_the_back_button_produce_once() {
    let k = Cuisine::avec(5000.0).await;
    let v = Visiteur::admin(&k.s).await;
    let champs = k.formulaire(&v, PLAN).await.avec("action", "confirmer");
    let (une, deux) = tokio::join!(v.envoyer(PLAN, &champs), v.envoyer(PLAN, &champs));
    let encore = v.envoyer(PLAN, &champs).await;
    assert_eq!((une.statut, deux.statut, encore.statut), (303, 303, 303), "{}", une.texte);
    assert_eq!(une.entete("location"), deux.entete("location"));
    assert_eq!(une.entete("location"), encore.entete("location"));
    assert_eq!(k.ligne(&k.bowl).await, Some((10.0, 10.0)));
    assert_eq!(nombre(&k.s, "select count(*) from lot_production").await, 2);
    // The same page sent once more, with something else typed: nothing is done, and it says so.
    let autre = taper(champs, &k.bowl, "12");
    let refus = v.envoyer(PLAN, &autre).await;
    assert_eq!(refus.statut, 409);
    assert!(lu(&refus.texte).contains("Cette page avait déjà servi"), "{}", refus.texte);
    assert!(refus.texte.contains("value=\"12\""), "ce qui est tapé reste");
    let neuf = super::Champs::du_formulaire(&refus.texte, PLAN);
    assert_ne!(neuf.valeur("cle"), autre.valeur("cle"));
    let fait = v.envoyer(PLAN, &neuf.avec("action", "confirmer")).await;
    v.suivre(&fait).await;
    assert_eq!(k.ligne(&k.bowl).await, Some((12.0, 12.0)));
    k.s.verifier();
}

#[tokio::test]
async fn a_refusal_lists_every_shortage_keeps_what_was_typed_and_writes_nothing() {
    let k = Cuisine::avec(500.0).await;
    let sel = k.c.ingredient("Sel").await;
    let (soupe, _) = k.c.recette("Soupe", &[(&sel, 10.0), (&k.riz, 20.0)]).await;
    k.planifier(&[(&k.bowl, 10.0), (&k.wrap, 4.0), (&soupe, 2.0)]).await;
    let bloque = k.c.lot(&sel, 100.0, None).await;
    mettre_en_etat(&k.c, &bloque, "bloque").await.attendue(201);
    let v = Visiteur::admin(&k.s).await;
    let avant = lu(&v.lire(&k.ici()).await.texte);
    assert!(avant.contains("Il manque 2 ingrédients"), "dit avant de cliquer : {avant}");
    assert!(avant.contains("Sel Manque 20 g Besoin 20 g Utilisable 0 g"), "{avant}");

    let champs = k.taper(&v, &k.bowl, "25").await.avec("action", "confirmer");
    let champs = champs.changer("nouvelle_quantite", "");
    let tables = lignes_par_table(&k.s).await;
    let refus = v.envoyer(PLAN, &champs).await;
    assert_eq!(refus.statut, 409);
    assert_eq!(lignes_par_table(&k.s).await, tables);
    let texte = lu(&refus.texte);
    assert!(texte.contains("Rien n’a été produit"), "{texte}");
    // 25 bowls, 4 wraps, 2 soups: 2740 g of rice, of which 500 are there.
    assert!(texte.contains("Riz : il manque 2 240 g") || texte.contains("2,24 kg"), "{texte}");
    assert!(texte.contains("Sel : il manque 20 g Besoin 20 g · utilisable 0 g · en stock"));
    assert!(texte.contains("100 g bloqués"), "{texte}");
    assert!(texte.contains("au plan : 10"), "{texte}");
    let renvoye = super::Champs::du_formulaire(&refus.texte, PLAN);
    assert_eq!(renvoye.valeur("cle"), champs.valeur("cle"), "rien n'est fait : la même clé");
    let quantites: Vec<_> = renvoye.0.iter().filter(|(n, _)| n == "quantite").collect();
    assert!(quantites.iter().any(|(_, v)| v == "25"), "{quantites:?}");
    assert_eq!(k.ligne(&k.bowl).await, Some((10.0, 0.0)));
    let dit = k.s.attendre_evenement("production_jour_stock_insuffisant").await;
    assert!(dit.contains("nb_manques=2"), "{dit}");

    // The stock is found: the same form goes through.
    k.c.lot(&k.riz, 3000.0, None).await;
    k.c.lot(&sel, 50.0, None).await;
    let fait = v.envoyer(PLAN, &renvoye.avec("action", "confirmer")).await;
    v.suivre(&fait).await;
    assert_eq!(k.ligne(&k.bowl).await, Some((25.0, 25.0)));
    k.s.verifier();
}

#[tokio::test]
async fn what_is_already_made_is_not_made_again_and_the_page_says_so() {
    let k = Cuisine::avec(2000.0).await;
    let v = Visiteur::operateur(&k.s).await;
    let avant = k.formulaire(&v, PRODUIRE).await;
    k.c.produire(&[(&k.bowl, 10.0), (&k.wrap, 4.0)]).await.attendue(201);
    let fait = v.envoyer(PRODUIRE, &avant).await;
    let page = lu(&v.suivre(&fait).await.texte);
    assert!(page.contains("Rien à produire : tout le plan est fait ou réglé."), "{page}");
    assert!(!page.contains("Produire tout ce qui reste"), "{page}");
    assert_eq!(nombre(&k.s, "select count(*) from lot_production").await, 2);
}

#[tokio::test]
async fn a_day_without_a_plan_says_so_and_makes_nothing() {
    let k = Cuisine::avec(100.0).await;
    let v = Visiteur::operateur(&k.s).await;
    let demain = k.ici().replace(jour(0), jour(1));
    let page = lu(&v.lire(&demain).await.texte);
    assert!(
        page.contains("Aucun plan ce jour-là") && page.contains(&date(1).format("%Y").to_string())
    );
    let champs = k.formulaire(&v, PRODUIRE).await.changer("date", jour(1));
    let refus = v.envoyer(PRODUIRE, &champs).await;
    assert_eq!(refus.statut, 404);
    assert!(lu(&refus.texte).contains("Il n'y a pas de plan"), "{}", refus.texte);
}

#[tokio::test]
async fn an_incomplete_recipe_is_named_and_nothing_is_made() {
    let k = Cuisine::avec(5000.0).await;
    let sql = "with v as (
        insert into recette_version (recette_id, version, rendement)
        select id, 2, 1000 from recette where nom = 'Wrap' returning recette_id
      ), l as (
        insert into ligne_recette (recette_id, version, rang, libelle, quantite, quantite_saisie,
                                   unite_saisie)
        select recette_id, 2, 0, 'Galette mystère', 0, '1', 'piece' from v)
      update recette set version = 2 where nom = 'Wrap'";
    crate::invariants::ecrire(&k.s, sql).await.unwrap();
    let v = Visiteur::admin(&k.s).await;
    let page = lu(&v.lire(&k.ici()).await.texte);
    assert!(page.contains("Recettes incomplètes, qui ne se produisent pas : Wrap."), "{page}");
    let champs = k.formulaire(&v, PLAN).await.avec("action", "confirmer");
    let refus = v.envoyer(PLAN, &champs).await;
    assert_eq!(refus.statut, 409);
    assert!(lu(&refus.texte).contains("Wrap : Galette mystère"), "{}", lu(&refus.texte));
    assert_eq!(k.ligne(&k.bowl).await, Some((10.0, 0.0)));
}

#[tokio::test]
async fn a_form_that_is_not_ours_is_refused_in_french() {
    let k = Cuisine::avec(100.0).await;
    let v = Visiteur::admin(&k.s).await;
    let bon = k.formulaire(&v, PLAN).await;
    let tables = lignes_par_table(&k.s).await;
    for (mauvais, statut) in [
        (bon.clone().changer("magasin_id", "x"), 400),
        (bon.clone().changer("date", "demain"), 400),
        (bon.clone().changer("date", "1999-12-31"), 400),
        (bon.clone().changer("cle", ""), 400),
        (bon.clone().changer("vue", "douze"), 400),
        (bon.clone().changer("recette_id", "x"), 400),
        (bon.clone().avec("quantite", "3"), 400),
        (bon.clone().changer("magasin_id", "00000000-0000-7000-8000-000000000000"), 404),
    ] {
        let refus = v.envoyer(PLAN, &mauvais).await;
        assert_eq!(refus.statut, statut, "{mauvais:?} {}", refus.texte);
        assert!(refus.texte.contains("lang=\"fr\""), "{}", refus.texte);
    }
    assert_eq!(lignes_par_table(&k.s).await, tables);
    let vide = v.lire("/production-du-jour?magasin_id=&date=").await;
    assert_eq!(vide.statut, 200, "des champs vides ne demandent rien");
    assert_eq!(v.lire("/production-du-jour?date=hier").await.statut, 400);
    let revenu = v.lire(PLAN).await;
    assert_eq!((revenu.statut, revenu.entete("location")), (303, "/production-du-jour"));
    assert_eq!(json!(bon.valeur("magasin_id")), json!(k.c.magasin));
}
