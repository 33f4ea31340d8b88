//! Menus: known by their name and their magasin.

use uuid::Uuid;

use super::noms::{champ_id, cle};
use super::{Arret, Chantier};
use crate::domaine::{Quantite, gencode};
use crate::importer::erreurs::Ou;
use crate::importer::tables::{Ligne, Table};
use crate::referentiel::menus::{self, Menu, NouveauMenu, Prix};

impl Chantier<'_> {
    pub(super) async fn menus(&mut self, t: &Table) -> Result<(), Arret> {
        let connu_par = |l: &Ligne| Some((cle(l.texte("nom")?), l.texte("magasin").map(cle)));
        self.refuser_les_doubles(t, "nom", connu_par);
        for ligne in &t.lignes {
            match self.menu(t, ligne).await? {
                Some(menu) => self.noms.menus.ajouter(menu),
                None => self.noms.menus.retenir(ligne.texte("nom"), None),
            }
        }
        Ok(())
    }

    /// The menu that is new; none when it was there, or is refused.
    async fn menu(&mut self, t: &Table, ligne: &Ligne) -> Result<Option<Menu>, Arret> {
        let ou = Ou::une(t, ligne);
        let recette = self.noms.recettes.viser(&mut self.suivi, (t, ligne), "recette");
        let recette_id = recette.map(|r| r.id);
        let magasin = self.noms.magasins.viser(&mut self.suivi, (t, ligne), "magasin");
        let magasin_id = magasin.map(|m| m.id);
        let mut objet = ligne.objet(&["nom", "gencode", "prix"]);
        objet.insert("recette_id".to_owned(), champ_id(ligne, "recette", recette_id));
        objet.insert("magasin_id".to_owned(), champ_id(ligne, "magasin", magasin_id));
        let Some(n) = self.lire(&ou, objet, NouveauMenu::lire) else { return Ok(None) };
        let mut memes = self.noms.menus.trouver(&n.nom).into_iter().flatten();
        if let Some(deja) = memes.find(|m| m.magasin_id == n.magasin_id).cloned() {
            let la = self.nom_de_recette(deja.recette_id);
            let dit = self.nom_de_recette(n.recette_id);
            self.comparer(
                t,
                ligne,
                &[
                    ("recette", la, dit),
                    ("gencode", deja.gencode.unwrap_or_default(), n.gencode.unwrap_or_default()),
                    ("prix", euros(deja.prix), euros(n.prix)),
                ],
            );
            return Ok(None);
        }
        if let Some(autre) = self.gencode_partage(&n) {
            let message = format!(
                "est aussi celui du menu « {autre} » : dans le magasin qui a un menu à lui, le scan prend \
                 celui-là"
            );
            self.douter(t, ligne, "gencode", message);
        }
        if let Some(autre) = self.meme_gencode(&n) {
            let message = format!("est déjà celui du menu « {autre} »");
            self.noter(t, ligne, "gencode", message);
            return Ok(None);
        }
        let issue = menus::creer(self.tx, n).await;
        self.creer(&ou, issue)
    }

    /// Between a menu of one magasin and one of all.
    fn gencode_partage(&self, n: &NouveauMenu) -> Option<String> {
        let cle = n.gencode.as_deref().map(gencode::cle)?;
        let partage = |m: &&Menu| {
            m.gencode.as_deref().map(gencode::cle).as_ref() == Some(&cle)
                && m.magasin_id.is_none() != n.magasin_id.is_none()
        };
        self.noms.menus.tous().flatten().find(partage).map(|m| m.nom.clone())
    }

    fn meme_gencode(&self, n: &NouveauMenu) -> Option<String> {
        let cle = n.gencode.as_deref().map(gencode::cle)?;
        let mut memes = self.noms.menus.tous().flatten().filter(|m| m.magasin_id == n.magasin_id);
        let meme = |m: &&Menu| m.gencode.as_deref().map(gencode::cle).as_ref() == Some(&cle);
        memes.find(meme).map(|m| m.nom.clone())
    }

    fn nom_de_recette(&self, id: Uuid) -> String {
        let connue = self.noms.recettes.tous().find(|r| r.id == id);
        connue.map(|r| r.nom.clone()).unwrap_or_default()
    }
}

fn euros(prix: Option<Prix>) -> String {
    let texte = |p: Prix| Quantite::milliemes(p.0.saturating_mul(10)).francais();
    prix.map(texte).unwrap_or_default()
}
