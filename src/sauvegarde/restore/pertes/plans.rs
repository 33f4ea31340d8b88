//! Plans: a line as it stands, a line that was taken out, a plan that was written and then written
//! again.

use std::collections::{HashMap, HashSet};

use serde_json::Value;
use uuid::Uuid;

use super::fait::{Fait, Genre};
use super::raconter::{cadre, par_moment};
use super::recopiees::DesPages;
use super::releve::{Ligne, Releve};
use super::tables::PLAN;

pub(crate) fn raconter(r: &Releve) -> Vec<Fait> {
    let (moments, produites) = (par_moment(r), produites(r));
    let ecrites = r.plans.iter().filter(|l| !vient_d_une_production(l, &produites));
    let ecrites = ecrites.map(|l| (l, de_la_ligne(r, &moments, l), false));
    let retirees = r.retirees.iter().filter(|l| est_connue(r, l));
    let retirees = retirees.map(|l| (l, qui_retira(r, l), true));
    let lignes: Vec<(&Ligne, Option<&Ligne>, bool)> = ecrites
        .chain(retirees)
        .filter(|(_, o, _)| !r.apres_une_restauration || o.is_some())
        .collect();
    let mut connues: HashSet<Uuid> =
        lignes.iter().filter_map(|(_, o, _)| o.as_ref()?.id("id")).collect();
    connues.extend(r.operations.iter().filter(|o| produit(r, o)).filter_map(|o| o.id("id")));
    let mut des_pages = DesPages::sauf(r, &connues);
    let mut faits = Vec::new();
    for (l, o, retiree) in lignes {
        let fait = ligne_de_plan(r, l, (o, &mut des_pages));
        faits.push(if retiree { retiree_du_plan(fait) } else { fait });
    }
    let dites: HashSet<Uuid> = faits.iter().filter_map(|f| f.operation).collect();
    let muettes = r.operations.iter().enumerate();
    let muettes = muettes.filter(|(_, o)| o.id("id").is_some_and(|id| !dites.contains(&id)));
    faits.extend(muettes.filter_map(|(rang, o)| sans_ligne(r, rang, o)));
    faits
}

fn retiree_du_plan(ligne: Fait) -> Fait {
    Fait {
        quoi: "ligne retirée du plan".to_owned(),
        quantite: String::new(),
        unite: String::new(),
        ..ligne
    }
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

/// Magasin and day of `PUT /api/interne/plans/{magasin}/{day}`.
fn porte(operation: &Ligne) -> Option<(&str, &str)> {
    let (_, reste) = operation.texte("chemin").split_once("/plans/")?;
    reste.split_once('/')
}

/// The operations on the plan of that line, the latest first.
fn du_plan<'a>(r: &'a Releve, l: &'a Ligne) -> impl Iterator<Item = &'a Ligne> {
    let sienne = (l.texte("magasin_id"), l.texte("date_jour"));
    r.operations.iter().rev().filter(move |o| porte(o) == Some(sienne))
}

/// A production counts onto the line what it made, and is the last that wrote the row: who planned
/// it is then known by the plan's door alone. So it is where the rows were copied.
fn de_la_ligne<'a>(
    r: &'a Releve,
    moments: &HashMap<&str, &'a Ligne>,
    l: &'a Ligne,
) -> Option<&'a Ligne> {
    let par_la_porte = || du_plan(r, l).next();
    match r.qui_ecrivit(l) {
        Some(o) if produit(r, o) => par_la_porte().or(Some(o)),
        Some(o) => Some(o),
        None if l.est_recopiee() => {
            par_la_porte().or_else(|| moments.get(l.texte("ouvert_le")).copied())
        }
        None => None,
    }
}

fn produit(r: &Releve, operation: &Ligne) -> bool {
    let siens = operation.id("id").and_then(|id| r.de_l_operation.get(&id));
    siens.into_iter().flatten().any(|(table, _)| ["lot_production", "declaration"].contains(table))
}

/// The first one after which the line was never there again. None: the latest answer still names
/// the recipe, so that it went by another way.
fn qui_retira<'a>(r: &'a Releve, l: &'a Ligne) -> Option<&'a Ligne> {
    let recette = l.texte("recette_id");
    let mut par_la_porte = du_plan(r, l).peekable();
    if par_la_porte.peek().is_none() {
        return par_la_page(r, l);
    }
    par_la_porte.take_while(|o| !o.texte("reponse").contains(recette)).last()
}

/// The page's door does not name the plan. It was the last that wrote it, unless another one of
/// that page, of which nothing is left to see, may have been at it before.
fn par_la_page<'a>(r: &'a Releve, l: &Ligne) -> Option<&'a Ligne> {
    let derniere = r.qui_ecrivit(l)?;
    let visible = |o: &Ligne| {
        let ecrivit = |l: &Ligne| r.qui_ecrivit(l).is_some_and(|e| e.id("id") == o.id("id"));
        r.plans.iter().any(ecrivit) || produit(r, o)
    };
    let autre = |o: &&Ligne| {
        o.texte("chemin").contains(PAGE) && o.id("id") != derniere.id("id") && !visible(o)
    };
    r.operations.iter().all(|o| !autre(&o)).then_some(derniere)
}

const PAGE: &str = "/production-du-jour/";

/// A backup of somewhere else has plans that nobody here has taken anything from.
fn est_connue(r: &Releve, l: &Ligne) -> bool {
    let connu = |colonne, table| r.suivre(l, colonne, table).id("id").is_some();
    connu("magasin_id", "magasin") && connu("recette_id", "recette")
}

fn ligne_de_plan<'a>(
    r: &'a Releve,
    l: &Ligne,
    (operation, des_pages): (Option<&Ligne>, &mut DesPages<'a>),
) -> Fait {
    let magasin = r.suivre(l, "magasin_id", "magasin");
    let plan = format!("{} {}", l.texte("magasin_id"), l.texte("date_jour"));
    let de_la_page = || des_pages.cadre((PLAN, &plan), &magasin);
    let connu = operation.map(|o| cadre(r, o, &magasin));
    let fait = match connu.or_else(|| l.est_recopiee().then(de_la_page).flatten()) {
        Some(connu) => connu,
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

/// A plan that was written and of which no line stands as it was: what it said then.
fn sans_ligne(r: &Releve, rang: usize, operation: &Ligne) -> Option<Fait> {
    let (magasin, date) = porte(operation)?;
    let jour: chrono::NaiveDate = date.parse().ok()?;
    let magasin = r.noms.get("magasin")?.get(&magasin.parse().ok()?).cloned().unwrap_or_default();
    let reecrit = r.operations[rang + 1..].iter().any(|o| porte(o) == porte(operation));
    let reponse: Option<Value> = serde_json::from_str(operation.texte("reponse")).ok();
    let lignes = reponse.as_ref().and_then(|v| v["lignes"].as_array());
    let quoi = match lignes {
        _ if reecrit => "plan, écrit de nouveau ensuite",
        Some(lignes) if lignes.is_empty() => "plan vidé",
        _ => "plan enregistré sans rien y changer",
    };
    let une = |l: &Value| {
        let (nom, quantite) = (l["recette_nom"].as_str()?, &l["quantite_planifiee"]);
        let unite = l["unite"].as_str().unwrap_or_default();
        Some(format!("{nom} {} {unite}", quantite.to_string().replace('.', ",")))
    };
    let precisions = match lignes {
        Some(lignes) => lignes.iter().filter_map(une).collect::<Vec<_>>().join(" ; "),
        None => "ses lignes d'alors ne sont pas gardées".to_owned(),
    };
    Some(Fait {
        genre: Genre::Plan,
        quoi: quoi.to_owned(),
        jour: jour.format("%d/%m/%Y").to_string(),
        precisions,
        ..cadre(r, operation, &magasin)
    })
}
