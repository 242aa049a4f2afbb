-- Supervision (督办), advice (改进建议) and facts put before a person for accountability (追责).

create table supervision (
  town_id uuid not null, id uuid not null, petition_id uuid not null, number text not null default '', document_id uuid,
  fault text not null check (fault in ('wrongAcceptance', 'wrongProcedure', 'shirking', 'fraud', 'refusal', 'overdue', 'noFeedback')),
  facts text not null check (facts <> ''), demand text not null check (demand <> ''),
  unit_id uuid, staff_id uuid not null, listed boolean not null default false,
  state text not null default 'issued' check (state in ('issued', 'answered', 'correcting', 'corrected', 'closed', 'withdrawn')),
  issued_on date not null, issued_by uuid not null, issued_name text not null,
  answer_due_on date not null, answer text not null default '', answered_on date, answered_by uuid, answered_name text not null default '',
  correct_due_on date, correction text not null default '', corrected_on date,
  checked_on date, checked_by uuid, checked_name text not null default '', check_note text not null default '',
  version int not null default 1,
  primary key (town_id, id),
  foreign key (town_id, petition_id) references petition (town_id, id),
  foreign key (town_id, unit_id) references unit (town_id, id),
  foreign key (town_id, staff_id) references staff (town_id, id),
  check (answer_due_on >= issued_on), check (state not in ('answered', 'correcting', 'corrected') or answered_on is not null),
  check (state <> 'correcting' or correct_due_on is not null), check (checked_by is null or checked_by is distinct from answered_by)
);
create index on supervision (town_id, petition_id);
create index on supervision (town_id, issued_on desc);
create index on supervision (town_id, answer_due_on) where state in ('issued', 'correcting');
comment on table supervision is '督办：情形、事实、要求、答复、整改、核查，各有期限；核查人不得是答复人';

create table advice (
  town_id uuid not null, id uuid not null, petition_id uuid not null, number text not null default '', document_id uuid,
  kind text not null check (kind in ('work', 'policy', 'accountability')),
  problem text not null check (problem <> ''), advice text not null check (advice <> ''),
  unit_id uuid not null, staff_id uuid not null, sent_on date not null, sent_by uuid not null, sent_name text not null,
  feedback_due_on date not null, adopted text check (adopted in ('adopted', 'partly', 'declined')),
  feedback text not null default '', feedback_on date, feedback_by uuid, feedback_name text not null default '', version int not null default 1,
  primary key (town_id, id),
  foreign key (town_id, petition_id) references petition (town_id, id),
  foreign key (town_id, unit_id) references unit (town_id, id),
  check ((adopted is null) = (feedback_on is null)), check (adopted is null or feedback <> '')
);
create index on advice (town_id, sent_on desc);
create index on advice (town_id, feedback_due_on) where adopted is null;
comment on table advice is '改进工作、完善政策、追究责任的建议，三十日内书面反馈（D14）';

create table accountability (
  town_id uuid not null, id uuid not null, petition_id uuid not null, cause text not null,
  facts jsonb not null, members jsonb not null, collective boolean not null default false,
  raised_on date not null, raised_by uuid not null, raised_name text not null, decider_id uuid not null,
  state text not null default 'open' check (state in ('open', 'decided', 'dropped')),
  decision text not null default '', liable uuid[] not null default '{}', decided_on date, decided_name text not null default '',
  version int not null default 1,
  primary key (town_id, id),
  foreign key (town_id, petition_id) references petition (town_id, id),
  foreign key (town_id, decider_id) references staff (town_id, id),
  check (jsonb_array_length(facts) > 0), check ((state = 'open') = (decided_on is null)), check (state = 'open' or decision <> ''),
  check (state = 'decided' or liable = '{}'), check (not (decider_id = any (liable)))
);
create index on accountability (town_id, raised_on desc);
comment on table accountability is '追责线索：事实和证据提交给人，由人决定；系统不作结论';
comment on column accountability.members is '有关人员及其陈述、会议上明确表示的不同意见（责任制实施办法第十一条：明确反对的不承担责任）';

do $$
declare t text;
begin
  foreach t in array array['supervision', 'advice', 'accountability'] loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy town on %I using (town_id = nullif(current_setting(''huisheng.town'', true), '''')::uuid)', t);
  end loop;
end $$;
grant select, insert, update on supervision, advice, accountability to huisheng_app;
