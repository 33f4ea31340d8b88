-- Sites, suppliers, articles, recipes, menus. Quantities are thousandths of the base unit.

create table magasin (
    id              uuid primary key,
    nom             text not null check (length(nom) between 1 and 200),
    type_magasin    text not null check (type_magasin in ('PRODUCTION', 'VENTE')),
    fuseau          text not null default 'Europe/Paris',
    politique_stock text not null default 'strict' check (politique_stock in ('strict', 'compte')),
    cree_le         timestamptz not null default now()
);
create unique index magasin_nom on magasin (lower(nom));

create table fournisseur (
    id      uuid primary key,
    nom     text not null check (length(nom) between 1 and 200),
    cree_le timestamptz not null default now()
);
create unique index fournisseur_nom on fournisseur (lower(nom));

create table article (
    id                   uuid primary key,
    nom                  text not null check (length(nom) between 1 and 200),
    nature               text not null check (nature in ('matiere', 'preparation', 'produit')),
    unite_base           text not null check (unite_base in ('g', 'ml', 'piece')),
    -- thousandths of a gram per millilitre; thousandths of a gram per piece
    densite_milliemes    bigint check (densite_milliemes > 0),
    poids_piece_milliemes bigint check (poids_piece_milliemes > 0),
    cree_le              timestamptz not null default now()
);
create unique index article_nom on article (lower(nom));

create table ingredient_alias (
    id         uuid primary key,
    alias      text not null check (length(alias) between 1 and 200),
    article_id uuid not null references article (id),
    actif      boolean not null default true,
    cree_le    timestamptz not null default now()
);
create unique index ingredient_alias_alias on ingredient_alias (lower(alias)) where actif;

create table recette (
    id         uuid primary key,
    nom        text not null check (length(nom) between 1 and 200),
    article_id uuid not null references article (id),
    version    integer not null check (version > 0),
    cree_le    timestamptz not null default now()
);
create unique index recette_nom on recette (lower(nom));
create index recette_article on recette (article_id);

-- A recipe as it was on a day: never changed, so that a production keeps the lines it used.
create table recette_version (
    recette_id       uuid not null references recette (id) deferrable initially deferred,
    version          integer not null check (version > 0),
    rendement        bigint not null check (rendement > 0),
    duree_vie_jours  integer check (duree_vie_jours between 0 and 3650),
    operation_id     uuid references operation (id),
    cree_le          timestamptz not null default now(),
    primary key (recette_id, version)
);

-- A line without article is a line not yet mapped: its recipe is incomplete and refuses production.
create table ligne_recette (
    recette_id      uuid not null,
    version         integer not null,
    rang            integer not null check (rang >= 0),
    article_id      uuid references article (id),
    libelle         text not null default '' check (article_id is not null or libelle <> ''),
    quantite        bigint not null check (quantite >= 0 and (quantite > 0 or article_id is null)),
    quantite_saisie text not null,
    unite_saisie    text not null,
    primary key (recette_id, version, rang),
    foreign key (recette_id, version) references recette_version (recette_id, version)
);
create index ligne_recette_article on ligne_recette (article_id);

alter table recette add foreign key (id, version)
    references recette_version (recette_id, version) deferrable initially deferred;

create table menu (
    id         uuid primary key,
    nom        text not null check (length(nom) between 1 and 200),
    recette_id uuid not null references recette (id),
    magasin_id uuid references magasin (id),
    gencode    text check (gencode = btrim(gencode) and length(gencode) between 1 and 64),
    prix       numeric(12, 2) check (prix >= 0),
    cree_le    timestamptz not null default now()
);
create unique index menu_gencode on menu (magasin_id, gencode) nulls not distinct
    where gencode is not null;
create index menu_recette on menu (recette_id);
