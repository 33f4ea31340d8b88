//! Keeps what was read of one book, and writes the recipes that may be written: in one transaction.

mod sql;
mod trier;

pub(super) use trier::ecarter;

use std::collections::HashSet;

use serde::Serialize;
use sqlx::PgConnection;
use uuid::Uuid;

use self::trier::{Places, Tri, ecarter_les_cycles};
use super::editions;
use super::juger::{Jugee, Suite, juger, suites};
use super::normaliser::cle;
use super::rapprocher::{CYCLE, Dictionnaire, Verdict};
use super::regler::{self, Reglee, appliquer};
use super::releve::{DouteReleve, RecetteRelevee, Releve};
use super::reviser;
use super::sous_recettes::{Ici, Nommables, Poids};
use super::sql as commun;
use crate::domaine::Quantite;
use crate::platform::db::operations::Operation;
use crate::platform::errors::Erreur;
use crate::recettes::importees;

/// A book to keep.
pub struct Livre<'a> {
    /// Who it comes from, where the person said it; else its title.
    pub source: Option<&'a str>,
    pub nom_fichier: &'a str,
    pub sha256: [u8; 32],
    /// The file itself; empty when nothing will be kept.
    pub octets: &'a [u8],
    pub pages: u32,
    pub releve: &'a Releve,
}

/// What became of it.
#[derive(Debug, Default)]
pub struct Depot {
    /// The very file was already there: nothing was written.
    pub deja_la: bool,
    pub compte: Compte,
    /// Recipe by recipe, line by line, in the order of the book; then those that a person said.
    pub lignes: Vec<Vec<LigneJugee>>,
    /// Recipe by recipe: the doubts that hold it.
    pub doutes: Vec<Vec<DouteReleve>>,
    /// Recipe by recipe: what the import means for it. Empty where nothing was looked at.
    pub sorts: Vec<&'static str>,
    pub remarques: Vec<String>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Compte {
    pub recettes: usize,
    pub lignes: usize,
    pub mappees: usize,
    pub non_mappees: usize,
    pub ignorees: usize,
    pub creees: usize,
    pub mises_a_jour: usize,
    pub inchangees: usize,
    /// Changées à la main : l'import ne les touche pas.
    pub protegees: usize,
    /// Recettes où un doute attend que quelqu'un regarde.
    pub a_verifier: usize,
    /// Ces doutes.
    pub doutes: usize,
}

impl std::ops::AddAssign for Compte {
    fn add_assign(&mut self, autre: Self) {
        self.recettes += autre.recettes;
        self.lignes += autre.lignes;
        self.mappees += autre.mappees;
        self.non_mappees += autre.non_mappees;
        self.ignorees += autre.ignorees;
        self.creees += autre.creees;
        self.mises_a_jour += autre.mises_a_jour;
        self.inchangees += autre.inchangees;
        self.protegees += autre.protegees;
        self.a_verifier += autre.a_verifier;
        self.doutes += autre.doutes;
    }
}

#[derive(Debug, Clone)]
pub struct LigneJugee {
    pub statut: &'static str,
    pub ingredient: Option<String>,
    pub raison: String,
    /// The recipe of the book that it names, and how many pieces of it go into this one.
    pub recette: Option<(String, Option<Quantite>)>,
}

pub async fn deposer(
    tx: &mut PgConnection,
    op: Operation,
    livre: &Livre<'_>,
) -> Result<Depot, Erreur> {
    commun::verrouiller(tx).await?;
    let mut dictionnaire = commun::dictionnaire(tx).await?;
    let titre = titre(livre.nom_fichier);
    let source = livre.source.unwrap_or(&titre);
    if let Some((document_id, source)) =
        commun::meme_contenu(tx, &livre.sha256, livre.source).await?
    {
        let mut fiches = Fiches::lire(tx, &source, livre.releve).await?;
        let nommables = commun::nommables(tx, Some(&[document_id])).await?.remove(&document_id);
        fiches.retenir(&sql::doutes_en_attente(tx, document_id).await?);
        let nommables = nommables.unwrap_or_default();
        fiches.juger(&dictionnaire, &nommables);
        ecarter_les_cycles(tx, &dictionnaire, (&nommables, Vec::new()), &mut fiches).await?;
        let mut depot = fiches.dire(&dictionnaire, livre.releve);
        depot.deja_la = true;
        depot.compte = sql::compte(tx, document_id).await?;
        depot.compte.inchangees = depot.compte.recettes;
        return Ok(depot);
    }
    let mut fiches = Fiches::lire(tx, source, livre.releve).await?;
    let document = sql::Document {
        id: Uuid::now_v7(),
        source,
        titre: &titre,
        nom_fichier: livre.nom_fichier,
        sha256: &livre.sha256,
        octets: livre.octets,
        pages: livre.pages,
        releve: livre.releve,
        precedent_id: editions::precedente(tx, livre).await?,
    };
    let deja_nommees = sql::deja_nommees(tx, source, &fiches.cles).await?;
    sql::remplacer_edition(tx, &document, &fiches.cles).await?;
    sql::inserer_document(tx, op, &document).await?;
    fiches.juger(&dictionnaire, &Nommables::default());
    let mut tri = Tri::charger(tx, source, &fiches.cles, &deja_nommees).await?;
    dictionnaire.faire(tri.creer(tx, livre.releve, &fiches).await?);
    let nommables = tri.nommables(livre.releve, &fiches);
    fiches.juger(&dictionnaire, &nommables);
    ecarter_les_cycles(tx, &dictionnaire, (&nommables, tri.nouveaux()), &mut fiches).await?;
    let mut depot = fiches.dire(&dictionnaire, livre.releve);
    let places = tri.placer(livre.releve, &fiches, &mut depot);
    ecrire(tx, op, (&document, &fiches), places).await?;
    let autres = (tri.tous_les_articles(), Some(document.id));
    reviser::suivre_les_recettes(tx, op, &dictionnaire, autres).await?;
    Ok(depot)
}

/// `BOOK hiver.pdf` is the book « BOOK hiver ».
pub(crate) fn titre(nom_fichier: &str) -> String {
    let nom = nom_fichier.rsplit(['/', '\\']).next().unwrap_or(nom_fichier);
    let sans = match nom.len().checked_sub(4).and_then(|n| nom.split_at_checked(n)) {
        Some((debut, fin)) if fin.eq_ignore_ascii_case(".pdf") => debut,
        _ => nom,
    };
    let titre: String = sans.chars().filter(|c| !c.is_control()).take(200).collect();
    let titre = titre.trim();
    if titre.is_empty() { "Livre sans nom".to_owned() } else { titre.to_owned() }
}

fn cle_de_titre(recette: &RecetteRelevee) -> String {
    cle(&recette.titre).stricte
}

/// The recipes of the book, as people left them.
pub(crate) struct Fiches {
    /// Their titles, as they are compared.
    pub cles: Vec<String>,
    pub reglees: Vec<Reglee>,
    pub lignes: Vec<Vec<Jugee>>,
}

impl Fiches {
    async fn lire(tx: &mut PgConnection, source: &str, releve: &Releve) -> Result<Self, Erreur> {
        let cles: Vec<String> = releve.recettes.iter().map(cle_de_titre).collect();
        let reglements = regler::reglements(tx, source, &cles).await?;
        let regler = |(recette, cle): (&RecetteRelevee, &String)| {
            appliquer(recette, reglements.get(cle).map(Vec::as_slice).unwrap_or_default())
        };
        let reglees = releve.recettes.iter().zip(&cles).map(regler).collect();
        Ok(Self { cles, reglees, lignes: Vec::new() })
    }

    /// Of a book that is already there nothing is written: the doubts that are kept hold, by the rank
    /// of their recipe and their own, whatever was learnt since.
    fn retenir(&mut self, gardes: &HashSet<(usize, usize)>) {
        for (recette, reglee) in self.reglees.iter_mut().enumerate() {
            for l in &mut reglee.lignes {
                l.nue = l.nue.filter(|doute| !gardes.contains(&(recette, *doute)));
            }
        }
    }

    fn juger(&mut self, dictionnaire: &Dictionnaire, livre: &Nommables) {
        let recettes = self.cles.iter().zip(&self.reglees);
        let juger =
            |(titre, reglee): (&String, &Reglee)| juger(dictionnaire, Ici { livre, titre }, reglee);
        self.lignes = recettes.map(juger).collect();
    }

    /// What became of the doubts of each recipe.
    fn suites(&self) -> Vec<Vec<Suite>> {
        self.reglees.iter().zip(&self.lignes).map(|(r, l)| suites(r, l)).collect()
    }

    /// What the recipe of that rank weighs, as it is printed here.
    fn poids(&self, rang: usize, lue: &RecetteRelevee) -> Poids {
        let suites = suites(&self.reglees[rang], &self.lignes[rang]);
        let dits = self.reglees[rang].dits.iter().zip(suites);
        let restants = dits.filter(|(_, s)| s.attend()).map(|(d, _)| d);
        Poids::de_recette(lue, &self.reglees[rang], restants)
    }

    /// The lines that would put a recipe into itself.
    fn cycles<'a>(&'a self, releve: &'a Releve) -> impl Iterator<Item = String> + 'a {
        let lignes = releve.recettes.iter().zip(&self.lignes);
        let lignes = lignes.flat_map(|(r, l)| l.iter().map(move |j| (&r.titre, j)));
        let coupees = lignes.filter(|(_, j)| j.verdict.raison() == CYCLE);
        coupees.map(|(titre, j)| {
            format!("« {titre} » : « {} » n'y entre pas, {CYCLE}.", j.ligne.ligne.libelle)
        })
    }

    /// Counts the lines and the doubts, and says what each of them is.
    fn dire(&self, dictionnaire: &Dictionnaire, releve: &Releve) -> Depot {
        let entetes = releve.entetes_non_compris.iter().map(|e| {
            let (page, texte) = (e.page, &e.texte);
            format!(
                "Page {page} : « {texte} » n'a pas été compris. C'est peut-être une recette : rien \
                 n'en a été lu."
            )
        });
        let remarques = entetes.chain(releve.remarques.iter().cloned());
        let remarques = remarques.chain(self.cycles(releve)).collect();
        let mut depot = Depot { remarques, ..Depot::default() };
        depot.compte.recettes = releve.recettes.len();
        for jugee in self.lignes.iter().flatten() {
            depot.compte.lignes += 1;
            match jugee.verdict {
                Verdict::Mappee { .. } => depot.compte.mappees += 1,
                Verdict::NonMappee { .. } => depot.compte.non_mappees += 1,
                Verdict::Ignoree => depot.compte.ignorees += 1,
            }
        }
        for (reglee, suites) in self.reglees.iter().zip(self.suites()) {
            let restants = reglee.dits.iter().zip(suites).filter(|(_, s)| s.attend());
            let restants: Vec<DouteReleve> = restants.map(|(d, _)| d.clone()).collect();
            depot.compte.doutes += restants.len();
            depot.compte.a_verifier += usize::from(!restants.is_empty());
            depot.doutes.push(restants);
        }
        depot.lignes = self.lignes.iter().map(|l| raconter(dictionnaire, l)).collect();
        depot
    }
}

fn raconter(dictionnaire: &Dictionnaire, lignes: &[Jugee]) -> Vec<LigneJugee> {
    let jugee = |j: &Jugee| LigneJugee {
        statut: j.verdict.statut(),
        ingredient: match &j.verdict {
            Verdict::Mappee { article_id, .. } => {
                dictionnaire.ingredient(*article_id).map(|a| a.nom.clone())
            }
            _ => None,
        },
        raison: j.verdict.raison().to_owned(),
        recette: j.recette(),
    };
    lignes.iter().map(jugee).collect()
}

async fn ecrire(
    tx: &mut PgConnection,
    op: Operation,
    (document, fiches): (&sql::Document<'_>, &Fiches),
    places: Places,
) -> Result<(), Erreur> {
    importees::ecrire_versions(tx, op, &places.versions).await?;
    let ids = sql::inserer_recettes(tx, document, fiches, &places.recettes).await?;
    let lignes: Vec<(Uuid, &[Jugee])> =
        ids.iter().copied().zip(fiches.lignes.iter().map(Vec::as_slice)).collect();
    commun::inserer_lignes(tx, &lignes).await?;
    let suites = fiches.suites();
    let doutes: Vec<_> = ids
        .iter()
        .zip(&fiches.reglees)
        .zip(&suites)
        .map(|((id, reglee), suites)| (*id, reglee.dits.as_slice(), suites.as_slice()))
        .collect();
    regler::inserer_doutes(tx, &doutes).await?;
    let lien = |(rang, recette, version): &(usize, Uuid, i32)| (*recette, ids[*rang], *version);
    let liens: Vec<(Uuid, Uuid, i32)> = places.liens.iter().map(lien).collect();
    sql::lier(tx, document.source, &liens).await
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_book_is_called_like_its_file() {
        for (fichier, attendu) in [
            ("/tmp/x/BOOK hiver.PDF", "BOOK hiver"),
            ("C:\\livres\\WOK.pdf", "WOK"),
            ("é.pdf", "é"),
            (".pdf", "Livre sans nom"),
            ("livre", "livre"),
        ] {
            assert_eq!(super::titre(fichier), attendu);
        }
    }
}
