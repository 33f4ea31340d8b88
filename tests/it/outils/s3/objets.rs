//! The requests of S3 on plain files: an object is the file of its name, and is there when it is
//! whole. What is under way lies outside the bucket.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{AppendHeaders, IntoResponse, Response};
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

use super::signature::hexa;

pub const EN_COURS: &str = ".en-cours";
/// S3's own: every part but the last has as much.
const PARTIE: u64 = 5 << 20;

/// A status, and the code that S3 gives the fault.
pub struct Refus(pub StatusCode, pub &'static str);

pub struct Demande {
    pub methode: Method,
    pub seau: String,
    /// Empty: the bucket itself is asked.
    pub cle: String,
    pub question: BTreeMap<String, String>,
    pub entetes: HeaderMap,
    pub corps: Bytes,
}

pub struct Depot {
    racine: PathBuf,
    suivant: AtomicU32,
    /// What each object, and each upload under way, says of itself (`x-amz-meta-`).
    dits: Mutex<BTreeMap<PathBuf, Vec<(String, String)>>>,
    fige: Arc<AtomicBool>,
}

impl Depot {
    pub fn ouvrir(racine: &Path, fige: Arc<AtomicBool>) -> io::Result<Self> {
        fs::create_dir_all(racine.join(EN_COURS))?;
        let (racine, suivant) = (racine.to_owned(), AtomicU32::new(0));
        Ok(Self { racine, suivant, dits: Mutex::default(), fige })
    }

    /// One request after the other: what a condition saw is so until it is done.
    pub fn repondre(&self, d: &Demande) -> Result<Response, Refus> {
        if d.seau.is_empty() || !self.racine.join(&d.seau).is_dir() {
            return Err(Refus(StatusCode::NOT_FOUND, "NoSuchBucket"));
        }
        let pose = |nom| d.question.contains_key(nom);
        match (d.methode.as_str(), d.cle.is_empty()) {
            ("GET", true) if pose("list-type") => self.lister(d),
            ("POST", true) if pose("delete") => self.supprimer_plusieurs(d),
            ("GET" | "HEAD", false) => self.lire(d),
            ("PUT", false) if d.entetes.contains_key("x-amz-copy-source") => Err(inconnue()),
            ("PUT", false) if pose("uploadId") => {
                let partie = self.envoi(d)?.join(d.texte("partNumber"));
                fs::write(partie, &d.corps)?;
                Ok(([("etag", etag(&d.corps))], ()).into_response())
            }
            ("PUT", false) => {
                self.placer(d, &d.corps)?;
                self.noter(self.chemin(d), d.metadonnees());
                Ok(([("etag", etag(&d.corps))], ()).into_response())
            }
            ("POST", false) if pose("uploads") => {
                let envoi = self.suivant.fetch_add(1, Ordering::Relaxed).to_string();
                let dossier = self.racine.join(EN_COURS).join(&envoi);
                fs::create_dir(&dossier)?;
                self.noter(dossier, d.metadonnees());
                let corps = balise("UploadId", &envoi);
                Ok(balise("InitiateMultipartUploadResult", &corps).into_response())
            }
            ("POST", false) if pose("uploadId") => self.assembler(d),
            ("DELETE", false) => {
                if pose("uploadId") {
                    fs::remove_dir_all(self.envoi(d)?)?;
                } else {
                    supprimer(&self.chemin(d))?;
                }
                Ok(StatusCode::NO_CONTENT.into_response())
            }
            _ => Err(inconnue()),
        }
    }

    fn noter(&self, chemin: PathBuf, dits: Vec<(String, String)>) {
        self.dits.lock().expect("métadonnées").insert(chemin, dits);
    }

    fn dits_de(&self, chemin: &Path) -> Vec<(String, String)> {
        self.dits.lock().expect("métadonnées").get(chemin).cloned().unwrap_or_default()
    }

    fn chemin(&self, d: &Demande) -> PathBuf {
        self.racine.join(&d.seau).join(&d.cle)
    }

    /// The folder of an upload in parts.
    fn envoi(&self, d: &Demande) -> Result<PathBuf, Refus> {
        let dossier = self.racine.join(EN_COURS).join(d.texte("uploadId"));
        let connu = dossier.is_dir().then_some(dossier);
        connu.ok_or(Refus(StatusCode::NOT_FOUND, "NoSuchUpload"))
    }

    fn placer(&self, d: &Demande, contenu: &[u8]) -> Result<(), Refus> {
        let chemin = self.chemin(d);
        let present = chemin.is_file().then(|| fs::read(&chemin).map(|c| etag(&c))).transpose()?;
        // Before any condition is looked at.
        if present.is_some() && self.fige.load(Ordering::SeqCst) {
            return Err(Refus(StatusCode::FORBIDDEN, "AccessDenied"));
        }
        let exige = d.entetes.get("if-match").map(|e| e.to_str().ok().map(str::to_owned));
        if exige.is_some_and(|e| e != present)
            || (d.entetes.contains_key("if-none-match") && present.is_some())
        {
            return Err(Refus(StatusCode::PRECONDITION_FAILED, "PreconditionFailed"));
        }
        let numero = self.suivant.fetch_add(1, Ordering::Relaxed);
        let provisoire = self.racine.join(EN_COURS).join(format!("{numero}.entier"));
        fs::write(&provisoire, contenu)?;
        fs::create_dir_all(chemin.parent().unwrap_or(&self.racine))?;
        Ok(fs::rename(provisoire, chemin)?)
    }

    fn assembler(&self, d: &Demande) -> Result<Response, Refus> {
        let mauvais = |code| Refus(StatusCode::BAD_REQUEST, code);
        let (dossier, texte) = (self.envoi(d)?, String::from_utf8_lossy(&d.corps));
        let (numeros, etags) = (valeurs(&texte, "PartNumber"), valeurs(&texte, "ETag"));
        if numeros.is_empty() || numeros.len() != etags.len() {
            return Err(mauvais("MalformedXML"));
        }
        let mut entier = Vec::new();
        for (n, (numero, attendu)) in numeros.iter().zip(etags).enumerate() {
            let partie = fs::read(dossier.join(numero)).map_err(|_| mauvais("InvalidPart"))?;
            if etag(&partie) != attendu {
                return Err(mauvais("InvalidPart"));
            }
            if n + 1 < numeros.len() && (partie.len() as u64) < PARTIE {
                return Err(mauvais("EntityTooSmall"));
            }
            entier.extend(partie);
        }
        self.placer(d, &entier)?;
        self.noter(self.chemin(d), self.dits_de(&dossier));
        fs::remove_dir_all(dossier)?;
        let corps = balise("ETag", &etag(&entier));
        Ok(balise("CompleteMultipartUploadResult", &corps).into_response())
    }

    /// To HEAD, axum answers the same without the content.
    fn lire(&self, d: &Demande) -> Result<Response, Refus> {
        let chemin = self.chemin(d);
        if !chemin.is_file() {
            return Err(Refus(StatusCode::NOT_FOUND, "NoSuchKey"));
        }
        let (contenu, date) = (fs::read(&chemin)?, modifie(&chemin)?);
        let etag = etag(&contenu);
        let exige = |nom: &str| d.entetes.get(nom).map(|e| e.as_bytes() == etag.as_bytes());
        if exige("if-match") == Some(false) {
            return Err(Refus(StatusCode::PRECONDITION_FAILED, "PreconditionFailed"));
        }
        if exige("if-none-match") == Some(true) {
            return Err(Refus(StatusCode::NOT_MODIFIED, "NotModified"));
        }
        let date = date.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
        let mut entetes = vec![("etag".to_owned(), etag), ("last-modified".to_owned(), date)];
        entetes.extend(self.dits_de(&chemin));
        let entetes = AppendHeaders(entetes);
        let Some(demandee) = d.entetes.get("range").and_then(|r| r.to_str().ok()) else {
            return Ok((entetes, contenu).into_response());
        };
        let (debut, fin) = bornes(demandee, contenu.len())
            .ok_or(Refus(StatusCode::RANGE_NOT_SATISFIABLE, "InvalidRange"))?;
        let partie = format!("bytes {debut}-{}/{}", fin - 1, contenu.len());
        let statut = StatusCode::PARTIAL_CONTENT;
        let contenu = contenu[debut..fin].to_vec();
        Ok((statut, entetes, [("content-range", partie)], contenu).into_response())
    }

    fn lister(&self, d: &Demande) -> Result<Response, Refus> {
        let seau = self.racine.join(&d.seau);
        let (mut cles, prefixe) = (BTreeSet::new(), d.texte("prefix"));
        parcourir(&seau, "", &mut cles)?;
        let siennes =
            cles.iter().filter(|c| c.starts_with(prefixe) && c.as_str() > d.texte("start-after"));
        // What shares its beginning up to the delimiter is told once.
        let noms: BTreeSet<&str> = siennes
            .map(|cle| match (d.texte("delimiter"), &cle[prefixe.len()..]) {
                ("", _) => cle.as_str(),
                (signe, reste) => reste
                    .find(signe)
                    .map_or(cle.as_str(), |n| &cle[..prefixe.len() + n + signe.len()]),
            })
            .filter(|nom| *nom > d.texte("continuation-token"))
            .collect();
        let combien = d.texte("max-keys").parse().unwrap_or(1000);
        let mut corps = String::new();
        for nom in noms.iter().take(combien).filter(|nom| cles.contains(**nom)) {
            let chemin = seau.join(nom);
            let contenu = fs::read(&chemin)?;
            let champs = [
                balise("Key", &echapper(nom)),
                balise("LastModified", &modifie(&chemin)?.to_rfc3339()),
                balise("ETag", &etag(&contenu)),
                balise("Size", &contenu.len().to_string()),
            ];
            corps += &balise("Contents", &champs.concat());
        }
        for nom in noms.iter().take(combien).filter(|nom| !cles.contains(**nom)) {
            corps += &balise("CommonPrefixes", &balise("Prefix", &echapper(nom)));
        }
        if let Some(dernier) =
            noms.iter().take(combien).next_back().filter(|_| noms.len() > combien)
        {
            corps += &balise("NextContinuationToken", &echapper(dernier));
        }
        corps += &balise("IsTruncated", &(noms.len() > combien).to_string());
        Ok(balise("ListBucketResult", &corps).into_response())
    }

    fn supprimer_plusieurs(&self, d: &Demande) -> Result<Response, Refus> {
        let mut faites = String::new();
        for cle in valeurs(&String::from_utf8_lossy(&d.corps), "Key") {
            supprimer(&self.racine.join(&d.seau).join(&cle))?;
            faites += &balise("Deleted", &balise("Key", &echapper(&cle)));
        }
        Ok(balise("DeleteResult", &faites).into_response())
    }
}

impl Demande {
    fn metadonnees(&self) -> Vec<(String, String)> {
        let texte = |v: &HeaderValue| v.to_str().unwrap_or_default().to_owned();
        let dites = self.entetes.iter().filter(|(nom, _)| nom.as_str().starts_with("x-amz-meta-"));
        dites.map(|(nom, valeur)| (nom.to_string(), texte(valeur))).collect()
    }

    /// A field of the query; empty when it is not there.
    fn texte(&self, nom: &str) -> &str {
        self.question.get(nom).map_or("", String::as_str)
    }
}

impl IntoResponse for Refus {
    fn into_response(self) -> Response {
        (self.0, balise("Error", &balise("Code", self.1))).into_response()
    }
}

impl From<io::Error> for Refus {
    fn from(_: io::Error) -> Self {
        Self(StatusCode::INTERNAL_SERVER_ERROR, "InternalError")
    }
}

fn inconnue() -> Refus {
    Refus(StatusCode::NOT_IMPLEMENTED, "NotImplemented")
}

/// What is not there is gone as well.
fn supprimer(chemin: &Path) -> io::Result<()> {
    match fs::remove_file(chemin) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(e),
        _ => Ok(()),
    }
}

fn modifie(chemin: &Path) -> io::Result<DateTime<Utc>> {
    fs::metadata(chemin)?.modified().map(|quand: SystemTime| quand.into())
}

fn parcourir(dossier: &Path, devant: &str, cles: &mut BTreeSet<String>) -> io::Result<()> {
    for entree in fs::read_dir(dossier)? {
        let entree = entree?;
        let cle = format!("{devant}{}", entree.file_name().to_string_lossy());
        if entree.file_type()?.is_dir() {
            parcourir(&entree.path(), &format!("{cle}/"), cles)?;
        } else {
            cles.insert(cle);
        }
    }
    Ok(())
}

/// `bytes=a-b`, `bytes=a-`, `bytes=-n`: from where, and up to before where.
fn bornes(texte: &str, taille: usize) -> Option<(usize, usize)> {
    let (de, a) = texte.strip_prefix("bytes=")?.split_once('-')?;
    let (debut, fin) = match (de, a) {
        ("", n) => (taille.saturating_sub(n.parse().ok()?), taille),
        (de, "") => (de.parse().ok()?, taille),
        (de, a) => (de.parse().ok()?, taille.min(a.parse::<usize>().ok()?.saturating_add(1))),
    };
    (debut < fin).then_some((debut, fin))
}

fn etag(contenu: &[u8]) -> String {
    format!("\"{}\"", &hexa(&Sha256::digest(contenu))[..32])
}

fn balise(nom: &str, contenu: &str) -> String {
    format!("<{nom}>{contenu}</{nom}>")
}

fn echapper(texte: &str) -> String {
    texte.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// What stands between `<nom>` and `</nom>`, each time.
fn valeurs(xml: &str, nom: &str) -> Vec<String> {
    let (ouvre, ferme) = (format!("<{nom}>"), format!("</{nom}>"));
    let morceaux = xml.split(&ouvre).skip(1).filter_map(|m| m.split_once(&ferme));
    let clair = |texte: &str| {
        let texte = texte.replace("&quot;", "\"").replace("&apos;", "'");
        texte.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    };
    morceaux.map(|(valeur, _)| clair(valeur)).collect()
}
