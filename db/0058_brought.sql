-- Materials the petitioner brought, at the public face or across the counter: they are the petitioner's to read and to take away.
alter table attachment add column brought boolean not null default false;
update attachment set brought = true where staff_id is null and by_name = '信访人';
comment on column attachment.brought is '信访人交来的材料（网上自己传的，或者当面交来由工作人员扫描的）：本人可以看到、可以下载';
