//! Which lines belong to which recipe, over columns and pages (pure).
//!
//! A recipe is its title, its head, and what follows in its column. What stands at the top of a
//! column before any title continues a recipe that has not ended: the one left open in the same
//! column of the page before, else the last one open in the order of reading. A packaging that the
//! end of a column cut in two goes on at the top of the next.

use std::collections::HashSet;

use super::champs::champs;
use super::colonnes::Colonne;
use super::entetes;
use super::mentions;
use super::mots::Cadre;
use super::ouvertures::{self, Ouverture};
use super::rangees::Rangee;
use super::recueil::{self, Bloc, Recueil};
use super::suites::{
    continuer, est_ingredient, est_ouverte, est_un_chapeau, manque, oter_le_titre_laisse, reprend,
    titre_laisse,
};
use super::tetes;
use super::titres::{self, Titre, Titres};
use super::voisines::{douter_des_parties, ordonner, reunir_les_moities, reunir_les_suites};
use crate::domaine::Decimal;

/// A recipe, its lines not yet understood.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Fiche {
    pub titre: String,
    pub page: u32,
    /// The line of the word COMPOSITION: names of columns, too, perhaps.
    pub tete: Rangee,
    /// Its head says for how many pieces it is.
    pub rendement: Option<Decimal>,
    /// Words of its head are not understood.
    pub tete_douteuse: bool,
    /// What stands between title and head, and is no field.
    pub details: Vec<Rangee>,
    /// Fields between title and head: they end no list.
    pub avant: Vec<Rangee>,
    pub rangees: Vec<Rangee>,
    /// Text beside its list.
    pub a_cote: Vec<Rangee>,
    /// So many words of its title.
    pub mots_du_titre: u32,
    pub rang: usize,
    pub haut: i32,
    pub bas: i32,
    /// Another column, or page, goes on with it.
    pub continuee: bool,
    /// One of several in one table: what follows that is not of its list.
    pub recueil: bool,
    /// Lines of the shape of a list that stand in none, after it.
    pub egarees: Vec<Rangee>,
    /// Stamps across it, each with its page.
    pub tampons: Vec<(u32, String)>,
    /// What is in doubt of it as a whole.
    pub doutes: Vec<&'static str>,
    /// Its title is the first line of its column.
    en_haut: bool,
    hauteur_du_titre: i32,
    /// Other recipes of its book are opened by more than the head of a table.
    faible: bool,
    /// Its book prints fields over the titles.
    champs_au_dessus: bool,
}

const SANS_TETE: &str = "Rien de connu n'annonce cette liste : est-ce bien une recette ?";

const AU_DESSUS: &str = "Un champ est imprimé au-dessus du titre : est-il de cette recette ?";

const RECUEIL: &str =
    "Les lignes de ce tableau se partagent de plusieurs façons entre ses recettes.";

/// The recipes, and the lines that stand in none.
pub(crate) fn fiches(colonnes: Vec<Colonne>) -> (Vec<Fiche>, Vec<Rangee>) {
    let tetes = ouvertures::Tetes::du_livre(&colonnes);
    let mut connus = titres_du_livre(&colonnes, tetes);
    let (mut fiches, mut dehors): (Vec<Fiche>, Vec<Rangee>) = (Vec::new(), Vec::new());
    for colonne in colonnes {
        if colonne.annexe {
            dehors.extend(joindre_l_annexe(&mut fiches, colonne));
        } else {
            let recueil = recueil::est_la(&colonne.rangees);
            lire_la_colonne(&mut fiches, colonne, (tetes, &connus), &mut dehors);
            connus.recueil_avant |= recueil;
        }
    }
    reunir_les_moities(&mut fiches);
    douter_des_parties(&mut fiches);
    douter_des_titres_en_haut(&mut fiches);
    rendre_les_sommaires(&mut fiches, &connus, &mut dehors);
    ordonner(&mut fiches);
    (reunir_les_suites(fiches), dehors)
}

/// The titles of the recipes that are announced, and the letters of most.
fn titres_du_livre(colonnes: &[Colonne], tetes: ouvertures::Tetes) -> Titres {
    let (mut hauteurs, mut textes): (Vec<i32>, HashSet<String>) = (Vec::new(), HashSet::new());
    for colonne in colonnes.iter().filter(|c| !c.annexe) {
        let ouvertures = ouvertures::trouver(&colonne.rangees, tetes);
        let lignes: Vec<usize> = ouvertures.iter().map(|o| o.ligne).collect();
        let titres = titres::trouver(&colonne.rangees, &lignes);
        for titre in titres.iter().filter(|t| t.lignes > 0) {
            hauteurs.extend(colonne.rangees.get(titre.debut).map(|r| r.hauteur));
            textes.insert(titre.texte.to_lowercase());
        }
    }
    hauteurs.sort_unstable();
    let hauteur = hauteurs.get(hauteurs.len() / 2).copied().unwrap_or(0);
    Titres { hauteur, textes, recueil_avant: false }
}

fn lire_la_colonne(
    fiches: &mut Vec<Fiche>,
    colonne: Colonne,
    (tetes, connus): (ouvertures::Tetes, &Titres),
    dehors: &mut Vec<Rangee>,
) {
    if let Some(recueil) = recueil::lire(&colonne.rangees, connus.recueil_avant) {
        continuer(fiches, recueil.avant.clone(), (colonne.page, colonne.rang), dehors);
        return ouvrir_le_recueil(fiches, recueil, (colonne.page, colonne.rang));
    }
    let mut ouvertures = ouvertures::trouver(&colonne.rangees, tetes);
    let mut libre = 0;
    if ouvertures.first().is_some_and(|o| reprend(fiches, &colonne, o.ligne)) {
        libre = ouvertures.remove(0).ligne + 1;
    }
    ouvertures::sans_tete(&colonne.rangees, &mut ouvertures, (libre, connus));
    let lignes: Vec<usize> = ouvertures.iter().map(|o| o.ligne).collect();
    let titres: Vec<Titre> = titres::trouver(&colonne.rangees, &lignes);
    let debut = titres.first().map_or(colonne.rangees.len(), |t| t.debut);
    let mut rangees = colonne.rangees.into_iter();
    let mut suite: Vec<Rangee> = rangees.by_ref().take(debut).collect();
    let au_dessus = fiches.last().is_none_or(|f| f.champs_au_dessus) && !titres.is_empty();
    let mut dits = if au_dessus { oter_les_champs(&mut suite) } else { Vec::new() };
    let au_dessus = !dits.is_empty() || fiches.last().is_some_and(|f| f.champs_au_dessus);
    let titre_manque = titres.first().is_some_and(|t| t.texte.is_empty());
    let mut laisses = Vec::new();
    if titre_manque && suite.iter().all(est_un_chapeau) {
        laisses = fiches.last_mut().map(oter_le_titre_laisse).unwrap_or_default();
    }
    if laisses.is_empty() {
        continuer(fiches, suite, (colonne.page, colonne.rang), dehors);
    } else {
        laisses.append(&mut suite);
    }
    let mut suivants = titres.iter().skip(1).map(|t| t.debut);
    for (titre, ouverture) in titres.iter().zip(ouvertures) {
        let fin = suivants.next().unwrap_or(usize::MAX);
        let siennes: Vec<Rangee> = rangees.by_ref().take(fin - titre.debut).collect();
        let Some(mut fiche) = Fiche::ouvrir(titre, ouverture, siennes) else { continue };
        (fiche.page, fiche.rang) = (colonne.page, colonne.rang);
        fiche.prendre_le_titre(std::mem::take(&mut laisses));
        fiche.champs_au_dessus = au_dessus;
        fiche.prendre_les_champs(std::mem::take(&mut dits));
        if au_dessus && fin != usize::MAX {
            dits = oter_les_champs(&mut fiche.rangees);
        }
        fiches.push(fiche);
    }
}

/// The fields at the end of these lines: nothing else stands between them and a title.
fn oter_les_champs(lignes: &mut Vec<Rangee>) -> Vec<Rangee> {
    let champs = lignes.iter().rev().take_while(|r| mentions::est_un_champ(r)).count();
    lignes.split_off(lignes.len() - champs)
}

fn ouvrir_le_recueil(fiches: &mut Vec<Fiche>, mut recueil: Recueil, place: (u32, usize)) {
    let meme = |f: &Fiche, b: &Bloc| f.recueil && f.titre == b.nom.texte();
    let repris = |fiche: &Fiche| recueil.blocs.first().is_some_and(|b| meme(fiche, b));
    if let Some(derniere) = fiches.last_mut().filter(|f| repris(f)) {
        let bloc = recueil.blocs.remove(0);
        derniere.mots_du_titre += bloc.nom.mots;
        derniere.rangees.extend(bloc.lignes);
    }
    match fiches.last_mut().filter(|f| f.recueil) {
        Some(derniere) if !recueil.suite.is_empty() => {
            derniere.rangees.extend(recueil.suite);
            derniere.doutes.push("Cette liste va peut-être jusqu'à la page suivante.");
        }
        Some(_) => {}
        None if recueil.suite.is_empty() => {}
        None => {
            if let Some(premier) = recueil.blocs.first_mut() {
                recueil.suite.append(&mut premier.lignes);
                premier.lignes = recueil.suite;
                premier.doute = true;
            }
        }
    }
    let mut tete = recueil.tete;
    for bloc in recueil.blocs {
        fiches.push(Fiche::du_recueil(bloc, &tete, place));
        // Its words are counted once.
        tete.mots = 0;
    }
}

impl Fiche {
    /// `siennes`: from its title to the next.
    fn ouvrir(titre: &Titre, ouverture: Ouverture, siennes: Vec<Rangee>) -> Option<Self> {
        let mut siennes = siennes.into_iter();
        let mut au_dessus: Vec<Rangee> = siennes.by_ref().take(titre.tete - titre.debut).collect();
        let tete = match ouverture.sans_tete {
            true => siennes.as_slice().first().map(|r| Rangee {
                page: r.page,
                cadre: Cadre { bas: r.cadre.haut, ..r.cadre },
                ..Rangee::default()
            }),
            false => siennes.next(),
        }?;
        let haut = au_dessus.first().map_or(tete.cadre.haut, |r| r.cadre.haut);
        let rangees: Vec<Rangee> = siennes.collect();
        let bas = rangees.last().map_or(tete.cadre.milieu(), |r| r.cadre.milieu());
        let dessous = au_dessus.split_off(titre.lignes.min(au_dessus.len()));
        let mots_du_titre = au_dessus.iter().map(|r| r.mots).sum();
        let hauteur_du_titre = au_dessus.first().map_or(0, |r| r.hauteur);
        let (noms, a_droite): (Vec<String>, Vec<Vec<Rangee>>) =
            au_dessus.iter().map(|r| titres::separer(r, au_dessus.len() == 1)).unzip();
        let sous_le_titre = a_droite.into_iter().flatten().chain(dessous);
        let (avant, details): (Vec<Rangee>, Vec<Rangee>) =
            sous_le_titre.partition(|r| !champs(&r.jetons).is_empty());
        let cellules = entetes::cellules(&tete.jetons);
        let cles = cellules.first().map(|c| c.iter().map(|j| j.cle.as_str()).collect::<Vec<_>>());
        let nombre_nu = cles.is_some_and(|c| tetes::porte_un_nombre_nu(&c));
        Some(Self {
            titre: mentions::sans_intitule(&noms.join(" ")).to_owned(),
            page: tete.page,
            tete,
            rendement: ouverture.rendement,
            tete_douteuse: !ouverture.comprise || nombre_nu,
            details,
            avant,
            rangees,
            a_cote: Vec::new(),
            mots_du_titre,
            rang: 0,
            haut,
            bas,
            continuee: false,
            recueil: false,
            egarees: Vec::new(),
            tampons: Vec::new(),
            doutes: [ouverture.sans_tete.then_some(SANS_TETE), titre.doute, ouverture.doute]
                .into_iter()
                .flatten()
                .collect(),
            en_haut: titre.debut == 0 && titre.lignes > 0,
            hauteur_du_titre,
            faible: ouverture.faible,
            champs_au_dessus: false,
        })
    }

    /// A recipe of a table that holds several.
    fn du_recueil(bloc: Bloc, tete: &Rangee, (page, rang): (u32, usize)) -> Self {
        let Bloc { nom, lignes, doute } = bloc;
        let haut = lignes.first().map_or(nom.cadre.haut, |l| l.cadre.haut);
        Self {
            titre: nom.texte(),
            page,
            tete: tete.clone(),
            mots_du_titre: nom.mots,
            bas: lignes.last().map_or(haut, |l| l.cadre.milieu()),
            rangees: lignes,
            doutes: doute.then_some(RECUEIL).into_iter().collect(),
            rang,
            haut,
            recueil: true,
            ..Self::default()
        }
    }

    /// It may reach to this place.
    pub(crate) fn commence_avant(&self, page: u32, cadre: Cadre) -> bool {
        let dessus = self.haut <= cadre.milieu() && self.tete.cadre.gauche <= cadre.centre();
        self.page < page || (self.page == page && dessus)
    }

    /// In the order of the pages.
    pub(crate) const fn place(&self) -> (u32, i32, usize) {
        (self.page, self.haut, self.rang)
    }

    /// Those that stand over its title.
    fn prendre_les_champs(&mut self, dits: Vec<Rangee>) {
        self.doutes.extend((!dits.is_empty()).then_some(AU_DESSUS));
        let (champs, details): (Vec<Rangee>, Vec<Rangee>) =
            dits.into_iter().partition(|r| !champs(&r.jetons).is_empty());
        self.avant.extend(champs);
        self.details.extend(details);
    }

    /// What stands over its head at the end of the page before: its title, and fields.
    fn prendre_le_titre(&mut self, laisses: Vec<Rangee>) {
        let (chapeau, titre): (Vec<Rangee>, Vec<Rangee>) =
            laisses.into_iter().partition(est_un_chapeau);
        let (champs, details): (Vec<Rangee>, Vec<Rangee>) =
            chapeau.into_iter().partition(|r| !champs(&r.jetons).is_empty());
        self.avant.extend(champs);
        self.details.extend(details);
        self.mots_du_titre += titre.iter().map(|r| r.mots).sum::<u32>();
        if !titre.is_empty() {
            self.titre = titre.iter().map(Rangee::texte).collect::<Vec<_>>().join(" ");
        }
    }
}

/// A title at the top of a page may be its running head, where the list before has not ended and its
/// head is printed again: letters of another size than those of titles, in a book whose lists end.
fn douter_des_titres_en_haut(fiches: &mut [Fiche]) {
    let mut hauteurs: Vec<i32> =
        fiches.iter().filter(|f| !f.en_haut).map(|f| f.hauteur_du_titre).collect();
    hauteurs.sort_unstable();
    let usuelle = hauteurs.get(hauteurs.len() / 2).copied().unwrap_or(0);
    let ouvertes = fiches.iter().filter(|f| est_ouverte(f)).count();
    for n in 1..fiches.len() {
        let Some([haut, bas]) = fiches.get_mut(n - 1..=n) else { continue };
        let meme = bas.tete.cles().eq(haut.tete.cles())
            || haut.rangees.iter().any(|r| r.cles().eq(bas.tete.cles()));
        let autre = (bas.hauteur_du_titre - usuelle).abs() * 12 > usuelle;
        let suspecte = bas.en_haut && meme && autre && est_ouverte(haut);
        if suspecte && titre_laisse(haut).is_none() && (bas.faible || ouvertes == 1) {
            haut.doutes.push("Cette liste va peut-être jusqu'à la page suivante.");
            bas.doutes.push("Ce titre est peut-être un en-tête de page, sur la suite d'une liste.");
        }
    }
}

/// `Bol saumon ..... 12`: the line of an index names a recipe, and is no ingredient.
fn rendre_les_sommaires(fiches: &mut [Fiche], connus: &Titres, dehors: &mut Vec<Rangee>) {
    for fiche in fiches {
        let egarees = std::mem::take(&mut fiche.egarees);
        let (index, autres): (Vec<Rangee>, Vec<Rangee>) =
            egarees.into_iter().partition(|r| connus.nomme(r));
        dehors.extend(index);
        fiche.egarees = autres;
    }
}

/// Text beside lists: more of the list where most of it reads so, else only its fields count. What
/// stands beside none comes back.
fn joindre_l_annexe(fiches: &mut [Fiche], colonne: Colonne) -> Vec<Rangee> {
    let siennes = |f: &Fiche| f.page == colonne.page && f.rang == colonne.rang;
    let mut reste = colonne.rangees;
    for fiche in fiches.iter_mut().rev().filter(|f| siennes(f)) {
        let (rangees, avant): (Vec<Rangee>, Vec<Rangee>) =
            reste.into_iter().partition(|r| r.cadre.milieu() >= fiche.haut);
        reste = avant;
        let lisible = |r: &&Rangee| champs(&r.jetons).is_empty() && est_ingredient(r);
        let lisibles = rangees.iter().filter(lisible).count();
        if lisibles * 2 > rangees.len() {
            let fin = fiche.rangees.iter().position(|r| !champs(&r.jetons).is_empty());
            let fin = fin.unwrap_or(fiche.rangees.len());
            fiche.rangees.splice(fin..fin, rangees);
        } else {
            let (champs, texte): (Vec<Rangee>, Vec<Rangee>) =
                rangees.into_iter().partition(|r| !champs(&r.jetons).is_empty());
            // They end no list: it goes on under them.
            fiche.avant.extend(champs);
            fiche.a_cote.extend(texte);
        }
    }
    // The box of a list that goes on from the page before.
    let debut = fiches.iter_mut().rev().find(|f| f.page < colonne.page);
    match debut.filter(|f| reste.iter().any(|r| manque(f, r))) {
        Some(fiche) => {
            let (siens, autres) = reste.into_iter().partition(|r| manque(fiche, r));
            fiche.avant.extend::<Vec<Rangee>>(siens);
            autres
        }
        None => reste,
    }
}
