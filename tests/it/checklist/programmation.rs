//! Line 4: what could only fail tonight is KO now.

use std::fs;

use sqlx::Executor;

use super::cuisine::Cuisine;
use super::depart;
use crate::outils::grappe;

#[tokio::test]
async fn une_ligne_que_le_programme_refuserait_ou_sans_journal_est_ko_avant_la_nuit() {
    let c = Cuisine::sure().await;
    let table = c.racine.join("table");
    let entiere = fs::read_to_string(&table).unwrap();
    let changer = |de: &str, en: &str| fs::write(&table, entiere.replace(de, en)).unwrap();
    let dossier = c.dossier().display().to_string();
    let journal = format!("{dossier}/delicego-automatique.log");
    for (de, en, raison) in [
        ("--keep 14", "--keep 0", "« 0 » ne convient pas à --keep"),
        ("--keep 14", "--kep 14", "argument inconnu : --kep"),
        ("--keep 14", "--help", "n'affiche que de l'aide"),
        ("--keep 14", "--vers /srv/copies", "son --vers ne peut pas servir, rien ne sera copié"),
        ("--keep 14", "--chiffrer agexyz", "« agexyz » ne convient pas à --chiffrer"),
        (&journal, "/nodir/x.log", "/nodir, n'existe pas"),
        // Whatever the shell must open, and not its log alone.
        (
            &format!(">> {journal}"),
            &format!("< /nulle-part >> {journal}"),
            "/nulle-part, que sa ligne donne à lire (<), n'existe pas",
        ),
        (
            &format!(">> {journal}"),
            &format!("3>/nulle-part/x >> {journal}"),
            "va dans /nulle-part, qui n'existe pas",
        ),
        ("2>&1", "2>>/nulle-part/err.log", "/nulle-part, n'existe pas"),
        // The last one is what the program takes.
        (" backup --output-dir", " backup --env-file /nulle-part --output-dir", "/nulle-part"),
        ("--keep 14", "--vers file:///proc/1/stat", "/proc/1/stat n'est pas un dossier"),
        ("--keep 14", "--vers file:///proc/1/stat/copies", "/proc/1/stat n'est pas un dossier"),
        ("--keep 14", "--vers file:///proc/copies", "/proc est du système"),
        // Root reads what nobody may: a folder is unreadable to all.
        (&journal, &dossier, "ne se lit pas"),
    ] {
        changer(de, en);
        c.seul("automatisation", "KO", raison);
    }
    changer("2>&1", "2>&7");
    c.seul("automatisation", "ATTENTION", "on ne sait pas lire sa ligne : « 2>&7 »");
    for muette in ["2>/dev/null", "3>/dev/null 2>&3", "2>&-", "", &format!("2> {journal}")] {
        changer("2>&1", muette);
        c.seul("automatisation", "ATTENTION", "ne garde rien");
    }
    changer(&format!(">> {journal} 2>&1"), &format!("2>&1 >> {journal}"));
    c.seul("automatisation", "ATTENTION", "son journal ne garde rien");
    changer(&format!(">> {journal}"), &format!(">> {dossier}/j-$(date +\\%F).log"));
    c.seul("automatisation", "ATTENTION", "un chemin y dépend d'une variable du shell");
    for bonne in ["3>/dev/null 2>&1 < /dev/null", "3>&1 2>&3"] {
        changer("2>&1", bonne);
        assert_eq!(c.controler(&[]).point("automatisation").0, "OK", "{bonne}");
    }
    // What a number glued to it is, each shell has its own mind: here that of `/bin/sh` and bash.
    let collee =
        entiere.replace(&format!("--keep 14 >> {journal}"), &format!("--keep 14>>{journal}"));
    assert_ne!(collee, entiere);
    fs::write(&table, format!("SHELL=/bin/bash\n{collee}")).unwrap();
    c.seul("automatisation", "KO", "--keep <N> attend une valeur");
    changer(&journal, "/dev/null");
    c.seul("automatisation", "ATTENTION", "son journal, /dev/null, ne garde rien");
    fs::write(&table, &entiere).unwrap();
    let bon = fs::read_to_string(&journal).unwrap();
    let mal_ecrit = "delicego : « 0 » ne convient pas à --keep\nVoir delicego --help.\n";
    fs::write(&journal, format!("{bon}{mal_ecrit}")).unwrap();
    c.seul("automatisation", "KO", "« 0 » ne convient pas à --keep");
}

/// What may stand before the program, or after it, and what is said of it.
fn devant(programme: &str) -> [(String, &'static str, &'static str); 10] {
    [
        (format!("[ -f /x ] && {programme}"), "ATTENTION", "on ne sait pas lire sa ligne : « [ »"),
        (
            format!("nice timeout -k 5 1 {programme}"),
            "ATTENTION",
            "« timeout 1 », devant le programme, l'arrête là",
        ),
        (format!("true || {programme}"), "ATTENTION", "on ne sait pas lire sa ligne : « || »"),
        (
            format!("sudo -u chef {programme}"),
            "ATTENTION",
            "on ne sait pas lire sa ligne : « sudo », devant le programme, le lance sous un autre",
        ),
        (
            format!("flock -n /run/v {programme}"),
            "ATTENTION",
            "« flock », devant le programme, ne le lance pas tant qu'un autre tient son verrou",
        ),
        (format!("env -i {programme}"), "ATTENTION", "on ne sait pas lire sa ligne : « env »"),
        (format!("nice true {programme}"), "ATTENTION", "on ne sait pas lire sa ligne : « true »"),
        (
            format!("PGSSLMODE=$MODE {programme}"),
            "ATTENTION",
            "on ne sait pas lire sa ligne : PGSSLMODE y dépend d'une variable du shell",
        ),
        (format!("cd /nulle/part && {programme}"), "KO", "/nulle/part, qui n'est pas un dossier"),
        (format!("{programme} --env-file $REGLAGES"), "ATTENTION", "on ne sait pas lire sa ligne"),
    ]
}

/// What a person may write in our block, and what it comes to.
#[tokio::test]
async fn une_ligne_changee_a_la_main_est_jugee_juste_ou_dite_illisible() {
    let c = Cuisine::sure().await;
    let table = c.racine.join("table");
    let entiere = fs::read_to_string(&table).unwrap();
    let (programme, maison) = (grappe::PROGRAMME, c.racine.display().to_string());
    let debut = format!("15 2 * * * {programme}");
    let changer = |de: &str, en: &str| {
        assert!(entiere.contains(de), "{de} : {entiere}");
        fs::write(&table, entiere.replacen(de, en, 1)).unwrap();
    };
    let sauvegarde = |en: &str| changer(&debut, &format!("15 2 * * * {en}"));
    let lien = c.racine.join("le-programme");
    std::os::unix::fs::symlink(programme, &lien).unwrap();
    let lien = lien.to_str().unwrap();
    for avant in [
        "cd / && ",
        "PGDATABASE=essai7 ",
        "nice -n 10 ",
        "cd ~ && PGAPPNAME=x exec ",
        "PGAPPNAME=x ionice -c2 -n 7 timeout 0 ",
        "cd / && env PGAPPNAME=x nice -5 ",
    ] {
        for programme in [programme, lien] {
            sauvegarde(&format!("{avant}{programme}"));
            let vu = c.controler(&[]);
            assert_eq!(vu.point("automatisation").0, "OK", "{avant} {programme} {:#}", vu.json);
        }
        // A line of its owner's own, which no mark of ours stands around.
        let sans =
            entiere.replace("# delicego:debut backup", "#").replace("# delicego:fin backup", "#");
        fs::write(&table, sans.replacen(&debut, &format!("15 2 * * * {avant}{lien}"), 1)).unwrap();
        let vu = c.controler(&[]);
        assert_eq!(vu.point("automatisation").0, "OK", "{avant} {:#}", vu.json);
    }
    for chez_soi in ["~", "$HOME", "${HOME}"] {
        changer(&format!("--output-dir {maison}"), &format!("--output-dir {chez_soi}"));
        assert_eq!(c.controler(&[]).point("automatisation").0, "OK", "{chez_soi}");
    }
    let ligne = entiere.lines().find(|l| l.starts_with(&debut)).unwrap();
    let commande = ligne.strip_prefix("15 2 * * * ").unwrap().split(" || ").next().unwrap();
    changer(ligne, &format!("15 2 * * * sh -c '{commande}'"));
    assert_eq!(c.controler(&[]).point("automatisation").0, "OK", "{:#}", c.controler(&[]).json);
    for (en, verdict, dit) in &devant(programme) {
        let en = en.as_str();
        match en.ends_with("$REGLAGES") {
            true => changer(
                &format!("{debut} --env-file {}", c.env_file().display()),
                &format!("15 2 * * * {en}"),
            ),
            false => sauvegarde(en),
        }
        c.seul("automatisation", verdict, dit);
    }
    changer(ligne, &format!("15 2 * * * flock -w 10 /tmp/v -c '{commande}'"));
    c.seul(
        "automatisation",
        "ATTENTION",
        "« flock », devant le programme, ne le lance pas tant qu'un",
    );
    changer(ligne, "15 2 * * * /opt/la-mienne.sh");
    c.seul("automatisation", "ATTENTION", "le programme n'y est pas nommé");
}

#[tokio::test]
async fn une_crontab_que_personne_ne_montre_n_est_pas_prise_pour_vide() {
    let c = Cuisine::sure().await;
    fs::remove_file(c.racine.join("bin/crontab")).unwrap();
    let seuls = c.racine.join("bin").to_str().unwrap().to_owned();
    // No other program either: line 10 is not what is looked at.
    let c = c.avec("PATH", &seuls);
    let vu = c.controler(&[]);
    vu.dit("automatisation", "ATTENTION", "la commande crontab n'est pas dans le PATH");
}

#[tokio::test]
async fn ce_que_la_ligne_4_dit_de_taper_la_rend_ok() {
    let c = Cuisine::sure().await;
    let table = c.racine.join("table");
    let entiere = fs::read_to_string(&table).unwrap();
    for (de, en) in [
        (grappe::PROGRAMME, "/opt/parti/delicego"),
        ("15 2 * * *", "15 2 30 2 *"),
        ("--keep 14", "--keep 0"),
        (" backup --output-dir", " sauvegardes --output-dir"),
    ] {
        fs::write(&table, entiere.replace(de, en)).unwrap();
        assert_eq!(c.controler(&[]).point("automatisation").0, "KO", "{en}");
        c.taper(&c.conseil("automatisation"));
        assert_eq!(c.controler(&[]).point("automatisation").0, "OK", "{en}");
    }
    fs::write(&table, format!("SHELL=/bin/false\n{entiere}")).unwrap();
    let conseil = c.conseil("automatisation");
    assert!(conseil.contains("Enlevez la ligne SHELL=/bin/false de la crontab"), "{conseil}");
    let montre = c.dit(&["automatiser", "montrer"]);
    assert!(montre.contains(&format!("    → {conseil}")), "{montre}");
    // A line of the first days whose script is gone: ours beside it is enough, and it is named.
    let morte = "15 3 * * * /opt/parti/backup_postgres.sh\n";
    fs::write(&table, format!("{morte}{entiere}")).unwrap();
    assert_eq!(c.controler(&[]).point("automatisation").0, "OK");
    let montre = c.dit(&["automatiser", "montrer"]);
    assert!(montre.contains("backup_postgres.sh n'existe plus"), "{montre}");
    assert!(montre.contains("ou enlevez-la et lancez"), "{montre}");
    let sans =
        entiere.replace("# delicego:debut backup", "#").replace("# delicego:fin backup", "#");
    let sans: String =
        sans.lines().filter(|l| !l.starts_with("15 2")).map(|l| format!("{l}\n")).collect();
    fs::write(&table, format!("{morte}{sans}")).unwrap();
    c.seul("automatisation", "KO", "/opt/parti/backup_postgres.sh n'existe plus");
    assert!(c.conseil("automatisation").contains("Corrigez sa ligne dans la crontab de ce compte"));
}

/// Made by root once, by hand: the shell of the account cannot open it, and nothing starts.
#[tokio::test]
async fn un_journal_ferme_a_ce_compte_est_ko_et_ce_qui_est_dit_de_taper_y_remedie() {
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let mut c = Cuisine::sure().await;
    c.donner_a(65534);
    let journal = c.dossier().join("delicego-automatique.log");
    for mode in [0o644, 0o600] {
        fs::write(&journal, "").unwrap();
        std::os::unix::fs::chown(&journal, Some(65534), None).unwrap();
        assert!(!c.montre().contains("fermé en écriture"), "{}", c.montre());
        std::os::unix::fs::chown(&journal, Some(0), Some(0)).unwrap();
        fs::set_permissions(&journal, std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
        let montre = c.montre();
        assert!(montre.contains("est fermé en écriture à ce compte"), "{montre}");
        let remede = montre.lines().find_map(|l| l.trim().strip_prefix("→ ")).expect("remède");
        c.taper(remede);
        assert!(!c.montre().contains("fermé en écriture"), "{}", c.montre());
    }
}

#[tokio::test]
async fn un_reglage_que_le_programme_refusera_cette_nuit_est_ko_des_maintenant() {
    let c = Cuisine::sure().await;
    let table = c.racine.join("table");
    let entiere = fs::read_to_string(&table).unwrap();
    let etat = &*format!("XDG_STATE_HOME={}/dedans", table.display());
    for (reglage, dit) in [
        ("LOG_LEVEL=FOO", "LOG_LEVEL : « FOO »"),
        ("DELICEGO_CHIFFRER_POUR=age1zzz", "DELICEGO_CHIFFRER_POUR : "),
        ("TMPDIR=/nulle/part", "TMPDIR : /nulle/part n'est pas un dossier"),
        ("TMPDIR=/proc", "drill est programmé, mais il échouera : Pas assez de place dans /proc"),
        ("HOME=/nexiste", "HOME : /nexiste n'est pas un dossier"),
        (etat, "XDG_STATE_HOME : ses verrous ne s'écriront pas dans "),
        ("PGOPTIONS=-c nexiste=1", "PGOPTIONS : le serveur refuse « -c nexiste=1 »"),
        // What the tools alone apply.
        ("PGGSSENCMODE=require", "PGGSSENCMODE : pg_dump ne pourra pas se connecter avec elle"),
        ("PGTARGETSESSIONATTRS=standby", "PGTARGETSESSIONATTRS : pg_dump ne pourra pas"),
        ("PGCHANNELBINDING=require", "PGCHANNELBINDING : pg_dump ne pourra pas"),
        ("PGTARGETSESSIONATTRS=bidon", "PGTARGETSESSIONATTRS : « bidon » n'est pas l'un de"),
        ("PGSERVICE=absent", "PGSERVICE : le service « absent »"),
        // Nobody would be told.
        ("DELICEGO_SIGNAL=bidon", "DELICEGO_SIGNAL : ce n'est pas une adresse"),
        ("DELICEGO_ALERTE=mailto:chef@x.fr", "DELICEGO_ALERTE : un mail demande SMTP_URL"),
    ] {
        fs::write(&table, format!("{reglage}\n{entiere}")).unwrap();
        let vu = c.controler(&[]);
        let (verdict, raison) = vu.point("automatisation");
        assert!(verdict == "KO" && raison.contains(dit), "{reglage} : {verdict} {raison}");
    }
    depart::eprouver(&c, &entiere);
    // What the server takes is no fault.
    for bon in ["PGOPTIONS=-c jit=off", "PGTARGETSESSIONATTRS=primary", "PGGSSENCMODE=prefer"] {
        fs::write(&table, format!("{bon}\n{entiere}")).unwrap();
        assert_eq!(c.controler(&[]).point("automatisation").0, "OK", "{bon}");
    }
    fs::write(&table, format!("DELICEGO_SIGNALE=https://x.fr\n{entiere}")).unwrap();
    c.seul("automatisation", "ATTENTION", "à vérifier : DELICEGO_SIGNALE n'est pas un réglage");
    // The env file has the last word.
    fs::write(&table, &entiere).unwrap();
    let bon = fs::read_to_string(c.env_file()).unwrap();
    fs::write(c.env_file(), format!("{bon}\nPGUSER='personne_ici'\n")).unwrap();
    c.seul("automatisation", "KO", "la connexion échoue avec eux. ");
    fs::write(c.env_file(), format!("{bon}\nDELICEGO_SAUVEGARDES_VERS='s3://seau'\n")).unwrap();
    c.seul("automatisation", "KO", "DELICEGO_SAUVEGARDES_VERS : rien ne sera copié ailleurs. ");
    fs::write(c.env_file(), format!("{bon}\nDELICEGO_CLE_AGE_FICHIER='/nexiste'\n")).unwrap();
    c.seul("automatisation", "KO", "DELICEGO_CLE_AGE_FICHIER : /nexiste n'est pas un fichier");
    let perdus = format!("{bon}\nDELICEGO_PG_BIN='/nexiste'\n");
    fs::write(c.env_file(), perdus).unwrap();
    let dit = "DELICEGO_PG_BIN=/nexiste : pg_dump est introuvable";
    c.seul("automatisation", "KO", dit);
    let ou = "Corrigez ce réglage dans ";
    assert!(c.conseil("automatisation").starts_with(ou), "{}", c.conseil("automatisation"));
}

/// cron's PATH is its own, and not that of the person who looks.
#[tokio::test]
async fn un_programme_sans_son_dossier_est_ko_s_il_n_est_pas_dans_le_path_de_cron() {
    let c = Cuisine::sure().await;
    let table = c.racine.join("table");
    let entiere = fs::read_to_string(&table).unwrap();
    let programme = c.racine.join("bin/delicego");
    std::os::unix::fs::symlink(grappe::PROGRAMME, &programme).unwrap();
    let debut = format!("15 2 * * * {}", grappe::PROGRAMME);
    let bin = programme.parent().unwrap().display().to_string();
    for (avant, verdict) in [
        (String::new(), "KO"),
        (format!("PATH={bin}:$PATH "), "OK"),
        ("PATH=/nulle/part ".to_owned(), "KO"),
        // What that shell reads first is not known here.
        ("bash -lc '".to_owned(), "OK"),
    ] {
        let ligne = entiere.lines().find(|l| l.starts_with(&debut)).unwrap();
        let suite = ligne.strip_prefix(&debut).unwrap().split(" || ").next().unwrap();
        let fin = if avant.ends_with('\'') { "'" } else { "" };
        let neuve = format!("15 2 * * * {avant}delicego{suite}{fin}");
        fs::write(&table, entiere.replacen(ligne, &neuve, 1)).unwrap();
        let vu = c.controler(&[]);
        let (vu, raison) = vu.point("automatisation");
        assert_eq!(vu, verdict, "{avant} : {raison}");
        let dit = "« delicego » n'est dans aucun dossier du PATH que cron lui donne";
        assert!(verdict == "OK" || raison.contains(dit), "{raison}");
    }
    let nue = entiere.replacen(&debut, "15 2 * * * delicego", 1);
    fs::write(&table, format!("PATH={bin}:/usr/bin\n{nue}")).unwrap();
    assert_eq!(c.controler(&[]).point("automatisation").0, "OK");
    fs::write(&table, &nue).unwrap();
    c.seul("automatisation", "KO", "PATH que cron lui donne (/usr/bin:/bin)");
    c.taper(&c.conseil("automatisation"));
    assert_eq!(c.controler(&[]).point("automatisation").0, "OK");
}

#[tokio::test]
async fn un_compte_dont_le_temps_est_passe_est_ko_avec_ce_qui_le_rend_a_cron() {
    let c = Cuisine::sure().await;
    let chage = c.racine.join("bin/chage");
    let dire = |mot_de_passe: &str, compte: &str| {
        let texte = format!(
            "#!/bin/sh\necho 'Password expires\t\t: {mot_de_passe}'\n\
             echo 'Account expires\t\t: {compte}'\n"
        );
        fs::write(&chage, texte).unwrap();
        fs::set_permissions(&chage, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    };
    dire("Jan 01, 2999", "never");
    assert_eq!(c.controler(&[]).point("automatisation").0, "OK");
    for (mot_de_passe, compte, dit, remede) in [
        ("Jan 01, 2026", "never", "a expiré le 01/01/2026 : cron refuse", "chage -M -1"),
        ("password must be changed", "never", "est à changer : cron refuse", "passwd"),
        ("never", "Jan 01, 2026", "a pris fin le 01/01/2026 : cron refuse", "chage -E -1"),
    ] {
        dire(mot_de_passe, compte);
        c.seul("automatisation", "KO", dit);
        assert!(c.conseil("automatisation").contains(remede));
    }
}

#[tokio::test]
async fn ce_que_le_compte_de_cette_nuit_ne_peut_pas_lire_est_ko_avec_ce_qui_le_donne() {
    let c = Cuisine::sure().await;
    let mut s = grappe::superutilisateur(&c.base).await;
    let mut dire = async |ordre: &'static str| {
        s.execute(sqlx::AssertSqlSafe(ordre)).await.unwrap();
    };
    assert_eq!(c.controler(&[]).point("automatisation").0, "OK");
    dire("create schema caisse; create table caisse.vente (n int); select lo_create(4242)").await;
    let vu = c.controler(&[]);
    let (verdict, raison) = vu.point("automatisation");
    assert_eq!(verdict, "KO", "{raison}");
    for dit in ["le schéma « caisse »", "la table « caisse.vente »", "le grand objet « 4242 »"]
    {
        assert!(raison.contains(dit), "{dit} : {raison}");
    }
    let conseil = c.conseil("automatisation");
    for ordre in [
        "GRANT USAGE ON SCHEMA caisse TO",
        "GRANT SELECT ON TABLE caisse.vente TO",
        "OBJECT 4242 TO",
    ] {
        assert!(conseil.contains(ordre), "{ordre} : {conseil}");
    }
    dire("drop schema caisse cascade; select lo_unlink(4242)").await;
    assert_eq!(c.controler(&[]).point("automatisation").0, "OK");
}
