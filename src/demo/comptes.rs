//! The two accounts of the demonstration, and the file that keeps their passwords readable.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use sqlx::PgConnection;

use crate::platform::comptes::{self, Acte, NouvelUtilisateur, Role};
use crate::platform::db::{Base, operations};
use crate::platform::errors::Erreur;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompteDemo {
    pub email: String,
    pub mot_de_passe: String,
    pub role: Role,
}

pub(super) struct Personne {
    pub email: &'static str,
    nom: &'static str,
    role: Role,
}

pub(super) const PERSONNES: [Personne; 2] = [
    Personne { email: "chef@demo.delicego.fr", nom: "Camille (cuisine)", role: Role::Operateur },
    Personne { email: "admin@demo.delicego.fr", nom: "Dominique (gestion)", role: Role::Admin },
];

pub(super) async fn creer(tx: &mut PgConnection) -> Result<Vec<CompteDemo>, Erreur> {
    let comptes = nouveaux()?;
    let operation = operations::sans_cle(tx, None, "demo").await?;
    for (compte, personne) in comptes.iter().zip(&PERSONNES) {
        let nouvel = NouvelUtilisateur {
            email: compte.email.clone(),
            nom_affiche: personne.nom.to_owned(),
            role: compte.role,
            mot_de_passe: compte.mot_de_passe.clone(),
            demo: true,
        };
        comptes::creer(tx, operation, &nouvel).await?;
    }
    Ok(comptes)
}

/// New passwords, where nobody can read the old ones any more.
pub(super) async fn renouveler(base: &Base) -> Result<Vec<CompteDemo>, Erreur> {
    let comptes = nouveaux()?;
    let acte = Acte::en_ligne_de_commande(base, "demo");
    acte.faire(async |tx, operation| {
        for compte in &comptes {
            let nouveau = (compte.email.as_str(), compte.mot_de_passe.as_str());
            comptes::changer_mot_de_passe(tx, operation, nouveau).await?;
        }
        Ok(())
    })
    .await?;
    Ok(comptes)
}

fn nouveaux() -> Result<Vec<CompteDemo>, Erreur> {
    let compte = |p: &Personne| {
        let (email, role) = (p.email.to_owned(), p.role);
        mot_de_passe().map(|mot_de_passe| CompteDemo { email, mot_de_passe, role })
    };
    PERSONNES.iter().map(compte).collect()
}

/// 32 signs that nobody takes for one another: a byte picks one without preference.
const SIGNES: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

fn mot_de_passe() -> Result<String, Erreur> {
    let mut octets = [0; 16];
    getrandom::fill(&mut octets).map_err(|e| Erreur::interne(e.to_string()))?;
    Ok(octets.iter().map(|o| char::from(SIGNES[usize::from(o % 32)])).collect())
}

fn fichier(donnees: &Path) -> PathBuf {
    donnees.join("demo-comptes.txt")
}

/// Beside the data, readable by its owner alone.
pub(crate) fn ecrire_comptes(donnees: &Path, comptes: &[CompteDemo]) -> io::Result<()> {
    fs::create_dir_all(donnees)?;
    let chemin = fichier(donnees);
    let neuf = chemin.with_extension("neuf");
    let mut ouvert =
        OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&neuf)?;
    // One that was there already keeps its mode.
    ouvert.set_permissions(fs::Permissions::from_mode(0o600))?;
    for c in comptes {
        writeln!(ouvert, "{} {} {}", c.email, c.mot_de_passe, c.role.code())?;
    }
    ouvert.sync_all()?;
    fs::rename(neuf, chemin)
}

/// None when the file is not there or does not name every account.
pub(crate) fn lire_comptes(donnees: &Path) -> Option<Vec<CompteDemo>> {
    let texte = fs::read_to_string(fichier(donnees)).ok()?;
    let comptes: Vec<CompteDemo> = texte.lines().filter_map(lire_ligne).collect();
    let complet = PERSONNES.iter().all(|p| comptes.iter().any(|c| c.email == p.email));
    complet.then_some(comptes)
}

fn lire_ligne(ligne: &str) -> Option<CompteDemo> {
    let mut mots = ligne.split_whitespace().map(str::to_owned);
    let (email, mot_de_passe) = (mots.next()?, mots.next()?);
    Some(CompteDemo { email, mot_de_passe, role: Role::lire(&mots.next()?)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_accounts_are_read_back_and_nobody_else_reads_them() {
        let dossier = std::env::temp_dir().join(format!("delicego-demo-{}", std::process::id()));
        assert_eq!(lire_comptes(&dossier), None);
        let comptes = nouveaux().unwrap();
        ecrire_comptes(&dossier, &comptes).unwrap();
        assert_eq!(lire_comptes(&dossier), Some(comptes.clone()));
        let mode = fs::metadata(fichier(&dossier)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        ecrire_comptes(&dossier, &comptes[..1]).unwrap();
        assert_eq!(lire_comptes(&dossier), None, "one account is missing");
        fs::remove_dir_all(&dossier).unwrap();
    }

    #[test]
    fn two_passwords_are_never_the_same() {
        let (un, autre) = (mot_de_passe().unwrap(), mot_de_passe().unwrap());
        assert_eq!(un.len(), 16);
        assert_ne!(un, autre);
    }
}
