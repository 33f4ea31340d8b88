//! `postgres://user:password@host1:port1,host2:port2/base?keyword=value`, as libpq reads it. Pure.

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;

use super::{Faute, faute};

/// Of the ways that sqlx writes them too.
const AUTREMENT: [(&str, &str); 6] = [
    ("ssl-mode", "sslmode"),
    ("ssl-root-cert", "sslrootcert"),
    ("ssl-ca", "sslrootcert"),
    ("ssl-cert", "sslcert"),
    ("ssl-key", "sslkey"),
    ("database", "dbname"),
];

fn est_une_adresse(texte: &str) -> bool {
    ["postgres://", "postgresql://"].iter().any(|s| texte.starts_with(s))
}

pub(super) fn lire(texte: &str) -> Result<BTreeMap<String, String>, Faute> {
    let illisible = || faute("DATABASE_URL", "adresse illisible (postgres://hote/base)");
    let reste = texte.split_once("://").filter(|_| est_une_adresse(texte)).ok_or_else(illisible)?.1;
    let (reste, questions) = reste.split_once('?').unwrap_or((reste, ""));
    let (autorite, base) = reste.split_once('/').unwrap_or((reste, ""));
    let (compte, hotes) = autorite.rsplit_once('@').unwrap_or(("", autorite));
    let (compte, mot_de_passe) = compte.split_once(':').unwrap_or((compte, ""));
    let (noms, ports) = separer(hotes).ok_or_else(illisible)?;
    let mut valeurs = BTreeMap::new();
    let dits = [
        ("user", compte),
        ("password", mot_de_passe),
        ("host", &noms),
        ("port", &ports),
        ("dbname", base),
    ];
    for (mot, valeur) in dits.into_iter().filter(|(_, v)| !v.is_empty()) {
        valeurs.insert(mot.to_owned(), clair(valeur).ok_or_else(illisible)?);
    }
    for question in questions.split('&').filter(|q| !q.is_empty()) {
        let (mot, valeur) = question.split_once('=').ok_or_else(illisible)?;
        let mot = clair(mot).ok_or_else(illisible)?;
        let autrement = AUTREMENT.iter().find(|(autre, _)| *autre == mot);
        let mot = autrement.map_or(mot, |(_, nom)| (*nom).to_owned());
        valeurs.insert(mot, clair(&valeur.replace('+', "%2B")).ok_or_else(illisible)?);
    }
    Ok(valeurs)
}

/// Names and ports, each list with its commas.
fn separer(hotes: &str) -> Option<(String, String)> {
    let (mut noms, mut ports) = (Vec::new(), Vec::new());
    for hote in hotes.split(',') {
        // An address of IPv6 stands in brackets, for its colons.
        let (nom, port) = match hote.strip_prefix('[') {
            Some(reste) => {
                let (nom, suite) = reste.split_once(']')?;
                (nom, suite.strip_prefix(':').unwrap_or(suite))
            }
            None => hote.split_once(':').unwrap_or((hote, "")),
        };
        noms.push(nom);
        ports.push(port);
    }
    let dits = ports.iter().any(|p| !p.is_empty());
    let ports: Vec<&str> = ports.iter().map(|p| if p.is_empty() { "5432" } else { p }).collect();
    Some((noms.join(","), if dits { ports.join(",") } else { String::new() }))
}

fn clair(texte: &str) -> Option<String> {
    percent_decode_str(texte).decode_utf8().ok().map(std::borrow::Cow::into_owned)
}
