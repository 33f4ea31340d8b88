//! Where on a page some words stand, so that a person need not look for them (pure).

use compact_str::CompactString;

use super::mots::{Cadre, PageLue};
use super::mots_cles::cle;
use super::rangees::{Segment, segments};

/// In thousandths of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub(crate) struct Lieu {
    pub gauche: i32,
    pub haut: i32,
    pub droite: i32,
    pub bas: i32,
}

/// The line that has the most of these words, and not less than half of them: of several, the first
/// under this title.
pub(crate) fn trouver(page: PageLue, texte: &str, titre: &str) -> Option<Lieu> {
    let (largeur, hauteur) = (page.largeur.max(1), page.hauteur.max(1));
    let segments = segments(page.mots);
    let titre = chercher(&segments, &cles(titre), None).map_or(i32::MIN, |(c, _)| c.milieu());
    let (cadre, _) = chercher(&segments, &cles(texte), Some(titre))?;
    let part = |n: i32, tout: i32| (n.saturating_mul(1000) / tout).clamp(0, 1000);
    Some(Lieu {
        gauche: part(cadre.gauche, largeur),
        haut: part(cadre.haut, hauteur),
        droite: part(cadre.droite, largeur),
        bas: part(cadre.bas, hauteur),
    })
}

fn cles(texte: &str) -> Vec<CompactString> {
    texte.split_whitespace().map(cle).filter(|c| !c.is_empty()).collect()
}

/// Its words' box, and how many of the words it has.
fn chercher(
    segments: &[Segment],
    cles: &[CompactString],
    titre: Option<i32>,
) -> Option<(Cadre, usize)> {
    let trouves = segments.chunk_by(|a, b| a.cadre.milieu() == b.cadre.milieu()).filter_map(|l| {
        let mots = l.iter().flat_map(|s| &s.mots);
        let mut restants: Vec<&CompactString> = cles.iter().collect();
        let mut cadre: Option<Cadre> = None;
        for mot in mots {
            let Some(place) = restants.iter().position(|c| **c == cle(&mot.texte)) else {
                continue;
            };
            restants.remove(place);
            cadre = Some(cadre.map_or(mot.cadre, |c| c.avec(mot.cadre)));
        }
        Some((cadre?, cles.len() - restants.len()))
    });
    let assez = trouves.filter(|(_, n)| n * 2 >= cles.len());
    let dessous = |c: &Cadre| titre.is_none_or(|t| c.milieu() >= t);
    // The first of the best: the last that is not better than what stands before it.
    assez.reduce(|meilleur, autre| {
        let mieux = (autre.1, dessous(&autre.0)) > (meilleur.1, dessous(&meilleur.0));
        if mieux { autre } else { meilleur }
    })
}

#[cfg(test)]
mod tests {
    use super::super::mots::Mot;
    use super::*;

    fn page(lignes: &[(i32, i32, &str)]) -> PageLue {
        let mots = lignes.iter().flat_map(|(x, y, texte)| {
            texte.split(' ').enumerate().map(move |(n, mot)| {
                let gauche = x + 60 * i32::try_from(n).unwrap();
                let cadre = Cadre { gauche, haut: *y, droite: gauche + 50, bas: y + 10 };
                Mot::nouveau(cadre, mot.to_owned())
            })
        });
        PageLue { largeur: 1000, hauteur: 1000, mots: mots.collect() }
    }

    #[test]
    fn the_words_of_a_doubt_are_found_under_the_title_of_their_recipe() {
        let lignes = [
            (100, 100, "WOK"),
            (100, 150, "Farine 150 g"),
            (600, 150, "Farine 150 g"),
            (100, 300, "BOL"),
            (100, 350, "farine 150 g"),
            (100, 400, "POIDS NET 150 g"),
        ];
        let haut = |texte: &str, titre: &str| trouver(page(&lignes), texte, titre).map(|l| l.haut);
        assert_eq!(haut("FARINE 150 g", "WOK"), Some(150));
        assert_eq!(haut("Farine 150 g", "BOL"), Some(350));
        assert_eq!(haut("POIDS NET 150 g", "BOL"), Some(400));
        assert_eq!(haut("Farine T55 150 g", "Recette sans titre"), Some(150));
        assert_eq!(haut("Nori voir le chef", "WOK"), None);
        assert_eq!(haut("", "WOK"), None);
        let lieu = trouver(page(&lignes), "POIDS NET", "BOL").unwrap();
        assert_eq!(lieu, Lieu { gauche: 100, haut: 400, droite: 210, bas: 410 });
    }
}
