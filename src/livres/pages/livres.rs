//! The books, the upload of others and how far it is, the recipes that somebody should look at.

use askama::Template;
use axum::Extension;
use axum::extract::multipart::MultipartRejection;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Multipart, State};
use axum::response::{IntoResponse, Redirect, Response};
use chrono_tz::Tz;

use super::compter;
use super::relier::incomplet;
use super::repertoire::{self, Vue};
use crate::livres::consulter::{self, LivreEnVigueur};
use crate::livres::imports::{self, EtatFichier, Import};
use crate::livres::televerser;
use crate::platform::comptes::Personne;
use crate::platform::http::pages::{self, ErreurPage, Page, Statut};
use crate::platform::http::{Chemin, Etat, Lecteur, Requete};

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
        avancement: ou_en_sont(),
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
pub(crate) async fn avancement() -> Response {
    pages::page(&ou_en_sont())
}

fn ou_en_sont() -> Avancement {
    let imports = imports::tous();
    let en_cours = imports.iter().any(|i| !i.fini);
    Avancement { en_cours, imports: imports.into_iter().map(suivi).collect() }
}

fn suivi(import: Import) -> Suivi {
    let id = import.id;
    let fichiers = import.fichiers.into_iter().enumerate().map(|(rang, f)| {
        let question = match f.etat {
            EtatFichier::Question(_) => format!("/livres/imports/{id}/{rang}"),
            _ => String::new(),
        };
        let (statut, phrase, remarques) = dire(f.etat);
        FichierDit { nom: f.nom, statut, phrase, remarques, question }
    });
    Suivi { par: import.par, panne: import.panne.unwrap_or_default(), fichiers: fichiers.collect() }
}

fn dire(etat: EtatFichier) -> (Statut, String, Vec<String>) {
    let (genre, icone, mot) = match &etat {
        EtatFichier::Attente => ("sans", "a-produire", "En attente"),
        EtatFichier::Lecture { .. } => ("en-cours", "en-cours", "Lecture"),
        EtatFichier::Ecriture => ("en-cours", "en-cours", "Enregistrement"),
        EtatFichier::Lu { .. } => ("fait", "fait", "Importé"),
        EtatFichier::Refuse { code: "question_deja_repondue", .. } => ("fait", "fait", "Répondu"),
        EtatFichier::Refuse { .. } => ("manque", "manque", "Refusé"),
        EtatFichier::Question(_) => ("aujourdhui", "information", "À dire"),
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
        EtatFichier::Lu { compte: c, remarques, .. } => {
            let phrase = format!(
                "Recettes : {} créées, {} mises à jour, {} inchangées, {} protégées. \
                 Lignes : {} reliées, {} à relier.{}",
                c.creees,
                c.mises_a_jour,
                c.inchangees,
                c.protegees,
                c.mappees,
                c.non_mappees,
                match c.doutes {
                    0 => String::new(),
                    n => format!(
                        " {}, dans {}.",
                        compter(nombre(n), "doute à vérifier", "doutes à vérifier"),
                        compter(nombre(c.a_verifier), "recette", "recettes")
                    ),
                }
            );
            (phrase, remarques)
        }
        EtatFichier::Refuse { raison, .. } => (raison, Vec::new()),
        EtatFichier::Question(question) => (question.parente.phrase(), Vec::new()),
    };
    (Statut { genre, icone, texte: mot.to_owned() }, phrase, remarques)
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
    formulaire: Result<Form<Reponse>, FormRejection>,
) -> Result<Response, ErreurPage> {
    let lire = |l: &Lecteur<'_>| (l.uuid("id"), l.entier_ecrit_option("rang", 0..=1_000));
    let (id, rang) = chemin.lire(lire)?;
    let Form(reponse) = formulaire.map_err(|_| incomplet())?;
    let rang = usize::try_from(rang.unwrap_or_default()).unwrap_or_default();
    let inscrit = imports::repondre(&personne, (id, rang), reponse.edition == "oui")?;
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
