//! Owners, grants and settings: what `pg_restore` does not do as a plain role.
//!
//! A dump is code: nothing of it runs as administrator. Owners are set by our own quoted orders;
//! grants are replayed one by one, each proved to be a single GRANT or REVOKE, as the role that
//! owns the object.

use std::collections::BTreeSet;

use sqlx::postgres::PgConnection;

use super::super::archive::Entree;
use super::super::cible::{Cible, Role};
use super::super::entree::{Entree as Venue, RolesDits};
use super::super::manifeste::{Droit, Reglage};
use super::accords::{Instruction, comprendre};
use super::etat::EtatDeBase;
use super::jugement::{self, Plan};
use super::nommes::roles_nommes;
use super::prets::Prets;
use super::sql;
use crate::platform::issue::Echec;

/// Who does what in the restored database.
#[derive(Debug, Clone, Default)]
pub struct Roles {
    /// Owns the database, and restores into it.
    pub proprietaire: String,
    /// To be taken by whoever connects as somebody else.
    pub a_prendre: Option<String>,
    /// Named by the archive, unknown to this server.
    pub manquants: BTreeSet<String>,
    /// There, and the account may not act for them.
    pub inaccessibles: BTreeSet<String>,
    /// Of those: the account is a member, and does not have their rights by that.
    pub sans_heritage: BTreeSet<String>,
    /// Of the server.
    pub majeure: u32,
    /// There, and able to do anything.
    pub superutilisateurs: BTreeSet<String>,
    /// The file beside the backup that makes those that are missing, if there is one.
    pub(crate) dits: Option<RolesDits>,
}

impl Roles {
    /// Looks who is there. The owner is the one that the backup names, when the account may act for
    /// it; else the account itself.
    pub async fn recenser(
        cible: &Cible,
        entrees: &[Entree],
        etat: &EtatDeBase,
    ) -> Result<Self, Echec> {
        let mut c = cible.administrer().await?;
        let mut nommes: BTreeSet<String> = etat.roles().cloned().collect();
        nommes.extend(roles_nommes(entrees));
        let tous: Vec<String> = nommes.into_iter().collect();
        let connus = sql::roles_connus(&mut c, &tous).await?;
        let accessibles = jugement::sql::roles_accessibles(&mut c, &connus).await?;
        let superutilisateurs =
            jugement::sql::superutilisateurs(&mut c, &connus).await?.into_iter().collect();
        let membre = jugement::sql::roles_dont_on_est_membre(&mut c, &connus).await?;
        let sans_heritage = membre.into_iter().filter(|r| !accessibles.contains(r)).collect();
        let ordinaire = |r: &&String| !r.starts_with("pg_") && !accessibles.contains(*r);
        let inaccessibles = connus.iter().filter(ordinaire).cloned().collect();
        let manquants = tous.into_iter().filter(|r| !connus.contains(r)).collect();
        let mut application = cible.entrer(Role::Application).await?;
        let moi = sql::qui_suis_je(&mut application).await?;
        let proprietaire = match &etat.proprietaire {
            Some(p) if sql::peut_devenir(&mut application, p).await? => p.clone(),
            _ => moi.clone(),
        };
        let a_prendre = (proprietaire != moi).then(|| proprietaire.clone());
        let majeure = cible.majeure();
        Ok(Self {
            proprietaire,
            a_prendre,
            manquants,
            inaccessibles,
            sans_heritage,
            majeure,
            superutilisateurs,
            dits: None,
        })
    }

    /// With the file that came with that backup.
    pub(crate) fn de(self, entree: &Venue) -> Self {
        Self { dits: entree.roles_dits(), ..self }
    }

    /// What makes it, and where that is told. Nothing is said of a file that is not there.
    pub(crate) fn creation(&self, role: &str) -> String {
        let dite = self.dits.as_ref().filter(|dits| dits.dit(role));
        let suite = dite.map(|dits| format!(" ({} dit comment)", dits.ou));
        format!("create role {};{}", jugement::cite(role), suite.unwrap_or_default())
    }

    pub(crate) fn connait(&self, role: &str) -> bool {
        !self.manquants.contains(role)
    }

    /// Known, and the account may act for it.
    fn atteint(&self, role: &str) -> bool {
        self.connait(role) && !self.inaccessibles.contains(role)
    }

    /// Is nothing of those grants left out?
    pub(crate) fn accorde_tout(&self, accord: &Entree) -> bool {
        let instructions = comprendre(accord.definition.as_deref().unwrap_or_default());
        let entiere = |i: Instruction| match i {
            Instruction::Accord { role, .. } => role.iter().all(|r| self.connait(r)),
            Instruction::Au(role) => self.atteint(&role),
            Instruction::AuProprietaire => true,
        };
        accord.proprietaire.iter().all(|p| p.starts_with("pg_") || self.atteint(p))
            && instructions.into_iter().flatten().all(entiere)
    }

    /// What is ours for now may be granted by us. What is an extension's or the server's belongs
    /// to a superuser, on a server to try as well, whoever bears its name there.
    pub(crate) fn peut_accorder(&self, accord: &Entree, entrees: &[Entree]) -> bool {
        let proprietaire = accord.proprietaire.as_deref().unwrap_or_default();
        let depose = |e: &Entree| {
            accord.dependances.contains(&e.id) && !matches!(e.genre.as_str(), "EXTENSION" | "ACL")
        };
        if accord.genre != "ACL" || accord.nom == "SCHEMA public" || proprietaire.is_empty() {
            return !self.inaccessibles.contains(proprietaire);
        }
        proprietaire == self.proprietaire
            || proprietaire.starts_with("pg_")
            || entrees.iter().any(depose)
            || self.atteint(proprietaire) && self.superutilisateurs.contains(proprietaire)
    }
}

/// Every object to whom it belonged; then who may do what with it.
pub(crate) async fn rejouer(
    cible: &Cible,
    base: &str,
    (entrees, roles, plan): (&[Entree], &Roles, &Plan),
) -> Result<(), Echec> {
    let mut c = cible.connecter(base, Role::Administrateur).await?;
    sql::sans_chemin(&mut c).await?;
    if plan.administrateur {
        jugement::sql::sans_declencheurs(&mut c).await?;
    }
    let restauree = |e: &&Entree| !plan.laisses.contains(&e.id);
    let mut prets = Prets::nouveaux(&mut c).await?;
    // Tables first: sequences of theirs go with them.
    for en_second in [false, true] {
        for entree in entrees.iter().filter(|e| (e.genre == "SEQUENCE") == en_second) {
            if restauree(&entree) {
                rendre(&mut c, entree, (roles, plan.administrateur), &mut prets).await?;
            }
        }
    }
    prets.reprendre(&mut c).await?;
    for entree in entrees.iter().filter(restauree).filter(|e| est_un_accord(e)) {
        accorder(&mut c, entree, roles).await?;
    }
    Ok(())
}

/// The schema that every database has from its first moment.
pub(crate) fn est_public(entree: &Entree) -> bool {
    entree.genre == "SCHEMA" && entree.nom == "public"
}

pub(crate) fn est_un_accord(entree: &Entree) -> bool {
    let de_la_base = entree.schema.is_none() && entree.nom.starts_with("DATABASE ");
    matches!(entree.genre.as_str(), "ACL" | "DEFAULT ACL") && !de_la_base
}

async fn rendre(
    c: &mut PgConnection,
    entree: &Entree,
    (roles, administrateur): (&Roles, bool),
    prets: &mut Prets,
) -> Result<(), Echec> {
    let Some(role) = entree.proprietaire.as_deref() else { return Ok(()) };
    // PostgreSQL's own role stands for whoever owns the database.
    if role.starts_with("pg_") || !a_un_proprietaire(entree) {
        return Ok(());
    }
    // What an administrator made is nobody's yet.
    let role = match roles.atteint(role) {
        true => role,
        false if administrateur => roles.proprietaire.as_str(),
        false => return Ok(()),
    };
    // `public` was not made by us: it is the database's owner's, whoever that is, until it is given.
    if role == roles.proprietaire && !administrateur && !est_public(entree) {
        return Ok(());
    }
    prets.preter(c, entree, role).await?;
    let schema = entree.schema.as_deref().unwrap_or_default();
    let nom = entree.nom.as_str();
    match entree.genre.as_str() {
        "TABLE" | "VIEW" | "MATERIALIZED VIEW" | "FOREIGN TABLE" | "SEQUENCE" => {
            let actuel = sql::proprietaire(c, schema, nom).await?;
            if actuel.is_none_or(|a| a == role) {
                return Ok(());
            }
            let ordre = "alter table %I.%I owner to %I";
            sql::ordonner(c, ordre, &[Some(schema), Some(nom), Some(role)]).await
        }
        "FUNCTION" | "PROCEDURE" | "AGGREGATE" => match sql::routine(c, schema, nom).await? {
            Some(routine) => {
                let ordre = "alter routine %s owner to %I";
                sql::ordonner(c, ordre, &[Some(&routine), Some(role)]).await
            }
            None => Ok(()),
        },
        "OPERATOR" => {
            let suppression = entree.suppression.as_deref().unwrap_or_default().trim();
            let signature = suppression.strip_prefix("DROP OPERATOR ").unwrap_or_default();
            let signature = signature.trim_end_matches(';');
            match sql::operateur(c, signature).await? {
                Some(operateur) => {
                    let ordre = "alter operator %s owner to %I";
                    sql::ordonner(c, ordre, &[Some(&operateur), Some(role)]).await
                }
                None => Ok(()),
            }
        }
        "BLOB" => {
            let ordre = "alter large object %s owner to %I";
            let numero = nom.bytes().all(|o| o.is_ascii_digit());
            if numero { sql::ordonner(c, ordre, &[Some(nom), Some(role)]).await } else { Ok(()) }
        }
        genre => match ordre_de(genre, entree.schema.is_some()) {
            None => Ok(()),
            Some(ordre) if entree.schema.is_some() => {
                sql::ordonner(c, ordre, &[Some(schema), Some(nom), Some(role)]).await
            }
            Some(ordre) => sql::ordonner(c, ordre, &[Some(nom), Some(role)]).await,
        },
    }
}

fn a_un_proprietaire(entree: &Entree) -> bool {
    const NOMMES_AUTREMENT: [&str; 10] = [
        "OPERATOR",
        "TABLE",
        "VIEW",
        "MATERIALIZED VIEW",
        "FOREIGN TABLE",
        "SEQUENCE",
        "FUNCTION",
        "PROCEDURE",
        "AGGREGATE",
        "BLOB",
    ];
    let genre = entree.genre.as_str();
    NOMMES_AUTREMENT.contains(&genre) || ordre_de(genre, entree.schema.is_some()).is_some()
}

/// Kinds that are named by their name alone. What is left out stays with the database's owner, and
/// the proof says so.
fn ordre_de(genre: &str, dans_un_schema: bool) -> Option<&'static str> {
    Some(match (genre, dans_un_schema) {
        ("SCHEMA", false) => "alter schema %I owner to %I",
        ("PUBLICATION", false) => "alter publication %I owner to %I",
        ("SERVER", false) => "alter server %I owner to %I",
        ("TYPE" | "DOMAIN", true) => "alter type %I.%I owner to %I",
        ("CONVERSION", true) => "alter conversion %I.%I owner to %I",
        ("COLLATION", true) => "alter collation %I.%I owner to %I",
        ("STATISTICS", true) => "alter statistics %I.%I owner to %I",
        ("TEXT SEARCH DICTIONARY", true) => "alter text search dictionary %I.%I owner to %I",
        ("TEXT SEARCH CONFIGURATION", true) => "alter text search configuration %I.%I owner to %I",
        _ => return None,
    })
}

async fn accorder(c: &mut PgConnection, entree: &Entree, roles: &Roles) -> Result<(), Echec> {
    let definition = entree.definition.as_deref().unwrap_or_default();
    let Some(instructions) = comprendre(definition) else {
        return Err(super::echec(format!(
            "Les droits de « {} » ne se lisent pas dans l'archive.",
            entree.nom
        )));
    };
    // What is the account's for now, and is to be given back: its own rights would go with it.
    let a_rendre = entree.proprietaire.as_ref().is_some_and(|p| roles.inaccessibles.contains(p));
    let a_nous = |role: &str| a_rendre && role == roles.proprietaire;
    let proprietaire = entree.proprietaire.as_deref().filter(|p| roles.atteint(p));
    let proprietaire = proprietaire.filter(|p| !p.starts_with("pg_"));
    let proprietaire = proprietaire.unwrap_or(&roles.proprietaire).to_owned();
    let (mut acteur, mut par_nous) = (proprietaire.clone(), false);
    for instruction in instructions {
        match instruction {
            Instruction::Au(role) => (par_nous, acteur) = (a_nous(&role), role),
            Instruction::AuProprietaire => {
                par_nous = false;
                acteur.clone_from(&proprietaire);
            }
            Instruction::Accord { texte, role } => {
                let plus_tard = par_nous || role.as_deref().is_some_and(a_nous);
                let connus = role.iter().all(|r| roles.connait(r)) && roles.atteint(&acteur);
                if connus && !plus_tard {
                    let entree = Prets::entrer(c, entree, &acteur).await?;
                    sql::accorder(c, &acteur, &texte).await?;
                    entree.reprendre(c).await?;
                }
            }
        }
    }
    Ok(())
}

/// Who may do what with the database as a whole.
pub(crate) async fn accorder_la_base(
    cible: &Cible,
    base: &str,
    etat: &EtatDeBase,
    roles: &Roles,
) -> Result<(), Echec> {
    // Nothing is known of it: what PostgreSQL grants by itself stays.
    if etat.droits.is_empty() {
        return Ok(());
    }
    let mut c = cible.administrer().await?;
    let proprietaire = Some(roles.proprietaire.as_str());
    sql::ordonner(&mut c, "revoke all on database %I from public", &[Some(base)]).await?;
    sql::ordonner(&mut c, "revoke all on database %I from %I", &[Some(base), proprietaire]).await?;
    for droit in &etat.droits {
        accorder_sur_la_base(&mut c, base, droit, (etat, roles)).await?;
    }
    Ok(())
}

/// The last thing done to a copy: one of its settings may forbid to write.
pub(crate) async fn regler_la_base(
    cible: &Cible,
    base: &str,
    (etat, laisses): (&EtatDeBase, &[Reglage]),
    roles: &Roles,
) -> Result<(), Echec> {
    let mut c = cible.administrer().await?;
    let poses = etat.reglages.iter().filter(|r| !laisses.contains(r));
    for r in poses.filter(|r| r.role.as_ref().is_none_or(|r| roles.connait(r))) {
        jugement::sql::regler_la_base(&mut c, base, (r.role.as_deref(), &r.nom, &r.valeur)).await?;
    }
    Ok(())
}

async fn accorder_sur_la_base(
    c: &mut PgConnection,
    base: &str,
    droit: &Droit,
    (etat, roles): (&EtatDeBase, &Roles),
) -> Result<(), Echec> {
    // Its former owner's rights are its owner's.
    let role = match &droit.role {
        Some(r) if Some(r) == etat.proprietaire.as_ref() => Some(&roles.proprietaire),
        autre => autre.as_ref(),
    };
    let privilege = match droit.privilege.as_str() {
        "CREATE" => "create",
        "CONNECT" => "connect",
        "TEMPORARY" | "TEMP" => "temporary",
        _ => return Ok(()),
    };
    let suite = if droit.transmissible { " with grant option" } else { "" };
    match role {
        None => {
            let modele = format!("grant {privilege} on database %I to public");
            sql::ordonner(c, &modele, &[Some(base)]).await
        }
        Some(role) if roles.connait(role) => {
            let modele = format!("grant {privilege} on database %I to %I{suite}");
            sql::ordonner(c, &modele, &[Some(base), Some(role)]).await
        }
        Some(_) => Ok(()),
    }
}
