-- What the office still needs of the petitioner, told on the petitioner's own page; the matter goes on whether it comes or not.

create table petitioner_ask (
  town_id uuid not null, id uuid not null, petition_id uuid not null,
  body text not null check (body <> ''), on_day date not null, by_id uuid not null, by_name text not null,
  ended_on date, ended text check (ended in ('received', 'notNeeded')), at timestamptz not null,
  primary key (town_id, id),
  foreign key (town_id, petition_id) references petition (town_id, id),
  check ((ended_on is null) = (ended is null))
);
create index on petitioner_ask (town_id, petition_id, at);
comment on table petitioner_ask is '请信访人补充的：显示在公众页面“等您做的”；补不补都照常办理，不停止计算期限';

alter table petitioner_ask enable row level security;
create policy town on petitioner_ask using (town_id = nullif(current_setting('huisheng.town', true), '')::uuid);
grant select, insert, update on petitioner_ask to huisheng_app;
