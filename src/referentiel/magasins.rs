//! Sites: the kitchen and the shops.

use chrono::{NaiveDate, Utc};
use chrono_tz::Tz;
use serde::Serialize;
use sqlx::PgConnection;
use uuid::Uuid;

use super::sql;
use crate::domaine::{Calendrier, jour_de, lire_fuseau};
use crate::platform::errors::{Erreur, ErreurCritiqueMetier};
use crate::platform::http::{Lecteur, Liste, Page};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum TypeMagasin {
    Production,
    Vente,
}

impl TypeMagasin {
    pub(crate) const MOTS: [(&'static str, Self); 2] =
        [("PRODUCTION", Self::Production), ("VENTE", Self::Vente)];

    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Production => "PRODUCTION",
            Self::Vente => "VENTE",
        }
    }
}

/// What a shortage does to a scan: refuses it, or lets it through as a debt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum PolitiqueStock {
    Strict,
    Compte,
}

impl PolitiqueStock {
    pub(crate) const MOTS: [(&'static str, Self); 2] =
        [("strict", Self::Strict), ("compte", Self::Compte)];

    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Strict => "strict",
            Self::Compte => "compte",
        }
    }
}

#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Magasin {
    pub id: Uuid,
    pub nom: String,
    pub type_magasin: TypeMagasin,
    /// Nom IANA ; un « jour » est le jour civil de ce fuseau.
    #[schema(example = "Europe/Paris")]
    pub fuseau: String,
    pub politique_stock: PolitiqueStock,
    /// Jours passés qu'un responsable peut encore déclarer, en disant pourquoi ; la cuisine en a un
    /// au plus.
    pub jours_arriere: u32,
}

impl Magasin {
    pub(crate) fn tz(&self) -> Tz {
        lire_fuseau(&self.fuseau).unwrap_or(Tz::Europe__Paris)
    }

    pub(crate) fn calendrier(&self) -> Calendrier {
        Calendrier { fuseau: self.tz(), jours_arriere: self.jours_arriere }
    }

    pub fn aujourdhui(&self) -> NaiveDate {
        jour_de(Utc::now(), self.tz())
    }
}

/// What a magasin has unless it says otherwise.
pub(crate) const JOURS_ARRIERE: u32 = 7;
const JOURS_ARRIERE_MAX: i64 = 60;

#[derive(utoipa::ToSchema)]
pub(crate) struct NouveauMagasin {
    pub nom: String,
    pub type_magasin: TypeMagasin,
    pub fuseau: Option<String>,
    pub politique_stock: Option<PolitiqueStock>,
    /// 0 à 60 ; 7 si rien n'est dit.
    pub jours_arriere: Option<u32>,
}

impl NouveauMagasin {
    pub(crate) fn lire(l: &Lecteur<'_>) -> Self {
        let fuseau = l.texte_option("fuseau", 64);
        if fuseau.as_deref().is_some_and(|f| lire_fuseau(f).is_none()) {
            l.fauter("fuseau", "doit être un fuseau horaire connu, par exemple Europe/Paris");
        }
        Self {
            nom: l.texte("nom", 200),
            type_magasin: l.choix("type_magasin", &TypeMagasin::MOTS),
            fuseau,
            politique_stock: l.choix_option("politique_stock", &PolitiqueStock::MOTS),
            jours_arriere: l
                .entier_option("jours_arriere", 0..=JOURS_ARRIERE_MAX)
                .and_then(|n| u32::try_from(n).ok()),
        }
    }
}

pub(crate) async fn creer(tx: &mut PgConnection, n: NouveauMagasin) -> Result<Magasin, Erreur> {
    let magasin = Magasin {
        id: Uuid::now_v7(),
        nom: n.nom,
        type_magasin: n.type_magasin,
        fuseau: n.fuseau.unwrap_or_else(|| "Europe/Paris".to_owned()),
        politique_stock: n.politique_stock.unwrap_or(PolitiqueStock::Strict),
        jours_arriere: n.jours_arriere.unwrap_or(JOURS_ARRIERE),
    };
    sql::inserer_magasin(tx, &magasin).await?;
    Ok(magasin)
}

/// How many days back it may still declare.
#[derive(utoipa::ToSchema)]
pub(crate) struct JoursArriere {
    /// 0 à 60.
    pub jours_arriere: u32,
}

impl JoursArriere {
    pub(crate) fn lire(l: &Lecteur<'_>) -> Self {
        if l.brut("jours_arriere").is_none() {
            l.fauter("jours_arriere", "est obligatoire");
        }
        let lus = l.entier_option("jours_arriere", 0..=JOURS_ARRIERE_MAX);
        Self { jours_arriere: lus.and_then(|n| u32::try_from(n).ok()).unwrap_or_default() }
    }
}

/// 404 `magasin_inconnu`.
pub(crate) async fn regler_la_fenetre(
    tx: &mut PgConnection,
    id: Uuid,
    j: &JoursArriere,
) -> Result<Magasin, Erreur> {
    sql::regler_jours_arriere(tx, id, j.jours_arriere).await?;
    trouver(tx, id).await
}

pub(crate) async fn lister(c: &mut PgConnection, page: Page) -> Result<Liste<Magasin>, Erreur> {
    let lus = sql::magasins(c, page).await?;
    Ok(Liste::couper(lus, page.limite, |m| m.id.to_string()))
}

/// 404 `magasin_inconnu`.
pub(crate) async fn trouver(c: &mut PgConnection, id: Uuid) -> Result<Magasin, Erreur> {
    sql::magasin(c, id).await?.ok_or_else(|| inconnu().into())
}

pub(crate) fn inconnu() -> ErreurCritiqueMetier {
    ErreurCritiqueMetier::introuvable("magasin_inconnu", "Ce magasin n'existe pas.")
}

pub async fn par_nom(c: &mut PgConnection, nom: &str) -> Result<Option<Magasin>, Erreur> {
    sql::magasin_par_nom(c, nom).await
}
