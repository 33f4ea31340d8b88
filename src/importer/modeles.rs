//! The files that are known, and their columns.

use crate::domaine::texte::cle_de_tri;

/// In the order of application, each standing on those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Modele {
    Magasins,
    Fournisseurs,
    Ingredients,
    Recettes,
    Alias,
    Menus,
    Receptions,
    EtatsLots,
    Plans,
}

#[derive(Debug)]
pub(crate) struct Colonne {
    pub nom: &'static str,
    pub genre: Genre,
    /// The file cannot do without it.
    pub requise: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Genre {
    Texte,
    /// A lot's code: every sign of it counts.
    Code,
    Gencode,
    /// Several sentences, if need be.
    Phrases,
    /// One of a few words, written in capitals whatever was typed.
    Majuscules,
    Minuscules,
    Nombre,
    /// A number that may bear the sign of its currency.
    Prix,
    Jour,
}

impl Genre {
    pub(crate) const fn est_un_nombre(self) -> bool {
        matches!(self, Self::Nombre | Self::Prix)
    }
}

impl Modele {
    pub(crate) const TOUS: [Self; 9] = [
        Self::Magasins,
        Self::Fournisseurs,
        Self::Ingredients,
        Self::Recettes,
        Self::Alias,
        Self::Menus,
        Self::Receptions,
        Self::EtatsLots,
        Self::Plans,
    ];

    pub(crate) const fn nom(self) -> &'static str {
        match self {
            Self::Magasins => "magasins",
            Self::Fournisseurs => "fournisseurs",
            Self::Ingredients => "ingredients",
            Self::Recettes => "recettes",
            Self::Alias => "alias",
            Self::Menus => "menus",
            Self::Receptions => "receptions",
            Self::EtatsLots => "etats_lots",
            Self::Plans => "plans",
        }
    }

    /// By the name of a file without its extension.
    pub(crate) fn lire(nom: &str) -> Option<Self> {
        let nom = cle_de_tri(nom);
        Self::TOUS.into_iter().find(|m| m.nom() == nom)
    }

    pub(crate) fn du_fichier(fichier: &str) -> Option<Self> {
        Self::lire(fichier.rsplit_once('.').map_or(fichier, |(nom, _)| nom))
    }

    /// The column that a head names: « Date DLC » is `date_dlc`.
    pub(crate) fn colonne(self, tete: &str) -> Option<&'static Colonne> {
        let nue = cle_de_tri(tete.trim());
        let mots = nue.split(|c: char| !c.is_alphanumeric()).filter(|m| !m.is_empty());
        let cle = mots.collect::<Vec<_>>().join("_");
        self.colonnes().iter().find(|c| c.nom == cle)
    }

    pub(crate) const fn colonnes(self) -> &'static [Colonne] {
        match self {
            Self::Magasins => MAGASINS,
            Self::Fournisseurs => FOURNISSEURS,
            Self::Ingredients => INGREDIENTS,
            Self::Recettes => RECETTES,
            Self::Alias => ALIAS,
            Self::Menus => MENUS,
            Self::Receptions => RECEPTIONS,
            Self::EtatsLots => ETATS_LOTS,
            Self::Plans => PLANS,
        }
    }
}

const fn requise(nom: &'static str, genre: Genre) -> Colonne {
    Colonne { nom, genre, requise: true }
}

const fn libre(nom: &'static str, genre: Genre) -> Colonne {
    Colonne { nom, genre, requise: false }
}

const MAGASINS: &[Colonne] = &[
    requise("nom", Genre::Texte),
    requise("type_magasin", Genre::Majuscules),
    libre("fuseau", Genre::Texte),
    libre("politique_stock", Genre::Minuscules),
    libre("jours_arriere", Genre::Nombre),
];
const FOURNISSEURS: &[Colonne] = &[requise("nom", Genre::Texte)];
const INGREDIENTS: &[Colonne] = &[
    requise("nom", Genre::Texte),
    requise("unite_base", Genre::Minuscules),
    libre("nature", Genre::Minuscules),
    libre("densite", Genre::Nombre),
    libre("poids_piece", Genre::Nombre),
    libre("allergenes", Genre::Minuscules),
];
const RECETTES: &[Colonne] = &[
    requise("recette", Genre::Texte),
    libre("nature", Genre::Minuscules),
    libre("rendement", Genre::Nombre),
    libre("unite_rendement", Genre::Minuscules),
    libre("duree_vie_jours", Genre::Nombre),
    requise("ingredient", Genre::Texte),
    requise("quantite", Genre::Nombre),
    requise("unite", Genre::Minuscules),
    libre("poste", Genre::Texte),
    libre("creneau", Genre::Minuscules),
    libre("etapes", Genre::Phrases),
];
const ALIAS: &[Colonne] = &[requise("alias", Genre::Texte), requise("ingredient", Genre::Texte)];
const MENUS: &[Colonne] = &[
    requise("nom", Genre::Texte),
    requise("recette", Genre::Texte),
    libre("magasin", Genre::Texte),
    libre("gencode", Genre::Gencode),
    libre("prix", Genre::Prix),
];
const RECEPTIONS: &[Colonne] = &[
    requise("magasin", Genre::Texte),
    libre("fournisseur", Genre::Texte),
    libre("recue_le", Genre::Jour),
    requise("ingredient", Genre::Texte),
    requise("quantite", Genre::Nombre),
    requise("unite", Genre::Minuscules),
    libre("code_lot", Genre::Code),
    libre("date_dlc", Genre::Jour),
];
const ETATS_LOTS: &[Colonne] = &[
    requise("magasin", Genre::Texte),
    libre("fournisseur", Genre::Texte),
    requise("ingredient", Genre::Texte),
    requise("code_lot", Genre::Code),
    requise("etat", Genre::Minuscules),
    requise("motif", Genre::Phrases),
];
const PLANS: &[Colonne] = &[
    requise("magasin", Genre::Texte),
    requise("date", Genre::Jour),
    requise("recette", Genre::Texte),
    libre("menu", Genre::Texte),
    requise("quantite_planifiee", Genre::Nombre),
];
