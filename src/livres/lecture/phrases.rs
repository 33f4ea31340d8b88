//! What a line of a recipe is when it is no ingredient: a step, a note, a heading (pure).

use super::grammaire::{self, Contexte};
use super::mots_cles::est_note;
use super::nombres::{Atome, atome};
use super::rangees::{Jeton, Rangee};
use super::reperes::Reperes;

/// Verbs that begin a step, as a kitchen writes them. A suffix would not do: `Beurre`, `Poivre` and
/// `Gingembre` end like verbs. In alphabetical order.
const VERBES: [&str; 193] = [
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
    "former",
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
    "placer",
    "plier",
    "plonger",
    "pocher",
    "poeler",
    "poivrer",
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
    "rafraichir",
    "ranger",
    "raper",
    "realiser",
    "rechauffer",
    "recouvrir",
    "rectifier",
    "reduire",
    "refroidir",
    "regler",
    "remettre",
    "remplir",
    "remuer",
    "repartir",
    "repasser",
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
    "travailler",
    "tremper",
    "trier",
    "turbiner",
    "utiliser",
    "vanner",
    "verifier",
    "verser",
    "vider",
    "zester",
];

/// `1. Éplucher les carottes`, `Coupez le saumon`, `Étape 2`. A short line without a number before
/// it that ends with a quantity (`Porter 25 cl`) is no step: as an ingredient that nobody knows it
/// is seen.
pub(crate) fn est_une_etape(rangee: &Rangee) -> bool {
    let numero = |j: &Jeton| {
        let nu = j.texte.trim_matches(|c: char| !c.is_alphanumeric());
        nu.is_empty() || (nu.len() <= 2 && nu.bytes().all(|c| c.is_ascii_digit()))
    };
    let debut = rangee.jetons.iter().take_while(|j| numero(j)).count();
    let Some(premier) = rangee.jetons.get(debut) else { return false };
    let sans_re = premier.cle.strip_prefix("re").filter(|c| c.len() > 4);
    let commence = est_un_verbe(&premier.cle) || sans_re.is_some_and(est_un_verbe);
    premier.cle == "etape" || (commence && (debut > 0 || !est_courte_et_quantifiee(rangee)))
}

pub(crate) fn est_un_verbe(cle: &str) -> bool {
    est_un_infinitif(cle) || est_un_imperatif(cle)
}

fn est_un_infinitif(cle: &str) -> bool {
    VERBES.binary_search(&cle).is_ok()
}

/// `coupez`, of a verb that is known: `Merguez` is none.
fn est_un_imperatif(cle: &str) -> bool {
    let Some(radical) = cle.strip_suffix("ez") else { return false };
    ["er", "ir", "re"].iter().any(|fin| est_un_infinitif(&format!("{radical}{fin}")))
}

fn est_courte_et_quantifiee(rangee: &Rangee) -> bool {
    let annonce = rangee.jetons.iter().any(|j| j.texte.ends_with(':'));
    let mots = rangee.jetons.iter().filter(|j| atome(&j.texte) == Atome::Autre).count();
    let quantite = rangee.jetons.last().is_some_and(|j| {
        matches!(atome(&j.texte), Atome::Nombre(_) | Atome::Mesure(..) | Atome::Unite(_))
    });
    !annonce && quantite && mots <= 3
}

/// More words than a name has, or a full stop at its end.
pub(crate) fn est_une_phrase(rangee: &Rangee) -> bool {
    let mots = rangee.jetons.iter().filter(|j| j.texte.chars().any(char::is_alphabetic)).count();
    let point = rangee.jetons.last().is_some_and(|j| j.texte.ends_with(['.', '!', ';']));
    mots >= 7 || (mots >= 3 && point)
}

/// What a line may speak of before a colon, beside the notes of `mots_cles`.
const SUJETS: [&str; 45] = [
    "conserver",
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
    let premiere = rangee.premiere_cle();
    est_note(premiere) || SUJETS.contains(&premiere)
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

#[cfg(test)]
mod tests {
    use super::super::mots::{Cadre, Mot};
    use super::super::rangees::ranger;
    use super::*;

    fn rangee(texte: &str) -> Rangee {
        let mut mots = Vec::new();
        let mut x = 0;
        for mot in texte.split(' ') {
            let droite = x + 500 * i32::try_from(mot.chars().count()).unwrap();
            let cadre = Cadre { gauche: x, haut: 0, droite, bas: 1000 };
            mots.push(Mot::nouveau(cadre, mot.to_owned()));
            x = droite + 300;
        }
        ranger(mots, 1).remove(0)
    }

    #[test]
    fn verbs_are_found_by_halves() {
        assert!(VERBES.is_sorted());
    }

    #[test]
    fn a_step_begins_with_a_verb_that_is_known() {
        for texte in [
            "1. Éplucher les carottes",
            "Coupez le saumon en dés",
            "Cuire à la vapeur pendant 12",
            "3 Beurrer : 10 g",
            "Réserver au froid",
            "Servez froid",
            "Étape 2",
        ] {
            assert!(est_une_etape(&rangee(texte)), "{texte}");
        }
    }

    #[test]
    fn what_may_be_an_ingredient_is_no_step() {
        for texte in
            ["Merguez 120 g", "Beurre doux 10", "Poivre 5 g", "Porter 25 cl", "Gingembre 2"]
        {
            assert!(!est_une_etape(&rangee(texte)), "{texte}");
        }
    }
}
