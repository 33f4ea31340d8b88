//! What a session opened by PIN reaches: its tablet's magasin, and what belongs to none. The only
//! place that says it.
//!
//! - What is read of a magasin stands in `DU_MAGASIN` and must name it in its address; what all share
//!   stands in `COMMUNES`; what handlers cut down to it, by `Personne::voit`, in `TRIEES`. Whatever
//!   else there is or will be is refused until it stands in one.
//! - A write must name it in its body: `Ecriture` asks, once, for all; of a page's form, that
//!   stands in `FORMULAIRES`, `Formulaire` does.

use axum::extract::MatchedPath;
use axum::http::Method;
use axum::http::request::Parts;
use serde_json::Value;
use uuid::Uuid;

use super::{Personne, droits};
use crate::platform::errors::ErreurCritiqueMetier;

/// What all magasins share, to read.
const COMMUNES: [&str; 10] = [
    "/api",
    "/api/interne/chaine",
    "/api/interne/fournisseurs",
    "/api/interne/ingredients",
    "/api/interne/ingredient-alias",
    "/api/interne/recettes",
    "/api/interne/recettes/{id}",
    "/cuisine",
    "/tablette",
    "/tablette/{id}",
];

/// What is read of one magasin; the handlers of these read no other than the one they are told.
const DU_MAGASIN: [&str; 11] = [
    "/",
    "/production-du-jour",
    "/manques",
    "/api/interne/stock",
    "/api/interne/gs1",
    "/api/interne/manques",
    "/api/interne/plans/{magasin_id}/{date}",
    "/api/interne/plans/{magasin_id}/{date}/besoins",
    "/api/interne/production-preparation",
    "/api/interne/production-preparation/traceabilite",
    "/api/interne/production-preparation/direct",
];

/// Their handlers give what the person sees, and nothing else.
const TRIEES: [&str; 4] = [
    "/api/interne/magasins",
    "/api/interne/menus",
    "/api/interne/manques/a-regulariser",
    "/api/interne/lots/{id}/mouvements",
];

/// Where forms are sent; asked for without one, they lead back to their page.
const FORMULAIRES: [&str; 4] = [
    "/production-du-jour/produire",
    "/production-du-jour/plan",
    "/production-du-jour/annuler",
    "/manques/regulariser",
];

/// Writes whose path names something of a magasin, and whose handler asks whose it is.
const DEMANDENT: [&str; 1] = ["/api/interne/operations/{operation_id}/annuler"];

/// The name of the field, wherever it stands.
const CHAMP: &str = "magasin_id";

#[derive(Debug, PartialEq, Eq)]
enum Nomme {
    LeSien,
    Autre,
    Aucun,
}

impl Personne {
    /// May this person see that magasin?
    pub(crate) fn voit(&self, magasin_id: Uuid) -> bool {
        self.magasin_id.is_none_or(|m| m == magasin_id)
    }

    /// 403 `autre_magasin` unless they may: where the address names something of a magasin.
    pub(crate) fn exiger(&self, magasin_id: Uuid) -> Result<(), ErreurCritiqueMetier> {
        if self.voit(magasin_id) { Ok(()) } else { Err(autre_magasin()) }
    }
}

/// Before every handler of the API.
pub(crate) fn verifier(p: &Personne, parts: &Parts) -> Result<(), ErreurCritiqueMetier> {
    let Some(sien) = p.magasin_id else { return Ok(()) };
    let (lecture, modele) = (est_lecture(parts), modele(parts));
    let permis = match nomme(parts, sien) {
        Nomme::Autre => false,
        Nomme::LeSien if lecture && DU_MAGASIN.contains(&modele) => true,
        // One whose path names something else would be a way around its body.
        _ if !lecture && (!modele.contains('{') || DEMANDENT.contains(&modele)) => true,
        _ => droits::est_a_soi(parts.uri.path()) || (lecture && se_lit(modele)),
    };
    if permis { Ok(()) } else { Err(autre_magasin()) }
}

/// Before every page: as above, and where to go to read the same page of that magasin.
pub(crate) fn verifier_page(
    p: &Personne,
    parts: &Parts,
) -> Result<Option<String>, ErreurCritiqueMetier> {
    let Some(sien) = p.magasin_id else { return Ok(None) };
    let (chemin, modele) = (parts.uri.path(), modele(parts));
    let lecture = est_lecture(parts);
    let du_magasin = lecture && DU_MAGASIN.contains(&modele);
    match nomme(parts, sien) {
        Nomme::LeSien if du_magasin => Ok(None),
        Nomme::Aucun if du_magasin => {
            let reste = parts.uri.query().map(|q| format!("&{q}")).unwrap_or_default();
            Ok(Some(format!("{chemin}?{CHAMP}={sien}{reste}")))
        }
        Nomme::Autre => Err(autre_magasin()),
        _ if droits::est_a_soi(chemin) || FORMULAIRES.contains(&modele) => Ok(None),
        _ if lecture && se_lit(modele) => Ok(None),
        _ => Err(autre_magasin()),
    }
}

/// A write says in its body which magasin it is about.
pub(crate) fn verifier_corps(p: &Personne, corps: &Value) -> Result<(), ErreurCritiqueMetier> {
    verifier_nom(p, corps.get(CHAMP).and_then(Value::as_str))
}

/// So does a form, in every field of that name that it has.
pub(crate) fn verifier_champs(
    p: &Personne,
    champs: &[(String, String)],
) -> Result<(), ErreurCritiqueMetier> {
    let mut nommes = champs.iter().filter(|(nom, _)| nom == CHAMP).map(|(_, v)| v.trim());
    verifier_nom(p, nommes.next())?;
    nommes.try_for_each(|autre| verifier_nom(p, Some(autre)))
}

fn verifier_nom(p: &Personne, nomme: Option<&str>) -> Result<(), ErreurCritiqueMetier> {
    if p.magasin_id.is_none() {
        return Ok(());
    }
    match nomme.map(Uuid::try_parse) {
        Some(Ok(magasin)) => p.exiger(magasin),
        Some(Err(_)) => Err(ErreurCritiqueMetier::champ(CHAMP, "doit être un UUID")),
        None => Err(ErreurCritiqueMetier::champ(CHAMP, "est obligatoire")),
    }
}

fn est_lecture(parts: &Parts) -> bool {
    parts.method == Method::GET || parts.method == Method::HEAD
}

fn se_lit(modele: &str) -> bool {
    COMMUNES.contains(&modele) || TRIEES.contains(&modele)
}

fn autre_magasin() -> ErreurCritiqueMetier {
    ErreurCritiqueMetier::interdit(
        "autre_magasin",
        "Cette tablette est celle d'un seul magasin : connectez-vous par mot de passe pour aller \
         plus loin.",
    )
}

fn nomme(parts: &Parts, sien: Uuid) -> Nomme {
    let dans_le_chemin = modele(parts)
        .split('/')
        .zip(parts.uri.path().split('/'))
        .filter(|(m, _)| *m == "{magasin_id}")
        .map(|(_, segment)| segment.to_owned());
    let requete = form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes());
    let dans_la_requete = requete.filter(|(nom, _)| nom == CHAMP).map(|(_, v)| v.into_owned());
    let mut nommes = dans_le_chemin.chain(dans_la_requete).peekable();
    if nommes.peek().is_none() {
        return Nomme::Aucun;
    }
    let tous = nommes.all(|texte| Uuid::try_parse(&texte).is_ok_and(|m| m == sien));
    if tous { Nomme::LeSien } else { Nomme::Autre }
}

fn modele(parts: &Parts) -> &str {
    parts.extensions.get::<MatchedPath>().map_or("{}", MatchedPath::as_str)
}
