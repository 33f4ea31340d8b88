//! One book, and one of its recipes beside the picture of its page.

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use uuid::Uuid;

use super::{Carte, compter, statut, statut_de_ligne};
use crate::livres::comparer::{Changement, Genre};
use crate::livres::consulter::{
    self, Etat as EtatRecette, Groupe, LigneDuLivre, LivreDetaille, RecetteDuLivre,
};
use crate::livres::lecture::{self, ErreurDeLivre};
use crate::platform::comptes::Personne;
use crate::platform::errors::{Erreur, ErreurCritiqueMetier};
use crate::platform::http::pages::{self, ErreurPage, Page, Statut};
use crate::platform::http::{Chemin, Etat};

#[derive(Template)]
#[template(path = "livres/modeles/livre.html")]
struct PageLivre {
    page: Page,
    livre: LivreDetaille,
    recettes: Vec<LigneRecette>,
    changements: Vec<(&'static str, Changement)>,
}

struct LigneRecette {
    lien: String,
    titre: String,
    page: i32,
    statut: Statut,
    detail: String,
}

pub(crate) async fn livre(
    State(etat): State<Etat>,
    Extension(personne): Extension<Personne>,
    chemin: Chemin,
) -> Result<Response, ErreurPage> {
    let mut c = etat.base.lire().await?;
    let livre = consulter::livre(&mut c, chemin.id()?).await?;
    let recettes = livre.recettes.iter().map(|r| ligne(&livre, r)).collect();
    let mot = |c: &Changement| match c.genre {
        Genre::Nouvelle => "Nouvelle",
        Genre::Changee => "Changée",
        Genre::Retiree => "Retirée",
    };
    Ok(pages::page(&PageLivre {
        page: Page::nouvelle(livre.livre.titre.clone(), "livres").de(&personne),
        recettes,
        changements: livre.changements.iter().map(|c| (mot(c), c.clone())).collect(),
        livre,
    }))
}

fn ligne(livre: &LivreDetaille, r: &RecetteDuLivre) -> LigneRecette {
    let restantes = r.lignes.iter().filter(|l| l.statut == "non_mappee").count();
    let detail = match (r.etat, &r.autre_source) {
        (EtatRecette::AutreSource, Some(source)) => format!("Prise du livre « {source} »"),
        _ if restantes > 0 => {
            let restantes = i64::try_from(restantes).unwrap_or(i64::MAX);
            compter(restantes, "ligne à relier", "lignes à relier")
        }
        _ => String::new(),
    };
    LigneRecette {
        lien: format!("/livres/{}/recettes/{}", livre.livre.id, r.id),
        titre: r.titre.clone(),
        page: r.page,
        statut: statut(r.etat),
        detail,
    }
}

#[derive(Template)]
#[template(path = "livres/modeles/recette.html")]
struct PageRecette {
    page: Page,
    livre: LivreDetaille,
    recette: RecetteDuLivre,
    statut: Statut,
    lignes: Vec<LigneDite>,
    cartes: Vec<Carte>,
    ingredients: Vec<String>,
    /// Pages of the book where the recipe stands.
    images: Vec<i32>,
    ici: String,
    a_reprendre: bool,
}

struct LigneDite {
    ligne: LigneDuLivre,
    quantite: String,
    statut: Statut,
}

pub(crate) async fn recette(
    State(etat): State<Etat>,
    Extension(personne): Extension<Personne>,
    chemin: Chemin,
) -> Result<Response, ErreurPage> {
    let (id, recette_id) = chemin.lire(|l| (l.uuid("id"), l.uuid("recette")))?;
    let mut c = etat.base.lire().await?;
    let livre = consulter::livre(&mut c, id).await?;
    let trouvee = livre.recettes.iter().find(|r| r.id == recette_id).cloned();
    let recette = trouvee.ok_or_else(consulter::inconnu)?;
    let ici = format!("/livres/{id}/recettes/{recette_id}");
    let groupes = consulter::groupes_de(&mut c, recette_id).await?;
    let mut images: Vec<i32> = recette.lignes.iter().map(|l| l.page).collect();
    images.push(recette.page);
    images.sort_unstable();
    images.dedup();
    Ok(pages::page(&PageRecette {
        page: Page::nouvelle(recette.titre.clone(), "livres").de(&personne),
        statut: statut(recette.etat),
        lignes: recette.lignes.iter().cloned().map(dire).collect(),
        cartes: groupes.into_iter().map(|g: Groupe| Carte::de(g, &ici)).collect(),
        ingredients: consulter::ingredients(&mut c).await?,
        images,
        a_reprendre: matches!(recette.etat, EtatRecette::Protegee | EtatRecette::AutreSource),
        ici,
        livre,
        recette,
    }))
}

fn dire(ligne: LigneDuLivre) -> LigneDite {
    let nombre = |n: &serde_json::Number| n.to_string().replace('.', ",");
    let quantite = match &ligne.quantite {
        None => "QS".to_owned(),
        Some(q) => format!("{} {}", nombre(q), ligne.unite),
    };
    let pieces = ligne.pieces.as_ref().map(|p| {
        let une = p.as_str() == "1";
        format!(" ({} {})", nombre(p), if une { "pièce" } else { "pièces" })
    });
    LigneDite {
        quantite: quantite + &pieces.unwrap_or_default(),
        statut: statut_de_ligne(&ligne.statut),
        ligne,
    }
}

/// Two pictures at a time: each is a child process.
static IMAGES: tokio::sync::Semaphore = tokio::sync::Semaphore::const_new(2);

pub(crate) async fn image(State(etat): State<Etat>, chemin: Chemin) -> Result<Response, Erreur> {
    let (id, page) = chemin
        .lire(|l| (l.uuid("id"), l.entier_ecrit_option("page", 1..=100_000).unwrap_or_default()))?;
    let octets = contenu(&etat, id).await?;
    let _place = IMAGES.acquire().await.map_err(Erreur::interne)?;
    let page = u32::try_from(page).unwrap_or_default();
    let png = lecture::image(&octets, page).await.map_err(refuser)?;
    let entetes = [
        (header::CONTENT_TYPE, "image/png"),
        (header::CACHE_CONTROL, "private, max-age=3600"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    Ok((entetes, png).into_response())
}

/// Read and given back: no connection is held while the picture is made.
async fn contenu(etat: &Etat, id: Uuid) -> Result<Vec<u8>, Erreur> {
    let mut c = etat.base.lire().await?;
    consulter::contenu(&mut c, id).await?.ok_or_else(|| consulter::inconnu().into())
}

fn refuser(erreur: ErreurDeLivre) -> ErreurCritiqueMetier {
    let detail = erreur.to_string();
    if erreur.vient_du_fichier() {
        ErreurCritiqueMetier::introuvable(erreur.code(), detail)
    } else {
        ErreurCritiqueMetier::nouveau(503, erreur.code(), "Image indisponible", detail)
    }
}
