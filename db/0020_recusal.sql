-- Recusal (回避, 信访工作条例第二十八条第三款；省条例第十七条), kin declared by the person, follow-up after complaints about officials.

create table recusal (
  town_id uuid not null, id uuid not null, petition_id uuid not null, staff_id uuid not null,
  source text not null check (source in ('declared', 'asked', 'found')),
  ground text not null check (ground in ('self', 'kin', 'accused', 'kinAccused', 'unit', 'formerHandler', 'interest', 'other')),
  detail text not null default '', by_name text not null default '', by_id uuid, on_day date not null,
  status text not null default 'open' check (status in ('open', 'upheld', 'refused')),
  decided_by uuid, decided_name text not null default '', decided_on date, reason text not null default '',
  successor_id uuid, request_id uuid, decision_id uuid,
  primary key (town_id, id), unique (town_id, request_id), unique (town_id, decision_id),
  foreign key (town_id, petition_id) references petition (town_id, id),
  foreign key (town_id, staff_id) references staff (town_id, id),
  check ((status = 'open') = (decided_on is null)),
  check (decided_by is distinct from staff_id)
);
create index on recusal (town_id, petition_id);
create index on recusal (town_id, status) where status = 'open';
comment on table recusal is '回避：本人申报、信访人申请、系统发现；由信访办主任决定，涉及主任的由党政主要领导决定';

alter table recusal enable row level security;
create policy town on recusal using (town_id = nullif(current_setting('huisheng.town', true), '')::uuid);
grant select, insert, update on recusal to huisheng_app;

alter table staff add column kin_declared jsonb not null default '[]';
comment on column staff.kin_declared is '本人申报的近亲属：姓名、关系；只有本人和安全管理员能看';

alter table sealed_matter add column contact_on date;
comment on column sealed_matter.contact_on is '下一次回访（是否受到打压）的日期';
