//! `delicego verifier` finds what no declaration can have written.

use super::Cuisine;
use crate::invariants::planter;

/// A line with a correction, an annulation, and a production du jour.
async fn une_journee() -> Cuisine {
    let (k, _) = Cuisine::garnie().await;
    k.scanner().await.attendue(200);
    k.ajuste(12.0).await.attendue(200);
    k.ajuste(7.0).await.attendue(200);
    k.annuler().await.attendue(200);
    k.c.produire(&[(&k.bowl, 2.0)]).await.attendue(201);
    k.s.verifier();
    k
}

#[tokio::test]
async fn i2_i3_the_check_finds_declarations_and_reversals_that_do_not_hold_together() {
    for (regle, faute) in [
        ("I3", "update ligne_plan_production set nb_declarations = nb_declarations + 1"),
        ("I3", "update ligne_plan_production set derniere_declaration = 1"),
        ("I3", "delete from declaration where rang = 4"),
        ("I3", "update declaration set apres = apres + 1000 where type = 'ANNULATION'"),
        ("I3", "update declaration set lot_production_id = gen_random_uuid() where rang = 1"),
        (
            "I2",
            "update ligne_consommation r set lot_production_id =
                    (select p.id from lot_production p where p.id <> r.lot_production_id limit 1)
              where mouvement_id in (select id from mouvement_stock where annule_id is not null)",
        ),
    ] {
        let k = une_journee().await;
        planter(&k.s, faute).await;
        let sortie = k.s.delicego(&["verifier"]);
        let texte = String::from_utf8_lossy(&sortie.stdout).into_owned();
        assert_eq!(sortie.status.code(), Some(3), "{faute} : {texte}");
        assert!(texte.contains(&format!("KO  {regle}")), "{faute} : {texte}");
    }
}
