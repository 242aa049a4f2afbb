-- 便民服务咨询卡: one card in force per village; what stood on it when it was printed tells whether it is out of date.
create table household_card (
  town_id uuid not null, id uuid not null, village_id uuid not null, token text not null,
  content jsonb not null, printed_on date not null, copies int not null check (copies > 0),
  by_id uuid not null, by_name text not null, request_id uuid not null,
  revoked_on date, revoked_reason text not null default '',
  primary key (town_id, id), unique (town_id, token), unique (town_id, request_id, village_id),
  foreign key (town_id, village_id) references village (town_id, id),
  check ((revoked_on is null) = (revoked_reason = ''))
);
create unique index household_card_in_force on household_card (town_id, village_id) where revoked_on is null;
alter table household_card enable row level security;
create policy town on household_card using (town_id = nullif(current_setting('huisheng.town', true), '')::uuid);
grant select, insert, update on household_card to huisheng_app;
comment on column household_card.token is '二维码里只有这个记号，没有任何个人信息；作废后仍能进入公众首页';
