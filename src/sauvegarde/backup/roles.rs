//! The roles of the server, in a file of their own: owners and grants name them.

use std::io;

use super::archiver::Travail;
use super::partiel::Partiel;
use crate::platform::issue::Echec;
use crate::sauvegarde::disque;
use crate::sauvegarde::flux::{Hacheur, Passage};

pub(crate) struct Roles {
    pub partiel: Partiel,
    pub passage: Passage,
}

/// The file; or, where the account may not read them, what to tell of it.
pub(crate) fn sauver(t: &Travail, secrets: bool) -> Result<Result<Roles, String>, Echec> {
    let sur_le_disque = |e: io::Error| disque::dire(&t.options.dossier, &e);
    let partiel = Partiel::creer(&t.options.dossier, &t.base).map_err(sur_le_disque)?;
    // As a connection string: a name with an `=` in it would be taken for one.
    let base = t.base.replace('\\', "\\\\").replace('\'', "\\'");
    let mut arguments = vec![
        "--roles-only".to_owned(),
        "--no-password".to_owned(),
        format!("--database=dbname='{base}'"),
    ];
    if !secrets {
        arguments.push("--no-role-passwords".to_owned());
    }
    let mut enfant = t.outils.lancer("pg_dumpall", arguments, &t.environnement)?;
    let mut sortie = enfant.ecoute(&t.arret)?;
    let mut hacheur = Hacheur::nouveau(&partiel.fichier);
    let copie = io::copy(&mut sortie, &mut hacheur);
    t.arret.verifier()?;
    copie.map_err(sur_le_disque)?;
    let (_, passage) = hacheur.terminer();
    if let Err(fin) = enfant.finir(&t.arret)? {
        let raison = fin.echec.phrase.trim_end_matches('.').to_owned();
        return Ok(Err(format!("les rôles du serveur n'ont pas pu être gardés ({raison})")));
    }
    partiel.fichier.sync_all().map_err(sur_le_disque)?;
    Ok(Ok(Roles { partiel, passage }))
}
