//! The state of lots: a code changes every lot that bears it, or those of one supplier.

use super::noms::cle;
use super::{Arret, Chantier};
use crate::importer::erreurs::Ou;
use crate::importer::rapport::Action;
use crate::importer::tables::{Ligne, Table};
use crate::stock::{self, ChangementEtat, EtatLot, LotDuCode, cle_du_code};

impl Chantier<'_> {
    pub(super) async fn etats_lots(&mut self, t: &Table) -> Result<(), Arret> {
        let colonnes = ["magasin", "fournisseur", "ingredient", "code_lot"];
        self.refuser_les_doubles(t, "code_lot", |l| {
            l.texte("code_lot").map(|_| colonnes.map(|c| l.texte(c).map(cle)))
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
            (l.magasin, l.article) == (magasin.id, article)
                && l.code == cle_du_code(code)
                && (fournisseur.is_none() || l.fournisseur == fournisseur)
        });
        if lots.is_empty() && !annonce {
            let de_qui = if fournisseur.is_some() { " de ce fournisseur" } else { "" };
            let message = format!("aucun lot « {code} » de cet ingrédient{de_qui} dans ce magasin");
            self.noter(t, ligne, "code_lot", message);
        }
        if self.se_contredit(t, ligne, &lots, n.etat) {
            return Ok(());
        }
        let a_changer: Vec<&LotDuCode> = lots.iter().filter(|l| l.etat != n.etat).collect();
        for lot in &a_changer {
            let issue = stock::changer_etat(self.tx, self.op, lot.id, &n).await;
            self.admettre(&ou, issue)?;
        }
        if !a_changer.is_empty() {
            let mot = if a_changer.len() == 1 { "lot change" } else { "lots changent" };
            let dit = format!(
                "{}, {}, lot {code} : {} {mot} d'état ({}), avant : {}",
                magasin.nom,
                ligne.texte("ingredient").unwrap_or_default(),
                a_changer.len(),
                n.etat.code(),
                etats(&a_changer)
            );
            self.rapport.raconter(&ou, Action::Cree, dit);
        } else if !ou.touche(&self.suivi) {
            self.rapport.compter(t.modele).inchanges += 1;
        }
        self.douter_de_l_etat(t, ligne, &a_changer);
        if lots.len() > 1 && fournisseur.is_none() {
            let message = format!(
                "{} lots portent ce code : tous sont visés ; la colonne fournisseur en choisit",
                lots.len()
            );
            self.douter(t, ligne, "code_lot", message);
        }
        Ok(())
    }

    /// A lot has one state: a file that gives it two does not say which.
    fn se_contredit(
        &mut self,
        t: &Table,
        ligne: &Ligne,
        lots: &[LotDuCode],
        etat: EtatLot,
    ) -> bool {
        for lot in lots {
            let (numero, dit) = *self.etats_dits.entry(lot.id).or_insert((ligne.numero, etat));
            if dit != etat {
                let message = format!(
                    "la ligne {numero} met déjà un lot « {} » en « {} » : un lot n'a qu'un état, gardez \
                     l'une des deux lignes, ou nommez les fournisseurs",
                    lot.code,
                    dit.code()
                );
                self.noter(t, ligne, "etat", message);
                return true;
            }
        }
        false
    }

    fn douter_de_l_etat(&mut self, t: &Table, ligne: &Ligne, changes: &[&LotDuCode]) {
        let code = ligne.texte("code_lot").unwrap_or_default();
        if changes.iter().any(|l| l.etat == EtatLot::Rappele) {
            self.douter(t, ligne, "etat", format!("« {code} » était rappelé : il ne l'est plus"));
        }
        if let Some(autre) = changes.iter().find(|l| l.code != code) {
            let message = format!("vise aussi « {} », le même code écrit autrement", autre.code);
            self.douter(t, ligne, "code_lot", message);
        }
    }
}

/// The states of these lots, each once.
fn etats(lots: &[&LotDuCode]) -> String {
    let present = |e: &EtatLot| lots.iter().any(|l| l.etat == *e);
    let etats = EtatLot::MOTS.into_iter().filter(|(_, e)| present(e)).map(|(mot, _)| mot);
    etats.collect::<Vec<_>>().join(", ")
}
