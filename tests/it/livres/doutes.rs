//! What was not understood holds its recipe until a person has looked; what that person said holds
//! for the same words in the next edition, and is taken back.

use delicego::livres::lecture::{CodeDeDoute, Doute, RecetteLue};
use serde_json::{Value, json};
use uuid::Uuid;

use super::atelier::{Atelier, Recette};

const DOUTES: &str = "/api/interne/livres/doutes";

fn doute(code: CodeDeDoute, texte: &str) -> Doute {
    let phrase = "Cette ligne ne se lit pas.".to_owned();
    Doute { code, page: 1, texte: texte.to_owned(), phrase }
}

fn wok(lignes: &[(&str, Option<i64>)], doutes: &[Doute]) -> RecetteLue {
    RecetteLue { doutes: doutes.to_vec(), ..Recette("WOK", lignes).lue() }
}

/// A number that is printed, and in doubt.
fn en_doute(mut recette: RecetteLue, rang: usize) -> RecetteLue {
    recette.lignes[rang].quantite_recette = None;
    recette
}

async fn cuisine() -> Atelier {
    let a = Atelier::ouvrir().await;
    for nom in ["Poulet", "Riz"] {
        let id = a.chaine.ingredient(nom).await;
        a.chaine.lot(&id, 5_000.0, None).await;
    }
    a
}

async fn regler(a: &Atelier, doute: &Value, corps: Value) -> Value {
    let chemin = format!("{DOUTES}/{}", doute["id"].as_str().unwrap());
    a.chaine.client.post(&chemin, &corps).await.attendue(200)
}

async fn annuler(a: &Atelier, doute: &Value) -> Value {
    let chemin = format!("{DOUTES}/{}/annuler", doute["id"].as_str().unwrap());
    a.chaine.client.post(&chemin, &json!({})).await.attendue(200)
}

async fn produire(a: &Atelier) -> crate::outils::client::Reponse {
    let id = a.recette("WOK").await["id"].as_str().unwrap().to_owned();
    a.chaine.produire(&[(&id, 1.0)]).await
}

/// Label and quantity of its lines.
async fn lignes(a: &Atelier) -> Vec<(String, i64)> {
    let lignes = a.recette("WOK").await["lignes"].as_array().unwrap().clone();
    let dire = |l: &Value| (l["libelle"].as_str().unwrap().to_owned(), l["quantite"].as_i64());
    lignes.iter().map(dire).map(|(l, q)| (l, q.unwrap_or(-1))).collect()
}

fn illisible() -> RecetteLue {
    wok(&[("POULET", Some(120))], &[doute(CodeDeDoute::LigneIllisible, "R1Z 8O")])
}

#[tokio::test]
async fn a_recipe_with_a_doubt_is_refused_by_every_door_naming_it_and_is_made_once_it_is_settled() {
    let a = cuisine().await;
    let compte = a.lu("BOOK.pdf", vec![illisible()]).await;
    assert_eq!((compte.a_verifier, compte.doutes, compte.non_mappees), (1, 1, 0));
    let recette = a.recette("WOK").await;
    assert_eq!(recette["complete"], false);
    assert_eq!(recette["doutes"], json!([{"code": "ligne_illisible", "texte": "R1Z 8O"}]));
    assert_eq!(
        recette["allergenes"]["inconnus"],
        json!(["POULET", "R1Z 8O"].map(|n| if n == "POULET" { "Poulet" } else { n }))
    );
    let refus = produire(&a).await.refusee(409, "recette_incomplete");
    assert_eq!(refus["doutes"][0]["texte"], "R1Z 8O");
    assert_eq!(refus["doutes"][0]["code"], "ligne_illisible");
    assert!(refus["detail"].as_str().unwrap().contains("R1Z 8O"), "{refus}");
    let id = recette["id"].as_str().unwrap();
    let plan = json!({"magasin_id": a.chaine.magasin, "date": crate::outils::chaine::jour(0),
        "lignes": [{"recette_id": id, "quantite": 2}]});
    a.chaine.client.post("/api/interne/plans", &plan).await;
    let doutes = a.doutes().await;
    assert_eq!(doutes.len(), 1);
    assert_eq!((&doutes[0]["titre"], &doutes[0]["page"]), (&json!("WOK"), &json!(1)));
    let livre = format!("/api/interne/livres/{}", doutes[0]["livre_id"].as_str().unwrap());
    let lu = a.chaine.client.get(&livre).await.attendue(200);
    assert_eq!((&lu["recettes"][0]["etat"], &lu["a_verifier"]), (&json!("a_verifier"), &json!(1)));

    let ligne = json!({"libelle": "RIZ", "quantite": 80, "unite": "g"});
    let corps = json!({"geste": "corriger", "ligne": ligne});
    let dit = regler(&a, &doutes[0], corps).await;
    assert_eq!((&dit["restants"], &dit["completees"]), (&json!(0), &json!(1)));
    assert_eq!(a.doutes().await, [json!(null); 0]);
    assert_eq!(lignes(&a).await, [("POULET".to_owned(), 120), ("RIZ".to_owned(), 80)]);
    produire(&a).await.attendue(201);
    let lu = a.chaine.client.get(&livre).await.attendue(200);
    assert_eq!(lu["recettes"][0]["etat"], "complete");
    assert_eq!(lu["recettes"][0]["doutes"][0]["regle"]["geste"], "corriger");
    assert_eq!(lu["recettes"][0]["doutes"][0]["regle"]["ligne"], "RIZ 80 g");

    // Taken back: it waits again, and what was made keeps its lines.
    annuler(&a, &doutes[0]).await;
    produire(&a).await.refusee(409, "recette_incomplete");
    assert_eq!(lignes(&a).await, [("POULET".to_owned(), 120)]);
    a.serveur.verifier();
}

#[tokio::test]
async fn a_doubt_goes_before_a_label_and_both_hold() {
    let a = cuisine().await;
    let mut lu = illisible();
    lu.lignes.extend(Recette("", &[("YUZU", Some(5))]).lue().lignes);
    a.lu("BOOK.pdf", vec![lu]).await;
    let refus = produire(&a).await.refusee(409, "recette_incomplete");
    assert_eq!(refus["lignes"][0]["libelle"], "YUZU");
    assert!(refus["detail"].as_str().unwrap().contains("R1Z 8O"), "{refus}");
    let doutes = a.doutes().await;
    let livre = format!("/api/interne/livres/{}", doutes[0]["livre_id"].as_str().unwrap());
    let etat =
        async || a.chaine.client.get(&livre).await.attendue(200)["recettes"][0]["etat"].clone();
    assert_eq!(etat().await, "a_verifier");
    regler(&a, &doutes[0], json!({"geste": "pas_un_ingredient"})).await;
    assert_eq!(etat().await, "a_relier");
    let refus = produire(&a).await.refusee(409, "recette_incomplete");
    assert_eq!(refus["doutes"], json!([]));
}

#[tokio::test]
async fn a_number_in_doubt_goes_in_only_once_somebody_says_that_it_is_right() {
    let a = cuisine().await;
    let lignes_lues = [("POULET", Some(120)), ("RIZ", Some(80))];
    let lu = wok(&lignes_lues, &[doute(CodeDeDoute::SansUnite, "RIZ 80")]);
    a.lu("BOOK.pdf", vec![en_doute(lu, 1)]).await;
    let doutes = a.doutes().await;
    // It waits for the doubt, not for a person to map it.
    let a_relier = a.chaine.client.get("/api/interne/livres/a-relier").await.attendue(200);
    assert_eq!(a_relier["elements"], json!([]));
    regler(&a, &doutes[0], json!({"geste": "juste"})).await;
    assert_eq!(lignes(&a).await, [("POULET".to_owned(), 120), ("RIZ".to_owned(), 80)]);
    produire(&a).await.attendue(201);
    annuler(&a, &doutes[0]).await;
    regler(&a, &doutes[0], json!({"geste": "pas_un_ingredient"})).await;
    assert_eq!(lignes(&a).await, [("POULET".to_owned(), 120)]);
    assert_eq!(a.recette("WOK").await["complete"], true);
}

#[tokio::test]
async fn what_was_settled_holds_for_the_same_words_in_the_next_edition_and_a_new_doubt_holds_again()
{
    let a = cuisine().await;
    a.lu("BOOK.pdf", vec![illisible()]).await;
    let ligne = json!({"libelle": "RIZ", "quantite": 80, "unite": "g"});
    let corps = json!({"geste": "corriger", "ligne": ligne});
    regler(&a, &a.doutes().await[0], corps).await;

    let mut deuxieme = illisible();
    deuxieme.lignes[0].quantite = Some(delicego::domaine::Decimal::entier(130));
    deuxieme.lignes[0].quantite_recette = deuxieme.lignes[0].quantite;
    let compte = a.lu("BOOK.pdf", vec![deuxieme]).await;
    assert_eq!((compte.mises_a_jour, compte.a_verifier), (1, 0));
    assert_eq!(lignes(&a).await, [("POULET".to_owned(), 130), ("RIZ".to_owned(), 80)]);
    produire(&a).await.attendue(201);

    let mut troisieme = illisible();
    troisieme.doutes.push(doute(CodeDeDoute::Texte, "voir le chef"));
    let compte = a.lu("BOOK.pdf", vec![troisieme]).await;
    assert_eq!((compte.mises_a_jour, compte.a_verifier, compte.doutes), (1, 1, 1));
    let refus = produire(&a).await.refusee(409, "recette_incomplete");
    assert_eq!(refus["doutes"].as_array().map(Vec::len), Some(1));
    assert_eq!(refus["doutes"][0]["texte"], "voir le chef");

    // Of another source nobody has looked at them.
    let compte =
        a.lu("AUTRE.pdf", vec![RecetteLue { titre: "WOK 2".to_owned(), ..illisible() }]).await;
    assert_eq!(compte.a_verifier, 1);
    a.serveur.verifier();
}

#[tokio::test]
async fn a_weight_that_was_right_is_in_doubt_again_when_a_line_is_read_otherwise() {
    let a = cuisine().await;
    let poids = doute(CodeDeDoute::Poids, "150 g");
    let edition = |grammes| wok(&[("POULET", Some(grammes))], std::slice::from_ref(&poids));
    a.lu("BOOK.pdf", vec![edition(120)]).await;
    regler(&a, &a.doutes().await[0], json!({"geste": "juste"})).await;
    assert_eq!(a.recette("WOK").await["complete"], true);
    let mut meme = edition(120);
    meme.emballage = Some("BARQUETTE".to_owned());
    assert_eq!(a.lu("BOOK.pdf", vec![meme]).await.a_verifier, 0);
    assert_eq!(a.lu("BOOK.pdf", vec![edition(140)]).await.a_verifier, 1);
    assert_eq!(a.recette("WOK").await["complete"], false);
}

#[tokio::test]
async fn a_recipe_changed_by_hand_is_held_by_no_doubt_and_touched_by_none() {
    let a = cuisine().await;
    a.livre("BOOK.pdf", &[Recette("WOK", &[("POULET", Some(120))])]).await;
    let wok = a.recette("WOK").await;
    let poulet = wok["lignes"][0]["ingredient_id"].clone();
    let chemin = format!("/api/interne/recettes/{}", wok["id"].as_str().unwrap());
    let main =
        json!({"nom": "WOK", "lignes": [{"ingredient_id": poulet, "quantite": 1, "unite": "g"}]});
    a.chaine.client.put(&chemin, &main).await.attendue(200);
    let compte = a.lu("BOOK.pdf", vec![illisible()]).await;
    assert_eq!((compte.protegees, compte.mises_a_jour), (1, 0));
    produire(&a).await.attendue(201);
    regler(&a, &a.doutes().await[0], json!({"geste": "pas_un_ingredient"})).await;
    assert_eq!(a.recette("WOK").await["version"], 2);
}

#[tokio::test]
async fn a_recipe_of_nothing_but_doubts_waits_for_its_lines() {
    let a = cuisine().await;
    a.lu("BOOK.pdf", vec![wok(&[], &[doute(CodeDeDoute::LigneIllisible, "R1Z 8O")])]).await;
    produire(&a).await.refusee(409, "recette_incomplete");
    let ligne = json!({"libelle": "RIZ", "quantite": 0.08, "unite": "kg"});
    regler(&a, &a.doutes().await[0], json!({"geste": "ajouter", "ligne": ligne})).await;
    produire(&a).await.attendue(201);
}

#[tokio::test]
async fn what_is_said_of_a_doubt_is_refused_where_it_means_nothing_and_writes_nothing() {
    let a = cuisine().await;
    let poids = doute(CodeDeDoute::Poids, "150 g");
    a.lu("BOOK.pdf", vec![wok(&[("POULET", Some(120))], &[poids])]).await;
    let id = a.doutes().await[0]["id"].as_str().unwrap().to_owned();
    let chemin = format!("{DOUTES}/{id}");
    let ligne = json!({"libelle": "RIZ", "quantite": 80, "unite": "g"});
    for (corps, champ) in [
        (json!({}), "geste"),
        (json!({"geste": "oui"}), "geste"),
        (json!({"geste": "ajouter"}), "ligne"),
        (json!({"geste": "corriger"}), "ligne"),
        (json!({"geste": "juste", "ligne": ligne}), "ligne"),
        (
            json!({"geste": "ajouter", "ligne": {"libelle": "RIZ", "quantite": 0, "unite": "g"}}),
            "ligne.quantite",
        ),
        (json!({"geste": "corriger", "ligne": ligne}), "ligne.remplace"),
        (json!({"geste": "pas_un_ingredient"}), "geste"),
        (json!({"geste": "corriger", "duree_vie_jours": 3}), "duree_vie_jours"),
    ] {
        let refus = a.chaine.client.post(&chemin, &corps).await.refusee(400, "requete_invalide");
        assert_eq!(refus["erreurs"][0]["champ"], champ, "{corps} {refus}");
    }
    let inconnu = format!("{DOUTES}/{}", Uuid::nil());
    let juste = json!({"geste": "juste"});
    a.chaine.client.post(&inconnu, &juste).await.refusee(404, "doute_inconnu");
    let rien = format!("{chemin}/annuler");
    a.chaine.client.post(&rien, &json!({})).await.refusee(409, "rien_a_annuler");
    a.serveur.operateur().await.post(&chemin, &juste).await.refusee(403, "role_insuffisant");
    assert_eq!(a.nombre("select count(*) from reglement_doute").await, 0);

    let corrige =
        json!({"libelle": "POULET", "quantite": 150, "unite": "g", "remplace": "POULET 120"});
    let corps = json!({"geste": "corriger", "ligne": corrige});
    a.chaine.client.post(&chemin, &corps).await.attendue(200);
    assert_eq!(lignes(&a).await, [("POULET".to_owned(), 150)]);
    a.chaine.client.post(&chemin, &juste).await.refusee(409, "doute_regle");
}

#[tokio::test]
async fn the_weight_is_judged_again_by_what_was_said_of_other_doubts() {
    let a = cuisine().await;
    let pese = |mut lu: RecetteLue| {
        lu.poids_net_g = Some(delicego::domaine::Quantite::milliemes(200_000));
        lu
    };
    let poids = doute(CodeDeDoute::Poids, "200 g");
    let lignes_lues = [("POULET", Some(120)), ("RIZ", Some(8))];
    let lu = wok(&lignes_lues, &[doute(CodeDeDoute::SansUnite, "RIZ 8"), poids]);
    a.lu("BOOK.pdf", vec![pese(en_doute(lu, 1))]).await;
    let corriger = |grammes: i64| {
        let ligne = json!({"libelle": "RIZ", "quantite": grammes, "unite": "g"});
        json!({"geste": "corriger", "ligne": ligne})
    };
    let doutes = a.doutes().await;
    // Still wrong: what is said of it is what it is now.
    assert_eq!(regler(&a, &doutes[0], corriger(70)).await["restants"], 1);
    let phrase = a.doutes().await[0]["phrase"].as_str().unwrap().to_owned();
    assert_eq!(phrase, "Le poids net imprimé est de 200 g, les ingrédients font 190 g.");
    annuler(&a, &doutes[0]).await;
    assert_eq!(a.doutes().await.len(), 2);
    let dit = regler(&a, &doutes[0], corriger(80)).await;
    assert_eq!((&dit["restants"], &dit["completees"]), (&json!(0), &json!(1)));
    produire(&a).await.attendue(201);
    annuler(&a, &doutes[0]).await;
    assert_eq!(a.doutes().await.len(), 2);
    produire(&a).await.refusee(409, "recette_incomplete");

    // Of the weight itself: one line is not enough, and is taken back where it was said.
    let ligne =
        json!({"libelle": "POULET", "quantite": 130, "unite": "g", "remplace": "POULET 120"});
    let poids = a.doutes().await.remove(1);
    let dit = regler(&a, &poids, json!({"geste": "corriger", "ligne": ligne})).await;
    assert_eq!(dit["restants"], 2, "{dit}");
    assert_eq!(lignes(&a).await.last(), Some(&("POULET".to_owned(), 130)));
    annuler(&a, &poids).await;
    assert_eq!(lignes(&a).await[0], ("POULET".to_owned(), 120));

    // What made a right weight wrong holds the recipe, in the next edition too.
    let seul = [doute(CodeDeDoute::Texte, "voir le chef")];
    let juste = pese(wok(&[("POULET", Some(120)), ("RIZ", Some(80))], &seul));
    a.lu("BOOK.pdf", vec![juste.clone()]).await;
    let doutes = a.doutes().await;
    let ligne = json!({"libelle": "RIZ", "quantite": 50, "unite": "g"});
    let dit = regler(&a, &doutes[0], json!({"geste": "ajouter", "ligne": ligne})).await;
    assert_eq!(dit["restants"], 1);
    produire(&a).await.refusee(409, "recette_incomplete");
    let leve = a.doutes().await.remove(0);
    assert_eq!((&leve["code"], &leve["texte"]), (&json!("poids"), &json!("200 g")));
    let suivante = RecetteLue { emballage: Some("FILM".to_owned()), ..juste };
    let compte = a.lu("BOOK.pdf", vec![suivante]).await;
    assert_eq!((compte.a_verifier, compte.doutes), (1, 1));
    let leve = a.doutes().await.remove(0);
    regler(&a, &leve, json!({"geste": "juste"})).await;
    assert_eq!(a.recette("WOK").await["complete"], true);
    a.serveur.verifier();
}

/// Its name has a number that nothing explains.
fn feuille(titre: &str, grammes: i64) -> RecetteLue {
    let texte = format!("FEUILLE 22 cm {grammes}");
    let lignes = [("POULET", Some(120)), ("FEUILLE 22 cm", Some(grammes))];
    let lue = RecetteLue { titre: titre.to_owned(), ..wok(&lignes, &[]) };
    let doutes = vec![doute(CodeDeDoute::ChiffresEnTrop, &texte)];
    en_doute(RecetteLue { doutes, ..lue }, 1)
}

#[tokio::test]
async fn one_word_on_the_same_doubt_holds_for_the_whole_book_and_is_taken_back_in_one_go() {
    let a = cuisine().await;
    a.chaine.ingredient("Feuille 22 cm").await;
    a.lu("AUTRE.pdf", vec![feuille("TARTE", 9)]).await;
    let lues = vec![feuille("MAKI", 15), illisible(), feuille("BOL", 2), feuille("POKE", 40)];
    assert_eq!(a.lu("BOOK.pdf", lues).await.doutes, 4);
    let titres = async || {
        let doutes = a.doutes().await;
        let mut titres: Vec<String> =
            doutes.iter().map(|d| d["titre"].as_str().unwrap().to_owned()).collect();
        titres.sort();
        titres
    };
    let doute = a.doutes().await.into_iter().find(|d| d["titre"] == "BOL").unwrap();
    let chemin = format!("{DOUTES}/{}", doute["id"].as_str().unwrap());
    let ligne = json!({"libelle": "RIZ", "quantite": 80, "unite": "g"});
    let corps = json!({"geste": "corriger", "ligne": ligne, "partout": true});
    let refus = a.chaine.client.post(&chemin, &corps).await.refusee(400, "requete_invalide");
    assert_eq!(refus["erreurs"][0]["champ"], "partout");

    let dit = regler(&a, &doute, json!({"geste": "juste", "partout": true})).await;
    assert_eq!(
        (&dit["regles"], &dit["restants"], &dit["completees"]),
        (&json!(3), &json!(0), &json!(3))
    );
    assert_eq!(titres().await, ["TARTE", "WOK"], "another doubt, and another book, wait");
    for (titre, grammes) in [("MAKI", 15), ("BOL", 2), ("POKE", 40)] {
        let recette = a.recette(titre).await;
        assert_eq!(recette["complete"], true, "{titre}");
        assert_eq!(recette["lignes"][1]["quantite"], grammes, "each keeps its own quantity");
    }
    assert_eq!(annuler(&a, &doute).await["regles"], 3);
    assert_eq!(titres().await, ["BOL", "MAKI", "POKE", "TARTE", "WOK"]);
    assert_eq!(a.recette("POKE").await["complete"], false);
    // Without a word more, it is said of one only.
    assert_eq!(regler(&a, &doute, json!({"geste": "juste"})).await["regles"], 1);
    assert_eq!(titres().await, ["MAKI", "POKE", "TARTE", "WOK"]);
    a.serveur.verifier();
}

#[tokio::test]
async fn a_range_is_not_right_as_read_for_no_quantity_was() {
    let a = cuisine().await;
    let mut lu = wok(&[("POULET", Some(120)), ("RIZ", None)], &[]);
    lu.lignes[1].texte = "RIZ 10-15 g".to_owned();
    lu.doutes = vec![doute(CodeDeDoute::Quantite, "RIZ 10-15 g")];
    a.lu("BOOK.pdf", vec![lu]).await;
    let doutes = a.doutes().await;
    let chemin = format!("{DOUTES}/{}", doutes[0]["id"].as_str().unwrap());
    let refus = a.chaine.client.post(&chemin, &json!({"geste": "juste"})).await;
    let refus = refus.refusee(400, "requete_invalide");
    assert_eq!(refus["erreurs"][0]["champ"], "geste", "{refus}");
    assert_eq!(a.doutes().await.len(), 1);
    let ligne = json!({"libelle": "RIZ", "quantite": 12, "unite": "g"});
    regler(&a, &doutes[0], json!({"geste": "corriger", "ligne": ligne})).await;
    assert_eq!(lignes(&a).await, [("POULET".to_owned(), 120), ("RIZ".to_owned(), 12)]);
    assert_eq!(a.recette("WOK").await["complete"], true);
}
