//! Where, when and how a recipe is made: what the kitchen's screen filters, orders and shows by. It is
//! the recipe's as it stands: what is said of it makes no difference to what is counted.

use std::collections::HashMap;

use serde::Serialize;
use sqlx::PgConnection;
use uuid::Uuid;

use super::sql;
use crate::platform::errors::Erreur;
use crate::platform::http::{Lecteur, lire_texte};

/// A part of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum CreneauRecette {
    Matin,
    Midi,
    Soir,
}

impl CreneauRecette {
    const MOTS: [(&'static str, Self); 3] =
        [("matin", Self::Matin), ("midi", Self::Midi), ("soir", Self::Soir)];

    pub(crate) fn lire(mot: &str) -> Option<Self> {
        Self::MOTS.iter().find(|(code, _)| *code == mot).map(|(_, creneau)| *creneau)
    }

    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Matin => "matin",
            Self::Midi => "midi",
            Self::Soir => "soir",
        }
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Place {
    /// chaud, froid, pâtisserie…
    pub poste: Option<String>,
    pub creneau: Option<CreneauRecette>,
    /// The method, step by step.
    pub etapes: Vec<String>,
}

/// What was said of it. None: nothing, and it stays as it is.
#[derive(Debug, Clone, Default)]
pub(crate) struct PlaceDite {
    pub poste: Option<Option<String>>,
    pub creneau: Option<Option<CreneauRecette>>,
    pub etapes: Option<Vec<String>>,
}

const POSTE_MAX: usize = 40;
const ETAPES_MAX: usize = 60;
const ETAPE_MAX: usize = 500;

impl PlaceDite {
    pub(crate) fn lire(l: &Lecteur<'_>) -> Self {
        let (poste, creneau) = ("poste", "creneau");
        Self {
            poste: l.est_la(poste).then(|| l.texte_option(poste, POSTE_MAX)),
            creneau: l.est_la(creneau).then(|| l.choix_option(creneau, &CreneauRecette::MOTS)),
            etapes: l.est_la("etapes").then(|| lire_etapes(l)),
        }
    }
}

fn lire_etapes(l: &Lecteur<'_>) -> Vec<String> {
    let Some(dites) = l.brut("etapes") else { return Vec::new() };
    let lues = match dites.as_array() {
        None => Err("doit être une liste".to_owned()),
        Some(textes) if textes.len() > ETAPES_MAX => Err(format!("dépasse {ETAPES_MAX} éléments")),
        Some(textes) => textes.iter().map(|t| lire_texte(t, ETAPE_MAX)).collect(),
    };
    lues.unwrap_or_else(|faute: String| {
        l.fauter("etapes", faute);
        Vec::new()
    })
}

/// Of these recipes.
pub(crate) async fn places(
    c: &mut PgConnection,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, Place>, Erreur> {
    sql::places(c, ids).await
}
