//! Lines that name another recipe of their book: a tray is made of what the book itself defines.
//! Pure.
//!
//! A line names a recipe by itself when it is the title, letter for letter as they are compared, and
//! no ingredient is called so; what is only alike is a suggestion. It takes grams / printed weight x
//! what that weight is of; the pieces of a line count bites, never recipes. The weight is that of the
//! recipe that is really used: where it is taken from another book, that book's; none where a hand
//! has changed it since.

use std::collections::HashMap;

use uuid::Uuid;

use super::lecture::CodeDeDoute;
use super::normaliser::cle;
use super::regler::Reglee;
use super::releve::{DouteReleve, LigneRelevee, RecetteRelevee};
use crate::domaine::{Conversion, Decimal, Quantite, Unite, UniteBase, besoin};

/// The recipes of one book, by their titles as they are compared.
#[derive(Debug, Clone, Default)]
pub(crate) struct Nommables {
    par_titre: HashMap<String, Fiche>,
    par_article: HashMap<Uuid, String>,
}

#[derive(Debug, Clone)]
pub(crate) struct Fiche {
    pub titre: String,
    pub article_id: Uuid,
    pub poids: Poids,
}

/// What is known of the weight of a recipe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Poids {
    /// Grams, and how many pieces weigh them.
    Connu(Quantite, Quantite),
    /// It is printed, and a doubt on the recipe has to be settled first.
    EnDoute,
    /// It is printed, and is neither that of all its pieces nor that of one.
    DOnNeSaitQuoi,
    #[default]
    Inconnu,
}

impl Poids {
    /// `en_doute`: a doubt that is left is on the weight, or keeps from knowing of how many pieces.
    pub(crate) fn de(imprime: Option<Quantite>, de: Option<Quantite>, en_doute: bool) -> Self {
        match (imprime, de) {
            (None, _) => Self::Inconnu,
            (Some(_), _) if en_doute => Self::EnDoute,
            (Some(_), None) => Self::DOnNeSaitQuoi,
            (Some(poids), Some(de)) => Self::Connu(poids, de),
        }
    }

    /// As its own book prints it, with what people said of its lines and the doubts that are left.
    pub(crate) fn de_recette<'a>(
        recette: &RecetteRelevee,
        reglee: &Reglee,
        mut restants: impl Iterator<Item = &'a DouteReleve>,
    ) -> Self {
        let de = poids_de(recette, reglee);
        let en_doute = restants.any(|d| d.code == CodeDeDoute::Poids || de.is_none());
        Self::de(recette.poids_net(), de, en_doute)
    }

    /// Why a weight of it is no number of pieces, where its book prints what it weighs.
    pub(crate) const fn obstacle(self) -> Option<&'static str> {
        match self {
            Self::EnDoute => Some("ce qu’elle pèse dépend d’un doute qui est à régler d’abord"),
            Self::DOnNeSaitQuoi => Some(
                "le poids imprimé n’est ni celui de toutes ses pièces, ni celui d’une seule : dites \
                 ce que pèse une pièce",
            ),
            Self::Connu(..) | Self::Inconnu => None,
        }
    }
}

/// Where a line stands: in which book, under which title.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ici<'a> {
    pub livre: &'a Nommables,
    pub titre: &'a str,
}

impl Nommables {
    pub(crate) fn ajouter(&mut self, titre: String, fiche: Fiche) {
        self.par_article.entry(fiche.article_id).or_insert_with(|| titre.clone());
        self.par_titre.entry(titre).or_insert(fiche);
    }

    /// The recipe of that title, for a line of another one.
    pub(crate) fn de_titre(&self, titre: &str, soi: &str) -> Option<&Fiche> {
        self.par_titre.get(titre).filter(|_| titre != soi)
    }

    /// The book has two recipes of that title, and reading named the second one « (2) ».
    pub(crate) fn a_un_homonyme(&self, fiche: &Fiche) -> bool {
        self.par_titre.contains_key(&cle(&format!("{} (2)", fiche.titre)).stricte)
    }

    /// What the recipe of that title makes.
    pub(crate) fn fait(&self, titre: &str) -> Option<Uuid> {
        self.par_titre.get(titre).map(|f| f.article_id)
    }

    pub(crate) fn qui_fait(&self, article: Uuid) -> Option<&Fiche> {
        self.par_titre.get(self.par_article.get(&article)?)
    }

    pub(crate) fn toutes(&self) -> impl Iterator<Item = (&String, &Fiche)> {
        self.par_titre.iter()
    }
}

impl Ici<'_> {
    /// Why a weight of what a recipe of this book makes is no number of pieces.
    pub(crate) fn obstacle(&self, article: Uuid) -> Option<&'static str> {
        self.livre.qui_fait(article)?.poids.obstacle()
    }
}

impl Fiche {
    /// How many pieces weigh this, to the thousandth.
    pub(crate) fn pieces(&self, masse: Quantite) -> Option<Quantite> {
        let Poids::Connu(poids, pieces) = self.poids else { return None };
        besoin(masse, pieces, poids)
    }
}

/// Of how many pieces the printed weight is the weight: of all that the recipe makes, or of one
/// (« 1 portion = 130 g »), whichever its lines add up to. None: that is not known.
pub(crate) fn poids_de(recette: &RecetteRelevee, reglee: &Reglee) -> Option<Quantite> {
    let poids = recette.poids_net()?;
    let rendement = recette.rendement();
    let une = Quantite::milliemes(1_000);
    if rendement == une {
        return Some(une);
    }
    let mut comptent = reglee.lignes.iter().filter(|l| l.ecartee_par.is_none()).map(|l| &l.ligne);
    let somme = comptent.try_fold(Quantite::ZERO, |s, l| s.plus(masse_de(l)?))?;
    let par_piece = besoin(somme, une, rendement)?;
    match (tombe_juste(somme, poids), tombe_juste(par_piece, poids)) {
        (true, _) => Some(rendement),
        (false, true) => Some(une),
        (false, false) => None,
    }
}

/// Within the larger of 2 % and 2 g.
fn tombe_juste(somme: Quantite, poids: Quantite) -> bool {
    let ecart = (somme.en_milliemes() - poids.en_milliemes()).abs();
    ecart <= (poids.en_milliemes() / 50).max(2_000)
}

/// « QS » weighs nothing that counts.
fn masse_de(ligne: &LigneRelevee) -> Option<Quantite> {
    if ligne.quantite.is_none() {
        return Some(Quantite::ZERO);
    }
    let nombre = ligne.nombre_de_recette()?;
    masse(ligne.nombre_net().unwrap_or(nombre), Unite::lire(ligne.unite.as_deref()?)?)
}

/// None where the unit is no mass.
pub(crate) fn masse(nombre: Decimal, unite: Unite) -> Option<Quantite> {
    unite.convertir(nombre, UniteBase::G, Conversion::default()).ok()
}

/// What two titles that are only alike have in common: `springroll`, `SPRING ROLLS`.
pub(crate) fn parente(cle: &str) -> String {
    let singulier = |m: &str| match m.strip_suffix(['s', 'x']) {
        Some(court) if court.chars().count() > 2 => court.to_owned(),
        _ => m.to_owned(),
    };
    cle.split(' ').map(singulier).collect()
}

#[cfg(test)]
mod tests {
    use super::super::normaliser::cle;
    use super::super::regler::appliquer;
    use super::super::releve::Rendement;
    use super::*;

    fn recette(poids: i64, pieces: i64, lignes: &[i64]) -> RecetteRelevee {
        let ligne = |g: &i64| LigneRelevee {
            libelle: "Riz".to_owned(),
            quantite: Some((*g).into()),
            unite: Some("g".to_owned()),
            pieces: None,
            page: 1,
            texte: String::new(),
            quantite_recette: Some((*g).into()),
            quantite_nette: None,
            recette: None,
        };
        RecetteRelevee {
            titre: "CALIFORNIA".to_owned(),
            page: 1,
            lignes: lignes.iter().map(ligne).collect(),
            poids_net_g: Some(poids.into()),
            emballage: None,
            duree_vie_jours: None,
            rendement: Rendement { quantite: pieces.into(), ..Rendement::default() },
            doutes: Vec::new(),
        }
    }

    fn fiche(r: &RecetteRelevee) -> Fiche {
        let poids = Poids::de_recette(r, &appliquer(r, &[]), r.doutes.iter());
        Fiche { titre: r.titre.clone(), article_id: Uuid::nil(), poids }
    }

    fn pieces(r: &RecetteRelevee, grammes: i64) -> i64 {
        fiche(r).pieces(Quantite::milliemes(grammes * 1_000)).unwrap().en_milliemes()
    }

    #[test]
    fn grams_are_a_part_of_what_the_recipe_weighs_to_the_thousandth() {
        assert_eq!(pieces(&recette(121, 1, &[100, 21]), 60), 496);
        assert_eq!(pieces(&recette(121, 1, &[100]), 121), 1_000);
        // 1,000 g make 8 pieces: 125 g each.
        assert_eq!(pieces(&recette(1_000, 8, &[600, 400]), 60), 480);
        // The printed weight is that of one of them.
        assert_eq!(pieces(&recette(125, 8, &[600, 400]), 60), 480);
    }

    #[test]
    fn a_weight_that_is_neither_of_all_nor_of_one_says_nothing() {
        assert_eq!(fiche(&recette(500, 8, &[600, 400])).poids, Poids::DOnNeSaitQuoi);
        let mut sans_masse = recette(1_000, 8, &[600, 400]);
        sans_masse.lignes[0].unite = Some("ml".to_owned());
        assert_eq!(fiche(&sans_masse).poids, Poids::DOnNeSaitQuoi);
        let mut sans_poids = recette(1_000, 8, &[600, 400]);
        sans_poids.poids_net_g = None;
        assert_eq!(fiche(&sans_poids).poids, Poids::Inconnu);
    }

    #[test]
    fn a_doubt_holds_a_weight_where_it_is_on_it_or_on_what_it_is_of() {
        let doute =
            |code| DouteReleve { code, page: 1, texte: "?".to_owned(), phrase: "?".to_owned() };
        let poids = |pieces: i64, lignes: &[i64], code| {
            let mut r = recette(1_000, pieces, lignes);
            r.doutes.push(doute(code));
            fiche(&r).poids
        };
        assert_eq!(poids(8, &[600, 400], CodeDeDoute::Poids), Poids::EnDoute);
        assert_eq!(poids(1, &[600], CodeDeDoute::Poids), Poids::EnDoute);
        assert_eq!(poids(8, &[600], CodeDeDoute::Texte), Poids::EnDoute);
        let connu = |n| Poids::Connu(Quantite::milliemes(1_000_000), Quantite::milliemes(n));
        assert_eq!(poids(8, &[600, 400], CodeDeDoute::DureeDeVie), connu(8_000));
        assert_eq!(poids(1, &[600], CodeDeDoute::Texte), connu(1_000));
    }

    #[test]
    fn a_quantity_to_taste_keeps_no_weight_from_being_known() {
        let mut r = recette(1_000, 8, &[600, 400, 1]);
        (r.lignes[2].quantite, r.lignes[2].quantite_recette) = (None, None);
        assert_eq!(pieces(&r, 60), 480);
    }

    #[test]
    fn a_recipe_never_names_itself_and_what_is_only_alike_is_not_the_same() {
        let mut livre = Nommables::default();
        let une = fiche(&recette(121, 1, &[]));
        livre.ajouter(cle("CALIFORNIA").stricte, une.clone());
        livre.ajouter(cle("CALIFORNIA").stricte, Fiche { titre: "Autre".to_owned(), ..une });
        let nomme = |libelle: &str, soi: &str| {
            livre.de_titre(&cle(libelle).stricte, soi).map(|f| f.titre.clone())
        };
        assert_eq!(nomme("Califórnia", "plateau").as_deref(), Some("CALIFORNIA"));
        assert_eq!(nomme("Californias", "plateau"), None);
        assert_eq!(nomme("California", "california"), None);
        let parents = |a: &str, b: &str| parente(&cle(a).stricte) == parente(&cle(b).stricte);
        assert!(parents("Californias", "CALIFORNIA") && parents("springroll", "SPRING ROLLS"));
        assert!(!parents("California saumon", "California thon"));
    }
}
