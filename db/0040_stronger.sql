-- 加强责任：checks made on matters whose attributes ask for a stronger duty. The rules themselves are the town's settings.

create table duty_check (
  town_id uuid not null, id uuid not null, petition_id uuid not null, on_day date not null,
  found text not null check (found <> ''), demand text not null default '',
  by_id uuid not null, by_name text not null, at timestamptz not null default now(),
  primary key (town_id, id),
  foreign key (town_id, petition_id) references petition (town_id, id)
);
create index on duty_check (town_id, petition_id, on_day desc);
comment on table duty_check is '加强责任的检查：谁、哪天、看到什么、要求什么；只增不改';

alter table duty_check enable row level security;
create policy town on duty_check using (town_id = nullif(current_setting('huisheng.town', true), '')::uuid);
grant select, insert on duty_check to huisheng_app;
