-- Which transactions changed articles, recipes or menus. The kitchen's day keeps what it read of
-- them, and asks here whether anything has changed since: one row for each transaction that did,
-- never a counter, because those who write would wait for one another. A row is needed for as long
-- as something read before it may still be kept (an hour), and goes a day later.

create table changement_recette (
    xid     xid8 primary key,
    cree_le timestamptz not null default now()
);

-- Statements that change no row are no change.
create function noter_changement() returns trigger language plpgsql as $$
begin
    if tg_op in ('INSERT', 'UPDATE') then
        if not exists (select from changees) then
            return null;
        end if;
    end if;
    insert into changement_recette values (pg_current_xact_id()) on conflict do nothing;
    return null;
end $$;

-- Lines of recipes need none: a version is written once, and the recipe then put there. Always:
-- what is repaired by hand, with triggers off, is a change too.
do $$
declare
    t text;
begin
    foreach t in array array['article', 'recette', 'menu'] loop
        execute format('create trigger changement_ajoute after insert on %I
                        referencing new table as changees
                        for each statement execute function noter_changement()', t);
        execute format('create trigger changement_fait after update on %I
                        referencing new table as changees
                        for each statement execute function noter_changement()', t);
        execute format('create trigger changement_retire after delete or truncate on %I
                        for each statement execute function noter_changement()', t);
        execute format('alter table %I enable always trigger changement_ajoute,
                        enable always trigger changement_fait,
                        enable always trigger changement_retire', t);
    end loop;
end $$;
