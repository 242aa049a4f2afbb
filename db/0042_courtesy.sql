-- 四声五心：what the receptionist did when somebody was received, at the counter, in the field or on a leader's day.

create table courtesy_check (
  town_id uuid not null, id uuid not null, petition_id uuid not null,
  place text not null check (place in ('counter', 'field', 'leader')),
  items text[] not null, note text not null default '', on_day date not null,
  by_id uuid not null, by_name text not null, at timestamptz not null default now(),
  primary key (town_id, id),
  foreign key (town_id, petition_id) references petition (town_id, id)
);
create index on courtesy_check (town_id, petition_id);
create index on courtesy_check (town_id, on_day);
create index on petitioner_rating (town_id, on_day);
comment on table courtesy_check is '接待自查（四声五心）：接待人自己对照，不是对信访人的评价；只增不改';

alter table courtesy_check enable row level security;
create policy town on courtesy_check using (town_id = nullif(current_setting('huisheng.town', true), '')::uuid);
grant select, insert on courtesy_check to huisheng_app;
