//! What a person may say of each label that leads nowhere yet.

use std::collections::HashMap;

use sqlx::PgConnection;

use super::sql::LigneType;
use super::{ConversionManquante, Groupe};
use crate::domaine::Decimal;
use crate::livres::normaliser::cle;
use crate::livres::proches::{Proches, Suggestion};
use crate::livres::rapprocher::{CYCLE, Dictionnaire, Imprimee};
use crate::livres::sous_recettes::{Fiche, Ici, Nommables, parente};
use crate::livres::sql as commun;
use crate::platform::errors::Erreur;

pub(crate) async fn proposer(
    c: &mut PgConnection,
    lus: Vec<(Groupe, LigneType)>,
) -> Result<Vec<Groupe>, Erreur> {
    if lus.is_empty() {
        return Ok(Vec::new());
    }
    let dictionnaire = commun::dictionnaire(c).await?;
    let mut livre = Nommables::default();
    for nommables in commun::nommables(c, None).await?.into_values() {
        for (titre, fiche) in nommables.toutes() {
            livre.ajouter(titre.clone(), fiche.clone());
        }
    }
    let proches = Proches::de(&dictionnaire);
    let parentes = par_parente(&livre);
    let proposer = |(groupe, ligne): (Groupe, LigneType)| {
        let quantite = ligne.quantite.as_deref().and_then(|q| Decimal::lire_json(q).ok());
        let imprimee = Imprimee {
            libelle: &groupe.libelle,
            quantite,
            unite: &ligne.unite,
            ..Imprimee::default()
        };
        let ici = Ici { livre: &livre, titre: "" };
        let manque = dictionnaire.conversion_manquante(imprimee, ici);
        let conversion_manquante = manque.map(|(article, conversion)| ConversionManquante {
            ingredient_id: article.id,
            ingredient_nom: article.nom.clone(),
            conversion,
        });
        // Known already: what is missing is not its name.
        let connu =
            dictionnaire.connait(&groupe.libelle) || dictionnaire.nomme_sans_peser(imprimee, ici);
        let suggestions = match connu {
            true => Vec::new(),
            false => suggerer(&dictionnaire, &proches, &parentes, &groupe),
        };
        Groupe { conversion_manquante, suggestions, ..groupe }
    };
    Ok(lus.into_iter().map(proposer).collect())
}

fn par_parente(livre: &Nommables) -> HashMap<String, &Fiche> {
    let mut toutes: Vec<(&String, &Fiche)> = livre.toutes().collect();
    // Of two as near, always the same one.
    toutes.sort_by(|a, b| b.0.cmp(a.0));
    toutes.into_iter().map(|(titre, fiche)| (parente(titre), fiche)).collect()
}

/// A recipe of the books first, unless it would contain itself.
fn suggerer(
    dictionnaire: &Dictionnaire,
    proches: &Proches<'_>,
    parentes: &HashMap<String, &Fiche>,
    groupe: &Groupe,
) -> Vec<Suggestion> {
    let mut suggestions = proches.de_libelle(&groupe.libelle);
    let recette = parentes.get(&parente(&cle(&groupe.libelle).stricte));
    let recette = recette.filter(|f| {
        groupe.raison != CYCLE && groupe.recettes.iter().any(|titre| *titre != f.titre)
    });
    let article = recette.and_then(|f| dictionnaire.ingredient(f.article_id));
    if let Some((fiche, article)) = recette.zip(article) {
        // Where its card says why it waits, a person chooses.
        let sure = groupe.raison.is_empty() && !suggestions.iter().any(|s| s.sure);
        suggestions.retain(|s| s.ingredient_id != article.id);
        suggestions.insert(
            0,
            Suggestion {
                ingredient_id: article.id,
                ingredient_nom: fiche.titre.clone(),
                score: 1.0,
                recette: true,
                sure,
                allergenes: article.allergenes.clone(),
            },
        );
        suggestions.truncate(3);
        suggestions.iter_mut().skip(1).for_each(|s| s.sure = false);
    }
    suggestions
}
