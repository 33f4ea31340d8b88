//! The production page as it is shown: after a look, after what was done, after a refusal.

use std::collections::HashMap;

use askama::Template;
use axum::http::Method;
use chrono::{Datelike, Days, NaiveDate, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::actes::Fait;
use super::faites::{self, Derniere, Journee};
use super::saisie::Saisie;
use super::tableau::{self, Ajout, Ligne, LigneBesoin, Manque, RecetteFaite, Tape};
use super::{A_CONFIRMER, Choix, Lieu};
use crate::domaine::{Quantite, Verdict};
use crate::plan::{self, Besoins, LignePlan};
use crate::platform::comptes::{Personne, Role, droits};
use crate::platform::errors::{Erreur, ErreurCritiqueMetier};
use crate::platform::http::mots::{compte, heure, jour, s, statut};
use crate::platform::http::pages::{Page, Statut};
use crate::recettes::{self, NomRecette};

/// Whose page: the magasin, the day, the person.
pub(crate) struct A {
    pub lieu: Lieu,
    pub date: NaiveDate,
    pub personne: Personne,
}

impl A {
    /// May this person make something of that day now?
    fn verdict(&self) -> Verdict {
        let responsable = self.personne.role == Role::Admin;
        self.lieu.magasin.calendrier().juger(self.date, Utc::now(), responsable)
    }
}

/// What the page answers to.
pub(crate) enum Retour {
    Fait(Fait),
    Refus(Saisie, ErreurCritiqueMetier),
    /// That production is about to be taken back: asked once.
    Reprendre(Uuid),
}

#[derive(Template)]
#[template(path = "production_jour/page/modeles/production.html")]
pub(crate) struct PageProduction {
    page: Page,
    magasins: Vec<Choix>,
    magasin: Option<Magasin>,
    peut_gerer: bool,
}

/// The day of the magasin that is looked at.
struct Magasin {
    id: Uuid,
    nom: String,
    date: NaiveDate,
    jour: String,
    veille: String,
    lendemain: String,
    cle: String,
    peut_changer: bool,
    peut_produire: bool,
    message: Option<Statut>,
    refus: Option<Refus>,
    question: Option<Question>,
    /// What the kitchen settled otherwise than planned, which the question leaves as it is.
    laissees: Vec<String>,
    lignes: Vec<Ligne>,
    /// Something typed is not kept yet.
    tapee: bool,
    ajout: Ajout,
    resume: String,
    reste: bool,
    courts: String,
    besoins: Vec<LigneBesoin>,
    incompletes: Vec<String>,
    faites: Vec<RecetteFaite>,
    /// What was made just now, not the whole day.
    a_l_instant: bool,
    ici: String,
    /// What can be taken back as a whole, and by this person.
    reprise: Option<Reprise>,
    motif: Motif,
}

/// Why a day that is over is made now: asked where it must be said.
struct Motif {
    demande: bool,
    texte: String,
    faute: String,
    /// Why nothing can be made of this day; empty when something can.
    hors_fenetre: String,
}

/// What « tout ce qui reste » would make, asked once.
struct Question {
    a_produire: Vec<String>,
    vu: String,
}

/// A production that can be taken back: by whom and when it was made.
struct Reprise {
    operation_id: Uuid,
    cle: String,
    quand: String,
    /// It is asked now.
    demandee: bool,
}

struct Refus {
    titre: &'static str,
    phrase: String,
    manques: Vec<Manque>,
    lignes: Vec<String>,
}

pub(crate) fn sans_magasin(personne: &Personne) -> PageProduction {
    let peut_gerer = peut(personne, "/api/interne/magasins");
    PageProduction { page: page(personne), magasins: Vec::new(), magasin: None, peut_gerer }
}

fn peut(personne: &Personne, chemin: &str) -> bool {
    droits::autorise(personne.role, &Method::POST, chemin)
}

fn page(personne: &Personne) -> Page {
    Page::nouvelle("Production du jour", "production").de(personne)
}

impl PageProduction {
    /// There is something to take back, and whoever asked may.
    pub(crate) fn demande_la_reprise(&self) -> bool {
        self.magasin.as_ref().and_then(|m| m.reprise.as_ref()).is_some_and(|r| r.demandee)
    }
}

pub(crate) async fn lire(
    c: &mut PgConnection,
    a: A,
    retour: Retour,
) -> Result<PageProduction, Erreur> {
    let (id, date) = (a.lieu.magasin.id, a.date);
    let (mut lignes, besoins) = lire_le_plan(c, id, date).await?;
    let operation_id = match retour {
        Retour::Fait(Fait::Production(operation)) | Retour::Reprendre(operation) => Some(operation),
        _ => None,
    };
    let faites = faites::faites(c, Journee { magasin_id: id, date, operation_id }).await?;
    let derniere = faites::derniere(c, Journee { magasin_id: id, date, operation_id }).await?;
    let peut_changer = peut(&a.personne, "/production-du-jour/plan");
    let recettes = if peut_changer { recettes::completes(c).await? } else { Vec::new() };
    let noms: HashMap<Uuid, String> =
        lignes.iter().map(|l| (l.recette_id, l.recette_nom.clone())).collect();
    let (saisie, refus) = match &retour {
        Retour::Fait(_) | Retour::Reprendre(_) => (None, None),
        Retour::Refus(saisie, refus) => (Some(saisie), Some(refus)),
    };
    lignes.extend(disparues(saisie, &lignes, &recettes));
    let tape = saisie.zip(refus).map(|(s, r)| Tape::de(s, r)).unwrap_or_default();
    let fuseau = a.lieu.magasin.tz();
    let vues = tableau::plan(&lignes, besoins.as_ref(), (&tape, fuseau));
    let ici = format!("/production-du-jour?magasin_id={id}&date=");
    let verdict = a.verdict();
    let faites = tableau::faites(faites, &noms, fuseau);
    let magasin = Magasin {
        id,
        nom: a.lieu.magasin.nom.clone(),
        date,
        jour: format!("{} {}", jour(date), date.year()),
        veille: voisin(&ici, date.checked_sub_days(Days::new(1))),
        lendemain: voisin(&ici, date.checked_add_days(Days::new(1))),
        cle: cle(saisie, refus),
        peut_changer,
        peut_produire: peut(&a.personne, "/production-du-jour/produire")
            && verdict != Verdict::Hors,
        motif: motif(verdict, (&a, saisie, refus)),
        message: message(&retour, &faites),
        refus: refus.filter(|r| r.code != A_CONFIRMER).map(|r| dire(r, saisie)),
        question: refus.filter(|r| r.code == A_CONFIRMER).map(demander),
        laissees: vues.iter().filter_map(Ligne::laissee).collect(),
        tapee: vues.iter().any(|l| !l.au_plan.is_empty())
            || saisie.is_some_and(|s| s.lignes.iter().any(|l| l.nouvelle)),
        reste: lignes.iter().any(|l| l.a_faire().est_positive()),
        courts: besoins.as_ref().map(courts).unwrap_or_default(),
        resume: resume(&lignes),
        ajout: tableau::ajout(recettes, &lignes, &tape),
        lignes: vues,
        besoins: besoins.as_ref().map(tableau::besoins).unwrap_or_default(),
        incompletes: besoins.map(|b| b.recettes_incompletes).unwrap_or_default(),
        faites,
        reprise: reprise(derniere, &a)
            .map(|r| Reprise { demandee: matches!(retour, Retour::Reprendre(_)), ..r }),
        a_l_instant: operation_id.is_some(),
        ici: format!("{ici}{date}"),
    };
    let magasins = a.lieu.choix();
    let page = page(&a.personne);
    Ok(PageProduction { page, magasins, magasin: Some(magasin), peut_gerer: peut_changer })
}

fn motif(
    verdict: Verdict,
    (a, saisie, refus): (&A, Option<&Saisie>, Option<&ErreurCritiqueMetier>),
) -> Motif {
    let aujourdhui = a.lieu.magasin.aujourdhui();
    let hors_fenetre = match verdict {
        Verdict::Hors if a.date > aujourdhui => {
            "Ce jour n’a pas commencé : son plan se prépare, \
            il se produit le jour venu."
        }
        Verdict::Hors => "Ce jour est trop ancien pour être produit.",
        Verdict::Libre | Verdict::AvecMotif => "",
    };
    Motif {
        demande: verdict == Verdict::AvecMotif,
        texte: saisie.and_then(|s| s.motif.clone()).unwrap_or_default(),
        faute: refus.map(tableau::faute_du_motif).unwrap_or_default(),
        hors_fenetre: hors_fenetre.to_owned(),
    }
}

/// A manager's any, a cook's own.
fn reprise(derniere: Option<Derniere>, a: &A) -> Option<Reprise> {
    let d = derniere?;
    if a.personne.role != Role::Admin && d.auteur_id != Some(a.personne.id) {
        return None;
    }
    let quand = heure(&d.produit_le.with_timezone(&a.lieu.magasin.tz()));
    let auteur = d.auteur.as_deref().unwrap_or("ligne de commande");
    let cle = Uuid::now_v7().to_string();
    let quand = format!("{quand}, {auteur}");
    Some(Reprise { operation_id: d.operation_id, cle, quand, demandee: false })
}

/// No plan is a plan without lines.
async fn lire_le_plan(
    c: &mut PgConnection,
    id: Uuid,
    date: NaiveDate,
) -> Result<(Vec<LignePlan>, Option<Besoins>), Erreur> {
    match plan::trouver(c, id, date).await {
        Ok(plan) => Ok((plan.lignes, Some(plan::besoins(c, id, date).await?))),
        Err(e) if e.code() == Some("plan_absent") => Ok((Vec::new(), None)),
        Err(e) => Err(e),
    }
}

/// Lines that were typed into, and that somebody else took off the plan meanwhile.
fn disparues(
    saisie: Option<&Saisie>,
    lignes: &[LignePlan],
    recettes: &[NomRecette],
) -> Vec<LignePlan> {
    let tapees = saisie.into_iter().flat_map(|s| &s.lignes).filter(|l| !l.nouvelle);
    let absentes = tapees.filter(|t| !lignes.iter().any(|l| l.recette_id == t.recette_id));
    let nommees = absentes.filter_map(|t| recettes.iter().find(|r| r.id == t.recette_id));
    let vides = nommees.map(|r| LignePlan {
        recette_id: r.id,
        recette_nom: r.nom.clone(),
        menu_id: None,
        quantite_planifiee: Quantite::ZERO,
        quantite_produite: Quantite::ZERO,
        unite: r.unite,
        reglee: false,
        declaration: None,
    });
    vides.collect()
}

fn voisin(ici: &str, date: Option<NaiveDate>) -> String {
    date.map(|d| format!("{ici}{d}")).unwrap_or_default()
}

/// A refused form keeps its key: nothing was written under it. One whose key is taken by another
/// request, and every page seen anew, gets a new one.
fn cle(saisie: Option<&Saisie>, refus: Option<&ErreurCritiqueMetier>) -> String {
    match (saisie, refus) {
        (Some(s), Some(r)) if r.code != "cle_deja_utilisee" => s.cle.clone(),
        _ => Uuid::now_v7().to_string(),
    }
}

fn message(retour: &Retour, faites: &[RecetteFaite]) -> Option<Statut> {
    let Retour::Fait(fait) = retour else { return None };
    match fait {
        Fait::Rien => None,
        Fait::Plan => Some(statut("fait", "fait", "Le plan est enregistré.")),
        Fait::DejaTout => {
            Some(statut("fait", "information", "Rien à produire : tout le plan est fait ou réglé."))
        }
        Fait::Reprise => Some(statut(
            "fait",
            "fait",
            "La production est reprise : ses lots sont retirés, ses \
                ingrédients rendus.",
        )),
        Fait::Production(_) if faites.is_empty() => None,
        Fait::Production(_) => {
            let nombre = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
            let lots = nombre(faites.iter().map(|f| f.lots.len()).sum());
            let pris = nombre(faites.iter().map(|f| f.pris.len()).sum());
            let texte = format!(
                "C’est produit : {} fabriqué{}, {} de lots d’ingrédients.",
                compte(lots, "lot"),
                s(lots),
                compte(pris, "consommation")
            );
            Some(statut("fait", "fait", texte))
        }
    }
}

fn demander(refus: &ErreurCritiqueMetier) -> Question {
    let lignes = refus.champs.get("a_produire").and_then(serde_json::Value::as_array);
    let lignes = lignes.into_iter().flatten().filter_map(|l| l.as_str().map(str::to_owned));
    let vu = refus.champs.get("empreinte").and_then(|e| e.as_str());
    Question { a_produire: lignes.collect(), vu: vu.unwrap_or_default().to_owned() }
}

fn dire(refus: &ErreurCritiqueMetier, saisie: Option<&Saisie>) -> Refus {
    let produire = saisie.is_some_and(|s| s.produire);
    let phrase = match refus.code {
        "requete_invalide" => "Corrigez ce qui est signalé, puis recommencez.".to_owned(),
        "cle_deja_utilisee" => "Cette page avait déjà servi. Vérifiez ce qui suit, puis \
            recommencez."
            .to_owned(),
        _ => refus.detail.to_string(),
    };
    let listes = ["doutes", "lignes"].into_iter().filter_map(|champ| refus.champs.get(champ));
    let lignes = listes.filter_map(serde_json::Value::as_array).flatten().filter_map(|l| {
        let quoi = l["texte"].as_str().or(l["libelle"].as_str())?;
        Some(format!("{} : {quoi}", l["recette_nom"].as_str()?))
    });
    Refus {
        titre: match refus.code {
            "ligne_changee" | "production_deja_annulee" | "production_deja_utilisee" => {
                "La production n’a pas été reprise"
            }
            _ if produire => "Rien n’a été produit",
            _ => "Le plan n’a pas été enregistré",
        },
        phrase,
        manques: tableau::manques(refus),
        lignes: lignes.collect(),
    }
}

/// `Il manque 3 ingrédients`; empty when nothing is short.
fn courts(besoins: &Besoins) -> String {
    match plan::montrer::courts(besoins).count() {
        0 => String::new(),
        1 => "Il manque 1 ingrédient".to_owned(),
        n => format!("Il manque {n} ingrédients"),
    }
}

/// `20 recettes · 3 faites`.
fn resume(lignes: &[LignePlan]) -> String {
    let vues = plan::montrer::lignes(lignes, None);
    let rien = lignes.iter().map(|l| l.quantite_planifiee).sum::<Quantite>().est_nulle();
    if rien { String::new() } else { plan::montrer::resume(&vues) }
}
