//! What a store is reached with: the variables of its own tools. One that is missing is named before
//! anything is asked, for a store only says that it refuses. Pure, but for what this machine is.

use std::fs;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use url::Url;

use crate::platform::causes;
use crate::platform::issue::{Code, Echec};

/// Refused by the name of what is missing, or contradicts itself.
pub(super) fn exiger(url: &Url, variable: impl Fn(&str) -> Option<String>) -> Result<(), Echec> {
    let lues = Lues { valeur: &|nom| variable(nom).filter(|v| !v.trim().is_empty()) };
    let manque = match url.scheme() {
        "s3" | "s3a" => lues.amazon(hebergee_par("Amazon")),
        "gs" => lues.google(hebergee_par("Google")),
        "az" | "azure" => lues.azure(hebergee_par("Microsoft")),
        _ => None,
    };
    match manque {
        None => Ok(()),
        Some(phrase) => {
            let phrase = format!("{}://… : {phrase}", url.scheme());
            Err(Echec::nouveau(Code::RefuseAvant, phrase))
        }
    }
}

struct Lues<'a> {
    valeur: &'a dyn Fn(&str) -> Option<String>,
}

const OU: &str = "dans l'environnement, ou dans le fichier de --env-file";

impl Lues<'_> {
    fn la(&self, nom: &str) -> bool {
        (self.valeur)(nom).is_some()
    }

    fn une(&self, noms: &[&str]) -> bool {
        noms.iter().any(|nom| self.la(nom))
    }

    /// The first of these is there, the second is not.
    fn boiteuse(&self, (la, absente): (&str, &str)) -> Option<String> {
        (self.la(la) && !self.la(absente))
            .then(|| format!("{absente} manque ({la} est là) : donnez-la {OU}."))
    }

    /// A machine of theirs has a role of its own, and needs no key.
    fn amazon(&self, chez_eux: bool) -> Option<String> {
        const SANS_CLE: [&str; 6] = [
            "AWS_SKIP_SIGNATURE",
            "AWS_WEB_IDENTITY_TOKEN_FILE",
            "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
            "AWS_CONTAINER_CREDENTIALS_FULL_URI",
            "AWS_METADATA_ENDPOINT",
            "AWS_IMDSV1_FALLBACK",
        ];
        const ENDPOINTS: [&str; 3] = ["AWS_ENDPOINT", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"];
        let (cle, secret) = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY");
        let paires = [
            (cle, secret),
            (secret, cle),
            ("AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN"),
            ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"),
        ];
        if let Some(phrase) = paires.into_iter().find_map(|paire| self.boiteuse(paire)) {
            return Some(phrase);
        }
        if !self.la(cle) && !self.une(&SANS_CLE) && !chez_eux {
            return Some(format!("{cle} et {secret} manquent : donnez-les {OU}."));
        }
        for nom in ENDPOINTS {
            if (self.valeur)(nom).is_some_and(|texte| !est_une_adresse_web(&texte)) {
                return Some(format!("{nom} : https://… (ou http://…) attendu."));
            }
        }
        let sans_region = !self.une(&["AWS_REGION", "AWS_DEFAULT_REGION"]);
        (sans_region && !self.une(&ENDPOINTS)).then(|| {
            "AWS_REGION manque : donnez la région du seau (par exemple eu-west-3), ou AWS_ENDPOINT \
             pour un stockage qui n'est pas chez Amazon."
                .to_owned()
        })
    }

    fn google(&self, chez_eux: bool) -> Option<String> {
        const FICHIERS: [&str; 4] = [
            "GOOGLE_APPLICATION_CREDENTIALS",
            "GOOGLE_SERVICE_ACCOUNT",
            "GOOGLE_SERVICE_ACCOUNT_PATH",
            "SERVICE_ACCOUNT",
        ];
        for nom in FICHIERS {
            let Some(fichier) = (self.valeur)(nom) else { continue };
            let par_defaut = nom == FICHIERS[0];
            let lu = fs::read_to_string(&fichier).map_err(|e| causes::du_systeme(&e));
            if let Err(cause) = lu.and_then(|texte| cle_de_google(&texte, par_defaut)) {
                return Some(format!("{nom} ({fichier}) : {cause}."));
            }
        }
        if let Some(texte) = (self.valeur)("GOOGLE_SERVICE_ACCOUNT_KEY")
            && let Err(cause) = cle_de_google(&texte, false)
        {
            return Some(format!("GOOGLE_SERVICE_ACCOUNT_KEY : {cause}."));
        }
        let autres = ["GOOGLE_SERVICE_ACCOUNT_KEY", "GOOGLE_BEARER_TOKEN", "GOOGLE_SKIP_SIGNATURE"];
        let du_compte = (self.valeur)("HOME").is_some_and(|chez_soi| {
            let fichier = ".config/gcloud/application_default_credentials.json";
            std::path::Path::new(&chez_soi).join(fichier).exists()
        });
        let rien = !self.une(&FICHIERS) && !self.une(&autres) && !du_compte && !chez_eux;
        rien.then(|| {
            format!("GOOGLE_APPLICATION_CREDENTIALS manque : donnez le fichier de la clé {OU}.")
        })
    }

    fn azure(&self, chez_eux: bool) -> Option<String> {
        const CLES: [&str; 5] = [
            "AZURE_STORAGE_ACCOUNT_KEY",
            "AZURE_STORAGE_ACCESS_KEY",
            "AZURE_STORAGE_MASTER_KEY",
            "AZURE_STORAGE_SAS_KEY",
            "AZURE_STORAGE_SAS_TOKEN",
        ];
        const AUTRES: [&str; 7] = [
            "AZURE_STORAGE_TOKEN",
            "AZURE_SKIP_SIGNATURE",
            "AZURE_FEDERATED_TOKEN_FILE",
            "AZURE_IDENTITY_ENDPOINT",
            "AZURE_MSI_ENDPOINT",
            "AZURE_USE_AZURE_CLI",
            "AZURE_STORAGE_USE_EMULATOR",
        ];
        const CLIENT: [&str; 2] = ["AZURE_CLIENT_ID", "AZURE_STORAGE_CLIENT_ID"];
        const SECRET: [&str; 2] = ["AZURE_CLIENT_SECRET", "AZURE_STORAGE_CLIENT_SECRET"];
        const LOCATAIRE: [&str; 4] = [
            "AZURE_TENANT_ID",
            "AZURE_STORAGE_TENANT_ID",
            "AZURE_AUTHORITY_ID",
            "AZURE_STORAGE_AUTHORITY_ID",
        ];
        let manque = |nom: &str| Some(format!("{nom} manque : donnez-la {OU}."));
        if !self.une(&["AZURE_STORAGE_ACCOUNT_NAME", "AZURE_STORAGE_USE_EMULATOR"]) {
            return manque("AZURE_STORAGE_ACCOUNT_NAME");
        }
        for nom in &CLES[..3] {
            if (self.valeur)(nom).is_some_and(|cle| BASE64_STANDARD.decode(cle).is_err()) {
                return Some(format!(
                    "{nom} n'est pas une clé d'Azure (du base64) : recopiez-la entière."
                ));
            }
        }
        if self.une(&CLES) || self.une(&AUTRES) {
            return None;
        }
        match (self.une(&CLIENT), self.une(&SECRET)) {
            (false, false) if chez_eux => None,
            (false, false) => manque("AZURE_STORAGE_ACCOUNT_KEY"),
            (true, false) if chez_eux => None,
            (true, false) => manque("AZURE_CLIENT_SECRET"),
            (false, true) => manque("AZURE_CLIENT_ID"),
            (true, true) if self.une(&LOCATAIRE) => None,
            (true, true) => manque("AZURE_TENANT_ID"),
        }
    }
}

/// What a key of Google must say; else what is wrong, the end of a sentence that names it.
fn cle_de_google(texte: &str, type_dit: bool) -> Result<(), String> {
    const DU_SERVICE: [&str; 3] = ["private_key", "private_key_id", "client_email"];
    const D_UNE_PERSONNE: [&str; 3] = ["client_id", "client_secret", "refresh_token"];
    let lue: serde_json::Value = serde_json::from_str(texte).map_err(|e| causes::du_json(&e))?;
    let champs: &[&str] = match lue["type"].as_str() {
        Some("authorized_user") if type_dit => &D_UNE_PERSONNE,
        Some("service_account") => &DU_SERVICE,
        _ if !type_dit => &DU_SERVICE,
        _ => return Err("ce n'est pas une clé de Google (« type » n'y dit rien de connu)".into()),
    };
    match champs.iter().find(|champ| !lue[**champ].is_string()) {
        None => Ok(()),
        Some(champ) => Err(format!("ce n'est pas une clé de Google (« {champ} » y manque)")),
    }
}

fn est_une_adresse_web(texte: &str) -> bool {
    let url = Url::parse(texte.trim());
    url.is_ok_and(|u| matches!(u.scheme(), "https" | "http") && u.host().is_some())
}

/// As the machine says of itself. Where it says nothing, a key is asked for.
fn hebergee_par(nom: &str) -> bool {
    ["sys_vendor", "board_vendor", "product_name"].iter().any(|quoi| {
        let dit = fs::read_to_string(format!("/sys/devices/virtual/dmi/id/{quoi}"));
        dit.is_ok_and(|texte| texte.contains(nom))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is said when only these are there; nothing: it is enough.
    fn dit(quoi: impl Fn(&Lues<'_>, bool) -> Option<String>, la: &str, chez_eux: bool) -> String {
        let valeur = |nom: &str| {
            let mut paires = la.split(' ').filter_map(|paire| paire.split_once('='));
            paires.find(|(n, _)| *n == nom).map(|(_, v)| v.to_owned())
        };
        quoi(&Lues { valeur: &valeur }, chez_eux).unwrap_or_default()
    }

    #[test]
    fn what_is_missing_of_amazon_is_named() {
        let s3 = |la: &str, chez_eux| dit(|l, chez| l.amazon(chez), la, chez_eux);
        let les_deux = "AWS_ACCESS_KEY_ID=a AWS_SECRET_ACCESS_KEY=b";
        for (la, manque) in [
            ("", "AWS_ACCESS_KEY_ID et AWS_SECRET_ACCESS_KEY manquent"),
            ("AWS_ACCESS_KEY_ID=a AWS_REGION=r", "AWS_SECRET_ACCESS_KEY manque"),
            ("AWS_SECRET_ACCESS_KEY=b AWS_REGION=r", "AWS_ACCESS_KEY_ID manque"),
            ("AWS_WEB_IDENTITY_TOKEN_FILE=f", "AWS_ROLE_ARN manque"),
            (les_deux, "AWS_REGION manque"),
            (&format!("{les_deux} AWS_ENDPOINT=minio:9000"), "AWS_ENDPOINT : https://"),
        ] {
            let dit = s3(la, false);
            assert!(dit.starts_with(manque), "{la} : {dit}");
        }
        for assez in ["AWS_REGION=r", "AWS_ENDPOINT=http://minio:9000"] {
            assert_eq!(s3(&format!("{les_deux} {assez}"), false), "");
        }
        assert_eq!(s3("AWS_REGION=r", true), "", "a machine of theirs");
    }

    #[test]
    fn what_is_missing_of_google_and_azure_is_named() {
        let gs = |la: &str| dit(|l, chez| l.google(chez), la, false);
        assert!(gs("").starts_with("GOOGLE_APPLICATION_CREDENTIALS manque"));
        let absent = gs("GOOGLE_APPLICATION_CREDENTIALS=/n/existe/pas");
        assert!(absent.contains("(/n/existe/pas) : ce fichier"), "{absent}");
        let az = |la: &str| dit(|l, chez| l.azure(chez), la, false);
        assert!(az("AZURE_STORAGE_ACCOUNT_KEY=k").starts_with("AZURE_STORAGE_ACCOUNT_NAME manque"));
        let compte = "AZURE_STORAGE_ACCOUNT_NAME=n";
        for (la, manque) in [
            ("", "AZURE_STORAGE_ACCOUNT_KEY"),
            ("AZURE_CLIENT_ID=c", "AZURE_CLIENT_SECRET"),
            ("AZURE_CLIENT_SECRET=s", "AZURE_CLIENT_ID"),
            ("AZURE_CLIENT_ID=c AZURE_CLIENT_SECRET=s", "AZURE_TENANT_ID"),
        ] {
            let dit = az(&format!("{compte} {la}"));
            assert!(dit.starts_with(&format!("{manque} manque")), "{la} : {dit}");
        }
        assert_eq!(az(&format!("{compte} AZURE_STORAGE_ACCOUNT_KEY=a2xl")), "");
        let abimee = az(&format!("{compte} AZURE_STORAGE_ACCESS_KEY=pasbase64!"));
        assert!(abimee.starts_with("AZURE_STORAGE_ACCESS_KEY n'est pas"), "{abimee}");
    }
}
