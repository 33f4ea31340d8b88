-- Eight shops of the same menu: a hundred lines at the plan of the day, a gencode for each, and one
-- hot lot of every ingredient that never runs out.

create table banc.boutique (n integer primary key, id uuid not null);
insert into banc.boutique select n, banc.v7(banc.ms(-1, 1, 5000 + n), 'boutique' || n)
  from generate_series(1, 8) n;
insert into magasin (id, nom, type_magasin)
select id, 'Boutique ' || n, 'VENTE' from banc.boutique;
insert into menu (id, nom, recette_id, gencode)
select banc.v7(banc.ms(-1, 1, 6000 + n), 'menu' || n), 'Menu ' || n, id,
       (3760001000000 + n)::text from banc.recette;
insert into operation (id, auteur_id, chemin, statut)
select banc.v7(banc.ms(-1, 1, 7000), 'boutiques'), id, 'boutiques', 201 from banc.auteur;
insert into lot (magasin_id, id, article_id, code_lot, date_dlc, recu_le, solde)
select b.id, banc.v7(banc.ms(-1, b.n, 8000 + i.n), 'chaud' || b.n || '/' || i.n), i.id,
       'C-' || i.n, banc.aujourdhui() + 3000, now(), 1000000000000
  from banc.boutique b, banc.ingredient i;
insert into mouvement_stock (magasin_id, lot_id, id, type, quantite, operation_id)
select l.magasin_id, l.id, l.id, 'RECEPTION', l.solde, banc.v7(banc.ms(-1, 1, 7000), 'boutiques')
  from lot l join banc.boutique b on b.id = l.magasin_id;
insert into plan_production (magasin_id, date_jour, id)
select id, banc.aujourdhui(), banc.v7(banc.ms(-1, n, 9000), 'plan' || n) from banc.boutique;
insert into ligne_plan_production (magasin_id, date_jour, recette_id, quantite_planifiee)
select b.id, banc.aujourdhui(), r.id, 900000000 from banc.boutique b, banc.recette r;

-- What the floor writes to: of each recipe in each shop, the lots it takes from, in the order in
-- which everyone locks them.
create table banc.chaud (boutique integer, recette integer, magasin_id uuid not null,
                         recette_id uuid not null, article_id uuid not null, lots uuid[] not null,
                         primary key (boutique, recette));
insert into banc.chaud
select b.n, r.n, b.id, r.id, r.article_id, array_agg(l.id order by l.id)
  from banc.boutique b, banc.recette r, ligne_recette i, lot l
 where i.recette_id = r.id and l.magasin_id = b.id and l.article_id = i.article_id
 group by b.n, r.n, b.id, r.id, r.article_id;

-- As the program makes them: of this very moment, then by chance.
create function banc.id() returns uuid language sql volatile as $$
    select overlay(gen_random_uuid()::text placing
        substr(lpad(to_hex((extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0'), 1, 8)
        || '-' || right(to_hex((extract(epoch from clock_timestamp()) * 1000)::bigint), 4)
        from 1 for 13)::uuid
$$;
