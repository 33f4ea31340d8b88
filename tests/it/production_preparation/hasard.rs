//! Random days on one line, played against the simplest model that can be right: a pile of what was
//! declared, a pile of what was made. `DELICEGO_GRAINE` replays one.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};

use super::{Cuisine, texte};
use crate::outils::Reponse;
use crate::outils::chaine::jour;
use crate::outils::graine::graine;

type Milli = i64;

const PAS: usize = 120;
const RENDEMENT: Milli = 7_000;
/// Grams of rice in each of three lots.
const LOT: f64 = 400_000.0;

#[derive(Debug, Clone, Copy)]
struct Faite {
    cumul: Milli,
    quantite: Milli,
    /// Thousandths of a gram that the yield takes, as the recipe then was.
    ligne: Milli,
}

#[derive(Debug, Default)]
struct Modele {
    planifiee: Milli,
    total: Milli,
    ligne: Milli,
    faites: Vec<Faite>,
    /// (type, total before, total after) of what is not taken back.
    dites: Vec<(&'static str, Milli, Milli)>,
    /// How many entries traceabilite has.
    entrees: usize,
}

impl Modele {
    fn atteindre(&mut self, total: Milli) {
        if total > self.total {
            let quantite = total - self.total;
            self.faites.push(Faite { cumul: self.total, quantite, ligne: self.ligne });
        }
        let mut reste = (self.total - total).max(0);
        while reste > 0 {
            let derniere = self.faites.last_mut().expect("une production");
            let part = reste.min(derniere.quantite);
            derniere.quantite -= part;
            reste -= part;
            if derniere.quantite == 0 {
                self.faites.pop();
            }
        }
        self.total = total;
    }

    fn declarer(&mut self, quoi: &'static str, total: Milli) {
        let deja = self.dites.last().is_some_and(|(t, _, apres)| *t == quoi && *apres == total);
        if quoi != "SCAN" && deja && self.total == total {
            return;
        }
        self.dites.push((quoi, self.total, total));
        self.entrees += 1;
        self.atteindre(total);
    }

    /// The refusal's code, if there is one.
    fn annuler(&mut self) -> Option<&'static str> {
        let Some((_, avant, apres)) = self.dites.last().copied() else {
            return Some("rien_a_annuler");
        };
        if apres != self.total {
            return Some("ligne_changee");
        }
        self.dites.pop();
        self.entrees += 1;
        self.atteindre(avant);
        None
    }

    fn consomme(&self) -> Milli {
        let arrondi = |total: Milli, ligne: Milli| {
            let produit = 2 * i128::from(total) * i128::from(ligne);
            (produit + i128::from(RENDEMENT)) / (2 * i128::from(RENDEMENT))
        };
        let prise = |f: &Faite| arrondi(f.cumul + f.quantite, f.ligne) - arrondi(f.cumul, f.ligne);
        i64::try_from(self.faites.iter().map(prise).sum::<i128>()).expect("grammes")
    }

    fn statut(&self) -> &'static str {
        match self.dites.last().map(|d| d.0) {
            Some("NON_PRODUIT") if self.total == 0 => "NON_PRODUIT",
            _ if self.total >= self.planifiee && self.total > 0 => "PRODUIT",
            Some("AJUSTE") => "AJUSTE",
            _ => "A_PRODUIRE",
        }
    }
}

#[tokio::test]
async fn random_declarations_end_as_a_simple_model_foretells() {
    let mut rng = StdRng::seed_from_u64(graine("random_declarations"));
    let k = Cuisine::ouverte().await;
    for dlc in [Some(jour(0)), Some(jour(3)), None] {
        k.c.lot(&k.riz, LOT, dlc).await;
    }
    let mut m = Modele { planifiee: 25_000, ..Modele::default() };
    changer_recette(&k, &mut m, 1_000_001).await;
    for pas in 0..PAS {
        un_pas(&k, &mut m, &mut rng).await;
        comparer(&k, &m, pas).await;
    }
    assert_eq!(k.trace().await.len(), m.entrees);
    k.s.verifier();
}

async fn un_pas(k: &Cuisine, m: &mut Modele, rng: &mut StdRng) {
    match rng.random_range(0..100) {
        0..25 => {
            m.declarer("SCAN", m.total + 1000);
            k.scanner().await.attendue(200);
        }
        25..45 => {
            let rond = rng.random_bool(0.5);
            let q = if rond { rng.random_range(1..40) * 1000 } else { rng.random_range(1..40_000) };
            m.declarer("AJUSTE", q);
            deux_fois(rng, async || k.ajuste(unites(q)).await).await;
        }
        45..55 => {
            m.declarer("PRODUIT", m.planifiee);
            deux_fois(rng, async || k.produit().await).await;
        }
        55..62 => {
            m.declarer("NON_PRODUIT", 0);
            deux_fois(rng, async || k.non_produit().await).await;
        }
        62..86 => match m.annuler() {
            Some(code) => drop(k.annuler().await.refusee(409, code)),
            None => drop(k.annuler().await.attendue(200)),
        },
        86..92 => {
            let q = rng.random_range(1..5000);
            m.atteindre(m.total + q);
            m.planifiee = m.planifiee.max(m.total);
            m.entrees += 1;
            k.c.produire(&[(&k.bowl, unites(q))]).await.attendue(201);
        }
        92..96 => {
            m.planifiee = rng.random_range(1..40) * 1000;
            k.planifier(&[(&k.bowl, unites(m.planifiee))]).await;
        }
        _ => changer_recette(k, m, rng.random_range(1..3_000_000)).await,
    }
}

/// Sometimes tapped twice: the same answer.
async fn deux_fois(rng: &mut StdRng, dire: impl AsyncFn() -> Reponse) {
    let premiere = dire().await.attendue(200);
    if rng.random_bool(0.4) {
        assert_eq!(dire().await.attendue(200), premiere);
    }
}

async fn changer_recette(k: &Cuisine, m: &mut Modele, ligne: Milli) {
    m.ligne = ligne;
    let corps = json!({"nom": "Bowl", "rendement": {"quantite": RENDEMENT / 1000, "unite": "piece"},
        "lignes": [{"ingredient_id": k.riz, "quantite": ligne, "unite": "mg"}]});
    k.c.client.put(&format!("/api/interne/recettes/{}", k.bowl), &corps).await.attendue(200);
}

async fn comparer(k: &Cuisine, m: &Modele, pas: usize) {
    let ligne = k.ligne().await;
    let lu = (milli(&ligne["quantite_produite"]), milli(&ligne["quantite_planifiee"]));
    assert_eq!(lu, (m.total, m.planifiee), "pas {pas} : {m:#?}");
    assert_eq!(texte(&ligne["statut"]), m.statut(), "pas {pas} : {m:#?}");
    let annulable = m.dites.last().is_some_and(|d| d.2 == m.total);
    assert_eq!(ligne["peut_annuler"], annulable, "pas {pas} : {m:#?}");
    let lots = k.c.lots().await;
    let en_stock = |nom: &str| -> Milli {
        lots.iter().filter(|l| l["ingredient_nom"] == nom).map(|l| milli(&l["solde"])).sum()
    };
    assert_eq!(en_stock("Riz"), 3 * milli(&json!(LOT)) - m.consomme(), "pas {pas} : {m:#?}");
    assert_eq!(en_stock("Bowl"), m.total, "pas {pas} : {m:#?}");
}

fn unites(q: Milli) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "below 2^53")]
    let q = q as f64;
    q / 1000.0
}

fn milli(v: &Value) -> Milli {
    #[expect(clippy::cast_possible_truncation, reason = "below 2^53")]
    let q = (v.as_f64().unwrap_or_else(|| panic!("nombre : {v}")) * 1000.0).round() as Milli;
    q
}
