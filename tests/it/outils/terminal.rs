//! A person's terminal: what a command writes there, whichever way it writes it.

use std::fs::{File, OpenOptions};
use std::io::Read;
use std::process::Command;

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

/// Runs a command on a terminal of its own; its code, and what is seen there.
pub fn au_terminal(commande: &mut Command) -> (i32, String) {
    let maitre = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("terminal");
    grantpt(&maitre).expect("terminal");
    unlockpt(&maitre).expect("terminal");
    let nom = ptsname(&maitre, Vec::new()).expect("terminal").into_string().expect("nom");
    let ouvrir = || OpenOptions::new().read(true).write(true).open(&nom).expect("terminal");
    commande.env("TERM", "xterm").stdin(ouvrir()).stdout(ouvrir()).stderr(ouvrir());
    let mut enfant = commande.spawn().expect("delicego");
    // The command still holds the other end: only what it started may keep it open.
    let vide = std::process::Stdio::null;
    commande.stdin(vide()).stdout(vide()).stderr(vide());
    let lire = std::thread::spawn(move || {
        let (mut vu, mut ecran) = (Vec::new(), File::from(maitre));
        // Ends by an error, once nobody has the other end.
        let _fini = ecran.read_to_end(&mut vu);
        String::from_utf8_lossy(&vu).into_owned()
    });
    let code = enfant.wait().expect("fin").code().unwrap_or(-1);
    (code, lire.join().expect("écran"))
}
