//! `delicego import-recettes` and `delicego remap`: recipe books.

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::{Value, json};

use super::sortie::{self, Code, Echec, Issue};
use crate::livres::{
    self, Compte, Contenu, Demande, Fichier, FichierImporte, Lu, Resultat, SansSource,
};
use crate::platform::causes::du_systeme;
use crate::platform::db::Base;
use crate::platform::terminal::{barre, dire};

#[derive(Args)]
pub(crate) struct ImportRecettes {
    /// Livre de recettes au format PDF ; se répète
    #[arg(long, value_name = "FICHIER", required = true)]
    pdf: Vec<PathBuf>,
    /// D'où viennent ces livres ; sans elle, chaque livre est sa propre source. À dire pour la nouvelle
    /// édition d'un livre sous un autre nom de fichier
    #[arg(long, value_name = "NOM", value_parser = lire_source)]
    source: Option<String>,
    /// Écrit dans ce dossier les recettes, les lignes lues, non reliées, illisibles et les doutes (CSV)
    #[arg(long, value_name = "DOSSIER")]
    rapport: Option<PathBuf>,
    /// Résultat en JSON
    #[arg(long)]
    json: bool,
    /// Lit et juge tout, n'écrit rien
    #[arg(long, conflicts_with = "apply", required_unless_present = "apply")]
    dry_run: bool,
    /// Écrit
    #[arg(long)]
    apply: bool,
}

#[derive(Args)]
pub(crate) struct Remap {
    /// Dit ce qui serait relié, n'écrit rien
    #[arg(long)]
    dry_run: bool,
    /// Résultat en JSON
    #[arg(long)]
    json: bool,
}

fn lire_source(texte: &str) -> Result<String, String> {
    let source = texte.trim();
    if source.is_empty() || source.chars().count() > 150 || source.chars().any(char::is_control) {
        return Err("de 1 à 150 caractères attendus".to_owned());
    }
    Ok(source.to_owned())
}

pub(crate) async fn importer(base: &Base, a: ImportRecettes) -> Issue {
    let fichiers = a
        .pdf
        .into_iter()
        .map(|chemin| Fichier { nom: nom(&chemin), contenu: Contenu::Chemin(chemin) });
    let demande = Demande {
        source: a.source,
        fichiers: fichiers.collect(),
        sans_source: SansSource::Refuser,
        essai: a.dry_run,
        auteur_id: None,
    };
    let avancement = barre(a.json).with_prefix("Lecture des livres");
    avancement.set_length(demande.fichiers.len() as u64);
    let mut suivre = |rang: usize, _, fini: Option<&FichierImporte>| {
        avancement.set_position((rang + usize::from(fini.is_some())) as u64);
    };
    let resultat = livres::importer(base, demande, &mut suivre).await;
    avancement.finish_and_clear();
    let resultat = resultat?;
    if let Some(dossier) = &a.rapport {
        rapporter(base, dossier, &resultat).await?;
    }
    if a.json {
        dire(en_json(&resultat)?);
    } else {
        raconter(&resultat, a.dry_run);
    }
    let refuses = resultat.fichiers.iter().any(|f| f.issue.is_err());
    Ok(if refuses { Code::Refuse } else { Code::Fait })
}

/// What a person calls the file.
fn nom(chemin: &Path) -> String {
    let nom = chemin.file_name().unwrap_or(chemin.as_os_str());
    nom.to_string_lossy().into_owned()
}

async fn rapporter(base: &Base, dossier: &Path, resultat: &Resultat) -> Result<(), Echec> {
    let dictionnaire = livres::dictionnaire(&mut *base.lire().await?).await?;
    livres::ecrire_rapport(dossier, resultat, &dictionnaire).map_err(|e| {
        let phrase = format!(
            "Le rapport n'a pas pu être écrit ({}) ; l'import, lui, est fait.",
            du_systeme(&e)
        );
        Echec::nouveau(Code::Refuse, phrase)
    })
}

fn en_json(resultat: &Resultat) -> Result<String, Echec> {
    let fichiers = resultat.fichiers.iter().map(fichier_en_json).collect::<Result<Vec<_>, _>>()?;
    let corps = json!({"fichiers": fichiers, "resume": resultat.compte});
    Ok(corps.to_string())
}

fn fichier_en_json(f: &FichierImporte) -> Result<Value, Echec> {
    match &f.issue {
        Ok(lu) => {
            let mut corps = serde_json::to_value(lu.releve_juge()).map_err(sortie::dire)?;
            for (recette, sort) in
                corps["recettes"].as_array_mut().into_iter().flatten().zip(lu.sorts())
            {
                recette["sort"] = json!(sort);
            }
            corps["fichier"] = json!(f.nom);
            corps["etat"] = json!("lu");
            corps["erreur"] = Value::Null;
            corps["deja_importe"] = json!(lu.depot.deja_la);
            corps["edition_de"] = json!(lu.edition_de);
            corps["remarques"] = json!(lu.depot.remarques);
            Ok(corps)
        }
        Err(refus) => Ok(json!({"fichier": f.nom, "etat": "refuse", "erreur": refus.raison,
            "code": refus.code, "edition_de": refus.edition_de(), "recettes": [],
            "lignes_illisibles": [], "entetes_non_compris": []})),
    }
}

fn raconter(resultat: &Resultat, essai: bool) {
    for f in &resultat.fichiers {
        match &f.issue {
            Err(refus) => dire(format!("{} : refusé. {}", f.nom, refus.raison)),
            Ok(lu) => raconter_un_livre(&f.nom, lu),
        }
    }
    let c = &resultat.compte;
    dire(format!(
        "Recettes : {} créées, {} mises à jour, {} inchangées, {} protégées.",
        c.creees, c.mises_a_jour, c.inchangees, c.protegees
    ));
    if c.doutes > 0 {
        let attend = if c.a_verifier == 1 { "qui ne se produit" } else { "qui ne se produisent" };
        dire(format!(
            "À vérifier : {}, dans {}, {attend} pas avant. Ouvrez la page « Recettes importées ».",
            compter(c.doutes, "doute", "doutes"),
            compter(c.a_verifier, "recette", "recettes")
        ));
    }
    if c.non_mappees > 0 {
        dire(format!(
            "Lignes à relier : {}. Ouvrez la page « Recettes importées ».",
            c.non_mappees
        ));
    }
    if essai {
        dire("Essai : rien n'a été écrit. Avec --apply, ce sera fait.");
    }
}

fn raconter_un_livre(nom: &str, lu: &Lu) {
    let deja = if lu.depot.deja_la { " (déjà importé, rien ne change)" } else { "" };
    dire(format!("{nom} : {}{deja}", compte_lu(&lu.depot.compte)));
    if let Some(edition) = &lu.edition_de {
        dire(format!("  C'est la nouvelle édition de « {edition} »."));
    }
    for (sort, mot) in
        [("creee", "Créées"), ("mise_a_jour", "Mises à jour"), ("protegee", "Protégées")]
    {
        let titres: Vec<&str> = lu.titres(sort).collect();
        if !titres.is_empty() {
            dire(format!("  {mot} : {}.", enumerer(&titres)));
        }
    }
    for remarque in &lu.depot.remarques {
        dire(format!("  {remarque}"));
    }
    for l in &lu.releve.lignes_illisibles {
        dire(format!("  Page {}, ligne illisible : {}", l.page, l.texte));
    }
    for (recette, doute) in lu.doutes() {
        let (page, titre) = (doute.page, &recette.titre);
        dire(format!("  Page {page}, {titre}, à vérifier : « {} ». {}", doute.texte, doute.phrase));
    }
}

/// `A, B, C et 12 autres`: the report and the JSON have all of them.
fn enumerer(titres: &[&str]) -> String {
    const DITS: usize = 12;
    let dits = titres.iter().take(DITS).map(|t| format!("« {t} »")).collect::<Vec<_>>().join(", ");
    match titres.len().saturating_sub(DITS) {
        0 => dits,
        1 => format!("{dits} et une autre"),
        n => format!("{dits} et {n} autres"),
    }
}

fn compte_lu(c: &Compte) -> String {
    format!(
        "{}, {} : {}, {} à relier, {}",
        compter(c.recettes, "recette", "recettes"),
        compter(c.lignes, "ligne", "lignes"),
        compter(c.mappees, "reliée", "reliées"),
        c.non_mappees,
        compter(c.ignorees, "ignorée", "ignorées")
    )
}

fn compter(n: usize, un: &str, plusieurs: &str) -> String {
    format!("{n} {}", if n > 1 { plusieurs } else { un })
}

pub(crate) async fn remap(base: &Base, a: Remap) -> Issue {
    let fait = livres::remap(base, a.dry_run).await?;
    if a.json {
        dire(serde_json::to_string(&fait).map_err(sortie::dire)?);
        return Ok(Code::Fait);
    }
    dire(format!(
        "Lignes essayées : {}. Reliées : {}, dans {}.",
        fait.candidats,
        fait.remappes,
        compter(fait.nb_recettes, "recette", "recettes")
    ));
    dire(format!("Recettes devenues complètes : {}.", fait.recettes_completees));
    if a.dry_run {
        dire("Essai : rien n'a été écrit.");
    }
    Ok(Code::Fait)
}
