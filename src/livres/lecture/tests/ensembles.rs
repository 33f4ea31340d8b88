//! Words that say one quantity together, and what they say.

use crate::livres::lecture::ensembles::{Ensemble, lire, longueur};

fn dit(texte: &str) -> String {
    match lire(texte) {
        Some(Ensemble::Quantite(m)) => {
            let pieces = m.pieces.map_or(String::new(), |p| format!(", {p} p"));
            format!("{} {}{pieces}", m.nombre, m.unite.unwrap_or("-"))
        }
        Some(Ensemble::Fourchette) => "entre".to_owned(),
        Some(Ensemble::Unite(unite)) => unite.to_owned(),
        Some(Ensemble::Fois(n)) => format!("x{n}"),
        None => "-".to_owned(),
    }
}

#[test]
fn words_that_say_one_quantity_are_read_together() {
    for (texte, attendu) in [
        ("2 x 60 g", "120 g"),
        ("3 × 25 g", "75 g"),
        ("4x10g", "40 g"),
        ("2 x 60", "120 -"),
        ("60 x 2", "-"),
        ("x 2", "x2"),
        ("× 2", "x2"),
        ("x 60 g", "-"),
        ("2x 1 250 g", "2500 g"),
        ("(2) 50 g", "100 g"),
        ("3 de 60 g", "180 g"),
        ("2 tranches de 40 g", "80 g"),
        ("2 x 0,5 kg", "1 kg"),
        ("10 cl + 5 cl", "15 cl"),
        ("100 + 50 g", "150 g"),
        ("1 kg + 200 g", "1200 g"),
        ("2 x 60 g + 30 g", "150 g"),
        ("1 c. à s. (15 g)", "15 g"),
        ("120 g (soit 2 pièces)", "120 g, 2 p"),
        ("3 pièces (180 g)", "180 g, 3 p"),
        ("10 g env.", "10 g"),
        ("1 250 g environ", "1250 g"),
        ("c. à soupe", "c. à soupe"),
        ("cuillères à café", "c. à café"),
        ("cuil. à s.", "c. à soupe"),
        ("10-15 g", "entre"),
        ("2à3", "entre"),
        ("2 à 3 pièces", "entre"),
        ("10 g - 15 g", "entre"),
        ("entre 10 et 15 g", "entre"),
        ("1 ou 2", "entre"),
        ("150 g", "-"),
        ("1 250", "-"),
        ("60 g + 2 pièces", "-"),
        ("120 g (100 g)", "-"),
        ("(2) 50", "-"),
        ("5 g/kg", "-"),
        ("16/20", "-"),
        ("2 x", "-"),
        ("c. de farine", "-"),
    ] {
        assert_eq!(dit(texte), attendu, "{texte}");
    }
}

#[test]
fn a_line_says_how_many_of_its_words_belong_together() {
    let longueur = |t: &str| longueur(t.split(' '));
    assert_eq!(longueur("2 x 60 g 3"), Some(4));
    assert_eq!(longueur("c. à soupe rase"), Some(3));
    assert_eq!(longueur("2 c. à soupe"), None);
    assert_eq!(longueur("4x10g"), None);
    assert_eq!(longueur("10 cl + 5 cl/h"), None);
    assert_eq!(longueur("crème"), None);
}
