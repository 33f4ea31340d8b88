use super::*;

fn lus(variables: &[(&str, &str)], maison: Option<&Path>) -> Result<Option<Parametres>, Faute> {
    let trouver = |nom: &str| {
        let lue = variables.iter().find(|(n, _)| *n == nom);
        lue.map(|(_, valeur)| (*valeur).to_owned())
    };
    Parametres::selon(trouver, maison.map(Path::to_owned))
}

fn dossier(nom: &str) -> PathBuf {
    let dossier = std::env::temp_dir().join(format!("delicego-libpq-{nom}-{}", std::process::id()));
    std::fs::create_dir_all(dossier.join(".postgresql")).unwrap();
    dossier
}

fn les(p: &Parametres, nom: &str) -> Vec<String> {
    let hotes = p.hotes().unwrap();
    let de = |h| p.variables(h).into_iter().rfind(|(n, _)| n == nom).map(|(_, v)| v);
    hotes.iter().map(|h| de(h).unwrap_or_default()).collect()
}

#[test]
fn nothing_names_a_server_and_an_address_wins_over_variables() {
    assert!(lus(&[("PGSSLMODE", "require"), ("PGHOST", "")], None).unwrap().is_none());
    let url =
        "postgresql://chef%40cuisine:s%3Acret@un:5433,[::1]/ma%20base?sslmode=disable&ssl-ca=x";
    let p = lus(&[("DATABASE_URL", url), ("PGUSER", "autre"), ("PGHOST", "ailleurs")], None);
    let p = p.unwrap().unwrap();
    assert_eq!(les(&p, "PGHOST"), ["un", "::1"]);
    assert_eq!(les(&p, "PGPORT"), ["5433", "5432"]);
    let o = p.options(&p.hotes().unwrap()[0]).unwrap();
    assert_eq!((o.get_username(), o.get_host(), o.get_port()), ("chef@cuisine", "un", 5433));
    assert_eq!(o.get_database(), Some("ma base"));
    assert_eq!(les(&p, "PGPASSWORD")[0], "s:cret");
    for faux in ["mysql://un/base", "postgres://[::1/base", "postgres://un/base?sslmode"] {
        assert_eq!(lus(&[("DATABASE_URL", faux)], None).err().unwrap().variable, "DATABASE_URL");
    }
}

#[test]
fn a_service_fills_what_the_address_does_not_say_and_wins_over_variables() {
    let maison = dossier("service");
    let texte =
        "# deux\n[autre]\nhost=non\n[nuit]\nhost = base.exemple\nport=6000\nuser=veilleur\n";
    std::fs::write(maison.join(".pg_service.conf"), texte).unwrap();
    let p = lus(&[("PGSERVICE", "nuit"), ("PGUSER", "chef"), ("PGDATABASE", "d")], Some(&maison));
    let p = p.unwrap().unwrap();
    let vues = ["PGHOST", "PGPORT", "PGUSER", "PGDATABASE"].map(|nom| les(&p, nom)[0].clone());
    assert_eq!(vues, ["base.exemple", "6000", "veilleur", "d"]);
    let p = lus(&[("DATABASE_URL", "postgres://chef@/?service=nuit")], Some(&maison));
    assert_eq!(les(&p.unwrap().unwrap(), "PGUSER"), ["chef"]);
    let absent = lus(&[("PGSERVICE", "jour"), ("PGSYSCONFDIR", "/nonexistent")], Some(&maison));
    assert!(absent.err().unwrap().raison.contains("« jour »"));
    std::fs::remove_dir_all(maison).unwrap();
}

#[test]
fn several_hosts_have_their_ports_or_one_for_all() {
    let p = |hote, port| lus(&[("PGHOST", hote), ("PGPORT", port)], None);
    assert_eq!(les(&p("a,b", "1,2").unwrap().unwrap(), "PGPORT"), ["1", "2"]);
    assert_eq!(les(&p("a,b", "7").unwrap().unwrap(), "PGPORT"), ["7", "7"]);
    for (hote, port) in [("a,b,c", "1,2"), ("a", "non"), ("a", "70000")] {
        assert_eq!(p(hote, port).err().unwrap().variable, "PGPORT");
    }
}

#[test]
fn the_files_of_the_person_are_found_as_libpq_finds_them() {
    use std::os::unix::fs::PermissionsExt;
    let maison = dossier("fichiers");
    let p = |mode| lus(&[("PGHOST", "h"), ("PGUSER", "u"), ("PGSSLMODE", mode)], Some(&maison));
    let mode = |m| p(m).unwrap().unwrap().mode().unwrap();
    assert!(matches!(mode("require"), PgSslMode::Require));
    let racine = maison.join(".postgresql/root.crt");
    let autorite = rcgen::generate_simple_self_signed(vec!["h".to_owned()]).unwrap();
    std::fs::write(&racine, "x").unwrap();
    let faute = p("verify-full").err().unwrap();
    assert!(faute.raison.contains("ne contient pas de certificat"), "{}", faute.raison);
    std::fs::write(&racine, autorite.cert.pem()).unwrap();
    assert!(matches!(mode("require"), PgSslMode::VerifyCa));
    assert!(matches!(mode("prefer"), PgSslMode::Prefer));
    assert_eq!(
        les(&p("verify-full").unwrap().unwrap(), "PGSSLROOTCERT"),
        [racine.to_str().unwrap()]
    );
    let absent = [("PGHOST", "h"), ("PGSSLMODE", "verify-ca"), ("PGSSLROOTCERT", "/nonexistent")];
    assert_eq!(lus(&absent, None).err().unwrap().variable, "PGSSLROOTCERT");

    let passe = maison.join(".pgpass");
    std::fs::write(&passe, "# non\nautre:*:*:*:faux\nh:5432:u:u:bon\\:\\\\:é\n").unwrap();
    let lu = || passe::chercher(&passe, ["h", "5432", "u", "u"]);
    std::fs::set_permissions(&passe, std::fs::Permissions::from_mode(0o600)).unwrap();
    assert_eq!(lu().as_deref(), Some("bon:\\:é"));
    std::fs::set_permissions(&passe, std::fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(lu(), None);
    std::fs::remove_dir_all(maison).unwrap();
}

const REQUIS: (&str, &str) = ("PGSSLMODE", "require");

#[test]
fn what_libpq_would_not_take_is_named_by_its_variable_before_a_server_is_asked() {
    let dire = |variables: &[(&str, &str)]| {
        let tout = [&[("PGHOST", "h")], variables].concat();
        lus(&tout, None).err().map(|f| f.variable)
    };
    let certificat = std::env::current_exe().unwrap().to_str().unwrap().to_owned();
    for (variables, fautive) in [
        (&[("PGCHANNELBINDING", "toujours")][..], "PGCHANNELBINDING"),
        (&[("PGTARGETSESSIONATTRS", "principal")], "PGTARGETSESSIONATTRS"),
        (&[("PGSSLMINPROTOCOLVERSION", "1.2")], "PGSSLMINPROTOCOLVERSION"),
        (
            &[("PGSSLMINPROTOCOLVERSION", "TLSv1.3"), ("PGSSLMAXPROTOCOLVERSION", "TLSv1.2")],
            "PGSSLMINPROTOCOLVERSION",
        ),
        (&[REQUIS, ("PGSSLCERT", &certificat), ("PGSSLKEY", "/nonexistent")], "PGSSLKEY"),
        (&[REQUIS, ("PGSSLCERT", &certificat)], "PGSSLKEY"),
    ] {
        assert_eq!(dire(variables).as_deref(), Some(fautive), "{variables:?}");
    }
    for bonnes in [
        &[("PGCHANNELBINDING", "require"), ("PGSSLMINPROTOCOLVERSION", "tlsv1.2")][..],
        // As libpq: what is not there is none, where nothing asks for it.
        &[REQUIS, ("PGSSLCERT", "/nonexistent")],
        &[("PGSSLCERT", &certificat)],
        &[REQUIS, ("PGSSLROOTCERT", "/nonexistent")],
    ] {
        let bonnes = [bonnes, &[("PGHOST", "h")]].concat();
        assert!(lus(&bonnes, None).is_ok(), "{bonnes:?}");
    }
}
