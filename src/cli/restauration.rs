//! `restore`, `restore annuler` and `restore oublier`: what is asked before, and said after.

mod annuler;
mod oublier;

use std::io::{BufRead, IsTerminal};
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::Utc;
use clap::{Args, Subcommand};
use serde_json::json;

use super::a_refaire;
use super::sortie::{self, Code, Echec, Issue};
use crate::platform::causes::du_systeme;
use crate::platform::config::Configuration;
use crate::platform::heure;
use crate::platform::terminal::{avertir, dire};
use crate::sauvegarde::restore::{self, Atelier, Bilan, Demande, Pret, Resultat, Suivi};
use crate::sauvegarde::{Arret, Cible, Entree, chiffre, drill};

/// In seconds: somebody is told, and has to be found.
const PATIENCE: u64 = 15 * 60;
/// In seconds, as `backup` waits.
const ATTENTE_TABLE: u64 = 30;

#[derive(Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Option<Action>,
    /// Sauvegarde à restaurer, ici ou ailleurs (s3://seau/dossier/fichier ; un dossier : la plus
    /// récente) ; sa somme (.sha256) et son manifeste (.json) sont à côté
    #[arg(long, value_name = "FICHIER", required = true)]
    file: Option<PathBuf>,
    /// Restaure dans cette base ; sans cette option, à la place de la base du programme
    #[arg(long, value_name = "BASE")]
    target_db: Option<String>,
    /// Remplace la base si elle n'est pas vide ; celle du programme est gardée un temps, une autre
    /// seulement avec --garder
    #[arg(long)]
    drop_create: bool,
    /// Accepte un fichier fait par un autre programme (pg_dump -Fc), et dit ce qui n'est pas prouvé
    #[arg(long)]
    sans_manifeste: bool,
    /// Fichier de la clé age d'une sauvegarde chiffrée (sinon DELICEGO_CLE_AGE_FICHIER)
    #[arg(long, value_name = "FICHIER")]
    cle_age: Option<PathBuf>,
    /// Combien de temps garder la base remplacée (90m, 72h, 3j) ; sans cette option, 72h si c'est
    /// celle du programme, sinon elle n'est pas gardée
    #[arg(long, value_name = "DURÉE", value_parser = lire_duree)]
    garder: Option<Duration>,
    /// Où écrire la liste de ce qui est perdu (sinon à côté du fichier)
    #[arg(long, value_name = "DOSSIER")]
    pertes: Option<PathBuf>,
    /// Continue quand un objet d'un autre ne peut pas revenir tel quel ; ce qui reste à refaire est
    /// dit, et aucune ligne n'est perdue
    #[arg(long)]
    tolerer: bool,
    /// Ne demande pas de confirmation
    #[arg(long)]
    oui: bool,
    /// Combien de secondes attendre la fin d'une autre restauration
    #[arg(long, value_name = "SECONDES", default_value_t = 60)]
    attente: u64,
    /// Combien de secondes attendre une table qu'un autre garde pour lui
    #[arg(long, value_name = "SECONDES", default_value_t = ATTENTE_TABLE)]
    attente_table: u64,
    /// Combien de secondes attendre, une fois la base restaurée prête, une connexion que ce compte
    /// ne peut pas fermer
    #[arg(long, value_name = "SECONDES", default_value_t = PATIENCE)]
    patience: u64,
    /// Une ligne JSON par seconde, la dernière est le résultat
    #[arg(long)]
    json: bool,
}

#[derive(Subcommand)]
enum Action {
    /// Remet la base que la dernière restauration a remplacée
    Annuler(annuler::Annuler),
    /// Supprime avant son terme une base gardée par une restauration (voir delicego sauvegardes)
    Oublier(oublier::Oublier),
}

pub(crate) async fn executer(config: &Configuration, arguments: Arguments) -> Issue {
    let arret = Arret::ecouter()?;
    match arguments.action {
        Some(Action::Annuler(a)) => annuler::executer(config, a, &arret).await,
        Some(Action::Oublier(o)) => oublier::executer(&config.base, o, &arret).await,
        None => {
            let json = arguments.json;
            rapporter(restaurer(config, arguments, &arret).await, json, dire_resultat)
        }
    }
}

/// A program that reads JSON reads refusals too.
fn rapporter<T>(
    issue: Result<T, Echec>,
    en_json: bool,
    raconter: impl FnOnce(&T, bool) -> Issue,
) -> Issue {
    match issue {
        Ok(fait) => raconter(&fait, en_json),
        Err(e) => {
            if en_json {
                dire(json!({ "resultat": "echec", "code": e.code.nombre(), "phrase": e.phrase }));
            }
            Err(e)
        }
    }
}

fn vers(cible: Cible, base: Option<&str>) -> Cible {
    match base {
        Some(base) => cible.vers(base),
        None => cible,
    }
}

async fn restaurer(config: &Configuration, a: Arguments, arret: &Arret) -> Result<Resultat, Echec> {
    // Told before a server is even looked for.
    restore::refuser_du_serveur(a.target_db.as_deref().unwrap_or(config.base.nom()))?;
    verifier_l_usage(&a, a.target_db.is_none())?;
    let (demande, nom) = (a.file.clone().unwrap_or_default(), config.base.nom());
    let fichier = arret.ou_interrompu(Entree::trouver(&demande, nom)).await?;
    let avis = fichier.avis();
    let cible = Cible::ouvrir(&config.base).await?;
    let externe = cible.dossier_embarque().is_none();
    let venue = fichier.clone();
    let modele = cible.base().to_owned();
    let cible = vers(cible, a.target_db.as_deref());
    let en_place = cible.base() == modele;
    verifier_l_usage(&a, en_place)?;
    let suivi = Suivi::nouveau(a.json);
    let atelier = Atelier { cible: &cible, modele: &modele, suivi: &suivi, arret };
    let pertes = dossiers_des_pertes(a.pertes, a.file.as_deref(), config);
    let epreuves = drill::historique::epreuves(&config.sauvegardes.dossier, fichier.chemin());
    let demande = Demande {
        epreuves,
        pertes,
        fichier,
        drop_create: a.drop_create,
        sans_manifeste: a.sans_manifeste,
        cle: chiffre::fichier_de_cle(a.cle_age),
        garder: a.garder,
        tolerer: a.tolerer,
        attente: Duration::from_secs(a.attente),
        attente_table: Duration::from_secs(a.attente_table),
        patience: Duration::from_secs(a.patience),
    };
    let (oui, json) = (a.oui, a.json);
    let rien_garde = !en_place && a.garder.is_none();
    let confirmer = async |pret: &Pret| {
        let perdu = &pret.perdu;
        avis.iter().for_each(avertir);
        annoncer(pret, rien_garde, json)?;
        a_refaire::annoncer(&pret.jugement, json);
        if oui || !(en_place || perdu.remplace) {
            return Ok(());
        }
        if !std::io::stdin().is_terminal() {
            let base = &perdu.base;
            let phrase = format!("sans terminal, remplacer la base « {base} » demande --oui");
            return Err(Echec::nouveau(Code::Usage, phrase));
        }
        arret.ou_interrompu(demander_de_remplacer(&perdu.base)).await
    };
    let issue = restore::restaurer(&atelier, &demande, confirmer).await;
    // What follows is beside what was asked: it is told, and changes nothing of how that ended.
    let manquent = issue.as_ref().is_ok_and(|r| !r.roles_manquants.is_empty());
    if (externe || manquent)
        && let Err(e) = laisser_les_roles(&venue, config, json)
    {
        avertir(e.phrase);
    }
    let verifiee = issue.as_ref().ok().and_then(|r| r.appret.verification.as_ref());
    if let Some(Err(e)) = verifiee.map(|v| v.noter(&config.sauvegardes.dossier)) {
        let cause = du_systeme(&e);
        avertir(format!(
            "ce que verifier a dit n'a pas été noté à côté des sauvegardes : {cause}."
        ));
    }
    issue
}

/// A server of its own has every role; another may lack those that the archive names.
fn laisser_les_roles(fichier: &Entree, config: &Configuration, json: bool) -> Result<(), Echec> {
    let la = fichier.laisser_les_roles(&config.sauvegardes.dossier)?;
    if let Some(la) = la.filter(|_| !json) {
        let la = la.display();
        dire(format!("Les comptes du serveur d'origine, s'il en manque ici, sont dans {la}."));
    }
    Ok(())
}

/// Where the list of what is lost may go: the folder that was named, else beside the file, else
/// where the backups are.
fn dossiers_des_pertes(
    nomme: Option<PathBuf>,
    fichier: Option<&Path>,
    config: &Configuration,
) -> Vec<PathBuf> {
    if let Some(nomme) = nomme {
        return vec![nomme];
    }
    let a_cote = match fichier {
        Some(f) if f.is_dir() => Some(f.to_owned()),
        Some(f) if f.is_file() => Some(f.with_file_name("")),
        _ => None,
    };
    let a_cote = a_cote.map(|d| if d.as_os_str().is_empty() { PathBuf::from(".") } else { d });
    a_cote.into_iter().chain([config.sauvegardes.dossier.clone()]).collect()
}

/// PostgreSQL keeps that many bytes of a name, and would work on another one without a word.
const NOM_MAX: usize = 63;

/// In place, the person says twice that the live database is to be replaced.
fn verifier_l_usage(a: &Arguments, en_place: bool) -> Result<(), Echec> {
    let usage = |phrase: &str| Err(Echec::nouveau(Code::Usage, phrase));
    if a.target_db.as_deref().is_some_and(str::is_empty) {
        return usage("--target-db attend le nom d'une base");
    }
    let octets = a.target_db.as_deref().map_or(0, str::len);
    if octets > NOM_MAX {
        return usage(&format!(
            "--target-db : ce nom a {octets} octets, et PostgreSQL n'en garde que {NOM_MAX} (une \
             lettre accentuée en prend deux) ; donnez un nom plus court"
        ));
    }
    if !en_place {
        return Ok(());
    }
    if !a.drop_create {
        return usage(
            "restaurer à la place de la base demande --drop-create (ou --target-db pour restaurer \
             à côté)",
        );
    }
    if !a.oui && !std::io::stdin().is_terminal() {
        return usage("sans terminal, restaurer à la place de la base demande --oui");
    }
    Ok(())
}

fn annoncer(pret: &Pret, rien_garde: bool, en_json: bool) -> Result<(), Echec> {
    let perdu = &pret.perdu;
    if en_json {
        dire(json!({ "etape": "annonce", "origine": pret.origine, "perdu": perdu }));
        return Ok(());
    }
    for phrase in pret.origine.iter().cloned().chain(perdu.phrases(Utc::now())) {
        dire(phrase);
    }
    if rien_garde && perdu.remplace {
        dire(format!(
            "De la base « {} » d'aujourd'hui, rien ne sera gardé (sauf avec --garder, par exemple \
             --garder 72h).",
            perdu.base
        ));
    }
    Ok(())
}

async fn demander_de_remplacer(base: &str) -> Result<(), Echec> {
    demander(base, &format!("La base « {base} » va être remplacée.")).await
}

/// The person types a name, or nothing is done.
async fn demander(nom: &str, annonce: &str) -> Result<(), Echec> {
    eprintln!("\n{annonce} Tapez son nom pour continuer :");
    let lire = || {
        let mut ligne = String::new();
        std::io::stdin().lock().read_line(&mut ligne).map(|_| ligne)
    };
    let lue = tokio::task::spawn_blocking(lire).await.map_err(sortie::dire)?;
    if lue.map_err(sortie::dire)?.trim() == nom {
        return Ok(());
    }
    Err(Echec::nouveau(Code::Refuse, "Ce n'est pas le nom de la base : rien n'a été changé."))
}

fn dire_resultat(r: &Resultat, en_json: bool) -> Issue {
    let anomalie = !r.appret.anomalies.is_empty()
        || !r.roles_manquants.is_empty()
        || !r.a_refaire.is_empty()
        || r.en_partie;
    let code = if anomalie { Code::Anomalie } else { Code::Fait };
    if en_json {
        let resultat = if anomalie { "anomalie" } else { "fait" };
        dire(json!({ "resultat": resultat, "restauration": r }));
        return Ok(code);
    }
    for balayee in &r.balayees {
        dire(format!("Copie abandonnée par une restauration interrompue, supprimée : {balayee}."));
    }
    let preuve = if r.en_partie { "prouvée en partie seulement, de" } else { "égale à" };
    dire(format!(
        "La base « {} » est restaurée : {} tables, {} lignes, {preuve} la sauvegarde du {}.",
        r.base,
        r.tables,
        r.lignes,
        heure::seconde(r.sauvegarde_du)
    ));
    let d = &r.durees_ms;
    let s = |ms: u128| format!("{},{} s", ms / 1000, ms % 1000 / 100);
    dire(format!(
        "Lecture {}, restauration {}, preuve {}, préparation {} ; connexions refusées {} ms.",
        s(d.lecture),
        s(d.restauration),
        s(d.preuve),
        s(d.appret),
        d.bascule
    ));
    dire_l_appret(r);
    a_refaire::dire_ce_qui_reste(&r.a_refaire, (&r.base, &r.tables_sans_lignes));
    dire_le_bilan(&r.perdu);
    if let (Some(ancienne), Some(jusqu_au)) = (&r.ancienne, r.gardee_jusqu_au) {
        dire(format!(
            "L'ancienne base est gardée jusqu'au {} ({ancienne}) ; pour la remettre : delicego \
             restore annuler --base {}",
            heure::minute(jusqu_au),
            r.base
        ));
    }
    if r.base.ends_with(FIN_D_EXERCICE) {
        dire(format!(
            "Ce nom est celui des exercices : le prochain fait sur ce serveur prendra la place de \
             « {} ».",
            r.base
        ));
    }
    Ok(code)
}

/// As `drill --cluster serveur` calls its copies.
const FIN_D_EXERCICE: &str = "_restore_test";

fn dire_l_appret(r: &Resultat) {
    for phrase in &r.non_prouve {
        dire(phrase);
    }
    if !r.roles_manquants.is_empty() {
        let dits = r.roles_dits.as_ref().map(|la| format!("{la} dit comment les créer"));
        let sans = || "Aucun fichier ne dit comment : créez-les (create role)".to_owned();
        dire(format!(
            "ATTENTION : ce serveur n'a pas ces rôles, leurs objets appartiennent au propriétaire de \
             la base et leurs droits manquent : {}. {} ; restaurez ensuite de nouveau.",
            r.roles_manquants.join(", "),
            dits.unwrap_or_else(sans)
        ));
    }
    if r.appret.migrations > 0 {
        dire(format!("Schéma mis à jour : {} étapes.", r.appret.migrations));
    }
    for anomalie in &r.appret.anomalies {
        dire(format!("ATTENTION : {anomalie} (c'était déjà ainsi dans la sauvegarde)."));
    }
}

fn dire_le_bilan(bilan: &Bilan) {
    for phrase in bilan.phrases() {
        dire(phrase);
    }
}

/// `90m`, `72h`, `3j`.
fn lire_duree(texte: &str) -> Result<Duration, String> {
    const AN: u64 = 366 * 24 * 3600;
    let refus = || "une durée comme 90m, 72h ou 3j".to_owned();
    let unite = texte.chars().last().ok_or_else(refus)?;
    let secondes = match unite {
        'm' => 60,
        'h' => 3600,
        'j' => 24 * 3600,
        _ => return Err(refus()),
    };
    let nombre: u64 = texte[..texte.len() - 1].parse().map_err(|_| refus())?;
    let duree = nombre.checked_mul(secondes).filter(|d| *d <= AN).ok_or_else(refus)?;
    Ok(Duration::from_secs(duree))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_has_a_unit() {
        assert_eq!(lire_duree("72h"), Ok(Duration::from_secs(72 * 3600)));
        assert_eq!(lire_duree("90m"), lire_duree("90m"));
        assert_eq!(lire_duree("3j"), lire_duree("72h"));
        for faux in ["", "72", "h", "-1h", "1é", "999999j", "1 h"] {
            assert!(lire_duree(faux).is_err(), "{faux}");
        }
    }
}
