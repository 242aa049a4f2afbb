-- Daily or weekly screening that opens by itself, and material of a dispute sent piece by piece from a phone.

create table screening_rhythm (
  town_id uuid not null, id uuid not null,
  every text not null check (every in ('day', 'week')), weekday int check (weekday between 1 and 7),
  days int not null default 1 check (days between 1 and 7), with_grids boolean not null default true,
  asks text not null check (asks <> ''), since date not null, active boolean not null default true,
  version int not null default 1, by_id uuid not null, by_name text not null,
  primary key (town_id, id), unique (town_id),
  check ((every = 'week') = (weekday is not null)), check (every = 'week' or days = 1),
  foreign key (town_id, by_id) references staff (town_id, id)
);
comment on table screening_rhythm is '日常排查：每天或每周哪一天，由系统按期发起；一个镇一条';
comment on column screening_rhythm.days is '从发起那天起几天内报告，当天算一天';

alter table campaign add column routine_on date;
create unique index on campaign (town_id, routine_on);
comment on column campaign.routine_on is '日常排查的这一期是哪一天的；专项排查没有';

alter table upload alter column petition_id drop not null, add column dispute_id uuid,
  add check ((petition_id is null) <> (dispute_id is null));
comment on column upload.dispute_id is '纠纷的材料；与事项二者取一';

alter table screening_rhythm enable row level security;
create policy town on screening_rhythm using (town_id = nullif(current_setting('huisheng.town', true), '')::uuid);
grant select, insert, update on screening_rhythm to huisheng_app;
