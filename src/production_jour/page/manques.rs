//! `/manques`: the shortage debts of a magasin, each with the form that pays it.

use std::collections::HashMap;

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Choix, Lieu, Visee, sql};
use crate::domaine::{Quantite, UniteBase};
use crate::platform::comptes::{Personne, droits};
use crate::platform::errors::{Erreur, ErreurCritiqueMetier};
use crate::platform::http::mots::{compte, date, de, jour};
use crate::platform::http::pages::{self, ErreurPage, Page};
use crate::platform::http::{Chemin, Etat, Formulaire, Lecteur, Page as Tranche, Requete};
use crate::production_jour::manques::inconnu as manque_inconnu;
use crate::production_jour::{ManqueOuvert, Regularisation, ouverts, regulariser};

/// As many as a person looks at; the others follow as these are paid.
const MANQUES: Tranche = Tranche { limite: 100, apres: None };

#[derive(Template)]
#[template(path = "production_jour/page/modeles/manques.html")]
struct PageManques {
    page: Page,
    magasins: Vec<Choix>,
    magasin: Option<(Uuid, String)>,
    peut_regulariser: bool,
    message: String,
    resume: String,
    manques: Vec<Carte>,
    d_autres: bool,
}

/// One debt.
struct Carte {
    id: Uuid,
    titre: String,
    origine: String,
    cle: String,
    lots: Vec<Choix>,
    code_lot: String,
    date_dlc: String,
    refus: String,
}

/// A lot that may be the one that was found.
#[derive(Debug)]
pub(crate) struct LotPossible {
    pub id: Uuid,
    pub article_id: Uuid,
    pub code_lot: Option<String>,
    pub date_dlc: Option<NaiveDate>,
    pub solde: Quantite,
    pub unite: UniteBase,
}

/// How a debt was paid.
#[derive(Debug)]
pub(crate) struct Paiement {
    pub ingredient_nom: String,
    pub quantite: Quantite,
    pub unite: UniteBase,
    pub code_lot: Option<String>,
    pub date_dlc: Option<NaiveDate>,
}

/// Kept with the operation; the address that shows it says both.
#[derive(Serialize, Deserialize)]
struct Paye {
    operation_id: Uuid,
    lot_id: Uuid,
}

/// A form that was refused.
struct Refusee<'a> {
    manque_id: Uuid,
    formulaire: &'a Formulaire,
    phrase: String,
    meme_cle: bool,
}

/// `GET /manques`.
pub(crate) async fn manques(
    State(etat): State<Etat>,
    Extension(personne): Extension<Personne>,
    requete: Requete,
) -> Result<Response, ErreurPage> {
    let (visee, lot) = requete.lire(|l| (Visee::lire(l), l.uuid_option("lot_id")))?;
    let mut c = etat.base.lire().await?;
    let paye = visee.fait.parse().ok().zip(lot);
    let mut modele = lire(&mut c, &personne, (visee.magasin_id, None)).await?;
    if let (Some((operation, lot)), Some((magasin, _))) = (paye, &modele.magasin) {
        let paiement = sql::paiement(&mut c, (*magasin, lot), operation).await?;
        modele.message = paiement.map(|p| raconter(&p)).unwrap_or_default();
    }
    Ok(pages::page(&modele))
}

/// `POST /manques/{id}/regulariser`.
pub(crate) async fn regulariser_un_manque(
    chemin: Chemin,
    f: Formulaire,
) -> Result<Response, ErreurPage> {
    let manque_id = chemin.id()?;
    let magasin_id = magasin_du(&f)?;
    match payer(&f, (magasin_id, manque_id)).await {
        Ok(Paye { operation_id, lot_id }) => {
            let ici =
                format!("/manques?magasin_id={magasin_id}&fait={operation_id}&lot_id={lot_id}");
            Ok(Redirect::to(&ici).into_response())
        }
        Err(Erreur::Refus(refus)) => montrer_le_refus(&f, (magasin_id, manque_id), &refus).await,
        Err(autre) => Err(autre.into()),
    }
}

/// After a refusal the address is a form's own: whoever asks for it anew begins again.
pub(crate) async fn revenir_aux_manques() -> Redirect {
    Redirect::to("/manques")
}

async fn payer(f: &Formulaire, (magasin_id, manque_id): (Uuid, Uuid)) -> Result<Paye, Erreur> {
    let regularisation = trouvee(f)?;
    let issue = f.executer(async |tx, op| {
        let fait = regulariser(tx, op, manque_id, &regularisation).await?;
        // Who may was asked of the magasin that the form names.
        if fait.magasin_id != magasin_id {
            return Err(manque_inconnu().into());
        }
        Ok((Paye { operation_id: op.id, lot_id: fait.lot_id }, ()))
    });
    issue.await.map(|(paye, _)| paye)
}

fn magasin_du(f: &Formulaire) -> Result<Uuid, ErreurCritiqueMetier> {
    let corps = objet(f, &["magasin_id"]);
    let l = Lecteur::nouveau(&corps);
    let id = l.uuid("magasin_id");
    l.terminer(id)
}

/// A known lot, or what stands on the one that was found: one of the two.
fn trouvee(f: &Formulaire) -> Result<Regularisation, ErreurCritiqueMetier> {
    let corps = objet(f, &["lot_id", "code_lot", "date_dlc"]);
    let l = Lecteur::nouveau(&corps);
    let r = Regularisation::lire(&l);
    let r = l.terminer(r)?;
    match (r.lot_id.is_some(), r.code_lot.is_some() || r.date_dlc.is_some()) {
        (true, true) => {
            Err(a_dire("Choisissez un lot connu ou écrivez une étiquette : pas les deux."))
        }
        (false, false) => {
            Err(a_dire("Dites quel lot a été trouvé : choisissez-le, ou écrivez son code."))
        }
        _ => Ok(r),
    }
}

fn a_dire(phrase: &'static str) -> ErreurCritiqueMetier {
    ErreurCritiqueMetier::nouveau(400, "lot_a_dire", "Requête invalide", phrase)
}

/// Fields left blank are not there.
fn objet(f: &Formulaire, champs: &[&'static str]) -> Value {
    let dits = champs.iter().filter(|c| !f.champ(c).is_empty());
    let objet: Map<String, Value> =
        dits.map(|c| ((*c).to_owned(), Value::String(f.champ(c).to_owned()))).collect();
    Value::Object(objet)
}

async fn montrer_le_refus(
    f: &Formulaire,
    (magasin_id, manque_id): (Uuid, Uuid),
    refus: &ErreurCritiqueMetier,
) -> Result<Response, ErreurPage> {
    let mut c = f.base.lire().await?;
    let refusee = Refusee {
        manque_id,
        formulaire: f,
        phrase: phrase(refus),
        meme_cle: refus.code != "cle_deja_utilisee",
    };
    let phrase = refusee.phrase.clone();
    let mut modele = lire(&mut c, &f.personne, (Some(magasin_id), Some(refusee))).await?;
    // Its debt is not there any more: the page says it at the top.
    if !modele.manques.iter().any(|m| m.id == manque_id) {
        modele.message = phrase;
    }
    let statut = StatusCode::from_u16(refus.statut).unwrap_or(StatusCode::CONFLICT);
    Ok(pages::page_statut(statut, &modele))
}

fn phrase(refus: &ErreurCritiqueMetier) -> String {
    let faute = refus.champs.get("erreurs").and_then(|e| e.get(0));
    match faute.and_then(|f| Some((f["champ"].as_str()?, f["message"].as_str()?))) {
        Some(("code_lot", m)) => format!("Le code du lot {m}."),
        Some(("date_dlc", m)) => format!("La DLC {m}."),
        Some(("lot_id", m)) => format!("Le lot choisi {m}."),
        _ => refus.detail.to_string(),
    }
}

async fn lire(
    c: &mut PgConnection,
    personne: &Personne,
    (vise, refusee): (Option<Uuid>, Option<Refusee<'_>>),
) -> Result<PageManques, Erreur> {
    let page = Page::nouvelle("Manques", "manques").de(personne);
    let ecrire = "/manques/x/regulariser";
    let mut modele = PageManques {
        page,
        magasins: Vec::new(),
        magasin: None,
        peut_regulariser: droits::autorise(personne.role, &Method::POST, ecrire),
        message: String::new(),
        resume: String::new(),
        manques: Vec::new(),
        d_autres: false,
    };
    let Some(lieu) = Lieu::choisir(c, personne, vise).await? else { return Ok(modele) };
    let id = lieu.magasin.id;
    let ouverts = ouverts(c, id, MANQUES).await?;
    modele.d_autres = ouverts.suivant.is_some();
    let articles: Vec<Uuid> = ouverts.elements.iter().map(|m| m.ingredient_id).collect();
    let mut possibles: HashMap<Uuid, Vec<LotPossible>> = HashMap::new();
    for lot in sql::lots_possibles(c, id, &articles).await? {
        possibles.entry(lot.article_id).or_default().push(lot);
    }
    let combien = i64::try_from(ouverts.elements.len()).unwrap_or(i64::MAX);
    modele.resume = compte(combien, "manque");
    modele.manques = ouverts
        .elements
        .iter()
        .map(|m| {
            let lots = possibles.get(&m.ingredient_id).map_or(&[][..], Vec::as_slice);
            carte(m, lots, refusee.as_ref().filter(|r| r.manque_id == m.id))
        })
        .collect();
    modele.magasins = lieu.choix();
    modele.magasin = Some((id, lieu.magasin.nom));
    Ok(modele)
}

fn carte(m: &ManqueOuvert, lots: &[LotPossible], refusee: Option<&Refusee<'_>>) -> Carte {
    let saisi = |champ| refusee.map(|r| r.formulaire.champ(champ).to_owned()).unwrap_or_default();
    let choisi = saisi("lot_id");
    // What could not have been consumed on that day is not offered.
    let bons = lots.iter().filter(|l| l.date_dlc.is_none_or(|dlc| dlc >= m.date));
    let memes = refusee.filter(|r| r.meme_cle).map(|r| r.formulaire.champ("cle").to_owned());
    Carte {
        id: m.id,
        titre: format!("{} {}", m.unite.francais(m.quantite), de(&m.ingredient_nom)),
        origine: format!("{}, {}", m.recette_nom, jour(m.date)),
        cle: memes.unwrap_or_else(|| Uuid::now_v7().to_string()),
        lots: bons.map(|l| Choix::de(l.id, &etiquette(l), l.id.to_string() == choisi)).collect(),
        code_lot: saisi("code_lot"),
        date_dlc: saisi("date_dlc"),
        refus: refusee.map(|r| r.phrase.clone()).unwrap_or_default(),
    }
}

/// `L-7 · DLC 24/11/2026 · 500 g`.
fn etiquette(l: &LotPossible) -> String {
    let mut texte = l.code_lot.clone().unwrap_or_else(|| "sans code".to_owned());
    if let Some(dlc) = l.date_dlc {
        texte.push_str(&format!(" · DLC {}", date(dlc)));
    }
    match l.solde.est_positive() {
        true => format!("{texte} · reste {}", l.unite.francais(l.solde)),
        false => format!("{texte} · vide"),
    }
}

fn raconter(p: &Paiement) -> String {
    let quoi = p.unite.francais(p.quantite);
    let lot = p
        .code_lot
        .as_deref()
        .map_or_else(|| "un lot sans code".to_owned(), |code| format!("le lot {code}"));
    let dlc = p.date_dlc.map(|d| format!(", DLC {}", date(d))).unwrap_or_default();
    format!("Manque régularisé : {quoi} {} sur {lot}{dlc}.", de(&p.ingredient_nom))
}
