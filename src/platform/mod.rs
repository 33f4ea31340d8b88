//! What every slice stands on and no slice is known to: configuration, database, HTTP, people,
//! logs, errors. Knows no slice.

pub(crate) mod causes;
pub mod cluster;
pub mod comptes;
pub mod config;
pub mod db;
pub(crate) mod env;
pub mod errors;
pub(crate) mod fichiers;
pub(crate) mod heure;
pub mod http;
pub mod issue;
pub(crate) mod libpq;
pub(crate) mod logs;
pub(crate) mod mesures;
pub(crate) mod portes;
pub(crate) mod terminal;
pub(crate) mod tls;
