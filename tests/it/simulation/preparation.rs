//! The kitchen declares, one at a time: the answer, the line, the stock and the screen are foretold.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::declarations::{Dire, Dite, Faite, Visee, statut};
use super::dettes;
use super::modele::{Ligne, Lot, Milli};
use super::partie::{Partie, est_passe, milli, texte};
use super::pas_a_pas::dire_manques;
use crate::outils::Reponse;

const PREPARATION: &str = "/api/interne/production-preparation";

pub async fn declarer(p: &mut Partie, visee: Visee, dire: Dire, r: Reponse) {
    let (magasin, jour, _) = visee;
    let sorties = match p.m.viser(visee, dire) {
        Err((statut, code)) => {
            r.refusee(statut, code);
            Vec::new()
        }
        Ok(None) => {
            verifier_reponse(p, visee, &r.attendue(200));
            Vec::new()
        }
        Ok(Some(total)) => atteindre(p, visee, (dire, total), r).await,
    };
    p.comparer_stock(magasin, sorties).await;
    p.comparer_plan(magasin, jour).await;
    relire_faites(p, magasin, jour).await;
    comparer_ecran(p, magasin, jour).await;
    dettes::comparer(p, magasin).await;
}

/// The lot that comes out of it, if there is one.
async fn atteindre(
    p: &mut Partie,
    visee: Visee,
    (dire, total): (Dire, Milli),
    r: Reponse,
) -> Vec<Lot> {
    let (magasin, jour, recette) = visee;
    let plus = total - p.m.magasins[magasin].produit(jour, recette);
    let mut sorties = Vec::new();
    let mut dus = 0;
    if plus > 0 {
        let (effet, manques) = p.m.repartir((magasin, jour), &BTreeMap::from([(recette, plus)]));
        let passe = dire == Dire::Scan && p.m.magasins[magasin].a_compte;
        if !manques.is_empty() && !passe {
            let refus = r.refusee(409, "stock_insuffisant");
            assert_eq!(refus["manques"], dire_manques(p, &manques));
            return Vec::new();
        }
        for (id, solde) in effet.soldes {
            p.m.magasins[magasin].lots.get_mut(&id).expect("lot").solde = solde;
        }
        (sorties, dus) = (effet.sorties, manques.len());
    } else if plus < 0 && !p.m.reprendre(visee, -plus) {
        let refus = r.refusee(409, "production_deja_utilisee");
        assert!(refus["lots"].as_array().is_some_and(|l| !l.is_empty()), "{refus}");
        p.compter("reprise", false);
        return Vec::new();
    }
    p.m.noter(visee, dire, total);
    let lue = r.attendue(200);
    match dire {
        Dire::Scan => assert_eq!(lue["nb_manques"], dus, "{lue}"),
        _ => assert_eq!(lue["lot_production_id"].is_null(), plus <= 0, "{lue}"),
    }
    if dus > 0 {
        p.compter("scan à compte", true);
    }
    verifier_reponse(p, visee, &lue);
    if plus < 0 {
        p.compter("reprise", true);
    }
    sorties
}

fn verifier_reponse(p: &Partie, visee: Visee, lue: &Value) {
    let (magasin, jour, recette) = visee;
    let m = &p.m.magasins[magasin];
    let (ligne, derniere) = (m.plans[&jour][&recette], m.derniere((jour, recette)));
    let dit = &lue["ligne"];
    assert_eq!(dit["id"], *p.m.recettes[recette].id);
    for (champ, valeur) in [
        ("a_produire", ligne.planifiee),
        ("produit", ligne.produite),
        ("restant", restant(ligne, derniere)),
    ] {
        assert_eq!(milli(&dit[champ]), valeur, "{champ} {lue}");
    }
    assert_eq!(dit["statut"], statut(ligne, derniere.map(|d| d.dire)), "{lue}");
    assert_eq!(dit["peut_annuler"], annulable(ligne, derniere), "{lue}");
}

fn restant(ligne: Ligne, derniere: Option<Dite>) -> Milli {
    match statut(ligne, derniere.map(|d| d.dire)) {
        "NON_PRODUIT" => 0,
        _ => (ligne.planifiee - ligne.produite).max(0),
    }
}

fn annulable(ligne: Ligne, derniere: Option<Dite>) -> bool {
    derniere.is_some_and(|d| d.apres == ligne.produite)
}

/// The day as the screen reads it.
pub async fn comparer_ecran(p: &Partie, magasin: usize, jour: NaiveDate) {
    let m = &p.m.magasins[magasin];
    let lu = p.gens[1].get(&format!("{PREPARATION}?magasin_id={}&date={jour}", m.id)).await;
    let Some(plan) = m.plans.get(&jour) else {
        lu.refusee(404, "plan_absent");
        return;
    };
    let lu = lu.attendue(200);
    let vues: BTreeMap<String, Value> = lu["cuisine"]
        .as_array()
        .expect("cuisine")
        .iter()
        .map(|l| (texte(&l["recette_id"]), l.clone()))
        .collect();
    let la = plan.iter().filter(|(_, l)| l.est_montree());
    assert_eq!(vues.len(), la.clone().count(), "{lu}");
    for (recette, ligne) in la {
        let (vue, dites) = (&vues[&p.m.recettes[*recette].id], m.dites.get(&(jour, *recette)));
        let dites = dites.map_or(&[][..], Vec::as_slice);
        let derniere = dites.last().copied();
        let nombres =
            ["quantite_planifiee", "quantite_produite", "restant"].map(|c| milli(&vue[c]));
        let voulus = [ligne.planifiee, ligne.produite, restant(*ligne, derniere)];
        assert_eq!(nombres, voulus, "{vue}");
        assert_eq!(vue["statut"], statut(*ligne, derniere.map(|d| d.dire)), "{vue}");
        assert_eq!(vue["peut_annuler"], annulable(*ligne, derniere), "{vue}");
        let Some(derniere) = derniere else {
            assert_eq!(vue["derniere"], Value::Null);
            continue;
        };
        let avant = Ligne { produite: derniere.avant, ..*ligne };
        let encore_avant = dites.len().checked_sub(2).map(|rang| dites[rang].dire);
        assert_eq!(milli(&vue["derniere"]["avant"]), avant.produite, "{vue}");
        assert_eq!(vue["derniere"]["statut_avant"], statut(avant, encore_avant), "{vue}");
    }
}

/// (recipe, output lot, total before, quantity, lot taken from, how much).
type Prise = (String, String, i64, i64, Option<String>, Option<i64>);

/// What every production of the day took from which lots: those known are as the model has them;
/// of new ones the parts and what is owed add up to the need, and how a list was split among its recipes is kept.
pub async fn relire_faites(p: &mut Partie, magasin: usize, jour: NaiveDate) {
    let mut connues: BTreeMap<String, Faite> = BTreeMap::new();
    p.m.magasins[magasin].faites.retain(|(j, _), faites| {
        if *j == jour {
            connues.extend(faites.drain(..).map(|f| (f.lot.clone(), f)));
        }
        *j != jour
    });
    for (recette, lue) in lire_faites(p, magasin, jour).await {
        match connues.remove(&lue.lot) {
            Some(connue) => {
                let nombres = |f: &Faite| (f.cumul, f.quantite, f.pris.clone(), f.dus.clone());
                assert_eq!(nombres(&lue), nombres(&connue), "lot {}", lue.lot);
                garder(p, (magasin, jour, recette), connue);
            }
            None => {
                verifier_parts(p, magasin, &lue);
                garder(p, (magasin, jour, recette), lue);
            }
        }
    }
    assert!(connues.is_empty(), "productions disparues : {connues:?}");
    for ((j, recette), faites) in &p.m.magasins[magasin].faites {
        if *j == jour {
            let total: Milli = faites.iter().map(|f| f.quantite).sum();
            assert_eq!(total, p.m.magasins[magasin].produit(jour, *recette), "total de la ligne");
        }
    }
}

fn garder(p: &mut Partie, (magasin, jour, recette): Visee, faite: Faite) {
    p.m.magasins[magasin].faites.entry((jour, recette)).or_default().push(faite);
}

fn verifier_parts(p: &Partie, magasin: usize, faite: &Faite) {
    let mut parts: BTreeMap<usize, Milli> = BTreeMap::new();
    for (lot, quantite) in &faite.pris {
        *parts.entry(p.m.magasins[magasin].lots[lot].article).or_default() += quantite;
    }
    for (article, (_, du)) in &faite.dus {
        *parts.entry(*article).or_default() += du;
    }
    let besoins = faite.recette.besoins(faite.cumul, faite.cumul + faite.quantite);
    let besoins: BTreeMap<usize, Milli> = besoins.filter(|(_, q)| *q > 0).collect();
    assert_eq!(parts, besoins, "lot {}", faite.lot);
}

async fn lire_faites(p: &Partie, magasin: usize, jour: NaiveDate) -> Vec<(usize, Faite)> {
    let sql = "select p.recette_id::text, p.lot_id::text, p.cumul_avant, p.quantite,
                      c.lot_id::text, sum(-m.quantite)::bigint
                 from lot_production p
                 left join ligne_consommation c on c.magasin_id = p.magasin_id
                                               and c.lot_production_id = p.id
                 left join mouvement_stock m on m.magasin_id = c.magasin_id
                                            and m.lot_id = c.lot_id and m.id = c.mouvement_id
                where p.magasin_id = $1::uuid and p.date_jour = $2 and p.quantite > 0
                group by p.id, p.recette_id, p.lot_id, p.cumul_avant, p.quantite, c.lot_id
                order by p.cumul_avant, p.id";
    let mut c = p.serveur.base().lire().await.expect("connexion");
    let lues: Vec<Prise> = sqlx::query_as(sql)
        .bind(&p.m.magasins[magasin].id)
        .bind(jour)
        .fetch_all(&mut *c)
        .await
        .expect("productions");
    drop(c);
    let mut dus = dettes::du_jour(p, magasin, jour).await;
    let mut faites: Vec<(usize, Faite)> = Vec::new();
    for (recette, lot, cumul, quantite, pris, combien) in lues {
        if faites.last().is_none_or(|(_, f)| f.lot != lot) {
            let rang = p.m.recettes.iter().position(|r| r.id == recette).expect("recette");
            let recette = p.m.recettes[rang].clone();
            let (pris, dus) = (BTreeMap::new(), dus.remove(&lot).unwrap_or_default());
            faites.push((rang, Faite { lot, cumul, quantite, recette, pris, dus }));
        }
        let (_, faite) = faites.last_mut().expect("production");
        if let (Some(lot), Some(combien @ 1..)) = (pris, combien) {
            faite.pris.insert(lot, combien);
        }
    }
    assert!(dus.is_empty(), "dus par rien : {dus:?}");
    faites
}

/// How a line is meant, and the request that says so.
pub fn corps(p: &Partie, (magasin, jour, recette): Visee, dire: Dire) -> (String, Value) {
    let mut corps = json!({"magasin_id": p.m.magasins[magasin].id, "date": jour});
    match dire {
        Dire::Scan => corps["gencode"] = json!(super::partie::gencode(recette)),
        _ => corps["recette_id"] = json!(p.m.recettes[recette].id),
    }
    match dire {
        Dire::Ajuste(q) => corps["quantite"] = super::partie::nombre(q),
        Dire::NonProduit(Some(motif)) => corps["motif"] = json!(motif),
        _ => {}
    }
    if est_passe(jour) && corps["motif"].is_null() {
        corps["motif"] = json!("oublié hier");
    }
    (format!("{PREPARATION}/{}", dire.route()), corps)
}
