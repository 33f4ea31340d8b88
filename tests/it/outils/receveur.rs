//! Who takes signals and webhooks: it keeps what it is sent, and can be out of order.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU16, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};

#[derive(Debug, Clone)]
pub struct Recu {
    /// With what follows the question mark.
    pub chemin: String,
    pub corps: String,
    /// By which what comes twice is known again.
    pub cle: String,
}

#[derive(Clone)]
struct Cahier {
    recus: Arc<Mutex<Vec<Recu>>>,
    /// What it answers; only what it accepts is kept.
    statut: Arc<AtomicU16>,
    /// It takes what comes, and never answers.
    muet: Arc<AtomicBool>,
}

pub struct Receveur {
    cahier: Cahier,
    adresse: SocketAddr,
}

impl Receveur {
    pub fn ouvrir() -> Self {
        let statut = Arc::new(AtomicU16::new(200));
        let cahier = Cahier { recus: Arc::default(), statut, muet: Arc::default() };
        let (dire, dite) = std::sync::mpsc::channel();
        let sien = cahier.clone();
        // On a thread of its own: the tests wait for real processes meanwhile.
        std::thread::spawn(move || {
            let execution = tokio::runtime::Builder::new_current_thread().enable_all().build();
            execution.expect("runtime").block_on(async move {
                let porte = TcpListener::bind("127.0.0.1:0").await.expect("port");
                dire.send(porte.local_addr().expect("adresse")).expect("test");
                let routes = Router::new().fallback(prendre).with_state(sien);
                axum::serve(porte, routes).await.expect("receveur");
            });
        });
        let adresse = dite.recv_timeout(Duration::from_secs(10)).expect("receveur");
        Self { cahier, adresse }
    }

    /// The port where the same is reached by TLS.
    pub fn en_tls(&self, config: Arc<rustls::ServerConfig>) -> u16 {
        let (dire, dite) = std::sync::mpsc::channel();
        let clair = self.adresse;
        std::thread::spawn(move || {
            let execution = tokio::runtime::Builder::new_current_thread().enable_all().build();
            execution.expect("runtime").block_on(async move {
                let porte = TcpListener::bind("127.0.0.1:0").await.expect("port");
                dire.send(porte.local_addr().expect("adresse").port()).expect("test");
                let tls = tokio_rustls::TlsAcceptor::from(config);
                while let Ok((prise, _)) = porte.accept().await {
                    // Who does not trust it is gone again.
                    let Ok(mut dehors) = tls.accept(prise).await else { continue };
                    tokio::spawn(async move {
                        let mut dedans = TcpStream::connect(clair).await.expect("receveur");
                        let _coupee = copy_bidirectional(&mut dehors, &mut dedans).await;
                    });
                }
            });
        });
        dite.recv_timeout(Duration::from_secs(10)).expect("receveur")
    }

    pub fn url(&self, chemin: &str) -> String {
        format!("http://{}{chemin}", self.adresse)
    }

    pub fn repondre(&self, statut: u16) {
        self.cahier.statut.store(statut, Ordering::SeqCst);
    }

    pub fn se_taire(&self, muet: bool) {
        self.cahier.muet.store(muet, Ordering::SeqCst);
    }

    pub fn recus(&self) -> Vec<Recu> {
        self.cahier.recus.lock().expect("cahier").clone()
    }

    pub fn chemins(&self) -> Vec<String> {
        self.recus().into_iter().map(|r| r.chemin).collect()
    }

    /// What went to one address: each has its own order.
    pub fn chemins_de(&self, adresse: &str) -> Vec<String> {
        self.chemins().into_iter().filter(|c| c.starts_with(adresse)).collect()
    }

    /// The same, with what was said there.
    pub fn recus_de(&self, adresse: &str) -> Vec<Recu> {
        self.recus().into_iter().filter(|r| r.chemin.starts_with(adresse)).collect()
    }

    pub fn oublier(&self) {
        self.cahier.recus.lock().expect("cahier").clear();
    }

    /// Waits (bounded) until there are as many.
    pub async fn attendre(&self, nombre: usize) -> Vec<Recu> {
        let fin = Instant::now() + Duration::from_secs(30);
        while self.recus().len() < nombre {
            assert!(Instant::now() < fin, "{nombre} attendus : {:#?}", self.recus());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        self.recus()
    }
}

async fn prendre(State(cahier): State<Cahier>, requete: Request) -> StatusCode {
    let (tete, corps) = requete.into_parts();
    let chemin = tete.uri.path_and_query().map(ToString::to_string).unwrap_or_default();
    let corps = to_bytes(corps, usize::MAX).await.unwrap_or_default();
    let statut = StatusCode::from_u16(cahier.statut.load(Ordering::SeqCst)).expect("statut");
    if statut.is_success() {
        let corps = String::from_utf8_lossy(&corps).into_owned();
        let cle = tete.headers.get("idempotency-key").and_then(|c| c.to_str().ok());
        let cle = cle.unwrap_or_default().to_owned();
        cahier.recus.lock().expect("cahier").push(Recu { chemin, corps, cle });
    }
    if cahier.muet.load(Ordering::SeqCst) {
        std::future::pending::<()>().await;
    }
    statut
}
