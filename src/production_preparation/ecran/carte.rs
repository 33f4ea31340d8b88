//! What the screen says of each recipe whatever the day: its name, lines, gencodes, allergens, place.
//! Read again only once an article, a recipe or a menu has changed.
//!
//! - A transaction that changes one of them leaves its number (`changement_recette`). What was read
//!   bears what could be seen *before* it was (`Jeton`), and is good while whoever reads the day
//!   sees no number that could not be seen then: nobody waits for anybody, and who has written,
//!   by whichever process, sees what it wrote.
//! - Numbers start anew elsewhere: another database (a restore puts one in the place of another),
//!   or another start of the server, is another carte.
//! - What can be repaired without a new version, a recipe with a line that is not mapped, is not
//!   kept.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};
use std::time::{Duration, Instant};

use sqlx::PgConnection;
use uuid::Uuid;

use super::sql::{self, LigneLue};
use crate::platform::errors::Erreur;
use crate::recettes::{self, Place, Productible};

/// What a reading could see.
#[derive(Debug, Clone)]
pub(crate) struct Jeton {
    pub lieu: String,
    pub photo: String,
}

/// Of one magasin.
pub(crate) struct Carte {
    pub jeton: Jeton,
    lue_le: Instant,
    fiches: HashMap<Uuid, Arc<Fiche>>,
}

/// Well before the numbers that it would have to see are forgotten.
const GARDE: Duration = Duration::from_secs(3600);

pub(crate) struct Fiche {
    pub recette: Arc<Productible>,
    /// In the order in which they name it.
    pub menus: Vec<Menu>,
    pub allergenes: Vec<String>,
    pub place: Place,
}

pub(crate) struct Menu {
    pub id: Uuid,
    pub nom: String,
    pub gencode: Option<String>,
}

impl Fiche {
    /// The name of the line's menu, else of the magasin's first menu for that recipe, else the
    /// recipe's.
    pub(crate) fn nom(&self, menu_id: Option<Uuid>) -> &str {
        let menu = match menu_id {
            Some(id) => self.menus.iter().find(|m| m.id == id),
            None => self.menus.first(),
        };
        menu.map_or(&self.recette.nom, |m| &m.nom)
    }

    /// Those that a scan finds it by.
    pub(crate) fn gencodes(&self) -> Vec<String> {
        self.menus.iter().filter_map(|m| m.gencode.clone()).collect()
    }
}

/// One for each magasin.
static CARTES: LazyLock<RwLock<HashMap<Uuid, Arc<Carte>>>> = LazyLock::new(RwLock::default);

impl Carte {
    /// As it was last read, to be used only while its `jeton` is good.
    pub(crate) fn gardee(magasin_id: Uuid) -> Option<Arc<Self>> {
        let cartes = CARTES.read().unwrap_or_else(PoisonError::into_inner);
        cartes.get(&magasin_id).filter(|c| c.lue_le.elapsed() < GARDE).map(Arc::clone)
    }

    pub(crate) fn neuve(jeton: Jeton) -> Arc<Self> {
        Arc::new(Self { jeton, lue_le: Instant::now(), fiches: HashMap::new() })
    }

    /// With what these lines need; what is read now is newer than the `jeton`, and then good for
    /// as long.
    pub(crate) async fn pour(
        self: Arc<Self>,
        c: &mut PgConnection,
        magasin_id: Uuid,
        lignes: &[LigneLue],
    ) -> Result<Arc<Self>, Erreur> {
        let ids = lignes.iter().map(|l| l.recette_id);
        let absentes: Vec<Uuid> = ids.filter(|id| !self.fiches.contains_key(id)).collect();
        if absentes.is_empty() {
            return Ok(self);
        }
        let mut fiches = lire(c, magasin_id, &absentes).await?;
        fiches.extend(self.fiches.iter().map(|(id, f)| (*id, Arc::clone(f))));
        let carte = Arc::new(self.avec(fiches));
        carte.garder(magasin_id);
        Ok(carte)
    }

    fn avec(&self, fiches: HashMap<Uuid, Arc<Fiche>>) -> Self {
        Self { jeton: self.jeton.clone(), lue_le: self.lue_le, fiches }
    }

    pub(crate) fn fiche(&self, recette_id: Uuid) -> Option<&Arc<Fiche>> {
        self.fiches.get(&recette_id)
    }

    fn garder(self: &Arc<Self>, magasin_id: Uuid) {
        let incomplete = |f: &Arc<Fiche>| !f.recette.est_complete();
        let gardee = match self.fiches.values().any(incomplete) {
            false => Arc::clone(self),
            true => {
                let completes = self.fiches.iter().filter(|(_, f)| !incomplete(f));
                let fiches = completes.map(|(id, f)| (*id, Arc::clone(f))).collect();
                Arc::new(self.avec(fiches))
            }
        };
        CARTES.write().unwrap_or_else(PoisonError::into_inner).insert(magasin_id, gardee);
    }
}

async fn lire(
    c: &mut PgConnection,
    magasin_id: Uuid,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, Arc<Fiche>>, Erreur> {
    let recettes = recettes::charger(c, ids).await?;
    let mut menus = sql::menus(c, magasin_id, ids).await?;
    let presents = recettes::allergenes_presents(c, &recettes).await?;
    let mut places = recettes::places(c, ids).await?;
    let fiche = |(id, recette): (Uuid, Arc<Productible>)| {
        let presents = presents.get(&id).map(Vec::as_slice).unwrap_or_default();
        let allergenes = presents.iter().map(|a| a.libelle().to_owned()).collect();
        let menus = menus.remove(&id).unwrap_or_default();
        let place = places.remove(&id).unwrap_or_default();
        (id, Arc::new(Fiche { recette, menus, allergenes, place }))
    };
    Ok(recettes.into_iter().map(fiche).collect())
}
