//! Every refusal names its true cause: by a real server, a real pooler, a real certificate.

mod sessions;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::atelier::{code, textes};
use crate::outils::externe::{Externe, port_libre, secret};
use crate::outils::grappe::PROGRAMME;

struct Poste {
    s: Externe,
    maison: PathBuf,
}

impl Poste {
    async fn ouvrir() -> Self {
        let s = Externe::demarrer("max_connections = 40").await;
        s.sql("postgres", "create role chef login createdb password 'bon'").await;
        s.sql("postgres", "create role autre login").await;
        s.sql("postgres", "create database cuisine owner chef").await;
        s.sql("cuisine", "create table recettes (n int); alter table recettes owner to chef").await;
        let maison = s.racine.join("maison");
        fs::create_dir_all(maison.join(".postgresql")).unwrap();
        Self { s, maison }
    }

    /// `delicego backup` by `chef`, with these variables in place of the right ones.
    fn backup(&self, variables: &[(&str, &str)]) -> Output {
        let dossier = self.s.racine.join("sauvegardes");
        let arguments = ["backup", "--force-suspect", "--attente", "1", "--output-dir"];
        self.delicego(&[&arguments[..], &[dossier.to_str().unwrap()]].concat(), variables)
    }

    fn delicego(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Output {
        let mut commande = Command::new(PROGRAMME);
        commande.env_clear().env("PATH", std::env::var("PATH").unwrap()).env("HOME", &self.maison);
        commande.env("TMPDIR", std::env::temp_dir()).env("PGCONNECT_TIMEOUT", "2");
        commande.env("PGHOST", "127.0.0.1").env("PGPORT", self.s.port.to_string());
        commande.env("PGUSER", "chef").env("PGPASSWORD", "bon").env("PGDATABASE", "cuisine");
        for (nom, valeur) in variables {
            match *valeur {
                "" => commande.env_remove(nom),
                valeur => commande.env(nom, valeur),
            };
        }
        commande.args(arguments).stdin(Stdio::null()).output().unwrap()
    }

    #[track_caller]
    fn refuse(&self, variables: &[(&str, &str)], mots: &[&str]) {
        let sortie = self.backup(variables);
        let dite = textes(&sortie);
        let phrase = dite.lines().rfind(|l| l.starts_with("delicego : ")).unwrap_or_default();
        assert!([1, 2, 5].contains(&code(&sortie)), "{variables:?} {dite}");
        for mot in mots {
            assert!(phrase.contains(mot), "« {mot} » : {dite}");
        }
        assert!(
            !self.s.racine.join("sauvegardes").read_dir().is_ok_and(|mut d| d.next().is_some())
        );
    }

    /// Whatever opens the database says it the same way, once, with code 5.
    #[track_caller]
    fn partout(&self, variables: &[(&str, &str)], mots: &[&str]) {
        let serve = ["serve", "--listen", "127.0.0.1:0"];
        for arguments in [&["migrate"][..], &["verifier"], &["utilisateur", "lister"], &serve] {
            let sortie = self.delicego(arguments, variables);
            let dite = String::from_utf8_lossy(&sortie.stderr).into_owned();
            assert_eq!(code(&sortie), 5, "{arguments:?} {dite}");
            let phrase = dite.lines().last().unwrap_or_default();
            assert!(
                phrase.starts_with("delicego : ") && !dite.contains("erreur_interne"),
                "{dite}"
            );
            for mot in mots {
                assert!(dite.contains(mot), "{arguments:?} « {mot} » : {dite}");
            }
        }
        self.refuse(variables, &mots[..1]);
    }

    #[track_caller]
    fn demande_un_mot_de_passe(&self) {
        self.refuse(&[("PGPASSWORD", "")], &["« chef »", "aucun n'est donné", ".pgpass"]);
        // A file that others may read is not read, and is named.
        let passe = self.maison.join("mots");
        fs::write(&passe, "*:*:*:chef:bon\n").unwrap();
        fs::set_permissions(&passe, std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
        let mots = [passe.to_str().unwrap(), "est ignoré", "chmod 600"];
        self.refuse(&[("PGPASSWORD", ""), ("PGPASSFILE", mots[0])], &mots);
    }

    /// What becomes of the copies never stops the backup here.
    #[track_caller]
    fn se_passe_de_copie(&self, lieu: &Path) {
        let vers = format!("file://{}", lieu.display());
        let sortie = self.backup(&[("DELICEGO_SAUVEGARDES_VERS", &vers)]);
        let dite = textes(&sortie);
        assert_eq!(code(&sortie), 3, "{dite}");
        assert!(dite.contains("n'a pas pu être copiée : Copie ailleurs"), "{dite}");
        fs::remove_dir_all(self.s.racine.join("sauvegardes")).unwrap();
    }

    #[track_caller]
    fn reussit(&self, variables: &[(&str, &str)]) {
        let sortie = self.backup(variables);
        assert_eq!(code(&sortie), 0, "{variables:?} {}", textes(&sortie));
        fs::remove_dir_all(self.s.racine.join("sauvegardes")).unwrap();
    }

    async fn admin(&self, ordre: &str) {
        self.s.sql("postgres", ordre).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn un_refus_de_compte_de_droit_ou_de_reseau_nomme_sa_cause() {
    let p = Poste::ouvrir().await;
    p.s.admettre(
        "host all postgres 127.0.0.1/32 trust\nhost all exclu 127.0.0.1/32 reject\n\
         host cuisine inconnu 127.0.0.1/32 trust\nhost all autre 127.0.0.1/32 trust\n\
         host all all 127.0.0.1/32 scram-sha-256",
    )
    .await;
    p.reussit(&[]);
    let fichier = p.s.racine.join("fichier");
    fs::write(&fichier, "").unwrap();
    p.se_passe_de_copie(&fichier);
    p.se_passe_de_copie(&fichier.join("copies"));
    p.partout(&[("PGPASSWORD", "faux")], &["« chef »", "mot de passe"]);
    p.demande_un_mot_de_passe();
    p.refuse(&[("PGUSER", "inconnu")], &["« inconnu »", "n'existe pas"]);
    p.partout(&[("PGUSER", "exclu")], &["pg_hba.conf", "« exclu »", "« cuisine »"]);
    p.partout(&[("PGDATABASE", "absente")], &["« absente »", "n'existe pas"]);
    p.refuse(&[("PGHOST", "nulle-part.invalid")], &["nulle-part.invalid", "inconnu", "DNS"]);
    p.partout(&[("PGPORT", "1")], &["127.0.0.1, port 1", "connexion refusée"]);
    p.refuse(&[("PGHOST", "/nonexistent")], &["/nonexistent", "pas de prise"]);
    p.partout(&[("PGSSLMODE", "require")], &["ne parle pas TLS", "PGSSLMODE"]);
    p.refuse(&[("PGSERVICE", "absent")], &["PGSERVICE", "« absent »"]);

    p.admin("alter role chef connection limit 0").await;
    p.partout(&[], &["trop de connexions", "ALTER ROLE \"chef\" CONNECTION LIMIT -1"]);
    p.admin("alter role chef connection limit -1").await;
    p.admin("alter database cuisine connection limit 0").await;
    let ordre = "ALTER DATABASE \"cuisine\" CONNECTION LIMIT -1";
    p.partout(&[], &["trop de connexions", "« cuisine »", ordre, "0 n'admet personne"]);
    p.admin(ordre).await;
    p.admin("alter database cuisine allow_connections false").await;
    let ordre = "ALTER DATABASE \"cuisine\" ALLOW_CONNECTIONS true";
    p.partout(&[], &["« cuisine »", ordre]);
    p.admin(ordre).await;
    sessions::eprouver(&p).await;
    p.admin("alter role chef valid until '2020-01-01'").await;
    let ordre = "ALTER ROLE \"chef\" VALID UNTIL 'infinity'";
    p.partout(&[], &["« chef »", "expiré", ordre]);
    p.admin(ordre).await;
    nommer_les_droits(&p).await;
    p.admin("alter role autre nologin").await;
    let ordre = "ALTER ROLE \"autre\" LOGIN";
    p.partout(&[("PGUSER", "autre")], &["« autre »", "pas le droit de se connecter", ordre]);
    p.admin("revoke connect on database cuisine from public; alter role autre login").await;
    p.partout(&[("PGUSER", "autre")], &["« autre »", "« cuisine »", "GRANT CONNECT"]);

    // Without `postgres` there is `template1`; without both it is named.
    p.admin("revoke connect on database postgres from public").await;
    p.reussit(&[]);
    p.admin("revoke connect on database template1 from public").await;
    p.refuse(&[], &["« chef »", "« postgres »", "GRANT CONNECT"]);
    p.admin("grant connect on database postgres to public").await;

    // By name: what a service says, one server after the other, a file of passwords.
    let port = p.s.port.to_string();
    let service = format!("[nuit]\nhost=127.0.0.1\nport={port}\nuser=chef\npassword=bon\n");
    fs::write(p.maison.join(".pg_service.conf"), service).unwrap();
    let sans = [("PGHOST", ""), ("PGPORT", ""), ("PGUSER", ""), ("PGPASSWORD", "")];
    p.reussit(&[&sans[..], &[("PGSERVICE", "nuit")]].concat());
    p.reussit(&[("PGHOST", "127.0.0.1,127.0.0.1"), ("PGPORT", &format!("1,{port}"))]);
    p.refuse(&[("PGHOST", "127.0.0.1,127.0.0.1"), ("PGPORT", "1,2")], &["port 1,", "port 2,"]);
    p.reussit(&[("PGHOST", "nulle-part.invalid"), ("PGHOSTADDR", "127.0.0.1")]);
    secret(&p.maison.join(".pgpass"), "*:*:cuisine:chef:bon\n");
    p.reussit(&[("PGPASSWORD", "")]);
    let url = format!("postgres://chef:bon@127.0.0.1:1,127.0.0.1:{port}/cuisine");
    p.reussit(&[&sans[..], &[("DATABASE_URL", &url)]].concat());

    let session = p.s.connexion("cuisine").await;
    p.s.demander_l_arret();
    p.refuse(&[], &["s'arrête"]);
    drop(session);
}

/// What a backup may not read, each with the very order that lets it; and what the tools alone refuse.
async fn nommer_les_droits(p: &Poste) {
    p.reussit(&[]);
    p.s.sql("cuisine", "create table secrets (n int)").await;
    let ordre = "GRANT SELECT ON TABLE public.secrets TO \"chef\"";
    p.refuse(&[], &["n'a pas le droit", "la table « secrets »", ordre]);
    p.s.sql("cuisine", &ordre.replace("public.", "")).await;
    p.reussit(&[]);
    p.s.sql("cuisine", "drop table secrets; select lo_create(4242)").await;
    let ordre = "GRANT SELECT ON LARGE OBJECT 4242 TO \"chef\"";
    p.refuse(&[], &["n'a pas le droit", "au grand objet « 4242 »", ordre]);
    p.s.sql("cuisine", ordre).await;
    p.reussit(&[]);
    let notres = "create table _sqlx_migrations (version bigint, success boolean)";
    p.s.sql("cuisine", notres).await;
    let ordre = "GRANT SELECT ON TABLE public._sqlx_migrations TO \"chef\"";
    p.refuse(&[], &["n'a pas le droit", ordre]);
    p.s.sql("cuisine", "drop table _sqlx_migrations").await;
    nommer_tous_les_droits(p).await;
    let reglages = [("PGOPTIONS", "-c nexiste=1")];
    p.partout(&reglages, &["PGOPTIONS=-c nexiste=1", "« nexiste »", "Corrigez PGOPTIONS"]);
    p.refuse(&[("PGOPTIONS", "-c work_mem=beaucoup")], &["« work_mem »", "ne lui convient pas"]);
    p.refuse(&[("PGOPTIONS", "-c zero_damaged_pages=on")], &["PGOPTIONS", "un administrateur"]);
    p.refuse(&[("PGGSSENCMODE", "require")], &["PGGSSENCMODE=require", "Kerberos"]);
    p.refuse(&[("PGCHANNELBINDING", "require")], &["PGCHANNELBINDING=require", "scram-sha-256"]);
    p.refuse(&[("PGTARGETSESSIONATTRS", "standby")], &["PGTARGETSESSIONATTRS", "de secours"]);
}

/// All at once, and what is said to be typed is enough.
async fn nommer_tous_les_droits(p: &Poste) {
    let cachees = "alter table recettes enable row level security";
    p.s.sql("cuisine", &format!("{cachees}; alter table recettes force row level security")).await;
    let ordre = "ALTER ROLE \"chef\" BYPASSRLS";
    p.refuse(&[], &["« public.recettes »", ordre]);
    p.s.sql("cuisine", "create schema coffre; create table coffre.a (n serial)").await;
    p.s.sql("cuisine", "create table b (n int); select lo_create(4243)").await;
    let sortie = p.backup(&[]);
    let dite = textes(&sortie);
    for mots in [
        "le schéma « coffre », la table « coffre.a », la table « public.b », la séquence",
        "« coffre.a_n_seq », le grand objet « 4243 ».",
        "(ROW LEVEL SECURITY) : la table « public.recettes ».",
        "GRANT SELECT ON TABLE coffre.a, public.b TO \"chef\"",
        ordre,
        "GRANT pg_read_all_data TO \"chef\"",
    ] {
        assert!(dite.contains(mots), "« {mots} » : {dite}");
    }
    // As a person reads it: the log has it once more.
    let phrase = dite.lines().rfind(|l| l.starts_with("delicego : ")).unwrap();
    let (_, ordres) = phrase.split_once("donne tout par : ").unwrap();
    for ordre in ordres.split_once(". Ou,").unwrap().0.split(" ; ") {
        p.s.sql("cuisine", ordre).await;
    }
    p.reussit(&[]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn un_certificat_faux_dit_ce_qu_il_a_de_faux_et_le_bon_ouvre_aux_outils_aussi() {
    let p = Poste::ouvrir().await;
    let lui = certifier(&p.s.racine.join("tls"));
    let autre = certifier(&p.s.racine.join("autre"));
    p.s.deposer("s.crt", &fs::read(lui.join("serveur.crt")).unwrap());
    p.s.deposer("s.key", &fs::read(lui.join("serveur.cle")).unwrap());
    let r = p.s.racine.display();
    for ordre in [
        format!("alter system set ssl_cert_file = '{r}/s.crt'"),
        format!("alter system set ssl_key_file = '{r}/s.key'"),
        "alter system set ssl = on".to_owned(),
    ] {
        p.admin(&ordre).await;
    }
    p.s.admettre("hostssl all all 127.0.0.1/32 trust\nhostnossl all all 127.0.0.1/32 reject").await;
    let racine = |d: &Path| d.join("autorite.crt").to_str().unwrap().to_owned();
    let (bonne, fausse) = (racine(&lui), racine(&autre));
    let complet = [("PGSSLMODE", "verify-full"), ("PGHOST", "localhost")];
    p.refuse(&[("PGSSLMODE", "disable")], &["pg_hba.conf", "PGSSLMODE=require"]);
    p.refuse(&[&complet[..], &[("PGSSLROOTCERT", &fausse)]].concat(), &["autorité inconnue"]);
    p.refuse(&[&complet[..], &[("PGSSLROOTCERT", "/nonexistent")]].concat(), &["n'existe pas"]);
    let par_adresse = [("PGSSLMODE", "verify-full"), ("PGSSLROOTCERT", bonne.as_str())];
    p.refuse(&par_adresse, &["autre nom de machine", "verify-full"]);
    p.reussit(&[&complet[..], &[("PGSSLROOTCERT", &bonne)]].concat());
    fs::copy(&fausse, p.maison.join(".postgresql/root.crt")).unwrap();
    p.refuse(&[("PGSSLMODE", "require")], &["autorité inconnue"]);
    fs::copy(&bonne, p.maison.join(".postgresql/root.crt")).unwrap();
    p.reussit(&complet);
    // What is given for an authority and is none.
    let (vide, cle) = (p.s.racine.join("vide.crt"), lui.join("serveur.cle"));
    fs::write(&vide, "").unwrap();
    for fichier in [&vide, &cle] {
        let donne = [("PGSSLROOTCERT", fichier.to_str().unwrap())];
        p.refuse(&[&complet[..], &donne].concat(), &["PGSSLROOTCERT", "pas de certificat"]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn un_certificat_signe_par_lui_meme_dit_ce_qui_l_empeche_de_servir_et_sert_s_il_peut() {
    let p = Poste::ouvrir().await;
    let r = p.s.racine.display().to_string();
    let hba = "hostssl all all 127.0.0.1/32 trust\nhostnossl all all 127.0.0.1/32 reject";
    let racine = p.s.racine.join("lui-meme.crt");
    for (autorite, fin, mots) in
        [(true, 2100, &["CA:TRUE", "CA:FALSE"][..]), (false, 2021, &["périmé"]), (false, 2100, &[])]
    {
        let (certificat, cle) = signer_soi_meme(autorite, fin);
        fs::write(&racine, &certificat).unwrap();
        p.s.deposer("s.crt", certificat.as_bytes());
        p.s.deposer("s.key", cle.as_bytes());
        p.admin(&format!("alter system set ssl_cert_file = '{r}/s.crt'")).await;
        p.admin(&format!("alter system set ssl_key_file = '{r}/s.key'")).await;
        p.admin("alter system set ssl = on").await;
        p.s.admettre(hba).await;
        for mode in ["verify-ca", "verify-full"] {
            let variables = [
                ("PGSSLMODE", mode),
                ("PGHOST", "localhost"),
                ("PGSSLROOTCERT", racine.to_str().unwrap()),
            ];
            if mots.is_empty() {
                p.reussit(&variables);
                continue;
            }
            p.refuse(&variables, mots);
            let dite = textes(&p.backup(&variables));
            assert!(!dite.contains("l'exige") && !dite.contains("inconnue"), "{dite}");
        }
    }
}

/// For `localhost`, until that year: certificate and key.
fn signer_soi_meme(autorite: bool, fin: i32) -> (String, String) {
    let mut p = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    p.is_ca = match autorite {
        true => rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained),
        false => rcgen::IsCa::ExplicitNoCa,
    };
    p.not_before = rcgen::date_time_ymd(2020, 1, 1);
    p.not_after = rcgen::date_time_ymd(fin, 1, 1);
    let cle = rcgen::KeyPair::generate().unwrap();
    (p.self_signed(&cle).unwrap().pem(), cle.serialize_pem())
}

/// Signed by an authority of its own, for `localhost`.
fn certifier(dossier: &Path) -> PathBuf {
    let mut commande = Command::new(PROGRAMME);
    commande.args(["certificat", "--nom", "localhost", "--dossier"]).arg(dossier);
    let sortie = commande.output().unwrap();
    assert!(sortie.status.success(), "{sortie:?}");
    dossier.to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn un_pgbouncer_sur_le_chemin_est_nomme() {
    let p = Poste::ouvrir().await;
    p.s.admettre("host all all 127.0.0.1/32 trust").await;
    let passe = "ignore_startup_parameters = extra_float_digits,options,timezone\n";
    // One session for all, or as many as it likes, the last one first or each in its turn.
    let (une, tour) = ("default_pool_size = 1\n", "server_round_robin = 1\n");
    for suite in
        [String::new(), passe.to_owned(), format!("{passe}{une}"), format!("{passe}{tour}")]
    {
        let bouncer = Bouncer::devant(&p, &suite);
        p.refuse(&[("PGPORT", &bouncer.port.to_string())], &["pgbouncer", "PostgreSQL lui-même"]);
    }
    p.reussit(&[]);
}

struct Bouncer {
    port: u16,
    processus: Child,
}

impl Bouncer {
    fn devant(p: &Poste, suite: &str) -> Self {
        let (port, r) = (port_libre(), p.s.racine.display());
        p.s.deposer("comptes", b"\"chef\" \"bon\"\n");
        let conf = format!(
            "[databases]\n* = host=127.0.0.1 port={}\n[pgbouncer]\nlisten_addr = 127.0.0.1\n\
             listen_port = {port}\nunix_socket_dir =\nauth_type = trust\nauth_file = {r}/comptes\n\
             pool_mode = transaction\n{suite}",
            p.s.port
        );
        let conf = p.s.deposer("bouncer.ini", conf.as_bytes());
        let programme = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer"].map(Path::new);
        let programme = programme.into_iter().find(|c| c.exists()).expect("pgbouncer");
        let mut commande = p.s.programme(programme);
        commande.arg("-q").arg(conf).stdout(Stdio::null()).stderr(Stdio::null());
        let processus = commande.spawn().expect("pgbouncer");
        let limite = Instant::now() + Duration::from_secs(30);
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(Instant::now() < limite, "pgbouncer ne démarre pas");
            std::thread::sleep(Duration::from_millis(20));
        }
        Self { port, processus }
    }
}

impl Drop for Bouncer {
    fn drop(&mut self) {
        let _deja_parti = kill_process(Pid::from_child(&self.processus), Signal::KILL);
        let _deja_parti = self.processus.wait();
    }
}
