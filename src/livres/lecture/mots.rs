//! Words with their boxes: all that an engine has to give, whatever it is.

use compact_str::CompactString;

use super::ErreurDeLivre;

/// A box on a page, in hundredths of a point from its top left corner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cadre {
    pub gauche: i32,
    pub haut: i32,
    pub droite: i32,
    pub bas: i32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mot {
    pub cadre: Cadre,
    pub texte: CompactString,
    /// So many words of the page: letters that were set apart are put together.
    pub nombre: u32,
}

impl Mot {
    pub fn nouveau(cadre: Cadre, texte: impl Into<CompactString>) -> Self {
        Self { cadre, texte: texte.into(), nombre: 1 }
    }
}

/// The words of one page, in any order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PageLue {
    pub largeur: i32,
    pub hauteur: i32,
    pub mots: Vec<Mot>,
}

/// The pages of a book, and whether the engine complained of the file while it read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pages {
    pub pages: Vec<PageLue>,
    pub plaintes: bool,
}

/// What reads PDF files. Another engine has to give the same and no more.
pub trait Moteur {
    /// Words of all pages, or why not; at least one word. `progres` is told the pages so far.
    fn mots(
        &self,
        pdf: &[u8],
        progres: &mut (dyn FnMut(u32) + Send),
    ) -> impl Future<Output = Result<Pages, ErreurDeLivre>> + Send;

    /// One page, painted, as PNG.
    fn image(
        &self,
        pdf: &[u8],
        page: u32,
    ) -> impl Future<Output = Result<Vec<u8>, ErreurDeLivre>> + Send;
}

impl Cadre {
    pub(crate) const fn largeur(self) -> i32 {
        self.droite.saturating_sub(self.gauche)
    }

    pub(crate) const fn hauteur(self) -> i32 {
        self.bas.saturating_sub(self.haut)
    }

    /// The middle of its height: what stands on one line shares it, whatever the font.
    pub(crate) const fn milieu(self) -> i32 {
        self.haut.saturating_add(self.hauteur() / 2)
    }

    pub(crate) const fn centre(self) -> i32 {
        self.gauche.saturating_add(self.largeur() / 2)
    }

    pub(crate) fn avec(self, autre: Self) -> Self {
        Self {
            gauche: self.gauche.min(autre.gauche),
            haut: self.haut.min(autre.haut),
            droite: self.droite.max(autre.droite),
            bas: self.bas.max(autre.bas),
        }
    }

    /// The box around several.
    pub(crate) fn autour(cadres: impl IntoIterator<Item = Self>) -> Self {
        cadres.into_iter().reduce(Self::avec).unwrap_or_default()
    }
}
