//! A workbook is XML files in a zip: both read within bounds, for the file may come from anywhere.

use std::borrow::Cow;
use std::io::{Cursor, Read};

use quick_xml::XmlVersion;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

/// What one part may unfold to, and how many filled cells a workbook may have.
const PARTIE_MAX: u64 = 256 * 1024 * 1024;
pub(crate) const CASES_MAX: usize = 2_000_000;

pub(crate) struct Archive<'a>(ZipArchive<Cursor<&'a [u8]>>);

impl<'a> Archive<'a> {
    pub(crate) fn ouvrir(octets: &'a [u8]) -> Option<Self> {
        ZipArchive::new(Cursor::new(octets)).ok().map(Self)
    }

    pub(crate) fn noms(&self) -> Vec<String> {
        self.0.file_names().flatten().map(Cow::into_owned).collect()
    }

    pub(crate) fn a(&self, nom: &str) -> bool {
        self.noms().iter().any(|n| n == nom)
    }

    pub(crate) fn partie(&mut self, nom: &str) -> Result<String, String> {
        let abime = || format!("classeur abîmé : sa partie {nom} ne se lit pas");
        let mut octets = Vec::new();
        let fichier = self.0.by_name(nom).map_err(|_| abime())?;
        fichier.take(PARTIE_MAX + 1).read_to_end(&mut octets).map_err(|_| abime())?;
        if octets.len() as u64 > PARTIE_MAX {
            return Err("classeur trop gros : une fois décompressé, il dépasse 256 Mio".to_owned());
        }
        String::from_utf8(octets).map_err(|_| abime())
    }
}

/// An event of interest: an element begins or ends, or text stands in it.
pub(crate) enum Fait<'a> {
    Debut(BytesStart<'a>),
    Fin(String),
    Texte(Cow<'a, str>),
}

const ABIME: &str = "classeur abîmé ou coupé : son contenu ne se lit pas jusqu'au bout ; repartez de \
                     l'original, ou ouvrez-le dans un tableur et enregistrez-le";

/// Reads the elements one by one; an empty element begins and ends.
pub(crate) fn parcourir(
    xml: &str,
    mut a_chacun: impl FnMut(Fait<'_>) -> Result<(), String>,
) -> Result<(), String> {
    // Where the reader stopped is of no use to whoever has only the file.
    let abime = |_: quick_xml::Error| ABIME.to_owned();
    let xml = xml.strip_prefix('\u{feff}').unwrap_or(xml);
    let mut lecteur = quick_xml::Reader::from_str(xml);
    lecteur.config_mut().expand_empty_elements = true;
    loop {
        match lecteur.read_event().map_err(abime)? {
            Event::Start(e) => a_chacun(Fait::Debut(e))?,
            Event::End(e) => a_chacun(Fait::Fin(e.local_name().as_ref().to_owned()))?,
            Event::Text(t) => a_chacun(Fait::Texte(t.xml10_content()))?,
            Event::CData(t) => a_chacun(Fait::Texte(t.xml10_content()))?,
            Event::GeneralRef(r) => {
                let nomme = resolve_predefined_entity(&r).map(Cow::Borrowed);
                let chiffre =
                    || r.resolve_char_ref().ok().flatten().map(|c| Cow::Owned(c.to_string()));
                let texte = nomme.or_else(chiffre).ok_or("classeur abîmé : entité XML inconnue")?;
                a_chacun(Fait::Texte(texte))?;
            }
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

/// The attribute of that name, whatever its prefix.
pub(crate) fn attribut(e: &BytesStart<'_>, nom: &str) -> Option<String> {
    let trouve = e.attributes().flatten().find(|a| a.key.local_name().as_ref() == nom)?;
    trouve.normalized_value(XmlVersion::Implicit1_0).ok().map(Cow::into_owned)
}

pub(crate) fn entier<T: std::str::FromStr>(e: &BytesStart<'_>, nom: &str) -> Option<T> {
    attribut(e, nom)?.parse().ok()
}

pub(crate) fn vrai(e: &BytesStart<'_>, nom: &str) -> bool {
    attribut(e, nom).is_some_and(|v| v == "1" || v == "true")
}
