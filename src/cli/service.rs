//! `serve` and `demo`: the server, from its start to a stop that lets requests finish.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use chrono::Utc;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinHandle;
use tokio::time::MissedTickBehavior;
use tracing::Instrument;

use super::appel;
use super::constats;
use super::sortie::{self, Code, Echec, Issue};
use crate::demo;
use crate::exploitation::alerte::{Poste, Veille};
use crate::exploitation::checklist::{self, Source};
use crate::platform::causes::du_systeme;
use crate::platform::comptes::{self, Comptes};
use crate::platform::config::Configuration;
use crate::platform::db::{self, Base, operations};
use crate::platform::http::Etat;
use crate::platform::portes::Portes;
use crate::platform::terminal::dire;
use crate::platform::tls::{Certificat, ErreurTls, Fichiers};
use crate::production_preparation::ecran;
use crate::router;
use crate::sauvegarde::restore;

/// How long requests under way may still take after SIGTERM.
const DELAI_ARRET: Duration = Duration::from_secs(20);
const MINUTE: Duration = Duration::from_secs(60);
/// Of the checklist: what says whether tonight's backup will be there, and come back.
const LIGNES_SUIVIES: u8 = 5;

/// What `serve` was asked for.
pub(crate) struct Options {
    pub listen: SocketAddr,
    pub migrer: bool,
    /// Certificate and key.
    pub fichiers: Option<(PathBuf, PathBuf)>,
}

pub(crate) async fn serve(config: Configuration, o: Options) -> Issue {
    let tls = o.fichiers.map(|(certificat, cle)| Certificat::lire(Fichiers { certificat, cle }));
    let tls = tls.transpose().map_err(refuser_certificat)?;
    db::se_dire_serveur(config.log_level);
    let base = sortie::ouvrir(&config.base).await?;
    if o.migrer {
        sortie::migrer(&base).await?;
    }
    sortie::exiger_schema(&base).await?;
    sortie::dire_ce_qui_attend(&base).await?;
    let ecoute = ecouter(o.listen).await?;
    let veille = appel::poste(&config, &config.sauvegardes.dossier)
        .map(|poste| tokio::spawn(veiller(poste, config.clone(), base.clone()).in_current_span()));
    let issue = servir((config, tls), base, ecoute).await;
    veille.inspect(JoinHandle::abort);
    issue
}

/// Each minute what waits is sent, each hour the first lines of the checklist are looked at.
async fn veiller(poste: Poste, config: Configuration, base: Base) {
    let mut veille = Veille::nouvelle(poste);
    let mut minute = tokio::time::interval(MINUTE);
    minute.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        minute.tick().await;
        let regarder = async || {
            let (config, base) = (&config, &base);
            let source = Source { config, base, env_file: None, complet: false };
            let mut points = checklist::juger(&checklist::relever(&source).await);
            points.retain(|p| p.numero <= LIGNES_SUIVIES);
            constats::des_lignes(&points)
        };
        veille.minute(Utc::now(), regarder).await;
    }
}

pub(crate) async fn demo(config: Configuration, listen: SocketAddr) -> Issue {
    if !listen.ip().is_loopback() {
        return Err(Echec::nouveau(
            Code::Usage,
            "la démonstration n'écoute que sur cette machine (127.0.0.1 ou [::1])",
        ));
    }
    let Some(dossier) = super::dossier_de_donnees(&config) else {
        return Err(Echec::nouveau(
            Code::Usage,
            "la démonstration a sa propre base : retirez DATABASE_URL et les variables PG*",
        ));
    };
    let ecoute = ecouter(listen).await?;
    db::se_dire_serveur(config.log_level);
    let base = sortie::ouvrir(&config.base).await?;
    sortie::migrer(&base).await?;
    let comptes = demo::preparer(&base, &dossier).await?;
    let adresse = ecoute.local_addr().map_err(sortie::systeme)?;
    dire(format!("\nDéliceGo, démonstration : http://{adresse}\n"));
    for compte in &comptes {
        dire(format!("  {:<16}{:<28}{}", compte.role.libelle(), compte.email, compte.mot_de_passe));
    }
    dire(format!("\nArrêt : Ctrl-C. Les données restent dans {}.\n", dossier.display()));
    servir((config, None), base, ecoute).await
}

async fn ecouter(adresse: SocketAddr) -> Result<TcpListener, Echec> {
    TcpListener::bind(adresse).await.map_err(|e| {
        let raison = du_systeme(&e);
        Echec::nouveau(Code::Refuse, format!("impossible d'écouter sur {adresse} : {raison}"))
    })
}

fn refuser_certificat(erreur: ErreurTls) -> Echec {
    let code = match erreur {
        ErreurTls::CleLisible => Code::RefuseAvant,
        ErreurTls::Fichier { .. } => Code::Usage,
    };
    Echec::nouveau(code, erreur.to_string())
}

async fn servir(
    (config, tls): (Configuration, Option<Arc<Certificat>>),
    base: Base,
    ecoute: TcpListener,
) -> Issue {
    let adresse = ecoute.local_addr().map_err(sortie::systeme)?;
    let menage = tokio::spawn(faire_le_menage(base.clone()).in_current_span());
    let guerison = restore::veiller(base.clone(), config.base.clone());
    let guerison = tokio::spawn(guerison.in_current_span());
    let config = Arc::new(config);
    let etat = Etat {
        base: base.clone(),
        comptes: Arc::new(Comptes::default()),
        config: Arc::clone(&config),
        tls: tls.clone(),
    };
    let portes = ouvrir_les_portes(&config, (ecoute, tls)).map_err(sortie::systeme)?;
    let (arreter, arret) = tokio::sync::watch::channel(false);
    let serveur = portes.recevoir(router::construire(etat), arret);
    tracing::info!(event = "serveur_pret", %adresse);
    let suivies = base.clone();
    let signal = async {
        attendre_un_signal().await;
        tracing::info!(event = "serveur_arret");
        let _plus_personne = arreter.send(true);
        suivies.ne_plus_suivre();
        tokio::time::sleep(DELAI_ARRET).await;
    };
    tokio::select! {
        () = serveur => {}
        () = signal => tracing::warn!(event = "serveur_arret_force"),
    }
    menage.abort();
    guerison.abort();
    base.fermer().await;
    tracing::info!(event = "serveur_arrete");
    Ok(Code::Fait)
}

/// In clear or by TLS.
fn ouvrir_les_portes(
    config: &Configuration,
    (ecoute, tls): (TcpListener, Option<Arc<Certificat>>),
) -> io::Result<Portes> {
    let proxys = config.proxys_de_confiance.clone();
    let Some(certificat) = tls else { return Ok(Portes { ecoute, tls: None, proxys }) };
    let tls = certificat.configuration().map_err(io::Error::other)?;
    tokio::spawn(certificat.veiller().in_current_span());
    Ok(Portes { ecoute, tls: Some(tls.into()), proxys })
}

/// SIGTERM or Ctrl-C.
async fn attendre_un_signal() {
    let (Ok(mut terme), Ok(mut interruption)) =
        (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terme.recv() => {}
        _ = interruption.recv() => {}
    }
}

/// Once a day: what has only to be kept for a while is forgotten, answers for retries after 30 days.
async fn faire_le_menage(base: Base) {
    let mut jour = tokio::time::interval(Duration::from_secs(24 * 3600));
    loop {
        jour.tick().await;
        if let Err(e) = comptes::faire_le_menage(&base).await {
            tracing::warn!(event = "tentatives_non_purgees", err = %e);
        }
        if let Err(e) = ecran::faire_le_menage(&base).await {
            tracing::warn!(event = "changements_non_purges", err = %e);
        }
        match operations::purger(&base).await {
            Ok(0) => {}
            Ok(reponses) => tracing::info!(event = "operations_purgees", reponses),
            Err(e) => tracing::warn!(event = "operations_non_purgees", err = %e),
        }
    }
}
