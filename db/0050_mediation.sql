-- Mediation (人民调解): the network of centre, stations and points with its people; duty letters; disputes with parties, records,
-- agreements, performance and papers.

create table mediation_station (
  town_id uuid not null, id uuid not null,
  level text not null check (level in ('centre', 'area', 'village')), name text not null check (name <> ''),
  area_id uuid, village_id uuid, committee text not null default '',
  room text not null default '', hours text not null default '', phone text not null default '',
  roster jsonb not null default '[]',
  active boolean not null default true, version int not null default 1,
  primary key (town_id, id), unique (town_id, name),
  foreign key (town_id, area_id) references area (town_id, id),
  foreign key (town_id, village_id) references village (town_id, id),
  check ((level = 'area') = (area_id is not null and village_id is null) and (level = 'village') = (village_id is not null))
);
comment on column mediation_station.committee is '盖章的人民调解委员会名称';
comment on column mediation_station.roster is '值班：星期几、谁';
-- One centre a town, one station an area, one point a village.
create unique index mediation_station_centre on mediation_station (town_id) where level = 'centre';
create unique index mediation_station_area on mediation_station (town_id, area_id) where level = 'area';
create unique index mediation_station_village on mediation_station (town_id, village_id) where level = 'village';

create table mediation_member (
  town_id uuid not null, id uuid not null, station_id uuid not null, staff_id uuid,
  name text not null check (name <> ''), female boolean,
  duty text not null check (duty in ('head', 'deputy', 'mediator', 'grid', 'expert')),
  since date not null, until date not null, ended_on date, ended_reason text not null default '',
  fields text[] not null default '{}', languages text[] not null default '{}', interests text[] not null default '{}',
  grid_id uuid, version int not null default 1,
  primary key (town_id, id),
  foreign key (town_id, station_id) references mediation_station (town_id, id),
  foreign key (town_id, staff_id) references staff (town_id, id),
  foreign key (town_id, grid_id) references grid (town_id, id),
  check (until > since), check (ended_on is null or ended_reason <> '')
);
create index on mediation_member (town_id, station_id);
create index on mediation_member (town_id, staff_id);
comment on column mediation_member.until is '任期届满的日期（当日不再在任）；人民调解员任期三年';
comment on column mediation_member.interests is '申报的利害关系：单位、合作社、人名，只用于回避';

create table duty_letter (
  town_id uuid not null, id uuid not null,
  kind text not null check (kind in ('grid', 'mediator')),
  title text not null check (title <> ''), body text not null check (body <> ''),
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  from_on date not null, to_on date not null check (to_on > from_on),
  issued_on date not null, issued_by uuid, issued_name text not null default '',
  primary key (town_id, id)
);
create index on duty_letter (town_id, kind, from_on desc);
comment on table duty_letter is '诚信责任书：一经签发文字不改；换届签新的一份';

create table duty_letter_signing (
  town_id uuid not null, letter_id uuid not null, staff_id uuid not null,
  read_at timestamptz not null, signed_on date, how text check (how in ('phone', 'paper')),
  signed_name text not null default '', sha256 text check (sha256 ~ '^[0-9a-f]{64}$'), file_id uuid,
  at timestamptz,
  primary key (town_id, letter_id, staff_id),
  foreign key (town_id, letter_id) references duty_letter (town_id, id),
  foreign key (town_id, staff_id) references staff (town_id, id),
  check ((signed_on is null) = (how is null) and (signed_on is null) = (sha256 is null)),
  check (how is distinct from 'paper' or file_id is not null)
);

create table dispute (
  town_id uuid not null, id uuid not null, code text not null, number text,
  state text not null default 'registered' check (state in
    ('registered', 'accepted', 'mediating', 'signing', 'performing', 'performed', 'breached', 'failed', 'notAccepted', 'withdrawn', 'closed')),
  kind text not null, title text not null check (title <> ''), facts text not null check (facts <> ''),
  origin text not null check (origin in ('application', 'ownMotion', 'matter', 'police', 'court')), origin_note text not null default '',
  claims_fen bigint check (claims_fen >= 0),
  area_id uuid, village_id uuid, grid_id uuid, station_id uuid not null, level text not null,
  registered_on date not null, registered_by uuid, registered_name text not null default '',
  rights_told_on date, rights_way text, open_session boolean,
  accepted_on date, due_on date, mediator_ids uuid[] not null default '{}', former_ids uuid[] not null default '{}',
  mediator_how text check (mediator_how in ('chosen', 'assigned')), barred_ids uuid[] not null default '{}',
  helpers jsonb not null default '[]', path jsonb not null default '[]', joint jsonb,
  next_on date, agreed_on date, effective_on date, ended_on date, end_reason text not null default '',
  agreed_facts text not null default '', owed_fen bigint not null default 0, paid_fen bigint not null default 0 check (paid_fen >= 0 and paid_fen <= owed_fen),
  performed_on date, follower_id uuid, follow_up_on date, followed_on date, satisfaction text, relapse_of uuid,
  petition_ids uuid[] not null default '{}', closed_on date, version int not null default 1,
  primary key (town_id, id), unique (town_id, code), unique (town_id, number),
  foreign key (town_id, station_id) references mediation_station (town_id, id),
  foreign key (town_id, area_id) references area (town_id, id),
  foreign key (town_id, village_id) references village (town_id, id),
  foreign key (town_id, grid_id) references grid (town_id, id),
  foreign key (town_id, relapse_of) references dispute (town_id, id),
  -- 人民调解法第十七条、第二十三条、《若干规定》第三十条: nothing is mediated before the rights were told.
  check (state in ('registered', 'notAccepted', 'withdrawn', 'closed') or (accepted_on is not null and rights_told_on is not null and number is not null)),
  check (state not in ('performing', 'performed', 'breached') or effective_on is not null)
);
create index on dispute (town_id, registered_on desc);
create index on dispute (town_id, station_id, registered_on desc);
create index dispute_mediators on dispute using gin (mediator_ids);
create index dispute_petitions on dispute using gin (petition_ids);
comment on column dispute.number is '卷宗号，如（2026）示人调字第12号';

create table dispute_party (
  town_id uuid not null, id uuid not null, dispute_id uuid not null, n int not null,
  side text not null check (side in ('applicant', 'respondent')), role text not null check (role in ('party', 'agent', 'guardian')),
  for_id uuid, kind text not null check (kind in ('person', 'family', 'group', 'firm')),
  name text not null check (name <> ''), sex text not null default '', ethnicity text not null default '', age int check (age between 0 and 130),
  occupation text not null default '', phone text not null default '', address text not null default '',
  id_type text not null default '', id_last4 text not null default '', claim text not null default '',
  consent text not null default 'asked' check (consent in ('asked', 'yes', 'no')), consent_words text not null default '', consent_on date,
  primary key (town_id, id),
  foreign key (town_id, dispute_id) references dispute (town_id, id),
  foreign key (town_id, for_id) references dispute_party (town_id, id),
  check ((role = 'party') = (for_id is null)), check (consent = 'asked' or consent_on is not null)
);
create index on dispute_party (town_id, dispute_id);

create table dispute_record (
  town_id uuid not null, id uuid not null, dispute_id uuid not null, n int not null,
  kind text not null, on_day date not null, body text not null default '', data jsonb not null default '{}',
  private_to uuid, staff_id uuid, by_name text not null default '', at timestamptz not null default now(),
  primary key (town_id, id), unique (town_id, dispute_id, n),
  foreign key (town_id, dispute_id) references dispute (town_id, id)
);
comment on column dispute_record.private_to is '单独谈话只有谈话的调解员本人看得到';

create table dispute_agreement (
  town_id uuid not null, id uuid not null, dispute_id uuid not null, n int not null,
  status text not null default 'draft' check (status in ('draft', 'effective', 'void')),
  form text not null check (form in ('written', 'oral')), whole boolean not null,
  facts text not null, issues text not null default '', clauses jsonb not null,
  amount_fen bigint not null default 0 check (amount_fen >= 0), made_on date not null,
  signatures jsonb not null default '[]', sealed_on date, effective_on date, confirm_by date, confirm jsonb,
  primary key (town_id, id), unique (town_id, dispute_id, n),
  foreign key (town_id, dispute_id) references dispute (town_id, id),
  check ((status = 'effective') = (effective_on is not null))
);

create table dispute_performance (
  town_id uuid not null, id uuid not null, dispute_id uuid not null, agreement_id uuid not null, n int not null,
  what text not null check (what <> ''), way text not null default '', payer_id uuid not null, payee_id uuid not null,
  amount_fen bigint check (amount_fen > 0), due_on date not null, paid_fen bigint not null default 0,
  status text not null default 'due' check (status in ('due', 'partial', 'done', 'breached')), done_on date, proofs jsonb not null default '[]',
  primary key (town_id, id),
  foreign key (town_id, dispute_id) references dispute (town_id, id),
  foreign key (town_id, agreement_id) references dispute_agreement (town_id, id),
  foreign key (town_id, payer_id) references dispute_party (town_id, id),
  foreign key (town_id, payee_id) references dispute_party (town_id, id),
  -- Performance never exceeds what is owed.
  check (paid_fen >= 0 and paid_fen <= coalesce(amount_fen, 0)), check ((status = 'done') = (done_on is not null)),
  check (status <> 'done' or amount_fen is null or paid_fen = amount_fen)
);
create index on dispute_performance (town_id, dispute_id);
create index on dispute_performance (town_id, due_on) where status in ('due', 'partial');

create table mediation_file (
  town_id uuid not null, id uuid not null, dispute_id uuid, letter_id uuid,
  name text not null, kind text not null default '', mime text not null, size int not null, sha256 text not null, storage_key text not null,
  staff_id uuid, by_name text not null default '', at timestamptz not null default now(),
  primary key (town_id, id),
  foreign key (town_id, dispute_id) references dispute (town_id, id),
  foreign key (town_id, letter_id) references duty_letter (town_id, id),
  check ((dispute_id is null) <> (letter_id is null))
);
create index on mediation_file (town_id, dispute_id);

create table dispute_paper (
  town_id uuid not null, id uuid not null, dispute_id uuid not null,
  kind text not null, title text not null, version int not null default 1 check (version > 0), about text not null default '',
  issued_on date not null, data jsonb not null, docx bytea not null,
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'), template_sha256 text not null,
  staff_id uuid, by_name text not null default '', at timestamptz not null default now(),
  primary key (town_id, id), unique (town_id, dispute_id, kind, about, version),
  foreign key (town_id, dispute_id) references dispute (town_id, id)
);
comment on column dispute_paper.about is '同一种文书有多份时，是为哪一条记录、哪一份协议出的';

do $$
declare t text;
begin
  foreach t in array array['mediation_station', 'mediation_member', 'duty_letter', 'duty_letter_signing', 'dispute', 'dispute_party',
    'dispute_record', 'dispute_agreement', 'dispute_performance', 'mediation_file', 'dispute_paper'] loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy town on %I using (town_id = nullif(current_setting(''huisheng.town'', true), '''')::uuid)', t);
    execute format('grant select, insert on %I to huisheng_app', t);
  end loop;
end $$;
-- What was written down, issued, filed or printed stays as it is.
grant update on mediation_station, mediation_member, duty_letter_signing, dispute, dispute_party, dispute_agreement, dispute_performance to huisheng_app;
