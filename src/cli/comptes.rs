//! `delicego utilisateur ..`: people, from the machine itself.

use std::io::{BufRead, IsTerminal};

use clap::Subcommand;

use super::sortie::{self, Code, Echec, Issue};
use crate::platform::comptes::{self, Acte, NouvelUtilisateur, Role};
use crate::platform::db::Base;
use crate::platform::http::Page;
use crate::platform::terminal::dire;

#[derive(Subcommand)]
pub(crate) enum Action {
    /// Crée un utilisateur ; son mot de passe est demandé
    Creer {
        #[arg(long, value_name = "EMAIL")]
        email: String,
        /// Nom affiché
        #[arg(long, value_name = "NOM")]
        nom: String,
        #[arg(long, value_name = "ROLE", value_parser = ["admin", "operateur"])]
        role: String,
        /// Lit le mot de passe sur l'entrée standard, première ligne
        #[arg(long)]
        mot_de_passe_stdin: bool,
    },
    /// Change un mot de passe ; toutes les sessions de la personne sont fermées
    MotDePasse {
        #[arg(long, value_name = "EMAIL")]
        email: String,
        /// Lit le mot de passe sur l'entrée standard, première ligne
        #[arg(long)]
        mot_de_passe_stdin: bool,
    },
    /// Active de nouveau un utilisateur désactivé
    Activer {
        #[arg(long, value_name = "EMAIL")]
        email: String,
    },
    /// Liste les utilisateurs
    Lister,
}

pub(crate) async fn executer(base: &Base, action: Action) -> Issue {
    match action {
        Action::Creer { email, nom, role, mot_de_passe_stdin } => {
            let nouveau = NouvelUtilisateur {
                email,
                nom_affiche: nom,
                role: Role::lire(&role).unwrap_or(Role::Operateur),
                mot_de_passe: demander(mot_de_passe_stdin)?,
                demo: false,
            };
            let acte = Acte::en_ligne_de_commande(base, "utilisateur creer");
            let cree = acte.faire(async |tx, op| comptes::creer(tx, op, &nouveau).await);
            dire(format!("Utilisateur créé : {} ({role}).", cree.await?.email));
        }
        Action::MotDePasse { email, mot_de_passe_stdin } => {
            let nouveau = demander(mot_de_passe_stdin)?;
            let acte = Acte::en_ligne_de_commande(base, "utilisateur mot-de-passe");
            let change = acte.faire(async |tx, op| {
                comptes::changer_mot_de_passe(tx, op, (&email, &nouveau)).await
            });
            let actif = change.await?;
            dire(format!("Mot de passe changé ; les sessions de {email} sont fermées."));
            if !actif {
                dire(format!(
                    "Attention : ce compte est désactivé, personne n'y entre. \
                     delicego utilisateur activer --email {email} le rouvre."
                ));
            }
        }
        Action::Activer { email } => {
            let acte = Acte::en_ligne_de_commande(base, "utilisateur activer");
            acte.faire(async |tx, op| comptes::reactiver(tx, op, &email).await).await?;
            dire(format!("Le compte {email} est actif."));
        }
        Action::Lister => {
            let mut c = base.lire().await?;
            for u in comptes::lister(&mut c, Page::TOUT).await?.elements {
                let role = u.roles.first().map_or("", |r| r.code());
                let etat = if u.actif { "" } else { "  (désactivé)" };
                dire(format!("{:<32} {role:<10} {}{etat}", u.email, u.nom_affiche));
            }
        }
    }
    Ok(Code::Fait)
}

fn demander(stdin: bool) -> Result<String, Echec> {
    if stdin {
        let mut ligne = String::new();
        std::io::stdin().lock().read_line(&mut ligne).map_err(sortie::systeme)?;
        return Ok(ligne.trim_end_matches(['\n', '\r']).to_owned());
    }
    if !std::io::stdin().is_terminal() {
        let phrase = "sans terminal, donnez le mot de passe avec --mot-de-passe-stdin";
        return Err(Echec::nouveau(Code::Usage, phrase));
    }
    let premier = rpassword::prompt_password("Mot de passe : ").map_err(sortie::systeme)?;
    let second = rpassword::prompt_password("Encore une fois : ").map_err(sortie::systeme)?;
    if premier == second {
        return Ok(premier);
    }
    Err(Echec::nouveau(Code::Refuse, "les deux mots de passe diffèrent"))
}
