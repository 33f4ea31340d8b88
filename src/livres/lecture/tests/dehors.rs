//! What stands over a list, beside it and under it, and was once taken for something else: titles,
//! parts, fields, equipment, what is lost.

use super::justesse::{est_en_doute, ligne, lu, pour, sous};
use super::tables::dit;
use super::*;

#[test]
fn what_is_said_of_a_recipe_under_its_title_is_not_its_title() {
    for mention in [
        "Version du 12/03/2024",
        "Mise à jour : mars 2024",
        "Validé par le chef",
        "Catégorie : entrée froide",
        "Prix de vente : 5,90 €",
        "Temps de préparation : 20 min",
        "Famille sandwich",
        "Allergènes : gluten, lait",
        "Portions : 6",
    ] {
        let lignes = ["BLÉ", "COMPOSITION", "Blé 50 g", "DLC J+2"];
        let suite = ["SALADE B", mention, "COMPOSITION", "Riz 60 g", "DLC J+3"];
        let lu = lu(&[&lignes[..], &suite].concat());
        let titres: Vec<&str> = lu.recettes.iter().map(|r| r.titre.as_str()).collect();
        assert_eq!(titres, ["BLÉ", "SALADE B"], "{mention}");
    }
    for titre in ["Recette : Quiche", "Nom de la recette : Quiche", "Fiche n° 12 : Quiche"] {
        let nommee = lu(&[titre, "COMPOSITION", "Riz 60 g", "DLC J+3"]);
        assert_eq!(nommee.recettes[0].titre, "Quiche", "{titre}");
    }
    // Neither line says which it is.
    let deux = lu(&["CAKE SALÉ", "Gamme d'été du chef", "COMPOSITION", "Riz 60 g", "DLC J+3"]);
    assert!(!deux.recettes[0].doutes.is_empty() || deux.recettes[0].titre == "CAKE SALÉ");
    let deux = lu(&[
        "CAKE SALÉ",
        "Terrasse du midi",
        "COMPOSITION",
        "Riz rond de Camargue cuit la veille 60 g",
        "DLC J+3",
    ]);
    assert!(!deux.recettes[0].doutes.is_empty());
}

#[test]
fn a_part_under_a_head_of_its_own_stays_in_its_recipe() {
    for (partie, sure) in [("Pour la crème :", true), ("GARNITURE", false)] {
        let tete = "Ingrédients | Quantité (g)";
        let lignes =
            ["TARTE", tete, "Farine | 250", "Beurre | 125", partie, tete, "Lait | 500", "DLC J+2"];
        let lu = lu(&lignes);
        assert_eq!((lu.recettes.len(), lu.recettes[0].lignes.len()), (1, 3), "{partie}");
        assert_eq!(lu.recettes[0].doutes.is_empty(), sure, "{partie} {:?}", lu.recettes[0].doutes);
        assert_eq!(lu.recettes[0].duree_vie_jours, Some(2));
    }
}

#[test]
fn a_head_printed_twice_side_by_side_is_one_list() {
    let tete = "Ingrédients | Quantité | Ingrédients | Quantité";
    let lu = lu(&[
        "FLAN",
        tete,
        "Farine | 250 g | Lait | 500 g",
        "Beurre | 125 g | Thé | 10 g",
        "DLC J+2",
    ]);
    assert_eq!(lu.recettes.len(), 1);
    let noms: Vec<&str> = lu.recettes[0].lignes.iter().map(|l| l.libelle.as_str()).collect();
    assert_eq!(noms, ["Farine", "Beurre", "Lait", "Thé"]);
}

#[test]
fn fields_over_the_titles_are_those_of_the_recipe_under_them() {
    let lu = lu(&[
        "DLC J+1",
        "SALADE A",
        "COMPOSITION",
        "Riz 60 g",
        "DLC J+2",
        "SALADE B",
        "COMPOSITION",
        "Blé 50 g",
    ]);
    let dits: Vec<_> = lu.recettes.iter().map(|r| (r.duree_vie_jours, r.doutes.len())).collect();
    assert_eq!(dits, [(Some(1), 1), (Some(2), 1)]);
}

#[test]
fn a_line_over_a_title_that_speaks_of_a_field_is_asked_about() {
    for ligne in
        ["Délices de Paris - Pour 4 personnes", "Code : 1201 - DLC : 2 jours - Portions : 8"]
    {
        let lu = lu(&[ligne, "SALADE A", "COMPOSITION", "Riz 60 g", "DLC J+2"]);
        assert!(!lu.recettes[0].doutes.is_empty(), "{ligne}");
    }
}

#[test]
fn a_share_and_a_weight_are_no_number_of_pieces() {
    for ligne in ["Rendement : 85 %", "Rendement (%) : 90"] {
        let lu = lu(&["BOL", ligne, "COMPOSITION", "Riz 60 g", "DLC J+2"]);
        assert_ne!(
            lu.recettes[0].rendement.map(|n| n.to_string()),
            Some("85".to_owned()),
            "{ligne}"
        );
        assert!(pour(&lu) == "?" || pour(&lu) == "-", "{ligne}");
    }
    let cent =
        lu(&["BOL", "COMPOSITION", "Ingrédients | Quantité pour 100 g", "Riz | 60", "DLC J+2"]);
    assert_eq!(pour(&cent), "?");
}

#[test]
fn fat_and_sizes_are_no_units() {
    for (texte, attendu) in [
        ("Beurre 82 % MG | 250", "Beurre 82 % MG | 250 g | -"),
        ("Crème 30 % MG 500", "Crème 30 % MG | 500 g | -"),
        ("Œufs calibre L | 4", "?"),
        ("Œufs L 4", "?"),
        ("Pizza L 1", "?"),
        ("Thon 1 kg 250", "Thon | 1250 g | -"),
        ("Lait 2 L 50", "?"),
    ] {
        let dit = ligne(texte);
        assert!(dit == [attendu] || est_en_doute(&dit), "{texte} : {dit:?}");
    }
}

#[test]
fn a_second_weight_is_no_number_of_pieces() {
    let dit = sous(&[
        "COMPOSITION",
        "Ingrédients | Qté (g) | Grammage cru",
        "Riz | 200 | 210",
        "Thon | 50 | 60",
    ]);
    assert!(est_en_doute(&dit), "{dit:?}");
}

#[test]
fn what_is_lost_or_left_is_no_ingredient() {
    for texte in ["Somme | 900 g", "Ensemble | 900 g", "Perte | 50 g", "Reste | 950 g"] {
        let dit = ligne(texte);
        assert!(dit.is_empty() || est_en_doute(&dit), "{texte} : {dit:?}");
    }
}

#[test]
fn letters_of_one_width_have_spaces_as_wide() {
    let mut mots = Vec::new();
    for (rang, ligne) in
        ["SALADE RIZ", "COMPOSITION POUR 10 PERSONNES", "Riz 1000 g", "DLC J+3"].iter().enumerate()
    {
        let (mut gauche, haut) = (4_000, 20_000 + 1_300 * i32::try_from(rang).unwrap());
        for texte in ligne.split(' ') {
            let droite = gauche + 600 * i32::try_from(texte.chars().count()).unwrap();
            let cadre = Cadre { gauche, haut, droite, bas: haut + 1_000 };
            mots.push(Mot::nouveau(cadre, texte.to_owned()));
            gauche = droite + 600;
        }
    }
    assert_eq!(pour(&comprendre(page(mots))), "10");
}

#[test]
fn two_numbers_of_pieces_are_asked_about() {
    let lignes =
        ["BOL", "COMPOSITION POUR 10 PERSONNES", "Riz 60 g", "Rendement : 12 portions", "DLC J+2"];
    assert_eq!(pour(&lu(&lignes)), "?");
    assert_eq!(pour(&lu(&["BOL", "COMPOSITION POUR UNE DOUZAINE", "Riz 60 g", "DLC J+2"])), "12");
    let portions = lu(&["BOL", "COMPOSITION", "Riz 60 g", "Portions : 10 x 150 g", "DLC J+2"]);
    assert_eq!(pour(&portions), "?");
}

#[test]
fn a_net_weight_behind_a_gross_one_is_read() {
    let lu =
        lu(&["BOL", "COMPOSITION", "Riz 150 g", "Poids brut 180 g / Poids net 150 g", "DLC J+2"]);
    assert_eq!(lu.recettes[0].poids_net_g.map(|n| n.to_string()), Some("150".to_owned()));
}

#[test]
fn the_words_of_a_merged_cell_between_two_rows_are_in_no_name() {
    let tete = "Phase | Ingrédient | Quantité";
    let dit = sous(&["COMPOSITION", tete, "| Crème | 300 g", "Appareil", "| Lait | 200 g"]);
    assert_eq!(dit, ["Crème | 300 g | -", "Lait | 200 g | -"]);
}

#[test]
fn equipment_beside_the_list_counts_nothing_of_it() {
    let tete = "Ingrédients | Poids (g) | Matériel | Nb";
    let dit = sous(&["COMPOSITION", tete, "Riz | 500 | Batteur | 1", "Thon | 300 | Maryse | 2"]);
    assert_eq!(dit, ["Riz | 500 g | -", "Thon | 300 g | -"]);
}

#[test]
fn what_the_quantities_are_in_may_be_a_sentence_over_the_list() {
    let lu = lu(&[
        "QUICHE",
        "Les quantités sont en kg",
        "Ingrédients | Quantité",
        "Farine | 2",
        "DLC J+2",
    ]);
    assert_eq!(dit(&lu), ["Farine | 2 kg | -"]);
}

#[test]
fn what_a_known_word_begins_may_still_say_what_a_recipe_keeps() {
    for (ligne, attendu) in [
        ("Nb de portions : 30", "30"),
        ("Nb couverts : 12", "12"),
        ("NB PERS. : 6", "6"),
        ("Format : 4 parts", "?"),
        ("12 p.", "?"),
        ("Version 2 - 10 portions", "?"),
        ("Catégorie : dessert - 8 parts", "?"),
        ("Code 1204 - 10 parts", "?"),
        ("Date : 12/03/2024 - DLC : J+3", "?"),
        ("Code : 1204 - Poids net : 900 g", "?"),
        ("Catégorie : dessert", "-"),
        ("Temps : 20 min", "-"),
    ] {
        let avant = lu(&["BOL", ligne, "COMPOSITION", "Riz 60 g", "Thon 40 g", "DLC J+2"]);
        assert_eq!(pour(&avant), attendu, "{ligne}");
    }
    for ligne in [
        "Allergènes : lait - DLC J+3",
        "Température : 4 °C - DLC 3 jours",
        "Coût : 1 € - Poids net 900 g",
    ] {
        let apres = lu(&["BOL", "COMPOSITION", "Riz 60 g", "Thon 40 g", ligne]);
        assert_eq!(pour(&apres), "?", "{ligne}");
    }
    assert_eq!(
        pour(&lu(&["BOL", "COMPOSITION", "Riz 60 g", "Total : 60 g - 10 portions", "DLC J+2"])),
        "?"
    );
    assert_eq!(pour(&lu(&["BOL", "COMPOSITION", "Riz 60 g", "Allergènes : lait", "DLC J+2"])), "-");
    assert_eq!(pour(&lu(&["GRATIN (x30)", "COMPOSITION", "Riz 60 g", "DLC J+2"])), "?");
}

#[test]
fn a_title_that_begins_like_a_mention_is_a_title() {
    for titre in ["Mise en bouche saumon", "Vol au vent forestier"] {
        let lu = lu(&[titre, "COMPOSITION", "Riz 60 g", "DLC J+2"]);
        assert_eq!(lu.recettes[0].titre, titre);
        assert!(lu.recettes[0].doutes.is_empty(), "{titre} {:?}", lu.recettes[0].doutes);
    }
}

#[test]
fn a_number_of_portions_apart_from_its_name_is_no_secret() {
    let lignes = ["BOL | Nb portions | 12", "COMPOSITION", "Riz 60 g", "Thon 40 g", "DLC J+2"];
    let apart = lu(&lignes);
    assert!(matches!(pour(&apart).as_str(), "?" | "12"), "{apart:?}");
}

#[test]
fn quantities_of_one_portion_in_a_recipe_for_ten_are_asked_about() {
    for tete in
        ["Quantité / portion", "Qté par pièce (g)", "Poids unitaire", "Grammage par portion"]
    {
        let tete = format!("Produit | {tete}");
        let dix = lu(&[
            "BOL",
            "Pour 10 portions",
            "COMPOSITION",
            &tete,
            "Riz | 60",
            "Thon | 40",
            "DLC J+2",
        ]);
        assert_eq!(pour(&dix), "?", "{tete}");
        let une = lu(&["BOL", "COMPOSITION", &tete, "Riz | 60", "Thon | 40", "DLC J+2"]);
        assert_eq!(pour(&une), "-", "{tete}");
    }
}

#[test]
fn an_ingredient_in_the_method_that_the_list_has_not_is_looked_at() {
    let avec =
        |etape: &str| sous(&["COMPOSITION", "Riz | 50 g", "Thon | 30 g", "PRÉPARATION", etape]);
    for etape in [
        "Vinaigrette : Huile 10 g, Moutarde 2 g",
        "Persil 5 g à parsemer au dernier moment",
        "Assaisonner : sel 8 g, poivre 2 g",
        "Pour le dressage : persil 5 g",
    ] {
        assert!(est_en_doute(&avec(etape)), "{etape}");
    }
    for etape in ["Peser 80 g par bol", "Ajouter le riz, 50 g par bol", "Former des boules de 60 g"]
    {
        assert!(!est_en_doute(&avec(etape)), "{etape} {:?}", avec(etape));
    }
}

#[test]
fn a_weight_that_is_not_the_net_is_told() {
    let lu = lu(&["BOL", "COMPOSITION", "Riz 60 g", "Poids fini : 45 g", "DLC J+2"]);
    assert!(
        lu.remarques.iter().any(|r| r.to_string().contains("Poids fini")),
        "{:?}",
        lu.remarques
    );
}
