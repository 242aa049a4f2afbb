-- Limits in working days that began while the calendar of their year was not published: counted once it is.
alter table petition
  add column uncounted jsonb not null default '[]' check (jsonb_typeof(uncounted) = 'array');
comment on column petition.uncounted is '已经起算、因当年放假安排没有公布而算不出哪天到期的期限：规则、起算日、当事人；放假安排导入后补算';
create index petition_uncounted on petition (town_id) where uncounted <> '[]';
