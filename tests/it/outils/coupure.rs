//! A cable between browser and server that can lose an answer.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

pub struct Coupure {
    adresse: SocketAddr,
    a_perdre: Arc<AtomicU32>,
    tache: tokio::task::JoinHandle<()>,
}

impl Coupure {
    /// In front of that server, which may go and come back at its address.
    pub async fn devant(url: &str) -> Self {
        let vers = url.trim_start_matches("http://").to_owned();
        let ecoute = TcpListener::bind("127.0.0.1:0").await.expect("port");
        let adresse = ecoute.local_addr().expect("adresse");
        let a_perdre = Arc::new(AtomicU32::new(0));
        let perte = Arc::clone(&a_perdre);
        let tache = tokio::spawn(async move {
            while let Ok((client, _)) = ecoute.accept().await {
                let (vers, perte) = (vers.clone(), Arc::clone(&perte));
                tokio::spawn(async move {
                    if let Ok(serveur) = TcpStream::connect(vers).await {
                        passer(client, serveur, &perte).await;
                    }
                });
            }
        });
        Self { adresse, a_perdre, tache }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.adresse)
    }

    /// The answers to the next writes reach the server's side of the cable and no further.
    pub fn perdre_des_reponses(&self, combien: u32) {
        self.a_perdre.store(combien, Ordering::SeqCst);
    }

    /// How many are still to be lost.
    pub fn encore_a_perdre(&self) -> u32 {
        self.a_perdre.load(Ordering::SeqCst)
    }
}

impl Drop for Coupure {
    fn drop(&mut self) {
        self.tache.abort();
    }
}

async fn passer(mut client: TcpStream, mut serveur: TcpStream, a_perdre: &AtomicU32) {
    let (mut monte, mut descend) = (vec![0; 65536], vec![0; 65536]);
    let mut ecriture = false;
    loop {
        tokio::select! {
            lu = client.read(&mut monte) => {
                let Ok(n @ 1..) = lu else { return };
                ecriture |= monte[..n].starts_with(b"POST /api/interne/production-preparation/");
                if serveur.write_all(&monte[..n]).await.is_err() { return }
            }
            lu = serveur.read(&mut descend) => {
                let Ok(n @ 1..) = lu else { return };
                if std::mem::take(&mut ecriture) && prendre_une(a_perdre) {
                    // The head alone: a browser would send a request without any answer again.
                    let tete = descend[..n].windows(4).position(|w| w == b"\r\n\r\n");
                    let _coupe = client.write_all(&descend[..tete.map_or(0, |t| t + 4)]).await;
                    return;
                }
                if client.write_all(&descend[..n]).await.is_err() { return }
            }
        }
    }
}

fn prendre_une(a_perdre: &AtomicU32) -> bool {
    a_perdre.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(1)).is_ok()
}
