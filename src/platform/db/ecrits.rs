//! What a transaction has to write, in one statement: each slice adds its rows with its own SQL,
//! and they leave together as the members of one `with`.
//!
//! - One question to the database instead of one per slice: half of what a scan costs was waiting
//!   to be asked the next one.
//! - Members share one snapshot and do not see each other's rows; foreign keys and triggers are
//!   checked when all are in.
//! - The statements are known by their text: the same rows give the same text, prepared once.

use std::fmt::Write;

use sqlx::encode::Encode;
use sqlx::postgres::{PgArguments, PgConnection};
use sqlx::{Arguments, AssertSqlSafe, Postgres, Type};

use crate::platform::errors::Erreur;

#[derive(Default)]
pub struct Ecrits {
    membres: String,
    nb_membres: usize,
    arguments: PgArguments,
    /// How many rows a member must have changed, by its rank, and what it means if it did not.
    attendus: Vec<(usize, usize, &'static str)>,
    illisible: Option<Erreur>,
}

/// A statement just added; its parameters are still to be bound, in their order.
pub(crate) struct Membre<'e>(&'e mut Ecrits);

impl Ecrits {
    /// Adds an `insert` or `update`, its parameters numbered from $1.
    pub(crate) fn ajouter(&mut self, sql: &'static str) -> Membre<'_> {
        self.membres.push_str(if self.nb_membres == 0 { "with " } else { ", " });
        // Writing to a text does not fail.
        let _ecrit = write!(self.membres, "m{} as (", self.nb_membres);
        numeroter(&mut self.membres, sql, self.arguments.len());
        self.membres.push(')');
        self.nb_membres += 1;
        Membre(self)
    }

    /// The same for one that must change exactly so many rows, and ends in `returning 1`; `faute`
    /// says what is wrong when it did not.
    pub(crate) fn ajouter_comptees(
        &mut self,
        sql: &'static str,
        (lignes, faute): (usize, &'static str),
    ) -> Membre<'_> {
        self.attendus.push((self.nb_membres, lignes, faute));
        self.ajouter(sql)
    }

    pub async fn envoyer(self, tx: &mut PgConnection) -> Result<(), Erreur> {
        if let Some(erreur) = self.illisible {
            return Err(erreur);
        }
        if self.nb_membres == 0 {
            return Ok(());
        }
        let comptes: Vec<String> =
            self.attendus.iter().map(|(m, ..)| format!("(select count(*) from m{m})")).collect();
        let sql = format!("{} select array[{}]::bigint[]", self.membres, comptes.join(", "));
        let changees: Vec<i64> =
            sqlx::query_scalar_with(AssertSqlSafe(sql), self.arguments).fetch_one(tx).await?;
        for ((_, attendues, faute), changees) in self.attendus.iter().zip(changees) {
            if usize::try_from(changees).ok() != Some(*attendues) {
                return Err(Erreur::interne(*faute));
            }
        }
        Ok(())
    }
}

impl Membre<'_> {
    pub(crate) fn lier<'q, T>(self, valeur: T) -> Self
    where
        T: Encode<'q, Postgres> + Type<Postgres> + 'q,
    {
        if let Err(erreur) = self.0.arguments.add(valeur) {
            self.0.illisible.get_or_insert(Erreur::Interne(erreur));
        }
        self
    }
}

/// Its parameters come after those already bound.
fn numeroter(texte: &mut String, sql: &str, deja: usize) {
    let mut morceaux = sql.split('$');
    texte.push_str(morceaux.next().unwrap_or_default());
    for morceau in morceaux {
        let fin = morceau.find(|c: char| !c.is_ascii_digit()).unwrap_or(morceau.len());
        let (numero, reste) = morceau.split_at(fin);
        match numero.parse::<usize>() {
            Ok(numero) => {
                let _ecrit = write!(texte, "${}", numero + deja);
            }
            Err(_) => texte.push('$'),
        }
        texte.push_str(reste);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parameters_of_a_member_come_after_those_of_the_members_before() {
        let mut ecrits = Ecrits::default();
        ecrits.ajouter("insert into a values ($1, $2)").lier(1_i64).lier("b");
        ecrits.ajouter_comptees("update b set c = $1 where d = $1 returning 1", (1, "b"));
        assert_eq!(
            ecrits.membres,
            "with m0 as (insert into a values ($1, $2)), \
             m1 as (update b set c = $3 where d = $3 returning 1)"
        );
    }
}
