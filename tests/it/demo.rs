//! The demonstration chain: loaded whole where nothing is, alive a week later, and producible.

use std::fs;
use std::path::{Path, PathBuf};

use delicego::demo;
use delicego::importer::{FichierSource, Mode, Source, importer};
use delicego::platform::comptes::Role;
use delicego::platform::db::operations::{self, Commande, Reservation};
use delicego::platform::db::{Base, Ecrits, executer_transaction};
use delicego::platform::errors::Erreur;
use delicego::production_jour::{DemandeProduction, executer, reste_du_plan};
use delicego::referentiel::magasins;
use sqlx::{query, query_scalar};
use uuid::Uuid;

use crate::outils::Serveur;

#[tokio::test]
async fn la_chaine_de_demonstration_se_charge_et_la_journee_se_produit() {
    let s = Serveur::demarrer().await;
    let source = Source::Dossier(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/demo/chaine"));
    let rapport = importer(s.base(), &source, Mode::Apply).await.unwrap();
    assert_eq!(rapport.tables.len(), 9);
    assert!(rapport.tables.iter().all(|t| t.crees > 0 && t.inchanges == 0), "{rapport}");
    for nom in ["Cuisine centrale de Pantin", "Boutique Bastille", "Boutique La Défense"] {
        let lots = produire_le_jour(s.base(), nom).await.unwrap();
        assert!(lots > 5, "{nom} : {lots}");
    }
    let Err(Erreur::Refus(refus)) = produire_le_jour(s.base(), "Boutique Saint-Lazare").await
    else {
        panic!("Saint-Lazare n'a pas assez de saumon fumé");
    };
    assert_eq!(refus.code, "stock_insuffisant");
    let manques = refus.champs["manques"].as_array().unwrap();
    let courts: Vec<_> = manques.iter().map(|m| &m["ingredient_nom"]).collect();
    assert_eq!(courts, ["Saumon fumé"]);
    assert_eq!(manques[0]["disponible"], 200);
    assert!(manques[0]["perime"] != 0 && manques[0]["bloque"] != 0, "{}", manques[0]);
    let interdites = compter(
        s.base(),
        "mouvement_stock m
           join lot l on l.magasin_id = m.magasin_id and l.id = m.lot_id
           join magasin g on g.id = l.magasin_id
          where m.type = 'CONSOMMATION'
            and (l.etat <> 'libre' or l.date_dlc < (now() at time zone g.fuseau)::date)",
    )
    .await;
    assert_eq!(interdites, 0);
}

#[tokio::test]
async fn la_demonstration_ne_se_charge_que_dans_une_base_vide() {
    let s = Serveur::demarrer().await;
    let donnees = Donnees::neuves();
    let comptes = demo::preparer(s.base(), &donnees.0).await.unwrap();
    assert_eq!(comptes.len(), 2);
    let lots = compter(s.base(), "lot").await;
    assert_eq!(demo::preparer(s.base(), &donnees.0).await.unwrap(), comptes);
    assert_eq!(compter(s.base(), "lot").await, lots);
    fs::remove_file(donnees.0.join("demo-comptes.txt")).unwrap();
    let neufs = demo::preparer(s.base(), &donnees.0).await.unwrap();
    assert_ne!(neufs[0].mot_de_passe, comptes[0].mot_de_passe);
    let ailleurs = Serveur::demarrer().await;
    let magasins = Source::Memoire(vec![FichierSource {
        nom: "magasins.csv".to_owned(),
        octets: b"nom;type_magasin\nUn vrai magasin;VENTE\n".to_vec(),
    }]);
    importer(ailleurs.base(), &magasins, Mode::Apply).await.unwrap();
    assert_eq!(demo::preparer(ailleurs.base(), &donnees.0).await.unwrap(), []);
    assert_eq!(compter(ailleurs.base(), "utilisateur where demo").await, 0);
}

#[tokio::test]
async fn une_semaine_de_demonstration_passee_recommence() {
    let s = Serveur::demarrer().await;
    let donnees = Donnees::neuves();
    demo::preparer(s.base(), &donnees.0).await.unwrap();
    let mut c = s.base().lire().await.unwrap();
    query("delete from ligne_plan_production").execute(&mut *c).await.unwrap();
    query("delete from plan_production").execute(&mut *c).await.unwrap();
    drop(c);
    let lots = compter(s.base(), "lot").await;
    demo::preparer(s.base(), &donnees.0).await.unwrap();
    assert_eq!(compter(s.base(), "lot").await, lots * 2);
    assert!(produire_le_jour(s.base(), "Cuisine centrale de Pantin").await.unwrap() > 5);
}

/// All that is left of today's plan; how many lots it made.
async fn produire_le_jour(base: &Base, nom: &str) -> Result<usize, Erreur> {
    let magasin = magasins::par_nom(&mut *base.lire().await?, nom).await?.unwrap();
    let jour = magasin.aujourdhui();
    executer_transaction(base, async |tx| {
        let commande =
            Commande { auteur_id: None, role: Role::Admin, cle: None, chemin: "test".to_owned() };
        let Reservation::AFaire(op) = operations::reserver(tx, &commande).await? else {
            panic!("une opération sans clé est toujours à faire");
        };
        let magasin_id: Uuid = magasin.id;
        let lignes = reste_du_plan(tx, magasin_id, jour).await?.lignes;
        let demande = DemandeProduction { magasin_id, date_jour: jour, lignes, motif: None };
        let mut ecrits = Ecrits::default();
        let (faite, _) = executer((&mut *tx, &mut ecrits), op, &demande).await?;
        ecrits.envoyer(tx).await?;
        Ok(faite.lots_crees)
    })
    .await
}

async fn compter(base: &Base, quoi: &str) -> i64 {
    let texte = sqlx::AssertSqlSafe(format!("select count(*) from {quoi}"));
    query_scalar(texte).fetch_one(&mut *base.lire().await.unwrap()).await.unwrap()
}

/// A data folder that goes away with the test.
struct Donnees(PathBuf);

impl Donnees {
    fn neuves() -> Self {
        Self(std::env::temp_dir().join(format!("delicego-demo-{}", Uuid::now_v7())))
    }
}

impl Drop for Donnees {
    fn drop(&mut self) {
        // What stays behind in the temporary folder harms nobody.
        drop(fs::remove_dir_all(&self.0));
    }
}
