-- What a notice is about, where it is no petition matter: the page to open.

alter table notice add column link text check (link ~ '^/[a-z]');
comment on column notice.link is '提醒说的是哪一页（纠纷、责任书等）；信访事项用 petition_id';
