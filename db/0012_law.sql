-- The whole law of a matter: hearing, mediation, simple procedure, sending with a limit, urgent report, review ladder,
-- execution of supported opinions, the four outcomes of Art. 27, and what each of several petitioners got and said.

alter table petition
  add column hearing text not null default 'none' check (hearing in ('none', 'planned', 'held')),
  add column mediation text not null default 'none' check (mediation in ('none', 'offered', 'running', 'agreed', 'failed')),
  add column simple boolean not null default false,
  add column urgent_on date,
  add column send_mode text check (send_mode in ('forward', 'assign')),
  add column limit_on date,
  add column reported_on date;
comment on column petition.simple is '简易办理（十个工作日）；不再适用时转为普通程序，期限自受理起连续计算';
comment on column petition.limit_on is '交办时写明的办结并报告的期限';
comment on column petition.reported_on is '交办事项的办结报告';

alter table petition_record drop constraint petition_record_kind_check;
alter table petition_record add constraint petition_record_kind_check check (kind ~ '^[a-z][A-Za-z]{1,39}$');

alter table petition_clock add column party_id uuid, add column excluded int not null default 0 check (excluded between 0 and 365);
comment on column petition_clock.party_id is '几名信访人各自的权利分别起算';
alter table service add column party_id uuid;
alter table petition_party
  add column rating_office text, add column rating_unit text, add column rated_on date;

create table petition_review (
  town_id uuid not null, id uuid not null, petition_id uuid not null, round int not null default 1,
  level text not null check (level in ('review', 'recheck')),
  party_id uuid, organ text not null check (organ <> ''),
  way text not null check (way in ('here', 'direct')), asked_on date not null, received_on date not null,
  reasons text not null default '', late_cause text not null default '',
  challenged text not null default '', challenged_opinion text not null default '',
  status text not null check (status in ('asked', 'admitted', 'refused', 'decided', 'withdrawn')),
  answered_on date, answer_note text not null default '', hearing_days int not null default 0 check (hearing_days >= 0),
  decided_on date, outcome text check (outcome in ('maintained', 'changed', 'revoked')),
  number text not null default '', decision text not null default '', faults text[] not null default '{}', served_on date,
  primary key (town_id, id),
  foreign key (town_id, petition_id) references petition (town_id, id),
  check ((status = 'decided') = (outcome is not null and decided_on is not null)),
  check (served_on is null or outcome is not null)
);
create index on petition_review (town_id, petition_id);
comment on table petition_review is '复查、复核：由上一级机关决定，镇记录、报送、送达、执行';

create table petition_task (
  town_id uuid not null, id uuid not null, petition_id uuid not null, round int not null default 1,
  body text not null check (body <> ''), unit_id uuid, unit_name text not null default '',
  due_on date, done_on date, done_text text not null default '', evidence_ids uuid[] not null default '{}',
  pressed int not null default 0 check (pressed >= 0), pressed_on date,
  primary key (town_id, id),
  foreign key (town_id, petition_id) references petition (town_id, id)
);
create index on petition_task (town_id, petition_id);
create index on petition_task (town_id, due_on) where done_on is null;
comment on table petition_task is '支持信访请求的意见由有权机关督促执行（第三十二条第二款）';

create table petition_outcome (
  town_id uuid not null, petition_id uuid not null, round int not null default 1,
  outcome text not null check (outcome in ('solved', 'explained', 'relieved', 'lawful')),
  applies boolean not null, done boolean not null default false, body text not null default '',
  handed_to text not null default '', evidence_ids uuid[] not null default '{}',
  on_day date not null, staff_id uuid, by_name text not null default '',
  primary key (town_id, petition_id, round, outcome),
  foreign key (town_id, petition_id) references petition (town_id, id)
);
comment on table petition_outcome is '三到位一处理（第二十七条）：四项各自认定，互不交换';

do $$
declare t text;
begin
  foreach t in array array['petition_review', 'petition_task', 'petition_outcome'] loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy town on %I using (town_id = nullif(current_setting(''huisheng.town'', true), '''')::uuid)', t);
  end loop;
end $$;
grant select, insert, update on petition_review, petition_task, petition_outcome to huisheng_app;
-- People registered by mistake leave the matter when the register is corrected; the trace keeps who they were.
grant delete on petition_party to huisheng_app;
