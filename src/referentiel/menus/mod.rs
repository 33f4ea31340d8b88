//! What is sold: a recipe under a name, with a barcode and a price.

mod sql;

use serde::{Serialize, Serializer};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{magasins, sql as sql_du_referentiel};
use crate::domaine::Quantite;
use crate::platform::errors::{Erreur, ErreurCritiqueMetier};
use crate::platform::http::{Lecteur, Liste, Page};

/// Euros, exactly, in cents; a JSON number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Prix(pub i64);

impl Serialize for Prix {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Quantite::milliemes(self.0.saturating_mul(10)).serialize(serializer)
    }
}

#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Menu {
    pub id: Uuid,
    pub nom: String,
    pub recette_id: Uuid,
    /// null : pour tous les magasins.
    pub magasin_id: Option<Uuid>,
    pub gencode: Option<String>,
    /// Le menu du même magasin qui porte ce numéro, écrit autrement : c'est lui qu'un scan trouve.
    pub gencode_double_de: Option<Uuid>,
    #[schema(value_type = Option<f64>)]
    pub prix: Option<Prix>,
}

#[derive(utoipa::ToSchema)]
pub(crate) struct NouveauMenu {
    pub nom: String,
    pub recette_id: Uuid,
    pub magasin_id: Option<Uuid>,
    pub gencode: Option<String>,
    #[schema(value_type = Option<f64>)]
    pub prix: Option<Prix>,
}

impl NouveauMenu {
    pub(crate) fn lire(l: &Lecteur<'_>) -> Self {
        Self {
            nom: l.texte("nom", 200),
            recette_id: l.uuid("recette_id"),
            magasin_id: l.uuid_option("magasin_id"),
            gencode: l.texte_option("gencode", 64),
            prix: l.centimes_option("prix").map(Prix),
        }
    }
}

pub(crate) async fn creer(tx: &mut PgConnection, n: NouveauMenu) -> Result<Menu, Erreur> {
    if let Some(magasin) = n.magasin_id {
        magasins::trouver(tx, magasin).await?;
    }
    if !sql_du_referentiel::recette_existe(tx, n.recette_id).await? {
        let detail = "Cette recette n'existe pas.";
        return Err(ErreurCritiqueMetier::introuvable("recette_inconnue", detail).into());
    }
    let menu = Menu {
        id: Uuid::now_v7(),
        nom: n.nom,
        recette_id: n.recette_id,
        magasin_id: n.magasin_id,
        gencode: n.gencode,
        gencode_double_de: None,
        prix: n.prix,
    };
    sql::inserer_menu(tx, &menu).await?;
    Ok(menu)
}

/// The number that a menu bears from now on.
#[derive(utoipa::ToSchema)]
pub(crate) struct GencodeDit {
    /// null : plus aucun.
    pub gencode: Option<String>,
}

impl GencodeDit {
    pub(crate) fn lire(l: &Lecteur<'_>) -> Self {
        if !l.est_la("gencode") {
            l.fauter("gencode", "est obligatoire : un gencode, ou null");
        }
        Self { gencode: l.texte_option("gencode", 64) }
    }
}

/// A number that two menus bore is settled by giving one of them another, or none: the other is then
/// what a scan finds. 404 `menu_inconnu`; 409 `gencode_deja_pris`.
pub(crate) async fn donner_un_gencode(
    tx: &mut PgConnection,
    id: Uuid,
    dit: &GencodeDit,
) -> Result<Menu, Erreur> {
    let inconnu = || ErreurCritiqueMetier::introuvable("menu_inconnu", "Ce menu n'existe pas.");
    let garde = sql::donner_un_gencode(tx, id, dit.gencode.as_deref()).await?;
    if !garde.ok_or_else(inconnu)? {
        sql::relever_les_doubles(tx, id).await?;
    }
    sql::menu(tx, id).await?.ok_or_else(|| inconnu().into())
}

/// All of them, or what one magasin sells: its own, and those that belong to all.
pub async fn lister(
    c: &mut PgConnection,
    magasin_id: Option<Uuid>,
    page: Page,
) -> Result<Liste<Menu>, Erreur> {
    let lus = sql::menus(c, magasin_id, page).await?;
    Ok(Liste::couper(lus, page.limite, |m| m.id.to_string()))
}

/// Two spellings of one number, from before they compared: told each time the program starts, until
/// one of them has another. How many there are.
pub async fn dire_les_doubles(c: &mut PgConnection) -> Result<usize, Erreur> {
    let doubles = sql::gencodes_doubles(c).await?;
    for d in &doubles {
        tracing::warn!(
            event = "menu_gencode_double",
            menu = d.nom,
            gencode = d.gencode,
            autre = d.autre,
            autre_gencode = d.autre_gencode
        );
    }
    Ok(doubles.len())
}

/// A menu whose number is another's.
#[derive(Debug)]
pub(crate) struct Double {
    pub nom: String,
    pub gencode: String,
    pub autre: String,
    pub autre_gencode: String,
}
