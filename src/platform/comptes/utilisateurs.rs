//! The people known to the program.

use sqlx::PgConnection;
use uuid::Uuid;

use super::acte::{self, Geste};
use super::sql::{self, LigneUtilisateur};
use super::{Role, mots_de_passe};
use crate::platform::db::operations::Operation;
use crate::platform::errors::{Erreur, ErreurCritiqueMetier, si_unique};
use crate::platform::http::{Lecteur, Liste, Page};

#[derive(Debug, Clone, serde::Serialize, utoipa::ToSchema)]
pub(crate) struct Utilisateur {
    pub id: Uuid,
    pub email: String,
    pub nom_affiche: String,
    pub actif: bool,
    pub roles: Vec<Role>,
}

#[derive(utoipa::ToSchema)]
pub(crate) struct NouvelUtilisateur {
    pub email: String,
    pub nom_affiche: String,
    pub role: Role,
    /// Au moins 8 caractères.
    pub mot_de_passe: String,
    #[schema(ignore)]
    pub demo: bool,
}

const NOM_MAX: usize = 120;

impl NouvelUtilisateur {
    pub(crate) fn lire(l: &Lecteur<'_>) -> Self {
        let email = l.texte("email", 254).to_lowercase();
        if !email.is_empty() && !email_plausible(&email) {
            l.fauter("email", "n'est pas une adresse e-mail");
        }
        Self {
            email,
            nom_affiche: l.texte("nom_affiche", NOM_MAX),
            role: l.choix("role", &Role::MOTS),
            mot_de_passe: l.mot_de_passe("mot_de_passe"),
            demo: false,
        }
    }
}

/// Something, one @, something: what a mail server thinks of it is its own affair.
pub(crate) fn email_plausible(email: &str) -> bool {
    let deux_parts = email.split_once('@').is_some_and(|(nom, domaine)| {
        !nom.is_empty() && !domaine.is_empty() && !domaine.contains('@')
    });
    // Counted here, in lower case: some letters become two.
    deux_parts && email.chars().count() <= 254 && !email.contains(char::is_whitespace)
}

pub(crate) async fn creer(
    tx: &mut PgConnection,
    operation: Operation,
    n: &NouvelUtilisateur,
) -> Result<Utilisateur, Erreur> {
    if !email_plausible(&n.email) {
        return Err(ErreurCritiqueMetier::champ("email", "n'est pas une adresse e-mail").into());
    }
    let nom_affiche = n.nom_affiche.trim().to_owned();
    if !(1..=NOM_MAX).contains(&nom_affiche.chars().count()) {
        let message = format!("doit avoir de 1 à {NOM_MAX} caractères");
        return Err(ErreurCritiqueMetier::champ("nom_affiche", message).into());
    }
    let email = n.email.to_lowercase();
    let hache = mots_de_passe::hacher(&n.mot_de_passe).await?;
    let id = Uuid::now_v7();
    let ligne = LigneUtilisateur {
        id,
        email: &email,
        nom_affiche: &nom_affiche,
        role: n.role,
        mot_de_passe: &hache,
        demo: n.demo,
    };
    sql::inserer_utilisateur(tx, ligne).await.map_err(|e| {
        si_unique(e, "utilisateur_email", || {
            ErreurCritiqueMetier::conflit(
                "email_deja_pris",
                "Cette adresse e-mail a déjà un compte.",
            )
        })
    })?;
    acte::inscrire(tx, operation, (Geste::Cree, id)).await?;
    Ok(Utilisateur { id, email, nom_affiche, actif: true, roles: vec![n.role] })
}

pub(crate) async fn lister(c: &mut PgConnection, page: Page) -> Result<Liste<Utilisateur>, Erreur> {
    let lus = sql::utilisateurs(c, page.apres, page.a_lire()).await?;
    Ok(Liste::couper(lus, page.limite, |u| u.id.to_string()))
}

/// Also ends every session of that person; says whether they may log in by it.
pub(crate) async fn changer_mot_de_passe(
    tx: &mut PgConnection,
    operation: Operation,
    (email, mot_de_passe): (&str, &str),
) -> Result<bool, Erreur> {
    let hache = mots_de_passe::hacher(mot_de_passe).await?;
    let email = email.to_lowercase();
    let Some((id, actif)) = sql::changer_mot_de_passe(tx, &email, &hache).await? else {
        return Err(inconnu().into());
    };
    acte::inscrire(tx, operation, (Geste::MotDePasse, id)).await?;
    sql::revoquer(tx, id, None).await?;
    sql::oublier_tentatives(tx, &email).await?;
    Ok(actif)
}

/// The way back, from the machine itself.
pub(crate) async fn reactiver(
    tx: &mut PgConnection,
    operation: Operation,
    email: &str,
) -> Result<(), Erreur> {
    let email = email.trim().to_lowercase();
    let connu = sql::identifiants(tx, &email).await?.ok_or_else(inconnu)?;
    activer(tx, operation, (connu.id, true)).await
}

/// Who is no longer active is logged out everywhere. One admin is left: nobody else could let
/// anybody in again.
pub(crate) async fn activer(
    tx: &mut PgConnection,
    operation: Operation,
    (id, actif): (Uuid, bool),
) -> Result<(), Erreur> {
    // Held until the end: two admins do not switch one another off at once.
    if !actif && sql::admins_tenus(tx).await? == [id] {
        return Err(dernier_admin().into());
    }
    if !sql::activer(tx, id, actif).await? {
        return Err(inconnu().into());
    }
    let geste = if actif { Geste::Active } else { Geste::Desactive };
    acte::inscrire(tx, operation, (geste, id)).await?;
    if !actif {
        sql::revoquer(tx, id, None).await?;
    }
    Ok(())
}

fn dernier_admin() -> ErreurCritiqueMetier {
    ErreurCritiqueMetier::conflit(
        "dernier_admin",
        "C'est le dernier compte d'administration actif : activez-en un autre d'abord.",
    )
}

pub(crate) fn mot_de_passe_faux() -> ErreurCritiqueMetier {
    ErreurCritiqueMetier::interdit("mot_de_passe_incorrect", "Ce mot de passe n'est pas le vôtre.")
}

pub(crate) fn inconnu() -> ErreurCritiqueMetier {
    ErreurCritiqueMetier::introuvable("utilisateur_inconnu", "Cet utilisateur n'existe pas.")
}
