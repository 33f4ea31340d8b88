//! What commands say to people. A reader that has gone (`| head`) is no fault of what was done.

use std::fmt::Display;
use std::io::Write;

/// One line on stdout.
pub(crate) fn dire(texte: impl Display) {
    let _lecteur_parti = writeln!(std::io::stdout(), "{texte}");
}
