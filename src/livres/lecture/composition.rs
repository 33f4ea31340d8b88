//! One recipe out of its lines: ingredients, then the fields that end it (pure).
//!
//! A line without quantity is the rest of a name that wrapped, the heading of a part, or nothing we
//! can read: then it is listed.

use super::champs::est_total;
use super::fiches::Fiche;
use super::liste::lire_la_liste;
use super::mots_cles::est_entete;
use super::parcours::parcourir;
use super::rangees::Rangee;
use super::registre::Registre;
use super::remplir::remplir_les_champs;
use super::repliees;
use super::sommes::est_une_autre_pesee;
use super::{RecetteLue, Remarque, TexteDePage};

/// What one recipe gives.
pub(crate) struct Comprise {
    pub recette: RecetteLue,
    pub illisibles: Vec<TexteDePage>,
    pub entetes_non_compris: Vec<TexteDePage>,
    pub remarques: Vec<Remarque>,
    pub registre: Registre,
}

pub(crate) fn comprendre(mut fiche: Fiche) -> Comprise {
    let dabord = pieces_dabord(&fiche.tete) || fiche.rangees.iter().take(2).any(pieces_dabord);
    let (titre, page) = (fiche.titre.clone(), fiche.page);
    fiche.rangees = repliees::recoller_les_champs(fiche.rangees);
    fiche.rangees.append(&mut fiche.avant);
    let parcours = parcourir(fiche);
    let mut comprise = Comprise {
        recette: RecetteLue {
            titre,
            page,
            lignes: Vec::new(),
            poids_net_g: None,
            emballage: None,
            duree_vie_jours: None,
            rendement: parcours.rendement,
            doutes: parcours.doutes,
        },
        illisibles: Vec::new(),
        entetes_non_compris: parcours.entetes_non_compris,
        remarques: Vec::new(),
        registre: parcours.registre,
    };
    for colonne in parcours.laissees {
        let titre = comprise.recette.titre.clone();
        comprise.remarques.push(Remarque::ColonneLaissee { page, titre, colonne });
    }
    for autre in parcours.totaux.iter().filter(|t| est_une_autre_pesee(t)) {
        let (page, texte) = (autre.page, autre.texte());
        comprise.remarques.push(Remarque::HorsRecette { page, texte });
    }
    let hors = |t: TexteDePage| Remarque::HorsRecette { page: t.page, texte: t.texte };
    comprise.remarques.extend(parcours.chapitres.into_iter().map(hors));
    if parcours.net_seul {
        comprise.remarques.push(Remarque::NetSeul);
    }
    let fin: Vec<&Rangee> = parcours.fin.iter().collect();
    let poids = remplir_les_champs(&mut comprise, &fin);
    let liste: Vec<&Rangee> = parcours.liste.iter().collect();
    let lignes = repliees::assembler(&liste);
    let (dabord, totaux) = (dabord && !parcours.tableau, &parcours.totaux);
    let unite = match parcours.unites[..] {
        [unite] if !parcours.tableau => Some(unite),
        _ => parcours.unite_dite,
    };
    lire_la_liste(&mut comprise, lignes, (dabord, poids, totaux, unite));
    comprise
}

/// The two columns of numbers stand the other way round: pieces, then grams.
fn pieces_dabord(rangee: &Rangee) -> bool {
    let place = |mots: &[&str]| rangee.cles().position(|c| mots.contains(&c));
    let pieces = place(&["piece", "pieces", "pce", "pces", "pcs", "nb", "nbre", "nombre"]);
    let grammes = place(&["g", "gr", "grammes", "gramme", "grammage", "poids", "quantite", "qte"]);
    let entete = rangee.cles().all(|c| est_entete(c) || c == "composition");
    entete && matches!((pieces, grammes), (Some(p), Some(g)) if p < g)
}

/// A line that only adds up.
pub(crate) fn est_une_somme(rangee: &Rangee) -> bool {
    est_total(&rangee.jetons)
}
