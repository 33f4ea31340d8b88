//! Who is called what: in the database, and in the rows before this one.

use std::collections::{HashMap, HashSet};

use serde_json::{Value, json};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::domaine::texte::cle_d_aspect;
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
    /// Names by what they look like.
    aspects: HashMap<String, String>,
    /// Names that are another's alias: whose.
    alias: HashMap<String, String>,
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
        let faits_ici = perdu(&[Modele::Ingredients, Modele::Recettes]);
        let alias_dits = aliases(&alias, &articles, tables);
        let articles = Registre::de(articles, |a| &a.nom, faits_ici);
        Ok(Self {
            magasins: Registre::de(magasins, |m| &m.nom, perdu(&[Modele::Magasins])),
            fournisseurs: Registre::de(fournisseurs, |f| &f.nom, perdu(&[Modele::Fournisseurs])),
            articles: Registre { alias: alias_dits, ..articles },
            recettes: Registre::de(recettes, |r| &r.nom, perdu(&[Modele::Recettes])),
            alias: Registre::de(alias, |a| &a.alias, false),
            menus: Registre { par_nom, incomplet: perdu(&[Modele::Menus]), ..Registre::default() },
        })
    }
}

/// Of whom each alias is one, in the database and in these files.
fn aliases(alias: &[Alias], articles: &[Article], tables: &[Table]) -> HashMap<String, String> {
    let noms: HashMap<Uuid, &str> = articles.iter().map(|a| (a.id, a.nom.as_str())).collect();
    let lignes = tables.iter().filter(|t| t.modele == Modele::Alias).flat_map(|t| &t.lignes);
    let ici = lignes.filter_map(|l| Some((cle(l.texte("alias")?), l.texte("ingredient")?)));
    let la = alias.iter().filter_map(|a| Some((cle(&a.alias), *noms.get(&a.ingredient_id)?)));
    ici.chain(la).map(|(alias, nom)| (alias, nom.to_owned())).collect()
}

impl<T> Default for Registre<T> {
    fn default() -> Self {
        Self {
            par_nom: HashMap::new(),
            aspects: HashMap::new(),
            alias: HashMap::new(),
            incomplet: false,
        }
    }
}

impl<T> Registre<T> {
    fn de(tous: Vec<T>, nom: impl Fn(&T) -> &str, incomplet: bool) -> Self {
        let mut registre = Self { incomplet, ..Self::default() };
        for valeur in tous {
            let nom = nom(&valeur).to_owned();
            registre.inscrire(&nom, valeur);
        }
        registre
    }

    /// Another name that an eye would take for that one.
    pub(crate) fn sosie(&self, nom: &str) -> Option<&str> {
        let autre = self.aspects.get(&cle_d_aspect(nom))?;
        (cle(autre) != cle(nom)).then_some(autre)
    }

    /// Whose alias that name is.
    pub(crate) fn alias_de(&self, nom: &str) -> Option<&str> {
        self.alias.get(&cle(nom)).map(String::as_str)
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
        self.aspects.entry(cle_d_aspect(nom)).or_insert_with(|| nom.to_owned());
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
                let message = match (self.alias_de(nom), self.sosie(nom)) {
                    (Some(vrai), _) => {
                        format!("« {nom} » est un alias de « {vrai} » : écrivez « {vrai} »")
                    }
                    (None, Some(autre)) => format!(
                        "« {nom} » n'existe ni dans la base ni dans ces fichiers ; « {autre} » y est, \
                         écrit autrement"
                    ),
                    (None, None) => {
                        format!("« {nom} » n'existe ni dans la base ni dans ces fichiers")
                    }
                };
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
