//! The books, the upload of others and how far it is, the recipes that somebody should look at.

use std::collections::HashSet;

use askama::Template;
use axum::Extension;
use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, State};
use axum::response::{IntoResponse, Redirect, Response};
use chrono_tz::Tz;
use uuid::Uuid;

use super::compter;
use super::repertoire::{self, Vue};
use crate::livres::consulter::{self, LivreEnVigueur};
use crate::livres::deposer::Compte;
use crate::livres::imports::{self, EtatFichier, FichierSuivi, Import};
use crate::livres::questions::{self, EnQuestion};
use crate::livres::televerser;
use crate::platform::comptes::Personne;
use crate::platform::http::pages::{self, ErreurPage, Page, Statut};
use crate::platform::http::{Champs, Chemin, Etat, Requete};

#[derive(Template)]
#[template(path = "livres/modeles/livres.html")]
struct PageLivres {
    page: Page,
    avancement: Avancement,
    livres: Vec<CarteLivre>,
    sources: Vec<String>,
    a_verifier: String,
    a_relier: String,
    vue: Vue,
}

struct CarteLivre {
    livre: LivreEnVigueur,
    quand: String,
    recettes: String,
    doutes: String,
    restantes: String,
    illisibles: String,
}

/// The part that the page asks for again while something runs.
#[derive(Template)]
#[template(path = "livres/modeles/avancement.html")]
struct Avancement {
    en_cours: bool,
    imports: Vec<Suivi>,
}

struct Suivi {
    par: String,
    panne: String,
    fichiers: Vec<FichierDit>,
}

struct FichierDit {
    nom: String,
    statut: Statut,
    phrase: String,
    remarques: Vec<String>,
    /// Where the answer goes to, when it is asked whether this is the next edition of a book.
    question: String,
}

pub(crate) async fn livres(
    State(etat): State<Etat>,
    Extension(personne): Extension<Personne>,
    requete: Requete,
) -> Result<Response, ErreurPage> {
    let choix = requete.lire(|l| repertoire::choix(l, None))?;
    let mut c = etat.base.lire().await?;
    let livres = consulter::livres(&mut c).await?;
    let lu = consulter::repertoire(&mut c, &choix.0).await?;
    let doutes: i64 = livres.iter().map(|l| l.doutes).sum();
    let restantes: i64 = livres.iter().map(|l| l.non_mappees).sum();
    let dire = |n: i64, un: &str, plusieurs: &str| match n {
        0 => String::new(),
        n => compter(n, un, plusieurs),
    };
    let mut sources: Vec<String> = livres.iter().map(|l| l.source.clone()).collect();
    sources.sort();
    sources.dedup();
    Ok(pages::page(&PageLivres {
        page: Page::nouvelle("Recettes importées", "livres").de(&personne),
        avancement: ou_en_sont(questions::toutes(&mut c).await?),
        livres: livres.into_iter().map(carte).collect(),
        sources,
        a_verifier: dire(doutes, "doute à vérifier", "doutes à vérifier"),
        a_relier: dire(restantes, "ligne à relier", "lignes à relier"),
        vue: Vue::de("/livres", choix, lu),
    }))
}

fn carte(livre: LivreEnVigueur) -> CarteLivre {
    let quand = livre.importe_le.with_timezone(&Tz::Europe__Paris);
    CarteLivre {
        quand: quand.format("%d/%m/%Y à %H\u{a0}h\u{a0}%M").to_string(),
        recettes: compter(livre.nb_recettes, "recette", "recettes"),
        doutes: compter(livre.doutes, "doute à vérifier", "doutes à vérifier"),
        restantes: compter(livre.non_mappees, "ligne à relier", "lignes à relier"),
        illisibles: compter(livre.illisibles, "ligne illisible", "lignes illisibles"),
        livre,
    }
}

/// The fragment alone, for the script of the page.
pub(crate) async fn avancement(State(etat): State<Etat>) -> Result<Response, ErreurPage> {
    let mut c = etat.base.lire().await?;
    Ok(pages::page(&ou_en_sont(questions::toutes(&mut c).await?)))
}

/// What this server reads or has read, after the questions that another one asked, or this one before
/// it was started anew.
fn ou_en_sont(questions: Vec<EnQuestion>) -> Avancement {
    let imports = imports::tous();
    let en_cours = imports.iter().any(|i| !i.fini);
    let attendent: HashSet<Uuid> = questions.iter().map(|q| q.id).collect();
    let ici: HashSet<Uuid> =
        imports.iter().flat_map(|i| &i.fichiers).filter_map(|f| f.etat.question()).collect();
    let ailleurs = questions.into_iter().filter(|q| !ici.contains(&q.id)).map(demander);
    let suivis = imports.into_iter().map(|import| suivi(import, &attendent));
    Avancement { en_cours, imports: ailleurs.chain(suivis).collect() }
}

fn demander(q: EnQuestion) -> Suivi {
    let fichier = FichierDit {
        nom: q.nom,
        statut: a_dire(),
        phrase: q.phrase,
        remarques: Vec::new(),
        question: format!("/livres/questions/{}", q.id),
    };
    Suivi { par: q.par, panne: String::new(), fichiers: vec![fichier] }
}

fn suivi(import: Import, attendent: &HashSet<Uuid>) -> Suivi {
    let fichier = |f: FichierSuivi| {
        let question = f.etat.question();
        let attend = question.filter(|id| attendent.contains(id));
        let (statut, phrase, remarques) = match (question, attend) {
            (Some(_), None) => (statut("fait", "fait", "Répondu"), String::new(), Vec::new()),
            _ => dire(f.etat),
        };
        let question = attend.map(|id| format!("/livres/questions/{id}")).unwrap_or_default();
        FichierDit { nom: f.nom, statut, phrase, remarques, question }
    };
    let fichiers = import.fichiers.into_iter().map(fichier).collect();
    Suivi { par: import.par, panne: import.panne.unwrap_or_default(), fichiers }
}

fn statut(genre: &'static str, icone: &'static str, texte: &str) -> Statut {
    Statut { genre, icone, texte: texte.to_owned() }
}

fn a_dire() -> Statut {
    statut("aujourdhui", "information", "À dire")
}

fn dire(etat: EtatFichier) -> (Statut, String, Vec<String>) {
    let statut = match &etat {
        EtatFichier::Attente => statut("sans", "a-produire", "En attente"),
        EtatFichier::Lecture { .. } => statut("en-cours", "en-cours", "Lecture"),
        EtatFichier::Ecriture => statut("en-cours", "en-cours", "Enregistrement"),
        EtatFichier::Lu { .. } => statut("fait", "fait", "Importé"),
        EtatFichier::Refuse { .. } => statut("manque", "manque", "Refusé"),
        EtatFichier::Question(_) => a_dire(),
    };
    let (phrase, remarques) = match etat {
        EtatFichier::Lecture { pages } if pages > 0 => {
            (compter(i64::from(pages), "page lue", "pages lues"), Vec::new())
        }
        EtatFichier::Attente | EtatFichier::Lecture { .. } | EtatFichier::Ecriture => {
            (String::new(), Vec::new())
        }
        EtatFichier::Lu { deja_la: true, .. } => {
            ("Déjà importé : rien ne change.".to_owned(), Vec::new())
        }
        EtatFichier::Lu { compte: c, remarques, .. } => (bilan(&c), remarques),
        EtatFichier::Refuse { raison, .. } => (raison, Vec::new()),
        EtatFichier::Question(question) => (question.parente.phrase(), Vec::new()),
    };
    (statut, phrase, remarques)
}

/// What came of a book: what is none is not said.
fn bilan(c: &Compte) -> String {
    let dire = |comptes: &[(usize, &str, &str)]| {
        let dits = comptes.iter().filter(|(n, ..)| *n > 0);
        let dits: Vec<String> = dits.map(|(n, un, des)| compter(nombre(*n), un, des)).collect();
        if dits.is_empty() { "aucune".to_owned() } else { dits.join(", ") }
    };
    let recettes = dire(&[
        (c.creees, "créée", "créées"),
        (c.mises_a_jour, "mise à jour", "mises à jour"),
        (c.inchangees, "inchangée", "inchangées"),
        (c.protegees, "protégée", "protégées"),
    ]);
    let lignes = dire(&[
        (c.mappees, "reliée", "reliées"),
        (c.non_mappees, "à relier", "à relier"),
        (c.ignorees, "ignorée", "ignorées"),
    ]);
    let doutes = match c.doutes {
        0 => String::new(),
        n => format!(
            " {}, dans {}.",
            compter(nombre(n), "doute à vérifier", "doutes à vérifier"),
            compter(nombre(c.a_verifier), "recette", "recettes")
        ),
    };
    format!("Recettes : {recettes}. Lignes : {lignes}.{doutes}")
}

#[derive(serde::Deserialize)]
pub(crate) struct Reponse {
    /// `oui`: the next edition of that book; else a book of its own.
    edition: String,
}

pub(crate) async fn repondre(
    State(etat): State<Etat>,
    Extension(personne): Extension<Personne>,
    chemin: Chemin,
    Champs(reponse): Champs<Reponse>,
) -> Result<Response, ErreurPage> {
    let id = chemin.id()?;
    let inscrit = imports::repondre(&etat.base, &personne, id, reponse.edition == "oui").await?;
    inscrit.lancer(etat.base.clone());
    Ok(Redirect::to("/livres").into_response())
}

fn nombre(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

pub(crate) async fn deposer(
    State(etat): State<Etat>,
    Extension(personne): Extension<Personne>,
    formulaire: Result<Multipart, MultipartRejection>,
) -> Result<Response, ErreurPage> {
    let envoye = televerser::recevoir(formulaire.map_err(|_| televerser::illisible())?).await?;
    let inscrit = imports::inscrire(&personne, envoye)?;
    inscrit.lancer(etat.base.clone());
    Ok(Redirect::to("/livres").into_response())
}
