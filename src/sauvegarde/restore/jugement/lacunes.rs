//! What `pg_dump` left out of an archive without a word, and neither a restore nor a proof can miss:
//! rows of tables that somebody gave to an extension, options of user mappings that the account of
//! the backup may not read.

use super::super::super::archive::Entree;
use super::super::super::manifeste::{Lacunes, Membre};
use super::objets::{cite, commandes, objet, propre};
use super::{Affaire, Constat, Jugement, Obstacle, Sort};

pub(crate) fn peser(affaire: &Affaire<'_>, jugement: &mut Jugement) {
    let lacunes = affaire.etat.lacunes.as_ref();
    let membres = lacunes.map_or(&[][..], |l| l.membres.as_slice());
    jugement.constats.extend(membres.iter().map(lignes));
    jugement.sans_lignes = membres.to_vec();
    for compte in comptes(lacunes, affaire.entrees) {
        let sien = options(compte, lacunes.is_some());
        // One that is left out is told of already.
        match jugement.constats.iter_mut().find(|c| c.obstacle.objet == sien.obstacle.objet) {
            Some(connu) => {
                connu.obstacle.raison =
                    format!("{} ; {}", connu.obstacle.raison, sien.obstacle.raison);
                connu.administrateur = false;
                connu.commande = format!("{}\n{}", connu.commande, sien.commande);
            }
            None => jugement.constats.push(sien),
        }
    }
}

/// Of tables that the live database has so now, and the manifest did not tell of.
pub(crate) fn peser_la_vivante(
    affaire: &Affaire<'_>,
    membres: impl Iterator<Item = Membre>,
    jugement: &mut Jugement,
) {
    for membre in membres {
        let archivee = |e: &&Entree| {
            let elle = e.nom == membre.table && e.schema.as_ref() == Some(&membre.schema);
            e.genre == "TABLE" && elle
        };
        if affaire.entrees.iter().any(|e| archivee(&e)) {
            continue;
        }
        let mut constat = lignes(&membre);
        constat.obstacle.raison.push_str(" ; elles partent avec la base qui est remplacée");
        let connu = |c: &&mut Constat| c.obstacle.objet == constat.obstacle.objet;
        match jugement.constats.iter_mut().find(connu) {
            Some(connu) => *connu = constat,
            None => {
                jugement.constats.push(constat);
                jugement.sans_lignes.push(membre.clone());
            }
        }
        jugement.emportees.push(membre);
    }
}

impl Jugement {
    /// Tables that are there no more, or have no rows, once all is restored.
    pub(crate) fn tables_sans_lignes(&self) -> Vec<String> {
        self.sans_lignes.iter().map(|m| propre(&table(m))).collect()
    }

    /// What is to be done again, as it is once the other database has taken the place of `base`: rows
    /// that went with what was replaced lie where that is kept, if it is.
    pub(crate) fn apres_l_echange(
        &self,
        obstacle: Obstacle,
        (base, gardee): (&str, Option<&str>),
    ) -> Obstacle {
        let siennes = |m: &&Membre| objet_des_lignes(m) == obstacle.objet;
        let Some(membre) = self.emportees.iter().find(siennes) else { return obstacle };
        let partie = format!(
            "cette table, donnée à l'extension « {} », n'est plus dans « {base} », et ses lignes ne \
             sont pas dans la sauvegarde",
            membre.extension
        );
        let (raison, remede) = match gardee {
            None => (
                format!("{partie} ; la base remplacée, qui les avait, n'est pas gardée"),
                obstacle.remede,
            ),
            Some(gardee) => (
                format!(
                    "{partie} ; elles ne sont plus que dans la base gardée « {gardee} », qui n'accepte \
                     pas de connexion tant que « restore annuler » ne l'a pas remise"
                ),
                reprendre(membre, base, gardee),
            ),
        };
        Obstacle { raison: propre(&raison), remede, ..obstacle }
    }
}

/// For psql, which lends its own address to the tools that it starts. `pg_dump` sees the table once it
/// is no longer the extension's.
fn reprendre(membre: &Membre, base: &str, gardee: &str) -> String {
    let entre = |texte: &str| format!("'{}'", texte.replace('\'', r"'\''"));
    let (motif, depuis, vers) = (entre(&table(membre)), entre(gardee), entre(base));
    let (nom, retirer) = (cite(gardee), retirer(membre));
    let lignes = [
        "-- sans « restore annuler », un administrateur les reprend de la base gardée, dans psql :"
            .to_owned(),
        "\\setenv PGHOST :HOST".to_owned(),
        "\\setenv PGPORT :PORT".to_owned(),
        "\\setenv PGUSER :USER".to_owned(),
        "\\connect postgres".to_owned(),
        format!("alter database {nom} allow_connections true;"),
        format!("\\connect {nom}"),
        retirer,
        format!("\\! pg_dump --table={motif} --dbname={depuis} | psql --quiet --dbname={vers}"),
        "\\connect postgres".to_owned(),
        format!("alter database {nom} allow_connections false;"),
        format!("\\connect {}", cite(base)),
    ];
    // A name is not to end a line of it.
    lignes.map(|l| propre(&l).replace('\n', " ")).join("\n")
}

/// As a backup tells of them.
pub(crate) fn avis(lacunes: &Lacunes, entrees: &[Entree]) -> Vec<String> {
    let comptes = comptes(Some(lacunes), entrees).map(|c| options(c, true));
    let tous = lacunes.membres.iter().map(lignes).chain(comptes);
    let dire = |o: Obstacle| {
        format!("{} : {}. {}", o.objet, o.raison, o.remede.trim_end_matches(';').replace('\n', " "))
    };
    tous.map(|c| dire(c.obstacle)).collect()
}

fn table(membre: &Membre) -> String {
    format!("{}.{}", cite(&membre.schema), cite(&membre.table))
}

fn objet_des_lignes(membre: &Membre) -> String {
    propre(&format!("lignes de la table {}", table(membre)))
}

fn retirer(membre: &Membre) -> String {
    format!("alter extension {} drop table {};", cite(&membre.extension), table(membre))
}

fn lignes(membre: &Membre) -> Constat {
    let retirer = retirer(membre);
    let raison = format!(
        "cette table a été donnée à l'extension « {} » : ses lignes ne sont pas dans la sauvegarde",
        membre.extension
    );
    let remede = format!("Dans la base d'origine, puis refaites une sauvegarde :\n{retirer}");
    let commande = format!(
        "-- ces lignes ne sont que dans la base d'origine ; là, puis refaites une sauvegarde :\n\
         -- {}",
        retirer.replace('\n', " ")
    );
    let objet = objet_des_lignes(membre);
    let obstacle = Obstacle { objet, raison: propre(&raison), remede: propre(&remede) };
    Constat { obstacle, sort: Sort::ARefaire, administrateur: false, commande: propre(&commande) }
}

/// Those that may have lost their options: where nothing tells, all that have none.
fn comptes<'a>(
    lacunes: Option<&'a Lacunes>,
    entrees: &'a [Entree],
) -> impl Iterator<Item = &'a Entree> {
    entrees.iter().filter(move |e| {
        let nu = !e.definition.as_deref().unwrap_or_default().contains(" OPTIONS (");
        e.genre == "USER MAPPING" && nu && lacunes.is_none_or(|l| l.comptes.contains(&e.nom))
    })
}

fn options(compte: &Entree, su: bool) -> Constat {
    let raison = match su {
        true => {
            "ses options (compte, mot de passe) ne sont pas dans la sauvegarde : le compte qui l'a \
             faite n'a pas le droit de les lire"
        }
        false => {
            "il est sans options (compte, mot de passe) dans la sauvegarde, et rien ne dit s'il en \
             avait"
        }
    };
    let remede = "Refaites la sauvegarde avec un administrateur (PGUSER=<administrateur>).";
    let obstacle =
        Obstacle { objet: objet(compte), raison: raison.to_owned(), remede: remede.to_owned() };
    let commande = commandes(compte).replacen("CREATE USER MAPPING", "alter user mapping", 1);
    let commande = format!(
        "{} options (add user '…', add password '…');\n\
         -- « … » : ce qu'elles étaient n'est pas su ; écrivez-le, sous les noms que prend ce serveur",
        commande.trim_end_matches(';')
    );
    Constat { obstacle, sort: Sort::ARefaire, administrateur: false, commande }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_would_be_a_command_stays_in_its_remark() {
        let membre = Membre {
            schema: "cave".to_owned(),
            table: "le vin\ndrop".to_owned(),
            extension: "hstore".to_owned(),
        };
        let constat = lignes(&membre);
        assert!(constat.commande.lines().all(|l| l.starts_with("-- ")), "{}", constat.commande);
        let dit = avis(&Lacunes { membres: vec![membre], comptes: Vec::new() }, &[]);
        assert!(
            dit[0].ends_with("alter extension hstore drop table cave.\"le vin drop\""),
            "{dit:?}"
        );
    }
}
