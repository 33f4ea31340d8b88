//! Complete though wrong, once: what each of these lines says, or that a person has to look.

use super::tables::dit;
use super::*;

/// Where the columns begin.
const COLONNES: [i32; 5] = [4_000, 22_000, 32_000, 42_000, 50_000];

/// A page of these lines, their cells parted by `|`.
pub(super) fn lu(lignes: &[&str]) -> LivreLu {
    let mut mots = Vec::new();
    for (rang, ligne) in lignes.iter().enumerate() {
        let haut = 20_000 + 1_700 * i32::try_from(rang).unwrap_or(0);
        for (cellule, mut gauche) in ligne.split('|').zip(COLONNES) {
            for texte in cellule.split_whitespace() {
                let mot = mot(gauche, haut, texte);
                gauche = mot.cadre.droite + 300;
                mots.push(mot);
            }
        }
    }
    comprendre(page(mots))
}

/// For how many pieces the list is; `?` where that is asked.
pub(super) fn pour(lu: &LivreLu) -> String {
    match &lu.recettes[..] {
        [r] if !r.doutes.is_empty() => "?".to_owned(),
        [r] => r.rendement.map_or("-".to_owned(), |n| n.to_string()),
        autres => format!("{} recettes", autres.len()),
    }
}

pub(super) fn sous(lignes: &[&str]) -> Vec<String> {
    dit(&lu(&[&["BOL"], lignes, &["DLC J+2"]].concat()))
}

/// A line of a plain list.
pub(super) fn ligne(texte: &str) -> Vec<String> {
    let mut dit = sous(&["COMPOSITION", "Nori | 500 g", texte, "Thon | 400 g"]);
    dit.retain(|l| !["Nori | 500 g", "Thon | 400 g"].iter().any(|n| l.starts_with(n)));
    dit
}

pub(super) fn est_en_doute(dit: &[String]) -> bool {
    dit.iter().any(|d| d.starts_with('?'))
}

#[test]
fn a_head_that_counts_two_things_is_asked_about() {
    for tete in [
        "COMPOSITION (6 pièces - 2 personnes)",
        "COMPOSITION : 6 pièces / 2 personnes",
        "COMPOSITION pour 2 plateaux de 6 pièces",
        "COMPOSITION POUR 10 PORTIONS / 1 BAC",
        "COMPOSITION 2 x 10 PORTIONS",
        "COMPOSITION 2 fois 10 PORTIONS",
    ] {
        assert_eq!(
            pour(&lu(&["BOL", tete, "Riz | 60 g", "Thon | 40 g", "DLC J+2"])),
            "?",
            "{tete}"
        );
    }
    for tete in ["COMPOSITION 1 BARQUETTE", "COMPOSITION 1 BARQUETTE (1 PERSONNE)"] {
        assert_eq!(
            pour(&lu(&["BOL", tete, "Riz | 60 g", "Thon | 40 g", "DLC J+2"])),
            "1",
            "{tete}"
        );
    }
}

#[test]
fn the_heads_of_columns_say_for_how_many() {
    for (tete, attendu) in [
        ("Pour 10 portions | g", "10"),
        ("Pour 10 personnes | Quantité", "10"),
        ("POUR 10 PERS. | Grammes", "10"),
        ("Ingrédients | 10 pers (g)", "10"),
        ("Ingrédients | 10 portions en g", "10"),
        ("Ingrédients pour 10 portions | g", "10"),
        ("Ingrédients | Quantité pour 10", "10"),
        ("Ingrédients | x10", "10"),
    ] {
        let lu = lu(&["BOL", "COMPOSITION", tete, "Riz | 600", "Thon | 400", "DLC J+2"]);
        assert_eq!(pour(&lu), attendu, "{tete}");
        assert_eq!(dit(&lu), ["Riz | 600 g | -", "Thon | 400 g | -"], "{tete}");
    }
    let deux = lu(&["BOL", "COMPOSITION", "Ingrédients | x10 | x1", "Riz | 600 | 60", "DLC J+2"]);
    assert_eq!((pour(&deux), dit(&deux)), ("1".to_owned(), vec!["Riz | 60 g | -".to_owned()]));
}

#[test]
fn a_line_over_the_list_that_says_a_unit_or_a_number_of_bowls_is_heard() {
    for texte in ["Quantités en kg pour 100 bols", "en kg pour 100 bols"] {
        let kilos = lu(&["BOL", texte, "COMPOSITION", "Riz | 12", "DLC J+2"]);
        let dit = (pour(&kilos), dit(&kilos));
        assert_eq!(dit, ("100".to_owned(), vec!["Riz | 12 kg | -".to_owned()]), "{texte}");
    }
}

#[test]
fn a_row_outside_its_columns_is_no_plain_line_of_grams() {
    let nommes = sous(&["COMPOSITION", "Désignation | Poids (kg)", "Riz 12", "Thon | 4"]);
    assert!(est_en_doute(&nommes) || nommes[0] == "Riz | 12 kg | -", "{nommes:?}");
    let tete = "Nb | Ingrédients | Poids unitaire (g)";
    let pieces = sous(&["COMPOSITION", tete, "4 | Riz rond | 143", "2 | Thon 40", "3 | Nori | 5"]);
    assert_eq!(pieces[0], "Riz rond | 572 g | -");
    assert!(est_en_doute(&pieces) || pieces[1] == "Thon | 80 g | -", "{pieces:?}");
    let milliers = sous(&["COMPOSITION", tete, "4 | Riz | 2 143", "2 | Thon | 40"]);
    assert_eq!(milliers, ["Riz | 8572 g | -", "Thon | 80 g | -"]);
}

#[test]
fn grams_of_a_piece_are_so_however_the_head_is_spaced() {
    for tete in ["g / pièce", "g par pièce", "Poids pièce (g)", "Poids / pce", "Poids par pièce"]
    {
        let lignes =
            ["COMPOSITION", &format!("Nb | Désignation | {tete}"), "2 | Riz | 60", "3 | Thon | 20"];
        assert_eq!(sous(&lignes), ["Riz | 120 g | -", "Thon | 60 g | -"], "{tete}");
    }
}

#[test]
fn bare_decimals_are_grams_only_where_the_weight_says_so() {
    for lignes in [
        ["COMPOSITION", "Ingrédients | Quantité", "Riz | 1,2", "Thon | 3,5"],
        ["COMPOSITION", "Produit | Qté", "Riz | 2,0", "Thon | 0,5"],
    ] {
        assert!(est_en_doute(&sous(&lignes)), "{lignes:?}");
    }
    assert!(est_en_doute(&ligne("Riz 1,2")));
    let prouvees = sous(&["COMPOSITION", "Sel | 2,5", "Thon | 40", "POIDS NET 42,5 g"]);
    assert_eq!(prouvees, ["Sel | 2.5 g | -", "Thon | 40 g | -"]);
    let grammes = sous(&["COMPOSITION (g)", "Sel | 2,5", "Thon | 40"]);
    assert_eq!(grammes, ["Sel | 2.5 g | -", "Thon | 40 g | -"]);
}

#[test]
fn a_half_behind_a_unit_is_half_of_it() {
    for (texte, attendu) in [
        ("Lait | 1 L 1/2", "Lait | 1.5 l | -"),
        ("Riz | 1 kg 1/2", "Riz | 1.5 kg | -"),
        ("Riz | 2 kg ½", "Riz | 2.5 kg | -"),
    ] {
        assert_eq!(ligne(texte), [attendu], "{texte}");
    }
}

#[test]
fn how_many_before_a_weight_may_be_of_all_or_of_each() {
    for texte in ["Levure | 2 sachets (8 g)", "Gélatine | 3 feuilles (6 g)"] {
        assert!(est_en_doute(&ligne(texte)), "{texte} : {:?}", ligne(texte));
    }
    assert_eq!(ligne("Levure | 1 sachet (8 g)"), ["Levure | 8 g | -"]);
}

#[test]
fn a_unit_in_the_name_is_that_of_its_number() {
    for (texte, attendu) in [
        ("Crème (cl) | 12", "Crème | 12 cl | -"),
        ("Riz en kg | 12", "Riz | 12 kg | -"),
        ("Lait (litres) | 2", "Lait | 2 l | -"),
    ] {
        assert_eq!(ligne(texte), [attendu], "{texte}");
    }
}

#[test]
fn a_column_of_units_is_known_by_its_short_names() {
    for tete in ["Un.", "Unit.", "UN", "U.", "Unité"] {
        let lignes =
            ["COMPOSITION", &format!("Produit | Qté | {tete}"), "Riz | 2 | kg", "Lait | 3 | l"];
        assert_eq!(sous(&lignes), ["Riz | 2 kg | -", "Lait | 3 l | -"], "{tete}");
    }
}

#[test]
fn a_weight_inside_a_name_is_looked_at() {
    for texte in ["Beurre (ou margarine 12 g) | 10 g", "Sauce soja 20 g + mirin | 10 g"] {
        assert!(est_en_doute(&ligne(texte)), "{texte}");
    }
}

#[test]
fn the_name_of_a_part_with_its_weight_is_no_ingredient_beside_what_it_is_made_of() {
    for partie in ["SAUCE (60 g)", "SAUCE : 60 g", "SAUCE | 60 g"] {
        let dit = sous(&["COMPOSITION", "Riz | 500 g", partie, "Soja | 40 g", "Mirin | 20 g"]);
        assert!(est_en_doute(&dit), "{partie} : {dit:?}");
    }
    let dit = sous(&["COMPOSITION", "Riz | 500 g", "Garniture (x 2)", "Soja | 40 g"]);
    assert!(est_en_doute(&dit), "{dit:?}");
}

#[test]
fn a_sum_that_does_not_fit_is_told() {
    for somme in ["Sous-total", "S/total", "Total garniture"] {
        let texte = format!("{somme} | 90 g");
        let dit = sous(&["COMPOSITION", "Riz | 50 g", "Thon | 30 g", &texte, "Soja | 40 g"]);
        assert!(est_en_doute(&dit), "{somme} : {dit:?}");
        let juste = texte.replace("90", "80");
        let dit = sous(&["COMPOSITION", "Riz | 50 g", "Thon | 30 g", &juste, "Soja | 40 g"]);
        assert!(!est_en_doute(&dit), "{somme} : {dit:?}");
    }
}

#[test]
fn what_a_step_adds_that_no_line_names_is_looked_at() {
    for etape in
        ["Ajouter 5 g de sel et mélanger", "Mettre 2 sachets de levure", "Saler avec 5 g de sel"]
    {
        let lignes = ["COMPOSITION", "Riz | 50 g", "Thon | 30 g", "PRÉPARATION", etape];
        assert!(est_en_doute(&sous(&lignes)), "{etape}");
        let lignes = ["COMPOSITION", "Riz | 50 g", "Thon | 30 g", "POIDS NET 80 g", etape];
        assert!(est_en_doute(&sous(&lignes)), "{etape}");
    }
    for etape in
        ["Ajouter 50 g de riz et mélanger", "Couper le thon en dés de 2 cm", "Peser 80 g par bol"]
    {
        let lignes = ["COMPOSITION", "Riz | 50 g", "Thon | 30 g", "PRÉPARATION", etape];
        assert!(!est_en_doute(&sous(&lignes)), "{etape}");
    }
}

#[test]
fn a_quantity_cut_in_its_cell_makes_no_two_ingredients() {
    let dit = sous(&["COMPOSITION", "Désignation | Qté (g)", "Riz rond | 1", "| 500", "Thon | 40"]);
    assert!(est_en_doute(&dit) || dit[0] == "Riz rond | 1500 g | -", "{dit:?}");
}

#[test]
fn a_merged_cell_that_names_a_part_is_none_of_the_line_it_stands_on() {
    let tete = "Partie | Ingrédients | Grammes";
    for lignes in [
        ["| Soja | 20", "Sauce | Mirin | 10", "| Sucre | 5"],
        ["Sauce | Soja | 20", "| Mirin | 10", "| Sucre | 5"],
    ] {
        let lignes = [&["COMPOSITION", tete][..], &lignes].concat();
        let dit = sous(&lignes);
        let justes = ["Soja | 20 g | -", "Mirin | 10 g | -", "Sucre | 5 g | -"];
        assert!(est_en_doute(&dit) || dit == justes, "{dit:?}");
    }
    let entre = sous(&["COMPOSITION", tete, "| Soja | 20", "Sauce", "| Mirin | 10"]);
    assert!(est_en_doute(&entre) || entre == ["Soja | 20 g | -", "Mirin | 10 g | -"], "{entre:?}");
}
