//! A cable between browser and server: its end on the browser's side stays where it is while servers
//! go and come, and it can lose an answer.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use super::Serveur;

pub struct Coupure {
    adresse: SocketAddr,
    /// Where the server is; none while it is away: another program may have its port by now.
    vers: Arc<Mutex<Option<String>>>,
    a_perdre: Arc<AtomicU32>,
    /// Changes when the cable is pulled out.
    coupe: watch::Sender<()>,
    tache: tokio::task::JoinHandle<()>,
}

impl Coupure {
    pub async fn devant(s: &Serveur) -> Self {
        let vers = Arc::new(Mutex::new(Some(adresse_de(s))));
        let direction = Arc::clone(&vers);
        let ecoute = TcpListener::bind("127.0.0.1:0").await.expect("port");
        let adresse = ecoute.local_addr().expect("adresse");
        let a_perdre = Arc::new(AtomicU32::new(0));
        let perte = Arc::clone(&a_perdre);
        let (coupe, fin) = watch::channel(());
        let tache = tokio::spawn(async move {
            while let Ok((client, _)) = ecoute.accept().await {
                let (vers, perte) = (direction.lock().expect("cable").clone(), Arc::clone(&perte));
                let mut fin = fin.clone();
                fin.mark_unchanged();
                tokio::spawn(async move {
                    let Some(vers) = vers else { return };
                    if let Ok(serveur) = TcpStream::connect(vers).await {
                        tokio::select! {
                            () = passer(client, serveur, &perte) => {}
                            _ = fin.changed() => {}
                        }
                    }
                });
            }
        });
        Self { adresse, vers, a_perdre, coupe, tache }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.adresse)
    }

    /// kill -9 of the server behind it.
    pub fn tuer(&self, s: &mut Serveur) {
        *self.vers.lock().expect("cable") = None;
        s.tuer();
    }

    /// Pulled out: the server lives, and others still reach it.
    pub fn couper(&self) {
        *self.vers.lock().expect("cable") = None;
        let _personne = self.coupe.send(());
    }

    pub fn rebrancher(&self, s: &Serveur) {
        *self.vers.lock().expect("cable") = Some(adresse_de(s));
    }

    /// A new process of it, wherever it then listens.
    pub fn relancer(&self, s: &mut Serveur) {
        s.relancer();
        *self.vers.lock().expect("cable") = Some(adresse_de(s));
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

fn adresse_de(s: &Serveur) -> String {
    s.url().trim_start_matches("http://").to_owned()
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
