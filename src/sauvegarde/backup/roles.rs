//! The roles that the archive names, in a file of their own: owners and grants name them. Those who
//! are members of them come too. A superuser never does: whoever loads the file gives no power away.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{self, Write as _};

use super::archiver::Travail;
use super::partiel::Partiel;
use super::sql::{self, Adhesion, Compte};
use crate::platform::issue::{Echec, dire};
use crate::sauvegarde::faits::Faits;
use crate::sauvegarde::flux::{Hacheur, Passage};
use crate::sauvegarde::{Cible, Role, disque};

pub(crate) struct Roles {
    pub partiel: Partiel,
    pub passage: Passage,
}

const ENTETE: &str = "\
-- Les comptes que cette sauvegarde nomme. À charger par l'administrateur, autant de fois qu'on veut :
--   psql -f CE_FICHIER postgres
-- Un compte qui existe déjà reste comme il est, mot de passe compris. Aucun n'est superutilisateur.
";

/// The file; or, where the account may not read them, what to tell of it.
pub(crate) async fn sauver(
    cible: &Cible,
    (faits, nommes): (&Faits, &BTreeSet<String>),
    travail: Travail,
    secrets: bool,
) -> Result<Result<Roles, String>, Echec> {
    let texte = match decrire(cible, faits, nommes, secrets).await {
        Ok(texte) => texte,
        Err(echec) => {
            let raison = echec.phrase.trim_end_matches('.').to_owned();
            return Ok(Err(format!("les rôles du serveur n'ont pas pu être gardés ({raison})")));
        }
    };
    travail.arret.verifier()?;
    let ecrire = move || deposer(&travail, &texte);
    let ecrit = tokio::task::spawn_blocking(ecrire).await.map_err(dire)?;
    ecrit.map(Ok)
}

async fn decrire(
    cible: &Cible,
    faits: &Faits,
    nommes: &BTreeSet<String>,
    secrets: bool,
) -> Result<String, Echec> {
    let mut c = cible.connecter(cible.base(), Role::Administrateur).await?;
    let de_la_base = std::iter::once(&faits.base.proprietaire)
        .chain(faits.base.droits.iter().filter_map(|d| d.role.as_ref()))
        .chain(faits.base.reglages.iter().filter_map(|r| r.role.as_ref()));
    let mut voulus: BTreeSet<String> = de_la_base.cloned().chain(nommes.iter().cloned()).collect();
    voulus.insert(cible.compte().to_owned());
    let voulus: Vec<String> = voulus.into_iter().collect();
    let comptes = sql::comptes(&mut c, &voulus, secrets).await?;
    let noms: Vec<String> = comptes.iter().map(|compte| compte.nom.clone()).collect();
    let adhesions = sql::adhesions(&mut c, &noms).await?;
    Ok(ecrire(&comptes, &adhesions))
}

/// Made only where there is none of that name.
fn ecrire(comptes: &[Compte], adhesions: &[Adhesion]) -> String {
    let mut texte = ENTETE.to_owned();
    for c in comptes {
        let (nom, litteral) = (identifiant(&c.nom), litteral(&c.nom));
        let mut corps = format!("create role {nom} {}", c.attributs);
        if let Some(mot_de_passe) = &c.mot_de_passe {
            let _ = write!(corps, " password {}", self::litteral(mot_de_passe));
        }
        corps.push(';');
        for reglage in &c.reglages {
            let _ = write!(corps, "\n    alter role {nom} set {reglage};");
        }
        let marque = marque(&corps);
        let _ = write!(
            texte,
            "\ndo ${marque}$ begin\n  if not exists (select from pg_roles where rolname = \
             {litteral}) then\n    {corps}\n  end if;\nend ${marque}$;\n"
        );
    }
    for a in adhesions {
        let suite = if a.transmissible { " with admin option" } else { "" };
        let (groupe, membre) = (identifiant(&a.groupe), identifiant(&a.membre));
        let _ = write!(texte, "\ngrant {groupe} to {membre}{suite};");
    }
    texte + "\n"
}

/// Of a block that holds this text, and not the mark itself.
fn marque(corps: &str) -> String {
    let marques = (0..).map(|n| format!("role{n}"));
    marques.into_iter().find(|m| !corps.contains(&format!("${m}$"))).unwrap_or_default()
}

fn identifiant(nom: &str) -> String {
    format!("\"{}\"", nom.replace('"', "\"\""))
}

fn litteral(texte: &str) -> String {
    let doubles = texte.replace('\\', "\\\\").replace('\'', "''");
    if texte.contains('\\') { format!(" E'{doubles}'") } else { format!("'{doubles}'") }
}

fn deposer(t: &Travail, texte: &str) -> Result<Roles, Echec> {
    let sur_le_disque = |e: io::Error| disque::dire(&t.options.dossier, &e);
    let partiel = Partiel::creer(&t.options.dossier, &t.base).map_err(sur_le_disque)?;
    let mut hacheur = Hacheur::nouveau(&partiel.fichier);
    hacheur.write_all(texte.as_bytes()).map_err(sur_le_disque)?;
    let (_, passage) = hacheur.terminer();
    partiel.fichier.sync_all().map_err(sur_le_disque)?;
    Ok(Roles { partiel, passage })
}
