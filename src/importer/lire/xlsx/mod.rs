//! XLSX: each sheet of the workbook, cell by cell.

mod feuille;
mod styles;

use std::collections::HashMap;

use self::styles::Styles;
use super::archive::{Archive, Fait, attribut, parcourir, vrai};
use super::{Classeur, Page};

pub(crate) fn lire(archive: &mut Archive<'_>) -> Result<Classeur, String> {
    let depart = liens(archive, "_rels/.rels", "")?;
    let classeur = depart.into_values().find(|l| l.genre == "officeDocument");
    let classeur = classeur.map_or_else(|| "xl/workbook.xml".to_owned(), |l| l.cible);
    let (dossier, nom) = classeur.rsplit_once('/').unwrap_or(("", &classeur));
    let liens = liens(archive, &format!("{dossier}/_rels/{nom}.rels"), dossier)?;
    let sommaire = Sommaire::lire(&archive.partie(&classeur)?)?;
    let mut de_genre = |genre: &str| match liens.values().find(|l| l.genre == genre) {
        Some(lien) => archive.partie(&lien.cible).map(Some),
        None => Ok(None),
    };
    let textes = de_genre("sharedStrings")?.map_or_else(|| Ok(Vec::new()), |x| textes(&x))?;
    let styles = de_genre("styles")?.map_or_else(|| Ok(Styles::default()), |x| Styles::lire(&x))?;
    let (mut pages, mut autres) = (Vec::new(), Vec::new());
    let mut reste = super::archive::CASES_MAX;
    for (nom, masquee, lien) in sommaire.feuilles {
        let Some(lien) = liens.get(&lien).filter(|l| l.genre == "worksheet") else {
            autres.push(nom);
            continue;
        };
        let contexte = feuille::Contexte {
            textes: &textes,
            styles: &styles,
            depuis_1904: sommaire.depuis_1904,
        };
        let feuille = contexte.lire(&archive.partie(&lien.cible)?, &mut reste)?;
        pages.push(Page { nom, masquee, feuille });
    }
    let commente = |n: &String| n.contains("/comments") || n.contains("/threadedComments/");
    // The frames of notes are drawings of another kind.
    let dessine = |n: &String| n.contains("/media/") || n.contains("/drawings/drawing");
    let (commentaires, images) =
        (archive.noms().iter().any(commente), archive.noms().iter().any(dessine));
    Ok(Classeur { pages, autres, commentaires, images })
}

struct Lien {
    /// The last word of its type: `worksheet`.
    genre: String,
    cible: String,
}

/// Which part is meant by each name, `rId3`; none when there is no such list.
fn liens(
    archive: &mut Archive<'_>,
    liste: &str,
    dossier: &str,
) -> Result<HashMap<String, Lien>, String> {
    let mut liens = HashMap::new();
    if !archive.a(liste) {
        return Ok(liens);
    }
    parcourir(&archive.partie(liste)?, |fait| {
        if let Fait::Debut(e) = fait
            && e.local_name().as_ref() == "Relationship"
            && let (Some(id), Some(genre), Some(cible)) =
                (attribut(&e, "Id"), attribut(&e, "Type"), attribut(&e, "Target"))
        {
            let genre = genre.rsplit('/').next().unwrap_or_default().to_owned();
            let cible = match cible.strip_prefix('/') {
                Some(absolue) => absolue.to_owned(),
                None if dossier.is_empty() => cible,
                None => format!("{dossier}/{cible}"),
            };
            liens.insert(id, Lien { genre, cible });
        }
        Ok(())
    })?;
    Ok(liens)
}

struct Sommaire {
    depuis_1904: bool,
    /// Name, is it hidden, the name of its part.
    feuilles: Vec<(String, bool, String)>,
}

impl Sommaire {
    fn lire(xml: &str) -> Result<Self, String> {
        let mut sommaire = Self { depuis_1904: false, feuilles: Vec::new() };
        parcourir(xml, |fait| {
            let Fait::Debut(e) = fait else { return Ok(()) };
            match e.local_name().as_ref() {
                "workbookPr" => sommaire.depuis_1904 = vrai(&e, "date1904"),
                "sheet" => {
                    let masquee = attribut(&e, "state").is_some_and(|s| s != "visible");
                    let nom = attribut(&e, "name").unwrap_or_default();
                    // `sheetId` is another attribute: by its local name, `r:id` is `id`.
                    let lien = attribut(&e, "id").unwrap_or_default();
                    sommaire.feuilles.push((nom, masquee, lien));
                }
                _ => {}
            }
            Ok(())
        })?;
        Ok(sommaire)
    }
}

/// A text, run by run; what only says how to pronounce it is left out.
#[derive(Default, Clone)]
pub(crate) struct Texte {
    pub lu: String,
    /// Some of it is struck through.
    pub barre: bool,
    dedans: bool,
    prononce: bool,
    rature: bool,
}

impl Texte {
    pub(crate) fn suivre(&mut self, fait: &Fait<'_>) {
        match fait {
            Fait::Debut(e) => match e.local_name().as_ref() {
                "t" => self.dedans = true,
                "rPh" => self.prononce = true,
                "r" => self.rature = false,
                "strike" => {
                    self.rature = !attribut(e, "val").is_some_and(|v| v == "0" || v == "false");
                }
                _ => {}
            },
            Fait::Fin(nom) => match nom.as_str() {
                "t" => self.dedans = false,
                "rPh" => self.prononce = false,
                "r" => self.rature = false,
                _ => {}
            },
            Fait::Texte(t) if self.dedans && !self.prononce => {
                self.barre |= self.rature && !t.trim().is_empty();
                self.lu.push_str(t);
            }
            Fait::Texte(_) => {}
        }
    }
}

/// The texts that cells share, in their order.
fn textes(xml: &str) -> Result<Vec<Texte>, String> {
    let mut textes = Vec::new();
    let mut texte = Texte::default();
    parcourir(xml, |fait| {
        texte.suivre(&fait);
        if matches!(&fait, Fait::Fin(nom) if nom == "si") {
            textes.push(std::mem::take(&mut texte));
        }
        Ok(())
    })?;
    Ok(textes)
}

/// `_x000D_` stands for what XML cannot hold.
fn echappes(texte: &str) -> String {
    let mut lu = String::with_capacity(texte.len());
    let mut reste = texte;
    while let Some(debut) = reste.find("_x") {
        let (avant, suite) = reste.split_at(debut);
        lu.push_str(avant);
        let code = suite.get(2..6).filter(|_| suite.get(6..7) == Some("_"));
        match code.and_then(|c| u32::from_str_radix(c, 16).ok()).and_then(char::from_u32) {
            Some(c) => {
                lu.push(c);
                reste = suite.get(7..).unwrap_or_default();
            }
            None => {
                lu.push_str("_x");
                reste = suite.get(2..).unwrap_or_default();
            }
        }
    }
    lu.push_str(reste);
    lu
}

#[cfg(test)]
mod tests {
    use super::echappes;

    #[test]
    fn what_xml_cannot_hold_is_read_as_it_was() {
        assert_eq!(echappes("a_x000D_b_x005F_x"), "a\rb_x");
        assert_eq!(echappes("lot_x12"), "lot_x12");
    }
}
