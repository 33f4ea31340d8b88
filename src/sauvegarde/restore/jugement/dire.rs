//! What is said of a judgement, before any work and after it.

use super::super::plan::refus;
use super::{Constat, Jugement, Obstacle, Restaurable, Sort};
use crate::platform::issue::Echec;

/// A refusal names that many objects; the others are counted.
const NOMMES: usize = 20;

impl Jugement {
    pub(crate) fn restaurable(&self) -> Restaurable {
        let refuse =
            |c: &Constat| matches!(c.sort, Sort::Refus { .. } | Sort::Essaye { .. } | Sort::Calcul);
        let sans_remede = |c: &Constat| refuse(c) && !c.administrateur;
        if self.constats.iter().any(sans_remede) {
            return Restaurable::Non;
        }
        match self.constats.as_slice() {
            [] => Restaurable::Oui,
            constats if constats.iter().any(|c| c.administrateur) => {
                Restaurable::AvecAdministrateur
            }
            _ => Restaurable::Incomplete,
        }
    }

    pub(crate) fn obstacles(&self) -> Vec<Obstacle> {
        self.constats.iter().map(|c| c.obstacle.clone()).collect()
    }

    /// What is to be done again by hand, after a restore that goes on; of views, what it found itself
    /// is told.
    pub(crate) fn a_refaire(&self) -> Vec<Obstacle> {
        let connu = |sort| matches!(sort, Sort::RoleAbsent | Sort::Essaye { .. } | Sort::Calcul);
        self.a_refaire_parmi(|sort| !connu(sort))
    }

    /// The same as far as can be foreseen.
    pub(crate) fn prevus(&self) -> Vec<Obstacle> {
        self.a_refaire_parmi(|sort| sort != Sort::RoleAbsent)
    }

    fn a_refaire_parmi(&self, voulu: impl Fn(Sort) -> bool) -> Vec<Obstacle> {
        let constats = self.constats.iter().filter(|c| voulu(c.sort));
        let refaire = constats.filter(|c| !c.commande.is_empty());
        refaire.map(|c| Obstacle { remede: c.commande.clone(), ..c.obstacle.clone() }).collect()
    }

    /// What runs with rights that it should not have is told.
    pub(crate) fn en_administrateur(&self) -> Option<String> {
        self.plan.administrateur.then(|| {
            format!(
                "Restaurée avec les droits de l'administrateur « {} » : des objets de cette \
                 sauvegarde ne se créent pas autrement.",
                self.compte
            )
        })
    }

    /// What the person reads before deciding.
    pub(crate) fn phrases(&self) -> Vec<String> {
        let dire = |o: &Obstacle| format!("  - {} : {}", o.objet, o.raison);
        let mut phrases = Vec::new();
        let a_refaire = self.prevus();
        if !a_refaire.is_empty() {
            let debut = "Ne reviendra pas tel quel, et sera à refaire par un administrateur :";
            phrases.push(debut.to_owned());
            phrases.extend(a_refaire.iter().map(dire));
        }
        let roles = self.roles_absents();
        if !roles.is_empty() {
            phrases.push("À créer d'abord par un administrateur :".to_owned());
            phrases.extend(roles.iter().map(ligne));
        }
        if !self.a_la_fin.is_empty() {
            phrases.push(format!(
                "Ne se saura qu'à la fin, car rien ici ne permet de l'essayer : {}. Une vue qui ne \
                 se calcule pas revient vide ; elle est alors nommée avec sa commande, et aucune \
                 ligne n'est perdue.",
                self.a_la_fin.join(", ")
            ));
        }
        phrases
    }

    /// Named by the archive, unknown to the server.
    pub(crate) fn roles_absents(&self) -> Vec<Obstacle> {
        let absents = self.constats.iter().filter(|c| c.sort == Sort::RoleAbsent);
        absents.map(|c| c.obstacle.clone()).collect()
    }

    /// The refusal, if there is one: object, reason, remedy.
    pub(crate) fn refuser(&self) -> Result<(), Echec> {
        let tolerer = self.plan.tolerer;
        self.refuser_si(|sort| match sort {
            Sort::Refus { tolerable, .. } | Sort::Essaye { tolerable } => !(tolerer && tolerable),
            Sort::Calcul => !tolerer,
            Sort::ARefaire | Sort::RoleAbsent => false,
        })
    }

    /// Of a copy to try: where rows stay hidden, nothing is proved.
    pub(crate) fn refuser_l_essai(&self) -> Result<(), Echec> {
        self.refuser_si(|sort| matches!(sort, Sort::Refus { essai: false, .. }))
    }

    fn refuser_si(&self, refuse: impl Fn(Sort) -> bool) -> Result<(), Echec> {
        let refuses: Vec<&Constat> = self.constats.iter().filter(|c| refuse(c.sort)).collect();
        if refuses.is_empty() {
            return Ok(());
        }
        // What failed whoever tried is no account's fault.
        let essaye = |c: &&Constat| matches!(c.sort, Sort::Calcul | Sort::Essaye { .. });
        let mut lignes = vec![match refuses.iter().all(essaye) {
            true => {
                "Restauration refusée : essayée, cette sauvegarde ne revient pas entière, quel que \
                     soit le compte."
                    .to_owned()
            }
            false => format!(
                "Restauration refusée : sur ce serveur, le compte « {} » ne peut pas tout remettre.",
                self.compte
            ),
        }];
        lignes.extend(refuses.iter().take(NOMMES).map(|c| ligne(&c.obstacle)));
        if refuses.len() > NOMMES {
            lignes.push(format!("  … et {} autres objets", refuses.len() - NOMMES));
        }
        lignes.push(conclusion(&refuses));
        let autres: Vec<&Constat> = self.constats.iter().filter(|c| !refuse(c.sort)).collect();
        if !autres.is_empty() {
            lignes.push("N'arrête rien, et ne reviendra pas tel quel :".to_owned());
            lignes.extend(autres.iter().map(|c| ligne(&c.obstacle)));
        }
        Err(refus(lignes.join("\n")))
    }
}

fn conclusion(refuses: &[&Constat]) -> String {
    let seul = |c: &&Constat| c.administrateur;
    let calcul = |c: &&Constat| c.sort == Sort::Calcul;
    let essaye = |c: &&Constat| calcul(c) || matches!(c.sort, Sort::Essaye { .. });
    let tolerable = |c: &&Constat| match c.sort {
        Sort::Refus { tolerable, .. } | Sort::Essaye { tolerable } => tolerable,
        _ => calcul(c),
    };
    let mut phrases = Vec::new();
    if refuses.iter().all(calcul) {
        return "Ou ajoutez --tolerer : une vue qui ne se calcule pas revient vide, sa commande est \
                dite à la fin, et aucune ligne n'est perdue."
            .to_owned();
    }
    if refuses.iter().all(essaye) {
        return match refuses.iter().all(tolerable) {
            true => {
                "Ou ajoutez --tolerer : toutes les lignes de la sauvegarde reviennent, et ce qui ne \
                 peut pas être remis est dit à la fin avec sa commande."
            }
            false => {
                "Sans la base d'origine, prenez une sauvegarde plus ancienne : celle-ci ne peut pas \
                 être remise telle quelle."
            }
        }
        .to_owned();
    }
    phrases.push(match refuses.iter().filter(|c| !essaye(c)).all(seul) {
        true => "Restaurez avec un administrateur (PGUSER=<administrateur>).",
        false => "Un administrateur n'y peut rien tant que ce qui manque n'est pas sur le serveur.",
    });
    if refuses.iter().all(tolerable) {
        phrases.push(
            "Ou ajoutez --tolerer : les lignes de la sauvegarde reviennent toutes, au compte qui \
             restaure, et ce qui reste à refaire est dit.",
        );
    }
    phrases.join(" ")
}

pub(crate) fn ligne(obstacle: &Obstacle) -> String {
    let Obstacle { objet, raison, remede } = obstacle;
    match remede.is_empty() {
        true => format!("  - {objet} : {raison}"),
        false => format!("  - {objet} : {raison}\n      {}", remede.replace('\n', "\n      ")),
    }
}
