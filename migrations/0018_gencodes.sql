-- One article's number is written with 8, 12, 13 or 14 digits: they compare on 14, in the unique key
-- too. And what the chain itself sets: how packages that a shop weighs are numbered.

alter table menu add column gencode_cle text generated always as (
    case when gencode ~ '^([0-9]{8}|[0-9]{12,14})$' then lpad(gencode, 14, '0') else gencode end
) stored;

-- Two menus of a magasin that bore one number in two spellings: the older is the one that a scan
-- finds. The other keeps its gencode, as a person wrote it, and says whose number it is; the program
-- tells it until one of them is given another.
alter table menu add column gencode_double_de uuid references menu (id);
update menu set gencode_double_de = premier
  from (select id, first_value(id) over rangs as premier from menu where gencode_cle is not null
        window rangs as (partition by magasin_id, gencode_cle order by cree_le, id)) lus
 where lus.id = menu.id and lus.premier <> menu.id;
alter table menu add check (gencode_double_de <> id),
    add check (gencode_double_de is null or gencode is not null);

drop index menu_gencode;
create unique index menu_gencode on menu (magasin_id, gencode_cle) nulls not distinct
    where gencode_cle is not null and gencode_double_de is null;

create table chaine (
    une         boolean primary key default true check (une),
    -- `2AAAAAAPPPPPC`: article, grams, check digit.
    motif_poids text check (motif_poids ~ '^(02|2)[0-9]*A+P+C$' and length(motif_poids) = 13)
);
insert into chaine default values;
