//! Would a restore do on the live server, with the account that would restore? Judged there, while
//! the copy itself is made elsewhere.

use super::super::archive::Contenu;
use super::super::cible::{Cible, Role};
use super::super::fuseau;
use super::super::restore::{
    self, Affaire, EtatDeBase, Jugement, Obstacle, Restaurable, Retenue, Roles,
};
use super::choix::Choix;
use super::historique::NON_EPROUVE;
use super::{Exercice, sql};
use crate::platform::config::BaseVisee;
use crate::platform::issue::Echec;

/// A server that is away is no reason not to drill: that nothing is known of it is told. Where none
/// was ever made, the server that the copy is on stands for it (`a_defaut`). Answers what shall be of
/// the copy as it is there. What row level security hides from the account is judged here.
pub(crate) async fn juger(
    visee: &BaseVisee,
    (choix, contenu): (&Choix, &Contenu),
    exercice: &mut Exercice,
) -> Vivant {
    if matches!(visee, BaseVisee::Embarquee(dossier) if !dossier.join("pgdata").is_dir()) {
        return Vivant::default();
    }
    match sur_le_serveur(visee, choix, contenu).await {
        Ok(Juge { jugement, retenue, vivant }) => {
            exercice.restaurable = Some(jugement.restaurable());
            exercice.obstacles = jugement.obstacles();
            exercice.en_ce_moment = retenue;
            vivant
        }
        Err(e) => {
            exercice.restaurable = Some(Restaurable::Inconnu);
            exercice.avis.push(format!(
                "Cet exercice ne dit pas si une restauration réussirait sur le serveur en service. \
                 {}",
                e.phrase
            ));
            // A backup of rows that are hidden takes an account from which none are.
            Vivant { lit_tout: matches!(visee, BaseVisee::Serveur(_)), fuseau: None }
        }
    }
}

/// The live server, as far as a copy is to be like it.
#[derive(Default)]
pub(crate) struct Vivant {
    /// Row level security hides nothing there from the role that restores.
    pub lit_tout: bool,
    /// Of the database, where its backup does not tell it.
    pub fuseau: Option<String>,
}

struct Juge {
    jugement: Jugement,
    retenue: Option<Retenue>,
    vivant: Vivant,
}

/// A new server as the program makes it, which the private one is.
pub(crate) fn a_defaut(neuf: Option<&Jugement>, exercice: &mut Exercice) {
    let Some(jugement) = neuf.filter(|_| exercice.restaurable.is_none()) else { return };
    exercice.restaurable = Some(jugement.restaurable());
    exercice.obstacles = jugement.obstacles();
    let avis = "Aucune base en service n'est réglée ici : ce qui est dit d'une restauration l'est \
                d'un serveur neuf.";
    exercice.avis.push(avis.to_owned());
}

async fn sur_le_serveur(
    visee: &BaseVisee,
    choix: &Choix,
    contenu: &Contenu,
) -> Result<Juge, Echec> {
    let cible = Cible::ouvrir(visee).await?;
    let outils = cible.outils();
    restore::verifier_les_versions(contenu, (outils.majeure, &outils.version), cible.majeure())?;
    let etat = EtatDeBase::du_manifeste(choix.manifeste());
    let roles = Roles::recenser(&cible, &contenu.entrees, &etat).await?.de(&choix.entree);
    let affaire =
        Affaire { base: cible.base(), entrees: &contenu.entrees, etat: &etat, roles: &roles };
    let mut jugement = restore::juger(&cible, &affaire, false).await?;
    restore::outils::eprouver(&cible, &mut jugement).await?;
    // A database that is away has nothing to lose.
    if let Ok(mut c) = cible.connecter(cible.base(), Role::Administrateur).await {
        restore::comparer_a_la_base(&mut c, &affaire, &mut jugement).await?;
    }
    let mut c = cible.administrer().await?;
    let retenue = restore::retenue(&mut c, cible.base()).await?;
    // What is hidden from the account itself is judged, with its remedy.
    let soi = jugement.compte == roles.proprietaire;
    let lit_tout = soi || sql::lit_tout(&mut c, &roles.proprietaire).await?;
    let fuseau = fuseau::pour(&cible, etat.fuseau.as_deref(), Some(cible.base())).await?;
    Ok(Juge { jugement, retenue, vivant: Vivant { lit_tout, fuseau } })
}

/// What failed as it was restored.
pub(crate) struct Echoues {
    pub objets: Vec<Obstacle>,
    pub vues: Vec<Obstacle>,
}

/// What this copy did without: what failed here will fail there, and `restore` goes on only when it
/// is told to; what was only not tried here is told as that.
pub(crate) fn noter(exercice: &mut Exercice, non_eprouves: Vec<Obstacle>, echoues: Echoues) {
    let connu = |e: &Exercice, o: &Obstacle| e.obstacles.iter().any(|c| c.objet == o.objet);
    let vues = echoues.vues.into_iter().map(|o| {
        let remede = restore::remede_du_calcul(&o.remede);
        Obstacle { remede, ..o }
    });
    for obstacle in echoues.objets.into_iter().chain(vues) {
        if exercice.restaurable.is_some_and(|r| r != Restaurable::Inconnu) {
            exercice.restaurable = Some(Restaurable::Non);
        }
        if !connu(exercice, &obstacle) {
            exercice.obstacles.push(obstacle);
        }
    }
    let inconnus: Vec<String> =
        non_eprouves.iter().filter(|o| !connu(exercice, o)).map(|o| o.objet.clone()).collect();
    if !inconnus.is_empty() {
        exercice.avis.push(format!(
            "{NON_EPROUVE}, car le serveur d'essai ne le remet pas : {}.",
            inconnus.join(", ")
        ));
    }
}
