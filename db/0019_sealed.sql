-- Sealed matters (检举控告 and confidentiality, 信访工作条例第三十条): an own store, encrypted, apart from the common tables.
-- A transaction sees it only after it has said `huisheng.sealed = on`, which nothing but the store of sealed matters does.

create table sealed_matter (
  town_id uuid not null, id uuid not null,
  number text not null, state text not null check (state in ('sealed', 'forwarded', 'closed', 'returned')),
  received_on date not null, due_on date, forwarded_on date, closed_on date,
  kid text not null, body bytea not null,
  barred text[] not null default '{}', asked text, receipts text[] not null default '{}', request_id uuid,
  trace_seq int not null default 0, trace_hash text not null default '', version int not null default 1,
  primary key (town_id, id), unique (town_id, number), unique (town_id, request_id)
);
comment on column sealed_matter.body is '全部内容（姓名、联系方式、事实、被反映人、材料密钥、原事项），以库外密钥加密';
comment on column sealed_matter.barred is '被反映的纪检联络员：以密钥摘要记录，库中看不出是谁';
create index on sealed_matter using gin (receipts);
comment on column sealed_matter.receipts is '编号加查询码的密钥摘要：信访人凭回执查询时用';
comment on column sealed_matter.asked is '被请求确认转回的第二人，以密钥摘要记录';

create table sealed_trace (
  town_id uuid not null, matter_id uuid not null, seq int not null check (seq > 0), id uuid not null,
  at timestamptz not null, kid text not null, body bytea not null, request_id uuid, prev text not null, hash text not null,
  primary key (town_id, matter_id, seq), unique (town_id, request_id)
);
comment on table sealed_trace is '密封件的留痕：单独成链，内容加密，不进入公共留痕、日志和核对结果';

-- Every id that somebody asked for and was told “not found”: written whether or not such a thing exists, so the work is the same.
create table access_miss (
  town_id uuid not null, staff_id uuid not null, asked_id uuid not null, day date not null,
  n int not null default 1, last_at timestamptz not null,
  primary key (town_id, staff_id, asked_id, day)
);
create index on access_miss (town_id, asked_id);
comment on table access_miss is '查看未果的记录：回避和密封的事项据此知道谁尝试打开过';

do $$
declare t text;
begin
  foreach t in array array['sealed_matter', 'sealed_trace'] loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy town on %I using (town_id = nullif(current_setting(''huisheng.town'', true), '''')::uuid and current_setting(''huisheng.sealed'', true) = ''on'')', t);
  end loop;
  execute 'alter table access_miss enable row level security';
  execute 'create policy town on access_miss using (town_id = nullif(current_setting(''huisheng.town'', true), '''')::uuid)';
end $$;
grant select, insert, update on sealed_matter, access_miss to huisheng_app;
grant select, insert on sealed_trace to huisheng_app;

-- Takes rows out of a table together with all that refers to them, deepest first; returns them as they were.
create function take_out(rel regclass, condition text) returns jsonb language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  out_rows jsonb := '[]';
  fk record;
  rows jsonb;
begin
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
revoke all on function take_out(regclass, text) from public;

-- A matter of the common tables leaves them whole: its row, everything that refers to it, its notices and its trace (whose hashes
-- stay, emptied, so that the chain and the seals of the town can still be verified).
create function seal_away(town uuid, matter uuid) returns jsonb language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  out_rows jsonb := '[]';
  traces jsonb;
  t regclass;
begin
  if town is distinct from nullif(current_setting('huisheng.town', true), '')::uuid then
    raise exception 'another town';
  end if;
  select coalesce(jsonb_agg(to_jsonb(x) order by seq), '[]') into traces from trace x where town_id = town and subject_id = matter;
  update import_row set raw = '[]', petition_id = null where town_id = town and petition_id = matter;
  -- Tables that name the matter without a foreign key.
  for t in
    select a.attrelid::regclass from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relkind = 'r' and a.attname = 'petition_id' and not a.attisdropped and c.relname <> 'import_row'
      and not exists (select from pg_constraint k where k.contype = 'f' and k.conrelid = a.attrelid and k.confrelid = 'petition'::regclass)
    order by 1
  loop
    out_rows := out_rows || take_out(t, format('town_id = %L and petition_id = %L', town, matter));
  end loop;
  out_rows := out_rows || take_out('petition', format('town_id = %L and id = %L', town, matter));
  update trace set subject_kind = 'gone', kind = 'gone', move = null, staff_id = null, by_name = '', by_post = '', says = '', data = null
    where town_id = town and subject_id = matter;
  return jsonb_build_object('rows', out_rows, 'trace', traces);
end $$;

-- And back: the rows as they were, parents first, and the trace with its words.
create function bring_back(town uuid, matter uuid, kept jsonb) returns void language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  part jsonb;
  cols text;
  n int;
begin
  if town is distinct from nullif(current_setting('huisheng.town', true), '')::uuid then
    raise exception 'another town';
  end if;
  for n in reverse jsonb_array_length(kept -> 'rows') - 1 .. 0 loop
    part := kept -> 'rows' -> n;
    continue when part ->> 'table' in ('search_queue', 'petition_search');
    select string_agg(format('%I', a.attname), ', ') into cols from pg_attribute a
      where a.attrelid = (part ->> 'table')::regclass and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
        and (part -> 'rows' -> 0) ? a.attname;
    execute format('insert into %s (%s) select %s from jsonb_populate_recordset(null::%s, $1)', (part ->> 'table')::regclass, cols, cols, (part ->> 'table')::regclass)
      using part -> 'rows';
  end loop;
  update trace t set subject_kind = x.subject_kind, kind = x.kind, move = x.move, staff_id = x.staff_id, by_name = x.by_name, by_post = x.by_post, says = x.says, data = x.data
    from jsonb_populate_recordset(null::trace, kept -> 'trace') x
    where t.town_id = town and t.subject_id = matter and t.subject_kind = 'gone' and t.seq = x.seq and t.hash = x.hash;
end $$;
revoke all on function seal_away(uuid, uuid) from public;
revoke all on function bring_back(uuid, uuid, jsonb) from public;
grant execute on function seal_away(uuid, uuid), bring_back(uuid, uuid, jsonb) to huisheng_app;
