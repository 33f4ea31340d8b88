//! Random days, played against a simple model: what the program says and keeps is what the model
//! foretells, step by step; where several people act at once, what does not depend on whose turn
//! came first.
//!
//! `DELICEGO_GRAINE` replays a game, `DELICEGO_PAS` lengthens it. Each step draws from a seed of
//! its own, so that what people meet in one changes little in the next.

mod declarations;
mod dettes;
mod gestes;
mod modele;
mod parallele;
mod partie;
mod pas_a_pas;
mod preparation;
mod refus;
mod reste;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use self::partie::{Partie, jours};
use crate::outils::graine::graine;

const PAS: u64 = 300;

#[tokio::test]
async fn random_days_with_several_people_end_as_a_simple_model_foretells() {
    let graine = graine("simulation");
    let pas = match std::env::var("DELICEGO_PAS") {
        Ok(texte) => texte.parse().unwrap_or_else(|_| panic!("DELICEGO_PAS={texte}")),
        Err(_) => PAS,
    };
    let partie = tokio::task::LocalSet::new();
    let fin = partie.run_until(async { tokio::task::spawn_local(jouer(graine, pas)).await });
    if let Err(echec) = fin.await {
        panic!("graine={graine}\n{echec}");
    }
}

async fn jouer(graine: u64, pas: u64) {
    let mut p = Partie::ouvrir().await;
    for n in 0..pas {
        let mut rng =
            StdRng::seed_from_u64(graine.wrapping_add(n.wrapping_mul(0x9e37_79b9_7f4a_7c15)));
        p.pas = n;
        un_pas(&mut p, &mut rng).await;
    }
    p.comparer_tout().await;
    for magasin in 0..p.m.magasins.len() {
        for jour in p.m.magasins[magasin].plans.keys().copied().collect::<Vec<_>>() {
            preparation::relire_faites(&mut p, magasin, jour).await;
            preparation::comparer_ecran(&p, magasin, jour).await;
        }
        dettes::comparer(&p, magasin).await;
    }
    for magasin in 0..p.m.magasins.len() {
        assert_eq!(p.stock(magasin, 7).await, p.stock(magasin, 1000).await, "page après page");
    }
    println!("{:#?}", p.bilan);
    assert!(p.bilan["production accepte"] > 0 && p.bilan["production refuse"] > 0);
    assert!(p.bilan["tout le reste accepte"] > 0);
    assert!(p.bilan["scan accepte"] > 0 && p.bilan["reprise accepte"] > 0);
    assert!(p.bilan["scan à compte accepte"] > 0 && p.bilan["regularisation accepte"] > 0);
    assert!(p.bilan["cle rejouee accepte"] > 0 && p.bilan["demande fausse refuse"] > 0);
    p.serveur.verifier();
}

async fn un_pas(p: &mut Partie, rng: &mut StdRng) {
    let magasin = usize::from(rng.random_bool(0.3));
    match rng.random_range(0..100) {
        0..52 => {
            let geste = gestes::tirer(p, rng, magasin);
            pas_a_pas::jouer(p, rng, &geste).await;
        }
        52..68 => {
            let geste = dettes::tirer(p, rng);
            pas_a_pas::jouer(p, rng, &geste).await;
        }
        68..76 => parallele::produire_ensemble(p, rng, magasin).await,
        76..86 => parallele::melanger(p, rng, magasin).await,
        86..89 => reste::produire(p, rng, magasin).await,
        89..90 => pas_a_pas::besoins(p, magasin, jours()[rng.random_range(0..4)]).await,
        90..94 => pas_a_pas::rejouer(p, rng).await,
        _ => refus::jouer(p, rng, magasin).await,
    }
}
