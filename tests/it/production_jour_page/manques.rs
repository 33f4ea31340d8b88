//! The page of shortage debts.

use super::lu;
use crate::invariants::manques::{produire_a_compte, un_manque};
use crate::invariants::{cuisine, lignes_par_table, mettre_en_etat, nombre};
use crate::outils::chaine::{jour, jour_francais};
use crate::outils::visiteur::{Champs, Visiteur};
use crate::outils::{Chaine, Serveur};

struct Dette {
    s: Serveur,
    c: Chaine,
    thon: String,
}

impl Dette {
    /// 60 g of tuna are owed.
    async fn nouvelle() -> Self {
        let (s, c) = cuisine().await;
        un_manque(&s, &c).await;
        let chemin = format!("/api/interne/manques?magasin_id={}", c.magasin);
        let ouverts = c.client.get(&chemin).await.attendue(200);
        let thon = ouverts["elements"][0]["ingredient_id"].as_str().unwrap().to_owned();
        Self { s, c, thon }
    }

    fn ici(&self) -> String {
        format!("/manques?magasin_id={}", self.c.magasin)
    }

    fn chemin(&self) -> String {
        "/manques/regulariser".to_owned()
    }

    async fn formulaire(&self, v: &Visiteur) -> Champs {
        Champs::du_formulaire(&v.lire(&self.ici()).await.texte, &self.chemin())
    }
}

#[tokio::test]
async fn a_debt_is_paid_by_a_known_lot_once() {
    let d = Dette::nouvelle().await;
    let lot = d.c.lot(&d.thon, 500.0, Some(jour(9))).await;
    let perime = d.c.lot(&d.thon, 500.0, Some(jour(-1))).await;
    let v = Visiteur::admin(&d.s).await;
    let page = v.lire(&d.ici()).await.texte;
    let texte = lu(&page);
    assert!(texte.contains("60 g de Thon ") && texte.contains(" Niçoise : 60 g"), "{texte}");
    let dlc = format!("sans code · DLC {} · reste 500 g", jour_francais(9));
    assert!(texte.contains(&dlc), "{texte}");
    assert!(page.contains(&lot) && !page.contains(&perime), "{page}");

    let champs = d.formulaire(&v).await.avec("lot_id", &lot);
    let chemin = d.chemin();
    let (une, deux) = tokio::join!(v.envoyer(&chemin, &champs), v.envoyer(&chemin, &champs));
    assert_eq!(une.entete("location"), deux.entete("location"));
    let page = lu(&v.suivre(&une).await.texte);
    assert!(page.contains(&format!(
        "Régularisé : 60 g de Thon sur un lot sans code, DLC {}.",
        jour_francais(9)
    )));
    assert!(page.contains("Rien à régulariser à Cuisine"), "{page}");
    assert_eq!(d.c.solde(&lot).await, 500.0);
    let retrouve = "select count(*) from mouvement_stock where type = 'AJUSTEMENT'";
    assert_eq!(nombre(&d.s, retrouve).await, 1);
    d.s.verifier();
}

#[tokio::test]
async fn a_debt_is_paid_by_what_stands_on_the_lot_that_was_found() {
    let d = Dette::nouvelle().await;
    let v = Visiteur::admin(&d.s).await;
    let champs = d.formulaire(&v).await;
    let champs = champs.changer("code_lot", "L-7").changer("date_dlc", jour(8));
    let page = lu(&v.suivre(&v.envoyer(&d.chemin(), &champs).await).await.texte);
    assert!(
        page.contains(&format!("60 g de Thon sur le lot L-7, DLC {}.", jour_francais(8))),
        "{page}"
    );
    d.s.verifier();
}

#[tokio::test]
async fn a_refusal_is_told_beside_its_debt_and_keeps_what_was_typed() {
    let d = Dette::nouvelle().await;
    let v = Visiteur::admin(&d.s).await;
    let bloque = d.c.lot(&d.thon, 500.0, None).await;
    let vierge = d.formulaire(&v).await;
    mettre_en_etat(&d.c, &bloque, "bloque").await.attendue(201);
    let tables = lignes_par_table(&d.s).await;
    let avec = |lot: &str, code: &str, dlc: &str| {
        let c = vierge.clone().avec("lot_id", lot);
        c.changer("code_lot", code).changer("date_dlc", dlc)
    };
    for (champs, statut, phrase) in [
        (avec("", "", ""), 400, "Dites quel lot a été trouvé"),
        (avec(&bloque, "L-7", ""), 400, "pas les deux"),
        (avec(&bloque, "", ""), 409, "périmé, bloqué ou rappelé"),
        (avec("", "L-8", jour(-2)), 409, "périmé, bloqué ou rappelé"),
        (avec("", "L-9", "hier"), 400, "La DLC doit être une date"),
        (avec("x", "", ""), 400, "Le lot choisi doit être un UUID"),
    ] {
        let refus = v.envoyer(&d.chemin(), &champs).await;
        assert_eq!(refus.statut, statut, "{champs:?}");
        assert!(lu(&refus.texte).contains(phrase), "{phrase} : {}", lu(&refus.texte));
        let code = format!("value=\"{}\"", champs.valeur("code_lot"));
        assert!(refus.texte.contains(&code), "{code}");
    }
    assert_eq!(lignes_par_table(&d.s).await, tables);
}

#[tokio::test]
async fn a_debt_that_somebody_else_paid_says_so() {
    let d = Dette::nouvelle().await;
    let v = Visiteur::admin(&d.s).await;
    let (une, deux) = (d.formulaire(&v).await, d.formulaire(&v).await);
    v.suivre(&v.envoyer(&d.chemin(), &une.changer("code_lot", "a")).await).await;
    let refus = v.envoyer(&d.chemin(), &deux.changer("code_lot", "b")).await;
    assert_eq!(refus.statut, 409);
    assert!(lu(&refus.texte).contains("Ce manque est déjà régularisé."), "{}", refus.texte);
}

#[tokio::test]
async fn a_cook_reads_the_debts_and_does_not_pay_them() {
    let d = Dette::nouvelle().await;
    let (v, admin) = (Visiteur::operateur(&d.s).await, Visiteur::admin(&d.s).await);
    let page = v.lire(&d.ici()).await;
    assert!(lu(&page.texte).contains("60 g de Thon"), "{}", page.texte);
    assert!(!page.texte.contains("/regulariser"), "{}", page.texte);
    let champs = d.formulaire(&admin).await.changer("code_lot", "L-7");
    let tables = lignes_par_table(&d.s).await;
    assert_eq!(v.envoyer(&d.chemin(), &champs).await.statut, 403);
    assert_eq!(lignes_par_table(&d.s).await, tables);
}

#[tokio::test]
async fn a_debt_of_another_magasin_than_the_form_says_is_unknown_to_it() {
    let d = Dette::nouvelle().await;
    let v = Visiteur::admin(&d.s).await;
    let champs = d.formulaire(&v).await.changer("code_lot", "LC-1");
    let ailleurs = d.c.autre_magasin("Boutique").await;
    let tables = lignes_par_table(&d.s).await;
    let refus = v.envoyer(&d.chemin(), &champs.clone().changer("magasin_id", &ailleurs)).await;
    assert_eq!(refus.statut, 404);
    assert!(lu(&refus.texte).contains("Ce manque n'existe pas."), "{}", refus.texte);
    assert_eq!(lignes_par_table(&d.s).await, tables);
    v.suivre(&v.envoyer(&d.chemin(), &champs).await).await;
}

#[tokio::test]
async fn debts_are_grouped_by_ingredient_and_day_and_the_magasin_that_has_some_opens_first() {
    let d = Dette::nouvelle().await;
    let (salade, _) = d.c.recette("Salade", &[(&d.thon, 30.0)]).await;
    for _ in 0..2 {
        produire_a_compte(&d.s, &d.c, &salade, 1).await.expect("à compte");
    }
    // By its name and its kind another one would come first.
    let autre = serde_json::json!({"nom": "Aaa", "type_magasin": "PRODUCTION"});
    d.c.client.post("/api/interne/magasins", &autre).await.attendue(201);
    let v = Visiteur::admin(&d.s).await;
    let page = v.lire("/manques").await.texte;
    let texte = lu(&page);
    assert!(texte.contains("120 g de Thon") && texte.contains("Salade : 60 g"), "{texte}");
    assert!(texte.contains("Cuisine (3)"), "{texte}");
    assert_eq!(page.matches("name=\"manque_id\"").count(), 3);
    assert_eq!(page.matches("Régulariser</button>").count(), 1);
    let champs = Champs::du_formulaire(&page, &d.chemin()).avec("perdue", "oui");
    let page = lu(&v.suivre(&v.envoyer(&d.chemin(), &champs).await).await.texte);
    assert!(page.contains("Régularisé : 120 g de Thon sur un lot sans code."), "{page}");
    d.s.verifier();
}
