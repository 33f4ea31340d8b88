//! « À vérifier »: what was not understood, beside the page of the book; each is settled in one
//! place. The forms work without any script.

use std::collections::HashMap;

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::json;
use uuid::Uuid;

use super::relier::Acte;
use crate::domaine::{Decimal, Quantite, Unite};
use crate::livres::consulter::{self, DouteEnAttente, DouteVu, LigneDuLivre};
use crate::livres::http::choisi;
use crate::livres::normaliser::cle;
use crate::livres::regler::{self, DouteRegle};
use crate::livres::sous_recettes;
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
    regles: Vec<DouteVu>,
}

/// A doubt as the page shows it.
struct CarteDoute {
    doute: DouteEnAttente,
    /// The line that it is on, as it was read: « RIZ, 80 g ».
    lue: String,
    libelle: String,
    quantite: String,
    /// Code, word, and whether it is the line's.
    unites: Vec<(&'static str, &'static str, bool)>,
    /// It is on no single line: which one is corrected must be said.
    lignes: Vec<(String, String)>,
    /// Then, what goes into the recipe now.
    entrent: Vec<String>,
    sur_la_duree: bool,
    /// Nothing was read of these words: right as read is without them.
    sans_rien: bool,
}

const PAR_PAGE: i64 = 20;
const UNITES: [(&str, &str); 7] = [
    ("g", "g"),
    ("kg", "kg"),
    ("mg", "mg"),
    ("ml", "ml"),
    ("cl", "cl"),
    ("l", "l"),
    ("piece", "pièce"),
];

pub(crate) async fn a_verifier(
    State(etat): State<Etat>,
    Extension(personne): Extension<Personne>,
    requete: Requete,
) -> Result<Response, ErreurPage> {
    let (livre, apres) = requete.lire(|l| (choisi(l), l.uuid_option("apres")))?;
    let mut c = etat.base.lire().await?;
    let lus = consulter::doutes(&mut c, livre, Tranche { limite: PAR_PAGE, apres }).await?;
    let lignes = consulter::lignes_en_doute(&mut c, &lus.elements).await?;
    let suite = lus.suivant.map(|apres| {
        let livre = livre.map(|id| format!("&livre_id={id}")).unwrap_or_default();
        format!("/livres/a-verifier?apres={apres}{livre}")
    });
    let livres = consulter::livres(&mut c).await?;
    let total = livres.iter().filter(|l| livre.is_none_or(|id| id == l.id)).map(|l| l.doutes).sum();
    let choix = |l: consulter::LivreEnVigueur| {
        let texte = format!("{} ({} à vérifier)", l.titre, l.doutes);
        (l.id.to_string(), texte, livre == Some(l.id))
    };
    Ok(pages::page(&PageAVerifier {
        page: Page::nouvelle("À vérifier", "livres").de(&personne),
        cartes: lus.elements.into_iter().map(|d| carte(d, &lignes)).collect(),
        total,
        livres: livres.into_iter().filter(|l| l.doutes > 0).map(choix).collect(),
        suite,
        regles: consulter::doutes_regles(&mut c).await?,
    }))
}

fn carte(doute: DouteEnAttente, lignes: &HashMap<Uuid, Vec<LigneDuLivre>>) -> CarteDoute {
    let vide = Vec::new();
    let siennes = lignes.get(&doute.recette_id).unwrap_or(&vide);
    let en_force: Vec<&LigneDuLivre> =
        siennes.iter().filter(|l| !l.ecartee && !l.ajoutee).collect();
    let mots = cle(&doute.texte).stricte;
    let sur_la_recette = ["poids", "colonne"].contains(&doute.code.as_str());
    let ligne = en_force.iter().find(|l| !sur_la_recette && cle(&l.texte).stricte == mots);
    let quantite = |l: &LigneDuLivre| {
        l.quantite.as_ref().map(|q| q.to_string().replace('.', ",")).unwrap_or_default()
    };
    let dire = |l: &LigneDuLivre| match quantite(l).as_str() {
        "" => format!("{}, sans quantité", l.libelle),
        q => format!("{}, {q} {}", l.libelle, l.unite),
    };
    let unite = ligne.map(|l| l.unite.as_str()).filter(|u| UNITES.iter().any(|(v, _)| v == u));
    let unite = unite.unwrap_or("g");
    CarteDoute {
        lue: ligne.map(|l| dire(l)).unwrap_or_default(),
        libelle: ligne.map(|l| l.libelle.clone()).unwrap_or_default(),
        quantite: ligne.map(|l| quantite(l)).unwrap_or_default(),
        unites: UNITES.iter().map(|(u, nom)| (*u, *nom, *u == unite)).collect(),
        lignes: match sur_la_recette {
            true => en_force.iter().map(|l| (l.texte.clone(), dire(l))).collect(),
            false => Vec::new(),
        },
        entrent: match sur_la_recette {
            true => entrent(siennes),
            false => Vec::new(),
        },
        sans_rien: ligne.is_none() && !sur_la_recette,
        sur_la_duree: doute.code == "duree_de_vie",
        doute,
    }
}

/// The lines that count, those that were said too, and what they weigh in all where all are weighed.
fn entrent(lignes: &[LigneDuLivre]) -> Vec<String> {
    let comptent = || lignes.iter().filter(|l| !l.ecartee && l.statut != "ignoree");
    let quantite = |l: &LigneDuLivre| {
        let nombre = if l.recette.is_some() { &l.quantite } else { &l.quantite_recette };
        nombre.clone()
    };
    let masse = |l: &LigneDuLivre| {
        let nombre = Decimal::lire_json(quantite(l)?.as_str()).ok()?;
        sous_recettes::masse(nombre, Unite::lire(&l.unite)?)
    };
    let dire = |l: &LigneDuLivre| match quantite(l) {
        Some(q) => format!("{}, {} {}", l.libelle, q.to_string().replace('.', ","), l.unite),
        None => format!("{}, sans quantité", l.libelle),
    };
    let somme = comptent().try_fold(Quantite::ZERO, |s, l| s.plus(masse(l)?));
    let somme = somme.map(|s| format!("En tout : {} g", s.francais()));
    comptent().map(dire).chain(somme).collect()
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
    Ok(Redirect::to("/livres/a-verifier").into_response())
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
    let mut corps = json!({"geste": f.champ("geste")});
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
    Ok(Redirect::to("/livres/a-verifier").into_response())
}
