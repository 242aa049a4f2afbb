-- The upper organ within the same system: what was sent up for review or recheck stands in its own ledger.

alter table petition_review add column upper_town_id uuid;
comment on column petition_review.upper_town_id is '复查、复核机关也用本系统时，是哪一个；结果由它作出后自动转回';

create table upper_review (
  town_id uuid not null, id uuid not null,
  from_town_id uuid not null, from_organ text not null, from_petition_id uuid not null, from_number text not null,
  level text not null check (level in ('review', 'recheck')), petitioner text not null, title text not null,
  asked_on date not null, received_on date not null, admit_by date, due_on date not null,
  facts jsonb not null,
  state text not null default 'asked' check (state in ('asked', 'admitted', 'refused', 'decided', 'withdrawn')),
  answered_on date, answer_note text not null default '', answered_by text not null default '',
  outcome text check (outcome in ('maintained', 'changed', 'revoked')), decided_on date, decided_by text not null default '',
  faults text[] not null default '{}', decision text not null default '', number text not null default '', document_id uuid,
  -- What has come back to the organ below; each comes back under its own request.
  answer_request_id uuid not null, decision_request_id uuid not null,
  told text not null default '' check (told in ('', 'answered', 'decided')), fault text not null default '',
  version int not null default 1, at timestamptz not null,
  primary key (town_id, id),
  foreign key (town_id, document_id) references document (town_id, id),
  check ((state = 'decided') = (outcome is not null and decided_on is not null))
);
create index on upper_review (town_id, state, due_on);
comment on table upper_review is '下级报来的复查、复核：材料和事实报来，在此决定，结果转回';
comment on column upper_review.id is '即下级的复查复核编号：重复报送不会成为两件';
alter table upper_review enable row level security;
create policy town on upper_review using (town_id = nullif(current_setting('huisheng.town', true), '')::uuid);
grant select, insert, update on upper_review to huisheng_app;
