-- The rules of the day: how far back a magasin may declare, what a declaration remembers of the
-- moment it was made, and what a production du jour needs to be taken back as a whole.

alter table magasin
    add column jours_arriere integer not null default 7 check (jours_arriere between 0 and 60);

-- planifiee: what the plan said when it was declared; a plan raised after it opens the line again.
-- tape_le: the hour of the tap, as the tablet told it.
alter table declaration
    add column planifiee bigint check (planifiee >= 0),
    add column tape_le timestamptz;

-- rang_depart: how many declarations the line had when it was last taken off the plan. What was said
-- before is history: the line that is put back begins anew. planifiee_avant: what it planned before
-- the last production du jour, which may raise it.
alter table ligne_plan_production
    add column planifiee_avant bigint not null default 0 check (planifiee_avant >= 0),
    add column rang_depart integer not null default 0
        check (rang_depart between 0 and nb_declarations);
update ligne_plan_production set rang_depart = nb_declarations, derniere_declaration = null
 where quantite_planifiee = 0 and quantite_produite = 0 and nb_declarations > 0;

-- motif: why it was made for a day before. planifiee_avant: what its line planned before, only of a
-- production du jour. annulee_par: the operation that took it back with all that it made.
alter table lot_production
    add column motif text check (length(motif) between 1 and 500),
    add column planifiee_avant bigint check (planifiee_avant >= 0),
    add column annulee_par uuid references operation (id);
create index lot_production_du_jour on lot_production (operation_id)
    where planifiee_avant is not null;

-- A lot received after the day is not stock of that day.
create or replace function lots_utilisables(magasin uuid, articles uuid[], jour date) returns uuid[]
language plpgsql volatile as $$
declare
    heure_locale text := (select fuseau from magasin m where m.id = magasin);
begin
    return array(select id from lot
                  where magasin_id = magasin and article_id = any(articles) and disponible
                    and etat = 'libre' and coalesce(date_dlc, 'infinity') >= jour
                    and (recu_le at time zone heure_locale)::date <= jour);
end $$;

-- Is a line settled by its last declaration? By Produit, Ajusté or Non produit, as long as the plan
-- was not raised after it; scans alone settle nothing. `alors` is what the plan said when it was
-- declared: older declarations do not tell, but what was made as planned.
create function ligne_reglee(nature text, quantite bigint, alors bigint, planifiee bigint)
returns boolean language sql immutable
return coalesce(nature in ('PRODUIT', 'AJUSTE', 'NON_PRODUIT')
    and planifiee <= coalesce(alors, case nature when 'PRODUIT' then quantite end, planifiee), false);
