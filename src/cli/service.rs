//! `serve` and `demo`: the server, from its start to a stop that lets requests finish.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tracing::Instrument;

use super::sortie::{self, Code, Echec, Issue};
use crate::demo;
use crate::platform::comptes::{self, Comptes};
use crate::platform::config::Configuration;
use crate::platform::db::{Base, operations};
use crate::platform::http::Etat;
use crate::platform::terminal::dire;
use crate::router;
use crate::sauvegarde::restore;

/// How long requests under way may still take after SIGTERM.
const DELAI_ARRET: Duration = Duration::from_secs(20);

pub async fn serve(config: Configuration, listen: SocketAddr, migrer: bool) -> Issue {
    let base = sortie::ouvrir(&config.base).await?;
    restore::au_demarrage(&base, &config.base).await;
    if migrer {
        sortie::migrer(&base).await?;
    }
    sortie::exiger_schema(&base).await?;
    let ecoute = ecouter(listen).await?;
    servir(config, base, ecoute).await
}

pub async fn demo(config: Configuration, listen: SocketAddr) -> Issue {
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
    let base = sortie::ouvrir(&config.base).await?;
    restore::au_demarrage(&base, &config.base).await;
    sortie::migrer(&base).await?;
    let comptes = demo::preparer(&base, &dossier).await?;
    let adresse = ecoute.local_addr().map_err(sortie::dire)?;
    dire(format!("\nDéliceGo, démonstration : http://{adresse}\n"));
    for compte in &comptes {
        dire(format!("  {:<16}{:<28}{}", compte.role.libelle(), compte.email, compte.mot_de_passe));
    }
    dire(format!("\nArrêt : Ctrl-C. Les données restent dans {}.\n", dossier.display()));
    servir(config, base, ecoute).await
}

async fn ecouter(adresse: SocketAddr) -> Result<TcpListener, Echec> {
    TcpListener::bind(adresse).await.map_err(|e| {
        let raison = match e.kind() {
            std::io::ErrorKind::AddrInUse => "un autre programme y écoute déjà".to_owned(),
            _ => e.to_string(),
        };
        Echec::nouveau(Code::Refuse, format!("impossible d'écouter sur {adresse} : {raison}"))
    })
}

async fn servir(config: Configuration, base: Base, ecoute: TcpListener) -> Issue {
    let adresse = ecoute.local_addr().map_err(sortie::dire)?;
    let menage = tokio::spawn(faire_le_menage(base.clone()).in_current_span());
    let guerison = restore::veiller(base.clone(), config.base.clone());
    let guerison = tokio::spawn(guerison.in_current_span());
    let etat = Etat {
        base: base.clone(),
        comptes: Arc::new(Comptes::default()),
        config: Arc::new(config),
    };
    let service = router::construire(etat).into_make_service_with_connect_info::<SocketAddr>();
    tracing::info!(event = "serveur_pret", %adresse);
    let (arreter, arret) = tokio::sync::watch::channel(false);
    let mut fin = arret.clone();
    let serveur = axum::serve(ecoute, service).with_graceful_shutdown(async move {
        let _ferme = fin.wait_for(|a| *a).await;
    });
    let suivies = base.clone();
    let signal = async {
        attendre_un_signal().await;
        tracing::info!(event = "serveur_arret");
        let _plus_personne = arreter.send(true);
        suivies.ne_plus_suivre();
        tokio::time::sleep(DELAI_ARRET).await;
    };
    tokio::select! {
        fini = serveur => fini.map_err(sortie::dire)?,
        () = signal => tracing::warn!(event = "serveur_arret_force"),
    }
    menage.abort();
    guerison.abort();
    base.fermer().await;
    tracing::info!(event = "serveur_arrete");
    Ok(Code::Fait)
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

/// Once a day: answers kept for retries are forgotten after 30 days.
async fn faire_le_menage(base: Base) {
    let mut jour = tokio::time::interval(Duration::from_secs(24 * 3600));
    loop {
        jour.tick().await;
        if let Err(e) = comptes::faire_le_menage(&base).await {
            tracing::warn!(event = "tentatives_non_purgees", err = %e);
        }
        match operations::purger(&base).await {
            Ok(0) => {}
            Ok(reponses) => tracing::info!(event = "operations_purgees", reponses),
            Err(e) => tracing::warn!(event = "operations_non_purgees", err = %e),
        }
    }
}
