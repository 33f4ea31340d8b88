//! The bytes of a connection and the bodies on it, which say to its rhythm what happens.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use hyper::body::{Frame, Incoming, SizeHint};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

use super::rythme::Rythme;

/// Of a body nothing comes for so long: the rest is not waited for.
const SILENCE: Duration = Duration::from_secs(20);
/// A body has a minute, and a second more for each of these.
const MINUTE: Duration = Duration::from_secs(60);
const OCTETS_PAR_SECONDE: u64 = 16 * 1024;

pub(super) struct Flux<F> {
    pub dessous: F,
    pub rythme: Arc<Rythme>,
}

impl<F: AsyncRead + Unpin> AsyncRead for Flux<F> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        lus: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let avant = lus.filled().len();
        let lecture = Pin::new(&mut self.dessous).poll_read(cx, lus);
        if lus.filled().len() > avant {
            self.rythme.octets_recus();
        }
        lecture
    }
}

impl<F: AsyncWrite + Unpin> Flux<F> {
    fn noter<T>(&self, ecriture: Poll<T>) -> Poll<T> {
        self.rythme.ecrire(ecriture.is_ready());
        ecriture
    }
}

impl<F: AsyncWrite + Unpin> AsyncWrite for Flux<F> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        octets: &[u8],
    ) -> Poll<io::Result<usize>> {
        let ecriture = Pin::new(&mut self.dessous).poll_write(cx, octets);
        self.noter(ecriture)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        morceaux: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let ecriture = Pin::new(&mut self.dessous).poll_write_vectored(cx, morceaux);
        self.noter(ecriture)
    }

    fn is_write_vectored(&self) -> bool {
        self.dessous.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.dessous).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.dessous).poll_shutdown(cx)
    }
}

/// One request under way, until its answer was given to the end.
pub(super) struct EnCours(Arc<Rythme>);

impl EnCours {
    pub(super) fn commencer(rythme: &Arc<Rythme>, melees: bool) -> Self {
        rythme.commencer(melees);
        Self(Arc::clone(rythme))
    }
}

impl Drop for EnCours {
    fn drop(&mut self) {
        self.0.finir(Instant::now());
    }
}

/// An answer's body.
pub(super) struct CorpsRendu {
    pub corps: Body,
    pub _en_cours: EnCours,
}

impl HttpBody for CorpsRendu {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.corps).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.corps.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.corps.size_hint()
    }
}

/// A request's body, bounded in time.
pub(super) struct CorpsRecu {
    corps: Incoming,
    rythme: Arc<Rythme>,
    /// Set once it was too slow.
    lent: Arc<AtomicBool>,
    debut: Option<Instant>,
    recus: u64,
    attente: Option<Pin<Box<Sleep>>>,
}

impl CorpsRecu {
    pub(super) fn de(corps: Incoming, rythme: &Arc<Rythme>, lent: &Arc<AtomicBool>) -> Self {
        let (rythme, lent) = (Arc::clone(rythme), Arc::clone(lent));
        Self { corps, rythme, lent, debut: None, recus: 0, attente: None }
    }
}

/// Until when the next bytes of a body may come.
fn limite(debut: Instant, maintenant: Instant, recus: u64) -> Instant {
    let en_tout = debut + MINUTE + Duration::from_secs(recus / OCTETS_PAR_SECONDE);
    en_tout.min(maintenant + SILENCE)
}

impl HttpBody for CorpsRecu {
    type Data = Bytes;
    type Error = Box<dyn std::error::Error + Send + Sync>;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let moi = &mut *self;
        if let Poll::Ready(cadre) = Pin::new(&mut moi.corps).poll_frame(cx) {
            if moi.attente.take().is_some() {
                moi.rythme.attendre_le_corps(false);
            }
            if let Some(Ok(donnees)) = cadre.as_ref().map(|c| c.as_ref().map(Frame::data_ref)) {
                moi.recus += donnees.map_or(0, |d| d.len() as u64);
            }
            return Poll::Ready(cadre.map(|c| c.map_err(Into::into)));
        }
        let recus = moi.recus;
        let maintenant = Instant::now();
        let debut = *moi.debut.get_or_insert(maintenant);
        let attente = moi.attente.get_or_insert_with(|| {
            moi.rythme.attendre_le_corps(true);
            Box::pin(sleep_until(limite(debut, maintenant, recus)))
        });
        if attente.as_mut().poll(cx).is_pending() {
            return Poll::Pending;
        }
        moi.lent.store(true, Ordering::Relaxed);
        Poll::Ready(Some(Err(io::Error::from(io::ErrorKind::TimedOut).into())))
    }

    fn is_end_stream(&self) -> bool {
        self.corps.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.corps.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_has_twenty_seconds_of_silence_and_a_minute_more_what_its_size_takes() {
        let debut = Instant::now();
        assert_eq!(limite(debut, debut, 0), debut + SILENCE);
        let tard = debut + Duration::from_secs(59);
        assert_eq!(limite(debut, tard, 0), debut + MINUTE);
        let mega = 1 << 20;
        assert_eq!(limite(debut, tard, mega), tard + SILENCE);
        assert_eq!(
            limite(debut, debut + MINUTE * 2, mega),
            debut + MINUTE + MINUTE + Duration::from_secs(4)
        );
    }
}
