//! What a recipe comes to once people have looked at it.

use super::*;
use crate::livres::releve::Rendement;

fn ligne(libelle: &str, quantite: i64, en_doute: bool) -> LigneRelevee {
    LigneRelevee {
        libelle: libelle.to_owned(),
        quantite: Some(quantite.into()),
        unite: Some("g".to_owned()),
        pieces: None,
        page: 1,
        texte: format!("{libelle} {quantite}"),
        quantite_recette: (!en_doute).then(|| quantite.into()),
        quantite_nette: None,
        recette: None,
    }
}

fn doute(code: CodeDeDoute, texte: &str) -> DouteReleve {
    DouteReleve { code, page: 1, texte: texte.to_owned(), phrase: "?".to_owned() }
}

/// A weight of 100 g is printed where a doubt is on it.
fn recette(lignes: &[LigneRelevee], doutes: &[DouteReleve]) -> RecetteRelevee {
    let pesee = doutes.iter().any(|d| d.code == CodeDeDoute::Poids);
    RecetteRelevee {
        titre: "WOK".to_owned(),
        page: 1,
        lignes: lignes.to_vec(),
        poids_net_g: pesee.then(|| 100.into()),
        emballage: None,
        duree_vie_jours: Some(3),
        rendement: Rendement::default(),
        doutes: doutes.to_vec(),
    }
}

fn reglement(r: &RecetteRelevee, rang: usize, geste: Geste) -> Reglement {
    let doute = &r.doutes[rang];
    Reglement {
        id: Uuid::from_u128(1 + rang as u128),
        codes: vec![doute.code.mot().to_owned()],
        cle: cle(&doute.texte).stricte,
        lu: lu(r, doute, cibles(r)[rang]),
        geste,
        ligne: matches!(geste, Geste::Corriger | Geste::Ajouter).then(|| LigneDite {
            libelle: "Nori".to_owned(),
            quantite: 5.into(),
            unite: "g".to_owned(),
            ingredient_id: None,
        }),
        remplacee: None,
        duree_vie_jours: None,
    }
}

/// Label, what goes in, and whether it counts.
fn dites(r: &Reglee) -> Vec<(String, Option<i64>, bool)> {
    let quantite = |l: &Ligne| l.ligne.quantite_recette.as_ref().and_then(Number::as_i64);
    let dire = |l: &Ligne| (l.ligne.libelle.clone(), quantite(l), l.ecartee_par.is_none());
    r.lignes.iter().map(dire).collect()
}

fn une(libelle: &str, quantite: Option<i64>, compte: bool) -> (String, Option<i64>, bool) {
    (libelle.to_owned(), quantite, compte)
}

const SANS_UNITE: CodeDeDoute = CodeDeDoute::SansUnite;

#[test]
fn nothing_is_settled_by_itself() {
    let r = recette(&[ligne("RIZ", 80, true)], &[doute(SANS_UNITE, "RIZ 80")]);
    let reglee = appliquer(&r, &[]);
    assert!(reglee.est_a_verifier());
    assert_eq!(dites(&reglee), [une("RIZ", None, true)]);
}

#[test]
fn right_as_read_lets_the_number_in_and_no_ingredient_puts_the_line_aside() {
    let lignes = [ligne("RIZ", 80, true), ligne("EAU", 20, true)];
    let r = recette(&lignes, &[doute(SANS_UNITE, "RIZ 80"), doute(SANS_UNITE, "Eau  20")]);
    let reglee = appliquer(&r, &[reglement(&r, 0, Geste::Juste)]);
    assert_eq!(dites(&reglee), [une("RIZ", Some(80), true), une("EAU", None, true)]);
    assert_eq!(reglee.doutes, [Some(Uuid::from_u128(1)), None]);
    let reglee = appliquer(&r, &[reglement(&r, 1, Geste::PasUnIngredient)]);
    assert_eq!(dites(&reglee), [une("RIZ", None, true), une("EAU", None, false)]);
}

#[test]
fn a_corrected_line_takes_the_place_of_the_doubtful_one_once_for_all_its_doubts() {
    let chiffres = doute(CodeDeDoute::ChiffresEnTrop, "RIZ 80");
    let r = recette(&[ligne("RIZ", 80, true)], &[doute(SANS_UNITE, "RIZ 80"), chiffres]);
    let mut corrige = reglement(&r, 0, Geste::Corriger);
    corrige.codes.push("chiffres_en_trop".to_owned());
    let reglee = appliquer(&r, &[corrige]);
    assert_eq!(
        dites(&reglee),
        [une("RIZ", Some(80), false), une("Nori", Some(5), true)].map(|(l, q, c)| if l == "RIZ" {
            (l, None, c)
        } else {
            (l, q, c)
        })
    );
    assert!(!reglee.est_a_verifier());
}

#[test]
fn a_line_that_could_not_be_read_is_put_there_by_its_correction() {
    let illisible = doute(CodeDeDoute::LigneIllisible, "N0RI ??");
    let r = recette(&[ligne("RIZ", 80, false)], &[illisible]);
    for geste in [Geste::Corriger, Geste::Ajouter] {
        let reglee = appliquer(&r, &[reglement(&r, 0, geste)]);
        assert_eq!(dites(&reglee), [une("RIZ", Some(80), true), une("Nori", Some(5), true)]);
    }
}

#[test]
fn a_weight_is_settled_only_as_long_as_all_that_is_weighed_is_read_alike() {
    let r = recette(&[ligne("RIZ", 80, false)], &[doute(CodeDeDoute::Poids, "100 g")]);
    let dit = reglement(&r, 0, Geste::Juste);
    assert!(!appliquer(&r, std::slice::from_ref(&dit)).est_a_verifier());
    let autre = recette(&[ligne("RIZ", 81, false)], &[doute(CodeDeDoute::Poids, "100 g")]);
    assert!(appliquer(&autre, std::slice::from_ref(&dit)).est_a_verifier());
    let mut plus_lourd = r.clone();
    plus_lourd.poids_net_g = Some(101.into());
    assert!(appliquer(&plus_lourd, &[dit]).est_a_verifier());
}

#[test]
fn the_same_words_read_otherwise_are_another_doubt() {
    let r = recette(&[ligne("RIZ", 80, true)], &[doute(SANS_UNITE, "RIZ 80")]);
    let dit = reglement(&r, 0, Geste::Juste);
    let mut autre = r.clone();
    autre.lignes[0].unite = Some("piece".to_owned());
    assert!(appliquer(&autre, &[dit]).est_a_verifier());
}

#[test]
fn a_column_that_is_right_lets_in_the_lines_that_have_no_doubt_of_their_own() {
    let lignes = [ligne("RIZ", 80, true), ligne("EAU", 20, true)];
    let r = recette(&lignes, &[doute(CodeDeDoute::Colonne, "GR/P"), doute(SANS_UNITE, "EAU 20")]);
    let reglee = appliquer(&r, &[reglement(&r, 0, Geste::Juste)]);
    assert_eq!(dites(&reglee), [une("RIZ", Some(80), true), une("EAU", None, true)]);
}

#[test]
fn a_correction_of_another_line_holds_where_that_line_is() {
    let r = recette(&[ligne("RIZ", 80, false)], &[doute(CodeDeDoute::Poids, "100 g")]);
    let mut corrige = reglement(&r, 0, Geste::Corriger);
    corrige.remplacee = Some("RIZ 80".to_owned());
    let reglee = appliquer(&r, &[corrige.clone()]);
    assert_eq!(dites(&reglee), [une("RIZ", Some(80), false), une("Nori", Some(5), true)]);
    corrige.remplacee = Some("RIZ 8".to_owned());
    assert!(appliquer(&r, &[corrige]).est_a_verifier());
}

fn dit(r: &RecetteRelevee, rang: usize, geste: Geste, grammes: i64) -> Reglement {
    let mut dit = reglement(r, rang, geste);
    if let Some(ligne) = &mut dit.ligne {
        ligne.quantite = grammes.into();
    }
    dit
}

#[test]
fn a_line_that_is_corrected_settles_the_weight_where_the_sum_then_fits_and_only_there() {
    let doutes = [doute(SANS_UNITE, "RIZ 8"), doute(CodeDeDoute::Poids, "100 g")];
    let r = recette(&[ligne("RIZ", 8, true), ligne("EAU", 20, false)], &doutes);
    for (geste, grammes, reste) in [
        (Geste::Corriger, 80, None),
        (Geste::Corriger, 78, None),
        (Geste::Corriger, 77, Some("97")),
        (Geste::Ajouter, 72, None),
        (Geste::PasUnIngredient, 0, Some("20")),
        (Geste::Juste, 0, Some("?")),
    ] {
        let reglee = appliquer(&r, &[dit(&r, 0, geste, grammes)]);
        assert_eq!(reglee.est_a_verifier(), reste.is_some(), "{geste:?} {grammes}");
        if let Some(somme) = reste.filter(|s| *s != "?") {
            let phrase = format!("les ingrédients font {somme} g.");
            assert!(reglee.dits[1].phrase.ends_with(&phrase), "{}", reglee.dits[1].phrase);
        }
    }
    // Of several pieces, for how many the weight is printed is not known here.
    let mut parts = r.clone();
    parts.rendement.quantite = 10.into();
    assert!(appliquer(&parts, &[dit(&parts, 0, Geste::Corriger, 80)]).est_a_verifier());
}

#[test]
fn a_weight_takes_as_many_corrections_as_make_it_right() {
    let r = recette(
        &[ligne("RIZ", 8, false), ligne("EAU", 2, false)],
        &[doute(CodeDeDoute::Poids, "100 g")],
    );
    let corrige = |id, texte: &str, grammes| {
        let mut dit = dit(&r, 0, Geste::Corriger, grammes);
        (dit.id, dit.remplacee) = (Uuid::from_u128(id), Some(texte.to_owned()));
        dit
    };
    let (riz, eau) = (corrige(1, "RIZ 8", 80), corrige(3, "EAU 2", 20));
    // Of one line the last word counts; the last stands first.
    let moins = corrige(2, "RIZ 8", 70);
    for (dits, reste) in [
        (vec![riz.clone()], Some("82")),
        (vec![moins.clone(), riz.clone()], Some("72")),
        (vec![eau.clone(), moins, riz.clone()], Some("90")),
        (vec![eau, riz], None),
    ] {
        let reglee = appliquer(&r, &dits);
        assert_eq!(reglee.doutes, [reste.is_none().then_some(dits[0].id)], "{reste:?}");
        let phrase = format!("les ingrédients font {} g.", reste.unwrap_or_default());
        assert!(reste.is_none() || reglee.dits[0].phrase.ends_with(&phrase), "{:?}", reglee.dits);
        let derniere = derniere_parole(&r, 0, &dits).map(|d| d.id);
        assert_eq!(derniere, Some(dits[0].id));
    }
}

#[test]
fn what_a_person_says_raises_a_doubt_on_the_weight_that_it_makes_wrong() {
    let mut r = recette(&[ligne("RIZ", 100, false)], &[doute(CodeDeDoute::Texte, "EAU ??")]);
    r.poids_net_g = Some(100.into());
    let reglee = appliquer(&r, &[dit(&r, 0, Geste::Juste, 0)]);
    assert!(!reglee.est_a_verifier());
    let ajoute = dit(&r, 0, Geste::Ajouter, 50);
    let reglee = appliquer(&r, std::slice::from_ref(&ajoute));
    assert_eq!(reglee.doutes, [Some(ajoute.id), None]);
    assert!(reglee.est_a_verifier());
    assert!(reglee.dits[1].phrase.ends_with("les ingrédients font 150 g."));
    // Right so: until another line is said.
    let pese = avec_le_poids(&r);
    let mut juste = reglement(&pese, 1, Geste::Juste);
    juste.lu = lu_du_poids(&pese, &reglee.lignes);
    assert!(!appliquer(&r, &[ajoute, juste.clone()]).est_a_verifier());
    assert!(appliquer(&r, &[dit(&r, 0, Geste::Ajouter, 60), juste]).est_a_verifier());
}
