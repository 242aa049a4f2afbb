-- 会诊、承诺与调度：what was decided for a matter, what was promised by when, and to whom.

create table consultation (
  town_id uuid not null, id uuid not null, petition_id uuid not null,
  status text not null default 'called' check (status in ('called', 'held', 'told')),
  called_on date not null, due_on date, plan_on date not null, place text not null default '',
  held_on date, attendees jsonb not null default '[]', options jsonb not null default '[]', dissent jsonb not null default '[]',
  decision text not null default '', promised_on date, told_on date, told_way text not null default '',
  called_by uuid, called_by_name text not null default '', version int not null default 1,
  primary key (town_id, id),
  foreign key (town_id, petition_id) references petition (town_id, id),
  check (status = 'called' or (held_on is not null and decision <> '' and promised_on is not null)),
  check (status <> 'told' or told_on is not null)
);
create index on consultation (town_id, petition_id);

create table promise (
  town_id uuid not null, id uuid not null, petition_id uuid, source_id uuid,
  kind text not null check (kind in ('consultation', 'office', 'visit', 'reception', 'dispatch', 'other')),
  body text not null check (body <> ''), made_to text not null check (made_to <> ''),
  owner_id uuid not null, made_on date not null, due_on date not null check (due_on >= made_on),
  status text not null default 'open' check (status in ('open', 'kept', 'broken')),
  ended_on date, words text not null default '', history jsonb not null default '[]',
  by_id uuid, by_name text not null default '', version int not null default 1,
  primary key (town_id, id),
  foreign key (town_id, petition_id) references petition (town_id, id),
  foreign key (town_id, owner_id) references staff (town_id, id),
  check ((status = 'open') = (ended_on is null)),
  check (status = 'open' or words <> '')
);
create index on promise (town_id, due_on) where status = 'open';
create index on promise (town_id, petition_id);
comment on column promise.history is '与对方商定的改期：原日期、新日期、理由、对方的话';

create table dispatch_meeting (
  town_id uuid not null, id uuid not null, title text not null check (title <> ''),
  status text not null default 'called' check (status in ('called', 'held')),
  on_day date not null, place text not null default '', chair_id uuid not null, chair_name text not null,
  attendees jsonb not null default '[]', items jsonb not null default '[]',
  called_by uuid, called_by_name text not null default '', version int not null default 1,
  primary key (town_id, id),
  foreign key (town_id, chair_id) references staff (town_id, id)
);
create index on dispatch_meeting (town_id, on_day desc);
comment on column dispatch_meeting.items is '逐件：事项、通报情况、决定（责任人、期限）、不同意见';

do $$
declare t text;
begin
  foreach t in array array['consultation', 'promise', 'dispatch_meeting'] loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy town on %I using (town_id = nullif(current_setting(''huisheng.town'', true), '''')::uuid)', t);
    execute format('grant select, insert, update on %I to huisheng_app', t);
  end loop;
end $$;
