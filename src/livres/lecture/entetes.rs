//! The head of a table: what each of its columns holds (pure).

use compact_str::format_compact;

use super::cesures::finit_en_suspens;
use super::champs::champs;
use super::genres::{Genre, est_chiffre, genre};
use super::mots::Cadre;
use super::mots_cles::{cle, est_entete, est_portion, est_suite, unite};
use super::nombres::{Atome, atome};
use super::rangees::{Jeton, Rangee};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entete {
    pub genre: Genre,
    pub nom: String,
    pub gauche: i32,
    pub droite: i32,
}

/// Words of one line that stand apart from the others.
pub(crate) fn cellules(jetons: &[Jeton]) -> Vec<&[Jeton]> {
    let mut cellules = Vec::new();
    let mut debut = 0;
    for (rang, jeton) in jetons.iter().enumerate().skip(1) {
        if jeton.large {
            cellules.extend(jetons.get(debut..rang));
            debut = rang;
        }
    }
    cellules.extend(jetons.get(debut..).filter(|c| !c.is_empty()));
    cellules
}

/// `Brut (g)Net (g)`: heads that touch each other end with their units.
fn detacher(jetons: &[Jeton]) -> Vec<Jeton> {
    let mut detaches: Vec<Jeton> = Vec::with_capacity(jetons.len());
    for jeton in jetons {
        let apres_unite = detaches.last().is_some_and(|j| j.texte.ends_with(')'));
        let Some((haut, bas)) = jeton.texte.split_once(')').filter(|(_, bas)| !bas.is_empty())
        else {
            detaches.push(Jeton { large: jeton.large || apres_unite, ..jeton.clone() });
            continue;
        };
        let coupe = jeton.cadre.centre();
        let gauche = Cadre { droite: coupe, ..jeton.cadre };
        let droite = Cadre { gauche: coupe, ..jeton.cadre };
        let (haut, cle_du_bas) = (format_compact!("{haut})"), cle(bas));
        detaches.push(Jeton { cle: cle(&haut), texte: haut, cadre: gauche, large: jeton.large });
        let texte = bas.into();
        detaches.push(Jeton { texte, cle: cle_du_bas, cadre: droite, large: true });
    }
    detaches
}

/// The columns that this line names; none when it is another kind of line. `apres_tete`: it is what
/// stands beside the word COMPOSITION, whose own cell is the first column.
pub(crate) fn lire(rangee: &Rangee, apres_tete: bool) -> Option<Vec<Entete>> {
    if !plusieurs_cellules(&rangee.jetons) || (!apres_tete && finit_par_un_nombre(rangee)) {
        return None;
    }
    let jetons = detacher(&rangee.jetons);
    let cellules = cellules(&jetons);
    if cellules.len() < 2 {
        return None;
    }
    let sans_nombre = |j: &Jeton| {
        !matches!(
            atome(&j.texte),
            Atome::Nombre(_) | Atome::Fraction(_) | Atome::Mesure(..) | Atome::Suffisant
        )
    };
    let mut entetes: Vec<Entete> = Vec::with_capacity(cellules.len());
    // A table of equipment beside that of the ingredients: none of its numbers is theirs.
    let mut a_cote = false;
    for cellule in cellules {
        let (premier, dernier) = (cellule.first()?, cellule.last()?);
        let genre = match entetes.is_empty() && apres_tete {
            true => Genre::Libelle,
            false if a_cote => Genre::Autre,
            false => genre(cellule),
        };
        a_cote |=
            matches!(premier.cle.as_str(), "materiel" | "ustensile" | "ustensiles" | "equipement");
        let methode = est_suite(&premier.cle) && cellule.len() == 1 && genre == Genre::Inconnu;
        let compte = matches!(genre, Genre::Pour(..)) || (entetes.is_empty() && apres_tete);
        if methode || !(compte || cellule.iter().all(sans_nombre)) {
            return None;
        }
        let nom: Vec<&str> = cellule.iter().map(|j| j.texte.as_str()).collect();
        let (gauche, droite) = (premier.cadre.gauche, dernier.cadre.droite);
        entetes.push(Entete { genre, nom: nom.join(" "), gauche, droite });
    }
    let entetes = pour_combien(entetes);
    est_une_tete(&entetes, apres_tete).then_some(entetes)
}

/// `Pour 10 portions | g`: over the names, where nothing else is.
fn pour_combien(mut entetes: Vec<Entete>) -> Vec<Entete> {
    let [premier, autres @ ..] = &mut entetes[..] else { return entetes };
    let Genre::Pour(pieces, None) = premier.genre else { return entetes };
    let libelle = autres.iter().any(|e| e.genre == Genre::Libelle);
    let quantite = autres.iter_mut().find_map(|e| match e.genre {
        Genre::Quantite(unite) => Some((&mut e.genre, unite)),
        _ => None,
    });
    if let Some((genre, unite)) = quantite.filter(|_| !libelle) {
        (premier.genre, *genre) = (Genre::Libelle, Genre::Pour(pieces, unite));
    }
    entetes
}

/// Asked of every line: most have one cell, or end with a quantity.
fn plusieurs_cellules(jetons: &[Jeton]) -> bool {
    let touche = |j: &Jeton| j.texte.split_once(')').is_some_and(|(_, bas)| !bas.is_empty());
    jetons.iter().skip(1).any(|j| j.large) || jetons.iter().any(touche)
}

/// `60`, `60 g`, `QS`, and no `Quantité pour 10`.
fn finit_par_un_nombre(rangee: &Rangee) -> bool {
    let chiffre = |j: &Jeton| j.texte.starts_with(|c: char| c.is_ascii_digit());
    let finit = match &rangee.jetons[..] {
        [.., dernier] if chiffre(dernier) || dernier.cle == "qs" => true,
        [.., avant, dernier] => {
            chiffre(avant) && unite(&dernier.texte).is_some() && !est_portion(&dernier.cle)
        }
        _ => false,
    };
    finit && !rangee.cles().any(|c| c == "pour")
}

/// The same where the head is folded onto two or three lines, and how many: what stands over or
/// under another is one cell. Only where every cell is then known. A head that is whole takes
/// another line only where all of its words are those of heads: the first name of the table may be
/// folded as well.
pub(crate) fn lire_pliee(rangees: &[Rangee]) -> Option<(usize, Vec<Entete>)> {
    if rangees.first().is_none_or(finit_par_un_nombre) {
        return None;
    }
    let entiere = |lignes: usize| {
        let pli = rangees.get(..lignes)?;
        let proches = pli.windows(2).all(|p| {
            let saut = p[1].cadre.milieu() - p[0].cadre.milieu();
            p[0].page == p[1].page && (0..=p[0].hauteur * 3 / 2).contains(&saut)
        });
        let entetes = proches.then(|| lire(&deplier(pli), false))??;
        let compris = entetes.iter().all(|e| e.genre != Genre::Inconnu);
        let complets = entetes.iter().any(|e| e.genre == Genre::Libelle)
            && entetes.iter().any(|e| est_chiffre(e.genre));
        (compris && complets).then_some((lignes, entetes))
    };
    let premiere = (1..=3).find_map(entiere)?;
    let suivante = |trouvee: (usize, Vec<Entete>), lignes: usize| {
        let dit = rangees
            .get(lignes - 1)
            .is_some_and(|r| r.jetons.iter().all(est_de_tete) && !finit_en_suspens(r));
        entiere(lignes).filter(|_| dit && trouvee.0 + 1 == lignes).unwrap_or(trouvee)
    };
    let trouvee = (premiere.0 + 1..=3).fold(premiere, suivante);
    (trouvee.0 > 1).then_some(trouvee)
}

/// A word that heads have, by itself.
fn est_de_tete(jeton: &Jeton) -> bool {
    let mot = jeton.cle.as_str();
    est_entete(mot)
        || est_portion(mot)
        || matches!(mot, "premiere" | "premieres" | "pour" | "1")
        || matches!(mot, "unitaire" | "unitaires" | "total" | "totale" | "moyen")
        || genre(std::slice::from_ref(jeton)) != Genre::Inconnu
}

/// One line of the cells of several: those that overlap are one, from the top.
fn deplier(rangees: &[Rangee]) -> Rangee {
    let mut colonnes: Vec<(i32, i32, Vec<Jeton>)> = Vec::new();
    for cellule in rangees.iter().flat_map(|r| cellules(&r.jetons)) {
        let gauche = cellule.first().map_or(0, |j| j.cadre.gauche);
        let droite = cellule.last().map_or(gauche, |j| j.cadre.droite);
        let place = colonnes.iter_mut().find(|(g, d, _)| gauche < *d && *g < droite);
        match place {
            Some(colonne) => {
                (colonne.0, colonne.1) = (colonne.0.min(gauche), colonne.1.max(droite));
                colonne.2.extend(cellule.iter().cloned());
            }
            None => colonnes.push((gauche, droite, cellule.to_vec())),
        }
    }
    colonnes.sort_by_key(|c| c.0);
    let mut ligne = Rangee::default();
    for (gauche, droite, mut jetons) in colonnes {
        jetons.iter_mut().for_each(|j| {
            j.large = false;
            (j.cadre.gauche, j.cadre.droite) = (gauche, droite);
        });
        if let Some(premier) = jetons.first_mut() {
            premier.large = true;
        }
        ligne.jetons.extend(jetons);
    }
    ligne
}

fn est_une_tete(entetes: &[Entete], apres_tete: bool) -> bool {
    let connus = entetes.iter().filter(|e| e.genre != Genre::Inconnu).count();
    let libelle = entetes.iter().take(2).any(|e| e.genre == Genre::Libelle);
    let compte = entetes.iter().any(|e| est_chiffre(e.genre));
    match apres_tete {
        true => connus > 1,
        false => {
            (libelle && (compte || connus > 1 || entetes.len() == 2)) || (compte && connus > 1)
        }
    }
}

/// For each line that begins the head of a table: of how many lines it is, and its columns.
pub(crate) fn toutes(rangees: &[Rangee]) -> Vec<Option<(usize, Vec<Entete>)>> {
    let mut trouves: Vec<Option<(usize, Vec<Entete>)>> = Vec::with_capacity(rangees.len());
    let mut libre = 0;
    for (n, rangee) in rangees.iter().enumerate() {
        let trouve = (n >= libre && champs(&rangee.jetons).is_empty()).then(|| {
            let seule = || lire(rangee, false).map(|e| (1, e));
            lire_pliee(rangees.get(n..).unwrap_or_default()).or_else(seule)
        });
        let trouve = trouve.flatten();
        libre = libre.max(n + trouve.as_ref().map_or(0, |t| t.0));
        trouves.push(trouve);
    }
    trouves
}

#[cfg(test)]
mod tests {
    use super::super::mots::Mot;
    use super::super::rangees::ranger;
    use super::*;
    use crate::domaine::Decimal;

    /// Cells are parted by `|`.
    fn rangee(texte: &str) -> Rangee {
        let mut mots = Vec::new();
        let mut x = 0;
        for cellule in texte.split('|') {
            for mot in cellule.split_whitespace() {
                let droite = x + 500 * i32::try_from(mot.chars().count()).unwrap();
                let cadre = Cadre { gauche: x, haut: 0, droite, bas: 1000 };
                mots.push(Mot::nouveau(cadre, mot.to_owned()));
                x = droite + 300;
            }
            x += 2_000;
        }
        ranger(mots, 1).remove(0)
    }

    fn genres(texte: &str) -> Option<Vec<Genre>> {
        let entetes = lire(&rangee(texte), texte.starts_with("COMPOSITION"))?;
        Some(entetes.iter().map(|e| e.genre).collect())
    }

    #[test]
    fn each_column_says_what_it_holds() {
        use Genre::{Autre, Brut, Libelle, Net, Perte, Pieces, Pour, Quantite, Texte, Unite};
        let dix = Pour(Decimal::entier(10), None);
        for (texte, attendu) in [
            ("Ingrédients | Grammes | Pièces", vec![Libelle, Quantite(Some("g")), Pieces]),
            ("COMPOSITION | Quantité (kg)", vec![Libelle, Quantite(Some("kg"))]),
            ("COMPOSITION | g | pcs", vec![Libelle, Quantite(Some("g")), Pieces]),
            (
                "Code | Désignation | Qté | Unité | PU | Coût",
                vec![Autre, Libelle, Quantite(None), Unite, Autre, Autre],
            ),
            (
                "Ingrédients | Brut (g) | Perte % | Net (g)",
                vec![Libelle, Brut(Some("g")), Perte, Net(Some("g"))],
            ),
            ("N° | Ingrédients | Grammes", vec![Autre, Libelle, Quantite(Some("g"))]),
            (
                "Ingrédients | 10 portions | 50 portions",
                vec![Libelle, dix, Pour(Decimal::entier(50), None)],
            ),
            ("Ingrédients | Qté | Allergènes", vec![Libelle, Quantite(None), Texte]),
            (
                "Article | Réf. fournisseur | Poids brut en kg | €/kg",
                vec![Libelle, Autre, Brut(Some("kg")), Autre],
            ),
            ("Matière première | Mise en œuvre", vec![Libelle, Texte]),
            ("Désignation | Zorglub | Qté", vec![Libelle, Genre::Inconnu, Quantite(None)]),
        ] {
            assert_eq!(genres(texte), Some(attendu), "{texte}");
        }
    }

    #[test]
    fn a_line_of_the_list_is_no_head() {
        for texte in [
            "Carotte | 120 g",
            "Sauce soja | QS",
            "Produit | QS",
            "COMPOSITION | PROGRESSION",
            "SAUCE",
            "Carotte | Poisson",
        ] {
            assert_eq!(genres(texte), None, "{texte}");
        }
    }
}
