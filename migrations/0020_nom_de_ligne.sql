-- What a line of a plan is called, said once for all who read it: by the menu that it names, else by
-- the first menu of its recipe, the magasin's own before one that belongs to all, else by the recipe.
create function nom_de_ligne(magasin uuid, menu_de_ligne uuid, recette uuid) returns text
language plpgsql stable as $$
begin
    return coalesce(
        (select m.nom from menu m where m.id = menu_de_ligne),
        (select m.nom from menu m
          where m.recette_id = recette and (m.magasin_id = magasin or m.magasin_id is null)
          order by m.magasin_id is null, m.nom limit 1),
        (select r.nom from recette r where r.id = recette));
end $$;
