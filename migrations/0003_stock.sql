-- Traced stock. Everything a magasin owns has magasin_id first in its keys, so that a later
-- partitioning by magasin changes no query, and so that a key cannot reach another magasin's things.

create table reception (
    magasin_id     uuid not null references magasin (id),
    id             uuid not null,
    fournisseur_id uuid references fournisseur (id),
    recue_le       timestamptz not null,
    operation_id   uuid not null references operation (id),
    primary key (magasin_id, id)
);

create table lot (
    magasin_id   uuid not null references magasin (id),
    id           uuid not null,
    article_id   uuid not null references article (id),
    code_lot     text check (length(code_lot) between 1 and 100),
    date_dlc     date check (date_dlc between '2000-01-01' and '2120-12-31'),
    etat         text not null default 'libre' check (etat in ('libre', 'bloque', 'rappele')),
    recu_le      timestamptz not null,
    reception_id uuid,
    solde        bigint not null check (solde >= 0),
    -- A stored column rather than `where solde > 0` in the index: an index predicate on solde
    -- itself forbids HOT updates, and the balance changes with every movement.
    disponible   boolean generated always as (solde > 0) stored,
    primary key (magasin_id, id),
    foreign key (magasin_id, reception_id) references reception (magasin_id, id)
) with (fillfactor = 50);
-- No DLC is the last of all: then "usable on that day" is one range of this index.
create index lot_fefo on lot (magasin_id, article_id, (coalesce(date_dlc, 'infinity')))
    where disponible;
create index lot_code on lot (magasin_id, article_id, code_lot);

-- Every state a lot was put in, by whom (through its operation) and why.
create table lot_etat (
    magasin_id   uuid not null,
    id           uuid not null,
    lot_id       uuid not null,
    etat         text not null check (etat in ('libre', 'bloque', 'rappele')),
    motif        text not null check (length(motif) between 1 and 500),
    operation_id uuid not null references operation (id),
    cree_le      timestamptz not null default now(),
    primary key (magasin_id, lot_id, id),
    foreign key (magasin_id, lot_id) references lot (magasin_id, id)
);

create table mouvement_stock (
    magasin_id   uuid not null,
    lot_id       uuid not null,
    id           uuid not null,
    type         text not null check (type in ('RECEPTION', 'PRODUCTION', 'CONSOMMATION',
                                               'AJUSTEMENT', 'PERTE', 'TRANSFERT', 'VENTE')),
    quantite     bigint not null check (quantite <> 0),
    motif        text check (length(motif) between 1 and 500),
    -- A correction names the movement of the same lot that it reverses.
    annule_id    uuid,
    operation_id uuid not null,
    cree_le      timestamptz not null default now(),
    primary key (magasin_id, lot_id, id),
    foreign key (magasin_id, lot_id) references lot (magasin_id, id),
    foreign key (magasin_id, lot_id, annule_id) references mouvement_stock (magasin_id, lot_id, id),
    check (annule_id is not null or case type
        when 'RECEPTION' then quantite > 0
        when 'PRODUCTION' then quantite > 0
        when 'CONSOMMATION' then quantite < 0
        when 'PERTE' then quantite < 0
        when 'VENTE' then quantite < 0
        else true end)
);
create index mouvement_annule on mouvement_stock (magasin_id, lot_id, annule_id)
    where annule_id is not null;

-- I2: movements are only ever added.
create function refuser_changement() returns trigger language plpgsql as $$
begin
    raise exception '% : lignes immuables, % refuse', tg_table_name, tg_op
        using errcode = 'restrict_violation';
end $$;
create trigger mouvement_immuable before update or delete or truncate on mouvement_stock
    for each statement execute function refuser_changement();

-- I2: the reversals of one movement never exceed it, and a reversal is never reversed. The lot's
-- row is locked first, so that two reversals at once are judged one after the other.
create function verifier_annulation() returns trigger language plpgsql as $$
declare
    origine mouvement_stock;
    deja    numeric;
begin
    perform 1 from lot where magasin_id = new.magasin_id and id = new.lot_id for no key update;
    select * into origine from mouvement_stock
     where magasin_id = new.magasin_id and lot_id = new.lot_id and id = new.annule_id;
    select coalesce(sum(quantite), 0) into deja from mouvement_stock
     where magasin_id = new.magasin_id and lot_id = new.lot_id and annule_id = new.annule_id;
    if origine.annule_id is not null then
        raise exception 'annulation d''une annulation' using errcode = 'restrict_violation';
    end if;
    if sign(origine.quantite) = sign(new.quantite) or origine.type <> new.type
       or abs(deja) > abs(origine.quantite) then
        raise exception 'annulation superieure au mouvement' using errcode = 'restrict_violation';
    end if;
    return null;
end $$;
create trigger mouvement_annulation after insert on mouvement_stock
    for each row when (new.annule_id is not null) execute function verifier_annulation();

-- Business journal, written with the fact it tells.
create table evenement (
    id           uuid primary key,
    magasin_id   uuid references magasin (id),
    nom          text not null,
    operation_id uuid references operation (id),
    donnees      jsonb not null,
    cree_le      timestamptz not null default now()
);
create index evenement_magasin on evenement (magasin_id, cree_le);
create trigger evenement_immuable before update or delete or truncate on evenement
    for each statement execute function refuser_changement();
