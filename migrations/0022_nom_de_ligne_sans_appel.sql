-- The same name, said once, but a row to be joined: PostgreSQL then writes it into the query that asks,
-- where it called a function of its own for each line.
drop function nom_de_ligne(uuid, uuid, uuid);
create function nom_de_ligne(magasin uuid, menu_de_ligne uuid, recette uuid) returns table (nom text)
language sql stable rows 1 as $$
    select coalesce(
        case when menu_de_ligne is not null then
            (select m.nom from menu m where m.id = menu_de_ligne) end,
        (select m.nom from menu m
          where m.recette_id = recette and (m.magasin_id = magasin or m.magasin_id is null)
          order by m.magasin_id is null, m.nom limit 1),
        (select r.nom from recette r where r.id = recette))
$$;
