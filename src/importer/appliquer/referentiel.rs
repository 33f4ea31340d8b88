//! Magasins, fournisseurs, ingredients, alias.

use serde_json::Value;

use super::noms::{champ_id, cle};
use super::{Arret, Chantier};
use crate::domaine::texte::cle_de_tri;
use crate::domaine::{Allergene, Quantite};
use crate::importer::erreurs::Ou;
use crate::importer::rapport::Action;
use crate::importer::tables::{Ligne, Table};
use crate::referentiel::alias::{self, NouvelAlias};
use crate::referentiel::articles::{self, NouvelIngredient};
use crate::referentiel::fournisseurs::{self, NouveauFournisseur};
use crate::referentiel::magasins::{self, NouveauMagasin};
use crate::referentiel::{Article, Magasin, Nature, PolitiqueStock};

const COLONNES_MAGASIN: [&str; 5] =
    ["nom", "type_magasin", "fuseau", "politique_stock", "jours_arriere"];
const COLONNES_INGREDIENT: [&str; 5] = ["nom", "unite_base", "nature", "densite", "poids_piece"];

impl Chantier<'_> {
    pub(super) async fn magasins(&mut self, t: &Table) -> Result<(), Arret> {
        self.refuser_les_doubles(t, "nom", |l| l.texte("nom").map(cle));
        for ligne in &t.lignes {
            let ou = Ou::une(t, ligne);
            let lu = self.lire(&ou, ligne.objet(&COLONNES_MAGASIN), NouveauMagasin::lire);
            let fait = match lu {
                None => None,
                Some(n) => match self.noms.magasins.trouver(&n.nom).cloned() {
                    Some(m) => {
                        self.comparer(t, ligne, &ecarts_magasin(&m, &n));
                        Some(m)
                    }
                    None => {
                        self.douter_du_sosie(
                            &ou,
                            self.noms.magasins.sosie(&n.nom).map(str::to_owned),
                        );
                        let issue = magasins::creer(self.tx, n).await;
                        self.creer(&ou, issue)?
                    }
                },
            };
            self.noms.magasins.retenir(ligne.texte("nom"), fait);
        }
        Ok(())
    }

    pub(super) async fn fournisseurs(&mut self, t: &Table) -> Result<(), Arret> {
        self.refuser_les_doubles(t, "nom", |l| l.texte("nom").map(cle));
        for ligne in &t.lignes {
            let ou = Ou::une(t, ligne);
            let lu = self.lire(&ou, ligne.objet(&["nom"]), NouveauFournisseur::lire);
            let fait = match lu {
                None => None,
                Some(n) => match self.noms.fournisseurs.trouver(&n.nom).cloned() {
                    Some(f) => {
                        self.comparer(t, ligne, &[]);
                        Some(f)
                    }
                    None => {
                        self.douter_du_sosie(
                            &ou,
                            self.noms.fournisseurs.sosie(&n.nom).map(str::to_owned),
                        );
                        let issue = fournisseurs::creer(self.tx, n).await;
                        self.creer(&ou, issue)?
                    }
                },
            };
            self.noms.fournisseurs.retenir(ligne.texte("nom"), fait);
        }
        Ok(())
    }

    pub(super) async fn ingredients(&mut self, t: &Table) -> Result<(), Arret> {
        self.refuser_les_doubles(t, "nom", |l| l.texte("nom").map(cle));
        for ligne in &t.lignes {
            let ou = Ou::une(t, ligne);
            let mut objet = ligne.objet(&COLONNES_INGREDIENT);
            objet.insert("allergenes".to_owned(), allergenes(ligne));
            let nom = ligne.texte("nom").unwrap_or_default();
            if let Some(vrai) = self.noms.articles.alias_de(nom).map(str::to_owned)
                && !self.noms.articles.connait(nom)
            {
                let message =
                    format!("est un alias de « {vrai} » : l'un des deux noms est de trop");
                self.noter(t, ligne, "nom", message);
            }
            let lu = self.lire(&ou, objet, NouvelIngredient::lire);
            let fait = match lu {
                None => None,
                Some(n) => match self.noms.articles.trouver(&n.nom).cloned() {
                    Some(a) => {
                        self.comparer(t, ligne, &ecarts_ingredient(&a, &n));
                        Some(a)
                    }
                    None => {
                        self.douter_du_sosie(
                            &ou,
                            self.noms.articles.sosie(&n.nom).map(str::to_owned),
                        );
                        let issue = articles::creer(self.tx, n).await;
                        self.creer(&ou, issue)?
                    }
                },
            };
            self.noms.articles.retenir(ligne.texte("nom"), fait);
        }
        Ok(())
    }

    pub(super) async fn alias(&mut self, t: &Table) -> Result<(), Arret> {
        self.refuser_les_doubles(t, "alias", |l| l.texte("alias").map(cle));
        for ligne in &t.lignes {
            self.un_alias(t, ligne).await?;
        }
        Ok(())
    }

    async fn un_alias(&mut self, t: &Table, ligne: &Ligne) -> Result<(), Arret> {
        let ou = Ou::une(t, ligne);
        let article = self.noms.articles.viser(&mut self.suivi, (t, ligne), "ingredient").cloned();
        let mut objet = ligne.objet(&["alias"]);
        let id = champ_id(ligne, "ingredient", article.as_ref().map(|a| a.id));
        objet.insert("ingredient_id".to_owned(), id);
        let (Some(n), Some(article)) = (self.lire(&ou, objet, NouvelAlias::lire), article) else {
            return Ok(());
        };
        if let Some(deja) = self.noms.alias.trouver(&n.alias) {
            let la = articles::trouver(self.tx, deja.ingredient_id).await?.nom;
            self.comparer(t, ligne, &[("ingredient", la, article.nom)]);
            return Ok(());
        }
        if self.noms.articles.connait(&n.alias) {
            let message = format!(
                "« {} » est le nom d'un ingrédient ou d'une préparation : il ne peut pas en nommer un \
                 autre",
                n.alias
            );
            self.noter(t, ligne, "alias", message);
            return Ok(());
        }
        let issue = alias::creer(self.tx, n).await;
        self.creer(&ou, issue).map(drop)
    }

    /// As `admettre`, counted as new.
    pub(super) fn creer<T>(
        &mut self,
        ou: &Ou<'_>,
        issue: Result<T, crate::platform::errors::Erreur>,
    ) -> Result<Option<T>, Arret> {
        let fait = self.admettre(ou, issue)?;
        if fait.is_some() {
            self.rapport.raconter(ou, Action::Cree, en_mots(ou));
        }
        Ok(fait)
    }

    /// Two names that look alike are most often one.
    pub(super) fn douter_du_sosie(&mut self, ou: &Ou<'_>, sosie: Option<String>) {
        let colonne = ou.table.modele.colonnes().first().map(|c| c.nom);
        if let (Some(autre), Some(ligne), Some(colonne)) = (sosie, ou.lignes.first(), colonne) {
            let message = format!("ressemble à « {autre} », qui existe : sont-ce deux choses ?");
            self.douter(ou.table, ligne, colonne, message);
        }
    }
}

/// Its name, then each cell that is filled, as it was read: what a person can still check.
fn en_mots(ou: &Ou<'_>) -> String {
    let mut dit = String::new();
    for (rang, ligne) in ou.lignes.iter().enumerate() {
        let mut cellules = ou.table.modele.colonnes().iter().enumerate().filter_map(|(n, c)| {
            let valeur = ligne.dite(c.nom)?;
            // The rows after the first only repeat the name of what they belong to.
            let repete = rang > 0 && n == 0;
            (!repete).then(|| if n == 0 { valeur } else { format!("{} {valeur}", mots(c.nom)) })
        });
        let premiere = cellules.next().unwrap_or_default();
        let reste: Vec<String> = cellules.collect();
        if rang > 0 {
            dit.push_str(" ; ");
        }
        dit.push_str(&premiere);
        if !reste.is_empty() {
            dit.push_str(if rang == 0 { " : " } else { ", " });
            dit.push_str(&reste.join(", "));
        }
    }
    dit
}

fn mots(colonne: &str) -> String {
    colonne.replace('_', " ")
}

fn ecarts_magasin(m: &Magasin, n: &NouveauMagasin) -> [(&'static str, String, String); 4] {
    let politique = n.politique_stock.unwrap_or(PolitiqueStock::Strict);
    let jours = n.jours_arriere.unwrap_or(magasins::JOURS_ARRIERE);
    let fuseau = n.fuseau.as_deref().unwrap_or("Europe/Paris");
    [
        ("type_magasin", m.type_magasin.code().to_owned(), n.type_magasin.code().to_owned()),
        ("fuseau", m.fuseau.clone(), fuseau.to_owned()),
        ("politique_stock", m.politique_stock.code().to_owned(), politique.code().to_owned()),
        ("jours_arriere", m.jours_arriere.to_string(), jours.to_string()),
    ]
}

/// `gluten lait`, `gluten, Œufs`; `aucun` is a list of none, and an empty cell says nothing.
fn allergenes(ligne: &Ligne) -> Value {
    let Some(dits) = ligne.texte("allergenes") else { return Value::Null };
    if dits == "aucun" {
        return Value::Array(Vec::new());
    }
    let mots = dits.split([' ', ',', '|', ';', '/', '+']).filter(|mot| !mot.is_empty());
    Value::Array(mots.map(|mot| Value::String(cle_de_tri(mot))).collect())
}

/// What a file does not say of the allergens is not another word about them.
fn ecarts_ingredient(a: &Article, n: &NouvelIngredient) -> [(&'static str, String, String); 5] {
    let nature = n.nature.unwrap_or(Nature::Matiere);
    let dits = n.allergenes.as_ref().or(a.allergenes.as_ref());
    let texte = |q: Option<Quantite>| q.map(Quantite::francais).unwrap_or_default();
    [
        ("unite_base", a.unite_base.code().to_owned(), n.unite_base.code().to_owned()),
        ("nature", a.nature.code().to_owned(), nature.code().to_owned()),
        ("densite", texte(a.densite), texte(n.densite)),
        ("poids_piece", texte(a.poids_piece), texte(n.poids_piece)),
        ("allergenes", codes(a.allergenes.as_ref()), codes(dits)),
    ]
}

fn codes(allergenes: Option<&Vec<Allergene>>) -> String {
    let dire = |a: &Vec<Allergene>| match a.as_slice() {
        [] => "aucun".to_owned(),
        dits => dits.iter().map(|a| a.code()).collect::<Vec<_>>().join(" "),
    };
    allergenes.map(dire).unwrap_or_default()
}
