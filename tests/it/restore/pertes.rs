//! What a restore loses is told, all of it: what was acknowledged and is gone stands in the file.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use super::atelier::{Atelier, Sortie};
use crate::outils::Client;
use crate::outils::chaine::jour_francais;
use crate::outils::serveur::MOT_DE_PASSE;

/// The file that an output names, as rows of columns.
pub fn liste(sortie: &Sortie) -> Vec<Vec<String>> {
    let debut = "La liste, une ligne par écriture : ";
    let chemin = sortie.dit.lines().find_map(|l| l.strip_prefix(debut));
    let chemin = PathBuf::from(chemin.unwrap_or_else(|| panic!("{sortie:?}")));
    let mode = fs::metadata(&chemin).expect("liste").permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "{}", chemin.display());
    let mut lecteur = csv::ReaderBuilder::new().delimiter(b';').from_path(&chemin).expect("liste");
    let entete: Vec<&str> = lecteur.headers().expect("entête").iter().collect();
    assert_eq!(entete[..6], ["heure", "fuseau", "magasin", "auteur", "quoi", "nom"]);
    let lignes = lecteur.records().map(|l| l.expect("ligne"));
    lignes.map(|l| l.iter().map(str::to_owned).collect()).collect()
}

const HEURE: usize = 0;
const FUSEAU: usize = 1;
const QUOI: usize = 4;
const NOM: usize = 5;
const LOT: usize = 7;
const MOTIF: usize = 11;

/// Everything but the hour and the operation, without what is empty.
pub fn en_clair(ligne: &[String]) -> String {
    let champs = ligne[2..13].iter().filter(|c| !c.is_empty());
    champs.cloned().collect::<Vec<_>>().join(" | ")
}

#[tokio::test]
async fn ce_qui_fut_ecrit_depuis_la_sauvegarde_est_dit_compte_et_liste_pour_etre_refait() {
    let a = Atelier::embarque().await;
    let (c, client) = (&a.chaine, &a.chaine.client);
    let sel = c.ingredient("Sel").await;
    let vieux = c.lot(&sel, 900.0, Some("2027-02-03")).await;
    let (tarte, _) = c.recette("Tarte", &[(&sel, 5.0)]).await;
    let plan = |recette: &str, quantite: i64| {
        json!({"lignes": [{"recette_id": recette,
        "quantite_planifiee": quantite}]})
    };
    let chemin = format!("/api/interne/plans/{}/2026-12-24", c.magasin);
    client.put(&chemin, &plan(&tarte, 6)).await.attendue(200);
    let fichier = a.sauvegarder();

    let corps = json!({"magasin_id": c.magasin, "lignes": [{"ingredient_id": sel, "quantite": 250,
        "unite": "g", "date_dlc": "2027-01-01", "code_lot": "SEL-7"}]});
    client.post("/api/interne/receptions", &corps).await.attendue(201);
    client.put(&chemin, &plan(&a.pain, 12)).await.attendue(200);
    let corps = json!({"email": "neuf@essai.fr", "nom_affiche": "Neuf", "role": "operateur",
        "mot_de_passe": MOT_DE_PASSE});
    client.post("/api/interne/utilisateurs", &corps).await.attendue(201);
    let corps = json!({"magasin_id": c.magasin, "lot_id": vieux, "quantite": -25, "unite": "g",
        "motif": "inventaire"});
    client.post("/api/interne/ajustements", &corps).await.attendue(201);
    c.recette("Brioche", &[(&sel, 5.0)]).await;
    let corps = json!({"ingredient_id": sel, "alias": "Fleur de sel"});
    client.post("/api/interne/ingredient-alias", &corps).await.attendue(201);
    a.produire().await;
    let avant = a.tout().await;

    let sortie = a.restore(&["--file", &fichier, "--drop-create", "--oui"]);
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
    let comptes = "1 production, 1 réception, 1 correction de stock, 1 plan, 1 recette, \
                   1 personne ou tablette, 1 autre écriture";
    assert!(sortie.dit.contains(&format!("qui sera perdu : {comptes} :")), "{sortie:?}");
    assert!(sortie.dit.contains(&format!("à refaire à la main : {comptes}.")), "{sortie:?}");
    assert!(!sortie.dit.contains("de plus que"), "{sortie:?}");
    let lignes = liste(&sortie);
    let dites: BTreeSet<String> = lignes.iter().map(|l| en_clair(l)).collect();
    for debut in [
        "Cuisine | admin | réception | Sel | SEL-7 | 01/01/2027 | 250 | g | reçu le ",
        "Cuisine | admin | plan | Pain | 24/12/2026 | 12 | piece",
        "Cuisine | admin | ligne retirée du plan | Tarte | 24/12/2026",
        "admin | personne créée | Neuf | adresse neuf@essai.fr, rôle operateur",
        "Cuisine | admin | ajustement | Sel | ",
        "admin | recette créée | Brioche | version 1, rendement 1 piece, durée de vie non dite : Sel 5 g",
        "admin | autre nom d'un ingrédient créé | Fleur de sel | pour Sel",
        &format!("Cuisine | admin | production | Pain | {} | ", jour_francais(0)),
    ] {
        assert!(dites.iter().any(|d| d.starts_with(debut)), "{debut} : {dites:#?}");
    }
    assert!(dites.iter().any(|d| d.contains(" | -25 | g | inventaire")), "{dites:#?}");
    assert_eq!(lignes.len(), 8, "{dites:#?}");
    assert!(lignes.iter().all(|l| l[HEURE].contains("/2026 ") || !l[HEURE].is_empty()));
    let en_magasin = lignes.iter().filter(|l| !l[2].is_empty());
    assert!(
        en_magasin.clone().count() >= 4 && en_magasin.clone().all(|l| l[FUSEAU] == "Europe/Paris")
    );

    // Undone: what was written since then is told the same way.
    a.attendre_le_service().await;
    a.produire().await;
    let annulee = a.restore(&["annuler"]);
    assert_eq!(annulee.code, Some(0), "{annulee:?}");
    assert!(annulee.dit.contains("qui sera perdu : 1 production :"), "{annulee:?}");
    let lignes = liste(&annulee);
    assert_eq!((lignes.len(), lignes[0][QUOI].as_str()), (1, "production"));
    assert_eq!(super::sans_sessions(a.tout().await), super::sans_sessions(avant));
    let deux = a.restore(&["annuler", "--json"]);
    let fin: Value = serde_json::from_str(deux.dit.lines().last().expect("fin")).expect("json");
    assert_eq!(fin["annulation"]["bilan"]["pertes"]["receptions"], json!(1), "{fin}");
    let lister = a.delicego(&["sauvegardes"]);
    let dite = "celle de « delicego » que « restore annuler » a remplacée le ";
    assert!(lister.dit.contains(dite), "{lister:?}");
}

/// Writes all the time, each time something with a code of its own.
struct Ecrivain {
    tache: JoinHandle<(Vec<String>, Vec<String>)>,
}

/// Codes that were sent and those that were acknowledged.
fn ecrire(
    a: &Atelier,
    (sel, lot): (&str, &str),
    numero: usize,
    fini: &Arc<AtomicBool>,
) -> Ecrivain {
    let (client, fini) = (a.chaine.client.clone(), Arc::clone(fini));
    let (magasin, sel, lot) = (a.chaine.magasin.clone(), sel.to_owned(), lot.to_owned());
    let tache = tokio::spawn(async move {
        let (mut envoyes, mut recus) = (Vec::new(), Vec::new());
        while !fini.load(Ordering::Relaxed) {
            let code = format!("C{numero}-{}", envoyes.len());
            let (chemin, corps) = match envoyes.len() % 3 {
                0 => (
                    "receptions",
                    json!({"magasin_id": magasin, "lignes": [{
                    "ingredient_id": sel, "quantite": 10, "unite": "g", "code_lot": code}]}),
                ),
                1 => (
                    "ajustements",
                    json!({"magasin_id": magasin, "lot_id": lot, "quantite": 1,
                    "unite": "g", "motif": code}),
                ),
                _ => ("ingredients", json!({"nom": code, "unite_base": "g"})),
            };
            envoyes.push(code.clone());
            let requete = client.requete(Method::POST, &format!("/api/interne/{chemin}"));
            let reponse = client.essayer(requete.json(&corps)).await;
            match reponse {
                Some(r) if r.statut == 201 => recus.push(code),
                _ => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        }
        (envoyes, recus)
    });
    Ecrivain { tache }
}

async fn codes(a: &Atelier) -> BTreeSet<String> {
    let mut c = a.administrateur("delicego").await;
    let requete = "select code_lot from lot where code_lot is not null
                   union select motif from mouvement_stock where motif is not null
                   union select nom from article";
    let codes: Vec<String> = sqlx::query_scalar(requete).fetch_all(&mut c).await.expect("codes");
    codes.into_iter().filter(|c| c.starts_with('C')).collect()
}

async fn attendre_des_ecrits(a: &Atelier, combien: usize) {
    let limite = Instant::now() + Duration::from_secs(60);
    while codes(a).await.len() < combien {
        assert!(Instant::now() < limite, "personne n'écrit");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pendant_que_huit_clients_ecrivent_la_liste_dit_chaque_ecriture_perdue_et_aucune_autre() {
    let a = Atelier::embarque().await;
    let sel = a.chaine.ingredient("Sel").await;
    let lot = a.chaine.lot(&sel, 1000.0, None).await;
    let fini = Arc::new(AtomicBool::new(false));
    let ecrivains: Vec<_> = (0..8).map(|n| ecrire(&a, (&sel, &lot), n, &fini)).collect();
    // The backup is made while they write: a snapshot, and commits that cross it.
    attendre_des_ecrits(&a, 60).await;
    let fichier = a.sauvegarder();
    attendre_des_ecrits(&a, codes(&a).await.len() + 60).await;
    let sortie = a.restore(&["--file", &fichier, "--drop-create", "--oui"]);
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
    fini.store(true, Ordering::Relaxed);
    let (mut envoyes, mut recus) = (BTreeSet::new(), BTreeSet::new());
    for ecrivain in ecrivains {
        let (e, r) = ecrivain.tache.await.expect("écrivain");
        envoyes.extend(e);
        recus.extend(r);
    }
    a.attendre_le_service().await;
    let la = codes(&a).await;
    let lignes = liste(&sortie);
    let dits: Vec<&String> = lignes
        .iter()
        .flat_map(|l| [&l[NOM], &l[LOT], &l[MOTIF]])
        .filter(|c| envoyes.contains(*c))
        .collect();
    let liste: BTreeSet<String> = dits.iter().map(|c| (*c).clone()).collect();
    assert_eq!((dits.len(), lignes.len()), (liste.len(), liste.len()), "une ligne par écriture");
    let perdus: BTreeSet<String> = recus.difference(&la).cloned().collect();
    assert!(perdus.len() > 50 && la.len() > 50, "{} {}", perdus.len(), la.len());
    let oubliees: Vec<_> = perdus.difference(&liste).collect();
    assert!(oubliees.is_empty(), "perdues et pas dites : {oubliees:?}");
    let en_trop: Vec<_> = liste.difference(&perdus).filter(|c| recus.contains(*c)).collect();
    assert!(en_trop.is_empty(), "dites et pas perdues : {en_trop:?}");
    assert!(liste.is_disjoint(&la));
    assert!(sortie.dit.contains("de plus que ce qui était annoncé"), "{sortie:?}");
    a.serveur.verifier();
}

/// Said before anything is done, and there is a way out.
#[tokio::test]
async fn une_liste_qui_n_aurait_pas_ou_s_ecrire_est_un_refus_et_pertes_donne_un_dossier() {
    let a = Atelier::embarque().await;
    let fichier = a.sauvegarder();
    a.produire().await;
    let ordre = ["--file", &fichier, "--drop-create", "--oui", "--pertes"];
    let sortie = a.restore(&[&ordre[..], &["/proc/nulle-part"]].concat());
    assert_eq!(sortie.code, Some(5), "{sortie:?}");
    assert!(sortie.journal.contains("--pertes"), "{sortie:?}");
    let ailleurs = a.serveur.dossier().join("ailleurs");
    let ailleurs = ailleurs.to_str().expect("chemin");
    let sortie = a.restore(&[&ordre[..], &[ailleurs]].concat());
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
    assert!(sortie.dit.contains(ailleurs), "{sortie:?}");
    assert_eq!(liste(&sortie).len(), 1);
    // What is in tables that are not ours cannot be told: they are named.
    let caisse = "create schema caisse; create table caisse.tresor (n int); select lo_create(42);
        create function caisse.compter(int, text) returns int language sql as 'select 1'";
    a.sql("delicego", caisse).await;
    let sortie = a.restore(&[&ordre[..], &[ailleurs]].concat());
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
    let dite = "ne sont pas de DéliceGo, et ce qui revient ne les a pas : elles partent avec la \
                base remplacée : caisse.tresor.";
    assert!(sortie.dit.contains(dite), "{sortie:?}");
    let objets = sortie.dit.contains(": fonction caisse.compter(integer, text), grand objet 42.");
    assert!(objets && !sortie.dit.contains("elles seront remplacées"), "{sortie:?}");
    let sortie = a.restore(&["annuler"]);
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
    let fichier_entier = a.sauvegarder();
    let ordre_entier = ["--file", &fichier_entier, "--drop-create", "--oui"];
    let sortie = a.restore(&ordre_entier);
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
    assert!(sortie.dit.contains("elles seront remplacées"), "{sortie:?}");
    assert!(!sortie.dit.contains("partent") && !sortie.dit.contains("qui part"), "{sortie:?}");
    // A whole base of somebody else's is not replaced at all.
    a.sql("postgres", "create database autre").await;
    a.sql("autre", caisse).await;
    let ordre = ["--file", &fichier, "--target-db", "autre", "--drop-create", "--oui"];
    let sortie = a.restore(&ordre);
    assert_eq!(sortie.code, Some(5), "{sortie:?}");
    assert!(sortie.journal.contains("ne sera pas remplacée"), "{sortie:?}");
}

const DITES: [&str; 13] = [
    "admin | ingrédient ou article modifié | Sel | nature matiere, unité g, allergènes : lait, \
         changé : allergènes (avant : rien)",
    "Cuisine | Camille | réception | Sel | sans code, reçu le ",
    "Cuisine | admin | plan | Pain | 24/12/2026 | 17 | piece",
    "Cuisine | admin | ligne retirée du plan | Tarte | 24/12/2026",
    "Cuisine | admin | ligne retirée du plan | Tarte | 25/12/2026",
    "Cuisine | admin | ligne retirée du plan | Pain | 25/12/2026",
    "Cuisine | admin | ligne retirée du plan | Tarte | 27/12/2026",
    "Cuisine | admin | plan, écrit de nouveau ensuite | 26/12/2026 | Tarte du jour 12 piece",
    "Cuisine | admin | plan | Tarte | 26/12/2026 | 15 | piece | menu Tarte du jour",
    "admin | recette modifiée | Tarte | version 2, rendement 1 piece, durée de vie 3 jours \
         (avant : non dite) : Sel 0,75 g",
    "auteur inconnu | menu modifié | Tarte du jour | prix 5,25, recette Tarte, \
         changé : prix (avant : 4,50)",
    "auteur inconnu | autre nom d'un ingrédient supprimé | Fleur de sel | ",
    "Cuisine | auteur inconnu | lot modifié | Sel | sans code, reçu le ",
];

/// Each write once, by who made it; what nobody's operation explains is of nobody that we know.
#[tokio::test]
async fn chaque_ecriture_est_dite_une_fois_a_son_auteur_en_mots_et_ce_qui_fut_fait_a_la_main_aussi()
{
    let a = Atelier::embarque().await;
    let (c, admin) = (&a.chaine, &a.chaine.client);
    let sel = c.ingredient("Sel").await;
    let vieux = c.lot(&sel, 900.0, Some("2027-02-03")).await;
    let (tarte, _) = c.recette("Tarte", &[(&sel, 5.0)]).await;
    let corps = json!({"nom": "Tarte du jour", "recette_id": tarte, "prix": 4.5});
    let menu = admin.post("/api/interne/menus", &corps).await.attendue(201);
    let corps = json!({"ingredient_id": sel, "alias": "Fleur de sel"});
    admin.post("/api/interne/ingredient-alias", &corps).await.attendue(201);
    let corps = json!({"email": "camille@essai.fr", "nom_affiche": "Camille",
        "role": "operateur", "mot_de_passe": MOT_DE_PASSE});
    admin.post("/api/interne/utilisateurs", &corps).await.attendue(201);
    let camille = Client::connecte(a.serveur.url(), "camille@essai.fr", MOT_DE_PASSE).await;
    let plan = |lignes: &[(&str, i64)]| {
        let une = |(r, q): &(&str, i64)| json!({"recette_id": r, "quantite_planifiee": q, "menu_id": (*r == tarte).then_some(&menu["id"])});
        json!({"lignes": lignes.iter().map(une).collect::<Vec<_>>()})
    };
    let le = |jour: &str| format!("/api/interne/plans/{}/2026-12-{jour}", c.magasin);
    for jour in ["24", "25", "27"] {
        admin.put(&le(jour), &plan(&[(&tarte, 6), (&a.pain, 16)])).await.attendue(200);
    }
    let fichier = a.sauvegarder();

    let chemin = format!("/api/interne/ingredients/{sel}/allergenes");
    admin.put(&chemin, &json!({"allergenes": ["lait"]})).await.attendue(200);
    let corps = json!({"magasin_id": c.magasin, "lignes": [{"ingredient_id": sel,
        "quantite": 1250.5, "unite": "g"}]});
    camille.post("/api/interne/receptions", &corps).await.attendue(201);
    let planifier = async |jour: &str, cle: &str, lignes: &[(&str, i64)]| {
        let requete = admin.requete(Method::PUT, &le(jour)).header("Idempotency-Key", cle);
        admin.envoyer(requete.json(&plan(lignes))).await.attendue(200);
    };
    // A line out of a plan and one more of another; a plan emptied; a plan written twice.
    planifier("24", "un", &[(&a.pain, 17)]).await;
    planifier("25", "deux", &[]).await;
    planifier("26", "trois", &[(&tarte, 12)]).await;
    planifier("26", "quatre", &[(&tarte, 15)]).await;
    let champs = [
        ("magasin_id", c.magasin.as_str()),
        ("date", "2026-12-27"),
        ("cle", "page"),
        ("recette_id", &tarte),
        ("vue", "6000"),
        ("quantite", "0"),
    ];
    assert_eq!(a.connexion_web().await.envoyer("/production-du-jour/plan", &champs).await, 303);
    let corps = json!({"nom": "Tarte", "duree_vie_jours": 3,
        "lignes": [{"ingredient_id": sel, "quantite": 0.75, "unite": "g"}]});
    admin.put(&format!("/api/interne/recettes/{tarte}"), &corps).await.attendue(200);
    let a_la_main = format!(
        "update menu set prix = 5.25; delete from ingredient_alias;
         update lot set date_dlc = '2027-03-04' where id = '{vieux}'"
    );
    a.sql("delicego", &a_la_main).await;

    let sortie = a.restore(&["--file", &fichier, "--drop-create", "--oui"]);
    assert_eq!(sortie.code, Some(0), "{sortie:?}");
    let lignes = liste(&sortie);
    let dites: BTreeSet<String> = lignes.iter().map(|l| en_clair(l)).collect();
    for debut in DITES {
        assert!(dites.iter().any(|d| d.starts_with(debut)), "{debut} : {dites:#?}");
    }
    assert_eq!((lignes.len(), dites.len()), (13, 13), "{dites:#?}");
    assert!(!dites.iter().any(|d| d.contains(['{', '"'])), "{dites:#?}");
    assert!(dites.iter().any(|d| d.contains(" | 1250,5 | g | ")), "{dites:#?}");
    let comptes = "1 réception, 1 correction de stock, 4 plans, 1 recette, 3 autres écritures";
    assert!(sortie.dit.contains(&format!("à refaire à la main : {comptes}.")), "{sortie:?}");
    let annoncees = sortie.dit.lines().filter(|l| l.starts_with("  "));
    let fuseau = |l: &str| l.contains("heure inconnue") || l.contains(" UTC  ");
    assert!(
        annoncees.clone().count() == 11 && annoncees.clone().take(10).all(fuseau),
        "{sortie:?}"
    );
}

/// Zoé comes back with the database she is in: nobody took her away.
#[tokio::test]
async fn annuler_ne_dit_des_personnes_que_ce_qui_leur_arriva_depuis_la_restauration() {
    let a = Atelier::embarque().await;
    let fichier = a.sauvegarder();
    let corps = json!({"email": "zoe@essai.fr", "nom_affiche": "Zoé", "role": "operateur",
        "mot_de_passe": MOT_DE_PASSE});
    a.chaine.client.post("/api/interne/utilisateurs", &corps).await.attendue(201);
    a.sql("delicego", "update utilisateur set nom_affiche = 'Chef' where role = 'admin'").await;
    let sortie = a.restore(&["--file", &fichier, "--drop-create", "--oui"]);
    assert_eq!(sortie.code, Some(0), "{sortie:?}");

    let annulee = a.restore(&["annuler"]);
    assert_eq!(annulee.code, Some(0), "{annulee:?}");
    assert!(annulee.dit.contains("Aucune écriture vue depuis"), "{annulee:?}");
    assert!(!annulee.dit.contains("personne"), "{annulee:?}");

    // To the restored one again: there they are lost once more.
    let annulee = a.restore(&["annuler"]);
    assert_eq!(annulee.code, Some(0), "{annulee:?}");
    let dites: BTreeSet<String> = liste(&annulee).iter().map(|l| en_clair(l)).collect();
    for debut in ["Chef | personne créée | Zoé", "auteur inconnu | personne modifiée | Chef"] {
        assert!(dites.iter().any(|d| d.starts_with(debut)), "{debut} : {dites:#?}");
    }

    // What somebody does in the restored one is told when that one goes.
    a.sql("delicego", "update utilisateur set nom_affiche = 'Cheffe' where role = 'admin'").await;
    let annulee = a.restore(&["annuler"]);
    assert_eq!(annulee.code, Some(0), "{annulee:?}");
    let dites: Vec<String> = liste(&annulee).iter().map(|l| en_clair(l)).collect();
    assert!(dites.len() == 1 && dites[0].contains("personne modifiée | Cheffe"), "{dites:?}");
    assert!(!dites[0].contains("peut-être"), "{dites:?}");
}
