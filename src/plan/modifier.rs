//! Changes some lines of a day's plan and leaves the others: what a person typed on a page, beside
//! what they saw there.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::NaiveDate;
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::ecrire::{LignePlanifiee, refuser_les_produites};
use super::lire::LignePlan;
use super::sql;
use crate::domaine::Quantite;
use crate::platform::db::annonces;
use crate::platform::errors::{Erreur, ErreurCritiqueMetier};
use crate::recettes::{self, Productible};
use crate::referentiel::magasins;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Changement {
    pub recette_id: Uuid,
    /// The planned quantity that the person saw; 0: no such line.
    pub vue: Quantite,
    /// 0: the line goes.
    pub voulue: Quantite,
}

/// As `remplacer` for these lines alone: what was produced is not dropped. 409 `plan_change` when
/// somebody else changed one of them meanwhile.
pub(crate) async fn modifier(
    tx: &mut PgConnection,
    magasin_id: Uuid,
    date: NaiveDate,
    changements: &[Changement],
) -> Result<(), Erreur> {
    magasins::trouver(tx, magasin_id).await?;
    if changements.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = changements.iter().map(|c| c.recette_id).collect();
    let connues = recettes::charger(tx, &ids).await?;
    annonces::changer(magasin_id);
    sql::ouvrir(tx, magasin_id, date).await?;
    sql::verrouiller_lignes(tx, magasin_id, date, &ids).await?;
    let lignes = sql::lignes(tx, magasin_id, date).await?;
    let lignes: HashMap<Uuid, &LignePlan> = lignes.iter().map(|l| (l.recette_id, l)).collect();
    if let Some(refus) = deja_changees(changements, &lignes, &connues) {
        return Err(refus.into());
    }
    let (ecrites, retirees) = partager(changements, &lignes);
    refuser_les_produites(tx, magasin_id, date, &retirees).await?;
    sql::retirer(tx, magasin_id, date, &retirees).await?;
    sql::ecrire_lignes(tx, magasin_id, date, &ecrites).await
}

/// The lines as they stand may be produced only once they are held: whoever waits here then reads
/// what the other one left to make.
pub(crate) async fn verrouiller(
    tx: &mut PgConnection,
    magasin_id: Uuid,
    date: NaiveDate,
) -> Result<(), Erreur> {
    sql::verrouiller_lignes(tx, magasin_id, date, &[]).await.map(drop)
}

/// Neither what the person saw nor what they want: somebody else's quantity, not to be lost. A line
/// taken off the plan meanwhile is planned for 0.
fn deja_changees(
    changements: &[Changement],
    lignes: &HashMap<Uuid, &LignePlan>,
    connues: &HashMap<Uuid, Arc<Productible>>,
) -> Option<ErreurCritiqueMetier> {
    let planifiee =
        |c: &Changement| lignes.get(&c.recette_id).map_or(Quantite::ZERO, |l| l.quantite_planifiee);
    let autres: Vec<&Changement> =
        changements.iter().filter(|c| ![c.vue, c.voulue].contains(&planifiee(c))).collect();
    let premiere = autres.first()?;
    let recette = connues.get(&premiere.recette_id)?;
    let nom = lignes.get(&premiere.recette_id).map_or(&recette.nom, |l| &l.recette_nom);
    let detail = format!(
        "Le plan a changé pendant votre saisie : « {nom} » est maintenant prévu pour {}. Vérifiez, \
         puis recommencez.",
        recette.unite_base.francais(planifiee(premiere))
    );
    let ids: Vec<Uuid> = autres.iter().map(|c| c.recette_id).collect();
    Some(ErreurCritiqueMetier::conflit("plan_change", detail).avec("recettes", json!(ids)))
}

fn partager(
    changements: &[Changement],
    lignes: &HashMap<Uuid, &LignePlan>,
) -> (Vec<LignePlanifiee>, Vec<Uuid>) {
    let (gardees, retirees): (Vec<Changement>, Vec<Changement>) =
        changements.iter().partition(|c| c.voulue.est_positive());
    let ecrites = gardees.into_iter().map(|c| LignePlanifiee {
        recette_id: c.recette_id,
        menu_id: lignes.get(&c.recette_id).and_then(|l| l.menu_id),
        quantite_planifiee: c.voulue,
    });
    (ecrites.collect(), retirees.into_iter().map(|c| c.recette_id).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domaine::UniteBase;

    const WOK: Uuid = Uuid::from_u128(1);

    fn q(n: i64) -> Quantite {
        Quantite::milliemes(n * 1000)
    }

    fn wok(planifiee: i64) -> LignePlan {
        LignePlan {
            recette_id: WOK,
            recette_nom: "Wok".to_owned(),
            menu_id: Some(Uuid::from_u128(9)),
            quantite_planifiee: q(planifiee),
            quantite_produite: Quantite::ZERO,
            unite: UniteBase::Piece,
            reglee: false,
            declaration: None,
        }
    }

    fn connues() -> HashMap<Uuid, Arc<Productible>> {
        let wok = Productible {
            id: WOK,
            nom: "Wok".to_owned(),
            version: 1,
            cree_le: chrono::Utc::now(),
            article_id: WOK,
            unite_base: UniteBase::Piece,
            rendement: q(1),
            duree_vie_jours: None,
            lignes: Vec::new(),
            non_mappees: Vec::new(),
            doutes: Vec::new(),
        };
        HashMap::from([(WOK, Arc::new(wok))])
    }

    fn de(vue: i64, voulue: i64) -> [Changement; 1] {
        [Changement { recette_id: WOK, vue: q(vue), voulue: q(voulue) }]
    }

    #[test]
    fn somebody_elses_quantity_is_not_overwritten_unseen() {
        for (la, vue, voulue, change) in
            [(12, 12, 20, false), (14, 12, 20, true), (20, 12, 20, false), (0, 12, 20, true)]
        {
            let ligne = wok(la);
            let lignes = HashMap::from([(WOK, &ligne)]);
            let refus = deja_changees(&de(vue, voulue), &lignes, &connues());
            assert_eq!(refus.is_some(), change, "{la} {vue} {voulue}");
        }
        assert!(deja_changees(&de(0, 5), &HashMap::new(), &connues()).is_none());
        let refus = deja_changees(&de(12, 5), &HashMap::new(), &connues()).expect("retirée");
        assert!(refus.detail.contains("« Wok » est maintenant prévu pour 0"), "{}", refus.detail);
    }

    #[test]
    fn a_changed_line_keeps_its_menu_and_nothing_planned_means_no_line() {
        let ligne = wok(12);
        let lignes = HashMap::from([(WOK, &ligne)]);
        let (ecrites, retirees) = partager(&de(12, 20), &lignes);
        assert_eq!((ecrites[0].menu_id, ecrites[0].quantite_planifiee), (ligne.menu_id, q(20)));
        assert!(retirees.is_empty());
        let (ecrites, retirees) = partager(&de(12, 0), &lignes);
        assert_eq!((ecrites.len(), retirees), (0, vec![WOK]));
    }
}
