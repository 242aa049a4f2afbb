-- Assessment (党建考核) as a plan of lists: what is measured and with which weights, what people report, appeal and answer,
-- what was decided, and the result as it stood when the plan was closed.

create table assessment_plan (
  town_id uuid not null, id uuid not null,
  name text not null check (name <> ''), from_on date not null, to_on date not null,
  status text not null default 'draft' check (status in ('draft', 'open', 'closed')),
  lists jsonb not null, closed_on date, version int not null default 1, at timestamptz not null default now(),
  primary key (town_id, id), check (to_on > from_on), check ((status = 'closed') = (closed_on is not null))
);

create table assessment_report (
  town_id uuid not null, id uuid not null, plan_id uuid not null, staff_id uuid not null, item text not null,
  body text not null check (body <> ''), evidence jsonb not null default '[]', claimed int not null check (claimed between 0 and 100),
  reported_on date not null, score int check (score between 0 and 100), note text not null default '',
  reviewed_by uuid, reviewed_name text not null default '', reviewed_on date, version int not null default 1,
  primary key (town_id, id), unique (town_id, plan_id, staff_id, item),
  foreign key (town_id, plan_id) references assessment_plan (town_id, id),
  foreign key (town_id, staff_id) references staff (town_id, id),
  check (reviewed_by is null or reviewed_by <> staff_id), check ((score is null) = (reviewed_by is null))
);
comment on table assessment_report is '自报：只有人说得清的事，附佐证；核定人不得是本人';

create table assessment_appeal (
  town_id uuid not null, id uuid not null, plan_id uuid not null, staff_id uuid not null, item text not null,
  reason text not null check (reason <> ''), made_on date not null,
  state text not null default 'open' check (state in ('open', 'upheld', 'dismissed')),
  answer text not null default '', petition_ids uuid[] not null default '{}', score int check (score between 0 and 100),
  answered_by uuid, answered_name text not null default '', answered_on date,
  primary key (town_id, id),
  foreign key (town_id, plan_id) references assessment_plan (town_id, id),
  foreign key (town_id, staff_id) references staff (town_id, id),
  check (answered_by is null or answered_by <> staff_id), check ((state = 'open') = (answered_by is null))
);
create index on assessment_appeal (town_id, plan_id, staff_id);
comment on column assessment_appeal.petition_ids is '申诉成立时从这一项剔除的事项';

create table assessment_outcome (
  town_id uuid not null, id uuid not null, plan_id uuid not null, staff_id uuid not null,
  kind text not null check (kind in ('commend', 'reward', 'talk', 'circular', 'admonish', 'adjust', 'sanction')),
  body text not null check (body <> ''), basis text not null check (basis <> ''), decided_by text not null check (decided_by <> ''),
  decided_on date not null, by_id uuid, by_name text not null default '',
  primary key (town_id, id),
  foreign key (town_id, plan_id) references assessment_plan (town_id, id),
  foreign key (town_id, staff_id) references staff (town_id, id)
);
create index on assessment_outcome (town_id, plan_id, staff_id);
comment on table assessment_outcome is '奖惩：由人决定，这里只作记录';

create table assessment_result (
  town_id uuid not null, plan_id uuid not null, staff_id uuid not null,
  role text not null, post text not null, cutoff date not null, lines jsonb not null, total float8,
  primary key (town_id, plan_id, staff_id),
  foreign key (town_id, plan_id) references assessment_plan (town_id, id),
  foreign key (town_id, staff_id) references staff (town_id, id)
);
comment on table assessment_result is '方案关闭时的结果，只增不改';

do $$
declare t text;
begin
  foreach t in array array['assessment_plan', 'assessment_report', 'assessment_appeal', 'assessment_outcome', 'assessment_result'] loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy town on %I using (town_id = nullif(current_setting(''huisheng.town'', true), '''')::uuid)', t);
  end loop;
end $$;
grant select on assessment_plan, assessment_report, assessment_appeal, assessment_outcome, assessment_result to huisheng_app;
grant insert, update on assessment_plan, assessment_report, assessment_appeal to huisheng_app;
grant insert on assessment_outcome, assessment_result to huisheng_app;
