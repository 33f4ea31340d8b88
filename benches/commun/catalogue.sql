-- The chain that every measured database holds: 6 magasins, 200 ingredients, 100 recipes of 8
-- lines, and the live stock. Ours stands in `banc`, the rows themselves in the product's tables.

create schema banc;

-- The day of the bench, whatever the clock says later.
do $$ begin
    execute format('create function banc.aujourdhui() returns date language sql immutable as %L',
                   format('select %L::date', current_date));
end $$;

-- A UUIDv7 of that millisecond; the rest is a hash, so that it can be named again.
create function banc.v7(ms bigint, graine text) returns uuid language sql immutable as $$
    select overlay(overlay(md5(graine) placing lpad(to_hex(ms), 12, '0') || '7' from 1)
                   placing '8' from 17)::uuid
$$;

-- The millisecond of a moment of day `jour` (0 is today), for one magasin.
create function banc.ms(jour integer, magasin integer, rang bigint) returns bigint
language sql immutable as $$
    select (banc.aujourdhui() - date '1970-01-01')::bigint * 86400000
           + jour::bigint * 86400000 + 6 * 3600000 + magasin * 60000 + rang
$$;

create table banc.magasin (n integer primary key, id uuid not null);
create table banc.ingredient (n integer primary key, id uuid not null);
create table banc.recette (n integer primary key, id uuid not null, article_id uuid not null);
create table banc.auteur (id uuid primary key);
-- What each measured lot holds when a round begins.
create table banc.cible (magasin_id uuid not null, lot_id uuid not null, solde bigint not null,
                         primary key (magasin_id, lot_id));

insert into banc.magasin select n, banc.v7(banc.ms(-2500, n, 0), 'magasin' || n)
  from generate_series(1, 6) n;
insert into banc.ingredient select n, banc.v7(banc.ms(-2400, 1, n), 'ingredient' || n)
  from generate_series(0, 199) n;
insert into banc.recette
select n, banc.v7(banc.ms(-2300, 1, n), 'recette' || n), banc.v7(banc.ms(-2300, 1, n), 'produit' || n)
  from generate_series(0, 99) n;
insert into banc.auteur values (banc.v7(banc.ms(-2500, 1, 1), 'auteur'));

insert into utilisateur (id, email, nom_affiche, role, mot_de_passe)
select id, 'banc@exemple.fr', 'Banc', 'admin', '!' from banc.auteur;
insert into magasin (id, nom, type_magasin)
select id, 'Magasin ' || n, case n when 1 then 'PRODUCTION' else 'VENTE' end from banc.magasin;
insert into article (id, nom, nature, unite_base)
select id, 'Ingrédient ' || n, 'matiere', 'g' from banc.ingredient
union all
select article_id, 'Produit ' || n, 'produit', 'piece' from banc.recette;

insert into recette (id, nom, article_id, version)
select id, 'Recette ' || n, article_id, 1 from banc.recette;
insert into recette_version (recette_id, version, rendement, duree_vie_jours)
select id, 1, 1000, 3 from banc.recette;
-- 50 g a piece, of eight ingredients that follow one another.
insert into ligne_recette (recette_id, version, rang, article_id, quantite, quantite_saisie,
                           unite_saisie)
select r.id, 1, j, i.id, 50000, '50', 'g'
  from banc.recette r, generate_series(0, 7) j, banc.ingredient i
 where i.n = (r.n * 8 + j) % 200;
