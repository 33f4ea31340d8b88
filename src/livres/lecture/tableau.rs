//! A table read as one: each cell under its head, then each row as a line of any other book prints
//! it, name, quantity, pieces (pure).
//!
//! Codes, prices and percentages are no quantities: they leave the line, which keeps all it printed
//! in `imprime`. A number under a head that nobody knows is a doubt.

use compact_str::format_compact;

use super::TexteDePage;
use super::champs::champs;
use super::entetes::Entete;
use super::genres::Genre;
use super::grammaire::{self, Contexte};
use super::mots_cles::{cle, est_portion};
use super::nombres::{Atome, Chiffres, atome};
use super::phrases;
use super::places::{Places, est_nombre, sous};
use super::rangees::{Jeton, Rangee};
use crate::domaine::Decimal;

/// What a table says beside its lines.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Dit {
    /// Of the column that was taken, where its head says for how many pieces it is.
    pub rendement: Option<Decimal>,
    /// Columns for other numbers of pieces, by their heads: not taken.
    pub laissees: Vec<String>,
    /// Heads that nobody knows and that stand over numbers.
    pub inconnues: Vec<String>,
    /// What was taken is net: no gross quantity is printed.
    pub net_seul: bool,
    /// The head of what is lost from a gross quantity that is not printed.
    pub perte: Option<String>,
    /// Rows with a number that stands under no head, which says more than grams.
    pub dehors: Vec<TexteDePage>,
    /// The head of a column of shelf lives.
    pub duree: Option<String>,
    /// The head of what was taken, where it is that of one portion.
    pub par_portion: Option<String>,
}

/// Rewrites the rows of this table; those that do not fit under its heads stay as they are.
pub(crate) fn mettre_en_lignes(entetes: &[Entete], rangees: &mut [Rangee]) -> Dit {
    let plan = Plan::nouveau(entetes);
    let places = Places::apprendre(entetes, rangees);
    let (mut perte, mut duree) = (None, None);
    let mut inconnues: Vec<String> = Vec::new();
    let mut dehors = Vec::new();
    for rangee in rangees {
        if places.est_ailleurs(entetes, rangee) {
            rangee.jetons.clear();
            continue;
        }
        let Some(rangs) = places.ranger(entetes, rangee) else {
            let texte = || TexteDePage { page: rangee.page, texte: rangee.texte() };
            dehors.extend(plan.se_lirait_autrement(rangee).then(texte));
            continue;
        };
        let jetons = std::mem::take(&mut rangee.jetons);
        let lue = Lue { cellules: sous(entetes, &jetons), rangs };
        for (rang, entete) in entetes.iter().enumerate() {
            let nombre = lue.cellule(rang).is_some_and(|c| c.iter().any(est_nombre));
            let obscure = entete.genre == Genre::Inconnu || plan.en_trop(rang, entete.genre);
            let neuve = obscure && nombre && !inconnues.contains(&entete.nom);
            inconnues.extend(neuve.then(|| entete.nom.clone()));
        }
        let net = plan.net.and_then(|n| lue.nombre(n));
        perte = perte.or_else(|| plan.perte(entetes, &lue));
        duree = duree.or_else(|| duree_de(entetes, &lue));
        let reecrits = plan.ligne(entetes, &lue);
        if reecrits.is_empty() {
            rangee.jetons = jetons;
            continue;
        }
        let textes: Vec<&str> = jetons.iter().map(|j| j.texte.as_str()).collect();
        rangee.imprime = Some(textes.join(" "));
        rangee.net = net;
        rangee.jetons = reecrits;
        let vide = plan.quantite.is_some_and(|q| lue.cellule(q).is_none());
        let texte = || TexteDePage { page: rangee.page, texte: textes.join(" ") };
        dehors.extend((vide && plan.se_lirait_autrement(rangee)).then(texte));
    }
    let par_portion = plan.par_portion(entetes);
    let (rendement, laissees, net_seul) = (plan.pieces, plan.laissees, plan.net_seul);
    Dit { rendement, laissees, inconnues, net_seul, perte, dehors, duree, par_portion }
}

/// A cell under « DLC », and its head.
fn duree_de(entetes: &[Entete], lue: &Lue<'_>) -> Option<String> {
    let mut places = entetes.iter().enumerate();
    let dit = |e: &Entete| matches!(cle(&e.nom).as_str(), "dlc" | "ddm" | "dluo" | "duree de vie");
    places.find(|(n, e)| dit(e) && lue.cellule(*n).is_some()).map(|(_, e)| e.nom.clone())
}

/// Which columns make a line.
struct Plan {
    libelle: Option<usize>,
    quantite: Option<usize>,
    /// Printed in the head of the quantity.
    unite: Option<&'static str>,
    unites: Option<usize>,
    comptes: Option<usize>,
    net: Option<usize>,
    net_seul: bool,
    /// The quantity is that of each piece.
    unitaire: bool,
    /// It stands under a head that says no more.
    simple: bool,
    pieces: Option<Decimal>,
    laissees: Vec<String>,
}

impl Plan {
    fn nouveau(entetes: &[Entete]) -> Self {
        let place = |genre: fn(Genre) -> bool| entetes.iter().position(|e| genre(e.genre));
        let net = place(|g| matches!(g, Genre::Net(_)));
        let brut = place(|g| matches!(g, Genre::Brut(_)));
        let simple = Self::la_quantite(entetes);
        let pour = Self::la_plus_petite(entetes);
        let unitaire = place(|g| matches!(g, Genre::Unitaire(_)));
        let total = place(|g| matches!(g, Genre::Total(_)));
        let compte = place(|g| g == Genre::Pieces);
        // What all weigh is the line's, where it says of how many; else what one takes is.
        let total = total.filter(|_| compte.is_some() || unitaire.is_none());
        let quantite = brut.or(simple).or(pour.map(|p| p.0)).or(net).or(total).or(unitaire);
        let unite = quantite.and_then(|n| entetes.get(n)).and_then(|e| match e.genre {
            Genre::Quantite(u) | Genre::Brut(u) | Genre::Net(u) => u,
            Genre::Unitaire(u) | Genre::Total(u) | Genre::Pour(_, u) => u,
            _ => None,
        });
        let pieces = pour.filter(|p| quantite == Some(p.0)).map(|p| p.1);
        let autre = |(n, e): (usize, &Entete)| {
            let autre = matches!(e.genre, Genre::Pour(..))
                || (matches!(e.genre, Genre::Total(_)) && compte.is_none() && simple.is_none());
            let laissee = autre && quantite != Some(n);
            laissee.then(|| e.nom.clone())
        };
        // Beside a column of masses, « Qté » counts.
        let comptee = |(n, e): (usize, &Entete)| {
            let autre = quantite != Some(n) && unite.is_some();
            let compte = autre && e.genre == Genre::Quantite(None) && cle(&e.nom).starts_with('q');
            (e.genre == Genre::Pieces || compte).then_some(n)
        };
        Self {
            libelle: place(|g| g == Genre::Libelle),
            quantite,
            unite,
            unites: place(|g| g == Genre::Unite),
            comptes: entetes.iter().enumerate().find_map(comptee),
            net: net.filter(|n| quantite != Some(*n)),
            net_seul: net.is_some() && quantite == net,
            unitaire: quantite.is_some() && quantite == unitaire,
            simple: simple.is_some(),
            pieces,
            laissees: entetes.iter().enumerate().filter_map(autre).collect(),
        }
    }

    /// Beside what is net alone, a cell that says how much of the gross is lost.
    fn perte(&self, entetes: &[Entete], lue: &Lue<'_>) -> Option<String> {
        let places = entetes.iter().enumerate();
        let perdu = |(n, e): &(usize, &Entete)| {
            e.genre == Genre::Perte && lue.nombre(*n).is_some_and(|p| p != Decimal::entier(0))
        };
        let trouvee = places.filter(|_| self.net_seul).find(perdu);
        trouvee.map(|(_, e)| e.nom.clone())
    }

    /// `Quantité / portion`, `Poids unitaire` that no column of pieces multiplies.
    fn par_portion(&self, entetes: &[Entete]) -> Option<String> {
        let entete = self.quantite.and_then(|n| entetes.get(n))?;
        let une = |mot: &str| {
            est_portion(mot)
                || matches!(mot, "unitaire" | "unitaires" | "individuel" | "individuelle")
        };
        let mots = entete.nom.split([' ', '/', '(', ')']).map(cle);
        let seule = !matches!(entete.genre, Genre::Pour(..)) && self.comptes.is_none();
        (seule && mots.into_iter().any(|m| une(&m))).then(|| entete.nom.clone())
    }

    /// A row that fits under no head is read as a line of any list: its bare number as grams, its
    /// weight as that of all.
    fn se_lirait_autrement(&self, rangee: &Rangee) -> bool {
        let grammes = self.unite.is_none_or(|u| u == "g");
        if grammes && !self.unitaire && self.laissees.is_empty() {
            return false;
        }
        if !champs(&rangee.jetons).is_empty() || phrases::est_une_etape(rangee) {
            return false;
        }
        let lectures = grammaire::lire(&rangee.jetons, Contexte::default());
        let lue = lectures.fin.first().or(lectures.tete.as_ref());
        lue.is_some_and(|l| {
            let masse = l.quantite.is_some() && l.unite.as_deref() != Some("piece");
            masse && (l.nue || self.unitaire)
        })
    }

    /// A second weight beside the one that was taken: which is meant is not said.
    fn en_trop(&self, rang: usize, genre: Genre) -> bool {
        let autre = |e: Option<usize>| e.is_some_and(|e| e != rang);
        match genre {
            Genre::Total(_) => autre(self.quantite) && !self.unitaire,
            Genre::Unitaire(_) => self.simple && autre(self.quantite),
            // Raw and cooked, or a volume and its weight.
            Genre::Quantite(_) => autre(self.quantite) && self.comptes != Some(rang),
            _ => false,
        }
    }

    /// The one with a mass in its head, where several are quantities.
    fn la_quantite(entetes: &[Entete]) -> Option<usize> {
        let toutes = || entetes.iter().enumerate();
        let mesuree = toutes().find(|(_, e)| matches!(e.genre, Genre::Quantite(Some(_))));
        mesuree
            .or_else(|| toutes().find(|(_, e)| matches!(e.genre, Genre::Quantite(None))))
            .map(|e| e.0)
    }

    fn la_plus_petite(entetes: &[Entete]) -> Option<(usize, Decimal)> {
        let pour = |(n, e): (usize, &Entete)| match e.genre {
            Genre::Pour(pieces, _) => Some((n, pieces)),
            _ => None,
        };
        entetes.iter().enumerate().filter_map(pour).min_by_key(|p| p.1.en_milliemes().ok())
    }

    /// Name, quantity with its unit, pieces. Without a name where that stands on the rows around it.
    fn ligne(&self, entetes: &[Entete], lue: &Lue<'_>) -> Vec<Jeton> {
        let cellule = |n: Option<usize>| n.and_then(|n| lue.cellule(n)).unwrap_or_default();
        let inconnu = |n: &usize| {
            // Text under a head that nobody knows stays in the name: nothing is dropped.
            let genre = entetes.get(*n).map(|e| e.genre);
            genre == Some(Genre::Inconnu)
                && !lue.cellule(*n).is_some_and(|c| c.iter().any(est_nombre))
        };
        let mut ligne: Vec<Jeton> = cellule(self.libelle).to_vec();
        for n in (0..entetes.len()).filter(inconnu) {
            ligne.extend(cellule(Some(n)).iter().cloned());
        }
        ligne.iter_mut().for_each(|j| j.large = false);
        let (quantite, comptes) = (cellule(self.quantite), cellule(self.comptes));
        let unite = match (cellule(self.unites), self.unite) {
            ([], Some(unite)) => quantite.last().map(|j| vec![a_la_suite(j, unite)]),
            (unites, _) => Some(unites.to_vec()),
        };
        let avec_unite = quantite
            .iter()
            .any(|j| !matches!(atome(&j.texte), Atome::Nombre(_) | Atome::Fraction(_)));
        if let ([compte, ..], [masse, ..], true) = (comptes, quantite, self.unitaire) {
            // So many, of so much each.
            let dits: Vec<&str> = quantite.iter().map(|j| j.texte.as_str()).collect();
            let unite = if avec_unite { "" } else { self.unite.unwrap_or("g") };
            let texte = format!("{} x {} {unite}", compte.texte, dits.join(" "));
            let texte = texte.trim_end().to_owned();
            ligne.push(Jeton {
                cle: cle(&texte),
                texte: texte.into(),
                large: true,
                ..masse.clone()
            });
            return ligne;
        }
        poser(&mut ligne, quantite);
        if !quantite.is_empty() && !avec_unite {
            ligne
                .extend(unite.unwrap_or_default().into_iter().map(|j| Jeton { large: false, ..j }));
        }
        let nus = comptes
            .iter()
            .all(|j| matches!(atome(&j.texte), Atome::Nombre(_) | Atome::Fraction(_)));
        poser(&mut ligne, comptes);
        if let Some(compte) =
            ligne.last_mut().filter(|_| nus && comptes.len() == 1 && !quantite.is_empty())
        {
            // Its head says so: no other reading of `120 g 2`.
            compte.texte = format_compact!("({})", compte.texte);
        }
        if let Some(dernier) = comptes.last().filter(|_| quantite.is_empty() && nus) {
            ligne.push(a_la_suite(dernier, "pièce"));
        }
        ligne
    }
}

/// One more cell of the line.
fn poser(ligne: &mut Vec<Jeton>, cellule: &[Jeton]) {
    let place = ligne.len();
    ligne.extend(cellule.iter().cloned());
    if let Some(premier) = ligne.get_mut(place) {
        premier.large = true;
    }
}

/// A unit that only a head prints, behind its number.
fn a_la_suite(nombre: &Jeton, unite: &str) -> Jeton {
    let cadre = super::mots::Cadre { gauche: nombre.cadre.droite, ..nombre.cadre };
    Jeton { texte: unite.into(), cle: unite.into(), cadre, large: false }
}

/// The cells of one row, each with the rank of its column.
struct Lue<'a> {
    cellules: Vec<&'a [Jeton]>,
    rangs: Vec<usize>,
}

impl<'a> Lue<'a> {
    fn cellule(&self, rang: usize) -> Option<&'a [Jeton]> {
        let place = self.rangs.iter().position(|r| *r == rang)?;
        self.cellules.get(place).copied()
    }

    /// `1 125`, `48 g`, `20 %`.
    fn nombre(&self, rang: usize) -> Option<Decimal> {
        let colle: String = self.cellule(rang)?.iter().map(|j| j.texte.as_str()).collect();
        let nu: String = colle.chars().filter(|c| !c.is_whitespace()).collect();
        match atome(nu.trim_end_matches('%')) {
            Atome::Nombre(n) | Atome::Mesure(Chiffres::Nombre(n), _) => Decimal::lire_json(&n).ok(),
            _ => None,
        }
    }
}
