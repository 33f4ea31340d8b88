//! Receptions, one per (magasin, fournisseur, day).

use std::collections::HashMap;

use chrono::{NaiveDate, NaiveTime, TimeZone, Utc};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::connues::{Apport, Connues};
use super::noms::champ_id;
use super::{Arret, Chantier, LotAnnonce, grouper};
use crate::domaine::{Decimal, Quantite, Unite};
use crate::importer::cellules::HORS_SIECLE;
use crate::importer::erreurs::Ou;
use crate::importer::rapport::Action;
use crate::importer::tables::{Ligne, Table};
use crate::platform::http::QuantiteSaisie;
use crate::platform::http::mots::de;
use crate::referentiel::{Article, Magasin};
use crate::stock::{self, EtatLot, Etiquette, NouvelleReception, cle_du_code};

/// A request takes no more than twice this.
const LIGNES_PAR_RECEPTION: usize = 1_000;
/// Ten tonnes in one row, in thousandths of a gram: more likely a slip of the hand.
const BEAUCOUP: i64 = 10_000_000_000;

#[derive(Clone, PartialEq, Eq, Hash)]
struct Livraison {
    magasin: Option<Uuid>,
    fournisseur: Option<Uuid>,
    jour: Option<NaiveDate>,
}

struct LigneRecue<'a> {
    livraison: Livraison,
    /// The cell of the day says something.
    datee: bool,
    /// What it brings, where all of it is known.
    apport: Option<Apport>,
    ligne: &'a Ligne,
    /// As a line of the request.
    objet: Value,
}

impl Chantier<'_> {
    pub(super) async fn receptions(&mut self, t: &Table) -> Result<(), Arret> {
        let mut recues = Vec::with_capacity(t.lignes.len());
        for ligne in &t.lignes {
            recues.push(self.ligne_recue(t, ligne));
        }
        self.dire_les_pareilles(t, &recues);
        self.retenir_les_connues(t, &recues).await?;
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
        let fournisseur = fournisseurs.viser(&mut self.suivi, (t, ligne), "fournisseur");
        let livraison = Livraison {
            magasin: magasin.as_ref().map(|m| m.id),
            fournisseur: fournisseur.map(|f| f.id),
            jour: self.jour(t, ligne, (magasin.as_ref(), "recue_le")),
        };
        let article = self.noms.articles.viser(&mut self.suivi, (t, ligne), "ingredient").cloned();
        let code_lot = ligne.texte("code_lot").map(str::to_owned);
        if let (Some(magasin), Some(a), Some(code)) = (livraison.magasin, &article, &code_lot) {
            self.lots_annonces.insert(LotAnnonce {
                magasin,
                article: a.id,
                code: cle_du_code(code),
                fournisseur: livraison.fournisseur,
            });
        }
        let date_dlc = self.jour(t, ligne, (magasin.as_ref(), "date_dlc"));
        let mut objet = ligne.objet(&["quantite", "unite", "code_lot"]);
        let id = article.as_ref().map(|a| a.id);
        objet.insert("ingredient_id".to_owned(), champ_id(ligne, "ingredient", id));
        objet.insert("date_dlc".to_owned(), json!(date_dlc));
        let apport = article.and_then(|a| {
            let etiquette = Etiquette { article_id: a.id, code_lot, date_dlc };
            Some(Apport { etiquette, quantite: quantite(ligne, &a)? })
        });
        let datee = !ligne.est_vide("recue_le");
        LigneRecue { livraison, datee, apport, ligne, objet: Value::Object(objet) }
    }

    /// Two cartons of one delivery may well be equal. A row of which something was refused is like no
    /// other.
    fn dire_les_pareilles(&mut self, t: &Table, recues: &[LigneRecue<'_>]) {
        let mut vues = HashMap::new();
        for recue in recues {
            let Some(apport) = &recue.apport else { continue };
            if self.suivi.touchee(&t.fichier, recue.ligne.numero) {
                continue;
            }
            match vues.get(&(&recue.livraison, apport)) {
                Some(numero) => {
                    let message = format!(
                        "est la même que la ligne {numero} : deux cartons, reçus tous les deux"
                    );
                    self.douter(t, recue.ligne, "ingredient", message);
                }
                None => drop(vues.insert((&recue.livraison, apport), recue.ligne.numero)),
            }
        }
    }

    /// Importing a delivery twice does not receive it twice, unless somebody insists. A row without
    /// a day was received on the day of its import, whichever that was.
    async fn retenir_les_connues(
        &mut self,
        t: &Table,
        recues: &[LigneRecue<'_>],
    ) -> Result<(), Arret> {
        let situees =
            recues.iter().filter_map(|r| Some((r.livraison.magasin?, (r.apport.as_ref()?, r))));
        for (magasin_id, lignes) in grouper(situees) {
            let magasin = self.noms.magasins.tous().find(|m| m.id == magasin_id).cloned();
            let Some(magasin) = magasin else { continue };
            let mut articles: Vec<Uuid> =
                lignes.iter().map(|(a, _)| a.etiquette.article_id).collect();
            let mut codes: Vec<String> =
                lignes.iter().filter_map(|(a, _)| a.etiquette.code_lot.clone()).collect();
            articles.sort_unstable();
            articles.dedup();
            codes.sort_unstable();
            codes.dedup();
            let recus = stock::recus(self.tx, magasin_id, &articles, &codes).await?;
            let mut connues = Connues::de(recus, &magasin);
            for (apport, recue) in lignes {
                let (e, fournisseur) = (&apport.etiquette, recue.livraison.fournisseur);
                let jour = recue.livraison.jour.filter(|_| recue.datee);
                self.douter_des_jours(t, recue, magasin.aujourdhui());
                self.douter_de_la_quantite(t, recue, apport);
                match connues.deja(apport, fournisseur, jour) {
                    Some(jour) => self.livraison_connue(t, recue.ligne, jour),
                    None => {
                        for (colonne, message) in connues.doutes(e, fournisseur) {
                            self.douter(t, recue.ligne, colonne, message);
                        }
                    }
                }
                connues.retenir(e, fournisseur, EtatLot::Libre);
            }
        }
        Ok(())
    }

    fn douter_des_jours(&mut self, t: &Table, recue: &LigneRecue<'_>, aujourdhui: NaiveDate) {
        let dit = |j: NaiveDate| j.format("%d/%m/%Y");
        let jour = recue.livraison.jour.unwrap_or(aujourdhui);
        if jour > aujourdhui {
            let message =
                format!("le {} n'est pas encore venu : elle est reçue à ce jour", dit(jour));
            self.douter(t, recue.ligne, "recue_le", message);
        }
        let Some(dlc) = recue.apport.as_ref().and_then(|a| a.etiquette.date_dlc) else { return };
        let code = recue.ligne.texte("code_lot");
        let lot = code.map(|c| format!(" (lot {c})")).unwrap_or_default();
        if dlc < jour {
            let message =
                format!("la DLC du {}{lot} est avant la réception, le {}", dit(dlc), dit(jour));
            self.douter(t, recue.ligne, "date_dlc", message);
        } else if dlc < aujourdhui {
            let message = format!("la DLC du {}{lot} est déjà passée", dit(dlc));
            self.douter(t, recue.ligne, "date_dlc", message);
        }
    }

    fn douter_de_la_quantite(&mut self, t: &Table, recue: &LigneRecue<'_>, apport: &Apport) {
        if apport.quantite.en_milliemes() > BEAUCOUP {
            let texte = |c: &str| recue.ligne.dite(c).unwrap_or_default();
            let (quantite, unite) = (texte("quantite"), texte("unite"));
            let message = format!("{quantite} {unite} en une ligne : est-ce bien cette quantité ?");
            self.douter(t, recue.ligne, "quantite", message);
        }
    }

    fn livraison_connue(&mut self, t: &Table, ligne: &Ligne, jour: NaiveDate) {
        let jour = jour.format("%d/%m/%Y");
        if self.suivi.insiste() {
            let message = format!("était déjà reçue le {jour} : elle l'est une fois de plus");
            return self.douter(t, ligne, "ingredient", message);
        }
        let message = format!(
            "est déjà reçue, le {jour} : même fournisseur, quantité, code et date ; retirez cette ligne, \
             ou, si tout le fichier est d'une autre livraison, --encore le reçoit"
        );
        self.noter(t, ligne, "ingredient", message);
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
                .filter(|r| !self.suivi.touchee(&t.fichier, r.ligne.numero))
                .copied()
                .collect();
            if saines.is_empty() || saines.len() == essayees {
                return Ok(());
            }
            essayees = saines.len();
            let (ou, objet) = self.demande(t, &saines);
            let Some(n) = self.lire(&ou, objet, NouvelleReception::lire) else { continue };
            let issue = stock::recevoir(self.tx, self.op, n).await;
            if self.admettre(&ou, issue)?.is_none() {
                continue;
            }
            for recue in saines {
                self.rapport.raconter(&Ou::une(t, recue.ligne), Action::Cree, lot_en_mots(recue));
            }
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

    pub(super) fn magasin_nomme(&mut self, t: &Table, ligne: &Ligne) -> Option<Magasin> {
        self.noms.magasins.viser(&mut self.suivi, (t, ligne), "magasin").cloned()
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

/// In the article's base unit; None for what the slice will refuse.
fn quantite(ligne: &Ligne, article: &Article) -> Option<Quantite> {
    let nombre = Decimal::lire_json(&ligne.valeur("quantite").to_string()).ok()?;
    let unite = Unite::lire(ligne.texte("unite")?)?;
    article.convertir(QuantiteSaisie { nombre, unite }).ok()
}

fn lot_en_mots(recue: &LigneRecue<'_>) -> String {
    let l = recue.ligne;
    let texte = |c: &str| l.texte(c).unwrap_or_default();
    let quantite = l.valeur("quantite").to_string().replace('.', ",");
    let (magasin, unite) = (texte("magasin"), texte("unite"));
    let mut dit = format!("{magasin} : {quantite} {unite} {}", de(texte("ingredient")));
    if let Some(code) = l.texte("code_lot") {
        dit.push_str(&format!(", lot {code}"));
    }
    let dlc = recue.apport.as_ref().and_then(|a| a.etiquette.date_dlc);
    if let Some(dlc) = dlc {
        dit.push_str(&format!(", DLC {}", dlc.format("%d/%m/%Y")));
    }
    if let Some(jour) = recue.livraison.jour {
        dit.push_str(&format!(", reçu le {}", jour.format("%d/%m/%Y")));
    }
    if let Some(fournisseur) = l.texte("fournisseur") {
        dit.push_str(&format!(", de {fournisseur}"));
    }
    dit
}

fn debut_du_jour(magasin: Option<&Magasin>, jour: NaiveDate) -> chrono::DateTime<Utc> {
    let minuit = jour.and_time(NaiveTime::MIN);
    let ici = magasin.and_then(|m| m.tz().from_local_datetime(&minuit).earliest());
    ici.map_or_else(|| minuit.and_utc(), |i| i.to_utc())
}
