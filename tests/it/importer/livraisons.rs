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
    assert!(dit.contains("Pantin, Farine, lot L1 : 2 lots changent d'état (bloque)"), "{dit}");
    d.ecrire("etats_lots.csv", &etat(""));
    let dit = lu(&lancer(&s, &d, &["--apply"]), 0);
    assert!(dit.contains("1 lot change d'état (bloque)"), "{dit}");
    assert!(dit.contains("3 lots portent ce code : tous sont visés"), "{dit}");
}
