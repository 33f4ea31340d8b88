//! Which ingredient a printed line means. Pure.
//!
//! In order: an active alias equal to the label, an ingredient's name equal to it; first with every
//! word, then without quantities and "bio". Nothing else is ever decided by itself: what is only
//! near is a suggestion (`proches`), what names two ingredients is told.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::normaliser::{Cle, cle};
use crate::domaine::{Decimal, ErreurUnite, Quantite, Unite};
use crate::platform::http::QuantiteSaisie;
use crate::referentiel::{Article, Nature};

/// All that lines are judged by.
#[derive(Debug, Default)]
pub(crate) struct Dictionnaire {
    ingredients: HashMap<Uuid, Article>,
    alias: Noms,
    noms: Noms,
    /// (label, only where no quantity is printed).
    ignores: HashSet<(String, bool)>,
}

/// What a label may be called, and what it leads to.
#[derive(Debug, Default)]
struct Noms {
    strictes: HashMap<String, Vec<Entree>>,
    pliees: HashMap<String, Vec<Entree>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Entree {
    article_id: Uuid,
    alias_id: Option<Uuid>,
}

pub(crate) struct AliasActif {
    pub id: Uuid,
    pub alias: String,
    pub article_id: Uuid,
}

pub(crate) struct LibelleIgnore {
    pub cle: String,
    pub sans_quantite: bool,
}

/// A line as printed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Imprimee<'a> {
    pub libelle: &'a str,
    pub quantite: Option<Decimal>,
    pub unite: &'a str,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    Mappee {
        article_id: Uuid,
        alias_id: Option<Uuid>,
        /// In the article's base unit.
        quantite: Quantite,
    },
    /// Why, when the ingredient is known and the line still cannot be used; else empty.
    NonMappee {
        raison: String,
    },
    Ignoree,
}

/// What a volume or a piece of an ingredient weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Conversion {
    /// g par ml.
    Densite,
    /// g par pièce.
    PoidsPiece,
}

impl Verdict {
    pub(crate) const fn statut(&self) -> &'static str {
        match self {
            Self::Mappee { .. } => "mappee",
            Self::NonMappee { .. } => "non_mappee",
            Self::Ignoree => "ignoree",
        }
    }

    pub(crate) fn raison(&self) -> &str {
        match self {
            Self::NonMappee { raison } => raison,
            _ => "",
        }
    }
}

impl Dictionnaire {
    pub(crate) fn nouveau(
        articles: Vec<Article>,
        alias: Vec<AliasActif>,
        ignores: Vec<LibelleIgnore>,
    ) -> Self {
        let mut d = Self::default();
        for a in articles.into_iter().filter(|a| a.nature != Nature::Produit) {
            d.noms.ajouter(&a.nom, Entree { article_id: a.id, alias_id: None });
            d.ingredients.insert(a.id, a);
        }
        for a in alias.into_iter().filter(|a| d.ingredients.contains_key(&a.article_id)) {
            d.alias.ajouter(&a.alias, Entree { article_id: a.article_id, alias_id: Some(a.id) });
        }
        d.ignores = ignores.into_iter().map(|i| (i.cle, i.sans_quantite)).collect();
        d
    }

    pub(crate) fn ingredients(&self) -> impl Iterator<Item = &Article> {
        self.ingredients.values()
    }

    pub(crate) fn ingredient(&self, id: Uuid) -> Option<&Article> {
        self.ingredients.get(&id)
    }

    pub(crate) fn prend_une_preparation(&self, verdict: &Verdict) -> bool {
        let Verdict::Mappee { article_id, .. } = verdict else { return false };
        self.ingredient(*article_id).is_some_and(|a| a.nature == Nature::Preparation)
    }

    pub(crate) fn juger(&self, ligne: Imprimee<'_>) -> Verdict {
        let cle = cle(ligne.libelle);
        if self.est_ignore(&cle.pliee, ligne.quantite.is_none()) {
            return Verdict::Ignoree;
        }
        match self.chercher(&cle) {
            [] => Verdict::NonMappee { raison: String::new() },
            [une] => self.peser(*une, ligne),
            plusieurs => Verdict::NonMappee { raison: self.ambigu(plusieurs) },
        }
    }

    fn est_ignore(&self, cle: &str, sans_quantite: bool) -> bool {
        // Allocates once per line that may be ignored at all.
        !self.ignores.is_empty()
            && (self.ignores.contains(&(cle.to_owned(), false))
                || (sans_quantite && self.ignores.contains(&(cle.to_owned(), true))))
    }

    /// The first way that leads somewhere; several when it leads to several ingredients.
    fn chercher(&self, c: &Cle) -> &[Entree] {
        let chemins = [
            self.alias.strictes.get(&c.stricte),
            self.noms.strictes.get(&c.stricte),
            self.alias.strictes.get(&c.pliee),
            self.noms.strictes.get(&c.pliee),
            self.alias.pliees.get(&c.pliee),
            self.noms.pliees.get(&c.pliee),
        ];
        chemins.into_iter().flatten().next().map_or(&[], Vec::as_slice)
    }

    fn peser(&self, entree: Entree, ligne: Imprimee<'_>) -> Verdict {
        let non = |raison: String| Verdict::NonMappee { raison };
        let Some(article) = self.ingredients.get(&entree.article_id) else {
            return non(String::new());
        };
        let Some(nombre) = ligne.quantite else {
            return non("aucune quantité imprimée".to_owned());
        };
        let Some(unite) = Unite::lire(ligne.unite) else {
            return non(format!("l’unité « {} » n’est pas connue", ligne.unite));
        };
        match article.convertir(QuantiteSaisie { nombre, unite }) {
            Ok(q) if q.est_positive() => {
                Verdict::Mappee { article_id: article.id, alias_id: entree.alias_id, quantite: q }
            }
            Ok(_) => non("la quantité est nulle".to_owned()),
            Err(e) => non(format!("{} : {e}", article.nom)),
        }
    }

    /// What has to be said of its ingredient before this line can be weighed.
    pub(crate) fn conversion_manquante(
        &self,
        ligne: Imprimee<'_>,
    ) -> Option<(&Article, Conversion)> {
        let [entree] = self.chercher(&cle(ligne.libelle)) else { return None };
        let article = self.ingredients.get(&entree.article_id)?;
        let (nombre, unite) = (ligne.quantite?, Unite::lire(ligne.unite)?);
        match article.convertir(QuantiteSaisie { nombre, unite }) {
            Err(ErreurUnite::DensiteManquante(..)) => Some((article, Conversion::Densite)),
            Err(ErreurUnite::PoidsPieceManquant(..)) => Some((article, Conversion::PoidsPiece)),
            _ => None,
        }
    }

    fn ambigu(&self, entrees: &[Entree]) -> String {
        let noms: Vec<&str> = entrees
            .iter()
            .filter_map(|e| self.ingredients.get(&e.article_id))
            .map(|a| a.nom.as_str())
            .collect();
        format!("plusieurs ingrédients portent ce nom : {}", noms.join(", "))
    }
}

impl Noms {
    fn ajouter(&mut self, nom: &str, entree: Entree) {
        let c = cle(nom);
        for place in [self.strictes.entry(c.stricte), self.pliees.entry(c.pliee)] {
            let entrees = place.or_default();
            if !entrees.iter().any(|e| e.article_id == entree.article_id) {
                entrees.push(entree);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domaine::UniteBase;
    use proptest::prelude::*;

    fn article(n: u128, nom: &str, unite_base: UniteBase) -> Article {
        Article {
            id: Uuid::from_u128(n),
            nom: nom.to_owned(),
            unite_base,
            nature: Nature::Matiere,
            densite: None,
            poids_piece: None,
            allergenes: None,
        }
    }

    fn dictionnaire() -> Dictionnaire {
        let mut produit = article(9, "Salade César", UniteBase::Piece);
        produit.nature = Nature::Produit;
        let articles = vec![
            article(1, "Tomate", UniteBase::G),
            article(2, "Tomate bio", UniteBase::G),
            article(3, "Œuf", UniteBase::Piece),
            article(4, "Crème liquide 35 %", UniteBase::G),
            article(5, "Basilic", UniteBase::G),
            produit,
        ];
        let alias = |n: u128, alias: &str, vers: u128| AliasActif {
            id: Uuid::from_u128(100 + n),
            alias: alias.to_owned(),
            article_id: Uuid::from_u128(vers),
        };
        let alias = vec![alias(1, "CRÈME FLEURETTE", 4), alias(2, "Pomme d'amour", 1)];
        let sel = LibelleIgnore { cle: "sel".to_owned(), sans_quantite: true };
        Dictionnaire::nouveau(articles, alias, vec![sel])
    }

    fn juger(libelle: &str, quantite: Option<i64>) -> Verdict {
        let quantite = quantite.map(Decimal::entier);
        dictionnaire().juger(Imprimee { libelle, quantite, unite: "g" })
    }

    /// The article, when mapped.
    fn vers(libelle: &str) -> Option<u128> {
        match juger(libelle, Some(10)) {
            Verdict::Mappee { article_id, .. } => Some(article_id.as_u128()),
            _ => None,
        }
    }

    #[test]
    fn an_alias_then_a_name_and_nothing_that_is_only_near() {
        for (libelle, attendu) in [
            ("Crème fleurette (bio)", Some(4)),
            ("CREME FLEURETTE 120 G", Some(4)),
            ("TOMATE", Some(1)),
            ("tomate BIO", Some(2)),
            ("Tomate 20 g", Some(1)),
            ("POMME D’AMOUR", Some(1)),
            ("Tomates", None),
            ("Tomate cerise", None),
            ("Crème liquide", None),
            ("Crème liquide 35% MG", Some(4)),
            ("Salade César", None),
        ] {
            assert_eq!(vers(libelle), attendu, "{libelle}");
        }
    }

    #[test]
    fn a_known_ingredient_that_cannot_be_weighed_says_why() {
        let raison = |v: Verdict| match v {
            Verdict::NonMappee { raison } => raison,
            autre => panic!("{autre:?}"),
        };
        let oeuf = raison(juger("Oeuf", Some(55)));
        assert!(oeuf.contains("poids d'une pièce"), "{oeuf}");
        assert_eq!(raison(juger("Basilic", None)), "aucune quantité imprimée");
        assert_eq!(raison(juger("Basilic", Some(0))), "la quantité est nulle");
        assert_eq!(raison(juger("Yuzu", Some(1))), "");
    }

    #[test]
    fn a_label_ignored_without_quantity_still_counts_with_one() {
        assert_eq!(juger("SEL (QS)", None), Verdict::Ignoree);
        assert_ne!(juger("SEL", Some(5)), Verdict::Ignoree);
    }

    #[test]
    fn two_ingredients_of_one_name_are_told_not_chosen_from() {
        let articles = vec![
            article(1, "Crème fraîche", UniteBase::G),
            article(2, "CREME FRAICHE", UniteBase::G),
        ];
        let d = Dictionnaire::nouveau(articles, Vec::new(), Vec::new());
        let quantite = Some(Decimal::entier(1));
        let verdict = d.juger(Imprimee { libelle: "crème fraîche", quantite, unite: "g" });
        let Verdict::NonMappee { raison } = verdict else { panic!("{verdict:?}") };
        assert!(raison.contains("CREME FRAICHE"), "{raison}");
    }

    proptest! {
        #[test]
        fn a_line_is_mapped_only_to_what_it_is_called(libelle in "[a-zéè]{1,3}( [a-z]{1,6}){0,2}") {
            if let Some(n) = vers(&libelle) {
                let d = dictionnaire();
                let article = &d.ingredients[&Uuid::from_u128(n)];
                let nomme = cle(&article.nom).pliee == cle(&libelle).pliee;
                let alias = ["creme fleurette", "pomme d amour"].contains(&&*cle(&libelle).pliee);
                prop_assert!(nomme || alias);
            }
        }
    }
}
