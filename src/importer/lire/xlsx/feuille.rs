//! One sheet of an XLSX workbook: rows, cells, what is merged and what is hidden.

use quick_xml::events::BytesStart;

use super::styles::Styles;
use super::{Texte, echappes};
use crate::importer::feuille::{Case, Contenu, Feuille, Rangee, Zone, lire_adresse};
use crate::importer::lire::archive::{Fait, attribut, entier, parcourir, vrai};
use crate::importer::lire::{TROP_DE_CASES, formats};

pub(crate) struct Contexte<'a> {
    pub textes: &'a [Texte],
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
    texte: Texte,
}

/// Where the reader is.
#[derive(Default)]
struct Etat {
    feuille: Feuille,
    ligne: u64,
    colonne: u32,
    cellule: Cellule,
    dans_valeur: bool,
    dans_cellule: bool,
    /// Every row that does not say otherwise is hidden.
    masquees: bool,
}

impl Contexte<'_> {
    /// `reste` is how many filled cells the workbook may still have.
    pub(crate) fn lire(&self, xml: &str, reste: &mut usize) -> Result<Feuille, String> {
        let mut etat = Etat::default();
        parcourir(xml, |fait| {
            if etat.dans_cellule {
                etat.cellule.texte.suivre(&fait);
            }
            match fait {
                Fait::Debut(e) => etat.debut(&e),
                Fait::Texte(t) => etat.texte(&t),
                Fait::Fin(nom) => match nom.as_str() {
                    "v" => etat.dans_valeur = false,
                    "c" => {
                        etat.dans_cellule = false;
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
            refuser_les_doubles(&mut rangee.cases);
        }
        Ok(feuille)
    }

    /// None for a cell that holds nothing.
    fn case(&self, c: Cellule) -> Option<Case> {
        let (format, mut barree) = self.styles.de(c.style);
        barree |= c.texte.barre;
        let valeur = c.valeur.filter(|v| !v.is_empty());
        let contenu = match (c.genre.as_str(), valeur) {
            ("inlineStr", _) => Contenu::Texte(echappes(&c.texte.lu)),
            // A formula may well give an empty text; one without a value was never computed.
            ("str", None) => return None,
            (_, None) if c.formule => Contenu::Refuse(formats::FORMULE.to_owned()),
            (_, None) => return None,
            ("s", Some(v)) => match v.trim().parse().ok().and_then(|n: usize| self.textes.get(n)) {
                Some(texte) => {
                    barree |= texte.barre;
                    Contenu::Texte(echappes(&texte.lu))
                }
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
                let aplatie = est_nulle(e, "ht");
                self.feuille.rangees.push(Rangee {
                    numero: self.ligne,
                    cases: Vec::new(),
                    masquee: vrai(e, "hidden")
                        || aplatie
                        || (self.masquees && attribut(e, "hidden").is_none()),
                    largeur: None,
                });
            }
            "sheetFormatPr" => self.masquees = vrai(e, "zeroHeight"),
            "c" => {
                self.dans_cellule = true;
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
            "col" if vrai(e, "hidden") || est_nulle(e, "width") => {
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
        }
    }

    fn ranger(&mut self, case: Case) {
        if let Some(rangee) = self.feuille.rangees.last_mut() {
            rangee.cases.push(case);
        }
    }
}

fn est_nulle(e: &BytesStart<'_>, mesure: &str) -> bool {
    attribut(e, mesure).and_then(|m| m.parse().ok()) == Some(0.0)
}

/// Two cells of one place: which of them somebody sees is not said.
fn refuser_les_doubles(cases: &mut Vec<Case>) {
    let mut doubles: Vec<u32> =
        cases.windows(2).filter(|c| c[0].colonne == c[1].colonne).map(|c| c[0].colonne).collect();
    doubles.dedup();
    cases.dedup_by_key(|c| c.colonne);
    for case in cases.iter_mut().filter(|c| doubles.contains(&c.colonne)) {
        case.contenu = Contenu::Refuse(DEUX_FOIS.to_owned());
    }
}

const DEUX_FOIS: &str = "est deux fois dans le classeur : ouvrez-le dans un tableur, vérifiez-la et \
                         enregistrez-le";

fn zone(texte: &str) -> Option<Zone> {
    let (de, a) = texte.split_once(':')?;
    let (de, a) = (lire_adresse(de)?, lire_adresse(a)?);
    Some(Zone { lignes: (de.0, a.0), colonnes: (de.1, a.1) })
}
