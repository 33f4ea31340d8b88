//! Every word of a book, and what it was taken for: the sum is the book's words.

/// So many words of each kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Registre {
    pub titre: u32,
    pub tete: u32,
    /// Label, quantity, unit, pieces, known columns; sums.
    pub ligne: u32,
    pub champ: u32,
    pub partie: u32,
    pub methode: u32,
    /// Running heads, page numbers.
    pub marge: u32,
    /// What no rule understood: told.
    pub dit: u32,
}

impl Registre {
    pub(crate) const fn total(self) -> u32 {
        self.titre
            + self.tete
            + self.ligne
            + self.champ
            + self.partie
            + self.methode
            + self.marge
            + self.dit
    }
}

impl std::ops::AddAssign for Registre {
    fn add_assign(&mut self, autre: Self) {
        self.titre += autre.titre;
        self.tete += autre.tete;
        self.ligne += autre.ligne;
        self.champ += autre.champ;
        self.partie += autre.partie;
        self.methode += autre.methode;
        self.marge += autre.marge;
        self.dit += autre.dit;
    }
}
