-- Failures of productions: their own transaction wrote nothing, and the checklist asks whether a
-- success followed. A table of its own: the journal holds facts only, each with its operation.

create table panne (
    id         uuid primary key,
    magasin_id uuid references magasin (id),
    nom        text not null,
    date_jour  date not null,
    cree_le    timestamptz not null default now()
);
