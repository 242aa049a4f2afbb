-- The phone face: which phones hold work of whom, and files that arrive piece by piece on a bad line.

create table phone (
  town_id uuid not null, id uuid not null, staff_id uuid not null,
  secret_hash text not null, lock_key text, agent text not null default '', token_hash text,
  since timestamptz not null, seen_at timestamptz not null,
  wipe_asked_at timestamptz, wipe_asked_name text not null default '', wiped_at timestamptz,
  primary key (town_id, id),
  foreign key (town_id, staff_id) references staff (town_id, id),
  check ((wipe_asked_at is null) = (lock_key is not null)), check (wiped_at is null or wipe_asked_at is not null)
);
create index on phone (town_id, staff_id);
comment on table phone is '装有手机端的手机：钥匙只发给登录的本人；要求清除后钥匙即毁，手机下次联系时清除';
comment on column phone.lock_key is '手机上内容的钥匙；要求清除时毁去，手机里的密文从此打不开';

create table upload (
  town_id uuid not null, id uuid not null, staff_id uuid not null, petition_id uuid not null,
  name text not null check (name <> ''), size int not null check (size > 0), sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  received int not null default 0 check (received between 0 and size), at timestamptz not null,
  attachment_id uuid,
  primary key (town_id, id),
  foreign key (town_id, staff_id) references staff (town_id, id)
);
create index on upload (town_id, staff_id);
comment on table upload is '分段上传：已收到多少字节；收齐核对校验值后成为事项的材料';
comment on column upload.petition_id is '不是外键：事项密封移走后，没有传完的由保洁清除';

do $$
declare t text;
begin
  foreach t in array array['phone', 'upload'] loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy town on %I using (town_id = nullif(current_setting(''huisheng.town'', true), '''')::uuid)', t);
  end loop;
end $$;
grant select, insert, update on phone to huisheng_app;
grant select, insert, update, delete on upload to huisheng_app;
