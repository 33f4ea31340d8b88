//! Is a database what an archive says? It is dumped as a backup would be, through the same reader,
//! and compared table by table.

use super::super::archive::{self, Contenu, Ecart, comparer, comparer_definitions};
use super::super::arret::Arret;
use super::super::cible::{Cible, Role};
use super::super::texte::Texte;
use super::droits::Roles;
use super::ecarte::Ecarte;
use super::jugement::Plan;
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
    /// Why it may be equal all the same.
    pub doute: Option<&'static str>,
    /// Some of it is as many rows or definitions, and more could not be proved.
    pub en_partie: bool,
}

impl Preuve {
    /// As many rows, as many definitions, and none of them the same: settings do that, and so does
    /// a hand.
    fn tient_peut_etre_aux_reglages(&self) -> bool {
        !self.details.is_empty() && self.details.iter().all(meme_nombre)
    }

    fn noter(&mut self, ecarts: Vec<Ecart>) {
        self.ecarts.extend(ecarts.iter().map(ToString::to_string));
        self.details.extend(ecarts);
    }
}

/// What a copy is held against.
pub struct Attendu<'a> {
    pub contenu: &'a Contenu,
    pub roles: &'a Roles,
    pub plan: &'a Plan,
    /// How the rows were written when they were summed up.
    pub texte: Texte,
}

/// What was left out, or could not be given to its owner, is told and not compared.
pub async fn prouver(
    cible: &Cible,
    base: &str,
    attendu: &Attendu<'_>,
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
    attendu: &Attendu<'_>,
    (suivi, arret): (&Suivi, &Arret),
    a_cote: impl Future<Output = Result<T, Echec>>,
) -> Result<(Preuve, T), Echec> {
    let total = lignes(attendu.contenu);
    suivi.etape("Preuve", total);
    let ensuite = async {
        let recalcules = analyser(cible, base).await?;
        Ok::<_, Echec>((recalcules, a_cote.await?))
    };
    let copie = (cible, base, &attendu.texte);
    let (trouve, ensuite) = tokio::join!(relire(copie, suivi, arret), ensuite);
    let (trouve, (recalcules, a_cote)) = (trouve?, ensuite?);
    suivi.avancer(total);
    let mut preuve = confronter(attendu, &trouve);
    preuve.non_prouve.extend(non_compare(&recalcules));
    if attendu.texte == Texte::Inconnu {
        essayer_d_autres_reglages((cible, base), (attendu, &trouve), &mut preuve, (suivi, arret))
            .await?;
    } else if preuve.tient_peut_etre_aux_reglages() {
        preuve.doute = attendu.texte.doute();
    }
    Ok((preuve, a_cote))
}

fn meme_nombre(ecart: &Ecart) -> bool {
    matches!(ecart, Ecart::Contenu { .. } | Ecart::Definition(_))
}

fn confronter(attendu: &Attendu<'_>, trouve: &Contenu) -> Preuve {
    let mut preuve = Preuve {
        lignes: lignes(trouve),
        tables: trouve.empreintes.tables.len(),
        ..Preuve::default()
    };
    comparer_les_donnees(attendu.contenu, trouve, &mut preuve);
    comparer_le_schema(attendu, trouve, &mut preuve);
    preuve
}

/// What is equal when written one way is equal. What never is, and is written in several ways, may
/// have been written in another one still: that is not known, and is not said to have changed.
async fn essayer_d_autres_reglages(
    (cible, base): (&Cible, &str),
    (attendu, trouve): (&Attendu<'_>, &Contenu),
    preuve: &mut Preuve,
    (suivi, arret): (&Suivi, &Arret),
) -> Result<(), Echec> {
    let mut variables = Vec::new();
    for texte in Texte::possibles() {
        if !preuve.details.iter().any(meme_nombre) {
            break;
        }
        let autre = relire((cible, base, &texte), suivi, arret).await?;
        let ecarts = confronter(attendu, &autre).details;
        preuve.details.retain(|e| !meme_nombre(e) || ecarts.contains(e));
        variables.extend(comparer(&trouve.empreintes, &autre.empreintes));
        variables.extend(comparer_definitions(&trouve.entrees, &autre.entrees));
    }
    let inconnu = |e: &Ecart| meme_nombre(e) && variables.contains(e);
    let (inconnus, vrais): (Vec<_>, Vec<_>) =
        std::mem::take(&mut preuve.details).into_iter().partition(inconnu);
    preuve.ecarts.clear();
    preuve.noter(vrais);
    if !inconnus.is_empty() {
        preuve.en_partie = true;
        preuve.non_prouve.push(non_prouve(&inconnus));
    }
    Ok(())
}

fn non_prouve(inconnus: &[Ecart]) -> String {
    let noms: Vec<String> = (inconnus.iter())
        .filter_map(|e| match e {
            Ecart::Contenu { table, lignes } => Some(format!("table {table} ({lignes} lignes)")),
            Ecart::Definition(objet) => Some(format!("définition de « {objet} »")),
            _ => None,
        })
        .collect();
    format!(
        "Non prouvé : les réglages d'origine de cette archive (fuseau horaire, bytea_output) ne sont \
         pas connus, et ceux qui ont été essayés ne donnent pas son texte. Le nombre de lignes est le \
         bon, leur contenu reste à regarder : {}.",
        noms.join(", ")
    )
}

/// Gives what no archive holds of that database, and PostgreSQL works out again.
async fn analyser(cible: &Cible, base: &str) -> Result<Vec<String>, Echec> {
    let mut c = cible.connecter(base, Role::Administrateur).await?;
    sql::analyser(&mut c).await?;
    sql::recalcules(&mut c).await
}

/// What was worked out anew from proved rows, by what may work it out otherwise.
fn non_compare(recalcules: &[String]) -> Option<String> {
    (!recalcules.is_empty()).then(|| {
        format!(
            "Non comparé, car aucune archive ne le contient et PostgreSQL vient de le recalculer : {}.",
            recalcules.join(", ")
        )
    })
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
    let racines = archive::racines(&attendu.entrees);
    voulues.rassembler(&racines);
    lues.rassembler(&racines);
    preuve.noter(comparer(&voulues, &lues));
}

fn comparer_le_schema(attendu: &Attendu<'_>, trouve: &Contenu, preuve: &mut Preuve) {
    let version = |c: &Contenu| (majeure_de(&c.entete.pg_dump), majeure_de(&c.entete.serveur));
    if version(attendu.contenu) != version(trouve) {
        preuve.non_prouve.push(format!(
            "Les définitions ne se comparent pas : l'archive vient de PostgreSQL {}, ce serveur est \
             en {}.",
            attendu.contenu.entete.serveur, trouve.entete.serveur
        ));
        return;
    }
    let ecarte = Ecarte::de(attendu);
    let (voulues, lues) = (&attendu.contenu.entrees, &trouve.entrees);
    preuve.noter(comparer_definitions(&ecarte.retenues(voulues), &ecarte.retenues(lues)));
    preuve.non_prouve.extend(ecarte.phrases(attendu.roles));
}

/// What a backup of that database would hold now.
pub(crate) async fn relire(
    (cible, base, texte): (&Cible, &str, &Texte),
    suivi: &Suivi,
    arret: &Arret,
) -> Result<Contenu, Echec> {
    let arguments = ["--format=custom", "--compress=0", "--no-password", "--lock-wait-timeout=60s"];
    let mut environnement = cible.environnement(base, Role::Administrateur);
    texte.regler(&mut environnement);
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
