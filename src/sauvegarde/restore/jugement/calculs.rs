//! Will the materialized views of an archive calculate where they come back? What the last drill of
//! that very archive found comes first; then the view of the database that is to be replaced is
//! tried, when it is the same one; of the others only the restore can tell, and that is said.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::super::super::archive::Entree;
use super::super::plaintes::Plainte;
use super::super::vues::DONNEES;
use super::essais::sql::{Calcul, essayer_la_vue};
use super::{Affaire, Constat, Jugement, Obstacle, Sort, commandes, echecs, essais, objet};
use crate::platform::heure;
use crate::platform::issue::Echec;

/// What a drill found of an archive.
#[derive(Debug, Clone)]
pub(crate) struct Epreuve {
    /// Of the archive.
    pub sha256: String,
    pub fait_le: DateTime<Utc>,
    /// What it did not speak of came back.
    pub entiere: bool,
    pub obstacles: Vec<Obstacle>,
}

/// `vivante`: the database to be replaced, entered as the role that restores.
pub(crate) async fn eprouver(
    affaire: &Affaire<'_>,
    (epreuve, mut vivante): (Option<&Epreuve>, Option<&mut PgConnection>),
    jugement: &mut Jugement,
) -> Result<(), Echec> {
    echecs::eprouver(affaire, epreuve, jugement);
    if let Some(c) = vivante.as_deref_mut().filter(|_| epreuve.is_none_or(|e| !e.entiere)) {
        essais::eprouver(affaire, c, jugement).await?;
    }
    let laissee = |e: &&Entree| jugement.plan.laisses.contains(&e.id);
    let vues = affaire.entrees.iter().filter(|e| e.genre == DONNEES && !laissee(e));
    for vue in vues.collect::<Vec<_>>() {
        let calcul = match (selon(epreuve, vue), vivante.as_deref_mut()) {
            (Vue::Inconnue, Some(c)) => essayer(c, vue, (affaire, jugement)).await?,
            (connu, _) => connu,
        };
        match calcul {
            Vue::Bonne => {}
            Vue::Fautive { raison, corriger } => {
                jugement.constats.push(constat(vue, raison, corriger));
            }
            Vue::Inconnue => jugement.a_la_fin.push(objet(vue)),
        }
    }
    Ok(())
}

/// Will it calculate?
enum Vue {
    Bonne,
    Fautive {
        raison: String,
        /// What its function lacks.
        corriger: Option<String>,
    },
    Inconnue,
}

fn selon(epreuve: Option<&Epreuve>, vue: &Entree) -> Vue {
    let Some(epreuve) = epreuve else { return Vue::Inconnue };
    let quoi = objet(vue);
    match epreuve.obstacles.iter().find(|o| o.objet == quoi) {
        Some(o) => {
            let le = heure::minute(epreuve.fait_le);
            let corriger = o.remede.lines().find(|l| l.starts_with(CORRIGER)).map(str::to_owned);
            Vue::Fautive { raison: format!("à l'exercice du {le}, {}", o.raison), corriger }
        }
        None if epreuve.entiere => Vue::Bonne,
        None => Vue::Inconnue,
    }
}

async fn essayer(
    c: &mut PgConnection,
    vue: &Entree,
    (affaire, jugement): (&Affaire<'_>, &Jugement),
) -> Result<Vue, Echec> {
    let entrees = affaire.entrees;
    let definie = |e: &&Entree| e.genre == "MATERIALIZED VIEW" && vue.dependances.contains(&e.id);
    let definie = entrees.iter().find(definie);
    let definition = definie.and_then(|e| e.definition.as_deref());
    let Some(definition) = definition else { return Ok(Vue::Inconnue) };
    let schema = vue.schema.as_deref().unwrap_or_default();
    let comme = definie.and_then(|e| essais::comme(e, affaire, jugement));
    let essai = essayer_la_vue(c, (schema, &vue.nom, definition), comme).await?;
    let (phrase, ou) = match essai {
        Calcul::Reussit => return Ok(Vue::Bonne),
        Calcul::Inconnu => return Ok(Vue::Inconnue),
        Calcul::Echoue(phrase, ou) => (phrase, ou),
    };
    let mut fonction = None;
    if ou.is_some() {
        fonction = essais::fautive(c, ou, entrees).await?;
        // Of the archive's own function, when it is another one, nothing is known.
        if fonction.is_none() {
            return Ok(Vue::Inconnue);
        }
    }
    let plainte = Plainte { phrase, fonction };
    let dite = echecs::raison(&plainte, entrees);
    let raison = format!("son calcul échoue, essayé comme une restauration le fait : {dite}");
    Ok(Vue::Fautive { raison, corriger: echecs::correction(&plainte, entrees) })
}

/// `corriger`: what its function lacks.
fn constat(vue: &Entree, raison: String, corriger: Option<String>) -> Constat {
    let commande = corriger.into_iter().chain([commandes(vue)]).collect::<Vec<_>>().join("\n");
    let obstacle = Obstacle { objet: objet(vue), raison, remede: remede(&commande) };
    Constat { obstacle, sort: Sort::Calcul, administrateur: false, commande }
}

/// What to do before a restore. `commande` is the one that calculates it, after the one that corrects
/// its function where that is known.
pub(crate) fn remede(commande: &str) -> String {
    let essai = "set search_path = ''; set row_security = off;";
    let corriger = commande.split_once('\n').filter(|(debut, _)| debut.starts_with(CORRIGER));
    match corriger {
        Some((corriger, calcul)) => format!(
            "dans la base d'origine, puis refaites une sauvegarde une fois que cela passe :\n\
             {corriger}\n{essai} {calcul}"
        ),
        None => format!(
            "dans la base d'origine, corrigez ce dont elle est faite jusqu'à ce que ceci passe, puis \
             refaites une sauvegarde :\n{essai} {commande}"
        ),
    }
}

const CORRIGER: &str = "alter function ";
