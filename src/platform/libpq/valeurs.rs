//! Words that libpq takes only as it knows them: another one is named here, before a tool refuses it
//! in English. Pure.

use super::{Faute, faute};

const TLS: &[&str] = &["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"];
const CHOIX: &[&str] = &["disable", "prefer", "require"];

/// Variable, keyword, and what it may say.
const CONNUES: [(&str, &str, &[&str]); 5] = [
    ("PGCHANNELBINDING", "channel_binding", CHOIX),
    ("PGGSSENCMODE", "gssencmode", CHOIX),
    (
        "PGTARGETSESSIONATTRS",
        "target_session_attrs",
        &["any", "read-write", "read-only", "primary", "standby", "prefer-standby"],
    ),
    ("PGSSLMINPROTOCOLVERSION", "ssl_min_protocol_version", TLS),
    ("PGSSLMAXPROTOCOLVERSION", "ssl_max_protocol_version", TLS),
];

pub(super) fn verifier<'a>(valeur: impl Fn(&str) -> Option<&'a str>) -> Result<(), Faute> {
    for (variable, mot, connues) in CONNUES {
        let Some(dite) = valeur(mot) else { continue };
        // A version of TLS is read whatever its capitals.
        let meme = |connue: &&str| match connues == TLS {
            true => connue.eq_ignore_ascii_case(dite),
            false => *connue == dite,
        };
        if !connues.iter().any(meme) {
            let connues = connues.join(", ");
            return Err(faute(variable, &format!("« {dite} » n'est pas l'un de : {connues}")));
        }
    }
    let rang =
        |mot| TLS.iter().position(|v| valeur(mot).is_some_and(|d| v.eq_ignore_ascii_case(d)));
    match (rang("ssl_min_protocol_version"), rang("ssl_max_protocol_version")) {
        (Some(min), Some(max)) if min > max => Err(faute(
            "PGSSLMINPROTOCOLVERSION",
            "cette version de TLS est plus récente que PGSSLMAXPROTOCOLVERSION",
        )),
        _ => Ok(()),
    }
}

pub(super) fn reglages(options: &str) -> Option<Vec<(String, String)>> {
    let mots = decouper(options);
    let mut mots = mots.iter().map(String::as_str);
    let mut lus = Vec::new();
    while let Some(mot) = mots.next() {
        let reglage = match mot {
            "-c" => mots.next()?,
            _ => mot.strip_prefix("--").or_else(|| mot.strip_prefix("-c"))?,
        };
        let (nom, valeur) = reglage.split_once('=')?;
        lus.push((nom.replace('-', "_"), valeur.to_owned()));
    }
    Some(lus)
}

/// Quotes mean nothing there; what follows a backslash stands for itself.
fn decouper(options: &str) -> Vec<String> {
    let (mut mots, mut signes) = (Vec::new(), options.chars());
    let mut mot: Option<String> = None;
    while let Some(signe) = signes.next() {
        match signe {
            s if s.is_ascii_whitespace() => mots.extend(mot.take()),
            '\\' => mot.get_or_insert_default().extend(signes.next()),
            s => mot.get_or_insert_default().push(s),
        }
    }
    mots.extend(mot);
    mots
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_read_as_a_server_reads_them() {
        let lus = |texte| {
            let lus = reglages(texte)?;
            Some(lus.iter().map(|(n, v)| format!("{n}={v}")).collect::<Vec<_>>().join(" "))
        };
        assert_eq!(lus("-c jit=off --a.b=1 -cx=y").as_deref(), Some("jit=off a.b=1 x=y"));
        let cite = "-c search_path=\"$user\",a\\ b --log-min-messages=error";
        let attendu = "search_path=\"$user\",a b log_min_messages=error";
        assert_eq!(lus(cite).as_deref(), Some(attendu));
        for refuses in ["-c", "-c jit", "jit=off", "-Z"] {
            assert_eq!(lus(refuses), None, "{refuses}");
        }
    }
}
