//! The list of recipes that the page of all books and that of one book show: tabs by state, search,
//! pages.

use uuid::Uuid;

use super::{compter, statut};
use crate::livres::consulter::{Choix, ETATS, Etat, RecetteDeListe, Repertoire};
use crate::livres::http::mots;
use crate::livres::normaliser::cle;
use crate::platform::http::Lecteur;
use crate::platform::http::pages::Statut;

pub(crate) struct Vue {
    /// Where the search goes to.
    pub adresse: String,
    pub onglets: Vec<Onglet>,
    pub cherche: String,
    pub etat: &'static str,
    pub recettes: Vec<LigneRecette>,
    pub total: String,
    pub suite: Option<String>,
}

pub(crate) struct Onglet {
    pub lien: String,
    pub texte: &'static str,
    pub nombre: i64,
    pub ici: bool,
}

pub(crate) struct LigneRecette {
    pub lien: String,
    pub titre: String,
    pub ou: String,
    pub statut: Statut,
    pub detail: String,
}

/// What the address asks for, and the words as typed.
pub(crate) fn choix(l: &Lecteur<'_>, livre: Option<Uuid>) -> (Choix, String) {
    let etat = l.brut("etat").and_then(|v| v.as_str()).unwrap_or_default();
    let apres = l.entier_ecrit_option("apres", 0..=1_000_000).unwrap_or(0);
    let cherche = mots(l).unwrap_or_default();
    let voulus = Some(cle(&cherche).stricte).filter(|_| !cherche.is_empty());
    let etat = ETATS.into_iter().find(|e| *e == etat);
    (Choix { livre, etat, cherche: voulus, apres }, cherche)
}

impl Vue {
    pub(crate) fn de(adresse: &str, (choix, cherche): (Choix, String), lu: Repertoire) -> Self {
        let lien = |etat: Option<&str>, apres: i64| {
            let mut champs = form_urlencoded::Serializer::new(String::new());
            if let Some(etat) = etat {
                champs.append_pair("etat", etat);
            }
            if !cherche.is_empty() {
                champs.append_pair("cherche", &cherche);
            }
            if apres > 0 {
                champs.append_pair("apres", &apres.to_string());
            }
            format!("{adresse}?{}#recettes", champs.finish())
        };
        let tous = Onglet {
            lien: lien(None, 0),
            texte: "Toutes",
            nombre: lu.total(),
            ici: choix.etat.is_none(),
        };
        let onglet = |etat: &&'static str| Onglet {
            lien: lien(Some(etat), 0),
            texte: nom(etat),
            nombre: lu.compte(etat),
            ici: choix.etat == Some(*etat),
        };
        let onglets = ETATS.iter().map(onglet).filter(|o| o.nombre > 0 || o.ici);
        let total = choix.etat.map_or_else(|| lu.total(), |e| lu.compte(e));
        Self {
            onglets: std::iter::once(tous).chain(onglets).collect(),
            total: compter(total, "recette", "recettes"),
            suite: lu.suite.map(|apres| lien(choix.etat, apres)),
            recettes: lu.recettes.iter().map(|r| ligne(r, choix.livre.is_none())).collect(),
            etat: choix.etat.unwrap_or_default(),
            adresse: adresse.to_owned(),
            cherche,
        }
    }
}

fn nom(etat: &str) -> &'static str {
    match etat {
        "a_verifier" => "À vérifier",
        "a_relier" => "À relier",
        "complete" => "Complètes",
        "protegee" => "Changées à la main",
        "autre_source" => "Prises d’un autre livre",
        _ => "Sans recette",
    }
}

fn ligne(r: &RecetteDeListe, avec_livre: bool) -> LigneRecette {
    let etat = Etat::lire(&r.etat).unwrap_or(Etat::SansRecette);
    let doutes = (r.doutes > 0).then(|| compter(r.doutes, "doute", "doutes"));
    let restantes =
        (r.restantes > 0).then(|| compter(r.restantes, "ligne à relier", "lignes à relier"));
    let source = r.source.as_ref().map(|s| format!("prise du livre « {s} »"));
    let livre = if avec_livre { format!("{}, ", r.livre_titre) } else { String::new() };
    LigneRecette {
        lien: format!("/livres/{}/recettes/{}", r.livre, r.id),
        titre: r.titre.clone(),
        ou: format!("{livre}page {}", r.page),
        statut: statut(etat),
        detail: doutes.into_iter().chain(restantes).chain(source).collect::<Vec<_>>().join(" · "),
    }
}
