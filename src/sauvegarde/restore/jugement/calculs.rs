//! Will the materialized views of an archive calculate where they come back? What the last drill of
//! that very archive found comes first; then the view of the database that is to be replaced is
//! tried, when it is the same one; of the others only the restore can tell, and that is said.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::super::super::archive::Entree;
use super::super::vues::DONNEES;
use super::essais::sql::{Calcul, essayer_la_vue};
use super::{Affaire, Constat, Jugement, Obstacle, Sort, commandes, essais, objet};
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
    super::echecs::eprouver(affaire, epreuve, jugement);
    if let Some(c) = vivante.as_deref_mut().filter(|_| epreuve.is_none_or(|e| !e.entiere)) {
        essais::eprouver(affaire, c, jugement).await?;
    }
    let laissee = |e: &&Entree| jugement.plan.laisses.contains(&e.id);
    let vues = affaire.entrees.iter().filter(|e| e.genre == DONNEES && !laissee(e));
    for vue in vues.collect::<Vec<_>>() {
        let calcul = match (selon(epreuve, vue), vivante.as_deref_mut()) {
            (Calcul::Inconnu, Some(c)) => essayer(c, vue, (affaire, jugement)).await?,
            (connu, _) => connu,
        };
        match calcul {
            Calcul::Reussit => {}
            Calcul::Echoue(raison, _) => jugement.constats.push(constat(vue, raison)),
            Calcul::Inconnu => jugement.a_la_fin.push(objet(vue)),
        }
    }
    Ok(())
}

fn selon(epreuve: Option<&Epreuve>, vue: &Entree) -> Calcul {
    let Some(epreuve) = epreuve else { return Calcul::Inconnu };
    let quoi = objet(vue);
    match epreuve.obstacles.iter().find(|o| o.objet == quoi) {
        Some(o) => {
            let le = heure::minute(epreuve.fait_le);
            Calcul::Echoue(format!("à l'exercice du {le}, {}", o.raison), None)
        }
        None if epreuve.entiere => Calcul::Reussit,
        None => Calcul::Inconnu,
    }
}

async fn essayer(
    c: &mut PgConnection,
    vue: &Entree,
    (affaire, jugement): (&Affaire<'_>, &Jugement),
) -> Result<Calcul, Echec> {
    let entrees = affaire.entrees;
    let definie = |e: &&Entree| e.genre == "MATERIALIZED VIEW" && vue.dependances.contains(&e.id);
    let definie = entrees.iter().find(definie);
    let definition = definie.and_then(|e| e.definition.as_deref());
    let Some(definition) = definition else { return Ok(Calcul::Inconnu) };
    let schema = vue.schema.as_deref().unwrap_or_default();
    let comme = definie.and_then(|e| essais::comme(e, affaire, jugement));
    let essai = essayer_la_vue(c, (schema, &vue.nom, definition), comme).await?;
    let Calcul::Echoue(plainte, ou) = essai else { return Ok(essai) };
    // Of the archive's own function, when it is another one, nothing is known.
    if ou.is_some() && essais::fautive(c, ou, entrees).await?.is_none() {
        return Ok(Calcul::Inconnu);
    }
    let raison = format!("son calcul échoue, essayé comme une restauration le fait : {plainte}");
    Ok(Calcul::Echoue(raison, None))
}

fn constat(vue: &Entree, raison: String) -> Constat {
    let obstacle = Obstacle { objet: objet(vue), raison, remede: remede(&commandes(vue)) };
    let (sort, administrateur) = (Sort::Calcul, false);
    Constat { obstacle, sort, administrateur, commande: commandes(vue) }
}

/// What to do before a restore. `commande` is the one that calculates it.
pub(crate) fn remede(commande: &str) -> String {
    format!(
        "dans la base d'origine, corrigez ce dont elle est faite jusqu'à ce que ceci passe, puis \
         refaites une sauvegarde :\nset search_path = ''; set row_security = off; {commande}"
    )
}
