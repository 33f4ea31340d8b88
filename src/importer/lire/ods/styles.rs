//! What the styles of an ODS workbook say: how numbers are shown, what is struck through or hidden.

use std::collections::HashMap;

use quick_xml::events::BytesStart;

use crate::importer::feuille::Montre;
use crate::importer::lire::archive::{Fait, attribut, entier, parcourir, vrai};
use crate::importer::lire::formats::{Format, Sorte, contredit};

#[derive(Default)]
pub(crate) struct Styles {
    de: HashMap<String, Style>,
    formats: HashMap<String, Format>,
}

#[derive(Default, Clone)]
struct Style {
    parent: Option<String>,
    format: Option<String>,
    barre: Option<bool>,
    masque: bool,
}

impl Styles {
    /// Those of one part; a later one of the same name replaces the earlier.
    pub(crate) fn ajouter(&mut self, xml: &str) -> Result<(), String> {
        let (mut style, mut format) = (None::<String>, None::<String>);
        parcourir(xml, |fait| {
            match fait {
                Fait::Debut(e) => match e.local_name().as_ref() {
                    "style" => {
                        style = attribut(&e, "name");
                        let lu = Style {
                            parent: attribut(&e, "parent-style-name"),
                            format: attribut(&e, "data-style-name"),
                            ..Style::default()
                        };
                        self.de.extend(style.clone().map(|nom| (nom, lu)));
                    }
                    "table-properties" => {
                        let masque = attribut(&e, "display").is_some_and(|d| d == "false");
                        self.changer(style.as_ref(), |s| s.masque = masque);
                    }
                    "text-properties" => {
                        let trait_ = attribut(&e, "text-line-through-style");
                        let barre = trait_.map(|t| t != "none");
                        self.changer(style.as_ref(), |s| s.barre = barre.or(s.barre));
                    }
                    "date-style" => {
                        let genre = Sorte::Jour { jour: false, annee: false };
                        format = attribut(&e, "name");
                        self.noter(format.as_ref(), |f| f.genre = genre);
                    }
                    "number-style" | "currency-style" => {
                        format = attribut(&e, "name");
                        self.noter(format.as_ref(), |_| {});
                    }
                    nom => self.detailler(format.as_ref(), nom, &e),
                },
                Fait::Fin(nom) => match nom.as_str() {
                    "style" => style = None,
                    "date-style" | "number-style" | "currency-style" => format = None,
                    _ => {}
                },
                Fait::Texte(t) => self.noter(format.as_ref(), |f| {
                    if f.genre == Sorte::Nombre {
                        f.autour.push_str(t.trim());
                        if contredit(&f.autour) {
                            f.montre = Montre::Autre;
                        }
                    }
                }),
            }
            Ok(())
        })
    }

    fn detailler(&mut self, format: Option<&String>, nom: &str, e: &BytesStart<'_>) {
        self.noter(format, |f| match (nom, &mut f.genre) {
            ("day", Sorte::Jour { jour, .. }) => *jour = true,
            ("year", Sorte::Jour { annee, .. }) => *annee = true,
            ("number", Sorte::Nombre) => {
                f.chiffres = entier(e, "min-integer-digits").unwrap_or(0);
                let divise = attribut(e, "display-factor").is_some_and(|d| d != "1");
                let decimales = entier::<u32>(e, "decimal-places").is_some_and(|d| d > 0);
                f.montre = match () {
                    () if divise => Montre::Autre,
                    () if decimales || vrai(e, "grouping") => f.montre.max(Montre::Arrange),
                    () => f.montre,
                };
            }
            ("embedded-text", Sorte::Nombre) => f.montre = f.montre.max(Montre::Arrange),
            _ => {}
        });
    }

    fn noter(&mut self, format: Option<&String>, changer: impl FnOnce(&mut Format)) {
        if let Some(nom) = format {
            changer(self.formats.entry(nom.clone()).or_default());
        }
    }

    fn changer(&mut self, style: Option<&String>, changer: impl FnOnce(&mut Style)) {
        if let Some(style) = style.and_then(|nom| self.de.get_mut(nom)) {
            changer(style);
        }
    }

    /// What the style says, or those it stands on; a few, for a circle has no end.
    fn chercher<T>(&self, nom: Option<&str>, dire: impl Fn(&Style) -> Option<T>) -> Option<T> {
        let mut nom = nom?;
        for _ in 0..8 {
            let style = self.de.get(nom)?;
            if let Some(dit) = dire(style) {
                return Some(dit);
            }
            nom = style.parent.as_deref()?;
        }
        None
    }

    pub(crate) fn format(&self, style: Option<&str>) -> Format {
        let nom = self.chercher(style, |s| s.format.clone());
        nom.and_then(|n| self.formats.get(&n).cloned()).unwrap_or_default()
    }

    pub(crate) fn est_barre(&self, style: Option<&str>) -> bool {
        self.chercher(style, |s| s.barre).unwrap_or(false)
    }

    pub(crate) fn masque_table(&self, style: &str) -> bool {
        self.de.get(style).is_some_and(|s| s.masque)
    }
}
