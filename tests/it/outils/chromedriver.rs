//! Starts chromedriver. The bench of the kitchen screen takes this very file too.

use std::io::{BufRead, BufReader, Error, Result};
use std::process::{Child, Command, Stdio};

/// On a port that it chooses itself, with what `preparer` adds; its address. Whoever starts it ends
/// it.
pub fn lancer(preparer: impl FnOnce(&mut Command)) -> Result<(Child, String)> {
    let mut commande = Command::new("chromedriver");
    commande.arg("--port=0").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    preparer(&mut commande);
    let mut chromedriver = commande.spawn().map_err(|e| {
        Error::new(e.kind(), format!("chromedriver: {e}: scripts/installer --tests"))
    })?;
    let muet = || Error::other("chromedriver does not start");
    let mut lignes = BufReader::new(chromedriver.stdout.take().ok_or_else(muet)?).lines();
    let port = loop {
        let ligne = lignes.next().ok_or_else(muet)??;
        if let Some((_, port)) = ligne.split_once("successfully on port ") {
            break port.trim_end_matches('.').to_owned();
        }
    };
    // Nobody reads on: it must not wait for a full pipe.
    std::thread::spawn(move || for _ in lignes.map_while(Result::ok) {});
    Ok((chromedriver, format!("http://127.0.0.1:{port}")))
}
