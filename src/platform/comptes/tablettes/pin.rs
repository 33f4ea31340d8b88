//! PINs: which are good ones, setting one, and entering with one.

use std::net::IpAddr;

use sqlx::PgConnection;
use uuid::Uuid;

use super::{Tablette, sql};
use crate::platform::comptes::acte::{self, Geste};
use crate::platform::comptes::connexion::{Comptes, attendre_encore};
use crate::platform::comptes::sessions::{self, Nature, Ouverture};
use crate::platform::comptes::{mots_de_passe, sql as sql_comptes, utilisateurs};
use crate::platform::db::Base;
use crate::platform::db::operations::Operation;
use crate::platform::errors::{Erreur, ErreurCritiqueMetier};

/// Sets it, or takes it away; sessions opened with the former one end.
pub(crate) async fn poser(
    tx: &mut PgConnection,
    operation: Operation,
    (utilisateur_id, pin): (Uuid, Option<&str>),
) -> Result<(), Erreur> {
    let hache = match pin {
        None => None,
        Some(pin) => {
            verifier_forme(pin).map_err(|message| ErreurCritiqueMetier::champ("pin", message))?;
            Some(mots_de_passe::hacher_tel_quel(pin).await?)
        }
    };
    if !sql::changer_pin(tx, utilisateur_id, hache.as_deref()).await? {
        return Err(utilisateurs::inconnu().into());
    }
    let geste = if pin.is_some() { Geste::Pin } else { Geste::PinRetire };
    acte::inscrire(tx, operation, (geste, utilisateur_id)).await?;
    sql::fermer_sessions_de_tablette(tx, utilisateur_id).await?;
    tracing::info!(event = "pin_change", utilisateur_id = %utilisateur_id);
    Ok(())
}

/// Somebody before a tablet, with what they typed.
pub(crate) struct Entree {
    pub utilisateur_id: Uuid,
    pub pin: String,
    pub adresse: IpAddr,
    pub agent: String,
}

/// The token of a new session on this tablet. The same answer for a wrong PIN and for somebody who
/// has none.
pub(crate) async fn entrer(
    (base, comptes): (&Base, &Comptes),
    tablette: &Tablette,
    e: Entree,
) -> Result<String, Erreur> {
    comptes.limiter(e.adresse)?;
    // An e-mail has an @: the two kinds of names never meet.
    let cle = format!("pin:{}:{}", tablette.id, e.utilisateur_id);
    let mut c = base.lire().await?;
    if !sql_comptes::compter_tentative(&mut c, &cle).await? {
        let secondes = sql_comptes::attente(&mut c, &cle).await?;
        tracing::warn!(event = "connexion_bloquee", secondes);
        return Err(attendre_encore("pin_bloque", "codes PIN incorrects", secondes).into());
    }
    let hache = sql::pin(&mut c, e.utilisateur_id).await?;
    // The hash takes its time: meanwhile the connection serves others.
    drop(c);
    if !mots_de_passe::verifier(&e.pin, hache).await? {
        tracing::warn!(event = "connexion_refusee");
        let detail = "Ce code PIN n'est pas le bon.";
        return Err(ErreurCritiqueMetier::non_authentifie("pin_incorrect", detail).into());
    }
    let mut c = base.lire().await?;
    sql_comptes::oublier_tentatives(&mut c, &cle).await?;
    let ouverture = Ouverture {
        utilisateur_id: e.utilisateur_id,
        nature: Nature::Web,
        agent: &e.agent,
        tablette_id: Some(tablette.id),
    };
    let jeton = sessions::ouvrir(&mut c, ouverture).await?;
    tracing::info!(
        event = "connexion_pin",
        utilisateur_id = %e.utilisateur_id,
        tablette_id = %tablette.id
    );
    Ok(jeton)
}

/// 4 to 6 digits that nobody tries first.
fn verifier_forme(pin: &str) -> Result<(), &'static str> {
    if !(4..=6).contains(&pin.len()) || !pin.bytes().all(|b| b.is_ascii_digit()) {
        return Err("doit avoir de 4 à 6 chiffres");
    }
    let chiffres = pin.as_bytes();
    let mut differents = chiffres.to_vec();
    differents.sort_unstable();
    differents.dedup();
    if differents.len() < 3 {
        return Err("est trop facile à deviner : prenez au moins trois chiffres différents");
    }
    let ecarts = |pas: i16| chiffres.windows(2).all(|p| i16::from(p[1]) - i16::from(p[0]) == pas);
    if ecarts(1) || ecarts(-1) || TROP_CONNUS.contains(&pin) {
        return Err("est trop facile à deviner : ne prenez pas une suite");
    }
    Ok(())
}

/// What a finger draws on the keypad, and round numbers of a row.
const TROP_CONNUS: [&str; 6] = ["2580", "0852", "1470", "147258", "789456", "123123"];

#[cfg(test)]
mod tests {
    use super::verifier_forme;

    #[test]
    fn a_pin_that_everybody_tries_first_is_refused() {
        for bon in ["2749", "90210", "481516", "1357"] {
            assert_eq!(verifier_forme(bon), Ok(()), "{bon}");
        }
        let faibles = ["0000", "1234", "4321", "012345", "1212", "1122", "2580", "9876", "111112"];
        for faible in faibles {
            assert!(verifier_forme(faible).unwrap_err().contains("deviner"), "{faible}");
        }
        for faux in ["", "123", "1234567", "12a4", "１２３４", " 2749"] {
            assert!(verifier_forme(faux).unwrap_err().contains("chiffres"), "{faux}");
        }
    }
}
