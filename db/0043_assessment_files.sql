-- 自报的佐证文件。核定以后不再增加；已有的不改、不删。
create table assessment_file (
  town_id uuid not null, id uuid not null, plan_id uuid not null, staff_id uuid not null, item text not null,
  name text not null check (name <> ''), mime text not null, size int not null, sha256 text not null, storage_key text not null,
  added_on date not null,
  primary key (town_id, id), unique (town_id, plan_id, staff_id, item, sha256),
  foreign key (town_id, plan_id) references assessment_plan (town_id, id),
  foreign key (town_id, staff_id) references staff (town_id, id)
);
comment on table assessment_file is '自报一项任务附上的佐证文件，只有本人和核定人看得到';
alter table assessment_file enable row level security;
create policy town on assessment_file using (town_id = nullif(current_setting('huisheng.town', true), '')::uuid);
grant select, insert on assessment_file to huisheng_app;
