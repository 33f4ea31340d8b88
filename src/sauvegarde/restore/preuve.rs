//! Is a database what an archive says? It is dumped as a backup would be, through the same reader,
//! and compared table by table.

use std::collections::BTreeSet;

use super::super::archive::{self, Contenu, Ecart, Entree, comparer, comparer_definitions};
use super::super::arret::Arret;
use super::super::cible::{Cible, Role};
use super::plan::majeure_de;
use super::{Suivi, sql};
use crate::platform::issue::{Code, Echec, dire};

/// What was compared, and what is not the same.
#[derive(Debug, Clone, Default)]
pub struct Preuve {
    /// Sentences that name the table; none when it is proved.
    pub ecarts: Vec<String>,
    /// The same, for a program.
    pub details: Vec<Ecart>,
    /// What could not be compared, in sentences.
    pub non_prouve: Vec<String>,
    pub lignes: u64,
    pub tables: usize,
}

impl Preuve {
    fn noter(&mut self, ecarts: Vec<Ecart>) {
        self.ecarts.extend(ecarts.iter().map(ToString::to_string));
        self.details.extend(ecarts);
    }
}

/// `manquants`: roles that this server does not have, so that theirs cannot be equal.
pub async fn prouver(
    cible: &Cible,
    base: &str,
    attendu: (&Contenu, &BTreeSet<String>),
    suivi: &Suivi,
    arret: &Arret,
) -> Result<Preuve, Echec> {
    let rien = async { Ok(()) };
    let (preuve, ()) = prouver_et((cible, base), attendu, (suivi, arret), rien).await?;
    Ok(preuve)
}

/// The copy is analysed while it is read: nobody else gathers its statistics. `a_cote` comes after
/// that, beside the rest of the reading; it must only read.
pub(crate) async fn prouver_et<T>(
    (cible, base): (&Cible, &str),
    (attendu, manquants): (&Contenu, &BTreeSet<String>),
    (suivi, arret): (&Suivi, &Arret),
    a_cote: impl Future<Output = Result<T, Echec>>,
) -> Result<(Preuve, T), Echec> {
    suivi.etape("Preuve", lignes(attendu));
    let ensuite = async {
        analyser(cible, base).await?;
        a_cote.await
    };
    let (trouve, a_cote) = tokio::join!(relire(cible, base, suivi, arret), ensuite);
    let (trouve, a_cote) = (trouve?, a_cote?);
    suivi.avancer(lignes(attendu));
    let mut preuve = Preuve {
        lignes: lignes(&trouve),
        tables: trouve.empreintes.tables.len(),
        ..Preuve::default()
    };
    comparer_les_donnees(attendu, &trouve, &mut preuve);
    comparer_le_schema((attendu, &trouve), manquants, &mut preuve);
    Ok((preuve, a_cote))
}

async fn analyser(cible: &Cible, base: &str) -> Result<(), Echec> {
    sql::analyser(&mut cible.connecter(base, Role::Administrateur).await?).await
}

/// Of all tables.
pub(crate) fn lignes(contenu: &Contenu) -> u64 {
    contenu.empreintes.tables.values().map(|t| t.lignes).sum()
}

fn comparer_les_donnees(attendu: &Contenu, trouve: &Contenu, preuve: &mut Preuve) {
    let (mut voulues, mut lues) = (attendu.empreintes.clone(), trouve.empreintes.clone());
    // Compared below, with names.
    voulues.schema = lues.schema;
    if !attendu.lignes_comptees {
        preuve.non_prouve.push(
            "Les lignes de cette archive ne se comptent pas (compression lz4, ou INSERT) : leur \
             égalité n'est pas prouvée."
                .to_owned(),
        );
        voulues.tables.clone_from(&lues.tables);
        voulues.grands_objets = lues.grands_objets;
        lues.sequences.clone_from(&voulues.sequences);
    }
    preuve.noter(comparer(&voulues, &lues));
}

fn comparer_le_schema(
    (attendu, trouve): (&Contenu, &Contenu),
    manquants: &BTreeSet<String>,
    preuve: &mut Preuve,
) {
    let version = |c: &Contenu| (majeure_de(&c.entete.pg_dump), majeure_de(&c.entete.serveur));
    if version(attendu) != version(trouve) {
        preuve.non_prouve.push(format!(
            "Les définitions ne se comparent pas : l'archive vient de PostgreSQL {}, ce serveur est \
             en {}.",
            attendu.entete.serveur, trouve.entete.serveur
        ));
        return;
    }
    let ecarts = if manquants.is_empty() {
        comparer_definitions(&retenues(attendu), &retenues(trouve))
    } else {
        let noms: Vec<&str> = manquants.iter().map(String::as_str).collect();
        preuve.non_prouve.push(format!(
            "Propriétaires et droits ne sont pas prouvés : ce serveur n'a pas {}.",
            noms.join(", ")
        ));
        comparer_definitions(&sans_roles(attendu), &sans_roles(trouve))
    };
    preuve.noter(ecarts);
}

/// Comments of extensions are theirs, and come with their version.
fn retenues(contenu: &Contenu) -> Vec<Entree> {
    let d_une_extension = |e: &Entree| e.genre == "COMMENT" && e.nom.starts_with("EXTENSION ");
    contenu.entrees.iter().filter(|e| !d_une_extension(e)).cloned().collect()
}

fn sans_roles(contenu: &Contenu) -> Vec<Entree> {
    let mut entrees = retenues(contenu);
    entrees.retain(|e| !matches!(e.genre.as_str(), "ACL" | "DEFAULT ACL"));
    entrees.iter_mut().for_each(|e| e.proprietaire = None);
    entrees
}

/// What a backup of that database would hold now.
pub(crate) async fn relire(
    cible: &Cible,
    base: &str,
    suivi: &Suivi,
    arret: &Arret,
) -> Result<Contenu, Echec> {
    let arguments = ["--format=custom", "--compress=0", "--no-password", "--lock-wait-timeout=60s"];
    let environnement = cible.environnement(base, Role::Administrateur);
    let mut enfant = cible.outils().lancer("pg_dump", arguments, &environnement)?;
    let (suivi, arret) = (suivi.clone(), arret.clone());
    let lire = move || {
        let contenu = archive::lire(enfant.ecoute(&arret)?, |a| suivi.avancer(a.lignes));
        arret.verifier()?;
        // Its own complaint says more than the archive that stops short of its end.
        enfant.attendre(&arret)?;
        contenu.map_err(|e| Echec::nouveau(Code::Refuse, e.to_string()))
    };
    tokio::task::spawn_blocking(lire).await.map_err(dire)?
}
