//! The plan as it is changed on the page: what was produced is never dropped, nobody's change is
//! lost unseen.

use super::{Cuisine, PLAN, lu, taper};
use crate::invariants::lignes_par_table;
use crate::outils::visiteur::Visiteur;

#[tokio::test]
async fn a_planned_quantity_is_changed_and_a_line_added() {
    let k = Cuisine::avec(100.0).await;
    let (soupe, _) =
        k.c.recette_de(
            serde_json::json!({"nom": "Soupe", "rendement": {"quantite": 1, "unite": "kg"}}),
            &[(&k.riz, 200.0)],
        )
        .await;
    let v = Visiteur::admin(&k.s).await;
    let page = v.lire(&k.ici()).await.texte;
    assert!(page.contains(">Soupe (g)</option>") && !page.contains(">Bowl</option>"), "{page}");
    let champs = k.taper(&v, &k.bowl, " 12 ").await;
    let champs = champs.changer("nouvelle_quantite", "2,5 kg").avec("nouvelle_recette_id", &soupe);
    let fait = v.envoyer(PLAN, &champs.avec("action", "enregistrer")).await;
    let page = lu(&v.suivre(&fait).await.texte);
    assert!(page.contains("Le plan est enregistré."), "{page}");
    assert_eq!(k.ligne(&k.bowl).await, Some((12.0, 0.0)));
    assert_eq!(k.ligne(&k.wrap).await, Some((4.0, 0.0)));
    assert_eq!(k.ligne(&soupe).await, Some((2500.0, 0.0)));
}

#[tokio::test]
async fn a_line_goes_when_nothing_of_it_was_made_and_stays_otherwise() {
    let k = Cuisine::avec(1000.0).await;
    k.c.produire(&[(&k.bowl, 1.0)]).await.attendue(201);
    let v = Visiteur::admin(&k.s).await;
    let champs = k.taper(&v, &k.wrap, "0").await;
    v.suivre(&v.envoyer(PLAN, &champs).await).await;
    assert_eq!(k.ligne(&k.wrap).await, None);
    let champs = k.taper(&v, &k.bowl, "0").await;
    let refus = v.envoyer(PLAN, &champs).await;
    assert_eq!(refus.statut, 409);
    let texte = lu(&refus.texte);
    assert!(texte.contains("Le plan n’a pas été enregistré"), "{texte}");
    assert!(texte.contains("« Bowl » a déjà été produit ce jour-là"), "{texte}");
    assert_eq!(k.ligne(&k.bowl).await, Some((10.0, 1.0)));
    // Less than was made is a plan too: then nothing of it is left.
    let champs = k.taper(&v, &k.bowl, "1").await;
    v.suivre(&v.envoyer(PLAN, &champs).await).await;
    assert_eq!(k.ligne(&k.bowl).await, Some((1.0, 1.0)));
}

#[tokio::test]
async fn what_cannot_be_read_is_said_on_its_line_and_nothing_is_kept() {
    let k = Cuisine::avec(1000.0).await;
    let v = Visiteur::admin(&k.s).await;
    let champs = taper(k.taper(&v, &k.bowl, "beaucoup").await, &k.wrap, "7");
    let champs = champs.changer("nouvelle_quantite", "3").avec("nouvelle_recette_id", &k.bowl);
    let tables = lignes_par_table(&k.s).await;
    let refus = v.envoyer(PLAN, &champs).await;
    assert_eq!(refus.statut, 400);
    let texte = lu(&refus.texte);
    assert!(texte.contains("Corrigez ce qui est signalé"), "{texte}");
    assert!(refus.texte.contains("value=\"beaucoup\"") && refus.texte.contains("value=\"7\""));
    assert!(refus.texte.contains("aria-invalid=\"true\""), "{}", refus.texte);
    assert_eq!(lignes_par_table(&k.s).await, tables);
    for mauvaise in ["-1", "", "1 kg", "1e3", "99999999999999"] {
        let champs = k.taper(&v, &k.bowl, mauvaise).await;
        assert_eq!(v.envoyer(PLAN, &champs).await.statut, 400, "{mauvaise}");
    }
    assert_eq!(k.ligne(&k.wrap).await, Some((4.0, 0.0)));
}

#[tokio::test]
async fn what_somebody_else_changed_meanwhile_is_shown_and_not_overwritten() {
    let k = Cuisine::avec(100.0).await;
    let (v, w) = (Visiteur::admin(&k.s).await, Visiteur::admin(&k.s).await);
    let (une, deux) = (k.taper(&v, &k.bowl, "20").await, k.taper(&w, &k.bowl, "30").await);
    v.suivre(&v.envoyer(PLAN, &une).await).await;
    let refus = w.envoyer(PLAN, &deux).await;
    assert_eq!(refus.statut, 409);
    let texte = lu(&refus.texte);
    assert!(texte.contains("Le plan a changé pendant votre saisie : « Bowl »"), "{texte}");
    assert!(texte.contains("au plan : 20"), "{texte}");
    assert_eq!(k.ligne(&k.bowl).await, Some((20.0, 0.0)));
    // Seen now: the same quantity is meant.
    let vu = super::Champs::du_formulaire(&refus.texte, PLAN);
    w.suivre(&w.envoyer(PLAN, &vu).await).await;
    assert_eq!(k.ligne(&k.bowl).await, Some((30.0, 0.0)));
    // Lines that only one of them touched do not stand in the way.
    let (une, deux) = (k.taper(&v, &k.bowl, "31").await, k.taper(&w, &k.wrap, "5").await);
    v.suivre(&v.envoyer(PLAN, &une).await).await;
    w.suivre(&w.envoyer(PLAN, &deux).await).await;
    assert_eq!(
        (k.ligne(&k.bowl).await, k.ligne(&k.wrap).await),
        (Some((31.0, 0.0)), Some((5.0, 0.0)))
    );
}

#[tokio::test]
async fn a_line_taken_off_the_plan_meanwhile_keeps_what_was_typed_into_it() {
    let k = Cuisine::avec(100.0).await;
    let v = Visiteur::admin(&k.s).await;
    let champs = k.taper(&v, &k.wrap, "9").await;
    k.planifier(&[(&k.bowl, 10.0)]).await;
    let refus = v.envoyer(PLAN, &champs).await;
    assert_eq!(refus.statut, 409);
    assert!(lu(&refus.texte).contains("« Wrap » est maintenant prévu pour 0"), "{}", refus.texte);
    let vu = super::Champs::du_formulaire(&refus.texte, PLAN);
    v.suivre(&v.envoyer(PLAN, &vu).await).await;
    assert_eq!(k.ligne(&k.wrap).await, Some((9.0, 0.0)));
}

#[tokio::test]
async fn a_field_that_nobody_touched_changes_nothing_to_the_last_milligram() {
    let k = Cuisine::avec(1_000_000.0).await;
    let de = |unite: &str, nom: &str| serde_json::json!({"nom": nom, "rendement": {"quantite": 1, "unite": unite}});
    let (sauce, _) = k.c.recette_de(de("kg", "Sauce"), &[(&k.riz, 200.0)]).await;
    let (jus, _) = k.c.recette_de(de("l", "Jus"), &[(&k.riz, 100.0)]).await;
    let lignes = [(&*k.bowl, 10.0), (&k.wrap, 4.0), (&sauce, 14672.13), (&jus, 1234.567)];
    k.planifier(&lignes).await;
    let corps = serde_json::json!({"magasin_id": k.c.magasin, "date": super::JOUR,
        "recette_id": sauce});
    k.c.client.post("/api/interne/production-preparation/produit", &corps).await.attendue(200);
    let v = Visiteur::admin(&k.s).await;
    let page = v.lire(&k.ici()).await.texte;
    for exact in ["14,67213 kg", "1,234567 l"] {
        assert!(page.contains(&format!("value=\"{exact}\"")), "{exact} : {page}");
    }
    let champs = k.taper(&v, &k.wrap, "7").await;
    for action in ["enregistrer", "produire"] {
        v.envoyer(PLAN, &champs.clone().avec("action", action)).await;
        let plan = lu(&v.lire(&k.ici()).await.texte);
        assert_eq!(k.ligne(&sauce).await, Some((14672.13, 14672.13)), "{action} : {plan}");
        assert_eq!(k.ligne(&jus).await, Some((1234.567, 0.0)), "{action}");
    }
    // What is typed is what is meant, though it reads as it did.
    let champs = k.taper(&v, &jus, "1,23 l").await;
    v.suivre(&v.envoyer(PLAN, &champs.avec("action", "enregistrer")).await).await;
    assert_eq!(k.ligne(&jus).await, Some((1230.0, 0.0)));
}
