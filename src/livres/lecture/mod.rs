//! A recipe book as printed, from its bytes: recipes, lines, and all that could not be read.
//!
//! - A title is told by the word COMPOSITION that follows it, not by its case.
//! - What is printed is kept as printed: `1,25 kg` is 1.25 of `kg`. Nothing is guessed: a line that
//!   cannot be read is listed with its page and its text.
//! - Pieces beside a weight are kept beside it, never multiplied into it.
//! - A title met twice is two recipes; the second is named with ` (2)`, and `remarques` says so.

mod ajouts;
mod annonces;
mod cesures;
mod champs;
mod colonnes;
mod composition;
mod comprendre;
mod comptes;
mod doutes;
mod ensembles;
mod entetes;
mod erreurs;
mod exces;
mod fiches;
mod genres;
mod grammaire;
mod hors_liste;
mod lexemes;
mod lieu;
mod lisible;
mod liste;
mod marges;
mod mentions;
mod mots;
mod mots_cles;
mod nombres;
mod numeros;
mod ouvertures;
mod parcours;
mod parties;
mod phrases;
mod places;
mod poids;
mod poppler;
mod presentation;
mod quantites;
mod rangees;
mod recueil;
mod registre;
mod remarques;
mod remplir;
mod reperes;
mod repliees;
mod sommes;
mod sortes;
mod soupcons;
mod suites;
mod tableau;
#[cfg(test)]
mod tests;
mod tetes;
mod titres;
mod travers;
mod tsv;
mod voisines;

pub(crate) use comprendre::{SANS_TITRE, comprendre};
pub use doutes::{CodeDeDoute, Doute};
pub use erreurs::ErreurDeLivre;
use erreurs::Presque;
pub(crate) use lieu::Lieu;
pub(crate) use mots::Moteur;
pub(crate) use poids::{contredire, desaccord};
pub use poppler::Poppler;
pub(crate) use remarques::Remarque;

use crate::domaine::{Decimal, Quantite};

/// What a book says, in the order of reading.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LivreLu {
    pub pages: u32,
    pub recettes: Vec<RecetteLue>,
    pub lignes_illisibles: Vec<TexteDePage>,
    /// Words that open a list in most books, followed by words that are not understood: perhaps a
    /// recipe. Heads seen = recipes + these.
    pub entetes_non_compris: Vec<TexteDePage>,
    /// What the person should know of this book beside its recipes; each prints as a sentence.
    pub remarques: Vec<Remarque>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecetteLue {
    pub titre: String,
    /// Where its title stands; the first page is 1.
    pub page: u32,
    pub lignes: Vec<LigneLue>,
    pub poids_net_g: Option<Quantite>,
    /// The text after the word EMBALLAGE.
    pub emballage: Option<String>,
    pub duree_vie_jours: Option<u16>,
    /// How many pieces all of this makes. None: the book does not say, which is one.
    pub rendement: Option<Decimal>,
    /// Empty: nothing to look at.
    pub doutes: Vec<Doute>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LigneLue {
    /// The ingredient, without its quantity and its pieces.
    pub libelle: String,
    /// The whole line.
    pub texte: String,
    /// As printed. None: as much as it takes (« QS »).
    pub quantite: Option<Decimal>,
    /// The code of a known unit (`g` where the book prints none, `kg`, `ml`, `piece`), else the
    /// word as printed, in lower case and singular (`botte`), which `Unite::lire` does not know.
    /// None as long as `quantite` is.
    pub unite: Option<String>,
    pub pieces: Option<Decimal>,
    /// What goes into the recipe, in `unite`: the product where grams were printed for one piece.
    /// None: in doubt, or as much as it takes.
    pub quantite_recette: Option<Decimal>,
    /// What is left of `quantite` once pared, in `unite`, where the book prints both.
    pub quantite_nette: Option<Decimal>,
    pub page: u32,
}

/// Words of the book, and where they stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TexteDePage {
    pub page: u32,
    pub texte: String,
}

/// A book larger than this is not read.
const OCTETS_MAX: usize = 20 * 1024 * 1024;

/// Reads a whole book in a limited child process. `progres` is told the pages read so far.
pub async fn lire(
    pdf: &[u8],
    progres: &mut (dyn FnMut(u32) + Send),
) -> Result<LivreLu, ErreurDeLivre> {
    lire_avec(&Poppler::default(), pdf, progres).await
}

/// The same, by another engine.
pub async fn lire_avec(
    moteur: &(impl Moteur + Sync),
    pdf: &[u8],
    progres: &mut (dyn FnMut(u32) + Send),
) -> Result<LivreLu, ErreurDeLivre> {
    verifier(pdf)?;
    let pages = moteur.mots(pdf, progres).await?;
    let lu = tokio::task::spawn_blocking(move || comprendre(pages)).await;
    let lu = lu.map_err(|_| ErreurDeLivre::Systeme)?;
    match lu.recettes.is_empty() {
        true => Err(ErreurDeLivre::AucuneRecette(Presque::de(&lu))),
        false => Ok(lu),
    }
}

/// The picture of one page (the first is 1), as PNG, made under the same limits.
pub async fn image(pdf: &[u8], page: u32) -> Result<Vec<u8>, ErreurDeLivre> {
    verifier(pdf)?;
    if page == 0 {
        return Err(ErreurDeLivre::PageAbsente);
    }
    Poppler::default().image(pdf, page).await
}

/// Where on that page these words of that recipe stand, if they can be found.
pub(crate) async fn lieu(
    pdf: &[u8],
    page: u32,
    (texte, titre): (&str, &str),
) -> Result<Option<Lieu>, ErreurDeLivre> {
    verifier(pdf)?;
    let lue = Poppler::default().mots_de(pdf, page.max(1)).await?;
    Ok(lieu::trouver(lue, texte, titre))
}

fn verifier(pdf: &[u8]) -> Result<(), ErreurDeLivre> {
    if pdf.len() > OCTETS_MAX {
        return Err(ErreurDeLivre::TropGros);
    }
    // Readers look for it in the first kilobyte.
    let debut = pdf.get(..pdf.len().min(1024)).unwrap_or_default();
    match memchr::memmem::find(debut, b"%PDF-") {
        Some(_) => Ok(()),
        None => Err(ErreurDeLivre::PasUnPdf),
    }
}
