//! The rows of a table as COPY writes them, hashed as they pass.

use memchr::memchr;
use xxhash_rust::xxh3::{Xxh3, xxh3_128};

use super::{Empreinte, ErreurArchive};

/// Takes the bytes of one table in pieces of any size.
pub(crate) struct Lignes {
    empreinte: Empreinte,
    /// The beginning of a row whose end is still to come.
    hacheur: Box<Xxh3>,
    longueur: u64,
    debut: [u8; FIN.len()],
    fini: bool,
}

/// The line that ends a COPY. No row looks like it: COPY doubles the backslashes of its data.
const FIN: [u8; 2] = *br"\.";

impl Lignes {
    pub(crate) fn nouvelles() -> Self {
        let (hacheur, debut) = (Box::new(Xxh3::new()), [0; FIN.len()]);
        Self { empreinte: Empreinte::default(), hacheur, longueur: 0, debut, fini: false }
    }

    pub(crate) fn nombre(&self) -> u64 {
        self.empreinte.lignes
    }

    pub(crate) fn prendre(&mut self, mut octets: &[u8]) -> Result<(), ErreurArchive> {
        while let Some(fin) = memchr(b'\n', octets) {
            let (ligne, reste) = octets.split_at(fin);
            if self.longueur > 0 {
                self.commencer(ligne);
                self.achever()?;
            } else if ligne == FIN {
                self.finir()?;
            } else {
                self.compter(ligne.len() as u64, || xxh3_128(ligne))?;
            }
            octets = &reste[1..];
        }
        self.commencer(octets);
        Ok(())
    }

    /// After the last piece: a COPY ends with its mark, INSERT statements have none.
    pub(crate) fn terminer(mut self, copie: bool) -> Result<Empreinte, ErreurArchive> {
        if copie && (!self.fini || self.longueur > 0) {
            return Err(ErreurArchive::corrompue("données sans leur marque de fin"));
        }
        if self.longueur > 0 {
            self.achever()?;
        }
        Ok(self.empreinte)
    }

    fn commencer(&mut self, octets: &[u8]) {
        if octets.is_empty() {
            return;
        }
        for (place, octet) in self.debut.iter_mut().skip(self.longueur as usize).zip(octets) {
            *place = *octet;
        }
        self.longueur += octets.len() as u64;
        self.hacheur.update(octets);
    }

    fn achever(&mut self) -> Result<(), ErreurArchive> {
        let longueur = std::mem::take(&mut self.longueur);
        let somme = self.hacheur.digest128();
        self.hacheur.reset();
        if longueur == FIN.len() as u64 && self.debut == FIN {
            return self.finir();
        }
        self.compter(longueur, || somme)
    }

    /// `pg_dump` writes two empty lines after the mark.
    fn compter(
        &mut self,
        longueur: u64,
        somme: impl FnOnce() -> u128,
    ) -> Result<(), ErreurArchive> {
        match self.fini {
            false => self.empreinte.ajouter(longueur + 1, somme()),
            true if longueur == 0 => {}
            true => return Err(ErreurArchive::corrompue("données après leur marque de fin")),
        }
        Ok(())
    }

    fn finir(&mut self) -> Result<(), ErreurArchive> {
        if std::mem::replace(&mut self.fini, true) {
            return Err(ErreurArchive::corrompue("deux marques de fin"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn somme(morceaux: &[&str]) -> Result<Empreinte, ErreurArchive> {
        let mut lignes = Lignes::nouvelles();
        for morceau in morceaux {
            lignes.prendre(morceau.as_bytes())?;
        }
        lignes.terminer(true)
    }

    #[test]
    fn le_decoupage_ne_change_rien() {
        let texte = "a\tb\n\n\\N\t\\\\.\nlong long long\n\\.\n\n\n";
        let entier = somme(&[texte]).unwrap();
        assert_eq!(entier.lignes, 4);
        for un in 0..texte.len() {
            for deux in un..texte.len() {
                let coupe = [&texte[..un], &texte[un..deux], &texte[deux..]];
                assert_eq!(somme(&coupe).unwrap(), entier, "{un} {deux}");
            }
        }
    }

    #[test]
    fn l_ordre_ne_compte_pas_mais_chaque_ligne_compte() {
        let base = somme(&["a\nb\nb\n\\.\n"]).unwrap();
        assert_eq!(somme(&["b\na\nb\n\\.\n"]).unwrap(), base);
        for autre in ["a\nb\nc\n\\.\n", "a\nb\n\\.\n", "a\na\nb\n\\.\n", "a\nb\nb\nb\n\\.\n"] {
            assert_ne!(somme(&[autre]).unwrap(), base, "{autre}");
        }
    }

    #[test]
    fn des_donnees_sans_fin_ou_apres_la_fin_sont_refusees() {
        for faux in ["", "a\n", "a\n\\.", "\\.\na\n", "\\.\n\\.\n", "\\.\n\nx"] {
            assert!(somme(&[faux]).is_err(), "{faux:?}");
        }
    }
}
