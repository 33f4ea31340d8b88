//! The SQL of movements.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::{Mouvement, NouveauLot};
use crate::domaine::Quantite;
use crate::platform::db::Ecrits;
use crate::platform::db::operations::Operation;

pub(crate) fn inserer_lots(
    e: &mut Ecrits,
    magasin_id: Uuid,
    lots: &[NouveauLot],
    soldes: Vec<i64>,
) {
    let sql = "insert into lot (magasin_id, id, article_id, code_lot, date_dlc, recu_le,
                                reception_id, solde)
               select $1, n.* from unnest($2::uuid[], $3::uuid[], $4::text[], $5::date[],
                                          $6::timestamptz[], $7::uuid[], $8::bigint[]) n";
    e.ajouter(sql)
        .lier(magasin_id)
        .lier(colonne(lots, |l| l.id))
        .lier(colonne(lots, |l| l.article_id))
        .lier(colonne(lots, |l| l.code_lot.clone()))
        .lier(colonne(lots, |l| l.date_dlc))
        .lier(colonne(lots, |l| l.recu_le))
        .lier(colonne(lots, |l| l.reception_id))
        .lier(soldes);
}

pub(crate) fn inserer_mouvements(e: &mut Ecrits, magasin_id: Uuid, op: Operation, m: &[Mouvement]) {
    let sql = "insert into mouvement_stock (magasin_id, operation_id, id, lot_id, type, quantite,
                                            motif, annule_id)
               select $1, $2, m.* from unnest($3::uuid[], $4::uuid[], $5::text[], $6::bigint[],
                                              $7::text[], $8::uuid[]) m";
    e.ajouter(sql)
        .lier(magasin_id)
        .lier(op.id)
        .lier(colonne(m, |m| m.id))
        .lier(colonne(m, |m| m.lot_id))
        .lier(colonne(m, |m| m.nature.code()))
        .lier(colonne(m, |m| m.quantite.en_milliemes()))
        .lier(colonne(m, |m| m.motif.clone()))
        .lier(colonne(m, |m| m.annule_id));
}

/// Every lot named is there: a balance that moves without its movement is not kept.
pub(crate) fn changer_soldes(
    e: &mut Ecrits,
    magasin_id: Uuid,
    variations: &BTreeMap<Uuid, Quantite>,
) {
    let sql = "update lot set solde = solde + v.variation
                 from unnest($2::uuid[], $3::bigint[]) v(id, variation)
                where lot.magasin_id = $1 and lot.id = v.id returning 1";
    let faute = "un lot à modifier n'existe pas dans ce magasin";
    e.ajouter_comptees(sql, (variations.len(), faute))
        .lier(magasin_id)
        .lier(variations.keys().copied().collect::<Vec<_>>())
        .lier(variations.values().map(|q| q.en_milliemes()).collect::<Vec<_>>());
}

fn colonne<L, V>(lignes: &[L], valeur: impl Fn(&L) -> V) -> Vec<V> {
    lignes.iter().map(valeur).collect()
}
