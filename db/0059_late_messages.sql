-- A petitioner who agreed is told by message when a limit was missed; it leaves by the same way as the other messages.

create table message_consent (
  town_id uuid not null, petition_id uuid not null, given_on date not null, withdrawn_on date,
  primary key (town_id, petition_id),
  foreign key (town_id, petition_id) references petition (town_id, id)
);
comment on table message_consent is '信访人同意用短信告诉他要紧的日子；随时可以收回';
alter table message_consent enable row level security;
create policy town on message_consent using (town_id = nullif(current_setting('huisheng.town', true), '')::uuid);
grant select, insert, update on message_consent to huisheng_app;

alter table outgoing add column petition_id uuid;
alter table outgoing drop constraint outgoing_to;
alter table outgoing add constraint outgoing_to check (
  case when channel in ('wecom', 'dingtalk') then num_nonnulls(staff_id, party_id, petition_id) = 0 else num_nonnulls(staff_id, party_id, petition_id) = 1 end
);
alter table outgoing add constraint outgoing_petition check (petition_id is null or channel = 'sms');
alter table outgoing add foreign key (town_id, petition_id) references petition (town_id, id);
create index on outgoing (town_id, petition_id) where petition_id is not null;
comment on column outgoing.petition_id is '发给这件事项的信访人：只写编号、超了哪个期限、怎么查，不写事情';
