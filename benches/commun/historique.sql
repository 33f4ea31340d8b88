-- Years of it: every magasin makes 50 of the 100 recipes a day, 10 pieces each, receives what that
-- takes every fourth day, and sells what it made. All those lots end empty, as lots do.

create unlogged table banc.production (
    jour integer, fenetre integer, m integer, r integer, magasin_id uuid, recette_id uuid, article_id uuid,
    operation_id uuid, id uuid, lot_id uuid, le timestamptz);
create unlogged table banc.prelevement (
    jour integer, m integer, magasin_id uuid, production_id uuid, lot_id uuid, id uuid,
    operation_id uuid, le timestamptz);
create unlogged table banc.livraison (
    fenetre integer, m integer, i integer, magasin_id uuid, article_id uuid, operation_id uuid,
    reception_id uuid, lot_id uuid, id uuid, le timestamptz);

create procedure banc.preparer(du integer, au integer) language plpgsql as $$
begin
    truncate banc.production, banc.prelevement, banc.livraison;
    insert into banc.livraison
    select f, m.n, i.n, m.id, i.id, banc.v7(banc.ms(f * 4, m.n, -2), 'livraison' || m.n),
           banc.v7(banc.ms(f * 4, m.n, -1), 'reception' || m.n),
           banc.v7(banc.ms(f * 4, m.n, i.n), 'lot' || m.n || '/' || i.n),
           banc.v7(banc.ms(f * 4, m.n, i.n), 'recu' || m.n || '/' || i.n),
           banc.aujourdhui() + f * 4 + time '05:00'
      from generate_series(floor(du / 4.0)::integer, floor(au / 4.0)::integer) f,
           banc.magasin m, banc.ingredient i
     order by f, m.n, i.n;
    insert into banc.production
    select j, floor(j / 4.0), m.n, r.n, m.id, r.id, r.article_id,
           banc.v7(banc.ms(j, m.n, 999), 'fait' || m.n),
           banc.v7(banc.ms(j, m.n, 1000 + r.n * 16), 'prod' || m.n || '/' || r.n),
           banc.v7(banc.ms(j, m.n, 1000 + r.n * 16), 'sorti' || m.n || '/' || r.n),
           banc.aujourdhui() + j + time '06:00'
      from generate_series(du, au) j, banc.magasin m, banc.recette r
     where (r.n + j + 1000000) % 2 = 0
     order by j, m.n, r.n;
    analyze banc.livraison, banc.production;
    insert into banc.prelevement
    select p.jour, p.m, p.magasin_id, p.id, l.lot_id,
           banc.v7(banc.ms(p.jour, p.m, 1000 + p.r * 16 + k), 'pris' || p.m || '/' || p.r * 8 + k),
           p.operation_id, p.le
      from banc.production p, generate_series(0, 7) k, banc.livraison l
     where l.m = p.m and l.i = (p.r * 8 + k) % 200 and l.fenetre = p.fenetre
     order by p.jour, p.m, p.r, k;
end $$;

create procedure banc.inscrire() language plpgsql as $$
begin
    insert into operation (id, auteur_id, chemin, statut, cree_le)
    select distinct operation_id, a.id, 'POST /api/interne/receptions', 201, le
      from banc.livraison, banc.auteur a
    union all
    select distinct operation_id, a.id, 'POST /api/interne/operations/production-du-jour', 201, le
      from banc.production, banc.auteur a;
    insert into reception (magasin_id, id, recue_le, operation_id)
    select distinct magasin_id, reception_id, le, operation_id from banc.livraison;
    insert into lot (magasin_id, id, article_id, code_lot, date_dlc, recu_le, reception_id, solde)
    select magasin_id, lot_id, article_id, 'F-' || fenetre || '-' || i,
           (le + interval '10 days')::date, le, reception_id, 0 from banc.livraison;
    insert into plan_production (magasin_id, date_jour, id, cree_le)
    select distinct magasin_id, le::date, banc.v7(banc.ms(jour, m, 0), 'plan' || m), le
      from banc.production;
    insert into ligne_plan_production (magasin_id, date_jour, recette_id, quantite_planifiee,
                                       quantite_produite)
    select magasin_id, le::date, recette_id, 10000, 10000 from banc.production;
    insert into lot (magasin_id, id, article_id, code_lot, date_dlc, recu_le, solde)
    select magasin_id, lot_id, article_id,
           to_char(le, 'YYYYMMDD-') || lpad(nextval('numero_lot_production')::text, 4, '0'),
           (le + interval '3 days')::date, le, 0 from banc.production;
    insert into lot_production (magasin_id, id, date_jour, recette_id, version, quantite,
                                cumul_avant, lot_id, operation_id, produit_le)
    select magasin_id, id, le::date, recette_id, 1, 10000, 0, lot_id, operation_id, le
      from banc.production;
    insert into evenement (id, magasin_id, nom, operation_id, donnees, cree_le)
    select banc.v7(banc.ms(jour, m, 59999), 'dit' || m), magasin_id, 'production_jour',
           operation_id, jsonb_build_object('date', le::date, 'nb_lots', count(*)), le
      from banc.production group by jour, m, magasin_id, operation_id, le order by jour, m;
end $$;

create procedure banc.mouvoir() language plpgsql as $$
begin
    insert into mouvement_stock (magasin_id, lot_id, id, type, quantite, operation_id, cree_le)
    select l.magasin_id, l.lot_id, l.id, 'RECEPTION', p.nombre * 500000, l.operation_id, l.le
      from banc.livraison l
      join (select lot_id, count(*) as nombre from banc.prelevement group by lot_id) p using (lot_id)
     order by l.fenetre, l.m, l.i;
    insert into mouvement_stock (magasin_id, lot_id, id, type, quantite, operation_id, cree_le)
    select magasin_id, lot_id, banc.v7(banc.ms(jour, m, 1000 + r * 16), 'entre' || m || '/' || r),
           'PRODUCTION', 10000, operation_id, le from banc.production;
    insert into mouvement_stock (magasin_id, lot_id, id, type, quantite, operation_id, cree_le)
    select magasin_id, lot_id, id, 'CONSOMMATION', -500000, operation_id, le from banc.prelevement;
    insert into mouvement_stock (magasin_id, lot_id, id, type, quantite, operation_id, cree_le)
    select magasin_id, lot_id, banc.v7(banc.ms(jour, m, 36000000 + r), 'vendu' || m || '/' || r),
           'VENTE', -10000, operation_id, le + interval '10 hours' from banc.production;
    insert into ligne_consommation (magasin_id, lot_production_id, lot_id, mouvement_id)
    select magasin_id, production_id, lot_id, id from banc.prelevement;
end $$;

-- What is on the shelves on the day that is measured: three lots of every ingredient in every
-- magasin, one article in four with a first lot that runs out, and a few that are expired. Magasin
-- 2 has plenty.
create procedure banc.garnir() language plpgsql as $$
begin
    insert into operation (id, auteur_id, chemin, statut)
    select banc.v7(banc.ms(-1, m.n, 0), 'garnir' || m.n), a.id, 'POST /api/interne/receptions', 201
      from banc.magasin m, banc.auteur a;
    create temp table garni on commit drop as
    select m.n as m, m.id as magasin_id, i.id as article_id, k, i.n as i,
           banc.v7(banc.ms(-1, m.n, i.n * 4 + k), 'garni' || m.n || '/' || i.n || '/' || k) as lot_id,
           banc.v7(banc.ms(-1, m.n, 0), 'garnir' || m.n) as operation_id,
           case when m.n = 2 then 500000000000 when k = 0 and i.n % 4 = 0 then 300000
                else 5000000 end as solde
      from banc.magasin m, banc.ingredient i, generate_series(0, 3) k
     where k < 3 or i.n % 4 = 1
     order by m.n, i.n, k;
    insert into lot (magasin_id, id, article_id, code_lot, date_dlc, recu_le, solde)
    select magasin_id, lot_id, article_id, 'G-' || i || '-' || k,
           banc.aujourdhui() + case k when 3 then -1 else 3000 + k end, now(), solde from garni;
    insert into mouvement_stock (magasin_id, lot_id, id, type, quantite, operation_id)
    select magasin_id, lot_id, lot_id, 'RECEPTION', solde, operation_id from garni;
    insert into banc.cible select magasin_id, lot_id, solde from garni where m = 1;
end $$;

-- Every foreign key anew: that reads all of it, and refuses what breaks one.
create procedure banc.revalider() language plpgsql as $$
declare
    cle record;
begin
    for cle in select conrelid::regclass as t, conname as n, pg_get_constraintdef(oid) as d
                 from pg_constraint
                where contype = 'f' and connamespace = 'public'::regnamespace loop
        execute format('alter table %s drop constraint %I, add constraint %I %s',
                       cle.t, cle.n, cle.n, cle.d);
    end loop;
end $$;
