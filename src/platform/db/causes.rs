//! Why PostgreSQL did not do what it was asked: its codes and its English, in one French sentence
//! that says what to do. Pure. A server may speak the language of its machine: codes are trusted
//! before words.

mod outils;

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use sqlx::postgres::PgConnectOptions;
use sqlx::postgres::PgDatabaseError;

use super::objet::objet;
use crate::platform::causes::{Defaut, de_la_connexion};
use crate::platform::libpq::{self, passe_ignore};
pub(crate) use outils::d_un_outil;

/// What was to be reached.
pub(crate) struct Ou<'a> {
    pub base: &'a str,
    pub compte: &'a str,
    /// `host, port n`, or a socket's folder.
    pub serveur: String,
    pub mot_de_passe_donne: bool,
    /// A file of passwords that was not read, for others may.
    pub passe_ignore: Option<PathBuf>,
    /// The certificate that was to be shown, and is not there.
    pub certificat_absent: Option<PathBuf>,
    /// PGOPTIONS, as our own connections take it.
    pub reglages: Option<String>,
}

impl<'a> Ou<'a> {
    pub(crate) fn de(options: &'a PgConnectOptions, mot_de_passe_donne: bool) -> Self {
        Self {
            base: options.get_database().unwrap_or(options.get_username()),
            compte: options.get_username(),
            serveur: format!("{}, port {}", options.get_host(), options.get_port()),
            mot_de_passe_donne,
            passe_ignore: passe_ignore(),
            certificat_absent: libpq::certificat_absent(),
            // A server of ours is never given them.
            reglages: libpq::variable("PGOPTIONS")
                .filter(|o| !o.trim().is_empty() && options.get_options().is_some()),
        }
    }
}

/// Of a connection that was not to be had.
pub(crate) fn d_une_connexion(erreur: &sqlx::Error, ou: &Ou<'_>) -> String {
    match erreur {
        sqlx::Error::Database(e) => match e.try_downcast_ref::<PgDatabaseError>() {
            Some(e) => du_serveur(e, ou),
            None => e.to_string(),
        },
        sqlx::Error::Protocol(texte) if texte.contains("SSLRequest") => format!(
            "Ce qui répond à {} n'est pas PostgreSQL : vérifiez PGHOST et PGPORT.",
            ou.serveur
        ),
        autre => du_chemin(autre, ou),
    }
}

pub(crate) fn sans_reponse(ou: &Ou<'_>) -> String {
    format!(
        "PostgreSQL ne répond pas : {} ne dit rien dans le temps permis ; vérifiez PGHOST, PGPORT et \
         le pare-feu.",
        ou.serveur
    )
}

/// Between here and there: name, network, TLS.
fn du_chemin(erreur: &sqlx::Error, ou: &Ou<'_>) -> String {
    let serveur = &ou.serveur;
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(erreur);
    let mut textes = String::new();
    while let Some(une) = cause {
        textes.push_str(&une.to_string());
        textes.push('\n');
        if let Some(io) = une.downcast_ref::<std::io::Error>() {
            // Of a network nothing is not found: a file is.
            if io.kind() == ErrorKind::NotFound && !serveur.starts_with('/') {
                return format!(
                    "{serveur} : un fichier que PGSSLCERT, PGSSLKEY ou PGSSLROOTCERT nomme n'existe \
                     pas.{}",
                    certificat_absent(ou)
                );
            }
            if io.kind() == ErrorKind::NotFound {
                return format!(
                    "PostgreSQL ne répond pas : il n'y a pas de prise dans {serveur} ; vérifiez \
                     qu'il tourne, et PGHOST et PGPORT."
                );
            }
            if let Some(phrase) = de_la_connexion(io) {
                return format!(
                    "PostgreSQL ne répond pas : {serveur}, {phrase} ; vérifiez qu'il tourne, et \
                     PGHOST et PGPORT."
                );
            }
        }
        cause = une.source();
    }
    let dit = |mots: &str| textes.contains(mots);
    if dit("server does not support TLS") {
        return format!(
            "{serveur} ne parle pas TLS, que PGSSLMODE exige : activez ssl sur ce serveur, ou, sur \
             un réseau sûr, PGSSLMODE=disable."
        );
    }
    if dit("CertificateRequired") || dit("HandshakeFailure") {
        let absent = certificat_absent(ou);
        return format!(
            "{serveur} demande un certificat de client : PGSSLCERT et PGSSLKEY.{absent}"
        );
    }
    let tls = matches!(erreur, sqlx::Error::Tls(_) | sqlx::Error::Configuration(_));
    let Some(defaut) = Defaut::lire(&textes) else {
        if tls {
            return format!(
                "{serveur} : le chiffrement (TLS) ne s'établit pas ; vérifiez les fichiers que \
                 PGSSLCERT, PGSSLKEY et PGSSLROOTCERT nomment (PEM), et ce que le serveur accepte."
            );
        }
        return format!(
            "PostgreSQL ne répond pas : vérifiez qu'il tourne, et PGHOST et PGPORT ({serveur})."
        );
    };
    let phrase = defaut.phrase();
    match defaut {
        Defaut::NomInconnu => {
            format!("PostgreSQL ne répond pas : {serveur}, {phrase} ; vérifiez PGHOST.")
        }
        Defaut::AutoriteInconnue => format!(
            "{serveur} : {phrase} : donnez celle-ci par PGSSLROOTCERT ou ~/.postgresql/root.crt."
        ),
        Defaut::AutreNom => format!("{serveur} : {phrase} ; PGSSLMODE=verify-full l'exige."),
        _ => format!("{serveur} : {phrase}."),
    }
}

fn du_serveur(e: &PgDatabaseError, ou: &Ou<'_>) -> String {
    let Ou { base, compte, serveur, .. } = ou;
    let texte = e.message();
    if let Some(phrase) = d_un_reglage((e.code(), texte), ou) {
        return phrase;
    }
    match e.code() {
        "28P01" if !ou.mot_de_passe_donne => {
            let ignore = ou.passe_ignore.as_deref().map(Path::display).map(|f| {
                format!(" {f} est ignoré, car d'autres que ce compte peuvent le lire : chmod 600.")
            });
            format!(
                "PostgreSQL demande le mot de passe du compte « {compte} » et aucun n'est donné : \
                 PGPASSWORD, DATABASE_URL ou ~/.pgpass (mode 600).{}",
                ignore.unwrap_or_default()
            )
        }
        "28P01" => format!(
            "PostgreSQL refuse le compte « {compte} » ou son mot de passe : vérifiez PGUSER et \
             PGPASSWORD (ou DATABASE_URL). Il ne dit pas si ce mot de passe a expiré (VALID UNTIL) : \
             un administrateur le voit (\\du {compte}) et le prolonge (ALTER ROLE \"{compte}\" VALID \
             UNTIL 'infinity')."
        ),
        "28000" => de_l_identite(texte, ou),
        "42501" => format!(
            "Le compte « {compte} » n'a pas le droit de se connecter à la base « {base} » : un \
             administrateur le donne (GRANT CONNECT ON DATABASE \"{base}\" TO \"{compte}\")."
        ),
        "3D000" => format!("La base « {base} » n'existe pas sur ce serveur."),
        "55000" => format!(
            "La base « {base} » n'accepte pas de connexion : une restauration la remplace, ou un \
             administrateur l'a fermée (ALTER DATABASE \"{base}\" ALLOW_CONNECTIONS true)."
        ),
        "53300" => trop_de_connexions(texte, ou),
        "57P03" => en_mouvement(texte),
        "57P01" | "57P02" => "PostgreSQL s'arrête : attendez qu'il soit revenu.".to_owned(),
        "25006" => format!("{serveur} ne se lit que (serveur de secours) : donnez le principal."),
        code => de_l_intermediaire(code, texte, ou)
            .unwrap_or_else(|| format!("PostgreSQL refuse la connexion ({texte}).")),
    }
}

/// A setting that PGOPTIONS asks for, and that the server does not know, does not take, or does not let
/// this account set.
fn d_un_reglage((code, texte): (&str, &str), ou: &Ou<'_>) -> Option<String> {
    let dites = ou.reglages.as_deref()?;
    if let Some(role) = role_refuse((code, texte), dites) {
        let compte = ou.compte;
        return Some(format!(
            "PostgreSQL refuse PGOPTIONS={dites} : le compte « {compte} » n'est pas membre du rôle \
             « {role} », ou n'a pas le droit de le prendre. Un administrateur l'y fait entrer (GRANT \
             \"{role}\" TO \"{compte}\") ; sinon enlevez ce réglage de PGOPTIONS."
        ));
    }
    let interdit =
        code == "42501" && ["set parameter", "paramètre"].iter().any(|m| texte.contains(m));
    if !interdit && !["42704", "42601", "22023", "22P02", "55P02", "42602"].contains(&code) {
        return None;
    }
    let cite = texte.split(['"', '«', '»']).nth(1).map(str::trim).filter(|nom| !nom.is_empty());
    let quoi = cite.map_or_else(String::new, |nom| format!(" (« {nom} »)"));
    let pourquoi = match interdit {
        true => "est réservé à un administrateur",
        false => "n'est pas connu du serveur, ou sa valeur ne lui convient pas",
    };
    Some(format!(
        "PostgreSQL refuse PGOPTIONS={dites} : un de ses réglages{quoi} {pourquoi}. Corrigez PGOPTIONS, ou \
         enlevez-la."
    ))
}

/// The role that PGOPTIONS asks for, where it is there and not for this account to take.
fn role_refuse((code, texte): (&str, &str), dites: &str) -> Option<String> {
    let lus = libpq::reglages(dites)?;
    let (_, role) = lus.into_iter().rfind(|(nom, _)| nom.eq_ignore_ascii_case("role"))?;
    // What is refused of a database of the same name is another matter.
    let d_une_base = ["database", "base de données"].iter().any(|m| texte.contains(m));
    (code == "42501" && !d_une_base && texte.contains(&role)).then_some(role)
}

fn certificat_absent(ou: &Ou<'_>) -> String {
    let dire = |c: &PathBuf| format!(" {} n'existe pas.", c.display());
    ou.certificat_absent.as_ref().map(dire).unwrap_or_default()
}

/// Whose limit it is, only the words tell.
fn trop_de_connexions(texte: &str, ou: &Ou<'_>) -> String {
    let Ou { base, compte, .. } = ou;
    let dit = |mots: &[&str]| mots.iter().any(|m| texte.contains(m));
    let (quoi, ordre) = if dit(&["for role", "pour le rôle"]) {
        (format!("Le compte « {compte} »"), format!("ALTER ROLE \"{compte}\""))
    } else if dit(&["for database", "pour la base"]) {
        (format!("La base « {base} »"), format!("ALTER DATABASE \"{base}\""))
    } else {
        return "PostgreSQL a trop de connexions : attendez que d'autres finissent, ou augmentez \
                max_connections."
            .to_owned();
    };
    format!(
        "{quoi} a trop de connexions pour sa limite : attendez que d'autres finissent, ou un \
         administrateur l'augmente ({ordre} CONNECTION LIMIT -1). Une limite de 0 n'admet personne : \
         alors attendre n'y change rien."
    )
}

fn de_l_identite(texte: &str, ou: &Ou<'_>) -> String {
    let Ou { base, compte, .. } = ou;
    let dit = |mots: &[&str]| mots.iter().any(|m| texte.contains(m));
    if dit(&["pg_hba.conf"]) {
        let chiffre = match dit(&["no encryption", "SSL off", "aucun chiffrement", "SSL inactif"]) {
            true => " Peut-être n'admet-il que des connexions chiffrées : PGSSLMODE=require.",
            false => "",
        };
        return format!(
            "Le pg_hba.conf du serveur n'admet pas le compte « {compte} » d'ici sur la base \
             « {base} » : un administrateur y ajoute une ligne.{chiffre}"
        );
    }
    if dit(&["not permitted to log in", "à se connecter"]) {
        return format!(
            "Le compte « {compte} » n'a pas le droit de se connecter : un administrateur le lui \
             donne (ALTER ROLE \"{compte}\" LOGIN)."
        );
    }
    if dit(&["does not exist", "n'existe pas"]) {
        return format!("Le compte « {compte} » n'existe pas sur ce serveur : vérifiez PGUSER.");
    }
    format!(
        "PostgreSQL refuse le compte « {compte} » : le compte du système n'est pas celui qu'il \
         attend, ou le certificat manque ; vérifiez PGUSER, et pg_hba.conf avec l'administrateur.{}",
        certificat_absent(ou)
    )
}

fn en_mouvement(texte: &str) -> String {
    let dit = |mots: &[&str]| mots.iter().any(|m| texte.contains(m));
    let quoi = if dit(&["starting up", "démarrage", "not yet accepting"]) {
        "démarre"
    } else if dit(&["shutting down", "arrêt"]) {
        "s'arrête"
    } else if dit(&["recovery", "restauration", "récupération"]) {
        "se remet d'un arrêt brutal"
    } else {
        "ne prend pas encore de connexion"
    };
    format!("PostgreSQL {quoi} : attendez un instant, puis recommencez.")
}

/// A pooler between us and the server.
fn de_l_intermediaire(code: &str, texte: &str, ou: &Ou<'_>) -> Option<String> {
    let dit = |mots: &[&str]| mots.iter().any(|m| texte.contains(m));
    match code {
        "08P01" if dit(&["unsupported startup parameter"]) => Some(par_un_pooler(&ou.serveur)),
        "08P01" if dit(&["no such database"]) => {
            Some(format!("La base « {} » n'est pas connue de pgbouncer ({}).", ou.base, ou.serveur))
        }
        "08P01" | "58000" if dit(&["server", "pgbouncer"]) => Some(format!(
            "pgbouncer ({}) ne joint pas PostgreSQL : vérifiez que celui-ci tourne.",
            ou.serveur
        )),
        "26000" | "42P05" => Some(par_un_pooler(&ou.serveur)),
        _ => None,
    }
}

/// Sessions that are not one's own: locks, settings and prepared statements go astray.
pub(crate) fn par_un_pooler(serveur: &str) -> String {
    format!(
        "{serveur} est un pgbouncer : ces commandes ont besoin d'une session à elles, qu'il ne \
         garantit pas (mode transaction). Donnez par PGHOST et PGPORT l'adresse de PostgreSQL \
         lui-même."
    )
}

/// Of what PostgreSQL refused a connection that it had let in: its code, and what it said.
pub(crate) fn d_un_refus(code: &str, texte: &str) -> Option<String> {
    Some(match code {
        "42501" => match objet(texte) {
            Some(objet) => objet.refuse(),
            None => "ce compte n'en a pas le droit".to_owned(),
        },
        "25006" => "ce serveur ne se lit que (serveur de secours) : donnez le principal".to_owned(),
        "26000" | "42P05" => {
            "un pgbouncer est sur le chemin : donnez l'adresse de PostgreSQL lui-même".to_owned()
        }
        "53100" => "le disque du serveur est plein".to_owned(),
        "53200" => "le serveur manque de mémoire".to_owned(),
        "53300" => "il a trop de connexions : attendez que d'autres finissent".to_owned(),
        "55006" => "quelqu'un s'en sert encore".to_owned(),
        "57P01" | "57P02" | "57P03" => {
            "il s'arrête ou démarre : attendez qu'il soit revenu".to_owned()
        }
        "57014" => "la demande a été annulée".to_owned(),
        "58030" | "58P01" => "le disque du serveur ne répond pas bien".to_owned(),
        "XX001" | "XX002" => {
            "ses données sont abîmées : gardez tout, demandez de l'aide".to_owned()
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_that_is_not_for_the_account_to_take_is_no_database_that_is_closed_to_it() {
        let chef = "-c jit=off -c role=chef";
        for dit in [
            "permission denied to set role \"chef\"",
            "droit refusé pour configurer le rôle « chef »",
        ] {
            assert_eq!(role_refuse(("42501", dit), chef).as_deref(), Some("chef"), "{dit}");
            assert_eq!(role_refuse(("42501", dit), "-c jit=off"), None);
        }
        assert_eq!(role_refuse(("42501", "permission denied for database \"chef\""), chef), None);
    }

    #[test]
    fn a_file_that_is_not_there_is_no_server_that_is_not_there() {
        let ou = |serveur: &str| Ou {
            base: "b",
            compte: "c",
            serveur: serveur.to_owned(),
            mot_de_passe_donne: true,
            passe_ignore: None,
            certificat_absent: Some("/nulle/part".into()),
            reglages: None,
        };
        let perdu = || sqlx::Error::Io(std::io::Error::from(ErrorKind::NotFound));
        let dite = d_une_connexion(&perdu(), &ou("h, port 5432"));
        assert!(dite.contains("PGSSLCERT") && dite.contains("/nulle/part n'existe pas"), "{dite}");
        let dite = d_une_connexion(&perdu(), &ou("/run/x, port 5432"));
        assert!(dite.contains("pas de prise dans /run/x"), "{dite}");
        let dite = d_une_connexion(&sqlx::Error::Tls("?".into()), &ou("h, port 5432"));
        assert!(dite.contains("TLS") && !dite.contains("ne répond pas"), "{dite}");
    }
}
