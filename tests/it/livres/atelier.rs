//! Books made by hand, kept as if they had been read from a PDF.

use delicego::livres::lecture::{LigneLue, LivreLu, RecetteLue};
use delicego::livres::{Compte, Depot, Livre, Releve, deposer};
use delicego::platform::comptes::Role;
use delicego::platform::db::operations::{Commande, Reservation, reserver};
use delicego::platform::db::{Base, executer_transaction};
use delicego::platform::errors::Erreur;
use sha2::{Digest, Sha256};

use crate::outils::{Chaine, Serveur};

pub struct Atelier {
    pub serveur: Serveur,
    pub chaine: Chaine,
}

impl Atelier {
    pub async fn ouvrir() -> Self {
        let serveur = Serveur::demarrer().await;
        let chaine = Chaine::nouvelle(serveur.admin().await).await;
        Self { serveur, chaine }
    }

    /// Keeps a book without a source of its own.
    pub async fn livre(&self, nom: &str, recettes: &[Recette<'_>]) -> Compte {
        self.de_source(None, nom, recettes).await
    }

    pub async fn de_source(
        &self,
        source: Option<&str>,
        nom: &str,
        recettes: &[Recette<'_>],
    ) -> Compte {
        garder(self.serveur.base(), source, nom, recettes).await
    }

    /// Keeps recipes as they were read, doubts and all.
    pub async fn lu(&self, nom: &str, recettes: Vec<RecetteLue>) -> Compte {
        self.depot(nom, recettes).await.compte
    }

    /// The same, and all that is said of it.
    pub async fn depot(&self, nom: &str, recettes: Vec<RecetteLue>) -> Depot {
        garder_lu(self.serveur.base(), None, nom, recettes).await
    }

    /// The book of that title, as the API shows it.
    pub async fn livre_lu(&self, titre: &str) -> serde_json::Value {
        let livres = self.chaine.client.get("/api/interne/livres").await.attendue(200);
        let mut livres = livres["elements"].as_array().expect("elements").iter();
        let livre = livres.find(|l| l["titre"] == titre).expect("livre");
        let chemin = format!("/api/interne/livres/{}", livre["id"].as_str().expect("id"));
        self.chaine.client.get(&chemin).await.attendue(200)
    }

    /// What waits for somebody to look.
    pub async fn doutes(&self) -> Vec<serde_json::Value> {
        let lus = self.chaine.client.get("/api/interne/livres/doutes").await.attendue(200);
        lus["elements"].as_array().expect("elements").clone()
    }

    /// One number out of the database.
    pub async fn nombre(&self, sql: &'static str) -> i64 {
        let mut c = self.serveur.base().lire().await.expect("connexion");
        sqlx::query_scalar(sql).fetch_one(&mut *c).await.expect("nombre")
    }

    pub async fn textes(&self, sql: &'static str) -> Vec<String> {
        let mut c = self.serveur.base().lire().await.expect("connexion");
        sqlx::query_scalar(sql).fetch_all(&mut *c).await.expect("textes")
    }

    /// The recipe of that name, as the API shows it.
    pub async fn recette(&self, nom: &str) -> serde_json::Value {
        let chemin = "/api/interne/recettes?limite=1000";
        let toutes = self.chaine.client.get(chemin).await.attendue(200);
        let elements = toutes["elements"].as_array().expect("elements");
        elements.iter().find(|r| r["nom"] == nom).unwrap_or_else(|| panic!("{nom}")).clone()
    }

    pub fn delicego_json(&self, arguments: &[&str], code: i32) -> serde_json::Value {
        let sortie = self.serveur.delicego(arguments);
        assert_eq!(sortie.status.code(), Some(code), "{sortie:?}");
        serde_json::from_slice(&sortie.stdout).expect("JSON")
    }
}

/// Keeps a book as if it had been read from a PDF.
pub async fn garder(
    base: &Base,
    source: Option<&str>,
    nom: &str,
    recettes: &[Recette<'_>],
) -> Compte {
    garder_lu(base, source, nom, recettes.iter().map(Recette::lue).collect()).await.compte
}

/// The same, of recipes as they were read.
pub async fn garder_lu(
    base: &Base,
    source: Option<&str>,
    nom: &str,
    recettes: Vec<RecetteLue>,
) -> Depot {
    let lu = LivreLu { pages: 1, recettes, ..LivreLu::default() };
    let releve = Releve::from(&lu);
    let octets = format!("{lu:?}").into_bytes();
    let livre = Livre {
        source,
        nom_fichier: nom,
        sha256: Sha256::digest(&octets).into(),
        octets: &octets,
        pages: lu.pages,
        releve: &releve,
    };
    executer_transaction(base, async |tx| {
        let chemin = "essai".to_owned();
        let commande = Commande { auteur_id: None, role: Role::Admin, cle: None, chemin };
        let Reservation::AFaire(op) = reserver(tx, &commande).await? else {
            return Err(Erreur::interne("opération déjà faite"));
        };
        deposer(tx, op, &livre).await
    })
    .await
    .expect("livre gardé")
}

/// A title, and lines of label and quantity in grams; none is « QS ».
pub struct Recette<'a>(pub &'a str, pub &'a [(&'a str, Option<i64>)]);

impl Recette<'_> {
    pub fn lue(&self) -> RecetteLue {
        RecetteLue {
            titre: self.0.to_owned(),
            page: 1,
            lignes: self.1.iter().map(|(libelle, grammes)| ligne(libelle, *grammes)).collect(),
            poids_net_g: None,
            emballage: None,
            duree_vie_jours: Some(3),
            rendement: None,
            doutes: Vec::new(),
        }
    }
}

fn ligne(libelle: &str, grammes: Option<i64>) -> LigneLue {
    LigneLue {
        libelle: libelle.to_owned(),
        texte: format!("{libelle} {}", grammes.map_or("QS".to_owned(), |g| g.to_string())),
        quantite: grammes.map(delicego::domaine::Decimal::entier),
        quantite_recette: grammes.map(delicego::domaine::Decimal::entier),
        quantite_nette: None,
        unite: grammes.map(|_| "g".to_owned()),
        pieces: None,
        page: 1,
    }
}
