//! What the book means for each recipe: made, brought up to date, or left as it is.

use std::collections::{HashMap, HashSet};

use sqlx::PgConnection;
use uuid::Uuid;

use super::super::juger::{Suite, contenu, suites};
use super::super::normaliser::cle;
use super::super::rapprocher::{CYCLE, Dictionnaire, Verdict};
use super::super::releve::{DouteReleve, RecetteRelevee, Releve};
use super::super::sous_recettes::{Fiche, Nommables, Poids};
use super::super::sql as commun;
use super::sql::{self, Lien};
use super::{Depot, Fiches};
use crate::domaine::UniteBase;
use crate::platform::errors::Erreur;
use crate::recettes::DouteDeRecette;
use crate::recettes::importees::{self, Contenu, Emboitements, Repere, VersionImportee};
use crate::referentiel::{Article, Nature, articles};

/// The recipes there are, and which book each was taken from.
pub(crate) struct Tri<'a> {
    source: &'a str,
    par_cle: HashMap<String, Repere>,
    liens: HashMap<Uuid, Lien>,
    contenus: HashMap<Uuid, Contenu>,
    /// Names of articles that are taken, in lower case, with the article a new recipe could make.
    articles: HashMap<String, Option<Uuid>>,
    /// What they weigh, where they are taken from now.
    poids: HashMap<Uuid, Poids>,
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
            poids: commun::poids_des_recettes(tx, &ids).await?,
        })
    }

    /// Recipes of titles that are new, still without lines: from now on their articles are made.
    /// One of nothing but doubts is made too: it waits for its lines. Gives the articles made.
    pub(crate) async fn creer(
        &mut self,
        tx: &mut PgConnection,
        releve: &Releve,
        fiches: &Fiches,
    ) -> Result<Vec<Article>, Erreur> {
        let (mut nouvelles, mut faits) = (Vec::new(), Vec::new());
        for (rang, (recette, cle)) in releve.recettes.iter().zip(&fiches.cles).enumerate() {
            let sans_ligne = fiches.lignes[rang].iter().all(|j| j.verdict == Verdict::Ignoree);
            let vide = sans_ligne && !fiches.reglees[rang].est_a_verifier();
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
            let nouvelle = Repere { id, nom, article_id, en_pieces: true, version: 0 };
            self.par_cle.insert(cle.clone(), nouvelle.clone());
            nouvelles.push(nouvelle);
        }
        articles::inserer_tous(tx, &faits).await?;
        importees::creer_importees(tx, &nouvelles).await?;
        Ok(articles::par_ids(tx, &self.tous_les_articles()).await?.into_values().collect())
    }

    /// The recipes that the lines of this book may name.
    pub(crate) fn nommables(&self, releve: &Releve, fiches: &Fiches) -> Nommables {
        let mut nommables = Nommables::default();
        for (rang, (lue, cle)) in releve.recettes.iter().zip(&fiches.cles).enumerate() {
            if let Some(recette) = self.par_cle.get(cle) {
                let (titre, article_id) = (lue.titre.clone(), recette.article_id);
                let poids = self.poids(recette, || fiches.poids(rang, lue));
                nommables.ajouter(cle.clone(), Fiche { titre, article_id, poids });
            }
        }
        nommables
    }

    /// Of the recipe that will really be used: the one that this book prints, where it is taken from
    /// here; where it is another book's, that book's; none where it was changed by hand.
    fn poids(&self, recette: &Repere, imprime: impl Fn() -> Poids) -> Poids {
        match self.liens.get(&recette.id) {
            _ if recette.version == 0 => imprime(),
            Some(l) if l.version == recette.version && !l.ailleurs(self.source) => imprime(),
            _ => self.poids.get(&recette.id).copied().unwrap_or_default(),
        }
    }

    /// Those that are made here for the first time: nothing contains them yet.
    pub(crate) fn nouveaux(&self) -> Vec<Uuid> {
        let nouvelles = self.par_cle.values().filter(|r| r.version == 0);
        nouvelles.map(|r| r.article_id).collect()
    }

    pub(crate) fn tous_les_articles(&self) -> Vec<Uuid> {
        self.par_cle.values().map(|r| r.article_id).collect()
    }

    pub(crate) fn placer(&self, releve: &Releve, fiches: &Fiches, depot: &mut Depot) -> Places {
        let mut places = Places::default();
        let mut vues = HashSet::new();
        for (rang, (recette, cle)) in releve.recettes.iter().zip(&fiches.cles).enumerate() {
            let repere = self.par_cle.get(cle);
            let rendement = repere.filter(|r| r.en_pieces).map(|_| recette.rendement());
            let suites = suites(&fiches.reglees[rang], &fiches.lignes[rang]);
            let doutes = doutes(&fiches.reglees[rang].dits, &suites);
            let contenu = contenu(rendement, &fiches.reglees[rang], &fiches.lignes[rang], doutes);
            let repetee = !vues.insert(cle);
            let sort = if repetee { Sort::Ailleurs } else { self.sort(cle, &contenu) };
            depot.compter(sort, recette, self.autre_source(cle));
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
            Some(_) if !contenu.dit_quelque_chose() => Sort::Vide,
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

impl Sort {
    const fn mot(self) -> &'static str {
        match self {
            Self::Creee => "creee",
            Self::MiseAJour => "mise_a_jour",
            Self::Inchangee => "inchangee",
            Self::Protegee => "protegee",
            Self::Ailleurs => "autre_source",
            Self::Vide => "sans_recette",
        }
    }
}

impl Depot {
    fn compter(&mut self, sort: Sort, recette: &RecetteRelevee, autre_source: Option<&str>) {
        let titre = &recette.titre;
        self.sorts.push(sort.mot());
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

/// Those that hold it.
fn doutes(dits: &[DouteReleve], suites: &[Suite]) -> Vec<DouteDeRecette> {
    let restants = dits.iter().zip(suites).filter(|(_, suite)| suite.attend());
    let dire = |d: &DouteReleve| {
        let texte = if d.texte.is_empty() { &d.phrase } else { &d.texte };
        DouteDeRecette { code: d.code.mot().to_owned(), texte: texte.clone() }
    };
    restants.map(|(d, _)| dire(d)).collect()
}

/// A line that would put a preparation into itself stays for a person to judge. `nouveaux`: what is
/// made here for the first time.
pub(crate) async fn ecarter_les_cycles(
    tx: &mut PgConnection,
    dictionnaire: &Dictionnaire,
    (livre, nouveaux): (&Nommables, Vec<Uuid>),
    fiches: &mut Fiches,
) -> Result<(), Erreur> {
    let mut lignes = fiches.lignes.iter().flatten();
    if !lignes.any(|j| dictionnaire.prend_ce_qui_est_fait(&j.verdict)) {
        return Ok(());
    }
    let mut emboitements = Emboitements::verrouiller(tx).await?;
    emboitements.faire(nouveaux);
    for (cle, lignes) in fiches.cles.iter().zip(&mut fiches.lignes) {
        if let Some(fait) = livre.fait(cle) {
            ecarter(&mut emboitements, fait, lignes.iter_mut().map(|j| &mut j.verdict));
        }
    }
    Ok(())
}

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
