-- The eight systems of “list + closed loop” (清单+闭环) as data: which of them a town has, under which name, in which order.

create table governance_rule (
  town_id uuid not null, code text not null, name text not null check (name <> ''), sort int not null, active boolean not null default true,
  primary key (town_id, code)
);
comment on table governance_rule is '没有行的镇用通常的八项';
alter table governance_rule enable row level security;
create policy town on governance_rule using (town_id = nullif(current_setting('huisheng.town', true), '')::uuid);
grant select, insert, update on governance_rule to huisheng_app;
