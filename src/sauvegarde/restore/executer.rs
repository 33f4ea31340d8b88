//! A restore from its first refusal to its swap.

use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::super::arret::Arret;
use super::super::cible::{Cible, Role};
use super::super::sql as sql_commun;
use super::super::texte::Texte;
use super::super::verrous::Verrou;
use super::appret::{self, Appret, appreter};
use super::bascule::{Bascule, Issue, basculer};
use super::deposer::{Depose, Depot, deposer};
use super::droits;
use super::jugement::{Obstacle, a_taper, doter};
use super::marque::{ANCIENNE, COPIE, Remplacee as Marque, commentaire_propre, nom_libre};
use super::occupants::Attente;
use super::pertes::Bilan;
use super::preparer::{Pret, preparer};
use super::preuve::{Attendu, Preuve, prouver_et};
use super::regles::Regles;
use super::sql;
use super::{Demande, Suivi, copie, echec};
use crate::platform::issue::{Code, Echec};

const PRETE: &str = "La base restaurée est prouvée et prête";

/// What works on a restore.
pub(crate) struct Atelier<'a> {
    /// The database to be replaced or made.
    pub cible: &'a Cible,
    /// The program's own database, where it is another one.
    pub modele: &'a str,
    pub suivi: &'a Suivi,
    pub arret: &'a Arret,
}

#[derive(Debug, Serialize)]
pub(crate) struct Resultat {
    pub base: String,
    pub fichier: String,
    pub sauvegarde_du: DateTime<Utc>,
    pub tables: usize,
    pub lignes: u64,
    pub perdu: Bilan,
    /// Where the replaced database lies, and until when.
    pub ancienne: Option<String>,
    pub gardee_jusqu_au: Option<DateTime<Utc>>,
    /// What could not be proved, in sentences.
    pub non_prouve: Vec<String>,
    /// Not all of it was found equal: somebody has to look.
    pub en_partie: bool,
    pub roles_manquants: Vec<String>,
    /// Where the file lies that makes them, if there is one.
    pub roles_dits: Option<String>,
    /// Copies that dead runs had left.
    pub balayees: Vec<String>,
    pub appret: Appret,
    /// What only an administrator can put back, with the commands.
    pub a_refaire: Vec<Obstacle>,
    /// Tables whose rows the backup does not hold.
    pub tables_sans_lignes: Vec<String>,
    pub durees_ms: Durees,
}

#[derive(Debug, Default, Clone, Serialize)]
pub(crate) struct Durees {
    pub lecture: u128,
    pub restauration: u128,
    pub preuve: u128,
    pub appret: u128,
    /// Of `preuve`, beside it: every rule of the stock, read on the copy; 0 when its schema had to
    /// be migrated first (then it is a part of `appret`).
    pub verification: u128,
    /// How long connections were refused.
    pub bascule: u128,
    pub total: u128,
}

/// In seconds: how long a table of the live database may be somebody else's at the swap.
const TENUE: u64 = 5;

/// `confirmer` asks the person, who knows by then what will be lost.
pub(crate) async fn restaurer(
    atelier: &Atelier<'_>,
    demande: &Demande,
    confirmer: impl AsyncFnOnce(&Pret) -> Result<(), Echec>,
) -> Result<Resultat, Echec> {
    let (debut, base) = (Instant::now(), atelier.cible.base());
    let fichier = demande.fichier.to_string();
    tracing::info!(event = "restore_start", base, fichier);
    let issue = async {
        let (pret, mut verrou) = preparer(atelier, demande).await?;
        atelier.suivi.effacer();
        confirmer(&pret).await?;
        Box::pin(executer((atelier, demande), pret, &mut verrou, debut)).await
    };
    let issue = issue.await;
    atelier.suivi.effacer();
    match &issue {
        Ok(r) => tracing::info!(
            event = "restore_done",
            base,
            fichier,
            lignes = r.lignes,
            duree_ms = r.durees_ms.total,
            bascule_ms = r.durees_ms.bascule,
        ),
        Err(e) if e.code == Code::Refuse => {
            tracing::error!(event = "restore_erreur", base, fichier, err = e.phrase);
        }
        Err(e) => tracing::warn!(event = "restore_refus", base, fichier, err = e.phrase),
    }
    issue
}

async fn executer(
    (atelier, demande): (&Atelier<'_>, &Demande),
    pret: Pret,
    verrou: &mut Verrou,
    debut: Instant,
) -> Result<Resultat, Echec> {
    let cible = atelier.cible;
    let mut c = cible.administrer().await?;
    let qui = (cible.base(), pret.roles.proprietaire.as_str());
    let bases = sql::bases(&mut c).await?;
    let copie = nom_libre(cible.base(), COPIE, Utc::now(), &bases);
    drop(c);
    copie::creer(verrou.connexion()?, &copie, qui, pret.modele.as_ref()).await?;
    let chantier = Chantier { atelier, demande, pret: &pret };
    match chantier.mener(&copie, verrou, debut).await {
        Ok(resultat) => Ok(resultat),
        Err(e) => Err(abandonner(cible, &copie, e).await),
    }
}

/// The name of what was replaced, if anything was, and the end of its time.
type Remplacee = (Option<String>, DateTime<Utc>);

/// What is left of what was replaced.
#[derive(Default)]
struct Solde {
    bilan: Bilan,
    ancienne: Option<String>,
    jusqu_au: Option<DateTime<Utc>>,
}

struct Chantier<'a> {
    atelier: &'a Atelier<'a>,
    demande: &'a Demande,
    pret: &'a Pret,
}

impl Chantier<'_> {
    async fn mener(
        &self,
        copie: &str,
        verrou: &mut Verrou,
        debut: Instant,
    ) -> Result<Resultat, Echec> {
        let Atelier { cible, suivi, arret, .. } = *self.atelier;
        let mut durees = Durees { lecture: self.pret.lecture.as_millis(), ..Durees::default() };
        let mut montre = Instant::now();
        let mut tour = || std::mem::replace(&mut montre, Instant::now()).elapsed().as_millis();
        let Pret { etat, roles, jugement, .. } = self.pret;
        doter(cible, copie, (jugement, &roles.proprietaire)).await?;
        let depot = Depot {
            cible,
            base: copie,
            archive: &self.pret.lue.chemin,
            contenu: &self.pret.lue.contenu,
            roles,
            plan: &jugement.plan,
            fuseau: etat.fuseau.as_deref(),
        };
        let mut depose = Depose::default();
        deposer(&depot, (suivi, arret), &mut depose).await?;
        self.pret.lue.rendre_la_place();
        durees.restauration = tour();
        let (preuve, regles) = self.prouver(copie, &depose).await?;
        durees.preuve = tour();
        durees.verification = regles.as_ref().map_or(0, |r| r.duree.as_millis());
        suivi.etape("Préparation", 1);
        droits::accorder_la_base(cible, copie, etat, roles).await?;
        let mut appret = appreter(cible, copie, roles, regles, arret).await?;
        droits::regler_la_base(cible, copie, (etat, &jugement.reglages_laisses), roles).await?;
        durees.appret = tour();
        let remplacee = self.remplacer(copie, verrou, (&mut appret, &mut durees)).await?;
        let solde = self.solder(&remplacee).await;
        durees.total = debut.elapsed().as_millis();
        let echoues: Vec<Obstacle> =
            depose.a_refaire.into_iter().chain(depose.vues_vides).collect();
        // What failed is made again with its owner: not before it is there.
        let autres = jugement.a_refaire().into_iter();
        let autres = autres.filter(|o| !echoues.iter().any(|e| e.objet == o.objet));
        let a_refaire = autres.chain(echoues.iter().cloned());
        let ou = (cible.base(), solde.ancienne.as_deref());
        let a_refaire = a_refaire.map(|o| jugement.apres_l_echange(o, ou));
        let a_refaire = a_refaire.map(|o| a_taper(o, &etat.reglages)).collect();
        Ok(self.resultat(preuve, (appret, a_refaire), solde, durees))
    }

    async fn prouver(
        &self,
        copie: &str,
        depose: &Depose,
    ) -> Result<(Preuve, Option<Regles>), Echec> {
        let Atelier { cible, suivi, arret, .. } = *self.atelier;
        let Pret { lue, roles, jugement, source, .. } = self.pret;
        let plan = jugement.plan.sans(&depose.laisses);
        let manifeste = source.manifeste.as_ref();
        let texte = Texte::de(manifeste);
        let attendu = Attendu { contenu: &lue.contenu, roles, plan: &plan, texte };
        let regles = arret.ou_interrompu(Regles::du_schema_a_jour(cible, copie, roles));
        let prouve = prouver_et((cible, copie), &attendu, (suivi, arret), regles);
        let (mut preuve, regles) = prouve.await?;
        if !preuve.ecarts.is_empty() {
            return Err(echec(format!(
                "La copie restaurée n'est pas égale à la sauvegarde.\n  {}\n{}",
                preuve.ecarts.join("\n  "),
                preuve.doute.map(|d| format!("{d}\n")).unwrap_or_default()
            )));
        }
        if manifeste.is_none() {
            let egale = if preuve.en_partie { "" } else { " ; la copie est égale au fichier" };
            preuve.non_prouve.push(format!(
                "Sans manifeste, rien ne prouve que ce fichier contient toute la base d'origine{egale}."
            ));
        }
        preuve.non_prouve.extend(jugement.en_administrateur());
        Ok((preuve, regles))
    }

    async fn sessions_ouvertes(&self) -> Vec<Vec<u8>> {
        let Some(vivante) = self.pret.vivante.as_ref().filter(|v| v.ouverte) else {
            return Vec::new();
        };
        // A live database that cannot be asked keeps nobody logged in.
        match self.atelier.cible.connecter(&vivante.nom, Role::Administrateur).await {
            Ok(mut c) => {
                let bornee = sql_commun::borner_les_attentes(&mut c, TENUE).await;
                let lues = async { bornee.and(sql::sessions_ouvertes(&mut c).await) };
                lues.await.unwrap_or_default()
            }
            Err(_) => Vec::new(),
        }
    }

    /// The swap, once nobody is in its way. What must be true of the live database at that moment
    /// is looked at after the wait, however long it was.
    async fn remplacer(
        &self,
        copie: &str,
        verrou: &mut Verrou,
        (appret, durees): (&mut Appret, &mut Durees),
    ) -> Result<Remplacee, Echec> {
        let Atelier { cible, suivi, arret, .. } = *self.atelier;
        let mut attente = Attente::nouvelle((PRETE, self.demande.patience), (suivi, arret));
        let bases = [cible.base(), copie];
        loop {
            attente.du_depart(verrou.connexion()?, &bases).await?;
            let ouvertes = self.sessions_ouvertes().await;
            appret.sessions_fermees += appret::fermer_les_sessions(cible, copie, &ouvertes).await?;
            self.pret.perdu.avant_la_bascule(cible, copie).await?;
            let (remplacee, issue) = self.basculer(copie, verrou).await?;
            match issue {
                Issue::Faite(duree) => {
                    durees.bascule = duree.as_millis();
                    return Ok(remplacee);
                }
                Issue::Genee(phrase) => attente.encore(phrase)?,
            }
            let rouvrir = "alter database %I allow_connections true";
            sql::ordonner(verrou.connexion()?, rouvrir, &[Some(copie)]).await?;
        }
    }

    async fn basculer(
        &self,
        copie: &str,
        verrou: &mut Verrou,
    ) -> Result<(Remplacee, Issue), Echec> {
        let (cible, le) = (self.atelier.cible, Utc::now());
        let vivante = self.pret.vivante.as_ref();
        let marque = Marque {
            de: cible.base().to_owned(),
            le,
            jusqu_au: le + self.garde(),
            par: self.pret.source.noms.archive.clone(),
            commentaire: vivante.and_then(|v| commentaire_propre(v.commentaire.clone())),
            depuis: Some(sql::prochaine_transaction(verrou.connexion()?).await?),
            retour: false,
            dossier: self.pret.perdu.dossier(),
        };
        let bases = sql::bases(&mut cible.administrer().await?).await?;
        let gardee = nom_libre(cible.base(), ANCIENNE, le, &bases);
        let (base, entrante) = (cible.base(), copie);
        let essai = (!self.en_place()).then(|| marque.par.clone());
        let jusqu_au = marque.jusqu_au;
        let b = Bascule { cible, base, entrante, vivante, gardee: &gardee, marque, essai };
        let issue = basculer(&b, verrou.connexion()?).await?;
        Ok(((vivante.map(|_| gardee), jusqu_au), issue))
    }

    /// Is it the program's own database that is replaced?
    fn en_place(&self) -> bool {
        self.atelier.cible.base() == self.atelier.modele
    }

    /// An empty database is not worth keeping; one beside the program's own only if it was asked.
    fn garde(&self) -> Duration {
        let custom = if self.en_place() { super::GARDE } else { Duration::ZERO };
        let voulue = self.demande.garder.unwrap_or(custom);
        if self.pret.vide { Duration::ZERO } else { voulue }
    }

    /// Tells what was lost, and lets go of what is not to be kept. What could not be read stays.
    async fn solder(&self, (gardee, jusqu_au): &Remplacee) -> Solde {
        let Some(gardee) = gardee else { return Solde::default() };
        let cible = self.atelier.cible;
        let bilan = self.pret.perdu.constater(cible, gardee).await;
        let demandee = self.demande.garder.is_some() || self.en_place();
        let garder = demandee && !self.pret.vide || bilan.pertes.is_none();
        let partie = !garder && copie::supprimer_malgre_tout(cible, gardee).await;
        let ancienne = (!partie).then(|| gardee.clone());
        Solde { bilan, jusqu_au: ancienne.as_ref().map(|_| *jusqu_au), ancienne }
    }

    fn resultat(
        &self,
        preuve: Preuve,
        (appret, a_refaire): (Appret, Vec<Obstacle>),
        solde: Solde,
        durees_ms: Durees,
    ) -> Resultat {
        Resultat {
            base: self.atelier.cible.base().to_owned(),
            fichier: self.pret.source.noms.archive.clone(),
            sauvegarde_du: self.pret.perdu.sauvegarde_du,
            tables: preuve.tables,
            lignes: preuve.lignes,
            perdu: solde.bilan,
            ancienne: solde.ancienne,
            gardee_jusqu_au: solde.jusqu_au,
            non_prouve: preuve.non_prouve,
            en_partie: preuve.en_partie,
            roles_manquants: self.pret.roles.manquants.iter().cloned().collect(),
            roles_dits: self.pret.roles.dits.as_ref().map(|dits| dits.ou.clone()),
            balayees: self.pret.balayees.clone(),
            appret,
            a_refaire,
            tables_sans_lignes: self.pret.jugement.tables_sans_lignes(),
            durees_ms,
        }
    }
}

/// The error, and what became of what was there already.
async fn abandonner(cible: &Cible, copie: &str, erreur: Echec) -> Echec {
    let sort = match copie::supprimer_malgre_tout(cible, copie).await {
        true => format!("la copie « {copie} » a été supprimée"),
        false => {
            format!("la copie « {copie} » reste, la prochaine restauration la supprimera")
        }
    };
    let base = cible.base();
    Echec {
        phrase: format!("{} La base « {base} » est inchangée ; {sort}.", erreur.phrase),
        ..erreur
    }
}
