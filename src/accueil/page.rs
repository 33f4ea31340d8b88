//! `GET /`: the day of the chain, and of one magasin.

use std::collections::HashMap;

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use sqlx::PgConnection;
use uuid::Uuid;

use super::cartes::{self, CarteMagasin, ChoixMagasin, Resume};
use super::journee::{self, Journee};
use super::sql;
use crate::domaine::jour_de;
use crate::domaine::texte::cle_de_tri;
use crate::plan::{self, Besoins, Plan, montrer};
use crate::platform::comptes::{Personne, Role};
use crate::platform::errors::Erreur;
use crate::platform::http::pages::{self, ErreurPage, Page};
use crate::platform::http::{Etat, Page as Tranche, Requete, mots};
use crate::referentiel::{Magasin, TypeMagasin, magasins};

/// More than a chain has; the list to choose from ends there.
const MAGASINS: Tranche = Tranche { limite: 1000, apres: None };
/// Each card asks for the needs of a plan: the others stand in a list to choose from.
const CARTES: usize = 8;
const LOTS: i64 = 20;

#[derive(Template)]
#[template(path = "accueil/modeles/accueil.html")]
struct PageAccueil {
    page: Page,
    jour: String,
    heure: String,
    actualiser: String,
    version: &'static str,
    peut_gerer: bool,
    magasins: Vec<CarteMagasin>,
    autres_magasins: Vec<ChoixMagasin>,
    journee: Option<Journee>,
}

pub(crate) async fn accueil(
    State(etat): State<Etat>,
    Extension(personne): Extension<Personne>,
    requete: Requete,
) -> Result<Response, ErreurPage> {
    let vise = requete.lire(|l| l.uuid_option("magasin_id"))?;
    let mut c = etat.base.lire().await?;
    let mut tous = magasins::lister(&mut c, MAGASINS).await?.elements;
    tous.retain(|m| personne.voit(m.id));
    tous.sort_by_cached_key(|m| (m.type_magasin != TypeMagasin::Production, cle_de_tri(&m.nom)));
    let choisi = match vise {
        Some(id) => Some(magasins::trouver(&mut c, id).await?),
        None => tous.first().cloned(),
    };
    let maintenant = Utc::now();
    let fuseau = choisi.as_ref().map_or(Tz::Europe__Paris, Magasin::tz);
    let mut modele = PageAccueil {
        page: Page::nouvelle("Aujourd’hui", "accueil").de(&personne),
        jour: mots::jour(jour_de(maintenant, fuseau)),
        heure: mots::heure(&maintenant.with_timezone(&fuseau)),
        actualiser: vise.map_or_else(|| "/".to_owned(), cartes::lien),
        version: env!("CARGO_PKG_VERSION"),
        peut_gerer: personne.role == Role::Admin,
        magasins: Vec::new(),
        autres_magasins: Vec::new(),
        journee: None,
    };
    if let Some(choisi) = choisi {
        remplir(&mut c, &mut modele, (tous, choisi, maintenant)).await?;
    }
    Ok(pages::page(&modele))
}

async fn remplir(
    c: &mut PgConnection,
    modele: &mut PageAccueil,
    // One instant for the whole page: midnight may pass meanwhile.
    (tous, choisi, maintenant): (Vec<Magasin>, Magasin, DateTime<Utc>),
) -> Result<(), Erreur> {
    let (en_carte, autres) = partager(tous, &choisi);
    let jours: Vec<_> = en_carte.iter().map(|m| (m.id, jour_de(maintenant, m.tz()))).collect();
    let resumes = sql::resumes(c, &jours).await?;
    let mut besoins = besoins_du_jour(c, &jours, &resumes).await?;
    for m in &en_carte {
        let resume = resumes.get(&m.id).copied().unwrap_or_default();
        modele.magasins.push(cartes::carte(m, m.id == choisi.id, &resume, besoins.get(&m.id)));
    }
    modele.autres_magasins =
        autres.into_iter().map(|m| ChoixMagasin { id: m.id.to_string(), nom: m.nom }).collect();
    let jour = jour_de(maintenant, choisi.tz());
    let besoins = besoins.remove(&choisi.id);
    modele.journee = Some(lire_journee(c, (choisi, jour), besoins).await?);
    Ok(())
}

/// The first ones on cards, the chosen one always among them; the rest to choose from.
fn partager(tous: Vec<Magasin>, choisi: &Magasin) -> (Vec<Magasin>, Vec<Magasin>) {
    let place = tous.iter().position(|m| m.id == choisi.id);
    let premiers = if place.is_some_and(|p| p < CARTES) { CARTES } else { CARTES - 1 };
    let (mut en_carte, mut autres) = (tous, Vec::new());
    if en_carte.len() > premiers {
        autres = en_carte.split_off(premiers);
    }
    autres.retain(|m| m.id != choisi.id);
    if !en_carte.iter().any(|m| m.id == choisi.id) {
        en_carte.push(choisi.clone());
    }
    (en_carte, autres)
}

/// Of the magasins that still have something of their plan to make.
async fn besoins_du_jour(
    c: &mut PgConnection,
    jours: &[(Uuid, NaiveDate)],
    resumes: &HashMap<Uuid, Resume>,
) -> Result<HashMap<Uuid, Besoins>, Erreur> {
    let mut besoins = HashMap::new();
    for (id, jour) in jours {
        if resumes.get(id).is_some_and(|r| r.faites < r.lignes) {
            besoins.insert(*id, plan::besoins(c, *id, *jour).await?);
        }
    }
    Ok(besoins)
}

async fn lire_journee(
    c: &mut PgConnection,
    (magasin, jour): (Magasin, NaiveDate),
    besoins: Option<Besoins>,
) -> Result<Journee, Erreur> {
    let lignes = match plan::trouver(c, magasin.id, jour).await {
        Ok(Plan { lignes, .. }) => lignes,
        Err(e) if e.code() == Some("plan_absent") => Vec::new(),
        Err(e) => return Err(e),
    };
    let plan = montrer::lignes(&lignes, besoins.as_ref());
    let lots = sql::derniers_lots(c, magasin.id, LOTS).await?;
    Ok(Journee {
        magasin: magasin.nom,
        resume: montrer::resume(&plan),
        plan,
        manques: besoins.as_ref().map(montrer::manques).unwrap_or_default(),
        lots: lots.iter().map(|l| journee::lot(l, jour)).collect(),
        production: format!("/production-du-jour?magasin_id={}", magasin.id),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::referentiel::PolitiqueStock;

    fn magasin(n: u128) -> Magasin {
        Magasin {
            id: Uuid::from_u128(n),
            nom: format!("M{n}"),
            type_magasin: TypeMagasin::Vente,
            fuseau: "Europe/Paris".to_owned(),
            politique_stock: PolitiqueStock::Strict,
            jours_arriere: 7,
        }
    }

    #[test]
    fn the_chosen_magasin_always_has_a_card_and_none_is_lost() {
        for (combien, choisi, cartes, autres) in
            [(1, 1, 1, 0), (8, 8, 8, 0), (9, 1, 8, 1), (9, 9, 8, 1), (20, 15, 8, 12), (3, 9, 4, 0)]
        {
            let tous: Vec<_> = (1..=combien).map(magasin).collect();
            let (en_carte, reste) = partager(tous, &magasin(choisi));
            assert_eq!((en_carte.len(), reste.len()), (cartes, autres), "{combien} {choisi}");
            assert!(en_carte.iter().any(|m| m.id == Uuid::from_u128(choisi)));
            assert!(reste.iter().all(|m| m.id != Uuid::from_u128(choisi)));
        }
    }

    #[test]
    fn the_first_page_can_be_written_without_any_magasin() {
        let modele = PageAccueil {
            page: Page::nouvelle("Aujourd’hui", "accueil"),
            jour: "dimanche 22 novembre".to_owned(),
            heure: "9 h 05".to_owned(),
            actualiser: "/".to_owned(),
            version: "0",
            peut_gerer: false,
            magasins: Vec::new(),
            autres_magasins: Vec::new(),
            journee: None,
        };
        let html = modele.render().unwrap();
        assert!(html.contains("Aucun magasin"), "{html}");
        assert!(!html.contains("delicego importer"), "{html}");
    }
}
