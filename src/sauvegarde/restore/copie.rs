//! The copy that a restore fills, beside the live database.

use std::time::Duration;

use chrono::Utc;
use sqlx::postgres::PgConnection;

use super::super::cible::Cible;
use super::super::verrous::{self, Genre};
use super::marque::{Marque, est_mort_ne};
use super::sql::{self, BaseConnue};
use crate::platform::issue::Echec;

/// A process of PostgreSQL that hears nothing keeps every database from being dropped.
const SUPPRESSION: &str = "10min";
/// The server may be starting again while we clean up.
const ESSAIS: u32 = 20;
const PAUSE: Duration = Duration::from_millis(500);

/// Makes the copy `nom` of `base`, with the encoding and locale of `modele` if there is one.
pub(crate) async fn creer(
    c: &mut PgConnection,
    nom: &str,
    (base, proprietaire): (&str, &str),
    modele: Option<&BaseConnue>,
) -> Result<(), Echec> {
    let (mut ordre, mut arguments) = (
        "create database %I with template template0 allow_connections false owner %I".to_owned(),
        vec![Some(nom), Some(proprietaire)],
    );
    match modele {
        None => ordre.push_str(" encoding 'UTF8'"),
        Some(m) => {
            ordre.push_str(" encoding %L lc_collate %L lc_ctype %L");
            arguments.extend([&m.encodage, &m.collation, &m.ctype].map(|t| Some(t.as_str())));
            let suite = match m.fournisseur.as_str() {
                "i" => " locale_provider icu icu_locale %L",
                "b" => " locale_provider builtin builtin_locale %L",
                _ => "",
            };
            if let (false, Some(locale)) = (suite.is_empty(), &m.locale) {
                ordre.push_str(suite);
                arguments.push(Some(locale));
            }
        }
    }
    sql::ordonner(c, &ordre, &arguments).await?;
    let marque = Marque::Copie { de: base.to_owned(), le: Utc::now() }.texte();
    let ouvrir: [(&str, &[Option<&str>]); 2] = [
        ("comment on database %I is %L", &[Some(nom), Some(&marque)]),
        ("alter database %I allow_connections true", &[Some(nom)]),
    ];
    sql::ordonner_ensemble(c, &ouvrir).await
}

pub(crate) async fn supprimer(c: &mut PgConnection, nom: &str) -> Result<(), Echec> {
    sql::borner(c, SUPPRESSION).await?;
    sql::ordonner(c, "drop database if exists %I with (force)", &[Some(nom)]).await
}

/// Insists for some seconds; false when the copy had to be left.
pub(crate) async fn supprimer_malgre_tout(cible: &Cible, nom: &str) -> bool {
    for essai in 0..ESSAIS {
        if essai > 0 {
            tokio::time::sleep(PAUSE).await;
        }
        if let Ok(mut c) = cible.administrer().await
            && supprimer(&mut c, nom).await.is_ok()
        {
            return true;
        }
    }
    false
}

/// What dead runs left beside this database. Only who holds the lock may.
pub(crate) async fn balayer(
    c: &mut PgConnection,
    base: &str,
    bases: &[BaseConnue],
) -> Result<Vec<String>, Echec> {
    let mut balayees = Vec::new();
    for b in bases.iter().filter(|b| est_abandonnee(b, base)) {
        supprimer(c, &b.nom).await?;
        balayees.push(b.nom.clone());
    }
    Ok(balayees)
}

/// The same for any database of this server on which no restore is at work. One that may not be
/// dropped by this account stays.
pub(crate) async fn balayer_toutes(
    c: &mut PgConnection,
    bases: &[BaseConnue],
) -> Result<Vec<String>, Echec> {
    let mut balayees = Vec::new();
    for b in bases {
        let Some(Marque::Copie { de, .. }) = Marque::lire(b.commentaire.as_deref()) else {
            continue;
        };
        if !verrous::essayer(c, &de, Genre::Restauration).await? {
            continue;
        }
        // Since it was seen it may have become the database itself.
        let encore = sql::bases(c).await.map(|bases| {
            bases.iter().any(|autre| autre.nom == b.nom && autre.commentaire == b.commentaire)
        });
        let issue = match encore {
            Ok(true) => supprimer(c, &b.nom).await.map(|()| balayees.push(b.nom.clone())),
            autre => autre.map(drop),
        };
        verrous::rendre(c, &de, Genre::Restauration).await?;
        if let Err(e) = issue {
            tracing::warn!(event = "copie_non_supprimee", base = b.nom, err = e.phrase);
        }
    }
    Ok(balayees)
}

fn est_abandonnee(b: &BaseConnue, base: &str) -> bool {
    match Marque::lire(b.commentaire.as_deref()) {
        Some(Marque::Copie { de, .. }) => de == base,
        Some(_) => false,
        None => b.commentaire.is_none() && !b.ouverte && est_mort_ne(&b.nom, base),
    }
}
