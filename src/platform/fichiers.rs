//! Files of our own, written whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use rustix::fs::OFlags;

/// Puts `octets` under the name `nom` of that folder, in the place of what was there: 0600, first
/// under the name `partiel`, never through a symbolic link, and there to stay after a power cut.
pub(crate) fn remplacer(
    dossier: &Path,
    (partiel, nom): (&str, &str),
    octets: &[u8],
) -> io::Result<()> {
    let partiel = dossier.join(partiel);
    let deposer = || {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true).mode(0o600);
        options.custom_flags(OFlags::NOFOLLOW.bits().cast_signed());
        let mut fichier = options.open(&partiel)?;
        fichier.write_all(octets)?;
        fichier.sync_all()?;
        fs::rename(&partiel, dossier.join(nom))?;
        File::open(dossier)?.sync_all()
    };
    deposer().inspect_err(|_| {
        let _jamais_cree = fs::remove_file(&partiel);
    })
}
