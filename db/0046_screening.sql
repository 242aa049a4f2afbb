-- Screening of every village (兜底清仓): who covers what, what each place reports, and what came of it.

create table campaign (
  town_id uuid not null, id uuid not null,
  title text not null check (title <> ''), asks text not null check (asks <> ''),
  from_on date not null, due_on date not null check (due_on >= from_on), with_grids boolean not null default true,
  state text not null default 'open' check (state in ('open', 'closed')),
  opened_on date not null, opened_by uuid not null, opened_name text not null,
  closed_on date, closed_name text not null default '', close_note text not null default '', closing jsonb,
  version int not null default 1,
  primary key (town_id, id),
  check ((state = 'closed') = (closed_on is not null and closing is not null))
);
create index on campaign (town_id, from_on desc);
comment on table campaign is '排查（兜底清仓）：起止、要求、结清表';
comment on column campaign.closing is '结束时固定的结清表；此后不再变';

create table campaign_place (
  town_id uuid not null, id uuid not null, campaign_id uuid not null,
  area_id uuid not null, village_id uuid not null, grid_id uuid,
  leader_id uuid, secretary_id uuid, cadre_id uuid,
  version int not null default 0 check (version >= 0),
  primary key (town_id, id),
  unique nulls not distinct (town_id, campaign_id, village_id, grid_id),
  foreign key (town_id, campaign_id) references campaign (town_id, id),
  foreign key (town_id, area_id) references area (town_id, id),
  foreign key (town_id, village_id) references village (town_id, id),
  foreign key (town_id, grid_id) references grid (town_id, id),
  foreign key (town_id, leader_id) references staff (town_id, id),
  foreign key (town_id, secretary_id) references staff (town_id, id),
  foreign key (town_id, cadre_id) references staff (town_id, id)
);
comment on table campaign_place is '一次排查里要报告的每个村和网格，及其包保人；version 是报告过几次';

create table campaign_report (
  town_id uuid not null, id uuid not null, campaign_id uuid not null, place_id uuid not null,
  seq int not null check (seq > 0), zero boolean not null, visited int not null check (visited >= 0),
  note text not null default '', reason text not null default '', late boolean not null,
  reported_on date not null, by_id uuid not null, by_name text not null, by_post text not null default '',
  at timestamptz not null default now(),
  primary key (town_id, id), unique (town_id, place_id, seq),
  foreign key (town_id, campaign_id) references campaign (town_id, id),
  foreign key (town_id, place_id) references campaign_place (town_id, id),
  check ((seq = 1) = (reason = ''))
);
create index on campaign_report (town_id, campaign_id);
comment on table campaign_report is '报告，只增不改：第一次之后的都是更正，写明理由';

create table campaign_finding (
  town_id uuid not null, id uuid not null, campaign_id uuid not null, place_id uuid not null, report_id uuid not null,
  kind text not null check (kind in ('matter', 'known', 'answered')), petition_id uuid,
  asked text not null default '', answer text not null default '',
  retracted_by uuid, retract_reason text not null default '',
  primary key (town_id, id),
  foreign key (town_id, campaign_id) references campaign (town_id, id),
  foreign key (town_id, place_id) references campaign_place (town_id, id),
  foreign key (town_id, report_id) references campaign_report (town_id, id),
  foreign key (town_id, petition_id) references petition (town_id, id),
  foreign key (town_id, retracted_by) references campaign_report (town_id, id),
  check ((kind = 'answered') = (petition_id is null)), check (kind <> 'answered' or (asked <> '' and answer <> '')),
  check ((retracted_by is null) = (retract_reason = ''))
);
create index on campaign_finding (town_id, place_id);
create index on campaign_finding (town_id, petition_id);
create unique index on campaign_finding (town_id, campaign_id, petition_id) where retracted_by is null;
comment on table campaign_finding is '排查发现：新登记的事项、已在册的事项、当场解答的；撤回的留着，写明理由';

do $$
declare t text;
begin
  foreach t in array array['campaign', 'campaign_place', 'campaign_report', 'campaign_finding'] loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy town on %I using (town_id = nullif(current_setting(''huisheng.town'', true), '''')::uuid)', t);
  end loop;
end $$;
grant select, insert, update on campaign, campaign_place, campaign_finding to huisheng_app;
grant select, insert on campaign_report to huisheng_app;
