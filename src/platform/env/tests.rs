use std::process::Command;

use proptest::prelude::*;

use super::*;

/// What a shell has after it loaded the file; none when it complained.
fn selon_le_shell(texte: &str) -> Option<String> {
    let script = "set -a; eval \"$1\" || exit 1; printf '%s' \"$X\"";
    #[expect(clippy::disallowed_methods, reason = "asks a real shell")]
    let sortie = Command::new("sh").args(["-c", script, "sh", texte]).env_clear().output().unwrap();
    sortie.status.success().then(|| String::from_utf8(sortie.stdout).unwrap())
}

fn lu(texte: &str) -> Option<String> {
    lire_ligne(texte).ok().flatten().map(|(_, valeur)| valeur)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn what_is_written_is_read_the_same_by_a_shell_and_by_us(
        valeur in r#"[a-zé€'"$`\\\\ #~!&|;<>(){}*?=%^:\t-]{0,12}"#
    ) {
        let ligne = format!("X={}", ecrire(&valeur));
        prop_assert_eq!(lu(&ligne), Some(valeur.clone()));
        prop_assert_eq!(selon_le_shell(&ligne), Some(valeur));
    }

    /// A line that somebody wrote by hand: read as a shell does, or refused.
    #[test]
    fn what_is_read_is_what_a_shell_reads(valeur in r#"[aé'"\\\\ #=%:~]{0,8}"#) {
        let ligne = format!("X={valeur}");
        if let Some(lue) = lu(&ligne) {
            prop_assert_eq!(selon_le_shell(&ligne), Some(lue), "{}", ligne);
        }
    }
}

#[test]
fn lines_are_read_as_a_shell_would_or_refused() {
    assert_eq!(lu("X=cuisine").as_deref(), Some("cuisine"));
    assert_eq!(lu("export X='a=b c' # le mien").as_deref(), Some("a=b c"));
    assert_eq!(lu(r#"X="a \"b\" \$c""#).as_deref(), Some(r#"a "b" $c"#));
    assert_eq!(lire_ligne("  # rien"), Ok(None));
    for faux in
        ["sans egal", "A B=1", "1X=1", "X=$HOME", "X=`date`", "X=a b", "X='a", "X=a;b", "X=~"]
    {
        assert!(lire_ligne(faux).is_err(), "{faux}");
    }
}
