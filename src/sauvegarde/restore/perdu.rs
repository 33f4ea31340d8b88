//! What a restore would undo: the productions made since the backup.

use chrono::{DateTime, Utc};

use super::super::cible::{Cible, Role};
use super::sql::{self, BaseConnue, ProductionPerdue};
use crate::platform::heure;
use crate::platform::issue::Echec;

#[derive(Debug, Clone, serde::Serialize)]
pub(crate) struct Perdu {
    pub base: String,
    pub sauvegarde_du: DateTime<Utc>,
    /// Why the backup itself is not to be trusted; empty when nothing is wrong.
    pub suspect: Vec<String>,
    /// Is there a database to be replaced?
    pub remplace: bool,
    /// None: the live database could not be asked.
    pub productions: Option<Vec<ProductionPerdue>>,
}

const MONTREES: usize = 10;

impl Perdu {
    pub(crate) async fn chercher(
        cible: &Cible,
        vivante: Option<&BaseConnue>,
        (sauvegarde_du, suspect): (DateTime<Utc>, Vec<String>),
    ) -> Self {
        let productions = match vivante {
            Some(v) if v.ouverte => depuis(cible, &v.nom, sauvegarde_du).await.ok(),
            Some(_) => None,
            None => Some(Vec::new()),
        };
        let (base, remplace) = (cible.base().to_owned(), vivante.is_some());
        Self { base, sauvegarde_du, suspect, remplace, productions }
    }

    /// What the person reads before deciding.
    pub(crate) fn phrases(&self, maintenant: DateTime<Utc>) -> Vec<String> {
        let mut phrases = vec![format!(
            "Cette sauvegarde date du {}, il y a {}.",
            heure::seconde(self.sauvegarde_du),
            age(maintenant.signed_duration_since(self.sauvegarde_du))
        )];
        let suspect = self.suspect.iter();
        phrases.extend(suspect.map(|s| format!("ATTENTION, cette sauvegarde est suspecte : {s}.")));
        if !self.remplace {
            return phrases;
        }
        let Some(productions) = &self.productions else {
            phrases.push(format!(
                "La base « {} » ne répond pas : impossible de dire ce qui y a été produit depuis.",
                self.base
            ));
            return phrases;
        };
        phrases.push(match productions.len() {
            0 => format!("Aucune production enregistrée depuis dans « {} ».", self.base),
            1 => "1 production faite depuis sera perdue :".to_owned(),
            n => format!("{n} productions faites depuis seront perdues :"),
        });
        phrases.extend(productions.iter().take(MONTREES).map(ligne));
        if productions.len() > MONTREES {
            phrases.push(format!("  … et {} autres", productions.len() - MONTREES));
        }
        phrases
    }
}

async fn depuis(
    cible: &Cible,
    base: &str,
    le: DateTime<Utc>,
) -> Result<Vec<ProductionPerdue>, Echec> {
    let mut c = cible.connecter(base, Role::Administrateur).await?;
    sql::productions_depuis(&mut c, le).await
}

fn ligne(p: &ProductionPerdue) -> String {
    let (entier, reste) = (p.quantite / 1000, p.quantite % 1000);
    let quantite = match reste {
        0 => entier.to_string(),
        _ => format!("{entier},{reste:03}").trim_end_matches('0').to_owned(),
    };
    format!("  {}  {}  {quantite} ({})", p.le.format("%d/%m/%Y %H:%M:%S"), p.recette, p.magasin)
}

fn age(age: chrono::TimeDelta) -> String {
    let (jours, heures) = (age.num_days(), age.num_hours());
    match (jours, heures, age.num_minutes()) {
        (2.., ..) => format!("{jours} jours"),
        (_, 2.., _) => format!("{heures} heures"),
        (_, _, 2..) => format!("{} minutes", age.num_minutes()),
        _ => "moins de deux minutes".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_lost_is_told_in_plain_words() {
        let le = "2026-11-22T08:00:00Z".parse().unwrap();
        let production = ProductionPerdue {
            le,
            recette: "Quiche".to_owned(),
            magasin: "Cuisine".to_owned(),
            quantite: 12_500,
        };
        let mut perdu = Perdu {
            base: "delicego".to_owned(),
            sauvegarde_du: le,
            suspect: Vec::new(),
            remplace: true,
            productions: Some(vec![production; 12]),
        };
        let maintenant = "2026-11-22T11:30:00Z".parse().unwrap();
        let dites = perdu.phrases(maintenant);
        assert_eq!(
            dites[0],
            "Cette sauvegarde date du 22/11/2026 à 08:00:00 UTC, il y a 3 heures."
        );
        assert_eq!(dites[1], "12 productions faites depuis seront perdues :");
        assert_eq!(dites[2], "  22/11/2026 08:00:00  Quiche  12,5 (Cuisine)");
        assert_eq!(dites.last().unwrap(), "  … et 2 autres");
        perdu.productions = Some(Vec::new());
        let dites = perdu.phrases(maintenant);
        assert_eq!(dites[1], "Aucune production enregistrée depuis dans « delicego ».");
        perdu.suspect.push("il manque une table".to_owned());
        perdu.remplace = false;
        let dites = perdu.phrases(maintenant);
        assert_eq!(dites[1], "ATTENTION, cette sauvegarde est suspecte : il manque une table.");
        assert_eq!(dites.len(), 2);
    }
}
