//! The lines of one recipe: which reading of each, what goes into the recipe, and what is left in
//! doubt (pure).

use super::champs::PoidsImprime;
use super::composition::Comprise;
use super::comptes::sous_les_pieces;
use super::exces::chiffres_en_trop;
use super::grammaire::{Lecture, Lectures};
use super::nombres::multiplier;
use super::poids::{Verdict, cibles, departager, desaccord, juger};
use super::quantites::Hesitation;
use super::rangees::Rangee;
use super::repliees::{self, Ligne};
use super::sommes;
use super::soupcons::soupcon;
use super::{CodeDeDoute, Doute, LigneLue, Remarque, TexteDePage};
use crate::domaine::Decimal;

/// A list whose bare numbers are grams bears none that is less, beside its litres and bunches.
const GRAMMES_NUS_MIN: i64 = 20;
/// So many are no pieces.
const PIECES_MAX: i64 = 1000;

pub(crate) fn lire_la_liste(
    comprise: &mut Comprise,
    lignes: Vec<Ligne>,
    (pieces_dabord, poids, totaux, unite): (bool, Option<PoidsImprime>, &[Rangee], Option<&str>),
) {
    let lectures = repliees::lectures(&lignes, pieces_dabord);
    let par_la_tete = commence_par_les_quantites(&lectures);
    let (mut gardees, mut possibles) = (Vec::new(), Vec::new());
    let lisible = |l: &Lectures| l.tete.is_some() || !l.fin.is_empty();
    let derniere = lectures.iter().rposition(lisible).unwrap_or(0);
    for (rang, (ligne, lectures)) in lignes.into_iter().zip(lectures).enumerate() {
        let mut choix = choisir(lectures, par_la_tete);
        choix.iter_mut().for_each(|l| {
            l.net = ligne.net.or(l.net);
            l.compter_en(unite);
        });
        if !choix.is_empty() {
            gardees.push(ligne);
            possibles.push(choix);
        } else if rang > derniere && ligne.est_petite() {
            let phrase = "Ces mots de la fiche ne sont pas compris.".to_owned();
            comprise.recette.doutes.push(doute(CodeDeDoute::Texte, &ligne, phrase));
        } else if !ligne.est_un_intertitre() || (rang > derniere && ligne.nomme()) {
            let phrase = "Cette ligne de la composition ne se lit pas.".to_owned();
            comprise.recette.doutes.push(doute(CodeDeDoute::LigneIllisible, &ligne, phrase));
            comprise.illisibles.push(TexteDePage { page: ligne.page, texte: ligne.texte });
        }
    }
    let cibles = cibles(poids, comprise.recette.rendement);
    departager(&mut possibles, &cibles);
    let lues = gardees.iter().zip(&possibles);
    let lues = lues.filter_map(|(g, p)| Some((g.jetons.as_slice(), p.first()?)));
    let mut nues = nues(&possibles);
    nues.extend(sous_les_pieces(&lues.collect::<Vec<_>>()));
    let mut verdict = juger(&possibles, &cibles, |_| false);
    nues.retain(|rang| !possibles.get(*rang).is_some_and(|l| prouve_les_grammes(verdict, l)));
    if !nues.is_empty() && matches!(verdict, Verdict::Aucun { .. }) {
        // Those are told by themselves: the weight is judged by what is known.
        verdict = juger(&possibles, &cibles, |rang| nues.contains(&rang));
    }
    dire_le_poids(comprise, (poids, verdict), &possibles);
    let incertaine = |rang: usize| nues.contains(&rang);
    let rendement = comprise.recette.rendement;
    let faux = sommes::comparer(totaux, &possibles, (rendement, &incertaine));
    comprise.recette.doutes.extend(faux);
    let parties = if verdict.est_exact() { Vec::new() } else { sommes::parties(&possibles) };
    let premieres = possibles.iter().filter_map(|l| l.first());
    let colonne = premieres.filter(|l| nombre_au_bout(&l.libelle).is_some()).count() > 1;
    for (rang, (ligne, possibles)) in gardees.into_iter().zip(possibles).enumerate() {
        let Some(lecture) = possibles.into_iter().next() else { continue };
        let nue = nues.contains(&rang);
        let reprise = parties.contains(&rang).then(|| {
            let phrase =
                "Ce poids est celui des lignes qui suivent : une partie, ou un ingrédient ?";
            (CodeDeDoute::Quantite, phrase.to_owned())
        });
        let doute = douter(&ligne, &lecture, (verdict, colonne), nue).or(reprise);
        let doute = doute.map(|(code, phrase)| self::doute(code, &ligne, phrase));
        let recette = &mut comprise.recette;
        recette.lignes.push(lue(ligne, lecture, verdict, (nue, doute.is_some())));
        recette.doutes.extend(doute);
    }
}

/// The digits that nothing explains and that end this name: `Sauce huître 60`.
fn nombre_au_bout(libelle: &str) -> Option<&str> {
    chiffres_en_trop(libelle, false).filter(|mot| libelle.ends_with(mot))
}

/// More than half of the lines that can be read do so in this book.
fn commence_par_les_quantites(lectures: &[Lectures]) -> bool {
    let lisibles = lectures.iter().filter(|l| l.tete.is_some() || !l.fin.is_empty()).count();
    lectures.iter().filter(|l| l.tete.is_some()).count() * 2 > lisibles
}

fn choisir(lectures: Lectures, par_la_tete: bool) -> Vec<Lecture> {
    match lectures.tete {
        Some(tete) if par_la_tete || lectures.fin.is_empty() => vec![tete],
        _ => lectures.fin,
    }
}

/// The lines whose number may be no grams: the others bear a unit. Where that is the gram, any that
/// may be a number of pieces; where it is kilograms, volumes, bunches, grams may go without saying.
fn nues(possibles: &[Vec<Lecture>]) -> Vec<usize> {
    let premieres = || possibles.iter().map(|l| l.first());
    let unites = || {
        let dites = premieres().flatten().filter(|l| !l.nue);
        dites.filter_map(|l| l.unite.as_deref()).filter(|u| *u != "piece")
    };
    if unites().next().is_none() {
        return Vec::new();
    }
    let grammes = unites().any(|u| matches!(u, "g" | "mg"));
    let max = if grammes { PIECES_MAX } else { GRAMMES_NUS_MIN };
    let nue = |l: &Lecture| {
        let nombre = l.quantite.and_then(|q| q.en_milliemes().ok());
        l.nue && l.pieces.is_none() && nombre.is_none_or(|n| n < max * 1000)
    };
    let rangs = premieres().enumerate();
    rangs.filter(|(_, l)| l.is_some_and(nue)).map(|(rang, _)| rang).collect()
}

/// Without these grams, the sum would not be the weight.
fn prouve_les_grammes(verdict: Verdict, lectures: &[Lecture]) -> bool {
    let lecture = lectures.first();
    lecture.and_then(en_milliemes).is_some_and(|n| verdict.prouve(n))
}

fn en_milliemes(lecture: &Lecture) -> Option<i64> {
    lecture.quantite.and_then(|q| q.en_milliemes().ok())
}

/// `0,1` without a unit: a kitchen weighs no such grams.
fn sous_le_gramme(lecture: &Lecture) -> bool {
    let peu = en_milliemes(lecture).is_some_and(|n| n < 1000);
    let fraction = lecture.hesitation == Some(Hesitation::FractionNue);
    peu && !fraction && lecture.nue && lecture.pieces.is_none()
}

/// More than one: whether the grams are those of each is a question.
fn plusieurs(lecture: &Lecture) -> bool {
    let un = Decimal::entier(1);
    lecture.quantite.is_some() && lecture.pieces.is_some_and(|p| p != un)
}

fn dire_le_poids(
    comprise: &mut Comprise,
    (poids, verdict): (Option<PoidsImprime>, Verdict),
    possibles: &[Vec<Lecture>],
) {
    let pieces = possibles.iter().filter_map(|l| l.first()).any(plusieurs);
    let (page, titre) = (comprise.recette.page, comprise.recette.titre.clone());
    match (verdict, poids) {
        (Verdict::Aucun { somme }, Some(poids)) => {
            let (code, texte) = (CodeDeDoute::Poids, format!("{} g", poids.grammes.francais()));
            let phrase = desaccord(poids.grammes, somme);
            comprise.recette.doutes.push(Doute { code, page, texte, phrase });
        }
        (Verdict::ParPiece { .. }, _) => {
            comprise.remarques.push(Remarque::GrammesParPiece { page, titre });
        }
        (Verdict::Muet, _) if pieces => comprise.remarques.push(Remarque::GrammesDeLaLigne),
        _ => {}
    }
}

/// What a person has to look at in this line, if the weight does not prove it. `colonne`: names end
/// with a number on several lines.
fn douter(
    ligne: &Ligne,
    lecture: &Lecture,
    (verdict, colonne): (Verdict, bool),
    nue: bool,
) -> Option<(CodeDeDoute, String)> {
    let dit = |code, phrase: &str| Some((code, phrase.to_owned()));
    let grammes = en_milliemes(lecture).unwrap_or(0);
    match lecture.hesitation {
        Some(Hesitation::Fourchette) => {
            return dit(CodeDeDoute::Quantite, "D'une quantité à l'autre : laquelle ?");
        }
        Some(Hesitation::DeuxFacons) if !verdict.prouve(grammes) => {
            let phrase = "Cette quantité se lit avec des décimales, ou avec des milliers.";
            return dit(CodeDeDoute::Quantite, phrase);
        }
        _ if sous_le_gramme(lecture) && !verdict.prouve(grammes) => {
            return dit(CodeDeDoute::Quantite, "Ce nombre est sans unité : grammes, ou kilos ?");
        }
        Some(Hesitation::DecimalesNues) if !verdict.prouve(grammes) && !verdict.est_exact() => {
            return dit(CodeDeDoute::Quantite, "Ce nombre est sans unité : grammes, ou kilos ?");
        }
        Some(Hesitation::Milliers) if !verdict.prouve(grammes) => {
            let phrase = "Un seul nombre, ou la fin du nom et une quantité ?";
            return dit(CodeDeDoute::Quantite, phrase);
        }
        Some(Hesitation::Longueur) => {
            return dit(CodeDeDoute::Quantite, "Une longueur n'est pas une quantité en stock.");
        }
        Some(Hesitation::Cuillers) => {
            let phrase = "Des cuillères à café, ou des centimètres cubes ?";
            return dit(CodeDeDoute::Quantite, phrase);
        }
        Some(Hesitation::FoisApres) if !verdict.prouve(grammes) => {
            return dit(CodeDeDoute::Quantite, "Cette quantité est celle de tout, ou de chacun ?");
        }
        Some(Hesitation::FractionNue) => {
            return dit(CodeDeDoute::SansUnite, "Cette fraction est sans unité.");
        }
        _ => {}
    }
    if nue {
        let phrase = "Ce nombre est sans unité : des grammes, ou des pièces ?";
        return dit(CodeDeDoute::SansUnite, phrase);
    }
    if let Some(phrase) = soupcon(ligne, lecture, verdict) {
        return dit(CodeDeDoute::Quantite, phrase);
    }
    // `Sauce huître 60 | 2`: the weight shows where the name ends; on several lines it may be that of
    // another column.
    let prouve = |mot: &str| {
        let sien = lecture.libelle.ends_with(mot) && est_du_nom(ligne, mot);
        verdict.est_exact() && !colonne && sien
    };
    let reste =
        chiffres_en_trop(&lecture.libelle, a_part(ligne, lecture)).filter(|mot| !prouve(mot))?;
    Some((CodeDeDoute::ChiffresEnTrop, format!("Rien n'explique « {reste} » dans ce nom.")))
}

/// These digits stand beside the name on its first line: neither among the quantities, as one that
/// was struck out, nor under it, as what is said of it.
fn est_du_nom(ligne: &Ligne, mot: &str) -> bool {
    let haut = ligne.jetons.first().map_or(0, |j| j.cadre.milieu());
    let memes = ligne.jetons.iter().filter(|j| j.texte == mot);
    memes.take(1).all(|j| !j.large && (j.cadre.milieu() - haut).abs() * 2 < j.cadre.hauteur())
}

/// Its quantity stands in a column of its own, and is no number of bottles.
fn a_part(ligne: &Ligne, lecture: &Lecture) -> bool {
    let debut = ligne.jetons.iter().skip(1).position(|j| j.large).map(|n| n + 1);
    let avant = debut.and_then(|n| ligne.jetons.get(..n)).unwrap_or_default();
    let nom: Vec<&str> = avant.iter().map(|j| j.texte.as_str()).collect();
    let peu = lecture.nue && en_milliemes(lecture).is_some_and(|n| n < 5_000);
    !peu && nom.join(" ").ends_with(&lecture.libelle)
}

fn lue(
    ligne: Ligne,
    lecture: Lecture,
    verdict: Verdict,
    (nue, en_doute): (bool, bool),
) -> LigneLue {
    let douteuse = en_doute || (matches!(verdict, Verdict::Aucun { .. }) && plusieurs(&lecture));
    let par_piece = matches!(verdict, Verdict::ParPiece { .. });
    // Gross is what the stock gives; the weight alone is judged by the net.
    let entre = match (lecture.quantite, lecture.pieces) {
        (Some(quantite), Some(pieces)) if par_piece => multiplier(pieces, quantite),
        (quantite, _) => quantite,
    };
    let sans_unite = nue || lecture.hesitation == Some(Hesitation::FractionNue);
    let unite = if sans_unite { Some("piece".to_owned()) } else { lecture.unite };
    LigneLue {
        libelle: lecture.libelle,
        texte: ligne.texte,
        quantite: lecture.quantite,
        quantite_recette: entre.filter(|_| !douteuse),
        quantite_nette: lecture.net,
        unite,
        pieces: lecture.pieces,
        page: ligne.page,
    }
}

/// Its words are those of the line, so that both are found together.
fn doute(code: CodeDeDoute, ligne: &Ligne, phrase: String) -> Doute {
    Doute { code, page: ligne.page, texte: ligne.texte.clone(), phrase }
}
