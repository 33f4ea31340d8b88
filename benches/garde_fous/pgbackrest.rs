//! pgBackRest, where it is installed, as information: another kind of backup, of the files of the
//! whole server.

use anyhow::Result;

use crate::releve::{Releve, relever};
use crate::terrain::Terrain;

/// This server archives no journal: what is copied here is to compare costs with, not to keep.
const PREPARER: &str = "mkdir verrous
cat >pgbackrest.conf <<FIN
[banc]
pg1-path=$(psql -XAt -U postgres -c 'show data_directory')
pg1-socket-path=$PGHOST
pg1-port=$PGPORT
pg1-user=postgres
[global]
repo1-path=$PWD/depot
log-path=$PWD
lock-path=$PWD/verrous
archive-check=n
repo1-retention-full=1
start-fast=y
FIN
export PGBACKREST_CONFIG=\"$PWD/pgbackrest.conf\" PGBACKREST_STANZA=banc
export PGBACKREST_LOG_LEVEL_CONSOLE=warn
pgbackrest stanza-create";
const SAUVER: &str = "export PGBACKREST_CONFIG=\"$PWD/pgbackrest.conf\" PGBACKREST_STANZA=banc
export PGBACKREST_LOG_LEVEL_CONSOLE=warn
exec pgbackrest --type=full backup";

/// None: not installed.
pub fn mesurer(terrain: &Terrain) -> Result<Option<Releve>> {
    let dossier = terrain.dossier_vide("pgbackrest")?;
    if !terrain.script("command -v pgbackrest >/dev/null", &dossier).status()?.success() {
        return Ok(None);
    }
    relever(&terrain.grappe, terrain.script(PREPARER, &dossier), &dossier, |_| Ok(()))?;
    let sauver = terrain.script(SAUVER, &dossier);
    let (releve, ()) = relever(&terrain.grappe, sauver, &dossier, |_| Ok(()))?;
    Ok(Some(releve))
}
