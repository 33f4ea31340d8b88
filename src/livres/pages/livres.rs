//! The books, the upload of others and how far it is, the recipes that somebody should look at.

use askama::Template;
use axum::Extension;
use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, State};
use axum::response::{IntoResponse, Redirect, Response};
use chrono_tz::Tz;

use super::compter;
use crate::livres::consulter::{self, LivreEnVigueur, RecetteAVoir};
use crate::livres::imports::{self, EtatFichier, Import};
use crate::livres::televerser;
use crate::platform::comptes::Personne;
use crate::platform::http::Etat;
use crate::platform::http::pages::{self, ErreurPage, Page, Statut};

#[derive(Template)]
#[template(path = "livres/modeles/livres.html")]
struct PageLivres {
    page: Page,
    avancement: Avancement,
    livres: Vec<CarteLivre>,
    sources: Vec<String>,
    a_relier: String,
    incompletes: Vec<RecetteAVoir>,
    protegees: Vec<RecetteAVoir>,
}

struct CarteLivre {
    livre: LivreEnVigueur,
    quand: String,
    recettes: String,
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
}

pub(crate) async fn livres(
    State(etat): State<Etat>,
    Extension(personne): Extension<Personne>,
) -> Result<Response, ErreurPage> {
    let mut c = etat.base.lire().await?;
    let livres = consulter::livres(&mut c).await?;
    let a_voir = consulter::a_voir(&mut c).await?;
    let (protegees, incompletes) = a_voir.into_iter().partition(|r| r.protegee);
    let restantes: i64 = livres.iter().map(|l| l.non_mappees).sum();
    let mut sources: Vec<String> = livres.iter().map(|l| l.source.clone()).collect();
    sources.sort();
    sources.dedup();
    Ok(pages::page(&PageLivres {
        page: Page::nouvelle("Recettes importées", "livres").de(&personne),
        avancement: ou_en_sont(),
        livres: livres.into_iter().map(carte).collect(),
        sources,
        a_relier: match restantes {
            0 => String::new(),
            n => compter(n, "ligne à relier", "lignes à relier"),
        },
        incompletes,
        protegees,
    }))
}

fn carte(livre: LivreEnVigueur) -> CarteLivre {
    let quand = livre.importe_le.with_timezone(&Tz::Europe__Paris);
    CarteLivre {
        quand: quand.format("%d/%m/%Y à %H\u{a0}h\u{a0}%M").to_string(),
        recettes: compter(livre.nb_recettes, "recette", "recettes"),
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
    let fichiers = import.fichiers.into_iter().map(|f| {
        let (statut, phrase, remarques) = dire(f.etat);
        FichierDit { nom: f.nom, statut, phrase, remarques }
    });
    Suivi { par: import.par, panne: import.panne.unwrap_or_default(), fichiers: fichiers.collect() }
}

fn dire(etat: EtatFichier) -> (Statut, String, Vec<String>) {
    let (genre, icone, mot) = match &etat {
        EtatFichier::Attente => ("sans", "a-produire", "En attente"),
        EtatFichier::Lecture { .. } => ("en-cours", "en-cours", "Lecture"),
        EtatFichier::Ecriture => ("en-cours", "en-cours", "Enregistrement"),
        EtatFichier::Lu { .. } => ("fait", "fait", "Importé"),
        EtatFichier::Refuse { .. } => ("manque", "manque", "Refusé"),
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
                 Lignes : {} reliées, {} à relier.",
                c.creees, c.mises_a_jour, c.inchangees, c.protegees, c.mappees, c.non_mappees
            );
            (phrase, remarques)
        }
        EtatFichier::Refuse { raison, .. } => (raison, Vec::new()),
    };
    (Statut { genre, icone, texte: mot.to_owned() }, phrase, remarques)
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
