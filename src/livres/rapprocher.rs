//! Which ingredient a printed line means. Pure.
//!
//! In order: an active alias equal to the label, an ingredient's name equal to it; first with every
//! word, then without quantities and "bio". Nothing else is ever decided by itself: what is only
//! near is a suggestion (`proches`), what names two ingredients is told.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::normaliser::{Cle, cle};
use super::sous_recettes::{self, Fiche, Ici, Poids};
use crate::domaine::{Decimal, ErreurUnite, Quantite, Unite, UniteBase};
use crate::platform::http::QuantiteSaisie;
use crate::referentiel::{Article, Nature};

/// All that lines are judged by.
#[derive(Debug, Default)]
pub(crate) struct Dictionnaire {
    ingredients: HashMap<Uuid, Article>,
    /// Sold, and made here: a person may say that a label means one.
    produits: HashMap<Uuid, Article>,
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
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Imprimee<'a> {
    pub libelle: &'a str,
    /// What goes into the recipe; as printed, where that is in doubt.
    pub quantite: Option<Decimal>,
    pub unite: &'a str,
    /// A number is printed, and it is in doubt.
    pub en_doute: bool,
    /// In doubt only because it bears no unit: it is pieces where the ingredient is counted in them.
    pub nue: bool,
    /// The ingredient that a person named for this very line.
    pub dit: Option<Uuid>,
}

/// Why a line waits for a doubt to be settled, not for a person to map it.
pub(crate) const EN_DOUTE: &str = "sa quantité est à vérifier";
/// Why a line that would put a preparation into itself waits.
pub(crate) const CYCLE: &str =
    "cette préparation se contiendrait elle-même, ou trop de niveaux s’emboîtent";

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
    /// `faits`: what recipes make here.
    pub(crate) fn nouveau(
        articles: Vec<Article>,
        faits: &HashSet<Uuid>,
        alias: Vec<AliasActif>,
        ignores: Vec<LibelleIgnore>,
    ) -> Self {
        let mut d = Self::default();
        for a in articles {
            if a.nature != Nature::Produit {
                d.noms.ajouter(&a.nom, Entree { article_id: a.id, alias_id: None });
                d.ingredients.insert(a.id, a);
            } else if faits.contains(&a.id) {
                d.produits.insert(a.id, a);
            }
        }
        for a in alias {
            if d.ingredient(a.article_id).is_none() {
                continue;
            }
            d.alias.ajouter(&a.alias, Entree { article_id: a.article_id, alias_id: Some(a.id) });
        }
        d.ignores = ignores.into_iter().map(|i| (i.cle, i.sans_quantite)).collect();
        d
    }

    pub(crate) fn ingredients(&self) -> impl Iterator<Item = &Article> {
        self.ingredients.values()
    }

    pub(crate) fn ingredient(&self, id: Uuid) -> Option<&Article> {
        self.ingredients.get(&id).or_else(|| self.produits.get(&id))
    }

    /// Recipes that are made from now on.
    pub(crate) fn faire(&mut self, produits: impl IntoIterator<Item = Article>) {
        self.produits.extend(produits.into_iter().map(|a| (a.id, a)));
    }

    pub(crate) fn prend_ce_qui_est_fait(&self, verdict: &Verdict) -> bool {
        let Verdict::Mappee { article_id, .. } = verdict else { return false };
        self.ingredient(*article_id).is_some_and(|a| a.nature != Nature::Matiere)
    }

    pub(crate) fn juger(&self, ligne: Imprimee<'_>, ici: Ici<'_>) -> Verdict {
        if let Some(article_id) = ligne.dit {
            return self.peser(Entree { article_id, alias_id: None }, ligne, ici);
        }
        let cle = cle(ligne.libelle);
        if self.est_ignore(&cle.pliee, ligne.quantite.is_none() && !ligne.en_doute) {
            return Verdict::Ignoree;
        }
        match self.chercher(&cle) {
            [] => self.juger_recette(&cle, ligne, ici),
            [une] => self.peser(*une, ligne, ici),
            plusieurs => Verdict::NonMappee { raison: self.ambigu(plusieurs) },
        }
    }

    /// The recipe of this book that the line names, where nothing else is called so.
    pub(crate) fn recette_nommee<'l>(&self, libelle: &str, ici: Ici<'l>) -> Option<&'l Fiche> {
        let cle = cle(libelle);
        if !self.chercher(&cle).is_empty() {
            return None;
        }
        ici.livre.de_titre(&cle.stricte, ici.titre).filter(|f| !ici.livre.a_un_homonyme(f))
    }

    fn juger_recette(&self, cle: &Cle, ligne: Imprimee<'_>, ici: Ici<'_>) -> Verdict {
        let non = |raison: &str| Verdict::NonMappee { raison: raison.to_owned() };
        match ici.livre.de_titre(&cle.stricte, ici.titre) {
            None if cle.stricte == ici.titre => non(CYCLE),
            None => non(""),
            Some(f) if ici.livre.a_un_homonyme(f) => {
                non("plusieurs recettes de ce livre portent ce titre : dites laquelle")
            }
            // Its pieces are bites: how many recipes they are, a person says.
            Some(_) if Unite::lire(ligne.unite) == Some(Unite::Piece) => {
                non("c’est une recette de ce livre, et la ligne ne dit pas combien elle en pèse")
            }
            Some(f) => self.peser(Entree { article_id: f.article_id, alias_id: None }, ligne, ici),
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

    fn peser(&self, entree: Entree, ligne: Imprimee<'_>, ici: Ici<'_>) -> Verdict {
        let non = |raison: String| Verdict::NonMappee { raison };
        let Some(article) = self.ingredient(entree.article_id) else {
            return non(String::new());
        };
        // The pieces of a line that names a recipe of its book are bites.
        let en_pieces =
            article.unite_base == UniteBase::Piece && ici.livre.qui_fait(article.id).is_none();
        if ligne.en_doute && !(ligne.nue && en_pieces) {
            return non(EN_DOUTE.to_owned());
        }
        let Some(nombre) = ligne.quantite else {
            return non("aucune quantité imprimée".to_owned());
        };
        let Some(unite) = Unite::lire(ligne.unite) else {
            return non(format!("l’unité « {} » n’est pas connue", ligne.unite));
        };
        match convertir(article, QuantiteSaisie { nombre, unite }, ici) {
            Ok(q) if q.est_positive() => {
                Verdict::Mappee { article_id: article.id, alias_id: entree.alias_id, quantite: q }
            }
            Ok(_) => non("la quantité est nulle".to_owned()),
            Err(e) => non(match ici.obstacle(article.id) {
                Some(obstacle) => format!("{} : {obstacle}", article.nom),
                None => format!("{} : {e}", article.nom),
            }),
        }
    }

    /// Does this name lead somewhere already?
    pub(crate) fn connait(&self, libelle: &str) -> bool {
        !self.chercher(&cle(libelle)).is_empty()
    }

    /// Does it name a recipe of the books that it would not be a quantity of, even said to be it?
    pub(crate) fn nomme_sans_peser(&self, ligne: Imprimee<'_>, ici: Ici<'_>) -> bool {
        self.recette_nommee(ligne.libelle, ici).is_some_and(|fiche| {
            let dite = Imprimee { dit: Some(fiche.article_id), ..ligne };
            matches!(self.juger(dite, ici), Verdict::NonMappee { .. })
        })
    }

    /// What has to be said of its ingredient before this line can be weighed.
    pub(crate) fn conversion_manquante(
        &self,
        ligne: Imprimee<'_>,
        ici: Ici<'_>,
    ) -> Option<(&Article, Conversion)> {
        let article_id = match self.chercher(&cle(ligne.libelle)) {
            [entree] => entree.article_id,
            [] => self.recette_nommee(ligne.libelle, ici)?.article_id,
            _ => return None,
        };
        let article = self.ingredient(article_id)?;
        if ici.livre.qui_fait(article_id).is_some_and(|f| f.poids == Poids::EnDoute) {
            return None;
        }
        let (nombre, unite) = (ligne.quantite?, Unite::lire(ligne.unite)?);
        match convertir(article, QuantiteSaisie { nombre, unite }, ici) {
            Err(ErreurUnite::DensiteManquante(..)) => Some((article, Conversion::Densite)),
            Err(ErreurUnite::PoidsPieceManquant(..)) => Some((article, Conversion::PoidsPiece)),
            _ => None,
        }
    }

    fn ambigu(&self, entrees: &[Entree]) -> String {
        let noms: Vec<&str> = entrees
            .iter()
            .filter_map(|e| self.ingredient(e.article_id))
            .map(|a| a.nom.as_str())
            .collect();
        format!("plusieurs ingrédients portent ce nom : {}", noms.join(", "))
    }
}

/// What a book prints of a recipe's weight goes before what is said of a piece.
fn convertir(
    article: &Article,
    saisie: QuantiteSaisie,
    ici: Ici<'_>,
) -> Result<Quantite, ErreurUnite> {
    let imprime = || {
        let masse = sous_recettes::masse(saisie.nombre, saisie.unite)?;
        ici.livre.qui_fait(article.id)?.pieces(masse)
    };
    match (article.unite_base == UniteBase::Piece).then(imprime).flatten() {
        Some(pieces) => Ok(pieces),
        None => article.convertir(saisie),
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
mod tests;
