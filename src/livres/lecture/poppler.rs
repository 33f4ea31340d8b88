//! Poppler's pdftotext and pdftoppm, the one file of this slice that starts child processes.
//! A PDF is hostile until read: the child gets the bytes by its standard input, no path, no
//! environment, no right to write a file, little memory and time, and as root it is nobody. Exit
//! code 0 is no proof of anything; what it printed is judged.

use std::io;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Resource, Rlimit, Signal, kill_process_group, setrlimit};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};
use tokio::sync::Semaphore;

use super::ErreurDeLivre::{
    self, Abime, LimiteAtteinte, MotDePasse, OutilAbsent, PageAbsente, Scanne, Systeme,
};
use super::mots::{Moteur, PageLue, Pages};
use super::tsv::LecteurTsv;

const MEMOIRE: u64 = 512 * 1024 * 1024;
const PROCESSEUR_S: u64 = 10;
const ATTENTE: Duration = Duration::from_secs(15);
const PAGES_MAX: usize = 300;
const SORTIE_MAX: usize = 32 * 1024 * 1024;
/// What it complained of is kept up to here, and read to its end.
const PLAINTES_MAX: usize = 64 * 1024;
/// The longer side of a picture, in pixels.
const COTE_MAX: &str = "1600";
const PERSONNE: u32 = 65_534;
/// So many at once, whoever asks: a kitchen's computer has other work.
static PLACES: Semaphore = Semaphore::const_new(2);

/// The folders where its programs are looked for.
pub struct Poppler {
    dossiers: Vec<PathBuf>,
}

struct Fin {
    statut: ExitStatus,
    plaintes: String,
    /// We had it killed: it said more than we take.
    interrompu: bool,
}

/// Killed with all it started, unless it ended by itself.
struct Groupe(Option<Pid>);

impl Default for Poppler {
    fn default() -> Self {
        let chemins = std::env::var_os("PATH").unwrap_or_default();
        let usuels = ["/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"].map(PathBuf::from);
        Self { dossiers: std::env::split_paths(&chemins).chain(usuels).collect() }
    }
}

impl Moteur for Poppler {
    async fn mots(
        &self,
        pdf: &[u8],
        progres: &mut (dyn FnMut(u32) + Send),
    ) -> Result<Pages, ErreurDeLivre> {
        self.lire(pdf, &["-l", &(PAGES_MAX + 1).to_string()], progres).await
    }

    async fn image(&self, pdf: &[u8], page: u32) -> Result<Vec<u8>, ErreurDeLivre> {
        let numero = page.to_string();
        let arguments =
            ["-png", "-singlefile", "-scale-to", COTE_MAX, "-f", &numero, "-l", &numero, "-"];
        let mut png = Vec::new();
        let fin = executer(self.commande("pdftoppm", &arguments)?, pdf, |octets| {
            png.extend_from_slice(octets);
            true
        })
        .await?;
        if fin.plaintes.contains("Wrong page range") {
            return Err(ErreurDeLivre::PageAbsente);
        }
        match juger(&fin, png.len()) {
            Ok(()) | Err(Scanne) if png.starts_with(b"\x89PNG") => Ok(png),
            Ok(()) | Err(Scanne) => Err(Abime),
            Err(e) => Err(e),
        }
    }
}

impl Poppler {
    /// Its programs are looked for here and nowhere else.
    pub fn dans(dossier: &Path) -> Self {
        Self { dossiers: vec![dossier.to_owned()] }
    }

    /// The words of one page; the first is 1.
    pub(crate) async fn mots_de(&self, pdf: &[u8], page: u32) -> Result<PageLue, ErreurDeLivre> {
        let numero = page.to_string();
        let lues = self.lire(pdf, &["-f", &numero, "-l", &numero], &mut |_| ()).await?;
        lues.pages.into_iter().last().ok_or(PageAbsente)
    }

    async fn lire(
        &self,
        pdf: &[u8],
        lesquelles: &[&str],
        progres: &mut (dyn FnMut(u32) + Send),
    ) -> Result<Pages, ErreurDeLivre> {
        // With -nodiag it would lose what follows a tilted word as well.
        let arguments = [&["-tsv"], lesquelles, &["-", "-"]].concat();
        let commande = self.commande("pdftotext", &arguments)?;
        let mut lecteur = LecteurTsv::default();
        let fin = executer(commande, pdf, |octets| {
            let avant = lecteur.pages.len();
            lecteur.avaler(octets);
            if lecteur.pages.len() != avant {
                progres(u32::try_from(lecteur.pages.len()).unwrap_or(u32::MAX));
            }
            lecteur.pages.len() <= PAGES_MAX
        })
        .await?;
        juger(&fin, lecteur.mots())?;
        Ok(Pages { pages: lecteur.pages, plaintes: fin.plaintes.contains("Syntax Error") })
    }

    fn commande(&self, programme: &str, arguments: &[&str]) -> Result<Command, ErreurDeLivre> {
        let chemins = self.dossiers.iter().map(|d| d.join(programme));
        let chemin = chemins.into_iter().find(|c| c.is_file()).ok_or(OutilAbsent)?;
        let mut commande = Command::new(chemin);
        commande.args(arguments).env_clear().current_dir("/").process_group(0);
        if rustix::process::geteuid().is_root() {
            commande.uid(PERSONNE).gid(PERSONNE);
        }
        commande.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // SAFETY: between fork and exec it makes a few system calls and allocates nothing.
        unsafe { commande.pre_exec(limiter) };
        Ok(commande)
    }
}

fn limiter() -> io::Result<()> {
    let fixe = |n: u64| Rlimit { current: Some(n), maximum: Some(n) };
    setrlimit(Resource::As, fixe(MEMOIRE))?;
    setrlimit(Resource::Cpu, fixe(PROCESSEUR_S))?;
    setrlimit(Resource::Fsize, fixe(0))?;
    setrlimit(Resource::Core, fixe(0))?;
    setrlimit(Resource::Nofile, fixe(64))?;
    Ok(())
}

/// Runs it to its end. `prendre` gets what it prints, and says whether to go on.
async fn executer(
    mut commande: Command,
    pdf: &[u8],
    prendre: impl FnMut(&[u8]) -> bool + Send,
) -> Result<Fin, ErreurDeLivre> {
    let _place = PLACES.acquire().await.map_err(|_| Systeme)?;
    let enfant = commande.spawn().map_err(|e| match e.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::PermissionDenied => OutilAbsent,
        _ => Systeme,
    })?;
    let pid = enfant.id().and_then(|id| Pid::from_raw(id.try_into().ok()?));
    let mut groupe = Groupe(pid);
    let fin = tokio::time::timeout(ATTENTE, converser(enfant, pdf, prendre, &mut groupe)).await;
    fin.map_err(|_| LimiteAtteinte)?.map_err(|_| Systeme)
}

async fn converser(
    mut enfant: Child,
    pdf: &[u8],
    mut prendre: impl FnMut(&[u8]) -> bool + Send,
    groupe: &mut Groupe,
) -> io::Result<Fin> {
    let (stdin, stdout, stderr) = (enfant.stdin.take(), enfant.stdout.take(), enfant.stderr.take());
    let donner = async move {
        if let Some(mut stdin) = stdin {
            // It may have seen enough and closed: its verdict tells.
            let _ferme = stdin.write_all(pdf).await;
        }
    };
    let mut plaintes = Vec::new();
    let ecouter = absorber(stderr, |octets| {
        let place = PLAINTES_MAX - plaintes.len();
        plaintes.extend_from_slice(&octets[..octets.len().min(place)]);
        true
    });
    let mut total = 0;
    let recevoir = async {
        let complet = absorber(stdout, |octets| {
            total += octets.len();
            total <= SORTIE_MAX && prendre(octets)
        });
        let complet = complet.await?;
        if !complet {
            groupe.tuer();
        }
        io::Result::Ok(complet)
    };
    let ((), complet, _) = tokio::join!(donner, recevoir, ecouter);
    let statut = enfant.wait().await?;
    groupe.0 = None;
    let plaintes = String::from_utf8_lossy(&plaintes).into_owned();
    Ok(Fin { statut, plaintes, interrompu: !complet? })
}

/// Reads to the end, or until `prendre` has enough: then false.
async fn absorber(
    source: Option<impl AsyncRead + Unpin>,
    mut prendre: impl FnMut(&[u8]) -> bool,
) -> io::Result<bool> {
    let Some(mut source) = source else { return Ok(true) };
    let mut tampon = vec![0; 64 * 1024];
    loop {
        match source.read(&mut tampon).await? {
            0 => return Ok(true),
            n if !prendre(tampon.get(..n).unwrap_or_default()) => return Ok(false),
            _ => {}
        }
    }
}

fn juger(fin: &Fin, mots: usize) -> Result<(), ErreurDeLivre> {
    let signal = fin.statut.signal();
    let limite = [Signal::XCPU, Signal::KILL, Signal::ABORT, Signal::XFSZ];
    let memoire = ["Out of memory", "bad_alloc", "Memory allocation"];
    if fin.interrompu
        || limite.iter().any(|s| signal == Some(s.as_raw()))
        || memoire.iter().any(|m| fin.plaintes.contains(m))
    {
        return Err(LimiteAtteinte);
    }
    if fin.plaintes.contains("Incorrect password") {
        return Err(MotDePasse);
    }
    match (signal, mots) {
        (Some(_), _) => Err(Abime),
        (None, 0) if !fin.statut.success() || fin.plaintes.contains("Error") => Err(Abime),
        (None, 0) => Err(Scanne),
        (None, _) => Ok(()),
    }
}

impl Groupe {
    fn tuer(&mut self) {
        if let Some(pid) = self.0.take() {
            // It may have ended meanwhile; nobody else has its number before we have waited.
            let _deja_fini = kill_process_group(pid, Signal::KILL);
        }
    }
}

impl Drop for Groupe {
    fn drop(&mut self) {
        self.tuer();
    }
}
