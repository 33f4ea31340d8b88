//! What is read from the database before it is saved: what an archive does not hold of it.

use std::time::Duration;

use super::cible::{Cible, Role};
use super::manifeste::{Base, Droit, Lacunes, Langage, Membre, Reglage};
use super::{fuseau, sql};
use crate::platform::heure;
use crate::platform::issue::{Code, Echec};

/// Catalogues are hardly ever kept from being read; a migration may.
const ATTENTE: u64 = 10;

#[derive(Debug, Clone)]
pub(crate) struct Faits {
    pub base: Base,
    pub lit_les_mots_de_passe: bool,
    /// Of this database; only an administrator's backup holds them.
    pub abonnements: Vec<String>,
    /// A hash says where rows of some table lie.
    pub hachages: bool,
    /// Why its time zone is not known.
    pub sans_fuseau: Option<String>,
}

pub(crate) async fn lire(cible: &Cible) -> Result<Faits, Echec> {
    let mut c = cible.connecter(cible.base(), Role::Administrateur).await?;
    sql::borner_les_attentes(&mut c, ATTENTE).await?;
    let etat = sql::etat(&mut c).await?;
    let schema = match sql::schema(&mut c).await {
        Ok(schema) => schema,
        Err(sqlx::Error::Database(e)) if e.code().as_deref() == Some("55P03") => {
            return Err(table_tenue(cible, Duration::from_secs(ATTENTE)).await);
        }
        Err(e) => {
            let quoi = (cible.compte(), "public._sqlx_migrations");
            return Err(sql::echec_de_lecture(e, quoi));
        }
    };
    let reglages = sql::reglages(&mut c).await?.into_iter().filter_map(reglage).collect();
    let droits = sql::droits(&mut c).await?.into_iter();
    let abonnements = sql::abonnements(&mut c).await?;
    let hachages = sql::a_des_hachages(&mut c).await?;
    let langages = sql::langages(&mut c).await?.into_iter();
    let membres = sql::membres(&mut c).await?.into_iter();
    let lacunes = Lacunes {
        membres: membres.map(Membre::from).collect(),
        comptes: sql::comptes_caches(&mut c).await?,
    };
    let fuseau = fuseau::d_une_base(cible, cible.base()).await;
    let (fuseau, sans_fuseau) = match fuseau {
        Ok(fuseau) => (Some(fuseau), None),
        Err(cause) => (None, Some(cause)),
    };
    let base = Base {
        nom: cible.base().to_owned(),
        systeme: sql::systeme(&mut c).await,
        serveur: etat.serveur.split(' ').next().unwrap_or_default().to_owned(),
        pg_dump: cible.outils().version.clone(),
        schema,
        octets: etat.octets.unsigned_abs(),
        proprietaire: etat.proprietaire,
        reglages,
        droits: droits
            .map(|(role, privilege, transmissible)| Droit { role, privilege, transmissible })
            .collect(),
        langages: langages.map(|(nom, commande)| Langage { nom, commande }).collect(),
        lacunes: Some(lacunes),
        fuseau,
    };
    let lit_les_mots_de_passe = etat.lit_les_mots_de_passe;
    Ok(Faits { base, lit_les_mots_de_passe, abonnements, hachages, sans_fuseau })
}

fn reglage((role, texte): (Option<String>, String)) -> Option<Reglage> {
    let (nom, valeur) = texte.split_once('=')?;
    Some(Reglage { role, nom: nom.to_owned(), valeur: valeur.to_owned() })
}

/// The refusal, with the name of whoever keeps a table for itself at this moment.
pub(crate) async fn table_tenue(cible: &Cible, attente: Duration) -> Echec {
    let detenteurs = match cible.connecter(cible.base(), Role::Administrateur).await {
        Ok(mut c) => sql::detenteurs(&mut c).await.unwrap_or_default(),
        Err(_) => Vec::new(),
    };
    let secondes = attente.as_secs();
    let phrase = match detenteurs.first() {
        Some(d) => trop_tenue(d, attente),
        None => format!(
            "Une table était tenue par un autre depuis plus de {secondes} s ; elle vient d'être \
             rendue : recommencez."
        ),
    };
    Echec::nouveau(Code::Refuse, phrase)
}

pub(crate) fn trop_tenue(d: &sql::Detenteur, attente: Duration) -> String {
    format!(
        "La table « {} » est tenue par un autre depuis plus de {} s : {}. Attendez sa fin, ou \
         arrêtez-le, puis recommencez.",
        d.table,
        attente.as_secs(),
        nommer(d)
    )
}

pub(crate) fn nommer(d: &sql::Detenteur) -> String {
    let programme = match d.programme.as_str() {
        "" => "programme sans nom".to_owned(),
        nom => format!("programme « {nom} »"),
    };
    let depuis = d
        .depuis
        .map_or_else(String::new, |t| format!(", transaction ouverte le {}", heure::seconde(t)));
    format!("{programme}, compte « {} », pid {}{depuis}", d.utilisateur, d.pid)
}
