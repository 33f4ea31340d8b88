//! Plans: the rows of one magasin and one day replace that day's plan.

use chrono::NaiveDate;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::noms::champ_id;
use super::{Arret, Chantier, grouper};
use crate::domaine::Quantite;
use crate::importer::erreurs::Ou;
use crate::importer::rapport::Action;
use crate::importer::tables::{Ligne, Table};
use crate::plan::{self, NouveauPlan, Plan};
use crate::platform::errors::Erreur;
use crate::referentiel::Magasin;

impl Chantier<'_> {
    pub(super) async fn plans(&mut self, t: &Table) -> Result<(), Arret> {
        let mut lues = Vec::with_capacity(t.lignes.len());
        for ligne in &t.lignes {
            lues.push(self.ligne_planifiee(t, ligne));
        }
        for (jour_vise, lignes) in grouper(lues) {
            let (lignes, objets): (Vec<&Ligne>, Vec<Value>) = lignes.into_iter().unzip();
            self.plan(Ou { table: t, lignes }, jour_vise, objets).await?;
        }
        Ok(())
    }

    fn ligne_planifiee<'a>(
        &mut self,
        t: &Table,
        ligne: &'a Ligne,
    ) -> (Option<(Uuid, NaiveDate)>, (&'a Ligne, Value)) {
        self.exiger(t, ligne, &["magasin", "date"]);
        let magasin = self.magasin_nomme(t, ligne);
        let date = self.jour(t, ligne, (magasin.as_ref(), "date"));
        self.douter_du_jour(t, ligne, (magasin.as_ref(), date));
        let recette = self.noms.recettes.viser(&mut self.suivi, (t, ligne), "recette");
        let recette_id = recette.map(|r| r.id);
        let magasin_id = magasin.map(|m| m.id);
        let menu_id = self.menu_nomme(t, ligne, (magasin_id, recette_id));
        let mut objet = ligne.objet(&["quantite_planifiee"]);
        objet.insert("recette_id".to_owned(), champ_id(ligne, "recette", recette_id));
        objet.insert("menu_id".to_owned(), champ_id(ligne, "menu", menu_id));
        (magasin_id.zip(date), (ligne, Value::Object(objet)))
    }

    /// The magasin's own menu of that name comes before a common one.
    fn menu_nomme(
        &mut self,
        t: &Table,
        ligne: &Ligne,
        (magasin, recette): (Option<Uuid>, Option<Uuid>),
    ) -> Option<Uuid> {
        let memes = self.noms.menus.viser(&mut self.suivi, (t, ligne), "menu")?;
        let ici = memes.iter().filter(|m| m.magasin_id.is_none() || m.magasin_id == magasin);
        let choisi = ici.max_by_key(|m| (m.magasin_id.is_some(), Some(m.recette_id) == recette));
        let id = choisi.map(|m| m.id);
        if id.is_none() && magasin.is_some() {
            self.noter(t, ligne, "menu", "est le menu d'un autre magasin");
        }
        id
    }

    async fn plan(
        &mut self,
        ou: Ou<'_>,
        jour_vise: Option<(Uuid, NaiveDate)>,
        lignes: Vec<Value>,
    ) -> Result<(), Arret> {
        let objet = Map::from_iter([("lignes".to_owned(), Value::Array(lignes))]);
        let lu = self.lire(&ou, objet, NouveauPlan::lire);
        let (Some(n), Some((magasin_id, date))) = (lu, jour_vise) else { return Ok(()) };
        let avant = match plan::trouver(self.tx, magasin_id, date).await {
            Ok(plan) => Some(plan),
            Err(Erreur::Refus(_)) => None,
            Err(panne) => return Err(panne.into()),
        };
        if avant.as_ref().is_some_and(|p| contenu(p) == demande(&n)) {
            self.rapport.compter(ou.table.modele).inchanges += 1;
            return Ok(());
        }
        let issue = plan::remplacer(self.tx, magasin_id, date, &n).await;
        if self.admettre(&ou, issue)?.is_some() {
            let magasin = ou.lignes.first().and_then(|l| l.texte("magasin")).unwrap_or_default();
            let jour = date.format("%d/%m/%Y");
            let avant_en_mots = avant.as_ref().map(|p| self.en_mots(&contenu(p)));
            let apres = self.en_mots(&demande(&n));
            let (action, dit) = match avant_en_mots {
                None => (Action::Cree, format!("{magasin}, {jour} : {apres}")),
                Some(avant) => {
                    let dit = format!("{magasin}, {jour} : {apres}, à la place de : {avant}");
                    (Action::Remplace, dit)
                }
            };
            self.rapport.raconter(&ou, action, dit);
        }
        Ok(())
    }

    /// « Quiche 16, Wok 8 »: what a plan asks for.
    fn en_mots(&self, contenu: &[(Uuid, Option<Uuid>, Quantite)]) -> String {
        let menu = |id: Uuid| self.noms.menus.tous().flatten().find(|m| m.id == id).map(|m| &m.nom);
        let mut dites: Vec<String> = contenu
            .iter()
            .map(|(recette, menu_id, quantite)| {
                let connue = self.noms.recettes.tous().find(|r| r.id == *recette);
                let nom = connue.map_or("?", |r| r.nom.as_str());
                let menu = menu_id.and_then(menu).map(|m| format!(" ({m})")).unwrap_or_default();
                format!("{nom}{menu} {}", quantite.francais())
            })
            .collect();
        dites.sort_unstable();
        if dites.is_empty() { "rien".to_owned() } else { dites.join(", ") }
    }

    fn douter_du_jour(
        &mut self,
        t: &Table,
        ligne: &Ligne,
        (magasin, date): (Option<&Magasin>, Option<NaiveDate>),
    ) {
        let Some((date, aujourdhui)) = date.zip(magasin.map(Magasin::aujourdhui)) else { return };
        let ecart = (date - aujourdhui).num_days();
        let dit = date.format("%d/%m/%Y");
        if ecart < 0 {
            self.douter(t, ligne, "date", format!("le {dit} est déjà passé"));
        } else if ecart > JOURS_D_AVANCE {
            self.douter(t, ligne, "date", format!("le {dit} est dans {ecart} jours"));
        }
    }
}

/// Nobody plans a day farther off, but somebody may mistype a year.
const JOURS_D_AVANCE: i64 = 100;

type Contenu = Vec<(Uuid, Option<Uuid>, Quantite)>;

fn contenu(p: &Plan) -> Contenu {
    let lignes = p.lignes.iter().map(|l| (l.recette_id, l.menu_id, l.quantite_planifiee));
    ranger(lignes.collect())
}

fn demande(n: &NouveauPlan) -> Contenu {
    let lignes = n.lignes.iter().map(|l| (l.recette_id, l.menu_id, l.quantite_planifiee));
    ranger(lignes.collect())
}

fn ranger(mut contenu: Contenu) -> Contenu {
    contenu.sort_unstable();
    contenu
}
