-- 五包到期的提醒：open matters with duties are found without walking through all the others.
create index on petition (town_id) where duties is not null and step <> 'signoff';

-- 挂牌督办：put before a principal leader by the petition office; nothing is issued until the leader decides.
alter table supervision add column decider_id uuid;
alter table supervision add foreign key (town_id, decider_id) references staff (town_id, id);
comment on column supervision.decider_id is '报请决定挂牌的党政主要领导';
alter table supervision drop constraint supervision_state_check;
alter table supervision add constraint supervision_state_check
  check (state in ('proposed', 'issued', 'answered', 'correcting', 'corrected', 'closed', 'withdrawn'));
alter table supervision add check (state <> 'proposed' or (listed and decider_id is not null));
