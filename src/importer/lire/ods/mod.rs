//! ODS, as LibreOffice writes it: each table, cell by cell; what is repeated is written out, within
//! bounds.

mod styles;

use quick_xml::events::BytesStart;

use self::styles::Styles;
use super::archive::{Archive, CASES_MAX, Fait, attribut, entier, parcourir};
use super::formats::{self, Format};
use super::{Classeur, Page, TROP_DE_CASES};
use crate::importer::feuille::{Case, Contenu, Feuille, Rangee, Zone};

const PROTEGE: &str =
    "classeur protégé par un mot de passe : enregistrez-le sans, puis recommencez";

pub(crate) fn lire(archive: &mut Archive<'_>) -> Result<Classeur, String> {
    if archive.a("META-INF/manifest.xml")
        && archive.partie("META-INF/manifest.xml")?.contains("encryption-data")
    {
        return Err(PROTEGE.to_owned());
    }
    let contenu = archive.partie("content.xml")?;
    let mut styles = Styles::default();
    if archive.a("styles.xml") {
        styles.ajouter(&archive.partie("styles.xml")?)?;
    }
    styles.ajouter(&contenu)?;
    let mut lecture = Lecture { styles, reste: CASES_MAX, ..Lecture::default() };
    parcourir(&contenu, |fait| match fait {
        Fait::Debut(e) => lecture.debut(&e),
        Fait::Texte(t) => {
            lecture.texte(&t);
            Ok(())
        }
        Fait::Fin(nom) => lecture.fin(&nom),
    })?;
    let (pages, commentaires, images) = (lecture.pages, lecture.commentaires, lecture.images);
    Ok(Classeur { pages, autres: Vec::new(), commentaires, images })
}

const COUVERTE: &str = "est cachée sous une cellule fusionnée, et remplie : défusionnez, et gardez ce \
                        qui compte";

#[derive(Default)]
struct Lecture {
    styles: Styles,
    reste: usize,
    pages: Vec<Page>,
    commentaires: bool,
    images: bool,
    /// Tables within a table are none of ours: only the outermost is read.
    profondeur: usize,
    /// A note or a drawing: its text is not the cell's.
    hors_cellule: usize,
    ligne: u64,
    /// How often this row, this cell stands there.
    lignes: u64,
    colonne: u32,
    colonnes_vues: u32,
    defauts: Vec<(u32, String)>,
    cellule: Option<Cellule>,
}

#[derive(Default)]
struct Cellule {
    fois: u32,
    couverte: bool,
    genre: String,
    valeur: Option<String>,
    formule: bool,
    style: Option<String>,
    paragraphes: usize,
    dans_paragraphe: usize,
    texte: String,
    /// Is what stands in each paragraph or part of one that is open struck through?
    ratures: Vec<bool>,
    /// Some of the text is.
    barree: bool,
}

impl Lecture {
    fn debut(&mut self, e: &BytesStart<'_>) -> Result<(), String> {
        let nom = e.local_name();
        match nom.as_ref() {
            "table" => self.table(e),
            _ if self.profondeur != 1 => {}
            "annotation" | "frame" | "shapes" | "forms" => {
                self.commentaires |= nom.as_ref() == "annotation";
                self.images |= matches!(nom.as_ref(), "frame" | "shapes");
                self.hors_cellule += 1;
            }
            _ if self.hors_cellule > 0 => {}
            "table-column" => self.colonne(e),
            "table-row" => self.rangee(e),
            "table-cell" | "covered-table-cell" => self.case(e),
            "span" => self.ouvrir(e),
            "p" => {
                self.ouvrir(e);
                if let Some(c) = &mut self.cellule {
                    if c.paragraphes > 0 {
                        c.texte.push('\n');
                    }
                    c.paragraphes += 1;
                    c.dans_paragraphe += 1;
                }
            }
            "s" => self.texte(&" ".repeat(entier(e, "c").unwrap_or(1_usize).min(1_000))),
            "tab" => self.texte("\t"),
            "line-break" => self.texte("\n"),
            _ => {}
        }
        Ok(())
    }

    fn texte(&mut self, texte: &str) {
        if let Some(c) = self.cellule.as_mut().filter(|c| c.dans_paragraphe > 0)
            && self.hors_cellule == 0
        {
            c.barree |= c.ratures.contains(&true) && !texte.trim().is_empty();
            c.texte.push_str(texte);
        }
    }

    fn ouvrir(&mut self, e: &BytesStart<'_>) {
        let barre = self.styles.est_barre(attribut(e, "style-name").as_deref());
        if let Some(c) = &mut self.cellule {
            c.ratures.push(barre);
        }
    }

    fn fin(&mut self, nom: &str) -> Result<(), String> {
        match nom {
            "table" => self.profondeur = self.profondeur.saturating_sub(1),
            _ if self.profondeur != 1 => {}
            "annotation" | "frame" | "shapes" | "forms" => {
                self.hors_cellule = self.hors_cellule.saturating_sub(1);
            }
            _ if self.hors_cellule > 0 => {}
            "span" => drop(self.cellule.as_mut().map(|c| c.ratures.pop())),
            "p" => {
                if let Some(c) = &mut self.cellule {
                    c.ratures.pop();
                    c.dans_paragraphe = c.dans_paragraphe.saturating_sub(1);
                }
            }
            "table-cell" | "covered-table-cell" => self.ranger()?,
            "table-row" => self.repeter()?,
            _ => {}
        }
        Ok(())
    }

    fn table(&mut self, e: &BytesStart<'_>) {
        self.profondeur += 1;
        if self.profondeur > 1 {
            return;
        }
        let style = attribut(e, "style-name").unwrap_or_default();
        self.pages.push(Page {
            nom: attribut(e, "name").unwrap_or_default(),
            masquee: self.styles.masque_table(&style),
            feuille: Feuille::default(),
        });
        (self.ligne, self.colonnes_vues) = (0, 0);
        self.defauts.clear();
    }

    fn colonne(&mut self, e: &BytesStart<'_>) {
        let fois: u32 = entier(e, "number-columns-repeated").unwrap_or(1).max(1);
        let derniere = self.colonnes_vues.saturating_add(fois) - 1;
        if est_masque(e)
            && let Some(page) = self.pages.last_mut()
        {
            page.feuille.colonnes_masquees.push((self.colonnes_vues, derniere));
        }
        self.defauts.push((derniere, attribut(e, "default-cell-style-name").unwrap_or_default()));
        self.colonnes_vues = derniere.saturating_add(1);
    }

    fn rangee(&mut self, e: &BytesStart<'_>) {
        self.lignes = entier(e, "number-rows-repeated").unwrap_or(1).max(1);
        self.colonne = 0;
        let rangee = Rangee {
            numero: self.ligne + 1,
            cases: Vec::new(),
            masquee: est_masque(e),
            largeur: None,
        };
        if let Some(page) = self.pages.last_mut() {
            page.feuille.rangees.push(rangee);
        }
    }

    fn case(&mut self, e: &BytesStart<'_>) {
        let couverte = e.local_name().as_ref() == "covered-table-cell";
        let large: u32 = entier(e, "number-columns-spanned").unwrap_or(1);
        let haute: u64 = entier(e, "number-rows-spanned").unwrap_or(1);
        if (large > 1 || haute > 1)
            && let Some(page) = self.pages.last_mut()
        {
            page.feuille.fusions.push(Zone {
                lignes: (self.ligne + 1, self.ligne.saturating_add(haute.max(1))),
                colonnes: (self.colonne, self.colonne.saturating_add(large.max(1)) - 1),
            });
        }
        let formule = attribut(e, "formula");
        // LibreOffice keeps the VRAI of an XLSX workbook as the number 1 of that formula.
        let booleen =
            formule.as_ref().is_some_and(|f| f.ends_with("=TRUE()") || f.ends_with("=FALSE()"));
        let genre = attribut(e, "value-type").unwrap_or_default();
        let genre = if booleen { "boolean".to_owned() } else { genre };
        let valeur = match genre.as_str() {
            "date" => attribut(e, "date-value"),
            "string" => attribut(e, "string-value"),
            _ => attribut(e, "value"),
        };
        let par_defaut = || self.defauts.iter().find(|(fin, _)| *fin >= self.colonne);
        let style = attribut(e, "style-name").or_else(|| par_defaut().map(|(_, s)| s.clone()));
        self.cellule = Some(Cellule {
            fois: entier(e, "number-columns-repeated").unwrap_or(1).max(1),
            couverte,
            genre,
            valeur,
            formule: formule.is_some(),
            style,
            ..Cellule::default()
        });
    }

    fn ranger(&mut self) -> Result<(), String> {
        let Some(c) = self.cellule.take() else { return Ok(()) };
        let (fois, premiere) = (c.fois, self.colonne);
        self.colonne = self.colonne.saturating_add(fois);
        let barree = c.barree || self.styles.est_barre(c.style.as_deref());
        let Some(contenu) = self.contenu(c) else { return Ok(()) };
        self.compter(u64::from(fois))?;
        let Some(rangee) = self.pages.last_mut().and_then(|p| p.feuille.rangees.last_mut()) else {
            return Ok(());
        };
        for colonne in premiere..premiere.saturating_add(fois) {
            rangee.cases.push(Case { colonne, contenu: contenu.clone(), barree });
        }
        Ok(())
    }

    /// What lies under a merged cell is shown to nobody.
    fn contenu(&self, c: Cellule) -> Option<Contenu> {
        let format = self.styles.format(c.style.as_deref());
        let nombre = c.valeur.as_deref().and_then(|v| v.parse::<f64>().ok());
        let contenu = match (c.genre.as_str(), nombre) {
            _ if c.couverte && c.texte.trim().is_empty() => return None,
            _ if c.couverte => Contenu::Refuse(COUVERTE.to_owned()),
            ("float" | "currency", Some(n)) => {
                let autour = match c.genre.as_str() {
                    "currency" if format.autour.is_empty() => "€".to_owned(),
                    _ => format.autour,
                };
                formats::nombre(n, &Format { genre: formats::Sorte::Nombre, autour, ..format })
            }
            ("percentage", _) => Contenu::Refuse(formats::POURCENT.to_owned()),
            ("date", _) => match (formats::iso(&c.valeur.unwrap_or_default()), format.genre) {
                (Contenu::Jour { date, heure }, formats::Sorte::Jour { jour, annee }) => {
                    formats::montrer_jour(date, heure, (jour, annee))
                }
                (lu, _) => lu,
            },
            ("time", _) => Contenu::Refuse(formats::HEURE.to_owned()),
            ("boolean", _) => Contenu::Refuse(formats::BOOLEEN.to_owned()),
            ("string" | "", _) => {
                if c.genre.is_empty() && c.texte.is_empty() && c.formule {
                    return Some(Contenu::Refuse(formats::FORMULE.to_owned()));
                }
                // A formula that failed says so in what it shows, and has an empty text for value.
                let montre = formats::est_une_erreur(c.texte.trim()) || c.valeur.is_none();
                Contenu::Texte(if montre { c.texte } else { c.valeur.unwrap_or_default() })
            }
            _ => Contenu::Refuse("n'est pas une valeur connue".to_owned()),
        };
        let vide = matches!(&contenu, Contenu::Texte(t) if t.trim().is_empty());
        (!vide).then_some(contenu)
    }

    /// The row that ends, as often as it is said to stand there.
    fn repeter(&mut self) -> Result<(), String> {
        let fois = self.lignes;
        self.ligne = self.ligne.saturating_add(fois);
        let Some(rangees) = self.pages.last_mut().map(|p| &mut p.feuille.rangees) else {
            return Ok(());
        };
        let Some(rangee) = rangees.last() else { return Ok(()) };
        let (numero, masquee) = (rangee.numero, rangee.masquee);
        let cases = rangee.cases.clone();
        if cases.is_empty() {
            rangees.pop();
            return Ok(());
        }
        self.compter((fois - 1).saturating_mul(cases.len() as u64))?;
        let suivantes = (1..fois).map(|n| Rangee {
            numero: numero + n,
            cases: cases.clone(),
            masquee,
            largeur: None,
        });
        if let Some(page) = self.pages.last_mut() {
            page.feuille.rangees.extend(suivantes);
        }
        Ok(())
    }

    fn compter(&mut self, cases: u64) -> Result<(), String> {
        let prises = usize::try_from(cases).unwrap_or(usize::MAX);
        self.reste = self.reste.checked_sub(prises).ok_or(TROP_DE_CASES)?;
        Ok(())
    }
}

fn est_masque(e: &BytesStart<'_>) -> bool {
    attribut(e, "visibility").is_some_and(|v| v != "visible")
}
