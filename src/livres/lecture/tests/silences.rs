//! What once went away without a word: parts before a colon, lines that begin like steps, words cut
//! at the end of a line, stamps of one word, headings of nothing.

use super::tables::dit;
use super::*;

/// A recipe of lines, its cells parted by `|`; `^` before a line sets it nearer to the one above, and
/// `#` in larger letters.
fn lu(lignes: &[&str]) -> LivreLu {
    comprendre(page(mots(lignes)))
}

fn mots(lignes: &[&str]) -> Vec<Mot> {
    let (mut mots, mut haut) = (Vec::new(), 20_000);
    for ligne in ["BOL", "COMPOSITION"].iter().chain(lignes) {
        let serree = ligne.strip_prefix('^');
        haut += if serree.is_some() { 1_150 } else { 1_700 };
        let nue = serree.unwrap_or(ligne);
        let hauteur = if nue.starts_with('#') { 1_300 } else { 1_000 };
        for (cellule, mut gauche) in nue.trim_start_matches('#').split('|').zip([4_000, 26_000]) {
            for texte in cellule.split_whitespace() {
                let mut mot = mot(gauche, haut, texte);
                mot.cadre.bas = mot.cadre.haut + hauteur;
                gauche = mot.cadre.droite + 300;
                mots.push(mot);
            }
        }
    }
    mots
}

fn ligne(texte: &str) -> Vec<String> {
    let lignes = ["Riz | 60 g", "Nori | 5 g", texte, "Thon | 40 g", "DLC J+2"];
    let mut dit = dit(&lu(&lignes));
    dit.retain(|l| !["Riz", "Nori", "Thon"].iter().any(|n| l.starts_with(n)));
    dit
}

#[test]
fn a_part_before_a_colon_is_none_of_the_name() {
    for texte in ["Décor : sésame | 2 g", "GARNITURE: sésame | 2 g", "Dressage : sésame | 2 g"]
    {
        assert_eq!(ligne(texte), ["sésame | 2 g | -"], "{texte}");
    }
    assert_eq!(ligne("Pour la sauce : soja sucrée | 2 g"), ["soja sucrée | 2 g | -"]);
    // A sauce of soya, or soya for the sauce.
    for texte in ["Sauce : soja | 2 g", "Étage 2 : soja | 2 g", "Décor (au choix) : soja | 2 g"] {
        let dit = ligne(texte);
        assert!(dit.iter().any(|d| d.starts_with("? quantite")), "{texte} : {dit:?}");
    }
    assert_eq!(ligne("Huile (origine : Italie) | 2 g").len(), 1);
}

#[test]
fn what_begins_like_a_step_and_ends_like_a_line_is_told() {
    for texte in [
        "Cuisson : beurre | 22 g",
        "Préparation : beurre | 22 g",
        "Étape 2 - beurre | 22 g",
        "2 - Ajouter beurre | 22 g",
        "Allergènes : sésame | 22 g",
    ] {
        let attendu = format!("? ligne_apres_la_liste : {}", texte.replace(" | ", " "));
        assert_eq!(ligne(texte), [attendu], "{texte}");
    }
    assert_eq!(ligne("Cuisson : 12 min à 180 °C"), [""; 0]);
}

#[test]
fn a_step_in_the_list_that_says_how_much_is_told() {
    for texte in [
        "Couper 60 g de saumon en dés",
        "Napper de 10 g de sauce",
        "Mariner le saumon (60 g) 10 min",
    ] {
        assert_eq!(ligne(texte), [format!("? ligne_apres_la_liste : {texte}")], "{texte}");
    }
    assert_eq!(ligne("Mélanger délicatement 10 min"), [""; 0]);
}

#[test]
fn a_packaging_takes_no_ingredient_with_it() {
    let lignes = ["Riz | 60 g", "EMBALLAGE Barquette 500 ml", "^Sauce soja 10 ml", "DLC J+2"];
    let dit = dit(&lu(&lignes));
    assert_eq!(dit, ["Riz | 60 g | -", "? ligne_apres_la_liste : Sauce soja 10 ml"]);
}

#[test]
fn a_word_cut_at_the_end_of_a_line_is_one_word() {
    for (haut, bas, nom) in [
        ("Vinaigre balsa- | 40 g", "mique", "Vinaigre balsamique"),
        ("Vinaigre balsa-", "mique | 40 g", "Vinaigre balsamique"),
        ("Sauce demi- | 40 g", "^glace", "Sauce demi-glace"),
    ] {
        let lignes = ["Riz | 60 g", haut, bas, "Thon | 40 g", "DLC J+2"];
        let attendu = ["Riz | 60 g | -", &format!("{nom} | 40 g | -"), "Thon | 40 g | -"];
        assert_eq!(dit(&lu(&lignes)), attendu, "{haut}");
    }
}

#[test]
fn a_heading_of_nothing_is_told() {
    let lignes = ["#SAUCE", "Riz | 60 g", "Thon | 40 g", "#WASABI", "DLC J+2"];
    assert_eq!(dit(&lu(&lignes))[2..], ["? ligne_illisible : WASABI"]);
    let chapitre = lu(&["Riz | 60 g", "DLC J+2", "#À retirer de la carte"]);
    assert_eq!(dit(&chapitre).len(), 1);
    let dits: Vec<String> = chapitre.remarques.iter().map(ToString::to_string).collect();
    assert!(dits.iter().any(|d| d.contains("À retirer de la carte")), "{dits:?}");
}

#[test]
fn a_stamp_of_one_word_is_looked_at() {
    let lignes = ["Riz | 60 g", "Thon | 40 g", "POIDS NET 100 g", "EMBALLAGE BOL", "DLC J+2"];
    let pose = |pieces: &[(i32, i32, &str)]| {
        let mut mots = mots(&lignes);
        for (x, y, texte) in pieces {
            let droite = x + 800 * i32::try_from(texte.chars().count()).unwrap();
            let cadre = Cadre { gauche: *x, haut: *y, droite, bas: y + 1_200 };
            mots.push(Mot::nouveau(cadre, (*texte).to_owned()));
        }
        dit(&comprendre(page(mots)))
    };
    // Beside the packaging, in two pieces that touch; in one, on the line of the shelf life.
    let dites = pose(&[(30_000, 31_700, "COP"), (32_400, 31_300, "IES")]);
    assert_eq!(dites[2..], ["? texte : COPIES"]);
    assert_eq!(pose(&[(40_000, 33_500, "NUL")])[2..], ["? texte : NUL"]);
}

#[test]
fn the_unit_that_a_head_says_is_that_of_the_bare_numbers() {
    let lire = |tete: &str, lignes: &[&str]| {
        let lignes = [&["BOL", tete], lignes, &["DLC J+2"]].concat();
        dit(&comprendre(page(recette(4_000, &lignes))))
    };
    for tete in ["COMPOSITION (kg)", "COMPOSITION en kg", "Ingrédients (en kg)"] {
        let lu = lire(tete, &["Riz 0,060", "Thon 1.250", "Nori 5 g"]);
        assert_eq!(lu, ["Riz | 0.06 kg | -", "Thon | 1.25 kg | -", "Nori | 5 g | -"], "{tete}");
    }
    assert_eq!(lire("COMPOSITION (g)", &["Riz 60", "Thon 40"])[0], "Riz | 60 g | -");
    let pour = lire("COMPOSITION POUR 2 KG DE RIZ", &["Riz 60", "Thon 40"]);
    assert_eq!(pour[0], "Riz | 60 g | -");
    assert!(pour[2].starts_with('?'), "{pour:?}");
}

#[test]
fn a_title_that_says_for_how_many_is_asked_about() {
    let lire = |titre: &str, tete: &str| {
        let lignes = [titre, tete, "Riz 60 g", "Thon 40 g", "DLC J+2"];
        dit(&comprendre(page(recette(4_000, &lignes)))).len()
    };
    assert_eq!(lire("BOL 10 PERS", "COMPOSITION"), 3);
    assert_eq!(lire("BOL 10 PERS", "COMPOSITION POUR 10 BOLS"), 2);
    assert_eq!(lire("PLATEAU 24 PIÈCES", "COMPOSITION"), 2);
}

#[test]
fn ingredients_that_stand_where_a_title_would_are_asked_about() {
    let lignes =
        ["Riz | 60 g", "Nori | 5 g", "Saumon 60 g", "COMPOSITION", "Avocat | 10 g", "DLC J+2"];
    let lu = lu(&lignes);
    assert!(lu.recettes.iter().all(|r| !r.doutes.is_empty()), "{lu:?}");
}

#[test]
fn what_is_said_of_fat_takes_no_thousand_without_a_word() {
    let dit = ligne("Beurre 82 % MG 1 250 g");
    assert!(
        dit == ["Beurre 82 % MG | 1250 g | -"] || dit.iter().any(|d| d.starts_with('?')),
        "{dit:?}"
    );
    assert_eq!(ligne("Beurre MG 82 | 25 g"), ["Beurre MG 82 | 25 g | -"]);
}
