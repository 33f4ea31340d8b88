//! What a line of a recipe is when it is no ingredient: a step, a note, a heading (pure).

use super::grammaire::{self, Contexte};
use super::nombres::{Atome, atome};
use super::rangees::{Jeton, Rangee};
use super::reperes::Reperes;

/// Verbs that begin a step, as a kitchen writes them. A suffix would not do: `Beurre`, `Poivre` and
/// `Gingembre` end like verbs.
const VERBES: [&str; 137] = [
    "abaisser",
    "ajouter",
    "aplatir",
    "arroser",
    "assaisonner",
    "assembler",
    "badigeonner",
    "battre",
    "beurrer",
    "blanchir",
    "bouillir",
    "braiser",
    "brasser",
    "brosser",
    "centrer",
    "chauffer",
    "chemiser",
    "ciseler",
    "colorer",
    "concasser",
    "conditionner",
    "confire",
    "congeler",
    "conserver",
    "controler",
    "coucher",
    "couler",
    "couper",
    "couvrir",
    "cuire",
    "debarrasser",
    "debiter",
    "deboucher",
    "decongeler",
    "decorer",
    "deglacer",
    "delayer",
    "demouler",
    "deposer",
    "desosser",
    "dessaler",
    "detailler",
    "diluer",
    "disperser",
    "disposer",
    "dissoudre",
    "diviser",
    "dorer",
    "dresser",
    "ebouillanter",
    "ecraser",
    "ecumer",
    "effiler",
    "effilocher",
    "egoutter",
    "emballer",
    "emietter",
    "emincer",
    "emonder",
    "emulsionner",
    "enfourner",
    "enlever",
    "enrober",
    "envelopper",
    "epepiner",
    "eplucher",
    "eponger",
    "essorer",
    "etaler",
    "etiqueter",
    "etuver",
    "evider",
    "faconner",
    "faire",
    "farcir",
    "fariner",
    "fermer",
    "ficeler",
    "filmer",
    "filtrer",
    "finir",
    "flamber",
    "foncer",
    "fondre",
    "fouetter",
    "fourrer",
    "frire",
    "frotter",
    "garnir",
    "glacer",
    "gratiner",
    "griller",
    "hacher",
    "huiler",
    "imbiber",
    "incorporer",
    "infuser",
    "laisser",
    "laver",
    "lier",
    "macerer",
    "malaxer",
    "mariner",
    "masquer",
    "melanger",
    "mettre",
    "mijoter",
    "mixer",
    "monder",
    "monter",
    "mouiller",
    "napper",
    "nettoyer",
    "operculer",
    "ouvrir",
    "parer",
    "parfumer",
    "parsemer",
    "passer",
    "peler",
    "peser",
    "petrir",
    "plier",
    "plonger",
    "pocher",
    "poeler",
    "porter",
    "poser",
    "pousser",
    "prechauffer",
    "precuire",
    "prelever",
    "prendre",
    "preparer",
    "presser",
    "proceder",
    "puis",
];
const VERBES_SUITE: [&str; 55] = [
    "rafraichir",
    "raper",
    "realiser",
    "rechauffer",
    "rectifier",
    "recouvrir",
    "reduire",
    "refroidir",
    "remettre",
    "remplir",
    "remuer",
    "repartir",
    "reserver",
    "retirer",
    "retourner",
    "rincer",
    "rissoler",
    "rotir",
    "rouler",
    "saisir",
    "saler",
    "saupoudrer",
    "sauter",
    "sceller",
    "secher",
    "servir",
    "sortir",
    "stocker",
    "sucrer",
    "suer",
    "superposer",
    "tailler",
    "tamiser",
    "tartiner",
    "temperer",
    "terminer",
    "toaster",
    "torrefier",
    "tourner",
    "trancher",
    "tremper",
    "travailler",
    "trier",
    "turbiner",
    "utiliser",
    "vanner",
    "verifier",
    "verser",
    "vider",
    "zester",
    "ranger",
    "regler",
    "repasser",
    "poivrer",
    "placer",
];

/// `1. Éplucher les carottes`, `Coupez le saumon`, `Étape 2`.
pub(crate) fn est_une_etape(rangee: &Rangee) -> bool {
    let numerote = |j: &&Jeton| {
        let nu = j.texte.trim_matches(|c: char| !c.is_alphanumeric());
        nu.is_empty() || (nu.len() <= 2 && nu.bytes().all(|c| c.is_ascii_digit()))
    };
    let mut jetons = rangee.jetons.iter().skip_while(numerote);
    let Some(premier) = jetons.next() else { return false };
    let cle = premier.cle.strip_prefix("re").filter(|c| c.len() > 4).unwrap_or(&premier.cle);
    let verbe = |c: &str| VERBES.contains(&c) || VERBES_SUITE.contains(&c);
    verbe(&premier.cle) || verbe(cle) || est_imperatif(&premier.cle) || premier.cle == "etape"
}

fn est_imperatif(cle: &str) -> bool {
    cle.len() > 4 && cle.ends_with("ez") && cle != "chez"
}

/// More words than a name has, or a full stop at its end.
pub(crate) fn est_une_phrase(rangee: &Rangee) -> bool {
    let mots = rangee.jetons.iter().filter(|j| j.texte.chars().any(char::is_alphabetic)).count();
    let point = rangee.jetons.last().is_some_and(|j| j.texte.ends_with(['.', '!', ';']));
    mots >= 7 || (mots >= 3 && point)
}

/// Words that begin a line about the recipe, no heading of its method.
const NOTES: [&str; 60] = [
    "allergenes",
    "allergene",
    "traces",
    "conservation",
    "conserver",
    "cout",
    "prix",
    "consignes",
    "consigne",
    "etiquetage",
    "remarque",
    "remarques",
    "note",
    "notes",
    "nb",
    "photo",
    "photos",
    "visuel",
    "code",
    "ref",
    "reference",
    "version",
    "date",
    "maj",
    "edition",
    "auteur",
    "saison",
    "saisonnalite",
    "temps",
    "temperature",
    "materiel",
    "ustensiles",
    "difficulte",
    "categorie",
    "famille",
    "type",
    "origine",
    "attention",
    "astuce",
    "conseil",
    "conseils",
    "rechauffer",
    "rechauffage",
    "regeneration",
    "valeurs",
    "energie",
    "kcal",
    "portion",
    "format",
    "gencod",
    "gencode",
    "ean",
    "destination",
    "boutique",
    "rayon",
    "libelle",
    "denomination",
    "contient",
    "vendu",
    "commentaire",
];

/// `Allergènes : lait`, `Réf. 1204`: about the recipe, and of no quantity of it.
pub(crate) fn est_une_note(rangee: &Rangee) -> bool {
    NOTES.contains(&rangee.premiere_cle())
}

const NUTRIMENTS: [&str; 17] = [
    "energie",
    "lipides",
    "matieres",
    "acides",
    "dont",
    "glucides",
    "sucres",
    "proteines",
    "fibres",
    "sel",
    "sodium",
    "kcal",
    "kj",
    "valeurs",
    "nutritionnelles",
    "pour",
    "par",
];

/// A line of a table of nutrition values.
pub(crate) fn est_un_nutriment(rangee: &Rangee) -> bool {
    NUTRIMENTS.contains(&rangee.premiere_cle())
}

/// Reads as a line of this list: a name, and a quantity that stands where those of the list do.
pub(crate) fn a_la_forme(rangee: &Rangee, reperes: &Reperes) -> bool {
    if est_une_etape(rangee) || est_une_phrase(rangee) {
        return false;
    }
    let alignes = reperes.alignes(&rangee.jetons);
    let lectures =
        grammaire::lire(&rangee.jetons, Contexte { alignes: &alignes, ..Contexte::default() });
    let dernier = rangee.jetons.iter().rposition(est_chiffre);
    let a_part = dernier.is_some_and(|n| {
        alignes.get(n).copied().unwrap_or(false) || rangee.jetons.get(n).is_some_and(|j| j.large)
    });
    let court = rangee.jetons.len() <= 6;
    (!lectures.fin.is_empty() && (a_part || court)) || (lectures.tete.is_some() && court)
}

fn est_chiffre(jeton: &Jeton) -> bool {
    matches!(atome(&jeton.texte), Atome::Nombre(_) | Atome::Mesure(..) | Atome::Fraction(_))
}
