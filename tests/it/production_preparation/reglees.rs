//! A line that the kitchen settled stays as it was declared: « all that is left » passes it over.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::{Cuisine, PREPARATION, texte};
use crate::outils::chaine::{JOUR, PRODUIRE, jour};
use crate::outils::visiteur::{Champs, Visiteur};

/// Bowl not made, Wok adjusted, Thé as planned, Riz half scanned, Soupe untouched.
struct Matin {
    k: Cuisine,
    wok: String,
    the: String,
    soupe: String,
}

impl Matin {
    async fn dit() -> Self {
        let (k, _) = Cuisine::garnie().await;
        let mut recettes = Vec::new();
        for nom in ["Wok", "Thé", "Soupe"] {
            recettes.push(k.c.recette(nom, &[(&k.riz, 10.0)]).await.0);
        }
        let [wok, the, soupe] = recettes.try_into().expect("trois recettes");
        k.planifier(&[(&k.bowl, 25.0), (&wok, 10.0), (&the, 8.0), (&soupe, 5.0)]).await;
        let mut dit = k.corps(&k.bowl);
        dit["motif"] = json!("Plus de riz rond");
        k.dire("non-produit", &dit).await.attendue(200);
        let mut dit = k.corps(&wok);
        dit["quantite"] = json!(6);
        k.dire("ajuste", &dit).await.attendue(200);
        k.dire("produit", &k.corps(&the)).await.attendue(200);
        Self { k, wok, the, soupe }
    }

    async fn fait(&self, recette: &str) -> Value {
        self.k.ligne_de(recette).await["quantite_produite"].clone()
    }

    fn sans_liste(&self) -> Value {
        json!({"magasin_id": self.k.c.magasin, "date_jour": JOUR})
    }
}

#[tokio::test]
async fn all_that_is_left_passes_settled_lines_over_and_says_who_settled_them() {
    let m = Matin::dit().await;
    let k = &m.k;
    let fait = k.cook.post(PRODUIRE, &m.sans_liste()).await.attendue(201);
    assert_eq!(fait["lots_crees"], 1, "{fait}");
    assert_eq!([m.fait(&k.bowl).await, m.fait(&m.wok).await, m.fait(&m.the).await], [0, 6, 8]);
    assert_eq!(m.fait(&m.soupe).await, 5);
    let reglees = fait["reglees"].as_array().expect("réglées");
    let dits: Vec<_> = reglees.iter().map(|l| (texte(&l["recette_nom"]), &l["type"])).collect();
    let voulus = [("Bowl du chef", "NON_PRODUIT"), ("Wok", "AJUSTE")];
    assert_eq!(
        dits,
        voulus.map(|(n, t)| (n.to_owned(), json!(t))).each_ref().map(|(n, t)| (n.clone(), t))
    );
    let bowl = &reglees[0];
    assert_eq!(
        (&bowl["motif"], &bowl["auteur"]),
        (&json!("Plus de riz rond"), &json!("operateur"))
    );
    assert!(texte(&bowl["date_heure"]).ends_with('Z'), "{bowl}");

    // Nothing is left: nothing is made, and it is said again what stays as it is.
    let rien = k.cook.post(PRODUIRE, &m.sans_liste()).await.attendue(201);
    assert_eq!((&rien["lots_crees"], &rien["plan_id"]), (&json!(0), &fait["plan_id"]));
    assert_eq!(rien["reglees"], fait["reglees"]);
    let sortie = k.s.delicego(&["production-du-jour", "--magasin", "Cuisine", "--date", jour(0)]);
    let dit = String::from_utf8_lossy(&sortie.stdout).into_owned();
    assert!(dit.contains("tout le plan est fait ou réglé"), "{dit}");
    // By the clock of the magasin, whatever that of the machine.
    let quand: DateTime<Utc> = texte(&bowl["date_heure"]).parse().expect("date");
    let quand = quand.with_timezone(&chrono_tz::Europe::Paris).format("%d/%m à %H:%M");
    let voulu = format!("Non produit par operateur le {quand} (Plus de riz rond)");
    assert!(dit.contains(&voulu), "{voulu} dans {dit}");
    let vide = json!({"magasin_id": k.c.magasin, "date_jour": JOUR, "lignes": []});
    k.cook.post(PRODUIRE, &vide).await.refusee(400, "requete_invalide");
    let demain = json!({"magasin_id": k.c.magasin, "date_jour": jour(1)});
    k.cook.post(PRODUIRE, &demain).await.refusee(404, "plan_absent");

    // Named, it is made.
    k.c.produire(&[(&k.bowl, 2.0)]).await.attendue(201);
    assert_eq!(m.fait(&k.bowl).await, 2);
    k.s.verifier();
}

#[tokio::test]
async fn a_half_scanned_line_and_a_line_whose_plan_was_raised_are_made() {
    let m = Matin::dit().await;
    let k = &m.k;
    // Taken back, nothing was said of it but scans; a raised plan opens a line again.
    k.annuler().await.attendue(200);
    k.scanner().await.attendue(200);
    k.scanner().await.attendue(200);
    let plan = [(&*k.bowl, 25.0), (&m.wok, 12.0), (&m.the, 9.0), (&m.soupe, 5.0)];
    k.planifier(&plan).await;
    let fait = k.cook.post(PRODUIRE, &m.sans_liste()).await.attendue(201);
    assert_eq!((&fait["lots_crees"], &fait["reglees"]), (&json!(4), &json!([])), "{fait}");
    assert_eq!([m.fait(&k.bowl).await, m.fait(&m.wok).await, m.fait(&m.the).await], [25, 12, 9]);
    k.s.verifier();
}

#[tokio::test]
async fn the_page_shows_what_will_be_made_asks_once_and_says_what_was_settled() {
    let m = Matin::dit().await;
    let (k, porte) = (&m.k, "/production-du-jour/produire");
    let v = Visiteur::operateur(&k.s).await;
    let ici = format!("/production-du-jour?magasin_id={}&date={JOUR}", k.c.magasin);
    let page = v.lire(&ici).await.texte;
    assert!(page.contains("Non produit") && page.contains("Plus de riz rond"), "{page}");
    assert!(page.contains("operateur, "), "{page}");

    let demande = Champs::du_formulaire(&page, porte).avec("action", "produire");
    let question = v.envoyer(porte, &demande).await;
    assert_eq!(question.statut, 200);
    assert!(
        question.texte.contains("Produire ceci") && question.texte.contains("Soupe : 5 pièces")
    );
    let lue = crate::production_jour_page::lu(&question.texte);
    // What the kitchen said stays, and it is told with its reason, author and hour.
    let laisse = "Laissé tel que la cuisine l’a dit : Bowl du chef : 0 (Non produit), operateur, ";
    assert!(
        lue.contains(laisse) && lue.contains(" : Plus de riz rond Wok : 6 (Ajusté), "),
        "{lue}"
    );
    assert!(!lue.contains("Wok : 6 pièces"), "{lue}");
    assert_eq!(m.fait(&m.soupe).await, 0);

    // What is left changed meanwhile: it is asked again.
    k.c.produire(&[(&m.soupe, 1.0)]).await.attendue(201);
    let oui = Champs::du_formulaire(&question.texte, porte).avec("action", "confirmer");
    let encore = v.envoyer(porte, &oui).await;
    assert!(encore.statut == 200 && encore.texte.contains("Soupe : 4 pièces"), "{}", encore.texte);
    assert_eq!(m.fait(&m.soupe).await, 1);
    let oui = Champs::du_formulaire(&encore.texte, porte).avec("action", "confirmer");
    let fait = v.envoyer(porte, &oui).await;
    assert!(v.suivre(&fait).await.texte.contains("C’est produit"));
    assert_eq!((m.fait(&m.soupe).await, m.fait(&m.wok).await), (json!(5), json!(6)));
    k.s.verifier();
}

#[tokio::test]
async fn a_line_taken_off_the_plan_and_put_back_begins_anew_and_keeps_its_history() {
    let (k, _) = Cuisine::garnie().await;
    let (wok, _) = k.c.recette("Wok", &[(&k.riz, 10.0)]).await;
    k.non_produit().await.attendue(200);
    k.planifier(&[(&wok, 4.0)]).await;
    k.planifier(&[(&k.bowl, 12.0), (&wok, 4.0)]).await;
    let ligne = k.ligne().await;
    assert_eq!((&ligne["statut"], &ligne["derniere"]), (&json!("A_PRODUIRE"), &Value::Null));
    assert_eq!((&ligne["restant"], &ligne["peut_annuler"]), (&json!(12), &json!(false)));
    k.annuler().await.refusee(409, "rien_a_annuler");
    k.s.verifier();

    k.scanner().await.attendue(200);
    k.produit().await.attendue(200);
    for _ in 0..2 {
        k.annuler().await.attendue(200);
    }
    k.annuler().await.refusee(409, "rien_a_annuler");
    let dits: Vec<String> = k.dit().await.into_iter().map(|(mot, ..)| mot).collect();
    assert_eq!(dits, ["NON_PRODUIT", "SCAN", "PRODUIT", "ANNULATION", "ANNULATION"]);
    let chemin = format!("{PREPARATION}?magasin_id={}&date={JOUR}", k.c.magasin);
    k.cook.get(&chemin).await.attendue(200);
    k.s.verifier();
}
