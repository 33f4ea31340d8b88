//! All that is looked at, and refused, before anything is touched.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::super::cible::{Cible, Role};
use super::super::fuseau;
use super::super::noms::simple;
use super::super::verrous::{Genre, Verrou};
use super::deballer::{DEBALLE, Deballee, Ou, deballer};
use super::droits::Roles;
use super::etat::EtatDeBase;
use super::executer::Atelier;
use super::jugement::{self, Affaire, Jugement};
use super::marque::Marque;
use super::pertes::{self, Perdu};
use super::plan::{self, Source, refus};
use super::sql::{self, BaseConnue};
use super::{Demande, copie, guerir, occupants, tenues, vide, vues};
use crate::platform::db::migrations;
use crate::platform::issue::{Echec, dire};

/// All that was looked at before anything is touched.
pub(crate) struct Pret {
    pub source: Source,
    /// Whose backup it is, where that is another database than the program's.
    pub origine: Option<String>,
    pub lue: Deballee,
    pub vivante: Option<BaseConnue>,
    /// What encoding and locale are taken from.
    pub modele: Option<BaseConnue>,
    pub vide: bool,
    pub balayees: Vec<String>,
    pub perdu: Perdu,
    pub lecture: Duration,
    pub etat: EtatDeBase,
    pub roles: Roles,
    pub jugement: Jugement,
}

pub(crate) async fn preparer(
    atelier: &Atelier<'_>,
    demande: &Demande,
) -> Result<(Pret, Verrou), Echec> {
    let (cible, arret) = (atelier.cible, atelier.arret);
    let source = Source::trouver(&demande.fichier, demande.sans_manifeste)?;
    source.verifier_le_schema(migrations::version())?;
    jugement::outils::refuser(cible).await?;
    let verrou = Verrou::prendre(cible, Genre::Restauration, demande.attente, arret).await?;
    let mut c = cible.administrer().await?;
    guerir::sous_verrou(&mut c, cible.base()).await?;
    let bases = sql::bases(&mut c).await?;
    let mut balayees = copie::balayer(&mut c, cible.base(), &bases).await?;
    balayees.extend(copie::balayer_toutes(&mut c, &bases).await?);
    let deballe = place_pour_deballer(&source, cible.base());
    jugement::place::refuser(&mut c, cible.base()).await?;
    let connue = |nom: &str| bases.iter().find(|b| b.nom == nom).cloned();
    let vivante = connue(cible.base());
    attendre_les_tables(atelier, vivante.as_ref(), demande).await?;
    let vide = viser((cible, atelier.modele), vivante.as_ref(), demande.drop_create).await?;
    if vivante.is_some() {
        occupants::juger(&mut c, cible.base()).await?;
    }
    verifier_la_place(atelier, &source, None)?;
    let debut = Instant::now();
    let lue = lire(&source, (deballe, demande.cle.clone()), atelier).await?;
    let lecture = debut.elapsed();
    source.verifier(&lue)?;
    source.entree.approuver();
    let outils = cible.outils();
    plan::verifier_les_versions(&lue.contenu, (outils.majeure, &outils.version), cible.majeure())?;
    verifier_la_place(atelier, &source, Some(&lue))?;
    verifier_la_nature(cible, vivante.as_ref(), &lue).await?;
    attendre_les_tables(atelier, vivante.as_ref(), demande).await?;
    let ici = (vivante.as_ref(), vide);
    let juger = juger_l_archive(cible, (&source, &lue), ici, demande);
    let (etat, roles, jugement) = arret.ou_interrompu(juger).await?;
    let suspect = source.manifeste.as_ref().map_or_else(Vec::new, |m| m.suspect.clone());
    let sauvegarde = (source.fait_le(&lue.contenu), suspect);
    let remplacee = vivante.as_ref().filter(|_| !vide);
    let repere = match remplacee {
        Some(_) => pertes::repere_de(cible, &lue.chemin, arret).await,
        None => None,
    };
    let entrantes = pertes::Noms::d_une_archive(&lue.contenu.entrees);
    let avec = (repere, Some(entrantes), demande.pertes.as_slice());
    let chercher = Perdu::chercher(cible, remplacee, sauvegarde, avec);
    let perdu = arret.ou_interrompu(chercher).await?;
    let modele = vivante.clone().or_else(|| connue(atelier.modele));
    // An empty one is nobody's yet: a new machine takes what it is given.
    let origine = match remplacee.is_some() {
        true => source.origine(atelier.modele, cible.systeme().await.as_deref()),
        false => None,
    };
    let pret = Pret {
        source,
        origine,
        lue,
        vivante,
        modele,
        vide,
        balayees,
        perdu,
        lecture,
        etat,
        roles,
        jugement,
    };
    Ok((pret, verrou))
}

async fn attendre_les_tables(
    atelier: &Atelier<'_>,
    vivante: Option<&BaseConnue>,
    demande: &Demande,
) -> Result<(), Echec> {
    let Some(vivante) = vivante.filter(|v| v.ouverte) else { return Ok(()) };
    let ici = (atelier.suivi, atelier.arret);
    tenues::attendre((atelier.cible, &vivante.nom), demande.attente_table, ici).await
}

/// Can all of it come back, here, with this account?
async fn juger_l_archive(
    cible: &Cible,
    (source, lue): (&Source, &Deballee),
    (vivante, vide): (Option<&BaseConnue>, bool),
    demande: &Demande,
) -> Result<(EtatDeBase, Roles, Jugement), Echec> {
    let mut etat = match (&source.manifeste, vivante) {
        (Some(manifeste), _) => EtatDeBase::du_manifeste(manifeste),
        (None, Some(v)) => EtatDeBase::lire(&mut cible.administrer().await?, v).await?,
        (None, None) => EtatDeBase::default(),
    };
    let remplacee = vivante.filter(|v| v.ouverte).map(|v| v.nom.as_str());
    etat.fuseau = fuseau::pour(cible, etat.fuseau.as_deref(), remplacee).await?;
    let (mut contredits, entrees) = (Vec::new(), &lue.contenu.entrees);
    if let Some(v) = vivante.filter(|_| vide) {
        contredits = vide::garder(&mut cible.administrer().await?, v, &mut etat).await?;
        let mut c = cible.connecter(&v.nom, Role::Administrateur).await?;
        contredits.extend(vide::schema_public(&mut c, entrees).await?);
    }
    let roles = Roles::recenser(cible, entrees, &etat).await?.de(&source.entree);
    let affaire = Affaire { base: cible.base(), entrees, etat: &etat, roles: &roles };
    let mut jugement = jugement::juger(cible, &affaire, demande.tolerer).await?;
    jugement.constats.extend(contredits);
    let mut essai = None;
    if let Some(v) = vivante.filter(|v| v.ouverte) {
        let mut c = cible.connecter(&v.nom, Role::Administrateur).await?;
        jugement::comparer_a_la_base(&mut c, &affaire, &mut jugement).await?;
        jugement.refuser()?;
        let qui = (&roles, &jugement.plan);
        essai = Some(vues::entrer(cible, &v.nom, qui, etat.fuseau.as_deref()).await?);
    }
    let epreuve = demande.epreuves.iter().filter(|e| e.sha256 == lue.sha256);
    let connu = (epreuve.max_by_key(|e| e.fait_le), essai.as_mut());
    jugement::eprouver(&affaire, connu, &mut jugement).await?;
    jugement.refuser()?;
    Ok((etat, roles, jugement))
}

/// Is the database to replace empty? One that is not needs `--drop-create`, and is replaced only if
/// it is ours.
async fn viser(
    (cible, modele): (&Cible, &str),
    vivante: Option<&BaseConnue>,
    drop_create: bool,
) -> Result<bool, Echec> {
    let Some(vivante) = vivante else { return Ok(false) };
    let mut contenu = Vec::new();
    let mut a_nous = Marque::lire(vivante.commentaire.as_deref()).is_some();
    // A closed one cannot be asked.
    if vivante.ouverte {
        let mut c = cible.connecter(&vivante.nom, Role::Administrateur).await?;
        contenu = vide::contenu(&mut c).await?;
        if contenu.is_empty() {
            return Ok(true);
        }
        a_nous = a_nous || sql::porte_notre_schema(&mut c).await?;
    }
    // Our own server has no place for others, and what is left of our own database is ours.
    let la_notre =
        cible.base() == modele && (cible.dossier_embarque().is_some() || !vivante.ouverte);
    if !a_nous && !la_notre {
        return Err(a_quelqu_un_d_autre(cible.base(), &contenu));
    }
    if drop_create {
        return Ok(false);
    }
    Err(refus(format!(
        "La base « {} » n'est pas vide : ajoutez --drop-create pour la remplacer, ou donnez un autre \
         nom avec --target-db.",
        cible.base()
    )))
}

fn a_quelqu_un_d_autre(base: &str, contenu: &[String]) -> Echec {
    let quoi = match contenu {
        [] => String::new(),
        genres => format!(" ({})", genres.join(" ; ")),
    };
    refus(format!(
        "La base « {base} » n'est pas vide{quoi}, et rien n'y dit qu'elle est de DéliceGo : elle ne sera \
         pas remplacée. Donnez un autre nom avec --target-db ; si elle ne sert plus à personne, \
         supprimez-la d'abord vous-même (dropdb)."
    ))
}

/// What an earlier run of this database left is swept: its lock is ours.
fn place_pour_deballer(source: &Source, base: &str) -> PathBuf {
    let debut = format!("{DEBALLE}{}~", simple(base));
    for entree in fs::read_dir(&source.dossier).into_iter().flatten().flatten() {
        if entree.file_name().to_string_lossy().starts_with(&debut) {
            let _deja_parti = fs::remove_file(entree.path());
        }
    }
    source.dossier.join(format!("{debut}{}", std::process::id()))
}

async fn lire(
    source: &Source,
    (vers, cle): (PathBuf, Option<PathBuf>),
    atelier: &Atelier<'_>,
) -> Result<Deballee, Echec> {
    let (entree, suivi) = (source.entree.clone(), atelier.suivi.clone());
    let arret = atelier.arret.clone();
    let ou = Ou { vers, cle };
    let lire = move || deballer(&entree, &ou, &suivi, &arret);
    let lue = tokio::task::spawn_blocking(lire).await.map_err(dire)?;
    lue.map_err(|panne| panne.juger(&source.entree, source.attendue()).1)
}

/// Before reading: for the archive unpacked and the copy. After it: for the copy.
fn verifier_la_place(
    atelier: &Atelier<'_>,
    source: &Source,
    lue: Option<&Deballee>,
) -> Result<(), Echec> {
    let mut besoins: Vec<(&Path, u64)> = Vec::new();
    if let (None, Some(manifeste)) = (lue, &source.manifeste) {
        besoins.push((&source.dossier, manifeste.octets_depaquetes));
    }
    if let Some(dossier) = atelier.cible.dossier_embarque() {
        besoins.push((dossier, source.octets_de_la_base(lue.map(|l| &l.contenu))));
    }
    plan::verifier_la_place(&besoins)
}

/// What this program runs on is not replaced by something else.
async fn verifier_la_nature(
    cible: &Cible,
    vivante: Option<&BaseConnue>,
    lue: &Deballee,
) -> Result<(), Echec> {
    let a_nous = lue.contenu.empreintes.tables.keys().any(|t| t.nom == "_sqlx_migrations");
    let Some(vivante) = vivante.filter(|v| v.ouverte && !a_nous) else { return Ok(()) };
    let mut c = cible.connecter(&vivante.nom, Role::Administrateur).await?;
    if !sql::est_de_chez_nous(&mut c).await? {
        return Ok(());
    }
    Err(refus(format!(
        "Cette archive ne contient pas de base DéliceGo : elle ne peut pas remplacer « {} ». Donnez \
         un autre nom avec --target-db.",
        vivante.nom
    )))
}
