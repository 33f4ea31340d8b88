//! What the tools of PostgreSQL complain of, in one French sentence. Pure.

use super::super::objet::objet;
use super::d_un_refus;

/// Words of a tool, in its language or the server's, and what they come to.
const CONNUES: [(&[&str], &str); 22] = [
    (&["could not translate host name"], "ce nom de machine est inconnu (DNS) : vérifiez PGHOST"),
    (&["Connection refused"], "connexion refusée : vérifiez que PostgreSQL tourne"),
    (&["timeout expired", "timed out"], "PostgreSQL ne répond pas dans le temps permis"),
    (
        &["does not support SSL"],
        "le serveur ne parle pas TLS, que PGSSLMODE (ou PGREQUIRESSL) exige",
    ),
    (&["root certificate file"], "l'autorité manque : PGSSLROOTCERT ou ~/.postgresql/root.crt"),
    (
        &["certificate verify failed"],
        "le certificat du serveur vient d'une autorité inconnue d'ici",
    ),
    (&["does not match host name"], "le certificat du serveur est celui d'un autre nom"),
    (&["private key file"], "la clé du certificat de client est lisible par d'autres, ou absente"),
    (
        &["GSSAPI", "gssencmode"],
        "PGGSSENCMODE=require demande un chiffrement par Kerberos (GSSAPI), que ce serveur, cette \
         machine ou ce compte n'a pas : enlevez-le, ou PGGSSENCMODE=prefer",
    ),
    (
        &["require_auth", "authentication method requirement"],
        "PGREQUIREAUTH demande une autre façon de prouver qui l'on est que celle de ce serveur",
    ),
    (
        &["certificate revocation list"],
        "la liste de certificats révoqués que PGSSLCRL nomme ne se lit pas",
    ),
    (
        &["invalid command-line argument", "unrecognized configuration parameter"],
        "le serveur ne connaît pas un des réglages que PGOPTIONS demande",
    ),
    (
        &["channel binding"],
        "PGCHANNELBINDING=require demande TLS et un mot de passe en scram-sha-256 : ce serveur n'a \
         pas demandé l'un ou l'autre",
    ),
    (
        &["session is read-only", "session is not read-only", "hot standby mode"],
        "ce serveur n'est pas de la sorte que PGTARGETSESSIONATTRS demande (principal, de secours)",
    ),
    (
        &["protocol version", "unsupported protocol", "no protocols available"],
        "ce serveur ne parle pas une version de TLS que PGSSLMINPROTOCOLVERSION et \
         PGSSLMAXPROTOCOLVERSION admettent",
    ),
    (&["pg_hba.conf"], "le pg_hba.conf du serveur n'admet pas ce compte d'ici"),
    (
        &["password authentication failed", "no password supplied"],
        "mot de passe faux, expiré (VALID UNTIL) ou absent",
    ),
    (
        &["too many connections for role"],
        "ce compte a déjà toutes les connexions de sa limite (ALTER ROLE .. CONNECTION LIMIT)",
    ),
    (
        &["too many connections for database"],
        "la base a déjà toutes les connexions de sa limite (ALTER DATABASE .. CONNECTION LIMIT)",
    ),
    (
        &["not permitted to log in"],
        "ce compte n'a pas le droit de se connecter (ALTER ROLE .. LOGIN)",
    ),
    (&["too many clients", "connection slots"], "PostgreSQL a trop de connexions"),
    (
        &["server closed the connection", "terminating connection"],
        "PostgreSQL a coupé la session : il s'arrête, ou quelqu'un l'a fermée",
    ),
];

/// What a tool complained of, when it is one of the causes above; its words are English, those of
/// the server are in the server's own language. `compte`: who ran it, where a right may be missing.
pub(crate) fn d_un_outil(plaintes: &str, compte: Option<&str>) -> Option<String> {
    let ligne = |mots: &[&str]| {
        let mut lignes = plaintes.lines();
        lignes.find(|l| mots.iter().any(|m| l.contains(m)))
    };
    let refus = ["permission denied for ", "droit refusé pour ", "must be owner of "];
    if let Some(l) = ligne(&refus) {
        let Some(objet) = objet(l) else { return d_un_refus("42501", l) };
        let ordre = compte.and_then(|c| objet.accorder(plaintes, c));
        return Some(objet.refuse() + &ordre.unwrap_or_default());
    }
    if let Some(l) = ligne(&["row-level security policy", "sécurité niveau ligne"]) {
        return Some(lignes_cachees((plaintes, l), compte));
    }
    let vue = CONNUES.into_iter().find(|(mots, _)| ligne(mots).is_some());
    // What is to be typed has the name in it, where it is known.
    vue.map(|(_, phrase)| match compte {
        Some(compte) => phrase.replace("ALTER ROLE ..", &format!("ALTER ROLE \"{compte}\"")),
        None => phrase.to_owned(),
    })
}

/// A table that hides rows from the account that saves it.
fn lignes_cachees((plaintes, plainte): (&str, &str), compte: Option<&str>) -> String {
    // With its schema, where the tool shows what it asked.
    let copiee = plaintes.split_once("COPY ").and_then(|(_, suite)| suite.split(" (").next());
    let copiee = copiee.and_then(|t| t.split(" TO ").next());
    let citee = plainte.rsplit(['"', '»', '«']).nth(1).map(str::trim);
    let table = copiee.or(citee).unwrap_or_default();
    let compte = compte.map_or_else(|| "<compte>".to_owned(), |c| c.replace('"', "\"\""));
    format!(
        "des lignes de la table « {table} » sont cachées à ce compte (ROW LEVEL SECURITY), et une \
         sauvegarde les a toutes : un administrateur donne ce droit (ALTER ROLE \"{compte}\" \
         BYPASSRLS), ou sauvegardez avec un administrateur (PGUSER=<administrateur>)"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_tool_may_not_read_is_named_in_both_languages() {
        for (dit, attendu) in [
            (
                "pg_dump: error: query failed: ERROR:  permission denied for table secrets",
                "la table « secrets »",
            ),
            ("ERROR:  permission denied for materialized view v", "la vue matérialisée « v »"),
            ("ERREUR:  droit refusé pour la table secrets", "la table « secrets »"),
        ] {
            let phrase = d_un_outil(&format!("bruit\n{dit}\nsuite"), None).unwrap();
            assert_eq!(phrase, format!("ce compte n'a pas le droit d'accéder à {attendu}"));
        }
        assert_eq!(
            d_un_outil("ERROR:  permission denied for schema caché", None).unwrap(),
            "ce compte n'a pas le droit d'accéder au schéma « caché »"
        );
        let cachees = "pg_dump: error: query failed: ERROR:  query would be affected by row-level \
                       security policy for table \"vin\"\n\
                       pg_dump: detail: Query was: COPY cave.vin (n) TO stdout;";
        let dite = d_un_outil(cachees, Some("chef")).unwrap();
        assert!(dite.contains("« cave.vin »") && dite.contains("ALTER ROLE \"chef\" BYPASSRLS"));
        for (dit, mot) in [
            (
                "failed: GSSAPI encryption required but was impossible (possibly no credential cache",
                "PGGSSENCMODE",
            ),
            (
                "failed: server doesn't support GSSAPI encryption, but it was required",
                "PGGSSENCMODE",
            ),
            ("authentication method requirement \"md5\" failed: none", "PGREQUIREAUTH"),
            ("channel binding is required, but server did not offer it", "PGCHANNELBINDING"),
            ("failed: session is read-only", "PGTARGETSESSIONATTRS"),
            ("failed: server is in hot standby mode", "PGTARGETSESSIONATTRS"),
            ("failed: SSL error: tlsv1 alert protocol version", "PGSSLMINPROTOCOLVERSION"),
        ] {
            assert!(d_un_outil(&format!("pg_dump: error: {dit}"), None).unwrap().contains(mot));
        }
        assert_eq!(d_un_outil("pg_dump: error: something else", Some("chef")), None);
    }
}
