-- 公开的答复和人民建议：信访人同意、隐去个人信息、有人核对过才公开；同意撤回，公开即撤下。
create table publish_consent (
  town_id uuid not null, petition_id uuid not null, given_on date not null, withdrawn_on date,
  primary key (town_id, petition_id),
  foreign key (town_id, petition_id) references petition (town_id, id),
  check (withdrawn_on is null or withdrawn_on >= given_on)
);
create table public_answer (
  town_id uuid not null, id uuid not null, petition_id uuid not null, round int not null,
  kind text not null check (kind in ('answer', 'suggestion')),
  title text not null check (title <> ''), question text not null check (question <> ''), answer text not null check (answer <> ''),
  struck int not null check (struck >= 0), posted_on date not null, by_id uuid not null, by_name text not null,
  request_id uuid not null, withdrawn_on date, withdrawn_reason text not null default '',
  primary key (town_id, id), unique (town_id, request_id),
  foreign key (town_id, petition_id) references petition (town_id, id),
  check ((withdrawn_on is null) = (withdrawn_reason = ''))
);
create unique index public_answer_out on public_answer (town_id, petition_id, round) where withdrawn_on is null;
create index on public_answer (town_id, posted_on desc);
comment on column public_answer.by_id is '核对的人：逐字看过机器划去的和留下的';
do $$ declare t text; begin
  foreach t in array array['publish_consent', 'public_answer'] loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy town on %I using (town_id = nullif(current_setting(''huisheng.town'', true), '''')::uuid)', t);
    execute format('grant select, insert, update on %I to huisheng_app', t);
  end loop;
end $$;
