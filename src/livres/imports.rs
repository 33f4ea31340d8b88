//! Imports asked for from the web: they go on in the server when the page is closed, one after the
//! other; the page, or the program that sent them, asks how far they are.

use std::collections::VecDeque;
use std::sync::{LazyLock, Mutex, PoisonError};

use uuid::Uuid;

use super::deposer::{Compte, titre};
use super::importer::{
    Contenu, Demande, Etape, Fichier, FichierImporte, Question, SansSource, importer,
};
use super::questions::{self, Repondue};
use super::televerser::Envoye;
use crate::platform::comptes::Personne;
use crate::platform::db::{Base, executer_transaction};
use crate::platform::errors::{Erreur, ErreurCritiqueMetier};
use crate::platform::http::suivi;

/// How many are remembered once they are done.
const GARDES: usize = 5;
/// How many may wait or run: each holds its files in memory.
const EN_COURS_MAX: usize = 4;

#[derive(Debug, Clone)]
pub(crate) struct Import {
    pub id: Uuid,
    pub par: String,
    pub fini: bool,
    /// What stopped it, where it is no fault of a file.
    pub panne: Option<String>,
    pub fichiers: Vec<FichierSuivi>,
}

#[derive(Debug, Clone)]
pub(crate) struct FichierSuivi {
    pub nom: String,
    pub etat: EtatFichier,
}

#[derive(Debug, Clone)]
pub(crate) enum EtatFichier {
    Attente,
    Lecture {
        pages: u32,
    },
    Ecriture,
    Lu {
        compte: Compte,
        deja_la: bool,
        remarques: Vec<String>,
    },
    Refuse {
        code: &'static str,
        raison: String,
    },
    /// Is it the next edition of that book? It waits for a person.
    Question(Question),
}

impl EtatFichier {
    pub(crate) fn question(&self) -> Option<Uuid> {
        match self {
            Self::Question(question) => question.gardee,
            _ => None,
        }
    }
}

static IMPORTS: LazyLock<Mutex<VecDeque<Import>>> = LazyLock::new(Mutex::default);
/// One book is read at a time, whoever asks.
static TOUR: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

/// The newest first.
pub(crate) fn tous() -> Vec<Import> {
    IMPORTS.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
}

/// That import; 404 `import_inconnu`.
pub(crate) fn un(id: Uuid) -> Result<Import, ErreurCritiqueMetier> {
    let trouve = tous().into_iter().find(|i| i.id == id);
    trouve.ok_or_else(|| {
        let detail = "Cet import n'est pas, ou n'est plus, suivi : regardez les livres importés.";
        ErreurCritiqueMetier::introuvable("import_inconnu", detail)
    })
}

/// Has its place among those that wait; gives it back when it is let go without being launched.
pub(crate) struct Inscrit {
    pub id: Uuid,
    demande: Option<Demande>,
    /// The question that it is the answer to.
    question: Option<Uuid>,
}

/// Refused while too many wait.
pub(crate) fn inscrire(qui: &Personne, envoye: Envoye) -> Result<Inscrit, ErreurCritiqueMetier> {
    let id = Uuid::now_v7();
    let attente = |nom: &String| FichierSuivi { nom: nom.clone(), etat: EtatFichier::Attente };
    prendre_place(Import {
        id,
        par: qui.nom_affiche.clone(),
        fini: false,
        panne: None,
        fichiers: envoye.fichiers.iter().map(|(nom, _)| attente(nom)).collect(),
    })?;
    let fichier = |(nom, octets)| Fichier { nom, contenu: Contenu::Octets(octets) };
    let fichiers = envoye.fichiers.into_iter().map(fichier).collect();
    let (source, auteur_id) = (envoye.source, Some(qui.id));
    let demande = Some(Demande {
        source,
        sans_source: SansSource::Demander,
        fichiers,
        essai: false,
        auteur_id,
    });
    Ok(Inscrit { id, demande, question: None })
}

impl Inscrit {
    /// Begins it and comes back at once.
    pub(crate) fn lancer(mut self, base: Base) {
        if let Some(demande) = self.demande.take() {
            let question = self.question;
            tokio::spawn(suivi::sous_reference(mener(base, (self.id, question), demande)));
        }
    }
}

impl Drop for Inscrit {
    fn drop(&mut self) {
        if self.demande.is_some() {
            let mut imports = IMPORTS.lock().unwrap_or_else(PoisonError::into_inner);
            imports.retain(|i| i.id != self.id);
        }
    }
}

/// The answer to « is it the next edition of that book? »: the file is imported as what it is said to
/// be. 409 `question_deja_repondue`.
pub(crate) async fn repondre(
    base: &Base,
    qui: &Personne,
    question: Uuid,
    est_la_nouvelle_edition: bool,
) -> Result<Inscrit, Erreur> {
    executer_transaction(base, async |tx| {
        let Repondue { nom, octets, source } = questions::prendre(tx, question).await?;
        // A source of its own is said too, so that it is not asked again.
        let source = if est_la_nouvelle_edition { source } else { titre(&nom) };
        let fichiers = vec![(nom, octets)];
        let mut inscrit = inscrire(qui, Envoye { source: Some(source), fichiers })?;
        inscrit.question = Some(question);
        Ok(inscrit)
    })
    .await
}

fn prendre_place(import: Import) -> Result<(), ErreurCritiqueMetier> {
    let mut imports = IMPORTS.lock().unwrap_or_else(PoisonError::into_inner);
    if imports.iter().filter(|i| !i.fini).count() >= EN_COURS_MAX {
        let detail = "Plusieurs imports attendent déjà leur tour : attendez la fin de l'un d'eux.";
        return Err(ErreurCritiqueMetier::conflit("imports_en_attente", detail));
    }
    imports.push_front(import);
    imports.truncate(EN_COURS_MAX + GARDES);
    Ok(())
}

async fn mener(base: Base, (id, question): (Uuid, Option<Uuid>), demande: Demande) {
    let _tour = TOUR.lock().await;
    let mut noter = |rang: usize, etape: Etape, fichier: Option<&FichierImporte>| {
        let etat = etat(etape, fichier);
        changer(id, |import| {
            if let Some(f) = import.fichiers.get_mut(rang) {
                f.etat = etat;
            }
        });
    };
    let mut issue = importer(&base, demande, &mut noter).await.map(|_| ());
    if let Some(question) = question {
        let finie = conclure(&base, question, issue.is_ok()).await;
        issue = issue.and(finie);
    }
    let panne = issue.err().map(|erreur| {
        let reference = suivi::reference();
        tracing::error!(event = "erreur_interne", err = %erreur, reference);
        format!("L'import s'est arrêté (référence {reference}). Recommencez dans un instant.")
    });
    changer(id, |import| {
        import.fini = true;
        import.panne = panne;
    });
}

/// What was answered needs to be kept no more; where the import stopped, it is asked again.
async fn conclure(base: &Base, question: Uuid, fini: bool) -> Result<(), Erreur> {
    executer_transaction(base, async |tx| match fini {
        true => questions::finir(tx, question).await,
        false => questions::reposer(tx, question).await,
    })
    .await
}

fn etat(etape: Etape, fichier: Option<&FichierImporte>) -> EtatFichier {
    match (etape, fichier.map(|f| &f.issue)) {
        (Etape::Lecture { pages }, _) => EtatFichier::Lecture { pages },
        (Etape::Finie, Some(Ok(lu))) => EtatFichier::Lu {
            compte: lu.depot.compte,
            deja_la: lu.depot.deja_la,
            remarques: lu.depot.remarques.clone(),
        },
        (Etape::Finie, Some(Err(refus))) => match &refus.question {
            Some(question) => EtatFichier::Question(question.clone()),
            None => EtatFichier::Refuse { code: refus.code, raison: refus.raison.clone() },
        },
        (Etape::Ecriture | Etape::Finie, _) => EtatFichier::Ecriture,
    }
}

fn changer(id: Uuid, changement: impl FnOnce(&mut Import)) {
    let mut imports = IMPORTS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(import) = imports.iter_mut().find(|i| i.id == id) {
        changement(import);
    }
}
