//! Which labels lead to which ingredient.

use super::*;
use crate::livres::sous_recettes::Nommables;
use proptest::prelude::*;

fn article(n: u128, nom: &str, unite_base: UniteBase) -> Article {
    Article {
        id: Uuid::from_u128(n),
        nom: nom.to_owned(),
        unite_base,
        nature: Nature::Matiere,
        densite: None,
        poids_piece: None,
        allergenes: None,
    }
}

fn dictionnaire() -> Dictionnaire {
    let mut produit = article(9, "Salade César", UniteBase::Piece);
    produit.nature = Nature::Produit;
    let articles = vec![
        article(1, "Tomate", UniteBase::G),
        article(2, "Tomate bio", UniteBase::G),
        article(3, "Œuf", UniteBase::Piece),
        article(4, "Crème liquide 35 %", UniteBase::G),
        article(5, "Basilic", UniteBase::G),
        produit,
    ];
    let alias = |n: u128, alias: &str, vers: u128| AliasActif {
        id: Uuid::from_u128(100 + n),
        alias: alias.to_owned(),
        article_id: Uuid::from_u128(vers),
    };
    let alias = vec![alias(1, "CRÈME FLEURETTE", 4), alias(2, "Pomme d'amour", 1)];
    let sel = LibelleIgnore { cle: "sel".to_owned(), sans_quantite: true };
    Dictionnaire::nouveau(articles, &HashSet::new(), alias, vec![sel])
}

fn juger(libelle: &str, quantite: Option<i64>) -> Verdict {
    let quantite = quantite.map(Decimal::entier);
    juger_par(&dictionnaire(), libelle, quantite)
}

fn juger_par(d: &Dictionnaire, libelle: &str, quantite: Option<Decimal>) -> Verdict {
    let ici = Ici { livre: &Nommables::default(), titre: "" };
    d.juger(Imprimee { libelle, quantite, unite: "g", ..Imprimee::default() }, ici)
}

/// The article, when mapped.
fn vers(libelle: &str) -> Option<u128> {
    match juger(libelle, Some(10)) {
        Verdict::Mappee { article_id, .. } => Some(article_id.as_u128()),
        _ => None,
    }
}

#[test]
fn an_alias_then_a_name_and_nothing_that_is_only_near() {
    for (libelle, attendu) in [
        ("Crème fleurette (bio)", Some(4)),
        ("CREME FLEURETTE 120 G", Some(4)),
        ("TOMATE", Some(1)),
        ("tomate BIO", Some(2)),
        ("Tomate 20 g", Some(1)),
        ("POMME D’AMOUR", Some(1)),
        ("Tomates", None),
        ("Tomate cerise", None),
        ("Crème liquide", None),
        ("Crème liquide 35% MG", Some(4)),
        ("Salade César", None),
    ] {
        assert_eq!(vers(libelle), attendu, "{libelle}");
    }
}

#[test]
fn a_known_ingredient_that_cannot_be_weighed_says_why() {
    let raison = |v: Verdict| match v {
        Verdict::NonMappee { raison } => raison,
        autre => panic!("{autre:?}"),
    };
    let oeuf = raison(juger("Oeuf", Some(55)));
    assert!(oeuf.contains("poids d'une pièce"), "{oeuf}");
    assert_eq!(raison(juger("Basilic", None)), "aucune quantité imprimée");
    assert_eq!(raison(juger("Basilic", Some(0))), "la quantité est nulle");
    assert_eq!(raison(juger("Yuzu", Some(1))), "");
}

#[test]
fn a_label_ignored_without_quantity_still_counts_with_one() {
    assert_eq!(juger("SEL (QS)", None), Verdict::Ignoree);
    assert_ne!(juger("SEL", Some(5)), Verdict::Ignoree);
}

#[test]
fn two_ingredients_of_one_name_are_told_not_chosen_from() {
    let articles =
        vec![article(1, "Crème fraîche", UniteBase::G), article(2, "CREME FRAICHE", UniteBase::G)];
    let d = Dictionnaire::nouveau(articles, &HashSet::new(), Vec::new(), Vec::new());
    let verdict = juger_par(&d, "crème fraîche", Some(Decimal::entier(1)));
    let Verdict::NonMappee { raison } = verdict else { panic!("{verdict:?}") };
    assert!(raison.contains("CREME FRAICHE"), "{raison}");
}

proptest! {
    #[test]
    fn a_line_is_mapped_only_to_what_it_is_called(libelle in "[a-zéè]{1,3}( [a-z]{1,6}){0,2}") {
        if let Some(n) = vers(&libelle) {
            let d = dictionnaire();
            let article = &d.ingredients[&Uuid::from_u128(n)];
            let nomme = cle(&article.nom).pliee == cle(&libelle).pliee;
            let alias = ["creme fleurette", "pomme d amour"].contains(&&*cle(&libelle).pliee);
            prop_assert!(nomme || alias);
        }
    }
}
