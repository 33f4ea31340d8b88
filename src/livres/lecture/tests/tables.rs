//! Tables, their cells set under each other: what each row is read as.

use super::*;

/// Where the columns begin.
const COLONNES: [i32; 5] = [4_000, 26_000, 34_000, 42_000, 50_000];

/// A recipe whose cells are parted by `|`; `^` before a line sets it nearer to the one above.
fn tableau(lignes: &[&str]) -> LivreLu {
    let (mut mots, mut haut) = (Vec::new(), 20_000);
    for ligne in ["BOL", "COMPOSITION"].iter().chain(lignes) {
        let serree = ligne.strip_prefix('^');
        haut += if serree.is_some() { 1_150 } else { 1_700 };
        for (cellule, x) in serree.unwrap_or(ligne).split('|').zip(COLONNES) {
            let mut gauche = x;
            for texte in cellule.split_whitespace() {
                let mot = mot(gauche, haut, texte);
                gauche = mot.cadre.droite + 300;
                mots.push(mot);
            }
        }
    }
    comprendre(page(mots))
}

/// `libellé | ce qui entre dans la recette unité | pièces`, then `? code : texte`.
pub(super) fn dit(lu: &LivreLu) -> Vec<String> {
    let nombre = |n: Option<Decimal>| n.map_or("-".to_owned(), |n| n.to_string());
    let Some(recette) = lu.recettes.first() else { return Vec::new() };
    let lignes = recette.lignes.iter().map(|l| {
        let unite = l.unite.as_deref().unwrap_or("-");
        format!("{} | {} {unite} | {}", l.libelle, nombre(l.quantite_recette), nombre(l.pieces))
    });
    let doutes = recette.doutes.iter().map(|d| format!("? {} : {}", d.code.mot(), d.texte));
    lignes.chain(doutes).collect()
}

#[test]
fn the_first_name_under_a_head_may_be_folded_too() {
    for lignes in [
        ["Sauce cacahuète et", "^poulet mariné | 120"],
        ["Fromage frais,", "^jambon blanc | 120"],
        ["Crevettes sauvages", "^et saumon fumé | 120"],
        ["Produit de la", "^mer mélangé | 120"],
        ["Note de tête de", "^veau persillé | 120"],
    ] {
        let nom = format!("{} {}", lignes[0], &lignes[1][1..lignes[1].len() - 6]);
        let lu = tableau(&["Désignation | Grammage", lignes[0], lignes[1], "Riz | 60", "DLC J+2"]);
        assert_eq!(dit(&lu), [format!("{nom} | 120 g | -"), "Riz | 60 g | -".to_owned()]);
    }
}

#[test]
fn a_head_folded_onto_two_lines_is_one_head() {
    let lu =
        tableau(&["Matière | Quantité", "^première | en kg", "Riz | 2", "Sel | 0,5", "DLC J+2"]);
    assert_eq!(dit(&lu), ["Riz | 2 kg | -", "Sel | 0.5 kg | -"]);
}

#[test]
fn a_head_of_weights_may_be_folded() {
    let lu = tableau(&[
        "Produit | Nb | Poids | Poids",
        "^ | | unitaire | total",
        "Riz | 2 | 60 | 120",
        "DLC J+2",
    ]);
    assert_eq!(dit(&lu), ["Riz | 120 g | 2"]);
}

#[test]
fn pieces_and_what_each_weighs_make_the_line() {
    let total =
        tableau(&["Produit | Nb | Poids unitaire | Poids total", "Riz | 2 | 60 | 120", "DLC J+2"]);
    assert_eq!(dit(&total), ["Riz | 120 g | 2"]);
    let chacune = tableau(&["Produit | Pcs | g/pce", "Riz | 2 | 60", "Thon | 3 | 20", "DLC J+2"]);
    assert_eq!(dit(&chacune), ["Riz | 120 g | -", "Thon | 60 g | -"]);
    let une = tableau(&["Produit | Qté unitaire | Qté totale", "Riz | 60 | 720", "DLC J+2"]);
    assert_eq!(dit(&une), ["Riz | 60 g | -"]);
    assert!(
        matches!(&une.remarques[..], [Remarque::ColonneLaissee { colonne, .. }] if colonne == "Qté totale")
    );
    let deux = tableau(&["Produit | Poids | Poids total", "Riz | 60 | 720", "DLC J+2"]);
    assert_eq!(dit(&deux), ["Riz | 60 g | -", "? colonne : Poids total"]);
}

#[test]
fn of_two_quantities_which_is_meant_is_asked() {
    for tete in ["Produit | Poids cuit | Poids cru", "Produit | Volume | Poids"] {
        let lu = tableau(&[tete, "Riz | 60 | 20", "Thon | 30 | 40", "DLC J+2"]);
        let second = tete.rsplit(" | ").next().unwrap();
        assert_eq!(dit(&lu)[2..], [format!("? colonne : {second}")], "{tete}");
    }
    // Nobody says that the second column counts pieces, of less than a gram each.
    let lu = tableau(&["Riz | 60 | 80", "Thon | 30 | 2", "DLC J+2"]);
    assert_eq!(dit(&lu)[2..], ["? quantite : Riz 60 80"]);
}

#[test]
fn numbers_under_known_words_are_no_pieces() {
    for (tete, cellule) in [
        ("Allergènes", "4, 7"),
        ("Allergènes", "4 - 6"),
        ("Allergènes", "—"),
        ("Allergènes", "7"),
        ("Fournisseur", "Pomona 2"),
        ("Fournisseur", "TG 69"),
        ("Kcal", "48"),
        ("T°", "3"),
    ] {
        let riz = format!("7 épices | 60 | {cellule}");
        let lu = tableau(&[&format!("Produit | Grammage | {tete}"), &riz, "Thon | 120", "DLC J+2"]);
        assert_eq!(dit(&lu), ["7 épices | 60 g | -", "Thon | 120 g | -"], "{cellule}");
    }
}

#[test]
fn the_name_of_a_part_is_none_of_its_first_line() {
    for partie in ["MARINADE", "1. GARNITURE", "2. Sauce", "SAUCE :"] {
        let lu = tableau(&[partie, "^Edamame | 10 g", "Riz sushi cuit | 60 g", "DLC J+2"]);
        assert_eq!(dit(&lu), ["Edamame | 10 g | -", "Riz sushi cuit | 60 g | -"], "{partie}");
    }
    let lu = tableau(&["Sauce soja", "Riz sushi cuit | 60 g", "DLC J+2"]);
    assert_eq!(dit(&lu), ["Riz sushi cuit | 60 g | -", "? ligne_illisible : Sauce soja"]);
}

#[test]
fn pieces_of_a_narrow_table_stay_on_their_side() {
    let mut mots = Vec::new();
    // The tables below are wider than those above: no one gutter does for both.
    for (haut, droite) in [(20_000, 22_000), (40_000, 18_000)] {
        for (gauche, titre) in [(4_000, "BOL"), (droite, "WOK")] {
            mots.push(mot(gauche, haut, titre));
            mots.push(mot(gauche, haut + 1_700, "COMPOSITION"));
            for (rang, nom) in [(2, "Riz"), (3, "Thon"), (4, "Nori")] {
                let y = haut + 1_700 * rang;
                let fin = gauche + droite - 4_000;
                mots.push(mot(gauche, y, nom));
                mots.push(mot(fin - 4_700, y, "60"));
                mots.push(mot(fin - 1_300, y, "2"));
            }
            mots.push(mot(gauche, haut + 1_700 * 5, "DLC"));
            mots.push(mot(gauche + 2_000, haut + 1_700 * 5, "J+2"));
        }
    }
    let lu = comprendre(page(mots));
    assert_eq!(lu.recettes.len(), 4);
    for recette in lu.recettes {
        let pieces: Vec<_> =
            recette.lignes.iter().map(|l| l.pieces.map(|p| p.to_string())).collect();
        assert_eq!(pieces, vec![Some("2".to_owned()); 3], "{} {:?}", recette.titre, recette.doutes);
    }
}
