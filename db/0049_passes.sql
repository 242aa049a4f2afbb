-- 上报与交回: each step of a matter up and down the network, and the word owed to the petitioner when it has an outcome.
alter table petition
  add column passes jsonb not null default '[]' check (jsonb_typeof(passes) = 'array'),
  add column echo jsonb check (echo is null or jsonb_typeof(echo) = 'object');
comment on column petition.passes is '村、管区、镇、单位之间逐级上报和交回：从哪级到哪级、交给谁、理由、期限、空缺时由谁代收';
comment on column petition.echo is '回声：有了结果由首报人告知信访人，谁、告知什么、期限、哪天告知的';
create index petition_echo on petition (town_id, (echo ->> 'ownerId')) where echo is not null and echo ->> 'doneOn' is null;
