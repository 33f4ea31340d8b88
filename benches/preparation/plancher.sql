\set boutique random(1, :boutiques)
\set recette random(0, 99)
begin;
select c.magasin_id as m, c.recette_id as r, c.article_id as a, c.lots as lots, banc.id() as op, banc.id() as lot, banc.id() as lp, banc.id() as ev, banc.id() as ms, array(select banc.id() from generate_series(1, 8)) as ids, auteur.id as auteur, banc.aujourdhui() as jour from banc.chaud c, banc.auteur where c.boutique = :boutique and c.recette = :recette \gset
insert into operation (id, auteur_id, cle, empreinte, chemin, statut, reponse) values (:op::uuid, :auteur::uuid, :op::text, sha256(:op::text::bytea), 'POST /api/interne/production-preparation/scan', 200, repeat('x', 300));
update ligne_plan_production set quantite_produite = quantite_produite + 1000, nb_declarations = nb_declarations + 1, derniere_declaration = nb_declarations + 1 where magasin_id = :m::uuid and date_jour = :jour::date and recette_id = :r::uuid returning quantite_produite as apres, nb_declarations as rang \gset
with v as (select id from lot where magasin_id = :m::uuid and id = any(:lots::uuid[]) order by id for no key update) update lot l set solde = solde - 50000 from v where l.magasin_id = :m::uuid and l.id = v.id;
insert into lot (magasin_id, id, article_id, code_lot, date_dlc, recu_le, solde) values (:m::uuid, :lot::uuid, :a::uuid, to_char(:jour::date, 'YYYYMMDD-') || nextval('numero_lot_production'), :jour::date + 3, now(), 1000);
insert into mouvement_stock (magasin_id, lot_id, id, type, quantite, operation_id) select :m::uuid, l.lot, l.id, 'CONSOMMATION', -50000, :op::uuid from unnest(:lots::uuid[], :ids::uuid[]) l(lot, id) union all select :m::uuid, :lot::uuid, :ms::uuid, 'PRODUCTION', 1000, :op::uuid;
insert into lot_production (magasin_id, id, date_jour, recette_id, version, quantite, cumul_avant, lot_id, operation_id) values (:m::uuid, :lp::uuid, :jour::date, :r::uuid, 1, 1000, :apres::bigint - 1000, :lot::uuid, :op::uuid);
insert into ligne_consommation (magasin_id, lot_production_id, lot_id, mouvement_id) select :m::uuid, :lp::uuid, l.lot, l.id from unnest(:lots::uuid[], :ids::uuid[]) l(lot, id);
insert into declaration (magasin_id, date_jour, recette_id, rang, type, quantite, avant, apres, precedente, lot_production_id, operation_id) values (:m::uuid, :jour::date, :r::uuid, :rang::integer, 'SCAN', 1000, :apres::bigint - 1000, :apres::bigint, nullif(:rang::integer - 1, 0), :lp::uuid, :op::uuid);
insert into evenement (id, magasin_id, nom, operation_id, donnees) values (:ev::uuid, :m::uuid, 'production_preparation_scan', :op::uuid, jsonb_build_object('date', :jour::date, 'nb_lots', 1));
commit;
