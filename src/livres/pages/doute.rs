//! A doubt as pages show it: what was read, what may be said of it, where its words stand.

use crate::domaine::{Decimal, Quantite, Unite};
use crate::livres::consulter::{DouteEnAttente, LigneDuLivre};
use crate::livres::normaliser::cle;
use crate::livres::sous_recettes;

/// A doubt as the page shows it.
pub(crate) struct CarteDoute {
    pub doute: DouteEnAttente,
    /// The line that it is on, as it was read: « RIZ, 80 g ».
    pub lue: String,
    pub libelle: String,
    pub quantite: String,
    /// Code, word, and whether it is the line's.
    pub unites: Vec<(&'static str, &'static str, bool)>,
    /// It is on no single line: which one is corrected must be said.
    pub lignes: Vec<(String, String)>,
    /// Then, what goes into the recipe now.
    pub entrent: Vec<String>,
    pub sur_la_duree: bool,
    /// Nothing was read of these words: right as read is without them.
    pub sans_rien: bool,
    /// None of the quantities that are printed was read: it must be said which.
    pub sans_juste: bool,
    /// The page's picture is in the card, with where on it the words stand.
    pub avec_page: bool,
    pub lieu: String,
    /// Where to come back to.
    pub retour: String,
    /// The same doubt elsewhere in the book: recipe, words.
    pub autres: Vec<DouteEnAttente>,
}

const UNITES: [(&str, &str); 7] = [
    ("g", "g"),
    ("kg", "kg"),
    ("mg", "mg"),
    ("ml", "ml"),
    ("cl", "cl"),
    ("l", "l"),
    ("piece", "pièce"),
];

impl CarteDoute {
    /// `siennes`: the lines of its recipe; `ici`: the page of that recipe, which shows the book beside.
    pub(crate) fn de(doute: DouteEnAttente, siennes: &[LigneDuLivre], ici: Option<&str>) -> Self {
        let en_force: Vec<&LigneDuLivre> =
            siennes.iter().filter(|l| !l.ecartee && !l.ajoutee).collect();
        let mots = cle(&doute.texte).stricte;
        let sur_la_recette = ["poids", "colonne"].contains(&doute.code.as_str());
        let ligne = en_force.iter().find(|l| !sur_la_recette && cle(&l.texte).stricte == mots);
        let quantite = |l: &LigneDuLivre| {
            l.quantite.as_ref().map(|q| q.to_string().replace('.', ",")).unwrap_or_default()
        };
        let dire = |l: &LigneDuLivre| match quantite(l).as_str() {
            "" => format!("{}, sans quantité", l.libelle),
            q => format!("{}, {q} {}", l.libelle, l.unite),
        };
        let unite = ligne.map(|l| l.unite.as_str()).filter(|u| UNITES.iter().any(|(v, _)| v == u));
        let unite = unite.unwrap_or("g");
        Self {
            lue: ligne.map(|l| dire(l)).unwrap_or_default(),
            libelle: ligne.map(|l| l.libelle.clone()).unwrap_or_default(),
            quantite: ligne.map(|l| quantite(l)).unwrap_or_default(),
            unites: UNITES.iter().map(|(u, nom)| (*u, *nom, *u == unite)).collect(),
            lignes: match sur_la_recette {
                true => en_force.iter().map(|l| (l.texte.clone(), dire(l))).collect(),
                false => Vec::new(),
            },
            entrent: match sur_la_recette {
                true => entrent(siennes),
                false => Vec::new(),
            },
            sans_rien: ligne.is_none() && !sur_la_recette,
            sans_juste: doute.code == "quantite" && ligne.is_some_and(|l| l.quantite.is_none()),
            sur_la_duree: doute.code == "duree_de_vie",
            avec_page: ici.is_none(),
            lieu: lieu(&doute),
            retour: ici.unwrap_or("/livres/a-verifier").to_owned(),
            autres: Vec::new(),
            doute,
        }
    }

    /// What is said of it is said of these too, unless it is a line.
    pub(crate) fn avec(self, autres: Vec<DouteEnAttente>) -> Self {
        Self { autres, ..self }
    }
}

/// Where the script asks for the place of its words.
fn lieu(doute: &DouteEnAttente) -> String {
    let mut champs = form_urlencoded::Serializer::new(String::new());
    let texte = match doute.code.as_str() {
        "poids" => format!("POIDS NET {}", doute.texte),
        _ => doute.texte.clone(),
    };
    champs.append_pair("texte", &texte).append_pair("titre", &doute.titre);
    let (livre, page) = (doute.livre_id, doute.page);
    format!("/livres/{livre}/pages/{page}/lieu?{}", champs.finish())
}

/// The lines that count, those that were said too, and what they weigh in all where all are weighed.
fn entrent(lignes: &[LigneDuLivre]) -> Vec<String> {
    let comptent = || lignes.iter().filter(|l| !l.ecartee && l.statut != "ignoree");
    let quantite = |l: &LigneDuLivre| {
        let nombre = if l.recette.is_some() { &l.quantite } else { &l.quantite_recette };
        nombre.clone()
    };
    let masse = |l: &LigneDuLivre| {
        let nombre = Decimal::lire_json(quantite(l)?.as_str()).ok()?;
        sous_recettes::masse(nombre, Unite::lire(&l.unite)?)
    };
    let dire = |l: &LigneDuLivre| match quantite(l) {
        Some(q) => format!("{}, {} {}", l.libelle, q.to_string().replace('.', ","), l.unite),
        None => format!("{}, sans quantité", l.libelle),
    };
    let somme = comptent().try_fold(Quantite::ZERO, |s, l| s.plus(masse(l)?));
    let somme = somme.map(|s| format!("En tout : {} g", s.francais()));
    comptent().map(dire).chain(somme).collect()
}
