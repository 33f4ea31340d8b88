//! The state of lots: a code changes every lot that bears it, or those of one supplier.

use uuid::Uuid;

use super::{Arret, Chantier};
use crate::importer::erreurs::Ou;
use crate::importer::rapport::Action;
use crate::importer::tables::{Ligne, Table};
use crate::stock::{self, ChangementEtat};

impl Chantier<'_> {
    pub(super) async fn etats_lots(&mut self, t: &Table) -> Result<(), Arret> {
        let colonnes = ["magasin", "fournisseur", "ingredient", "code_lot"];
        self.refuser_les_doubles(t, "code_lot", |l| {
            l.texte("code_lot").map(|_| colonnes.map(|c| l.texte(c).map(str::to_lowercase)))
        });
        for ligne in &t.lignes {
            self.etat_lot(t, ligne).await?;
        }
        Ok(())
    }

    async fn etat_lot(&mut self, t: &Table, ligne: &Ligne) -> Result<(), Arret> {
        let ou = Ou::une(t, ligne);
        self.exiger(t, ligne, &["magasin", "ingredient", "code_lot"]);
        let magasin = self.magasin_nomme(t, ligne);
        let fournisseurs = &self.noms.fournisseurs;
        let fournisseur = fournisseurs.viser(&mut self.suivi, (t, ligne), "fournisseur");
        let fournisseur = fournisseur.map(|f| f.id);
        let article = self.noms.articles.viser(&mut self.suivi, (t, ligne), "ingredient");
        let article = article.map(|a| a.id);
        let lu = self.lire(&ou, ligne.objet(&["etat", "motif"]), ChangementEtat::lire);
        let (Some(n), Some(magasin), Some(article)) = (lu, magasin, article) else { return Ok(()) };
        let code = ligne.texte("code_lot").unwrap_or_default();
        let lots = stock::lots_du_code(self.tx, (magasin.id, article), code, fournisseur).await?;
        let annonce = self.lots_annonces.iter().any(|l| {
            (l.magasin, l.article, l.code.as_str()) == (magasin.id, article, code)
                && (fournisseur.is_none() || l.fournisseur == fournisseur)
        });
        if lots.is_empty() && !annonce {
            let de_qui = if fournisseur.is_some() { " de ce fournisseur" } else { "" };
            let message = format!("aucun lot « {code} » de cet ingrédient{de_qui} dans ce magasin");
            self.noter(t, ligne, "code_lot", message);
        }
        let a_changer: Vec<Uuid> =
            lots.iter().filter(|(_, etat)| *etat != n.etat).map(|(id, _)| *id).collect();
        for id in &a_changer {
            let issue = stock::changer_etat(self.tx, self.op, *id, &n).await;
            self.admettre(&ou, issue)?;
        }
        if a_changer.is_empty() {
            self.rapport.compter(t.modele).inchanges += 1;
        } else {
            let mot = if a_changer.len() == 1 { "lot change" } else { "lots changent" };
            let dit = format!(
                "{}, {}, lot {code} : {} {mot} d'état ({})",
                magasin.nom,
                ligne.texte("ingredient").unwrap_or_default(),
                a_changer.len(),
                n.etat.code()
            );
            self.rapport.raconter(&ou, Action::Cree, dit);
        }
        if lots.len() > 1 && fournisseur.is_none() {
            let message = format!(
                "{} lots portent ce code : tous sont visés ; la colonne fournisseur en choisit",
                lots.len()
            );
            self.douter(t, ligne, "code_lot", message);
        }
        Ok(())
    }
}
