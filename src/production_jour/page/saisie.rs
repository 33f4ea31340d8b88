//! What a person typed into the plan's form. Pure, but for the units of the recipes.

use std::collections::HashMap;

use chrono::NaiveDate;
use uuid::Uuid;

use crate::domaine::{Conversion, Decimal, ErreurUnite, Quantite, Unite, UniteBase};
use crate::plan::Changement;
use crate::platform::errors::{ErreurChamp, ErreurCritiqueMetier};
use crate::platform::http::{Formulaire, Lecteur};

/// The form as it came in.
#[derive(Debug, Clone)]
pub(crate) struct Saisie {
    pub magasin_id: Uuid,
    pub date: NaiveDate,
    pub cle: String,
    pub lignes: Vec<LigneSaisie>,
    /// Make all that is left once the plan is as typed.
    pub produire: bool,
    /// Show first what that would be, and write nothing.
    pub demander: bool,
    /// What was shown when it was asked.
    pub vu: String,
    /// Why, for a day that is over.
    pub motif: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LigneSaisie {
    pub recette_id: Uuid,
    /// The planned quantity that stood there.
    pub vue: Quantite,
    pub texte: String,
    /// Typed into the line that adds a recipe.
    pub nouvelle: bool,
}

/// How a refusal names the line that adds a recipe.
pub(crate) const NOUVELLE: &str = "nouvelle";

impl LigneSaisie {
    /// How a refusal names this line.
    fn champ(&self) -> String {
        if self.nouvelle { NOUVELLE.to_owned() } else { self.recette_id.to_string() }
    }
}

impl Saisie {
    /// `recette_id`, `vue` and `quantite` once per line, in the same order; then the new line.
    pub(crate) fn lire(f: &Formulaire) -> Result<Self, ErreurCritiqueMetier> {
        let corps = serde_json::json!({
            "magasin_id": f.champ("magasin_id"), "date": f.champ("date"),
            "motif": Some(f.champ("motif")).filter(|m| !m.is_empty()),
        });
        let l = Lecteur::nouveau(&corps);
        let (magasin_id, date) = (l.uuid("magasin_id"), l.jour("date"));
        let motif = l.texte_option("motif", 500);
        let recettes: Vec<&str> = f.champs("recette_id").collect();
        let vues: Vec<&str> = f.champs("vue").collect();
        let textes: Vec<&str> = f.champs("quantite").collect();
        if recettes.len() != vues.len() || recettes.len() != textes.len() {
            l.fauter("quantite", "ne répond pas ligne à ligne au plan : rechargez la page");
        }
        let mut lignes = Vec::with_capacity(recettes.len() + 1);
        for ((recette, vue), texte) in recettes.iter().zip(vues).zip(textes) {
            match ligne(recette, vue, texte) {
                Some(ligne) => lignes.push(ligne),
                None => l.fauter("recette_id", "n'est pas une ligne du plan"),
            }
        }
        let (recette, texte) = (f.champ("nouvelle_recette_id"), f.champ("nouvelle_quantite"));
        match (ligne(recette, "0", texte), recette.is_empty(), texte.is_empty()) {
            (Some(ligne), ..) => lignes.push(LigneSaisie { nouvelle: true, ..ligne }),
            (None, true, true) => {}
            (None, true, false) => {
                l.fauter("nouvelle_recette_id", "est à choisir pour ajouter une ligne");
            }
            (None, false, _) => l.fauter("nouvelle_recette_id", "n'est pas une recette"),
        }
        let (cle, vu) = (f.champ("cle").to_owned(), f.champ("vu").to_owned());
        let demander = f.champ("action") == "produire";
        let produire = demander || f.champ("action") == "confirmer";
        l.terminer(Self { magasin_id, date, cle, lignes, produire, demander, vu, motif })
    }

    pub(crate) fn recettes(&self) -> Vec<Uuid> {
        self.lignes.iter().map(|l| l.recette_id).collect()
    }

    /// What differs from what stood there; every line that cannot be read is told.
    pub(crate) fn changements(
        &self,
        unites: &HashMap<Uuid, UniteBase>,
    ) -> Result<Vec<Changement>, ErreurCritiqueMetier> {
        let (mut changements, mut erreurs) = (Vec::new(), Vec::new());
        for l in &self.lignes {
            let base = unites.get(&l.recette_id).copied().unwrap_or(UniteBase::Piece);
            let double = self.lignes.iter().any(|a| a != l && a.recette_id == l.recette_id);
            let lue = match lire_quantite(&l.texte, base) {
                _ if l.nouvelle && double => Err("est déjà au plan : changez sa ligne".to_owned()),
                Ok(q) if l.nouvelle && q.est_nulle() => {
                    Err("doit être plus grande que 0".to_owned())
                }
                lue => lue,
            };
            match lue {
                Ok(voulue) if voulue == l.vue => {}
                Ok(voulue) => {
                    changements.push(Changement { recette_id: l.recette_id, vue: l.vue, voulue })
                }
                Err(message) => {
                    erreurs.push(ErreurChamp { champ: l.champ(), message });
                }
            }
        }
        if erreurs.is_empty() {
            return Ok(changements);
        }
        Err(ErreurCritiqueMetier::validation(&erreurs))
    }
}

fn ligne(recette: &str, vue: &str, texte: &str) -> Option<LigneSaisie> {
    Some(LigneSaisie {
        recette_id: recette.parse().ok()?,
        vue: Quantite::milliemes(vue.parse().ok()?),
        texte: texte.to_owned(),
        nouvelle: false,
    })
}

/// `12`, `1 500`, `1,5 kg`: without a unit, the article's own. 0 is a quantity.
pub(crate) fn lire_quantite(texte: &str, base: UniteBase) -> Result<Quantite, String> {
    let fin = texte.find(char::is_alphabetic).unwrap_or(texte.len());
    let (nombre, unite) = texte.split_at(fin);
    let unite = match (unite.trim(), base) {
        ("", UniteBase::G) => Unite::G,
        ("", UniteBase::Ml) => Unite::Ml,
        ("", UniteBase::Piece) => Unite::Piece,
        (mot, _) => Unite::lire(mot).ok_or_else(|| format!("« {mot} » n'est pas une unité"))?,
    };
    let exemple = match base {
        UniteBase::G => "1,5 kg ou 0 pour retirer la ligne",
        UniteBase::Ml => "1,5 l ou 0 pour retirer la ligne",
        UniteBase::Piece => "12 ou 0 pour retirer la ligne",
    };
    let illisible = || format!("n'est pas une quantité : écrivez par exemple {exemple}");
    let nombre = Decimal::lire_saisie(nombre).map_err(|_| illisible())?;
    let q = unite.convertir(nombre, base, Conversion::default()).map_err(|e| match e {
        ErreurUnite::HorsLimites => "est hors limites".to_owned(),
        ErreurUnite::TropPrecis | ErreurUnite::TropPetite => "est trop précise".to_owned(),
        _ => illisible(),
    })?;
    if q < Quantite::ZERO { Err("ne peut pas être négative".to_owned()) } else { Ok(q) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantity_is_typed_as_it_is_said() {
        let lire = |t, u| lire_quantite(t, u).map(Quantite::en_milliemes);
        assert_eq!(lire("120", UniteBase::Piece), Ok(120_000));
        assert_eq!(lire("1\u{202f}640", UniteBase::Piece), Ok(1_640_000));
        assert_eq!(lire("0", UniteBase::Piece), Ok(0));
        assert_eq!(lire("5 kg", UniteBase::G), Ok(5_000_000));
        assert_eq!(lire("1,25kg", UniteBase::G), Ok(1_250_000));
        assert_eq!(lire("250", UniteBase::G), Ok(250_000));
        assert_eq!(lire("1,5 l", UniteBase::Ml), Ok(1_500_000));
        assert_eq!(lire("12 pièces", UniteBase::Piece), Ok(12_000));
    }

    #[test]
    fn what_is_no_quantity_says_what_to_write() {
        for (texte, base, message) in [
            ("", UniteBase::Piece, "par exemple 12"),
            ("douze", UniteBase::Piece, "« douze » n'est pas une unité"),
            ("1 l", UniteBase::G, "par exemple 1,5 kg"),
            ("-3", UniteBase::Piece, "négative"),
            ("1,0005 g", UniteBase::G, "trop précise"),
            ("99999999999999", UniteBase::Piece, "hors limites"),
        ] {
            let dit = lire_quantite(texte, base).unwrap_err();
            assert!(dit.contains(message), "{texte} : {dit}");
        }
    }

    proptest::proptest! {
        #[test]
        fn what_the_field_shows_is_read_back_as_it_is(q in 0_i64..=1_000_000_000_000) {
            for base in [UniteBase::G, UniteBase::Ml, UniteBase::Piece] {
                let lu = lire_quantite(&base.exact(Quantite::milliemes(q)), base);
                proptest::prop_assert_eq!(lu.map(Quantite::en_milliemes), Ok(q));
            }
        }
    }

    fn saisie(lignes: &[(u128, i64, &str, bool)]) -> Saisie {
        let lignes = lignes.iter().map(|(id, vue, texte, nouvelle)| LigneSaisie {
            recette_id: Uuid::from_u128(*id),
            vue: Quantite::milliemes(vue * 1000),
            texte: (*texte).to_owned(),
            nouvelle: *nouvelle,
        });
        Saisie {
            magasin_id: Uuid::nil(),
            date: NaiveDate::MIN,
            cle: String::new(),
            lignes: lignes.collect(),
            produire: false,
            demander: false,
            vu: String::new(),
            motif: None,
        }
    }

    #[test]
    fn only_what_was_changed_is_a_change() {
        let s = saisie(&[(1, 12, "12", false), (2, 5, "0", false), (3, 0, "7", true)]);
        let changements = s.changements(&HashMap::new()).unwrap();
        let vus: Vec<_> = changements
            .iter()
            .map(|c| (c.recette_id.as_u128(), c.vue.en_milliemes(), c.voulue.en_milliemes()))
            .collect();
        assert_eq!(vus, [(2, 5_000, 0), (3, 0, 7_000)]);
    }

    #[test]
    fn every_line_that_cannot_be_read_is_told() {
        let s = saisie(&[(1, 12, "x", false), (2, 5, "-1", false), (2, 0, "7", true)]);
        let refus = s.changements(&HashMap::new()).unwrap_err();
        assert_eq!(refus.champs["erreurs"].as_array().unwrap().len(), 3, "{refus:?}");
    }
}
