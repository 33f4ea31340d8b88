//! Rows that are compared one by one: people, reference data, lines of plans. The operation they
//! were written by is found by the moment of its transaction, or because it names them.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::fait::{Fait, Genre};
use super::raconter::{cadre, par_moment};
use super::releve::{Ligne, Releve};

pub(crate) fn raconter(r: &Releve) -> Vec<Fait> {
    let moments = par_moment(r);
    let superflues = Superflues::de(r);
    let mut faits: Vec<Fait> = (r.rangees.iter())
        .filter(|(table, nouvelle, l)| !superflues.contient(table, *nouvelle, l))
        .map(|(table, nouvelle, l)| rangee(r, &moments, (table, *nouvelle, l)))
        .collect();
    let produites = produites(r);
    let lignes = r.plans.iter().filter(|l| !vient_d_une_production(l, &produites));
    faits.extend(lignes.map(|l| ligne_de_plan(r, &moments, l)));
    faits
}

/// Rows that are told with another one: a recipe with its version, what it makes with it.
struct Superflues {
    recettes: HashSet<Uuid>,
    articles: HashSet<Uuid>,
}

impl Superflues {
    fn de(r: &Releve) -> Self {
        let toutes = r.de_l_operation.values().flatten();
        let versions = toutes.filter(|(table, _)| *table == "recette_version");
        let recettes = versions.filter_map(|(_, l)| l.id("recette_id")).collect();
        let nouvelles =
            r.rangees.iter().filter(|(table, nouvelle, _)| *table == "recette" && *nouvelle);
        let articles = nouvelles.filter_map(|(_, _, l)| l.id("article_id")).collect();
        Self { recettes, articles }
    }

    fn contient(&self, table: &str, nouvelle: bool, l: &Ligne) -> bool {
        let dans = |ids: &HashSet<Uuid>| l.id("id").is_some_and(|id| ids.contains(&id));
        match table {
            "recette" => dans(&self.recettes),
            "article" => nouvelle && dans(&self.articles),
            _ => false,
        }
    }
}

fn rangee(
    r: &Releve,
    moments: &HashMap<&str, &Ligne>,
    (table, nouvelle, l): (&str, bool, &Ligne),
) -> Fait {
    let operation = if table == "utilisateur" || table == "tablette" {
        None
    } else {
        let du_moment = moments.get(l.texte("cree_le")).filter(|_| nouvelle).copied();
        du_moment.or_else(|| qui_nomme(r, l.texte("id")))
    };
    let magasin = match table {
        "magasin" => l.clone(),
        _ => r.suivre(l, "magasin_id", "magasin"),
    };
    let fait = match operation {
        Some(operation) => cadre(r, operation, &magasin),
        None => Fait {
            le: ["cree_le", "enrolee_le"].iter().find_map(|c| l.moment(c)).filter(|_| nouvelle),
            fuseau: Releve::fuseau(&magasin),
            magasin: magasin.texte("nom").to_owned(),
            auteur: r.suivre(l, "enrolee_par", "utilisateur").texte("nom_affiche").to_owned(),
            ..Fait::default()
        },
    };
    let (quoi, genre) = quoi(table, nouvelle);
    let nom = ["nom_affiche", "nom", "alias", "libelle"].iter().find_map(|c| l.0[*c].as_str());
    Fait {
        genre,
        quoi,
        nom: nom.unwrap_or_default().to_owned(),
        precisions: precisions(r, table, l, nouvelle),
        ..fait
    }
}

fn quoi(table: &str, nouvelle: bool) -> (String, Genre) {
    let (nom, accord) = match table {
        "utilisateur" => ("personne", "e"),
        "tablette" => ("tablette", "e"),
        "article" => ("ingrédient ou article", ""),
        "ingredient_alias" => ("autre nom d'un ingrédient", ""),
        "libelle_ignore" => ("libellé ignoré", ""),
        "recette" => ("recette", "e"),
        autre => (autre, ""),
    };
    let verbe = if nouvelle { "créé" } else { "modifié" };
    let genre = match table {
        "utilisateur" | "tablette" => Genre::Personne,
        "recette" => Genre::Recette,
        _ => Genre::Autre,
    };
    (format!("{nom} {verbe}{accord}"), genre)
}

/// What it was when it goes, in the columns that a person fills; nothing secret.
fn precisions(r: &Releve, table: &str, l: &Ligne, nouvelle: bool) -> String {
    let mut mots = Vec::new();
    for (colonne, dit) in [
        ("email", "adresse"),
        ("role", "rôle"),
        ("type_magasin", "type"),
        ("politique_stock", "stock"),
        ("nature", "nature"),
        ("unite_base", "unité"),
        ("gencode", "gencode"),
    ] {
        mots.extend(l.0[colonne].as_str().map(|v| format!("{dit} {v}")));
    }
    mots.extend(l.0["prix"].as_f64().map(|p| format!("prix {p:.2}").replace('.', ",")));
    for (colonne, dit) in
        [("densite_milliemes", "densité"), ("poids_piece_milliemes", "poids d'une pièce")]
    {
        mots.extend(l.0[colonne].as_i64().map(|_| format!("{dit} {}", l.quantite(colonne))));
    }
    if let Some(allergenes) = l.0["allergenes"].as_array() {
        let noms: Vec<&str> = allergenes.iter().filter_map(|a| a.as_str()).collect();
        mots.push(format!("allergènes : {}", noms.join(" ")));
    }
    for (colonne, de, dit) in
        [("recette_id", "recette", "recette"), ("article_id", "article", "pour")]
    {
        let nom = r.suivre(l, colonne, de).texte("nom").to_owned();
        mots.extend(Some(nom).filter(|n| !n.is_empty()).map(|n| format!("{dit} {n}")));
    }
    mots.extend((l.0["actif"] == false).then(|| "inactif".to_owned()));
    mots.extend((!l.texte("revoquee_le").is_empty()).then(|| "révoquée".to_owned()));
    if table == "utilisateur" && !nouvelle {
        mots.push("rôle, mot de passe, code PIN ou état changé depuis".to_owned());
    }
    mots.join(", ")
}

/// The latest operation whose door or answer says this id.
fn qui_nomme<'a>(r: &'a Releve, id: &str) -> Option<&'a Ligne> {
    let nomme = |o: &&Ligne| o.texte("chemin").contains(id) || o.texte("reponse").contains(id);
    r.operations.iter().rev().find(nomme)
}

type Cle = (Option<Uuid>, String, Option<Uuid>);

fn cle(l: &Ligne) -> Cle {
    (l.id("magasin_id"), l.texte("date_jour").to_owned(), l.id("recette_id"))
}

fn produites(r: &Releve) -> HashSet<Cle> {
    let toutes = r.de_l_operation.values().flatten();
    toutes.filter(|(table, _)| *table == "lot_production").map(|(_, l)| cle(l)).collect()
}

/// A production beyond its plan raises it.
fn vient_d_une_production(l: &Ligne, produites: &HashSet<Cle>) -> bool {
    l.nombre("quantite_planifiee") == l.nombre("quantite_produite") && produites.contains(&cle(l))
}

fn ligne_de_plan(r: &Releve, moments: &HashMap<&str, &Ligne>, l: &Ligne) -> Fait {
    let porte = format!("/plans/{}/{}", l.texte("magasin_id"), l.texte("date_jour"));
    let operation = r.operations.iter().rev().find(|o| o.texte("chemin").contains(&porte));
    let operation = operation.or_else(|| moments.get(l.texte("ouvert_le")).copied());
    let magasin = r.suivre(l, "magasin_id", "magasin");
    let fait = match operation {
        Some(operation) => cadre(r, operation, &magasin),
        None => Fait {
            fuseau: Releve::fuseau(&magasin),
            magasin: magasin.texte("nom").to_owned(),
            ..Fait::default()
        },
    };
    let recette = r.suivre(l, "recette_id", "recette");
    let menu = r.suivre(l, "menu_id", "menu").texte("nom").to_owned();
    Fait {
        genre: Genre::Plan,
        quoi: "plan".to_owned(),
        nom: recette.texte("nom").to_owned(),
        jour: l.jour("date_jour"),
        quantite: l.quantite("quantite_planifiee"),
        unite: r.suivre(&recette, "article_id", "article").texte("unite_base").to_owned(),
        precisions: if menu.is_empty() { menu } else { format!("menu {menu}") },
        ..fait
    }
}
