//! Keeps the demonstration alive: when no plan is left for today, its week begins anew.

use std::io;

use super::Chaine;
use crate::importer::{EchecImport, FichierSource, Mode, Options, Source, importer};
use crate::plan;
use crate::platform::db::Base;
use crate::platform::errors::Erreur;
use crate::platform::http::Page;
use crate::referentiel::magasins;

pub(crate) async fn rafraichir(base: &Base) -> Result<(), EchecImport> {
    let Some(jour) = jour_sans_plan(base).await? else { return Ok(()) };
    // The same week comes every week: what bears no code looks like last time's.
    let options = Options { encore: true, ..Mode::Apply.into() };
    importer(base, &semaine(&jour)?, options).await?;
    Ok(())
}

/// Today, if no magasin has a plan for it.
async fn jour_sans_plan(base: &Base) -> Result<Option<String>, Erreur> {
    let mut c = base.lire().await?;
    let mut aujourdhui = None;
    for magasin in magasins::lister(&mut c, Page::TOUT).await?.elements {
        let jour = magasin.aujourdhui();
        match plan::trouver(&mut c, magasin.id, jour).await {
            Ok(_) => return Ok(None),
            Err(Erreur::Refus(_)) => aujourdhui = Some(jour.format("%d%m%y").to_string()),
            Err(panne) => return Err(panne),
        }
    }
    Ok(aujourdhui)
}

/// The plans and the deliveries of the chain; its lots bear the day, so that they are new ones.
fn semaine(jour: &str) -> Result<Source, Erreur> {
    let mut fichiers = Vec::new();
    for nom in ["plans.csv", "receptions.csv", "etats_lots.csv"] {
        let Some(embarque) = Chaine::get(nom) else { continue };
        let octets = dater_les_lots(&embarque.data, jour).map_err(Erreur::interne)?;
        fichiers.push(FichierSource { nom: nom.to_owned(), octets });
    }
    Ok(Source::Memoire(fichiers))
}

fn dater_les_lots(octets: &[u8], jour: &str) -> io::Result<Vec<u8>> {
    let mut lecteur = csv::ReaderBuilder::new().delimiter(b';').from_reader(octets);
    let mut ecrivain = csv::WriterBuilder::new().delimiter(b';').from_writer(Vec::new());
    let entete = lecteur.headers()?.clone();
    let code_lot = entete.iter().position(|c| c == "code_lot");
    ecrivain.write_record(&entete)?;
    for rangee in lecteur.records() {
        let rangee = rangee?;
        let cellules = rangee.iter().enumerate().map(|(i, cellule)| {
            let date = Some(i) == code_lot && !cellule.is_empty();
            if date { format!("{cellule}-{jour}") } else { cellule.to_owned() }
        });
        ecrivain.write_record(cellules)?;
    }
    ecrivain.into_inner().map_err(|e| io::Error::other(e.to_string()))
}

#[cfg(test)]
mod tests {
    use super::dater_les_lots;

    #[test]
    fn only_the_codes_of_lots_bear_the_day() {
        let csv = "magasin;code_lot;date_dlc\nPantin;KZ1;J+2\nPantin;;J\n";
        let date = String::from_utf8(dater_les_lots(csv.as_bytes(), "221126").unwrap()).unwrap();
        assert_eq!(date, "magasin;code_lot;date_dlc\nPantin;KZ1-221126;J+2\nPantin;;J\n");
        let plans = "magasin;date\nPantin;J\n";
        assert_eq!(dater_les_lots(plans.as_bytes(), "221126").unwrap(), plans.as_bytes());
    }
}
