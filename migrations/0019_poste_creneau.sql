-- Where in the kitchen a recipe is made, for which part of the day, and how: the kitchen's screen is
-- filtered, ordered and read by it. Nothing that is counted stands on it, so it is no part of the
-- versions.

alter table recette
    add column poste text check (length(poste) between 1 and 40),
    add column creneau text check (creneau in ('matin', 'midi', 'soir')),
    add column etapes text[] not null default '{}';
