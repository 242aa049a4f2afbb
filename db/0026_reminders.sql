-- Reminders (通报提醒): what was reminded, to whom, at which step; leave and its deputy; how a person is reached; weekly circulars.

create table reminder (
  town_id uuid not null, thing text not null, step int not null check (step >= 0),
  source text not null, petition_id uuid, due_on date not null, on_day date not null,
  up int not null default 0 check (up between 0 and 3), says text not null,
  staff_ids uuid[] not null, at timestamptz not null default now(),
  primary key (town_id, thing, step)
);
create index on reminder (town_id, on_day desc);
comment on table reminder is '已发提醒：每件到期的事每一档只有一行，只增不改';

create table staff_leave (
  town_id uuid not null, id uuid not null, staff_id uuid not null, deputy_id uuid,
  from_on date not null, to_on date not null, reason text not null default '',
  by_id uuid, by_name text not null default '', at timestamptz not null default now(), cancelled_at timestamptz,
  primary key (town_id, id),
  foreign key (town_id, staff_id) references staff (town_id, id),
  foreign key (town_id, deputy_id) references staff (town_id, id),
  check (to_on >= from_on), check (deputy_id is null or deputy_id <> staff_id)
);
create index on staff_leave (town_id, staff_id, to_on);
comment on table staff_leave is '请假、出差及代理人：期间的提醒发给代理人';

create table contact_way (
  town_id uuid not null, staff_id uuid not null,
  email text not null default '', by_email boolean not null default false, by_sms boolean not null default false,
  primary key (town_id, staff_id),
  foreign key (town_id, staff_id) references staff (town_id, id),
  check (not by_email or email <> '')
);
comment on table contact_way is '本人选择的接收方式；站内提醒总是有';

create table reminder_policy (
  town_id uuid not null, policy jsonb not null, version int not null default 1,
  primary key (town_id)
);

create table outgoing (
  town_id uuid not null, id uuid not null,
  channel text not null check (channel in ('email', 'sms', 'wecom', 'dingtalk')), staff_id uuid,
  subject text not null, body text not null, key text not null,
  made_at timestamptz not null, not_before timestamptz not null, tries int not null default 0 check (tries >= 0),
  sent_at timestamptz, failed text not null default '',
  primary key (town_id, id), unique (town_id, key),
  check ((staff_id is null) = (channel in ('wecom', 'dingtalk')))
);
create index on outgoing (town_id, not_before) where sent_at is null;
comment on table outgoing is '外发提醒：只有件数和岗位，没有信访人和事项内容';

create table circular (
  town_id uuid not null, id uuid not null, week_on date not null,
  title text not null, body text not null, facts jsonb not null,
  status text not null default 'draft' check (status in ('draft', 'issued')),
  drafted_at timestamptz not null, issued_on date, issued_by uuid, issued_name text not null default '', version int not null default 1,
  primary key (town_id, id), unique (town_id, week_on),
  check ((status = 'issued') = (issued_on is not null))
);
comment on table circular is '周通报：按事实起草，由信访办主任改定签发；不含件数排名';

do $$
declare t text;
begin
  foreach t in array array['reminder', 'staff_leave', 'contact_way', 'reminder_policy', 'outgoing', 'circular'] loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy town on %I using (town_id = nullif(current_setting(''huisheng.town'', true), '''')::uuid)', t);
  end loop;
end $$;
grant select on reminder, staff_leave, contact_way, reminder_policy, outgoing, circular to huisheng_app;
grant insert on reminder to huisheng_app;
grant insert, update on staff_leave, contact_way, reminder_policy, outgoing, circular to huisheng_app;
