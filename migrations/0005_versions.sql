-- A version of a recipe never changes (I5): what was produced with it must stay explained by it.

create trigger version_immuable before update or delete or truncate on recette_version
    for each statement execute function refuser_changement();
