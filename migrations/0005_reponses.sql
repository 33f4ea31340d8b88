-- Answers are compressed on every production: lz4 takes a fraction of the time, where the server
-- was built with it.

do $$
begin
    alter table operation alter column reponse set compression lz4;
exception when feature_not_supported then
    null;
end $$;
