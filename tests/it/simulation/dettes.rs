//! A magasin whose scans pass whatever the stock: what is owed, and the stock that is found for it.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rand::RngExt;
use rand::rngs::StdRng;
use rand::seq::{IndexedRandom, IteratorRandom};
use serde_json::{Value, json};

use super::declarations::{Dire, Faite};
use super::gestes::{Geste, Vise, etiquette, recevoir, tirer as tirer_un_geste};
use super::modele::{Code, Lot, Milli};
use super::partie::{PATRONS, Partie, jours, milli, texte};
use crate::outils::Reponse;

/// What people do there: scans and what closes debts, more often than elsewhere.
pub fn tirer(p: &Partie, rng: &mut StdRng) -> Geste {
    let magasin = p.m.magasins.iter().position(|m| m.a_compte).expect("un magasin à compte");
    let jour = jours()[rng.random_range(2..4)];
    if !p.m.magasins[magasin].plans.contains_key(&jour) {
        let lignes = (0..PATRONS.len()).map(|r| (r, 5_000)).collect();
        return Geste::Planifier { magasin, jour, lignes };
    }
    let visee = (magasin, jour, rng.random_range(0..PATRONS.len()));
    let scanner = Geste::Declarer { visee, dire: Dire::Scan };
    match rng.random_range(0..100) {
        0..35 => scanner,
        35..45 => Geste::Declarer { visee, dire: Dire::Annuler },
        45..75 => trouver(p, rng, magasin).unwrap_or(scanner),
        75..83 => recevoir(rng, magasin),
        _ => tirer_un_geste(p, rng, magasin),
    }
}

/// Where something is owed: mostly a lot of that ingredient, mostly usable on that day.
fn trouver(p: &Partie, rng: &mut StdRng, magasin: usize) -> Option<Geste> {
    let m = &p.m.magasins[magasin];
    let ouverts = faites(p, magasin).flat_map(|(_, f)| &f.dus);
    let (article, (du, _)) = ouverts.choose(rng)?;
    let lot = m.lots.keys().choose(rng).filter(|_| rng.random_bool(0.15));
    let vise = match lot {
        Some(lot) => Vise::Lot(lot.clone()),
        None => {
            let (code, dlc) = etiquette(rng);
            Vise::Etiquette { article: *article, code, dlc }
        }
    };
    // Sometimes one that is no longer owed.
    let solde = m.soldees.choose(rng).filter(|_| rng.random_bool(0.1));
    Some(Geste::Regulariser { magasin, du: solde.unwrap_or(du).clone(), vise })
}

fn faites(p: &Partie, magasin: usize) -> impl Iterator<Item = (&NaiveDate, &Faite)> {
    let lignes = p.m.magasins[magasin].faites.iter();
    lignes.flat_map(|((jour, _), faites)| faites.iter().map(move |f| (jour, f)))
}

/// It enters the lot where it was found and leaves it at once: the balance stays.
pub async fn regulariser(p: &mut Partie, magasin: usize, (du, vise): (&str, &Vise), r: Reponse) {
    let dette = faites(p, magasin).find_map(|(jour, f)| {
        let (article, (_, q)) = f.dus.iter().find(|(_, (id, _))| id == du)?;
        Some((*jour, f.lot.clone(), *article, *q))
    });
    match dette {
        None => drop(r.refusee(409, "manque_deja_regularise")),
        Some(dette) => payer(p, magasin, (dette, vise), (du, r)),
    }
    p.comparer_stock(magasin, Vec::new()).await;
    for jour in jours() {
        super::preparation::relire_faites(p, magasin, jour).await;
    }
    comparer(p, magasin).await;
}

fn payer(
    p: &mut Partie,
    magasin: usize,
    ((jour, faite, article, quantite), vise): ((NaiveDate, String, usize, Milli), &Vise),
    (du, r): (&str, Reponse),
) {
    let m = &mut p.m.magasins[magasin];
    let connu = vise.lot(&m.lots);
    let trouve = match (&connu, vise) {
        (Some(id), _) => m.lots[id].clone(),
        (None, Vise::Etiquette { code, dlc, .. }) => Lot {
            article,
            code: Code::Donne(code.clone()),
            dlc: *dlc,
            etat: "libre",
            solde: 0,
            recu_le: None,
        },
        (None, Vise::Lot(id)) => panic!("lot inconnu {id}"),
    };
    if trouve.article != article {
        r.refusee(400, "requete_invalide");
        return;
    }
    if trouve.etat != "libre" || trouve.dlc.is_some_and(|dlc| dlc < jour) {
        r.refusee(409, "lot_inutilisable");
        return;
    }
    let lue = r.attendue(201);
    assert_eq!((&lue["manque_id"], milli(&lue["quantite"])), (&json!(du), quantite));
    let lot = texte(&lue["lot_id"]);
    assert!(connu.is_none_or(|connu| connu == lot), "{lue}");
    m.lots.entry(lot.clone()).or_insert(trouve);
    m.soldees.push(du.to_owned());
    let faite = m.faites.values_mut().flatten().find(|f| f.lot == faite).expect("production");
    faite.dus.remove(&article);
    *faite.pris.entry(lot).or_default() += quantite;
}

/// The list that the manager reads holds what the model says is owed, and nothing else.
pub async fn comparer(p: &Partie, magasin: usize) {
    let m = &p.m.magasins[magasin];
    let chemin = format!("/api/interne/manques?magasin_id={}&limite=1000", m.id);
    let liste = p.gens[1].get(&chemin).await.attendue(200);
    assert_eq!(liste["suivant"], Value::Null);
    let dite = |l: &Value| {
        let (date, article) = (texte(&l["date"]), p.article(&texte(&l["ingredient_id"])));
        (texte(&l["id"]), (date, texte(&l["recette_id"]), article, milli(&l["quantite"])))
    };
    let lus: BTreeMap<_, _> =
        liste["elements"].as_array().expect("manques").iter().map(dite).collect();
    let mut voulus = BTreeMap::new();
    for (jour, faite) in faites(p, magasin) {
        for (article, (id, du)) in &faite.dus {
            let recette = faite.recette.id.clone();
            voulus.insert(id.clone(), (jour.to_string(), recette, *article, *du));
        }
    }
    assert_eq!(lus, voulus);
}

/// What each production of that day still owes, by the lot it made.
pub async fn du_jour(
    p: &Partie,
    magasin: usize,
    jour: NaiveDate,
) -> BTreeMap<String, BTreeMap<usize, (String, Milli)>> {
    let sql = "select p.lot_id::text, m.article_id::text, m.id::text, m.restant
                 from manque m
                 join lot_production p on p.magasin_id = m.magasin_id
                                      and p.id = m.lot_production_id
                where m.magasin_id = $1::uuid and p.date_jour = $2 and m.restant > 0";
    let mut c = p.serveur.base().lire().await.expect("connexion");
    let lus: Vec<(String, String, String, Milli)> = sqlx::query_as(sql)
        .bind(&p.m.magasins[magasin].id)
        .bind(jour)
        .fetch_all(&mut *c)
        .await
        .expect("manques");
    let mut dus: BTreeMap<String, BTreeMap<_, _>> = BTreeMap::new();
    for (lot, article, id, restant) in lus {
        dus.entry(lot).or_default().insert(p.article(&article), (id, restant));
    }
    dus
}
