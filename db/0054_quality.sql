-- 评价不满意的质量检查：查办理哪里没有做好，不找信访人改评价。
create table quality_check (
  town_id uuid not null, id uuid not null, petition_id uuid not null, round int not null,
  opened_on date not null, finding text not null default '', action text not null default '',
  closed_on date, by_id uuid, by_name text not null default '',
  primary key (town_id, id), unique (town_id, petition_id, round),
  foreign key (town_id, petition_id) references petition (town_id, id),
  check ((closed_on is null) = (finding = '')), check ((closed_on is null) = (by_id is null))
);
create index on quality_check (town_id, opened_on) where closed_on is null;
alter table quality_check enable row level security;
create policy town on quality_check using (town_id = nullif(current_setting('huisheng.town', true), '')::uuid);
grant select, insert, update on quality_check to huisheng_app;
