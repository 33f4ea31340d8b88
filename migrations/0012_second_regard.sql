-- The usable lots of some articles, as the moment of the call sees them: in plpgsql and volatile, so
-- that a call within a statement has a snapshot of its own, newer than the statement's. Who has
-- waited for locks in that statement then sees what others wrote meanwhile.
create function lots_utilisables(magasin uuid, articles uuid[], jour date) returns uuid[]
language plpgsql volatile as $$
begin
    return array(select id from lot
                  where magasin_id = magasin and article_id = any(articles) and disponible
                    and etat = 'libre' and coalesce(date_dlc, 'infinity') >= jour);
end $$;
