-- A book that looks like the next edition of another waits until a person has said so, whatever
-- becomes of the server that received it, or of the page.

create table livre_en_question (
    id          uuid primary key,
    nom_fichier text not null,
    octets      bytea not null,
    -- The book that it looks like, and how that is asked.
    source      text not null,
    phrase      text not null,
    -- Who sent it.
    par         uuid references utilisateur (id),
    cree_le     timestamptz not null default now(),
    -- It is being imported as what was said; asked again where that never ends.
    repondu_le  timestamptz
);
alter table livre_en_question alter column octets set storage external;
