//! Why a book is refused: a stable code for programs, a sentence that says what to do next.

/// Nothing of a refused book is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
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
         COMPOSITION, puis ses ingrédients."
    )]
    AucuneRecette,
    #[error(
        "Aucune recette n'a pu être lue dans ce PDF. Page {page}, une liste ou un tableau se voit, \
         mais pas de quelle recette il est : chaque recette doit porter son titre au-dessus de sa \
         liste d'ingrédients."
    )]
    ListeSansRecette { page: u32 },
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
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::PasUnPdf => "livre_pas_un_pdf",
            Self::MotDePasse => "livre_mot_de_passe",
            Self::Abime => "livre_abime",
            Self::Scanne => "livre_scanne",
            Self::TropGros => "livre_trop_gros",
            Self::LimiteAtteinte => "livre_limite_atteinte",
            Self::AucuneRecette | Self::ListeSansRecette { .. } => "livre_aucune_recette",
            Self::PageAbsente => "livre_page_absente",
            Self::OutilAbsent => "livre_outil_absent",
            Self::Systeme => "livre_lecture_impossible",
        }
    }

    /// It is the file's fault: another one may do, this one will not.
    pub(crate) const fn vient_du_fichier(self) -> bool {
        !matches!(self, Self::OutilAbsent | Self::Systeme)
    }
}
