-- What the kitchen declares of the lines of a day's plan, and what the screen reads beside it.

-- How many declarations the line has, and which one is the last not taken back: stored like the
-- produced total, so that what a line is costs the same however long its day was.
alter table ligne_plan_production
    add column nb_declarations integer not null default 0 check (nb_declarations >= 0),
    add column derniere_declaration integer
        check (derniere_declaration between 1 and nb_declarations);

-- Only ever added to. `rang` counts the declarations of a line from 1: two at once cannot take the
-- same place. `precedente`: the last one not taken back when this one was made, what an annulation
-- goes back to. `quantite` is what the person said; avant and apres are the line's produced total.
create table declaration (
    magasin_id        uuid not null,
    date_jour         date not null,
    recette_id        uuid not null,
    rang              integer not null check (rang > 0),
    type              text not null check (type in ('PRODUIT', 'AJUSTE', 'NON_PRODUIT', 'SCAN',
                                                    'ANNULATION')),
    quantite          bigint not null check (quantite >= 0),
    avant             bigint not null check (avant >= 0),
    apres             bigint not null check (apres >= 0),
    motif             text check (length(motif) between 1 and 500),
    precedente        integer check (precedente < rang),
    annule            integer check (annule < rang and (annule is not null) = (type = 'ANNULATION')),
    lot_production_id uuid,
    operation_id      uuid not null references operation (id),
    declaree_le       timestamptz not null default clock_timestamp(),
    primary key (magasin_id, date_jour, recette_id, rang),
    foreign key (magasin_id, date_jour, recette_id)
        references ligne_plan_production (magasin_id, date_jour, recette_id)
);
create unique index declaration_annulee on declaration (magasin_id, date_jour, recette_id, annule)
    where annule is not null;
create trigger declaration_immuable before update or delete or truncate on declaration
    for each statement execute function refuser_changement();

-- What was sold in each slot of each day, summed as sales arrive: shares are read, never computed
-- from years of movements. 0 = Sunday, as extract(dow) has it.
create table vente_creneau (
    magasin_id   uuid not null references magasin (id),
    jour_semaine smallint not null check (jour_semaine between 0 and 6),
    date_jour    date not null,
    creneau      smallint not null check (creneau between 0 and 2),
    quantite     bigint not null,
    primary key (magasin_id, jour_semaine, date_jour, creneau)
);

-- A slot runs to the end of its last hour: 06:00-10:59, 11:00-15:59, 16:00-22:59.
create function compter_vente() returns trigger language plpgsql as $$
declare
    moment timestamp;
    heure  integer;
begin
    select new.cree_le at time zone fuseau into moment from magasin where id = new.magasin_id;
    heure := extract(hour from moment);
    if heure between 6 and 22 then
        insert into vente_creneau as v (magasin_id, jour_semaine, date_jour, creneau, quantite)
        values (new.magasin_id, extract(dow from moment), moment::date,
                case when heure < 11 then 0 when heure < 16 then 1 else 2 end, -new.quantite)
        on conflict (magasin_id, jour_semaine, date_jour, creneau) do update
            set quantite = v.quantite + excluded.quantite;
    end if;
    return null;
end $$;
create trigger mouvement_vente after insert on mouvement_stock
    for each row when (new.type = 'VENTE') execute function compter_vente();
insert into vente_creneau (magasin_id, jour_semaine, date_jour, creneau, quantite)
select magasin_id, extract(dow from moment), moment::date,
       case when extract(hour from moment) < 11 then 0 when extract(hour from moment) < 16 then 1
            else 2 end, -sum(quantite)
  from (select v.magasin_id, v.quantite, v.cree_le at time zone m.fuseau as moment
          from mouvement_stock v join magasin m on m.id = v.magasin_id
         where v.type = 'VENTE') ventes
 where extract(hour from moment) between 6 and 22
 group by 1, 2, 3, 4;

-- Every magasin may have menus of its own for one recipe: those of the others are not read.
create index menu_recette_magasin on menu (recette_id, magasin_id);
drop index menu_recette;

-- The moment of a production is the one at which its line was held, like that of a declaration:
-- the day is told in the order in which it happened.
alter table lot_production alter column produit_le set default clock_timestamp();
