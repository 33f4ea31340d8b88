//! The program as a process: its start, its processor time, its end.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process};

use super::grappe::PROGRAMME;

/// What /proc counts in, on every Linux there is.
const BATTEMENTS_PAR_SECONDE: f64 = 100.0;

/// The program with an environment of nothing but these variables.
pub fn commande(variables: &[(&str, String)]) -> Command {
    let mut commande = Command::new(PROGRAMME);
    commande
        .env_clear()
        .env("PATH", std::env::var("PATH").unwrap_or_default())
        .envs(variables.iter().map(|(nom, valeur)| (nom, valeur)))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::inherit());
    commande
}

/// Starts a command that serves, where no other process can be in its way: the system gives it its
/// port, and it says which.
pub fn servir(mut commande: Command) -> Result<(Child, String)> {
    // Its address is told at this level.
    commande.env("LOG_LEVEL", "INFO").args(["--listen", "127.0.0.1:0"]).stdout(Stdio::piped());
    let mut processus = commande.spawn()?;
    let sortie = processus.stdout.take().context("stdout")?;
    let mut lignes = BufReader::new(sortie).lines().map_while(Result::ok);
    let adresse = lignes.find_map(|ligne| {
        let (_, adresse) = ligne.split_once("event=serveur_pret")?.1.split_once("adresse=")?;
        adresse.split(' ').next().map(str::to_owned)
    });
    // Nobody reads the rest, and nobody must wait for that.
    std::thread::spawn(move || lignes.for_each(drop));
    Ok((processus, adresse.context("the program does not serve")?))
}

/// Who asks the program, and for how long he waits.
pub fn client(patience: Duration) -> Result<reqwest::Client> {
    // A second time, it is there already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Ok(reqwest::Client::builder().no_proxy().timeout(patience).build()?)
}

/// Waits for `GET /health`: when the first answer came, and when the first 200.
pub async fn attendre(url: &str, debut: Instant) -> Result<(Duration, Duration)> {
    let http = client(Duration::from_secs(60))?;
    let mut premiere = None;
    while debut.elapsed() < Duration::from_secs(120) {
        if let Ok(reponse) = http.get(format!("{url}/health")).send().await {
            let premiere = *premiere.get_or_insert(debut.elapsed());
            if reponse.status() == 200 {
                return Ok((premiere, debut.elapsed()));
            }
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    bail!("the program does not answer")
}

/// SIGTERM, and its end.
pub fn arreter(mut processus: Child) -> Result<()> {
    kill_process(Pid::from_child(&processus), Signal::TERM)?;
    let limite = Instant::now() + Duration::from_secs(30);
    while processus.try_wait()?.is_none() {
        if Instant::now() > limite {
            processus.kill()?;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}

/// Seconds of processor, of the program and of the system for it.
pub fn processeur(pid: u32) -> Result<f64> {
    let champs = stat(pid)?;
    Ok((champs.0 + champs.1) / BATTEMENTS_PAR_SECONDE)
}

/// The same of a process and all its children, those that ended too.
pub fn processeur_famille(pid: u32) -> Result<f64> {
    let (utilisateur, systeme, finis, _) = stat(pid)?;
    let mut total = (utilisateur + systeme + finis) / BATTEMENTS_PAR_SECONDE;
    for entree in std::fs::read_dir("/proc")?.flatten() {
        let Ok(enfant) = entree.file_name().to_string_lossy().parse::<u32>() else { continue };
        // It may end while we look.
        if let Ok((u, s, f, parent)) = stat(enfant)
            && parent == pid
        {
            total += (u + s + f) / BATTEMENTS_PAR_SECONDE;
        }
    }
    Ok(total)
}

/// utime, stime, cutime + cstime, and the parent.
fn stat(pid: u32) -> Result<(f64, f64, f64, u32)> {
    let texte = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let (_, reste) = texte.rsplit_once(')').context("stat")?;
    let champs: Vec<&str> = reste.split_whitespace().collect();
    let champ = |n: usize| champs.get(n).and_then(|c| c.parse::<f64>().ok()).context("stat");
    let parent = champs.get(1).and_then(|c| c.parse().ok()).context("stat")?;
    Ok((champ(11)?, champ(12)?, champ(13)? + champ(14)?, parent))
}
