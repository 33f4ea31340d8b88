-- The end of the day is asked once, where each lot was asked on which day of the magasin it came.
create or replace function lots_utilisables(magasin uuid, articles uuid[], jour date) returns uuid[]
language plpgsql volatile as $$
declare
    fin timestamptz := (select (jour + 1)::timestamp at time zone m.fuseau
                          from magasin m where m.id = magasin);
begin
    return array(select id from lot
                  where magasin_id = magasin and article_id = any(articles) and disponible
                    and etat = 'libre' and coalesce(date_dlc, 'infinity') >= jour
                    and recu_le < fin);
end $$;
