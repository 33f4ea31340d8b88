//! Rows that are compared one by one: people, reference data, lots. Who wrote one is known by its
//! transaction, which is an operation's or nobody's that we know.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::fait::{Fait, Genre, INCONNU};
use super::personnes;
use super::raconter::{cadre, code, par_moment};
use super::recopiees::{DesPages, qui_la_nomma};
use super::releve::{Ligne, Rangee, Releve};
use super::repere::Sort;
use super::tables::est_quelqu_un;
use crate::domaine::Quantite;

pub(crate) fn raconter(r: &Releve) -> Vec<Fait> {
    let moments = par_moment(r);
    let superflues = Superflues::de(r);
    let dites: Vec<(&Rangee, Option<&Ligne>)> = (r.rangees.iter())
        .filter(|l| !superflues.contient(l) && !personnes::explique(r, l))
        .filter(|l| l.sort != Sort::Changee || est_d_apres(r, l))
        .map(|l| (l, operation(r, &moments, l)))
        .collect();
    let connues = dites.iter().filter_map(|(_, o)| o.as_ref()?.id("id")).collect();
    let mut des_pages = DesPages::sauf(r, &connues);
    dites.into_iter().map(|(l, o)| rangee(r, l, (o, &mut des_pages))).collect()
}

/// The one that wrote that row last, where it is known.
fn operation<'a>(
    r: &'a Releve,
    moments: &HashMap<&str, &'a Ligne>,
    Rangee { table, sort, ligne: l, .. }: &Rangee,
) -> Option<&'a Ligne> {
    match sort {
        Sort::Nouvelle => moments.get(l.texte("cree_le")).copied().or_else(|| r.qui_ecrivit(l)),
        Sort::Changee => r.qui_ecrivit(l).or_else(|| qui_la_nomma(r, moments, (table, l))),
        Sort::Retiree => None,
    }
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
        let nouvelle = |l: &&Rangee| l.table == "recette" && l.sort == Sort::Nouvelle;
        let nouvelles = r.rangees.iter().filter(nouvelle);
        let articles = nouvelles.filter_map(|l| l.ligne.id("article_id")).collect();
        Self { recettes, articles }
    }

    fn contient(&self, l: &Rangee) -> bool {
        let dans = |ids: &HashSet<Uuid>| l.ligne.id("id").is_some_and(|id| ids.contains(&id));
        match (l.table, l.sort) {
            (_, Sort::Retiree) => false,
            ("recette", _) => dans(&self.recettes),
            ("article", Sort::Nouvelle) => dans(&self.articles),
            _ => false,
        }
    }
}

fn rangee<'a>(
    r: &'a Releve,
    rangee: &'a Rangee,
    (operation, des_pages): (Option<&Ligne>, &mut DesPages<'a>),
) -> Fait {
    let (table, l) = (rangee.table, &rangee.ligne);
    let nouvelle = rangee.sort == Sort::Nouvelle;
    let magasin = match table {
        "magasin" => l.clone(),
        _ => r.suivre(l, "magasin_id", "magasin"),
    };
    let d_une_page = rangee.sort == Sort::Changee && l.est_recopiee();
    let de_la_page = || des_pages.cadre((table, l.texte("id")), &magasin);
    let connu = operation.map(|o| cadre(r, o, &magasin));
    let fait = match connu.or_else(|| d_une_page.then(de_la_page).flatten()) {
        Some(connu) => connu,
        None => Fait {
            le: ["cree_le", "enrolee_le"].iter().find_map(|c| l.moment(c)).filter(|_| nouvelle),
            fuseau: Releve::fuseau(&magasin),
            magasin: magasin.texte("nom").to_owned(),
            auteur: match r.suivre(l, "enrolee_par", "utilisateur").texte("nom_affiche") {
                nom if nouvelle && !nom.is_empty() => nom.to_owned(),
                _ => INCONNU.to_owned(),
            },
            ..Fait::default()
        },
    };
    let (quoi, genre) = quoi(table, rangee.sort);
    let article = r.suivre(l, "article_id", "article");
    let nom = match table {
        "lot" => Some(article.texte("nom")),
        _ => ["nom_affiche", "nom", "alias", "libelle"].iter().find_map(|c| l.0[*c].as_str()),
    };
    let (lot, dlc) = match table {
        "lot" => (code(r, l), l.jour("date_dlc")),
        _ => Default::default(),
    };
    Fait {
        genre,
        quoi,
        nom: nom.unwrap_or_default().to_owned(),
        lot,
        dlc,
        precisions: precisions(r, rangee),
        ..fait
    }
}

fn quoi(table: &str, sort: Sort) -> (String, Genre) {
    let (nom, accord) = match table {
        "utilisateur" => ("personne", "e"),
        "tablette" => ("tablette", "e"),
        "article" => ("ingrédient ou article", ""),
        "ingredient_alias" => ("autre nom d'un ingrédient", ""),
        "libelle_ignore" => ("libellé ignoré", ""),
        "recette" => ("recette", "e"),
        autre => (autre, ""),
    };
    let verbe = match sort {
        Sort::Nouvelle => "créé",
        Sort::Changee => "modifié",
        Sort::Retiree => "supprimé",
    };
    let genre = match table {
        "utilisateur" | "tablette" => Genre::Personne,
        "recette" => Genre::Recette,
        "lot" => Genre::Correction,
        _ => Genre::Autre,
    };
    (format!("{nom} {verbe}{accord}"), genre)
}

/// What it was when it goes. What it becomes again, where that is known.
fn precisions(r: &Releve, rangee: &Rangee) -> String {
    let mut mots = Vec::new();
    if rangee.sort == Sort::Retiree {
        mots.push("redeviendra ce que dit la sauvegarde".to_owned());
    }
    mots.push(precisions_de(r, rangee.table, &rangee.ligne));
    mots.extend(changements(r, rangee));
    mots.retain(|m| !m.is_empty());
    mots.join(", ")
}

/// Of allergens: it is known that there is none.
const AUCUN: &str = "aucun";

/// The columns that a person fills; nothing secret.
pub(crate) fn precisions_de(r: &Releve, table: &str, l: &Ligne) -> String {
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
        let dits = if noms.is_empty() { AUCUN.to_owned() } else { noms.join(" ") };
        mots.push(format!("allergènes : {dits}"));
    }
    for (colonne, de, dit) in
        [("recette_id", "recette", "recette"), ("article_id", "article", "pour")]
    {
        let nom = r.suivre(l, colonne, de).texte("nom").to_owned();
        let autre = table != "lot" && !nom.is_empty();
        mots.extend(autre.then(|| format!("{dit} {nom}")));
    }
    mots.extend((l.0["sans_quantite"] == true).then(|| "sans quantité".to_owned()));
    mots.extend((l.0["actif"] == false).then(|| "inactif".to_owned()));
    mots.extend((!l.texte("revoquee_le").is_empty()).then(|| "révoquée".to_owned()));
    mots.join(", ")
}

fn changements(r: &Releve, rangee: &Rangee) -> Vec<String> {
    if rangee.sort != Sort::Changee {
        return Vec::new();
    }
    let avant = |colonne: &&'static str| {
        let ancien = rangee.avant.as_ref().map(|a| ancien(r, colonne, a)).unwrap_or_default();
        // What is empty now stands nowhere else.
        let vide = matches!(&rangee.ligne.0[*colonne], v if v.is_null() || *v == "");
        let maintenant = if vide { " ; maintenant : rien" } else { "" };
        format!("changé : {} (avant : {ancien}{maintenant})", en_mots(colonne))
    };
    let mut mots: Vec<String> = rangee.changees.iter().map(avant).collect();
    if mots.is_empty() {
        mots.push(match rangee.table {
            "utilisateur" => "changé : mot de passe ou code PIN".to_owned(),
            "lot" => "changé : article, code ou DLC".to_owned(),
            _ => "changé".to_owned(),
        });
    }
    if r.apres_une_restauration && r.depuis.is_none() && est_quelqu_un(rangee.table) {
        mots.push("peut-être avant la restauration".to_owned());
    }
    mots
}

fn en_mots(colonne: &str) -> &str {
    match colonne {
        "email" => "adresse",
        "nom_affiche" => "nom",
        "role" => "rôle",
        "type_magasin" => "type",
        "politique_stock" => "stock",
        "unite_base" => "unité",
        "densite_milliemes" => "densité",
        "poids_piece_milliemes" => "poids d'une pièce",
        "allergenes" => "allergènes",
        "sans_quantite" => "sans quantité",
        "revoquee_le" => "révoquée",
        "article_id" => "article",
        "recette_id" => "recette",
        "magasin_id" => "magasin",
        autre => autre,
    }
}

/// A value as COPY wrote it, as a person reads it.
fn ancien(r: &Releve, colonne: &str, avant: &Ligne) -> String {
    let annuaire = colonne.strip_suffix("_id").unwrap_or_default();
    match (colonne, avant.texte(colonne)) {
        (_, "") => "rien".to_owned(),
        ("allergenes", "{}") => AUCUN.to_owned(),
        ("actif" | "sans_quantite", "t") => "oui".to_owned(),
        ("actif" | "sans_quantite", "f") => "non".to_owned(),
        ("prix", texte) => texte.replace('.', ","),
        ("allergenes", texte) => texte.trim_matches(['{', '}']).replace(',', " "),
        ("revoquee_le", _) => "oui".to_owned(),
        (c, texte) if c.ends_with("_milliemes") => {
            texte.parse().map_or_else(|_| texte.to_owned(), |n| Quantite::milliemes(n).francais())
        }
        (c, _) if c.ends_with("_id") => {
            ["magasin", "recette", "article"].iter().find(|a| **a == annuaire).map_or_else(
                || "un autre".to_owned(),
                |a| r.suivre(avant, colonne, a).texte("nom").to_owned(),
            )
        }
        (_, texte) => texte.to_owned(),
    }
}

/// After a restore rows may differ by the restore itself: those that were written since are told.
/// Where nothing tells when, those that an operation wrote, and people, who change without one.
fn est_d_apres(r: &Releve, l: &Rangee) -> bool {
    let sinon = || est_quelqu_un(l.table) || r.qui_ecrivit(&l.ligne).is_some();
    !r.apres_une_restauration || r.est_ecrite_depuis(&l.ligne).unwrap_or_else(sinon)
}
