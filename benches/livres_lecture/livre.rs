//! The book that is read: recipes two by two, names on the left and grams on the right, as a PDF.

use std::io::Write;

use anyhow::Result;
use flate2::Compression;
use flate2::write::ZlibEncoder;

pub const RECETTES: usize = 200;
pub const LIGNES: usize = 10;
const PAR_PAGE: usize = 6;

/// What it says of one recipe, to be compared with what was read.
pub struct Recette {
    pub titre: String,
    pub lignes: Vec<(String, usize, Option<usize>)>,
}

impl Recette {
    pub fn poids(&self) -> usize {
        self.lignes.iter().map(|l| l.1).sum()
    }
}

const PLATS: [&str; 20] = [
    "SALADE CÉSAR",
    "QUICHE LORRAINE",
    "GRATIN DAUPHINOIS",
    "BŒUF BOURGUIGNON",
    "TARTE À L'OIGNON",
    "CRÊPE FORESTIÈRE",
    "WOK DE POULET",
    "CURRY DE LÉGUMES",
    "TABOULÉ",
    "LASAGNES",
    "CHILI",
    "RISOTTO",
    "POKÉ SAUMON",
    "BLANQUETTE",
    "PARMENTIER",
    "RATATOUILLE",
    "COUSCOUS",
    "PAD THAÏ",
    "MOUSSAKA",
    "CLUB POULET",
];
const STYLES: [&str; 10] = [
    "MAISON",
    "D'ÉTÉ",
    "D'HIVER",
    "DU CHEF",
    "DU MARCHÉ",
    "BIO",
    "EXPRESS",
    "LÉGER",
    "ÉPICÉ",
    "FAMILIAL",
];
const INGREDIENTS: [&str; 24] = [
    "CRÈME FRAÎCHE 35%",
    "Poulet rôti (bio)",
    "POIVRE NOIR 5 BAIES",
    "FARINE T55",
    "Œufs entiers",
    "EMMENTAL RÂPÉ 45% MG",
    "Lait ½ écrémé",
    "SAUCE CÉSAR",
    "Oignon rouge",
    "HUILE D'OLIVE",
    "Jambon blanc (barquette)",
    "CHAMPIGNONS DE PARIS",
    "Riz basmati",
    "TOMATE CERISE",
    "Beurre doux",
    "CAROTTES RÂPÉES",
    "Pâtes sèches",
    "SAUMON FUMÉ",
    "Maïs doux",
    "PERSIL PLAT",
    "Sel fin",
    "POMME DE TERRE",
    "Courgette",
    "VINAIGRE BALSAMIQUE",
];

pub fn recettes() -> Vec<Recette> {
    let recette = |n: usize| Recette {
        titre: format!("{} {}", PLATS[n % PLATS.len()], STYLES[n / PLATS.len() % STYLES.len()]),
        lignes: (0..LIGNES).map(|l| ligne(n, l)).collect(),
    };
    (0..RECETTES).map(recette).collect()
}

fn ligne(recette: usize, rang: usize) -> (String, usize, Option<usize>) {
    let nom = INGREDIENTS[(recette * 7 + rang) % INGREDIENTS.len()].to_owned();
    let grammes = 5 + (recette * 37 + rang * 53) % 400 * if rang == 3 { 5 } else { 1 };
    (nom, grammes, (rang % 3 == 1).then_some(1 + (recette + rang) % 4))
}

/// As the file that a word processor would export: deflated pages, two fonts.
pub fn pdf(recettes: &[Recette]) -> Result<Vec<u8>> {
    let pages: Vec<&[Recette]> = recettes.chunks(PAR_PAGE).collect();
    let mut fichier = Fichier::default();
    let enfants: Vec<String> = (0..pages.len()).map(|p| format!("{} 0 R", 5 + 2 * p)).collect();
    fichier.objet(b"<</Type/Catalog/Pages 2 0 R>>")?;
    let arbre = format!("<</Type/Pages/Count {}/Kids[{}]>>", pages.len(), enfants.join(" "));
    fichier.objet(arbre.as_bytes())?;
    for police in ["Helvetica", "Helvetica-Bold"] {
        let objet =
            format!("<</Type/Font/Subtype/Type1/BaseFont/{police}/Encoding/WinAnsiEncoding>>");
        fichier.objet(objet.as_bytes())?;
    }
    for (rang, page) in pages.into_iter().enumerate() {
        let objet = format!(
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R\
             /F2 4 0 R>>>>/Contents {} 0 R>>",
            6 + 2 * rang
        );
        fichier.objet(objet.as_bytes())?;
        let mut deflate = ZlibEncoder::new(Vec::new(), Compression::default());
        deflate.write_all(&dessiner(page, rang + 1))?;
        let flux = deflate.finish()?;
        let mut objet =
            format!("<</Length {}/Filter/FlateDecode>>stream\n", flux.len()).into_bytes();
        objet.extend_from_slice(&flux);
        objet.extend_from_slice(b"\nendstream");
        fichier.objet(&objet)?;
    }
    fichier.finir()
}

#[derive(Default)]
struct Fichier {
    octets: Vec<u8>,
    places: Vec<usize>,
}

impl Fichier {
    fn objet(&mut self, contenu: &[u8]) -> Result<()> {
        if self.octets.is_empty() {
            self.octets.extend_from_slice(b"%PDF-1.4\n");
        }
        self.places.push(self.octets.len());
        writeln!(self.octets, "{} 0 obj", self.places.len())?;
        self.octets.extend_from_slice(contenu);
        self.octets.extend_from_slice(b"\nendobj\n");
        Ok(())
    }

    fn finir(mut self) -> Result<Vec<u8>> {
        let (debut, nombre) = (self.octets.len(), self.places.len() + 1);
        writeln!(self.octets, "xref\n0 {nombre}\n0000000000 65535 f ")?;
        for place in &self.places {
            writeln!(self.octets, "{place:010} 00000 n ")?;
        }
        writeln!(self.octets, "trailer<</Size {nombre}/Root 1 0 R>>\nstartxref\n{debut}\n%%EOF")?;
        Ok(self.octets)
    }
}

fn dessiner(recettes: &[Recette], page: usize) -> Vec<u8> {
    let mut dessin = Vec::new();
    for (rang, recette) in recettes.iter().enumerate() {
        let (x, y) = (40 + 270 * (rang % 2), 790 - 240 * (rang / 2));
        ecrire(&mut dessin, ("F2", 11), (x, y), &recette.titre);
        ecrire(&mut dessin, ("F2", 9), (x, y - 16), "COMPOSITION");
        let mut bas = y - 30;
        for (nom, grammes, pieces) in &recette.lignes {
            ecrire(&mut dessin, ("F1", 9), (x, bas), nom);
            ecrire(&mut dessin, ("F1", 9), (x + 170, bas), &grammes.to_string());
            if let Some(pieces) = pieces {
                ecrire(&mut dessin, ("F1", 9), (x + 215, bas), &pieces.to_string());
            }
            bas -= 13;
        }
        let poids = recette.poids();
        let fin = [
            format!("TOTAL {poids}"),
            format!("POIDS NET {poids}"),
            "EMBALLAGE BARQUETTE KRAFT + ÉTIQUETTE".to_owned(),
            "DLC J+3".to_owned(),
        ];
        for texte in fin {
            ecrire(&mut dessin, ("F1", 9), (x, bas), &texte);
            bas -= 13;
        }
    }
    ecrire(&mut dessin, ("F1", 8), (250, 30), &format!("Livre de saison - page {page}"));
    dessin
}

fn ecrire(dessin: &mut Vec<u8>, (police, corps): (&str, u8), (x, y): (usize, usize), texte: &str) {
    dessin.extend_from_slice(format!("BT /{police} {corps} Tf {x} {y} Td (").as_bytes());
    dessin.extend(texte.chars().flat_map(octets));
    dessin.extend_from_slice(b") Tj ET\n");
}

/// In WinAnsiEncoding, which is Latin-1 but for a few.
fn octets(c: char) -> Vec<u8> {
    match c {
        'Œ' => vec![0x8c],
        '(' | ')' | '\\' => vec![b'\\', c as u8],
        c => vec![u8::try_from(u32::from(c)).unwrap_or(b'?')],
    }
}
