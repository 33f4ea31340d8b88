//! Who is called what: in the database, and in the rows before this one.

use std::collections::{HashMap, HashSet};

use serde_json::{Value, json};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::importer::erreurs::Suivi;
use crate::importer::modeles::Modele;
use crate::importer::tables::{Ligne, Table};
use crate::platform::errors::Erreur;
use crate::platform::http::Page;
use crate::recettes::{self, Recette};
use crate::referentiel::alias::{self, Alias};
use crate::referentiel::articles;
use crate::referentiel::fournisseurs::{self, Fournisseur};
use crate::referentiel::menus::{self, Menu};
use crate::referentiel::{Article, Magasin, magasins};

pub(crate) struct Noms {
    pub magasins: Registre<Magasin>,
    pub fournisseurs: Registre<Fournisseur>,
    pub articles: Registre<Article>,
    pub recettes: Registre<Recette>,
    pub alias: Registre<Alias>,
    /// A name may be several menus', one per magasin.
    pub menus: Registre<Vec<Menu>>,
}

pub(crate) struct Registre<T> {
    /// None: a row announces that name but is refused itself.
    par_nom: HashMap<String, Option<T>>,
    /// Its file could not be read: nobody knows which names it would bring.
    incomplet: bool,
}

/// Names are the same whatever their case and their spaces, of which some do not break lines.
pub(crate) fn cle(nom: &str) -> String {
    nom.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

impl Noms {
    pub(crate) async fn charger(c: &mut PgConnection, tables: &[Table]) -> Result<Self, Erreur> {
        let perdus: HashSet<Modele> =
            tables.iter().filter(|t| !t.lisible).map(|t| t.modele).collect();
        let perdu = |m: &[Modele]| m.iter().any(|m| perdus.contains(m));
        let tout = Page::TOUT;
        let magasins = magasins::lister(c, tout).await?.elements;
        let fournisseurs = fournisseurs::lister(c, tout).await?.elements;
        let recettes = recettes::lister(c, tout).await?.elements;
        let mut par_nom: HashMap<String, Option<Vec<Menu>>> = HashMap::new();
        for menu in menus::lister(c, None, tout).await?.elements {
            par_nom.entry(cle(&menu.nom)).or_default().get_or_insert_default().push(menu);
        }
        let articles = articles::tous(c).await?;
        let alias = alias::lister(c, tout).await?.elements;
        let faits_ici = [Modele::Ingredients, Modele::Recettes];
        Ok(Self {
            magasins: Registre::de(magasins, |m| &m.nom, perdu(&[Modele::Magasins])),
            fournisseurs: Registre::de(fournisseurs, |f| &f.nom, perdu(&[Modele::Fournisseurs])),
            articles: Registre::de(articles, |a| &a.nom, perdu(&faits_ici)),
            recettes: Registre::de(recettes, |r| &r.nom, perdu(&[Modele::Recettes])),
            alias: Registre::de(alias, |a| &a.alias, false),
            menus: Registre { par_nom, incomplet: perdu(&[Modele::Menus]) },
        })
    }
}

impl<T> Registre<T> {
    fn de(tous: Vec<T>, nom: impl Fn(&T) -> &str, incomplet: bool) -> Self {
        let par_nom = tous.into_iter().map(|t| (cle(nom(&t)), Some(t))).collect();
        Self { par_nom, incomplet }
    }

    pub(crate) fn connait(&self, nom: &str) -> bool {
        self.par_nom.contains_key(&cle(nom))
    }

    pub(crate) fn tous(&self) -> impl Iterator<Item = &T> {
        self.par_nom.values().flatten()
    }

    pub(crate) fn trouver(&self, nom: &str) -> Option<&T> {
        self.par_nom.get(&cle(nom))?.as_ref()
    }

    pub(crate) fn inscrire(&mut self, nom: &str, valeur: T) {
        self.par_nom.insert(cle(nom), Some(valeur));
    }

    /// What was written, or the bare announcement of what is refused.
    pub(crate) fn retenir(&mut self, nom: Option<&str>, fait: Option<T>) {
        match (nom, fait) {
            (Some(nom), Some(valeur)) => self.inscrire(nom, valeur),
            (Some(nom), None) => drop(self.par_nom.entry(cle(nom)).or_insert(None)),
            (None, _) => {}
        }
    }

    /// What the cell names. A name that nobody has is a fault; one whose own row is refused is told
    /// there.
    pub(crate) fn viser(
        &self,
        suivi: &mut Suivi,
        (table, ligne): (&Table, &Ligne),
        colonne: &'static str,
    ) -> Option<&T> {
        let nom = ligne.texte(colonne)?;
        match self.par_nom.get(&cle(nom)) {
            Some(Some(valeur)) => return Some(valeur),
            Some(None) => suivi.taire(&table.fichier, ligne.numero),
            None if self.incomplet => suivi.taire(&table.fichier, ligne.numero),
            None => {
                let message = format!("« {nom} » n'existe ni dans la base ni dans ces fichiers");
                suivi.noter(&table.fichier, ligne.numero, Some(colonne), message);
            }
        }
        None
    }
}

impl Registre<Vec<Menu>> {
    pub(crate) fn ajouter(&mut self, menu: Menu) {
        let meme_nom = self.par_nom.entry(cle(&menu.nom)).or_default();
        meme_nom.get_or_insert_default().push(menu);
    }
}

/// The id as a request's field. What is named but not found stands as an id of nobody: its fault is
/// noted already, and a reader must not add that it is missing.
pub(crate) fn champ_id(ligne: &Ligne, colonne: &str, id: Option<Uuid>) -> Value {
    match id {
        Some(id) => json!(id),
        None if ligne.est_vide(colonne) => Value::Null,
        None => json!(Uuid::nil()),
    }
}
