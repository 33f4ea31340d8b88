//! Eight people who produce without pause, each production with a key of its own; and the proof,
//! after whatever happened, that each was done once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::outils::chaine::{JOUR, PRODUIRE, jour};
use crate::outils::graine::graine;
use crate::outils::{Chaine, Client};

const PERSONNES: usize = 8;
/// In thousandths: what 7 pieces take, and what the lot that goes first holds.
const LIGNE: i64 = 1_000_000;
const PREMIER_LOT: i64 = 3_000_000;
const SECOND_LOT: i64 = 900_000_000;

pub struct Demandee {
    cle: String,
    /// As it was answered 201; none: not answered, or 503.
    reponse: Option<String>,
}

pub struct Charge {
    chaine: Chaine,
    demande: Value,
    /// Of rice: the one that goes first, the other.
    lots: [String; 2],
    au_milieu: u32,
    acceptees: Arc<Semaphore>,
    fini: Arc<AtomicBool>,
    personnes: JoinSet<Vec<Demandee>>,
}

impl Charge {
    /// Makes the chain and begins.
    pub async fn lancer(client: Client) -> Self {
        let graine = graine("pannes");
        let au_milieu = StdRng::seed_from_u64(graine).random_range(20..120);
        let chaine = Chaine::nouvelle(client).await;
        let riz = chaine.ingredient("Riz").await;
        let sept = json!({"nom": "Bowl", "rendement": {"quantite": 7, "unite": "piece"}});
        let (bowl, _) = chaine.recette_de(sept, &[(&riz, 1000.0)]).await;
        let second = chaine.lot(&riz, 900_000.0, None).await;
        let premier = chaine.lot(&riz, 3000.0, Some(jour(0))).await;
        let mut charge = Self {
            demande: chaine.demande(&[(&bowl, 1.0)]),
            chaine,
            lots: [premier, second],
            au_milieu,
            acceptees: Arc::new(Semaphore::new(0)),
            fini: Arc::new(AtomicBool::new(false)),
            personnes: JoinSet::new(),
        };
        for personne in 0..PERSONNES {
            charge.commencer(format!("{graine}-{personne}"));
        }
        charge
    }

    fn commencer(&mut self, personne: String) {
        let (client, demande) = (self.chaine.client.clone(), self.demande.clone());
        let (acceptees, fini) = (Arc::clone(&self.acceptees), Arc::clone(&self.fini));
        self.personnes.spawn(async move {
            let mut demandees = Vec::new();
            while !fini.load(Ordering::Relaxed) {
                let cle = format!("{personne}-{}", demandees.len());
                let reponse = produire(&client, &demande, &cle).await;
                let perdue = reponse.is_none();
                demandees.push(Demandee { cle, reponse });
                if perdue {
                    break;
                }
                acceptees.add_permits(1);
            }
            demandees
        });
    }

    /// Once some, drawn at random, were accepted, and the next are under way.
    pub async fn au_milieu(&self) {
        let assez = self.acceptees.acquire_many(self.au_milieu);
        let assez = tokio::time::timeout(Duration::from_secs(60), assez).await;
        assez.expect("des productions acceptées").expect("sémaphore").forget();
    }

    /// Each person stops at the first request that is not done, or now; all of them do. What befell
    /// them befell some of them.
    pub async fn demandees(&mut self) -> Vec<Demandee> {
        self.fini.store(true, Ordering::Relaxed);
        let demandees = self.attendre_les_personnes().await;
        assert!(demandees.iter().any(|d| d.reponse.is_none()), "rien n'a été interrompu");
        demandees
    }

    /// The same, but nobody is told to stop: each must get an answer, and it is not "done".
    pub async fn demandees_interrompues(&mut self) -> Vec<Demandee> {
        let demandees = self.attendre_les_personnes().await;
        assert_eq!(demandees.iter().filter(|d| d.reponse.is_none()).count(), PERSONNES);
        demandees
    }

    async fn attendre_les_personnes(&mut self) -> Vec<Demandee> {
        let mut demandees = Vec::new();
        let tous = async {
            while let Some(siennes) = self.personnes.join_next().await {
                demandees.extend(siennes.expect("une personne"));
            }
        };
        tokio::time::timeout(Duration::from_secs(60), tous).await.expect("chacun a sa réponse");
        demandees
    }

    /// Every request is done once, whoever asks again; the stock says the same, to the thousandth.
    pub async fn prouver(&mut self, client: &Client, demandees: &[Demandee]) {
        for d in demandees {
            let encore = client.post_cle(PRODUIRE, &self.demande, &d.cle).await;
            assert_eq!(encore.statut, 201, "{}", encore.texte);
            let Some(reponse) = &d.reponse else { continue };
            assert!(encore.rejouee, "{} faite deux fois", d.cle);
            assert_eq!(&encore.texte, reponse);
        }
        for d in demandees.iter().filter(|d| d.reponse.is_none()) {
            let encore = client.post_cle(PRODUIRE, &self.demande, &d.cle).await;
            assert!(encore.statut == 201 && encore.rejouee, "{}", encore.texte);
        }
        self.chaine.client = client.clone();
        let n = i64::try_from(demandees.len()).expect("nombre");
        assert!(n >= i64::from(self.au_milieu));
        self.compter(n).await;
    }

    async fn compter(&self, n: i64) {
        let chemin = format!("/api/interne/plans/{}/{JOUR}", self.chaine.magasin);
        let plan = self.chaine.client.get(&chemin).await.attendue(200);
        assert_eq!(plan["lignes"][0]["quantite_produite"], n);
        let lots = self.chaine.lots().await;
        let bowls: Vec<_> = lots.iter().filter(|l| l["ingredient_nom"] == "Bowl").collect();
        assert!(bowls.iter().all(|l| l["solde"] == 1));
        assert_eq!(i64::try_from(bowls.len()).expect("nombre"), n);
        // Half-up, to the thousandth of a gram.
        let consomme = (2 * n * LIGNE + 7) / 14;
        let attendus =
            [PREMIER_LOT - consomme.min(PREMIER_LOT), SECOND_LOT - (consomme - PREMIER_LOT).max(0)];
        for (lot, attendu) in self.lots.iter().zip(attendus) {
            #[expect(clippy::cast_possible_truncation, reason = "below 2^53")]
            let solde = (self.chaine.solde(lot).await * 1000.0).round() as i64;
            assert_eq!(solde, attendu, "{n} productions");
        }
    }
}

/// The answer if it was done; a refusal can only be 503, and says when to come back.
async fn produire(client: &Client, demande: &Value, cle: &str) -> Option<String> {
    let requete = client.requete(Method::POST, PRODUIRE).json(demande);
    let requete = requete.header("Idempotency-Key", cle);
    let (reponse, entetes) = client.essayer_avec_entetes(requete).await?;
    if reponse.statut == 201 {
        return Some(reponse.texte);
    }
    // Whether it was kept is not always known: the same key finds out.
    let inconnue = reponse.corps["code"] == "issue_inconnue";
    reponse.refusee(503, if inconnue { "issue_inconnue" } else { "base_absente" });
    super::exiger_un_delai(&entetes);
    None
}
