//! A person looks at what was not understood, and says what it is; or takes that back.
//!
//! - A doubt holds its recipe (I8) until it is settled: it is right as read, it is no ingredient, this
//!   is the line, or this line is missing.
//! - What was decided holds for the same words of the same recipe, read alike, in the next editions
//!   of that source; on a weight only as long as all that is weighed was read alike, and a line that
//!   is corrected settles a weight only where the sum then fits.
//! - A recipe is always worked out from its reading and from what was decided, so that undoing is
//!   working it out again.
//! - A number without unit is pieces, and no doubt, as long as its label leads to an ingredient that is
//!   counted in pieces.

mod appliquer;
mod poids;
mod sql;

use std::collections::HashSet;

use serde::Serialize;
use sqlx::PgConnection;
use uuid::Uuid;

use super::consulter;
use super::juger::{juger, suites};
use super::lecture::CodeDeDoute;
use super::normaliser::cle;
use super::releve::{DUREE_MAX, LigneRelevee, RecetteRelevee};
use super::reviser::{self, Bilan};
use super::sous_recettes::{Ici, Nommables, poids_de};
use super::sql as commun;
use crate::platform::db::operations::Operation;
use crate::platform::errors::{Erreur, ErreurCritiqueMetier};
use crate::platform::http::Lecteur;
use crate::recettes;
use crate::referentiel::{Nature, articles};

pub(crate) use appliquer::{Ligne, Reglee, Reglement, appliquer};
use appliquer::{LigneDite, cibles, derniere_parole, ligne_de_mots, lu, lu_du_poids};
use poids::avec_le_poids;
pub(crate) use sql::{inserer_doutes, reglements};

#[derive(Debug, Clone, Copy, PartialEq, Eq, utoipa::ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum Geste {
    /// C'est juste, tel que lu.
    Juste,
    /// Ce n'est pas un ingrédient.
    PasUnIngredient,
    /// Cette ligne prend la place de celle qui est en doute.
    Corriger,
    /// Cette ligne manque à la recette.
    Ajouter,
}

impl Geste {
    pub(crate) const MOTS: [(&'static str, Self); 4] = [
        ("juste", Self::Juste),
        ("pas_un_ingredient", Self::PasUnIngredient),
        ("corriger", Self::Corriger),
        ("ajouter", Self::Ajouter),
    ];

    pub(crate) fn lire(mot: &str) -> Option<Self> {
        Self::MOTS.iter().find(|(m, _)| *m == mot).map(|(_, g)| *g)
    }

    pub(crate) fn mot(self) -> &'static str {
        Self::MOTS.iter().find(|(_, g)| *g == self).map_or("", |(m, _)| m)
    }
}

/// Ce qu'une personne dit d'un doute.
#[derive(Debug, Clone, utoipa::ToSchema)]
pub(crate) struct DouteRegle {
    pub geste: Geste,
    /// Pour « corriger » et « ajouter ».
    pub ligne: Option<LigneCorrigee>,
    /// Pour « corriger » une durée de vie.
    pub duree_vie_jours: Option<u16>,
    /// Vaut pour tous les doutes du livre sur les mêmes mots ; jamais avec une ligne.
    #[schema(required = false)]
    pub partout: bool,
}

#[derive(Debug, Clone, utoipa::ToSchema)]
pub(crate) struct LigneCorrigee {
    pub libelle: String,
    #[schema(value_type = f64)]
    pub quantite: crate::domaine::Decimal,
    pub unite: crate::domaine::Unite,
    /// Sans lui, le libellé est relié comme ceux du livre.
    pub ingredient_id: Option<Uuid>,
    /// Le texte de la ligne dont elle prend la place, quand le doute ne porte pas sur une seule.
    pub remplace: Option<String>,
}

impl DouteRegle {
    pub(crate) fn lire(l: &Lecteur<'_>) -> Self {
        let geste = l.choix("geste", &Geste::MOTS);
        let ligne = l.objet_option("ligne", LigneCorrigee::lire);
        let jours = l.entier_option("duree_vie_jours", 0..=i64::from(DUREE_MAX));
        let duree_vie_jours = jours.and_then(|j| u16::try_from(j).ok());
        match geste {
            Geste::Corriger if ligne.is_none() && duree_vie_jours.is_none() => {
                l.fauter("ligne", "est obligatoire pour corriger");
            }
            Geste::Ajouter if ligne.is_none() => l.fauter("ligne", "est obligatoire pour ajouter"),
            Geste::Juste | Geste::PasUnIngredient if ligne.is_some() => {
                l.fauter("ligne", "ne va qu'avec « corriger » et « ajouter »");
            }
            _ => {}
        }
        let partout = l.booleen_option("partout").unwrap_or(false);
        if partout && ligne.is_some() {
            l.fauter("partout", "ne va pas avec une ligne : chaque recette a la sienne");
        }
        Self { geste, ligne, duree_vie_jours, partout }
    }
}

impl LigneCorrigee {
    fn lire(l: &Lecteur<'_>) -> Self {
        let saisie = l.quantite_saisie();
        Self {
            libelle: l.texte("libelle", 200),
            quantite: saisie.nombre,
            unite: saisie.unite,
            ingredient_id: l.uuid_option("ingredient_id"),
            remplace: l.texte_option("remplace", 2_000),
        }
    }

    fn dite(&self) -> Result<LigneDite, Erreur> {
        Ok(LigneDite {
            libelle: self.libelle.clone(),
            quantite: self.quantite.to_string().parse().map_err(Erreur::interne)?,
            unite: self.unite.code().to_owned(),
            ingredient_id: self.ingredient_id,
        })
    }
}

/// Ce qu'il en est.
#[derive(Debug, Clone, Copy, Serialize, utoipa::ToSchema)]
pub(crate) struct Regle {
    /// Le doute : à donner pour annuler.
    pub id: Uuid,
    /// Doutes de cette recette qui restent à vérifier.
    pub restants: usize,
    /// Doutes que ce geste a réglés, ou rendus, d'un coup.
    pub regles: usize,
    #[serde(flatten)]
    pub bilan: Bilan,
}

/// A doubt, and the recipe of the book that it stands in.
pub(crate) struct Situation {
    rang: usize,
    reglement_id: Option<Uuid>,
    titre: String,
    source: String,
    livre: Uuid,
    recette: RecetteRelevee,
}

/// 404 `doute_inconnu`; 409 `doute_regle`.
pub(crate) async fn regler(
    tx: &mut PgConnection,
    op: Operation,
    id: Uuid,
    dit: DouteRegle,
) -> Result<Regle, Erreur> {
    commun::verrouiller(tx).await?;
    let situation = sql::situer(tx, id).await?.ok_or_else(inconnu)?;
    if situation.reglement_id.is_some() {
        let detail =
            "Ce doute est déjà réglé : annulez ce qui a été dit avant de dire autre chose.";
        return Err(ErreurCritiqueMetier::conflit("doute_regle", detail).into());
    }
    if let Some(article) = dit.ligne.as_ref().and_then(|l| l.ingredient_id) {
        let article = articles::trouver(tx, article).await?;
        if article.nature == Nature::Produit && !recettes::est_fait(tx, article.id).await? {
            let message = "désigne un produit vendu, qu'aucune recette ne fait";
            return Err(ErreurCritiqueMetier::champ("ligne.ingredient_id", message).into());
        }
    }
    let semblables = match dit.partout {
        true => consulter::semblables(tx, situation.livre, id).await?,
        false => Vec::new(),
    };
    let mut regle = dire(tx, op, (&situation, id), dit.clone()).await?;
    for autre in semblables.into_iter().filter(|autre| *autre != id) {
        // What was said of another one of its recipe may have settled it.
        let situation = sql::situer(tx, autre).await?.filter(|s| s.reglement_id.is_none());
        if let Some(situation) = situation {
            regle.bilan += dire(tx, op, (&situation, autre), dit.clone()).await?.bilan;
            regle.regles += 1;
        }
    }
    Ok(regle)
}

async fn dire(
    tx: &mut PgConnection,
    op: Operation,
    (situation, id): (&Situation, Uuid),
    dit: DouteRegle,
) -> Result<Regle, Erreur> {
    let deja = sql::reglements(tx, &situation.source, std::slice::from_ref(&situation.titre));
    let deja = deja.await?.remove(&situation.titre).unwrap_or_default();
    let reglement = decider(situation, &deja, dit)?;
    sql::inserer(tx, op, situation, &reglement).await?;
    refaire(tx, op, (&situation.source, &situation.titre), id).await
}

/// What the person said, all that was said in one go, is forgotten, here and for the next editions:
/// the doubts are back.
pub(crate) async fn annuler(
    tx: &mut PgConnection,
    op: Operation,
    id: Uuid,
) -> Result<Regle, Erreur> {
    commun::verrouiller(tx).await?;
    let situation = sql::situer(tx, id).await?.ok_or_else(inconnu)?;
    // What left a weight wrong settles nothing, and is taken back where it was said.
    let siens = match situation.reglement_id {
        Some(_) => Vec::new(),
        None => sql::reglements(tx, &situation.source, std::slice::from_ref(&situation.titre))
            .await?
            .remove(&situation.titre)
            .unwrap_or_default(),
    };
    let dernier = derniere_parole(&situation.recette, situation.rang, &siens).map(|r| r.id);
    let Some(reglement) = situation.reglement_id.or(dernier) else {
        let detail = "Personne n'a encore rien dit de ce doute : il n'y a rien à annuler.";
        return Err(ErreurCritiqueMetier::conflit("rien_a_annuler", detail).into());
    };
    let oublies = sql::annuler(tx, op, reglement).await?;
    let mut regle = refaire(tx, op, (&situation.source, &situation.titre), id).await?;
    regle.regles = oublies.len();
    let autres: HashSet<(String, String)> = oublies.into_iter().collect();
    for (source, titre) in &autres {
        if (source, titre) != (&situation.source, &situation.titre) {
            regle.bilan += refaire(tx, op, (source, titre), id).await?.bilan;
        }
    }
    Ok(regle)
}

fn inconnu() -> ErreurCritiqueMetier {
    let detail = "Ce doute n'existe pas ou plus : une nouvelle édition du livre l'a remplacé, ou son \
                  ingrédient se compte en pièces.";
    ErreurCritiqueMetier::introuvable("doute_inconnu", detail)
}

/// What is remembered of it. Pure.
fn decider(s: &Situation, deja: &[Reglement], dit: DouteRegle) -> Result<Reglement, Erreur> {
    let recette = &avec_le_poids(&s.recette);
    let cibles = cibles(recette);
    let (Some(doute), Some(cible)) = (recette.doutes.get(s.rang), cibles.get(s.rang)) else {
        return Err(Erreur::interne("doute sans lecture"));
    };
    let mots = cle(&doute.texte).stricte;
    let remplacee = dit.ligne.as_ref().and_then(|l| l.remplace.clone());
    verifier(s, (doute.code, *cible), &dit, remplacee.as_deref())?;
    // The line is out of all that was in doubt about it.
    let sort_de_tout =
        cible.is_some() && matches!(dit.geste, Geste::Corriger | Geste::PasUnIngredient);
    let reglee = appliquer(recette, deja);
    let autres =
        recette.doutes.iter().zip(&cibles).zip(&reglee.doutes).filter_map(|((d, c), r)| {
            let meme = sort_de_tout && r.is_none() && c == cible && cle(&d.texte).stricte == mots;
            meme.then(|| d.code.mot().to_owned())
        });
    let mut codes: Vec<String> = autres.chain([doute.code.mot().to_owned()]).collect();
    codes.sort_unstable();
    codes.dedup();
    Ok(Reglement {
        id: Uuid::now_v7(),
        codes,
        cle: mots,
        lu: match (doute.code, dit.geste) {
            (CodeDeDoute::Poids, Geste::Juste) => lu_du_poids(recette, &reglee.lignes),
            _ => lu(recette, doute, *cible),
        },
        geste: dit.geste,
        ligne: dit.ligne.as_ref().map(LigneCorrigee::dite).transpose()?,
        remplacee,
        duree_vie_jours: dit.duree_vie_jours.filter(|_| dit.geste == Geste::Corriger),
    })
}

fn verifier(
    s: &Situation,
    (code, cible): (CodeDeDoute, Option<usize>),
    dit: &DouteRegle,
    remplacee: Option<&str>,
) -> Result<(), ErreurCritiqueMetier> {
    let refuser = |champ: &str, message: &str| Err(ErreurCritiqueMetier::champ(champ, message));
    if dit.duree_vie_jours.is_some() && (code != CodeDeDoute::DureeDeVie || dit.ligne.is_some()) {
        return refuser(
            "duree_vie_jours",
            "ne va qu'avec un doute sur la durée de vie, sans ligne",
        );
    }
    if remplacee.is_some_and(|mots| ligne_de_mots(&s.recette, mots).is_none()) {
        return refuser("ligne.remplace", "n'est le texte d'aucune ligne de cette recette");
    }
    let lue = cible.and_then(|c| s.recette.lignes.get(c));
    if dit.geste == Geste::Juste && code == CodeDeDoute::Quantite && lue.is_some_and(sans_nombre) {
        return refuser(
            "geste",
            "ne va pas ici : aucune des quantités imprimées n'est prise, corrigez la ligne",
        );
    }
    let sur_aucune =
        matches!(code, CodeDeDoute::Poids | CodeDeDoute::DureeDeVie | CodeDeDoute::Colonne)
            && cible.is_none();
    if !sur_aucune || remplacee.is_some() || dit.duree_vie_jours.is_some() {
        return Ok(());
    }
    match dit.geste {
        Geste::Corriger => refuser(
            "ligne.remplace",
            "est obligatoire ici : ce doute porte sur la recette entière, dites quelle ligne est \
             corrigée",
        ),
        Geste::PasUnIngredient => {
            refuser("geste", "ne va pas ici : ce doute n'est sur aucune ligne")
        }
        Geste::Juste | Geste::Ajouter => Ok(()),
    }
}

/// From one quantity to another: none of them was read.
const fn sans_nombre(ligne: &LigneRelevee) -> bool {
    ligne.quantite.is_none()
}

/// Works out every recipe that the decision is about, and writes those that are no longer the same.
async fn refaire(
    tx: &mut PgConnection,
    op: Operation,
    (source, titre): (&str, &str),
    id: Uuid,
) -> Result<Regle, Erreur> {
    let reglements = sql::reglements(tx, source, &[titre.to_owned()]).await?;
    let reglements = reglements.get(titre).map(Vec::as_slice).unwrap_or_default();
    let dictionnaire = commun::dictionnaire(tx).await?;
    let concernees = sql::concernees(tx, source, titre).await?;
    let livres: Vec<Uuid> = concernees.iter().map(|c| c.livre).collect();
    let nommables = commun::nommables(tx, Some(&livres)).await?;
    let vide = Nommables::default();
    let (mut touchees, mut restants) = (Vec::new(), 0);
    for c in &concernees {
        let reglee = appliquer(&c.recette, reglements);
        let livre = nommables.get(&c.livre).unwrap_or(&vide);
        let mut lignes = juger(&dictionnaire, Ici { livre, titre }, &reglee);
        reviser::ecarter_les_cycles_de(tx, &dictionnaire, c.importee, &mut lignes).await?;
        let duree = reglee.duree_vie_jours.map(i32::from);
        let suites = suites(&reglee, &lignes);
        let poids_de = poids_de(&c.recette, &reglee);
        sql::oublier_les_lignes(tx, c.importee, &suites, (duree, poids_de)).await?;
        sql::inserer_doutes(tx, &[(c.importee, &reglee.dits, &suites)]).await?;
        commun::inserer_lignes(tx, &[(c.importee, &lignes)]).await?;
        touchees.push(c.importee);
        restants += suites.iter().filter(|s| s.attend()).count();
    }
    let mut bilan = reviser::ecrire_si_change(tx, op, &touchees).await?;
    bilan += reviser::suivre_les_importees(tx, op, &dictionnaire, &touchees).await?;
    Ok(Regle { id, restants, regles: 1, bilan })
}
