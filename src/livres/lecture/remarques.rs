//! What is told of a book that was read, in sentences.

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Remarque {
    #[error("Page {page} : « {titre} » existe déjà dans ce livre ; celle-ci est nommée « {nom} ».")]
    TitreEnDouble { page: u32, titre: String, nom: String },
    #[error("Page {page} : « {titre} » : la colonne « {colonne} » n'est pas prise.")]
    ColonneLaissee { page: u32, titre: String, colonne: String },
    #[error("Page {page} : « {texte} » n'est dans aucune recette.")]
    HorsRecette { page: u32, texte: String },
    #[error("Page {page} : « {titre} » n'a pas de titre lisible.")]
    SansTitre { page: u32, titre: String },
    #[error("Page {page} : « {titre} » ne contient aucun ingrédient lisible.")]
    SansLigne { page: u32, titre: String },
    #[error(
        "Page {page} : « {titre} » : le poids net montre que les grammes sont ceux d'une pièce ; \
         la recette prend grammes × pièces."
    )]
    GrammesParPiece { page: u32, titre: String },
    #[error(
        "Où un nombre de pièces suit les grammes et qu'aucun poids net ne tranche, les grammes \
         sont comptés pour toute la ligne."
    )]
    GrammesDeLaLigne,
    #[error(
        "Où seul le poids net des ingrédients est imprimé, c'est lui qui entre dans la recette et \
         sort du stock, sans perte."
    )]
    NetSeul,
    #[error("La page {page} ne contient pas de texte : si c'est une image, elle n'a pas été lue.")]
    PageSansTexte { page: u32 },
    #[error("Ce PDF est en partie abîmé : vérifiez que toutes ses recettes ont été lues.")]
    AbimeEnPartie,
}
