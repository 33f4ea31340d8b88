//! Several people at once: whose turn came first is unknown, what does not depend on it is proved.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate};
use rand::RngExt;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use tokio::task::JoinSet;

use super::declarations::Dire;
use super::gestes::{Geste, demander, tirer};
use super::modele::{Ligne, Lot, Milli};
use super::partie::{Demande, EN_PIECES, Partie, envoyer, hasard, jours, texte};
use super::preparation::{comparer_ecran, relire_faites};
use crate::outils::Reponse;

struct Tentative {
    geste: Geste,
    demande: Demande,
    accepte: bool,
}

/// Only productions of one day that make nothing the others use: which were accepted may vary, but
/// together they take exactly what one production of them all would take.
pub async fn produire_ensemble(p: &mut Partie, rng: &mut StdRng, magasin: usize) {
    let jour = *jours().choose(rng).expect("jour");
    let gestes = (0..rng.random_range(4..=12)).map(|_| {
        let mut liste = BTreeMap::new();
        for _ in 0..rng.random_range(1..=2) {
            *liste.entry(rng.random_range(2..5)).or_insert(0) += hasard(rng, 8_000);
        }
        Geste::Produire { magasin, jour, liste }
    });
    let gestes = gestes.collect();
    let tentatives = lancer(p, rng, gestes).await;
    let acceptees: Vec<_> = productions(&tentatives, true).map(|(_, l)| l.clone()).collect();
    let ensemble = additionner(&acceptees);
    let effet = p.m.produire((magasin, jour), &ensemble);
    let effet = effet.unwrap_or_else(|m| panic!("accepté sans le stock : {m:?}"));
    let recettes = &p.m.recettes;
    let une = |(r, q): (&usize, &Milli)| p.m.sortie(&recettes[*r], jour, *q);
    let sorties: Vec<Lot> = acceptees.iter().flatten().map(une).collect();
    let m = &mut p.m.magasins[magasin];
    for (id, solde) in effet.soldes {
        m.lots.get_mut(&id).expect("lot").solde = solde;
    }
    m.compter(jour, &ensemble);
    p.comparer_stock(magasin, sorties).await;
    p.comparer_plan(magasin, jour).await;
    relire_faites(p, magasin, jour).await;
    for (_, refusee) in productions(&tentatives, false) {
        // Stock only went down. A need may vary by a thousandth with the turn it came in.
        let court = p.m.besoins((magasin, jour), refusee).into_iter();
        let mut court = court.map(|(a, b)| (b, p.m.magasins[magasin].bilan(a, jour).0));
        assert!(court.any(|(besoin, la)| la <= besoin), "refusé avec le stock : {refusee:?}");
    }
}

/// Anything at once, on days that have a plan or on one that has none yet.
pub async fn melanger(p: &mut Partie, rng: &mut StdRng, magasin: usize) {
    p.compter("jour neuf", true);
    let neuf = jours()[0] - Days::new(7 + p.bilan["jour neuf accepte"] as u64 % 45);
    let jour = rng.random_bool(0.5).then_some(neuf);
    let mut gestes: Vec<Geste> = Vec::new();
    for _ in 0..rng.random_range(4..=12) {
        let mut geste = tirer(p, rng, magasin);
        if let (
            Geste::Produire { jour: j, .. }
            | Geste::Planifier { jour: j, .. }
            | Geste::Declarer { visee: (_, j, _), .. },
            Some(neuf),
        ) = (&mut geste, jour)
        {
            *j = neuf;
        }
        // Of all that is said of a line, only scans come to the same in whatever order.
        if let Geste::Declarer { dire, visee: (_, _, recette) } = &mut geste {
            *dire = Dire::Scan;
            // What is counted in pieces: the others are not scanned.
            *recette = EN_PIECES[*recette % EN_PIECES.len()];
        }
        if gestes.iter().all(|g| compatibles(g, &geste) && compatibles(&geste, g)) {
            gestes.push(geste);
        }
    }
    let tentatives = lancer(p, rng, gestes).await;
    let avant = p.m.magasins[magasin].lots.clone();
    let totaux = totaux_attendus(p, magasin, &tentatives);
    relire_stock(p, magasin, (avant, totaux), &tentatives).await;
    relire_plans(p, magasin, &tentatives).await;
    for tentative in tentatives.into_iter().filter(|t| t.accepte) {
        if let Geste::Changer { recette, rendement, duree, lignes } = tentative.geste {
            let recette = &mut p.m.recettes[recette];
            (recette.rendement, recette.duree) = (rendement, duree);
            recette.lignes = super::partie::sommer(&lignes);
        }
    }
}

/// What would make the outcome depend on the turn is not drawn.
fn compatibles(a: &Geste, b: &Geste) -> bool {
    match (a, b) {
        (Geste::Changer { recette, .. }, Geste::Produire { liste, .. }) => {
            !liste.contains_key(recette)
        }
        (Geste::Changer { recette, .. }, Geste::Declarer { visee, .. }) => *recette != visee.2,
        // A production raises what is planned to what is made: scans before it count for that.
        (Geste::Declarer { visee, .. }, Geste::Produire { jour, liste, .. }) => {
            visee.1 != *jour || !liste.contains_key(&visee.2)
        }
        // A line that one takes off and the other puts back begins anew.
        (Geste::Planifier { jour: a, .. }, Geste::Planifier { jour: b, .. }) => a != b,
        (Geste::Changer { recette: a, .. }, Geste::Changer { recette: b, .. }) => a != b,
        (Geste::Etat { lot: a, .. }, Geste::Etat { lot: b, .. }) => a != b,
        _ => true,
    }
}

/// Sends all at once, some twice with the same key.
async fn lancer(p: &mut Partie, rng: &mut StdRng, gestes: Vec<Geste>) -> Vec<Tentative> {
    let mut enjeu = JoinSet::new();
    let demandes: Vec<_> = gestes.iter().map(|g| demander(p, rng, g)).collect();
    for (rang, demande) in demandes.iter().enumerate() {
        let fois = if demande.cle.is_some() && rng.random_bool(0.4) { 2 } else { 1 };
        for _ in 0..fois {
            let (client, demande) = (p.gens[demande.qui].clone(), demande.clone());
            enjeu.spawn(async move { (rang, envoyer(&client, &demande).await) });
        }
    }
    let mut reponses: BTreeMap<usize, Vec<Reponse>> = BTreeMap::new();
    while let Some(recue) = enjeu.join_next().await {
        let (rang, reponse) = recue.expect("réponse");
        reponses.entry(rang).or_default().push(reponse);
    }
    let mut tentatives = Vec::new();
    for ((geste, demande), (_, reponses)) in gestes.into_iter().zip(demandes).zip(reponses) {
        let faite = juger(&geste, reponses);
        let (nom, accepte) = (format!("ensemble : {}", geste.nom()), faite.is_some());
        p.compter(&nom, accepte);
        if let (Some((statut, texte)), true) = (faite, demande.cle.is_some()) {
            p.rejouables.push((demande.clone(), statut, texte));
        }
        tentatives.push(Tentative { geste, demande, accepte });
    }
    tentatives
}

/// Done once at most, whoever asked twice; nothing but what may be answered.
fn juger(geste: &Geste, reponses: Vec<Reponse>) -> Option<(u16, String)> {
    let (accepte, refus) = match geste {
        Geste::Produire { .. } => (201, "stock_insuffisant"),
        Geste::Declarer { .. } => (200, "stock_insuffisant"),
        Geste::Corriger { .. } => (201, "solde_insuffisant"),
        Geste::Planifier { .. } => (200, "ligne_deja_produite"),
        Geste::Changer { .. } => (200, ""),
        Geste::Regulariser { .. } => panic!("seulement l'un après l'autre"),
        Geste::Recevoir { .. } | Geste::Etat { .. } => (201, ""),
    };
    let (faites, refusees): (Vec<_>, Vec<_>) =
        reponses.into_iter().partition(|r| r.statut == accepte);
    for r in refusees {
        if matches!(geste, Geste::Declarer { .. }) && r.statut == 404 {
            let code = texte(&r.corps["code"]);
            assert!(["plan_absent", "recette_hors_plan"].contains(&&*code), "{}", r.texte);
            continue;
        }
        let absent = r.statut == 404 && matches!(geste, Geste::Corriger { perte: true, .. });
        r.refusee(if absent { 404 } else { 409 }, if absent { "lot_inconnu" } else { refus });
    }
    let premiere = faites.first()?;
    assert_eq!(faites.iter().filter(|r| !r.rejouee).count(), 1, "{faites:?}");
    assert!(faites.iter().all(|r| r.texte == premiere.texte), "{faites:?}");
    Some((accepte, premiere.texte.clone()))
}

fn productions(
    tentatives: &[Tentative],
    accepte: bool,
) -> impl Iterator<Item = (NaiveDate, &BTreeMap<usize, Milli>)> {
    tentatives.iter().filter(move |t| t.accepte == accepte).filter_map(|t| match &t.geste {
        Geste::Produire { jour, liste, .. } => Some((*jour, liste)),
        _ => None,
    })
}

fn additionner(listes: &[BTreeMap<usize, Milli>]) -> BTreeMap<usize, Milli> {
    let mut somme = BTreeMap::new();
    for (recette, quantite) in listes.iter().flatten() {
        *somme.entry(*recette).or_insert(0) += quantite;
    }
    somme
}

/// One each.
fn scans(tentatives: &[Tentative]) -> impl Iterator<Item = (NaiveDate, usize)> {
    tentatives.iter().filter(|t| t.accepte).filter_map(|t| match &t.geste {
        Geste::Declarer { visee: (_, jour, recette), .. } => Some((*jour, *recette)),
        _ => None,
    })
}

fn par_jour(tentatives: &[Tentative]) -> BTreeMap<NaiveDate, BTreeMap<usize, Milli>> {
    let mut jours: BTreeMap<NaiveDate, Vec<_>> = BTreeMap::new();
    for (jour, liste) in productions(tentatives, true) {
        jours.entry(jour).or_default().push(liste.clone());
    }
    jours.into_iter().map(|(jour, listes)| (jour, additionner(&listes))).collect()
}

/// Of each article: what there was, received, corrected, lost, consumed and made.
fn totaux_attendus(p: &Partie, magasin: usize, tentatives: &[Tentative]) -> Vec<Milli> {
    let m = &p.m.magasins[magasin];
    let mut totaux: Vec<_> = (0..p.m.articles.len()).map(|a| m.total(a)).collect();
    let mut faits = par_jour(tentatives);
    for (jour, recette) in scans(tentatives) {
        *faits.entry(jour).or_default().entry(recette).or_default() += 1000;
    }
    for (jour, liste) in faits {
        for (article, besoin) in p.m.besoins((magasin, jour), &liste) {
            totaux[article] -= besoin;
        }
        for (recette, quantite) in liste {
            totaux[p.m.recettes[recette].article] += quantite;
        }
    }
    for geste in tentatives.iter().filter(|t| t.accepte).map(|t| (&t.geste, &t.demande)) {
        match geste {
            (Geste::Recevoir { lots, .. }, _) => {
                lots.iter().for_each(|l| totaux[l.article] += l.solde);
            }
            (Geste::Corriger { quantite, perte, .. }, demande) => {
                let lot = demande.corps["lot_id"].as_str().map(|id| m.lots[id].article);
                let nomme = demande.corps["ingredient_id"].as_str().map(|id| p.article(id));
                let article = lot.or(nomme).expect("article");
                totaux[article] += if *perte { -quantite } else { *quantite };
            }
            _ => {}
        }
    }
    totaux
}

async fn relire_stock(
    p: &mut Partie,
    magasin: usize,
    (avant, totaux): (BTreeMap<String, Lot>, Vec<Milli>),
    tentatives: &[Tentative],
) {
    let lus: BTreeMap<String, Lot> =
        p.stock(magasin, 1000).await.iter().map(|l| (texte(&l["lot_id"]), p.lire_lot(l))).collect();
    let changes: BTreeMap<&str, &str> = tentatives
        .iter()
        .filter(|t| t.accepte)
        .filter_map(|t| match &t.geste {
            Geste::Etat { lot, etat, .. } => Some((lot.as_str(), *etat)),
            _ => None,
        })
        .collect();
    for (id, lot) in &avant {
        let lu = lus.get(id).unwrap_or_else(|| panic!("lot disparu {id}"));
        let etat = changes.get(id.as_str()).unwrap_or(&lot.etat);
        assert_eq!((lu.article, lu.dlc, lu.etat), (lot.article, lot.dlc, *etat), "lot {id}");
    }
    assert!(lus.values().all(|l| l.solde >= 0), "{lus:?}");
    p.m.magasins[magasin].lots = lus;
    let lus: Vec<_> = (0..totaux.len()).map(|a| p.m.magasins[magasin].total(a)).collect();
    assert_eq!(lus, totaux, "totaux par article");
}

/// Whether a plan took a line off before or after a production put it back is not known: a line that
/// has nothing said of it has begun anew.
async fn oublier_les_retirees(p: &mut Partie, magasin: usize, jour: NaiveDate) {
    let sql = "select recette_id::text from ligne_plan_production
                where magasin_id = $1::uuid and date_jour = $2 and derniere_declaration is not null";
    let mut c = p.serveur.base().lire().await.expect("connexion");
    let dites: Vec<String> = sqlx::query_scalar(sql)
        .bind(&p.m.magasins[magasin].id)
        .bind(jour)
        .fetch_all(&mut *c)
        .await
        .expect("lignes");
    drop(c);
    let recettes = &p.m.recettes;
    let m = &mut p.m.magasins[magasin];
    m.dites.retain(|(j, recette), _| *j != jour || dites.contains(&recettes[*recette].id));
}

async fn relire_plans(p: &mut Partie, magasin: usize, tentatives: &[Tentative]) {
    let mut touches: BTreeSet<NaiveDate> = jours().into();
    let mut refaits = BTreeSet::new();
    for tentative in tentatives {
        match &tentative.geste {
            Geste::Produire { jour, .. } | Geste::Declarer { visee: (_, jour, _), .. } => {
                touches.insert(*jour);
            }
            Geste::Planifier { jour, .. } if tentative.accepte => drop(refaits.insert(*jour)),
            _ => {}
        }
    }
    for (jour, liste) in par_jour(tentatives) {
        p.m.magasins[magasin].compter(jour, &liste);
    }
    for (jour, recette) in scans(tentatives) {
        let total = p.m.magasins[magasin].produit(jour, recette) + 1000;
        p.m.noter((magasin, jour, recette), Dire::Scan, total);
    }
    for jour in touches.union(&refaits) {
        if !refaits.contains(jour) {
            p.comparer_plan(magasin, *jour).await;
            continue;
        }
        let lu = p.plan(magasin, *jour).await.expect("un plan accepté");
        let faits = p.m.magasins[magasin].plans.get(jour).cloned().unwrap_or_default();
        for (recette, ligne) in faits.iter().filter(|(_, l)| l.produite > 0) {
            assert_eq!(lu.get(recette).map(|t| t.1), Some(ligne.produite), "plan du {jour}");
        }
        assert!(lu.values().all(|t| t.0 > 0), "ligne produite et non planifiée : {lu:?}");
        let lignes = lu.into_iter().map(|(r, (planifiee, produite))| {
            assert_eq!(produite, faits.get(&r).map_or(0, |l| l.produite), "plan du {jour}");
            (r, Ligne { planifiee, produite })
        });
        p.m.magasins[magasin].plans.insert(*jour, lignes.collect());
        oublier_les_retirees(p, magasin, *jour).await;
    }
    for jour in touches.union(&refaits) {
        relire_faites(p, magasin, *jour).await;
        comparer_ecran(p, magasin, *jour).await;
    }
}
