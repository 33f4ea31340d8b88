//! Where the copy is made, and its end: a database on a server to throw away, or one of our own on
//! the live server, known by its comment.

use super::super::archive::Contenu;
use super::super::arret::Arret;
use super::super::cible::Cible;
use super::super::fuseau;
use super::super::restore::{
    Affaire, EtatDeBase, Jugement, Roles, doter, est_un_essai, juger, ordonner,
    supprimer_malgre_tout, verifier_les_versions,
};
use super::choix::Choix;
use super::travail::Travail;
use super::vivant::Vivant;
use super::{Lieu, sql};
use crate::platform::cluster::SUPERUTILISATEUR;
use crate::platform::config::BaseVisee;
use crate::platform::issue::{Code, Echec};

/// Of a database that a drill made: whoever holds the drill's lock may drop it.
const MARQUE: &str = "Copie d'essai de DéliceGo (delicego drill)";
const FIN: &str = "_restore_test";
/// Nothing was tried: what was judged of the live server stays.
pub(crate) const NON_ESSAYE: Code = Code::Anomalie;
/// PostgreSQL keeps that many bytes of a name.
const NOM_MAX: usize = 63;

pub(crate) struct Copie {
    pub cible: Cible,
    pub nom: String,
    pub roles: Roles,
    /// Of the server that the copy is on.
    pub jugement: Jugement,
    /// Of that server as it was made, with no role but ours.
    pub neuf: Option<Jugement>,
    /// In which is worked out what is not in the archive.
    pub fuseau: Option<String>,
    lieu: Lieu,
}

/// The server to work on: one to throw away, or the live one.
pub(crate) async fn ouvrir(
    visee: &BaseVisee,
    lieu: Lieu,
    (choix, travail): (&Choix, &Travail),
    arret: &Arret,
) -> Result<Cible, Echec> {
    let ouverture = async {
        match lieu {
            Lieu::Prive => Cible::jetable(travail.serveur(), choix.majeure()).await,
            Lieu::Serveur => Cible::ouvrir(visee).await,
        }
    };
    arret.ou_interrompu(ouverture).await
}

impl Copie {
    /// An empty database on a server that knows every role that the archive names, where it is
    /// ours, and hides no row that the live one shows.
    pub(crate) async fn preparer(
        cible: Cible,
        (lieu, vivant): (Lieu, &Vivant),
        (choix, contenu): (&Choix, &Contenu),
    ) -> Result<Self, Echec> {
        let outils = (cible.outils().majeure, cible.outils().version.as_str());
        verifier_les_versions(contenu, outils, cible.majeure())?;
        let etat = EtatDeBase::du_manifeste(choix.manifeste());
        let roles = Roles::recenser(&cible, &contenu.entrees, &etat).await?;
        let mut roles = roles.de(&choix.entree);
        let mut neuf = None;
        if lieu == Lieu::Prive {
            neuf = Some(juger_a_neuf(&cible, (choix, contenu), (&etat, &roles)).await?);
            creer_les_roles(&cible, &roles, &etat).await?;
            roles = Roles::recenser(&cible, &contenu.entrees, &etat).await?;
            if vivant.lit_tout {
                let qui = [Some(roles.proprietaire.as_str())];
                ordonner(&mut cible.administrer().await?, "alter role %I bypassrls", &qui).await?;
            }
        }
        let nom = nom(match lieu {
            Lieu::Prive => &choix.manifeste().base.nom,
            Lieu::Serveur => cible.base(),
        });
        let entrees = &contenu.entrees;
        let affaire = Affaire { base: &nom, entrees, etat: &etat, roles: &roles };
        // What is somebody else's is not what is tried here: rows are, all of them.
        let jugement = juger(&cible, &affaire, true).await?;
        jugement.refuser_l_essai().map_err(|e| Echec { code: NON_ESSAYE, ..e })?;
        let dit = etat.fuseau.as_deref().or(vivant.fuseau.as_deref());
        let fuseau = fuseau::pour(&cible, dit, Some(cible.base())).await?;
        let copie = Self { cible, nom, roles, jugement, neuf, fuseau, lieu };
        copie.creer().await?;
        let ici = (&copie.jugement, copie.roles.proprietaire.as_str());
        doter(&copie.cible, &copie.nom, ici).await?;
        Ok(copie)
    }

    async fn creer(&self) -> Result<(), Echec> {
        let mut c = self.cible.administrer().await?;
        let nom = Some(self.nom.as_str());
        match sql::commentaire(&mut c, &self.nom).await? {
            None => {}
            Some(texte) if texte == MARQUE || est_un_essai(&texte) => {
                ordonner(&mut c, "drop database %I with (force)", &[nom]).await?;
            }
            Some(_) => return Err(autre_base(&self.nom)),
        }
        let creer = "create database %I with template template0 encoding 'UTF8' owner %I";
        ordonner(&mut c, creer, &[nom, Some(&self.roles.proprietaire)]).await?;
        ordonner(&mut c, "comment on database %I is %L", &[nom, Some(MARQUE)]).await
    }

    /// What is left of it goes; a private server goes with it. False when it had to be left.
    pub(crate) async fn supprimer(self) -> bool {
        self.lieu == Lieu::Prive || supprimer_malgre_tout(&self.cible, &self.nom).await
    }
}

/// As `restore` would judge a server that the program has just made.
async fn juger_a_neuf(
    cible: &Cible,
    (choix, contenu): (&Choix, &Contenu),
    (etat, roles): (&EtatDeBase, &Roles),
) -> Result<Jugement, Echec> {
    let mut roles = roles.clone();
    roles.manquants.remove(SUPERUTILISATEUR);
    let base = choix.manifeste().base.nom.as_str();
    let affaire = Affaire { base, entrees: &contenu.entrees, etat, roles: &roles };
    juger(cible, &affaire, false).await
}

/// The account that restores must be able to act for the database's owner; the others need only
/// be there.
async fn creer_les_roles(cible: &Cible, roles: &Roles, etat: &EtatDeBase) -> Result<(), Echec> {
    let mut c = cible.administrer().await?;
    for role in &roles.manquants {
        ordonner(&mut c, "create role %I nologin", &[Some(role)]).await?;
    }
    let compte = cible.compte();
    match &etat.proprietaire {
        Some(p) if roles.manquants.contains(p) => {
            ordonner(&mut c, "grant %I to %I", &[Some(p), Some(compte)]).await
        }
        _ => Ok(()),
    }
}

fn nom(base: &str) -> String {
    let place = NOM_MAX - FIN.len();
    format!("{}{FIN}", &base[..base.floor_char_boundary(place)])
}

fn autre_base(nom: &str) -> Echec {
    let phrase = format!(
        "Une base « {nom} » existe déjà sur le serveur et ne vient pas d'un exercice : renommez-la \
         ou supprimez-la (dropdb \"{nom}\"), ou faites l'exercice à part (--cluster prive)."
    );
    Echec::nouveau(Code::RefuseAvant, phrase)
}

#[cfg(test)]
mod tests {
    use super::nom;

    #[test]
    fn a_copy_has_a_name_that_postgresql_keeps_whole() {
        assert_eq!(nom("delicego"), "delicego_restore_test");
        let longue = nom(&"é".repeat(40));
        assert!(longue.len() <= 63 && longue.ends_with("_restore_test"), "{longue}");
    }
}
