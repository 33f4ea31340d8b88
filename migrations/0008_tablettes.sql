-- Tablets of the kitchen: an admin enrols one once, for one magasin; those who share it have a PIN.

alter table utilisateur add column pin text;

create table tablette (
    id           uuid primary key,
    magasin_id   uuid not null references magasin (id),
    nom          text not null check (length(nom) between 1 and 120),
    jeton_sha256 bytea not null unique check (length(jeton_sha256) = 32),
    enrolee_par  uuid not null references utilisateur (id),
    enrolee_le   timestamptz not null default now(),
    vue_le       timestamptz not null default now(),
    revoquee_le  timestamptz
);

-- Opened by PIN: an operateur's, on the tablet's magasin alone.
alter table session add column tablette_id uuid references tablette (id);
