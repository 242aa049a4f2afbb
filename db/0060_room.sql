-- A matter is written to at every step. With room left on its page the new version goes beside the old one and, where no
-- indexed column changed, none of the table's indexes is touched (heap-only tuples).
alter table petition set (fillfactor = 80);
