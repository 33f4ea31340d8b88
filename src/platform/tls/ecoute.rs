//! The first words of a connection that is to be TLS. Who speaks HTTP in clear is sent to https.

use std::io;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// First byte of a TLS record that begins a handshake.
const DEBUT_TLS: u8 = 0x16;
const ENTETES_MAX: usize = 8 * 1024;

/// None: sent elsewhere, or gone.
pub(crate) async fn saluer(
    flux: TcpStream,
    tls: &TlsAcceptor,
) -> io::Result<Option<TlsStream<TcpStream>>> {
    let mut premier = [0];
    if flux.peek(&mut premier).await? == 0 {
        return Ok(None);
    }
    if premier == [DEBUT_TLS] {
        return tls.accept(flux).await.map(Some);
    }
    renvoyer(flux).await?;
    Ok(None)
}

/// The address was typed without its `https://`.
async fn renvoyer(mut flux: TcpStream) -> io::Result<()> {
    let mut lus = Vec::new();
    while !lus.windows(4).any(|f| f == b"\r\n\r\n") && lus.len() < ENTETES_MAX {
        if flux.read_buf(&mut lus).await? == 0 {
            break;
        }
    }
    let reponse = match adresse_sure(&String::from_utf8_lossy(&lus)) {
        Some(adresse) => format!("HTTP/1.1 308 Permanent Redirect\r\nLocation: {adresse}\r\n"),
        None => "HTTP/1.1 400 Bad Request\r\n".to_owned(),
    };
    let fin = "Content-Length: 0\r\nConnection: close\r\n\r\n";
    flux.write_all(format!("{reponse}{fin}").as_bytes()).await?;
    flux.shutdown().await
}

fn adresse_sure(demande: &str) -> Option<String> {
    let mut lignes = demande.split("\r\n");
    let chemin = lignes.next()?.split(' ').nth(1).filter(|c| c.starts_with('/'))?;
    let hote = lignes.find_map(|l| {
        let (nom, valeur) = l.split_once(':')?;
        nom.eq_ignore_ascii_case("host").then(|| valeur.trim())
    })?;
    let d_un_hote = |b: u8| b.is_ascii_alphanumeric() || b".-:[]".contains(&b);
    let sain = !hote.is_empty()
        && hote.bytes().all(d_un_hote)
        && chemin.bytes().all(|b| b.is_ascii_graphic());
    sain.then(|| format!("https://{hote}{chemin}"))
}

#[cfg(test)]
mod tests {
    use super::adresse_sure;

    #[test]
    fn a_request_in_clear_is_sent_to_the_same_place_and_nowhere_else() {
        let vers = |d: &str| adresse_sure(d);
        assert_eq!(
            vers("GET /cuisine?x=1 HTTP/1.1\r\nhost: cuisine.local:8443\r\n\r\n").as_deref(),
            Some("https://cuisine.local:8443/cuisine?x=1")
        );
        assert_eq!(vers("GET / HTTP/1.1\r\n\r\n"), None);
        assert_eq!(vers("GET http://mal.example/ HTTP/1.1\r\nHost: a\r\n\r\n"), None);
        assert_eq!(vers("GET / HTTP/1.1\r\nHost: a/@mal.example\r\n\r\n"), None);
    }
}
