//! The tables of the production page, ready to be read: the plan as it can be changed, its needs,
//! what was made and from which lots. Pure.

use std::collections::HashMap;

use chrono_tz::Tz;
use serde_json::Value;
use uuid::Uuid;

use super::Choix;
use super::faites::{Du, Faite, LotFait, LotPris};
use super::saisie::{NOUVELLE, Saisie};
use crate::domaine::texte::cle_de_tri;
use crate::domaine::{Decimal, Quantite, UniteBase};
use crate::plan::montrer::{self, LigneDuPlan};
use crate::plan::{Besoin, Besoins, LignePlan};
use crate::platform::errors::ErreurCritiqueMetier;
use crate::platform::http::mots::{date, de, heure, quantite_et_mot, statut};
use crate::platform::http::pages::Statut;
use crate::recettes::NomRecette;

/// A line of the plan, and what is typed into it.
#[derive(Debug)]
pub(crate) struct Ligne {
    pub vue: LigneDuPlan,
    /// The planned quantity that the person sees, in thousandths.
    pub milliemes: i64,
    pub texte: String,
    /// Typed otherwise than planned: what the plan says.
    pub au_plan: String,
    pub faute: String,
    /// As the kitchen settled it: who, when, why.
    pub reglee: String,
}

impl Ligne {
    /// `Wok : 6, ajusté. Camille, 08:42 : rupture de riz`; none of a line that is as planned.
    pub(crate) fn laissee(&self) -> Option<String> {
        let Self { vue: LigneDuPlan { recette, fait, statut, .. }, reglee, .. } = self;
        let dit = format!("{recette}\u{a0}: {fait} ({}), {reglee}", statut.texte);
        (!reglee.is_empty()).then_some(dit)
    }
}

/// What was typed, and what is wrong with it.
#[derive(Default)]
pub(crate) struct Tape {
    textes: HashMap<Uuid, String>,
    fautes: HashMap<Uuid, String>,
    /// Into the line that adds a recipe: which one, and how much.
    nouvelle: Option<(Uuid, String)>,
    faute_nouvelle: String,
}

impl Tape {
    pub(crate) fn de(saisie: &Saisie, refus: &ErreurCritiqueMetier) -> Self {
        let (nouvelles, lignes): (Vec<_>, Vec<_>) = saisie.lignes.iter().partition(|l| l.nouvelle);
        let mut tape = Self {
            textes: lignes.iter().map(|l| (l.recette_id, l.texte.clone())).collect(),
            nouvelle: nouvelles.first().map(|l| (l.recette_id, l.texte.clone())),
            ..Self::default()
        };
        let erreurs = refus.champs.get("erreurs").and_then(Value::as_array);
        for erreur in erreurs.into_iter().flatten() {
            let champ = erreur["champ"].as_str().unwrap_or_default();
            let faute = format!("Cette quantité {}.", erreur["message"].as_str().unwrap_or("?"));
            match champ.parse() {
                Ok(recette) => drop(tape.fautes.insert(recette, faute)),
                Err(_) if champ == NOUVELLE => tape.faute_nouvelle = faute,
                Err(_) => {}
            }
        }
        tape
    }
}

/// Lines without anything planned or made are not shown, unless something was typed there.
pub(crate) fn plan(
    lignes: &[LignePlan],
    besoins: Option<&Besoins>,
    (tape, fuseau): (&Tape, Tz),
) -> Vec<Ligne> {
    let vues = lignes.iter().filter(|l| {
        l.quantite_planifiee.est_positive()
            || l.quantite_produite.est_positive()
            || tape.textes.contains_key(&l.recette_id)
    });
    vues.map(|l| Ligne { reglee: reglee(l, fuseau), ..ligne(l, besoins, tape) }).collect()
}

fn ligne(l: &LignePlan, besoins: Option<&Besoins>, tape: &Tape) -> Ligne {
    let vue = montrer::ligne(l, besoins);
    // What is sent back untouched is what is kept, to the last digit.
    let exact = l.unite.exact(l.quantite_planifiee);
    let texte = tape.textes.get(&l.recette_id).unwrap_or(&exact).clone();
    Ligne {
        milliemes: l.quantite_planifiee.en_milliemes(),
        au_plan: if texte == exact { String::new() } else { exact },
        faute: tape.fautes.get(&l.recette_id).cloned().unwrap_or_default(),
        texte,
        vue,
        reglee: String::new(),
    }
}

/// `Camille, 08:42 : rupture de riz`; nothing of a line that is not settled otherwise than planned.
fn reglee(l: &LignePlan, fuseau: Tz) -> String {
    let Some(d) = l.declaration.as_ref().filter(|_| l.dite_autrement()) else {
        return String::new();
    };
    let quand = heure(&d.date_heure.with_timezone(&fuseau));
    let auteur = d.auteur.as_deref().unwrap_or("ligne de commande");
    let motif = d.motif.as_deref().map(|m| format!("\u{a0}: {m}")).unwrap_or_default();
    format!("{auteur}, {quand}{motif}")
}

/// The line that adds a recipe.
#[derive(Debug, Default)]
pub(crate) struct Ajout {
    pub recettes: Vec<Choix>,
    pub texte: String,
    pub faute: String,
}

pub(crate) fn ajout(recettes: Vec<NomRecette>, lignes: &[LignePlan], tape: &Tape) -> Ajout {
    let choisie = tape.nouvelle.as_ref().map(|(recette, _)| *recette);
    let au_plan = |id| {
        lignes.iter().any(|l| {
            l.recette_id == id
                && (l.quantite_planifiee.est_positive() || l.quantite_produite.est_positive())
        })
    };
    let mut recettes: Vec<NomRecette> =
        recettes.into_iter().filter(|r| Some(r.id) == choisie || !au_plan(r.id)).collect();
    recettes.sort_by_cached_key(|r| cle_de_tri(&r.nom));
    Ajout {
        recettes: recettes
            .iter()
            .map(|r| Choix::de(r.id, &en_unite(r), Some(r.id) == choisie))
            .collect(),
        texte: tape.nouvelle.as_ref().map(|(_, texte)| texte.clone()).unwrap_or_default(),
        faute: tape.faute_nouvelle.clone(),
    }
}

/// `Houmous (g)`; pieces go without saying.
fn en_unite(r: &NomRecette) -> String {
    match r.unite {
        UniteBase::Piece => r.nom.clone(),
        unite => format!("{} ({unite})", r.nom),
    }
}

/// What the rest of the plan takes of an ingredient.
#[derive(Debug)]
pub(crate) struct LigneBesoin {
    pub ingredient: String,
    pub besoin: String,
    pub disponible: String,
    pub prevu: String,
    pub ecartes: String,
    pub statut: Statut,
}

/// What is short comes first.
pub(crate) fn besoins(b: &Besoins) -> Vec<LigneBesoin> {
    let (courts, autres): (Vec<_>, Vec<_>) =
        b.besoins.iter().partition(|b| b.manque.est_positive());
    courts.into_iter().chain(autres).map(besoin).collect()
}

fn besoin(b: &Besoin) -> LigneBesoin {
    let dire = |q: Quantite| b.unite.lisible(q);
    LigneBesoin {
        ingredient: b.ingredient_nom.clone(),
        besoin: dire(b.besoin),
        disponible: dire(b.disponible),
        prevu: if b.prevu_au_plan.est_nulle() { String::new() } else { dire(b.prevu_au_plan) },
        ecartes: ecartes(b.unite, b.perime, b.bloque),
        statut: if b.manque.est_positive() {
            statut("manque", "manque", format!("Manque {}", b.unite.assez(b.manque)))
        } else {
            statut("fait", "fait", "Suffisant")
        },
    }
}

fn ecartes(unite: UniteBase, perime: Quantite, bloque: Quantite) -> String {
    let ecartes = [(perime, "périmé"), (bloque, "bloqué")].into_iter();
    let dits = ecartes.filter(|(q, _)| q.est_positive());
    let dits: Vec<String> = dits.map(|(q, mot)| quantite_et_mot(q, unite, mot)).collect();
    dits.join(", ")
}

/// What is wrong with the reason that was given, or was not.
pub(crate) fn faute_du_motif(refus: &ErreurCritiqueMetier) -> String {
    let erreurs = refus.champs.get("erreurs").and_then(Value::as_array);
    let faute = erreurs.into_iter().flatten().find(|e| e["champ"] == "motif");
    let message = faute.and_then(|e| e["message"].as_str());
    message.map(|m| format!("La raison {m}.")).unwrap_or_default()
}

/// One shortage of a refusal.
#[derive(Debug)]
pub(crate) struct Manque {
    pub ingredient: String,
    pub manque: String,
    pub detail: String,
}

/// Every shortage the refusal tells.
pub(crate) fn manques(refus: &ErreurCritiqueMetier) -> Vec<Manque> {
    let manques = refus.champs.get("manques").and_then(Value::as_array);
    manques.into_iter().flatten().map(manque).collect()
}

fn manque(m: &Value) -> Manque {
    let unite = m["unite"].as_str().and_then(UniteBase::lire).unwrap_or(UniteBase::Piece);
    let q = |champ: &str| quantite(&m[champ]);
    let mut detail = format!(
        "Besoin {} · utilisable {}",
        unite.lisible(q("besoin")),
        unite.lisible(q("disponible"))
    );
    let ecartes = ecartes(unite, q("perime"), q("bloque"));
    if !ecartes.is_empty() {
        detail.push_str(&format!(" · en stock\u{a0}: {ecartes}"));
    }
    Manque {
        ingredient: m["ingredient_nom"].as_str().unwrap_or_default().to_owned(),
        manque: unite.assez(q("manque")),
        detail,
    }
}

/// A quantity as we write it in JSON.
fn quantite(v: &Value) -> Quantite {
    let nombre = v.as_number().and_then(|n| Decimal::lire_json(n.as_str()).ok());
    let milliemes = nombre.and_then(|n| n.en_milliemes().ok());
    Quantite::milliemes(milliemes.unwrap_or_default())
}

/// What was made of one recipe, and from which lots.
#[derive(Debug)]
pub(crate) struct RecetteFaite {
    pub recette: String,
    pub total: String,
    pub lots: Vec<LotVu>,
    pub pris: Vec<LotVu>,
    pub dus: Vec<String>,
}

#[derive(Debug)]
pub(crate) struct LotVu {
    /// Of which article; empty for the lot that came out.
    pub article: String,
    pub quantite: String,
    pub code: String,
    pub dlc: String,
    /// When, and by whom.
    pub quand: String,
}

/// In the order of their names.
pub(crate) fn faites(
    faites: HashMap<Uuid, Faite>,
    noms: &HashMap<Uuid, String>,
    fuseau: Tz,
) -> Vec<RecetteFaite> {
    let mut vues: Vec<RecetteFaite> = faites
        .into_iter()
        .map(|(recette, f)| RecetteFaite {
            recette: noms.get(&recette).cloned().unwrap_or_default(),
            total: total(&f.lots),
            lots: f.lots.iter().map(|l| lot_fait(l, fuseau)).collect(),
            pris: f.pris.iter().map(lot_pris).collect(),
            dus: f.dus.iter().map(du).collect(),
        })
        .collect();
    vues.sort_by_cached_key(|f| cle_de_tri(&f.recette));
    vues
}

fn total(lots: &[LotFait]) -> String {
    let somme: Quantite = lots.iter().map(|l| l.quantite).sum();
    lots.first().map(|l| l.unite.francais(somme)).unwrap_or_default()
}

fn lot_fait(l: &LotFait, fuseau: Tz) -> LotVu {
    let quand = heure(&l.produit_le.with_timezone(&fuseau));
    let auteur = l.auteur.as_deref().unwrap_or("ligne de commande");
    LotVu {
        article: String::new(),
        quantite: l.unite.francais(l.quantite),
        code: l.code_lot.clone().unwrap_or_else(|| "sans code".to_owned()),
        dlc: l.date_dlc.map(date).unwrap_or_default(),
        quand: format!("{quand}, {auteur}"),
    }
}

fn lot_pris(l: &LotPris) -> LotVu {
    LotVu {
        article: l.ingredient_nom.clone(),
        quantite: l.unite.francais(l.quantite),
        code: l.code_lot.clone().unwrap_or_else(|| "sans code".to_owned()),
        dlc: l.date_dlc.map(date).unwrap_or_default(),
        quand: String::new(),
    }
}

fn du(d: &Du) -> String {
    format!("{} {}", d.unite.francais(d.quantite), de(&d.ingredient_nom))
}
