//! « À vérifier »: what was not understood, beside the page of the book; each is settled in one
//! place. The forms work without any script.

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::json;

use super::doute::CarteDoute;
use super::relier::{Acte, chez_nous};
use crate::domaine::Decimal;
use crate::livres::consulter::{self, DouteVu, Semblables};
use crate::livres::http::choisi;
use crate::livres::regler::{self, DouteRegle};
use crate::platform::comptes::Personne;
use crate::platform::errors::ErreurCritiqueMetier;
use crate::platform::http::pages::{self, ErreurPage, Page};
use crate::platform::http::{Chemin, Etat, Formulaire, Lecteur, Page as Tranche, Requete};

#[derive(Template)]
#[template(path = "livres/modeles/a_verifier.html")]
struct PageAVerifier {
    page: Page,
    cartes: Vec<CarteDoute>,
    total: i64,
    livres: Vec<(String, String, bool)>,
    suite: Option<String>,
    ingredients: Vec<(String, String)>,
    regles: Vec<DouteVu>,
}

const PAR_PAGE: i64 = 20;

pub(crate) async fn a_verifier(
    State(etat): State<Etat>,
    Extension(personne): Extension<Personne>,
    requete: Requete,
) -> Result<Response, ErreurPage> {
    let (livre, apres) = requete.lire(|l| (choisi(l), l.uuid_option("apres")))?;
    let mut c = etat.base.lire().await?;
    let tranche = Tranche { limite: PAR_PAGE, apres };
    let lus = consulter::doutes_semblables(&mut c, livre, tranche).await?;
    let lignes = consulter::lignes_en_doute(&mut c, &lus.elements).await?;
    let suite = lus.suivant.map(|apres| {
        let livre = livre.map(|id| format!("&livre_id={id}")).unwrap_or_default();
        format!("/livres/a-verifier?apres={apres}{livre}")
    });
    let livres = consulter::livres(&mut c).await?;
    let total = livres.iter().filter(|l| livre.is_none_or(|id| id == l.id)).map(|l| l.doutes).sum();
    let vide = Vec::new();
    let carte = |g: Semblables| {
        let siennes = lignes.get(&g.premier.recette_id).unwrap_or(&vide);
        CarteDoute::de(g.premier, siennes, None).avec(g.autres)
    };
    let choix = |l: consulter::LivreEnVigueur| {
        let texte = format!("{} ({} à vérifier)", l.titre, l.doutes);
        (l.id.to_string(), texte, livre == Some(l.id))
    };
    Ok(pages::page(&PageAVerifier {
        page: Page::nouvelle("À vérifier", "livres").de(&personne),
        cartes: lus.elements.into_iter().map(carte).collect(),
        ingredients: consulter::ingredients(&mut c).await?,
        total,
        livres: livres.into_iter().filter(|l| l.doutes > 0).map(choix).collect(),
        suite,
        regles: consulter::doutes_regles(&mut c).await?,
    }))
}

/// What a person said, as pages say it.
pub(crate) fn geste(mot: &str) -> &'static str {
    match mot {
        "juste" => "c’est juste",
        "pas_un_ingredient" => "ce n’est pas un ingrédient",
        "corriger" => "corrigé",
        _ => "ajouté",
    }
}

pub(crate) async fn regler(
    State(etat): State<Etat>,
    chemin: Chemin,
    f: Formulaire,
) -> Result<Response, ErreurPage> {
    let id = chemin.id()?;
    let dit = lire(&corps(&f))?;
    let acte = Acte { etat: &etat, personne: &f.personne, chemin: "POST /livres/doutes" };
    acte.faire(async |tx, op| regler::regler(tx, op, id, dit).await).await?;
    Ok(revenir(&f))
}

fn revenir(f: &Formulaire) -> Response {
    let retour = f.champ("retour");
    let ou = if chez_nous(retour) { retour } else { "/livres/a-verifier" };
    Redirect::to(ou).into_response()
}

fn lire(corps: &serde_json::Value) -> Result<DouteRegle, ErreurCritiqueMetier> {
    let l = Lecteur::nouveau(corps);
    let dit = DouteRegle::lire(&l);
    l.terminer(dit)
}

/// The form as a program would have said it.
fn corps(f: &Formulaire) -> serde_json::Value {
    let nombre = |texte: &str| match Decimal::lire_saisie(texte) {
        Ok(n) => n.to_string().parse().map_or_else(|_| json!(texte), serde_json::Value::Number),
        Err(_) => json!(texte),
    };
    let mut corps = json!({"geste": f.champ("geste"), "partout": f.champ("partout") == "oui"});
    let jours = f.champ("duree_vie_jours");
    if !jours.is_empty() {
        corps["duree_vie_jours"] = nombre(jours);
    } else if ["corriger", "ajouter"].contains(&f.champ("geste")) {
        let remplace = Some(f.champ("remplace")).filter(|r| !r.is_empty());
        corps["ligne"] = json!({
            "libelle": f.champ("libelle"),
            "quantite": nombre(f.champ("quantite")),
            "unite": f.champ("unite"),
            "remplace": remplace,
        });
    }
    corps
}

pub(crate) async fn annuler(
    State(etat): State<Etat>,
    chemin: Chemin,
    f: Formulaire,
) -> Result<Response, ErreurPage> {
    let id = chemin.id()?;
    let acte = Acte { etat: &etat, personne: &f.personne, chemin: "POST /livres/doutes/annuler" };
    acte.faire(async |tx, op| regler::annuler(tx, op, id).await).await?;
    Ok(revenir(&f))
}
