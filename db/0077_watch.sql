-- 值班安排：who sits at the petition window and which leader is in charge, day by day and shift by shift.

create table watch_rule (
  town_id uuid not null, id uuid not null, rule jsonb not null default '{}', version int not null default 1,
  primary key (town_id), unique (town_id, id)
);
comment on table watch_rule is '值班的规矩：哪些日子要有人、各班的时间、公开的电话；id 是留痕的对象';

create table watch_day (
  town_id uuid not null, on_day date not null, version int not null default 1,
  by_id uuid not null, by_name text not null, at timestamptz not null,
  primary key (town_id, on_day)
);

create table watch_seat (
  town_id uuid not null, on_day date not null,
  shift text not null check (shift in ('day', 'morning', 'afternoon', 'night')),
  staff_id uuid not null, seat text not null check (seat in ('window', 'lead')), sort int not null default 0,
  -- Nobody twice in the same shift.
  primary key (town_id, on_day, shift, staff_id),
  foreign key (town_id, on_day) references watch_day (town_id, on_day),
  foreign key (town_id, staff_id) references staff (town_id, id)
);
create unique index on watch_seat (town_id, on_day, shift) where seat = 'lead';
create index on watch_seat (town_id, staff_id, on_day);
comment on table watch_seat is '哪天哪班谁在窗口、谁带班；改前改后都在留痕里';

do $$
declare t text;
begin
  foreach t in array array['watch_rule', 'watch_day', 'watch_seat'] loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy town on %I using (town_id = nullif(current_setting(''huisheng.town'', true), '''')::uuid)', t);
  end loop;
end $$;
grant select, insert, update on watch_rule, watch_day to huisheng_app;
grant select, insert, delete on watch_seat to huisheng_app;

-- The register asks for the roster of each week before it begins; it is the only thing asked for by the week.
alter table open_item drop constraint open_item_rhythm_check;
alter table open_item add constraint open_item_rhythm_check check (rhythm in ('week', 'month', 'quarter', 'year'));
create unique index on open_item (town_id) where rhythm = 'week';
comment on column open_item.within_days is '一期结束后几天内；每周的（值班安排）是一周开始前几天';
insert into open_item (town_id, id, kind, level, title, rhythm, within_days, basis, since)
select town_id, gen_random_uuid(), 'government', 'town', '信访窗口值班安排', 'week', 3,
  '《信访工作条例》第十八条：向社会公布信访接待的时间和地点', current_date
from open_item group by town_id;
