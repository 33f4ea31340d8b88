//! What commands say to people. A reader that has gone (`| head`) is no fault of what was done.

use std::fmt::Display;
use std::io::{self, IsTerminal, Write};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// One line on stdout.
pub(crate) fn dire(texte: impl Display) {
    let _lecteur_parti = writeln!(std::io::stdout(), "{texte}");
}

/// One line on stderr, for what went wrong beside the command's own end.
pub(crate) fn avertir(texte: impl Display) {
    let _lecteur_parti = writeln!(std::io::stderr(), "delicego : {texte}");
}

/// How far a long command is, the same for all of them; hidden when nobody looks on.
pub(crate) fn barre(json: bool) -> ProgressBar {
    if json || !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let barre = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    match ProgressStyle::with_template("{prefix:24} [{wide_bar}] {percent:>3} %  {elapsed}  {msg}")
    {
        Ok(style) => barre.with_style(style.progress_chars("=> ")),
        Err(_) => barre,
    }
}
