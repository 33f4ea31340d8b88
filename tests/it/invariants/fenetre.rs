//! The window of days: today is free, a day before takes a reason, the future never; held by the
//! server whoever asks and by whichever door.

use serde_json::{Value, json};

use super::{champs_fautifs, creer, cuisine, lignes_par_table, nombre, texte};
use crate::outils::chaine::{JOUR, PRODUIRE, jour};
use crate::outils::horloge::Horloge;
use crate::outils::visiteur::{Champs, Visiteur};
use crate::outils::{Chaine, Client, Reponse, Serveur};

const PREPARATION: &str = "/api/interne/production-preparation";
const GENCODE: &str = "3760001000017";

/// The same at a time that the test sets.
pub async fn cuisine_a(instant: &str) -> (Serveur, Chaine, Horloge) {
    let horloge = Horloge::a(instant);
    let variables = horloge.variables();
    let variables: Vec<(&str, &str)> = variables.iter().map(|(n, v)| (*n, v.as_str())).collect();
    let s = Serveur::avec(&variables).await;
    let c = Chaine::nouvelle(s.admin().await).await;
    (s, c, horloge)
}

/// A recipe of 1 g of rice with a gencode, and rice that was always there.
async fn bowl(c: &Chaine) -> String {
    let riz = c.ingredient("Riz").await;
    let (bowl, _) = c.recette("Bowl", &[(&riz, 1.0)]).await;
    let menu = json!({"nom": "Bowl", "recette_id": bowl, "gencode": GENCODE});
    creer(&c.client, "/api/interne/menus", menu).await;
    recevoir(c, &c.magasin, &riz).await;
    bowl
}

async fn recevoir(c: &Chaine, magasin: &str, riz: &str) {
    let corps = json!({"magasin_id": magasin, "recue_le": "2026-01-01T12:00:00Z", "lignes": [
        {"ingredient_id": riz, "quantite": 10_000, "unite": "g"}]});
    creer(&c.client, "/api/interne/receptions", corps).await;
}

async fn planifier(c: &Chaine, magasin: &str, (bowl, le): (&str, &str)) {
    let plan = json!({"lignes": [{"recette_id": bowl, "quantite_planifiee": 50}]});
    let chemin = format!("/api/interne/plans/{magasin}/{le}");
    c.client.put(&chemin, &plan).await.attendue(200);
}

/// Every door that makes something: its path, and a body for that day.
fn portes(magasin: &str, (bowl, le): (&str, &str)) -> Vec<(String, Value)> {
    let ligne = json!({"magasin_id": magasin, "date": le, "recette_id": bowl, "quantite": 3});
    let scan = json!({"magasin_id": magasin, "date": le, "gencode": GENCODE});
    let production = json!({"magasin_id": magasin, "date_jour": le, "lignes": [
        {"recette_id": bowl, "quantite_a_produire": 1}]});
    let mut portes = vec![(PRODUIRE.to_owned(), production), (format!("{PREPARATION}/scan"), scan)];
    for action in ["produit", "ajuste", "non-produit"] {
        portes.push((format!("{PREPARATION}/{action}"), ligne.clone()));
    }
    portes
}

fn avec(corps: &Value, champ: &str, valeur: impl Into<Value>) -> Value {
    let mut corps = corps.clone();
    corps[champ] = valeur.into();
    corps
}

fn motif_demande(r: Reponse) {
    assert_eq!(champs_fautifs(&r.refusee(400, "requete_invalide")), ["motif"]);
}

#[tokio::test]
async fn the_future_never_a_day_before_with_a_reason_and_a_cook_yesterday_at_most() {
    let (s, c, _horloge) = cuisine_a("2026-11-22T09:00:00Z").await;
    let (cook, bowl) = (s.operateur().await, bowl(&c).await);
    for le in ["2026-11-14", "2026-11-15", "2026-11-20", "2026-11-21", "2026-11-22", "2026-11-23"] {
        planifier(&c, &c.magasin, (&bowl, le)).await;
    }
    let avant = lignes_par_table(&s).await;
    for (le, client, premier) in [
        ("2026-11-23", &c.client, "2026-11-15"),
        ("2026-11-14", &c.client, "2026-11-15"),
        ("2026-11-20", &cook, "2026-11-21"),
        ("2026-11-23", &cook, "2026-11-21"),
    ] {
        for (chemin, corps) in portes(&c.magasin, (&bowl, le)) {
            let corps = avec(&corps, "motif", "oublié");
            let refus = client.post(&chemin, &corps).await.refusee(409, "jour_hors_fenetre");
            let fenetre = (texte(&refus["premier_jour"]), texte(&refus["dernier_jour"]));
            assert_eq!(fenetre, (premier, "2026-11-22"), "{chemin} {le}");
            let detail = texte(&refus["detail"]);
            assert!(detail.contains("au 22/11/2026 se déclarent"), "{detail}");
        }
    }
    let annuler = json!({"magasin_id": c.magasin, "date": "2026-11-20", "recette_id": bowl});
    let refus = cook.post(&format!("{PREPARATION}/annuler"), &annuler).await;
    refus.refusee(409, "jour_hors_fenetre");
    for (chemin, corps) in portes(&c.magasin, (&bowl, "2026-11-21")) {
        motif_demande(cook.post(&chemin, &corps).await);
        motif_demande(c.client.post(&chemin, &avec(&corps, "motif", Value::Null)).await);
    }
    assert_eq!(lignes_par_table(&s).await, avant);

    for (client, le) in [(&cook, "2026-11-21"), (&c.client, "2026-11-15"), (&cook, "2026-11-22")] {
        for (chemin, corps) in portes(&c.magasin, (&bowl, le)) {
            let motif = if le == "2026-11-22" { Value::Null } else { json!("tablette en panne") };
            let statut = if chemin == PRODUIRE { 201 } else { 200 };
            client.post(&chemin, &avec(&corps, "motif", motif)).await.attendue(statut);
        }
    }
    // The reason is kept with each of them.
    let chemin = format!(
        "{PREPARATION}/traceabilite?magasin_id={}&date=2026-11-21&recette_id={bowl}",
        c.magasin
    );
    let trace = c.client.get(&chemin).await.attendue(200);
    let evenements = trace["evenements"].as_array().expect("événements");
    assert_eq!(evenements.len(), 5);
    assert!(evenements.iter().all(|e| e["motif"] == "tablette en panne"), "{trace}");
    // What was made for a day that is over is there on that day.
    let recus = nombre(&s, "select count(*) from lot where recu_le = '2026-11-21 22:59:59Z'").await;
    assert!(recus > 0);
    s.verifier();
}

#[tokio::test]
async fn a_magasin_says_how_many_days_back_it_declares() {
    let (_s, c) = cuisine().await;
    let magasin = async |jours: Value| {
        let corps = json!({"nom": format!("M {jours}"), "type_magasin": "PRODUCTION",
            "jours_arriere": jours});
        c.client.post("/api/interne/magasins", &corps).await
    };
    for faux in [json!(-1), json!(61), json!(1.5), json!("7")] {
        let refus = magasin(faux).await.refusee(400, "requete_invalide");
        assert_eq!(champs_fautifs(&refus), ["jours_arriere"]);
    }
    assert_eq!(magasin(Value::Null).await.attendue(201)["jours_arriere"], 7);
    let zero = magasin(json!(0)).await.attendue(201);
    let id = texte(&zero["id"]);
    let corps = json!({"magasin_id": id, "date_jour": jour(-1), "motif": "oublié", "lignes": [
        {"recette_id": bowl(&c).await, "quantite_a_produire": 1}]});
    let refus = c.client.post(PRODUIRE, &corps).await.refusee(409, "jour_hors_fenetre");
    assert!(texte(&refus["detail"]).contains("seul le"), "{refus}");
    let liste = c.client.get("/api/interne/magasins").await.attendue(200);
    let lus = liste["elements"].as_array().expect("magasins");
    let lus: Vec<_> = lus.iter().map(|m| &m["jours_arriere"]).collect();
    assert_eq!(lus, [7, 7, 0]);
    // It may be changed; the next declaration is judged by it.
    let chemin = format!("/api/interne/magasins/{id}/jours-arriere");
    for faux in [json!({}), json!({"jours_arriere": 61}), json!({"jours_arriere": null})] {
        let refus = c.client.put(&chemin, &faux).await.refusee(400, "requete_invalide");
        assert_eq!(champs_fautifs(&refus), ["jours_arriere"]);
    }
    let regle = c.client.put(&chemin, &json!({"jours_arriere": 1})).await.attendue(200);
    assert_eq!((&regle["jours_arriere"], &regle["id"]), (&json!(1), &zero["id"]));
    c.client.post(PRODUIRE, &corps).await.refusee(409, "stock_insuffisant");
    let inconnu = "/api/interne/magasins/00000000-0000-7000-8000-000000000000/jours-arriere";
    c.client.put(inconnu, &json!({"jours_arriere": 1})).await.refusee(404, "magasin_inconnu");
}

/// Declares one at that instant; the status and the code.
async fn produire(client: &Client, (magasin, bowl): (&str, &str), le: &str) -> (u16, String) {
    let corps = json!({"magasin_id": magasin, "date_jour": le, "lignes": [
        {"recette_id": bowl, "quantite_a_produire": 1}]});
    let r = client.post(PRODUIRE, &corps).await;
    (r.statut, r.corps["code"].as_str().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn the_evening_ends_at_four_in_the_morning_where_the_magasin_stands() {
    let (s, c, horloge) = cuisine_a("2026-03-20T09:00:00Z").await;
    let (cook, bowl) = (s.operateur().await, bowl(&c).await);
    let riz = c.client.get("/api/interne/ingredients").await.attendue(200);
    let riz = texte(&riz["elements"][0]["id"]).to_owned();
    let kiritimati = json!({"nom": "Kiritimati", "type_magasin": "VENTE",
        "fuseau": "Pacific/Kiritimati"});
    let kiritimati = creer(&c.client, "/api/interne/magasins", kiritimati).await;
    let kiritimati = texte(&kiritimati["id"]).to_owned();
    recevoir(&c, &kiritimati, &riz).await;
    let (ok, hors) = ((201, ""), (409, "jour_hors_fenetre"));
    let motif = (400, "requete_invalide");
    for (magasin, instant, le, attendu) in [
        (&c.magasin, "2026-11-22T22:59:59Z", "2026-11-23", hors),
        (&c.magasin, "2026-11-22T23:00:00Z", "2026-11-23", ok),
        (&c.magasin, "2026-11-22T23:00:00Z", "2026-11-22", ok),
        (&c.magasin, "2026-11-23T02:59:59Z", "2026-11-22", ok),
        (&c.magasin, "2026-11-23T03:00:00Z", "2026-11-22", motif),
        (&c.magasin, "2026-11-23T02:59:59Z", "2026-11-21", hors),
        // The clocks go forward: 04:00 comes three hours after midnight.
        (&c.magasin, "2026-03-28T23:00:00Z", "2026-03-28", ok),
        (&c.magasin, "2026-03-29T01:59:59Z", "2026-03-28", ok),
        (&c.magasin, "2026-03-29T02:00:00Z", "2026-03-28", motif),
        (&c.magasin, "2026-03-29T22:00:00Z", "2026-03-30", ok),
        // They go back: it comes five hours after.
        (&c.magasin, "2026-10-24T22:00:00Z", "2026-10-24", ok),
        (&c.magasin, "2026-10-25T01:30:00Z", "2026-10-24", ok),
        (&c.magasin, "2026-10-25T02:59:59Z", "2026-10-24", ok),
        (&c.magasin, "2026-10-25T03:00:00Z", "2026-10-24", motif),
        (&c.magasin, "2026-10-25T22:59:59Z", "2026-10-26", hors),
        // There it is tomorrow since ten in the morning.
        (&kiritimati, "2026-11-22T09:59:59Z", "2026-11-23", hors),
        (&kiritimati, "2026-11-22T10:00:00Z", "2026-11-23", ok),
        (&kiritimati, "2026-11-22T13:59:59Z", "2026-11-22", ok),
        (&kiritimati, "2026-11-22T14:00:00Z", "2026-11-22", motif),
    ] {
        horloge.regler(instant);
        let fait = produire(&cook, (magasin, &bowl), le).await;
        assert_eq!((fait.0, &*fait.1), attendu, "{instant} {le}");
    }
    s.verifier();
}

#[tokio::test]
async fn an_action_that_waited_is_judged_at_the_hour_of_its_tap_and_keeps_it() {
    let (s, c, horloge) = cuisine_a("2026-11-20T19:41:00Z").await;
    let (cook, bowl) = (s.operateur().await, bowl(&c).await);
    planifier(&c, &c.magasin, (&bowl, "2026-11-20")).await;
    let scan = json!({"magasin_id": c.magasin, "date": "2026-11-20", "gencode": GENCODE});
    let ajuste = json!({"magasin_id": c.magasin, "date": "2026-11-20", "recette_id": bowl,
        "quantite": 3});
    horloge.regler("2026-11-22T09:00:00Z");
    let jours = format!("/api/interne/magasins/{}/jours-arriere", c.magasin);
    for (action, corps) in [("scan", &scan), ("ajuste", &ajuste)] {
        let chemin = format!("{PREPARATION}/{action}");
        cook.post(&chemin, corps).await.refusee(409, "jour_hors_fenetre");
        for (dehors, dit) in [
            ("2026-11-22T09:05:01Z", "futur"),
            ("2026-11-15T08:59:59Z", "7 jours"),
            ("20/11/2026", "ISO 8601"),
            ("2026-11-20", "ISO 8601"),
        ] {
            let refus = cook.post(&chemin, &avec(corps, "tape_le", dehors)).await;
            let refus = refus.refusee(400, "requete_invalide");
            assert_eq!(champs_fautifs(&refus), ["tape_le"], "{dehors}");
            assert!(texte(&refus["erreurs"][0]["message"]).contains(dit), "{refus}");
        }
        let tapee = avec(corps, "tape_le", "2026-11-20T20:41:07+01:00");
        // However old the tap, a day that nobody may declare any more stays as it is.
        c.client.put(&jours, &json!({"jours_arriere": 1})).await.attendue(200);
        let refus = cook.post(&chemin, &tapee).await.refusee(409, "jour_hors_fenetre");
        assert_eq!(refus["premier_jour"], "2026-11-21", "{refus}");
        c.client.put(&jours, &json!({"jours_arriere": 2})).await.attendue(200);
        cook.post(&chemin, &tapee).await.attendue(200);
    }
    // A clock that is a little ahead does not open tomorrow.
    horloge.regler("2026-11-20T22:59:00Z");
    planifier(&c, &c.magasin, (&bowl, "2026-11-21")).await;
    let demain = avec(&avec(&scan, "date", "2026-11-21"), "tape_le", "2026-11-20T23:01:00Z");
    let refus = cook.post(&format!("{PREPARATION}/scan"), &demain).await;
    refus.refusee(409, "jour_hors_fenetre");
    let chemin = format!(
        "{PREPARATION}/traceabilite?magasin_id={}&date=2026-11-20&recette_id={bowl}",
        c.magasin
    );
    let trace = c.client.get(&chemin).await.attendue(200);
    for evenement in trace["evenements"].as_array().expect("événements") {
        assert_eq!(evenement["tape_le"], "2026-11-20T19:41:07Z", "{trace}");
        assert_ne!(evenement["date_heure"], evenement["tape_le"], "{trace}");
    }
}

#[tokio::test]
async fn a_lot_received_after_the_day_is_not_stock_of_that_day() {
    let (s, c) = cuisine().await;
    let riz = c.ingredient("Riz").await;
    let (bowl, _) = c.recette("Bowl", &[(&riz, 10.0)]).await;
    planifier(&c, &c.magasin, (&bowl, jour(0))).await;
    planifier(&c, &c.magasin, (&bowl, jour(-1))).await;
    let recu = |quand: String| {
        json!({"magasin_id": c.magasin, "recue_le": quand, "lignes": [
        {"ingredient_id": riz, "quantite": 100, "unite": "g"}]})
    };
    let demain = format!("{}T08:00:00Z", jour(1));
    creer(&c.client, "/api/interne/receptions", recu(demain)).await;
    let refus = c.produire(&[(&bowl, 1.0)]).await.refusee(409, "stock_insuffisant");
    let manque = &refus["manques"][0];
    assert_eq!((&manque["disponible"], &manque["perime"]), (&json!(0), &json!(0)), "{refus}");
    let besoins = format!("/api/interne/plans/{}/{JOUR}/besoins", c.magasin);
    let besoins = c.client.get(&besoins).await.attendue(200);
    assert_eq!(besoins["besoins"][0]["disponible"], 0);
    let ecran = format!("{PREPARATION}?magasin_id={}&date={JOUR}", c.magasin);
    let ecran = c.client.get(&ecran).await.attendue(200);
    assert_eq!(ecran["cuisine"][0]["manques"][0]["manque"], 500, "{ecran}");

    let aujourdhui = format!("{JOUR}T00:00:00Z");
    creer(&c.client, "/api/interne/receptions", recu(aujourdhui)).await;
    let hier = json!({"magasin_id": c.magasin, "date_jour": jour(-1), "motif": "oublié",
        "lignes": [{"recette_id": bowl, "quantite_a_produire": 1}]});
    c.client.post(PRODUIRE, &hier).await.refusee(409, "stock_insuffisant");
    c.produire(&[(&bowl, 10.0)]).await.attendue(201);
    c.produire(&[(&bowl, 1.0)]).await.refusee(409, "stock_insuffisant");

    // Stock that is found for a day was there on it.
    let trouve = |le: &str| {
        json!({"magasin_id": c.magasin, "ingredient_id": riz, "quantite": 20,
        "code_lot": "TROUVE", "unite": "g", "motif": "Stock trouvé", "date": le})
    };
    for le in [jour(1), jour(-8)] {
        let refus = c.client.post("/api/interne/ajustements", &trouve(le)).await;
        refus.refusee(409, "jour_hors_fenetre");
    }
    creer(&c.client, "/api/interne/ajustements", trouve(jour(-1))).await;
    c.client.post(PRODUIRE, &hier).await.attendue(201);
    s.verifier();
}

#[tokio::test]
async fn the_command_and_the_page_keep_to_the_same_days_and_ask_for_a_reason() {
    let (s, c) = cuisine().await;
    let bowl = bowl(&c).await;
    // Of the night before none is asked for: two days before, it is at every hour.
    for le in [-2, 1] {
        planifier(&c, &c.magasin, (&bowl, jour(le))).await;
    }
    let produire = |le: &str, motif: &[&str]| {
        let bases = ["production-du-jour", "--magasin", "Cuisine", "--date", le];
        let sortie = s.delicego(&[&bases[..], motif].concat());
        (sortie.status.code(), String::from_utf8_lossy(&sortie.stderr).into_owned())
    };
    let (code, dit) = produire(jour(1), &["--motif", "en avance"]);
    assert!(code == Some(1) && dit.contains("se déclarent"), "{dit}");
    let (code, dit) = produire(jour(-2), &[]);
    assert!(code == Some(1) && dit.contains("motif"), "{dit}");
    assert_eq!(produire(jour(-2), &["--motif", " "]).0, Some(2));

    let v = Visiteur::admin(&s).await;
    let ici = |le: &str| format!("/production-du-jour?magasin_id={}&date={le}", c.magasin);
    let porte = "/production-du-jour/plan";
    let page = v.lire(&ici(jour(1))).await.texte;
    assert!(page.contains("n’a pas commencé") && !page.contains("value=\"produire\""), "{page}");
    let page = v.lire(&ici(jour(-2))).await.texte;
    assert!(page.contains("name=\"motif\""), "{page}");
    let champs = Champs::du_formulaire(&page, porte).avec("action", "confirmer");
    let refus = v.envoyer(porte, &champs).await;
    assert!(refus.statut == 400 && refus.texte.contains("La raison est obligatoire"));
    assert_eq!(nombre(&s, "select count(*) from lot_production").await, 0);

    assert_eq!(produire(jour(-2), &["--motif", "coupure"]).0, Some(0));
    let gardes = "select count(*) from lot_production where motif = 'coupure'";
    assert_eq!(nombre(&s, gardes).await, 1);
    s.verifier();
}
