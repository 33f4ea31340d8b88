//! The limits of the child process that reads a book, each reached by a real process: the file ends
//! refused, with its reason in French, and the others of the call are imported all the same.

use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Output};

use delicego::livres::lecture::lire;
use serde_json::{Value, json};

use super::atelier::Atelier;
use super::commande::{Dossier, livre};

/// A reader for `PATH`: what the second line of the file asks for, else what the real one does.
const LECTEUR: &str = r#"#!/bin/sh
IFS= read -r version
IFS= read -r ordre
mot() { printf '5\t1\t0\t0\t0\t0\t%s\t%s\t90.00\t10.00\t100\t%s\n' "$1" "$2" "$3"; }
case "$ordre" in
%attendre)
    /bin/sleep 86399.5 &
    wait ;;
%bavarder)
    exec /bin/cat /dev/zero ;;
%avouer)
    printf '1\t1\t0\t0\t0\t0\t0.00\t0.00\t595.00\t842.00\t-1\t###PAGE###\n'
    mot 40.00 100.00 AVEUX
    mot 40.00 115.00 COMPOSITION
    mot 40.00 130.00 MEMOIRE; mot 240.00 130.00 "$(ulimit -v)"
    mot 40.00 145.00 PROCESSEUR; mot 240.00 145.00 "$(ulimit -t)"
    mot 40.00 160.00 ECRITURE; mot 240.00 160.00 "$(ulimit -f)"
    mot 40.00 175.00 FICHIERS; mot 240.00 175.00 "$(ulimit -n)"
    mot 40.00 190.00 QUI; mot 240.00 190.00 "$(/usr/bin/id -u)"
    mot 40.00 205.00 ENVIRONNEMENT; mot 240.00 205.00 "${SECRET_DE_LA_CUISINE:-0}"
    mot 40.00 220.00 DLC; mot 140.00 220.00 J+1 ;;
*)
    for reel in /usr/bin /usr/local/bin /opt/homebrew/bin; do
        [ -x "$reel/pdftotext" ] && break
    done
    { printf '%s\n%s\n' "$version" "$ordre"; /bin/cat; } | "$reel/pdftotext" "$@"
    fin=$?
    # Whom a limit killed is seen killed.
    [ "$fin" -gt 128 ] && kill "-$((fin - 128))" $$
    exit "$fin" ;;
esac
"#;

/// Books in a folder that anybody may read, and the reader above.
struct Etagere {
    dossier: Dossier,
    livres: Vec<String>,
}

impl Etagere {
    fn nouvelle() -> Self {
        let dossier = Dossier::neuf();
        std::fs::set_permissions(&dossier.0, PermissionsExt::from_mode(0o755)).unwrap();
        let lecteur = dossier.0.join("pdftotext");
        std::fs::write(&lecteur, LECTEUR).unwrap();
        std::fs::set_permissions(&lecteur, PermissionsExt::from_mode(0o755)).unwrap();
        Self { dossier, livres: Vec::new() }
    }

    fn poser(mut self, nom: &str, octets: &[u8]) -> Self {
        let chemin = self.dossier.0.join(nom);
        std::fs::write(&chemin, octets).unwrap();
        self.livres.push(chemin.to_str().unwrap().to_owned());
        self
    }

    fn importer(&self, a: &Atelier) -> Output {
        let mut commande = a.serveur.programme();
        commande.env("PATH", &self.dossier.0).env("SECRET_DE_LA_CUISINE", "1");
        commande.arg("import-recettes").args(["--apply", "--json"]);
        for livre in &self.livres {
            commande.args(["--pdf", livre]);
        }
        commande.output().expect("delicego")
    }
}

fn json_de(sortie: &Output, code: i32) -> Value {
    assert_eq!(sortie.status.code(), Some(code), "{sortie:?}");
    serde_json::from_slice(&sortie.stdout).expect("JSON")
}

/// So many pages of one recipe each.
fn pdf(pages: usize) -> Vec<u8> {
    let dessin = "BT /F 11 Tf 60 500 Td (SALADE) Tj 0 -16 Td (COMPOSITION) Tj 0 -16 Td (Riz 120) \
                  Tj 0 -16 Td (POIDS NET 120) Tj ET";
    let enfants: Vec<String> = (0..pages).map(|n| format!("{} 0 R", n + 5)).collect();
    let mut objets = vec![
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        format!("<</Type/Pages/Count {pages}/Kids[{}]>>", enfants.join(" ")),
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".to_owned(),
        format!("<</Length {}>>stream\n{dessin}\nendstream", dessin.len()),
    ];
    let page = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R\
                /Resources<</Font<</F 3 0 R>>>>>>";
    objets.extend(std::iter::repeat_n(page.to_owned(), pages));
    let (mut texte, mut places) = ("%PDF-1.4\n".to_owned(), String::new());
    for (rang, objet) in objets.iter().enumerate() {
        places += &format!("{:010} 00000 n \n", texte.len());
        texte += &format!("{} 0 obj\n{objet}\nendobj\n", rang + 1);
    }
    let (debut, nombre) = (texte.len(), objets.len() + 1);
    texte += &format!("xref\n0 {nombre}\n0000000000 65535 f \n{places}");
    texte += &format!("trailer<</Size {nombre}/Root 1 0 R>>\nstartxref\n{debut}\n%%EOF\n");
    texte.into_bytes()
}

#[tokio::test]
async fn a_book_that_takes_too_much_time_output_memory_or_pages_is_refused_alone() {
    let a = Atelier::ouvrir().await;
    let vrai = |nom: &str| std::fs::read(livre(nom)).unwrap();
    let etagere = Etagere::nouvelle()
        .poser("attendre.pdf", b"%PDF-1.4\n%attendre\n")
        .poser("bavarder.pdf", b"%PDF-1.4\n%bavarder\n")
        .poser("bombe.pdf", &vrai("h_bomb_nested.pdf"))
        .poser("epais.pdf", &pdf(301))
        .poser("juste.pdf", &pdf(300))
        .poser("bon.pdf", &vrai("rl_inline_helv.pdf"));
    let fait = json_de(&etagere.importer(&a), 1);
    let fichiers = fait["fichiers"].as_array().unwrap();
    for refuse in &fichiers[..4] {
        assert_eq!(refuse["etat"], "refuse", "{refuse}");
        assert_eq!(refuse["code"], "livre_limite_atteinte", "{refuse}");
        let erreur = refuse["erreur"].as_str().unwrap();
        assert!(erreur.starts_with("Limite atteinte : ce PDF demande trop"), "{erreur}");
    }
    assert_eq!((&fichiers[4]["etat"], &fichiers[5]["etat"]), (&json!("lu"), &json!("lu")));
    assert_eq!(fichiers[4]["recettes"].as_array().map(Vec::len), Some(300));
    assert_eq!(a.nombre("select count(*) from document_importe").await, 2);
    // Killed with all that it had started.
    assert_eq!(processus_de("86399.5"), [""; 0]);
    a.serveur.verifier();
}

/// The command lines that have this word.
fn processus_de(mot: &str) -> Vec<String> {
    let lire = |e: std::fs::DirEntry| std::fs::read_to_string(e.path().join("cmdline")).ok();
    let lignes = std::fs::read_dir("/proc").into_iter().flatten().flatten().filter_map(lire);
    lignes.filter(|l| l.split('\0').any(|m| m == mot)).collect()
}

#[tokio::test]
async fn the_reader_has_little_memory_and_time_no_file_no_environment_and_is_nobody() {
    let a = Atelier::ouvrir().await;
    let etagere = Etagere::nouvelle().poser("aveux.pdf", b"%PDF-1.4\n%avouer\n");
    let fait = json_de(&etagere.importer(&a), 0);
    let lignes = fait["fichiers"][0]["recettes"][0]["lignes"].as_array().unwrap();
    let dits: Vec<(&str, &Value)> =
        lignes.iter().map(|l| (l["libelle"].as_str().unwrap(), &l["quantite"])).collect();
    let moi = rustix::process::geteuid();
    let qui = if moi.is_root() { 65_534 } else { moi.as_raw() };
    let attendus = [
        ("MEMOIRE", json!(512 * 1024)),
        ("PROCESSEUR", json!(10)),
        ("ECRITURE", json!(0)),
        ("FICHIERS", json!(64)),
        ("QUI", json!(qui)),
        ("ENVIRONNEMENT", json!(0)),
    ];
    assert_eq!(dits, attendus.iter().map(|(l, q)| (*l, q)).collect::<Vec<_>>());
}

const LIVRE_A_LIRE: &str = "DELICEGO_ESSAI_LIVRE";

/// As root it does so in a second process, which is not.
#[tokio::test]
async fn a_book_is_read_by_whoever_runs_the_program() {
    let demande = std::env::var_os(LIVRE_A_LIRE);
    if rustix::process::geteuid().is_root() {
        assert_eq!(demande, None);
        return relire_en_personne();
    }
    let chemin = demande.map_or_else(|| livre("rl_cols_dj.pdf").into(), std::path::PathBuf::from);
    let lu = lire(&std::fs::read(chemin).unwrap(), &mut |_| ()).await.unwrap();
    assert!(lu.recettes.len() > 1, "{}", lu.recettes.len());
    assert!(lu.recettes.iter().all(|r| r.lignes.len() > 1));
}

fn relire_en_personne() {
    let etagere = Etagere::nouvelle();
    let (essais, copie) = (etagere.dossier.0.join("essais"), etagere.dossier.0.join("livre.pdf"));
    partager(&std::env::current_exe().unwrap(), &essais);
    std::fs::copy(livre("rl_cols_dj.pdf"), &copie).unwrap();
    let nom = concat!(module_path!(), "::a_book_is_read_by_whoever_runs_the_program");
    let (_, nom) = nom.split_once("::").unwrap();
    let sortie = Command::new(essais)
        .args(["--exact", nom, "--nocapture"])
        .env(LIVRE_A_LIRE, &copie)
        .current_dir("/")
        .uid(65_534)
        .gid(65_534)
        .output()
        .unwrap();
    let dit = String::from_utf8_lossy(&sortie.stdout).into_owned();
    assert!(sortie.status.success() && dit.contains("1 passed"), "{sortie:?}");
}

/// The same file under another name, where everybody may reach it.
fn partager(fichier: &Path, ailleurs: &Path) {
    if std::fs::hard_link(fichier, ailleurs).is_err() {
        std::fs::copy(fichier, ailleurs).unwrap();
    }
}
