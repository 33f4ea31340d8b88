//! People and tablets: each thing that was done to one is told by the event that it left, to whoever
//! did it, whatever was done to the same one afterwards.

use uuid::Uuid;

use super::fait::{Fait, Genre};
use super::rangees::precisions_de;
use super::releve::{Ligne, Rangee, Releve};
use super::repere::Sort;
use crate::platform::comptes::Geste;
use crate::platform::comptes::tablettes::{ENROLEE, REVOQUEE};

/// What an event says was done: to a row of which table, in which column; none: it was made.
struct Acte {
    table: &'static str,
    quoi: &'static str,
    colonne: Option<&'static str>,
}

const fn acte(
    table: &'static str,
    quoi: &'static str,
    colonne: Option<&'static str>,
) -> Option<Acte> {
    Some(Acte { table, quoi, colonne })
}

impl Acte {
    fn de(evenement: &Ligne) -> Option<Self> {
        let nom = evenement.texte("nom");
        match nom {
            ENROLEE => return acte("tablette", "tablette créée", None),
            REVOQUEE => return acte("tablette", "tablette révoquée", Some("revoquee_le")),
            _ => {}
        }
        let actif = Some("actif");
        match Geste::TOUS.into_iter().find(|g| g.evenement() == nom)? {
            Geste::Cree => acte("utilisateur", "personne créée", None),
            Geste::Active => acte("utilisateur", "personne activée", actif),
            Geste::Desactive => acte("utilisateur", "personne désactivée", actif),
            Geste::MotDePasse => acte("utilisateur", "mot de passe changé", Some("mot_de_passe")),
            Geste::Pin => acte("utilisateur", "code PIN donné ou changé", Some("pin")),
            Geste::PinRetire => acte("utilisateur", "code PIN retiré", Some("pin")),
        }
    }

    /// Whom it was done to.
    fn id(&self, evenement: &Ligne) -> Option<Uuid> {
        Ligne(evenement.0["donnees"].clone()).id(&format!("{}_id", self.table))
    }
}

/// None: the event is about something else.
pub(crate) fn raconter(r: &Releve, evenement: &Ligne, cadre: Fait) -> Option<Fait> {
    let acte = Acte::de(evenement)?;
    let id = acte.id(evenement)?;
    let l = r.noms.get(acte.table)?.get(&id).cloned().unwrap_or_default();
    let nom = ["nom_affiche", "nom"].iter().find_map(|c| l.0[*c].as_str()).unwrap_or_default();
    Some(Fait {
        genre: Genre::Personne,
        quoi: acte.quoi.to_owned(),
        nom: nom.to_owned(),
        magasin: r.suivre(&l, "magasin_id", "magasin").texte("nom").to_owned(),
        precisions: precisions_de(r, acte.table, &l),
        ..cadre
    })
}

/// Do the events explain all that this row differs in? Not where somebody else wrote it last.
pub(crate) fn explique(r: &Releve, rangee: &Rangee) -> bool {
    let Some(id) = rangee.ligne.id("id") else { return false };
    let evenements = r.de_l_operation.values().flatten().filter(|(t, _)| *t == "evenement");
    let siens: Vec<Acte> = evenements
        .filter_map(|(_, e)| Acte::de(e).filter(|a| a.id(e) == Some(id)))
        .filter(|a| a.table == rangee.table)
        .collect();
    let dite = |colonne: &str| siens.iter().any(|a| a.colonne == Some(colonne));
    match rangee.sort {
        Sort::Nouvelle => siens.iter().any(|a| a.colonne.is_none()),
        Sort::Changee if r.qui_ecrivit(&rangee.ligne).is_none() && !rangee.ligne.est_recopiee() => {
            false
        }
        // What is secret is not among what is compared in clear.
        Sort::Changee if rangee.changees.is_empty() => dite("mot_de_passe") || dite("pin"),
        Sort::Changee => rangee.changees.iter().all(|c| dite(c)),
        Sort::Retiree => false,
    }
}
