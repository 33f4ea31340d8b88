//! One book, and one of its recipes beside the picture of its page.

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use uuid::Uuid;

use super::doute::CarteDoute;
use super::relier::Creation;
use super::repertoire::{self, Vue};
use super::{Carte, compter, statut, statut_de_ligne};
use crate::livres::comparer::{Changement, Genre};
use crate::livres::consulter::{
    self, DouteDit, DouteDuLivre, DouteEnAttente, Etat as EtatRecette, Groupe, LigneDuLivre,
    LivreDetaille, RecetteDuLivre, Repertoire,
};
use crate::livres::lecture::{self, ErreurDeLivre};
use crate::platform::comptes::Personne;
use crate::platform::errors::{Erreur, ErreurCritiqueMetier};
use crate::platform::http::pages::{self, ErreurPage, Page, Statut};
use crate::platform::http::{Chemin, Etat, Lecteur, Requete, json};

#[derive(Template)]
#[template(path = "livres/modeles/livre.html")]
struct PageLivre {
    page: Page,
    livre: LivreDetaille,
    /// What its first lines say: what was not taken.
    signaux: Vec<String>,
    changements: Vec<(&'static str, Changement)>,
    vue: Vue,
}

pub(crate) async fn livre(
    State(etat): State<Etat>,
    Extension(personne): Extension<Personne>,
    chemin: Chemin,
    requete: Requete,
) -> Result<Response, ErreurPage> {
    let id = chemin.id()?;
    let choix = requete.lire(|l| repertoire::choix(l, Some(id)))?;
    let mut c = etat.base.lire().await?;
    let livre = consulter::livre(&mut c, id).await?;
    let lu = consulter::repertoire(&mut c, &choix.0).await?;
    let mot = |c: &Changement| match c.genre {
        Genre::Nouvelle => "Nouvelle",
        Genre::Changee => "Changée",
        Genre::Retiree => "Retirée",
    };
    Ok(pages::page(&PageLivre {
        page: Page::nouvelle(livre.livre.titre.clone(), "livres").de(&personne),
        signaux: signaux(&livre, &lu),
        changements: livre.changements.iter().map(|c| (mot(c), c.clone())).collect(),
        vue: Vue::de(&format!("/livres/{id}"), choix, lu),
        livre,
    }))
}

/// What of this book was not taken, or not yet.
fn signaux(livre: &LivreDetaille, lu: &Repertoire) -> Vec<String> {
    let nombre = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let entetes = nombre(livre.entetes_non_compris.len());
    let dits = [
        (entetes, "début de liste n’a pas été compris", "débuts de liste n’ont pas été compris"),
        (livre.livre.doutes, "doute est à vérifier", "doutes sont à vérifier"),
        (livre.livre.non_mappees, "ligne est à relier", "lignes sont à relier"),
        (
            lu.compte("protegee"),
            "recette n’a pas été prise : elle a été changée à la main",
            "recettes n’ont pas été prises : elles ont été changées à la main",
        ),
        (
            lu.compte("autre_source"),
            "recette n’a pas été prise : elle l’est d’un autre livre",
            "recettes n’ont pas été prises : elles le sont d’un autre livre",
        ),
        (
            lu.compte("sans_recette"),
            "recette n’a pas de ligne à en faire",
            "recettes n’ont pas de ligne à en faire",
        ),
    ];
    dits.into_iter().filter(|d| d.0 > 0).map(|(n, un, des)| compter(n, un, des)).collect()
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
    ingredients: Vec<(String, String)>,
    /// Pages of the book where the recipe stands.
    images: Vec<i32>,
    ici: String,
    a_reprendre: bool,
    /// Weight, pieces where there are several, shelf life.
    champs: String,
    /// Doubts that nobody has looked at.
    doutes: Vec<CarteDoute>,
    /// The others, and what was said of them.
    regles: Vec<(DouteDuLivre, DouteDit)>,
    creation: Creation,
}

struct LigneDite {
    ligne: LigneDuLivre,
    quantite: String,
    /// What goes in, where it is not what is printed.
    entre: String,
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
    images.extend(recette.doutes.iter().map(|d| d.page));
    images.push(recette.page);
    images.sort_unstable();
    images.dedup();
    Ok(pages::page(&PageRecette {
        page: Page::nouvelle(recette.titre.clone(), "livres").de(&personne),
        statut: statut(recette.etat),
        lignes: recette.lignes.iter().map(|l| dire(l.clone(), &recette.doutes)).collect(),
        cartes: groupes.into_iter().map(|g: Groupe| Carte::de(g, &ici)).collect(),
        ingredients: consulter::ingredients(&mut c).await?,
        images,
        champs: champs(&recette),
        doutes: a_verifier(&livre, &recette, &ici),
        regles: recette.doutes.iter().filter_map(|d| Some((d.clone(), d.regle.clone()?))).collect(),
        creation: Creation::default(),
        a_reprendre: matches!(recette.etat, EtatRecette::Protegee | EtatRecette::AutreSource),
        ici,
        livre,
        recette,
    }))
}

fn champs(recette: &RecetteDuLivre) -> String {
    let poids = recette.poids_net_g.map(|p| format!("Poids net {} g", p.francais()));
    let plusieurs = recette.rendement.en_milliemes() != 1_000;
    let pieces = plusieurs.then(|| format!("donne {} pièces", recette.rendement.francais()));
    let duree = recette.duree_vie_jours.map(|j| format!("DLC J+{j}"));
    let dits: Vec<String> = [poids, pieces, duree].into_iter().flatten().collect();
    dits.join(" · ")
}

fn a_verifier(livre: &LivreDetaille, recette: &RecetteDuLivre, ici: &str) -> Vec<CarteDoute> {
    let carte = |d: &DouteDuLivre| {
        let doute = DouteEnAttente {
            id: d.id,
            livre_id: livre.livre.id,
            livre_titre: livre.livre.titre.clone(),
            recette_id: recette.id,
            titre: recette.titre.clone(),
            code: d.code.clone(),
            page: d.page,
            texte: d.texte.clone(),
            phrase: d.phrase.clone(),
            mots: String::new(),
        };
        CarteDoute::de(doute, &recette.lignes, Some(ici))
    };
    recette.doutes.iter().filter(|d| d.regle.is_none()).map(carte).collect()
}

fn dire(ligne: LigneDuLivre, doutes: &[DouteDuLivre]) -> LigneDite {
    let nombre = |n: &serde_json::Number| n.to_string().replace('.', ",");
    let ouvert = doutes.iter().any(|d| d.regle.is_none() && d.texte == ligne.texte);
    let quantite = match &ligne.quantite {
        None if ouvert => "?".to_owned(),
        None => "QS".to_owned(),
        Some(q) => format!("{} {}", nombre(q), ligne.unite),
    };
    let pieces = ligne.pieces.as_ref().map(|p| {
        let une = p.as_str() == "1";
        format!(" ({} {})", nombre(p), if une { "pièce" } else { "pièces" })
    });
    let entre = match (&ligne.recette, &ligne.quantite_recette) {
        _ if ligne.ecartee => "Mise de côté en vérifiant".to_owned(),
        _ if ligne.ajoutee => "Dite en vérifiant".to_owned(),
        (Some(_), Some(q)) => format!("{} pièce de la recette", nombre(q)),
        (None, Some(q)) if ligne.quantite.as_ref() != Some(q) => {
            format!("{} {} dans la recette", nombre(q), ligne.unite)
        }
        _ => String::new(),
    };
    LigneDite {
        entre,
        quantite: quantite + &pieces.unwrap_or_default(),
        statut: statut_de_ligne(&ligne.statut),
        ligne,
    }
}

/// Two pictures at a time: each is a child process.
static IMAGES: tokio::sync::Semaphore = tokio::sync::Semaphore::const_new(2);

pub(crate) async fn image(State(etat): State<Etat>, chemin: Chemin) -> Result<Response, Erreur> {
    let (id, page) = chemin.lire(|l| (l.uuid("id"), page_dite(l)))?;
    let octets = contenu(&etat, id).await?;
    let _place = IMAGES.acquire().await.map_err(Erreur::interne)?;
    let png = lecture::image(&octets, page).await.map_err(refuser)?;
    let entetes = [
        (header::CONTENT_TYPE, "image/png"),
        (header::CACHE_CONTROL, "private, max-age=3600"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    Ok((entetes, png).into_response())
}

/// Where on a page the words of a doubt stand; null where they are not found.
pub(crate) async fn lieu(
    State(etat): State<Etat>,
    chemin: Chemin,
    requete: Requete,
) -> Result<Response, Erreur> {
    let (id, page) = chemin.lire(|l| (l.uuid("id"), page_dite(l)))?;
    let (texte, titre) = requete.lire(|l| (l.texte("texte", 2_000), l.texte("titre", 200)))?;
    let octets = contenu(&etat, id).await?;
    let lieu = lecture::lieu(&octets, page, (&texte, &titre)).await.map_err(refuser)?;
    Ok(json(200, &lieu))
}

fn page_dite(l: &Lecteur<'_>) -> u32 {
    let page = l.entier_ecrit_option("page", 1..=100_000).unwrap_or_default();
    u32::try_from(page).unwrap_or_default()
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
