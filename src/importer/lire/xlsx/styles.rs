//! What the style of a cell says of its value: how the number is shown, and is it struck through.

use std::collections::HashMap;

use crate::importer::lire::archive::{Fait, attribut, entier, parcourir};
use crate::importer::lire::formats::{self, Format};

#[derive(Default)]
pub(crate) struct Styles(Vec<(Format, bool)>);

impl Styles {
    pub(crate) fn lire(xml: &str) -> Result<Self, String> {
        let (mut codes, mut barrees) = (HashMap::new(), Vec::new());
        let mut styles = Vec::new();
        let (mut polices, mut modeles) = (false, false);
        parcourir(xml, |fait| {
            match fait {
                Fait::Debut(e) => match e.local_name().as_ref() {
                    "numFmt" => {
                        if let (Some(id), Some(code)) =
                            (entier::<u32>(&e, "numFmtId"), attribut(&e, "formatCode"))
                        {
                            codes.insert(id, formats::lire(&code));
                        }
                    }
                    "fonts" => polices = true,
                    "font" if polices => barrees.push(false),
                    "strike" if polices => {
                        let oui = !attribut(&e, "val").is_some_and(|v| v == "0" || v == "false");
                        if let Some(police) = barrees.last_mut() {
                            *police = oui;
                        }
                    }
                    "cellXfs" => modeles = true,
                    "xf" if modeles => {
                        let id = entier::<u32>(&e, "numFmtId").unwrap_or(0);
                        let police = entier::<usize>(&e, "fontId").unwrap_or(0);
                        styles.push((id, police));
                    }
                    _ => {}
                },
                Fait::Fin(nom) => match nom.as_str() {
                    "fonts" => polices = false,
                    "cellXfs" => modeles = false,
                    _ => {}
                },
                Fait::Texte(_) => {}
            }
            Ok(())
        })?;
        let lire = |(id, police): (u32, usize)| {
            let format = codes.get(&id).cloned().unwrap_or_else(|| formats::integre(id));
            (format, barrees.get(police).copied().unwrap_or(false))
        };
        Ok(Self(styles.into_iter().map(lire).collect()))
    }

    pub(crate) fn de(&self, rang: usize) -> (Format, bool) {
        self.0.get(rang).cloned().unwrap_or_default()
    }
}
