//! A recipe's lines gone through from its head to its end: what each of them is (pure).
//!
//! CUISSON, DRESSAGE, « Note : » do not end a list: what follows them in the shape of the list is of
//! it. Only weight, packaging, shelf life or a method do, and a line of the list's shape after those
//! is told. Nothing is thrown away: what no rule claims is a doubt.

use super::ajouts;
use super::champs::{Nom, champs, est_total, parle_de_garde};
use super::entetes;
use super::fiches::Fiche;
use super::hors_liste;
use super::mentions;
use super::mots_cles::{est_suite, unite};
use super::numeros;
use super::phrases;
use super::presentation;
use super::rangees::Rangee;
use super::registre::Registre;
use super::reperes::Reperes;
use super::sortes::{Etat, Sorte, corps, sorte};
use super::tableau::{self, Dit};
use super::tetes;
use super::titres;
use super::{CodeDeDoute, Doute, TexteDePage};
use crate::domaine::Decimal;

/// What a recipe is made of, each line in its place.
#[derive(Debug, Default)]
pub(crate) struct Parcours {
    pub liste: Vec<Rangee>,
    /// Lines that only add up.
    pub totaux: Vec<Rangee>,
    /// Fields, in their order.
    pub fin: Vec<Rangee>,
    pub rendement: Option<Decimal>,
    /// Of its bare numbers, where a head over the list says so.
    pub unites: Vec<&'static str>,
    /// The same, where a sentence says so: of the bare numbers of tables, too.
    pub unite_dite: Option<&'static str>,
    pub doutes: Vec<Doute>,
    pub entetes_non_compris: Vec<TexteDePage>,
    /// Columns for other numbers of pieces.
    pub laissees: Vec<String>,
    /// Told: they stand over other recipes.
    pub chapitres: Vec<TexteDePage>,
    /// A table said which of its numbers are what.
    pub tableau: bool,
    /// Its quantities are net, and no gross ones are printed.
    pub net_seul: bool,
    /// Steps that say how much of something.
    etapes: Vec<Rangee>,
    /// The head of a column of shelf lives.
    duree_en_colonne: Option<String>,
    /// The head of the quantities, where it says that they are those of one portion.
    par_portion: Option<String>,
    pub registre: Registre,
}

pub(crate) fn parcourir(fiche: Fiche) -> Parcours {
    let mut p = Parcours { rendement: fiche.rendement, ..Parcours::default() };
    p.registre.titre += fiche.mots_du_titre;
    p.registre.tete += fiche.tete.mots;
    if fiche.tete_douteuse {
        let phrase = "Ces mots à côté du début de la liste ne sont pas compris.";
        p.douter(CodeDeDoute::Texte, &fiche.tete, phrase);
    }
    let presentation = presentation::en_est_une(&fiche.details);
    for detail in &fiche.details {
        p.lire_un_detail(detail, presentation);
    }
    if !fiche.tete_douteuse {
        p.retenir_les_unites(&fiche.tete);
    }
    let mut rangees = fiche.rangees;
    let entetes = p.lire_les_tableaux(&fiche.tete, &mut rangees);
    p.classer(rangees, &entetes);
    p.lire_a_cote(&fiche.a_cote);
    p.regarder_les_etapes(&fiche.titre);
    p.demander_la_duree(fiche.page);
    p.demander_de_combien(fiche.page);
    for egaree in &fiche.egarees {
        p.ranger(Sorte::ApresLaListe, egaree);
    }
    if p.rendement.is_none() && titres::dit_pour_combien(&fiche.titre) {
        let phrase = "Le titre dit pour combien : cette liste fait-elle une pièce, ou autant ?";
        let (page, texte) = (fiche.page, fiche.titre.clone());
        p.doutes.push(Doute { code: CodeDeDoute::Texte, page, texte, phrase: phrase.to_owned() });
    }
    for (page, texte) in fiche.tampons {
        let phrase = "Ces mots sont imprimés en travers de la fiche.".to_owned();
        p.doutes.push(Doute { code: CodeDeDoute::Texte, page, texte, phrase });
    }
    for phrase in fiche.doutes {
        let (page, texte) = (fiche.page, fiche.titre.clone());
        p.doutes.push(Doute { code: CodeDeDoute::Texte, page, texte, phrase: phrase.to_owned() });
    }
    p
}

impl Parcours {
    fn douter(&mut self, code: CodeDeDoute, rangee: &Rangee, phrase: &str) {
        let (page, texte, phrase) = (rangee.page, rangee.texte(), phrase.to_owned());
        self.doutes.push(Doute { code, page, texte, phrase });
    }

    /// `COMPOSITION POUR 10 PERSONNES`, then `Rendement : 12 portions`: which, is not said.
    fn retenir_le_rendement(&mut self, pieces: Decimal, rangee: &Rangee) {
        if self.rendement.is_some_and(|r| r != pieces) {
            let phrase = "Le livre dit deux fois pour combien, et pas la même chose.";
            self.douter(CodeDeDoute::Champ, rangee, phrase);
        }
        self.rendement = self.rendement.or(Some(pieces));
        self.retenir_les_unites(rangee);
    }

    /// `COMPOSITION (en kg)`, not `pour 2 kg`.
    fn retenir_les_unites(&mut self, rangee: &Rangee) {
        let cles: Vec<&str> = std::iter::once("").chain(rangee.cles()).collect();
        for paire in cles.windows(2) {
            let nombre = paire[0].bytes().any(|c| c.is_ascii_digit());
            let masse = |u: &&str| matches!(*u, "g" | "kg" | "mg" | "l" | "dl" | "cl" | "ml");
            let unite =
                unite(paire[1]).filter(masse).filter(|u| !nombre && !self.unites.contains(u));
            self.unites.extend(unite);
        }
    }

    /// Between title and head.
    fn lire_un_detail(&mut self, rangee: &Rangee, presentation: bool) {
        if let Some(pieces) = tetes::portions(rangee) {
            self.retenir_le_rendement(pieces, rangee);
            self.registre.champ += rangee.mots;
        } else if mentions::dit_en_quoi(rangee) {
            self.unite_dite = mentions::unite_dite(rangee);
            self.registre.champ += rangee.mots;
        } else if mentions::porte(rangee).quelque_chose() || mentions::annonce(rangee) {
            self.registre.dit += rangee.mots;
            let phrase = "Cette ligne dit aussi ce que la recette garde (portions, durée, poids).";
            self.douter(CodeDeDoute::Champ, rangee, phrase);
        } else if phrases::est_une_note(rangee)
            || est_total(&rangee.jetons)
            || titres::est_une_marque(rangee)
            || mentions::est_muette(rangee)
            || (presentation && presentation::sans_chiffre(rangee))
        {
            self.registre.champ += rangee.mots;
        } else {
            self.registre.dit += rangee.mots;
            let phrase = "Ces mots, entre le titre et la liste, ne sont pas compris.";
            self.douter(CodeDeDoute::Texte, rangee, phrase);
        }
    }

    /// Rewrites the rows of each table; says which rows were heads of one.
    fn lire_les_tableaux(&mut self, tete: &Rangee, rangees: &mut [Rangee]) -> Vec<bool> {
        let est_champ = |r: &Rangee| !champs(&r.jetons).is_empty();
        let trouves = entetes::toutes(rangees);
        // A table that opens a recipe by itself has no cell for the word COMPOSITION.
        let annoncee = tetes::lire(tete.cles().filter(|c| !c.is_empty())).is_some();
        let mut courant = entetes::lire(tete, annoncee);
        let mut debut = 0;
        let fins: Vec<usize> = (0..=rangees.len())
            .filter(|n| {
                let tete = trouves.get(*n).is_none_or(Option::is_some);
                tete || rangees.get(*n).is_some_and(est_champ)
            })
            .collect();
        let mut vus = false;
        for fin in fins {
            let siennes = rangees.get_mut(debut..fin).unwrap_or_default();
            match courant.take() {
                Some(entetes) => {
                    vus = true;
                    self.tableau = true;
                    let dit = tableau::mettre_en_lignes(&entetes, siennes);
                    self.retenir(dit, tete.page);
                }
                None if !vus => numeros::oter(siennes),
                None => {}
            }
            let trouve = trouves.get(fin).cloned().flatten();
            debut = fin + trouve.as_ref().map_or(0, |t| t.0);
            courant = trouve.map(|t| t.1);
            if courant.is_none() && fin < rangees.len() {
                // A field: what follows it is in no table.
                break;
            }
        }
        let mut restantes = 0;
        let tete = |t: &Option<(usize, Vec<entetes::Entete>)>| {
            restantes = t.as_ref().map_or(restantes, |t| t.0);
            let dedans = restantes > 0;
            restantes = restantes.saturating_sub(1);
            dedans
        };
        trouves.iter().map(tete).collect()
    }

    fn retenir(&mut self, dit: Dit, page: u32) {
        self.rendement = dit.rendement.or(self.rendement);
        self.laissees.extend(dit.laissees);
        self.net_seul |= dit.net_seul;
        if let Some(nom) = dit.perte {
            let phrase = format!(
                "Le livre imprime le net et « {nom} », sans le brut : ce qui sort du stock n'est pas dit."
            );
            self.doutes.push(Doute { code: CodeDeDoute::Colonne, page, texte: nom, phrase });
        }
        self.duree_en_colonne = dit.duree.or(self.duree_en_colonne.take());
        self.par_portion = dit.par_portion.or(self.par_portion.take());
        for TexteDePage { page, texte } in dit.dehors {
            let phrase = "Cette ligne n'entre pas dans les colonnes : que dit son nombre ?";
            let phrase = phrase.to_owned();
            self.doutes.push(Doute { code: CodeDeDoute::Quantite, page, texte, phrase });
        }
        for nom in dit.inconnues {
            let phrase = format!("Que sont les nombres de la colonne « {nom} » ?");
            self.doutes.push(Doute { code: CodeDeDoute::Colonne, page, texte: nom, phrase });
        }
    }

    fn classer(&mut self, rangees: Vec<Rangee>, entetes: &[bool]) {
        let fin = rangees.iter().position(|r| !champs(&r.jetons).is_empty());
        let avant = rangees.get(..fin.unwrap_or(rangees.len())).unwrap_or_default();
        let reperes = Reperes::de(avant.iter().map(|r| r.jetons.as_slice()));
        let corps = corps(avant);
        let (mut etat, mut champ_vide) = (Etat::Liste, false);
        for n in 0..rangees.len() {
            let reste = rangees.get(n..).unwrap_or_default();
            let Some(rangee) = reste.first() else { break };
            let est_entete = entetes.get(n).copied().unwrap_or(false);
            let (sorte, suivant) = match est_entete && etat == Etat::Liste {
                true => (Sorte::Entete, etat),
                // `DLC :`, and what it is on the next line.
                false if champ_vide && champs(&rangee.jetons).is_empty() => (Sorte::Champ, etat),
                false => sorte(reste, etat, &reperes, corps),
            };
            champ_vide = champs(&rangee.jetons).last().is_some_and(|c| c.jetons.is_empty());
            etat = suivant;
            self.ranger(sorte, rangee);
        }
    }

    fn ranger(&mut self, sorte: Sorte, rangee: &Rangee) {
        let place = match sorte {
            Sorte::Ligne | Sorte::Total => &mut self.registre.ligne,
            Sorte::Champ | Sorte::Portions => &mut self.registre.champ,
            Sorte::Entete => &mut self.registre.tete,
            Sorte::Partie | Sorte::Chapitre => &mut self.registre.partie,
            Sorte::Methode => &mut self.registre.methode,
            Sorte::TeteObscure | Sorte::ApresLaListe | Sorte::Choix | Sorte::Obscure => {
                &mut self.registre.dit
            }
        };
        *place += rangee.mots;
        match sorte {
            Sorte::Ligne => self.liste.push(rangee.clone()),
            Sorte::Champ => self.fin.push(rangee.clone()),
            Sorte::Portions => {
                if let Some(pieces) = tetes::portions(rangee) {
                    self.retenir_le_rendement(pieces, rangee);
                }
            }
            Sorte::TeteObscure if entetes::cellules(&rangee.jetons).len() > 2 => {
                let phrase = "Les colonnes de ce tableau ne sont pas toutes comprises.";
                self.douter(CodeDeDoute::Colonne, rangee, phrase);
            }
            Sorte::TeteObscure => {
                self.entetes_non_compris.push(texte_de(rangee));
                let phrase =
                    "Cette ligne commence comme une composition : est-ce une autre recette ?";
                self.douter(CodeDeDoute::Texte, rangee, phrase);
            }
            Sorte::ApresLaListe => {
                let phrase = "Cette ligne ressemble à un ingrédient, après la fin de la liste.";
                self.douter(CodeDeDoute::LigneApresLaListe, rangee, phrase);
            }
            Sorte::Choix => {
                let phrase = "Cet ingrédient est-il de la recette, ou un choix ?";
                self.douter(CodeDeDoute::LigneApresLaListe, rangee, phrase);
            }
            Sorte::Obscure => {
                self.douter(
                    CodeDeDoute::Texte,
                    rangee,
                    "Ces mots de la fiche ne sont pas compris.",
                );
            }
            Sorte::Total => {
                self.etapes.push(rangee.clone());
                self.totaux.push(rangee.clone());
            }
            Sorte::Entete => self.retenir_les_unites(rangee),
            Sorte::Chapitre => self.chapitres.push(texte_de(rangee)),
            Sorte::Methode if dit_peut_etre(rangee) => self.etapes.push(rangee.clone()),
            Sorte::Partie | Sorte::Methode => {}
        }
    }

    /// `Ajouter 5 g de sel`, where the list has none.
    fn regarder_les_etapes(&mut self, titre: &str) {
        for etape in std::mem::take(&mut self.etapes) {
            if self.manque_a_la_recette(&etape) {
                let phrase = "Cette ligne dit ce que la recette garde (portions, durée, poids).";
                self.douter(CodeDeDoute::Champ, &etape, phrase);
            } else if est_de_la_methode(&etape)
                && (ajouts::ailleurs(&etape, (&self.liste, titre))
                    || hors_liste::ajoute_un_nombre(&etape))
            {
                let phrase = "Cette étape ajoute ce que la liste ne nomme pas.";
                self.douter(CodeDeDoute::LigneApresLaListe, &etape, phrase);
            }
        }
    }

    /// `Quantité / portion`, in a recipe for ten: of one, or of the ten.
    fn demander_de_combien(&mut self, page: u32) {
        let plusieurs = self.rendement.is_some_and(|r| r != Decimal::entier(1));
        if let Some(texte) = self.par_portion.take().filter(|_| plusieurs) {
            let phrase = format!("La colonne « {texte} » : ce que prend une portion, ou toutes ?");
            self.doutes.push(Doute { code: CodeDeDoute::Colonne, page, texte, phrase });
        }
    }

    /// `Allergènes : lait - DLC J+3`, where no field says how long it keeps.
    fn manque_a_la_recette(&self, rangee: &Rangee) -> bool {
        let porte = mentions::porte(rangee);
        let a = |nom: Nom| self.fin.iter().any(|r| champs(&r.jetons).iter().any(|c| c.nom == nom));
        let etape = phrases::est_une_etape(rangee) || phrases::est_une_phrase(rangee);
        let garde = (porte.duree && !etape) || parle_de_garde(&rangee.texte());
        let emballe = hors_liste::dit_un_emballage(rangee);
        (garde && !a(Nom::Duree))
            || (emballe && !a(Nom::Emballage))
            || (porte.poids && !a(Nom::Poids))
            || (porte.pieces && !etape && self.rendement.is_none())
    }

    /// A column of shelf lives: of what is bought, or of the recipe.
    fn demander_la_duree(&mut self, page: u32) {
        let dite = |r: &Rangee| champs(&r.jetons).iter().any(|c| c.nom == Nom::Duree);
        let colonne = self.duree_en_colonne.take();
        if let Some(texte) = colonne.filter(|_| !self.fin.iter().any(dite)) {
            let phrase = format!("La colonne « {texte} » : est-ce la durée de vie de la recette ?");
            self.doutes.push(Doute { code: CodeDeDoute::Colonne, page, texte, phrase });
        }
    }

    /// Text beside the list: a method, or words that nobody knows.
    fn lire_a_cote(&mut self, rangees: &[Rangee]) {
        let titre = rangees.first().is_some_and(|r| est_suite(r.premiere_cle()));
        let phrases =
            rangees.iter().filter(|r| phrases::est_une_etape(r) || phrases::est_une_phrase(r));
        let methode = titre || phrases.count() * 2 > rangees.len();
        for rangee in rangees {
            let sorte = if tetes::portions(rangee).is_some() {
                Sorte::Portions
            } else if methode || phrases::est_une_note(rangee) {
                Sorte::Methode
            } else {
                Sorte::Obscure
            };
            self.ranger(sorte, rangee);
        }
    }
}

/// It may say how much of something, or what the recipe keeps.
fn dit_peut_etre(rangee: &Rangee) -> bool {
    ajouts::compte(rangee)
        || hors_liste::dit_un_emballage(rangee)
        || parle_de_garde(&rangee.texte())
}

/// No sum, no value, no container.
fn est_de_la_methode(rangee: &Rangee) -> bool {
    let lien = matches!(rangee.premiere_cle(), "pour" | "par");
    let valeur = !lien && phrases::est_un_nutriment(rangee);
    !valeur && !est_total(&rangee.jetons) && hors_liste::lire(rangee).is_none()
}

fn texte_de(rangee: &Rangee) -> TexteDePage {
    TexteDePage { page: rangee.page, texte: rangee.texte() }
}
