//! Would the tools that restore be let in there? They apply variables of libpq that our own
//! connections do not: one is started, with what the others will be given.

use super::super::super::cible::Cible;
use super::super::super::essai::{self, Refus};
use super::super::plan::refus;
use super::{Constat, Jugement, Obstacle, Sort, ligne};
use crate::platform::issue::Echec;
use crate::platform::libpq;

/// None: they are.
pub(crate) async fn obstacle(cible: &Cible) -> Result<Option<Obstacle>, Echec> {
    Ok(essai::de_la_cible(cible).await?.map(|refus| dire(refus, est_d_ici)))
}

/// Told before anything else is asked.
pub(crate) async fn refuser(cible: &Cible) -> Result<(), Echec> {
    let Some(obstacle) = obstacle(cible).await? else { return Ok(()) };
    Err(refus(format!(
        "Restauration refusée : les outils de PostgreSQL qui la feraient n'entrent pas sur ce \
         serveur, où ce programme entre.\n{}",
        ligne(&obstacle)
    )))
}

/// Of a judgement that goes on: what else stands in the way is told beside it.
pub(crate) async fn eprouver(cible: &Cible, jugement: &mut Jugement) -> Result<(), Echec> {
    let Some(obstacle) = obstacle(cible).await? else { return Ok(()) };
    let sort = Sort::Refus { tolerable: false, essai: true };
    let commande = String::new();
    jugement.constats.insert(0, Constat { obstacle, sort, administrateur: false, commande });
    Ok(())
}

fn est_d_ici(variable: &str) -> bool {
    std::env::var_os(variable).is_some()
}

/// `d_ici`: is it set in the environment? Else an address or a service says it.
fn dire(Refus { fautives, cause }: Refus, d_ici: impl Fn(&str) -> bool) -> Obstacle {
    let objet = "connexion de pg_dump, pg_restore et psql".to_owned();
    if fautives.is_empty() {
        let remede =
            "Corrigez ce que dit cette cause, puis essayez : psql -c 'select 1'".to_owned();
        return Obstacle { objet, raison: cause, remede };
    }
    let (ici, ailleurs): (Vec<&str>, Vec<&str>) =
        fautives.iter().map(String::as_str).partition(|nom| d_ici(nom));
    let remedes = [
        (!ici.is_empty()).then(|| {
            format!(
                "Enlevez {} de l'environnement et du fichier de réglages (--env-file), ou \
                 corrigez sa valeur.",
                ici.join(" et ")
            )
        }),
        (!ailleurs.is_empty()).then(|| {
            let mots: Vec<&str> = ailleurs.iter().map(|nom| libpq::mot(nom)).collect();
            format!(
                "Enlevez {} de DATABASE_URL, ou du service que PGSERVICE nomme.",
                mots.join(" et ")
            )
        }),
    ];
    Obstacle {
        objet,
        raison: format!("{} : {cause}", fautives.join(", ")),
        remede: remedes.into_iter().flatten().collect::<Vec<_>>().join(" "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_shuts_the_tools_out_is_to_be_removed_from_where_it_is_said() {
        let dite = |fautives: &[&str]| {
            let fautives = fautives.iter().map(|nom| (*nom).to_owned()).collect();
            dire(Refus { fautives, cause: "cause".to_owned() }, |nom| nom == "PGREQUIRESSL")
        };
        let o = dite(&["PGREQUIRESSL"]);
        assert_eq!(o.raison, "PGREQUIRESSL : cause");
        assert!(o.remede.starts_with("Enlevez PGREQUIRESSL de l'environnement"), "{}", o.remede);
        let o = dite(&["PGGSSENCMODE"]);
        assert!(o.remede.contains("Enlevez gssencmode de DATABASE_URL"), "{}", o.remede);
        let o = dite(&[]);
        assert!(o.raison == "cause" && o.remede.contains("psql"), "{}", o.remede);
    }
}
