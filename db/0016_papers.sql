-- Papers: versions of one number, the files themselves, the office's own templates.

-- The annual report belongs to no single matter.
alter table document alter column petition_id drop not null;
alter table document
  add column version int not null default 1 check (version > 0),
  add column replaces_id uuid,
  add column reason text not null default '',
  add column template_id uuid,
  add check ((version = 1) = (replaces_id is null)),
  add check (version = 1 or reason <> ''),
  add foreign key (town_id, replaces_id) references document (town_id, id);
alter table document drop constraint document_town_id_number_key;
create unique index document_number on document (town_id, number, version) where number is not null;
-- One paper is replaced at most once: versions are a line, not a tree.
create unique index document_replaces on document (town_id, replaces_id) where replaces_id is not null;
comment on column document.version is '重新出具只出新版本，文号不变；旧版本保留可读';

create table document_file (
  town_id uuid not null, document_id uuid not null,
  docx bytea not null, sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'), template_sha256 text not null,
  at timestamptz not null default now(),
  primary key (town_id, document_id),
  foreign key (town_id, document_id) references document (town_id, id)
);
comment on table document_file is '出具的 Word 文件原样保存，sha256 为文件的 SHA-256';

create table document_template (
  town_id uuid not null, id uuid not null, kind text not null, version int not null check (version > 0),
  file_name text not null, docx bytea not null, sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  note text not null default '', built_in boolean not null default false,
  staff_id uuid, by_name text not null default '', at timestamptz not null default now(),
  primary key (town_id, id), unique (town_id, kind, version)
);
comment on table document_template is '本镇修改过的文书模板；最高版本生效，历次版本保留';

do $$
declare t text;
begin
  foreach t in array array['document_file', 'document_template'] loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy town on %I using (town_id = nullif(current_setting(''huisheng.town'', true), '''')::uuid)', t);
  end loop;
end $$;
grant select, insert on document_file, document_template to huisheng_app;
