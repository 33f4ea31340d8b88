//! One game: the chain, the people, the model of it, and the comparison of the two.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use rand::RngExt;
use rand::rngs::StdRng;
use reqwest::Method;
use serde_json::{Value, json};

use super::modele::{Article, Code, Lot, Magasin, Milli, Modele, Recette};
use crate::outils::chaine::date;
use crate::outils::{Client, Reponse, Serveur};

/// A request that may be sent again.
#[derive(Clone)]
pub struct Demande {
    pub methode: Method,
    pub chemin: String,
    pub corps: Value,
    pub cle: Option<String>,
    /// 0: the admin, 1: the cook.
    pub qui: usize,
}

impl Demande {
    pub fn post(chemin: &str, corps: Value) -> Self {
        Self { methode: Method::POST, chemin: chemin.to_owned(), corps, cle: None, qui: 0 }
    }
}

pub struct Partie {
    pub serveur: Serveur,
    pub gens: [Client; 2],
    pub m: Modele,
    /// Accepted, keyed: (request, status, answer).
    pub rejouables: Vec<(Demande, u16, String)>,
    pub pas: u64,
    /// How often each kind of step was accepted and refused.
    pub bilan: BTreeMap<String, usize>,
}

/// The last four, today included.
pub fn jours() -> [NaiveDate; 4] {
    [-3, -2, -1, 0].map(date)
}

/// What is said of a day that is over, and who may say it.
pub fn est_passe(jour: NaiveDate) -> bool {
    jour != date(0)
}

const ARTICLES: [(&str, &str); 6] =
    [("Riz", "g"), ("Huile", "ml"), ("Oeuf", "piece"), ("Thon", "g"), ("Sel", "g"), ("Lait", "ml")];

/// Name, unit made, yield, days of use, lines (rank of the article, quantity).
type Patron = (&'static str, &'static str, Milli, Option<u64>, &'static [(usize, Milli)]);
/// Articles 6 to 10 are what these make.
pub const PATRONS: [Patron; 5] = [
    ("Sauce", "ml", 700_000, Some(2), &[(1, 233_333), (4, 7_777), (5, 450_500)]),
    ("Riz cuit", "g", 2_900_000, Some(1), &[(0, 1_000_001), (6, 41_007), (4, 1)]),
    ("Bowl", "piece", 7_000, Some(3), &[(7, 1_234_567), (3, 400_100), (6, 99_999)]),
    ("Salade", "piece", 1_000, None, &[(3, 33_333), (2, 500), (6, 12_001)]),
    ("Omelette", "piece", 3_000, Some(0), &[(2, 5_000), (5, 100_000), (2, 1_000)]),
];

/// Those of them that are counted in pieces.
pub const EN_PIECES: [usize; 3] = [2, 3, 4];

impl Partie {
    pub async fn ouvrir() -> Self {
        let serveur = Serveur::demarrer().await;
        let gens = [serveur.admin().await, serveur.operateur().await];
        let m = Modele::default();
        let (rejouables, bilan) = (Vec::new(), BTreeMap::new());
        let mut p = Self { serveur, gens, m, rejouables, pas: 0, bilan };
        for (nom, politique) in
            [("Cuisine", "strict"), ("Boutique", "strict"), ("Fournil", "compte")]
        {
            let corps = json!({"nom": nom, "type_magasin": "PRODUCTION",
                "politique_stock": politique, "jours_arriere": 60});
            let id = texte(&p.creer("/api/interne/magasins", corps).await["id"]);
            let a_compte = politique == "compte";
            p.m.magasins.push(Magasin { id, a_compte, ..Magasin::default() });
        }
        for (nom, unite) in ARTICLES {
            let corps = json!({"nom": nom, "unite_base": unite});
            let id = texte(&p.creer("/api/interne/ingredients", corps).await["id"]);
            p.m.articles.push(Article { id, nom, unite });
        }
        for (rang, patron) in PATRONS.iter().enumerate() {
            p.creer_recette(rang, patron).await;
            let menu = json!({"nom": patron.0, "recette_id": p.m.recettes[rang].id,
                "gencode": gencode(rang)});
            p.creer("/api/interne/menus", menu).await;
        }
        p
    }

    async fn creer(&self, chemin: &str, corps: Value) -> Value {
        self.gens[0].post(chemin, &corps).await.attendue(201)
    }

    async fn creer_recette(
        &mut self,
        rang: usize,
        (nom, unite, rendement, duree, lignes): &Patron,
    ) {
        let corps = self.corps_recette(rang, (*rendement, *duree), lignes);
        let creee = self.creer("/api/interne/recettes", corps).await;
        self.m.recettes.push(Recette {
            id: texte(&creee["id"]),
            article: self.m.articles.len(),
            rendement: *rendement,
            duree: *duree,
            lignes: sommer(lignes),
        });
        self.m.articles.push(Article { id: texte(&creee["article_id"]), nom, unite });
    }

    /// As typed: the lines are not summed.
    pub fn corps_recette(
        &self,
        rang: usize,
        (rendement, duree): (Milli, Option<u64>),
        lignes: &[(usize, Milli)],
    ) -> Value {
        let (nom, unite, ..) = PATRONS[rang];
        let lignes: Vec<_> = lignes
            .iter()
            .map(|(a, q)| {
                let article = &self.m.articles[*a];
                json!({"ingredient_id": article.id, "quantite": nombre(*q), "unite": article.unite})
            })
            .collect();
        let nature = if rang < 2 { "preparation" } else { "produit" };
        json!({"nom": nom, "nature": nature, "duree_vie_jours": duree, "lignes": lignes,
            "rendement": {"quantite": nombre(rendement), "unite": unite}})
    }

    pub async fn envoyer(&self, d: &Demande) -> Reponse {
        envoyer(&self.gens[d.qui], d).await
    }

    pub fn compter(&mut self, quoi: &str, accepte: bool) {
        let issue = if accepte { "accepte" } else { "refuse" };
        *self.bilan.entry(format!("{quoi} {issue}")).or_default() += 1;
    }

    /// Every lot as the API shows it, page after page, in the order it gives.
    pub async fn stock(&self, magasin: usize, limite: usize) -> Vec<Value> {
        let id = &self.m.magasins[magasin].id;
        let base = format!("/api/interne/stock?magasin_id={id}&vides=true&limite={limite}");
        let (mut lots, mut suite) = (Vec::new(), String::new());
        loop {
            let mut page = self.gens[0].get(&format!("{base}{suite}")).await.attendue(200);
            let Value::Array(elements) = page["elements"].take() else { panic!("{page}") };
            lots.extend(elements);
            match page["suivant"].as_str() {
                Some(curseur) => suite = format!("&apres={curseur}"),
                None => return lots,
            }
        }
    }

    /// Every lot holds what the model says; lots the model does not know are those `attendus`.
    pub async fn comparer_stock(&mut self, magasin: usize, mut attendus: Vec<Lot>) {
        let lus = self.stock(magasin, 1000).await;
        let mut connus = std::mem::take(&mut self.m.magasins[magasin].lots);
        let mut vus = BTreeMap::new();
        for lu in &lus {
            let (id, nouveau) = (texte(&lu["lot_id"]), self.lire_lot(lu));
            let voulu = connus.remove(&id).unwrap_or_else(|| {
                let place = attendus.iter().position(|a| memes(a, &nouveau, lu));
                attendus.swap_remove(place.unwrap_or_else(|| panic!("lot imprévu {lu}")))
            });
            assert!(memes(&voulu, &nouveau, lu), "lu {lu}\nvoulu {voulu:?}");
            vus.insert(id, Lot { code: voulu.code, ..nouveau });
        }
        assert!(connus.is_empty() && attendus.is_empty(), "absents : {connus:?} {attendus:?}");
        let rang = |l: &Lot, id: &str| (l.dlc.unwrap_or(NaiveDate::MAX), l.recu_le, id.to_owned());
        let ordre = lus.iter().map(|lu| rang(&vus[&texte(&lu["lot_id"])], &texte(&lu["lot_id"])));
        assert!(ordre.is_sorted(), "le stock n'est pas dans l'ordre FEFO");
        self.m.magasins[magasin].lots = vus;
    }

    pub fn lire_lot(&self, lu: &Value) -> Lot {
        let article = self.article(&texte(&lu["ingredient_id"]));
        assert_eq!(lu["unite"], self.m.articles[article].unite, "{lu}");
        let etats = ["libre", "bloque", "rappele"];
        Lot {
            article,
            code: Code::Donne(lu["code_lot"].as_str().map(str::to_owned)),
            dlc: lu["date_dlc"].as_str().map(|d| d.parse().expect("DLC")),
            etat: etats.into_iter().find(|e| lu["etat"] == *e).expect("état"),
            solde: milli(&lu["solde"]),
            recu_le: Some(texte(&lu["recu_le"]).parse::<DateTime<Utc>>().expect("reçu le")),
        }
    }

    pub fn article(&self, id: &str) -> usize {
        self.m.articles.iter().position(|a| a.id == id).unwrap_or_else(|| panic!("article {id}"))
    }

    /// The plan as the API shows it: recipe -> (planned, produced); none when there is none.
    pub async fn plan(
        &self,
        magasin: usize,
        jour: NaiveDate,
    ) -> Option<BTreeMap<usize, (Milli, Milli)>> {
        let chemin = format!("/api/interne/plans/{}/{jour}", self.m.magasins[magasin].id);
        let reponse = self.gens[0].get(&chemin).await;
        if reponse.statut == 404 {
            reponse.refusee(404, "plan_absent");
            return None;
        }
        Some(self.lire_plan(&reponse.attendue(200)))
    }

    pub fn lire_plan(&self, plan: &Value) -> BTreeMap<usize, (Milli, Milli)> {
        let recette = |l: &Value| {
            self.m.recettes.iter().position(|r| l["recette_id"] == *r.id).expect("recette")
        };
        let totaux = |l: &Value| (milli(&l["quantite_planifiee"]), milli(&l["quantite_produite"]));
        let lignes = plan["lignes"].as_array().expect("lignes");
        lignes.iter().map(|l| (recette(l), totaux(l))).collect()
    }

    pub async fn comparer_plan(&self, magasin: usize, jour: NaiveDate) {
        let voulu = self.m.magasins[magasin].plans.get(&jour).map(|plan| {
            let montrees = plan.iter().filter(|(_, l)| l.est_montree());
            montrees.map(|(r, l)| (*r, (l.planifiee, l.produite))).collect::<BTreeMap<_, _>>()
        });
        assert_eq!(self.plan(magasin, jour).await, voulu, "plan du {jour}, magasin {magasin}");
    }

    pub async fn comparer_tout(&mut self) {
        for magasin in 0..self.m.magasins.len() {
            self.comparer_stock(magasin, Vec::new()).await;
            for jour in jours() {
                self.comparer_plan(magasin, jour).await;
            }
        }
    }
}

fn memes(voulu: &Lot, lu: &Lot, brut: &Value) -> bool {
    let (sans_code, code) = ((lu.article, lu.dlc, lu.etat, lu.solde), brut["code_lot"].as_str());
    (voulu.article, voulu.dlc, voulu.etat, voulu.solde) == sans_code
        && voulu.code.convient(code)
        && voulu.recu_le.is_none_or(|r| Some(r) == lu.recu_le)
}

pub async fn envoyer(client: &Client, d: &Demande) -> Reponse {
    let requete = client.requete(d.methode.clone(), &d.chemin).json(&d.corps);
    client
        .envoyer(match &d.cle {
            Some(cle) => requete.header("Idempotency-Key", cle),
            None => requete,
        })
        .await
}

/// What a scan of that recipe reads.
pub fn gencode(recette: usize) -> String {
    format!("376000100{recette}")
}

pub fn sommer(lignes: &[(usize, Milli)]) -> BTreeMap<usize, Milli> {
    let mut somme = BTreeMap::new();
    for (rang, quantite) in lignes {
        *somme.entry(*rang).or_insert(0) += quantite;
    }
    somme
}

pub fn texte(v: &Value) -> String {
    v.as_str().unwrap_or_else(|| panic!("texte attendu : {v}")).to_owned()
}

/// Thousandths as the JSON number of base units, exactly.
pub fn nombre(q: Milli) -> Value {
    let signe = if q < 0 { "-" } else { "" };
    let (entier, reste) = (q.unsigned_abs() / 1000, q.unsigned_abs() % 1000);
    serde_json::from_str(&format!("{signe}{entier}.{reste:03}")).expect("nombre")
}

/// And back.
pub fn milli(v: &Value) -> Milli {
    let texte = v.as_number().unwrap_or_else(|| panic!("nombre attendu : {v}")).to_string();
    let (entier, reste) = texte.split_once('.').unwrap_or((&texte, ""));
    assert!(reste.len() <= 3 && reste.bytes().all(|b| b.is_ascii_digit()), "{texte}");
    format!("{entier}{reste:0<3}").parse().expect("milliemes")
}

/// Between 0.001 and `max` units: often round, sometimes not.
pub fn hasard(rng: &mut StdRng, max: Milli) -> Milli {
    let q = rng.random_range(1..=max);
    if rng.random_bool(0.5) { (q / 1000).max(1) * 1000 } else { q }
}

impl Drop for Partie {
    /// What the server said of its own failures, beside the test's.
    fn drop(&mut self) {
        if std::thread::panicking() {
            println!("pas {} : {:#?}", self.pas, self.serveur.evenements("erreur_interne"));
        }
    }
}
