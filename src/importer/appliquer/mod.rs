//! Writes the tables, each by the functions of its slice, and goes on after a fault to tell the
//! others: the transaction is given up at the end.

mod connues;
mod etats;
mod menus;
mod noms;
mod plans;
mod receptions;
mod recettes;
mod referentiel;

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use serde_json::{Map, Value};
use sqlx::PgConnection;
use uuid::Uuid;

use self::noms::Noms;
use super::erreurs::{EchecImport, Ou, Suivi};
use super::lire::Lecture;
use super::modeles::Modele;
use super::rapport::Rapport;
use super::tables::{Ligne, Table};
use crate::platform::db::operations::{self, Operation};
use crate::platform::errors::Erreur;
use crate::platform::http::Lecteur;
use crate::stock::EtatLot;

pub(crate) async fn appliquer(
    tx: &mut PgConnection,
    lecture: Lecture,
) -> Result<Rapport, EchecImport> {
    let op = operations::sans_cle(tx, None, "importer").await?;
    let noms = Noms::charger(tx, &lecture.tables).await?;
    let mut chantier = Chantier {
        tx,
        op,
        noms,
        suivi: lecture.suivi,
        rapport: Rapport::default(),
        lots_annonces: HashSet::new(),
        etats_dits: HashMap::new(),
    };
    for table in &lecture.tables {
        match chantier.appliquer(table).await {
            Ok(()) => {}
            Err(Arret::Refus) => break,
            Err(Arret::Panne(erreur)) => return Err(erreur.into()),
        }
    }
    chantier.conclure()
}

struct Chantier<'t> {
    tx: &'t mut PgConnection,
    op: Operation,
    noms: Noms,
    suivi: Suivi,
    rapport: Rapport,
    /// Every reception row that bears a code, refused ones too.
    lots_annonces: HashSet<LotAnnonce>,
    /// The line that gives each lot its state, and which.
    etats_dits: HashMap<Uuid, (u64, EtatLot)>,
}

#[derive(PartialEq, Eq, Hash)]
struct LotAnnonce {
    magasin: Uuid,
    article: Uuid,
    code: String,
    fournisseur: Option<Uuid>,
}

/// Why no further row is looked at.
enum Arret {
    Panne(Erreur),
    /// The database refused a write: the transaction takes no more statements.
    Refus,
}

impl From<Erreur> for Arret {
    fn from(erreur: Erreur) -> Self {
        Self::Panne(erreur)
    }
}

impl Chantier<'_> {
    async fn appliquer(&mut self, table: &Table) -> Result<(), Arret> {
        self.rapport.compter(table.modele);
        match table.modele {
            Modele::Magasins => self.magasins(table).await,
            Modele::Fournisseurs => self.fournisseurs(table).await,
            Modele::Ingredients => self.ingredients(table).await,
            Modele::Recettes => self.recettes(table).await,
            Modele::Alias => self.alias(table).await,
            Modele::Menus => self.menus(table).await,
            Modele::Receptions => self.receptions(table).await,
            Modele::EtatsLots => self.etats_lots(table).await,
            Modele::Plans => self.plans(table).await,
        }
    }

    fn conclure(self) -> Result<Rapport, EchecImport> {
        let refuse = self.suivi.a_des_fautes();
        // A row is passed over only because of a fault that is told somewhere.
        if !refuse && self.suivi.une_ligne_touchee() {
            return Err(Erreur::interne("import : une ligne sautée sans raison dite").into());
        }
        let (fautes, doutes) = self.suivi.triees();
        let rapport = Rapport { doutes, ..self.rapport };
        if refuse {
            Err(EchecImport::Refuse { fautes, rapport: Box::new(rapport) })
        } else {
            Ok(rapport)
        }
    }

    fn noter(&mut self, table: &Table, ligne: &Ligne, colonne: &str, message: impl Into<String>) {
        self.suivi.noter(&table.fichier, ligne.numero, Some(colonne), message);
    }

    fn douter(&mut self, table: &Table, ligne: &Ligne, colonne: &str, message: impl Into<String>) {
        self.suivi.douter(&table.fichier, ligne.numero, Some(colonne), message);
    }

    fn exiger(&mut self, table: &Table, ligne: &Ligne, colonnes: &[&str]) {
        for colonne in colonnes.iter().filter(|c| ligne.est_vide(c)) {
            self.noter(table, ligne, colonne, "est obligatoire");
        }
    }

    /// Reads a request as its slice does; none when it, or a cell of its rows, is faulty.
    fn lire<T>(
        &mut self,
        ou: &Ou<'_>,
        objet: Map<String, Value>,
        lire: impl FnOnce(&Lecteur<'_>) -> T,
    ) -> Option<T> {
        let objet = Value::Object(objet);
        let lecteur = Lecteur::nouveau(&objet);
        let valeur = lire(&lecteur);
        match lecteur.terminer(valeur) {
            Ok(valeur) => (!ou.touche(&self.suivi)).then_some(valeur),
            Err(refus) => {
                ou.refuser(&mut self.suivi, &refus);
                None
            }
        }
    }

    /// What a slice's function made; a refusal of it is noted.
    fn admettre<T>(&mut self, ou: &Ou<'_>, issue: Result<T, Erreur>) -> Result<Option<T>, Arret> {
        match issue {
            Ok(valeur) => Ok(Some(valeur)),
            Err(Erreur::Refus(refus)) => {
                ou.refuser(&mut self.suivi, &refus);
                match refus.code {
                    // Told by a unique index.
                    "nom_deja_pris" | "gencode_deja_pris" => Err(Arret::Refus),
                    _ => Ok(None),
                }
            }
            Err(panne) => Err(panne.into()),
        }
    }

    /// Nothing that exists is overwritten: (column, what exists, what the file says).
    fn comparer(&mut self, table: &Table, ligne: &Ligne, paires: &[(&str, String, String)]) {
        // A column that is not there, a cell that is empty say nothing.
        let dites = paires.iter().filter(|(colonne, ..)| !ligne.est_vide(colonne));
        let differentes: Vec<_> = dites.filter(|(_, la, dit)| la != dit).collect();
        if differentes.is_empty() {
            self.rapport.compter(table.modele).inchanges += 1;
        }
        for (colonne, la, dit) in differentes {
            self.noter(table, ligne, colonne, deja_autrement(la, dit));
        }
    }

    /// A row whose key an earlier row of the file has already is a fault of its own.
    fn refuser_les_doubles<'a, C: Hash + Eq>(
        &mut self,
        table: &'a Table,
        colonne: &str,
        cle: impl Fn(&'a Ligne) -> Option<C>,
    ) {
        let mut vues: HashMap<C, u64> = HashMap::new();
        for ligne in &table.lignes {
            let Some(cle) = cle(ligne) else { continue };
            match vues.get(&cle) {
                Some(numero) => {
                    let message = format!("est déjà à la ligne {numero}");
                    self.noter(table, ligne, colonne, message);
                }
                None => drop(vues.insert(cle, ligne.numero)),
            }
        }
    }
}

fn deja_autrement(la: &str, dit: &str) -> String {
    let guillemets = |t: &str| if t.is_empty() { "rien".to_owned() } else { format!("« {t} »") };
    format!("existe déjà avec {}, ici {} : l'import n'écrase rien", guillemets(la), guillemets(dit))
}

/// Groups in the order in which they begin.
fn grouper<C: Hash + Eq + Clone, T>(
    elements: impl IntoIterator<Item = (C, T)>,
) -> Vec<(C, Vec<T>)> {
    let mut places: HashMap<C, usize> = HashMap::new();
    let mut groupes: Vec<(C, Vec<T>)> = Vec::new();
    for (cle, element) in elements {
        let place = *places.entry(cle.clone()).or_insert(groupes.len());
        if place == groupes.len() {
            groupes.push((cle, Vec::new()));
        }
        groupes[place].1.push(element);
    }
    groupes
}
