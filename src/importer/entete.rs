//! The row that names the columns: where it stands, and what it names.

use super::erreurs::Suivi;
use super::feuille::{Feuille, Forme, Rangee, lettres};
use super::modeles::{Colonne, Modele};

#[derive(Debug)]
pub(crate) struct Entete {
    pub numero: u64,
    /// The known columns.
    pub places: Vec<Place>,
    /// Where unknown ones stand, told already.
    inconnues: Vec<u32>,
}

#[derive(Debug)]
pub(crate) struct Place {
    pub rang: u32,
    pub colonne: &'static Colonne,
}

/// A title is not longer than this.
const LIGNES_DE_TITRE: usize = 50;

impl Entete {
    /// None when a column is missing or there twice. What stands above the head is told.
    pub(crate) fn chercher(
        modele: Modele,
        fichier: &str,
        feuille: &Feuille,
        suivi: &mut Suivi,
    ) -> Option<Self> {
        let pleines =
            || feuille.rangees.iter().filter(|r| !r.cases.is_empty()).take(LIGNES_DE_TITRE);
        let connues = |r: &Rangee| {
            r.cases.iter().filter(|c| modele.colonne(&c.contenu.dit()).is_some()).count()
        };
        let meilleur = pleines().map(connues).max()?;
        let tete = pleines().find(|r| connues(r) == meilleur)?;
        if meilleur == 0 {
            let noms: Vec<&str> = modele.colonnes().iter().map(|c| c.nom).collect();
            let message = format!(
                "aucune colonne connue : la première ligne manque-t-elle, ou est-ce un autre séparateur \
                 que ; , | ou la tabulation ? Connues : {}",
                noms.join(", ")
            );
            suivi.noter(fichier, tete.numero, None, message);
            return None;
        }
        for r in pleines().take_while(|r| r.numero < tete.numero) {
            let dit = r.cases.first().map(|c| c.contenu.dit()).unwrap_or_default();
            let message = format!(
                "« {dit} » est au-dessus de l'en-tête (ligne {}), et n'est pas lu : retirez cette ligne",
                tete.numero
            );
            suivi.perdre(fichier, Some(r.numero), None, message);
        }
        let entete = Self::lire(modele, tete);
        let complete = entete.juger(modele, fichier, suivi);
        entete.dire_les_inconnues(modele, (fichier, feuille), tete, suivi);
        if feuille.forme == Forme::Tableur {
            for place in &entete.places {
                suivi.placer(fichier, place.colonne.nom, place.rang);
            }
        }
        complete.then_some(entete)
    }

    fn lire(modele: Modele, tete: &Rangee) -> Self {
        let mut entete = Self { numero: tete.numero, places: Vec::new(), inconnues: Vec::new() };
        for case in &tete.cases {
            match modele.colonne(&case.contenu.dit()) {
                Some(colonne) => entete.places.push(Place { rang: case.colonne, colonne }),
                None => entete.inconnues.push(case.colonne),
            }
        }
        entete
    }

    fn juger(&self, modele: Modele, fichier: &str, suivi: &mut Suivi) -> bool {
        let mut complete = true;
        for colonne in modele.colonnes() {
            let combien = self.places.iter().filter(|p| p.colonne.nom == colonne.nom).count();
            if combien > 1 || (combien == 0 && colonne.requise) {
                let raison = if combien == 0 { "manque" } else { "est là deux fois" };
                let message = format!("la colonne « {} » {raison}", colonne.nom);
                suivi.noter(fichier, self.numero, Some(colonne.nom), message);
                complete = false;
            }
        }
        complete
    }

    /// An unknown column that holds nothing loses nothing.
    fn dire_les_inconnues(
        &self,
        modele: Modele,
        (fichier, feuille): (&str, &Feuille),
        tete: &Rangee,
        suivi: &mut Suivi,
    ) {
        for rang in &self.inconnues {
            let nom = tete.case(*rang).map(|c| c.contenu.dit()).unwrap_or_default();
            let ou = match feuille.forme {
                Forme::Tableur => format!(" ({})", lettres(*rang)),
                Forme::Texte { .. } => String::new(),
            };
            let connues: Vec<&str> = modele.colonnes().iter().map(|c| c.nom).collect();
            let message = format!(
                "la colonne « {nom} »{ou} est inconnue, et n'est pas lue (connues : {})",
                connues.join(", ")
            );
            let dessous = |r: &&Rangee| r.numero > self.numero && r.case(*rang).is_some();
            if feuille.rangees.iter().any(|r| dessous(&r)) {
                suivi.perdre(fichier, Some(self.numero), Some(&nom), message);
            } else {
                suivi.douter(fichier, self.numero, Some(&nom), message);
            }
        }
    }

    /// Does a head, known or not, stand over that column?
    pub(crate) fn nomme(&self, rang: u32) -> bool {
        self.places.iter().any(|p| p.rang == rang) || self.inconnues.contains(&rang)
    }

    /// How many columns there are, up to the last that is named.
    pub(crate) fn largeur(&self) -> usize {
        let rangs = self.places.iter().map(|p| p.rang).chain(self.inconnues.iter().copied());
        rangs.max().map_or(0, |r| r as usize + 1)
    }
}
