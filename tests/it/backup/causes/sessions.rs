//! As whom the tools are let in, until when, and what the night's account may write to.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::process::Command;

use chrono::{TimeDelta, Utc};

use super::Poste;
use crate::backup::atelier::{code, textes};
use crate::outils::externe::secret;
use crate::outils::grappe::PROGRAMME;

/// Whoever is nobody.
const PERSONNE: u32 = 65_534;

pub async fn eprouver(p: &Poste) {
    expirer(p).await;
    fermer(p);
    prendre_un_role(p).await;
    ne_rien_dire(p);
}

/// PGOPTIONS is for our own sessions, and never reaches a tool: rights are those of who saves.
async fn prendre_un_role(p: &Poste) {
    let en_autre = [("PGOPTIONS", "-c role=autre")];
    p.admin("grant autre to chef").await;
    p.admin("alter role chef noinherit").await;
    // The drill's own server has no such role.
    let dossier = p.s.racine.join("sauvegardes");
    assert_eq!(code(&p.backup(&en_autre)), 0);
    let variables = [en_autre[0], ("DELICEGO_SAUVEGARDES", dossier.to_str().unwrap())];
    let dite = textes(&p.delicego(&["drill"], &variables));
    assert!(!dite.contains("PGOPTIONS") && !dite.contains("« autre »"), "{dite}");
    fs::remove_dir_all(dossier).unwrap();
    p.s.sql("cuisine", "create table secrets (n int); grant select on secrets to autre").await;
    let ordre = "GRANT SELECT ON TABLE public.secrets TO \"chef\"";
    p.refuse(&en_autre, &["« secrets »", ordre]);
    p.s.sql("cuisine", ordre).await;
    p.reussit(&en_autre);
    p.s.sql("cuisine", "drop table secrets").await;
    p.admin("revoke autre from chef").await;
    let ordre = "GRANT \"autre\" TO \"chef\"";
    p.refuse(&en_autre, &["PGOPTIONS=-c role=autre", "n'est pas membre du rôle « autre »", ordre]);
    p.admin("alter role chef inherit").await;
}

/// As libpq: what is empty is not said.
fn ne_rien_dire(p: &Poste) {
    let vides = p.maison.join("vides.env");
    secret(&vides, "PGDATABASE=\nPGAPPNAME=\n");
    let sortie = p.delicego(&["--env-file", vides.to_str().unwrap(), "verifier"], &[]);
    let dite = textes(&sortie);
    assert!(code(&sortie) == 5 && dite.contains("La base « chef » n'existe pas"), "{dite}");
}

/// What the checklist says where this is scheduled, two hours from now, under a cron that runs.
fn liste(p: &Poste, avant: &str, taches: &[String], compte: Option<u32>) -> String {
    let (bin, env) = (p.maison.join("bin"), p.maison.join("nuit.env"));
    fs::create_dir_all(&bin).unwrap();
    let reglages = format!("PGHOST=127.0.0.1\nPGPORT={}\nPGDATABASE=cuisine\n", p.s.port);
    secret(&env, &format!("{reglages}PGUSER=chef\nPGPASSWORD=bon\n"));
    chown(&env, compte, None).unwrap();
    let horaire = (Utc::now() + TimeDelta::hours(2)).format("%M %H * * *");
    let debut = format!("{horaire} {PROGRAMME} --env-file {}", env.display());
    let lignes: String = taches.iter().map(|t| format!("echo '{debut} {t}'\n")).collect();
    let table = format!("#!/bin/sh\necho '{avant}'\n{lignes}");
    for (nom, texte) in [("crontab", table.as_str()), ("pgrep", "#!/bin/sh\n")] {
        fs::write(bin.join(nom), texte).unwrap();
        fs::set_permissions(bin.join(nom), PermissionsExt::from_mode(0o755)).unwrap();
    }
    let mut commande = Command::new(PROGRAMME);
    let chemins = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    commande.arg("checklist").env_clear().env("PATH", chemins).env("HOME", &p.maison);
    commande.env("DELICEGO_SAUVEGARDES", p.s.racine.join("ouvert"));
    commande.env("TZ", "UTC").env("PGHOST", "127.0.0.1").env("PGPORT", p.s.port.to_string());
    commande.env("PGUSER", "chef").env("PGPASSWORD", "bon").env("PGDATABASE", "cuisine");
    if let Some(compte) = compte {
        commande.uid(compte).current_dir("/");
    }
    textes(&commande.output().unwrap())
}

/// Let in by a password today, and no more tonight: what is scheduled will not run.
async fn expirer(p: &Poste) {
    let tot = (Utc::now() + TimeDelta::minutes(20)).to_rfc3339();
    for (echeance, expire) in [("infinity", false), ("2100-01-01", false), (&*tot, true)] {
        p.admin(&format!("alter role chef valid until '{echeance}'")).await;
        let dite = liste(p, "", &["backup --output-dir /srv".to_owned()], None);
        let ordre = "ALTER ROLE \"chef\" VALID UNTIL 'infinity'";
        for mots in ["il échouera : le mot de passe du compte « chef » expire le ", ordre] {
            assert_eq!(dite.contains(mots), expire, "{echeance} : {dite}");
        }
    }
    p.admin("alter role chef valid until 'infinity'").await;
}

/// Folders that are closed to the account of the night, and what root types to open them.
fn fermer(p: &Poste) {
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let la = p.s.racine.join("clos");
    fs::create_dir(&la).unwrap();
    let clos = la.display().to_string();
    let dite = |ou: &str| {
        let taches = [format!("backup --output-dir {ou}")];
        let dite = liste(p, "", &taches, Some(PERSONNE));
        dite.lines().find(|l| l.contains("ne s'y écrira pas")).unwrap_or_default().to_owned()
    };
    let nuit = format!("{clos}/nuit");
    for (mode, ou, dit) in [
        (0o755, &clos, format!("{clos} est fermé à ce compte. Avec root : chown 65534 ")),
        (0o755, &nuit, format!("et {clos} est fermé à ce compte, qui ne peut pas")),
        (0o700, &nuit, format!("ce compte ne peut rien ouvrir dans {clos}.")),
    ] {
        chown(&la, Some(0), Some(0)).unwrap();
        fs::set_permissions(&la, PermissionsExt::from_mode(mode)).unwrap();
        let phrase = dite(ou);
        assert!(phrase.contains(&dit), "{ou} : {phrase}");
        let Some((_, ordre)) = phrase.split_once("Avec root : ") else { continue };
        let ordre = ordre.trim_end_matches('.');
        assert!(Command::new("sh").args(["-ec", ordre]).status().unwrap().success(), "{ordre}");
        assert_eq!(dite(ou), "", "{ordre}");
        let _absent = fs::remove_dir(&nuit);
    }
    // Where a drill would work.
    let ouvert = p.s.racine.join("ouvert");
    fs::create_dir(&ouvert).unwrap();
    chown(&ouvert, Some(PERSONNE), None).unwrap();
    let taches = ["backup", "drill"].map(|t| format!("{t} --output-dir {}", ouvert.display()));
    let dite = liste(p, &format!("TMPDIR={clos}"), &taches, Some(PERSONNE));
    assert!(dite.contains(&format!("Impossible de travailler dans {clos} : ")), "{dite}");
}
