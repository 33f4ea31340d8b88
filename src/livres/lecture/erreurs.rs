//! Why a book is refused: a stable code for programs, a sentence that says what to do next.

use std::fmt;

use super::nombres::{Atome, atome};
use super::remarques::Remarque;
use super::{LivreLu, TexteDePage};

/// Nothing of a refused book is kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ErreurDeLivre {
    #[error("Ce fichier n'est pas un PDF : choisissez le livre de recettes au format PDF.")]
    PasUnPdf,
    #[error(
        "Ce PDF est protégé par un mot de passe : enregistrez-le sans mot de passe, puis \
         recommencez."
    )]
    MotDePasse,
    #[error("Ce PDF est abîmé ou incomplet : demandez ou exportez le fichier à nouveau.")]
    Abime,
    #[error(
        "Ce PDF est scanné : il ne contient que des images, aucun texte. Demandez le fichier \
         d'origine, exporté en PDF depuis le logiciel qui l'a écrit."
    )]
    Scanne,
    #[error("Ce fichier dépasse 20 Mo : découpez le livre en plusieurs fichiers.")]
    TropGros,
    #[error(
        "Limite atteinte : ce PDF demande trop de temps, de mémoire ou de pages (300 au plus). \
         Découpez le livre, ou exportez-le à nouveau."
    )]
    LimiteAtteinte,
    #[error(
        "Aucune recette trouvée dans ce PDF : chaque recette doit porter un titre, puis le mot \
         COMPOSITION, puis ses ingrédients.{0}"
    )]
    AucuneRecette(Presque),
    #[error("Cette page n'existe pas dans ce livre.")]
    PageAbsente,
    #[error(
        "La lecture des PDF n'est pas installée sur ce serveur : installez poppler-utils \
         (scripts/installer le fait)."
    )]
    OutilAbsent,
    #[error("La lecture du PDF n'a pas pu démarrer sur ce serveur : réessayez dans un instant.")]
    Systeme,
}

impl ErreurDeLivre {
    pub(crate) const fn code(&self) -> &'static str {
        match self {
            Self::PasUnPdf => "livre_pas_un_pdf",
            Self::MotDePasse => "livre_mot_de_passe",
            Self::Abime => "livre_abime",
            Self::Scanne => "livre_scanne",
            Self::TropGros => "livre_trop_gros",
            Self::LimiteAtteinte => "livre_limite_atteinte",
            Self::AucuneRecette(_) => "livre_aucune_recette",
            Self::PageAbsente => "livre_page_absente",
            Self::OutilAbsent => "livre_outil_absent",
            Self::Systeme => "livre_lecture_impossible",
        }
    }

    /// It is the file's fault: another one may do, this one will not.
    pub(crate) const fn vient_du_fichier(&self) -> bool {
        !matches!(self, Self::OutilAbsent | Self::Systeme)
    }
}

/// What of a book was nearly a recipe, and on which page: heads that opened nothing; where there are
/// none, lines that end like those of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Presque {
    dits: Vec<TexteDePage>,
    /// What is not named.
    autres: usize,
}

const DITS_MAX: usize = 3;
const LETTRES_MAX: usize = 60;

impl Presque {
    pub(crate) fn de(lu: &LivreLu) -> Self {
        let mut dits = lu.entetes_non_compris.clone();
        if dits.is_empty() {
            let dehors = lu.remarques.iter().filter_map(|r| match r {
                Remarque::HorsRecette { page, texte } if finit_par_une_quantite(texte) => {
                    Some(TexteDePage { page: *page, texte: texte.clone() })
                }
                _ => None,
            });
            dits = dehors.collect();
        }
        let autres = dits.len().saturating_sub(DITS_MAX);
        dits.truncate(DITS_MAX);
        Self { dits, autres }
    }
}

/// `Carotte 120 g`, `Beurre 80`.
fn finit_par_une_quantite(texte: &str) -> bool {
    let mots: Vec<Atome> = texte.split(' ').map(atome).collect();
    let nombre = |a: &Atome| matches!(a, Atome::Nombre(_) | Atome::Fraction(_));
    let quantite = match mots.as_slice() {
        [.., avant, Atome::Unite(_)] => nombre(avant),
        [.., dernier] => nombre(dernier) || matches!(dernier, Atome::Mesure(..)),
        [] => false,
    };
    quantite && texte.chars().filter(|c| c.is_alphabetic()).count() > 2
}

impl fmt::Display for Presque {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let dire = |t: &TexteDePage| {
            let court: String = t.texte.chars().take(LETTRES_MAX).collect();
            let suite = if court.len() < t.texte.len() { "…" } else { "" };
            format!("page {}, « {court}{suite} »", t.page)
        };
        let dits: Vec<String> = self.dits.iter().map(dire).collect();
        match (dits.as_slice(), self.autres) {
            ([], _) => Ok(()),
            (_, 0) => write!(f, " Ce qui s'en approche : {}.", dits.join(" ; ")),
            (_, n) => {
                let s = if n > 1 { "s" } else { "" };
                write!(f, " Ce qui s'en approche : {}, et {n} autre{s}.", dits.join(" ; "))
            }
        }
    }
}
