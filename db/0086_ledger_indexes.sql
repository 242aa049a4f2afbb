-- What the ledger filters by is read in the index, not in the rows: grade and step behind the order of receipt, the open matters by step and grade.
-- Both columns already decide which indexes a row is in, so a move writes no more than before.
drop index petition_received;
create index petition_received on petition (town_id, received_on desc, id desc, grade, step);
drop index petition_holder;
create index petition_open on petition (town_id, step, grade, is_key, holder_id) where step <> 'signoff';

-- A fifth of the table is what all towns hold: the towns at work would read half their rows in dead versions before that is reached.
alter table petition set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000, autovacuum_analyze_scale_factor = 0.02);
