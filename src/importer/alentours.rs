//! What is to be said of a sheet beside its cells: what is merged, hidden, cut short, or stands apart.

use super::entete::Place;
use super::erreurs::Suivi;
use super::feuille::{Contenu, Forme, Rangee, adresse};
use super::modeles::Genre;
use super::tables::Lecture;

impl Lecture<'_> {
    /// What is to be said of the table as a whole.
    pub(super) fn regarder_la_feuille(&self, suivi: &mut Suivi) {
        self.refuser_les_fusions(suivi);
        let masquees: Vec<String> =
            self.rangees().filter(|r| r.masquee).map(|r| r.numero.to_string()).collect();
        if let Some(premiere) = self.rangees().find(|r| r.masquee) {
            let message = format!(
                "lignes masquées ({}) : affichez-les pour qu'elles soient lues, ou supprimez-les",
                abreger(&masquees)
            );
            suivi.noter(self.fichier, premiere.numero, None, message);
        }
        for place in &self.entete.places {
            if self.feuille.est_masquee(place.rang) {
                let (tete, colonne) = (self.entete.numero, place.colonne.nom);
                let message = "colonne masquée : elle est lue";
                suivi.douter(self.fichier, tete, Some(colonne), message);
            }
            self.douter_des_codes(place, suivi);
            self.douter_des_dates(place, suivi);
        }
        self.douter_des_trous(suivi);
        self.douter_des_courtes(suivi);
    }

    fn refuser_les_fusions(&self, suivi: &mut Suivi) {
        let fin = self.rangees().last().map_or(self.entete.numero, |r| r.numero);
        for zone in &self.feuille.fusions {
            let dedans = zone.lignes.1 >= self.entete.numero
                && zone.lignes.0 <= fin
                && self
                    .entete
                    .places
                    .iter()
                    .any(|p| (zone.colonnes.0..=zone.colonnes.1).contains(&p.rang));
            if dedans {
                let message = format!(
                    "cellules fusionnées {}:{} : défusionnez-les, et remplissez chacune",
                    adresse(zone.lignes.0, zone.colonnes.0),
                    adresse(zone.lignes.1, zone.colonnes.1)
                );
                suivi.noter(self.fichier, zone.lignes.0, None, message);
            }
        }
    }

    /// A spreadsheet takes `0042` for 42, and nobody can tell afterwards.
    fn douter_des_codes(&self, place: &Place, suivi: &mut Suivi) {
        let nombre = |r: &Rangee| {
            let case = r.case(place.rang)?;
            matches!(&case.contenu, Contenu::Nombre(n) if n.chiffres <= 1).then_some(r.numero)
        };
        let nombres: Vec<u64> = self.rangees().filter_map(nombre).collect();
        if place.colonne.genre == Genre::Code
            && let Some(premiere) = nombres.first()
        {
            let message = format!(
                "est un nombre pour le tableur ({} de la colonne le sont) : un zéro en tête y serait perdu",
                nombres.len()
            );
            suivi.douter(self.fichier, *premiere, Some(place.colonne.nom), message);
        }
    }

    /// Commas between the cells are English; so may be what stands before the first `/`.
    fn douter_des_dates(&self, place: &Place, suivi: &mut Suivi) {
        let barree =
            |r: &&Rangee| r.case(place.rang).is_some_and(|c| c.contenu.dit().contains('/'));
        let anglaise = self.feuille.forme == Forme::Texte { separateur: ',' };
        if anglaise
            && place.colonne.genre == Genre::Jour
            && let Some(r) = self.rangees().find(barree)
        {
            let message = "est lu jour/mois/année, et toute la colonne avec lui";
            suivi.douter(self.fichier, r.numero, Some(place.colonne.nom), message);
        }
    }

    /// Rows after blank ones may be another table, or notes.
    fn douter_des_trous(&self, suivi: &mut Suivi) {
        let (mut avant, mut vide) = (None::<u64>, false);
        let tableur = self.feuille.forme == Forme::Tableur;
        for r in self.feuille.rangees.iter().filter(|r| r.numero > self.entete.numero) {
            if r.cases.is_empty() {
                vide = true;
                continue;
            }
            let saute = tableur && avant.is_some_and(|n| r.numero > n + 1);
            if avant.is_some() && (vide || saute) {
                let message = "vient après une ligne vide : elle est lue, et les suivantes aussi";
                return suivi.douter(self.fichier, r.numero, None, message);
            }
            (avant, vide) = (Some(r.numero), false);
        }
    }

    /// Between commas, a cell that is not there may be a number that was cut.
    fn douter_des_courtes(&self, suivi: &mut Suivi) {
        let colonnes = self.entete.largeur();
        let dire = |largeur: usize| format!("{largeur} cellules pour {colonnes} colonnes");
        let courtes: Vec<(u64, usize)> = self
            .rangees()
            .filter_map(|r| Some((r.numero, r.largeur.filter(|l| *l < colonnes)?)))
            .collect();
        if self.feuille.forme == (Forme::Texte { separateur: ',' }) {
            for (numero, largeur) in courtes {
                let message = format!("{} : écrivez aussi les virgules de la fin", dire(largeur));
                suivi.noter(self.fichier, numero, None, message);
            }
        } else if let Some((numero, largeur)) = courtes.first() {
            let message = format!(
                "{} : ce qui manque à la fin est lu vide ({} ligne(s) ainsi)",
                dire(*largeur),
                courtes.len()
            );
            suivi.douter(self.fichier, *numero, None, message);
        }
    }
}

fn abreger(numeros: &[String]) -> String {
    match numeros.split_at_checked(8) {
        Some((debut, reste)) if !reste.is_empty() => {
            format!("{} et {} autres", debut.join(", "), reste.len())
        }
        _ => numeros.join(", "),
    }
}
