//! What is one delivery, and what is two.

use delicego::importer::Options;

use super::outils::{Dossier, avec_la_chaine, json, juger, juger_avec, lancer, lu};
use super::{magasin, stock};

const TETE: &str = "magasin;fournisseur;recue_le;ingredient;quantite;unite;code_lot;date_dlc\n";

fn receptions(lignes: &[&str]) -> String {
    format!("{TETE}{}\n", lignes.join("\n"))
}

#[tokio::test]
async fn un_code_de_deux_fournisseurs_ou_de_deux_livraisons_est_recu_la_meme_livraison_non() {
    let s = avec_la_chaine().await;
    let d = Dossier::neuf();
    d.ecrire("fournisseurs.csv", "nom\nMoulin\nCrèmerie\n");
    let premiere = "Pantin;Moulin;2026-01-05;Farine;10;kg;L1;04/05/2099";
    d.ecrire("receptions.csv", &receptions(&[premiere, "Pantin;;;Farine;12;kg;;"]));
    lu(&lancer(&s, &d, &["--apply"]), 0);
    for autre in [
        "Pantin;Crèmerie;2026-01-05;Farine;10;kg;L1;04/05/2099",
        "Pantin;Moulin;2026-01-06;Farine;10;kg;L1;04/05/2099",
        "Pantin;Moulin;2026-01-05;Farine;11;kg;L1;04/05/2099",
        "Pantin;Moulin;2026-01-05;Farine;10;kg;L2;04/05/2099",
        "Pantin;Moulin;2026-01-05;Farine;10;kg;L1;05/05/2099",
        "Bastille;Moulin;2026-01-05;Farine;10;kg;L1;04/05/2099",
    ] {
        let j = juger(&s, &[("receptions.csv", receptions(&[autre]).as_bytes())]).await;
        assert_eq!((j.fautes.len(), j.faits.len()), (0, 1), "{autre} {:?}", j.fautes);
    }
    for meme in [
        premiere,
        "Pantin;Moulin;2026-01-05;Farine;10;kg;l1;04/05/2099",
        "PANTIN;moulin;05/01/2026;farine;10000;g;L1;2099-05-04",
        // Without a day, it may be that file once more, on whichever day.
        "Pantin;Moulin;;Farine;10;kg;L1;04/05/2099",
        "Pantin;;J;Farine;12;kg;;",
    ] {
        let texte = receptions(&[meme]);
        let j = juger(&s, &[("receptions.csv", texte.as_bytes())]).await;
        assert!(j.fautes.len() == 1, "{meme} {:?}", j.fautes);
        assert!(j.fautes[0].starts_with("receptions.csv:2:ingredient : est déjà reçue, le "));
        assert!(j.fautes[0].contains("--encore"), "{:?}", j.fautes);
        let options = Options { encore: true, ..Options::default() };
        let j = juger_avec(&s, &[("receptions.csv", texte.as_bytes())], options).await;
        assert_eq!((j.fautes.len(), j.doutes.len(), j.faits.len()), (0, 1, 1), "{:?}", j.doutes);
    }
}

#[tokio::test]
async fn une_ligne_dont_un_code_est_refuse_n_est_pas_dite_la_meme_qu_une_autre() {
    let s = avec_la_chaine().await;
    let ligne = |code: &str| format!("Pantin;;2026-01-05;Farine;10;kg;{code};04/05/2099");
    let lignes = [ligne("1,23E+12"), ligne("1,23E+12")];
    let texte = receptions(&lignes.each_ref().map(String::as_str));
    let j = juger(&s, &[("receptions.csv", texte.as_bytes())]).await;
    assert_eq!((j.fautes.len(), j.doutes.len()), (2, 0), "{:?} {:?}", j.fautes, j.doutes);
}

#[tokio::test]
async fn deux_lignes_pareilles_d_un_fichier_sont_deux_cartons() {
    let s = avec_la_chaine().await;
    let d = Dossier::neuf();
    let carton = "Pantin;Crèmerie;2026-01-05;Farine;10;kg;L1;04/05/2099";
    d.ecrire("receptions.csv", &receptions(&[carton, carton]));
    let dit = json(&lancer(&s, &d, &["--apply", "--json"]), 0);
    assert_eq!((&dit["tables"][0]["crees"], &dit["doutes"][0]["ligne"]), (&2.into(), &3.into()));
    let lots = stock(s.base(), &magasin(s.base(), "Pantin").await).await;
    assert_eq!(lots.len(), 2);
    let dit = json(&lancer(&s, &d, &["--apply", "--json"]), 1);
    assert_eq!(dit["erreurs"].as_array().map(Vec::len), Some(2), "{dit}");
    lu(&lancer(&s, &d, &["--apply", "--encore"]), 0);
    assert_eq!(stock(s.base(), &magasin(s.base(), "Pantin").await).await.len(), 4);
}

#[tokio::test]
async fn un_etat_de_lot_vise_un_fournisseur_ou_tous_et_dit_combien_de_lots_il_change() {
    let s = avec_la_chaine().await;
    let d = Dossier::neuf();
    d.ecrire("fournisseurs.csv", "nom\nMoulin\nCrèmerie\nAutre\n");
    let recu = |f: &str, jour: &str| format!("Pantin;{f};{jour};Farine;10;kg;L1;04/05/2099");
    let lots = [
        recu("Moulin", "2026-01-05"),
        recu("Moulin", "2026-01-06"),
        recu("Crèmerie", "2026-01-05"),
    ];
    let lots: Vec<&str> = lots.iter().map(String::as_str).collect();
    d.ecrire("receptions.csv", &receptions(&lots));
    lu(&lancer(&s, &d, &["--apply"]), 0);
    std::fs::remove_file(d.chemin.join("receptions.csv")).unwrap();
    let etat = |f: &str| {
        format!(
            "magasin;fournisseur;ingredient;code_lot;etat;motif\nPantin;{f};Farine;L1;bloque;Mites\n"
        )
    };
    d.ecrire("etats_lots.csv", &etat("Autre"));
    let dit = lu(&lancer(&s, &d, &["--apply"]), 1);
    assert!(dit.contains("aucun lot « L1 » de cet ingrédient de ce fournisseur"), "{dit}");
    d.ecrire("etats_lots.csv", &etat("moulin"));
    let dit = lu(&lancer(&s, &d, &["--apply"]), 0);
    let attendu = "Pantin, Farine, lot L1 : 2 lots changent d'état (bloque), avant : libre";
    assert!(dit.contains(attendu), "{dit}");
    d.ecrire("etats_lots.csv", &etat(""));
    let dit = lu(&lancer(&s, &d, &["--apply"]), 0);
    assert!(dit.contains("1 lot change d'état (bloque)"), "{dit}");
    assert!(dit.contains("3 lots portent ce code : tous sont visés"), "{dit}");
}

#[tokio::test]
async fn un_fichier_qui_donne_deux_etats_a_un_lot_est_refuse_et_un_lot_rappele_ne_redevient_pas_libre_sans_un_mot()
 {
    let s = avec_la_chaine().await;
    let d = Dossier::neuf();
    d.ecrire("fournisseurs.csv", "nom\nMoulin\n");
    d.ecrire(
        "receptions.csv",
        &receptions(&["Pantin;Moulin;2026-01-05;Farine;10;kg;L1;04/05/2099"]),
    );
    lu(&lancer(&s, &d, &["--apply"]), 0);
    let etats =
        |lignes: &str| format!("magasin;fournisseur;ingredient;code_lot;etat;motif\n{lignes}");
    let texte = etats("Pantin;Moulin;Farine;L1;bloque;Mites\nPantin;;Farine;l1;libre;Vu\n");
    let j = juger(&s, &[("etats_lots.csv", texte.as_bytes())]).await;
    assert_eq!(j.fautes.len(), 1, "{:?}", j.fautes);
    assert!(
        j.fautes[0]
            .starts_with("etats_lots.csv:3:etat : la ligne 2 met déjà un lot « L1 » en « bloque »")
    );
    std::fs::remove_file(d.chemin.join("receptions.csv")).unwrap();
    d.ecrire("etats_lots.csv", &etats("Pantin;;farine;l1;rappele;Rappel\n"));
    let dit = lu(&lancer(&s, &d, &["--apply"]), 0);
    assert!(dit.contains("vise aussi « L1 », le même code écrit autrement"), "{dit}");
    let recue = receptions(&["Pantin;Moulin;2026-01-06;Farine;9;kg;L1;04/05/2099"]);
    let j = juger(&s, &[("receptions.csv", recue.as_bytes())]).await;
    assert_eq!(j.fautes, [""; 0]);
    assert!(
        j.doutes[0].starts_with("receptions.csv:2:code_lot : « L1 » est rappelé"),
        "{:?}",
        j.doutes
    );
    let texte = etats("Pantin;;Farine;L1;libre;Erreur\n");
    let j = juger(&s, &[("etats_lots.csv", texte.as_bytes())]).await;
    assert!(j.doutes[0].contains("« L1 » était rappelé"), "{:?}", j.doutes);
    assert!(j.faits[0].ends_with("(libre), avant : rappele"), "{:?}", j.faits);
}

#[tokio::test]
async fn une_quantite_invraisemblable_est_dite_a_sa_ligne() {
    let s = avec_la_chaine().await;
    let texte = receptions(&["Pantin;;;Farine;999999;kg;;", "Pantin;;;Farine;9999;kg;;"]);
    let j = juger(&s, &[("receptions.csv", texte.as_bytes())]).await;
    assert_eq!(j.fautes.len(), 0, "{:?}", j.fautes);
    assert_eq!(
        j.doutes,
        ["receptions.csv:2:quantite : 999999 kg en une ligne : est-ce bien cette quantité ?"]
    );
}

#[tokio::test]
async fn des_jours_invraisemblables_et_deux_dlc_pour_un_code_sont_dits_a_leur_ligne() {
    let s = avec_la_chaine().await;
    for (lignes, ou, dit) in [
        (vec!["Pantin;;J+1;Farine;1;kg;A;04/05/2099"], "2:recue_le", "n'est pas encore venu"),
        (vec!["Pantin;;J-3;Farine;1;kg;A;J-5"], "2:date_dlc", "(lot A) est avant la réception"),
        (vec!["Pantin;;J-3;Farine;1;kg;A;J-1"], "2:date_dlc", "(lot A) est déjà passée"),
        (
            vec!["Pantin;;J;Farine;1;kg;A;04/05/2099", "Pantin;;J;Farine;2;kg;a;05/05/2099"],
            "3:date_dlc",
            "« a » a aussi la DLC du 04/05/2099",
        ),
    ] {
        let j = juger(&s, &[("receptions.csv", receptions(&lignes).as_bytes())]).await;
        assert_eq!(j.fautes, [""; 0]);
        let ou = format!("receptions.csv:{ou} : ");
        let dits = j.doutes.iter().filter(|d| d.starts_with(&ou) && d.contains(dit)).count();
        assert_eq!(dits, 1, "{ou} {dit} {:?}", j.doutes);
    }
}
