//! The real `crontab` command on this account's own table, which is put back as it was. One test:
//! there is one table.

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

use super::{Dossier, automatiser, dit};

const AUTRES: &str = "# celle du chef\nMAILTO=\"\"\n0 1 31 12 * /bin/echo 100\\% \"l'an\"\n";

#[test]
fn la_crontab_porte_nos_lignes_une_fois_et_garde_toutes_les_autres() {
    let _comme_avant = Table::gardee();
    ecrire(AUTRES.as_bytes());
    let d = Dossier::nouveau();
    let (dossier, env) = (d.join("s"), d.join("c/delicego.env"));
    let (dossier, env) = (dossier.to_str().unwrap(), env.to_str().unwrap());
    let commun = ["installer", "--avec", "cron", "--output-dir", dossier, "--env-file", env];
    let installer = |suite: &[&str]| {
        let base = [("PGHOST", "/run/postgresql"), ("PGPASSWORD", "tres secret")];
        dit(&automatiser(&[&commun[..], suite].concat(), &base), 0)
    };
    let texte = installer(&[]);
    assert!(texte.contains("chaque jour à 02 h 15") && texte.contains("le dimanche à 04 h 00"));
    let texte = installer(&["--backup", "30 3 * * mon-fri", "--keep", "7"]);
    assert!(texte.contains("sauvegarde : du lundi au vendredi à 03 h 30"), "{texte}");
    assert!(texte.contains("sauvegarde : --keep 7 (avant : 14)"), "{texte}");
    let table = lire();
    assert!(table.starts_with(AUTRES), "{table}");
    let lignes: Vec<&str> = table.lines().skip(AUTRES.lines().count()).collect();
    let [debut, backup, fin, _, drill, _, _, checklist, _] = lignes[..] else { panic!("{table}") };
    assert_eq!((debut, fin), ("# delicego:debut backup", "# delicego:fin backup"));
    assert!(backup.starts_with("30 3 * * 1-5 /") && drill.starts_with("0 4 * * 0 /"), "{table}");
    assert!(checklist.starts_with("0 7 * * * /") && checklist.contains(" checklist "), "{table}");
    assert!(!drill.contains("--alterner"), "{table}");
    assert!(!table.contains("secret"), "{table}");

    // What cron would hand to sh, after it took the backslashes from before the %.
    let vus = mots(&backup.splitn(6, ' ').last().unwrap().replace("\\%", "%"));
    let attendus = ["--env-file", env, "backup", "--output-dir", dossier, "--keep", "7"];
    assert_eq!(vus, attendus);

    let json = dit(&automatiser(&["montrer", "--avec", "cron", "--json"], &[]), 0);
    let lu: serde_json::Value = serde_json::from_str(&json).unwrap();
    let p = &lu["programmations"][0];
    assert_eq!((p["avec"].as_str(), p["tache"].as_str()), (Some("cron"), Some("backup")));
    assert_eq!(p["horaire"], "30 3 * * 1-5");
    let cron = Command::new("pgrep").args(["-x", "cron|crond"]).output().unwrap();
    assert_eq!(p["active"].as_bool(), Some(cron.status.success()), "{p}");
    assert_eq!(p["env_file"], env);
    let journal = p["journal"].as_str().unwrap().to_owned();
    assert_eq!(journal, format!("{dossier}/delicego-automatique.log"));
    assert_eq!(lu["programmations"].as_array().unwrap().len(), 3);
    fs::write(&journal, "delicego : la base ne répond pas\n").unwrap();
    let texte = dit(&automatiser(&["montrer", "--avec", "cron"], &[]), 0);
    assert!(texte.contains("par : delicego : la base ne répond pas"), "{texte}");
    fs::write(&journal, "ts=2026-01-02T01:15:00Z level=info event=backup_fait fichier=x\n")
        .unwrap();
    let texte = dit(&automatiser(&["montrer", "--avec", "cron"], &[]), 0);
    assert!(texte.contains("2026-01-02T01:15:00Z"), "{texte}");

    avec_et_sans_son_service();
    let longue = format!("{dossier}/{}", "long/".repeat(200));
    let commun = ["installer", "--avec", "cron", "--env-file", env, "--output-dir", &longue];
    assert!(dit(&automatiser(&commun, &[]), 2).contains("plus courts"));
    assert_eq!(lire(), table);
    dit(&automatiser(&["retirer", "--avec", "cron"], &[]), 0);
    assert_eq!(lire(), AUTRES);
    dit(&automatiser(&["retirer", "--avec", "cron"], &[]), 0);

    // A mark without its other half: somebody cut the table by hand.
    let coupee = format!("{AUTRES}# delicego:debut backup\n0 5 * * * /bin/true\n");
    ecrire(coupee.as_bytes());
    let commun = ["installer", "--avec", "cron", "--output-dir", dossier, "--env-file", env];
    assert!(dit(&automatiser(&commun, &[]), 1).contains("repère"));
    dit(&automatiser(&["montrer"], &[]), 3);
    dit(&automatiser(&["retirer", "--avec", "cron"], &[]), 1);
    assert_eq!(lire(), coupee);
}

/// The real daemon, in a world of processes where there is no other. Only root may make one.
fn avec_et_sans_son_service() {
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let voir =
        format!("{} automatiser montrer --avec cron --json", crate::outils::grappe::PROGRAMME);
    // Something else that bears its name is not it.
    let faux = std::env::temp_dir().join(format!("delicego-faux-cron-{}", std::process::id()));
    fs::create_dir_all(&faux).unwrap();
    let faux = faux.display();
    let script = format!(
        "cp \"$(command -v sleep)\" '{faux}/cron' && {{ '{faux}/cron' 100 & }}; \
         until pgrep -x cron >/dev/null; do kill -0 $! || exit 1; done; faux=$!; \
         mount -t tmpfs tmpfs /run && {voir} && kill $faux && rm -r '{faux}'; wait $faux; cron -f & cron=$! && \
         until pgrep -x cron >/dev/null; do kill -0 $cron || exit 1; done && {voir}; \
         kill -STOP $cron; until grep -q '^State:.T' /proc/$cron/status; do :; done; {voir}; \
         kill -KILL $cron; wait $cron; ln -s \"$(command -v sleep)\" /run/cron; \
         setpriv --reuid 65534 --clear-groups /run/cron 100 & faux=$!; \
         until pgrep -x cron >/dev/null; do kill -0 $faux || exit 1; done; {voir}; \
         kill $faux; wait $faux; sh -c '/run/cron 0 & exec sleep 100' & parent=$!; \
         until grep -qs '^State:.Z' /proc/[0-9]*/status; do kill -0 $parent || exit 1; done; \
         {voir}; kill $parent"
    );
    let script = script.replace(" && cron -f &", "; cron -f &");
    let mut unshare = Command::new("unshare");
    unshare.args(["--pid", "--fork", "--kill-child", "--mount-proc", "/bin/sh", "-c", &script]);
    let sortie = unshare.output().expect("unshare (paquet util-linux)");
    let lignes = String::from_utf8_lossy(&sortie.stdout).into_owned();
    let vues: Vec<Option<bool>> = lignes
        .lines()
        .map(|l| serde_json::from_str::<serde_json::Value>(l).unwrap())
        .map(|json| json["programmations"][0]["active"].as_bool())
        .collect();
    // Another's, the machine's, the same held, an ordinary account's, one that is dead.
    let attendues = [false, true, false, false, false].map(Some);
    assert_eq!(vues, attendues, "{sortie:?}");
}

#[test]
fn une_crontab_illisible_ou_absente_n_est_jamais_reecrite() {
    let d = Dossier::nouveau();
    let (dossier, env) = (d.join("s"), d.join("e.env"));
    let commun = ["installer", "--avec", "cron", "--output-dir", dossier.to_str().unwrap()];
    let commun = [&commun[..], &["--env-file", env.to_str().unwrap()]].concat();
    let vide = d.join("vide");
    fs::create_dir(&vide).unwrap();
    let phrase = dit(&automatiser(&commun, &[("PATH", vide.to_str().unwrap())]), 5);
    assert!(phrase.contains("installez cron"), "{phrase}");
    // A crontab that refuses to show its table, and would note what is written to it.
    let (faux, note) = (d.join("faux"), d.join("ecrit"));
    fs::create_dir(&faux).unwrap();
    let texte = "#!/bin/sh\n[ \"$1\" = -l ] || : > \"$NOTE\"\necho refus >&2\nexit 1\n";
    super::scripts::executable(&faux.join("crontab"), texte);
    let variables = [("PATH", faux.to_str().unwrap()), ("NOTE", note.to_str().unwrap())];
    let phrase = dit(&automatiser(&commun, &variables), 1);
    assert!(phrase.contains("n'est donc pas touchée : refus"), "{phrase}");
    dit(&automatiser(&["retirer", "--avec", "cron"], &variables), 1);
    assert!(!note.exists() && !env.exists());
}

/// The account's table before the test, put back whatever happens.
struct Table(Option<Vec<u8>>);

impl Table {
    fn gardee() -> Self {
        let sortie = Command::new("crontab").arg("-l").output().expect("crontab (paquet cron)");
        let vide = String::from_utf8_lossy(&sortie.stderr).contains("no crontab for");
        assert!(sortie.status.success() || vide, "{sortie:?}");
        Self((!vide).then_some(sortie.stdout))
    }
}

impl Drop for Table {
    fn drop(&mut self) {
        match &self.0 {
            Some(table) => ecrire(table),
            None => drop(Command::new("crontab").arg("-r").output()),
        }
    }
}

fn lire() -> String {
    let sortie = Command::new("crontab").arg("-l").output().unwrap();
    String::from_utf8(sortie.stdout).unwrap()
}

fn ecrire(table: &[u8]) {
    let mut enfant = Command::new("crontab").arg("-").stdin(Stdio::piped()).spawn().unwrap();
    enfant.stdin.take().unwrap().write_all(table).unwrap();
    assert!(enfant.wait().unwrap().success());
}

/// What the shell makes of the command, its first word and its log left out.
fn mots(commande: &str) -> Vec<String> {
    let (programme, reste) = commande.split_once(' ').unwrap();
    assert_eq!(programme, crate::outils::grappe::PROGRAMME);
    let arguments = reste.split(" >> ").next().unwrap();
    let montrer = format!("printf '%s\\n' {arguments}");
    let sortie = Command::new("/bin/sh").args(["-c", &montrer]).output().unwrap();
    String::from_utf8(sortie.stdout).unwrap().lines().map(str::to_owned).collect()
}
