//! How pages are built: what goes on over a page, running heads, stamps, boxes, what stands beside a
//! title, lists that nothing known announces.

use super::*;

/// Words of one height from `x`, a space apart.
fn texte(x: i32, y: i32, hauteur: i32, texte: &str) -> Vec<Mot> {
    let mut gauche = x;
    let mot = |t: &str| {
        let droite = gauche + hauteur / 2 * i32::try_from(t.chars().count()).unwrap_or(1);
        let cadre = Cadre { gauche, haut: y, droite, bas: y + hauteur };
        gauche = droite + hauteur / 4;
        Mot::nouveau(cadre, t.to_owned())
    };
    texte.split(' ').map(mot).collect()
}

/// Lines from `y`, 15 pt apart: `#` before a title (large letters, a gap over it), cells parted by
/// `|` at fixed places.
fn lignes(x: i32, y: i32, lignes: &[&str]) -> Vec<Mot> {
    let mut y = y;
    let mut mots = Vec::new();
    for ligne in lignes {
        let (hauteur, ligne) = match ligne.strip_prefix('#') {
            Some(titre) => (1_400, titre),
            None => (1_000, *ligne),
        };
        y += if hauteur > 1_000 { 1_500 } else { 0 };
        for (rang, cellule) in ligne.split('|').enumerate() {
            let place = x + 15_000 * i32::try_from(rang).unwrap_or(0);
            mots.extend(
                texte(place, y, hauteur, cellule).into_iter().filter(|m| !m.texte.is_empty()),
            );
        }
        y += 1_500;
    }
    mots
}

fn livre(pages: Vec<Vec<Mot>>) -> LivreLu {
    let pages = pages.into_iter();
    let pages = pages.map(|mots| PageLue { largeur: 59_500, hauteur: 84_200, mots }).collect();
    comprendre(Pages { pages, plaintes: false })
}

/// `titre : lignes, durée, doutes`, one recipe a line.
fn dit(lu: &LivreLu) -> Vec<String> {
    let recette = |r: &RecetteLue| {
        let lignes: Vec<&str> = r.lignes.iter().map(|l| l.libelle.as_str()).collect();
        let jours = r.duree_vie_jours.map_or("-".to_owned(), |d| d.to_string());
        let doutes: Vec<&str> = r.doutes.iter().map(|d| d.texte.as_str()).collect();
        format!("{} : {} ; {jours} ; {}", r.titre, lignes.join(", "), doutes.join(", "))
    };
    lu.recettes.iter().map(recette).collect()
}

const BAS: i32 = 70_000;

#[test]
fn a_list_goes_on_over_the_page_where_its_fields_stand_over_it() {
    let bento = ["#BENTO", "DLC J+2", "COMPOSITION", "Riz|100 g", "Nori|10 g"];
    let suite = ["Avocat|20 g", "Thon|30 g", "#RAMEN", "DLC J+3", "COMPOSITION", "Porc|50 g"];
    let lu = livre(vec![lignes(4_000, 60_000, &bento), lignes(4_000, 3_000, &suite)]);
    assert_eq!(dit(&lu), ["BENTO : Riz, Nori, Avocat, Thon ; 2 ; ", "RAMEN : Porc ; 3 ; "]);
}

#[test]
fn a_title_and_its_fields_at_the_foot_of_a_page_are_of_the_next_list() {
    let haut = ["#BENTO", "DLC J+2", "COMPOSITION", "Riz|100 g", "#RAMEN", "DLC J+3"];
    let suite = ["COMPOSITION", "Porc|50 g"];
    let lu = livre(vec![lignes(4_000, 60_000, &haut), lignes(4_000, 3_000, &suite)]);
    assert_eq!(dit(&lu), ["BENTO : Riz ; 2 ; ", "RAMEN : Porc ; 3 ; "]);
}

#[test]
fn the_head_of_a_table_printed_again_goes_on_with_its_list() {
    for tete in [&["COMPOSITION", "Ingrédients|Grammes"][..], &["Ingrédients|Grammes"]] {
        let debut = [&["#BENTO"], tete, &["Riz|100", "Nori|10"]].concat();
        let suite = ["Ingrédients|Grammes", "Avocat|20", "Thon|30", "DLC J+2"];
        let seule = vec![lignes(4_000, BAS - 6_000, &debut), lignes(4_000, 6_000, &suite)];
        assert_eq!(dit(&livre(seule)), ["BENTO : Riz, Nori, Avocat, Thon ; 2 ; "]);
        // The running head stands apart on one page, and close to the list on the other.
        let mut sous_un_entete = vec![lignes(4_000, 50_000, &debut), lignes(4_000, 4_500, &suite)];
        for page in &mut sous_un_entete {
            page.extend(texte(4_000, 3_000, 1_000, "CARTE AUTOMNE"));
        }
        assert_eq!(dit(&livre(sous_un_entete)), ["BENTO : Riz, Nori, Avocat, Thon ; 2 ; "]);
    }
}

#[test]
fn the_title_of_an_open_list_at_the_top_of_the_next_page_is_no_second_recipe() {
    let debut = ["#BENTO", "COMPOSITION", "Ingrédients|Grammes", "Riz|100", "Nori|10"];
    let suite = ["Bento", "Ingrédients|Grammes", "Avocat|20", "Thon|30", "DLC J+2"];
    let lu = livre(vec![lignes(4_000, 50_000, &debut), lignes(4_000, 3_000, &suite)]);
    assert_eq!(dit(&lu), ["BENTO : Riz, Nori, Avocat, Thon ; 2 ; "]);
}

#[test]
fn a_folded_head_at_the_top_of_a_column_is_no_title() {
    let debut = ["#BENTO", "COMPOSITION", "|Grammage", "Ingrédients", "|(g)", "Riz|100"];
    let suite = ["|Grammage", "Ingrédients", "|(g)", "Avocat|20", "Thon|30", "DLC J+2"];
    let lu = livre(vec![lignes(4_000, 50_000, &debut), lignes(4_000, 6_000, &suite)]);
    let titres: Vec<&str> = lu.recettes.iter().map(|r| r.titre.as_str()).collect();
    assert_eq!(titres, ["BENTO"]);
    assert_eq!(lu.recettes[0].duree_vie_jours, Some(2));
}

#[test]
fn a_recipe_without_a_title_or_under_a_running_head_is_in_doubt() {
    let fiche = ["COMPOSITION", "Riz|100 g", "DLC J+2"];
    let lu = livre(vec![lignes(4_000, 30_000, &fiche)]);
    assert_eq!(lu.recettes[0].doutes.len(), 1, "{:?}", lu.recettes[0].doutes);
    // Another running head than on the page before, over the rest of its table.
    let debut = ["#BENTO", "COMPOSITION", "Ingrédients|Grammes", "Riz|100", "Nori|10"];
    let suite = ["SUSHI BOOK", "Ingrédients|Grammes", "Avocat|20", "DLC J+2"];
    let lu = livre(vec![lignes(4_000, 50_000, &debut), lignes(4_000, 3_000, &suite)]);
    assert!(lu.recettes.iter().all(|r| !r.doutes.is_empty()), "{:?}", dit(&lu));
}

#[test]
fn lines_of_a_list_that_continue_nothing_hold_the_recipe_before() {
    let bento = ["#BENTO", "COMPOSITION", "Riz|100 g", "POIDS NET 100 g", "DLC J+2"];
    let suite = ["Avocat|20 g", "#RAMEN", "COMPOSITION", "Porc|50 g", "DLC J+3"];
    let lu = livre(vec![lignes(4_000, 30_000, &bento), lignes(4_000, 3_000, &suite)]);
    assert_eq!(dit(&lu), ["BENTO : Riz ; 2 ; Avocat 20 g", "RAMEN : Porc ; 3 ; "]);
}

/// Pieces of `mot` that climb from (x, y), each where the one before ends.
fn penche(x: i32, y: i32, mot: &str) -> Vec<Mot> {
    let pieces = mot.chars().zip(0_i32..).map(|(c, n)| {
        let (gauche, haut) = (x + 1_200 * n, y - 700 * n);
        let cadre = Cadre { gauche, haut, droite: gauche + 1_200, bas: haut + 2_300 };
        Mot::nouveau(cadre, c.to_string())
    });
    pieces.collect()
}

const DEUX: [&str; 9] = [
    "#POKE",
    "COMPOSITION",
    "Carotte|120 g",
    "Saumon|60 g",
    "DLC J+3",
    "#WOK",
    "COMPOSITION",
    "Carotte|120 g",
    "DLC J+3",
];

#[test]
fn a_stamp_takes_no_word_of_a_list_and_is_looked_at() {
    let mut mots = lignes(4_000, 20_000, &DEUX);
    mots.extend(penche(9_000, 27_000, "COPIE"));
    let lu = livre(vec![mots]);
    assert_eq!(dit(&lu), ["POKE : Carotte, Saumon ; 3 ; COPIE", "WOK : Carotte ; 3 ; "]);
}

#[test]
fn a_watermark_on_all_pages_and_text_up_a_margin_are_told() {
    let page = || {
        let mut mots = lignes(4_000, 20_000, &DEUX);
        mots.extend(texte(6_000, 24_000, 7_000, "BROUILLON"));
        let couche = Cadre { gauche: 2_000, haut: 24_000, droite: 2_900, bas: 27_000 };
        mots.push(Mot::nouveau(couche, "Réf.2026".to_owned()));
        mots
    };
    let lu = livre(vec![page(), page()]);
    assert!(lu.recettes.iter().all(|r| r.doutes.is_empty()), "{:?}", dit(&lu));
    assert_eq!(dit(&lu)[0], "POKE : Carotte, Saumon ; 3 ; ");
    let dits: Vec<String> = lu.remarques.iter().map(ToString::to_string).collect();
    for texte in ["BROUILLON", "Réf.2026"] {
        assert_eq!(dits.iter().filter(|d| d.contains(texte)).count(), 1, "{dits:?}");
    }
}

#[test]
fn a_page_that_hangs_upside_down_or_lies_is_turned() {
    let droite = dit(&livre(vec![lignes(4_000, 20_000, &DEUX)]));
    let tournee = |tourner: fn(Cadre) -> Cadre, (largeur, hauteur): (i32, i32)| {
        let mut mots = lignes(4_000, 20_000, &DEUX);
        mots.iter_mut().for_each(|m| m.cadre = tourner(m.cadre));
        let pages = vec![PageLue { largeur, hauteur, mots }];
        dit(&comprendre(Pages { pages, plaintes: false }))
    };
    let envers = |c: Cadre| Cadre {
        gauche: 59_500 - c.droite,
        haut: 84_200 - c.bas,
        droite: 59_500 - c.gauche,
        bas: 84_200 - c.haut,
    };
    // Its lines run down the paper; then up.
    let descend = |c: Cadre| Cadre {
        gauche: 84_200 - c.bas,
        haut: c.gauche,
        droite: 84_200 - c.haut,
        bas: c.droite,
    };
    let monte = |c: Cadre| Cadre {
        gauche: c.haut,
        haut: 59_500 - c.droite,
        droite: c.bas,
        bas: 59_500 - c.gauche,
    };
    assert_eq!(tournee(envers, (59_500, 84_200)), droite);
    assert_eq!(tournee(descend, (84_200, 59_500)), droite);
    assert_eq!(tournee(monte, (84_200, 59_500)), droite);
}

#[test]
fn what_stands_beside_a_title_is_read_or_taken_off_it() {
    for (a_droite, jours, rendement, doutes) in [
        ("DLC J+1", Some(1), None, 0),
        ("12 pièces", None, Some("12"), 0),
        ("8,90 €", None, None, 0),
        ("Réf 1204", None, None, 0),
        ("Page 4", None, None, 0),
        ("NOUVEAU", None, None, 1),
    ] {
        let titre = format!("#BOL|{a_droite}");
        let fiche = [titre.as_str(), "COMPOSITION", "Riz|100 g", "Nori|10 g"];
        let lu = livre(vec![lignes(4_000, 20_000, &fiche)]);
        let r = &lu.recettes[0];
        assert_eq!((r.titre.as_str(), r.duree_vie_jours), ("BOL", jours), "{a_droite}");
        let lu = r.rendement.map(|n| n.to_string());
        assert_eq!((lu.as_deref(), r.doutes.len()), (rendement, doutes), "{a_droite}");
    }
}

#[test]
fn a_box_of_fields_at_the_right_of_a_list_leaves_the_list_whole() {
    let fiche = ["#BOL", "COMPOSITION", "Riz|100 g", "Nori|10 g", "Thon|20 g"];
    let mut mots = lignes(4_000, 20_000, &fiche);
    mots.extend(texte(34_000, 24_700, 1_000, "POIDS NET 130 g"));
    mots.extend(texte(34_000, 26_100, 1_000, "DLC J+2"));
    let lu = livre(vec![mots]);
    assert_eq!(dit(&lu), ["BOL : Riz, Nori, Thon ; 2 ; "]);
    assert_eq!(lu.recettes[0].poids_net_g.map(|p| p.to_string()).as_deref(), Some("130"));
}

#[test]
fn a_list_under_a_title_that_nothing_known_announces_is_a_recipe_in_doubt() {
    let bol = ["#BOL", "COMPOSITION", "Riz|100 g", "Nori|10 g", "DLC J+2"];
    let wok = ["#WOK", "DENRÉES", "Porc|50 g", "Chou|70 g", "DLC J+3"];
    let lu = livre(vec![lignes(4_000, 20_000, &[bol, wok].concat())]);
    assert_eq!(dit(&lu), ["BOL : Riz, Nori ; 2 ; ", "WOK : Porc, Chou ; 3 ; DENRÉES, WOK"]);
}

#[test]
fn a_sentence_under_a_title_presents_it_and_a_quantity_in_it_is_a_doubt() {
    for (phrase, doutes) in [
        ("Un grand classique de la maison, revu par le chef.", 0),
        ("Notre classique, servi avec/un riz tiède et/du gingembre.", 0),
        ("Un grand classique avec 5 g de persil en été.", 1),
    ] {
        let mut fiche = vec!["#BOL"];
        fiche.extend(phrase.split('/'));
        fiche.extend(["COMPOSITION", "Riz|100 g", "DLC J+2"]);
        let lu = livre(vec![lignes(4_000, 20_000, &fiche)]);
        assert_eq!(lu.recettes[0].doutes.len(), doutes, "{phrase}");
    }
}

#[test]
fn the_number_of_a_page_under_its_last_line_is_no_quantity() {
    let page = |n: &str| {
        let mut mots = lignes(4_000, 20_000, &DEUX);
        mots.extend(texte(19_000, 40_000, 1_000, n));
        mots
    };
    let lu = livre(vec![page("1"), page("2"), page("3")]);
    assert!(lu.recettes.iter().all(|r| r.doutes.is_empty()), "{:?}", dit(&lu));
}

/// A sheet of these rows, and of names at these heights (in half rows).
fn feuille_unique(noms: &[(i32, &str)], lignes: &[&str]) -> Vec<String> {
    let mut mots = texte(4_000, 5_000, 1_000, "Recette");
    for (x, tete) in [(20_000, "Ingrédient"), (32_000, "Quantité"), (40_000, "Unité")] {
        mots.extend(texte(x, 5_000, 1_000, tete));
    }
    for (rang, ligne) in (0_i32..).zip(lignes) {
        let y = 7_000 + 1_600 * rang;
        mots.extend(texte(20_000, y, 1_000, ligne));
        mots.extend(texte(32_000, y, 1_000, &(rang + 11).to_string()));
        mots.extend(texte(40_000, y, 1_000, "g"));
    }
    for (demi, nom) in noms {
        mots.extend(texte(4_000, 7_000 + 800 * demi, 1_000, nom));
    }
    dit(&livre(vec![mots]))
}

#[test]
fn one_table_for_several_recipes_is_read_by_the_place_of_their_names() {
    let lignes = ["Riz", "Nori", "Thon", "Porc", "Chou"];
    let lues = ["BOL ROUGE : Riz, Nori, Thon ; - ; ", "WOK : Porc, Chou ; - ; "];
    for (place, noms) in [
        ("en haut", [(0, "BOL ROUGE"), (6, "WOK")]),
        ("au milieu", [(2, "BOL ROUGE"), (7, "WOK")]),
        ("en bas", [(4, "BOL ROUGE"), (8, "WOK")]),
    ] {
        assert_eq!(feuille_unique(&noms, &lignes), lues, "{place}");
    }
    let chaque = [(0, "BOL ROUGE"), (2, "BOL ROUGE"), (4, "BOL ROUGE"), (6, "WOK"), (8, "WOK")];
    assert_eq!(feuille_unique(&chaque, &lignes), lues);
    // The second may be the end of a name, or a recipe of one line.
    let douteuses = feuille_unique(&[(0, "BOL"), (2, "ROUGE"), (6, "WOK")], &lignes);
    assert!(douteuses.iter().all(|r| !r.ends_with("; ")), "{douteuses:?}");
    // Which lines are whose cannot be said: refused, and its page is said.
    assert_eq!(feuille_unique(&[(1, "BOL ROUGE"), (3, "WOK")], &lignes), Vec::<String>::new());
}

#[test]
fn numbered_titles_are_no_running_heads_and_a_numbered_foot_is_a_margin() {
    let page = |n: usize| {
        let (titre, pied) = (format!("MENU {n}"), format!("Page {n} / 3 — Document v2.1"));
        let fiche = ["COMPOSITION", "Riz|100 g", "DLC J+2"];
        let titre = texte(4_000, 3_000, 1_400, &titre);
        [titre, lignes(4_000, 6_000, &fiche), texte(4_000, 60_000, 1_000, &pied)].concat()
    };
    let lu = livre((1..=3).map(page).collect());
    assert_eq!(dit(&lu), ["MENU 1 : Riz ; 2 ; ", "MENU 2 : Riz ; 2 ; ", "MENU 3 : Riz ; 2 ; "]);
}

#[test]
fn words_under_a_list_and_a_number_beside_its_head_hold_the_recipe() {
    for (tete, mots) in [
        ("COMPOSITION", "Multiplier par 10 pour un bac"),
        ("COMPOSITION", "À consommer le jour même"),
        ("COMPOSITION", "Date limite : fabrication + 6"),
        ("COMPOSITION", "Conserver à +4°C maximum 2 jours"),
        ("COMPOSITION", "CONDITIONNEMENT : bol 750"),
        ("COMPOSITION 12", "EMBALLAGE BOL"),
    ] {
        let lu = livre(vec![lignes(4_000, 20_000, &["#BOL", tete, "Riz|100 g", mots])]);
        assert!(!lu.recettes[0].doutes.is_empty(), "{mots}");
    }
}
