-- People, their sessions, and the one-command-one-operation record that every write leaves.

create table utilisateur (
    id            uuid primary key,
    email         text not null check (email = lower(email) and length(email) between 3 and 254),
    nom_affiche   text not null check (length(nom_affiche) between 1 and 120),
    role          text not null check (role in ('admin', 'operateur')),
    mot_de_passe  text not null,
    actif         boolean not null default true,
    demo          boolean not null default false,
    cree_le       timestamptz not null default now()
);
create unique index utilisateur_email on utilisateur (email);

create table session (
    id             uuid primary key,
    jeton_sha256   bytea not null unique check (length(jeton_sha256) = 32),
    utilisateur_id uuid not null references utilisateur (id) on delete cascade,
    nature         text not null check (nature in ('api', 'web')),
    agent          text not null default '',
    cree_le        timestamptz not null default now(),
    vue_le         timestamptz not null default now(),
    expire_le      timestamptz not null,
    revoquee_le    timestamptz
);
create index session_utilisateur on session (utilisateur_id, cree_le);

-- Growing lock-out: wrong passwords in a row for one e-mail, whether it is somebody's or not (so
-- that the answer does not tell), and the moment the next try is looked at.
create table tentative_connexion (
    cle           text primary key,
    echecs        integer not null check (echecs > 0),
    bloque_jusqua timestamptz,
    vue_le        timestamptz not null default now()
);

-- One command of one person. With a key, its answer is kept (30 days) so that a retry is answered
-- without being done again. auteur_id is null for the command line.
create table operation (
    id        uuid primary key,
    auteur_id uuid references utilisateur (id),
    cle       text check (length(cle) between 1 and 64),
    empreinte bytea check (length(empreinte) = 32),
    chemin    text not null,
    statut    smallint,
    reponse   text,
    cree_le   timestamptz not null default now()
);
create unique index operation_cle on operation (auteur_id, cle) where cle is not null;
create index operation_a_purger on operation (cree_le) where cle is not null;
