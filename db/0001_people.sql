-- Towns, places, units, posts, staff and sign-in. Town is the tenant: town_id leads every key of a town's table.

create table town (
  id uuid primary key,
  code text not null unique,
  name text not null,
  short_name text not null check (short_name <> ''),
  superior_name text not null default '上一级人民政府',
  is_fiction boolean not null default false,
  settings jsonb not null default '{}',
  created_at timestamptz not null default now()
);
comment on column town.short_name is '发文字号用的代字，如 宫';
comment on column town.superior_name is '复查机关，如 新泰市人民政府';

create table area (
  town_id uuid not null, id uuid not null,
  code text not null, name text not null, pinyin text not null default '', sort int not null default 0,
  active boolean not null default true,
  primary key (town_id, id), unique (town_id, code), unique (town_id, name)
);
create table village (
  town_id uuid not null, id uuid not null, area_id uuid not null,
  code text not null, name text not null, pinyin text not null default '', initials text not null default '',
  households int check (households >= 0), population int check (population >= 0), sort int not null default 0,
  active boolean not null default true,
  primary key (town_id, id), unique (town_id, code), unique (town_id, name),
  foreign key (town_id, area_id) references area (town_id, id)
);
create table grid (
  town_id uuid not null, id uuid not null, village_id uuid not null,
  code text not null, name text not null, sort int not null default 0, active boolean not null default true,
  primary key (town_id, id), unique (town_id, code),
  foreign key (town_id, village_id) references village (town_id, id)
);
create index on grid (town_id, village_id);

create table unit (
  town_id uuid not null, id uuid not null,
  code text not null, name text not null, pinyin text not null default '', sort int not null default 0,
  active boolean not null default true,
  primary key (town_id, id), unique (town_id, code), unique (town_id, name)
);
comment on table unit is '站所办：有权处理的机构或承办部门';

create table post (
  town_id uuid not null, id uuid not null,
  name text not null, role text not null, rank int not null default 9 check (rank between 1 and 99),
  area_id uuid, village_id uuid, grid_id uuid, unit_id uuid,
  heads boolean not null default false, active boolean not null default true, sort int not null default 0,
  primary key (town_id, id),
  foreign key (town_id, area_id) references area (town_id, id),
  foreign key (town_id, village_id) references village (town_id, id),
  foreign key (town_id, grid_id) references grid (town_id, id),
  foreign key (town_id, unit_id) references unit (town_id, id),
  check (role <> 'areaSecretary' or area_id is not null),
  check (role <> 'villageOfficer' or village_id is not null),
  check (role <> 'gridWorker' or grid_id is not null),
  check (role <> 'unitHandler' or unit_id is not null)
);
comment on column post.rank is '职级：1 最高（党委书记），数字越大职级越低';
comment on column post.heads is '本单位负责人';

create table staff (
  town_id uuid not null, id uuid not null,
  name text not null check (name <> ''), pinyin text not null default '', initials text not null default '',
  phone text not null default '', kin text[] not null default '{}',
  active boolean not null default true, version int not null default 1,
  created_at timestamptz not null default now(),
  primary key (town_id, id)
);
comment on column staff.kin is '本人申报的近亲属姓名，仅用于回避';

create table holding (
  town_id uuid not null, id uuid not null, staff_id uuid not null, post_id uuid not null,
  since date not null, until date, check (until is null or until >= since),
  primary key (town_id, id),
  foreign key (town_id, staff_id) references staff (town_id, id),
  foreign key (town_id, post_id) references post (town_id, id)
);
create index on holding (town_id, staff_id);
create index on holding (town_id, post_id);
comment on table holding is '任职：某人在某岗位的起止日期';

create table account (
  town_id uuid not null, staff_id uuid not null,
  username text not null check (username <> ''), password_hash text not null,
  must_change boolean not null default true,
  failures int not null default 0, locked_until timestamptz, disabled boolean not null default false,
  last_sign_in timestamptz, changed_at timestamptz not null default now(),
  primary key (town_id, staff_id), unique (town_id, username),
  foreign key (town_id, staff_id) references staff (town_id, id)
);

create table session (
  town_id uuid not null, token_hash text not null, staff_id uuid not null,
  created_at timestamptz not null default now(), seen_at timestamptz not null default now(),
  expires_at timestamptz not null, agent text not null default '',
  primary key (town_id, token_hash),
  foreign key (town_id, staff_id) references account (town_id, staff_id)
);
create index on session (town_id, staff_id);

create table notice (
  town_id uuid not null, id uuid not null, staff_id uuid not null, petition_id uuid,
  kind text not null, says text not null, from_name text not null default '',
  at timestamptz not null default now(), read_at timestamptz, key text,
  primary key (town_id, id), unique (town_id, key),
  foreign key (town_id, staff_id) references staff (town_id, id)
);
create index on notice (town_id, staff_id, at desc);
comment on table notice is '发给工作人员的提醒';

create table number_counter (
  town_id uuid not null, kind text not null, year int not null, n int not null default 0 check (n >= 0),
  primary key (town_id, kind, year)
);

create table saved_filter (
  town_id uuid not null, id uuid not null, staff_id uuid not null,
  name text not null check (name <> ''), filter jsonb not null, columns jsonb,
  primary key (town_id, id), unique (town_id, staff_id, name),
  foreign key (town_id, staff_id) references staff (town_id, id)
);

-- Reference tables: small, shared by all towns.
create table category (
  code text primary key, name text not null, parent text references category (code),
  level int not null check (level between 1 and 3), pinyin text not null default '', initials text not null default '',
  valid_from date not null default '2022-05-01', valid_to date, official_code text
);
create table calendar_year (year int primary key, source text not null, loaded_at timestamptz not null default now());
create table calendar_day (
  date date primary key, year int not null references calendar_year (year) on delete cascade,
  name text not null, is_off boolean not null
);
create table division (code text primary key, name text not null, parent text);
