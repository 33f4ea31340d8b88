-- Recipe books: what was read of each of them, line by line, and what became of the lines.

create table document_importe (
    id           uuid primary key,
    -- Who the book comes from. The same source and title again, with other content, is the next
    -- edition of it.
    source       text not null check (length(source) between 1 and 200),
    titre        text not null check (length(titre) between 1 and 200),
    nom_fichier  text not null,
    sha256       bytea not null check (length(sha256) = 32),
    nb_pages     integer not null check (nb_pages >= 0),
    -- All of it as read: the lines of an edition go when the next one comes, and then this alone
    -- tells what changed.
    lecture      jsonb not null,
    precedent_id uuid references document_importe (id),
    operation_id uuid not null references operation (id),
    importe_le   timestamptz not null default now(),
    remplace_le  timestamptz
);
create unique index document_importe_edition on document_importe (source, titre)
    where remplace_le is null;
create index document_importe_sha256 on document_importe (sha256);

-- The file itself, for the pictures of its pages; only of the edition in force.
create table document_contenu (
    document_id uuid primary key references document_importe (id),
    octets      bytea not null
);
alter table document_contenu alter column octets set storage external;

create table ligne_illisible (
    document_id uuid not null references document_importe (id),
    rang        integer not null check (rang >= 0),
    page        integer not null,
    texte       text not null,
    primary key (document_id, rang)
);

create table recette_importee (
    id              uuid primary key,
    document_id     uuid not null references document_importe (id),
    rang            integer not null check (rang >= 0),
    page            integer not null,
    titre           text not null check (titre <> ''),
    -- The title as it is compared.
    cle             text not null,
    poids_net       bigint check (poids_net > 0),
    emballage       text,
    duree_vie_jours integer check (duree_vie_jours between 0 and 3650),
    recette_id      uuid references recette (id),
    unique (document_id, rang)
);
create index recette_importee_recette on recette_importee (recette_id);
create index recette_importee_cle on recette_importee (cle);

-- Which book a recipe is taken from: one of them, never the sum. `version` is the last one that an
-- import wrote: a recipe that stands at another one was changed by hand.
create table recette_livre (
    recette_id          uuid primary key references recette (id),
    recette_importee_id uuid unique references recette_importee (id) on delete set null,
    source              text not null,
    version             integer not null
);

create table ligne_recette_importee (
    id                  uuid primary key,
    recette_importee_id uuid not null references recette_importee (id) on delete cascade,
    rang                integer not null check (rang >= 0),
    page                integer not null,
    texte               text not null,
    libelle             text not null check (libelle <> ''),
    -- The label as it is compared.
    cle                 text not null,
    quantite            text,
    unite               text not null,
    pieces              text,
    statut              text not null check (statut in ('mappee', 'non_mappee', 'ignoree')),
    article_id          uuid references article (id),
    -- Thousandths of the article's base unit.
    quantite_base       bigint check (quantite_base > 0),
    alias_id            uuid references ingredient_alias (id),
    -- Why it is not mapped although its ingredient may be known.
    obstacle            text not null default '',
    unique (recette_importee_id, rang),
    check ((statut = 'mappee') = (article_id is not null)
           and (statut = 'mappee') = (quantite_base is not null)),
    check (alias_id is null or statut = 'mappee')
);
create index ligne_recette_importee_cle on ligne_recette_importee (cle);
create index ligne_recette_importee_a_relier on ligne_recette_importee (recette_importee_id)
    where statut = 'non_mappee';
create index ligne_recette_importee_alias on ligne_recette_importee (alias_id)
    where alias_id is not null;

-- Labels that are no ingredient, everywhere; or that are not counted where no quantity is printed.
create table libelle_ignore (
    id            uuid primary key,
    libelle       text not null check (libelle <> ''),
    cle           text not null,
    sans_quantite boolean not null,
    actif         boolean not null default true,
    cree_le       timestamptz not null default now()
);
create unique index libelle_ignore_cle on libelle_ignore (cle, sans_quantite) where actif;
