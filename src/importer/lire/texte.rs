//! Text with a separator, as spreadsheets and programs write it: `;`, `,`, tab or `|`.

use crate::importer::feuille::{Case, Contenu, Feuille, Forme, Rangee};
use crate::importer::modeles::Modele;

const SEPARATEURS: [char; 4] = [';', '\t', ',', '|'];

pub(crate) fn lire(texte: &str, modele: Modele) -> Result<Feuille, String> {
    let (annonce, reste) = annonce(texte);
    let separateur = annonce.unwrap_or_else(|| separateur(reste, modele));
    let mut rangees = decouper(reste, separateur)?;
    if annonce.is_some() {
        rangees.iter_mut().for_each(|r| r.numero += 1);
    }
    Ok(Feuille { rangees, forme: Forme::Texte { separateur }, ..Feuille::default() })
}

/// `sep=;`, by which Excel is told the separator, and the rest.
fn annonce(texte: &str) -> (Option<char>, &str) {
    let (premiere, reste) = texte.split_once(['\n', '\r']).unwrap_or((texte, ""));
    let premiere = premiere.trim_matches([' ', '"']);
    let dit = premiere.get(..4).filter(|d| d.eq_ignore_ascii_case("sep=")).map(|_| &premiere[4..]);
    let mut signes = dit.unwrap_or_default().chars();
    match (signes.next(), signes.next()) {
        (Some(signe), None) => {
            let saut_double = texte.contains("\r\n") && reste.starts_with('\n');
            (Some(signe), if saut_double { &reste[1..] } else { reste })
        }
        _ => (None, texte),
    }
}

/// The one by which most columns are known, on any of the first lines; else the one there is most of.
fn separateur(texte: &str, modele: Modele) -> char {
    let debut: Vec<&str> =
        texte.split(['\n', '\r']).filter(|l| !l.trim().is_empty()).take(50).collect();
    let connues = |s: char| {
        let connue = |c: &&str| modele.colonne(c.trim_matches('"')).is_some();
        debut.iter().map(|l| l.split(s).filter(connue).count()).max().unwrap_or(0)
    };
    let combien = |s: char| debut.first().map_or(0, |l| l.matches(s).count());
    let notes = SEPARATEURS.map(|s| ((connues(s), combien(s)), s));
    let meilleure = notes.iter().map(|(note, _)| *note).max().unwrap_or_default();
    // The first of the best, so that a single column has the usual one.
    notes.iter().find(|(note, _)| *note == meilleure).map_or(';', |(_, s)| *s)
}

/// Where the reader stands in a cell.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Dans {
    Debut,
    Nu,
    Guillemets,
    /// After what may be the closing quotation mark.
    Apres,
}

struct Decoupe {
    rangees: Vec<Rangee>,
    cellules: Vec<String>,
    cellule: String,
    dans: Dans,
    /// The line being read, that on which the row began, and the one of the last opening mark.
    ligne: u64,
    debut: u64,
    ouverture: u64,
}

/// Quotation marks are read strictly: one too many would swallow the rows after it.
fn decouper(texte: &str, separateur: char) -> Result<Vec<Rangee>, String> {
    let mut d = Decoupe {
        rangees: Vec::new(),
        cellules: Vec::new(),
        cellule: String::new(),
        dans: Dans::Debut,
        ligne: 1,
        debut: 1,
        ouverture: 1,
    };
    let mut suite = texte.chars().peekable();
    while let Some(c) = suite.next() {
        let saut = c == '\n' || c == '\r';
        if c == '\r' {
            suite.next_if_eq(&'\n');
        }
        match (d.dans, c) {
            (Dans::Guillemets, '"') => d.dans = Dans::Apres,
            (Dans::Guillemets, _) => d.cellule.push(if saut { '\n' } else { c }),
            (Dans::Debut, '"') => (d.dans, d.ouverture) = (Dans::Guillemets, d.ligne),
            (Dans::Apres, '"') => {
                d.cellule.push('"');
                d.dans = Dans::Guillemets;
            }
            (_, _) if saut => d.finir_rangee(),
            (_, c) if c == separateur => d.finir_cellule(),
            (Dans::Apres, ' ') => {}
            (Dans::Apres, _) => return Err(d.refuser()),
            (_, c) => {
                d.cellule.push(c);
                d.dans = Dans::Nu;
            }
        }
        if saut {
            d.ligne += 1;
            if d.dans == Dans::Debut && d.cellules.is_empty() {
                d.debut = d.ligne;
            }
        }
    }
    if d.dans == Dans::Guillemets {
        return Err(d.refuser());
    }
    if d.dans != Dans::Debut || !d.cellules.is_empty() {
        d.finir_rangee();
    }
    Ok(d.rangees)
}

impl Decoupe {
    fn finir_cellule(&mut self) {
        self.cellules.push(std::mem::take(&mut self.cellule));
        self.dans = Dans::Debut;
    }

    fn finir_rangee(&mut self) {
        self.finir_cellule();
        let largeur = Some(self.cellules.len());
        let pleines = self.cellules.drain(..).zip(0..).filter(|(c, _)| !c.trim().is_empty());
        let cases = pleines
            .map(|(c, colonne)| Case { colonne, contenu: Contenu::Texte(c), barree: false })
            .collect();
        self.rangees.push(Rangee { numero: self.debut, cases, masquee: false, largeur });
    }

    fn refuser(&self) -> String {
        format!(
            "ligne {} : un guillemet y ouvre une cellule et n'est pas fermé comme il faut : doublez \
             ceux qui sont dans le texte (\"\"), ou retirez-les",
            self.ouverture
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cellules(texte: &str) -> Vec<(u64, Vec<String>)> {
        let feuille = lire(texte, Modele::Menus).unwrap();
        let pleines = feuille.rangees.iter().filter(|r| !r.cases.is_empty());
        pleines.map(|r| (r.numero, r.cases.iter().map(|c| c.contenu.dit()).collect())).collect()
    }

    fn rangee(numero: u64, cellules: &[&str]) -> (u64, Vec<String>) {
        (numero, cellules.iter().map(|c| (*c).to_owned()).collect())
    }

    #[test]
    fn the_separator_is_the_one_by_which_columns_are_known() {
        let attendu = [rangee(1, &["nom", "prix"]), rangee(2, &["1,5", "x"])];
        assert_eq!(cellules("nom;prix\n1,5;x\n"), attendu);
        assert_eq!(cellules("nom,prix\n\"1,5\",x\n"), attendu);
        assert_eq!(cellules("nom\tprix\n1,5\tx\n"), attendu);
        assert_eq!(cellules("nom|prix\n1,5|x\n"), attendu);
        assert_eq!(
            cellules("Menus, du midi, du soir\nnom;prix\n1,5;x\n")[1..],
            [rangee(2, &["nom", "prix"]), rangee(3, &["1,5", "x"])]
        );
        assert_eq!(cellules("nom\nDupont, Durand\n")[1], rangee(2, &["Dupont, Durand"]));
    }

    #[test]
    fn what_excel_is_told_of_the_separator_we_are_told_too() {
        for saut in ["\n", "\r\n"] {
            let texte = format!("sep=,{saut}nom,prix{saut}a;b,2{saut}");
            assert_eq!(cellules(&texte), [rangee(2, &["nom", "prix"]), rangee(3, &["a;b", "2"])]);
        }
    }

    #[test]
    fn lines_are_counted_as_an_editor_counts_them() {
        let numeros = |t: &str| cellules(t).iter().map(|(n, _)| *n).collect::<Vec<_>>();
        assert_eq!(numeros("a;b\n1;2\n\n\n3;4\n"), [1, 2, 5]);
        assert_eq!(numeros("a;b\r\n1;2\r\n\r\n3;4\r\n"), [1, 2, 4]);
        assert_eq!(numeros("a;b\r1;2\n3;4\r\n5;6"), [1, 2, 3, 4], "mixed line ends");
        assert_eq!(numeros("a;b\n\"deux\nlignes\";2\n3;4\n"), [1, 2, 4]);
        assert_eq!(numeros("\n\na;b\n1;2"), [3, 4]);
    }

    #[test]
    fn a_quotation_mark_too_many_swallows_nothing() {
        let refus = |t: &str| lire(t, Modele::Menus).unwrap_err();
        assert!(refus("nom;prix\n\"Wok;1\nQuiche;2\n").starts_with("ligne 2 :"));
        assert!(refus("nom;prix\n\"Wok\" vert;1\n").starts_with("ligne 2 :"));
        assert_eq!(
            cellules("nom;prix\nPlat 12\" rond;\"dit \"\"le\"\" bon\"\n")[1],
            rangee(2, &["Plat 12\" rond", "dit \"le\" bon"])
        );
    }
}
