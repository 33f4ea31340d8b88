//! The doors: every connection, in clear or by TLS, from its arrival to its end.
//!
//! - What is waited for is bounded in time (`rythme`): headers, bodies, rests between requests. An
//!   answer that lasts, as the changes of a magasin do, is no rest.
//! - Places are counted (`places`): strangers never fill those of people who are logged in.
//! - What is turned away is told in the log once a minute.

mod flux;
mod places;
mod rythme;

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, HttpBody};
use axum::extract::ConnectInfo;
use axum::http::{Request, Response, Version};
use hyper::body::Incoming;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use ipnet::IpNet;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep, sleep_until, timeout};
use tokio_rustls::TlsAcceptor;

use self::flux::{CorpsRecu, CorpsRendu, EnCours, Flux};
use self::places::{Bornes, Place, Places};
use self::rythme::{ENTETES, Fin};
use super::tls;

/// More files than that no server of ours needs.
const FICHIERS_MAX: u64 = 16 * 1024;
/// For a connection that rested, to hear that it is closed.
const ADIEU: Duration = Duration::from_secs(1);

/// What a request knows of how it came.
#[derive(Clone)]
pub(crate) struct Passage {
    place: Arc<Place>,
    lent: Arc<AtomicBool>,
}

impl Passage {
    /// Somebody logged in asks: this connection is no stranger's any more.
    pub(crate) fn reconnaitre(&self) {
        self.place.reconnaitre();
    }

    /// Did its body come too slowly to be waited for?
    pub(crate) fn trop_lent(&self) -> bool {
        self.lent.load(Ordering::Relaxed)
    }
}

pub(crate) struct Portes {
    pub ecoute: TcpListener,
    pub tls: Option<TlsAcceptor>,
    pub proxys: Vec<IpNet>,
}

impl Portes {
    /// Serves until `arret` says true, then until the last request is answered.
    pub(crate) async fn recevoir(self, routes: Router, mut arret: watch::Receiver<bool>) {
        let places = Places::nouvelles(Bornes::pour(relever_les_fichiers()), self.proxys);
        let (vivante, mut toutes) = mpsc::channel::<Infallible>(1);
        loop {
            let arrivee = tokio::select! {
                a = self.ecoute.accept() => a,
                () = demande(&mut arret) => break,
            };
            let (flux, adresse) = match arrivee {
                Ok(arrivee) => arrivee,
                Err(erreur) => {
                    attendre_un_fichier(&erreur).await;
                    continue;
                }
            };
            let Some(place) = places.entrer(adresse.ip(), Instant::now()) else { continue };
            let porte = Porte { place: Arc::new(place), adresse, routes: routes.clone() };
            let (tls, arret, vivante) = (self.tls.clone(), arret.clone(), vivante.clone());
            tokio::spawn(async move {
                porte.ouvrir(flux, tls, arret).await;
                drop(vivante);
            });
        }
        drop((self.ecoute, vivante));
        let _toutes_finies = toutes.recv().await;
    }
}

/// Returns once the stop is asked for.
async fn demande(arret: &mut watch::Receiver<bool>) {
    let _ferme = arret.wait_for(|a| *a).await.is_ok();
}

/// As many files as the system lets us open, which is often more than it begins with.
fn relever_les_fichiers() -> u64 {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let voulu = maximum.unwrap_or(FICHIERS_MAX).min(FICHIERS_MAX);
    let Some(actuel) = current else { return FICHIERS_MAX };
    if actuel >= voulu {
        return actuel;
    }
    let plus = Rlimit { current: Some(voulu), maximum };
    if setrlimit(Resource::Nofile, plus).is_ok() { voulu } else { actuel }
}

/// Too many open files, most often: others will close theirs.
async fn attendre_un_fichier(erreur: &io::Error) {
    tracing::debug!(err = %erreur, "connexion perdue à la porte");
    sleep(Duration::from_millis(200)).await;
}

/// One connection.
struct Porte {
    place: Arc<Place>,
    adresse: SocketAddr,
    routes: Router,
}

impl Porte {
    async fn ouvrir(
        self,
        flux: TcpStream,
        tls: Option<TlsAcceptor>,
        mut arret: watch::Receiver<bool>,
    ) {
        // A live event is a few bytes: it is not kept back for more.
        let _sans_importance = flux.set_nodelay(true);
        let Some(tls) = tls else { return self.servir(flux, arret).await };
        let salue = tokio::select! {
            s = timeout(ENTETES, tls::saluer(flux, &tls)) => s,
            () = self.place.ecartee() => return,
            () = demande(&mut arret) => return,
        };
        match salue {
            Ok(Ok(Some(flux))) => self.servir(flux, arret).await,
            Ok(Ok(None)) => {}
            Ok(Err(erreur)) => tracing::debug!(err = %erreur, "TLS refusé"),
            Err(_) => tracing::debug!("TLS trop lent"),
        }
    }

    async fn servir<F>(self, flux: F, mut arret: watch::Receiver<bool>)
    where
        F: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let rythme = &self.place.rythme;
        let io = TokioIo::new(Flux { dessous: flux, rythme: Arc::clone(rythme) });
        let service = service_fn(|requete| self.repondre(requete));
        let protocole = Builder::new(TokioExecutor::new());
        let mut connexion = pin!(protocole.serve_connection(io, service));
        let mut reveil = pin!(sleep_until(Instant::now() + ENTETES));
        let mut s_arrete = false;
        loop {
            let tour = std::future::poll_fn(|cx| {
                if connexion.as_mut().poll(cx).is_ready() {
                    return Poll::Ready(Fin::Couper);
                }
                while let Some((echeance, fin)) = rythme.echeance() {
                    if echeance < reveil.deadline() {
                        reveil.as_mut().reset(echeance);
                    }
                    if reveil.as_mut().poll(cx).is_pending() {
                        break;
                    }
                    if echeance <= Instant::now() {
                        return Poll::Ready(fin);
                    }
                    reveil.as_mut().reset(echeance);
                }
                Poll::Pending
            });
            tokio::select! {
                fin = tour => {
                    if fin == Fin::Fermer {
                        connexion.as_mut().graceful_shutdown();
                        let _fermee = timeout(ADIEU, connexion).await;
                    }
                    return;
                }
                () = self.place.ecartee() => return,
                () = demande(&mut arret), if !s_arrete => {
                    s_arrete = true;
                    connexion.as_mut().graceful_shutdown();
                }
            }
        }
    }

    fn repondre(
        &self,
        requete: Request<Incoming>,
    ) -> impl Future<Output = Result<Response<CorpsRendu>, Infallible>> + use<> {
        let rythme = &self.place.rythme;
        let en_cours = EnCours::commencer(rythme, requete.version() == Version::HTTP_2);
        let lent = Arc::new(AtomicBool::new(false));
        let mut requete = requete.map(|corps| {
            if corps.is_end_stream() {
                return Body::empty();
            }
            Body::new(CorpsRecu::de(corps, rythme, &lent))
        });
        let passage = Passage { place: Arc::clone(&self.place), lent };
        requete.extensions_mut().insert(ConnectInfo(self.adresse));
        requete.extensions_mut().insert(passage);
        let reponse = TowerToHyperService::new(self.routes.clone()).call(requete);
        async move { Ok(reponse.await?.map(|corps| CorpsRendu { corps, _en_cours: en_cours })) }
    }
}
