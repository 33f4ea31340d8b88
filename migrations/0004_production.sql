-- The day's plan and what was made of it.

create table plan_production (
    magasin_id uuid not null references magasin (id),
    date_jour  date not null check (date_jour between '2000-01-01' and '2100-12-31'),
    id         uuid not null unique,
    cree_le    timestamptz not null default now(),
    primary key (magasin_id, date_jour)
);

-- quantite_produite is stored like a lot's balance: the total of the line's lots_production less
-- what was reversed. `verifier` proves it.
create table ligne_plan_production (
    magasin_id         uuid not null,
    date_jour          date not null,
    recette_id         uuid not null references recette (id),
    menu_id            uuid references menu (id),
    quantite_planifiee bigint not null check (quantite_planifiee >= 0),
    quantite_produite  bigint not null default 0 check (quantite_produite >= 0),
    primary key (magasin_id, date_jour, recette_id),
    foreign key (magasin_id, date_jour) references plan_production (magasin_id, date_jour)
) with (fillfactor = 50);

-- Numbers of the production lots. Gaps are harmless, waiting for one another is not.
create sequence numero_lot_production;

-- cumul_avant: the line's produced total before this production. What it consumes of an ingredient
-- is R(cumul_avant + quantite) - R(cumul_avant), so that the parts of a day add up to R(total).
-- quantite shrinks when a correction takes some of it back; its movements tell the rest.
create table lot_production (
    magasin_id   uuid not null,
    id           uuid not null,
    date_jour    date not null,
    recette_id   uuid not null,
    version      integer not null,
    quantite     bigint not null check (quantite >= 0),
    cumul_avant  bigint not null check (cumul_avant >= 0),
    lot_id       uuid not null,
    operation_id uuid not null references operation (id),
    produit_le   timestamptz not null default now(),
    primary key (magasin_id, id),
    foreign key (magasin_id, date_jour, recette_id)
        references ligne_plan_production (magasin_id, date_jour, recette_id),
    foreign key (recette_id, version) references recette_version (recette_id, version),
    foreign key (magasin_id, lot_id) references lot (magasin_id, id)
);
create index lot_production_ligne on lot_production (magasin_id, date_jour, recette_id, id);
create index lot_production_lot on lot_production (magasin_id, lot_id);

-- Which lot gave how much: the quantity and its sign are the movement's.
create table ligne_consommation (
    magasin_id        uuid not null,
    lot_production_id uuid not null,
    lot_id            uuid not null,
    mouvement_id      uuid not null,
    primary key (magasin_id, lot_production_id, lot_id, mouvement_id),
    foreign key (magasin_id, lot_production_id) references lot_production (magasin_id, id),
    foreign key (magasin_id, lot_id, mouvement_id)
        references mouvement_stock (magasin_id, lot_id, id)
);
create trigger consommation_immuable before update or delete or truncate on ligne_consommation
    for each statement execute function refuser_changement();

-- Shortage debts: what a production under `politique_stock = compte` used without stock to show.
create table manque (
    magasin_id        uuid not null,
    id                uuid not null,
    lot_production_id uuid not null,
    article_id        uuid not null references article (id),
    quantite          bigint not null check (quantite > 0),
    restant           bigint not null check (restant >= 0 and restant <= quantite),
    cree_le           timestamptz not null default now(),
    primary key (magasin_id, id),
    foreign key (magasin_id, lot_production_id) references lot_production (magasin_id, id)
);
create index manque_ouvert on manque (magasin_id, cree_le) where restant > 0;
create index manque_production on manque (magasin_id, lot_production_id);
