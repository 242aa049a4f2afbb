-- The matter (信访事项) and what belongs to it.

create table petition (
  town_id uuid not null, id uuid not null,
  number text not null, query_code text not null, round int not null default 1,
  channel text not null, received_on date not null, registered_on date not null, registered_by uuid,
  title text not null check (title <> ''), request text not null, facts text not null default '',
  oral boolean not null default false, read_back boolean not null default false,
  petitioner_name text not null default '', head_count int not null default 1 check (head_count >= 1),
  affected_count int check (affected_count >= 0),
  anonymous boolean not null default false, confidential boolean not null default false,
  sealed boolean not null default false,
  area_id uuid, village_id uuid, grid_id uuid, place text not null default '',
  class text check (class in ('suggestion', 'accusation', 'claim')),
  route text check (route in ('litigation', 'arbitration', 'partyAppeal', 'adminProcedure', 'statutoryDuty', 'petitionProcedure')),
  category text, category_text text not null default '',
  grade text check (grade in ('red', 'yellow', 'blue')), grade_reason text not null default '',
  grade_attributes text[] not null default '{}', grade_proposed text, grade_proposed_by uuid,
  review_on date, is_key boolean not null default false,
  repeat boolean not null default false, first_time boolean not null default true,
  state text not null, step text not null,
  pending jsonb, extension text not null default 'none' check (extension in ('none', 'requested', 'granted', 'refused')),
  closing text not null default 'none' check (closing in ('none', 'proposed', 'refused', 'confirmed')),
  holder_id uuid, lead_official_id uuid, main_unit_id uuid, main_handler_id uuid,
  area_owner_id uuid, village_owner_id uuid, signer_id uuid, approver_id uuid,
  assist_unit_ids uuid[] not null default '{}', barred_ids uuid[] not null default '{}',
  accepted_on date, served_on date, concluded_on date, closed_on date, conclusion text,
  next_due_on date, next_due_rule text, last_contact_on date, last_progress_on date not null,
  followed_up_on date, rating_office text, rating_unit text,
  outcome_text text not null default '', import_id uuid, external_id text,
  initials text not null default '',
  trace_seq int not null default 0, trace_hash text not null default '', version int not null default 1,
  created_at timestamptz not null default now(), updated_at timestamptz not null default now(),
  primary key (town_id, id), unique (town_id, number), unique (town_id, query_code),
  foreign key (town_id, area_id) references area (town_id, id),
  foreign key (town_id, village_id) references village (town_id, id),
  foreign key (town_id, grid_id) references grid (town_id, id),
  foreign key (town_id, main_unit_id) references unit (town_id, id),
  foreign key (town_id, main_handler_id) references staff (town_id, id),
  foreign key (town_id, holder_id) references staff (town_id, id),
  foreign key (town_id, lead_official_id) references staff (town_id, id),
  check (state in ('received', 'registered', 'forwarded', 'objected', 'notAccepted', 'noLongerAccepted', 'guided', 'accepted',
    'handling', 'opinionDraft', 'opinionSigned', 'served', 'inReview', 'inRecheck', 'concluded', 'closed', 'withdrawn')),
  check (step in ('register', 'accept', 'handle', 'reply', 'revisit', 'signoff')),
  check (state not in ('accepted', 'handling', 'opinionDraft', 'opinionSigned', 'served') or accepted_on is not null),
  check (state not in ('handling', 'opinionDraft') or main_handler_id is not null),
  check (state <> 'served' or served_on is not null),
  check (state <> 'closed' or closed_on is not null),
  check (grade is null or grade_reason <> ''),
  check (class is distinct from 'accusation' or sealed)
);
create index petition_received on petition (town_id, received_on desc, id desc);
create index petition_due on petition (town_id, next_due_on, id) where next_due_on is not null;
create index petition_area on petition (town_id, area_id, received_on desc, id desc);
create index petition_village on petition (town_id, village_id, received_on desc, id desc);
create index petition_holder on petition (town_id, holder_id) where step <> 'signoff';
create index petition_unit on petition (town_id, main_unit_id, received_on desc, id desc);
create index petition_lead on petition (town_id, lead_official_id) where lead_official_id is not null;
create unique index petition_external on petition (town_id, external_id) where external_id is not null;
comment on column petition.round is '第几次办理：重新启动后加一';
comment on column petition.barred_ids is '回避：这些工作人员看不到、数不到、收不到本事项';

create table petition_party (
  town_id uuid not null, id uuid not null, petition_id uuid not null, sort int not null default 0,
  role text not null default 'petitioner' check (role in ('petitioner', 'agent', 'guardian')),
  kind text not null default 'person' check (kind in ('person', 'organization')),
  name text not null default '', phone text not null default '', address text not null default '',
  id_type text not null default '', id_last4 text not null default '', id_checked boolean not null default false,
  is_representative boolean not null default false, e_service boolean not null default false,
  acts_for text not null default '', note text not null default '',
  primary key (town_id, id),
  foreign key (town_id, petition_id) references petition (town_id, id)
);
create index on petition_party (town_id, petition_id);
create index on petition_party (town_id, name);
create index on petition_party (town_id, phone) where phone <> '';
comment on column petition_party.id_last4 is '只存证件后四位（个人信息保护法第六条 最小必要）';

create table petition_link (
  town_id uuid not null, id uuid not null, from_id uuid not null, to_id uuid not null,
  kind text not null check (kind in ('duplicate', 'repeat', 'related')), note text not null default '',
  at timestamptz not null default now(), by_id uuid,
  primary key (town_id, id), unique (town_id, from_id, to_id, kind), check (from_id <> to_id),
  foreign key (town_id, from_id) references petition (town_id, id),
  foreign key (town_id, to_id) references petition (town_id, id)
);
create index on petition_link (town_id, to_id);

create table petition_clock (
  town_id uuid not null, id uuid not null, petition_id uuid not null, round int not null default 1,
  rule text not null, from_on date not null, due_on date not null, extension int not null default 0 check (extension between 0 and 30),
  ended_on date, outcome text check (outcome in ('met', 'late', 'cancelled')),
  steps jsonb not null default '[]',
  primary key (town_id, id),
  foreign key (town_id, petition_id) references petition (town_id, id),
  check ((ended_on is null) = (outcome is null))
);
create index on petition_clock (town_id, petition_id);
create index on petition_clock (town_id, due_on) where ended_on is null;

create table petition_claim (
  town_id uuid not null, id uuid not null, petition_id uuid not null, sort int not null default 0,
  body text not null check (body <> ''),
  result text check (result in ('supported', 'explained', 'notSupported')), answer text not null default '', basis text not null default '',
  primary key (town_id, id),
  foreign key (town_id, petition_id) references petition (town_id, id)
);
create index on petition_claim (town_id, petition_id);

create table petition_record (
  town_id uuid not null, id uuid not null, petition_id uuid not null,
  kind text not null check (kind in ('contact', 'investigation', 'note', 'followUp', 'service', 'objection', 'withdrawal')),
  on_day date not null, body text not null default '', data jsonb not null default '{}',
  staff_id uuid, by_name text not null default '', at timestamptz not null default now(),
  primary key (town_id, id),
  foreign key (town_id, petition_id) references petition (town_id, id)
);
create index on petition_record (town_id, petition_id, at);

create table attachment (
  town_id uuid not null, id uuid not null, petition_id uuid not null,
  name text not null, kind text not null default 'evidence', note text not null default '',
  mime text not null, size bigint not null check (size >= 0), sha256 text not null, storage_key text not null,
  staff_id uuid, by_name text not null default '', at timestamptz not null default now(),
  withdrawn_at timestamptz, withdrawn_reason text,
  primary key (town_id, id),
  foreign key (town_id, petition_id) references petition (town_id, id)
);
create index on attachment (town_id, petition_id);

create table petition_opinion (
  town_id uuid not null, id uuid not null, petition_id uuid not null, round int not null default 1, n int not null default 1,
  status text not null check (status in ('draft', 'submitted', 'checked', 'signed', 'returned')),
  request text not null default '', facts text not null default '', reasons text not null default '',
  opinion text not null default '', legal_basis text not null default '', remedy text not null default '',
  drafted_by uuid, drafted_on date, checked_by uuid, checked_on date, signed_by uuid, signed_on date,
  returned_reason text not null default '', document_id uuid,
  primary key (town_id, id), unique (town_id, petition_id, round, n),
  foreign key (town_id, petition_id) references petition (town_id, id)
);

create table closing_test (
  town_id uuid not null, petition_id uuid not null, round int not null default 1,
  test text not null check (test in ('facts', 'nature', 'handling', 'evidence')),
  answer text not null default '', evidence_ids uuid[] not null default '{}',
  answered_by uuid, answered_on date, confirmed boolean, confirmed_by uuid, confirmed_on date, reason text not null default '',
  primary key (town_id, petition_id, round, test),
  foreign key (town_id, petition_id) references petition (town_id, id),
  check (confirmed_by is null or confirmed_by <> answered_by)
);
comment on table closing_test is '结案四项标准：事实清楚、定性准确、处理恰当、证据齐全；核验人不得是办理人';

create table document (
  town_id uuid not null, id uuid not null, petition_id uuid not null,
  kind text not null, number text, title text not null, issued_on date not null, data jsonb not null, sha256 text not null,
  staff_id uuid, by_name text not null default '', at timestamptz not null default now(),
  primary key (town_id, id), unique (town_id, number),
  foreign key (town_id, petition_id) references petition (town_id, id)
);
create index on document (town_id, petition_id);

create table service (
  town_id uuid not null, id uuid not null, petition_id uuid not null, document_id uuid not null,
  way text not null, served_on date not null, receiver text not null default '', outcome text not null default 'signed',
  witness text not null default '', attitude text not null default 'none', note text not null default '',
  staff_id uuid, by_name text not null default '', at timestamptz not null default now(),
  primary key (town_id, id),
  foreign key (town_id, petition_id) references petition (town_id, id),
  foreign key (town_id, document_id) references document (town_id, id)
);
create index on service (town_id, petition_id);
comment on table service is '送达回证';

-- Counters changed in the move's own transaction; `shard` spreads concurrent moves over several rows.
create table petition_count (
  town_id uuid not null, village_id uuid not null, step text not null, grade text not null, is_key boolean not null,
  sealed boolean not null default false, shard smallint not null, n int not null default 0,
  primary key (town_id, village_id, step, grade, is_key, sealed, shard)
);
comment on column petition_count.village_id is '没有村的事项记在全零 id 下';

create table petition_search (
  town_id uuid not null, petition_id uuid not null, text text not null, grams tsvector not null,
  primary key (town_id, petition_id),
  foreign key (town_id, petition_id) references petition (town_id, id)
);
create index petition_search_grams on petition_search using gin (grams);
comment on column petition_search.grams is '词位为“镇代号+两字”，使每个镇只查自己的倒排表';

create table search_queue (
  town_id uuid not null, petition_id uuid not null, at timestamptz not null default now(),
  primary key (town_id, petition_id)
);

create table import (
  town_id uuid not null, id uuid not null, kind text not null, file_name text not null, sha256 text not null, storage_key text not null,
  status text not null check (status in ('read', 'loaded', 'failed')), mapping jsonb, report jsonb,
  staff_id uuid, by_name text not null default '', at timestamptz not null default now(), loaded_at timestamptz,
  primary key (town_id, id)
);
create table import_row (
  town_id uuid not null, import_id uuid not null, sheet text not null, row int not null,
  raw jsonb not null, verdict text not null, petition_id uuid,
  primary key (town_id, import_id, sheet, row),
  foreign key (town_id, import_id) references import (town_id, id)
);
create table import_mapping (
  town_id uuid not null, fingerprint text not null, mapping jsonb not null, at timestamptz not null default now(),
  primary key (town_id, fingerprint)
);
