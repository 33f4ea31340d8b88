//! One sheet of an XLSX workbook: rows, cells, what is merged and what is hidden.

use quick_xml::events::BytesStart;

use super::echappes;
use super::styles::Styles;
use crate::importer::feuille::{Case, Contenu, Feuille, Rangee, Zone, lire_adresse};
use crate::importer::lire::archive::{Fait, attribut, entier, parcourir, vrai};
use crate::importer::lire::{TROP_DE_CASES, formats};

pub(crate) struct Contexte<'a> {
    pub textes: &'a [String],
    pub styles: &'a Styles,
    pub depuis_1904: bool,
}

/// The cell that is being read.
#[derive(Default)]
struct Cellule {
    colonne: u32,
    genre: String,
    style: usize,
    formule: bool,
    valeur: Option<String>,
    texte: String,
}

/// Where the reader is.
#[derive(Default)]
struct Etat {
    feuille: Feuille,
    ligne: u64,
    colonne: u32,
    cellule: Cellule,
    dans_valeur: bool,
    dans_texte: bool,
    prononce: bool,
}

impl Contexte<'_> {
    /// `reste` is how many filled cells the workbook may still have.
    pub(crate) fn lire(&self, xml: &str, reste: &mut usize) -> Result<Feuille, String> {
        let mut etat = Etat::default();
        parcourir(xml, |fait| {
            match fait {
                Fait::Debut(e) => etat.debut(&e),
                Fait::Texte(t) => etat.texte(&t),
                Fait::Fin(nom) => match nom.as_str() {
                    "v" => etat.dans_valeur = false,
                    "t" => etat.dans_texte = false,
                    "rPh" => etat.prononce = false,
                    "c" => {
                        let cellule = std::mem::take(&mut etat.cellule);
                        etat.colonne = cellule.colonne.saturating_add(1);
                        if let Some(case) = self.case(cellule) {
                            *reste = reste.checked_sub(1).ok_or(TROP_DE_CASES)?;
                            etat.ranger(case);
                        }
                    }
                    _ => {}
                },
            }
            Ok(())
        })?;
        let mut feuille = etat.feuille;
        feuille.rangees.sort_by_key(|r| r.numero);
        for rangee in &mut feuille.rangees {
            rangee.cases.sort_by_key(|c| c.colonne);
        }
        Ok(feuille)
    }

    /// None for a cell that holds nothing.
    fn case(&self, c: Cellule) -> Option<Case> {
        let (format, barree) = self.styles.de(c.style);
        let valeur = c.valeur.filter(|v| !v.is_empty());
        let contenu = match (c.genre.as_str(), valeur) {
            ("inlineStr", _) => Contenu::Texte(echappes(&c.texte)),
            // A formula may well give an empty text; one without a value was never computed.
            ("str", None) => return None,
            (_, None) if c.formule => Contenu::Refuse(formats::FORMULE.to_owned()),
            (_, None) => return None,
            ("s", Some(v)) => match v.trim().parse().ok().and_then(|n: usize| self.textes.get(n)) {
                Some(texte) => Contenu::Texte(texte.clone()),
                None => Contenu::Refuse("vise un texte que le classeur n'a pas".to_owned()),
            },
            ("str", Some(v)) => Contenu::Texte(echappes(&v)),
            ("b", Some(_)) => Contenu::Refuse(formats::BOOLEEN.to_owned()),
            ("e", Some(v)) => Contenu::Refuse(format!("contient l'erreur de tableur {v}")),
            ("d", Some(v)) => formats::iso(&v),
            (_, Some(v)) => match v.trim().parse::<f64>() {
                Ok(n) => formats::montrer(n, &format, self.depuis_1904),
                Err(_) => Contenu::Refuse("n'est pas un nombre lisible".to_owned()),
            },
        };
        let vide = matches!(&contenu, Contenu::Texte(t) if t.trim().is_empty());
        (!vide).then_some(Case { colonne: c.colonne, contenu, barree })
    }
}

impl Etat {
    fn debut(&mut self, e: &BytesStart<'_>) {
        match e.local_name().as_ref() {
            "row" => {
                self.ligne = entier(e, "r").unwrap_or(self.ligne + 1);
                self.colonne = 0;
                let aplatie = attribut(e, "ht").and_then(|h| h.parse().ok()) == Some(0.0);
                self.feuille.rangees.push(Rangee {
                    numero: self.ligne,
                    cases: Vec::new(),
                    masquee: vrai(e, "hidden") || aplatie,
                    largeur: None,
                });
            }
            "c" => {
                let place = attribut(e, "r").and_then(|r| lire_adresse(&r));
                self.cellule = Cellule {
                    colonne: place.map_or(self.colonne, |(_, colonne)| colonne),
                    genre: attribut(e, "t").unwrap_or_default(),
                    style: entier(e, "s").unwrap_or(0),
                    ..Cellule::default()
                };
            }
            "f" => self.cellule.formule = true,
            "v" => {
                self.dans_valeur = true;
                self.cellule.valeur = Some(String::new());
            }
            "t" => self.dans_texte = true,
            "rPh" => self.prononce = true,
            "col" if vrai(e, "hidden") => {
                if let (Some(de), Some(a)) = (entier::<u32>(e, "min"), entier::<u32>(e, "max")) {
                    self.feuille
                        .colonnes_masquees
                        .push((de.saturating_sub(1), a.saturating_sub(1)));
                }
            }
            "mergeCell" => self.feuille.fusions.extend(attribut(e, "ref").and_then(|r| zone(&r))),
            _ => {}
        }
    }

    fn texte(&mut self, texte: &str) {
        if self.dans_valeur {
            self.cellule.valeur.get_or_insert_default().push_str(texte);
        } else if self.dans_texte && !self.prononce {
            self.cellule.texte.push_str(texte);
        }
    }

    fn ranger(&mut self, case: Case) {
        if let Some(rangee) = self.feuille.rangees.last_mut() {
            rangee.cases.push(case);
        }
    }
}

fn zone(texte: &str) -> Option<Zone> {
    let (de, a) = texte.split_once(':')?;
    let (de, a) = (lire_adresse(de)?, lire_adresse(a)?);
    Some(Zone { lignes: (de.0, a.0), colonnes: (de.1, a.1) })
}
