//! I7 on every route that writes: done once, answered the same, refused under another body.

use delicego::livres::lecture::{CodeDeDoute, Doute, RecetteLue};
use reqwest::Method;
use serde_json::{Value, json};

use super::manques::{produire_a_compte, un_manque};
use super::{cuisine, lignes_par_table, texte};
use crate::livres::atelier::{Recette, garder, garder_lu};
use crate::outils::chaine::{PRODUIRE, jour};
use crate::outils::client::joindre;
use crate::outils::{Chaine, Client, Reponse, Serveur};

/// Takes files, not JSON; what is sent here is no PDF, so that nothing follows.
const LIVRES: &str = "/api/interne/livres";

/// One write: method, path, body, and another body that the route would accept too.
struct Ecriture {
    methode: Method,
    chemin: String,
    corps: Value,
    autre: Value,
    statut: u16,
}

fn post(chemin: &str, corps: Value, autre: Value) -> Ecriture {
    Ecriture { methode: Method::POST, chemin: chemin.to_owned(), corps, autre, statut: 201 }
}

fn put(chemin: String, corps: Value, autre: Value) -> Ecriture {
    Ecriture { methode: Method::PUT, chemin, corps, autre, statut: 200 }
}

/// Every route that writes, ready to be called once.
async fn ecritures(s: &Serveur, c: &Chaine) -> Vec<Ecriture> {
    let riz = c.ingredient("Riz").await;
    let (bowl, _) = c.recette("Bowl", &[(&riz, 10.0)]).await;
    let lot = c.lot_ancien(&riz, 5000.0).await;
    let manques = ecritures_des_manques(s, c).await;
    let livres = ecritures_des_livres(s, c, &riz).await;
    let (reprise, _) = c.recette("Reprise", &[(&riz, 1.0)]).await;
    let faite = c.produire(&[(&reprise, 1.0)]).await.attendue(201);
    let faite = format!("/api/interne/operations/{}/annuler", texte(&faite["operation_id"]));
    let magasin = &c.magasin;
    let nom = |nom: &str| json!({"nom": nom});
    let ligne = |q: i64| json!([{"ingredient_id": riz, "quantite": q, "unite": "g"}]);
    let recette = |nom: &str| json!({"nom": nom, "lignes": ligne(3)});
    let menu = |nom: &str| json!({"nom": nom, "recette_id": bowl});
    let reception = |q: i64| json!({"magasin_id": magasin, "lignes": ligne(q)});
    let sur_le_lot = |q: i64| json!({"magasin_id": magasin, "lot_id": lot, "quantite": q, "unite": "g", "motif": "x"});
    let etat = |motif: &str| json!({"etat": "libre", "motif": motif});
    let plan = |q: i64| json!({"lignes": [{"recette_id": bowl, "quantite_planifiee": q}]});
    let site = |nom: &str| json!({"nom": nom, "type_magasin": "VENTE"});
    let article = |nom: &str| json!({"nom": nom, "unite_base": "g"});
    let alias = |alias: &str| json!({"alias": alias, "ingredient_id": riz});
    let mut ecritures = vec![
        post("/api/interne/magasins", site("A"), site("B")),
        post("/api/interne/fournisseurs", nom("A"), nom("B")),
        post("/api/interne/ingredients", article("A"), article("B")),
        put(
            format!("/api/interne/ingredients/{riz}/allergenes"),
            json!({"allergenes": ["gluten"]}),
            json!({"allergenes": []}),
        ),
        put(
            format!("/api/interne/ingredients/{riz}/conversions"),
            json!({"densite": 0.85}),
            json!({"poids_piece": 2}),
        ),
        post("/api/interne/ingredient-alias", alias("A"), alias("B")),
        post("/api/interne/recettes", recette("RA"), recette("RB")),
        put(format!("/api/interne/recettes/{bowl}"), recette("Bowl"), recette("Bowl 2")),
        post("/api/interne/menus", menu("A"), menu("B")),
        put(
            "/api/interne/chaine".to_owned(),
            json!({"motif_poids": "2AAAAAAPPPPPC"}),
            json!({"motif_poids": null}),
        ),
        post("/api/interne/receptions", reception(5), reception(6)),
        post("/api/interne/ajustements", sur_le_lot(-5), sur_le_lot(5)),
        post("/api/interne/pertes", sur_le_lot(5), sur_le_lot(6)),
        post(&format!("/api/interne/lots/{lot}/etat"), etat("a"), etat("b")),
        put(format!("/api/interne/plans/{magasin}/{}", jour(-1)), plan(5), plan(6)),
        post(PRODUIRE, c.demande(&[(&bowl, 1.0)]), c.demande(&[(&bowl, 2.0)])),
        Ecriture { statut: 200, ..post(&faite, json!({}), json!({"autre": 1})) },
    ];
    ecritures.extend(reglages(c, &bowl).await);
    ecritures.extend(manques);
    ecritures.extend(livres);
    ecritures.extend(ecritures_de_la_preparation(c, &bowl).await);
    ecritures
}

/// What a menu and a magasin are set to once they are there.
async fn reglages(c: &Chaine, bowl: &str) -> Vec<Ecriture> {
    let magasin = &c.magasin;
    let menu = json!({"nom": "À numéroter", "recette_id": bowl});
    let cree = c.client.post("/api/interne/menus", &menu).await.attendue(201);
    let a_numeroter = texte(&cree["id"]);
    vec![
        put(
            format!("/api/interne/menus/{a_numeroter}/gencode"),
            json!({"gencode": "N-1"}),
            json!({"gencode": null}),
        ),
        put(
            format!("/api/interne/magasins/{magasin}/jours-arriere"),
            json!({"jours_arriere": 8}),
            json!({"jours_arriere": 9}),
        ),
    ]
}

async fn ecritures_des_manques(s: &Serveur, c: &Chaine) -> Vec<Ecriture> {
    let (manque, ensemble) = (un_manque(s, c).await, un_autre_manque(s, c).await);
    let magasin = &c.magasin;
    vec![
        post(
            &format!("/api/interne/manques/{manque}/regulariser"),
            json!({"code_lot": "retrouvé"}),
            json!({"code_lot": "autre"}),
        ),
        post(
            "/api/interne/manques/regulariser",
            json!({"magasin_id": magasin, "code_lot": "retrouvé",
                "manques": [{"manque_id": ensemble}]}),
            json!({"magasin_id": magasin, "code_lot": "autre",
                "manques": [{"manque_id": ensemble}]}),
        ),
    ]
}

async fn un_autre_manque(s: &Serveur, c: &Chaine) -> String {
    let sel = c.ingredient("Sel").await;
    let (saumure, _) = c.recette("Saumure", &[(&sel, 10.0)]).await;
    produire_a_compte(s, c, &saumure, 1).await.expect("à compte");
    let lus = c.client.get(&format!("/api/interne/manques?magasin_id={}", c.magasin)).await;
    let lus = lus.attendue(200);
    let sien = lus["elements"].as_array().expect("manques").iter();
    let sien = sien.rev().find(|m| m["recette_nom"] == "Saumure").expect("manque");
    texte(&sien["id"]).to_owned()
}

/// The cook's, in an order in which each changes something; the plan of that day is made above.
async fn ecritures_de_la_preparation(c: &Chaine, recette: &str) -> Vec<Ecriture> {
    let gencode = "3012345678902";
    let menu = json!({"nom": "Bowl à scanner", "recette_id": recette, "gencode": gencode});
    c.client.post("/api/interne/menus", &menu).await.attendue(201);
    let ligne = |jour: &str| json!({"magasin_id": c.magasin, "date": jour, "recette_id": recette, "motif": "oublié"});
    let avec = |mut corps: Value, champ: &str, valeur: Value| {
        corps[champ] = valeur;
        corps
    };
    let (jour, autre) = (jour(-1), jour(0));
    let declarer = |action: &str, champ: &str, valeur: Value| Ecriture {
        statut: 200,
        ..post(
            &format!("/api/interne/production-preparation/{action}"),
            avec(ligne(jour), champ, valeur.clone()),
            avec(ligne(autre), champ, valeur),
        )
    };
    vec![
        declarer("produit", "vu", json!(1)),
        declarer("non-produit", "motif", json!("Plus de temps")),
        declarer("ajuste", "quantite", json!(3)),
        declarer("scan", "gencode", json!(gencode)),
        declarer("annuler", "vu", json!(1)),
    ]
}

/// Those on recipe books: (path, body, another one, status).
async fn ecritures_des_livres(s: &Serveur, c: &Chaine, riz: &str) -> Vec<Ecriture> {
    let livre = [Recette("Riz au lait", &[("RIZ ROND", Some(80)), ("LAIT", Some(5))])];
    garder(s.base(), None, "LIVRE.pdf", &livre).await;
    let id = async |chemin: &str, corps: Value| {
        let cree = c.client.post(chemin, &corps).await.attendue(201);
        texte(&cree["id"]).to_owned()
    };
    let lien = |libelle: &str| json!({"libelle": libelle, "ingredient_id": riz});
    let ignore = |libelle: &str| json!({"libelle": libelle});
    let (liens, ignores) = ("/api/interne/livres/liens", "/api/interne/livres/ignores");
    let appris = id(liens, lien("RIZ LONG")).await;
    let ignore_id = id(ignores, ignore("EAU")).await;
    let lues: Value = c.client.get("/api/interne/livres").await.attendue(200);
    let livre = texte(&lues["elements"][0]["id"]).to_owned();
    let livre = c.client.get(&format!("/api/interne/livres/{livre}")).await.attendue(200);
    let recette = texte(&livre["recettes"][0]["id"]).to_owned();
    let [a_regler, regle] = doutes(s, c).await;
    let faite =
        |chemin: String| Ecriture { statut: 200, ..post(&chemin, json!({}), json!({"autre": 1})) };
    let fichier = |contenu: &str| json!({"fichier": contenu});
    vec![
        Ecriture { statut: 202, ..post(LIVRES, fichier("hiver"), fichier("été")) },
        post(liens, lien("RIZ ROND"), lien("RIZ BRISÉ")),
        post(ignores, ignore("LAIT"), ignore("SEL")),
        faite(format!("{liens}/{appris}/annuler")),
        faite(format!("{ignores}/{ignore_id}/annuler")),
        Ecriture { statut: 200, ..post(&a_regler, geste("pas_un_ingredient"), geste("juste")) },
        faite(format!("{regle}/annuler")),
        faite(format!("/api/interne/livres/recettes/{recette}/reprendre")),
    ]
}

fn geste(geste: &str) -> Value {
    json!({"geste": geste})
}

/// The addresses of two doubts of a book; the second is settled.
async fn doutes(s: &Serveur, c: &Chaine) -> [String; 2] {
    let doute = |texte: &str| Doute {
        code: CodeDeDoute::LigneIllisible,
        page: 1,
        texte: texte.to_owned(),
        phrase: "Cette ligne ne se lit pas.".to_owned(),
    };
    let lue = Recette("Riz froid", &[("RIZ GLACÉ", Some(80))]).lue();
    let lue = RecetteLue { doutes: vec![doute("R1Z"), doute("5EL")], ..lue };
    garder_lu(s.base(), None, "DOUTES.pdf", vec![lue]).await;
    let lus: Value = c.client.get("/api/interne/livres/doutes").await.attendue(200);
    let adresse =
        |n: usize| format!("/api/interne/livres/doutes/{}", texte(&lus["elements"][n]["id"]));
    c.client.post(&adresse(1), &geste("pas_un_ingredient")).await.attendue(200);
    [adresse(0), adresse(1)]
}

async fn envoyer(c: &Client, e: &Ecriture, corps: &Value, cle: &str) -> Reponse {
    let requete = c.requete(e.methode.clone(), &e.chemin);
    let requete = match e.chemin.as_str() {
        LIVRES => joindre(requete, &[("livre.pdf", texte(&corps["fichier"]).as_bytes())]),
        _ => requete.json(corps),
    };
    c.envoyer(requete.header("Idempotency-Key", cle)).await
}

#[tokio::test]
async fn i7_every_writing_route_does_it_once_per_key() {
    let (s, c) = cuisine().await;
    for (i, e) in ecritures(&s, &c).await.iter().enumerate() {
        let cle = format!("cle-{i}");
        let malformee = envoyer(&c.client, e, &e.corps, "deux mots").await;
        malformee.refusee(400, "requete_invalide");
        let avant = lignes_par_table(&s).await;
        let premiere = envoyer(&c.client, e, &e.corps, &cle).await;
        assert_eq!((premiere.statut, premiere.rejouee), (e.statut, false), "{}", premiere.texte);
        let apres = lignes_par_table(&s).await;
        assert_eq!(apres["operation"], avant["operation"] + 1, "{}", e.chemin);
        for _ in 0..2 {
            let encore = envoyer(&c.client, e, &e.corps, &cle).await;
            assert!(encore.rejouee, "{} {}", e.chemin, encore.texte);
            assert_eq!((encore.statut, &encore.texte), (premiere.statut, &premiere.texte));
        }
        let autre = envoyer(&c.client, e, &e.autre, &cle).await;
        autre.refusee(409, "cle_deja_utilisee");
        assert_eq!(lignes_par_table(&s).await, apres, "{}", e.chemin);
    }
    s.verifier();
}

/// A route added to the program is added here.
#[tokio::test]
async fn i7_every_writing_route_of_the_description_is_in_that_table() {
    let (s, c) = cuisine().await;
    let document = c.client.get("/api/openapi.json").await.attendue(200);
    let mut decrites: Vec<String> = Vec::new();
    for (chemin, methodes) in document["paths"].as_object().expect("paths") {
        // Never a key on passwords, sessions and users.
        let sans_cle = [
            "/auth/",
            "/api/interne/utilisateurs",
            "/api/interne/sessions",
            "/api/interne/tablettes",
        ];
        if sans_cle.iter().any(|p| chemin.starts_with(p)) {
            continue;
        }
        let ecrit = |m: &&String| ["post", "put", "patch", "delete"].contains(&m.as_str());
        let methodes = methodes.as_object().expect("méthodes").keys().filter(ecrit);
        decrites.extend(methodes.map(|m| format!("{} {chemin}", m.to_uppercase())));
    }
    let table = ecritures(&s, &c).await;
    let correspond = |e: &Ecriture, decrite: &str| {
        let Some(chemin) = decrite.strip_prefix(&format!("{} ", e.methode)) else { return false };
        let (a, b): (Vec<_>, Vec<_>) = (e.chemin.split('/').collect(), chemin.split('/').collect());
        a.len() == b.len() && a.iter().zip(b).all(|(a, b)| *a == b || b.starts_with('{'))
    };
    let oubliees: Vec<&String> =
        decrites.iter().filter(|d| !table.iter().any(|e| correspond(e, d))).collect();
    assert!(oubliees.is_empty(), "{oubliees:?}");
    assert_eq!(decrites.len(), table.len());
    assert!(!texte(&document["openapi"]).is_empty());
}
