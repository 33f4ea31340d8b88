-- What a learnt link puts aside, an alias or an ignored label, comes back when the link is undone.

alter table ingredient_alias add column remplace_par uuid references ingredient_alias (id);
create index ingredient_alias_remplace on ingredient_alias (remplace_par)
    where remplace_par is not null;

alter table libelle_ignore add column remplace_par uuid references ingredient_alias (id);
create index libelle_ignore_remplace on libelle_ignore (remplace_par)
    where remplace_par is not null;
