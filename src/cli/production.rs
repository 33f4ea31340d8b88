//! `delicego production-du-jour`: as the route, from the machine itself.

use chrono::NaiveDate;
use chrono_tz::Tz;
use clap::Args;
use serde_json::Value;
use sqlx::PgConnection;

use super::sortie::{self, Code, Echec, Issue};
use crate::domaine::{Decimal, Quantite, UniteBase, jour_acceptable};
use crate::platform::db::operations;
use crate::platform::db::{Base, Ecrits, executer_transaction};
use crate::platform::errors::{Erreur, ErreurCritiqueMetier};
use crate::platform::terminal::dire;
use crate::production_jour::{
    self, DemandeProduction, LigneDemandee, LigneReglee, LotProduit, ProductionDuJour, journal,
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
    /// Pourquoi, pour un jour passé
    #[arg(long, value_name = "RAISON", value_parser = lire_motif)]
    motif: Option<String>,
    /// Résultat en JSON
    #[arg(long)]
    json: bool,
}

fn lire_jour(texte: &str) -> Result<NaiveDate, String> {
    let jour: NaiveDate = texte.parse().map_err(|_| "AAAA-MM-JJ attendu".to_owned())?;
    if jour_acceptable(jour) { Ok(jour) } else { Err("de 2000-01-01 à 2100-12-31".to_owned()) }
}

fn lire_motif(texte: &str) -> Result<String, String> {
    let motif = texte.trim();
    match motif.chars().count() {
        0 => Err("ne peut pas être vide".to_owned()),
        1..=500 if !motif.chars().any(char::is_control) => Ok(motif.to_owned()),
        _ => Err("500 caractères au plus, sur une ligne".to_owned()),
    }
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

/// The demand as it was understood, whose clock its people read, and what came of it.
type Faite = (DemandeProduction, Tz, (ProductionDuJour, Vec<LotProduit>));

pub(crate) async fn executer(base: &Base, a: Arguments) -> Issue {
    let mut demande = None;
    let faite = executer_transaction(base, async |tx| produire(tx, &a, &mut demande).await).await;
    match faite {
        Ok((d, fuseau, (reponse, lots))) => {
            journal::annoncer(d.magasin_id, reponse.plan_id, &lots);
            afficher(&a, &reponse, fuseau)?;
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
    let (demande, fuseau) = comprendre(tx, a).await?;
    let demande = comprise.insert(demande);
    journal::commencer(demande);
    let mut ecrits = Ecrits::default();
    let ici = (&mut *tx, &mut ecrits);
    let faite = match a.recette.is_empty() {
        true => production_jour::executer_le_reste(ici, op, demande).await?,
        false => production_jour::executer(ici, op, demande).await?,
    };
    ecrits.envoyer(tx).await?;
    let DemandeProduction { magasin_id, date_jour, .. } = *demande;
    let demande = DemandeProduction { magasin_id, date_jour, lignes: Vec::new(), motif: None };
    Ok((demande, fuseau, faite))
}

async fn comprendre(
    tx: &mut PgConnection,
    a: &Arguments,
) -> Result<(DemandeProduction, Tz), Erreur> {
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
    let motif = a.motif.clone();
    let demande = DemandeProduction { magasin_id: magasin.id, date_jour: a.date, lignes, motif };
    Ok((demande, magasin.tz()))
}

fn afficher(a: &Arguments, r: &ProductionDuJour, fuseau: Tz) -> Result<(), Echec> {
    if a.json {
        dire(serde_json::to_string(r).map_err(sortie::dire)?);
        return Ok(());
    }
    if r.lots_crees == 0 {
        dire("Rien à produire : tout le plan est fait ou réglé.");
    } else {
        resumer(a, r);
    }
    for l in &r.reglees {
        dire(format!("  laissé : {}", raconter(l, fuseau)));
    }
    Ok(())
}

/// `Bowl, Non produit par Camille le 28/11 à 08:42 (rupture de riz)`, by the magasin's clock.
fn raconter(l: &LigneReglee, fuseau: Tz) -> String {
    let mot = if l.r#type == "AJUSTE" { "Ajusté" } else { "Non produit" };
    let auteur = l.auteur.as_deref().map(|a| format!(" par {a}")).unwrap_or_default();
    let heure = l.date_heure.with_timezone(&fuseau).format("%d/%m à %H:%M");
    let motif = l.motif.as_deref().map(|m| format!(" ({m})")).unwrap_or_default();
    let fait = l.unite.francais(l.quantite_produite);
    format!("{}, {mot}{auteur} le {heure}{motif}, {fait} fait", l.recette_nom)
}

fn resumer(a: &Arguments, r: &ProductionDuJour) {
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
}

/// `6,471 kg`, as everywhere: of what the refusal says as a number and its unit.
fn en_mots(manque: &Value, champ: &str) -> String {
    let unite = manque["unite"].as_str().unwrap_or_default();
    let quantite = Decimal::lire_json(&manque[champ].to_string()).and_then(Quantite::depuis);
    match UniteBase::lire(unite).zip(quantite.ok()) {
        Some((unite, quantite)) => unite.francais(quantite),
        None => format!("{} {unite}", manque[champ]),
    }
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
        let [besoin, disponible, manque, perime, bloque] =
            ["besoin", "disponible", "manque", "perime", "bloque"].map(|champ| en_mots(m, champ));
        phrase.push_str(&format!(
            "\n  {nom} : besoin {besoin}, disponible {disponible}, manque {manque} \
             (périmé {perime}, bloqué {bloque})"
        ));
    }
    Echec::nouveau(Code::Refuse, phrase)
}
