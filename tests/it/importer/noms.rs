//! Names that are one another's, and what a plan or a menu becomes.

use super::outils::{Dossier, avec_la_chaine, juger, lancer, lu};

#[tokio::test]
async fn un_alias_ne_nomme_pas_deux_choses_et_celui_qui_l_ecrit_apprend_de_qui_il_est() {
    let s = avec_la_chaine().await;
    for (fichier, texte, ou, dit) in [
        ("alias.csv", "alias;ingredient\nFarine;Œuf\n", "alias.csv:2:alias", "est le nom d'un"),
        ("alias.csv", "alias;ingredient\nQuiche;Farine\n", "alias.csv:2:alias", "est le nom d'un"),
        (
            "ingredients.csv",
            "nom;unite_base\nCreme  fr.;g\n",
            "ingredients.csv:2:nom",
            "est un alias de « Crème fraîche »",
        ),
        (
            "receptions.csv",
            "magasin;ingredient;quantite;unite\nPantin;creme fr.;1;l\n",
            "receptions.csv:2:ingredient",
            "« creme fr. » est un alias de « Crème fraîche » : écrivez « Crème fraîche »",
        ),
    ] {
        let j = juger(&s, &[(fichier, texte.as_bytes())]).await;
        assert_eq!(j.fautes.len(), 1, "{:?}", j.fautes);
        assert!(j.fautes[0].starts_with(ou) && j.fautes[0].contains(dit), "{:?}", j.fautes);
    }
}

#[tokio::test]
async fn un_nom_qui_ressemble_a_un_autre_est_dit_avec_lui() {
    let s = avec_la_chaine().await;
    for (fichier, texte, dit) in [
        ("fournisseurs.csv", "nom\nCremerie\n", "« Crèmerie »"),
        ("ingredients.csv", "nom;unite_base\nF\u{430}rine;g\n", "« Farine »"),
        ("ingredients.csv", "nom;unite_base\nSel-fin;g\nSel fin;g\n", "« Sel-fin »"),
    ] {
        let j = juger(&s, &[(fichier, texte.as_bytes())]).await;
        assert_eq!((j.fautes.len(), j.doutes.len()), (0, 1), "{j:?}");
        assert!(j.doutes[0].contains("ressemble à") && j.doutes[0].contains(dit), "{j:?}");
    }
    let texte = "magasin;ingredient;quantite;unite\nPantin;Oeuf;1;piece\n";
    let j = juger(&s, &[("receptions.csv", texte.as_bytes())]).await;
    assert!(j.fautes[0].contains("« Œuf » y est, écrit autrement"), "{:?}", j.fautes);
}

#[tokio::test]
async fn un_essai_montre_ce_qui_a_ete_lu_et_ce_qu_un_plan_remplace() {
    let s = avec_la_chaine().await;
    let menus = "nom;recette;magasin;gencode;prix\nPP2;Quiche;Pantin;2041100001076;2,50\n";
    let j = juger(&s, &[("menus.csv", menus.as_bytes())]).await;
    let attendu = "PP2 : recette Quiche, magasin Pantin, gencode 2041100001076, prix 2,5";
    assert_eq!(j.faits, [attendu]);
    assert!(j.doutes[0].contains("aussi celui du menu « Part de quiche »"), "{:?}", j.doutes);
    let d = Dossier::neuf();
    let plan = |lignes: &str| format!("magasin;date;recette;quantite_planifiee\n{lignes}");
    d.ecrire("plans.csv", &plan("Pantin;J;Quiche;10\n"));
    lu(&lancer(&s, &d, &["--apply"]), 0);
    let j = juger(&s, &[("plans.csv", plan("Pantin;J;Appareil;2500\n").as_bytes())]).await;
    assert!(
        j.faits[0].ends_with(" : Appareil 2\u{202f}500, à la place de : Quiche 10"),
        "{:?}",
        j.faits
    );
    for (jour, dit) in [("J-1", "est déjà passé"), ("J+200", "est dans 200 jours")] {
        let lignes = plan(&format!("Pantin;{jour};Quiche;10\n"));
        let j = juger(&s, &[("plans.csv", lignes.as_bytes())]).await;
        assert!(j.doutes[0].contains(dit), "{:?}", j.doutes);
    }
}
