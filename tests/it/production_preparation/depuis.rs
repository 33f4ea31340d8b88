//! What somebody else declared since is never overwritten unasked.

use serde_json::{Value, json};

use super::{Cuisine, GENCODE, texte};

impl Cuisine {
    /// The bowl's last declaration, as a tablet sees it.
    async fn vue(&self) -> Value {
        self.ligne().await["derniere"]["declaration_id"].clone()
    }

    /// Says it as the manager, on another tablet; what the line's last declaration then is.
    async fn autre(&self, action: &str, plus: &Value) -> Value {
        let chemin = format!("{}/{action}", super::PREPARATION);
        self.c.client.post(&chemin, &avec(self.corps(&self.bowl), plus)).await.attendue(200);
        self.vue().await
    }

    fn avec(&self, plus: &Value) -> Value {
        avec(self.corps(&self.bowl), plus)
    }
}

fn avec(mut corps: Value, plus: &Value) -> Value {
    corps.as_object_mut().expect("objet").extend(plus.as_object().expect("objet").clone());
    corps
}

#[tokio::test]
async fn what_another_person_declared_since_is_told_and_overwritten_only_when_confirmed() {
    let (k, _) = Cuisine::garnie().await;
    let tape = (chrono::Utc::now() - chrono::TimeDelta::seconds(2)).to_rfc3339();
    let sept = k.autre("ajuste", &json!({"quantite": 7})).await;
    let trois = json!({"quantite": 3, "vue": null, "tape_le": tape});
    let refus = k.dire("ajuste", &k.avec(&trois)).await;
    let dit = refus.corps.clone();
    refus.refusee(409, "ligne_declaree_depuis");
    assert_eq!((&dit["produit"], &dit["unite"]), (&json!(7), &json!("piece")));
    assert_eq!(dit["derniere"]["declaration_id"], sept);
    assert_eq!(
        (&dit["derniere"]["auteur"], &dit["derniere"]["type"]),
        (&json!("admin"), &json!("AJUSTE"))
    );
    assert_eq!((&dit["votre"]["total"], &dit["votre"]["type"]), (&json!(3), &json!("AJUSTE")));
    let phrase = texte(&dit["detail"]);
    assert!(
        phrase.contains("fait par admin à ") && phrase.contains("vous aviez dit 3 "),
        "{phrase}"
    );
    assert_eq!(k.etat().await.0, 7.0);

    // Every other action is asked about in the same way; a program that says nothing is not.
    let vue = json!({"vue": null});
    for action in ["produit", "non-produit", "annuler"] {
        k.dire(action, &k.avec(&vue)).await.refusee(409, "ligne_declaree_depuis");
    }
    assert_eq!(k.trace().await.len(), 1, "un refus n'écrit rien");
    // The same thing is said of it: there is nothing to ask.
    k.dire("ajuste", &k.avec(&json!({"quantite": 7, "vue": null}))).await.attendue(200);

    let confirme = avec(trois, &json!({"confirme": true}));
    k.dire("ajuste", &k.avec(&confirme)).await.attendue(200);
    let trace = k.trace().await;
    let heure = |v: &Value| texte(v).parse::<chrono::DateTime<chrono::Utc>>().expect("heure");
    assert_eq!(trace[1]["total"], 3);
    // The hour of the tap is kept beside that of arrival, and decided nothing.
    assert!(heure(&trace[1]["tape_le"]) < heure(&trace[0]["date_heure"]), "{trace:?}");
    assert!(heure(&trace[1]["date_heure"]) > heure(&trace[0]["date_heure"]), "{trace:?}");
    // One's own follows itself, whatever the tablet had seen.
    k.dire("produit", &k.avec(&vue)).await.attendue(200);
    k.dire("annuler", &k.avec(&vue)).await.attendue(200);
    k.dire("produit", &k.avec(&json!({"vue": "hier"}))).await.refusee(400, "requete_invalide");
    k.s.verifier();
}

#[tokio::test]
async fn who_names_what_was_told_is_asked_again_of_what_came_later_and_an_annulation_has_a_name() {
    let (k, _) = Cuisine::garnie().await;
    let sept = k.autre("ajuste", &json!({"quantite": 7})).await;
    let trois = |vue: &Value| k.avec(&json!({"quantite": 3, "vue": vue}));
    k.dire("ajuste", &trois(&Value::Null)).await.refusee(409, "ligne_declaree_depuis");
    let huit = k.autre("ajuste", &json!({"quantite": 8})).await;
    let refus = k.dire("ajuste", &trois(&sept)).await;
    assert_eq!(refus.corps["derniere"]["declaration_id"], huit);
    refus.refusee(409, "ligne_declaree_depuis");
    k.dire("ajuste", &trois(&huit)).await.attendue(200);

    // The line as it was left by what was taken back: whatever came later is asked about.
    let annulee = k.annuler().await.attendue(200);
    let vue = &annulee["declaration_id"];
    k.dire("ajuste", &trois(vue)).await.attendue(200);
    let vue = k.annuler().await.attendue(200)["declaration_id"].clone();
    k.autre("ajuste", &json!({"quantite": 9})).await;
    k.dire("ajuste", &trois(&vue)).await.refusee(409, "ligne_declaree_depuis");
    k.autre("annuler", &json!({})).await;
    k.dire("ajuste", &trois(&vue)).await.refusee(409, "ligne_declaree_depuis");
    k.s.verifier();
}

#[tokio::test]
async fn a_scan_asks_only_after_what_settles_and_an_annulation_by_another_is_told_as_one() {
    let (k, _) = Cuisine::garnie().await;
    let scan = |vue: &Value| avec(k.corps_scan(GENCODE), &json!({"vue": vue}));
    let scans = format!("{}/scan", super::PREPARATION);
    k.c.client.post(&scans, &k.corps_scan(GENCODE)).await.attendue(200);
    k.dire("scan", &scan(&Value::Null)).await.attendue(200);
    let un = k.vue().await;
    k.autre("produit", &json!({})).await;
    k.dire("scan", &scan(&un)).await.attendue(200);
    let cinq = k.autre("ajuste", &json!({"quantite": 5})).await;
    k.dire("scan", &scan(&un)).await.refusee(409, "ligne_declaree_depuis");
    k.dire("scan", &scan(&cinq)).await.attendue(200);
    assert_eq!(k.etat().await.0, 6.0);

    // What the cook had seen is taken back by somebody else.
    let vue = k.vue().await;
    k.autre("annuler", &json!({})).await;
    let refus = k.dire("non-produit", &k.avec(&json!({"vue": vue}))).await;
    assert!(texte(&refus.corps["detail"]).contains("annulé par admin"), "{}", refus.texte);
    refus.refusee(409, "ligne_declaree_depuis");
    k.s.verifier();
}

#[tokio::test]
async fn the_same_said_again_tells_whose_it_is() {
    let (k, _) = Cuisine::garnie().await;
    let fait = k.produit().await.attendue(200);
    assert_eq!(fait["deja_dite"], Value::Null);
    // To whom said it, it is their own.
    assert_eq!(k.produit().await.attendue(200), fait);
    let chemin = format!("{}/produit", super::PREPARATION);
    let autre = k.c.client.post(&chemin, &k.corps(&k.bowl)).await.attendue(200);
    assert_eq!(autre["declaration_id"], fait["declaration_id"]);
    let dite = &autre["deja_dite"];
    assert_eq!(dite["auteur"], "operateur", "{autre}");
    assert!(dite["date_heure"].is_string(), "{autre}");
}
