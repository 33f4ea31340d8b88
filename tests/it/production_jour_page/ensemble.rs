//! Two managers at once.

use tokio::task::JoinSet;

use super::{Cuisine, PLAN, PRODUIRE};
use crate::invariants::nombre;
use crate::outils::visiteur::Visiteur;

#[tokio::test]
async fn two_managers_who_produce_the_rest_at_once_make_it_once() {
    let k = Cuisine::avec(100_000.0).await;
    let v = Visiteur::admin(&k.s).await;
    for tour in 1..=5 {
        k.planifier(&[(&k.bowl, f64::from(10 * tour)), (&k.wrap, f64::from(4 * tour))]).await;
        let mut envois = JoinSet::new();
        for n in 0..6 {
            let chemin = if n % 2 == 0 { PLAN } else { PRODUIRE };
            // Each has a page of their own, with a key of its own.
            let champs = k.formulaire(&v, PLAN).await.avec("action", "confirmer");
            let v = Visiteur::admin(&k.s).await;
            envois.spawn(async move { v.envoyer(chemin, &champs).await.statut });
        }
        let statuts = envois.join_all().await;
        assert!(statuts.iter().all(|s| *s == 303), "{statuts:?}");
        let fait = Some((f64::from(10 * tour), f64::from(10 * tour)));
        assert_eq!(k.ligne(&k.bowl).await, fait, "tour {tour}");
    }
    assert_eq!(nombre(&k.s, "select count(*) from lot_production").await, 10);
    k.s.verifier();
}

#[tokio::test]
async fn a_manager_changes_the_plan_while_others_produce_and_nothing_is_lost() {
    let k = Cuisine::avec(100_000.0).await;
    let (v, w) = (Visiteur::admin(&k.s).await, Visiteur::operateur(&k.s).await);
    for tour in 1..=10 {
        let plus = k.taper(&v, &k.bowl, &(10 + tour).to_string()).await;
        let reste = k.formulaire(&w, PRODUIRE).await;
        let (change, produit) = tokio::join!(v.envoyer(PLAN, &plus), w.envoyer(PRODUIRE, &reste));
        assert_eq!((change.statut, produit.statut), (303, 303), "{}", change.texte);
        let (prevu, fait) = k.ligne(&k.bowl).await.unwrap();
        assert_eq!(prevu, f64::from(10 + tour));
        assert!(fait == prevu || fait == prevu - 1.0, "{fait} sur {prevu}");
    }
    let reste = k.formulaire(&w, PRODUIRE).await;
    w.suivre(&w.envoyer(PRODUIRE, &reste).await).await;
    assert_eq!(k.ligne(&k.bowl).await, Some((20.0, 20.0)));
    k.s.verifier();
}

#[tokio::test]
async fn stock_for_one_of_two_lists_is_sold_once() {
    let k = Cuisine::avec(1200.0).await;
    let boulghour = k.c.ingredient("Boulgour").await;
    let (tajine, _) = k.c.recette("Tajine", &[(&k.riz, 100.0), (&boulghour, 1.0)]).await;
    k.c.lot(&boulghour, 100.0, None).await;
    let v = Visiteur::admin(&k.s).await;
    let champs = k.formulaire(&v, PLAN).await.avec("action", "confirmer");
    let demande = k.c.demande(&[(&tajine, 1.0)]);
    let (page, route) = tokio::join!(
        v.envoyer(PLAN, &champs),
        k.c.client.post(crate::outils::chaine::PRODUIRE, &demande)
    );
    let statuts = [page.statut, route.statut];
    assert!(statuts == [303, 409] || statuts == [409, 201], "{statuts:?}");
    assert!(k.c.solde(&k.lot).await >= 0.0);
    k.s.verifier();
}
