//! What people do, drawn at random: each as a request, and as what it means.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate, NaiveTime, TimeDelta};
use rand::RngExt;
use rand::rngs::StdRng;
use rand::seq::{IndexedRandom, IteratorRandom};
use reqwest::Method;
use serde_json::{Value, json};

use super::declarations::{Dire, Visee};
use super::modele::{Code, Lot, Milli};
use super::partie::{Demande, PATRONS, Partie, est_passe, hasard, jours, nombre};
use super::preparation;
use crate::outils::chaine::{PRODUIRE, date};

#[derive(Clone)]
pub enum Geste {
    Produire { magasin: usize, jour: NaiveDate, liste: BTreeMap<usize, Milli> },
    Declarer { visee: Visee, dire: Dire },
    Regulariser { magasin: usize, du: String, vise: Vise },
    Recevoir { magasin: usize, lots: Vec<Lot> },
    Corriger { magasin: usize, vise: Vise, quantite: Milli, perte: bool },
    Etat { magasin: usize, lot: String, etat: &'static str },
    Planifier { magasin: usize, jour: NaiveDate, lignes: BTreeMap<usize, Milli> },
    Changer { recette: usize, rendement: Milli, duree: Option<u64>, lignes: Vec<(usize, Milli)> },
}

#[derive(Clone)]
pub enum Vise {
    Lot(String),
    Etiquette { article: usize, code: Option<String>, dlc: Option<NaiveDate> },
}

impl Vise {
    /// By a label: the newest that bears it.
    pub fn lot(&self, lots: &BTreeMap<String, Lot>) -> Option<String> {
        match self {
            Self::Lot(id) => Some(id.clone()),
            Self::Etiquette { article, code, dlc } => {
                let code = Code::Donne(code.clone());
                let le_meme = |l: &Lot| l.article == *article && l.code == code && l.dlc == *dlc;
                lots.iter().filter(|(_, l)| le_meme(l)).map(|(id, _)| id.clone()).max()
            }
        }
    }
}

impl Geste {
    pub fn nom(&self) -> &'static str {
        match self {
            Self::Produire { .. } => "production",
            Self::Declarer { dire, .. } => dire.route(),
            Self::Regulariser { .. } => "regularisation",
            Self::Recevoir { .. } => "reception",
            Self::Corriger { perte: true, .. } => "perte",
            Self::Corriger { .. } => "ajustement",
            Self::Etat { .. } => "etat",
            Self::Planifier { .. } => "plan",
            Self::Changer { .. } => "recette",
        }
    }
}

/// Any gesture; productions, declarations and receptions more often.
pub fn tirer(p: &Partie, rng: &mut StdRng, magasin: usize) -> Geste {
    match rng.random_range(0..100) {
        0..22 => produire(rng, magasin),
        22..54 => declarer(rng, magasin),
        54..70 => recevoir(rng, magasin),
        70..80 => corriger(p, rng, magasin),
        80..86 => etat(p, rng, magasin),
        86..95 => planifier(rng, magasin),
        _ => changer(rng),
    }
}

fn declarer(rng: &mut StdRng, magasin: usize) -> Geste {
    let recette = rng.random_range(0..PATRONS.len());
    let max = if PATRONS[recette].1 == "piece" { 12_000 } else { 1_500_000 };
    let dire = match rng.random_range(0..100) {
        0..22 => Dire::Scan,
        22..40 => Dire::Produit,
        40..62 => Dire::Ajuste(hasard(rng, max)),
        62..72 => Dire::NonProduit(*[None, Some("Plus besoin")].choose(rng).expect("motif")),
        _ => Dire::Annuler,
    };
    // Few lines, so that each has a story.
    let jour = jours()[rng.random_range(2..4)];
    Geste::Declarer { visee: (magasin, jour, recette), dire }
}

fn produire(rng: &mut StdRng, magasin: usize) -> Geste {
    let mut liste = BTreeMap::new();
    for _ in 0..*[1, 1, 2, 3, 5].choose(rng).expect("nombre de lignes") {
        let recette = rng.random_range(0..PATRONS.len());
        let max = if PATRONS[recette].1 == "piece" { 12_000 } else { 2_500_000 };
        *liste.entry(recette).or_insert(0) += hasard(rng, max);
    }
    Geste::Produire { magasin, jour: un_jour(rng), liste }
}

pub fn recevoir(rng: &mut StdRng, magasin: usize) -> Geste {
    let lots = (0..rng.random_range(1..=4))
        .map(|_| {
            let article = rng.random_range(0..6);
            let max = if article == 2 { 60_000 } else { 9_000_000 };
            let (code, dlc) = etiquette(rng);
            let heure = NaiveTime::MIN + TimeDelta::hours(rng.random_range(0..3));
            // Before every day of the game.
            let recu_le = date(-60).and_time(heure).and_utc();
            Lot {
                article,
                code: Code::Donne(code),
                dlc,
                etat: "libre",
                solde: hasard(rng, max),
                recu_le: Some(recu_le),
            }
        })
        .collect::<Vec<_>>();
    // One delivery comes at one moment.
    let recu_le = lots[0].recu_le;
    Geste::Recevoir { magasin, lots: lots.into_iter().map(|l| Lot { recu_le, ..l }).collect() }
}

fn corriger(p: &Partie, rng: &mut StdRng, magasin: usize) -> Geste {
    let perte = rng.random_bool(0.4);
    let lots = &p.m.magasins[magasin].lots;
    let connu = lots.iter().choose(rng).filter(|_| rng.random_bool(0.7));
    let (vise, solde) = match connu {
        Some((id, lot)) => (Vise::Lot(id.clone()), lot.solde),
        None => {
            let (code, dlc) = etiquette(rng);
            (Vise::Etiquette { article: rng.random_range(0..6), code, dlc }, 50_000)
        }
    };
    // Sometimes a little more than there is.
    let quantite = hasard(rng, solde.max(1000) * 6 / 5);
    let moins = !perte && rng.random_bool(0.5);
    Geste::Corriger { magasin, vise, quantite: if moins { -quantite } else { quantite }, perte }
}

fn etat(p: &Partie, rng: &mut StdRng, magasin: usize) -> Geste {
    let Some(lot) = p.m.magasins[magasin].lots.keys().choose(rng).cloned() else {
        return recevoir(rng, magasin);
    };
    let etat = ["libre", "libre", "bloque", "rappele"].choose(rng).expect("état");
    Geste::Etat { magasin, lot, etat }
}

fn planifier(rng: &mut StdRng, magasin: usize) -> Geste {
    let recettes = (0..PATRONS.len()).filter(|_| rng.random_bool(0.7)).collect::<Vec<_>>();
    let lignes = recettes.into_iter().map(|r| (r, hasard(rng, 20_000))).collect();
    Geste::Planifier { magasin, jour: un_jour(rng), lignes }
}

fn changer(rng: &mut StdRng) -> Geste {
    let recette = rng.random_range(0..PATRONS.len());
    let (_, unite, _, _, patron) = PATRONS[recette];
    let mut lignes = Vec::new();
    for (article, quantite) in patron {
        if rng.random_bool(0.8) {
            lignes.push((*article, hasard(rng, quantite + 1000)));
        }
    }
    lignes.push((patron[0].0, hasard(rng, 3000)));
    let max = if unite == "piece" { 9_000 } else { 3_000_000 };
    let duree = rng.random_bool(0.7).then(|| rng.random_range(0..4));
    let rendement = max / 2 + hasard(rng, max / 2);
    Geste::Changer { recette, rendement, duree, lignes }
}

fn un_jour(rng: &mut StdRng) -> NaiveDate {
    *jours().choose(rng).expect("jour")
}

/// Few labels, so that they come again.
pub fn etiquette(rng: &mut StdRng) -> (Option<String>, Option<NaiveDate>) {
    let code = rng.random_bool(0.7).then(|| format!("L{}", rng.random_range(1..4)));
    let dlc = rng.random_bool(0.75).then(|| jours()[0] + Days::new(rng.random_range(0..8)));
    (code, dlc.map(|d| d - Days::new(2)))
}

pub fn demander(p: &Partie, rng: &mut StdRng, geste: &Geste) -> Demande {
    let magasin = |m: &usize| p.m.magasins[*m].id.clone();
    let mut d = match geste {
        Geste::Produire { magasin: m, jour, liste } => {
            let lignes = lignes_a_produire(p, rng, liste);
            let mut corps = json!({"magasin_id": magasin(m), "date_jour": jour, "lignes": lignes});
            if est_passe(*jour) {
                corps["motif"] = json!("oublié hier");
            }
            Demande::post(PRODUIRE, corps)
        }
        Geste::Declarer { visee, dire } => {
            let (chemin, corps) = preparation::corps(p, *visee, *dire);
            Demande::post(&chemin, corps)
        }
        Geste::Regulariser { du, vise, .. } => {
            let corps = match vise {
                Vise::Lot(id) => json!({"lot_id": id}),
                Vise::Etiquette { code: None, dlc: None, .. } => {
                    json!({"motif": "Étiquette perdue"})
                }
                Vise::Etiquette { code, dlc, .. } => json!({"code_lot": code, "date_dlc": dlc}),
            };
            Demande::post(&format!("/api/interne/manques/{du}/regulariser"), corps)
        }
        Geste::Recevoir { magasin: m, lots } => {
            let lignes: Vec<_> = lots.iter().map(|l| ligne_recue(p, rng, l)).collect();
            let corps =
                json!({"magasin_id": magasin(m), "recue_le": lots[0].recu_le, "lignes": lignes});
            Demande::post("/api/interne/receptions", corps)
        }
        Geste::Corriger { magasin: m, vise, quantite, perte } => {
            let chemin = if *perte { "/api/interne/pertes" } else { "/api/interne/ajustements" };
            Demande::post(chemin, correction(p, rng, (&magasin(m), vise), *quantite))
        }
        Geste::Etat { lot, etat, .. } => Demande::post(
            &format!("/api/interne/lots/{lot}/etat"),
            json!({"etat": etat, "motif": "contrôle"}),
        ),
        Geste::Planifier { magasin: m, jour, lignes } => {
            let lignes: Vec<_> = lignes
                .iter()
                .map(|(r, q)| {
                    json!({"recette_id": p.m.recettes[*r].id, "quantite_planifiee": nombre(*q)})
                })
                .collect();
            let chemin = format!("/api/interne/plans/{}/{jour}", magasin(m));
            Demande { methode: Method::PUT, ..Demande::post(&chemin, json!({"lignes": lignes})) }
        }
        Geste::Changer { recette, rendement, duree, lignes } => {
            let corps = p.corps_recette(*recette, (*rendement, *duree), lignes);
            let chemin = format!("/api/interne/recettes/{}", p.m.recettes[*recette].id);
            Demande { methode: Method::PUT, ..Demande::post(&chemin, corps) }
        }
    };
    let responsable = ["/etat", "/regulariser"].iter().any(|fin| d.chemin.ends_with(fin));
    let passe = match geste {
        Geste::Produire { jour, .. } | Geste::Declarer { visee: (_, jour, _), .. } => {
            est_passe(*jour)
        }
        _ => false,
    };
    let du_cuisinier = !responsable && !passe && d.methode == Method::POST;
    d.qui = usize::from(du_cuisinier && rng.random_bool(0.5));
    d.cle = rng.random_bool(0.5).then(|| format!("cle-{:016x}", rng.random::<u64>()));
    d
}

/// One recipe's quantity is sometimes said in two lines.
fn lignes_a_produire(p: &Partie, rng: &mut StdRng, liste: &BTreeMap<usize, Milli>) -> Vec<Value> {
    let mut lignes = Vec::new();
    for (recette, quantite) in liste {
        let id = &p.m.recettes[*recette].id;
        let part = if *quantite > 1 && rng.random_bool(0.3) { quantite / 2 } else { 0 };
        for q in [part, quantite - part].into_iter().filter(|q| *q > 0) {
            lignes.push(json!({"recette_id": id, "quantite_a_produire": nombre(q)}));
        }
    }
    lignes
}

fn ligne_recue(p: &Partie, rng: &mut StdRng, lot: &Lot) -> Value {
    let article = &p.m.articles[lot.article];
    let (quantite, unite) = saisie(rng, article.unite, lot.solde);
    let Code::Donne(code) = &lot.code else { panic!("un lot reçu a son propre code") };
    json!({"ingredient_id": article.id, "quantite": quantite, "unite": unite, "code_lot": code,
        "date_dlc": lot.dlc})
}

fn correction(
    p: &Partie,
    rng: &mut StdRng,
    (magasin, vise): (&str, &Vise),
    quantite: Milli,
) -> Value {
    let (article, mut corps) = match vise {
        Vise::Lot(id) => {
            let lot = p.m.magasins.iter().find_map(|m| m.lots.get(id)).expect("lot");
            (lot.article, json!({"lot_id": id}))
        }
        Vise::Etiquette { article, code, dlc } => {
            let id = &p.m.articles[*article].id;
            (*article, json!({"ingredient_id": id, "code_lot": code, "date_dlc": dlc}))
        }
    };
    let (quantite, unite) = saisie(rng, p.m.articles[article].unite, quantite);
    corps["magasin_id"] = json!(magasin);
    corps["quantite"] = quantite;
    corps["unite"] = json!(unite);
    let muette = matches!(vise, Vise::Etiquette { code: None, dlc: None, .. });
    corps["motif"] = json!(if muette { "étiquette perdue" } else { "comptage" });
    corps
}

/// The same quantity in one of the units it may be typed in.
fn saisie(rng: &mut StdRng, unite: &'static str, q: Milli) -> (Value, &'static str) {
    let en_milliers = || -> Value {
        let signe = if q < 0 { "-" } else { "" };
        let (entier, reste) = (q.unsigned_abs() / 1_000_000, q.unsigned_abs() % 1_000_000);
        serde_json::from_str(&format!("{signe}{entier}.{reste:06}")).expect("nombre")
    };
    match (unite, rng.random_range(0..3)) {
        ("g", 0) => (en_milliers(), "kg"),
        ("g", 1) => (json!(q), "mg"),
        ("ml", 0) => (en_milliers(), "l"),
        _ => (nombre(q), unite),
    }
}
