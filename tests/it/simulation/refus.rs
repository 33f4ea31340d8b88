//! Requests that must be refused, whatever the state of the game; nothing is written.

use rand::rngs::StdRng;
use rand::seq::{IndexedRandom, IteratorRandom};
use reqwest::Method;
use serde_json::{Value, json};

use super::partie::{Demande, Partie, jours};
use crate::outils::chaine::{PRODUIRE, jour};

const INCONNU: &str = "01890000-0000-7000-8000-000000000000";

pub async fn jouer(p: &mut Partie, rng: &mut StdRng, magasin: usize) {
    let refus = tous(p, rng, magasin);
    let (corps, statut, code) = refus.choose(rng).expect("refus");
    let mut demande = corps.clone();
    demande.cle = Some(format!("refus-{}", p.bilan.values().sum::<usize>()));
    for _deux_fois in 0..2 {
        p.envoyer(&demande).await.refusee(*statut, code);
    }
    p.compter("demande fausse", false);
    p.comparer_stock(magasin, Vec::new()).await;
    for le in jours() {
        p.comparer_plan(magasin, le).await;
    }
}

fn tous(p: &Partie, rng: &mut StdRng, magasin: usize) -> Vec<(Demande, u16, &'static str)> {
    let m = &p.m.magasins[magasin];
    let recette = |rang: usize| p.m.recettes[rang].id.as_str();
    let riz = p.m.articles[0].id.as_str();
    let production = |magasin: &str, le: &str, recette: &str, q: Value| {
        let ligne = json!({"recette_id": recette, "quantite_a_produire": q});
        Demande::post(PRODUIRE, json!({"magasin_id": magasin, "date_jour": le, "lignes": [ligne]}))
    };
    let reception = |article: &str, q: Value| {
        let ligne = json!({"ingredient_id": article, "quantite": q, "unite": "g"});
        let bonne = json!({"ingredient_id": riz, "quantite": 5, "unite": "kg"});
        let corps = json!({"magasin_id": m.id, "lignes": [bonne, ligne]});
        Demande::post("/api/interne/receptions", corps)
    };
    let scan = |magasin: &str, gencode: &str| {
        let corps = json!({"magasin_id": magasin, "date": jour(0), "gencode": gencode});
        Demande::post("/api/interne/production-preparation/scan", corps)
    };
    let invalide = "requete_invalide";
    let mut refus = vec![
        (production(&m.id, jour(0), INCONNU, json!(1)), 404, "recette_inconnue"),
        (production(INCONNU, jour(0), recette(2), json!(1)), 404, "magasin_inconnu"),
        (production(&m.id, "1999-12-31", recette(2), json!(1)), 400, invalide),
        (production(&m.id, jour(1), recette(2), json!(1)), 409, "jour_hors_fenetre"),
        (production(&m.id, jour(-61), recette(2), json!(1)), 409, "jour_hors_fenetre"),
        // Of yesterday none is asked for until four in the morning.
        (production(&m.id, jour(-2), recette(2), json!(1)), 400, invalide),
        (production(&m.id, jour(0), recette(2), json!(0)), 400, invalide),
        (production(&m.id, jour(0), recette(2), json!(0.0001)), 400, invalide),
        (production(&m.id, jour(0), recette(2), json!("3")), 400, invalide),
        (production(&m.id, jour(0), recette(2), json!(900_000_000)), 409, "stock_insuffisant"),
        (scan(&m.id, "3760000000000"), 404, "gencode_inconnu"),
        (scan(&m.id, " "), 400, invalide),
        (scan(INCONNU, "3760001000"), 404, "magasin_inconnu"),
        (reception(INCONNU, json!(1)), 404, "ingredient_inconnu"),
        (reception(riz, json!(-1)), 400, invalide),
        // Eggs have no weight here.
        (reception(&p.m.articles[2].id, json!(50)), 400, invalide),
    ];
    if p.m.recettes[1].lignes.contains_key(&6) {
        refus.push((cycle(p), 400, invalide));
    }
    let autre = &p.m.magasins[1 - magasin];
    if let Some(lot) = autre.lots.keys().choose(rng) {
        let corps = json!({"magasin_id": m.id, "lot_id": lot, "quantite": 1, "unite": "g",
            "motif": "lot d'un autre magasin"});
        refus.push((Demande::post("/api/interne/pertes", corps), 404, "lot_inconnu"));
    }
    refus
}

/// The sauce from the rice that is cooked with it.
fn cycle(p: &Partie) -> Demande {
    let chemin = format!("/api/interne/recettes/{}", p.m.recettes[0].id);
    let corps = p.corps_recette(0, (1000, None), &[(7, 1000)]);
    Demande { methode: Method::PUT, ..Demande::post(&chemin, corps) }
}
