//! The bytes of a backup on their way to the file and back.
//!
//! 1. [`Compresseur`] packs on several threads; only the thread that calls it writes, so an error
//!    of the file (disk full) comes back from `write` or `terminer`, and nothing can wait for ever.
//! 2. [`Hacheur`] takes the SHA-256 of what passes and counts it, in either direction.
//! 3. [`Derivation`] copies what is read into a second stream: the archive is read and packed in
//!    one pass.
//! 4. [`relayer`] reads ahead on a thread of its own.
//! 5. [`Decompresseur`] knows a file by its first bytes, and refuses one that is cut or damaged.
//! 6. A `.gz` is a list of gzip members, which `gunzip -c` opens; cut exactly between two of them
//!    it still is one: what it holds must know its own end, as an archive does. Ours tell their
//!    length, and are unpacked on several threads; those of others are one stream.

mod compresseur;
mod decompresseur;
mod derivation;
mod hacheur;
mod membre;
mod membres;
mod parallele;
mod relais;

pub use compresseur::{Compresseur, FormatFlux};
pub use decompresseur::Decompresseur;
pub(crate) use decompresseur::ErreurFlux;
pub(crate) use derivation::Derivation;
pub(crate) use hacheur::{Hacheur, Passage};
pub(crate) use relais::relayer;
