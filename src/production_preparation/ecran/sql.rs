//! The SQL of the kitchen's day: keys and stored totals only, never a sum over history.

use std::collections::HashMap;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::domaine::{Quantite, UniteBase};
use crate::platform::errors::Erreur;
use crate::production_preparation::declaration::{Statut, TypeDeclaration};

pub struct LigneLue {
    pub recette_id: Uuid,
    /// That of the recipe, until `nommer` knows the menus.
    pub nom: String,
    pub menu_id: Option<Uuid>,
    pub gencodes: Vec<String>,
    pub unite: UniteBase,
    pub planifiee: Quantite,
    pub produite: Quantite,
    pub version: (i32, DateTime<Utc>),
    pub derniere: Option<Derniere>,
}

/// The last declaration not taken back.
pub struct Derniere {
    pub r#type: TypeDeclaration,
    pub quantite: Quantite,
    pub avant: Quantite,
    pub apres: Quantite,
    /// The one that is the last again once this one is taken back.
    pub precedente: Option<TypeDeclaration>,
    pub declaree_le: DateTime<Utc>,
    pub auteur: Option<String>,
}

impl LigneLue {
    pub fn statut(&self) -> Statut {
        Statut::de(self.planifiee, self.produite, self.derniere.as_ref().map(|d| d.r#type))
    }

    /// Once its last declaration is taken back.
    pub fn statut_avant(&self, d: &Derniere) -> Statut {
        Statut::de(self.planifiee, d.avant, d.precedente)
    }
}

pub async fn lignes(
    c: &mut PgConnection,
    magasin_id: Uuid,
    date: NaiveDate,
) -> Result<Vec<LigneLue>, Erreur> {
    let lues = sqlx::query!(
        r#"select l.recette_id, l.menu_id, l.quantite_planifiee, l.quantite_produite, r.nom,
                  r.version, v.cree_le, a.unite_base, d.type as "nature?",
                  d.quantite as "quantite?", d.avant as "avant?", d.apres as "apres?",
                  d.declaree_le as "declaree_le?", avant.type as "nature_avant?",
                  u.nom_affiche as "auteur?"
             from ligne_plan_production l
             join recette r on r.id = l.recette_id
             join recette_version v on v.recette_id = r.id and v.version = r.version
             join article a on a.id = r.article_id
             left join declaration d on d.magasin_id = l.magasin_id and d.date_jour = l.date_jour
                                    and d.recette_id = l.recette_id
                                    and d.rang = l.derniere_declaration
             left join declaration avant on avant.magasin_id = l.magasin_id
                                        and avant.date_jour = l.date_jour
                                        and avant.recette_id = l.recette_id
                                        and avant.rang = d.precedente
             left join operation o on o.id = d.operation_id
             left join utilisateur u on u.id = o.auteur_id
            where l.magasin_id = $1 and l.date_jour = $2
              and (l.quantite_planifiee > 0 or l.quantite_produite > 0)"#,
        magasin_id,
        date
    )
    .fetch_all(c)
    .await?;
    Ok(lues
        .into_iter()
        .map(|l| LigneLue {
            recette_id: l.recette_id,
            nom: l.nom,
            menu_id: l.menu_id,
            gencodes: Vec::new(),
            unite: UniteBase::lire(&l.unite_base).unwrap_or(UniteBase::Piece),
            planifiee: Quantite::milliemes(l.quantite_planifiee),
            produite: Quantite::milliemes(l.quantite_produite),
            version: (l.version, l.cree_le),
            derniere: match (l.nature, l.quantite, l.avant.zip(l.apres), l.declaree_le) {
                (Some(nature), Some(quantite), Some((avant, apres)), Some(declaree_le)) => {
                    Some(Derniere {
                        r#type: TypeDeclaration::lire(&nature),
                        quantite: Quantite::milliemes(quantite),
                        avant: Quantite::milliemes(avant),
                        apres: Quantite::milliemes(apres),
                        precedente: l.nature_avant.as_deref().map(TypeDeclaration::lire),
                        declaree_le,
                        auteur: l.auteur,
                    })
                }
                _ => None,
            },
        })
        .collect())
}

/// The name of the line's menu, else of the magasin's first menu for that recipe, else the
/// recipe's; and the gencodes that a scan finds the line by.
pub async fn nommer(
    c: &mut PgConnection,
    magasin_id: Uuid,
    lignes: &mut [LigneLue],
) -> Result<(), Erreur> {
    let recettes: Vec<Uuid> = lignes.iter().map(|l| l.recette_id).collect();
    let menus = sqlx::query!(
        "select id, recette_id, nom, gencode from menu
          where recette_id = any($2) and (magasin_id = $1 or magasin_id is null)
          order by magasin_id is null, nom",
        magasin_id,
        &recettes
    )
    .fetch_all(c)
    .await?;
    let rangs: HashMap<Uuid, usize> =
        lignes.iter().enumerate().map(|(i, l)| (l.recette_id, i)).collect();
    let mut nommees = vec![false; lignes.len()];
    for menu in menus {
        let Some(&rang) = rangs.get(&menu.recette_id) else { continue };
        let ligne = &mut lignes[rang];
        ligne.gencodes.extend(menu.gencode);
        let le_sien = ligne.menu_id == Some(menu.id);
        if le_sien || (ligne.menu_id.is_none() && !nommees[rang]) {
            nommees[rang] = true;
            ligne.nom = menu.nom;
        }
    }
    Ok(())
}

/// What was sold in each slot of the last such weekdays that had sales.
pub async fn ventes(
    c: &mut PgConnection,
    magasin_id: Uuid,
    date: NaiveDate,
) -> Result<[i64; 3], Erreur> {
    let jour_semaine = i16::try_from(date.weekday().num_days_from_sunday()).unwrap_or_default();
    let lues = sqlx::query!(
        r#"select creneau, sum(quantite)::bigint as "quantite!"
             from (select creneau, quantite from vente_creneau
                    where magasin_id = $1 and jour_semaine = $2 and date_jour < $3
                    order by date_jour desc limit 24) v
            group by creneau"#,
        magasin_id,
        jour_semaine,
        date
    )
    .fetch_all(c)
    .await?;
    let mut ventes = [0; 3];
    for v in lues {
        if let Some(place) = usize::try_from(v.creneau).ok().and_then(|i| ventes.get_mut(i)) {
            *place = v.quantite;
        }
    }
    Ok(ventes)
}
