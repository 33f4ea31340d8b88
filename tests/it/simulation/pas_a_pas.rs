//! One at a time: status, answer, every balance and every line are foretold.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use serde_json::{Value, json};

use super::gestes::{Geste, Vise, demander};
use super::modele::{Code, Effet, Ligne, Lot, Manque, Milli};
use super::partie::{Demande, Partie, milli, sommer};
use super::{dettes, preparation};
use crate::outils::Reponse;
use crate::outils::chaine::date;

pub async fn jouer(p: &mut Partie, rng: &mut StdRng, geste: &Geste) {
    let demande = demander(p, rng, geste);
    let reponse = p.envoyer(&demande).await;
    let (texte, statut) = (reponse.texte.clone(), reponse.statut);
    assert!(!reponse.rejouee, "première fois : {texte}");
    appliquer(p, geste, reponse).await;
    let accepte = statut < 300;
    p.compter(geste.nom(), accepte);
    if accepte && demande.cle.is_some() {
        p.rejouables.push((demande, statut, texte));
    }
}

async fn appliquer(p: &mut Partie, geste: &Geste, r: Reponse) {
    match geste {
        Geste::Produire { magasin, jour, liste } => produire(p, (*magasin, *jour), liste, r).await,
        Geste::Declarer { visee, dire } => preparation::declarer(p, *visee, *dire, r).await,
        Geste::Regulariser { magasin, du, vise } => {
            dettes::regulariser(p, *magasin, (du, vise), r).await;
        }
        Geste::Recevoir { magasin, lots } => recevoir(p, *magasin, lots, r).await,
        Geste::Corriger { magasin, vise, quantite, perte } => {
            corriger(p, (*magasin, vise), (*quantite, *perte), r).await;
        }
        Geste::Etat { magasin, lot, etat } => {
            r.attendue(201);
            p.m.magasins[*magasin].lots.get_mut(lot).expect("lot").etat = etat;
            p.comparer_stock(*magasin, Vec::new()).await;
        }
        Geste::Planifier { magasin, jour, lignes } => {
            planifier(p, (*magasin, *jour), lignes, r).await;
        }
        Geste::Changer { recette, rendement, duree, lignes } => {
            r.attendue(200);
            let recette = &mut p.m.recettes[*recette];
            (recette.rendement, recette.duree) = (*rendement, *duree);
            recette.lignes = sommer(lignes);
        }
    }
}

pub async fn produire(
    p: &mut Partie,
    (magasin, jour): (usize, NaiveDate),
    liste: &BTreeMap<usize, Milli>,
    r: Reponse,
) {
    let sorties = match p.m.produire((magasin, jour), liste) {
        Err(manques) => {
            let refus = r.refusee(409, "stock_insuffisant");
            assert_eq!(refus["manques"], dire_manques(p, &manques));
            Vec::new()
        }
        Ok(effet) => {
            verifier_reponse(p, &effet, &r.attendue(201));
            let m = &mut p.m.magasins[magasin];
            m.compter(jour, liste);
            for (id, solde) in effet.soldes {
                m.lots.get_mut(&id).expect("lot").solde = solde;
            }
            effet.sorties
        }
    };
    p.comparer_stock(magasin, sorties).await;
    p.comparer_plan(magasin, jour).await;
    preparation::relire_faites(p, magasin, jour).await;
    preparation::comparer_ecran(p, magasin, jour).await;
}

fn verifier_reponse(p: &Partie, effet: &Effet, lue: &Value) {
    let mut besoins: Vec<_> = effet
        .besoins
        .iter()
        .map(|(a, q)| (p.m.articles[*a].nom, p.m.articles[*a].id.clone(), *q))
        .collect();
    besoins.sort();
    let lus: Vec<_> = lue["besoins"]
        .as_array()
        .expect("besoins")
        .iter()
        .map(|b| {
            let article = &p.m.articles[p.article(b["ingredient_id"].as_str().expect("id"))];
            assert_eq!(
                (&b["ingredient_nom"], &b["unite"]),
                (&json!(article.nom), &json!(article.unite))
            );
            (article.nom, article.id.clone(), milli(&b["quantite"]))
        })
        .collect();
    assert_eq!(lus, besoins);
    let compte = |champ: &str| lue[champ].as_u64().expect("compte");
    assert_eq!(compte("lots_crees"), effet.sorties.len() as u64);
    assert_eq!(
        compte("mouvements_stock_crees"),
        compte("lots_crees") + compte("consommations_creees")
    );
    assert!(compte("consommations_creees") >= effet.soldes.len() as u64);
    assert_eq!(lue["warnings"], json!([]));
}

pub fn dire_manques(p: &Partie, manques: &BTreeMap<usize, Manque>) -> Value {
    use super::partie::nombre;
    let mut dits: Vec<_> = manques.iter().map(|(a, m)| (&p.m.articles[*a], m)).collect();
    dits.sort_by_key(|(a, _)| a.nom);
    let json = dits.into_iter().map(|(a, m)| {
        json!({"ingredient_id": a.id, "ingredient_nom": a.nom, "unite": a.unite,
            "besoin": nombre(m.besoin), "disponible": nombre(m.disponible),
            "manque": nombre(m.manque), "perime": nombre(m.perime), "bloque": nombre(m.bloque)})
    });
    canonique(json.collect())
}

/// Numbers without needless zeros, as the program writes them.
fn canonique(mut v: Value) -> Value {
    match &mut v {
        Value::Array(l) => l.iter_mut().for_each(|x| *x = canonique(x.take())),
        Value::Object(o) => o.values_mut().for_each(|x| *x = canonique(x.take())),
        Value::Number(n) => {
            let texte = n.to_string();
            let texte = texte.trim_end_matches('0').trim_end_matches('.');
            return serde_json::from_str(if texte.is_empty() { "0" } else { texte })
                .expect("nombre");
        }
        _ => {}
    }
    v
}

async fn recevoir(p: &mut Partie, magasin: usize, lots: &[Lot], r: Reponse) {
    let recue = r.attendue(201);
    let ids = recue["lots"].as_array().expect("lots");
    let articles: Vec<_> =
        ids.iter().map(|l| p.article(l["ingredient_id"].as_str().expect("id"))).collect();
    assert_eq!(articles, lots.iter().map(|l| l.article).collect::<Vec<_>>());
    let perimes = lots.iter().filter(|l| l.dlc.is_some_and(|dlc| dlc < date(0))).count();
    assert_eq!(recue["warnings"].as_array().expect("warnings").len(), perimes);
    for (id, lot) in ids.iter().zip(lots) {
        let id = id["lot_id"].as_str().expect("lot_id").to_owned();
        p.m.magasins[magasin].lots.insert(id, lot.clone());
    }
    p.comparer_stock(magasin, Vec::new()).await;
}

async fn corriger(
    p: &mut Partie,
    (magasin, vise): (usize, &Vise),
    (quantite, perte): (Milli, bool),
    r: Reponse,
) {
    let variation = if perte { -quantite } else { quantite };
    let lots = &mut p.m.magasins[magasin].lots;
    let vise_connu = vise.lot(lots);
    let mut nouveaux = Vec::new();
    match (vise_connu, vise) {
        (None, Vise::Etiquette { .. }) if perte => drop(r.refusee(404, "lot_inconnu")),
        (None, Vise::Etiquette { article, code, dlc }) if variation > 0 => {
            assert_eq!(milli(&r.attendue(201)["solde"]), variation);
            nouveaux.push(Lot {
                article: *article,
                code: Code::Donne(code.clone()),
                dlc: *dlc,
                etat: "libre",
                solde: variation,
                recu_le: None,
            });
        }
        (Some(id), _) if lots[&id].solde + variation >= 0 => {
            let lot = lots.get_mut(&id).expect("lot");
            lot.solde += variation;
            let corrige = r.attendue(201);
            assert_eq!((milli(&corrige["solde"]), &corrige["lot_id"]), (lot.solde, &json!(id)));
        }
        _ => drop(r.refusee(409, "solde_insuffisant")),
    }
    p.comparer_stock(magasin, nouveaux).await;
}

async fn planifier(
    p: &mut Partie,
    (magasin, jour): (usize, NaiveDate),
    lignes: &BTreeMap<usize, Milli>,
    r: Reponse,
) {
    let avant = p.m.magasins[magasin].plans.get(&jour).cloned().unwrap_or_default();
    let perdue = avant.iter().any(|(r, l)| l.produite > 0 && !lignes.contains_key(r));
    if perdue {
        r.refusee(409, "ligne_deja_produite");
    } else {
        let plan: BTreeMap<usize, Ligne> = lignes
            .iter()
            .map(|(r, q)| {
                (*r, Ligne { planifiee: *q, produite: avant.get(r).map_or(0, |l| l.produite) })
            })
            .collect();
        let lu = p.lire_plan(&r.attendue(200));
        assert!(lu.iter().all(|(r, t)| *t == (plan[r].planifiee, plan[r].produite)), "{lu:?}");
        let m = &mut p.m.magasins[magasin];
        m.plans.insert(jour, plan);
        // A line taken off begins anew.
        m.dites.retain(|(j, recette), _| *j != jour || lignes.contains_key(recette));
    }
    p.comparer_plan(magasin, jour).await;
    besoins(p, magasin, jour).await;
}

/// What the rest of the plan needs, beside what there is.
pub async fn besoins(p: &Partie, magasin: usize, jour: NaiveDate) {
    let m = &p.m.magasins[magasin];
    let chemin = format!("/api/interne/plans/{}/{jour}/besoins", m.id);
    let reponse = p.gens[1].get(&chemin).await;
    if !m.plans.contains_key(&jour) {
        reponse.refusee(404, "plan_absent");
        return;
    }
    let lus: BTreeMap<usize, Vec<Milli>> = reponse.attendue(200)["besoins"]
        .as_array()
        .expect("besoins")
        .iter()
        .map(|b| {
            let champs = ["besoin", "disponible", "prevu_au_plan", "manque", "perime", "bloque"];
            let article = p.article(b["ingredient_id"].as_str().expect("id"));
            (article, champs.iter().map(|c| milli(&b[*c])).collect())
        })
        .collect();
    let voulus: BTreeMap<usize, Vec<Milli>> =
        p.m.reste(magasin, jour)
            .into_iter()
            .map(|(article, (besoin, prevu))| {
                let (disponible, perime, bloque) = m.bilan(article, jour);
                let manque = (besoin - disponible - prevu).max(0);
                (article, vec![besoin, disponible, prevu, manque, perime, bloque])
            })
            .collect();
    assert_eq!(lus, voulus);
}

/// Asks again what was done: the same answer, and nothing more is done. Then something else with
/// the same key.
pub async fn rejouer(p: &mut Partie, rng: &mut StdRng) {
    let Some((demande, statut, texte)) = p.rejouables.choose(rng).cloned() else { return };
    let reponse = p.envoyer(&demande).await;
    assert_eq!((reponse.statut, &reponse.texte, reponse.rejouee), (statut, &texte, true));
    let mut autre = Demande { corps: demande.corps.clone(), ..demande };
    autre.corps["note"] = json!("autre chose");
    p.envoyer(&autre).await.refusee(409, "cle_deja_utilisee");
    p.compter("cle rejouee", true);
    p.comparer_tout().await;
}
