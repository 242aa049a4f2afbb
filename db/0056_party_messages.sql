-- Short messages to the parties of a dispute who agreed to them leave by the same way as reminders to staff.

alter table dispute_party add column messages_on date;
comment on column dispute_party.messages_on is '哪一天同意用短信通知；空为没有同意或者已经不同意';

alter table outgoing add column dispute_id uuid, add column party_id uuid;
alter table outgoing drop constraint outgoing_check;
alter table outgoing add constraint outgoing_to check (
  case when channel in ('wecom', 'dingtalk') then staff_id is null and party_id is null else (staff_id is null) <> (party_id is null) end
);
alter table outgoing add constraint outgoing_party check ((party_id is null) = (dispute_id is null) and (party_id is null or channel = 'sms'));
alter table outgoing add foreign key (town_id, dispute_id) references dispute (town_id, id);
alter table outgoing add foreign key (town_id, party_id) references dispute_party (town_id, id);
create index on outgoing (town_id, dispute_id) where dispute_id is not null;
comment on column outgoing.party_id is '发给纠纷的一方当事人：只写时间、地点和事由，不写另一方和纠纷内容';
