-- The public face: short sessions opened by number and query code, the gate against guessing, what petitioners say, how they rate.

create table citizen_gate (
  town_id uuid not null, kind text not null check (kind in ('number', 'address')), mark text not null,
  failures int not null check (failures >= 0), locked_until timestamptz not null, at timestamptz not null,
  primary key (town_id, kind, mark)
);
comment on column citizen_gate.mark is '编号或网络地址的摘要，加当日盐，不存地址本身；一天后清除';

create table citizen_session (
  town_id uuid not null, token_hash text not null, petition_id uuid not null, expires_at timestamptz not null,
  primary key (town_id, token_hash),
  foreign key (town_id, petition_id) references petition (town_id, id)
);

create table petitioner_word (
  town_id uuid not null, id uuid not null, petition_id uuid not null,
  kind text not null check (kind in ('facts', 'correction', 'recusal', 'review', 'recheck', 'withdrawal', 'service', 'receipt', 'question')),
  body text not null, data jsonb not null default '{}', on_day date not null, at timestamptz not null,
  request_id uuid not null,
  answer text not null default '', answered_by uuid, answered_name text not null default '', answered_on date,
  primary key (town_id, id), unique (town_id, request_id),
  foreign key (town_id, petition_id) references petition (town_id, id),
  check ((answered_on is null) = (answer = ''))
);
create index on petitioner_word (town_id, petition_id, at);
create index on petitioner_word (town_id, at) where answered_on is null;
comment on table petitioner_word is '信访人在公众页面上说的话；每一条都要有回音';

create table petitioner_rating (
  town_id uuid not null, id uuid not null, petition_id uuid not null, round int not null,
  office text not null check (office in ('satisfied', 'basicallySatisfied', 'dissatisfied')),
  unit text not null check (unit in ('satisfied', 'basicallySatisfied', 'dissatisfied')),
  dimensions jsonb not null default '{}', reason text not null default '',
  on_day date not null, at timestamptz not null, request_id uuid not null,
  primary key (town_id, id), unique (town_id, petition_id, round), unique (town_id, request_id),
  foreign key (town_id, petition_id) references petition (town_id, id)
);
comment on table petitioner_rating is '信访人本人的评价：作出即生效，工作人员不能代评、预看或改动';

do $$
declare t text;
begin
  foreach t in array array['citizen_gate', 'citizen_session', 'petitioner_word', 'petitioner_rating'] loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy town on %I using (town_id = nullif(current_setting(''huisheng.town'', true), '''')::uuid)', t);
  end loop;
end $$;
grant select, insert, update, delete on citizen_gate, citizen_session to huisheng_app;
grant select, insert, update on petitioner_word to huisheng_app;
grant select, insert on petitioner_rating to huisheng_app;
