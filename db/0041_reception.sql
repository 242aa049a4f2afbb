-- 领导接访：the rota of reception days, who came and what became of it.

create table reception_day (
  town_id uuid not null, id uuid not null, on_day date not null,
  from_time text not null, to_time text not null, place text not null check (place <> ''),
  leader_id uuid not null, status text not null default 'planned' check (status in ('planned', 'held', 'cancelled')),
  history jsonb not null default '[]', note text not null default '',
  by_id uuid not null, by_name text not null, version int not null default 1,
  primary key (town_id, id), unique (town_id, on_day, leader_id),
  foreign key (town_id, leader_id) references staff (town_id, id),
  check (from_time < to_time), check (status <> 'cancelled' or note <> '')
);
create index on reception_day (town_id, leader_id, on_day);
comment on column reception_day.history is '换人、对调：从谁到谁、理由、谁办的、哪天';

create table reception_visit (
  town_id uuid not null, id uuid not null, day_id uuid not null, petition_id uuid, promise_id uuid,
  head_count int not null check (head_count > 0), gist text not null check (gist <> ''),
  result text not null check (result in ('answered', 'guided', 'handled', 'registered')), outcome text not null check (outcome <> ''),
  by_id uuid not null, by_name text not null, at timestamptz not null default now(),
  primary key (town_id, id),
  foreign key (town_id, day_id) references reception_day (town_id, id),
  foreign key (town_id, petition_id) references petition (town_id, id),
  foreign key (town_id, promise_id) references promise (town_id, id),
  check (petition_id is not null or (result in ('answered', 'guided') and promise_id is null))
);
create index on reception_visit (town_id, day_id);
comment on table reception_visit is '来访：反映问题的都登记为事项并关联，不另存姓名；只增不改';

do $$
declare t text;
begin
  foreach t in array array['reception_day', 'reception_visit'] loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy town on %I using (town_id = nullif(current_setting(''huisheng.town'', true), '''')::uuid)', t);
  end loop;
end $$;
grant select, insert, update on reception_day to huisheng_app;
grant select, insert on reception_visit to huisheng_app;
