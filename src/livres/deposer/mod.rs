//! Keeps what was read of one book, and writes the recipes that may be written: in one transaction.

mod sql;
mod trier;

pub(super) use trier::ecarter;

use serde::Serialize;
use sqlx::PgConnection;
use uuid::Uuid;

use self::trier::{Places, Tri};
use super::normaliser::cle;
use super::rapprocher::{Dictionnaire, Imprimee, Verdict};
use super::releve::{LigneRelevee, RecetteRelevee, Releve};
use super::sql as commun;
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
    /// Recipe by recipe, line by line, in the order of the book.
    pub lignes: Vec<Vec<LigneJugee>>,
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
    }
}

#[derive(Debug, Clone)]
pub struct LigneJugee {
    pub statut: &'static str,
    pub ingredient: Option<String>,
    pub raison: String,
}

pub async fn deposer(
    tx: &mut PgConnection,
    op: Operation,
    livre: &Livre<'_>,
) -> Result<Depot, Erreur> {
    commun::verrouiller(tx).await?;
    let dictionnaire = commun::dictionnaire(tx).await?;
    let mut verdicts = juger(&dictionnaire, livre.releve);
    if let Some(document_id) = sql::meme_contenu(tx, &livre.sha256, livre.source).await? {
        let mut depot = dire(&dictionnaire, livre.releve, &verdicts);
        depot.deja_la = true;
        depot.compte = sql::compte(tx, document_id).await?;
        depot.compte.inchangees = depot.compte.recettes;
        return Ok(depot);
    }
    let titre = titre(livre.nom_fichier);
    let source = livre.source.unwrap_or(&titre);
    let document = sql::Document {
        id: Uuid::now_v7(),
        source,
        titre: &titre,
        nom_fichier: livre.nom_fichier,
        sha256: &livre.sha256,
        octets: livre.octets,
        pages: livre.pages,
        releve: livre.releve,
        precedent_id: sql::edition(tx, source, &titre).await?,
    };
    let cles: Vec<String> = livre.releve.recettes.iter().map(cle_de_titre).collect();
    let deja_nommees = sql::deja_nommees(tx, source, &cles).await?;
    sql::remplacer_edition(tx, &document, &cles).await?;
    sql::inserer_document(tx, op, &document).await?;
    let mut tri = Tri::charger(tx, source, &cles, &deja_nommees).await?;
    tri.creer(tx, (livre.releve, &cles, &verdicts)).await?;
    tri.ecarter_les_cycles(tx, &dictionnaire, (&cles, &mut verdicts)).await?;
    let mut depot = dire(&dictionnaire, livre.releve, &verdicts);
    let places = tri.placer(livre.releve, &cles, &verdicts, &mut depot);
    ecrire(tx, op, (&document, &cles), (&verdicts, places)).await?;
    Ok(depot)
}

/// `BOOK hiver.pdf` is the book « BOOK hiver ».
pub(super) fn titre(nom_fichier: &str) -> String {
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

fn juger(dictionnaire: &Dictionnaire, releve: &Releve) -> Vec<Vec<Verdict>> {
    let ligne = |l: &LigneRelevee| dictionnaire.juger(imprimee(l));
    releve.recettes.iter().map(|r| r.lignes.iter().map(ligne).collect()).collect()
}

fn imprimee(l: &LigneRelevee) -> Imprimee<'_> {
    Imprimee {
        libelle: &l.libelle,
        quantite: l.nombre(),
        unite: l.unite.as_deref().unwrap_or_default(),
    }
}

/// Counts the lines, and says what each of them is.
fn dire(dictionnaire: &Dictionnaire, releve: &Releve, verdicts: &[Vec<Verdict>]) -> Depot {
    let mut depot = Depot { remarques: releve.remarques.clone(), ..Depot::default() };
    depot.compte.recettes = releve.recettes.len();
    for verdict in verdicts.iter().flatten() {
        depot.compte.lignes += 1;
        match verdict {
            Verdict::Mappee { .. } => depot.compte.mappees += 1,
            Verdict::NonMappee { .. } => depot.compte.non_mappees += 1,
            Verdict::Ignoree => depot.compte.ignorees += 1,
        }
    }
    let jugee = |v: &Verdict| LigneJugee {
        statut: v.statut(),
        ingredient: match v {
            Verdict::Mappee { article_id, .. } => {
                dictionnaire.ingredient(*article_id).map(|a| a.nom.clone())
            }
            _ => None,
        },
        raison: v.raison().to_owned(),
    };
    depot.lignes = verdicts.iter().map(|r| r.iter().map(jugee).collect()).collect();
    depot
}

async fn ecrire(
    tx: &mut PgConnection,
    op: Operation,
    (document, cles): (&sql::Document<'_>, &[String]),
    (verdicts, places): (&[Vec<Verdict>], Places),
) -> Result<(), Erreur> {
    importees::ecrire_versions(tx, op, &places.versions).await?;
    let ids = sql::inserer_recettes(tx, document, cles, &places.recettes).await?;
    sql::inserer_lignes(tx, document.releve, &ids, verdicts).await?;
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
