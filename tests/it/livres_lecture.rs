//! Recipe books read for real, by a real child process: every field of every book whose truth is
//! known, and every hostile file with its reason.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use delicego::livres::lecture::{Doute, ErreurDeLivre, LivreLu, Poppler, image, lire, lire_avec};
use serde_json::Value;

fn dossier(nom: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/it/livres").join(nom)
}

fn octets(dossier_nom: &str, livre: &str) -> Vec<u8> {
    std::fs::read(dossier(dossier_nom).join(format!("{livre}.pdf"))).unwrap()
}

fn verites(nom: &str) -> Vec<(String, Value)> {
    let texte = std::fs::read(dossier(nom).join("truth.json")).unwrap();
    let verites: serde_json::Map<String, Value> = serde_json::from_slice(&texte).unwrap();
    verites.into_iter().collect()
}

#[tokio::test]
async fn chaque_champ_de_chaque_livre_connu_est_juste() {
    let (mut fautes, mut vus) = (Vec::new(), 0);
    println!("{:<20} {:>8} {:>14}", "livre", "recettes", "champs justes");
    for nom in ["corpus", "fabrique"] {
        for (livre, verite) in verites(nom) {
            let lu = lire(&octets(nom, &livre), &mut |_| ()).await.unwrap();
            let recettes = verite.get("recettes").unwrap_or(&verite).as_array().unwrap();
            let attendus = champs_attendus(recettes, verite.get("illisibles"));
            let lus = champs_lus(&lu);
            vus += attendus.len();
            let justes = attendus.iter().filter(|c| lus.contains(c)).count();
            println!(
                "{livre:<20} {:>8} {:>14}",
                recettes.len(),
                format!("{justes}/{}", attendus.len())
            );
            fautes.extend(
                attendus.iter().filter(|c| !lus.contains(c)).map(|c| (livre.clone(), c.clone())),
            );
            fautes.extend(
                lus.iter().filter(|c| !attendus.contains(c)).map(|c| (livre.clone(), c.clone())),
            );
        }
    }
    assert!(vus > 1000, "{vus} champs");
    assert!(fautes.is_empty(), "{fautes:#?}");
}

/// Each field with its place, as one text.
fn champs_attendus(recettes: &[Value], illisibles: Option<&Value>) -> Vec<String> {
    let mut champs = Vec::new();
    for (n, r) in recettes.iter().enumerate() {
        let texte = |nom: &str| r[nom].as_str().unwrap_or("-").to_owned();
        champs.push(format!("{n} titre {}", texte("titre")));
        champs.push(format!("{n} poids {}", nombre(&r["poids"])));
        champs.push(format!("{n} {}", texte("emb")));
        champs.push(format!("{n} {}", texte("dlc")));
        for (m, l) in r["lignes"].as_array().unwrap().iter().enumerate() {
            let unite = match l.get(3) {
                Some(unite) => unite.as_str().unwrap_or("-"),
                None => "g",
            };
            champs.push(format!("{n}.{m} {}", l[0].as_str().unwrap()));
            champs.push(format!("{n}.{m} quantité {} {unite}", nombre(&l[1])));
            champs.push(format!("{n}.{m} pièces {}", nombre(&l[2])));
        }
    }
    for i in illisibles.and_then(Value::as_array).into_iter().flatten() {
        champs.push(format!("illisible {} {}", i[0], i[1].as_str().unwrap()));
    }
    champs
}

fn nombre(n: &Value) -> String {
    if n.is_null() { "-".to_owned() } else { n.to_string().trim_end_matches(".0").to_owned() }
}

fn champs_lus(lu: &LivreLu) -> Vec<String> {
    let mut champs = Vec::new();
    let ou_rien = |t: Option<String>| t.unwrap_or_else(|| "-".to_owned());
    for (n, r) in lu.recettes.iter().enumerate() {
        champs.push(format!("{n} titre {}", r.titre));
        champs.push(format!("{n} poids {}", ou_rien(r.poids_net_g.map(|p| p.to_string()))));
        champs.push(format!(
            "{n} {}",
            ou_rien(r.emballage.as_ref().map(|e| format!("EMBALLAGE {e}")))
        ));
        champs.push(format!("{n} {}", ou_rien(r.duree_vie_jours.map(|d| format!("DLC J+{d}")))));
        for (m, l) in r.lignes.iter().enumerate() {
            let quantite = ou_rien(l.quantite.map(|q| q.to_string()));
            champs.push(format!("{n}.{m} {}", l.libelle));
            champs.push(format!("{n}.{m} quantité {quantite} {}", ou_rien(l.unite.clone())));
            champs.push(format!("{n}.{m} pièces {}", ou_rien(l.pieces.map(|p| p.to_string()))));
        }
    }
    champs.extend(lu.lignes_illisibles.iter().map(|i| format!("illisible {} {}", i.page, i.texte)));
    champs
}

#[tokio::test]
async fn un_livre_connu_se_lit_sans_un_doute() {
    let mut doutes = Vec::new();
    for nom in ["corpus", "fabrique"] {
        for (livre, _) in verites(nom) {
            let lu = lire(&octets(nom, &livre), &mut |_| ()).await.unwrap();
            for recette in &lu.recettes {
                let titre = &recette.titre;
                let doute = |d: &Doute| format!("{livre}, {titre} : {} {}", d.code.mot(), d.texte);
                doutes.extend(recette.doutes.iter().map(doute));
            }
        }
    }
    assert_eq!(doutes, [""; 0]);
}

#[tokio::test]
async fn chaque_fichier_hostile_finit_avec_sa_raison() {
    use ErreurDeLivre::{Abime, LimiteAtteinte, MotDePasse, PasUnPdf, Scanne};
    for (livre, raison) in [
        ("h_enc_user", MotDePasse),
        ("h_flip", Abime),
        ("h_trunc", Abime),
        ("h_trunc_tail", Abime),
        ("h_pagesloop", Abime),
        ("h_garbage", Abime),
        ("h_empty", PasUnPdf),
        ("h_scan", Scanne),
        ("h_formloop", Scanne),
        ("h_bomb_nested", LimiteAtteinte),
    ] {
        let debut = Instant::now();
        let lu = lire(&octets("corpus", livre), &mut |_| ()).await;
        assert_eq!(lu.map(|l| l.recettes.len()), Err(raison), "{livre}");
        // The limits are the program's own, not this machine's speed.
        assert!(debut.elapsed() < Duration::from_secs(60), "{livre}");
    }
}

#[tokio::test]
async fn un_livre_protege_contre_la_copie_se_lit_sans_mot_de_passe() {
    let mut pages = 0;
    let lu = lire(&octets("corpus", "h_enc_ownerpw"), &mut |n| pages = n).await.unwrap();
    assert_eq!(lu.recettes.len(), 6);
    assert_eq!(pages, lu.pages);
}

#[tokio::test]
async fn sans_poppler_la_lecture_dit_quoi_installer() {
    let vide = Poppler::dans(&dossier("corpus"));
    let refus = lire_avec(&vide, &octets("corpus", "rl_cols_dj"), &mut |_| ()).await;
    let refus = refus.unwrap_err();
    assert_eq!(refus, ErreurDeLivre::OutilAbsent);
    assert!(refus.to_string().contains("poppler-utils"));
}

#[tokio::test]
async fn une_page_se_voit_en_image_et_une_page_absente_se_dit() {
    let livre = octets("corpus", "lo_side2");
    let png = image(&livre, 2).await.unwrap();
    assert!(png.starts_with(b"\x89PNG"));
    assert_eq!(image(&livre, 99).await, Err(ErreurDeLivre::PageAbsente));
    assert_eq!(image(&livre, 0).await, Err(ErreurDeLivre::PageAbsente));
}

#[tokio::test]
async fn ce_qui_n_est_pas_un_livre_est_refuse_avec_sa_raison() {
    let lire = async |octets: &[u8]| lire(octets, &mut |_| ()).await.unwrap_err();
    assert_eq!(lire(b"Salade : 3 tomates").await, ErreurDeLivre::PasUnPdf);
    assert_eq!(lire(&vec![b' '; 20 * 1024 * 1024 + 1]).await, ErreurDeLivre::TropGros);
}
