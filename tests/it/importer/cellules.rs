//! Every kind of cell and of sheet, as XLSX and as ODS: read right, or refused with its place.

use super::classeurs::{C, Feuille, deux, feuille, ods, xlsx};
use super::outils::{Jugement, avec_la_chaine, juger, juger_avec};
use delicego::importer::Options;

const TETE: &[C] = &[
    C::T("magasin"),
    C::T("fournisseur"),
    C::T("recue_le"),
    C::T("ingredient"),
    C::T("quantite"),
    C::T("unite"),
    C::T("code_lot"),
    C::T("date_dlc"),
];

const BONNE: [C; 8] = [
    C::T("Pantin"),
    C::T("Crèmerie"),
    C::Jour("2026-01-05"),
    C::T("Farine"),
    C::N(2.5),
    C::T("kg"),
    C::T("0042"),
    C::Jour("2099-05-04"),
];

/// The good row with one cell in the place of another.
fn avec(rang: usize, case: C) -> Vec<C> {
    let mut rangee = BONNE.to_vec();
    rangee[rang] = case;
    rangee
}

#[tokio::test]
async fn un_bon_classeur_est_lu_tel_qu_il_se_montre() {
    let s = avec_la_chaine().await;
    let zeros = avec(6, C::Zeros(42.0));
    for (forme, octets) in deux(&[feuille(&[TETE, &BONNE, &zeros])]) {
        let j = juger(&s, &[(&format!("receptions.{forme}"), &octets)]).await;
        assert_eq!((&j.fautes, &j.doutes), (&vec![], &vec![]), "{forme}");
        assert_eq!(
            j.faits,
            [
                "Pantin : 2,5 kg de Farine, lot 0042, DLC 04/05/2099, reçu le 05/01/2026, de Crèmerie",
                "Pantin : 2,5 kg de Farine, lot 00042, DLC 04/05/2099, reçu le 05/01/2026, de Crèmerie"
            ],
            "{forme}"
        );
    }
    let depuis_1904 = Feuille { depuis_1904: true, ..feuille(&[TETE, &BONNE]) };
    let j = juger(&s, &[("receptions.xlsx", &xlsx(&[depuis_1904]))]).await;
    assert_eq!(
        j.faits,
        ["Pantin : 2,5 kg de Farine, lot 0042, DLC 04/05/2099, reçu le 05/01/2026, de Crèmerie"]
    );
}

#[tokio::test]
async fn une_cellule_que_le_tableur_a_changee_est_refusee_a_sa_place() {
    let s = avec_la_chaine().await;
    for (rang, case, ou, dit) in [
        (3, C::Formule, "ingredient (D2)", "formule"),
        (4, C::Formule, "quantite (E2)", "formule"),
        (7, C::Formule, "date_dlc (H2)", "formule"),
        (4, C::Erreur, "quantite (E2)", "#DIV/0!"),
        (6, C::Erreur, "code_lot (G2)", "#DIV/0!"),
        (7, C::Erreur, "date_dlc (H2)", "#DIV/0!"),
        (6, C::Jour("2026-05-12"), "code_lot (G2)", "12/05/2026"),
        (3, C::Jour("2026-05-12"), "ingredient (D2)", "12/05/2026"),
        (4, C::Jour("2026-05-02"), "quantite (E2)", "02/05/2026"),
        (6, C::N(1.234_567_890_123_456_7e17), "code_lot (G2)", "15 chiffres"),
        (6, C::N(12.5), "code_lot (G2)", "12,5"),
        (4, C::Pourcent(0.5), "quantite (E2)", "pourcentage"),
        (4, C::Booleen, "quantite (E2)", "VRAI/FAUX"),
        (3, C::Booleen, "ingredient (D2)", "VRAI/FAUX"),
        (7, C::N(45_943.0), "date_dlc (H2)", "45943"),
        (7, C::Mois("2026-10-01"), "date_dlc (H2)", "ne montre pas le jour"),
        (7, C::Heure, "date_dlc (H2)", "heure"),
        (4, C::T("1.250"), "quantite (E2)", "1250 ou 1,250"),
        (4, C::T("3 4"), "quantite (E2)", "pas un nombre"),
        (7, C::T("11/22/2026"), "date_dlc (H2)", "pas une date"),
        (6, C::T("3,76E+12"), "code_lot (G2)", "abrégé"),
        (6, C::T("'0042"), "code_lot (G2)", "apostrophe"),
        (6, C::T("=\"0042\""), "code_lot (G2)", "formule"),
        (3, C::T("CrÃ¨me fraÃ®che"), "ingredient (D2)", "accents"),
        (6, C::Barre("0042"), "code_lot (G2)", "barrée"),
        (7, C::T("04/05/99"), "date_dlc (H2)", "quatre chiffres"),
        (4, C::Corrige("2", "3"), "quantite (E2)", "barrée, au moins en partie"),
        (6, C::Corrige("OLD", "X2"), "code_lot (G2)", "barrée, au moins en partie"),
        (6, C::Lot(123.0), "code_lot (G2)", "« LOT- »"),
        (6, C::EnMilliers(123.0), "code_lot (G2)", "autrement"),
        (4, C::EnMilliers(25_000.0), "quantite (E2)", "montre autre chose"),
        (4, C::Euros(2.0), "quantite (E2)", "argent"),
        (6, C::T("1,23E12"), "code_lot (G2)", "abrégé"),
        (6, C::T("n/a"), "code_lot (G2)", "pas un code de lot"),
    ] {
        for (forme, octets) in deux(&[feuille(&[TETE, &avec(rang, case)])]) {
            let j = juger(&s, &[(&format!("receptions.{forme}"), &octets)]).await;
            let attendu = format!("receptions.{forme}:2:{ou} : ");
            assert_eq!(j.fautes.len(), 1, "{forme} {case:?} {:?}", j.fautes);
            assert!(j.fautes[0].starts_with(&attendu), "{attendu} {:?}", j.fautes);
            assert!(j.fautes[0].contains(dit), "{dit} {:?}", j.fautes);
        }
    }
}

#[tokio::test]
async fn une_unite_montree_qui_n_est_pas_celle_de_sa_colonne_est_refusee() {
    let mut rangee = avec(4, C::Kilos(2.5));
    rangee[5] = C::T("g");
    for j in dit_de(&[feuille(&[TETE, &rangee])], Options::default()).await {
        assert!(
            j.fautes[0].contains("quantite (E2) : le tableur y montre « kg »"),
            "{:?}",
            j.fautes
        );
    }
}

#[tokio::test]
async fn une_cellule_douteuse_est_lue_et_dite() {
    let s = avec_la_chaine().await;
    for (rang, case, dit) in [
        (6, C::N(42.0), "zéro en tête"),
        (7, C::Instant("2099-05-04"), "seul le jour, 04/05/2099"),
        (4, C::Kilos(2.5), "« kg »"),
        (6, C::T("12-mai"), "une date ou une heure que le tableur en a faite"),
        (6, C::T("2027-02-01"), "une date ou une heure que le tableur en a faite"),
        (6, C::T("0,5"), "un nombre que le tableur en a fait"),
        (6, C::T("123456789012345000"), "15 chiffres"),
    ] {
        for (forme, octets) in deux(&[feuille(&[TETE, &avec(rang, case)])]) {
            let j = juger(&s, &[(&format!("receptions.{forme}"), &octets)]).await;
            assert_eq!(j.fautes, [""; 0], "{forme} {case:?}");
            assert!(j.doutes.len() == 1 && j.doutes[0].contains(dit), "{dit} {:?}", j.doutes);
        }
    }
}

/// What is said of that sheet, in both forms.
async fn dit_de(feuilles: &[Feuille], options: Options) -> Vec<Jugement> {
    let s = avec_la_chaine().await;
    let mut dits = Vec::new();
    for (forme, octets) in deux(feuilles) {
        dits.push(juger_avec(&s, &[(&format!("receptions.{forme}"), &octets)], options).await);
    }
    dits
}

#[tokio::test]
async fn ce_qui_est_fusionne_ou_masque_dans_le_tableau_est_refuse_ou_dit() {
    let base = feuille(&[TETE, &BONNE, &avec(6, C::T("0043")), &avec(6, C::T("0044"))]);
    for j in
        dit_de(&[Feuille { fusions: vec![(2, 3, 3)], ..base.clone() }], Options::default()).await
    {
        assert!(j.fautes[0].contains(":2 : cellules fusionnées D2:D3"), "{:?}", j.fautes);
    }
    for j in
        dit_de(&[Feuille { lignes_masquees: vec![3], ..base.clone() }], Options::default()).await
    {
        assert!(j.fautes[0].contains(":3 : lignes masquées (3)"), "{:?}", j.fautes);
    }
    for j in
        dit_de(&[Feuille { colonnes_masquees: vec![7], ..base.clone() }], Options::default()).await
    {
        assert!(j.fautes.is_empty() && j.doutes[0].contains("date_dlc (H1) : colonne masquée"));
    }
    for j in dit_de(&[Feuille { masquee: true, ..base.clone() }], Options::default()).await {
        assert!(j.fautes.is_empty() && j.doutes[0].contains("« Feuille1 » est masquée"));
    }
    for j in dit_de(&[Feuille { image: true, ..base.clone() }], Options::default()).await {
        assert!(j.fautes.is_empty() && j.doutes[0].contains("images"), "{:?}", j.doutes);
    }
    for j in dit_de(&[Feuille { commentaire: true, ..base }], Options::default()).await {
        assert!(j.fautes.is_empty() && j.doutes[0].contains("commentaires"), "{:?}", j.doutes);
        assert_eq!(j.faits.len(), 3, "a note is no part of its cell");
    }
}

#[tokio::test]
async fn ce_qui_est_a_cote_du_tableau_retient_l_import_jusqu_a_ce_qu_on_dise_de_le_laisser() {
    let bonne = BONNE.as_slice();
    let titre: &[C] = &[C::T("Réceptions de la semaine")];
    let plus = |c: C| [TETE, &[c]].concat();
    let remplie = [bonne, &[C::T("vu")]].concat();
    let loin = [bonne, &[C::V, C::T("autre tableau")]].concat();
    let notes = Feuille { nom: "Notes", ..feuille(&[&[C::V, C::T("à rappeler")]]) };
    let cachee = Feuille { masquee: true, ..notes.clone() };
    for (feuilles, dit) in [
        (vec![feuille(&[titre, &[], TETE, bonne])], ":1 : « Réceptions de la semaine »"),
        (vec![feuille(&[&plus(C::T("remarque")), &remplie])], "« remarque » (I) est inconnue"),
        (vec![feuille(&[&plus(C::T("DLC")), &remplie])], "« DLC » (I) est inconnue"),
        (vec![feuille(&[TETE, &remplie])], "la cellule I2 (« vu »)"),
        (vec![feuille(&[TETE, &loin])], "la cellule J2 (« autre tableau »)"),
        (vec![feuille(&[TETE, bonne]), notes.clone()], "« Notes » n'est pas lue"),
        (vec![feuille(&[TETE, bonne]), cachee], "« Notes », masquée, n'est pas lue"),
        (vec![notes, Feuille { nom: "Receptions", ..feuille(&[TETE, bonne]) }], "« Notes » n'est"),
        (vec![Feuille { lointaine: true, ..feuille(&[TETE, bonne]) }], "XFD1048576"),
    ] {
        for j in dit_de(&feuilles, Options::default()).await {
            assert!(j.fautes.iter().any(|f| f.contains(dit)), "{dit} {:?}", j.fautes);
            assert!(j.fautes[0].contains("--laisser-le-reste"), "{:?}", j.fautes);
        }
    }
    let feuilles = [feuille(&[titre, &plus(C::T("remarque")), &remplie])];
    for j in dit_de(&feuilles, Options { laisser: true, ..Options::default() }).await {
        assert_eq!((j.fautes.len(), j.doutes.len(), j.faits.len()), (0, 2, 1), "{:?}", j.doutes);
    }
}

#[tokio::test]
async fn ce_qui_n_est_pas_une_ligne_est_refuse_et_une_ligne_apres_un_vide_est_dite() {
    let bonne = BONNE.as_slice();
    let total = [C::T("Total"), C::V, C::V, C::V, C::N(2.5)];
    for j in dit_de(&[feuille(&[TETE, bonne, &total])], Options::default()).await {
        assert!(j.fautes.iter().any(|f| f.contains(":3 : ressemble à une ligne de total")));
    }
    for j in dit_de(&[feuille(&[TETE, bonne, &[], TETE, bonne])], Options::default()).await {
        assert!(j.fautes.iter().any(|f| f.contains(":4 : répète l'en-tête")), "{:?}", j.fautes);
    }
    let autre = avec(6, C::T("0043"));
    for j in dit_de(&[feuille(&[TETE, bonne, &[], &[], &autre])], Options::default()).await {
        assert_eq!((j.fautes.len(), j.faits.len()), (0, 2));
        assert!(j.doutes[0].contains(":5 : vient après une ligne vide"), "{:?}", j.doutes);
    }
    let double = [TETE, &[C::T("Quantité")]].concat();
    for j in dit_de(&[feuille(&[&double, bonne])], Options::default()).await {
        assert!(j.fautes[0].contains(":1:quantite : la colonne « quantite » est là deux fois"));
    }
}

#[tokio::test]
async fn un_classeur_demesure_est_refuse_sans_etre_deplie() {
    let s = avec_la_chaine().await;
    let repetee = "<table:table-row table:number-rows-repeated=\"1000000\"><table:table-cell \
                   table:number-columns-repeated=\"1000\" office:value-type=\"string\"><text:p>x\
                   </text:p></table:table-cell></table:table-row></table:table>";
    let contenu = super::classeurs::contenu_ods(&[feuille(&[TETE, &BONNE])]);
    let contenu = contenu.replace("</table:table>", repetee);
    let octets = super::classeurs::archive_ods(&contenu);
    let j = juger(&s, &[("receptions.ods", &octets)]).await;
    assert!(j.fautes[0].contains("trop grand"), "{:?}", j.fautes);
    let protege = super::classeurs::archive(&[
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", "<m:manifest><m:encryption-data/></m:manifest>"),
        ("content.xml", "chiffré"),
    ]);
    let j = juger(&s, &[("receptions.ods", &protege)]).await;
    assert!(j.fautes[0].contains("mot de passe"), "{:?}", j.fautes);
}

#[tokio::test]
async fn un_fichier_est_ce_que_disent_ses_octets_et_non_son_nom() {
    let s = avec_la_chaine().await;
    let (x, o) = (xlsx(&[feuille(&[TETE, &BONNE])]), ods(&[feuille(&[TETE, &BONNE])]));
    let csv = "magasin;ingredient;quantite;unite\nPantin;Farine;1;kg\n".as_bytes();
    for (nom, octets, dit) in [
        ("receptions.csv", x.as_slice(), "un classeur XLSX malgré son nom"),
        ("receptions.xlsx", o.as_slice(), "un classeur ODS malgré son nom"),
        ("receptions.xlsx", csv, "du texte (CSV) malgré son nom"),
    ] {
        let j = juger(&s, &[(nom, octets)]).await;
        assert!(j.fautes.is_empty() && j.doutes[0].contains(dit), "{:?} {:?}", j.fautes, j.doutes);
        assert_eq!(j.faits.len(), 1);
    }
}
