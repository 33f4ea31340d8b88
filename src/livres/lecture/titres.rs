//! The title of each recipe: what stands over its head (pure).
//!
//! Not its case tells a title, but its place, and the size of its letters where other lines stand
//! between it and the head. It may wrap onto further lines.

use std::collections::HashSet;

use super::champs::{champs, est_total};
use super::entetes;
use super::grammaire::{self, Contexte};
use super::mentions;
use super::mots::Cadre;
use super::mots_cles::{cle, est_entete};
use super::nombres::{Atome, atome};
use super::phrases;
use super::rangees::{Jeton, Rangee};
use super::suites::est_ingredient;
use super::tetes;
use crate::domaine::Decimal;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Titre {
    pub texte: String,
    /// The first line that belongs to this recipe, and its head.
    pub debut: usize,
    pub tete: usize,
    /// So many lines make the title, from `debut` on.
    pub lignes: usize,
    /// Why it may be another line, or what stands over it and may be said of it.
    pub doute: Option<&'static str>,
}

const DEUX_TITRES: &str = "Les mots au-dessus de la liste : lesquels sont son titre ?";
const AU_DESSUS: &str =
    "Une ligne au-dessus du titre parle de ce que la recette garde (DLC, portions, poids).";

/// Those of a book.
#[derive(Debug, Default)]
pub(crate) struct Titres {
    /// The letters of most.
    pub hauteur: i32,
    pub textes: HashSet<String>,
    /// A table of several recipes stands on a page before.
    pub recueil_avant: bool,
}

impl Titres {
    /// `Bol saumon ..... 12`: a line of an index.
    pub(crate) fn nomme(&self, rangee: &Rangee) -> bool {
        let noms = rangee.jetons.split_last().map_or(&[][..], |(_, noms)| noms);
        let noms: Vec<_> = noms.iter().map(|j| j.texte.to_lowercase()).collect();
        self.textes.contains(&noms.join(" "))
    }
}

/// The title of each of these heads.
pub(crate) fn trouver(rangees: &[Rangee], tetes: &[usize]) -> Vec<Titre> {
    let largeur = rangees.iter().map(|r| r.cadre.droite).max().unwrap_or(0);
    let debuts = std::iter::once(0).chain(tetes.iter().map(|t| t + 1));
    let titre = |(tete, debut): (&usize, usize)| {
        let au_dessus = rangees.get(debut..*tete).unwrap_or_default();
        let corps = rangees.get(tete + 1).map_or(0, |r| r.hauteur);
        let tete_haut = rangees.get(*tete).map_or(0, |r| r.cadre.milieu());
        trouver_un(au_dessus, (tete_haut, corps, largeur)).map_or(
            Titre { texte: String::new(), debut: *tete, tete: *tete, lignes: 0, doute: None },
            |t| {
                let doute = t.deux.then_some(DEUX_TITRES);
                let doute = doute.or(parle_au_dessus(au_dessus, t.debut).then_some(AU_DESSUS));
                let (texte, lignes) = (t.texte, t.lignes);
                Titre { texte, debut: debut + t.debut, tete: *tete, lignes, doute }
            },
        )
    };
    tetes.iter().zip(debuts).map(titre).collect()
}

/// The lines right over a title say what a recipe keeps, among other words.
fn parle_au_dessus(lignes: &[Rangee], debut: usize) -> bool {
    let Some(titre) = lignes.get(debut) else { return false };
    // The recipe above ends with its fields: what follows them is the rest of one.
    if (debut.saturating_sub(2)..debut).any(|n| suit_un_champ(lignes, n)) {
        return false;
    }
    let proches = lignes.get(..debut).unwrap_or_default().iter().rev().take(2);
    let proche = |r: &&Rangee| {
        r.page == titre.page
            && titre.cadre.milieu() - r.cadre.milieu() < titre.hauteur * 6
            && !finit_une_methode(r)
            && !a_une_quantite(r)
    };
    let mut proches = proches.take_while(proche);
    proches.any(|r| mentions::parle_d_un_champ(r) && !mentions::est_un_champ(r))
}

/// In the lines above a head.
struct Trouve {
    debut: usize,
    texte: String,
    lignes: usize,
    /// Another line may as well be the title.
    deux: bool,
}

fn trouver_un(lignes: &[Rangee], (tete, corps, largeur): (i32, i32, i32)) -> Option<Trouve> {
    let bloc = bloc(lignes, tete);
    let candidates: Vec<usize> =
        (bloc..lignes.len()).filter(|n| lignes.get(*n).is_some_and(peut_etre_titre)).collect();
    let hauteur = |n: usize| lignes.get(n).map_or(0, |r| r.hauteur);
    let grande = |n: usize| hauteur(n).saturating_mul(100) > corps.saturating_mul(108);
    let derniere = candidates.last().copied()?;
    let plus_haute = match grande(derniere) {
        true => hauteur(derniere),
        false => candidates.iter().map(|n| hauteur(*n)).max()?,
    };
    let proche = |n: usize| {
        let (h, ecart) = (hauteur(n), plus_haute / 12);
        (plus_haute - ecart..=plus_haute + ecart).contains(&h)
    };
    let proches = || candidates.iter().rev().copied().filter(|n| proche(*n));
    let nomme = |n: &usize| lignes.get(*n).is_some_and(|r| !est_un_detail(r));
    let mention = |n: &usize| lignes.get(*n).is_some_and(mentions::en_est_une);
    let nommee = proches().filter(nomme).find(|n| !mention(n)).or(proches().find(nomme));
    let fin = nommee.or(proches().next())?;
    // The title stands on the page before, or nowhere.
    let grande = grande(fin);
    let connue = lignes.get(fin).is_some_and(mentions::est_connue);
    // `EDITION UN`, in the letters of a title and alone over its list.
    if connue && !(grande && lignes.get(fin).is_some_and(est_nue)) {
        return None;
    }
    let mut debut = fin;
    while let Some(avant) = debut.checked_sub(1).filter(|n| *n >= bloc && candidates.contains(n)) {
        let (Some(haut), Some(bas)) = (lignes.get(avant), lignes.get(debut)) else { break };
        let joint = (grande && se_suivent(haut, bas)) || deborde(haut, bas, largeur);
        let joint = joint && !est_ingredient(haut);
        if !proche(avant) || mention(&avant) || !joint {
            break;
        }
        debut = avant;
    }
    let autre = |n: usize| {
        let libre = proche(n) && nomme(&n) && !mention(&n) && !suit_un_champ(lignes, n);
        let ligne = lignes.get(n).filter(|_| libre);
        ligne.is_some_and(|r| !est_ingredient(r) && !phrases::est_une_note(r))
    };
    let deux = connue || candidates.iter().any(|n| *n < debut && autre(*n));
    let textes: Vec<String> = lignes.get(debut..=fin)?.iter().map(Rangee::texte).collect();
    Some(Trouve { debut, texte: textes.join(" "), lignes: fin + 1 - debut, deux })
}

/// It says no number of anything, and announces nothing.
fn est_nue(rangee: &Rangee) -> bool {
    let dit = |j: &Jeton| j.texte.contains(|c: char| c.is_ascii_digit() || c == ':');
    !rangee.jetons.iter().any(dit)
}

/// `ÉTIQUETTE / DLC J+2`, under a packaging that goes on.
fn suit_un_champ(lignes: &[Rangee], n: usize) -> bool {
    n.checked_sub(1).and_then(|n| lignes.get(n)).is_some_and(a_un_champ)
}

/// Lines of one title, and no chapter over a title.
fn se_suivent(haut: &Rangee, bas: &Rangee) -> bool {
    let saut = bas.cadre.milieu() - haut.cadre.milieu();
    let capitales = |r: &Rangee| !r.texte().chars().any(char::is_lowercase);
    saut * 10 <= haut.hauteur.max(bas.hauteur) * 14 && capitales(haut) == capitales(bas)
}

/// The first of the lines that stand together over the head.
fn bloc(lignes: &[Rangee], tete: i32) -> usize {
    let mut bas = tete;
    let mut bloc = lignes.len();
    let mut titre_vu = false;
    for (rang, ligne) in lignes.iter().enumerate().rev() {
        let saut = bas - ligne.cadre.milieu();
        let limite = ligne.hauteur * if titre_vu { 2 } else { 4 };
        let etranger =
            titre_vu && (a_un_champ(ligne) || est_total(&ligne.jetons) || finit_une_methode(ligne));
        if bloc < lignes.len() && (saut > limite || etranger) {
            break;
        }
        bas = ligne.cadre.milieu();
        titre_vu |= peut_etre_titre(ligne);
        bloc = rang;
        let quantite = a_une_quantite(ligne) && !mentions::en_est_une(ligne);
        if titre_vu && quantite && rang + 1 < lignes.len() {
            // An ingredient of the recipe above: not part of this one.
            return rang + 1;
        }
    }
    bloc
}

/// A step of the recipe above, however wide: no first line of a title.
fn finit_une_methode(rangee: &Rangee) -> bool {
    let point =
        rangee.jetons.len() > 2 && rangee.jetons.last().is_some_and(|j| j.texte.ends_with('.'));
    point || phrases::est_une_etape(rangee)
}

fn a_un_champ(rangee: &Rangee) -> bool {
    !champs(&rangee.jetons).is_empty()
}

pub(crate) fn peut_etre_titre(rangee: &Rangee) -> bool {
    let lettres = rangee.jetons.iter().any(|j| j.texte.chars().any(char::is_alphabetic));
    lettres && !a_un_champ(rangee) && !est_total(&rangee.jetons) && !nomme_des_colonnes(rangee)
}

/// The title on its line, and what stands apart on its right or its left: `DLC J+1`, `12 pièces`,
/// `8,90 €`; other words too, far from a title of one line, where they are no words set wide.
pub(crate) fn separer(rangee: &Rangee, seule: bool) -> (String, Vec<Rangee>) {
    let cellules = entetes::cellules(&rangee.jetons);
    let a_part = |jetons: &[Jeton]| Rangee {
        jetons: jetons.to_vec(),
        cadre: Cadre::autour(jetons.iter().map(|j| j.cadre)),
        mots: 0,
        ..Rangee::default()
    };
    let intitule = |r: &Rangee| mentions::est_un_intitule(&r.texte());
    let dites = |r: &Rangee| a_un_champ(r) || est_un_detail(r) || est_une_marque(r) || intitule(r);
    let mut lignes: Vec<Rangee> = cellules.into_iter().map(a_part).collect();
    let loin =
        lignes.windows(2).all(|p| p[1].cadre.gauche - p[0].cadre.droite > rangee.hauteur * 3);
    let nommee = lignes.iter().position(|r| peut_etre_titre(r) && !dites(r));
    let autres = lignes.iter().filter(|r| !dites(r)).count();
    match nommee.filter(|_| lignes.len() > 1 && (autres == 1 || (seule && loin))) {
        Some(n) => {
            let titre = lignes.remove(n).texte();
            lignes.iter_mut().for_each(|r| (r.page, r.hauteur) = (rangee.page, rangee.hauteur));
            (titre, lignes)
        }
        None => (rangee.texte(), Vec::new()),
    }
}

/// A number, a price, a page: says nothing of what the recipe is made of.
pub(crate) fn est_une_marque(rangee: &Rangee) -> bool {
    let muet = |c: &str| {
        let page = matches!(c, "page" | "p" | "n" | "no" | "ttc" | "ht" | "eur" | "euros" | "prix");
        page || !c.chars().any(char::is_alphabetic)
    };
    rangee.cles().all(muet)
}

/// `Grammage`, `Quantité (g)`: the head of a table, or what is left of one that is folded.
pub(crate) fn nomme_des_colonnes(rangee: &Rangee) -> bool {
    let mut cles = rangee.cles().filter(|c| !c.is_empty()).peekable();
    cles.peek().is_some() && cles.all(est_entete)
}

/// `BOL 10 PERS`: a plateau of 24 pieces is one plateau, but who eats is not said of one.
pub(crate) fn dit_pour_combien(titre: &str) -> bool {
    let mots: Vec<_> = titre.split_whitespace().map(cle).collect();
    let nombre = |m: &str| m.bytes().all(|c| c.is_ascii_digit()) && !m.is_empty() && m != "1";
    let mangeurs = ["pers", "personne", "personnes", "convives", "portions", "parts", "couverts"];
    let fois = |m: &str| matches!(atome(m), Atome::Fois(n) if n != Decimal::entier(1));
    mots.windows(2).any(|p| nombre(&p[0]) && mangeurs.contains(&p[1].as_str()))
        || titre.split_whitespace().any(fois)
}

/// `Pour 1 pièce`, `Réf. 1204`: stands between a title and its list, or right under it.
pub(crate) fn est_un_detail(rangee: &Rangee) -> bool {
    if tetes::portions(rangee).is_some() {
        return true;
    }
    let details = ["pour", "ref", "reference", "code", "version", "portion", "rendement", "saison"];
    let chiffre = rangee.jetons.iter().any(|j| j.texte.chars().any(|c| c.is_ascii_digit()));
    chiffre && details.contains(&rangee.premiere_cle())
}

fn a_une_quantite(rangee: &Rangee) -> bool {
    let large = rangee.jetons.last().is_some_and(|j| j.large);
    large && !grammaire::lire(&rangee.jetons, Contexte::default()).fin.is_empty()
}

/// The first word of `bas` would not have fitted at the end of `haut`.
fn deborde(haut: &Rangee, bas: &Rangee, largeur: i32) -> bool {
    let mot = bas.jetons.first().map_or(0, |j| j.cadre.largeur());
    let espace = haut.hauteur / 4;
    // A page of short lines does not say how wide its column is.
    if largeur - haut.cadre.gauche < haut.hauteur * 14 {
        return false;
    }
    haut.cadre.droite.saturating_add(mot).saturating_add(espace) > largeur
}
