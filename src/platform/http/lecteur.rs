//! Reads a JSON object field by field and keeps every fault, so that one answer names them all.
//!
//! A faulty field gives a placeholder; `terminer` gives the value back only when nothing was
//! faulty, so that no placeholder ever leaves a reader.

use std::cell::RefCell;
use std::ops::RangeInclusive;
use std::rc::Rc;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde_json::Value;
use uuid::Uuid;

use crate::domaine::{Decimal, ErreurDecimal, Quantite, Unite, jour_acceptable};
use crate::platform::errors::{ErreurChamp, ErreurCritiqueMetier};

/// More lines than any real list of a kitchen; each one is a row to write.
const LIGNES_MAX: usize = 2_000;

pub(crate) struct Lecteur<'a> {
    valeur: &'a Value,
    chemin: String,
    erreurs: Rc<RefCell<Vec<ErreurChamp>>>,
}

/// A number and the unit that stands beside it; what it is worth depends on the article.
#[derive(Debug, Clone, Copy, utoipa::ToSchema)]
pub(crate) struct QuantiteSaisie {
    #[schema(rename = "quantite", value_type = f64)]
    pub nombre: Decimal,
    pub unite: Unite,
}

impl<'a> Lecteur<'a> {
    pub(crate) fn nouveau(valeur: &'a Value) -> Self {
        let lecteur = Self { valeur, chemin: String::new(), erreurs: Rc::default() };
        if !valeur.is_object() {
            lecteur.fauter("", "un objet JSON est attendu");
        }
        lecteur
    }

    /// The value, if no field was faulty.
    pub(crate) fn terminer<T>(self, valeur: T) -> Result<T, ErreurCritiqueMetier> {
        let erreurs = self.erreurs.borrow();
        match erreurs.is_empty() {
            true => Ok(valeur),
            false => Err(ErreurCritiqueMetier::validation(&erreurs)),
        }
    }

    /// Notes a fault that only the caller can see.
    pub(crate) fn fauter(&self, champ: &str, message: impl Into<String>) {
        let champ = match (self.chemin.is_empty(), champ.is_empty()) {
            (true, _) => champ.to_owned(),
            (false, true) => self.chemin.clone(),
            (false, false) => format!("{}.{champ}", self.chemin),
        };
        self.erreurs.borrow_mut().push(ErreurChamp { champ, message: message.into() });
    }

    /// Present and not null.
    pub(crate) fn brut(&self, champ: &str) -> Option<&'a Value> {
        self.valeur.get(champ).filter(|v| !v.is_null())
    }

    pub(crate) fn est_la(&self, champ: &str) -> bool {
        self.valeur.get(champ).is_some()
    }

    /// A list, or nothing where the field is not even there.
    pub(crate) fn liste_si_la<T>(&self, champ: &str, lire: impl Fn(&Lecteur<'a>) -> T) -> Vec<T> {
        if self.est_la(champ) { self.liste(champ, lire) } else { Vec::new() }
    }

    /// Runs `lire` on a field that must be there.
    fn requis<T>(&self, champ: &str, defaut: T, lire: impl FnOnce(&'a Value) -> Lu<T>) -> T {
        match self.brut(champ) {
            None => {
                self.fauter(champ, "est obligatoire");
                defaut
            }
            Some(v) => lire(v).unwrap_or_else(|message| {
                self.fauter(champ, message);
                defaut
            }),
        }
    }

    fn option<T>(&self, champ: &str, lire: impl FnOnce(&'a Value) -> Lu<T>) -> Option<T> {
        let lu = lire(self.brut(champ)?);
        lu.map_err(|message| self.fauter(champ, message)).ok()
    }

    /// Trimmed, not blank, at most `max` characters, nothing invisible.
    pub(crate) fn texte(&self, champ: &str, max: usize) -> String {
        self.requis(champ, String::new(), |v| lire_texte(v, max))
    }

    pub(crate) fn texte_option(&self, champ: &str, max: usize) -> Option<String> {
        self.option(champ, |v| lire_texte(v, max))
    }

    /// A secret, taken as it is: spaces count.
    pub(crate) fn mot_de_passe(&self, champ: &str) -> String {
        self.requis(champ, String::new(), |v| {
            let texte = v.as_str().ok_or("doit être un texte")?;
            if texte.is_empty() || texte.len() > 4096 {
                return Err("doit avoir de 1 à 1024 caractères".to_owned());
            }
            Ok(texte.to_owned())
        })
    }

    pub(crate) fn uuid(&self, champ: &str) -> Uuid {
        self.requis(champ, Uuid::nil(), lire_uuid)
    }

    pub(crate) fn uuid_option(&self, champ: &str) -> Option<Uuid> {
        self.option(champ, lire_uuid)
    }

    /// A day of production, `YYYY-MM-DD`, from 2000 to 2100.
    pub(crate) fn jour(&self, champ: &str) -> NaiveDate {
        self.requis(champ, NaiveDate::MIN, lire_jour)
    }

    pub(crate) fn jour_option(&self, champ: &str) -> Option<NaiveDate> {
        self.option(champ, lire_jour)
    }

    /// ISO 8601 with offset, or a day (its midnight in UTC).
    pub(crate) fn instant_option(&self, champ: &str) -> Option<DateTime<Utc>> {
        self.option(champ, |v| {
            let texte = v.as_str().unwrap_or_default();
            DateTime::parse_from_rfc3339(texte)
                .map(|d| d.to_utc())
                .ok()
                .filter(|d| jour_acceptable(d.date_naive()))
                .or_else(|| lire_jour(v).ok().map(|j| j.and_time(NaiveTime::MIN).and_utc()))
                .ok_or_else(|| "doit être une date et heure ISO 8601 avec décalage".to_owned())
        })
    }

    /// One of the given words.
    pub(crate) fn choix<T: Copy>(&self, champ: &str, mots: &[(&str, T)]) -> T {
        self.requis(champ, mots[0].1, |v| lire_choix(v, mots))
    }

    pub(crate) fn choix_option<T: Copy>(&self, champ: &str, mots: &[(&str, T)]) -> Option<T> {
        self.option(champ, |v| lire_choix(v, mots))
    }

    pub(crate) fn entier_option(&self, champ: &str, bornes: RangeInclusive<i64>) -> Option<i64> {
        self.option(champ, |v| borner_entier(v.as_i64(), &bornes))
    }

    /// The same in a query string, which only has texts.
    pub(crate) fn entier_ecrit_option(
        &self,
        champ: &str,
        bornes: RangeInclusive<i64>,
    ) -> Option<i64> {
        self.option(champ, |v| borner_entier(v.as_str().and_then(|t| t.parse().ok()), &bornes))
    }

    pub(crate) fn booleen(&self, champ: &str) -> bool {
        self.requis(champ, false, lire_booleen)
    }

    pub(crate) fn booleen_option(&self, champ: &str) -> Option<bool> {
        self.option(champ, lire_booleen)
    }

    /// A number of base units, more than 0, at most 3 decimals.
    pub(crate) fn quantite_positive(&self, champ: &str) -> Quantite {
        self.requis(champ, Quantite::ZERO, |v| {
            let q = Quantite::depuis(lire_nombre(v)?).map_err(dire_nombre)?;
            if q.est_positive() { Ok(q) } else { Err(POSITIF.to_owned()) }
        })
    }

    /// Thousandths of a number more than 0: a density, a piece weight.
    pub(crate) fn milliemes_option(&self, champ: &str) -> Option<i64> {
        self.option(champ, |v| {
            let q = Quantite::depuis(lire_nombre(v)?).map_err(dire_nombre)?;
            if q.est_positive() { Ok(q.en_milliemes()) } else { Err(POSITIF.to_owned()) }
        })
    }

    /// A price in euros: 0 or more, at most 2 decimals; in cents.
    pub(crate) fn centimes_option(&self, champ: &str) -> Option<i64> {
        self.option(champ, |v| {
            let m = Quantite::depuis(lire_nombre(v)?).map_err(dire_nombre)?.en_milliemes();
            if m >= 0 && m % 10 == 0 {
                Ok(m / 10)
            } else {
                Err("doit être un prix positif avec au plus 2 décimales".to_owned())
            }
        })
    }

    /// The fields `quantite` and `unite`; more than 0.
    pub(crate) fn quantite_saisie(&self) -> QuantiteSaisie {
        let saisie = self.quantite_signee();
        if self.brut("quantite").is_some() && !saisie.nombre.est_positif() {
            self.fauter_une_fois("quantite", POSITIF);
        }
        saisie
    }

    /// The fields `quantite` and `unite`; not 0.
    pub(crate) fn quantite_signee(&self) -> QuantiteSaisie {
        let nombre = self.requis("quantite", Decimal::entier(0), lire_nombre);
        if self.brut("quantite").is_some_and(Value::is_number) && nombre.est_nul() {
            self.fauter_une_fois("quantite", "ne peut pas être 0");
        }
        let unite = self.requis("unite", Unite::G, |v| {
            v.as_str().and_then(Unite::lire).ok_or_else(|| {
                "doit être une unité connue : mg, g, kg, ml, cl, l ou piece".to_owned()
            })
        });
        // Whatever the article, a number this large or this fine is refused: told with the rest.
        let (_, num, den) = unite.en_base();
        if let Err(e) = nombre.multiplie_en_milliemes(num, den).and_then(borner) {
            self.fauter_une_fois("quantite", &dire_nombre(e));
        }
        QuantiteSaisie { nombre, unite }
    }

    fn fauter_une_fois(&self, champ: &str, message: &str) {
        let complet = if self.chemin.is_empty() {
            champ.to_owned()
        } else {
            format!("{}.{champ}", self.chemin)
        };
        if !self.erreurs.borrow().iter().any(|e| e.champ == complet) {
            self.fauter(champ, message);
        }
    }

    /// At least one element, each read by `lire` from its own object.
    pub(crate) fn liste<T>(&self, champ: &str, lire: impl Fn(&Lecteur<'a>) -> T) -> Vec<T> {
        if self.brut(champ).and_then(Value::as_array).is_some_and(Vec::is_empty) {
            self.fauter(champ, "doit avoir au moins un élément");
        }
        self.liste_ou_vide(champ, lire)
    }

    pub(crate) fn liste_ou_vide<T>(&self, champ: &str, lire: impl Fn(&Lecteur<'a>) -> T) -> Vec<T> {
        let elements = self.requis(champ, &[][..], |v| match v.as_array() {
            None => Err("doit être une liste".to_owned()),
            Some(l) if l.len() > LIGNES_MAX => Err(format!("dépasse {LIGNES_MAX} éléments")),
            Some(l) => Ok(l.as_slice()),
        });
        elements
            .iter()
            .enumerate()
            .map(|(i, valeur)| {
                let sous = self.sous(valeur, format!("{champ}[{i}]"));
                lire(&sous)
            })
            .collect()
    }

    /// An object within this one.
    pub(crate) fn objet_option<T>(
        &self,
        champ: &str,
        lire: impl Fn(&Lecteur<'a>) -> T,
    ) -> Option<T> {
        self.brut(champ).map(|valeur| lire(&self.sous(valeur, champ.to_owned())))
    }

    fn sous(&self, valeur: &'a Value, champ: String) -> Self {
        let chemin =
            if self.chemin.is_empty() { champ } else { format!("{}.{champ}", self.chemin) };
        let sous = Self { valeur, chemin, erreurs: Rc::clone(&self.erreurs) };
        if !valeur.is_object() {
            sous.fauter("", "un objet JSON est attendu");
        }
        sous
    }
}

type Lu<T> = Result<T, String>;

const POSITIF: &str = "doit être plus grand que 0";

pub(crate) fn lire_texte(v: &Value, max: usize) -> Lu<String> {
    let texte = v.as_str().ok_or("doit être un texte")?.trim();
    if texte.is_empty() {
        return Err("ne peut pas être vide".to_owned());
    }
    if texte.chars().count() > max {
        return Err(format!("dépasse {max} caractères"));
    }
    if texte.chars().any(char::is_control) {
        return Err("contient un caractère interdit".to_owned());
    }
    Ok(texte.to_owned())
}

fn borner_entier(n: Option<i64>, bornes: &RangeInclusive<i64>) -> Lu<i64> {
    n.filter(|n| bornes.contains(n))
        .ok_or_else(|| format!("doit être un entier de {} à {}", bornes.start(), bornes.end()))
}

/// The query string only has texts.
fn lire_booleen(v: &Value) -> Lu<bool> {
    match (v.as_bool(), v.as_str()) {
        (Some(b), _) => Ok(b),
        (_, Some("true")) => Ok(true),
        (_, Some("false")) => Ok(false),
        _ => Err("doit être true ou false".to_owned()),
    }
}

fn lire_uuid(v: &Value) -> Lu<Uuid> {
    v.as_str().and_then(|s| Uuid::try_parse(s).ok()).ok_or_else(|| "doit être un UUID".to_owned())
}

fn lire_jour(v: &Value) -> Lu<NaiveDate> {
    let texte = v.as_str().filter(|t| a_la_forme_d_un_jour(t)).unwrap_or_default();
    let jour: NaiveDate = texte.parse().map_err(|_| "doit être une date AAAA-MM-JJ".to_owned())?;
    if jour_acceptable(jour) {
        Ok(jour)
    } else {
        Err("doit être entre 2000-01-01 et 2100-12-31".to_owned())
    }
}

/// chrono also takes `+2026-1-22` and spaces: a day has one spelling here.
fn a_la_forme_d_un_jour(texte: &str) -> bool {
    let chiffre =
        |(i, b): (usize, u8)| if matches!(i, 4 | 7) { b == b'-' } else { b.is_ascii_digit() };
    texte.len() == 10 && texte.bytes().enumerate().all(chiffre)
}

fn lire_choix<T: Copy>(v: &Value, mots: &[(&str, T)]) -> Lu<T> {
    let texte = v.as_str().unwrap_or_default();
    mots.iter().find(|(mot, _)| *mot == texte).map(|(_, t)| *t).ok_or_else(|| {
        let connus: Vec<_> = mots.iter().map(|(mot, _)| *mot).collect();
        format!("doit être : {}", connus.join(", "))
    })
}

fn lire_nombre(v: &Value) -> Lu<Decimal> {
    let Value::Number(n) = v else { return Err("doit être un nombre".to_owned()) };
    Decimal::lire_json(n.as_str()).map_err(dire_nombre)
}

fn borner(milliemes: i64) -> Result<(), ErreurDecimal> {
    if milliemes.unsigned_abs() > Quantite::MAX_SAISIE.en_milliemes().unsigned_abs() {
        return Err(ErreurDecimal::HorsLimites);
    }
    Ok(())
}

fn dire_nombre(erreur: ErreurDecimal) -> String {
    match erreur {
        ErreurDecimal::Illisible => "doit être un nombre",
        ErreurDecimal::HorsLimites => "est hors limites",
        ErreurDecimal::TropPrecis => "a plus de 3 décimales",
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_faulty_field_is_named_at_once() {
        let corps = json!({"nom": " ", "lignes": [{"quantite": true, "unite": "g"}, 3]});
        let l = Lecteur::nouveau(&corps);
        l.texte("nom", 10);
        l.uuid("magasin_id");
        l.liste("lignes", Lecteur::quantite_saisie);
        let refus = l.terminer(()).unwrap_err();
        let champs: Vec<_> = refus.champs["erreurs"]
            .as_array()
            .unwrap()
            .iter()
            .map(|e| e["champ"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(
            champs,
            [
                "nom",
                "magasin_id",
                "lignes[0].quantite",
                "lignes[1]",
                "lignes[1].quantite",
                "lignes[1].unite"
            ]
        );
    }
}
