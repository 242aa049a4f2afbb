-- 下访、约访、走访: who keeps in touch with which village (机关干部联系村), visits planned and paid, what was heard and promised.

create table village_contact (
  town_id uuid not null, id uuid not null, village_id uuid not null, staff_id uuid not null,
  from_on date not null, to_on date not null check (to_on >= from_on),
  every_days int not null default 30 check (every_days between 1 and 366),
  history jsonb not null default '[]', by_id uuid not null, by_name text not null, version int not null default 1,
  primary key (town_id, id), unique (town_id, village_id, staff_id, from_on),
  foreign key (town_id, village_id) references village (town_id, id),
  foreign key (town_id, staff_id) references staff (town_id, id)
);
create index on village_contact (town_id, staff_id, to_on);
comment on table village_contact is '机关干部联系村：谁联系哪个村、起止、至少多少天去一次';
comment on column village_contact.history is '换人、对调：从谁到谁、理由、谁办的、哪天';

create table visit (
  town_id uuid not null, id uuid not null,
  kind text not null check (kind in ('goDown', 'invited', 'callOn')),
  village_id uuid, petition_id uuid, contact_id uuid,
  staff_id uuid not null, with_ids uuid[] not null default '{}',
  on_day date not null, at_time text not null default '', place text not null default '', about text not null default '',
  status text not null default 'planned' check (status in ('planned', 'done', 'cancelled')),
  head_count int not null default 0 check (head_count >= 0), outcome text not null default '', note text not null default '',
  history jsonb not null default '[]', recorded_on date,
  by_id uuid not null, by_name text not null, version int not null default 1,
  primary key (town_id, id),
  foreign key (town_id, village_id) references village (town_id, id),
  foreign key (town_id, petition_id) references petition (town_id, id),
  foreign key (town_id, contact_id) references village_contact (town_id, id),
  foreign key (town_id, staff_id) references staff (town_id, id),
  check ((kind = 'invited') = (petition_id is not null)), check (kind = 'invited' or village_id is not null),
  check (kind <> 'invited' or (at_time <> '' and place <> '')),
  check (status <> 'cancelled' or note <> ''), check ((status = 'done') = (recorded_on is not null)),
  check (status <> 'done' or outcome <> '')
);
create index on visit (town_id, on_day desc);
create index on visit (town_id, village_id, on_day desc);
create index on visit (town_id, staff_id, on_day desc);
create index on visit (town_id, petition_id) where petition_id is not null;
comment on table visit is '下访、约访（约的是一件事项的信访人，时间地点事先说定）、走访；不存群众姓名，姓名只在事项里';
comment on column visit.history is '改期、换人：从什么到什么、理由、谁办的、哪天';

create table visit_item (
  town_id uuid not null, id uuid not null, visit_id uuid not null, n int not null check (n > 0),
  kind text not null check (kind in ('matter', 'known', 'answered')), petition_id uuid, promise_id uuid,
  gist text not null check (gist <> ''), answer text not null check (answer <> ''),
  by_id uuid not null, by_name text not null, at timestamptz not null default now(),
  primary key (town_id, id), unique (town_id, visit_id, n),
  foreign key (town_id, visit_id) references visit (town_id, id),
  foreign key (town_id, petition_id) references petition (town_id, id),
  foreign key (town_id, promise_id) references promise (town_id, id),
  check ((kind = 'answered') = (petition_id is null))
);
create index on visit_item (town_id, petition_id) where petition_id is not null;
create index on visit_item (town_id, promise_id) where promise_id is not null;
comment on table visit_item is '走访听到的：新登记的事项、已在册的事项、当场答复的；只增不改';

do $$
declare t text;
begin
  foreach t in array array['village_contact', 'visit', 'visit_item'] loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy town on %I using (town_id = nullif(current_setting(''huisheng.town'', true), '''')::uuid)', t);
  end loop;
end $$;
grant select, insert, update on village_contact, visit to huisheng_app;
grant select, insert on visit_item to huisheng_app;
