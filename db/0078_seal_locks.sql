-- Rows are locked before what refers to them is looked for: a Word file made of a paper at this very moment is either
-- taken out with it, or not made at all. Without this the paper could not be deleted, and the matter not be sealed.
create or replace function take_out(rel regclass, condition text) returns jsonb language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  out_rows jsonb := '[]';
  fk record;
  rows jsonb;
begin
  execute format('select from %s where %s for update', rel, condition);
  for fk in
    select c.conrelid::regclass as child, a.attname as col
    from pg_constraint c
    join pg_attribute a on a.attrelid = c.conrelid and a.attnum = any (c.conkey) and a.attname <> 'town_id'
    where c.contype = 'f' and c.confrelid = rel and c.conrelid <> rel
    order by 1, 2
  loop
    out_rows := out_rows || take_out(fk.child, format('(town_id, %I) in (select town_id, id from %s where %s)', fk.col, rel, condition));
  end loop;
  execute format('with gone as (delete from %s where %s returning *) select coalesce(jsonb_agg(to_jsonb(gone)), ''[]'') from gone', rel, condition) into rows;
  if rows <> '[]' then
    out_rows := out_rows || jsonb_build_array(jsonb_build_object('table', rel::text, 'rows', rows));
  end if;
  return out_rows;
end $$;
