//! `/manques`: the shortage debts of a magasin, by ingredient and day, each with the form that pays
//! them together. On the page they are « à régulariser »: « manque » is what is short now.

use std::collections::{BTreeMap, HashMap};

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
use crate::domaine::texte::cle_de_tri;
use crate::domaine::{Quantite, UniteBase};
use crate::platform::comptes::{Personne, droits};
use crate::platform::errors::{Erreur, ErreurCritiqueMetier};
use crate::platform::http::mots::{compte, date, de, jour};
use crate::platform::http::pages::{self, ErreurPage, Page};
use crate::platform::http::{Etat, Formulaire, Lecteur, Page as Tranche, Requete};
use crate::production_jour::{
    ManqueOuvert, Regularisation, a_regulariser, ouverts, regulariser_ensemble,
};

/// As many as are grouped at once; the others follow as these are paid.
const MANQUES: Tranche = Tranche { limite: 1000, apres: None };

#[derive(Template)]
#[template(path = "production_jour/page/modeles/manques.html")]
struct PageManques {
    page: Page,
    magasins: Vec<Choix>,
    magasin: Option<(Uuid, String)>,
    peut_regulariser: bool,
    message: String,
    resume: String,
    groupes: Vec<Groupe>,
    d_autres: bool,
}

/// The debts of one ingredient and day, paid together.
struct Groupe {
    /// Names its fields on the page.
    id: Uuid,
    ingredient_id: Uuid,
    manques: Vec<Uuid>,
    titre: String,
    jour: String,
    /// Of which productions, and how much of each.
    origines: Vec<String>,
    cle: String,
    lots: Vec<Choix>,
    code_lot: String,
    date_dlc: String,
    perdue: bool,
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

/// How debts were paid.
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
    manques: &'a [Uuid],
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

/// `POST /manques/regulariser`.
pub(crate) async fn regulariser_des_manques(f: Formulaire) -> Result<Response, ErreurPage> {
    let (magasin_id, manques) = vises(&f)?;
    match payer(&f, (magasin_id, &manques)).await {
        Ok(Paye { operation_id, lot_id }) => {
            let ici =
                format!("/manques?magasin_id={magasin_id}&fait={operation_id}&lot_id={lot_id}");
            Ok(Redirect::to(&ici).into_response())
        }
        Err(Erreur::Refus(refus)) => montrer_le_refus(&f, (magasin_id, &manques), &refus).await,
        Err(autre) => Err(autre.into()),
    }
}

/// After a refusal the address is a form's own: whoever asks for it anew begins again.
pub(crate) async fn revenir_aux_manques() -> Redirect {
    Redirect::to("/manques")
}

/// Who may was asked of the magasin that the form names: no debt of another is paid.
async fn payer(f: &Formulaire, (magasin_id, manques): (Uuid, &[Uuid])) -> Result<Paye, Erreur> {
    let trouve = trouvee(f)?;
    let issue = f.executer(async |tx, op| {
        let fait = regulariser_ensemble(tx, op, (Some(magasin_id), manques), &trouve).await?;
        Ok((Paye { operation_id: op.id, lot_id: fait.lot_id }, ()))
    });
    issue.await.map(|(paye, _)| paye)
}

fn vises(f: &Formulaire) -> Result<(Uuid, Vec<Uuid>), ErreurCritiqueMetier> {
    let corps = objet(f, &["magasin_id"]);
    let l = Lecteur::nouveau(&corps);
    let id = l.uuid("magasin_id");
    let lus: Result<Vec<Uuid>, _> = f.champs("manque_id").map(str::parse).collect();
    match lus {
        Ok(lus) if !lus.is_empty() => l.terminer((id, lus)),
        _ => {
            l.fauter("manque_id", "doit être un UUID");
            l.terminer((id, Vec::new()))
        }
    }
}

/// A known lot, or what stands on the one that was found: one of the two; or that it says nothing.
fn trouvee(f: &Formulaire) -> Result<Regularisation, ErreurCritiqueMetier> {
    let mut corps = objet(f, &["lot_id", "code_lot", "date_dlc"]);
    let dit = |champ| corps.get(champ).is_some();
    let (lot, etiquette) = (dit("lot_id"), dit("code_lot") || dit("date_dlc"));
    let perdue = !f.champ("perdue").is_empty();
    match (lot, etiquette) {
        (true, true) => {
            return Err(a_dire("Choisissez un lot connu ou écrivez une étiquette : pas les deux."));
        }
        (false, false) if !perdue => {
            return Err(a_dire(
                "Dites quel lot a été trouvé : choisissez-le, écrivez son code ou sa DLC, ou cochez \
                 « Étiquette perdue ».",
            ));
        }
        (false, false) => corps["motif"] = Value::from(PERDUE),
        _ => {}
    }
    let l = Lecteur::nouveau(&corps);
    let r = Regularisation::lire(&l);
    l.terminer(r)
}

const PERDUE: &str = "Étiquette perdue";

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
    (magasin_id, manques): (Uuid, &[Uuid]),
    refus: &ErreurCritiqueMetier,
) -> Result<Response, ErreurPage> {
    let mut c = f.base.lire().await?;
    let refusee = Refusee {
        manques,
        formulaire: f,
        phrase: phrase(refus),
        meme_cle: refus.code != "cle_deja_utilisee",
    };
    let phrase = refusee.phrase.clone();
    let mut modele = lire(&mut c, &f.personne, (Some(magasin_id), Some(refusee))).await?;
    // Its debts are not there any more: the page says it at the top.
    if !modele.groupes.iter().any(|g| g.manques.iter().any(|m| manques.contains(m))) {
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
    let page = Page::nouvelle("À régulariser", "manques").de(personne);
    let ecrire = "/manques/regulariser";
    let mut modele = PageManques {
        page,
        magasins: Vec::new(),
        magasin: None,
        peut_regulariser: droits::autorise(personne.role, &Method::POST, ecrire),
        message: String::new(),
        resume: String::new(),
        groupes: Vec::new(),
        d_autres: false,
    };
    // Whoever asks for none is shown one that has something to regularise.
    let dus = a_regulariser(c, personne).await?.magasins;
    let vise = vise.or_else(|| dus.first().map(|m| m.magasin_id));
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
    modele.resume = format!("{} à régulariser", compte(combien, "quantité"));
    modele.groupes = grouper(&ouverts.elements)
        .iter()
        .map(|manques| groupe(manques, &possibles, refusee.as_ref()))
        .collect();
    modele.magasins = lieu.choix();
    for choix in &mut modele.magasins {
        let du = dus.iter().find(|m| m.magasin_id.to_string() == choix.valeur);
        choix.texte.push_str(&du.map(|m| format!(" ({})", m.nombre)).unwrap_or_default());
    }
    modele.magasin = Some((id, lieu.magasin.nom));
    Ok(modele)
}

/// By day and ingredient, oldest day first, then by name.
fn grouper(manques: &[ManqueOuvert]) -> Vec<Vec<&ManqueOuvert>> {
    let mut groupes: BTreeMap<(NaiveDate, String, Uuid), Vec<&ManqueOuvert>> = BTreeMap::new();
    for m in manques {
        let cle = (m.date, cle_de_tri(&m.ingredient_nom), m.ingredient_id);
        groupes.entry(cle).or_default().push(m);
    }
    groupes.into_values().collect()
}

/// Of at least one debt.
fn groupe(
    manques: &[&ManqueOuvert],
    possibles: &HashMap<Uuid, Vec<LotPossible>>,
    refusee: Option<&Refusee<'_>>,
) -> Groupe {
    let m = manques[0];
    let refusee = refusee.filter(|r| manques.iter().any(|m| r.manques.contains(&m.id)));
    let saisi = |champ| refusee.map(|r| r.formulaire.champ(champ).to_owned()).unwrap_or_default();
    let choisi = saisi("lot_id");
    // What could not have been consumed on that day is not offered.
    let lots = possibles.get(&m.ingredient_id).map_or(&[][..], Vec::as_slice);
    let bons = lots.iter().filter(|l| l.date_dlc.is_none_or(|dlc| dlc >= m.date));
    let memes = refusee.filter(|r| r.meme_cle).map(|r| r.formulaire.champ("cle").to_owned());
    let total: Quantite = manques.iter().map(|m| m.quantite).sum();
    Groupe {
        id: m.id,
        ingredient_id: m.ingredient_id,
        manques: manques.iter().map(|m| m.id).collect(),
        titre: format!("{} {}", m.unite.francais(total), de(&m.ingredient_nom)),
        jour: jour(m.date),
        origines: origines(manques),
        cle: memes.unwrap_or_else(|| Uuid::now_v7().to_string()),
        lots: bons.map(|l| Choix::de(l.id, &etiquette(l), l.id.to_string() == choisi)).collect(),
        code_lot: saisi("code_lot"),
        date_dlc: saisi("date_dlc"),
        perdue: !saisi("perdue").is_empty(),
        refus: refusee.map(|r| r.phrase.clone()).unwrap_or_default(),
    }
}

/// `Niçoise : 60 g`, each recipe once.
fn origines(manques: &[&ManqueOuvert]) -> Vec<String> {
    let mut par_recette: BTreeMap<&str, Quantite> = BTreeMap::new();
    for m in manques {
        *par_recette.entry(&m.recette_nom).or_insert(Quantite::ZERO) += m.quantite;
    }
    let unite = manques[0].unite;
    par_recette.iter().map(|(nom, q)| format!("{nom}\u{a0}: {}", unite.francais(*q))).collect()
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
    format!("Régularisé : {quoi} {} sur {lot}{dlc}.", de(&p.ingredient_nom))
}
