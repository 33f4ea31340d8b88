//! Who is told when something is wrong: `DELICEGO_SIGNAL`, `DELICEGO_ALERTE`, `SMTP_URL`.
//!
//! These values hold secrets (an address is a key, SMTP_URL has a password): there is no `Debug`,
//! and a refusal never repeats them.

use std::str::FromStr;

use lettre::{Address, AsyncSmtpTransport, Tokio1Executor};
use serde::{Deserialize, Serialize};
use url::Url;

use super::{ErreurConfiguration, erreur};

/// What a signal is about: one address each, or one for all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Quoi {
    Backup,
    Drill,
    Checklist,
}

impl Quoi {
    const TOUS: [Self; 3] = [Self::Backup, Self::Drill, Self::Checklist];

    /// The command's own name.
    pub(crate) const fn nom(self) -> &'static str {
        match self {
            Self::Backup => "backup",
            Self::Drill => "drill",
            Self::Checklist => "checklist",
        }
    }

    /// The variable of its own address.
    const fn signal(self) -> &'static str {
        match self {
            Self::Backup => "DELICEGO_SIGNAL_BACKUP",
            Self::Drill => "DELICEGO_SIGNAL_DRILL",
            Self::Checklist => "DELICEGO_SIGNAL_CHECKLIST",
        }
    }
}

/// Where the signal of one command goes.
#[derive(Clone)]
pub(crate) struct Signal {
    pub url: Url,
    /// The address is another command's too: only what is wrong is told there.
    pub echecs_seulement: bool,
}

#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Destination {
    Webhook(Url),
    Mail(Address),
}

#[derive(Clone, Default)]
pub struct Alertes {
    signaux: [Option<Signal>; 3],
    signaux_illisibles: [bool; 3],
    pub(crate) destinations: Vec<Destination>,
    /// One at least is set that cannot be read: nobody knows whose it is.
    pub(crate) destinations_illisibles: bool,
    /// None where it cannot be read: mail waits.
    pub(crate) smtp: Option<String>,
    pub(crate) expediteur: Option<Address>,
}

const SIGNAL: &str = "DELICEGO_SIGNAL";
const ALERTE: &str = "DELICEGO_ALERTE";
const DE: &str = "DELICEGO_ALERTE_DE";
const SMTP: &str = "SMTP_URL";
const QUOI: &str = "{quoi}";

impl Alertes {
    /// From variables as `variable` gives them.
    pub fn lire(variable: impl Fn(&str) -> Option<String>) -> Result<Self, ErreurConfiguration> {
        let (lues, fautes) = Self::lire_le_bon(variable);
        fautes.into_iter().next().map_or(Ok(lues), Err)
    }

    /// What can be read of them, and what is wrong with the rest: a misspelt address must not cost
    /// the night's backup, nor send one command's success to another's, nor silence an address that
    /// is well written.
    pub(crate) fn lire_le_bon(
        variable: impl Fn(&str) -> Option<String>,
    ) -> (Self, Vec<ErreurConfiguration>) {
        let (mut lues, mut fautes) = (Self::default(), Vec::new());
        for (place, quoi) in Quoi::TOUS.into_iter().enumerate() {
            let lu = lire_signal(&variable, quoi);
            lues.signaux_illisibles[place] = lu.is_err();
            lues.signaux[place] = le_bon(lu, &mut fautes);
        }
        let (destinations, illisibles) = lire_destinations(&variable(ALERTE).unwrap_or_default());
        lues.destinations_illisibles = !illisibles.is_empty();
        fautes.extend(illisibles);
        let mail = destinations.iter().any(|d| matches!(d, Destination::Mail(_)));
        lues.destinations = destinations;
        let smtp = variable(SMTP);
        let acces = le_bon(smtp.as_deref().map(lire_smtp).transpose(), &mut fautes);
        if mail && smtp.is_none() {
            let raison = "un mail demande SMTP_URL (smtps://compte:mot-de-passe@serveur)";
            fautes.push(erreur(ALERTE, raison));
        }
        let de = variable(DE).map(|adresse| lire_adresse(DE, &adresse)).transpose();
        lues.expediteur = le_bon(de, &mut fautes).or_else(|| acces.as_ref().and_then(du_compte));
        lues.smtp = smtp.filter(|_| acces.is_some());
        // One address for three commands is one fault.
        fautes.dedup_by_key(|faute| faute.to_string());
        (lues, fautes)
    }

    pub(crate) fn signal(&self, quoi: Quoi) -> Option<&Signal> {
        Quoi::TOUS.iter().position(|q| *q == quoi).and_then(|n| self.signaux[n].as_ref())
    }

    /// It is set, and cannot be read: what goes there waits until it can.
    pub(crate) fn signal_illisible(&self, quoi: Quoi) -> bool {
        Quoi::TOUS.iter().zip(self.signaux_illisibles).any(|(q, illisible)| *q == quoi && illisible)
    }

    /// Nobody is to be told anything.
    pub(crate) fn muettes(&self) -> bool {
        let illisibles = self.destinations_illisibles || self.signaux_illisibles.contains(&true);
        self.destinations.is_empty() && self.signaux.iter().all(Option::is_none) && !illisibles
    }
}

fn le_bon<T>(
    lu: Result<Option<T>, ErreurConfiguration>,
    fautes: &mut Vec<ErreurConfiguration>,
) -> Option<T> {
    lu.unwrap_or_else(|faute| {
        fautes.push(faute);
        None
    })
}

fn lire_signal(
    variable: &impl Fn(&str) -> Option<String>,
    quoi: Quoi,
) -> Result<Option<Signal>, ErreurConfiguration> {
    let sien = quoi.signal();
    if let Some(texte) = variable(sien) {
        return Ok(Some(Signal { url: lire_url(sien, &texte)?, echecs_seulement: false }));
    }
    let Some(texte) = variable(SIGNAL) else { return Ok(None) };
    let pour_lui = texte.replace(QUOI, quoi.nom());
    if pour_lui.contains(['{', '}']) {
        return Err(erreur(
            SIGNAL,
            "seul {quoi} y est remplacé : aucune autre accolade n'y a sa place",
        ));
    }
    let url = lire_url(SIGNAL, &pour_lui)?;
    let a_lui = texte.contains(QUOI);
    Ok(Some(Signal { url, echecs_seulement: quoi == Quoi::Checklist && !a_lui }))
}

fn lire_url(nom: &str, texte: &str) -> Result<Url, ErreurConfiguration> {
    let url = Url::parse(texte.trim()).ok();
    let url = url.filter(|u| matches!(u.scheme(), "https" | "http") && u.host().is_some());
    url.ok_or_else(|| erreur(nom, "ce n'est pas une adresse https://… (ou http://…)"))
}

/// `https://.. mailto:a@b,c@d`: commas or spaces between them; one mail an address, so that a
/// wrong one does not keep the others from theirs. And what is wrong with those that are.
fn lire_destinations(texte: &str) -> (Vec<Destination>, Vec<ErreurConfiguration>) {
    let (mut destinations, mut fautes) = (Vec::new(), Vec::new());
    let mut dans_un_mail = false;
    for mot in texte.split([',', ' ', '\t']).filter(|m| !m.is_empty()) {
        let adresse = mot.strip_prefix("mailto:").or(dans_un_mail.then_some(mot));
        let adresse = adresse.filter(|_| !mot.contains("://"));
        dans_un_mail = adresse.is_some();
        let lue = match adresse {
            Some(adresse) => lire_adresse(ALERTE, adresse).map(Destination::Mail),
            None => lire_webhook(mot).map(Destination::Webhook),
        };
        match lue {
            Ok(destination) if destinations.contains(&destination) => {}
            Ok(destination) => destinations.push(destination),
            Err(faute) => fautes.push(faute),
        }
    }
    (destinations, fautes)
}

fn lire_webhook(mot: &str) -> Result<Url, ErreurConfiguration> {
    lire_url(ALERTE, mot).map_err(|_| {
        let raison = "https://… ou mailto:vous@exemple.fr attendu, séparés par des espaces (une \
                      virgule dans une adresse s'écrit %2C)";
        erreur(ALERTE, raison)
    })
}

fn lire_adresse(nom: &str, texte: &str) -> Result<Address, ErreurConfiguration> {
    let illisible = |_| erreur(nom, format!("« {texte} » n'est pas une adresse de mail"));
    Address::from_str(texte.trim()).map_err(illisible)
}

/// Over a network a password goes encrypted or not at all.
fn lire_smtp(texte: &str) -> Result<Url, ErreurConfiguration> {
    let illisible = || erreur(SMTP, "adresse illisible (smtps://compte:mot-de-passe@serveur:465)");
    let url = Url::parse(texte).map_err(|_| illisible())?;
    AsyncSmtpTransport::<Tokio1Executor>::from_url(texte).map_err(|_| illisible())?;
    let en_clair = url.scheme() == "smtp" && !url.query_pairs().any(|(cle, _)| cle == "tls");
    if en_clair && url.password().is_some() && !est_ici(&url) {
        let raison = "le mot de passe passerait en clair : écrivez smtps://…, ou ajoutez \
                      ?tls=required";
        return Err(erreur(SMTP, raison));
    }
    Ok(url)
}

fn est_ici(url: &Url) -> bool {
    match url.host_str() {
        Some("localhost") => true,
        Some(hote) => {
            hote.trim_matches(['[', ']']).parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback())
        }
        None => false,
    }
}

/// Most servers take mail from the account's own address only.
fn du_compte(url: &Url) -> Option<Address> {
    let compte = percent_encoding::percent_decode_str(url.username()).decode_utf8_lossy();
    Address::from_str(&compte).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lues(variables: &[(&str, &str)]) -> Result<Alertes, String> {
        let valeur = |nom: &str| {
            variables.iter().find(|(n, _)| *n == nom).map(|(_, valeur)| (*valeur).to_owned())
        };
        Alertes::lire(valeur).map_err(|e| e.to_string())
    }

    fn signal(a: &Alertes, quoi: Quoi) -> String {
        a.signal(quoi).map(|s| s.url.to_string()).unwrap_or_default()
    }

    #[test]
    fn each_command_has_its_own_address_or_its_part_of_one() {
        let a = lues(&[
            ("DELICEGO_SIGNAL", "https://hc/cle/{quoi}?a=1"),
            ("DELICEGO_SIGNAL_DRILL", "http://ici/exercice"),
        ]);
        let a = a.unwrap();
        assert_eq!(signal(&a, Quoi::Backup), "https://hc/cle/backup?a=1");
        assert_eq!(signal(&a, Quoi::Drill), "http://ici/exercice");
        assert!(!a.signal(Quoi::Checklist).unwrap().echecs_seulement);
        let seule = lues(&[("DELICEGO_SIGNAL", "https://hc/cle")]).unwrap();
        assert!(seule.signal(Quoi::Checklist).unwrap().echecs_seulement);
        assert!(!seule.signal(Quoi::Backup).unwrap().echecs_seulement);
    }

    #[test]
    fn several_people_may_be_told() {
        let smtp = ("SMTP_URL", "smtps://chef%40exemple.fr:secret@smtp.exemple.fr");
        let texte = "mailto:a@exemple.fr,b@exemple.fr https://exemple.fr/crochet";
        let a = lues(&[("DELICEGO_ALERTE", texte), smtp]).unwrap();
        assert_eq!(a.destinations.len(), 3);
        assert_eq!(a.expediteur.unwrap().to_string(), "chef@exemple.fr");
        let a = lues(&[("DELICEGO_ALERTE", "https://exemple.fr/a, http://exemple.fr/b")]).unwrap();
        assert_eq!(a.destinations.len(), 2);
    }

    #[test]
    fn a_wrong_value_is_refused_and_never_repeated() {
        let secret = "mot-secret";
        let faux = [
            ("DELICEGO_SIGNAL", "ftp://hc/mot-secret", "https://"),
            ("DELICEGO_ALERTE", "/mot-secret", "mailto:"),
            ("DELICEGO_ALERTE", "mailto:a@exemple.fr", "SMTP_URL"),
            ("SMTP_URL", "smtp://a:mot-secret@ailleurs", "en clair"),
            ("SMTP_URL", "mot-secret", "illisible"),
            ("SMTP_URL", "http://a:mot-secret@ailleurs", "illisible"),
        ];
        for (nom, valeur, dit) in faux {
            let refus = lues(&[(nom, valeur)]).err().unwrap_or_default();
            assert!(refus.contains(dit) && refus.contains(nom), "{nom}={valeur} : {refus}");
            assert!(!refus.contains(secret), "{refus}");
        }
        assert!(lues(&[("SMTP_URL", "smtp://a:b@127.0.0.1:25")]).is_ok());
        assert!(lues(&[("SMTP_URL", "smtp://a:b@ailleurs?tls=required")]).is_ok());
        assert!(lues(&[]).unwrap().muettes());
    }

    #[test]
    fn what_is_well_written_stays_beside_what_is_not() {
        let le_bon = |variables: &[(&str, &str)]| {
            let valeur = |nom: &str| {
                variables.iter().find(|(n, _)| *n == nom).map(|(_, valeur)| (*valeur).to_owned())
            };
            let (a, fautes) = Alertes::lire_le_bon(valeur);
            (a.destinations.len(), a.destinations_illisibles, a.smtp.is_some(), fautes.len())
        };
        let deux = ("DELICEGO_ALERTE", "http://bon/a mailto:chef@x.fr");
        assert_eq!(le_bon(&[deux, ("SMTP_URL", "smtpx://h:1")]), (2, false, false, 1));
        assert_eq!(le_bon(&[deux]), (2, false, false, 1));
        assert_eq!(le_bon(&[("DELICEGO_ALERTE", "http://bon/a htp://x")]), (1, true, false, 1));
        assert_eq!(le_bon(&[("DELICEGO_SIGNAL", "ftp://x")]), (0, false, false, 1));
    }
}
