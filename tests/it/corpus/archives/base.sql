create schema "Éte.2024"; create table lot (id int primary key, nom text not null, note text); comment on table lot is 'été';
insert into lot values (1,'crème','a'),(2,E'a\tb\nc\\d',null),(3,'\.','');
create table "Éte.2024"."we ""ird.
ligne" (x text); insert into "Éte.2024"."we ""ird.
ligne" values (E'\\.'), (''), (null);
create table vide (n int);
create sequence numero; select nextval('numero'),nextval('numero'); create sequence jamais;
create table part (d date) partition by range(d); create table part_1 partition of part for values from ('2024-01-01') to ('2025-01-01'); insert into part values ('2024-05-05');
create view v as select * from lot where id in (1,2); create materialized view mv as select * from lot;
create index on lot(nom); alter table lot add constraint c check (nom in ('x') or id > 0);
do $$begin if not exists (select from pg_roles where rolname='cuisine') then create role cuisine; end if; end$$; grant select on lot to cuisine; alter table vide owner to cuisine;
comment on database b is 'la base'; alter database b set work_mem='8MB';grant connect on database b to cuisine;
select lo_from_bytea(0,'abc'), lo_from_bytea(0, repeat('xyz',2000)::bytea); select lo_create(0);
create function f() returns int language sql as 'select 1';
