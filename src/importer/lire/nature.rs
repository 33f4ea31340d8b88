//! What a file is, by its first bytes: names lie.

use super::archive::Archive;

pub(crate) enum Nature<'a> {
    Texte,
    Xlsx(Archive<'a>),
    Ods(Archive<'a>),
}

/// Under these names a table is read.
pub(crate) const EXTENSIONS: [&str; 6] = ["csv", "txt", "tsv", "xlsx", "xlsm", "ods"];

/// What systems leave in folders of their own accord.
pub(crate) const DEBRIS: [&str; 4] = [".DS_Store", "Thumbs.db", "desktop.ini", ".directory"];

pub(crate) fn extensions() -> String {
    format!("sont lus : .{}", EXTENSIONS.join(", ."))
}

/// Under these names too somebody may have put a table.
pub(crate) fn est_un_tableau(extension: &str) -> bool {
    const AUTRES: [&str; 14] = [
        "xls", "xlsb", "xlt", "xltx", "xlr", "fods", "ots", "sxc", "numbers", "tab", "dif", "slk",
        "dbf", "prn",
    ];
    EXTENSIONS.contains(&extension) || AUTRES.contains(&extension)
}

impl Nature<'_> {
    pub(crate) const fn nom(&self) -> &'static str {
        match self {
            Self::Texte => "du texte (CSV)",
            Self::Xlsx(_) => "un classeur XLSX",
            Self::Ods(_) => "un classeur ODS",
        }
    }

    /// Does a file of that kind bear such a name?
    pub(crate) fn porte(&self, extension: &str) -> bool {
        match self {
            Self::Texte => matches!(extension, "csv" | "txt" | "tsv"),
            Self::Xlsx(_) => matches!(extension, "xlsx" | "xlsm"),
            Self::Ods(_) => extension == "ods",
        }
    }
}

pub(crate) fn reconnaitre(octets: &[u8]) -> Result<Nature<'_>, String> {
    let commence = |debut: &[u8]| octets.starts_with(debut);
    if commence(b"PK") {
        return zip(octets);
    }
    let refus = if octets.is_empty() {
        "est vide (0 octet) : rien n'y a été enregistré"
    } else if commence(&[0xd0, 0xcf, 0x11, 0xe0]) {
        ancien(octets)
    } else if commence(b"%PDF") {
        "est un PDF : enregistrez le tableau en .xlsx, .ods ou .csv"
    } else if commence(b"{\\rtf") {
        "est un document de traitement de texte : enregistrez le tableau en .csv"
    } else if commence(&[0x1f, 0x8b]) || commence(b"7z\xbc\xaf") || commence(b"Rar!") {
        "est une archive : décompressez-la, et donnez le fichier qu'elle contient"
    } else if est_du_balisage(octets) {
        "est une page web ou du XML, pas un tableau : ouvrez-le dans un tableur et enregistrez-le en \
         .xlsx"
    } else {
        return Ok(Nature::Texte);
    };
    Err(refus.to_owned())
}

fn zip(octets: &[u8]) -> Result<Nature<'_>, String> {
    let aucun = "n'est pas un classeur lisible (fichier abîmé ?)";
    let mut archive = Archive::ouvrir(octets).ok_or(aucun)?;
    let noms = archive.noms();
    let finit = |fin: &str| noms.iter().any(|n| n.ends_with(fin));
    if archive.a("mimetype") {
        let genre = archive.partie("mimetype")?;
        if genre.trim_end().starts_with("application/vnd.oasis.opendocument.spreadsheet") {
            return Ok(Nature::Ods(archive));
        }
    }
    if finit("workbook.bin") {
        return Err("est un classeur binaire (.xlsb) : enregistrez-le en .xlsx".to_owned());
    }
    if noms.iter().any(|n| n.starts_with("Index/") || n == "Index.zip") {
        return Err("est un classeur Numbers : exportez-le en .xlsx ou .csv".to_owned());
    }
    if finit("workbook.xml") { Ok(Nature::Xlsx(archive)) } else { Err(aucun.to_owned()) }
}

/// The container of old Office: a workbook of before 2007, or a new one behind a password.
fn ancien(octets: &[u8]) -> &'static str {
    let protege: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    if memchr::memmem::find(octets, &protege).is_some() {
        "classeur protégé par un mot de passe : enregistrez-le sans, puis recommencez"
    } else {
        "est un classeur d'avant 2007 (.xls) : enregistrez-le en .xlsx"
    }
}

fn est_du_balisage(octets: &[u8]) -> bool {
    let debut = octets.strip_prefix(b"\xef\xbb\xbf").unwrap_or(octets).trim_ascii_start();
    let debut = debut.get(..debut.len().min(15)).unwrap_or_default().to_ascii_lowercase();
    [b"<?xml".as_slice(), b"<html", b"<!doctype", b"<table", b"<meta"]
        .iter()
        .any(|b| debut.starts_with(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_table_is_refused_with_what_to_do() {
        let mut protege = vec![0xd0, 0xcf, 0x11, 0xe0];
        protege.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
        for (octets, dit) in [
            (protege.as_slice(), "mot de passe"),
            (&[0xd0, 0xcf, 0x11, 0xe0, 1], "(.xls)"),
            (b"%PDF-1.7", "PDF"),
            (b"\xef\xbb\xbf<?xml version=\"1.0\"?>", "page web"),
            (b"<table><tr>", "page web"),
            (b"PK\x03\x04", "abîmé"),
            (b"", "0 octet"),
        ] {
            let Err(refus) = reconnaitre(octets) else { panic!("{dit}") };
            assert!(refus.contains(dit), "{refus}");
        }
        assert!(matches!(reconnaitre(b"nom;prix"), Ok(Nature::Texte)));
    }
}
