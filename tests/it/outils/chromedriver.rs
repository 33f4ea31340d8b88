//! Starts chromedriver. The bench of the kitchen screen takes this very file too.

use std::io::{BufRead, BufReader, Error, Result};
use std::process::{Child, Command, Stdio};

/// It takes one port for both kinds of addresses, and gives up where one of them has it no more.
const ESSAIS: usize = 5;

/// On a port that it chooses itself, with what `preparer` adds; its address. Whoever starts it ends
/// it.
pub fn lancer(preparer: impl Fn(&mut Command)) -> Result<(Child, String)> {
    for _ in 0..ESSAIS {
        if let Some(pret) = essayer(&preparer)? {
            return Ok(pret);
        }
    }
    Err(Error::other("chromedriver does not start"))
}

fn essayer(preparer: impl Fn(&mut Command)) -> Result<Option<(Child, String)>> {
    let mut commande = Command::new("chromedriver");
    commande.arg("--port=0").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    preparer(&mut commande);
    let mut chromedriver = commande.spawn().map_err(|e| {
        Error::new(e.kind(), format!("chromedriver: {e}: scripts/installer --tests"))
    })?;
    let stdout = chromedriver.stdout.take().ok_or_else(|| Error::other("stdout"))?;
    let mut lignes = BufReader::new(stdout).lines();
    let port = loop {
        let Some(ligne) = lignes.next() else {
            chromedriver.wait()?;
            return Ok(None);
        };
        if let Some((_, port)) = ligne?.split_once("successfully on port ") {
            break port.trim_end_matches('.').to_owned();
        }
    };
    // Nobody reads on: it must not wait for a full pipe.
    std::thread::spawn(move || for _ in lignes.map_while(Result::ok) {});
    Ok(Some((chromedriver, format!("http://127.0.0.1:{port}"))))
}
