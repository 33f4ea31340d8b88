//! The reading as a whole, on words that no engine would give and on some that one would.

use proptest::prelude::*;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::mots::{Cadre, Mot, PageLue, Pages};
use super::*;

mod champs;
mod dehors;
mod ensembles;
mod fiches;
mod justesse;
mod lignes;
mod nets;
mod silences;
mod tables;

/// How many are drawn of so many: all of them where `make endurance` asks, a tenth beside the rest.
fn tirages(tous: u32) -> u32 {
    if std::env::var_os("DELICEGO_AU_LONG").is_some() { tous } else { tous / 10 }
}

/// One word of a made-up page.
fn mot(x: i32, y: i32, texte: &str) -> Mot {
    let largeur = 550 * i32::try_from(texte.chars().count()).unwrap_or(1).max(1);
    let cadre = Cadre { gauche: x, haut: y, droite: x + largeur, bas: y + 1000 };
    Mot::nouveau(cadre, texte.to_owned())
}

fn page(mots: Vec<Mot>) -> Pages {
    Pages { pages: vec![PageLue { largeur: 59_500, hauteur: 84_200, mots }], plaintes: false }
}

/// A recipe of these lines, at one place.
fn recette(x: i32, lignes: &[&str]) -> Vec<Mot> {
    let mut mots = Vec::new();
    for (rang, ligne) in lignes.iter().enumerate() {
        let (mut gauche, haut) = (x, 20_000 + 1_300 * i32::try_from(rang).unwrap_or(0));
        for texte in ligne.split(' ') {
            let mot = mot(gauche, haut, texte);
            gauche = mot.cadre.droite + 300;
            mots.push(mot);
        }
    }
    mots
}

fn ligne(texte: &str, poids: &str) -> Option<(String, Option<String>, Option<String>)> {
    let lignes = ["SALADE", "COMPOSITION", "Sucre 100", texte, poids, "DLC J+2"];
    let lu = comprendre(page(recette(4_000, &lignes)));
    let ligne = lu.recettes.first()?.lignes.get(1)?.clone();
    let quantite = ligne.quantite.map(|q| format!("{q} {}", ligne.unite.unwrap_or_default()));
    Some((ligne.libelle, quantite, ligne.pieces.map(|p| p.to_string())))
}

#[test]
fn each_habit_of_writing_a_line_is_read() {
    let attendu = |l: &str, q: &str, p: &str| {
        let dit = |t: &str| (!t.is_empty()).then(|| t.to_owned());
        Some((l.to_owned(), dit(q), dit(p)))
    };
    for (texte, libelle, quantite, pieces) in [
        ("SAUCE CÉSAR 60 2", "SAUCE CÉSAR", "60 g", "2"),
        ("Poulet rôti (bio) 1 250", "Poulet rôti (bio)", "1250 g", ""),
        ("CRÈME FRAÎCHE 35% 12,5", "CRÈME FRAÎCHE 35%", "12.5 g", ""),
        ("POIVRE NOIR 5 BAIES 12", "POIVRE NOIR 5 BAIES", "12 g", ""),
        ("Farine 150g", "Farine", "150 g", ""),
        ("Farine : 1 kg", "Farine", "1 kg", ""),
        ("Farine ........ 0,5 kg", "Farine", "0.5 kg", ""),
        ("Persil ½ botte", "Persil", "0.5 botte", ""),
        ("Persil 1 ½ bottes", "Persil", "1.5 botte", ""),
        ("Sel QS", "Sel", "", ""),
        ("Sel Q.S.", "Sel", "", ""),
        ("Œufs 150 3 pièces", "Œufs", "150 g", "3"),
        ("Œufs 3 pièces", "Œufs", "3 piece", ""),
        ("• Lait ½ écrémé 25 cl", "Lait ½ écrémé", "25 cl", ""),
        ("Saumon 60 x2", "Saumon", "60 g", "2"),
    ] {
        assert_eq!(ligne(texte, ""), attendu(libelle, quantite, pieces), "{texte}");
    }
}

#[test]
fn the_net_weight_decides_between_two_readings() {
    let lue = |poids| ligne("FARINE T 55 150", poids).map(|l| (l.0, l.1));
    let dit = |l: &str, q: &str| Some((l.to_owned(), Some(q.to_owned())));
    assert_eq!(lue("POIDS NET 250"), dit("FARINE T 55", "150 g"));
    assert_eq!(lue("POIDS NET 55 250 g"), dit("FARINE T", "55150 g"));
}

#[test]
fn what_cannot_be_read_is_listed_and_never_dropped() {
    let lignes = ["SALADE", "COMPOSITION", "Sucre 100", "Sel 5 g/kg", "Miel", "DLC J+2"];
    let lu = comprendre(page(recette(4_000, &lignes)));
    let textes: Vec<&str> = lu.lignes_illisibles.iter().map(|l| l.texte.as_str()).collect();
    assert_eq!(textes, ["Sel 5 g/kg", "Miel"]);
}

#[test]
fn a_book_without_a_recipe_says_what_was_nearly_one_and_where() {
    let refus = |pages: &[&[&str]]| {
        let pages = pages.iter().flat_map(|lignes| page(recette(4_000, lignes)).pages);
        let lu = comprendre(Pages { pages: pages.collect(), plaintes: false });
        assert_eq!(lu.recettes, []);
        let dit = ErreurDeLivre::AucuneRecette(Presque::de(&lu)).to_string();
        dit.split_once("ingrédients.").unwrap().1.to_owned()
    };
    assert_eq!(refus(&[&["Bonjour", "voici le menu"]]), "");
    let vide: &[&str] = &["SALADE", "COMPOSITION", "EMBALLAGE BOL", "DLC J+2"];
    let dit = refus(&[&["NOS PLATS"], vide]);
    assert_eq!(dit, " Ce qui s'en approche : page 2, « SALADE : aucun ingrédient lisible ».");
    let sans_tete = ["SALADE", "Carotte 120 g", "Beurre 80", "Voir le chef", "Sel 2 g", "Riz 9 g"];
    assert_eq!(
        refus(&[&sans_tete]),
        " Ce qui s'en approche : page 1, « Carotte 120 g » ; page 1, « Beurre 80 » ; \
         page 1, « Sel 2 g », et 1 autre."
    );
}

/// What is read of a packaging whose second half stands at the top of the next column, and of the
/// next page; and the days of life that follow.
fn emballages_coupes(haut: &str, suite: &[&str]) -> [(Option<String>, Option<u16>); 2] {
    let debut = ["SALADE A", "COMPOSITION", "Pommes de terre nouvelles 200", "POIDS NET 200", haut];
    let fin = ["SALADE B", "COMPOSITION", "Pommes de terre nouvelles 10", "DLC J+9"];
    let fin: Vec<&str> = suite.iter().copied().chain(fin).collect();
    let cote = [recette(4_000, &debut), recette(32_000, &fin)].concat();
    let mut deux_pages = page(recette(4_000, &debut));
    deux_pages.pages.extend(page(recette(4_000, &fin)).pages);
    [page(cote), deux_pages].map(|pages| {
        let mut lu = comprendre(pages);
        let titres: Vec<&str> = lu.recettes.iter().map(|r| r.titre.as_str()).collect();
        assert_eq!(titres, ["SALADE A", "SALADE B"]);
        assert_eq!((&lu.recettes[1].emballage, lu.recettes[1].duree_vie_jours), (&None, Some(9)));
        assert!(lu.lignes_illisibles.is_empty(), "{:?}", lu.lignes_illisibles);
        let a = lu.recettes.swap_remove(0);
        (a.emballage, a.duree_vie_jours)
    })
}

#[test]
fn a_packaging_that_a_column_or_a_page_cuts_is_read_to_its_end() {
    for (haut, suite, attendu) in [
        ("EMBALLAGE BOÎTE KRAFT +", &["ÉTIQUETTE", "DLC J+2"][..], "BOÎTE KRAFT + ÉTIQUETTE"),
        ("EMBALLAGE BOÎTE +", &["COUVERCLE 500 ML", "DLC J+2"], "BOÎTE + COUVERCLE 500 ML"),
        ("EMBALLAGE BOÎTE KRAFT À", &["FENÊTRE / DLC J+2"], "BOÎTE KRAFT À FENÊTRE"),
        ("EMBALLAGE", &["BOÎTE KRAFT", "DLC J+2"], "BOÎTE KRAFT"),
        (
            "EMBALLAGE BOÎTE KRAFT AVEC GRAND",
            &["COUVERCLE +", "ÉTIQUETTE", "DLC J+2"],
            "BOÎTE KRAFT AVEC GRAND COUVERCLE + ÉTIQUETTE",
        ),
    ] {
        let attendu = (Some(attendu.to_owned()), Some(2));
        assert_eq!(emballages_coupes(haut, suite), [attendu.clone(), attendu], "{haut}");
    }
}

#[test]
fn what_stands_over_the_next_title_is_no_rest_of_a_whole_packaging() {
    for suite in [&["NOS PLATS"][..], &["LÉGUMES", "Carotte 30"], &[]] {
        let entier = (Some("FILM".to_owned()), None);
        assert_eq!(emballages_coupes("EMBALLAGE FILM", suite), [entier.clone(), entier]);
    }
}

#[test]
fn a_step_is_no_first_line_of_the_title_under_it_however_wide_it_is() {
    for etape in ["3. Éplucher les carottes et les tailler en dés.", "Les cuire à la vapeur."] {
        let suivante = ["GYOZA LÉGUMES", "COMPOSITION", "Surimi 20 g", "DLC J+2"];
        let lignes = ["SALADE", "COMPOSITION", "Sucre 100 g", "DLC J+2", "FABRICATION", etape];
        let lu = comprendre(page(recette(4_000, &[&lignes[..], &suivante[..]].concat())));
        let titres: Vec<&str> = lu.recettes.iter().map(|r| r.titre.as_str()).collect();
        assert_eq!(titres, ["SALADE", "GYOZA LÉGUMES"]);
    }
}

#[test]
fn a_third_recipe_of_one_title_has_its_own_name() {
    let lignes = ["SALADE", "COMPOSITION", "Sucre 100", "DLC J+2"];
    let pages = (0..3).map(|_| page(recette(4_000, &lignes)).pages.remove(0)).collect();
    let lu = comprendre(Pages { pages, plaintes: false });
    let titres: Vec<&str> = lu.recettes.iter().map(|r| r.titre.as_str()).collect();
    assert_eq!(titres, ["SALADE", "SALADE (2)", "SALADE (3)"]);
    assert_eq!(lu.remarques.len(), 2);
}

const VOCABULAIRE: [&str; 24] = [
    "COMPOSITION",
    "POIDS",
    "NET",
    "EMBALLAGE",
    "DLC",
    "J+3",
    "TOTAL",
    "(suite)",
    "QS",
    "½",
    "1/2",
    "250",
    "1",
    "12,5",
    "150g",
    "kg",
    "x2",
    "35%",
    "€",
    "/",
    "Farine",
    "DE",
    "•",
    "999999999999",
];

fn mot_n_importe_ou(rng: &mut StdRng) -> Mot {
    let texte = VOCABULAIRE[rng.random_range(0..VOCABULAIRE.len())].to_owned();
    let (gauche, haut) = (i32::from(rng.random::<i16>()), i32::from(rng.random::<i16>()));
    let (largeur, hauteur) = (i32::from(rng.random::<u8>()), i32::from(rng.random::<u8>()));
    let cadre = Cadre { gauche, haut, droite: gauche + largeur * 20, bas: haut + hauteur * 10 };
    Mot::nouveau(cadre, texte)
}

/// Characters of any kind, and now and then a word that means something.
fn ligne_n_importe_quoi(rng: &mut StdRng) -> String {
    let morceaux = rng.random_range(0..40);
    let mut ligne = String::new();
    for _ in 0..morceaux {
        match rng.random_range(0..3) {
            0 => ligne.push_str(VOCABULAIRE[rng.random_range(0..VOCABULAIRE.len())]),
            1 => ligne.push(rng.random()),
            _ => ligne.push(char::from(rng.random_range(b' '..=b'~'))),
        }
    }
    ligne
}

/// Of up to 120 words on three pages.
fn lire_n_importe_quoi(graine: u64) -> u32 {
    let mut rng = StdRng::seed_from_u64(graine);
    let mut pages = vec![PageLue { largeur: 59_500, hauteur: 84_200, mots: Vec::new() }; 3];
    for _ in 0..rng.random_range(0..120) {
        let mot = mot_n_importe_ou(&mut rng);
        pages[rng.random_range(0..3)].mots.push(mot);
    }
    comprendre(Pages { pages, plaintes: false }).pages
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(tirages(10_000)))]

    /// What is drawn comes from one seed, which is all that proptest need draw and tell.
    #[test]
    fn no_words_anywhere_make_the_reading_fall(graine in any::<u64>()) {
        prop_assert_eq!(lire_n_importe_quoi(graine), 3);
    }

    #[test]
    fn no_line_makes_the_grammar_fall(graine in any::<u64>()) {
        let texte = ligne_n_importe_quoi(&mut StdRng::seed_from_u64(graine));
        let lignes = ["SALADE", "COMPOSITION", texte.as_str(), "Sucre 100", "POIDS NET 100"];
        let lu = comprendre(page(recette(4_000, &lignes)));
        prop_assert!(lu.recettes.len() <= 2);
    }
}

proptest! {
    #[test]
    fn where_a_recipe_stands_and_in_what_order_it_is_drawn_change_nothing(
        quantites in prop::collection::vec(1_u32..1000, 1..12),
        x in 1_000_i32..30_000, graine in any::<u64>(),
    ) {
        let noms = ["Farine T55", "Poivre 5 baies", "Jambon (blanc)", "Huile"];
        let corps: Vec<String> =
            quantites.iter().zip(noms.iter().cycle()).map(|(q, n)| format!("{n} {q}")).collect();
        let mut lignes = vec!["SALADE", "COMPOSITION"];
        lignes.extend(corps.iter().map(String::as_str));
        let total = format!("POIDS NET {}", quantites.iter().sum::<u32>());
        lignes.push(&total);
        let mut mots = recette(x, &lignes);
        let droit = comprendre(page(mots.clone()));
        let n = mots.len() as u64;
        for i in (1..mots.len()).rev() {
            mots.swap(i, (graine.wrapping_mul(i as u64 + n) % (i as u64 + 1)) as usize);
        }
        let mele = comprendre(page(mots));
        prop_assert_eq!(&droit, &mele);
        prop_assert_eq!(droit.recettes[0].lignes.len(), quantites.len());
        for (ligne, q) in droit.recettes[0].lignes.iter().zip(&quantites) {
            let lue = ligne.quantite.and_then(|q| q.en_milliemes().ok());
            prop_assert_eq!(lue, Some(i64::from(*q) * 1000));
        }
    }
}

/// A page is no identity: what a person settled of a list holds for that list alone.
#[test]
fn a_recipe_without_a_title_is_called_by_what_it_says() {
    let titre = |lignes: &[&str]| {
        let lignes: Vec<&str> =
            std::iter::once("COMPOSITION").chain(lignes.iter().copied()).collect();
        let lu = comprendre(page(recette(4_000, &lignes)));
        lu.recettes[0].titre.clone()
    };
    let une = titre(&["Carotte 100 g", "Beurre doux 20 g"]);
    assert!(une.starts_with("Recette sans titre, page 1 (Carotte, Beurre doux, n° "), "{une}");
    assert_eq!(une, titre(&["Carotte 100 g", "Beurre doux 20 g"]));
    assert_ne!(une, titre(&["Carotte 100 g", "Beurre doux 21 g"]));
    assert_ne!(une, titre(&["Ail 300 g", "Carotte 7 g"]));
}

/// One to a page, at the top: what counts the recipes is no running head.
#[test]
fn a_title_whose_number_is_the_pages_is_a_title() {
    let livre = |titre: &dyn Fn(u32) -> String| {
        let en_haut = |n| {
            let titre = titre(n);
            let mut mots = recette(4_000, &[&titre, "COMPOSITION", "Carotte 100 g", "DLC J+3"]);
            for m in &mut mots {
                (m.cadre.haut, m.cadre.bas) = (m.cadre.haut - 15_000, m.cadre.bas - 15_000);
            }
            PageLue { largeur: 59_500, hauteur: 84_200, mots }
        };
        let lu = comprendre(Pages { pages: (1..=4).map(en_haut).collect(), plaintes: false });
        lu.recettes.into_iter().map(|r| r.titre).collect::<Vec<_>>()
    };
    assert_eq!(livre(&|n| format!("MENU {n}")), ["MENU 1", "MENU 2", "MENU 3", "MENU 4"]);
    let sans_titre = livre(&|n| format!("Page {n}"));
    assert!(sans_titre.iter().all(|t| t.starts_with(SANS_TITRE)), "{sans_titre:?}");
}
