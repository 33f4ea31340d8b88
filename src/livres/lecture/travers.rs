//! What does not stand on lines: a page that lies or hangs is turned; stamps, watermarks, text that
//! runs up a margin are set apart, and told (pure).

use super::mots::{Cadre, Mot, PageLue};
use super::mots_cles::cle;

/// Places within a twentieth of a point are one.
const EXACT: i32 = 5;
/// Letters of a stamp are so much taller than those of the page, in percent; of a watermark.
const GRAND: i32 = 160;
const ENORME: i32 = 200;
/// From one piece of tilted text to the next, in percent of its letters.
const PAS: i32 = 45;

/// No page of recipes has more words; each is compared with others.
const MOTS_MAX: usize = 3_000;

/// Words across a page, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Travers {
    pub page: u32,
    pub texte: String,
    pub cadre: Cadre,
    pub mots: u32,
    /// Over the lists, not in a margin.
    pub dessus: bool,
}

/// Turns pages, and takes away what stands across the others.
pub(crate) fn oter(pages: &mut [PageLue]) -> Vec<Travers> {
    let mut tous = Vec::new();
    for (page, numero) in pages.iter_mut().zip(1_u32..) {
        redresser(page);
        tous.extend(couches(page, numero));
        if page.mots.len() <= MOTS_MAX {
            tous.extend(penches(page, numero));
            tous.extend(filigranes(page, numero));
            tous.extend(annulations(page, numero));
        }
    }
    if tous.is_empty() {
        return tous;
    }
    // A watermark that touches nothing here does so elsewhere.
    let connus: Vec<(String, Cadre)> = tous.iter().map(|t| (t.texte.clone(), t.cadre)).collect();
    for (page, numero) in pages.iter_mut().zip(1_u32..) {
        let meme = |m: &Mot| connus.iter().any(|(t, c)| *t == m.texte && proche(*c, m.cadre));
        let repetes: Vec<bool> = page.mots.iter().map(meme).collect();
        tous.extend(prendre(page, numero, &repetes, false));
    }
    tous
}

fn proche(a: Cadre, b: Cadre) -> bool {
    (a.gauche - b.gauche).abs() <= 100 && (a.haut - b.haut).abs() <= 100
}

/// A page printed lying, or upside down, is read as its reader turns it.
fn redresser(page: &mut PageLue) {
    let longs = page.mots.iter().filter(|m| m.texte.chars().count() > 2);
    let debout = |m: &Mot| usize::from(m.cadre.hauteur() > m.cadre.largeur());
    let (debouts, tous) = longs.fold((0, 0), |(d, t), m| (d + debout(m), t + 1));
    let couchee = tous >= 6 && debouts * 10 >= tous * 8;
    // The words of one line come as they are read, and so do the lines.
    let (mut avant, mut arriere, mut descend, mut monte) = (0_usize, 0_usize, 0_usize, 0_usize);
    for paire in page.mots.windows(2) {
        let (a, b) = (paire[0].cadre, paire[1].cadre);
        let (ligne, pas) = match couchee {
            true => (a.gauche - b.gauche, b.haut - a.haut),
            false => (a.haut - b.haut, b.gauche - a.gauche),
        };
        if ligne.abs() <= EXACT {
            avant += usize::from(pas > 0);
            arriere += usize::from(pas < 0);
        } else {
            let recule = (ligne > 0) != couchee;
            monte += usize::from(recule);
            descend += usize::from(!recule);
        }
    }
    let presque_tous = |n: usize, autres: usize| n * 10 >= (n + autres) * 9;
    let a_l_envers =
        arriere >= 6 && monte >= 2 && presque_tous(arriere, avant) && presque_tous(monte, descend);
    if !couchee && !a_l_envers {
        return;
    }
    let (largeur, hauteur) = (page.largeur, page.hauteur);
    for mot in &mut page.mots {
        let c = mot.cadre;
        mot.cadre = match (couchee, a_l_envers) {
            (true, true) => cadre(hauteur - c.bas, c.gauche, hauteur - c.haut, c.droite),
            (true, false) => cadre(c.haut, largeur - c.droite, c.bas, largeur - c.gauche),
            _ => cadre(largeur - c.droite, hauteur - c.bas, largeur - c.gauche, hauteur - c.haut),
        };
    }
    if couchee {
        (page.largeur, page.hauteur) = (hauteur, largeur);
    }
}

const fn cadre(gauche: i32, haut: i32, droite: i32, bas: i32) -> Cadre {
    Cadre { gauche, haut, droite, bas }
}

/// Text that runs up or down.
fn est_couche(mot: &Mot) -> bool {
    mot.cadre.hauteur() > 2 * mot.cadre.largeur() && mot.texte.chars().count() > 2
}

/// Those, and the shorter words of the same run.
fn couches(page: &mut PageLue, numero: u32) -> Vec<Travers> {
    let mut pris: Vec<bool> = page.mots.iter().map(est_couche).collect();
    let suit = |a: Cadre, b: Cadre| {
        let ecart = (a.haut - b.bas).max(b.haut - a.bas);
        (a.gauche - b.gauche).abs() <= EXACT
            && (a.droite - b.droite).abs() <= EXACT
            && ecart.saturating_mul(100) <= a.largeur().saturating_mul(PAS)
    };
    if page.mots.len() <= MOTS_MAX {
        etendre(&page.mots, &mut pris, suit);
    }
    prendre(page, numero, &pris, false)
}

/// Adds what `suit` one that is taken, until none does.
fn etendre(mots: &[Mot], pris: &mut [bool], suit: impl Fn(Cadre, Cadre) -> bool) {
    let mut reste: Vec<usize> = (0..mots.len()).filter(|n| pris.get(*n) == Some(&true)).collect();
    while let Some(n) = reste.pop() {
        let Some(ici) = mots.get(n).map(|m| m.cadre) else { continue };
        for (rang, mot) in mots.iter().enumerate() {
            if let Some(pris) = pris.get_mut(rang).filter(|p| !**p && suit(ici, mot.cadre)) {
                *pris = true;
                reste.push(rang);
            }
        }
    }
}

/// Tilted text comes in pieces, each a little higher or lower than the one before, that share their
/// foot with nothing.
fn penches(page: &mut PageLue, numero: u32) -> Vec<Travers> {
    let mut pieds: Vec<(i32, i32)> =
        page.mots.iter().map(|m| (m.cadre.bas, m.cadre.haut)).collect();
    pieds.sort_unstable();
    let seul = |m: &Mot| {
        let debut = pieds.partition_point(|p| p.0 < m.cadre.bas - EXACT);
        let voisins = pieds.iter().skip(debut).take_while(|p| p.0 <= m.cadre.bas + EXACT);
        voisins.filter(|p| (p.1 - m.cadre.haut).abs() <= EXACT).nth(1).is_none()
    };
    // Most words stand on a line with others: only the rest is looked at.
    let candidats: Vec<usize> =
        (0..page.mots.len()).filter(|n| page.mots.get(*n).is_some_and(seul)).collect();
    let mut suites: Vec<Vec<usize>> = Vec::new();
    for &n in &candidats {
        let attenante = |suite: &Vec<usize>| {
            let lies = |m: &usize| match (page.mots.get(*m), page.mots.get(n)) {
                (Some(a), Some(b)) => lie(a, b) || lie(b, a),
                _ => false,
            };
            suite.iter().any(lies)
        };
        let (jointes, mut autres): (Vec<_>, Vec<_>) = suites.into_iter().partition(attenante);
        let mut suite: Vec<usize> = jointes.into_iter().flatten().collect();
        suite.push(n);
        autres.push(suite);
        suites = autres;
    }
    suites.retain(|s| s.len() >= 3 || est_un_mot_coupe(&page.mots, s));
    // A page that was scanned askew is no stamp.
    if suites.iter().map(Vec::len).sum::<usize>() * 3 > page.mots.len() {
        return Vec::new();
    }
    let mut tous: Vec<Vec<bool>> = Vec::new();
    for suite in suites {
        tous.push((0..page.mots.len()).map(|n| suite.contains(&n)).collect());
    }
    let mut travers = Vec::new();
    while let Some(pris) = tous.pop() {
        travers.extend(prendre(page, numero, &pris, true));
        for autres in &mut tous {
            let mut places = pris.iter();
            autres.retain(|_| places.next() != Some(&true));
        }
    }
    travers
}

/// `ANN` and, a little higher, `ULÉ`: between two words of a line there is a space.
fn est_un_mot_coupe(mots: &[Mot], suite: &[usize]) -> bool {
    let [Some(a), Some(b)] = [0, 1].map(|n| suite.get(n).and_then(|m| mots.get(*m))) else {
        return false;
    };
    let (a, b) = if a.cadre.gauche <= b.cadre.gauche { (a, b) } else { (b, a) };
    let lettres = a.texte.chars().chain(b.texte.chars());
    let (lues, autres): (Vec<char>, Vec<char>) = lettres.partition(|c| c.is_alphabetic());
    let hauteurs = (a.cadre.hauteur(), b.cadre.hauteur());
    // Not `1er`, not a mark of trade: those are smaller.
    let egales = hauteurs.0.max(hauteurs.1) * 100 <= hauteurs.0.min(hauteurs.1) * 130;
    lues.len() >= 3
        && autres.is_empty()
        && egales
        && (b.cadre.gauche - a.cadre.droite).abs() <= EXACT
}

/// `NUL`, `ANNULÉ`, in one piece, alone where it stands: no page says so of a recipe that is made.
fn annulations(page: &mut PageLue, numero: u32) -> Vec<Travers> {
    // Asked of every word: a look at two letters is enough for most.
    let possible = |m: &Mot| {
        let mut lettres = m.texte.chars().flat_map(char::to_lowercase);
        matches!(
            (lettres.next(), lettres.next()),
            (Some('a' | 'n'), Some('n' | 'u'))
                | (Some('s'), Some('p' | 'u'))
                | (Some('o'), Some('b'))
                | (Some('p'), Some('e' | 'é' | 'r'))
                | (Some('b'), Some('r'))
                | (Some('c'), Some('a'))
        )
    };
    let dit = |m: &Mot| possible(m) && m.texte.len() <= 16 && annule(&cle(&m.texte));
    let dits: Vec<bool> = page.mots.iter().map(dit).collect();
    let seul = |n: usize| {
        page.mots
            .get(n)
            .is_some_and(|m| !page.mots.iter().any(|a| a != m && se_suivent(m.cadre, a.cadre)))
    };
    let places: Vec<usize> =
        (0..dits.len()).filter(|n| dits.get(*n) == Some(&true) && seul(*n)).collect();
    // From the last: those before keep their places.
    let un = |n: usize| {
        let pris: Vec<bool> = (0..page.mots.len()).map(|m| m == n).collect();
        prendre(page, numero, &pris, true)
    };
    places.into_iter().rev().flat_map(un).collect()
}

fn annule(cle: &str) -> bool {
    let debuts = ["annul", "specimen", "obsolete", "supprim", "perim", "provisoire", "brouillon"];
    matches!(cle, "nul" | "nulle" | "caduc" | "caduque")
        || debuts.iter().any(|d| cle.starts_with(d))
}

/// On one line, with a space between them.
fn se_suivent(a: Cadre, b: Cadre) -> bool {
    let hauteur = a.hauteur().max(b.hauteur());
    let ecart = (a.gauche - b.droite).max(b.gauche - a.droite);
    (a.milieu() - b.milieu()).abs() * 2 < hauteur && ecart < hauteur
}

/// `b` goes on where `a` ends, a little higher or lower, to the right of it or under it.
fn lie(a: &Mot, b: &Mot) -> bool {
    let longueur = a.texte.chars().count().max(b.texte.chars().count());
    let (a, b) = (a.cadre, b.cadre);
    let plat = longueur <= 6
        && touche((a.droite, b.gauche), a.hauteur().min(b.hauteur()))
        && derive((b.haut - a.haut, b.bas - a.bas), a.hauteur().min(b.hauteur()))
        && semblables(a.hauteur(), b.hauteur());
    let debout = longueur <= 3
        && touche((a.bas, b.haut), a.largeur().min(b.largeur()))
        && derive((b.gauche - a.gauche, b.droite - a.droite), a.largeur().min(b.largeur()))
        && semblables(a.largeur(), b.largeur());
    plat || debout
}

const fn touche((fin, debut): (i32, i32), lettre: i32) -> bool {
    (debut - fin).abs().saturating_mul(100) <= lettre.saturating_mul(PAS)
}

/// Both edges move the same way: those of a column keep one, or its middle.
const fn derive((un, deux): (i32, i32), lettre: i32) -> bool {
    let (court, long) = if un.abs() < deux.abs() { (un, deux) } else { (deux, un) };
    un.signum() == deux.signum()
        && court.abs() > 30
        && long.abs().saturating_mul(10) <= lettre.saturating_mul(12)
}

fn semblables(a: i32, b: i32) -> bool {
    a.max(b) * 100 <= a.min(b) * 190
}

/// Large words over the lines of the page.
fn filigranes(page: &mut PageLue, numero: u32) -> Vec<Travers> {
    let mut hauteurs: Vec<i32> = page.mots.iter().map(|m| m.cadre.hauteur()).collect();
    hauteurs.sort_unstable();
    let usuelle = hauteurs.get(hauteurs.len() / 2).copied().unwrap_or(0);
    let part = |m: &Mot| m.cadre.hauteur().saturating_mul(100) / usuelle.max(1);
    let recouvre = |m: &Mot| {
        let petits = page.mots.iter().filter(|p| part(p) < GRAND);
        let seuil = if part(m) >= ENORME { 10 } else { 25 };
        petits.clone().filter(|p| commun(m.cadre, p.cadre) >= seuil).count() > 0
    };
    let mut pris: Vec<bool> = page.mots.iter().map(|m| part(m) >= GRAND && recouvre(m)).collect();
    let meme_ligne =
        |a: Cadre, b: Cadre| (a.bas - b.bas).abs() <= EXACT && (a.haut - b.haut).abs() <= EXACT;
    etendre(&page.mots, &mut pris, meme_ligne);
    prendre(page, numero, &pris, true)
}

/// How much of `petit` lies under `grand`, in percent of its surface.
fn commun(grand: Cadre, petit: Cadre) -> i64 {
    let cote = |a: i32, b: i32| i64::from((b - a).max(0));
    let large = cote(grand.gauche.max(petit.gauche), grand.droite.min(petit.droite));
    let haut = cote(grand.haut.max(petit.haut), grand.bas.min(petit.bas));
    let tout = i64::from(petit.largeur()) * i64::from(petit.hauteur());
    large * haut * 100 / tout.max(1)
}

/// Takes these words off the page, as one text.
fn prendre(page: &mut PageLue, numero: u32, pris: &[bool], dessus: bool) -> Vec<Travers> {
    if !pris.contains(&true) {
        return Vec::new();
    }
    let mut places = pris.iter();
    let mots = std::mem::take(&mut page.mots);
    let (otes, reste): (Vec<Mot>, Vec<Mot>) =
        mots.into_iter().partition(|_| places.next() == Some(&true));
    page.mots = reste;
    let mut otes = otes;
    if dessus {
        otes.sort_by_key(|m| (m.cadre.gauche, m.cadre.haut));
    }
    let lettres = otes.iter().filter(|m| m.texte.chars().count() > 3).count() * 2 < otes.len();
    let textes: Vec<&str> = otes.iter().map(|m| m.texte.as_str()).collect();
    let texte = textes.join(if lettres { "" } else { " " });
    let cadre = Cadre::autour(otes.iter().map(|m| m.cadre));
    let mots = otes.iter().map(|m| m.nombre).sum();
    vec![Travers { page: numero, texte, cadre, mots, dessus }]
}
