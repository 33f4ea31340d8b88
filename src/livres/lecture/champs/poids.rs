//! The net weight that a book prints, and of how much (pure). Every word is known, or nothing is
//! read.

use crate::domaine::{Conversion, Decimal, Quantite, Unite, UniteBase};
use crate::livres::lecture::lexemes::{Sorte, lexemes};
use crate::livres::lecture::mots_cles::{cle, unite};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PoidsImprime {
    pub grammes: Quantite,
    pub par: Option<Par>,
}

/// Of what; None: the book does not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Par {
    Portion,
    Total,
}

/// `131`, `1 250 g`, `par portion : 1,2 kg`, `(1 pièce) 130 g ± 5 g`.
pub(crate) fn lire(texte: &str) -> Option<PoidsImprime> {
    let mots: Vec<Sorte> = lexemes(texte.split(' ')).collect();
    let mut lu = Lu::default();
    let mut rang = 0;
    while let Some(reste) = mots.get(rang..).filter(|r| !r.is_empty()) {
        rang += lu.prendre(reste)?;
    }
    let nombre = Decimal::lire_json(&lu.chiffres).ok()?;
    let unite = Unite::lire(lu.unite.unwrap_or("g"))?;
    let grammes = unite.convertir(nombre, UniteBase::G, Conversion::default()).ok()?;
    Some(PoidsImprime { grammes, par: lu.par }).filter(|p| p.grammes.est_positive())
}

#[derive(Default)]
struct Lu {
    chiffres: String,
    unite: Option<&'static str>,
    par: Option<Par>,
}

impl Lu {
    /// Takes what these words begin with, and says how many they were.
    fn prendre(&mut self, mots: &[Sorte]) -> Option<usize> {
        match mots {
            [Sorte::Signe('±'), reste @ ..] => Some(1 + ecart(reste)?),
            [Sorte::Signe('+'), Sorte::Signe('/'), Sorte::Signe('-' | '–'), reste @ ..] => {
                Some(3 + ecart(reste)?)
            }
            [Sorte::Signe(':' | '=' | '(' | ')' | '~' | '≈' | '/' | '\'' | '’'), ..] => Some(1),
            [Sorte::Nombre(n), Sorte::Mot(part), ..] if n == "1" && est_une_part(part) => {
                self.par = Some(Par::Portion);
                Some(2)
            }
            [Sorte::Nombre(_), ..] if self.chiffres.is_empty() => self.nombre(mots),
            [Sorte::Mot(mot), ..] => self.mot(mot).then_some(1),
            _ => None,
        }
    }

    fn nombre(&mut self, mots: &[Sorte]) -> Option<usize> {
        let mut lus = 0;
        while let Some(Sorte::Nombre(groupe)) = mots.get(lus) {
            let milliers = groupe.split('.').next().is_some_and(|entiers| entiers.len() == 3);
            if lus > 0 && (!milliers || self.chiffres.contains('.')) {
                return None;
            }
            self.chiffres.push_str(groupe);
            lus += 1;
        }
        if let Some(Sorte::Mot(mot)) = mots.get(lus)
            && let Some(unite) = unite(mot)
            && !est_une_part(mot)
        {
            self.unite = Some(unite);
            lus += 1;
        }
        Some(lus)
    }

    fn mot(&mut self, mot: &str) -> bool {
        let cle = cle(mot);
        match cle.as_str() {
            "total" | "totale" | "recette" => self.par = Some(Par::Total),
            _ if est_une_part(mot) => self.par = Some(Par::Portion),
            "g" | "kg" if self.unite.is_none() => self.unite = unite(mot),
            "" | "net" | "nets" | "nette" | "poids" | "par" | "la" | "de" | "d" | "l" | "une"
            | "un" | "unitaire" | "egoutte" | "environ" | "env" | "en" | "a" => {}
            _ => return false,
        }
        true
    }
}

fn est_une_part(mot: &str) -> bool {
    let parts = ["portion", "piece", "pce", "pc", "barquette", "bol", "personne", "pers", "part"];
    let autres = ["unite", "unitaire", "assiette", "plat", "sachet", "boite"];
    let cle = cle(mot);
    parts.contains(&cle.as_str()) || autres.contains(&cle.as_str())
}

/// `5 g`, `5 %`: how far it may be from the weight.
fn ecart(mots: &[Sorte]) -> Option<usize> {
    match mots {
        [Sorte::Nombre(_), Sorte::Mot(mot), ..] if unite(mot).is_some() => Some(2),
        [Sorte::Nombre(_), Sorte::Signe('%'), ..] => Some(2),
        [Sorte::Nombre(_), ..] => Some(1),
        _ => None,
    }
}
