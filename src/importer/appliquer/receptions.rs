//! Receptions, one per (magasin, fournisseur, day); then the state of lots.

use chrono::{NaiveDate, NaiveTime, TimeZone, Utc};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::noms::champ_id;
use super::{Arret, Chantier, grouper};
use crate::importer::cellules::HORS_SIECLE;
use crate::importer::erreurs::Ou;
use crate::importer::tables::{Ligne, Table};
use crate::referentiel::Magasin;
use crate::stock::{self, ChangementEtat, NouvelleReception};

/// A request takes no more than twice this.
const LIGNES_PAR_RECEPTION: usize = 1_000;

#[derive(Clone, PartialEq, Eq, Hash)]
struct Livraison {
    magasin: Option<Uuid>,
    fournisseur: Option<Uuid>,
    jour: Option<NaiveDate>,
}

struct LigneRecue<'a> {
    livraison: Livraison,
    /// Article and code, where both are known.
    etiquette: Option<(Uuid, String)>,
    ligne: &'a Ligne,
    /// As a line of the request.
    objet: Value,
}

impl Chantier<'_> {
    pub(super) async fn receptions(&mut self, t: &Table) -> Result<(), Arret> {
        let colonnes = ["magasin", "ingredient", "code_lot", "date_dlc", "recue_le"];
        self.refuser_les_doubles(t, "code_lot", |l| {
            l.texte("code_lot")?;
            let texte = |c: &str| l.texte(c).map(str::to_lowercase);
            Some(colonnes.map(|c| (texte(c), l.jour(c))))
        });
        let mut recues = Vec::with_capacity(t.lignes.len());
        for ligne in &t.lignes {
            recues.push(self.ligne_recue(t, ligne));
        }
        self.refuser_les_connus(t, &recues).await?;
        for (_, lignes) in grouper(recues.iter().map(|r| (r.livraison.clone(), r))) {
            for paquet in lignes.chunks(LIGNES_PAR_RECEPTION) {
                self.livraison(t, paquet).await?;
            }
        }
        Ok(())
    }

    fn ligne_recue<'a>(&mut self, t: &Table, ligne: &'a Ligne) -> LigneRecue<'a> {
        self.exiger(t, ligne, &["magasin"]);
        let magasin = self.magasin_nomme(t, ligne);
        let fournisseurs = &self.noms.fournisseurs;
        let fournisseur = fournisseurs.viser(&mut self.fautes, (t, ligne), "fournisseur");
        let livraison = Livraison {
            magasin: magasin.as_ref().map(|m| m.id),
            fournisseur: fournisseur.map(|f| f.id),
            jour: self.jour(t, ligne, (magasin.as_ref(), "recue_le")),
        };
        let article = self.noms.articles.viser(&mut self.fautes, (t, ligne), "ingredient");
        let article = article.map(|a| a.id);
        let etiquette = article.zip(ligne.texte("code_lot").map(str::to_owned));
        if let (Some(magasin), Some((article, code))) = (livraison.magasin, &etiquette) {
            self.lots_annonces.insert((magasin, *article, code.clone()));
        }
        let mut objet = ligne.objet(&["quantite", "unite", "code_lot"]);
        objet.insert("ingredient_id".to_owned(), champ_id(ligne, "ingredient", article));
        let dlc = self.jour(t, ligne, (magasin.as_ref(), "date_dlc"));
        objet.insert("date_dlc".to_owned(), json!(dlc));
        LigneRecue { livraison, etiquette, ligne, objet: Value::Object(objet) }
    }

    /// Importing a delivery twice does not receive it twice.
    async fn refuser_les_connus(
        &mut self,
        t: &Table,
        recues: &[LigneRecue<'_>],
    ) -> Result<(), Arret> {
        let etiquetees = recues
            .iter()
            .filter_map(|r| Some((r.livraison.magasin?, (r.etiquette.clone()?, r.ligne))));
        for (magasin_id, lignes) in grouper(etiquetees) {
            let etiquettes: Vec<_> = lignes.iter().map(|(e, _)| e.clone()).collect();
            let connues = stock::etiquettes_connues(self.tx, magasin_id, &etiquettes).await?;
            for (etiquette, ligne) in lignes.iter().filter(|(e, _)| connues.contains(e)) {
                let message = format!("« {} » est déjà reçu dans ce magasin", etiquette.1);
                self.noter(t, ligne, "code_lot", message);
            }
        }
        Ok(())
    }

    /// A slice stops at the first line that it refuses: the rest of the delivery is tried without
    /// it, so that every one is told.
    async fn livraison(&mut self, t: &Table, recues: &[&LigneRecue<'_>]) -> Result<(), Arret> {
        let (ou, objet) = self.demande(t, recues);
        let _fautes_notees = self.lire(&ou, objet, NouvelleReception::lire);
        let mut essayees = usize::MAX;
        loop {
            let saines: Vec<&LigneRecue<'_>> = recues
                .iter()
                .filter(|r| !self.fautes.touchee(&t.fichier, r.ligne.numero))
                .copied()
                .collect();
            if saines.is_empty() || saines.len() == essayees {
                return Ok(());
            }
            essayees = saines.len();
            let (ou, objet) = self.demande(t, &saines);
            let Some(n) = self.lire(&ou, objet, NouvelleReception::lire) else { continue };
            let issue = stock::recevoir(self.tx, self.op, n).await;
            let Some(reception) = self.admettre(&ou, issue)? else { continue };
            self.rapport.compter(t.modele).crees += reception.lots.len();
            let dits = reception.warnings.iter().map(|dit| format!("{} : {dit}", t.fichier));
            self.rapport.avertissements.extend(dits);
            return Ok(());
        }
    }

    /// `recues` is not empty, and all of one delivery.
    fn demande<'a>(
        &self,
        table: &'a Table,
        recues: &[&LigneRecue<'a>],
    ) -> (Ou<'a>, Map<String, Value>) {
        let ou = Ou { table, lignes: recues.iter().map(|r| r.ligne).collect() };
        let (tete, livraison) = (ou.lignes[0], &recues[0].livraison);
        let magasin = self.noms.magasins.trouver(tete.texte("magasin").unwrap_or_default());
        let recue_le = livraison.jour.map(|j| debut_du_jour(magasin, j).to_rfc3339());
        let lignes: Vec<&Value> = recues.iter().map(|r| &r.objet).collect();
        let objet = [
            ("magasin_id".to_owned(), champ_id(tete, "magasin", livraison.magasin)),
            ("fournisseur_id".to_owned(), champ_id(tete, "fournisseur", livraison.fournisseur)),
            ("recue_le".to_owned(), json!(recue_le)),
            ("lignes".to_owned(), json!(lignes)),
        ];
        (ou, objet.into_iter().collect())
    }

    pub(super) async fn etats_lots(&mut self, t: &Table) -> Result<(), Arret> {
        let colonnes = ["magasin", "ingredient", "code_lot"];
        self.refuser_les_doubles(t, "code_lot", |l| {
            l.texte("code_lot").map(|_| colonnes.map(|c| l.texte(c).map(str::to_lowercase)))
        });
        for ligne in &t.lignes {
            self.etat_lot(t, ligne).await?;
        }
        Ok(())
    }

    /// A code blocks every lot that bears it.
    async fn etat_lot(&mut self, t: &Table, ligne: &Ligne) -> Result<(), Arret> {
        let ou = Ou::une(t, ligne);
        self.exiger(t, ligne, &["magasin", "ingredient", "code_lot"]);
        let magasin = self.magasin_nomme(t, ligne);
        let article = self.noms.articles.viser(&mut self.fautes, (t, ligne), "ingredient");
        let article = article.map(|a| a.id);
        let lu = self.lire(&ou, ligne.objet(&["etat", "motif"]), ChangementEtat::lire);
        let (Some(n), Some(magasin), Some(article)) = (lu, magasin, article) else { return Ok(()) };
        let code = ligne.texte("code_lot").unwrap_or_default();
        let lots = stock::lots_du_code(self.tx, magasin.id, article, code).await?;
        if lots.is_empty() && !self.lots_annonces.contains(&(magasin.id, article, code.to_owned()))
        {
            let message = format!("aucun lot « {code} » de cet ingrédient dans ce magasin");
            self.noter(t, ligne, "code_lot", message);
        }
        let a_changer: Vec<Uuid> =
            lots.iter().filter(|(_, etat)| *etat != n.etat).map(|(id, _)| *id).collect();
        for id in &a_changer {
            let issue = stock::changer_etat(self.tx, self.op, *id, &n).await;
            self.admettre(&ou, issue)?;
        }
        let compte = self.rapport.compter(t.modele);
        if a_changer.is_empty() {
            compte.inchanges += 1
        } else {
            compte.crees += 1
        }
        Ok(())
    }

    pub(super) fn magasin_nomme(&mut self, t: &Table, ligne: &Ligne) -> Option<Magasin> {
        self.noms.magasins.viser(&mut self.fautes, (t, ligne), "magasin").cloned()
    }

    /// The day of a cell, `J` being the magasin's today.
    pub(super) fn jour(
        &mut self,
        t: &Table,
        ligne: &Ligne,
        (magasin, colonne): (Option<&Magasin>, &str),
    ) -> Option<NaiveDate> {
        let aujourdhui = magasin.map_or_else(|| Utc::now().date_naive(), Magasin::aujourdhui);
        let date = ligne.jour(colonne)?.date(aujourdhui);
        if date.is_none() {
            self.noter(t, ligne, colonne, HORS_SIECLE);
        }
        date
    }
}

fn debut_du_jour(magasin: Option<&Magasin>, jour: NaiveDate) -> chrono::DateTime<Utc> {
    let minuit = jour.and_time(NaiveTime::MIN);
    let ici = magasin.and_then(|m| m.tz().from_local_datetime(&minuit).earliest());
    ici.map_or_else(|| minuit.and_utc(), |i| i.to_utc())
}
