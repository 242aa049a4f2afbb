-- 包案：rounds in which leaders take matters, from the lowest rank to the highest; and the five duties (五包) of a matter taken.

alter table petition add column duties jsonb;
comment on column petition.duties is '五包：每件包案事项五行责任，责任人、要求、期限、完成日期、佐证';

create table adoption_round (
  town_id uuid not null, id uuid not null,
  title text not null check (title <> ''),
  kind text not null check (kind in ('full', 'leaver')), leaver_id uuid,
  state text not null default 'draft' check (state in ('draft', 'open', 'done', 'cancelled')),
  note text not null default '', due_on date,
  rules jsonb not null, plan jsonb not null, result jsonb,
  version int not null default 1,
  created_by uuid, created_by_name text not null default '', created_at timestamptz not null default now(),
  opened_on date, finished_on date, cancelled_reason text not null default '',
  primary key (town_id, id),
  foreign key (town_id, leaver_id) references staff (town_id, id),
  check (state <> 'done' or (result is not null and finished_on is not null)),
  check (state not in ('open', 'done') or opened_on is not null),
  check (state <> 'cancelled' or cancelled_reason <> ''),
  check (kind <> 'leaver' or leaver_id is not null)
);
create index on adoption_round (town_id, created_at desc);
comment on column adoption_round.plan is '开轮时固定：参加的领导及职级、负担、定额，事项及难度分、回避';

create table adoption_event (
  town_id uuid not null, round_id uuid not null, seq int not null check (seq > 0),
  event jsonb not null, staff_id uuid, by_name text not null, at timestamptz not null default now(),
  primary key (town_id, round_id, seq),
  foreign key (town_id, round_id) references adoption_round (town_id, id)
);
comment on table adoption_event is '选择、跳过、委托、回避、移出，只增不改';

do $$
declare t text;
begin
  foreach t in array array['adoption_round', 'adoption_event'] loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy town on %I using (town_id = nullif(current_setting(''huisheng.town'', true), '''')::uuid)', t);
  end loop;
end $$;
grant select, insert, update on adoption_round to huisheng_app;
grant select, insert on adoption_event to huisheng_app;
