//! What the book means for each recipe: made, brought up to date, or left as it is.

use std::collections::{HashMap, HashSet};

use sqlx::PgConnection;
use uuid::Uuid;

use super::super::normaliser::cle;
use super::super::rapprocher::{Dictionnaire, Verdict};
use super::super::releve::{RecetteRelevee, Releve};
use super::Depot;
use super::sql::{self, Lien};
use crate::domaine::{Quantite, UniteBase};
use crate::platform::errors::Erreur;
use crate::recettes::importees::{
    self, Contenu, Emboitements, LigneImportee, Repere, VersionImportee,
};
use crate::referentiel::{Article, Nature, articles};

/// The recipes there are, and which book each was taken from.
pub(crate) struct Tri<'a> {
    source: &'a str,
    par_cle: HashMap<String, Repere>,
    liens: HashMap<Uuid, Lien>,
    contenus: HashMap<Uuid, Contenu>,
    /// Names of articles that are taken, in lower case, with the article a new recipe could make.
    articles: HashMap<String, Option<Uuid>>,
}

/// What is to be done for each recipe of the book.
#[derive(Default)]
pub(crate) struct Places {
    /// The recipe that each title means, if there is one now.
    pub recettes: Vec<Option<Uuid>>,
    pub versions: Vec<VersionImportee>,
    /// (rank in the book, recipe, version) of those taken from this book from now on.
    pub liens: Vec<(usize, Uuid, i32)>,
}

impl<'a> Tri<'a> {
    pub(crate) async fn charger(
        tx: &mut PgConnection,
        source: &'a str,
        cles: &[String],
        deja_nommees: &HashMap<String, Uuid>,
    ) -> Result<Self, Erreur> {
        let mut par_cle = par_titre(importees::reperes(tx).await?, cles, deja_nommees);
        let ids: Vec<Uuid> = par_cle.values().map(|r| r.id).collect();
        let versions = importees::verrouiller(tx, &ids).await?;
        for r in par_cle.values_mut() {
            r.version = versions.get(&r.id).copied().unwrap_or(r.version);
        }
        Ok(Self {
            source,
            par_cle,
            liens: sql::liens(tx, &ids).await?,
            contenus: importees::contenus(tx, &ids).await?,
            articles: sql::noms_d_articles(tx).await?,
        })
    }

    /// Recipes of titles that are new, still without lines: from now on their articles are made.
    pub(crate) async fn creer(
        &mut self,
        tx: &mut PgConnection,
        (releve, cles, verdicts): (&Releve, &[String], &[Vec<Verdict>]),
    ) -> Result<(), Erreur> {
        let (mut nouvelles, mut faits) = (Vec::new(), Vec::new());
        for ((recette, cle), lignes) in releve.recettes.iter().zip(cles).zip(verdicts) {
            let vide = lignes.iter().all(|v| *v == Verdict::Ignoree);
            if vide || self.par_cle.contains_key(cle) {
                continue;
            }
            let (nom, libre) = self.nom_d_article(&recette.titre);
            let article_id = libre.unwrap_or_else(Uuid::now_v7);
            self.articles.insert(nom.to_lowercase(), None);
            if libre.is_none() {
                faits.push(produit(article_id, nom));
            }
            let (id, nom) = (Uuid::now_v7(), recette.titre.clone());
            let nouvelle = Repere { id, nom, article_id, version: 0 };
            self.par_cle.insert(cle.clone(), nouvelle.clone());
            nouvelles.push(nouvelle);
        }
        articles::inserer_tous(tx, &faits).await?;
        importees::creer_importees(tx, &nouvelles).await
    }

    /// A line that would put a preparation into itself stays for a person to judge.
    pub(crate) async fn ecarter_les_cycles(
        &self,
        tx: &mut PgConnection,
        dictionnaire: &Dictionnaire,
        (cles, verdicts): (&[String], &mut [Vec<Verdict>]),
    ) -> Result<(), Erreur> {
        if !verdicts.iter().flatten().any(|v| dictionnaire.prend_une_preparation(v)) {
            return Ok(());
        }
        let mut emboitements = Emboitements::verrouiller(tx).await?;
        for (cle, lignes) in cles.iter().zip(verdicts) {
            if let Some(recette) = self.par_cle.get(cle) {
                ecarter(&mut emboitements, recette.article_id, lignes);
            }
        }
        Ok(())
    }

    pub(crate) fn placer(
        &self,
        releve: &Releve,
        cles: &[String],
        verdicts: &[Vec<Verdict>],
        depot: &mut Depot,
    ) -> Places {
        let mut places = Places::default();
        let mut vues = HashSet::new();
        for (rang, (recette, cle)) in releve.recettes.iter().zip(cles).enumerate() {
            let contenu = contenu(recette, &verdicts[rang]);
            let repetee = !vues.insert(cle);
            let sort = if repetee { Sort::Ailleurs } else { self.sort(cle, &contenu) };
            depot.compter(sort, recette, self.autre_source(cle));
            let repere = self.par_cle.get(cle);
            places.recettes.push(repere.map(|r| r.id));
            let Some(repere) = repere else { continue };
            match sort {
                Sort::Creee | Sort::MiseAJour => {
                    let (recette_id, version) = (repere.id, repere.version + 1);
                    places.versions.push(VersionImportee { recette_id, version, contenu });
                    places.liens.push((rang, recette_id, version));
                }
                Sort::Inchangee => places.liens.push((rang, repere.id, repere.version)),
                // The version that the import wrote stays as it was: still changed by hand.
                Sort::Protegee => {
                    if let Some(lien) = self.liens.get(&repere.id) {
                        places.liens.push((rang, repere.id, lien.version));
                    }
                }
                Sort::Ailleurs | Sort::Vide => {}
            }
        }
        places
    }

    fn sort(&self, cle: &str, contenu: &Contenu) -> Sort {
        let Some(recette) = self.par_cle.get(cle) else {
            return Sort::Vide;
        };
        if recette.version == 0 {
            return Sort::Creee;
        }
        match self.liens.get(&recette.id) {
            None => Sort::Protegee,
            Some(l) if l.ailleurs(self.source) => Sort::Ailleurs,
            Some(l) if l.version != recette.version => Sort::Protegee,
            Some(_) if contenu.lignes.is_empty() => Sort::Vide,
            Some(_) if self.contenus.get(&recette.id) == Some(contenu) => Sort::Inchangee,
            Some(_) => Sort::MiseAJour,
        }
    }

    fn autre_source(&self, cle: &str) -> Option<&str> {
        let lien = self.liens.get(&self.par_cle.get(cle)?.id)?;
        lien.ailleurs(self.source).then_some(lien.source.as_str())
    }

    /// The recipe's own name unless a bought ingredient, or what another recipe makes, has it.
    fn nom_d_article(&self, titre: &str) -> (String, Option<Uuid>) {
        let mut nom = titre.to_owned();
        for numero in 1.. {
            match self.articles.get(&nom.to_lowercase()) {
                None => return (nom, None),
                Some(Some(libre)) => return (nom, Some(*libre)),
                Some(None) => {
                    let court: String = titre.chars().take(180).collect();
                    let fin = if numero == 1 { String::new() } else { format!(" {numero}") };
                    nom = format!("{court} (produit{fin})");
                }
            }
        }
        (nom, None)
    }
}

/// The recipe that each title means: the one it meant before, whatever its name now; else the one
/// of that name.
fn par_titre(
    reperes: Vec<Repere>,
    cles: &[String],
    deja_nommees: &HashMap<String, Uuid>,
) -> HashMap<String, Repere> {
    let voulues: HashSet<&String> = cles.iter().collect();
    let titres: HashMap<Uuid, &String> = deja_nommees.iter().map(|(t, id)| (*id, t)).collect();
    let mut par_cle: HashMap<String, Repere> = HashMap::new();
    for r in reperes {
        let nommee = cle(&r.nom).stricte;
        if let Some(titre) = titres.get(&r.id) {
            par_cle.insert((*titre).clone(), r);
        } else if voulues.contains(&nommee)
            && !deja_nommees.contains_key(&nommee)
            && par_cle.get(&nommee).is_none_or(|autre| r.id < autre.id)
        {
            par_cle.insert(nommee, r);
        }
    }
    par_cle
}

fn produit(id: Uuid, nom: String) -> Article {
    Article {
        id,
        nom,
        unite_base: UniteBase::Piece,
        nature: Nature::Produit,
        densite: None,
        poids_piece: None,
        allergenes: None,
    }
}

/// What an import means for a recipe of the same name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Creee,
    MiseAJour,
    Inchangee,
    /// Made or changed by hand.
    Protegee,
    /// Taken from another book.
    Ailleurs,
    /// Without a line to make it of.
    Vide,
}

impl Depot {
    fn compter(&mut self, sort: Sort, recette: &RecetteRelevee, autre_source: Option<&str>) {
        let titre = &recette.titre;
        match sort {
            Sort::Creee => self.compte.creees += 1,
            Sort::MiseAJour => self.compte.mises_a_jour += 1,
            Sort::Inchangee | Sort::Vide => self.compte.inchangees += 1,
            Sort::Protegee => {
                self.compte.protegees += 1;
                self.remarques.push(format!(
                    "« {titre} » a été écrite ou changée à la main : elle reste comme elle est."
                ));
            }
            Sort::Ailleurs => {
                self.compte.inchangees += 1;
                let livre = autre_source.map_or_else(
                    || "plus haut dans ce livre".to_owned(),
                    |s| format!("du livre « {s} »"),
                );
                self.remarques.push(format!(
                    "« {titre} » est déjà prise {livre} : elle reste comme elle est."
                ));
            }
        }
    }
}

/// The lines of a version: those that count, mapped or not yet.
fn contenu(recette: &RecetteRelevee, verdicts: &[Verdict]) -> Contenu {
    let lignes = recette.lignes.iter().zip(verdicts).filter_map(|(l, v)| {
        let (article_id, quantite) = match v {
            Verdict::Mappee { article_id, quantite, .. } => (Some(*article_id), *quantite),
            Verdict::NonMappee { .. } => (None, Quantite::ZERO),
            Verdict::Ignoree => return None,
        };
        Some(LigneImportee {
            article_id,
            libelle: l.libelle.clone(),
            quantite,
            saisie: l.quantite.as_ref().map(ToString::to_string).unwrap_or_default(),
            unite: l.unite.clone().unwrap_or_default(),
        })
    });
    Contenu { duree_vie_jours: recette.duree_vie_jours(), lignes: lignes.collect() }
}

const CYCLE: &str = "cette préparation se contiendrait elle-même, ou trop de niveaux s’emboîtent";

/// Turns down the preparations among these lines if the recipe that makes `fait` may not use them.
pub(crate) fn ecarter<'v>(
    emboitements: &mut Emboitements,
    fait: Uuid,
    lignes: impl IntoIterator<Item = &'v mut Verdict>,
) {
    for verdict in lignes {
        if let Verdict::Mappee { article_id, .. } = verdict
            && !emboitements.accepter(fait, &[*article_id])
        {
            *verdict = Verdict::NonMappee { raison: CYCLE.to_owned() };
        }
    }
}
