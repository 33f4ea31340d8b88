//! Where the columns of a page are (pure).
//!
//! Recipes side by side are told from a table of names and grams by their heads: each recipe has
//! one. Between two heads that stand beside each other runs a gutter: the last empty strip before
//! the right one. A page without heads of its own takes the gutters of the page before, if nothing
//! crosses them. Text beside a list, without a head, is a column of its own (`annexe`).

use super::champs::champs;
use super::genres::{self, Genre};
use super::marges::Feuille;
use super::mots::{Cadre, Mot};
use super::mots_cles::cle;
use super::nombres::{Atome, atome};
use super::rangees::{Rangee, Segment, jetons, ranger};
use super::tetes::{self, MotDeTete, Tete};

/// Less than 3 pt is no gutter.
const GOUTTIERE_MIN: i32 = 300;

/// No page of recipes has more.
const SEGMENTS_MAX: usize = 3_000;
/// A box beside a list has no more lines.
const LIGNES_D_UN_CADRE: usize = 12;

/// The lines of one column of one page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Colonne {
    pub page: u32,
    /// From the left.
    pub rang: usize,
    /// Stands beside a list and has no head of its own.
    pub annexe: bool,
    pub rangees: Vec<Rangee>,
}

/// All columns of all pages, page by page, from the left.
pub(crate) fn colonnes(feuilles: Vec<Feuille>) -> Vec<Colonne> {
    let par_page = gouttieres(&feuilles);
    let mut colonnes = Vec::new();
    for ((feuille, gouttieres), page) in feuilles.into_iter().zip(par_page).zip(1_u32..) {
        let repartis = repartir_sous_les_tetes(feuille.segments, &gouttieres);
        for (rang, segments) in repartis.into_iter().enumerate() {
            let (segments, mut encadres) = oter_les_cadres(segments);
            let (principale, mut annexe) = match marge_d_annexe(&segments) {
                Some(x) => {
                    let mut moities = repartir(segments, &[x]);
                    let annexe = moities.pop().unwrap_or_default();
                    (moities.pop().unwrap_or_default(), annexe)
                }
                None => (segments, Vec::new()),
            };
            annexe.append(&mut encadres);
            for (segments, annexe) in [(principale, false), (annexe, true)] {
                let mots: Vec<Mot> = segments.into_iter().flat_map(|s| s.mots).collect();
                let rangees = ranger(mots, page);
                if !rangees.is_empty() {
                    colonnes.push(Colonne { page, rang, annexe, rangees });
                }
            }
        }
    }
    colonnes
}

/// What this opens, and the box of its first word.
pub(crate) fn tete_de(segment: &Segment) -> Option<(Cadre, Tete)> {
    let premier = segment.mots.first()?;
    // Most open nothing: a look at the first letter is enough.
    if !tetes::peut_ouvrir(&premier.texte) {
        return None;
    }
    let cles: Vec<_> = segment.mots.iter().map(|m| cle(&m.texte)).collect();
    let lue = tetes::lire(cles.iter().map(|c| c.as_str()).filter(|c| !c.is_empty()))?;
    let courte = segment.mots.len() <= 5 && lue.mot == MotDeTete::Composition;
    (lue.comprise || courte).then_some((premier.cadre, lue))
}

/// The heads of a page. What stands under another head names a column of its table.
fn tetes_de_la_page(segments: &[Segment]) -> Vec<Cadre> {
    let mut toutes: Vec<(Cadre, Tete)> = segments.iter().filter_map(tete_de).collect();
    toutes.sort_by_key(|(cadre, _)| (cadre.milieu(), cadre.gauche));
    let mut tetes: Vec<Cadre> = Vec::with_capacity(toutes.len());
    for (cadre, tete) in toutes {
        let colonne =
            || est_sous_une_tete(&tetes, cadre) && est_apres_des_colonnes(segments, cadre);
        if tete.mot != MotDeTete::Ingredients || !colonne() {
            tetes.push(cadre);
        }
    }
    tetes
}

/// A head stands a line or two above, at the same place or more to the left.
fn est_sous_une_tete(tetes: &[Cadre], cadre: Cadre) -> bool {
    let dessus = |t: &&Cadre| {
        let ecart = cadre.milieu() - t.milieu();
        ecart > t.hauteur() / 2 && ecart <= t.hauteur() * 4 && t.gauche <= cadre.droite
    };
    tetes.iter().any(|t| dessus(&t))
}

/// What stands on its left names columns too, if anything does.
fn est_apres_des_colonnes(segments: &[Segment], cadre: Cadre) -> bool {
    let meme = |s: &&Segment| (s.cadre.milieu() - cadre.milieu()).abs() * 2 < cadre.hauteur();
    let avant = segments.iter().filter(meme).filter(|s| s.cadre.droite <= cadre.gauche);
    avant.into_iter().all(|s| genres::genre(&jetons(s.mots.clone())) != Genre::Inconnu)
}

fn gouttieres(feuilles: &[Feuille]) -> Vec<Vec<i32>> {
    let propres: Vec<Vec<i32>> =
        feuilles.iter().map(|f| gouttieres_d_une_page(&f.segments)).collect();
    let mut dernieres: &[i32] =
        propres.iter().find(|g| !g.is_empty()).map(Vec::as_slice).unwrap_or_default();
    let mut toutes = Vec::with_capacity(propres.len());
    for (feuille, siennes) in feuilles.iter().zip(&propres) {
        let reprises = siennes.len() < dernieres.len() && convient(feuille, dernieres);
        if !siennes.is_empty() && !reprises {
            dernieres = siennes;
        }
        toutes.push(if reprises { dernieres.to_vec() } else { siennes.clone() });
    }
    toutes
}

/// Gutters of another page do here as well: nearly nothing crosses them, and no strip between them
/// is a column of numbers alone.
fn convient(feuille: &Feuille, gouttieres: &[i32]) -> bool {
    let croise = |s: &&Segment| {
        gouttieres.iter().any(|g| s.cadre.gauche < *g - 100 && *g + 100 < s.cadre.droite)
    };
    let croisent = feuille.segments.iter().filter(croise).count();
    let bandes = (0..=gouttieres.len()).all(|rang| {
        let gauche = rang.checked_sub(1).and_then(|r| gouttieres.get(r)).copied();
        let droite = gouttieres.get(rang).copied();
        let dedans = feuille.segments.iter().filter(|s| {
            gauche.is_none_or(|g| s.cadre.centre() >= g)
                && droite.is_none_or(|d| s.cadre.centre() < d)
        });
        !est_chiffree(dedans)
    });
    croisent * 12 <= feuille.segments.len() && bandes
}

fn gouttieres_d_une_page(segments: &[Segment]) -> Vec<i32> {
    let mut tetes = tetes_de_la_page(segments);
    tetes.sort_by_key(|t| t.gauche);
    let mut groupes: Vec<Cadre> = Vec::new();
    for tete in tetes {
        match groupes.last_mut().filter(|g| tete.gauche < g.droite) {
            Some(groupe) => *groupe = groupe.avec(tete),
            None => groupes.push(tete),
        }
    }
    let debut = groupes.iter().map(|g| g.haut).min().unwrap_or(0);
    let corps: Vec<Cadre> =
        segments.iter().map(|s| s.cadre).filter(|c| c.milieu() > debut).collect();
    let paires = groupes.windows(2);
    paires.filter_map(|p| gouttiere(&corps, p[0].droite, p[1].gauche)).collect()
}

/// The last strip between `a` and `b` that (nearly) nothing crosses: just left of its right end.
fn gouttiere(corps: &[Cadre], a: i32, b: i32) -> Option<i32> {
    let tolere = corps.len() / 24;
    let vides = vides(corps, (a, b), tolere);
    let assez = vides.iter().rev().find(|(g, d)| d - g >= GOUTTIERE_MIN);
    let (gauche, droite) = assez.or(vides.last()).copied().unwrap_or((b - 2, b));
    (a < b).then(|| droite - ((droite - gauche) / 2).clamp(1, GOUTTIERE_MIN))
}

/// The strips of `a..=b` that at most `tolere` boxes cover.
fn vides(corps: &[Cadre], (a, b): (i32, i32), tolere: usize) -> Vec<(i32, i32)> {
    let mut bords: Vec<(i32, i32)> = Vec::with_capacity(corps.len() * 2);
    for cadre in corps.iter().filter(|c| c.droite > a && c.gauche < b) {
        bords.push((cadre.gauche.max(a), 1));
        bords.push((cadre.droite.min(b), -1));
    }
    bords.sort_unstable();
    let (mut vides, mut couverts, mut depuis) = (Vec::new(), 0_usize, Some(a));
    for (x, sens) in bords {
        couverts = if sens > 0 { couverts + 1 } else { couverts.saturating_sub(1) };
        match (depuis, couverts > tolere) {
            (Some(debut), true) => {
                if x > debut {
                    vides.push((debut, x));
                }
                depuis = None;
            }
            (None, false) => depuis = Some(x),
            _ => {}
        }
    }
    vides.extend(depuis.filter(|d| *d < b).map(|d| (d, b)));
    vides
}

/// Each segment goes where its middle is; a number, under the last head that begins left of its end:
/// tables of one page are not all as wide.
fn repartir_sous_les_tetes(segments: Vec<Segment>, gouttieres: &[i32]) -> Vec<Vec<Segment>> {
    let mut tetes = if gouttieres.is_empty() { Vec::new() } else { tetes_de_la_page(&segments) };
    tetes.sort_by_key(|t| (t.haut, t.gauche));
    let cote_a_cote: Vec<&[Cadre]> = tetes
        .chunk_by(|a, b| b.haut - a.haut < a.hauteur() / 2)
        .filter(|rang| rang.len() == gouttieres.len() + 1)
        .collect();
    let rang_sous = |s: &Segment| {
        let dessus = cote_a_cote.iter().rev().find(|t| t[0].bas <= s.cadre.milieu())?;
        let nombre = s.mots.iter().all(|m| matches!(atome(&m.texte), Atome::Nombre(_)));
        let sous = dessus.iter().filter(|t| t.gauche < s.cadre.droite).count();
        nombre.then_some(sous.saturating_sub(1))
    };
    let mut bandes: Vec<Vec<Segment>> = vec![Vec::new(); gouttieres.len() + 1];
    for segment in segments {
        let milieu = || gouttieres.iter().filter(|g| segment.cadre.centre() >= **g).count();
        let rang = rang_sous(&segment).unwrap_or_else(milieu);
        if let Some(bande) = bandes.get_mut(rang) {
            bande.push(segment);
        }
    }
    bandes
}

/// Each segment goes where its middle is.
fn repartir(segments: Vec<Segment>, gouttieres: &[i32]) -> Vec<Vec<Segment>> {
    let mut bandes: Vec<Vec<Segment>> = vec![Vec::new(); gouttieres.len() + 1];
    for segment in segments {
        let rang = gouttieres.iter().filter(|g| segment.cadre.centre() >= **g).count();
        if let Some(bande) = bandes.get_mut(rang) {
            bande.push(segment);
        }
    }
    bandes
}

/// `POIDS NET 200 g`, `DLC J+2` in a box at the right of a list, and what else stands in it.
fn oter_les_cadres(segments: Vec<Segment>) -> (Vec<Segment>, Vec<Segment>) {
    let champ = |s: &Segment| {
        let jetons = jetons(s.mots.clone());
        champs(&jetons).iter().any(|c| c.dit_quelque_chose())
    };
    let champ: Vec<bool> = segments.iter().map(champ).collect();
    if !champ.contains(&true) || segments.len() > SEGMENTS_MAX {
        // Most columns: nothing to look for.
        return (segments, Vec::new());
    }
    let a_gauche = |s: &Segment| {
        let voisin = |(a, champ): (&Segment, &bool)| {
            let commun = a.cadre.bas.min(s.cadre.bas) - a.cadre.haut.max(s.cadre.haut);
            !champ && a.cadre.droite < s.cadre.gauche && commun * 5 > s.cadre.hauteur()
        };
        let noms = segments.iter().zip(&champ).filter(|v| voisin(*v));
        // A field on its left: both stand on a line of fields.
        let autre = segments.iter().zip(&champ).any(|(a, champ)| {
            *champ && a.cadre.droite < s.cadre.gauche && a.cadre.milieu() == s.cadre.milieu()
        });
        !autre && noms.count() > 0
    };
    let mut pris: Vec<bool> =
        segments.iter().zip(&champ).map(|(s, champ)| *champ && a_gauche(s)).collect();
    // The rest of the box stands under its first line, or over it.
    let dans_le_cadre = |a: Cadre, b: Cadre| {
        let ecart = (b.haut - a.bas).max(a.haut - b.bas);
        (a.gauche - b.gauche).abs() <= 100 && ecart <= a.hauteur()
    };
    for _ in 0..LIGNES_D_UN_CADRE {
        let avant = pris.clone();
        for (n, segment) in segments.iter().enumerate() {
            let joint = |(autre, pris): (&Segment, &bool)| {
                *pris && dans_le_cadre(autre.cadre, segment.cadre)
            };
            let dedans = segments.iter().zip(&avant).any(joint) && a_gauche(segment);
            if let Some(pris) = pris.get_mut(n).filter(|_| dedans) {
                *pris = true;
            }
        }
        if pris == avant {
            break;
        }
    }
    let mut places = pris.into_iter();
    segments.into_iter().partition(|_| places.next() != Some(true))
}

/// Where, right of names and numbers, text begins again within the lists of this column.
fn marge_d_annexe(segments: &[Segment]) -> Option<i32> {
    let liste: Vec<&Segment> = dans_les_listes(segments);
    if est_un_tableau(&liste) {
        return None;
    }
    let cadres: Vec<Cadre> = liste.iter().map(|s| s.cadre).collect();
    let tout = Cadre::autour(cadres.iter().copied());
    let vides = vides(&cadres, (tout.gauche, tout.droite), 0);
    let bords: Vec<i32> = std::iter::once(tout.gauche).chain(vides.iter().map(|v| v.1)).collect();
    let (mut texte, mut chiffres) = (false, false);
    for (rang, debut) in bords.iter().enumerate() {
        let fin = bords.get(rang + 1).copied().unwrap_or(i32::MAX);
        let bande = liste.iter().copied();
        let bande = bande.filter(|s| (*debut..fin).contains(&s.cadre.centre()));
        match est_chiffree(bande.clone()) {
            true => chiffres |= texte,
            false if chiffres && bande.count() > 1 => return Some(debut - 1),
            false => texte = true,
        }
    }
    None
}

/// One of its lines names columns, to the last: allergens, remarks, losses are of the table.
fn est_un_tableau(liste: &[&Segment]) -> bool {
    let genres = |ligne: &[&Segment]| -> Vec<Genre> {
        ligne.iter().map(|s| genres::genre(&jetons(s.mots.clone()))).collect()
    };
    let meme = |a: &&Segment, b: &&Segment| a.cadre.milieu() == b.cadre.milieu();
    liste.chunk_by(meme).filter(|l| l.len() > 1).any(|ligne| {
        let mut ligne = ligne.to_vec();
        ligne.sort_by_key(|s| s.cadre.gauche);
        let genres = genres(&ligne);
        // The word INGRÉDIENTS itself opens the list and is not among them.
        let colonne = |g: &Genre| *g == Genre::Libelle || genres::est_chiffre(*g);
        genres.iter().any(colonne) && genres.last() != Some(&Genre::Inconnu)
    })
}

/// What stands between a head and what ends its list.
fn dans_les_listes(segments: &[Segment]) -> Vec<&Segment> {
    let mut ordre: Vec<&Segment> = segments.iter().collect();
    ordre.sort_by_key(|s| s.cadre.milieu());
    let (mut liste, mut ouverte) = (Vec::new(), false);
    for segment in ordre {
        let premiere = segment.mots.first().map(|m| cle(&m.texte)).unwrap_or_default();
        if matches!(premiere.as_str(), "poids" | "emballage" | "dlc" | "total") {
            ouverte = false;
        } else if tete_de(segment).is_some() {
            ouverte = true;
        } else if ouverte {
            liste.push(segment);
        }
    }
    liste
}

/// Seven in ten of these or more are numbers and units.
fn est_chiffree<'a>(segments: impl Iterator<Item = &'a Segment>) -> bool {
    let (mut chiffres, mut tous) = (0_usize, 0_usize);
    for segment in segments {
        tous += 1;
        let nombre = |m: &Mot| !matches!(atome(&m.texte), Atome::Autre);
        chiffres += usize::from(segment.mots.iter().all(nombre));
    }
    tous > 0 && chiffres * 10 >= tous * 7
}
