//! HTTPS, as a tablet that trusts the local authority sees it.

mod fichiers;
mod service;
