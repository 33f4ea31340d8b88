//! What a person has to look at before a recipe can be produced.

/// One thing of a recipe that was read but not understood, with the words as printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doute {
    pub code: CodeDeDoute,
    pub page: u32,
    /// The words of the book; a person settles them once, for the next editions too.
    pub texte: String,
    /// The sentence that says what is not known, in French.
    pub phrase: String,
}

/// What kind of thing is in doubt; programs read it in snake_case.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum CodeDeDoute {
    /// Une ligne de la composition qui ne se lit pas.
    LigneIllisible,
    /// Un libellé où restent des chiffres que rien n'explique.
    ChiffresEnTrop,
    /// Le poids net imprimé n'est ni la somme, ni la somme par pièce.
    Poids,
    /// Un nom et une quantité, après la fin de la liste.
    LigneApresLaListe,
    /// Un nombre sans unité, dans une liste dont les autres lignes en portent une.
    SansUnite,
    /// Une quantité qui se lit de deux façons (« 1.250 g », « 2-3 »).
    Quantite,
    /// Une durée de vie dite avec des mots qui ne sont pas compris.
    DureeDeVie,
    /// Une colonne de nombres dont l'entête n'est pas connu.
    Colonne,
    /// Un poids ou un rendement dit avec des mots qui ne sont pas compris.
    Champ,
    /// Des mots de la fiche qu'aucune règle n'a compris.
    Texte,
}

impl CodeDeDoute {
    pub const TOUS: [Self; 10] = [
        Self::LigneIllisible,
        Self::ChiffresEnTrop,
        Self::Poids,
        Self::LigneApresLaListe,
        Self::SansUnite,
        Self::Quantite,
        Self::DureeDeVie,
        Self::Colonne,
        Self::Champ,
        Self::Texte,
    ];

    pub const fn mot(self) -> &'static str {
        match self {
            Self::LigneIllisible => "ligne_illisible",
            Self::ChiffresEnTrop => "chiffres_en_trop",
            Self::Poids => "poids",
            Self::LigneApresLaListe => "ligne_apres_la_liste",
            Self::SansUnite => "sans_unite",
            Self::Quantite => "quantite",
            Self::DureeDeVie => "duree_de_vie",
            Self::Colonne => "colonne",
            Self::Champ => "champ",
            Self::Texte => "texte",
        }
    }
}
