//! « All that is left » of a day, played beside declarations: what the kitchen settled stays.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use serde_json::json;

use super::declarations::Dire;
use super::partie::{Demande, Partie, est_passe, jours, texte};
use super::pas_a_pas;
use crate::outils::chaine::PRODUIRE;

pub async fn produire(p: &mut Partie, rng: &mut StdRng, magasin: usize) {
    let jour = *jours().choose(rng).expect("jour");
    let mut corps = json!({"magasin_id": p.m.magasins[magasin].id, "date_jour": jour});
    if est_passe(jour) {
        corps["motif"] = json!("oublié hier");
    }
    let r = p.envoyer(&Demande::post(PRODUIRE, corps)).await;
    if !p.m.magasins[magasin].plans.contains_key(&jour) {
        r.refusee(404, "plan_absent");
        return;
    }
    let (accepte, liste) = (r.statut == 201, p.m.magasins[magasin].reste(jour));
    if accepte {
        let lue = r.clone().attendue(201);
        let lues = lue["reglees"].as_array().expect("réglées").iter();
        let lues: BTreeMap<String, String> =
            lues.map(|l| (texte(&l["recette_id"]), texte(&l["type"]))).collect();
        assert_eq!(lues, reglees(p, magasin, jour));
    }
    p.compter("tout le reste", accepte);
    match liste.is_empty() {
        true => assert_eq!(r.attendue(201)["lots_crees"], 0),
        false => pas_a_pas::produire(p, (magasin, jour), &liste, r).await,
    }
}

fn reglees(p: &Partie, magasin: usize, jour: NaiveDate) -> BTreeMap<String, String> {
    let m = &p.m.magasins[magasin];
    let lignes = m.plans[&jour].iter().filter(|(_, l)| l.est_montree());
    let dites = lignes.filter_map(|(recette, l)| {
        let derniere = m.derniere((jour, *recette)).filter(|d| d.regle(*l))?;
        let mot = match derniere.dire {
            Dire::NonProduit(_) => "NON_PRODUIT",
            Dire::Ajuste(_) => "AJUSTE",
            _ => return None,
        };
        Some((p.m.recettes[*recette].id.clone(), mot.to_owned()))
    });
    dites.collect()
}
