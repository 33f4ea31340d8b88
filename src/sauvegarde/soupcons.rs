//! Is a backup likely to be of the right database, and whole? Pure.

use super::archive::{Empreintes, NomTable};
use super::manifeste::Manifeste;

/// What is looked at, of this backup and of the last good one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Vue<'a> {
    pub schema: Option<i64>,
    pub empreintes: &'a Empreintes,
}

#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Jugement {
    /// Why it should not be trusted.
    pub soupcons: Vec<String>,
    /// Worth telling, and no fault.
    pub avis: Vec<String>,
}

/// More rows gone than that is suspicious.
const BAISSE_POUR_CENT: u64 = 30;
/// Their rows come and go by themselves.
const PASSAGERES: [&str; 3] = ["_sqlx_migrations", "session", "tentative_connexion"];

impl<'a> From<&'a Manifeste> for Vue<'a> {
    fn from(m: &'a Manifeste) -> Self {
        Self { schema: m.base.schema, empreintes: &m.empreintes }
    }
}

pub(crate) fn juger(neuve: Vue<'_>, derniere: Option<Vue<'_>>) -> Jugement {
    let mut jugement = Jugement::default();
    if neuve.empreintes.tables.is_empty() {
        jugement.soupcons.push("la base n'a aucune table : est-ce la bonne ?".to_owned());
    } else if neuve.schema.is_none() {
        jugement.avis.push("cette base n'a pas le schéma de DéliceGo".to_owned());
    }
    let Some(derniere) = derniere else { return jugement };
    let ecarts = disparues(neuve, derniere).into_iter().chain(baisse(neuve, derniere));
    match (derniere.schema, neuve.schema) {
        (Some(avant), Some(apres)) if apres > avant => {
            let migration = format!("le schéma est passé de la version {avant} à {apres}");
            jugement.avis.push(migration);
            jugement.avis.extend(ecarts);
        }
        _ => jugement.soupcons.extend(ecarts),
    }
    jugement
}

fn disparues(neuve: Vue<'_>, derniere: Vue<'_>) -> Option<String> {
    let parties: Vec<String> = (derniere.empreintes.tables.keys())
        .filter(|nom| !neuve.empreintes.tables.contains_key(nom))
        .map(NomTable::to_string)
        .collect();
    match parties.as_slice() {
        [] => None,
        [une] => Some(format!("la table {une} a disparu depuis la dernière bonne sauvegarde")),
        plusieurs => Some(format!(
            "{} tables ont disparu depuis la dernière bonne sauvegarde : {}",
            plusieurs.len(),
            enumerer(plusieurs)
        )),
    }
}

fn enumerer(noms: &[String]) -> String {
    const DITES: usize = 5;
    let suite = if noms.len() > DITES { ", .." } else { "" };
    format!("{}{suite}", noms[..noms.len().min(DITES)].join(", "))
}

fn baisse(neuve: Vue<'_>, derniere: Vue<'_>) -> Option<String> {
    let (avant, apres) = (lignes(derniere.empreintes), lignes(neuve.empreintes));
    let bas = u128::from(apres) * 100 < u128::from(avant) * u128::from(100 - BAISSE_POUR_CENT);
    bas.then(|| {
        format!(
            "{apres} lignes métier au lieu de {avant} dans la dernière bonne sauvegarde \
             (plus de {BAISSE_POUR_CENT} % de moins)"
        )
    })
}

/// Of all business tables together.
fn lignes(empreintes: &Empreintes) -> u64 {
    let metier = empreintes.tables.iter().filter(|(t, _)| !PASSAGERES.contains(&t.nom.as_str()));
    metier.map(|(_, e)| e.lignes).sum()
}

#[cfg(test)]
mod tests {
    use super::super::archive::Empreinte;
    use super::*;

    fn empreintes(tables: &[(&str, u64)]) -> Empreintes {
        let tables = tables.iter().map(|(nom, lignes)| {
            let empreinte = Empreinte { lignes: *lignes, ..Empreinte::default() };
            (NomTable::nouveau("public", *nom), empreinte)
        });
        Empreintes { tables: tables.collect(), ..Empreintes::default() }
    }

    fn juger_tables(
        (schema, neuve): (i64, &[(&str, u64)]),
        (avant, derniere): (i64, &[(&str, u64)]),
    ) -> Jugement {
        let (neuve, derniere) = (empreintes(neuve), empreintes(derniere));
        juger(
            Vue { schema: Some(schema), empreintes: &neuve },
            Some(Vue { schema: Some(avant), empreintes: &derniere }),
        )
    }

    #[test]
    fn une_base_sans_table_est_suspecte_meme_la_premiere_fois() {
        let vide = Empreintes::default();
        let jugement = juger(Vue { schema: None, empreintes: &vide }, None);
        assert_eq!(jugement.soupcons, ["la base n'a aucune table : est-ce la bonne ?"]);
    }

    #[test]
    fn une_base_etrangere_se_dit_sans_etre_suspecte() {
        let autre = empreintes(&[("t", 1)]);
        let jugement = juger(Vue { schema: None, empreintes: &autre }, None);
        assert!(jugement.soupcons.is_empty() && jugement.avis.len() == 1, "{jugement:?}");
    }

    #[test]
    fn une_table_partie_est_suspecte() {
        let jugement = juger_tables((5, &[("lot", 9)]), (5, &[("lot", 9), ("menu", 0)]));
        assert!(jugement.soupcons[0].contains("public.menu"), "{jugement:?}");
    }

    #[test]
    fn plus_de_trente_pour_cent_de_lignes_en_moins_est_suspect() {
        for (lignes, suspect) in [(100, false), (70, false), (69, true), (0, true)] {
            let jugement = juger_tables((5, &[("lot", lignes)]), (5, &[("lot", 100)]));
            assert_eq!(!jugement.soupcons.is_empty(), suspect, "{lignes}");
        }
    }

    #[test]
    fn les_sessions_ne_comptent_pas() {
        let jugement = juger_tables(
            (5, &[("lot", 10), ("session", 0)]),
            (5, &[("lot", 10), ("session", 1000)]),
        );
        assert_eq!(jugement, Jugement::default());
    }

    #[test]
    fn une_migration_entre_les_deux_se_dit_et_n_est_pas_suspecte() {
        let jugement = juger_tables((6, &[("lot", 1)]), (5, &[("lot", 100), ("menu", 3)]));
        assert!(jugement.soupcons.is_empty() && jugement.avis.len() == 3, "{jugement:?}");
    }

    #[test]
    fn un_schema_perdu_ou_plus_ancien_n_excuse_rien() {
        let jugement = juger_tables((4, &[("lot", 1)]), (5, &[("lot", 100), ("menu", 3)]));
        assert_eq!(jugement.soupcons.len(), 2);
        let (neuve, derniere) = (empreintes(&[("autre", 900)]), empreintes(&[("lot", 1)]));
        let jugement = juger(
            Vue { schema: None, empreintes: &neuve },
            Some(Vue { schema: Some(5), empreintes: &derniere }),
        );
        assert_eq!(jugement.soupcons.len(), 1);
    }
}
