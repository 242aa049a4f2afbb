-- What a person sees of a file before anything of it is registered; thrown away when the import is loaded.
create table import_preview (
  town_id uuid not null, import_id uuid not null, n int not null, sheet text not null, row int not null,
  verdict text not null check (verdict in ('ok', 'warning', 'known', 'rejected')), view jsonb not null,
  primary key (town_id, import_id, n),
  foreign key (town_id, import_id) references import (town_id, id)
);
create index on import_preview (town_id, import_id, verdict, n);
comment on table import_preview is '导入前逐行核对的结果，导入后清除；原始行另存 import_row';
comment on column import_row.verdict is 'ok 登记、warning 登记但需注意、known 已在册未重复登记、rejected 未导入';
alter table import_preview enable row level security;
create policy town on import_preview using (town_id = nullif(current_setting('huisheng.town', true), '')::uuid);
grant select, insert, delete on import_preview to huisheng_app;
