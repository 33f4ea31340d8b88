//! Recipes: one row per ingredient, the recipe's own columns repeated or left empty.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::noms::{champ_id, cle};
use super::{Arret, Chantier, deja_autrement, grouper};
use crate::domaine::Decimal;
use crate::importer::erreurs::Ou;
use crate::importer::tables::{Ligne, Table};
use crate::recettes::{self, CreneauRecette, NouvelleRecette, Recette};
use crate::referentiel::{Article, Nature, articles};

/// What every row of a recipe says of the whole.
const COLONNES_COMMUNES: [&str; 7] =
    ["nature", "rendement", "unite_rendement", "duree_vie_jours", "poste", "creneau", "etapes"];

impl Chantier<'_> {
    /// A preparation is written before what uses it, whatever the order of the file.
    pub(super) async fn recettes(&mut self, t: &Table) -> Result<(), Arret> {
        for ligne in &t.lignes {
            self.exiger(t, ligne, &["recette"]);
        }
        let nommees = t.lignes.iter().filter_map(|l| Some((cle(l.texte("recette")?), l)));
        let mut restantes: Vec<Ou<'_>> =
            grouper(nommees).into_iter().map(|(_, lignes)| Ou { table: t, lignes }).collect();
        while !restantes.is_empty() {
            let attendues: HashSet<String> = restantes
                .iter()
                .filter_map(nom)
                .filter(|n| !self.noms.articles.connait(n))
                .map(cle)
                .collect();
            let attend =
                |l: &&Ligne| l.texte("ingredient").is_some_and(|i| attendues.contains(&cle(i)));
            let (en_attente, pretes): (Vec<_>, Vec<_>) =
                restantes.into_iter().partition(|ou| ou.lignes.iter().any(attend));
            if pretes.is_empty() {
                for ou in &en_attente {
                    for ligne in ou.lignes.iter().filter(|l| attend(l)).take(1) {
                        self.noter(t, ligne, "ingredient", CYCLE);
                    }
                    self.retenir_recette(ou, None);
                }
                break;
            }
            for ou in &pretes {
                let faite = self.recette(ou).await?;
                self.retenir_recette(ou, faite);
            }
            restantes = en_attente;
        }
        Ok(())
    }

    async fn recette(&mut self, ou: &Ou<'_>) -> Result<Option<Recette>, Arret> {
        let objet = self.objet_recette(ou);
        let Some(n) = self.lire(ou, objet, NouvelleRecette::lire) else { return Ok(None) };
        if let Some(deja) = self.noms.recettes.trouver(&n.nom) {
            let article = articles::trouver(self.tx, deja.article_id).await?;
            let ecarts = ecarts((deja, &article), &n, ou.lignes[0]);
            for (rang, colonne, message) in &ecarts {
                let ligne = ou.lignes.get(*rang).unwrap_or(&ou.lignes[0]);
                self.suivi.noter(&ou.table.fichier, ligne.numero, Some(colonne), message);
            }
            if ecarts.is_empty() {
                self.rapport.compter(ou.table.modele).inchanges += 1;
            }
            return Ok(None);
        }
        self.douter_du_sosie(ou, self.noms.articles.sosie(&n.nom).map(str::to_owned));
        if let Some(vrai) = self.noms.articles.alias_de(&n.nom).map(str::to_owned)
            && !self.noms.articles.connait(&n.nom)
        {
            let message = format!("est un alias de « {vrai} » : l'un des deux noms est de trop");
            self.noter(ou.table, ou.lignes[0], "recette", message);
            return Ok(None);
        }
        let issue = recettes::creer(self.tx, self.op, n).await;
        self.creer(ou, issue)
    }

    fn objet_recette(&mut self, ou: &Ou<'_>) -> Map<String, Value> {
        self.exiger_l_accord(ou);
        self.douter_des_pareilles(ou);
        let tete = ou.lignes[0];
        let mut objet = tete.objet(&["nature", "duree_vie_jours"]);
        objet.insert("nom".to_owned(), tete.valeur("recette"));
        let (rendement, unite) = (tete.valeur("rendement"), tete.valeur("unite_rendement"));
        if !rendement.is_null() || !unite.is_null() {
            objet.insert("rendement".to_owned(), json!({"quantite": rendement, "unite": unite}));
        }
        // What the file does not say stays as it is.
        let dites = ["poste", "creneau"].into_iter().filter(|c| !tete.est_vide(c));
        objet.extend(dites.map(|c| (c.to_owned(), tete.valeur(c))));
        if let Some(etapes) = tete.texte("etapes") {
            // A step a line of their cell.
            let etapes = etapes.lines().map(str::trim).filter(|e| !e.is_empty());
            let etapes: Vec<&str> = etapes.collect();
            objet.insert("etapes".to_owned(), json!(etapes));
        }
        if let Some(article) = nom(ou).and_then(|n| self.noms.articles.trouver(n)) {
            objet.insert("article_id".to_owned(), json!(article.id));
        }
        let lignes: Vec<Value> = ou.lignes.iter().map(|l| self.ligne_recette(ou, l)).collect();
        objet.insert("lignes".to_owned(), Value::Array(lignes));
        objet
    }

    fn ligne_recette(&mut self, ou: &Ou<'_>, ligne: &Ligne) -> Value {
        let article = self.noms.articles.viser(&mut self.suivi, (ou.table, ligne), "ingredient");
        let id = article.map(|a| a.id);
        let mut objet = ligne.objet(&["quantite", "unite"]);
        objet.insert("ingredient_id".to_owned(), champ_id(ligne, "ingredient", id));
        Value::Object(objet)
    }

    /// Perhaps meant, perhaps a row that was copied, in other units even: the ingredient counts twice.
    fn douter_des_pareilles(&mut self, ou: &Ou<'_>) {
        let mut vues: HashMap<String, &Ligne> = HashMap::new();
        for ligne in &ou.lignes {
            let Some(ingredient) = ligne.texte("ingredient") else { continue };
            match vues.get(&cle(ingredient)) {
                Some(deja) => {
                    let message = format!(
                        "« {ingredient} » est déjà à la ligne {} ({}, ici {}) : les deux comptent",
                        deja.numero,
                        quantite_dite(deja),
                        quantite_dite(ligne)
                    );
                    self.douter(ou.table, ligne, "ingredient", message);
                }
                None => drop(vues.insert(cle(ingredient), ligne)),
            }
        }
    }

    /// An empty cell repeats the first row's.
    fn exiger_l_accord(&mut self, ou: &Ou<'_>) {
        let tete = ou.lignes[0];
        for ligne in &ou.lignes[1..] {
            for colonne in COLONNES_COMMUNES {
                let valeur = ligne.valeur(colonne);
                if !valeur.is_null() && valeur != tete.valeur(colonne) {
                    let message = format!("ne dit pas la même chose qu'à la ligne {}", tete.numero);
                    self.noter(ou.table, ligne, colonne, message);
                }
            }
        }
    }

    /// A recipe is also the article it makes.
    fn retenir_recette(&mut self, ou: &Ou<'_>, faite: Option<Recette>) {
        if faite.is_none() && !ou.touche(&self.suivi) {
            return;
        }
        let article = faite.as_ref().map(|r| Article {
            id: r.article_id,
            nom: r.nom.clone(),
            unite_base: r.rendement.unite,
            nature: r.nature,
            densite: None,
            poids_piece: None,
            allergenes: None,
        });
        let deja_la = nom(ou).is_some_and(|n| self.noms.articles.trouver(n).is_some());
        if !deja_la {
            self.noms.articles.retenir(nom(ou), article);
        }
        self.noms.recettes.retenir(nom(ou), faite);
    }
}

const CYCLE: &str = "les recettes forment un cycle : une préparation ne peut pas se contenir \
                     elle-même";

fn quantite_dite(ligne: &Ligne) -> String {
    let dite = |colonne| ligne.dite(colonne).unwrap_or_default();
    format!("{} {}", dite("quantite"), dite("unite"))
}

fn nom<'a>(ou: &Ou<'a>) -> Option<&'a str> {
    ou.lignes.first()?.texte("recette")
}

/// Where the file and the recipe that exists differ: rank of the row, column, what to say.
fn ecarts(
    (r, article): (&Recette, &Article),
    n: &NouvelleRecette,
    tete: &Ligne,
) -> Vec<(usize, &'static str, String)> {
    let mut ecarts = Vec::new();
    if let Some(nature) = n.nature.filter(|n| *n != r.nature) {
        ecarts.push((0, "nature", deja_autrement(r.nature.code(), Nature::code(nature))));
    }
    if article.convertir(n.rendement) != Ok(r.rendement.quantite) {
        let la = r.rendement.unite.francais(r.rendement.quantite);
        let dites = ["rendement", "unite_rendement"].into_iter().filter_map(|c| tete.dite(c));
        let dit = dites.collect::<Vec<_>>().join(" ");
        ecarts.push((0, "rendement", deja_autrement(&la, &dit)));
    }
    if n.duree_vie_jours != r.duree_vie_jours {
        let texte = |j: Option<i32>| j.map(|j| j.to_string()).unwrap_or_default();
        let message = deja_autrement(&texte(r.duree_vie_jours), &texte(n.duree_vie_jours));
        ecarts.push((0, "duree_vie_jours", message));
    }
    ecarts.extend(ecarts_de_place(r, n));
    let (la, dit) = (lignes_ecrites(r), lignes_lues(n));
    if la.len() != dit.len() {
        let message = deja_autrement(&compte(la.len()), &compte(dit.len()));
        ecarts.push((0, "ingredient", message));
        return ecarts;
    }
    for (rang, (la, dit)) in la.iter().zip(&dit).enumerate() {
        let colonne = if la.0 == dit.0 { "quantite" } else { "ingredient" };
        if la != dit {
            let message = "existe déjà autrement dans cette recette : l'import n'écrase rien";
            ecarts.push((rang, colonne, message.to_owned()));
        }
    }
    ecarts
}

fn ecarts_de_place(r: &Recette, n: &NouvelleRecette) -> Vec<(usize, &'static str, String)> {
    let mut ecarts = Vec::new();
    let mut comparer = |colonne, la: &str, dit: Option<&str>| {
        if let Some(dit) = dit.filter(|d| *d != la) {
            ecarts.push((0, colonne, deja_autrement(la, dit)));
        }
    };
    let dit = n.poste.as_ref().map(|p| p.as_deref().unwrap_or_default());
    comparer("poste", r.poste.as_deref().unwrap_or_default(), dit);
    let code = |c: Option<CreneauRecette>| c.map(CreneauRecette::code).unwrap_or_default();
    comparer("creneau", code(r.creneau), n.creneau.map(code));
    let dites = n.etapes.as_ref().map(|e| e.join(" / "));
    comparer("etapes", &r.etapes.join(" / "), dites.as_deref());
    ecarts
}

fn compte(lignes: usize) -> String {
    format!("{lignes} ingrédients")
}

type LigneComparee = (Option<Uuid>, Option<Decimal>, String);

fn lignes_ecrites(r: &Recette) -> Vec<LigneComparee> {
    let ligne = |l: &recettes::LigneRecette| {
        (l.ingredient_id, Decimal::lire_json(l.quantite.as_str()).ok(), l.unite.clone())
    };
    r.lignes.iter().map(ligne).collect()
}

fn lignes_lues(n: &NouvelleRecette) -> Vec<LigneComparee> {
    let ligne = |l: &recettes::NouvelleLigne| {
        (Some(l.ingredient_id), Some(l.quantite), l.unite.code().to_owned())
    };
    n.lignes.iter().map(ligne).collect()
}
