//! What each printed line is read as, one beside the other, so that a change is seen.

use super::*;

/// `libellé | quantité unité | pièces | ce qui entre dans la recette | doute` of the line between
/// two others, in a list that ends with `fin`.
fn lue(autres: [&str; 2], texte: &str, fin: &str) -> String {
    let lignes = ["SALADE", "COMPOSITION", autres[0], texte, autres[1], fin, "DLC J+2"];
    let mut lu = comprendre(page(recette(4_000, &lignes)));
    let recette = lu.recettes.swap_remove(0);
    let doutes: Vec<&str> = recette.doutes.iter().map(|d| d.code.mot()).collect();
    let nombre = |n: Option<Decimal>| n.map_or("-".to_owned(), |n| n.to_string());
    let [_, ligne, _] = &recette.lignes[..] else {
        return format!("{} lignes | {}", recette.lignes.len(), doutes.join(" "));
    };
    let unite = ligne.unite.as_ref().map_or(String::new(), |u| format!(" {u}"));
    format!(
        "{} | {}{unite} | {} | {} | {}",
        ligne.libelle,
        nombre(ligne.quantite),
        nombre(ligne.pieces),
        nombre(ligne.quantite_recette),
        if doutes.is_empty() { "-".to_owned() } else { doutes.join(" ") },
    )
}

fn comparer(lire: impl Fn(&str) -> String, table: &[(&str, &str)]) {
    let fautes = table.iter().filter_map(|(texte, attendu)| {
        let lu = lire(texte);
        (lu != *attendu).then(|| format!("{texte}\n    lu      {lu}\n    attendu {attendu}"))
    });
    let fautes: Vec<String> = fautes.collect();
    assert!(fautes.is_empty(), "{}", fautes.join("\n"));
}

#[test]
fn a_line_among_lines_that_bear_a_unit() {
    let lire = |texte: &str| lue(["Sucre 100 g", "Beurre doux 80 g"], texte, "EMBALLAGE BOL");
    comparer(
        lire,
        &[
            ("Farine 150 g", "Farine | 150 g | - | 150 | -"),
            ("Farine 1 250 g", "Farine | 1250 g | - | 1250 | -"),
            ("Farine 12 500 g", "Farine | 12500 g | - | - | quantite"),
            ("Sauce huître 60 150 g", "Sauce huître | 60150 g | - | - | quantite"),
            ("Nigiri saumon 2 pièces 60 g", "Nigiri saumon | 60 g | 2 | 60 | -"),
            ("Nigiri saumon 6p 60 g", "Nigiri saumon | 60 g | 6 | 60 | -"),
            ("Nigiri saumon x2 60 g", "Nigiri saumon | 60 g | 2 | - | quantite"),
            ("Farine 1'250 g", "Farine | 1250 g | - | 1250 | -"),
            ("Farine 1\u{202f}250 g", "Farine | 1250 g | - | 1250 | -"),
            ("Farine 1\u{a0}250\u{a0}g", "Farine | 1250 g | - | 1250 | -"),
            ("Farine 0.5 g", "Farine | 0.5 g | - | 0.5 | -"),
            ("Farine 12,5 g", "Farine | 12.5 g | - | 12.5 | -"),
            ("Farine 1,250 kg", "Farine | 1.25 kg | - | 1.25 | -"),
            ("Farine 0.150 kg", "Farine | 0.15 kg | - | 0.15 | -"),
            ("Farine 1.250 g", "Farine | 1.25 g | - | - | quantite"),
            ("Farine 2,500 g", "Farine | 2.5 g | - | - | quantite"),
            ("Lait 1.500 ml", "Lait | 1.5 ml | - | - | quantite"),
            ("Saumon fumé 2 x 60 g", "Saumon fumé | 120 g | - | 120 | -"),
            ("Jambon blanc 3 × 25 g", "Jambon blanc | 75 g | - | 75 | -"),
            ("Carotte (2) 50 g", "Carotte | 100 g | - | 100 | -"),
            ("Beurre 4x10g", "Beurre | 40 g | - | 40 | -"),
            ("Tortilla de blé 3 de 60 g", "Tortilla de blé | 180 g | - | 180 | -"),
            ("Jambon 2 tranches de 40 g", "Jambon | 80 g | - | 80 | -"),
            ("3 tortillas de 60 g", "tortillas | 180 g | - | 180 | -"),
            ("Huile 10 cl + 5 cl", "Huile | 15 cl | - | 15 | -"),
            ("Farine 1 kg 200", "Farine | 1200 g | - | 1200 | -"),
            ("Farine 1kg200", "Farine | 1200 g | - | 1200 | -"),
            ("Farine 1 kg 50 g", "Farine | 1050 g | - | 1050 | -"),
            ("Lait 1 l 50 cl", "Lait | 1500 ml | - | 1500 | -"),
            ("Lait 1 l 5", "Lait | 1 l | 5 | - | quantite"),
            ("Farine < 100 g", "Farine | 100 g | - | - | quantite"),
            ("Farine 0 g", "Farine | 0 g | - | - | quantite"),
            ("Farine 120 kg", "Farine | 120 kg | - | - | quantite"),
            ("Vanille 100 cc", "Vanille | 500 ml | - | - | quantite"),
            ("Vanille 2 cc", "Vanille | 10 ml | - | 10 | -"),
            ("Farine : 100 g :", "2 lignes | ligne_illisible"),
            ("Farine 1 kg + 200 g", "Farine | 1200 g | - | 1200 | -"),
            ("Sauce soja 1/3 l", "Sauce soja | 333.333 ml | - | 333.333 | -"),
            ("Sauce soja 1 2/3 l", "Sauce soja | 1666.667 ml | - | 1666.667 | -"),
            ("Lait 1/2 l", "Lait | 0.5 l | - | 0.5 | -"),
            ("Lait ½ l", "Lait | 0.5 l | - | 0.5 | -"),
            ("Coriandre 1/2 botte", "Coriandre | 0.5 botte | - | 0.5 | -"),
        ],
    );
}

#[test]
fn spoons_counts_and_doubts_among_lines_that_bear_a_unit() {
    let lire = |texte: &str| lue(["Sucre 100 g", "Beurre doux 80 g"], texte, "EMBALLAGE BOL");
    comparer(
        lire,
        &[
            ("Sauce soja 2 c. à soupe", "Sauce soja | 30 ml | - | 30 | -"),
            ("Sauce soja 2 cuillères à soupe", "Sauce soja | 30 ml | - | 30 | -"),
            ("Sauce soja 1 cuil. à s.", "Sauce soja | 15 ml | - | 15 | -"),
            ("Huile de sésame 1 CS", "Huile de sésame | 15 ml | - | 15 | -"),
            ("Huile de sésame 1/2 càs", "Huile de sésame | 7.5 ml | - | 7.5 | -"),
            ("Miel 1 c.à.c", "Miel | 5 ml | - | 5 | -"),
            ("Miel 1 ½ c. à café", "Miel | 7.5 ml | - | 7.5 | -"),
            ("Miel 1 c. à s. (15 g)", "Miel | 15 g | - | 15 | -"),
            ("2 c. à soupe de sauce soja", "sauce soja | 30 ml | - | 30 | -"),
            ("Sel fin 1 pincée", "Sel fin | - | - | - | -"),
            ("Sel fin QS", "Sel fin | - | - | - | -"),
            ("Sel à convenance", "Sel | - | - | - | -"),
            ("Sel (à volonté)", "Sel | - | - | - | -"),
            ("Sel, poivre : selon goût", "Sel, poivre | - | - | - | -"),
            ("Piment selon votre goût", "Piment | - | - | - | -"),
            ("POIVRE AU GOÛT", "POIVRE | - | - | - | -"),
            ("Eau quantité suffisante", "Eau | - | - | - | -"),
            ("Sel 5 g à volonté", "Sel 5 g | - | - | - | chiffres_en_trop"),
            ("Chips goût barbecue 30 g", "Chips goût barbecue | 30 g | - | 30 | -"),
            ("Carotte 120 g (soit 2 pièces)", "Carotte | 120 g | 2 | 120 | -"),
            ("Œufs 3 pièces (180 g)", "Œufs | 180 g | 3 | 180 | -"),
            ("Œufs 3 pièces", "Œufs | 3 piece | - | 3 | -"),
            ("Œuf dur x3", "Œuf dur | 3 piece | - | 3 | -"),
            ("Beurre 10 g env.", "Beurre | 10 g | - | 10 | -"),
            ("Beurre environ 10 g", "Beurre | 10 g | - | 10 | -"),
            ("Oignon ≈ 30 g", "Oignon | 30 g | - | 30 | -"),
            ("Oignon ~30 g", "Oignon | 30 g | - | 30 | -"),
            ("Jambon 4 tr.", "Jambon | 4 tranche | - | 4 | -"),
            ("Ail 2 gousses", "Ail | 2 gousse | - | 2 | -"),
            ("Sel 10-15 g", "Sel | - | - | - | quantite"),
            ("Sel 10 à 15 g", "Sel | - | - | - | quantite"),
            ("Œuf dur 2à3", "Œuf dur | - | - | - | quantite"),
            ("Œuf dur 2-3", "Œuf dur | - | - | - | quantite"),
            ("Gingembre 2 cm", "Gingembre | 2 cm | - | - | quantite"),
            ("Saumon 60 g x 2", "Saumon | 60 g | 2 | - | quantite"),
            ("Tomate 2", "Tomate | 2 piece | - | - | sans_unite"),
            ("Concombre 1/2", "Concombre | 0.5 piece | - | - | sans_unite"),
            ("Riz jasmin 2 500", "Riz jasmin | 2500 g | - | 2500 | -"),
            ("Saumon 60 2", "Saumon | 60 g | 2 | 60 | -"),
            ("Nigiri saumon 60 g 2 pcs", "Nigiri saumon | 60 g | 2 | 60 | -"),
            ("Sauce huître 60 20 g", "Sauce huître 60 | 20 g | - | - | chiffres_en_trop"),
            ("Carotte 10001 120 g", "Carotte 10001 | 120 g | - | - | chiffres_en_trop"),
            ("Farine T 55 150 g", "Farine T 55 | 150 g | - | 150 | -"),
            ("Crevettes 16/20 150 g", "Crevettes 16/20 | 150 g | - | 150 | -"),
            ("Poivre 5 baies 2 g", "Poivre 5 baies | 2 g | - | 2 | -"),
            ("Crème 35 % 150 g", "Crème 35 % | 150 g | - | 150 | -"),
            ("Poivre 5 g/kg", "2 lignes | ligne_illisible"),
            ("Noix une poignée", "2 lignes | ligne_illisible"),
        ],
    );
}

#[test]
fn a_line_among_lines_without_a_unit() {
    let lire = |texte: &str| lue(["Sucre 100", "Beurre doux 80"], texte, "EMBALLAGE BOL");
    comparer(
        lire,
        &[
            ("Farine 150", "Farine | 150 g | - | 150 | -"),
            ("Farine 1 250", "Farine | 1250 g | - | 1250 | -"),
            ("Farine 12,5", "Farine | 12.5 g | - | 12.5 | -"),
            ("Farine 1,250", "Farine | 1.25 g | - | - | quantite"),
            ("Farine 0,120", "Farine | 0.12 g | - | - | quantite"),
            ("Farine 0,5", "Farine | 0.5 g | - | - | quantite"),
            ("Tomate 2", "Tomate | 2 g | - | 2 | -"),
            ("Tomate 1/2", "Tomate | 0.5 piece | - | - | sans_unite"),
            ("Saumon 2 x 60", "Saumon | 120 g | - | 120 | -"),
            ("Saumon 60 2", "Saumon | 60 g | 2 | 60 | -"),
            ("Œufs 150 3 pièces", "Œufs | 150 g | 3 | 150 | -"),
            ("Lait 25 cl", "Lait | 25 cl | - | 25 | -"),
            ("Œufs 3 pièces", "Œufs | 3 piece | - | 3 | -"),
        ],
    );
}

#[test]
fn bare_numbers_beside_a_volume_are_grams_unless_they_may_be_pieces() {
    let lire = |texte: &str| lue(["Lait 25 cl", "Beurre doux 80"], texte, "EMBALLAGE BOL");
    comparer(
        lire,
        &[
            ("Farine 150", "Farine | 150 g | - | 150 | -"),
            ("Tomate 2", "Tomate | 2 piece | - | - | sans_unite"),
        ],
    );
}

#[test]
fn bare_numbers_beside_kilograms_are_grams_unless_they_may_be_pieces() {
    let lire = |texte: &str| lue(["Courge 2 kg", "Beurre doux 80"], texte, "EMBALLAGE BOL");
    comparer(
        lire,
        &[
            ("Feta 150", "Feta | 150 g | - | 150 | -"),
            ("Tomate 2", "Tomate | 2 piece | - | - | sans_unite"),
        ],
    );
}

#[test]
fn the_printed_weight_settles_what_two_readings_leave_open() {
    let avec = |poids: &'static str| {
        move |texte: &str| lue(["Sucre 100 g", "Beurre doux 80 g"], texte, poids)
    };
    comparer(
        avec("POIDS NET 1 430 g"),
        &[
            ("Farine 1.250 g", "Farine | 1250 g | - | 1250 | -"),
            ("Farine 2.500 g", "Farine | 2.5 g | - | - | poids quantite"),
        ],
    );
    comparer(
        avec("POIDS NET 300 g"),
        &[
            ("Saumon 120", "Saumon | 120 g | - | 120 | -"),
            ("Saumon 60 g 2", "Saumon | 60 g | 2 | 120 | -"),
            ("Saumon 60 g x 2", "Saumon | 60 g | 2 | 120 | -"),
            ("Saumon 120 g x 2", "Saumon | 120 g | 2 | 120 | -"),
            ("Saumon 30 g 3", "Saumon | 30 g | 3 | - | poids"),
            ("Saumon 2 x 60 g", "Saumon | 120 g | - | 120 | -"),
            ("Sauce huître 60 120 g", "Sauce huître 60 | 120 g | - | 120 | -"),
            ("Œuf 2", "Œuf | 2 piece | - | - | sans_unite"),
        ],
    );
    comparer(avec("POIDS NET 182 g"), &[("Œuf 2", "Œuf | 2 piece | - | - | sans_unite")]);
}

#[test]
fn names_that_end_with_a_number_on_several_lines_are_a_column_even_where_the_weight_is_exact() {
    let lire = |autre: &'static str| {
        move |texte: &str| lue(["Sucre 100 g", autre], texte, "POIDS NET 300 g")
    };
    let une = [("Sauce huître 60 120 g", "Sauce huître 60 | 120 g | - | 120 | -")];
    comparer(lire("Beurre doux 80 g"), &une);
    let deux = "Sauce huître 60 | 120 g | - | - | chiffres_en_trop chiffres_en_trop";
    comparer(lire("Beurre doux 45 80 g"), &[("Sauce huître 60 120 g", deux)]);
}

#[test]
fn a_number_under_the_pieces_of_other_lines_is_no_weight() {
    let cellule = |x: i32, rang: i32, texte: &str| mot(x, 20_000 + 1_300 * rang, texte);
    let mut mots = recette(4_000, &["SALADE", "COMPOSITION", "Riz", "Saumon", "Citron", "Thon"]);
    for (rang, grammes, pieces) in [(2, "100", "2"), (3, "120", "3"), (4, "", "1"), (5, "900", "")]
    {
        let colonnes = [(20_000, grammes), (30_000, pieces)];
        let pleines = colonnes.iter().filter(|(_, texte)| !texte.is_empty());
        mots.extend(pleines.map(|(x, texte)| cellule(*x, rang, texte)));
    }
    let lu = comprendre(page(mots));
    let recette = &lu.recettes[0];
    let lignes: Vec<String> = recette
        .lignes
        .iter()
        .map(|l| format!("{} {} {}", l.libelle, l.quantite.unwrap(), l.unite.as_deref().unwrap()))
        .collect();
    assert_eq!(lignes, ["Riz 100 g", "Saumon 120 g", "Citron 1 piece", "Thon 900 g"]);
    let doutes: Vec<&str> = recette.doutes.iter().map(|d| d.texte.as_str()).collect();
    assert_eq!(doutes, ["Citron 1"]);
    assert_eq!(recette.lignes[2].quantite_recette, None);
}

#[test]
fn what_is_possible_and_not_likely_is_looked_at() {
    let lire = |texte: &str| lue(["Sucre 100", "Beurre doux 80"], texte, "EMBALLAGE BOL");
    comparer(
        lire,
        &[
            ("Nigiri saumon 60 2", "Nigiri saumon | 60 g | 2 | 60 | -"),
            ("Avocat cal 18 40", "Avocat cal | 18 g | 40 | - | quantite"),
            ("Avocat cal 18", "Avocat cal | 18 g | - | - | quantite"),
            ("Beurre AOP 82 % MG 20", "Beurre AOP 82 % MG | 20 g | - | 20 | -"),
            ("Sésame doré 5 3", "Sésame doré | 5 g | 3 | 5 | -"),
            ("Chocolat 70 50", "Chocolat 70 | 50 g | - | - | chiffres_en_trop"),
            ("Œufs calibre 53/63 2", "Œufs calibre 53/63 | 2 g | - | - | quantite"),
            ("Œufs de lump 2", "Œufs de lump | 2 g | - | 2 | -"),
            ("SUSHI BOOK 2026", "SUSHI BOOK | 2026 g | - | - | quantite"),
            ("EAN 3 760 123 456 789", "2 lignes | "),
            ("Sésame 5 100", "Sésame | 5100 g | - | - | quantite"),
            ("Sésame 1 100", "Sésame | 1100 g | - | 1100 | -"),
            ("Coca 33 cl 1", "Coca | 33 cl | 1 | - | quantite"),
            ("Farine 45210", "Farine | 45210 g | - | - | quantite"),
        ],
    );
    let lire = |texte: &str| lue(["Sucre 100 g", "Beurre doux 80 g"], texte, "EMBALLAGE BOL");
    comparer(
        lire,
        &[
            ("Poulet 3 kg 5", "Poulet | 3 kg | 5 | - | quantite"),
            ("Betterave 60 g (1)", "Betterave | 60 g | 1 | - | quantite"),
            ("100 g ou", "ou | 100 g | - | - | quantite"),
            ("de 30 g", "de | 30 g | - | - | quantite"),
            ("Radis (soit huit 100 g", "Radis (soit huit | 100 g | - | - | quantite"),
            ("La vache qui rit 20 g", "La vache qui rit | 20 g | - | 20 | -"),
            ("Menu A 20 g", "Menu A | 20 g | - | 20 | -"),
        ],
    );
}

#[test]
fn a_weight_that_fits_shows_which_of_two_numbers_is_of_the_name() {
    let lire = |texte: &str| lue(["Sucre 100", "Beurre doux 80"], texte, "POIDS NET 220");
    comparer(lire, &[("Avocat cal 18 40", "Avocat cal 18 | 40 g | - | 40 | -")]);
}

#[test]
fn what_is_no_ingredient_is_dropped_where_it_is_known_and_told_where_it_is_not() {
    let lire = |texte: &str| lue(["Sucre 100 g", "Beurre doux 80 g"], texte, "EMBALLAGE BOL");
    for texte in [
        "EAN 3 760 123 456 789",
        "Réf. 45210",
        "Code article : 12045",
        "PLU 214",
        "TVA 5,5",
        "Version 3 du 12/01/2026",
        "Prix de vente 7,90",
        "Conditionnement : barquette 500 ml",
        "Contenant : bol 750 ml",
        "Volume 500 ml",
        "Four 180 °C, 12 min",
        "Temps de cuisson 12 min",
        "Température de service : 63 °C à cœur",
        "CCP : refroidir de +63 °C à +10 °C en moins de 2 h",
        "Origine viande bovine : France",
        "Kcal 240",
        "Mise à jour le 12/01/2026",
    ] {
        assert_eq!(lire(texte), "2 lignes | ", "{texte}");
    }
    for texte in
        ["Lipides 12 g", "Valeurs nutritionnelles pour 100 g", "dont acides gras saturés 3 g"]
    {
        let lu = lue(["Sucre 100 g", texte], "Beurre doux 80 g", "Sel 1,2 g");
        assert_eq!(lu, "2 lignes | ", "{texte}");
    }
    for texte in [
        "Variante : thon 60 g",
        "En option : sauce soja 10 ml",
        "Accompagnement : riz 150 g",
        "Supplément avocat 30 g",
        "Servir avec des baguettes et une dosette de soja.",
        "Perte à la cuisson 15 %",
        "Note : ajouter sésame",
        "Attention : contient cacahuètes",
        "Report 1 200",
        "Servir avec 1 dosette de sauce soja",
        "Note : ajouter 5 g de persil en été.",
    ] {
        assert_eq!(lire(texte), "2 lignes | ligne_apres_la_liste", "{texte}");
    }
    for (texte, attendu) in [
        ("Note de tête 12 g", "Note de tête | 12 g | - | 12 | -"),
        ("Protéines de soja 20 g", "Protéines de soja | 20 g | - | 20 | -"),
        ("Fibres de blé 20 g", "Fibres de blé | 20 g | - | 20 | -"),
    ] {
        assert_eq!(lire(texte), attendu);
    }
}

#[test]
fn a_total_is_compared_with_what_it_adds_up() {
    let lire = |total: &str| lue(["Sucre 100 g", "Beurre doux 1 080 g"], "Sel 20 g", total);
    for total in [
        "TOTAL 1 200",
        "TOTAL 1 200 g",
        "TOTAL : 1,2 kg",
        "Poids total 1200 gr",
        "TOTAL 1200 3,45 €",
        "TOTAL",
        "Sous-total 120",
    ] {
        assert_eq!(lire(total), "Sel | 20 g | - | 20 | -", "{total}");
    }
    for total in ["TOTAL 12 000", "TOTAL 600 g", "Poids total 1 300 g", "TOTAL 1 300 3,45 €"] {
        assert_eq!(lire(total), "Sel | 20 g | - | 20 | poids", "{total}");
    }
}
