//! How things stand, as whoever watches from afar is told it: of the checklist's lines, and of the
//! tasks that they report. Pure.

use super::sortie::Code;
use crate::exploitation::alerte::Constat;
use crate::exploitation::checklist::{Point, REGLAGES, Verdict};
use crate::platform::config::Quoi;
use crate::sauvegarde::backup::Resultat;
use crate::sauvegarde::drill::Provenance;

/// The line of the checklist that tells of a task.
const SAUVEGARDE: &str = "sauvegarde";
const COPIE: &str = "copie";
const EXERCICE: &str = "exercice";
/// As a person reads the line of settings.
const TITRE_DES_REGLAGES: &str = "Réglages (variables, --env-file)";

/// ATTENTION may wait for who looks.
pub(crate) fn des_lignes(points: &[Point]) -> Vec<Constat> {
    let constat = |p: &Point| Constat {
        code: p.code.to_owned(),
        incident: p.incident.to_owned(),
        titre: p.titre.to_owned(),
        ko: p.verdict == Verdict::Ko,
        raison: match p.verdict {
            Verdict::Attention => format!("ATTENTION, {}", p.raison),
            _ => p.raison.clone(),
        },
        conseil: p.conseil.clone(),
    };
    points.iter().map(constat).collect()
}

/// A backup or a drill; Err: why it failed.
pub(crate) fn d_une_tache(quoi: Quoi, issue: Result<(), &str>) -> Constat {
    match quoi {
        Quoi::Drill => exercice(EXERCICE, issue),
        _ => {
            let titre = "Sauvegarde (delicego backup)";
            constat((quoi.nom(), SAUVEGARDE), (titre, "delicego backup"), issue.map(|()| "réussi"))
        }
    }
}

/// The backup, its copy elsewhere, and what was to be tidied: each is looked at by itself, so that
/// one that fails does not hide that the other does from now on.
pub(crate) fn de_la_sauvegarde(r: &Resultat) -> Vec<Constat> {
    let suspecte = r.faite.manifeste.suspect.join(" ; ");
    let faite = if r.sans_soupcon() { Ok(()) } else { Err(format!("suspecte : {suspecte}")) };
    let (incident, copiee) = match r.mal_copiees.as_deref() {
        // Not asked for this time: that says nothing of what its line tells.
        None => ("backup_copie", Ok("aucune copie ailleurs n'a été demandée cette fois")),
        Some([]) => (COPIE, Ok("les sauvegardes y sont, égales")),
        Some(ennuis) => (COPIE, Err(ennuis.join(" "))),
    };
    let menage = match r.ennuis.as_slice() {
        [] => Ok("fait"),
        ennuis => Err(ennuis.join(" ")),
    };
    let copie = ("Copie ailleurs (delicego backup)", "delicego backup");
    let retraits = ("Retrait de ce qui est de trop (delicego backup)", "delicego backup");
    vec![
        d_une_tache(Quoi::Backup, faite.as_ref().copied().map_err(String::as_str)),
        constat(
            ("backup_copie", incident),
            copie,
            copiee.as_ref().copied().map_err(String::as_str),
        ),
        constat(
            ("backup_retraits", "backup_retraits"),
            retraits,
            menage.as_ref().copied().map_err(String::as_str),
        ),
    ]
}

/// The settings that a command begins with; Err: why it did not.
pub(crate) fn des_reglages(issue: Result<(), &str>) -> Constat {
    Constat {
        conseil: issue
            .map_or_else(|_| "Corrigez ce réglage, puis relancez.".to_owned(), |()| String::new()),
        ..constat((REGLAGES, REGLAGES), (TITRE_DES_REGLAGES, ""), issue.map(|()| "lus"))
    }
}

/// By what was said of it. A backup that it found damaged is told by the line of that backup.
pub(crate) fn de_l_exercice(code: Code, lignes: &[String], abimee: Option<Provenance>) -> Constat {
    let incident = match abimee {
        None => EXERCICE,
        Some(Provenance::Ici) => SAUVEGARDE,
        Some(Provenance::Ailleurs) => COPIE,
    };
    let issue = if code == Code::Fait { Ok(()) } else { Err(fautes(lignes)) };
    exercice(incident, issue.as_ref().copied().map_err(String::as_str))
}

fn exercice(incident: &str, issue: Result<(), &str>) -> Constat {
    let titre = "Exercice de restauration (delicego drill)";
    constat((Quoi::Drill.nom(), incident), (titre, "delicego drill"), issue.map(|()| "réussi"))
}

/// Of what was said, what is wrong.
fn fautes(lignes: &[String]) -> String {
    let pas_bien = |l: &str| l.starts_with("Restaurable ") && !l.ends_with(": oui.");
    let sait = |l: &&String| l.starts_with("KO ") || pas_bien(l);
    let fautes: Vec<&str> = lignes.iter().filter(sait).map(String::as_str).collect();
    if fautes.is_empty() { lignes.join(" ") } else { fautes.join(" ") }
}

fn constat(
    (code, incident): (&str, &str),
    (titre, commande): (&str, &str),
    issue: Result<&str, &str>,
) -> Constat {
    Constat {
        code: code.to_owned(),
        incident: incident.to_owned(),
        titre: titre.to_owned(),
        ko: issue.is_err(),
        conseil: issue.map_or_else(
            |_| format!("Corrigez ce qui est dit, puis relancez {commande}."),
            |_| String::new(),
        ),
        raison: issue.unwrap_or_else(|faute| faute).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ko_calls_for_help_and_a_task_is_of_its_line_s_incident() {
        let point = |verdict| Point {
            numero: 4,
            code: "automatisation",
            incident: EXERCICE,
            titre: "",
            verdict,
            raison: String::new(),
            conseil: String::new(),
        };
        let lignes = des_lignes(&[Verdict::Ok, Verdict::Attention, Verdict::Ko].map(point));
        assert_eq!(lignes.iter().map(|c| c.ko).collect::<Vec<_>>(), [false, false, true]);
        let dit = ["KO  la table lot diffère".to_owned()];
        let exercice = de_l_exercice(Code::Anomalie, &dit, None);
        assert_eq!((exercice.incident.as_str(), exercice.ko), (EXERCICE, true));
        assert_eq!(exercice.raison, "KO  la table lot diffère");
        let abimee = de_l_exercice(Code::Anomalie, &dit, Some(Provenance::Ici));
        assert_eq!(abimee.incident, SAUVEGARDE);
        let bien = de_l_exercice(Code::Fait, &[], None);
        assert_eq!((bien.ko, bien.conseil.as_str()), (false, ""));
    }
}
