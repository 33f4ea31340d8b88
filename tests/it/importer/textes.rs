//! Text files, as programs and spreadsheets of all ages write them, and what lies beside them.

use std::fs;

use super::outils::{Dossier, avec_la_chaine, json, juger, lancer, lu};
use crate::outils::Serveur;

const RECEPTION: &str = "magasin;ingredient;quantite;unite;code_lot\n\
                         Pantin;Crème fraîche;2,5;l;É-7\n";
const ATTENDU: &str = "Pantin : 2,5 l de Crème fraîche, lot É-7";

#[tokio::test]
async fn le_meme_texte_se_lit_dans_chaque_encodage_qui_est_dit() {
    let s = avec_la_chaine().await;
    let utf16: Vec<u8> = [0xff, 0xfe]
        .into_iter()
        .chain(RECEPTION.replace(';', "\t").encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    let octets = |è: u8, î: u8, é: u8| -> Vec<u8> {
        let lettre = |c: char| match c {
            'è' => è,
            'î' => î,
            'É' => é,
            c => u8::try_from(c).unwrap(),
        };
        RECEPTION.chars().map(lettre).collect()
    };
    for (nom, octets, dit) in [
        ("receptions.csv", format!("\u{feff}{RECEPTION}").into_bytes(), None),
        ("receptions.csv", format!("sep=;\r\n{RECEPTION}").into_bytes(), None),
        ("receptions.txt", utf16, Some("UTF-16 (« Texte Unicode »)")),
        ("receptions.csv", octets(0xe8, 0xee, 0xc9), Some("Windows-1252")),
        ("receptions.csv", octets(0x8a, 0x8c, 0x90), Some("MS-DOS (cp850)")),
        ("receptions.csv", octets(0x8f, 0x94, 0x83), Some("Macintosh")),
        ("receptions.csv", RECEPTION.replace('\n', "\r").into_bytes(), None),
        ("receptions.tsv", RECEPTION.replace(';', "\t").into_bytes(), None),
    ] {
        let j = juger(&s, &[(nom, &octets)]).await;
        assert_eq!(j.fautes, [""; 0], "{dit:?}");
        assert_eq!(j.faits, [ATTENDU], "{dit:?}");
        match dit {
            Some(dit) => {
                assert!(j.doutes.len() == 1 && j.doutes[0].contains(dit), "{:?}", j.doutes)
            }
            None => assert_eq!(j.doutes, [""; 0]),
        }
    }
}

#[tokio::test]
async fn ce_qui_se_lit_de_deux_facons_ou_pas_du_tout_est_refuse() {
    let s = avec_la_chaine().await;
    let tete = "magasin;ingredient;quantite;unite;code_lot\n";
    let suite = |octets: &[u8]| [tete.as_bytes(), octets].concat();
    for (octets, dits) in [
        (suite(b"Pantin;CR\xd4ME;1;l;A\n"), ["« CRÔME » (Windows-1252)", "« CRÈME » (MS-DOS"]),
        (suite(b"Pantin;Cr\xd0me;1;l;A\n"), ["encodage", "CSV UTF-8"]),
        (suite(b"Pantin;Far\0ine;1;l;A\n"), ["ligne 2", "octets nuls"]),
        (suite(b"Pantin;Farine;1;kg;\"A\nPantin;Farine;1;kg;B\n"), ["ligne 2", "guillemet"]),
        (suite("Pantin;Cr\u{fffd}me;1;l;A\n".as_bytes()), ["ligne 2", "U+FFFD"]),
    ] {
        let j = juger(&s, &[("receptions.csv", &octets)]).await;
        let [un, deux] = dits;
        assert!(j.fautes.len() == 1, "{:?}", j.fautes);
        assert!(j.fautes[0].contains(un) && j.fautes[0].contains(deux), "{:?}", j.fautes);
    }
}

#[tokio::test]
async fn un_nombre_a_mille_ou_un_peu_plus_d_un_est_refuse_sauf_si_sa_colonne_le_dit() {
    let s = avec_la_chaine().await;
    let lignes = |quantites: &[&str]| {
        let lignes = quantites.iter().map(|q| format!("Pantin|Farine|{q}|g\n"));
        format!("magasin|ingredient|quantite|unite\n{}", lignes.collect::<String>())
    };
    let j = juger(&s, &[("receptions.csv", lignes(&["1.250"]).as_bytes())]).await;
    assert!(j.fautes[0].contains("« 1.250 » se lit 1250 ou 1,250"), "{:?}", j.fautes);
    let j =
        juger(&s, &[("receptions.csv", lignes(&["1.250", "0.5", "1 500", "2'000"]).as_bytes())])
            .await;
    assert_eq!(j.fautes, [""; 0]);
    assert!(j.faits[0].contains("1,25 g") && j.faits[3].contains("2000 g"), "{:?}", j.faits);
}

#[tokio::test]
async fn un_millier_anglais_dans_un_fichier_a_point_et_un_nombre_coupe_entre_virgules_sont_refuses()
{
    let s = avec_la_chaine().await;
    for (texte, ou, dit) in [
        (
            "magasin;ingredient;quantite;unite\nPantin;Farine;2.50;kg\nPantin;Farine;1,000;kg\n",
            "receptions.csv:3:quantite",
            "se lit 1000 ou 1,000",
        ),
        (
            "magasin;ingredient;quantite;unite\nPantin;Farine;2,50;kg\nPantin;Farine;25.00;kg\n\
             Pantin;Farine;1.000;kg\n",
            "receptions.csv:4:quantite",
            "se lit 1000 ou 1,000",
        ),
        (
            "magasin,ingredient,unite,quantite,code_lot\nPantin,Farine,kg,2,50\n",
            "receptions.csv:2:quantite",
            "« 2,50 » : un nombre à virgule, ou deux cellules",
        ),
        (
            "magasin,ingredient,unite,quantite,code_lot\nPantin,Farine,kg,2\n",
            "receptions.csv:2",
            "4 cellules pour 5 colonnes",
        ),
        ("lieu/produit\nPantin/Farine\n", "receptions.csv:1", "aucune colonne connue"),
    ] {
        let j = juger(&s, &[("receptions.csv", texte.as_bytes())]).await;
        assert_eq!(j.fautes.len(), 1, "{:?}", j.fautes);
        assert!(j.fautes[0].starts_with(ou) && j.fautes[0].contains(dit), "{:?}", j.fautes);
    }
    for (nom, octets, dit) in [
        ("fournisseurs.csv", "nom\n---\n".as_bytes(), "« --- » n'est pas un nom"),
        ("fournisseurs.csv", b"nom\n1,23E+12\n", "« 1,23E+12 » n'est pas un nom"),
        ("fournisseurs.xlsx", b"", "est vide (0 octet)"),
    ] {
        let j = juger(&s, &[(nom, octets)]).await;
        assert!(j.fautes[0].contains(dit), "{:?}", j.fautes);
    }
    let ingredients = "nom;unite_base;allergenes\nSauce;g;Crustacés, Œufs/céleri\n".as_bytes();
    let j = juger(&s, &[("ingredients.csv", ingredients)]).await;
    assert_eq!(j.fautes, [""; 0]);
    let geante = format!("nom\n{}\n", "x".repeat(32_768));
    let j = juger(&s, &[("fournisseurs.csv", geante.as_bytes())]).await;
    assert!(j.fautes[0].contains("32 767 signes"), "{:?}", j.fautes);
    let j = juger(&s, &[("fournisseurs.csv", b"nom\n")]).await;
    assert!(j.doutes[0].contains("aucune ligne sous son en-tête"), "{:?}", j.doutes);
}

#[tokio::test]
async fn tout_ce_qui_est_dans_le_dossier_est_lu_ou_dit() {
    let s = avec_la_chaine().await;
    let d = Dossier::neuf();
    d.ecrire("alias.csv", "alias;ingredient\nFARINE T55;Farine\n");
    for (nom, dit) in [
        ("ventes.csv", "ventes.csv : nom inconnu"),
        ("inventaire.ods", "inventaire.ods : nom inconnu"),
        ("tarifs.xls", "tarifs.xls : nom inconnu"),
        ("notes.txt", "notes.txt : nom inconnu"),
        ("receptions (1).csv", "receptions (1).csv : nom inconnu"),
    ] {
        d.ecrire(nom, "x");
        let dites = lu(&lancer(&s, &d, &["--apply"]), 1);
        assert!(dites.starts_with(dit) && dites.contains("--laisser-le-reste"), "{dites}");
        fs::remove_file(d.chemin.join(nom)).unwrap();
    }
    d.ecrire("receptions.xls", "x");
    let dites = lu(&lancer(&s, &d, &["--apply", "--laisser-le-reste"]), 1);
    assert!(dites.starts_with("receptions.xls : n'est pas lu : enregistrez-le"), "{dites}");
    fs::remove_file(d.chemin.join("receptions.xls")).unwrap();
    d.ecrire("ventes.csv", "x");
    d.ecrire("LISEZMOI.md", "x");
    d.ecrire("~$alias.xlsx", "x");
    fs::create_dir(d.chemin.join("2025")).unwrap();
    let dites = lu(&lancer(&s, &d, &["--apply", "--laisser-le-reste"]), 0);
    for dit in [
        "Attention : 2025 : est un dossier",
        "Attention : LISEZMOI.md : n'est pas un tableau",
        "Attention : ventes.csv : nom inconnu",
        "alias.xlsx est ouvert dans un tableur",
        "alias         nouveau   FARINE T55",
    ] {
        assert!(dites.contains(dit), "{dit}\n{dites}");
    }
}

#[tokio::test]
async fn les_gencodes_sont_joints_verifies_et_ceux_qu_un_tableur_a_abimes_refuses() {
    let s = avec_la_chaine().await;
    let menu = |gencode: &str| format!("nom;recette;gencode\nQuiche du jour;Quiche;{gencode}\n");
    for (gencode, dit) in [
        ("3,76E+12", "abrégé"),
        ("'3017620422003", "apostrophe"),
        ("=\"3017620422003\"", "formule"),
        ("30176204220", "a 11 chiffres"),
        ("3760000000024.0", "que de chiffres"),
        ("376000000OO31", "que de chiffres"),
        ("0", "a 1 chiffres"),
        ("NULL", "que de chiffres"),
    ] {
        let j = juger(&s, &[("menus.csv", menu(gencode).as_bytes())]).await;
        assert!(j.fautes[0].starts_with("menus.csv:2:gencode :") && j.fautes[0].contains(dit));
    }
    for gencode in ["3017620422004", "301762042200", "036000291452"] {
        let j = juger(&s, &[("menus.csv", menu(gencode).as_bytes())]).await;
        assert!(
            j.fautes.is_empty() && j.doutes[0].starts_with("menus.csv:2:gencode :"),
            "{gencode}"
        );
    }
    let d = Dossier::neuf();
    d.ecrire("menus.csv", &menu("3 017620 422003"));
    assert!(!lu(&lancer(&s, &d, &["--apply"]), 0).contains("Attention"));
    let gencode: String =
        sqlx::query_scalar("select gencode from menu where nom = 'Quiche du jour'")
            .fetch_one(&mut *s.base().lire().await.unwrap())
            .await
            .unwrap();
    assert_eq!(gencode, "3017620422003");
}

#[tokio::test]
async fn un_essai_et_son_rapport_listent_ce_qui_serait_cree_change_refuse_ou_douteux() {
    let s: Serveur = avec_la_chaine().await;
    let d = Dossier::neuf();
    let rapport = Dossier::neuf();
    d.ecrire("plans.csv", "magasin;date;recette;quantite_planifiee\nPantin;J;Quiche;8\n");
    lu(&lancer(&s, &d, &["--apply"]), 0);
    d.ecrire("plans.csv", "magasin;date;recette;quantite_planifiee\nPantin;J;Quiche;16\n");
    d.ecrire("fournisseurs.csv", "nom\n=Moulin\nMinoterie\n\nBio?ferme\n");
    let options = ["--dry-run", "--json", "--rapport", rapport.chemin.to_str().unwrap()];
    let dit = json(&lancer(&s, &d, &options), 1);
    assert_eq!(dit["statut"], "refuse");
    assert_eq!(
        dit["erreurs"][0]["message"],
        "« =Moulin » est une formule : collez la valeur à sa place"
    );
    assert_eq!(dit["doutes"].as_array().map(Vec::len), Some(2), "{dit}");
    let faits = dit["faits"].as_array().unwrap();
    let actions: Vec<_> = faits.iter().map(|f| f["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["cree", "cree", "remplace"], "{dit}");
    let liste = fs::read_to_string(rapport.chemin.join("import.csv")).unwrap();
    let quoi: Vec<&str> = liste.lines().map(|l| l.split(';').next().unwrap()).collect();
    assert_eq!(
        quoi,
        ["\u{feff}quoi", "refusé", "doute", "doute", "nouveau", "nouveau", "remplacé"],
        "{liste}"
    );
    let meme = ["--dry-run", "--rapport", d.chemin.to_str().unwrap()];
    let refus = lancer(&s, &d, &meme);
    assert_eq!(refus.status.code(), Some(5));
    assert!(String::from_utf8_lossy(&refus.stderr).contains("autre dossier"));
    assert!(!d.chemin.join("import.csv").exists());
}

#[tokio::test]
async fn des_lignes_de_recette_pareilles_sont_dites() {
    let s = avec_la_chaine().await;
    let recette = "recette;nature;ingredient;quantite;unite\nPain;produit;Farine;250;g\n\
                   Pain;;farine;250;g\nPain;;Farine;10;g\n";
    let j = juger(&s, &[("recettes.csv", recette.as_bytes())]).await;
    assert_eq!((j.fautes.len(), j.faits.len(), j.doutes.len()), (0, 1, 2), "{j:?}");
    assert!(
        j.doutes[0].starts_with("recettes.csv:3:ingredient : « farine » est déjà à la ligne 2")
    );
    assert!(j.doutes[1].ends_with("(250 g, ici 10 g) : les deux comptent"), "{j:?}");
}
