-- The trace: every move and every reading of a protected field. Insert only, hashed per subject, sealed across subjects.

create table trace (
  town_id uuid not null, subject_id uuid not null, seq int not null check (seq > 0),
  id uuid not null, subject_kind text not null, kind text not null, move text,
  at timestamptz not null, day date not null,
  staff_id uuid, by_name text not null, by_post text not null default '',
  says text not null, data jsonb, request_id uuid,
  prev text not null, hash text not null,
  primary key (town_id, subject_id, seq), unique (town_id, id), unique (town_id, request_id)
);
create index on trace (town_id, at);
create index on trace (town_id, staff_id, at);

create table trace_head (
  town_id uuid not null, subject_id uuid not null, seq int not null, hash text not null,
  primary key (town_id, subject_id)
);
comment on table trace_head is '事项以外的对象（人员、账号、导入、设置）的留痕链头；事项的链头在 petition 行上';

create table trace_seal (
  town_id uuid not null, n int not null check (n > 0), at timestamptz not null,
  upto timestamptz not null, rows int not null, root text not null, prev text not null, hash text not null,
  primary key (town_id, n)
);
comment on table trace_seal is '按计划对全部留痕封存：root 为截止时刻前所有链头的摘要';
