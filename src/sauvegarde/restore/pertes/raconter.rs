//! Rows become facts. Every operation gives at least one: what this program cannot tell better is
//! told by the door it came through.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::fait::{Fait, Genre};
use super::releve::{Ligne, Releve};
use super::{personnes, plans, portes, rangees};

/// The oldest first; those whose time is not known at the end.
pub(crate) fn raconter(r: &Releve) -> Vec<Fait> {
    let mut liees = rangees::raconter(r);
    liees.extend(plans::raconter(r));
    let avec: HashSet<Uuid> = liees.iter().filter_map(|f| f.operation).collect();
    let mut faits: Vec<Fait> = Vec::new();
    for operation in &r.operations {
        let siens = d_une_operation(r, operation);
        let muette = siens.is_empty() && !operation.id("id").is_some_and(|id| avec.contains(&id));
        faits.extend(siens);
        faits.extend(muette.then(|| portes::raconter(r, operation)));
    }
    faits.extend(liees);
    faits.sort_by_key(|f| (f.le.is_none(), f.le));
    faits
}

/// Who, when, where: what all facts of an operation share.
pub(crate) fn cadre(r: &Releve, operation: &Ligne, magasin: &Ligne) -> Fait {
    let auteur = match operation.id("auteur_id") {
        Some(_) => r.suivre(operation, "auteur_id", "utilisateur").texte("nom_affiche").to_owned(),
        None => "ligne de commande".to_owned(),
    };
    Fait {
        le: operation.moment("cree_le"),
        fuseau: Releve::fuseau(magasin),
        magasin: magasin.texte("nom").to_owned(),
        auteur,
        operation: operation.id("id"),
        ..Fait::default()
    }
}

fn d_une_operation(r: &Releve, operation: &Ligne) -> Vec<Fait> {
    let vide = Vec::new();
    let id = operation.id("id").unwrap_or_default();
    let rangs = r.de_l_operation.get(&id).unwrap_or(&vide);
    let de = |table| rangs.iter().filter(move |(t, _)| *t == table).map(|(_, l)| l);
    let cadre = |l: &Ligne| cadre(r, operation, &r.suivre(l, "magasin_id", "magasin"));
    let mut faits = Vec::new();
    let reception = de("reception").next();
    faits.extend(de("mouvement_stock").filter_map(|m| mouvement(r, (m, reception), cadre(m))));
    faits.extend(de("declaration").map(|d| declaration(r, d, cadre(d))));
    if faits.is_empty() {
        faits.extend(de("lot_production").map(|p| production(r, p, cadre(p))));
    }
    faits.extend(de("lot_etat").map(|e| etat(r, e, cadre(e))));
    faits.extend(de("recette_version").map(|v| version(r, v, cadre(v))));
    faits.extend(de("document_importe").map(|d| Fait {
        quoi: "livre importé".to_owned(),
        nom: d.texte("titre").to_owned(),
        precisions: format!("{}, fichier {}", d.texte("source"), d.texte("nom_fichier")),
        ..cadre(d)
    }));
    faits.extend(de("reglement_doute").map(|d| Fait {
        quoi: "doute d'un livre réglé".to_owned(),
        nom: d.texte("cle_titre").to_owned(),
        precisions: format!("{}, « {} »", d.texte("geste").replace('_', " "), d.texte("cle")),
        ..cadre(d)
    }));
    if faits.is_empty() {
        faits.extend(de("evenement").filter_map(|e| {
            reprise(r, e, cadre(e)).or_else(|| personnes::raconter(r, e, cadre(e)))
        }));
    }
    faits
}

/// What a production takes and gives is told with the production.
fn mouvement(r: &Releve, (m, reception): (&Ligne, Option<&Ligne>), cadre: Fait) -> Option<Fait> {
    let quoi = match m.texte("type") {
        "RECEPTION" => "réception",
        "PERTE" => "perte",
        "AJUSTEMENT" => "ajustement",
        "TRANSFERT" => "transfert",
        "VENTE" => "vente",
        _ => return None,
    };
    let annule = m.id("annule_id").is_some();
    let recue = m.texte("type") == "RECEPTION" && !annule;
    let lot = r.suivre(m, "lot_id", "lot");
    let article = r.suivre(&lot, "article_id", "article");
    let mut fait = Fait {
        genre: if recue { Genre::Reception } else { Genre::Correction },
        quoi: if annule { format!("annulation : {quoi}") } else { quoi.to_owned() },
        nom: article.texte("nom").to_owned(),
        lot: code(r, &lot),
        dlc: lot.jour("date_dlc"),
        quantite: m.quantite("quantite"),
        unite: article.texte("unite_base").to_owned(),
        motif: m.texte("motif").to_owned(),
        ..cadre
    };
    if let Some(reception) = reception.filter(|_| recue) {
        fait.precisions = reception_de(r, reception, &fait);
    }
    Some(fait)
}

fn reception_de(r: &Releve, reception: &Ligne, fait: &Fait) -> String {
    let recue = reception.moment("recue_le").map(|le| le.with_timezone(&fait.fuseau));
    let recue = recue.map(|le| format!("reçu le {}", le.format("%d/%m/%Y à %H:%M")));
    let fournisseur = r.suivre(reception, "fournisseur_id", "fournisseur");
    let nom = Some(fournisseur.texte("nom")).filter(|n| !n.is_empty());
    let de = nom.map(|nom| format!("fournisseur {nom}"));
    recue.into_iter().chain(de).collect::<Vec<_>>().join(", ")
}

/// A lot without a code of its own is known by when it came.
pub(super) fn code(r: &Releve, lot: &Ligne) -> String {
    match (lot.texte("code_lot"), lot.moment("recu_le")) {
        ("", Some(le)) => {
            let le = le.with_timezone(&Releve::fuseau(&r.suivre(lot, "magasin_id", "magasin")));
            format!("sans code, reçu le {}", le.format("%d/%m/%Y à %H:%M"))
        }
        ("", None) => "sans code".to_owned(),
        (code, _) => code.to_owned(),
    }
}

fn declaration(r: &Releve, d: &Ligne, cadre: Fait) -> Fait {
    let quoi = match d.texte("type") {
        "PRODUIT" => "déclaration : Produit",
        "AJUSTE" => "déclaration : Ajusté",
        "NON_PRODUIT" => "déclaration : Non produit",
        "SCAN" => "déclaration : scan",
        _ => "déclaration : annulation",
    };
    let (avant, apres) = (d.quantite("avant"), d.quantite("apres"));
    Fait {
        genre: Genre::Production,
        quoi: quoi.to_owned(),
        motif: d.texte("motif").to_owned(),
        precisions: format!("total de la ligne : {avant} avant, {apres} après"),
        ..de_recette(r, d, cadre)
    }
}

fn production(r: &Releve, p: &Ligne, cadre: Fait) -> Fait {
    let lot = r.suivre(p, "lot_id", "lot");
    Fait {
        genre: Genre::Production,
        quoi: "production".to_owned(),
        lot: code(r, &lot),
        dlc: lot.jour("date_dlc"),
        ..de_recette(r, p, cadre)
    }
}

/// Recipe, day, quantity.
fn de_recette(r: &Releve, l: &Ligne, cadre: Fait) -> Fait {
    let recette = r.suivre(l, "recette_id", "recette");
    let article = r.suivre(&recette, "article_id", "article");
    Fait {
        nom: recette.texte("nom").to_owned(),
        jour: l.jour("date_jour"),
        quantite: l.quantite("quantite"),
        unite: article.texte("unite_base").to_owned(),
        ..cadre
    }
}

fn etat(r: &Releve, e: &Ligne, cadre: Fait) -> Fait {
    let lot = r.suivre(e, "lot_id", "lot");
    Fait {
        genre: Genre::Correction,
        quoi: format!("état d'un lot : {}", e.texte("etat")),
        nom: r.suivre(&lot, "article_id", "article").texte("nom").to_owned(),
        lot: code(r, &lot),
        dlc: lot.jour("date_dlc"),
        motif: e.texte("motif").to_owned(),
        ..cadre
    }
}

fn version(r: &Releve, v: &Ligne, cadre: Fait) -> Fait {
    let numero = v.nombre("version");
    let recette = r.suivre(v, "recette_id", "recette");
    let unite = r.suivre(&recette, "article_id", "article").texte("unite_base").to_owned();
    let id = v.id("recette_id").unwrap_or_default();
    let composants = r.composants.get(&(id, numero));
    let un = |l: &Ligne| {
        let article = r.suivre(l, "article_id", "article");
        let nom = [article.texte("nom"), l.texte("libelle")].into_iter().find(|n| !n.is_empty());
        let (quantite, unite) = (l.texte("quantite_saisie"), l.texte("unite_saisie"));
        format!("{} {} {unite}", nom.unwrap_or_default(), quantite.replace('.', ","))
    };
    let composants: Vec<String> = composants.into_iter().flatten().map(un).collect();
    let quoi = if numero == 1 { "recette créée" } else { "recette modifiée" };
    let avant = r.versions.get(&(id, numero - 1));
    let dire = |dit: &dyn Fn(&Ligne) -> String| {
        let (maintenant, avant) = (dit(v), avant.map(dit));
        let change = avant.filter(|a| *a != maintenant).map(|a| format!(" (avant : {a})"));
        format!("{maintenant}{}", change.unwrap_or_default())
    };
    Fait {
        genre: Genre::Recette,
        quoi: quoi.to_owned(),
        nom: recette.texte("nom").to_owned(),
        precisions: format!(
            "version {numero}, rendement {}, durée de vie {} : {}",
            dire(&|l| format!("{} {unite}", l.quantite("rendement"))),
            dire(&duree_de_vie),
            composants.join(" ; ")
        ),
        ..cadre
    }
}

fn duree_de_vie(version: &Ligne) -> String {
    match version.0["duree_vie_jours"].as_i64() {
        None => "non dite".to_owned(),
        Some(n @ 0..=1) => format!("{n} jour"),
        Some(n) => format!("{n} jours"),
    }
}

/// A production taken back leaves no row of its own but its event.
fn reprise(r: &Releve, e: &Ligne, cadre: Fait) -> Option<Fait> {
    let donnees = Ligne(e.0["donnees"].clone());
    let repris = donnees.0.get("repris")?;
    let recette = r.suivre(&donnees, "recette_id", "recette");
    let quantite = repris.as_str().map(str::to_owned).unwrap_or_else(|| repris.to_string());
    Some(Fait {
        genre: Genre::Production,
        quoi: "production reprise".to_owned(),
        nom: recette.texte("nom").to_owned(),
        jour: donnees.jour("date"),
        quantite: quantite.replace('.', ","),
        ..cadre
    })
}

/// Operations by the moment of their transaction, which their new rows share.
pub(crate) fn par_moment(r: &Releve) -> HashMap<&str, &Ligne> {
    r.operations.iter().map(|o| (o.texte("cree_le"), o)).collect()
}
