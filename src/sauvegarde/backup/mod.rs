//! `delicego backup`: a backup that is proved before it is one.
//!
//! 1. One run at a time for a database; what dead runs left is removed first.
//! 2. The archive is parsed while it is written, then read back from the disk and parsed again.
//! 3. Until the manifest has its name, there is no backup: it is written last, over nothing.
//! 4. What looks wrong is published as suspect, and rotates nothing.
//! 5. A copy elsewhere that fails is told, and tried again by the next run: the backup is good.
//! 6. Rotation, here and in a folder of copies, deletes only what manifests of this database list, and never the last good one.

mod archiver;
mod copies;
mod dossier;
pub(crate) mod droits;
mod journal;
mod partiel;
mod progres;
mod publier;
mod relire;
mod roles;
mod rotation;
mod sql;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use self::archiver::{Archivee, Panne, Travail};
use self::publier::APublier;
pub(crate) use progres::{Etape, Progres, Suivi};

use super::chiffre::Destinataires;
use super::depot::{self, Sauvegarde};
use super::faits::{self, Faits};
use super::manifeste::{FORME, Manifeste};
use super::retention::Garder;
use super::soupcons::{self, Jugement, Vue};
use super::verrous::{self, Genre, Verrou};
use super::{Arret, Cible, Format, Role, disque, relectures, restore, texte};
use crate::platform::config::BaseVisee;
use crate::platform::issue::{Code, Echec, dire};

#[derive(Clone)]
pub(crate) struct OptionsBackup {
    pub dossier: PathBuf,
    pub garder: Garder,
    pub format: Format,
    /// Any one of their keys opens it; none: in the clear.
    pub chiffrer: Destinataires,
    /// The object store of the copies elsewhere.
    pub vers: Option<String>,
    /// Typed for this run, and not a setting.
    pub vers_tapee: bool,
    /// Publish as good what looks wrong.
    pub forcer_suspect: bool,
    /// How long to wait for another run.
    pub attente_verrou: Duration,
    /// How long to wait for a table that somebody keeps for himself.
    pub attente_table: Duration,
}

pub(crate) const DOSSIER: &str = "./backups/postgres";
pub(crate) const ATTENTE_TABLE: Duration = Duration::from_secs(30);

impl Default for OptionsBackup {
    fn default() -> Self {
        Self {
            dossier: PathBuf::from(DOSSIER),
            garder: Garder::default(),
            format: Format::Gz,
            chiffrer: Destinataires::default(),
            vers: None,
            vers_tapee: false,
            forcer_suspect: false,
            attente_verrou: verrous::ATTENTE,
            attente_table: ATTENTE_TABLE,
        }
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Resultat {
    pub faite: Sauvegarde,
    /// Archives that the rotation removed, replaced databases whose time is up.
    pub supprimees: Vec<String>,
    /// Databases that a restore had replaced, and whose time was up.
    pub purgees: Vec<String>,
    /// Copies that dead restores had left.
    pub abandonnees: Vec<String>,
    /// Archives copied elsewhere: this one, and those of earlier runs that had not been.
    pub copiees: Vec<String>,
    /// Files that had gone from elsewhere, and are there again.
    pub reprises: Vec<String>,
    /// Files that were damaged elsewhere, and were written anew.
    pub refaites: Vec<String>,
    /// Archives that the rotation removed from the folder of the copies.
    pub copies_supprimees: Vec<String>,
    /// What went wrong after the backup was good: it is, and yet somebody should look.
    pub ennuis: Vec<String>,
    /// What is worth knowing, and stops nothing.
    pub remarques: Vec<String>,
    /// As `ennuis`, of the copies elsewhere; None: none were asked for.
    pub mal_copiees: Option<Vec<String>>,
}

impl Resultat {
    fn nouveau(faite: Sauvegarde) -> Self {
        Self {
            faite,
            supprimees: Vec::new(),
            purgees: Vec::new(),
            abandonnees: Vec::new(),
            copiees: Vec::new(),
            reprises: Vec::new(),
            refaites: Vec::new(),
            copies_supprimees: Vec::new(),
            ennuis: Vec::new(),
            remarques: Vec::new(),
            mal_copiees: None,
        }
    }

    pub(crate) fn sans_soupcon(&self) -> bool {
        self.faite.manifeste.suspect.is_empty()
    }

    /// All of them.
    pub(crate) fn ennuis(&self) -> impl Iterator<Item = &String> {
        self.ennuis.iter().chain(self.mal_copiees.iter().flatten())
    }

    pub(crate) fn code(&self) -> Code {
        let sans_faute = self.sans_soupcon() && self.ennuis().next().is_none();
        if sans_faute { Code::Fait } else { Code::Anomalie }
    }
}

/// The whole command, with its events.
pub(crate) async fn executer(
    visee: &BaseVisee,
    o: &OptionsBackup,
    arret: &Arret,
    suivi: &Suivi,
) -> Result<Resultat, Echec> {
    journal::commencer(o);
    let issue = async {
        let cible = arret.ou_interrompu(Cible::ouvrir(visee)).await?;
        sauvegarder(&cible, o, arret, suivi).await
    };
    let issue = issue.await;
    journal::conclure(&issue);
    issue
}

/// Without events: for who has a database open already.
pub(crate) async fn sauvegarder(
    cible: &Cible,
    o: &OptionsBackup,
    arret: &Arret,
    suivi: &Suivi,
) -> Result<Resultat, Echec> {
    let debut = Instant::now();
    let ailleurs = copies::ouvrir(o, cible.base());
    dossier::preparer(&o.dossier, cible.base())?;
    let _verrou = Verrou::prendre(cible, Genre::Sauvegarde, o.attente_verrou, arret).await?;
    dossier::nettoyer(&o.dossier, cible.base())?;
    let faits = match arret.ou_interrompu(faits::lire(cible)).await {
        Ok(faits) => faits,
        Err(echec) => return Err(droits::completer(cible, echec).await),
    };
    let connues = depot::lister(&o.dossier)?;
    let derniere = derniere_bonne(&connues, &faits);
    disque::exiger(&o.dossier, dossier::place_voulue(&faits.base, derniere, o.format))?;
    let suivi = progres::attendu(suivi, faits.base.octets, derniere.map(|d| &d.manifeste));
    let par_la_racine = faits.hachages;
    let travail_d_archive = Travail { par_la_racine, ..travail(cible, o, arret) };
    let mut archivee = archiver(cible, travail_d_archive, suivi).await?;
    // Beside an encrypted archive nothing secret lies in the clear.
    let nommes = restore::roles_nommes(&archivee.contenu.entrees);
    let secrets = faits.lit_les_mots_de_passe && o.chiffrer.is_empty();
    let travail_des_roles = travail(cible, o, arret);
    let roles = roles::sauver(cible, (&faits, &nommes), travail_des_roles, secrets).await?;
    archivee.avis.extend(roles.as_ref().err().cloned());
    arret.verifier()?;
    let manifeste = decrire(&archivee, &faits, o, &connues, derniere);
    let a_publier = APublier {
        dossier: o.dossier.clone(),
        manifeste: Manifeste { duree_s: debut.elapsed().as_secs_f64(), ..manifeste },
        archive: archivee.partiel,
        roles: roles.ok(),
    };
    let faite = publier::publier(a_publier)?;
    journal::faite(&faite);
    if let Err(e) = relectures::noter(&faite) {
        // It is then read once more by who wants to be sure of it.
        tracing::debug!(err = %e, "relecture non notée");
    }
    let mut resultat = Resultat::nouveau(faite);
    if resultat.sans_soupcon() {
        rotation::tourner(&mut resultat, &o.garder);
        purger((cible, &o.dossier), &mut resultat).await;
    }
    resultat.mal_copiees = ailleurs.as_ref().map(|_| Vec::new());
    match &ailleurs {
        Some(Ok(ailleurs)) => {
            copies::copier(&mut resultat, (ailleurs, &o.garder), arret).await;
        }
        Some(Err(refus)) => copies::manquer(&mut resultat, refus),
        None => {}
    }
    Ok(resultat)
}

/// What a restore replaced goes once its time is up and there is a good backup of what is live.
async fn purger((cible, dossier): (&Cible, &Path), resultat: &mut Resultat) {
    match restore::purger(cible, dossier).await {
        Ok(purge) => {
            resultat.purgees = purge.supprimees;
            resultat.remarques.extend(purge.avec_elles);
            resultat.remarques.extend(purge.retenues);
            resultat.abandonnees = purge.abandonnees;
            resultat.ennuis.extend(purge.restees);
        }
        Err(e) => {
            resultat.ennuis.push(format!("une base remplacée n'a pas pu partir : {}", e.phrase))
        }
    }
}

fn derniere_bonne<'a>(connues: &'a [Sauvegarde], faits: &Faits) -> Option<&'a Sauvegarde> {
    let (nom, systeme) = (&faits.base.nom, faits.base.systeme.as_deref());
    connues.iter().rfind(|s| s.fiable() && s.manifeste.est_de(nom, systeme))
}

fn travail(cible: &Cible, o: &OptionsBackup, arret: &Arret) -> Travail {
    Travail {
        outils: cible.outils().clone(),
        environnement: cible.environnement(cible.base(), Role::Administrateur),
        base: cible.base().to_owned(),
        options: o.clone(),
        par_la_racine: false,
        arret: arret.clone(),
    }
}

async fn archiver(cible: &Cible, travail: Travail, suivi: Suivi) -> Result<Archivee, Echec> {
    let attente = travail.options.attente_table;
    let arret = travail.arret.clone();
    let faite = tokio::task::spawn_blocking(move || archiver::archiver(&travail, &suivi)).await;
    match faite.map_err(dire)? {
        Ok(archivee) => Ok(archivee),
        Err(Panne::TableTenue) => {
            Err(arret.ou_interrompu(async { Ok(faits::table_tenue(cible, attente).await) }).await?)
        }
        Err(Panne::Echec(echec)) => Err(droits::completer(cible, echec).await),
    }
}

fn decrire(
    archivee: &Archivee,
    faits: &Faits,
    o: &OptionsBackup,
    connues: &[Sauvegarde],
    derniere: Option<&Sauvegarde>,
) -> Manifeste {
    let contenu = &archivee.contenu;
    let vue = Vue { schema: faits.base.schema, empreintes: &contenu.empreintes };
    let Jugement { soupcons, mut avis } =
        soupcons::juger(vue, derniere.map(|d| Vue::from(&d.manifeste)));
    let suspect = if o.forcer_suspect {
        avis.extend(soupcons.into_iter().map(|s| format!("accepté par --force-suspect : {s}")));
        Vec::new()
    } else {
        soupcons
    };
    avis.extend(archivee.avis.iter().cloned());
    let archives = |nom: &&String| {
        !contenu.entrees.iter().any(|e| e.genre == "SUBSCRIPTION" && e.nom == **nom)
    };
    avis.extend(faits.abonnements.iter().filter(archives).map(|nom| {
        format!(
            "l'abonnement « {nom} » n'est pas dans la sauvegarde : seul un administrateur peut le \
             sauvegarder, et il sera à refaire"
        )
    }));
    avis.extend(faits.sans_fuseau.iter().map(|cause| {
        format!(
            "le fuseau horaire de cette base n'a pas pu être demandé ({cause}) : ce qu'une restauration \
             recalcule le sera dans celui de son serveur"
        )
    }));
    let lacunes = faits.base.lacunes.iter();
    avis.extend(lacunes.flat_map(|l| restore::avis_des_lacunes(l, &contenu.entrees)));
    Manifeste {
        forme: FORME,
        programme: env!("CARGO_PKG_VERSION").to_owned(),
        rang: connues.iter().map(|s| s.manifeste.rang).max().unwrap_or(0) + 1,
        fait_le: archivee.fait_le,
        duree_s: 0.0,
        base: faits.base.clone(),
        format: o.format,
        chiffre: !o.chiffrer.is_empty(),
        archive: archivee.fichier(String::new()),
        roles: None,
        octets_depaquetes: contenu.octets,
        texte: Some(texte::MARQUE.to_owned()),
        empreintes: contenu.empreintes.clone(),
        verifie: true,
        suspect,
        avis,
    }
}
