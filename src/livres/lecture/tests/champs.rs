//! What each printed field is read as: net weight, shelf life, packaging.

use super::*;

/// The days, and the doubts, of a recipe that ends with these lines.
fn vie(fin: &[&str]) -> String {
    let lignes = ["SALADE", "COMPOSITION", "Carotte 100 g", "Oignon rouge 30 g"];
    let lignes: Vec<&str> = lignes.into_iter().chain(fin.iter().copied()).collect();
    let lu = comprendre(page(recette(4_000, &lignes)));
    let recette = &lu.recettes[0];
    assert_eq!(recette.lignes.len(), 2, "{fin:?} : {:?}", recette.lignes);
    let doutes: Vec<&str> = recette.doutes.iter().map(|d| d.code.mot()).collect();
    let jours = recette.duree_vie_jours.map_or("-".to_owned(), |j| j.to_string());
    if doutes.is_empty() { jours } else { format!("{jours} {}", doutes.join(" ")) }
}

/// The weight, and the doubts.
fn poids(ligne: &str) -> String {
    let lignes = ["GRATIN", "COMPOSITION", "Carotte 100 g", "Oignon rouge 30 g", ligne, "DLC J+3"];
    let lu = comprendre(page(recette(4_000, &lignes)));
    let recette = &lu.recettes[0];
    let noms: Vec<&str> = recette.lignes.iter().map(|l| l.libelle.as_str()).collect();
    assert_eq!(noms, ["Carotte", "Oignon rouge"], "{ligne}");
    let doutes: Vec<&str> = recette.doutes.iter().map(|d| d.code.mot()).collect();
    let poids = recette.poids_net_g.map_or("-".to_owned(), |p| p.to_string());
    if doutes.is_empty() { poids } else { format!("{poids} {}", doutes.join(" ")) }
}

fn comparer(lire: impl Fn(&str) -> String, table: &[(&str, &str)]) {
    let fautes = table.iter().filter_map(|(texte, attendu)| {
        let lu = lire(texte);
        (lu != *attendu).then(|| format!("{texte} : {lu}, attendu {attendu}"))
    });
    let fautes: Vec<String> = fautes.collect();
    assert!(fautes.is_empty(), "{}", fautes.join("\n"));
}

#[test]
fn a_shelf_life_is_read_in_days() {
    comparer(
        |texte| vie(&[texte]),
        &[
            ("DLC J+3", "3"),
            ("DLC : J+3", "3"),
            ("DLC:J+3", "3"),
            ("DLC J + 3", "3"),
            ("DLC : J0+3", "3"),
            ("DLC : J0 + 3", "3"),
            ("DLC à J+3", "3"),
            ("DLC 3 jours", "3"),
            ("DLC = 3j", "3"),
            ("DLC 72 h", "3"),
            ("DLC : 72 heures", "3"),
            ("DLC : 48h", "2"),
            ("DLC : 1 semaine", "7"),
            ("DLC : deux semaines", "14"),
            ("DLC fabrication + 3 jours", "3"),
            ("DLC : fabrication (J) + 3", "3"),
            ("DLC : jour de fabrication + 3", "3"),
            ("D.L.C. : 3 jours maxi à +4 °C", "3"),
            ("DLC à +4 °C : 3 jours", "3"),
            ("DLC (à +3 °C) : J+3", "3"),
            ("DLC J+3 à 4 °C", "3"),
            ("DLC J+3 entre 0 et +4°C", "3"),
            ("DLC 3 jours (0/+4 °C)", "3"),
            ("DLC 3 jours après fabrication", "3"),
            ("DLC 72 h soit 3 jours", "3"),
            ("DLUO 30 jours", "30"),
            ("DDM : 30 jours", "30"),
            ("Date limite : J+3", "3"),
            ("Durée de vie : 3 jours", "3"),
            ("Durée de conservation : 3 jours", "3"),
            ("À consommer sous 3 jours", "3"),
            ("À consommer dans les 3 jours", "3"),
            ("Se conserve 3 jours au frais", "3"),
            ("Conservation : 72 h", "3"),
            ("Conservation : 3 jours entre 0 et +3 °C", "3"),
            ("EMBALLAGE Barquette / DLC J+3", "3"),
            ("DLC primaire : J+5 / DLC secondaire : J+2", "5"),
            ("DLC J+5 (J+2 après ouverture)", "5"),
            ("DLC : le jour même", "0"),
            ("DLC J", "0"),
            ("DLC : J +2 (midi)", "2"),
            ("Date limite de consommation : 3 jours", "3"),
            ("À consommer de préférence avant 10 jours", "10"),
            ("Conservation au froid positif entre 0 et 4 °C pendant 5 jours", "5"),
            ("Se garde 24 h", "1"),
            ("Vie : 3J", "3"),
            ("DVM 6 jours", "6"),
        ],
    );
}

#[test]
fn a_shelf_life_that_is_not_said_in_days_is_told() {
    comparer(
        |texte| vie(&[texte]),
        &[
            ("DLC avant 12/02", "- duree_de_vie"),
            ("DLC secondaire : J+1 après ouverture", "- duree_de_vie"),
            ("DLC : 2 mois", "- duree_de_vie"),
            ("DDM : 6 mois", "- duree_de_vie"),
            ("DLC +3", "- duree_de_vie"),
            ("DLC 3", "- duree_de_vie"),
            ("DLC", "- duree_de_vie"),
            ("DLC voir étiquette", "- duree_de_vie"),
            ("DLC 36 h", "- duree_de_vie"),
            ("DLC 2-3 jours", "- duree_de_vie"),
            ("DLC 2 à 3 jours", "- duree_de_vie"),
            ("DLC J+2 / J+3", "- duree_de_vie"),
            ("DLC 3 jours ouvrés", "- duree_de_vie"),
            ("DLC 1,5 jour", "- duree_de_vie"),
            ("DLC J-1", "- duree_de_vie"),
            ("DLC max 5 jours / idéal 3 jours", "- duree_de_vie"),
            ("DLC 9999 jours", "- duree_de_vie"),
            ("Conservation : entre 0 et +4 °C", "-"),
        ],
    );
    assert_eq!(vie(&["DLC J+3", "Conservation : 5 jours"]), "3 duree_de_vie");
    assert_eq!(vie(&["DLC J+3", "À consommer sous 3 jours"]), "3");
    assert_eq!(vie(&["DLC secondaire : J+1", "DLC J+3"]), "3");
    assert_eq!(vie(&["DLC :", "J+3"]), "3");
}

#[test]
fn a_net_weight_is_read_or_told_and_is_no_ingredient() {
    comparer(
        poids,
        &[
            ("POIDS NET 130", "130"),
            ("POIDS NET : 130 g", "130"),
            ("POIDS NET:130 g", "130"),
            ("Poids net : 0,130 kg", "130"),
            ("Poids net (g) : 130", "130"),
            ("POIDS NET TOTAL 130 g", "130"),
            ("Poids net par portion : 130 g", "130"),
            ("Poids portion : 130 g", "130"),
            ("Poids net égoutté : 130 g", "130"),
            ("PN : 130 g", "130"),
            ("PN 130 g", "130"),
            ("Poids net : 130 g ± 5 g", "130"),
            ("Poids net : 130 g +/- 5 %", "130"),
            ("Poids net : environ 130 g", "130"),
            ("Poids net : 130 g env.", "130"),
            ("Poids de la portion : 130g", "130"),
            ("Poids d'une portion : 130 g", "130"),
            ("Poids unitaire : 130 g", "130"),
            ("Poids pièce : 130 g", "130"),
            ("Grammage : 130 g", "130"),
            ("Poids : 130 g net", "130"),
            ("POIDS NET : 1 portion = 130 g", "130"),
            ("1 portion = 130 g", "130"),
            ("Portion : 130 g", "130"),
            ("POIDS NET (1 pièce) : 130 g", "130"),
            ("Poids net : 130 g/pièce", "130"),
            ("130 g net", "130"),
            ("130g net", "130"),
            ("Net : 130 g", "130"),
            ("POIDS NET 131 / EMBALLAGE BOL", "131"),
            ("POIDS NET 133", "133 poids"),
            ("POIDS NET 350 g", "350 poids"),
            ("Poids net : 130 à 140 g", "- champ"),
            ("Poids net : 130/140 g", "- champ"),
            ("Poids net : 2 x 65 g", "- champ"),
            ("Poids net selon saison", "- champ"),
            ("Poids net : 130 g hors sauce", "- champ"),
            ("Poids net : 12 cl", "- champ"),
            ("PN :", "-"),
        ],
    );
}

/// A way to say so many days, from words, and whether it does.
fn duree_au_hasard(rng: &mut StdRng) -> (String, Option<u16>) {
    let choisir =
        |rng: &mut StdRng, mots: &[&str]| mots[rng.random_range(0..mots.len())].to_owned();
    let jours: u16 = rng.random_range(1..=12);
    let noms = ["DLC", "DLC :", "D.L.C. :", "DLUO", "DDM :", "Durée de vie :", "DLC à +4 °C :"];
    let nom = choisir(rng, &noms);
    let fin = ["", "", " maxi", " à +3 °C", " entre 0 et 4 °C", " (0/+4 °C)", " au frais"];
    let fin = choisir(rng, &fin);
    let dit = match rng.random_range(0..8) {
        0 => format!("J+{jours}"),
        1 => format!("J + {jours}"),
        2 => format!("J0+{jours}"),
        3 => format!("{jours} jours"),
        4 => format!("{jours}j"),
        5 => format!("{} h", jours * 24),
        6 => format!("fabrication + {jours} jours"),
        _ => format!("{} heures", jours * 24),
    };
    let faux = [" mois", " lots", " environ", " selon saison", " ouvrés", " ou plus"];
    if rng.random_range(0..4) == 0 {
        let faux = choisir(rng, &faux);
        return (format!("{nom} {jours}{faux}"), None);
    }
    (format!("{nom} {dit}{fin}"), Some(jours))
}

fn poids_au_hasard(rng: &mut StdRng) -> (String, Option<u16>) {
    let choisir =
        |rng: &mut StdRng, mots: &[&str]| mots[rng.random_range(0..mots.len())].to_owned();
    let noms = [
        "POIDS NET",
        "Poids net :",
        "Poids net total :",
        "Poids net par portion :",
        "Poids portion :",
        "PN :",
        "Grammage :",
        "POIDS NET (1 pièce) :",
        "Poids net : 1 portion =",
        "Poids de la portion :",
    ];
    let nom = choisir(rng, &noms);
    let fins = ["", "", " net", " ± 5 g", " par pièce", " env."];
    let fin = choisir(rng, &fins);
    let faux = [" à 140 g", " x 2", " hors sauce", " (sans pain)", " avant cuisson"];
    // Those that an ordinary word announces are fields only where they are read whole.
    if !nom.starts_with("Grammage") && rng.random_range(0..4) == 0 {
        return (format!("{nom} 130{}", choisir(rng, &faux)), None);
    }
    let dit = choisir(rng, &["130 g", "130g", "0,130 kg", "130 gr", "130 grammes"]);
    (format!("{nom} {dit}{fin}"), Some(130))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(tirages(400)))]

    #[test]
    fn whatever_words_say_a_shelf_life_it_is_right_or_told(graine in any::<u64>()) {
        let mut rng = StdRng::seed_from_u64(graine);
        for _ in 0..25 {
            let (texte, attendu) = duree_au_hasard(&mut rng);
            let attendu = attendu.map_or("- duree_de_vie".to_owned(), |j| j.to_string());
            prop_assert_eq!(vie(&[&texte]), attendu, "{}", texte);
        }
    }

    #[test]
    fn whatever_words_say_a_net_weight_it_is_right_or_told(graine in any::<u64>()) {
        let mut rng = StdRng::seed_from_u64(graine);
        for _ in 0..25 {
            let (texte, attendu) = poids_au_hasard(&mut rng);
            let attendu = attendu.map_or("- champ".to_owned(), |g| g.to_string());
            prop_assert_eq!(poids(&texte), attendu, "{}", texte);
        }
    }
}
