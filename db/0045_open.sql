-- 三务公开、政务公开：应公开的目录，和已公开的内容。
create table open_item (
  town_id uuid not null, id uuid not null,
  kind text not null check (kind in ('party', 'village', 'finance', 'government')),
  level text not null check (level in ('village', 'town')),
  title text not null, rhythm text not null check (rhythm in ('month', 'quarter', 'year')),
  within_days int not null check (within_days between 1 and 366), basis text not null default '',
  since date not null, active boolean not null default true, version int not null default 1,
  primary key (town_id, id), foreign key (town_id) references town (id)
);
create table open_notice (
  town_id uuid not null, id uuid not null, item_id uuid, village_id uuid,
  kind text not null check (kind in ('party', 'village', 'finance', 'government')),
  period text not null default '', title text not null, body text not null,
  posted_on date not null, until_on date, by_id uuid not null, by_name text not null, request_id uuid not null,
  withdrawn_on date, withdrawn_reason text not null default '',
  primary key (town_id, id), unique (town_id, request_id),
  foreign key (town_id, item_id) references open_item (town_id, id),
  foreign key (town_id, village_id) references village (town_id, id),
  check (until_on is null or until_on >= posted_on),
  check ((withdrawn_on is null) = (withdrawn_reason = ''))
);
create index on open_notice (town_id, posted_on desc);
create table open_file (
  town_id uuid not null, id uuid not null, notice_id uuid not null,
  name text not null, mime text not null, size int not null, sha256 text not null, storage_key text not null,
  primary key (town_id, id), foreign key (town_id, notice_id) references open_notice (town_id, id)
);
create index on open_file (town_id, notice_id);
do $$ declare t text; begin
  foreach t in array array['open_item', 'open_notice', 'open_file'] loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy town on %I using (town_id = nullif(current_setting(''huisheng.town'', true), '''')::uuid)', t);
    execute format('grant select, insert, update on %I to huisheng_app', t);
  end loop;
end $$;
