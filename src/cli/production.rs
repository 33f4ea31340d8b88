//! `delicego production-du-jour`: as the route, from the machine itself.

use chrono::NaiveDate;
use clap::Args;
use serde_json::Value;
use sqlx::PgConnection;

use super::sortie::{self, Code, Echec, Issue};
use crate::domaine::{Decimal, Quantite, jour_acceptable};
use crate::platform::db::operations;
use crate::platform::db::{Base, Ecrits, executer_transaction};
use crate::platform::errors::{Erreur, ErreurCritiqueMetier};
use crate::platform::terminal::dire;
use crate::production_jour::{
    self, DemandeProduction, LigneDemandee, LotProduit, ProductionDuJour, journal,
};
use crate::recettes;
use crate::referentiel::magasins;

#[derive(Args)]
pub(crate) struct Arguments {
    /// Nom du magasin
    #[arg(long, value_name = "NOM")]
    magasin: String,
    /// Jour de production, AAAA-MM-JJ
    #[arg(long, value_name = "JOUR", value_parser = lire_jour)]
    date: NaiveDate,
    /// Recette et quantité (« Wok poulet=25 ») ; sans elle, tout le reste du plan
    #[arg(long, value_name = "NOM=QUANTITE", value_parser = lire_recette)]
    recette: Vec<(String, Quantite)>,
    /// Résultat en JSON
    #[arg(long)]
    json: bool,
}

fn lire_jour(texte: &str) -> Result<NaiveDate, String> {
    let jour: NaiveDate = texte.parse().map_err(|_| "AAAA-MM-JJ attendu".to_owned())?;
    if jour_acceptable(jour) { Ok(jour) } else { Err("de 2000-01-01 à 2100-12-31".to_owned()) }
}

fn lire_recette(texte: &str) -> Result<(String, Quantite), String> {
    let (nom, quantite) = texte.rsplit_once('=').ok_or("NOM=QUANTITE attendu")?;
    let quantite = Decimal::lire_saisie(quantite)
        .and_then(Quantite::depuis)
        .ok()
        .filter(|q| q.est_positive())
        .ok_or("quantité plus grande que 0 attendue")?;
    Ok((nom.trim().to_owned(), quantite))
}

/// The demand as it was understood, and what came of it.
type Faite = (DemandeProduction, Option<(ProductionDuJour, Vec<LotProduit>)>);

pub(crate) async fn executer(base: &Base, a: Arguments) -> Issue {
    let mut demande = None;
    let faite = executer_transaction(base, async |tx| produire(tx, &a, &mut demande).await).await;
    match faite {
        Ok((d, Some((reponse, lots)))) => {
            journal::annoncer(d.magasin_id, reponse.plan_id, &lots);
            afficher(&a, &reponse)?;
            Ok(Code::Fait)
        }
        Ok((_, None)) => {
            dire("Rien à produire : tout le plan est fait.");
            Ok(Code::Fait)
        }
        Err(erreur) => {
            if let Some(d) = &demande {
                journal::refuser(base, d, &erreur).await;
            }
            Err(echec(erreur, a.json))
        }
    }
}

async fn produire(
    tx: &mut PgConnection,
    a: &Arguments,
    comprise: &mut Option<DemandeProduction>,
) -> Result<Faite, Erreur> {
    let op = operations::sans_cle(tx, None, "production-du-jour").await?;
    let demande = comprendre(tx, a).await?;
    if demande.lignes.is_empty() {
        return Ok((demande, None));
    }
    journal::commencer(&demande);
    let demande = comprise.insert(demande);
    let mut ecrits = Ecrits::default();
    let faite = production_jour::executer((&mut *tx, &mut ecrits), op, demande).await?;
    ecrits.envoyer(tx).await?;
    let DemandeProduction { magasin_id, date_jour, .. } = *demande;
    Ok((DemandeProduction { magasin_id, date_jour, lignes: Vec::new() }, Some(faite)))
}

async fn comprendre(tx: &mut PgConnection, a: &Arguments) -> Result<DemandeProduction, Erreur> {
    let magasin = magasins::par_nom(tx, &a.magasin).await?.ok_or_else(|| {
        let detail = format!("Le magasin « {} » n'existe pas.", a.magasin);
        ErreurCritiqueMetier::introuvable("magasin_inconnu", detail)
    })?;
    let mut lignes = Vec::new();
    for (nom, quantite) in &a.recette {
        let recette_id = recettes::par_nom(tx, nom).await?.ok_or_else(|| {
            let detail = format!("La recette « {nom} » n'existe pas.");
            ErreurCritiqueMetier::introuvable("recette_inconnue", detail)
        })?;
        lignes.push(LigneDemandee { recette_id, quantite_a_produire: *quantite });
    }
    if lignes.is_empty() {
        lignes = production_jour::reste_du_plan(tx, magasin.id, a.date).await?;
    }
    Ok(DemandeProduction { magasin_id: magasin.id, date_jour: a.date, lignes })
}

fn afficher(a: &Arguments, r: &ProductionDuJour) -> Result<(), Echec> {
    if a.json {
        dire(serde_json::to_string(r).map_err(sortie::dire)?);
        return Ok(());
    }
    dire(format!(
        "{}, {} : {} lots produits, {} consommations, {} mouvements de stock.",
        a.magasin,
        a.date.format("%d/%m/%Y"),
        r.lots_crees,
        r.consommations_creees,
        r.mouvements_stock_crees
    ));
    for b in &r.besoins {
        dire(format!("  {:<40} {}", b.ingredient_nom, b.unite.francais(b.quantite)));
    }
    Ok(())
}

/// The refusal with its fields for a program, every shortage on a line for people.
fn echec(erreur: Erreur, json: bool) -> Echec {
    let Erreur::Refus(refus) = erreur else { return erreur.into() };
    if json {
        let mut corps = refus.champs.clone();
        corps.insert("code".to_owned(), Value::from(refus.code));
        corps.insert("detail".to_owned(), Value::from(&*refus.detail));
        dire(Value::Object(corps));
    }
    let mut phrase = refus.detail.to_string();
    for m in refus.champs.get("manques").and_then(Value::as_array).into_iter().flatten() {
        let nom = m["ingredient_nom"].as_str().unwrap_or_default();
        let unite = m["unite"].as_str().unwrap_or_default();
        phrase.push_str(&format!(
            "\n  {nom} : besoin {} {unite}, disponible {}, manque {} (périmé {}, bloqué {})",
            m["besoin"], m["disponible"], m["manque"], m["perime"], m["bloque"]
        ));
    }
    Echec::nouveau(Code::Refuse, phrase)
}
