//! An S3 server on this machine, which checks who asks, and can break in the middle of what it is
//! sent. Its objects are plain files: a test may look at them, and change them.

mod objets;
mod signature;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use percent_encoding::percent_decode_str;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};

use self::objets::{Demande, Depot, Refus};
use self::signature::{CLE, REGION, SECRET};

pub const SEAU: &str = "sauvegardes";

pub struct Magasin {
    racine: PathBuf,
    adresse: SocketAddr,
    /// Bytes that it still takes before it breaks every connection.
    reste: Arc<AtomicI64>,
    /// Bytes that it still gives.
    a_donner: Arc<AtomicI64>,
    /// What it has nobody writes over.
    fige: Arc<AtomicBool>,
}

impl Magasin {
    pub fn ouvrir(racine: &Path) -> Self {
        std::fs::create_dir_all(racine.join(SEAU)).expect("seau");
        let reste = Arc::new(AtomicI64::new(i64::MAX));
        let a_donner = Arc::new(AtomicI64::new(i64::MAX));
        let (dire, dite) = std::sync::mpsc::channel();
        let fige = Arc::new(AtomicBool::new(false));
        let (dossier, gel) = (racine.to_owned(), Arc::clone(&fige));
        let compteurs = (Arc::clone(&reste), Arc::clone(&a_donner));
        // On a thread of its own: the tests wait for real processes meanwhile.
        std::thread::spawn(move || {
            let execution = tokio::runtime::Builder::new_current_thread().enable_all().build();
            execution.expect("runtime").block_on(async move {
                let interne = servir(&dossier, gel).await;
                let porte = TcpListener::bind("127.0.0.1:0").await.expect("port");
                dire.send(porte.local_addr().expect("adresse")).expect("test");
                loop {
                    let (client, _) = porte.accept().await.expect("client");
                    tokio::spawn(passer(client, interne, compteurs.clone()));
                }
            });
        });
        let adresse = dite.recv_timeout(Duration::from_secs(10)).expect("serveur S3");
        Self { racine: racine.to_owned(), adresse, reste, a_donner, fige }
    }

    /// What a program needs to reach it.
    pub fn variables(&self) -> Vec<(&'static str, String)> {
        vec![
            ("AWS_ENDPOINT", format!("http://{}", self.adresse)),
            ("AWS_ACCESS_KEY_ID", CLE.to_owned()),
            ("AWS_SECRET_ACCESS_KEY", SECRET.to_owned()),
            ("AWS_REGION", REGION.to_owned()),
            ("AWS_ALLOW_HTTP", "true".to_owned()),
        ]
    }

    /// Refuses (403) whatever would take the place of an object, whoever asks.
    pub fn figer(&self) {
        self.fige.store(true, Ordering::SeqCst);
    }

    pub fn mourir_apres(&self, octets: i64) {
        self.reste.store(octets, Ordering::SeqCst);
    }

    /// Gives so many bytes of answers, and hangs up in the middle of one.
    pub fn se_taire_apres(&self, octets: i64) {
        self.a_donner.store(octets, Ordering::SeqCst);
    }

    pub fn revenir(&self) {
        self.a_donner.store(i64::MAX, Ordering::SeqCst);
        self.reste.store(i64::MAX, Ordering::SeqCst);
    }

    /// Uploads in parts that were begun and are neither whole nor given up.
    pub fn envois_en_cours(&self) -> usize {
        let entrees = std::fs::read_dir(self.racine.join(objets::EN_COURS)).expect("envois");
        entrees.flatten().filter(|e| e.path().is_dir()).count()
    }

    /// Objects that a client can see, by name, with their contents.
    pub fn objets(&self, dossier: &str) -> Vec<(String, Vec<u8>)> {
        let Ok(entrees) = std::fs::read_dir(self.racine.join(SEAU).join(dossier)) else {
            return Vec::new();
        };
        let mut objets: Vec<_> = entrees
            .flatten()
            .filter(|e| e.file_type().is_ok_and(|t| t.is_file()))
            .map(|e| (e.file_name().to_string_lossy().into_owned(), e.path()))
            .map(|(nom, chemin)| (nom, std::fs::read(chemin).unwrap_or_default()))
            .collect();
        objets.sort();
        objets
    }
}

async fn servir(racine: &Path, fige: Arc<AtomicBool>) -> SocketAddr {
    let depot = Arc::new(Depot::ouvrir(racine, fige).expect("dossier"));
    let porte = TcpListener::bind("127.0.0.1:0").await.expect("port");
    let adresse = porte.local_addr().expect("adresse");
    let routes = Router::new().fallback(repondre).with_state(depot);
    tokio::spawn(async move { axum::serve(porte, routes).await });
    adresse
}

async fn repondre(State(depot): State<Arc<Depot>>, requete: Request) -> Result<Response, Refus> {
    let (tete, corps) = requete.into_parts();
    let incomplet = |_| Refus(StatusCode::BAD_REQUEST, "IncompleteBody");
    let corps = to_bytes(corps, usize::MAX).await.map_err(incomplet)?;
    signature::verifier(&tete, &corps)?;
    let chemin = percent_decode_str(tete.uri.path()).decode_utf8_lossy().into_owned();
    let chemin = chemin.trim_start_matches('/');
    let (seau, cle) = chemin.split_once('/').unwrap_or((chemin, ""));
    let question = tete.uri.query().unwrap_or_default();
    depot.repondre(&Demande {
        methode: tete.method,
        seau: seau.to_owned(),
        cle: cle.to_owned(),
        question: form_urlencoded::parse(question.as_bytes()).into_owned().collect(),
        entetes: tete.headers,
        corps,
    })
}

/// Counts what the client sends and is given, and hangs up when there is nothing left to give.
async fn passer(
    client: TcpStream,
    interne: SocketAddr,
    (reste, a_donner): (Arc<AtomicI64>, Arc<AtomicI64>),
) {
    let Ok(serveur) = TcpStream::connect(interne).await else { return };
    let (de_client, vers_client) = client.into_split();
    let (de_serveur, vers_serveur) = serveur.into_split();
    tokio::select! {
        () = compter(de_client, vers_serveur, &reste) => {}
        () = compter(de_serveur, vers_client, &a_donner) => {}
    }
}

/// What does not fit any more is not passed on, but for its beginning.
async fn compter(mut de: OwnedReadHalf, mut vers: OwnedWriteHalf, reste: &AtomicI64) {
    let mut tampon = vec![0; 64 * 1024];
    while let Ok(lus @ 1..) = de.read(&mut tampon).await {
        let lus_i64 = i64::try_from(lus).unwrap_or(i64::MAX);
        let avant = reste.fetch_sub(lus_i64, Ordering::SeqCst);
        let passent = usize::try_from(avant.clamp(0, lus_i64)).unwrap_or(0);
        if vers.write_all(&tampon[..passent]).await.is_err() || passent < lus {
            return;
        }
    }
}
