-- What was read of a book and not understood: each doubt holds its recipe until a person has looked;
-- what that person decided holds for the same words in the next editions too. And what a recipe of a
-- book yields, so that a line may name it.

-- What a person decided of a doubt. The next edition of that source finds it by the title and the
-- words, as they are compared.
create table reglement_doute (
    id           uuid primary key,
    source       text not null,
    cle_titre    text not null,
    -- Which doubts on these words: a line that is corrected is out of all of them.
    codes        text[] not null check (cardinality(codes) > 0),
    cle          text not null,
    -- What the words were read as (for a weight: the whole recipe): read otherwise, it is another
    -- doubt.
    lu           bytea not null,
    geste        text not null check (geste in ('juste', 'pas_un_ingredient', 'corriger', 'ajouter')),
    -- The line that a person said.
    libelle      text check (libelle <> ''),
    quantite     text,
    unite        text,
    article_id   uuid references article (id),
    -- The words of the line that it takes the place of, where the doubt is on no single line.
    remplacee    text,
    -- Days, where the doubt was on them.
    duree_vie_jours integer check (duree_vie_jours between 0 and 3650),
    operation_id uuid not null references operation (id),
    cree_le      timestamptz not null default now(),
    -- The operation that took it back.
    annule_par   uuid references operation (id),
    check ((libelle is not null)
           = (geste = 'ajouter' or (geste = 'corriger' and duree_vie_jours is null)))
);
create index reglement_doute_titre on reglement_doute (source, cle_titre) where annule_par is null;

create table doute_importe (
    id                  uuid primary key,
    recette_importee_id uuid not null references recette_importee (id) on delete cascade,
    rang                integer not null check (rang >= 0),
    code                text not null,
    page                integer not null,
    texte               text not null,
    phrase              text not null,
    -- Null: nobody has looked yet.
    reglement_id        uuid references reglement_doute (id),
    unique (recette_importee_id, rang)
);
create index doute_importe_a_verifier on doute_importe (recette_importee_id)
    where reglement_id is null;
create index doute_importe_reglement on doute_importe (reglement_id)
    where reglement_id is not null;

alter table recette_importee
    -- Thousandths of a piece that all of it makes.
    add column rendement bigint not null default 1000 check (rendement > 0),
    -- How many of them the printed weight is the weight of. Null: that is not known.
    add column poids_de bigint check (poids_de > 0);
update recette_importee set poids_de = 1000 where poids_net is not null;

alter table ligne_recette_importee
    -- What goes into the recipe, in the line's unit; null in doubt, and for « QS ».
    add column quantite_recette text,
    -- Said by a person, or put aside by one.
    add column ajoutee_par uuid references reglement_doute (id),
    add column ecartee_par uuid references reglement_doute (id),
    -- The ingredient that this person named.
    add column article_dit uuid references article (id),
    add check (ecartee_par is null or statut = 'ignoree');
update ligne_recette_importee set quantite_recette = quantite;

-- Rows of a version that are no ingredient: a doubt, by its code, which holds the recipe; a label
-- that is ignored, whose allergens nobody knows.
alter table ligne_recette
    add column doute text,
    add column ignoree boolean not null default false,
    add check ((doute is null and not ignoree) or article_id is null),
    add check (doute is null or not ignoree);

-- What each recipe of a book in force is. A doubt goes before a label.
create view etat_recette_importee as
    select i.id, q.doutes, l.restantes,
           case when i.recette_id is null then 'sans_recette'
                when x.recette_id is null then 'protegee'
                when x.recette_importee_id is distinct from i.id then 'autre_source'
                when x.version <> r.version then 'protegee'
                when q.doutes > 0 then 'a_verifier'
                when l.restantes > 0 then 'a_relier'
                when l.mappees = 0 then 'sans_recette'
                else 'complete' end as etat
      from recette_importee i
      left join recette r on r.id = i.recette_id
      left join recette_livre x on x.recette_id = i.recette_id
     cross join lateral (
           select count(*) as doutes from doute_importe q
            where q.recette_importee_id = i.id and q.reglement_id is null) q
     cross join lateral (
           select count(*) filter (where l.statut = 'non_mappee') as restantes,
                  count(*) filter (where l.statut = 'mappee') as mappees
             from ligne_recette_importee l where l.recette_importee_id = i.id) l;
