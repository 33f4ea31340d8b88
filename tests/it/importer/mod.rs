//! Files in, the chain's data out: all of it or nothing, and every fault told.

mod cellules;
mod classeurs;
mod livraisons;
mod noms;
mod outils;
mod textes;

use std::fs;

use delicego::plan;
use delicego::platform::db::Base;
use delicego::platform::http::Page;
use delicego::referentiel::{Magasin, magasins, menus};
use delicego::stock::{EtatLot, LotEnStock, RechercheStock, lots};
use sqlx::{query, query_scalar};

use self::outils::{Dossier, corpus, json, lancer, lu};
use crate::outils::Serveur;

const MAGASINS: &str = "nom;type_magasin;fuseau;politique_stock\nPantin;PRODUCTION;;\n\
                        Bastille;vente;Europe/Paris;compte\n";
const INGREDIENTS: &str = "nom;unite_base;nature;densite;poids_piece\nCrème fraîche;ml;;1,01;\n\
                           Œuf;piece;;;55\nFarine;g;;;\n";
/// The quiche stands before what it is made of.
const RECETTES: &str = "recette;nature;rendement;unite_rendement;duree_vie_jours;ingredient;\
                        quantite;unite\nQuiche;produit;8;piece;2;Appareil;1;kg\n\
                        quiche;;;;;Farine;250;g\nAppareil;preparation;1,2;kg;1;Œuf;6;u\n\
                        Appareil;;;;;crème fraîche;60;cl\n";
const RECEPTIONS: &str = "magasin;fournisseur;recue_le;ingredient;quantite;unite;code_lot;\
                          date_dlc\nPantin;Crèmerie;2026-01-05;Crème fraîche;2,5;l;CF12;04/05/2099\n\
                          Pantin;Crèmerie;2026-01-05;Œuf;180;piece;OE-7;J+9\n\
                          Bastille;;;Farine;12;kg;;\n";

/// A small chain, right in every file.
fn petite_chaine() -> Dossier {
    let d = Dossier::neuf();
    d.ecrire("magasins.csv", MAGASINS);
    d.ecrire("fournisseurs.csv", "nom\nCrèmerie\n");
    d.ecrire("ingredients.csv", INGREDIENTS);
    d.ecrire("alias.csv", "alias;ingredient\nCREME FR.;Crème fraîche\n");
    d.ecrire("recettes.csv", RECETTES);
    d.ecrire(
        "menus.csv",
        "nom;recette;magasin;gencode;prix\nPart de quiche;Quiche;;2041100001076;4,50\n",
    );
    d.ecrire("receptions.csv", RECEPTIONS);
    d.ecrire(
        "etats_lots.csv",
        "magasin;ingredient;code_lot;etat;motif\n\
                                Pantin;Œuf;OE-7;bloque;Coquilles fêlées\n",
    );
    d.ecrire(
        "plans.csv",
        "magasin;date;recette;menu;quantite_planifiee\n\
                           Pantin;J;Quiche;Part de quiche;16\nPantin;J+1;Appareil;;2500\n",
    );
    d
}

#[tokio::test]
async fn un_bon_dossier_est_applique() {
    let s = Serveur::demarrer().await;
    let dit = json(&lancer(&s, &petite_chaine(), &["--apply", "--json"]), 0);
    assert_eq!(dit["statut"], "fait");
    let crees: Vec<(&str, i64)> = dit["tables"]
        .as_array()
        .unwrap()
        .iter()
        .map(|t| (t["table"].as_str().unwrap(), t["crees"].as_i64().unwrap()))
        .collect();
    assert_eq!(
        crees,
        [
            ("magasins", 2),
            ("fournisseurs", 1),
            ("ingredients", 3),
            ("recettes", 2),
            ("alias", 1),
            ("menus", 1),
            ("receptions", 3),
            ("etats_lots", 1),
            ("plans", 2)
        ]
    );
    let pantin = magasin(s.base(), "Pantin").await;
    let stock = stock(s.base(), &pantin).await;
    let creme = lot(&stock, "CF12");
    assert_eq!((creme.solde.to_string(), creme.etat), ("2500".to_owned(), EtatLot::Libre));
    assert_eq!(creme.date_dlc.map(|d| d.to_string()).as_deref(), Some("2099-05-04"));
    let oeufs = lot(&stock, "OE-7");
    assert_eq!(oeufs.etat, EtatLot::Bloque);
    assert_eq!(oeufs.date_dlc, pantin.aujourdhui().checked_add_days(chrono::Days::new(9)));
    let plan = plan_du_jour(s.base(), &pantin).await;
    assert_eq!(plan.lignes[0].recette_nom, "Part de quiche");
    assert_eq!(plan.lignes[0].quantite_planifiee.to_string(), "16");
    let mut lecture = s.base().lire().await.unwrap();
    let menu = &menus::lister(&mut lecture, None, Page::TOUT).await.unwrap();
    assert_eq!(menu.elements[0].gencode.as_deref(), Some("2041100001076"));
    assert_eq!(menu.elements[0].prix.map(|p| p.0), Some(450));
}

#[tokio::test]
async fn un_classeur_vaut_un_fichier_csv() {
    let (csv, xlsx) = (Serveur::demarrer().await, Serveur::demarrer().await);
    let d = petite_chaine();
    lu(&lancer(&csv, &d, &["--apply"]), 0);
    fs::remove_file(d.chemin.join("receptions.csv")).unwrap();
    fs::copy(corpus("receptions.xlsx"), d.chemin.join("receptions.xlsx")).unwrap();
    // That workbook has a sheet of notes beside the table.
    assert!(lu(&lancer(&xlsx, &d, &["--apply"]), 1).contains("la feuille « notes » n'est pas lue"));
    lu(&lancer(&xlsx, &d, &["--apply", "--laisser-le-reste"]), 0);
    for nom in ["Pantin", "Bastille"] {
        let a = stock(csv.base(), &magasin(csv.base(), nom).await).await;
        let b = stock(xlsx.base(), &magasin(xlsx.base(), nom).await).await;
        let dire = |s: &[LotEnStock]| -> Vec<String> {
            s.iter()
                .map(|l| {
                    format!("{} {:?} {:?} {}", l.ingredient_nom, l.code_lot, l.date_dlc, l.solde)
                })
                .collect()
        };
        assert_eq!(dire(&a), dire(&b), "{nom}");
        assert!(!a.is_empty());
    }
}

#[tokio::test]
async fn windows_1252_et_des_virgules_se_lisent_aussi() {
    let s = Serveur::demarrer().await;
    let d = Dossier::neuf();
    d.ecrire("magasins.csv", MAGASINS);
    d.ecrire_octets("fournisseurs.csv", b"nom\r\nCr\xe8merie\r\n");
    d.ecrire_octets("ingredients.csv",
        b"nom,unite_base,densite\r\nCr\xe8me fra\xeeche,ml,\"1,01\"\r\n\x8cuf,piece,\r\nFarine,g,\r\n");
    d.ecrire("receptions.csv", RECEPTIONS);
    lu(&lancer(&s, &d, &["--apply"]), 0);
    let pantin = stock(s.base(), &magasin(s.base(), "Pantin").await).await;
    assert_eq!(lot(&pantin, "CF12").ingredient_nom, "Crème fraîche");
    assert_eq!(lot(&pantin, "OE-7").ingredient_nom, "Œuf");
}

#[tokio::test]
async fn un_essai_dit_tout_et_n_ecrit_rien() {
    let s = Serveur::demarrer().await;
    let avant = empreinte(s.base()).await;
    let dit = lu(&lancer(&s, &petite_chaine(), &["--dry-run"]), 0);
    assert!(dit.contains("rien n'a été écrit") && dit.contains("recettes"), "{dit}");
    assert_eq!(empreinte(s.base()).await, avant);
}

#[tokio::test]
async fn une_erreur_n_importe_ou_n_ecrit_rien_et_toutes_sont_dites() {
    let s = Serveur::demarrer().await;
    let avant = empreinte(s.base()).await;
    let d = petite_chaine();
    d.ajouter("ingredients.csv", "Sel;kilo;;;\n");
    d.ajouter("recettes.csv", "Soupe;produit;;;;Sel;3;g\nSoupe;;;;;Potiron;douze;g\n");
    d.ajouter("menus.csv", "Soupe du jour;Soupe;Belleville;2041100001076;4,555\n");
    d.ajouter("receptions.csv", "Pantin;;demain;Farine;-3;kg;F1;\nPantin;;J;Farine;3;l;F2;\n");
    d.ajouter("plans.csv", "Pantin;J;Quiche;;4\nPantin;J;Tourte;;4;7\n");
    let sortie = lancer(&s, &d, &["--apply"]);
    let dites: Vec<String> = lu(&sortie, 1).lines().map(str::to_owned).collect();
    let attendues = [
        "ingredients.csv:5:unite_base : doit être : g, ml, piece",
        "recettes.csv:7:ingredient : « Potiron » n'existe ni",
        "recettes.csv:7:quantite : « douze » n'est pas un nombre",
        "menus.csv:3:magasin : « Belleville » n'existe ni",
        "menus.csv:3:prix : doit être un prix",
        "receptions.csv:5:recue_le : « demain » n'est pas une date",
        "receptions.csv:5:quantite : doit être plus grand que 0",
        "receptions.csv:6:unite : ",
        "plans.csv:4:recette : est déjà dans ce plan",
        "plans.csv:5 : 6 cellules pour 5 colonnes",
        "plans.csv:5:recette : « Tourte » n'existe ni",
    ];
    for attendue in attendues {
        assert!(dites.iter().any(|d| d.starts_with(attendue)), "{attendue}\n{dites:#?}");
    }
    assert_eq!(dites.len(), attendues.len(), "rien que les causes : {dites:#?}");
    assert_eq!(empreinte(s.base()).await, avant);
}

#[tokio::test]
async fn les_dossiers_sans_rien_a_lire_ou_ambigus_sont_refuses() {
    let s = Serveur::demarrer().await;
    let vide = Dossier::neuf();
    assert!(lu(&lancer(&s, &vide, &["--dry-run"]), 1).contains("rien à importer"));
    vide.ecrire("ventes.csv", "a;b\n");
    let dit = lu(&lancer(&s, &vide, &["--dry-run"]), 1);
    assert!(dit.contains("ventes.csv : nom inconnu"), "{dit}");
    let dit = lu(&lancer(&s, &vide, &["--dry-run", "--laisser-le-reste"]), 1);
    assert!(dit.contains("ventes.csv : nom inconnu") && dit.contains("rien à importer"), "{dit}");
    let d = petite_chaine();
    fs::copy(corpus("receptions.xlsx"), d.chemin.join("receptions.xlsx")).unwrap();
    let dit = lu(&lancer(&s, &d, &["--dry-run"]), 1);
    assert_eq!(dit.trim(), "receptions.xlsx : receptions.csv est là aussi : gardez l'un des deux");
    d.ecrire("magasins.csv", "nom;genre\nPantin;\n");
    fs::remove_file(d.chemin.join("receptions.xlsx")).unwrap();
    let dit = json(&lancer(&s, &d, &["--dry-run", "--json"]), 1);
    assert_eq!(dit["erreurs"].as_array().map(Vec::len), Some(1), "{dit}");
    assert_eq!(dit["erreurs"][0]["fichier"], "magasins.csv");
    assert_eq!(dit["erreurs"][0]["ligne"], 1);
    assert_eq!(dit["erreurs"][0]["colonne"], "type_magasin");
}

#[tokio::test]
async fn un_second_import_ne_change_rien_et_ne_recoit_pas_deux_fois() {
    let s = Serveur::demarrer().await;
    let d = petite_chaine();
    lu(&lancer(&s, &d, &["--apply"]), 0);
    let dites = lu(&lancer(&s, &d, &["--apply"]), 1);
    let dites: Vec<&str> = dites.lines().map(|l| l.split(" : ").next().unwrap()).collect();
    assert_eq!(
        dites,
        [
            "receptions.csv:2:ingredient",
            "receptions.csv:3:ingredient",
            "receptions.csv:4:ingredient",
        ]
    );
    fs::remove_file(d.chemin.join("receptions.csv")).unwrap();
    let avant = empreinte(s.base()).await;
    let dit = json(&lancer(&s, &d, &["--apply", "--json"]), 0);
    let tables = dit["tables"].as_array().unwrap();
    assert!(tables.len() > 3, "{dit}");
    for table in tables {
        assert_eq!((&table["crees"], &table["remplaces"]), (&0.into(), &0.into()), "{table}");
        assert_ne!(table["inchanges"], 0, "{table}");
    }
    assert_eq!(empreinte(s.base()).await, avant);
}

#[tokio::test]
async fn ce_qui_existe_autrement_n_est_pas_ecrase_sauf_le_plan() {
    let s = Serveur::demarrer().await;
    lu(&lancer(&s, &petite_chaine(), &["--apply"]), 0);
    let d = Dossier::neuf();
    d.ecrire("magasins.csv", &MAGASINS.replace("PRODUCTION", "VENTE"));
    d.ecrire("ingredients.csv", "nom;unite_base;densite\nFARINE;g;0,6\n");
    d.ecrire("recettes.csv", &RECETTES.replace("250;g", "300;g"));
    d.ecrire(
        "menus.csv",
        "nom;recette;gencode;prix\npart de quiche;Quiche;2041100001076;4,60\n\
                           Autre;Quiche;2041100001076;5\n",
    );
    let dites = lu(&lancer(&s, &d, &["--apply"]), 1);
    let dites: Vec<&str> = dites.lines().map(|l| l.split(" : ").next().unwrap()).collect();
    assert_eq!(
        dites,
        [
            "magasins.csv:2:type_magasin",
            "ingredients.csv:2:densite",
            "recettes.csv:3:quantite",
            "menus.csv:2:prix",
            "menus.csv:3:gencode"
        ]
    );
    let d = Dossier::neuf();
    d.ecrire("plans.csv", "magasin;date;recette;quantite_planifiee\nPANTIN;J;quiche;24\n");
    let dit = json(&lancer(&s, &d, &["--apply", "--json"]), 0);
    assert_eq!(dit["tables"][0]["remplaces"], 1);
    let pantin = magasin(s.base(), "Pantin").await;
    let plan = plan_du_jour(s.base(), &pantin).await;
    assert_eq!(plan.lignes[0].quantite_planifiee.to_string(), "24");
}

#[tokio::test]
async fn une_colonne_absente_ou_une_cellule_vide_ne_dit_rien() {
    let s = Serveur::demarrer().await;
    let d = Dossier::neuf();
    d.ecrire("ingredients.csv", "nom;unite_base;densite\nLait;ml;1,03\n");
    lu(&lancer(&s, &d, &["--apply"]), 0);
    for sans in ["nom;unite_base\nLait;ml\n", "nom;unite_base;densite\nLait;ml;\n"] {
        d.ecrire("ingredients.csv", sans);
        let dit = json(&lancer(&s, &d, &["--apply", "--json"]), 0);
        assert_eq!(dit["tables"][0]["inchanges"], 1, "{dit}");
    }
    d.ecrire("ingredients.csv", "nom;unite_base;densite\nLait;ml;1,05\n");
    let dit = lu(&lancer(&s, &d, &["--apply"]), 1);
    assert!(dit.contains("existe déjà avec « 1,03 », ici « 1,05 »"), "{dit}");
}

#[tokio::test]
async fn des_recettes_en_cercle_sont_refusees() {
    let s = Serveur::demarrer().await;
    let d = petite_chaine();
    d.ajouter(
        "recettes.csv",
        "Roux;preparation;1;kg;;Béchamel;100;g\n\
                               Béchamel;preparation;1;kg;;Roux;100;g\n",
    );
    let dites = lu(&lancer(&s, &d, &["--apply"]), 1);
    assert_eq!(dites.lines().count(), 2, "{dites}");
    assert!(dites.contains("recettes.csv:6:ingredient : les recettes forment un cycle"), "{dites}");
}

#[tokio::test]
async fn un_ingredient_se_nomme_par_son_article_et_non_par_une_recette_renommee() {
    let s = Serveur::demarrer().await;
    let d = petite_chaine();
    lu(&lancer(&s, &d, &["--apply"]), 0);
    let renommer = "update recette set nom = 'Migaine' where nom = 'Appareil'";
    query(renommer).execute(&mut *s.base().lire().await.unwrap()).await.unwrap();
    let d = Dossier::neuf();
    d.ecrire("recettes.csv", &RECETTES.replace("\nAppareil;", "\nMigaine;"));
    d.ajouter("recettes.csv", "Flan;;;;;Migaine;1;kg\n");
    let dites = lu(&lancer(&s, &d, &["--apply"]), 1);
    assert!(dites.starts_with("recettes.csv:6:ingredient : « Migaine » n'existe ni"), "{dites}");
}

/// What is written, in numbers.
#[derive(Debug, PartialEq, Eq)]
struct Empreinte {
    entrees: i64,
    lots: i64,
    plans: i64,
}

async fn empreinte(base: &Base) -> Empreinte {
    let mut c = base.lire().await.unwrap();
    let mut compter = async |tables: &[&str]| {
        let mut total = 0;
        for table in tables {
            let texte = sqlx::AssertSqlSafe(format!("select count(*) from {table}"));
            total += query_scalar::<_, i64>(texte).fetch_one(&mut *c).await.unwrap();
        }
        total
    };
    Empreinte {
        entrees: compter(&[
            "magasin",
            "fournisseur",
            "article",
            "ingredient_alias",
            "recette_version",
            "ligne_recette",
            "menu",
            "mouvement_stock",
            "lot_etat",
        ])
        .await,
        lots: compter(&["lot"]).await,
        plans: compter(&["ligne_plan_production"]).await,
    }
}

async fn magasin(base: &Base, nom: &str) -> Magasin {
    magasins::par_nom(&mut base.lire().await.unwrap(), nom).await.unwrap().unwrap()
}

async fn plan_du_jour(base: &Base, magasin: &Magasin) -> plan::Plan {
    let mut c = base.lire().await.unwrap();
    plan::trouver(&mut c, magasin.id, magasin.aujourdhui()).await.unwrap()
}

async fn stock(base: &Base, magasin: &Magasin) -> Vec<LotEnStock> {
    let recherche = RechercheStock {
        magasin_id: magasin.id,
        ingredient_id: None,
        vides: false,
        limite: 1_000,
        apres: None,
    };
    lots(&mut base.lire().await.unwrap(), &recherche).await.unwrap().elements
}

fn lot<'a>(stock: &'a [LotEnStock], code: &str) -> &'a LotEnStock {
    stock.iter().find(|l| l.code_lot.as_deref() == Some(code)).unwrap()
}
