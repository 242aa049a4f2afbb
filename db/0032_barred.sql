-- Whether somebody is barred from any matter of the town is asked at every total; few matters bar anybody.
create index petition_barred on petition (town_id) where barred_ids <> '{}';
