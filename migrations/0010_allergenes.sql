-- What an article contains of the 14 allergens to be declared (Regulation (EU) 1169/2011, annex II).
-- Null: nobody has said. Empty: said to contain none of them.
alter table article add column allergenes text[]
    check (allergenes <@ array['gluten', 'crustaces', 'oeufs', 'poissons', 'arachides', 'soja',
                               'lait', 'fruits_a_coque', 'celeri', 'moutarde', 'sesame', 'sulfites',
                               'lupin', 'mollusques']);
