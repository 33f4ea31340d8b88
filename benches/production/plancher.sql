-- The floor: what one real production wrote, as plain tables, once for each round to come. Ids are
-- new and of the time of the round; lots taken from, quantities and texts are the real ones.

create schema plancher;
create table plancher.operation (tour integer, id uuid, auteur_id uuid, cle text, empreinte bytea,
    chemin text, statut smallint, reponse text);
create table plancher.plan (tour integer, magasin_id uuid, date_jour date, id uuid);
create table plancher.ligne_plan (tour integer, magasin_id uuid, date_jour date, recette_id uuid,
    quantite bigint);
create table plancher.lot (tour integer, magasin_id uuid, id uuid, article_id uuid, code_lot text,
    date_dlc date, recu_le timestamptz, solde bigint);
create table plancher.mouvement (tour integer, magasin_id uuid, lot_id uuid, id uuid, type text,
    quantite bigint, operation_id uuid);
create table plancher.variation (tour integer, magasin_id uuid, lot_id uuid, variation bigint);
create table plancher.production (tour integer, magasin_id uuid, id uuid, date_jour date,
    recette_id uuid, version integer, quantite bigint, lot_id uuid, operation_id uuid);
create table plancher.consommation (tour integer, magasin_id uuid, lot_production_id uuid,
    lot_id uuid, mouvement_id uuid);
create table plancher.evenement (tour integer, id uuid, magasin_id uuid, nom text,
    operation_id uuid, donnees jsonb);

-- `modele`: the operation to copy, of magasin and day; `tours`: how many, from `premier` on.
create procedure plancher.copier(modele uuid, m uuid, jour date, premier integer, tours integer)
language plpgsql as $$
declare
    base bigint := extract(epoch from clock_timestamp())::bigint * 1000;
begin
    create temp table tour on commit drop as
    select t, base + (t - premier) * 2000 as ms, banc.aujourdhui() + 1000 + t as jour
      from generate_series(premier, premier + tours - 1) t;
    create temp table prod on commit drop as
    select row_number() over (order by p.id) as rang, p.*, l.article_id, l.code_lot, l.date_dlc,
           l.recu_le
      from lot_production p join lot l on l.magasin_id = p.magasin_id and l.id = p.lot_id
     where p.magasin_id = m and p.date_jour = jour;
    create temp table mouv on commit drop as
    select row_number() over (order by x.id) as rang, x.* from (
        select v.*, p.rang as sortie, null::bigint as prise from prod p
          join mouvement_stock v on v.magasin_id = m and v.lot_id = p.lot_id
                                and v.type = 'PRODUCTION'
        union all
        select v.*, null, p.rang from prod p
          join ligne_consommation c on c.magasin_id = m and c.lot_production_id = p.id
          join mouvement_stock v on v.magasin_id = m and v.lot_id = c.lot_id
                                and v.id = c.mouvement_id) x;
    create temp table nouveau on commit drop as
    select t.t, t.ms, t.jour, p.rang, banc.v7(t.ms, 'o' || t.t) as operation_id,
           banc.v7(t.ms + p.rang, 'p' || t.t) as id, banc.v7(t.ms + p.rang, 'l' || t.t) as lot_id
      from tour t, prod p;
    insert into plancher.operation
    select t.t, banc.v7(t.ms, 'o' || t.t), o.auteur_id, banc.v7(t.ms, 'c' || t.t)::text,
           o.empreinte, o.chemin, o.statut, o.reponse
      from operation o, tour t where o.id = modele order by t.t;
    insert into plancher.plan select t.t, m, t.jour, banc.v7(t.ms, 'j' || t.t) from tour t;
    insert into plancher.ligne_plan
    select n.t, m, n.jour, p.recette_id, p.quantite from nouveau n join prod p using (rang)
     order by n.t, p.recette_id;
    insert into plancher.lot
    select n.t, m, n.lot_id, p.article_id, p.code_lot, p.date_dlc, p.recu_le, p.quantite
      from nouveau n join prod p using (rang) order by n.t, rang;
    insert into plancher.mouvement
    select n.t, m, case when v.sortie is null then v.lot_id else n.lot_id end,
           banc.v7(n.ms + v.rang, 'v' || n.t || '/' || v.rang), v.type, v.quantite, n.operation_id
      from mouv v join nouveau n on n.rang = coalesce(v.sortie, v.prise) order by n.t, v.rang;
    insert into plancher.variation
    select t.t, m, v.lot_id, sum(v.quantite) from mouv v, tour t
     where v.sortie is null group by t.t, v.lot_id order by t.t, v.lot_id;
    insert into plancher.production
    select n.t, m, n.id, n.jour, p.recette_id, p.version, p.quantite, n.lot_id, n.operation_id
      from nouveau n join prod p using (rang) order by n.t, rang;
    insert into plancher.consommation
    select n.t, m, n.id, v.lot_id, banc.v7(n.ms + v.rang, 'v' || n.t || '/' || v.rang)
      from mouv v join nouveau n on n.rang = v.prise order by n.t, v.rang;
    insert into plancher.evenement
    select t.t, banc.v7(t.ms + 1, 'e' || t.t), m, e.nom, banc.v7(t.ms, 'o' || t.t), e.donnees
      from evenement e, tour t where e.operation_id = modele order by t.t;
end $$;

-- After the copies: a round finds its rows at once, and the planner knows them.
create procedure plancher.ranger() language plpgsql as $$
declare
    nom text;
begin
    foreach nom in array array['operation', 'plan', 'ligne_plan', 'lot', 'mouvement', 'variation',
                               'production', 'consommation', 'evenement'] loop
        execute format('create index on plancher.%I (tour)', nom);
        execute format('analyze plancher.%I', nom);
    end loop;
end $$;
