//! Gross, net and what is lost between them.

use super::*;

/// A table of these heads and rows, three words a row or more, each under its head.
fn tableau(rangs: &[&[&str]]) -> LivreLu {
    let mut mots = recette(4_000, &["SALADE", "COMPOSITION"]);
    for (rang, cellules) in (2_i32..).zip(rangs) {
        for (colonne, cellule) in (0_i32..).zip(*cellules) {
            let mut x = 4_000 + 12_000 * colonne;
            for texte in cellule.split(' ') {
                mots.push(mot(x, 20_000 + 1_300 * rang, texte));
                x = mots.last().map_or(x, |m| m.cadre.droite + 300);
            }
        }
    }
    comprendre(page(mots))
}

#[test]
fn the_net_is_kept_beside_the_gross_and_alone_it_is_the_quantity_which_is_said() {
    let dit = |lu: &LivreLu| {
        let recette = &lu.recettes[0];
        let nombre = |n: Option<Decimal>| n.map_or("-".to_owned(), |n| n.to_string());
        let ligne = |l: &LigneLue| {
            let net = nombre(l.quantite_nette);
            format!("{} {} net {net}", l.libelle, nombre(l.quantite_recette))
        };
        let lignes: Vec<String> = recette.lignes.iter().map(ligne).collect();
        let doutes: Vec<&str> = recette.doutes.iter().map(|d| d.texte.as_str()).collect();
        (lignes.join(", "), doutes.join(", "), lu.remarques.contains(&Remarque::NetSeul))
    };
    let attendu = |l: &str, d: &str, seul| (l.to_owned(), d.to_owned(), seul);
    let les_deux = tableau(&[
        &["Ingrédients", "Brut (g)", "Perte %", "Net (g)"],
        &["Carotte", "60", "20", "48"],
        &["Beurre", "8", "0", "8"],
    ]);
    assert_eq!(dit(&les_deux), attendu("Carotte 60 net 48, Beurre 8 net 8", "", false));
    let net = tableau(&[&["Ingrédients", "Net (g)"], &["Carotte", "48"], &["Beurre", "8"]]);
    assert_eq!(dit(&net), attendu("Carotte 48 net -, Beurre 8 net -", "", true));
    let net_et_perte = tableau(&[
        &["Ingrédients", "Perte %", "Net (g)"],
        &["Carotte", "20", "48"],
        &["Beurre", "0", "8"],
    ]);
    let lignes = "Carotte 48 net -, Beurre 8 net -";
    assert_eq!(dit(&net_et_perte), attendu(lignes, "Perte %", true));
}
